// SPDX-License-Identifier: AGPL-3.0-or-later
// Signing in to mail servers with access tokens (OAuth 2): a real Dovecot that asks about each token, a real
// Exim, and a token endpoint over TLS that also fails as such servers do.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST, MAIL_USER, giveTo } from '../harness/places.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { identityServer } from '../harness/identity.mjs';
import { postbox } from '../harness/postbox.mjs';
import { proxy } from '../harness/proxy.mjs';
import { run } from '../harness/spawn.mjs';
import { certificates } from '../harness/tls.mjs';

const PROBE = join(BUILD_TEST, 'tests/probe/probe_mail');
const MEMORY_KIB = 64 * 1024;

let delivered = 0;
function deliver(maildir, subject) {
    delivered += 1;
    const file = join(maildir.path, 'new', `${Date.now()}.${delivered}.test`);
    writeFileSync(file, `From: nana@relative.test\r\nTo: post@north.test\r\nSubject: ${subject}\r\n\r\nHello.\r\n`);
    giveTo(MAIL_USER, file);
}

// A folder of its own, as docs/mail.md asks for, with the file in it.
function secretFile(box, name, text) {
    const home = join(box.site.home, `oauth-${name}`);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(join(home, name), `${text}\n`, { mode: 0o600 });
    return join(home, name);
}

const signIn = (box, identity, more = {}) => ({ password_file: '', oauth_url: identity.url,
    oauth_client_id: identity.clientId, oauth_scope: identity.scope,
    oauth_secret_file: secretFile(box, 'secret', identity.secret), ...more });

// Without clearing, one process reads the mailbox: what it asks for can be counted.
async function inbox({ mechanisms = 'xoauth2 oauthbearer', life = 3600, refresh = false, clears = false } = {}) {
    const identity = await identityServer({ life, user: 'post' });
    const imap = await dovecot({ oauth: { mechanisms, introspect: identity.introspect } });
    const box = await postbox({ imap, settings: { post: { done_days: clears ? 14 : 0 } } });
    const north = await box.agency('north');
    const more = refresh ? { oauth_secret_file: '', oauth_refresh_file: secretFile(box, 'refresh', identity.newRefresh()) } : {};
    const wire = await proxy(imap.tlsPort);
    const values = signIn(box, identity, more);
    const maildir = box.mailbox(north, 'post', { port: wire.port, ...values });
    return { identity, imap, box, maildir, wire, values };
}

const stored = (box, count, within = 30_000) => eventually(async () => (await box.count('letter')) === count,
    { within, what: `${count} letters` });

for (const mechanisms of ['xoauth2', 'oauthbearer'])
    test(`a mailbox is read with an access token (${mechanisms}); what is secret is in no URL and no log`, async () => {
        const { identity, box, maildir } = await inbox({ mechanisms });
        deliver(maildir, 'one');
        const post = await box.site.start('post');
        await stored(box, 1);
        deliver(maildir, 'two');
        await stored(box, 2);
        await post.stop();
        deepEqual(identity.asked.map((form) => Object.fromEntries(form)), [{ grant_type: 'client_credentials',
            client_id: identity.clientId, client_secret: identity.secret, scope: identity.scope }]);
        deepEqual(identity.requests, ['POST /tenant/oauth2/v2.0/token']);
        const log = post.logText();
        for (const secret of [identity.secret, ...identity.tokens.keys()])
            ok(!log.includes(secret));
        doesNotMatch(log, /client-id|Bearer|localhost/);
    });

test('a token is renewed before it ends, and once when it is refused before its time', async () => {
    const { identity, box, maildir, wire } = await inbox({ life: 6 });
    const post = await box.site.start('post');
    deliver(maildir, 'one');
    await stored(box, 1);
    await eventually(() => identity.asked.length >= 3, { within: 20_000 });
    equal(post.logLines().filter(({ failing }) => failing && failing !== '-').length, 0);
    // what was given so far is worth nothing any more, and the connection is gone
    identity.life = 3600;
    await eventually(() => [...identity.tokens.values()].some((until) => until > Date.now() + 60_000),
        { within: 20_000 });
    const asked = identity.asked.length;
    identity.revoke();
    wire.cut();
    wire.restore();
    deliver(maildir, 'two');
    await stored(box, 2);
    equal(identity.asked.length, asked + 1);
    equal(post.logLines().filter(({ code }) => code === 'login').length, 0);
    await post.stop();
});

test('a server that refuses each token is not asked for ever new ones', async () => {
    const { identity, box, maildir } = await inbox();
    identity.given = () => identity.revoke();
    deliver(maildir, 'one');
    const post = await box.site.start('post');
    await eventually(() => post.logLines().filter(({ code }) => /login$/.test(code)).length >= 8, { within: 30_000 });
    ok(identity.asked.length <= 4, `${identity.asked.length} tokens`);
    identity.given = () => {};
    await stored(box, 1, 60_000);
    await post.stop();
}, { timeout: 120_000 });

test('a refresh token that is replaced is kept, and survives a new start', async () => {
    // the process that clears the done folder signs in with the same one
    const { identity, box, maildir, values } = await inbox({ refresh: true, clears: true });
    identity.rotate = true;
    const first = readFileSync(values.oauth_refresh_file, 'utf8').trim();
    for (const [index, word] of ['one', 'two', 'three'].entries()) {
        deliver(maildir, word);
        const post = await box.site.start('post');
        await stored(box, index + 1);
        await eventually(() => identity.asked.length >= index + 2);
        await post.stop();
        doesNotMatch(post.logText(), /refresh\./);
    }
    const last = readFileSync(values.oauth_refresh_file, 'utf8').trim();
    ok(last !== first && identity.refresh.has(last));
    equal(statSync(values.oauth_refresh_file).mode & 0o777, 0o600);
    deepEqual([...identity.asked[0].keys()], ['grant_type', 'refresh_token', 'client_id', 'scope']);
    ok(identity.asked.length >= 4, `${identity.asked.length} of two processes, and three starts of one`);
    equal(new Set(identity.asked.map((form) => form.get('refresh_token'))).size, identity.asked.length, 'each is used once');
});

test('two processes that share one refresh token take turns', async () => {
    const { identity, box, values } = await inbox({ refresh: true });
    identity.rotate = true;
    const { ca } = await certificates();
    const ask = () => run([PROBE, 'oauth', identity.url, identity.clientId, '-', identity.scope,
        values.oauth_refresh_file, ca, '1'], { timeout: 50_000 });
    const answers = await Promise.all(Array.from({ length: 6 }, ask));
    for (const { stdout } of answers)
        match(stdout, /^token ok - 1 1400$/m);
    equal(identity.asked.length, 6);
    ok(existsSync(box.site.home));
});

test('mail is sent with an access token; one that is refused is renewed before anything is given away', async () => {
    const identity = await identityServer({ tokenBytes: 40 });
    const tokens = giveTo(MAIL_USER, folder('tokens'));
    const smtp = await exim({ oauth: tokens });
    const wire = await proxy(smtp.port);
    const box = await postbox({ smtp, settings: { smtp: { from: 'desk@mail.north.test', port: wire.port } } });
    Object.assign(box.site.settings.smtp, signIn(box, identity));
    box.site.write();
    const north = await box.agency('north');
    const nana = smtp.mailbox('nana@relative.test');
    const givenOut = [];
    identity.given = (token) => {
        givenOut.push(join(tokens, token));
        writeFileSync(givenOut.at(-1), '');
    };
    const post = await box.site.start('post');
    await box.message(north, { to: 'nana@relative.test' });
    await nana.wait(1);
    equal(identity.asked.length, 1);
    // the token ends before its time, and so does the connection
    rmSync(givenOut[0]);
    wire.cut();
    wire.restore();
    const message = await box.message(north, { to: 'nana@relative.test' });
    await nana.wait(2);
    await eventually(async () => (await box.state(message)).state === 'sent');
    equal(identity.asked.length, 2);
    equal(await box.count('attempt', "outcome = 'done'"), 2);
    equal(await box.count('attempt', "outcome <> 'done'"), 0);
    await post.stop();
    ok(!post.logText().includes(givenOut[1]));
});

test('no attempt is open while a token is waited for', async () => {
    const identity = await identityServer({ tokenBytes: 40 });
    const tokens = giveTo(MAIL_USER, folder('tokens-late'));
    const smtp = await exim({ oauth: tokens });
    const box = await postbox({ smtp, settings: { smtp: { from: 'desk@mail.north.test' } } });
    Object.assign(box.site.settings.smtp, signIn(box, identity));
    box.site.write();
    const north = await box.agency('north');
    identity.given = (token) => writeFileSync(join(tokens, token), '');
    const held = [];
    identity.answer = (response) => held.push(response);
    await box.site.start('post');
    const message = await box.message(north, { to: 'nana@relative.test' });
    await eventually(() => held.length === 1, { within: 10_000, what: 'a token is asked for' });
    equal((await box.state(message)).state, 'ready');
    equal(await box.count('attempt'), 0);
    identity.answer = null;
    held[0].destroy();
    await smtp.mailbox('nana@relative.test').wait(1);
    await eventually(async () => (await box.state(message)).state === 'sent');
    deepEqual([await box.count('attempt', "outcome = 'failed'"), await box.count('attempt', "outcome = 'done'")], [1, 1]);
}, { timeout: 90_000 });

test('the endpoint refuses: mail stays where it is, the log says why, and it goes on by itself', async () => {
    const { identity, box, maildir } = await inbox();
    identity.answer = (response) => response.writeHead(400, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ error: 'invalid_grant', error_description: 'AADSTS70000 of nana@relative.test' }));
    deliver(maildir, 'one');
    const post = await box.site.start('post', { fault: 'oauth_ask:fail:1' });
    await eventually(() => post.logLines().some(({ code }) => code === 'oauth_connect'), { within: 20_000 });
    await eventually(() => post.logLines().filter(({ code }) => code === 'oauth_invalid_grant').length >= 4,
        { within: 20_000 });
    ok(identity.asked.length <= 2, 'it is left alone for a while after a failure');
    identity.answer = null;
    await stored(box, 1);
    doesNotMatch(post.logText(), /AADSTS|relative/);
    await post.stop();
});

test('an endpoint that lies, stalls or floods costs bounded time and memory, and gives no token', async () => {
    const identity = await identityServer();
    const { ca } = await certificates();
    const json = (value, status = 200) => (response) => response.writeHead(status, { 'Content-Type': 'application/json' })
        .end(typeof value === 'string' ? value : JSON.stringify(value));
    const good = { token_type: 'Bearer', expires_in: 3600, access_token: 'abc.def-ghi' };
    const cases = {
        'no JSON': [json('<html>Sign in</html>'), 'oauth_answer'],
        'half of it': [json('{"access_token":"abc", '), 'oauth_answer'],
        'a list': [json([good]), 'oauth_answer'],
        'no token': [json({ ...good, access_token: undefined }), 'oauth_answer'],
        'a token with a line end': [json({ ...good, access_token: 'abc\r\nA2 DELETE INBOX' }), 'oauth_answer'],
        'a token with SASL\'s own separator': [json({ ...good, access_token: 'abc\u0001\u0001' }), 'oauth_answer'],
        'another type': [json({ ...good, token_type: 'mac' }), 'oauth_answer'],
        'dead already': [json({ ...good, expires_in: 0 }), 'oauth_answer'],
        'a token of 20 kB': [json({ ...good, access_token: 'a'.repeat(20_000) }), 'oauth_answer'],
        'a token with status 500': [json(good, 500), 'oauth_answer'],
        'an error of its own': [json({ error: 'too_many\nlines' }, 400), 'oauth_refused'],
        'the wrong secret': [json({ error: 'invalid_client' }, 401), 'oauth_invalid_client'],
        'elsewhere': [(response) => response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end(), 'oauth_answer'],
        'without end': [(response) => {
            const more = () => { while (!response.destroyed && response.write('x'.repeat(65536))); };
            response.writeHead(200).on('drain', more);
            more();
        }, 'oauth_answer'],
        'no answer': [() => {}, 'oauth_timeout'],
        'hangs up': [(response) => response.destroy(), 'oauth_lost'],
    };
    for (const [what, [answer, code]] of Object.entries(cases)) {
        identity.answer = answer;
        identity.asked = [];
        const started = performance.now();
        const { stdout } = await run([PROBE, 'oauth', identity.url, identity.clientId, identity.secret,
            identity.scope, '-', ca, '3'], { timeout: 40_000 });
        const lines = stdout.trim().split('\n');
        ok(Number(lines.pop().split(' ')[1]) < MEMORY_KIB, what);
        ok(performance.now() - started < 18_000, what);
        deepEqual(lines, Array(3).fill(`token net ${code} 0 0`), what);
        equal(identity.asked.length, 1, `${what}: not asked again at once`);
    }
    identity.answer = null;
    const ask = async (url, authority = ca) => (await run([PROBE, 'oauth', url, identity.clientId, identity.secret,
        identity.scope, '-', authority, '2'])).stdout.trim().split('\n').slice(0, -1);
    deepEqual(await ask(identity.url), ['token ok - 1 1400', 'token ok - 0 1400']);
    deepEqual(await ask(identity.url, '-'), Array(2).fill('token net oauth_tls 0 0'));
    deepEqual(await ask(identity.url.replace('https:', 'ftp:')), ['open config']);
    deepEqual(await ask('http://login.mail.test/token'), ['open config'], 'in clear, to another host');
    deepEqual(await ask(identity.url.replace('localhost', 'a:b@localhost')), ['open config']);
}, { timeout: 120_000 });

test('settings that do not fit together stop the start with a sentence', async () => {
    const { box } = await inbox();
    const from = box.site.settings.mailbox_1;
    for (const [change, words] of [[{ oauth_secret_file: '' }, /oauth_secret_file or oauth_refresh_file/],
        [{ oauth_url: '' }, /OAuth 2 needs/], [{ password_file: box.password }, /no password_file/],
        [{ oauth_url: 'http://login.mail.test/token' }, /https:\/\//],
        [{ oauth_secret_file: '/nowhere' }, /oauth_secret_file: cannot be used/]]) {
        box.site.settings.mailbox_1 = { ...from, ...change };
        box.site.write();
        const post = await box.site.start('post', { ready: false });
        equal((await post.ended).code, 2);
        match(post.logText(), words);
    }
});
