// SPDX-License-Identifier: AGPL-3.0-or-later
// Whose letter an e-mail is: what goes on by itself, what waits for a person, what is nobody's letter.

import { mkdtempSync, rmSync } from 'node:fs';
import { before, cleanup, deepEqual, equal, match, notEqual, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { gpgAgent, pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let room;
let family;
let mother;
let address;

before(async () => {
    const here = await site({ settings: { post: { authserv: 'mx.test' } } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
    family = await room.family(0);
    mother = family.by('link');
    [address] = mother.record.emails;
});

const domain = (of) => of.split('@')[1];
const proof = (of) => `Authentication-Results: mx.test; dmarc=pass header.from=${domain(of)}\r\n`;

async function arrives({ from = address, proved = true, to = 'post@fernshire.test', head = '', body = 'Dear all, we are well.' }) {
    const bytes = Buffer.from(`${proved ? proof(from) : ''}From: <${from}>\r\nTo: <${to}>\r\nSubject: Hello\r\n${head}\r\n`
        + `${body}\r\n`);
    const letter = await room.letter({ channel: 'email', items: [{ kind: 'mail', bytes }] });
    deepEqual(await room.done(), []);
    return letter;
}

async function waits(letter, kind, { state = 'quarantined' } = {}) {
    const seen = await room.state(letter);
    deepEqual([seen.state, seen.from, seen.arrangement], [state, null, null]);
    const review = await room.review(letter);
    equal(review.quarantine.kind, kind);
    match(review.quarantine.reason, /\.$/);
    deepEqual(review.marks, []);
    return review;
}

const proposed = (review) => review.quarantine.proposals.map(({ party, arrangement }) => [party, arrangement ?? null]);

test('a proved address of one party in one arrangement goes on, with what the mail says about itself', async () => {
    const letter = await arrives({ body: 'Dear all, I live at LS1 4AP.\r\n\r\n'
        + 'On Tue, 3 Nov 2026 at 10:00, Sam <sam@example.org> wrote:\r\n> hello Ann' });
    const seen = await room.state(letter);
    deepEqual([seen.state, seen.from, seen.arrangement], ['in_review', mother.id, family.arrangement]);
    const review = await room.review(letter);
    deepEqual(review.mail, { from: address, name: '', subject: 'Hello', authentic: 'yes', to: ['post@fernshire.test'] });
    ok(!('quarantine' in review));
    ok(review.marks.some(({ category }) => category === 'postcode'));
    const quote = review.marks.find(({ category }) => category === 'furniture');
    equal(quote.why, 'quote');
    // staff approve: what was quoted is gone without a word
    const account = await room.account(family.home.id);
    await room.approve(letter, { to: [family.home.id] });
    await room.done();
    const [release] = await room.releases(letter);
    const [text] = await room.releaseParts(release.id, account.secret);
    equal(text.bytes.toString().trim(), 'Dear all, I live at [postcode removed].');
});

test('capitals, dots of the host and a name do not matter; another address does', async () => {
    const [local, host] = address.split('@');
    const letter = await arrives({ from: `${local.toUpperCase()}@${host.toUpperCase()}` });
    equal((await room.state(letter)).from, mother.id);
    await waits(await arrives({ from: `x${address}` }), 'unknown_sender');
});

test('nothing proves it, or only somebody else does: it waits with the match proposed', async () => {
    const mine = [[mother.id, family.arrangement]];
    const cases = [
        ['no header', '', 'unknown'],
        ['another server\'s', `Authentication-Results: mx.elsewhere; dmarc=pass header.from=${domain(address)}\r\n`, 'unknown'],
        ['about a domain above it', `Authentication-Results: mx.test; dkim=pass header.d=${domain(address).split('.').slice(1).join('.')}\r\n`,
            'unknown'],
        ['about another domain', 'Authentication-Results: mx.test; dkim=pass header.d=elsewhere.test\r\n', 'unknown'],
        ['a failure', `Authentication-Results: mx.test; dmarc=fail header.from=${domain(address)}\r\n`, 'no'],
    ];
    for (const [what, head, authentic] of cases) {
        const review = await waits(await arrives({ proved: false, head }), 'not_authenticated');
        deepEqual(proposed(review), mine, what);
        equal(review.mail.authentic, authentic, what);
    }
});

test('two senders, a list, a machine: each waits under its own name', async () => {
    await waits(await arrives({ head: `From: <other@example.org>\r\n` }), 'two_from');
    await waits(await arrives({ head: 'List-Id: <x.example.org>\r\nPrecedence: bulk\r\n' }), 'automatic');
    await waits(await arrives({ head: 'Auto-Submitted: auto-generated\r\n' }), 'automatic');
});

test('who wrote it is not clear when there is more in its head than can be read: it waits', async () => {
    const mine = [[mother.id, family.arrangement]];
    const second = 'From: <other@example.org>\r\n';
    const many = (name) => Array.from({ length: 60 }, (_, i) =>
        `${name}: ${Array.from({ length: 18 }, (__, k) => `a${i}x${k}@b.cc`).join(', ')}\r\n`).join('');
    const long = Array.from({ length: 90 }, (_, i) => `X-Pad-${i}: ${'p'.repeat(800)}\r\n`).join('');
    const dashes = `${Array.from({ length: 10_100 }, () => '--x:').join('\r\n')}\r\n`;
    for (const [what, head] of [['a second From after 1,080 Cc', many('Cc') + second],
        ['a second From after 1,080 To', many('To') + second],
        ['a second From after 72 KB', long + second],
        ['a second From after 10,100 lines that may be boundaries', dashes + second],
        ['72 KB of header', long]]) {
        const review = await waits(await arrives({ head }), 'two_from');
        deepEqual(proposed(review), mine, what);
    }
    // one author, and more addresses than are read: among those that are not may be the other side's
    await waits(await arrives({ head: many('Cc') }), 'two_from');
});

test('an absence notice is nobody\'s letter: set aside, and kept', async () => {
    const letter = await arrives({ head: 'Auto-Submitted: auto-replied\r\n', body: 'I am away until Monday.' });
    await waits(letter, 'automatic', { state: 'set_aside' });
    match((await room.part(letter, 1)).toString(), /away until Monday/);
});

test('people who share an address are told apart by their own alias', async () => {
    const other = (await room.family(1)).by('link');
    const value = room.lookup('sender', address);
    await room.db.query(`INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id) VALUES ($1, 'sender', $2, $3)`,
        [room.agency, value, other.id]);
    cleanup(() => room.db.query(`DELETE FROM letterbox.party_lookup WHERE value = $1 AND party_id = $2`, [value, other.id]));
    const review = await waits(await arrives({}), 'several');
    deepEqual(proposed(review).map(([party]) => party).sort(), [mother.id, other.id].sort());
    const { alias } = await room.db.one('SELECT alias_token AS alias FROM letterbox.party WHERE party_id = $1', [other.id]);
    const letter = await arrives({ to: `${alias.toUpperCase()}@fernshire.test` });
    equal((await room.state(letter)).from, other.id);
    // without proof the alias proves nothing either
    deepEqual(proposed(await waits(await arrives({ to: `${alias}@fernshire.test`, proved: false }), 'not_authenticated'))
        .map(([party]) => party), [other.id]);
    deepEqual(proposed(await waits(await arrives({ from: 'stranger@example.org', to: `${alias}@fernshire.test` }),
        'unknown_sender')).map(([party]) => party), [other.id]);
});

test('from one side to an address of the other: kept apart, whatever proves it', async () => {
    const [home] = family.home.record.emails;
    const { alias } = await room.db.one('SELECT alias_token AS alias FROM letterbox.party WHERE party_id = $1', [mother.id]);
    for (const proved of [true, false]) {
        const letter = await arrives({ from: home, to: `${alias}@fernshire.test`, proved });
        deepEqual(proposed(await waits(letter, 'wrong_side')).map(([party]) => party), [family.home.id]);
        const { is_wrong_side: marked } = await room.db.one('SELECT is_wrong_side FROM letterbox.letter WHERE letter_id = $1',
            [letter]);
        ok(marked);
    }
    // nor does any word of its head lead around that: a machine's, a list's, a report's, a second author
    const named = `To: <${alias}@fernshire.test>\r\n`;
    for (const head of ['Precedence: bulk\r\n', 'List-Unsubscribe: <mailto:x@example.org>\r\n', 'Auto-Submitted: auto-generated\r\n',
        'Auto-Submitted: auto-replied\r\n', 'X-Vacation: yes\r\n', 'From: <other@example.org>\r\n',
        `${named}${Array.from({ length: 90 }, (_, i) => `X-Pad-${i}: ${'p'.repeat(800)}\r\n`).join('')}`]) {
        const letter = await arrives({ from: home, to: `${alias}@fernshire.test`, head });
        deepEqual(proposed(await waits(letter, 'wrong_side')).map(([party]) => party), [family.home.id], head.slice(0, 60));
    }
    for (const mail of [report('f'.repeat(32)), { ...report('f'.repeat(32)), head: `From: <${home}>\r\n${report('').head}` }])
        await waits(await arrives({ ...mail, from: mail.head.startsWith('From') ? mail.from : home, to: `${alias}@fernshire.test` }),
            'wrong_side');
    // nor does the way in which the alias is named
    for (const to of [`${alias}+x@fernshire.test`, `${alias}%fernshire.test@fernshire.test`, `${alias}@[127.0.0.1]`,
        `"${alias}"@fernshire.test`, `"${alias.slice(0, 1)}\\${alias.slice(1)}"@fernshire.test`, `${alias.toUpperCase()}-x@fernshire.test`])
        await waits(await arrives({ from: home, to }), 'wrong_side');
    for (const name of ['Bcc', 'Delivered-To', 'X-Original-To', 'Envelope-To', 'Resent-To'])
        await waits(await arrives({ from: home, head: `${name}: <${alias}@fernshire.test>\r\n` }), 'wrong_side');
    const many = Array.from({ length: 1000 }, (_, n) => `a${n}@b.cc`).join(',\r\n ');
    await waits(await arrives({ from: home, to: `${alias}@fernshire.test`, head: `Reply-To: ${many}\r\n` }), 'two_from');
    // what only a server wrote says for whom it came, and not whose letter it is
    const own = await arrives({ from: address, head: `Delivered-To: ${alias}@fernshire.test\r\n` });
    equal((await room.state(own)).from, mother.id);
    // and it stays so, whatever the register says when it is taken apart anew
    const letter = await arrives({ from: home, to: `${alias}@fernshire.test` });
    const value = room.lookup('alias', alias);
    const [{ n }] = await room.db.query(`WITH x AS (UPDATE letterbox.party_lookup SET value = $2 WHERE use = 'alias' AND value = $1
        RETURNING 1) SELECT count(*)::int AS n FROM x`, [value, Buffer.alloc(32, 9)]);
    equal(n, 1);
    cleanup(() => room.db.query('UPDATE letterbox.party_lookup SET value = $1 WHERE value = $2', [value, Buffer.alloc(32, 9)]));
    await room.db.query(`SET session_replication_role = replica; DELETE FROM letterbox.part WHERE letter_id = ${letter};
        UPDATE letterbox.letter SET state = 'received', version = version + 1 WHERE letter_id = ${letter};
        RESET session_replication_role`);
    await room.job('prepare_letter', { letter });
    deepEqual(await room.done(), []);
    await waits(letter, 'wrong_side');
    await room.db.query('UPDATE letterbox.party_lookup SET value = $1 WHERE value = $2', [value, Buffer.alloc(32, 9)]);
    // her sister, on her own side, may answer for her: that is for staff to see, and no alarm
    const nana = family.relatives.find(({ id, record }) => id !== mother.id && record.emails.length > 0);
    if (nana)
        ok(!['wrong_side'].includes((await room.review(await arrives({ from: nana.record.emails[0],
            to: `${alias}@fernshire.test` }))).quarantine?.kind));
});

test('a party with two arrangements, or none that is open, waits', async () => {
    const two = await room.family(1);
    await room.db.query(`SET session_replication_role = replica; INSERT INTO letterbox.arrangement_party (agency_id,
        arrangement_id, party_id, side) VALUES (${room.agency}, ${two.arrangement}, ${mother.id}, 'birth');
        RESET session_replication_role`);
    cleanup(() => room.db.query('DELETE FROM letterbox.arrangement_party WHERE arrangement_id = $1 AND party_id = $2',
        [two.arrangement, mother.id]));
    deepEqual(proposed(await waits(await arrives({}), 'several')).map(([, arrangement]) => arrangement).sort(),
        [family.arrangement, two.arrangement].sort());
});

test('of several arrangements, what it answers or names of this very party tells which it is for; never who wrote', async () => {
    const two = await room.family(1);
    await room.db.query(`SET session_replication_role = replica; INSERT INTO letterbox.arrangement_party (agency_id,
        arrangement_id, party_id, side) VALUES (${room.agency}, ${two.arrangement}, ${mother.id}, 'birth');
        RESET session_replication_role`);
    cleanup(() => room.db.query("UPDATE letterbox.arrangement_party SET state = 'ended' WHERE arrangement_id = $1 AND party_id = $2",
        [two.arrangement, mother.id]));     // letters name it
    const { token, release } = await sentLink();
    const own = await room.letter({ from: mother, arrangement: two.arrangement, text: 'An earlier one.' });
    const others = await room.letter({ from: two.home, arrangement: two.arrangement, text: 'Not hers.' });
    deepEqual(await room.done(), []);
    const reference = (id) => codeOf(id).toUpperCase().replace(/(.{4})(?=.)/g, '$1-');
    const answers = `In-Reply-To: <${token}@fernshire.test>\r\n`;
    for (const [what, mail, arrangement] of [
        ['it answers a mail of ours', { head: answers }, family.arrangement],
        ['among others', { head: `References: <x@y.test> <${token}@fernshire.test> <z@y.test>\r\n` }, family.arrangement],
        ['the reference of a copy for her, quoted', { body: `Yes!\r\n\r\n> Post Desk, reference ${reference(release)}` }, family.arrangement],
        ['the reference of a letter of hers', { body: `About ${reference(own).toLowerCase()}: when?` }, two.arrangement]]) {
        const seen = await room.state(await arrives(mail));
        deepEqual([what, seen.state, seen.from, seen.arrangement], [what, 'in_review', mother.id, arrangement]);
    }
    for (const [what, mail] of [['nothing', {}], ['somebody else\'s letter', { body: reference(others) }],
        ['two that differ', { head: answers, body: reference(own) }], ['a part of something longer', { body: `A-${reference(own)}` }],
        ['a mail that is none of ours', { head: `In-Reply-To: <${'e'.repeat(32)}@fernshire.test>\r\n` }]])
        equal(proposed(await waits(await arrives(mail), 'several')).length, 2, what);
    await waits(await arrives({ head: answers, proved: false }), 'not_authenticated');
    await waits(await arrives({ head: answers, from: 'stranger@example.org' }), 'unknown_sender');
});

test('after the desk says whose it is, a quarantined letter goes on with the parts it has', async () => {
    const letter = await arrives({ from: 'new-address@example.org', body: 'It is me, at LS1 4AP.' });
    await waits(letter, 'unknown_sender');
    const [part] = await room.db.query('SELECT blob_id FROM letterbox.part WHERE letter_id = $1', [letter]);
    await room.db.query(`UPDATE letterbox.letter SET arrangement_id = $2, from_party = $3, state = 'received'
        WHERE letter_id = $1`, [letter, family.arrangement, mother.id]);
    await room.job('prepare_letter', { letter });
    deepEqual(await room.done(), []);
    const seen = await room.state(letter);
    deepEqual([seen.state, seen.version], ['in_review', 2]);
    const review = await room.review(letter);
    deepEqual([review.version, review.recipients], [2, [family.home.id]]);
    ok(!('quarantine' in review));
    equal(review.mail.from, 'new-address@example.org');
    ok(review.marks.some(({ category }) => category === 'postcode'));
    deepEqual(await room.db.query('SELECT blob_id FROM letterbox.part WHERE letter_id = $1', [letter]), [part]);
    await room.account(family.home.id);
    await room.approve(letter, { to: [family.home.id] });
    deepEqual(await room.done(), []);
    equal((await room.releases(letter)).length, 1);
});

// ---- bounces ----

const report = (token, { action = 'failed', status = '5.1.1' } = {}) => ({ from: 'mailer-daemon@mx.test', proved: false,
    head: 'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n',
    body: ['--b', 'Content-Type: text/plain', '', 'It could not be delivered.', '--b', 'Content-Type: message/delivery-status',
        '', 'Reporting-MTA: dns; mx.test', '', `Final-Recipient: rfc822; ${address}`, `Action: ${action}`, `Status: ${status}`,
        '', '--b', 'Content-Type: message/rfc822', '', `From: <post@fernshire.test>`, `To: <${address}>`,
        `Message-ID: <${token}@fernshire.test>`, 'Subject: Something is waiting for you', '', 'x', '', '--b--'].join('\r\n') });

async function sentLink() {
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Dear Ann.' });
    await room.done();
    await room.approve(letter, { to: [mother.id] });
    await room.done();
    const [dispatch] = await room.dispatches(letter);
    await room.db.query(`UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1`, [dispatch.id]);
    await room.db.query(`UPDATE letterbox.message SET state = 'sent' WHERE dispatch_id = $1`, [dispatch.id]);
    equal((await room.state(letter)).state, 'released', 'the last copy is there');
    const { token } = await room.db.one('SELECT mail_token AS token FROM letterbox.message WHERE dispatch_id = $1',
        [dispatch.id]);
    return { letter, token, release: (await room.releases(letter))[0].id };
}

const confirmed = async () => (await room.db.one('SELECT email_confirmed AS yes FROM letterbox.party WHERE party_id = $1',
    [mother.id])).yes;

test('a bounce of our own mail takes the dispatch back and the confirmation of the address', async () => {
    const { letter, token } = await sentLink();
    cleanup(() => room.db.query('UPDATE letterbox.party SET email_confirmed = true WHERE party_id = $1', [mother.id]));
    ok(await confirmed());
    await waits(await arrives(report(token, { action: 'delayed', status: '4.4.1' })), 'bounce', { state: 'set_aside' });
    ok(await confirmed(), 'a delay is no bounce');
    equal((await room.dispatches(letter))[0].state, 'sent');
    await waits(await arrives(report(token)), 'bounce', { state: 'set_aside' });
    ok(!await confirmed());
    const [dispatch] = await room.dispatches(letter);
    deepEqual([dispatch.state, dispatch.code], ['returned', 'bounced']);
});

test('a bounce of a mail that was never ours waits for a person and changes nothing', async () => {
    for (const token of ['f'.repeat(32), 'CAF123'])
        await waits(await arrives(report(token)), 'bounce');
    ok(await confirmed());
});

// ---- encrypted ----

async function relative() {
    const home = mkdtempSync('/tmp/letterbox-relative-');
    cleanup(() => rmSync(home, { recursive: true, force: true }));
    await gpgAgent(home);
    const gpg = (words, input) => run(['gpg', '--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback',
        '--trust-model', 'always', ...words], { input });
    await gpg(['--passphrase', '', '--quick-generate-key', 'Ann <ann@example.org>', 'future-default', 'default', '0']);
    const fingerprint = (await gpg(['--with-colons', '--list-keys'])).stdout.match(/^fpr:+([0-9A-F]{40}):/m)[1];
    const { public_key: key } = await room.db.one(`SELECT public_key FROM letterbox.agency_key
        WHERE agency_id = $1 AND purpose = 'mail' AND state = 'active'`, [room.agency]);
    await gpg(['--import'], key);
    const agency = (await gpg(['--with-colons', '--show-keys'], key)).stdout.match(/^fpr:+([0-9A-F]{40}):/m)[1];
    return { fingerprint, armor: (await gpg(['--armor', '--export', fingerprint])).stdout,
        seal: async (text, words = ['--sign']) => (await gpg(['--armor', '--encrypt', ...words, '-r', agency], text)).stdout };
}

const wrapped = (armor) => ({ proved: false,
    head: 'MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e\r\n',
    body: ['--e', 'Content-Type: application/pgp-encrypted', '', 'Version: 1', '--e', 'Content-Type: application/octet-stream',
        '', ...armor.split('\n'), '--e--'].join('\r\n') });
const INNER = 'Content-Type: text/plain; charset=utf-8\r\n\r\nDear all, this was secret: LS1 4AP.\r\n';

test('OpenPGP mail is opened; the signature of the pinned key proves its sender', async () => {
    const theirs = await relative();
    const armor = await theirs.seal(INNER);
    // a key that nobody pinned proves nothing, but the letter can be read
    const before_ = await waits(await arrives(wrapped(armor)), 'not_authenticated');
    ok(before_.parts.length > 0, JSON.stringify(before_));
    await room.changeParty(mother.id, { key: { fingerprint: theirs.fingerprint, armor: theirs.armor, confirmed: true } });
    const letter = await arrives(wrapped(armor));
    const seen = await room.state(letter);
    deepEqual([seen.state, seen.from], ['in_review', mother.id]);
    const review = await room.review(letter);
    equal(review.mail.authentic, 'yes');
    const texts = [];
    for (const { number } of review.parts)
        texts.push((await room.part(letter, number)).toString());
    ok(texts.some((text) => /this was secret: LS1 4AP/.test(text)));
    ok(review.marks.some(({ category }) => category === 'postcode'));
    // not signed: encrypted by anybody who has the agency's public key
    await waits(await arrives(wrapped(await theirs.seal(INNER, []))), 'not_authenticated');
});

test('what was encrypted to somebody else cannot be opened, and staff are told', async () => {
    const armor = (await relative()).seal;
    const broken = (await armor(INNER)).replace(/^(.{40})./m, '$1');
    const review = await waits(await arrives(wrapped(broken)), 'not_authenticated');
    ok(review.warnings.some((sentence) => /could not be opened/.test(sentence)), JSON.stringify(review.warnings));
    notEqual(review.parts, null);
});
