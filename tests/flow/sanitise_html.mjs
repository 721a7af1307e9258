// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl sanitise, on pages of HTML: their text and the pictures in them come out, nothing is fetched, and what
// they hide is told. A page in an e-mail is read in the same way.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loaded, metadata, refused, sanitise } from '../harness/cleaned.mjs';
import { bomb, jpeg, letterPdf, png } from '../harness/samples.mjs';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';

let photo;

before(async () => {
    const home = folder('samples');
    photo = await jpeg(home);
    await loaded(photo, '-GPSLatitude=53.79', '-GPSLatitudeRef=N', '-Artist=Jane Featherstone');
});

const inside = (bytes, type = 'image/jpeg') => `data:${type};base64,${bytes.toString('base64')}`;
const page = (body, head = '') => Buffer.from(`<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`);

test('a page becomes its text and its pictures, each cleaned', async () => {
    const drawing = inside(png(40, 30, () => [10, 200, 10]), 'image/png');
    const { report, text, pages } = await sanitise(page(
        `<p>Dear Nana,</p><img alt="our house" src="${inside(readFileSync(photo))}"><img src='${drawing}'><p>Love, Kayla</p>`,
        '<title>For Nana</title>'));
    equal(report.type, 'text/html');
    equal(text, 'Dear Nana,\n\nLove, Kayla\n');
    equal(pages.length, 2);
    deepEqual(report.removed.sort(), ['exif', 'exif-gps', 'title']);
    deepEqual(report.warnings, []);
    deepEqual(report.hidden_text, ['our house']);
    for (const file of pages)
        deepEqual(await metadata(file), []);
    ok(!readFileSync(pages[0]).includes('Jane'));
});

test('a page fetches nothing, and it is said that it asked', async () => {
    let asked = 0;
    const server = createServer((request, reply) => {
        asked++;
        reply.end();
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${server.address().port}/x`;
    const ways = [`<img src="${address}">`, `<p style="background:url('${address}')">x`, `<iframe src="${address}"></iframe>`,
        `<img srcset="${address} 2x">`, `<object data="${address}"></object>`, `<video poster="${address}"></video>`];
    for (const way of ways)
        deepEqual((await sanitise(page(`Dear Nana,${way}`))).report.warnings, ['remote-content'], way);
    for (const head of [`<link rel="stylesheet" href="${address}">`, `<style>@import "${address}";</style>`])
        deepEqual((await sanitise(page('Dear Nana', head))).report.warnings, ['remote-content'], head);
    deepEqual((await sanitise(page(`<a href="${address}">a link</a>`))).report.warnings, []);
    server.close();
    equal(asked, 0);
});

test('what a page hides is not in its text, and is told', async () => {
    const { report, text } = await sanitise(page('<p>Dear Nana,</p><p style="display:none">our number is 42</p>' +
        '<p class="no">of Bradford</p><svg><text>in the drawing</text></svg><input type="hidden" value="kept apart">' +
        '<input value="typed in"><!-- not for you --><script>alert(1)</script>', '<style>.no { visibility: hidden }</style>'));
    equal(text, 'Dear Nana,\n\ntyped in\n');
    const hidden = report.hidden_text.join('\n');
    for (const words of ['our number is 42', 'of Bradford', 'in the drawing', 'kept apart'])
        ok(hidden.includes(words), `${words} is not in ${hidden}`);
    deepEqual(report.removed.sort(), ['comments', 'scripts']);
    deepEqual(report.warnings, ['html-hides']);
});

test('what poses as a picture in a page is left out, and it is said', async () => {
    const poses = [['type-refused', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')], ['type-refused', letterPdf([['x']])],
        ['pictures-refused', bomb()], ['pictures-refused', Buffer.from('\xff\xd8\xff', 'latin1')]];
    for (const [warning, bytes] of poses) {
        const { report, text, pages } = await sanitise(page(`Dear Nana<img src="${inside(bytes, 'image/png')}">`));
        equal(text, 'Dear Nana\n');
        deepEqual(pages, []);
        deepEqual(report.warnings, [warning]);
    }
    deepEqual((await sanitise(page('Dear Nana<img src="data:image/svg+xml,%3Csvg/%3E">'))).report.warnings, ['type-refused']);
});

test('a picture in the page of an e-mail is taken as one that is attached', async () => {
    const mail = ['From: kayla@example.org', 'To: letters@agency.example', 'Subject: hello', 'MIME-Version: 1.0',
        'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '',
        page(`<p>Dear Nana,</p><img src="${inside(readFileSync(photo))}">`).toString('base64').replace(/.{76}/g, '$&\r\n'), ''].join('\r\n');
    const { text, pages, report } = await sanitise(Buffer.from(mail));
    equal(text, 'Dear Nana,\n');
    equal(pages.length, 1);
    deepEqual(await metadata(pages[0]), []);
    ok(report.removed.includes('exif-gps'));
});

test('of a page that nests without end nothing is shown, and all is told; one of a thousand paragraphs without ends is read', async () => {
    const hides = '<style>p{}</style><div style="display:none">12 Oak Lane</div>Dear Nana';
    const deep = await sanitise(page(`${'<div>'.repeat(50_000)}${hides}`));
    deepEqual([deep.text, deep.pages, deep.report.warnings, deep.report.hidden_text],
        ['', [], ['html-deep'], ['12 Oak Lane Dear Nana']]);
    const flat = await sanitise(page(`${'<p>a<br>'.repeat(1500)}${'<li>b'.repeat(1500)}${hides}`));
    match(flat.text, /^a\n[^]*- b\nDear Nana\n$/);
    deepEqual([flat.report.warnings, flat.report.hidden_text], [['html-hides'], ['12 Oak Lane']]);
});

test('a page of more than there is room for is refused', async () => {
    await refused(page('words and words '.repeat(400_000)), /too big/);
    const large = await sanitise(page(`Dear Nana<img src="${inside(png(2400, 1600, (x, y) => [x & 255, y & 255, x * y & 255]))}">`));
    equal(large.pages.length, 1);
});
