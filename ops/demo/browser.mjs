// SPDX-License-Identifier: AGPL-3.0-or-later
// A person's browser, as much of one as the demo needs: HTTPS with cookies, pages as a tree, forms sent
// with what stands in them. Without any package: the demo has Node and nothing else.
//
//     const client = new Browser({ host, port, ca });
//     const page = await client.get('/sign-in');
//     const next = await client.submit(page, 'form-post_sign_in', { email, password }, { files: […] });
//     next.path, next.status, next.bytes, next.plain(), next.has('[data-test="x"]'),
//     next.find('input[name=seen]')[0].attribs, next.attribute('[data-test="row-letter"] a', 'href')

import { Agent, request as httpsRequest } from 'node:https';
import { randomBytes } from 'node:crypto';

const TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 10;
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track',
    'wbr']);
const RAW = new Set(['script', 'style']);
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

const unescape = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    (decimal ? String.fromCodePoint(Number(decimal)) : hex ? String.fromCodePoint(Number.parseInt(hex, 16))
        : ENTITIES[name] ?? whole));

// ---- pages ---------------------------------------------------------------------------------------

const TOKEN = /<!--[^]*?-->|<!doctype[^>]*>|<\/([a-z0-9]+)\s*>|<([a-z0-9]+)((?:\s+[^\s=>/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*\/?>|[^<]+|</gi;

function attributes(text) {
    const found = {};
    for (const [, name, double, single, bare] of
        text.matchAll(/([^\s=>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g))
        found[name.toLowerCase()] = unescape(double ?? single ?? bare ?? '');
    return found;
}

// Our own pages are well formed: each tag that is opened is closed.
function parse(html) {
    const root = { name: '#root', attribs: {}, children: [], parent: null };
    let at = root;
    let raw = null;
    for (const [whole, closed, opened, attribs] of html.matchAll(TOKEN)) {
        if (closed) {
            for (let one = at; one.parent; one = one.parent)
                if (one.name === closed.toLowerCase()) {
                    at = one.parent;
                    break;
                }
            raw = null;
        } else if (opened && !raw) {
            const node = { name: opened.toLowerCase(), attribs: attributes(attribs ?? ''), children: [], parent: at };
            at.children.push(node);
            if (!VOID.has(node.name)) {
                at = node;
                raw = RAW.has(node.name) ? node.name : null;
            }
        } else if (!whole.startsWith('<!')) {
            at.children.push({ name: '#text', text: raw ? whole : unescape(whole), attribs: {}, children: [], parent: at });
        }
    }
    return root;
}

const textOf = (node) => (node.name === '#text' ? node.text
    : RAW.has(node.name) ? '' : node.children.map(textOf).join(''));

function* walk(node) {
    for (const child of node.children) {
        yield child;
        yield* walk(child);
    }
}

// "tag", "[name=value]", "[name=\"value\"]", "tag[name=value]"; words apart are one within the other.
function matcher(step) {
    const [, tag, name, value] = /^([a-z0-9]*)(?:\[([\w-]+)=["']?([^"'\]]*)["']?\])?$/.exec(step)
        ?? (() => { throw new Error(`this browser does not know the selector ${step}`); })();
    return (node) => node.name !== '#text' && (!tag || node.name === tag)
        && (!name || node.attribs[name] === value);
}

function select(root, selector) {
    let found = [root];
    for (const step of selector.trim().split(/\s+/)) {
        const holds = matcher(step);
        found = [...new Set(found.flatMap((node) => [...walk(node)].filter(holds)))];
    }
    return found;
}

class Page {
    constructor(path, { status, headers, bytes }) {
        Object.assign(this, { path, status, headers, bytes });
        this.tree = (headers['content-type'] ?? '').startsWith('text/html') ? parse(bytes.toString('utf8')) : null;
    }

    find(selector) {
        return this.tree ? select(this.tree, selector) : [];
    }

    has(selector) {
        return this.find(selector).length > 0;
    }

    attribute(selector, name) {
        const [node] = this.find(selector);
        if (!node)
            throw new Error(`there is no ${selector} on ${this.path} (${this.status}): ${this.plain().slice(0, 500)}`);
        return node.attribs[name];
    }

    plain() {
        return this.tree ? textOf(this.tree).replace(/\s+/g, ' ').trim() : '';
    }

    // What the form would send if nothing were typed.
    form(name) {
        const [node] = this.find(`form[data-test="${name}"]`);
        if (!node)
            throw new Error(`there is no form ${name} on ${this.path} (${this.status}): ${this.plain().slice(0, 500)}`);
        const fields = [];
        for (const one of walk(node)) {
            const { name: field, type = 'text', value = '' } = one.attribs;
            if (!field || 'disabled' in one.attribs)
                continue;
            if (one.name === 'textarea') {
                fields.push([field, textOf(one).replace(/^\r?\n/, '')]);
            } else if (one.name === 'select') {
                const options = select(one, 'option');
                const chosen = options.find((option) => 'selected' in option.attribs) ?? options[0];
                if (chosen)
                    fields.push([field, chosen.attribs.value ?? textOf(chosen)]);
            } else if (one.name === 'input' && !['submit', 'button', 'file'].includes(type)
                && (!['checkbox', 'radio'].includes(type) || 'checked' in one.attribs)) {
                fields.push([field, type === 'checkbox' && !('value' in one.attribs) ? 'on' : value]);
            }
        }
        return { action: node.attribs.action || this.path, isGet: (node.attribs.method ?? 'get').toLowerCase() === 'get',
            isMultipart: node.attribs.enctype === 'multipart/form-data', fields };
    }
}

// ---- forms ---------------------------------------------------------------------------------------

// Ours in the place of the form's, at its place; a list stands for a field that comes several times.
function filledIn(fields, ours) {
    const left = new Map(Object.entries(ours));
    const sent = [];
    const put = (name) => {
        sent.push(...[left.get(name)].flat().map((value) => [name, String(value)]));
        left.delete(name);
    };
    for (const [name, value] of fields) {
        if (left.has(name))
            put(name);
        else if (!(name in ours))
            sent.push([name, value]);
    }
    for (const name of [...left.keys()])
        put(name);
    return sent;
}

const crlf = (text) => text.replace(/\r?\n/g, '\r\n');

function multipart(fields, files) {
    const boundary = `----letterbox${randomBytes(12).toString('hex')}`;
    const pieces = fields.map(([name, value]) => Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${crlf(value)}\r\n`));
    for (const { field, name, type, body } of files)
        pieces.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n`
            + `Content-Type: ${type}\r\n\r\n`), body, Buffer.from('\r\n'));
    pieces.push(Buffer.from(`--${boundary}--\r\n`));
    return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(pieces) };
}

// ---- the browser ---------------------------------------------------------------------------------

export class Browser {
    constructor({ host, port, ca }) {
        this.host = host;
        this.port = port;
        this.origin = `https://${host}:${port}`;
        this.cookies = new Map();
        // The name need not be known to this machine: it is this machine.
        this.agent = new Agent({ keepAlive: true, ca, servername: host, lookup: (name, options, done) => (options.all
            ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) });
    }

    keepCookies(lines = []) {
        for (const line of lines) {
            const [pair, ...rest] = line.split(';').map((part) => part.trim());
            const at = pair.indexOf('=');
            if (rest.some((part) => /^max-age=0$/i.test(part)))
                this.cookies.delete(pair.slice(0, at));
            else
                this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
        }
    }

    request(method, path, { headers = {}, body = null } = {}) {
        const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
        return new Promise((done, reject) => {
            const outgoing = httpsRequest({ method, host: this.host, port: this.port, path, agent: this.agent,
                headers: { ...headers, ...(cookie ? { Cookie: cookie } : {}),
                    ...(body ? { 'Content-Length': body.length } : {}) } }, (incoming) => {
                const chunks = [];
                incoming.on('data', (chunk) => chunks.push(chunk));
                incoming.on('error', reject);
                incoming.on('end', () => {
                    this.keepCookies(incoming.headers['set-cookie']);
                    done(new Page(path, { status: incoming.statusCode, headers: incoming.headers,
                        bytes: Buffer.concat(chunks) }));
                });
            });
            outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error(`${path}: no answer`)));
            outgoing.on('error', reject);
            outgoing.end(body ?? undefined);
        });
    }

    async followed(page) {
        let at = page;
        for (let hops = 0; at.status >= 300 && at.status < 400; hops += 1) {
            const target = new URL(at.headers.location, `${this.origin}${at.path}`);
            if (target.origin !== this.origin || hops === MAX_REDIRECTS)
                throw new Error(`${at.path} leads away or in circles, to ${target}`);
            at = await this.request('GET', target.pathname + target.search);
        }
        return at;
    }

    async get(path) {
        return this.followed(await this.request('GET', path));
    }

    async submit(page, name, ours = {}, { files = [] } = {}) {
        const form = page.form(name);
        const fields = filledIn(form.fields, ours);
        if (form.isGet)
            return this.get(`${form.action}?${new URLSearchParams(fields)}`);
        const { type, body } = form.isMultipart ? multipart(fields, files)
            : { type: 'application/x-www-form-urlencoded', body: Buffer.from(new URLSearchParams(
                fields.map(([field, value]) => [field, crlf(value)])).toString()) };
        return this.followed(await this.request('POST', form.action,
            { headers: { 'Content-Type': type, Origin: this.origin }, body }));
    }
}
