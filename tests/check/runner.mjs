// SPDX-License-Identifier: AGPL-3.0-or-later
// The runner itself: it must not say that all is well when it is not.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

let home;
before(() => { home = folder('made'); });

const harness = join(ROOT, 'tests/harness');

async function runTests(name, body, ...options) {
    const file = join(home, name);
    writeFileSync(file, name.endsWith('.mjs')
        ? `import { test, before, cleanup, equal, ok, eventually } from '${harness}/test.mjs';
           import { Server } from '${harness}/spawn.mjs';\n${body}` : body);
    chmodSync(file, 0o755);
    const { code, stdout, stderr } = await run(['node', join(ROOT, 'tests/run'), ...options, file],
        { status: 'any', timeout: 50_000 });
    return { code, out: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1) };
}

test('it counts what passed and what failed, and its status says so', async () => {
    const good = await runTests('good.mjs', "test('a', () => {}); test('b', async () => {});");
    equal(good.last, '2 passed, 0 failed');
    equal(good.code, 0);
    const bad = await runTests('bad.mjs', "test('a', () => {}); test('b', () => equal(1, 2));");
    equal(bad.last, '1 passed, 1 failed');
    equal(bad.code, 1);
    match(bad.out, /FAILED .*bad\.mjs: b/);
});

test('no test at all is a failure', async () => {
    for (const [name, body] of [['empty.mjs', ''], ['program', '#!/bin/sh\nexit 0\n']]) {
        const none = await runTests(name, body);
        equal(none.code, 1, name);
        equal(none.last, '0 passed, 1 failed', name);
    }
    const unmatched = await runTests('good2.mjs', "test('a', () => {});", '-t', 'nothing is so called');
    equal(unmatched.code, 1);
    equal(unmatched.last, '0 passed, 0 failed');
});

test('a file that cannot be loaded, ends early or never ends its test is a failure', async () => {
    for (const [name, body, words] of [
        ['syntax.mjs', 'test(', /early/],
        ['exits.mjs', "test('a', () => {}); test('b', () => process.exit(0));", /early/],
        ['killed.mjs', "test('a', () => process.kill(process.pid, 'SIGKILL'));", /SIGKILL/],
        ['late.mjs', "test('a', () => new Promise(() => {}), { timeout: 200 });", /longer than 200 ms/],
        ['setup.mjs', "before(() => { throw new Error('no server'); }); test('a', () => {});",
            /before: .*no server/],
        ['undo.mjs', "test('a', () => cleanup(() => { throw new Error('left'); }));", /left/],
        ['stray.mjs', "test('a', async () => { Promise.reject(new Error('stray')); await 0;"
            + ' await new Promise((r) => setTimeout(r, 50)); });', /stray/],
    ]) {
        const outcome = await runTests(name, body);
        equal(outcome.code, 1, name);
        match(outcome.last, /^\d+ passed, [1-9]\d* failed$/, name);
        match(outcome.out, words, name);
    }
});

test('unit programs: verdicts, crashes, skips and sanitizers', async () => {
    const program = (...lines) => `#!/bin/sh\n${lines.join('\n')}\n`;
    for (const [name, body, last] of [
        ['fine', program('echo 1..2', 'echo "ok 1 - a"', 'echo "ok 2 - b"'), '2 passed, 0 failed'],
        ['one-bad', program('echo 1..2', 'echo "ok 1 - a"', 'echo "not ok 2 - b"', 'exit 1'),
            '1 passed, 1 failed'],
        ['skips', program('echo 1..1', 'echo "not ok 1 # SKIP a"'), '0 passed, 1 failed'],
        ['stops', program('echo 1..3', 'echo "ok 1 - a"', 'exit 0'), '1 passed, 1 failed'],
        ['status', program('echo 1..1', 'echo "ok 1 - a"', 'exit 3'), '1 passed, 1 failed'],
        ['leaks', program('echo 1..1', 'echo "ok 1 - a"',
            'echo "==1==ERROR: LeakSanitizer: detected memory leaks" >&2'), '1 passed, 1 failed'],
        ['undefined', program('echo 1..1', 'echo "ok 1 - a"',
            'echo "x.c:1:2: runtime error: signed integer overflow" >&2'), '1 passed, 1 failed'],
    ]) {
        const outcome = await runTests(name, body);
        equal(outcome.last, last, `${name}\n${outcome.out}`);
        equal(outcome.code, last.endsWith(' 0 failed') ? 0 : 1, name);
    }
});

test('whatever a test starts is gone afterwards, however the file ends', async () => {
    const gone = (pidFile) => eventually(() => {
        const pid = readFileSync(pidFile, 'utf8').trim();
        return !existsSync(`/proc/${pid}`)
            || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    }, { what: 'its end' });
    mkdirSync(join(home, 'pids'), { recursive: true });
    for (const [name, ending] of [['ends', ''], ['throws', "throw new Error('x');"],
        ['crashes', "process.kill(process.pid, 'SIGKILL');"], ['exits', 'process.exit(3);']]) {
        const pidFile = join(home, 'pids', name);
        await runTests(`starts-${name}.mjs`, `test('a', async () => {
            const server = new Server(['sh', '-c', 'sleep 300 & echo $! > ${pidFile}; wait'],
                { log: '${pidFile}.log' });
            cleanup(() => server.stop());
            const { existsSync, readFileSync } = await import('node:fs');
            await eventually(() => existsSync('${pidFile}') && readFileSync('${pidFile}', 'utf8').endsWith('\\n'));
            ${ending}
        });`);
        ok(existsSync(pidFile), name);
        await gone(pidFile);
    }
});
