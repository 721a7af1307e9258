// SPDX-License-Identifier: AGPL-3.0-or-later
// The audit: appended to by one function, chained, and any change found.

import { before, deepEqual, equal, notEqual, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, sha256 } from '../harness/world.mjs';

let db;
let world;
let north;
let south;
let one;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    south = await world.agency('south');
    one = await world.story(north);
    for (let i = 0; i < 20; i += 1)
        await append('lb_desk', north.sessions.manager, { detail: i % 3 ? Buffer.from([1, i]) : null });
});

const append = (role, session, { act = 'letter_read', detail = null, lease = null } = {}) =>
    db.as(role, async (sql) => (await sql(`SELECT letterbox.audit_append($1, 'letter', $2, 'party', $3, $4) AS number`,
        [act, one.scan, one.gran, detail]))[0].number, { session, lease });

// The chain as C and an inspector verify it: from the documented bytes alone.
function hash(row) {
    const int = (value) => { const bytes = Buffer.alloc(8); bytes.writeBigInt64BE(BigInt(value)); return bytes; };
    const text = (value) => {
        const bytes = Buffer.from(value, 'utf8');
        const length = Buffer.alloc(4);
        length.writeInt32BE(bytes.length);
        return Buffer.concat([length, bytes]);
    };
    return sha256(Buffer.from('letterbox/1/audit\0'), row.prev_hash, int(row.agency_id), int(row.number), int(row.at_us),
        text(row.actor_kind), int(row.actor_id), text(row.act), text(row.object_kind), int(row.object_id),
        text(row.about_kind), int(row.about_id), row.detail_digest ?? Buffer.alloc(32));
}

async function verify(agency, head = null) {
    const rows = await db.as('lb_owner', (sql) => sql(`SELECT *, (extract(epoch FROM at) * 1000000)::bigint AS at_us
        FROM letterbox.audit WHERE agency_id = $1 ORDER BY number`, [agency]));
    let last = Buffer.alloc(32);
    for (const [index, row] of rows.entries()) {
        if (Number(row.number) !== index + 1)
            return `row ${index + 1} is missing`;
        if (!row.prev_hash.equals(last) || !hash(row).equals(row.hash))
            return `row ${row.number} was changed`;
        if (row.sealed_detail ? !sha256(row.sealed_detail).equals(row.detail_digest) : row.detail_digest)
            return `the detail of row ${row.number} was changed`;
        last = row.hash;
    }
    return head && !last.equals(head) ? 'the head is another' : `${rows.length} rows`;
}

test('the chain verifies from the bytes that the table\'s comment lists', async () => {
    const [{ number, hash: head }] = await db.as('lb_owner', (sql) => sql('SELECT * FROM letterbox.audit_head($1)',
        [north.id]));
    equal(await verify(north.id, head), `${number} rows`);
    ok(Number(number) > 20);
    ok((await db.one(`SELECT obj_description('letterbox.audit'::regclass) AS text`)).text.includes('letterbox/1/audit'));
});

test('a row names who did it, whatever the program says', async () => {
    const actor = async (...call) => {
        const number = await append(...call);
        const row = await db.one('SELECT actor_kind, actor_id FROM letterbox.audit WHERE agency_id = $1 AND number = $2',
            [north.id, number]);
        return `${row.actor_kind} ${row.actor_id}`;
    };
    equal(await actor('lb_desk', north.sessions.checker), `staff ${north.staff.checker}`);
    equal(await actor('lb_portal', one.session), `account ${one.account}`);
    equal(await actor('lb_portal', one.reader), `link ${one.link}`);
    for (const [number, worker] of ['press', 'post', 'diary'].entries())
        equal(await actor(`lb_${worker}`, null, { lease: north.jobs[worker] }), `${worker} ${north.base + 21 + number}`);
    for (const role of ['lb_desk', 'lb_portal', 'lb_press'])
        await rejects(append(role, null), { code: 'LB002' });
});

test('rows appended together are chained to each other and to the next', async () => {
    const letters = [one.scan, one.fromMother, one.fromFamily];
    const number = await db.as('lb_post', async (sql) => (await sql(
        `SELECT letterbox.audit_append_each('letter_received', 'letter', $1) AS number`, [letters]))[0].number,
        { lease: north.jobs.post });
    const rows = await db.query(`SELECT number, actor_kind, act, object_id FROM letterbox.audit
        WHERE agency_id = $1 AND number > $2 - 3 ORDER BY number`, [north.id, number]);
    deepEqual(rows.map(({ actor_kind, act, object_id }) => `${actor_kind} ${act} ${object_id}`),
        letters.map((id) => `post letter_received ${id}`));
    equal(await append('lb_desk', north.sessions.manager), String(Number(number) + 1));
    const [{ hash: head }] = await db.query('SELECT * FROM letterbox.audit_head($1)', [north.id]);
    equal(await verify(north.id, head), `${Number(number) + 1} rows`);
});

test('no role appends past the function, or changes or removes a row', async () => {
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report'])
        for (const command of ['INSERT INTO letterbox.audit DEFAULT VALUES', 'UPDATE letterbox.audit SET act = act',
            'DELETE FROM letterbox.audit', 'TRUNCATE letterbox.audit', 'UPDATE letterbox.audit_chain SET number = 0',
            `SELECT letterbox.audit_write(${north.id}, 'staff', 1, 'x_y', '', 0, '', 0, NULL)`,
            `SELECT letterbox.audit_write_each(${north.id}, 'staff', 1, 'x_y', '', '{0}', '', 0, NULL)`])
            await rejects(db.as(role, (sql) => sql(command), { session: north.sessions.manager }), { code: '42501' },
                `${command} as ${role}`);
    for (const who of ['lb_owner', 'postgres'])
        for (const command of ['UPDATE letterbox.audit SET act = act', 'DELETE FROM letterbox.audit',
            'TRUNCATE letterbox.audit'])
            await rejects(db.as(who, (sql) => sql(command)), { constraint: 'audit_stands' });
});

test('an altered, reordered or removed row is found; a cut tail with the head that was noted', async () => {
    const [{ hash: head }] = await db.query('SELECT * FROM letterbox.audit_head($1)', [north.id]);
    const whole = await verify(north.id, head);
    const tampered = async (expected, ...commands) => {
        const thief = await db.client();
        await thief.sql('SET session_replication_role = replica');
        await thief.sql('CREATE TEMP TABLE kept AS SELECT * FROM letterbox.audit');
        for (const command of commands)
            await thief.sql(command);
        equal(await verify(north.id), expected.chain);
        equal(await verify(north.id, head), expected.head ?? expected.chain);
        await thief.sql('DELETE FROM letterbox.audit');
        await thief.sql('INSERT INTO letterbox.audit SELECT * FROM kept');
        await thief.end();
        equal(await verify(north.id, head), whole);
    };
    const at = (number) => `WHERE agency_id = ${north.id} AND number = ${number}`;
    for (const change of [`act = 'other_act'`, 'actor_id = actor_id + 1', `actor_kind = 'press'`,
        `at = at + interval '1 microsecond'`, 'object_id = object_id + 1', `object_kind = 'party'`,
        `about_kind = 'child'`, 'about_id = about_id + 1', `hash = sha256('x')`, `prev_hash = sha256('x')`])
        await tampered({ chain: 'row 7 was changed' }, `UPDATE letterbox.audit SET ${change} ${at(7)}`);
    await tampered({ chain: 'row 3 was changed' }, `UPDATE letterbox.audit SET detail_digest = sha256('x') ${at(3)}`);
    await tampered({ chain: 'the detail of row 3 was changed' },
        `UPDATE letterbox.audit SET sealed_detail = '\\x99' ${at(3)}`);
    await tampered({ chain: 'row 7 was changed' }, `UPDATE letterbox.audit SET number = 1000007 ${at(7)}`,
        `UPDATE letterbox.audit SET number = 7 ${at(8)}`, `UPDATE letterbox.audit SET number = 8 ${at(1000007)}`);
    await tampered({ chain: 'row 7 is missing' }, `DELETE FROM letterbox.audit ${at(7)}`);
    await tampered({ chain: 'row 7 was changed' }, `DELETE FROM letterbox.audit ${at(7)}`,
        `UPDATE letterbox.audit SET number = number + 1000000 WHERE agency_id = ${north.id} AND number > 7`,
        `UPDATE letterbox.audit SET number = number - 1000001 WHERE agency_id = ${north.id} AND number > 7`);
    const [{ number: last }] = await db.query('SELECT * FROM letterbox.audit_head($1)', [north.id]);
    await tampered({ chain: `${last - 1} rows`, head: 'the head is another' }, `DELETE FROM letterbox.audit ${at(last)}`);
});

test('each agency has a chain of its own', async () => {
    await append('lb_desk', south.sessions.manager);
    equal(await verify(south.id), '1 rows');
});

test('appends at once make one chain without gaps; what is rolled back leaves none', async () => {
    const before = Number((await db.one('SELECT number FROM letterbox.audit_head($1)', [north.id])).number);
    await Promise.all(Array.from({ length: 12 }, (_, i) => append('lb_desk', north.sessions[i % 2 ? 'manager' : 'checker'])));
    await db.as('lb_desk', (sql) => sql(`SELECT letterbox.audit_append('gone', NULL, NULL, NULL, NULL, NULL)`),
        { session: north.sessions.manager, commit: false });
    equal(await verify(north.id), `${before + 12} rows`);
});

test('the operator\'s acts are written as the operator\'s', async () => {
    const [{ number }] = await db.as('lb_owner', (sql) => sql(
        `SELECT letterbox.audit_append_operator($1, 'backup_made', NULL, NULL) AS number`, [north.id]));
    deepEqual(await db.one('SELECT actor_kind, actor_id FROM letterbox.audit WHERE agency_id = $1 AND number = $2',
        [north.id, number]), { actor_kind: 'operator', actor_id: '0' });
    notEqual(await verify(north.id), 'row 1 was changed');
});
