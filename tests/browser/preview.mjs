// SPDX-License-Identifier: AGPL-3.0-or-later
// Each page of portal and desk, rendered from its template and a committed sample view
// (views/<room>-<page>.json, variants views/<room>-<page>--<case>.json), looked at by Chromium under the
// real Content-Security-Policy: no finding of axe (WCAG 2.2 AA) at 1280 px, nor at 320 px of what a width can change, nothing wider than a 320 px screen, no
// request to anywhere else, forms as docs/http.md names them. Pages stay in build/preview/.
//
//     tests/run browser/preview.mjs            all
//     tests/run -t desk-letter browser/preview.mjs
//
// PICTURES=1 also takes pictures (build/screens), with and without scripts: look at them
// after each change.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { browser, fits, NARROW_RULES, noFindings, PICTURES, screenshot } from '../harness/browser.mjs';
import { BUILD, ROOT } from '../harness/places.mjs';
import { TEMPLATES, render, servePages, templateOf, viewOf, views } from '../harness/pages.mjs';

const OUT = join(BUILD, 'preview');
const ID = /^(?=.*\d)[0-9a-hjkmnp-tv-z]{12}$/;
const pages = views().filter((name) => !name.startsWith('mail-'));
const mails = views().filter((name) => name.startsWith('mail-'));

let site;
let wide;
let narrow;
let plain;

// One tab for each way of looking, used again for every page.
before(async () => {
    mkdirSync(OUT, { recursive: true });
    site = await servePages();
    const chrome = await browser();
    wide = await chrome.page({ width: 1280 });
    narrow = await chrome.page({ width: 320 });
    plain = await chrome.page({ width: 1280, javaScript: false });
});

// What no browser is needed for: each form names its handler and begins with its csrf field.
function formProblems(html) {
    const problems = [];
    for (const [whole, attributes, inside] of html.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g)) {
        const get = (key) => new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1];
        const path = get('action').split('?')[0];
        const handler = path === '/' ? 'root'
            : path.slice(1).split('/').map((one) => (ID.test(one) ? 'ID' : one.replaceAll('-', '_'))).join('_');
        const expected = `form-${get('method') ?? 'get'}_${handler}`;
        if (get('data-test') !== expected) problems.push(`${whole.slice(0, 90)}… should be ${expected}`);
        const first = /<(?:input|textarea|select|button)\b[^>]*>/.exec(inside)?.[0] ?? '';
        if (get('method') === 'post' && !/name="csrf"/.test(first)) problems.push(`${expected}: csrf is not first`);
        if (get('method') !== 'post' && /name="csrf"/.test(inside)) problems.push(`${expected}: csrf in an address`);
    }
    for (const [button] of html.matchAll(/<button [^>]*>/g))
        if (!/data-test=|hidden/.test(button)) problems.push(`no data-test: ${button}`);
    if (/ style="| on[a-z]+="|<script(?! type="module" src)/.test(html)) problems.push('inline style or script');
    if (/\{\{|\}\}/.test(html)) problems.push('a template tag is left');
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((one) => one[1]);
    for (const id of new Set(ids))
        if (id === '' || ids.filter((one) => one === id).length > 1) problems.push(`id twice or empty: "${id}"`);
    return problems;
}

// Words that nothing shown before sign-in, and no notice, may use.
const TELLING = /\b(adopt\w*|child(ren)?('s)?|birth|famil(y|ies)|letters?|letterbox|relatives?|sibling\w*|contact arrangement)\b/i;
const NEUTRAL = new Set(['portal/sign_in', 'portal/sign_in_code', 'portal/join', 'portal/join_password', 'portal/link_pin', 'portal/link_closed',
    'portal/signed_out', 'portal/help', 'portal/error', 'desk/sign_in', 'desk/sign_in_totp', 'desk/signed_out', 'desk/error']);

test('every template has a sample view, and every sample view a template', () => {
    const templates = ['portal', 'desk', 'mail'].flatMap((room) => readdirSync(join(TEMPLATES, room))
        .map((file) => `${room}/${basename(file, '.mustache')}`));
    deepEqual([...new Set(views().map(templateOf))].sort(), templates.sort());
});

test('every partial is used', () => {
    const all = ['portal', 'desk', 'partials'].flatMap((room) => readdirSync(join(TEMPLATES, room))
        .map((file) => readFileSync(join(TEMPLATES, room, file), 'utf8'))).join('\n');
    for (const file of readdirSync(join(TEMPLATES, 'partials')))
        ok(all.includes(`{{> ${basename(file, '.mustache')}}}`), `nobody uses partials/${file}`);
});

for (const name of pages) {
    test(name, async () => {
        const html = render(name);
        site.add(`/preview/${name}`, html);
        writeFileSync(join(OUT, `${name}.html`), html);
        deepEqual(formProblems(html), []);
        if (NEUTRAL.has(templateOf(name)) && !viewOf(name).person) {
            const seen = html.replace(/<!--[\s\S]*?-->/g, '').replace(/12 letters and numbers/, '').replace(/<[^>]*>/g, ' ');
            equal(TELLING.exec(seen)?.[0], undefined, 'a neutral page tells what the service is for');
        }

        for (const page of PICTURES ? [wide, narrow, plain] : [wide, narrow]) {
            await page.goto(`${site.origin}/preview/${name}`);
            await screenshot(page, name);
        }
        await noFindings(wide);
        await fits(narrow);
        // A variant differs in words, hardly in layout.
        if (!name.includes('--')) await noFindings(narrow, { rules: NARROW_RULES });
        deepEqual([...wide.letterbox.complaints, ...narrow.letterbox.complaints], []);
    });
}

test('a box is shown in the very colour in which it is burnt', async () => {
    const [, grey] = /\bGREY = (\d+)/.exec(readFileSync(join(ROOT, 'worker/cleaner/module_burn.c'), 'utf8'));
    site.add('/preview/desk-letter', render('desk-letter'));
    await wide.goto(`${site.origin}/preview/desk-letter`);
    equal(await wide.$eval('.lb-burnt', (box) => getComputedStyle(box).fill), `rgb(${grey}, ${grey}, ${grey})`);
});

test('an e-mail address is seen whole on a person\'s page', async () => {
    site.add('/preview/desk-party', render('desk-party'));
    await wide.goto(`${site.origin}/preview/desk-party`);
    const { has, needs } = await wide.$eval('#email-1', (field) => ({ has: field.clientWidth, needs: field.scrollWidth }));
    ok(needs <= has, `it needs ${needs} px and has ${has}`);
});

for (const name of mails) {
    test(name, () => {
        const text = render(name);
        writeFileSync(join(OUT, `${name}.txt`), text);
        // a text message is one line, and short enough to be one message, or two
        match(text, name.startsWith('mail-text_') ? /^\S[^\n]{1,250}\n$/ : /^Subject: [^\n]{1,60}\n\n\S/);
        ok(!/&(amp|quot|lt|gt);|\{\{|\}\}/.test(text), 'HTML or a tag in a mail');
        ok(!/\n{3}/.test(text), 'two empty lines');
        ok(text.endsWith('\n'));
        equal(TELLING.exec(text)?.[0], undefined, 'a notice tells what the service is for');
    });
}
