// SPDX-License-Identifier: AGPL-3.0-or-later
// Every gate of tests/gates still applies to this tree, so that a stale one is seen here, in a
// second, and not only by `make gates`. That its test exists: tests-doc.mjs.

import { spawnSync } from 'node:child_process';
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
