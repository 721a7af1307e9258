// SPDX-License-Identifier: AGPL-3.0-or-later
// E-mail: fetched and committed beside mbsync with its default FSync, from the same Dovecot mailbox over TLS;
// notices sent to an SMTP server over TLS; what 40 MiB cost; and what reading one takes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { join } from 'node:path';
import { dovecot } from '../harness/dovecot.mjs';
import { MAIL_USER, BUILD, ROOT, giveTo } from '../harness/places.mjs';
import { postbox } from '../harness/postbox.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';
import { cleanup, eventually, folder, ok, test } from '../harness/test.mjs';
import { certificates } from '../harness/tls.mjs';
import { figure, median, memory, processorUnder, progress } from './figures.mjs';
import { settle } from './place.mjs';

const MAILS = Number(process.env.BENCH_MAILS ?? 1000);
const TIMES = Number(process.env.BENCH_TIMES ?? 3);
const MAIL_BYTES = 20 * 1024;

function deliver(maildir, count, round) {
    for (let number = 0; number < count; number += 1) {
        const head = `From: nana@relative.test\r\nTo: post@north.test\r\nSubject: ${round}-${number}\r\n\r\n`;
        const file = join(maildir.path, 'new', `${1700000000 + number}.${round}.bench`);
        writeFileSync(file, head + `${'It was a lovely summer, and she has learned to swim. '.repeat(400)}`
            .slice(0, MAIL_BYTES - head.length - 2).replace(/(.{76})/g, '$1\r\n') + '\r\n');
        giveTo(MAIL_USER, file);
    }
}

async function mbsync(imap, user) {
    const home = folder('mbsync');
    const { ca } = await certificates();
    mkdirSync(join(home, 'mail'));
    writeFileSync(join(home, 'rc'), `IMAPAccount a
Host localhost
Port ${imap.tlsPort}
User ${user}
Pass ${imap.password}
SSLType IMAPS
CertificateFile ${ca}

IMAPStore far
Account a

MaildirStore near
Path ${home}/mail/
Inbox ${home}/mail/INBOX

Channel c
Far :far:INBOX
Near :near:INBOX
Create Near
Sync Pull
SyncState *
`);
    const from = performance.now();
    await run(['mbsync', '-c', join(home, 'rc'), 'c'], { timeout: 300_000 });
    const seconds = (performance.now() - from) / 1000;
    const { stdout } = await run(['find', join(home, 'mail'), '-type', 'f', '-path', '*/new/*']);
    ok(stdout.trim().split('\n').length === MAILS, 'mbsync has fetched all');
    return MAILS / seconds;
}

async function post(box, started, count) {
    const process = await box.site.start('post', { build: BUILD, ready: false });
    await eventually(async () => (await box.count('letter')) === count, { within: 300_000, every: 10 });
    const seconds = (performance.now() - started()) / 1000;
    return { seconds, process };
}

test('mail_fetch', async () => {
    const imap = await dovecot();
    const ours = [];
    const theirs = [];
    for (let round = 0; round < TIMES; round += 1) {
        const box = await postbox({ imap });
        await settle(box.db);
        const north = await box.agency('north');
        const user = `bench${round}`;
        const maildir = box.mailbox(north, user);
        deliver(maildir, MAILS, round);
        progress(`round ${round + 1}: mbsync`);
        theirs.push(await mbsync(imap, user));
        progress(`round ${round + 1}: letterbox-post`);
        const from = performance.now();
        const { seconds, process } = await post(box, () => from, MAILS);
        await eventually(() => maildir.messages().length === 0, { within: 30_000 });
        ours.push(MAILS / seconds);
        figure('mail_fetch_cpu', processorUnder(process.pid) / MAILS / 1000, 'ms a mail', 2);
        await process.stop();
        await box.db.stop();
    }
    figure('mail_fetched_and_committed', median(ours), 'mails/s', 0);
    figure('mbsync_fetched', median(theirs), 'mails/s', 0);
}, { timeout: 900_000 });

// Takes everything; what a relay's queue costs is the relay's.
async function sink() {
    const tls = await certificates();
    const seen = { mails: 0, connections: 0 };
    const server = createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, (socket) => {
        let pending = '';
        let data = false;
        seen.connections += 1;
        socket.on('error', () => {});
        socket.write('220 sink\r\n');
        socket.on('data', (bytes) => {
            pending += bytes.toString('latin1');
            for (;;) {
                const end = data ? pending.indexOf('\r\n.\r\n') : pending.indexOf('\r\n');
                if (end < 0)
                    return;
                const line = pending.slice(0, end);
                pending = pending.slice(end + (data ? 5 : 2));
                if (data)
                    seen.mails += 1;
                data = !data && line === 'DATA';
                socket.write(/^EHLO/.test(line) ? '250-sink\r\n250 PIPELINING\r\n' : data ? '354 go\r\n' : '250 ok\r\n');
            }
        });
    });
    cleanup(() => new Promise((done) => { server.close(done); }));
    await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
    return { seen, port: server.address().port };
}

test('mail_send', async () => {
    const { seen, port } = await sink();
    const box = await postbox({});
    await settle(box.db);
    const north = await box.agency('north');
    box.site.settings.smtp = { host: 'localhost', port, tls: 'implicit', from: 'desk@mail.north.test',
        domain_per_minute: 0 };    // all go to one domain
    box.site.write();
    for (let at = 0; at < MAILS; at += 20)
        await Promise.all(Array.from({ length: 20 }, () => box.message(north, { to: 'nana@relative.test' })));
    progress(`${MAILS} notices wait`);
    const from = performance.now();
    const post = await box.site.start('post', { build: BUILD });
    await eventually(async () => (await box.count('message', "state = 'sent'")) === MAILS, { within: 300_000, every: 20 });
    figure('mail_sent', MAILS * 1000 / (performance.now() - from), 'notices/s', 0);
    figure('mail_sent_connections', seen.connections, 'connections', 0);
    ok(seen.mails === MAILS, `${seen.mails} arrived`);
    await post.stop();
}, { timeout: 600_000 });

const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);

// A letter of forty megabytes, most of it a file that is kept and not opened.
function largeMail() {
    const head = 'From: nana@relative.test\r\nTo: post@north.test\r\nSubject: large\r\nMIME-Version: 1.0\r\n'
        + 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nDear all,\r\nhere it is.\r\n'
        + '--b\r\nContent-Type: application/octet-stream; name=film.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n';
    const line = `${'QUJD'.repeat(19)}\r\n`;
    return Buffer.from(head + line.repeat(Math.floor((40 * 1024 * 1024 - 2000) / line.length)) + '--b--\r\n');
}

test('mail_large', async () => {
    const imap = await dovecot();
    const box = await postbox({ imap });
    const north = await box.agency('north');
    const maildir = box.mailbox(north, 'large');
    const file = join(maildir.path, 'new', '1700000000.large');
    writeFileSync(file, largeMail());
    giveTo(MAIL_USER, file);
    const post = await box.site.start('post', { build: BUILD });
    await eventually(async () => (await box.count('letter')) === 1, { within: 120_000 });
    figure('mail_40_mib_post_memory', Math.max(...children(post.pid).map((pid) => memory(pid, 'VmHWM'))) / 1024, 'MiB');
    await post.stop();

    const here = await site();
    const room = await pressroom(here);
    await room.agent();
    const press = await here.start('press', { build: BUILD });
    await room.letter({ items: [{ kind: 'mail', bytes: largeMail() }], channel: 'email' });
    await room.done({ within: 300_000 });
    figure('mail_40_mib_press_memory', memory(press.pid, 'VmHWM') / 1024, 'MiB');
    await press.stop();
}, { timeout: 600_000 });

test('mail_parse', async () => {
    const { stdout } = await run([join(BUILD, 'tests/bench/bench_mail')], { cwd: ROOT, timeout: 300_000 });
    process.stdout.write(stdout);
}, { timeout: 310_000 });
