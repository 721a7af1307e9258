// SPDX-License-Identifier: AGPL-3.0-or-later
// How PostgreSQL finds what each named query asks for, in an agency of 5,500 arrangements and 50,000 letters: the generic plan,
// under the query's own role, with enable_seqscan off. A sequential scan that is left of a table that grows has no index to
// serve it; and one that walks through all rows of the agency by an index, only to leave out most, is as slow.

import { before, deepEqual, equal, ok, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { queries } from '../harness/queries.mjs';
import { fillRegister } from '../harness/register.mjs';
import { World } from '../harness/world.mjs';

// Tables that stay small however many families there are.
const SMALL = new Set(['agency', 'agency_key', 'audit_chain', 'cluster', 'migration', 'staff', 'staff_grant', 'staff_lookup']);

// Queries that read all of a table, or all of an agency's rows of one, and why they may.
const WHOLE = {
    agreement_schedule: ['arrangement by agency', 'the diary looks at all open arrangements once a day; of one, it is asked by its id'],
    agreement_sides: ['arrangement by agency', 'the diary looks at all open arrangements once a day; of one, it is asked by its id'],
    archive_unchecked: ['archive_copy by agency', 'here no copy was read back yet, so all of them are asked for'],
    blob_chunk_read: ['blob by agency', 'which blobs a reader may see is asked first; of few, in a world where each is seen'],
    bounce_list: ['bounce by agency', 'here every mail that came back is unseen'],
    job_waiting: ['job by agency', 'jobs that ended are swept: what is left waits'],
    audit_list: ['audit by agency', 'newest first and a page at a time; the filters may all be absent'],
    dispatch_beside_problems: ['dispatch by agency', 'what is stopped or came back: few, and found by state where the figures say so'],
    letter_list: ['letter by agency', 'oldest first and a page at a time; of what is done with nearly every letter passes'],
    print_queue: ['print_item by agency', 'here all of the queue waits, so its own order is the cheaper way'],
    detail_change_list: ['detail_change by agency', 'here every change waits to be checked'],
    letter_counts: ['letter by agency', 'counts what is in each state; of what is done with that is nearly every letter'],
    occasion_late_list: ['chase by agency', 'occasion by agency', 'here every step of the ladder waits for a person'],
    occasion_late_mark: ['arrangement_party by agency', 'party by agency', 'the diary marks all that is late, once an hour'],
    report_people: ['arrangement_party by agency', 'a report counts everybody'],
    report_period: ['agreement by agency', 'dispatch by agency', 'release by agency', 'a report counts all of half a year'],
    visit_stopped: ['visit by agency', 'here every meeting was stopped'],
    visit_stopped_count: ['visit by agency', 'here every meeting was stopped'],
    today_counts: ['chase by agency', 'job by agency', 'occasion by agency', 'print_item by agency',
        'counts of what waits; here everything waits'],
};

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

const ROLES = ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report', 'lb_owner'];
const clients = {};
let db;
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
    for (const role of ROLES) {
        clients[role] = await db.client(role);
        await clients[role].sql('SET enable_seqscan = off');
        await clients[role].sql('SET plan_cache_mode = force_generic_plan');
        await clients[role].sql('SET jit = off');
    }
}, { timeout: 120_000 });

async function planOf(query, role) {
    const { sql } = clients[role];
    const nulls = query.params.map(() => 'NULL').join();
    await sql('BEGIN');
    try {
        await sql(`PREPARE planned AS ${query.text}`);
        const rows = await sql(`EXPLAIN (FORMAT JSON) EXECUTE planned${nulls && `(${nulls})`}`);
        return rows[0]['QUERY PLAN'][0].Plan;
    } finally {
        await sql('ROLLBACK');
        await sql('DEALLOCATE ALL');
    }
}

function* nodes(plan) {
    yield plan;
    for (const below of plan.Plans ?? [])
        yield* nodes(below);
}

// What is compared in an index condition: the columns.
const columns = (condition) => [...condition.matchAll(/\(?\b([a-z_]+)(?:::\w+)? (?:=|<|>|<=|>=|IS)/g)].map(([, name]) => name);

// "letter" for a sequential scan, "letter by agency" for one that walks through the agency's rows.
export function wide(plan) {
    const found = new Set();
    for (const node of nodes(plan)) {
        const table = node['Relation Name'];
        if (table && SMALL.has(table))
            continue;
        if (node['Node Type'] === 'Seq Scan')
            found.add(table);
        if (/^(Index (Only )?Scan|Bitmap Heap Scan)$/.test(node['Node Type']) && node.Filter
            && columns(node['Index Cond'] ?? node['Recheck Cond'] ?? '').every((name) => name === 'agency_id'))
            found.add(`${table} by agency`);
    }
    return [...found].sort();
}

test('no named query reads a table that grows from end to end, or an agency of it, but those with a reason', async () => {
    const left = {};
    for (const query of queries().values()) {
        const all = new Set();
        for (const role of query.roles)
            wide(await planOf(query, role)).filter((one) => !WHOLE[query.name]?.includes(one)).forEach((one) => all.add(one));
        if (all.size)
            left[query.name] = [...all].sort();
    }
    deepEqual(left, {});
}, { timeout: 120_000 });

test('each exception is a query that is there, with its reason', () => {
    for (const [name, [scan, ...rest]] of Object.entries(WHOLE))
        ok(queries().has(name) && /^[a-z_]+( by agency)?$/.test(scan) && rest.at(-1).length > 20, name);
});

test('the reader of plans sees a scan', async () => {
    const asked = (text) => planOf({ params: [], text }, 'lb_desk').then(wide);
    deepEqual(await asked("SELECT letter_id FROM letterbox.letter WHERE channel = 'paper'"), ['letter by agency']);
    deepEqual(await asked('SELECT letter_id FROM letterbox.letter WHERE arrangement_id = 5'), []);
    equal((await db.one('SELECT count(*) >= 50000 AS many FROM letterbox.letter')).many, true);
});
