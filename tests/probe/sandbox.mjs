// SPDX-License-Identifier: AGPL-3.0-or-later
// A cleaner that has been taken over gets nothing: the probe stands in the place of a module, in the
// real sandbox, and tries.

import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync }
    from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, eventually, folder, match, ok, test }
    from '../harness/test.mjs';
import { BUILD_TEST, IS_ROOT, asUser } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

const EPERM = 1;
const ENOSYS = 38;
const KERNEL_REFUSALS = [EPERM, ENOSYS];

let home;          // the programs, where every user of the machine can reach them
let secret;        // a file that stands for configuration and keys
let unixPath;

before(async () => {
    home = folder('programs');
    for (const name of readdirSync(BUILD_TEST).filter((one) => /^(letterbox-cleaner|cleaner-.*\.so)$/.test(one)))
        cpSync(join(BUILD_TEST, name), join(home, name));
    for (const name of ['probe_spawner', 'walls-up.so', 'walls-open.so'])
        cpSync(join(BUILD_TEST, 'tests/probe', name), join(home, name));
    secret = join(folder('secrets'), 'press.key');
    writeFileSync(secret, 'key');
    chmodSync(secret, 0o644);
    unixPath = join(folder('sockets'), 's');
    const server = createServer((socket) => socket.end());
    await new Promise((done) => server.listen(unixPath, done));
    cleanup(() => new Promise((done) => server.close(done)));
});

const argv = (module, kind, values) => [join(home, 'probe_spawner'),
    module === '-' ? '-' : join(home, module), kind, ...values];

const abstract = `@letterbox-probe-${process.pid}`;
const environment = () => ({ PROBE_FOLDER: home, PROBE_ABSTRACT: abstract });

// What the probe said, and how the sandbox ended.
async function probe(tries, { module = 'walls-up.so', kind = 'image', values = [], user = null } = {}) {
    const line = user ? asUser(user, argv(module, kind, values), environment())
        : argv(module, kind, values);
    const { stdout } = await run(line, { input: `${tries.join('\n')}\n`, status: 'any',
        timeout: 45_000, env: { ...process.env, ...environment() }, cwd: '/' });
    const [, body, ended] = /^(?:LBXA\x01)?([^]*?)\n?end (.*)\n$/.exec(stdout) ?? [];
    ok(ended, `the sandbox has not run: ${stdout}`);
    const lines = body.split('\n').filter(Boolean);
    return { lines, allowed: lines.filter((one) => one.endsWith(' allowed')),
        end: Object.fromEntries(ended.split(' ').map((pair) => pair.split('='))),
        find: (start) => lines.find((one) => one.startsWith(start)) };
}

const onKernel = (lines) => lines.filter((one) => / refused \d+$/.test(one))
    .filter((one) => !KERNEL_REFUSALS.includes(Number(one.split(' ').pop())));

const outside = () => [`read ${secret}`, 'read /etc/passwd', 'read /etc/shadow', 'read /root',
    `read /proc/${process.pid}/environ`, 'read /proc/1/mem', `read ${process.execPath}`,
    'write /', 'write /usr/lib', 'write /cleaner', 'write /etc', 'write /dev', `write ${home}`];

for (const user of IS_ROOT ? [null, 'nobody'] : [null]) {
    const who = user ? 'an ordinary user' : 'whoever runs the tests';

    test(`a taken-over cleaner can do nothing, started by ${who}`, async () => {
        const { lines, allowed, end } = await probe(['sockets', 'kernel', ...outside(),
            `unix ${unixPath}`, `unix ${abstract}`, `process ${process.pid}`, 'process 1',
            'program /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'program /bin/sh', 'list /proc',
            'list /', 'list /etc', 'list /dev', 'forks'], { user });
        deepEqual(allowed, []);
        ok(lines.length > 70, 'everything was tried');
        deepEqual(onKernel(lines.filter((one) => !/^(read|write|list|unix|forks)/.test(one))), []);
        deepEqual(lines.find((one) => one.startsWith('list:/ ')).split(' ').slice(1).sort(),
            ['cleaner', 'dev', 'etc', 'lib', 'lib64', 'tmp', 'usr']);
        equal(lines.find((one) => one.startsWith('list:/etc')), 'list:/etc ld.so.cache');
        equal(lines.find((one) => one.startsWith('list:/dev')), 'list:/dev null');
        match(lines.find((one) => one.startsWith('list:/proc')), /^list:\/proc refused/);
        match(lines.find((one) => one.startsWith('forks')), /^forks 0 /);
        equal(end.status, '0');
    });
}

test('before the last walls are up it can start programs, and still reach nothing', async () => {
    const { lines, allowed } = await probe(['sockets', 'kernel', ...outside(), `process ${process.pid}`,
        `unix ${abstract}`, `unix ${unixPath}`], { module: 'walls-open.so' });
    deepEqual(allowed, ['kill-parent allowed']);          // the sandbox's own first process
    deepEqual(onKernel(lines.filter((one) => !/^(read|write|unix|pidfd|seccomp-off|signal)/.test(one))), []);
});

test('LibreOffice has unix sockets within itself, and nothing else more', async () => {
    const { allowed } = await probe(['sockets', 'kernel', ...outside(), `process ${process.pid}`,
        `unix ${abstract}`, `unix ${unixPath}`], { module: 'walls-open.so', kind: 'office' });
    deepEqual(allowed, ['socket-1-stream allowed', 'socket-1-dgram allowed', 'socket-1-raw allowed',
        'socket-1-seqpacket allowed', 'socketpair allowed', 'kill-parent allowed']);
});

test('processes, memory, disc and time are bounded', async () => {
    const forks = await probe(['forks'], { module: 'walls-open.so', values: ['processes=20', 'wall_ms=20000'] });
    ok(Number(forks.find('forks').split(' ')[1]) < 20, forks.find('forks'));
    const disc = await probe(['fill'], { module: 'walls-open.so', values: ['tmp=8388608'] });
    ok(Number(disc.find('fill').split(' ')[1]) <= 8, disc.find('fill'));
    const memory = await probe(['memory'], { values: ['memory=536870912'] });
    ok(Number(memory.find('memory').split(' ')[1]) <= 512, memory.find('memory'));
    const wall = await probe(['sleep'], { values: ['wall_ms=700'] });
    equal(wall.end.out_of_time, '1');
    ok(Number(wall.end.wall_ms) < 5000, wall.end.wall_ms);
    const processor = await probe(['spin'], { values: ['cpu=1', 'wall_ms=30000'] });
    equal(processor.end.out_of_time, '0');
    ok(Number(processor.end.status) > 128, processor.end.status);
});

// Processes of this name anywhere on the machine.
const left = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'probe-left';
    } catch {
        return false;                                     // it has just ended
    }
});

const below = (pid) => {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
        try {
            const [, , rest] = /^(\d+) \(.*\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'));
            return { pid: Number(name), parent: Number(rest.split(' ')[1]) };
        } catch {
            return null;
        }
    }).filter(Boolean);
    const found = [];
    for (let round = [pid]; round.length > 0;) {
        round = all.filter(({ parent }) => round.includes(parent)).map((one) => one.pid);
        found.push(...round);
    }
    return found;
};

test('nothing outlives the cleaner that started it', async () => {
    const { find } = await probe(['leave'], { module: 'walls-open.so' });
    equal(find('leave'), 'leave allowed');
    await eventually(() => left().length === 0, { what: 'no process left' });
});

for (const victim of ['the maker', 'the spawner']) {
    test(`nothing outlives ${victim}`, async () => {
        const child = spawn(argv('walls-open.so', 'image', ['hold'])[0],
            argv('walls-open.so', 'image', ['hold']).slice(1),
            { env: { ...process.env, ...environment() }, stdio: ['pipe', 'ignore', 'pipe'] });
        const ended = new Promise((done) => child.on('exit', done));
        cleanup(async () => {
            child.kill('SIGKILL');
            await ended;    // the next test listens where it did
        });
        child.stdin.end('leave\nsleep\n');
        await new Promise((done, reject) => {
            child.stderr.on('data', (bytes) => String(bytes).includes('ready') && done());
            child.on('exit', () => reject(new Error('the driver ended')));
        });
        await eventually(() => left().length === 1, { what: 'the child that is left' });
        const family = below(child.pid);
        ok(family.length >= 4, `spawner, minder, bubblewrap, cleaner: ${family.length}`);
        process.kill(victim === 'the maker' ? child.pid : family[0], 'SIGKILL');
        if (victim === 'the maker')
            await ended;
        await eventually(() => family.every((pid) => !existsSync(`/proc/${pid}`) ||
            /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))), { what: 'an end of all' });
        await eventually(() => left().length === 0, { what: 'no process left' });
    });
}

test('the probe of /readyz starts a real sandbox', async () => {
    const { stdout } = await run(argv('-', 'probe', []), { status: 'any',
        env: { ...process.env, ...environment() } });
    equal(stdout, 'probe ok\n');
});

test('no sandbox, no cleaning: it never falls back', async () => {
    // A machine that forbids namespaces: as many as none are allowed in a namespace of our own.
    const out = folder('out');
    const line = `echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"`;
    const inside = ['unshare', '--user', '--map-root-user', 'sh', '-c', line, '-'];
    const { stdout } = await run([...inside, ...argv('-', 'probe', [])], { status: 'any',
        env: { ...process.env, ...environment() } });
    equal(stdout, 'probe sandbox\n');
    const cleaned = await run([...inside, join(BUILD_TEST, 'letterboxctl'), 'sanitise', '--out', out],
        { input: 'Dear Nana', status: 'any' });
    equal(cleaned.code, 1);
    match(cleaned.stderr, /sandbox/);
    deepEqual(readdirSync(out), []);
});

test('without the cleaner there is no spawner', async () => {
    const empty = folder('empty');
    mkdirSync(empty, { recursive: true });
    const { stdout } = await run(argv('-', 'probe', []), { status: 'any',
        env: { ...process.env, PROBE_FOLDER: empty } });
    equal(stdout, 'spawner not-found\n');
});
