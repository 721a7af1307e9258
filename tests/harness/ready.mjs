// SPDX-License-Identifier: AGPL-3.0-or-later
// An installation that is ready to be used: `letterboxctl init --demo` and `demo --small` run once per
// state of sql/ and of the built letterboxctl, into a folder beside PostgreSQL's template; each test
// gets a copy. Two agencies (fernshire, brackendale) with keys, staff of every role, and six families
// each, three of which have accounts.

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync,
    statSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_TEST, runBase } from './places.mjs';
import { copyFolder, postgres, templateKey } from './postgres.mjs';
import { copyMade, site } from './site.mjs';

function readyKey() {
    const hash = createHash('sha256').update(templateKey());
    for (const file of [join(BUILD_TEST, 'letterboxctl'), new URL(import.meta.url).pathname])
        hash.update(readFileSync(file));
    return hash.digest('hex').slice(0, 16);
}

// Paths of unix sockets are short, so the agents of GnuPG run in /tmp while this is made.
async function build(target) {
    const db = await postgres();
    const home = mkdtempSync('/tmp/letterbox-ready-');
    try {
        const here = await site({ db, home });
        const options = { timeout: 120_000 };
        await here.ctl(['init', '--demo', '--one-user', '--conf', here.conf], options);
        await here.ctl(['demo', '--small', '--conf', here.conf], options);
        await db.stop();
        const fresh = mkdtempSync(`${target}.`);
        chmodSync(fresh, 0o755);
        mkdirSync(join(fresh, 'run'));
        copyMade(home, fresh);
        await copyFolder(db.data, join(fresh, 'data'));
        try {
            renameSync(fresh, target);
        } catch (error) {
            if (!existsSync(target))    // else another test file was quicker
                throw error;
            rmSync(fresh, { recursive: true, force: true });
        }
    } finally {
        rmSync(home, { recursive: true, force: true });
    }
}

export async function readyFolder() {
    const target = join(runBase(), `ready-${readyKey()}`);
    if (!existsSync(target)) {
        await build(target);
        for (const name of readdirSync(runBase()))
            if (name.startsWith('ready-') && join(runBase(), name) !== target
                && Date.now() - (statSync(join(runBase(), name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > 3_600_000)
                rmSync(join(runBase(), name), { recursive: true, force: true });
    }
    return target;
}

// A running copy of the database, and the folder that its keys are copied from.
export async function postgresReady() {
    const ready = await readyFolder();
    const db = await postgres({ data: join(ready, 'data') });
    // A copy that lay for days would look like a clock that jumped.
    await db.query('SELECT letterbox.clock_confirm()');
    // Nor are the codes of this half-minute used up, should it have been made in the same.
    await db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    return { db, ready };
}
