// SPDX-License-Identifier: AGPL-3.0-or-later
// Each fuzz target has seeds, and takes them all without a complaint of the sanitizers.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { match, ok, test } from '../harness/test.mjs';
import { BUILD_SAN, ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

const folder = join(ROOT, 'tests/fuzz');

for (const file of readdirSync(folder)) {
    const name = /^fuzz_(\w+)\.c$/.exec(file)?.[1];
    if (!name)
        continue;
    test(`seeds of fuzz_${name}`, async () => {
        const seeds = join(folder, 'seeds', name);
        ok(existsSync(seeds), `fuzz_${name}.c has no seeds: put some into tests/fuzz/seeds/${name}`);
        const program = join(BUILD_SAN, 'tests/fuzz', `replay_${name}`);
        const { stdout } = await run([program, seeds]);
        match(stdout, /^[1-9]\d* inputs\n$/);
    });
}
