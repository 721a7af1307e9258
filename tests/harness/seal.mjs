// SPDX-License-Identifier: AGPL-3.0-or-later
// Keys and sealed records for tests that look from outside (tests/probe/probe_seal.c does the work).
//
//     const press = await pair();                         // { secret, public, keyId }, hex
//     const sealed = await close({ purpose: 'MAIL', agency, table: 'original', row, version: 1 },
//         [press.public], 'text');
//     (await open(binding, [press.secret], sealed)).toString()
//     await writeKeys(folder, 'agency', [['POST', agencyId, post.secret]]);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_TEST, ROOT } from './places.mjs';
import { run } from './spawn.mjs';

const PROBE = join(BUILD_TEST, 'tests/probe/probe_seal');

// The numbers that stand in lib/crypt/purposes.def, and the order of lib/crypt/keys.def.
const source = (name) => readFileSync(join(ROOT, 'lib/crypt', name), 'utf8');
const PURPOSES = Object.fromEntries([...source('purposes.def')
    .matchAll(/^PURPOSE\((\w+), (\d+)\)/gm)].map(([, name, number]) => [name, number]));
const KINDS = [...source('keys.def').matchAll(/^KEY\((\w+),/gm)].map(([, name]) => name);

const words = ({ purpose, agency, table, row, version }) => {
    if (!PURPOSES[purpose])
        throw new Error(`lib/crypt/purposes.def has no ${purpose}`);
    return [PURPOSES[purpose], String(agency), table, String(row), String(version)];
};

export async function pair() {
    const [secret, publicKey, keyId] = (await run([PROBE, 'pair'])).stdout.trim().split('\n');
    return { secret, public: publicKey, keyId };
}

export const close = async (binding, publicKeys, content) =>
    (await run([PROBE, 'close', ...words(binding), ...publicKeys], { input: content })).bytes;

// Many records of one table, each as hex: [{ row, content }].
export const closeMany = async (binding, publicKeys, records) => (await run([PROBE, 'many', ...words({ row: 0, ...binding }), ...publicKeys],
    { input: records.map(({ row, content }) => `${row} ${Buffer.from(content).toString('hex')}\n`).join(''), timeout: 120_000 }))
    .stdout.trim().split('\n');

export const open = async (binding, secrets, sealed) =>
    (await run([PROBE, 'open', ...words(binding), ...secrets], { input: sealed })).bytes;

export const writeKeys = (folder, name, entries) =>
    run([PROBE, 'keys', folder, name, ...entries.map(([kind, agency, secret]) => {
        if (!KINDS.includes(kind))
            throw new Error(`lib/crypt/keys.def has no ${kind}`);
        return `${KINDS.indexOf(kind)}:${agency}:${secret}`;
    })]);
