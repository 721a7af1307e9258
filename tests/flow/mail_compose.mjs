// SPDX-License-Identifier: AGPL-3.0-or-later
// What we compose, read by others: npm mailparser, GnuPG and npm openpgp; and carried as PGP/MIME
// through letterbox-post and a real mail server to a relative's mailbox.

import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { simpleParser } from 'mailparser';
import { before, cleanup, deepEqual, doesNotMatch, equal, folder, match, ok, rejects, test }
    from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { exim } from '../harness/exim.mjs';
import { postbox } from '../harness/postbox.mjs';
import { run } from '../harness/spawn.mjs';

const PROBE = join(BUILD_TEST, 'tests/probe/probe_mail');
const TOKEN = '0123456789abcdef0123456789abcdef';
const probe = async (words, input) => (await run([PROBE, ...words], { input })).bytes;
const message = (entity, { from = 'Post Desk <desk@agency.test>', to = 'nana@relative.test',
    subject = 'A message', id = `${TOKEN}@agency.test`, seconds = 1795325366 } = {}) =>
    probe(['message', from, to, subject, id, String(seconds)], entity);

const LONG = 'Kayla started school in September and she loves it, she has a new friend and they '
    + 'both like drawing horses, and every Saturday we go swimming.';

test('mailparser reads subjects, names and texts back as they were', async () => {
    const subjects = ['A message', 'Zażółć gęślą jaźń', 'two  spaces', ' edge ', '=?utf-8?Q?no?=',
        'x'.repeat(300), `${'słowo '.repeat(60)}koniec`, '🙂'.repeat(100), 'ends with \\ and "quotes"'];
    for (const subject of subjects) {
        const mail = await simpleParser(await message(await probe(['text'], 'x\n'), { subject }));
        equal(mail.subject, subject.trim() === subject ? subject : mail.subject, subject);
        equal(mail.subject.trim(), subject.trim());
        equal(mail.date.toISOString(), '2026-11-22T05:29:26.000Z');
        equal(mail.messageId, `<${TOKEN}@agency.test>`);
    }
    for (const name of ['Zoë Łukasz', 'Smith, J. (Jean)', 'O\'Brien "Nana"', 'Plain Name']) {
        const quoted = name.replace(/["\\]/g, '\\$&');
        const mail = await simpleParser(await message(await probe(['text'], 'x\n'),
            { from: `"${quoted}" <desk@agency.test>` }));
        deepEqual(mail.from.value, [{ address: 'desk@agency.test', name }]);
    }
});

test('mailparser reads flowed text back as it was', async () => {
    const texts = ['Hello\n', `Dear Nana,\n\n${LONG}\n${LONG} ${LONG}\n\nLove\n`, '> not a quotation\n',
        'From here on\n', '.\n..\n', ' indented\n  more\n', 'Zażółć gęślą jaźń. 🙂\n'.repeat(20),
        `${'x'.repeat(3000)}\n`, 'tab\tbetween\n', '=3D is =, and = ends=\n',
        `https://portal.example.org/l/${'a'.repeat(200)}\n`, '--=_boundary\n', 'a\n\n\n\nb\n', 'no newline'];
    for (const text of texts) {
        const bytes = await message(await probe(['text'], text));
        for (const line of bytes.toString('latin1').split('\r\n'))
            ok(line.length <= 78, `a line of ${line.length}`);
        doesNotMatch(bytes.toString('latin1'), /[^\r]\n|[\x80-\xff]/, 'only ASCII and CR LF');
        const mail = await simpleParser(bytes);
        equal(mail.text.replace(/\n$/, ''), text.replace(/\n$/, ''), JSON.stringify(text.slice(0, 40)));
    }
});

test('mailparser reads attachments back byte by byte', async () => {
    const home = folder('files');
    const files = [1, 56, 57, 58, 200_000].map((size, index) => {
        const bytes = randomBytes(size);
        const path = join(home, `${index}.bin`);
        writeFileSync(path, bytes);
        return { bytes, path, name: `ABCD-EFGH-000${index}.jpg` };
    });
    const mail = await simpleParser(await message(await probe(['mixed', TOKEN,
        ...files.flatMap(({ path, name }) => ['image/jpeg', name, path])], `Hello\n\n${LONG}\n`)));
    equal(mail.text.trim(), `Hello\n\n${LONG}`);
    equal(mail.attachments.length, files.length);
    for (const [index, file] of files.entries()) {
        equal(mail.attachments[index].filename, file.name);
        equal(mail.attachments[index].contentType, 'image/jpeg');
        ok(mail.attachments[index].content.equals(file.bytes));
    }
    for (const bad of ['../x', 'a b', 'a"b', 'a\r\nb', 'é'])
        await rejects(probe(['mixed', TOKEN, 'image/jpeg', bad, files[0].path], 'x'), /bad-input/);
});

class Gnupg {
    constructor(home) {
        this.home = home;
        mkdirSync(home, { mode: 0o700 });
        writeFileSync(join(home, 'gpg.conf'), 'no-random-seed-file\ntrust-model always\n');
        cleanup(() => run(['gpgconf', '--homedir', home, '--kill', 'all'], { status: 'any' }));
    }

    run(words, input = '') {
        return run(['gpg', '--homedir', this.home, '--batch', '--no-tty', '--quiet',
            '--pinentry-mode', 'loopback', '--passphrase', '', ...words], { input });
    }

    async make(user) {
        await this.run(['--quick-generate-key', user, 'ed25519', 'sign', 'never']);
        const list = (await this.run(['--list-keys', '--with-colons', user])).stdout;
        const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(list)[1];
        await this.run(['--quick-add-key', fingerprint, 'cv25519', 'encr', 'never']);
        return fingerprint;
    }
}

let smtp;
before(async () => { smtp = await exim(); });

test('PGP/MIME goes through the post to a relative: gpg and openpgp open it, nobody else learns anything', async () => {
    const nana = new Gnupg(join(folder('nana'), 'gnupg'));
    const agency = new Gnupg(join(folder('agency'), 'gnupg'));
    const nanaKey = await nana.make('Nana <nana@relative.test>');
    const agencyKey = await agency.make('Post Desk <desk@mail.north.test>');
    await agency.run(['--import'], (await nana.run(['--export', nanaKey])).bytes);
    await nana.run(['--import'], (await agency.run(['--export', agencyKey])).bytes);

    const secretText = `Dear Nana,\n\n${LONG}\n`;
    const photo = randomBytes(50_000);
    const path = join(folder('photo'), 'p.jpg');
    writeFileSync(path, photo);
    const inner = await probe(['mixed', TOKEN, 'image/jpeg', 'ABCD-EFGH-JKMN.jpg', path], secretText);
    const armor = (await agency.run(['--armor', '--sign', '--encrypt', '--local-user', agencyKey,
        '--recipient', nanaKey], inner)).bytes;
    const entity = await probe(['encrypted', TOKEN], armor);

    const box = await postbox({ smtp, settings: { smtp: { from: 'desk@mail.north.test' } } });
    const north = await box.agency('north');
    const maildir = smtp.mailbox('nana@relative.test');
    await box.message(north, { to: 'nana@relative.test', entity, kind: 'pgp_cover', large: true,
        header: { automatic: false } });
    const post = await box.site.start('post');
    const [bytes] = await maildir.wait(1);
    await post.stop();

    const text = bytes.toString('latin1');
    doesNotMatch(text, /Kayla|Dear Nana|ABCD-EFGH/);
    doesNotMatch(text.slice(text.indexOf('\nFrom:'), text.indexOf('-----BEGIN')), /adopt|child|letter|famil/i);
    const outer = await simpleParser(bytes);
    match(outer.headers.get('content-type').value, /^multipart\/encrypted$/);
    equal(outer.headers.get('content-type').params.protocol, 'application/pgp-encrypted');
    deepEqual(outer.attachments.map(({ contentType }) => contentType),
        ['application/pgp-encrypted', 'application/octet-stream']);
    equal(outer.attachments[0].content.toString().trim(), 'Version: 1');
    const carried = outer.attachments[1].content;

    const opened = await nana.run(['--decrypt', '--status-fd', '2'], carried);
    match(opened.stderr, new RegExp(`\\[GNUPG:\\] VALIDSIG ${agencyKey}`));
    ok(opened.bytes.equals(inner));

    const privateKey = await openpgp.readPrivateKey({
        binaryKey: new Uint8Array((await nana.run(['--export-secret-keys', nanaKey])).bytes) });
    const verificationKeys = await openpgp.readKey({
        binaryKey: new Uint8Array((await agency.run(['--export', agencyKey])).bytes) });
    const other = await openpgp.decrypt({ format: 'binary', decryptionKeys: privateKey, verificationKeys,
        message: await openpgp.readMessage({ armoredMessage: carried.toString() }) });
    ok(Buffer.from(other.data).equals(inner));
    ok(await other.signatures[0].verified);

    const letter = await simpleParser(Buffer.from(other.data));
    equal(letter.text.trim(), secretText.trim());
    ok(letter.attachments[0].content.equals(photo));
    await rejects(agency.run(['--decrypt'], carried), /No secret key|decryption failed/i);
});
