// SPDX-License-Identifier: AGPL-3.0-or-later
// Each process after it has confined itself: what it needs works, and nothing else does.

import { createServer } from 'node:net';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

const KERNEL_REFUSALS = [1, 38];

let program, readable, writable, secret, link, unixPath, port;

before(async () => {
    const home = folder('programs');
    program = join(home, 'probe_confine');
    cpSync(join(BUILD_TEST, 'tests/probe/probe_confine'), program);
    readable = folder('readable');
    writable = folder('writable');
    writeFileSync(join(readable, 'file'), 'x');
    const secrets = folder('secrets');
    secret = join(secrets, 'desk.key');
    writeFileSync(secret, 'key');
    link = join(readable, 'link');
    symlinkSync(secret, link);
    mkdirSync(join(writable, 'inner'));
    unixPath = join(folder('sockets'), 's');
    const local = createServer((socket) => socket.end());
    await new Promise((done) => local.listen(unixPath, done));
    cleanup(() => new Promise((done) => local.close(done)));
    const tcp = createServer((socket) => socket.end());
    await new Promise((done) => tcp.listen(0, '127.0.0.1', done));
    cleanup(() => new Promise((done) => tcp.close(done)));
    port = tcp.address().port;
});

async function confined(profile, settings, tries) {
    const { stdout } = await run([program, profile, ...settings, `r=${readable}`, `w=${writable}`, '--',
        ...tries], { env: { LC_ALL: 'C.UTF-8' }, cwd: '/' });
    const lines = stdout.split('\n').filter(Boolean);
    return { lines, allowed: lines.filter((one) => one.endsWith(' allowed')) };
}

const PROFILES = {
    portal: { settings: ['inet', 'unix'], sockets: ['inet', 'unix'], serves: true, keeps: true },
    desk: { settings: ['inet', 'unix'], sockets: ['inet', 'unix'], serves: true, keeps: true },
    post: { settings: ['inet', 'unix'], sockets: ['inet', 'unix'], serves: false, keeps: true },
    press: { settings: ['unix'], sockets: ['unix'], serves: false, keeps: true, runs: true },
    diary: { settings: ['unix'], sockets: ['unix'], serves: false, keeps: false },
};

const SOCKETS = {
    unix: ['socket-1-stream allowed', 'socket-1-dgram allowed', 'socket-1-raw allowed',
        'socket-1-seqpacket allowed', 'socketpair allowed'],
    inet: ['socket-2-stream allowed', 'socket-2-dgram allowed', 'socket-10-stream allowed',
        'socket-10-dgram allowed'],
};

for (const [name, profile] of Object.entries(PROFILES)) {
    test(`the ${name} keeps to its files`, async () => {
        const { lines } = await confined(name, profile.settings, [`read=${readable}/file`,
            `read=${secret}`, `read=${link}`, 'read=/etc/shadow', `read=/proc/${process.pid}/environ`,
            `write=${writable}`, `write=${writable}/inner`, `write=${readable}`, 'write=/tmp', 'write=/',
            'write=/usr/lib']);
        const said = Object.fromEntries(lines.map((one) => {
            const [, what, result] = /^(\S+) (.*)$/.exec(one);
            return [what, result];
        }));
        equal(said[`read:${readable}/file`], 'allowed');
        for (const path of [secret, link, '/etc/shadow', `/proc/${process.pid}/environ`])
            match(said[`read:${path}`], /^refused 13$/, path);
        equal(said[`write:${writable}`], 'allowed');
        for (const path of [readable, '/tmp', '/', '/usr/lib'])
            match(said[`write:${path}`], /^refused (13|1)$/, path);
    });

    test(`the ${name} can open only its sockets`, async () => {
        const { allowed } = await confined(name, profile.settings, ['sockets']);
        deepEqual(allowed.sort(), profile.sockets.flatMap((one) => SOCKETS[one]).sort());
        const reach = await confined(name, profile.settings, [`connect=${port}`, `unix=${unixPath}`, 'listen']);
        deepEqual(reach.allowed, [...profile.sockets.includes('inet') ? ['connect allowed'] : [],
            'unix-path allowed', ...profile.serves ? ['listen allowed'] : []]);
        const without = await confined(name, [], ['sockets', `connect=${port}`, `unix=${unixPath}`]);
        deepEqual(without.allowed, []);
    });

    test(`the ${name} can change nothing of the machine`, async () => {
        const { lines, allowed } = await confined(name, profile.settings, ['kernel', 'process=1', 'self']);
        deepEqual(allowed.filter((one) => !(profile.runs && /^(kill-parent|signal-process|pidfd-process)/.test(one))), []);
        deepEqual(lines.filter((one) => / refused \d+$/.test(one) &&
            !KERNEL_REFUSALS.includes(Number(one.split(' ').pop()))), []);
        match(lines.find((one) => one.startsWith('self')),
            /^self core=0 dumpable=0 no_new_privs=1 landlock=\d+$/);
    });

    test(`the ${name} starts ${profile.runs ? 'only the programs it was given' : 'no program'}`, async () => {
        const loader = 'x=/usr/lib';
        const { lines } = await confined(name, profile.settings, ['program=/usr/bin/true', 'thread']);
        ok(lines.includes('thread allowed'), 'threads are allowed');
        match(lines.find((one) => one.startsWith('fork')), profile.runs ? /allowed/ : /refused 1$/);
        match(lines.find((one) => one.startsWith('execve')), /refused/);
        if (!profile.runs)
            return;
        const given = await confined(name, [...profile.settings, 'x=/usr/bin/true', loader],
            ['program=/usr/bin/true', 'program=/usr/bin/id']);
        deepEqual(given.lines.filter((one) => one.startsWith('execve')).map((one) => one.split(' ')[1]),
            ['allowed', 'refused']);
    });
}

test('memory is bounded', async () => {
    const { lines } = await confined('post', ['memory=268435456'], ['memory']);
    const megas = Number(lines[0].split(' ')[1]);
    ok(megas < 256, `${megas} MiB`);
});

test('a path that is not there stops the start', async () => {
    const { code, stdout } = await run([program, 'diary', 'r=/nowhere', '--', 'self'], { status: 'any' });
    equal(code, 1);
    equal(stdout, 'confine sandbox\n');
});
