// SPDX-License-Identifier: AGPL-3.0-or-later
// How PostgreSQL finds what each named query asks for, in an agency of 5,500 arrangements and 50,000 letters: harness/plans.mjs.

import { before, deepEqual, equal, ok, test } from '../harness/test.mjs';
import { SMALL, WHOLE, planOf, planners, wide, widePlans } from '../harness/plans.mjs';
import { postgres } from '../harness/postgres.mjs';
import { queries } from '../harness/queries.mjs';
import { fillRegister } from '../harness/register.mjs';
import { World } from '../harness/world.mjs';

// The tables that fillRegister leaves out, as full as the others: the story's rows again and again, each with other ids.
async function multiply(agency) {
    const { sql, end } = await db.client();
    await sql("SET session_replication_role = 'replica'");
    const tables = await sql(`SELECT c.oid, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'letterbox' AND c.relkind = 'r' ORDER BY 2`);
    for (const { oid, name } of tables) {
        const { n } = (await sql(`SELECT count(*)::int AS n FROM letterbox.${name}`))[0];
        if (SMALL.has(name) || n === 0 || n >= 5000)
            continue;
        const columns = await sql(`SELECT a.attname AS name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) AS type,
                EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)) AS keyed,
                EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey) AND i.indisunique) AS single
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`, [oid]);
        const own = columns.some((one) => one.name === 'agency_id') ? `WHERE agency_id = ${agency}` : '';
        const value = ({ name: column, type, keyed, single }) => (!keyed || column === 'agency_id' ? column
            : type === 'bigint' ? `${column} + n * 1000`
                : type === 'bytea' ? `substr(sha256(${column} || n::text::bytea), 1, octet_length(${column}))`
                    : type === 'text' && single && column.endsWith('token') ? `CASE WHEN length(${column}) < 8 THEN ${column} ELSE overlay(${column} placing lpad(to_hex(n), 4, '0') FROM 1 FOR 4) END`
                        : column);
        await sql(`INSERT INTO letterbox.${name} (${columns.map((one) => one.name).join()}) SELECT ${columns.map(value).join()}
            FROM (SELECT * FROM letterbox.${name} ${own} LIMIT 1) AS one, generate_series(1, 5000) AS n
            ON CONFLICT DO NOTHING`);
    }
    await end();
}

let db, clients;
before(async () => {
    db = await postgres();
    const world = new World(db);
    await world.cluster();
    const agency = await world.agency('fernshire');
    const story = await world.story(agency);
    await world.pastTriggers(async () => {
        await world.insert('apart', { agency_id: agency.id, party_id: story.gran, other_party_id: story.aunt, may_know: true,
            made_at: await world.now(), made_by: agency.staff.coordinator });
        await world.insert('transfer', { agency_id: agency.id, transfer_id: story.approve, arrangement_id: story.arrangement, to_agency_id: 1,
            proposed_by: agency.staff.coordinator, proposed_at: await world.now(), sealed_reason: Buffer.from([1]) });
    });
    await fillRegister(db, agency.id);
    await multiply(agency.id);
    await db.query('ANALYZE');
    clients = await planners(db);
}, { timeout: 120_000 });

test('no named query reads a table that grows from end to end, or an agency of it, but those with a reason',
    async () => deepEqual(await widePlans(clients), {}), { timeout: 120_000 });

test('each exception is a query that is there, with its reason', () => {
    for (const [name, [scan, ...rest]] of Object.entries(WHOLE))
        ok(queries().has(name) && /^[a-z_]+( by agency)?$/.test(scan) && rest.at(-1).length > 20, name);
});

test('the reader of plans sees a scan', async () => {
    const asked = (text) => planOf(clients.lb_desk, { params: [], text }).then(wide);
    deepEqual(await asked("SELECT letter_id FROM letterbox.letter WHERE channel = 'paper'"), ['letter by agency']);
    deepEqual(await asked('SELECT letter_id FROM letterbox.letter WHERE arrangement_id = 5'), []);
    equal((await db.one('SELECT count(*) >= 50000 AS many FROM letterbox.letter')).many, true);
});
