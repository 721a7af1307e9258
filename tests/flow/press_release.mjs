// SPDX-License-Identifier: AGPL-3.0-or-later
// An approved letter on its way to each recipient: portal, link, print; archive; and what stops it.

import { before, deepEqual, equal, match, doesNotMatch, ok, test } from '../harness/test.mjs';
import { pressroom, sha256 } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let room;
let families = 0;

before(async () => {
    const here = await site({ settings: { portal: { origin: 'https://portal.example' } } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
});

const nextFamily = () => room.family(families++);
const pdfText = async (bytes) => (await run(['pdftotext', '-layout', '-', '-'], { input: bytes })).stdout;

// A letter in review, from the home or, with `from`, from a relative.
async function reviewed(family, text, { from = family.home, items = [] } = {}) {
    const letter = await room.letter({ from, arrangement: family.arrangement, text, items });
    await room.done();
    equal((await room.state(letter)).state, 'in_review');
    return letter;
}

async function released(family, text, to, more = {}) {
    const letter = await reviewed(family, text, more);
    await room.approve(letter, { to: to.map(({ id }) => id) });
    return { letter, problems: await room.done() };
}

const problem = (problems, letter) => problems.find((one) => one.letter === letter)?.error_code ?? null;

test('a relative\'s letter reaches the family in the portal, with a notice that names nothing', async () => {
    const family = await nextFamily();
    const mother = family.by('link');
    const account = await room.account(family.home.id);
    const text = 'Dear all,\nI moved to LS1 4AP, ring me on 07700 900123.\nLove';
    const { letter, problems } = await released(family, text, [family.home], { from: mother });
    equal(problem(problems, letter), null);
    equal((await room.state(letter)).state, 'released');
    const [release] = await room.releases(letter);
    equal(release.state, 'available');
    const mine = await room.releaseParts(release.id, account.secret);
    deepEqual(mine.map(({ number, kind }) => [number, kind]), [[1, 'text'], [2, 'pdf']]);
    const shown = mine[0].bytes.toString();
    equal(shown, 'Dear all,\nI moved to [postcode removed], ring me on [phone number removed].\nLove');
    const sheet = await pdfText(mine[1].bytes);
    match(sheet, /\[postcode removed\]/);
    doesNotMatch(sheet, /LS1|07700/);
    deepEqual((await room.releaseParts(release.id)).map(({ bytes }) => sha256(bytes)),
        mine.map(({ bytes }) => sha256(bytes)));
    const [dispatch] = await room.dispatches(letter);
    equal(`${dispatch.channel} ${dispatch.state}`, 'portal delivered');
    const [notice] = await room.messages(`kind = 'waiting' AND to_party = $1`, [family.home.id]);
    equal(notice.address, family.home.record.emails[0]);
    equal(notice.automatic, true);
    match(notice.entity.toString(), /https:\/\/portal\.example/);
    doesNotMatch(`${notice.subject}\n${notice.entity}`, /adopt|child|letter|birth|famil/i);
});

test('the archive opens with either secret archive key, and with no other', async () => {
    const family = await nextFamily();
    await room.account(family.home.id);
    const text = 'Dear all, my postcode is LS1 4AP.';
    const { letter } = await released(family, text, [family.home], { from: family.by('link') });
    for (const place of ['one', 'two']) {
        const copies = await room.archive(letter, place);
        deepEqual(copies.map(({ kind, number }) => `${kind} ${number}`), ['original 1', 'release 1']);
        equal(copies[0].bytes.toString(), text);
        match(await pdfText(copies[1].bytes), /\[postcode removed\]/);
    }
});

test('one letter to two relatives: a link with PIN and a print, each from its own leak list', async () => {
    const family = await nextFamily();
    const [mother, nana] = [family.by('link'), family.by('post')];
    await room.changeParty(mother.id, { leak: [{ category: 'place', term: 'Upper Slaughter' }] });
    await room.changeParty(nana.id, { leak: [{ category: 'name', term: 'Featherstonehaugh' }] });
    const text = 'We, the Featherstonehaughs, like Upper Slaughter.';
    const { letter, problems } = await released(family, text, [mother, nana]);
    equal(problem(problems, letter), null);
    equal((await room.state(letter)).state, 'composed');
    const releases = await room.releases(letter);
    const texts = {};
    for (const release of releases)
        texts[release.to] = (await room.releaseParts(release.id))[0].bytes.toString();
    match(texts[mother.id], /Featherstonehaugh/);
    doesNotMatch(texts[mother.id], /Slaughter/);
    match(texts[nana.id], /Upper Slaughter/);
    doesNotMatch(texts[nana.id], /Featherstonehaugh/);
    const dispatches = await room.dispatches(letter);
    deepEqual(dispatches.map(({ channel, state }) => `${channel} ${state}`).sort(), ['link ready', 'post ready']);

    const [mail] = await room.messages(`kind = 'link' AND to_party = $1`, [mother.id]);
    equal(mail.address, mother.record.emails[0]);
    match(mail.entity.toString(), /https:\/\/portal\.example\/l\/[A-Za-z0-9_-]{43}\s/);
    doesNotMatch(`${mail.subject}\n${mail.entity}`, /adopt|child|letter|birth|famil/i);
    equal(mail.dispatch, dispatches.find(({ channel }) => channel === 'link').id);

    const item = await room.db.one(`SELECT print_id::text AS id, letter_blob, sheet_blob FROM letterbox.print_item
        WHERE agency_id = $1 AND dispatch_id = $2`,
    [room.agency, dispatches.find(({ channel }) => channel === 'post').id]);
    const opened = async (column) => pdfText(await room.openDesk(
        room.binding('PRINT', `print_item.${column}`, item.id), await room.get(item[`${column}_blob`])));
    const [page, sheet] = [await opened('letter'), await opened('sheet')];
    const code = /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/;
    equal(page.match(code)[0], sheet.match(code)[0], 'the same code is on both');
    match(sheet, new RegExp(nana.record.names[0]));
    for (const name of [...family.home.record.names, family.home.record.known_as, ...family.home.record.emails])
        ok(!sheet.includes(name), `${name} is not on the address sheet`);
    doesNotMatch(page, /Featherstonehaugh/);
});

test('who has no account, PIN, e-mail or address gets nothing, and staff are told why', async () => {
    const family = await nextFamily();
    const [mother, nana] = [family.by('link'), family.by('post')];
    const cases = [
        [mother, { pin: '' }, {}, 'no_pin'],
        [mother, { emails: [] }, {}, 'no_email'],
        [nana, { address: '' }, {}, 'no_address'],
        [nana, {}, { channel: 'portal' }, 'no_account'],
        [mother, {}, { channel: 'email' }, 'plain_email'],
        [mother, {}, { channel: 'pgp' }, 'no_key'],
    ];
    for (const [party, change, columns, code] of cases) {
        const was = await room.partyRecord(party.id);
        const channel = party.channel;
        await room.changeParty(party.id, change, columns);
        const { letter, problems } = await released(family, 'Hello there.', [party]);
        equal(problem(problems, letter), code);
        equal((await room.state(letter)).state, 'in_review');
        deepEqual(await room.releases(letter), []);
        await room.changeParty(party.id, was, { channel });
        // put right, and approved again, it goes
        await room.approve(letter, { to: [party.id] });
        await room.done();
        equal((await room.releases(letter)).length, 1);
    }
});
