// SPDX-License-Identifier: AGPL-3.0-or-later
// The pace of outgoing mail: to one domain no faster than the setting, and after a temporary refusal
// because of the rate slower, while others' mail goes on. Who waits has had no attempt, and staff hear
// nothing of it.

import { createServer } from 'node:net';
import { cleanup, deepEqual, doesNotMatch, equal, eventually, match, ok, sleep, test } from '../harness/test.mjs';
import { postbox } from '../harness/postbox.mjs';

// A mail server that notes when it took a mail for whom; `refuse` answers a recipient's address.
async function relay(refuse = () => null) {
    const taken = [];
    const server = createServer((socket) => {
        let pending = '';
        let to = null;
        let data = false;
        socket.on('error', () => {});
        socket.write('220 relay\r\n');
        socket.on('data', (bytes) => {
            pending += bytes.toString('latin1');
            for (;;) {
                const end = pending.indexOf(data ? '\r\n.\r\n' : '\r\n');
                if (end < 0)
                    return;
                const line = pending.slice(0, end);
                pending = pending.slice(end + (data ? 5 : 2));
                if (data)
                    taken.push({ to, at: performance.now() });
                data = !data && line === 'DATA';
                const [, address] = /^RCPT TO:<(.*)>/.exec(line) ?? [];
                to = address ?? to;
                const usual = line === 'QUIT' ? '221 bye' : data ? '354 go on' : '250 ok';
                socket.write(`${(address && refuse(address)) ?? usual}\r\n`);
            }
        });
    });
    cleanup(() => new Promise((done) => { server.close(done); }));
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    return { taken, port: server.address().port,
        of: (domain) => taken.filter(({ to }) => to.endsWith(`@${domain}`)) };
}

async function outbox(server, { smtp = {}, post = {} } = {}) {
    const box = await postbox({ settings: { post } });
    const north = await box.agency('north');
    box.site.settings.smtp = { host: '127.0.0.1', port: server.port, tls: 'none', from: 'desk@mail.north.test', ...smtp };
    box.site.write();
    return { box, north };
}

const sent = (box, count, options = {}) => eventually(async () =>
    (await box.count('message', "state = 'sent'")) === count, { within: 40_000, what: `${count} sent`, ...options });

// Nobody was told of anything, and each message had one attempt.
async function quiet(box, messages) {
    equal(await box.count('job', "state = 'staff'"), 0);
    equal(await box.count('attempt'), messages);
    equal(await box.count('attempt', "outcome = 'done'"), messages);
    equal(await box.count('job', "kind = 'send_mail' AND (state <> 'done' OR attempts <> 1 OR error_code IS NOT NULL)"), 0);
}

test('one domain is sent to no faster than the setting, by several processes, and others at once', async () => {
    const server = await relay();
    const { box, north } = await outbox(server, { smtp: { domain_per_minute: 60 }, post: { workers: 2 } });
    const MANY = 9;
    for (let at = 0; at < MANY; at += 1)
        await box.message(north, { to: `nana${at}@${at % 2 ? 'large' : 'LARGE'}.test` });
    for (const domain of ['small.test', 'mail.large.test', 'other.test'])
        await box.message(north, { to: `nana@${domain}` });
    const post = await box.site.start('post');
    const from = performance.now();
    await eventually(() => server.taken.filter(({ to }) => !/@large/i.test(to)).length === 3, { within: 4_000 });
    await sent(box, MANY + 3);
    const times = server.taken.filter(({ to }) => /@large/i.test(to)).map(({ at }) => at - from);
    equal(times.length, MANY);
    for (const [first, start] of times.entries())
        for (const [last, end] of times.entries())
            ok(last - first + 1 <= (end - start + 500) / 1000 + 3 || end < start,
                `no faster than one a second: ${times.map(Math.round)}`);
    ok(times.at(-1) >= (MANY - 3) * 1000 - 500, `the last after ${times.at(-1)} ms`);
    ok(times.at(-1) <= MANY * 2000 + 3000, `and not much slower: ${times.at(-1)} ms`);
    await quiet(box, MANY + 3);
    await post.stop();
    match(post.logText(), /kind=send_mail .*outcome=paced/);
    doesNotMatch(post.logText(), /large|small|other\.test|nana/i);
}, { timeout: 90_000 });

test('without a limit all go at once', async () => {
    const server = await relay();
    const { box, north } = await outbox(server, { smtp: { domain_per_minute: 0 } });
    for (let at = 0; at < 20; at += 1)
        await box.message(north, { to: `nana${at}@large.test` });
    const post = await box.site.start('post');
    await sent(box, 20, { within: 10_000 });
    await quiet(box, 20);
    await post.stop();
    doesNotMatch(post.logText(), /paced/);
}, { timeout: 60_000 });

test('a refusal because of the rate spares that domain alone; what waits has no attempt and is not forgotten', async () => {
    let busy = true;
    const server = await relay((address) => busy && address.endsWith('@busy.test') ? '450 4.7.1 too many of yours' : null);
    const { box, north } = await outbox(server, { smtp: { domain_per_minute: 0 } });
    const first = await box.message(north, { to: 'first@busy.test' });
    const post = await box.site.start('post');
    await eventually(async () => (await box.count('attempt', "outcome = 'failed'")) === 1);
    equal((await box.state(first)).code, '450_4.7.1');

    const waiting = [];
    for (let at = 0; at < 5; at += 1)
        waiting.push(await box.message(north, { to: `nana${at}@busy.test` }));
    const letter = await box.message(north, { to: 'nana@quiet.test' });
    await eventually(async () => (await box.state(letter)).state === 'sent', { within: 5_000 });
    // the five that came after it and, five seconds later, the refused one: none is tried again, all come back
    const held = () => box.db.query(`SELECT message_id, attempts, extract(epoch FROM run_at - letterbox.now())::float AS s
        FROM letterbox.job WHERE kind = 'send_mail' AND state = 'ready' AND error_code = 'paced'`);
    await eventually(async () => (await held()).length === 6, { within: 15_000, what: 'six that wait' });
    await sleep(1_000);
    const rows = await held();
    equal(rows.length, 6);
    for (const { attempts, s } of rows) {
        equal(attempts, 0);
        ok(s > 5 && s < 60, `comes again in ${s} s`);
    }
    equal(await box.count('attempt', "code = '450_4.7.1'"), 1);
    for (const message of waiting)
        deepEqual([(await box.state(message)).state, (await box.state(message)).code], ['ready', null]);

    // somebody waits for a code, and it is tried; a message whose time is over is before staff
    const code = await box.message(north, { to: 'now@busy.test', kind: 'sign_in_code' });
    await eventually(async () => (await box.count('attempt', 'message_id = $1', [code.id])) === 1, { within: 5_000 });
    const late = await box.message(north, { to: 'late@busy.test', job: false });
    await box.db.query("UPDATE letterbox.message SET made_at = letterbox.now() - interval '49 hours' WHERE message_id = $1",
        [late.id]);
    await box.job(north, late.id);
    await eventually(async () => (await box.state(late)).state === 'failed', { within: 10_000 });
    equal(await box.count('job', "state = 'staff'"), 0);
    await post.stop();
    doesNotMatch(post.logText(), /busy|quiet|nana/i);

    // a new start has forgotten the refusal, but not the mails
    busy = false;
    await box.db.query("SELECT letterbox.clock_advance(interval '10 minutes')");
    const again = await box.site.start('post');
    await sent(box, 8);
    equal(await box.count('attempt', "outcome = 'done'"), 8);
    equal(server.of('busy.test').length, 7);
    await again.stop();
}, { timeout: 90_000 });

test('a domain that takes mail again gets what waited, first slowly', async () => {
    let until = Infinity;
    const server = await relay(() => performance.now() < until ? '421 4.7.0 slow down' : null);
    const { box, north } = await outbox(server, { smtp: { domain_per_minute: 0 }, post: { workers: 2 } });
    const messages = 5;
    for (let at = 0; at < messages; at += 1)
        await box.message(north, { to: `nana${at}@busy.test` });
    const from = performance.now();
    const post = await box.site.start('post');
    await eventually(async () => (await box.count('attempt', "outcome = 'failed'")) >= 1);
    until = performance.now() + 1_000;
    await sent(box, messages, { within: 70_000 });
    // nothing in the half minute of the first strike
    ok(server.taken.every(({ at }) => at - from > 28_000), `${server.taken.map(({ at }) => Math.round(at - from))}`);
    ok((await box.count('attempt', "outcome = 'failed'")) <= 2, 'one for each process at most');
    equal(await box.count('job', "state = 'staff'"), 0);
    await post.stop();
}, { timeout: 110_000 });
