// SPDX-License-Identifier: AGPL-3.0-or-later
// The press killed at every step boundary, once each: after it was started again everything is there as if nothing
// had happened, and nothing is there twice. Compared are digests of what came out, not counts.

import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { faultPoints, neverReached } from '../harness/faults.mjs';
import { pressroom, sha256 } from '../harness/pressroom.mjs';
import { sign } from '../harness/scans.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let here;
let room;
let family;
let account;
let log;
let expected;
let badge;

const TEXT = 'Dear Ann,\nwe live at LS1 4AP and think of you.\nLove';
const CODE = /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/g;
const MAIL = (id) => Buffer.from(`Authentication-Results: mx.test; dmarc=pass header.from=${family.mail.split('@')[1]}\r\n`
    + `From: <${family.mail}>\r\nTo: <post@fernshire.test>\r\nMessage-ID: <${id}@x.test>\r\nSubject: Hello\r\n\r\n`
    + 'Dear all, my postcode is LS1 4AP.\r\n');

before(async () => {
    here = await site({ settings: { portal: { origin: 'https://portal.example' }, post: { authserv: 'mx.test' } } });
    log = join(here.home, 'faults.log');
    badge = await sign(folder('samples'), 'Wexcombe Grammar School');
    room = await pressroom(here);
    await room.agent();
    await room.openArchive();
    const first = await start();
    await room.done();
    family = await room.family(0);
    family.mother = family.by('link');
    family.mail = family.mother.record.emails[0];
    account = await room.account(family.home.id);
    expected = [await outcome(await typed()), await outcome(await mailed()), await welcomed()];
    await first.stop();
});

const start = (fault = null, options = {}) => here.start('press', { fault, faultLog: log, ...options });

// ---- three ways through the press; each waits for the press with `go` ----

const wait = () => room.done();

// Typed, with a photo that has words on it, to a link and to print.
async function typed(go = wait) {
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: TEXT,
        items: [{ kind: 'file', name: 'a.png', bytes: badge }] });
    await go();
    await room.approve(letter, { to: [family.mother.id, family.by('post').id] });
    await go();
    return letter;
}

// By e-mail, into the portal.
let mails = 0;
async function mailed(go = wait) {
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes: MAIL(mails += 1) }] });
    await go();
    await room.approve(letter, { to: [family.home.id] });
    await go();
    return letter;
}

// An account that was just made.
async function welcomed(go = wait) {
    const before_ = (await room.messages(`kind = 'join_done'`)).length;
    await room.job('welcome_account', { party: family.home.id, account: account.id });
    await go();
    const labels = await room.db.query(`SELECT contact_id::text AS id, sealed_label, label_version FROM letterbox.contact
        WHERE party_id = $1 AND arrangement_id = $2 ORDER BY contact_id`, [family.home.id, family.arrangement]);
    const names = [];
    for (const { id, sealed_label: sealed, label_version: version } of labels)
        names.push((await room.openWith(account.secret, room.binding('GREETING', 'contact', id, version), sealed)).toString());
    return [...names.sort(), `${(await room.messages(`kind = 'join_done'`)).length - before_} notices`];
}

// ---- what came out, as digests without what is random by design ----

const plain = (text) => text.replace(CODE, 'CODE').replace(/\/l\/[\w-]{43}/g, '/l/TOKEN');
async function digest(kind, bytes) {
    if (kind === 'pdf')
        return sha256(plain((await run(['pdftotext', '-layout', '-', '-'], { input: bytes })).stdout));
    return sha256(kind === 'text' ? Buffer.from(plain(bytes.toString())) : bytes);
}

async function outcome(letter) {
    const { state, version } = await room.state(letter);
    const lines = [`letter ${state} ${version}`];
    for (const row of await room.db.query('SELECT number, kind FROM letterbox.part WHERE letter_id = $1', [letter]))
        lines.push(`part ${row.kind} ${sha256(await room.part(letter, row.number))}`);
    const review = await room.review(letter);
    lines.push(`review ${sha256(JSON.stringify(review.marks))}`);
    for (const release of await room.releases(letter)) {
        lines.push(`release to ${release.to} ${release.kind} ${release.state} ${release.photo_level}`);
        for (const part of await room.releaseParts(release.id))
            lines.push(`copy to ${release.to} ${part.kind} ${await digest(part.kind, part.bytes)}`);
        const { n } = await room.db.one(`SELECT count(*)::int AS n FROM letterbox.release_part
            WHERE release_id = $1 AND audience = 'recipient'`, [release.id]);
        lines.push(`sealed to ${release.to} ${n}`);
        const audits = await room.db.query(`SELECT act FROM letterbox.audit WHERE object_kind = 'release' AND object_id = $1`,
            [release.id]);
        lines.push(`audit to ${release.to} ${audits.map(({ act }) => act).sort()}`);
    }
    for (const copy of await room.archive(letter))
        lines.push(`archive ${copy.kind} ${copy.number} ${await digest(copy.kind === 'release' ? 'pdf' : 'file', copy.bytes)}`);
    for (const dispatch of await room.dispatches(letter)) {
        lines.push(`dispatch to ${dispatch.to} ${dispatch.channel} ${dispatch.state}`);
        for (const mail of await room.messages('dispatch_id = $1', [dispatch.id]))
            lines.push(`mail ${mail.kind} to ${mail.address} ${sha256(plain(`${mail.subject}\n${mail.entity}`))}`);
        const { prints, links, jobs } = await room.db.one(`SELECT
            (SELECT count(*)::int FROM letterbox.print_item WHERE dispatch_id = $1) AS prints,
            (SELECT count(*)::int FROM letterbox.link WHERE dispatch_id = $1) AS links,
            (SELECT count(*)::int FROM letterbox.job WHERE dispatch_id = $1) AS jobs`, [dispatch.id]);
        lines.push(`rows of ${dispatch.channel}: ${prints} prints, ${links} links, ${jobs} jobs`);
    }
    return lines.sort();
}

// A dead worker's lease runs out. What it had asked just before may still be under way in the database: a claim, for one.
async function expire() {
    await eventually(async () => (await room.db.one(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE usename = 'lb_press'`)).n === 0, { what: 'the connections of the dead press gone' });
    await room.db.query(`UPDATE letterbox.job SET lease_until = letterbox.now() - interval '1 second'
        WHERE state = 'leased'`);
}

// The first time that the press is waited for, it is one that dies; then it is started again.
async function withDeath(point, way) {
    const dying = await start(`${point}:kill`, { ready: false });
    let died = false;
    const go = async () => {
        if (!died) {
            died = await Promise.race([dying.ended.then(() => true), room.done().then(() => !dying.running)]);
            if (died) {
                await expire();
                await start();
            }
        }
        await room.done();
    };
    const what = await way(go);
    ok(died, `${point} was reached`);
    return what;
}

// Each mail has its own Message-ID.
const normal = (lines) => lines.filter((line) => !/^archive original/.test(line));

// At notices flow/reminders.mjs kills it.
const points = faultPoints(['worker/press', 'worker/queue']).filter(({ name }) => !/^notice/.test(name));

for (const { name, where } of points)
    test(`killed at ${name}, the press loses nothing and makes nothing twice`, async () => {
        if (/^welcome/.test(name))
            deepEqual(await withDeath(name, welcomed), expected[2], where);
        else if (/matched|looked/.test(name))
            deepEqual(normal(await outcome(await withDeath(name, mailed))), normal(expected[1]), where);
        else
            deepEqual(await outcome(await withDeath(name, typed)), expected[0], where);
    });

test('every step boundary was reached', () => {
    deepEqual(neverReached(log, points), []);
});

test('a job that does not end when the press is asked to stop is cut off after half a minute, and done later', async () => {
    const stalled = await start('queue_claimed:stall');
    const go = async () => {
        if (stalled.running) {
            await eventually(async () => (await room.db.one(`SELECT count(*)::int AS n FROM letterbox.job
                WHERE state = 'leased'`)).n > 0, { what: 'a job that runs' });
            await stalled.stop();
            match(stalled.logText(), /event=cut_off/);
            await expire();
            const next = await start();
            cleanup(() => next.running && next.stop());
        }
        await room.done();
    };
    deepEqual(await outcome(await typed(go)), expected[0]);
}, { timeout: 120_000 });

test('a press that comes back after its lease ran out changes nothing', async () => {
    const running = await start();
    cleanup(() => running.running && running.stop());
    const letter = await typed();
    const before_ = await outcome(letter);
    await room.job('burn_release', { letter });
    await room.job('prepare_letter', { letter });
    await room.done();
    deepEqual(await outcome(letter), before_);
    equal((await room.db.one(`SELECT count(*)::int AS n FROM letterbox.job WHERE state = 'staff'`)).n, 0);
});
