// SPDX-License-Identifier: AGPL-3.0-or-later
// Everybody's own address for answers: a mail says it in Reply-To, and an answer to it finds its
// arrangement also where people share one e-mail address. It proves nothing by itself.

import { before, deepEqual, doesNotMatch, equal, eventually, match, test } from '../harness/test.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey, readKey } from 'openpgp';
import { simpleParser } from 'mailparser';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { certificates } from '../harness/tls.mjs';

const SHARED = 'both@relative.test';
const DOMAIN = 'letters.fernshire.test';        // all of it comes to the one mailbox

let here;
let room;
let smtp;
let post;

before(async () => {
    const imap = await dovecot();
    const tls = await certificates();
    smtp = await exim({ domains: { [DOMAIN]: imap.mailbox('post'), 'fernshire.test': imap.mailbox('post') } });
    here = await site();
    for (const { email } of here.people)        // or their notices would bounce, and the bounces be letters
        smtp.mailbox(email);
    for (const [name, password] of [['imap', imap.password], ['smtp', smtp.password]])
        writeFileSync(join(here.home, `${name}-password`), password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: tls.ca, poll_seconds: 1, authserv: 'mx.fernshire.test' });
    here.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
        password_file: join(here.home, 'smtp-password') };
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', reply_domain: DOMAIN,
        host: 'localhost', port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
    post = await here.start('post');
    await room.db.query('UPDATE letterbox.agency SET plain_email_allowed = true WHERE agency_id = $1', [room.agency]);
}, { timeout: 180_000 });

// A couple and a friend, all with one e-mail address, each in an arrangement and by a channel of their own.
async function sharing() {
    const { publicKey } = await generateKey({ userIDs: [{ email: SHARED }], format: 'armored' });
    const fingerprint = (await readKey({ armoredKey: publicKey })).getFingerprint().toUpperCase();
    const people = [];
    for (const [number, channel] of [[0, 'link'], [1, 'pgp'], [2, 'email']]) {
        const family = await room.family(number);
        const { id } = family.by('link');
        await room.changeParty(id, { emails: [SHARED], ...(channel === 'pgp'
            ? { key: { fingerprint, armor: publicKey, confirmed: true } } : {}) }, { channel, plain_consent: true });
        await room.db.query(`INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id)
            VALUES ($1, 'sender', $2, $3) ON CONFLICT DO NOTHING`, [room.agency, room.lookup('sender', SHARED), id]);
        const { alias } = await room.db.one('SELECT alias_token AS alias FROM letterbox.party WHERE party_id = $1', [id]);
        people.push({ id, channel, alias: `${alias}@${DOMAIN}`, family });
    }
    return people;
}

// What a letter from the family comes to the shared mailbox as.
async function mailTo({ id, family }) {
    const box = smtp.mailbox(SHARED);
    const had = box.messages().length;
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Hello from us.' });
    await room.done();
    await room.approve(letter, { to: [id] });
    deepEqual(await room.done(), []);
    await eventually(() => box.messages().length > had, { within: 20_000, what: 'the mail' });
    return simpleParser(box.messages().at(-1));
}

async function send({ from = SHARED, to, proved = true }) {
    const letters = async () => (await room.db.query('SELECT letter_id::text AS id FROM letterbox.letter')).map(({ id }) => id);
    const known = new Set(await letters());
    const result = proved ? 'pass' : 'none';
    await smtp.send({ from, to, message: `Authentication-Results: mx.fernshire.test; dmarc=${result} `
        + `header.from=${from.split('@')[1]}\r\nFrom: <${from}>\r\nTo: <${to}>\r\nSubject: Re: Hello\r\n\r\nThank you!\r\n` });
    const letter = await eventually(async () => (await letters()).find((id) => !known.has(id)), { within: 20_000 });
    await room.done();
    return letter;
}

const proposed = async (letter) => (await room.review(letter)).quarantine.proposals
    .map(({ party, arrangement }) => [party, arrangement]);

test('each mail that can be answered names its reader\'s own address, and says nothing more', async () => {
    const people = await sharing();
    for (const person of people) {
        const mail = await mailTo(person);
        equal(mail.replyTo?.text, person.alias, person.channel);
        equal(mail.from.value[0].address, 'post@fernshire.test');
        doesNotMatch(`${mail.subject} ${mail.replyTo.text.replace(DOMAIN, '')}`, /adopt|child|birth|famil|letter/i);
    }
    equal(new Set(people.map(({ alias }) => alias)).size, 3);
    // a family's notice too: it may answer that
    const [{ home }] = people.map(({ family }) => family);
    const { alias } = await room.db.one('SELECT alias_token AS alias FROM letterbox.party WHERE party_id = $1', [home.id]);
    const box = smtp.mailbox(home.record.emails[0]);
    await room.account(home.id);
    const letter = await room.letter({ from: people[0], arrangement: people[0].family.arrangement, text: 'And from us.' });
    await room.done();
    await room.approve(letter, { to: [home.id] });
    deepEqual(await room.done(), []);
    const notice = await eventually(() => box.messages().find((bytes) => /^Subject: Something is waiting/m.test(bytes)),
        { within: 20_000, what: 'the notice' });
    equal((await simpleParser(notice)).replyTo?.text, `${alias}@${DOMAIN}`);
}, { timeout: 120_000 });

test('people who share an address answer to their own, and each letter finds its arrangement', async () => {
    const people = await sharing();
    for (const { id, alias, family } of people) {
        const letter = await send({ to: alias });
        const { state, from, arrangement } = await room.state(letter);
        deepEqual([state, from, arrangement], ['in_review', id, family.arrangement]);
    }
    const letter = await send({ to: 'post@fernshire.test' });
    equal((await room.state(letter)).state, 'quarantined');
    deepEqual((await proposed(letter)).map(([party]) => party).sort(), people.map(({ id }) => id).sort());
}, { timeout: 120_000 });

test('who is not proved gets no further with the right address: a person decides, with the match proposed', async () => {
    const [, { id, alias, family }] = await sharing();
    for (const [from, proved, kind] of [[SHARED, false, 'not_authenticated'], ['stranger@elsewhere.test', true, 'unknown_sender']]) {
        const letter = await send({ from, proved, to: alias });
        const { state, from: party, arrangement } = await room.state(letter);
        deepEqual([state, party, arrangement], ['quarantined', null, null]);
        equal((await room.review(letter)).quarantine.kind, kind);
        deepEqual(await proposed(letter), [[id, family.arrangement]]);
    }
}, { timeout: 120_000 });

test('without a domain for it, answers go to the agency\'s address', async () => {
    await post.stop();
    here.settings.mailbox_1.reply_domain = '';
    here.write();
    post = await here.start('post');
    equal((await mailTo((await sharing())[0])).replyTo, undefined);
    await post.stop();
    here.settings.mailbox_1.reply_domain = 'not a domain';
    here.write();
    const broken = await here.start('post', { ready: false });
    await broken.ended;
    match(broken.logText(), /\[mailbox_1\] reply_domain: .*is no domain/);
}, { timeout: 120_000 });
