// SPDX-License-Identifier: AGPL-3.0-or-later
// ops/demo/run, as `make demo ONCE=1` calls it, with few families: everything is made, runs, carries its
// letters and is gone; a second run reuses what the first made.

import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, equal, match, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { freePorts } from '../harness/ports.mjs';
import { run } from '../harness/spawn.mjs';

// Short, for sockets, and where every user may look.
const home = mkdtempSync('/tmp/letterbox-demo-');
const RUN_DIR = join(home, 'run');

before(async () => {
    await run(['chmod', '755', home]);
    cleanup(() => rmSync(home, { recursive: true, force: true }));
});

const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
        return Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(home);
    } catch {
        return false;       // it ended meanwhile
    }
});

async function demo() {
    const [portal, desk] = await freePorts(2);
    const ports = { PORTAL_PORT: String(portal), DESK_PORT: String(desk) };
    const done = await run(['sh', join(ROOT, 'ops/demo/run')], { status: 'any', timeout: 170_000,
        env: { ...process.env, ...ports, RUN_DIR, ONCE: '1', SMALL: '1' } });
    equal(done.code, 0, `${done.stdout}\n${done.stderr}`);
    equal(processes().length, 0);
    return { ...done, ports };
}

test('it makes everything, carries the letters, ends with 0 and leaves nothing running', async () => {
    const { stdout, ports } = await demo();
    for (const words of ['Agency fernshire is made.', 'Letterbox is up.', 'Arrangements of fernshire: 6',
        'opened ', 'the family read the reply at the portal', 'staff put hard news on the shelf', 'the post brought it back', 'every letter came where it should',
        `https://portal.localhost:${ports.PORTAL_PORT}`, `https://desk.localhost:${ports.DESK_PORT}`])
        ok(stdout.includes(words), `${words} in\n${stdout}`);
    match(stdout, /without proof of its sender\n.*Kept apart/);
    match(stdout, /As a relative +node \S+\/ops\/demo\/send\.mjs \d+ \S+@\S+ post@fernshire\.example 'Thank you\.'\n/);
    match(stdout, /receipt [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    equal(statSync(join(RUN_DIR, 'demo-sign-ins.txt')).mode & 0o777, 0o600);
    // What was sent before the demo said who has a mailbox waited, and none of it came back.
    equal(readFileSync(join(RUN_DIR, 'mail/mainlog'), 'utf8').includes('There is no such mailbox'), false);
}, { timeout: 180_000 });

test('a second run reuses what the first made', async () => {
    const keys = readFileSync(join(RUN_DIR, 'keys/press/fernshire.keys'), 'utf8');
    const { stdout } = await demo();
    for (const words of ['Database: 0 files applied now', 'Agency fernshire is there.', 'of both agencies are there.',
        'every letter came where it should'])
        ok(stdout.includes(words), `${words} in\n${stdout}`);
    equal(readFileSync(join(RUN_DIR, 'keys/press/fernshire.keys'), 'utf8'), keys);
}, { timeout: 180_000 });
