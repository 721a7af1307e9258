// SPDX-License-Identifier: AGPL-3.0-or-later
// The shipped binaries hold no fault switch and no test-only switch; the test build does.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { BUILD, BUILD_TEST } from '../harness/places.mjs';
import { files, parseC, read } from '../harness/tree.mjs';

// Environment variables read inside #ifdef LETTERBOX_TEST, wherever that stands in the sources.
function testOnlyNames() {
    const names = new Set(['fault_point', 'fault_fails']);
    for (const file of files(/^(lib|server|worker|ops)\/.*\.[ch]$/)) {
        const text = read(file);
        const lines = text.split('\n');
        const nested = [];       // for each open #if: are these lines of the test build only?
        const inTest = lines.map((line) => {
            const [, directive, rest] = /^\s*#\s*(ifdef|ifndef|if|else|endif)\b(.*)/.exec(line) ?? [];
            if (directive === 'endif')
                nested.pop();
            else if (directive === 'else')
                nested.push({ yes: 'no', no: 'yes', other: 'other' }[nested.pop()]);
            else if (directive)
                nested.push(!/\bLETTERBOX_TEST\b/.test(rest) ? 'other'
                    : directive === 'ifndef' || /!/.test(rest) ? 'no' : 'yes');
            return nested.includes('yes');
        });
        for (const { text: literal, line } of parseC(text).literals)
            if (inTest[line - 1] && /^LETTERBOX_[A-Z_]+$/.test(literal))
                names.add(literal);
    }
    return [...names];
}

function binaries(folder) {
    if (!existsSync(folder))
        return [];
    return readdirSync(folder).map((name) => join(folder, name)).filter((path) =>
        statSync(path).isFile() && readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF')));
}

const holding = (paths, names) => paths.flatMap((path) => {
    const bytes = readFileSync(path);
    return names.filter((name) => bytes.includes(name)).map((name) => `${path}: ${name}`);
});

test('no shipped binary holds the name of a test switch', () => {
    const shipped = binaries(BUILD);
    ok(shipped.length > 0, 'nothing is built in build/');
    const names = testOnlyNames();
    ok(names.includes('LETTERBOX_FAULT') && names.includes('LETTERBOX_FAULT_LOG'), names.join());
    deepEqual(holding(shipped, names), []);
});

test('the test build holds them, so the search is not blind', () => {
    const built = binaries(BUILD_TEST);
    ok(built.length > 0, 'nothing is built in build/test/');
    ok(holding(built, ['LETTERBOX_FAULT']).length > 0);
});

test('shipped and test build have the same programs', () => {
    const names = (folder) => binaries(folder).map((path) => path.slice(folder.length + 1)).sort();
    ok(names(BUILD).length > 0, 'nothing is built in build/');
    deepEqual(names(BUILD), names(BUILD_TEST));
});
