// SPDX-License-Identifier: AGPL-3.0-or-later
// Who has had a family's old e-mail or account reads nothing more: staff see the accounts of a person, close one, and
// an address that leaves the record closes them all unless staff know that the same people still use them.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { idFrom } from '../harness/codes.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';

let office;
let manager;
before(async () => {
    office = await openOffice();
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

const visitor = () => office.here.client(office.running.portal);
const pageOf = (home, who = office.joan) => who.get(`/parties/${home}`);
const states = (page) => page.find('[data-test=row-account]').map((row) => {
    const words = page.text(`[data-test=row-account][data-id="${row.attribs['data-id']}"]`);
    return /It is open/.test(words) ? 'open' : /Closed on \d/.test(words) ? 'closed' : /A new one took its place on \d/.test(words)
        ? 'replaced' : words;
});

async function join(home, email, password) {
    const page = await office.joan.submit(await pageOf(home), 'form-post_parties_ID_join_code');
    const code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(page.plain())[0];
    const client = await visitor();
    let shown = await client.submit(await client.get('/join'), 'form-post_join', { code, email });
    shown = await client.submit(shown, 'form-post_join_password', { password });
    equal(shown.path, '/sign-in?notice=joined', shown.plain().slice(0, 300));
}

// The page after the password, and with its code; a client that is signed in where that went well.
async function signIn(email, password) {
    await office.here.db.query('DELETE FROM letterbox.rate');
    const sent = () => office.mailbox(email).messages().map((mail) => /^(\d{3} \d{3})\r?$/m.exec(mail.toString())?.[1]).filter(Boolean);
    const was = sent().length;
    const client = await visitor();
    let page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email, password });
    if (page.path.startsWith('/sign-in/code')) {
        await eventually(() => sent().length > was, { within: 20_000, what: 'the code' });
        page = await client.submit(page, 'form-post_sign_in_code', { code: sent().at(-1) });
    }
    return { client, page };
}

const refused = async (email, password) => deepEqual(codes((await signIn(email, password)).page), ['sign-in-wrong'], email);
const waiting = (email) => office.mailbox(email).messages().filter((mail) => /^Subject: Something is waiting/m.test(mail.toString())).length;
const reads = async (client, words) => {
    const home = await client.get('/letters');
    for (const link of home.find('[data-test=letter-open]'))
        if ((await client.get(link.attribs.href)).plain().includes(words))
            return true;
    return false;
};

// The state now of the accounts that each of a family's copies is sealed to, oldest copy first.
const sealedTo = async (home) => (await office.here.db.query(`SELECT r.release_id, array_agg(DISTINCT a.state) AS states
    FROM letterbox.release r JOIN letterbox.release_part p USING (agency_id, release_id)
    JOIN letterbox.blob_chunk c USING (agency_id, blob_id) JOIN letterbox.account a ON a.agency_id = r.agency_id AND a.party_id = r.to_party
   WHERE r.to_party = $1 AND p.audience = 'recipient' AND c.number = 0 AND position(a.key_id::bytea IN c.bytes) > 0
   GROUP BY r.release_id, r.composed_at ORDER BY r.composed_at`, [idFrom(home)])).map(({ states: all }) => all);

// An adoptive family on the portal with accounts at these addresses, and a relative who writes to them.
let families = 0;
async function family(...emails) {
    families += 1;
    emails.forEach((email) => office.mailbox(email));
    const writer = `writer${families}@relatives.test`;
    const home = await office.person({ kind: 'adoptive', name: `Priya Home${families}`, email: emails, channel: 'portal' });
    const relative = await office.person({ name: `Ann Writer${families}`, email: writer });
    await office.arrangement(home, [relative]);
    for (const email of emails) {
        // a joining code is good with the first address
        if (email !== emails[0])
            await change(home, { email: [email, ...emails.filter((one) => one !== email)] });
        await join(home, email, `three quiet herons of ${email}`);
    }
    const came = (text) => office.letterFrom(writer, text);
    return { home, came, writes: async (text) => office.approveByAll(await came(text)) };
}
const password = (email) => `three quiet herons of ${email}`;
const change = async (home, fields) => office.joan.submit(await pageOf(home), 'form-post_parties_ID', { checked: 'phone', ...fields });

test('an e-mail address that leaves the record closes the accounts: no notice, no sign-in, nothing to read', async () => {
    const [old, fresh] = ['old.one@homes.test', 'new.one@homes.test'];
    const { home, writes } = await family(old);
    office.mailbox(fresh);
    await writes('The first letter, for both.');
    await eventually(() => waiting(old) === 1, { within: 20_000, what: 'the notice' });
    const { client, page: inside } = await signIn(old, password(old));
    equal(inside.path, '/');
    ok(await reads(client, 'The first letter'));
    let page = await pageOf(home);
    deepEqual(states(page), ['open']);
    match(page.text('[data-test=row-account]'), /Account made on \d.* Last signed in on \d/);
    match(page.text('#email'), /we close all their online accounts/);
    ok(page.has('#keep_accounts:not([checked])'), 'nothing is kept unless somebody says so');

    page = await change(home, { email: [fresh] });
    deepEqual(codes(page).filter((code) => code.startsWith('party')), ['party-saved-closed']);
    match(page.text('[data-test=msg-party-saved-closed]'), /Make a joining code below/);
    deepEqual(states(page), ['closed']);
    match(page.text('[aria-labelledby=access-title]'), /They have no open account any more/);
    ok(!page.has('[data-test=form-post_accounts_ID_close]'));
    const out = await client.get('/letters', { follow: false });
    deepEqual([out.status, out.headers.location], [303, '/sign-in'], 'the very next request');
    await refused(old, password(old));

    // a household that joins anew reads on, and only there
    await join(home, fresh, password(fresh));
    deepEqual(states(await pageOf(home)), ['closed', 'open']);
    const before_ = office.mailbox(old).messages().length;
    await writes('A secret for the new address only.');
    await eventually(() => waiting(fresh) === 1, { within: 20_000, what: 'the notice at the new address' });
    const { client: now } = await signIn(fresh, password(fresh));
    ok(await reads(now, 'A secret for the new address only'));
    equal(office.mailbox(old).messages().length, before_, 'the old address hears nothing');
    await refused(old, password(old));
    const audited = await office.audited('account_closed', manager);
    match(audited[0].join(' '), /Jo Whitfield.*Closed a person’s online account/);
    deepEqual(await sealedTo(home), [['disabled'], ['active']], 'nothing is sealed to the closed one any more');
}, { timeout: 120_000 });

test('two people of a household keep an account each where staff say that the same people use them', async () => {
    const [hers, his] = ['hers.two@homes.test', 'his.two@homes.test'];
    const { home, writes } = await family(hers, his);
    deepEqual(states(await pageOf(home)), ['open', 'open'], 'one more address, another order: nobody is closed out');
    let page = await change(home, { email: [his.toUpperCase(), hers] });
    deepEqual(states(page), ['open', 'open'], 'the same address, written in another way');
    ok(!codes(page).includes('party-saved-closed'));
    page = await change(home, { email: [hers], keep_accounts: 'yes' });
    deepEqual(states(page), ['open', 'open']);
    ok(codes(page).includes('party-saved'), codes(page).join(' '));
    ok(page.has('#keep_accounts:not([checked])'), 'it is asked anew each time');
    match((await office.audited('accounts_kept', manager))[0].join(' '), /Jo Whitfield.*Kept online accounts/);
    await writes('For the two of you.');
    for (const email of [hers, his]) {
        await eventually(() => waiting(email) === 1, { within: 20_000, what: `the notice to ${email}` });
        ok(await reads((await signIn(email, password(email))).client, 'For the two of you'), email);
    }
}, { timeout: 120_000 });

test('staff close one account of a household, say why, and the other one stays', async () => {
    const [hers, his] = ['hers.three@homes.test', 'his.three@homes.test'];
    const { home, writes } = await family(hers, his);
    const { client } = await signIn(his, password(his));
    let page = await pageOf(home);
    const [first, second] = ids(page, 'row-account');
    const token = () => ({ csrf: page.attribute('input[name=csrf]', 'value'), once: 'closeclosecloseclose' });
    page = await office.joan.post(`/accounts/${second}/close`, { ...token(), reason: '' });
    deepEqual(codes(page), ['reason-missing', 'details-changed']);
    equal(page.attribute('.govuk-error-summary a', 'href'), `#reason-${second}`);
    deepEqual(states(page), ['open', 'open']);
    const fields = { ...token(), reason: 'They have parted' };
    for (let clicks = 0; clicks < 2; clicks += 1) {
        page = await office.joan.post(`/accounts/${second}/close`, fields);
        equal(page.path, `/parties/${home}?notice=account-closed`, page.plain().slice(0, 300));
    }
    deepEqual(states(page), ['open', 'closed']);
    deepEqual(ids(page, 'row-account'), [first, second]);
    equal((await client.get('/letters', { follow: false })).status, 303);
    await refused(his, password(his));
    const rows = await office.audited('account_closed', manager);
    match(rows[0].join(' '), /They have parted/);
    equal(rows.filter((row) => /They have parted/.test(row.join(' '))).length, 1, 'a second click closes nothing twice');
    equal((await office.joan.post(`/accounts/${second}/close`, { ...token(), once: 'anotherkeyanotherkey', reason: 'Again' })).status, 409);

    await writes('For one of you.');
    await eventually(() => waiting(hers) === 1, { within: 20_000, what: 'the notice' });
    ok(await reads((await signIn(hers, password(hers))).client, 'For one of you'));
    equal(waiting(his), 0);
    // an address that nobody signs in with is free: the same person may join anew
    await change(home, { email: [his, hers] });
    await join(home, his, password(his));
    deepEqual(states(await pageOf(home)), ['open', 'closed', 'open']);
}, { timeout: 120_000 });

test('a notice that was on its way when the account was closed is not sent', async () => {
    const email = 'slow.four@homes.test';
    const { home, came } = await family(email);
    const letter = await came('Too late for this one.');
    await eventually(() => office.mailbox(email).messages().length === 1, { within: 20_000, what: 'the welcome' });
    await office.running.post.stop();
    await office.approve(office.joan, letter);
    const message = () => office.here.db.one(`SELECT m.state, m.code FROM letterbox.message m
        JOIN letterbox.account a USING (agency_id, account_id) WHERE m.kind = 'waiting' ORDER BY m.made_at DESC LIMIT 1`);
    await eventually(async () => (await message()).state === 'ready', { within: 20_000, what: 'the notice that waits' });
    await office.joan.submit(await pageOf(home), 'form-post_accounts_ID_close', { reason: 'Somebody else reads it' });
    office.running.post = await office.here.start('post');
    await eventually(async () => (await message()).state === 'stopped', { within: 20_000, what: 'the notice that is stopped' });
    deepEqual(await message(), { state: 'stopped', code: 'account_closed' });
    equal(office.mailbox(email).messages().length, 1);
}, { timeout: 120_000 });
