// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl init and up on a fresh run folder: what is made, what runs as whom, what comes back when
// it dies, and that nothing is left at the end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync }
    from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, cleanup, equal, eventually, match, notEqual, ok, rejects, test }
    from '../harness/test.mjs';
import { BUILD_TEST, IS_ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

// Short, for sockets, and where every user may look: /tmp.
const home = mkdtempSync('/tmp/letterbox-up-');
const bin = join(home, 'bin');
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ASAN_OPTIONS: 'detect_leaks=0' };
const ctl = (...words) => [join(bin, 'letterboxctl'), ...words];

before(async () => {
    await run(['chmod', '755', home]);
    mkdirSync(bin);
    for (const name of ['letterboxctl', 'letterbox-portal', 'letterbox-desk', 'letterbox-diary'])
        cpSync(join(BUILD_TEST, name), join(bin, name));
    cleanup(() => rmSync(home, { recursive: true, force: true }));
});

// Every process that has to do with the folder: by its words or where it stands.
const processes = (folder) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
        return Number(pid) !== process.pid
            && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder);
    } catch {
        return false;       // it ended meanwhile
    }
});

class Up {
    constructor(folder, words) {
        this.folder = folder;
        this.out = '';
        const argv = ctl('up', '--run', folder, '--only', 'portal,desk,diary', ...words);
        this.child = spawn(argv[0], argv.slice(1), { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
        this.child.stdout.on('data', (bytes) => { this.out += bytes; });
        this.child.stderr.on('data', (bytes) => { this.out += bytes; });
        this.ended = new Promise((done) => {
            this.child.on('close', (code, signal) => done({ code, signal }));
        });
        this.ended.then((how) => { this.how = how; });
        cleanup(() => this.stop());
    }

    async says(words, { times = 1, within = 30_000 } = {}) {
        const said = () => this.out.split(words).length > times;
        await eventually(() => said() || this.how, { what: `"${words}"`, within })
            .catch((error) => { throw new Error(`${error.message}\n${this.out}`); });
        ok(said(), `it ended with ${JSON.stringify(this.how)}\n${this.out}`);
    }

    async stop(signal = 'SIGTERM') {
        if (!this.how)
            this.child.kill(signal);
        return this.ended;
    }

    pid(name) {
        return Number(readFileSync(join(this.folder, `${name}.pid`), 'utf8'));
    }
}

async function up(folder, ...words) {
    const one = new Up(folder, words);
    await one.says('Letterbox is up.');
    return one;
}

const health = (folder, name) => new Promise((done, reject) => {
    const port = Number(readFileSync(join(folder, `${name}.port`), 'utf8'));
    const ca = readFileSync(join(folder, 'tls', name, 'certificate.pem'));
    const asked = request({ host: '127.0.0.1', servername: `${name}.localhost`, port, path: '/readyz', ca,
        headers: { host: `${name}.localhost:${port}` }, agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => done(answer.statusCode));
    });
    asked.on('error', reject);
    asked.end();
});

async function init(name, ...words) {
    const folder = join(home, name);
    const { stdout } = await run(ctl('init', '--demo', '--run', folder, '--set', 'portal.port=0', '--set',
        'desk.port=0', ...words), { env: ENVIRONMENT, timeout: 120_000 });
    return { folder, stdout };
}

let one;

test('init makes a folder, and a second init keeps what is there', async () => {
    const first = await init('one', '--one-user');
    match(first.stdout, /applied {2}0001-base\.sql/);
    const keys = readFileSync(join(first.folder, 'keys/press/fernshire.keys'), 'utf8');
    const second = await init('one', '--one-user');
    match(second.stdout, /Database: 0 files applied now/);
    match(second.stdout, /Agency fernshire is there\./);
    equal(readFileSync(join(first.folder, 'keys/press/fernshire.keys'), 'utf8'), keys);
    equal(processes(first.folder).length, 0);
    one = first.folder;
});

test('without walls it says so in its first line, serves, and leaves nothing at SIGTERM', async () => {
    const here = await up(one, '--one-user');
    match(here.out.split('\n')[0], /^NO WALLS: every process runs as /);
    equal(await health(one, 'portal'), 200);
    equal(await health(one, 'desk'), 200);
    const second = await run(ctl('up', '--run', one, '--one-user', '--only', 'diary'),
        { env: ENVIRONMENT, status: 'any' });
    equal(second.code, 1);
    match(second.stderr, /is up already/);
    const { code } = await here.stop();
    equal(code, 0, here.out);
    match(here.out, /Ending\.\nEnded\.\n$/);
    equal(processes(one).length, 0);
    ok(!existsSync(join(one, 'portal.pid')));
});

test('a second up reuses everything; Ctrl-C ends it too', async () => {
    const here = await up(one, '--one-user');
    match(here.out, /Database: 0 files applied now/);
    const { code } = await here.stop('SIGINT');
    equal(code, 0, here.out);
    equal(processes(one).length, 0);
});

test('a port that is taken is named, with what to do, and is taken over when it is free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanup(() => other.close());
    const { port } = other.address();
    const file = join(one, 'letterbox.conf');
    const conf = readFileSync(file, 'utf8');
    writeFileSync(file, conf.replace(/(\[portal\][^[]*?\nport = )0/, `$1${port}`));
    notEqual(readFileSync(file, 'utf8'), conf);
    const here = new Up(one, ['--one-user']);
    await here.says(`The last line of its log: letterbox-portal: 127.0.0.1 port ${port} cannot be listened on: `
        + 'Address already in use; end what listens there, or choose another port in [portal]');
    other.close();
    await here.says('Letterbox is up.');
    equal((await here.stop()).code, 0);
    writeFileSync(file, conf);
});

test('what dies is started again, each time later', async () => {
    const here = await up(one, '--one-user');
    for (const name of ['portal', 'diary']) {
        const was = here.pid(name);
        process.kill(was, 'SIGKILL');
        await here.says(`${name} was ended by signal 9; it starts again in 1 s.`);
        await here.says(`${name.padEnd(8)} ready`, { times: 2 });
        notEqual(here.pid(name), was);
    }
    equal(await health(one, 'portal'), 200);
    process.kill(here.pid('diary'), 'SIGKILL');
    await here.says('diary was ended by signal 9; it starts again in 2 s.');
    await here.says('diary    ready', { times: 3 });
    equal((await here.stop()).code, 0);
});

test('PostgreSQL that dies comes back, and the others go on', async () => {
    const here = await up(one, '--one-user');
    const portal = here.pid('portal');
    const postgres = Number(readFileSync(join(one, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(postgres, 'SIGKILL');
    await here.says('PostgreSQL runs again.');
    await eventually(async () => await health(one, 'portal') === 200, { what: 'the portal ready again' });
    equal(here.pid('portal'), portal);
    equal((await here.stop()).code, 0);
    equal(processes(one).length, 0);
});

test('PostgreSQL waits for what another left behind, and if that does not go, what it said is told', async () => {
    const data = join(one, 'postgres/data');
    const noted = join(data, 'postmaster.pid');
    // a process of its user whose number stands in the file that it keeps
    const left = (seconds) => {
        const words = ['sleep', String(seconds)];
        const child = IS_ROOT ? spawn('setpriv', [`--reuid=${statSync(data).uid}`, '--clear-groups', ...words]) : spawn(words[0], words.slice(1));
        cleanup(() => child.kill());
        writeFileSync(noted, `${child.pid}\n${data}\n`);
        chownSync(noted, statSync(data).uid, statSync(data).gid);
        return child;
    };
    left(1.5);
    const here = await up(one, '--one-user');
    equal((await here.stop()).code, 0);
    const stays = left(60);
    const refused = await run(ctl('up', '--run', one, '--one-user', '--only', 'diary'), { env: ENVIRONMENT, status: 'any' });
    equal(refused.code, 1);
    match(refused.stderr, /PostgreSQL did not start\. The last line of \S+postgres\.log: .*postmaster/);
    stays.kill();
    rmSync(noted);
}, { timeout: 150_000 });

test('when the supervisor is killed, all it started ends', async () => {
    const here = await up(one, '--one-user');
    await here.stop('SIGKILL');
    await eventually(() => processes(one).length === 0, { what: 'every process gone', within: 40_000 });
    const again = await up(one, '--one-user');
    equal((await again.stop()).code, 0);
});

test('without walls an agency that is not marked demo is refused', async () => {
    const here = await up(one, '--one-user');
    const sql = (text) => run(['psql', '-X', '-h', join(one, 'postgres'), '-U', 'postgres', '-d', 'letterbox', '-c',
        text], { env: ENVIRONMENT });
    await sql("UPDATE letterbox.agency SET demo = false WHERE slug = 'fernshire'");
    await here.stop();
    const refused = await run(ctl('up', '--run', one, '--one-user', '--only', 'diary'),
        { env: ENVIRONMENT, status: 'any' });
    equal(refused.code, 1);
    match(refused.stderr, /"fernshire" is not marked demo/);
    equal(processes(one).length, 0);
});

test('a demo of another\'s making is not touched: init refuses a configuration that it did not write', async () => {
    const folder = join(home, 'theirs');
    mkdirSync(folder);
    await run(['sh', '-c', `echo '[service]' > ${folder}/letterbox.conf`]);
    await rejects(init('theirs'), /was not written by init --demo/);
});

// As anybody but root there are no walls to test: what such a user gets is tested above.
if (IS_ROOT) {
    test('as root each process is a user of its own, and none can be another', async () => {
        const { folder } = await init('walls');
        const here = await up(folder);
        match(here.out.split('\n')[0], /^Each process runs as a user of its own\./);
        const user = async (pid) => (await run(['getent', 'passwd', String(statSync(`/proc/${pid}`).uid)]))
            .stdout.split(':')[0];
        const postgres = readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0];
        equal(await user(here.pid('portal')), 'letterbox-portal');
        equal(await user(here.pid('desk')), 'letterbox-desk');
        equal(await user(here.pid('diary')), 'letterbox-diary');
        equal(await user(postgres), 'letterbox-db');
        equal(await health(folder, 'portal'), 200);
        equal(await health(folder, 'desk'), 200);
        for (const name of ['portal', 'desk', 'press', 'post'])
            equal(statSync(join(folder, 'keys', name)).mode & 0o777, 0o700, name);
        const as = (name, ...argv) => run(['setpriv', `--reuid=${name}`, `--regid=${name}`, '--clear-groups', '--',
            ...argv], { status: 'any', env: ENVIRONMENT });
        const psql = (name, role) => as(name, 'psql', '-X', '-h', join(folder, 'postgres'), '-U', role, '-d',
            'letterbox', '-c', 'SELECT 1');
        equal((await psql('letterbox-portal', 'lb_portal')).code, 0);
        for (const role of ['lb_desk', 'lb_press', 'lb_owner', 'postgres']) {
            const { code, stderr } = await psql('letterbox-portal', role);
            equal(code, 2, role);
            match(stderr, /Peer authentication failed/);
        }
        equal((await psql('www-data', 'lb_portal')).code, 2);
        for (const path of ['keys/press/fernshire.keys', 'keys/portal/host.keys', 'demo-sign-ins.txt',
            'recovery-fernshire.pgp', 'tls/desk/key.pem'])
            equal((await as('letterbox-diary', 'cat', join(folder, path))).code, 1, path);
        equal((await here.stop()).code, 0, here.out);
        equal(processes(folder).length, 0);
    }, { timeout: 60_000 });

    test('as root a folder that those users cannot reach is told before anything starts', async () => {
        const { folder } = await init('walls');
        await run(['chmod', '700', home]);
        const { code, stderr } = await run(ctl('up', '--run', folder, '--only', 'diary'),
            { env: ENVIRONMENT, status: 'any' });
        await run(['chmod', '755', home]);
        equal(code, 1);
        match(stderr, /The user letterbox-diary cannot reach .*letterbox-diary: a folder above it is closed/);
    });
}
