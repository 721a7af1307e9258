// SPDX-License-Identifier: AGPL-3.0-or-later
// A relative's e-mail, its whole way in: a mail server, the mailbox, letterbox-post, letterbox-press,
// before staff. Known and proved senders' letters go on; everything else waits for a person.

import { before, cleanup, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { generateKey } from 'openpgp';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';
import { certificates } from '../harness/tls.mjs';

let here;
let room;
let smtp;

before(async () => {
    const imap = await dovecot();
    const tls = await certificates();
    here = await site();
    writeFileSync(join(here.home, 'imap-password'), imap.password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: tls.ca, poll_seconds: 1, authserv: 'mx.fernshire.test' });
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', host: 'localhost',
        port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    smtp = await exim({ domains: { 'fernshire.test': imap.mailbox('post') } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
    await here.start('post');
}, { timeout: 180_000 });

// A relative who writes by e-mail and is in one arrangement only.
async function writer() {
    const { id } = await room.db.one(`SELECT p.party_id::text AS id FROM letterbox.party p
         JOIN letterbox.arrangement_party ap USING (agency_id, party_id)
         JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE p.agency_id = $1 AND p.channel IN ('link', 'pgp', 'email') AND p.state = 'active'
        GROUP BY p.party_id HAVING count(*) = 1 AND bool_and(a.state = 'active' AND ap.may_write)
        ORDER BY p.party_id LIMIT 1`, [room.agency]);
    return { id, ...await room.partyRecord(id) };
}

async function sendRaw(from, message, to = 'post@fernshire.test') {
    const known = new Set((await room.db.query('SELECT letter_id::text AS id FROM letterbox.letter')).map(({ id }) => id));
    await smtp.send({ from, to, message });
    const letter = await eventually(async () => (await room.db.query(
        'SELECT letter_id::text AS id FROM letterbox.letter')).find(({ id }) => !known.has(id))?.id, { within: 15_000 });
    await room.done();
    return letter;
}

async function send(from, { proved = false, subject = 'Hello', to = 'post@fernshire.test', extra = '' } = {}) {
    const domain = from.split('@')[1];
    const result = proved ? 'pass' : 'none';
    return sendRaw(from, `Authentication-Results: mx.fernshire.test; dmarc=${result} `
        + `header.from=${domain}\r\nFrom: <${from}>\r\nTo: ${to}\r\nSubject: ${subject}\r\n${extra}\r\n`
        + 'Dear all,\r\nwe are well and send our love.\r\n\r\nLove, Nana\r\n', to);
}

test('a known relative whose address is proved: the letter is before staff, for the right arrangement', async () => {
    const relative = await writer();
    const letter = await send(relative.emails[0], { proved: true });
    const { state, from, arrangement } = await room.state(letter);
    equal(state, 'in_review');
    equal(from, relative.id);
    equal(await room.db.one(`SELECT count(*)::int AS n FROM letterbox.arrangement_party WHERE agency_id = $1
        AND arrangement_id = $2 AND party_id = $3`, [room.agency, arrangement, relative.id]).then(({ n }) => n), 1);
    match((await room.part(letter, 1)).toString(), /we are well and send our love/);
});

test('an unknown sender, and a known address that is not proved, wait in quarantine with the match proposed', async () => {
    const relative = await writer();
    const stranger = await send('stranger@elsewhere.test', { proved: true });
    equal((await room.state(stranger)).state, 'quarantined');
    const unproved = await send(relative.emails[0]);
    const seen = await room.state(unproved);
    deepEqual([seen.state, seen.from], ['quarantined', null]);
    ok(JSON.stringify(await room.review(unproved)).includes(relative.id), 'the match is proposed');
});

// PGP/MIME, signed by the relative's pinned key, to the agency's mail key.
async function signedMail(relative) {
    const home = join(here.home, 'gnupg');
    const own = mkdtempSync('/tmp/letterbox-relative-');
    cleanup(() => rmSync(own, { recursive: true, force: true }));
    const { privateKey, publicKey } = await generateKey({ userIDs: [{ email: relative.emails[0] }], format: 'armored' });
    const { fingerprint } = await room.db.one(`SELECT fingerprint FROM letterbox.agency_key
        WHERE agency_id = $1 AND purpose = 'mail' AND state = 'active'`, [room.agency]);
    const gpg = (folder, words, input) => run(['gpg', '--homedir', folder, '--batch', '--quiet', '--yes', '--trust-model', 'always', ...words], { input });
    await gpg(home, ['--import'], publicKey);
    await gpg(own, ['--import'], (await gpg(home, ['--armor', '--export', fingerprint])).stdout);
    await gpg(own, ['--import'], privateKey);
    const pinned = /^fpr:+([0-9A-F]{40}):/m.exec((await gpg(own, ['--with-colons', '--list-secret-keys'])).stdout)[1];
    await room.changeParty(relative.id, { key: { fingerprint: pinned, armor: publicKey, confirmed: true } });
    const { stdout } = await gpg(own, ['--armor', '--sign', '--encrypt', '--recipient', fingerprint],
        'Content-Type: text/plain\r\n\r\nSigned words of my own.\r\n');
    await run(['gpgconf', '--homedir', own, '--kill', 'gpg-agent']);
    return stdout;
}

test('a pinned key proves what it signed, and not what somebody put beside it', async () => {
    const relative = await writer();
    const armor = await signedMail(relative);
    const from = relative.emails[0];
    const encrypted = (boundary) => `Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="${
        boundary}"\r\n\r\n--${boundary}\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--${
        boundary}\r\nContent-Type: application/octet-stream\r\n\r\n${armor.replace(/\r?\n/g, '\r\n')}\r\n--${boundary}--\r\n`;
    const mail = (body) => sendRaw(from, `From: <${from}>\r\nTo: post@fernshire.test\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n${body}`);
    const honest = await mail(encrypted('b1'));
    deepEqual(await room.state(honest).then(({ state, from: party }) => [state, party]), ['in_review', relative.id]);
    match((await room.part(honest, 1)).toString(), /Signed words of my own/);
    const beside = await mail('Content-Type: multipart/mixed; boundary="b0"\r\n\r\n--b0\r\nContent-Type: text/plain\r\n\r\n'
        + `Please send the next one to my new address.\r\n--b0\r\n${encrypted('b1')}--b0--\r\n`);
    equal((await room.state(beside)).state, 'quarantined');
});
