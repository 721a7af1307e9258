// SPDX-License-Identifier: AGPL-3.0-or-later
// How PostgreSQL would find what each named query asks for: the generic plan, under the query's own role, with enable_seqscan
// off. A sequential scan that is left of a table that grows has no index to serve it; and one that walks through all rows of
// the agency by an index, only to leave out most, is as slow.
//
//     const clients = await planners(db);
//     await widePlans(clients);                   // {query: ['letter', 'occasion by agency']}
//     wide(await planOf(clients.lb_desk, { params: [], text: 'SELECT …' }));

import { queries } from './queries.mjs';

// Tables that stay small however many families there are.
export const SMALL = new Set(['acting', 'agency', 'agency_key', 'audit_chain', 'cluster', 'migration', 'staff', 'staff_grant', 'staff_lookup']);

// Queries that read all of a table, or all of an agency's rows of one, and why they may.
export const WHOLE = {
    agreement_sides: ['arrangement by agency', 'the same look of the diary: who takes part in all open arrangements'],
    agreement_schedule: ['arrangement by agency', 'the diary looks at all open arrangements once a day; of one, it is asked by its id'],
    archive_unchecked: ['archive_copy by agency', 'here no copy was read back yet, so all of them are asked for'],
    blob_chunk_read: ['blob by agency', 'which blobs a reader may see is asked first; of few, in a world where each is seen'],
    bounce_list: ['bounce by agency', 'here every mail that came back is unseen'],
    job_waiting: ['job by agency', 'jobs that ended are swept: what is left waits'],
    audit_list: ['audit by agency', 'newest first and a page at a time; the filters may all be absent'],
    dispatch_beside_problems: ['dispatch by agency', 'what is stopped or came back: few, and found by state where the figures say so'],
    letter_list: ['letter by agency', 'oldest first and a page at a time; of what is done with nearly every letter passes'],
    print_queue: ['print_item by agency', 'here all of the queue waits, so its own order is the cheaper way'],
    import_offered: ['transfer by agency', 'an import reads the whole register; moves between agencies are few beside it'],
    detail_change_list: ['detail_change by agency', 'here every change waits to be checked'],
    letter_counts: ['letter by agency', 'counts what is in each state; of what is done with that is nearly every letter'],
    occasion_late_list: ['chase by agency', 'occasion by agency', 'here every step of the ladder waits for a person'],
    occasion_late_mark: ['arrangement_party by agency', 'party by agency', 'the diary marks all that is late, once an hour'],
    report_people: ['arrangement_party by agency', 'a report counts everybody'],
    report_period: ['arrangement_review by agency', 'dispatch by agency', 'release by agency', 'a report counts all of half a year'],
    visit_stopped: ['visit by agency', 'here every meeting was stopped'],
    visit_stopped_count: ['visit by agency', 'here every meeting was stopped'],
    today_counts: ['chase by agency', 'job by agency', 'occasion by agency', 'print_item by agency',
        'counts of what waits; here everything waits'],
};

const ROLES = ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report', 'lb_owner'];
export async function planOf({ sql }, query) {
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

export async function planners(db) {
    const clients = {};
    for (const role of ROLES) {
        clients[role] = await db.client(role);
        await clients[role].sql('SET enable_seqscan = off');
        await clients[role].sql('SET plan_cache_mode = force_generic_plan');
        await clients[role].sql('SET jit = off');
    }
    return clients;
}

export async function widePlans(clients) {
    const left = {};
    for (const query of queries().values()) {
        const all = new Set();
        for (const role of query.roles)
            wide(await planOf(clients[role], query)).filter((one) => !WHOLE[query.name]?.includes(one)).forEach((one) => all.add(one));
        if (all.size)
            left[query.name] = [...all].sort();
    }
    return left;
}
