// SPDX-License-Identifier: AGPL-3.0-or-later
// The search behind the canary test finds what is there, in each form, and nothing that is not.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { deepEqual, equal, folder, ok, test, throws } from '../harness/test.mjs';
import { Hunt, formsOf } from '../harness/canary.mjs';
import { postgres } from '../harness/postgres.mjs';

const WORD = 'Featherstonehaugh';

const hits = (bytes) => {
    const hunt = new Hunt([WORD, '14 Larkspur Rise']);
    hunt.bytes('here', bytes);
    return hunt.found.map(({ form }) => form);
};

test('a word is found in every form, at every place', () => {
    const utf16 = Buffer.from(WORD, 'utf16le');
    for (const [what, bytes] of [
        ['UTF-8', Buffer.from(WORD)],
        ['capitals', Buffer.from(WORD.toUpperCase())],
        ['UTF-16LE', utf16],
        ['UTF-16BE', Buffer.from(utf16).swap16()],
        ['hex', Buffer.from(Buffer.from(WORD).toString('hex'))],
        ['capital hex', Buffer.from(Buffer.from(WORD).toString('hex').toUpperCase())],
        ['hex of UTF-16', Buffer.from(utf16.toString('hex'))],
    ]) {
        equal(hits(Buffer.concat([randomBytes(999), bytes, randomBytes(999)])).length > 0, true, what);
        equal(hits(bytes).length > 0, true, `${what} alone`);
    }
    for (const before of [0, 1, 2, 3, 4, 5]) {
        for (const text of [WORD, WORD.toLowerCase(), WORD.toUpperCase()]) {
            const bytes = Buffer.concat([randomBytes(before), Buffer.from(text), randomBytes(7)]);
            ok(hits(Buffer.from(bytes.toString('base64'))).length > 0, `base64 after ${before} bytes`);
            ok(hits(Buffer.from(bytes.toString('base64url'))).length > 0,
                `base64url after ${before} bytes`);
        }
    }
});

test('nothing is found where nothing is', () => {
    deepEqual(hits(randomBytes(8_000_000)), []);
    deepEqual(hits(Buffer.from('Featherstone, haugh; Larkspur Rise 14')), []);
    throws(() => formsOf('Tom'), /too short/);
});

test('a word is found across the pieces of a stream', async () => {
    const bytes = Buffer.concat([randomBytes(40), Buffer.from(WORD), randomBytes(40)]);
    for (let cut = 38; cut < 60; cut += 1) {
        const hunt = new Hunt([WORD]);
        await hunt.stream('cut', [bytes.subarray(0, cut), bytes.subarray(cut, cut + 3),
            bytes.subarray(cut + 3)]);
        equal(hunt.found.length, 1, `cut at ${cut}`);
        equal(hunt.found[0].at, 40);
        equal(hunt.searched.bytes, bytes.length);
    }
});

test('files are searched with their names, also in folders below', async () => {
    const home = folder('files');
    mkdirSync(join(home, 'a/b'), { recursive: true });
    writeFileSync(join(home, 'a/b/plain'), `x${WORD}`);
    writeFileSync(join(home, `a/${WORD}.txt`), '');
    const hunt = new Hunt([WORD]);
    await hunt.folder(home);
    deepEqual(hunt.found.map(({ where }) => where).sort(),
        [join(home, 'a/b/plain'), `the name of ${join(home, `a/${WORD}.txt`)}`].sort());
    equal(hunt.searched.files, 2);
});

test('the database is searched, and a search that were blind would be noticed', async () => {
    const db = await postgres({ schema: false });
    const hunt = new Hunt([WORD]);
    const own = await hunt.planted(db);
    ok(own.length >= 6, `${own.length} places`);
    await db.query('CREATE TABLE secret (sealed bytea)');
    await db.query('INSERT INTO secret VALUES ($1)', [Buffer.from(WORD, 'utf16le')]);
    await hunt.database(db);
    deepEqual([...new Set(hunt.found.map(({ where }) => where))].sort(),
        ['pg_dump', 'table public.secret']);
});
