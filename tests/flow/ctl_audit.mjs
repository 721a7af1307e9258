// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl audit verify finds what was done to the chain by somebody who may do everything in the
// database.

import { before, equal, match, notEqual, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';

let here;
let agency;

before(async () => {
    here = await site();
    agency = await here.agency();
});

const verify = (...words) => here.ctl(['audit', 'verify', ...words], { status: 'any' });

const heads = (stdout) => Object.fromEntries(stdout.trim().split('\n').map((line) => {
    const [slug, rows, , head] = line.split(/ +/);
    return [slug, { rows: Number(rows), head }];
}));

// Past the trigger that keeps the owner from it; undone afterwards.
async function tampered(statements, then) {
    const client = await here.db.client();
    await client.sql('CREATE TEMP TABLE kept AS SELECT * FROM letterbox.audit');
    await client.sql('CREATE TEMP TABLE kept_chain AS SELECT * FROM letterbox.audit_chain');
    await client.sql('SET session_replication_role = replica');
    try {
        for (const statement of statements)
            await client.sql(statement.replaceAll('AGENCY', agency));
        await then();
    } finally {
        await client.sql('DELETE FROM letterbox.audit');
        await client.sql('INSERT INTO letterbox.audit SELECT * FROM kept');
        await client.sql('DELETE FROM letterbox.audit_chain');
        await client.sql('INSERT INTO letterbox.audit_chain SELECT * FROM kept_chain');
        await client.end();
    }
    equal((await verify()).code, 0, 'the chain is whole again');
}

async function found(statements, words) {
    await tampered(statements, async () => {
        const { code, stderr, stdout } = await verify();
        equal(code, 1, `${stdout}${stderr}`);
        match(stderr, words);
        match(stdout, /fernshire .* NOT AS IT WAS WRITTEN/);
        match(stdout, /brackendale +\d+ rows +\d+:[0-9a-f]{64}$/m);
    });
}

test('a chain as it was written passes, with number and head for each agency', async () => {
    const { code, stdout } = await verify();
    equal(code, 0);
    const { fernshire, brackendale } = heads(stdout);
    match(fernshire.head, /^[0-9]+:[0-9a-f]{64}$/);
    equal(fernshire.head.split(':')[0], String(fernshire.rows));
    notEqual(fernshire.head, brackendale.head);
    const { count, hash } = await here.db.one(`SELECT count(*)::int AS count,
        (SELECT encode(hash, 'hex') FROM letterbox.audit_chain WHERE agency_id = $1) AS hash
        FROM letterbox.audit WHERE agency_id = $1`, [agency]);
    equal(fernshire.head, `${count}:${hash}`);
});

for (const [column, value] of [['act', "'letter_read'"], ['actor_id', 'actor_id + 1'],
    ['actor_kind', "'press'"], ['at', "at - interval '1 second'"], ['object_id', "7, object_kind = 'staff'"],
    ['sealed_detail', "'\\x00', detail_digest = sha256('\\x00')"]])
    test(`an altered row is found: ${column}`, async () => {
        await found([`UPDATE letterbox.audit SET ${column} = ${value}
            WHERE agency_id = AGENCY AND number = 3`], /fernshire, row 3: it was altered/);
    });

test('two rows that changed places are found', async () => {
    await found([
        'UPDATE letterbox.audit SET number = 100000 WHERE agency_id = AGENCY AND number = 4',
        'UPDATE letterbox.audit SET number = 4 WHERE agency_id = AGENCY AND number = 5',
        'UPDATE letterbox.audit SET number = 5 WHERE agency_id = AGENCY AND number = 100000',
    ], /row 4: .*\n.*row 5/s);
});

test('a row that was removed is found, at the start and in the middle', async () => {
    await found(['DELETE FROM letterbox.audit WHERE agency_id = AGENCY AND number = 1'],
        /row 2: it does not follow/);
    await found(['DELETE FROM letterbox.audit WHERE agency_id = AGENCY AND number = 6'],
        /row 7: it does not follow/);
});

test('a row that was removed with the rest renumbered and hashed anew is found by the head', async () => {
    const noted = heads((await verify()).stdout).fernshire.head;
    await tampered([
        'DELETE FROM letterbox.audit WHERE agency_id = AGENCY AND number = 2',
        `UPDATE letterbox.audit SET number = number + 1000000 WHERE agency_id = AGENCY AND number > 2`,
        `UPDATE letterbox.audit SET number = number - 1000001 WHERE agency_id = AGENCY AND number > 2`,
        `DO $$
        DECLARE
            v_row letterbox.audit;
            v_before bytea := decode(repeat('00', 32), 'hex');
        BEGIN
            FOR v_row IN SELECT * FROM letterbox.audit WHERE agency_id = AGENCY ORDER BY number LOOP
                v_row.prev_hash := v_before;
                v_before := letterbox.audit_hash(v_row);
                UPDATE letterbox.audit SET prev_hash = v_row.prev_hash, hash = v_before
                 WHERE agency_id = AGENCY AND number = v_row.number;
                UPDATE letterbox.audit_chain SET number = v_row.number, hash = v_before
                 WHERE agency_id = AGENCY;
            END LOOP;
        END $$`,
    ], async () => {
        equal((await verify()).code, 0, 'by itself it is a chain');
        const { code, stderr } = await verify('--agency', 'fernshire', '--expect-head', noted);
        equal(code, 1);
        match(stderr, /is not there: the tail was cut off/);
    });
});

test('a cut tail is found by the note of its end, and without it by --expect-head', async () => {
    const { rows, head } = heads((await verify()).stdout).fernshire;
    const cut = `DELETE FROM letterbox.audit WHERE agency_id = AGENCY AND number = ${rows}`;
    await found([cut], new RegExp(`row ${rows}: it is noted as the last, and is not there`));
    await tampered([cut, `UPDATE letterbox.audit_chain c SET number = a.number, hash = a.hash
        FROM letterbox.audit a WHERE a.agency_id = c.agency_id AND c.agency_id = AGENCY
        AND a.number = ${rows - 1}`], async () => {
        equal((await verify()).code, 0);
        const { code, stderr } = await verify('--agency', 'fernshire', '--expect-head', head);
        equal(code, 1);
        match(stderr, /is expected, and is not there/);
    });
});

test('an earlier head still stands after more rows came', async () => {
    const { head } = heads((await verify()).stdout).fernshire;
    await here.db.as('lb_owner', (sql) =>
        sql("SELECT letterbox.audit_append_operator($1, 'looked', NULL, NULL)", [agency]));
    equal((await verify('--agency', 'fernshire', '--expect-head', head)).code, 0);
    equal((await verify('--agency', 'brackendale', '--expect-head', head)).code, 1);
});
