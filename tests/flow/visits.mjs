// SPDX-License-Identifier: AGPL-3.0-or-later
// A meeting from its plan to what became of it: at the desk, in the portal, and in each person's calendar, which
// ical.js opens. Each side's own words are looked for wherever the other side can look.

import ICAL from 'ical.js';
import { before, deepEqual, equal, eventually, match, notEqual, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { openDoors } from '../harness/people.mjs';

const TRAVEL = { home: 'Park behind the Zirconium Mill', birth: 'Bus 7 from Quagmire Lane' };
const NOTE = { home: 'Ask for Wilhelmina at the desk', birth: 'Bartholomew will fetch you' };
const RISK = 'Followed the car in Thistlewood';
const SECRETS = { home: [TRAVEL.home, NOTE.home, 'Zirconium'], birth: [TRAVEL.birth, NOTE.birth, 'Quagmire'] };

let doors;
let db;
let joan;       // coordinator
let mary;       // manager
let family;     // of the child, with an account
let who;        // { arrangement, home, birth, reference numbers as in URLs }
let supervisor; // the first that the form offers

before(async () => {
    doors = await openDoors();
    db = doors.here.db;
    joan = (await doors.staff('coordinator')).client;
    mary = (await doors.staff('manager')).client;
    family = await doors.family();
    who = await find();
}, { timeout: 120_000 });

// The arrangement of the family that signs in becomes one of meetings, which staff do on its page.
async function find() {
    const row = await db.one(`SELECT a.arrangement_id AS id, p.party_id AS home,
            (SELECT min(o.party_id) FROM letterbox.arrangement_party o
              WHERE o.agency_id = a.agency_id AND o.arrangement_id = a.arrangement_id AND o.side <> 'adoptive') AS birth
          FROM letterbox.arrangement a
          JOIN letterbox.arrangement_party p ON p.agency_id = a.agency_id AND p.arrangement_id = a.arrangement_id AND p.side = 'adoptive'
          JOIN letterbox.account c ON c.agency_id = p.agency_id AND c.party_id = p.party_id AND c.signed_in_at IS NOT NULL
         WHERE a.state = 'active' ORDER BY c.signed_in_at DESC, a.arrangement_id LIMIT 1`);
    await db.query(`UPDATE letterbox.arrangement SET kind = 'direct' WHERE arrangement_id = $1`, [row.id]);
    return { arrangementId: row.id, arrangement: codeOf(row.id), home: codeOf(row.home), birth: codeOf(row.birth) };
}

// In July of next year, so that the clocks are an hour ahead of UTC.
const YEAR = new Date().getFullYear() + 1;
const day = (number, month = 7) => ({ day: number, month, year: YEAR });
const london = (date) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'short' }).format(date);

async function plan(fields = {}) {
    const page = await joan.get(`/visits/new?arrangement=${who.arrangement}`);
    supervisor ??= page.find('select[name=supervisor] option')[1].attribs.value;
    return joan.submit(page, 'form-post_visits', { ...day(10), start: '2:30pm', end: '4pm',
        venue: 'Riverside Library, 3 Park Road', room: 'Blue room', supervisor, guest: [who.home, who.birth],
        [`travel-${who.home}`]: TRAVEL.home, [`travel-${who.birth}`]: TRAVEL.birth,
        [`note-${who.home}`]: NOTE.home, [`note-${who.birth}`]: NOTE.birth, risk: RISK, ...fields });
}
const idOf = (page) => page.path.split('?')[0].split('/')[2];
const planned = async (fields) => {
    const page = await plan(fields);
    ok(page.has('[data-test=msg-visit-planned]'), page.plain().slice(0, 900));
    return idOf(page);
};
async function confirm(id, client = mary) {
    return client.submit(await client.get(`/visits/${id}`), 'form-post_visits_ID_state', { to: 'confirmed' });
}
const confirmed = async (fields) => {
    const id = await planned(fields);
    const page = await confirm(id);
    ok(page.has('[data-test=msg-visit-confirmed]'), page.plain().slice(0, 900));
    return id;
};
const cancel = async (id, reason = 'Snow') => joan.submit(await joan.get(`/visits/${id}`), 'form-post_visits_ID_state', { to: 'cancelled', reason });
const codes = (page) => [...new Set(page.find('[data-test^=msg-]').map((one) => one.attribs['data-test'].slice(4)))]
    .filter((code) => code !== 'venue-tells').sort();

// The one event of a calendar file.
function eventOf(page) {
    equal(page.status, 200, page.plain().slice(0, 300));
    equal(page.headers['content-type'], 'text/calendar; charset=utf-8');
    match(page.headers['content-disposition'], /^attachment; filename="appointment\.ics"$/);
    for (const line of page.body.split('\r\n'))
        ok(Buffer.byteLength(line) <= 75, line);
    const calendar = new ICAL.Component(ICAL.parse(page.body));
    const events = calendar.getAllSubcomponents('vevent');
    equal(events.length, 1);
    const event = new ICAL.Event(events[0]);
    return { uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location,
        text: event.description, starts: london(event.startDate.toJSDate()), ends: london(event.endDate.toJSDate()),
        status: events[0].getFirstPropertyValue('status'), method: calendar.getFirstPropertyValue('method') };
}
const atDesk = async (id, side) => joan.get(`/visits/${id}/people/${who[side]}/calendar`);
const atPortal = async () => family.client.get('/visits');
const inviteOf = (page) => page.one('[data-test=row-visit]').attribs['data-id'];
const noneOf = (words, text) => deepEqual(words.filter((word) => text.toLowerCase().includes(word.toLowerCase())), []);

// Each test begins with an empty diary.
const diaryOf = (name, fn) => test(name, async () => {
    await db.query('DELETE FROM letterbox.visit_party');
    await db.query('DELETE FROM letterbox.visit');
    await fn();
});

diaryOf('a plan is nobody\'s business until it is confirmed', async () => {
    const id = await planned();
    const page = await joan.get(`/visits/${id}`);
    match(page.plain(), new RegExp(`10 July ${YEAR}, 2:30pm to 4:00pm`));
    equal(page.form('form-post_visits_ID').fields.find(([name]) => name === `travel-${who.birth}`)[1], TRAVEL.birth);
    equal(page.form('form-post_visits_ID').fields.find(([name]) => name === 'risk')[1], RISK);
    ok(!(await atPortal()).has('[data-test=row-visit]'));
    ok(!(await family.client.get('/')).has('[data-test=visits-open]'));
    equal((await atDesk(id, 'home')).status, 404);
    await cancel(id);
    ok(!(await atPortal()).has('[data-test=row-visit]'), 'who was told nothing is told nothing of its end');
});

diaryOf('each person gets what they may know, and nothing of the other side\'s', async () => {
    const id = await confirmed();
    const portal = await atPortal();
    const text = portal.text();
    match(text, new RegExp(`Saturday|Sunday|Monday|Tuesday|Wednesday|Thursday|Friday`));
    match(text, /From 2:30pm to 4:00pm\. Where: Riverside Library, 3 Park Road, Blue room/);
    for (const word of [TRAVEL.home, NOTE.home])
        ok(text.includes(word), word);
    noneOf([...SECRETS.birth, RISK, 'Thistlewood'], portal.body);
    ok((await family.client.get('/')).has('[data-test=visits-open]'));

    const own = await family.client.get(portal.link('visit-calendar'));
    const home = await atDesk(id, 'home');
    const birth = await atDesk(id, 'birth');
    const event = eventOf(own);
    deepEqual({ ...event, uid: '', summary: '', text: '' }, { uid: '', summary: '', text: '', sequence: 1, method: 'PUBLISH',
        status: 'CONFIRMED', location: 'Riverside Library, 3 Park Road, Blue room',
        starts: `10/07/${YEAR}, 14:30`, ends: `10/07/${YEAR}, 16:00` });
    ok(event.text.startsWith(`${TRAVEL.home}\n${NOTE.home}`), event.text);
    deepEqual(eventOf(home), event, 'the same file from the desk');
    noneOf([...SECRETS.birth, RISK], own.body);
    const other = eventOf(birth);
    ok(other.text.startsWith(`${TRAVEL.birth}\n${NOTE.birth}`), other.text);
    noneOf([...SECRETS.home, RISK], birth.body);
    notEqual(other.uid, event.uid, 'two files have no id in common');
    equal(event.uid, inviteOf(portal));
    const desk = await joan.get(`/visits/${id}`);
    const names = desk.find('[data-test=row-guest]').map((one) => one.children[0].data.split(/[:,]/)[0].trim());
    equal(names.length, 2);
    for (const file of [own, birth]) {
        noneOf([...names.flatMap((name) => name.split(/ and | /).filter((word) => word.length > 4)), id, who.arrangement,
            'adopt', 'child', 'famil', 'letterbox', 'letter box', 'birth'], file.body);
    }
    // the other family of the agency knows nothing
    const stranger = await doors.family({ number: 1 });
    ok(!(await stranger.client.get('/visits')).has('[data-test=row-visit]'));
    equal((await stranger.client.get(portal.link('visit-calendar'))).status, 404);
    await cancel(id);
});

diaryOf('a person who changes at the desk, or joins, keeps their sheet', async () => {
    await confirmed(day(18));
    const sheet = () => db.one('SELECT max(sheet_version) AS version FROM letterbox.visit_party WHERE sealed_sheet IS NOT NULL');
    equal((await sheet()).version, 1);
    // what the press does for a new account too: it seals the sheet to all accounts that there are
    const page = await joan.submit(await joan.get(`/parties/${who.home}`), 'form-post_parties_ID', { note: 'Rang on Monday.' });
    ok(page.has('[data-test=msg-party-saved]'), page.plain().slice(0, 500));
    await eventually(async () => (await sheet()).version === 2, { what: 'the sheet sealed anew' });
    const portal = await atPortal();
    ok(portal.text().includes(TRAVEL.home), portal.text());
    noneOf(SECRETS.birth, portal.body);
});

diaryOf('staff of another agency see no meeting of this one', async () => {
    const id = await confirmed(day(19));
    const { client } = await doors.staff('coordinator', { agency: 'brackendale' });
    for (const path of [`/visits/${id}`, `/visits/${id}/people/${who.home}/calendar`, `/visits?arrangement=${who.arrangement}`])
        equal((await client.get(path)).status, 404, path);
    ok(!(await client.get(`/visits?from=${YEAR}-07-12`)).has('[data-test=row-visit]'));
});

diaryOf('what a person must not learn is pointed out before it is told', async () => {
    const party = await joan.submit(await joan.get(`/parties/${who.birth}`), 'form-post_parties_ID',
        { leak_category: ['place'], leak_term: ['Marlborough Junction'] });
    ok(party.has('[data-test=msg-party-saved]'), party.plain().slice(0, 500));
    const clean = await joan.get(`/visits/${await planned(day(24))}`);
    ok(!clean.has('[data-test=msg-visit-leak]'), clean.plain().slice(0, 300));
    const page = await joan.get(`/visits/${await planned({ ...day(25), venue: 'The hall at MARLBOROUGH JUNCTION, Platform 2' })}`);
    equal(page.find('[data-test=msg-visit-leak]').length, 1, 'for the one person');
    match(page.text('[data-test=msg-visit-leak]'), /must not learn: Marlborough Junction\./);
});

diaryOf('a place that tells what it is for stays out of calendars', async () => {
    const id = await confirmed({ venue: 'Meadow Adoption Centre' });
    ok((await joan.get(`/visits/${id}`)).has('[data-test=msg-venue-tells]'));
    match((await atPortal()).plain(), /Meadow Adoption Centre/);
    const event = eventOf(await atDesk(id, 'home'));
    equal(event.location, 'Blue room');
    await cancel(id);
});

diaryOf('what changes is off until it is confirmed again, and calendars follow', async () => {
    const id = await confirmed(day(11));
    const before = eventOf(await atDesk(id, 'home'));
    let page = await joan.submit(await joan.get(`/visits/${id}`), 'form-post_visits_ID', { start: '3pm', end: '4:30pm' });
    ok(page.has('[data-test=msg-visit-retold]'), page.plain().slice(0, 500));
    const portal = await atPortal();
    match(portal.text('[data-test=visit-off]'), /not on as we told you, 2:30pm to 4:00pm/);
    noneOf(['Riverside', TRAVEL.home, '3:00pm'], portal.body);
    const off = eventOf(await family.client.get(portal.link('visit-calendar')));
    deepEqual([off.uid, off.sequence, off.method, off.status, off.location, off.starts],
        [before.uid, before.sequence + 1, 'CANCEL', 'CANCELLED', null, before.starts]);
    page = await confirm(id);
    ok(page.has('[data-test=msg-visit-confirmed]'), page.plain().slice(0, 500));
    const again = eventOf(await atDesk(id, 'home'));
    deepEqual([again.uid, again.sequence, again.method, again.starts],
        [before.uid, before.sequence + 2, 'PUBLISH', `11/07/${YEAR}, 15:00`]);
    // what only staff know leaves it confirmed
    page = await joan.submit(await joan.get(`/visits/${id}`), 'form-post_visits_ID', { risk: 'None now.' });
    ok(!page.has('[data-test=msg-visit-retold]') && page.has('[data-test=msg-visit-saved]'), page.plain().slice(0, 500));
    equal(eventOf(await atDesk(id, 'home')).sequence, again.sequence);
    page = await cancel(id);
    ok(page.has('[data-test=msg-visit-cancelled]'));
    match(page.plain(), /Cancelled because: Snow/);
    const gone = eventOf(await atDesk(id, 'birth'));
    deepEqual([gone.method, gone.status], ['CANCEL', 'CANCELLED']);
    noneOf(['Snow'], (await atDesk(id, 'birth')).body + (await atPortal()).body);
});

diaryOf('a prohibition stops the meeting: nobody sees the place, and staff see who to ring', async () => {
    const id = await confirmed(day(12));
    let page = await mary.get(`/arrangements/${who.arrangement}/state`);
    page = await mary.submit(page, 'form-post_arrangements_ID_state', { state: 'prohibited', reason: 'Order of the court' });
    ok(page.has('[data-test=msg-state-changed]'), page.plain().slice(0, 500));
    const portal = await atPortal();
    ok(portal.has('[data-test=visit-off]'));
    noneOf(['Riverside', TRAVEL.home, 'court'], portal.body);
    equal(eventOf(await family.client.get(portal.link('visit-calendar'))).status, 'CANCELLED');
    ok((await joan.get('/')).has('[data-test=msg-visits-stopped]'));
    const list = await joan.get('/visits');
    deepEqual(list.find('[data-test=visits-stopped] [data-test=row-visit]').map((one) => one.attribs['data-id']), [id]);
    ok((await joan.get(`/visits/${id}`)).has('[data-test=msg-visit-stopped]'));
    // planned again it still can't be confirmed, until a manager opens the arrangement
    page = await joan.submit(await joan.get(`/visits/${id}`), 'form-post_visits_ID_state', { to: 'planned' });
    page = await confirm(id);
    equal(page.status, 422);
    ok(page.has('[data-test=msg-visit-not-open]'), page.plain().slice(0, 500));
    page = await mary.submit(await mary.get(`/arrangements/${who.arrangement}/state`), 'form-post_arrangements_ID_state',
        { state: 'active', reason: 'Order lifted' });
    ok((await confirm(id)).has('[data-test=msg-visit-confirmed]'));
    ok(!(await joan.get('/')).has('[data-test=msg-visits-stopped]'));
    await cancel(id);
});

diaryOf('where two people are needed, who planned it does not confirm it', async () => {
    await db.query('UPDATE letterbox.arrangement SET two_person = true WHERE arrangement_id = $1', [who.arrangementId]);
    const id = await planned(day(13));
    const page = await confirm(id, joan);
    equal(page.status, 422);
    ok(page.has('[data-test=msg-visit-same-person]'), page.plain().slice(0, 500));
    await cancel(id);
});

test('mistakes are told at the field, with all that was typed', async () => {
    const lastSunday = (month) => {
        const date = new Date(Date.UTC(YEAR, month, 0));
        return date.getUTCDate() - date.getUTCDay();
    };
    const cases = [
        [{ day: 31, month: 2 }, ['date-wrong']],
        [{ day: '', month: '', year: '' }, ['date-missing']],
        [{ year: YEAR - 3 }, ['date-past']],
        [{ start: '' }, ['time-missing']],
        [{ start: '25:00', end: 'four' }, ['time-wrong']],
        [{ start: '4pm', end: '2pm' }, ['time-order']],
        [{ start: '6:00', end: '19:00' }, ['visit-long']],
        [{ day: lastSunday(3), month: 3, start: '1:30', end: '3:00' }, ['time-never']],
        [{ day: lastSunday(10), month: 10, start: '0:30', end: '1:30' }, ['time-twice']],
        [{ margin: '5 miles' }, ['visit-margin']],
        [{ guest: [] }, ['visit-guest-missing']],
        [{ [`travel-${who.birth}`]: 'x'.repeat(4001) }, ['text-too-long']],
    ];
    for (const [fields, expected] of cases) {
        const page = await plan(fields);
        equal(page.status, 422, JSON.stringify(fields));
        deepEqual(codes(page), expected, JSON.stringify(fields));
        if (!(`travel-${who.birth}` in fields))
            equal(page.form('form-post_visits').fields.find(([name]) => name === `travel-${who.birth}`)[1], TRAVEL.birth);
        equal(page.form('form-post_visits').fields.find(([name]) => name === 'venue')[1], 'Riverside Library, 3 Park Road');
    }
    const page = await plan({ start: '25:00' });
    equal(page.text('#start-error'), 'Error: Enter a time like 2:30pm or 14:30');
    const alone = await planned({ ...day(14), guest: [who.home], venue: '', supervisor: '' });
    ok((await confirm(alone)).has('[data-test=msg-visit-one-side]'));
    await cancel(alone);
    equal((await cancel(alone).catch((error) => error.message)).includes('form-post_visits_ID_state'), true, 'what is cancelled has no form');
});

diaryOf('a clash and a heavy week are shown', async () => {
    const first = await planned({ ...day(20), start: '10:00', end: '13:00' });
    const second = await planned({ ...day(20), start: '12:30', end: '17:00' });
    const far = await planned({ ...day(20), start: '18:00', end: '19:00' });
    const page = await joan.get(`/visits/${second}`);
    deepEqual(page.find('[data-test=row-clash]').map((one) => one.attribs['data-id']), [first]);
    match(page.text('[data-test=row-clash]'), /asked to two meetings.*supervisor has two.*place is taken/);
    ok(!(await joan.get(`/visits/${far}`)).has('[data-test=row-clash]'));
    match(page.text('[data-test=row-load]'), /3 meetings, 8:30 hours/);
    const more = [];
    for (const number of [21, 22, 23])
        more.push(await planned({ ...day(number), start: '9:00', end: '12:00' }));
    const list = await joan.get(`/visits?from=${YEAR}-07-20`);
    equal(list.find('[data-test=visit-clash]').length, 2);
    const loads = list.find('[data-test=row-load]').length;
    ok(loads >= 1);
    for (const id of [first, second, far, ...more])
        await cancel(id);
    ok(!(await joan.get(`/visits?from=${YEAR}-07-20`)).has('[data-test=visit-clash]'), 'what is cancelled takes no time');
});

diaryOf('who changes a meeting that somebody else changed meanwhile is told', async () => {
    const id = await planned(day(15));
    const [mine, hers] = [await joan.get(`/visits/${id}`), await mary.get(`/visits/${id}`)];
    await mary.submit(hers, 'form-post_visits_ID', { room: 'Red room' });
    const late = await joan.submit(mine, 'form-post_visits_ID', { room: 'Green room' });
    equal(late.status, 409, late.plain().slice(0, 300));
    ok(late.has('[data-test=msg-changed-meanwhile]'));
    equal(late.form('form-post_visits_ID').fields.find(([name]) => name === 'room')[1], 'Green room', 'what was typed is there');
    equal((await joan.submit(late, 'form-post_visits_ID')).status, 200);
    const stale = await joan.submit(mine, 'form-post_visits_ID_state', { to: 'confirmed' });
    equal(stale.status, 409);
    await cancel(id);
});

diaryOf('what became of it is noted, and the agreement suggests the next one', async () => {
    const id = await confirmed(day(16));
    let page = await joan.get(`/visits/${id}`);
    ok(!page.has('[data-test=form-post_visits_ID_outcome]'), 'not before it has begun');
    // an hour ago
    await db.query(`UPDATE letterbox.visit SET starts_at = letterbox.now() - interval '1 hour', ends_at = letterbox.now(),
        told_starts_at = letterbox.now() - interval '1 hour', told_ends_at = letterbox.now() WHERE state = 'confirmed'`);
    page = await joan.get(`/visits/${id}`);
    page = await joan.submit(page, 'form-post_visits_ID_outcome', { [`attendance-${who.birth}`]: 'late' });
    deepEqual(codes(page), ['visit-outcome-missing']);
    page = await joan.submit(page, 'form-post_visits_ID_outcome', { outcome: 'took_place', [`attendance-${who.home}`]: 'came',
        [`attendance-${who.birth}`]: 'late', aftercare: 'Granny was tearful; rang her on Monday.' });
    ok(page.has('[data-test=msg-visit-recorded]'), page.plain().slice(0, 500));
    ok(page.has(`#attendance-${who.birth} option[value=late][selected]`));
    match(page.text('[data-test=visit-next]'), /The agreement suggests .* for the next one/);
    const next = await joan.get(page.one('[data-test=visit-next] a').attribs.href);
    ok(Number(next.form('form-post_visits').fields.find(([name]) => name === 'day')[1]) > 0);
    const portal = await atPortal();
    match(portal.text(), /It is over/);
    noneOf(['tearful', 'late', 'Riverside'], portal.text('[data-test=row-visit]'));
    // the other answer later, and the note stays
    page = await joan.submit(page, 'form-post_visits_ID_outcome', { outcome: 'missed' });
    ok(page.has('[data-test=msg-visit-recorded]'));
    match(page.body, /Granny was tearful/);
});

diaryOf('a supervisor takes the own meetings along, without a name in them', async () => {
    const id = await confirmed(day(17));
    // whoever the form offered first: a coordinator, a manager or a checker
    const clients = [joan, mary, (await doors.staff('checker')).client];
    const files = await Promise.all(clients.map((client) => client.get('/visits/calendar')));
    const found = files.filter((file) => {
        equal(file.status, 200, file.plain().slice(0, 300));
        const events = new ICAL.Component(ICAL.parse(file.body)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
        noneOf([...SECRETS.home, ...SECRETS.birth, RISK], file.body);
        return events.some((event) => event.uid === id && /^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/.test(event.summary));
    });
    equal(found.length, 1, 'in the calendar of the one who supervises it, and in no other');
    await cancel(id);
});

test('every act and look is in the audit', async () => {
    const acts = (await db.query(`SELECT DISTINCT act FROM letterbox.audit WHERE act LIKE 'visit%' ORDER BY act`)).map(({ act }) => act);
    deepEqual(acts, ['visit_calendar_made', 'visit_cancelled', 'visit_changed', 'visit_confirmed', 'visit_planned', 'visit_read',
        'visit_recorded', 'visit_replanned', 'visit_stopped', 'visits_calendar_made', 'visits_listed']);
});

test('no word of a meeting stands in clear in the database, or in a log', async () => {
    await confirmed(day(26));
    const words = [...SECRETS.home, ...SECRETS.birth, RISK, 'Riverside', 'tearful'];
    // bytes stand in a dump as hex
    const dump = (await db.dump('--data-only')).toString('latin1');
    noneOf([...words, ...words.map((word) => Buffer.from(word).toString('hex'))], dump);
    ok(dump.includes(Buffer.from((await db.one(`SELECT slug FROM letterbox.agency LIMIT 1`)).slug).toString()), 'it is the data');
    const lines = Object.values(doors.running).flatMap((program) => program.logLines()).map((line) => JSON.stringify(line));
    ok(lines.some((line) => line.includes('post_visits_ID_state')));
    noneOf([...words, who.arrangement, who.home], lines.join('\n'));
});
