// SPDX-License-Identifier: AGPL-3.0-or-later
// Notices by GOV.UK Notify: letterbox-post gives them to a server that checks them as Notify does, and
// asks it what became of them. The official client, pointed at the same server, sends the same.

import { chmodSync, writeFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { join } from 'node:path';
import { NotifyClient } from 'notifications-node-client';
import { before, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { exim } from '../harness/exim.mjs';
import { faultCalls, faultPoints, neverReached } from '../harness/faults.mjs';
import { error, notifyServer } from '../harness/notify.mjs';
import { postbox } from '../harness/postbox.mjs';
import { certificates } from '../harness/tls.mjs';

const SUBJECT = 'Something is waiting for you';
const TEXT = 'Hello,\n\nsomething is waiting for you – Zoë.';
const PHONE = '+447700900123';

let tls;
before(async () => {
    tls = await certificates();
    globalAgent.options.ca = tls.caText;        // for the official client
});

// An agency with a Notify service, and the post not yet started.
async function outbox({ values = {}, smtp = null } = {}) {
    const notify = await notifyServer();
    const box = await postbox({ smtp, settings: { smtp: { from: 'desk@mail.north.test' } } });
    const north = await box.agency('north');
    const keyFile = join(box.site.home, 'notify-key');
    writeFileSync(keyFile, `${notify.key}\n`, { mode: 0o600 });
    box.site.settings.notify_1 = { agency: 'north', key_file: keyFile, host: 'localhost', port: notify.port,
        email_template: notify.templates.email, text_template: notify.templates.sms, ...values };
    box.site.write();
    const { id: party } = await box.db.one('SELECT letterbox.new_id() AS id');
    await box.db.query(`INSERT INTO letterbox.party (agency_id, party_id, kind, channel, sealed_record, alias_token,
            text_consent, made_at, state_changed_at)
        VALUES ($1, $2, 'birth', 'link', '\\x00', '0a1b2c4m8kx2', true, letterbox.now(), letterbox.now())`,
    [north.id, party]);
    return { box, north, notify, party, keyFile };
}

const email = (box, agency, more = {}) => box.message(agency, { to: 'nana@relative.test', subject: SUBJECT, text: TEXT,
    header: { text: TEXT, ...more.header }, ...more });
const text = (box, agency, party, more = {}) => box.message(agency, { to: PHONE, way: 'text', party, entity: '',
    header: { text: 'Post Desk: something is waiting for you.' }, ...more });

const reaches = (box, message, state) => eventually(async () => (await box.state(message)).state === state,
    { within: 20_000, what: `state ${state}` });

// No job runs, and none will by itself: only then the clock may be moved.
async function advance(box, by) {
    await eventually(async () => (await box.count('job', "kind IN ('send_mail', 'check_notify') AND (state = 'leased' "
        + "OR state = 'ready' AND run_at <= letterbox.now())")) === 0, { within: 20_000 });
    await box.db.query('SELECT letterbox.clock_advance($1::interval)', [by]);
}

const status = async (box, message) => (await box.db.one(
    'SELECT notify_status AS status FROM letterbox.message WHERE message_id = $1', [message.id])).status;

// What the official client sends for the same notice, at the very second of ours.
async function official(notify, ours, send) {
    const { now } = Date;
    Date.now = () => ours.claims.iat * 1000;
    try {
        await send(new NotifyClient(`https://localhost:${notify.port}`, notify.key));
    } finally {
        Date.now = now;
    }
    return notify.taken.at(-1);
}

test('an e-mail notice is what the official client sends, to the token and field by field', async () => {
    const { box, north, notify } = await outbox();
    const message = await email(box, north);
    const post = await box.site.start('post');
    await reaches(box, message, 'sent');
    const [ours] = notify.taken;
    const theirs = await official(notify, ours, (client) => client.sendEmail(notify.templates.email,
        'nana@relative.test', { personalisation: { subject: SUBJECT, text: TEXT }, reference: message.token }));
    deepEqual(ours.body, theirs.body);
    equal(ours.token, theirs.token);
    deepEqual(await box.db.query('SELECT outcome, code FROM letterbox.attempt'), [{ outcome: 'done', code: 'notify_201' }]);
    await post.stop();
    const log = post.logText();
    for (const secret of [notify.secret, notify.service, message.token, 'nana', 'relative.test', ours.token])
        ok(!log.includes(secret), `the log says ${secret}`);
    for (const { url } of notify.asked)
        ok(!url.includes(notify.secret) && !url.includes(ours.token), 'a secret stands in a URL');
});

test('a text message is what the official client sends; reply-to and sender go along where they are set', async () => {
    const ids = { email_reply_to: '11111111-2222-3333-4444-555555555555',
        text_sender: '66666666-7777-8888-9999-000000000000' };
    const { box, north, notify, party } = await outbox({ values: ids });
    const one = await text(box, north, party);
    const post = await box.site.start('post');
    await reaches(box, one, 'sent');
    const [ours] = notify.taken;
    const theirs = await official(notify, ours, (client) => client.sendSms(notify.templates.sms, PHONE, { personalisation:
        { text: 'Post Desk: something is waiting for you.' }, reference: one.token, smsSenderId: ids.text_sender }));
    deepEqual(ours.body, theirs.body);
    equal(ours.token, theirs.token);
    const two = await email(box, north);
    await reaches(box, two, 'sent');
    const mail = notify.taken.at(-1);
    const official2 = await official(notify, mail, (client) => client.sendEmail(notify.templates.email, 'nana@relative.test',
        { personalisation: { subject: SUBJECT, text: TEXT }, reference: two.token, emailReplyToId: ids.email_reply_to }));
    deepEqual(mail.body, official2.body);
    await post.stop();
});

test('each answer is taken for what it says', async () => {
    const { box, north, notify } = await outbox();
    const cases = [
        [400, 'failed', 'refused'], [404, 'failed', 'refused'], [413, 'failed', 'refused'],
        [401, 'ready', 'failed'], [403, 'ready', 'failed'], [408, 'ready', 'failed'], [429, 'ready', 'failed'], [500, 'ready', 'failed'], [502, 'ready', 'failed'],
        [503, 'ready', 'failed'], [302, 'ready', 'failed'],
        [504, 'maybe_sent', 'unknown'], [200, 'maybe_sent', 'unknown'],
    ];
    const post = await box.site.start('post');
    for (const [http, state, outcome] of cases) {
        notify.answer = ({ method }) => (method === 'POST' ? { ...error(http, 'AnError', 'in words'),
            headers: http === 302 ? { location: '/v2/elsewhere' } : {} } : null);
        const message = await email(box, north);
        await eventually(async () => (await box.count('attempt', 'message_id = $1 AND outcome IS NOT NULL', [message.id])) >= 1,
            { within: 20_000, what: `an end for ${http}` });
        const seen = await box.db.one('SELECT outcome, code FROM letterbox.attempt WHERE message_id = $1', [message.id]);
        deepEqual({ http, ...seen, state: (await box.state(message)).state },
            { http, outcome, code: `notify_${http}`, state });
        match(await box.answer(north, message), /in words/);
        await box.db.query("UPDATE letterbox.message SET state = 'stopped' WHERE message_id = $1", [message.id]);
    }
    ok(!notify.asked.some(({ url }) => url === '/v2/elsewhere'), 'no redirection is followed');
    equal(notify.taken.length, 0);
    await post.stop();
}, { timeout: 120_000 });

test('no answer to the whole request is "may have been sent", and nothing is sent again by a machine', async () => {
    const { box, north, notify } = await outbox();
    const post = await box.site.start('post');
    notify.answer = ({ method }) => (method === 'POST' ? 'cut' : null);
    const lost = await email(box, north);
    await reaches(box, lost, 'maybe_sent');
    equal((await box.state(lost)).code, 'notify_lost');
    notify.answer = ({ method }) => (method === 'POST' ? 'cut after taking' : null);
    const taken = await email(box, north);
    await reaches(box, taken, 'maybe_sent');
    notify.answer = () => null;
    // it is asked about both: one it has, of the other it knows nothing
    await advance(box, '40 seconds');
    await reaches(box, taken, 'sent');
    for (let n = 0; n < 8; n += 1)
        await advance(box, '10 minutes');
    await eventually(async () => (await box.state(lost)).code === 'notify_absent', { within: 20_000 });
    equal((await box.state(lost)).state, 'maybe_sent');
    deepEqual(notify.taken.map(({ body }) => body.reference), [taken.token]);
    equal(notify.asked.filter(({ method }) => method === 'POST').length, 2);
    await post.stop();
}, { timeout: 120_000 });

test('what is told to wait goes later, once; Notify is asked first whether it has it', async () => {
    const { box, north, notify } = await outbox();
    const answers = [error(429, 'RateLimitError', 'Exceeded rate limit'), error(500, 'Exception', 'Internal server error'),
        'after taking'];
    notify.answer = ({ method, raw, claims, token }) => {
        const next = method === 'POST' ? answers.shift() : null;
        if (next !== 'after taking')
            return next ?? null;
        notify.take('email', JSON.parse(raw), { claims, token, raw });
        return error(503, 'Exception', 'taken all the same');
    };
    const message = await email(box, north);
    const post = await box.site.start('post');
    for (const attempts of [1, 2, 3]) {
        await eventually(async () => (await box.count('attempt', 'outcome IS NOT NULL')) >= attempts, { within: 20_000 });
        await advance(box, '1 minute');
    }
    await reaches(box, message, 'sent');
    deepEqual((await box.db.query('SELECT outcome, code FROM letterbox.attempt ORDER BY number'))
        .map(({ outcome, code }) => `${outcome} ${code}`),
    ['failed notify_429', 'failed notify_500', 'failed notify_503', 'done notify_had_it']);
    equal(notify.taken.length, 1);
    await post.stop();

    // an outage that lasts: two days, then staff
    notify.answer = () => error(503, 'Exception', 'out of order');
    const waiting = await email(box, north);
    const again = await box.site.start('post');
    await eventually(async () => (await box.count('attempt', 'message_id = $1', [waiting.id])) >= 1, { within: 20_000 });
    for (const by of ['23 hours', '23 hours', '3 hours'])
        await advance(box, by);
    await reaches(box, waiting, 'failed');
    await again.stop();
}, { timeout: 120_000 });

test('what Notify could not deliver goes to staff; what it delivered is asked about no more', async () => {
    const { box, north, notify, party } = await outbox();
    const post = await box.site.start('post');
    const messages = {};
    for (const end of ['permanent-failure', 'temporary-failure', 'technical-failure', 'delivered', 'sending']) {
        messages[end] = await text(box, north, party);
        await reaches(box, messages[end], 'sent');
        notify.taken.at(-1).status = end;
    }
    await advance(box, '40 seconds');
    for (const word of ['permanent', 'temporary', 'technical']) {
        await reaches(box, messages[`${word}-failure`], 'failed');
        equal((await box.state(messages[`${word}-failure`])).code, `notify_${word}`);
    }
    await eventually(async () => (await status(box, messages.sending)) === 'sending', { within: 20_000 });
    equal(await status(box, messages.delivered), 'delivered');
    const about = (message) => box.count('job', "kind = 'check_notify' AND message_id = $1 AND state = 'ready'", [message.id]);
    equal(await about(messages.delivered), 0);
    equal(await about(messages['permanent-failure']), 0);
    equal(await about(messages.sending), 1);
    // while it cannot be asked it is asked again
    notify.answer = () => error(429, 'RateLimitError', 'Exceeded rate limit');
    await advance(box, '2 minutes');
    await eventually(async () => (await box.db.one('SELECT asked FROM letterbox.message WHERE message_id = $1',
        [messages.sending.id])).asked >= 2, { within: 20_000 });
    notify.answer = () => null;
    notify.taken.at(-1).status = 'delivered';
    await advance(box, '10 minutes');
    await eventually(async () => (await status(box, messages.sending)) === 'delivered', { within: 20_000 });
    equal((await box.state(messages.sending)).state, 'sent');
    equal(notify.taken.length, 5);

    // a person has one tried again: Notify knows it, but it failed, so it is sent
    await box.db.query("UPDATE letterbox.message SET state = 'ready' WHERE message_id = $1", [messages['permanent-failure'].id]);
    await box.job(north, messages['permanent-failure'].id);
    await reaches(box, messages['permanent-failure'], 'sent');
    equal(notify.taken.length, 6);
    await post.stop();
}, { timeout: 120_000 });

test('killed at every step, nothing is given twice and nothing lost in silence', async () => {
    const { box, north, notify } = await outbox();
    const faultLog = join(folder('faults'), 'reached');
    const points = faultPoints(['worker/post', 'worker/queue', 'lib/mail'])
        .filter(({ name }) => !/^(fetch|take|stdin|smtp|clear)_/.test(name));
    ok(points.some(({ name }) => name === 'notify_all_given') && points.some(({ name }) => name === 'notify_looked'));
    const states = {};
    for (const { name } of points) {
        const looks = name === 'notify_looked';
        const message = await email(box, north);
        if (looks) {
            const first = await box.site.start('post');
            await reaches(box, message, 'sent');
            await first.stop();
            await advance(box, '40 seconds');
        }
        const doomed = await box.site.start('post', { fault: `${name}:kill`, faultLog, ready: false });
        const how = await Promise.race([doomed.ended,
            eventually(() => false, { within: 20_000 }).catch(() => null)]);
        ok(how, `${name} was never reached`);
        // as it is found by whoever comes next, before Notify is asked
        await box.db.query("SELECT letterbox.clock_advance(interval '5 minutes')");
        let seen = null;
        notify.answer = async ({ method }) => {
            seen ??= method === 'GET' ? (await box.state(message)).state : null;
            return null;
        };
        const post = await box.site.start('post', { faultLog });
        await eventually(async () => ['sent', 'maybe_sent'].includes((await box.state(message)).state),
            { within: 20_000, what: `an end after ${name}` });
        await advance(box, '2 minutes');
        await eventually(async () => (await status(box, message)) !== null, { within: 20_000, what: `a look after ${name}` });
        await post.stop();
        states[name] = `${seen} ${(await box.state(message)).state} ${notify.taken
            .filter(({ body }) => body.reference === message.token).length}`;
        notify.answer = () => null;
        await box.db.query("UPDATE letterbox.job SET state = 'done', ended_at = letterbox.now() WHERE state = 'ready'");
    }
    deepEqual(neverReached(faultLog, points), []);
    equal(states.queue_claimed, 'sent sent 1', 'killed before the attempt, it goes out later');
    equal(states.send_attempt_begun, 'maybe_sent maybe_sent 0', 'given to nobody, but nobody can know');
    equal(states.notify_all_given, 'maybe_sent maybe_sent 0');
    equal(states.send_answered, 'maybe_sent sent 1', 'in doubt until Notify was asked; it has it once');
    equal(states.notify_looked, 'sent sent 1');
    equal(states.queue_after_finish, 'sent sent 1');
}, { timeout: 240_000 });

test('each outside call fails at first, and a lost answer is never guessed', async () => {
    const { box, north, notify } = await outbox();
    const calls = faultCalls(['worker/post', 'lib/mail', 'lib/store']).map(({ name }) => name)
        .filter((name) => !/^(imap|fetch|smtp)_/.test(name));
    ok(calls.includes('notify_connect') && calls.includes('notify_answer_lost') && calls.includes('notify_look'));
    for (const name of calls) {
        const post = await box.site.start('post', { fault: `${name}:fail:1` });
        const message = await email(box, north);
        await reaches(box, message, name === 'notify_answer_lost' ? 'maybe_sent' : 'sent');
        await advance(box, '40 seconds');
        await eventually(async () => (await box.db.one('SELECT asked FROM letterbox.message WHERE message_id = $1',
            [message.id])).asked >= 1, { within: 20_000 });
        await advance(box, '2 minutes');
        await reaches(box, message, 'sent');
        await post.stop();
        equal(notify.taken.filter(({ body }) => body.reference === message.token).length, 1, name);
    }
}, { timeout: 180_000 });

test('texts go to who agrees to them, letters never go this way, and without a service nothing does', async () => {
    const smtp = await exim();
    const { box, north, notify, party } = await outbox({ smtp, values: { email_template: '' } });
    const nana = smtp.mailbox('nana@relative.test');
    const post = await box.site.start('post');
    // a notice by e-mail goes to the mail server, as there is no template for it
    const notice = await email(box, north);
    await reaches(box, notice, 'sent');
    await nana.wait(1);
    equal(notify.asked.length, 0);
    await box.db.query('UPDATE letterbox.party SET text_consent = false WHERE party_id = $1', [party]);
    const unwanted = await text(box, north, party);
    const nobody = await text(box, north, null);
    for (const message of [unwanted, nobody]) {
        await reaches(box, message, 'stopped');
        equal((await box.state(message)).code, 'text_consent');
    }
    await post.stop();

    // with a template for e-mail: what is no notice goes to the mail server all the same
    box.site.settings.notify_1.email_template = notify.templates.email;
    box.site.settings.notify_1.text_template = '';
    box.site.write();
    const second = await box.site.start('post');
    const letter = await email(box, north, { kind: 'released', header: { text: undefined } });
    await reaches(box, letter, 'sent');
    await nana.wait(2);
    await box.db.query('UPDATE letterbox.party SET text_consent = true WHERE party_id = $1', [party]);
    const homeless = await text(box, north, party);
    await eventually(async () => (await box.count('job', "message_id = $1 AND error_code = 'config'", [homeless.id])) === 1,
        { within: 20_000 });
    equal(await box.count('attempt', 'message_id = $1', [homeless.id]), 0);
    equal(notify.asked.length, 0);
    await second.stop();
    // the database itself
    for (const change of ["dispatch_id = 1", "way = 'text', dispatch_id = 1"])
        await box.db.query(`UPDATE letterbox.message SET ${change} WHERE message_id = $1`, [homeless.id]).then(
            () => ok(false, change), (problem) => match(problem.message, /message_text_is_notice/));
}, { timeout: 120_000 });

test('TLS is a must; the key is a file that only the post may read', async () => {
    const { box, north, notify, keyFile } = await outbox();
    const plain = await notifyServer({ plain: true });
    box.site.settings.notify_1.port = plain.port;
    box.site.write();
    const message = await email(box, north);
    const post = await box.site.start('post');
    await eventually(async () => (await box.count('attempt', 'outcome IS NOT NULL')) >= 1, { within: 20_000 });
    equal((await box.state(message)).code, 'notify_tls');
    equal(plain.asked.length, 0);
    await post.stop();

    // a certificate for another name
    Object.assign(box.site.settings.notify_1, { port: notify.port, host: 'other.localhost' });
    box.site.write();
    const other = await box.site.start('post');
    await box.db.query("SELECT letterbox.clock_advance('1 minute')");
    await eventually(async () => (await box.count('attempt', 'outcome IS NOT NULL')) >= 2, { within: 20_000 });
    ok(['notify_tls', 'notify_resolve'].includes((await box.state(message)).code), (await box.state(message)).code);
    equal(notify.asked.length, 0);
    await other.stop();

    const { email_template: template } = box.site.settings.notify_1;
    const wrong = [
        [{ host: 'notify.example.org', tls: 'none' }, /\[notify_1\] tls: none is for a server on this host only/],
        [{ tls: 'starttls' }, /\[notify_1\] tls: choose implicit or none/],
        [{ email_template: 'waiting' }, /\[notify_1\] email_template: is no id/],
        [{ email_template: '', text_template: '' }, /\[notify_1\] email_template, text_template: name at least one/],
        [{ agency: '' }, /\[notify_1\] agency: is missing/],
        [{}, /\[notify_1\] key_file: cannot be used/, () => chmodSync(keyFile, 0o644)],
        [{}, /\[notify_1\] key_file: cannot be used/, () => {
            chmodSync(keyFile, 0o600);
            writeFileSync(keyFile, `${notify.key.slice(0, -1)}\n`);
        }],
    ];
    const usual = { agency: 'north', host: 'localhost', tls: 'implicit', email_template: template };
    for (const [values, words, spoil] of wrong) {
        Object.assign(box.site.settings.notify_1, usual, values);
        box.site.write();
        spoil?.();
        const started = await box.site.start('post', { ready: false });
        const how = await Promise.race([started.ended, eventually(() => false, { within: 15_000 }).catch(() => null)]);
        equal(how?.code, 2, `it did not stop at once with ${JSON.stringify(values)}`);
        match(started.logText(), words);
        doesNotMatch(started.logText(), new RegExp(notify.secret.slice(0, -1)));
    }
}, { timeout: 120_000 });
