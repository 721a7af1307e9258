// SPDX-License-Identifier: AGPL-3.0-or-later
// Row level security, generated from the catalogue: every table as every viewer.
//
// rows.expected.json holds, for each table and viewer, how many rows are seen of a world with one
// story ("denied": not even one column). Then another family's story is added in the same agency,
// and one in another agency: nobody may see more for it, but who works for that whole agency.
// Write it anew with EXPECT=write after a change that is meant, and read the difference.

import { readFileSync, writeFileSync } from 'node:fs';
import { before, deepEqual, equal, ok, rejects, sleep, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, ROLES, key } from '../harness/world.mjs';

const EXPECTED = new URL('rows.expected.json', import.meta.url);
// Whole rows of these are for everybody, or for the operator: SECURITY.md says why.
const OPEN = { migration: ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report', 'lb_owner'],
    audit: ['lb_owner'] };
const DENIED = '42501';
let db;
let world;
let tables;
let viewers;
const seen = [];
let north;
let south;
let one;
let two;
let far;

// A story, and what stands in no story: two of its relatives who were one household, a move to another agency, and somebody of
// another agency who is offered to this one.
async function tell(agency) {
    const story = await world.story(agency);
    await world.pastTriggers(async () => world.insert('apart', { agency_id: agency.id, party_id: story.gran, other_party_id: story.aunt,
        may_know: true, made_at: await world.now(), made_by: agency.staff.coordinator }));
    await world.insert('acting', { agency_id: agency.id, acting_id: story.approve, from_agency_id: 1, from_staff_id: story.approve, offered_by: 1,
        offered_at: await world.now(), sealed_record: Buffer.from([1]) });
    // Proposed to an agency that is none of these: it sees nothing before it is offered.
    await world.insert('transfer', { agency_id: agency.id, transfer_id: story.approve, arrangement_id: story.arrangement, to_agency_id: 1,
        proposed_by: agency.staff.coordinator, proposed_at: await world.now(), sealed_reason: Buffer.from([1]) });
    return story;
}

// South's checker works for north, as coordinator.
async function actsFor(agency, home) {
    const id = String(agency.base + 9);
    await world.insert('staff', { agency_id: agency.id, staff_id: id, role: 'coordinator', sealed_record: Buffer.from([1]),
        key_id: key(id).subarray(0, 16), public_key: key(id), made_at: await world.now(), home_agency_id: home.id,
        home_staff_id: home.staff.checker, acts_from: '2026-01-01', acts_until: '2027-12-31' });
    await world.insert('staff_grant', { agency_id: agency.id, staff_id: id, key_id: agency.deskKey, sealed_secret: Buffer.from([1]),
        granted_at: await world.now() });
    agency.sessions.acting = await world.session(agency, { kind: 'desk', staff_id: id, role: 'coordinator' });
}

// One connection each, as a process has it; the gate's value is set for each transaction anew.
async function look(viewer, command) {
    const { sql } = viewer.client;
    await sql('BEGIN');
    try {
        if (viewer.session || viewer.lease)
            await sql(`SELECT set_config('letterbox.session', $1, true), set_config('letterbox.lease', $2, true)`,
                [viewer.session ?? '', viewer.lease ?? '']);
        return await command(sql);
    } finally {
        await sql('ROLLBACK');
    }
}

const known = new Map();
async function columns(table, role, privilege) {
    const which = `${table} ${role} ${privilege}`;
    if (!known.has(which))
        known.set(which, (await db.query(`SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0
            AND NOT attisdropped AND has_column_privilege($2, attrelid, attnum, $3) ORDER BY attnum`,
        [`letterbox.${table}`, role, privilege])).map((row) => row.attname));
    return known.get(which);
}

async function everything() {
    const all = {};
    for (const table of tables) {
        all[table] = {};
        for (const [name, viewer] of Object.entries(viewers)) {
            if ((await columns(table, viewer.role, 'SELECT')).length === 0) {
                all[table][name] = 'denied';
                continue;
            }
            all[table][name] = await look(viewer, async (sql) =>
                Number((await sql(`SELECT count(*) FROM letterbox.${table}`))[0].count));
        }
    }
    return all;
}

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    one = await tell(north);
    await actsFor(north, south);
    tables = (await db.query(`SELECT relname FROM pg_class WHERE relnamespace = 'letterbox'::regnamespace
        AND relkind = 'r' ORDER BY 1`)).map((row) => row.relname);
    viewers = {
        'portal, the family': { role: 'lb_portal', session: one.session },
        'portal, password only': { role: 'lb_portal', session: one.waiting },
        'portal, a link\'s reader': { role: 'lb_portal', session: one.reader },
        'portal, a desk session': { role: 'lb_portal', session: north.sessions.manager },
        'portal, a lease': { role: 'lb_portal', lease: north.jobs.press },
        'desk, a portal session': { role: 'lb_desk', session: one.session },
        'press, a desk session': { role: 'lb_press', session: north.sessions.manager },
        'press, the post\'s lease': { role: 'lb_press', lease: north.jobs.post },
        'press, a made-up lease': { role: 'lb_press', lease: 'ab'.repeat(32) },
    };
    for (const role of ROLES)
        viewers[`desk, ${role}`] = { role: 'lb_desk', session: north.sessions[role] };
    viewers['desk, acting from the other agency'] = { role: 'lb_desk', session: north.sessions.acting };
    for (const worker of ['press', 'post', 'diary'])
        viewers[worker] = { role: `lb_${worker}`, lease: north.jobs[worker] };
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report', 'lb_owner'])
        viewers[`${role}, nobody`] = { role };
    for (const viewer of Object.values(viewers))
        viewer.client = await db.client(viewer.role);
    seen.push(await everything());
    two = await tell(north);
    seen.push(await everything());
    far = await tell(south);
    seen.push(await everything());
});

test('every table holds rows of each story', async () => {
    for (const table of tables)
        ok(Number((await db.one(`SELECT count(*) FROM letterbox.${table}`)).count) > 0, table);
});

test('each viewer sees as many rows of each table as the committed list says', () => {
    if (process.env.EXPECT === 'write')
        writeFileSync(EXPECTED, `${JSON.stringify(seen[0], null, 1)}\n`);
    const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'));
    // The number of migrations grows.
    const plain = ({ migration, ...rest }) => rest;
    deepEqual(plain(seen[0]), plain(expected));
});

test('without a live session or lease of its own kind there is no row', () => {
    for (const [name, { role }] of Object.entries(viewers))
        if (/nobody|only|session$|lease$/.test(name))
            for (const table of tables)
                if (!OPEN[table]?.includes(role))
                    ok([0, 'denied'].includes(seen[2][table][name]), `${table} as ${name}: ${seen[2][table][name]}`);
});

test('another family\'s story adds no row for a family or a link\'s reader', () => {
    for (const table of tables)
        for (const name of ['portal, the family', 'portal, a link\'s reader'])
            equal(seen[1][table][name], seen[0][table][name], `${table} as ${name}`);
});

test('another agency\'s story adds no row for anybody', () => {
    for (const table of tables)
        for (const [name, { role }] of Object.entries(viewers))
            if (!OPEN[table]?.includes(role))
                equal(seen[2][table][name], seen[1][table][name], `${table} as ${name}`);
});

test('who acts from another agency sees what their role sees, and nothing more for where they are from', () => {
    for (const rows of seen)
        for (const table of tables)
            equal(rows[table]['desk, acting from the other agency'], rows[table]['desk, coordinator'], table);
});

test('what the agency\'s workers and staff see is of their agency', async () => {
    for (const table of tables.filter((name) => !OPEN[name] && name !== 'cluster' && name !== 'rate'))
        for (const viewer of Object.values(viewers).filter((one) => one.session || one.lease)) {
            if (!(await columns(table, viewer.role, 'SELECT')).includes('agency_id'))
                continue;
            const agencies = await look(viewer, (sql) => sql(`SELECT DISTINCT agency_id FROM letterbox.${table}`));
            for (const { agency_id: agency } of agencies)
                equal(agency, north.id, table);
        }
});

// UPDATE with the same value, DELETE, rolled back: how many rows could be changed.
test('nobody changes or deletes a row that is not theirs', async () => {
    const counts = {};
    for (const table of tables)
        for (const [name, viewer] of Object.entries(viewers)) {
            const change = (await columns(table, viewer.role, 'UPDATE'))[0];
            const remove = (await db.one('SELECT has_table_privilege($1, $2, $3) AS can',
                [viewer.role, `letterbox.${table}`, 'DELETE'])).can;
            for (const command of [change && `UPDATE letterbox.${table} SET ${change} = ${change}`,
                remove && viewer.role !== 'lb_owner' && `DELETE FROM letterbox.${table}`].filter(Boolean)) {
                const count = await look(viewer, async () => {
                    try {
                        return (await viewer.client.query(command)).rowCount;
                    } catch (error) {
                        return error.code === DENIED || error.code === '23514' ? 0
                            : error.code === '23503' ? 'referred to' : error.message;
                    }
                });
                counts[`${command} as ${name}`] = count;
            }
        }
    for (const [command, count] of Object.entries(counts)) {
        if (/nobody|only|session$|lease$/.test(command) && !/migration .* as lb_owner/.test(command))
            equal(count, 0, command);
        if (/as portal, the family$/.test(command))
            ok(count === 'referred to' || count <= 1, `${command}: ${count}`);
        if (/as portal, a link/.test(command))
            equal(count, 0, command);
    }
    ok(Object.keys(counts).length > 50);
});

test('nobody inserts into another agency', async () => {
    let tried = 0;
    for (const table of tables.filter((name) => !['cluster', 'migration', 'rate'].includes(name)))
        for (const [name, viewer] of Object.entries(viewers)) {
            const into = await columns(table, viewer.role, 'INSERT');
            if (into.length === 0 || viewer.role === 'lb_owner')
                continue;
            const rows = await db.query(`SELECT ${into.join()} FROM letterbox.${table} WHERE agency_id = $1`, [south.id]);
            ok(rows.length > 0, `${table} has no row of the other agency`);
            // Each of them: a policy may say no to one for what it is, and yes to the next.
            for (const row of rows)
                await rejects(look(viewer, (sql) => sql(
                    `INSERT INTO letterbox.${table} (${into.join()}) VALUES (${into.map((_, i) => `$${i + 1}`).join()})`,
                    into.map((column) => row[column]))),
                // A guard that runs before row security may refuse first, for what the row lacks in that agency.
                (error) => [DENIED, '23514'].includes(error.code), `${table} as ${name}`);
            tried += 1;
        }
    ok(tried > 100);
});

test('the portal adds letters, jobs and drafts for its own party only', async () => {
    const family = viewers['portal, the family'];
    const refused = (text, values) => rejects(look(family, (sql) => sql(text, values)), { code: DENIED });
    const letter = `INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, received_at,
        changed_at) VALUES ($1, letterbox.new_id(), $2, $3, $4, letterbox.now(), letterbox.now())`;
    await look(family, (sql) => sql(letter, [north.id, one.arrangement, one.family, 'portal']));
    await refused(letter, [north.id, one.arrangement, one.mother, 'portal']);
    await refused(letter, [north.id, two.arrangement, one.family, 'portal']);
    await refused(letter, [north.id, one.arrangement, one.family, 'email']);
    const job = `INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, letter_id, made_at)
        VALUES ($1, letterbox.new_id(), $2, 'prepare_letter', letterbox.now(), $3, letterbox.now())`;
    await refused(job, [north.id, 'press', two.fromFamily]);
    await refused(job, [north.id, 'press', one.fromMother]);
    await refused(job, [north.id, 'post', one.fromFamily]);
    await refused(job, [north.id, 'press', null]);
    const draft = `INSERT INTO letterbox.draft (agency_id, draft_id, account_id, arrangement_id, sealed_draft, made_at,
        changed_at) VALUES ($1, letterbox.new_id(), $2, $3, '\\x01', letterbox.now(), letterbox.now())`;
    await look(family, (sql) => sql(draft, [north.id, one.account, one.arrangement]));
    await refused(draft, [north.id, two.account, one.arrangement]);
    await refused(draft, [north.id, one.account, two.arrangement]);
    const meant = 'INSERT INTO letterbox.letter_contact (agency_id, letter_id, contact_id) VALUES ($1, $2, $3)';
    await refused(meant, [north.id, one.fromFamily, two.toMother]);
    await refused(meant, [north.id, two.fromFamily, two.toMother]);
    const original = `INSERT INTO letterbox.original (agency_id, letter_id, number, kind, blob_id)
        VALUES ($1, $2, 2, 'text', $3)`;
    await refused(original, [north.id, two.fromFamily, '1']);
    await refused(original, [north.id, one.fromFamily, '1']);      // in review already
});

test('the portal counts what came with its own party\'s letters only', async () => {
    const came = (letter) => look(viewers['portal, the family'], async (sql) => {
        const [{ texts, files }] = await sql('SELECT texts, files FROM letterbox.letter_came($1)', [letter]);
        return texts + files;
    });
    equal(await came(one.fromFamily), 1);
    for (const letter of [one.fromMother, one.scan, two.fromFamily])
        equal(await came(letter), 0);
    const call = (kind) => db.query('UPDATE letterbox.original SET kind = $1 WHERE letter_id = $2', [kind, one.fromFamily]);
    await call('mail');
    equal(await came(one.fromFamily), 0, 'a mail is no photo or file');
    await call('text');
});

test('staff write in their own name, and only what their role may', async () => {
    const as = (role) => viewers[`desk, ${role}`];
    const decision = `INSERT INTO letterbox.decision (agency_id, decision_id, letter_id, letter_version, to_party, kind,
        author, screen_digest, sealed_decision, decided_at)
        VALUES ($1, letterbox.new_id(), $2, 1, $3, 'approve', $4, $5, '\\x01', letterbox.now())`;
    const values = (author) => [north.id, one.fromFamily, one.mother, north.staff[author], key('screen')];
    for (const role of ['checker', 'coordinator', 'manager'])
        await look(as(role), (sql) => sql(decision, values(role)));
    for (const role of ['administrator', 'inspector'])
        await rejects(look(as(role), (sql) => sql(decision, values(role))), { code: DENIED });
    await rejects(look(as('checker'), (sql) => sql(decision, values('manager'))), { code: DENIED });
    const party = 'UPDATE letterbox.party SET state = \'paused\' WHERE party_id = $1';
    for (const role of ['checker', 'administrator', 'inspector'])
        equal(await look(as(role), async () => (await as(role).client.query(party, [one.gran])).rowCount), 0, role);
    for (const role of ['coordinator', 'manager'])
        equal(await look(as(role), async () => (await as(role).client.query(party, [one.gran])).rowCount), 1, role);
    const disable = `UPDATE letterbox.staff SET state = 'disabled', disabled_at = letterbox.now() WHERE staff_id = $1`;
    for (const role of ROLES)
        equal(await look(as(role), async () => (await as(role).client.query(disable, [north.staff.inspector])).rowCount),
            role === 'administrator' ? 1 : 0, role);
});

test('the gate\'s value ends with its transaction', async () => {
    const viewer = viewers['portal, the family'];
    ok(await look(viewer, async (sql) => (await sql('SELECT party_id FROM letterbox.party')).length) === 1);
    const { sql } = viewer.client;
    equal((await sql('SELECT party_id FROM letterbox.party')).length, 0);
    await sql('BEGIN');
    equal((await sql('SELECT party_id FROM letterbox.party')).length, 0);
    equal((await sql('SELECT letterbox.gate_agency() AS agency'))[0].agency, null);
    await sql('COMMIT');
});

test('a session that ran out, or was closed, shows no rows', async () => {
    const family = { account_id: one.account, party_id: one.family, kind: 'portal' };
    const viewer = { ...viewers['portal, the family'] };
    for (const life of [{ minutes: 0 }, { minutes: 30, hours: 0 }]) {
        viewer.session = await world.session(north, family, life);
        equal(await look(viewer, async (sql) => (await sql('SELECT party_id FROM letterbox.party')).length), 0);
    }
    viewer.session = await world.session(north, family);
    equal(await look(viewer, async (sql) => (await sql('SELECT party_id FROM letterbox.party')).length), 1);
    await viewer.client.sql('SELECT letterbox.session_close(decode($1, \'hex\'))', [viewer.session]);
    equal(await look(viewer, async (sql) => (await sql('SELECT party_id FROM letterbox.party')).length), 0);
});

test('a lease that ran out shows no rows', async () => {
    const viewer = { ...viewers.press };
    viewer.lease = await world.lease(north, 'press', String(north.base + 31), { minutes: 0.02 });
    equal(await look(viewer, async (sql) => (await sql('SELECT agency_id FROM letterbox.agency')).length), 1);
    await sleep(1300);
    equal(await look(viewer, async (sql) => (await sql('SELECT agency_id FROM letterbox.agency')).length), 0);
    north.jobs.press = viewers.press.lease;
});

test('a gate value that is no such value is nobody\'s', async () => {
    for (const value of ['', 'x', `${one.session}0`, one.session.toUpperCase(), "' OR true --", '00'.repeat(32)])
        equal(await look({ ...viewers['portal, the family'], session: value },
            async (sql) => (await sql('SELECT party_id FROM letterbox.party')).length), 0, value);
});
