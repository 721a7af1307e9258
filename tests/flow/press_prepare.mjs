// SPDX-License-Identifier: AGPL-3.0-or-later
// A letter as it arrives: opened, looked through for each recipient, laid before staff.

import { before, deepEqual, equal, match, notEqual, ok, test } from '../harness/test.mjs';
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

const marked = (review, text, party) => review.marks.filter((mark) => mark.part === 1 && mark.for.includes(party))
    .map((mark) => Buffer.from(text).subarray(mark.start, mark.end).toString());

test('a typed letter is in review, with marks for each recipient by its own leak list', async () => {
    const family = await room.family(0);
    const [one, two] = family.relatives;
    await room.changeParty(one.id, { leak: [{ category: 'name', term: 'Featherstonehaugh' }] });
    await room.changeParty(two.id, { leak: [{ category: 'dob', term: '3 May 2015' }] });
    const text = 'Dear Ann,\nwe Featherstonehaughs went swimming. It rained on 3  May 2015, at LS1 4AP. Love';
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
    deepEqual(await room.done(), []);
    equal((await room.state(letter)).state, 'in_review');
    const review = await room.review(letter);
    deepEqual([...review.recipients].sort(), [one.id, two.id].sort());
    ok(marked(review, text, one.id).some((word) => word.startsWith('Featherstonehaugh')));
    ok(!marked(review, text, one.id).includes('3  May 2015'));
    ok(marked(review, text, two.id).includes('3  May 2015'));
    for (const party of [one, two])
        ok(marked(review, text, party.id).some((word) => word.includes('LS1 4AP')));
    equal(review.parts.length, 1);
    equal(review.parts[0].origin, 'typed');
    equal((await room.part(letter, 1)).toString(), text);
    equal(review.version, 1);
    equal(press.logLines().filter(({ event, err }) => event === 'job' && err !== 'ok').length, 0);
});

// What the words of a page say without showing it would leave with them, as text under the picture.
test('characters that show nothing are taken out of the words of a page, and many are told', async () => {
    const family = await room.family(0);
    const secret = '200C200D2060'.repeat(6);
    const bytes = Buffer.from(letterPdf([['Dear Ann']]).toString('latin1').replace('(Dear Ann) Tj',
        `/Span << /ActualText <FEFF0044006500610072${secret}> >> BDC (Dear) Tj EMC ( Ann) Tj`), 'latin1');
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, items: [{ kind: 'file', name: 'a.pdf', bytes }] });
    deepEqual(await room.done(), []);
    const { parts, warnings } = await room.review(letter);
    deepEqual(parts.find((part) => part.kind === 'page').words.map((word) => word.text), ['Dear', 'Ann']);
    match(warnings.join('\n'), /18 characters that show nothing/);
});

test('of a letter with several parts each mark has the reason of its own part, and "repeat" only what another part taught', async () => {
    const family = await room.family(0);
    for (const { id } of family.relatives)
        await room.changeParty(id, { leak: [{ category: 'name', term: 'Featherstonehaugh' }] });
    const text = 'Dear Ann,\nring me on 07911 123456. Our school is called Marlby Primary School.\nThe Featherstonehaughs';
    const bytes = letterPdf([['Ring 07911 123456 again.', 'We like it at marlby primary school.', 'Featherstonehaugh']]);
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text,
        items: [{ kind: 'file', name: 'two.pdf', bytes }] });
    deepEqual(await room.done(), []);
    const { marks, parts } = await room.review(letter);
    const words = ({ part, start, end, x, y }) => (part === 1 ? text.slice(start, end)
        : parts[part - 1].words.find((word) => word.x === x && word.y === y).text);
    const reasons = (part, pattern) => new Set(marks.filter((mark) => mark.part === part && pattern.test(words(mark)))
        .map(({ source, why }) => `${source}: ${why}`));
    const phone = new Set(['pattern: has the form of a phone number']);
    deepEqual(reasons(1, /07911/), phone);
    deepEqual(reasons(2, /07911|123456/), phone);
    const repeat = new Set(['repeat: the same words are taken out elsewhere']);
    deepEqual(reasons(1, /Marlby/), new Set(["names: a name with a word like 'school' or 'surgery' "
        + '(could show where the child learns or plays)']));
    deepEqual(reasons(2, /marlby|primary|school/), repeat);
    const listed = new Set(["leak-list: protected term 'Featherstonehaugh'"]);
    deepEqual(reasons(1, /Feather/), listed);
    deepEqual(reasons(2, /Feather/), listed);
});

const member = (party, arrangement, change) => room.db.query(`UPDATE letterbox.arrangement_party SET ${change}
    WHERE agency_id = $1 AND arrangement_id = $2 AND party_id = $3`, [room.agency, arrangement, party.id]);

test('a letter is looked through for a recipient who pauses as well: the pause may end before it is decided', async () => {
    const family = await room.family(1);
    const [paused] = family.relatives;
    await room.changeParty(paused.id, { leak: [{ category: 'place', term: 'Upper Slaughter' }] });
    await member(paused, family.arrangement, "state = 'paused'");
    const text = 'We live in Upper Slaughter.';
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
    await room.done();
    await member(paused, family.arrangement, "state = 'active'");
    deepEqual(marked(await room.review(letter), text, paused.id), ['Upper Slaughter']);
});

test('for somebody who takes part only since it came it is looked through again, and what staff marked stays', async () => {
    const family = await room.family(2);
    const late = (await room.family(3)).by('post');
    await room.changeParty(late.id, { leak: [{ category: 'place', term: 'Upper Slaughter' }] });
    const text = 'Dear Ann, we live in Upper Slaughter, at LS1 4AP, by the old mill. Love';
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
    await room.done();
    const first = family.relatives.map(({ id }) => id);
    const at = (words) => ({ part: 1, start: text.indexOf(words), end: text.indexOf(words) + words.length });
    await room.remark(letter, (review) => {
        review.marks.push({ n: 90, ...at('the old mill'), category: 'place', source: 'staff', why: '', confidence: 100,
            for: first });
        for (const concern of review.concerns)
            concern.seen = true;
    });
    const due = () => room.db.query(`SELECT occasion_id FROM letterbox.occasion WHERE letter_id = $1`, [letter]);
    const noted = await due();
    await room.db.query(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side, may_write,
        may_receive) VALUES ($1, $2, $3, 'birth', true, true)`, [room.agency, family.arrangement, late.id]);
    await room.db.query(`UPDATE letterbox.letter SET state = 'received' WHERE letter_id = $1`, [letter]);
    await room.job('prepare_letter', { letter });
    await room.done();
    equal((await room.state(letter)).state, 'in_review');
    const review = await room.review(letter);
    deepEqual([...review.recipients].sort(), [...first, late.id].sort());
    deepEqual(marked(review, text, late.id).sort(), ['LS1 4AP', 'Upper Slaughter', 'the old mill'].sort());
    for (const id of first)
        deepEqual(marked(review, text, id).filter((word) => word !== 'Upper Slaughter').sort(),
            ['LS1 4AP', 'the old mill'].sort());
    ok(review.concerns.every(({ seen }) => seen), 'what was looked at stays looked at');
    deepEqual(await due(), noted, 'it answers no further occasion');
});

test('staff are told of characters that show nothing, when there are many', async () => {
    const family = await room.family(4);
    const secret = [...'call 07700 900123'].map((letter) => String.fromCodePoint(0xe0000 + letter.codePointAt(0))).join('');
    const warnings = async (text) => {
        const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
        await room.done();
        return (await room.review(letter)).warnings ?? [];
    };
    match((await warnings(`Dear Ann,${secret} all is well.`)).join(), /17 characters that show nothing/);
    deepEqual(await warnings('Dear Ann, \u202a01632 960960\u202c is the school, we are all 👨‍👩‍👧 well. ❤️'), []);
});

test('documents with more words together than a page of the desk can hold: the last is named, the rest is kept', async () => {
    const family = await room.family(2);
    const line = 'it '.repeat(44).trim();
    const pages = 70;
    const bytes = letterPdf(Array.from({ length: pages }, () => Array.from({ length: 36 }, () => line)));
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'See the files.',
        items: ['one.pdf', 'two.pdf'].map((name) => ({ kind: 'file', name, bytes })) });
    await room.done();
    equal((await room.state(letter)).state, 'in_review');
    const review = await room.review(letter);
    const words = review.parts.reduce((sum, part) => sum + (part.words?.length ?? 0), 0);
    ok(words > 100_000 && words <= 200_000, `${words} words`);
    equal(review.parts.length, 1 + pages);
    match(review.warnings.join(' '), /Item 3 could not be shown\. The document has more words than can be handled/);
}, { timeout: 120_000 });

const small = () => letterPdf(Array(200).fill(['x']), { box: '60 700 120 760' });

test('files with more pages together than a letter can have: the last is named, the rest is kept', async () => {
    const family = await room.family(2);
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'See the files.',
        items: ['one.pdf', 'two.pdf', 'three.pdf'].map((name) => ({ kind: 'file', name, bytes: small() })) });
    deepEqual(await room.done(), []);
    equal((await room.state(letter)).state, 'in_review');
    const review = await room.review(letter);
    equal(review.parts.length, 1 + 400);
    match(review.warnings.join(' '), /Item 4 could not be shown\. The document has too many pages/);
}, { timeout: 120_000 });

test('an e-mail with more pages than a letter can have keeps its text and what there is room for', async () => {
    const attached = ['--b', 'Content-Type: application/pdf', 'Content-Transfer-Encoding: base64', '',
        small().toString('base64').replace(/.{76}/g, '$&\r\n')].join('\r\n');
    const bytes = Buffer.from(['From: <somebody@example.org>', 'Subject: Hello', 'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'See the files.',
        attached, attached, attached, '--b--', ''].join('\r\n'));
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
    deepEqual(await room.done(), []);
    const review = await room.review(letter);
    equal(review.parts.length, 1 + 400);
    equal((await room.part(letter, 1)).toString().trim(), 'See the files.');
    match(review.warnings.join(' '), /Part 4 of the e-mail is not shown: The document has too many pages/);
}, { timeout: 120_000 });

// The last: it stops the press that the others share.
test('what there is no time to look through, and names beyond what can be followed, are left to staff, who are told', async () => {
    const family = await room.family(4);
    const syllables = ['ba', 'ke', 'li', 'mo', 'nu', 'ra', 'so', 'ty'];
    const name = (n) => `Z${[64, 8, 1].map((unit) => syllables[Math.floor(n / unit) % 8]).join('')}th`;
    const schools = Array.from({ length: 400 }, (_, n) => `She goes to ${name(n)} Primary School.`).join('\n');
    const send = (items = []) => room.letter({ from: family.home, arrangement: family.arrangement,
        text: 'Dear Ann, ring 07700 900123.', items });
    const many = await send([{ kind: 'file', name: 'schools.txt', bytes: Buffer.from(schools) }]);
    await room.done();
    equal((await room.state(many)).state, 'in_review');
    const review = await room.review(many);
    match((review.warnings ?? []).join(), /more names and places than the program can follow/);
    ok(review.marks.filter(({ part }) => part === 2).length >= 400, 'each is found in its own part all the same');
    await press.stop();
    await here.start('press', { fault: 'propose_late:fail' });
    const late = await send();
    await room.done();
    equal((await room.state(late)).state, 'in_review');
    const unlooked = await room.review(late);
    match((unlooked.warnings ?? []).join(), /no time to look through all of item 1/);
    equal(unlooked.marks.length, 0);
});
