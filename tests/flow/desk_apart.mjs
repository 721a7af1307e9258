// SPDX-License-Identifier: AGPL-3.0-or-later
// Adopters separated: one family becomes two households of one child. Both stay on the adoptive side, neither is reached by
// what was the other's, and each arrangement says who writes and who gets letters.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { idOf, ids, openOffice } from '../harness/office.mjs';
import { codeOf } from '../harness/codes.mjs';

let office;
let ann;
let home;
let eva;
let arrangement;
let otherChild;
let client;
let form;

const party = (id) => office.joan.get(`/parties/${id}`);
const fieldsOf = (page, name) => page.form('form-post_parties_ID').fields.filter(([field]) => field === name).map(([, value]) => value);
const leaks = (page) => fieldsOf(page, 'leak_term').filter(Boolean);

before(async () => {
    office = await openOffice({ processes: ['portal', 'desk', 'press', 'post', 'diary'] });
    ann = await office.person({ name: 'Ann Quill', known_as: 'Ann', channel: 'post', email: 'ann@relatives.test' });
    home = await office.person({ kind: 'adoptive', name: ['Tom Shah', 'Eva Shah'], known_as: 'Tom and Eva', channel: 'link',
        email: ['tom@homes.test', 'eva@homes.test'], phone: '01632 960 701', leak_category: 'place', leak_term: 'Oxenbridge' });
    await office.newPin(home);
    arrangement = await office.arrangement(home, [ann]);
}, { timeout: 240_000 });

test('what is whose is asked of each name, address, e-mail and number, and nothing is done before', async () => {
    const page = await office.joan.get(`/parties/${home}/apart`);
    equal(page.find('[data-test=row-thing]').length, 6);
    const refused = await office.joan.submit(page, 'form-post_parties_ID_apart', { name_1: 'keeps' });
    equal(refused.status, 422);
    for (const code of ['apart-whose-name', 'apart-whose-email', 'apart-whose-phone', 'apart-whose-address', 'name-missing', 'known-as-missing', 'channel-missing', 'apart-checked-missing'])
        ok(refused.has(`[data-test=msg-${code}]`), `${code}: ${refused.plain().slice(0, 600)}`);
    deepEqual(fieldsOf(await party(home), 'name').filter(Boolean), ['Tom Shah', 'Eva Shah']);
});

let parted;
// Done once, by whichever test comes first: each can run alone.
const part = () => parted ??= makeTwo();
async function makeTwo() {
    const before = await office.letterFrom('eva@homes.test', 'The last letter of both together.');
    await office.approveByAll(before);
    await eventually(async () => (await office.joan.get('/prints')).has('[data-test=row-dispatch]'), { within: 30_000, every: 200, what: 'the print' });
    otherChild = await office.arrangement(home, [ann]);
    form = { name_1: 'keeps', name_2: 'other', email_1: 'keeps', email_2: 'other', phone_1: 'keeps', address_1: 'keeps',
        keeps_known_as: 'Tom', keeps_channel: 'link', other_known_as: 'Eva', other_channel: 'post', other_phone: '07700 900321',
        other_address: '3 Quarry View\nHarrowgate\nHX19 4QZ', checked: 'phone',
        keeps_writes: [arrangement, otherChild], keeps_gets: [arrangement, otherChild], other_writes: arrangement,
        other_gets: [arrangement, otherChild] };
    const page = await office.joan.submit(await office.joan.get(`/parties/${home}/apart`), 'form-post_parties_ID_apart', form);
    eva = idOf(page);
    return page;
}

test('one family becomes two households, and neither has anything of the other', async () => {
    const page = await part();
    ok(page.has('[data-test=msg-household-apart]'), page.plain().slice(0, 900));
    ok(eva !== home && page.has('[data-test=msg-apart]') && page.has('[data-test=msg-details-changed]'));
    deepEqual(fieldsOf(page, 'name').filter(Boolean), ['Eva Shah']);
    deepEqual(fieldsOf(page, 'email').filter(Boolean), ['eva@homes.test']);
    deepEqual(fieldsOf(page, 'phone').filter(Boolean), ['07700 900321']);
    match(page.plain(), /No PIN is agreed yet/);
    deepEqual(leaks(page), ['Oxenbridge'], 'what they must not learn of the other side is as before');

    const stays = await party(home);
    deepEqual(fieldsOf(stays, 'name').filter(Boolean), ['Tom Shah']);
    deepEqual(fieldsOf(stays, 'email').filter(Boolean), ['tom@homes.test']);
    ok(stays.has('[data-test=msg-details-changed]'));
    match(stays.plain(), /No PIN is agreed yet/, 'the PIN that both knew counts no more');
    for (const term of ['07700 900321', '3 Quarry View', 'Harrowgate', 'HX19 4QZ'])
        ok(leaks(stays).includes(term), `${term}: ${leaks(stays)}`);
    ok(!stays.plain().includes('Harrowgate HX19'), 'the address itself is not in the record');
});

test('the lists of relatives hold the facts of both', async () => {
    await part();
    const list = leaks(await party(ann));
    for (const term of ['Eva Shah', 'eva@homes.test', '07700 900321', '3 Quarry View', 'Harrowgate', 'HX19 4QZ'])
        ok(list.includes(term), `${term}: ${list}`);
});

test('both are of the family side of each arrangement, and each says who writes and who gets letters', async () => {
    await part();
    const people = async (id) => (await office.joan.get(`/arrangements/${id}/people`)).form('form-post_arrangements_ID_people').fields;
    const of = async (id, field) => (await people(id)).filter(([name]) => name === field).map(([, value]) => value).sort();
    deepEqual(await of(arrangement, 'adoptive'), [home, eva].sort());
    deepEqual(await of(arrangement, 'home_writes'), [home, eva].sort());
    deepEqual(await of(otherChild, 'home_writes'), [home]);
    deepEqual(await of(otherChild, 'home_gets'), [home, eva].sort());
    // saving another page of it changes nothing of that
    let page = await office.joan.submit(await office.joan.get(`/arrangements/${otherChild}/terms`), 'form-post_arrangements_ID_terms',
        { enclosures: 'drawings' });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    deepEqual(await of(otherChild, 'home_writes'), [home]);
    deepEqual(await of(otherChild, 'adoptive'), [home, eva].sort());
    page = await office.joan.submit(await office.joan.get(`/arrangements/${otherChild}/people`), 'form-post_arrangements_ID_people',
        { home_writes: [home, eva], home_gets: eva });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    deepEqual(await of(otherChild, 'home_writes'), [home, eva].sort());
    deepEqual(await of(otherChild, 'home_gets'), [eva]);
});

test('a relative’s letter goes to each household apart, once two people have read it', async () => {
    await part();
    const ended = await office.joan.submit(await office.joan.get(`/arrangements/${otherChild}/state`), 'form-post_arrangements_ID_state',
        { state: 'ended', reason: 'So that a mail is for one child.' });
    ok(ended.has('[data-test=msg-state-changed]'), ended.plain().slice(0, 400));
    const letter = await office.letterFrom('ann@relatives.test', 'Dear both, from Ann.');
    const copies = await office.check(office.joan, letter);
    equal(copies.find('[data-test=row-copy]').length, 2, copies.plain().slice(0, 600));
    const approved = await office.joan.submit(copies, 'form-post_letters_ID_decision', { decision: 'approve' });
    match((await office.joan.get(`/letters/${letter}`)).plain(), /second/i, approved.plain().slice(0, 600));
});

test('a letter of one household is for the relatives, never for the other household', async () => {
    await part();
    const letter = await office.letterFrom('tom@homes.test', 'From Tom alone, to Ann.');
    const copies = await office.check(office.joan, letter);
    const text = copies.find('[data-test=row-copy]').length;
    equal(text, 1);
    match(copies.text('[data-test=row-copy] h2'), /Ann/);
});

test('an e-mail, number or address of the one is refused in the record of the other', async () => {
    await part();
    let page = await office.joan.submit(await party(eva), 'form-post_parties_ID', { email: 'tom@homes.test', checked: 'phone' });
    equal(page.status, 422);
    ok(page.has('[data-test=msg-apart-shared]'), page.plain().slice(0, 600));
    page = await office.joan.submit(await party(home), 'form-post_parties_ID', { address: '3 Quarry View\nHarrowgate\nHX19 4QZ', checked: 'phone' });
    ok(page.has('[data-test=msg-apart-shared]'), page.plain().slice(0, 600));
});

test('accounts are closed, but for those of which staff say who uses them', async () => {
    await part();
    client = await office.family({ number: 0 });
    const account = await office.here.db.one(`SELECT account_id, party_id FROM letterbox.account
        JOIN letterbox.party USING (agency_id, party_id) JOIN letterbox.agency USING (agency_id)
        WHERE slug = 'fernshire' AND kind = 'adoptive' AND account.state = 'active' ORDER BY signed_in_at DESC NULLS LAST LIMIT 1`);
    const family = codeOf(account.party_id);
    const page = await office.joan.get(`/parties/${family}/apart`);
    const answers = Object.fromEntries(page.find('[data-test=row-thing] fieldset').map((one) => [one.attribs.id, 'keeps']));
    equal((await client.client.get('/')).status, 200);
    const saved = await office.joan.submit(page, 'form-post_parties_ID_apart', { ...answers, keeps_channel: 'portal', other_name: 'Noor Apart',
        other_known_as: 'Noor', other_channel: 'portal', checked: 'old_way' });
    ok(saved.has('[data-test=msg-household-apart]'), saved.plain().slice(0, 900));
    equal((await office.here.db.one('SELECT state FROM letterbox.account WHERE account_id = $1', [account.account_id])).state, 'disabled');
    match((await client.client.get('/', { follow: false })).headers.location ?? '', /sign-in/);
});

test('staff say later that each may know of the other, and take it back: then nothing is shared, and the lists grow', async () => {
    const family = await office.person({ kind: 'adoptive', name: ['Kit Vale', 'Bo Vale'], known_as: 'Kit and Bo', channel: 'link',
        email: ['kit@vale.test', 'bo@vale.test'], phone: '01632 960 711' });
    let page = await office.joan.submit(await office.joan.get(`/parties/${family}/apart`), 'form-post_parties_ID_apart', { name_1: 'keeps', name_2: 'other',
        email_1: 'keeps', email_2: 'other', phone_1: 'nobody', address_1: 'keeps', keeps_known_as: 'Kit', keeps_channel: 'link', other_known_as: 'Bo',
        other_channel: 'link', checked: 'phone' });
    const bo = idOf(page);
    const know = async (may_know, reason = 'Both said so by phone.') => office.joan.submit(await office.joan.get(`/parties/${bo}/apart/${family}`),
        'form-post_parties_ID_apart_ID', { may_know, reason });
    const share = async (id) => office.joan.submit(await party(id), 'form-post_parties_ID', { phone: '01632 960 712', checked: 'phone' });
    ok((await know('yes', '')).has('[data-test=msg-reason-missing]'));
    match((await party(bo)).text('[data-test=msg-apart]'), /Neither may learn/);
    await share(family);
    ok((await share(bo)).has('[data-test=msg-apart-shared]'));
    page = await know('yes');
    ok(page.has('[data-test=msg-party-saved]') && page.path.includes(bo), page.plain().slice(0, 500));
    match(page.text('[data-test=msg-apart]'), /Each may know/);
    match((await party(family)).text('[data-test=msg-apart]'), /Each may know/);
    ok((await party(family)).has('[data-test=msg-details-changed]'));
    ok((await share(bo)).has('[data-test=msg-party-saved]'), 'what both may have');
    page = await know('no');
    ok(page.status === 422 && page.has('[data-test=msg-apart-shared]'), page.plain().slice(0, 500));
    await office.joan.submit(await party(bo), 'form-post_parties_ID', { phone: '01632 960 713', checked: 'phone' });
    page = await know('no', 'Kit asks for it.');
    ok(page.has('[data-test=msg-party-saved]'), page.plain().slice(0, 500));
    match(page.text('[data-test=msg-apart]'), /Neither may learn/);
    ok(leaks(page).includes('01632 960 712') && leaks(page).includes('kit@vale.test'), String(leaks(page)));
    ok(leaks(await party(family)).includes('01632 960 713'));
    equal((await office.audited('household_may_know', (await office.staff('manager')).client)).length, 2);
    equal((await office.joan.get(`/parties/${bo}/apart/${ann}`)).status, 404);
});

test('who saves the same page again is told, and no third household is made', async () => {
    await part();
    const page = await office.joan.get(`/parties/${home}/apart`);
    await office.joan.submit(await party(home), 'form-post_parties_ID', { note: 'Changed meanwhile.' });
    const again = await office.joan.submit(page, 'form-post_parties_ID_apart', { name_1: 'keeps', email_1: 'keeps', phone_1: 'keeps', address_1: 'keeps',
        keeps_known_as: 'Tom', keeps_channel: 'link', other_name: 'Eva Again', other_known_as: 'E', other_channel: 'portal', checked: 'phone' });
    equal(again.status, 409, again.plain().slice(0, 400));
    ok(again.has('[data-test=msg-changed-meanwhile]'));
    deepEqual(ids(await office.joan.get(`/arrangements/${arrangement}/people`), 'row-party').sort(), [home, eva, ann].sort());
});
