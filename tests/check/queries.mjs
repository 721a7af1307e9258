// SPDX-License-Identifier: AGPL-3.0-or-later
// Each query of sql/queries is used: what no program asks is a grant and a plan for nobody.

import { deepEqual, ok, test } from '../harness/test.mjs';
import { queries } from '../harness/queries.mjs';
import { files, parseC, read } from '../harness/tree.mjs';

// What an action that is promised, but not built yet, will ask; the action, and where it is promised.
const SOON = new Map([
    ['agency_freeze', 'the breach button, whose freeze the database obeys already (tests/sql/releases.mjs)'],
    ['agency_thaw', 'its end'],
    ['agency_key_retire', '`letterboxctl keys rotate` (ops/RUNBOOK.md)'],
    ['audit_append_operator', '`letterboxctl backup`: nobody signs in for it (ops/RUNBOOK.md)'],
]);

function used() {
    const found = new Set();
    for (const file of files(/^(lib|server|worker|ops)\/.*\.(c|h|def)$/))
        for (const [, name] of parseC(read(file)).code.matchAll(/\bQUERY_([a-z]\w*)/g))
            found.add(name);
    return found;
}

test('each query is used by a program, or by one that is promised', () => {
    const asked = used();
    ok(asked.size > 100);
    deepEqual([...queries().values()].filter(({ name }) => !asked.has(name) && !SOON.has(name))
        .map(({ file, name }) => `sql/queries/${file}: nothing asks ${name}`), []);
});

test('what is kept for a promise is there, and not used yet', () => {
    const asked = used();
    deepEqual([...SOON.keys()].filter((name) => asked.has(name) || !queries().has(name)), []);
});
