// SPDX-License-Identifier: AGPL-3.0-or-later
// The portal's doors through their real pages: joining with a code, signing in, a link and its PIN.
// Whatever is wrong is answered in one way, and known or unknown costs the same.

import { hkdfSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { timesReached } from '../harness/faults.mjs';
import { linkIn } from '../harness/maildir.mjs';
import { openDoors } from '../harness/people.mjs';
import { pressroom } from '../harness/pressroom.mjs';

const MIXED = /The code and the e-mail address do not match, or the code is too old/;

let doors;
let room;
let faultLog;

before(async () => {
    doors = await openDoors({ processes: ['post'] });
    faultLog = join(folder('faults'), 'reached');
    const portal = await doors.here.start('portal', { faultLog });
    doors.running.portal = portal;
    doors.here.settings.portal.origin = `https://portal.localhost:${portal.port}`;
    doors.here.write();
    room = await pressroom(doors.here);
    await room.agent();
    await doors.here.start('press');
}, { timeout: 180_000 });

const visitor = () => doors.here.client(doors.running.portal);
const forgetFailures = () => doors.here.db.query('DELETE FROM letterbox.rate');

// ---- joining ----

// HKDF of the code as lib/crypt/token.c derives it, and the check of the address that goes with it.
const derived = (code, label, context = '') => Buffer.from(hkdfSync('sha256',
    Buffer.concat([Buffer.from(code), Buffer.alloc(32 - code.length)]), '',
    context ? `${label}\0${context}` : label, 32));

let codes = 0;
async function joiningCode(person, { ago = '0 days' } = {}) {
    codes += 1;
    const code = `TEST${String(codes).padStart(8, '0')}`;
    await room.db.query(`INSERT INTO letterbox.join_code (agency_id, join_id, party_id, code_hash, email_check, expires_at,
            made_by, made_at)
        VALUES ($1, letterbox.new_id(), $2, $3, $4, letterbox.now() + interval '28 days' - $6::interval, $5, letterbox.now())`,
    [room.agency, person.id, derived(code, 'letterbox/1/code/join'),
        derived(code, 'letterbox/1/code/join-email', person.email), await room.staff('coordinator'), ago]);
    return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`.toLowerCase();
}

// A home without an account.
async function newcomer(number) {
    const { id } = (await room.db.query(`SELECT p.party_id::text AS id FROM letterbox.party p
        JOIN letterbox.arrangement_party ap USING (agency_id, party_id)
       WHERE p.agency_id = $1 AND ap.side = 'adoptive' AND NOT EXISTS (SELECT FROM letterbox.account a
             WHERE a.agency_id = p.agency_id AND a.party_id = p.party_id)
       GROUP BY p.party_id ORDER BY p.party_id`, [room.agency]))[number];
    return { id, email: (await room.partyRecord(id)).emails[0] };
}

async function tryToJoin(code, email) {
    const client = await visitor();
    return client.submit(await client.get('/join'), 'form-post_join', { code, email });
}

test('a joining code makes an account once; used, expired, unknown or with another address it is answered alike', async () => {
    await forgetFailures();
    const person = await newcomer(0);
    const code = await joiningCode(person);
    const other = await tryToJoin(code, 'somebody@elsewhere.test');
    match(other.plain(), MIXED);
    const unknown = await tryToJoin('ZZZZ-ZZZZ-ZZZZ', person.email);
    match(unknown.plain(), MIXED);

    let page = await tryToJoin(code, person.email);
    equal(page.path, '/join/password', page.plain());
    page = await page.client.submit(page, 'form-post_join_password', { password: 'three quiet herons' });
    match(page.path, /^\/sign-in/);
    const accounts = async () => (await room.db.one(`SELECT count(*)::int AS n FROM letterbox.account
        WHERE agency_id = $1 AND party_id = $2 AND state = 'active'`, [room.agency, person.id])).n;
    equal(await accounts(), 1);

    const again = await tryToJoin(code, person.email);
    match(again.plain(), MIXED);
    const old = await tryToJoin(await joiningCode(person, { ago: '28 days' }), person.email);
    match(old.plain(), MIXED);
    for (const refused of [other, unknown, again, old])
        deepEqual([refused.path, refused.status], [other.path, other.status]);
    equal(await accounts(), 1);

    await forgetFailures();
    const box = doors.mailbox(person.email);
    const client = await visitor();
    page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in',
        { email: person.email, password: 'three quiet herons' });
    match(page.path, /^\/sign-in\/code/);
    const sent = () => box.messages().map((mail) => /^(\d{3} \d{3})\r?$/m.exec(mail.toString())?.[1]).filter(Boolean);
    await eventually(() => sent().length > 0, { within: 20_000, what: 'the code' });
    page = await client.submit(page, 'form-post_sign_in_code', { code: sent().at(-1) });
    equal(page.path, '/', page.plain());
});

test('five wrong addresses lock a joining code, and the right one comes too late', async () => {
    const person = await newcomer(0);
    const code = await joiningCode(person);
    for (let tries = 0; tries < 5; tries += 1) {
        await forgetFailures();
        match((await tryToJoin(code, `wrong${tries}@elsewhere.test`)).plain(), MIXED);
    }
    await forgetFailures();
    match((await tryToJoin(code, person.email)).plain(), MIXED);
    await forgetFailures();
});

// ---- signing in ----

// The statements of the portal while `work` runs, in order, without their values.
async function statements(work) {
    const { log } = doors.here.db;
    const from = statSync(log).size;
    await work();
    await new Promise((done) => { setTimeout(done, 300); });
    return readFileSync(log).subarray(from).toString().replace(/\n\t\s*/g, ' ').split('\n')
        .map((line) => / lb_portal LOG:  execute [^:]*: (.*)$/.exec(line)?.[1]).filter(Boolean);
}

const argons = () => timesReached(faultLog, 'password_argon');

test('known or unknown, a sign-in runs the same statements, one Argon2id, and queues one message and one job', async () => {
    const person = doors.here.person('family', { number: 0 });
    const { db } = doors.here;
    await db.query("ALTER SYSTEM SET log_statement = 'all'");
    await db.query('SELECT pg_reload_conf()');
    const count = async () => db.one(`SELECT (SELECT count(*) FROM letterbox.message)::int AS messages,
        (SELECT count(*) FROM letterbox.job WHERE kind = 'send_mail')::int AS jobs`);
    const seen = {};
    const sign = async (email, password) => {
        const client = await visitor();
        return client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email, password });
    };
    await sign('warm@elsewhere.test', 'not this one');       // statements are prepared
    for (const [who, email, password] of [['wrong', person.email, 'not this one'],
        ['unknown', 'nobody@elsewhere.test', 'not this one'], ['right', person.email, person.password]]) {
        await forgetFailures();
        const [before_, hashed] = [await count(), argons()];
        let page;
        const ran = await statements(async () => { page = await sign(email, password); });
        const after = await count();
        seen[who] = { ran, argons: argons() - hashed, messages: after.messages - before_.messages,
            jobs: after.jobs - before_.jobs, shown: page.text('main').replace(email, '') };
    }
    await db.query('ALTER SYSTEM RESET log_statement');
    await db.query('SELECT pg_reload_conf()');
    ok(seen.wrong.ran.some((text) => text.includes('account_for_sign_in')), seen.wrong.ran.join('\n'));
    deepEqual(seen.unknown, seen.wrong);
    for (const who of ['wrong', 'unknown', 'right'])
        deepEqual([seen[who].argons, seen[who].messages, seen[who].jobs], [1, 1, 1], who);
    const begun = (list) => list.slice(0, list.findIndex((text) => text.includes('sign_in_begin')) + 1);
    ok(begun(seen.right.ran).length > 0);
    deepEqual(begun(seen.unknown.ran), begun(seen.right.ran), 'up to the answer a right password does nothing else');
    await forgetFailures();
});

test('guesses that come all at once from one address get five tries, one after another', async () => {
    await forgetFailures();
    const clients = await Promise.all(Array.from({ length: 9 }, visitor));
    const pages = await Promise.all(clients.map((client) => client.get('/sign-in')));
    const hashed = argons();
    const answers = await Promise.all(clients.map((client, i) => client.submit(pages[i], 'form-post_sign_in',
        { email: `nobody${i}@elsewhere.test`, password: 'not this one' })));
    deepEqual(answers.map(({ status }) => status).sort(), [422, 422, 422, 422, 422, 429, 429, 429, 429]);
    equal(argons() - hashed, 5);
    await forgetFailures();
});

test('codes are not guessed faster by signing in anew from another address each time', async () => {
    await forgetFailures();
    const person = doors.here.person('family', { number: 0 });
    const box = doors.mailbox(person.email);
    const sent = () => box.messages().map((mail) => /^(\d{3} \d{3})\r?$/m.exec(mail.toString())?.[1]).filter(Boolean);
    const begin = async (address) => {
        const client = (await visitor()).from(address);
        return client.submit(await client.get('/sign-in'), 'form-post_sign_in',
            { email: person.email, password: person.password });
    };
    for (let tries = 0; tries < 5; tries += 1) {
        const page = await begin(`127.0.1.${10 + tries}`);
        await page.client.submit(page, 'form-post_sign_in_code', { code: '000000' });
    }
    const had = sent().length;
    const page = await begin('127.0.1.99');
    await eventually(() => sent().length > had, { within: 20_000, what: 'the code' });
    const answer = await page.client.submit(page, 'form-post_sign_in_code', { code: sent().at(-1) });
    equal(answer.status, 429, answer.path);
    await forgetFailures();
});

// ---- sessions ----

test('whoever goes on reading stays signed in, and whoever rests for half an hour does not', async () => {
    const { client } = await doors.family({ number: 1 });
    const rest = (minutes) => room.db.query(`UPDATE letterbox.session SET seen_at = seen_at - $1::interval,
            idle_ends_at = idle_ends_at - $1::interval WHERE kind = 'portal' AND stage = 'full'`, [`${minutes} minutes`]);
    const [half, whole] = [20, 31];
    for (let pages = 0; pages < 3; pages += 1) {
        await rest(half);
        equal((await client.get('/')).path, '/');
    }
    await rest(whole);
    equal((await client.get('/')).path, '/sign-in');
});

// ---- links ----

test('a link opens with its PIN; five wrong ones close it, and then the right one opens nothing', async () => {
    const relative = doors.here.person('relative');
    const people = await room.family(0);
    const reader = people.relatives.find(({ record }) => record.emails?.includes(relative.email));
    ok(reader, 'the relative of the first family has a link and a PIN');
    const box = doors.mailbox(relative.email);
    const links = () => box.messages().map(linkIn).filter(Boolean);
    const newLink = async (text) => {
        const had = links().length;
        const letter = await room.letter({ from: people.home, arrangement: people.arrangement, text });
        await room.done();
        await room.approve(letter, { to: [reader.id] });
        deepEqual(await room.done(), []);
        await eventually(() => links().length > had, { within: 20_000, what: 'the link' });
        return links().at(-1);
    };
    const right = relative.password;
    const wrong = right === '111111' ? '222222' : '111111';

    const first = await visitor();
    let page = await first.get(await newLink('A word from home.'));
    equal(page.path, '/open');
    page = await first.submit(page, 'form-post_open', { pin: wrong });
    match(page.plain(), /That PIN is not right/);
    page = await first.submit(page, 'form-post_open', { pin: right });
    equal(page.path, '/open/letter', page.plain());
    match(page.plain(), /A letter for you.*A word from home\./s);
    const until = /The link works until (\d+ \w+ \d{4})\./.exec(
        box.messages().at(-1).toString().replaceAll(/=\r?\n/g, '').replaceAll(/(=20|\s)+/g, ' '))?.[1];
    ok(until && page.plain().includes(`You can read it here until ${until}.`), `${until}: ${page.plain()}`);

    // who goes back to the PIN has given it already
    equal((await first.get('/open')).path, '/open/letter');

    const second = await visitor();
    page = await second.get(await newLink('Never to be read.'));
    for (let tries = 0; tries < 5; tries += 1) {
        await forgetFailures();
        page = await second.submit(page, 'form-post_open', { pin: wrong });
        match(page.plain(), /That PIN is not right/);
    }
    await forgetFailures();
    page = await second.submit(page, 'form-post_open', { pin: right });
    match(page.plain(), /This link is closed/);
    doesNotMatch((await second.get('/open/letter')).plain(), /Never to be read/);

    // No account: only the link leads on, and no page asks for a password.
    const onlyTheLink = (answer, where) => {
        match(answer.text('main'), /Open the link in our e-mail again/, where);
        ok(!answer.find('main a').some((one) => ['/sign-in', '/'].includes(one.attribs.href)), `${where}: ${answer.body}`);
    };
    const lost = await first.get('/open/pages/77');
    equal(lost.status, 404);
    onlyTheLink(lost, 'no such page');
    doesNotMatch(lost.plain(), /start page/);
    page = await first.get('/open/letter');
    page = await first.submit(page, 'form-post_open_close');
    equal(page.text('h1'), 'This page is closed');
    onlyTheLink(page, 'closed');
    onlyTheLink(await first.get('/open/letter'), 'back');
    onlyTheLink(await (await visitor()).get('/open'), 'without a link');
    onlyTheLink(await second.get('/open'), 'five wrong ones');
    const third = await visitor();
    page = await third.get(await newLink('Not to be read either.'));
    const form = page;
    for (let tries = 0; tries < 6; tries += 1)
        page = await third.submit(form, 'form-post_open', { pin: wrong });
    equal(page.status, 429);
    onlyTheLink(page, 'too many tries');
    await forgetFailures();
}, { timeout: 120_000 });

// ---- notes ----

test('a note of staff is never taken for a letter of the other side: in the portal, and by a link', async () => {
    const people = await room.family(0);
    const ask = async (from, note) => {
        const letter = await room.letter({ from, arrangement: people.arrangement, text: 'What I wrote.' });
        await room.done();
        await room.decide(letter, { act: 'return', note });
        await room.db.query(`UPDATE letterbox.letter SET state = 'returned' WHERE letter_id = $1`, [letter]);
        await room.job('return_note', { letter });
        deepEqual(await room.done(), []);
    };
    await ask(people.home, 'May we leave out the hill?');
    const { client, home } = await doors.family({ number: 0 });
    const row = home.find('[data-test=letter-open]').map((one) => one.attribs.href)[0];
    const title = /A note from us about your letter to [A-Z]/;
    match(home.text('[data-test=letter-open]'), title);
    match((await client.get('/letters')).text('[data-test=letter-open]'), title);
    const page = await client.get(row);
    match(page.text('h1'), title);
    match(page.plain(), /May we leave out the hill\?/);
    doesNotMatch(page.plain(), /Letter from/);

    const relative = doors.here.person('relative');
    const box = doors.mailbox(relative.email);
    const had = box.messages().length;
    await ask(people.relatives.find(({ record }) => record.emails?.includes(relative.email)), 'And the lake?');
    await eventually(() => box.messages().length > had, { within: 20_000, what: 'the link' });
    const link = linkIn(box.messages().at(-1));
    const reader = await visitor();
    const read = await reader.submit(await reader.get(link), 'form-post_open', { pin: relative.password });
    equal(read.text('h1'), 'A note from us about your letter');
    match(read.plain(), /And the lake\?/);
}, { timeout: 120_000 });

test('an account that was closed is answered at sign-in as an unknown one, with its right password too', async () => {
    await forgetFailures();
    const person = doors.here.person('family', { number: 2 });
    const { db } = doors.here;
    const sign = async (email) => {
        const client = await visitor();
        return client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email, password: person.password });
    };
    ok((await sign(person.email)).path.startsWith('/sign-in/code'));
    const { account } = await db.one(`SELECT account_id::text AS account FROM letterbox.message WHERE kind = 'sign_in_code'
        ORDER BY made_at DESC LIMIT 1`);
    await db.query(`UPDATE letterbox.account SET state = 'disabled' WHERE account_id = $1`, [account]);
    await db.query("ALTER SYSTEM SET log_statement = 'all'");
    await db.query('SELECT pg_reload_conf()');
    const count = async () => db.one(`SELECT (SELECT count(*) FROM letterbox.message)::int AS messages,
        (SELECT count(*) FROM letterbox.job WHERE kind = 'send_mail')::int AS jobs, (SELECT count(*) FROM letterbox.session)::int AS sessions`);
    const seen = [];
    await sign('warm@elsewhere.test');
    for (const email of [person.email, 'nobody@elsewhere.test']) {
        const [was, hashed] = [await count(), argons()];
        let page;
        const ran = await statements(async () => { page = await sign(email); });
        const now = await count();
        seen.push({ ran, argons: argons() - hashed, rows: Object.keys(now).map((key) => now[key] - was[key]),
            shown: page.text('main').replace(email, '') });
    }
    await db.query('ALTER SYSTEM RESET log_statement');
    await db.query('SELECT pg_reload_conf()');
    deepEqual(seen[0], seen[1]);
    deepEqual([seen[0].argons, seen[0].rows], [1, [1, 1, 0]]);
    await forgetFailures();
});
