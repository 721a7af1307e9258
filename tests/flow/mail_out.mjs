// SPDX-License-Identifier: AGPL-3.0-or-later
// E-mail out: letterbox-post sends finished messages to a real mail server over STARTTLS. Journalled
// before and after; what may have been sent is never sent again by a machine.

import { createServer } from 'node:net';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { before, cleanup, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, sleep, test }
    from '../harness/test.mjs';
import { exim } from '../harness/exim.mjs';
import { faultCalls, faultPoints, neverReached } from '../harness/faults.mjs';
import { multiset, postbox } from '../harness/postbox.mjs';
import { proxy } from '../harness/proxy.mjs';

let smtp;
before(async () => { smtp = await exim(); });

async function outbox(settings = {}) {
    const box = await postbox({ smtp, settings: { smtp: { from: 'desk@mail.north.test', ...settings } } });
    const north = await box.agency('north');
    return { box, north };
}

const reaches = (box, message, state, options = {}) => eventually(async () =>
    (await box.state(message)).state === state, { within: 20_000, what: `state ${state}`, ...options });

const tokens = (maildir) => maildir.messages().map((bytes) =>
    /^Message-ID: <([0-9a-f]{32})@mail\.north\.test>/m.exec(bytes.toString())[1]);

test('a notice arrives, is neutral, and says nothing of this host', async () => {
    const { box, north } = await outbox();
    box.site.settings.mailbox_1 = { agency: 'north', reply_domain: 'post.north.test' };
    box.site.write();
    const nana = smtp.mailbox('nana@relative.test');
    const message = await box.message(north, { to: 'Nana@Relative.test',
        subject: 'Zażółć – a message for you', text: 'Hello Zoë,\n\nsomething is waiting for you.\n',
        header: { alias: '0a1b2c4m8kx2' } });
    const post = await box.site.start('post');
    await reaches(box, message, 'sent');
    const [bytes] = await nana.wait(1);
    const mail = await simpleParser(bytes);
    equal(mail.from.text, '"Post Desk" <desk@mail.north.test>');
    equal(mail.to.text, 'Nana@Relative.test');
    equal(mail.replyTo.text, '0a1b2c4m8kx2@post.north.test');
    equal(mail.subject, 'Zażółć – a message for you');
    equal(mail.text, 'Hello Zoë,\n\nsomething is waiting for you.\n');
    equal(mail.messageId, `<${message.token}@mail.north.test>`);
    equal(mail.headers.get('auto-submitted'), 'auto-generated');
    equal(mail.headers.get('return-path').text, 'desk@mail.north.test');
    match(bytes.toString(), /helo=mail\.letterbox\.test/);
    const [{ outcome, code }] = await box.db.query('SELECT outcome, code FROM letterbox.attempt');
    deepEqual([outcome, code], ['done', '250']);
    match(await box.answer(north, message), /^250 /);
    await post.stop();
    doesNotMatch(post.logText(), /relative|nana/i);
});

test('the server\'s no is final, its not-now is not, and a decoy is never sent', async () => {
    const { box, north } = await outbox();
    const refused = await box.message(north, { to: 'refused@relative.test' });
    const later = await box.message(north, { to: 'later@relative.test' });
    const decoy = await box.message(north, { to: 'nobody@relative.test', state: 'void' });
    const oddity = await box.message(north, { to: 'no address at all' });
    const code = await box.message(north, { to: 'later@relative.test', kind: 'sign_in_code' });
    const post = await box.site.start('post');
    await reaches(box, refused, 'failed');
    equal((await box.state(refused)).code, '550_5.1.1');
    match(await box.answer(north, refused), /no such mailbox/);
    await eventually(async () => (await box.state(later)).code === '451_4.3.2');
    equal((await box.state(later)).state, 'ready');
    equal((await box.state(decoy)).state, 'void');
    await eventually(async () => (await box.count('job', "kind = 'send_mail' AND message_id = $1 AND state = 'done'",
        [decoy.id])) === 1);

    // a clock that is moved while a job runs would end its lease
    const advance = async (by) => {
        await eventually(async () => (await box.count('job', "kind = 'send_mail' AND (state = 'leased' "
            + "OR state = 'ready' AND run_at <= letterbox.now())")) === 0);
        await box.db.query('SELECT letterbox.clock_advance($1::interval)', [by]);
    };
    // tried again, and given up in time
    for (const attempts of [2, 3]) {
        await advance('10 minutes');
        await eventually(async () => (await box.count('attempt', 'message_id = $1', [later.id])) >= attempts);
    }
    await reaches(box, code, 'failed');
    for (const by of ['23 hours', '23 hours', '3 hours'])
        await advance(by);
    await reaches(box, later, 'failed');
    equal(await box.count('attempt', 'message_id = $1', [decoy.id]), 0);
    equal((await box.state(oddity)).state, 'ready');     // its job is with staff
    await eventually(async () => (await box.count('job', "message_id = $1 AND state = 'staff'", [oddity.id])) === 1);
    await post.stop();
}, { timeout: 90_000 });

test('killed at every step, nothing is sent twice and nothing lost in silence', async () => {
    const { box, north } = await outbox();
    const faultLog = join(folder('faults'), 'reached');
    const points = faultPoints(['worker/post', 'worker/queue', 'lib/mail'])
        .filter(({ name }) => !/^(fetch|take|stdin|notify|clear)_/.test(name));
    ok(points.length >= 5);
    const maildir = smtp.mailbox('killed@relative.test');
    const messages = [];
    for (const { name } of points) {
        const message = await box.message(north, { to: 'killed@relative.test', text: `${name}\n` });
        messages.push({ ...message, name });
        const doomed = await box.site.start('post', { fault: `${name}:kill`, faultLog, ready: false });
        const how = await Promise.race([doomed.ended,
            eventually(() => false, { within: 20_000 }).catch(() => null)]);
        ok(how, `${name} was never reached`);
        equal(how.code, 1, name);
        await box.db.query("SELECT letterbox.clock_advance(interval '5 minutes')");
        const post = await box.site.start('post', { faultLog });
        await eventually(async () => ['sent', 'maybe_sent'].includes((await box.state(message)).state),
            { within: 20_000, what: `an end after ${name}` });
        await post.stop();
    }
    deepEqual(neverReached(faultLog, points), []);

    const arrived = tokens(maildir);
    equal(new Set(arrived).size, arrived.length, 'no message arrived twice');
    const states = {};
    for (const message of messages) {
        const { state } = await box.state(message);
        states[message.name] = state;
        // what is not certain is said to be so; what is said to be sent is there
        if (state === 'sent')
            ok(arrived.includes(message.token), message.name);
        else
            equal(await box.count('attempt', "message_id = $1 AND outcome = 'unknown'", [message.id]), 1);
    }
    equal(states.queue_claimed, 'sent', 'killed before the attempt, it goes out later');
    equal(states.send_answered, 'maybe_sent', 'killed between 250 and COMMIT, a person decides');
    equal(states.send_attempt_begun, 'maybe_sent');
    equal(states.queue_after_finish, 'sent');
}, { timeout: 180_000 });

test('a person says "again": then, and only then, it is sent again', async () => {
    const { box, north } = await outbox();
    const maildir = smtp.mailbox('again@relative.test');
    const message = await box.message(north, { to: 'again@relative.test' });
    const doomed = await box.site.start('post', { fault: 'send_answered:kill', ready: false });
    await doomed.ended;
    await maildir.wait(1);
    await box.db.query("SELECT letterbox.clock_advance(interval '5 minutes')");
    const post = await box.site.start('post');
    await reaches(box, message, 'maybe_sent');
    await box.job(north, message.id);        // a stray job sends nothing
    await eventually(async () => (await box.count('job', "state = 'ready'")) === 0);
    equal(maildir.messages().length, 1);
    await box.db.query(`UPDATE letterbox.message SET state = 'ready' WHERE message_id = $1`, [message.id]);
    await box.job(north, message.id);
    await reaches(box, message, 'sent');
    const all = await maildir.wait(2);
    const plain = (bytes) => bytes.toString().replace(/^[\s\S]*?(?=From:)/, '');
    equal(plain(all[0]), plain(all[1]), 'the same bytes: Message-ID, date and all');
    await post.stop();
});

test('a message that becomes ready while it is looked at is sent once, whole', async () => {
    const { box, north } = await outbox();
    const maildir = smtp.mailbox('race@relative.test');
    const message = await box.message(north, { to: 'race@relative.test', state: 'sending', job: false });
    const clerk = await box.db.client();
    await clerk.sql('BEGIN');
    const [{ pid }] = await clerk.sql('SELECT pg_backend_pid() AS pid');
    await clerk.sql(`UPDATE letterbox.message SET state = 'ready' WHERE message_id = $1`, [message.id]);
    const post = await box.site.start('post');
    await box.job(north, message.id);
    // it has read the row as it was, and waits for ours to begin
    await eventually(async () => (await box.db.one(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE usename = 'lb_post' AND $1 = ANY (pg_blocking_pids(pid))`, [pid])).n === 1);
    await clerk.sql('COMMIT');
    await clerk.end();
    await eventually(async () => (await box.count('attempt', "outcome = 'failed' AND code = 'changed'")) === 1);
    await reaches(box, message, 'sent');
    const [bytes] = await maildir.wait(1);
    match(bytes.toString(), /Something is waiting/);
    await post.stop();
});

test('the mail server is away for a while; the database is, in the middle of sending', async () => {
    const wire = await proxy(smtp.port);
    const { box, north } = await outbox({ port: wire.port });
    const maildir = smtp.mailbox('away@relative.test');
    wire.cut();
    const first = await box.message(north, { to: 'away@relative.test' });
    const post = await box.site.start('post');
    await eventually(async () => (await box.count('attempt', "outcome = 'failed'")) >= 1);
    equal((await box.state(first)).state, 'ready');
    ok(['connect', 'lost'].includes((await box.state(first)).code), (await box.state(first)).code);
    wire.restore();
    await box.db.query("SELECT letterbox.clock_advance(interval '1 minute')");
    await reaches(box, first, 'sent');

    const large = await box.message(north, { to: 'away@relative.test', text: 'x\n'.repeat(1_500_000), large: true });
    await reaches(box, large, 'sent');
    await maildir.wait(2);
    await post.stop();

    // the database goes away while the mail server has the message: what became of it is not forgotten
    let say;
    const port = await liar((socket) => converse(socket, { DOT: () => new Promise((done) => { say = done; }) }));
    Object.assign(box.site.settings.smtp, { host: '127.0.0.1', port, tls: 'none', user: '' });
    box.site.write();
    const slow = await box.message(north, { to: 'away@relative.test' });
    const again = await box.site.start('post');
    await eventually(() => say !== undefined, { what: 'the message at the mail server' });
    await box.db.kill();
    say('250 taken');
    await sleep(1_500);
    await box.db.start();
    await reaches(box, slow, 'sent');
    await again.stop();
}, { timeout: 90_000 });

test('each outside call fails at first, and a lost answer is never guessed', async () => {
    const { box, north } = await outbox();
    const maildir = smtp.mailbox('faults@relative.test');
    const calls = faultCalls(['worker/post', 'lib/mail', 'lib/store']).map(({ name }) => name)
        .filter((name) => !/^(imap|fetch|notify)_/.test(name));
    ok(calls.includes('smtp_connect') && calls.includes('smtp_answer_lost') && calls.includes('db_connect'));
    for (const name of calls) {
        const post = await box.site.start('post', { fault: `${name}:fail:1` });
        const message = await box.message(north, { to: 'faults@relative.test', text: `${name}\n` });
        const state = name === 'smtp_answer_lost' ? 'maybe_sent' : 'sent';
        await reaches(box, message, state);
        await post.stop();
        // the server has it before it stands in the mailbox
        const there = () => maildir.messages().filter((bytes) => bytes.includes(message.token)).length;
        await eventually(() => there() > 0, { what: `the mail of ${name}` });
        equal(there(), 1, name);
    }
}, { timeout: 120_000 });

// A server that speaks just enough SMTP to go wrong at a given moment.
function liar(script) {
    return new Promise((done) => {
        const server = createServer((socket) => {
            socket.on('error', () => {});
            script(socket);
        });
        server.listen(0, '127.0.0.1', () => {
            cleanup(() => new Promise((ended) => { server.close(ended); }));
            done(server.address().port);
        });
    });
}

function converse(socket, answers) {
    let data = false;
    let pending = '';
    socket.write('220 liar\r\n');
    socket.on('data', (bytes) => {
        pending += bytes.toString('latin1');
        for (;;) {
            const end = data ? pending.indexOf('\r\n.\r\n') : pending.indexOf('\r\n');
            if (end < 0)
                return;
            const line = pending.slice(0, end);
            pending = pending.slice(end + (data ? 5 : 2));
            const verb = data ? 'DOT' : line.slice(0, 4).toUpperCase();
            data = verb === 'DATA';
            const usual = { EHLO: '250 liar', DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '250 ok';
            const answer = verb in answers ? answers[verb] : usual;
            if (typeof answer === 'function') {
                answer(socket).then((words) => socket.write(`${words}\r\n`));
                continue;
            }
            if (answer === null) {
                socket.destroy();
                return;
            }
            if (answer !== '')
                socket.write(`${answer}\r\n`);
        }
    });
}

test('no answer after the data is "may have been sent"; a lost line before it is not', async () => {
    const cases = [
        ['DOT', null, 'maybe_sent', 'lost'],
        ['DOT', '451 4.7.1 try later', 'ready', '451_4.7.1'],
        ['DOT', '554 5.6.0 no', 'failed', '554_5.6.0'],
        ['DATA', null, 'ready', 'lost'],
        ['RCPT', null, 'ready', 'lost'],
        ['RCPT', '550 no', 'failed', '550'],
        ['EHLO HELO', '554 go away', 'ready', null],
        ['EHLO', '502 what?', 'sent', '250'],
    ];
    for (const [verb, answer, state, code] of cases) {
        const port = await liar((socket) => converse(socket,
            Object.fromEntries(verb.split(' ').map((one) => [one, answer]))));
        const { box, north } = await outbox({ host: '127.0.0.1', port, tls: 'none', user: '' });
        const message = await box.message(north, { to: 'nana@relative.test' });
        const post = await box.site.start('post');
        await eventually(async () => (await box.count('attempt', 'outcome IS NOT NULL')) >= 1,
            { within: 20_000, what: `an end for ${verb} ${answer}` });
        const seen = await box.state(message);
        equal(seen.state, state, `${verb} ${answer}`);
        if (code)
            equal(seen.code, code, `${verb} ${answer}`);
        await post.stop();
        await box.db.stop();
    }
}, { timeout: 120_000 });

test('TLS is a must: a server without it gets neither password nor mail', async () => {
    const heard = [];
    const port = await liar((socket) => {
        socket.on('data', (bytes) => heard.push(bytes.toString()));
        converse(socket, {});
    });
    const { box, north } = await outbox({ port });
    const message = await box.message(north, { to: 'nana@relative.test' });
    const post = await box.site.start('post');
    await eventually(async () => (await box.count('attempt', 'outcome IS NOT NULL')) >= 1);
    equal((await box.state(message)).code, 'tls');
    doesNotMatch(heard.join(''), /MAIL|RCPT|DATA|AUTH|PLAIN/);
    await post.stop();

    box.site.settings.smtp.host = 'mail.example.org';
    box.site.settings.smtp.tls = 'none';
    box.site.write();
    const wrong = await box.site.start('post', { ready: false });
    const how = await wrong.ended;
    equal(how.code, 2);
    match(wrong.logText(), /\[smtp\] tls: none is for a server on this host only/);
});
