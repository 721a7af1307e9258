// SPDX-License-Identifier: AGPL-3.0-or-later
// A letter as it arrives: opened, looked through for each recipient, laid before staff.

import { before, deepEqual, equal, match, notEqual, ok, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
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

const marked = (review, text, party) => review.marks.filter((mark) => mark.part === 1 && mark.for.includes(party))
    .map((mark) => Buffer.from(text).subarray(mark.start, mark.end).toString());

test('a typed letter is in review, with marks for each recipient by its own leak list', async () => {
    const family = await room.family(0);
    const [one, two] = family.relatives;
    await room.changeParty(one.id, { leak: [{ category: 'name', term: 'Featherstonehaugh' }] });
    await room.changeParty(two.id, { leak: [{ category: 'place', term: 'Upper Slaughter' }] });
    const text = 'Dear Ann,\nwe are the Featherstonehaughs of Upper  Slaughter, at LS1 4AP. Love';
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
    deepEqual(await room.done(), []);
    equal((await room.state(letter)).state, 'in_review');
    const review = await room.review(letter);
    deepEqual([...review.recipients].sort(), [one.id, two.id].sort());
    ok(marked(review, text, one.id).some((word) => word.startsWith('Featherstonehaugh')));
    ok(!marked(review, text, one.id).includes('Upper  Slaughter'));
    ok(marked(review, text, two.id).includes('Upper  Slaughter'));
    for (const party of [one, two])
        ok(marked(review, text, party.id).some((word) => word.includes('LS1 4AP')));
    equal(review.parts.length, 1);
    equal(review.parts[0].origin, 'typed');
    equal((await room.part(letter, 1)).toString(), text);
    equal(review.version, 1);
    equal(press.logLines().filter(({ event, err }) => event === 'job' && err !== 'ok').length, 0);
});
