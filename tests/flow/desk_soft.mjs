// SPDX-License-Identifier: AGPL-3.0-or-later
// Staff choose how the boxes on a photo look. What looks like a blur tells nothing of what was there: chosen at the desk,
// approved, released, and opened by another program.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { png, scene } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

const WIDE = 480;
const HIGH = 320;
const BOX = { x: 96, y: 64, w: 240, h: 160 };

let room;
let coordinator;
let family;
let account;

before(async () => {
    const here = await site();
    room = await pressroom(here, 'fernshire', { atDesk: true });
    await room.agent();
    await here.start('press');
    const desk = await here.start('desk');
    coordinator = (await staffAtDesk(here, desk, 'coordinator')).client;
    family = await room.family(0);
    account = await room.account(family.home.id);
}, { timeout: 120_000 });

// The pixels of the picture in a PDF, by poppler: at(x, y) is [red, green, blue].
async function pixels(pdf) {
    const home = mkdtempSync('/tmp/letterbox-soft-');
    cleanup(() => rmSync(home, { recursive: true }));
    writeFileSync(join(home, 'letter.pdf'), pdf);
    await run(['pdfimages', join(home, 'letter.pdf'), join(home, 'image')]);
    const ppm = readFileSync(join(home, 'image-000.ppm'));
    const [head, width, height] = ppm.subarray(0, 40).toString('latin1').match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
    deepEqual([Number(width), Number(height)], [WIDE, HIGH]);
    return (x, y) => [...ppm.subarray(head.length + (y * WIDE + x) * 3).subarray(0, 3)];
}

const isIn = (x, y) => x >= BOX.x && x < BOX.x + BOX.w && y >= BOX.y && y < BOX.y + BOX.h;

// A letter with a photo that shows below(x, y) in the box, which is chosen to look so, or nothing is chosen; released.
async function released(below, look) {
    const photo = png(WIDE, HIGH, (x, y) => (isIn(x, y) ? below(x - BOX.x, y - BOX.y) : scene(x, y)));
    const letter = await room.letter({ from: family.by('link'), arrangement: family.arrangement, text: 'A photo of the party.',
        items: [{ kind: 'file', name: 'party.png', bytes: photo }] });
    await room.done();
    const path = `/letters/${codeOf(letter)}`;
    const page = await coordinator.get(path);
    ok(page.has('[data-test=look-plain][checked]') && !page.has('[data-test=look-soft][checked]'), 'plain without a choice');
    const checked = await coordinator.submit(page, 'form-post_letters_ID_marks', { next: 'decide', ...look,
        box: `2:${BOX.x}:${BOX.y}:${BOX.w}:${BOX.h}:name:all` });
    ok(checked.has('[data-test=letter-approve]'), checked.plain());
    await coordinator.submit(checked, 'form-post_letters_ID_decision', { to: codeOf(family.home.id), decision: 'approve' });
    deepEqual((await room.done()).filter((one) => one.letter === letter), []);
    const [release] = await room.releases(letter);
    const parts = await room.releaseParts(release.id, account.secret);
    return { page, checked, at: await pixels(parts.find(({ kind }) => kind === 'pdf').bytes), letter };
}

// Mean and spread of the box's pixels, and how much they are like what was below.
function told({ at }, below) {
    const sums = { n: 0, a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
    for (let y = 0; y < BOX.h; y += 1)
        for (let x = 0; x < BOX.w; x += 1) {
            const [a, b] = [below(x, y)[1], at(BOX.x + x, BOX.y + y)[1]];
            for (const [key, value] of Object.entries({ n: 1, a, b, aa: a * a, bb: b * b, ab: a * b }))
                sums[key] += value;
        }
    const { n, a, b, aa, bb, ab } = sums;
    const spread = Math.sqrt(bb / n - (b / n) ** 2);
    const was = Math.sqrt(aa / n - (a / n) ** 2);
    return { mean: b / n, spread, likeness: was ? (ab / n - a * b / n / n) / (spread * was) : 0 };
}

test('soft boxes are chosen for a photo, shown, approved and released; nothing of what was below can be told', async () => {
    const grey = (shade) => [shade, shade, shade];
    const originals = [() => grey(0), () => grey(255), (x) => grey(x < BOX.w / 2 ? 0 : 255),
        (x, y) => grey(y < BOX.h / 2 ? 0 : 255), (x, y) => grey(((x >> 5) + (y >> 5)) % 2 * 255)];
    const made = [];
    for (const below of originals)
        made.push(await released(below, { look_2: 'soft' }));
    const [{ checked, letter }] = made;
    equal(checked.find('.lb-burnt[filter="url(#soft)"]').length, checked.find('.lb-burnt').length, 'the preview says so');
    ok(checked.has('.lb-burnt'));
    match(checked.plain(), /Boxes on it look soft, like a blur\. Nothing of the picture stays below them\./);
    match((await coordinator.get(`/letters/${codeOf(letter)}`)).plain(), /Boxes on it look soft/, 'and so it was sent');
    made.forEach((one, i) => {
        const { mean, spread, likeness } = told(one, originals[i]);
        ok(spread > 10, `it is no flat box: ${spread}`);
        ok(Math.abs(mean - 135) < 25, `as bright whatever was below: ${mean}`);
        ok(Math.abs(likeness) < 0.6, `unlike what was below: ${likeness}`);
    });
    // Beside the box the letters are the same: nothing there tells which is which.
    for (const { at } of made.slice(1))
        for (let y = 0; y < HIGH; y += 4)
            for (let x = 0; x < WIDE; x += 4)
                if (!isIn(x, y) && (x < BOX.x - 40 || x > BOX.x + BOX.w + 40 || y < BOX.y - 40 || y > BOX.y + BOX.h + 40))
                    deepEqual(at(x, y), made[0].at(x, y), `${x}, ${y}`);
}, { timeout: 180_000 });

test('without a choice boxes are plain; a look that is none is refused', async () => {
    const one = await released(() => [255, 0, 0], {});
    equal(one.checked.find('[filter]').length, 0);
    const { mean, spread } = told(one, () => [0, 0, 0]);
    ok(Math.abs(mean - 96) < 3 && spread < 3, `${mean} ± ${spread}`);
    const letter = await room.letter({ from: family.by('link'), arrangement: family.arrangement, text: 'One more.',
        items: [{ kind: 'file', name: 'party.png', bytes: png(60, 40, scene) }] });
    await room.done();
    const page = await coordinator.get(`/letters/${codeOf(letter)}`);
    equal((await coordinator.submit(page, 'form-post_letters_ID_marks', { look_2: 'clear' })).status, 400);
});
