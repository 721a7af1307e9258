// SPDX-License-Identifier: AGPL-3.0-or-later
// E-mail in: letterbox-post reads real Dovecot mailboxes over TLS, and takes a message on stdin.
// Never lost, stored once, moved only after COMMIT; whatever is killed at whatever moment.

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test }
    from '../harness/test.mjs';
import { BUILD_TEST, MAIL_USER, giveTo } from '../harness/places.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { faultCalls, faultPoints, neverReached } from '../harness/faults.mjs';
import { multiset, postbox, sha256 } from '../harness/postbox.mjs';
import { proxy } from '../harness/proxy.mjs';
import { run } from '../harness/spawn.mjs';

let imap;
before(async () => { imap = await dovecot(); });

const mail = (subject, body = `This is ${subject}.`) => Buffer.from(`From: Nana <nana@relative.test>\r\n`
    + `To: post@north.test\r\nSubject: ${subject}\r\nMessage-ID: <same@relative.test>\r\n\r\n${body}\r\n`);

let delivered = 0;
function deliver(box, bytes) {
    delivered += 1;
    const file = join(box.path, 'new', `${Date.now()}.${delivered}.test`);
    writeFileSync(file, bytes);
    giveTo(MAIL_USER, file);
}

const digestsIn = (box, under = null) => box.messages(under).map(sha256);

async function settled(box, agency, maildir, count) {
    await eventually(async () => (await box.count('letter', 'agency_id = $1', [agency.id])) >= count
        && digestsIn(maildir).length === 0, { within: 30_000, what: `${count} letters, mailbox empty` });
}

test('mail becomes a sealed letter once, and is moved when it is stored', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'north');
    // bytes of no charset; the mailbox server itself changes NUL and bare line ends
    const odd = randomBytes(70_000).map((byte) => (byte === 0 || byte === 10 || byte === 13 ? 0xff : byte));
    const sent = [mail('one'), mail('two'), mail('three', 'x'.repeat(200_000)), Buffer.from('no header at all'),
        Buffer.concat([mail('bytes'), odd])];
    sent.forEach((bytes) => deliver(maildir, bytes));
    const post = await box.site.start('post');
    await settled(box, north, maildir, sent.length);

    const letters = await box.letters(north);
    deepEqual(multiset(letters.map(({ digest }) => digest)), multiset(sent.map(sha256)));
    deepEqual(multiset(digestsIn(maildir, 'Done')), multiset(sent.map(sha256)));
    for (const letter of letters) {
        equal(letter.state, 'received');
        equal(letter.jobs, 1);
    }
    equal(await box.count('audit', "act = 'letter_received'"), sent.length);

    // the same bytes again, by another entry, and a new mail meanwhile
    deliver(maildir, sent[0]);
    deliver(maildir, mail('four'));
    await eventually(() => digestsIn(maildir).length === 0, { within: 15_000, what: 'an empty mailbox' });
    equal(await box.count('letter'), sent.length + 1);
    equal(await box.count('mail_seen'), sent.length + 2);
    equal(await box.count('mail_seen', 'digest IS NULL'), 1);
    await post.stop();
    doesNotMatch(post.logText(), /relative|Nana|subject|one|two/i);
});

test('two mailboxes, two agencies: each its own', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const south = await box.agency('south');
    const maildirs = [box.mailbox(north, 'n1'), box.mailbox(north, 'n2'), box.mailbox(south, 's1')];
    maildirs.forEach((maildir, index) => deliver(maildir, mail(`for ${index}`)));
    deliver(maildirs[2], mail('for 0'));      // the same bytes at another agency are no double
    const post = await box.site.start('post');
    await settled(box, north, maildirs[0], 2);
    await settled(box, south, maildirs[2], 2);
    deepEqual(multiset((await box.letters(north)).map(({ digest }) => digest)),
        multiset([sha256(mail('for 0')), sha256(mail('for 1'))]));
    deepEqual(multiset((await box.letters(south)).map(({ digest }) => digest)),
        multiset([sha256(mail('for 0')), sha256(mail('for 2'))]));
    await post.stop();
});

test('a mail over 40 MiB goes to the problem folder, and staff are told; one just under is stored', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'big');
    const fits = Buffer.concat([mail('fits'), Buffer.alloc(40 * 1024 * 1024 - 2000, 'a\r\n')]);
    const over = Buffer.concat([mail('over'), Buffer.alloc(40 * 1024 * 1024, 'b\r\n')]);
    deliver(maildir, over);
    deliver(maildir, fits);
    const post = await box.site.start('post');
    await settled(box, north, maildir, 1);
    deepEqual((await box.letters(north)).map(({ digest }) => digest), [sha256(fits)]);
    deepEqual(digestsIn(maildir, 'Problem'), [sha256(over)]);
    await eventually(async () => (await box.count('job', "state = 'staff' AND error_code = 'too_big'")) === 1);
    // the process that fetched stayed small
    const pids = readFileSync(`/proc/${post.pid}/task/${post.pid}/children`, 'utf8').trim().split(' ');
    for (const pid of pids) {
        const high = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
        ok(high < 96 * 1024, `resident memory rose to ${high} KiB`);
    }
    await post.stop();
}, { timeout: 120_000 });

test('killed between telling staff of a mail over 40 MiB and putting it away, both are done again', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'told');
    const over = Buffer.concat([mail('over'), Buffer.alloc(40 * 1024 * 1024, 'b\r\n')]);
    const told = (count) => eventually(async () => (await box.count('job', "state = 'staff' AND error_code = 'too_big'")) === count,
        { within: 20_000 });
    deliver(maildir, over);
    const killed = await box.site.start('post', { fault: 'fetch_told:kill' });
    await told(1);
    deepEqual(digestsIn(maildir, 'Problem'), []);
    await killed.ended;
    await box.db.query("SELECT letterbox.clock_advance(interval '10 minutes')");    // the lease runs out
    const post = await box.site.start('post');
    await told(2);
    await eventually(() => digestsIn(maildir, 'Problem').length === 1);
    deepEqual(digestsIn(maildir, 'Problem'), [sha256(over)]);
    await post.stop();
}, { timeout: 60_000 });

test('killed at every step, nothing is lost and nothing is stored twice', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'kills');
    const points = faultPoints(['worker/post', 'worker/queue'])
        .filter(({ name }) => !/^(send|stdin|smtp|clear|notify)_|^fetch_told$/.test(name));    // which has a test of its own
    ok(points.length >= 5, 'there are points to kill at');
    const sent = [];
    const faultLog = join(folder('faults'), 'reached');
    for (const [index, { name }] of points.entries()) {
        for (const word of ['a', 'b', 'c']) {
            sent.push(mail(`${name} ${word}`));
            deliver(maildir, sent.at(-1));
        }
        if (index % 2 === 0)
            deliver(maildir, sent[0]);      // a double among them
        const doomed = await box.site.start('post', { fault: `${name}:kill`, faultLog, ready: false });
        const how = await Promise.race([doomed.ended,
            eventually(() => false, { within: 20_000 }).catch(() => null)]);
        ok(how, `${name} was never reached`);
        equal(how.code, 1, `killed at ${name}, all of it ends`);
        // the lease of the one that died runs out
        await box.db.query("SELECT letterbox.clock_advance(interval '10 minutes')");
    }
    const post = await box.site.start('post', { faultLog });
    await settled(box, north, maildir, sent.length);
    const letters = await box.letters(north);
    deepEqual(multiset(letters.map(({ digest }) => digest)), multiset(sent.map(sha256)));
    ok(letters.every(({ jobs }) => jobs === 1));
    deepEqual(multiset([...new Set(digestsIn(maildir, 'Done'))]), multiset(sent.map(sha256)));
    deepEqual(neverReached(faultLog, points), []);
    await post.stop();
}, { timeout: 240_000 });

test('PostgreSQL and the mailbox go away and come back, also in the middle of a message', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const wire = await proxy(imap.tlsPort);
    const maildir = box.mailbox(north, 'away', { port: wire.port });
    const post = await box.site.start('post');
    const sent = [];
    const more = (word, body) => {
        sent.push(mail(word, body));
        deliver(maildir, sent.at(-1));
    };
    more('before');
    await settled(box, north, maildir, 1);
    await box.db.kill();
    more('while the database is away');
    await box.db.start();
    await box.db.query("SELECT letterbox.clock_advance(interval '10 minutes')");
    await settled(box, north, maildir, 2);

    const failed = () => post.logLines().filter(({ failing }) => failing === 'mailbox-1').length;
    wire.cut();
    more('while the mailbox is away');
    await eventually(() => failed() >= 2, { within: 20_000 });
    wire.restore();
    await settled(box, north, maildir, 3);

    wire.cutAfter(100_000);
    more('cut off in the middle', 'x'.repeat(300_000));
    const before = failed();
    await eventually(() => failed() >= before + 2, { within: 20_000 });
    equal(await box.count('letter'), 3);
    wire.restore();
    await settled(box, north, maildir, 4);

    deepEqual(multiset((await box.letters(north)).map(({ digest }) => digest)), multiset(sent.map(sha256)));
    equal(await box.count('job', "state = 'staff'"), 0);
    await post.stop();
}, { timeout: 120_000 });

test('a mailbox that was made anew (another UIDVALIDITY) is read again, and nothing stored twice', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'anew', { done_folder: 'Archive' });
    deliver(maildir, mail('first'));
    const post = await box.site.start('post');
    await settled(box, north, maildir, 1);
    await post.stop();
    // the same message back in a mailbox whose numbers start afresh
    writeFileSync(join(maildir.path, 'dovecot-uidlist'), '3 V7 N1\n');
    giveTo(MAIL_USER, join(maildir.path, 'dovecot-uidlist'));
    deliver(maildir, mail('first'));
    deliver(maildir, mail('second'));
    const again = await box.site.start('post');
    await eventually(() => digestsIn(maildir).length === 0, { within: 15_000 });
    equal(await box.count('letter'), 2);
    ok((await box.db.query('SELECT DISTINCT uidvalidity FROM letterbox.mail_seen')).length === 2);
    await again.stop();
});

test('a relative writes over SMTP to the agency\'s address; each outside call fails at first', async () => {
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'smtp-in');
    const smtp = await exim({ domains: { 'north.test': maildir } });
    const calls = faultCalls(['worker/post', 'lib/mail', 'lib/store']).map(({ name }) => name)
        .filter((name) => !/^(smtp|notify)_/.test(name));
    ok(calls.length >= 3);
    let count = 0;
    for (const name of calls) {
        const post = await box.site.start('post', { fault: `${name}:fail:2` });
        await smtp.send({ from: 'nana@relative.test', to: 'post@north.test', message: mail(`despite ${name}`) });
        count += 1;
        await settled(box, north, maildir, count);
        await post.stop();
    }
    const letters = await box.letters(north);
    // Exim writes line ends of Unix, which Dovecot hands out as CR LF
    const plain = (bytes) => sha256(bytes.toString('latin1').replaceAll('\r\n', '\n'));
    deepEqual(multiset(letters.map(({ bytes }) => plain(bytes))), multiset(maildir.messages('Done').map(plain)));
    for (const { bytes } of letters)
        match(bytes.toString(), /^Return-path: <nana@relative\.test>[\s\S]*Received: [\s\S]*despite/i);
}, { timeout: 120_000 });

const takeIn = (box, message, { agency = 'north', environment = {} } = {}) => run(
    [join(BUILD_TEST, 'letterbox-post'), '--conf', box.site.conf, '--stdin', '--agency', agency],
    { input: message, status: 'any', env: { ...process.env, ...environment } });

test('one message on stdin: status 0 only after COMMIT, 75 while the database is away', async () => {
    const box = await postbox({});
    const north = await box.agency('north');
    equal((await takeIn(box, mail('piped'))).code, 0);
    equal((await takeIn(box, mail('piped'))).code, 0);
    deepEqual((await box.letters(north)).map(({ digest }) => digest), [sha256(mail('piped'))]);
    // with the line that Exim's pipe puts above it, another one at each try
    for (const time of ['Tue Dec  1 00:00:01 2026', 'Tue Dec  1 00:15:01 2026'])
        equal((await takeIn(box, Buffer.concat([Buffer.from(`From nana@relative.test ${time}\n`), mail('piped')]))).code, 0);
    deepEqual((await box.letters(north)).map(({ digest }) => digest), [sha256(mail('piped'))]);
    equal((await takeIn(box, 'From nana@relative.test Tue Dec  1 00:15:01 2026\n')).code, 65);
    equal((await takeIn(box, '')).code, 65);
    equal((await takeIn(box, Buffer.alloc(41 * 1024 * 1024, 'x'))).code, 65);
    equal((await takeIn(box, mail('x'), { agency: 'nowhere' })).code, 75);
    equal((await run([join(BUILD_TEST, 'letterbox-post'), '--conf', '/nowhere.conf', '--stdin'],
        { input: mail('x'), status: 'any' })).code, 75);
    await box.db.stop();
    equal((await takeIn(box, mail('away'))).code, 75);
    await box.db.start();
    equal((await takeIn(box, mail('away'))).code, 0);

    const points = faultPoints(['worker/post']).filter(({ name }) => /^(stdin|take)_/.test(name));
    for (const { name } of points) {
        const killed = await takeIn(box, mail(name), { environment: { LETTERBOX_FAULT: `${name}:kill` } });
        equal(killed.code, 75, `killed at ${name}`);
        equal((await takeIn(box, mail(name))).code, 0);
    }
    deepEqual(multiset((await box.letters(north)).map(({ digest }) => digest)),
        multiset(['piped', 'away', ...points.map(({ name }) => name)].map((word) => sha256(mail(word)))));
    equal(await box.count('job', "kind = 'take_mail' AND state <> 'done'"), 0);
});
