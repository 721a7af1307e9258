// SPDX-License-Identifier: AGPL-3.0-or-later
// Chromium for a test file, through playwright-core: the one without windows, which takes half the time.
//
//     const chrome = await browser();
//     const page = await chrome.page({ width: 320, javaScript: false });
//     await page.goto(url);
//     await noFindings(page);            // axe-core, WCAG 2.2 AA (needs JavaScript)
//     await fits(page);                  // nothing sticks out sideways
//     await screenshot(page, 'portal-home');      // build/screens/portal-home-320-nojs.png, if PICTURES=1
//
// A request to anything but this machine, and every console error, fails the test.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { BUILD } from './places.mjs';
import { assert, cleanup } from './test.mjs';

const EXECUTABLE = '/usr/bin/chromium-headless-shell';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ACTION_TIMEOUT_MS = 15_000;

const isLocal = (url) => /^(data|blob|about|file):/.test(url)
    || /^(localhost|127\.0\.0\.1|.*\.localhost)$/.test(new URL(url).hostname);

class Browser {
    constructor(chrome) {
        this.chrome = chrome;
    }

    // A new person: own cookies, own cache. `allowErrors` is a pattern of console errors to expect.
    async page({ width = 1280, height = 900, javaScript = true, language = 'en-GB',
        allowErrors = null, reducedMotion = 'reduce' } = {}) {
        const context = await this.chrome.newContext({ viewport: { width, height },
            javaScriptEnabled: javaScript, ignoreHTTPSErrors: true, locale: language,
            timezoneId: 'Europe/London', reducedMotion });
        context.setDefaultTimeout(ACTION_TIMEOUT_MS);
        const complaints = [];
        await context.route((url) => !isLocal(url.href), (route) => {
            complaints.push(`asked for ${route.request().url()}`);
            return route.abort();
        });
        const page = await context.newPage();
        page.on('console', (message) => {
            if (message.type() === 'error' && !allowErrors?.test(message.text()))
                complaints.push(`console: ${message.text()} (${message.location().url})`);
        });
        page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
        page.letterbox = { complaints, width, javaScript };
        cleanup(async () => {
            await context.close();
            assert.deepEqual(complaints, [], 'the page complained');
        });
        return page;
    }

    // A browser of somebody who is signed in already: with the client's cookies.
    async pageOf(client, options) {
        const page = await this.page(options);
        const url = new URL(client.origin);
        await page.context().addCookies([...client.cookies].map(([name, cookie]) => ({ name, value: cookie.value ?? cookie,
            domain: url.hostname, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' })));
        return page;
    }
}

export async function browser() {
    const chrome = await chromium.launch({ executablePath: EXECUTABLE,
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            '--disable-background-networking'] });
    cleanup(() => chrome.close());
    return new Browser(chrome);
}

// `rules`: only these. What a narrow window can change of a document that was looked at wide is in NARROW_RULES.
export const NARROW_RULES = ['target-size', 'scrollable-region-focusable'];

export async function noFindings(page, { except = [], rules = AXE_RULES } = {}) {
    if (!page.letterbox.javaScript)
        throw new Error('axe-core needs JavaScript: use a page with it');
    await page.evaluate(AXE);
    const { violations } = await page.evaluate((wanted) => globalThis.axe.run(document,
        { runOnly: wanted, resultTypes: ['violations'] }), rules);
    const said = violations.filter(({ id }) => !except.includes(id)).map(({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map(({ html, failureSummary }) =>
            `    ${html}\n    ${failureSummary.replaceAll('\n', ' ')}`).join('\n')}`);
    assert.equal(said.length, 0, `axe-core on ${page.url()}:\n${said.join('\n')}`);
}

// Tab until the element that has the focus is the one that is looked for.
export async function tabTo(page, selector, most = 80) {
    for (let i = 0; i < most; i += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector))
            return;
    }
    throw new Error(`the keyboard does not come to ${selector} on ${page.url()}`);
}

// The longest way by Tab on the pages of the register.
export const FAR = 120;

// Goes to something and presses Enter, then waits for what comes.
export async function enter(page, selector, there) {
    await tabTo(page, selector, FAR);
    await page.keyboard.press('Enter');
    await page.waitForSelector(there);
}

// Types over what stands in a field.
export async function type(page, selector, text) {
    await tabTo(page, selector, FAR);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
}

// Nothing is wider than the window (a scrolling box of its own may be).
export async function fits(page) {
    await page.waitForLoadState();
    const wide = await page.evaluate(() => {
        const limit = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= limit)
            return [];
        return [...document.querySelectorAll('body *')]
            .filter((one) => one.getBoundingClientRect().right > limit + 1)
            .map((one) => one.outerHTML.slice(0, 120));
    }).catch((error) => {
        throw new Error(`could not measure ${page.url()}: ${error.message}`);
    });
    assert.deepEqual(wide, [], `wider than ${page.letterbox.width} px on ${page.url()}`);
}

// Pictures are for people to look at: `make pictures` takes them all, a test needs none.
export const PICTURES = process.env.PICTURES === '1';

export async function screenshot(page, name) {
    return PICTURES ? takePicture(page, name) : null;
}

export async function takePicture(page, name) {
    const folder = join(BUILD, 'screens');
    mkdirSync(folder, { recursive: true });
    const { width, javaScript } = page.letterbox;
    const path = join(folder, `${name}-${width}${javaScript ? '' : '-nojs'}.png`);
    await page.screenshot({ path, fullPage: true });
    return path;
}
