// SPDX-License-Identifier: AGPL-3.0-or-later
// A family at the portal: signing in, writing, drafts, files, the receipt. Real HTTPS, PostgreSQL and
// mail server.

import { readFileSync } from 'node:fs';
import { before, doesNotMatch, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { openDoors } from '../harness/people.mjs';

let doors;
before(async () => { doors = await openDoors({ processes: ['portal', 'post'] }); });

test('a family signs in with password and the code that came by e-mail', async () => {
    const { home } = await doors.family();
    equal(home.status, 200);
    match(home.text('h1'), /^Hello/);
});

test('a typed letter is kept and gets a receipt with a reference', async () => {
    const { client } = await doors.family();
    let page = await client.get('/letters/new');
    equal(page.status, 200);
    page = await client.submit(page, 'form-post_letters', { text: 'Dear Ann,\n\nwe had a warm summer.' });
    match(page.path, /^\/letters\/[0-9a-z]{12}\/receipt$/);
    match(page.plain(), /[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/);
    const home = await client.get('/');
    ok(home.plain().includes('Letters you sent'), home.plain());
});

test('files are sealed while they come in, and stand in rows of the letter', async () => {
    const { client } = await doors.family();
    let page = await client.get('/letters/new');
    const photo = Buffer.alloc(3 * 1024 * 1024, 7);
    page = await client.submit(page, 'form-post_letters', { text: 'With two files.' }, { files: [
        { field: 'file', name: 'holiday in Otley.jpg', type: 'image/jpeg', body: photo },
        { field: 'file', name: 'b.txt', type: 'text/plain', body: Buffer.from('hello') }] });
    match(page.path, /receipt$/);
    const rows = await doors.here.db.query(`SELECT o.number, o.kind, b.bytes, b.chunks FROM letterbox.original o
        JOIN letterbox.blob b USING (agency_id, blob_id) JOIN letterbox.letter l USING (agency_id, letter_id)
        ORDER BY l.received_at DESC, o.number LIMIT 3`);
    equal(rows.map((row) => `${row.number} ${row.kind}`).join(), '1 text,2 file,3 file');
    ok(Number(rows[1].bytes) > photo.length);
    equal(Number(rows[1].chunks), 7);      // of 512 KiB
    const stored = await doors.here.db.query('SELECT bytes FROM letterbox.blob_chunk');
    for (const word of ['With two files', 'holiday in Otley', Buffer.alloc(64, 7), 'hello'])
        ok(!stored.some(({ bytes }) => bytes.includes(word)), `${word} stands in clear`);
});

// Bytes that stay at this size, in KiB.
const residentOf = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

test('a hundred uploads at once cost the portal less than 64 MiB', async () => {
    const CROWD = 100;
    const { client } = await doors.family();
    const { pid } = doors.running.portal;
    const half = Buffer.alloc(512 * 1024, 'a photo ');
    let sent = 0;
    let goOn;
    const allAreHalfway = new Promise((done) => { goOn = done; });
    const photo = { field: 'file', name: 'a.jpg', type: 'image/jpeg', size: 2 * half.length, async* body() {
        yield half;
        sent += 1;
        await allAreHalfway;
        yield half;
    } };
    const browsers = ['127.0.0.1', '127.0.0.2'].map((address) => client.from(address));
    const form = await client.get('/letters/new');
    const answers = Array.from({ length: CROWD }, (_, i) => browsers[i % 2].submit(form, 'form-post_letters',
        { text: '', once: `upload-${String(i).padStart(4, '0')}` }, { files: [photo], follow: false }));
    await eventually(() => sent === CROWD, { within: 60_000, what: 'a hundred uploads under way' });
    let most = residentOf(pid);
    const looking = setInterval(() => { most = Math.max(most, residentOf(pid)); }, 5);
    goOn();
    for (const answer of await Promise.all(answers))
        equal(answer.status, 303);
    clearInterval(looking);
    ok(most < 64 * 1024, `${most} KiB`);
}, { timeout: 180_000 });

test('the receipt says what came', async () => {
    const { client } = await doors.family();
    const file = (name) => ({ field: 'file', name, type: 'image/jpeg', body: Buffer.from('\xff\xd8\xff\xe0 a photo', 'latin1') });
    const send = async (text, files) => (await client.submit(await client.get('/letters/new'), 'form-post_letters',
        { text }, { files })).text('[data-test=letter-came]');
    match(await send('Only words.', []), /^We have what you typed\. /);
    match(await send('Words and one.', [file('a.jpg')]), /^We have what you typed and 1 photo or file\. /);
    match(await send('', [file('a.jpg'), file('b.jpg')]), /^We have 2 photos or files\. /);
});

test('a program is taken from nobody, whatever it is called', async () => {
    const { client } = await doors.family();
    const send = async (name, bytes) => client.submit(await client.get('/letters/new'), 'form-post_letters',
        { text: 'What I wrote.' }, { files: [{ field: 'file', name, type: 'image/jpeg', body: Buffer.from(bytes, 'latin1') }] });
    for (const [name, bytes] of [['notes.EXE', 'hello'], ['holiday.jpg', 'MZ\x90\x00\x03'], ['holiday.jpg', '\x7fELF\x02'],
        ['holiday', '#!/bin/sh\n'], ['photo.lnk', 'hello'], ['form.docm', 'PK\x03\x04']]) {
        const page = await send(name, bytes);
        equal(page.status, 422, name);
        match(page.text('[data-test=msg-file-program]'), /We cannot take programs/);
        equal(page.text('textarea'), 'What I wrote.');
    }
    for (const [name, bytes] of [['a.txt', 'MZ is how we call her'], ['b.jpg', 'M'], ['c.jpg', '\xff\xd8\xff']])
        match((await send(name, bytes)).path, /receipt$/, name);
});

test('an error keeps the menu and the way out for who is signed in', async () => {
    const { client } = await doors.family();
    const page = await client.get('/drafts/000000000001');
    equal(page.status, 404);
    ok(page.has('[data-test=msg-not-found]') && page.has('[data-test=nav-letters]'), page.plain());
    const out = await client.submit(page, 'form-post_sign_out');
    equal(out.path, '/signed-out');
    ok(!(await client.get('/nothing')).has('[data-test=nav-letters]'));
});

test('a draft is saved, found again, and gone when the letter is sent', async () => {
    const { client } = await doors.family();
    let page = await client.get('/letters/new');
    const { fields } = page.form('form-post_letters');
    ok(fields.length > 2);
    page = await client.post('/drafts', [...fields.filter(([name]) => name !== 'text'), ['text', 'Half a thought']]);
    match(page.path, /^\/drafts\//);
    ok(page.body.includes('Half a thought'));
    page = await client.submit(page, 'form-post_letters', { text: 'A whole thought' });
    match(page.path, /receipt$/);
    const home = await client.get('/');
    ok(!home.has('[data-test=row-draft]'), home.plain());
});

test('whatever one page saves is one draft, also at the same moment, and gone when it is sent', async () => {
    const { client } = await doors.family();
    const page = await client.get('/letters/new');
    const save = (action, text) => client.post(action,
        [...page.form('form-post_letters').fields.filter(([name]) => !['text', 'once'].includes(name)),
            ['text', text], ['once', `once-key-${action.replaceAll('/', '-')}-${text}`]]);
    const answers = await Promise.all(['one', 'two', 'three', 'four'].flatMap((text) =>
        [save('/drafts', text), save('/letters/preview', text)]));
    for (const { status, path } of answers)
        equal(status, 200, path);
    equal((await client.get('/')).find('[data-test=row-draft]').length, 1);
    match((await client.submit(page, 'form-post_letters', { text: 'All of it.' })).path, /receipt$/);
    ok(!(await client.get('/')).has('[data-test=row-draft]'));
});

test('photos that a draft does not keep are spoken of: saved for later, and at the look at it', async () => {
    const { client } = await doors.family();
    const page = await client.get('/letters/new');
    const { fields } = page.form('form-post_letters');
    // Where a form goes without its files, a browser sends their names, and an empty one where none is chosen.
    const press = (action, file) => client.post(action,
        [...fields.filter(([name]) => name !== 'text'), ['text', 'Look at the photo.'], ['file', file]]);
    const AGAIN = /Add them again before you send/;
    const saved = await press('/drafts', 'holiday.jpg');
    match(saved.text('[data-test=msg-draft-without-files]'), AGAIN);
    ok(!saved.plain().includes('holiday.jpg'));
    match((await press('/letters/preview', 'holiday.jpg')).text('[data-attach]'), AGAIN);
    doesNotMatch((await press('/letters/preview', '')).plain(), AGAIN);
    const fresh = await client.get('/letters/new');
    const bare = await client.post('/drafts', [...fresh.form('form-post_letters').fields.filter(([name]) => name !== 'text'),
        ['text', 'No photo.'], ['file', '']]);
    ok(bare.has('[data-test=msg-draft-saved]'), bare.plain());
});
