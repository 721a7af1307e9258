// SPDX-License-Identifier: AGPL-3.0-or-later
// Decisions at the desk over real HTTPS: who may make them, and about what.

import { before, equal, match, doesNotMatch, ok, test } from '../harness/test.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
let room;
let coordinator;
let manager;

before(async () => {
    const here = await site();
    room = await pressroom(here, 'fernshire', { atDesk: true });
    await room.agent();
    await here.start('press');
    const desk = await here.start('desk');
    coordinator = (await staffAtDesk(here, desk, 'coordinator')).client;
    manager = (await staffAtDesk(here, desk, 'manager')).client;
}, { timeout: 120_000 });

const code = (id) => BigInt(id).toString(32).padStart(12, '0')
    .replace(/./g, (digit) => BASE32[Number.parseInt(digit, 32)]);
const decisionOf = (letter) => `/letters/${code(letter)}/decision`;

async function reviewed(family, text) {
    const letter = await room.letter({ from: family.home, arrangement: family.arrangement, text });
    await room.done();
    equal((await room.state(letter)).state, 'in_review');
    return letter;
}

// The form on the page of one who may decide, sent by another with a token of their own.
async function sendAs(client, page, decision, more = {}) {
    const own = (await client.get('/account')).form('form-post_account_password').fields
        .find(([name]) => name === 'csrf')[1];
    const fields = page.form('form-post_letters_ID_decision').fields
        .filter(([name]) => !['csrf', 'once', 'decision', ...Object.keys(more)].includes(name));
    return client.post(page.path, [...fields, ['csrf', own], ['decision', decision], ...Object.entries(more)]);
}

test('a letter that was given to a manager is decided by a manager, and by nobody else', async () => {
    const letter = await reviewed(await room.family(0), 'Dear Ann, all is well here.');
    let page = await coordinator.get(decisionOf(letter));
    page = await sendAs(coordinator, page, 'escalate', { why: 'I am not sure about this one.' });
    match(page.plain(), /Passed to a manager/);
    page = await coordinator.get(decisionOf(letter));
    match(page.plain(), /a manager decides/);
    ok(!page.has('[data-test="letter-approve"]'), 'nothing to approve it with');
    const theirs = await manager.get(decisionOf(letter));
    for (const [decision, more] of [['approve', {}], ['return', { note: 'Please write again.' }],
        ['hold', { reason: 'other', why: 'x', day: '1', month: '1', year: '2100' }]]) {
        page = await sendAs(coordinator, theirs, decision, more);
        equal(page.status, 403, `${decision}: ${page.plain()}`);
        equal((await room.state(letter)).state, 'escalated');
    }
    page = await sendAs(manager, theirs, 'approve');
    match(page.plain(), /Approved/);
    doesNotMatch((await room.state(letter)).state, /escalated/);
});
