// SPDX-License-Identifier: AGPL-3.0-or-later
// Each page of portal and desk, rendered from its template and a committed sample view
// (views/<room>-<page>.json, variants views/<room>-<page>--<case>.json), looked at by Chromium under the
// real Content-Security-Policy: no finding of axe (WCAG 2.2 AA) at 1280 and 320 px, nothing wider than a 320 px screen, no
// request to anywhere else, forms as docs/http.md names them. Pages and pictures stay in build/preview/.
//
//     tests/run browser/preview.mjs            all
//     tests/run -t desk-letter browser/preview.mjs
//
// PREVIEW_PICTURES=1 also takes pictures (with and without scripts): look at them after each change.

import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { BUILD } from '../harness/places.mjs';
import { TEMPLATES, launchBrowser, render, servePages, templateOf, viewOf, views } from '../harness/pages.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OUT = join(BUILD, 'preview');
const PICTURES = process.env.PREVIEW_PICTURES === '1';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ID = /^(?=.*\d)[0-9a-hjkmnp-tv-z]{12}$/;
const pages = views().filter((name) => !name.startsWith('mail-'));
const mails = views().filter((name) => name.startsWith('mail-'));

let site;
let browser;

before(async () => {
    mkdirSync(OUT, { recursive: true });
    site = await servePages();
    browser = await launchBrowser();
});

// One tab for each way of looking, used again for every page: a new context a page costs a second.
const tabs = new Map();
async function open(name, { script, width }) {
    const key = `${script} ${width}`;
    if (!tabs.has(key)) {
        const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width, height: 900 } });
        const page = await context.newPage();
        const tab = { page, trouble: [] };
        page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type())) tab.trouble.push(message.text());
        });
        page.on('pageerror', (error) => tab.trouble.push(String(error)));
        page.on('request', (request) => {
            if (!request.url().startsWith(site.origin)) tab.trouble.push(`asks elsewhere: ${request.url()}`);
        });
        tabs.set(key, tab);
    }
    const tab = tabs.get(key);
    tab.trouble.length = 0;
    await tab.page.goto(`${site.origin}/preview/${name}`, { waitUntil: 'load' });
    return tab;
}

async function axe(page, tags) {
    await page.evaluate(axeSource);
    return page.evaluate(async (runOnly) => (await window.axe.run(document, { runOnly })).violations
        .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`), tags);
}

const picture = (page, name, what) => PICTURES
    && page.screenshot({ path: join(OUT, `${name}.${what}.png`), fullPage: true });

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
const NEUTRAL = new Set(['portal/sign_in', 'portal/sign_in_code', 'portal/join', 'portal/join_password', 'portal/link_pin',
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

        const wide = await open(name, { script: true, width: 1280 });
        await picture(wide.page, name, '1280');
        deepEqual(await axe(wide.page, TAGS), [], 'axe at 1280 px');
        deepEqual(wide.trouble, []);

        const narrow = await open(name, { script: true, width: 320 });
        await picture(narrow.page, name, '320');
        const width = await narrow.page.evaluate(() => document.documentElement.scrollWidth);
        ok(width <= 320, `the page is ${width} px wide on a 320 px screen`);
        // A variant differs in words, hardly in layout.
        if (!name.includes('--')) deepEqual(await axe(narrow.page, TAGS), [], 'axe at 320 px');
        deepEqual(narrow.trouble, []);

        // axe needs scripts; without them there is only the picture for us to look at.
        if (PICTURES) {
            const plain = await open(name, { script: false, width: 1280 });
            await picture(plain.page, name, '1280-noscript');
        }
    });
}

for (const name of mails) {
    test(name, () => {
        const text = render(name);
        writeFileSync(join(OUT, `${name}.txt`), text);
        match(text, /^Subject: [^\n]{1,60}\n\n\S/);
        ok(!/&(amp|quot|lt|gt);|\{\{|\}\}/.test(text), 'HTML or a tag in a mail');
        ok(!/\n{3}/.test(text), 'two empty lines');
        ok(text.endsWith('\n'));
        equal(TELLING.exec(text)?.[0], undefined, 'a notice tells what the service is for');
    });
}
