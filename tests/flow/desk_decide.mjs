// SPDX-License-Identifier: AGPL-3.0-or-later
// Decisions at the desk over real HTTPS: who may make them, and about what.

import { readFileSync } from 'node:fs';
import { before, deepEqual, equal, folder, match, doesNotMatch, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { jpeg } from '../harness/samples.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let room;
let coordinator;
let manager;
let checker;

before(async () => {
    const here = await site();
    room = await pressroom(here, 'fernshire', { atDesk: true });
    await room.agent();
    await here.start('press');
    const desk = await here.start('desk');
    coordinator = (await staffAtDesk(here, desk, 'coordinator')).client;
    manager = (await staffAtDesk(here, desk, 'manager')).client;
    checker = (await staffAtDesk(here, desk, 'checker')).client;
}, { timeout: 120_000 });

const decisionOf = (letter) => `/letters/${codeOf(letter)}/decision`;

async function reviewed(family, text) {
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
    await room.done();
    equal((await room.state(letter)).state, 'in_review');
    return letter;
}

// The form on the page of one who may decide, sent by another with a token of their own.
async function sendAs(client, page, decision, more = {}) {
    const own = (await client.get('/account')).form('form-post_account_password').fields
        .find(([name]) => name === 'csrf')[1];
    const fields = page.form('form-post_letters_ID_decision').fields
        .filter(([name]) => !['csrf', 'once', 'decision', ...Object.keys(more)].includes(name));
    return client.post(page.path, [...fields, ['csrf', own], ['decision', decision], ...Object.entries(more)]);
}

// What stands beside each part of a letter.
async function parts(letter) {
    const page = await coordinator.get(`/letters/${codeOf(letter)}`);
    return page.find('[data-part]').map((one) => page.text(`[data-part="${one.attribs['data-part']}"]`));
}

test('a letter that was given to a manager is decided by a manager, and by nobody else', async () => {
    const letter = await reviewed(await room.family(0), 'Dear Ann, all is well here.');
    let page = await coordinator.get(decisionOf(letter));
    page = await sendAs(coordinator, page, 'escalate', { why_escalate: 'I am not sure about this one.' });
    match(page.plain(), /Passed to a manager/);
    page = await coordinator.get(decisionOf(letter));
    match(page.plain(), /a manager decides/);
    ok(!page.has('[data-test="letter-approve"]'), 'nothing to approve it with');
    const theirs = await manager.get(decisionOf(letter));
    for (const [decision, more] of [['approve', {}], ['return', { note: 'Please write again.' }],
        ['hold', { reason: 'other', why_hold: 'x', day: '1', month: '1', year: '2100' }]]) {
        page = await sendAs(coordinator, theirs, decision, more);
        equal(page.status, 403, `${decision}: ${page.plain()}`);
        equal((await room.state(letter)).state, 'escalated');
    }
    page = await sendAs(manager, theirs, 'approve');
    match(page.plain(), /Approved/);
    doesNotMatch((await room.state(letter)).state, /escalated/);
});

test('somebody who takes part only since a letter came gets no copy before it was looked through for them', async () => {
    const family = await room.family(1);
    const late = (await room.family(2)).by('post');
    const text = `Dear Ann, we saw the Featherstonehaughs of Upper Slaughter.`;
    await room.changeParty(late.id, { leak: [{ category: 'place', term: 'Upper Slaughter' }] });
    const letter = await reviewed(family, text);
    await room.db.query(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side, may_write,
        may_receive) VALUES ($1, $2, $3, 'birth', true, true)`, [room.agency, family.arrangement, late.id]);
    let page = await coordinator.get(decisionOf(letter));
    const box = `#to-${codeOf(late.id)}`;
    ok(page.has(`${box}[disabled]`) && !page.has(`${box}[checked]`), page.plain());
    page = await sendAs(coordinator, page, 'approve', { to: codeOf(late.id) });
    equal(page.status, 422, page.plain());
    match(page.plain(), /was not looked through for one of these people yet/);
    equal((await room.state(letter)).state, 'in_review');

    page = await coordinator.submit(await coordinator.get(`/letters/${codeOf(letter)}`), 'form-post_letters_ID_look');
    match(page.plain(), /looked through once more/);
    await room.done();
    page = await coordinator.get(decisionOf(letter));
    ok(page.has(`${box}[checked]`), page.plain());
    match(page.text(`[data-test="row-copy"][data-id="${codeOf(late.id)}"]`), /\[place removed\]/);
    ok(!page.has('[data-test="msg-unlooked"]'));
    page = await sendAs(coordinator, page, 'approve');
    match(page.plain(), /Approved/);
});

test('the desk says in plain words why something is proposed', async () => {
    const family = await room.family(0);
    for (const { id } of family.relatives)
        await room.changeParty(id, { leak: [{ category: 'name', term: "O'Featherstone" }, { category: 'name', term: 'Katherine' }] });
    const items = [{ kind: 'text', bytes: Buffer.from('07911 123456 is our number. We like it at marlby primary school.') }];
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, items,
        text: "The O'Featherstones, 07911 123456, at Marlby Primary School. Katie was there." });
    await room.done();
    const page = await coordinator.get(`/letters/${codeOf(letter)}`);
    const rows = page.find('[data-test=row-mark]').map((row) => page.text(`#${row.attribs.id}`));
    const why = (pattern) => rows.filter((row) => pattern.test(row)).map((row) => /Letter( 2)?\. (.*)\. ?Take out/.exec(row)?.[2]);
    deepEqual(why(/07911/), Array(2).fill('Found by a rule: has the form of a phone number'));
    deepEqual(why(/Feather/), ['On the list for this reader: “O’Featherstone”']);
    deepEqual(why(/“Katie/), ['On the list for this reader: another form of “Katherine”']);
    deepEqual(why(/“Marlby/), ['Looks like a name or place: a name with a word like “school” or “surgery” '
        + '(could show where the child learns or plays)']);
    deepEqual(why(/“marlby/), ['Also taken out elsewhere in this letter']);
});

test('"Take out" without words asks for the words, and the rest is saved', async () => {
    const letter = await reviewed(await room.family(0), 'Dear Ann, ring 07911 123456.');
    const path = `/letters/${codeOf(letter)}`;
    let page = await coordinator.submit(await coordinator.get(path), 'form-post_letters_ID_marks',
        { words: ' ', next: 'add', take: [] });
    equal(page.status, 422);
    equal(page.text('[data-test=msg-words-missing]'), 'Type the words to take out');
    equal(page.attribute('.govuk-error-summary a', 'href'), '#words');
    ok(!page.has('[data-test=msg-marks-saved]') && !(await coordinator.get(path)).has('[data-test=mark-take][checked]'));
    page = await coordinator.submit(page, 'form-post_letters_ID_marks', { words: 'Ann', next: 'add' });
    ok(page.has('[data-test=msg-marks-saved]'), page.plain());
    page = await coordinator.submit(page, 'form-post_letters_ID_marks', { next: 'stay' });
    ok(page.has('[data-test=msg-marks-saved]'), 'saving alone needs no words');
});

test('who approves before everything was looked at is led to the boxes to tick', async () => {
    const letter = await reviewed(await room.family(0), 'Dear Ann, can we meet you in the park?');
    let page = await sendAs(coordinator, await coordinator.get(decisionOf(letter)), 'approve');
    equal(page.status, 422, page.plain());
    const leads = [page.attribute('[data-test=msg-concerns-open] a', 'href'), page.link('concern-open')];
    deepEqual(leads, [`/letters/${codeOf(letter)}#concerns-title`, `/letters/${codeOf(letter)}#seen-1`]);
    page = await coordinator.get(leads[0].split('#')[0]);
    for (const lead of leads)
        ok(page.has(lead.slice(lead.indexOf('#'))), `nothing is at ${lead}`);
    // who may not tick is led to the heading, since there are no boxes
    const lead = (await checker.get(decisionOf(letter))).link('concern-open');
    equal(lead, leads[0]);
    page = await checker.get(lead.split('#')[0]);
    ok(page.has('#concerns-title') && !page.has('#seen-1'), page.plain());
});

test('beside a photo stands what is taken off it, and that its words are for a person to read', async () => {
    const family = await room.family(0);
    const photo = await jpeg(folder('photo'), { width: 300, height: 200 });
    await run(['exiftool', '-q', '-overwrite_original', '-GPSLatitude=53.9', '-GPSLatitudeRef=N', photo]);
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'See the photo.',
        items: [{ kind: 'file', name: 'garden.jpg', bytes: readFileSync(photo) }] });
    await room.done();
    const [text, picture] = await parts(letter);
    doesNotMatch(text, /Hidden details|has read no words/);
    match(picture, /The program has read no words in this picture\. Look yourself/);
    match(picture, /Hidden details that we take off ?Place taken/);
});

test('a file that is not what it is called says so beside its part', async () => {
    const family = await room.family(0);
    const bytes = Buffer.from('These are my notes.\n');
    const items = ['notes.docx', 'notes.EXE', 'notes.txt', 'notes.v2', 'notes'].map((name) => ({ kind: 'file', name, bytes }));
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, items });
    await room.done();
    deepEqual((await parts(letter)).map((part) => /The file is called .* is [a-z ]+text/.exec(part)?.[0] ?? ''),
        ['The file is called .docx, but is plain text', 'The file is called .exe, but is plain text', '', '', '']);
});

test('one person alone does not outvote an objection', async () => {
    const family = await room.family(3);
    const [one, two] = family.relatives;
    await room.db.query(`UPDATE letterbox.arrangement SET two_person = true WHERE agency_id = $1 AND arrangement_id = $2`,
        [room.agency, family.arrangement]);
    const letter = await reviewed(family, 'Dear all, a good year.');
    const answer = async (client, second, more) => {
        const page = await client.get(decisionOf(letter));
        return client.submit(page, 'form-post_letters_ID_second', { second, ...more });
    };
    const recipients = (await coordinator.get(decisionOf(letter))).form('form-post_letters_ID_decision').fields
        .filter(([name]) => name === 'to').map(([, id]) => id);
    ok(recipients.includes(codeOf(one.id)) && recipients.includes(codeOf(two.id)));
    let page = await sendAs(coordinator, await coordinator.get(decisionOf(letter)), 'approve');
    equal((await room.state(letter)).state, 'second_check', page.plain());
    page = await answer(manager, 'disagree', { reason_second: 'Not to both of them.' });
    equal((await room.state(letter)).state, 'in_review', page.plain());

    page = await sendAs(manager, await manager.get(decisionOf(letter)), 'approve', { to: codeOf(one.id) });
    equal((await room.state(letter)).state, 'second_check', page.plain());
    ok(!(await manager.get(decisionOf(letter))).has('[data-test="form-post_letters_ID_second"]'),
        'the manager approved it, and somebody else must agree');
    page = await answer(coordinator, 'agree', { fact: one.record.names[0].split(' ')[0] });    // whose copy alone stands there
    match(page.plain(), /Approved by two people/);
    await room.done();
    deepEqual((await room.releases(letter)).map(({ to }) => to), [one.id]);
});

test('who was ticked before, and is not any more, gets no copy', async () => {
    const family = await room.family(4);
    const nana = family.by('post');
    const other = family.relatives.find(({ id }) => id !== nana.id);
    const { address } = await room.partyRecord(nana.id);
    const letter = await reviewed(family, 'Dear all, a good year.');
    await room.changeParty(nana.id, { address: '' });
    await sendAs(coordinator, await coordinator.get(decisionOf(letter)), 'approve');
    await room.done();
    equal((await room.state(letter)).state, 'in_review', 'one copy could not be made');
    await room.setParty(nana.id, { address }, {});
    const page = await sendAs(coordinator, await coordinator.get(decisionOf(letter)), 'approve',
        { to: codeOf(other.id) });
    match(page.plain(), /Approved/);
    await room.done();
    deepEqual((await room.releases(letter)).map(({ to }) => to), [other.id]);
});

test('a copy of an earlier approval is not taken for that of the new one, whatever became of it since', async () => {
    const family = await room.family(4);
    const nana = family.by('post');
    const letter = await reviewed(family, 'Dear all, once more.');
    await sendAs(coordinator, await coordinator.get(decisionOf(letter)), 'approve', { to: codeOf(nana.id) });
    await room.done();
    const copy = async () => (await coordinator.get(`/letters/${codeOf(letter)}/done`)).text('[data-test=copy-state]');
    equal(await copy(), 'to be printed');
    await room.db.query(`UPDATE letterbox.dispatch d SET made_at = d.made_at - interval '1 hour', state = 'delivered'
          FROM letterbox.release r
         WHERE r.agency_id = d.agency_id AND r.release_id = d.release_id AND r.letter_id = $1`, [letter]);
    equal(await copy(), 'being made', 'it was opened after the approval, but made before');
});

test('an address that a mail only claims is remembered as the sender\'s, and no letter goes to it yet', async () => {
    const family = await room.family(5);
    await room.changeParty(family.home.id, { emails: [] }, { email_confirmed: true });
    const bytes = Buffer.from('From: Priya <new-address@elsewhere.test>\r\nTo: desk@mail.north.test\r\n'
        + 'Subject: Hello\r\n\r\nThis is my new address.\r\n');
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
    await room.done();
    equal((await room.state(letter)).state, 'quarantined');
    let page = await coordinator.get(`/quarantine/${codeOf(letter)}`);
    const own = page.form('form-post_quarantine_ID_search').fields.find(([name]) => name === 'csrf')[1];
    page = await coordinator.post(`/quarantine/${codeOf(letter)}/match`, [['csrf', own], ['party', codeOf(family.home.id)],
        ['arrangement', codeOf(family.arrangement)], ['remember', 'yes']]);
    match(page.plain(), /will soon be in the list/);
    deepEqual((await room.partyRecord(family.home.id)).emails, ['new-address@elsewhere.test']);
    equal((await room.db.one('SELECT email_confirmed FROM letterbox.party WHERE agency_id = $1 AND party_id = $2',
        [room.agency, family.home.id])).email_confirmed, false);
});
