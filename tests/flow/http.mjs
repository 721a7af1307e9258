// SPDX-License-Identifier: AGPL-3.0-or-later
// What the HTTP room does with a real database behind it: sessions, forms that count once, limits on
// failures, the database going away, what is logged. Pages by themselves are in tests/unit/http.

import { hkdfSync } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { before, deepEqual, doesNotMatch, equal, eventually, folder, match, notEqual, ok, test }
    from '../harness/test.mjs';
import { timesReached } from '../harness/faults.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let here;
let portal;
let faultLog;

before(async () => {
    here = await site();
    faultLog = join(folder('faults'), 'reached');
    portal = await here.start('portal', { faultLog });
});

// As lib/crypt derives from a cookie: HKDF-SHA-256, info = label [ 0x00 context ].
function derive(client, label, context = '') {
    const cookie = Buffer.from(client.cookies.get('__Host-portal').value, 'base64url');
    const info = context ? `letterbox/1/${label}\0${context}` : `letterbox/1/${label}`;
    return Buffer.from(hkdfSync('sha256', cookie, Buffer.alloc(0), info, 32));
}

// Signs a family in. The code by e-mail is replaced with one that the test knows.
async function signIn(number = 0) {
    const { email, password } = here.person('family', { number });
    const client = await here.client(portal);
    const asked = await client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email, password });
    equal(asked.path, '/sign-in/code');
    await here.db.query('UPDATE letterbox.sign_in_code SET code_hash = $1',
        [derive(client, 'code/sign-in', '123456')]);
    const home = await client.submit(asked, 'form-post_sign_in_code', { code: '123 456' });
    equal(home.path, '/');
    equal(home.status, 200);
    return client;
}

const csrf = (client) => derive(client, 'session/csrf').toString('base64url');
const drafts = async () => (await here.db.one('SELECT count(*)::int AS count FROM letterbox.draft')).count;
const draft = (client, more = {}, options = {}) => client.post('/drafts',
    { csrf: csrf(client), once: 'aaaaaaaaaaaaaaaa', draft: '', text: 'Dear Ann, we are well.', ...more }, options);

function metrics() {
    return new Promise((done, reject) => {
        request({ socketPath: join(here.runFolder, 'portal.metrics'), path: '/metrics' }, async (incoming) => {
            let text = '';
            for await (const chunk of incoming)
                text += chunk;
            done(text);
        }).on('error', reject).end();
    });
}

test('a sign-in makes a new cookie, and a sign-out ends the session', async () => {
    const client = await here.client(portal);
    await client.get('/sign-in');
    const first = client.cookies.get('__Host-portal').value;
    const person = await signIn();
    notEqual(person.cookies.get('__Host-portal').value, first);
    const cookie = person.cookies.get('__Host-portal').value;
    equal((await person.get('/session')).status, 204);
    await person.post('/sign-out', { csrf: csrf(person) });
    const thief = await here.client(portal);
    thief.cookies.set('__Host-portal', { value: cookie, flags: new Map() });
    equal((await thief.get('/session')).status, 401);
    equal((await thief.get('/', { follow: false })).headers.location, '/sign-in');
});

// What the probe tried, each with what came of it: [code, refusal, number].
async function tried() {
    const client = await signIn();
    const { stdout } = await run([join(BUILD_TEST, 'tests/probe/probe_store'),
        `host=${here.db.sockets} dbname=${here.db.database} user=lb_portal`, derive(client, 'session/id').toString('hex')]);
    return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(' '))
        .map(([what, ...how]) => [what, how]));
}

test('queries that go in one round trip are one transaction, and the gate ends with it', async () => {
    const came = await tried();
    const blobs = async (what) => (await here.db.one('SELECT count(*)::int AS n FROM letterbox.blob WHERE blob_id = $1',
        [came[what][2]])).n;
    ok(came['with-the-gate'][2] > 0);
    deepEqual(came['without-the-gate'], ['ok', '-', '0']);
    equal(came.whole[0], 'ok');
    equal(await blobs('whole'), 1);
    deepEqual(came['second-refused'].slice(0, 2), ['db-refused', 'blob_chunk_fits']);
    equal(await blobs('second-refused'), 0);
    deepEqual(came['without-the-gate-again'], ['ok', '-', '0']);
    deepEqual(came['refused-at-the-end'].slice(0, 2), ['db-refused', 'blob_whole']);
    equal(await blobs('refused-at-the-end'), 0);
    deepEqual(came.afterwards, came['with-the-gate']);
});

test('what a handler refuses is not tried again, even after the database tried something six times', async () => {
    deepEqual((await tried())['refuses-itself-once'].filter((_, i) => i !== 1), ['conflict', '1']);
});

test('a connection that died while it lay idle is noticed by nobody', async () => {
    const came = await tried();
    equal(came['work-on-a-dead-connection'][0], 'ok');
    deepEqual(came['new-query-on-a-dead-connection'], came['with-the-gate']);
    deepEqual(came['query-on-a-dead-connection'], came['with-the-gate']);
});

test('a form that is sent twice counts once, and the second answer is the first', async () => {
    const person = await signIn();
    const was = await drafts();
    const first = await draft(person, {}, { follow: false });
    const second = await draft(person, {}, { follow: false });
    equal(first.status, 303);
    equal(second.headers.location, first.headers.location);
    equal(await drafts(), was + 1);
    const other = await draft(person, { once: 'bbbbbbbbbbbbbbbb' }, { follow: false });
    notEqual(other.headers.location, first.headers.location);
    equal(await drafts(), was + 2);
});

test('a form that a browser brings back and that is filled in anew counts for itself', async () => {
    const person = await signIn();
    const was = await drafts();
    const more = { once: 'gggggggggggggggg' };
    const first = await draft(person, more, { follow: false });
    const second = await draft(person, { ...more, text: 'Dear Ann, one thing more.' }, { follow: false });
    equal(second.status, 303);
    notEqual(second.headers.location, first.headers.location);
    equal((await draft(person, more, { follow: false })).headers.location, first.headers.location);
    equal(await drafts(), was + 2);
});

test('six clicks at once count once', async () => {
    const person = await signIn();
    const was = await drafts();
    const answers = await Promise.all(Array.from({ length: 6 }, () =>
        draft(person, { once: 'cccccccccccccccc' }, { follow: false })));
    deepEqual(answers.map(({ status }) => status), [303, 303, 303, 303, 303, 303]);
    equal(new Set(answers.map(({ headers }) => headers.location)).size, 1);
    equal(await drafts(), was + 1);
});

test("the key of a form is its session's own", async () => {
    const one = await signIn(0);
    const two = await signIn(1);
    const was = await drafts();
    const mine = await draft(one, { once: 'dddddddddddddddd' }, { follow: false });
    const theirs = await draft(two, { once: 'dddddddddddddddd' }, { follow: false });
    notEqual(mine.headers.location, theirs.headers.location);
    equal(await drafts(), was + 2);
});

test('a form from elsewhere changes nothing', async () => {
    const person = await signIn();
    const other = await signIn(1);
    const was = await drafts();
    for (const [more, options] of [
        [{ csrf: '' }, {}],
        [{ csrf: csrf(other) }, {}],
        [{}, { origin: null }],
        [{}, { origin: 'https://evil.example' }],
        [{}, { origin: 'null' }],
        [{}, { origin: `https://desk.localhost:${portal.port}` }],
        [{}, { origin: `http://portal.localhost:${portal.port}` }],
    ]) {
        const page = await draft(person, more, options);
        equal(page.status, 403, JSON.stringify([more, options]));
        ok(page.has('[data-test="msg-csrf"]'));
    }
    equal(await drafts(), was);
    equal((await draft(person, { once: 'eeeeeeeeeeeeeeee' },
        { origin: 'null', headers: { 'Sec-Fetch-Site': 'same-origin' }, follow: false })).status, 303);
});

test('the log names routes and ids of requests, and nothing of people', async () => {
    const { email } = here.person('family');
    const person = await signIn();
    const page = await draft(person, { once: 'ffffffffffffffff' });
    const id = page.path.split('/')[2].split('?')[0];
    const gone = await person.get('/letters/zzzzzzzzzzzz');
    equal(gone.status, 404);
    const reference = gone.text('[data-test="error-reference"]');
    match(reference, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const line = await eventually(() => portal.logLines().find((one) => one.id === reference));
    equal(line.route, 'get_letters_ID');
    equal(line.status, '404');
    equal(line.err, 'not-found');
    const log = portal.logText();
    for (const private_ of [email, email.split('@')[0], id, '/drafts', '/letters', 'Ann', 'we are well'])
        ok(!log.includes(private_), private_);
    doesNotMatch(log, /127\.0\.0\.1/);
});

test('metrics count by route, on their own socket only', async () => {
    equal((await (await here.client(portal)).get('/metrics')).status, 404);
    const text = await metrics();
    match(text, /^letterbox_http_requests_total\{route="post_drafts",status="3xx"\} \d+$/m);
    match(text, /^letterbox_http_connections \d+$/m);
    ok(!text.includes('/drafts'));
});

test('without its database the service says so, and comes back with it', async () => {
    const person = await signIn();
    const client = await here.client(portal);
    equal((await client.get('/readyz')).status, 200);
    await here.db.stop();
    try {
        const ready = await client.get('/readyz');
        equal(ready.status, 503);
        equal(ready.body, 'db-away\n');
        equal((await client.get('/healthz')).status, 200);
        const page = await person.get('/');
        equal(page.status, 503);
        ok(page.has('[data-test="msg-db-away"]'));
        ok(page.headers['retry-after']);
    } finally {
        await here.db.start();
    }
    await eventually(async () => (await client.get('/readyz')).status === 200);
    equal((await person.get('/')).status, 200);
});

test('new certificates are taken at SIGHUP, damaged ones are not', async () => {
    portal.signal('SIGHUP');
    await new Promise((done) => { setTimeout(done, 200); });
    equal((await (await here.client(portal)).get('/healthz')).status, 200);
    ok(!portal.logText().includes('tls-not-reloaded'));
});

test('five failures from an address refuse the sixth before anything costly, known account or not', async () => {
    const client = await here.client(portal);
    const { email, password } = here.person('family');
    await here.db.query('DELETE FROM letterbox.rate');
    for (let i = 0; i < 5; i += 1) {
        const page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in',
            { email: `nobody${i}@example.org`, password: 'not the password' });
        equal(page.status, 422);
        ok(page.has('[data-test="msg-sign-in-wrong"]'));
    }
    const form = await client.get('/sign-in');
    const stretched = timesReached(faultLog, 'password_argon');
    const page = await client.submit(form, 'form-post_sign_in', { email, password });
    equal(page.status, 429);
    ok(page.has('[data-test="msg-too-many-tries"]'));
    equal(page.headers['retry-after'], '600');
    equal(timesReached(faultLog, 'password_argon'), stretched, 'a password was stretched');
    const rows = await here.db.query('SELECT scope, key_hash FROM letterbox.rate');
    ok(rows.some(({ scope }) => scope === 'address'));
    await here.db.query('DELETE FROM letterbox.rate');
    equal((await client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email, password })).path,
        '/sign-in/code');
});
