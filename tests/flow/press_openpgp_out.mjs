// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters to relatives with a key: whatever fails on the way, nothing leaves in clear; and a key that was renewed or
// revoked since it was pinned counts as it is now.

import { before, deepEqual, doesNotMatch, equal, match, ok, test } from '../harness/test.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { timesReached } from '../harness/faults.mjs';
import { relative } from '../harness/openpgp.mjs';
import { ROOT } from '../harness/places.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';

const WORDS = 'The blue heron came back to the weir';
let here;
let room;
let family;
let mother;
let press;
let log;

before(async () => {
    here = await site();
    log = join(here.home, 'faults.log');
    room = await pressroom(here);
    await room.agent();
    press = await here.start('press');
    family = await room.family(0);
    mother = family.by('link');
}, { timeout: 180_000 });

// A letter for her that staff have approved; its copies are still to be made.
async function approved() {
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: `Dear Ann. ${WORDS}.` });
    await room.done();
    await room.approve(letter, { to: [mother.id], job: false });
    return letter;
}

async function release(letter) {
    await room.job('burn_release', { letter });
    await room.hurry(letter);
    const [job] = await room.db.query(`SELECT error_code AS code FROM letterbox.job WHERE letter_id = $1
        AND kind = 'burn_release' AND state = 'staff'`, [letter]);
    return job?.code ?? null;
}

const keyOf = (person) => room.changeParty(mother.id, { key: person.pinned }, { channel: 'pgp' });
const sent = () => room.messages(`kind = 'released' AND to_party = $1`, [mother.id]);

// A mail as it is, and what stands in base64 in it.
const readable = ({ entity }) => [entity.toString(), ...(entity.toString().match(/(?:^[A-Za-z0-9+/=]{4,}\r?\n)+/gm) ?? [])
    .map((block) => Buffer.from(block, 'base64').toString('latin1'))].join('\n');

// What openpgp.js makes of a mail, and who signed it.
async function opened(entity, person) {
    const armor = entity.toString().match(/-----BEGIN PGP MESSAGE-----[^]*-----END PGP MESSAGE-----/)[0];
    const { data, signatures } = await openpgp.decrypt({ message: await openpgp.readMessage({ armoredMessage: armor }),
        decryptionKeys: await openpgp.readPrivateKey({ armoredKey: person.secret }), verificationKeys: person.agencyKey });
    await signatures[0].verified;
    return data;
}

// Setting up, without which the press does not begin to work, and mail that comes in (tests/unit/crypt/test_pgp.c has them all).
const ELSEWHERE = ['pgp_version', 'pgp_engine', 'pgp_new', 'pgp_protocol', 'pgp_home', 'pgp_pinentry', 'pgp_list_mode',
    'pgp_make', 'pgp_export', 'pgp_decrypt', 'pgp_verify', 'pgp_signer_key', 'pgp_secret_key'];

test('each call of GnuPG made to fail: nothing leaves in clear, staff are told, and without the fault it goes', async () => {
    const ann = await relative(room);
    await keyOf(ann);
    const calls = [...new Set([...readFileSync(join(ROOT, 'lib/crypt/pgp.c'), 'utf8').matchAll(
        /\b(?:CALL|FAULT_FAILS)\(\s*(pgp_\w+)/g)].map(([, name]) => name))].filter((name) => !ELSEWHERE.includes(name));
    ok(calls.length >= 9, calls.join());
    const letters = await Promise.all(calls.map(() => room.letter({ from: family.home, arrangement: family.arrangement,
        text: `Dear Ann. ${WORDS}.` })));
    await room.done();
    await press.stop();
    for (const [i, name] of calls.entries()) {
        const letter = letters[i];
        await room.approve(letter, { to: [mother.id], job: false });
        const running = await here.start('press', { fault: `${name}:fail`, faultLog: log });
        ok(await release(letter), `${name} was made to fail, and staff know`);
        await running.stop();
        ok(timesReached(log, name) > 0, name);
        deepEqual([name, await room.releases(letter), await sent()], [name, [], []]);
        for (const mail of await room.messages())
            doesNotMatch(readable(mail), /blue heron/, name);
    }
    await room.db.query(`DELETE FROM letterbox.job WHERE state = 'staff'`);
    await here.start('press', { faultLog: log });
    equal(await release(await approved()), null);
    const mails = await sent();
    equal(mails.length, 1);
    match(mails[0].entity.toString(), /^Content-Type: multipart\/encrypted;/);
    match(await opened(mails[0].entity, ann), new RegExp(WORDS));
}, { timeout: 180_000 });

test('a key that was revoked since it was pinned holds the letter; so does one that ended, until it is renewed', async () => {
    await here.start('press');
    const ann = await relative(room, { expires: '2d' });
    await keyOf(ann);
    equal(await release(await approved()), null, 'the press has the key in its home now');
    const count = (await sent()).length;
    await ann.revoke();
    await keyOf(ann);
    equal(await release(await approved()), 'key_unusable');
    equal((await sent()).length, count);

    // one that ended is in the home too, and its renewal counts
    const tom = await relative(room, { name: 'Tom <tom@example.org>', expires: 'seconds=3' });
    await keyOf(tom);
    const letter = await approved();
    await new Promise((done) => setTimeout(done, 4000));
    equal(await release(letter), 'key_unusable');
    await tom.renew('1y');
    await keyOf(tom);
    equal(await release(await approved()), null);
    match(await opened((await sent()).at(-1).entity, tom), new RegExp(WORDS));
}, { timeout: 120_000 });
