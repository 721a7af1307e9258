// SPDX-License-Identifier: AGPL-3.0-or-later
// Nothing that identifies a person, and no word of a letter, stands anywhere in clear. Some thirty
// canaries come in by the real doors: staff enter people, a family joins, drafts and sends a letter with
// files, a relative and a stranger write e-mails, a notice bounces, press and post are killed at work.
// Then every file of the installation, the database's folder, its dump, every column and every log are
// searched for each of them in every encoding.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { Hunt } from '../harness/canary.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { gpgAgent } from '../harness/pressroom.mjs';
import { docx, paragraph } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';
import { certificates } from '../harness/tls.mjs';

const CANARIES = {
    // a relative, as staff enter her
    name: 'Wilhelmina Ostrowhisker', known: 'Nan Ostrowhisker', email: 'ostrowhisker@gone.test',
    phone: '01632 960 718', street: '14 Larkspur Rise', town: 'Nether Quillbourne', note: 'marzipan allergy',
    leak: 'Brackenthwaite Academy', reading: 'Grimsdyke Harriers',
    // a family that joins
    home: 'Philippa Thistlewood', homeEmail: 'thistlewood@fresh.test', homePhone: '01632 960 845',
    homeStreet: '9 Copperbeech Mews', password: 'seven purple ottomans',
    // what it writes
    letterName: 'Zebedee', letterWord: 'hippodrome', letterPlace: 'Saltmarsh-on-the-Wold', letterPhone: '07700 900 731',
    postcode: 'ZE2 9QX', draft: 'rhododendron', fileName: 'trapeze-lesson', fileWord: 'kaleidoscope',
    document: 'periwinkle-tea',
    // an e-mail of a known relative, and one of a stranger
    subject: 'Gooseberry fool', mailWord: 'bandicoot', mailSender: 'Cressida Umbleby', attachment: 'umbrellabird.txt',
    attachmentWord: 'xylophonist', stranger: 'peregrine.vole@nowhere.test', strangerWord: 'tamarisk hedge',
    // typed by nobody we know
    guess: 'capybara@guess.test', search: 'Quetzalcoatl',
};

let here;
let smtp;
const running = {};

before(async () => {
    const imap = await dovecot();
    const tls = await certificates();
    smtp = await exim({ domains: { 'fernshire.test': imap.mailbox('post') } });
    here = await site();
    for (const [name, password] of [['imap', imap.password], ['smtp', smtp.password]])
        writeFileSync(join(here.home, `${name}-password`), password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: tls.ca, poll_seconds: 1, authserv: 'mx.fernshire.test' });
    here.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
        password_file: join(here.home, 'smtp-password'), from: 'post@fernshire.test' };
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', host: 'localhost',
        port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    await gpgAgent(join(here.home, 'gnupg'));
    running.portal = await here.start('portal');
    here.settings.portal.origin = `https://portal.localhost:${running.portal.port}`;
    here.write();
    for (const name of ['desk', 'press', 'post', 'diary'])
        running[name] = await here.start(name);
}, { timeout: 180_000 });

const idle = () => eventually(async () => (await here.db.one(`SELECT count(*)::int AS n FROM letterbox.job
    WHERE state IN ('ready', 'leased') AND worker = 'press'`)).n === 0, { within: 60_000, what: 'a press with nothing to do' });
const letters = async () => (await here.db.query('SELECT letter_id::text AS id FROM letterbox.letter')).length;

const codesIn = (box) => box.messages().map((mail) => /^(\d{3} \d{3})\r?$/m.exec(mail.toString())?.[1]).filter(Boolean);
async function signIn(email, password) {
    const box = smtp.mailbox(email);
    const had = codesIn(box).length;
    const client = await here.client(running.portal);
    let page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email, password });
    await eventually(() => codesIn(box).length > had, { within: 20_000, what: 'the code' });
    page = await client.submit(page, 'form-post_sign_in_code', { code: codesIn(box).at(-1) });
    equal(page.path, '/', page.plain());
    return client;
}

// Somebody's page in the register, by the e-mail address that staff search for.
async function found(staff, q) {
    const list = await staff.submit(await staff.get('/parties'), 'form-post_parties_search', { q });
    return list.find('[data-test=party-open]')[0]?.attribs.href;
}

test('thirty canaries come in by the real doors, and none stands anywhere in clear', async () => {
    const words = CANARIES;
    ok(Object.keys(words).length >= 30);
    const staff = (await staffAtDesk(here, running.desk, 'coordinator')).client;
    const relative = here.person('relative');
    const family = here.person('family');

    // staff enter people, and search
    const party = await staff.get(await found(staff, relative.email));
    let page = await staff.submit(party, 'form-post_parties_ID', { name: words.name, known_as: words.known,
        phone: words.phone, address: `${words.street}\n${words.town}`, note: words.note, email: words.email, email_confirmed: 'yes', checked: 'phone',
        leak_category: ['school', 'place'], leak_term: [words.leak, words.reading] });
    equal(page.status, 200, page.plain());
    ok(page.body.includes(words.name) && page.body.includes(words.leak));
    ok(await found(staff, words.email), 'she is found by her new address');
    equal(await found(staff, words.search), undefined);
    page = await staff.submit(await staff.get('/parties/new'), 'form-post_parties', { kind: 'adoptive', name: words.home,
        known_as: 'Pippa', email: words.homeEmail, phone: words.homePhone, address: words.homeStreet, channel: 'portal',
        reachable: 'yes' });
    equal(page.status, 200, page.plain());
    page = await staff.submit(page, 'form-post_parties_ID_join_code');
    const code = page.text('[data-test=join-code]');

    // a family joins; somebody guesses
    const joiner = await here.client(running.portal);
    page = await joiner.submit(await joiner.get('/join'), 'form-post_join', { code, email: words.homeEmail });
    page = await joiner.submit(page, 'form-post_join_password', { password: words.password });
    match(page.path, /^\/sign-in/);
    await signIn(words.homeEmail, words.password);
    const guesser = await here.client(running.portal);
    await guesser.submit(await guesser.get('/sign-in'), 'form-post_sign_in', { email: words.guess, password: words.search });

    // a family drafts, looks at a preview and sends a letter with files
    const home = await signIn(family.email, family.password);
    page = await home.get('/letters/new');
    await home.post('/drafts', [...page.form('form-post_letters').fields.filter(([name]) => name !== 'text'),
        ['text', `Thinking of the ${words.draft}.`]]);
    page = await home.get('/letters/new');
    const text = `Dear Ann,\n\n${words.letterName} went to the ${words.letterWord} in ${words.letterPlace}. `
        + `He joined the ${words.reading} near ${words.leak}. Ring ${words.letterPhone}, ${words.postcode}.\n`;
    page = await home.submit(page, 'form-post_letters', { text }, { files: [
        { field: 'file', name: `${words.fileName}.txt`, type: 'text/plain', body: Buffer.from(`All about the ${words.fileWord}.\n`) },
        { field: 'file', name: `${words.fileName}.docx`, type: 'application/octet-stream',
            body: docx(paragraph(`We had ${words.document}.`)) }] });
    const letter = /^\/letters\/(\w{12})\/receipt/.exec(page.path)[1];

    // staff read it and approve; the notice to the relative's new address bounces, and the bounce comes in
    await idle();
    page = await staff.get(`/letters/${letter}`);
    for (const word of ['letterName', 'letterWord', 'letterPlace', 'letterPhone', 'postcode'])
        ok(page.plain().includes(words[word]), `staff see ${words[word]}`);
    const seen = page.find('input[name=seen]').map((one) => one.attribs.value);
    page = await staff.submit(page, 'form-post_letters_ID_marks', { seen, next: 'decide' });
    page = await staff.submit(page, 'form-post_letters_ID_decision', { decision: 'approve' });
    match(page.path, /\/done/, page.plain());
    // she is reached at a new address: a second person reads it too
    const colleague = (await staffAtDesk(here, running.desk, 'checker')).client;
    page = await colleague.get(`/letters/${letter}/decision`);
    page = await colleague.submit(page, 'form-post_letters_ID_second', { second: 'agree',
        fact: page.text('[data-test=row-copy] h2').split(' ')[0] });
    equal(page.status, 200, page.plain());
    const before_ = await letters();
    await idle();
    await eventually(async () => await letters() > before_, { within: 30_000, what: 'the bounce' });

    // e-mails: of a known relative, and of a stranger
    const mail = (from, name, body) => smtp.send({ from, to: 'post@fernshire.test', message: 'Authentication-Results: '
        + `mx.fernshire.test; dmarc=pass header.from=${from.split('@')[1]}\r\nFrom: "${name}" <${from}>\r\n`
        + `To: post@fernshire.test\r\n${body}` });
    await mail(words.email, words.mailSender, `Subject: ${words.subject}\r\nMIME-Version: 1.0\r\n`
        + 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
        + `We saw a ${words.mailWord}.\r\n--b\r\nContent-Type: text/plain\r\n`
        + `Content-Disposition: attachment; filename="${words.attachment}"\r\n\r\nThe ${words.attachmentWord}.\r\n--b--\r\n`);
    await mail(words.stranger, 'A stranger', `Subject: Hello\r\n\r\nBy the ${words.strangerWord}.\r\n`);
    await eventually(async () => await letters() >= before_ + 3, { within: 30_000, what: 'both e-mails' });

    // press and post die at work and come back
    page = await home.submit(await home.get('/letters/new'), 'form-post_letters', { text });
    for (const name of ['press', 'post'])
        await running[name].kill();
    await here.db.query("SELECT letterbox.clock_advance(interval '20 minutes')");
    for (const name of ['press', 'post'])
        running[name] = await here.start(name);
    await idle();

    // everything is searched while all of it runs
    await here.db.query('CHECKPOINT');
    const hunt = new Hunt(Object.values(words));
    deepEqual((await hunt.planted(here.db)).length > 0, true);
    await hunt.folder(here.home);
    await hunt.folder(here.db.home);
    await hunt.database(here.db);
    deepEqual(hunt.found.map(({ where, word, form }) => `${word} as ${form} in ${where}`), []);
    ok(hunt.searched.files > 100 && hunt.searched.columns > 200, JSON.stringify(hunt.searched));
}, { timeout: 240_000 });
