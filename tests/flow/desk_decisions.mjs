// SPDX-License-Identifier: AGPL-3.0-or-later
// The other decisions through the desk's own pages: back to the sender with a note, on the shelf, a manager asked, a
// second person who agrees or does not; and what the sender then reads.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { linkIn } from '../harness/maildir.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
let family;
let ann;        // of the relatives below, by link and PIN
let home;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
    family = (await office.family()).client;
    ann = await office.person({ name: 'Ann Writer', email: 'ann@relatives.test' });
    home = await office.person({ kind: 'adoptive', name: 'Priya Reader', email: 'priya@homes.test' });
    await office.arrangement(home, [ann]);
}, { timeout: 180_000 });

const nextYear = new Date().getFullYear() + 1;
const holdUntil = { day: 27, month: 3, year: nextYear };
let number = 0;
const fresh = (who = 'ann@relatives.test') => {
    number += 1;
    return office.letterFrom(who, `Letter number ${number} of this file.\nLove, Ann`);
};

// What a mail says, quoted-printable undone.
const decoded = (mail) => mail.toString('utf8').replace(/=\r?\n/g, '')
    .replace(/((?:=[0-9A-F]{2})+)/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString());

test('a letter goes back to a family with a note, and the family reads the very words in the portal', async () => {
    let page = await family.submit(await family.get('/letters/new'), 'form-post_letters', { text: 'We climbed Roseberry Topping.' });
    const letter = page.path.split('/')[2];
    await office.letterWith('We climbed Roseberry Topping');
    const note = 'Thank you for your letter.\nMay we leave out the name of the hill? <b>Please</b> tell us & we send it on.';
    page = await office.decide(office.joan, letter, 'return', { note: ' ' });
    deepEqual(codes(page), ['note-missing']);
    page = await office.decide(office.joan, letter, 'return', { note });
    ok(page.has('[data-test=msg-returned]'), page.plain().slice(0, 500));
    match(page.plain(), /Your note goes to /);
    const read = await eventually(async () => {
        const list = await family.get('/letters');
        const rows = list.find('[data-test=row-letter] a').map((one) => one.attribs.href);
        for (const path of rows) {
            const shown = await family.get(path);
            if (shown.plain().includes('leave out the name of the hill'))
                return shown;
        }
        return false;
    }, { within: 20_000, every: 200, what: 'the note in the portal' });
    equal(read.one('[data-test=letter-text]').children.map((one) => one.data).join('').trim(), note, 'word for word, line for line');
    const mails = await office.mailbox(office.here.person('family').email).wait(2);
    ok(!/Roseberry|hill/.test(decoded(mails.at(-1))), 'the notice says nothing of it');
    const row = (await office.joan.get(`/letters/${letter}`)).text('[data-test=row-decision]');
    match(row, /Returned with a note ?Jo Whitfield, .*May we leave out the name of the hill\?/);
});

test('a letter that was returned is taken up again when the sender answers, and can go back once more', async () => {
    const letter = await fresh('priya@homes.test');
    await office.decide(office.joan, letter, 'return', { note: 'May we leave out the hill?' });
    const queued = async (words) => {
        const page = await office.joan.get('/problems');
        return page.plain().includes(words);
    };
    let page = await office.joan.get(`/letters/${letter}`);
    ok(!page.has('[data-test=letter-check]'), 'nothing is decided about it before');
    equal(page.attribute('.govuk-back-link', 'href'), '/letters?state=returned');
    const checker = (await office.staff('checker')).client;
    ok(!(await checker.get(`/letters/${letter}`)).has('[data-test=letter-again]'));
    page = await office.joan.submit(page, 'form-post_letters_ID_decision');
    equal(page.path, `/letters/${letter}?notice=letter-reopened`, page.plain().slice(0, 300));
    match(page.text('.lb-facts'), /To read/);
    match(page.text('[data-test=row-decision]'), /Returned with a note.*May we leave out the hill\?/, 'what was decided stays to be read');
    page = await office.decide(office.joan, letter, 'return', { note: 'And the name of the dog?' });
    ok(page.has('[data-test=msg-returned]'), page.plain().slice(0, 300));
    // priya has no PIN: each of the two notes waits for one
    await eventually(() => queued('Return the letter with its note'), { within: 20_000, every: 200 });
    page = await office.joan.submit(await office.joan.get(`/letters/${letter}`), 'form-post_letters_ID_decision');
    page = await office.approve(office.joan, letter);
    ok(page.has('[data-test=msg-approved]'), page.plain().slice(0, 300));
});

test('words of the library go without a script too; a relative gets the note by link and PIN', async () => {
    const { pin } = await office.newPin(ann);
    const letter = await fresh();
    let page = await office.decide(office.joan, letter, 'return', { wording: 'place', note: '' });
    ok(page.has('[data-test=msg-returned]'), page.plain().slice(0, 500));
    const box = office.mailbox('ann@relatives.test');
    const link = await eventually(() => box.messages().map(linkIn).find(Boolean), { within: 20_000, what: 'the link' });
    const reader = await office.here.client(office.running.portal);
    page = await reader.submit(await reader.get(link), 'form-post_open', { pin });
    match(page.plain(), /It says where something happened\. May we leave out the name of the place\?/);
    ok(!page.plain().includes('Letter number'), 'the letter itself is not sent back');
});

test('a letter on the shelf has its reason and day, and is taken up again and approved', async () => {
    const letter = await fresh();
    let page = await office.decide(office.joan, letter, 'hold', { why_hold: 'kept words' });
    deepEqual(codes(page), ['hold-missing']);
    equal(page.form('form-post_letters_ID_decision').method, 'POST');
    match(page.body, /kept words/, 'what was typed stays');
    for (const [fields, code] of [[{ reason: 'not_ready', ...holdUntil, year: 2020 }, 'date-past'],
        [{ reason: 'not_ready' }, 'date-missing'], [{ reason: 'not_ready', ...holdUntil, day: 31, month: 2 }, 'date-wrong'],
        [{ reason: 'other', ...holdUntil }, 'why-missing'], [{ reason: 'because', ...holdUntil }, 'hold-missing']])
        deepEqual(codes(await office.decide(office.joan, letter, 'hold', fields)), [code]);
    page = await office.decide(office.joan, letter, 'hold', { reason: 'not_ready', why_hold: 'She asked us to wait for the spring.', ...holdUntil });
    match(page.text(), new RegExp(`It comes back to you on 27 March ${nextYear}\\.`));
    page = await office.joan.get('/shelf');
    const row = page.text(`[data-test=row-letter][data-id="${letter}"]`);
    match(row, new RegExp(`Ann Writer to the Reader family.*The reader is not ready ?She asked us to wait for the spring\\. ?27 March ${nextYear}`));
    ok(!ids(await office.joan.get('/letters?state=to_read'), 'row-letter').includes(letter));
    ok(!(await office.joan.get('/')).plain().includes('review day reached'));

    // its day comes, and Today says so
    await office.here.ctl(['clock', '--advance', '500d']);
    page = await (await office.staff('coordinator')).client.get('/');
    match(page.text(), /On the shelf: review day reached.*Ann Writer to Priya Reader/);
    office.joan = page.client;
    page = await office.joan.get(`/letters/${letter}`);
    match(page.text('[data-test=row-decision]'), /Put on the shelf: The reader is not ready/);
    page = await office.approve(office.joan, letter);
    ok(page.has('[data-test=msg-approved]'), page.plain().slice(0, 500));
    ok(!ids(await office.joan.get('/shelf'), 'row-letter').includes(letter));
});

test('a manager is asked, sees the question, and alone decides', async () => {
    manager = (await office.staff('manager')).client;   // the clock moved on
    const letter = await fresh();
    let page = await office.decide(office.joan, letter, 'escalate', { why_escalate: '' });
    deepEqual(codes(page), ['why-missing']);
    page = await office.decide(office.joan, letter, 'escalate', { why_escalate: 'Does she mean the court hearing?' });
    ok(page.has('[data-test=msg-escalated]'));
    page = await office.joan.get(`/letters/${letter}`);
    ok(page.has('[data-test=msg-for-manager]'));
    ok(!page.has('[data-test=letter-check], [data-test=letter-return]'), 'no button that only a manager may press');
    const csrf = page.attribute('input[name=csrf]', 'value');
    const theirs = await manager.get('/');
    match(theirs.text(), /A manager was asked about.*Ann Writer to Priya Reader/);
    page = await manager.get(`/letters/${letter}`);
    match(page.text('[data-test=row-decision]'), /Asked a manager ?Jo Whitfield, .*Does she mean the court hearing\?/);
    const copies = await office.check(manager, letter);
    const form = copies.form('form-post_letters_ID_decision');
    const forged = await office.joan.post(form.action, form.fields.map(([name, value]) => [name, name === 'csrf' ? csrf : value]));
    equal(forged.status, 403, 'a coordinator does not decide it past the page');
    page = await manager.submit(copies, 'form-post_letters_ID_decision', { decision: 'approve' });
    ok(page.has('[data-test=msg-approved]'), page.plain().slice(0, 500));
});

test('a second person agrees after the question, or gives it back with a reason that the others read', async () => {
    const bea = await office.person({ name: 'Bea Twopeople', email: 'bea@relatives.test' });
    await office.arrangement(await office.person({ kind: 'adoptive', name: 'Rose Carehome' }), [bea],
        { two_person: 'yes', risk: 'Came to a house once.' });
    const checker = (await office.staff('checker')).client;
    const letter = await fresh('bea@relatives.test');
    let page = await office.approve(office.joan, letter);
    ok(page.has('[data-test=msg-waits_second]'));
    ok(!page.has('[data-test=row-copy]') && !/making the copies/.test(page.plain()), 'nothing is made before two agree');
    equal((await office.joan.get(`/letters/${letter}/decision`)).has('[data-test=form-post_letters_ID_second]'), false);
    ok(ids(await checker.get('/'), 'row-letter').includes(letter), 'it is on the checker\'s Today');

    for (const [fields, code] of [[{}, 'agree-missing'], [{ second: 'agree' }, 'fact-missing'],
        [{ second: 'agree', fact: 'Mallory' }, 'fact-wrong'], [{ second: 'disagree' }, 'why-missing']]) {
        page = await office.second(checker, letter, fields);
        deepEqual(codes(page).filter((one) => !one.startsWith('second-check')), [code]);
    }
    page = await office.second(checker, letter, { second: 'disagree', reason_second: 'The school is still in it.' });
    ok(page.has('[data-test=msg-disagreed]'), page.plain().slice(0, 500));
    page = await office.joan.get(`/letters/${letter}`);
    match(page.text(), /Did not agree ?Nadia Karim, .*The school is still in it\./);

    // whoever approves it now is the first, and does not check their own
    page = await office.approve(manager, letter);
    ok(page.has('[data-test=msg-waits_second]'), page.plain().slice(0, 500));
    ok((await manager.get(`/letters/${letter}`)).has('[data-test=msg-own-letter]'));
    ok(!(await manager.get(`/letters/${letter}/decision`)).has('[data-test=form-post_letters_ID_second]'));
    page = await office.second(checker, letter, { second: 'agree', fact: 'rose' });
    ok(page.has('[data-test=msg-agreed]'), page.plain().slice(0, 500));
    await eventually(async () => (await office.joan.get(`/letters/${letter}/done`)).text('[data-test=copy-state]') === 'sent'
        || /PIN/.test((await office.joan.get('/problems')).plain()), { within: 20_000, what: 'the copy on its way' });
});

test('who is left out by hand stays left out, also after a mistake; who may have nothing is not offered', async () => {
    const tom = await office.person({ name: 'Tom Second', email: 'tom@relatives.test' });
    const una = await office.person({ name: 'Una Third', email: 'una@relatives.test' });
    const lee = await office.person({ kind: 'adoptive', name: 'Lee Writerhome', email: 'lee@homes.test' });
    await office.arrangement(lee, [tom, una]);
    let page = await office.joan.submit(await office.joan.get(`/parties/${una}`), 'form-post_parties_ID', { state: 'paused' });
    ok(page.has('[data-test=msg-party-saved]'), page.plain().slice(0, 500));
    const letter = await fresh('lee@homes.test');
    const copies = await office.check(office.joan, letter);
    ok(copies.has(`[name=to][value="${una}"][disabled]`) && copies.has(`[name=to][value="${tom}"][checked]`));
    match(copies.text('[data-test=msg-blocked]'), /Letters to this person are paused/);
    page = await office.joan.submit(copies, 'form-post_letters_ID_decision', { decision: 'approve', to: null });
    deepEqual(codes(page).filter((one) => one !== 'blocked'), ['to-missing']);
    ok(!page.has('[name=to][checked]'), 'nobody is ticked again by the program');
    page = await office.joan.submit(page, 'form-post_letters_ID_decision', { decision: 'approve', to: [una] });
    ok(codes(page).includes('to-blocked'), page.plain().slice(0, 500));
    page = await office.joan.submit(page, 'form-post_letters_ID_decision', { decision: 'approve', to: [tom] });
    ok(page.has('[data-test=msg-approved]'), page.plain().slice(0, 500));
    deepEqual(ids(page, 'row-copy'), [tom]);
});
