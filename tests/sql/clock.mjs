// SPDX-License-Identifier: AGPL-3.0-or-later
// The database's own clock: it never runs back, tells of jumps, and moves only in a demo or test.
// The system's clock is "moved" by what the cluster adds to it.

import { before, equal, eventually, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, key } from '../harness/world.mjs';

let db;
let north;

before(async () => {
    db = await postgres();
    const world = new World(db);
    await rejects(db.query('SELECT letterbox.now()'), /no rows/);
    await world.cluster();
    north = await world.agency('north');
});

const hours = async () => Number((await db.one(
    `SELECT extract(epoch FROM letterbox.now() - pg_catalog.now()) / 3600 AS hours`)).hours);
const tick = async () => (await db.one('SELECT letterbox.clock_tick() AS ok')).ok;
const move = (interval) => db.query('UPDATE letterbox.cluster SET clock_offset = clock_offset + $1::interval', [interval]);
const near = (value, wanted) => ok(Math.abs(value - wanted) < 0.01, `${value} is not ${wanted}`);
const claim = (worker) => db.as(`lb_${worker}`, async (sql) => (await sql(
    `SELECT job_id FROM letterbox.job_claim($1, '{x_y}', '{60}')`, [worker])).length);
const reset = () => db.query(`UPDATE letterbox.cluster SET clock_offset = '0', last_instant = pg_catalog.now(),
    jump_found_at = NULL, kind = 'test'`);

test('there is one cluster, of a known kind', async () => {
    await rejects(db.query(`SELECT letterbox.cluster_init('demo')`), { code: '23505' });
    await rejects(db.query(`UPDATE letterbox.cluster SET kind = 'play'`), { code: '23514' });
});

test('it stands still rather than run back', async () => {
    await reset();
    await move('1 minute');
    ok(await tick());
    const before = await db.one('SELECT letterbox.now()::text AS now');
    await move('-3 hours');
    equal((await db.one('SELECT letterbox.now() >= $1::timestamptz - interval \'1 second\' AS later', [before.now])).later, true);
    equal((await db.one('SELECT letterbox.now() = last_instant AS same FROM letterbox.cluster')).same, true);
    ok(await tick());                       // three hours are no jump
    near(await hours(), 1 / 60);
    await move('3 hours');
    near(await hours(), 1 / 60);
});

test('a jump of more than a day, forward or back, stops diary and post until it is confirmed', async () => {
    for (const jump of ['25 hours', '-25 hours']) {
        await reset();
        for (const worker of ['press', 'post', 'diary'])
            await db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
                VALUES ($1, letterbox.new_id(), $2, 'x_y', '2020-01-01', letterbox.now())`, [north.id, worker]);
        await move(jump);
        equal(await claim('post'), 0);
        equal(await claim('diary'), 0);
        equal(await claim('press'), 1);
        equal(await tick(), false);
        ok((await db.one('SELECT jump_found_at FROM letterbox.clock_state()')).jump_found_at);
        // Put right again by itself it still waits for a person.
        await move(jump.startsWith('-') ? '25 hours' : '-25 hours');
        equal(await claim('post'), 0);
        await rejects(db.as('lb_press', (sql) => sql('SELECT letterbox.clock_confirm()')), { code: '42501' });
        await rejects(db.as('lb_desk', (sql) => sql('SELECT letterbox.clock_confirm()')), { code: '42501' });
        await db.as('lb_owner', (sql) => sql('SELECT letterbox.clock_confirm()'));
        near(await hours(), 0);             // also after a jump forward: a person said that it was wrong
        equal(await claim('post'), 1);
        equal(await claim('diary'), 1);
    }
});

test('what a clock that ran ahead wrote neither waits nor lasts until that time', async () => {
    await reset();
    await db.query('DELETE FROM letterbox.job');
    await db.query('DELETE FROM letterbox.rate');
    await move('30 days');
    equal(await tick(), false);
    // meanwhile: mail to be sent, a mailbox to be looked into, a worker that died, a door that was shut, somebody signed in
    await db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
        VALUES ($1, letterbox.new_id(), 'post', 'x_y', letterbox.now() + interval '1 hour', letterbox.now())`, [north.id]);
    await db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, state, run_at, made_at, ended_at)
        VALUES ($1, letterbox.new_id(), 'post', 'look_in', 'done', letterbox.now(), letterbox.now(), letterbox.now())`, [north.id]);
    await db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, state, run_at, made_at, lease_hash, lease_until)
        VALUES ($1, letterbox.new_id(), 'press', 'x_y', 'leased', letterbox.now(), letterbox.now(), $2,
                letterbox.now() + interval '10 minutes')`, [north.id, key('lease')]);
    await db.as('lb_portal', (sql) => sql(`SELECT letterbox.rate_hit('address', $1) FROM generate_series(1, 5)`, [key('b')]));
    const session = await new World(db).session(north, { kind: 'desk', staff_id: north.staff.manager, role: 'manager' });
    await move('-30 days');
    await db.as('lb_desk', (sql) => sql('SELECT letterbox.clock_confirm()'), { session });
    near(await hours(), 0);
    equal(await claim('post'), 1);
    equal((await db.as('lb_post', (sql) => sql(`SELECT letterbox.job_schedule('post', 'look_in', 0) AS n`)))[0].n, 1);
    const [{ refused: shut }] = await db.as('lb_portal', (sql) => sql(`SELECT * FROM letterbox.rate_state('address', $1)`, [key('b')]));
    equal(shut, false);
    const { lease, idle, ends } = await db.one(`SELECT
        (SELECT max(lease_until) <= letterbox.now() + interval '10 minutes' FROM letterbox.job WHERE worker = 'press') AS lease,
        (SELECT max(idle_ends_at) <= letterbox.now() + interval '15 minutes' FROM letterbox.session WHERE kind = 'desk') AS idle,
        (SELECT max(ends_at) <= letterbox.now() + interval '8 hours' FROM letterbox.session) AS ends`);
    ok(lease && idle && ends, JSON.stringify({ lease, idle, ends }));
    equal(await db.as('lb_desk', async (sql) => (await sql('SELECT letterbox.gate_role() AS role'))[0].role, { session }), 'manager');
});

test('a worker that looks while a person confirms does not find the same jump again', async () => {
    await reset();
    await move('25 hours');
    equal(await tick(), false);
    await move('-25 hours');
    const person = await db.client('lb_owner');
    const worker = await db.client('lb_post');
    await person.sql('BEGIN');
    await person.sql('SELECT letterbox.clock_confirm()');
    // it has read the clock as it was, and waits for the row
    const looked = worker.sql(`SELECT count(*) FROM letterbox.job_claim('post', '{x_y}', '{60}')`);
    await eventually(async () => (await db.one(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE usename = 'lb_post' AND wait_event_type = 'Lock'`)).n === 1, { what: 'the worker waits' });
    await person.sql('COMMIT');
    await looked;
    equal((await db.one('SELECT jump_found_at FROM letterbox.clock_state()')).jump_found_at, null);
    for (const client of [person, worker])
        await client.end();
});

test('of staff only a manager confirms', async () => {
    await reset();
    for (const role of ['checker', 'coordinator', 'administrator', 'inspector'])
        await rejects(db.as('lb_desk', (sql) => sql('SELECT letterbox.clock_confirm()'),
            { session: north.sessions[role] }), { code: '42501' });
    await db.as('lb_desk', (sql) => sql('SELECT letterbox.clock_confirm()'), { session: north.sessions.manager });
});

test('a demo or test is moved on, a live database is not', async () => {
    await reset();
    await db.as('lb_owner', (sql) => sql(`SELECT letterbox.clock_advance('40 days')`));
    near(await hours(), 40 * 24);
    ok(await tick());                       // moved on purpose: no jump
    await rejects(db.as('lb_owner', (sql) => sql(`SELECT letterbox.clock_advance('-1 day')`)),
        { constraint: 'cluster_clock_forward' });
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary'])
        await rejects(db.as(role, (sql) => sql(`SELECT letterbox.clock_advance('1 day')`)), { code: '42501' });
    await rejects(db.query(`UPDATE letterbox.cluster SET kind = 'live'`), { constraint: 'cluster_live_clock' });
    await reset();
    await db.query(`UPDATE letterbox.cluster SET kind = 'live'`);
    await rejects(db.as('lb_owner', (sql) => sql(`SELECT letterbox.clock_advance('40 days')`)),
        { constraint: 'cluster_live_clock' });
    await reset();
});

test('what expires does so by this clock', async () => {
    await reset();
    const world = new World(db);
    const session = await world.session(north, { kind: 'desk', staff_id: north.staff.manager, role: 'manager' });
    const role = () => db.as('lb_desk', async (sql) => (await sql('SELECT letterbox.gate_role() AS role'))[0].role,
        { session });
    equal(await role(), 'manager');
    await db.query(`SELECT letterbox.clock_advance('14 minutes')`);
    equal(await role(), 'manager');
    await db.query(`SELECT letterbox.clock_advance('2 minutes')`);
    equal(await role(), null);
    await db.as('lb_portal', (sql) => sql(`SELECT letterbox.rate_hit('address', $1) FROM generate_series(1, 5)`, [key('a')]));
    const state = () => db.as('lb_portal', async (sql) => Object.values((await sql(
        `SELECT * FROM letterbox.rate_state('address', $1)`, [key('a')]))[0]).join());
    equal(await state(), 'true,true');
    await db.query(`SELECT letterbox.clock_advance('11 minutes')`);
    equal(await state(), 'false,true');
    await db.query(`SELECT letterbox.clock_advance('1 day')`);
    equal(await state(), 'false,false');
});

test('ids are random, positive and of 60 bits', async () => {
    const rows = await db.query('SELECT letterbox.new_id() AS id FROM generate_series(1, 2000)');
    const ids = rows.map((row) => BigInt(row.id));
    equal(new Set(ids).size, 2000);
    ok(ids.every((id) => id > 0n && id < 1n << 60n));
    for (let bit = 0n; bit < 60n; bit += 1n) {
        const set = ids.filter((id) => (id >> bit) & 1n).length;
        ok(set > 850 && set < 1150, `bit ${bit} is set in ${set} of 2000`);
    }
    ok((await db.one('SELECT letterbox.new_token() AS token')).token.match(/^[0-9a-f]{32}$/));
});
