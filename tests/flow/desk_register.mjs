// SPDX-License-Identifier: AGPL-3.0-or-later
// The register at the desk: people, keys, codes and PINs, arrangements, over real HTTPS.

import { generateKey, readKey } from 'openpgp';
import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { idFrom } from '../harness/codes.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { site } from '../harness/site.mjs';

const CONNECTIONS = 3;      // few, so that they could be used up

let here;
let desk;
let joan;       // coordinator
before(async () => {
    here = await site({ settings: { desk: { database_connections: CONNECTIONS } } });
    desk = await here.start('desk');
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
});

const birth = { kind: 'birth', name: ['Ann Quillfeather', 'Bob Quillfeather'], known_as: 'Ann (grandmother)',
    email: 'ann.quillfeather@example.org', phone: '01632 960 777', address: '12 Tannery Row\nOxenbridge\nHX17 4AB',
    address_confirmed: 'yes', channel: 'post', language: 'cy', reachable: 'yes', note: 'Ring after 4pm.',
    leak_category: ['place', 'name'], leak_term: ['Ashbourne', 'Featherstonehaugh'] };

const add = async (fields) => joan.submit(await joan.get('/parties/new'), 'form-post_parties', fields);
const search = async (q, who = joan) => who.submit(await who.get('/parties'), 'form-post_parties_search', { q });
const names = (page) => page.find('[data-test=party-open]').map((one) => one.children[0].data);

test('a language that an import brought, listed or not, stays when the record is saved', async () => {
    const page = await add({ ...birth, name: 'Amina Farah', known_as: 'Amina', email: 'amina@example.org', phone: '01632 960 771', channel: 'link', address: '' });
    const path = page.path.split('?')[0];
    for (const [code, name] of [['so', 'Somali'], ['xx', 'xx'], ['und', 'other: see the note']]) {
        await here.db.query('UPDATE letterbox.party SET language = $2 WHERE party_id = $1', [idFrom(path.split('/')[2]), code]);
        let shown = await joan.get(path);
        equal(shown.text('[name=language] option[selected]'), name);
        shown = await joan.submit(shown, 'form-post_parties_ID', { note: `Speaks ${name}.` });
        ok(shown.has('[data-test=msg-party-saved]'), shown.plain().slice(0, 300));
        equal(shown.one('[name=language] option[selected]').attribs.value, code);
    }
});

test('a person is entered, found and changed', async () => {
    let page = await add(birth);
    equal(page.status, 200, page.plain().slice(0, 400));
    match(page.path, /^\/parties\/[0-9a-hjkmnp-tv-z]{12}\?notice=party-saved$/);
    equal(page.text('h1'), 'Ann Quillfeather and Bob Quillfeather');
    const path = page.path.split('?')[0];
    deepEqual(page.find('[name=name]').map((one) => one.attribs.value), ['Ann Quillfeather', 'Bob Quillfeather', '']);
    deepEqual(page.find('[name=leak_term]').map((one) => one.attribs.value), ['Ashbourne', 'Featherstonehaugh', '', '', '']);
    ok(page.has('[name=language] option[value=cy][selected]'));
    ok(page.has('[name=address_confirmed][checked]'));
    match(page.plain(), /Last changed .* by /);

    for (const q of ['quillf', 'ANN', 'Bób', 'ann.quillfeather@example.org', '01632 960777', '+44 1632 960 777'])
        deepEqual(names(await search(q)), ['Ann Quillfeather and Bob Quillfeather'], q);
    ok((await search('Nobody Atall')).has('[data-test=msg-nobody-found]'));

    page = await joan.submit(page, 'form-post_parties_ID', { name: 'Ann Marigold', known_as: 'Ann', leak_term: ['', 'Harrowmere'] });
    equal(page.status, 200, page.plain().slice(0, 400));
    equal(page.text('h1'), 'Ann Marigold');
    deepEqual(page.find('[name=leak_term]').map((one) => one.attribs.value), ['Harrowmere', '', '', '']);
    deepEqual(names(await search('quillfeather')), ['Ann Marigold'], 'her e-mail address has it still');
    deepEqual(names(await search('marigold')), ['Ann Marigold']);
    equal((await joan.get(path)).status, 200);
});

test('mistakes in a person are shown with all that was typed', async () => {
    const page = await add({ ...birth, kind: null, name: '', known_as: '', email: ['nonsense', 'a@b.example'], phone: 'call me',
        channel: 'pgp', leak_category: ['place', 'name', 'school'], leak_term: ['One', 'Two', 'Three'] });
    equal(page.status, 422);
    const codes = page.find('[data-test^=msg-]').map((one) => one.attribs['data-test'].slice(4));
    deepEqual(codes.sort(), ['channel-needs-key', 'email-bad', 'known-as-missing', 'name-missing', 'party-side-missing', 'phone-bad']);
    equal(page.text('#kind-error'), 'Error: Choose which side they are on');
    deepEqual(page.find('[name=email]').map((one) => one.attribs.value), ['nonsense', 'a@b.example', '']);
    deepEqual(page.find('[name=leak_term]').map((one) => one.attribs.value), ['One', 'Two', 'Three', '', '', '']);
    equal(page.form('form-post_parties').fields.find(([name]) => name === 'address')[1], birth.address);
});

test('who changes a person that somebody else changed meanwhile is told', async () => {
    const page = await add({ ...birth, name: 'Twice Changed', email: 'twice@example.org' });
    await joan.submit(page, 'form-post_parties_ID', { note: 'first' });
    const late = await joan.submit(page, 'form-post_parties_ID', { note: 'second', once: null });
    equal(late.status, 409, late.plain().slice(0, 300));
    ok(late.has('[data-test=msg-changed-meanwhile]'));
    const again = await joan.submit(late, 'form-post_parties_ID', {});
    equal(again.status, 200);
    equal(again.form('form-post_parties_ID').fields.find(([name]) => name === 'note')[1], 'second');
});

test('a joining code is shown once, with its letter', async () => {
    let page = await add({ ...birth, name: 'Jo Inmore', email: 'jo@example.org', channel: 'portal' });
    match(page.text('section'), /no account yet/);
    const path = page.path.split('?')[0];
    page = await joan.submit(page, 'form-post_parties_ID_join_code');
    equal(page.status, 200);
    match(page.text('[data-test=join-code]'), /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    match(page.plain(), /jo@example\.org/);
    const letter = page.text('[data-test=join-letter]');
    match(letter, /12 Tannery Row/);
    ok(!/adopt|child|letter/i.test(letter), letter);
    page = await joan.get(path);
    match(page.text('section'), /code that they have not used/);
    ok(!page.body.includes('join-code-shown'));
    const nobody = await add({ ...birth, name: 'No Mail', email: '' });
    const refused = await joan.submit(nobody, 'form-post_parties_ID_join_code');
    equal(refused.status, 422);
    ok(refused.has('[data-test=msg-join-needs-email]'));
});

test('a PIN is made and shown once', async () => {
    let page = await add({ ...birth, name: 'Pia Inman', email: 'pia@example.org' });
    const path = page.path.split('?')[0];
    page = await joan.submit(page, 'form-post_parties_ID_pin');
    match(page.text('[data-test=pin]'), /^\d{3} \d{3}$/);
    page = await joan.get(path);
    match(page.text('section'), /A PIN is agreed/);
});

// ---- OpenPGP keys ----

async function gpgKey(user, { encrypts = true, days = 0, ago = 0 } = {}) {
    const [, name, email] = /^(.*) <(.*)>$/.exec(user);
    const { publicKey, privateKey } = await generateKey({ type: 'ecc', curve: 'curve25519', userIDs: [{ name, email }],
        date: new Date(Date.now() - ago * 86_400_000), keyExpirationTime: days * 86_400,
        ...(encrypts ? {} : { subkeys: [] }), format: 'armored' });
    const fingerprint = (await readKey({ armoredKey: publicKey })).getFingerprint().toUpperCase();
    return { armor: publicKey, secret: privateKey, fingerprint };
}

const fingerprint = (page) => page.find('[data-test=key-fingerprint] li').map((one) => one.children[0].data).join('');

test('an OpenPGP key is read out, confirmed and removed', async () => {
    const key = await gpgKey('Rita Keyholder <rita@example.org>');
    const page = await add({ ...birth, name: 'Rita Keyholder', email: 'rita@example.org' });
    const path = page.path.split('?')[0];
    let shown = await joan.submit(page, 'form-post_parties_ID_key', { key: key.armor });
    equal(shown.status, 200, shown.plain().slice(0, 300));
    equal(fingerprint(shown), key.fingerprint);
    match(shown.plain(), /Rita Keyholder <rita@example\.org>/);
    const unheard = await joan.submit(shown, 'form-post_parties_ID_key_confirm', {});
    equal(unheard.status, 422);
    ok(unheard.has('[data-test=msg-heard-missing]'));
    let after = await joan.get(path);
    match(after.text('section'), /Not confirmed yet/);
    shown = await joan.submit(unheard, 'form-post_parties_ID_key_confirm', { heard: 'yes' });
    match(shown.text('[data-test=msg-key-kept]'), /To send letters with it, choose “By encrypted e-mail \(OpenPGP\)” below and save\./);
    match(shown.text('section'), /Read out and confirmed on \d/);
    after = await joan.submit(shown, 'form-post_parties_ID', { channel: 'pgp' });
    equal(after.status, 200);
    const unsaid = await joan.submit(after, 'form-post_parties_ID_key_remove', {});
    ok(unsaid.has('[data-test=msg-reason-missing]'));
    after = await joan.submit(after, 'form-post_parties_ID_key_remove', { reason: 'lost' });
    ok(after.has('[data-test=msg-key-removed]'), after.plain().slice(0, 300));
    ok(after.has('[data-test=form-post_parties_ID_key]'));
});

test('what is no usable public key is refused with its reason', async () => {
    const key = await gpgKey('Sam Secret <sam@example.org>');
    const signing = await gpgKey('Only Signs <signs@example.org>', { encrypts: false });
    const ended = await gpgKey('Is Over <over@example.org>', { days: 1, ago: 30 });
    const page = await add({ ...birth, name: 'Sam Secret', email: 'sam@example.org' });
    for (const [typed, code] of [['', 'key-missing'], ['hello', 'key-bad'], [key.secret, 'key-secret'],
        [signing.armor, 'key-bad'], [ended.armor, 'key-ended'], [key.armor.replace(/\n=.*\n/, '\n=AAAA\n'), 'key-bad']]) {
        const shown = await joan.submit(page, 'form-post_parties_ID_key', { key: typed });
        equal(shown.status, 422);
        ok(shown.has(`[data-test=msg-${code}]`), `${code}: ${shown.plain().slice(0, 300)}`);
    }
});

test('another key that is pasted meanwhile is not the one that was heard', async () => {
    const one = await gpgKey('One <one@example.org>');
    const two = await gpgKey('Two <two@example.org>');
    const page = await add({ ...birth, name: 'Key Mixup', email: 'one@example.org' });
    const first = await joan.submit(page, 'form-post_parties_ID_key', { key: one.armor });
    await joan.submit(page, 'form-post_parties_ID_key', { key: two.armor });
    const late = await joan.submit(first, 'form-post_parties_ID_key_confirm', { heard: 'yes' });
    equal(late.status, 409);
});

// ---- arrangements ----

const family = { kind: 'adoptive', name: ['Priya Overbury', 'Sam Overbury'], known_as: 'Priya and Sam',
    email: 'overbury@example.net', phone: '01632 960 111', address: '4 Larkspur Avenue\nMarlby\nHD14 2QP',
    address_confirmed: 'yes', channel: 'portal', reachable: 'yes' };
const terms = { kind: 'indirect', reference: 'FB-0917', child_birth_name: 'Kayla Quillfeather',
    child_adoptive_name: 'Kayla Overbury', dob_day: 27, dob_month: 3, dob_year: 2019, month: [4, 10],
    first_writer: 'adoptive', photos: 'no_face', two_person: 'yes', risk: 'Came to a house once.',
    court_order: 'none', signs_as: 'first names only' };
const idOf = (page) => page.path.split('?')[0].split('/')[2];

async function arrangement(home, relatives, more = {}) {
    let page = await joan.get(`/arrangements/new?party=${home}`);
    const form = page.form('form-post_arrangements');
    ok(form.fields.some(([name, value]) => name === 'adoptive' && value === home));
    page = await joan.submit(page, 'form-post_arrangements', { ...terms, adoptive: home, relative: relatives, ...more });
    return page;
}

test('an arrangement is made, with the people found by name', async () => {
    const ann = idOf(await add({ ...birth, name: 'Nan Findable', email: 'nan@example.org', phone: '' , address: '3 Mill Lane\nHX17 5ZZ' }));
    const home = idOf(await add(family));
    let page = await joan.get('/arrangements/new');
    const typed = { ...terms, q: 'findable' };
    page = await joan.submit(page, 'form-post_arrangements', typed, { action: '/arrangements/find' });
    equal(page.status, 200, page.plain().slice(0, 300));
    equal(page.find(`[name=relative][value=${ann}]`).length, 1);
    equal(page.form('form-post_arrangements').fields.find(([name]) => name === 'reference')[1], 'FB-0917');
    page = await joan.submit(page, 'form-post_arrangements', { q: 'overbury', relative: ann }, { action: '/arrangements/find' });
    ok(page.has(`[name=relative][value=${ann}][checked]`));
    page = await joan.submit(page, 'form-post_arrangements', { adoptive: home, relative: ann });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    match(page.plain(), /Nan Findable and the Overbury family FB-0917 Open/);
    match(page.plain(), /Letters in April, October/);
    const found = await joan.submit(await joan.get('/arrangements'), 'form-post_arrangements_search', { q: 'fb 0917' });
    deepEqual(found.find('[data-test=row-arrangement]').map((one) => one.attribs['data-id']), [idOf(page)]);
    match(found.text('table'), /Kayla Overbury.*FB-0917.*Nan Findable and the Overbury family.*April, October.*Two people/);

    const { n: asked } = await here.db.one(`SELECT count(*)::int AS n FROM letterbox.job WHERE worker = 'diary'
        AND kind = 'open_occasions' AND arrangement_id IS NOT NULL`);
    ok(asked > 0, 'the diary opens at once what the terms ask for');
    const jobs = await here.db.query(`SELECT count(*)::int AS n FROM letterbox.contact c WHERE c.party_id = ANY
        (SELECT party_id FROM letterbox.arrangement_party p JOIN letterbox.contact x USING (agency_id, party_id))`);
    ok(jobs[0].n > 0);

    page = await joan.submit(await joan.get(page.link('tab-terms')), 'form-post_arrangements_ID_terms', { month: [5] });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    deepEqual(page.find('[name=month][checked]').map((one) => one.attribs.value), ['5']);
    page = await joan.get(page.link('tab-overview'));
    match(page.plain(), /Letters in May/);
    page = await joan.submit(await joan.get(page.link('child-open')), 'form-post_children_ID',
        { child_adoptive_name: 'Kayla-Mae Overbury' });
    ok(page.has('[data-test=msg-child-saved]'), page.plain().slice(0, 600));
    equal(page.text('h1'), 'Kayla-Mae Overbury');
    page = await joan.get(page.link('arrangement-open'));
    equal(page.text('h1'), 'Arrangement for Kayla-Mae Overbury');
});

test('a second arrangement can be about a child that is known', async () => {
    const aunt = idOf(await add({ ...birth, name: 'Aunt Later', email: 'aunt.later@example.org', phone: '', address: '' , channel: 'link' }));
    const home = idOf(await add({ ...family, name: 'Second Home', email: 'second@example.net', phone: '', address: '9 Beacon Hill\nLA38 1AA' }));
    const first = await arrangement(home, [aunt], { child_adoptive_name: 'Known Kid', reference: 'FB-1001' });
    ok(first.has('[data-test=msg-arrangement-saved]'), first.plain().slice(0, 500));
    const uncle = idOf(await add({ ...birth, name: 'Uncle Other', email: 'uncle@example.org', phone: '', address: '', channel: 'link' }));
    let page = await joan.get(`/arrangements/new?party=${home}`);
    page = await joan.submit(page, 'form-post_arrangements', { q: 'known kid' }, { action: '/arrangements/find' });
    const child = page.one('[data-test=row-child]').attribs['data-id'];
    page = await joan.submit(page, 'form-post_arrangements', { ...terms, child_birth_name: '', child_adoptive_name: '', dob_day: '',
        dob_month: '', dob_year: '', child, adoptive: home, relative: uncle });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 500));
    equal(page.text('h1'), 'Arrangement for Known Kid');
});

test('an arrangement is found by names, reference, postcode, date of birth, phone and e-mail, and says by which', async () => {
    const nan = idOf(await add({ ...birth, name: 'Nell Soughtfor', known_as: 'Nanny Nell', email: 'nell.soughtfor@example.org', phone: '01632 960 555',
        address: '5 Quay Street\nSaltby\nZQ9 8XW', channel: 'post' }));
    const home = idOf(await add({ ...family, name: ['Ida Soughthome', 'Max Soughthome'], email: 'ida@example.net', phone: '', address: '2 Peak Road\nW1A 1HQ' }));
    const id = idOf(await arrangement(home, [nan], { reference: 'ZX/77-12', child_birth_name: 'Lena Bornname', child_adoptive_name: 'Lena Soughthome',
        dob_day: 9, dob_month: 2, dob_year: 2017 }));
    const look = async (q, more = {}) => {
        const page = await joan.submit(await joan.get('/arrangements'), 'form-post_arrangements_search', { q, ...more });
        equal(page.status, 200);
        return page;
    };
    for (const [q, why] of [['lena soughthome', 'name.'], ['bornname', 'name at birth: Lena Bornname.'], ['zx 77 12', 'our reference.'],
        ['ZX/77', 'our reference.'], ['nell sought', 'name: Nell Soughtfor.'], ['nanny', 'the name they are known by: Nell Soughtfor.'],
        ['zq9 8xw', 'postcode: Nell Soughtfor.'], ['ZQ98XW', 'postcode: Nell Soughtfor.'], ['w1a1hq', 'postcode: Ida Soughthome and Max Soughthome.'],
        ['9/2/2017', 'date of birth: Lena Bornname.'], ['09.02.17', 'date of birth: Lena Bornname.'], ['9th of Feb 2017', 'date of birth: Lena Bornname.'],
        ['February 2017', 'date of birth: Lena Bornname.'], ['2017-02-09', 'date of birth: Lena Bornname.'], ['(01632) 960555', 'phone number: Nell Soughtfor.'],
        ['nell.soughtfor@example.org', 'name: Nell Soughtfor. e-mail: Nell Soughtfor.'], ['bornname nell', 'name at birth: Lena Bornname. name: Nell Soughtfor.'],
        [id.toUpperCase(), 'our code.']]) {
        const page = await look(q);
        deepEqual(page.find('[data-test=row-arrangement]').map((one) => one.attribs['data-id']), [id], q);
        equal(page.text('[data-test=arrangement-why]'), `Found by ${why}`, q);
    }
    for (const q of ['9/3/2017', 'zq9 8xx', 'bornname nobody', '9/13/2017'])
        ok((await look(q)).has('[data-test=msg-nothing-found]'), q);
    const rows = (page) => page.find('[data-test=row-arrangement]').length;
    equal(rows(await look('soughthome', { channel: 'post' })), 1);
    equal(rows(await look('soughthome', { channel: 'link' })), 0);
    equal(rows(await look('soughthome', { kind: 'direct' })), 0);
    equal(rows(await look('soughthome', { state: 'active', kind: 'indirect' })), 1);
    const filtered = await look('', { state: 'active', channel: 'post' });
    equal(filtered.path, '/arrangements?state=active&channel=post');
    ok(filtered.find('[data-test=row-arrangement]').some((one) => one.attribs['data-id'] === id));
    ok(filtered.has('[name=state] option[value=active][selected]'));
    equal((await joan.get('/arrangements?kind=nonsense')).status, 404);
    equal((await joan.get('/arrangements?state=paused')).find('[data-test=row-arrangement]').length, 0);
});

test('nobody stands on two sides of a child', async () => {
    const shared = '01632 960 222';
    const ann = idOf(await add({ ...birth, name: 'Same Phone', email: 'same@example.org', phone: shared, address: '' , channel: 'link' }));
    const home = idOf(await add({ ...family, name: 'Phone Home', email: 'phone.home@example.net', phone: shared, address: '1 Kiln Lane\nWF31 9AA' }));
    let page = await arrangement(home, [ann]);
    equal(page.status, 422, page.plain().slice(0, 300));
    ok(page.has('[data-test=msg-side-shared]'));
    match(page.text('[data-test=row-party]') + page.plain(), /On both sides/);
    // without the number it goes, and then the number is refused at the person
    let person = await joan.get(`/parties/${ann}`);
    person = await joan.submit(person, 'form-post_parties_ID', { phone: '', checked: 'phone' });
    page = await arrangement(home, [ann]);
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 500));
    person = await joan.submit(await joan.get(`/parties/${ann}`), 'form-post_parties_ID', { phone: '(01632) 960-222', checked: 'phone' });
    equal(person.status, 422);
    ok(person.has('[data-test=msg-phone-other-side]'), person.plain().slice(0, 500));
    person = await joan.submit(await joan.get(`/parties/${ann}`), 'form-post_parties_ID', { email: 'Phone.Home@example.net', checked: 'old_way' });
    ok(person.has('[data-test=msg-email-other-side]'));
    person = await joan.submit(await joan.get(`/parties/${ann}`), 'form-post_parties_ID', { address: '1, KILN LANE, Ravensley, wf31 9aa', checked: 'phone' });
    ok(person.has('[data-test=msg-address-other-side]'));
});

test('mistakes in an arrangement are shown with all that was typed', async () => {
    const page = await joan.submit(await joan.get('/arrangements/new'), 'form-post_arrangements', { kind: 'one_way',
        first_writer: 'either', dob_day: 31, dob_month: 2, dob_year: 2019, child_birth_name: 'Kept Name' });
    equal(page.status, 422);
    const codes = [...new Set(page.find('[data-test^=msg-]').map((one) => one.attribs['data-test'].slice(4)))];
    deepEqual(codes.sort(), ['adoptive-missing', 'adoptive-name-missing', 'date-wrong', 'month-missing', 'one-way-writer',
        'photos-missing', 'relative-missing']);
    const fields = new Map(page.form('form-post_arrangements').fields);
    deepEqual([fields.get('child_birth_name'), fields.get('dob_day')], ['Kept Name', '31']);
    const blank = await joan.submit(await joan.get('/arrangements/new'), 'form-post_arrangements', {});
    const said = blank.find('.govuk-error-summary li').map((one) => blank.text(`[data-test="${one.attribs['data-test']}"]`));
    equal(new Set(said).size, said.length, `something is said twice: ${said}`);
    for (const words of ['Enter the child’s name at birth', 'Enter the child’s name now', 'Enter the child’s date of birth'])
        ok(said.includes(words), said.join('\n'));
});

test('an arrangement is paused, prohibited by anyone, and opened again by a manager alone', async () => {
    const ann = idOf(await add({ ...birth, name: 'Pause Me', email: 'pause@example.org', phone: '', address: '', channel: 'link' }));
    const home = idOf(await add({ ...family, name: 'Pause Home', email: 'pause.home@example.net', phone: '', address: '7 Fell View\nLN24 4ZZ' }));
    let page = await joan.get((await arrangement(home, [ann])).link('tab-state'));
    const path = page.path;
    const state = (fields, who = joan, from = page) => who.submit(from, 'form-post_arrangements_ID_state', fields);
    const wrong = await state({ state: 'paused', reason: '' });
    equal(wrong.status, 422);
    deepEqual(wrong.find('.govuk-error-summary [data-test]').map((one) => one.attribs['data-test']).sort(),
        ['msg-date-missing', 'msg-reason-missing']);
    page = await state({ state: 'paused', reason: 'A new baby', review_day: 1, review_month: 5, review_year: new Date().getFullYear() + 1 });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 500));
    match(page.plain(), /Paused A new baby/);
    page = await state({ state: 'prohibited', reason: 'Court order of today' });
    match(page.plain(), /Prohibited Court order of today/);
    ok(!page.has('[data-test=form-post_arrangements_ID_state]'), 'a coordinator cannot lift it');
    const manager = (await staffAtDesk(here, desk, 'manager')).client;
    let theirs = await manager.get(path);
    theirs = await state({ state: 'active', reason: 'Order ended' }, manager, theirs);
    match(theirs.plain(), /Open/);
});

test('people join and leave an arrangement; who saves what somebody else changed meanwhile is told', async () => {
    const [ann, tom] = [await add({ ...birth, name: 'Ann Joiner', email: 'ann.joiner@example.org', phone: '', address: '', channel: 'link' }),
        await add({ ...birth, name: 'Tom Joiner', email: 'tom.joiner@example.org', phone: '', address: '', channel: 'link' })].map(idOf);
    const home = idOf(await add({ ...family, name: 'Join Home', email: 'join.home@example.net', phone: '', address: '8 Fell View\nLN24 4ZZ' }));
    const path = (await arrangement(home, [ann])).link('tab-people');
    const form = 'form-post_arrangements_ID_people';
    const chosen = (page) => page.find('[name=relative][checked]').map((one) => one.attribs.value);
    const first = await joan.get(path);
    let page = await joan.submit(first, form, { q: 'joiner', find: 'yes' });
    equal(page.status, 200, page.plain().slice(0, 400));
    deepEqual(page.find('[data-test=row-party]').map((one) => one.attribs['data-id']).sort(), [ann, home, tom].sort());
    deepEqual(chosen(page), [ann]);
    equal((await joan.submit(first, form, { find: 'yes' })).status, 422);
    const nobody = await joan.submit(page, form, { relative: [] });
    equal(nobody.status, 422);
    ok(nobody.has('[data-test=msg-relative-missing]'));
    page = await joan.submit(page, form, { relative: [ann, tom] });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 400));
    deepEqual(chosen(page).sort(), [ann, tom].sort());
    const late = await joan.submit(first, form, { relative: [tom] });
    equal(late.status, 409, late.plain().slice(0, 300));
    ok(late.has('[data-test=msg-changed-meanwhile]'));
    deepEqual(chosen(late), [tom], 'what was ticked stays');
    page = await joan.submit(late, form, {});
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 400));
    page = await joan.get(page.link('tab-overview'));
    deepEqual(page.find('[data-test=row-party]').map((one) => one.attribs['data-id']).sort(), [home, tom].sort());
    page = await joan.get(page.link('tab-timeline'));
    match(page.text('table'), /Who takes part was changed.*The arrangement was entered/);
});

test('sisters and brothers are linked, in one home or two; who would then stand on both sides is not', async () => {
    const there = async (name, child, relative = null) => {
        const home = idOf(await add({ ...family, name, email: `${name.replace(/ /g, '.')}@example.net`, phone: '', address: '' }));
        const aunt = relative ?? idOf(await add({ ...birth, name: `Aunt of ${child}`, email: '', phone: '', address: '3 Elm Row\nHX17 4AC' }));
        return { home, aunt, page: await arrangement(home, [aunt], { child_adoptive_name: child }) };
    };
    const one = await there('Ana Linkhome', 'Lily Linkone');
    const two = await there('Bea Otherhome', 'Max Linktwo', one.aunt);
    const form = 'form-post_children_ID_siblings';
    let page = await joan.get(one.page.link('child-open'));
    match(page.plain(), /None are linked/);
    page = await joan.submit(page, form, { q: 'linktwo', find: 'yes' });
    const found = page.one('[data-test=row-child]').attribs['data-id'];
    const nobody = await joan.submit(page, form, {});
    ok(nobody.has('[data-test=msg-sibling-missing]'), nobody.plain().slice(0, 400));
    page = await joan.submit(page, form, { sibling: found });
    ok(page.has('[data-test=msg-siblings-linked]'), page.plain().slice(0, 400));
    match(page.text('[data-test=row-sibling]'), /Max Linktwo, with the Otherhome family/);
    const other = await joan.get(two.page.link('child-open'));
    match(other.text('[data-test=row-sibling]'), /Lily Linkone, with the Linkhome family/);
    // the family of one as the relative of the other
    const wrong = await there('Cat Wronghome', 'Zoe Linkthree', one.home);
    ok(wrong.page.has('[data-test=msg-arrangement-saved]'), wrong.page.plain().slice(0, 400));
    const sides = await there('Dot Sidehome', 'Kim Linkfour');
    await joan.submit(await joan.get(`/parties/${sides.aunt}`), 'form-post_parties_ID', { phone: '01632 960 999', checked: 'phone' });
    await joan.submit(await joan.get(`/parties/${one.home}`), 'form-post_parties_ID', { phone: '01632 960 999', checked: 'phone' });
    page = await joan.submit(page, form, { q: 'linkfour', find: 'yes' });
    page = await joan.submit(page, form, { sibling: page.one('[data-test=row-child]').attribs['data-id'] });
    equal(page.status, 422);
    ok(page.has('[data-test=msg-sibling-shared]'), page.plain().slice(0, 400));
    const parting = await joan.submit(page, 'form-post_children_ID_siblings_part', {});
    deepEqual(parting.find('.govuk-error-summary [data-test]').map((one) => one.attribs['data-test']).sort(),
        ['msg-reason-missing', 'msg-sibling-missing']);
    page = await joan.submit(parting, 'form-post_children_ID_siblings_part', { linked: found, reason: 'The file was mixed up' });
    ok(page.has('[data-test=msg-siblings-parted]'), page.plain().slice(0, 400));
    match(page.plain(), /None are linked/);
});

// The words of a picture, box by box from left to right: what stands after "There" is what the other side knows.
const onMap = (page) => page.find('svg[data-test=family-map] text').map((one) => one.children[0].data).join(' ');
const ofPerson = (page, id) => page.find(`[data-test=map-person][data-id="${id}"]`).map((one) => one.children.map(textOf).join(' '));
const textOf = (node) => (node.type === 'text' ? node.data : (node.children ?? []).map(textOf).join(''));

test('the family map says who may know what, and gives no side a name of the other', async () => {
    const aunt = idOf(await add({ ...birth, name: 'Ada Mapbirth', known_as: 'Aunt Ada', relationship: 'aunt', email: '', phone: '', address: '5 Elm Row\nHX17 4AD' }));
    const home = idOf(await add({ ...family, name: 'Una Maphome', known_as: 'Una', email: 'map@example.net', phone: '', address: '' }));
    const other = idOf(await add({ ...family, name: 'Ola Mapother', known_as: 'Ola', email: 'mapother@example.net', phone: '', address: '' }));
    const child = { child_birth_name: 'Tyler Mapbirth', child_adoptive_name: 'Toby Maphome' };
    const made = await arrangement(home, [aunt], child);
    const path = made.link('child-open');
    const brother = await arrangement(other, [aunt], { child_birth_name: 'Kai Mapbirth', child_adoptive_name: 'Karl Mapother' });
    let page = await joan.get(path);
    page = await joan.submit(page, 'form-post_children_ID_siblings', { q: 'mapother', find: 'yes' });
    page = await joan.submit(page, 'form-post_children_ID_siblings', { sibling: page.one('[data-test=row-child]').attribs['data-id'] });
    for (const one of [page, await joan.get(`${made.path.split('?')[0]}/people`)]) {
        match(onMap(one), /^(?=.*Toby Maphome There: Tyler Una Maphome There: Una)(?=.*Karl Mapother There: Kai Ola Mapother There: Ola)(?=.*There: Aunt Ada \(aunt\))/);
        // words up to the next name in bold are what goes beyond the wall
        ok(!/There: \w+ Map|There: (?:Toby|Karl|Ada )/.test(onMap(one)), onMap(one));
        for (const told of ofPerson(one, aunt))
            ok(/(?:Tyler.*Una|Kai.*Ola)/s.test(told) && !/Toby|Karl|Maphome|Mapother/.test(told), told);
        for (const told of ofPerson(one, home))
            ok(/Toby Maphome/.test(told) && /Aunt Ada \(aunt\)/.test(told) && !/Mapbirth|Karl|Ola/.test(told), told);
    }
    equal(page.find('svg [data-line=open]').length, 2);
    ok(!/not confirmed/i.test((await joan.get(made.path.split('?')[0])).plain()), 'everybody here said that it is right');
    // what stops letters stops them on the map, with a sign and with words
    const state = await joan.get(`${brother.path.split('?')[0]}/state`);
    await joan.submit(state, 'form-post_arrangements_ID_state', { state: 'prohibited', reason: 'A court order of May.' });
    page = await joan.get(path);
    ok(page.has('svg [data-line=stopped]'), page.plain().slice(0, 800));
    match(onMap(page), /Prohibited/);
    match(page.plain(), /Contact is prohibited\./);
});

test('who changes a child that somebody else changed meanwhile is told; dates before the birth are refused', async () => {
    const aunt = idOf(await add({ ...birth, name: 'Aunt Dated', email: '', phone: '', address: '3 Elm Row\nHX17 4AC' }));
    const home = idOf(await add({ ...family, name: 'Dated Home', email: 'dated@example.net', phone: '', address: '' }));
    const first = await joan.get((await arrangement(home, [aunt])).link('child-open'));
    const set = (from, fields) => joan.submit(from, 'form-post_children_ID', fields);
    const wrong = await set(first, { order_day: 1, order_month: 3, order_year: 2019, removal_day: 30, removal_month: 2, removal_year: 2020 });
    equal(wrong.status, 422);
    ok(wrong.has('[data-test=msg-date-before-birth]') && wrong.has('[data-test=msg-date-wrong]'));
    let page = await set(first, { order_day: 1, order_month: 3, order_year: 2020, removal_day: 30, removal_month: 6, removal_year: 2019 });
    ok(page.has('[data-test=msg-child-saved]'), page.plain().slice(0, 400));
    const value = (name) => page.form('form-post_children_ID').fields.find(([field]) => field === name)[1];
    deepEqual(['order_day', 'order_year', 'removal_month'].map(value), ['1', '2020', '6']);
    page = await set(first, { child_adoptive_name: 'Another Name', once: null });
    equal(page.status, 409);
    ok(page.has('[data-test=msg-changed-meanwhile]'));
    equal(value('child_adoptive_name'), 'Another Name', 'nothing that was typed is lost');
    page = await set(page, {});
    ok(page.has('[data-test=msg-child-saved]'), page.plain().slice(0, 400));
});

test('that two people must agree is taken back by a manager alone', async () => {
    const ann = idOf(await add({ ...birth, name: 'Two Readers', email: 'two@example.org', phone: '', address: '', channel: 'link' }));
    const home = idOf(await add({ ...family, name: 'Two Home', email: 'two.home@example.net', phone: '', address: '9 Fell View\nLN24 4ZZ' }));
    const path = (await arrangement(home, [ann])).link('tab-terms');
    const set = async (two_person, who = joan) => who.submit(await who.get(path), 'form-post_arrangements_ID_terms', { two_person });
    const isOn = async () => (await joan.get(path)).has('[name=two_person][checked]');
    ok((await set('yes')).has('[data-test=msg-arrangement-saved]'));
    const refused = await set(null);
    equal(refused.status, 422, refused.plain().slice(0, 300));
    ok(refused.has('[data-test=msg-manager-needed]'));
    ok(await isOn());
    const manager = (await staffAtDesk(here, desk, 'manager')).client;
    ok((await set(null, manager)).has('[data-test=msg-arrangement-saved]'));
    ok(!await isOn());
});

test('codes of an authenticator are not guessed faster from many addresses', async () => {
    const person = here.person('inspector');
    const client = await here.client(desk);
    let page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in',
        { email: person.email, password: person.password });
    for (let tries = 0; tries < 5; tries += 1) {
        const elsewhere = client.from(`127.0.1.${10 + tries}`);
        page = await elsewhere.submit(page, 'form-post_sign_in_code', { code: '000000' });
    }
    const again = await client.from('127.0.1.99').submit(page, 'form-post_sign_in_code', { code: person.code() });
    equal(again.status, 429, again.path);
    await here.db.query('DELETE FROM letterbox.rate');
});

test('the register is for those who work with it', async () => {
    for (const [role, pages] of [['checker', 403], ['administrator', 403], ['inspector', 200]]) {
        const who = (await staffAtDesk(here, desk, role)).client;
        for (const path of ['/parties', '/arrangements']) {
            const page = await who.get(path);
            equal(page.status, pages, `${role} ${path}`);
            if (pages === 403)
                match(page.text('[data-test=msg-forbidden]'), /A manager or an administrator can help/);
        }
        equal((await who.get('/parties/new')).status, 403, role);
    }
    const inspector = (await staffAtDesk(here, desk, 'inspector')).client;
    for (const path of ['/parties', '/arrangements']) {
        const list = await inspector.get(path);
        ok(!list.has(`[href="${path}/new"]`), path);
        let page = await inspector.get(list.attribute('main [data-test$=-open][href]', 'href'));
        if (page.has('[data-test=tab-terms]'))
            page = await inspector.get(page.link('tab-terms'));
        ok(page.path.startsWith(`${path}/`) && page.has('[data-test=msg-only-look]'), page.path);
        ok(page.has('fieldset[disabled] [name=note]'), page.path);
        ok(!page.has('main [type=submit], [href*="/new?"]'), `${page.path} offers what is refused`);
    }
    const other = (await staffAtDesk(here, desk, 'coordinator', { agency: 'brackendale' })).client;
    const mine = idOf(await add({ ...birth, name: 'Only Ours', email: 'only@example.org' }));
    equal((await other.get(`/parties/${mine}`)).status, 404);
    ok((await search('Only Ours', other)).has('[data-test=msg-nobody-found]'));
});

test('each look into the register is in the audit', async () => {
    const rows = await here.db.query('SELECT act, count(*)::int AS n FROM letterbox.audit GROUP BY act');
    const seen = new Map(rows.map(({ act, n }) => [act, n]));
    for (const act of ['parties_listed', 'people_searched', 'party_read', 'party_added', 'party_changed', 'join_code_made',
        'pin_made', 'key_entered', 'key_confirmed', 'key_removed', 'arrangements_listed', 'arrangements_searched',
        'arrangement_read', 'arrangement_added', 'arrangement_changed', 'arrangement_people_changed', 'child_read', 'child_changed', 'siblings_linked', 'siblings_parted', 'arrangement_state_changed'])
        ok(seen.get(act) > 0, act);
});

test('the diary shows a month, and lists what is late and due with who waits', async () => {
    const { agency_id: agency, arrangement_id: id, party_id: from, other } = await here.db.one(`SELECT a.agency_id, a.arrangement_id, p.party_id,
        o.party_id AS other FROM letterbox.arrangement a JOIN letterbox.arrangement_party p USING (agency_id, arrangement_id)
        JOIN letterbox.arrangement_party o USING (agency_id, arrangement_id) JOIN letterbox.agency g USING (agency_id)
        WHERE g.slug = 'fernshire' AND p.side = 'birth' AND o.side = 'adoptive' AND a.kind = 'indirect' ORDER BY 2 LIMIT 1`);
    await here.db.query(`DELETE FROM letterbox.occasion WHERE agency_id = $1`, [agency]);
    for (const [month, due, state, n] of [['2031-02-01', '2031-02-28', 'late', 1], ['2031-03-01', '2031-03-31', 'due', 2]])
        await here.db.query(`INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on, state,
            agreement_version, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, letterbox.now())`,
        [agency, 900 + n, id, from, other, month, due, state]);
    let page = await joan.get('/diary?month=2031-02');
    equal(page.text('caption'), 'February 2031');
    equal(page.find('[data-test=day]').length, 28);
    deepEqual(page.find('[data-test=day-open]').map((one) => one.attribs.href), ['/diary/list?state=all&day=2031-02-28']);
    match(page.text('[data-id="2031-02-28"]'), /28 February 2031.*1 late/);
    equal(page.link('month-after'), '/diary?month=2031-03');
    page = await joan.get(page.link('day-open'));
    equal(page.find('[data-test=row-occasion]').length, 1);
    const late = await joan.get('/diary/list?state=late');
    match(late.text('[data-test=row-occasion]'), /the .* family.*28 February 2031.*late/i);
    equal((await joan.get('/diary/list?state=due&month=2031-03')).find('[data-test=row-occasion]').length, 1);
    equal((await joan.get('/diary/list?state=due&kind=direct')).find('[data-test=row-occasion]').length, 0);
    for (const query of ['state=nonsense', 'month=2031-13', 'month=1031-01', 'day=2031-02-30', 'kind=x', 'page=0'])
        equal((await joan.get(`/diary/list?${query}`)).status, 404, query);
    equal((await joan.get('/diary?month=never')).status, 404);
});

test('who opens the register in many tabs keeps nobody else waiting', async () => {
    const { client: other } = await staffAtDesk(here, desk, 'administrator');
    const { sql, end } = await here.db.client();
    await sql('BEGIN');
    await sql('LOCK TABLE letterbox.child IN ACCESS EXCLUSIVE MODE');      // the register reads it, the account's page doesn't
    const waiting = async () => (await here.db.one(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE usename = 'lb_desk' AND wait_event_type = 'Lock'`)).n;
    const tabs = Array.from({ length: CONNECTIONS + 1 }, () => joan.get('/parties'));
    try {
        await eventually(async () => await waiting() === 1, { within: 5000, what: 'a tab that waits' });
        for (let i = 0; i < 5; i += 1)
            equal((await other.get('/account')).status, 200);
        equal(await waiting(), 1, 'the others wait without a connection');
    } finally {
        await sql('ROLLBACK');
        await end();
    }
    deepEqual((await Promise.all(tabs)).map(({ status }) => status), tabs.map(() => 200));
});
