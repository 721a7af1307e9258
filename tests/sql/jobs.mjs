// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs: one worker each, a lease that ends, three attempts, and staff.

import { before, deepEqual, equal, notEqual, ok, rejects, sleep, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { queries } from '../harness/queries.mjs';
import { World } from '../harness/world.mjs';

let db;
let world;
let north;
let south;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    await db.query('DELETE FROM letterbox.job');
});

let ids = 0;
async function add(kind, { worker = 'press', agency = north, priority = 5, due = '0 seconds' } = {}) {
    const id = String(agency.base + 100_000 + (ids += 1));
    await db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, made_at)
        VALUES ($1, $2, $3, $4, $5, letterbox.now() + $6::interval, letterbox.now())`,
    [agency.id, id, worker, kind, priority, due]);
    return id;
}
const claim = (kinds, limits = kinds.map(() => 60), worker = 'press') => db.as(`lb_${worker}`, async (sql) =>
    (await sql('SELECT * FROM letterbox.job_claim($1, $2, $3)', [worker, kinds, limits]))[0] ?? null);
const finish = (lease, fn = async () => {}, worker = 'press') => db.as(`lb_${worker}`, async (sql) => {
    await fn(sql);
    await sql('SELECT letterbox.job_finish()');
}, { lease });
const fail = (lease, final = false) => db.as('lb_press', async (sql) =>
    (await sql(`SELECT letterbox.job_fail('broken', 0, $1) AS state`, [final]))[0].state, { lease });
const job = (id) => db.one('SELECT state, attempts, error_code FROM letterbox.job WHERE job_id = $1', [id]);

test('a job is claimed once, carried out, and done', async () => {
    const id = await add('once');
    const got = await claim(['once']);
    equal(got.job_id, id);
    equal(got.agency_id, north.id);
    equal(got.attempts, 1);
    ok(/^[0-9a-f]{64}$/.test(got.lease));
    equal(await claim(['once']), null);
    await finish(got.lease);
    deepEqual(await job(id), { state: 'done', attempts: 1, error_code: null });
    await rejects(finish(got.lease), { code: 'LB001' });
});

test('the table holds no lease that could be used', async () => {
    const id = await add('hidden');
    const { lease } = await claim(['hidden']);
    const row = await db.one('SELECT lease_hash FROM letterbox.job WHERE job_id = $1', [id]);
    notEqual(row.lease_hash.toString('hex'), lease);
    await rejects(finish(row.lease_hash.toString('hex')), { code: 'LB001' });
    await finish(lease);
});

test('workers get their own kinds only, and the more urgent and older first', async () => {
    await add('slow', { priority: 9 });
    const due = await add('slow', { priority: 5 });
    const urgent = await add('slow', { priority: 1 });
    await add('slow', { priority: 0, due: '1 hour' });
    await add('slow', { worker: 'post' });
    equal((await claim(['slow'])).job_id, urgent);
    equal((await claim(['slow', 'other'])).job_id, due);
    equal(await claim(['other']), null);
    await rejects(db.as('lb_press', (sql) => sql(`SELECT * FROM letterbox.job_claim('post', '{slow}', '{60}')`)),
        { code: '42501' });
    await rejects(db.as('lb_portal', (sql) => sql(`SELECT * FROM letterbox.job_claim('press', '{slow}', '{60}')`)),
        { code: '42501' });
    await db.query('DELETE FROM letterbox.job');
});

test('many workers at once claim each job once', async () => {
    const wanted = new Set();
    for (let i = 0; i < 30; i += 1)
        wanted.add(await add('crowd', { agency: i % 2 ? north : south }));
    const clients = await Promise.all(Array.from({ length: 6 }, () => db.client('lb_press')));
    const got = [];
    await Promise.all(clients.map(async (client) => {
        for (;;) {
            const [row] = await client.sql(`SELECT job_id FROM letterbox.job_claim('press', '{crowd}', '{60}')`);
            if (!row)
                return;
            got.push(row.job_id);
        }
    }));
    equal(got.length, 30);
    deepEqual(new Set(got), wanted);
    await Promise.all(clients.map((client) => client.end()));
});

test('a lease is twice the limit; when it has run out the job is claimed again, and the first worker changes nothing', async () => {
    const id = await add('late');
    const first = await claim(['late'], [1]);
    const [{ lasts }] = await db.query(`SELECT round(extract(epoch FROM lease_until - letterbox.now()))::int AS lasts
        FROM letterbox.job WHERE job_id = $1`, [id]);
    equal(lasts, 2);
    await sleep(2100);
    const second = await claim(['late']);
    equal(second.job_id, id);
    equal(second.attempts, 2);
    await rejects(finish(first.lease, (sql) => sql(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
        VALUES (${north.id}, 4711, 'press', 'x_y', letterbox.now(), letterbox.now())`)), { code: '42501' });
    await rejects(finish(first.lease), { code: 'LB001' });
    await finish(second.lease);
    equal((await job(id)).state, 'done');
});

test('what waits for something that is away comes again without end, after pauses that double up to the most', async () => {
    const id = await add('waiting');
    const pauses = [];
    for (let i = 0; i < 12; i += 1) {
        const { lease, attempts } = await claim(['waiting']);
        equal(attempts, 1, 'a wait is no attempt');
        pauses.push(await db.as('lb_press', async (sql) =>
            (await sql(`SELECT letterbox.job_wait('scanner', 5, 300) AS pause`))[0].pause, { lease }));
        await rejects(finish(lease), { code: 'LB001' });
        equal(await claim(['waiting']), null, 'not before its pause is over');
        await db.query('UPDATE letterbox.job SET run_at = letterbox.now() WHERE job_id = $1', [id]);
    }
    deepEqual(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300]);
    deepEqual(await job(id), { state: 'ready', attempts: 0, error_code: 'scanner' });
    for (let i = 1; i <= 3; i += 1)
        equal(await fail((await claim(['waiting'])).lease), i < 3 ? 'ready' : 'staff', 'real attempts still count');
});

test('Today counts as a problem what the page of problems shows of what waits: letters, and no message that is paced', async () => {
    const named = (name) => db.as('lb_desk', (sql) => sql(queries().get(name).text), { session: north.sessions.coordinator });
    const problems = async () => [Number((await named('today_counts'))[0].problems), (await named('job_waiting')).length];
    const { fromMother: letter } = await world.story(north);
    const [before, shown] = await problems();
    equal(shown, 0);
    const paced = await add('send_mail', { worker: 'post' });
    const waiting = await add('prepare_letter');
    await db.query("UPDATE letterbox.job SET waits = 1, error_code = 'paced' WHERE job_id = $1", [paced]);
    deepEqual(await problems(), [before, 0]);
    await db.query("UPDATE letterbox.job SET waits = 1, error_code = 'scanner_away', letter_id = $2 WHERE job_id = $1",
        [waiting, letter]);
    deepEqual(await problems(), [before + 1, 1]);
    await db.query('DELETE FROM letterbox.job');
});

test('nothing of a transaction stays when its lease ran out before the end', async () => {
    const story = await world.story(north);
    await add('slow_end');
    const { lease } = await claim(['slow_end'], [1]);
    await rejects(finish(lease, async (sql) => {
        equal((await sql(`UPDATE letterbox.letter SET state = 'held' WHERE letter_id = $1 RETURNING state`, [story.scan]))
            .length, 1);
        await db.query('UPDATE letterbox.job SET lease_until = letterbox.now() WHERE lease_hash = sha256(decode($1, \'hex\'))',
            [lease]);
    }), { code: 'LB001' });
    equal((await db.one('SELECT state FROM letterbox.letter WHERE letter_id = $1', [story.scan])).state, 'in_review');
    await db.query('DELETE FROM letterbox.job');
});

test('a job that fails three times goes to staff with its code and blocks nothing', async () => {
    const id = await add('broken');
    const next = await add('broken');
    for (const state of ['ready', 'ready', 'staff']) {
        await db.query('UPDATE letterbox.job SET run_at = letterbox.now() + interval \'1 hour\' WHERE job_id = $1', [next]);
        const { lease, job_id: got } = await claim(['broken']);
        equal(got, id);
        equal(await fail(lease), state);
    }
    deepEqual(await job(id), { state: 'staff', attempts: 3, error_code: 'broken' });
    await db.query('UPDATE letterbox.job SET run_at = letterbox.now() WHERE job_id = $1', [next]);
    const { lease, job_id: got } = await claim(['broken']);
    equal(got, next);
    equal(await fail(lease, true), 'staff');
});

test('a worker that dies three times leaves the job to staff', async () => {
    const id = await add('deadly');
    for (let i = 1; i <= 3; i += 1) {
        equal((await claim(['deadly'])).attempts, i);
        await db.query('UPDATE letterbox.job SET lease_until = letterbox.now() WHERE job_id = $1', [id]);
    }
    equal(await claim(['deadly']), null);
    deepEqual(await job(id), { state: 'staff', attempts: 3, error_code: 'worker_died' });
});

test('staff have it tried again, or close it; only those whose role may', async () => {
    const [a, b] = [await add('handed'), await add('handed')];
    await db.query(`UPDATE letterbox.job SET state = 'staff', ended_at = letterbox.now() WHERE job_id IN ($1, $2)`, [a, b]);
    const change = (state, id, role) => db.as('lb_desk', async (sql) => (await sql(
        'UPDATE letterbox.job SET state = $1, ended_at = NULL, attempts = 0 WHERE job_id = $2 RETURNING job_id',
        [state, id])).length, { session: north.sessions[role] });
    for (const role of ['checker', 'administrator', 'inspector'])
        equal(await change('ready', a, role), 0);
    equal(await change('ready', a, 'coordinator'), 1);
    equal(await change('closed', b, 'manager'), 1);
    equal(await change('ready', b, 'manager'), 0);
    equal((await claim(['handed'])).job_id, a);
});

test('a job for a mail on stdin is made and claimed at once', async () => {
    const begin = (slug) => db.as('lb_post', (sql) => sql(`SELECT * FROM letterbox.job_begin('post', 'take_mail', $1, 60)`,
        [slug]));
    deepEqual(await begin('nowhere'), []);
    const [{ lease, agency_id: agency }] = await begin('south');
    equal(agency, south.id);
    await db.as('lb_post', async (sql) => equal((await sql('SELECT letterbox.gate_agency() AS id'))[0].id, south.id),
        { lease });
    await finish(lease, async () => {}, 'post');
});

test('regular jobs are made once for each agency', async () => {
    const schedule = (every) => db.as('lb_diary', async (sql) =>
        (await sql(`SELECT letterbox.job_schedule('diary', 'open_occasions', $1) AS made`, [every]))[0].made);
    equal(await schedule(3600), 2);
    equal(await schedule(3600), 0);
    equal(await schedule(0), 0);          // still waiting
    for (let i = 0; i < 2; i += 1)
        await finish((await claim(['open_occasions'], [60], 'diary')).lease, async () => {}, 'diary');
    equal(await schedule(3600), 0);       // made within the hour
    await db.query('SELECT letterbox.clock_advance(\'2 hours\')');
    equal(await schedule(3600), 2);
    const left = await db.query("SELECT state FROM letterbox.job WHERE kind = 'open_occasions'");
    deepEqual(left.map(({ state }) => state), ['ready', 'ready'], 'what was done is forgotten');
    deepEqual(await Promise.all([schedule(0), schedule(0), schedule(0)]), [0, 0, 0]);
});

test('work for one arrangement does not stand for the round of its agency', async () => {
    const schedule = () => db.as('lb_diary', async (sql) =>
        (await sql(`SELECT letterbox.job_schedule('diary', 'open_occasions', 3600) AS made`))[0].made);
    const { arrangement } = await world.story(south);
    await db.query("SELECT letterbox.clock_advance('2 hours')");
    await db.query("DELETE FROM letterbox.job WHERE kind = 'open_occasions'");
    const one = await add('open_occasions', { worker: 'diary', agency: south });
    await db.query('UPDATE letterbox.job SET arrangement_id = $1 WHERE job_id = $2', [arrangement, one]);
    equal(await schedule(), 2);
    equal(await schedule(), 0);
});

test('a new job wakes who listens, and tells nothing', async () => {
    const listener = await db.client('lb_press');
    const heard = new Promise((resolve) => listener.on('notification', resolve));
    await listener.sql('LISTEN letterbox_job');
    await add('wake');
    const { channel, payload } = await heard;
    deepEqual({ channel, payload }, { channel: 'letterbox_job', payload: '' });
    await listener.end();
});

test('finished work is swept after a week, what waits for staff stays', async () => {
    await db.query('DELETE FROM letterbox.job');
    const done = await add('old');
    const staff = await add('old');
    await db.query(`UPDATE letterbox.job SET state = 'done', ended_at = letterbox.now() WHERE job_id = $1`, [done]);
    await db.query(`UPDATE letterbox.job SET state = 'staff', ended_at = letterbox.now() WHERE job_id = $1`, [staff]);
    const sweep = () => db.as('lb_diary', async (sql) => (await sql('SELECT letterbox.sweep() AS n'))[0].n);
    await db.query(`SELECT letterbox.clock_advance('6 days')`);
    await sweep();
    equal((await db.query('SELECT FROM letterbox.job WHERE kind = \'old\'')).length, 2);
    await db.query(`SELECT letterbox.clock_advance('2 days')`);
    ok(await sweep() > 0);
    deepEqual((await db.query('SELECT job_id FROM letterbox.job WHERE kind = \'old\'')), [{ job_id: staff }]);
    equal((await db.query('SELECT FROM letterbox.session')).length, 0);
});

test('the portal gives the press a letter to prepare, and no other work', async () => {
    const story = await world.story(north);
    const letter = String(north.base + 700_000);
    const add = (kind) => db.as('lb_portal', async (sql) => {
        await sql(`INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, received_at, changed_at)
            VALUES ($1, $2, $3, $4, 'portal', letterbox.now(), letterbox.now())`, [north.id, letter, story.arrangement, story.family]);
        await sql(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, letter_id, made_at)
            VALUES ($1, letterbox.new_id(), 'press', $2, letterbox.now(), $3, letterbox.now())`, [north.id, kind, letter]);
    }, { session: story.session, commit: false });
    await add('prepare_letter');
    for (const kind of ['burn_release', 'return_note', 'label_contacts', 'welcome_account'])
        await rejects(add(kind), { code: '42501' });
});
