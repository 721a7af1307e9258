// SPDX-License-Identifier: AGPL-3.0-or-later
// Audit, staff and one's own account at the desk: who did what, who may open letters, an account that is closed at once,
// a new password, and the other places where one is signed in.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { codes, ids, openOffice } from '../harness/office.mjs';
import { totpCode } from '../harness/site.mjs';

let office;
let admin;
let manager;
before(async () => {
    office = await openOffice();
    admin = (await office.staff('administrator')).client;
    manager = (await office.staff('manager')).client;
}, { timeout: 180_000 });

const rowOf = (page, name) => page.find('[data-test=row-staff]').map((one) => one.attribs['data-id'])
    .find((id) => page.text(`[data-test=row-staff][data-id="${id}"]`).includes(name));
const token = (page) => ({ csrf: page.attribute('input[name=csrf]', 'value'), once: Math.random().toString(36).slice(2).padEnd(16, '0') });

// A code of an authenticator is good once; a test signs in more often than people do.
const anyCode = () => office.here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');

// A colleague as the operator makes one: with the password that letterboxctl gave, and an authenticator.
async function newColleague(name, role = 'coordinator') {
    const who = office.here.person('administrator');
    const email = `${name.split(' ')[0].toLowerCase()}@fernshire.example`;
    await anyCode();
    const { stdout } = await office.here.ctl(['staff', 'add', '--name', name, '--email', email, '--role', role, '--sign-in-fd', '0'],
        { input: `${who.email}\n${who.password}\n${who.code()}\n` });
    return { email, password: /First password: +(\S+)/.exec(stdout)[1],
        totp: /For the app: +([A-Z2-7 ]+)\n/.exec(stdout)[1].replaceAll(' ', '') };
}

async function signIn(person) {
    await anyCode();
    const client = await office.here.client(office.running.desk);
    let page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in', { email: person.email, password: person.password });
    if (page.has('[data-test=form-post_sign_in_code]'))
        page = await client.submit(page, 'form-post_sign_in_code', { code: totpCode(person.totp) });
    return { client, page };
}

test('every page says who is signed in', async () => {
    equal((await office.joan.get('/')).text('[data-test=person-name]'), 'Jo Whitfield, Coordinator');
    equal((await admin.get('/staff')).text('[data-test=person-name]').split(', ')[1], 'Administrator');
    for (const path of ['/shelf', '/account', '/letters?state=all', '/problems'])
        equal((await office.joan.get(path)).text('[data-test=person-name]'), 'Jo Whitfield, Coordinator', path);
});

test('a page that is refused or not there keeps the menu and the way out', async () => {
    for (const [path, status] of [['/letters?state=nonsense', 404], ['/parties/2k3m8p2q9r4t', 404],
        ['/audit', 403]]) {
        const page = await office.joan.get(path);
        equal(page.status, status, path);
        equal(page.text('[data-test=person-name]'), 'Jo Whitfield, Coordinator', path);
        ok(page.has('[data-test=nav-today]') && page.has('[data-test=session-end]'), path);
        equal(page.form('form-post_sign_out').fields.filter(([name, value]) => name === 'csrf' && value).length, 1, path);
    }
    const stranger = await office.here.client(office.running.desk);
    ok(!(await stranger.get('/staff/none')).has('nav'));
});

test('an account that is closed is signed out at once, and cannot sign in again', async () => {
    const robin = await newColleague('Robin Ellis');
    const first = await signIn(robin);
    equal(first.page.text('[data-test=person-name]'), 'Robin Ellis, Coordinator');
    equal((await first.client.get('/letters')).status, 200);
    let page = await admin.get('/staff');
    const id = rowOf(page, 'Robin Ellis');
    page = await admin.post(`/staff/${id}/disable`, { ...token(page), reason: '' });
    deepEqual(codes(page), ['reason-missing']);
    equal(page.attribute('.govuk-error-summary a', 'href'), `#reason-${id}`);
    page = await admin.post(`/staff/${id}/disable`, { ...token(page), reason: 'Left the team' });
    equal(page.path, '/staff?notice=staff-disabled', page.plain().slice(0, 300));
    match(page.text(`[data-test=row-staff][data-id="${id}"]`), /Closed on \d/);
    const after = await first.client.get('/letters', { follow: false });
    deepEqual([after.status, after.headers.location], [303, '/sign-in'], 'the very next request');
    equal((await first.client.post('/sign-out', token(first.page))).status, 401);
    deepEqual(codes((await signIn(robin)).page), ['sign-in-wrong']);
    match((await office.audited('staff_disabled', admin))[0].join(' '), /Closed a colleague’s account [0-9A-Z-]{14}Left the team/);
    equal((await admin.post(`/staff/${id}/disable`, { ...token(page), reason: 'Twice' })).status, 409);
});

test('nobody closes their own account, and so the agency keeps an administrator', async () => {
    let page = await admin.get('/staff');
    const self = page.find('[data-test=row-staff]').map((one) => one.attribs['data-id'])
        .find((id) => page.text(`[data-test=row-staff][data-id="${id}"]`).includes('(you)'));
    ok(!page.has(`[data-test=row-staff][data-id="${self}"] form`), 'no button on oneself');
    equal((await admin.post(`/staff/${self}/disable`, { ...token(page), reason: 'Me' })).status, 409);
    page = await admin.get('/staff');
    equal(page.status, 200, 'still signed in');
    ok(!/Closed on/.test(page.text(`[data-test=row-staff][data-id="${self}"]`)));
});

test('an administrator lets somebody open letters whose key is not there; nobody else does', async () => {
    const { db } = office.here;
    const kim = await newColleague('Kim Newby');
    const page = await admin.get('/staff');
    const id = rowOf(page, 'Kim Newby');
    match(page.text(`[data-test=row-staff][data-id="${id}"]`), /May open letters\./);
    // as after the desk's key was changed
    await db.query(`DELETE FROM letterbox.staff_grant WHERE staff_id = (SELECT max(staff_id) FROM letterbox.staff
        WHERE made_at = (SELECT max(made_at) FROM letterbox.staff))`);
    const before = await signIn(kim);
    equal(before.page.status, 403, 'without the key there is no letter to see');
    const without = await admin.get('/staff');
    match(without.text(`[data-test=row-staff][data-id="${id}"]`), /May not open letters yet\./);
    const theirs = await manager.get('/staff');
    ok(!theirs.has('main form'), 'a manager looks at the staff only');
    for (const act of ['grant', 'disable'])
        equal((await manager.post(`/staff/${id}/${act}`, { ...token(theirs), reason: 'x' })).status, 403);
    equal((await office.joan.get('/staff')).status, 403);
    const granted = await admin.post(`/staff/${id}/grant`, token(without));
    equal(granted.path, '/staff?notice=staff-granted');
    const after = await before.client.get('/letters');
    equal(after.status, 200);
    equal(after.text('[data-test=person-name]'), 'Kim Newby, Coordinator');
    match((await office.audited('staff_granted', admin))[0].join(' '), /Let a colleague open letters/);
});

test('a new password is taken with the old one only, and ends the other sessions', async () => {
    const pat = await newColleague('Pat Password');
    const [here, there] = [await signIn(pat), await signIn(pat)];
    const form = (fields) => here.client.get('/account').then((page) => here.client.submit(page, 'form-post_account_password', fields));
    for (const [fields, wanted] of [[{ password_now: 'not this one', password: 'four calm otters' }, ['password-now-wrong']],
        [{ password_now: pat.password, password: 'short' }, ['password-short']], [{}, ['password-now-missing', 'password-new-missing']]]) {
        const page = await form({ password_now: '', password: '', ...fields });
        equal(page.status, 422);
        deepEqual(codes(page), wanted);
        match(page.text('[data-test=person-name]'), /Pat Password, Coordinator/);
        ok(!page.body.includes('otters') && !page.body.includes(pat.password), 'no password is sent back');
    }
    let page = await form({ password_now: pat.password, password: 'four calm otters' });
    equal(page.path, '/account?notice=password-changed', page.plain().slice(0, 300));
    match(page.text('[data-test=person-name]'), /Pat Password, Coordinator/);
    equal((await there.client.get('/account', { follow: false })).status, 303, 'signed out elsewhere');
    equal((await here.client.get('/letters')).status, 200, 'and not here: the key is the same');
    deepEqual(codes((await signIn(pat)).page), ['sign-in-wrong']);
    page = (await signIn({ ...pat, password: 'four calm otters' })).page;
    equal(page.path, '/', page.plain().slice(0, 300));
});

test('the other places where one is signed in are shown and ended', async () => {
    const lou = await newColleague('Lou Several');
    const [one, two] = [await signIn(lou), await signIn(lou)];
    let page = await one.client.get('/account');
    equal(page.find('[data-test=row-session]').length, 2);
    equal(page.find('[data-test=row-session]').filter((row) => /this one/.test(page.text(`[data-test=row-session][data-id="${row.attribs['data-id']}"]`))).length, 1);
    page = await one.client.submit(page, 'form-post_account_sessions_end');
    equal(page.path, '/account?notice=sessions-ended');
    equal(page.find('[data-test=row-session]').length, 1);
    ok(!page.has('[data-test=form-post_account_sessions_end]'), 'there is nothing left to end');
    equal((await two.client.get('/', { follow: false })).status, 303);
    match((await office.audited('sessions_ended', manager))[0].join(' '), /Lou Several Signed themselves out everywhere else/);
});

test('the audit tells who did what, by act and by day, to those who lead', async () => {
    await office.joan.get('/shelf');
    let page = await eventually(() => manager.get('/audit'));
    match(page.text('table'), /Jo Whitfield ?Listed the shelf/);
    match(page.text(), /Row \d+ closes the chain with [0-9a-f ]{64,}/);
    const acts = page.find('#act option').slice(1).map((one) => one.children[0].data);
    ok(acts.length > 50);
    deepEqual(acts, [...acts].sort(), 'the acts stand in the order of their words');
    page = await manager.get('/audit?act=shelf_listed');
    ok(page.find('[data-test=row-audit]').length >= 1);
    equal(new Set(page.find('[data-test=row-audit] td:last-child').map((cell) => cell.children[0].data)).size, 1);
    ok(page.has('option[value=shelf_listed][selected]'));
    const [day, month, year] = new Date().toLocaleDateString('en-GB', { timeZone: 'Europe/London' }).split('/').map(Number);
    page = await manager.get(`/audit?act=shelf_listed&day=${day}&month=${month}&year=${year}`);
    ok(page.find('[data-test=row-audit]').length >= 1);
    page = await manager.get(`/audit?act=&day=${day}&month=${month}&year=${year - 1}`);
    equal(page.find('[data-test=row-audit]').length, 0);
    match(page.text(), /There are no rows for this/);
    page = await manager.get('/audit?act=&day=31&month=2&year=2026');
    deepEqual([page.status, codes(page)], [422, ['date-wrong']]);
    equal((await manager.get('/audit?act=nonsense')).status, 404);
    // a note that somebody changed does not open, and the other rows are shown all the same
    const { db } = office.here;
    await db.query(`SET session_replication_role = replica; UPDATE letterbox.audit SET sealed_detail = set_byte(sealed_detail, 150,
        get_byte(sealed_detail, 150) # 1) WHERE act = 'staff_disabled'; RESET session_replication_role`);
    page = await manager.get('/audit?act=staff_disabled');
    equal(page.status, 200, page.plain().slice(0, 300));
    match(page.text('[data-test=row-audit]'), /Closed a colleague’s account.*What was noted does not open\. Tell the operator\./);
    // looking at it is written down too, and pages lead on with the filter
    ok((await office.audited('audit_read', manager)).length >= 3);
    for (let i = 0; i < 55; i += 1)
        await office.joan.get('/late');
    page = await manager.get('/audit?act=late_listed');
    equal(page.find('[data-test=row-audit]').length, 50);
    equal(page.link('page-older'), '?act=late_listed&page=2');
    equal((await manager.get('/audit?act=late_listed&page=2')).find('[data-test=row-audit]').length, 5);
    for (const role of ['checker', 'inspector'])
        equal((await (await office.staff(role)).client.get('/audit')).status, 403, role);
    equal((await office.joan.get('/audit')).status, 403);
    const elsewhere = (await office.staff('manager', { agency: 'brackendale' })).client;
    ok(!/Jo Whitfield ?Listed the shelf/.test((await elsewhere.get('/audit')).text()), 'another agency has an audit of its own');
});
