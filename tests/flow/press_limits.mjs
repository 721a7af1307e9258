// SPDX-License-Identifier: AGPL-3.0-or-later
// What a document may cost is a setting each: over it, staff have a sentence and the rest of the letter.

import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { letterPdf, nestedPdf, png, scene } from '../harness/samples.mjs';
import { picturePdf, scanned } from '../harness/scans.mjs';
import { site } from '../harness/site.mjs';

let room;
let family;

before(async () => {
    const here = await site({ settings: { cleaner: { document_megabytes: 1, pages: 12, page_megapixels: 3,
        document_megapixels: 30, page_seconds: 2, document_seconds: 3 } } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
    family = await room.family(0);
});

// What staff are told of a letter with this file, whose text is there all the same.
async function told(bytes) {
    const id = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Dear Ann, look! Love',
        items: [{ kind: 'file', name: 'a', bytes }] });
    deepEqual(await room.done(), []);
    equal((await room.state(id)).state, 'in_review');
    const review = await room.review(id);
    return { parts: review.parts.length, words: (review.warnings ?? []).join(' '), review };
}

const over = {
    'too many bytes': [() => Buffer.concat([letterPdf([['x']]), Buffer.alloc(1024 * 1024)]), /too big/],
    'too many pages': [() => letterPdf(Array(13).fill(['x'])), /too many pages/],
    'a page too large': [() => png(2000, 1600, () => [255, 255, 255]), /too large/],
    'pages too large together': [() => letterPdf(Array(12).fill(['x']), { box: '0 0 595 842' })
        .toString('latin1').replaceAll('[0 0 595 842]', '[0 0 790 842]'), /too large/],
    'too long': [() => nestedPdf(), /took too long/],
};
for (const [name, [make, sentence]] of Object.entries(over))
    test(`over its limit: ${name}`, async () => {
        const { parts, words } = await told(Buffer.from(make(), 'latin1'));
        equal(parts, 1, 'the typed text alone');
        match(words, sentence);
    });

test('within the limits all is shown', async () => {
    for (const [bytes, count] of [[letterPdf([['x'], ['y']]), 3], [png(300, 200, scene), 2]]) {
        const { parts, words } = await told(bytes);
        deepEqual([parts, words], [count, '']);
    }
});

test('the time of a document holds for reading its pages too: those there is no time for are shown unread', async () => {
    const scan = await scanned(folder('scans'), Array.from({ length: 36 }, (_, i) =>
        `${i} we went to the seaside in the summer and it was lovely to walk by the water`));
    const begun = Date.now();
    const { parts, words, review } = await told(picturePdf(scan, { layers: Array(12).fill([]) }));
    ok(Date.now() - begun < 15_000, `${Date.now() - begun} ms`);
    deepEqual([parts, words], [13, '']);
    ok(review.parts[1].warnings.includes('not-read'));
    deepEqual(review.parts[12].words ?? [], []);
});
