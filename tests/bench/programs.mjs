// SPDX-License-Identifier: AGPL-3.0-or-later
// The benches that are programs of their own: the HTTPS service without a database, and the sandbox.

import { join } from 'node:path';
import { BUILD, ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { test } from '../harness/test.mjs';

for (const name of ['sandbox', 'http'])
    test(name, async () => {
        const { stdout } = await run([join(BUILD, 'tests/bench', `bench_${name}`)], { cwd: ROOT, timeout: 300_000 });
        process.stdout.write(stdout);
    }, { timeout: 310_000 });
