// SPDX-License-Identifier: AGPL-3.0-or-later
// Stored mails leave the mailbox's done folder only when their archive copy was read back whole, and some days
// after they were stored: by their bytes, never by age or number alone.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, eventually, ok, sleep, test } from '../harness/test.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { imapStandIn } from '../harness/imap.mjs';
import { MAIL_USER, giveTo } from '../harness/places.mjs';
import { multiset, postbox, sha256 } from '../harness/postbox.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';

let imap;
before(async () => { imap = await dovecot(); });

const mail = (subject) => Buffer.from(`From: Nana <nana@relative.test>\r\nTo: post@north.test\r\n`
    + `Subject: ${subject}\r\n\r\nThis is ${subject}.\r\n`);

function put(maildir, folder, name, bytes) {
    const file = join(maildir.path, folder, name);
    writeFileSync(file, bytes);
    giveTo(MAIL_USER, file);
}

const days = (box, count) => box.db.query(`SELECT letterbox.clock_advance($1::int * interval '1 day')`, [count]);

// As the press notes it: nobody else may.
const archived = (box, letter) => box.db.query(
    'UPDATE letterbox.mail_seen SET archived_at = letterbox.now() WHERE letter_id = $1', [letter.letter_id]);

// All of the done folder is met, and what is to go has gone: the job was run since.
async function cleared(box, met) {
    await box.db.query("SELECT letterbox.clock_advance(interval '2 minutes')");
    await eventually(async () => (await box.count('mail_kept')) >= met, { within: 20_000, what: `${met} mails met` });
    const { before } = await box.db.one('SELECT letterbox.now() AS before');
    await box.db.query("SELECT letterbox.clock_advance(interval '2 minutes')");
    await eventually(async () => (await box.count('job', "kind = 'clear_done' AND state = 'done' AND made_at > $1",
        [before])) > 0, { within: 20_000, what: 'another look' });
}

test('a mail goes when it was stored fourteen days ago and is in the archive; no other does', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'kept');
    const names = ['archived', 'not released', 'archived later'];
    names.forEach((name, index) => put(maildir, 'new', `170000000${index}.x`, mail(name)));
    const post = await box.site.start('post');
    await eventually(() => maildir.messages('Done').length === 3, { within: 20_000 });
    const letters = await box.letters(north);
    const letterOf = (name) => letters.find(({ digest }) => digest === sha256(mail(name)));
    // what somebody else puts there is not ours, however old it is
    put(maildir, '.Done/cur', '1600000000.y:2,S', mail('of somebody else'));
    await archived(box, letterOf('archived'));
    await days(box, 13);
    await cleared(box, 4);
    equal(maildir.messages('Done').length, 4);

    await days(box, 2);
    await cleared(box, 4);
    await eventually(() => maildir.messages('Done').length === 3, { within: 20_000 });
    const left = ['not released', 'archived later', 'of somebody else'];
    deepEqual(multiset(maildir.messages('Done').map(sha256)), multiset(left.map((name) => sha256(mail(name)))));
    ok(post.logLines().some(({ kind, removed }) => kind === 'clear_done' && removed === '1'));

    await archived(box, letterOf('archived later'));
    await cleared(box, 4);
    await eventually(() => maildir.messages('Done').length === 2, { within: 20_000 });
    equal((await box.letters(north)).length, 3, 'what is stored here stays');
    await post.stop();
}, { timeout: 120_000 });

test('with done_days = 0 nothing is ever removed', async () => {
    const box = await postbox({ imap, settings: { post: { done_days: 0 } } });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'for-ever');
    put(maildir, 'new', '1700000000.x', mail('one'));
    const post = await box.site.start('post');
    await eventually(() => maildir.messages('Done').length === 1, { within: 20_000 });
    await archived(box, (await box.letters(north))[0]);
    await days(box, 400);
    await sleep(4_000);
    equal(maildir.messages('Done').length, 1);
    equal(await box.count('job', "kind = 'clear_done'"), 0);
    await post.stop();
});

test('a number that became another message\'s is read before it is removed; what is known is not read again', async () => {
    const server = await imapStandIn();
    const box = await postbox({});
    const north = await box.agency('north');
    writeFileSync(box.password, 'any\n', { mode: 0o600 });
    box.site.settings.mailbox_1 = { agency: 'north', host: '127.0.0.1', port: server.port, tls: 'none', user: 'post',
        password_file: box.password };
    box.site.write();
    server.add(mail('one'));
    server.add(mail('two'));
    const post = await box.site.start('post');
    await eventually(() => server.folders.get('Done')?.length === 2, { within: 20_000 });
    for (const letter of await box.letters(north))
        await archived(box, letter);
    await cleared(box, 2);
    const read = server.count('UID FETCH');
    await cleared(box, 2);
    equal(server.count('UID FETCH'), read, 'nothing is read again while nothing is due');
    // the folder was put back from a backup: the first number is a mail that nobody has stored
    server.folders.get('Done')[0].bytes = mail('restored from elsewhere');
    await days(box, 15);
    await cleared(box, 2);
    await eventually(() => server.folders.get('Done').length === 1, { within: 20_000 });
    equal(server.folders.get('Done')[0].bytes.toString(), mail('restored from elsewhere').toString());
    await post.stop();
}, { timeout: 120_000 });

test('the press reads each archive copy back; only a whole one says that a mail is in the archive', async () => {
    const here = await site();
    const room = await pressroom(here);
    await room.agent();
    const press = await here.start('press');
    const family = await room.family(0);
    const release = async (text) => {
        const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
        await room.db.query(`INSERT INTO letterbox.mail_seen (agency_id, seen_id, mailbox, uidvalidity, uid, letter_id,
            seen_at) VALUES ($1, letterbox.new_id(), 'mailbox-1', 7, $2, $3, letterbox.now())`,
        [room.agency, text.length, letter]);
        await room.done();
        await room.approve(letter, { to: [family.by('link').id] });
        await room.done();
        return letter;
    };
    const good = await release('Dear Ann, we are well.');
    const bad = await release('Dear Ann, we went to the sea.');
    const never = await room.letter({ from: family.home, arrangement: family.arrangement, text: 'Not yet.' });
    const copies = await room.db.query(`SELECT letter_id, blob_id, kind, digest FROM letterbox.archive_copy
        WHERE agency_id = $1 ORDER BY made_at`, [room.agency]);
    ok(copies.length >= 4 && copies.every(({ digest }) => digest?.length === 32));
    // a bit of it turns over on its way to the disk
    const { blob_id: blob } = copies.find((one) => one.letter_id === bad && one.kind === 'original');
    await room.db.query(`ALTER TABLE letterbox.blob_chunk DISABLE TRIGGER USER`);
    await room.db.query(`UPDATE letterbox.blob_chunk SET bytes = set_byte(bytes, 200, 255 - get_byte(bytes, 200))
        WHERE agency_id = $1 AND blob_id = $2 AND number = 0`, [room.agency, blob]);
    await room.db.query(`ALTER TABLE letterbox.blob_chunk ENABLE TRIGGER USER`);
    const at = async (letter) => (await room.db.one(`SELECT max(archived_at) AS at FROM letterbox.mail_seen
        WHERE letter_id = $1`, [letter])).at;
    // read back from now on, as if nobody had before
    await room.db.query('UPDATE letterbox.archive_copy SET checked_at = NULL');
    await room.db.query('UPDATE letterbox.mail_seen SET archived_at = NULL');
    for (let look = 0; look < 2; look += 1) {
        await room.db.query("SELECT letterbox.clock_advance(interval '20 minutes')");
        await eventually(async () => (await room.db.one(`SELECT count(*)::int AS n FROM letterbox.archive_copy
            WHERE checked_at IS NULL`)).n === 0, { within: 30_000, what: 'all are checked' }).catch(() => {});
    }
    ok(await at(good));
    equal(await at(bad), null);
    equal(await at(never), null);
    deepEqual(await room.db.query(`SELECT letter_id, kind FROM letterbox.archive_copy WHERE is_damaged`),
        [{ letter_id: bad, kind: 'original' }]);
    equal((await room.db.one(`SELECT count(*)::int AS n FROM letterbox.job WHERE state = 'staff'
        AND error_code = 'archive_damaged'`)).n, 1);
    await press.stop();
    ok(readFileSync(press.log).length > 0);
}, { timeout: 180_000 });
