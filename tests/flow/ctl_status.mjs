// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl status: what an operator or a monitor asks first. And every subcommand has its help.

import { join } from 'node:path';
import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';
import { run } from '../harness/spawn.mjs';

let here;

before(async () => {
    here = await site();
});

const status = (...words) => here.ctl(['status', ...words], { status: 'any' });

test('it says what waits, for each agency, and exits 0 while nothing is wrong', async () => {
    const { code, stdout, stderr } = await status('--json');
    equal(code, 0, stderr);
    const all = JSON.parse(stdout);
    ok(all.well);
    equal(all.database.schema, all.database.program);
    equal(all.database.kind, 'demo');
    equal(all.agencies.map(({ slug }) => slug).join(), 'brackendale,fernshire');
    const press = all.agencies[1].jobs.find(({ worker, state }) => worker === 'press' && state === 'ready');
    equal(press.jobs, 3, 'welcome_account for three accounts');
    equal(all.processes.length, 5);
    const text = (await status()).stdout;
    match(text, /^fernshire: \d+ audit rows, demo$/m);
    match(text, /^ {4}press {2}3 wait since 20/m);
});

test('names that tell what the service is for are warned of, and nothing is wrong for that', async () => {
    const was = structuredClone(here.settings);
    const tls = { one: join(here.home, 'cn.crt'), two: join(here.home, 'san.crt') };
    const made = (path, subject, names) => run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-keyout', '/dev/null', '-subj', subject, '-addext', `subjectAltName=${names}`, '-days', '2', '-out', path]);
    await made(tls.one, '/O=Fernshire Adoption/CN=portal.test', 'DNS:portal.test');
    await made(tls.two, '/CN=portal.test', 'DNS:portal.test,DNS:families.portal.test');
    const warnings = async () => JSON.parse((await status('--json')).stdout).warnings;
    deepEqual(await warnings(), [], 'as it is');
    for (const [section, key, text, word, where = `[${section}] ${key}`, told = text] of [
        ['portal', 'host_name', 'adoption.test', 'adopt'],
        ['portal', 'origin', 'https://Children.test', 'child'],
        ['desk', 'host_name', 'letterbox.test', 'letterbox'],
        ['desk', 'origin', 'https://letter-box.test', 'letterbox'],
        ['smtp', 'host', 'mail.adopt.test', 'adopt'],
        ['smtp', 'ehlo_name', 'mail.families.test', 'famil'],
        ['smtp', 'from', 'letterbox@fernshire.test', 'letterbox'],
        ['service', 'name', 'The Family Post', 'famil'],
        ['service', 'email', 'help@adopt.test', 'adopt'],
        ['mailbox_1', 'address', 'adoption@fernshire.test', 'adopt'],
        ['mailbox_3', 'reply_domain', 'child.fernshire.test', 'child'],
        ['portal', 'tls_certificate', tls.one, 'adopt', undefined, 'Fernshire Adoption'],
        ['portal', 'tls_certificate', tls.two, 'famil', undefined, 'families.portal.test'],
        ['desk', 'tls_certificate', tls.one, 'adopt', undefined, 'Fernshire Adoption'],
    ]) {
        Object.assign(here.settings, structuredClone(was));
        here.settings[section] = { ...here.settings[section], [key]: text };
        here.write();
        deepEqual(await warnings(), [{ where, text: told, word }]);
        const { code, stdout } = await status();
        equal(code, 0, where);
        ok(stdout.includes(`WARNING  ${where}: "${told}" has "${word}" in it`), stdout);
        delete here.settings[section];
    }
    Object.assign(here.settings, was);
    here.write();
    const agency = await here.agency();
    await here.db.query(`UPDATE letterbox.agency SET neutral_name = 'Letter Box', help_email = 'x@family.test' WHERE agency_id = $1`,
        [agency]);
    deepEqual(await warnings(), [{ where: 'fernshire: neutral name', text: 'Letter Box', word: 'letterbox' },
        { where: 'fernshire: e-mail for help', text: 'x@family.test', word: 'famil' }]);
    await here.db.query(`UPDATE letterbox.agency SET neutral_name = 'Post Desk', help_email = NULL WHERE agency_id = $1`, [agency]);
});

test('failed jobs, a jumped clock and another schema are wrong', async () => {
    const agency = await here.agency();
    await here.db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, state, run_at, made_at, ended_at)
        VALUES ($1, 77, 'post', 'send_mail', 'staff', now(), now(), now())`, [agency]);
    const failed = await status();
    equal(failed.code, 1);
    match(failed.stdout, /post {3}1 FAILED, with staff since/);
    await here.db.query('DELETE FROM letterbox.job WHERE job_id = 77');
    await here.db.query('UPDATE letterbox.cluster SET jump_found_at = now()');
    const jumped = await status('--json');
    equal(jumped.code, 1);
    ok(JSON.parse(jumped.stdout).database.clock_jumped);
    await here.ctl(['clock', '--confirm']);
    await here.db.query(`UPDATE letterbox.migration SET number = 9999
        WHERE number = (SELECT max(number) FROM letterbox.migration)`);
    const newer = await status();
    equal(newer.code, 1);
    match(newer.stdout, /NOT THIS PROGRAM'S/);
    const refused = await here.ctl(['migrate'], { status: 'any' });
    equal(refused.code, 1);
    match(refused.stderr, /has had migration 9999; this program knows only up to/);
});

test('without a database it still says what it can, and exits 1', async () => {
    await here.db.stop();
    const { code, stdout, stderr } = await status('--json');
    equal(code, 1);
    equal(JSON.parse(stdout).well, false);
    match(stderr, /PostgreSQL does not let this user in as lb_owner/);
    await here.db.start();
});

test('every subcommand has --help; one not yet built says so and exits 2', async () => {
    const { stdout } = await here.ctl(['--help']);
    const commands = [...stdout.matchAll(/^ {2}(\S+) +(.*)$/gm)];
    ok(commands.length >= 15);
    for (const [, name, words] of commands) {
        const help = await here.ctl([name, '--help']);
        match(help.stdout, new RegExp(`letterboxctl ${name}`));
        if (!words.includes('(not yet built)'))
            match(help.stdout, /Exit status:/, name);
        else
            equal((await here.ctl([name], { status: 'any' })).code, 2, name);
        if (!words.includes('(not yet built)'))
            equal((await here.ctl([name, '--nonsense'], { status: 'any' })).code, 2, name);
    }
});

test('a configuration that is not there is named with its cure', async () => {
    const { code, stderr } = await here.ctl(['status', '--conf', '/nowhere/letterbox.conf'], { status: 'any' });
    equal(code, 1);
    match(stderr, /\/nowhere\/letterbox\.conf cannot be read\. Name the configuration with --conf/);
});
