// SPDX-License-Identifier: AGPL-3.0-or-later
// Every test that docs/tests.md, SECURITY.md and the gates name exists, and every file that the pages for newcomers name.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, ok, test } from '../harness/test.mjs';
import { LIST_LIMIT_MS, testNames } from '../harness/names.mjs';
import { ROOT } from '../harness/places.mjs';
import { files, read } from '../harness/tree.mjs';
import { gateNames, readGate } from '../gates/gates.mjs';

const DOCUMENTS = ['docs/tests.md', 'SECURITY.md'].filter((path) => existsSync(join(ROOT, path)));
const REFERENCE = /`((?:unit|check|sql|flow|browser|probe)\/[\w/.-]+): ([^`]+)`/g;

// To load every test file takes a while, so it is done once.
let known;
before(async () => {
    known = await testNames();
}, { timeout: LIST_LIMIT_MS });

test('each test that the documents name exists', () => {
    const named = DOCUMENTS.flatMap((path) => read(path).split('\n').flatMap((line, i) =>
        [...line.matchAll(REFERENCE)].map(([, file, name]) =>
            ({ where: `${path}:${i + 1}`, name: `${file}: ${name}` }))));
    ok(named.length > 0);
    deepEqual(named.filter(({ name }) => !known.has(name)).map(({ where, name }) => `${where}: ${name}`), []);
});

test('each gate names a test that exists', () => {
    deepEqual(gateNames().map(readGate).filter(({ reference }) => !known.has(reference))
        .map(({ name, reference }) => `${name}: ${reference}`), []);
});

test('each file that README, STYLE, SECURITY and the docs name exists', () => {
    const PATH = /(?<![\w/.-])((?:docs|lib|ops|server|sql|templates|tests|web|worker)(?:\/[\w.-]+)+\.(?:mjs|md|[ch]|def|sql|sh|ini|mustache))(?![\w*])/g;
    const pages = ['README.md', 'STYLE.md', 'SECURITY.md', 'CHANGES.md', ...files(/^docs\/(?!tests\b).*\.md$/)];
    const named = pages.flatMap((page) => [...read(page).matchAll(PATH)].map(([, path]) => ({ page, path })));
    ok(named.length > 30, `${named.length}`);
    const real = named.filter(({ path }) => !path.endsWith('/handler.c'));        // stands for each of them, in docs/http.md
    deepEqual(real.filter(({ path }) => !existsSync(join(ROOT, path))).map(({ page, path }) => `${page}: ${path}`), []);
});

// What was to be built, as the order of work numbers it. A line may be told in parts: 4, 4a, 4b.
const LINES = [['Build', 13], ['Bad input', 10], ['Promise', 6]].flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) => `${kind} ${index + 1}`));

test('each line of the order of work, bad input and promise has its test or says that there is none', () => {
    const rows = [...read('docs/tests.md').matchAll(/^\| ((?:Build|Bad input|Promise) \d+[a-z]?) \| ([^|]+) \| ([^|]+) \|$/gm)]
        .map(([, line, , tests]) => ({ line, tests }));
    deepEqual(LINES.filter((line) => !rows.some((row) => row.line === line)), []);
    deepEqual(rows.map(({ line }) => line).filter((line, index, all) => all.indexOf(line) !== index), []);
    deepEqual(rows.filter(({ tests }) => tests !== 'none yet' && !tests.match(REFERENCE)).map(({ line }) => line), []);
});
