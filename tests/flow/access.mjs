// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may ask for what: every row of both routes.def, asked by every kind of person, over real HTTPS.
// The answers are a committed table (access.expected.json); a new route is tried without a new test, and
// fails until its row stands there: EXPECT=write tests/run flow/access.mjs writes it, a person reads it.
//
// What is asked for belongs to family one of fernshire: its draft, its letter, its party. `own` is that
// family; `other` another family of the agency; `elsewhere` one of the other agency; `nobody` has no
// cookie. At the desk: each role of fernshire, a coordinator of brackendale, and one of brackendale who acts for fernshire.

import { readFileSync, writeFileSync } from 'node:fs';
import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { openDoors } from '../harness/people.mjs';
import { read } from '../harness/tree.mjs';

const EXPECTED = new URL('./access.expected.json', import.meta.url);
const ROLES = ['checker', 'coordinator', 'manager', 'administrator', 'inspector'];

const routes = (room) => [...read(`server/${room}/routes.def`)
    .matchAll(/^ROUTE\(\s*(\w+),\s*(GET|POST),\s*"([^"]+)",\s*(\w+),\s*(\w+),/gm)]
    .map(([, handler, method, path, who, form]) => ({ handler, method, path, who, form }));

let doors;
let things;
let visits;     // a confirmed meeting of that family: by its own id in each room
const people = { portal: {}, desk: {} };

before(async () => {
    doors = await openDoors({ processes: ['portal', 'desk', 'press', 'post'] });
    const { here } = doors;
    const own = await doors.family({ number: 0 });
    people.portal = { nobody: await here.client(doors.running.portal), own: own.client,
        other: (await doors.family({ number: 1 })).client,
        elsewhere: (await doors.family({ agency: 'brackendale' })).client };
    people.desk = { nobody: await here.client(doors.running.desk) };
    for (const role of ROLES)
        people.desk[role] = (await doors.staff(role)).client;
    people.desk.elsewhere = (await doors.staff('coordinator', { agency: 'brackendale' })).client;
    things = await make(own.client, here.db);
    visits = await meet(here.db);
    people.desk.acting = await act();
}, { timeout: 120_000 });

// What the paths name: each placeholder by the word before it.
async function make(client, db) {
    let page = await client.get('/letters/new');
    page = await client.submit(page, 'form-post_letters', { text: 'A letter to be asked for.' });
    const letter = /^\/letters\/(\w+)\/receipt$/.exec(page.path)[1];
    page = await client.get('/letters/new');
    const { fields } = page.form('form-post_letters');
    page = await client.post('/drafts', [...fields.filter(([name]) => name !== 'text'), ['text', 'A draft']]);
    ok(page.path.startsWith("/drafts/"), page.plain());
    const draft = /^\/drafts\/(\w{12})/.exec(page.path)[1];
    for (let i = 0; i < 100; i += 1) {
        const { state } = await db.one('SELECT state FROM letterbox.letter ORDER BY received_at DESC LIMIT 1');
        if (state !== 'received')
            break;
        await new Promise((done) => { setTimeout(done, 100); });
    }
    const { party_id: party, arrangement_id: arrangement } = await db.one(
        'SELECT from_party AS party_id, arrangement_id FROM letterbox.letter ORDER BY received_at DESC LIMIT 1');
    const { account_id: account } = await db.one('SELECT account_id FROM letterbox.account WHERE party_id = $1', [party]);
    const { child_id: child } = await db.one('SELECT child_id FROM letterbox.arrangement WHERE arrangement_id = $1', [arrangement]);
    const { occasion } = await db.one(`INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party,
            month, due_on, agreement_version, changed_at)
        SELECT m.agency_id, letterbox.new_id(), m.arrangement_id, $1, m.party_id, '2040-03-01', '2040-03-31', 1, letterbox.now()
          FROM letterbox.arrangement_party m WHERE m.arrangement_id = $2 AND m.party_id <> $1 LIMIT 1
        RETURNING occasion_id AS occasion`, [party, arrangement]);
    return { children: codeOf(child), letters: letter, drafts: draft, occasions: codeOf(occasion), parties: codeOf(party), arrangements: codeOf(arrangement),
        accounts: codeOf(account) };
}

// The family's arrangement becomes one of meetings; a coordinator plans one, a manager confirms it.
async function meet(db) {
    const { coordinator, manager } = people.desk;
    await db.query(`UPDATE letterbox.arrangement SET kind = 'direct' WHERE arrangement_id =
        (SELECT arrangement_id FROM letterbox.letter ORDER BY received_at DESC LIMIT 1)`);
    let page = await coordinator.get(`/visits/new?arrangement=${things.arrangements}`);
    const supervisor = page.find('select[name=supervisor] option')[1].attribs.value;
    page = await coordinator.submit(page, 'form-post_visits', { day: 10, month: 7, year: new Date().getFullYear() + 1, start: '2pm',
        end: '3pm', venue: 'Riverside Library', supervisor });
    const desk = /^\/visits\/(\w{12})\?/.exec(page.path)[1];
    page = await manager.submit(await manager.get(`/visits/${desk}`), 'form-post_visits_ID_state', { to: 'confirmed' });
    ok(page.has('[data-test=msg-visit-confirmed]'), page.plain());
    const portal = (await people.portal.own.get('/visits')).one('[data-test=row-visit]').attribs['data-id'];
    return { desk, portal };
}

// Brackendale's checker works for fernshire, as coordinator.
async function act() {
    const [checker, theirs, ours] = [(await doors.staff('checker', { agency: 'brackendale' })).client,
        (await doors.staff('administrator', { agency: 'brackendale' })).client, people.desk.administrator];
    const name = (await checker.get('/')).text('[data-test=person-name]').split(',')[0];
    let page = await theirs.get('/acting');
    const staff = page.find('select[name=staff] option').find((one) => one.children[0].data === name).attribs.value;
    await theirs.submit(page, 'form-post_acting', { staff, agency: page.one('input[name=agency]').attribs.value });
    page = await ours.get((await ours.get('/acting')).link('acting-open'));
    page = await ours.submit(page, 'form-post_acting_ID_accept', { role: 'coordinator', until_day: 31, until_month: 12,
        until_year: new Date().getFullYear() + 1 });
    ok(page.has('[data-test=msg-acting-accepted]'), page.plain());
    page = await checker.submit(await checker.get('/'), 'form-post_acting_ID_begin');
    ok(page.has('[data-test=msg-acting]'), page.plain());
    return checker;
}

function pathOf({ path }, room) {
    let before = '';
    return path.split('/').map((segment) => {
        const placeholder = segment.startsWith(':');
        const filled = !placeholder ? segment
            : segment === ':N' ? '1' : segment === ':TOKEN' ? 'A'.repeat(43)
                : segment === ':PARTY' || before === 'people' ? things.parties
                    : before === 'visits' ? visits[room] : things[before] ?? things.letters;
        before = segment;
        return filled;
    }).join('/');
}

// A form's guards, as a page of that person's own holds them; its fields are left out, so that what is
// asked for is judged and nothing is changed.
async function guards(client, room) {
    const page = await client.get(room === 'portal' ? '/help' : '/sign-in');
    const home = page.has('input[name=csrf]') ? page : await client.get('/');
    const csrf = home.has('input[name=csrf]') ? home.attribute('input[name=csrf]', 'value')
        : (await client.get('/sign-in')).attribute('input[name=csrf]', 'value');
    return { csrf, once: Math.random().toString(36).slice(2).padEnd(16, '0') };
}

async function ask(client, room, route) {
    const path = pathOf(route, room);
    if (route.method === 'GET') {
        const page = await client.get(path, { follow: false });
        return page.status === 303 ? `303 ${page.headers.location}`.replace(things.letters, 'ID') : String(page.status);
    }
    const page = await client.post(path, await guards(client, room),
        { follow: false, files: route.form === 'FILES' ? [] : null });
    const where = page.status === 303 ? ` ${page.headers.location}`.replace(/[0-9a-z]{12}/g, 'ID') : '';
    return `${page.status}${where}`;
}

async function answers(room) {
    const found = {};
    const rows = routes(room);
    // signing out ends what every other row needs, and so does going back to one's own agency
    const last = ({ path }) => ['/acting/back', '/sign-out'].indexOf(path);
    rows.sort((a, b) => last(a) - last(b));
    for (const route of rows) {
        const key = `${route.method} ${route.path}`;
        found[key] = {};
        for (const [name, client] of Object.entries(people[room]))
            found[key][name] = await ask(client, room, route);
    }
    return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

for (const room of ['portal', 'desk']) {
    test(`each route of the ${room} answers each kind of person as the table says`, async () => {
        const found = await answers(room);
        if (process.env.EXPECT === 'write') {
            let all = {};
            try {
                all = JSON.parse(readFileSync(EXPECTED, 'utf8'));
            } catch { /* the first time */ }
            writeFileSync(EXPECTED, `${JSON.stringify({ ...all, [room]: found }, null, 2)}\n`);
            return;
        }
        const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'))[room];
        deepEqual(Object.keys(found), Object.keys(expected), 'EXPECT=write, then read the new rows');
        for (const key of Object.keys(found))
            deepEqual(found[key], expected[key], key);
    }, { timeout: 180_000 });
}

test('who acts for an agency may do there what their role may, and has no password there', () => {
    const { desk } = JSON.parse(readFileSync(EXPECTED, 'utf8'));
    const other = Object.keys(desk).filter((key) => desk[key].acting !== desk[key].coordinator);
    deepEqual(other, ['POST /account/password', 'POST /acting/back']);
    equal(desk['POST /account/password'].acting, '403');
    for (const [key, row] of Object.entries(desk))      // and nothing that is an administrator's
        ok(row.coordinator !== '403' || row.acting === '403', key);
});

test('the table itself keeps the walls', () => {
    const table = JSON.parse(readFileSync(EXPECTED, 'utf8'));
    const open = /^(200|204|422)|^303 \/(?!sign-in|join|open)/;
    for (const [room, own] of [['portal', 'own'], ['desk', 'coordinator']]) {
        for (const { method, path, who } of routes(room)) {
            const row = table[room][`${method} ${path}`];
            ok(row, path);
            if (['NONE', 'BEGUN', 'JOINING', 'LINK', 'READER'].includes(who))
                continue;
            ok(!open.test(row.nobody), `${method} ${path} is open to nobody: ${row.nobody}`);
            for (const [name, answer] of Object.entries(row))
                ok(name === 'nobody' || !/^401|^303 \/(sign-in|open)$/.test(answer),
                    `${method} ${path} was asked by ${name} with a session that had ended: ${answer}`);
            // what is named by an id of family one's is not there for others
            if (/:ID/.test(path)) {
                for (const stranger of room === 'portal' ? ['other', 'elsewhere'] : ['elsewhere'])
                    ok(!open.test(row[stranger]) || row[stranger].startsWith('303 /')
                        || row[stranger].startsWith('422'), `${method} ${path} for ${stranger}: ${row[stranger]}`);
            }
            equal(typeof row[own], 'string');
            match(row[own], /^\d{3}/);
        }
    }
});
