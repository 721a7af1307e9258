// SPDX-License-Identifier: AGPL-3.0-or-later
// What the database refuses to release, and to send, whoever sends the statement: each refusal by its name.

import { before, deepEqual, equal, ok, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World, key } from '../harness/world.mjs';

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
    // Back to the moment before it was delivered.
    await db.query(`UPDATE letterbox.dispatch SET state = 'ready' WHERE dispatch_id = $1`, [one.portalDispatch]);
    await db.query(`DELETE FROM letterbox.attempt WHERE dispatch_id = $1`, [one.portalDispatch]);
});

const press = (fn, options) => db.as('lb_press', fn, { lease: north.jobs.press, commit: false, ...options });
const desk = (fn, { role = 'coordinator', ...options } = {}) =>
    db.as('lb_desk', fn, { session: north.sessions[role], commit: false, ...options });

// Runs with facts changed by hand, and puts them back (past the triggers, which would refuse).
async function given(facts, fn) {
    const undo = [];
    for (const [table, where, change] of facts) {
        const names = Object.keys(change);
        const [old] = await db.query(`SELECT ${names.join()} FROM letterbox.${table} WHERE ${where}`);
        const set = names.map((name, i) => `${name} = $${i + 1}`).join();
        const put = () => db.query(`UPDATE letterbox.${table} SET ${set} WHERE ${where}`, Object.values(change));
        await (table === 'letter' ? world.pastTriggers(put) : put());       // a next version takes copies back
        undo.unshift([`UPDATE letterbox.${table} SET ${set} WHERE ${where}`, Object.values(old)]);
    }
    try {
        return await fn();
    } finally {
        await world.pastTriggers(async () => {
            for (const [text, values] of undo)
                await db.query(text, values);
            await db.query('UPDATE letterbox.party SET details_changed_at = NULL');      // of an address put back
        });
    }
}

const arrangement = (change) => ['arrangement', `arrangement_id = ${one.arrangement}`, change];
const party = (who, change) => ['party', `party_id = ${one[who]}`, change];
const member = (who, change) => ['arrangement_party',
    `arrangement_id = ${one.arrangement} AND party_id = ${one[who]}`, change];
const agency = (change) => ['agency', `agency_id = ${north.id}`, change];

// The family's letter to the mother by default, one approval by the checker.
let decisions = 0;
async function release({ letter = one.fromFamily, to = one.aunt, arrangement: of = one.arrangement, version = 1,
    kind = 'letter', photo = 'none', decide = [{}], decision = null } = {}) {
    const made = [];
    for (const more of decide)
        made.push(await world.decide(north, { decision_id: String(north.base + 900_000 + (decisions += 1)),
            letter_id: letter, to_party: to, ...more }));
    try {
        return await press((sql) => sql(`INSERT INTO letterbox.release (agency_id, release_id, letter_id, letter_version,
            arrangement_id, to_party, decision_id, kind, photo_level, composed_at)
            VALUES ($1, letterbox.new_id(), $2, $3, $4, $5, $6, $7, $8, letterbox.now())`,
        [north.id, letter, version, of, to, decision ?? made[0], kind, photo]));
    } finally {
        for (const one of made)
            await db.query('DELETE FROM letterbox.decision WHERE decision_id = $1', [one]);
    }
}

const refused = (constraint, what) => rejects(what, (error) => {
    equal(error.constraint, constraint, error.message);
    return error.code === '23514';
});

test('an approved letter is released to the other side', async () => {
    await release();
    await release({ letter: one.scan, to: one.family, photo: 'face' });
});

test('a copy says whom it is from by the reader\'s own id, whatever the statement says', async () => {
    const from = async (id) => (await db.one('SELECT contact_ids::text[] AS ids FROM letterbox.release WHERE release_id = $1',
        [id])).ids;
    deepEqual(await from(one.toFamilyRelease), [one.toMother]);
    deepEqual(await from(one.toMotherRelease), [one.toFamily]);
    deepEqual(await from(one.toGranRelease), [], 'who has no name for the sender sees the names of the whole side');
    const changed = await db.query(`UPDATE letterbox.release SET contact_ids = ARRAY[$2::bigint]
        WHERE release_id = $1 RETURNING contact_ids::text[] AS ids`, [one.toFamilyRelease, two.toMother]);
    deepEqual(changed[0].ids, [one.toMother]);
});

test('nothing is released to the sender\'s own side, or to itself', async () => {
    await refused('release_same_side', release({ letter: one.fromMother, to: one.gran }));
    await refused('release_same_side', release({ letter: one.fromMother, to: one.mother }));
});

test('nothing is released to a party outside the arrangement, or under another arrangement', async () => {
    await refused('release_recipient_unknown', release({ to: two.mother }));
    await refused('release_arrangement', release({ to: two.mother, arrangement: two.arrangement }));
});

test('nothing is released while the arrangement is not open', async () => {
    for (const state of ['paused', 'suspended', 'held', 'prohibited', 'inactive', 'ended', 'moved'])
        await given([arrangement({ state })], () => refused(`release_arrangement_${state}`, release()));
});

test('nothing is released to a party that is paused, moved, dead or ended', async () => {
    for (const state of ['paused', 'moved', 'dead', 'ended'])
        await given([party('aunt', { state })], () => refused(`release_recipient_${state}`, release()));
});

test('one-way arrangements, and a party\'s own pause, hold', async () => {
    await given([member('aunt', { may_receive: false })], () => refused('release_recipient_not_receiving', release()));
    await given([member('aunt', { state: 'paused' })], () => refused('release_recipient_not_receiving', release()));
    await given([member('family', { may_write: false })], () => refused('release_sender_not_writing', release()));
});

test('a letter approved before its sender\'s death was known is looked at again', async () => {
    const made = await world.decide(north, { decision_id: String(north.base + 890_000), letter_id: one.fromFamily,
        to_party: one.aunt });
    await given([party('family', { state: 'dead' })], async () => {
        await refused('release_sender_dead', release({ decide: [], decision: made }));
        await release();     // approved since
    });
    await db.query('DELETE FROM letterbox.decision WHERE decision_id = $1', [made]);
});

test('photos go as far as the arrangement\'s level', async () => {
    const allowed = { none: ['none'], no_face: ['none', 'no_face'], face: ['none', 'no_face', 'face', 'view_only'],
        view_only: ['none', 'view_only'] };
    for (const [level, goes] of Object.entries(allowed))
        await given([arrangement({ photo_level: level })], async () => {
            for (const photo of ['none', 'no_face', 'face', 'view_only'])
                await (goes.includes(photo) ? release({ photo }) : refused('release_photo_level', release({ photo })));
        });
});

test('nothing is released while the agency is frozen', () =>
    given([agency({ frozen_at: '2026-01-01' })], () => refused('release_agency_frozen', release())));

test('no release without a decision about this letter, version and recipient', async () => {
    await refused('release_decided', release({ decide: [{ to_party: one.mother }] }));
    await refused('release_decided', release({ decide: [{ letter_id: one.fromMother }] }));
    for (const kind of ['second', 'hold', 'escalate', 'return', 'disagree', 'ask'])
        await refused('release_decided', release({ decide: [{ kind }] }));
    await refused('release_decided', release({ version: 2 }));
    // The review went on since.
    await given([['letter', `letter_id = ${one.fromFamily}`, { version: 2 }]], () =>
        refused('release_decided', release()));
});

test('a later hold, return, escalation or disagreement stands against an approval', async () => {
    for (const kind of ['hold', 'return', 'escalate', 'disagree', 'ask'])
        for (const to_party of [one.aunt, null])
            await refused('release_overruled', release({ decide: [{}, { kind, to_party, author: north.staff.manager }] }));
    await release({ decide: [{}, { kind: 'hold', to_party: one.mother, author: north.staff.manager }] });
});

test('nobody releases alone what they entered themselves', async () => {
    const own = { author: north.staff.coordinator };
    await refused('release_not_own', release({ letter: one.scan, to: one.family, decide: [own] }));
    await release({ letter: one.scan, to: one.family, decide: [own, { kind: 'second' }] });
    await release({ letter: one.scan, to: one.family });
});

test('where two people are needed, two different people approved the same screen', () =>
    given([arrangement({ two_person: true })], async () => {
        const second = { kind: 'second', author: north.staff.manager };
        await refused('release_two_people', release());
        await refused('release_two_people', release({ decide: [{}, { kind: 'second' }] }));
        await refused('release_two_people', release({ decide: [{}, {}] }));
        await refused('release_two_people', release({ decide: [{}, { ...second, screen: 'another screen' }] }));
        await refused('release_two_people', release({ decide: [{}, { ...second, to_party: one.mother }] }));
        await refused('release_not_own', release({ letter: one.scan, to: one.family,
            decide: [{ author: north.staff.coordinator }, { kind: 'second', author: north.staff.coordinator }] }));
        await release({ decide: [{}, second] });
    }));

test('an approval that was objected to counts no more towards the two', () =>
    given([arrangement({ two_person: true })], async () => {
        const [first, second] = [north.staff.checker, north.staff.manager];
        const against = { kind: 'disagree', author: north.staff.coordinator, to_party: null };
        await refused('release_two_people', release({ decision: String(north.base + 900_000 + decisions + 3),
            decide: [{ author: first }, against, { author: second }] }));
        equal((await release({ decision: String(north.base + 900_000 + decisions + 3),
            decide: [{ author: first }, against, { author: second }, { kind: 'second', author: first }] })).length, 0);
    }));

test('that two people are needed is taken back by a manager alone', () =>
    given([arrangement({ two_person: true })], async () => {
        const takeBack = (role) => desk((sql) => sql('UPDATE letterbox.arrangement SET two_person = false WHERE arrangement_id = $1',
            [one.arrangement]), { role });
        await refused('arrangement_manager_lifts', takeBack('coordinator'));
        await takeBack('manager');
    }));

test('a returned letter\'s note goes to its own sender, after a return', async () => {
    const returned = { kind: 'return', to_party: null };
    await release({ to: one.family, kind: 'note', decide: [returned] });
    await refused('release_note_to_other', release({ to: one.aunt, kind: 'note', decide: [returned] }));
    await refused('release_decided', release({ to: one.family, kind: 'note', decide: [{}] }));
    await given([arrangement({ state: 'prohibited' })], () =>
        release({ to: one.family, kind: 'note', decide: [returned] }));
});

test('what a release is cannot be changed afterwards', async () => {
    for (const role of ['lb_press', 'lb_desk'])
        for (const column of ['to_party', 'letter_id', 'decision_id', 'photo_level', 'kind'])
            equal((await db.one('SELECT has_column_privilege($1, $2, $3, $4) AS can',
                [role, 'letterbox.release', column, 'UPDATE'])).can, false);
    await refused('release_same_side', db.query(
        `UPDATE letterbox.release SET to_party = $1 WHERE release_id = $2`, [one.gran, one.toFamilyRelease]));
});

test('what was given to a manager a manager moves on, and nobody else', async () => {
    const move = (role, to) => desk((sql) => sql('UPDATE letterbox.letter SET state = $1 WHERE letter_id = $2 RETURNING 1',
        [to, one.fromFamily]), { role });
    await given([['letter', `letter_id = ${one.fromFamily}`, { state: 'escalated' }]], async () => {
        for (const to of ['approved', 'second_check', 'in_review', 'held', 'returned'])
            for (const role of ['checker', 'coordinator'])
                await refused('letter_manager_decides', move(role, to));
        equal((await move('manager', 'approved')).length, 1);
    });
});

test('a letter does not become another\'s once it is approved or released', async () => {
    const match = (letter, party) => desk((sql) => sql(
        'UPDATE letterbox.letter SET from_party = $1 WHERE letter_id = $2', [party, letter]));
    await refused('letter_sender_stands', match(one.fromMother, one.family));     // released
    await match(one.scan, one.mother);
    const made = await world.decide(north, { decision_id: String(north.base + 880_000), letter_id: one.scan,
        to_party: one.family });
    await refused('letter_sender_stands', match(one.scan, one.family));
    await db.query('DELETE FROM letterbox.decision WHERE decision_id = $1', [made]);
});

test('the press neither gives nor takes a confirmation but by what came back', async () => {
    for (const value of [true, false])
        await rejects(press((sql) => sql('UPDATE letterbox.party SET email_confirmed = $1 WHERE party_id = $2',
            [value, one.aunt])), { code: '42501' });
});

// ---- on its way: each fact is asked again ------------------------------------------------------------

const facts = () => ({
    arrangement_prohibited: [arrangement({ state: 'prohibited' })],
    arrangement_paused: [arrangement({ state: 'paused' })],
    agency_frozen: [agency({ frozen_at: '2026-01-01' })],
});
const factsOf = (recipient, sender) => ({ ...facts(),
    recipient_dead: [party(recipient, { state: 'dead' })],
    recipient_paused: [party(recipient, { state: 'paused' })],
    recipient_not_receiving: [member(recipient, { may_receive: false })],
    sender_dead: [party(sender, { state: 'dead' })],
    same_side: [member(recipient, { side: 'other' }), member(sender, { side: 'other' })],
    photo_level: [['release', `to_party = ${one[recipient]}`, { photo_level: 'face' }],
        arrangement({ photo_level: 'none' })],
    withdrawn: [['release', `to_party = ${one[recipient]}`, { state: 'withdrawn' }]],
    address_changed: [party(recipient, { address_version: 2 })],
});

const dispatchState = async (id) => (await db.one(
    'SELECT state, code FROM letterbox.dispatch WHERE dispatch_id = $1', [id]));

test('a delivery into the portal stops when a fact changed since the decision', async () => {
    const deliver = () => press(async (sql) => {
        const [{ refusal }] = await sql('SELECT * FROM letterbox.dispatch_begin($1)', [one.portalDispatch]);
        const [state] = await sql('SELECT state, code FROM letterbox.dispatch WHERE dispatch_id = $1', [one.portalDispatch]);
        return { refusal, ...state };
    });
    for (const [refusal, changed] of Object.entries(factsOf('family', 'mother')))
        await given(changed, async () => deepEqual(await deliver(), { refusal, state: 'stopped', code: refusal }));
    deepEqual(await deliver(), { refusal: null, state: 'delivered', code: null });
});

test('a mail stops when a fact changed since the decision, and its message with it', async () => {
    const begin = () => db.as('lb_post', async (sql) => {
        const [{ refusal }] = await sql('SELECT * FROM letterbox.message_begin($1)', [one.message]);
        // What is stopped the post does not even see.
        const [row] = await sql('SELECT state FROM letterbox.message WHERE message_id = $1', [one.message]);
        return { refusal, state: row?.state ?? 'unseen' };
    }, { lease: north.jobs.post, commit: false });
    for (const [refusal, changed] of Object.entries({ ...factsOf('mother', 'family'),
        address_unconfirmed: [party('mother', { email_confirmed: false })] }))
        await given(changed, async () => deepEqual(await begin(), { refusal, state: 'unseen' }));
    await given([['dispatch', `dispatch_id = ${one.linkDispatch}`, { channel: 'email' }]], async () => {
        deepEqual(await begin(), { refusal: 'plain_email', state: 'unseen' });
        await given([agency({ plain_email_allowed: true })], async () => {
            deepEqual(await begin(), { refusal: null, state: 'sending' });
            await given([party('mother', { plain_consent: false })], async () =>
                deepEqual(await begin(), { refusal: 'plain_email', state: 'unseen' }));
        });
        await given([agency({ plain_email_allowed: true }), ['release', `to_party = ${one.mother}`,
            { photo_level: 'view_only' }]], async () =>
            deepEqual(await begin(), { refusal: 'photo_channel', state: 'unseen' }));
    });
    deepEqual(await begin(), { refusal: null, state: 'sending' });
});

test('a print stops when a fact changed since the decision', async () => {
    const print = () => desk(async (sql) => {
        const [{ refusal }] = await sql('SELECT letterbox.print_begin($1, 7) AS refusal', [one.print]);
        const [{ state }] = await sql('SELECT state FROM letterbox.print_item WHERE print_id = $1', [one.print]);
        return { refusal, state };
    });
    for (const [refusal, changed] of Object.entries({ ...factsOf('gran', 'family'),
        address_unconfirmed: [party('gran', { address_confirmed: false })] }))
        await given(changed, async () => deepEqual(await print(), { refusal, state: 'stopped' }));
    deepEqual(await print(), { refusal: null, state: 'printed' });
    await rejects(desk((sql) => sql('SELECT letterbox.print_begin($1, 7)', [one.print]), { role: 'checker' }),
        { code: '42501' });
});

test('what was decided or changed since stops a copy that is still tried', async () => {
    const begin = () => db.as('lb_post', async (sql) =>
        (await sql('SELECT refusal FROM letterbox.message_begin($1)', [one.message]))[0].refusal, { lease: north.jobs.post, commit: false });
    const print = () => desk(async (sql) => (await sql('SELECT letterbox.print_begin($1, 7) AS refusal', [one.print]))[0].refusal);
    const letterOf = async (dispatch) => (await db.one(`SELECT r.letter_id::text AS id, r.to_party::text AS party FROM letterbox.dispatch d
        JOIN letterbox.release r USING (agency_id, release_id) WHERE d.dispatch_id = $1`, [dispatch]));
    for (const [dispatch, tried] of [[one.linkDispatch, begin], [one.postDispatch, print]]) {
        const { id, party: to } = await letterOf(dispatch);
        equal(await tried(), null);
        await given([['letter', `letter_id = ${id}`, { version: 2 }]], async () => equal(await tried(), 'superseded'));
        await given([arrangement({ two_person: true })], async () => equal(await tried(), 'two_people'));
        for (const [to_party, refusal] of [[to, 'overruled'], [null, 'overruled'], [one.aunt, null]]) {
            const objection = await world.decide(north, { decision_id: String(north.base + 900_000 + (decisions += 1)), letter_id: id,
                kind: to_party ? 'disagree' : 'return', to_party, author: north.staff.manager });
            equal(await tried(), refusal);
            await db.query('DELETE FROM letterbox.decision WHERE decision_id = $1', [objection]);
        }
    }
});

test('what has not left goes back with a next version of its letter, and with an objection', async () => {
    const copies = (sql) => sql(`SELECT d.channel, d.state, r.state AS release FROM letterbox.dispatch d JOIN letterbox.release r USING (agency_id, release_id)
        WHERE d.dispatch_id = ANY ($1) ORDER BY d.channel`, [[one.linkDispatch, one.postDispatch]]);
    const ids = async (sql) => (await sql(`SELECT DISTINCT r.letter_id::text AS id FROM letterbox.dispatch d JOIN letterbox.release r USING (agency_id, release_id)
        WHERE d.dispatch_id = ANY ($1)`, [[one.linkDispatch, one.postDispatch]])).map(({ id }) => id);
    const gone = [{ channel: 'link', state: 'stopped', release: 'withdrawn' }, { channel: 'post', state: 'stopped', release: 'withdrawn' }];
    await desk(async (sql) => {
        for (const id of await ids(sql))
            await sql('UPDATE letterbox.letter SET version = version + 1 WHERE letter_id = $1', [id]);
        deepEqual(await copies(sql), gone);
    });
    await desk(async (sql) => {
        for (const id of await ids(sql))
            await sql(`INSERT INTO letterbox.decision (agency_id, decision_id, letter_id, letter_version, kind, author, screen_digest, sealed_decision, decided_at)
                VALUES ($1, letterbox.new_id(), $2, 1, 'return', $3, $4, $5, letterbox.now())`,
            [north.id, id, north.staff.coordinator, key('screen'), Buffer.alloc(200, 1)]);
        deepEqual(await copies(sql), gone);
    });
});

test('a copy in the portal is stopped until somebody opened it', async () => {
    const stop = (role) => desk(async (sql) => {
        const [{ taken }] = await sql('SELECT letterbox.copy_take_back($1) AS taken', [one.portalDispatch]);
        return taken;
    }, { role });
    const release = `release_id = (SELECT release_id FROM letterbox.dispatch WHERE dispatch_id = ${one.portalDispatch})`;
    const delivered = ['dispatch', `dispatch_id = ${one.portalDispatch}`, { state: 'delivered' }];
    await given([delivered, ['release', release, { state: 'available', opened_at: null }]], async () => equal(await stop(), true));
    await given([delivered, ['release', release, { state: 'available', opened_at: '2026-01-01' }]], async () => equal(await stop(), false));
    await rejects(stop('checker'), { code: '42501' });
});

test('a link is not opened when a fact changed since it was sent, and the try is not even counted', async () => {
    const token = key(`token ${one.link}`);
    const portal = (fn) => db.as('lb_portal', fn, { commit: false });
    const attempt = () => portal(async (sql) => (await sql('SELECT refusal FROM letterbox.link_try($1)', [token]))[0].refusal);
    const open = () => portal(async (sql) => {
        await sql('SELECT letterbox.link_try($1)', [token]);
        return (await sql('SELECT letterbox.link_open($1, $2, $3, $4) AS refusal',
            [token, key('a sid'), key('secret'), key('a browser')]))[0].refusal;
    });
    const changes = factsOf('mother', 'family');
    for (const [refusal, changed] of Object.entries(changes))
        await given(changed, async () => {
            equal(await attempt(), refusal);
            equal((await db.one('SELECT tries FROM letterbox.link WHERE link_id = $1', [one.link])).tries, 0);
        });
    // Changed between the PIN and the page.
    for (const [refusal, changed] of Object.entries(changes))
        await given([...changed, ['link', `link_id = ${one.link}`, { tries: 1 }]], async () =>
            equal(await portal(async (sql) => (await sql('SELECT letterbox.link_open($1, $2, $3, $4) AS refusal',
                [token, key('a sid'), key('secret'), key('a browser')]))[0].refusal), refusal));
    equal(await open(), null);
});

test('an opening in the portal is refused when a fact changed, and journalled and audited when not', async () => {
    const open = (commit) => db.as('lb_portal', async (sql) =>
        (await sql('SELECT letterbox.release_open($1) AS refusal', [one.toFamilyRelease]))[0].refusal,
    { session: one.session, commit });
    const { address_changed: _, sender_dead: __, withdrawn: ___, ...changes } = factsOf('family', 'mother');
    for (const [refusal, changed] of Object.entries(changes))
        await given(changed, async () => equal(await open(false), refusal));
    equal(await open(true), null);
    equal((await db.query(`SELECT FROM letterbox.attempt WHERE dispatch_id = $1 AND kind = 'open'`,
        [one.portalDispatch])).length, 1);
    const [row] = await db.query(`SELECT actor_kind, actor_id, object_id FROM letterbox.audit WHERE act = 'release_opened'`);
    deepEqual(row, { actor_kind: 'account', actor_id: one.account, object_id: one.toFamilyRelease });
    await db.as('lb_portal', async (sql) =>
        equal((await sql('SELECT letterbox.release_open($1) AS refusal', [two.toFamilyRelease]))[0].refusal, 'unknown'),
    { session: one.session });
});

test('what stops an opening stops each part of what was opened before', async () => {
    const parts = (session, release) => db.as('lb_portal', async (sql) => [
        (await sql('SELECT FROM letterbox.release_part WHERE release_id = $1', [release])).length,
        (await sql(`SELECT FROM letterbox.blob_chunk c JOIN letterbox.blob b USING (agency_id, blob_id)
            WHERE b.purpose = 'release'`)).length], { session, commit: false });
    const readers = [['family', 'mother', one.session, one.toFamilyRelease],
        ['mother', 'family', one.reader, one.toMotherRelease]];
    for (const [recipient, sender, session, id] of readers) {
        const opened = ['release', `release_id = ${id}`, { opened_at: '2026-01-01' }];
        await given([opened], async () => deepEqual(await parts(session, id), [1, 1]));
        const { address_changed: _, sender_dead: __, ...changes } = factsOf(recipient, sender);
        for (const [refusal, changed] of Object.entries(changes))
            await given([opened, ...changed], async () => deepEqual(await parts(session, id), [0, 0], refusal));
    }
});

test('a prohibition that is being entered is waited for', async () => {
    const clerk = await db.client();
    await clerk.sql('BEGIN');
    await clerk.sql(`UPDATE letterbox.arrangement SET state = 'prohibited' WHERE arrangement_id = $1`, [one.arrangement]);
    const answer = press(async (sql) => (await sql('SELECT refusal FROM letterbox.dispatch_begin($1)',
        [one.portalDispatch]))[0].refusal);
    const first = await Promise.race([answer, new Promise((done) => setTimeout(done, 300, 'waiting'))]);
    equal(first, 'waiting');
    await clerk.sql('COMMIT');
    equal(await answer, 'arrangement_prohibited');
    await db.query('SET session_replication_role = replica');
    await db.query(`UPDATE letterbox.arrangement SET state = 'active' WHERE arrangement_id = $1`, [one.arrangement]);
    await db.query('SET session_replication_role = origin');
    await clerk.end();
});

// ---- a mail's whole way ------------------------------------------------------------------------------

const post = (fn) => db.as('lb_post', fn, { lease: north.jobs.post });
const begin = () => post(async (sql) => (await sql('SELECT * FROM letterbox.message_begin($1)', [one.message]))[0]);
const end = (id, outcome, code = null) => post((sql) => sql('SELECT letterbox.message_end($1, $2, $3, NULL)',
    [id, outcome, code]));
const messageState = async () => (await db.one('SELECT state FROM letterbox.message WHERE message_id = $1',
    [one.message])).state;

test('nothing more is mailed to an account that was closed, neither a notice nor a code', async () => {
    const { account, family } = await world.story(north);
    const kinds = ['waiting', 'sign_in_code', 'password_changed'];
    const add = async (kind) => {
        const id = (await db.one('SELECT letterbox.new_id() AS id')).id;
        await db.query(`INSERT INTO letterbox.message (agency_id, message_id, kind, to_party, account_id, sealed_body, sealed_address,
                address_table, mail_token, made_at, changed_at)
            SELECT agency_id, $1, $2, party_id, account_id, sealed_code_address, sealed_code_address, 'account', letterbox.new_token(),
                letterbox.now(), letterbox.now() FROM letterbox.account WHERE account_id = $3 AND party_id = $4`,
        [id, kind, account, family]);
        return id;
    };
    const refusals = async (ids) => Promise.all(ids.map(async (id) => (await post((sql) => sql(
        'SELECT refusal FROM letterbox.message_begin($1)', [id])))[0].refusal));
    const [before_, after] = [[], []];
    for (const kind of kinds) {
        before_.push(await add(kind));
        after.push(await add(kind));
    }
    deepEqual(await refusals(before_), kinds.map(() => null));
    await db.as('lb_desk', (sql) => sql(`UPDATE letterbox.account SET state = 'disabled' WHERE account_id = $1`, [account]),
        { session: north.sessions.coordinator });
    deepEqual(await refusals(after), kinds.map(() => 'account_closed'));
    deepEqual((await db.query('SELECT DISTINCT state, code FROM letterbox.message WHERE message_id = ANY ($1)', [after])),
        [{ state: 'stopped', code: 'account_closed' }]);
});

test('a mail that failed is tried again; one whose attempt never ended may have been sent, and a person decides', async () => {
    const seen = () => post(async (sql) => (await sql('SELECT FROM letterbox.message WHERE message_id = $1',
        [one.message])).length + (await sql(`SELECT FROM letterbox.blob_chunk c
            JOIN letterbox.message m ON m.body_blob = c.blob_id WHERE m.message_id = $1`, [one.message])).length
        + (await sql('SELECT FROM letterbox.blob_chunk WHERE blob_id = $1', [one.messageBlob])).length);
    one.messageBlob = (await db.one('SELECT body_blob FROM letterbox.message WHERE message_id = $1', [one.message]))
        .body_blob;
    let { attempt_id: attempt } = await begin();
    equal(await seen(), 3);
    await end(attempt, 'failed', 'smtp.421');
    equal(await messageState(), 'ready');
    equal((await db.one(`SELECT run_at - letterbox.now() BETWEEN interval '4 s' AND interval '5 s' AS soon
        FROM letterbox.job WHERE kind = 'send_mail' AND message_id = $1`, [one.message])).soon, true);
    ({ attempt_id: attempt } = await begin());
    equal(await messageState(), 'sending');
    // The process died here.
    deepEqual(await begin(), { refusal: 'maybe_sent', attempt_id: null });
    equal(await messageState(), 'maybe_sent');
    equal(await seen(), 0, 'a person decides');
    equal((await dispatchState(one.linkDispatch)).state, 'maybe_sent');
    deepEqual(await begin(), { refusal: 'maybe_sent', attempt_id: null });
    await refused('attempt_open', end(attempt, 'done'));
    for (const role of ['checker', 'administrator', 'inspector'])
        await rejects(desk((sql) => sql(`SELECT letterbox.message_answer($1, 'again')`, [one.message]), { role }),
            { code: '42501' });
    const answer = (what) => desk(async (sql) => (await sql('SELECT letterbox.message_answer($1, $2) AS done',
        [one.message, what]))[0].done, { commit: true });
    equal(await answer('again'), true);
    equal(await answer('again'), false);
    equal(await messageState(), 'ready');
    equal((await db.query(`SELECT FROM letterbox.job WHERE kind = 'send_mail' AND message_id = $1`, [one.message])).length, 2);
    ({ attempt_id: attempt } = await begin());
    await end(attempt, 'done');
    equal(await messageState(), 'sent');
    equal((await dispatchState(one.linkDispatch)).state, 'sent');
    deepEqual(await begin(), { refusal: 'done', attempt_id: null });
    equal(await seen(), 0, 'what was sent is nothing for the post any more');
    deepEqual((await db.query('SELECT number, outcome FROM letterbox.attempt WHERE message_id = $1 ORDER BY number',
        [one.message])).map((row) => `${row.number} ${row.outcome}`), ['1 failed', '2 unknown', '3 done']);
});

test('what came back while it was being sent stays so, whatever the attempt becomes', async () => {
    const came = async () => [await messageState(), (await dispatchState(one.linkDispatch)).state];
    const starts = async () => {
        for (const [table, id] of [['dispatch', one.linkDispatch], ['message', one.message]])
            await db.query(`UPDATE letterbox.${table} SET state = 'ready' WHERE ${table}_id = $1`, [id]);
        const { attempt_id: attempt, refusal } = await begin();
        equal(refusal, null);
        await db.query("UPDATE letterbox.dispatch SET state = 'returned', code = 'bounced' WHERE dispatch_id = $1", [one.linkDispatch]);
        return attempt;
    };
    for (const [outcome, state] of [['done', 'sent'], ['unknown', 'maybe_sent'], ['refused', 'failed'], ['failed', 'ready']]) {
        await end(await starts(), outcome, 'smtp.250');
        deepEqual([outcome, ...await came()], [outcome, state, 'returned']);
        equal((await dispatchState(one.linkDispatch)).code, 'bounced');
    }
    equal((await begin()).refusal, 'done');
    deepEqual(await came(), ['stopped', 'returned'], 'what was to be tried again is not');
    await starts();
    // The process died here.
    equal((await begin()).refusal, 'maybe_sent');
    deepEqual(await came(), ['maybe_sent', 'returned']);
});

test('a bounce stops the next dispatch until the address is confirmed; nothing else does', async () => {
    for (const [table, id] of [['dispatch', one.linkDispatch], ['message', one.message]])
        await db.query(`UPDATE letterbox.${table} SET state = 'sent' WHERE ${table}_id = $1`, [id]);
    const comes = (letter, kind, { recipients = true, current = true } = {}) => press(async (sql) => (await sql(
        `SELECT letterbox.bounce_note($1, $2, $3, '5.1.1', $4, $5) AS done`, [letter, one.message, kind, recipients, current]))[0].done,
    { commit: true });
    const facts = async () => ({ ...await dispatchState(one.linkDispatch), ...await db.one(
        'SELECT email_confirmed, address_confirmed FROM letterbox.party WHERE party_id = $1', [one.mother]) });
    const as = { state: 'sent', code: (await facts()).code, email_confirmed: true, address_confirmed: true };
    for (const [letter, kind, options] of [[one.scan, 'hard', { recipients: false }], [one.fromFamily, 'delay'], [two.scan, 'away']]) {
        equal(await comes(letter, kind, options), false);
        deepEqual(await facts(), as, kind);
    }
    equal(await comes(one.scan, 'hard'), false, 'the same mail again');
    deepEqual(await facts(), as);
    equal(await comes(two.fromFamily, 'soft'), true);
    deepEqual(await facts(), { ...as, state: 'returned', code: 'bounced_soft' });
    await db.query(`UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1`, [one.linkDispatch]);
    const [other, third] = [await world.story(north), await world.story(north)];     // letters of their own
    equal(await comes(third.scan, 'refused'), true);
    deepEqual(await facts(), { ...as, state: 'returned', code: 'bounced_refused' }, 'we were refused, not the address');
    await db.query(`UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1`, [one.linkDispatch]);
    equal(await comes(other.scan, 'hard', { current: false }), true);
    deepEqual(await facts(), { ...as, state: 'returned', code: 'bounced' }, 'an address that is no longer theirs');
    await db.query(`UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1`, [one.linkDispatch]);
    equal(await comes(other.fromFamily, 'hard'), true);
    deepEqual(await facts(), { ...as, state: 'returned', code: 'bounced', email_confirmed: false });
    equal((await db.one('SELECT letterbox.dispatch_refusal($1, $2) AS why', [north.id, one.linkDispatch])).why, 'address_unconfirmed');
    equal((await db.one('SELECT count(*)::int AS n FROM letterbox.bounce WHERE message_id = $1', [one.message])).n, 8);
});

test('what was never given away cannot come back', async () => {
    equal((await db.one('SELECT state FROM letterbox.message WHERE message_id = $1', [two.message])).state, 'ready');
    equal(await press(async (sql) => (await sql(`SELECT letterbox.bounce_note($1, $2, 'hard', NULL, true, true) AS done`,
        [two.fromMother, two.message]))[0].done, { commit: true }), false);
    equal((await db.one(`SELECT count(*)::int AS n FROM letterbox.bounce WHERE message_id = $1 AND kind = 'hard'`, [two.message])).n, 0);
});

test('one acknowledgement a day to a person, and one for a letter', async () => {
    const add = (party, day, letter) => press(async (sql) => (await sql(`INSERT INTO letterbox.acknowledgement (agency_id, party_id,
        day, letter_id, made_at) VALUES ($1, $2, $3, $4, letterbox.now()) ON CONFLICT DO NOTHING RETURNING letter_id`,
    [north.id, party, day, letter])).length, { commit: true });
    equal(await add(one.mother, '2026-03-01', one.scan), 1);
    equal(await add(one.mother, '2026-03-01', one.fromFamily), 0, 'the same day');
    equal(await add(one.mother, '2026-03-02', one.scan), 0, 'the same letter');
    equal(await add(one.mother, '2026-03-02', one.fromFamily), 1);
});

test('two attempts at one message cannot be open', async () => {
    const [first] = await db.query('SELECT * FROM letterbox.message WHERE message_id = $1', [two.message]);
    ok(first);
    const attempt = (number) => db.query(`INSERT INTO letterbox.attempt (agency_id, attempt_id, message_id, number, kind,
        started_at) VALUES ($1, letterbox.new_id(), $2, $3, 'send', letterbox.now())`, [north.id, two.message, number]);
    await attempt(1);
    await rejects(attempt(2), { constraint: 'attempt_open' });
});

test('a printed item is posted once', async () => {
    const run = (text, values) => desk(async (sql) => (await sql(text, values))[0].refusal, { commit: true });
    equal(await run(`SELECT letterbox.print_posted($1, '2026-03-01') AS refusal`, [one.print]), 'done');
    equal(await run('SELECT letterbox.print_begin($1, 7) AS refusal', [one.print]), null);
    equal(await run('SELECT letterbox.print_begin($1, 8) AS refusal', [one.print]), null);
    equal(await run(`SELECT letterbox.print_posted($1, '2026-03-01') AS refusal`, [one.print]), null);
    equal(await run(`SELECT letterbox.print_posted($1, '2026-03-01') AS refusal`, [one.print]), 'done');
    equal(await run('SELECT letterbox.print_begin($1, 9) AS refusal', [one.print]), 'done');
    equal((await dispatchState(one.postDispatch)).state, 'sent');
});

// ---- how somebody is reached ----

const changedAt = async (who) => (await db.one('SELECT details_changed_at AS at FROM letterbox.party WHERE party_id = $1', [who])).at;
const forget = () => db.query('UPDATE letterbox.party SET details_changed_at = NULL');

test('another address, number, PIN or account is noted, and the next letter is read by two people', async () => {
    const change = async (what, text, values) => {
        await forget();
        await desk((sql) => sql(text, values), { commit: true });
        ok(await changedAt(two.gran), what);
    };
    await change('an address', 'UPDATE letterbox.party SET address_version = address_version + 1 WHERE party_id = $1', [two.gran]);
    await change('a number for texts', 'SELECT letterbox.party_text_set($1, true, true)', [two.gran]);
    await change('a PIN', 'SELECT letterbox.party_details_note($1)', [two.gran]);
    await rejects(() => desk((sql) => sql('SELECT letterbox.party_details_note($1)', [two.gran]), { role: 'checker' }),
        (error) => error.code === '42501');
    await rejects(() => desk((sql) => sql('UPDATE letterbox.party SET details_changed_at = NULL WHERE party_id = $1', [two.gran])),
        (error) => error.code === '42501');
    const needsTwo = () => desk(async (sql) =>
        (await sql('SELECT letterbox.arrangement_needs_two($1) AS two', [two.arrangement]))[0].two);
    equal(await needsTwo(), true);
    await forget();
    equal(await needsTwo(), false);
});

test('the first letter after a change goes only when two people approved it since', async () => {
    const second = { kind: 'second', author: north.staff.manager };
    await forget();
    await release();
    // Two approved it before the change: they did not know where it goes.
    await db.query("UPDATE letterbox.party SET details_changed_at = letterbox.now() + interval '1 minute' WHERE party_id = $1", [one.aunt]);
    await refused('release_details_changed', release({ decide: [{}, second] }));
    await db.query("UPDATE letterbox.party SET details_changed_at = letterbox.now() - interval '1 minute' WHERE party_id = $1", [one.aunt]);
    await refused('release_details_changed', release());
    await release({ decide: [{}, second] });
    // It concerns who is reached anew alone.
    await forget();
    await db.query('UPDATE letterbox.party SET details_changed_at = letterbox.now() WHERE party_id = $1', [one.gran]);
    await release();
    await forget();
});

test('once a letter that two people read has gone, the next is as any other', async () => {
    const send = async () => {
        await db.query("UPDATE letterbox.dispatch SET state = 'sending' WHERE dispatch_id = $1", [two.postDispatch]);
        await db.query("UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1", [two.postDispatch]);
    };
    const [letter] = await db.query(`SELECT r.letter_id, r.letter_version FROM letterbox.dispatch d
        JOIN letterbox.release r ON r.release_id = d.release_id WHERE d.dispatch_id = $1`, [two.postDispatch]);
    await db.query("UPDATE letterbox.party SET details_changed_at = letterbox.now() - interval '1 minute' WHERE party_id = $1", [two.gran]);
    await send();
    ok(await changedAt(two.gran));                          // one person, long ago
    for (const [number, who] of [['1', 'checker'], ['2', 'manager']])
        await world.decide(north, { decision_id: String(north.base + 990_000 + Number(number)), letter_id: letter.letter_id,
            version: letter.letter_version, to_party: two.gran, kind: number === '1' ? 'approve' : 'second', author: north.staff[who] });
    await send();
    equal(await changedAt(two.gran), null);
});

test('where staff ask each time, what was confirmed is used up when something has gone', async () => {
    const confirmed = () => db.one('SELECT address_confirmed AS a, email_confirmed AS e FROM letterbox.party WHERE party_id = $1', [two.gran]);
    const send = async () => {
        await db.query("UPDATE letterbox.party SET address_confirmed = true, email_confirmed = true WHERE party_id = $1", [two.gran]);
        await db.query("UPDATE letterbox.dispatch SET state = 'sending' WHERE dispatch_id = $1", [two.postDispatch]);
        await db.query("UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1", [two.postDispatch]);
    };
    await send();
    deepEqual(await confirmed(), { a: true, e: true });
    await db.query('UPDATE letterbox.party SET ask_first = true WHERE party_id = $1', [two.gran]);
    await send();
    deepEqual(await confirmed(), { a: false, e: true });
    await db.query('UPDATE letterbox.party SET ask_first = false, address_confirmed = true WHERE party_id = $1', [two.gran]);
});

test('ten changes that nobody has looked at are enough', async () => {
    const tell = (session, role, more = {}) => db.as(role, async (sql) =>
        (await sql('SELECT letterbox.detail_change_add(letterbox.new_id(), $1, true, false, false, $2) AS kept',
            [two.gran, Buffer.alloc(80, 1)]))[0].kept, { session, commit: true, ...more });
    for (let i = 0; i < 10; i += 1)
        equal(await tell(north.sessions.coordinator, 'lb_desk'), true);
    equal(await tell(north.sessions.coordinator, 'lb_desk'), false);
    // The portal tells of itself alone, whomever it names.
    await tell(two.session, 'lb_portal');
    equal(Number((await db.one('SELECT count(*) AS n FROM letterbox.detail_change WHERE party_id = $1 AND account_id = $2',
        [two.family, two.account])).n), 2);
    await rejects(() => tell(north.sessions.checker, 'lb_desk'), (error) => error.code === '42501');
    await db.query('DELETE FROM letterbox.detail_change WHERE party_id = $1', [two.gran]);
});

test('who reads at the office only is sent nothing by portal, link or e-mail, and a print needs no address', async () => {
    const story = await world.story(north);
    const set = (table, change, party) => db.query(`UPDATE letterbox.${table} SET ${change} WHERE party_id = $1`, [party]);
    const why = async () => (await db.one('SELECT letterbox.dispatch_refusal($1, $2) AS why', [north.id, story.linkDispatch])).why;
    for (const channel of ['portal', 'link', 'pgp', 'email', 'post']) {
        await db.query('UPDATE letterbox.dispatch SET channel = $2 WHERE dispatch_id = $1', [story.linkDispatch, channel]);
        await set('arrangement_party', 'office_only = false', story.mother);
        await set('party', 'address_confirmed = true, email_confirmed = true', story.mother);
        const before = await why();
        ok(before !== 'office_only', `${channel}: ${before}`);
        await set('arrangement_party', 'office_only = true', story.mother);
        await set('party', 'address_confirmed = false', story.mother);
        equal(await why(), channel === 'post' ? before : 'office_only', channel);
    }
});
