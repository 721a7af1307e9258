// SPDX-License-Identifier: AGPL-3.0-or-later
// Every named query under every role: those that its header names (roles, also) can run it, no other can.

import { before, deepEqual, equal, ok, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { queries } from '../harness/queries.mjs';
import { World } from '../harness/world.mjs';

const ROLES = ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report'];
const DENIED = '42501';
const clients = {};

before(async () => {
    const db = await postgres();
    await new World(db).cluster();
    for (const role of [...ROLES, 'lb_owner'])
        clients[role] = await db.client(role);
});

// EXPLAIN EXECUTE starts the executor, which checks every table, column and function, and runs nothing.
async function runs(role, query) {
    const { sql } = clients[role];
    const nulls = query.params.map(() => 'NULL').join();
    await sql('BEGIN');
    try {
        await sql(`PREPARE tried AS ${query.text}`);
        await sql(`EXPLAIN EXECUTE tried${nulls && `(${nulls})`}`);
        return true;
    } catch (error) {
        if (error.code !== DENIED)
            throw new Error(`${query.name} as ${role}: ${error.message}`, { cause: error });
        return false;
    } finally {
        await sql('ROLLBACK');
        await sql('DEALLOCATE ALL');
    }
}

test('each query runs under the roles of its header, and under no other', async () => {
    const all = [...queries().values()];
    ok(all.length > 100);
    const wrong = [];
    for (const query of all) {
        const can = [];
        // The owner of the tables passes every grant and sees no row (rows.mjs): only what it uses is tried.
        for (const role of [...ROLES, ...query.roles.filter((one) => one === 'lb_owner')])
            if (await runs(role, query))
                can.push(role);
        const missing = query.roles.filter((role) => !can.includes(role));
        const also = can.filter((role) => !query.roles.includes(role));
        if (missing.length)
            wrong.push(`${query.file}: ${query.name} is denied to ${missing.join(' ')}`);
        if (also.join() !== query.also.join())
            wrong.push(`${query.file}: ${query.name} needs, after its roles: "-- also: ${also.join(' ')}"`);
    }
    deepEqual(wrong, []);
});

test('a query reads and answers what its header says', async () => {
    const wrong = [];
    for (const query of queries().values()) {
        const { sql } = clients[query.roles[0]];
        await sql('BEGIN');
        await sql(`PREPARE tried AS ${query.text}`);
        const [{ parameters }] = await sql(
            "SELECT parameter_types::text[] AS parameters FROM pg_prepared_statements WHERE name = 'tried'");
        const wanted = query.params.map((one) => one.type);
        const same = await sql(`SELECT coalesce(array_agg(format_type(to_regtype(t), NULL) ORDER BY n), '{}') AS types
            FROM unnest($1::text[]) WITH ORDINALITY AS w (t, n)`, [wanted]);
        if (parameters.join() !== same[0].types.join())
            wrong.push(`${query.name}: parameters are ${parameters}, not ${wanted}`);
        await sql('ROLLBACK');
        await sql('DEALLOCATE ALL');
    }
    deepEqual(wrong, []);
});

test('roles, queries and purposes are named as the house names them', () => {
    for (const query of queries().values()) {
        ok(query.purpose.length > 0, query.name);
        ok(query.roles.length > 0, query.name);
        equal(new Set([...query.roles, ...query.also]).size, query.roles.length + query.also.length, query.name);
    }
});
