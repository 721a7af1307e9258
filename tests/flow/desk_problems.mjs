// SPDX-License-Identifier: AGPL-3.0-or-later
// What waits for a person: work that failed three times, a mail that may have been sent, a notice that was refused; in
// plain words, and each answer does what it says.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { linkIn } from '../harness/maildir.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

// Nobody is away for so long that they are signed out.
async function later(time) {
    await office.here.ctl(['clock', '--advance', time]);
    for (const client of [office.joan, manager])
        equal((await client.get('/session')).status, 204);
}
const problems = (who = office.joan) => who.get('/problems');
const textOf = (page, row, id) => page.text(`[data-test=${row}][data-id="${id}"]`);
const count = async () => Number((await office.joan.get('/')).text('[data-test=count-problems] .lb-tile__number'));

// The form of one row, sent with one of its buttons.
async function answer(page, path, fields) {
    const csrf = page.attribute('input[name=csrf]', 'value');
    return office.joan.post(path, { csrf, once: Math.random().toString(36).slice(2).padEnd(16, '0'), ...fields });
}

async function shown(row, pattern, { hurry = false } = {}) {
    return eventually(async () => {
        if (hurry)
            await later('1m');
        const page = await problems();
        const id = ids(page, row).find((one) => pattern.test(textOf(page, row, one)));
        return id && { page, id, text: textOf(page, row, id) };
    }, { within: 40_000, every: hurry ? 2_000 : 300, what: `${pattern} among the problems` });
}

// A test that starts one of them anew takes it along when it ends.
async function withWorkers() {
    for (const name of ['press', 'post'])
        if (!office.running[name].running)
            office.running[name] = await office.here.start(name);
}

async function arrangement(name, more = {}) {
    const email = `${name.split(' ')[1].toLowerCase()}@relatives.test`;
    await withWorkers();
    const relative = await office.person({ name, email, ...more });
    const home = await office.person({ kind: 'adoptive', name: `Priya ${name.split(' ')[1]}home`, email: `home.of.${email}` });
    await office.arrangement(home, [relative]);
    return { relative, email: more.email ?? email, write: (text) => office.letterFrom(`home.of.${email}`, text) };
}


test('work that failed three times is shown with its reason; "Try again" tries again', async () => {
    const { write } = await arrangement('Ann Threetimes', { channel: 'post', email: '' });
    const letter = await write('GnuPG had a bad day.');
    await office.running.press.stop();
    const press = await office.here.start('press', { fault: 'pgp_encrypt:fail:3' });
    await office.approve(office.joan, letter);
    const job = await shown('row-job', /Make the copies of the letter/, { hurry: true });
    match(job.text, /Make the copies of the letter [0-9A-Z-]{14}/);
    match(job.text, /GnuPG could not do that, so nothing went out in clear\. Tell the operator\. ?Since .*, tried 3 times\./);
    ok(await count() > 0);
    const page = await answer(job.page, `/jobs/${job.id}/again`, {});
    equal(page.path, '/problems?notice=job-again');
    await eventually(async () => (await office.joan.get('/prints')).plain().includes('Ann Threetimes'),
        { within: 30_000, every: 200, what: 'the copy in the print queue' });
    ok(!ids(await problems(), 'row-job').includes(job.id));
    const late = await answer(page, `/jobs/${job.id}/again`, {});
    equal(late.status, 409, 'what is done is not tried again');
    equal(late.attribute('[data-test=back-open]', 'href'), '/problems');
    match((await office.audited('job_again', manager))[0].join(' '), /Jo Whitfield Had failed work tried again/);
    await press.stop();
}, { timeout: 90_000 });

test('what cannot go says what to do; it is closed with a reason, and the letter is with staff', async () => {
    const { write } = await arrangement('Bea Nopin');
    const letter = await write('A letter without a PIN.');
    await office.approve(office.joan, letter);
    const job = await shown('row-job', /The recipient has no PIN yet\./);
    match(job.text, /The recipient has no PIN yet\. Agree one by telephone or post\./);
    let page = await answer(job.page, `/jobs/${job.id}/close`, { reason: ' ' });
    deepEqual(codes(page), ['done-missing']);
    equal(page.attribute('.govuk-error-summary a', 'href'), `#reason-${job.id}`, 'the mistake leads to its own field');
    ok(page.has(`#reason-${job.id}.govuk-input--error`));
    page = await answer(page, `/jobs/${job.id}/close`, { reason: 'Phoned her: she wants it by post' });
    equal(page.path, '/problems?notice=job-closed');
    ok(!ids(page, 'row-job').includes(job.id));
    match((await office.audited('job_closed', manager))[0].join(' '), /Closed failed work [0-9A-Z-]{14}Phoned her/);
    match((await office.joan.get(`/letters/${letter}`)).text('.lb-facts'), /To read/, 'nothing is lost: it can be approved again');
});

test('a letter that is approved again is a problem no more; one that was changed since is not tried again by a click', async () => {
    const { relative, write } = await arrangement('Gus Approvedagain');
    const letter = await write('A letter that waits for a PIN.');
    await office.approve(office.joan, letter);
    let job = await shown('row-job', /no PIN yet/);
    const page = await office.joan.get(`/letters/${letter}`);
    await office.joan.submit(page, 'form-post_letters_ID_marks', { words: 'PIN', words_category: 'name' });
    const stale = await answer(job.page, `/jobs/${job.id}/again`, {});
    deepEqual(codes(stale), ['letter-changed']);
    await office.approve(office.joan, letter);
    job = await shown('row-job', /no PIN yet/);
    equal(ids(job.page, 'row-job').length, 1, 'the older one is closed by the approval');
    await office.newPin(relative);
    await answer(job.page, `/jobs/${job.id}/again`, {});
    const done = await eventually(async () => {
        const shown = await office.joan.get(`/letters/${letter}/done`);
        return shown.text('[data-test=copy-state]') === 'sent' && shown;
    }, { within: 30_000, every: 200, what: 'the copy with its reader' });
    match(done.text('[data-test=row-copy]'), /: sent, not opened yet/, 'a copy that went has nothing to explain');
    deepEqual(ids(await problems(), 'row-job'), []);
});

// The post dies after the mail server took a mail, before that is written down.
async function inDoubt(name, words) {
    const { relative, email, write } = await arrangement(name);
    const { pin } = await office.newPin(relative);
    const letter = await write(words);
    const box = office.mailbox(email);
    await office.running.post.stop();
    const doomed = await office.here.start('post', { fault: 'send_answered:kill', ready: false });
    await office.approve(office.joan, letter);
    await doomed.ended;
    await box.wait(1);
    await later('5m');
    office.running.post = await office.here.start('post');
    const doubt = await shown('row-dispatch', new RegExp(`To ${name}`));
    return { letter, box, pin, email, ...doubt };
}

test('a mail that may have been sent: no machine sends it twice; "again" sends it once more', async () => {
    const doubt = await inDoubt('Cal Again', 'In doubt, once more.');
    match(doubt.page.text(), /May have been sent .*Nobody can know whether these arrived\./);
    match(doubt.text, /To Cal Again, by e-mail with a link and a PIN/);
    match((await office.joan.get(`/letters/${doubt.letter}/done`)).text('[data-test=row-copy]'),
        /may have been sent: see Problems\. The connection broke at the last moment/);
    equal(doubt.box.messages().length, 1);
    let page = await answer(doubt.page, `/dispatches/${doubt.id}/answer`, { answer: 'again' });
    deepEqual(codes(page), ['known-missing']);
    equal(page.attribute('.govuk-error-summary a', 'href'), `#reason-${doubt.id}`);
    page = await answer(page, `/dispatches/${doubt.id}/answer`, { answer: 'again', reason: 'Cal phoned: nothing came' });
    equal(page.path, '/problems?notice=dispatch-answered');
    await doubt.box.wait(2);
    ok(!ids(await problems(), 'row-dispatch').includes(doubt.id));
    match((await office.audited('dispatch_answered', manager))[0].join(' '), /Said what became of a mail in doubt.*Cal phoned: nothing came/);
    equal((await answer(page, `/dispatches/${doubt.id}/answer`, { answer: 'again', reason: 'Cal phoned' })).status, 409);
}, { timeout: 90_000 });

test('"It was sent" ends it; nothing more goes out', async () => {
    const doubt = await inDoubt('Dee Wassent', 'In doubt, and there.');
    const page = await answer(doubt.page, `/dispatches/${doubt.id}/answer`, { answer: 'sent', reason: 'She has read it' });
    equal(page.path, '/problems?notice=dispatch-answered');
    equal((await office.joan.get(`/letters/${doubt.letter}/done`)).text('[data-test=copy-state]'), 'sent');
    equal(doubt.box.messages().length, 1);
}, { timeout: 90_000 });

test('"in another way" withdraws the link, and the letter is approved anew', async () => {
    const doubt = await inDoubt('Eli Otherway', 'In doubt, by post then.');
    const link = linkIn(doubt.box.messages()[0]);
    const page = await answer(doubt.page, `/dispatches/${doubt.id}/answer`, { answer: 'post', reason: 'He wants paper now' });
    equal(page.path, `/letters/${doubt.letter}?notice=letter-again`, page.plain().slice(0, 300));
    match(page.text('.lb-facts'), /To read/);
    const reader = await office.here.client(office.running.portal);
    const opened = await reader.get(link);
    const tried = opened.has('[data-test=form-post_open]') ? await reader.submit(opened, 'form-post_open', { pin: doubt.pin }) : opened;
    ok(!tried.plain().includes('In doubt, by post then'), 'the old link opens nothing');
    ok(!ids(await problems(), 'row-dispatch').includes(doubt.id));
    ok((await office.approve(office.joan, doubt.letter)).has('[data-test=msg-approved]'));
}, { timeout: 90_000 });

test('what became of a mail is told by its state and code, on Problems and with the letter', async () => {
    await withWorkers();
    const { relative, email, write } = await arrangement('Gil Wordedwell');
    await office.newPin(relative);
    const letter = await write('A letter whose mail does not go.');
    await office.approve(office.joan, letter);
    await office.mailbox(email).wait(1);
    const { dispatch_id: dispatch } = await eventually(() => office.here.db.one(`SELECT d.dispatch_id FROM letterbox.dispatch d
        JOIN letterbox.release r USING (agency_id, release_id)
        WHERE d.state = 'sent' ORDER BY d.made_at DESC LIMIT 1`).catch(() => null), { what: 'the copy that was sent' });
    for (const [state, code, words] of [
        ['returned', 'bounced', 'The reader\'s mail server could not deliver it. Check the e-mail address with the person.'],
        ['stopped', 'address', 'The e-mail address cannot be used. Check the e-mail address with the person.'],
        ['stopped', '550_5.1.1', 'A mail server will not take it. Check the e-mail address with the person.'],
        ['stopped', '550', 'A mail server will not take it. Check the e-mail address with the person.'],
        ['stopped', '550_5.7.26', 'A mail server refused it. The address may be right. It can go once more. If that is refused too, tell the operator.'],
        ['stopped', '552_5.2.2', 'It could not be delivered this time. The mailbox may be full. Ask the reader before it goes once more.'],
        ['stopped', '451', 'A mail server put it off again and again. Check the e-mail address with the person.'],
        ['stopped', 'lost', 'The connection to our mail server broke again and again. Tell the operator.'],
        ['stopped', 'resolve', 'Our mail server could not be reached. Tell the operator.'],
        ['stopped', 'timeout', 'Our mail server did not answer in time. Tell the operator.'],
        ['stopped', 'recipient_dead', 'The recipient has died. Hold the letter, and talk to a manager'],
        ['maybe_sent', 'lost', 'The connection broke at the last moment: nobody can know whether it came. Ask the reader.'],
        ['maybe_sent', 'unended', 'The connection broke at the last moment: nobody can know whether it came. Ask the reader.'],
    ]) {
        await office.here.db.query('UPDATE letterbox.dispatch SET state = $1, code = $2 WHERE dispatch_id = $3', [state, code, dispatch]);
        const copy = (await office.joan.get(`/letters/${letter}/done`)).text('[data-test=row-copy]');
        ok(copy.includes(words), `${state} ${code}: ${copy}`);
        const rows = (await problems()).find('[data-test=row-dispatch]').length;
        ok(rows > 0, `${state} ${code}`);
        if (state !== 'maybe_sent')
            ok((await problems()).plain().includes(code === 'bounced' ? words.replace(/Check.*/, 'The address that we have now is right.') : words),
                `${state} ${code} among the problems`);
    }
}, { timeout: 90_000 });

test('a notice that was refused is tried again or closed', async () => {
    await withWorkers();
    const person = await office.person({ kind: 'adoptive', name: 'Fay Refused', email: 'refused@homes.test', channel: 'portal' });
    let page = await office.joan.submit(await office.joan.get(`/parties/${person}`), 'form-post_parties_ID_join_code');
    const joiner = await office.here.client(office.running.portal);
    page = await joiner.submit(await joiner.get('/join'), 'form-post_join',
        { code: page.text('[data-test=join-code]'), email: 'refused@homes.test' });
    await joiner.submit(page, 'form-post_join_password', { password: 'three quiet herons' });
    let notice = await shown('row-message', /Fay Refused/);
    match(notice.text, /A welcome, to Fay Refused ?A mail server will not take it\. Check the e-mail address with the person\./);
    page = await answer(notice.page, `/messages/${notice.id}/answer`, { answer: 'again' });
    equal(page.path, '/problems?notice=dispatch-answered');
    notice = await shown('row-message', /Fay Refused/);     // refused once more, and said so once more
    page = await answer(notice.page, `/messages/${notice.id}/answer`, { answer: 'sent' });
    equal(page.status, 409, 'a mail that was refused was not sent');
    page = await answer(notice.page, `/messages/${notice.id}/answer`, { answer: 'close' });
    ok(!page.plain().includes('Fay Refused'), page.plain().slice(0, 400));
}, { timeout: 90_000 });

test('a notice that may have been sent: "again" sends it once more, "It was sent" ends it', async () => {
    for (const [said, name, mails] of [['again', 'Hal Onceagain', 2], ['sent', 'Ida Wasthere', 1]]) {
        await withWorkers();
        const email = `${said}@homes.test`;
        const box = office.mailbox(email);
        const person = await office.person({ kind: 'adoptive', name, email, channel: 'portal' });
        let page = await office.joan.submit(await office.joan.get(`/parties/${person}`), 'form-post_parties_ID_join_code');
        const joiner = await office.here.client(office.running.portal);
        page = await joiner.submit(await joiner.get('/join'), 'form-post_join', { code: page.text('[data-test=join-code]'), email });
        await office.running.post.stop();
        const doomed = await office.here.start('post', { fault: 'send_answered:kill', ready: false });
        await joiner.submit(page, 'form-post_join_password', { password: 'three quiet herons' });
        await doomed.ended;
        await box.wait(1);
        await later('5m');
        office.running.post = await office.here.start('post');
        const notice = await shown('row-message', new RegExp(name));
        match(notice.text, /It may have been sent\. The connection broke at the last moment.*Ask the reader/);
        equal(box.messages().length, 1, 'no machine sends it again');
        equal((await answer(notice.page, `/messages/${notice.id}/answer`, { answer: said })).path, '/problems?notice=dispatch-answered');
        await box.wait(mails);
        ok(!(await problems()).plain().includes(name));
        equal(box.messages().length, mails);
    }
}, { timeout: 120_000 });

test('who does not work with letters sees no problems', async () => {
    for (const role of ['checker', 'inspector', 'administrator'])
        equal((await problems((await office.staff(role)).client)).status, 403, role);
});
