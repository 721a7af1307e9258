// SPDX-License-Identifier: AGPL-3.0-or-later
// A family that writes with several relatives at once: each page names whom a letter is from, and whom it is for.

import { before, deepEqual, doesNotMatch, equal, match, ok, test } from '../harness/test.mjs';
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

const forgetEverything = async () => {
    await room.db.query('DELETE FROM letterbox.draft_file');
    await room.db.query('DELETE FROM letterbox.draft');
};

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
