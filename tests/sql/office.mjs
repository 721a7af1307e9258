// SPDX-License-Identifier: AGPL-3.0-or-later
// What the database keeps of the desk's office: an approval that somebody objected to, one batch for an item, what must
// not be posted, notices that failed, and an administrator.

import { before, deepEqual, equal, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World } from '../harness/world.mjs';

let db;
let world;
let north;
let one;
before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    one = await world.story(north);
});

const desk = (fn, { role = 'coordinator', commit = false } = {}) => db.as('lb_desk', fn, { session: north.sessions[role], commit });
const refused = (constraint, what) => rejects(what, (error) => {
    equal(error.constraint, constraint, error.message);
    return error.code === '23514';
});

// The family's letter to the aunt, after decisions [kind, role]; the release names the newest approval.
let decisions = 0;
async function release(steps, letter = one.fromFamily, to = one.aunt) {
    const made = [];
    for (const [kind, role] of steps)
        made.push({ kind, id: await world.decide(north, { decision_id: String(north.base + 700_000 + (decisions += 1)), letter_id: letter,
            to_party: ['approve', 'second'].includes(kind) ? to : null, kind, author: north.staff[role] }) });
    try {
        return await db.as('lb_press', (sql) => sql(`INSERT INTO letterbox.release (agency_id, release_id, letter_id, letter_version,
            arrangement_id, to_party, decision_id, photo_level, composed_at)
            VALUES ($1, letterbox.new_id(), $2, 1, $3, $4, $5, 'none', letterbox.now())`,
        [north.id, letter, one.arrangement, to, made.filter(({ kind }) => kind === 'approve').at(-1).id]), { lease: north.jobs.press, commit: false });
    } finally {
        for (const { id } of made)
            await db.query('DELETE FROM letterbox.decision WHERE decision_id = $1', [id]);
    }
}

test('an approval that somebody objected to since counts no more', async () => {
    await db.query('UPDATE letterbox.arrangement SET two_person = true');
    const first = ['approve', 'coordinator'];
    await release([first, ['second', 'checker']]);
    await refused('release_two_people', release([first, ['disagree', 'checker'], ['approve', 'manager']]));
    await refused('release_two_people', release([first, ['disagree', 'checker'], ['approve', 'manager'], ['second', 'manager']]));
    await refused('release_two_people', release([first, ['hold', 'manager'], ['approve', 'manager'], ['second', 'manager']]));
    await release([first, ['disagree', 'checker'], ['approve', 'manager'], ['second', 'checker']]);
    await db.query('SET session_replication_role = replica; UPDATE letterbox.arrangement SET two_person = false; RESET session_replication_role');
    // and of what somebody entered, the other's from before the objection does not help
    await refused('release_not_own', release([['approve', 'manager'], ['disagree', 'checker'], ['approve', 'coordinator']], one.scan, one.family));
    await release([['approve', 'coordinator'], ['second', 'manager']], one.scan, one.family);
});

test('an item that waits is taken into one batch', async () => {
    const take = (sql, batch) => sql('SELECT letterbox.print_take($1, $2) AS refusal', [one.print, batch]).then(([{ refusal }]) => refusal);
    await desk(async (sql) => {
        equal(await take(sql, 7), null);
        equal(await take(sql, 8), 'done');
        deepEqual(await sql('SELECT state, batch_id FROM letterbox.print_item WHERE print_id = $1', [one.print]), [{ state: 'printed', batch_id: '7' }]);
    });
    await rejects(desk((sql) => take(sql, 7), { role: 'checker' }), { code: '42501' });
});

test('two who take it at the same moment: the second gets nothing', async () => {
    const make = async (batch) => desk(async (sql) => {
        const [{ refusal }] = await sql('SELECT letterbox.print_take($1, $2) AS refusal', [one.print, batch]);
        await sql('SELECT pg_sleep(0.3)');
        return refusal;
    }, { commit: true });
    deepEqual((await Promise.all([make(11), make(12)])).sort(), ['done', null].sort());
    await db.query("UPDATE letterbox.print_item SET state = 'queued', batch_id = NULL, printed_by = NULL, printed_at = NULL");
    await db.query("UPDATE letterbox.dispatch SET state = 'ready' WHERE dispatch_id = $1", [one.postDispatch]);
    await db.query('DELETE FROM letterbox.attempt WHERE dispatch_id = $1', [one.postDispatch]);
});

test('what is printed is asked about once more, and stopped when a fact changed', async () => {
    const check = (sql) => sql('SELECT letterbox.print_check($1) AS refusal', [one.print]).then(([{ refusal }]) => refusal);
    await desk(async (sql) => {
        equal(await check(sql), null, 'it waits: nobody holds it');
        await sql('SELECT letterbox.print_take($1, 7)', [one.print]);
        equal(await check(sql), null);
        await sql("UPDATE letterbox.arrangement SET state = 'prohibited' WHERE arrangement_id = $1", [one.arrangement]);
        equal(await check(sql), 'arrangement_prohibited');
        deepEqual(await sql('SELECT state FROM letterbox.print_item WHERE print_id = $1', [one.print]), [{ state: 'stopped' }]);
        deepEqual(await sql('SELECT state, code FROM letterbox.dispatch WHERE dispatch_id = $1', [one.postDispatch]),
            [{ state: 'stopped', code: 'arrangement_prohibited' }]);
    });
    await rejects(desk(check, { role: 'inspector' }), { code: '42501' });
});

test('a notice that failed is tried again or closed; nothing else is answered so', async () => {
    const id = String(north.base + 650_000);
    await db.query(`INSERT INTO letterbox.message (agency_id, message_id, kind, to_party, sealed_body, sealed_address, mail_token, state, made_at,
        changed_at) VALUES ($1, $2, 'waiting', $3, $4, $4, $5, 'failed', letterbox.now(), letterbox.now())`,
    [north.id, id, one.family, Buffer.alloc(80, 1), 'ab'.repeat(16)]);
    const answer = (said, { message = id, role } = {}) => desk(async (sql) => {
        const [{ answered }] = await sql('SELECT letterbox.message_failed_answer($1, $2) AS answered', [message, said]);
        return { answered, ...(await db.one('SELECT count(*)::int AS n FROM letterbox.job WHERE message_id = $1', [id])),
            state: (await sql('SELECT state FROM letterbox.message WHERE message_id = $1', [id]))[0].state };
    }, { role });
    deepEqual(await answer('again'), { answered: true, n: 0, state: 'ready' });
    deepEqual(await answer('close'), { answered: true, n: 0, state: 'stopped' });
    equal((await answer('again', { message: one.message })).answered, false, 'one of a dispatch is answered with its dispatch');
    await db.query("UPDATE letterbox.message SET kind = 'sign_in_code' WHERE message_id = $1", [id]);
    equal((await answer('again')).answered, false);
    equal((await answer('close')).answered, true);
    await rejects(answer('close', { role: 'checker' }), { code: '42501' });
    await db.query("UPDATE letterbox.message SET state = 'maybe_sent', kind = 'waiting' WHERE message_id = $1", [id]);
    equal((await answer('again')).answered, false, 'what may have been sent is another question');
});

test('an agency keeps an administrator, also when two close each other', async () => {
    await world.addStaff(north, 'deputy', String(north.base + 31), 'administrator');
    const close = (who, by, commit = false) => desk(async (sql) => {
        await sql("UPDATE letterbox.staff SET state = 'disabled', disabled_at = letterbox.now() WHERE staff_id = $1", [north.staff[who]]);
        await sql('SELECT pg_sleep(0.2)');
    }, { role: by, commit });
    await close('deputy', 'administrator');
    const ends = await Promise.allSettled([close('deputy', 'administrator', true), close('administrator', 'deputy', true)]);
    equal(ends.filter(({ status }) => status === 'fulfilled').length, 1, JSON.stringify(ends.map(({ reason }) => reason?.message)));
    equal((await db.one("SELECT count(*)::int AS n FROM letterbox.staff WHERE role = 'administrator' AND state = 'active'")).n, 1);
    const left = (await db.one("SELECT staff_id FROM letterbox.staff WHERE role = 'administrator' AND state = 'active'")).staff_id;
    await refused('staff_administrator_stays', db.query("UPDATE letterbox.staff SET role = 'manager' WHERE staff_id = $1", [left]));
});

test('a mail from the wrong side is made somebody\'s by a manager alone', async () => {
    const letter = String(north.base + 660_000);
    await db.query(`INSERT INTO letterbox.letter (agency_id, letter_id, channel, state, is_wrong_side, received_at, changed_at)
        VALUES ($1, $2, 'email', 'quarantined', true, letterbox.now(), letterbox.now())`, [north.id, letter]);
    const match = (sql) => sql(`UPDATE letterbox.letter SET arrangement_id = $2, from_party = $3, state = 'received'
        WHERE letter_id = $1 RETURNING from_party`, [letter, one.arrangement, one.aunt]);
    for (const role of ['coordinator', 'checker'])
        await refused('letter_manager_matches', desk(match, { role }));
    await refused('letter_manager_matches', db.as('lb_press', match, { lease: north.jobs.press }));
    for (const role of ['coordinator', 'manager'])
        await rejects(desk((sql) => sql('UPDATE letterbox.letter SET is_wrong_side = false WHERE letter_id = $1', [letter]), { role }),
            { code: '42501' });
    deepEqual(await desk(match, { role: 'manager' }), [{ from_party: one.aunt }]);
});

test('a mail from the wrong side is set aside by a manager alone', async () => {
    const letter = String(north.base + 660_001);
    await db.query(`INSERT INTO letterbox.letter (agency_id, letter_id, channel, state, is_wrong_side, received_at, changed_at)
        VALUES ($1, $2, 'email', 'quarantined', true, letterbox.now(), letterbox.now())`, [north.id, letter]);
    const move = (state) => (sql) => sql('UPDATE letterbox.letter SET state = $2 WHERE letter_id = $1 RETURNING state', [letter, state]);
    for (const role of ['coordinator', 'checker'])
        await refused('letter_manager_sets_aside', desk(move('set_aside'), { role }));
    await refused('letter_manager_sets_aside', db.as('lb_press', move('set_aside'), { lease: north.jobs.press }));
    await refused('letter_manager_sets_aside', desk(async (sql) => { await move('failed')(sql); await move('set_aside')(sql); },
        { role: 'coordinator' }));
    deepEqual(await desk(move('set_aside'), { role: 'manager' }), [{ state: 'set_aside' }]);
    deepEqual(await desk(move('quarantined'), { role: 'coordinator' }), [{ state: 'quarantined' }], 'put back, it alarms again');
});

test('a letter with a virus is opened for a manager alone, with a reason, and with a row of the audit in the same transaction', async () => {
    const reason = Buffer.alloc(200, 7);
    const override = (sql, sealed = reason) => sql('SELECT letterbox.virus_override($1, 1, $2) AS done', [one.fromFamily, sealed])
        .then(([{ done }]) => done);
    const state = (value) => db.query(`SET session_replication_role = replica; UPDATE letterbox.letter SET state = '${value}'
        WHERE letter_id = ${one.fromFamily}; RESET session_replication_role`);
    const { state: was } = await db.one('SELECT state FROM letterbox.letter WHERE letter_id = $1', [one.fromFamily]);
    const infected = (value) => db.query('UPDATE letterbox.letter SET is_infected = $1 WHERE letter_id = $2', [value, one.fromFamily]);
    await state('quarantined');
    for (const role of ['coordinator', 'checker', 'inspector', 'administrator'])
        await rejects(desk((sql) => override(sql), { role }), { code: '42501' });
    await rejects(db.as('lb_press', (sql) => override(sql), { lease: north.jobs.press }), { code: '42501' });
    await refused('virus_override_reason', desk((sql) => override(sql, null), { role: 'manager' }));
    equal(await desk((sql) => override(sql), { role: 'manager' }), false, 'one of a sender who is not known');
    await rejects(desk((sql) => sql('UPDATE letterbox.letter SET is_infected = true'), { role: 'manager' }), { code: '42501' });
    await infected(true);
    for (const role of ['coordinator', 'manager'])
        deepEqual(await desk(async (sql) => [...await sql('SELECT letterbox.letter_take_apart_anew($1) AS result', [one.fromFamily]),
            ...await sql('SELECT state FROM letterbox.letter WHERE letter_id = $1', [one.fromFamily])], { role }),
        [{ result: 'infected' }, { state: 'quarantined' }], 'nor does taking it apart anew open it');
    await desk(async (sql) => {
        equal(await override(sql), true);
        deepEqual(await sql('SELECT state, virus_override FROM letterbox.letter WHERE letter_id = $1', [one.fromFamily]),
            [{ state: 'received', virus_override: north.staff.manager }]);
        const [row] = await sql(`SELECT act, actor_kind, actor_id, object_id, sealed_detail FROM letterbox.audit ORDER BY number DESC LIMIT 1`);
        deepEqual(row, { act: 'virus_overridden', actor_kind: 'staff', actor_id: north.staff.manager, object_id: one.fromFamily,
            sealed_detail: reason });
        deepEqual(await sql(`SELECT worker, kind FROM letterbox.job WHERE letter_id = $1 AND state = 'ready' ORDER BY made_at DESC,
            job_id LIMIT 1`, [one.fromFamily]), [{ worker: 'press', kind: 'prepare_letter' }]);
        equal(await override(sql), false, 'once');
    }, { role: 'manager' });
    // nor by the column itself: neither of a letter that is there, nor of a new one
    await rejects(desk((sql) => sql('UPDATE letterbox.letter SET virus_override = $1', [north.staff.manager]), { role: 'manager' }),
        { code: '42501' });
    await infected(false);
    await rejects(desk((sql) => sql(`INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, entered_by,
            virus_override, received_at, changed_at)
        VALUES ($1, letterbox.new_id(), $2, $3, 'paper', $4, $4, letterbox.now(), letterbox.now())`,
    [north.id, one.arrangement, one.aunt, north.staff.coordinator])), { code: '42501' });
    await state(was);
});
