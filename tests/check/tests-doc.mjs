// SPDX-License-Identifier: AGPL-3.0-or-later
// Every test that docs/tests.md and SECURITY.md name exists.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { testNames } from '../harness/names.mjs';
import { ROOT } from '../harness/places.mjs';
import { read } from '../harness/tree.mjs';

const DOCUMENTS = ['docs/tests.md', 'SECURITY.md'].filter((path) => existsSync(join(ROOT, path)));
const REFERENCE = /`((?:unit|check|sql|flow|browser|probe)\/[\w/.-]+): ([^`]+)`/g;

test('each test that the documents name exists', async () => {
    const known = await testNames();
    const named = DOCUMENTS.flatMap((path) => read(path).split('\n').flatMap((line, i) =>
        [...line.matchAll(REFERENCE)].map(([, file, name]) =>
            ({ where: `${path}:${i + 1}`, name: `${file}: ${name}` }))));
    ok(named.length > 0);
    deepEqual(named.filter(({ name }) => !known.has(name)).map(({ where, name }) => `${where}: ${name}`), []);
});
