// SPDX-License-Identifier: AGPL-3.0-or-later
// A coordinator's spreadsheet, exported as CSV by LibreOffice itself: whatever the character set and the separator, the register
// is the same afterwards.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { COLUMNS, relative, row, sheet } from '../harness/sheets.mjs';
import { site } from '../harness/site.mjs';
import { exported, spreadsheet } from '../harness/spreadsheet.mjs';

const ROWS = [
    row(1, { child_birth_name: 'Zoë Peña', child_adoptive_name: 'Zoë Müller-O’Hara', adopter_names: 'Jürgen and Siân Müller-O’Hara',
        adopter_address: 'The “Old” Mill\nGroße Straße 3; rear\nOtley\nLS57 3DW', months: 'Mar & Sept', status: 'paused', risk: '',
        notes: 'Said, "Ring before six"; never on a Friday\n=1+1 is text' }),
    row(2, { party_name: 'Ann Marsh\nTom Marsh', party_address: '2 Tannery Row\nSkipton\nBD92 7HL', last_letter_in: '12/03/2026' }),
    relative(3, 2, { party_name: 'Renée and André Béla', party_relationship: 'grandparents' }),
    row(4, { months: 'twice yearly' }),
    row(5, { months: '3, 9', leak_list: 'name=Núñez; place=Otley' }),
];
const GOOD = ROWS.filter(({ months }) => months !== 'twice yearly').length;
const DATES = ['child_dob', 'order_date', 'last_letter_in'];

let here;
let place;
const files = {};

before(async () => {
    here = await site();
    place = folder('sheets');
    const date = (text) => new Date(`${text.split('/').reverse().join('-')}T00:00:00Z`);
    const bytes = spreadsheet([COLUMNS, ...ROWS.map((one) => COLUMNS.map((name) => (DATES.includes(name) && one[name] ? date(one[name])
        : one[name] ?? '')))]);
    const keep = (name, content) => {
        files[name] = join(place, `${name}.csv`);
        writeFileSync(files[name], content);
        return content;
    };
    const utf8 = keep('utf-8', await exported(place, bytes));
    keep('marked', Buffer.concat([Buffer.from('\ufeff'), utf8]));       // as Excel's "CSV UTF-8" begins
    keep('semicolons', await exported(place, bytes, { separator: ';' }));
    const windows = keep('windows', await exported(place, bytes, { encoding: 'windows-1252', separator: ';', quoted: true }));
    keep('by-hand', sheet(ROWS));
    match(utf8.toString(), /Zoë Müller-O’Hara,14\/02\/2016,03\/04\/2019/);
    ok(windows.includes(Buffer.from('M\xfcller-O\x92Hara', 'latin1')));
}, { timeout: 120_000 });

async function read(name, agency, words = ['--skip-rejected']) {
    const who = here.person('coordinator', { agency });
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const { code, stdout, stderr } = await here.ctl(['import', files[name], '--json', '--sign-in-fd', '0', ...words],
        { status: 'any', input: `${who.email}\n${who.password}\n${who.code()}\n` });
    equal(code, 0, name + stderr + stdout);
    return JSON.parse(stdout);
}
const counted = ({ rows, new: fresh, changed, unchanged }) => ({ rows, new: fresh, changed, unchanged });
const standing = async (agency) => here.db.query(`SELECT a.kind, a.state, a.two_person, a.last_in_on::text, g.months, g.first_writer,
    array_agg(p.channel || ' ' || m.side ORDER BY p.channel, m.side) AS people, to_char(c.eighteenth_month, 'YYYY-MM') AS grown
    FROM letterbox.arrangement a JOIN letterbox.agreement g USING (agency_id, arrangement_id) JOIN letterbox.child c USING (agency_id, child_id)
    JOIN letterbox.arrangement_party m USING (agency_id, arrangement_id) JOIN letterbox.party p USING (agency_id, party_id)
    JOIN letterbox.agency y USING (agency_id) WHERE y.slug = $1 AND g.source = 'import'
    GROUP BY a.agency_id, a.arrangement_id, a.kind, a.state, a.two_person, a.last_in_on, g.months, g.first_writer, c.eighteenth_month
    ORDER BY a.state DESC, a.last_in_on, array_length(g.months, 1), g.months`, [agency]);

test('each export is read alike: the same rows, the same line and cell rejected, the same warnings', async () => {
    const first = await read('utf-8', 'fernshire', ['--dry-run']);
    deepEqual(counted(first), { rows: ROWS.length, new: GOOD, changed: 0, unchanged: 0 });
    deepEqual(first.rejected.map(({ column }) => column), ['months']);
    for (const name of Object.keys(files))
        deepEqual(await read(name, 'fernshire', ['--dry-run']), first, name);
});

test('after one of them was read in, none of the others changes anything; begun with another, the register is the same', async () => {
    deepEqual(counted(await read('utf-8', 'fernshire')), { rows: ROWS.length, new: GOOD, changed: 0, unchanged: 0 });
    deepEqual(counted(await read('windows', 'brackendale')), { rows: ROWS.length, new: GOOD, changed: 0, unchanged: 0 });
    for (const [name, agency] of [...Object.keys(files).map((one) => [one, 'fernshire']), ['utf-8', 'brackendale'], ['by-hand', 'brackendale']])
        deepEqual(counted(await read(name, agency)), { rows: ROWS.length, new: 0, changed: 0, unchanged: GOOD }, `${name} ${agency}`);
    const register = await standing('fernshire');
    equal(register.length, 3);
    deepEqual(await standing('brackendale'), register);
    deepEqual(register.map(({ months }) => months), [[3, 9], [3, 9], [3, 9]]);
});

test('staff read every letter of it at the desk, whichever export it came from', async () => {
    const desk = await here.start('desk');
    for (const agency of ['fernshire', 'brackendale']) {
        await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
        const { client } = await staffAtDesk(here, desk, 'coordinator', { agency });
        const open = async (q) => {
            const found = await client.submit(await client.get('/parties'), 'form-post_parties_search', { q });
            return client.get(found.find('[data-test=party-open]')[0].attribs.href);
        };
        let page = await open('Müller-O’Hara');
        equal(page.text('h1'), 'Jürgen Müller-O’Hara and Siân Müller-O’Hara', agency);
        equal(page.find('[name=address]')[0].children[0].data.trim(), 'The “Old” Mill\nGroße Straße 3; rear\nOtley\nLS57 3DW');
        page = await open('Renée');
        equal(page.text('h1'), 'Renée Béla and André Béla');
    }
    await desk.stop();
});
