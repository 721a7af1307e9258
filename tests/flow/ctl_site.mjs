// SPDX-License-Identifier: AGPL-3.0-or-later
// What init and demo make: a whole installation, with records that open with the right keys alone.

import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, equal, match, ok, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';

let here;

before(async () => {
    here = await site();
});

test('init makes two agencies, each with its keys and its first administrator', async () => {
    const agencies = await here.db.query(`SELECT a.slug, a.demo,
        (SELECT string_agg(k.purpose, ' ' ORDER BY k.purpose) FROM letterbox.agency_key k
          WHERE k.agency_id = a.agency_id AND k.state = 'active') AS keys FROM letterbox.agency a
        ORDER BY a.slug`);
    equal(agencies.map(({ slug }) => slug).join(), 'brackendale,fernshire');
    for (const { demo, keys } of agencies) {
        ok(demo);
        equal(keys, 'archive archive desk mail post press');
    }
});

test('each key stands in the folder of the process that holds it, and in no other', () => {
    const kinds = (name) => readFileSync(join(here.home, 'keys', name), 'utf8').split('\n')
        .filter((line) => line && !/^(letterbox keys|#)/.test(line))
        .map((line) => line.split(' ')[0]).sort().join(' ');
    equal(kinds('portal/fernshire.keys'), 'lookup-sign-in');
    equal(kinds('portal/host.keys'), 'host');
    equal(kinds('desk/fernshire.keys'),
        'digest-screen lookup-address lookup-alias lookup-phone lookup-sender lookup-staff');
    equal(kinds('press/fernshire.keys'),
        'digest-screen lookup-address lookup-alias lookup-phone lookup-sender press');
    equal(kinds('post/fernshire.keys'), 'lookup-double post');
    for (const folder of ['portal', 'desk', 'press', 'post'])
        for (const name of readdirSync(join(here.home, 'keys', folder)))
            equal(statSync(join(here.home, 'keys', folder, name)).mode & 0o777, 0o600, name);
});

test('no server holds the secret half of an archive key', () => {
    const secrets = readdirSync(join(here.home, 'gnupg/private-keys-v1.d'));
    equal(secrets.length, 4, 'two mail keys, each with its encryption subkey');
    for (const place of ['one', 'two'])
        ok(existsSync(join(here.home, 'run/archive-keys-of-the-demo', place, 'private-keys-v1.d')));
});

test('the demo has staff of every role, families with accounts, and register rows', async () => {
    for (const role of ['administrator', 'coordinator', 'checker', 'manager', 'inspector'])
        match(here.person(role).code(), /^[0-9]{6}$/);
    const { arrangements, accounts, welcome } = await here.db.one(`SELECT
        (SELECT count(*)::int FROM letterbox.arrangement) AS arrangements,
        (SELECT count(*)::int FROM letterbox.account) AS accounts,
        (SELECT count(*)::int FROM letterbox.job WHERE kind = 'welcome_account') AS welcome`);
    equal(arrangements, 12);
    equal(accounts, 6);
    equal(welcome, 6);
    equal(here.people.filter(({ role }) => role === 'family').length, 6);
});

test('a second run of init and demo changes nothing', async () => {
    const count = () => here.db.one(`SELECT (SELECT count(*)::int FROM letterbox.arrangement) AS a,
        (SELECT count(*)::int FROM letterbox.staff) AS s,
        (SELECT count(*)::int FROM letterbox.agency_key) AS k`);
    const was = await count();
    await here.ctl(['init', '--demo', '--one-user', '--conf', here.conf]);
    const { stdout } = await here.ctl(['demo', '--small', '--conf', here.conf]);
    match(stdout, /of both agencies are there/);
    rmSync(join(here.runFolder, 'demo-loaded'), { force: true });
    match((await here.ctl(['demo', '--small', '--conf', here.conf])).stdout, /fernshire: 6 are there/,
        'also where the note of it is lost');
    const is = await count();
    equal(JSON.stringify(is), JSON.stringify(was));
});
