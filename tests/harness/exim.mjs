// SPDX-License-Identifier: AGPL-3.0-or-later
// A private mail server that really delivers and really bounces: Exim, unpacked and not installed
// (ops/packages says why), on a loopback port, with and without STARTTLS and AUTH.
//
//     const smtp = await exim({ domains: { 'agency.test': imap.mailbox('post') } });
//     smtp.port, smtp.password                      // for configuration files; any user will do
//     const nana = smtp.mailbox('nana@relative.test');     // from now on there is such a mailbox
//     await smtp.send({ from: 'nana@relative.test', to: 'post@agency.test', message });
//     await nana.wait(1)                            // what arrived, as bytes
//
// All mail of a domain in `domains` goes to that one Maildir, whatever stands before the @. Elsewhere
// an address has a mailbox once `mailbox` was called; mail to any other is accepted and then bounced
// with a real delivery status notification. Four local parts are special in every domain:
//     refused@  refused with 550 at RCPT TO       later@  refused with 451 at RCPT TO
//     stuck@    accepted, and stays in the queue  full@      accepted, and then bounced as a full mailbox
//
// `proves: 'mx.test'` makes it a server that takes every sender's word: it writes dmarc=pass into each mail.

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eximSettings } from '../../ops/demo/mail_servers.mjs';
import { BUILD, MAIL_USER, giveTo, serverIds } from './places.mjs';
import { Maildir } from './maildir.mjs';
import { greeting, withFreePorts } from './ports.mjs';
import { smtpSend } from './smtp.mjs';
import { Server, runAs } from './spawn.mjs';
import { certificates } from './tls.mjs';
import { cleanup, folder } from './test.mjs';

const BINARY = join(BUILD, 'exim/usr/sbin/exim4');
const PASSWORD = 'test-sending-password';

class Exim {
    constructor(home, { oauth, proves }) {
        this.oauth = oauth;
        this.proves = proves;
        const ids = serverIds(MAIL_USER);
        this.home = home;
        this.password = PASSWORD;
        this.log = join(home, 'exim.log');
        this.environment = { LD_PRELOAD: 'libnss_wrapper.so',
            NSS_WRAPPER_PASSWD: join(home, 'passwd'), NSS_WRAPPER_GROUP: join(home, 'group') };
        this.write('passwd', `Debian-exim:x:${ids.uid}:${ids.gid}::${home}:/bin/false\n`
            + `root:x:0:0::/:/bin/false\n`);
        this.write('group', `Debian-exim:x:${ids.gid}:\nmail:x:8:\nroot:x:0:\n`);
    }

    write(name, text) {
        writeFileSync(join(this.home, name), text);
        giveTo(MAIL_USER, join(this.home, name));
    }

    async listen(port) {
        this.port = port;
        this.write('exim.conf', eximSettings(this));
        this.server = new Server([join(this.home, 'exim4'), '-C', join(this.home, 'exim.conf'),
            '-bdf', '-q30s'], { log: this.log, user: MAIL_USER, environment: this.environment,
            name: 'Exim' });
        await this.server.ready(async () => (await greeting(port))?.startsWith('220'));
        return this;
    }

    start() {
        return this.listen(this.port);
    }

    stop() {
        return this.server.stop();
    }

    // Exim's own commands, such as ['-bpc'] (how many in the queue) or ['-qff'] (try all now).
    async command(...words) {
        return (await runAs(MAIL_USER, [join(this.home, 'exim4'), '-C',
            join(this.home, 'exim.conf'), ...words],
        { environment: this.environment, cwd: '/' })).stdout;
    }

    mailbox(address) {
        const path = join(this.home, 'mail', address.toLowerCase());
        for (const part of ['', 'tmp', 'new', 'cur']) {
            mkdirSync(join(path, part), { recursive: true, mode: 0o755 });
            giveTo(MAIL_USER, join(path, part));
        }
        return new Maildir(path);
    }

    send(mail) {
        return smtpSend({ port: this.port, ...mail });
    }
}

// With `oauth`, a folder, a token signs in that is the name of a file there, and no password.
export async function exim({ domains = {}, oauth = null, proves = null } = {}) {
    if (!existsSync(BINARY))
        throw new Error(`${BINARY} is missing. Run: ops/install test`);
    const tls = await certificates();
    const home = giveTo(MAIL_USER, folder('exim'));
    for (const name of ['mail', 'spool']) {
        mkdirSync(join(home, name), { mode: 0o755 });
        giveTo(MAIL_USER, join(home, name));
    }
    const smtp = new Exim(home, { oauth, proves });
    // A copy: the mail user need not be able to reach the checkout, and it is not setuid.
    for (const [from, to] of [[BINARY, 'exim4'], [tls.cert, 'server.crt'], [tls.key, 'server.key']]) {
        copyFileSync(from, join(home, to));
        giveTo(MAIL_USER, join(home, to));
    }
    smtp.write('addresses', '');
    smtp.write('domains', Object.entries(domains)
        .map(([domain, maildir]) => `${domain}: ${maildir.path}\n`).join(''));
    cleanup(() => smtp.server?.running && smtp.stop());
    return withFreePorts(1, (port) => smtp.listen(port));
}
