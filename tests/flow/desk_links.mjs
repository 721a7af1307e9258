// SPDX-License-Identifier: AGPL-3.0-or-later
// A link that its reader cannot open any more, or that somebody else may open: staff see how it stands, a new PIN closes
// it, and a new one goes out with a new approval.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { codeOf, idFrom } from '../harness/codes.mjs';
import { linkIn } from '../harness/maildir.mjs';
import { ids, openOffice } from '../harness/office.mjs';

let office;
before(async () => {
    office = await openOffice();
}, { timeout: 180_000 });

async function pair(surname) {
    const email = `${surname.toLowerCase()}@relatives.test`;
    const relative = await office.person({ name: `Rose ${surname}`, email });
    const home = await office.person({ kind: 'adoptive', name: `Priya ${surname}home`, email: `home.of.${email}` });
    await office.arrangement(home, [relative]);
    return { relative, box: office.mailbox(email), write: (text) => office.letterFrom(`home.of.${email}`, text) };
}

// As the relative: the link, then a PIN.
async function read(link, pin) {
    const reader = await office.here.client(office.running.portal);
    const page = await reader.get(link);
    return page.has('[data-test=form-post_open]') ? reader.submit(page, 'form-post_open', { pin }) : page;
}

const copy = async (letter) => {
    const page = await office.joan.get(`/letters/${letter}`);
    return { page, text: page.text('[data-test=row-copy]') };
};
const copyIs = (letter, pattern) => eventually(async () => {
    const shown = await copy(letter);
    return pattern.test(shown.text) && shown;
}, { within: 20_000, every: 200, what: `${pattern} with the letter` });

test('a new PIN closes the links of the old one, and the letter goes out again by a new link', async () => {
    const { relative, box, write } = await pair('Oldpin');
    const { pin: old } = await office.newPin(relative);
    const letter = await write('The tooth fairy came twice.');
    await office.approve(office.joan, letter);
    await box.wait(1);
    const link = linkIn(box.messages()[0]);
    await copyIs(letter, /: sent, not opened yet/);
    match((await read(link, old)).plain(), /The tooth fairy came twice/);
    await copyIs(letter, /: sent, opened/);

    const { page: made, pin: fresh } = await office.newPin(relative);
    deepEqual(ids(made, 'row-closed'), [letter]);
    match(made.text('[data-test=row-closed]'), /^[0-9A-Z-]{14}, read before$/);
    ok(!(await read(link, old)).plain().includes('tooth fairy'), 'the old PIN opens it no more');
    const { page: next, pin: again } = await office.newPin(relative);
    deepEqual(ids(next, 'row-closed'), [], 'nothing is closed twice');

    const { page } = await copyIs(letter, /: sent\. The link is closed/);
    const back = await office.joan.submit(page, 'form-post_dispatches_ID_answer', { answer: 'link' });
    equal(back.path, `/letters/${letter}?notice=letter-again`, back.plain().slice(0, 300));
    match(back.text('.lb-facts'), /To read/);
    ok(!back.has('[data-test=form-post_dispatches_ID_answer]'), 'it is open for a decision already');
    equal((await office.approveByAll(letter)).status, 200);      // another PIN: two people read the next letter
    await box.wait(2);
    const newer = linkIn(box.messages()[1]);
    ok(!(await read(newer, fresh)).plain().includes('tooth fairy'), 'nor does the PIN in between open the new link');
    match((await read(newer, again)).plain(), /The tooth fairy came twice/);
}, { timeout: 90_000 });

test('a link that was locked by wrong PINs is shown as that, and a new one can be sent', async () => {
    const { relative, box, write } = await pair('Lockedout');
    const { pin } = await office.newPin(relative);
    const letter = await write('She lost two teeth.');
    await office.approve(office.joan, letter);
    await box.wait(1);
    const link = linkIn(box.messages()[0]);
    await office.here.db.query('DELETE FROM letterbox.rate');
    for (let n = 0; n < 5; n += 1)
        await read(link, pin === '000000' ? '111111' : '000000');
    await office.here.db.query('DELETE FROM letterbox.rate');
    ok(!(await read(link, pin)).plain().includes('two teeth'));
    const { page } = await copyIs(letter, /: sent\. The link is locked: the PIN was wrong five times/);
    await office.joan.submit(page, 'form-post_dispatches_ID_answer', { answer: 'link' });
    await office.approve(office.joan, letter);
    await box.wait(2);
    match((await read(linkIn(box.messages()[1]), pin)).plain(), /She lost two teeth/);
}, { timeout: 90_000 });

test('a second browser that opens a link is shown to staff, and not stopped; the same one again is not', async () => {
    const { relative, box, write } = await pair('Twobrowsers');
    const { pin } = await office.newPin(relative);
    const letter = await write('She can whistle now.');
    await office.approve(office.joan, letter);
    await box.wait(1);
    const link = linkIn(box.messages()[0]);
    const phone = await office.here.client(office.running.portal);
    const open = async (reader) => {
        const page = await reader.get(link);
        return (await reader.submit(page, 'form-post_open', { pin })).plain();
    };
    match(await open(phone), /She can whistle now/);
    await copyIs(letter, /: sent, opened/);
    match(await open(phone), /She can whistle now/, 'again, after it was closed or forgotten');
    ok(!(await copy(letter)).page.has('[data-test=copy-second-browser]'));
    const library = await office.here.client(office.running.portal);
    match(await open(library), /She can whistle now/, 'it is not stopped');
    const { page } = await copyIs(letter, /another phone or computer/);
    match(page.text('[data-test=copy-second-browser]'), /\d{4} at \d+:\d\d[ap]m.*Ring them and make a new PIN/);
    const manager = (await office.staff('manager')).client;
    const [row] = await office.audited('release_opened_elsewhere', manager);
    match(row.at(-1), /in another browser than before/);
    const { n } = await office.here.db.one(`SELECT count(*)::int AS n FROM letterbox.link WHERE reader_hash IS NOT NULL`);
    ok(n >= 1);
}, { timeout: 60_000 });

test('a link that has run out opens nothing, and staff see it', async () => {
    const { relative, box, write } = await pair('Runout');
    const { pin } = await office.newPin(relative);
    const letter = await write('He lost a shoe.');
    await office.approve(office.joan, letter);
    await box.wait(1);
    await office.here.db.query(`UPDATE letterbox.link SET expires_at = letterbox.now() - interval '1 minute'
        WHERE withdrawn_at IS NULL AND opened_at IS NULL AND link_id = (SELECT l.link_id FROM letterbox.link l
        JOIN letterbox.release r USING (agency_id, release_id) WHERE r.letter_id = $1)`, [idFrom(letter)]);
    ok(!(await read(linkIn(box.messages()[0]), pin)).plain().includes('lost a shoe'));
    const { page } = await copyIs(letter, /: sent\. The link has run out/);
    ok(page.has('[data-test=form-post_dispatches_ID_answer]'), 'a new one can be sent');
}, { timeout: 60_000 });

test('a copy that did not go by a link is not taken back so', async () => {
    const home = await office.person({ kind: 'adoptive', name: 'Priya Paperhome', email: 'home.of.paper@relatives.test' });
    const relative = await office.person({ name: 'Rose Paper', channel: 'post', email: '' });
    await office.arrangement(home, [relative]);
    const letter = await office.letterFrom('home.of.paper@relatives.test', 'By post, please.');
    await office.approve(office.joan, letter);
    const { page } = await copyIs(letter, /: to be printed/);
    ok(!page.has('[data-test=copy-new-link]'));
    const { dispatch_id: dispatch } = await office.here.db.one(`SELECT d.dispatch_id::text FROM letterbox.dispatch d
        JOIN letterbox.release r USING (agency_id, release_id) WHERE d.channel = 'post' ORDER BY d.made_at DESC LIMIT 1`);
    const answered = await office.joan.post(`/dispatches/${codeOf(dispatch)}/answer`, { csrf: page.attribute('input[name=csrf]', 'value'),
        once: 'abcdefghijklmnop', answer: 'link' });
    equal(answered.status, 409);
    await copyIs(letter, /: to be printed/);
}, { timeout: 60_000 });
