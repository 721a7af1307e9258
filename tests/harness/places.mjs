// SPDX-License-Identifier: AGPL-3.0-or-later
// Where things are: the checkout, what was built, and the throw-away folder of one test file.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const BUILD = join(ROOT, 'build');
export const BUILD_TEST = join(BUILD, 'test');
export const BUILD_SAN = join(BUILD, 'san');

export const IS_ROOT = process.getuid() === 0;

// "tests/flow/letter.mjs" or an absolute path -> "flow/letter.mjs"
export const shortName = (file) => relative(join(ROOT, 'tests'), resolve(file));

let accounts = null;

// The unprivileged user that servers run as when the tests run as root.
export function unprivileged(name) {
    if (!accounts) {
        const out = spawnSync('getent', ['passwd'], { encoding: 'utf8' }).stdout;
        accounts = new Map(out.split('\n').filter(Boolean).map((line) => {
            const [user, , uid, gid] = line.split(':');
            return [user, { name: user, uid: Number(uid), gid: Number(gid) }];
        }));
    }
    const found = accounts.get(name);
    if (!found)
        throw new Error(`There is no user "${name}" on this machine. Run: ops/install test`);
    return found;
}

// The command line that runs `argv` as that user if we are root, and in any case ends it with us.
export function asUser(name, argv, environment = {}) {
    const pairs = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
    const drop = IS_ROOT
        ? [`--reuid=${unprivileged(name).uid}`, `--regid=${unprivileged(name).gid}`,
            '--clear-groups', '--reset-env']
        : [];
    return ['setpriv', '--pdeathsig', 'KILL', ...drop, '--', 'env', 'LC_ALL=C.UTF-8', 'TZ=UTC',
        ...pairs, ...argv];
}

export function giveTo(name, path) {
    if (IS_ROOT) {
        const { uid, gid } = unprivileged(name);
        chownSync(path, uid, gid);
    }
    return path;
}

let base = null;

// build/test/run, or, for root with a checkout that other users cannot reach, a folder in /var/tmp.
export function runBase() {
    if (base)
        return base;
    const wanted = join(BUILD_TEST, 'run');
    mkdirSync(wanted, { recursive: true });
    const tried = IS_ROOT
        ? spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', '--', 'test',
            '-x', wanted])
        : { status: 0 };
    if (tried.status === 0) {
        base = wanted;
    } else {
        const mark = createHash('sha256').update(ROOT).digest('hex').slice(0, 12);
        base = `/var/tmp/letterbox-test-${mark}`;
        mkdirSync(base, { recursive: true, mode: 0o755 });
    }
    return base;
}

// The folder of this run; the runner names it, so that two runs in one checkout do not meet.
export function runFolder() {
    const folder = process.env.LETTERBOX_TEST_RUN ?? join(runBase(), String(process.pid));
    mkdirSync(folder, { recursive: true });
    return folder;
}

// A path for unix sockets: they must be shorter than 108 bytes.
export function socketFolder(folder) {
    if (folder.length < 80) {
        const short = join(folder, 's');
        mkdirSync(short, { recursive: true, mode: 0o755 });
        return short;
    }
    return mkdtempSync('/tmp/letterbox-test-');
}

// Dovecot and Exim run as nobody when the tests run as root, else as whoever runs them.
export const MAIL_USER = 'nobody';

export function serverIds(name) {
    const { uid, gid } = IS_ROOT ? unprivileged(name)
        : { uid: process.getuid(), gid: process.getgid() };
    const nameOf = (database, id) => {
        const out = spawnSync('getent', [database, String(id)], { encoding: 'utf8' }).stdout;
        if (!out)
            throw new Error(`${database} does not know the number ${id}`);
        return out.split(':')[0];
    };
    return { uid, gid, user: nameOf('passwd', uid), group: nameOf('group', gid) };
}
