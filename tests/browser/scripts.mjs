// SPDX-License-Identifier: AGPL-3.0-or-later
// What the pages' scripts do, in Chromium, against the sample pages and a server that only listens:
// words taken out by selecting them, boxes drawn, copies that follow, keys; files with limits and
// progress, a lost connection, drafts that save themselves, double clicks, the end of a session.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { browser, noFindings, screenshot } from '../harness/browser.mjs';
import { body, render, servePages } from '../harness/pages.mjs';

const LETTER = '/letters/2k3m8p2q9r4t';
const ANN = '8k3m8p2q9r4t';
const TOM = '9k3m8p2q9r4t';
const MEGABYTE = 1024 * 1024;

let site;
let chrome;
const got = [];
let next = null;
let broken = false;

const keep = async ({ request, response, html }) => {
    const text = await body(request);
    got.push({ path: request.url, text, type: request.headers['content-type'] });
    // Chromium itself tries once more when a kept connection breaks.
    if (broken) return response.destroy();
    const answer = next;
    next = null;
    if (answer) return answer({ response, html });
    response.writeHead(303, { Location: `/letters/5k3m8p2q9r4t/receipt` });
    return response.end();
};

before(async () => {
    site = await servePages({
        'POST /letters': keep,
        'POST /drafts': ({ request, response }) => body(request).then((text) => {
            got.push({ path: '/drafts', text });
            response.writeHead(303, { Location: '/drafts/4k3m8p2q9r4t' });
            response.end();
        }),
        'POST /sign-in': keep,
        [`POST ${LETTER}/marks`]: keep,
        'POST /letters/preview': keep,
        'GET /session': ({ response }) => { response.writeHead(204); response.end(); },
    });
    for (const [path, name] of [[LETTER, 'desk-letter'], ['/letters/new', 'portal-letter_write'],
        ['/letters/5k3m8p2q9r4t/receipt', 'portal-receipt'], ['/drafts/4k3m8p2q9r4t', 'portal-letter_write'],
        ['/sign-in', 'portal-sign_in'], ['/parties/8k3m8p2q9r4t', 'desk-party--no-key'], ['/signed-out', 'portal-signed_out'], ['/', 'portal-home']])
        site.add(path, render(name));
    chrome = await browser();
});

// Chromium notes an answer of 422 and a lost connection as errors of its own.
async function open(path, options = {}) {
    got.length = 0;
    const page = await chrome.page({ allowErrors: /Failed to load resource/, ...options });
    await page.goto(site.origin + path);
    return page;
}

const fields = (text) => [...new URLSearchParams(text)];
const valuesOf = (text, name) => fields(text).filter(([key]) => key === name).map(([, value]) => value);
const copy = (page, party) => page.locator(`[data-copy="${party}"] [data-copy-text]`).textContent();

// Selects words of the original as a mouse would: from one text node to another.
const select = (page, from, to = from) => page.evaluate(([first, last]) => {
    const original = document.querySelector('[data-original]');
    const walker = document.createTreeWalker(original, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!begun && node.data.includes(first)) {
            range.setStart(node, node.data.indexOf(first));
            begun = true;
        }
        if (begun && node.data.includes(last)) {
            range.setEnd(node, node.data.indexOf(last) + last.length);
            break;
        }
    }
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}, [from, to]);

test('a dropped mark comes back in the copy at once, and only for that reader', async () => {
    const page = await open(LETTER);
    match(await copy(page, ANN), /at \[school removed\]\./);
    await page.uncheck(`#take-1-${ANN}`);
    match(await copy(page, ANN), /at Oakfield Primary\./);
    match(await copy(page, TOM), /at \[school removed\]\./);
    equal(await page.textContent('[data-unsaved]'), 'Your changes are not saved yet.');
    await page.click('[data-test=marks-save]');
    await eventually(() => got.length === 1);
    const takes = valuesOf(got[0].text, 'take');
    ok(!takes.includes(`1.${ANN}`) && takes.includes(`1.${TOM}`));
    equal(fields(got[0].text)[0][0], 'csrf');
    deepEqual(valuesOf(got[0].text, 'next'), ['stay']);
});

test('a click on a mark drops it for everybody, another takes it again', async () => {
    const page = await open(LETTER);
    await page.click('[data-original] [data-mark="3"]');
    match(await copy(page, TOM), /ring us on 01632 960 777 any/);
    ok(!await page.isChecked(`#take-3-${ANN}`));
    await page.click('[data-original] [data-mark="3"]');
    match(await copy(page, ANN), /ring us on \[phone number removed\] any/);
});

test('selected words become a mark with byte offsets', async () => {
    const page = await open(LETTER);
    await page.selectOption('#words_category', 'place');
    await select(page, 'the pool');
    await page.click('[data-test=selection-add]');
    match(await copy(page, ANN), /loves? .*\[place removed\] in Ashbourne/);
    await page.selectOption('#words_for', TOM);
    await page.selectOption('#words_category', 'name');
    // Lies behind a long dash: three bytes, one character.
    await select(page, 'glad');
    await page.keyboard.press('Alt+KeyX');
    match(await copy(page, TOM), /we would be \[name removed\]\./);
    match(await copy(page, ANN), /we would be glad\./);
    await page.click('[data-test=letter-check]');
    await eventually(() => got.length === 1);
    const text = 'Dear Ann and Tom,\n\nKayla is doing well at Oakfield Primary. She loves the pool in Ashbourne and asks for you.'
        + '\n\nYou can ring us on 01632 960 777 any time – we would be glad.';
    const at = (words) => Buffer.byteLength(text.slice(0, text.indexOf(words)));
    deepEqual(valuesOf(got[0].text, 'add'), [
        `1:${at('the pool')}:${at('the pool') + 8}:place:all`,
        `1:${at('glad')}:${at('glad') + 4}:name:${TOM}`,
    ]);
    deepEqual(valuesOf(got[0].text, 'next'), ['decide']);
});

test('a selection over a mark keeps the mark, and can be undone', async () => {
    const page = await open(LETTER);
    const whole = await copy(page, ANN);
    await select(page, 'doing', 'She ');
    await page.click('[data-test=selection-add]');
    match(await copy(page, ANN), /Kayla is \[name removed\].*\[school removed\].*removed\]/s);
    const entry = await page.inputValue('input[name=add]');
    match(entry, /^1:28:\d+:name:all$/);
    await page.click('[data-test=added-drop]');
    equal(await page.locator('input[name=add]').count(), 0);
    equal(await copy(page, ANN), whole);
});

// The boxes of Ann's copy of the photo, as they are shown: { kind, x, y, width, height }.
const boxesOf = (page) => page.locator(`[data-copy="${ANN}"] [data-copy-boxes] rect`).evaluateAll((all) => all.map((rect) => ({
    kind: rect.getAttribute('class') ?? rect.getAttribute('fill'), ...Object.fromEntries(
        ['x', 'y', 'width', 'height'].map((key) => [key, Number(rect.getAttribute(key))])) })));
// As the server says they are burnt: the mark is 300 × 30.
const BURNT = [{ kind: '#ffffff', x: 400, y: 170, width: 60, height: 42 }, { kind: 'lb-burnt', x: 108, y: 174, width: 304, height: 34 }];

test('a tick leaves the boxes as wide as they are burnt, and the white ones', async () => {
    const page = await open(LETTER);
    const note = `[data-copy="${ANN}"] [data-copy-note]`;
    deepEqual(await boxesOf(page), BURNT);
    await page.uncheck(`#take-1-${ANN}`);
    deepEqual(await boxesOf(page), BURNT, 'another mark');
    ok(!await page.isVisible(note));
    await page.check(`#take-7-${ANN}`);
    deepEqual(await boxesOf(page), [...BURNT, { kind: 'lb-unsaved-box', x: 110, y: 500, width: 200, height: 60 }]);
    match(await page.textContent(note), /Save to see the boxes as they will be/);
    ok(await page.isVisible(note));
    await screenshot(page, 'desk-letter-unsaved-box');
    await page.uncheck(`#take-6-${ANN}`);
    await page.uncheck(`#take-7-${ANN}`);
    deepEqual(await boxesOf(page), BURNT, 'what was dropped shows until it is saved');
    ok(await page.isVisible(note));
    await page.check(`#take-6-${ANN}`);
    ok(!await page.isVisible(note), 'all is as it was');
});

test('boxes on a photo look soft at once, by keyboard too, and the form says so', async () => {
    const page = await open(LETTER);
    const soft = () => page.locator(`[data-copy="${ANN}"] .lb-burnt[filter="url(#soft)"]`).count();
    equal(await soft(), 0);
    await page.focus('[data-test=look-plain]');
    await page.keyboard.press('ArrowDown');
    equal(await soft(), 1);
    await noFindings(page);
    await screenshot(page, 'desk-letter-soft');
    await page.click('[data-test=marks-save]');
    await eventually(() => got.length === 1);
    deepEqual(valuesOf(got[0].text, 'look_1'), ['soft']);
});

test('a box is drawn in the pixels of the page, and burnt in the copy', async () => {
    const page = await open(LETTER);
    const svg = page.locator('[data-page] svg').first();
    await svg.scrollIntoViewIfNeeded();
    const edge = await svg.boundingBox();
    const scale = edge.width / 800;
    await page.mouse.move(edge.x + 400 * scale, edge.y + 50 * scale);
    await page.mouse.down();
    await page.mouse.move(edge.x + 500 * scale, edge.y + 90 * scale, { steps: 3 });
    await page.mouse.up();
    const [part, x, y, w, h, category, forWhom] = (await page.inputValue('input[name=box]')).split(':');
    deepEqual([part, category, forWhom], ['2', 'name', 'all']);
    for (const [value, expected] of [[x, 400], [y, 50], [w, 100], [h, 40]])
        ok(Math.abs(Number(value) - expected) <= 2, `${value} should be about ${expected}`);
    // What is saved stays as it is burnt, wider than the mark and with what goes along; the new one is told apart.
    deepEqual(await boxesOf(page), [...BURNT, { kind: 'lb-unsaved-box', x: Number(x), y: Number(y), width: Number(w), height: Number(h) }]);
    ok(await page.isVisible(`[data-copy="${ANN}"] [data-copy-note]`));
    // A mere click draws nothing.
    await page.mouse.click(edge.x + 600 * scale, edge.y + 700 * scale);
    equal(await page.locator('input[name=box]').count(), 1);
});

test('keys lead from mark to mark', async () => {
    const page = await open(LETTER);
    await page.keyboard.press('Alt+KeyN');
    equal(await page.evaluate(() => document.activeElement.id), `take-1-${ANN}`);
    equal(await page.locator('.lb-mark--here').textContent(), 'Oakfield Primary');
    await page.keyboard.press('Space');
    match(await copy(page, ANN), /at Oakfield Primary\./);
    await page.keyboard.press('Alt+KeyP');
    equal(await page.evaluate(() => document.activeElement.id), `take-7-${TOM}`);
    await page.keyboard.press('Alt+KeyW');
    equal(await page.evaluate(() => document.activeElement.id), 'words');
});

test('without scripts the same form sends the same marks', async () => {
    const page = await open(LETTER, { javaScript: false });
    await page.uncheck(`#take-2-${TOM}`);
    await page.fill('#words', 'the pool');
    await page.selectOption('#words_category', 'place');
    await page.click('[data-test=words-add]');
    await eventually(() => got.length === 1);
    deepEqual(valuesOf(got[0].text, 'words'), ['the pool']);
    deepEqual(valuesOf(got[0].text, 'words_category'), ['place']);
    deepEqual(valuesOf(got[0].text, 'words_for'), ['all']);
    ok(!valuesOf(got[0].text, 'take').includes(`2.${TOM}`));
});

test('words of the library go into the note, own words stay', async () => {
    const page = await open(LETTER);
    await page.click('[data-test=return-open]');
    await page.selectOption('#wording', { index: 1 });
    match(await page.inputValue('#note'), /names a place/);
    await page.fill('#note', 'Hello Priya,');
    await page.selectOption('#wording', { index: 2 });
    match(await page.inputValue('#note'), /^Hello Priya,\n\nThank you for your letter\. May we ask/);
});

const file = (name, bytes) => ({ name, mimeType: 'image/jpeg', buffer: Buffer.alloc(bytes, 1) });

test('a person\'s key is taken from a file, armored or binary, and sent as if it were pasted', async () => {
    const page = await open('/parties/8k3m8p2q9r4t');
    const armor = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n';
    const choose = (name, buffer) => page.locator('#key-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    const value = () => page.locator('#key').inputValue();
    await choose('ann.asc', Buffer.from(armor));
    await eventually(async () => await value() === armor);
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256));
    await choose('ann.gpg', bytes);
    await eventually(async () => (await value()).includes('AAECAwQF'));
    const [, body_] = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n([^-]*)-----END/.exec(await value());
    deepEqual(Buffer.from(body_, 'base64'), bytes);
    equal(await page.locator('#key-file').getAttribute('name'), null, 'the file itself is not sent');
});

test('files are listed, added to, removed, and sent with csrf first', async () => {
    const page = await open('/letters/new');
    await page.setInputFiles('#file', [file('a.jpg', 1000)]);
    await page.setInputFiles('#file', [file('b.jpg', 2 * MEGABYTE), file('c.jpg', 3000)]);
    deepEqual(await page.locator('[data-test=row-file] span').allTextContents(),
        ['a.jpg (less than 0.1 MB)', 'b.jpg (2.0 MB)', 'c.jpg (less than 0.1 MB)']);
    await page.click('[aria-label="Remove c.jpg"]');
    await page.click('[data-test=letter-send]');
    await page.waitForSelector('[data-test=msg-letter-received]');
    equal(new URL(page.url()).pathname, '/letters/5k3m8p2q9r4t/receipt');
    equal(got.length, 1);
    const names = [...got[0].text.matchAll(/Content-Disposition: form-data; name="(\w+)"(?:; filename="([^"]*)")?/g)]
        .map((one) => [one[1], one[2]]);
    deepEqual(names[0], ['csrf', undefined]);
    deepEqual(names.filter(([name]) => name === 'file').map(([, name]) => name), ['a.jpg', 'b.jpg']);
});

test('after sending, "Back" leads to the form and not to the receipt once more', async () => {
    const page = await open('/letters/new');
    await page.setInputFiles('#file', [file('a.jpg', 1000)]);
    await page.click('[data-test=letter-send]');
    await page.waitForSelector('[data-test=msg-letter-received]');
    await page.goBack();
    await page.waitForSelector('[data-test=form-post_letters]');
    equal(new URL(page.url()).pathname, '/letters/new');
    equal(await page.locator('[data-test=msg-letter-received]').count(), 0);
});

test('limits are said before anything is sent', async () => {
    const page = await open('/letters/new');
    const big = join(folder(), 'big.jpg');
    writeFileSync(big, Buffer.alloc(26 * MEGABYTE));
    await page.setInputFiles('#file', big);
    match(await page.textContent('[data-test=row-file] strong'), /Too big\. Each file can have up to 25 MB\./, 'at once');
    await page.click('[data-test=letter-send]');
    match(await page.textContent('[data-test=msg-too-big]'),
        /^“big\.jpg” is too big \(26\.0 MB\)\. Each file can have up to 25 MB\. Choose a smaller copy of it\.$/);
    await page.click('[aria-label="Remove big.jpg"]');
    await page.setInputFiles('#file', Array.from({ length: 11 }, (_, i) => file(`${i}.jpg`, 10)));
    await page.click('[data-test=letter-send]');
    match(await page.textContent('[data-test=msg-too-big]'), /You chose 11 files\. Choose 10 or fewer\./);
    equal(got.length, 0);
});

test('a kind of file that is not taken is marked when it is chosen, and not sent', async () => {
    const page = await open('/letters/new');
    await page.setInputFiles('#file', [file('a.jpg', 1000), { name: 'Scan.PDF', mimeType: '', buffer: Buffer.from('%PDF') },
        { name: 'notes.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') },
        { name: 'nothing.png', mimeType: 'image/png', buffer: Buffer.alloc(0) }]);
    deepEqual(await page.locator('[data-test=row-file]').evaluateAll((rows) =>
        rows.map((row) => row.querySelector('strong')?.textContent ?? '')),
    ['', '', 'We cannot open this kind of file. Choose a photo or picture, a PDF, a Word or OpenDocument text, or plain text.',
        'Empty. Remove it, or choose it again.']);
    await page.click('[data-test=letter-send]');
    match(await page.textContent('[data-test=msg-file-wrong]'), /^We cannot open “notes\.exe”\. Choose a photo or picture/);
    equal(got.length, 0);
    // the list is set as the rest of the page, and keeps to it
    equal(await page.locator('[data-test=row-file] span').first().evaluate((one) => getComputedStyle(one).fontFamily),
        await page.locator('label[for=file]').evaluate((one) => getComputedStyle(one).fontFamily));
    await noFindings(page);
    await screenshot(page, 'portal-files');
});

test('a lost connection is explained, and the same form can be sent again', async () => {
    const page = await open('/letters/new');
    broken = true;
    await page.click('[data-test=letter-send]');
    match(await page.textContent('[data-test=msg-connection-lost]'), /we will not keep it twice/);
    ok(await page.isVisible('[data-test=letter-send]'));
    broken = false;
    await page.click('[data-test=letter-send]');
    await page.waitForSelector('[data-test=msg-letter-received]');
    const once = (text) => /name="once"\r\n\r\n(\w+)/.exec(text)[1];
    equal(new Set(got.map((one) => once(one.text))).size, 1);
});

test('the server’s own page of problems takes the place of the form, and the form works on', async () => {
    const page = await open('/letters/new');
    next = ({ html }) => html(render('portal-letter_write--problem'), 422);
    await page.click('[data-test=letter-send]');
    await page.waitForSelector('[data-test=msg-letter-empty]');
    equal(await page.evaluate(() => document.activeElement.className), 'govuk-error-summary');
    await page.fill('#text', 'Dear Dee,');
    await page.click('[data-test=letter-send]');
    await page.waitForSelector('[data-test=msg-letter-received]');
});

test('a look at the letter keeps the chosen files', async () => {
    const page = await open('/letters/new');
    await page.setInputFiles('#file', [file('a.jpg', 1000)]);
    await page.click('[data-test=letter-preview]');
    match(await page.textContent('[data-script-preview]'), /The summer was warm & long\..*With it: a\.jpg\./s);
    equal(got.length, 0);
    equal(await page.locator('[data-test=row-file]').count(), 1);
});

test('a draft saves itself when the page is left, each time with a key of its own', async () => {
    const page = await open('/letters/new');
    const leave = () => page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.fill('#text', 'Dear Ann, one');
    await leave();
    await page.waitForSelector('text=Draft saved at');
    await page.fill('#text', 'Dear Ann, two');
    await leave();
    await eventually(() => got.length === 2);
    deepEqual(got.map((one) => valuesOf(one.text, 'text')[0]), ['Dear Ann, one', 'Dear Ann, two']);
    deepEqual(fields(got[0].text)[0], ['csrf', 'c5rf']);
    const keys = got.map((one) => valuesOf(one.text, 'once')[0]);
    ok(/^[0-9a-f]{32}$/.test(keys[0]) && keys[0] !== keys[1]);
    deepEqual(valuesOf(got[1].text, 'draft'), ['4k3m8p2q9r4t']);
});

test('nothing is saved behind a submit: a look, or saving for later, makes one draft', async () => {
    for (const [button, path] of [['letter-preview', '/letters/preview'], ['draft-save', '/drafts']]) {
        const page = await open('/letters/new');
        await page.fill('#text', 'Dear Ann, three');
        // The page is hidden while the answer is awaited, as Chromium does when it comes.
        await page.evaluate(() => window.addEventListener('submit', () => setTimeout(() => {
            Object.defineProperty(document, 'hidden', { value: true, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        })));
        const slow = ({ response }) => setTimeout(() => {
            response.writeHead(303, { Location: '/drafts/4k3m8p2q9r4t' });
            response.end();
        }, 300);
        next = slow;
        await page.click(`[data-test=${button}]`);
        await page.waitForURL(/drafts\/4k3m8p2q9r4t/);
        deepEqual(got.map((one) => one.path), [path], button);
        next = null;
    }
});

test('a double click sends once, and a shown password is hidden again before it is sent', async () => {
    const page = await open('/sign-in');
    await page.fill('#password', 'secret');
    await page.click('[aria-label="Show password"]');
    equal(await page.getAttribute('#password', 'type'), 'text');
    next = ({ response }) => setTimeout(() => { response.writeHead(204); response.end(); }, 300);
    await page.dblclick('[data-test=session-start]');
    await eventually(() => got.length === 1);
    equal(await page.getAttribute('#password', 'type'), 'password');
    await new Promise((done) => { setTimeout(done, 500); });
    equal(got.length, 1);
});

test('the end of a session is announced, and can be put off', async () => {
    const page = await chrome.page();
    await page.clock.install();
    await page.goto(`${site.origin}/`);
    await page.clock.fastForward('28:30');
    await page.waitForSelector('dialog[open]');
    match(await page.textContent('dialog'), /You have 2 minutes left/);
    await page.click('[data-test=session-stay]');
    await page.waitForSelector('dialog', { state: 'hidden' });
    await page.clock.fastForward('30:10');
    await page.waitForURL(/signed-out/);
});
