// SPDX-License-Identifier: AGPL-3.0-or-later
// The press with a virus scanner: what is infected is kept apart unopened; what could not be looked at waits, or goes on
// with a warning, as the operator chose.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { EICAR, NAME, clamd, fakeScanner, isPing, isWhole } from '../harness/clamd.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { letterPdf, png } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';

const PDF = letterPdf([['Hello from the sea.']]);
const BAD_PDF = Buffer.concat([PDF, EICAR]);
const TELL = 'You are shown nothing of this letter. Tell the sender that it could not be taken because of the virus, and ask them to '
    + 'have their phone or computer checked and to send it again.';
const NOWHERE = '/nowhere/clamd.ctl';

let here;
let room;
let family;
let known;
let scanner;
let press;

before(async () => {
    here = await site({ settings: { post: { authserv: 'mx.test' } } });
    room = await pressroom(here);
    await room.agent();
    family = await room.family(0);
    known = family.by('link').record.emails[0];
    scanner = await clamd();
});

// The press of this test, which ends with it.
async function use(rule, socket, options = {}) {
    if (press?.running)
        await press.stop();
    here.settings.press = { ...here.settings.press, clamd: rule, clamd_socket: socket };
    here.write();
    press = await here.start('press', options);
}

const file = (bytes, name = 'sea.pdf') => ({ kind: 'file', name, bytes });
const upload = (...items) => room.letter({ from: family.home, arrangement: family.arrangement, text: 'See what we made.', items });

// Like those of mail programs: in base64, each line whole.
function mail(files, { from = known, text = 'Dear all.' } = {}) {
    const proof = `Authentication-Results: mx.test; dmarc=pass header.from=${from.split('@')[1]}\r\n`;
    const parts = [`Content-Type: text/plain\r\n\r\n${text}\r\n`, ...files.map((bytes) =>
        'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n'
        + `Content-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`)];
    const bytes = Buffer.from(`${proof}From: Ann <${from}>\r\nTo: <post@fernshire.test>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n`
        + `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${parts.join('--b\r\n')}--b--\r\n`);
    return room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
}

const acts = async (letter) => (await room.db.query(`SELECT act FROM letterbox.audit WHERE agency_id = $1 AND object_kind = 'letter'
    AND object_id = $2 ORDER BY number`, [room.agency, letter])).map(({ act }) => act);

// Kept apart, with nothing of it made or shown.
async function keptApart(letter) {
    deepEqual(await room.done({ within: 15_000 }), []);
    equal((await room.state(letter)).state, 'quarantined');
    const review = await room.review(letter);
    deepEqual(review.parts, []);
    deepEqual(review.marks, []);
    equal(review.quarantine.kind, 'infected');
    equal(review.quarantine.reason, TELL);
    equal((await room.db.query('SELECT FROM letterbox.part WHERE letter_id = $1', [letter])).length, 0, 'no part is kept');
    deepEqual(await acts(letter), ['letter_infected']);
    return review;
}

test('an upload that is infected is kept apart, with everything that came beside it', async () => {
    await use('required', scanner.socket);
    const letter = await upload(file(PDF, 'one.pdf'), file(BAD_PDF, 'my garden.pdf'), file(EICAR, 'note.txt'));
    const review = await keptApart(letter);
    deepEqual(review.warnings, [`Item 3, called “my garden.pdf”, carries a virus. The scanner calls it: ${NAME}`,
        `Item 4, called “note.txt”, carries a virus. The scanner calls it: ${NAME}`]);
    equal((await room.state(letter)).arrangement, family.arrangement, 'it is still theirs');
    equal((await room.db.query('SELECT FROM letterbox.original WHERE letter_id = $1', [letter])).length, 4, 'it is kept as it came');
    ok(!press.logText().includes('garden'), 'the log has no name of a file');
});

test('what carries a virus is still to come: the occasion is not met by it', async () => {
    await use('required', scanner.socket);
    const due = () => room.db.one(`SELECT count(*)::int AS n FROM letterbox.occasion WHERE agency_id = $1 AND letter_id IS NOT NULL`,
        [room.agency]);
    const before_ = (await due()).n;
    await keptApart(await upload(file(EICAR)));
    equal((await due()).n, before_);
});

test('a mail is kept apart with what its head says of its sender, and no more', async () => {
    await use('required', scanner.socket);
    const review = await keptApart(await mail([BAD_PDF], { text: 'Words that nobody shows' }));
    deepEqual(review.warnings, [`The e-mail carries a virus. The scanner calls it: ${NAME}`]);
    deepEqual([review.mail.from, review.mail.name, review.mail.subject], [known, 'Ann', 'Hello']);
    ok(!JSON.stringify(review).includes('Words that nobody shows'));
    await keptApart(await mail([EICAR], { from: 'stranger@elsewhere.test' }));
});

test('an attachment is looked at decoded as well, before it is opened', async () => {
    const fake = await fakeScanner((one, heard) => isWhole(heard)
        && one.end(heard.includes(EICAR) ? 'stream: Some.Thing FOUND\0' : 'stream: OK\0'));
    await use('required', fake.socket);
    const review = await keptApart(await mail([PDF, BAD_PDF]));
    deepEqual(review.warnings, ['Part 3 of the e-mail carries a virus. The scanner calls it: Some.Thing']);
    equal(review.mail.from, known);
    // in a file: a saved mail with an attachment, a page with a picture
    const inner = Buffer.from(['From: Ann <ann@example.test>', 'Subject: x', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '',
        '--b', 'Content-Type: text/plain', '', 'Look.', '--b', 'Content-Type: application/pdf', 'Content-Transfer-Encoding: base64', '',
        BAD_PDF.toString('base64').replace(/(.{76})/g, '$1\r\n'), '--b--', ''].join('\r\n'));
    const picture = Buffer.concat([png(8, 8, () => [9, 9, 9]), EICAR]);
    const page = Buffer.from(`<!doctype html><p>Look</p><img src="data:image/png;base64,${picture.toString('base64')}">`);
    deepEqual((await keptApart(await upload(file(inner, 'from ann.eml')))).warnings,
        ['Part 2 of Item 2, called “from ann.eml”, carries a virus. The scanner calls it: Some.Thing']);
    deepEqual((await keptApart(await upload(file(page, 'our page.html')))).warnings,
        ['A picture in Item 2, called “our page.html”, carries a virus. The scanner calls it: Some.Thing']);
});

test('the head of an infected mail is read only if the scanner found nothing in it', async () => {
    for (const rule of ['if-available', 'required']) {
        // It is gone after it found something; then it knows the head as infected as well.
        const once = await fakeScanner((one, heard) => isWhole(heard)
            && one.end(once.asked === 1 ? 'stream: Some.Thing FOUND\0' : 'stream: PERHAPS\0'));
        await use(rule, once.socket);
        ok(!(await keptApart(await mail([PDF]))).mail?.from, rule);
        equal(once.asked > 1, true, 'it was asked about the head');
        const always = await fakeScanner((one, heard) => isWhole(heard) && one.end('stream: Some.Thing FOUND\0'));
        await use(rule, always.socket);
        ok(!(await keptApart(await mail([PDF]))).mail?.from, rule);
    }
});

test('what is clean is prepared as ever, with no word of the scanner', async () => {
    await use('required', scanner.socket);
    const letters = [await upload(file(PDF)), await mail([PDF])];
    deepEqual(await room.done({ within: 15_000 }), []);
    for (const letter of letters) {
        equal((await room.state(letter)).state, 'in_review');
        const review = await room.review(letter);
        ok(review.parts.length >= 2);
        ok(!(review.warnings ?? []).some((one) => /virus/.test(one)), review.warnings);
    }
});

// Has been tried so often, and waits for the scanner without an attempt on its account.
const waitsFor = (letter, times) => eventually(async () => {
    const job = await room.db.one(`UPDATE letterbox.job SET run_at = letterbox.now() WHERE letter_id = $1 AND state <> 'done'
        RETURNING state, error_code, attempts, waits`, [letter]);
    ok(job.state !== 'staff', 'it is never given up');
    await room.db.query('NOTIFY letterbox_job');
    return job.state === 'ready' && job.waits >= times && (equal(job.error_code, 'scanner'), equal(job.attempts, 0), true);
}, { within: 20_000, every: 100, what: `${times} tries` });

test('required, and the scanner is stopped and started again: the letter goes on', async () => {
    await use('required', scanner.socket);
    await scanner.stop();
    const letter = await upload(file(PDF));
    await waitsFor(letter, 5);
    await scanner.start();
    await room.hurry(letter);
    deepEqual(await room.done({ within: 15_000 }), []);
    equal((await room.state(letter)).state, 'in_review');
});

test('a scanner that hangs keeps no lane from letters that need none', async () => {
    const hung = await fakeScanner(() => {});
    await use('required', hung.socket, { fault: 'scan_time_short:fail' }); // a second, and one for the question whether it is there
    const letters = [];
    for (let i = 0; i < 12; i += 1)
        letters.push(await upload(file(PDF)));
    await eventually(() => hung.asked >= 2, { what: 'it is asked' });
    const typed = await upload();
    await eventually(async () => (await room.state(typed)).state === 'in_review', { within: 8_000, what: 'a typed letter' });
    for (const letter of letters)
        equal((await room.state(letter)).state, 'received');
    await use('required', scanner.socket);
    for (const letter of letters)
        await room.hurry(letter);
    for (const letter of letters)
        equal((await room.state(letter)).state, 'in_review');
}, { timeout: 120_000 });

test('a scanner that is there but comes to no end with one file: staff get that letter after three attempts', async () => {
    const slow = await fakeScanner((one, heard) => isPing(heard) ? one.end('PONG\0')
        : isWhole(heard) && one.end("stream: Can't allocate memory ERROR\0"));
    await use('required', slow.socket);
    const letter = await upload(file(PDF));
    await room.hurry(letter);
    deepEqual((await room.done()).map((one) => [one.kind, one.error_code, one.letter]), [['prepare_letter', 'scanner_file', letter]]);
    equal((await room.state(letter)).state, 'failed');
    await use('required', scanner.socket);
    await room.db.query(`UPDATE letterbox.job SET state = 'ready', attempts = 0, run_at = letterbox.now(), ended_at = NULL
        WHERE letter_id = $1 AND state = 'staff'`, [letter]);
    deepEqual(await room.done({ within: 15_000 }), []);
    equal((await room.state(letter)).state, 'in_review');
});

// A scanner that is none: gone, and one that says no sense.
const AWAY = [['nowhere', async () => ({ socket: NOWHERE })],
    ['nonsense', () => fakeScanner((one, heard) => isWhole(heard) && one.end('stream: PERHAPS\0'))]];

for (const [what, open] of AWAY) {
    test(`required, and the scanner is away (${what}): the letter waits for as long as it is, and goes on by itself`, async () => {
        const away = await open();
        await use('required', away.socket);
        const letter = await upload(file(PDF));
        await waitsFor(letter, 5);
        const typed = await upload();
        await eventually(async () => (await room.state(typed)).state === 'in_review', { what: 'what needs no scanner goes on' });
        equal((await room.state(letter)).state, 'received');
        equal((await room.db.query('SELECT FROM letterbox.part WHERE letter_id = $1', [letter])).length, 0);
        await use('required', scanner.socket);
        await room.hurry(letter);
        deepEqual(await room.done({ within: 15_000 }), []);
        equal((await room.state(letter)).state, 'in_review');
    });

    test(`if available, and the scanner is away (${what}): the letter goes on, and staff are told`, async () => {
        await use('if-available', (await open()).socket);
        const letters = [await upload(file(PDF)), await mail([PDF])];
        deepEqual(await room.done({ within: 15_000 }), []);
        for (const letter of letters) {
            equal((await room.state(letter)).state, 'in_review');
            match((await room.review(letter)).warnings.join(), /Not all of this was looked at for viruses: the scanner did not answer/);
        }
        await use('if-available', scanner.socket);
        await keptApart(await upload(file(EICAR)));
    });
}

test('a file that is too big for the scanner: it waits for the operator, or goes on with a warning', async () => {
    const small = await clamd({ limit: '1M' });
    const large = letterPdf([['A large one.']]).toString('latin1').concat('\n%', 'x'.repeat(2_000_000), '\n%%EOF\n');
    await use('required', small.socket);
    let letter = await upload(file(Buffer.from(large, 'latin1')));
    deepEqual((await room.done()).map((one) => [one.error_code, one.letter]), [['scanner_size', letter]]);
    equal((await room.state(letter)).state, 'failed');
    await room.db.query(`UPDATE letterbox.job SET state = 'closed' WHERE letter_id = $1`, [letter]);
    await use('if-available', small.socket);
    letter = await upload(file(Buffer.from(large, 'latin1')));
    deepEqual(await room.done({ within: 15_000 }), []);
    match((await room.review(letter)).warnings.join(), /too big for the scanner/);
    await small.stop();
});

test('a mail that keeps the scanner busy goes behind all others, like one of a stranger', async () => {
    const busy = await fakeScanner((one, heard) => isPing(heard) ? one.end('PONG\0')
        : isWhole(heard) && !heard.includes('From: Ann') && one.end('stream: OK\0'));
    await use('required', busy.socket);
    const letter = await mail([PDF]);
    await eventually(async () => (await room.db.query(`SELECT FROM letterbox.job WHERE letter_id = $1 AND kind = 'prepare_stranger'
        AND priority = 8`, [letter])).length === 1, { within: 15_000, what: 'it is put off' });
    const other = await upload(file(PDF));
    await eventually(async () => (await room.state(other)).state === 'in_review', { within: 10_000, what: 'the letter of somebody else' });
    await busy.stop();
    await eventually(async () => (await room.db.query(`UPDATE letterbox.job SET state = 'closed' WHERE letter_id = $1
        AND state = 'ready' RETURNING 1`, [letter])).length === 1, { what: 'it waits for another try' });
}, { timeout: 60_000 });

test('typed words need no scanner', async () => {
    await use('required', NOWHERE);
    const letter = await upload();
    deepEqual(await room.done({ within: 15_000 }), []);
    equal((await room.state(letter)).state, 'in_review');
});

test('a press that was told nonsense does not start', async () => {
    for (const [rule, socket, why] of [['perhaps', NOWHERE, /clamd must be off, if-available or required/],
        ['required', '', /clamd_socket is empty/],
        ['required', `/${'long/'.repeat(30)}clamd`, /clamd_socket is longer than the 107 bytes/]]) {
        here.settings.press = { ...here.settings.press, clamd: rule, clamd_socket: socket };
        here.write();
        const refused = await here.start('press', { ready: false });
        await eventually(() => !refused.running, { what: 'its end' });
        match(refused.logText(), why);
    }
});
