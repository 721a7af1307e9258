// SPDX-License-Identifier: AGPL-3.0-or-later
// The summary of an agreement in Chromium: reached with the keyboard alone, an older version without JavaScript, measured by
// axe-core at full width and at 320 px, and as the browser prints it. Pictures for docs/register.md go to build/docs.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, match, ok, test } from '../harness/test.mjs';
import { browser, fits, noFindings, tabTo } from '../harness/browser.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { BUILD } from '../harness/places.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

const PICTURES = join(BUILD, 'docs');

let chrome;
let joan;
let path;
before(async () => {
    const here = await site();
    const desk = await here.start('desk');
    chrome = await browser();
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
    const { id } = await here.db.one(`SELECT arrangement_id AS id FROM letterbox.arrangement
        WHERE state = 'active' AND kind = 'indirect' AND agency_id = $1 ORDER BY 1 LIMIT 1`, [await here.agency()]);
    path = `/arrangements/${codeOf(id)}`;
    // One person in easy words, one in large print; two versions of the terms.
    await here.db.query(`UPDATE letterbox.party p SET large_print = true, easy_read = m.side <> 'adoptive' FROM letterbox.arrangement_party m
        WHERE m.party_id = p.party_id AND m.arrangement_id = $1`, [id]);
    const page = await joan.submit(await joan.get(`${path}/terms`), 'form-post_arrangements_ID_terms',
        { month: [3, 9], photos: 'no_face', enclosed: ['cards', 'drawings'], first_writer: 'adoptive' });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 400));
    mkdirSync(PICTURES, { recursive: true });
}, { timeout: 120_000 });

const sizeOf = (page, selector) => page.$eval(selector, (node) => Number.parseFloat(getComputedStyle(node).fontSize));

test('the summary is found and printed with the keyboard alone', async () => {
    const page = await chrome.pageOf(joan, { width: 1280 });
    await page.goto(joan.origin + path);
    await tabTo(page, '[data-test=tab-agreement]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=row-summary]');
    await noFindings(page);
    const [download] = await Promise.all([page.waitForEvent('download'), (async () => {
        await tabTo(page, '[data-test=agreement-print-easy]');
        await page.keyboard.press('Enter');
    })()]);
    equal(download.suggestedFilename(), 'agreement.pdf');
});

for (const width of [1280, 320])
    test(`the page fits, and large letters are large: ${width} px`, async () => {
        const page = await chrome.pageOf(joan, { width });
        await page.goto(`${joan.origin}${path}/agreement`);
        await fits(page);
        await noFindings(page);
        ok(await sizeOf(page, '.lb-summary--large .lb-summary__words p') >= 24, 'eighteen points');
        await page.screenshot({ path: join(PICTURES, `agreement-${width}.png`), fullPage: true });
    });

test('an older version is chosen without JavaScript on a narrow screen', async () => {
    const page = await chrome.pageOf(joan, { width: 320, javaScript: false });
    await page.goto(`${joan.origin}${path}/agreement`);
    await page.selectOption('#version', '1');
    await page.click('[data-test=agreement-show]');
    await page.waitForURL(/version=1/);
    await fits(page);
    match(await page.textContent('main'), /There is a new plan now|It has changed since then/);
});

test('printed by the browser, each summary is on a sheet of its own, without the rest of the page', async () => {
    const page = await chrome.pageOf(joan, { width: 1280 });
    await page.goto(`${joan.origin}${path}/agreement`);
    const count = await page.$$eval('[data-test=row-summary]', (rows) => rows.length);
    const pdf = await page.pdf({ format: 'A4' });
    writeFileSync(join(PICTURES, 'agreement-printed.pdf'), pdf);
    const text = (await run(['pdftotext', '-layout', '-', '-'], { input: pdf })).stdout;
    const sheets = text.split('\f').filter((sheet) => /What we agreed about letters|Our plan for letters/.test(sheet));
    equal(sheets.length, count);
    ok(!/They like to read|To print|Which version|In plain words|Sign out/.test(text), text.slice(0, 600));
});
