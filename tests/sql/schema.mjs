// SPDX-License-Identifier: AGPL-3.0-or-later
// sql/schema.sql is what the migrations and policies make of an empty database, for reading and for
// review. EXPECT=write tests/run sql/schema.mjs writes it anew.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { postgres } from '../harness/postgres.mjs';

const FILE = join(ROOT, 'sql/schema.sql');
let db;
let dump;

before(async () => {
    db = await postgres();
    const text = (await db.dump('--schema-only', '--no-comments', '--schema=letterbox')).toString('utf8');
    // Without comments (they stand in the migrations) and what differs from run to run or between minor versions.
    dump = `-- SPDX-License-Identifier: AGPL-3.0-or-later\n${text
        .replace(/^-- Dumped .*\n|^\\(un)?restrict .*\n|^SET .*\n|^SELECT pg_catalog.set_config.*\n/gm, '')
        .replace(/^-- PostgreSQL database dump( complete)?\n/gm,
            (_, end) => (end ? '' : '-- Made from migrations and policies by tests/sql/schema.mjs: read, never run.\n'))
        .replace(/^--( Name: .*)?\n/gm, '').replace(/\n{3,}/g, '\n\n').replace(/;\n\n(?=ALTER|GRANT|REVOKE|CREATE (?:UNIQUE )?INDEX|CREATE POLICY)/g, ';\n')
        .trimEnd()}\n`;
    if (process.env.EXPECT === 'write')
        writeFileSync(FILE, dump);
});

test('schema.sql is what a fresh database is', () => {
    ok(existsSync(FILE), 'sql/schema.sql is missing: EXPECT=write tests/run sql/schema.mjs');
    const [committed, made] = [readFileSync(FILE, 'utf8'), dump].map((text) => text.split('\n'));
    const line = made.findIndex((text, i) => text !== committed[i]);
    equal(line < 0 ? made.length : line, committed.length, `differs from line ${line + 1} on: "${made[line]}"; `
        + 'EXPECT=write tests/run sql/schema.mjs writes it anew');
});

test('policies applied twice change nothing', async () => {
    await db.apply(join(ROOT, 'sql/policies.sql'), { user: 'lb_owner' });
    await db.apply(join(ROOT, 'sql/roles.sql'));
    const again = (await db.dump('--schema-only', '--schema=letterbox')).toString('utf8');
    const plain = (text) => text.split('\n').filter((one) => /^(GRANT|REVOKE|CREATE POLICY|ALTER)/.test(one)).join('\n');
    equal(plain(again), plain(dump));
});
