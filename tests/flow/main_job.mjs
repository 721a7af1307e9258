// SPDX-License-Identifier: AGPL-3.0-or-later
// The main job, end to end: a family's letter reaches a relative, and the reply comes back. The same
// steps as `make demo` (ops/demo/letters.mjs), against Dovecot, Exim, GnuPG, LibreOffice and PostgreSQL.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, eventually, folder, ok, test } from '../harness/test.mjs';
import { carryLetters, signInFamily, signInStaff } from '../../ops/demo/letters.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { gpgAgent } from '../harness/pressroom.mjs';
import { docx, jpeg, paragraph } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';
import { certificates } from '../harness/tls.mjs';

let here;
let smtp;
const running = {};
// All that either side ever gets: addresses and bodies of pages, and mails.
const seen = { family: [], relative: [] };
const browsers = ['family', 'relative'];        // in the order in which they come to the portal

const mails = { box: (address) => smtp.mailbox(address),
    // the receiving server's word for it, as a relay in front of the mailbox would write it
    send: ({ from, to, message }) => smtp.send({ from, to, message: 'Authentication-Results: mx.fernshire.test; '
        + `dmarc=pass header.from=${from.split('@')[1]}\r\n${message}` }) };

async function watched(side) {
    const client = await here.client(running.portal);
    const { request } = client;
    client.request = async (method, path, options) => {
        const page = await request.call(client, method, path, options);
        const isPdf = page.bytes.subarray(0, 5).toString() === '%PDF-';
        const text = isPdf ? (await run(['pdftotext', '-', '-'], { input: page.bytes })).stdout : page.body;
        seen[side].push(path, page.headers.location ?? '', page.headers['content-disposition'] ?? '', text);
        return page;
    };
    return client;
}

before(async () => {
    const imap = await dovecot();
    const tls = await certificates();
    smtp = await exim({ domains: { 'fernshire.test': imap.mailbox('post') } });
    here = await site();
    for (const [name, password] of [['imap', imap.password], ['smtp', smtp.password]])
        writeFileSync(join(here.home, `${name}-password`), password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: tls.ca, poll_seconds: 1, authserv: 'mx.fernshire.test' });
    here.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
        password_file: join(here.home, 'smtp-password'), from: 'desk@fernshire.test' };
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', reply_domain: 'fernshire.test', host: 'localhost',
        port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    await gpgAgent(join(here.home, 'gnupg'));
    running.portal = await here.start('portal');
    here.settings.portal.origin = `https://portal.localhost:${running.portal.port}`; // for links
    here.write();
    for (const name of ['desk', 'press', 'post', 'diary'])
        running[name] = await here.start(name);
}, { timeout: 180_000 });

test('a family\'s letter reaches a relative, and the reply comes back', async () => {
    const photo = await jpeg(folder('photo'), { width: 900, height: 700 });
    await run(['exiftool', '-q', '-overwrite_original', '-GPSLatitude=53.9', '-GPSLatitudeRef=N',
        '-GPSLongitude=1.69', '-GPSLongitudeRef=W', '-Artist=Jane', photo]);
    const steps = [];
    await carryLetters({ say: (text) => steps.push(text), portal: () => watched(browsers.shift()),
        desk: () => here.client(running.desk), agencyAddress: 'post@fernshire.test', agency: 'fernshire',
        people: here.people, photo: readFileSync(photo),
        document: docx(paragraph('A story about our dog, who ate the cake.')),
        mail: mails });
    equal(steps.length, 7);
    const { n } = await here.db.one('SELECT count(*)::int AS n FROM letterbox.archive_copy');
    ok(n >= 5, `${n} archive copies`);
}, { timeout: 180_000 });

// ---- what the two sides could compare ----

// Ids of twelve letters, references, and random numbers in any other dress.
function idsIn(pieces) {
    const text = pieces.join('\n').replaceAll(/\/assets\/\S+/g, ' ');
    const found = new Set();
    for (const [id] of text.matchAll(/(?<![0-9A-Za-z_-])[0-9a-hjkmnp-tv-z]{12}(?![0-9A-Za-z_-])/g))
        if (/\d/.test(id))
            found.add(id);
    for (const [reference] of text.matchAll(/(?<![0-9A-Za-z-])[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}(?![0-9A-Za-z-])/g))
        found.add(reference.replaceAll('-', '').toLowerCase());
    for (const [number] of text.matchAll(/(?<!\w)(\d{14,19}|[0-9a-f]{32})(?!\w)/g))
        found.add(number);
    return found;
}

// A relative who reads by link comes to the portal too, so that both sides use all that there is.
async function joins(staff, person) {
    let page = await staff.submit(await staff.get('/parties'), 'form-post_parties_search', { q: person.email });
    const path = `/parties/${page.attribute('[data-test=row-party]', 'data-id')}`;
    page = await staff.submit(await staff.get(path), 'form-post_parties_ID', { channel: 'portal' });
    equal(page.status, 200, page.plain().slice(0, 500));
    page = await staff.submit(page, 'form-post_parties_ID_join_code');
    const code = page.text('[data-test=join-code]');
    const client = await watched('relative');
    page = await client.submit(await client.get('/join'), 'form-post_join', { code, email: person.email });
    page = await client.submit(page, 'form-post_join_password', { password: 'three quiet herons' });
    equal(page.path, '/sign-in?notice=joined', page.plain().slice(0, 500));
}

// Every page that a writer has: home, a draft, its preview, the letter, its receipt.
async function writes(client, text) {
    await eventually(async () => (await client.get('/')).has('[data-test=letter-new]'), { what: 'something is due' });
    let page = await client.get((await client.get('/')).link('letter-new'));
    const { fields } = page.form('form-post_letters');
    page = await client.post('/letters/preview', [...fields.filter(([name]) => name !== 'text'), ['text', text]]);
    page = await client.get(page.link('draft-open'));
    page = await client.submit(page, 'form-post_letters', { text });
    const [, letter] = /^\/letters\/(\w{12})\/receipt/.exec(page.path) ?? [];
    ok(letter, page.plain().slice(0, 500));
    return letter;
}

// Staff approve; the other side finds it, reads it page by page, and takes the PDF.
async function arrives(staff, letter, client, text) {
    let page = await eventually(async () => {
        const found = await staff.get(`/letters/${letter}`);
        return found.has('[data-test="letter-check"]') && found;
    }, { within: 30_000, what: 'the letter at the desk' });
    const ticked = page.find('input[name=seen]').map((one) => one.attribs.value);
    page = await staff.submit(page, 'form-post_letters_ID_marks', { seen: ticked, next: 'decide' });
    page = await staff.submit(page, 'form-post_letters_ID_decision', { decision: 'approve' });
    page = await eventually(async () => {
        for (const { attribs } of (await client.get('/')).find('[data-test=row-letter]')) {
            const found = await client.get(`/letters/${attribs['data-id']}`);
            if (found.plain().includes(text))
                return found;
        }
        return false;
    }, { within: 30_000, what: 'the letter at the portal' });
    await client.get(page.link('letter-download'));
    await client.get(page.link('letter-reply'));
    await client.get('/letters');
}

test('what one side sees names nothing that the other side sees too: pages, links, mails, PDF', async () => {
    const who = (role) => here.person(role);
    const staff = await signInStaff({ desk: () => here.client(running.desk), person: who('coordinator') });
    const relative = { ...who('relative'), password: 'three quiet herons' };
    await joins(staff, relative);
    const sides = {};
    for (const [side, person] of [['family', who('family')], ['relative', relative]])
        sides[side] = await signInFamily({ portal: () => watched(side), mail: mails, person });
    await arrives(staff, await writes(sides.family, 'A word from home.'), sides.relative, 'A word from home.');
    await arrives(staff, await writes(sides.relative, 'A word back.'), sides.family, 'A word back.');
    for (const [side, { email }] of [['family', who('family')], ['relative', relative]])
        seen[side].push(...smtp.mailbox(email).messages().map((mail) => mail.toString('latin1').replace(/=\r?\n/g, '')));
    const [ours, theirs] = [idsIn(seen.family), idsIn(seen.relative)];
    for (const [side, ids] of [['family', ours], ['relative', theirs]])
        ok(ids.size > 20, `the ${side} saw ids: ${[...ids].join(' ')}`);
    deepEqual([...ours].filter((id) => theirs.has(id)), []);
}, { timeout: 240_000 });
