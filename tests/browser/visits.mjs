// SPDX-License-Identifier: AGPL-3.0-or-later
// Meetings in Chromium, as the program makes their pages: planned with the keyboard alone, confirmed without JavaScript,
// measured by axe-core at full width and at 320 px. Pictures for docs/register.md go to build/docs.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, match, ok, test } from '../harness/test.mjs';
import { browser, fits, noFindings, tabTo } from '../harness/browser.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { BUILD } from '../harness/places.mjs';
import { site } from '../harness/site.mjs';

const PICTURES = join(BUILD, 'docs');
const YEAR = new Date().getFullYear() + 1;

let chrome;
let joan;
let mary;
let arrangement;
before(async () => {
    const here = await site();
    const desk = await here.start('desk');
    chrome = await browser();
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
    mary = (await staffAtDesk(here, desk, 'manager')).client;
    const { id } = await here.db.one(`SELECT arrangement_id AS id FROM letterbox.arrangement
        WHERE state = 'active' AND agency_id = $1 ORDER BY 1 LIMIT 1`, [await here.agency()]);
    await here.db.query(`UPDATE letterbox.arrangement SET kind = 'direct' WHERE arrangement_id = $1`, [id]);
    arrangement = codeOf(id);
    mkdirSync(PICTURES, { recursive: true });
}, { timeout: 120_000 });

const picture = (page, name) => page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });

let visit;      // where the meeting of the first test stands
test('a meeting is planned with the keyboard alone, and a mistake is mended', async () => {
    const page = await chrome.pageOf(joan, { width: 1280, allowErrors: /422/ });
    await page.goto(`${joan.origin}/visits?arrangement=${arrangement}`);
    await tabTo(page, '[data-test=visit-new]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=form-post_visits]');
    await noFindings(page);
    const type = async (selector, text) => {
        await tabTo(page, selector);
        await page.keyboard.press('Control+A');
        await page.keyboard.type(text);
    };
    await type('#day', '31');
    await type('#month', '6');
    await type('#year', String(YEAR));
    await type('#start', '2:30pm');
    await type('#end', '4pm');
    await type('#venue', 'Riverside Library, 3 Park Road');
    await type('#room', 'Blue room');
    await tabTo(page, '#supervisor');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, '[data-test=visit-save]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.govuk-error-summary');
    equal(await page.getAttribute('#day', 'value'), '31');
    match(await page.textContent('#day-error'), /That is not a real date/);
    await noFindings(page);
    await tabTo(page, '.govuk-error-summary a');
    await page.keyboard.press('Enter');
    ok(await page.evaluate(() => document.activeElement.id === 'day'), 'the summary leads to the field');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('30');
    await page.keyboard.press('Enter');
    await page.waitForURL(/notice=visit-planned/);
    match(await page.textContent('main'), new RegExp(`30 June ${YEAR}, 2:30pm to 4:00pm`));
    visit = new URL(page.url()).pathname;
    await noFindings(page);
    await picture(page, 'meeting-planned');
});

test('it is confirmed without JavaScript on a narrow screen', async () => {
    const page = await chrome.pageOf(mary, { width: 320, javaScript: false });
    await page.goto(mary.origin + visit);
    await fits(page);
    await page.click('[data-test=visit-confirm]');
    await page.waitForURL(/notice=visit-confirmed/);
    await fits(page);
    const [download] = await Promise.all([page.waitForEvent('download'),
        page.click('[data-test=visit-calendar]')]);
    equal(download.suggestedFilename(), 'appointment.ics');
});

for (const width of [1280, 320])
    test(`the list of meetings and the page of one: ${width} px`, async () => {
        const page = await chrome.pageOf(joan, { width });
        for (const [path, name] of [[`/visits?from=${YEAR}-06-28`, 'meetings'], [visit, 'meeting']]) {
            await page.goto(joan.origin + path);
            await fits(page);
            await noFindings(page);
            await picture(page, `${name}-${width}`);
        }
    });
