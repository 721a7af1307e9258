// SPDX-License-Identifier: AGPL-3.0-or-later
// Mailboxes in bad weather: numbers given twice, messages that the server does not hand out, folders that take
// nothing, old servers, fifty thousand old mails. Nothing is lost, stored twice, or read again and again.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, equal, eventually, ok, sleep, test } from '../harness/test.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { imapStandIn } from '../harness/imap.mjs';
import { MAIL_USER, giveTo } from '../harness/places.mjs';
import { multiset, postbox, sha256 } from '../harness/postbox.mjs';

const mail = (subject, body = `This is ${subject}.`) => Buffer.from(`From: Nana <nana@relative.test>\r\n`
    + `To: post@north.test\r\nSubject: ${subject}\r\nMessage-ID: <same@relative.test>\r\n\r\n${body}\r\n`);

async function office(values = {}, settings = {}) {
    const imap = await imapStandIn();
    const box = await postbox({ settings });
    const north = await box.agency('north');
    writeFileSync(box.password, 'any\n', { mode: 0o600 });
    box.site.settings.mailbox_1 = { agency: 'north', address: 'post@north.test', host: '127.0.0.1', port: imap.port,
        tls: 'none', user: 'post', password_file: box.password, ...values };
    box.site.write();
    return { imap, box, north };
}

const stored = (box, count, within = 20_000) => eventually(async () => (await box.count('letter')) >= count,
    { within, what: `${count} letters` });
const emptied = (imap, within = 20_000) => eventually(() => imap.folders.get('INBOX').length === 0,
    { within, what: 'an empty INBOX' });
const digests = (list) => multiset(list.map(({ bytes }) => sha256(bytes)));
const failing = (post, code) => post.logLines().filter((line) => line.failing === 'mailbox-1' && line.code === code).length;

test('one message that is listed twice is stored once', async () => {
    const { imap, box, north } = await office();
    imap.add(mail('one'));
    imap.add(mail('two'));
    imap.answers.FETCH = (say, words, tag) => {
        for (const [at, { uid, bytes }] of imap.folders.get('INBOX').entries())
            for (let times = 0; times < 2; times += 1)
                say(`* ${at + 1} FETCH (UID ${uid} RFC822.SIZE ${bytes.length})`);
        say(`${tag} OK`);
    };
    // the client asked for as many as there are: the second half of them is a lie, and too much
    imap.answers.SELECT = (say, words, tag, socket, state) => {
        state.folder = 'INBOX';
        const { length } = imap.folders.get('INBOX');
        say(`* ${2 * length} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n${tag} OK`);
    };
    const post = await box.site.start('post');
    await stored(box, 2);
    await emptied(imap);
    deepEqual(multiset((await box.letters(north)).map(({ digest }) => digest)),
        multiset([mail('one'), mail('two')].map(sha256)));
    equal(await box.count('job', "state = 'staff'"), 0);
    await post.stop();
});

test('a number that the server gives to another message loses none: the bytes decide', async () => {
    const { imap, box, north } = await office();
    imap.add(mail('one'), 'INBOX', 41);
    const post = await box.site.start('post');
    await stored(box, 1);
    await emptied(imap);
    // the same UID, the same UIDVALIDITY: as after a mailbox was restored, or another account took its place
    imap.add(mail('quite another'), 'INBOX', 41);
    await stored(box, 2);
    await emptied(imap);
    deepEqual(multiset((await box.letters(north)).map(({ digest }) => digest)),
        multiset([mail('one'), mail('quite another')].map(sha256)));
    deepEqual(digests(imap.folders.get('Done')), multiset([mail('one'), mail('quite another')].map(sha256)));
    await post.stop();
});

test('a job whose time is gone leaves the other mailboxes to the next, which begins with them', async () => {
    const { imap, box } = await office();
    const other = await imapStandIn();
    box.site.settings.mailbox_2 = { ...box.site.settings.mailbox_1, address: 'second@north.test', port: other.port };
    box.site.write();
    const post = await box.site.start('post', { fault: 'fetch_late:fail' });
    for (const count of [1, 2]) {
        imap.add(mail(`first ${count}`));
        other.add(mail(`second ${count}`));
        await stored(box, 2 * count);
    }
    await post.stop();
});

test('a message that the server does not hand out keeps no other waiting, and is not lost', async () => {
    const { imap, box, north } = await office();
    const bad = imap.add(mail('bad'));
    const worse = imap.add(mail('worse'));
    const empty = imap.add(mail('empty'));
    imap.add(mail('good'));
    imap.answers['UID FETCH'] = (say, words, tag, socket, state) => {
        const uids = words[2].split(',').map(Number);
        if (uids.includes(empty) && !uids.includes(bad) && !uids.includes(worse)) {
            say(`* 3 FETCH (UID ${empty} BODY[] NIL)`);
            return imap.usual('UID FETCH', ['UID', 'FETCH', uids.filter((uid) => uid !== empty).join() || '0'], tag, say, state, socket);
        }
        if (uids.includes(bad))
            return say(`${tag} NO [SERVERBUG] one of these is broken`);
        if (uids.includes(worse))
            return socket.destroy();
        return true;
    };
    const post = await box.site.start('post');
    await stored(box, 1);
    imap.add(mail('later'));
    await stored(box, 2);
    await eventually(() => failing(post, 'message') > 0, { within: 10_000 });
    const asked = imap.count(`UID FETCH ${bad} `, 'INBOX');
    await sleep(4_000);
    ok(imap.count(`UID FETCH ${bad} `, 'INBOX') <= asked + 1, 'it is asked for more and more seldom');
    imap.answers = {};
    await emptied(imap, 60_000);
    equal((await box.letters(north)).length, 5);
    await post.stop();
}, { timeout: 120_000 });

test('mails are asked for together; one that the server dies of has no others blamed', async () => {
    const { imap, box } = await office();
    const uids = Array.from({ length: 30 }, (_, index) => imap.add(mail(`mail ${index}`)));
    const deadly = uids[20];
    let together = 0;
    imap.answers['UID FETCH'] = (say, words, tag, socket) => {
        const asked = words[2].split(',').map(Number);
        together = Math.max(together, asked.length);
        return asked.includes(deadly) ? socket.destroy() : true;
    };
    const post = await box.site.start('post');
    await stored(box, 29, 30_000);
    ok(together >= 8, `${together} were asked for together`);
    await eventually(() => imap.folders.get('INBOX').length === 1, { within: 20_000 });
    equal(imap.folders.get('INBOX')[0].uid, deadly);
    ok(uids.every((uid) => uid === deadly || imap.count(`UID FETCH ${uid} `, 'INBOX') <= 1), 'the others are read at once');
    imap.answers = {};
    await stored(box, 30, 60_000);
    await emptied(imap);
    await post.stop();
}, { timeout: 120_000 });

test('a server that answers in another order than it was asked, or leaves one out, gives each message once', async () => {
    const { imap, box, north } = await office();
    const sent = Array.from({ length: 12 }, (_, index) => mail(`mail ${index}`));
    const uids = sent.map((bytes) => imap.add(bytes));
    imap.answers['UID FETCH'] = (say, words, tag, socket, state) => {
        const asked = words[2].split(',');
        if (asked.length === 1)
            return true;
        for (const uid of asked.reverse().filter((one) => Number(one) !== uids[3]))
            imap.usual('UID FETCH', [...words.slice(0, 2), uid], '*', (line) => line === '* OK' || say(line), state, socket);
        say(`${tag} OK`);
    };
    const post = await box.site.start('post');
    await stored(box, 12);
    await emptied(imap);
    deepEqual(multiset((await box.letters(north)).map(({ digest }) => digest)), multiset(sent.map(sha256)));
    equal(await box.count('letter'), 12);
    await post.stop();
});

test('a done folder that takes nothing: mail is stored all the same, and what is stored is not read again', async () => {
    const { imap, box, north } = await office();
    imap.make('Done');
    imap.answers['UID MOVE'] = (say, words, tag) => say(`${tag} NO [OVERQUOTA] full`);
    const sent = Array.from({ length: 50 }, (_, index) => mail(`letter ${index}`));
    sent.forEach((bytes) => imap.add(bytes));
    const post = await box.site.start('post');
    await stored(box, 50);
    imap.add(mail('one more'));
    await stored(box, 51);
    await eventually(() => failing(post, 'move') >= 3, { within: 20_000 });
    const read = (verb) => imap.heard.filter(({ line }) => line.startsWith(verb)).flatMap(({ line }) => line.split(' ')[2].split(','));
    equal(read('UID FETCH').length, 51);
    // a minute later it is tried again; here, by a new start
    imap.answers = {};
    await post.stop();
    const again = await box.site.start('post');
    await emptied(imap);
    equal(imap.folders.get('Done').length, 51);
    equal(await box.count('letter'), 51);
    equal((await box.letters(north)).length, 51);
    await again.stop();
});

test('a server without MOVE and UIDPLUS: one copy in the done folder, and no more', async () => {
    const { imap, box } = await office();
    imap.capabilities = '';
    imap.add(mail('one'));
    const post = await box.site.start('post');
    await stored(box, 1);
    const looks = imap.count('SELECT "INBOX"');
    await eventually(() => imap.count('SELECT "INBOX"') >= looks + 4, { within: 20_000 });
    equal(imap.folders.get('Done').length, 1);
    equal(imap.count('UID FETCH', 'INBOX'), 1);
    ok(imap.count('UID FETCH', 'Done') <= 1, 'the copy is looked at once, for its digest');
    equal(failing(post, 'move'), 0);
    await post.stop();
});

test('the folder is moved away and comes back; the done folder is moved away and is made anew', async () => {
    const { imap, box } = await office();
    imap.add(mail('one'));
    const post = await box.site.start('post');
    await stored(box, 1);
    await emptied(imap);
    const inbox = imap.folders.get('INBOX');
    imap.folders.delete('INBOX');
    imap.folders.delete('Done');
    await eventually(() => failing(post, 'folder') >= 2, { within: 20_000 });
    imap.folders.set('INBOX', inbox);
    imap.add(mail('two'));
    await stored(box, 2);
    await emptied(imap);
    deepEqual(digests(imap.folders.get('Done')), [sha256(mail('two'))]);
    await post.stop();
});

test('fifty thousand old mails that cannot be moved cost a list, and a new one is stored at once', async () => {
    const { imap, box, north } = await office({}, { post: { poll_seconds: 8 } });
    const COUNT = 50_000;
    imap.make('Done');
    imap.answers['UID MOVE'] = (say, words, tag) => say(`${tag} NO [OVERQUOTA] full`);
    const old = mail('old');
    for (let uid = 1; uid <= COUNT; uid += 1)
        imap.add(old);
    // they are in the ledger, as if they had been stored one after another
    await box.db.query(`INSERT INTO letterbox.letter (agency_id, letter_id, channel, received_at, changed_at)
        VALUES ($1, 4711, 'email', letterbox.now(), letterbox.now())`, [north.id]);
    await box.db.query(`INSERT INTO letterbox.mail_seen (agency_id, seen_id, mailbox, uidvalidity, uid, letter_id, seen_at)
        SELECT $1, letterbox.new_id(), 'mailbox-1', 7, n, 4711, letterbox.now() FROM generate_series(1, $2::int) n`,
    [north.id, COUNT]);
    const post = await box.site.start('post');
    await eventually(() => failing(post, 'move') >= 1, { within: 60_000 });
    const fetched = imap.count('UID FETCH', 'INBOX');
    ok(fetched <= 60, `${fetched} of the old ones were read`);
    const had = await box.count('letter');
    const started = performance.now();
    imap.add(mail('new'));
    await stored(box, had + 1, 40_000);
    process.stderr.write(`# stored after ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    const lists = imap.count('FETCH', 'INBOX');
    await eventually(() => failing(post, 'move') >= 3, { within: 40_000 });
    ok(imap.count('UID FETCH', 'INBOX') <= fetched + 61, 'the old ones are not read at each look');
    ok(imap.count('FETCH', 'INBOX') > lists);
    equal(await box.count('job', "state = 'staff'"), 0);
    await post.stop();
}, { timeout: 180_000 });

test('five hundred mails that wait in a real mailbox are all listed, and stored', async () => {
    const imap = await dovecot();
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'many');
    for (let number = 1; number <= 500; number += 1) {
        const file = join(maildir.path, 'cur', `${1700000000 + number}.${number}.old:2,S`);
        writeFileSync(file, mail(`old ${number}`));
        giveTo(MAIL_USER, file);
    }
    const post = await box.site.start('post');
    await stored(box, 500, 60_000);
    await eventually(() => maildir.messages('Done').length === 500, { within: 20_000 });
    equal(await box.count('letter'), 500);
    await post.stop();
}, { timeout: 120_000 });

test('fifty thousand mails in a real done folder keep no new mail waiting', async () => {
    const imap = await dovecot();
    const box = await postbox({ imap, settings: { post: { poll_seconds: 8 } } });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'full');
    const done = join(maildir.path, '.Done');
    for (const part of ['', 'tmp', 'new', 'cur']) {
        mkdirSync(join(done, part), { mode: 0o700 });
        giveTo(MAIL_USER, join(done, part));
    }
    const bytes = mail('old');
    // named as Dovecot names them: names that differ in few places cost it seconds
    for (let number = 1; number <= 50_000; number += 1) {
        const name = `${1700000000 + number}.M${(number * 102_947) % 1_000_000}P${1000 + number % 30_000}.mail.north.test`;
        writeFileSync(join(done, 'cur', `${name}:2,S`), bytes, { mode: 0o644 });
    }
    const post = await box.site.start('post');
    const put = (name) => {
        writeFileSync(join(maildir.path, 'new', name), mail(name));
        giveTo(MAIL_USER, join(maildir.path, 'new', name));
    };
    let slowest = 0;
    for (const [index, name] of ['1800000000.a', '1800000001.b', '1800000002.c'].entries()) {
        const started = performance.now();
        put(name);
        await stored(box, index + 1);
        slowest = Math.max(slowest, (performance.now() - started) / 1000);
    }
    process.stderr.write(`# the slowest of three was stored after ${slowest.toFixed(1)} s\n`);
    await eventually(async () => (await box.count('mail_kept')) > 0, { within: 20_000, what: 'an old one that is looked at' });
    await post.stop();
}, { timeout: 180_000 });
