// SPDX-License-Identifier: AGPL-3.0-or-later
// What holds for every table, column, key and function, asked of the catalogue.

import { before, deepEqual, equal, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';

// They belong to no agency.
const WITHOUT_AGENCY = ['cluster', 'migration', 'rate'];
let db;

before(async () => { db = await postgres(); });

const names = async (text, values) => (await db.query(text, values)).map((row) => Object.values(row).join('.'));

test('each table, column, domain and function has a comment', async () => {
    deepEqual(await names(`SELECT relname FROM pg_class c WHERE relnamespace = 'letterbox'::regnamespace
        AND relkind IN ('r', 'p', 'v', 'm') AND obj_description(oid, 'pg_class') IS NULL`), []);
    deepEqual(await names(`SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'letterbox'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
          AND a.attnum > 0 AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL`), []);
    deepEqual(await names(`SELECT typname FROM pg_type WHERE typnamespace = 'letterbox'::regnamespace AND typtype = 'd'
        AND obj_description(oid, 'pg_type') IS NULL`), []);
    deepEqual(await names(`SELECT proname FROM pg_proc WHERE pronamespace = 'letterbox'::regnamespace
        AND obj_description(oid, 'pg_proc') IS NULL`), []);
});

test('row security is forced on each table', async () => {
    ok((await names(`SELECT relname FROM pg_class WHERE relnamespace = 'letterbox'::regnamespace AND relkind = 'r'`))
        .length > 40);
    deepEqual(await names(`SELECT relname FROM pg_class WHERE relnamespace = 'letterbox'::regnamespace
        AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)`), []);
});

test('each primary key, unique index and foreign key begins with agency_id', async () => {
    deepEqual(await names(`SELECT c.relname, i.indexrelid::regclass::text
          FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
         WHERE c.relnamespace = 'letterbox'::regnamespace AND i.indisunique AND a.attname <> 'agency_id'
           AND c.relname <> ALL ($1) AND i.indexrelid <> 'letterbox.agency_slug_key'::regclass`, [WITHOUT_AGENCY]), []);
    deepEqual(await names(`SELECT k.conrelid::regclass::text, k.conname
          FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
          JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
         WHERE k.connamespace = 'letterbox'::regnamespace AND k.contype = 'f'
           AND (a.attname <> 'agency_id' OR b.attname <> 'agency_id')`), []);
    deepEqual(await names(`SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'letterbox'::regnamespace
        AND c.relkind = 'r' AND c.relname <> ALL ($1)
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'agency_id' AND a.attnotnull)`,
    [WITHOUT_AGENCY]), []);
});

test('each foreign key has an index to find its rows by', async () => {
    deepEqual(await names(`SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k
         WHERE k.connamespace = 'letterbox'::regnamespace AND k.contype = 'f' AND cardinality(k.conkey) > 1
           -- those whose rows are deleted, or looked for by what they point to
           AND (k.confdeltype = 'c' OR k.confrelid IN ('letterbox.dispatch'::regclass, 'letterbox.release'::regclass,
                                                      'letterbox.account'::regclass))
           AND k.conrelid NOT IN ('letterbox.job'::regclass, 'letterbox.session'::regclass,
                                  'letterbox.print_item'::regclass)
           AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid
                              AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)`), []);
});

test('bytes are sealed, of fixed length, or in one of a few named columns', async () => {
    deepEqual(await names(`SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'letterbox'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
          AND a.atttypid = 'bytea'::regtype ORDER BY 1, 2`),
    ['agency_key.public_key', 'archive_copy.key_ids', 'blob_chunk.bytes']);
    deepEqual(await names(`SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'letterbox'::regnamespace AND c.relkind = 'r'
          AND (t.typname = 'sealed') <> (a.attname LIKE 'sealed\\_%' OR a.attname = 'wrapped_secret')`), []);
});

// Text that people could have written: every text column is one of a closed set, a code, a token or a path.
test('no column takes free text but the agency\'s own names', async () => {
    const open = await names(`SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'letterbox'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
          AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'name'::regtype)
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                             AND a.attnum = ANY (k.conkey)
                             AND pg_get_constraintdef(k.oid) ~ '= ANY|~ ''\\^')
        ORDER BY 1, 2`);
    deepEqual(open, ['agency.help_email', 'agency.help_hours', 'agency.help_phone', 'agency.name', 'agency.neutral_name',
        'idempotency.answer', 'idempotency.route', 'migration.name', 'session.role']);
});

test('functions that pass by row security belong to the gate or the audit and fix their search_path', async () => {
    deepEqual(await names(`SELECT proname FROM pg_proc WHERE pronamespace = 'letterbox'::regnamespace
        AND (prosecdef AND proowner NOT IN ('lb_gate'::regrole, 'lb_audit'::regrole)
             OR proconfig IS NULL OR NOT 'search_path=pg_catalog, pg_temp' = ANY (proconfig))`), []);
    deepEqual(await names(`SELECT proname FROM pg_proc p WHERE pronamespace = 'letterbox'::regnamespace
        AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0)`), []);
});

test('PUBLIC may do nothing, and no role passes by row security', async () => {
    deepEqual(await names(`SELECT relname FROM pg_class c WHERE relnamespace = 'letterbox'::regnamespace
        AND EXISTS (SELECT FROM aclexplode(c.relacl) WHERE grantee = 0)`), []);
    deepEqual(await names(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'lb\\_%'
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)`), []);
    deepEqual(await names(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'lb\\_%' AND NOT rolcanlogin ORDER BY 1`),
        ['lb_audit', 'lb_gate']);
    deepEqual(await names(`SELECT rolname FROM pg_authid WHERE rolname LIKE 'lb\\_%' AND rolpassword IS NOT NULL`), []);
    deepEqual(await names(`SELECT m.rolname AS member, r.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid
        JOIN pg_roles m ON m.oid = a.member WHERE m.rolname LIKE 'lb\\_%' ORDER BY 2`),
    ['lb_owner.lb_audit', 'lb_owner.lb_gate', 'lb_desk.lb_report']);
});

test('the gate and the audit cannot be logged in as, nor become', async () => {
    for (const role of ['lb_gate', 'lb_audit'])
        await rejects(db.client(role), /not permitted to log in/);
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report'])
        await db.as(role, async (sql) => {
            await rejects(sql('SET ROLE lb_gate'), /permission denied/);
        }, { commit: false });
});

test('no role can make or open a large object, which no policy would guard', async () => {
    for (const role of ['lb_owner', 'lb_gate', 'lb_audit', 'lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report'])
        deepEqual((await db.one(`SELECT coalesce(array_agg(p.oid::regprocedure::text), '{}') AS can FROM pg_proc p
            WHERE p.proname ~ '^(lo_|loread$|lowrite$)' AND has_function_privilege($1, p.oid, 'EXECUTE')`, [role])).can, [], role);
});

test('advisory locks are for the functions of the gate and for the owner', async () => {
    const can = await names(`SELECT r.rolname, p.oid::regprocedure::text FROM pg_roles r, pg_proc p
        WHERE r.rolname LIKE 'lb!_%' ESCAPE '!' AND p.proname ~ '^pg_(try_)?advisory_'
          AND has_function_privilege(r.oid, p.oid, 'EXECUTE') ORDER BY r.rolname, p.oid`);
    deepEqual(can, ['lb_gate', 'lb_owner'].map((role) => `${role}.pg_advisory_xact_lock(bigint)`));
    await rejects(db.as('lb_portal', (sql) => sql('SELECT pg_advisory_lock(1)')), { code: '42501' });
});

// A lock of this mode keeps everybody from reading.
test('no process can lock a table that others use against them', async () => {
    const allowed = { lb_portal: ['draft', 'draft_file'], lb_desk: ['child_link', 'letter_contact', 'staff_grant'] };
    const tables = await names(`SELECT relname FROM pg_class WHERE relnamespace = 'letterbox'::regnamespace AND relkind = 'r'`);
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report']) {
        const locked = [];
        await db.as(role, async (sql) => {
            await sql('SAVEPOINT one');
            for (const table of tables)
                for (const mode of ['SHARE', 'ACCESS EXCLUSIVE']) {
                    await sql(`LOCK TABLE letterbox.${table} IN ${mode} MODE NOWAIT`)
                        .then(() => locked.push(table), (error) => equal(error.code, '42501', `${role} ${table}: ${error.message}`));
                    await sql('ROLLBACK TO one');
                }
        }, { commit: false });
        deepEqual([...new Set(locked)].sort(), allowed[role] ?? [], role);
    }
});

test('no role can read sessions, look-up values, codes, limits or the clock', async () => {
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary', 'lb_report'])
        for (const table of ['session', 'sign_in_code', 'account_lookup', 'staff_lookup', 'party_lookup', 'rate',
            'idempotency', 'cluster'])
            equal((await db.one('SELECT has_any_column_privilege($1, $2, $3) AS can',
                [role, `letterbox.${table}`, 'SELECT, INSERT, UPDATE'])).can, false, `${role} ${table}`);
    for (const role of ['lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary'])
        for (const [table, column] of [['link', 'token_hash'], ['link', 'sealed_key'], ['join_code', 'code_hash'],
            ['join_code', 'email_check'], ['job', 'lease_hash'], ['staff', 'wrapped_secret']])
            equal((await db.one('SELECT has_column_privilege($1, $2, $3, $4) AS can',
                [role, `letterbox.${table}`, column, 'SELECT'])).can, false, `${role} ${table}.${column}`);
});

test('the diary reads nothing sealed, and the post no stored letter', async () => {
    deepEqual(await names(`SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'letterbox'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
          AND (t.typname = 'sealed' OR c.relname = 'blob_chunk')
          AND has_column_privilege('lb_diary', c.oid, a.attnum, 'SELECT')`), []);
    deepEqual(await names(`SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'letterbox'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND t.typname = 'sealed'
          AND has_column_privilege('lb_post', c.oid, a.attnum, 'SELECT') ORDER BY 2`),
    ['message.sealed_address', 'message.sealed_body']);
});

test('the portal cannot read what would tell of the other side', async () => {
    for (const [table, column] of [['visit', 'starts_at'], ['visit', 'supervisor'], ['visit', 'arrangement_id'],
        ['visit_party', 'attendance'], ['visit_party', 'sealed_record'], ['contact', 'other_party_id'], ['occasion', 'to_party'], ['release', 'letter_id'],
        ['release', 'decision_id'], ['letter', 'entered_by'], ['letter', 'review_on'], ['arrangement', 'child_id'],
        ['arrangement', 'sealed_record'], ['party', 'sealed_record'], ['account', 'sealed_code_address'],
        ['agency', 'frozen_at']])
        equal((await db.one('SELECT has_column_privilege($1, $2, $3, $4) AS can',
            ['lb_portal', `letterbox.${table}`, column, 'SELECT'])).can, false, `${table}.${column}`);
    for (const table of ['child', 'agreement', 'decision', 'review', 'part', 'message', 'dispatch', 'attempt', 'staff',
        'link', 'archive_copy', 'original', 'audit', 'job'])
        equal((await db.one('SELECT has_any_column_privilege($1, $2, $3) AS can',
            ['lb_portal', `letterbox.${table}`, 'SELECT'])).can, false, table);
});
