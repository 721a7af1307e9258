// SPDX-License-Identifier: AGPL-3.0-or-later
// What staff decided last is what leaves: a copy that waits goes back when its letter is marked anew or returned. And what
// stands between two people stands in each of their arrangements, whoever enters a further one.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { linkIn } from '../harness/maildir.mjs';
import { codes, openOffice } from '../harness/office.mjs';
import { run } from '../harness/spawn.mjs';

let office;
let manager;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

const SECRET = 'the lighthouse of Zedmouth';
const rows = (page) => page.find('[data-test=row-dispatch]').map(({ attribs }) => attribs['data-id'])
    .map((id) => ({ id, text: page.text(`[data-test=row-dispatch][data-id="${id}"]`) }));
const queue = async (surname) => rows(await office.joan.get('/prints')).filter(({ text }) => text.includes(surname));
const queued = (surname, count) => eventually(async () => {
    const found = await queue(surname);
    return found.length === count && found;
}, { within: 30_000, every: 200, what: `${count} copies to print for ${surname}` });

// A family's letter, approved for two relatives by post: both copies wait to be printed.
async function waiting(surname) {
    const email = `home.of.${surname.toLowerCase()}@homes.test`;
    const home = await office.person({ kind: 'adoptive', name: `Priya ${surname}home`, email });
    const relatives = [];
    for (const first of ['Amy', 'Bob'])
        relatives.push(await office.person({ name: `${first} ${surname}`, channel: 'post', email: '' }));
    await office.arrangement(home, relatives);
    const letter = await office.letterFrom(email, `We live at ${SECRET}.`);
    await office.approve(office.joan, letter);
    return { letter, relatives, copies: await queued(surname, 2) };
}

// Bob asks for a pause after his copy was made: it stops, and staff read the letter again.
async function stopOne(surname, bob) {
    const [{ id }] = await queue(`Bob ${surname}`);
    const setState = async (state) => office.joan.submit(await office.joan.get(`/parties/${bob}`), 'form-post_parties_ID', { state });
    await setState('paused');
    await office.joan.submit(await office.joan.get('/prints'), 'form-post_prints', { dispatch: [id] });
    await setState('active');
    const problems = await office.joan.get('/problems');
    equal(problems.text(`[data-test=row-dispatch][data-id="${id}"] [data-test=copies-beside]`),
        `Copies that have not left are taken back too: Amy ${surname}, by post.`);
    const page = await office.joan.post(`/dispatches/${id}/answer`, { csrf: problems.attribute('input[name=csrf]', 'value'),
        answer: 'review', reason: 'The pause is over' });
    match(page.path, /letter-again$/);
}

test('a letter that is returned to its sender leaves no copy in the print queue', async () => {
    const { letter, relatives } = await waiting('Queueone');
    await stopOne('Queueone', relatives[1]);
    const page = await office.check(office.joan, letter);
    ok(!/has a copy already/.test(page.plain()), 'what has not left is no copy that they have');
    await office.decide(office.joan, letter, 'return', { note: 'Please leave out where you live.' });
    deepEqual(await queue('Queueone'), []);
    deepEqual((await office.joan.get('/problems')).plain().includes('Queueone'), false, 'and nobody is asked about it');
    match((await office.audited('copy_taken_back', manager))[0].join(' '), /Took back a copy that nobody had read/);
}, { timeout: 90_000 });

test('a mark that is added goes into each copy that has not left', async () => {
    const { letter, relatives } = await waiting('Queuetwo');
    await stopOne('Queuetwo', relatives[1]);
    await office.joan.submit(await office.joan.get(`/letters/${letter}`), 'form-post_letters_ID_marks', { words: SECRET.slice(4), words_category: 'place' });
    const page = await office.check(office.joan, letter);
    await office.approve(office.joan, letter, { to: page.find('[name=to]').map(({ attribs }) => attribs.value) });
    const copies = await queued('Queuetwo', 2);
    const batch = await office.joan.submit(await office.joan.get('/prints'), 'form-post_prints', { dispatch: copies.map(({ id }) => id) });
    const pdf = await office.joan.get(`${batch.path}/letters`);
    const { stdout } = await run(['pdftotext', '-layout', '-', '-'], { input: pdf.bytes });
    equal(stdout.match(/We live at/g)?.length, 2, stdout);
    ok(!stdout.includes('Zedmouth'), stdout);
}, { timeout: 90_000 });

test('a copy that was approved by mistake is stopped before it leaves', async () => {
    const { letter, copies } = await waiting('Mistake');
    let page = await office.joan.get(`/letters/${letter}`);
    const stops = page.find('[data-test=copy-stop]');
    equal(stops.length, 2);
    page = await office.joan.submit(page, 'form-post_dispatches_ID_answer', { answer: 'stop' });
    equal(page.path, `/letters/${letter}?notice=letter-again`, page.plain().slice(0, 300));
    match(page.text('.lb-facts'), /To read/);
    deepEqual(await queue('Mistake'), []);
    const late = await office.joan.post(`/dispatches/${copies[0].id}/answer`, { csrf: page.attribute('input[name=csrf]', 'value'), answer: 'stop' });
    equal(late.status, 200, 'pressed twice: it is stopped');
    const reader = (await office.staff('checker')).client;
    equal((await reader.post(`/dispatches/${copies[0].id}/answer`, { csrf: (await reader.get('/')).attribute('input[name=csrf]', 'value'),
        answer: 'stop' })).status, 403, 'a checker decides nothing about copies');
}, { timeout: 60_000 });

// Amy gets letters by post; Bob by a link, and has no PIN: his copy cannot be made, and staff have the letter again.
async function halfway(surname) {
    const email = `home.of.${surname.toLowerCase()}@homes.test`;
    const home = await office.person({ kind: 'adoptive', name: `Priya ${surname}home`, email });
    const amy = await office.person({ name: `Amy ${surname}`, channel: 'post', email: '' });
    const bob = await office.person({ name: `Bob ${surname}`, email: `${surname.toLowerCase()}@relatives.test` });
    await office.arrangement(home, [amy, bob]);
    const letter = await office.letterFrom(email, `The apples of ${surname} are ripe.`);
    await office.approve(office.joan, letter);
    const [copy] = await queued(`Amy ${surname}`, 1);
    await stateIs(letter, /To read/);
    return { amy, bob, letter, copy, box: office.mailbox(`${surname.toLowerCase()}@relatives.test`) };
}

const stateIs = (letter, pattern) => eventually(async () => pattern.test((await office.joan.get(`/letters/${letter}`)).text('.lb-facts')),
    { within: 20_000, every: 200, what: `the letter in the state ${pattern}` });
const stop = async (letter, copy) => office.joan.post(`/dispatches/${copy.id}/answer`, { answer: 'stop',
    csrf: (await office.joan.get(`/letters/${letter}`)).attribute('input[name=csrf]', 'value') });

test('where one copy could not be made the other one stays', async () => {
    const { bob, letter, copy, box } = await halfway('Halfone');
    await office.newPin(bob);
    const page = await office.check(office.joan, letter);
    deepEqual(page.find('[name=to][checked]').map(({ attribs }) => attribs.value), [bob], 'Amy has her copy');
    await office.approve(office.joan, letter, { to: [bob] });
    await box.wait(1);
    deepEqual(await queue('Amy Halfone'), [copy], 'hers still waits to be printed');
}, { timeout: 60_000 });

test('a copy that was stopped is made again when the same letter is approved again', async () => {
    const { amy, bob, letter, copy, box } = await halfway('Halftwo');
    await office.newPin(bob);
    equal((await stop(letter, copy)).status, 200);
    deepEqual(await queue('Amy Halftwo'), []);
    await office.approve(office.joan, letter, { to: [amy, bob] });
    const [again] = await queued('Amy Halftwo', 1);
    ok(again.id !== copy.id);
    await box.wait(1);
}, { timeout: 60_000 });

test('a link that has left goes on opening when its letter is read again for somebody else', async () => {
    const { bob, letter, box } = await halfway('Halfthree');
    const { pin } = await office.newPin(bob);
    await office.approve(office.joan, letter, { to: [bob] });
    await box.wait(1);
    await stateIs(letter, /Copies|Sent|made/i);
    const [copy] = await queue('Amy Halfthree');
    equal((await stop(letter, copy)).status, 200, 'the letter is read again, in a next version');
    const reader = await office.here.client(office.running.portal);
    const page = await reader.submit(await reader.get(linkIn(box.messages()[0])), 'form-post_open', { pin });
    match(page.plain(), /The apples of Halfthree are ripe/);
}, { timeout: 60_000 });

const setState = async (who, arrangement, state) => who.submit(await who.get(`/arrangements/${arrangement}/state`),
    'form-post_arrangements_ID_state', { state, reason: 'A court order of today' });
const stateOf = async (arrangement) => (await office.joan.get(`/arrangements/${arrangement}`)).text('main p strong');

async function twoPeople(surname) {
    const home = await office.person({ kind: 'adoptive', name: `Priya ${surname}home`, email: `${surname}home@homes.test`.toLowerCase() });
    const relative = await office.person({ name: `Ann ${surname}`, email: `${surname}@relatives.test`.toLowerCase() });
    await office.newPin(home);
    return { home, relative };
}

test('where contact is prohibited a further arrangement of the same people is held, and a manager alone opens it', async () => {
    const { home, relative } = await twoPeople('Zblock');
    const [first, brother] = [await office.arrangement(home, [relative]), await office.arrangement(home, [relative])];
    equal(await stateOf(brother), 'Open');
    deepEqual(codes(await setState(office.joan, first, 'prohibited')), ['state-changed', 'manager-lifts']);
    equal(await stateOf(brother), 'Held');
    deepEqual(codes(await setState(manager, brother, 'active')), ['state-changed']);
    equal(await stateOf(brother), 'Open');
    equal(await stateOf(first), 'Prohibited');
    const third = await office.arrangement(home, [relative]);
    equal(await stateOf(third), 'Held');
    match((await office.joan.get(`/arrangements/${third}`)).text('[data-test=msg-held]'), /No letters go until a manager has looked/);
    ok(!(await office.joan.get(`/arrangements/${third}/state`)).has('[data-test=form-post_arrangements_ID_state]'));
    const other = await office.person({ name: 'Tom Zelsewhere', email: 'zelsewhere@relatives.test' });
    equal(await stateOf(await office.arrangement(home, [other])), 'Open', 'other people are not held');
    match((await office.audited('arrangement_held', manager))[0].join(' '), /Held an arrangement: others are blocked, or the child died/);
}, { timeout: 60_000 });

test('where one arrangement asks for two people, each letter between the same people needs two', async () => {
    const { home, relative } = await twoPeople('Ztwo');
    await office.arrangement(home, [relative], { two_person: 'yes' });
    const second = await office.arrangement(home, [relative]);
    await office.mail('ztwo@relatives.test', { proved: true, text: 'I think of you every day.' });
    const waits = await office.quarantinedWith('I think of you every day');
    const page = await office.joan.get(`/quarantine/${waits}`);
    equal((await office.joan.post(`/quarantine/${waits}/match`, { csrf: page.attribute('input[name=csrf]', 'value'),
        party: relative, arrangement: second })).status, 200);
    const letter = await office.letterWith('I think of you every day');
    const done = await office.approve(office.joan, letter);
    match(done.text('h1'), /Approved by you/, done.plain());
}, { timeout: 60_000 });
