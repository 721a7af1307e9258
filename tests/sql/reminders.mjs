// SPDX-License-Identifier: AGPL-3.0-or-later
// Reminders in the database: what stops a notice when it is sent and printed, and takes it back at once; one notice a
// person a day; what was done is never changed; which ladders, moves of an expected letter and bounds of more time there are.

import { before, cleanup, deepEqual, equal, ok, refused, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { queries } from '../harness/queries.mjs';
import { World, key, sealed } from '../harness/world.mjs';

let db;
let world;
let north;
let one;
let day;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    one = await world.story(north);
    ({ day } = await db.one(`SELECT letterbox.now()::date::text AS day`));
    // Nothing of theirs is in the house, and the story's own notice has gone.
    await world.pastTriggers(async () => {
        await db.query(`UPDATE letterbox.letter SET state = 'released'`);
        await db.query(`UPDATE letterbox.notice SET state = 'stopped', code = 'unknown', day = day - 1`);
    });
});

// One connection for each role, as a process has it.
const clients = new Map();
async function run(role, fn, { session = '', lease = '', commit = true } = {}) {
    if (!clients.has(role))
        clients.set(role, await db.client(role));
    const { sql } = clients.get(role);
    let ended = 'ROLLBACK';
    await sql('BEGIN');
    try {
        await sql(`SELECT set_config('letterbox.session', $1, true), set_config('letterbox.lease', $2, true)`, [session, lease]);
        const result = await fn(sql);
        ended = commit ? 'COMMIT' : 'ROLLBACK';
        return result;
    } finally {
        await sql(ended);
    }
}
const desk = (fn, { role = 'coordinator', ...options } = {}) => run('lb_desk', fn, { session: north.sessions[role], ...options });
const post = (fn, options) => run('lb_post', fn, { lease: north.jobs.post, ...options });
const press = (fn, options) => run('lb_press', fn, { lease: north.jobs.press, ...options });
const diary = (fn, options) => run('lb_diary', fn, { lease: north.jobs.diary, ...options });
const portal = (fn, options) => run('lb_portal', fn, { session: one.session, ...options });
cleanup(() => Promise.all([...clients.values()].map((client) => client.end())));
const newId = async () => (await db.one('SELECT letterbox.new_id()::text AS id')).id;
const plus = (days) => db.one('SELECT ($1::date + $2::int)::text AS day', [day, days]).then((row) => row.day);

// Another expected letter of the family's to the mother; the day by which is so many days ahead.
async function expect(fields = {}) {
    const id = await newId();
    const { months = 0, ...rest } = fields;
    await world.insert('occasion', { agency_id: north.id, occasion_id: id, arrangement_id: one.arrangement, from_party: one.family,
        to_party: one.mother, month: (await db.one(`SELECT (date_trunc('month', $1::date) - $2 * interval '1 month')::date::text AS m`,
            [day, months || (await db.one('SELECT count(*)::int AS n FROM letterbox.occasion')).n])).m,
        due_on: day, agreement_version: 1, changed_at: await world.now(), ...rest });
    return id;
}

let days = 0;
// A notice about one, made and with its message or its print: { notice, message, print }.
async function made(occasion, { kind = 'reminder', to = one.family, print = false } = {}) {
    const at = await world.now();
    const here = { agency_id: north.id };
    const notice = await newId();
    const item = await newId();
    await world.insert('notice', { ...here, notice_id: notice, to_party: to, kind, day: await plus(days += 1), by_on: day,
        state: 'ready', way: print ? 'post' : 'email', address_version: 1, made_at: at, changed_at: at });
    await world.insert('chase', { ...here, chase_id: await newId(), occasion_id: occasion, act: kind, event: 'asked', base_on: day,
        day: days % 80, ladder_version: 1, notice_id: notice, at });
    if (print) {
        const blobs = [await world.blob(north, await newId(), 'print'), await world.blob(north, await newId(), 'print')];
        await world.insert('print_item', { ...here, print_id: item, notice_id: notice, letter_blob: blobs[0], sheet_blob: blobs[1],
            made_at: at });
        return { notice, print: item };
    }
    await world.insert('message', { ...here, message_id: item, kind, to_party: to, notice_id: notice, sealed_body: sealed(),
        sealed_address: sealed(), mail_token: key(`token ${item}`).toString('hex').slice(0, 32), made_at: at, changed_at: at });
    return { notice, message: item };
}

const stateOf = async (table, id) => {
    const { state, code } = await db.one(`SELECT state, ${table === 'print_item' ? 'NULL' : 'code'} AS code FROM letterbox.${table}
        WHERE ${table === 'print_item' ? 'print' : table}_id = $1`, [id]);
    return code ? `${state}: ${code}` : state;
};
const events = async (occasion) => (await db.query(`SELECT event, code FROM letterbox.chase WHERE occasion_id = $1 ORDER BY at`,
    [occasion])).map(({ event, code }) => code ? `${event}: ${code}` : event);
const begin = (message, options) => post(async (sql) =>
    (await sql('SELECT refusal FROM letterbox.message_begin($1)', [message]))[0].refusal, options);

const set = (table, where, change) => [table, where, change];
const person = (name, change) => set('party', `party_id = ${one[name]}`, change);
const part = (name, change) => set('arrangement_party', `arrangement_id = ${one.arrangement} AND party_id = ${one[name]}`, change);
const arrangement = (state) => set('arrangement', `arrangement_id = ${one.arrangement}`, { state });

// [code of a reminder, code of word of a delay, the change]; null: it goes on.
const STOPS = () => [
    ...['paused', 'suspended', 'held', 'prohibited', 'inactive', 'ended', 'moved'].map((state) =>
        [`arrangement_${state}`, `arrangement_${state}`, arrangement(state)]),
    ['writer_paused', null, person('family', { state: 'paused' })],
    ['writer_moved', null, person('family', { state: 'moved' })],
    ['writer_dead', 'writer_dead', person('family', { state: 'dead' })],
    ['writer_ended', 'writer_ended', person('family', { state: 'ended' })],
    ['writer_not_writing', null, part('family', { state: 'paused' })],
    ['writer_not_writing', 'writer_not_writing', part('family', { state: 'ended' })],
    ['writer_not_writing', 'writer_not_writing', part('family', { may_write: false })],
    [null, 'reader_paused', person('mother', { state: 'paused' })],
    [null, 'reader_moved', person('mother', { state: 'moved' })],
    ['reader_dead', 'reader_dead', person('mother', { state: 'dead' })],
    ['reader_ended', 'reader_ended', person('mother', { state: 'ended' })],
    [null, 'reader_not_receiving', part('mother', { state: 'paused' })],
    ['reader_not_receiving', 'reader_not_receiving', part('mother', { state: 'ended' })],
    ['reader_not_receiving', 'reader_not_receiving', part('mother', { may_receive: false })],
    ['agency_frozen', 'agency_frozen', set('agency', `agency_id = ${north.id}`, { frozen_at: '2026-01-01' })],
];

async function change([table, where, fields], { quietly = false } = {}) {
    const names = Object.keys(fields);
    const [old] = await db.query(`SELECT ${names.join()} FROM letterbox.${table} WHERE ${where}`);
    const text = `UPDATE letterbox.${table} SET ${names.map((name, i) => `${name} = $${i + 1}`).join()} WHERE ${where}`;
    const put = (values) => db.query(text, values);
    await (quietly ? world.pastTriggers(() => put(Object.values(fields))) : put(Object.values(fields)));
    return () => world.pastTriggers(() => put(Object.values(old)));
}

test('a change that stops a notice takes it back the same moment: asked for, with the post, failed, or to be printed', async () => {
    for (const [reminder, delay, stop] of STOPS()) {
        const occasion = await expect();
        const mail = await made(occasion);
        const told = await made(occasion, { kind: 'delay', to: one.mother });
        const print = await made(occasion, { print: true });
        const undo = await change(stop);
        const expected = reminder ? `stopped: ${reminder}` : 'ready';
        equal(await stateOf('notice', mail.notice), expected, JSON.stringify(stop));
        equal(await stateOf('message', mail.message), expected, JSON.stringify(stop));
        equal(await stateOf('print_item', print.print), reminder ? 'stopped' : 'queued', JSON.stringify(stop));
        equal(await stateOf('message', told.message), delay ? `stopped: ${delay}` : 'ready', JSON.stringify(stop));
        if (reminder)
            ok((await events(occasion)).includes(`stopped: ${reminder}`), 'the proof says so');
        await undo();
        equal(await stateOf('notice', mail.notice), expected, 'what was taken back stays so');
    }
});

test('a notice is asked about again in the transaction that sends or prints it', async () => {
    for (const [reminder, delay, stop] of STOPS()) {
        const occasion = await expect();
        const mail = await made(occasion);
        const told = await made(occasion, { kind: 'delay', to: one.mother });
        const print = await made(occasion, { print: true });
        const undo = await change(stop, { quietly: true });     // as if it came between two looks
        equal(await begin(mail.message), reminder, JSON.stringify(stop));
        equal(await stateOf('notice', mail.notice), reminder ? `stopped: ${reminder}` : 'ready');
        equal(await begin(told.message), delay, JSON.stringify(stop));
        equal((await desk((sql) => sql('SELECT letterbox.print_begin($1, 7) AS refusal', [print.print])))[0].refusal, reminder);
        equal(await stateOf('print_item', print.print), reminder ? 'stopped' : 'printed');
        await undo();
    }
});

test('a printed reminder stops until it is posted, and is proof once it is', async () => {
    const occasion = await expect();
    const print = await made(occasion, { print: true });
    const other = await made(occasion, { print: true });
    await desk(async (sql) => {
        for (const { print: item } of [print, other])
            equal((await sql('SELECT letterbox.print_take($1, 7) AS refusal', [item]))[0].refusal, null);
    });
    equal((await desk((sql) => sql('SELECT letterbox.print_posted($1, $2) AS refusal', [other.print, day])))[0].refusal, null);
    const undo = await change(person('family', { state: 'dead' }), { quietly: true });
    equal((await desk((sql) => sql('SELECT letterbox.print_check($1) AS refusal', [print.print])))[0].refusal, 'writer_dead');
    await undo();
    deepEqual([await stateOf('print_item', print.print), await stateOf('print_item', other.print)], ['stopped', 'posted']);
    deepEqual((await events(occasion)).sort(), ['asked', 'asked', 'posted', 'printed', 'printed', 'stopped: writer_dead']);
    equal((await db.one('SELECT reminders FROM letterbox.occasion WHERE occasion_id = $1', [occasion])).reminders, 1);
});

test('what is no longer to be asked for stops it: it came, was waived, more time was given, a letter is in the house', async () => {
    for (const [code, stop] of [
        ['occasion_received', (id) => db.query(`UPDATE letterbox.occasion SET state = 'received' WHERE occasion_id = $1`, [id])],
        ['occasion_waived', (id) => db.query(`UPDATE letterbox.occasion SET state = 'waived' WHERE occasion_id = $1`, [id])],
        ['more_time', async (id) => db.query(`UPDATE letterbox.occasion SET wait_until = due_on + 170, wait_given_at = letterbox.now()
            WHERE occasion_id = $1`, [id])],
    ]) {
        const occasion = await expect();
        const mail = await made(occasion);
        await stop(occasion);
        equal(await stateOf('message', mail.message), `stopped: ${code}`);
    }
    const mail = await made(await expect());
    await world.insert('letter', { agency_id: north.id, letter_id: await newId(), arrangement_id: one.arrangement,
        from_party: one.family, channel: 'portal', received_at: await world.now(), changed_at: await world.now() });
    equal(await begin(mail.message), 'letter_here');
    await world.pastTriggers(() => db.query(`UPDATE letterbox.letter SET state = 'released'`));
});

test('it goes while one of the letters that it is about is still to be asked for; to no other address than it was made for', async () => {
    const [over, open] = [await expect(), await expect()];
    const mail = await made(over);
    await world.insert('chase', { agency_id: north.id, chase_id: await newId(), occasion_id: open, act: 'reminder', event: 'asked',
        base_on: day, day: 0, notice_id: mail.notice, at: await world.now() });
    await db.query(`UPDATE letterbox.occasion SET state = 'waived' WHERE occasion_id = $1`, [over]);
    equal(await stateOf('notice', mail.notice), 'ready');
    for (const [code, stop] of [['address_changed', person('family', { address_version: 2 })],
        ['address_unconfirmed', person('family', { email_confirmed: false })]]) {
        const undo = await change(stop, { quietly: true });
        equal(await begin(mail.message, { commit: false }), code);
        await undo();
    }
    equal(await begin(mail.message), null);
    equal(await stateOf('message', mail.message), 'sending');
});

test('what became of a message is what became of the notice; of two accounts one is enough', async () => {
    const occasion = await expect();
    const mail = await made(occasion);
    const second = await newId();
    await world.insert('message', { agency_id: north.id, message_id: second, kind: 'reminder', to_party: one.family,
        notice_id: mail.notice, sealed_body: sealed(), sealed_address: sealed(),
        mail_token: key(`token ${second}`).toString('hex').slice(0, 32), made_at: await world.now(), changed_at: await world.now() });
    const move = (id, state) => db.query(`UPDATE letterbox.message SET state = $2 WHERE message_id = $1`, [id, state]);
    await move(second, 'stopped');
    equal(await stateOf('notice', mail.notice), 'ready', 'the other is still to go');
    await move(mail.message, 'sending');
    await move(mail.message, 'sent');
    equal(await stateOf('notice', mail.notice), 'sent');
    await move(second, 'failed');
    equal(await stateOf('notice', mail.notice), 'sent');
    deepEqual(await events(occasion), ['asked', 'sent']);
    const { reminders, told } = await db.one(`SELECT reminders, reminded_at IS NOT NULL AS told FROM letterbox.occasion
        WHERE occasion_id = $1`, [occasion]);
    deepEqual([reminders, told], [1, true]);
});

test('what waits for a person stands first in the list and is counted on Today, until somebody acts', async () => {
    const asked = async () => {
        const text = (name) => queries().get(name).text;
        const list = await desk((sql) => sql(text('occasion_late_list'), [100, 0]));
        const [{ to_ring: count }] = await desk((sql) => sql(text('today_counts')));
        const waiting = list.filter(({ waits }) => waits);
        ok(list.slice(0, waiting.length).every(({ waits }) => waits), 'those first');
        equal(Number(count), waiting.length, 'the list and Today agree');
        return waiting;
    };
    const was = (await asked()).length;
    const [handed, failed] = [await expect({ state: 'late', months: 190 }), await expect({ months: 191 })];
    const add = async (occasion_id, act, event, more = {}) => world.insert('chase', { agency_id: north.id, chase_id: await newId(), occasion_id,
        act, event, base_on: day, day: 14, at: await world.now(), ...more });
    await add(handed, 'staff', 'handed');
    const { notice } = await made(failed);
    await db.query(`UPDATE letterbox.notice SET state = 'failed', code = 'no_account' WHERE notice_id = $1`, [notice]);
    const words = (rows, id) => rows.find(({ occasion_id: one_ }) => String(one_) === id)?.waits;
    let rows = await asked();
    deepEqual([rows.length - was, words(rows, handed), words(rows, failed)], [2, 'handed', 'failed']);
    const by = { staff_id: north.staff.coordinator };
    await add(handed, 'staff', 'called', by);
    equal(words(await asked(), handed), 'handed', 'a call alone does not let the last reminder go');
    await add(handed, 'staff', 'went_on', by);
    await add(failed, 'staff', 'called', by);
    rows = await asked();
    deepEqual([rows.length - was, words(rows, handed), words(rows, failed)], [0, undefined, undefined]);
});

test('a mail that is leaving is told of as it is; one that a person stops is written down too', async () => {
    const occasion = await expect();
    const mail = await made(occasion);
    equal(await begin(mail.message), null);
    const undo = await change(person('family', { state: 'dead' }));
    equal(await stateOf('notice', mail.notice), 'ready', 'it is with the mail server');
    await db.query(`UPDATE letterbox.message SET state = 'maybe_sent' WHERE message_id = $1`, [mail.message]);
    equal(await stateOf('notice', mail.notice), 'maybe_sent');
    await undo();
    equal((await desk((sql) => sql(`SELECT letterbox.message_answer($1, 'stop') AS answered`, [mail.message])))[0].answered, true);
    deepEqual(await events(occasion), ['asked', 'maybe_sent', 'stopped: by_staff']);
    const other = await made(await expect());
    await db.query(`UPDATE letterbox.notice SET state = 'stopped', code = 'unknown' WHERE notice_id = $1`, [other.notice]);
    await db.query(`UPDATE letterbox.message SET state = 'sent' WHERE message_id = $1`, [other.message]);
    equal(await stateOf('notice', other.notice), 'sent', 'what has left has left');
});

test('after days on which nothing could be sent, the newest goes and what it takes the place of does not', async () => {
    const occasion = await expect();
    const [old, print, leaving] = [await made(occasion), await made(occasion, { print: true }), await made(occasion)];
    equal(await begin(leaving.message), null);
    const told = await made(occasion, { kind: 'delay' });
    const at = await world.now();
    const newest = await newId();
    await world.insert('notice', { agency_id: north.id, notice_id: newest, to_party: one.family, kind: 'reminder', day: await plus(days += 1),
        by_on: day, made_at: at, changed_at: at });
    await press((sql) => sql(`UPDATE letterbox.notice SET state = 'ready', way = 'email', address_version = 1 WHERE notice_id = $1`,
        [newest]));
    deepEqual([await stateOf('message', old.message), await stateOf('print_item', print.print), await stateOf('message', told.message),
        await stateOf('message', leaving.message), await stateOf('notice', leaving.notice), await stateOf('notice', newest)],
    ['stopped: newer_reminder', 'stopped', 'ready', 'sending', 'ready', 'ready']);
});

test('a person has one notice a day, a step is taken once, and who waits is told once', async () => {
    const occasion = await expect();
    const other = await expect();
    const ask = (kinds, parties, occasions, offset) => diary((sql) => sql(`WITH step AS (
            SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS u (kind, to_party, occasion_id)),
        notice AS (INSERT INTO letterbox.notice (agency_id, notice_id, to_party, kind, day, by_on, made_at, changed_at)
            SELECT letterbox.gate_agency(), letterbox.new_id(), s.to_party, s.kind, $4::date, $4::date, letterbox.now(), letterbox.now()
              FROM step s GROUP BY s.to_party, s.kind ORDER BY s.kind DESC ON CONFLICT DO NOTHING
            RETURNING agency_id, notice_id, to_party, kind)
        INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, notice_id, at)
        SELECT n.agency_id, letterbox.new_id(), s.occasion_id, s.kind, 'asked', $5::date, 0, n.notice_id, letterbox.now()
          FROM step s JOIN notice n USING (to_party, kind) RETURNING occasion_id`,
    [kinds, parties, occasions, offset, day]));
    const when = await plus(200);
    equal((await ask(['reminder', 'reminder', 'delay'], [one.gran, one.gran, one.gran], [occasion, other, occasion], when)).length, 2,
        'two letters, one notice, and no other on that day');
    equal((await ask(['reminder'], [one.gran], [occasion], when)).length, 0);
    await refused(ask(['reminder'], [one.gran], [occasion], await plus(201)), 'chase_step');
    equal((await ask(['delay'], [one.mother], [occasion], when)).length, 1);
    await refused(ask(['delay'], [one.mother], [occasion], await plus(201)), 'chase_told');
});

test('what was done stays as it was written, for staff, for a worker and for the database\'s own superuser', async () => {
    const occasion = await expect();
    await made(occasion);
    for (const text of ['UPDATE letterbox.chase SET day = 3', 'DELETE FROM letterbox.chase']) {
        await refused(db.query(text), '42501');
        for (const who of [desk, diary, press])
            await refused(who((sql) => sql(text)), '42501');
    }
    const add = (event, staff, role) => desk((sql) => sql(`INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event,
        base_on, day, staff_id, at) VALUES ($1, letterbox.new_id(), $2, 'staff', $3, $4, 0, $5, letterbox.now())`,
    [north.id, occasion, event, day, staff]), { role, commit: false });
    await add('called', north.staff.coordinator, 'coordinator');
    await refused(add('called', north.staff.manager, 'coordinator'), '42501');     // in nobody else's name
    await refused(add('called', north.staff.checker, 'checker'), '42501');
    await refused(add('handed', north.staff.coordinator, 'coordinator'), '42501');
});

test('a ladder is in order, has a person before the last notice, and is set by a manager as a new version', async () => {
    const { days: first, staff_days: people } = await db.one('SELECT days, staff_days FROM letterbox.ladder WHERE agency_id = $1',
        [north.id]);
    deepEqual([first, people], [[-28, -14, 0, 14, 42], [14]]);
    const put = (list, staff, { role = 'manager', version = 2, tell = 14 } = {}) => desk((sql) => sql(`INSERT INTO letterbox.ladder
        (agency_id, version, days, staff_days, tell_after, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, letterbox.now())`,
    [north.id, version, list, staff, tell, north.staff[role]]), { role, commit: false });
    await put([-7, 7, 21], [7]);
    for (const [list, staff, constraint, options] of [
        [[7, -7, 21], [-7], 'ladder_days'], [[-7, -7, 21], [-7], 'ladder_days'], [[3], [], 'ladder_days'],
        [[-81, 0, 3], [0], 'ladder_days'], [[0, 1, 2, 3, 4, 5, 6, 7, 8], [7], 'ladder_days'],
        [[-7, 7, 21], [], 'ladder_human'], [[-7, 7, 21], [-7], 'ladder_human'], [[-7, 7, 21], [7, 21], 'ladder_human'],
        [[-7, 7, 21], [7, 9], 'ladder_human'], [[-7, 7, 21], [7], 'ladder_tell_after_check', { tell: 0 }],
        [[-7, 7, 21], [7], '42501', { role: 'coordinator' }], [[-7, 7, 21], [7], '23505', { version: 1 }],
    ])
        await refused(put(list, staff, options), constraint);
    await refused(desk((sql) => sql('UPDATE letterbox.ladder SET tell_after = 3'), { role: 'manager' }), '42501');
});

test('an expected letter moves as the rule says, and by whom', async () => {
    const may = { 'due received': 'lb_desk lb_press', 'due late': 'lb_diary', 'due waived': 'lb_desk lb_diary',
        'late due': 'lb_desk', 'late received': 'lb_desk lb_press', 'late missed': 'lb_diary', 'late waived': 'lb_desk',
        'missed received': 'lb_desk', 'missed waived': 'lb_desk', 'waived due': 'lb_desk lb_diary' };
    const states = ['due', 'received', 'late', 'missed', 'waived'];
    const id = await expect();
    const roles = { lb_desk: desk, lb_diary: diary, lb_press: press };
    for (const from of states)
        for (const to of states.filter((state) => state !== from))
            for (const role of Object.keys(roles)) {
                await world.pastTriggers(() => db.query('UPDATE letterbox.occasion SET state = $2 WHERE occasion_id = $1', [id, from]));
                const move = roles[role]((sql) => sql('UPDATE letterbox.occasion SET state = $2 WHERE occasion_id = $1', [id, to]),
                    { commit: false });
                if ((may[`${from} ${to}`] ?? '').includes(role))
                    await move;
                else
                    await refused(move, 'occasion_moves');
            }
});

test('more time is for who writes, and for staff; within its bounds; for all that is one letter; the agreement stays', async () => {
    const due = await plus(-5);
    await world.insert('contact', { agency_id: north.id, contact_id: await newId(), arrangement_id: one.arrangement, party_id: one.family,
        other_party_id: one.aunt });
    const id = await expect({ state: 'late', due_on: due, months: 150 });
    const twin = await expect({ to_party: one.aunt, due_on: due, months: 150 });
    const note = sealed();
    const wait = async (who, occasion, until, sealedNote = null) => Number((await who(async (sql) =>
        (await sql('SELECT letterbox.occasion_wait($1, $2, $3, letterbox.new_id(), $4) AS given', [occasion, until, day, sealedNote]))))[0].given);
    const mothers = await expect({ from_party: one.mother, to_party: one.family, months: 150 });
    equal(await wait(portal, mothers, await plus(10)), 0, 'not theirs');
    for (const until of [day, await plus(-1), await plus(63)])
        equal(await wait(portal, id, until), 0, until);
    equal(await wait(portal, id, await plus(30)), 2, 'and its twin, to somebody else of the same side');
    const rows = await db.query(`SELECT state, due_on::text AS due, wait_until::text AS until FROM letterbox.occasion
        WHERE occasion_id = ANY ($1)`, [[id, twin]]);
    for (const row of rows)
        deepEqual(row, { state: 'due', due, until: await plus(30) });
    equal(await wait(portal, id, await plus(20)), 0, 'never back');
    equal(await wait(desk, id, await plus(50), note), 2);
    await refused(wait((fn) => desk(fn, { role: 'checker' }), id, await plus(55)), '42501');
    deepEqual((await db.query(`SELECT event, staff_id, sealed_note IS NOT NULL AS noted, until_on::text AS until FROM letterbox.chase
        WHERE occasion_id = $1 ORDER BY at`, [id])), [
        { event: 'given', staff_id: null, noted: false, until: await plus(30) },
        { event: 'given', staff_id: north.staff.coordinator, noted: true, until: await plus(50) }]);
    await refused(db.query(`UPDATE letterbox.occasion SET wait_until = due_on + 200 WHERE occasion_id = $1`, [id]), 'occasion_wait');
    equal(await wait((fn) => portal(fn, { session: one.reader }), id, await plus(55)).catch((error) => error.code), 0);
});
