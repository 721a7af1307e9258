// SPDX-License-Identifier: AGPL-3.0-or-later
// Mails of strangers that cost the press much: letters of known people go before them, and one costs a minute at most.

import { before, deepEqual, equal, eventually, match, ok, sleep, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { nestedPdf } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';

const SLOW = nestedPdf();       // as long as its sandbox lets it: 20 seconds
let here;
let room;
let family;
let known;
let press;

before(async () => {
    here = await site({ settings: { post: { authserv: 'mx.test' } } });
    room = await pressroom(here);
    await room.agent();
    family = await room.family(0);
    known = family.by('link').record.emails[0];
    press = await here.start('press');
});

const proof = (of) => `Authentication-Results: mx.test; dmarc=pass header.from=${of.split('@')[1]}\r\n`;

function mail(from, text, { files = [], head = '' } = {}) {
    const parts = [`Content-Type: text/plain\r\n\r\n${text}\r\n`, ...files.map((bytes) =>
        'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n'
        + `Content-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`)];
    const bytes = Buffer.from(`${head}From: <${from}>\r\nTo: <post@fernshire.test>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n`
        + `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${parts.join('--b\r\n')}--b--\r\n`);
    return room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
}

const jobs = (letters) => room.db.query(`SELECT kind, state, priority FROM letterbox.job
    WHERE letter_id = ANY ($1) AND state <> 'done' ORDER BY made_at, job_id`, [letters]);
const reaches = (letter, state, within, why = '') => eventually(async () => (await room.state(letter)).state === state,
    { within, every: 100, what: `${letter} is ${state}${why}` });

test('slow mails of strangers take one lane: what known people write goes before them', async () => {
    const strangers = [];
    for (let i = 0; i < 4; i += 1)
        strangers.push(await mail(`stranger${i}@elsewhere.test`, `Number ${i}.`, { files: [SLOW, SLOW, SLOW] }));
    await eventually(async () => (await jobs(strangers)).some(({ kind, state }) => kind === 'prepare_stranger' && state === 'leased'),
        { within: 20_000, what: 'the press is at work for a stranger' });
    const claimed = await mail(known, 'Who says that I wrote this?');
    const proved = await mail(known, 'A letter that waits its turn.', { head: proof(known) });
    const typed = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Dear Ann, we are well.' });
    await reaches(proved, 'in_review', 15_000, ': one lane at most is theirs');
    await reaches(typed, 'in_review', 15_000, ': one lane at most is theirs');
    const left = await jobs(strangers);
    equal(left.length, 4, 'no stranger has been served meanwhile');
    for (let i = 0; i < 30; i += 1) {       // while there is nothing else to do
        const leased = (await jobs([...strangers, claimed])).filter(({ state }) => state === 'leased');
        ok(leased.length <= 1, `one lane at most is theirs: ${JSON.stringify(leased)}`);
        await sleep(100);
    }
    await eventually(async () => (await jobs([claimed])).every(({ kind, priority }) => kind === 'prepare_stranger' && priority === 7),
        { what: 'a known address that nothing proves waits' });
    deepEqual(left.map(({ kind, priority }) => [kind, priority]), Array(4).fill(['prepare_stranger', 8]));
    // the known address before the strangers that came first
    await reaches(claimed, 'quarantined', 50_000);
    ok((await jobs(strangers)).length >= 2, 'some of the strangers still wait');
    // what one cost: one document's time, and the others were not opened
    const done = await eventually(async () => {
        for (const letter of strangers)
            if ((await room.state(letter)).state === 'quarantined')
                return letter;
        return false;
    }, { within: 50_000, every: 200 });
    const review = await room.review(done);
    deepEqual(review.warnings, ['Part 2 of the e-mail is not shown: The file took too long to open: ask for it in another form, '
        + 'such as a photo or a PDF.', ...[3, 4].map((path) => `Part ${path} of the e-mail is not shown: not opened, because `
        + 'another part of the e-mail took too long')]);
    equal(review.quarantine.kind, 'unknown_sender');
    match((await room.part(done, 1)).toString(), /Number \d/);
    await room.db.query(`UPDATE letterbox.job SET state = 'closed', ended_at = letterbox.now() WHERE letter_id = ANY ($1)
        AND state = 'ready'`, [strangers]);
    await room.done();
}, { timeout: 150_000 });

test('an e-mail has its time in all, whatever is in it; the rest stays closed', async () => {
    await press.stop();
    press = await here.start('press', { fault: 'mail_time_short:fail' });       // two seconds
    const began = Date.now();
    const letter = await mail(known, 'See what I drew.', { files: [SLOW, SLOW], head: proof(known) });
    await reaches(letter, 'in_review', 15_000);
    ok(Date.now() - began < 12_000, `${Date.now() - began} ms`);
    match((await room.review(letter)).warnings.join(), /Part 2 of .* took too long to open.*Part 3 of .* not opened, because/);
}, { timeout: 60_000 });

test('with one lane strangers are served too, after the others', async () => {
    await press.stop();
    here.settings.press = { ...here.settings.press, workers: 1 };
    here.write();
    press = await here.start('press');
    const letter = await mail('one@elsewhere.test', 'Hello there.');
    await reaches(letter, 'quarantined', 15_000);
});
