// SPDX-License-Identifier: AGPL-3.0-or-later
// The real pages in Chromium, as the program makes them: a family writes by hand, staff read and decide
// with mouse and keyboard. Every page is measured by axe-core and at 320 px; the same way
// is gone once more without JavaScript.

import { before, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { browser, fits, noFindings, screenshot } from '../harness/browser.mjs';
import { openDoors } from '../harness/people.mjs';

let doors;
let chrome;
let family;
let staff;
before(async () => {
    doors = await openDoors();
    chrome = await browser();
    family = await doors.family();
    staff = await doors.staff('coordinator');
}, { timeout: 120_000 });

async function look(page, name) {
    await fits(page);
    if (page.letterbox.javaScript)
        await noFindings(page);
    await screenshot(page, name);
}

const hook = (name) => `[data-test="${name}"]`;

for (const [width, javaScript] of [[1280, true], [320, true], [1280, false]]) {
    const how = `${width} px${javaScript ? '' : ', without JavaScript'}`;

    test(`a family's pages: ${how}`, async () => {
        const page = await chrome.pageOf(family.client, { width, javaScript });
        const { origin } = family.client;
        for (const [path, name] of [['/', 'home'], ['/letters/new', 'write'], ['/letters', 'letters'],
            ['/account', 'account'], ['/help', 'help']]) {
            await page.goto(origin + path);
            await look(page, `real-portal-${name}`);
        }
    });

    test(`a letter written by hand is kept, read and decided: ${how}`, async () => {
        const words = `We saw the sea, says ${how}.`;
        const writer = await chrome.pageOf(family.client, { width, javaScript });
        await writer.goto(`${family.client.origin}/letters/new`);
        await writer.fill('textarea[name=text]',
            `Dear all,\n\n${words}\nWe live in Otley near LS21 9XX now, ring 07700 900123.\n\nWith love`);
        await writer.click(hook('letter-preview'));
        await look(writer, 'real-portal-preview');
        await writer.click(hook('letter-send'));
        await writer.waitForURL(/receipt/);
        await look(writer, 'real-portal-receipt');
        const [, id] = /letters\/(\w{12})\/receipt/.exec(writer.url());

        const desk = await chrome.pageOf(staff.client, { width, javaScript });
        await eventually(async () => {
            await desk.goto(`${staff.client.origin}/letters/${id}`);
            return desk.locator(hook('row-mark')).count();
        }, { within: 20_000, what: 'the letter in review' });
        ok((await desk.textContent('main')).includes(words));
        await look(desk, 'real-desk-letter');
        const copy = await desk.locator('[data-copy]').first().textContent();
        match(copy, /\[postcode removed\]/);
        match(copy, /\[phone number removed\]/);
        for (const box of await desk.locator('input[name=seen]').all())
            await box.check();
        await desk.fill('input[name=words]', 'the sea');
        await desk.click(hook('words-add'));
        await eventually(async () => /\[name removed\]|removed\]/.test(await desk.textContent('main')));
        await desk.click(hook('letter-check'));
        await desk.waitForURL(/decision/);
        await look(desk, 'real-desk-decision');
        ok(!(await desk.locator('[data-copy], main').first().textContent()).includes('07700'), 'a number stands in a copy');
        await desk.click(hook('letter-approve'));
        await desk.waitForURL(/done/);
        await look(desk, 'real-desk-done');
        equal((await doors.here.db.one('SELECT count(*) AS n FROM letterbox.decision d JOIN letterbox.letter l '
            + 'USING (agency_id, letter_id) WHERE d.kind = $1 AND l.state IN ($2, $3, $4)',
        ['approve', 'approved', 'composed', 'released'])).n > 0, true);
        await desk.goto(`${staff.client.origin}/`);
        await look(desk, 'real-desk-today');
        await desk.goto(`${staff.client.origin}/letters?state=all`);
        await look(desk, 'real-desk-letters');
    }, { timeout: 120_000 });
}

test('pages before sign-in', async () => {
    for (const width of [1280, 320]) {
        const page = await chrome.page({ width });
        for (const [origin, path, name] of [[family.client.origin, '/sign-in', 'portal-sign-in'],
            [family.client.origin, '/join', 'portal-join'], [staff.client.origin, '/sign-in', 'desk-sign-in']]) {
            await page.goto(origin + path);
            await look(page, `real-${name}`);
        }
    }
});
