// SPDX-License-Identifier: AGPL-3.0-or-later
// The ladder from its first step to its last, with every real part: the diary finds what is due, the press makes it, the post
// sends it through a real mail server, staff print it. The database's clock is moved from step to step.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, doesNotMatch, equal, eventually, folder, match, ok, test } from '../harness/test.mjs';
import { notifyServer } from '../harness/notify.mjs';
import { ids } from '../harness/office.mjs';
import { openDoors } from '../harness/people.mjs';
import { run } from '../harness/spawn.mjs';

// What nobody else in a home may learn from a notice.
const TELLING = /\b(adopt\w*|child(ren)?|birth|famil(y|ies)|letters?|letterbox|relatives?|siblings?|kayla|agreement|contact)\b/i;

let doors;
let db;
let due;
let notify;
const people = {};          // family, link, post; pgp and email of two other arrangements: { id, email, inbox }
const arrangements = {};

before(async () => {
    notify = await notifyServer();
    const keyFile = join(folder('notify'), 'key');
    writeFileSync(keyFile, notify.key, { mode: 0o600 });
    doors = await openDoors({ processes: ['portal', 'desk', 'press', 'post'], settings: { notify_1: { agency: 'fernshire',
        key_file: keyFile, host: 'localhost', port: notify.port, text_template: notify.templates.sms } } });
    ({ db } = doors.here);
    const agency = await doors.here.agency();
    // Three arrangements expect letters from everybody in the month after next; all others none.
    const { month } = await db.one(`SELECT extract(month FROM letterbox.now() + interval '2 months')::int AS month`);
    await db.query(`UPDATE letterbox.agreement SET months = '{}', rule = NULL`);
    for (const [number, of] of ['family', 'pgp', 'email'].entries()) {
        const account = doors.here.person('family', { number });
        const relative = doors.here.person('relative', { number });
        const rows = await db.query(`SELECT m.arrangement_id::text AS arrangement, m.party_id::text AS id, p.channel
            FROM letterbox.arrangement_party m JOIN letterbox.party p USING (agency_id, party_id)
           WHERE m.arrangement_id = (SELECT arrangement_id FROM letterbox.arrangement_party f
                   WHERE f.agency_id = $1 AND EXISTS (SELECT FROM letterbox.account c WHERE c.party_id = f.party_id)
                   ORDER BY (SELECT min(a.made_at) FROM letterbox.arrangement a WHERE a.arrangement_id = f.arrangement_id),
                            f.arrangement_id OFFSET $2 LIMIT 1)`, [agency, number]);
        arrangements[of] = rows[0].arrangement;
        await db.query(`UPDATE letterbox.agreement SET months = ARRAY[$2::smallint], rule = format('FREQ=YEARLY;BYMONTH=%s', $2::smallint),
                avoid_months = '{}', first_writer = 'either'
            WHERE arrangement_id = $1`, [rows[0].arrangement, month]);
        const who = (channel) => rows.find((row) => row.channel === channel).id;
        if (of === 'family')
            Object.assign(people, { family: { id: who('portal') }, link: { id: who('link') }, post: { id: who('post') } });
        else
            people[of] = { id: who('link') };
        for (const { email } of [account, relative])
            people[`inbox ${email}`] = doors.mailbox(email);
    }
    // One agreed to text messages, on the desk's own page; one has a mobile and did not.
    const coordinator = (await doors.staff('coordinator')).client;
    for (const [name, phone, consent_text] of [['link', '07700 900801', 'yes'], ['email', '07700 900802', []]]) {
        const page = await coordinator.submit(await coordinator.get(`/parties/${code(people[name].id)}`), 'form-post_parties_ID',
            { phone, consent_text, checked: 'phone' });
        ok(page.has('[data-test=msg-party-saved]'), page.plain().slice(0, 600));
    }
    for (const of of ['pgp', 'email'])
        await db.query('UPDATE letterbox.party SET channel = $2 WHERE party_id = $1', [people[of].id, of]);
    await db.query(`UPDATE letterbox.party SET large_print = true, easy_read = party_id <> $2 WHERE party_id IN ($1, $2)`,
        [people.email.id, people.post.id]);
}, { timeout: 240_000 });

const texts = () => notify.taken.map(({ body }) => [body.phone_number, body.personalisation.text]);

// An id as paths have it: twelve letters and digits of Crockford's base 32.
const code = (id) => BigInt(id).toString(32).padStart(12, '0').replaceAll(/[i-v]/g, (digit) =>
    '0123456789abcdefghjkmnpqrstvwxyz'['0123456789abcdefghijklmnopqrstuv'.indexOf(digit)]);

const idle = () => eventually(async () => (await db.one(`SELECT count(*)::int AS n FROM letterbox.job
    WHERE worker IN ('press', 'post') AND kind IN ('compose_notice', 'send_mail')
      AND (state = 'leased' OR state = 'ready' AND run_at <= letterbox.now())`)).n === 0, { within: 30_000, what: 'no job that runs' });

// The clock goes to ten in the morning of the day that is so many days from the due day.
async function on(offset) {
    await idle();
    const { minutes } = await db.one(`SELECT ceil(extract(epoch FROM ($1::date + $2::int + time '10:00') AT TIME ZONE 'Europe/London'
        - letterbox.now()) / 60)::int AS minutes`, [due, offset]);
    ok(minutes > 0, 'the clock does not run back');
    await doors.here.ctl(['clock', '--advance', `${minutes}m`]);
}

async function diary({ wait = true } = {}) {
    const since = (await db.one('SELECT letterbox.now()::text AS now')).now;
    const started = await doors.here.start('diary');
    await eventually(async () => (await db.one(`SELECT count(DISTINCT (agency_id, kind))::int AS n FROM letterbox.job
        WHERE worker = 'diary' AND state = 'done' AND ended_at >= $1::timestamptz`, [since])).n === 12,
    { within: 30_000, what: 'each job of the diary, of both agencies' });
    await started.stop();
    if (wait)
        await eventually(async () => (await db.one(`SELECT count(*)::int AS n FROM letterbox.notice
            WHERE state = 'asked' OR state = 'ready' AND way <> 'post'`)).n === 0, { within: 30_000, what: 'all notices made and sent' });
    return started;
}

// How many notices of a kind have gone to whom.
async function told(kind = 'reminder') {
    const counts = {};
    for (const name of ['family', 'link', 'post', 'pgp', 'email'])
        counts[name] = (await db.one(`SELECT count(*)::int AS n FROM letterbox.notice WHERE to_party = $1 AND kind = $2
            AND (state IN ('sent', 'printed', 'posted') OR state = 'ready' AND way = 'post')`, [people[name].id, kind])).n;
    return counts;
}

// A process that a test starts ends with that test.
async function start(...names) {
    for (const name of names)
        doors.running[name] = await doors.here.start(name);
}

const mails = (subject) => Object.entries(people).filter(([name]) => name.startsWith('inbox ')).flatMap(([, inbox]) =>
    inbox.messages().map(String).filter((mail) => mail.includes(`Subject: ${subject}`)));
// What a reader sees below the head: quoted-printable undone, one line.
const wordsOf = (mail) => mail.slice(mail.indexOf('Hello')).replaceAll(/=\r?\n/g, '').replaceAll('=20', ' ').replaceAll(/\s+/g, ' ');
const delivered = async (subject, number) => {
    await eventually(() => mails(subject).length >= number, { within: 20_000, what: `${number} mails "${subject}"` });
    await idle();
    equal(mails(subject).length, number);
    return mails(subject);
};
const occasions = (name) => db.query(`SELECT occasion_id::text AS id, state, reminders FROM letterbox.occasion
    WHERE from_party = $1 AND due_on = $2 ORDER BY to_party <> $3`, [people[name].id, due, people.link.id]);
const events = async (name) => (await db.query(`SELECT c.event, c.code, c.day FROM letterbox.chase c JOIN letterbox.occasion o
    USING (agency_id, occasion_id) WHERE o.from_party = $1 AND c.act <> 'delay' ORDER BY c.at, c.event`, [people[name].id]))
    .map(({ event, code, day }) => `${event}${code ? ` (${code})` : ''} ${day}`);

test('four weeks before, everybody is reminded once, in their own way, in words that tell nobody else anything', async () => {
    await diary({ wait: false });
    due = (await db.one(`SELECT min(due_on)::text AS due FROM letterbox.occasion WHERE from_party = $1`, [people.family.id])).due;
    equal((await db.one('SELECT count(*)::int AS n FROM letterbox.notice')).n, 0, 'nothing is due yet');
    await on(-28);
    await diary();
    deepEqual(await told(), { family: 1, link: 1, post: 1, pgp: 1, email: 1 });
    equal((await occasions('family')).length, 2, 'two people wait for one letter');
    deepEqual((await events('family')).sort(), ['asked -28', 'asked -28', 'sent -28', 'sent -28']);
    deepEqual((await events('post')).sort(), ['asked -28']);
    const sent = await delivered('A reminder from', 6);     // three families sign in, and three relatives
    for (const mail of sent) {
        const text = wordsOf(mail);
        if (/kind reminder/.test(text))
            match(text, /This is a kind reminder\. We hope to hear from you\. The day is \d+ \w+ \d{4}\. Do you need more time\? That is all right\./);
        else
            match(text, /We hope to hear from you by \d+ \w+ \d{4}\..*If you need more time, that is all right\./);
        doesNotMatch(text, TELLING);
        doesNotMatch(text, /fault|must|fail|overdue/i);
    }
    equal(sent.filter((mail) => mail.includes('This is a kind reminder.')).length, 1, 'easy words for who wants them');
    equal(sent.filter((mail) => mail.includes('You can sign in here')).length, 3, 'who has no account is sent to no sign-in');
    await eventually(() => texts().length > 0, { within: 20_000, what: 'the text message' });
    equal(texts().length, 1, 'only who agreed gets a text');
    equal((await db.one(`SELECT count(*)::int AS n FROM letterbox.message WHERE way = 'text'`)).n, 1, 'nor is one made for another');
    equal(texts()[0][0], '+447700900801');
    match(texts()[0][1], /: a friendly reminder\. We hope to hear from you by \d+ \w+ \d{4}\. Do you need more time\? That is all right\. Please tell us/);
    doesNotMatch(texts()[0][1], TELLING);
}, { timeout: 120_000 });

test('however often the diary looks, and after days without it, one step is taken, and only the newest', async () => {
    await doors.here.ctl(['clock', '--advance', '2h']);
    await diary();
    await on(-25);
    await diary();
    deepEqual(await told(), { family: 1, link: 1, post: 1, pgp: 1, email: 1 });
}, { timeout: 120_000 });

test('a diary and a press that are killed in the middle remind nobody twice', async () => {
    await on(-14);
    await doors.running.press.stop();
    const dies = await doors.here.start('diary', { fault: 'reminders_asked:kill', ready: false });
    await dies.ended;
    const press = await doors.here.start('press', { fault: 'notice_made:kill', ready: false });
    await press.ended;
    await doors.here.ctl(['clock', '--advance', '1h']);     // the leases run out
    await start('press');
    await diary();
    await idle();
    deepEqual(await told(), { family: 2, link: 2, post: 1, pgp: 2, email: 2 }, 'an older print that nobody printed gives way');
    await delivered('A reminder from', 12);
    equal(texts().length, 2, 'and one text');
}, { timeout: 180_000 });

test('what stops a reminder stops one that is made and not sent: death and a pause, on the desk\'s own pages', async () => {
    await on(0);
    await start('press');
    await doors.running.post.stop();
    await db.query(`UPDATE letterbox.party SET channel = 'link' WHERE party_id = $1`, [people.pgp.id]);   // the desk asks for a key
    const manager = (await doors.staff('manager')).client;
    await diary({ wait: false });
    await eventually(async () => (await db.one(`SELECT count(*)::int AS n FROM letterbox.notice WHERE state = 'asked'`)).n === 0,
        { within: 30_000, what: 'all notices made' });
    let page = await manager.submit(await manager.get(`/parties/${code(people.pgp.id)}`), 'form-post_parties_ID', { state: 'dead' });
    ok(page.has('[data-test=msg-party-saved]'), page.plain().slice(0, 600));
    page = await manager.submit(await manager.get(`/arrangements/${code(arrangements.email)}/state`), 'form-post_arrangements_ID_state',
        { state: 'paused', reason: 'They asked for it', review_day: 1, review_month: 11, review_year: new Date().getFullYear() + 1 });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 600));
    await start('post');
    await eventually(async () => (await told()).link === 3, { within: 30_000, what: 'the reminders that may go' });
    await idle();
    deepEqual(await told(), { family: 3, link: 3, post: 1, pgp: 2, email: 2 });
    equal((await events('pgp')).at(-1), 'stopped (writer_dead) 0');
    equal((await events('email')).at(-1), 'stopped (arrangement_paused) 0');
    // By hand, as staff see it.
    page = await manager.get(`/occasions/${code((await occasions('email'))[0].id)}`);
    match(page.text('[data-test=occasion-next]'), /Nothing is sent\. The arrangement is paused\./);
    match(page.plain(), /A reminder was stopped: The arrangement is paused\./);
}, { timeout: 180_000 });

test('two weeks after, a person is asked to ring, who waits is told kindly, and the last reminder goes only if a person says so', async () => {
    await on(14);
    await start('press', 'post');
    await diary();
    deepEqual(await told(), { family: 3, link: 3, post: 1, pgp: 2, email: 2 }, 'no reminder goes');
    deepEqual(await told('delay'), { family: 1, link: 1, post: 1, pgp: 0, email: 0 }, 'nothing to the dead, or while it is paused');
    const delay = await delivered('A note from', 3);    // two families, one of which waits for two letters, and a relative
    for (const mail of delay) {
        const text = wordsOf(mail);
        match(text, /may take a little longer/);
        doesNotMatch(text, TELLING);
        doesNotMatch(text, /late|remind|because|by \d/i);
    }

    const { client: joan } = await doors.staff('coordinator');
    const count = async () => Number((await joan.get('/')).text('[data-test=count-to-ring] .lb-tile__number'));
    const asked = await count();
    ok(asked >= 4, `${asked} to ring`);
    const [ann] = await occasions('link');
    equal(ann.state, 'late');
    let page = await joan.get('/late');
    const row = page.text(`[data-test=row-occasion][data-id="${code(ann.id)}"]`);
    match(row, /14 days late/);
    match(row, /Reminded by e-mail.*Reminded by e-mail.*Reminded by e-mail.*Staff were asked to ring/s);
    match(row, /To ring/);
    page = await joan.get(`/occasions/${code(ann.id)}`);
    match(page.text('[data-test=occasion-next]'), /Please ring them, or look, before the last reminder\./);

    page = await joan.submit(page, 'form-post_occasions_ID_called', { note: '' });
    ok(page.has('[data-test=msg-call-missing]'));
    page = await joan.submit(page, 'form-post_occasions_ID_called', { note: 'She was glad of the call.' });
    ok(page.has('[data-test=msg-occasion-called]'), page.plain().slice(0, 500));
    equal(await count(), asked, 'a call alone lets nothing go');
    page = await joan.submit(await joan.get(`/occasions/${code(ann.id)}`), 'form-post_occasions_ID_go_on', {});
    ok(page.has('[data-test=msg-occasion-went-on]'), page.plain().slice(0, 500));
    equal(await count(), asked - 1);
    page = await joan.get(`/occasions/${code(ann.id)}/proof`);
    match(page.plain(), /She was glad of the call\..*Jo Whitfield/s);
    match(page.plain(), /Said that the last reminder may go/);

    // One letter is no longer expected: why is kept, and no more is asked.
    const [first, second] = await occasions('family');
    page = await joan.submit(await joan.get(`/occasions/${code(first.id)}`), 'form-post_occasions_ID_waive', { reason: '' });
    ok(page.has('[data-test=msg-reason-missing]'));
    page = await joan.submit(page, 'form-post_occasions_ID_waive', { reason: 'They met instead' });
    ok(page.has('[data-test=msg-occasion-waived]'), page.plain().slice(0, 500));
    equal((await occasions('family')).find(({ id }) => id === first.id).state, 'waived');

    // The printed reminder: one envelope, however many steps were printed for it, and the word for who waits.
    const name = (await joan.get(`/parties/${code(people.post.id)}`)).attribute('input[name=name]', 'value');
    ok(name);
    page = await joan.get('/prints');
    const prints = ids(page, 'row-dispatch').filter((id) => page.text(`[data-test=row-dispatch][data-id="${id}"]`).includes(name));
    equal(prints.length, 2, page.plain());
    page = await joan.submit(page, 'form-post_prints', { dispatch: prints });
    const text = async (path) => (await run(['pdftotext', '-layout', '-', '-'], { input: (await joan.get(path)).bytes })).stdout.replaceAll(/\s+/g, ' ');
    const letters = await text(page.link('print-letters'));
    match(letters, /We hope to hear from you by/);
    match(letters, /may take a little longer/);
    const boxes = (await run(['pdftotext', '-bbox', '-', '-'], { input: (await joan.get(page.link('print-letters'))).bytes })).stdout;
    const sizes = [...boxes.matchAll(/yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">/g)].map(([, top, bottom]) => bottom - top);
    ok(sizes.length > 20 && Math.min(...sizes) >= 18, 'large print for who wants it');
    doesNotMatch(letters, TELLING);
    ok((await text(page.link('print-addresses'))).includes(name), `the sheet is for ${name}`);
    page = await joan.submit(await joan.get(page.path), 'form-post_prints_ID_posted', { dispatch: prints });
    equal(page.path, '/prints?notice=print-posted', page.plain().slice(0, 300));
    equal((await occasions('post'))[0].reminders, 1);

    // The family asks for more time at the portal. The agreement stays as it is.
    const { client: family, home } = await doors.family({ number: 0 });
    match(home.plain(), /It is not too late to write\./);
    page = await family.get(home.link('time-open'));
    page = await family.submit(page, 'form-post_occasions_ID_time', {});
    ok(page.has('[data-test=msg-wait-missing]'), page.plain());
    page = await family.submit(page, 'form-post_occasions_ID_time', { until: 'months' });
    ok(page.has('[data-test=msg-wait-given]'), page.plain());
    match(page.plain(), /You have more time\. Please send it by/);
    deepEqual(await db.query(`SELECT state, due_on::text AS due, wait_until > due_on + 60 AS longer FROM letterbox.occasion
        WHERE occasion_id = $1`, [second.id]), [{ state: 'due', due, longer: true }]);
    match((await joan.get(`/occasions/${code(second.id)}`)).plain(), /More time was given, until \d+ \w+ \d{4}/);
}, { timeout: 180_000 });

test('six weeks after, the last reminder goes to whom a person let it go, and to nobody else', async () => {
    await on(42);
    await start('press', 'post');
    await diary();
    deepEqual(await told(), { family: 3, link: 4, post: 1, pgp: 2, email: 2 });
    deepEqual(await told('delay'), { family: 1, link: 1, post: 1, pgp: 0, email: 0 }, 'once is enough');
    await eventually(() => mails('A reminder from').some((mail) => /We hoped to hear from you by/.test(wordsOf(mail))),
        { within: 20_000, what: 'the last reminder in a mailbox' });
    await eventually(() => texts().length >= 5, { within: 20_000, what: 'all text messages' });
    const words = texts().map(([number, text]) => {
        equal(number, '+447700900801');
        doesNotMatch(text, TELLING);
        return text.slice(text.indexOf(': ') + 2);
    });
    deepEqual(words.map((text) => /^(a friendly|something that|we hoped)/.exec(text)?.[1]),
        ['a friendly', 'a friendly', 'a friendly', 'something that', 'we hoped']);
    match(words[3], /may take a little longer\. You do not need to do anything\./);
    match(words[4], /by \d+ \w+ \d{4}\. It is not too late\./);
    ok((await events('family')).some((event) => event.startsWith('given')));
    const last = (await events('link')).slice(-2).sort();
    deepEqual(last, ['asked 42', 'sent 42']);
    // When the time that was given is over, the ladder goes on from there.
    const { days } = await db.one(`SELECT (max(wait_until) - $2::date)::int AS days FROM letterbox.occasion WHERE from_party = $1`,
        [people.family.id, due]);
    await on(days - 1);
    await diary();
    equal((await told()).family, 3);
    await on(days);
    await diary();
    equal((await told()).family, 4);
}, { timeout: 180_000 });
