// SPDX-License-Identifier: AGPL-3.0-or-later
// What the database itself holds of visits: none is confirmed that may not be, a block stops those to come and takes
// back what families could read, and a family sees its own sheet and no more.

import { before, deepEqual, equal, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World } from '../harness/world.mjs';

let db;
let north;
let one;

before(async () => {
    db = await postgres();
    const world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    one = await world.story(north);
    await db.query(`UPDATE letterbox.arrangement SET kind = 'direct' WHERE arrangement_id = $1`, [one.arrangement]);
    await db.query('UPDATE letterbox.visit SET planned_by = $2 WHERE visit_id = $1', [one.visit, north.staff.manager]);
});

const desk = (fn, { role = 'coordinator' } = {}) =>
    db.as('lb_desk', fn, { session: north.sessions[role], commit: false });
const confirm = (sql) => sql(`UPDATE letterbox.visit SET state = 'confirmed', told_starts_at = starts_at,
    told_ends_at = ends_at WHERE visit_id = $1 RETURNING state`, [one.visit]);
const refusal = (constraint) => ({ code: '23514', constraint });
const state = async (sql) => (await sql('SELECT state, sequence FROM letterbox.visit WHERE visit_id = $1', [one.visit]))[0];

test('a visit with all that it needs is confirmed', () => desk(async (sql) => {
    equal((await confirm(sql))[0].state, 'confirmed');
}));

// As the owner of the database, who sees all and is held by triggers alone; nothing stays.
async function owner(fn) {
    const client = await db.client();
    try {
        await client.sql('BEGIN');
        await fn(client.sql);
    } finally {
        await client.end();
    }
}

// What is changed before, by the owner, past what the desk may; and which refusal it makes.
const FACTS = [
    ['of an agency that is frozen', 'UPDATE letterbox.agency SET frozen_at = letterbox.now()', 'visit_not_frozen'],
    ['of letters', `UPDATE letterbox.arrangement SET kind = 'indirect'`, 'visit_arrangement_open'],
    ...['paused', 'suspended', 'prohibited', 'held', 'inactive', 'ended', 'moved'].map((to) => [`that is ${to}`,
        `UPDATE letterbox.arrangement SET state = '${to}', ended_at = ${['ended', 'moved'].includes(to) ? 'letterbox.now()' : 'NULL'}`,
        'visit_arrangement_open']),
    ['with somebody who paused in it', `UPDATE letterbox.arrangement_party SET state = 'paused'`, 'visit_people_take_part'],
    ['with somebody who died', `UPDATE letterbox.party SET state = 'dead' WHERE kind = 'birth'`, 'visit_people_take_part'],
    ['of one side', `UPDATE letterbox.visit_party SET is_asked = party_id = ${'$family'}`, 'visit_both_sides'],
    ['without a supervisor', 'UPDATE letterbox.visit SET supervisor = NULL', 'visit_supervised'],
    ['whose supervisor has left', `UPDATE letterbox.staff SET state = 'disabled', disabled_at = letterbox.now() WHERE role = 'coordinator'`,
        'visit_supervised'],
    ['supervised by an inspector', 'UPDATE letterbox.visit SET supervisor = $inspector', 'visit_supervised'],
    ['in the past', `UPDATE letterbox.visit SET starts_at = '2020-05-01 13:00Z', ends_at = '2020-05-01 14:00Z'`, 'visit_to_come'],
];
for (const [what, change, constraint] of FACTS)
    test(`a visit ${what} is not confirmed`, () => owner(async (sql) => {
        await sql(change.replace('$family', one.family).replace('$inspector', north.staff.inspector));
        await sql(`UPDATE letterbox.visit SET state = 'planned' WHERE visit_id = $1`, [one.visit]);
        await rejects(confirm(sql), refusal(constraint));
    }));

test('where two people are needed, who planned it does not confirm it', async () => {
    await desk(async (sql) => equal((await confirm(sql))[0].state, 'confirmed'), { role: 'manager' });
    await db.query('UPDATE letterbox.arrangement SET two_person = true WHERE arrangement_id = $1', [one.arrangement]);
    await desk((sql) => rejects(confirm(sql), refusal('visit_second_person')), { role: 'manager' });
});

// Who blocks.
const BLOCKS = [
    ...['paused', 'suspended', 'prohibited', 'inactive', 'ended', 'moved'].map((to) => [`the arrangement is ${to}`,
        `UPDATE letterbox.arrangement SET state = '${to}', ended_at = ${['ended', 'moved'].includes(to) ? 'letterbox.now()' : 'NULL'}
          WHERE arrangement_id = $1`, () => one.arrangement]),
    ['the arrangement is of letters now', `UPDATE letterbox.arrangement SET kind = 'indirect' WHERE arrangement_id = $1`,
        () => one.arrangement],
    ['somebody no longer takes part', `UPDATE letterbox.arrangement_party SET state = 'ended' WHERE party_id = $1`,
        () => one.mother],
    ['somebody has died', `UPDATE letterbox.party SET state = 'dead' WHERE party_id = $1`, () => one.mother],
];
for (const [what, change, id] of BLOCKS)
    test(`a confirmed visit stops when ${what}, and its sheets are taken back`, () => owner(async (sql) => {
        await sql('UPDATE letterbox.visit_party SET sealed_sheet = $1, sheet_version = 1', [Buffer.alloc(80)]);
        await confirm(sql);
        const { sequence } = await state(sql);
        await sql(change, [id()]);
        deepEqual(await state(sql), { state: 'stopped', sequence: sequence + 1 });
        equal((await sql('SELECT count(*)::int AS sheets FROM letterbox.visit_party WHERE sealed_sheet IS NOT NULL'))[0].sheets, 0);
        equal((await sql(`SELECT count(*)::int AS rows FROM letterbox.audit WHERE act = 'visit_stopped' AND object_id = $1`,
            [one.visit]))[0].rows, 1);
    }));

test('somebody who is not asked to come stops nothing', () => desk(async (sql) => {
    await confirm(sql);
    await sql(`UPDATE letterbox.party SET state = 'dead' WHERE party_id = $1`, [one.gran]);
    equal((await state(sql)).state, 'confirmed');
}));

test('what is over is not planned again, and nothing took place before it began', async () => {
    await desk(async (sql) => {
        await sql(`UPDATE letterbox.visit SET state = 'cancelled' WHERE visit_id = $1`, [one.visit]);
        await rejects(confirm(sql), refusal('visit_is_over'));
    });
    await desk(async (sql) => {
        await confirm(sql);
        await rejects(sql(`UPDATE letterbox.visit SET state = 'took_place' WHERE visit_id = $1`, [one.visit]),
            refusal('visit_has_begun'));
    });
});

test('nobody is asked to a confirmed visit, or taken out of it', async () => {
    await desk(async (sql) => {
        await confirm(sql);
        await rejects(sql('UPDATE letterbox.visit_party SET is_asked = false WHERE party_id = $1', [one.mother]),
            refusal('visit_people_stand'));
    });
});

test('a family sees when it was told, and nothing of what is planned or of anybody else', () =>
    db.as('lb_portal', async (sql) => {
        const rows = await sql('SELECT visit_id, told_starts_at::text, state FROM letterbox.visit');
        equal(rows.length, 1);
        equal((await sql('SELECT party_id FROM letterbox.visit_party'))[0].party_id, one.family);
        for (const column of ['starts_at', 'supervisor', 'sealed_record', 'arrangement_id', 'planned_by']) {
            await sql('SAVEPOINT tried');
            await rejects(sql(`SELECT ${column} FROM letterbox.visit`), { code: '42501' }, column);
            await sql('ROLLBACK TO tried');
        }
        for (const column of ['attendance', 'sealed_record', 'arrangement_id']) {
            await sql('SAVEPOINT tried');
            await rejects(sql(`SELECT ${column} FROM letterbox.visit_party`), { code: '42501' }, column);
            await sql('ROLLBACK TO tried');
        }
    }, { session: one.session, commit: false }));

test('a checker sees the visits that they supervise, and no other', async () => {
    const count = (role) => desk(async (sql) => (await sql('SELECT visit_id FROM letterbox.visit')).length, { role });
    equal(await count('checker'), 0);
    await db.query('UPDATE letterbox.visit SET supervisor = $1 WHERE visit_id = $2', [north.staff.checker, one.visit]);
    equal(await count('checker'), 1);
    equal(await count('administrator'), 0);
    equal(await count('inspector'), 1);
});
