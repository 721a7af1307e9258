// SPDX-License-Identifier: AGPL-3.0-or-later
// A family's own account: the second factor is set up with an app, and taken away with the password only.

import { before, deepEqual, equal, eventually, match, ok, test } from '../harness/test.mjs';
import { openDoors } from '../harness/people.mjs';
import { totpCode } from '../harness/site.mjs';

let doors;

before(async () => {
    doors = await openDoors({ processes: ['portal', 'desk', 'post'] });
}, { timeout: 120_000 });

const forgetFailures = () => doors.here.db.query('DELETE FROM letterbox.rate');
const second = async (client, fields) => client.submit(await client.get('/account'), 'form-post_account_second', fields);
const factor = async (client) => (await client.get('/account')).attribute('input[name=second][checked]', 'value');

// Sets an app up: { client, person, key, code }, the code being the one that confirmed it.
async function withApp(number) {
    const { client, person } = await doors.family({ number });
    let page = await second(client, { second: 'totp', second_password: person.password });
    equal(page.path, '/account/totp', page.plain().slice(0, 500));
    const key = page.text('ul.lb-groups').replaceAll(/\s/g, '');
    const code = totpCode(key);
    page = await client.submit(page, 'form-post_account_totp', { code });
    match(page.path, /^\/account\?notice=totp-on/, page.plain().slice(0, 500));
    return { client, person, key, code };
}

async function signInWith(person, code) {
    const client = await doors.here.client(doors.running.portal);
    const page = await client.submit(await client.get('/sign-in'), 'form-post_sign_in',
        { email: person.email, password: person.password });
    match(page.path, /^\/sign-in\/code/);
    return client.submit(page, 'form-post_sign_in_code', { code });
}

test('the code that set an app up is used up: it signs nobody in', async () => {
    const { client, person, key, code } = await withApp(0);
    const page = await signInWith(person, code);
    equal(page.status, 422, page.path);
    ok(page.has('[data-test=form-post_sign_in_code]'));
    equal((await signInWith(person, totpCode(key, { steps: 1 }))).path, '/');
    // once it is in use, its key is shown to nobody, and a second click changes nothing
    equal((await client.get('/account/totp')).status, 404);
    equal((await client.get('/account/totp/image')).status, 404);
    await second(client, { second: 'email', second_password: person.password });
    await forgetFailures();
});

test('the second factor is changed with the password only', async () => {
    const { client, person } = await withApp(1);
    for (const choice of ['email', 'totp']) {
        for (const password of ['', 'not this one']) {
            const page = await second(client, { second: choice, second_password: password });
            equal(page.status, 422, page.path);
            ok(page.has('#second_password-error'), page.plain().slice(0, 500));
            equal(await factor(client), 'totp');
        }
    }
    const page = await second(client, { second: 'email', second_password: person.password });
    match(page.path, /^\/account\?notice=second-changed/);
    equal(await factor(client), 'email');
    await forgetFailures();
});

test('a choice stays with a mistake in the password, and what does not change is not said to', async () => {
    const { client, person } = await doors.family({ number: 0 });
    for (const password of ['', 'not this one']) {
        const page = await second(client, { second: 'totp', second_password: password });
        equal(page.status, 422);
        equal(page.attribute('input[name=second][checked]', 'value'), 'totp');
    }
    equal(await factor(client), 'email', 'it is not changed by that');
    const same = await second(client, { second: 'email', second_password: person.password });
    match(same.text('[data-test=msg-second-same]'), /Nothing has changed/);
    ok(!same.has('[data-test=msg-second-changed]'));
    await forgetFailures();
    // the app: no new key, and its old one stays
    const app = await withApp(0);
    const again = await second(app.client, { second: 'totp', second_password: person.password });
    match(again.path, /^\/account\?notice=second-same/);
    equal(await factor(app.client), 'totp');
    await second(app.client, { second: 'email', second_password: person.password });
    await forgetFailures();
});

test('a change of password or second factor is in the audit, and its owner is told by a mail that tells nothing', async () => {
    await forgetFailures();
    const { client, person } = await doors.family({ number: 1 });
    const { account } = await doors.here.db.one(`SELECT actor_id::text AS account FROM letterbox.audit
        WHERE actor_kind = 'account' AND act = 'signed_in' ORDER BY number DESC LIMIT 1`);
    const acts = async () => (await doors.here.db.query(`SELECT act FROM letterbox.audit WHERE actor_kind = 'account'
        AND actor_id = $1 ORDER BY number`, [account])).map(({ act }) => act).filter((act) => /_changed$/.test(act));
    const mails = () => doors.mailbox(person.email).messages().map(String).filter((mail) => /^Subject: Your account was changed/m.test(mail));
    const [had, told] = [(await acts()).length, mails().length];
    const password = (fields) => client.get('/account').then((page) => client.submit(page, 'form-post_account_password', fields));

    // what was not changed is not said to be
    equal((await password({ password_now: 'not this one', password: 'four quiet herons' })).status, 422);
    await second(client, { second: 'email', second_password: person.password });
    await second(client, { second: 'totp', second_password: 'not this one' });
    let page = await second(client, { second: 'totp', second_password: person.password });
    deepEqual((await acts()).slice(had), [], 'an app that is only being set up is no change yet');

    page = await client.submit(page, 'form-post_account_totp', { code: totpCode(page.text('ul.lb-groups').replaceAll(/\s/g, '')) });
    match(page.text('[data-test=msg-totp-on]'), /We have sent you an e-mail/);
    page = await second(client, { second: 'email', second_password: person.password });
    match(page.text('[data-test=msg-second-changed]'), /We have sent you an e-mail/);
    for (const [now, next] of [[person.password, 'four quiet herons'], ['four quiet herons', person.password]]) {
        page = await password({ password_now: now, password: next });
        match(page.text('[data-test=msg-password-changed-told]'), /We have sent you an e-mail/);
    }
    deepEqual((await acts()).slice(had), ['second_changed', 'second_changed', 'password_changed', 'password_changed']);
    await eventually(() => mails().length >= told + 4, { within: 20_000, what: 'a mail for each change' });
    const sent = mails().slice(told);
    deepEqual(sent.map((mail) => /The password of/.test(mail)).sort(), [false, false, true, true]);
    for (const mail of sent) {
        match(mail.replaceAll(/(=20)?\r?\n/g, ' '), /account with Post Desk was changed\. If that was you, all is well/);
        ok(!/adopt|child|letter(?!box)|famil|birth|contact/i.test(mail.slice(mail.indexOf('Hello'))), mail);
    }
    await forgetFailures();
});

test('each empty field says what it is that is missing', async () => {
    const { client } = await doors.family({ number: 2 });
    const account = await client.submit(await client.get('/account'), 'form-post_account_password', {});
    match(account.text('#password_now-error'), /Enter your password$/);
    match(account.text('#password-error'), /Enter a new password$/);
    const visitor = await doors.here.client(doors.running.portal);
    const join = await visitor.submit(await visitor.get('/join'), 'form-post_join', { code: 'ABC', email: '' });
    match(join.text('#code-error'), /Enter the whole code: 12 letters and numbers$/);
    match(join.text('#email-error'), /Enter your e-mail address$/);
    ok(!/do not match/.test(join.plain()), join.plain());
});

test('passwords are not guessed at an open account, wherever the guesses come from', async () => {
    await forgetFailures();
    const { client, person } = await doors.family({ number: 2 });
    const staff = await doors.staff('checker');
    for (const [who, form, field, right, more] of [
        [client, 'form-post_account_second', 'second_password', person.password, { second: 'email' }],
        [staff.client, 'form-post_account_password', 'password_now', staff.person.password, { password: 'four quiet herons' }]]) {
        for (let tries = 0; tries < 5; tries += 1) {
            const page = await (who.from(`127.0.2.${10 + tries}`)).get('/account');
            equal((await page.client.submit(page, form, { ...more, [field]: 'not this one' })).status, 422);
        }
        const page = await (who.from('127.0.2.99')).get('/account');
        equal((await page.client.submit(page, form, { ...more, [field]: right })).status, 429);
        await forgetFailures();
    }
});
