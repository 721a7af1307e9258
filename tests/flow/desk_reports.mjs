// SPDX-License-Identifier: AGPL-3.0-or-later
// Reports: their figures counted a second time from the bare rows, what leaves the agency, and who may see what.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, match, ok, refused, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { queries } from '../harness/queries.mjs';
import { close } from '../harness/seal.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

const KINDS = ['indirect', 'one_way', 'direct'];
const STATES = ['active', 'paused', 'suspended', 'held', 'prohibited', 'inactive'];
const DAY = 86_400_000;
let here;
let db;
let agency;
let manager;
let first;      // an arrangement that the office has
let rows;       // everything, as the superuser reads it

let seed = 5;
const random = (most) => (seed = (seed * 48271) % 2147483647) % most;
const one = (list) => list[random(list.length)];

// Written past the triggers: what they guard is not what is counted here.
const bulk = (work) => db.query("SET session_replication_role = replica").then(work)
    .finally(() => db.query("SET session_replication_role = origin"));

async function history(id, child, entered) {
    let kind = one(['indirect', 'indirect', 'indirect', 'one_way', 'direct']);
    let state = one(['active', 'active', 'paused']);
    let at = entered;
    const was = [];
    for (let number = 1; number <= 1 + random(5); number += 1) {
        was.push([number, new Date(at).toISOString(), kind, state]);
        at += random(200) * DAY + random(DAY);
        if (random(6) === 0) kind = one(KINDS);
        else state = state === 'ended' ? 'active' : one([...STATES, 'ended', 'ended']);
    }
    const [, , last, now] = was.at(-1);
    await db.query(`INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, state, sealed_record, review_on, made_at)
        VALUES ($1, $2, $3, $4, $5, '\\x00', $6, $7)`, [agency, id, child, last, now,
        new Date(Date.UTC(2026, random(12), 1 + random(28))).toISOString().slice(0, 10), was[0][1]]);
    for (const [number, from, was_kind, was_state] of was)
        await db.query('INSERT INTO letterbox.arrangement_was VALUES ($1, $2, $3, $4, $5, $6)',
            [agency, id, number, from, was_kind, was_state]);
}

async function letter(id, received, { channel = 'portal', out = null, via = 'post', state = 'released' } = {}) {
    await db.query(`INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, state, received_at, changed_at, entered_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`, [agency, id, first.arrangement_id, first.party_id, channel, state, received,
        channel === 'paper' ? 1 : null]);
    if (!out)
        return;
    await db.query(`INSERT INTO letterbox.release (agency_id, release_id, letter_id, letter_version, arrangement_id, to_party, decision_id, composed_at)
        VALUES ($1, $2, $2, 1, $3, $4, 1, $5)`, [agency, id, first.arrangement_id, first.party_id, out]);
    await db.query(`INSERT INTO letterbox.dispatch (agency_id, dispatch_id, release_id, channel, address_version, state, made_at, changed_at)
        VALUES ($1, $2, $2, $3, 1, $4, $5, $5)`, [agency, id, via, via === 'portal' ? 'delivered' : 'sent', out]);
}

// Somebody of the demo's people is a grandmother from now on.
async function relate(relationship) {
    const keys = await db.query(`SELECT encode(public_key, 'hex') AS key FROM letterbox.agency_key
        WHERE agency_id = $1 AND purpose IN ('press', 'desk') AND state = 'active'`, [agency]);
    const { version } = await db.one('SELECT record_version + 1 AS version FROM letterbox.party WHERE party_id = $1', [first.party_id]);
    const sealed = await close({ purpose: 'PARTY', agency, table: 'party', row: first.party_id, version }, keys.map((row) => row.key),
        JSON.stringify({ kind: 'birth', names: ['Ann Marsh'], known_as: 'Ann', relationship, emails: [], phones: [], address: '', note: '', leak: [] }));
    await db.query('UPDATE letterbox.party SET sealed_record = $2, record_version = $3 WHERE party_id = $1', [first.party_id, sealed, version]);
}

// A review, a meeting and a reminder of the first arrangement, and a review before the half year.
async function beside() {
    for (const [id, at] of [['8000001', '2026-05-01T10:00:00Z'], ['8000002', '2025-05-01T10:00:00Z']])
        await db.query(`INSERT INTO letterbox.arrangement_review (agency_id, review_id, arrangement_id, kind, due_on, made_at, sealed_answers, done_at, done_by)
            VALUES ($1, $2, $3, 'regular', $4::date, $4::timestamptz - interval '60 days', $5, $4, 1)`,
        [agency, id, first.arrangement_id, at, Buffer.alloc(200, 7)]);
    await db.query(`INSERT INTO letterbox.visit (agency_id, visit_id, arrangement_id, state, starts_at, ends_at, margin_minutes, sealed_record, planned_by, made_at, changed_at)
        VALUES ($1, 8000003, $2, 'took_place', '2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z', 30, $3, 1, '2026-05-01', '2026-06-01')`,
    [agency, first.arrangement_id, Buffer.alloc(200, 7)]);
    await db.query(`INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on, state, agreement_version, changed_at)
        SELECT $1, 8000004, $2, $3, party_id, '2020-01-01', '2020-01-31', 'late', 1, now() FROM letterbox.arrangement_party
         WHERE arrangement_id = $2 AND side = 'adoptive' LIMIT 1`, [agency, first.arrangement_id, first.party_id]);
    for (const [id, act, event, notice] of [['8000005', 'reminder', 'sent', 1], ['8000006', 'staff', 'called', null], ['8000007', 'reminder', 'asked', 1]])
        await db.query(`INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, notice_id, staff_id, at)
            VALUES ($1, $2, 8000004, $3, $4, '2020-01-31', 14, $5, 1, '2020-02-14')`, [agency, id, act, event, notice]);
}

async function hold(id, letterId, at, reason) {
    const { public_key } = await db.one(`SELECT encode(public_key, 'hex') AS public_key FROM letterbox.agency_key
        WHERE agency_id = $1 AND purpose = 'desk' AND state = 'active'`, [agency]);
    const sealed = reason === null ? Buffer.alloc(200, 7)
        : await close({ purpose: 'DECISION', agency, table: 'decision', row: id, version: 1 }, [public_key],
            JSON.stringify({ act: 'hold', reason, note: 'They said so.' }));
    await db.query(`INSERT INTO letterbox.decision (agency_id, decision_id, letter_id, letter_version, kind, author, screen_digest, sealed_decision, decided_at)
        VALUES ($1, $2, $3, 1, 'hold', 1, $4, $5, $6)`, [agency, id, letterId, Buffer.alloc(32), sealed, at]);
}

before(async () => {
    here = await site();
    db = here.db;
    agency = await here.agency();
    first = await db.one(`SELECT m.arrangement_id::text, m.party_id::text, a.child_id::text FROM letterbox.arrangement_party m
        JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE m.agency_id = $1 AND m.side = 'birth' ORDER BY 1, 2 LIMIT 1`, [agency]);
    await bulk(async () => {
        for (let i = 1; i <= 160; i += 1)
            await history(String(5_000_000 + i), first.child_id, Date.UTC(2023, random(36), 1 + random(28), random(24)));
        for (let i = 1; i <= 90; i += 1) {
            const received = Date.UTC(2026, random(9), 1 + random(28), random(24), random(60));
            await letter(String(6_000_000 + i), new Date(received).toISOString(), { channel: one(['portal', 'email', 'paper']),
                via: one(['portal', 'link', 'post', 'post']),
                out: random(4) ? new Date(received + random(30) * DAY + random(DAY)).toISOString() : null });
        }
        await letter('6100001', '2026-03-31T23:30:00Z', { channel: 'email' });       // 1 April, in summer time
        await letter('6100002', '2026-03-31T22:30:00Z', { channel: 'email' });       // 31 March
        for (const [i, [at, reason]] of [['2026-04-10', 'no_address'], ['2026-05-10', 'withheld'], ['2026-06-10', 'withheld'],
            ['2026-07-10', null], ['2026-03-31T22:59:59Z', 'asked'], ['2026-09-30T23:00:00Z', 'other']].entries())
            await hold(String(7_000_001 + i), String(6_000_001 + i), at, reason);
        await beside();
        await hold('7000010', '6000001', '2026-04-20', 'not_ready');       // the later one counts
    });
    await relate('Maternal grandmother');
    rows = {
        was: await db.query(`SELECT arrangement_id::text AS id, number, extract(epoch FROM from_at)::float * 1000 AS at, kind, state
            FROM letterbox.arrangement_was WHERE agency_id = $1 ORDER BY 1, 2`, [agency]),
        letters: await db.query(`SELECT letter_id::text AS id, channel, state, extract(epoch FROM received_at)::float * 1000 AS at
            FROM letterbox.letter WHERE agency_id = $1`, [agency]),
        went: await db.query(`SELECT r.letter_id::text AS id, d.channel, extract(epoch FROM d.changed_at)::float * 1000 AS at
            FROM letterbox.dispatch d JOIN letterbox.release r USING (agency_id, release_id)
            WHERE d.agency_id = $1 AND r.kind = 'letter' AND d.state IN ('sent', 'delivered')`, [agency]),
    };
    const desk = await here.start('desk');
    manager = (await staffAtDesk(here, desk, 'manager')).client;
    here.desk = desk;
});

// ---- counted a second time ----

const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' });
const dayOf = (ms) => date.format(new Date(ms));                        // "2026-04-01"
const dayNumber = (ms) => Date.parse(dayOf(ms)) / DAY;

// What each arrangement was at the end of the day: the last row of a day that is not later.
function asAt(day) {
    const found = new Map();
    for (const row of rows.was)
        if (dayOf(row.at) <= day)
            found.set(row.id, row);
    return found;
}
const open = (was) => [...was.values()].filter((row) => row.state !== 'ended');
const dayBefore = (day) => new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);

function flow(from, to) {
    const start = asAt(dayBefore(from));
    const end = asAt(to);
    const all = [...end.values()];
    const was = (row) => start.get(row.id)?.state;
    return [open(start).length, all.filter((row) => !was(row)).length,
        all.filter((row) => was(row) === 'ended' && row.state !== 'ended').length,
        all.filter((row) => was(row) !== 'ended' && row.state === 'ended').length, open(end).length];
}

const form = (prefix, day) => { const [year, month, number] = day.split('-').map(Number); return `${prefix}_day=${number}&${prefix}_month=${month}&${prefix}_year=${year}`; };
const get = (name, from, to, as = '', who = manager) => who.get(`/reports/${name}?${[from && form('from', from), to && form('to', to), as && `as=${as}`].filter(Boolean).join('&')}`);
const table = (page, code) => Object.fromEntries(page.find(`[data-test=table-${code}] [data-test=row-count]`).map((row) => [row.attribs['data-id'],
    row.children.filter((cell) => cell.name === 'td').map((cell) => Number(cell.children[0].data))]));
const sums = (page, code) => page.text(`[data-test=table-${code}] [data-test=sums]`);

test('arrangements as at a day, by kind and state, are what the bare rows say', async () => {
    for (const day of ['2024-02-29', '2025-06-30', '2026-03-31', '2026-10-25']) {
        const page = await get('purpose', null, day);
        equal(page.status, 200, page.plain().slice(0, 400));
        const now = open(asAt(day));
        const shown = table(page, 'kind');
        for (const kind of KINDS)
            deepEqual(shown[kind], [...STATES.map((state) => now.filter((row) => row.kind === kind && row.state === state).length),
                now.filter((row) => row.kind === kind).length], `${day} ${kind}`);
        equal(shown.total.at(-1), now.length);
        match(sums(page, 'kind'), new RegExp(`= ${now.length}\\. `));
        ok(!/tell the operator/.test(page.plain()));
        const [side, channel, relation] = ['side', 'channel', 'relation'].map((code) => table(page, code).total[0]);
        deepEqual([channel, relation], [side, side]);
    }
});

test('who they are to the child is counted from the sealed records', async () => {
    const relation = table(await get('purpose', null, dayOf(Date.now())), 'relation');
    const { n } = await db.one(`SELECT count(*)::int AS n FROM letterbox.arrangement_party m JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE m.agency_id = $1 AND m.side = 'adoptive' AND m.state <> 'ended' AND a.state <> 'ended'`, [agency]);
    equal(relation.adoptive[0], n);
    const { mine } = await db.one(`SELECT count(*)::int AS mine FROM letterbox.arrangement_party m JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE m.party_id = $1 AND m.state <> 'ended' AND a.state <> 'ended'`, [first.party_id]);
    ok(mine > 0);
    deepEqual([relation.grandparent[0], relation.unknown[0]], [mine, relation.total[0] - n - mine]);
});

test('the six-monthly report is what the bare rows say, and reconciles', async () => {
    const [from, to] = ['2026-04-01', '2026-09-30'];
    const page = await get('period', from, to);
    equal(page.status, 200, page.plain().slice(0, 400));
    const wanted = flow(from, to);
    deepEqual(table(page, 'flow').period, wanted);
    equal(wanted[0] + wanted[1] + wanted[2] - wanted[3], wanted[4]);
    const within = (ms) => dayOf(ms) >= from && dayOf(ms) <= to;
    const shownIn = table(page, 'in');
    for (const channel of ['portal', 'email', 'paper'])
        equal(shownIn[channel][0], rows.letters.filter((row) => row.channel === channel && row.state !== 'set_aside' && within(row.at)).length, channel);
    const shownOut = table(page, 'out');
    for (const channel of ['portal', 'link', 'post'])
        equal(shownOut[channel][0], rows.went.filter((row) => row.channel === channel && within(row.at)).length, channel);
    const firsts = new Map();
    for (const row of rows.went)
        firsts.set(row.id, Math.min(row.at, firsts.get(row.id) ?? Infinity));
    const days = [...firsts].filter(([, at]) => within(at))
        .map(([id, at]) => dayNumber(at) - dayNumber(rows.letters.find((row) => row.id === id).at)).sort((a, b) => a - b);
    const nth = (share) => days[Math.ceil(share * days.length) - 1];
    deepEqual(Object.values(table(page, 'days')).flat(), [days.length, nth(0.5), nth(0.9)]);
    ok(days.length > 20);
    deepEqual(table(page, 'reviews').done, [1], 'the review of the year before is not of this time');
    deepEqual(table(page, 'visits').took_place, (await db.query(`SELECT count(*)::int AS n FROM letterbox.visit WHERE agency_id = $1 AND state = 'took_place'
        AND (starts_at AT TIME ZONE 'Europe/London')::date BETWEEN $2 AND $3`, [agency, from, to])).map(({ n }) => n));
    const today = dayOf(Date.now());
    match((await get('period', today, today)).plain(), /Languages.*Number English [1-9]/);
});

test('a letter late on 31 March in Greenwich is one of April here', async () => {
    const march = table(await get('period', '2026-03-31', '2026-03-31'), 'in').email[0];
    const april = table(await get('period', '2026-04-01', '2026-04-01'), 'in').email[0];
    const count = (day) => rows.letters.filter((row) => row.channel === 'email' && dayOf(row.at) === day).length;
    deepEqual([march, april], [count('2026-03-31'), count('2026-04-01')]);
    equal(dayOf(rows.letters.find((row) => row.id === '6100001').at), '2026-04-01');
});

test('reasons are opened for letters held in these days, and for no others', async () => {
    const held = table(await get('period', '2026-04-01', '2026-09-30'), 'held');
    deepEqual(Object.fromEntries(Object.entries(held).map(([code, [n]]) => [code, n])),
        { no_address: 0, not_ready: 1, asked: 0, withheld: 2, other: 0, sealed: 1, total: 4 });
});

test('freedom of information counts each year, and one ends as the next begins', async () => {
    const page = await get('foi', '2023-04-01', '2026-03-31');
    equal(page.status, 200, page.plain().slice(0, 400));
    const kinds = table(page, 'year_kind');
    const flows = table(page, 'year_flow');
    for (const [year, [from, to]] of [['2023-04-01', '2024-03-31'], ['2024-04-01', '2025-03-31'], ['2025-04-01', '2026-03-31']].entries()) {
        const now = open(asAt(to));
        deepEqual(kinds[year + 1], [...KINDS.map((kind) => now.filter((row) => row.kind === kind).length), now.length]);
        deepEqual(flows[year + 1], flow(from, to));
        if (year)
            equal(flows[year + 1][0], flows[year].at(-1));
    }
});

// ---- what leaves ----

// Another program's reader: Python's csv module.
async function readCsv(bytes) {
    const { stdout } = await run(['python3', '-c', 'import csv,io,json,sys\n'
        + 'print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode("utf-8-sig"), newline=""), strict=True))))'], { input: bytes });
    return JSON.parse(stdout);
}

const cells = (csv, title) => {
    const start = csv.findIndex((row) => row[0] === 'Table' && row[1] === title);
    const end = csv.findIndex((row, i) => i > start && row.length === 0);
    return Object.fromEntries(csv.slice(start + 2, end < 0 ? undefined : end).map(([name, ...rest]) => [name, rest]));
};

test('what leaves the agency holds no number from 1 to 4, and a second number is hidden with it', async () => {
    const page = await get('period', '2026-04-01', '2026-09-30');
    match(page.text('[data-test=report-inside]'), /exact numbers/);
    const file = await get('period', '2026-04-01', '2026-09-30', 'csv');
    equal(file.headers['content-type'], 'text/csv; charset=utf-8');
    match(file.headers['content-disposition'], /letterbox-period-2026-09-30\.csv/);
    ok(!/[^\r]\n/.test(file.body), 'lines end with CR LF');
    const csv = await readCsv(Buffer.from(file.body));
    deepEqual(csv[0], ['Report', 'Six months or a year']);
    const held = cells(csv, 'Why letters were put on the shelf');
    deepEqual([held['It would do harm'], held['No safe address'], held.Total], [['<5'], ['0'], ['<5']]);
    deepEqual(cells(csv, 'Letters in').Online, [String(table(page, 'in').portal[0])]);
    const numbers = csv.flatMap((row) => (['Table', 'Definition', 'Adds up', 'When', 'Printed', 'Small numbers'].includes(row[0]) ? [] : row.slice(1)))
        .filter((cell) => /^\d+$/.test(cell)).map(Number);
    ok(numbers.length > 10, numbers.join());
    const days = cells(csv, 'Days from receipt to dispatch');      // days are no counts
    const told = Object.values(days).flat().map(Number);
    deepEqual(numbers.filter((n) => n > 0 && n < 5 && !told.includes(n)), []);
    ok(csv.filter((row) => row[0] === 'Adds up').every((row) => !/\b[1-4]\b(?! [a-z])/.test(row[1].replace(/<5/g, ''))));
});

test('a cell that begins like a formula is text', async () => {
    await db.query("UPDATE letterbox.agency SET name = '=HYPERLINK(\"http://evil.example\"),1' WHERE agency_id = $1", [agency]);
    const csv = await readCsv(Buffer.from((await get('purpose', null, '2026-09-30', 'csv')).body));
    deepEqual(csv[1], ['Agency', "'=HYPERLINK(\"http://evil.example\"),1"]);
    await db.query("UPDATE letterbox.agency SET name = 'Fernshire Council' WHERE agency_id = $1", [agency]);
});

test('the PDF has the same numbers, definitions and sums', async () => {
    const file = await get('purpose', null, '2026-09-30', 'pdf');
    equal(file.headers['content-type'], 'application/pdf');
    const { stdout } = await run(['pdftotext', '-layout', '-', '-'], { input: file.bytes });
    const text = stdout.replace(/\s+/g, ' ');
    for (const wanted of ['Statement of Purpose', 'Fernshire Council', 'At the end of 30 September 2026', 'An arrangement is one child',
        'Numbers from 1 to 4 are printed as <5', 'Page 1 of', 'Adds up: Letters both ways', 'Who they are to the child'])
        ok(text.includes(wanted), `${wanted} is not in: ${text.slice(0, 600)}`);
    const csv = cells(await readCsv(Buffer.from((await get('purpose', null, '2026-09-30', 'csv')).body)), 'Arrangements');
    ok(text.includes(`Letters both ways ${csv['Letters both ways'].join(' ')}`), text.slice(0, 1500));
});

// ---- who may ----

const ctl = async (words, role) => {
    const who = here.person(role);
    await db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    return here.ctl(['report', ...words, '--sign-in-fd', '0'], { status: 'any', input: `${who.email}\n${who.password}\n${who.code()}\n` });
};

test('letterboxctl prints what the desk shows, with small numbers hidden unless asked', async () => {
    const exact = await ctl(['period', '--from', '1/4/2026', '--to', '2026-09-30', '--exact'], 'inspector');
    equal(exact.code, 0, exact.stderr);
    match(exact.stdout, /for inside the agency only/);
    match(exact.stdout, /It would do harm\s+2\n/);
    const wanted = flow('2026-04-01', '2026-09-30');
    match(exact.stdout, new RegExp(`This time\\s+${wanted.join('\\s+')}\\n`));
    const leaves = await ctl(['period', '--from', '2026-04-01', '--to', '2026-09-30', '--csv'], 'coordinator');
    equal(leaves.code, 0, leaves.stderr);
    const csv = await readCsv(leaves.bytes);
    deepEqual(cells(csv, 'Why letters were put on the shelf')['It would do harm'], ['<5']);
    deepEqual(csv, await readCsv(Buffer.from((await get('period', '2026-04-01', '2026-09-30', 'csv')).body)));
    const pdf = join(here.home, 'purpose.pdf');
    const drawn = await ctl(['purpose', '--to', '30/9/2026', '--pdf', pdf], 'manager');
    equal(drawn.code, 0, drawn.stderr);
    ok(readFileSync(pdf).subarray(0, 5).equals(Buffer.from('%PDF-')));
    const again = await ctl(['purpose', '--pdf', pdf], 'manager');
    equal(again.code, 1);
    match(again.stderr, /is there already/);
    const relation = await ctl(['purpose', '--to', dayOf(Date.now()), '--exact'], 'manager');
    const atDesk = table(await get('purpose', null, dayOf(Date.now())), 'relation');
    match(relation.stdout, new RegExp(`Grandparents\\s+${atDesk.grandparent[0]}\\n`));
});

test('wrong words are usage, wrong roles are refused', async () => {
    for (const words of [['nothing'], ['period', '--from', '31/4/2026'], ['period', '--from', '2026-05-01', '--to', '2026-04-01'],
        ['purpose', '--from', '2026-04-01'], ['timeline'], ['period', '--csv', '--exact'], ['region', '--exact'],
        ['timeline', '--arrangement', 'xyz'], ['foi', '--from', '1950-01-01']])
        equal((await here.ctl(['report', ...words], { status: 'any' })).code, 2, words.join(' '));
    for (const [words, role] of [[['purpose'], 'checker'], [['purpose'], 'administrator'],
        [['timeline', '--arrangement', codeOf(first.arrangement_id)], 'coordinator']]) {
        const answer = await ctl(words, role);
        equal(answer.code, 1, role);
        match(answer.stderr, /^letterboxctl report: Only a /);
    }
});

test('a manager takes out the timeline of one arrangement; it names nobody, and is noted', async () => {
    const code = codeOf(first.arrangement_id);
    const page = await manager.get(`/reports/timeline?arrangement=${code.toUpperCase()}`);
    equal(page.status, 200, page.plain().slice(0, 300));
    const shown = page.find('[data-test=row-event]').length;
    ok(shown > 90, shown);
    match(page.plain(), /The arrangement was entered: /);
    match(page.plain(), /A letter came in: Paper, Birth relatives/);
    match(page.plain(), /Staff decided about a letter: put on the shelf/);
    match(page.plain(), /The agreement was reviewed: the usual review/);
    match(page.plain(), /A meeting: took place/);
    deepEqual(page.plain().match(/A letter was asked for: [\w ]+, Birth relatives/g)?.sort(),
        ['A letter was asked for: by a reminder, Birth relatives', 'A letter was asked for: by phone, Birth relatives']);
    const csv = await readCsv(Buffer.from((await manager.get(`/reports/timeline?arrangement=${code}&as=csv`)).body));
    equal(csv.length - csv.findIndex((row) => row[0] === 'When') - 1, shown);
    const { stdout } = await run(['pdftotext', '-layout', '-', '-'], { input: (await manager.get(`/reports/timeline?arrangement=${code}&as=pdf`)).bytes });
    match(stdout, /A letter came in/);
    equal((await manager.get('/reports/timeline?arrangement=nothing')).status, 422);
    const { stdout: printed } = await ctl(['timeline', '--arrangement', code], 'manager');
    match(printed, /The arrangement was entered/);
    const acts = await db.query(`SELECT act, object_id::text FROM letterbox.audit WHERE agency_id = $1 AND object_kind = 'arrangement'
        AND act LIKE 'report%' ORDER BY number`, [agency]);
    deepEqual(acts.map((row) => row.act), ['report_shown', 'report_taken', 'report_taken', 'report_taken']);
    ok(acts.every((row) => row.object_id === first.arrangement_id));
});

test('each role sees the reports that are for it', async () => {
    for (const [role, status] of [['coordinator', 200], ['inspector', 200], ['checker', 403], ['administrator', 403]]) {
        const { client } = await staffAtDesk(here, here.desk, role);
        equal((await client.get('/reports/purpose')).status, status, role);
        equal((await client.get('/reports/timeline')).status, 403, role);
    }
});

test('mistakes in the days are told at the field', async () => {
    for (const [query, code] of [['from_day=31&from_month=4&from_year=2026', 'date-wrong'], ['from_day=2&from_month=4&from_year=2026&to_day=1&to_month=4&to_year=2026', 'days-order'],
        ['from_day=2&from_month=4&from_year=1950', 'days-many']]) {
        const page = await manager.get(`/reports/period?${query}`);
        equal(page.status, 422);
        ok(page.has(`[data-test=msg-${code}]`), code);
        ok(!page.has('[data-test=report-csv]'));
    }
    equal((await manager.get('/reports/period?as=xml')).status, 404);
});

// ---- whose rights ----

const session = async (slug) => (await import('../harness/world.mjs')).World.prototype.session.call({ db, now: async () => (await db.one('SELECT letterbox.now()::text AS now')).now,
    insert: (await import('../harness/world.mjs')).World.prototype.insert }, { id: (await db.one('SELECT agency_id::text AS id FROM letterbox.agency WHERE slug = $1', [slug])).id },
{ kind: 'desk', role: 'manager', staff_id: (await db.one(`SELECT staff_id::text AS id FROM letterbox.staff s JOIN letterbox.agency a USING (agency_id)
    WHERE a.slug = $1 AND s.role = 'manager' LIMIT 1`, [slug])).id });

test('counts are of the own agency, under rights that open nothing sealed', async () => {
    const { report_purpose: counts } = Object.fromEntries(queries());
    const total = async (sql) => Number((await sql(counts.text, ['2100-01-01'])).find((row) => row.part === 'kind' && row.line === 'total').n);
    const others = (await db.query('SELECT slug FROM letterbox.agency WHERE agency_id <> $1', [agency])).map((row) => row.slug);
    for (const slug of ['fernshire', ...others]) {
        const { n } = await db.one(`SELECT count(*)::int AS n FROM letterbox.arrangement a JOIN letterbox.agency g USING (agency_id)
            WHERE g.slug = $1 AND a.state <> 'ended'`, [slug]);
        await db.as('lb_desk', async (sql) => {
            await sql("SELECT set_config('role', 'lb_report', true)");
            equal(await total(sql), n, slug);
        }, { session: await session(slug) });
    }
    await db.as('lb_report', async (sql) => equal(await total(sql), 0));
    for (const forbidden of ['SELECT sealed_record FROM letterbox.party', 'SELECT sealed_decision FROM letterbox.decision',
        'SELECT sealed_record FROM letterbox.arrangement', "SELECT * FROM letterbox.report_region('2020-01-01', '2030-01-01')",
        "UPDATE letterbox.arrangement_was SET state = 'active'"])
        await refused(db.as('lb_desk', async (sql) => {
            await sql("SELECT set_config('role', 'lb_report', true)");
            await sql(forbidden);
        }, { session: await session('fernshire') }), '42501');
});

test('the host of a region gets counts for each authority, with small numbers hidden', async () => {
    const answer = await here.ctl(['report', 'region', '--from', '2026-01-01', '--to', '2026-12-31', '--csv'], { status: 'any' });
    equal(answer.code, 0, answer.stderr);
    const shown = cells(await readCsv(answer.bytes), 'Counts for each authority');
    const slugs = (await db.query("SELECT slug FROM letterbox.agency WHERE state = 'active' ORDER BY 1")).map((row) => row.slug);
    deepEqual(Object.keys(shown), ['', ...slugs, 'Total', 'Adds up']);
    equal(shown.fernshire[2], String(rows.letters.filter((row) => row.state !== 'set_aside' && dayOf(row.at) >= '2026-01-01' && dayOf(row.at) <= '2026-12-31').length));
    ok([...slugs, 'Total'].flatMap((name) => shown[name]).every((cell) => !/^[1-4]$/.test(cell)));
});

test('what an arrangement was is noted by the database, and stays', async () => {
    const id = '5000001';
    await db.query("UPDATE letterbox.arrangement SET kind = 'direct', state = 'active' WHERE arrangement_id = $1", [id]);
    const was = async () => db.query('SELECT kind, state FROM letterbox.arrangement_was WHERE arrangement_id = $1 ORDER BY number', [id]);
    const before_ = (await was()).length;
    await db.query("UPDATE letterbox.arrangement SET state = 'ended' WHERE arrangement_id = $1", [id]);
    await db.query('UPDATE letterbox.arrangement SET two_person = true WHERE arrangement_id = $1', [id]);
    const now = await was();
    equal(now.length, before_ + 1);
    deepEqual(now.at(-1), { kind: 'direct', state: 'ended' });
    for (const change of ["UPDATE letterbox.arrangement_was SET state = 'active'", 'DELETE FROM letterbox.arrangement_was', 'TRUNCATE letterbox.arrangement_was'])
        await refused(db.query(change), 'history_stays');
    ok(existsSync(here.home));
});
