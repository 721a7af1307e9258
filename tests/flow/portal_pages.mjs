// SPDX-License-Identifier: AGPL-3.0-or-later
// A released letter with a page, as its reader gets it in the portal: the image, and the words that stay on it.

import { before, doesNotMatch, equal, match, ok, test } from '../harness/test.mjs';
import { openDoors } from '../harness/people.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { letterPdf, png, scene } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';

let doors;
let room;
let people;
let client;

before(async () => {
    doors = await openDoors({ processes: ['portal', 'post'] });
    room = await pressroom(doors.here);
    await room.agent();
    await doors.here.start('press');
    const families = doors.here.people.filter(({ role, agency }) => role === 'family' && agency === 'fernshire');
    people = await room.family(0);
    ({ client } = await doors.family({
        number: families.findIndex(({ email }) => people.home.record.emails?.includes(email)) }));
}, { timeout: 180_000 });

// A letter of a page and a photo, released to the family.
async function released() {
    const letter = await room.letter({ from: people.relatives[0], arrangement: people.arrangement, text: 'A page and a photo.',
        items: [{ kind: 'file', name: 'page.pdf', bytes: letterPdf([['I saw <b>Tregenza</b> at the', 'shop & we walked home.']]) },
            { kind: 'file', name: 'sea.png', bytes: png(200, 120, scene) }] });
    await room.done();
    await room.remark(letter, (review) => {
        review.marks = review.parts[1].words.filter(({ text }) => /Tregenza/.test(text)).map(({ x, y, w, h }) => ({
            number: 1, part: 2, x, y, w, h, category: 'name', source: 'staff', why: '', confidence: 100,
            for: [people.home.id] }));
    });
    await room.approve(letter, { to: [people.home.id] });
    equal((await room.done()).find((one) => one.letter === letter), undefined);
    return letter;
}

test('who cannot see a page has its words read aloud; those that are covered are nowhere', async () => {
    await released();
    const home = await client.get('/');
    const page = await client.get(home.attribute('[data-test=letter-open]', 'href'));
    doesNotMatch(page.body, /Tregenza/);
    equal(page.find('[data-test=row-page]').length, 2);
    equal(page.find('[data-test=page-words]').length, 1, 'a photo without words has none to read');
    equal(page.text('[data-test=page-words] summary'), 'Read the words on this page: Picture 1');
    match(page.text('[data-test=page-words] div'), /^I saw \[removed\]\s+shop & we walked home\.$/);
    const src = page.attribute('[data-test=row-page] img', 'src');
    const image = await client.get(src);
    equal(image.headers['content-type'], 'image/jpeg');
    equal(image.bytes.subarray(0, 3).toString('hex'), 'ffd8ff');
    ok(!image.bytes.includes('walked'), 'an image is an image');
    const pdf = await client.get(page.attribute('[data-test=letter-download]', 'href'));
    const text = (await run(['pdftotext', '-f', '2', '-l', '2', '-', '-'], { input: pdf.bytes })).stdout;
    match(text, /^I saw\s+shop & we walked home\./);
    doesNotMatch(text, /Tregenza|removed/);
}, { timeout: 120_000 });

test('no picture is opened to show the letter: it is there when they are not', async () => {
    const [release] = await room.releases(await released());
    for (const { blob_id: blob } of await room.db.query(`SELECT blob_id FROM letterbox.release_part WHERE agency_id = $1
            AND release_id = $2 AND audience = 'recipient' AND kind IN ('page', 'photo')`, [room.agency, release.id]))
        await room.replace(blob, Buffer.from('no seal'));
    const page = await client.get((await client.get('/')).attribute('[data-test=letter-open]', 'href'));
    equal(page.status, 200);
    match(page.text('[data-test=page-words] div'), /^I saw \[removed\]/);
    equal((await client.get(page.attribute('[data-test=row-page] img', 'src'))).status, 500);
}, { timeout: 120_000 });
