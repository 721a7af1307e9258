// SPDX-License-Identifier: AGPL-3.0-or-later
// The harness tries its two clients, the one with a browser and the one without, on a page of its own.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { before, cleanup, deepEqual, equal, match, ok, rejects, test } from '../harness/test.mjs';
import { browser, fits, noFindings, takePicture } from '../harness/browser.mjs';
import { httpClient } from '../harness/http.mjs';
import { certificates } from '../harness/tls.mjs';

const HOST = 'portal.localhost';
const page = (body) => `<!doctype html><html lang="en"><head><title>A page</title></head><body>
<main><h1>A   page</h1>${body}</main></body></html>`;
const FORM = page(`<form method="post" action="/letters" enctype="multipart/form-data"
    data-test="form-post_letters"><input type="hidden" name="csrf" value="a&amp;b">
  <input type="hidden" name="once" value="1"><label for="t">Text</label>
  <textarea id="t" name="text">\nfirst</textarea>
  <fieldset><legend>To</legend><label><input type="checkbox" name="to" value="nan" checked> Nan</label>
  <label><input type="checkbox" name="to" value="gran"> Gran</label></fieldset>
  <label for="f">File</label><input id="f" type="file" name="file">
  <button data-test="letter-send">Send</button></form>`);

const seen = [];
let port;

before(async () => {
    const tls = await certificates();
    const server = createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) },
        (request, response) => {
            const chunks = [];
            request.on('data', (bytes) => chunks.push(bytes));
            request.on('end', () => {
                seen.push({ method: request.method, url: request.url, headers: request.headers,
                    body: Buffer.concat(chunks).toString('latin1') });
                const reply = (status, headers, text = '') => {
                    response.writeHead(status, headers);
                    response.end(text);
                };
                if (request.url === '/in')
                    reply(303, { Location: '/form',
                        'Set-Cookie': '__Host-portal=secret; Secure; HttpOnly; Path=/' });
                else if (request.url === '/bad-cookie')
                    reply(200, { 'Set-Cookie': '__Host-portal=x; Path=/' });
                else if (request.url === '/away')
                    reply(303, { Location: 'https://elsewhere.test/' });
                else if (request.url === '/wide')
                    reply(200, { 'Content-Type': 'text/html' },
                        page('<div style="width:900px">wide</div><img src="x.png">'));
                else if (request.url === '/outside')
                    reply(200, { 'Content-Type': 'text/html' },
                        page('<img alt="" src="https://elsewhere.test/x.png">'));
                else if (request.url === '/favicon.ico')
                    reply(204, {});
                else
                    reply(200, { 'Content-Type': 'text/html; charset=utf-8' }, FORM);
            });
        });
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    cleanup(() => new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
    }));
    port = server.address().port;
});

test('the client keeps cookies, follows to its own server only, and reads a page', async () => {
    const person = await httpClient({ host: HOST, port });
    const form = await person.get('/in');
    equal(form.path, '/form');
    equal(form.text('h1'), 'A page');
    equal(seen.at(-1).headers.cookie, '__Host-portal=secret');
    equal((await person.another().get('/form')).status, 200);
    equal(seen.at(-1).headers.cookie, undefined);
    await rejects(person.get('/bad-cookie'), /would refuse/);
    await rejects(person.get('/away'), /away from the server/);
});

test('a form is sent as a browser would, and the browser sends the same', async () => {
    const person = await httpClient({ host: HOST, port });
    const form = await person.get('/form');
    deepEqual(form.form('form-post_letters').fields,
        [['csrf', 'a&b'], ['once', '1'], ['text', 'first'], ['to', 'nan']]);
    await person.submit(form, 'form-post_letters', { text: 'one\ntwo', to: ['nan', 'gran'] },
        { files: [{ field: 'file', name: 'a.txt', type: 'text/plain', body: 'hello' }] });
    const ours = seen.at(-1);
    equal(ours.headers.origin, `https://${HOST}:${port}`);
    equal(Number(ours.headers['content-length']), ours.body.length);

    const chrome = await browser();
    const tab = await chrome.page();
    await tab.goto(`https://${HOST}:${port}/form`);
    await tab.fill('textarea', 'one\ntwo');
    await tab.check('input[value=gran]');
    await tab.setInputFiles('#f', { name: 'a.txt', mimeType: 'text/plain',
        buffer: Buffer.from('hello') });
    await tab.click('[data-test=letter-send]');
    await tab.waitForURL('**/letters');
    const theirs = seen.filter(({ method }) => method === 'POST').at(-1);
    const bare = ({ body }) => body.replace(/-{4,}\S+/g, 'BOUNDARY');
    equal(bare(ours), bare(theirs));
    equal(ours.headers.origin, theirs.headers.origin);
});

test('a body may be streamed, and its length told or not', async () => {
    const person = await httpClient({ host: HOST, port });
    async function* pieces() {
        for (let i = 0; i < 10; i += 1)
            yield Buffer.alloc(100_000, 'x');
    }
    const file = { field: 'file', name: 'big', body: pieces(), size: 1_000_000 };
    await person.post('/letters', {}, { files: [file] });
    equal(Number(seen.at(-1).headers['content-length']), seen.at(-1).body.length);
    ok(seen.at(-1).body.length > 1_000_000);
    await person.post('/letters', {}, { files: [{ ...file, body: pieces(), size: undefined }] });
    equal(seen.at(-1).headers['transfer-encoding'], 'chunked');
});

test('Chromium opens a page, with JavaScript and without, wide and narrow', async () => {
    const chrome = await browser();
    for (const javaScript of [true, false]) {
        const tab = await chrome.page({ width: 320, javaScript });
        await tab.goto(`https://${HOST}:${port}/form`);
        equal(await tab.textContent('h1'), 'A   page');
        await fits(tab);
        ok(existsSync(await takePicture(tab, 'harness')));
        await tab.goto(`https://${HOST}:${port}/wide`);
        await rejects(fits(tab), /wider than 320/);
    }
});

test('axe-core finds what is wrong and is content with what is right', async () => {
    const chrome = await browser();
    const tab = await chrome.page();
    await tab.goto(`https://${HOST}:${port}/form`);
    await noFindings(tab);
    await tab.goto(`https://${HOST}:${port}/wide`);
    await rejects(noFindings(tab), /image-alt/);
});

test('a request to elsewhere is stopped and noticed', async () => {
    const chrome = await browser();
    const tab = await chrome.page({ allowErrors: /ERR_FAILED/ });
    await tab.goto(`https://${HOST}:${port}/outside`);
    match(tab.letterbox.complaints.join(), /asked for https:\/\/elsewhere\.test\/x\.png/);
    tab.letterbox.complaints.length = 0;
});
