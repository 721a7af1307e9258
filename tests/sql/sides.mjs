// SPDX-License-Identifier: AGPL-3.0-or-later
// The wrong-side guard: no address, e-mail or phone, and no party, on two sides of a linked child.

import { before, deepEqual, equal, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, key } from '../harness/world.mjs';

let db;
let north;
let one;
let two;

before(async () => {
    db = await postgres();
    const world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    one = await world.story(north);
    two = await world.story(north);
});

const desk = (fn, { role = 'coordinator', commit = false } = {}) =>
    db.as('lb_desk', fn, { session: north.sessions[role], commit });
const set = (sql, party, use, ...values) =>
    sql('SELECT letterbox.party_lookup_set($1, $2, $3)', [party, use, values.map((name) => key(name))]);
const clash = { code: '23514', constraint: 'party_on_one_side' };

test('two relatives of one side may share a value, the other side may not', async () => {
    for (const use of ['sender', 'address', 'phone'])
        await desk(async (sql) => {
            await set(sql, one.mother, use, 'shared');
            await set(sql, one.gran, use, 'shared');
            await rejects(set(sql, one.family, use, 'shared'), clash);
        });
});

test('the same value for another use is no clash', () => desk(async (sql) => {
    await set(sql, one.mother, 'phone', 'shared');
    await set(sql, one.family, 'address', 'shared');
}));

test('families that have nothing to do with each other may share a value', () => desk(async (sql) => {
    await set(sql, one.mother, 'address', 'a hostel');
    await set(sql, two.family, 'address', 'a hostel');
}));

test('the value of a sibling\'s relative is kept apart from the family too', async () => {
    const link = (sql, a, b) => sql(`INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id)
        VALUES ($1, $2, $3)`, [north.id, ...[a, b].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1))]);
    await desk(async (sql) => {
        await link(sql, one.child, two.child);
        await set(sql, two.mother, 'phone', 'linked');
        await rejects(set(sql, one.family, 'phone', 'linked'), clash);
    });
    // Linked last, over a third child.
    await desk(async (sql) => {
        await set(sql, two.mother, 'phone', 'linked');
        await set(sql, one.family, 'phone', 'linked');
        await link(sql, one.brother, two.brother);     // brother is a sibling of child in each story
        await sql('SELECT 1');
    }).then(() => { throw new Error('was not refused'); }, (error) => {
        equal(error.constraint, 'party_on_one_side', error.message);
    });
    await desk(async (sql) => {
        await link(sql, one.brother, two.brother);
        await set(sql, two.family, 'address', 'two families of siblings may live together');
        await set(sql, one.family, 'address', 'two families of siblings may live together');
    });
});

test('a party does not come onto the other side of a child, by any arrangement', async () => {
    const join = (sql, arrangement, party, side) => sql(`INSERT INTO letterbox.arrangement_party
        (agency_id, arrangement_id, party_id, side) VALUES ($1, $2, $3, $4)`, [north.id, arrangement, party, side]);
    const another = async (sql, child) => {
        await sql(`INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, sealed_record, made_at)
            VALUES ($1, 77, $2, 'indirect', '\\x01', letterbox.now())`, [north.id, child]);
        return '77';
    };
    await desk(async (sql) => {
        const second = await another(sql, one.child);
        await join(sql, second, one.family, 'adoptive');
        await rejects(join(sql, second, one.mother, 'adoptive'), clash);
    });
    // The family of one child is the sibling's side of the brother.
    await desk(async (sql) => {
        const brothers = await another(sql, one.brother);
        await join(sql, brothers, one.family, 'sibling');
    });
    await desk(async (sql) => {
        const brothers = await another(sql, one.brother);
        await rejects(join(sql, brothers, one.family, 'birth'), clash);
    });
});

test('two clerks who enter the two sides at once do not pass each other', async () => {
    const [first, second] = [await db.client('lb_desk'), await db.client('lb_desk')];
    for (const { sql } of [first, second]) {
        await sql('BEGIN');
        await sql('SELECT set_config($1, $2, true)', ['letterbox.session', north.sessions.coordinator]);
    }
    await set(first.sql, two.mother, 'sender', 'both at once');
    const other = set(second.sql, two.family, 'sender', 'both at once');
    equal(await Promise.race([other.then(() => 'done', () => 'refused'),
        new Promise((done) => setTimeout(done, 300, 'waits'))]), 'waits');
    await first.sql('COMMIT');
    await rejects(other, clash);
    await second.sql('ROLLBACK');
    await desk((sql) => set(sql, two.mother, 'sender'), { commit: true });
});

test('a party is found by one value, in its own agency only', async () => {
    const find = (sql, value) => sql('SELECT letterbox.party_for_value($1, $2) AS party', ['sender', key(value)]);
    await db.as('lb_press', async (sql) => deepEqual(await find(sql, `mail ${one.mother}`), [{ party: one.mother }]),
        { lease: north.jobs.press });
    await db.as('lb_press', async (sql) => deepEqual(await find(sql, `mail ${one.mother}`), []));
    await desk(async (sql) => deepEqual(await find(sql, 'nobody'), []));
});

test('look-up values are replaced as a whole, by those who may change parties', async () => {
    const values = async () => (await db.query(`SELECT encode(value, 'hex') AS value FROM letterbox.party_lookup
        WHERE party_id = $1 AND use = 'phone' ORDER BY 1`, [one.gran])).map((row) => row.value);
    await desk((sql) => set(sql, one.gran, 'phone', 'a', 'b', 'b'), { commit: true });
    deepEqual(await values(), ['a', 'b'].map((name) => key(name).toString('hex')).sort());
    await desk((sql) => set(sql, one.gran, 'phone', 'c'), { commit: true });
    deepEqual(await values(), [key('c').toString('hex')]);
    for (const role of ['checker', 'inspector', 'administrator'])
        await rejects(desk((sql) => set(sql, one.gran, 'phone'), { role }), { code: '42501' });
    await desk((sql) => set(sql, one.gran, 'phone'), { commit: true });
    deepEqual(await values(), []);
});

test('only a manager lifts a block, anybody who may write sets one', async () => {
    const state = (role, to, commit = true) => desk((sql) => sql(
        'UPDATE letterbox.arrangement SET state = $1 WHERE arrangement_id = $2 RETURNING state', [to, two.arrangement]),
    { role, commit });
    for (const block of ['held', 'suspended', 'prohibited']) {
        equal((await state('coordinator', block))[0].state, block);
        await rejects(state('coordinator', 'active'), { constraint: 'arrangement_manager_lifts' });
        await rejects(state('coordinator', 'ended'), { constraint: 'arrangement_manager_lifts' });
        equal((await state('manager', 'active'))[0].state, 'active');
    }
    equal((await state('coordinator', 'paused'))[0].state, 'paused');
    equal((await state('coordinator', 'active'))[0].state, 'active');
});
