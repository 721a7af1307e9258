// SPDX-License-Identifier: AGPL-3.0-or-later
// Every gate of tests/gates still applies to this tree, so that a stale one is seen here, in a
// second, and not only by `make gates`. That its test exists: tests-doc.mjs.

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { REFRESH, gateNames, readGate } from '../gates/gates.mjs';

const AT_LEAST = 25;

test('there are enough gates, and each header is whole', () => {
    const gates = gateNames().map(readGate);
    ok(gates.length >= AT_LEAST, `${gates.length} gates`);
    deepEqual(gates.flatMap(({ name, problems }) => problems.map((one) => `${name}: ${one}`)), []);
    const bugs = gates.map(({ bug }) => bug);
    deepEqual(bugs.filter((bug, i) => bugs.indexOf(bug) !== i), []);
});

test('each gate applies to the tree as it is', () => {
    const problems = gateNames().map(readGate).flatMap(({ name, path }) => {
        const { status, stderr } = spawnSync('git', ['apply', '--check', path],
            { cwd: ROOT, encoding: 'utf8' });
        return status === 0 ? [] : [`${name}: ${stderr.trim()}\n  To refresh it, ${REFRESH(name)}.`];
    });
    deepEqual(problems, []);
});

// A bug put into a function that a later migration replaces is none: its test would pass.
test('each gate of a function of the database is in the migration that made it last', () => {
    const migrations = join(ROOT, 'sql', 'migrations');
    const made = /^CREATE (?:OR REPLACE )?FUNCTION letterbox\.(\w+)\(/;
    const last = new Map();
    for (const file of readdirSync(migrations).sort())
        for (const line of readFileSync(join(migrations, file), 'utf8').split('\n'))
            if (made.test(line))
                last.set(made.exec(line)[1], file);
    const late = gateNames().map(readGate).flatMap(({ name, path }) => readFileSync(path, 'utf8').split(/^(?=diff --git )/m)
        .flatMap((part) => {
            const file = /^--- a\/sql\/migrations\/(\S+)/m.exec(part)?.[1];
            const lines = file ? readFileSync(join(migrations, file), 'utf8').split('\n') : [];
            return [...part.matchAll(/^@@ -(\d+)/gm)].flatMap(([, from]) => {
                const above = lines.slice(0, Number(from) + 3).findLast((line) => made.test(line) || /^\$\$;/.test(line));
                const named = above && made.exec(above)?.[1];      // behind its end, it is no function's
                return named && last.get(named) !== file ? [`${name}: ${named} is made again in ${last.get(named)}`] : [];
            });
        }));
    deepEqual(late, []);
});
