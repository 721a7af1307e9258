// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk's office and register in Chromium, as the program makes them: every page is measured by axe-core, at 320 px and at
// full width, with JavaScript and without. One whole errand, a letter from an unknown sender, is done with the keyboard
// alone.

import { readFileSync } from 'node:fs';
import { before, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { browser, fits, noFindings, screenshot, tabTo } from '../harness/browser.mjs';
import { openOffice } from '../harness/office.mjs';
import { jpeg, letterPdf } from '../harness/samples.mjs';

let office;
let chrome;
let staff;
let pages;      // [path, name, whose]
before(async () => {
    office = await openOffice();
    chrome = await browser();
    staff = { coordinator: office.joan };
    for (const role of ['manager', 'checker', 'administrator', 'inspector'])
        staff[role] = (await office.staff(role)).client;
    pages = await fill();
}, { timeout: 240_000 });

// One of everything, so that no page is empty but those that should be.
async function fill() {
    const ann = await office.person({ name: ['Ann Wetherby', 'Bob Wetherby'], known_as: 'Ann', email: 'ann@relatives.test',
        phone: '01632 960 777', relationship: 'grandmother', note: 'Ring after 4pm.', leak_category: ['place', 'name'],
        leak_term: ['Marlby', 'Shah'] });
    const tom = await office.person({ name: 'Tom Wetherby', channel: 'post', email: '' });
    const home = await office.person({ kind: 'adoptive', name: ['Priya Shah', 'Sam Shah'], known_as: 'Priya and Sam', email: 'priya@homes.test',
        leak_category: 'name', leak_term: 'Wetherby' });
    const arrangement = await office.arrangement(home, [ann, tom], { two_person: 'yes', risk: 'Came to a house once.' });
    const other = await office.person({ name: 'Ada Holroyd', channel: 'post', email: '' });
    await office.arrangement(await office.person({ kind: 'adoptive', name: 'Una Lomax', email: 'una@homes.test' }), [other]);

    await office.mail('nan@elsewhere.test', { name: 'Nan', subject: 'For my Kayla', proved: true, text: 'I am the nan of Kayla.\n\nI think of her every day and hope that she is well.' });
    await office.mail('ann@relatives.test', { subject: 'Re: hello', text: 'It is Ann, from the telephone of a friend.' });
    const stranger = await office.quarantinedWith('I am the nan of Kayla');
    const unproved = await office.quarantinedWith('from the telephone of a friend');

    const held = await office.letterFrom('una@homes.test', 'A letter for the shelf.');
    await office.decide(office.joan, held, 'hold', { reason: 'not_ready', why_hold: 'She asked us to wait for the spring.', day: 27, month: 3,
        year: new Date().getFullYear() + 1 });
    const asked = await office.letterFrom('una@homes.test', 'A letter with a question.');
    await office.decide(office.joan, asked, 'escalate', { why_escalate: 'Does she mean the court hearing in May?' });
    const twice = await office.letterFrom('priya@homes.test', 'A letter for two people.');
    await office.approve(office.joan, twice);       // ann has no PIN: a problem, once it is agreed
    const printed = await office.letterFrom('una@homes.test', 'A letter for the post.');
    await office.approve(office.joan, printed);
    let page = await eventually(async () => {
        const queue = await office.joan.get('/prints');
        return queue.has('[data-test=row-dispatch]') && queue;
    }, { within: 30_000, every: 200 });
    page = await office.joan.submit(page, 'form-post_prints', {});
    const batch = page.path;
    const waiting = await office.letterFrom('una@homes.test', 'Another letter for the post.');
    await office.approve(office.joan, waiting);
    await eventually(async () => (await office.joan.get('/prints')).has('[data-test=row-dispatch]'), { within: 30_000, every: 200 });
    const scan = await scanIn(tom, arrangement);
    page = await staff.checker.get(`/letters/${twice}/decision`);
    await office.second(staff.checker, twice, { second: 'agree', fact: page.text('[data-test=row-copy] h2').split(' ')[0] });
    await eventually(async () => (await office.joan.get('/problems')).has('[data-test=row-job]'), { within: 30_000, every: 200 });
    const returned = await office.letterFrom('una@homes.test', 'A letter that goes back.');
    await office.decide(office.joan, returned, 'return', { note: 'Thank you. May we leave out the name of the school?' });

    return [['/', 'today', 'coordinator'], ['/', 'today-manager', 'manager'], ['/', 'today-checker', 'checker'],
        ['/', 'today-administrator', 'administrator'], ['/letters?state=all', 'letters-all', 'coordinator'],
        ['/quarantine', 'quarantine', 'coordinator'], [`/quarantine/${stranger}`, 'quarantine-stranger', 'coordinator'],
        [`/quarantine/${unproved}`, 'quarantine-unproved', 'coordinator'], [`/quarantine/${unproved}`, 'quarantine-inspector', 'inspector'],
        ['/quarantine?state=set_aside', 'quarantine-aside', 'coordinator'], ['/scans/new', 'scan', 'coordinator'],
        [`/scans/new?party=${tom}`, 'scan-for', 'coordinator'], [`/scans/${scan}`, 'scan-done', 'coordinator'],
        ['/shelf', 'shelf', 'coordinator'], ['/diary', 'diary', 'coordinator'], ['/diary/list?state=due', 'diary-list', 'coordinator'], ['/prints', 'prints', 'coordinator'],
        [batch, 'print', 'coordinator'], ['/problems', 'problems', 'coordinator'], ['/audit', 'audit', 'manager'],
        ['/staff', 'staff', 'administrator'], ['/staff', 'staff-manager', 'manager'], ['/account', 'account', 'coordinator'],
        [`/letters/${held}`, 'letter-held', 'coordinator'], [`/letters/${asked}`, 'letter-asked', 'coordinator'],
        [`/letters/${asked}`, 'letter-asked-manager', 'manager'], [`/letters/${returned}`, 'letter-returned', 'coordinator'],
        [`/letters/${returned}/done`, 'returned-done', 'coordinator'], [`/letters/${scan}`, 'letter-scan', 'coordinator'],
        ['/parties', 'parties', 'coordinator'], ['/parties/new', 'party-new', 'coordinator'], [`/parties/${ann}`, 'party', 'coordinator'],
        ['/arrangements', 'arrangements', 'coordinator'], ['/arrangements/new', 'arrangement-new', 'coordinator'],
        [`/arrangements/${arrangement}`, 'arrangement', 'coordinator'], [(await office.joan.get(`/arrangements/${arrangement}`)).link('child-open'), 'child', 'coordinator'],
        ...['people', 'terms', 'occasions', 'letters', 'timeline', 'state'].map((tab) => [`/arrangements/${arrangement}/${tab}`, `arrangement-${tab}`, 'coordinator'])];
}

async function scanIn(party, arrangement) {
    const photo = readFileSync(await jpeg(folder('photo'), { width: 500, height: 400 }));
    const page = await office.joan.submit(await office.joan.get(`/scans/new?party=${party}`), 'form-post_scans',
        { sender: `${party}.${arrangement}`, kept_where: 'safe, folder 12', helper: 'her sister Jo' }, { files: [
            { field: 'file', name: 'one.pdf', type: 'application/pdf', body: letterPdf([['Dear Priya,', 'first page'], ['second page', 'Tom']]) },
            { field: 'file', name: 'two.jpg', type: 'image/jpeg', body: photo }] });
    const letter = page.path.split('/')[2];
    await eventually(async () => (await office.joan.get(`/letters/${letter}`)).has('[data-test=letter-check]'), { within: 30_000, every: 200 });
    return letter;
}

// Those that look or work otherwise without a script: forms, files, what opens and closes.
const SCRIPTED = new Set(['today', 'quarantine-stranger', 'quarantine-unproved', 'scan-for', 'prints', 'print', 'problems', 'staff',
    'account', 'letter-held', 'letter-scan', 'party', 'arrangement-people', 'arrangement-terms', 'arrangement-state', 'child']);

for (const [width, javaScript] of [[1280, true], [320, true], [1280, false]]) {
    test(`the office's and the register's pages: ${width} px${javaScript ? '' : ', without JavaScript'}`, async () => {
        const tabs = {};
        for (const [path, name, role] of pages.filter((one) => javaScript || SCRIPTED.has(one[1]))) {
            tabs[role] ??= await chrome.pageOf(staff[role], { width, javaScript });
            const tab = tabs[role];
            const answer = await tab.goto(staff[role].origin + path);
            equal(answer.status(), 200, `${name}: ${path}`);
            await fits(tab);
            // Narrow pages are the same document: those that look or work otherwise without a script are asked about again.
            if (javaScript && (width > 320 || SCRIPTED.has(name)))
                await noFindings(tab);
            await screenshot(tab, `office-${name}`);
        }
    }, { timeout: 240_000 });

    test(`mistakes and searches: ${width} px${javaScript ? '' : ', without JavaScript'}`, async () => {
        const tab = await chrome.pageOf(office.joan, { width, javaScript, allowErrors: /422|409/ });
        const look = async (name) => {
            await fits(tab);
            if (javaScript)
                await noFindings(tab);
            await screenshot(tab, `office-${name}`);
        };
        const at = (name) => pages.find((one) => one[1] === name)[0];
        const { origin } = office.joan;
        const hook = (name) => `[data-test="${name}"]`;
        await tab.goto(origin + at('quarantine-stranger'));
        await tab.fill('#q', 'wetherby');
        await tab.click(hook('party-search'));
        await tab.waitForSelector(hook('party-match'));
        await look('quarantine-found');
        await tab.click(hook('quarantine-set-aside'));
        await tab.waitForSelector('.govuk-error-summary');
        await look('quarantine-mistake');
        await tab.goto(`${origin}/scans/new`);
        await tab.fill('#q', 'wetherby');
        await tab.click(hook('party-find'));
        await tab.waitForSelector(hook('row-party'));
        await look('scan-found');
        await tab.click(hook('scan-save'));
        await tab.waitForSelector('.govuk-error-summary, #file-error');
        await look('scan-mistake');
        await tab.goto(`${origin}/problems`);
        await tab.click(hook('job-close'));
        await tab.waitForSelector('.govuk-error-summary');
        await look('problems-mistake');
        await tab.goto(`${origin}${at('print')}`);
        await tab.click(hook('print-posted'));
        await tab.waitForSelector('.govuk-error-summary');
        await look('print-mistake');
        await tab.goto(`${origin}${at('letter-held')}`);
        await tab.click(hook('hold-open'));
        await tab.click(hook('letter-hold'));
        await tab.waitForSelector('.govuk-error-summary');
        await look('hold-mistake');
    }, { timeout: 120_000 });
}

test('a letter of an unknown sender is matched with the keyboard alone', async () => {
    const page = await chrome.pageOf(office.joan, { width: 1280 });
    await page.goto(`${office.joan.origin}/`);
    await tabTo(page, '[data-test=count-quarantined]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/quarantine');
    await tabTo(page, '[data-test=quarantine-open]');       // the oldest: Nan
    await page.keyboard.press('Enter');
    await page.waitForURL(/quarantine\/\w{12}$/);
    const [, letter] = /(\w{12})$/.exec(page.url());
    await tabTo(page, '#q');
    await page.keyboard.type('wetherby');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=party-match]');
    await tabTo(page, '[data-test=party-match]');
    match(await page.evaluate(() => document.activeElement.textContent), /It is from .* Wetherby/);
    ok(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== 'none'
        || getComputedStyle(document.activeElement).boxShadow !== 'none'), 'the focus is seen');
    await page.keyboard.press('Enter');
    await page.waitForURL(/notice=quarantine-matched/);
    match(await page.textContent('[data-test=msg-quarantine-matched]'), /It will soon be in the list of letters to read/);
    await eventually(async () => (await office.joan.get('/letters?state=to_read')).has(`[data-test=row-letter][data-id="${letter}"]`),
        { within: 20_000, every: 200, what: 'the letter to read' });
});
