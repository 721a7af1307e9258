// SPDX-License-Identifier: AGPL-3.0-or-later
// OpenPGP mail to the agency, as GnuPG and openpgp.js write it: what is opened, what is refused and why, and what a
// signature proves.

import { before, cleanup, deepEqual, doesNotMatch, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manyKeys, mime, mixed, relative, signedMime, withoutProtection } from '../harness/openpgp.mjs';
import { gpgAgent, pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let here;
let press;
let room;
let mother;
let address;
let ann;

before(async () => {
    here = await site({ settings: { post: { authserv: 'mx.test' } } });
    room = await pressroom(here);
    await room.agent();
    press = await here.start('press');
    mother = (await room.family(0)).by('link');
    [address] = mother.record.emails;
    ann = await relative(room);
}, { timeout: 180_000 });

const pin = (key = ann.pinned) => room.changeParty(mother.id, { key });

// A mail of hers that no server vouches for; rest: its Content-Type line and what follows.
async function arrives(rest, { from = address, head = '' } = {}) {
    const bytes = Buffer.from(`From: <${from}>\r\nTo: <post@fernshire.test>\r\nSubject: ...\r\nMIME-Version: 1.0\r\n${head}${rest}`);
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
    deepEqual(await room.done(), []);
    return letter;
}

async function seen(letter) {
    const { state, from } = await room.state(letter);
    const review = await room.review(letter);
    const texts = [];
    for (const { number, kind } of review.parts)
        if (kind === 'text')
            texts.push((await room.part(letter, number)).toString());
    return { state, from, review, texts, mail: review.mail, warnings: review.warnings ?? [] };
}

const WORDS = 'Dear all,\r\nthis was secret: LS1 4AP.\r\nLove, Ann\r\n';
const SHOWN = 'Dear all,\nthis was secret: LS1 4AP.\nLove, Ann';
const PLAIN = `Content-Type: text/plain; charset=utf-8\r\n\r\n${WORDS}`;
const PROTECTED = `Subject: Tom's birthday\r\nFrom: Ann <HERE>\r\nContent-Type: text/plain; charset=utf-8; hp="cipher"\r\n\r\n${WORDS}`;
const LEGACY = 'Content-Type: text/plain; charset=utf-8; hp="cipher"; hp-legacy-display="1"\r\nSubject: Tom\'s birthday\r\n\r\n'
    + `Subject: Tom's birthday\r\n\r\n${WORDS}`;
const MEMORY_HOLE = 'Content-Type: multipart/mixed; boundary="mh"; protected-headers="v1"\r\nSubject: =?utf-8?q?Tom\'s_birthday?=\r\n'
    + '\r\n--mh\r\nContent-Type: text/rfc822-headers; protected-headers="v1"\r\nContent-Disposition: inline\r\n\r\n'
    + `Subject: Tom's birthday\r\n\r\n--mh\r\n${PLAIN}\r\n--mh--\r\n`;

const forms = [
    ['PGP/MIME', PLAIN, mime, '...'],
    ['PGP/MIME that Exchange took apart', PLAIN, mixed, '...'],
    ['a protected head (RFC 9788)', PROTECTED, mime, 'Tom\'s birthday'],
    ['a protected head, said again above the text', LEGACY, mime, 'Tom\'s birthday'],
    ['a protected head of the drafts before', MEMORY_HOLE, mime, 'Tom\'s birthday'],
    ['inline', WORDS, (armor) => `Content-Type: text/plain\r\n\r\n${armor}`, '...'],
];
for (const writer of ['gpg', 'js'])
    for (const [what, clear, around, subject] of forms)
        test(`${writer === 'gpg' ? 'GnuPG' : 'openpgp.js'}, ${what}: opened, with subject and signature`, async () => {
            await pin();
            const letter = await seen(await arrives(around(await ann[writer](clear.replace('HERE', address)))));
            deepEqual([letter.state, letter.from], ['in_review', mother.id], JSON.stringify(letter.review));
            deepEqual(letter.texts, [SHOWN]);
            deepEqual([letter.mail.signature, letter.mail.encrypted, letter.mail.authentic, letter.mail.subject],
                ['pinned', true, 'yes', subject]);
            ok(letter.review.marks.some(({ category }) => category === 'postcode'));
        });

test('another author inside than outside: nobody can say who wrote it', async () => {
    await pin();
    const letter = await seen(await arrives(mime(await ann.gpg(PROTECTED.replace('HERE', 'other@example.org')))));
    deepEqual([letter.state, letter.review.quarantine.kind], ['quarantined', 'two_from']);
});

test('signed, then encrypted: the signature inside counts, and the head that it covers', async () => {
    await pin();
    const part = PROTECTED.replace('HERE', address).trimEnd();
    const inner = signedMime(part, await ann.detached(part));
    const letter = await seen(await arrives(mime(await ann.gpg(inner, { signed: false }))));
    deepEqual([letter.state, letter.mail.signature, letter.mail.subject], ['in_review', 'pinned', 'Tom\'s birthday']);
    deepEqual(letter.texts, [SHOWN]);
});

test('signed and not encrypted: right by the pinned key it proves the sender; changed, unknown or in part it does not', async () => {
    await pin();
    const parts = { text: PLAIN.trimEnd(),
        alternative: 'Content-Type: multipart/alternative; boundary="a"\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n'
            + 'Content-Transfer-Encoding: quoted-printable\r\n\r\nW=C3=A5rm words, \r\n\r\n--a\r\nContent-Type: text/html\r\n\r\n'
            + '<p>Wårm words,</p>\r\n\r\n--a--\r\n' };
    for (const [what, part] of Object.entries(parts)) {
        const letter = await seen(await arrives(signedMime(part, await ann.detached(part))));
        deepEqual([what, letter.state, letter.from, letter.mail.signature, letter.mail.encrypted],
            [what, 'in_review', mother.id, 'pinned', undefined]);
    }
    const changed = await seen(await arrives(signedMime(parts.text.replace('LS1 4AP', 'LS2 9XX'), await ann.detached(parts.text))));
    deepEqual([changed.state, changed.mail.signature, changed.review.quarantine.kind],
        ['quarantined', 'bad', 'not_authenticated']);
    const beside = await seen(await arrives('Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\n'
        + `Write to my new address.\r\n--m\r\n${signedMime(parts.text, await ann.detached(parts.text))}\r\n--m--\r\n`));
    deepEqual([beside.state, beside.mail.signature], ['quarantined', 'part']);
    const put = await seen(await arrives(signedMime(parts.text, await ann.detached(parts.text)).replace(/--sig--\r\n$/,
        '--sig\r\nContent-Type: text/plain\r\n\r\nPut below by a gateway.\r\n--sig--\r\n')));
    deepEqual([put.state, put.mail.signature, put.texts], ['quarantined', 'part', [`${SHOWN}\n\nPut below by a gateway.`]]);
    const stranger = await relative(room, { name: 'Eve <eve@example.org>' });
    const unknown = await seen(await arrives(signedMime(parts.text, await stranger.detached(parts.text))));
    deepEqual([unknown.state, unknown.mail.signature], ['quarantined', 'unknown']);
    const foreign = await seen(await arrives(mime(await stranger.gpg(PLAIN))));
    deepEqual([foreign.state, foreign.mail.signature], ['quarantined', 'unknown']);
    const garbage = await seen(await arrives(signedMime(parts.text, 'no signature')));
    deepEqual([garbage.state, garbage.mail.signature], ['quarantined', 'bad']);
});

test('where the mail servers disown the address, a right signature that is not inside an encryption to us proves nothing', async () => {
    await pin();
    const part = PLAIN.trimEnd();
    const old = signedMime(part, await ann.detached(part));      // sent again by whoever has it
    const disowned = { head: `Authentication-Results: mx.test; dmarc=fail header.from=${address.split('@')[1]}\r\n` };
    const again = await seen(await arrives(old, disowned));
    deepEqual([again.state, again.mail.signature, again.mail.authentic, again.review.quarantine?.kind],
        ['quarantined', 'pinned', 'no', 'not_authenticated']);
    match(again.review.quarantine.reason, /signature is right.*may have sent an old mail of theirs again/);
    deepEqual(again.review.quarantine.proposals.map(({ party }) => party), [mother.id]);
    // nor where the server's word cannot be read to its end, or was made so long that it is not read
    const domain = address.split('@')[1];
    for (const word of [`mx.test; spf=fail smtp.mailfrom="a b"@evil.test; dmarc=fail header.from=${domain}`,
        `mx.test; spf=fail (never closed smtp.mailfrom=evil.test; dmarc=fail header.from=${domain}`,
        `mx.test; dmarc=fail header.from=${domain};${Array.from({ length: 400 }, (_, n) =>
            `\r\n dkim=none (${String(n).padStart(40, 'n')})`).join(';')}`]) {
        const unread = await seen(await arrives(old, { head: `Authentication-Results: ${word}\r\n` }));
        deepEqual([unread.state, unread.review.quarantine?.kind], ['quarantined', 'not_authenticated'], word.slice(0, 60));
        match(unread.review.quarantine.reason, /signature is right.*may have sent an old mail of theirs again/);
    }
    for (const armor of [await ann.gpg(PLAIN), await ann.gpg(old, { signed: false })]) {
        const inside = await seen(await arrives(mime(armor), disowned));
        deepEqual([inside.state, inside.from, inside.mail.signature, inside.mail.authentic], ['in_review', mother.id, 'pinned', 'yes']);
    }
});

test('the right key of somebody else, or one that has ended, is told and proves nothing', async () => {
    const other = await relative(room, { name: 'Tom <tom@example.org>' });
    const home = (await room.family(1)).by('link');
    await room.changeParty(home.id, { key: other.pinned, emails: ['tom@example.org'] });
    await room.db.query(`INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id) VALUES ($1, 'sender', $2, $3)`,
        [room.agency, room.lookup('sender', 'tom@example.org'), home.id]);
    cleanup(() => room.db.query('DELETE FROM letterbox.party_lookup WHERE value = $1', [room.lookup('sender', 'tom@example.org')]));
    const his = await seen(await arrives(mime(await other.gpg(PLAIN)), { from: 'tom@example.org' }));
    deepEqual([his.state, his.mail.signature], ['in_review', 'pinned']);
    const hers = await seen(await arrives(mime(await other.gpg(PLAIN))));
    deepEqual([hers.state, hers.mail.signature], ['quarantined', 'other']);
    await pin();
    const armor = await ann.gpg(PLAIN);
    const gone = await relative(room, { name: 'Gone <gone@example.org>' });
    const signed = await gone.gpg(PLAIN);
    await gone.revoke();
    await pin(gone.pinned);
    const ended = await seen(await arrives(mime(signed)));
    deepEqual([ended.state, ended.mail.signature], ['quarantined', 'ended']);
    await pin();
    equal((await seen(await arrives(mime(armor)))).mail.signature, 'pinned');
});

test('people who share an address are told apart by whose key signed', async () => {
    const other = (await room.family(1)).by('link');
    await room.db.query(`INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id) VALUES ($1, 'sender', $2, $3)`,
        [room.agency, room.lookup('sender', address), other.id]);
    cleanup(() => room.db.query('DELETE FROM letterbox.party_lookup WHERE value = $1 AND party_id = $2',
        [room.lookup('sender', address), other.id]));
    await pin();
    const letter = await seen(await arrives(mime(await ann.gpg(PLAIN))));
    deepEqual([letter.state, letter.from], ['in_review', mother.id]);
});

// ---- what is not opened ----

async function isRefused(rest, pattern) {
    const letter = await arrives(rest);
    const shown = await seen(letter);
    equal(shown.state, 'quarantined');
    ok(shown.warnings.some((sentence) => pattern.test(sentence)), JSON.stringify(shown.warnings));
    for (const text of shown.texts)
        doesNotMatch(text, /secret/);
    const { n } = await room.db.one('SELECT count(*)::int AS n FROM letterbox.original WHERE letter_id = $1', [letter]);
    equal(n, 1, 'it is kept as it came');
}

test('encryption inside encryption is opened once more, and no deeper', async () => {
    await pin();
    const twice = await seen(await arrives(mime(await ann.gpg(mime(await ann.js(PLAIN, { signed: false }), 'in1')))));
    deepEqual([twice.state, twice.texts], ['in_review', [SHOWN]]);
    equal(twice.mail.signature, 'pinned', 'the signature around all of it');
    const inside = await seen(await arrives(mime(await ann.gpg(mime(await ann.js(PLAIN), 'in1'), { signed: false }))));
    deepEqual([inside.state, inside.texts, inside.mail.signature], ['in_review', [SHOWN], 'pinned']);
    const inline = await seen(await arrives(`Content-Type: text/plain\r\n\r\n${await ann.gpg(await ann.gpg(WORDS, { signed: false }))}`));
    deepEqual([inline.state, inline.texts], ['in_review', [SHOWN]]);
    let deep = PLAIN;
    for (let i = 0; i < 3; i += 1)
        deep = mime(await ann.gpg(deep, { signed: i === 2 }), `d${i}`);
    const thrice = await seen(await arrives(deep));
    deepEqual(thrice.texts, []);
    ok(thrice.warnings.some((sentence) => /more than twice.*encrypted once/.test(sentence)), JSON.stringify(thrice.warnings));
});

const highest = (press) => Math.max(...[press.pid, ...readFileSync(`/proc/${press.pid}/task/${press.pid}/children`, 'utf8').trim()
    .split(' ').filter(Boolean)].map((pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)));

test('what little becomes much when it is opened stays within the memory of one mail', async () => {
    const big = 'hello hello hello hello hello hello hello\n'.repeat(Math.floor(30 * 1024 * 1024 / 42));
    const armor = (await ann.gpg(big, { signed: false, words: ['--compress-algo', 'bzip2'] })).replace(/\r?\n/g, '\r\n');
    ok(armor.length < 100_000, 'it is short');
    const files = Array.from({ length: 8 }, (_, n) => `--m\r\nContent-Type: text/plain; name="a${n}"\r\n\r\n${armor}\r\n`);
    const { warnings } = await seen(await arrives(`Content-Type: multipart/mixed; boundary="m"\r\n\r\n${files.join('')}--m--\r\n`));
    equal(warnings.filter((one) => /could not be opened: it is too big/.test(one)).length, 1, JSON.stringify(warnings));
    ok(highest(press) < 256 * 1024, `resident memory rose to ${highest(press)} KiB`);
}, { timeout: 120_000 });

test('what has no protection against changes is not opened, whatever GnuPG would do', async () => {
    const old = await withoutProtection(room, ann, PLAIN);
    const forced = await run(['gpg', '--homedir', join(here.home, 'gnupg'), '--batch', '--ignore-mdc-error', '--decrypt'],
        { input: old });
    match(forced.stdout, /this was secret/, 'it is a message, and GnuPG can be made to open it');
    await isRefused(mime(old), /old way.*Ask the sender to update/);
    await isRefused(`Content-Type: text/plain\r\n\r\n${old}`, /old way/);
});

test('damaged, for another key, under a password, empty: each is kept with its reason', async () => {
    const armor = await ann.gpg(PLAIN);
    const bytes = (await ann.run(['--encrypt', '-r', ann.agency], PLAIN)).bytes;
    bytes[bytes.length - 30] ^= 1;
    const changed = await ann.text(['--enarmor'], bytes);
    await isRefused(mime(changed.replaceAll('ARMORED FILE', 'MESSAGE').replace(/^Comment.*\n/m, '')), /damaged/);
    await isRefused(mime(armor.slice(0, armor.length / 2)), /damaged/);
    await isRefused(mime('-----BEGIN PGP MESSAGE-----\n\nbm90aGluZw==\n-----END PGP MESSAGE-----\n'), /damaged/);
    await isRefused(mime(await ann.gpg(PLAIN, { to: ann.fingerprint })), /not for our key/);
    await isRefused(mime(await ann.text(['--armor', '--symmetric', '--passphrase', 'x'], PLAIN)), /not for our key/);
});

const attached = (bytes) => 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\r\n\r\n--b\r\n'
    + 'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\n'
    + `Content-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--b--\r\n`;

test('sixteen session keys are tried; more are not, or one mail would keep the press busy for hours', async () => {
    await pin();
    const few = await seen(await arrives(attached(await manyKeys(ann, PLAIN, { hidden: 15 }))));
    deepEqual([few.texts, few.warnings], [[SHOWN], []]);
    await isRefused(attached(await manyKeys(ann, PLAIN, { hidden: 16 })), /so many keys/);
    await isRefused(attached(await manyKeys(ann, PLAIN, { named: 17 })), /so many keys/);
    await isRefused(attached(await manyKeys(ann, PLAIN, { named: 20_000, hidden: 20_000 })), /so many keys/);
});

test('what a proved sender encrypted to another key is before staff, with the reason', async () => {
    const domain = address.split('@')[1];
    const letter = await seen(await arrives(mime(await ann.gpg(PLAIN, { to: ann.fingerprint })),
        { head: `Authentication-Results: mx.test; dmarc=pass header.from=${domain}\r\n` }));
    deepEqual([letter.state, letter.from, letter.texts], ['in_review', mother.id, []]);
    ok(letter.warnings.some((sentence) => /not for our key/.test(sentence)));
});

test('files that were encrypted one by one are what their bytes say', async () => {
    await pin();
    const file = (await ann.run(['--encrypt', '--sign', '-r', ann.agency], 'A list of what he likes.\n')).bytes;
    const letter = await seen(await arrives('Content-Type: multipart/mixed; boundary="f"\r\n\r\n--f\r\nContent-Type: text/plain\r\n\r\n'
        + `${await ann.gpg(WORDS)}\r\n--f\r\nContent-Type: application/octet-stream; name="list.txt.pgp"\r\n`
        + `Content-Disposition: attachment; filename="list.txt.pgp"\r\nContent-Transfer-Encoding: base64\r\n\r\n${
            file.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--f--\r\n`));
    deepEqual(letter.texts, [SHOWN, 'A list of what he likes.']);
    deepEqual([letter.state, letter.mail.signature], ['quarantined', 'part'], 'no signature covers both');
});

test('an agent that is away is no fault of the mail: it is opened when the agent is back', async () => {
    await pin();
    const home = join(here.home, 'gnupg');
    await run(['gpgconf', '--homedir', home, '--kill', 'gpg-agent']);
    const bytes = Buffer.from(`From: <${address}>\r\nTo: <post@fernshire.test>\r\nSubject: ...\r\nMIME-Version: 1.0\r\n${
        mime(await ann.gpg(PLAIN))}`);
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
    const { error_code: code } = await eventually(async () => (await room.db.query(`SELECT error_code FROM letterbox.job
        WHERE letter_id = $1 AND attempts > 0 AND state = 'ready' AND error_code IS NOT NULL`, [letter]))[0], { within: 20_000 });
    equal(code, 'no_key');
    equal((await room.state(letter)).state, 'received');
    // Where no signature can prove who wrote, nothing is opened before its turn comes.
    const foreign = await room.letter({ channel: 'email', items: [{ kind: 'mail',
        bytes: Buffer.from(bytes.toString().replace(`<${address}>`, '<stranger@example.org>')) }] });
    await eventually(async () => (await room.db.query(`SELECT job_id FROM letterbox.job WHERE letter_id = $1 AND error_code = 'no_key'`,
        [foreign]))[0], { within: 20_000 });
    deepEqual((await room.db.query(`SELECT kind, state FROM letterbox.job WHERE letter_id = $1 AND worker = 'press' ORDER BY made_at, kind`,
        [foreign])).map(({ kind, state }) => [kind, state]), [['prepare_letter', 'done'], ['prepare_stranger', 'ready']]);
    await gpgAgent(home);
    await room.hurry(foreign);
    await room.hurry(letter);
    const shown = await seen(letter);
    deepEqual([shown.state, shown.texts, shown.mail.signature], ['in_review', [SHOWN], 'pinned']);
});
