// SPDX-License-Identifier: AGPL-3.0-or-later
// `make demo ONCE=1` as a newcomer runs it, on the shipped build: exit 0 having carried the letters, a
// second run on the same folder too, and nothing left running.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { equal, folder, match, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { withFreePorts } from '../harness/ports.mjs';
import { run } from '../harness/spawn.mjs';

const running = (place) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(place);
    } catch {
        return false;
    }
});

test('the demo carries letters the whole way, twice, and leaves nothing running', async () => {
    const place = join(folder('demo'), 'run');
    await withFreePorts(2, async (portal, desk) => {
        for (const round of ['first', 'second']) {
            const { stdout } = await run(['sh', 'ops/demo/run'], { cwd: ROOT, timeout: 240_000, env: { ...process.env,
                ONCE: '1', RUN_DIR: place, PORTAL_PORT: String(portal), DESK_PORT: String(desk) } });
            match(stdout, /every step held/, `${round}: ${stdout.slice(-2000)}`);
            match(stdout, /receipt [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
        }
    });
    equal(running(place).join(), '');
}, { timeout: 500_000 });
