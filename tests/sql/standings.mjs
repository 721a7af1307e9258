// SPDX-License-Identifier: AGPL-3.0-or-later
// How things stand: the database refuses what lib/rules refuses, in every pair of standings, and nobody opens, lifts or
// takes back what they may not.

import { execFileSync } from 'node:child_process';
import { before, deepEqual, equal, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World } from '../harness/world.mjs';
import { ROOT } from '../harness/places.mjs';

let db;
let world;
let north;
let one;
let two;

before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    one = await world.story(north);
    two = await world.story(north);
});

const desk = (fn, { role = 'coordinator', ...options } = {}) =>
    db.as('lb_desk', fn, { session: north.sessions[role], commit: false, ...options });
const diary = (fn, options) => db.as('lb_diary', fn, { lease: north.jobs.diary, commit: false, ...options });
const refused = (constraint) => (error) => error.constraint === constraint;

test('the database refuses what the rules refuse, in every pair of standings', async () => {
    const table = execFileSync(`${ROOT}/build/san/tests/unit/rules/test_standing`, ['table'],
        { encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } }).trim().split('\n');
    equal(table.length, 8 * 4 * 5 * 4 * 5 * 4);
    const children = { living: ['living', 'unknown', '2035-03-01'], dead: ['dead', 'unknown', '2035-03-01'],
        wish: ['living', 'stop', '2020-01-01'], grown: ['living', 'unknown', '2020-01-01'] };
    const answers = [];
    await world.pastTriggers(async () => {
        for (const state of ['active', 'paused', 'suspended', 'held', 'prohibited', 'inactive', 'ended', 'moved'])
            for (const [name, child] of Object.entries(children)) {
                await db.query('UPDATE letterbox.arrangement SET state = $2 WHERE arrangement_id = $1', [one.arrangement, state]);
                await db.query('UPDATE letterbox.child SET state = $2, wish = $3, eighteenth_month = $4 WHERE child_id = $1',
                    [one.child, ...child]);
                answers.push(...await answersOf(`${state} ${name}`));
            }
    });
    deepEqual(answers.filter((answer) => !table.includes(answer)), []);
    equal(new Set(answers).size, table.length);
});

// All standings of sender and recipient in one statement: 400 answers.
async function answersOf(facts) {
    const rows = await db.query(`DO $$
        DECLARE v_p text; v_m text; v_s text; v_n text;
        BEGIN
            CREATE TEMP TABLE IF NOT EXISTS answer (line text);
            DELETE FROM answer;
            FOREACH v_p IN ARRAY ARRAY['active', 'paused', 'moved', 'dead', 'ended'] LOOP
            UPDATE letterbox.party SET state = v_p WHERE party_id = ${one.family};
            FOREACH v_s IN ARRAY ARRAY['active', 'paused', 'moved', 'dead', 'ended'] LOOP
            UPDATE letterbox.party SET state = v_s, state_changed_at = '-infinity' WHERE party_id = ${one.mother};
            FOREACH v_m IN ARRAY ARRAY['active', 'paused', 'not_ready', 'ended'] LOOP
            UPDATE letterbox.arrangement_party SET state = v_m WHERE party_id = ${one.family} AND arrangement_id = ${one.arrangement};
            FOREACH v_n IN ARRAY ARRAY['active', 'paused', 'not_ready', 'ended'] LOOP
                UPDATE letterbox.arrangement_party SET state = v_n WHERE party_id = ${one.mother} AND arrangement_id = ${one.arrangement};
                INSERT INTO answer SELECT concat_ws(' ', '${facts}', v_p, v_m, v_s, v_n, coalesce(
                    letterbox.release_refusal(${north.id}, ${one.arrangement}, ${one.mother}, ${one.family}, 'letter', 'none', now()),
                    'permitted'));
            END LOOP; END LOOP; END LOOP; END LOOP;
        END $$`).then(() => db.query('SELECT line FROM answer'));
    return rows.map((row) => row.line);
}

const arrangementState = async (sql = db.query.bind(db)) =>
    (await sql('SELECT state FROM letterbox.arrangement WHERE arrangement_id = $1', [two.arrangement]))[0].state;
const setChild = (sql, change) => sql(`UPDATE letterbox.child SET ${change} WHERE child_id = ${two.child}`);
const setArrangement = (sql, state) =>
    sql('UPDATE letterbox.arrangement SET state = $2 WHERE arrangement_id = $1', [two.arrangement, state]);

test('a death of the child holds every arrangement, and none opens while it stands', async () => {
    await desk(async (sql) => {
        await setChild(sql, "state = 'dead'");
        equal(await arrangementState(sql), 'held');
    });
    await desk(async (sql) => {
        await setChild(sql, "state = 'dead'");
        await rejects(() => setArrangement(sql, 'active'), refused('arrangement_child_dead'));
    }, { role: 'manager' });
    await desk(async (sql) => {
        await setChild(sql, "state = 'dead'");
        await rejects(() => setChild(sql, "state = 'living'"), refused('child_manager_lifts'));
    });
    await desk(async (sql) => {
        await setChild(sql, "state = 'dead'");
        await setChild(sql, "state = 'living'");
        await setArrangement(sql, 'active');
        equal(await arrangementState(sql), 'active');
    }, { role: 'manager' });
});

test('a veto ends what a grown child has, and only a manager takes it back', async () => {
    await desk(async (sql) => {
        await setChild(sql, "wish = 'veto'");
        equal(await arrangementState(sql), 'active');       // until eighteen it is only noted
        await rejects(() => setChild(sql, "wish = 'go_on'"), refused('child_manager_lifts'));
    });
    await desk(async (sql) => {
        await setChild(sql, "eighteenth_month = '2020-01-01', wish = 'veto'");
        equal(await arrangementState(sql), 'ended');
        await rejects(() => setArrangement(sql, 'active'), refused('arrangement_child_wish'));
    }, { role: 'manager' });
});

test('three months after the birthday the diary ends what nobody said is to go on', async () => {
    const at = async (eighteenth, wish = 'unknown') => {
        await world.pastTriggers(() => db.query('UPDATE letterbox.child SET eighteenth_month = $2, wish = $3 WHERE child_id = $1',
            [two.child, eighteenth, wish]));
        return diary(async (sql) => {
            const [{ close_grown: ended }] = await sql('SELECT letterbox.close_grown()');
            return Number(ended);
        });
    };
    const month = async (back) => (await db.one(
        "SELECT (date_trunc('month', letterbox.now()) - $1::interval)::date::text AS day", [`${back} months`])).day;
    equal(await at(await month(0)), 0);
    equal(await at(await month(2)), 0);
    equal(await at(await month(3)), 1);
    equal(await at(await month(3), 'go_on'), 0);
    equal(await at(await month(0), 'stop'), 1);
    equal(await at('2035-03-01', 'stop'), 0);
    equal(await at('2035-03-01'), 0);
});

test('only a manager opens what has ended, and takes back a death', async () => {
    const setParty = (sql, state) => sql('UPDATE letterbox.party SET state = $2 WHERE party_id = $1', [two.gran, state]);
    await desk(async (sql) => {
        await setArrangement(sql, 'ended');
        await rejects(() => setArrangement(sql, 'active'), refused('arrangement_manager_lifts'));
    });
    await desk(async (sql) => {
        await setParty(sql, 'dead');
        await rejects(() => setParty(sql, 'active'), refused('party_manager_lifts'));
    });
    await desk(async (sql) => {
        await setArrangement(sql, 'ended');
        await setArrangement(sql, 'active');
        await setParty(sql, 'dead');
        await setParty(sql, 'active');
    }, { role: 'manager' });
});

test('what somebody has read, they can read again when contact is over; what they have not, stays shut', async () => {
    const read = () => db.as('lb_portal', async (sql) =>
        (await sql('SELECT letterbox.reading_refusal($1) AS code', [two.toFamilyRelease]))[0].code,
    { session: two.session, commit: false });
    const opened = (at) => world.pastTriggers(() =>
        db.query('UPDATE letterbox.release SET opened_at = $2 WHERE release_id = $1', [two.toFamilyRelease, at]));
    const state = (word) => world.pastTriggers(() =>
        db.query('UPDATE letterbox.arrangement SET state = $2 WHERE arrangement_id = $1', [two.arrangement, word]));
    for (const [word, unread, known] of [['active', null, null], ['ended', 'arrangement_ended', null], ['moved', 'arrangement_moved', null],
        ['inactive', 'arrangement_inactive', null], ['prohibited', 'arrangement_prohibited', 'arrangement_prohibited'],
        ['paused', 'arrangement_paused', 'arrangement_paused'], ['held', 'arrangement_held', 'arrangement_held']]) {
        await state(word);
        await opened(null);
        equal(await read(), unread, word);
        await opened(new Date());
        equal(await read(), known, word);
    }
    await state('active');
});

test('no arrangement is without a review, or has its next after more than 24 months', async () => {
    const months = (count) => `(letterbox.now() + interval '${count} months')::date`;
    const set = (sql, value) => sql(`UPDATE letterbox.arrangement SET review_on = ${value} WHERE arrangement_id = ${two.arrangement}`);
    await desk(async (sql) => {
        await set(sql, months(24));
        await set(sql, 'NULL');
        const [row] = await sql(`SELECT review_on = ${months(24)} AS is_last FROM letterbox.arrangement WHERE arrangement_id = $1`,
            [two.arrangement]);
        ok(row.is_last);
        await rejects(() => set(sql, `${months(24)} + 1`), refused('arrangement_review_near'));
    });
});

test('reviews are put on the list when they are near, once, and those of the seventeenth year', async () => {
    const listed = (sql) => sql(`SELECT kind, count(*)::int AS n FROM letterbox.arrangement_review
                                  WHERE arrangement_id = ${two.arrangement} AND done_at IS NULL GROUP BY kind ORDER BY kind`);
    await db.query('DELETE FROM letterbox.arrangement_review');
    await db.query("UPDATE letterbox.arrangement SET review_on = (letterbox.now() + interval '40 days')::date WHERE arrangement_id = $1",
        [two.arrangement]);
    await db.query("UPDATE letterbox.child SET eighteenth_month = (date_trunc('month', letterbox.now()) + interval '12 months')::date WHERE child_id = $1",
        [two.child]);
    await diary(async (sql) => {
        await sql('SELECT letterbox.reviews_open(42)');
        await sql('SELECT letterbox.reviews_open(42)');
    }, { commit: true });
    deepEqual(await listed(db.query.bind(db)), [{ kind: 'regular', n: 1 }, { kind: 'seventeenth', n: 1 }]);
    // One that is done stays as it is, and the seventeenth year has no second.
    const done = (sql) => sql(`UPDATE letterbox.arrangement_review SET sealed_answers = $1, done_at = letterbox.now(), done_by = $2
                                WHERE arrangement_id = $3`, [Buffer.alloc(80, 1), north.staff.coordinator, two.arrangement]);
    await desk(done, { commit: true });
    await desk((sql) => rejects(() => done(sql), refused('arrangement_review_stands')));
    await db.query("UPDATE letterbox.arrangement SET review_on = (letterbox.now() + interval '24 months')::date WHERE arrangement_id = $1",
        [two.arrangement]);
    await diary((sql) => sql('SELECT letterbox.reviews_open(42)'), { commit: true });
    deepEqual(await listed(db.query.bind(db)), []);
});
