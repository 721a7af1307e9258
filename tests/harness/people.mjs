// SPDX-License-Identifier: AGPL-3.0-or-later
// People of the ready installation at their doors: families sign in with password and the code that
// a real mail server delivered, staff with password and TOTP.
//
//     const doors = await openDoors();                 // site, Exim, portal, desk, press, post
//     const family = await doors.family();             // { person, client, home }
//     const staff = await doors.staff('coordinator');
//     const joan = await staffAtDesk(here, desk, 'coordinator');       // the same with a desk alone

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, ok } from './test.mjs';
import { dovecot } from './dovecot.mjs';
import { exim } from './exim.mjs';
import { site } from './site.mjs';
import { certificates } from './tls.mjs';

// A TOTP code is good once: each sign-in of a person takes a step of its own.
const steps = new Map();

export async function staffAtDesk(here, desk, role, { agency } = {}) {
    const person = here.person(role, { agency });
    const step = steps.get(person.email) ?? 0;
    steps.set(person.email, step + 1);
    const client = await here.client(desk);
    let page = await client.get('/sign-in');
    page = await client.submit(page, 'form-post_sign_in', { email: person.email, password: person.password });
    page = await client.submit(page, 'form-post_sign_in_code', { code: person.code({ steps: step }) });
    ok(page.path === '/', page.plain());
    return { person, client, home: page };
}

export class Doors {
    // With a `mailbox` the post reads what Exim delivers for fernshire.test.
    async open({ processes = ['portal', 'desk', 'press', 'post'], settings = {}, build, mailbox = false } = {}) {
        const imap = mailbox ? await dovecot() : null;
        this.smtp = await exim(imap ? { domains: { 'fernshire.test': imap.mailbox('post') } } : {});
        this.here = await site({ settings });
        writeFileSync(join(this.here.home, 'smtp-password'), this.smtp.password, { mode: 0o600 });
        this.here.settings.smtp = { host: 'localhost', port: this.smtp.port, tls: 'starttls',
            user: 'letterbox', password_file: join(this.here.home, 'smtp-password'),
            from: 'desk@mail.north.test', ehlo_name: 'mail.letterbox.test', ...settings.smtp };
        this.here.settings.post = { ...this.here.settings.post, ca_file: (await certificates()).ca };
        if (imap)
            this.readMail(imap);
        this.here.write();
        this.running = {};
        for (const name of processes) {
            this.running[name] = await this.here.start(name, { build });
            if (name === 'portal') {    // where links lead
                this.here.settings.portal.origin = `https://portal.localhost:${this.running.portal.port}`;
                this.here.write();
            }
        }
        return this;
    }

    readMail(imap) {
        const { here } = this;
        writeFileSync(join(here.home, 'imap-password'), imap.password, { mode: 0o600 });
        Object.assign(here.settings.post, { poll_seconds: 1, authserv: 'mx.fernshire.test' });
        here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', host: 'localhost',
            port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    }

    mailbox(address) {
        return this.smtp.mailbox(address);
    }

    async family({ agency, number, address } = {}) {
        const person = this.here.person('family', { agency, number });
        const maildir = this.mailbox(person.email);
        let client = await this.here.client(this.running.portal);
        if (address)
            client = client.from(address);
        // other notices come to the same mailbox
        const codes = () => maildir.messages().map((mail) => /^(\d{3} \d{3})\r?$/m.exec(mail.toString())?.[1])
            .filter(Boolean);
        const before = codes().length;
        let page = await client.get('/sign-in');
        page = await client.submit(page, 'form-post_sign_in', { email: person.email, password: person.password });
        ok(page.path.startsWith('/sign-in/code'), page.plain());
        await eventually(() => codes().length > before, { within: 20_000, what: 'the code' });
        page = await client.submit(page, 'form-post_sign_in_code', { code: codes().at(-1) });
        ok(page.path === '/', page.plain());
        return { person, client, home: page };
    }

    staff(role, options) {
        return staffAtDesk(this.here, this.running.desk, role, options);
    }
}

export const openDoors = (options) => new Doors().open(options);
