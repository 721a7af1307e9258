// SPDX-License-Identifier: AGPL-3.0-or-later
// Each folder with a main.c that stays up has a unit, which systemd understands and which starts the right
// program as the right user; the runbook names only subcommands that there are.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, equal, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

const UNITS = join(ROOT, 'ops/systemd');
const PROCESSES = ['desk', 'diary', 'portal', 'post', 'press'];
const unit = (name) => readFileSync(join(UNITS, `letterbox-${name}.service`), 'utf8');

test('every process has a unit with its own user, and nobody else has one', () => {
    const units = readdirSync(UNITS).filter((name) => name.endsWith('.service')).sort();
    deepEqual(units, [...PROCESSES, 'press-agent'].map((name) => `letterbox-${name}.service`).sort());
    for (const name of PROCESSES) {
        const text = unit(name);
        ok(text.includes(`ExecStart=/usr/lib/letterbox/letterbox-${name} `), name);
        ok(text.includes(`\nUser=letterbox-${name}\n`), name);
        for (const line of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=', 'LimitCORE=0'])
            ok(text.includes(`\n${line}\n`), `${name}: ${line}`);
    }
    for (const name of ['press', 'diary'])
        ok(unit(name).includes('\nPrivateNetwork=yes\n'), `${name} reaches no network`);
    // The sandbox of the cleaner is made of what these take away.
    for (const line of ['ProtectKernelTunables', 'ProtectKernelLogs', 'ProtectProc', 'ProcSubset', 'RestrictNamespaces',
        'SystemCallFilter'])
        ok(!unit('press').includes(`\n${line}=`), line);
    const users = readFileSync(join(UNITS, 'letterbox.sysusers'), 'utf8');
    for (const name of PROCESSES)
        ok(users.includes(`u letterbox-${name} `), name);
});

test('systemd understands each unit', async () => {
    for (const name of readdirSync(UNITS).filter((one) => /\.(service|target)$/.test(one))) {
        const { stderr } = await run(['systemd-analyze', 'verify', join(UNITS, name)], { status: 'any',
            env: { ...process.env, SYSTEMD_UNIT_PATH: `${UNITS}:` } });
        // The programs are not installed here.
        const words = stderr.split('\n').filter((line) => line.includes('letterbox')
            && !/is not executable|No such file or directory/.test(line));
        deepEqual(words, [], name);
    }
});

test('the runbook speaks of no subcommand and no setting that is not there', async () => {
    const text = readFileSync(join(ROOT, 'ops/RUNBOOK.md'), 'utf8');
    const commands = readFileSync(join(ROOT, 'ops/letterboxctl/commands.def'), 'utf8');
    const settings = readFileSync(join(ROOT, 'ops/letterbox.conf.example'), 'utf8');
    const built = new Set([...commands.matchAll(/^COMMAND\(\w+, "([\w-]+)"/gm)].map(([, name]) => name));
    const named = [...text.matchAll(/`letterboxctl ([a-z][a-z-]+)/g)].map(([, name]) => name);
    ok(named.length > 5);
    for (const name of named)
        ok(built.has(name) || text.includes(`\`letterboxctl ${name}\` is not yet built`), name);
    for (const [, key] of text.matchAll(/^ {7}(\w+) = /gm))
        ok(new RegExp(`^#${key} =`, 'm').test(settings), key);
    equal(text.includes('/work/'), false);
});
