// SPDX-License-Identifier: AGPL-3.0-or-later
// The portal is killed at every step, loses its disk and its database, and is sent what nobody should
// send. Afterwards the letters, opened with the press's key, are exactly those that were sent: each
// whole, each once, each with one job and one row of the audit.

import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { faultCalls, faultPoints, neverReached } from '../harness/faults.mjs';
import { openDoors } from '../harness/people.mjs';
import { multiset } from '../harness/postbox.mjs';
import { pressroom, sha256 } from '../harness/pressroom.mjs';

const RECEIPT = /^\/letters\/[0-9a-z]{12}\/receipt$/;
const MIB = 1024 * 1024;

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

// The same people at a portal that was started anew: another port, the same cookies.
async function restart(options = {}) {
    if (doors.running.portal.running)
        await doors.running.portal.stop();
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
    const points = faultPoints(['server/portal']).filter(({ name }) => name !== 'portal_release_opened');
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

test('killed while a reader opens what was released: it is there at the next look, and the opening is in the audit', async () => {
    const people = await room.family(0);
    const party = (await room.db.one(`SELECT a.party_id::text AS id FROM letterbox.letter l
        JOIN letterbox.account a ON a.agency_id = l.agency_id AND a.party_id = l.from_party LIMIT 1`)).id;
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
    deepEqual(neverReached(faultLog, faultPoints(['server/portal'])), []);
    await press.stop();
}, { timeout: 180_000 });
