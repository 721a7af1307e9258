// SPDX-License-Identifier: AGPL-3.0-or-later
// The guards of the HTTP room against a real browser: its Origin and Sec-Fetch-Site, its cookies, the
// Content-Security-Policy, and an upload that is refused while it is still being sent.

import { hkdfSync } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { before, cleanup, equal, folder, match, ok, test } from '../harness/test.mjs';
import { browser } from '../harness/browser.mjs';
import { site } from '../harness/site.mjs';

let here;
let portal;
let chrome;
let home;

before(async () => {
    here = await site();
    portal = await here.start('portal');
    chrome = await browser();
    home = `https://portal.localhost:${portal.port}`;
});

async function signIn(page, { number = 0 } = {}) {
    const { email, password } = here.person('family', { number });
    await page.goto(`${home}/sign-in`);
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', password);
    await page.click('[data-test=form-post_sign_in] button[type=submit]');
    await page.waitForURL(`${home}/sign-in/code`);
    const cookie = (await page.context().cookies()).find(({ name }) => name === '__Host-portal');
    const info = `letterbox/1/code/sign-in${String.fromCharCode(0)}123456`;
    await here.db.query('UPDATE letterbox.sign_in_code SET code_hash = $1', [Buffer.from(hkdfSync('sha256',
        Buffer.from(cookie.value, 'base64url'), Buffer.alloc(0), info, 32))]);
    await page.fill('[name=code]', '123456');
    await page.click('[data-test=form-post_sign_in_code] button[type=submit]');
    await page.waitForURL(`${home}/`);
}

for (const javaScript of [true, false])
    test(`a person signs in and out ${javaScript ? 'with' : 'without'} scripts: what the browser says of its origin is believed`,
        async () => {
            const page = await chrome.page({ javaScript });
            await signIn(page, { number: javaScript ? 0 : 1 });
            const [cookie] = await page.context().cookies();
            equal(cookie.name, '__Host-portal');
            ok(cookie.httpOnly && cookie.secure);
            equal(cookie.sameSite, 'Lax');
            equal(cookie.expires, -1);
            await page.click('[data-test=session-end]');
            await page.waitForURL(`${home}/signed-out`);
        });

test("a form on somebody else's page changes nothing", async () => {
    const page = await chrome.page({ allowErrors: /403|401/ });
    await signIn(page, { number: 2 });
    const evil = createServer((request, response) => {
        response.setHeader('Content-Type', 'text/html');
        response.end(`<form method="post" action="${home}/sign-out"><button>Win a prize</button></form>`);
    });
    await new Promise((done) => { evil.listen(0, '127.0.0.1', done); });
    cleanup(() => evil.close());
    await page.goto(`http://127.0.0.1:${evil.address().port}/`);
    await page.click('button');
    await page.waitForSelector('[data-test=msg-csrf]');
    await page.goto(`${home}/session`).catch(() => {});
    await page.goto(`${home}/`);
    equal(new URL(page.url()).pathname, '/');
});

test('a file over the limit gets its page although the browser is still sending', async () => {
    const page = await chrome.page({ javaScript: false, allowErrors: /413/ });
    await signIn(page, { number: 0 });
    await page.goto(`${home}/letters/new`);
    const field = page.locator('input[type=file]').first();
    const files = folder('files');
    await field.setInputFiles([1, 2, 3].map((n) => {
        const path = join(files, `photo${n}.jpg`);
        writeFileSync(path, '');
        truncateSync(path, 45 * 1024 * 1024);
        return path;
    }));
    await page.click('[data-test=letter-send]');
    match(await page.textContent('[data-test=msg-too-big]', { timeout: 30_000 }),
        /One photo or file can have up to 25 MB\. All together can have up to 100 MB\./);
    match(page.url(), /\/letters$/);
});
