// SPDX-License-Identifier: AGPL-3.0-or-later
// The whole of the made-up data, loaded once, at a terminal: 560 arrangements and 40, as believable in
// the large as an agency's own, the same each time. What one of them holds is tried by ctl_site.mjs.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { BUILD_TEST, ROOT } from '../harness/places.mjs';
import { postgres } from '../harness/postgres.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { signIns, site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let db;
let here;
let shown;

before(async () => {
    db = await postgres();
    const home = mkdtempSync('/tmp/letterbox-full-');      // short, for the agents' sockets
    cleanup(() => rmSync(home, { recursive: true, force: true }));
    here = await site({ db, home });
    await here.ctl(['init', '--demo', '--one-user', '--conf', here.conf], { timeout: 120_000 });
    // script gives it a terminal
    ({ stdout: shown } = await run(['script', '-qec', `${join(BUILD_TEST, 'letterboxctl')} demo --conf ${here.conf}`,
        '/dev/null'], { timeout: 240_000 }));
}, { timeout: 400_000 });

const count = async (what) => (await db.one(`SELECT count(*)::int AS n FROM letterbox.${what}`)).n;
const by = async (column, table) => Object.fromEntries((await db.query(`SELECT ${column} AS word, count(*)::int AS n
    FROM letterbox.${table} GROUP BY 1 ORDER BY 1`)).map(({ word, n }) => [word, n]));

test('a bar grows while it loads, for each agency', () => {
    for (const [agency, all] of [['fernshire', 560], ['brackendale', 40]]) {
        const bars = [...shown.matchAll(new RegExp(`\\r${agency} +\\[(#*) *\\] (\\d+) of ${all}`, 'g'))];
        ok(bars.length > all / 4, `${bars.length} pictures of the bar of ${agency}`);
        const lengths = bars.map(([, bar]) => bar.length);
        deepEqual(lengths, [...lengths].sort((a, b) => a - b));
        deepEqual([lengths.at(-1), Number(bars.at(-1)[2])], [40, all]);
    }
    match(shown, /Who can sign in/);
});

test('560 arrangements and 40: kinds and states as an agency has them', async () => {
    deepEqual(await by('slug', 'arrangement JOIN letterbox.agency USING (agency_id)'), { brackendale: 41, fernshire: 560 }, 'one has moved there');
    deepEqual(await by('kind', 'arrangement'), { direct: 12, indirect: 551, one_way: 38 });
    equal(await count(`arrangement JOIN letterbox.agency USING (agency_id) WHERE kind = 'direct' AND slug = 'fernshire'`), 11,
        'two in a hundred meet');
    deepEqual(await by('arrangement.state', 'arrangement'),
        { active: 513, ended: 8, held: 20, inactive: 18, moved: 2, paused: 25, prohibited: 10, suspended: 5 });
    equal(await count(`arrangement WHERE state = 'prohibited' AND NOT two_person`), 0);
    equal(await count('agreement'), 601);
    ok(await count('arrangement WHERE two_person') > 40);
});

test('siblings, several relatives, and people who moved or died', async () => {
    equal(await count('child'), 601);
    equal(await count('child_link'), 140);
    deepEqual(await by('side', 'arrangement_party'), { adoptive: 602, birth: 1106, sibling: 66 });
    deepEqual(await by('parties', `arrangement a, LATERAL (SELECT count(*)::int AS parties FROM letterbox.arrangement_party p
        WHERE p.arrangement_id = a.arrangement_id) AS size`), { 2: 231, 3: 210, 4: 120, 5: 38, 6: 2 });
    deepEqual(await by('party.state', 'party'), { active: 1354, dead: 9, ended: 5, moved: 26, paused: 1 });
    deepEqual(await by('channel', 'party'), { email: 83, link: 531, portal: 401, post: 380 });
    deepEqual(await by('slug', 'account JOIN letterbox.agency USING (agency_id)'), { brackendale: 2, fernshire: 3 });
});

test('whoever meets has met, and meets again: planned, confirmed, or stopped by a block', async () => {
    const states = await by('state', 'visit');
    deepEqual([states.took_place, states.took_place + (states.planned ?? 0) + states.confirmed + (states.stopped ?? 0)], [12, 24]);
    ok(states.confirmed > 4, JSON.stringify(states));
    equal(await count(`visit v JOIN letterbox.arrangement a USING (agency_id, arrangement_id)
        WHERE v.state = 'confirmed' AND a.state <> 'active'`), 0);
    equal(await count(`visit_party WHERE attendance = 'late'`), 12);
});

test('a few letters are late, and the families that the demo names have one to write now', async () => {
    await here.start('diary');
    const late = () => db.query(`SELECT slug, count(DISTINCT arrangement_id)::int AS n, max(due_on) < letterbox.now()::date AS past
        FROM letterbox.occasion JOIN letterbox.agency USING (agency_id) WHERE occasion.state = 'late' GROUP BY 1 ORDER BY 1`);
    await eventually(async () => (await late()).length === 2, { within: 20_000, what: 'the diary has marked what is late' });
    deepEqual(await late(), [{ slug: 'brackendale', n: 1, past: true }, { slug: 'fernshire', n: 9, past: true }]);
    await eventually(async () => {
        const [{ n }] = await db.query(`SELECT count(DISTINCT party_id)::int AS n FROM letterbox.account
            JOIN letterbox.occasion ON from_party = party_id AND occasion.state = 'due'
             AND date_trunc('month', due_on) = date_trunc('month', letterbox.now())`);
        return n === 5;
    }, { within: 20_000, what: 'a letter due this month for each family with an account' });
});

// What lib/rules/standing.def and the database's own lists name, and what of it the made-up data has.
const STANDINGS = [...readFileSync(join(ROOT, 'lib/rules/standing.def'), 'utf8').matchAll(/^STANDING\((\w+), "(\w+)"/gm)]
    .map(([, room, word]) => [room.toLowerCase(), word]);
const listed = async (table, column = 'state') => {
    const { definition } = await db.one(`SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE conname = $1 AND conrelid = $2::regclass`, [`${table}_${column}_check`, `letterbox.${table}`]);
    return [...definition.matchAll(/'(\w+)'/g)].map(([, word]) => word).sort();
};

test('each state that an arrangement, a person, a place in one or a child can have is there', async () => {
    const there = {
        arrangement: await by('arrangement.state', 'arrangement'),
        party: await by('party.state', 'party'),
        member: await by('state', 'arrangement_party'),
        child: await by(`CASE letterbox.child_refusal(agency_id, child_id) WHEN 'child_dead' THEN 'dead' WHEN 'child_wish' THEN 'wish'
            WHEN 'child_grown' THEN 'grown' ELSE 'living' END`, 'child'),
    };
    equal(STANDINGS.length > 15, true);
    deepEqual(STANDINGS.filter(([room, word]) => !there[room][word]).map(([room, word]) => `${room} ${word}`), []);
    deepEqual(Object.keys(await by('wish', 'child')).sort(), await listed('child', 'wish'));
    deepEqual(Object.keys(await by('kind', 'arrangement')).sort(), await listed('arrangement', 'kind'));
    deepEqual(Object.keys(await by('photo_level', 'arrangement')).sort(), await listed('arrangement', 'photo_level'));
});

test('so is each of the edges that somebody may have to show', async () => {
    const one = { 'in prison or a refuge: ask each time': 'party WHERE ask_first', 'a change of details waits': `detail_change WHERE state = 'waiting'`,
        'one writes and does not read': `arrangement_party WHERE may_write AND NOT may_receive AND state = 'active'`,
        'one reads and does not write': `arrangement_party WHERE may_receive AND NOT may_write AND state = 'active'`,
        'two people read': 'arrangement WHERE two_person', 'an address that nobody confirmed': `party WHERE NOT address_confirmed`,
        'seventeen, and wants to go on': `child WHERE wish = 'go_on' AND eighteenth_month > letterbox.now()::date`,
        'more time was given': 'occasion WHERE wait_until > letterbox.now()::date',
        'parents who live apart': 'apart', 'a move is proposed': `transfer WHERE state = 'proposed'`,
        'a move is offered': `transfer WHERE state = 'offered'`, 'another agency has taken one': `transfer WHERE state = 'taken'`,
        'somebody waives': `occasion WHERE state = 'waived' AND NOT is_dropped` };
    for (const [what, where] of Object.entries(one))
        ok(await count(where) > 0, what);
    ok((await db.query(`SELECT FROM letterbox.arrangement_party GROUP BY agency_id, party_id HAVING count(*) > 1`)).length > 0,
        'somebody on two arrangements');
    await eventually(async () => (await by('state', 'occasion')).missed > 0, { within: 20_000, what: 'the diary has marked what was missed' });
    await eventually(async () => await count(`arrangement_review WHERE done_at IS NULL AND due_on < letterbox.now()::date - 100`) > 0
        && await count(`arrangement_review WHERE done_at IS NULL AND due_on > letterbox.now()::date`) > 0
        && await count(`arrangement_review WHERE kind = 'seventeenth'`) > 0, { within: 20_000, what: 'reviews due, late and of the seventeenth year' });
});

test('the same people each time, and nobody who could exist', () => {
    const addresses = readFileSync(join(here.runFolder, 'demo-addresses.txt'), 'utf8').trim().split('\n');
    equal(new Set(addresses).size, addresses.length);
    deepEqual(addresses.filter((address) => !address.endsWith('.example')), []);
    equal(createHash('sha256').update(addresses.join('\n')).digest('hex').slice(0, 16), '7b0b099afedd6b29');
});

test('a second run changes nothing, also where the note that all is loaded is lost', async () => {
    const all = () => Promise.all(['party', 'arrangement', 'child', 'account', 'staff'].map(count));
    const was = await all();
    match((await here.ctl(['demo', '--conf', here.conf])).stdout, /of both agencies are there/);
    rmSync(join(here.runFolder, 'demo-loaded'));
    const { stdout } = await here.ctl(['demo', '--conf', here.conf]);
    match(stdout, /fernshire: 560 are there/);
    match(stdout, /brackendale: 41 are there/);
    deepEqual(await all(), was);
});

test('what is offered to the other agency opens there, and can be taken', async () => {
    here.people = signIns(join(here.runFolder, 'demo-sign-ins.txt'));
    await db.query('UPDATE letterbox.staff SET last_totp_step = 0');     // loading has used a code just now
    const { client } = await staffAtDesk(here, await here.start('desk'), 'manager', { agency: 'brackendale' });
    const { id } = await db.one("SELECT transfer_id AS id FROM letterbox.transfer WHERE state = 'offered'");
    let page = await client.get(`/transfers/${codeOf(id)}`);
    ok(page.has('[data-test=row-person]'), page.plain().slice(0, 500));
    match(page.plain(), /The family has moved there/);
    page = await client.submit(page, 'form-post_transfers_ID_take', {});
    ok(page.has('[data-test=msg-transfer-taken]'), page.plain().slice(0, 500));
});
