// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl import reads a spreadsheet of arrangements into the register: all of it or nothing, and the same file
// again changes nothing.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { COLUMNS, relative, row, sheet } from '../harness/sheets.mjs';
import { BUILD_TEST, ROOT } from '../harness/places.mjs';
import { site } from '../harness/site.mjs';
import { run as runProgram } from '../harness/spawn.mjs';

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

test('what was read in stands at the desk, and what staff change there no old sheet undoes', async () => {
    const desk = await here.start('desk');
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const { client } = await staffAtDesk(here, desk, 'coordinator');
    const rows = [row(11, { risk: 'Has tried to find the family', notes: '=HYPERLINK("x")' })];
    await done(file(rows));
    const find = async (q) => {
        const found = await client.submit(await client.get('/parties'), 'form-post_parties_search', { q });
        return client.get(found.find('[data-test=party-open]')[0].attribs.href);
    };
    let page = await find('Kayla00011');
    equal(page.text('h1'), 'Kayla00011 Marsh');
    deepEqual(page.find('[name=leak_term]').map((one) => one.attribs.value).slice(0, 2), ['Okafor', 'Otley']);
    ok(page.has('[name=channel][value=link][checked]'));
    page = await client.submit(page, 'form-post_parties_ID', { address: '5 New Street\nSkipton\nBD92 1AA', checked: 'phone' });
    equal(page.status, 200, page.plain().slice(0, 300));

    const same = await done(file(rows));
    deepEqual([same.changed, same.unchanged], [0, 1]);
    match((await find('Kayla00011')).find('[name=address]')[0].children[0].data, /5 New Street/);

    const report = await done(file([{ ...rows[0], party_email: 'kayla.new@post.example', months: 'Mar, Sep' }]));
    deepEqual([report.changed, report.warnings.map(({ line, column }) => [line, column])], [1, [[2, 'party_email']]]);
    page = await find('Kayla00011');
    match(page.find('[name=address]')[0].children[0].data, /5 New Street/);
    deepEqual(page.find('[name=email]').map((one) => one.attribs.value).slice(0, 2),
        ['kayla.new@post.example', 'kayla00011@post.example']);
    const party = await here.db.one(`SELECT email_confirmed, address_confirmed, address_version FROM letterbox.party
        WHERE agency_id = $1 ORDER BY changed_at DESC NULLS LAST LIMIT 1`, [agency]);
    deepEqual(party, { email_confirmed: false, address_confirmed: true, address_version: 3 });
    const arrangement = await here.db.one(`SELECT two_person, state, photo_level FROM letterbox.arrangement
        WHERE agency_id = $1 ORDER BY made_at DESC LIMIT 1`, [agency]);
    deepEqual(arrangement, { two_person: true, state: 'active', photo_level: 'no_face' });
    await desk.stop();
});

test('other months are another version of the terms; the old one stays', async () => {
    await done(file([row(21)]));
    const report = await done(file([row(21, { months: '5, 11', last_letter_in: '12/03/2026' })]));
    equal(report.changed, 1);
    const versions = await here.db.query(`SELECT g.version, g.months, g.first_writer, g.source, a.last_in_on::text AS last
        FROM letterbox.agreement g JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE arrangement_id = (SELECT arrangement_id FROM letterbox.agreement WHERE agency_id = $1 AND source = 'import'
                                AND version = 2) ORDER BY g.version`, [agency]);
    deepEqual(versions, [
        { version: 1, months: [3, 9], first_writer: 'adoptive', source: 'import', last: '2026-03-12' },
        { version: 2, months: [5, 11], first_writer: 'adoptive', source: 'import', last: '2026-03-12' }]);
});

test('one bad row and nothing is written, or all but that row', async () => {
    const path = file([row(31), row(32, { child_dob: '31/02/2016' }), row(33)]);
    const before_ = await standing();
    const refused = await run(path);
    equal(refused.code, 1);
    match(refused.stderr, /Nothing was written, because rows were rejected/);
    deepEqual(refused.report.rejected.map(({ line, column }) => [line, column]), [[3, 'child_dob']]);
    deepEqual(await standing(), before_);
    const report = await done(path, ['--skip-rejected']);
    deepEqual([report.rows, report.new, report.rejected.length, report.arrangements], [3, 2, 1, 2]);
    equal((await standing()).arrangement.n - before_.arrangement.n, 2);
});

test('nothing stands on two sides: not in a row, not in a family, not with what is there', async () => {
    await done(file([row(41), row(42, { adopter_names: row(41).adopter_names, adopter_email: row(41).adopter_email,
        adopter_phone: row(41).adopter_phone, adopter_address: row(41).adopter_address })]));
    const home = row(41);
    const rows = [
        row(43, { party_email: row(43).adopter_email.toUpperCase() }),
        row(44, { party_phone: row(44).adopter_phone.replace(/^0/, '+44 ') }),
        row(45, { party_address: '45 LARKSPUR AVENUE\nLS57 3dw' }),
        row(46, { party_name: 'Sam Okafor', party_email: '', party_phone: '', party_channel: 'post', party_address: '' }),
        row(47),
        relative(48, 47, { party_email: row(47).adopter_email }),
        // the child of 42 is the brother or sister of that of 41, in the register
        relative(49, 42, { party_email: home.adopter_email }),
        relative(50, 41, { party_phone: home.adopter_phone }),
    ];
    const before_ = await standing();
    const { code, report, stdout } = await run(file(rows));
    equal(code, 1, stdout);
    deepEqual(report.rejected.map((one) => [one.line, one.column]), [[2, 'party_email'], [3, 'party_phone'],
        [4, 'party_address'], [6, 'party_name'], [8, 'party_email'], [9, 'party_email'], [10, 'party_phone']], stdout);
    for (const { problem } of report.rejected)
        match(problem, /both sides/);
    deepEqual(await standing(), before_);
});

test('children of one household, and of a sibling\'s family, are linked', async () => {
    const shared = Object.fromEntries(Object.entries(row(51)).filter(([name]) => name.startsWith('adopter_')));
    const sibling = row(53);
    const report = await done(file([row(51), row(52, shared), sibling,
        relative(54, 51, { party_relationship: "sister's adoptive family", party_name: sibling.adopter_names,
            party_email: sibling.adopter_email, party_address: sibling.adopter_address, party_phone: sibling.adopter_phone,
            party_channel: sibling.adopter_channel })]));
    // 51 and 52 live together; the family of 53 writes to 51
    deepEqual([report.arrangements, report.children, report.parties, report.siblings_linked], [3, 3, 5, 2]);
    const sides = await here.db.query(`SELECT side, count(*)::int AS n FROM letterbox.arrangement_party p
        WHERE agency_id = $1 AND party_id IN (SELECT party_id FROM letterbox.arrangement_party GROUP BY party_id
            HAVING count(DISTINCT side) > 1) AND arrangement_id IN (SELECT arrangement_id FROM letterbox.arrangement
            ORDER BY made_at DESC LIMIT 3) GROUP BY side ORDER BY side`, [agency]);
    deepEqual(sides, [{ side: 'adoptive', n: 1 }, { side: 'sibling', n: 1 }]);
});

test('states: a court order prohibits, and only a manager lifts that', async () => {
    const report = await done(file([row(61, { court_order: 'prohibits' }), row(62, { status: 'paused' })]));
    deepEqual(report.warnings.map(({ line, column }) => [line, column]), [[2, 'status']]);
    const states = async () => (await here.db.query(`SELECT state FROM letterbox.arrangement WHERE agency_id = $1
        ORDER BY made_at DESC, state LIMIT 2`, [agency])).map(({ state }) => state).sort();
    deepEqual(await states(), ['paused', 'prohibited']);
    const lifted = file([row(61, { court_order: 'none', status: 'paused' }), row(62, { status: 'active' })]);
    const refused = await run(lifted);
    deepEqual(refused.report.rejected.map(({ line, column }) => [line, column]), [[2, 'status']]);
    await done(lifted, [], { role: 'manager' });
    deepEqual(await states(), ['active', 'paused']);
});

test('what another agency has, or is offered, no sheet changes: the row says so, the others go in, the same row again is no matter', async () => {
    const rows = [row(65), row(66), row(67)];
    await done(file(rows));
    const manager = await here.db.one(`SELECT array_agg(staff_id ORDER BY staff_id) AS ids FROM letterbox.staff WHERE agency_id = $1`, [agency]);
    const [gone, offered] = (await here.db.query(`SELECT arrangement_id FROM letterbox.arrangement WHERE agency_id = $1
        ORDER BY made_at DESC, arrangement_id LIMIT 3`, [agency])).map(({ arrangement_id: id }) => id);
    const transfer = (id, arrangement, state, more) => here.db.query(`INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id,
        to_agency_id, proposed_by, proposed_at, offered_by, offered_at, state_before, state, sealed_reason, ${Object.keys(more)})
        SELECT $1, $2, $3, agency_id, $4, letterbox.now(), $5, letterbox.now(), 'active', $6, 'x', ${Object.values(more)}
          FROM letterbox.agency WHERE slug = 'brackendale'`, [agency, id, arrangement, manager.ids[0], manager.ids[1], state]);
    await transfer(6501, gone, 'taken', { decided_at: 'letterbox.now()', taken_as: '4711', letters_digest: `sha256('x')` });
    await here.db.query(`UPDATE letterbox.arrangement SET state = 'moved' WHERE arrangement_id = $1`, [gone]);
    await here.db.query(`UPDATE letterbox.arrangement SET state = 'held' WHERE arrangement_id = $1`, [offered]);
    await transfer(6601, offered, 'offered', { sealed_bundle: `'x'` });
    const before_ = await standing();
    deepEqual((await done(file(rows))).unchanged, 3);
    deepEqual(await standing(), before_, 'the same sheet again');
    const change = (n) => ({ status: 'ended', court_order: 'prohibits', months: '5, 11', party_phone: `077003000${n}` });
    for (const column of Object.keys(change(0))) {
        const path = file(rows.map((one, at) => ({ ...one, [column]: change(65 + at)[column] })));
        const { code, report, stderr } = await run(path, [], { role: 'manager' });
        deepEqual([code, report?.rejected.map((one) => [one.column, /(has moved|is offered) to another/.exec(one.problem)?.[1]]).sort()],
            [1, [[column, 'has moved'], [column, 'is offered']]], column + stderr);
        ok(report.rejected.every(({ cure }) => /at the desk/.test(cure)));
        deepEqual(await standing(), before_, column);
    }
    const further = await run(file([...rows, relative(68, 65), relative(69, 66), relative(70, 67)]), ['--skip-rejected'], { role: 'manager' });
    deepEqual([further.code, further.report.rejected.map(({ column }) => column), further.report.new], [0, ['arrangement', 'arrangement'], 1]);
});

test('cut off half way, it leaves nothing behind, and comes again', async () => {
    const path = file([row(71), relative(72, 71)]);
    const before_ = await standing(TABLES.filter((name) => name !== 'audit'));
    for (const point of ['import_people_written', 'import_rows_written', 'import_before_commit']) {
        const { code, signal } = await run(path, [], { environment: { LETTERBOX_FAULT: `${point}:kill` } });
        ok(code !== 0 || signal, point);
        await here.db.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lb_desk'");
        deepEqual(await standing(TABLES.filter((name) => name !== 'audit')), before_, point);
    }
    equal((await done(path)).new, 2);
});

test('who may not change the register imports nothing', async () => {
    for (const role of ['checker', 'administrator', 'inspector']) {
        const { code, stderr, stdout } = await run(file([row(81)]), ['--dry-run'], { role });
        equal(code, 1, role);
        match(stderr, /Only a coordinator or manager imports arrangements/);
        equal(stdout, '');
    }
});

test('what is written has rows of the audit', async () => {
    await done(file([row(91)]));
    const acts = await here.db.query(`SELECT act, count(*)::int AS n FROM letterbox.audit WHERE agency_id = $1 AND number >
        (SELECT max(number) - 5 FROM letterbox.audit WHERE agency_id = $1) GROUP BY act ORDER BY act`, [agency]);
    deepEqual(acts, [{ act: 'arrangement_added', n: 1 }, { act: 'party_added', n: 2 }, { act: 'register_compared', n: 1 },
        { act: 'register_imported', n: 1 }]);
    match((await here.ctl(['audit', 'verify'],
        { status: 'any' })).stdout, /fernshire/);
});

// ---- without a database

const offline = async (path, words = []) => {
    const answer = await here.ctl(['import', path, '--dry-run', '--offline', '--json', ...words], { status: 'any' });
    return { ...answer, report: answer.stdout ? JSON.parse(answer.stdout) : null };
};

test('semicolons, windows-1252 and line breaks in a cell read as commas and UTF-8 do', async () => {
    const rows = [row(1, { child_birth_name: 'Zoë Marsh', party_address: '1 Tannery Row\nSkipton\nBD92 7HL' }), row(2)];
    const plain = await offline(file(rows));
    equal(plain.report.new, 2);
    const windows = join(place, 'windows.csv');
    writeFileSync(windows, Buffer.from(sheet(rows, { separator: ';', newline: '\r\n' }), 'latin1'));
    const marked = join(place, 'marked.csv');
    writeFileSync(marked, `\ufeff${sheet(rows, { separator: '\t', newline: '\r\n' })}`);
    for (const path of [windows, marked])
        deepEqual((await offline(path)).report, plain.report, path);
});

test('a mapping file gives other headings', async () => {
    const path = file([row(1)], { heading: (name) => (name === 'arrangement' ? 'Our ref' : name) });
    equal((await offline(path)).code, 1);
    const map = join(place, 'map.ini');
    writeFileSync(map, '[columns]\narrangement = our ref\n');
    equal((await offline(path, ['--map', map])).report.new, 1);
    writeFileSync(map, '[columns]\nshoe_size = x\n');
    match((await offline(path, ['--map', map])).stderr, /map\.ini: line 2: the template has no such column/);
});

test('the template reads without a rejected row', async () => {
    const { report } = await offline(join(ROOT, 'docs/import-template.csv'));
    deepEqual(report.rejected, []);
    deepEqual(readFileSync(join(ROOT, 'docs/import-template.csv'), 'utf8').split('\n')[0].split(','), COLUMNS);
});

test('what is no table of rows says so', async () => {
    const cases = [['PK\u0003\u0004', /is not a CSV file/], ['', /No row of/], ['Ann Marsh,Tom\n1,2\n', /No row of/],
        [sheet([]), /No row of/]];
    for (const [text, words] of cases) {
        const path = join(place, 'bad.csv');
        writeFileSync(path, text);
        const { code, stderr, stdout } = await offline(path);
        equal(code, 1);
        match(stderr, words);
        ok(!stdout.includes('Marsh'), 'a heading that is none may be a name');
    }
    match((await offline('/nowhere.csv')).stderr, /cannot be read/);
    equal((await here.ctl(['import', 'x.csv', '--offline'], { status: 'any' })).code, 2);
});

test('on a terminal it shows how far it is; a file that takes what it says gets none of that', async () => {
    const path = file(Array.from({ length: 100 }, (_, n) => row(7000 + n)));
    const who = here.person('coordinator');
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const asked = (log) => runProgram(['script', '-qec', `"${join(BUILD_TEST, 'letterboxctl')}" import "${path}" --sign-in-fd 0 ${log}`, '/dev/null'], {
        env: { ...process.env, LETTERBOX_CONF: here.conf }, input: `${who.email}\n${who.password}\n${who.code()}\n` });
    const { stdout } = await asked('');
    const shown = stdout.split('\r').map((line) => line.replace('\u001b[K', '').trimEnd());
    ok(shown.includes('Reading 64'), stdout);
    const bars = shown.map((line) => /^Writing {3}\[([# ]{30})\] (\d+) of (\d+)$/.exec(line)).filter(Boolean);
    ok(bars.length > 5, stdout);
    let before_ = 0;
    for (const [, bar, done_, all] of bars) {
        ok(Number(done_) > before_ && Number(done_) <= Number(all), `${done_} of ${all}`);
        equal(bar.replaceAll(' ', '').length, Math.floor(Number(done_) * 30 / Number(all)));
        before_ = Number(done_);
    }
    const [, full, last, all] = bars.at(-1);
    ok(/^#+$/.test(full) && last === all, `it ends at ${last} of ${all}`);
    match(stdout, /\r\u001b\[K[^\r]*100 rows/);
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const quiet = join(place, 'said.txt');
    await asked(`2> "${quiet}"`);
    equal(readFileSync(quiet, 'utf8'), '');
});

test('no report says a cell\'s own words', async () => {
    const secret = 'Xylophonia';
    const bad = { status: secret, kind: secret, child_dob: secret, order_date: secret, adopter_names: `${secret}, Mr`,
        adopter_email: secret, adopter_phone: secret, adopter_channel: secret, party_name: `${secret}, ${secret}`,
        party_email: secret, party_phone: secret, party_channel: secret, months: secret, first_writer: secret, photos: secret,
        court_order: secret, leak_list: secret, language: secret, format: secret, last_letter_in: secret, last_letter_out: secret,
        child_birth_name: `${secret}@x.example`, adopter_address: '--', notes: secret, risk: secret };
    const path = file([row(1, bad), row(2, { party_email: `${secret}@x.example`, adopter_email: `${secret}@x.example` })]);
    const { report, stdout } = await offline(path);
    ok(report.rejected.length >= 20, String(report.rejected.length));
    ok(!stdout.toLowerCase().includes(secret.toLowerCase()));
    const words = await here.ctl(['import', path, '--dry-run', '--offline']);
    ok(!words.stdout.toLowerCase().includes(secret.toLowerCase()));
    match(words.stdout, /line 2, child_dob: /);
});
