// SPDX-License-Identifier: AGPL-3.0-or-later
// A private Dovecot: IMAP in clear and over TLS on loopback ports, one Maildir a user.
//
//     const imap = await dovecot();
//     imap.port, imap.tlsPort, imap.password     // for configuration files; any user name will do
//     imap.mailbox('post@agency.test')           // a Maildir to look into (and to deliver into)
//     await dovecot({ oauth: { mechanisms: 'xoauth2', introspect: 'http://127.0.0.1:1/introspect' } })
//     await imap.stop(); await imap.start();     // the same mail, the same ports

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dovecotSettings } from '../../ops/demo/mail_servers.mjs';
import { MAIL_USER, giveTo, serverIds, socketFolder } from './places.mjs';
import { Maildir } from './maildir.mjs';
import { greeting, withFreePorts } from './ports.mjs';
import { Server } from './spawn.mjs';
import { certificates } from './tls.mjs';
import { cleanup, folder } from './test.mjs';

const PASSWORD = 'test-mailbox-password';

class Dovecot {
    constructor(home, oauth = null) {
        this.home = home;
        this.oauth = oauth;
        this.password = PASSWORD;
        this.log = join(home, 'dovecot.log');
        this.sockets = giveTo(MAIL_USER, socketFolder(home));
    }

    async listen(port, tlsPort) {
        this.port = port;
        this.tlsPort = tlsPort;
        const conf = join(this.home, 'dovecot.conf');
        writeFileSync(conf, dovecotSettings({ ...this, ids: serverIds(MAIL_USER) }));
        this.server = new Server(['/usr/sbin/dovecot', '-F', '-c', conf],
            { log: this.log, user: MAIL_USER, name: 'Dovecot' });
        await this.server.ready(async () => (await greeting(port))?.startsWith('* OK'));
        return this;
    }

    start() {
        return this.listen(this.port, this.tlsPort);
    }

    stop() {
        return this.server.stop();
    }

    mailbox(user) {
        const path = join(this.home, 'mail', user);
        for (const part of ['', 'tmp', 'new', 'cur']) {
            mkdirSync(join(path, part), { recursive: true, mode: 0o700 });
            giveTo(MAIL_USER, join(path, part));
        }
        return new Maildir(path);
    }
}

// With `oauth` ({ mechanisms, introspect: URL }) access tokens sign in, which it asks that URL about.
export async function dovecot({ oauth = null } = {}) {
    const tls = await certificates();
    const home = giveTo(MAIL_USER, folder('dovecot'));
    mkdirSync(join(home, 'mail'), { mode: 0o755 });
    giveTo(MAIL_USER, join(home, 'mail'));
    for (const [from, to] of [[tls.cert, 'server.crt'], [tls.key, 'server.key']]) {
        copyFileSync(from, join(home, to));
        giveTo(MAIL_USER, join(home, to));
    }
    if (oauth) {
        oauth.file = join(home, 'oauth2.conf');
        writeFileSync(oauth.file, `introspection_mode = post\nintrospection_url = ${oauth.introspect}\n`
            + 'username_attribute = username\nactive_attribute = active\nactive_value = true\n');
        giveTo(MAIL_USER, oauth.file);
    }
    const imap = new Dovecot(home, oauth);
    cleanup(() => imap.server?.running && imap.stop());
    return withFreePorts(2, (port, tlsPort) => imap.listen(port, tlsPort));
}
