// SPDX-License-Identifier: AGPL-3.0-or-later
// A thousand mails in, and a thousand out, while letterbox-post, the mail server and PostgreSQL are killed again and
// again: each is stored once, and none is sent twice.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepEqual, equal, eventually, ok, sleep, test } from '../harness/test.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { MAIL_USER, giveTo } from '../harness/places.mjs';
import { multiset, postbox, sha256 } from '../harness/postbox.mjs';

const MAILS = 1000;
const ROUNDS = 10;

// The process and all below it, at once: as when the machine's power goes. Whoever ends meanwhile needs no killing.
function killAll(pid) {
    try {
        process.kill(pid, 'SIGSTOP');
        readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number).forEach(killAll);
        process.kill(pid, 'SIGKILL');
    } catch (error) {
        if (!['ESRCH', 'ENOENT'].includes(error.code))
            throw error;
    }
}

// In each round something is killed in the middle of the work, at another moment each time.
async function rounds({ box, server, each }) {
    let post = await box.site.start('post');
    for (let round = 0; round < ROUNDS; round += 1) {
        await each(round);
        await sleep(30 + 37 * ((round * 7) % ROUNDS));
        if (round % 3 === 0) {
            killAll(post.pid);
            await post.ended;
            post = await box.site.start('post', { ready: false });
        } else if (round % 3 === 1) {
            killAll(server.server.pid);
            await server.server.ended;
            await server.start();
        } else {
            killAll(box.db.server.pid);    // a server process that lives on keeps the new one from starting
            await box.db.kill();
            await box.db.start();
        }
        // the lease of what was killed runs out
        await box.db.query("SELECT letterbox.clock_advance(interval '10 minutes')");
    }
    return post;
}

test('a thousand mails are stored once each, whatever is killed', async () => {
    const imap = await dovecot();
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'thousand');
    const sent = Array.from({ length: MAILS }, (_, number) => Buffer.from('From: nana@relative.test\r\nTo: post@north.test\r\n'
        + `Subject: ${number}\r\n\r\n${`This is letter ${number}. `.repeat(50 + (number % 7) * 100)}\r\n`));
    const post = await rounds({ box, server: imap, each: (round) => {
        for (let at = round; at < MAILS; at += ROUNDS) {
            const [made, file] = ['tmp', 'new'].map((part) => join(maildir.path, part, `${1700000000 + at}.${round}.test`));
            writeFileSync(made, sent[at]);
            giveTo(MAIL_USER, made);
            renameSync(made, file);
        }
    } });
    await eventually(async () => (await box.count('letter')) >= MAILS && maildir.messages().length === 0,
        { within: 120_000, what: 'all letters, and an empty mailbox' });
    const letters = await box.letters(north);
    deepEqual(multiset(letters.map(({ digest }) => digest)), multiset(sent.map(sha256)));
    ok(letters.every(({ jobs }) => jobs === 1), 'each has one job');
    deepEqual(new Set(maildir.messages('Done').map(sha256)), new Set(sent.map(sha256)));
    equal(await box.count('audit', "act = 'letter_received'"), MAILS);
    await post.stop();
}, { timeout: 300_000 });

test('a thousand notices are sent once each, or said to be uncertain, whatever is killed', async () => {
    const smtp = await exim();
    const box = await postbox({ smtp, settings: { smtp: { from: 'desk@mail.north.test' } } });
    const north = await box.agency('north');
    const maildir = smtp.mailbox('thousand@relative.test');
    const messages = [];
    const post = await rounds({ box, server: smtp, each: async () => {
        for (let at = 0; at < MAILS / ROUNDS; at += 20)
            messages.push(...await Promise.all(Array.from({ length: 20 }, () => box.message(north, { to: 'thousand@relative.test' }))));
    } });
    await eventually(async () => {
        await box.db.query("SELECT letterbox.clock_advance(interval '10 minutes')");
        return (await box.count('message', "state NOT IN ('sent', 'maybe_sent')")) === 0;
    }, { within: 200_000, every: 1_000, what: 'an end for each' });
    await post.stop();
    const token = (bytes) => /^Message-ID: <([0-9a-f]{32})@mail\.north\.test>/m.exec(bytes.toString())[1];
    const states = new Map((await box.db.query('SELECT mail_token, state FROM letterbox.message')).map((row) => [row.mail_token, row.state]));
    const certain = messages.filter(({ token: its }) => states.get(its) === 'sent');
    // what Exim took it delivers, now that nobody kills it; each time all that waits is tried
    await eventually(async () => {
        await smtp.command('-qff');
        const there = new Set(maildir.messages().map(token));
        return certain.every(({ token: its }) => there.has(its));
    }, { within: 120_000, every: 1_000, what: 'what is said to be sent is there' });
    const arrived = maildir.messages().map(token);
    // Exim, killed while it puts a mail into the mailbox, does that again: it is the same mail of Exim's then
    const taken = new Set(maildir.messages().map((bytes) => `${token(bytes)} ${/^\s+id (\S+)/m.exec(bytes.toString())[1]}`));
    equal(taken.size, new Set(arrived).size, 'none was given to Exim twice');
    equal(states.size, MAILS);
    // what was under way at each blow, and at each leap of the clock, over which its lease ends
    ok(MAILS - certain.length <= MAILS / 20, `${MAILS - certain.length} are uncertain`);
    process.stderr.write(`# ${certain.length} sent, ${MAILS - certain.length} uncertain, ${arrived.length} arrived\n`);
}, { timeout: 400_000 });
