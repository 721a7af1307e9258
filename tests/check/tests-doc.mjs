// SPDX-License-Identifier: AGPL-3.0-or-later
// Every test that docs/tests.md and SECURITY.md name exists.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { files, read } from '../harness/tree.mjs';

const DOCUMENTS = ['docs/tests.md', 'SECURITY.md'].filter((path) => existsSync(join(ROOT, path)));
const REFERENCE = /`((?:unit|check|sql|flow|browser|probe)\/[\w/.-]+): ([^`]+)`/g;

// Unit tests by their sources, so that this needs no build: cmocka names a test after its function.
const unitTests = () => files(/^tests\/unit\/.*test_\w+\.c$/).flatMap((path) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(/cmocka_unit_test\w*\(\s*(\w+)/g)]
        .map(([, name]) => `${path.replace(/^tests\//, '').replace(/\.c$/, '')}: ${name}`));

test('each test that the documents name exists', async () => {
    const { stdout } = await run(['node', join(ROOT, 'tests/run'), '--list', 'check', 'sql', 'flow',
        'browser', 'probe'], { timeout: 50_000 });
    const known = new Set([...stdout.split('\n'), ...unitTests()]);
    const named = DOCUMENTS.flatMap((path) => read(path).split('\n').flatMap((line, i) =>
        [...line.matchAll(REFERENCE)].map(([, file, name]) =>
            ({ where: `${path}:${i + 1}`, name: `${file}: ${name}` }))));
    ok(named.length > 0);
    deepEqual(named.filter(({ name }) => !known.has(name)).map(({ where, name }) => `${where}: ${name}`), []);
});
