// SPDX-License-Identifier: AGPL-3.0-or-later
// What the tests of letterbox-post share: a database with agencies and their keys, a site whose post
// reads a real mailbox and sends through a real mail server, and what was stored, opened again.
//
//     const box = await postbox({ imap, smtp });
//     const north = await box.agency('north');
//     await box.site.start('post');
//     await box.letters(north)            // [{ letter_id, digest, text }] of what was taken in
//     await box.message(north, { to: 'nana@relative.test', text: 'Hello' });

import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgres } from './postgres.mjs';
import { close, open, pair, writeKeys } from './seal.mjs';
import { site } from './site.mjs';
import { certificates } from './tls.mjs';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// The same things in any order, each as often.
export const multiset = (list) => [...list].sort();

class Postbox {
    async open({ imap, smtp, settings = {} }) {
        this.db = await postgres();
        await this.db.query("SELECT letterbox.cluster_init('test')");
        const tls = await certificates();
        this.site = await site({ db: this.db, settings: {
            post: { ca_file: tls.ca, poll_seconds: 1, ...settings.post },
        } });
        this.secrets = this.site.settings.post.key_folder;
        this.password = join(this.site.home, 'imap-password');
        if (imap)
            writeFileSync(this.password, `${imap.password}\n`, { mode: 0o600 });
        if (smtp) {
            writeFileSync(join(this.site.home, 'smtp-password'), smtp.password, { mode: 0o600 });
            this.site.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls',
                user: 'letterbox', password_file: join(this.site.home, 'smtp-password'),
                ehlo_name: 'mail.letterbox.test', ...settings.smtp };
        }
        this.imap = imap;
        this.mailboxes = 0;
        this.agencies = [];
        this.site.write();
        return this;
    }

    // An agency with its keys; those of the post are in its key folder.
    async agency(slug) {
        const id = (await this.db.one('SELECT letterbox.new_id() AS id')).id;
        const agency = { id, slug, press: await pair(), desk: await pair(), post: await pair(),
            double: randomBytes(32).toString('hex') };
        await this.db.query(`INSERT INTO letterbox.agency (agency_id, slug, name, neutral_name, demo, made_at)
            VALUES ($1, $2, $3, 'Post Desk', true, letterbox.now())`, [id, slug, `The ${slug} agency`]);
        for (const purpose of ['press', 'desk', 'post'])
            await this.db.query(`INSERT INTO letterbox.agency_key (agency_id, key_id, purpose, public_key, made_at)
                VALUES ($1, $2, $3, $4, letterbox.now())`, [id, Buffer.from(agency[purpose].keyId, 'hex'),
                purpose, Buffer.from(agency[purpose].public, 'hex')]);
        await writeKeys(this.secrets, slug, [['POST', id, agency.post.secret],
            ['DOUBLE', id, agency.double]]);
        this.agencies.push(agency);
        return agency;
    }

    // Has the post read that user's mailbox for the agency.
    mailbox(agency, user, values = {}) {
        this.mailboxes += 1;
        const imap = this.imap;
        this.site.settings[`mailbox_${this.mailboxes}`] = { agency: agency.slug,
            address: `post@${agency.slug}.test`, host: 'localhost', port: imap.tlsPort, user,
            password_file: this.password, ...values };
        this.site.write();
        return imap.mailbox(user);
    }

    // The letters of an agency that came by mail, opened with the press's key.
    async letters(agency) {
        const rows = await this.db.query(`SELECT l.letter_id, l.state, o.blob_id,
                (SELECT string_agg(c.bytes, '' ORDER BY c.number) FROM letterbox.blob_chunk c
                  WHERE c.blob_id = o.blob_id) AS sealed,
                (SELECT count(*)::int FROM letterbox.job j WHERE j.letter_id = l.letter_id
                    AND j.kind = 'prepare_letter') AS jobs
            FROM letterbox.letter l JOIN letterbox.original o USING (agency_id, letter_id)
           WHERE l.agency_id = $1 ORDER BY l.received_at, l.letter_id`, [agency.id]);
        const opened = [];
        for (const row of rows) {
            const bytes = await open({ purpose: 'MAIL', agency: agency.id, table: 'original',
                row: row.letter_id, version: 1 }, [agency.press.secret], row.sealed);
            opened.push({ ...row, bytes, digest: sha256(bytes) });
        }
        return opened;
    }

    async count(table, where = 'true', values = []) {
        return (await this.db.one(`SELECT count(*)::int AS n FROM letterbox.${table} WHERE ${where}`,
            values)).n;
    }

    // A finished message and its job, as the press or the portal would leave them.
    async message(agency, { to, text = 'Something is waiting for you.\n', subject = 'A message for you',
        kind = 'waiting', entity = null, state = 'ready', large = false, job = true, header = {}, way = 'email',
        party = null }) {
        const { id } = await this.db.one('SELECT letterbox.new_id() AS id');
        const { token } = await this.db.one('SELECT letterbox.new_token() AS token');
        const body = `${JSON.stringify({ subject, automatic: true, ...header })}\n${entity
            ?? `Content-Type: text/plain; charset=utf-8\r\n\r\n${text.replaceAll('\n', '\r\n')}`}`;
        const binding = { agency: agency.id, table: 'message', row: id, version: 1 };
        const sealedBody = await close({ ...binding, purpose: 'MESSAGE' }, [agency.post.public], body);
        const sealedAddress = await close({ ...binding, purpose: 'ADDRESS' }, [agency.post.public], to);
        let blob = null;
        if (large) {
            blob = (await this.db.one('SELECT letterbox.new_id() AS id')).id;
            const chunks = [];
            for (let at = 0; at < sealedBody.length; at += 1048576)
                chunks.push(sealedBody.subarray(at, at + 1048576));
            const client = await this.db.client();
            await client.sql('BEGIN');
            await client.sql(`INSERT INTO letterbox.blob (agency_id, blob_id, purpose, bytes, chunks, made_at)
                VALUES ($1, $2, 'message', $3, $4, letterbox.now())`,
            [agency.id, blob, sealedBody.length, chunks.length]);
            for (const [number, bytes] of chunks.entries())
                await client.sql(`INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes)
                    VALUES ($1, $2, $3, $4)`, [agency.id, blob, number, bytes]);
            await client.sql('COMMIT');
            await client.end();
        }
        await this.db.query(`INSERT INTO letterbox.message (agency_id, message_id, kind, sealed_body, body_blob,
                sealed_address, mail_token, state, way, to_party, made_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, letterbox.now(), letterbox.now())`,
        [agency.id, id, kind, large ? null : sealedBody, blob, sealedAddress, token, state, way, party]);
        if (job)
            await this.job(agency, id);
        return { id, token };
    }

    job(agency, message) {
        return this.db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, made_at)
            VALUES ($1, letterbox.new_id(), 'post', 'send_mail', letterbox.now(), $2, letterbox.now())`,
        [agency.id, message]);
    }

    async state(message) {
        return this.db.one(`SELECT state, code, sealed_answer FROM letterbox.message WHERE message_id = $1`,
            [message.id]);
    }

    async answer(agency, message) {
        const { sealed_answer: sealed } = await this.state(message);
        return (await open({ purpose: 'ANSWER', agency: agency.id, table: 'message', row: message.id,
            version: 1 }, [agency.desk.secret], sealed)).toString();
    }
}

export const postbox = (parts) => new Postbox().open(parts);
