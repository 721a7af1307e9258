// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody of one agency works for another: who offers and who answers, in what session they work, that it ends at once however it
// ends, and that a person with two rows is one person. North is the authority, south the agency that works for it, east a third.

import { randomBytes } from 'node:crypto';
import { before, deepEqual, equal, ok, rejects, sleep, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { ROLES, World, sealed } from '../harness/world.mjs';

const ONE = 501;        // the offer
let db;
let world;
let north;
let south;
let east;
let one;
let two;
let offset;             // of the clock: ten minutes to midnight in London
let today;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    offset = (await db.one(`SELECT ((((now() AT TIME ZONE 'Europe/London')::date + 2)::timestamp AT TIME ZONE 'Europe/London')
        - interval '10 minutes' - now())::text AS offset`)).offset;
    await clock();
    today = (await db.one('SELECT letterbox.acting_today()::text AS today')).today;
    north = await world.agency('north');
    south = await world.agency('south');
    east = await world.agency('east');
    one = await world.story(north);
    two = await world.story(south);
    await world.settle(north);
});

const clock = (more = '0') => db.query('UPDATE letterbox.cluster SET clock_offset = $1::interval + $2::interval', [offset, more]);
const day = async (days) => (await db.one('SELECT ($1::date + $2::integer)::text AS day', [today, days])).day;

// One transaction of the desk, in which one session after the other is named; it is rolled back.
const desk = (fn) => db.as('lb_desk', fn, { commit: false });
const be = (sql, session) => sql("SELECT set_config('letterbox.session', $1, true)", [session]);
const as = (sql, agency, role) => be(sql, agency.sessions[role]);
const call = async (sql, name, ...args) =>
    (await sql(`SELECT letterbox.${name}(${args.map((_, i) => `$${i + 1}`)}) AS why`, args))[0].why;
const refused = async (sql, fn, wanted) => {
    await sql('SAVEPOINT tried');
    await rejects(fn(), wanted);
    await sql('ROLLBACK TO tried');
};

const offer = async (sql, { id = ONE, from = south, who = 'coordinator', to = north } = {}) => {
    await as(sql, from, 'administrator');
    return call(sql, 'acting_offer', id, from.staff[who], to.id, sealed());
};
const accept = async (sql, { id = ONE, to = north, role = 'coordinator', first = today, last = today } = {}) => {
    await as(sql, to, 'administrator');
    const [place] = await sql('SELECT staff_id, record_version FROM letterbox.acting_place($1)', [id]);
    const why = await call(sql, 'acting_accept', id, place?.staff_id ?? 1, place?.record_version ?? 1, sealed(), role, first, last);
    if (why === null)
        await sql(`INSERT INTO letterbox.staff_grant (agency_id, staff_id, key_id, sealed_secret, granted_by, granted_at)
            VALUES ($1, $2, $3, $4, letterbox.gate_staff(), letterbox.now())`, [to.id, place.staff_id, to.deskKey, sealed()]);
    return why ?? place.staff_id;
};
// From a session, to a session: the answer is a refusal, or the new session.
const begin = async (sql, session = south.sessions.coordinator, id = ONE) => {
    const sid = randomBytes(32);
    await be(sql, session);
    return await call(sql, 'acting_begin', id, sid, sealed()) ?? sid.toString('hex');
};
const back = async (sql, session) => {
    const sid = randomBytes(32);
    await be(sql, session);
    return await call(sql, 'acting_back', sid, sealed()) ?? sid.toString('hex');
};
const whose = async (sql, session) => {
    await be(sql, session);
    const [{ agency, staff, role }] = await sql(`SELECT letterbox.gate_agency() AS agency, letterbox.gate_staff() AS staff,
        letterbox.gate_role() AS role`);
    return agency === null ? null : { agency, staff, role };
};
const acts = async (sql, options = {}) => {
    equal(await offer(sql, options), null);
    const staff = await accept(sql, options);
    const from = options.from_session ?? (options.from ?? south).sessions[options.who ?? 'coordinator'];
    const session = await begin(sql, from, options.id);
    equal(session.length, 64, session);
    return { staff, session };
};

test('an administrator offers, an administrator of the other agency answers, and nobody else sees it', () => desk(async (sql) => {
    for (const role of ROLES.filter((one) => one !== 'administrator')) {
        await as(sql, south, role);
        await refused(sql, () => call(sql, 'acting_offer', ONE, south.staff.coordinator, north.id, sealed()), { code: '42501' });
    }
    equal(await offer(sql), null);
    const seen = {};
    for (const [name, agency] of Object.entries({ north, south, east }))
        for (const role of ROLES) {
            await as(sql, agency, role);
            if ((await sql('SELECT acting_id FROM letterbox.acting')).length)
                (seen[name] ??= []).push(role);
            if ((await sql('SELECT acting_id FROM letterbox.acting_from_here()')).length)
                (seen[`${name}, from here`] ??= []).push(role);
        }
    deepEqual(seen, { north: ['manager', 'administrator'], 'south, from here': ['administrator'] });
    for (const role of ROLES.filter((one) => one !== 'administrator')) {
        await as(sql, north, role);
        deepEqual(await sql('SELECT staff_id FROM letterbox.acting_place($1)', [ONE]), []);
        await refused(sql, () => call(sql, 'acting_accept', ONE, 77, 1, sealed(), 'coordinator', today, today), { code: '42501' });
    }
    for (const agency of [south, east]) {       // not those who offered it, and no third
        await as(sql, agency, 'administrator');
        equal(await call(sql, 'acting_accept', ONE, 77, 1, sealed(), 'coordinator', today, today), 'decided');
    }
    for (const [agency, role] of [[east, 'administrator'], [north, 'manager'], [south, 'manager']]) {
        await as(sql, agency, role);
        equal(await call(sql, 'acting_end', ONE), 'decided', `${agency.slug} ${role}`);
    }
    await as(sql, north, 'coordinator');
    await refused(sql, () => call(sql, 'acting_end', ONE), { code: '42501' });
    // What the first agency is told when it is answered: that it is.
    ok(Number(await accept(sql)) > 0);
    await as(sql, south, 'administrator');
    const [row] = await sql('SELECT * FROM letterbox.acting_from_here()');
    deepEqual(Object.keys(row), ['acting_id', 'staff_id', 'to_name', 'state', 'offered_at', 'ended_at']);
    equal(row.state, 'accepted');
    equal((await sql('SELECT staff_id FROM letterbox.staff WHERE agency_id = $1', [north.id])).length, 0);
}));

test('only an account of one\'s own is offered, to another agency that is open, and once', () => desk(async (sql) => {
    await as(sql, south, 'administrator');
    equal(await call(sql, 'acting_offer', ONE, north.staff.coordinator, east.id, sealed()), 'staff');
    equal(await call(sql, 'acting_offer', ONE, south.staff.coordinator, south.id, sealed()), 'agency');
    equal(await call(sql, 'acting_offer', ONE, south.staff.coordinator, 4711, sealed()), 'agency');
    equal(await offer(sql), null);
    equal(await offer(sql, { id: 502 }), 'open');
    const staff = await accept(sql);
    equal(await offer(sql, { id: 502 }), 'open');
    // Who acts for an agency is not passed on by it.
    await as(sql, north, 'administrator');
    equal(await call(sql, 'acting_offer', 503, staff, east.id, sealed()), 'staff');
    await as(sql, north, 'administrator');
    equal(await call(sql, 'acting_end', ONE), null);
    equal(await offer(sql, { id: 502 }), null, 'again, when it is over');
}));

test('nobody acts as administrator, without a last day, or for more than two years', () => desk(async (sql) => {
    equal(await offer(sql), null);
    await refused(sql, () => accept(sql, { role: 'administrator' }), { constraint: 'staff_acting_role' });
    equal(await accept(sql, { first: await day(-9), last: await day(-1) }), 'over');
    equal(await accept(sql, { first: await day(5), last: await day(4) }), 'order');
    equal(await accept(sql, { last: await day(800) }), 'long');
    await refused(sql, () => accept(sql, { last: null }), { constraint: 'staff_acting' });
    const staff = await accept(sql, { role: 'manager' });
    await as(sql, north, 'administrator');
    await refused(sql, () => sql("UPDATE letterbox.staff SET role = 'administrator' WHERE staff_id = $1", [staff]),
        { constraint: 'staff_acting_role' });
    await refused(sql, () => sql('UPDATE letterbox.staff SET acts_until = $2 WHERE staff_id = $1', [staff, today]), { code: '42501' });
}));

test('a person has one row at an agency for ever: whoever comes again is the same', () => desk(async (sql) => {
    const first = await acts(sql);
    await as(sql, north, 'manager');
    equal(await call(sql, 'acting_end', ONE), null);
    const second = await acts(sql, { id: 502, role: 'checker', from_session: await world.session(south,
        { kind: 'desk', staff_id: south.staff.coordinator, role: 'coordinator' }) });
    equal(second.staff, first.staff);
    deepEqual(await whose(sql, second.session), { agency: north.id, staff: first.staff, role: 'checker' });
    await rejects(db.query(`INSERT INTO letterbox.staff (agency_id, staff_id, role, sealed_record, key_id, public_key, made_at,
            home_agency_id, home_staff_id, acts_from, acts_until)
        SELECT $1, n.id, 'checker', '\\x01', substr(sha256(n.id::text::bytea), 1, 16), s.public_key, s.made_at, $2, $3, $4, $4
          FROM letterbox.staff s, (VALUES (771), (772)) AS n (id) WHERE s.staff_id = $3`,
    [east.id, south.id, south.staff.checker, today]), { constraint: 'staff_one_person' });
}));

test('nobody signs in with the row of who acts', () => desk(async (sql) => {
    const { staff, session } = await acts(sql);
    equal(await call(sql, 'staff_sign_in_begin', randomBytes(32), north.id, staff, sealed()), false);
    await as(sql, north, 'administrator');
    await refused(sql, () => call(sql, 'staff_lookup_set', staff, randomBytes(32)), { constraint: 'staff_own_sign_in' });
    await be(sql, session);
    await refused(sql, () => call(sql, 'staff_password_set', 3, 65536, randomBytes(16), sealed(109)), { constraint: 'staff_own_sign_in' });
    await as(sql, north, 'administrator');
    // And an account of one's own has all that one signs in with.
    await refused(sql, () => sql(`INSERT INTO letterbox.staff (agency_id, staff_id, role, sealed_record, key_id, public_key, made_at)
        VALUES ($1, 778, 'checker', '\\x01', $2, $3, letterbox.now())`, [north.id, randomBytes(16), randomBytes(32)]),
    { constraint: 'staff_own_sign_in' });
    await refused(sql, () => sql(`INSERT INTO letterbox.staff (agency_id, staff_id, role, sealed_record, key_id, public_key, made_at,
            home_agency_id, home_staff_id, acts_from, acts_until)
        VALUES ($1, 779, 'checker', '\\x01', $2, $3, letterbox.now(), $4, $5, $6, $6)`,
    [north.id, randomBytes(16), randomBytes(32), south.id, south.staff.checker, today]), { code: '42501' });
}));

test('one goes there from a full session of one\'s own at home, and back; one session ends as the other begins', () => desk(async (sql) => {
    equal(await offer(sql), null);
    equal(await begin(sql), 'gone', 'before an answer');
    const staff = await accept(sql, { role: 'checker', last: await day(3) });
    for (const [agency, role] of [[south, 'manager'], [south, 'administrator'], [north, 'coordinator'], [east, 'coordinator']])
        equal(await begin(sql, agency.sessions[role]), 'gone', `${agency.slug} ${role}`);
    const half = await world.session(south, { kind: 'desk', staff_id: south.staff.coordinator, role: 'coordinator' }, { stage: 'password' });
    equal(await begin(sql, half), 'gone', 'without the second step');
    equal(await begin(sql, ''), 'gone');
    const session = await begin(sql);
    deepEqual(await whose(sql, session), { agency: north.id, staff, role: 'checker' });
    equal(await whose(sql, south.sessions.coordinator), null, 'the one before has ended');
    equal(await begin(sql, session), 'gone', 'not twice');
    const home = await back(sql, session);
    deepEqual(await whose(sql, home), { agency: south.id, staff: south.staff.coordinator, role: 'coordinator' });
    equal(await whose(sql, session), null);
    equal(await back(sql, home), 'gone', 'one is there');
    equal(await back(sql, north.sessions.coordinator), 'gone', 'who never came from elsewhere');
    await be(sql, await begin(sql, home));
    // At work for one agency nothing of the other is there.
    for (const table of ['staff', 'agency', 'agency_key', 'letter', 'party', 'child'])
        deepEqual((await sql(`SELECT DISTINCT agency_id FROM letterbox.${table}`)).map((row) => row.agency_id), [north.id], table);
}));

test('who goes to and fro is not signed in for longer', () => desk(async (sql) => {
    const short = await world.session(south, { kind: 'desk', staff_id: south.staff.coordinator, role: 'coordinator' }, { hours: 1 });
    const ends = async (session) => {
        await be(sql, session);
        return (await sql('SELECT ends_at::text AS at FROM letterbox.own_session'))[0].at;
    };
    const first = await ends(short);
    equal(await offer(sql), null);
    ok(Number(await accept(sql, { last: await day(3) })) > 0);
    const there = await begin(sql, short);
    equal(await ends(there), first);
    equal(await ends(await back(sql, there)), first);
}));

test('not before the first day, not after the last; a session that is open then ends with the day in London', async () => {
    await desk(async (sql) => {
        equal(await offer(sql), null);
        ok(Number(await accept(sql, { first: await day(1), last: await day(9) })) > 0);
        equal(await begin(sql), 'gone', 'not yet');
        await be(sql, south.sessions.coordinator);
        deepEqual(await sql('SELECT acting_id FROM letterbox.acting_mine()'), []);
        try {
            await clock('12 minutes');
            equal((await sql('SELECT acting_id FROM letterbox.acting_mine()')).length, 1, 'two minutes past midnight');
        } finally {
            await clock();
        }
    });
    await desk(async (sql) => {
        const { session } = await acts(sql);
        try {
            await clock('9 minutes');
            ok(await whose(sql, session), 'a minute before midnight');
            await clock('12 minutes');
            equal(await whose(sql, session), null);
            deepEqual(await sql('SELECT agency_id FROM letterbox.own_session'), []);
            deepEqual(await sql('SELECT agency_id FROM letterbox.session_touch($1)', [Buffer.from(session, 'hex')]), []);
            equal(await back(sql, session), 'gone');
            ok(await whose(sql, south.sessions.manager), 'who is at home is signed in as before');
        } finally {
            await clock();
        }
    });
});

test('after the last day the row is closed and the desk\'s secrets go', async () => {
    const a = await world.agency('over');
    const run = (fn) => db.as('lb_desk', fn);
    const options = { id: 601, to: a, who: 'checker' };
    const { staff } = await run((sql) => acts(sql, options));
    const left = async () => db.one(`SELECT (SELECT state FROM letterbox.acting WHERE acting_id = 601) AS state,
        (SELECT count(*)::integer FROM letterbox.staff_grant WHERE staff_id = $1) AS grants`, [staff]);
    await db.as('lb_diary', (sql) => sql('SELECT letterbox.sweep()'), { commit: true });
    deepEqual(await left(), { state: 'accepted', grants: 1 }, 'on the last day');
    // As if it had been yesterday: the clock would end the sessions of all other tests.
    await world.pastTriggers(() => db.query('UPDATE letterbox.staff SET acts_from = $2, acts_until = $2 WHERE staff_id = $1',
        [staff, '2026-01-01']));
    await db.as('lb_diary', (sql) => sql('SELECT letterbox.sweep()'), { commit: true });
    deepEqual(await left(), { state: 'ended', grants: 0 });
    deepEqual(await db.query(`SELECT actor_kind, act FROM letterbox.audit WHERE agency_id = $1 ORDER BY number DESC LIMIT 1`, [a.id]),
        [{ actor_kind: 'diary', act: 'acting_ended' }]);
});

const close = (agency) => db.query("UPDATE letterbox.agency SET state = 'closed' WHERE agency_id = $1", [agency.id]);
const end = (agency, role) => db.as('lb_desk', async (sql) => {
    await as(sql, agency, role);
    equal(await call(sql, 'acting_end', 700 + ends), null);
});
const disable = (agency, staff) => db.as('lb_desk', async (sql) => {
    await as(sql, agency, 'administrator');
    await sql("UPDATE letterbox.staff SET state = 'disabled', disabled_at = letterbox.now() WHERE staff_id = $1", [staff]);
});
let ends = 0;
for (const [how, act] of Object.entries({
    'an administrator here ends it': (here) => end(here, 'administrator'),
    'a manager here ends it': (here) => end(here, 'manager'),
    'an administrator at home takes it back': (here, home) => end(home, 'administrator'),
    'the account at home is closed': (here, home) => disable(home, home.staff.coordinator),
    'the row here is closed': (here, home, staff) => disable(here, staff),
    'this agency is closed': (here) => close(here),
    'the agency at home is closed': (here, home) => close(home),
    'the key of the account at home is another': (here, home) => db.query(
        'UPDATE letterbox.staff SET public_key = $2 WHERE staff_id = $1', [home.staff.coordinator, randomBytes(32)]),
}))
    test(`it ends at once: ${how}`, async () => {
        ends += 1;
        const here = await world.agency(`here-${ends}`);
        const home = await world.agency(`home-${ends}`);
        const options = { id: 700 + ends, from: home, to: here };
        const { staff, session } = await db.as('lb_desk', (sql) => acts(sql, options));
        const again = await world.session(home, { kind: 'desk', staff_id: home.staff.coordinator, role: 'coordinator' });
        await db.as('lb_desk', async (sql) => ok(await whose(sql, session)));
        await act(here, home, staff);
        await db.as('lb_desk', async (sql) => {
            equal(await whose(sql, session), null, 'the session');
            deepEqual(await sql('SELECT agency_id FROM letterbox.own_session'), []);
            if (await whose(sql, again))
                equal(await begin(sql, again, options.id), 'gone', 'another time');
        }, { commit: false });
        deepEqual(await db.one(`SELECT a.state, s.state AS row, (SELECT count(*)::integer FROM letterbox.staff_grant g
            WHERE g.staff_id = s.staff_id) AS grants FROM letterbox.acting a JOIN letterbox.staff s USING (agency_id, staff_id)
            WHERE a.acting_id = $1`, [options.id]), { state: 'ended', row: 'disabled', grants: 0 });
        for (const agency of [here, home])
            equal((await db.one("SELECT count(*)::integer AS rows FROM letterbox.audit WHERE agency_id = $1 AND act = 'acting_ended'",
                [agency.id])).rows, 1, agency.slug);
    });

test('an account that is closed takes its offers with it, and is not accepted after', async () => {
    const here = await world.agency('here-none');
    const home = await world.agency('home-none');
    await db.as('lb_desk', async (sql) => equal(await offer(sql, { id: 801, from: home, to: here }), null));
    await disable(home, home.staff.coordinator);
    equal((await db.one('SELECT state FROM letterbox.acting WHERE acting_id = 801')).state, 'taken_back');
    await desk(async (sql) => equal(await accept(sql, { id: 801, to: here }), 'decided'));
});

test('who begins while the account at home is being closed is not left signed in', async () => {
    const here = await world.agency('here-race');
    const home = await world.agency('home-race');
    const options = { id: 821, from: home, to: here };
    await db.as('lb_desk', async (sql) => {
        equal(await offer(sql, options), null);
        ok(Number(await accept(sql, options)) > 0);
    });
    const closing = await db.client('lb_desk');
    await closing.sql('BEGIN');
    await as(closing.sql, home, 'administrator');
    await closing.sql("UPDATE letterbox.staff SET state = 'disabled', disabled_at = letterbox.now() WHERE staff_id = $1",
        [home.staff.coordinator]);
    const begun = db.as('lb_desk', (sql) => begin(sql, home.sessions.coordinator, 821));
    await sleep(300);
    await closing.sql('COMMIT');
    equal(await begun.catch((error) => error.code), 'gone');
    equal((await db.one('SELECT count(*)::integer AS sessions FROM letterbox.session WHERE agency_id = $1 AND staff_id NOT IN (SELECT staff_id'
        + ' FROM letterbox.staff WHERE home_agency_id IS NULL)', [here.id])).sessions, 0);
});

test('the same person is not two: who offered an arrangement for one agency does not take it for the other', () => desk(async (sql) => {
    const { staff, session } = await acts(sql, { who: 'manager', role: 'manager' });
    const south_manager = await back(sql, session);
    const records = async () => (await sql('SELECT letterbox.transfer_own_records($1) AS records', [one.arrangement]))[0].records;
    const move = async (id, proposer, offerer) => {
        await be(sql, proposer);
        equal(await call(sql, 'transfer_propose', id, one.arrangement, south.id, sealed()), null);
        await be(sql, offerer);
        equal(await call(sql, 'transfer_offer', id, sealed(), await records()), null);
    };
    const other = await world.session(south, { kind: 'desk', staff_id: south.staff.inspector, role: 'manager' });
    const take = (id) => call(sql, 'transfer_take', id, two.arrangement, [], []);
    // Offered by who acts there.
    let there = await begin(sql, south_manager);
    equal((await whose(sql, there)).staff, staff);
    await move(901, north.sessions.coordinator, there);
    await be(sql, await back(sql, there));
    await refused(sql, () => take(901), { constraint: 'transfer_other_person' });
    await sql('SAVEPOINT other');
    await be(sql, other);
    equal(await take(901), null, 'another manager takes it');
    await sql('ROLLBACK TO other');
    await be(sql, other);
    equal(await call(sql, 'transfer_end', 901, sealed()), null);
    // Proposed by who acts there.
    const home = await world.session(south, { kind: 'desk', staff_id: south.staff.manager, role: 'manager' });
    there = await begin(sql, home);
    await move(902, there, north.sessions.manager);
    await be(sql, await back(sql, there));
    await refused(sql, () => take(902), { constraint: 'transfer_other_person' });
}));

test('to sign out everywhere else ends what the same person does for others too', () => desk(async (sql) => {
    const { session } = await acts(sql, { from: east });
    const home = await world.session(east, { kind: 'desk', staff_id: east.staff.coordinator, role: 'coordinator' });
    await be(sql, home);
    equal((await sql('SELECT made_at FROM letterbox.session_list()')).length, 2);
    equal(await call(sql, 'session_close_others', Buffer.from(home, 'hex')), 1);
    equal(await whose(sql, session), null);
    ok(await whose(sql, home));
    ok(await whose(sql, east.sessions.manager), 'and nobody else\'s');
}));

test('both audits have each step, and name a person in that of their own agency alone', async () => {
    const here = await world.agency('here-audit');
    const home = await world.agency('home-audit');
    let staff;
    await db.as('lb_desk', async (sql) => {
        ({ staff } = await acts(sql, { id: 851, from: home, to: here }));
    });
    await db.as('lb_desk', async (sql) => {
        const session = await begin(sql, await world.session(home, { kind: 'desk', staff_id: home.staff.coordinator, role: 'coordinator' }), 851);
        await back(sql, session);
    });
    ends = 151;
    await end(here, 'manager');
    const rows = async (agency) => (await db.query(`SELECT act, actor_kind, actor_id::text AS who, about_id::text AS about FROM letterbox.audit
        WHERE agency_id = $1 AND act LIKE 'acting%' ORDER BY number`, [agency.id])).map((row) => [row.act, row.actor_kind, row.who, row.about]);
    deepEqual(await rows(here), [['acting_offered', 'desk', '0', '0'], ['acting_accepted', 'staff', here.staff.administrator, staff],
        ['acting_begun', 'staff', staff, staff], ['acting_begun', 'staff', staff, staff], ['acting_left', 'staff', staff, staff],
        ['acting_ended', 'staff', here.staff.manager, staff]]);
    const they = home.staff.coordinator;
    deepEqual(await rows(home), [['acting_offered', 'staff', home.staff.administrator, they], ['acting_accepted', 'desk', '0', they],
        ['acting_begun', 'staff', they, they], ['acting_begun', 'staff', they, they], ['acting_left', 'staff', they, they],
        ['acting_ended', 'desk', '0', they]]);
});
