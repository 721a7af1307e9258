// SPDX-License-Identifier: AGPL-3.0-or-later
// GOV.UK Notify as its documentation has it, over TLS, for one service with one key: it checks tokens
// and bodies as the real one does, keeps what it took, and answers questions about that.
//
//     const notify = await notifyServer();
//     notify.taken                              // [{ id, token, claims, path, body, status }] in order
//     notify.answer = (request) => null | { status, body } | 'cut' | 'silent' | 'cut after taking'
//     notify.taken[0].status = 'permanent-failure'

import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import { cleanup } from './test.mjs';
import { certificates } from './tls.mjs';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FIELDS = {
    email: { to: 'email_address', words: ['subject', 'text'], sender: 'email_reply_to_id' },
    sms: { to: 'phone_number', words: ['text'], sender: 'sms_sender_id' },
};

class NotifyServer {
    service = randomUUID();
    secret = randomUUID();
    templates = { email: randomUUID(), sms: randomUUID() };
    taken = [];
    asked = [];         // of every request: { method, url, headers, token }
    answer = () => null;

    // The key as an operator gets it.
    get key() {
        return `notices-${this.service}-${this.secret}`;
    }

    async open({ plain = false } = {}) {
        const tls = await certificates();
        const handle = (request, reply) => this.handle(request, reply).catch((problem) => {
            if (problem.code !== 'ECONNRESET')       // who asked was killed
                throw problem;
        });
        this.server = plain ? createPlain(handle)
            : createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, handle);
        await new Promise((done) => { this.server.listen(0, '127.0.0.1', done); });
        cleanup(() => new Promise((done) => {
            this.server.close(done);
            this.server.closeAllConnections();
        }));
        this.port = this.server.address().port;
        return this;
    }

    // The claims of a token that the service accepts, or why not, as Notify words it.
    claims(header) {
        const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1] ?? '';
        const [head, body, signature] = token.split('.');
        if (!signature)
            return { status: 401, error: 'AuthError', message: 'Unauthorized: authentication token must be provided' };
        const right = createHmac('sha256', this.secret).update(`${head}.${body}`).digest();
        const given = Buffer.from(signature, 'base64url');
        const { alg, typ } = JSON.parse(Buffer.from(head, 'base64url'));
        if (alg !== 'HS256' || typ !== 'JWT' || given.length !== right.length || !timingSafeEqual(given, right))
            return { status: 403, error: 'AuthError', message: 'Invalid token: API key not found' };
        const claims = JSON.parse(Buffer.from(body, 'base64url'));
        if (claims.iss !== this.service)
            return { status: 403, error: 'AuthError', message: 'Invalid token: service not found' };
        if (Math.abs(Date.now() / 1000 - claims.iat) > 30)
            return { status: 403, error: 'AuthError',
                message: 'Error: Your system clock must be accurate to within 30 seconds' };
        return { claims, token };
    }

    wrongBody(kind, body) {
        const { to, words, sender } = FIELDS[kind];
        const known = [to, 'template_id', 'personalisation', 'reference', sender];
        for (const field of Object.keys(body))
            if (!known.includes(field))
                return `Additional properties are not allowed (${field} was unexpected)`;
        if (!UUID.test(body.template_id))
            return 'template_id is not a valid UUID';
        if (body.template_id !== this.templates[kind])
            return 'Template not found';
        if (kind === 'sms' && !/^\+\d{8,15}$/.test(body.phone_number))
            return 'phone_number Not a valid phone number';
        if (kind === 'email' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(body.email_address))
            return 'email_address Not a valid email address';
        for (const word of words)
            if (typeof body.personalisation?.[word] !== 'string')
                return `Missing personalisation: ${word}`;
        return null;
    }

    take(kind, body, request) {
        const one = { id: randomUUID(), kind, body, status: 'created', claims: request.claims,
            token: request.token, raw: request.raw };
        this.taken.push(one);
        return one;
    }

    shown = (one) => ({ id: one.id, reference: one.body.reference ?? null, status: one.status,
        type: one.kind, email_address: one.body.email_address ?? null,
        phone_number: one.body.phone_number ?? null, created_at: new Date().toISOString(),
        template: { id: one.body.template_id, version: 1, uri: '' } });

    respond(method, url, body, request) {
        const path = new URL(url, 'https://notify.test');
        const kind = /^\/v2\/notifications\/(email|sms)$/.exec(path.pathname)?.[1];
        if (method === 'POST' && kind) {
            const wrong = this.wrongBody(kind, body);
            if (wrong)
                return error(400, wrong === 'Template not found' ? 'BadRequestError' : 'ValidationError', wrong);
            const one = this.take(kind, body, request);
            return { status: 201, body: { id: one.id, reference: body.reference,
                content: { body: body.personalisation.text }, uri: `https://notify.test/v2/notifications/${one.id}`,
                template: { id: body.template_id, version: 1, uri: '' } } };
        }
        if (method === 'GET' && path.pathname === '/v2/notifications') {
            const reference = path.searchParams.get('reference');
            return { status: 200, body: { notifications: this.taken
                .filter((one) => one.body.reference === reference).map(this.shown).reverse(), links: {} } };
        }
        const one = this.taken.find(({ id }) => path.pathname === `/v2/notifications/${id}`);
        if (method === 'GET' && one)
            return { status: 200, body: this.shown(one) };
        return error(404, 'NoResultFound', 'No result found');
    }

    async handle(request, reply) {
        const pieces = [];
        for await (const piece of request)
            pieces.push(piece);
        const raw = Buffer.concat(pieces).toString();
        const who = this.claims(request.headers.authorization);
        const asked = { method: request.method, url: request.url, headers: request.headers, raw, ...who };
        this.asked.push(asked);
        let body = null;
        try {
            body = raw ? JSON.parse(raw) : null;
        } catch {
            // stays null
        }
        const special = await this.answer(asked);
        if (special === 'cut')
            return request.socket.destroy();
        if (special === 'silent')
            return null;
        if (special?.status)
            return send(reply, special);
        if (who.status)
            return send(reply, error(who.status, who.error, who.message));
        const answer = this.respond(request.method, request.url, body, asked);
        if (special === 'cut after taking')
            return request.socket.destroy();
        return send(reply, answer);
    }
}

function send(reply, { status, body, headers = {} }) {
    reply.writeHead(status, { 'content-type': 'application/json', ...headers });
    return reply.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
}

export const error = (status, name, message) => ({ status,
    body: { status_code: status, errors: [{ error: name, message }] } });

export const reference = () => randomBytes(16).toString('hex');

export const notifyServer = (options) => new NotifyServer().open(options);
