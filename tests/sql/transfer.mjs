// SPDX-License-Identifier: AGPL-3.0-or-later
// An arrangement goes to another agency: who sees a transfer, who may do what with it, and what the database keeps.

import { before, deepEqual, equal, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, sealed } from '../harness/world.mjs';

let db;
let north;
let south;
let east;
let one;
let world;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    east = await world.agency('east');
    one = await world.story(north);
    await world.settle(north);
});

const desk = (agency, role, fn) => db.as('lb_desk', fn, { session: agency.sessions[role], commit: false });
const as = async (sql, agency, role) => sql("SELECT set_config('letterbox.session', $1, true)", [agency.sessions[role]]);
const call = async (sql, name, ...args) =>
    (await sql(`SELECT letterbox.${name}(${args.map((_, i) => `$${i + 1}`)}) AS why`, args))[0].why;
const propose = (sql, to = south) => call(sql, 'transfer_propose', 901, one.arrangement, to.id, sealed());
const offer = async (sql) => {
    const [{ records }] = await sql('SELECT letterbox.transfer_own_records($1) AS records', [one.arrangement]);
    return call(sql, 'transfer_offer', 901, sealed(), records);
};
const take = (sql, arrangement, was = [], now = []) => call(sql, 'transfer_take', 901, arrangement, was, now);
const seen = async (sql) => (await sql('SELECT transfer_id FROM letterbox.transfer')).length;
const offered = (fn) => desk(north, 'coordinator', async (sql) => {
    equal(await propose(sql), null);
    await as(sql, north, 'manager');
    equal(await offer(sql), null);
    await fn(sql);
});

test('it is seen where it goes from; where it goes to by a manager alone, once it is offered; elsewhere by nobody', () =>
    desk(north, 'coordinator', async (sql) => {
        equal(await propose(sql), null);
        const look = async () => {
            const found = {};
            for (const [name, agency] of Object.entries({ north, south, east }))
                for (const role of ['checker', 'coordinator', 'manager', 'administrator', 'inspector']) {
                    await as(sql, agency, role);
                    if (await seen(sql))
                        (found[name] ??= []).push(role);
                }
            return found;
        };
        deepEqual(await look(), { north: ['coordinator', 'manager'] });
        await as(sql, north, 'manager');
        equal(await offer(sql), null);
        deepEqual(await look(), { north: ['coordinator', 'manager'], south: ['manager'] });
    }));

test('who proposed it does not agree to it, and nobody but a manager does', async () => {
    await desk(north, 'manager', async (sql) => {
        equal(await propose(sql), null);
        equal(await offer(sql), 'own');
    });
    await desk(north, 'coordinator', async (sql) => {
        equal(await propose(sql), null);
        await rejects(offer(sql), { code: '42501' });
    });
    for (const role of ['checker', 'administrator', 'inspector'])
        await desk(north, role, async (sql) => rejects(propose(sql), { code: '42501' }));
    await db.as('lb_owner', async (sql) => rejects(sql(`INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id,
        proposed_by, proposed_at, sealed_reason) VALUES ($1, 902, $2, $3, $4, letterbox.now(), '\\x01')`,
    [north.id, one.arrangement, south.id, north.staff.manager]), { code: '42501' }), { commit: false });
    await rejects(db.query(`INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id, proposed_by, offered_by,
        proposed_at, sealed_reason) VALUES ($1, 903, $2, $3, $4, $4, letterbox.now(), '\\x01')`,
    [north.id, one.arrangement, south.id, north.staff.manager]), { constraint: 'transfer_two_people' });
});

test('while it is offered the arrangement is held, and nothing but an answer changes that', () => offered(async (sql) => {
    const state = async () => (await sql('SELECT state FROM letterbox.arrangement WHERE arrangement_id = $1', [one.arrangement]))[0].state;
    equal(await state(), 'held');
    await sql('SAVEPOINT tried');
    await rejects(sql("UPDATE letterbox.arrangement SET state = 'active' WHERE arrangement_id = $1", [one.arrangement]),
        { constraint: 'arrangement_moving' });
    await sql('ROLLBACK TO tried');
    await as(sql, south, 'manager');
    equal(await call(sql, 'transfer_end', 901, sealed()), null);
    await as(sql, north, 'manager');
    equal(await state(), 'active');
    equal(await call(sql, 'transfer_end', 901, sealed()), 'decided', 'once');
}));

test('it is taken by a manager of that agency alone, and not without its people', () => offered(async (sql) => {
    await as(sql, east, 'manager');
    equal(await take(sql, one.arrangement), 'decided');
    await as(sql, north, 'manager');
    equal(await take(sql, one.arrangement), 'decided');
    await as(sql, south, 'manager');
    equal(await take(sql, 77), 'not_whole');
    await as(sql, south, 'coordinator');
    await rejects(take(sql, 77), { code: '42501' });
}));

test('what changed after the offer is not taken', () => offered(async (sql) => {
    await sql("UPDATE letterbox.arrangement_party SET state = 'not_ready' WHERE arrangement_id = $1 AND party_id = $2", [one.arrangement, one.mother]);
    await as(sql, south, 'manager');
    equal(await take(sql, 77), 'changed');
}));

test('blocked, over, or with a letter that is not finished: it does not go', async () => {
    for (const state of ['suspended', 'held', 'prohibited', 'ended', 'moved'])
        await desk(north, 'manager', async (sql) => {
            await sql('UPDATE letterbox.arrangement SET state = $2 WHERE arrangement_id = $1', [one.arrangement, state]);
            equal(await propose(sql), 'state', state);
        });
    await desk(north, 'manager', async (sql) => {
        await sql("UPDATE letterbox.letter SET state = 'in_review' WHERE letter_id = $1", [one.scan]);
        equal(await propose(sql), 'unfinished');
    });
    await desk(north, 'manager', async (sql) => {
        equal(await propose(sql, north), 'agency', 'to itself');
        equal(await call(sql, 'transfer_propose', 901, 4711, south.id, sealed()), 'unknown');
    });
});

test('new contact details that nobody has checked, or a wall beside it: it does not go, is not taken, and stays held', async () => {
    const change = (state) => world.pastTriggers(() => db.query(`UPDATE letterbox.detail_change SET state = $1,
        decided_at = CASE WHEN $1 <> 'waiting' THEN letterbox.now() END, decided_by = CASE WHEN $1 <> 'waiting' THEN $2::bigint END`,
    [state, north.staff.manager]));
    await change('waiting');
    await desk(north, 'manager', async (sql) => equal(await propose(sql), 'details'));
    await change('dismissed');
    // The same two sides, for another child.
    await db.query(`INSERT INTO letterbox.child (agency_id, child_id, sealed_record, eighteenth_month, made_at)
        VALUES ($1, 5100, '\\x01', '2040-01-01', letterbox.now())`, [north.id]);
    await db.query(`INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, sealed_record, made_at)
        VALUES ($1, 6100, 5100, 'indirect', '\\x01', letterbox.now())`, [north.id]);
    for (const [party, side] of [[one.family, 'adoptive'], [one.mother, 'birth']])
        await db.query(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side) VALUES ($1, 6100, $2, $3)`,
            [north.id, party, side]);
    const state = async (sql) => (await sql('SELECT state FROM letterbox.arrangement WHERE arrangement_id = $1', [one.arrangement]))[0].state;
    for (const [beside, after] of [['active', 'active'], ['prohibited', 'held']])
        await offered(async (sql) => {
            await sql('UPDATE letterbox.arrangement SET state = $1 WHERE arrangement_id = 6100', [beside]);
            await as(sql, south, 'manager');
            equal(await take(sql, 6100), beside === 'prohibited' ? 'beside' : 'not_whole');
            equal(await call(sql, 'transfer_end', 901, sealed()), null);
            await as(sql, north, 'manager');
            equal(await state(sql), after, `${beside} beside it`);
        });
    await db.query('DELETE FROM letterbox.arrangement_party WHERE arrangement_id = 6100');
});

test('sisters and brothers who came before are linked, or it is not taken', async () => {
    // Made by hand: 5001 went from north to south before, and is 5002 there; what is taken now is entered there as 5003.
    const { child } = await db.one('SELECT child_id AS child FROM letterbox.arrangement WHERE agency_id = $1 AND arrangement_id = $2', [north.id, one.arrangement]);
    for (const [agency, id, arrangement] of [[north, 5001, 6001], [south, 5002, 6002], [south, 5003, 6003]]) {
        await db.query(`INSERT INTO letterbox.child (agency_id, child_id, sealed_record, eighteenth_month, made_at) VALUES ($1, $2, '\\x01', '2040-01-01', letterbox.now())`, [agency.id, id]);
        await db.query(`INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, sealed_record, made_at)
            VALUES ($1, $2, $3, 'indirect', '\\x01', letterbox.now())`, [agency.id, arrangement, id]);
    }
    await db.query('INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id) VALUES ($1, least($2::bigint, 5001), greatest($2::bigint, 5001))', [north.id, child]);
    const put = (id, arrangement, state, more) => db.query(`INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id, state,
        state_before, proposed_by, proposed_at, offered_by, offered_at, sealed_reason, ${Object.keys(more)}) VALUES ($1, $2, $3, $4, $5, 'active', $6,
        letterbox.now(), $7, letterbox.now(), '\\x01', ${Object.values(more)})`,
    [north.id, id, arrangement, south.id, state, north.staff.coordinator, north.staff.manager]);
    await put(800, 6001, 'taken', { decided_at: 'letterbox.now()', letters_digest: `sha256('x')`, taken_as: 6002 });
    await put(901, one.arrangement, 'offered', { sealed_bundle: `'\\x01'`, records: `letterbox.transfer_records($1, $3)` });
    await desk(south, 'manager', async (sql) => {
        deepEqual((await sql('SELECT s::int FROM letterbox.transfer_siblings(901) AS s')).map(({ s }) => s), [5002]);
        equal(await take(sql, 6003), 'not_whole');
        await sql('INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id) VALUES ($1, 5002, 5003)', [south.id]);
        equal(await take(sql, 6003, [1], [2]), 'not_whole', 'somebody who takes no part');
        equal(await take(sql, 6003), null);
        await as(sql, south, 'coordinator');
        equal((await sql('SELECT FROM letterbox.transfer_siblings(901)')).length, 0);
    });
});
