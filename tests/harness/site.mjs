// SPDX-License-Identifier: AGPL-3.0-or-later
// One installation of Letterbox in a throw-away folder: its configuration, folders and processes.
//
//     const here = await site({ db });
//     const portal = await here.start('portal');
//     const person = await here.client(portal);       // an HTTP client for that process's host name
//     await here.ctl(['status', '--json']);
//     here.settings.post.smtp_host = '…'; here.write();     // then start what reads it

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_TEST } from './places.mjs';
import { httpClient } from './http.mjs';
import { ctl, start, writeConf } from './process.mjs';
import { certificates } from './tls.mjs';
import { folder } from './test.mjs';

class Site {
    constructor(home, settings) {
        this.home = home;
        this.conf = join(home, 'letterbox.conf');
        this.runFolder = join(home, 'run');
        this.settings = settings;
    }

    write() {
        return writeConf(this.conf, this.settings);
    }

    start(name, options = {}) {
        return start(name, { conf: this.conf, runFolder: this.runFolder, ...options });
    }

    client(program) {
        return httpClient({ host: this.settings[program.short].host_name, port: program.port });
    }

    ctl(words, { environment = {}, ...options } = {}) {
        return ctl(words, { ...options,
            environment: { LETTERBOX_CONF: this.conf, ...environment } });
    }
}

// `settings` are laid over these: { section: { key: value } } of lib/core/conf.def.
export async function site({ db, settings = {}, build = BUILD_TEST } = {}) {
    const home = folder('site');
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
        press: { key_folder: made('keys/press'), gnupg_home: made('gnupg'),
            cleaner: join(build, 'letterbox-cleaner') },
        post: { key_folder: made('keys/post') },
        diary: { every_seconds: 1 },
    };
    for (const [section, keys] of Object.entries(settings))
        base[section] = { ...base[section], ...keys };
    const here = new Site(home, base);
    here.write();
    return here;
}
