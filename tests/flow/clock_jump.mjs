// SPDX-License-Identifier: AGPL-3.0-or-later
// The system's clock jumps while everything runs: post and diary stop, mail is kept, the operator and
// staff are told, and when a person has said that the clock is right all of it goes on, also when the
// clock had been wrong for weeks. The system's clock is "moved" by what the cluster adds to it.

import { before, deepEqual, equal, eventually, match, ok, sleep, test } from '../harness/test.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dovecot } from '../harness/dovecot.mjs';
import { exim } from '../harness/exim.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { site } from '../harness/site.mjs';
import { certificates } from '../harness/tls.mjs';

const LOOKS_MS = 3_000;     // in which the post would have looked three times, and the diary too

let here;
let smtp;
let inbox;
let family;
const running = {};

before(async () => {
    const imap = await dovecot();
    inbox = imap.mailbox('post');
    smtp = await exim({ domains: { 'fernshire.test': inbox } });
    here = await site();
    for (const { email } of here.people)
        smtp.mailbox(email);
    for (const [name, password] of [['imap', imap.password], ['smtp', smtp.password]])
        writeFileSync(join(here.home, `${name}-password`), password, { mode: 0o600 });
    Object.assign(here.settings.post, { ca_file: (await certificates()).ca, poll_seconds: 1 });
    here.settings.smtp = { host: 'localhost', port: smtp.port, tls: 'starttls', user: 'letterbox',
        password_file: join(here.home, 'smtp-password') };
    here.settings.mailbox_1 = { agency: 'fernshire', address: 'post@fernshire.test', host: 'localhost',
        port: imap.tlsPort, user: 'post', password_file: join(here.home, 'imap-password') };
    here.write();
    family = here.person('family');
    for (const name of ['portal', 'desk', 'post', 'diary'])
        running[name] = await here.start(name);
}, { timeout: 120_000 });

const count = async (what) => (await here.db.one(`SELECT count(*)::int AS n FROM ${what}`)).n;
const letters = () => count('letterbox.letter');
const codes = () => smtp.mailbox(family.email).messages()
    .filter((mail) => /^\d{3} \d{3}\r?$/m.test(mail.toString())).length;
const due = () => count(`letterbox.job WHERE worker = 'diary' AND kind = 'mark_late' AND state = 'ready'`);

// Moves it while nobody is in the middle of something: a lease would end with the time that it was for.
async function moveClock(by) {
    const { sql, end } = await here.db.client();
    await eventually(async () => {
        await sql('BEGIN');
        await sql('LOCK TABLE letterbox.job IN EXCLUSIVE MODE');
        const [{ busy }] = await sql(`SELECT count(*)::int AS busy FROM letterbox.job WHERE worker IN ('post', 'diary')
            AND (state = 'leased' OR (state = 'ready' AND kind <> 'fetch_mail'))`);
        if (busy === 0)
            await sql('UPDATE letterbox.cluster SET clock_offset = clock_offset + $1::interval', [by]);
        await sql('COMMIT');
        return busy === 0;
    }, { within: 20_000, what: 'rest' });
    await end();
}

async function jump(by) {
    await moveClock(by);
    await eventually(async () => (await here.db.one('SELECT jump_found_at IS NOT NULL AS found FROM letterbox.cluster')).found,
        { within: 20_000, what: 'the jump is found' });
}

// A mail comes for the agency, and a family asks for a sign-in code.
async function meanwhile(subject) {
    await smtp.send({ from: 'nana@relative.test', to: 'post@fernshire.test',
        message: `From: <nana@relative.test>\r\nTo: <post@fernshire.test>\r\nSubject: ${subject}\r\n\r\nHello.\r\n` });
    const client = await here.client(running.portal);
    const page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in',
        { email: family.email, password: family.password });
    match(page.path, /^\/sign-in\/code/, page.plain());
}

async function standsStill() {
    await eventually(async () => await due() === 2, { within: 20_000, what: 'the diary has something to do' });
    const was = { letters: await letters(), codes: codes(), due: await due() };
    await meanwhile('Sent while the clock was wrong');
    await sleep(LOOKS_MS);
    deepEqual({ letters: await letters(), codes: codes(), due: await due() }, was);
    equal(await count(`letterbox.message WHERE kind = 'sign_in_code' AND state = 'ready'`), 1);
    ok(inbox.messages().length > 0, 'the mail is still in the mailbox');
    return was;
}

async function goesOn(was) {
    await eventually(async () => await letters() === was.letters + 1, { within: 20_000, what: 'the mail is fetched' });
    await eventually(() => codes() === was.codes + 1, { within: 20_000, what: 'the code is sent' });
    await eventually(async () => await due() === 0, { within: 20_000, what: 'the diary' });
    await eventually(() => inbox.messages().length === 0, { within: 20_000, what: 'the mail is moved' });
}

test('a jump forward: mail and diary stop, the operator is told, and confirms', async () => {
    await jump('25 hours');
    const was = await standsStill();
    const status = await here.ctl(['status'], { status: 'any' });
    equal(status.code, 1);
    match(status.stdout, /THE CLOCK JUMPED.*diary and post wait/);
    match((await here.ctl(['clock'])).stdout, /jumped by more than 24 hours/);
    await here.ctl(['clock', '--confirm']);
    await goesOn(was);
    ok(!(await here.ctl(['status'], { status: 'any' })).stdout.includes('CLOCK JUMPED'));
}, { timeout: 120_000 });

test('weeks ahead and put right again: staff are told, a manager confirms, and nothing waits for those weeks', async () => {
    await jump('21 days');
    const first = await standsStill();
    await here.db.query(`UPDATE letterbox.cluster SET clock_offset = clock_offset - interval '21 days'`);
    await sleep(LOOKS_MS);
    deepEqual([await letters(), codes()], [first.letters, first.codes], 'put right by itself it still waits for a person');

    const joan = await staffAtDesk(here, running.desk, 'coordinator');
    ok(joan.home.has('[data-test=msg-clock]'), joan.home.plain().slice(0, 500));
    const told = await joan.client.get(joan.home.link('clock-open'));
    match(told.text('[data-test=row-clock]'), /Nothing is lost.*Tell a manager/s);
    ok(!told.has('[data-test=form-post_clock_confirm]'));

    const bernard = await staffAtDesk(here, running.desk, 'manager');
    const page = await bernard.client.submit(await bernard.client.get('/problems'), 'form-post_clock_confirm');
    equal(page.path, '/problems?notice=clock-confirmed', page.plain().slice(0, 500));
    ok(!page.has('[data-test=row-clock]'));
    await goesOn(first);
    equal(await count(`letterbox.audit WHERE act = 'clock_confirmed'`), 1);
}, { timeout: 120_000 });
