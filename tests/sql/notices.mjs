// SPDX-License-Identifier: AGPL-3.0-or-later
// Notices by GOV.UK Notify in the database: a text goes to who agrees to texts, the post asks about the
// message of its own job and sees nothing else of it, and what was found is recorded as it is.

import { before, deepEqual, equal, ok, refused, rejects, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { World } from '../harness/world.mjs';

const ID = '740e5834-3a29-46b4-9a6f-16142fde533a';

let db;
let world;
let north;
let one;
before(async () => {
    db = await postgres();
    world = new World(db);
    await world.cluster();
    north = await world.agency('north');
    one = await world.story(north);
});

const post = (fn) => db.as('lb_post', fn, { lease: north.jobs.post });
const desk = (fn, role = 'coordinator') => db.as('lb_desk', fn, { session: north.sessions[role] });
const row = (id) => db.one('SELECT state, code, carrier, notify_id, notify_status, asked FROM letterbox.message WHERE message_id = $1',
    [id]);

// A message of this kind, and the post's job about it.
async function message(fields = {}) {
    const { id } = await db.one('SELECT letterbox.new_id() AS id');
    const { token } = await db.one('SELECT letterbox.new_token() AS token');
    const at = await world.now();
    await world.insert('message', { agency_id: north.id, message_id: id, kind: 'waiting', to_party: one.mother, sealed_body: 'x',
        sealed_address: 'x', mail_token: token, made_at: at, changed_at: at, ...fields });
    return id;
}
async function checking(id) {
    const { id: job } = await db.one('SELECT letterbox.new_id() AS id');
    await world.lease(north, 'post', job, { kind: 'check_notify' });
    await db.query('UPDATE letterbox.job SET message_id = $1 WHERE job_id = $2', [id, job]);
}
const call = (text, values = []) => post(async (sql) => Object.values((await sql(text, values))[0])[0]);
const found = (status, id = null) => call('SELECT letterbox.message_found($1, $2)', [id, status]);

test('a text goes to who agrees to texts when it is sent; consent taken back, or another number, stops what waits', async () => {
    const set = (consent, moved = false, role = 'coordinator') => desk((sql) => sql('SELECT letterbox.party_text_set($1, $2, $3)',
        [one.mother, consent, moved]), role);
    const unwanted = await message({ way: 'text' });
    equal(await call('SELECT letterbox.message_carrier($1, $2)', [unwanted, 'notify']), 'text_consent');
    deepEqual([(await row(unwanted)).state, (await row(unwanted)).code], ['stopped', 'text_consent']);
    await set(true);
    const wanted = await message({ way: 'text' });
    equal(await call('SELECT letterbox.message_carrier($1, $2)', [wanted, 'notify']), null);
    equal((await row(wanted)).carrier, 'notify');
    await set(true);
    equal((await row(wanted)).state, 'ready');
    const mail = await message();
    await set(true, true);
    equal((await row(wanted)).state, 'stopped');
    const next = await message({ way: 'text', state: 'failed' });
    await set(false);
    equal((await row(next)).state, 'stopped');
    equal((await row(mail)).state, 'ready', 'an e-mail is not stopped');
    equal(await call('SELECT letterbox.message_carrier($1, $2)', [mail, 'smtp']), null);
    for (const role of ['checker', 'administrator', 'inspector'])
        await rejects(set(true, false, role), { code: '42501' });
    equal((await db.one('SELECT text_consent FROM letterbox.party WHERE party_id = $1', [one.mother])).text_consent, false);
});

test('a text is made for the number of its version and beside a dispatch: it goes to no other number, and never alone', async () => {
    const set = (consent, moved = false) => desk((sql) => sql('SELECT letterbox.party_text_set($1, $2, $3)',
        [one.mother, consent, moved]));
    const version = async () => (await db.one('SELECT text_version FROM letterbox.party WHERE party_id = $1', [one.mother])).text_version;
    const goes = async (id) => [await call('SELECT letterbox.message_carrier($1, $2)', [id, 'notify']), (await row(id)).state];
    const beside = { way: 'text', beside_dispatch: one.linkDispatch };
    await set(true);
    const first = await version();
    await set(true);
    equal(await version(), first, 'the same number');
    deepEqual(await goes(await message({ ...beside, text_version: first })), [null, 'ready']);
    // The press has read the record, the desk keeps another number, and then the text is written.
    await set(true, true);
    equal(await version(), first + 1);
    deepEqual(await goes(await message({ ...beside, text_version: first })), ['text_moved', 'stopped']);
    deepEqual(await goes(await message({ ...beside, text_version: first + 1 })), [null, 'ready']);
    // One that may have been sent is not sent again to the number of before.
    const doubtful = await message({ ...beside, text_version: first + 1, state: 'maybe_sent' });
    await set(true, true);
    equal((await row(doubtful)).state, 'stopped');

    const text_version = await version();
    const dispatch = (state) => db.query('UPDATE letterbox.dispatch SET state = $2 WHERE dispatch_id = $1', [one.linkDispatch, state]);
    const was = await db.one('SELECT state FROM letterbox.dispatch WHERE dispatch_id = $1', [one.linkDispatch]);
    for (const [state, refusal] of [['sending', null], ['sent', null], ['stopped', 'text_alone'], ['returned', 'text_alone']]) {
        await dispatch(state);
        deepEqual([state, ...await goes(await message({ ...beside, text_version }))],
            [state, refusal, refusal ? 'stopped' : 'ready']);
    }
    await dispatch(was.state);
    await db.query("UPDATE letterbox.release SET state = 'withdrawn' WHERE release_id = $1", [one.toMotherRelease]);
    deepEqual(await goes(await message({ ...beside, text_version })), ['text_alone', 'stopped']);
    await db.query("UPDATE letterbox.release SET state = 'available' WHERE release_id = $1", [one.toMotherRelease]);
    await set(false);
    await rejects(message({ beside_dispatch: one.linkDispatch }), /message_text_beside/);
});

test('what carries a letter is no text message, whoever writes it', async () => {
    await rejects(message({ way: 'text', dispatch_id: one.linkDispatch }), /message_text_is_notice/);
    await rejects(db.query("UPDATE letterbox.message SET way = 'text' WHERE message_id = $1", [one.message]), /message_text_is_notice/);
});

test('the post asks about the message of its job, and sees no content of what was sent', async () => {
    const id = await message({ state: 'sent', carrier: 'notify', notify_id: ID });
    const byMail = await message({ state: 'sent', carrier: 'smtp' });
    equal(await call('SELECT letterbox.message_watch($1, NULL)', [byMail]), false);
    equal(await call('SELECT letterbox.message_watch($1, $2)', [id, ID]), true);
    const watched = () => post(async (sql) => (await sql('SELECT * FROM letterbox.message_watched()'))[0]);
    equal((await watched()).message_id, null, 'the lease of another kind of job');
    await checking(id);
    deepEqual([(await watched()).message_id, (await watched()).notify_id], [id, ID]);
    equal((await post((sql) => sql('SELECT FROM letterbox.message WHERE message_id = $1', [id]))).length, 0);
    await refused(post((sql) => sql('SELECT notify_id FROM letterbox.message')), '42501');
    await checking(byMail);
    equal((await watched()).message_id, null);
});

test('a failure goes to staff, with the e-mail address in doubt where it was for good; what is there is in doubt no longer', async () => {
    const dispatch = () => db.one('SELECT state, code FROM letterbox.dispatch WHERE dispatch_id = $1', [one.linkDispatch]);
    const confirmed = async () => (await db.one('SELECT email_confirmed FROM letterbox.party WHERE party_id = $1', [one.mother]))
        .email_confirmed;
    await db.query("UPDATE letterbox.dispatch SET state = 'maybe_sent' WHERE dispatch_id = $1", [one.linkDispatch]);
    await db.query('UPDATE letterbox.party SET email_confirmed = true WHERE party_id = $1', [one.mother]);
    await db.query("UPDATE letterbox.message SET state = 'maybe_sent', carrier = 'notify' WHERE message_id = $1", [one.message]);
    await checking(one.message);
    equal(await found('sending', ID), 'again');
    deepEqual([(await row(one.message)).state, (await row(one.message)).notify_id], ['sent', ID]);
    equal((await dispatch()).state, 'sent');
    equal(await found('permanent-failure'), 'failed');
    deepEqual([(await row(one.message)).state, (await row(one.message)).code], ['failed', 'notify_permanent']);
    deepEqual(await dispatch(), { state: 'returned', code: 'notify_permanent' });
    equal(await confirmed(), false);
    equal(await found('delivered'), 'done', 'it is over');
    equal((await row(one.message)).state, 'failed');

    await db.query("UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1", [one.linkDispatch]);
    await db.query("UPDATE letterbox.message SET state = 'sent' WHERE message_id = $1", [one.message]);
    await db.query('UPDATE letterbox.party SET email_confirmed = true WHERE party_id = $1', [one.mother]);
    equal(await found('temporary-failure'), 'failed');
    deepEqual(await dispatch(), { state: 'stopped', code: 'notify_temporary' });
    equal(await confirmed(), true);
});

test('an address is in doubt only if it is still the person\'s, and also where it was a notice that came back', async () => {
    const confirmed = async () => (await db.one('SELECT email_confirmed FROM letterbox.party WHERE party_id = $1', [one.mother]))
        .email_confirmed;
    const comesBack = async (id) => {
        await db.query('UPDATE letterbox.party SET email_confirmed = true WHERE party_id = $1', [one.mother]);
        await db.query("UPDATE letterbox.message SET state = 'sent', carrier = 'notify' WHERE message_id = $1", [id]);
        await checking(id);
        equal(await found('permanent-failure', ID), 'failed');
        return confirmed();
    };
    const again = () => db.query("UPDATE letterbox.dispatch SET state = 'sent' WHERE dispatch_id = $1", [one.linkDispatch]);
    await again();
    equal(await comesBack(one.message), false);
    await again();
    await db.query('UPDATE letterbox.party SET address_version = address_version + 1 WHERE party_id = $1', [one.mother]);
    equal(await comesBack(one.message), true, 'staff have entered another since');
    equal((await db.one('SELECT state FROM letterbox.dispatch WHERE dispatch_id = $1', [one.linkDispatch])).state, 'returned');
    await db.query('UPDATE letterbox.party SET address_version = address_version - 1 WHERE party_id = $1', [one.mother]);

    const notice = { kind: 'receipt', address_table: 'message' };
    equal(await comesBack(await message(notice)), false, 'a notice has no dispatch');
    equal(await comesBack(await message({ way: 'text' })), true, 'a number is no e-mail address');
    const early = await message(notice);
    await db.query("UPDATE letterbox.party SET changed_at = letterbox.now() + interval '1 second' WHERE party_id = $1", [one.mother]);
    equal(await comesBack(early), true, 'staff have changed the person since');
    await db.query('UPDATE letterbox.party SET changed_at = NULL WHERE party_id = $1', [one.mother]);
});

test('what is not known there is said so and stays in doubt; asking ends by itself', async () => {
    const id = await message({ state: 'maybe_sent', carrier: 'notify', code: 'notify_lost' });
    await checking(id);
    const answers = [];
    for (let n = 0; n < 5; n += 1)
        answers.push(await found('absent'));
    deepEqual(answers, ['again', 'again', 'again', 'again', 'absent']);
    deepEqual([(await row(id)).state, (await row(id)).code], ['maybe_sent', 'notify_absent']);
    const pauses = await db.query(`SELECT round(extract(epoch FROM run_at - made_at))::int AS s FROM letterbox.job
        WHERE kind = 'check_notify' AND message_id = $1 AND state = 'ready' ORDER BY made_at, run_at`, [id]);
    deepEqual(pauses.map(({ s }) => s), [60, 120, 240, 480]);

    const silent = await message({ state: 'sent', carrier: 'notify' });
    await checking(silent);
    let asked = 0;
    while (await found(null) === 'again')
        asked += 1;
    equal(asked, 24);
    equal((await row(silent)).state, 'sent');
    ok(await db.one(`SELECT sum(run_at - made_at) BETWEEN interval '3 days' AND interval '5 days' AS days FROM letterbox.job
        WHERE kind = 'check_notify' AND message_id = $1 AND state = 'ready'`, [silent]));
});
