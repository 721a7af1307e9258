// SPDX-License-Identifier: AGPL-3.0-or-later
// The register's errands in Chromium, against the program: with the keyboard alone, without JavaScript on a narrow screen, and
// every page measured by axe-core and at 320 px. Pictures for docs/register.md go to build/docs.

import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { browser, enter, FAR, fits, noFindings, tabTo as tab, type } from '../harness/browser.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { BUILD, ROOT } from '../harness/places.mjs';
import { site } from '../harness/site.mjs';

const PICTURES = join(BUILD, 'docs');

let here;
let chrome;
let joan;       // coordinator
let mary;       // manager
let gran;       // { party, name, postcode, arrangement, child, occasion }
before(async () => {
    here = await site();
    const desk = await here.start('desk');
    chrome = await browser();
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
    mary = (await staffAtDesk(here, desk, 'manager')).client;
    gran = await granny();
    mkdirSync(PICTURES, { recursive: true });
}, { timeout: 120_000 });

// A grandmother who is late with a letter, of an arrangement whose review is late too; her new number waits to be checked.
async function granny() {
    const agency = await here.agency();
    const ids = await here.db.one(`SELECT a.arrangement_id, a.child_id, g.party_id, h.party_id AS home FROM letterbox.arrangement a
        JOIN letterbox.arrangement_party g ON g.arrangement_id = a.arrangement_id AND g.side = 'birth'
        JOIN letterbox.party p ON p.party_id = g.party_id AND p.channel = 'post'
        JOIN letterbox.arrangement_party h ON h.arrangement_id = a.arrangement_id AND h.side = 'adoptive'
        WHERE a.state = 'active' AND a.agency_id = $1 ORDER BY 1 LIMIT 1`, [agency]);
    const occasion = await here.db.one(`INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party,
        month, due_on, agreement_version, state, changed_at)
        VALUES ($1, letterbox.new_id(), $2, $3, $4, date_trunc('month', current_date - 20), current_date - 20, 1, 'late', letterbox.now())
        RETURNING occasion_id AS id`, [agency, ids.arrangement_id, ids.party_id, ids.home]);
    await here.db.query(`INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on,
        agreement_version, changed_at) SELECT $1, letterbox.new_id(), $2, $4, $3, month, month + interval '20 days', 1, letterbox.now()
        FROM generate_series(1, 8) AS n, LATERAL (SELECT (date_trunc('month', current_date) + n * interval '1 month')::date AS month) AS m`, [agency, ids.arrangement_id, ids.party_id, ids.home]);
    await here.db.query(`INSERT INTO letterbox.arrangement_review (agency_id, review_id, arrangement_id, kind, due_on, made_at)
        VALUES ($1, letterbox.new_id(), $2, 'regular', current_date - 9, letterbox.now())`, [agency, ids.arrangement_id]);
    // A brother in another home, whose letters wait; the other relative here is not ready for any.
    const brother = await here.db.one(`UPDATE letterbox.arrangement SET state = 'paused' WHERE arrangement_id = (SELECT arrangement_id
        FROM letterbox.arrangement WHERE agency_id = $1 AND state = 'active' AND child_id <> $2 ORDER BY 1 LIMIT 1) RETURNING child_id AS id`,
    [agency, ids.child_id]);
    await here.db.query('INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id) VALUES ($1, least($2::bigint, $3), greatest($2::bigint, $3))',
        [agency, ids.child_id, brother.id]);
    await here.db.query(`UPDATE letterbox.arrangement_party SET state = 'not_ready' WHERE arrangement_id = $1 AND side = 'birth' AND party_id <> $2`,
        [ids.arrangement_id, ids.party_id]);
    const party = codeOf(ids.party_id);
    const page = await joan.get(`/parties/${party}`);
    const told = await joan.submit(page, 'form-post_parties_ID', { phone: '07700 900 123', checked: 'not' });
    ok(told.has('[data-test=msg-party-saved-waits]'), told.plain().slice(0, 500));
    return { party, name: page.text('h1'), postcode: /[A-Z]{2}\d\d \d[A-Z]{2}/.exec(page.text('#address'))[0], known_as: page.attribute('#known_as', 'value'),
        arrangement: codeOf(ids.arrangement_id), child: codeOf(ids.child_id), occasion: codeOf(occasion.id) };
}

const tabTo = (page, selector) => tab(page, selector, FAR);
const hook = (name) => `[data-test="${name}"]`;

const inDays = (days) => new Date(Date.now() + days * 86_400_000);
async function typeDate(page, prefix, date) {
    await type(page, `#${prefix}day`, String(date.getUTCDate()));
    await type(page, `#${prefix}month`, String(date.getUTCMonth() + 1));
    await type(page, `#${prefix}year`, String(date.getUTCFullYear()));
}

test('an arrangement is found by postcode, its late letter gets more time and its review is kept: with the keyboard alone', async () => {
    const page = await chrome.pageOf(joan, { width: 1280, allowErrors: /422/ });
    await page.goto(`${joan.origin}/arrangements`);
    await type(page, '#q', gran.postcode);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`[data-test=row-arrangement][data-id="${gran.arrangement}"]`);
    match(await page.textContent(hook('row-arrangement')), /postcode/i);
    await noFindings(page);
    await picture(page, 'search');
    await enter(page, hook('arrangement-open'), hook('tab-occasions'));
    await enter(page, hook('tab-occasions'), hook('occasion-open'));
    await enter(page, `[data-test=row-occasion][data-id="${gran.occasion}"] a`, hook('occasion-wait'));
    // a mistake first: the summary leads back to the field
    await typeDate(page, '', inDays(400));
    await enter(page, hook('occasion-wait'), '.govuk-error-summary');
    await noFindings(page);
    await enter(page, '.govuk-error-summary a', '#day:focus');
    const until = inDays(30);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(String(until.getUTCDate()));
    await type(page, '#month', String(until.getUTCMonth() + 1));
    await type(page, '#year', String(until.getUTCFullYear()));
    await enter(page, hook('occasion-wait'), hook('msg-occasion-waits'));
    await noFindings(page);
    await enter(page, hook('arrangement-open'), hook('tab-reviews'));
    await enter(page, hook('tab-reviews'), hook('msg-review-open'));
    await tabTo(page, 'textarea[name=feels]');
    await page.keyboard.type('They are glad of each one.');
    await tabTo(page, '#agreed');
    await page.keyboard.type('All goes on as it is.');
    await typeDate(page, 'next_', inDays(365));
    await enter(page, hook('review-keep'), hook('msg-review-done'));
    match(await page.textContent(hook('row-review-done')), /All goes on as it is\./);
    await noFindings(page);
});

test('a change of details is confirmed, a person is paused and goes on, the ladder is changed: with the keyboard alone', async () => {
    const page = await chrome.pageOf(mary, { width: 1280 });
    await page.goto(`${mary.origin}/changes`);
    await enter(page, hook('change-open'), hook('change-confirm'));
    await noFindings(page);
    await tabTo(page, '[name=checked]');
    await page.keyboard.press('Space');
    await enter(page, hook('change-confirm'), hook('msg-change-confirmed'));

    await page.goto(`${mary.origin}/arrangements/${gran.arrangement}/state`);
    await tabTo(page, `[id="place-${gran.party}-active"]`);
    await page.keyboard.press('ArrowDown');
    await enter(page, `[data-test=form-post_arrangements_ID_standing][data-id="${gran.party}"] button`, hook('msg-standing-set'));
    ok(await page.isChecked(`[id="place-${gran.party}-paused"]`));
    await noFindings(page);
    await page.goto(`${mary.origin}/children/${gran.child}`);
    equal(await page.getAttribute('svg [data-line=waits], svg [data-line=open]', 'data-line'), 'open', 'what she writes still goes');
    await page.goto(`${mary.origin}/arrangements/${gran.arrangement}/state`);
    await tabTo(page, `[id="place-${gran.party}-paused"]`);
    await page.keyboard.press('ArrowUp');
    await enter(page, `[data-test=form-post_arrangements_ID_standing][data-id="${gran.party}"] button`, hook('msg-standing-set'));

    await page.goto(`${mary.origin}/ladder`);
    await type(page, '#days_1', '35');
    await enter(page, hook('ladder-save'), hook('msg-ladder-changed'));
    await noFindings(page);
});

test('an arrangement is found, its people, its child and its map are read, and the diary: without JavaScript at 320 px', async () => {
    const page = await chrome.pageOf(joan, { width: 320, javaScript: false });
    await page.goto(`${joan.origin}/arrangements`);
    await page.fill('#q', gran.name);
    await page.click(hook('arrangement-search'));
    await page.click(hook('arrangement-open'));
    for (const tab of ['people', 'terms', 'occasions', 'letters', 'timeline', 'reviews', 'state']) {
        await page.click(hook(`tab-${tab}`));
        await page.waitForURL(new RegExp(`/${tab}$`));
        await fits(page);
    }
    await page.click(hook('tab-people'));
    await page.click(hook('map-open'));
    match(page.url(), /#map$/);
    match(await page.textContent(`[data-test=map-person][data-id="${gran.party}"]`), new RegExp(gran.name));
    await page.click(hook('tab-overview'));
    await page.click(hook('child-open'));
    await fits(page);
    await page.goto(`${joan.origin}/diary`);
    await page.click(hook('month-after'));
    await page.click(hook('diary-due'));
    await page.selectOption('#state', 'all');
    await page.click(hook('diary-show'));
    await page.waitForSelector(hook('row-occasion'));
    await fits(page);
});

test("a person's page says what is due from them and to them", async () => {
    const page = await joan.get(`/parties/${gran.party}`);
    const rows = page.find('[data-test=row-occasion]');
    deepEqual([rows.length, rows[0].attribs['data-id']], [7, gran.occasion], 'one of hers, the next six of theirs');
    match(page.plain(), /Due from them.*more time until.*Due to them.*And 2 later/s);
});

test('the family map tells each side no more than it may know, and all its words are in their boxes', async () => {
    const page = await chrome.pageOf(joan, { width: 320 });
    await page.goto(`${joan.origin}/children/${gran.child}`);
    const { told, loose } = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('svg [data-box]')].map((box) => box.getBBox());
        const all = [...document.querySelectorAll('svg text')];
        const inside = (text) => boxes.some((box) => text.x >= box.x && text.x + text.width <= box.x + box.width
            && text.y >= box.y && text.y + text.height <= box.y + box.height);
        // names stand in bold; the words after each, until the next, are what goes beyond the wall
        const words = all.map((one) => (one.getAttribute('font-weight') ? '|' : one.textContent)).join(' ');
        return { told: words.split('|').map((one) => one.trim()).filter(Boolean),
            loose: all.filter((one) => !inside(one.getBBox())).map((one) => one.textContent) };
    });
    deepEqual(loose, []);
    const birth = (await page.inputValue('#child_birth_name')).split(' ');
    const home = (await page.inputValue('#child_adoptive_name')).split(' ').at(-1);
    ok(told.includes(`There: ${birth[0]}`), told.join('\n'));
    ok(told.some((one) => one.startsWith(`There: ${gran.known_as}`)), told.join('\n'));
    for (const secret of [home, birth.at(-1), gran.name.split(' ').at(-1)])
        ok(!told.join(' ').includes(secret), `${secret} in ${told.join(' ')}`);
    const person = await page.textContent(`[data-test=map-person][data-id="${gran.party}"]`);
    ok(person.includes(birth[0]) && !person.includes(home), person);
});

// ---- all pages, and pictures of them ----

// Those that office.mjs and visits.mjs have measured by axe-core are looked at for their width alone.
const MEASURED = new Set(['arrangements', 'arrangement-new', 'arrangement', 'people', 'terms', 'occasions', 'letters', 'timeline', 'state',
    'people-list', 'person', 'diary', 'diary-list', 'visits', 'report-period']);
const nextMonth = () => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
};
const pages = () => [
    ['/arrangements', 'arrangements'], ['/arrangements/new', 'arrangement-new'], [`/arrangements/${gran.arrangement}`, 'arrangement'],
    ...['people', 'terms', 'occasions', 'letters', 'timeline', 'reviews', 'state'].map((tab) => [`/arrangements/${gran.arrangement}/${tab}`, tab]),
    [`/children/${gran.child}`, 'child'], [`/children/${gran.child}/standing`, 'child-standing'], ['/parties', 'people-list'],
    [`/parties/${gran.party}`, 'person'], [`/diary?month=${nextMonth()}`, 'diary'], ['/diary/list?state=all', 'diary-list'], ['/late', 'late'],
    [`/occasions/${gran.occasion}`, 'expected'], [`/occasions/${gran.occasion}/proof`, 'proof'], ['/ladder', 'ladder'], ['/changes', 'changes'],
    ['/reviews', 'reviews-list'], ['/reports', 'reports'], ['/reports/purpose', 'report'], ['/reports/period', 'report-period'],
    ['/reports/foi', 'report-foi'], ['/reports/timeline', 'report-timeline'], ['/visits', 'visits'],
];
const REFERRED = [...readFileSync(join(ROOT, 'docs/register.md'), 'utf8').matchAll(/build\/docs\/([\w-]+)\.png/g)].map(([, name]) => name);
const picture = async (page, name) => {
    const file = `${name}-${page.letterbox.width}`;
    if (REFERRED.includes(file))
        await page.screenshot({ path: join(PICTURES, `${file}.png`), fullPage: true });
};

for (const width of [1280, 320])
    test(`the register's pages: ${width} px`, async () => {
        const page = await chrome.pageOf(mary, { width });
        for (const [path, name] of pages()) {
            equal((await page.goto(mary.origin + path)).status(), 200, path);
            await fits(page);
            // a narrow page is the same document
            if (width > 320 && !MEASURED.has(name))
                await noFindings(page);
            await picture(page, name);
            const map = await page.$('.lb-map');
            if (name === 'child' && REFERRED.includes(`map-${width}`))
                await map.screenshot({ path: join(PICTURES, `map-${width}.png`) });
        }
    }, { timeout: 120_000 });

test('every picture that docs/register.md refers to is made here', () => {
    const mine = REFERRED.filter((name) => !/^meeting/.test(name));        // those are of visits.mjs
    ok(mine.length >= 8, `${mine.length} pictures`);
    for (const name of mine) {
        const path = join(PICTURES, `${name}.png`);
        ok(existsSync(path) && statSync(path).mtimeMs > Date.now() - 600_000, `${name} is not made`);
    }
    const visits = readFileSync(join(ROOT, 'tests/browser/visits.mjs'), 'utf8');
    for (const name of REFERRED.filter((one) => /^meeting/.test(one)))
        ok(visits.includes(name.replace(/-\d+$/, '')), `visits.mjs takes no ${name}`);
});
