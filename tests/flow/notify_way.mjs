// SPDX-License-Identifier: AGPL-3.0-or-later
// A text message's whole way: staff note that somebody agrees to texts, a letter is released, the press
// writes a neutral text beside the e-mail, the post gives it to GOV.UK Notify, and staff see what was not
// delivered. All through the desk's own pages.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { linkIn } from '../harness/maildir.mjs';
import { notifyServer } from '../harness/notify.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';

const TELLING = /\b(adopt\w*|child(ren)?|birth|famil(y|ies)|letters?|letterbox|relatives?|siblings?|pin)\b/i;

let office;
let notify;
before(async () => {
    notify = await notifyServer();
    const keyFile = join(folder('notify'), 'key');
    writeFileSync(keyFile, notify.key, { mode: 0o600 });
    office = await openOffice({ settings: { notify_1: { agency: 'fernshire', key_file: keyFile, host: 'localhost',
        port: notify.port, text_template: notify.templates.sms } } });
}, { timeout: 180_000 });

const texts = (number) => notify.taken.filter(({ body }) => body.phone_number === number);

// A relative and a family that writes to them.
async function arrangement(name, fields) {
    const email = `${name.split(' ')[1].toLowerCase()}@relatives.test`;
    const relative = await office.person({ name, email, ...fields });
    const home = await office.person({ kind: 'adoptive', name: `Priya ${name.split(' ')[1]}home`, email: `home.of.${email}` });
    await office.arrangement(home, [relative]);
    await office.newPin(relative);
    const inbox = office.mailbox(email);
    const write = async (words) => {
        const had = inbox.messages().length;
        const page = await office.approve(office.joan, await office.letterFrom(`home.of.${email}`, words));
        ok(page.status === 200, page.plain().slice(0, 600));
        return { inbox, had };
    };
    return { relative, email, inbox, write };
}

const change = async (person, fields) => office.joan.submit(await office.joan.get(`/parties/${person}`),
    'form-post_parties_ID', { checked: 'phone', ...fields });
const agrees = async (person) => (await office.joan.get(`/parties/${person}`)).has('input[name=consent_text][checked]');

// What the desk shows among the problems, with the clock moved until it does.
async function problem(row, pattern) {
    return eventually(async () => {
        await office.here.ctl(['clock', '--advance', '1m']);
        await office.joan.get('/session');
        const page = await office.joan.get('/problems');
        const id = ids(page, row).find((one) => pattern.test(page.text(`[data-test=${row}][data-id="${one}"]`)));
        return id && page.text(`[data-test=${row}][data-id="${id}"]`);
    }, { within: 60_000, every: 2_000, what: `${pattern} among the problems` });
}

test('consent to texts needs a mobile number, is kept, and can be taken back', async () => {
    const form = { kind: 'birth', known_as: 'Ann', channel: 'link', name: 'Ann Landline', email: 'landline@relatives.test',
        address: '1 Tannery Row\nOxenbridge\nHX17 1AB', language: 'en', consent_text: 'yes' };
    for (const phone of ['', '020 7946 0958']) {
        const page = await office.joan.submit(await office.joan.get('/parties/new'), 'form-post_parties', { ...form, phone });
        ok(codes(page).includes('texts-need-mobile'), `"${phone}": ${codes(page)}`);
        ok(page.has('input[name=consent_text][checked]'), 'what was typed is kept');
    }
    const ann = await office.person({ name: 'Ann Willing', phone: ['020 7946 0958', '07700 900601'], consent_text: 'yes' });
    equal(await agrees(ann), true);
    await change(ann, { note: 'Rings on Mondays' });
    equal(await agrees(ann), true);
    await change(ann, { consent_text: [] });
    equal(await agrees(ann), false);
}, { timeout: 90_000 });

test('who agreed gets a neutral text beside the e-mail; who did not gets none; staff see what did not arrive', async () => {
    const willing = await arrangement('Ann Texted', { phone: ['020 7946 0958', '07700 900701'], consent_text: 'yes' });
    const other = await arrangement('Ben Untexted', { phone: '07700 900702' });
    for (const { write, inbox } of [other, willing]) {
        const { had } = await write('Hello, all is well here.');
        await inbox.wait(had + 1);
    }
    await eventually(() => texts('+447700900701').length === 1, { within: 30_000, what: 'the text' });
    const [{ body }] = texts('+447700900701');
    match(body.personalisation.text, /something is waiting for you\. Please look at your e-mail\.$/);
    doesNotMatch(body.personalisation.text, TELLING);
    doesNotMatch(body.personalisation.text, /https?:|\d{6}/);
    ok(linkIn(willing.inbox.messages().at(-1)), 'the link is in the e-mail');
    equal(texts('+447700900702').length, 0);

    texts('+447700900701')[0].status = 'permanent-failure';
    const told = await problem('row-message', /Ann Texted/);
    match(told, /A text message, to Ann Texted/);
    match(told, /there is no such number or address\. Check the number or address with the person\./);
    // consent taken back: the next letter has an e-mail only, and the failed text is settled
    await change(willing.relative, { consent_text: [] });
    ok(!/Ann Texted/.test((await office.joan.get('/problems')).plain()), 'nothing is left to decide');
    const { had } = await willing.write('And hello once more.');
    await willing.inbox.wait(had + 1);
    await office.here.ctl(['clock', '--advance', '1m']);
    equal(texts('+447700900701').length, 1);
}, { timeout: 180_000 });

test('a link by Notify that comes back is a problem, and the next one waits for the address', async () => {
    await office.running.post.stop();
    office.here.settings.notify_1.email_template = notify.templates.email;
    office.here.write();
    office.running.post = await office.here.start('post');
    const cath = await arrangement('Cath Mailed', {});
    const mails = () => notify.taken.filter(({ body }) => body.email_address === cath.email);
    await cath.write('Hello Cath, all is well.');
    await eventually(() => mails().length === 1, { within: 30_000, what: 'the link' });
    const [{ body }] = mails();
    deepEqual(Object.keys(body.personalisation).sort(), ['subject', 'text']);
    match(body.personalisation.text, /https:\/\/portal\.localhost:\d+\/l\/\S{20,}/);
    doesNotMatch(body.personalisation.subject + body.personalisation.text.replace(/https:\S+/g, '').replaceAll('PIN', ''),
        TELLING);
    equal(cath.inbox.messages().length, 0, 'nothing went to the mail server');
    mails()[0].status = 'permanent-failure';
    const told = await problem('row-dispatch', /Cath Mailed/);
    match(told, /there is no such number or address/);
    ok((await office.joan.get(`/parties/${cath.relative}`)).has('input[name=email_confirmed]'), 'staff are asked about the address');
}, { timeout: 180_000 });
