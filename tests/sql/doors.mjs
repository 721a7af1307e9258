// SPDX-License-Identifier: AGPL-3.0-or-later
// What works before anybody is signed in: accounts, codes, joining, links, sessions, limits.

import { randomBytes } from 'node:crypto';
import { before, deepEqual, equal, eventually, notDeepEqual, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, key, sha256 } from '../harness/world.mjs';

let db;
let world;
let north;
let south;
let one;
let two;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    one = await world.story(north);
    two = await world.story(north);
});

const portal = (text, values) => db.as('lb_portal', async (sql) => (await sql(text, values))[0]);
const desk = (text, values) => db.as('lb_desk', async (sql) => (await sql(text, values))[0]);
const sid = () => randomBytes(32);
// What each page begins with: a look; and once a minute a sign of life. Both always see the same session.
const look = (id, role = 'lb_portal') => db.as(role, async (sql) => (await sql('SELECT * FROM letterbox.own_session'))[0],
    { session: id.toString('hex') });
const touch = async (id, role = 'lb_portal') => {
    const seen = await look(id, role);
    const touched = await db.as(role, async (sql) => (await sql('SELECT * FROM letterbox.session_touch($1)', [id]))[0]);
    deepEqual([seen?.kind, seen?.stage], [touched?.kind, touched?.stage]);
    return touched;
};
const count = async (table, where = 'true') => Number((await db.one(
    `SELECT count(*) FROM letterbox.${table} WHERE ${where}`)).count);

// ---- accounts ------------------------------------------------------------------------------------------

const find = (...values) => portal('SELECT * FROM letterbox.account_for_sign_in($1, $2)',
    [[south.id, north.id], [key('other'), ...values]]);

test('an account is found by its own agency\'s value', async () => {
    const found = await find(key(`sign in ${one.account}`));
    equal(found.account_id, one.account);
    equal(found.agency_id, north.id);
    const elsewhere = await portal('SELECT * FROM letterbox.account_for_sign_in($1, $2)',
        [[south.id], [key(`sign in ${one.account}`)]]);
    ok(elsewhere.account_id !== one.account);
});

test('an unknown value gets one row of the same shape, the same each time, and unlike another\'s', async () => {
    const known = await find(key(`sign in ${one.account}`));
    const unknown = await find(key('nobody'));
    deepEqual(Object.keys(unknown), Object.keys(known));
    for (const [name, value] of Object.entries(known))
        equal(Buffer.isBuffer(value) ? unknown[name].length : typeof unknown[name], Buffer.isBuffer(value) ? value.length
            : typeof value, name);
    deepEqual(await find(key('nobody')), unknown);
    const another = await portal('SELECT * FROM letterbox.account_for_sign_in($1, $2)', [[south.id, north.id],
        [key('another'), key('nobody')]]);
    notDeepEqual(another.argon_salt, unknown.argon_salt);
    equal(await count('account', `account_id = ${unknown.account_id}`), 0);
});

test('a disabled or replaced account is as unknown as any', async () => {
    for (const state of ['disabled', 'replaced']) {
        const { account } = await world.story(north);
        await db.query('UPDATE letterbox.account SET state = $1 WHERE account_id = $2', [state, account]);
        ok((await find(key(`sign in ${account}`))).account_id !== account);
    }
});

// ---- password, then code -------------------------------------------------------------------------------

const begin = async (id, passed, account = one.account, agency = north.id) => (await portal(
    'SELECT letterbox.sign_in_begin($1, $2, $3, $4, $5, $6, letterbox.new_id(), $7) AS begun',
    [id, agency, account, passed, key('secret'), key('code'), key('body')])).begun;
const code = async (id, value, next = sid()) => (await portal(
    'SELECT letterbox.sign_in_code_try($1, $2, $3, $4) AS result', [id, key(value), next, key('again')])).result;

test('right or wrong, known or unknown: one message and one job each time', async () => {
    const unknown = (await find(key('nobody'))).account_id;
    const states = [];
    for (const [passed, account] of [[true, one.account], [false, one.account], [false, unknown], [true, unknown]]) {
        const before = [await count('message'), await count('job')];
        const begun = await begin(sid(), passed, account);
        equal(begun, passed && account === one.account);
        deepEqual([await count('message'), await count('job')], before.map((n) => n + 1));
        states.push((await db.one(`SELECT m.state FROM letterbox.message m JOIN letterbox.job j USING (agency_id, message_id)
            WHERE m.kind = 'sign_in_code' ORDER BY j.made_at DESC LIMIT 1`)).state);
    }
    deepEqual(states, ['ready', 'void', 'void', 'void']);
});

test('the code goes to the address stored with the account, copied unread', async () => {
    await begin(sid(), true);
    const row = await db.one(`SELECT m.sealed_address = a.sealed_code_address AS same, m.address_table, m.address_version
        FROM letterbox.message m JOIN letterbox.account a USING (agency_id, account_id)
        ORDER BY m.made_at DESC LIMIT 1`);
    deepEqual(row, { same: true, address_table: 'account', address_version: 1 });
});

test('a right password alone sees no rows; with the code the session goes on under a new id', async () => {
    const [first, second] = [sid(), sid()];
    await begin(first, true);
    equal((await touch(first)).stage, 'password');
    const party = (id) => db.as('lb_portal', async (sql) => (await sql('SELECT letterbox.gate_party() AS id'))[0].id,
        { session: id.toString('hex') });
    equal(await party(first), null);
    equal(await code(first, 'wrong code'), 'wrong');
    equal(await code(first, 'code', second), 'ok');
    equal(await touch(first), undefined);
    equal(await party(first), null);
    equal(await party(second), one.family);
    const full = await touch(second);
    equal(full.stage, 'full');
    equal(full.account_id, one.account);
    deepEqual(full.sealed_secret, key('again'));
    equal(await code(second, 'code'), 'gone');
});

test('five wrong codes end the sign-in, and a new code gives no tries back', async () => {
    const id = sid();
    await begin(id, true);
    for (let i = 0; i < 3; i += 1)
        equal(await code(id, 'wrong'), 'wrong');
    const again = async () => (await portal(
        'SELECT letterbox.sign_in_code_again($1, $2, letterbox.new_id(), $3) AS sent', [id, key('new code'), key('body')]))
        .sent;
    equal(await again(), true);
    equal(await code(id, 'code'), 'wrong');
    equal(await code(id, 'wrong'), 'locked');
    equal(await code(id, 'new code'), 'gone');
    equal(await touch(id), undefined);
    equal(await again(), false);
    const patient = sid();
    await begin(patient, true);
    const sends = [];
    for (let i = 0; i < 3; i += 1)
        sends.push((await portal('SELECT letterbox.sign_in_code_again($1, $2, letterbox.new_id(), $3) AS sent',
            [patient, key(`code ${i}`), key('body')])).sent);
    deepEqual(sends, [true, true, false]);
    equal(await code(patient, 'code 1'), 'ok');
});

test('a code is good for ten minutes', async () => {
    const id = sid();
    await begin(id, true);
    await db.query('UPDATE letterbox.sign_in_code SET expires_at = letterbox.now() WHERE session_key = $1', [sha256(id)]);
    equal(await code(id, 'code'), 'expired');
});

test('a TOTP code is good once', async () => {
    await db.query(`UPDATE letterbox.account SET second_factor = 'totp', sealed_totp = '\\x01' WHERE account_id = $1`,
        [one.account]);
    const totp = async (step) => {
        const id = sid();
        await begin(id, true);
        return (await portal('SELECT letterbox.sign_in_totp($1, $2, $3, $4) AS result', [id, step, sid(), key('x')])).result;
    };
    equal(await totp(1000), 'ok');
    equal(await totp(1000), 'used');
    equal(await totp(999), 'used');
    equal(await totp(1001), 'ok');
    // No code by mail for those who use TOTP.
    equal((await db.one('SELECT state FROM letterbox.message ORDER BY made_at DESC LIMIT 1')).state, 'void');
    await db.query(`UPDATE letterbox.account SET second_factor = 'email' WHERE account_id = $1`, [one.account]);
    equal(await totp(2000), 'used');
});

test('who has an app is sent no code, and none completes the sign-in', async () => {
    const id = sid();
    await begin(id, true);      // while codes still came by e-mail
    await db.query(`UPDATE letterbox.account SET second_factor = 'totp', sealed_totp = '\\x01' WHERE account_id = $1`,
        [one.account]);
    const before = await count('message');
    equal((await portal('SELECT letterbox.sign_in_code_again($1, $2, letterbox.new_id(), $3) AS sent',
        [id, key('new code'), key('body')])).sent, false);
    equal(await count('message'), before);
    equal(await code(id, 'code'), 'gone');
    await db.query(`UPDATE letterbox.account SET second_factor = 'email' WHERE account_id = $1`, [one.account]);
    equal(await code(id, 'code'), 'ok');
});

test('staff sign in with password and TOTP, and both are in the audit', async () => {
    const found = await desk('SELECT * FROM letterbox.staff_for_sign_in($1, $2)',
        [[north.id], [key(`look up staff ${north.staff.manager}`)]]);
    equal(found.staff_id, north.staff.manager);
    const unknown = await desk('SELECT * FROM letterbox.staff_for_sign_in($1, $2)', [[north.id], [key('nobody')]]);
    deepEqual(Object.keys(unknown), Object.keys(found));
    equal(await count('staff', `staff_id = ${unknown.staff_id}`), 0);
    const [first, second] = [sid(), sid()];
    equal((await desk('SELECT letterbox.staff_sign_in_begin($1, $2, $3, $4) AS begun',
        [sid(), north.id, unknown.staff_id, key('x')])).begun, false);
    equal((await desk('SELECT letterbox.staff_sign_in_begin($1, $2, $3, $4) AS begun',
        [first, north.id, found.staff_id, key('x')])).begun, true);
    const role = (id) => db.as('lb_desk', async (sql) => (await sql('SELECT letterbox.gate_role() AS role'))[0].role,
        { session: id.toString('hex') });
    equal(await role(first), null);
    equal((await desk('SELECT letterbox.sign_in_totp($1, 5, $2, $3) AS result', [first, second, key('x')])).result, 'ok');
    equal(await role(second), 'manager');
    equal(await touch(second), undefined);          // not at the portal
    ok(await touch(second, 'lb_desk'));
    equal(await count('audit', `act = 'signed_in' AND actor_id = ${found.staff_id}`), 1);
    for (const text of ['SELECT letterbox.staff_for_sign_in(NULL, NULL)', 'SELECT letterbox.staff_self()'])
        await rejects(portal(text), { code: '42501' });
});

// ---- sessions ------------------------------------------------------------------------------------------

test('a look at a session shows it while it lives, and to its own door only', async () => {
    const sessions = { portal: await world.session(north, { kind: 'portal', account_id: one.account, party_id: one.family }),
        link: two.reader, desk: north.sessions.manager };
    for (const [kind, session] of Object.entries(sessions)) {
        const own = kind === 'desk' ? 'lb_desk' : 'lb_portal';
        const id = Buffer.from(session, 'hex');
        equal((await look(id, own)).kind, kind);
        equal(await look(id, own === 'lb_desk' ? 'lb_portal' : 'lb_desk'), undefined, `${kind} at the other door`);
    }
    const id = Buffer.from(sessions.portal, 'hex');
    const set = (column, time) => db.query(`UPDATE letterbox.session SET ${column} = letterbox.now() + $1::interval
        WHERE session_key = $2`, [time, sha256(id)]);
    equal((await look(id)).is_stale, false);
    for (const column of ['ends_at', 'idle_ends_at']) {
        await set(column, '-1 second');
        equal(await look(id), undefined, `${column}, though seen just now`);
        await set(column, '10 minutes');
        equal((await look(id)).stage, 'full');
    }
    await set('seen_at', '-2 minutes');
    equal((await look(id)).is_stale, true);
});

test('a sign of life puts off the end of idling, but not the end after eight hours', async () => {
    const id = Buffer.from(await world.session(north, { kind: 'portal', account_id: one.account, party_id: one.family },
        { minutes: 30 }), 'hex');
    const ends = () => db.one('SELECT idle_ends_at, ends_at FROM letterbox.session WHERE session_key = $1', [sha256(id)]);
    const at = await ends();
    await touch(id);
    deepEqual(await ends(), at);            // within a minute nothing is written
    await db.query(`UPDATE letterbox.session SET seen_at = seen_at - interval '10 minutes',
        idle_ends_at = idle_ends_at - interval '10 minutes' WHERE session_key = $1`, [sha256(id)]);
    await touch(id);
    const later = await ends();
    ok(later.idle_ends_at >= at.idle_ends_at);
    deepEqual(later.ends_at, at.ends_at);
});

const closing = `UPDATE letterbox.account SET state = 'disabled' WHERE account_id = $1 RETURNING account_id`;
const close = ({ account }) => db.as('lb_desk', (sql) => sql(closing, [account]), { session: north.sessions.coordinator });

test('an account that ended stays so, and gives its address back', async () => {
    const { account } = await world.story(north);
    const row = () => db.one('SELECT state, ended_at FROM letterbox.account WHERE account_id = $1', [account]);
    equal((await row()).ended_at, null);
    await close({ account });
    const { state, ended_at: ended } = await row();
    equal(state, 'disabled');
    ok(ended);
    equal(await count('account_lookup', `account_id = ${account}`), 0);
    for (const again of ['active', 'disabled', 'replaced']) {
        const open = db.as('lb_desk', (sql) => sql('UPDATE letterbox.account SET state = $2 WHERE account_id = $1', [account, again]),
            { session: north.sessions.manager, commit: false });
        if (again === 'active')
            await rejects(open, (error) => error.constraint === 'account_ended_stays');
        else
            await open;
    }
    deepEqual(await row(), { state, ended_at: ended });
});

test('who signs in while the account is being closed gets no session', async () => {
    const sessions = (account) => count('session', `account_id = ${account}`);
    const waits = (client) => eventually(async () => (await db.one(
        'SELECT wait_event_type FROM pg_stat_activity WHERE pid = $1', [client.pid])).wait_event_type === 'Lock', { what: 'a wait' });
    const opened = async (role, session) => {
        const client = await db.client(role);
        await client.sql('BEGIN');
        if (session)
            await client.sql("SELECT set_config('letterbox.session', $1, true)", [session]);
        client.pid = (await client.sql('SELECT pg_backend_pid() AS pid'))[0].pid;
        return client;
    };
    const ended = async (client, how) => {
        await client.sql(how);
        await client.end();
    };
    const begins = (client, account) => client.sql(
        'SELECT letterbox.sign_in_begin($1, $2, $3, true, $4, $5, letterbox.new_id(), $6) AS begun',
        [sid(), north.id, account, key('secret'), key('code'), key('body')]).then(([{ begun }]) => begun);

    // the password first: closing waits, and then sees the session
    const first = await world.story(north);
    let family = await opened('lb_portal');
    equal(await begins(family, first.account), true);
    let staff = await opened('lb_desk', north.sessions.coordinator);
    const closed = staff.sql(closing, [first.account]);
    await waits(staff);
    await ended(family, 'COMMIT');
    equal((await closed).length, 1);
    await ended(staff, 'COMMIT');
    equal(await sessions(first.account), 0);

    // closing first: the password waits, and finds nobody
    const second = await world.story(north);
    staff = await opened('lb_desk', north.sessions.coordinator);
    await staff.sql(closing, [second.account]);
    family = await opened('lb_portal');
    const begun = begins(family, second.account);
    await waits(family);
    await ended(staff, 'COMMIT');
    equal(await begun, false);
    await ended(family, 'COMMIT');
    equal(await sessions(second.account), 0);

    // closing first, while the second step is under way: with a code, and with an app
    const steps = {
        email: ['SELECT letterbox.sign_in_code_try($1, $2, $3, $4) AS result', (story) => [Buffer.from(story.waiting, 'hex'),
            key(`code ${story.account}`), sid(), key('again')]],
        totp: ['SELECT letterbox.sign_in_totp($1, 900, $2, $3) AS result', (story) => [Buffer.from(story.waiting, 'hex'), sid(),
            key('again')]],
    };
    for (const [factor, [step, values]] of Object.entries(steps)) {
        const story = await world.story(north);
        await db.query('UPDATE letterbox.account SET second_factor = $2, sealed_totp = sealed_code_address WHERE account_id = $1',
            [story.account, factor]);
        staff = await opened('lb_desk', north.sessions.coordinator);
        await staff.sql(closing, [story.account]);
        family = await opened('lb_portal');
        const tried = family.sql(step, values(story)).then(([{ result }]) => result, (error) => error.code);
        await waits(family);
        await ended(staff, 'COMMIT');
        equal(await tried, { email: 'gone', totp: 'LB002' }[factor]);
        await ended(family, 'COMMIT');
        equal(await sessions(story.account), 0, factor);
    }
});

test('a change of password or second factor leaves a row in the audit, and none without the change', async () => {
    const mine = await world.story(north);
    const acts = async () => (await db.query(`SELECT act FROM letterbox.audit WHERE actor_kind = 'account' AND actor_id = $1
        ORDER BY number`, [mine.account])).map(({ act }) => act);
    const change = (set, { commit = true } = {}) => db.as('lb_portal', (sql) => sql(`UPDATE letterbox.account SET ${set}
        WHERE account_id = letterbox.gate_account()`), { session: mine.session, commit });
    const fresh = (bytes) => `decode('${randomBytes(bytes).toString('hex')}', 'hex')`;
    const started = await acts();
    await change(`wrapped_secret = ${fresh(109)}`, { commit: false });
    await change(`sealed_totp = ${fresh(4096)}, totp_version = 1`);     // an app that is only being set up
    deepEqual(await acts(), started);
    await change(`wrapped_secret = ${fresh(109)}`);
    await change(`second_factor = 'totp', totp_version = 2`);
    await change(`sealed_totp = ${fresh(4096)}, totp_version = 3`);     // another app in its place
    await change(`second_factor = 'email', sealed_totp = NULL, totp_version = 4`);
    deepEqual(await acts(), [...started, 'password_changed', 'second_changed', 'second_changed', 'second_changed']);
});

test('a notice of a change goes to the account\'s own address, and to none without a session', async () => {
    const mine = await world.story(north);
    const notice = (session) => db.as('lb_portal', (sql) => sql('SELECT letterbox.account_notice(letterbox.new_id(), $1)',
        [key('body')]), { session });
    await notice(mine.session);
    const row = await db.one(`SELECT m.kind, m.state, m.to_party, m.sealed_address = a.sealed_code_address AS same, j.worker
        FROM letterbox.message m JOIN letterbox.account a USING (agency_id, account_id)
        JOIN letterbox.job j ON j.agency_id = m.agency_id AND j.message_id = m.message_id WHERE m.account_id = $1`, [mine.account]);
    deepEqual(row, { kind: 'password_changed', state: 'ready', to_party: mine.family, same: true, worker: 'post' });
    for (const session of [null, mine.waiting, mine.reader])
        await rejects(notice(session), (error) => error.code === 'LB002');
});

test('sessions end when account, role or link is taken away', async () => {
    const live = async (id, role) => Boolean(await touch(Buffer.from(id, 'hex'), role));
    const closed = await world.story(north);
    ok(await live(closed.session, 'lb_portal'));
    await close(closed);
    equal(await live(closed.session, 'lb_portal'), false);

    await world.addStaff(north, 'leaver', String(north.base + 15), 'checker');
    ok(await live(north.sessions.leaver, 'lb_desk'));
    await db.as('lb_desk', (sql) => sql(`UPDATE letterbox.staff SET role = 'coordinator' WHERE staff_id = $1`,
        [north.staff.leaver]), { session: north.sessions.administrator });
    equal(await live(north.sessions.leaver, 'lb_desk'), false);

    ok(await live(two.reader, 'lb_portal'));
    await db.as('lb_desk', (sql) => sql('UPDATE letterbox.link SET withdrawn_at = letterbox.now() WHERE link_id = $1',
        [two.link]), { session: north.sessions.coordinator });
    equal(await live(two.reader, 'lb_portal'), false);
});

test('a person sees and ends only their own sessions', async () => {
    const whose = { kind: 'desk', staff_id: north.staff.inspector, role: 'inspector' };
    const [first, second] = [await world.session(north, whose), await world.session(north, whose)];
    const list = (session) => db.as('lb_desk', (sql) => sql('SELECT this FROM letterbox.session_list()'), { session });
    equal((await list(first)).length, 3);
    equal((await list(first)).filter((row) => row.this).length, 1);
    equal((await desk('SELECT letterbox.session_close_others($1) AS closed', [Buffer.from(first, 'hex')])).closed, 2);
    equal(await touch(Buffer.from(second, 'hex'), 'lb_desk'), undefined);
    ok(await touch(Buffer.from(first, 'hex'), 'lb_desk'));
    ok(await touch(Buffer.from(north.sessions.manager, 'hex'), 'lb_desk'));
});

test('a session id has 32 bytes, and the table does not hold it', async () => {
    await rejects(begin(Buffer.from('short'), true), { code: '22023' });
    const id = Buffer.from(one.session, 'hex');
    equal((await db.query('SELECT FROM letterbox.session WHERE session_key = $1', [id])).length, 0);
});

// ---- joining -------------------------------------------------------------------------------------------

const join = async (codeName, mailName, id = sid()) => (await portal(
    'SELECT result FROM letterbox.join_try($1, $2, $3, $4)', [key(codeName), key(mailName), id, key('joining')])).result;
const finish = async (id, account, lookup) => (await portal(`SELECT letterbox.join_finish($1, $2, $3, $4, 3, 65536, $5, $6, $7,
    $8) AS result`, [id, account, randomBytes(16), randomBytes(32), randomBytes(16), key('wrapped'), key('address'),
    key(lookup)])).result;

test('a joining code is tried five times at most, and expires', async () => {
    const [right, mail] = [`join ${two.join}`, `join mail ${two.join}`];
    equal(await join('no such code', mail), 'wrong');
    for (let i = 0; i < 4; i += 1)
        equal(await join(right, 'wrong mail'), 'wrong');
    equal(await join(right, mail), 'ok');            // right ones do not count
    equal(await join(right, 'wrong mail'), 'wrong');
    equal(await join(right, mail), 'locked');
    await db.query('UPDATE letterbox.join_code SET tries = 0, expires_at = letterbox.now() WHERE join_id = $1', [two.join]);
    equal(await join(right, mail), 'expired');
});

test('joining makes an account, spends the code, and tells the press', async () => {
    const id = sid();
    equal(await join(`join ${one.join}`, `join mail ${one.join}`, id), 'ok');
    equal((await touch(id)).stage, 'joining');
    equal(await finish(sid(), '901', 'mother'), 'gone');
    equal(await finish(id, '901', 'mother'), 'ok');
    equal(await touch(id), undefined);
    equal(await join(`join ${one.join}`, `join mail ${one.join}`), 'used');
    deepEqual(await db.one(`SELECT party_id, state FROM letterbox.account WHERE account_id = '901'`),
        { party_id: one.mother, state: 'active' });
    equal(await count('job', `kind = 'welcome_account' AND account_id = 901 AND party_id = ${one.mother}`), 1);
    equal((await find(key('mother'))).account_id, '901');
});

const invite = async (party, name) => world.insert('join_code', { agency_id: north.id, join_id: String(Date.now()) + Math
    .floor(Math.random() * 1000), party_id: party, code_hash: key(`code ${name}`), email_check: key(`mail ${name}`),
expires_at: '2126-01-01', made_by: north.staff.coordinator, made_at: await world.now() });

test('joining anew replaces the account and ends its sessions', async () => {
    const old = await world.session(north, { kind: 'portal', account_id: '901', party_id: one.mother });
    await invite(one.mother, 'again');
    const id = sid();
    equal(await join('code again', 'mail again', id), 'ok');
    equal(await finish(id, '902', 'mother'), 'ok');
    equal((await db.one(`SELECT state FROM letterbox.account WHERE account_id = '901'`)).state, 'replaced');
    equal((await find(key('mother'))).account_id, '902');
    equal(await touch(Buffer.from(old, 'hex')), undefined);
});

test('an address that signs in to another party does not join', async () => {
    await invite(one.gran, 'gran');
    const id = sid();
    equal(await join('code gran', 'mail gran', id), 'ok');
    equal(await finish(id, '903', 'mother'), 'taken');
    equal(await count('account', 'account_id = 903'), 0);
    equal((await find(key('mother'))).account_id, '902');
});

test('two clicks join once', async () => {
    await invite(one.gran, 'twice');
    const id = sid();
    equal(await join('code twice', 'mail twice', id), 'ok');
    const results = await Promise.all([finish(id, '904', 'gran'), finish(id, '905', 'gran')]);
    equal(results.filter((result) => result === 'ok').length, 1, results.join());
    equal(await count('account', `party_id = ${one.gran} AND state = 'active'`), 1);
});

// ---- links ---------------------------------------------------------------------------------------------

test('a look at a link changes nothing; five wrong PINs lock it; a right one gives the tries back', async () => {
    const token = key(`token ${one.link}`);
    const look = async () => (await portal('SELECT * FROM letterbox.link_find($1)', [token]))?.state;
    const attempt = async () => portal('SELECT * FROM letterbox.link_try($1)', [token]);
    const tries = async () => (await db.one('SELECT tries FROM letterbox.link WHERE link_id = $1', [one.link])).tries;
    await db.query('UPDATE letterbox.party SET details_changed_at = NULL');      // accounts were made anew above
    equal((await portal('SELECT * FROM letterbox.link_find($1)', [key('none')])), undefined);
    equal((await portal('SELECT * FROM letterbox.link_try($1)', [key('none')])).refusal, 'unknown');
    for (let i = 0; i < 3; i += 1)
        equal(await look(), 'open');
    equal(await tries(), 0);
    const open = async (id) => (await portal('SELECT letterbox.link_open($1, $2, $3, $4) AS refusal',
        [token, id, key('x'), key('a browser')])).refusal;
    equal(await open(sid()), 'unknown');             // nothing was tried
    for (let i = 1; i <= 4; i += 1) {
        const { refusal, sealed_key: sealed } = await attempt();
        equal(refusal, null);
        ok(sealed.length > 0);
        equal(await tries(), i);
    }
    const id = sid();
    equal(await open(id), null);
    equal(await tries(), 0);
    const session = await touch(id);
    deepEqual([session.kind, session.release_id, session.party_id], ['link', one.toMotherRelease, null]);
    const seen = (table) => db.as('lb_portal', async (sql) => (await sql(`SELECT count(*) FROM letterbox.${table}`))[0].count,
        { session: id.toString('hex') });
    deepEqual([await seen('release'), await seen('release_part'), await seen('blob_chunk'), await seen('letter')],
        ['1', '1', '1', '0']);
    for (let i = 0; i < 5; i += 1)
        equal((await attempt()).refusal, null);
    deepEqual([(await attempt()).refusal, (await attempt()).sealed_key, await look()], ['locked', null, 'locked']);
    // PINs tried at once are counted one by one.
    await db.query('UPDATE letterbox.link SET tries = 0 WHERE link_id = $1', [one.link]);
    const many = await Promise.all(Array.from({ length: 9 }, attempt));
    equal(many.filter(({ refusal }) => refusal === null).length, 5);
    await db.query('UPDATE letterbox.link SET tries = 0, expires_at = letterbox.now() WHERE link_id = $1', [one.link]);
    deepEqual([(await attempt()).refusal, await look()], ['expired', 'expired']);
    await db.query('UPDATE letterbox.link SET withdrawn_at = letterbox.now() WHERE link_id = $1', [two.link]);
    deepEqual((await portal('SELECT * FROM letterbox.link_try($1)', [key(`token ${two.link}`)])).refusal, 'withdrawn');
});

// ---- limits and double clicks ------------------------------------------------------------------------

test('five failures in ten minutes are the limit, for each address and account apart', async () => {
    const state = (scope, name, role = 'lb_portal') => db.as(role, async (sql) => (await sql(
        'SELECT refused, failed_today FROM letterbox.rate_state($1, $2)', [scope, key(name)]))[0]);
    const hit = (scope, name) => db.as('lb_portal', (sql) => sql('SELECT letterbox.rate_hit($1, $2)', [scope, key(name)]));
    deepEqual(await state('address', 'a'), { refused: false, failed_today: false });
    await Promise.all(Array.from({ length: 4 }, () => hit('address', 'a')));
    deepEqual(await state('address', 'a'), { refused: false, failed_today: true });
    await hit('address', 'a');
    deepEqual(await state('address', 'a'), { refused: true, failed_today: true });
    deepEqual(await state('address', 'a', 'lb_desk'), { refused: true, failed_today: true });
    deepEqual(await state('account', 'a'), { refused: false, failed_today: false });
    deepEqual(await state('address', 'b'), { refused: false, failed_today: false });
    await db.query(`UPDATE letterbox.rate SET minute = minute - interval '11 minutes' WHERE key_hash = $1`, [key('a')]);
    deepEqual(await state('address', 'a'), { refused: false, failed_today: true });
    await rejects(hit('planet', 'a'), { code: '23514' });
});

test('the second click waits for the first and gets its answer', async () => {
    const click = async (name) => {
        const client = await db.client('lb_portal');
        await client.sql('BEGIN');
        await client.sql(`SELECT set_config('letterbox.session', $1, true)`, [one.session]);
        return { client, claim: async () => (await client.sql('SELECT * FROM letterbox.idempotency_claim($1, $2)',
            ['/letters', name]))[0] };
    };
    const once = 'b'.repeat(32);
    const [first, second] = [await click(once), await click(once)];
    deepEqual(await first.claim(), { fresh: true, answer: null });
    const waiting = second.claim();
    equal(await Promise.race([waiting, new Promise((done) => setTimeout(done, 200, 'waits'))]), 'waits');
    await first.client.sql('SELECT letterbox.idempotency_answer($1, $2, $3)', ['/letters', once, '/letters/abc/receipt']);
    await first.client.sql('COMMIT');
    deepEqual(await waiting, { fresh: false, answer: '/letters/abc/receipt' });
    await second.client.sql('COMMIT');
    // Where the first failed, the second is the first.
    const [third, fourth] = [await click('c'.repeat(32)), await click('c'.repeat(32))];
    equal((await third.claim()).fresh, true);
    const next = fourth.claim();
    await third.client.sql('ROLLBACK');
    deepEqual(await next, { fresh: true, answer: null });
    await fourth.client.sql('ROLLBACK');
    for (const { client } of [first, second, third, fourth])
        await client.end();
    await rejects(portal('SELECT letterbox.idempotency_claim($1, $2)', ['/letters', once]), { code: 'LB002' });
});

test('what anybody may know of agencies is no more than names, help and public keys', async () => {
    const rows = await db.as('lb_portal', (sql) => sql('SELECT * FROM letterbox.agency_list()'));
    deepEqual(rows.map((row) => row.slug), ['north', 'south']);
    ok(!('name' in rows[0]) && rows[0].neutral_name === 'Post desk');
    const keys = await db.as('lb_portal', (sql) => sql('SELECT purpose FROM letterbox.agency_keys($1)', [north.id]));
    deepEqual(keys.map((row) => row.purpose), ['archive', 'archive', 'desk', 'post', 'press']);
});

// ---- setting up ----------------------------------------------------------------------------------------

test('an agency has its first administrator enrolled once', async () => {
    const owner = (text, values) => db.as('lb_owner', async (sql) => (await sql(text, values))[0]);
    await owner(`SELECT letterbox.agency_add(77, 'west', 'West', 'Post desk', true)`);
    await owner(`SELECT letterbox.agency_key_add(77, $1, 'desk', $2, NULL)`, [key('w').subarray(0, 16), key('w')]);
    const enrol = (staff) => owner(`SELECT letterbox.staff_enrol_first(77, $1, '\\x01', $2, $3, 3, 65536, $2, '\\x02', '\\x03',
        $4, $5, '\\x04')`, [staff, key(`s${staff}`).subarray(0, 16), key(`s${staff}`), key(`l${staff}`),
        key('w').subarray(0, 16)]);
    await enrol('7701');
    await rejects(enrol('7702'), { constraint: 'staff_first' });
    equal(await count('staff_grant', 'agency_id = 77'), 1);
    await owner(`SELECT letterbox.agency_key_add(77, $1, 'desk', $2, NULL)`, [key('w2').subarray(0, 16), key('w2')]);
    equal(await count('agency_key', `agency_id = 77 AND purpose = 'desk' AND state = 'active'`), 1);
    equal(await count('audit', 'agency_id = 77'), 4);
});

test('blobs are whole, and nothing is added to them', async () => {
    const chunk = (sql, number, bytes = 'aaaa') => sql(`INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes)
        VALUES ($1, 4711, $2, $3)`, [north.id, number, Buffer.from(bytes)]);
    const header = (sql, bytes, chunks) => sql(`INSERT INTO letterbox.blob (agency_id, blob_id, purpose, bytes, chunks, made_at)
        VALUES ($1, 4711, 'original', $2, $3, letterbox.now())`, [north.id, bytes, chunks]);
    const write = (fn) => db.as('lb_portal', fn, { session: one.session });
    await rejects(write(async (sql) => { await header(sql, 8, 2); await chunk(sql, 0); }), { constraint: 'blob_whole' });
    await rejects(write(async (sql) => { await header(sql, 9, 2); await chunk(sql, 0); await chunk(sql, 1); }),
        { constraint: 'blob_whole' });
    await rejects(write(async (sql) => { await header(sql, 4, 1); await chunk(sql, 1); }),
        { constraint: 'blob_chunk_fits' });
    await rejects(write(async (sql) => {
        await header(sql, 8, 2);
        await sql(`INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes)
            SELECT $1, 4711, n, 'aaaa' FROM unnest(ARRAY[0, 2, 1]) AS n`, [north.id]);
    }), { constraint: 'blob_chunk_fits' });
    await write(async (sql) => { await header(sql, 8, 2); await chunk(sql, 1); await chunk(sql, 0); });
    await rejects(write((sql) => chunk(sql, 2)), { constraint: 'blob_chunk_fits' });
    await rejects(write((sql) => chunk(sql, 1)), { code: '23505' });
});

test('the same mailbox entry, or the same bytes, are stored once', async () => {
    const seen = (uid, digest) => db.as('lb_post', (sql) => sql(`INSERT INTO letterbox.mail_seen (agency_id, seen_id, mailbox,
        uidvalidity, uid, digest, letter_id, seen_at) VALUES ($1, letterbox.new_id(), 'inbox', $2, $3, $4, $5,
        letterbox.now())`, [north.id, uid && 99, uid, key(digest), one.fromMother]), { lease: north.jobs.post });
    await seen(5, 'a mail');
    await rejects(seen(5, 'another mail'), { constraint: 'mail_seen_uid' });
    await rejects(seen(6, 'a mail'), { constraint: 'mail_seen_bytes' });
    await rejects(seen(null, 'a mail'), { constraint: 'mail_seen_bytes' });
    await seen(null, 'on stdin');
    await seen(null, 'another on stdin');
});

test('the diary opens an occasion once, and none between people who are not in contact', async () => {
    const open = (month) => db.as('lb_diary', async (sql) => (await sql(`WITH opened AS (
            INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on,
                agreement_version, changed_at)
            VALUES ($1, letterbox.new_id(), $2, $3, $4, $5, $5, 1, letterbox.now()) ON CONFLICT DO NOTHING RETURNING 1)
        SELECT count(*) AS opened FROM opened`, [north.id, one.arrangement, one.family, one.gran, month]))[0].opened,
    { lease: north.jobs.diary });
    await rejects(open('2031-03-01'), { constraint: 'occasion_contact' });
    await world.insert('contact', { agency_id: north.id, contact_id: 7_001, arrangement_id: one.arrangement, party_id: one.family,
        other_party_id: one.gran });
    equal(await open('2031-03-01'), '1');
    equal(await open('2031-03-01'), '0');
    equal(await open('2031-09-01'), '1');
    await rejects(open('2031-09-02'), { code: '23514' });
});
