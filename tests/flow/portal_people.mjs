// SPDX-License-Identifier: AGPL-3.0-or-later
// A family that writes with several relatives at once: each page names whom a letter is from, and whom it is for.

import { before, deepEqual, doesNotMatch, equal, match, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { openDoors } from '../harness/people.mjs';
import { pressroom } from '../harness/pressroom.mjs';

let doors;
let room;
let people;         // { arrangement, home, relatives }
let client;         // of the family
let names;          // of the relatives, as the family knows them

before(async () => {
    doors = await openDoors({ processes: ['portal', 'post'] });
    room = await pressroom(doors.here);
    await room.agent();
    await doors.here.start('press');
    const families = doors.here.people.filter(({ role, agency }) => role === 'family' && agency === 'fernshire');
    let number = -1;
    for (let i = 0; number < 0; i += 1) {
        people = await room.family(i);
        if (people.relatives.length > 1)
            number = families.findIndex(({ email }) => people.home.record.emails?.includes(email));
    }
    ({ client } = await doors.family({ number }));
    names = people.relatives.map(({ record }) =>
        (record.relationship ? `${record.known_as} (${record.relationship})` : record.known_as));
}, { timeout: 180_000 });

const forgetDrafts = () => room.db.query('DELETE FROM letterbox.draft');

// ---- whom a letter is from ----

test('a letter of one relative alone is from that one: at home, in the list, on its page', async () => {
    const [writer, other] = people.relatives.map(({ record }) => record.known_as);
    const letter = await room.letter({ from: people.relatives[0], arrangement: people.arrangement, channel: 'email',
        items: [{ kind: 'mail', bytes: Buffer.from('From: a@b.test\r\nSubject: Hello\r\n\r\nA word from me alone.\r\n') }] });
    await room.done();
    await room.approve(letter, { to: [people.home.id] });
    deepEqual(await room.done(), []);
    const home = await client.get('/');
    const list = await client.get('/letters');
    const page = await client.get(home.attribute('[data-test=letter-open]', 'href'));
    for (const [title, where] of [[home.text('[data-test=letter-open]'), 'home'],
        [list.text('[data-test=letter-open]'), 'list'], [page.text('h1'), 'page']]) {
        equal(title, `Letter from ${names[0]}`, where);
        doesNotMatch(title, new RegExp(other));
    }
    ok(writer !== other);
    match(page.plain(), /A word from me alone/);
}, { timeout: 120_000 });

// ---- whom a letter is for ----

// A new letter to the arrangement, and the boxes of its people by name: { 'Ann (aunt)': id, … }.
async function newLetter() {
    const place = (await room.db.one(`SELECT place_id::text AS id FROM letterbox.arrangement_party
        WHERE agency_id = $1 AND arrangement_id = $2 AND party_id = $3`, [room.agency, people.arrangement, people.home.id])).id;
    const page = await client.get(`/letters/new?to=${codeOf(place)}`);
    const ids = Object.fromEntries(names.map((name) => [name, page.find('label')
        .find((one) => one.children.some(({ data }) => data === name) && one.attribs.for.startsWith('to-')).attribs.for.slice(3)]));
    return { page, ids };
}

// Presses a button that has an address of its own, as a browser without scripts does.
function press(page, action, ours) {
    const { fields } = page.form('form-post_letters');
    return client.post(action, [...fields.filter(([name]) => !(name in ours)),
        ...Object.entries(ours).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))]);
}

test('a letter for one of several names that one alone: look, draft, receipt, list', async () => {
    await forgetDrafts();
    const [wanted, other] = names;
    const { page, ids } = await newLetter();
    deepEqual(page.find('input[name=to][checked]').map((one) => one.attribs.value).sort(), Object.values(ids).sort());
    const named = (text, where) => {
        ok(text.includes(wanted), `${where}: ${text}`);
        ok(!text.includes(other), `${where}: ${text}`);
    };
    const look = await press(page, '/letters/preview', { text: 'For one of you.', to: ids[wanted] });
    named(look.text('main strong'), 'look');
    const home = await client.get('/');
    named(home.text('[data-test=draft-open]'), 'draft');
    const draft = await client.get(home.attribute('[data-test=draft-open]', 'href'));
    deepEqual(draft.find('input[name=to][checked]').map((one) => one.attribs.value), [ids[wanted]]);
    const receipt = await client.submit(look, 'form-post_letters');
    match(receipt.path, /receipt$/);
    named(/It is for (.*?)\. What happens/.exec(receipt.plain())[1], 'receipt');
    named((await client.get('/')).text('[data-test=row-sent] h3'), 'home');
    named((await client.get('/letters')).text('[data-test=row-sent] h3'), 'list');
    const both = await newLetter();
    const everybody = await client.submit(both.page, 'form-post_letters', { text: 'For both of you.' });
    for (const name of names)
        ok(everybody.plain().includes(name), everybody.plain());
});

test('a letter for nobody goes to nobody: somebody must be chosen', async () => {
    await forgetDrafts();
    const letters = async () => (await room.db.one('SELECT count(*)::int AS n FROM letterbox.letter')).n;
    const before_ = await letters();
    const { page } = await newLetter();
    for (const answer of [await client.submit(page, 'form-post_letters', { text: 'For nobody.', to: null }),
        await press(page, '/letters/preview', { text: 'For nobody.', to: [] })]) {
        equal(answer.status, 422, answer.path);
        match(answer.text('[data-test=msg-to-missing]'), /Choose at least one person/);
        equal(answer.find('input[name=to][checked]').length, 0, 'nobody is ticked again in silence');
        match(answer.text('textarea'), /For nobody\./);
    }
    equal(await letters(), before_);
    // a draft need not say yet whom it is for, and nobody is chosen when it is opened again
    const draft = await press(page, '/drafts', { text: 'For somebody.', to: [] });
    match(draft.path, /^\/drafts\//);
    equal(draft.find('input[name=to][checked]').length, 0);
    equal((await client.get('/')).text('[data-test=draft-open]'), 'Letter: who it is for is not chosen yet');
});

test('where there are several arrangements one must be chosen, before the look as before sending', async () => {
    await forgetDrafts();
    const { page } = await newLetter();
    const { id: another } = await room.db.one('SELECT letterbox.new_id()::text AS id');
    await room.db.query(`WITH copied AS (
            INSERT INTO letterbox.arrangement SELECT (jsonb_populate_record(a, jsonb_build_object('arrangement_id', $3::bigint))).*
              FROM letterbox.arrangement a WHERE agency_id = $1 AND arrangement_id = $2),
        members AS (
            INSERT INTO letterbox.arrangement_party SELECT (jsonb_populate_record(p, jsonb_build_object('arrangement_id', $3::bigint,
                   'place_id', p.place_id + 1))).* FROM letterbox.arrangement_party p WHERE agency_id = $1 AND arrangement_id = $2)
        INSERT INTO letterbox.contact SELECT (jsonb_populate_record(c, jsonb_build_object('arrangement_id', $3::bigint,
               'contact_id', c.contact_id + 1, 'sealed_label', NULL))).* FROM letterbox.contact c
         WHERE agency_id = $1 AND arrangement_id = $2`, [room.agency, people.arrangement, another]);
    for (const answer of [await client.submit(page, 'form-post_letters', { text: 'For one of two.', arrangement: null }),
        await press(page, '/letters/preview', { text: 'For one of two.', arrangement: [] })]) {
        equal(answer.status, 422, answer.path);
        match(answer.text('[data-test=msg-arrangement-missing]'), /Choose who it is for/);
        match(answer.text('textarea'), /For one of two\./);
    }
});
