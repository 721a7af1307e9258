// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody is offered, accepted, works for the other agency and goes back, in Chromium against the program: with the keyboard alone,
// each page measured by axe-core, and once without JavaScript at 320 px.

import { before, match, ok, test } from '../harness/test.mjs';
import { browser, enter as go, fits, noFindings, tabTo } from '../harness/browser.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { site } from '../harness/site.mjs';

let here;
let chrome;
const clients = {};

before(async () => {
    here = await site();
    const desk = await here.start('desk');
    chrome = await browser();
    clients.ours = (await staffAtDesk(here, desk, 'administrator')).client;
    clients.theirs = (await staffAtDesk(here, desk, 'administrator', { agency: 'brackendale' })).client;
    clients.checker = (await staffAtDesk(here, desk, 'checker', { agency: 'brackendale' })).client;
    clients.manager = (await staffAtDesk(here, desk, 'manager', { agency: 'brackendale' })).client;
}, { timeout: 120_000 });

const hook = (name) => `[data-test="${name}"]`;
const open = async (who, path, options = {}) => {
    const page = await chrome.pageOf(clients[who], { width: 1280, allowErrors: /422/, ...options });
    await page.goto(`${clients[who].origin}${path}`);
    return page;
};
const nameOf = async (who) => (await clients[who].get('/')).text(hook('person-name')).split(',')[0];
const YEAR = new Date().getFullYear() + 1;

async function enter(page, selector, there) {
    await go(page, selector, there);
    await noFindings(page);
    await fits(page);
}

test('offer, accept, work for, go back: with the keyboard alone', async () => {
    const theirs = await open('theirs', '/acting');
    await enter(theirs, hook('acting-offer'), '.govuk-error-summary');
    await tabTo(theirs, '#staff', 120);
    await theirs.keyboard.type(await nameOf('checker'));
    await tabTo(theirs, 'input[name=agency]', 120);
    await theirs.keyboard.press('Space');
    await enter(theirs, hook('acting-offer'), hook('msg-acting-offered'));

    const ours = await open('ours', '/');
    await enter(ours, hook('offers-open'), hook('row-here'));
    await enter(ours, hook('acting-open'), hook('acting-accept'));
    await enter(ours, hook('acting-accept'), '.govuk-error-summary');
    await enter(ours, '.govuk-error-summary a[href="#until_day"]', '#until_day:focus');
    await ours.keyboard.type('30');
    await tabTo(ours, '#until_month');
    await ours.keyboard.type('6');
    await tabTo(ours, '#until_year');
    await ours.keyboard.type(String(YEAR));
    await tabTo(ours, 'input[name=role]', 120);
    await ours.keyboard.press('ArrowDown');
    await enter(ours, hook('acting-accept'), hook('msg-acting-accepted'));
    match(await ours.textContent(hook('row-here')), /Coordinator, from/);

    const they = await open('checker', '/account');
    await enter(they, hook('acting-begin'), hook('msg-acting-begun'));
    match(await they.textContent(hook('msg-acting')), /You are working for Fernshire.*, from Brackendale Council/s);
    await enter(they, hook('nav-parties'), '#q');
    await enter(they, hook('acting-back'), hook('msg-acting-left'));
    ok(await they.isHidden(hook('msg-acting')));
});

test('the same without JavaScript at 320 px, until it is ended', async () => {
    const plain = { width: 320, javaScript: false };
    const theirs = await open('theirs', '/acting', plain);
    await theirs.selectOption('#staff', { label: await nameOf('manager') });
    await theirs.check('input[name=agency]');
    await theirs.click(hook('acting-offer'));
    await theirs.waitForSelector(hook('msg-acting-offered'));
    await fits(theirs);
    const ours = await open('ours', '/acting', plain);
    await ours.click(hook('acting-open'));
    await ours.check('#role-manager');
    for (const [part, value] of [['day', '30'], ['month', '6'], ['year', String(YEAR)]])
        await ours.fill(`#until_${part}`, value);
    await fits(ours);
    await ours.click(hook('acting-accept'));
    await ours.waitForSelector(hook('msg-acting-accepted'));
    const they = await open('manager', '/', plain);
    await they.click(hook('acting-begin'));
    await they.waitForSelector(hook('msg-acting'));
    await fits(they);
    await they.goto(`${clients.manager.origin}/account`);
    await fits(they);
    await ours.click(hook('acting-open'));
    await ours.click(hook('acting-end'));
    await ours.waitForSelector(hook('msg-acting-ended'));
    await fits(ours);
    await they.goto(`${clients.manager.origin}/letters`);
    match(they.url(), /\/sign-in$/);
});
