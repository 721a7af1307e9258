// SPDX-License-Identifier: AGPL-3.0-or-later
// Two households of one, moves between agencies and the summary of an agreement in Chromium, against the program: at 1280 and
// 320 px, measured by axe-core, without JavaScript; both errands with the keyboard alone.

import { before, equal, match, ok, test } from '../harness/test.mjs';
import { browser, enter, FAR, fits, noFindings, screenshot, tabTo as tab, type } from '../harness/browser.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { site } from '../harness/site.mjs';

let chrome;
let joan;       // coordinator
let mary;       // manager
let theirs;     // the manager of the other agency
let arrangements;
let family;     // that becomes two in the errand
let pages;      // [path, name, whose]

const idOf = (page) => page.path.split('?')[0].split('/')[2];
const hook = (name) => `[data-test="${name}"]`;
const tabTo = (page, selector) => tab(page, selector, FAR);

async function propose(arrangement) {
    const page = await joan.get(`/arrangements/${arrangement}/transfer`);
    const done = await joan.submit(page, 'form-post_arrangements_ID_transfer', { agency: page.attribute('input[name=agency]', 'value'),
        reason: 'The family has moved to Brackendale.' });
    ok(done.has(hook('msg-transfer-proposed')), done.plain().slice(0, 500));
    return idOf(done);
}
const act = async (who, id, what, fields = {}) => who.submit(await who.get(`/transfers/${id}`), `form-post_transfers_ID_${what}`, fields);

async function part(home) {
    const page = await joan.get(`/parties/${home}/apart`);
    const answers = Object.fromEntries(page.find('[data-test=row-thing] fieldset').map((one) => [one.attribs.id, 'keeps']));
    const done = await joan.submit(page, 'form-post_parties_ID_apart', { ...answers, keeps_channel: 'portal', other_name: 'Robin Hollins',
        other_known_as: 'Robin', other_channel: 'post', other_address: '3 Quarry View\nHarrowgate\nHX19 4QZ', checked: 'phone' });
    ok(done.has(hook('msg-household-apart')), done.plain().slice(0, 500));
    return idOf(done);
}

before(async () => {
    const here = await site();
    const desk = await here.start('desk');
    chrome = await browser();
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
    mary = (await staffAtDesk(here, desk, 'manager')).client;
    theirs = (await staffAtDesk(here, desk, 'manager', { agency: 'brackendale' })).client;
    const rows = await here.db.query(`SELECT a.arrangement_id, m.party_id AS home, r.party_id AS relative FROM letterbox.arrangement a
        JOIN letterbox.arrangement_party m ON m.arrangement_id = a.arrangement_id AND m.side = 'adoptive'
        JOIN LATERAL (SELECT party_id FROM letterbox.arrangement_party WHERE arrangement_id = a.arrangement_id AND side = 'birth' LIMIT 1) r ON true
        WHERE a.agency_id = $1 AND a.state = 'active' ORDER BY 1`, [await here.agency()]);
    arrangements = rows.map((row) => ({ id: codeOf(row.arrangement_id), home: codeOf(row.home), relative: codeOf(row.relative) }));
    ok(arrangements.length > 5, String(arrangements.length));
    const [, second, third, fourth, fifth, sixth] = arrangements;
    family = sixth.home;
    const proposed = await propose(second.id);
    const offered = await propose(third.id);
    await act(mary, offered, 'offer');
    const taken = await propose(fourth.id);
    await act(mary, taken, 'offer');
    ok((await act(theirs, taken, 'take')).has(hook('msg-transfer-taken')));
    const other = await part(fifth.home);
    pages = [[`/parties/${family}/apart`, 'apart', joan], [`/parties/${other}`, 'apart-person', joan], [`/parties/${fifth.home}/apart/${other}`, 'apart-know', joan],
        [`/arrangements/${sixth.id}/transfer`, 'transfer-new', joan], ['/transfers', 'transfers', mary], [`/transfers/${proposed}`, 'transfer-proposed', mary],
        [`/transfers/${offered}`, 'transfer-offered', theirs], [`/transfers/${taken}`, 'transfer-receipt', mary], [`/transfers/${taken}`, 'transfer-taken', theirs],
        [`/arrangements/${fourth.id}`, 'arrangement-moved', joan], [`/arrangements/${fourth.id}/timeline`, 'timeline-moved', joan],
        [`/arrangements/${fifth.id}/people`, 'people-apart', joan], [`/arrangements/${fifth.id}/agreement`, 'agreement', joan]];
}, { timeout: 120_000 });

const MEASURED = new Set(['arrangement-moved', 'timeline-moved', 'people-apart', 'agreement', 'transfer-taken']);

for (const [width, javaScript] of [[1280, true], [320, true], [320, false]])
    test(`the pages of households apart, of moves and of an agreement: ${width} px${javaScript ? '' : ', without JavaScript'}`, async () => {
        const tabs = new Map();
        for (const [path, name, who] of pages) {
            if (!tabs.has(who))
                tabs.set(who, await chrome.pageOf(who, { width, javaScript }));
            const page = tabs.get(who);
            equal((await page.goto(who.origin + path)).status(), 200, `${name}: ${path}`);
            await fits(page);
            // a narrow page is the same document, and others measure what is an arrangement's usual page
            if (width > 320 && !MEASURED.has(name))
                await noFindings(page);
            await screenshot(page, `moves-${name}`);
        }
    }, { timeout: 120_000 });

test('the summary for one person opens from the page as a file to print', async () => {
    const page = await joan.get(`/arrangements/${arrangements[4].id}/agreement`);
    const [link] = page.find(`a[href*="/people/${arrangements[4].relative}/agreement"]`);
    const file = await joan.get(link.attribs.href);
    equal(file.headers['content-type'], 'application/pdf');
    equal(file.bytes.subarray(0, 5).toString(), '%PDF-');
});

async function choose(page, selector) {
    await tabTo(page, selector);
    await page.keyboard.press('Space');
}

test('one household becomes two, and staff say later what each may know: with the keyboard alone', async () => {
    const page = await chrome.pageOf(joan, { width: 1280, allowErrors: /422/ });
    await page.goto(`${joan.origin}/parties/${family}`);
    await enter(page, hook('apart'), hook('apart-save'));
    const things = await page.$$eval(`${hook('row-thing')} fieldset`, (all) => all.map((one) => one.id));
    // a mistake first: the summary leads back to the thing that nobody has
    await enter(page, hook('apart-save'), '.govuk-error-summary');
    await noFindings(page);
    await screenshot(page, 'moves-apart-mistake');
    await tabTo(page, '.govuk-error-summary a');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    equal(await page.evaluate(() => document.activeElement.closest('fieldset').id), things[0]);
    await page.goto(`${joan.origin}/parties/${family}/apart`);
    for (const thing of things)
        await choose(page, `#${thing}-keeps`);
    await choose(page, '#keeps_channel-portal, [name=keeps_channel]:checked');
    await type(page, '#other_name', 'Robin Ashdown');
    await type(page, '#other_known_as', 'Robin');
    await type(page, '#other_address', '4 Quarry View');
    await choose(page, '#other_channel-portal');
    await choose(page, '#checked-phone');
    await enter(page, hook('apart-save'), `${hook('msg-household-apart')}, .govuk-error-summary`);
    match(await page.textContent('h1'), /Robin Ashdown/);
    await noFindings(page);
    await enter(page, hook('apart-know'), '#reason');
    await enter(page, 'form button[data-test=apart-know]', '.govuk-error-summary');
    await tabTo(page, '#may_know-no');
    await page.keyboard.press('ArrowDown');
    await type(page, '#reason', 'Both said so by phone today.');
    await enter(page, 'form button[data-test=apart-know]', hook('msg-party-saved'));
    match(await page.textContent(hook('msg-apart')), /Each may know where the other lives/);
});

test('an arrangement is proposed, offered and taken: with the keyboard alone, by three people', async () => {
    const [{ id }] = arrangements;
    let page = await chrome.pageOf(joan, { width: 1280, allowErrors: /422/ });
    await page.goto(`${joan.origin}/arrangements/${id}/state`);
    await enter(page, hook('transfer-new'), hook('transfer-propose'));
    await enter(page, hook('transfer-propose'), '.govuk-error-summary');
    await noFindings(page);
    await choose(page, '[name=agency]');
    await type(page, '#reason', 'The family lives there now.');
    await enter(page, hook('transfer-propose'), hook('msg-transfer-proposed'));
    const path = new URL(page.url()).pathname;

    page = await chrome.pageOf(mary, { width: 1280 });
    await page.goto(`${mary.origin}/`);
    await enter(page, hook('moves-open'), hook('row-transfer'));
    await enter(page, `${hook('row-transfer')} a[href="${path}"]`, hook('transfer-offer'));
    await enter(page, hook('transfer-offer'), hook('msg-transfer-offered'));

    page = await chrome.pageOf(theirs, { width: 1280 });
    await page.goto(`${theirs.origin}/transfers`);
    await enter(page, `${hook('row-transfer')} a[href="${path}"]`, hook('transfer-take'));
    await enter(page, hook('transfer-take'), hook('msg-transfer-taken'));
    match(await page.textContent(hook('receipt')), /\w{4}-\w{4}-\w{4}/);
});
