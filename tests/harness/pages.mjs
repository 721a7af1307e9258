// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages without their program: templates rendered with the sample views of tests/browser/views and
// served over HTTP under the real Content-Security-Policy, with the built style sheets and scripts.
//
//     render('portal-home')                      -> HTML
//     const site = await servePages({ 'POST /letters': (request, response, body) => … });
//     site.add('portal-home', html); site.origin

import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import Mustache from 'mustache';
import { cleanup } from './test.mjs';
import { BUILD, ROOT } from './places.mjs';

const VIEWS = join(ROOT, 'tests/browser/views');
export const TEMPLATES = join(ROOT, 'templates');
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const TYPES = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const partial = (name) => readFileSync(join(TEMPLATES, 'partials', `${name}.mustache`), 'utf8');

// Escaped as the specification says; the library by itself would escape slashes too.
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (value) => String(value).replace(/[&<>"]/g, (one) => ESCAPES[one]);

export const views = () => readdirSync(VIEWS)
    .filter((file) => file.endsWith('.json') && !file.startsWith('_'))
    .map((file) => basename(file, '.json')).sort();

// portal-sign_in--wrong -> portal/sign_in
export const templateOf = (name) => name.replace(/--.*/, '').replace('-', '/');

// What a page is shown: the room's common keys, the page's own, then `more`.
export function viewOf(name, more = {}) {
    const room = name.split('-')[0];
    return { ...json(join(VIEWS, `_${room === 'mail' ? 'portal' : room}.json`)), ...json(join(VIEWS, `${name}.json`)), ...more };
}

export function render(name, more) {
    const source = readFileSync(join(TEMPLATES, `${templateOf(name)}.mustache`), 'utf8');
    return Mustache.render(source, viewOf(name, more), partial, { escape });
}

// Grey lines on white, in place of the images that the real server would send.
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="1000" viewBox="0 0 800 1000">
<rect width="800" height="1000" fill="#e8e2d4"/><rect x="60" y="60" width="680" height="880" fill="#fff"/>
${Array.from({ length: 16 }, (_, i) => `<rect x="110" y="${130 + i * 46}" width="${430 + (i * 97) % 150}" height="14" fill="#8a8a8a"/>`).join('')}
</svg>`;

export async function servePages(answers = {}) {
    const pages = new Map();
    const html = (response, text, status = 200) => {
        response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY });
        response.end(text);
    };
    const server = createServer(async (request, response) => {
        const path = new URL(request.url, 'http://pages').pathname;
        const answer = answers[`${request.method} ${path}`];
        const [, asset] = /^\/assets\/([\w.-]+)$/.exec(path) ?? [];
        if (answer) {
            answer({ request, response, html: (text, status) => html(response, text, status) });
        } else if (pages.has(path)) {
            html(response, pages.get(path));
        } else if (asset) {
            response.writeHead(200, { 'Content-Type': TYPES[asset.split('.').pop()] });
            response.end(readFileSync(join(BUILD, 'web', asset)));
        } else if (/\/pages\/|\/image$/.test(path)) {
            response.writeHead(200, { 'Content-Type': 'image/svg+xml' });
            response.end(PICTURE);
        } else {
            response.writeHead(404);
            response.end();
        }
    });
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    cleanup(() => { server.closeAllConnections(); server.close(); });
    return {
        origin: `http://127.0.0.1:${server.address().port}`,
        add: (path, text) => pages.set(path, text),
    };
}

export async function body(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString('latin1');
}
