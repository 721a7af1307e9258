// SPDX-License-Identifier: AGPL-3.0-or-later
// The portal is killed at every step, loses its disk and its database, and is sent what nobody should
// send. Afterwards the letters, opened with the press's key, are exactly those that were sent: each
// whole, each once, each with one job and one row of the audit.

import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { faultCalls, faultPoints, neverReached } from '../harness/faults.mjs';
import { openDoors } from '../harness/people.mjs';
import { multiset } from '../harness/postbox.mjs';
import { pressroom, sha256 } from '../harness/pressroom.mjs';

const RECEIPT = /^\/letters\/[0-9a-z]{12}\/receipt$/;
const MIB = 1024 * 1024;
const ROOMS = ['server/portal', 'server/http'];

let doors;
let room;
let client;
let family;
let faultLog;
const expected = [];        // one line for each letter that was sent

before(async () => {
    doors = await openDoors({ processes: ['portal', 'post'] });
    room = await pressroom(doors.here);
    family = await doors.family();
    client = family.client;
    faultLog = join(folder('faults'), 'reached');
}, { timeout: 180_000 });

// The same people at a portal that was started anew: another port, the same cookies. It ends with the
// test that started it, so each test begins here.
async function restart(options = {}) {
    if (doors.running.portal.running)
        await doors.running.portal.stop();
    delete doors.here.settings.portal.origin;      // it was that of the port before
    doors.here.write();
    doors.running.portal = await doors.here.start('portal', { faultLog, ...options });
    client.port = doors.running.portal.port;
    client.origin = `https://${client.host}:${client.port}`;
}

const lineOf = ({ text, files }) => [...(text ? [`text ${sha256(Buffer.from(text))}`] : []),
    ...files.map(({ body }) => `file ${sha256(body)}`)].join(', ');

const file = (name, bytes) => ({ field: 'file', name, type: 'application/octet-stream', body: randomBytes(bytes) });

async function fill({ text, files }) {
    const page = await client.get('/letters/new');
    return () => client.submit(page, 'form-post_letters', { text }, { files });
}

// What the database holds, a line a letter; each must have its one job and its one row of the audit.
async function kept() {
    const rows = await room.db.query(`SELECT l.letter_id::text AS letter, o.number, o.kind, o.blob_id,
            (SELECT count(*)::int FROM letterbox.job j WHERE j.letter_id = l.letter_id) AS jobs,
            (SELECT count(*)::int FROM letterbox.audit a
              WHERE a.act = 'letter_sent' AND a.object_id = l.letter_id) AS audits
        FROM letterbox.letter l LEFT JOIN letterbox.original o USING (agency_id, letter_id)
        ORDER BY l.letter_id, o.number`);
    const letters = new Map();
    for (const { letter, number, kind, blob_id: blob, jobs, audits } of rows) {
        deepEqual([jobs, audits], [1, 1], `jobs and audit rows of letter ${letter}`);
        let bytes = await room.openPress(room.binding('ORIGINAL', 'original', letter, number), await room.get(blob));
        if (kind === 'file')
            bytes = bytes.subarray(bytes.indexOf(10) + 1);
        letters.set(letter, [...(letters.get(letter) ?? []), `${kind} ${sha256(bytes)}`]);
    }
    const { n } = await room.db.one(`SELECT count(*)::int AS n FROM letterbox.blob b WHERE b.purpose = 'original'
        AND NOT EXISTS (SELECT FROM letterbox.original o WHERE o.blob_id = b.blob_id)`);
    equal(n, 0, 'blobs that belong to no letter');
    return [...letters.values()].map((parts) => parts.join(', '));
}

const exactly = async () => deepEqual(multiset(await kept()), multiset(expected));
const spoolIsEmpty = () => deepEqual(readdirSync(doors.here.settings.portal.spool_folder), []);

test('killed at every step, a letter that is sent again is there once and whole', async () => {
    const points = faultPoints(ROOMS).filter(({ name }) => name !== 'portal_release_opened');
    ok(points.length >= 3, 'there are points to kill at');
    for (const { name } of points) {
        await restart({ fault: `${name}:kill` });
        const letter = { text: `A letter that dies at ${name}.`, files: [file('one.bin', 200_000), file('two.bin', MIB)] };
        const send = await fill(letter);
        const had = (await kept()).length;
        let answer = null;
        await send().then((page) => { answer = page; }, () => {});
        const how = await Promise.race([doors.running.portal.ended,
            eventually(() => false, { within: 20_000 }).catch(() => null)]);
        ok(how, `${name} was never reached`);
        equal(answer, null, `no receipt from a portal that was killed at ${name}`);
        const now = (await kept()).length;
        ok(now === had || now === had + 1, 'all of the letter or none of it');
        equal(now - had, name === 'portal_after_commit' ? 1 : 0, `kept before the kill at ${name}`);
        spoolIsEmpty();
        await restart();
        expected.push(lineOf(letter));
        const page = await send();
        match(page.path, RECEIPT);
        await exactly();
        equal((await send()).path, page.path, 'the same form gets the same receipt again');
        await exactly();
    }
    deepEqual(neverReached(faultLog, points), []);
}, { timeout: 240_000 });

test('a full disk gets a page with a cure, and nothing of the letter is kept', async () => {
    await restart({ fault: 'spool_write:fail' });
    const letter = { text: 'A letter for which there is no room.', files: [file('large.bin', 300_000)] };
    const send = await fill(letter);
    const page = await send();
    equal(page.status, 503);
    match(page.plain(), /There is no room left to keep that\. Try again later\./);
    ok(page.has('[data-test=home-return]'));
    await exactly();
    spoolIsEmpty();
    await restart();
    expected.push(lineOf(letter));
    match((await send()).path, RECEIPT);
    await exactly();
    deepEqual(neverReached(faultLog, faultCalls(ROOMS)), []);
});

test('PostgreSQL goes and comes back while letters arrive: what had no receipt is sent again and is there once', async () => {
    await restart();
    const letters = Array.from({ length: 6 }, (_, number) =>
        ({ text: `Letter ${number} while the database is away.`, files: [file(`${number}.bin`, 150_000)] }));
    const sends = [];
    for (const letter of letters)
        sends.push(await fill(letter));
    const receipts = new Map();
    const first = sends.map(async (send, number) => {
        await new Promise((done) => { setTimeout(done, number * 30); });
        return send().then((page) => receipts.set(number, page.path), () => {});
    });
    await doors.here.db.kill();
    await Promise.all(first);
    const away = await client.get('/').catch(() => null);
    if (away)
        match(away.plain(), /We cannot reach our records just now\. Try again in a few minutes\./);
    await doors.here.db.start();
    for (const [number, send] of sends.entries()) {
        const page = await eventually(async () => {
            const got = await send();
            return RECEIPT.test(got.path) && got;
        }, { within: 20_000, every: 250, what: `a receipt for letter ${number}` });
        if (RECEIPT.test(receipts.get(number) ?? ''))
            equal(page.path, receipts.get(number), 'a receipt is never taken back');
        expected.push(lineOf(letters[number]));
    }
    await exactly();
    spoolIsEmpty();
}, { timeout: 120_000 });

test('a letter whose COMMIT fails gets no receipt, and the same form can be sent again', async () => {
    await restart();
    const letter = { text: 'A letter that is refused at the last moment.', files: [file('late.bin', 120_000)] };
    const send = await fill(letter);
    await room.db.query(`CREATE FUNCTION letterbox.fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not this time'; END $$`);
    await room.db.query(`CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON letterbox.letter
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION letterbox.fail_at_commit()`);
    try {
        const page = await send();
        ok(!RECEIPT.test(page.path), `a receipt at ${page.path}`);
        ok(page.status >= 400, page.plain());
    } finally {
        await room.db.query('DROP FUNCTION letterbox.fail_at_commit() CASCADE');
    }
    await exactly();
    expected.push(lineOf(letter));
    match((await send()).path, RECEIPT);
    await exactly();
    spoolIsEmpty();
});

test('a double click, and six at once, are one letter and one receipt', async () => {
    await restart();
    for (const clicks of [2, 6]) {
        const letter = { text: `Clicked ${clicks} times.`, files: [file('clicked.bin', 80_000)] };
        const send = await fill(letter);
        const pages = await Promise.all(Array.from({ length: clicks }, send));
        expected.push(lineOf(letter));
        match(pages[0].path, RECEIPT);
        equal(new Set(pages.map(({ path }) => path)).size, 1);
        await exactly();
    }
});

test('an empty, a cut off and a slow upload: said, dropped, taken', async () => {
    await restart();
    const none = await (await fill({ text: '', files: [] }))();
    match(none.plain(), /Type your letter, or add a photo or file/);
    const empty = await (await fill({ text: 'One of these is empty.', files: [file('nothing.bin', 0)] }))();
    match(empty.plain(), /One of the files is empty\. Choose it again/);
    ok(empty.body.includes('One of these is empty.'), 'what was typed stands there again');

    const page = await client.get('/letters/new');
    const cut = { field: 'file', name: 'cut.bin', size: 2 * MIB, async* body() {
        yield randomBytes(MIB);
        throw new Error('the line is cut');
    } };
    await client.submit(page, 'form-post_letters', { text: 'Half of it.' }, { files: [cut] })
        .then(() => ok(false, 'it should have been cut off'), () => {});
    await exactly();

    const bytes = randomBytes(160_000);
    const slow = { field: 'file', name: 'slow.bin', size: bytes.length, async* body() {
        for (let at = 0; at < bytes.length; at += 10_000) {
            yield bytes.subarray(at, at + 10_000);
            await new Promise((done) => { setTimeout(done, 150); });
        }
    } };
    const answer = await client.submit(await client.get('/letters/new'), 'form-post_letters',
        { text: 'Slowly does it.' }, { files: [slow] });
    match(answer.path, RECEIPT);
    expected.push(lineOf({ text: 'Slowly does it.', files: [{ body: bytes }] }));
    await exactly();
    spoolIsEmpty();
});

test('a file of 25 MiB is taken, one byte more and an eleventh file are refused with what to do', async () => {
    await restart();
    const refusedWith = (page, code, text) => {
        equal(page.status, 422, page.path);
        match(page.text(`[data-test=msg-${code}]`), /over 25 MB|10 photos or files at a time/);
        // back on the form, with all that was typed; the files have to be chosen again
        equal(page.text('textarea'), text);
        match(page.text('[data-attach]'), /Add them again before you send/);
        ok(page.has('[data-test=nav-home]'));
    };
    const over = await (await fill({ text: 'One byte over.', files: [file('over.bin', 25 * MIB + 1)] }))();
    refusedWith(over, 'file-too-big', 'One byte over.');
    const eleven = Array.from({ length: 11 }, (_, number) => file(`${number}.bin`, 100));
    const many = await (await fill({ text: 'Eleven files.', files: eleven }))();
    refusedWith(many, 'files-many', 'Eleven files.');
    await exactly();
    const ten = { text: 'Ten files, one of them as large as may be.',
        files: [file('just.bin', 25 * MIB), ...eleven.slice(0, 9)] };
    match((await (await fill(ten))()).path, RECEIPT);
    expected.push(lineOf(ten));
    await exactly();
    spoolIsEmpty();
}, { timeout: 120_000 });

test('killed while a reader opens what was released: it is there at the next look, and the opening is in the audit', async () => {
    const people = await room.family(0);
    const party = (await room.db.one(`SELECT party_id::text AS id FROM letterbox.account
        WHERE signed_in_at IS NOT NULL`)).id;
    equal(people.home.id, party, 'the family that is signed in is the first');
    await room.agent();
    const press = await doors.here.start('press');
    const sender = people.by('link') ?? people.relatives[0];
    const letter = await room.letter({ from: sender, arrangement: people.arrangement, text: 'A warm word for you.' });
    await room.done();
    await room.approve(letter, { to: [party] });
    await room.done();
    const [release] = await room.releases(letter);
    equal(release.state, 'available');
    const openings = async () => (await room.db.one(`SELECT count(*)::int AS n FROM letterbox.audit
        WHERE act = 'release_opened'`)).n;
    equal(await openings(), 0);
    await restart({ fault: 'portal_release_opened:kill' });
    const home = await client.get('/');
    const path = home.find('a').map(({ attribs }) => attribs.href).find((href) => /^\/letters\/[0-9a-z]{12}$/.test(href));
    ok(path, home.plain());
    await client.get(path).then(() => ok(false, 'it should have been killed'), () => {});
    await doors.running.portal.ended;
    equal(await openings(), 1, 'written before it is shown');
    await restart();
    match((await client.get(path)).plain(), /A warm word for you\./);
    await press.stop();
}, { timeout: 180_000 });

test('every step boundary was reached', () => {
    deepEqual(neverReached(faultLog, faultPoints(ROOMS)), []);
});
