// SPDX-License-Identifier: AGPL-3.0-or-later
// A person's browser without the browser: HTTPS with a cookie jar, forms found by data-test.
//
//     const person = await httpClient({ host: 'portal.localhost', port });
//     const page = await person.get('/sign-in');
//     const home = await person.submit(page, 'form-post_sign_in', { email, password });
//     home.status, home.path, home.find('[data-test=row-letter]').length, home.text('h1')
//     await person.submit(write, 'form-post_letters', { text }, { files: [
//         { field: 'file', name: 'photo.jpg', type: 'image/jpeg', body: bytesOrStreamOrGenerator }] });
//
// A button with a formaction: submit(page, form, { q }, { action: '/arrangements/find' }).
// `submit` sends what a browser would: the form's own hidden and filled-in fields (csrf and the
// idempotency key among them) in their order, ours over them, and an Origin. Redirects are followed
// unless `follow: false`. What a test wants to spoil it gives itself: { headers, origin: null, … }.

import { Agent, request as httpsRequest } from 'node:https';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { selectAll, selectOne } from 'css-select';
import { parse } from 'parse5';
import { adapter } from 'parse5-htmlparser2-tree-adapter';
import { cleanup } from './test.mjs';
import { certificates } from './tls.mjs';

const TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 10;

const textOf = (node) => (node.type === 'text' ? node.data
    : (node.children ?? []).map(textOf).join(''));
const tidy = (text) => text.replace(/\s+/g, ' ').trim();

class Page {
    constructor(client, path, { status, headers, bytes }) {
        Object.assign(this, { client, path, status, headers, bytes });
        this.body = bytes.toString('utf8');
        this.tree = null;
    }

    get document() {
        this.tree ??= parse(this.body, { treeAdapter: adapter });
        return this.tree;
    }

    find(selector) {
        return selectAll(selector, this.document);
    }

    // The one element; `test` is a data-test value.
    one(selector) {
        const found = selectOne(selector, this.document);
        if (!found)
            throw new Error(`there is no ${selector} on ${this.path} (${this.status}):\n${
                this.plain().slice(0, 2000)}`);
        return found;
    }

    test(name) {
        return this.one(`[data-test="${name}"]`);
    }

    has(selector) {
        return selectOne(selector, this.document) !== null;
    }

    text(selector = 'main') {
        return tidy(textOf(this.one(selector)));
    }

    attribute(selector, name) {
        return this.one(selector).attribs[name];
    }

    plain() {
        const whole = selectOne('body', this.document);
        return whole ? tidy(textOf(whole)) : this.body;
    }

    // Where a link leads, ready for get().
    link(name) {
        return this.test(name).attribs.href;
    }

    // What the form would send if nothing were typed: [[name, value]…] in document order.
    form(name) {
        const node = this.test(name);
        if (node.name !== 'form')
            throw new Error(`${name} on ${this.path} is a <${node.name}>, not a form`);
        const fields = [];
        for (const one of selectAll('input, select, textarea', node)) {
            const { name: field, type = 'text', value = '' } = one.attribs;
            if (!field || 'disabled' in one.attribs || ['submit', 'button', 'file'].includes(type))
                continue;
            if (one.name === 'textarea') {
                fields.push([field, textOf(one).replace(/^\n/, '')]);
            } else if (one.name === 'select') {
                const options = selectAll('option', one);
                const chosen = options.filter((option) => 'selected' in option.attribs);
                for (const option of chosen.length > 0 || 'multiple' in one.attribs ? chosen
                    : options.slice(0, 1))
                    fields.push([field, option.attribs.value ?? textOf(option)]);
            } else if (!['checkbox', 'radio'].includes(type) || 'checked' in one.attribs) {
                fields.push([field, ['checkbox', 'radio'].includes(type) && !('value' in one.attribs)
                    ? 'on' : value]);
            }
        }
        return { action: node.attribs.action || this.path,
            method: (node.attribs.method ?? 'get').toUpperCase(),
            multipart: node.attribs.enctype === 'multipart/form-data', fields };
    }
}

// Ours over the form's: a value, or a list for a field that may come several times; null leaves it out.
function filledIn(fields, ours) {
    const left = new Map(Object.entries(ours));
    const sent = [];
    for (const [name, value] of fields) {
        if (!left.has(name)) {
            if (!(name in ours))
                sent.push([name, value]);
            continue;
        }
        const given = left.get(name);
        left.delete(name);
        sent.push(...(given === null ? [] : [given].flat().map((one) => [name, String(one)])));
    }
    for (const [name, given] of left)
        sent.push(...(given === null ? [] : [given].flat().map((one) => [name, String(one)])));
    return sent;
}

const crlf = (text) => text.replace(/\r?\n/g, '\r\n');
const quoted = (text) => text.replace(/"/g, '%22').replace(/\r?\n/g, '%0D%0A');

// { type, length, stream() } of a multipart/form-data body; length is null if a part's is unknown.
export function multipart(fields, files = []) {
    const boundary = `----test${randomBytes(12).toString('hex')}`;
    const pieces = [];
    for (const [name, value] of fields)
        pieces.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${
            quoted(name)}"\r\n\r\n${crlf(value)}\r\n`));
    for (const { field, name, type = 'application/octet-stream', body, size } of files) {
        pieces.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${
            quoted(field)}"; filename="${quoted(name)}"\r\nContent-Type: ${type}\r\n\r\n`));
        pieces.push(typeof body === 'string' ? Buffer.from(body) : body);
        if (!Buffer.isBuffer(pieces.at(-1)))
            pieces.at(-1).size = size;
        pieces.push(Buffer.from('\r\n'));
    }
    pieces.push(Buffer.from(`--${boundary}--\r\n`));
    const sizes = pieces.map((one) => (Buffer.isBuffer(one) ? one.length : one.size));
    return {
        type: `multipart/form-data; boundary=${boundary}`,
        length: sizes.every((one) => one !== undefined) ? sizes.reduce((a, b) => a + b, 0) : null,
        async* chunks() {
            for (const piece of pieces) {
                if (Buffer.isBuffer(piece))
                    yield piece;
                else
                    yield* typeof piece === 'function' ? piece() : piece;
            }
        },
    };
}

export class HttpClient {
    constructor({ host, port, ca, address = '127.0.0.1' }) {
        this.host = host;
        this.port = port;
        this.origin = `https://${host}:${port}`;
        this.cookies = new Map();
        this.agent = new Agent({ keepAlive: true, ca, servername: host, maxSockets: 64,
            lookup: (name, options, done) => (options.all
                ? done(null, [{ address, family: 4 }]) : done(null, address, 4)) });
    }

    close() {
        this.agent.destroy();
    }

    // The same person in a second browser: the same server, none of the cookies.
    another() {
        const other = Object.assign(Object.create(HttpClient.prototype), this);
        other.cookies = new Map();
        return other;
    }

    // The same browser, with its cookies, at another network address of this machine (127.0.0.0/8).
    from(address) {
        const other = Object.assign(Object.create(HttpClient.prototype), this);
        other.agent = new Agent({ ...this.agent.options, localAddress: address });
        cleanup(() => other.close());
        return other;
    }

    keepCookies(lines = []) {
        for (const line of lines) {
            const [pair, ...attributes] = line.split(';').map((part) => part.trim());
            const at = pair.indexOf('=');
            const name = pair.slice(0, at);
            const flags = new Map(attributes.map((part) => {
                const [key, ...value] = part.split('=');
                return [key.toLowerCase(), value.join('=')];
            }));
            // What a browser does with the prefix.
            if (name.startsWith('__Host-') && (!flags.has('secure') || flags.has('domain')
                || flags.get('path') !== '/'))
                throw new Error(`a browser would refuse this cookie: ${line}`);
            if (Number(flags.get('max-age') ?? 1) <= 0
                || (flags.has('expires') && new Date(flags.get('expires')) < new Date()))
                this.cookies.delete(name);
            else
                this.cookies.set(name, { value: pair.slice(at + 1), flags });
        }
    }

    // One request, no redirect followed. `body`: Buffer, string, or (async) iterable of Buffers.
    async request(method, path, { headers = {}, body = null, cookies = true } = {}) {
        const sent = { ...headers };
        if (cookies && this.cookies.size > 0)
            sent.Cookie = [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
        const options = { method, host: this.host, port: this.port, path, headers: sent,
            agent: this.agent };
        const outgoing = httpsRequest(options);
        outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error(
            `${method} ${path}: no answer within ${TIMEOUT_MS} ms`)));
        const answered = new Promise((done, reject) => {
            outgoing.on('response', async (incoming) => {
                const chunks = [];
                try {
                    for await (const chunk of incoming)
                        chunks.push(chunk);
                    done({ status: incoming.statusCode, headers: incoming.headers,
                        bytes: Buffer.concat(chunks) });
                } catch (error) {
                    reject(error);
                }
            });
            outgoing.on('error', reject);
        });
        if (body === null || Buffer.isBuffer(body) || typeof body === 'string')
            outgoing.end(body ?? undefined);
        else
            // The server may answer and close before it has read all: then its answer is what counts.
            pipeline(Readable.from(body), outgoing).catch(() => {});
        const answer = await answered;
        this.keepCookies(answer.headers['set-cookie']);
        return new Page(this, path, answer);
    }

    async followed(page, follow) {
        let at = page;
        for (let hops = 0; follow && at.status >= 300 && at.status < 400; hops += 1) {
            if (hops === MAX_REDIRECTS)
                throw new Error(`more than ${MAX_REDIRECTS} redirects, last to ${at.path}`);
            const target = new URL(at.headers.location, `${this.origin}${at.path}`);
            if (target.origin !== this.origin)
                throw new Error(`${at.path} redirects away from the server, to ${target}`);
            at = await this.request('GET', target.pathname + target.search);
        }
        return at;
    }

    async get(path, { follow = true, ...options } = {}) {
        return this.followed(await this.request('GET', path, options), follow);
    }

    async post(path, fields = {}, { follow = true, origin = this.origin, headers = {}, files = null,
        chunked = false, ...options } = {}) {
        const pairs = Array.isArray(fields) ? fields
            : Object.entries(fields).flatMap(([name, value]) => [value].flat()
                .map((one) => [name, String(one)]));
        const sent = { ...(origin === null ? {} : { Origin: origin }) };
        let body;
        if (files) {
            const form = multipart(pairs, files);
            sent['Content-Type'] = form.type;
            if (form.length !== null && !chunked)
                sent['Content-Length'] = form.length;
            body = form.chunks();
        } else {
            body = Buffer.from(new URLSearchParams(pairs.map(([name, value]) =>
                [name, crlf(value)])).toString());
            sent['Content-Type'] = 'application/x-www-form-urlencoded';
            sent['Content-Length'] = body.length;
        }
        return this.followed(await this.request('POST', path,
            { ...options, body, headers: { ...sent, ...headers } }), follow);
    }

    // Fills in and sends the form with that data-test; `ours` over what stands in it.
    async submit(page, name, ours = {}, options = {}) {
        const form = page.form(name);
        const fields = filledIn(form.fields, ours);
        if (form.method === 'GET')
            return this.get(`${form.action}?${new URLSearchParams(fields)}`, options);
        return this.post(options.action ?? form.action, fields,
            { ...options, files: options.files ?? (form.multipart ? [] : null) });
    }
}

export async function httpClient({ host, port }) {
    const { caText } = await certificates();
    const client = new HttpClient({ host, port, ca: caText });
    cleanup(() => client.close());
    return client;
}
