// SPDX-License-Identifier: AGPL-3.0-or-later
// The names of all tests, `file: name`, without building or running any.

import { ROOT } from './places.mjs';
import { run } from './spawn.mjs';
import { files, read } from './tree.mjs';
import { join } from 'node:path';

export const LIST_LIMIT_MS = 120_000;      // a hundred files are loaded, on a busy machine

// Unit tests by their sources: cmocka names a test after its function.
const unitTests = () => files(/^tests\/unit\/.*test_\w+\.c$/).flatMap((path) =>
    [...read(path).matchAll(/cmocka_unit_test\w*\(\s*(\w+)/g)]
        .map(([, name]) => `${path.replace(/^tests\//, '').replace(/\.c$/, '')}: ${name}`));

export async function testNames() {
    const { stdout } = await run(['node', join(ROOT, 'tests/run'), '--list', 'check', 'sql', 'flow',
        'browser', 'probe'], { timeout: LIST_LIMIT_MS });
    return new Set([...stdout.split('\n').filter(Boolean), ...unitTests()]);
}
