// SPDX-License-Identifier: AGPL-3.0-or-later
// ops/packages can be read by ops/install, gives a reason for each package, and covers the Makefile;
// where all is installed ops/install says nothing and calls nobody.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, equal, folder, ok, test } from '../harness/test.mjs';
import { run } from '../harness/spawn.mjs';
import { ROOT } from '../harness/places.mjs';
import { read } from '../harness/tree.mjs';

const SECTIONS = ['runtime', 'build', 'demo', 'test'];

function entries() {
    let section = null;
    return read('ops/packages').split('\n').map((line, i) => ({ line, number: i + 1 }))
        .filter(({ line }) => line && !line.startsWith('#')).flatMap(({ line, number }) => {
            const heading = /^\[(\w+)\]$/.exec(line);
            if (heading) {
                section = heading[1];
                return [];
            }
            const [, name, rest] = /^(\S+)\s+(.*)$/.exec(line) ?? [null, line, ''];
            const reason = rest.replace(/^((command|daemon|unpack)=\S+\s*)*/, '');
            return [{ section, name, reason, number }];
        });
}

test('each package stands once, in a section, with a reason', () => {
    const all = entries();
    ok(all.length > 0);
    const seen = new Set();
    for (const { section, name, reason, number } of all) {
        ok(SECTIONS.includes(section), `line ${number}: section ${section}`);
        ok(reason.length > 3, `line ${number}: ${name} has no reason`);
        ok(!seen.has(name), `line ${number}: ${name} stands twice`);
        seen.add(name);
    }
    deepEqual([...new Set(all.map(({ section }) => section))], SECTIONS);
});

test('ops/install says nothing, and calls neither apt nor npm, where nothing is missing', async () => {
    await run(['sh', 'ops/install', 'test'], { cwd: ROOT, timeout: 600_000 });
    const traps = folder('traps');
    for (const name of ['apt-get', 'npm']) {
        writeFileSync(join(traps, name), `#!/bin/sh\necho "${name} was called: $*" >&2\nexit 99\n`);
        chmodSync(join(traps, name), 0o755);
    }
    const { stdout, stderr } = await run(['sh', 'ops/install', 'test'],
        { cwd: ROOT, env: { ...process.env, PATH: `${traps}:${process.env.PATH}` } });
    equal(stdout + stderr, '');
});

test('ops/install refuses what it does not know', async () => {
    equal((await run(['sh', 'ops/install', 'everything'], { cwd: ROOT, status: [2] })).code, 2);
});
