// SPDX-License-Identifier: AGPL-3.0-or-later
// The acknowledgement: who wrote is told the same day that it has arrived, in neutral words, once, and never a machine.
// Two letterboxes that write to each other come to an end.

import { before, deepEqual, doesNotMatch, equal, eventually, match, ok, sleep, test } from '../harness/test.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { certificates } from '../harness/tls.mjs';

const DOMAINS = { here: 'fernshire.test', there: 'elsewhere.test' };
const AUTHSERV = 'mx.test';
let imap;
let smtp;
const boxes = {};       // here, there: { site, room, press, post }

async function letterbox(name) {
    const domain = DOMAINS[name];
    const one = await site();
    for (const { email } of one.people)
        smtp.mailbox(email);
    for (const [what, password] of [['imap', imap.password], ['smtp', smtp.password]])
        writeFileSync(join(one.home, `${what}-password`), password, { mode: 0o600 });
    Object.assign(one.settings.post, { ca_file: (await certificates()).ca, poll_seconds: 1, authserv: AUTHSERV });
    one.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
        password_file: join(one.home, 'smtp-password') };
    one.settings.mailbox_1 = { agency: 'fernshire', address: `post@${domain}`, reply_domain: `answers.${domain}`,
        host: 'localhost', port: imap.tlsPort, user: name, password_file: join(one.home, 'imap-password'), acknowledge: 'yes' };
    one.write();
    const room = await pressroom(one);
    await room.agent();
    return { site: one, room, domain, press: await one.start('press'), post: await one.start('post') };
}

before(async () => {
    imap = await dovecot();
    // a receiving server that calls every sender true: nothing but what is tested here stands against a loop
    smtp = await exim({ proves: AUTHSERV, domains: Object.fromEntries(Object.entries(DOMAINS)
        .flatMap(([name, domain]) => [[domain, imap.mailbox(name)], [`answers.${domain}`, imap.mailbox(name)]])) });
    for (const name of ['here', 'there'])
        boxes[name] = await letterbox(name);
}, { timeout: 240_000 });

// Somebody of one arrangement, known by an address of their own, who was told nothing today. In turn: each test has others.
let writers = 0;
async function writer(box, email = `writer${writers + 1}@relatives.test`) {
    const { room } = box;
    if (!box.press.running)     // a test that starts one anew takes it along when it ends
        box.press = await box.site.start('press');
    const all = await room.db.query(`SELECT p.party_id::text AS id, p.alias_token AS alias FROM letterbox.party p
         JOIN letterbox.arrangement_party ap USING (agency_id, party_id)
         JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE p.agency_id = $1 AND p.kind <> 'adoptive' AND p.state = 'active'
        GROUP BY p.party_id, p.alias_token HAVING count(*) = 1 AND bool_and(a.state = 'active' AND ap.state <> 'ended')
        ORDER BY p.party_id`, [room.agency]);
    ok(all.length >= 10, `${all.length}`);
    const { id, alias } = all[writers % all.length];
    writers += 1;
    await room.changeParty(id, { emails: [email] });
    await room.db.query(`INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id)
        VALUES ($1, 'sender', $2, $3) ON CONFLICT DO NOTHING`, [room.agency, room.lookup('sender', email), id]);
    await room.db.query('UPDATE letterbox.party SET email_confirmed = true WHERE party_id = $1', [id]);
    await room.db.query('DELETE FROM letterbox.acknowledgement WHERE party_id = $1', [id]);
    return { id, email, alias, box: smtp.mailbox(email), had: await receipts({ room }, id) };
}

let number = 0;
function send(to, from, { head = '', text = 'Dear all, we are well.' } = {}) {
    number += 1;
    return smtp.send({ from, to, message: `From: <${from}>\r\nTo: <${to}>\r\nSubject: Hello ${number}\r\n`
        + `Message-ID: <hello+${number}$x@relatives.test>\r\n${head}\r\n${text}\r\n` });
}

const letters = ({ room }) => room.db.query(`SELECT letter_id::text AS id, state, from_party::text AS from FROM letterbox.letter
    WHERE channel = 'email' ORDER BY received_at, letter_id`);
const receipts = async ({ room }, party = null) => (await room.db.one(`SELECT count(*)::int AS n FROM letterbox.message
    WHERE kind = 'receipt' AND ($1::bigint IS NULL OR to_party = $1)`, [party])).n;

const told = async (box, who) => await receipts(box, who.id) - who.had;

async function arrives(box, sending) {
    const had = (await letters(box)).length;
    await sending;
    const after = await eventually(async () => {
        const all = await letters(box);
        return all.length > had && all;
    }, { within: 20_000, what: 'the mail' });
    await box.room.done();
    return (await letters(box)).find(({ id }) => id === after.at(-1).id);
}

test('a known, proved sender is told that it has arrived: neutral, an answer to their mail, with a null return path', async () => {
    const { here } = boxes;
    const nana = await writer(here);
    const { state, from } = await arrives(here, send('post@fernshire.test', nana.email));
    deepEqual([state, from], ['in_review', nana.id]);
    const [bytes] = await nana.box.wait(1);
    const mail = await simpleParser(bytes);
    match(mail.text, /Thank you\. Your message has arrived\. We will be in touch\./);
    doesNotMatch(`${mail.subject} ${mail.text} ${mail.from.text}`, /adopt|child|birth|famil|letter|relative/i);
    equal(mail.from.value[0].address, 'post@fernshire.test');
    equal(mail.replyTo.text, `${nana.alias}@answers.fernshire.test`);
    equal(mail.headers.get('auto-submitted'), 'auto-replied');
    equal(mail.inReplyTo, `<hello+${number}$x@relatives.test>`);
    match(bytes.toString(), /^Return-path: <>/mi, 'nothing comes back of it');
}, { timeout: 60_000 });

test('once a day to each person, whatever they send', async () => {
    const { here } = boxes;
    const nana = await writer(here);
    const other = await writer(here);
    await Promise.all([1, 2, 3].map(() => send('post@fernshire.test', nana.email)));
    await arrives(here, send('post@fernshire.test', nana.email));
    await eventually(async () => (await letters(here)).filter(({ from }) => from === nana.id).length === 4, { within: 20_000 });
    await here.room.done();
    equal(await told(here, nana), 1);
    await arrives(here, send('post@fernshire.test', other.email));
    equal(await told(here, other), 1, 'somebody else has a day of their own');
    await here.site.ctl(['clock', '--advance', '23h']);
    await here.site.ctl(['clock', '--advance', '2h']);
    await arrives(here, send('post@fernshire.test', nana.email));
    equal(await told(here, nana), 2);
    equal((await nana.box.wait(2)).length, 2);
}, { timeout: 90_000 });

test('never to a machine, a list, or who asks for none; nor to what was not sent to us by name', async () => {
    const { here } = boxes;
    for (const [what, head, wanted] of [
        ['automatic', 'Auto-Submitted: auto-replied\r\n', 'set_aside'],
        ['generated', 'Auto-Submitted: auto-generated\r\n', 'quarantined'],
        ['a list', 'List-Id: <x.lists.test>\r\n', 'quarantined'],
        ['in bulk', 'Precedence: bulk\r\n', 'quarantined'],
        ['suppressed', 'X-Auto-Response-Suppress: OOF, AutoReply\r\n', 'in_review'],
        ['a loop', 'X-Loop: x@relatives.test\r\n', 'in_review'],
    ]) {
        const nana = await writer(here);
        equal((await arrives(here, send('post@fernshire.test', nana.email, { head }))).state, wanted, what);
        equal(await told(here, nana), 0, what);
    }
    const nana = await writer(here);
    equal((await arrives(here, smtp.send({ from: nana.email, to: 'post@fernshire.test', message: `From: ${nana.email}\r\n`
        + 'To: others@relatives.test\r\nSubject: In blind copy\r\n\r\nHello\r\n' }))).state, 'in_review');
    equal(await told(here, nana), 0, 'in blind copy');
    const bounced = await writer(here);     // the null sender of a report that is none
    await arrives(here, smtp.send({ from: '', to: 'post@fernshire.test',
        message: `From: ${bounced.email}\r\nTo: post@fernshire.test\r\nSubject: Hello\r\n\r\nHello\r\n` }));
    equal(await told(here, bounced), 0, 'a null return path');
}, { timeout: 120_000 });

test('never to an address that is not confirmed, not proved, not known or our own; nor where the agency wants none', async () => {
    const { here } = boxes;
    const all = await receipts(here);
    const doubted = await writer(here);
    await here.room.db.query('UPDATE letterbox.party SET email_confirmed = false WHERE party_id = $1', [doubted.id]);
    equal((await arrives(here, send('post@fernshire.test', doubted.email))).state, 'in_review');
    const unproved = await writer(here);
    equal((await arrives(here, send('post@fernshire.test', unproved.email,
        { head: `Authentication-Results: ${AUTHSERV}; dmarc=fail header.from=relatives.test\r\n` }))).state, 'quarantined');
    equal((await arrives(here, send('post@fernshire.test', 'stranger@elsewhere.example'))).state, 'quarantined');
    const own = await writer(here, 'post@fernshire.test');
    equal((await arrives(here, send('post@fernshire.test', own.email))).from, own.id);
    const alias = await writer(here, 'somebody@answers.fernshire.test');
    equal((await arrives(here, send('post@fernshire.test', alias.email))).from, alias.id);
    equal(await receipts(here), all);
    await here.press.stop();
    here.site.settings.mailbox_1.acknowledge = 'no';
    here.site.write();
    here.press = await here.site.start('press');
    const nana = await writer(here);
    equal((await arrives(here, send('post@fernshire.test', nana.email))).state, 'in_review');
    equal(await receipts(here), all);
    await here.press.stop();
    here.site.settings.mailbox_1.acknowledge = 'yes';
    here.site.write();
    here.press = await here.site.start('press');
}, { timeout: 120_000 });

test('a press that is killed around it sends it once all the same', async () => {
    const { here } = boxes;
    for (const fault of ['prepare_matched:kill', 'prepare_sealed:kill', 'prepare_written:kill']) {
        const nana = await writer(here);
        await here.press.stop();
        const doomed = await here.site.start('press', { fault, ready: false });
        await send('post@fernshire.test', nana.email);
        await doomed.ended;
        await here.site.ctl(['clock', '--advance', '15m']);     // its lease runs out
        here.press = await here.site.start('press');
        await nana.box.wait(1);
        await here.room.done();
        equal(await told(here, nana), 1, fault);
        equal(nana.box.messages().length, 1, fault);
    }
}, { timeout: 120_000 });

test('two letterboxes that know each other as people do not write to each other for ever', async () => {
    const { here, there } = boxes;
    const theirs = await writer(here, 'post@elsewhere.test');
    await writer(there, 'post@fernshire.test');
    const before_ = { there: (await letters(there)).length, receipts: await receipts(there) };
    // somebody writes in the other's name, and every server says that it is true
    const { state, from } = await arrives(here, send('post@fernshire.test', 'post@elsewhere.test'));
    deepEqual([state, from], ['in_review', theirs.id]);
    equal(await told(here, theirs), 1);
    const answer = await eventually(async () => {
        const all = await letters(there);
        return all.length > before_.there && ['set_aside', 'in_review', 'quarantined'].includes(all.at(-1).state) && all.at(-1);
    }, { within: 20_000, what: 'the answer in the other letterbox' });
    equal(answer.state, 'set_aside', 'what a machine answered is nobody\'s letter');
    await sleep(3_000);
    await Promise.all([here.room.done(), there.room.done()]);
    equal((await letters(there)).length, before_.there + 1);
    equal(await receipts(there), before_.receipts, 'no answer to an answer');
    // and if a server on the way took the header off: one answer a day each, no more
    await there.room.db.query(`DELETE FROM letterbox.acknowledgement`);
    const ours = await letters(here);
    for (let i = 0; i < 3; i += 1)
        await send('post@elsewhere.test', 'post@fernshire.test', { text: `Thank you. Your message has arrived (${i}).` });
    await eventually(async () => (await letters(there)).length >= before_.there + 4, { within: 20_000 });
    await there.room.done();
    equal(await receipts(there), before_.receipts + 1);
    await eventually(async () => (await letters(here)).length > ours.length, { within: 20_000 });
    ok((await letters(here)).length <= ours.length + 1);
}, { timeout: 120_000 });
