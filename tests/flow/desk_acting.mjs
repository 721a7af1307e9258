// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody of one agency works for another, at the desk: offered, accepted, there and back, and over at once however it ends.
// Fernshire is the authority; Brackendale's people work for it.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { codeOf } from '../harness/codes.mjs';
import { codes, ids } from '../harness/office.mjs';
import { site } from '../harness/site.mjs';

const YEAR = new Date().getFullYear();
const UNTIL = { until_day: 30, until_month: 6, until_year: YEAR + 1 };
let here;
let desk;
let admin;          // of fernshire
let manager;
let theirAdmin;     // of brackendale
let sam;            // who goes to work for fernshire
let samsName;

// A code is good once; a test signs in more often than people do.
async function signIn(person) {
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    const client = await here.client(desk);
    let page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email: person.email, password: person.password });
    if (page.has('[data-test=form-post_sign_in_code]'))
        page = await client.submit(page, 'form-post_sign_in_code', { code: person.code() });
    return { client, page };
}
const staff = async (role, agency) => (await signIn(here.person(role, { agency }))).client;

before(async () => {
    here = await site();
    desk = await here.start('desk');
    admin = await staff('administrator');
    manager = await staff('manager');
    theirAdmin = await staff('administrator', 'brackendale');
    sam = await staff('coordinator', 'brackendale');
    samsName = (await sam.get('/')).text('[data-test=person-name]').split(',')[0];
}, { timeout: 180_000 });

const wrong = (page) => codes(page).filter((code) => !/^nobody|^acting-state$/.test(code));
const token = (page) => ({ csrf: page.attribute('input[name=csrf]', 'value'), once: Math.random().toString(36).slice(2).padEnd(16, '0') });
const choice = (page, name) => page.find('select[name=staff] option').find((one) => one.children[0].data.trim() === name).attribs.value;
const partyOf = async (agency) => codeOf((await here.db.one(
    'SELECT party_id FROM letterbox.party WHERE agency_id = $1 ORDER BY party_id LIMIT 1', [await here.agency(agency)])).party_id);
const away = async (client) => (await client.get('/letters', { follow: false })).headers.location;

async function offer(name = samsName) {
    const page = await theirAdmin.get('/acting');
    return theirAdmin.submit(page, 'form-post_acting', { staff: choice(page, name), agency: page.one('input[name=agency]').attribs.value });
}
const offered = async () => ids(await admin.get('/acting'), 'row-here')[0];
const accept = async (id, fields = {}) => admin.submit(await admin.get(`/acting/${id}`), 'form-post_acting_ID_accept',
    { role: 'coordinator', ...UNTIL, ...fields });
async function take(fields) {
    ok((await offer()).has('[data-test=msg-acting-offered]'));
    const id = await offered();
    const page = await accept(id, fields);
    ok(page.has('[data-test=msg-acting-accepted]'), page.plain().slice(0, 600));
    return id;
}
// The offer by which they work for fernshire now, or may from now on.
async function working() {
    const page = await admin.get('/acting');
    return ids(page, 'row-here').find((id) => /Coordinator, from/.test(page.text(`[data-test=row-here][data-id="${id}"]`))) ?? take();
}
const begin = async (client) => client.submit(await client.get('/'), 'form-post_acting_ID_begin');
const back = async (client) => client.submit(await client.get('/'), 'form-post_acting_back');

test('an administrator offers somebody; the other agency sees who, and its administrator alone answers', async () => {
    let page = await theirAdmin.submit(await theirAdmin.get('/acting'), 'form-post_acting', {});
    deepEqual([page.status, wrong(page)], [422, ['acting-staff-missing', 'transfer-agency-missing']]);
    page = await offer();
    ok(page.has('[data-test=msg-acting-offered]'), page.plain().slice(0, 600));
    match(page.text('[data-test=row-there]'), new RegExp(`${samsName}, for Fernshire`));
    deepEqual(wrong(await offer()), ['acting-open']);
    ok((await admin.get('/')).has('[data-test=msg-offers]'));
    const id = await offered();
    page = await admin.get(`/acting/${id}`);
    match(page.text(), new RegExp(`${samsName}.*Brackendale Council`));
    match(page.text(), new RegExp(here.person('coordinator', { agency: 'brackendale' }).email));
    ok(!page.has('[value=administrator]'), 'nobody comes as administrator');
    page = await manager.get(`/acting/${id}`);
    ok(!page.has('main form'), 'a manager looks');
    for (const [path, status] of [[`/acting/${id}/accept`, 403], ['/acting', 403], [`/acting/${id}/end`, 409]])
        equal((await manager.post(path, token(page))).status, status, path);
    const joan = await staff('coordinator');
    equal((await joan.get('/acting')).status, 403);
    // It is not theirs to answer, who offered it.
    equal((await theirAdmin.get(`/acting/${id}`)).status, 404);
    equal((await theirAdmin.post(`/acting/${id}/accept`, { ...token(await theirAdmin.get('/acting')), role: 'manager', ...UNTIL })).status, 404);
    ok(!(await sam.get('/')).has('[data-test=acting-begin]'), 'nothing before the answer');
});

test('it is accepted with a role and a last day', async () => {
    const id = await offered();
    let page = await admin.submit(await admin.get(`/acting/${id}`), 'form-post_acting_ID_accept', {});
    deepEqual([page.status, wrong(page)], [422, ['acting-role-missing', 'date-missing']]);
    deepEqual(wrong(await accept(id, { role: 'administrator' })), ['acting-role-missing']);
    deepEqual(wrong(await accept(id, { until_year: YEAR - 1 })), ['acting-over']);
    deepEqual(wrong(await accept(id, { from_day: 1, from_month: 7, from_year: YEAR + 1 })), ['acting-order']);
    deepEqual(wrong(await accept(id, { until_year: YEAR + 3 })), ['acting-long']);
    page = await accept(id);
    ok(page.has('[data-test=msg-acting-accepted]'), page.plain().slice(0, 600));
    match(page.text('[data-test=row-here]'), new RegExp(`${samsName}.*Coordinator, from .* to 30 June ${YEAR + 1}`));
    match((await manager.get('/staff')).text(), new RegExp(`${samsName}.*Coordinator, from Brackendale Council, until 30 June ${YEAR + 1}`));
    match((await theirAdmin.get('/acting')).text('[data-test=row-there]'), /They have accepted/);
    equal((await accept(id).catch(() => ({ status: 'no form' }))).status, 'no form', 'once');
});

test('each page says for whom they work; they see that agency and nothing of their own, and back again', async () => {
    await working();
    const [ours, theirs] = [await partyOf('fernshire'), await partyOf('brackendale')];
    deepEqual([(await sam.get(`/parties/${theirs}`)).status, (await sam.get(`/parties/${ours}`)).status], [200, 404]);
    ok((await sam.get('/account')).has('[data-test=acting-begin]'));
    let page = await begin(sam);
    ok(page.has('[data-test=msg-acting-begun]'), page.plain().slice(0, 600));
    for (const path of ['/', '/letters?state=to_read', '/account', `/parties/${ours}`, '/acting']) {
        page = await sam.get(path);
        match(page.text('[data-test=msg-acting]'), /You are working for Fernshire.*, from Brackendale Council\./, path);
        match(page.text('[data-test=person-name]'), new RegExp(`^${samsName}, Coordinator$`), path);
    }
    deepEqual([(await sam.get(`/parties/${ours}`)).status, (await sam.get(`/parties/${theirs}`)).status], [200, 404]);
    // The password is at home.
    page = await sam.get('/account');
    ok(!page.has('[data-test=form-post_account_password]') && !page.has('[data-test=acting-begin]'));
    const own = here.person('coordinator', { agency: 'brackendale' });
    equal((await sam.post('/account/password', { ...token(page), password_now: own.password, password: 'four calm otters' })).status, 403);
    page = await back(sam);
    ok(page.has('[data-test=msg-acting-left]') && !page.has('[data-test=msg-acting]'), page.plain().slice(0, 600));
    deepEqual([(await sam.get(`/parties/${theirs}`)).status, (await sam.get(`/parties/${ours}`)).status], [200, 404]);
    equal((await sam.post('/acting/back', token(page))).status, 409, 'they are at home');
});

test('the audit names them as any staff, and each agency has both ends of it', async () => {
    const rows = async (client, act) => (await client.get(`/audit?act=${act}`)).find('[data-test=row-audit]').length;
    const said = async (client, act) => (await client.get(`/audit?act=${act}`)).text('[data-test=row-audit]');
    for (const act of ['acting_offered', 'acting_accepted', 'acting_begun', 'acting_left'])
        deepEqual([await rows(manager, act), await rows(theirAdmin, act)], [1, 1], act);
    match(await said(manager, 'acting_begun'), new RegExp(`${samsName}.*Began to work for another agency`));
    match(await said(theirAdmin, 'acting_begun'), new RegExp(`${samsName}.*Began to work for another agency`));
    match(await said(theirAdmin, 'acting_accepted'), /The desk.*Accepted/);
    match(await said(manager, 'party_read'), new RegExp(samsName));
});

test('an administrator gives them the desk\'s key anew, as anybody', async () => {
    const row = (page) => ids(page, 'row-staff').find((id) =>
        /from Brackendale Council/.test(page.text(`[data-test=row-staff][data-id="${id}"]`)));
    const lose = () => here.db.query(`DELETE FROM letterbox.staff_grant g USING letterbox.staff s
        WHERE s.agency_id = g.agency_id AND s.staff_id = g.staff_id AND s.home_agency_id IS NOT NULL`);
    await working();
    await lose();
    let page = await begin(sam);
    equal(page.status, 403);
    match(page.text('[data-test=msg-acting]'), /You are working for Fernshire/, 'even where nothing opens');
    page = await admin.get('/staff');
    match(page.text(`[data-test=row-staff][data-id="${row(page)}"]`), /May not open letters yet/);
    ok((await admin.post(`/staff/${row(page)}/grant`, token(page))).has('[data-test=msg-staff-granted]'));
    equal((await sam.get('/letters?state=to_read')).status, 200);
    await lose();
    const who = here.person('administrator');
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    await here.ctl(['staff', 'grant', '--email', here.person('coordinator', { agency: 'brackendale' }).email, '--sign-in-fd', '0'],
        { input: `${who.email}\n${who.password}\n${who.code()}\n` });
    equal((await sam.get('/letters?state=to_read')).status, 200);
    ok((await back(sam)).has('[data-test=msg-acting-left]'));
});

const endAt = (client, id) => client.get(`/acting/${id}`).then((page) => client.submit(page, 'form-post_acting_ID_end'));
const WAYS = {
    'a manager there ends it': async (id) => endAt(manager, id),
    'an administrator there ends it': async (id) => endAt(admin, id),
    'an administrator at home takes it back': async (id) =>
        theirAdmin.post(`/acting/${id}/end`, token(await theirAdmin.get('/acting'))),
    'their row among the staff there is closed': async () => {
        const page = await admin.get('/staff');
        const id = ids(page, 'row-staff').find((one) => /from Brackendale Council/.test(page.text(`[data-test=row-staff][data-id="${one}"]`)));
        await admin.post(`/staff/${id}/disable`, { ...token(page), reason: 'The work is done' });
    },
    'the operator there closes it': async () => {
        const who = here.person('administrator');
        await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
        await here.ctl(['staff', 'disable', '--email', here.person('coordinator', { agency: 'brackendale' }).email, '--sign-in-fd', '0'],
            { input: `${who.email}\n${who.password}\n${who.code()}\n` });
    },
};
for (const [how, act] of Object.entries(WAYS))
    test(`the very next request is refused when ${how}`, async () => {
        const now = await working();
        sam = await staff('coordinator', 'brackendale');
        ok((await begin(sam)).has('[data-test=msg-acting]'));
        await act(now);
        equal(await away(sam), '/sign-in');
        sam = await staff('coordinator', 'brackendale');
        ok(!(await sam.get('/')).has('[data-test=acting-begin]'));
        equal((await sam.post(`/acting/${now}/begin`, token(await sam.get('/')))).status, 404);
        match((await admin.get('/acting')).text(`[data-test=row-here][data-id="${now}"]`), /Ended on/);
        match((await theirAdmin.get('/acting')).text(`[data-test=row-there][data-id="${now}"]`), /Ended on/);
    });

test('what is refused or taken back is not accepted any more, and leaves no name', async () => {
    ok((await offer()).has('[data-test=msg-acting-offered]'));
    let id = await offered();
    let page = await admin.get(`/acting/${id}`);
    await theirAdmin.post(`/acting/${id}/end`, token(await theirAdmin.get('/acting')));
    page = await admin.submit(page, 'form-post_acting_ID_accept', { role: 'manager', ...UNTIL });
    deepEqual([page.status, wrong(page)], [409, ['acting-decided']]);
    ok(!page.text('h1').includes(samsName));
    ok((await offer()).has('[data-test=msg-acting-offered]'));
    id = await offered();
    page = await endAt(admin, id);
    ok(page.has('[data-test=msg-acting-ended]'));
    match(page.text(`[data-test=row-here][data-id="${id}"]`), /Somebody, from Brackendale Council ?Refused on/);
});

test('who has an account with the agency already does not come a second time', async () => {
    const who = here.person('administrator', { agency: 'brackendale' });
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    await here.ctl(['staff', 'add', '--name', 'Second Self', '--email', here.person('manager').email.toUpperCase(), '--role', 'manager',
        '--sign-in-fd', '0'], { input: `${who.email}\n${who.password}\n${who.code()}\n` });
    ok((await offer('Second Self')).has('[data-test=msg-acting-offered]'));
    const page = await accept(await offered());
    deepEqual([page.status, wrong(page)], [409, ['acting-known']]);
});

test('the very next request is refused when the account at home is closed, and so is signing in', async () => {
    await working();
    sam = await staff('coordinator', 'brackendale');
    ok((await begin(sam)).has('[data-test=msg-acting]'));
    const page = await theirAdmin.get('/staff');
    const id = ids(page, 'row-staff').find((one) => page.text(`[data-test=row-staff][data-id="${one}"]`).includes(samsName));
    ok((await theirAdmin.post(`/staff/${id}/disable`, { ...token(page), reason: 'Left' })).has('[data-test=msg-staff-disabled]'));
    equal(await away(sam), '/sign-in');
    deepEqual(wrong((await signIn(here.person('coordinator', { agency: 'brackendale' }))).page), ['sign-in-wrong']);
});
