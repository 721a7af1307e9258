// SPDX-License-Identifier: AGPL-3.0-or-later
// An OAuth 2 server on loopback, as Microsoft's is to a mail program: a token endpoint over TLS, and an
// introspection endpoint in clear that Dovecot asks. It can be told to fail as such servers do.
//
//     const identity = await identityServer({ life: 3600 });
//     identity.url, identity.introspect        // for configuration files
//     identity.asked                           // bodies of token requests: URLSearchParams
//     identity.revoke()                        // no token given so far is good any more
//     identity.answer = (socket response) …    // in place of the next answers; null: as usual
//     identity.rotate = true                   // each refresh token is good once

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { randomBytes } from 'node:crypto';
import { cleanup } from './test.mjs';
import { certificates } from './tls.mjs';

const CLIENT = 'client-id';
const SECRET = 'the client secret+/&=%';

async function body(request) {
    const parts = [];
    for await (const part of request)
        parts.push(part);
    return Buffer.concat(parts).toString();
}

function listen(server) {
    const sockets = new Set();
    server.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
    });
    cleanup(() => {
        sockets.forEach((socket) => socket.destroy());
        return new Promise((done) => { server.close(done); });
    });
    return new Promise((done) => { server.listen(0, '127.0.0.1', () => done(server.address().port)); });
}

class Identity {
    constructor({ life, user, tokenBytes }) {
        Object.assign(this, { life, user, tokenBytes, clientId: CLIENT, secret: SECRET, scope: 'https://mail.test/.default',
            tokens: new Map(), refresh: new Set(), asked: [], requests: [], answer: null, rotate: false,
            given: () => {} });
    }

    async open() {
        const tls = await certificates();
        const token = createTlsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) },
            (request, response) => this.giveToken(request, response));
        this.url = `https://localhost:${await listen(token)}/tenant/oauth2/v2.0/token`;
        const introspect = createServer((request, response) => this.tell(request, response));
        this.introspect = `http://127.0.0.1:${await listen(introspect)}/introspect`;
        return this;
    }

    newRefresh() {
        const token = `refresh.${randomBytes(300).toString('base64url')}`;
        this.refresh.add(token);
        return token;
    }

    revoke() {
        this.tokens.clear();
    }

    async giveToken(request, response) {
        const text = await body(request);
        const form = new URLSearchParams(text);
        this.requests.push(`${request.method} ${request.url}`);
        this.asked.push(form);
        if (this.answer) {
            this.answer(response, form);
            return;
        }
        const say = (status, value) => response.writeHead(status, { 'Content-Type': 'application/json' })
            .end(JSON.stringify(value));
        const refresh = form.get('refresh_token');
        const known = form.get('grant_type') === 'refresh_token' ? this.refresh.has(refresh)
            : form.get('grant_type') === 'client_credentials' && form.get('client_secret') === SECRET;
        if (form.get('client_id') !== CLIENT || !known || form.get('scope') !== this.scope) {
            say(400, { error: refresh ? 'invalid_grant' : 'invalid_client', error_description: 'not for you' });
            return;
        }
        const token = randomBytes(this.tokenBytes).toString('hex');
        this.tokens.set(token, Date.now() + this.life * 1000);
        this.given(token);
        const answer = { token_type: 'Bearer', expires_in: this.life, access_token: token };
        if (refresh && this.rotate) {
            this.refresh.delete(refresh);
            answer.refresh_token = this.newRefresh();
        }
        say(200, answer);
    }

    // RFC 7662
    async tell(request, response) {
        const token = new URLSearchParams(await body(request)).get('token');
        const active = (this.tokens.get(token) ?? 0) > Date.now();
        response.writeHead(200, { 'Content-Type': 'application/json' })
            .end(JSON.stringify(active ? { active, username: this.user } : { active }));
    }
}

export const identityServer = ({ life = 3600, user = 'post', tokenBytes = 700 } = {}) =>
    new Identity({ life, user, tokenBytes }).open();
