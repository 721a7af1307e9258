// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl staff signs in an administrator as the desk does, and init refuses what would lose the
// archive.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, folder, match, ok, test } from '../harness/test.mjs';
import { postgres } from '../harness/postgres.mjs';
import { run } from '../harness/spawn.mjs';
import { site, totpCode } from '../harness/site.mjs';
import { BUILD_TEST } from '../harness/places.mjs';

let here;
let admin;
let steps = 0;

before(async () => {
    here = await site();
    admin = here.person('administrator');
});

// A code is good once, and only those of three steps are taken: the last used is set back.
async function signedIn(words, { who = admin, password = who.password, code = null } = {}) {
    await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
    return here.ctl(['staff', ...words, '--sign-in-fd', '0'], { status: 'any',
        input: `${who.email}\n${password}\n${code ?? who.code({ steps })}\n` });
}

const staff = async (where = '') => (await here.db.query(`SELECT role, state FROM letterbox.staff
    WHERE agency_id = $1 ${where} ORDER BY made_at`, [await here.agency()]));

let added;

test('an administrator adds a member of staff, who can then sign in', async () => {
    const { code, stdout, stderr } = await signedIn(['add', '--name', 'Robin Ellis', '--email',
        'Robin@fernshire.example', '--role', 'administrator']);
    equal(code, 0, stderr);
    const password = stdout.match(/First password: +(\S+)/)[1];
    const totp = stdout.match(/For the app: +([A-Z2-7 ]+)\n/)[1].replaceAll(' ', '');
    added = { email: 'robin@FERNSHIRE.example', password, code: () => totpCode(totp) };
    const listed = await signedIn(['disable', '--email', 'nobody@fernshire.example'],
        { who: added });
    equal(listed.code, 1);
    match(listed.stderr, /No active account has the e-mail address/);
});

test('a wrong password, a wrong code and an unknown address get one answer', async () => {
    const answers = [
        await signedIn(['disable', '--email', 'x@y.example'], { password: 'not this one' }),
        await signedIn(['disable', '--email', 'x@y.example'], { code: '000000' }),
        await signedIn(['disable', '--email', 'x@y.example'],
            { who: { ...admin, email: 'nobody@fernshire.example' } }),
    ];
    for (const { code, stderr } of answers) {
        equal(code, 1);
        match(stderr, /E-mail address, password or code is not right\./);
    }
});

test('five failures are too many for ten minutes, even with the right password', async () => {
    const who = here.person('administrator', { agency: 'brackendale' });
    for (let i = 0; i < 5; i++)
        await signedIn(['grant', '--email', 'x@y.example'], { who, password: 'wrong' });
    const { code, stderr } = await signedIn(['grant', '--email', 'x@y.example'], { who });
    equal(code, 1);
    match(stderr, /too many tries/);
});

test('only an administrator looks after accounts', async () => {
    const { code, stderr } = await signedIn(['disable', '--email', admin.email],
        { who: here.person('manager') });
    equal(code, 1);
    match(stderr, /Only an administrator/);
});

test('grant seals the desk key anew; disable ends the account; both are audited', async () => {
    equal((await signedIn(['grant', '--email', added.email])).code, 0);
    const done = await signedIn(['disable', '--email', added.email]);
    equal(done.code, 0, done.stderr);
    equal((await staff("AND state = 'disabled'")).length, 1);
    const gone = await signedIn(['disable', '--email', admin.email], { who: added });
    match(gone.stderr, /is not right/);
    const acts = await here.db.query(`SELECT act FROM letterbox.audit WHERE agency_id = $1
        AND act LIKE 'staff%' ORDER BY number DESC LIMIT 3`, [await here.agency()]);
    equal(acts.map(({ act }) => act).join(), 'staff_disabled,staff_granted,staff_added');
    const sessions = await here.db.one('SELECT count(*)::int AS n FROM letterbox.session');
    equal(sessions.n, 0, 'sessions end with the command');
});

test('an administrator does not disable their own account', async () => {
    match((await signedIn(['disable', '--email', admin.email])).stderr, /their own account/);
});

test('init refuses one archive key, the same key twice, and a secret key', async () => {
    const db = await postgres();
    const bare = await site({ db });
    const keys = folder('keys');
    const homes = ['one', 'two'].map((name) => join('/tmp', `letterbox-${process.pid}-${name}`));
    const gpg = async (home, ...words) => (await run(['gpg', '--homedir', home, '--batch',
        '--passphrase', '', ...words])).bytes;
    const files = [];
    try {
        for (const [i, home] of homes.entries()) {
            mkdirSync(home, { mode: 0o700 });
            await gpg(home, '--quick-gen-key', `Archive ${i} <a${i}@archive.example>`, 'future-default',
                'default', 'never');
            files.push(join(keys, `${i}.asc`));
            writeFileSync(files[i], await gpg(home, '--armor', '--export'));
        }
        writeFileSync(join(keys, 'secret.asc'), await gpg(homes[0], '--armor', '--export-secret-keys'));
    } finally {
        for (const home of homes)
            await run(['gpgconf', '--homedir', home, '--kill', 'gpg-agent']);
        await run(['rm', '-rf', ...homes]);
    }
    const init = (...archive) => run([join(BUILD_TEST, 'letterboxctl'), 'init', '--one-user', '--kind',
        'test', '--conf', bare.conf, '--agency', 'northshire', '--name', 'Northshire Council',
        '--neutral-name', 'Northshire Post Desk', '--admin-name', 'Kim Frost', '--admin-email',
        'kim@northshire.example', '--sign-in-fd', '0', ...archive.flatMap((file) => ['--archive-key', file])],
    { input: 'a long password\n', status: 'any' });
    const one = await init(files[0]);
    equal(one.code, 1);
    match(one.stderr, /needs two OpenPGP keys, kept in two places/);
    match((await init(files[0], files[0])).stderr, /one and the same/);
    match((await init(files[0], join(keys, 'secret.asc'))).stderr, /cannot be used/);
    equal((await db.one('SELECT count(*)::int AS n FROM letterbox.agency')).n, 0);
    const two = await init(...files);
    equal(two.code, 0, two.stderr);
    match(two.stdout, /otpauth:\/\/totp\//);
    const agency = await db.one('SELECT slug, demo FROM letterbox.agency');
    equal(agency.slug, 'northshire');
    ok(!agency.demo);
    equal((await init(...files)).code, 1, 'a second time it is there already');
});
