// SPDX-License-Identifier: AGPL-3.0-or-later
// A page that was shown can leave, whatever the settings say by then.

import { before, deepEqual, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { letterPdf } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';

let here;
let room;
let press;

before(async () => {
    here = await site();
    room = await pressroom(here);
    await room.agent();
    press = await here.start('press');
});

const poster = Buffer.from(letterPdf([['Tregenza']], { box: '0 0 5040 5040' }).toString('latin1')
    .replace('/MediaBox [0 0 595 842]', '/MediaBox [0 0 5040 5040]'), 'latin1');

// A letter with the poster in review: { letter, account, to }.
async function reviewed(number) {
    const family = await room.family(number);
    const account = await room.account(family.home.id);
    const letter = await room.letter({ from: family.by('link'), arrangement: family.arrangement, text: 'A poster.',
        items: [{ kind: 'file', name: 'poster.pdf', bytes: poster }] });
    deepEqual(await room.done(), []);
    const { parts: [, page] } = await room.review(letter);
    deepEqual([page.width, page.height], [3000, 3000]);
    await room.remark(letter, (review) => {
        review.marks = [{ number: 1, part: 2, x: 100, y: 100, w: 500, h: 500, category: 'name', source: 'staff', why: '',
            confidence: 100, for: [family.home.id] }];
    });
    return { letter, account, to: family.home.id };
}

async function released({ letter, account, to }) {
    await room.approve(letter, { to: [to] });
    deepEqual(await room.done(), []);
    const [release] = await room.releases(letter);
    deepEqual((await room.releaseParts(release.id, account.secret)).map(({ kind }) => kind), ['text', 'page', 'words', 'pdf']);
}

test('what was shown is released after the settings have become tighter, too', async () => {
    const made = await reviewed(1);
    await press.stop();
    here.settings.cleaner = { page_megapixels: 5 };
    here.write();
    await here.start('press');
    await released(made);
}, { timeout: 120_000 });
