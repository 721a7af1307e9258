// SPDX-License-Identifier: AGPL-3.0-or-later
// The demo's mail: Exim takes and delivers, Dovecot shows the agencies' mailboxes, both on loopback
// ports and without TLS, as nobody where the demo is run by root.
//
//     RUN/mail/boxes/ADDRESS   a Maildir for each person of the demo; RUN/mail/mail/AGENCY for the agencies

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync,
    statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { dovecotSettings, eximSettings } from './mail_servers.mjs';
import { sendMail } from './send.mjs';

const EXIM = fileURLToPath(new URL('../../build/exim/usr/sbin/exim4', import.meta.url));
const DOVECOT = '/usr/sbin/dovecot';
const IS_ROOT = process.getuid() === 0;
const READY_MS = 20_000;
const STOP_MS = 10_000;

export function idsOf(user) {
    const out = spawnSync('getent', ['passwd', user], { encoding: 'utf8' }).stdout;
    if (!out)
        throw new Error(`There is no user ${user}.`);
    const [, , uid, gid] = out.split(':');
    return { uid: Number(uid), gid: Number(gid) };
}

const groupOf = (gid) => spawnSync('getent', ['group', String(gid)], { encoding: 'utf8' }).stdout.split(':')[0];

const freePort = () => new Promise((done, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => done(port));
    });
});

// The first line that a server says, or null.
const greeting = (port) => new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(2_000, () => socket.destroy());
    socket.once('data', (bytes) => {
        done(bytes.toString());
        socket.destroy();
    });
    socket.on('error', () => done(null));
    socket.on('close', () => done(null));
});

// One person's mail, oldest first, as bytes.
class Box {
    constructor(path) {
        this.path = path;
    }

    messages() {
        const folder = join(this.path, 'new');
        if (!existsSync(folder))
            return [];
        return readdirSync(folder).map((name) => join(folder, name))
            .map((file) => ({ file, at: statSync(file, { bigint: true }).mtimeNs }))
            .sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ file }) => readFileSync(file));
    }
}

export class DemoMail {
    constructor(home, agencies) {
        this.home = home;
        this.agencies = agencies;
        this.children = [];
        this.ids = IS_ROOT ? idsOf('nobody') : { uid: process.getuid(), gid: process.getgid() };
        this.user = IS_ROOT ? 'nobody'
            : spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim();
    }

    give(path) {
        if (IS_ROOT)
            chownSync(path, this.ids.uid, this.ids.gid);
        return path;
    }

    folder(...names) {
        const path = join(this.home, ...names);
        mkdirSync(path, { recursive: true, mode: 0o755 });
        return this.give(path);
    }

    write(name, text, mode = 0o644) {
        writeFileSync(join(this.home, name), text, { mode });
        return this.give(join(this.home, name));
    }

    // Kept from run to run, so that the post's file of the last one is right too.
    makePassword() {
        const file = join(this.home, 'password');
        if (!existsSync(file))
            writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
        chmodSync(file, 0o600);
        return readFileSync(file, 'utf8');
    }

    async start() {
        if (!existsSync(EXIM) || !existsSync(DOVECOT))
            throw new Error('The demo\'s mail servers are not installed. Run: ops/install demo');
        this.folder();
        this.folder('spool');
        this.folder('boxes');
        this.folder('sockets');
        this.folder('mail');
        this.password = this.makePassword();
        for (const agency of this.agencies) {
            this.folder('mail', agency);
            for (const part of ['tmp', 'new', 'cur'])
                this.folder('mail', agency, part);
        }
        this.smtpPort = await freePort();
        this.imapPort = await freePort();
        this.write('domains', this.agencies.map((agency) => `${agency}.example: ${join(this.home, 'mail', agency)}\n`)
            .join(''));
        await this.startExim();
        await this.startDovecot();
    }

    // The user names that Exim asks for, without a package's users on this machine.
    nss() {
        const { uid, gid } = this.ids;
        this.write('passwd', `Debian-exim:x:${uid}:${gid}::${this.home}:/bin/false\nroot:x:0:0::/:/bin/false\n`);
        this.write('group', `Debian-exim:x:${gid}:\nmail:x:8:\nroot:x:0:\n`);
        return { LD_PRELOAD: 'libnss_wrapper.so', NSS_WRAPPER_PASSWD: join(this.home, 'passwd'),
            NSS_WRAPPER_GROUP: join(this.home, 'group') };
    }

    async startExim() {
        copyFileSync(EXIM, join(this.home, 'exim4'));
        this.give(join(this.home, 'exim4'));
        chmodSync(join(this.home, 'exim4'), 0o755);
        this.write('exim.conf', eximSettings({ home: this.home, port: this.smtpPort, tls: false }));
        this.launch([join(this.home, 'exim4'), '-C', join(this.home, 'exim.conf'), '-bdf', '-q30s'], this.nss());
        await this.ready(this.smtpPort, '220');
    }

    async startDovecot() {
        const conf = this.write('dovecot.conf', dovecotSettings({ home: this.home, sockets: join(this.home, 'sockets'),
            port: this.imapPort, password: this.password,
            ids: { ...this.ids, user: this.user, group: groupOf(this.ids.gid) } }), 0o600);
        this.launch([DOVECOT, '-F', '-c', conf]);
        await this.ready(this.imapPort, '* OK');
    }

    launch(argv, environment = {}) {
        const log = openSync(join(this.home, 'log'), 'a');
        const pairs = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
        const drop = IS_ROOT ? [`--reuid=${this.ids.uid}`, `--regid=${this.ids.gid}`, '--clear-groups'] : [];
        // It ends with this script, and Ctrl-C does not reach it before.
        const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...drop, '--', 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/bin',
            'LC_ALL=C.UTF-8', 'TZ=UTC', ...pairs, ...argv],
        { cwd: '/', stdio: ['ignore', log, log], detached: true });
        child.ended = new Promise((done) => { child.on('close', done); });
        this.children.push(child);
        return child;
    }

    async ready(port, words) {
        const end = Date.now() + READY_MS;
        while (!(await greeting(port))?.startsWith(words)) {
            if (Date.now() > end)
                throw new Error(`a mail server of the demo is not ready; its words are in ${join(this.home, 'log')}`);
            await new Promise((done) => { setTimeout(done, 50); });
        }
    }

    // Everybody's address, one a line: each has a mailbox from now on. What came before waits in Exim's queue.
    async know(file) {
        const list = this.write('addresses.new', readFileSync(file, 'utf8').split('\n').filter(Boolean)
            .map((address) => `${address}: ${join(this.home, 'boxes', address)}\n`).join(''));
        renameSync(list, join(this.home, 'addresses'));
        await this.launch([join(this.home, 'exim4'), '-C', join(this.home, 'exim.conf'), '-qff'], this.nss()).ended;
    }

    box(address) {
        return new Box(join(this.home, 'boxes', address.toLowerCase()));
    }

    send(mail) {
        return sendMail(this.smtpPort, mail);
    }

    async stop() {
        for (const child of this.children) {
            child.kill('SIGTERM');
            const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
            await child.ended;
            clearTimeout(late);
        }
        this.children = [];
    }
}
