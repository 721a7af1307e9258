// SPDX-License-Identifier: AGPL-3.0-or-later
// A small world of rows for tests of the database: agencies with staff of every role, and in an
// agency one or more stories. A story is a child with an adoptive family (portal), a birth mother
// (link) and a grandmother (post), letters both ways, and at least one row in every table.
//
//     const world = new World(db);
//     await world.cluster();
//     const north = await world.agency('north');
//     const story = await world.story(north);
//     await db.as('lb_portal', …, { session: story.session });
//
// Rows are written by the superuser, whom row security does not bind; triggers and constraints hold.
// What should be sealed is random bytes: the database cannot tell.

import { createHash, randomBytes } from 'node:crypto';
import { ALPHABET } from './codes.mjs';

export const ROLES = ['checker', 'coordinator', 'manager', 'administrator', 'inspector'];
export const sha256 = (...parts) => {
    const hash = createHash('sha256');
    parts.forEach((part) => hash.update(part));
    return hash.digest();
};
export const key = (name) => sha256('letterbox test ', name);
const half = (name) => key(name).subarray(0, 16);
export const sealed = (length = 80) => randomBytes(length);
const alias = (name) => [...key(name).subarray(0, 12)].map((byte) => ALPHABET[byte % 32]).join('');

export class World {
    constructor(db) {
        this.db = db;
        this.stories = 0;
        this.agencies = 0;
    }

    async cluster(kind = 'test') {
        await this.db.query('SELECT letterbox.cluster_init($1)', [kind]);
    }

    id(text) {
        return String(text);
    }

    // One row; values are given by column name, `at` columns take the clock.
    async insert(table, row) {
        const columns = Object.keys(row);
        const places = columns.map((_, i) => `$${i + 1}`);
        try {
            await this.db.query(`INSERT INTO letterbox.${table} (${columns.join()}) VALUES (${places.join()})`,
                Object.values(row));
        } catch (error) {
            error.message = `${table}: ${error.message}`;
            throw error;
        }
    }

    async now() {
        return (await this.db.one('SELECT letterbox.now()::text AS now')).now;
    }

    async agency(slug) {
        const base = 1_000_000_000_000 * (this.agencies += 1);
        const agency = { id: String(base), base, slug, staff: {}, sessions: {}, jobs: {} };
        const at = await this.now();
        await this.insert('agency', { agency_id: agency.id, slug, name: `The ${slug} agency`,
            neutral_name: 'Post desk', demo: true, made_at: at });
        agency.deskKey = half(`${slug} desk`);
        for (const purpose of ['press', 'desk', 'post'])
            await this.insert('agency_key', { agency_id: agency.id, key_id: half(`${slug} ${purpose}`),
                purpose, public_key: key(`${slug} ${purpose}`), made_at: at });
        for (const place of ['one', 'two'])
            await this.insert('agency_key', { agency_id: agency.id, key_id: half(`${slug} archive ${place}`),
                purpose: 'archive', public_key: sealed(400),
                fingerprint: key(`${slug} archive ${place}`).toString('hex').slice(0, 40).toUpperCase(),
                made_at: at });
        for (const [number, role] of ROLES.entries())
            await this.addStaff(agency, role, String(base + 1 + number), role);
        for (const [number, worker] of ['press', 'post', 'diary'].entries())
            await this.lease(agency, worker, String(base + 21 + number));
        return agency;
    }

    async addStaff(agency, name, id, role) {
        const at = await this.now();
        agency.staff[name] = id;
        await this.insert('staff', { agency_id: agency.id, staff_id: id, role, sealed_record: sealed(),
            key_id: half(`staff ${id}`), public_key: key(`staff ${id}`), argon_passes: 3, argon_kib: 65536,
            argon_salt: half(`salt ${id}`), wrapped_secret: sealed(109), sealed_totp: sealed(), made_at: at });
        await this.insert('staff_lookup', { agency_id: agency.id, value: key(`look up staff ${id}`), staff_id: id });
        await this.insert('staff_grant', { agency_id: agency.id, staff_id: id, key_id: agency.deskKey,
            sealed_secret: sealed(), granted_at: at });
        agency.sessions[name] = await this.session(agency, { kind: 'desk', staff_id: id, role });
    }

    // A live session; the answer is what letterbox.session takes.
    async session(agency, whose, { stage = 'full', minutes = 15, hours = 8 } = {}) {
        const sid = randomBytes(32);
        const at = await this.now();
        const later = async (interval) => (await this.db.one(
            'SELECT (letterbox.now() + $1::interval)::text AS at', [interval])).at;
        await this.insert('session', { agency_id: agency.id, session_key: sha256(sid), stage, ...whose,
            sealed_secret: sealed(), made_at: at, seen_at: at,
            idle_ends_at: await later(`${minutes} minutes`), ends_at: await later(`${hours} hours`) });
        return sid.toString('hex');
    }

    // A job with a lease that is held; the answer in agency.jobs is what letterbox.lease takes.
    async lease(agency, worker, id, { minutes = 60, kind = 'test_work' } = {}) {
        const lease = randomBytes(32);
        await this.db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, state, attempts, run_at,
                lease_hash, lease_until, made_at)
            VALUES ($1, $2, $3, $4, 'leased', 1, letterbox.now(), $5, letterbox.now() + $6::interval, letterbox.now())`,
        [agency.id, id, worker, kind, sha256(lease), `${minutes} minutes`]);
        agency.jobs[worker] = lease.toString('hex');
        return agency.jobs[worker];
    }

    async blob(agency, id, purpose, bytes = sealed(4096), account = null) {
        const at = await this.now();
        await this.db.query(`WITH header AS (
                INSERT INTO letterbox.blob (agency_id, blob_id, purpose, account_id, bytes, chunks, made_at)
                VALUES ($1, $2, $3, $4, $5, 1, $6))
            INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes) VALUES ($1, $2, 0, $7)`,
        [agency.id, id, purpose, account, bytes.length, at, bytes]);
        return id;
    }

    async story(agency) {
        const base = agency.base + 1_000_000 * (this.stories += 1);
        const id = (number) => String(base + number);
        const here = { agency_id: agency.id };
        const at = await this.now();
        const day = at.slice(0, 10);
        const month = `${at.slice(0, 7)}-01`;
        const names = { child: id(1), brother: id(2), family: id(11), mother: id(12), gran: id(13), aunt: id(14),
            arrangement: id(21), toMother: id(31), toFamily: id(32), account: id(51), fromMother: id(61),
            fromFamily: id(62), scan: id(63), toFamilyRelease: id(71), toMotherRelease: id(72), toGranRelease: id(73),
            portalDispatch: id(81), linkDispatch: id(82), postDispatch: id(83), link: id(85), print: id(86),
            message: id(91), visit: id(47), notice: id(43), occasion: id(41), draft: id(95), join: id(96), job: id(97), approve: id(101) };
        const n = names;
        let blobs = 500;
        const blob = (purpose, account) => this.blob(agency, id(blobs += 1), purpose, sealed(4096), account);

        for (const child of [n.child, n.brother])
            await this.insert('child', { ...here, child_id: child, sealed_record: sealed(),
                eighteenth_month: '2035-03-01', made_at: at });
        await this.insert('child_link', { ...here, child_id: n.child, sibling_id: n.brother });
        const parties = [['family', 'adoptive', 'portal'], ['mother', 'birth', 'link'], ['gran', 'birth', 'post'],
            ['aunt', 'birth', 'email']];
        for (const [name, kind, channel] of parties) {
            await this.insert('party', { ...here, party_id: n[name], kind, channel, sealed_record: sealed(),
                address_confirmed: true, email_confirmed: true, plain_consent: true, alias_token: alias(n[name]),
                made_at: at, state_changed_at: at });
            await this.insert('party_lookup', { ...here, use: 'sender', value: key(`mail ${n[name]}`),
                party_id: n[name] });
        }
        await this.insert('arrangement', { ...here, arrangement_id: n.arrangement, child_id: n.child, kind: 'indirect',
            photo_level: 'face', sealed_record: sealed(), made_at: at });
        for (const [name, side] of parties)
            await this.insert('arrangement_party', { ...here, arrangement_id: n.arrangement, party_id: n[name], side });
        await this.insert('contact', { ...here, contact_id: n.toMother, arrangement_id: n.arrangement,
            party_id: n.family, other_party_id: n.mother, sealed_label: sealed() });
        await this.insert('contact', { ...here, contact_id: n.toFamily, arrangement_id: n.arrangement,
            party_id: n.mother, other_party_id: n.family });
        await this.insert('agreement', { ...here, arrangement_id: n.arrangement, version: 1, months: [3, 9],
            first_writer: 'adoptive', source: 'plan', sealed_terms: sealed(), agreed_on: day,
            made_by: agency.staff.coordinator, made_at: at });
        for (const [number, from, to] of [[41, n.family, n.mother], [42, n.mother, n.family]])
            await this.insert('occasion', { ...here, occasion_id: id(number), arrangement_id: n.arrangement,
                from_party: from, to_party: to, month, due_on: day, agreement_version: 1, changed_at: at });
        // A meeting that was confirmed once and is being planned anew.
        await this.insert('visit', { ...here, visit_id: n.visit, arrangement_id: n.arrangement, starts_at: '2126-05-01 13:00Z',
            ends_at: '2126-05-01 14:00Z', margin_minutes: 30, supervisor: agency.staff.coordinator, sealed_record: sealed(),
            told_starts_at: '2126-04-01 13:00Z', told_ends_at: '2126-04-01 14:00Z', sequence: 2,
            planned_by: agency.staff.coordinator, made_at: at, changed_at: at, changed_by: agency.staff.coordinator });
        for (const [number, party, sheets] of [[48, n.family, 1], [49, n.mother, 0]])
            await this.insert('visit_party', { ...here, visit_id: n.visit, party_id: party, arrangement_id: n.arrangement,
                invite_id: id(number), sealed_record: sealed(), sheet_version: sheets });

        await this.insert('notice', { ...here, notice_id: n.notice, to_party: n.family, kind: 'reminder', day, by_on: day,
            made_at: at, changed_at: at });
        await this.insert('chase', { ...here, chase_id: id(44), occasion_id: id(41), act: 'reminder', event: 'asked',
            base_on: day, day: 0, ladder_version: 1, notice_id: n.notice, at });

        await this.insert('account', { ...here, account_id: n.account, party_id: n.family,
            key_id: half(`account ${n.account}`), public_key: key(`account ${n.account}`), argon_passes: 3,
            argon_kib: 65536, argon_salt: half(`salt ${n.account}`), wrapped_secret: sealed(109),
            sealed_code_address: sealed(), made_at: at });
        await this.insert('account_lookup', { ...here, value: key(`sign in ${n.account}`), account_id: n.account });
        await this.insert('import_row', { ...here, import_row_id: id(93), arrangement_id: n.arrangement, party_id: n.mother,
            sealed_cells: sealed(), imported_at: at });
        await this.insert('join_code', { ...here, join_id: n.join, party_id: n.mother, code_hash: key(`join ${n.join}`),
            email_check: key(`join mail ${n.join}`), expires_at: '2126-01-01', made_by: agency.staff.coordinator,
            made_at: at });
        await this.insert('draft', { ...here, draft_id: n.draft, account_id: n.account, arrangement_id: n.arrangement,
            sealed_draft: sealed(), made_at: at, changed_at: at });
        await this.insert('draft_file', { ...here, draft_id: n.draft, number: 1,
            blob_id: await blob('draft', n.account) });

        const letter = async (letter_id, row) => {
            await this.insert('letter', { ...here, letter_id, arrangement_id: n.arrangement, state: 'in_review',
                received_at: at, changed_at: at, ...row });
            await this.insert('original', { ...here, letter_id, number: 1, kind: row.channel === 'email' ? 'mail'
                : 'text', blob_id: await blob('original') });
            await this.insert('part', { ...here, letter_id, number: 1, kind: 'text', blob_id: await blob('part') });
            await this.insert('review', { ...here, letter_id, version: 1, blob_id: await blob('review'),
                text_digest: key(`text ${letter_id}`), made_at: at });
        };
        await letter(n.fromMother, { from_party: n.mother, channel: 'email' });
        await letter(n.fromFamily, { from_party: n.family, channel: 'portal' });
        await letter(n.scan, { from_party: n.gran, channel: 'paper', entered_by: agency.staff.coordinator });
        await this.insert('letter_contact', { ...here, letter_id: n.fromFamily, contact_id: n.toMother });
        await this.insert('mail_kept', { ...here, mailbox: 'inbox', folder: Buffer.alloc(32, 1), uidvalidity: 1,
            uid: base % 1e9, digest: Buffer.alloc(32, 2), met_at: at });
        await this.insert('mail_seen', { ...here, seen_id: id(65), mailbox: 'inbox', uidvalidity: 1, uid: base % 1e9,
            digest: key(`mail ${n.fromMother}`), letter_id: n.fromMother, seen_at: at });
        await this.insert('archive_copy', { ...here, archive_id: id(66), letter_id: n.fromMother, kind: 'original',
            number: 1, blob_id: await blob('archive'), key_ids: Buffer.alloc(32, 7), made_at: at });

        let decisions = 100;
        const release = async (release_id, letter_id, to_party, channel, dispatch_id) => {
            const decision_id = await this.decide(agency, { decision_id: id(decisions += 1), letter_id, to_party });
            await this.insert('release', { ...here, release_id, letter_id, letter_version: 1,
                arrangement_id: n.arrangement, to_party, decision_id, composed_at: at });
            for (const audience of ['recipient', 'desk'])
                await this.insert('release_part', { ...here, release_id, audience, number: 1, kind: 'text',
                    blob_id: await blob('release') });
            await this.insert('dispatch', { ...here, dispatch_id, release_id, channel, address_version: 1,
                made_at: at, changed_at: at });
        };
        await release(n.toFamilyRelease, n.fromMother, n.family, 'portal', n.portalDispatch);
        await this.db.query(`UPDATE letterbox.release SET state = 'available', opened_at = letterbox.now()
            WHERE agency_id = $1 AND release_id = $2`, [agency.id, n.toFamilyRelease]);
        await this.insert('attempt', { ...here, attempt_id: id(88), dispatch_id: n.portalDispatch, number: 1,
            kind: 'deliver', started_at: at, ended_at: at, outcome: 'done' });
        await this.db.query(`UPDATE letterbox.dispatch SET state = 'delivered' WHERE agency_id = $1 AND dispatch_id = $2`,
            [agency.id, n.portalDispatch]);
        await release(n.toMotherRelease, n.fromFamily, n.mother, 'link', n.linkDispatch);
        await this.insert('link', { ...here, link_id: n.link, release_id: n.toMotherRelease,
            dispatch_id: n.linkDispatch, token_hash: key(`token ${n.link}`), kdf_salt: half(`link ${n.link}`),
            argon_passes: 3, argon_kib: 65536, sealed_key: sealed(), expires_at: '2126-01-01', made_at: at });
        await this.insert('message', { ...here, message_id: n.message, kind: 'link', dispatch_id: n.linkDispatch,
            to_party: n.mother, body_blob: await blob('message'), sealed_address: sealed(),
            mail_token: key(`token ${n.message}`).toString('hex').slice(0, 32), made_at: at, changed_at: at });
        await this.insert('bounce', { ...here, bounce_id: id(92), letter_id: n.fromMother, message_id: n.message,
            dispatch_id: n.linkDispatch, party_id: n.mother, kind: 'delay', code: '4.4.7', is_recipients: true, came_at: at });
        await this.insert('detail_change', { ...here, change_id: id(93), party_id: n.family, account_id: n.account,
            is_address: true, is_email: false, is_phone: false, sealed_change: sealed(), made_at: at });
        await this.insert('arrangement_review', { ...here, review_id: id(94), arrangement_id: n.arrangement, kind: 'regular',
            due_on: day, made_at: at });
        await this.insert('acknowledgement', { ...here, party_id: n.mother, day, letter_id: n.fromMother, made_at: at });
        await release(n.toGranRelease, n.fromFamily, n.gran, 'post', n.postDispatch);
        await this.insert('print_item', { ...here, print_id: n.print, dispatch_id: n.postDispatch,
            letter_blob: await blob('print'), sheet_blob: await blob('print'), made_at: at });
        await this.insert('job', { ...here, job_id: n.job, worker: 'press', kind: 'prepare_letter', run_at: '2126-01-01',
            letter_id: n.scan, made_at: at });

        n.session = await this.session(agency, { kind: 'portal', account_id: n.account, party_id: n.family },
            { minutes: 30 });
        n.waiting = await this.session(agency, { kind: 'portal', account_id: n.account, party_id: n.family },
            { minutes: 30, stage: 'password' });
        n.reader = await this.session(agency, { kind: 'link', link_id: n.link, release_id: n.toMotherRelease },
            { minutes: 30 });
        await this.insert('sign_in_code', { ...here, session_key: sha256(Buffer.from(n.waiting, 'hex')),
            code_hash: key(`code ${n.account}`), expires_at: '2126-01-01' });
        await this.insert('idempotency', { ...here, session_key: sha256(Buffer.from(n.session, 'hex')),
            route: '/letters', once: 'a'.repeat(32), answer: '/letters/1/receipt', made_at: at });
        await this.insert('rate', { scope: 'address', key_hash: key(`address ${base}`), minute: at, failures: 1 });
        await this.db.query(`SELECT letterbox.audit_write($1, 'staff', $2, 'letter_read', 'letter', $3, NULL, NULL, $4)`,
            [agency.id, agency.staff.coordinator, n.scan, sealed()]);
        return n;
    }

    // A decision; by default the checker approves version 1 as it stood on the screen. As a fact alone: nothing follows.
    async decide(agency, { decision_id, letter_id, to_party = null, kind = 'approve', author = agency.staff.checker,
        screen = 'screen', version = 1 }) {
        await this.pastTriggers(async () => this.insert('decision', { agency_id: agency.id, decision_id, letter_id,
            letter_version: version, to_party, kind, author, screen_digest: key(screen), sealed_decision: sealed(),
            decided_at: await this.now() }));
        return decision_id;
    }

    // Letters, dispatches and new details are all over: nothing of a story waits.
    settle(agency) {
        return this.pastTriggers(async () => {
            await this.db.query("UPDATE letterbox.letter SET state = 'released'");
            await this.db.query("UPDATE letterbox.dispatch SET state = 'sent'");
            await this.db.query(`UPDATE letterbox.detail_change SET state = 'dismissed', decided_at = letterbox.now(), decided_by = $1`,
                [agency.staff.manager]);
        });
    }

    async pastTriggers(fn) {
        await this.db.query('SET session_replication_role = replica');
        try {
            return await fn();
        } finally {
            await this.db.query('SET session_replication_role = origin');
        }
    }
}
