// SPDX-License-Identifier: AGPL-3.0-or-later
// How things stand with people, children and arrangements, and how people are reached: on the desk's pages, with a family that
// tells of its move in the portal, the diary, and letters that go or wait.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
let second;
let ann;
let home;
let arrangement;
let posted;

before(async () => {
    office = await openOffice({ processes: ['portal', 'desk', 'press', 'post', 'diary'] });
    manager = (await office.staff('manager')).client;
    second = (await office.staff('checker')).client;
    ann = await office.person({ name: 'Ann Quill', known_as: 'Ann', channel: 'post', email: 'ann@relatives.test', phone: '01632 960 701' });
    home = await office.person({ kind: 'adoptive', name: 'Priya Shah', known_as: 'Priya', email: 'priya@homes.test', channel: 'link' });
    await office.newPin(home);
    arrangement = await office.arrangement(home, [ann]);
}, { timeout: 240_000 });

const party = (id) => office.joan.get(`/parties/${id}`);
const save = async (id, fields) => office.joan.submit(await party(id), 'form-post_parties_ID', fields);
const value = (page, name) => page.form('form-post_parties_ID').fields.find(([field]) => field === name)?.[1];
const waiting = async () => ids(await office.joan.get('/changes'), 'row-change');

test('a new address that nobody has checked waits, and changes nothing', async () => {
    let page = await save(ann, { address: '9 Harbour Row\nSeahouses\nNE68 7SN' });
    equal(page.status, 422);
    ok(page.has('[data-test=msg-checked-missing]'), page.plain().slice(0, 500));
    page = await save(ann, { address: '9 Harbour Row\nSeahouses\nNE68 7SN', note: 'Rang on Monday.', checked: 'not' });
    ok(page.has('[data-test=msg-party-saved-waits]'), page.plain().slice(0, 500));
    ok(page.has('[data-test=msg-changes-wait]'));
    match(value(page, 'address'), /Tannery Row/);
    equal(value(page, 'note'), 'Rang on Monday.', 'the rest is saved');
    ok(!page.has('[data-test=msg-details-changed]'));
    equal((await waiting()).length, 1);
    match((await office.joan.get('/')).text('[data-test=count-changes]'), /^1 /);
});

test('one that somebody has checked comes into the record, and two people read the next letter', async () => {
    const [change] = await waiting();
    let page = await office.joan.get(`/changes/${change}`);
    match(page.text('[data-test=change-address]'), /Seahouses/);
    match(page.plain(), /01632 960 701/, 'the number that we knew before');
    page = await office.joan.submit(page, 'form-post_changes_ID_confirm', {});
    ok(page.has('[data-test=msg-checked-missing]'), page.plain().slice(0, 400));
    page = await office.joan.submit(page, 'form-post_changes_ID_confirm', { checked: 'phone' });
    ok(page.has('[data-test=msg-change-confirmed]') && page.has('[data-test=msg-details-changed]'), page.plain().slice(0, 600));
    match(value(page, 'address'), /Seahouses/);
    deepEqual(await waiting(), []);
    // who comes second is told, and nothing is done twice
    page = await office.joan.get(`/changes/${change}`);
    ok(page.has('[data-test=msg-change-decided]') && !page.has('[data-test=form-post_changes_ID_confirm]'));

    const letter = await office.letterFrom('priya@homes.test', 'The first letter after the move.');
    page = await office.approve(office.joan, letter);
    match((await office.joan.get(`/letters/${letter}`)).plain(), /second/i, 'one approval is not enough');
    const copies = await second.get(`/letters/${letter}/decision`);
    await office.second(second, letter, { second: 'agree', fact: copies.text('[data-test=row-copy] h2').split(' ')[0] });
    await eventually(async () => (await office.joan.get('/prints')).has('[data-test=row-dispatch]'), { within: 30_000, every: 200, what: 'the print' });
    page = await office.joan.submit(await office.joan.get('/prints'), 'form-post_prints', {});
    page = await office.joan.get(page.path);
    await office.joan.submit(page, 'form-post_prints_ID_posted', { dispatch: ids(page, 'row-dispatch') });
    ok(!(await party(ann)).has('[data-test=msg-details-changed]'), 'the next is as any other');
    posted = letter;
});

test('what the post brings back stops the next letter until the address is confirmed', async () => {
    let page = await office.joan.get(`/letters/${posted}/done`);
    page = await office.joan.submit(page, 'form-post_dispatches_ID_returned', {});
    ok(page.has('[data-test=msg-post-returned]'), page.plain().slice(0, 500));
    match(page.text('[data-test=row-dispatch]'), /The post brought it back/);
    ok(!(await party(ann)).has('#address_confirmed[checked]'), 'the address is not confirmed any more');
    const letter = await office.letterFrom('priya@homes.test', 'A letter to an address that is wrong.');
    await office.approve(office.joan, letter);
    const queue = await eventually(async () => {
        const now = await office.joan.get('/prints');
        return now.has('[data-test=row-dispatch]') && now;
    }, { within: 30_000, every: 200, what: 'the print' });
    await office.joan.submit(queue, 'form-post_prints', {});
    match((await office.joan.get('/problems')).plain(), /address is not confirmed/);
    ok(!(await office.joan.get('/prints')).has('[data-test=row-dispatch]'));
    await save(ann, { address_confirmed: 'yes' });
});

test('a change that is not theirs is dismissed with a reason, and kept', async () => {
    await save(ann, { phone: '07700 900444', checked: 'not' });
    const [change] = await waiting();
    let page = await office.joan.submit(await office.joan.get(`/changes/${change}`), 'form-post_changes_ID_dismiss', { reason: '' });
    ok(page.has('[data-test=msg-reason-missing]'));
    page = await office.joan.submit(page, 'form-post_changes_ID_dismiss', { reason: 'She rang: it is not hers.' });
    ok(page.has('[data-test=msg-change-dismissed]'), page.plain().slice(0, 400));
    equal(value(page, 'phone'), '01632 960 701');
    ok((await office.audited('detail_dismissed', manager)).length > 0);
});

test('what stands on the other side is refused when it is confirmed, and the change still waits', async () => {
    await save(ann, { email: 'priya@homes.test', checked: 'not' });
    const [change] = await waiting();
    const page = await office.joan.submit(await office.joan.get(`/changes/${change}`), 'form-post_changes_ID_confirm', { checked: 'phone' });
    ok(page.has('[data-test=msg-email-other-side]'), page.plain().slice(0, 500));
    deepEqual(await waiting(), [change]);
    await office.joan.submit(page, 'form-post_changes_ID_dismiss', { reason: 'A wrong e-mail.' });
});

test('a PIN that replaces another makes the next letter wait for two; the first one does not', async () => {
    ok(!(await party(home)).has('[data-test=msg-details-changed]'));
    await office.newPin(home);
    ok((await party(home)).has('[data-test=msg-details-changed]'));
});

test('the page of an arrangement says what each state stops, and a coordinator is offered what they may do', async () => {
    const page = await office.joan.get(`/arrangements/${arrangement}/state`);
    const offered = page.find('input[name=state]').map((one) => one.attribs.value);
    deepEqual(offered, ['paused', 'suspended', 'prohibited', 'inactive', 'ended', 'moved']);
    match(page.text('#state-paused-hint'), /wait on the shelf.*Do not say who asked/);
});

test('somebody who is not ready gets nothing, and the others do', async () => {
    let page = await office.joan.get(`/arrangements/${arrangement}/state`);
    const forms = page.find('[data-test=form-post_arrangements_ID_standing]').map((one) => one.attribs['data-id']);
    ok(forms.includes(ann));
    page = await office.joan.submit(page, 'form-post_arrangements_ID_standing', { party: ann, place: 'not_ready', was: 'active' });
    ok(page.has('[data-test=msg-standing-set]'), page.plain().slice(0, 400));
    match(page.plain(), /kept safe and will be there one day/);
    // somebody who still has the page as it was
    page = await office.joan.submit(page, 'form-post_arrangements_ID_standing', { party: ann, place: 'paused', was: 'active', once: null });
    equal(page.status, 409);
    const letter = await office.letterFrom('priya@homes.test', 'A letter for one who is not ready.');
    await office.approve(office.joan, letter);
    const copies = await second.get(`/letters/${letter}/decision`);
    if (copies.has('[data-test=form-post_letters_ID_second]'))
        await office.second(second, letter, { second: 'agree', fact: copies.text('[data-test=row-copy] h2').split(' ')[0] });
    const shown = await eventually(async () => {
        const now = await office.joan.get(`/letters/${letter}`);
        return /not ready/.test(now.plain()) && now;
    }, { within: 30_000, every: 300, what: 'the refusal' });
    ok(!(await office.joan.get('/prints')).has('[data-test=row-dispatch]'), shown.plain().slice(0, 300));
    await office.joan.submit(await office.joan.get(`/arrangements/${arrangement}/state`), 'form-post_arrangements_ID_standing',
        { party: ann, place: 'active', was: 'not_ready' });
});

test('a review is written down once, and the next has its day', async () => {
    const path = `/arrangements/${arrangement}/reviews`;
    let page = await office.joan.submit(await office.joan.get(path), 'form-post_arrangements_ID_reviews', { next_year: 2090 });
    deepEqual(page.find('.govuk-error-summary [data-test]').map((one) => one.attribs['data-test']).sort(), ['msg-review-empty', 'msg-review-far']);
    page = await office.joan.submit(await office.joan.get(path), 'form-post_arrangements_ID_reviews',
        { feels: ['She reads them twice.', ''], news: ['', 'A new job.'], agreed: 'As before.' });
    ok(page.has('[data-test=msg-review-done]'), page.plain().slice(0, 500));
    for (const words of [/She reads them twice\./, /A new job\./, /Agreed: As before\./, /Jo Whitfield/])
        match(page.text('[data-test=row-review-done]'), words);
});

test('the death of a child holds what there is for it, and a manager alone opens it again', async () => {
    const child = (await office.joan.get(`/arrangements/${arrangement}/state`)).one('[data-test=child-standing]').attribs.href;
    let page = await office.joan.submit(await office.joan.get(child), 'form-post_children_ID_standing', { state: 'dead', reason: '' });
    ok(page.has('[data-test=msg-reason-missing]'));
    page = await office.joan.submit(page, 'form-post_children_ID_standing', { state: 'dead', reason: 'The hospital rang.' });
    ok(page.has('[data-test=msg-standing-set]'), page.plain().slice(0, 400));
    page = await office.joan.get(`/arrangements/${arrangement}/state`);
    ok(page.has('[data-test=msg-held]') && page.has('[data-test=msg-child-ends]') && page.has('[data-test=msg-manager-lifts]'));
    page = await manager.submit(await manager.get(`/arrangements/${arrangement}/state`), 'form-post_arrangements_ID_state',
        { state: 'active', reason: 'A mistake' });
    ok(page.has('[data-test=msg-child-ends]'), page.plain().slice(0, 500));
    page = await office.joan.submit(await office.joan.get(child), 'form-post_children_ID_standing', { state: 'living', reason: 'A mix-up.' });
    ok(page.has('[data-test=msg-manager-needed]'), page.plain().slice(0, 400));
    await manager.submit(await manager.get(child), 'form-post_children_ID_standing', { state: 'living', reason: 'A mix-up.' });
    page = await manager.submit(await manager.get(`/arrangements/${arrangement}/state`), 'form-post_arrangements_ID_state',
        { state: 'active', reason: 'A mix-up of names.' });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 400));
});
