// SPDX-License-Identifier: AGPL-3.0-or-later
// An approved letter on its way to each recipient: portal, link, print; archive; and what stops it.

import * as openpgp from 'openpgp';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, match, doesNotMatch, ok, test } from '../harness/test.mjs';
import { pressroom, sha256 } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { png, scene } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';

let room;
let families = 0;

before(async () => {
    const here = await site({ settings: { portal: { origin: 'https://portal.example' } } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
});

// There are six: what a test changes of one is put back at its end.
const nextFamily = () => room.family(families++ % 6);
const pdfText = async (bytes) => (await run(['pdftotext', '-layout', '-', '-'], { input: bytes })).stdout;

// The first image of a PDF: { width, height, at(x, y) }.
async function pixels(pdf) {
    const home = mkdtempSync('/tmp/letterbox-pixels-');
    try {
        writeFileSync(join(home, 'a.pdf'), pdf);
        await run(['pdfimages', join(home, 'a.pdf'), join(home, 'image')]);
        const ppm = readFileSync(join(home, 'image-000.ppm'));
        const [head, width, height] = ppm.subarray(0, 40).toString('latin1').match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
        return { width: Number(width), height: Number(height),
            at: (x, y) => [...ppm.subarray(head.length + (y * width + x) * 3).subarray(0, 3)] };
    } finally {
        rmSync(home, { recursive: true });
    }
}

// A key as a relative would make it, in a home of its own: { home, fingerprint, armor, secret }.
async function relativeKey(name, { expired = false } = {}) {
    const home = mkdtempSync('/tmp/letterbox-relative-');
    cleanup(() => rmSync(home, { recursive: true, force: true }));
    await room.agent(home);
    const gpg = (...words) => run(['gpg', '--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback',
        ...words]);
    const old = expired ? ['--faked-system-time', '20200101T000000!'] : [];
    await gpg(...old, '--passphrase', '', '--quick-generate-key', name, 'future-default', 'default', expired ? '1d' : '0');
    const list = (await gpg('--with-colons', '--list-keys')).stdout;
    return { home, fingerprint: list.match(/^fpr:+([0-9A-F]{40}):/m)[1], armor: (await gpg('--armor', '--export')).stdout,
        secret: (await gpg('--armor', '--export-secret-keys')).stdout };
}

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
    await room.changeParty(mother.id, { leak: [{ category: 'dob', term: '3 May 2015' }] });
    await room.changeParty(nana.id, { leak: [{ category: 'dob', term: '5 June 2016' }] });
    const text = 'It rained on 3 May 2015, and it snowed on 5 June 2016.';
    const { letter, problems } = await released(family, text, [mother, nana]);
    equal(problem(problems, letter), null);
    equal((await room.state(letter)).state, 'composed');
    const releases = await room.releases(letter);
    const texts = {};
    for (const release of releases)
        texts[release.to] = (await room.releaseParts(release.id))[0].bytes.toString();
    match(texts[mother.id], /5 June 2016/);
    doesNotMatch(texts[mother.id], /May/);
    match(texts[nana.id], /3 May 2015/);
    doesNotMatch(texts[nana.id], /June/);
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
    doesNotMatch(page, /June/);
});

test('a box is burnt into the pixels of a photo; a page that is covered whole is left out', async () => {
    const family = await nextFamily();
    const account = await room.account(family.home.id);
    const mother = family.by('link');
    const photo = png(300, 200, (x, y) => (x < 100 && y < 50 ? [255, 0, 0] : scene(x, y)));
    const second = png(120, 80, () => [0, 0, 255]);
    const letter = await reviewed(family, 'Two pictures.', { from: mother, items: [
        { kind: 'file', name: 'badge.png', bytes: photo }, { kind: 'file', name: 'blue.png', bytes: second }] });
    const { parts } = await room.review(letter);
    deepEqual(parts.map(({ kind }) => kind), ['text', 'photo', 'photo']);
    const mark = { category: 'school', source: 'staff', why: '', confidence: 100, for: [family.home.id] };
    await room.remark(letter, (review) => review.marks.push(
        { ...mark, number: 900, part: 2, x: 0, y: 0, w: 100, h: 50 },
        { ...mark, number: 901, part: 3, x: 0, y: 0, w: parts[2].width, h: parts[2].height }));
    await room.approve(letter, { to: [family.home.id] });
    equal(problem(await room.done(), letter), null);
    const [release] = await room.releases(letter);
    equal(release.photo_level, 'face', 'the level that the agreement allows');
    const mine = await room.releaseParts(release.id, account.secret);
    deepEqual(mine.map(({ kind }) => kind), ['text', 'photo', 'pdf']);
    const image = await pixels(mine[2].bytes);
    deepEqual([image.width, image.height], [300, 200]);
    for (let y = 0; y < 50; y += 1)
        for (let x = 0; x < 100; x += 1)
            ok(Math.max(...image.at(x, y)) - Math.min(...image.at(x, y)) < 24, `${x},${y} is grey`);
    ok(Math.abs(image.at(200, 150)[0] - scene(200, 150)[0]) < 40, 'the rest is as it was');
    equal(mine[1].bytes.subarray(0, 3).toString('hex'), 'ffd8ff');
});

test('photos need an agreement that allows them', async () => {
    const family = await nextFamily();
    await room.account(family.home.id);
    const items = [{ kind: 'file', name: 'a.png', bytes: png(120, 80, scene) }];
    const level = (word) => room.db.query(`UPDATE letterbox.arrangement SET photo_level = $3
        WHERE agency_id = $1 AND arrangement_id = $2`, [room.agency, family.arrangement, word]);
    await level('none');
    cleanup(() => level('face'));
    const without = await reviewed(family, 'A picture.', { from: family.by('link'), items });
    await room.approve(without, { to: [family.home.id], job: false });
    await level('face');
    await room.job('burn_release', { letter: without });
    equal(problem(await room.done(), without), null);
    const [copy] = await room.releases(without);
    deepEqual((await room.releaseParts(copy.id)).map(({ kind }) => kind), ['text', 'pdf'],
        'it was decided without the photo, whatever the agreement says by now');
    await level('none');
    const letter = await reviewed(family, 'A picture.', { from: family.by('link'), items });
    await room.remark(letter, (review) => { review.marks = []; });
    await room.approve(letter, { to: [family.home.id] });
    equal(problem(await room.done(), letter), 'photo_level');
    deepEqual(await room.releases(letter), []);
    await level('view_only');
    await room.approve(letter, { to: [family.home.id] });
    await room.done();
    const [release] = await room.releases(letter);
    equal(release.photo_level, 'view_only');
    const pdf = (await room.releaseParts(release.id)).find(({ kind }) => kind === 'pdf').bytes;
    equal((await run(['pdfimages', '-list', '-'], { input: pdf })).stdout.trim().split('\n').length, 2,
        'what may only be looked at is in no PDF');
    const kept = (await room.archive(letter)).find(({ kind }) => kind === 'release');
    equal((await run(['pdfimages', '-list', '-'], { input: kept.bytes })).stdout.trim().split('\n').length, 3,
        'but in the archive');
});

test('a relative with a key gets OpenPGP mail that GnuPG and openpgp both open, signed by the agency', async () => {
    const family = await nextFamily();
    const mother = family.by('link');
    const theirs = await relativeKey('Ann <ann@example.org>');
    await room.changeParty(mother.id, { key: { fingerprint: theirs.fingerprint, armor: theirs.armor, confirmed: true } },
        { channel: 'pgp' });
    const { letter, problems } = await released(family, 'Dear Ann, all is well at LS1 4AP.', [mother]);
    equal(problem(problems, letter), null);
    const [mail] = await room.messages(`kind = 'released' AND to_party = $1`, [mother.id]);
    equal(mail.address, mother.record.emails[0]);
    match(mail.entity.toString(), /^Content-Type: multipart\/encrypted;\s+protocol="application\/pgp-encrypted"/);
    const agency = await room.db.one(`SELECT fingerprint, public_key FROM letterbox.agency_key
        WHERE agency_id = $1 AND purpose = 'mail' AND state = 'active'`, [room.agency]);
    await run(['gpg', '--homedir', theirs.home, '--batch', '--quiet', '--import'], { input: agency.public_key });
    const armor = mail.entity.toString().match(/-----BEGIN PGP MESSAGE-----[^]*-----END PGP MESSAGE-----/)[0];
    const clear = (await run(['gpg', '--homedir', theirs.home, '--batch', '--decrypt', '--status-fd', '2'],
        { input: armor }));
    match(clear.stdout, /all is well at \[postcode removed\]/);
    match(clear.stdout, /Content-Type: application\/pdf/);
    doesNotMatch(`${clear.stdout}${mail.entity}`, /LS1 4AP/);
    match(clear.stderr, new RegExp(`VALIDSIG ${agency.fingerprint}`));
    const message = await openpgp.readMessage({ armoredMessage: armor });
    const key = await openpgp.readPrivateKey({ armoredKey: theirs.secret });
    const { data } = await openpgp.decrypt({ message, decryptionKeys: key });
    equal(data.replaceAll('\r\n', '\n'), clear.stdout.replaceAll('\r\n', '\n'));
});

test('a key that is not confirmed, has run out, or is another one holds the letter', async () => {
    const family = await nextFamily();
    const mother = family.by('link');
    const good = await relativeKey('Ann <ann@example.org>');
    const old = await relativeKey('Old <old@example.org>', { expired: true });
    const cases = [
        [{ fingerprint: good.fingerprint, armor: good.armor, confirmed: false }, 'key_unconfirmed'],
        [{ fingerprint: old.fingerprint, armor: old.armor, confirmed: true }, 'key_unusable'],
        [{ fingerprint: good.fingerprint, armor: old.armor, confirmed: true }, 'key_unusable'],
        [{ fingerprint: 'AB'.repeat(20), armor: 'no key', confirmed: true }, 'key_unusable'],
    ];
    for (const [key, code] of cases) {
        await room.changeParty(mother.id, { key }, { channel: 'pgp' });
        const { letter, problems } = await released(family, 'Hello.', [mother]);
        equal(problem(problems, letter), code);
        deepEqual(await room.releases(letter), []);
    }
    deepEqual(await room.messages(`kind = 'released' AND to_party = $1`, [mother.id]), []);
});

test('plain e-mail goes only where policy and consent both allow it', async () => {
    const family = await nextFamily();
    const mother = family.by('link');
    const policy = (allowed) => room.db.query('UPDATE letterbox.agency SET plain_email_allowed = $2 WHERE agency_id = $1',
        [room.agency, allowed]);
    for (const [allowed, consent] of [[false, true], [true, false]]) {
        await policy(allowed);
        await room.changeParty(mother.id, {}, { channel: 'email', plain_consent: consent });
        const { letter, problems } = await released(family, 'Hello.', [mother]);
        equal(problem(problems, letter), 'plain_email');
    }
    await policy(true);
    await room.changeParty(mother.id, {}, { plain_consent: true });
    const { letter, problems } = await released(family, 'Hello.', [mother]);
    equal(problem(problems, letter), null);
    const [mail] = await room.messages(`kind = 'released' AND to_party = $1`, [mother.id]);
    match(mail.entity.toString(), /Hello\./);
    await policy(false);
});

test('a returned letter\'s note goes to its sender alone, by the sender\'s channel', async () => {
    const family = await nextFamily();
    const account = await room.account(family.home.id);
    for (const [from, channel] of [[family.home, 'portal'], [family.by('post'), 'post'], [family.by('link'), 'link']]) {
        const letter = await reviewed(family, 'Dear you.', { from });
        await room.decide(letter, { act: 'return', note: 'Could you leave out the name of the school?' });
        await room.db.query(`UPDATE letterbox.letter SET state = 'returned' WHERE agency_id = $1 AND letter_id = $2`,
            [room.agency, letter]);
        await room.job('return_note', { letter });
        await room.job('return_note', { letter });
        equal(problem(await room.done(), letter), null);
        const releases = await room.releases(letter);
        deepEqual(releases.map(({ kind, to }) => [kind, to]), [['note', from.id]]);
        const secret = channel === 'portal' ? account.secret : null;
        const [part] = await room.releaseParts(releases[0].id, secret);
        equal(part.bytes.toString(), 'Could you leave out the name of the school?');
        equal((await room.dispatches(letter))[0].channel, channel);
        equal((await room.state(letter)).state, 'returned');
    }
    const [notice] = await room.messages(`kind = 'return_note' AND to_party = $1`, [family.home.id]);
    doesNotMatch(`${notice.subject}\n${notice.entity}`, /school|adopt|child|letter|birth|famil/i);
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
    await room.db.query(`UPDATE letterbox.account SET state = 'disabled' WHERE agency_id = $1 AND party_id = $2`,
        [room.agency, nana.id]);
    for (const [party, change, columns, code] of cases) {
        const was = await room.partyRecord(party.id);
        const { channel } = party;
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
