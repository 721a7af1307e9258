// SPDX-License-Identifier: AGPL-3.0-or-later
// The press of one agency seen from outside: letters as the portal leaves them, decisions as the
// desk makes them, and what comes out, opened with the keys of the installation.
//
//     const room = await pressroom(await site());
//     const family = await room.parties(0);                     // { adoptive, mother, nana … } by side
//     const letter = await room.letter({ from: family.home, text: 'Dear Ann, …' });
//     await room.done();                                        // every job of the press has ended
//     const review = await room.review(letter);
//     await room.approve(letter, { to: [family.mother.id] });
//
// The desk's secret is in nobody's file, so the agency gets a desk key of the test's own; where staff have to
// read the letters at a real desk it keeps its key, and the test opens nothing: pressroom(here, slug, { atDesk: true }).

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { close, open, pair } from './seal.mjs';
import { run } from './spawn.mjs';
import { cleanup, sleep } from './test.mjs';

const CHUNK = 1_048_576;
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const JOBS_WITHIN_MS = 50_000;

const secretsOf = (file) => Object.fromEntries(readFileSync(file, 'utf8').split('\n')
    .filter((line) => line && !/^(letterbox keys|#)/.test(line))
    .map((line) => line.split(' ')).map(([kind, , , secret]) => [kind, secret]));

class Pressroom {
    async open(here, slug, { atDesk = false } = {}) {
        this.here = here;
        this.db = here.db;
        this.slug = slug;
        this.borrowed = new Set();
        this.archiveHomes = {};
        this.agency = await here.agency(slug);
        this.secrets = { ...secretsOf(join(here.home, 'keys/press', `${slug}.keys`)),
            ...secretsOf(join(here.home, 'keys/post', `${slug}.keys`)) };
        if (!atDesk)
            await this.newDesk();
        this.publics = {};
        for (const { purpose, key } of await this.db.query(`SELECT purpose, encode(public_key, 'hex') AS key
            FROM letterbox.agency_key WHERE agency_id = $1 AND state = 'active' AND fingerprint IS NULL`, [this.agency]))
            this.publics[purpose] = key;
        return this;
    }

    async newDesk() {
        this.desk = await pair();
        await this.db.query(`UPDATE letterbox.agency_key SET state = 'retired', retired_at = letterbox.now()
            WHERE agency_id = $1 AND purpose = 'desk'`, [this.agency]);
        await this.db.query(`INSERT INTO letterbox.agency_key (agency_id, key_id, purpose, public_key, made_at)
            VALUES ($1, $2, 'desk', $3, letterbox.now())`,
        [this.agency, hex(this.desk.keyId), hex(this.desk.public)]);
    }

    // The agent of the press's GNUPGHOME, as `up` or its unit would have it.
    agent(home = join(this.here.home, 'gnupg')) {
        return gpgAgent(home);
    }

    async id() {
        return (await this.db.one('SELECT letterbox.new_id()::text AS id')).id;
    }

    binding(purpose, table, row, version = 1) {
        return { purpose, agency: this.agency, table, row, version };
    }

    // ---- blobs and sealed columns ----

    async put(purpose, sealed) {
        const id = await this.id();
        const client = await this.db.client();
        await client.sql('BEGIN');
        await client.sql(`INSERT INTO letterbox.blob (agency_id, blob_id, purpose, bytes, chunks, made_at)
            VALUES ($1, $2, $3, $4, $5, letterbox.now())`,
        [this.agency, id, purpose, sealed.length, Math.ceil(sealed.length / CHUNK)]);
        for (let number = 0; number * CHUNK < sealed.length; number += 1)
            await client.sql(`INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes)
                VALUES ($1, $2, $3, $4)`,
            [this.agency, id, number, sealed.subarray(number * CHUNK, (number + 1) * CHUNK)]);
        await client.sql('COMMIT');
        await client.end();
        return id;
    }

    async get(blob) {
        return (await this.db.one(`SELECT string_agg(bytes, '' ORDER BY number) AS bytes
            FROM letterbox.blob_chunk WHERE agency_id = $1 AND blob_id = $2`, [this.agency, blob])).bytes;
    }

    async openPress(binding, sealed) {
        return open(binding, [this.secrets.press], sealed);
    }

    openWith(secret, binding, sealed) {
        return open(binding, [secret], sealed);
    }

    async openDesk(binding, sealed) {
        return open(binding, [this.desk.secret], sealed);
    }

    async openPost(binding, sealed) {
        return open(binding, [this.secrets.post], sealed);
    }

    // ---- people ----

    async partyRecord(id) {
        const row = await this.db.one(`SELECT sealed_record, record_version FROM letterbox.party
            WHERE agency_id = $1 AND party_id = $2`, [this.agency, id]);
        return JSON.parse(await this.openPress(this.binding('PARTY', 'party', id, row.record_version),
            row.sealed_record));
    }

    // Changes a party's record, and columns of its row, as the desk would.
    async changeParty(id, change, columns = {}) {
        await this.giveBack(id);
        return this.setParty(id, change, columns);
    }

    // At the end of the test the party is again what it was at its start.
    async giveBack(id) {
        if (this.borrowed.has(id))
            return;
        const was = await this.partyRecord(id);
        const columns = await this.db.one(`SELECT channel, plain_consent, state FROM letterbox.party
            WHERE agency_id = $1 AND party_id = $2`, [this.agency, id]);
        this.borrowed.add(id);
        cleanup(async () => {
            this.borrowed.delete(id);
            await this.setParty(id, was, columns, true);
        });
    }

    async setParty(id, change, columns, whole = false) {
        const record = whole ? change : { ...await this.partyRecord(id), ...change };
        const { version } = await this.db.one(`SELECT record_version + 1 AS version FROM letterbox.party
            WHERE agency_id = $1 AND party_id = $2`, [this.agency, id]);
        const sealed = await close(this.binding('PARTY', 'party', id, version),
            [this.publics.press, this.publics.desk], JSON.stringify(record));
        const more = Object.keys(columns).map((name, i) => `, ${name} = $${i + 5}`).join('');
        await this.db.query(`UPDATE letterbox.party SET sealed_record = $3, record_version = $4${more}
            WHERE agency_id = $1 AND party_id = $2`, [this.agency, id, sealed, version, ...Object.values(columns)]);
        return record;
    }

    // The number-th arrangement with its people: { arrangement, child, home, relatives }.
    async family(number = 0) {
        const arrangement = (await this.db.query(`SELECT arrangement_id::text AS id, child_id::text AS child
            FROM letterbox.arrangement WHERE agency_id = $1 AND state = 'active' ORDER BY made_at, arrangement_id`,
        [this.agency]))[number];
        const people = await this.db.query(`SELECT p.party_id::text AS id, ap.side, p.channel
            FROM letterbox.arrangement_party ap JOIN letterbox.party p USING (agency_id, party_id)
           WHERE ap.agency_id = $1 AND ap.arrangement_id = $2 ORDER BY p.channel, p.party_id`,
        [this.agency, arrangement.id]);
        for (const person of people)
            person.record = await this.partyRecord(person.id);
        return { arrangement: arrangement.id, child: arrangement.child,
            home: people.find(({ side }) => side === 'adoptive'),
            relatives: people.filter(({ side }) => side !== 'adoptive'),
            by: (channel) => people.find((one) => one.channel === channel && one.side !== 'adoptive') };
    }

    // An account of the test's own for a party, in place of those it has: { id, secret, public }.
    async account(party) {
        const keys = await pair();
        const id = await this.id();
        const address = (await this.partyRecord(party)).emails[0];
        const sealed = await close(this.binding('ADDRESS', 'account', id), [this.publics.post], address);
        await this.db.query(`UPDATE letterbox.account SET state = 'disabled' WHERE agency_id = $1 AND party_id = $2`,
            [this.agency, party]);
        await this.db.query(`INSERT INTO letterbox.account (agency_id, account_id, party_id, key_id, public_key,
                argon_passes, argon_kib, argon_salt, wrapped_secret, sealed_code_address, made_at)
            VALUES ($1, $2, $3, $4, $5, 3, 65536, $6, $7, $8, letterbox.now())`,
        [this.agency, id, party, hex(keys.keyId), hex(keys.public), Buffer.alloc(16, 1), Buffer.alloc(72, 1), sealed]);
        // as if a letter that two people read had gone to it since
        await this.db.query('UPDATE letterbox.party SET details_changed_at = NULL WHERE agency_id = $1 AND party_id = $2', [this.agency, party]);
        return { id, ...keys };
    }

    // By what a party is found: use is sender, address, phone or alias; the value in its plain form.
    lookup(use, value) {
        return createHmac('sha256', hex(this.secrets[`lookup-${use}`])).update(`letterbox/1/lookup/${use}\0`)
            .update(u64(this.agency)).update(value).digest();
    }

    // ---- letters ----

    job(kind, { letter = null, party = null, account = null } = {}) {
        return this.db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, letter_id, party_id,
                account_id, made_at)
            VALUES ($1, letterbox.new_id(), 'press', $2, letterbox.now(), $3, $4, $5, letterbox.now())`,
        [this.agency, kind, letter, party, account]);
    }

    // items: { kind, bytes, name }; a text is one of kind text.
    async letter({ from = null, arrangement = null, text = null, items = [], channel = 'portal', enteredBy = null,
        job = true }) {
        const id = await this.id();
        await this.db.query(`INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel,
                entered_by, received_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, letterbox.now(), letterbox.now())`,
        [this.agency, id, arrangement, from?.id ?? from, channel, enteredBy]);
        const all = [...(text === null ? [] : [{ kind: 'text', bytes: Buffer.from(text) }]), ...items];
        for (const [index, item] of all.entries()) {
            const number = index + 1;
            const bytes = item.kind === 'file'
                ? Buffer.concat([Buffer.from(`${JSON.stringify({ name: item.name ?? 'file', type: '' })}\n`), item.bytes])
                : item.bytes;
            const purpose = item.kind === 'mail' ? 'MAIL' : 'ORIGINAL';
            const sealed = await close(this.binding(purpose, 'original', id, number), [this.publics.press], bytes);
            const blob = await this.put('original', sealed);
            await this.db.query(`INSERT INTO letterbox.original (agency_id, letter_id, number, kind, blob_id)
                VALUES ($1, $2, $3, $4, $5)`, [this.agency, id, number, item.kind, blob]);
        }
        if (job)
            await this.job('prepare_letter', { letter: id });
        return id;
    }

    async state(letter) {
        return this.db.one(`SELECT state, version, arrangement_id::text AS arrangement, from_party::text AS from
            FROM letterbox.letter WHERE agency_id = $1 AND letter_id = $2`, [this.agency, letter]);
    }

    // Waits until the press has nothing to do; the jobs that staff must look at are the answer.
    async done({ within = JOBS_WITHIN_MS } = {}) {
        for (const end = Date.now() + within; ; await sleep(50)) {
            const { n } = await this.db.one(`SELECT count(*)::int AS n FROM letterbox.job
                WHERE worker = 'press' AND state IN ('ready', 'leased') AND kind <> 'test_work'`);
            if (n === 0)
                return this.db.query(`SELECT kind, error_code, letter_id::text AS letter FROM letterbox.job
                    WHERE worker = 'press' AND state = 'staff' ORDER BY made_at, job_id`);
            if (Date.now() > end)
                throw new Error(`the press still has ${n} jobs`);
        }
    }

    // The newest review: { ...review, digest }.
    async review(letter) {
        const row = await this.db.one(`SELECT version, sealed_review, blob_id, text_digest FROM letterbox.review
            WHERE agency_id = $1 AND letter_id = $2 ORDER BY version DESC LIMIT 1`, [this.agency, letter]);
        const sealed = row.sealed_review ?? await this.get(row.blob_id);
        const text = await this.openDesk(this.binding('BUNDLE', 'review', letter, row.version), sealed);
        return { ...JSON.parse(text), version: row.version, digest: row.text_digest };
    }

    // The digest of a review over the parts' own bytes, as docs/records.md says.
    async screenDigest(letter, review) {
        const mac = createHmac('sha256', hex(this.secrets['digest-screen']));
        mac.update('letterbox/1/letter/screen\0');
        for (const part of review.parts) {
            const bytes = await this.part(letter, part.number);
            mac.update(u32(part.number)).update(part.soft ? 's' : { text: 't', page: 'p', photo: 'f' }[part.kind])
                .update(u64(bytes.length)).update(bytes);
        }
        mac.update(u32(review.marks.length));
        for (const mark of [...review.marks].sort((a, b) => a.number - b.number)) {
            mac.update(u32(mark.part));
            mac.update('w' in mark ? Buffer.concat([Buffer.from('b'), ...[mark.x, mark.y, mark.w, mark.h].map(u32)])
                : Buffer.concat([Buffer.from('s'), u64(mark.start), u64(mark.end)]));
            const category = Buffer.from(mark.category);
            mac.update(u32(category.length).subarray(2)).update(category).update(u32(mark.for.length));
            for (const id of mark.for.map(BigInt).sort((a, b) => (a < b ? -1 : 1)))
                mac.update(u64(id));
        }
        return mac.digest();
    }

    // What staff made of the newest review: its next version. change(review) may alter it.
    async remark(letter, change = () => {}) {
        const { digest: was, version: before, ...review } = await this.review(letter);
        change(review);
        const version = before + 1;
        const digest = await this.screenDigest(letter, review);
        const sealed = await close(this.binding('BUNDLE', 'review', letter, version),
            [this.publics.press, this.publics.desk], JSON.stringify(review));
        await this.db.query(`INSERT INTO letterbox.review (agency_id, letter_id, version, sealed_review, text_digest,
                made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, letterbox.now())`,
        [this.agency, letter, version, sealed, digest, await this.staff('coordinator')]);
        await this.db.query('UPDATE letterbox.letter SET version = $3 WHERE agency_id = $1 AND letter_id = $2',
            [this.agency, letter, version]);
        return review;
    }

    async part(letter, number) {
        const { blob_id: blob } = await this.db.one(`SELECT blob_id FROM letterbox.part
            WHERE agency_id = $1 AND letter_id = $2 AND number = $3`, [this.agency, letter, number]);
        return this.openDesk(this.binding('PART', 'part', letter, number), await this.get(blob));
    }

    async staff(role, number = 0) {
        return (await this.db.query(`SELECT staff_id::text AS id FROM letterbox.staff
            WHERE agency_id = $1 AND role = $2 ORDER BY made_at, staff_id`, [this.agency, role]))[number].id;
    }

    // A decision as the desk seals it; `forge` changes the sealed record.
    async decide(letter, { act = 'approve', to = '0', author = null, note = '', forge = (one) => one }) {
        const review = await this.review(letter);
        const id = await this.id();
        const mine = review.marks.filter((mark) => mark.for.includes(to));
        const record = forge({ act, agency: this.agency,
            boxes: mine.filter((mark) => 'w' in mark).map(({ part, x, y, w, h }) => [part, x, y, w, h]), decision: id,
            digest: review.digest.toString('hex'), letter, note, purpose: 'decision', reason: '', review: '',
            spans: mine.filter((mark) => !('w' in mark)).map(({ part, start, end, category }) =>
                [part, start, end, category]), to, version: review.version });
        const sealed = await close(this.binding('DECISION', 'decision', id),
            [this.publics.press, this.publics.desk], JSON.stringify(record));
        await this.db.query(`INSERT INTO letterbox.decision (agency_id, decision_id, letter_id, letter_version, to_party,
                kind, author, screen_digest, sealed_decision, decided_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, letterbox.now())`,
        [this.agency, id, letter, review.version, to === '0' ? null : to, act, author ?? await this.staff('coordinator'),
            review.digest, sealed]);
        return id;
    }

    // ---- what nobody should do ----

    // Other bytes under the same blob, sealed well: somebody who can write to the database and has the public keys.
    async replace(blob, sealed) {
        const client = await this.db.client();
        await client.sql('BEGIN');
        await client.sql('DELETE FROM letterbox.blob_chunk WHERE agency_id = $1 AND blob_id = $2', [this.agency, blob]);
        await client.sql(`UPDATE letterbox.blob SET bytes = $3, chunks = 1 WHERE agency_id = $1 AND blob_id = $2`,
            [this.agency, blob, sealed.length]);
        await client.sql(`INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes) VALUES ($1, $2, 0, $3)`,
            [this.agency, blob, sealed]);
        await client.sql('COMMIT');
        await client.end();
    }

    async replacePart(letter, number, bytes) {
        const { blob_id: blob } = await this.db.one(`SELECT blob_id FROM letterbox.part
            WHERE agency_id = $1 AND letter_id = $2 AND number = $3`, [this.agency, letter, number]);
        await this.replace(blob, await close(this.binding('PART', 'part', letter, number),
            [this.publics.press, this.publics.desk], bytes));
    }

    async replaceReview(letter, change) {
        const { digest, version, ...review } = await this.review(letter);
        change(review);
        const sealed = await close(this.binding('BUNDLE', 'review', letter, version),
            [this.publics.press, this.publics.desk], JSON.stringify(review));
        await this.db.query(`UPDATE letterbox.review SET sealed_review = $4 WHERE agency_id = $1 AND letter_id = $2
            AND version = $3`, [this.agency, letter, version, sealed]);
    }

    // A lease of lb_press over this agency, for statements past the C code.
    async lease() {
        const lease = randomBytes(32);
        await this.db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, state, attempts, run_at, lease_hash,
                lease_until, made_at) VALUES ($1, letterbox.new_id(), 'press', 'test_work', 'leased', 1, letterbox.now(), $2,
                letterbox.now() + interval '1 hour', letterbox.now())`,
        [this.agency, createHash('sha256').update(lease).digest()]);
        cleanup(() => this.db.query(`DELETE FROM letterbox.job WHERE kind = 'test_work'`));
        return lease.toString('hex');
    }

    // No waiting between attempts until the letter's jobs have ended.
    async hurry(letter, { within = JOBS_WITHIN_MS } = {}) {
        for (const end = Date.now() + within; Date.now() < end; await sleep(50)) {
            const { n } = await this.db.one(`WITH now AS (UPDATE letterbox.job SET run_at = letterbox.now()
                    WHERE letter_id = $1 AND state = 'ready' AND worker = 'press' RETURNING 1)
                SELECT count(*)::int AS n FROM letterbox.job WHERE letter_id = $1 AND worker = 'press'
                    AND state IN ('ready', 'leased')`, [letter]);
            if (n === 0)
                return;
            await this.db.query("NOTIFY letterbox_job");
        }
        throw new Error('the letter still has jobs');
    }

    // An archive key that has gone: its row names another.
    async breakArchive() {
        await this.db.query(`UPDATE letterbox.agency_key SET fingerprint = overlay(fingerprint PLACING '0000' FROM 1 FOR 4)
            WHERE agency_id = $1 AND purpose = 'archive'`, [this.agency]);
    }

    async mendArchive() {
        for (const { key_id: id, public_key: key } of await this.db.query(`SELECT key_id, public_key FROM
            letterbox.agency_key WHERE agency_id = $1 AND purpose = 'archive'`, [this.agency])) {
            const { stdout } = await run(['gpg', '--batch', '--with-colons', '--show-keys'], { input: key });
            await this.db.query(`UPDATE letterbox.agency_key SET fingerprint = $3 WHERE agency_id = $1 AND key_id = $2`,
                [this.agency, id, stdout.match(/^fpr:+([0-9A-F]{40}):/m)[1]]);
        }
    }

    async approve(letter, { to, job = true, ...more }) {
        for (const party of to)
            await this.decide(letter, { to: party, ...more });
        await this.db.query(`UPDATE letterbox.letter SET state = 'approved' WHERE agency_id = $1 AND letter_id = $2`,
            [this.agency, letter]);
        if (job)
            await this.job('burn_release', { letter });
    }

    // ---- what came out ----

    async releases(letter) {
        return this.db.query(`SELECT release_id::text AS id, to_party::text AS to, kind, state, photo_level
            FROM letterbox.release WHERE agency_id = $1 AND letter_id = $2 ORDER BY to_party`, [this.agency, letter]);
    }

    // The parts of a release for the desk, or with an account's or link's secret for its recipient.
    async releaseParts(release, secret = null) {
        const rows = await this.db.query(`SELECT number, kind, blob_id FROM letterbox.release_part
            WHERE agency_id = $1 AND release_id = $2 AND audience = $3 ORDER BY number`,
        [this.agency, release, secret ? 'recipient' : 'desk']);
        for (const row of rows)
            row.bytes = await open(this.binding(secret ? 'RELEASE' : 'RELEASE_DESK', 'release_part', release, row.number),
                [secret ?? this.desk.secret], await this.get(row.blob_id));
        return rows;
    }

    async dispatches(letter) {
        return this.db.query(`SELECT d.dispatch_id::text AS id, d.channel, d.state, d.code, r.to_party::text AS to
            FROM letterbox.dispatch d JOIN letterbox.release r USING (agency_id, release_id)
           WHERE d.agency_id = $1 AND r.letter_id = $2 ORDER BY r.to_party, d.made_at`, [this.agency, letter]);
    }

    // Messages with subject, entity and address opened.
    async messages(where = 'true', values = []) {
        const rows = await this.db.query(`SELECT message_id::text AS id, kind, dispatch_id::text AS dispatch,
                to_party::text AS to, account_id::text AS account, sealed_body, body_blob, sealed_address, address_table,
                address_version, mail_token, state FROM letterbox.message
           WHERE agency_id = '${this.agency}' AND ${where} ORDER BY made_at, message_id`, values);
        for (const row of rows) {
            const body = await this.openPost(this.binding('MESSAGE', 'message', row.id),
                row.sealed_body ?? await this.get(row.body_blob));
            const end = body.indexOf(10);
            Object.assign(row, JSON.parse(body.subarray(0, end)));
            row.entity = body.subarray(end + 1);
            row.address = (await this.openPost(this.binding('ADDRESS', row.address_table,
                row.address_table === 'account' ? row.account : row.id, row.address_version),
            row.sealed_address)).toString();
        }
        return rows;
    }

    // The archive of a letter, decrypted with the secret key that lies at a place (one, two).
    async archive(letter, place = 'one') {
        const home = this.archiveHomes[place] ?? await this.archiveHome(place);
        const rows = await this.db.query(`SELECT kind, number, blob_id, release_id::text AS release FROM letterbox.archive_copy
            WHERE agency_id = $1 AND letter_id = $2 ORDER BY kind, release_id, number`, [this.agency, letter]);
        for (const row of rows)
            row.bytes = (await run(['gpg', '--homedir', home, '--batch', '--quiet', '--decrypt'],
                { input: await this.get(row.blob_id) })).bytes;
        return rows;
    }

    // A copy with a short path, in which an agent can have its sockets.
    async archiveHome(place) {
        const home = mkdtempSync('/tmp/letterbox-archive-');
        cleanup(() => rmSync(home, { recursive: true, force: true }));
        await run(['cp', '-a', `${join(this.here.runFolder, 'archive-keys-of-the-demo', place)}/.`, home]);
        await this.agent(home);
        return home;
    }

    // For a whole file: call it in `before`.
    async openArchive(place = 'one') {
        this.archiveHomes[place] = await this.archiveHome(place);
    }
}

// A socket's path has room for 107 bytes, and a test's folder may lie deep: each stands elsewhere, named by a file in its place.
export async function gpgAgent(home) {
    const sockets = mkdtempSync('/tmp/letterbox-agent-');
    cleanup(() => rmSync(sockets, { recursive: true, force: true }));
    for (const name of ['S.gpg-agent', 'S.gpg-agent.extra', 'S.gpg-agent.browser', 'S.gpg-agent.ssh'])
        writeFileSync(join(home, name), `%Assuan%\nsocket=${sockets}/${name}\n`);
    await run(['sh', '-c', 'exec gpg-agent --homedir "$1" --daemon >/dev/null 2>&1', 'sh', home]);
    cleanup(() => run(['gpgconf', '--homedir', home, '--kill', 'gpg-agent']));
}

const hex = (text) => Buffer.from(text, 'hex');
const u32 = (number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    return bytes;
};
const u64 = (number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(number));
    return bytes;
};

export const pressroom = (here, slug = 'fernshire', options = {}) => new Pressroom().open(here, slug, options);
