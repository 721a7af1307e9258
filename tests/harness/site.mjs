// SPDX-License-Identifier: AGPL-3.0-or-later
// One installation of Letterbox in a throw-away folder: its configuration, folders and processes.
//
//     const here = await site();          // ready: two agencies with keys, staff, families (ready.mjs)
//     here.db                                         // its database, as postgres() gives it
//     here.person('coordinator')                      // { role, agency, email, password, totp, code() }
//     here.person('family', { agency: 'brackendale', number: 1 })
//     const bare = await site({ db });                // without keys and agencies
//
//     const portal = await here.start('portal');
//     const person = await here.client(portal);       // an HTTP client for that process's host name
//     await here.ctl(['status', '--json']);
//     here.settings.post.smtp_host = '…'; here.write();     // then start what reads it

import { createHmac } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpClient } from './http.mjs';
import { ctl, start, writeConf } from './process.mjs';
import { certificates } from './tls.mjs';
import { folder } from './test.mjs';

// What an authenticator app shows (RFC 6238: SHA-1, 6 digits, 30 s). A code is good once: a second
// sign-in of one person in a test takes `steps: 1`, the code of half a minute later.
export function totpCode(base32, { steps = 0, now = Date.now() } = {}) {
    const bits = [...base32].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)
        .toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps));
    const digest = createHmac('sha1', key).update(counter).digest();
    const at = digest[19] & 15;
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// demo-sign-ins.txt: a row of five words for each who can sign in.
export const signIns = (path) => readFileSync(path, 'utf8').split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => {
        const [role, agency, email, password, totp] = line.split(/ +/);
        return { role, agency, email, password, totp: totp === '-' ? null : totp,
            code: (options) => totpCode(totp, options) };
    });

class Site {
    constructor(home, settings, db) {
        this.db = db;
        this.people = [];
        this.home = home;
        this.conf = join(home, 'letterbox.conf');
        this.runFolder = join(home, 'run');
        this.settings = settings;
    }

    // Relatives get an acknowledgement, and mails of one domain are paced, only where a test is about that.
    write() {
        if (this.settings.smtp)
            this.settings.smtp.domain_per_minute ??= 0;
        for (const [section, keys] of Object.entries(this.settings))
            if (/^mailbox_\d$/.test(section))
                keys.acknowledge ??= 'no';
        return writeConf(this.conf, this.settings);
    }

    start(name, options = {}) {
        return start(name, { conf: this.conf, runFolder: this.runFolder, ...options });
    }

    // The number-th (from 0) who can sign in with this role.
    person(role, { agency = 'fernshire', number = 0 } = {}) {
        const found = this.people.filter((one) => one.role === role && one.agency === agency);
        if (!found[number])
            throw new Error(`${agency} has no ${role} number ${number}`);
        return found[number];
    }

    async agency(slug = 'fernshire') {
        return (await this.db.one('SELECT agency_id::text AS id FROM letterbox.agency WHERE slug = $1',
            [slug])).id;
    }

    client(program) {
        return httpClient({ host: this.settings[program.short].host_name, port: program.port });
    }

    ctl(words, { environment = {}, ...options } = {}) {
        return ctl(words, { ...options,
            environment: { LETTERBOX_CONF: this.conf, ...environment } });
    }
}

// What init and demo made: keys, GNUPGHOME, archive keys, sign-ins. As it is copied, all is ours.
const MADE = ['keys', 'gnupg', 'run/demo-sign-ins.txt', 'run/demo-loaded', 'run/archive-keys-of-the-demo'];

export function copyMade(from, to) {
    for (const name of MADE) {
        if (!existsSync(join(from, name)))
            throw new Error(`${join(from, name)} is not there`);
        cpSync(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true });
    }
}

// `settings` are laid over these: { section: { key: value } } of lib/core/conf.def.
export async function site({ db = null, settings = {}, home = null } = {}) {
    let ready = null;
    if (!db) {
        const { postgresReady } = await import('./ready.mjs');
        ({ db, ready } = await postgresReady());
    }
    home ??= folder('site');
    const tls = await certificates();
    const made = (name) => {
        mkdirSync(join(home, name), { recursive: true, mode: 0o700 });
        return join(home, name);
    };
    const front = (name) => ({ host_name: `${name}.localhost`, port: 0, tls_certificate: tls.cert,
        tls_key: tls.key, key_folder: made(`keys/${name}`), spool_folder: made(`spool/${name}`) });
    const base = {
        service: { run_folder: made('run') },
        database: { connection: `host=${db.sockets} dbname=${db.database}` },
        portal: front('portal'),
        desk: front('desk'),
        press: { key_folder: made('keys/press'), gnupg_home: made('gnupg') },
        post: { key_folder: made('keys/post') },
        diary: { every_seconds: 1 },
    };
    for (const [section, keys] of Object.entries(settings))
        base[section] = { ...base[section], ...keys };
    if (ready)
        copyMade(ready, home);
    const here = new Site(home, base, db);
    here.write();
    if (ready)
        here.people = signIns(join(here.runFolder, 'demo-sign-ins.txt'));
    return here;
}
