// SPDX-License-Identifier: AGPL-3.0-or-later
// The harness tries itself: each kind of server really runs, answers and is gone afterwards.

import { existsSync, readFileSync } from 'node:fs';
import { before, equal, eventually, match, ok, refused, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';

let db;

before(async () => {
    db = await postgres({ schema: false });
});

test('PostgreSQL answers over a private socket', async () => {
    equal((await db.one('SELECT 1 + $1::int AS two', [1])).two, 2);
    equal((await db.one("SELECT current_setting('listen_addresses') AS a")).a, '');
    const prepared = await db.client();
    equal((await prepared.named('three', 'SELECT 3 AS three'))[0].three, 3);
});

test('a refusal of the database is recognised by code and by constraint', async () => {
    await db.query('CREATE TABLE few (n int CONSTRAINT few_are_positive CHECK (n > 0))');
    await refused(db.query('INSERT INTO few VALUES (-1)'), '23514');
    await refused(db.query('INSERT INTO few VALUES (-1)'), 'few_are_positive');
    await rejects(refused(db.query('INSERT INTO few VALUES (1)'), '23514'), /was not/);
});

test('PostgreSQL survives a crash and keeps what was committed', async () => {
    await db.query('CREATE TABLE kept (word text)');
    await db.as('postgres', (sql) => sql("INSERT INTO kept VALUES ('committed')"));
    await db.stop('immediate');
    await rejects(db.query('SELECT 1'));
    await db.start();
    equal((await db.one('SELECT word FROM kept')).word, 'committed');
    await db.kill();
    await db.start();
    equal((await db.one('SELECT word FROM kept')).word, 'committed');
});

test('two clusters live beside each other', async () => {
    const other = await postgres({ schema: false });
    await other.query('CREATE TABLE only_here (n int)');
    await refused(db.query('SELECT * FROM only_here'), '42P01');
    ok((await other.dump()).includes('only_here'));
});

test('what a test starts is gone when it ends', async () => {
    ok(db.server.pid > 0 && existsSync(`/proc/${db.server.pid}`));
    match(readFileSync(`/proc/${db.server.pid}/cmdline`, 'utf8'), /postgres/);
    await eventually(() => db.server.running, { what: 'running' });
});
