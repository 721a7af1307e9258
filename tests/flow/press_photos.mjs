// SPDX-License-Identifier: AGPL-3.0-or-later
// Words on photos: read once the letter lies before staff, looked through as all else, and proposed as boxes.

import { readFileSync } from 'node:fs';
import { before, deepEqual, equal, eventually, folder, ok, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { png, scene } from '../harness/samples.mjs';
import { sign } from '../harness/scans.mjs';
import { site } from '../harness/site.mjs';

let here;
let room;
let family;
let mother;
let badge;
let press;

before(async () => {
    here = await site();
    room = await pressroom(here);
    await room.agent();
    await room.openArchive();
    press = await here.start('press');
    family = await room.family(0);
    mother = family.by('link');
    await room.changeParty(mother.id, { leak: [{ category: 'school', term: 'Wexcombe Grammar School' }] });
    badge = await sign(folder('samples'), 'Wexcombe Grammar School');
});

const file = (bytes, name = 'a.png') => ({ kind: 'file', name, bytes });
const letter = (text, items, more = {}) =>
    room.letter({ from: family.home, arrangement: family.arrangement, text, items, ...more });
const onPhoto = (review) => review.marks.filter(({ part, w }) => part === 2 && w > 0);

test('what stands on a photo and could lead to the family is proposed as boxes', async () => {
    const id = await letter('Dear Ann, look at her badge! Love', [file(badge)]);
    deepEqual(await room.done(), []);
    const { state, version } = await room.state(id);
    deepEqual([state, version], ['in_review', 2]);
    const review = await room.review(id);
    const photo = review.parts[1];
    ok(photo.words.some(({ text }) => text === 'Wexcombe'), JSON.stringify(photo.words));
    const marks = onPhoto(review);
    ok(marks.length >= 2, JSON.stringify(review.marks));
    for (const { category, why, x, y, w, h } of marks) {
        equal(category, 'school');
        ok(why.length > 0);
        ok(x >= 40 && y >= 30 && x + w <= 660 && y + h <= 130, JSON.stringify([x, y, w, h]));
    }
    const { n } = await room.db.one(`SELECT count(*)::int AS n FROM letterbox.audit WHERE act = 'photos_read'
        AND object_id = $1`, [id]);
    equal(n, 1);
});

test('a name that only a photo gives away is taken out of the text too', async () => {
    const other = await sign(folder('samples'), 'Mrs Pellingham', { name: 'name' });
    const id = await letter('Dear Ann, this is what Pellingham wrote on the board. Love', [file(other)]);
    deepEqual(await room.done(), []);
    const review = await room.review(id);
    ok(onPhoto(review).length > 0, JSON.stringify(review.parts[1].words));
    ok(review.marks.some(({ part, start }) => part === 1 && start !== undefined), JSON.stringify(review.marks));
});

// As a letter that comes out of quarantine: its first review is the press's, and so is the next.
async function outOfQuarantine(photo) {
    const mail = Buffer.from(['From: <new-address@example.org>', 'Subject: Hello', 'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '',
        'this is what pellingham wrote on the board.', '--b', 'Content-Type: image/png',
        'Content-Transfer-Encoding: base64', '', photo.toString('base64').replace(/.{76}/g, '$&\r\n'), '--b--', ''].join('\r\n'));
    const id = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes: mail }] });
    deepEqual(await room.done(), []);
    equal((await room.state(id)).state, 'quarantined');
    return id;
}

async function matched(id) {
    await room.db.query(`UPDATE letterbox.letter SET arrangement_id = $2, from_party = $3, state = 'received'
        WHERE letter_id = $1`, [id, family.arrangement, mother.id]);
    await room.job('prepare_letter', { letter: id });
    deepEqual(await room.done(), []);
    const { state, version } = await room.state(id);
    deepEqual([state, version], ['in_review', 3]);
    return room.review(id);
}
const inText = ({ marks }) => marks.filter(({ part, start }) => part === 1 && start !== undefined);

test('a name that only a photo gives away is taken out of the text of a letter out of quarantine too', async () => {
    const id = await outOfQuarantine(await sign(folder('samples'), 'Mrs Pellingham', { name: 'name' }));
    const review = await matched(id);
    ok(onPhoto(review).length > 0, JSON.stringify(review.parts[1].words));
    ok(inText(review).length > 0, JSON.stringify(review.marks));
});

test('what staff made of a letter stays when its photos are read, also when the press wrote a version upon it', async () => {
    const id = await outOfQuarantine(await sign(folder('samples'), 'Mrs Pellingham', { name: 'name' }));
    await room.db.query(`UPDATE letterbox.review SET made_by = $2 WHERE letter_id = $1`, [id, await room.staff('coordinator')]);
    const review = await matched(id);
    ok(onPhoto(review).length > 0, JSON.stringify(review.parts[1].words));
    deepEqual(inText(review), []);
});

test('a photo without words makes no further version', async () => {
    const id = await letter('Dear Ann, the sea! Love', [file(png(300, 200, scene))]);
    deepEqual(await room.done(), []);
    deepEqual((await room.state(id)).version, 1);
});

test('a letter that was decided upon meanwhile stays as it was decided', async () => {
    await press.stop();
    const dying = await here.start('press', { fault: 'photos_read:kill', ready: false });
    const id = await letter('Dear Ann, look at her badge! Love', [file(badge)]);
    await dying.ended;
    deepEqual(await room.state(id).then(({ state, version }) => [state, version]), ['in_review', 1]);
    await room.decide(id, { to: mother.id });
    await room.db.query(`UPDATE letterbox.job SET lease_until = letterbox.now() - interval '1 second'
        WHERE state = 'leased'`);
    press = await here.start('press');
    deepEqual(await room.done(), []);
    equal((await room.state(id)).version, 1);
});

// What somebody does while a letter's photos are read: the press stands still there until it is done.
async function meanwhile(doIt) {
    await press.stop();
    const stopping = await here.start('press', { fault: 'photos_read:stop' });
    const id = await letter('Dear Ann, look at her badge! Love', [file(badge)]);
    await eventually(() => /^State:\s+T/m.test(readFileSync(`/proc/${stopping.pid}/status`, 'utf8')), { what: 'the press stands still' });
    await doIt(id);
    const { n } = await room.db.one('SELECT count(*)::int AS n FROM letterbox.job WHERE kind = \'read_photos\' AND letter_id = $1', [id]);
    equal(n, 1);
    process.kill(stopping.pid, 'SIGCONT');
    await eventually(async () => (await room.db.one(`SELECT count(*)::int AS n FROM letterbox.job
        WHERE kind = 'read_photos' AND letter_id = $1 AND state = 'leased'`, [id])).n === 0, { what: 'the job ends' });
    await stopping.stop();
    press = await here.start('press');
    deepEqual(await room.done(), []);
    return id;
}

test('a letter that is decided upon while its photos are read stays so, and nothing is left for staff to do', async () => {
    const id = await meanwhile((letterId) => room.decide(letterId, { to: mother.id }));
    equal((await room.state(id)).version, 1);
});

test('photos of a letter that staff change meanwhile are read again', async () => {
    const id = await meanwhile((letterId) => room.remark(letterId));
    const { state, version } = await room.state(id);
    deepEqual([state, version], ['in_review', 3]);
    ok(onPhoto(await room.review(id)).length > 0);
});

for (const [what, fault] of Object.entries({ 'that could not be read': 'words_unread', 'for whose words there is no room': 'letter_full' }))
    test(`staff are told of a photo ${what}`, async () => {
        await press.stop();
        press = await here.start('press', { fault: `${fault}:fail` });
        const id = await letter('Dear Ann, look at her badge! Love', [file(badge)]);
        deepEqual(await room.done(), []);
        const { parts } = await room.review(id);
        deepEqual([parts[1].words ?? [], parts[1].warnings], [[], ['not-read']]);
    });
