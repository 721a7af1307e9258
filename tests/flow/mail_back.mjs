// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail that comes back, by a real mail server's reports and by hand-made ones: what staff see of it, and what stops.

import { before, deepEqual, doesNotMatch, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

let count = 0;
// A relative who gets letters by e-mail with a link, and a family that writes to them.
async function reader(email) {
    count += 1;
    const name = `Ann Reader${count}`;
    const relative = await office.person({ name, email });
    await office.newPin(relative);
    const home = await office.person({ kind: 'adoptive', name: `Priya Home${count}`, email: `home${count}@homes.test` });
    await office.arrangement(home, [relative]);
    return { name, email, relative, number: count };
}

async function letterTo({ number }, words) {
    const letter = await office.letterFrom(`home${number}@homes.test`, words);
    await office.approve(office.joan, letter);
    return letter;
}

const copy = async (letter) => (await office.joan.get(`/letters/${letter}`)).text('[data-test=row-copy]');
const state = async (letter) => (await office.joan.get(`/letters/${letter}`)).text('[data-test=copy-state]');
const becomes = (letter, wanted) => eventually(async () => await state(letter) === wanted,
    { within: 40_000, every: 300, what: `the copy ${wanted}` });
const rows = (page, name) => page.find('[data-test=row-bounce]').map((row) => row.attribs['data-id'])
    .map((id) => page.text(`[data-test=row-bounce][data-id="${id}"]`)).filter((text) => text.includes(name));
const listed = (name, { pattern = /./ } = {}) => eventually(async () => rows(await office.joan.get('/bounces'), name)
    .find((text) => pattern.test(text)), { within: 40_000, every: 300, what: `${pattern} for ${name} among what came back` });
const confirmed = async (relative) => !(await office.joan.get(`/parties/${relative}`)).has('#email_confirmed');

// What the reader's own mail server and mail program know of a mail of ours.
async function sent(letter, email) {
    const box = office.mailbox(email);
    await becomes(letter, 'sent');
    const [mail] = await box.wait(1);
    return /^Message-ID: (<\S+>)/m.exec(mail.toString())[1];
}

const report = (id, to, { action = 'failed', status = '5.1.1' } = {}) => [
    'From: MAILER-DAEMON@mx.relatives.test', 'To: post@fernshire.test', `Subject: Report ${Math.random()}`, 'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b', 'Content-Type: text/plain', '',
    'It could not be delivered.', '', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.relatives.test', '',
    `Final-Recipient: rfc822; ${to}`, `Action: ${action}`, `Status: ${status}`, '', '--b', 'Content-Type: text/rfc822-headers', '',
    'From: post@fernshire.test', `Message-ID: ${id}`, 'Subject: Something is waiting for you', '', '--b--', ''].join('\r\n');
const comes = (message, from = '') => office.smtp.send({ from, to: 'post@fernshire.test', message });

test('an address that is gone: the copy came back, and the next letter stops until a person says that it is right', async () => {
    const ann = await reader('gone@relatives.test');    // Exim takes it, and bounces it
    const first = await letterTo(ann, 'A letter to nobody.');
    await becomes(first, 'came back');
    match(await copy(first), /could not deliver it\. Check the e-mail address.*The e-mail address does not work.*Read what came back/);
    match(await listed(ann.name), /A letter to Ann Reader\d+, by e-mail with a link.*takes nothing for it.*code 5\.1\.1/);
    ok(!await confirmed(ann.relative));
    match((await office.joan.get(`/parties/${ann.relative}`)).text(), /Not confirmed ?Mail to them came back\. No letters go to it by e-mail/);
    const problems = await office.joan.get('/problems');
    deepEqual(rows(problems, ann.name), [], 'what came back is one card: the copy that is stopped');
    const card = `[data-test=row-dispatch][data-id="${stopped(problems, first)}"]`;
    match(problems.text(card), /It came back\. The reader's mail server could not deliver it\. No more letters go to this address by e-mail until you know that it is right\..*code 5\.1\.1.*Read what came back/);
    equal(problems.attribute(`${card} [data-test=party-open]`, 'href'), `/parties/${ann.relative}#email_confirmed`);
    match(problems.attribute(`${card} [data-test=bounce-open]`, 'href'), /^\/quarantine\//);
    // what came back can be read, and is nobody's letter
    const list = await office.joan.get('/bounces');
    const mail = await office.joan.get(list.attribute('[data-test=bounce-open]', 'href'));
    match(mail.plain(), /There is no such mailbox/);
    equal(mail.text('h1'), 'Mail that came back');
    match(mail.text('[data-test=bounce-about]'), /A letter, by e-mail with a link and a PIN ?To Ann Reader\d+/);
    equal(mail.attribute('[data-test=bounce-about] [data-test=letter-open]', 'href'), `/letters/${first}`);
    equal(mail.attribute('.govuk-back-link', 'href'), '/problems');
    // the next one does not go
    const second = await letterTo(ann, 'Another letter to nobody.');
    await becomes(second, 'stopped');
    match(await copy(second), /confirm/i);
    equal(office.mailbox(ann.email).messages().length, 0, 'nothing went there meanwhile');
    // an address more does not make the first one right
    let page = await office.joan.submit(await office.joan.get(`/parties/${ann.relative}`), 'form-post_parties_ID',
        { email: [ann.email, 'second@relatives.test'], checked: 'phone' });
    ok(page.has('#email_confirmed'), 'it is not confirmed by a change elsewhere');
    page = await office.joan.submit(page, 'form-post_parties_ID', { email_confirmed: 'yes' });
    ok(!page.has('#email_confirmed'), page.plain().slice(0, 300));
    match((await office.joan.get('/problems')).text(card), /The address that we have now is right\. You can take this back and approve it again\./);
    await office.approveByAll(await reopened(second));
    await office.mailbox(ann.email).wait(1);
    await becomes(second, 'sent');
}, { timeout: 120_000 });

// Taken back at Problems, to be approved again.
const stopped = (page, letter) => ids(page, 'row-dispatch').find((id) => page.attribute(`[data-test=row-dispatch][data-id="${id}"] a`, 'href')
    ?.endsWith(letter));
async function reopened(letter) {
    const page = await office.joan.get('/problems');
    const row = stopped(page, letter);
    await office.joan.post(`/dispatches/${row}/answer`, { csrf: page.attribute('input[name=csrf]', 'value'),
        once: Math.random().toString(36).slice(2).padEnd(16, '0'), answer: 'review', reason: 'Ann says that it is right' });
    return letter;
}

test('a full mailbox passes: this copy came back, and the next letter goes', async () => {
    const ann = await reader('full@relatives.test');
    const first = await letterTo(ann, 'A letter to a full mailbox.');
    await becomes(first, 'came back');
    match(await copy(first), /could not be delivered this time\. The mailbox may be full/);
    match(await listed(ann.name), /The mailbox may be full.*code 5\.2\.2/);
    ok(await confirmed(ann.relative));
    const second = await letterTo(ann, 'Another one to it.');
    await becomes(second, 'came back');     // it went, and came back again
    equal(rows(await office.joan.get('/bounces'), ann.name).length, 2);
}, { timeout: 120_000 });

test('a server that refuses us says nothing about the address: this copy came back, and the next letter goes', async () => {
    const ann = await reader('policy@relatives.test');
    office.mailbox(ann.email);
    const first = await letterTo(ann, 'A letter while our SPF is broken.');
    await comes(report(await sent(first, ann.email), ann.email, { status: '5.7.26' }));
    await becomes(first, 'came back');
    match(await copy(first), /A mail server refused it\. The address may be right\..*Their mail server refused it\. The address may be right/);
    match(await listed(ann.name), /refused it\. The address may be right.*code 5\.7\.26/);
    ok(await confirmed(ann.relative));
    await becomes(await letterTo(ann, 'Another one, when it is mended.'), 'sent');
}, { timeout: 120_000 });

test('late mail and the answer of a machine are shown, and change nothing', async () => {
    const ann = await reader('late@relatives.test');
    office.mailbox(ann.email);
    const letter = await letterTo(ann, 'A letter that is late.');
    const id = await sent(letter, ann.email);
    await comes(report(id, ann.email, { action: 'delayed', status: '4.4.7' }));
    match(await listed(ann.name), /It is late\. The mail servers are still trying.*code 4\.4\.7/);
    await comes(['From: late@relatives.test', 'To: post@fernshire.test', 'Subject: Automatic reply: Something is waiting',
        'Auto-Submitted: auto-replied', `In-Reply-To: ${id}`, '', 'I am in hospital until Monday.', ''].join('\r\n'), ann.email);
    match(await listed(ann.name, { pattern: /machine answered/ }), /A machine answered: they may be away/);
    match(await copy(letter), /^Ann Reader\d+, by e-mail with a link and a PIN: sent.*It is late.*A machine answered/);
    ok(await confirmed(ann.relative));
}, { timeout: 120_000 });

test('who can forge a report stops nobody else\'s mail: another address, or a mail that was never ours, changes nothing', async () => {
    const ann = await reader('ann@relatives.test');
    const bea = await reader('bea@relatives.test');
    office.mailbox(ann.email);
    const letter = await letterTo(ann, 'A letter with a forged report.');
    const id = await sent(letter, ann.email);
    await comes(report(id, bea.email));
    match(await listed(ann.name), /names another address than the one that we wrote to\. Nothing was changed/);
    await comes(report(`<${'a'.repeat(32)}@fernshire.test>`, ann.email));
    for (const words of ['names another address', 'A mail server says that a mail could not be delivered.'])
        await eventually(async () => {
            const page = await office.joan.get('/quarantine');
            for (const one of ids(page, 'row-quarantine'))
                if ((await office.joan.get(`/quarantine/${one}`)).plain().includes(words))
                    return true;
            return false;
        }, { within: 30_000, every: 300, what: `"${words}" in what is kept apart` });
    equal(await state(letter), 'sent');
    ok(await confirmed(ann.relative) && await confirmed(bea.relative));
}, { timeout: 120_000 });

test('a report in words only, from a mail server of the old kind, counts as one', async () => {
    const ann = await reader('old@relatives.test');
    office.mailbox(ann.email);
    const letter = await letterTo(ann, 'A letter to an old server.');
    const id = await sent(letter, ann.email);
    await comes(['From: MAILER-DAEMON@mx.relatives.test', 'To: post@fernshire.test', 'Subject: failure notice', '',
        'Hi. This is the qmail-send program at mx.relatives.test.', '', `<${ann.email}>:`, '550 5.1.1 User unknown', '',
        '--- Below this line is a copy of the message.', '', `Message-ID: ${id}`, 'From: post@fernshire.test', ''].join('\r\n'));
    await becomes(letter, 'came back');
    ok(!await confirmed(ann.relative));
}, { timeout: 120_000 });

test('who has seen it says so: it leaves the problems, stays in the list, and the audit has it', async () => {
    const page = await office.joan.get('/problems');
    const [id] = ids(page, 'row-bounce');
    const csrf = page.attribute('input[name=csrf]', 'value');
    const see = (who) => who.post(`/bounces/${id}/seen`, { csrf, once: Math.random().toString(36).slice(2).padEnd(16, '0') });
    const before_ = Number((await office.joan.get('/')).text('[data-test=count-problems] .lb-tile__number'));
    equal((await see(office.joan)).path, '/problems?notice=bounce-seen');
    ok(!ids(await office.joan.get('/problems'), 'row-bounce').includes(id));
    ok(ids(await office.joan.get('/bounces'), 'row-bounce').includes(id));
    ok(Number((await office.joan.get('/')).text('[data-test=count-problems] .lb-tile__number')) <= before_);
    equal((await see(office.joan)).status, 409);
    match((await office.audited('bounce_seen', manager))[0].join(' '), /Saw a mail that came back/);
    deepEqual((await office.joan.get('/bounces')).find('[data-test=row-bounce]').length > 4, true);
    doesNotMatch((await office.joan.get('/bounces')).plain(), /undefined|\{\{/);
});

test('where each mail has a return address of its own, a report that names no message is known by it', async () => {
    const { here } = office;
    await office.running.post.stop();
    Object.assign(here.settings.mailbox_1, { reply_domain: 'fernshire.test', return_addresses: 'yes' });
    here.write();
    office.running.post = await here.start('post');
    const ann = await reader('verp@relatives.test');
    const box = office.mailbox(ann.email);
    const letter = await letterTo(ann, 'A letter with an address to come back to.');
    const id = await sent(letter, ann.email);
    const path = /^Return-path: <(\S+)>/mi.exec(box.messages()[0].toString())[1];
    equal(path, id.slice(1, -1), 'its own random part, at the domain');
    await office.smtp.send({ from: '', to: path, message: ['From: postmaster@mx.relatives.test', `To: ${path}`,
        'Subject: Delivery failure', '', `Your message to ${ann.email} was not delivered: 550 5.1.1 no such user.`, ''].join('\r\n') });
    await becomes(letter, 'came back');
    ok(!await confirmed(ann.relative));
}, { timeout: 120_000 });
