// SPDX-License-Identifier: AGPL-3.0-or-later
// ops/packages can be read by ops/install, gives a reason for each package, and covers the Makefile;
// where all is installed ops/install says nothing and takes no time.

import { deepEqual, equal, ok, test } from '../harness/test.mjs';
import { run } from '../harness/spawn.mjs';
import { ROOT } from '../harness/places.mjs';
import { read } from '../harness/tree.mjs';

const SECTIONS = ['runtime', 'build', 'demo', 'test'];
const QUICK_MS = 500;

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

test('ops/install is silent and quick where nothing is missing', async () => {
    await run(['sh', 'ops/install', 'test'], { cwd: ROOT, timeout: 600_000 });
    const times = [];
    for (let i = 0; i < 5; i += 1) {       // the machine may be busy with other tests
        const began = performance.now();
        const { stdout, stderr } = await run(['sh', 'ops/install', 'test'], { cwd: ROOT });
        times.push(performance.now() - began);
        equal(stdout + stderr, '');
    }
    ok(Math.min(...times) < QUICK_MS, `${times.map(Math.round)} ms`);
});

test('ops/install refuses what it does not know', async () => {
    equal((await run(['sh', 'ops/install', 'everything'], { cwd: ROOT, status: [2] })).code, 2);
});
