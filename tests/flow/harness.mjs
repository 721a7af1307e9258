// SPDX-License-Identifier: AGPL-3.0-or-later
// The harness tries itself: each kind of server really runs, answers and is gone afterwards.

import { existsSync, readFileSync } from 'node:fs';
import { before, equal, eventually, match, ok, refused, rejects, test } from '../harness/test.mjs';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { greeting } from '../harness/ports.mjs';
import { postgres } from '../harness/postgres.mjs';
import { run } from '../harness/spawn.mjs';

let db;

before(async () => {
    db = await postgres({ schema: false });
});

test('PostgreSQL answers over a private socket', async () => {
    equal((await db.one('SELECT 1 + $1::int AS two', [1])).two, 2);
    equal((await db.one("SELECT current_setting('listen_addresses') AS a")).a, '');
    const prepared = await db.client();
    equal((await prepared.named('three', 'SELECT 3 AS three'))[0].three, 3);
});

test('a refusal of the database is recognised by code and by constraint', async () => {
    await db.query('CREATE TABLE few (n int CONSTRAINT few_are_positive CHECK (n > 0))');
    await refused(db.query('INSERT INTO few VALUES (-1)'), '23514');
    await refused(db.query('INSERT INTO few VALUES (-1)'), 'few_are_positive');
    await rejects(refused(db.query('INSERT INTO few VALUES (1)'), '23514'), /was not/);
});

test('PostgreSQL survives a crash and keeps what was committed', async () => {
    await db.query('CREATE TABLE kept (word text)');
    await db.as('postgres', (sql) => sql("INSERT INTO kept VALUES ('committed')"));
    await db.stop('immediate');
    await rejects(db.query('SELECT 1'));
    await db.start();
    equal((await db.one('SELECT word FROM kept')).word, 'committed');
    await db.kill();
    await db.start();
    equal((await db.one('SELECT word FROM kept')).word, 'committed');
});

test('two clusters live beside each other', async () => {
    const other = await postgres({ schema: false });
    await other.query('CREATE TABLE only_here (n int)');
    await refused(db.query('SELECT * FROM only_here'), '42P01');
    ok((await other.dump()).includes('only_here'));
});

test('what a test starts is gone when it ends', async () => {
    ok(db.server.pid > 0 && existsSync(`/proc/${db.server.pid}`));
    match(readFileSync(`/proc/${db.server.pid}/cmdline`, 'utf8'), /postgres/);
    await eventually(() => db.server.running, { what: 'running' });
});

const letter = (subject) => [`Subject: ${subject}`, 'From: nana@relative.test',
    'To: post@agency.test', '', 'Hello', '.one dot', ''].join('\r\n');

test('Exim delivers into Dovecot, and Dovecot hands the mail out by IMAP', async () => {
    const imap = await dovecot();
    const post = imap.mailbox('post');
    const smtp = await exim({ domains: { 'agency.test': post } });
    await smtp.send({ from: 'nana@relative.test', to: 'anything@agency.test',
        message: letter('one') });
    const [bytes] = await post.wait(1);
    match(bytes.toString(), /Subject: one[^]*\r?\n\r?\nHello\r?\n\.one dot\r?\n/);
    for (const url of [`imap://127.0.0.1:${imap.port}`, `imaps://127.0.0.1:${imap.tlsPort}`]) {
        const { stdout } = await run(['curl', '-sS', '-k', '-u', `post:${imap.password}`,
            `${url}/INBOX;MAILINDEX=1`]);
        match(stdout, /Subject: one/);
    }
});

test('Exim bounces what nobody takes, refuses and defers where asked', async () => {
    const smtp = await exim();
    const nana = smtp.mailbox('nana@relative.test');
    await smtp.send({ from: 'nana@relative.test', to: 'missing@relative.test',
        message: letter('two') });
    const [bounce] = await nana.wait(1);
    match(bounce.toString(), /Content-Type: message\/delivery-status/i);
    match(bounce.toString(), /Status: 5\./);
    const to = (local) => smtp.send({ from: 'nana@relative.test', to: `${local}@relative.test`,
        message: letter('three') });
    await rejects(to('refused'), { code: 550 });
    await rejects(to('later'), { code: 451 });
    await to('stuck');
    await eventually(async () => (await smtp.command('-bpc')).trim() === '1',
        { what: 'one in the queue' });
    equal(nana.messages().length, 1);
});

test('mail servers can be stopped and started in mid-test', async () => {
    const imap = await dovecot();
    await imap.stop();
    equal(await greeting(imap.port), null);
    await imap.start();
    match(await greeting(imap.port), /^\* OK/);
});
