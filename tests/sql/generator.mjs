// SPDX-License-Identifier: AGPL-3.0-or-later
// ops/gen/queries.awk: what it makes of a query, and what it refuses, with file and line.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { equal, folder, match, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { queries } from '../harness/queries.mjs';

const GOOD = { name: 'thing_find', purpose: 'One thing', roles: 'lb_desk lb_press', also: 'lb_post',
    params: '$1 thing_id bigint, $2 state text', columns: 'thing_id bigint',
    body: 'SELECT "thing_id"\n  FROM thing -- of all\n WHERE thing_id = $1::bigint AND state = $2::text;' };

function generate(out, ...changes) {
    const file = join(folder('queries'), 'thing.sql');
    writeFileSync(file, changes.map((change) => {
        const { body, ...header } = { ...GOOD, ...change };
        return `-- SPDX-License-Identifier: AGPL-3.0-or-later\n\n${Object.entries(header)
            .filter(([, value]) => value !== undefined).map(([key, value]) => `-- ${key}: ${value}\n`).join('')}${body}\n`;
    }).join('\n'));
    const done = spawnSync('mawk', ['-v', `out=${out}`, '-f', join(ROOT, 'ops/gen/queries.awk'), file],
        { encoding: 'utf8' });
    return { ...done, file };
}

test('a query becomes an enum, a text, a count and its roles', () => {
    const other = { ...GOOD, name: 'thing_add', params: 'none', columns: 'none', also: undefined,
        body: `INSERT INTO thing VALUES ('a\\b');` };
    const header = generate('h', GOOD, other);
    equal(header.status, 0, header.stderr);
    match(header.stdout, /enum query_id \{\n {4}QUERY_thing_find,\n {4}QUERY_thing_add,\n {4}QUERY_COUNT\n\}/);
    const source = generate('c', GOOD, other).stdout;
    match(source, /\{"thing_find",\n {5}"SELECT \\"thing_id\\"\\n"\n/);
    match(source, /\$2::text",\n {5}2, "lb_desk lb_press"\}/);
    match(source, /VALUES \('a\\\\b'\)",\n {5}0,/);
});

test('a header goes on over indented lines', () => {
    equal(generate('c', { params: '$1 thing_id bigint,\n--   $2 state text' }).status, 0);
});

test('whatever is wrong is told with file and line', () => {
    for (const [change, told] of [
        [{ purpose: undefined }, /purpose, roles, params and columns are all needed/],
        [{ roles: undefined }, /are all needed/],
        [{ params: undefined }, /are all needed/],
        [{ roles: 'lb_boss' }, /no such role: lb_boss/],
        [{ also: 'lb_gate' }, /no such role: lb_gate/],
        [{ name: 'Thing-find' }, /small letters/],
        [{ params: 'none' }, /params/],
        [{ params: '$1 thing_id bigint' }, /\$2 is not among params/],
        [{ params: '$1 thing_id bigint, $2 state text, $3 more text' }, /\$3 is not used/],
        [{ body: 'SELECT thing_id FROM thing WHERE thing_id = $1 AND state = $2::text;' }, /\$1 is not (used, or not )?cast/],
        [{ body: 'SELECT $1::bigint, $2::text' }, /must end with ;/],
        [{ body: 'SELECT $1::bigint, $2::text; DROP TABLE thing;' }, /one statement only/],
    ]) {
        const { status, stderr, file } = generate('c', change);
        equal(status, 1, JSON.stringify(change));
        ok(stderr.startsWith(`${file}:`), stderr);
        match(stderr, told);
    }
    match(generate('c', GOOD, GOOD).stderr, /query thing_find stands in .* too/);
});

test('the harness and the programs read the same queries', () => {
    const all = [...queries().values()];
    const files = [...new Set(all.map((query) => join(ROOT, 'sql/queries', query.file)))].sort();
    const { stdout, status } = spawnSync('mawk', ['-v', 'out=h', '-f', join(ROOT, 'ops/gen/queries.awk'), ...files],
        { encoding: 'utf8' });
    equal(status, 0);
    equal([...stdout.matchAll(/QUERY_([a-z]\w*),/g)].map((found) => found[1]).sort().join(),
        all.map((query) => query.name).sort().join());
});
