// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail from unknown senders, through the desk's own pages: it is shown with its text and whose it may be, a person is
// found and matched, or it is set aside; nothing of it goes anywhere before.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

const count = async () => Number((await office.joan.get('/')).text('[data-test=count-quarantined] .lb-tile__number'));
const search = async (item, q, who = office.joan) => who.submit(await who.get(`/quarantine/${item}`),
    'form-post_quarantine_ID_search', { q });

// The form of one proposal, as its button would send it.
async function pick(page, { party, arrangement, ...more }, who = office.joan) {
    const forms = page.find('[data-test=form-post_quarantine_ID_match]').map((form) => Object.fromEntries(
        form.children.filter((one) => one.name === 'input').map((one) => [one.attribs.name, one.attribs.value])));
    const form = forms.find((one) => one.party === party && (!arrangement || one.arrangement === arrangement));
    ok(form, page.plain().slice(0, 900));
    return who.post(`${page.path.split('?')[0].replace(/\/search$/, '')}/match`, { ...form, ...more });
}

test('a stranger\'s mail is in the list and on Today, with its text', async () => {
    const before = await count();
    await office.mail('stranger@elsewhere.test', { proved: true, name: 'Nan', subject: 'For my Kayla',
        text: 'I am the nan of Kayla and think of her.' });
    const item = await office.quarantinedWith('I am the nan of Kayla');
    equal(await count(), before + 1);
    const list = await office.joan.get('/quarantine');
    match(list.text('table'), /Nan <stranger@elsewhere\.test>For my Kayla .*less than a day.*We do not know the sender/);
    const page = await office.joan.get(`/quarantine/${item}`);
    equal(page.text('[data-test=letter-text]'), 'I am the nan of Kayla and think of her.');
    match(page.text(), /Nobody in the register has this address\./);
    equal(page.text('main').match(/We do not know/g).length, 1, 'said once');
    ok(!page.has('[data-test=row-party]'), 'nobody is proposed');
    equal((await office.joan.get(`/letters/${item}`)).status, 404, 'it is no letter of anybody yet');
    const elsewhere = (await office.staff('coordinator', { agency: 'brackendale' })).client;
    equal((await elsewhere.get(`/quarantine/${item}`)).status, 404);
    deepEqual(ids(await elsewhere.get('/quarantine'), 'row-quarantine'), []);
});

test('the person is found by name and matched: the letter is in review, in the arrangement that was chosen', async () => {
    const ann = await office.person({ name: 'Ann Matchable', channel: 'post', email: '' });
    const homes = [await office.person({ kind: 'adoptive', name: 'Priya Firsthome' }),
        await office.person({ kind: 'adoptive', name: 'Tom Secondhome' })];
    const arrangements = [await office.arrangement(homes[0], [ann]), await office.arrangement(homes[1], [ann])];
    await office.mail('ann.from.work@elsewhere.test', { text: 'Dear Tom, Ann here, from my new address.' });
    const item = await office.quarantinedWith('Ann here, from my new address');
    ok((await search(item, 'Nobody Atall')).has('[data-test=msg-nobody-found]'));
    const page = await search(item, 'matchable');
    equal(page.find('[data-test=row-party]').length, 2, 'one row for each of her arrangements');
    match(page.text(), /Secondhome family/);
    const list = await pick(page, { party: ann, arrangement: arrangements[1] });
    equal(list.path, '/quarantine?notice=quarantine-matched', list.plain().slice(0, 500));
    ok(!ids(list, 'row-quarantine').includes(item));
    equal(await office.letterWith('Ann here, from my new address'), item);
    const letter = await office.joan.get(`/letters/${item}`);
    match(letter.text('h1'), /Letter from Ann Matchable to Tom Secondhome/);
    equal(letter.link('arrangement-open'), `/arrangements/${arrangements[1]}`);
    const [row] = await office.audited('letter_matched', manager);
    deepEqual(row.slice(2), ['Jo Whitfield', `Said who sent a letter ${letter.text('[data-test=letter-reference]')}`]);
});

test('an address that is remembered is known the next time, and is no way to send letters to yet', async () => {
    const ben = await office.person({ name: 'Ben Rememberme', channel: 'post', email: '' });
    await office.arrangement(await office.person({ kind: 'adoptive', name: 'Ria Thirdhome' }), [ben]);
    await office.mail('ben@elsewhere.test', { proved: true, text: 'Hello from Ben, the first time.' });
    const item = await office.quarantinedWith('Hello from Ben, the first time');
    await pick(await search(item, 'rememberme'), { party: ben, remember: 'yes' });
    await office.letterWith('Hello from Ben, the first time');
    const letter = await office.letterFrom('ben@elsewhere.test', 'Hello from Ben, the second time.');
    match((await office.joan.get(`/letters/${letter}`)).text('h1'), /from Ben Rememberme/);
    const person = await office.joan.get(`/parties/${ben}`);
    deepEqual(person.find('[name=email]').map((one) => one.attribs.value), ['ben@elsewhere.test', '']);
    match(person.text(), /Not confirmed We only saw the address in a mail\. No letters go to it by e-mail/);
});

test('a known address that nothing proves is shown with a warning, and matched by one click', async () => {
    const cal = await office.person({ name: 'Cal Unproved', email: 'cal@relatives.test' });
    await office.arrangement(await office.person({ kind: 'adoptive', name: 'Una Fourthhome' }), [cal]);
    await office.mail('cal@relatives.test', { text: 'Cal here: is it really me?' });
    const item = await office.quarantinedWith('is it really me');
    const page = await office.joan.get(`/quarantine/${item}`);
    match(page.text(), /The sender’s address may be false/);
    match(page.text(), /Nothing proves that the mail comes from the address it names\./);
    match(page.text('[data-test=row-party]'), /Cal Unproved, birth relative.*has this address/);
    ok(!page.has('[data-test=party-match-remember]'), 'the address is known already');
    const list = await office.joan.submit(page, 'form-post_quarantine_ID_match');
    equal(list.path, '/quarantine?notice=quarantine-matched');
    match((await office.joan.get(`/letters/${await office.letterWith('is it really me')}`)).text('h1'), /from Cal Unproved to Una/);
});

test('two who decide at once: the second is told', async () => {
    const dee = await office.person({ name: 'Dee Twice', email: 'dee@relatives.test' });
    await office.arrangement(await office.person({ kind: 'adoptive', name: 'Una Fifthhome' }), [dee]);
    await office.mail('dee@relatives.test', { text: 'Dee here, once.' });
    const item = await office.quarantinedWith('Dee here, once');
    const page = await office.joan.get(`/quarantine/${item}`);
    const theirs = await manager.get(`/quarantine/${item}`);
    equal((await office.joan.submit(page, 'form-post_quarantine_ID_match')).status, 200);
    const late = await manager.submit(theirs, 'form-post_quarantine_ID_match');
    equal(late.status, 409);
    match(late.plain(), /Somebody changed this while you were looking at it/);
    equal(late.attribute('[data-test=back-open]', 'href'), `/quarantine/${item}`);
    equal((await manager.submit(theirs, 'form-post_quarantine_ID_set_aside', { reason: 'spam', once: null })).status, 409);
});

test('what is not for us is set aside with a reason, is kept, and can be put back', async () => {
    await office.mail('seller@shop.test', { subject: 'Offers', text: 'Cheap blinds for your windows.' });
    const item = await office.quarantinedWith('Cheap blinds');
    let page = await office.joan.submit(await office.joan.get(`/quarantine/${item}`), 'form-post_quarantine_ID_set_aside', { reason: ' ' });
    equal(page.status, 422);
    deepEqual(codes(page), ['aside-missing']);
    page = await office.joan.submit(page, 'form-post_quarantine_ID_set_aside', { reason: 'Advertising' });
    equal(page.path, '/quarantine?notice=quarantine-set-aside');
    ok(!ids(page, 'row-quarantine').includes(item));
    const [row] = await office.audited('letter_set_aside', manager);
    match(row.join(' '), /Jo Whitfield Set a mail aside [0-9A-Z-]{14}Advertising/);

    page = await office.joan.get('/quarantine?state=set_aside');
    ok(ids(page, 'row-quarantine').includes(item), page.plain().slice(0, 500));
    page = await office.joan.get(`/quarantine/${item}`);
    match(page.text(), /Cheap blinds for your windows/);
    page = await office.joan.submit(page, 'form-post_quarantine_ID_back');
    equal(page.path, `/quarantine/${item}?notice=quarantine-back`);
    ok(ids(await office.joan.get('/quarantine'), 'row-quarantine').includes(item));
});

test('who may only look sees no buttons, and others nothing', async () => {
    await office.mail('looked.at@elsewhere.test', { text: 'Only to be looked at.' });
    const item = await office.quarantinedWith('Only to be looked at');
    const inspector = (await office.staff('inspector')).client;
    const page = await inspector.get(`/quarantine/${item}`);
    equal(page.status, 200);
    ok(!page.has('main button:not([data-test=party-search])'), page.plain());
    for (const role of ['checker', 'administrator', 'inspector']) {
        const { client, home } = role === 'inspector' ? { client: inspector, home: page } : await office.staff(role);
        const csrf = home.attribute('input[name=csrf]', 'value');
        for (const act of ['match', 'set-aside', 'back'])
            equal((await client.post(`/quarantine/${item}/${act}`, { csrf, reason: 'no', party: '2k3m8p2q9r4t' })).status, 403, `${role} ${act}`);
        if (role !== 'inspector') {
            equal((await client.get(`/quarantine/${item}`)).status, 403, role);
            ok(!home.has('[data-test=nav-quarantine], [data-test=count-quarantined]'), `${role} is led to a page that is not theirs`);
        }
    }
    ok(ids(await office.joan.get('/quarantine'), 'row-quarantine').includes(item), 'it is still there');
});
