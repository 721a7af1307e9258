// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl explain-mail: what is understood of e-mails as people's programs really write them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { letterPdf, png } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';

const lines = (...all) => all.flat().join('\r\n');

async function explain(message, status = [0]) {
    const done = await run([join(BUILD_TEST, 'letterboxctl'), 'explain-mail'], { input: message, status });
    return JSON.parse(done.stdout);
}

const head = (more = []) => ['From: Jean Carter <jean@example.org>', 'To: desk@example.net',
    'Subject: hello', 'Date: Sun, 22 Nov 2026 10:00:00 +0100', 'Message-ID: <one@example.org>',
    'MIME-Version: 1.0', ...more];

const base64 = (bytes) => Buffer.from(bytes).toString('base64').match(/.{1,76}/g);

const mixed = (...parts) => [...head(['Content-Type: multipart/mixed; boundary="b"']), '',
    ...parts.flatMap((part) => ['--b', ...part]), '--b--', ''];

const reasons = (mail) => Object.fromEntries(mail.parts.map(({ path, reason }) => [path, reason]));

test('a plain letter', async () => {
    const mail = await explain(lines(...head(), '', 'Dear Kayla,', '', 'I am well.', 'Lots of love, Nana Jean', '',
        'On Sat, 21 Nov 2026 at 10:00, Desk <desk@example.net> wrote:', '> please write', '> soon', ''));
    equal(mail.from, 'Jean Carter <jean@example.org>');
    deepEqual(mail.to, ['desk@example.net']);
    equal(mail.subject, 'hello');
    equal(mail.date, '2026-11-22T09:00:00Z');
    equal(mail.message_id, '<one@example.org>');
    equal(mail.automatic, false);
    equal(mail.bounce, null);
    equal(mail.own_text, 'Dear Kayla,\n\nI am well.\nLots of love, Nana Jean');
    const bytes = Buffer.from(mail.text);
    match(bytes.subarray(mail.furniture[0].start, mail.furniture.at(-1).end).toString(), /^On Sat[^]*> soon/);
    deepEqual(mail.parts.map(({ path, type, kept }) => [path, type, kept]), [['1', 'text/plain', true]]);
    deepEqual(mail.crypto, { kind: 'none', encrypted: false, signed: false });
    deepEqual(mail.warnings, []);
});

test('character sets are read as mail programs read them', async () => {
    for (const [label, bytes, text] of [
        ['iso-8859-1', 'it\x92s caf\xe9', 'it’s café'], ['utf-8', 'caf\xc3\xa9', 'café'],
        ['iso-8859-2', '\xb3\xf3d\xbc', 'łódź'], ['windows-1250', '\xb3\xf3d\x9f', 'łódź'],
        ['koi8-r', '\xd0\xd2\xc9\xd7\xc5\xd4', 'привет'], ['utf-7', 'caf+AOk-', 'café']]) {
        const message = Buffer.from(lines(...head([`Content-Type: text/plain; charset=${label}`,
            'Content-Transfer-Encoding: 8bit']), '', bytes, ''), 'latin1');
        equal((await explain(message)).text, text, label);
    }
    const unknown = await explain(Buffer.from(lines(...head(['Content-Type: text/plain; charset=x-odd']), '',
        'caf\xe9', ''), 'latin1'));
    equal(unknown.text, 'café');
    match(unknown.warnings.join(), /character set is unknown/);
});

test('of versions one is chosen, and what another says more is not lost', async () => {
    const message = (html) => lines(...head(['Content-Type: multipart/alternative; boundary="a"']), '',
        '--a', 'Content-Type: text/plain', '', 'Dear Kayla,', 'I am well.', '--a',
        'Content-Type: text/html; charset=utf-8', '', html, '--a--', '');
    const same = await explain(message('<p>Dear Kayla,<br>I am well.</p>'));
    equal(same.text, 'Dear Kayla,\nI am well.');
    deepEqual(same.hidden_text, []);
    deepEqual(same.warnings, []);
    equal(reasons(same)['2'], 'another version of the text that was chosen');
    const more = await explain(message('<p>Dear Kayla,<br>I am well.</p><p>My number is 07700 900123</p>'));
    ok(more.hidden_text.join().includes('07700 900123'));
    match(more.warnings.join(), /different things/);
    const hides = await explain(message('<p>Dear Kayla,<br>I am well.<span style="display:none">14 Elm Road</span>'));
    deepEqual(hides.hidden_text, ['14 Elm Road']);
    match(hides.warnings.join(), /hides/);
});

test('HTML alone becomes text', async () => {
    const mail = await explain(lines(...head(['Content-Type: text/html; charset=utf-8']), '',
        '<html><body><p>Dear Kayla,</p><div>love&nbsp;you<br>Nana</div><script>x()</script>' +
        '<img src="https://x.example/p.gif"><blockquote>your words</blockquote></body></html>', ''));
    equal(mail.text, 'Dear Kayla,\n\nlove you\nNana\n> your words');
    match(mail.warnings.join(), /none was fetched/);
});

test('every part is listed, and its type is what its bytes say', async () => {
    const mail = await explain(lines(mixed(
        ['Content-Type: text/plain', '', 'See the photo.'],
        ['Content-Type: application/octet-stream; name="a.bin"', 'Content-Transfer-Encoding: base64', '',
            ...base64(letterPdf([['hello']]))],
        ['Content-Type: image/jpeg; name="photo.jpg"', 'Content-Transfer-Encoding: base64', '',
            ...base64(png(8, 8, () => [1, 2, 3]))],
        ['Content-Type: image/jpeg; name="photo.jpg"', 'Content-Transfer-Encoding: base64', '',
            ...base64(Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'))],
        ['Content-Type: text/plain; name="x.vbs"', 'Content-Disposition: attachment; filename="x.vbs"', '',
            'MsgBox 1'],
        ['Content-Type: application/zip', 'Content-Transfer-Encoding: base64', '',
            ...base64(Buffer.from('PK\x05\x06' + '\0'.repeat(18), 'latin1'))],
        ['Content-Type: text/plain; charset=utf-8', 'Content-Disposition: attachment; filename="note.txt"', '',
            'a note'],
        ['Content-Type: application/pdf', '', ''])));
    deepEqual(mail.parts.map(({ detected }) => detected), ['text/plain', 'application/pdf', 'image/png',
        'application/x-executable', 'text/plain', 'application/zip', 'text/plain', 'application/x-empty']);
    deepEqual(mail.parts.map(({ kept }) => kept), [true, true, true, false, false, false, true, false]);
    match(reasons(mail)['4'], /programs/);
    match(reasons(mail)['5'], /programs/);
    match(reasons(mail)['6'], /cannot be taken/);
    match(reasons(mail)['8'], /empty/);
    match(mail.warnings.join(), /is not what it says it is/);
    equal(mail.text, 'See the photo.');
});

test('a message inside the message is opened', async () => {
    const mail = await explain(lines(mixed(['Content-Type: text/plain', '', 'look'],
        ['Content-Type: message/rfc822', '', 'From: other@example.org', 'Subject: inner', '', 'inner words'])));
    deepEqual(mail.parts.map(({ path, kept }) => [path, kept]), [['1', true], ['2', false], ['2.1', true]]);
    equal(mail.text, 'look');
});

test('who sent it is looked at twice', async () => {
    const two = await explain(lines('From: a@example.org', ...head(), '', 'x', ''));
    match(two.warnings.join(), /more than one sender/);
    const none = await explain(lines('To: desk@example.net', 'Subject: x', '', 'x', ''));
    equal(none.from, null);
    match(none.warnings.join(), /no sender/);
    const reply = await explain(lines(...head(['Reply-To: else@example.com']), '', 'x', ''));
    match(reply.warnings.join(), /another address/);
    const words = await explain(lines('From: =?utf-8?B?SmVhbiBNw7xsbGVy?= <jean@example.org>',
        ...head().slice(1), '', 'x', ''));
    equal(words.from, 'Jean Müller <jean@example.org>');
});

test('programs that write are known', async () => {
    const cases = [[['Auto-Submitted: auto-replied'], 'an automatic reply'],
        [['Auto-Submitted: auto-generated'], 'made by a program'], [['Auto-Submitted: no'], null],
        [['Precedence: bulk'], 'sent to a list or in bulk'], [['List-Id: <x.example>'], 'sent to a list or in bulk'],
        [['X-Autoreply: yes'], 'an automatic reply'], [[], null]];
    for (const [more, reason] of cases) {
        const mail = await explain(lines(...head(more), '', 'x', ''));
        deepEqual([mail.automatic, mail.reason], [reason !== null, reason], more.join());
    }
});

test('a delivery report is understood', async () => {
    const mail = await explain(lines('Return-Path: <>', 'From: MAILER-DAEMON@mx.example.org',
        ...head(['Content-Type: multipart/report; report-type=delivery-status; boundary="r"']).slice(1), '',
        '--r', 'Content-Type: text/plain', '', 'Your message could not be delivered.', '--r',
        'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example.org', '',
        'Final-Recipient: rfc822; gone@example.org', 'Action: failed', 'Status: 5.1.1', '', '--r',
        'Content-Type: message/rfc822', '', 'Message-ID: <sent@example.net>', 'Subject: x', '', 'secret words',
        '--r--', ''));
    equal(mail.automatic, true);
    deepEqual(mail.bounce, { kind: 'hard', recipient: 'gone@example.org', status: '5.1.1',
        original_message_id: '<sent@example.net>' });
    ok(!mail.text.includes('secret words'), 'what came back is no letter');
});

test('encrypted and signed mail is told from other mail', async () => {
    const encrypted = await explain(lines(...head(['Content-Type: multipart/encrypted; boundary="e";' +
        ' protocol="application/pgp-encrypted"']), '', '--e', 'Content-Type: application/pgp-encrypted', '',
    'Version: 1', '--e', 'Content-Type: application/octet-stream', '', '-----BEGIN PGP MESSAGE-----', '',
    'hQ', '-----END PGP MESSAGE-----', '--e--', ''));
    deepEqual(encrypted.crypto, { kind: 'pgp-mime', encrypted: true, signed: false });
    match(reasons(encrypted)['2'], /encrypted/);
    const inline = await explain(lines(...head(), '', '-----BEGIN PGP MESSAGE-----', '', 'hQ',
        '-----END PGP MESSAGE-----', ''));
    deepEqual(inline.crypto, { kind: 'pgp-inline', encrypted: true, signed: false });
    const signed = await explain(lines(...head(['Content-Type: multipart/signed; boundary="s";' +
        ' protocol="application/pgp-signature"']), '', '--s', 'Content-Type: text/plain', '', 'signed words', '--s',
    'Content-Type: application/pgp-signature', '', 'x', '--s--', ''));
    deepEqual(signed.crypto, { kind: 'pgp-mime', encrypted: false, signed: true });
    equal(signed.text, 'signed words');
    const smime = await explain(lines(...head(['Content-Type: application/pkcs7-mime; smime-type=enveloped-data',
        'Content-Transfer-Encoding: base64']), '', 'MIAG', ''));
    deepEqual(smime.crypto, { kind: 'smime', encrypted: true, signed: false });
});

// "smime.p7m" as OpenSSL writes it, and with it Outlook where "send as clear text" is off.
async function signed(entity, how = []) {
    const here = folder('smime');
    const at = (name) => join(here, name);
    writeFileSync(at('entity'), entity);
    await run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key'),
        '-subj', '/CN=nana', '-out', at('cert')]);
    await run(['openssl', 'cms', '-sign', '-nodetach', '-binary', '-in', at('entity'), '-signer', at('cert'), '-inkey', at('key'),
        '-outform', 'DER', '-out', at('p7m'), ...how]);
    return readFileSync(at('p7m')).toString('base64').replace(/(.{76})/g, '$1\r\n');
}

test('what S/MIME signed and wrapped up is read as if it stood there', async () => {
    const asP7m = (content, type = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"') => lines(
        ...head([`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64',
            'Content-Disposition: attachment; filename="smime.p7m"']), '', content, '');
    const plain = lines('Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', 'Dear Kayla, it’s Nana.', '');
    for (const how of [[], ['-stream']]) {
        const mail = await explain(asP7m(await signed(plain, how)));
        equal(mail.text, 'Dear Kayla, it’s Nana.', how.join());
        deepEqual(mail.crypto, { kind: 'smime', encrypted: false, signed: true });
        deepEqual(mail.warnings, ['It is signed; the signature was not checked']);
    }
    // by its name, whatever the label says; a picture in it, and a message signed twice
    const both = lines('Content-Type: multipart/mixed; boundary="i"', '', '--i', 'Content-Type: text/plain', '', 'with a photo', '--i',
        'Content-Type: image/png; name="us.png"', 'Content-Disposition: attachment', 'Content-Transfer-Encoding: base64', '',
        png(8, 8, () => [1, 2, 3]).toString('base64'), '--i--', '');
    const twice = lines('Content-Type: application/pkcs7-mime; smime-type=signed-data', 'Content-Transfer-Encoding: base64', '',
        await signed(both), '');
    for (const content of [both, twice]) {
        const mail = await explain(asP7m(await signed(content), 'application/octet-stream; name="smime.p7m"'));
        equal(mail.text, 'with a photo');
        equal(mail.parts.filter(({ type, detected }) => [type, detected].includes('image/png')).length, 1, JSON.stringify(mail.parts));
    }
    // the signature of nothing, and half of one
    for (const content of ['MAA=', (await signed(plain)).slice(0, 400)]) {
        const mail = await explain(asP7m(content));
        equal(mail.text, '');
        ok(mail.parts.some(({ reason }) => /S\/MIME/.test(reason ?? '')), JSON.stringify(mail.parts));
    }
});

test('what stands behind a signature, or in its place, is read like any part', async () => {
    const signature = ['Content-Type: application/pgp-signature; name=signature.asc', '', '-----BEGIN PGP SIGNATURE-----', '',
        'AAAA', '-----END PGP SIGNATURE-----'];
    const words = (text) => ['Content-Type: text/plain', '', text];
    const photo = ['Content-Type: application/octet-stream; name=a.png', 'Content-Transfer-Encoding: base64', '',
        ...base64(png(4, 4, () => [200, 10, 10]))];
    for (const [type, parts, text, kept] of [
        ['pgp', [words('signed words'), signature], 'signed words', [true, false]],
        ['pgp', [words('signed words'), signature, words('put below'), photo], 'signed words\n\nput below', [true, false, true, true]],
        ['pgp', [words('signed words'), words('put below')], 'signed words\n\nput below', [true, true]],
        ['pkcs7', [words('signed words'), photo], 'signed words', [true, true]]]) {
        const mail = await explain(lines(...head([`Content-Type: multipart/signed; boundary="s"; protocol="application/${type}-signature"`]),
            '', ...parts.flatMap((part) => ['--s', ...part]), '--s--', ''));
        equal(mail.text, text);
        deepEqual(mail.parts.map((part) => part.kept), kept);
        equal(mail.crypto.signed, true);
    }
});

test('flowed text is joined again', async () => {
    const mail = await explain(lines(...head(['Content-Type: text/plain; format=flowed; delsp=no']), '',
        'This is one ', 'line.', '', '> quoted ', '> text', ''));
    equal(mail.text, 'This is one line.\n\n> quoted text');
});

test('what is broken or too much ends within its limits, with a warning', async () => {
    const parts = await explain(lines(...head(['Content-Type: multipart/mixed; boundary="b"']), '',
        ...Array.from({ length: 50_000 }, () => '--b\r\n'), '--b--', ''));
    match(parts.warnings.join(), /too many parts/);
    const long = await explain(lines(...head(), ...Array.from({ length: 9000 }, (_, i) => `X-A${i}: 1234567`), '',
        'the body', ''));
    match(long.warnings.join(), /header is too long/);
    equal(long.text, 'the body');
    let deep = 'inner';
    for (let i = 0; i < 150; i++)
        deep = `Content-Type: multipart/mixed; boundary="d${i}"\r\n\r\n--d${i}\r\n${deep}\r\n--d${i}--\r\n`;
    match((await explain(lines(...head().slice(0, -1), deep))).warnings.join(), /nested too deeply/);
    const cut = await explain(lines(...head(['Content-Type: multipart/mixed; boundary="b"']), '', '--b',
        'Content-Type: text/plain', '', 'half of it'));
    equal(cut.text, 'half of it');
    deepEqual(await explain(Buffer.alloc(100), [1]), { error: 'This is not an e-mail message.' });
    ok((await explain('', [1])).error);
});
