// SPDX-License-Identifier: AGPL-3.0-or-later
// What stops a letter between the decision and its copies: a decision that does not fit the very bytes, and facts
// that changed. Nothing is made then, the letter is back with staff, and they are told why.

import { before, cleanup, deepEqual, equal, match, ok, rejects, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';

let room;
let family;
let mother;

before(async () => {
    const here = await site();
    room = await pressroom(here);
    await room.agent();
    await room.openArchive();
    await here.start('press');
    family = await room.family(0);
    mother = family.by('link');
});

const TEXT = 'Dear Ann, we live at LS1 4AP. Love';

async function reviewed(text = TEXT, more = {}) {
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text, ...more });
    await room.done();
    return letter;
}

async function isStopped(letter, code) {
    const problems = await room.done();
    equal(problems.find((one) => one.letter === letter)?.error_code, code);
    equal((await room.state(letter)).state, 'in_review');
    deepEqual(await room.releases(letter), []);
    deepEqual(await room.archive(letter), []);
    equal((await room.db.one('SELECT count(*)::int AS n FROM letterbox.dispatch d JOIN letterbox.release r USING (agency_id, '
        + 'release_id) WHERE r.letter_id = $1', [letter])).n, 0);
}

const forged = {
    'leaves a span out': (one) => ({ ...one, spans: [] }),
    'moves a span': (one) => ({ ...one, spans: one.spans.map(([part, start, end, category]) =>
        [part, start + 1, end, category]) }),
    'adds a span': (one) => ({ ...one, spans: [...one.spans, [1, 0, 4, 'name']] }),
    'adds a box': (one) => ({ ...one, boxes: [[1, 0, 0, 5, 5]] }),
    'names another screen': (one) => ({ ...one, digest: '00'.repeat(32) }),
    'is about another version': (one) => ({ ...one, version: 2 }),
    'is about another letter': (one) => ({ ...one, letter: '77' }),
    'is about another recipient': (one) => ({ ...one, to: family.home.id }),
    'is about another agency': (one) => ({ ...one, agency: '77' }),
    'is another act': (one) => ({ ...one, act: 'second' }),
    'is another record': (one) => ({ ...one, purpose: 'review' }),
    'says more than it may': (one) => ({ ...one, words: 'LS1 4AP' }),
};

test('nothing is released to somebody for whom it was not looked through', async () => {
    const late = (await room.family(1)).by('post');
    const letter = await reviewed();
    await room.db.query(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side, may_write,
        may_receive) VALUES ($1, $2, $3, 'birth', true, true)`, [room.agency, family.arrangement, late.id]);
    cleanup(() => room.db.query('DELETE FROM letterbox.arrangement_party WHERE arrangement_id = $1 AND party_id = $2',
        [family.arrangement, late.id]));
    await room.approve(letter, { to: [late.id] });
    await isStopped(letter, 'not_looked');
});

for (const [what, forge] of Object.entries(forged))
    test(`a decision that ${what} releases nothing`, async () => {
        const letter = await reviewed();
        await room.approve(letter, { to: [mother.id], forge });
        await isStopped(letter, 'decision_broken');
    });

test('a decision moved here from another letter does not open', async () => {
    const [one, other] = [await reviewed(), await reviewed()];
    const decision = await room.decide(other, { to: mother.id });
    await room.approve(one, { to: [mother.id], job: false });
    await room.db.query(`UPDATE letterbox.decision SET sealed_decision = (SELECT sealed_decision FROM letterbox.decision
        WHERE decision_id = $1) WHERE letter_id = $2`, [decision, one]);
    await room.job('burn_release', { letter: one });
    // what does not open is tried again, in case it was ours to mend; the third time it goes to staff
    await room.hurry(one);
    await isStopped(one, 'seal_broken');
});

test('a part changed after the decision releases nothing', async () => {
    const letter = await reviewed();
    await room.approve(letter, { to: [mother.id], job: false });
    await room.replacePart(letter, 1, Buffer.from('Dear Ann, we live at LS1 4AQ. Love'));
    await room.job('burn_release', { letter });
    await isStopped(letter, 'decision_broken');
});

test('a review changed after the decision releases nothing', async () => {
    const letter = await reviewed();
    await room.approve(letter, { to: [mother.id], job: false });
    await room.replaceReview(letter, (review) => { review.marks = []; });
    await room.job('burn_release', { letter });
    await isStopped(letter, 'decision_broken');
});

test('a decision about an older version releases nothing', async () => {
    const letter = await reviewed();
    await room.decide(letter, { to: mother.id });
    await room.remark(letter);
    await room.db.query(`UPDATE letterbox.letter SET state = 'approved' WHERE letter_id = $1`, [letter]);
    await room.job('burn_release', { letter });
    const problems = await room.done();
    equal(problems.find((one) => one.letter === letter)?.error_code, 'nothing_approved');
    equal((await room.state(letter)).state, 'in_review');
    deepEqual(await room.releases(letter), []);
});

// ---- facts that changed ----

const put = (table, change, where, values) => room.db.query(
    `UPDATE letterbox.${table} SET ${change} WHERE agency_id = '${room.agency}' AND ${where}`, values);

// [what, code, made so, put right]; as the superuser, who is no manager, so triggers are left out.
const free = (sql) => room.db.query(`SET session_replication_role = replica; ${sql}; RESET session_replication_role`);
const arrangement = (state) => free(`UPDATE letterbox.arrangement SET state = '${state}' WHERE arrangement_id = ${
    family.arrangement}`);
const changes = [
    ['a prohibition', 'arrangement_prohibited', () => arrangement('prohibited'), () => arrangement('active')],
    ['a pause', 'arrangement_paused', () => arrangement('paused'), () => arrangement('active')],
    ['the recipient\'s death', 'recipient_dead', () => put('party', "state = 'dead'", 'party_id = $1', [mother.id]),
        () => free(`UPDATE letterbox.party SET state = 'active' WHERE party_id = ${mother.id}`)],
    ['the sender\'s death', 'sender_dead', () => put('party', "state = 'dead'", 'party_id = $1', [family.home.id]),
        () => free(`UPDATE letterbox.party SET state = 'active' WHERE party_id = ${family.home.id}`)],
    ['a freeze', 'agency_frozen', () => room.db.query('UPDATE letterbox.agency SET frozen_at = letterbox.now()'),
        () => room.db.query('UPDATE letterbox.agency SET frozen_at = NULL')],
    ['another side', 'same_side', () => free(`UPDATE letterbox.arrangement_party SET side = 'birth'
            WHERE arrangement_id = ${family.arrangement} AND party_id = ${family.home.id}`),
    () => free(`UPDATE letterbox.arrangement_party SET side = 'adoptive'
            WHERE arrangement_id = ${family.arrangement} AND party_id = ${family.home.id}`)],
    ['no more letters to her', 'recipient_not_receiving',
        () => put('arrangement_party', 'may_receive = false', 'party_id = $1', [mother.id]),
        () => put('arrangement_party', 'may_receive = true', 'party_id = $1', [mother.id])],
];

for (const [what, code, change, back] of changes)
    test(`${what} entered between decision and release stops it`, async () => {
        const letter = await reviewed();
        await room.approve(letter, { to: [mother.id], job: false });
        cleanup(back);
        await change();
        await room.job('burn_release', { letter });
        await isStopped(letter, code);
    });

test('the sender\'s side, and a pause, are refused by the database itself: the INSERT as lb_press', async () => {
    const letter = await reviewed();
    const decision = await room.decide(letter, { to: mother.id });
    const lease = await room.lease();
    const insert = (to, decided = decision) => room.db.as('lb_press', async (sql) => sql(
        `INSERT INTO letterbox.release (agency_id, release_id, letter_id, letter_version, arrangement_id, to_party,
            decision_id, composed_at) VALUES (letterbox.gate_agency(), letterbox.new_id(), $1, 1, $2, $3, $4, letterbox.now())`,
        [letter, family.arrangement, to, decided]), { lease });
    await rejects(insert(family.home.id, await room.decide(letter, { to: family.home.id })),
        { constraint: 'release_same_side' });
    for (const state of ['paused', 'prohibited', 'suspended', 'held', 'ended']) {
        await arrangement(state);
        try {
            await rejects(insert(mother.id), { constraint: `release_arrangement_${state}` });
        } finally {
            await arrangement('active');
        }
    }
    await insert(mother.id);
});

test('two people where the arrangement asks for two; nobody alone what they entered', async () => {
    await put('arrangement', 'two_person = true', 'arrangement_id = $1', [family.arrangement]);
    const again = () => free(`UPDATE letterbox.arrangement SET two_person = false WHERE arrangement_id = ${
        family.arrangement}`);
    cleanup(again);
    const letter = await reviewed();
    await room.approve(letter, { to: [mother.id] });
    await isStopped(letter, 'two_people');
    await room.decide(letter, { act: 'second', to: mother.id, author: await room.staff('checker') });
    await room.approve(letter, { to: [] });
    await room.done();
    equal((await room.releases(letter)).length, 1);
    await again();
    const scan = await reviewed(TEXT, { channel: 'paper', enteredBy: await room.staff('coordinator') });
    await room.approve(scan, { to: [mother.id] });
    await isStopped(scan, 'not_own');
});

test('who was approved before, and then left out, gets no copy', async () => {
    const nana = family.by('post');
    const letter = await reviewed();
    await room.approve(letter, { to: [mother.id, nana.id], job: false });
    await room.decide(letter, { act: 'disagree', to: nana.id });
    await room.job('burn_release', { letter });
    equal((await room.done()).find((one) => one.letter === letter)?.error_code, undefined);
    deepEqual((await room.releases(letter)).map(({ to }) => to), [mother.id]);
    ok(['composed', 'released'].includes((await room.state(letter)).state));
});

test('a recipient who may not have it stops only their own copy', async () => {
    const nana = family.by('post');
    const letter = await reviewed();
    await room.approve(letter, { to: [mother.id, nana.id], job: false });
    await put('party', "state = 'paused'", 'party_id = $1', [nana.id]);
    cleanup(() => put('party', "state = 'active'", 'party_id = $1', [nana.id]));
    await room.job('burn_release', { letter });
    const problems = await room.done();
    equal(problems.find((one) => one.letter === letter)?.error_code, 'recipient_paused');
    deepEqual((await room.releases(letter)).map(({ to }) => to), [mother.id]);
    equal((await room.state(letter)).state, 'in_review');
});

test('GnuPG out of order: nothing leaves, and the letter goes on when it works again', async () => {
    const letter = await reviewed();
    await room.breakArchive();
    await room.approve(letter, { to: [mother.id] });
    await room.hurry(letter);
    const problems = await room.done();
    match(problems.find((one) => one.letter === letter)?.error_code, /^pgp/);
    deepEqual(await room.releases(letter), []);
    await room.mendArchive();
    await room.approve(letter, { to: [] });
    await room.done();
    equal((await room.releases(letter)).length, 1);
    ok((await room.archive(letter)).length === 2);
});
