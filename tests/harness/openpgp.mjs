// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody with an OpenPGP key of their own, and how mail programs write to the agency with it.
//
//     const ann = await relative(room);                         // GnuPG in a home of her own, with the agency's mail key
//     const armor = await ann.gpg(text);                        // encrypted and signed by GnuPG
//     const other = await ann.js(text, { signed: false });      // by openpgp.js, with the same key
//     mime(armor), mixed(armor), signedMime(part, signature)    // the mail's own Content-Type line and body
//     withoutProtection(room, ann, text)                        // as programs of the last century encrypted
//     await manyKeys(ann, text, { named, hidden })              // bytes with so many session keys to us, or to whoever can

import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { gpgAgent } from './pressroom.mjs';
import { run } from './spawn.mjs';
import { cleanup } from './test.mjs';

const crlf = (text) => text.replace(/\r?\n/g, '\r\n');

class Relative {
    async open(room, name, expires) {
        this.room = room;
        this.home = mkdtempSync('/tmp/letterbox-relative-');
        cleanup(() => rmSync(this.home, { recursive: true, force: true }));
        await gpgAgent(this.home);
        await this.run(['--passphrase', '', '--quick-generate-key', name, 'future-default', 'default', expires]);
        this.fingerprint = (await this.text(['--with-colons', '--list-keys'])).match(/^fpr:+([0-9A-F]{40}):/m)[1];
        const { public_key: key, fingerprint } = await room.db.one(`SELECT public_key, fingerprint FROM letterbox.agency_key
            WHERE agency_id = $1 AND purpose = 'mail' AND state = 'active'`, [room.agency]);
        this.agency = fingerprint;
        this.agencyKey = await openpgp.readKey(/^-----/.test(key.toString()) ? { armoredKey: key.toString() } : { binaryKey: key });
        await this.run(['--import'], key);
        await this.refresh();
        return this;
    }

    run(words, input) {
        return run(['gpg', '--homedir', this.home, '--batch', '--yes', '--quiet', '--pinentry-mode', 'loopback',
            '--trust-model', 'always', ...words], { input });
    }

    async text(words, input) {
        return (await this.run(words, input)).stdout;
    }

    // After a change of the key.
    async refresh() {
        this.armor = await this.text(['--armor', '--export', this.fingerprint]);
        this.secret = await this.text(['--armor', '--passphrase', '', '--export-secret-keys', this.fingerprint]);
    }

    // As the record has it once somebody heard the fingerprint.
    get pinned() {
        return { fingerprint: this.fingerprint, armor: this.armor, confirmed: true };
    }

    gpg(text, { signed = true, to = this.agency, words = [] } = {}) {
        return this.text(['--armor', '--encrypt', ...(signed ? ['--sign'] : []), ...words, '-r', to], text);
    }

    async js(text, { signed = true } = {}) {
        return openpgp.encrypt({ message: await openpgp.createMessage({ text }), encryptionKeys: this.agencyKey,
            signingKeys: signed ? await openpgp.readPrivateKey({ armoredKey: this.secret }) : [] });
    }

    // Of a MIME part as it is sent: lines end with CRLF.
    detached(part) {
        return this.text(['--armor', '--digest-algo', 'SHA512', '--detach-sign'], crlf(part));
    }

    // With the revocation that GnuPG laid by when it made the key.
    async revoke() {
        const file = join(this.home, 'openpgp-revocs.d', `${this.fingerprint}.rev`);
        const { stdout } = await run(['sed', 's/^:---/---/', file]);
        await this.run(['--import'], stdout);
        await this.refresh();
    }

    renew(expires) {
        return this.run(['--passphrase', '', '--quick-set-expire', this.fingerprint, expires]).then(() =>
            this.run(['--passphrase', '', '--quick-set-expire', this.fingerprint, expires, '*'])).then(() => this.refresh());
    }
}

export const relative = (room, { name = 'Ann <ann@example.org>', expires = '0' } = {}) =>
    new Relative().open(room, name, expires);

// ---- mails ----

// RFC 3156 §4.
export const mime = (armor, boundary = 'enc') => `Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; `
    + `boundary="${boundary}"\r\n\r\n--${boundary}\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--${
        boundary}\r\nContent-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n${crlf(armor)}\r\n--${boundary}--\r\n`;

// What Exchange makes of it on the way.
export const mixed = (armor) => 'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\nContent-Type: text/plain\r\n\r\n'
    + '\r\n--mix\r\nContent-Type: application/pgp-encrypted; name="PGPMIME version identification"\r\n\r\nVersion: 1\r\n--mix\r\n'
    + `Content-Type: application/octet-stream; name="encrypted.asc"\r\nContent-Transfer-Encoding: base64\r\n\r\n${
        Buffer.from(crlf(armor)).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--mix--\r\n`;

// RFC 3156 §5.
export const signedMime = (part, signature, boundary = 'sig') => 'Content-Type: multipart/signed; micalg="pgp-sha512"; '
    + `protocol="application/pgp-signature"; boundary="${boundary}"\r\n\r\n--${boundary}\r\n${crlf(part)}\r\n--${
        boundary}\r\nContent-Type: application/pgp-signature; name="signature.asc"\r\n\r\n${crlf(signature)}\r\n--${boundary}--\r\n`;

// ---- packets ----

// One packet of the old form or the new, with its header.
function packetAt(bytes, at) {
    const first = bytes[at];
    const isNew = (first & 0x40) !== 0;
    const sizes = [1, 2, 4];
    let [head, length] = [2, bytes[at + 1]];
    if (isNew && length >= 192 && length < 224)
        [head, length] = [3, ((length - 192) << 8) + bytes[at + 2] + 192];
    else if (isNew && length === 255)
        [head, length] = [6, bytes.readUInt32BE(at + 2)];
    else if (!isNew) {
        const size = sizes[first & 3];
        [head, length] = [1 + size, bytes.readUIntBE(at + 1, size)];
    }
    return { tag: isNew ? first & 0x3f : (first >> 2) & 0x0f, whole: bytes.subarray(at, at + head + length) };
}

const packet = (tag, body) => {
    const head = Buffer.alloc(6);
    head[0] = 0xc0 | tag;
    head[1] = 255;
    head.writeUInt32BE(body.length, 2);
    return Buffer.concat([head, body]);
};

// The session key of a real message, and under it a Symmetrically Encrypted Data packet (RFC 4880 §5.7).
export async function withoutProtection(room, person, text) {
    const real = (await person.run(['--encrypt', '-r', person.agency], 'x')).bytes;
    const shown = await run(['gpg', '--homedir', join(room.here.home, 'gnupg'), '--batch', '--show-session-key', '--decrypt'],
        { input: real });
    const key = Buffer.from(/session key: '9:([0-9A-F]{64})'/.exec(shown.stderr)[1], 'hex');
    const random = randomBytes(16);
    const prefix = Buffer.concat([random, random.subarray(14)]);
    const start = createCipheriv('aes-256-cfb', key, Buffer.alloc(16)).update(prefix);
    const literal = packet(11, Buffer.concat([Buffer.from('b\0\0\0\0\0', 'binary'), Buffer.from(text)]));
    const rest = createCipheriv('aes-256-cfb', key, start.subarray(2)).update(literal);
    return armored(Buffer.concat([packetAt(real, 0).whole, packet(9, Buffer.concat([start, rest]))]));
}

// With so many session keys: the real one, again and again, and that of nobody in particular.
export async function manyKeys(person, text, { named = 1, hidden = 0 }) {
    const { bytes } = await person.run(['--encrypt', '-r', person.agency], text);
    const key = packetAt(bytes, 0).whole;
    const nobody = Buffer.from(key);
    const at = nobody.indexOf(Buffer.from(person.agencyKey.getKeys().map((one) => one.getKeyID().toHex()).find((id) =>
        key.includes(Buffer.from(id, 'hex'))), 'hex'));
    nobody.fill(0, at, at + 8);
    return Buffer.concat([...Array(hidden).fill(nobody), ...Array(named).fill(key), bytes.subarray(key.length)]);
}

const armored = (bytes) => `-----BEGIN PGP MESSAGE-----\n\n${bytes.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
}\n-----END PGP MESSAGE-----\n`;
