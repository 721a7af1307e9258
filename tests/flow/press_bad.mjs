// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters with files that are broken or mean harm: the press says of each what to do, keeps the rest of the letter, and
// goes on with the next.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { gif } from '../harness/pictures.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { bomb, docx, letterPdf, paragraph } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';
import { compound, odt } from '../harness/wordprocessor.mjs';

let room;
let press;

before(async () => {
    const here = await site();
    room = await pressroom(here);
    await room.agent();
    press = await here.start('press');
});

test('no file takes the press down: each is refused in words, and the letter is before staff', async () => {
    const family = await room.family(0);
    const zeros = Buffer.alloc(60 * 1024 * 1024);
    const bad = [['a.png', bomb(), /too large/],
        ['b.docx', docx(paragraph('x'), { more: ['a', 'b', 'c', 'd'].map((name) => [`word/${name}.xml`, zeros, true]) }), /too big/],
        ['c.docx', compound(['EncryptionInfo', 'EncryptedPackage']), /locked with a password/],
        ['d.odt', odt('<text:p>x</text:p>', { locked: true }), /locked with a password/],
        ['e.heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic nothing', 'latin1'), /damaged/],
        ['f.pdf', letterPdf(Array.from({ length: 300 }, () => ['x'])), /too many pages/],
        ['g.doc', compound(['Workbook']), /cannot be taken/],
        ['h.gif', Buffer.from('GIF89a=1;alert(1)//'), /damaged/]];
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Dear Ann, we are well.',
        items: [...bad.map(([name, bytes]) => ({ kind: 'file', name, bytes })),
            { kind: 'file', name: 'good.gif', bytes: gif(64, 48, [0]) },
            { kind: 'file', name: 'good.html', bytes: Buffer.from('<!doctype html><p>It rained.') }] });
    deepEqual(await room.done(), []);
    equal((await room.state(letter)).state, 'in_review');
    const review = await room.review(letter);
    equal(review.parts.length, 3, 'the text, the good picture and the good page');
    for (const [name, , sentence] of bad)
        ok(review.warnings.some((warning) => sentence.test(warning)), `${name}: ${JSON.stringify(review.warnings)}`);
    equal(review.warnings.length, bad.length);
    match((await room.part(letter, 3)).toString(), /It rained/);
    const next = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'And another.' });
    deepEqual(await room.done(), []);
    equal((await room.state(next)).state, 'in_review');
    equal(press.logLines().filter(({ event, err }) => event === 'job' && err !== 'ok').length, 0);
}, { timeout: 200_000 });
