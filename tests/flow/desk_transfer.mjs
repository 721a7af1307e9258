// SPDX-License-Identifier: AGPL-3.0-or-later
// An arrangement goes to another agency of the installation: proposed by one, offered by another, taken or refused there. In one
// transaction it is entered there and moved here, with a receipt that both keep; meanwhile nothing goes to anybody.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { codeOf, idFrom } from '../harness/codes.mjs';
import { idOf, ids, openOffice } from '../harness/office.mjs';

let office;
let manager;        // of fernshire, from where it goes
let theirs;         // the manager of brackendale
let theirCoordinator;
let ann;
let home;
let arrangement;

const row = async (sql, ...values) => office.here.db.one(sql, values);
const stateOf = async (id) => (await row('SELECT state FROM letterbox.arrangement WHERE arrangement_id = $1', idFrom(id))).state;
const agencyChoice = (page) => page.one('input[name=agency]').attribs.value;
const propose = async (id, who = office.joan, reason = 'The family has moved to Brackendale.') => {
    const page = await who.get(`/arrangements/${id}/transfer`);
    return who.submit(page, 'form-post_arrangements_ID_transfer', { agency: agencyChoice(page), reason });
};
const act = async (who, id, what, fields = {}) => who.submit(await who.get(`/transfers/${id}`), `form-post_transfers_ID_${what}`, fields);
const counts = async () => row(`SELECT (SELECT count(*)::int FROM letterbox.arrangement) AS arrangements,
    (SELECT count(*)::int FROM letterbox.party) AS parties, (SELECT count(*)::int FROM letterbox.child) AS children`);

before(async () => {
    office = await openOffice({ processes: ['portal', 'desk', 'press', 'post', 'diary'] });
    manager = (await office.staff('manager')).client;
    theirs = (await office.staff('manager', { agency: 'brackendale' })).client;
    theirCoordinator = (await office.staff('coordinator', { agency: 'brackendale' })).client;
    ann = await office.person({ name: 'Ann Quill', known_as: 'Ann', channel: 'post', email: 'ann@relatives.test',
        leak_category: 'place', leak_term: 'Oxenbridge' });
    home = await office.person({ kind: 'adoptive', name: 'Priya Shah', known_as: 'Priya', email: 'priya@homes.test', channel: 'link' });
    await office.newPin(home);
    arrangement = await office.arrangement(home, [ann], { reference: 'FB-MOVES', note: 'Ring before six.' });
    await office.joan.submit(await office.joan.get(`/parties/${ann}`), 'form-post_parties_ID', { reads: 'large' });
    await office.joan.submit(await office.joan.get(`/arrangements/${arrangement}/terms`), 'form-post_arrangements_ID_terms', { office: [ann], avoid: ['birthday'] });
}, { timeout: 240_000 });

test('it does not go while a letter is not finished', async () => {
    const letter = await office.letterFrom('priya@homes.test', 'A letter before the move.');
    let page = await propose(arrangement);
    ok(page.status === 422 && page.has('[data-test=msg-transfer-unfinished]'), page.plain().slice(0, 600));
    await office.approveByAll(letter);
    await eventually(async () => (await office.joan.get('/prints')).has('[data-test=row-dispatch]'), { within: 30_000, every: 200, what: 'the print' });
    page = await propose(arrangement);
    ok(page.has('[data-test=msg-transfer-unfinished]'), 'a copy is on its way');
    page = await office.joan.submit(await office.joan.get('/prints'), 'form-post_prints', {});
    page = await office.joan.get(page.path);
    await office.joan.submit(page, 'form-post_prints_ID_posted', { dispatch: ids(page, 'row-dispatch') });
});

test('to propose it changes nothing, and the other agency does not see it', async () => {
    let page = await office.joan.get(`/arrangements/${arrangement}/transfer`);
    page = await office.joan.submit(page, 'form-post_arrangements_ID_transfer', {});
    ok(page.has('[data-test=msg-transfer-agency-missing]') && page.has('[data-test=msg-reason-missing]'));
    page = await propose(arrangement);
    ok(page.has('[data-test=msg-transfer-proposed]'), page.plain().slice(0, 600));
    equal(await stateOf(arrangement), 'active');
    equal((await theirs.get(`/transfers/${idOf(page)}`)).status, 404);
    ok((await manager.get('/')).has('[data-test=msg-moves]'), 'a manager here is told on Today');
    ok(!(await theirs.get('/')).has('[data-test=msg-moves]') && !(await office.joan.get('/')).has('[data-test=msg-moves]'));
    equal(ids(await theirs.get('/transfers'), 'row-transfer').length, 0);
    ok((await propose(arrangement)).has('[data-test=msg-transfer-open]'), 'not twice');
    ok(!(await office.joan.get(`/transfers/${idOf(page)}`)).has('[data-test=form-post_transfers_ID_offer]'), 'a coordinator does not offer it');
    page = await act(manager, idOf(page), 'end', { reason: 'Not now.' });
    ok(page.has('[data-test=msg-transfer-ended]'), page.plain().slice(0, 500));
});

test('who proposed it does not offer it; a second person does, and from then on nothing goes', async () => {
    let page = await propose(arrangement, manager);
    const own = idOf(page);
    ok(!page.has('[data-test=form-post_transfers_ID_offer]'));
    const session = await manager.get('/');
    const forced = await manager.post(`/transfers/${own}/offer`, [['csrf', session.attribute('input[name=csrf]', 'value')], ['once', 'a'.repeat(32)]]);
    ok(forced.has('[data-test=msg-transfer-own]'), forced.plain().slice(0, 400));
    equal(await stateOf(arrangement), 'active');
    await act(manager, own, 'end', { reason: 'Mine.' });

    page = await propose(arrangement);
    const id = idOf(page);
    page = await act(manager, id, 'offer');
    ok(page.has('[data-test=msg-transfer-offered]'), page.plain().slice(0, 600));
    equal(await stateOf(arrangement), 'held');
    page = await manager.submit(await manager.get(`/arrangements/${arrangement}/state`), 'form-post_arrangements_ID_state',
        { state: 'active', reason: 'All is well.' });
    ok(page.has('[data-test=msg-moves-agency]'), page.plain().slice(0, 500));
    equal(await stateOf(arrangement), 'held');
});

test('a manager there sees what it is and nobody else there does; they refuse it with a reason', async () => {
    const [id] = ids(await theirs.get('/transfers'), 'row-transfer');
    let page = await theirs.get(`/transfers/${id}`);
    match(page.plain(), /moved to Brackendale/);
    ok((await theirs.get('/')).has('[data-test=msg-moves]') && !(await theirCoordinator.get('/')).has('[data-test=msg-moves]'));
    match(page.plain(), /Ann Quill, birth relative/);
    equal(page.text('[data-test=count-people]'), '2');
    match(page.text('[data-test=count-letters]'), /^1,/);
    equal((await theirCoordinator.get(`/transfers/${id}`)).status, 404);
    page = await act(theirs, id, 'end', { reason: '' });
    ok(page.has('[data-test=msg-reason-missing]'));
    page = await act(theirs, id, 'end', { reason: 'We have nobody who can do it until May.' });
    ok(page.has('[data-test=msg-transfer-ended]'), page.plain().slice(0, 500));
    equal(await stateOf(arrangement), 'active');
    match((await office.joan.get(`/transfers/${id}`)).text('[data-test=answer]'), /until May/);
    ok(!(await theirs.get(`/transfers/${id}`)).plain().includes('Ann Quill'), 'what was sealed to them is gone');
});

test('a record that changes after the offer: it is not taken as it was', async () => {
    const id = idOf(await propose(arrangement));
    await act(manager, id, 'offer');
    const party = await office.joan.get(`/parties/${ann}`);
    await office.joan.submit(party, 'form-post_parties_ID', { note: 'Has moved to her sister’s.' });
    const before = await counts();
    const page = await act(theirs, id, 'take');
    ok(page.status === 409 && page.has('[data-test=msg-transfer-changed]'), page.plain().slice(0, 500));
    deepEqual(await counts(), before, 'nothing was entered');
    await act(manager, id, 'end', { reason: 'To offer it anew.' });
    equal(await stateOf(arrangement), 'active');
});

test('a letter that comes after the offer is not left behind: it is not taken before that is sent on or on the shelf', async () => {
    const id = idOf(await propose(arrangement));
    await act(manager, id, 'offer');
    const letter = await office.letterFrom('priya@homes.test', 'Written on the day of the move.');
    let page = await act(theirs, id, 'take');
    ok(page.status === 409 && page.has('[data-test=msg-transfer-letter]'), page.plain().slice(0, 500));
    equal(await stateOf(arrangement), 'held');
    await act(manager, id, 'end', { reason: 'A letter has come.' });
    await office.approveByAll(letter);
    await eventually(async () => (await office.joan.get('/prints')).has('[data-test=row-dispatch]'), { within: 30_000, every: 200, what: 'the print' });
    page = await office.joan.submit(await office.joan.get('/prints'), 'form-post_prints', {});
    page = await office.joan.get(page.path);
    await office.joan.submit(page, 'form-post_prints_ID_posted', { dispatch: ids(page, 'row-dispatch') });
});

test('killed in between, nothing has moved; then it is taken, and both have the same receipt', async () => {
    const id = idOf(await propose(arrangement));
    await act(manager, id, 'offer');
    const before = await counts();
    for (const fault of ['desk_transfer_entered', 'desk_transfer_before_commit']) {
        const doomed = await office.here.start('desk', { fault: `${fault}:kill` });
        const client = await office.here.client(doomed);     // the same manager, signed in already
        client.cookies = new Map(theirs.cookies);
        const page = await client.get(`/transfers/${id}`);
        await client.submit(page, 'form-post_transfers_ID_take', {}).then(() => { throw new Error('was not killed'); }, () => {});
        await eventually(async () => (await counts()).parties === before.parties, { within: 10_000, every: 100, what: fault });
        deepEqual(await counts(), before, fault);
        equal(await stateOf(arrangement), 'held', fault);
    }
    let page = await act(theirs, id, 'take');
    ok(page.has('[data-test=msg-transfer-taken]'), page.plain().slice(0, 600));
    deepEqual(await counts(), { arrangements: before.arrangements + 1, parties: before.parties + 2, children: before.children + 1 });
    equal(await stateOf(arrangement), 'moved');
    const here = await office.joan.get(`/transfers/${id}`);
    equal(here.text('[data-test=receipt]'), page.text('[data-test=receipt]'));
    equal(here.text('[data-test=digest]'), page.text('[data-test=digest]'));
    match(page.text('[data-test=digest]'), /[0-9a-f]{4}/);

    // there: all of it, under their own keys, and two people for the first letter
    const taken = page.one('[data-test=arrangement-open]').attribs.href;
    page = await theirs.get(taken);
    match(page.plain(), /Kayla Home/);
    const terms = (await theirs.get(`${taken}/terms`)).plain();
    match(terms, /Ring before six/);
    match(terms, /At the office ?Ann Quill/);
    const people = await theirs.get(`${taken}/people`);
    match(people.plain(), /Priya Shah, adoptive family/);
    const newAnn = people.find('input[name=relative]').filter((one) => 'checked' in one.attribs).map((one) => one.attribs.value)[0];
    page = await theirs.get(`/parties/${newAnn}`);
    ok(page.has('[data-test=msg-details-changed]'));
    const newHome = people.form('form-post_arrangements_ID_people').fields.find(([name]) => name === 'adoptive')[1];
    match((await theirs.get(`/parties/${newHome}`)).plain(), /No PIN is agreed yet/);
    ok('checked' in page.one('input[name=reads][value=large]').attribs);
    ok(page.form('form-post_parties_ID').fields.some(([name, value]) => name === 'leak_term' && value === 'Oxenbridge'));
    await eventually(async () => (await row('SELECT count(*)::int AS n FROM letterbox.occasion WHERE arrangement_id = $1',
        idFrom(taken.split('/')[2]))).n > 0, { within: 20_000, every: 200, what: 'what is expected there' });

    // here: a stub. Nobody opens it again, nobody there sees it
    page = await manager.submit(await manager.get(`/arrangements/${arrangement}/state`), 'form-post_arrangements_ID_state',
        { state: 'active', reason: 'Back again.' });
    ok(page.has('[data-test=msg-moves-agency]'), page.plain().slice(0, 500));
    equal((await theirs.get(`/arrangements/${arrangement}`)).status, 404);
    equal((await office.joan.get(taken)).status, 404);
    match((await office.joan.get(`/arrangements/${arrangement}`)).plain(), /Moved to another agency/);
    const moved = () => row(`SELECT child_id, (SELECT count(*)::int FROM letterbox.agreement g WHERE g.arrangement_id = a.arrangement_id) AS versions
        FROM letterbox.arrangement a WHERE arrangement_id = $1`, idFrom(arrangement));
    const child = await office.joan.get(`/children/${codeOf((await moved()).child_id)}`);
    const { versions } = await moved();
    const month = Number(child.attribute('[name=dob_month]', 'value')) % 12 + 1;
    page = await office.joan.submit(child, 'form-post_children_ID', { dob_month: month });
    ok(page.has('[data-test=msg-child-saved]'), page.plain().slice(0, 500));
    equal((await moved()).versions, versions, 'its terms are the other agency’s now');
    match((await office.joan.get(`/parties/${home}`)).one('#state-ended').attribs.checked ?? 'no', /^$|checked/);
    ok((await act(theirs, id, 'take').catch(() => null)) === null, 'there is nothing to take any more');
}, { timeout: 120_000 });

const childOf = async (id) => (await row('SELECT child_id FROM letterbox.arrangement WHERE arrangement_id = $1', idFrom(id))).child_id;

test('a child with other arrangements here does not go with one of them', async () => {
    const two = await office.person({ name: 'Rose Vane', known_as: 'Rose', channel: 'post', email: 'rose@relatives.test' });
    const family = await office.person({ kind: 'adoptive', name: 'Lee Hart', known_as: 'Lee', email: 'lee@homes.test' });
    const first = await office.arrangement(family, [two]);
    const second = await office.arrangement(family, [two]);
    await office.here.db.query('UPDATE letterbox.arrangement SET child_id = $1 WHERE arrangement_id = $2', [await childOf(first), idFrom(second)]);
    ok((await propose(first)).has('[data-test=msg-transfer-others]'));
});

test('sisters and brothers go one after the other: linked again there, who comes twice is entered once, and the guard between them holds', async () => {
    const nan = await office.person({ name: 'Nan Vale', known_as: 'Nan', channel: 'post', email: 'nan@relatives.test' });
    const may = await office.person({ name: 'May Vale', known_as: 'May', channel: 'post', email: 'may.vale@relatives.test', leak_category: 'name', leak_term: 'Oxlip' });
    const family = await office.person({ kind: 'adoptive', name: ['Lee Oxlip', 'Noor Oxlip'], known_as: 'Lee and Noor', email: 'lee@oxlip.test' });
    const first = await office.arrangement(family, [nan]);
    const second = await office.arrangement(family, [nan, may]);
    await office.joan.submit(await office.joan.get(`/parties/${family}/apart`), 'form-post_parties_ID_apart', { name_1: 'keeps', name_2: 'other',
        email_1: 'keeps', address_1: 'keeps', keeps_known_as: 'Lee', keeps_channel: 'link', other_known_as: 'Noor', other_channel: 'portal', checked: 'phone' });
    await office.here.db.query(`INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id)
        SELECT agency_id, least($1::bigint, $2::bigint), greatest($1::bigint, $2::bigint) FROM letterbox.child WHERE child_id = $1`,
    [await childOf(first), await childOf(second)]);
    const move = async (id) => {
        ok((await office.joan.get(`/arrangements/${id}/transfer`)).has('[data-test=msg-siblings]'));
        const transfer = idOf(await propose(id));
        ok((await act(manager, transfer, 'offer')).has('[data-test=msg-transfer-offered]'));
        return transfer;
    };
    const before = await counts();

    let transfer = await move(first);
    let page = await theirs.get(`/transfers/${transfer}`);
    equal(page.text('[data-test=count-siblings]'), '1');
    ok(page.has('[data-test=msg-siblings]') && !page.has('[data-test=known-open]'));
    page = await act(theirs, transfer, 'take');
    ok(page.has('[data-test=msg-transfer-taken]'), page.plain().slice(0, 600));
    const one = page.one('[data-test=arrangement-open]').attribs.href;
    match((await theirCoordinator.get(`${one}/letters`)).text('[data-test=msg-came]'), /Fernshire .* ask a manager .* receipt \w{4}-/);
    match((await office.joan.get(`/arrangements/${first}`)).text('[data-test=msg-went]'), /letters until then stay here/);
    match((await theirs.get(`${one}/timeline`)).plain(), /It came from another agency\. The letters so far stay there/);
    match((await office.joan.get(`/arrangements/${first}/timeline`)).plain(), /Another agency took it\. The letters so far stay here/);
    equal((await office.joan.get(`/parties/${family}`)).has('#state-active[checked]'), true, 'still here for the second child');

    transfer = await move(second);
    page = await theirs.get(`/transfers/${transfer}`);
    ok(!page.has('[data-test=count-siblings]'), 'the other one is there');
    const known = page.find('[data-test=known-open]').map((link) => link.attribs.href);
    equal(known.length, 3);
    // Meanwhile the family moved in there with the number of a relative of the second child.
    const names = new Map(await Promise.all(known.map(async (href) => [href, (await theirs.get(href)).text('h1')])));
    const lee = known.find((href) => names.get(href) === 'Lee Oxlip');
    const number = async (phone) => theirs.submit(await theirs.get(lee), 'form-post_parties_ID', { phone, checked: 'phone' });
    await office.joan.submit(await office.joan.get(`/parties/${may}`), 'form-post_parties_ID', { note: 'Rang.' });
    await act(manager, transfer, 'end', { reason: 'May has a number now.' });
    await office.joan.submit(await office.joan.get(`/parties/${may}`), 'form-post_parties_ID', { phone: '01632 960 733', checked: 'phone' });
    ok((await number('01632 960 733')).has('[data-test=msg-party-saved]'));
    // And since the first went, Nan has died here, and Lee would rather be asked first.
    const save = async (who, id, fields) => ok((await who.submit(await who.get(`/parties/${id}`), 'form-post_parties_ID', fields))
        .has('[data-test=msg-party-saved]'));
    await save(manager, nan, { state: 'dead' });
    await save(office.joan, family, { ask_first: 'yes' });
    transfer = await move(second);
    const held = await counts();
    page = await act(theirs, transfer, 'take');
    ok(page.status === 409 && page.has('[data-test=msg-transfer-sides]'), page.plain().slice(0, 600));
    deepEqual(await counts(), held, 'nothing was entered');
    await number('01632 960 734');
    page = await act(theirs, transfer, 'take');
    ok(page.has('[data-test=msg-transfer-taken]'), page.plain().slice(0, 600));
    const two = page.one('[data-test=arrangement-open]').attribs.href;
    deepEqual(await counts(), { arrangements: before.arrangements + 2, parties: before.parties + 4, children: before.children + 2 });
    const code = (href) => href.split('/')[2];
    const [a, b] = [await childOf(code(one)), await childOf(code(two))];
    equal((await row(`SELECT count(*)::int AS n FROM letterbox.child_link WHERE child_id = least($1::bigint, $2::bigint)
        AND sibling_id = greatest($1::bigint, $2::bigint)`, a, b)).n, 1);
    match((await theirs.get(lee)).text('[data-test=msg-apart]'), /Neither may learn/);
    const nanThere = known.find((href) => href !== lee && names.get(href) === 'Nan Vale');
    ok((await theirs.get(nanThere)).has('#state-dead[checked]'), 'a death is not lost');
    ok((await theirs.get(lee)).has('input[name=ask_first][checked]'), 'nor that staff ask first');
    equal(ids(await theirs.get(`${two}/people`), 'row-party').filter((id) => known.some((href) => href.endsWith(id))).length, 3);
}, { timeout: 120_000 });

test('to an agency outside it is a state, with its rule: everything stops, and a manager alone takes it back', async () => {
    const relative = await office.person({ name: 'May Lark', known_as: 'May', channel: 'post', email: 'may@relatives.test' });
    const family = await office.person({ kind: 'adoptive', name: 'Kit Lowe', known_as: 'Kit', email: 'kit@homes.test' });
    const id = await office.arrangement(family, [relative]);
    const set = async (who, fields) => who.submit(await who.get(`/arrangements/${id}/state`), 'form-post_arrangements_ID_state', fields);
    let page = await set(office.joan, { state: 'moved', reason: 'Far County Council, their receipt 4711.' });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 500));
    ok(page.has('[data-test=msg-manager-lifts]'), 'a coordinator does not open it again');
    page = await set(manager, { state: 'active', reason: 'They gave it back.' });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 500));
});
