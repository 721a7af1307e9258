// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl import reads a spreadsheet of arrangements into the register: all of it or nothing, and the same file
// again changes nothing.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { relative, row, sheet } from '../harness/sheets.mjs';
import { site } from '../harness/site.mjs';

let here;
let agency;
let place;
let files = 0;

before(async () => {
    here = await site();
    agency = await here.agency();
    place = folder('sheets');
});

function file(rows, options) {
    const path = join(place, `${files += 1}.csv`);
    writeFileSync(path, Array.isArray(rows) ? sheet(rows, options) : rows);
    return path;
}

async function run(path, words = [], { role = 'coordinator', environment = {} } = {}) {
    const who = here.person(role);
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const answer = await here.ctl(['import', path, '--json', '--sign-in-fd', '0', ...words],
        { status: 'any', environment, input: `${who.email}\n${who.password}\n${who.code()}\n` });
    return { ...answer, report: answer.stdout ? JSON.parse(answer.stdout) : null };
}

async function done(path, words, options) {
    const answer = await run(path, words, options);
    equal(answer.code, 0, answer.stderr + answer.stdout);
    return answer.report;
}

const TABLES = ['arrangement', 'child', 'party', 'arrangement_party', 'agreement', 'contact', 'child_link', 'import_row',
    'party_lookup', 'audit', 'job'];
// What stands in the agency's rows: how many, and the newest versions.
async function standing(tables = TABLES.filter((name) => name !== 'audit')) {
    const all = {};
    for (const name of tables)
        all[name] = (await here.db.one(`SELECT count(*)::int AS n, md5(string_agg(t::text, '' ORDER BY t::text)) AS text
            FROM letterbox.${name} t WHERE agency_id = $1`, [agency]));
    return all;
}

test('a file is compared, read in, and the same file again changes nothing', async () => {
    const rows = [row(1), row(2), relative(3, 2, { party_relationship: 'grandmother' })];
    const path = file(rows);
    const before_ = await standing();
    const tried = await done(path, ['--dry-run']);
    deepEqual(await standing(), before_);
    const report = await done(path);
    deepEqual(report, tried);
    deepEqual({ rows: report.rows, new: report.new, rejected: report.rejected, arrangements: report.arrangements,
        parties: report.parties, children: report.children, siblings_linked: report.siblings_linked },
    { rows: 3, new: 3, rejected: [], arrangements: 2, parties: 5, children: 2, siblings_linked: 0 });
    const now = await standing();
    for (const [name, more] of Object.entries({ arrangement: 2, child: 2, party: 5, arrangement_party: 5, agreement: 2,
        contact: 6, child_link: 0, import_row: 3, party_lookup: 20 }))
        equal(now[name].n - before_[name].n, more, name);
    const again = await done(path);
    deepEqual({ new: again.new, changed: again.changed, unchanged: again.unchanged }, { new: 0, changed: 0, unchanged: 3 });
    deepEqual(await standing(), now);
});
