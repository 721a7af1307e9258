// SPDX-License-Identifier: AGPL-3.0-or-later
// The terms of an arrangement at the desk: each change is a version, none is lost, over real HTTPS.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { site } from '../harness/site.mjs';

let here;
let joan;       // coordinator
let path;
let id;
const FORM = 'form-post_arrangements_ID_terms';
const wrong = (page) => page.find('[data-test^=msg-]').map((one) => one.attribs['data-test'].slice(4));
const versions = () => here.db.query(`SELECT version, rule, starts_on::text AS starts, until_on::text AS until,
    avoid_months AS avoid, source FROM letterbox.agreement WHERE arrangement_id = $1 ORDER BY version`, [id]);
const year = new Date().getUTCFullYear();

before(async () => {
    here = await site();
    const desk = await here.start('desk');
    joan = (await staffAtDesk(here, desk, 'coordinator')).client;
    const add = async (fields) => (await joan.submit(await joan.get('/parties/new'), 'form-post_parties',
        { address_confirmed: 'yes', reachable: 'yes', ...fields })).path.split('?')[0].split('/')[2];
    const ann = await add({ kind: 'birth', name: 'Ann Marlowe', known_as: 'Ann', channel: 'post', address: '3 Mill Lane\nHX17 5ZZ' });
    const home = await add({ kind: 'adoptive', name: 'Priya Overbury', known_as: 'Priya', channel: 'post', address: '9 Beacon Hill\nLA38 1AA' });
    const page = await joan.submit(await joan.get(`/arrangements/new?party=${home}`), 'form-post_arrangements', {
        kind: 'indirect', child_birth_name: 'Kayla Marlowe', child_adoptive_name: 'Kayla Overbury', dob_day: 27,
        dob_month: 3, dob_year: year - 5, month: [4, 10], first_writer: 'adoptive', photos: 'no_face', court_order: 'none',
        adoptive: home, relative: ann });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    path = `${page.path.split('?')[0]}/terms`;
    id = (await here.db.one('SELECT arrangement_id::text AS id FROM letterbox.agreement ORDER BY made_at DESC LIMIT 1')).id;
});

test('each change is a version that says what is new, and the older ones stay', async () => {
    let page = await joan.submit(await joan.get(path), FORM, { month: [3, 11], every: 2, avoid: ['birthday'],
        avoid_month: ['m12'], enclosed: ['cards', 'drawings'], enclosures: 'no toys', called: 'Mummy Ann', source: 'order',
        agreed_day: 2, agreed_month: 3, agreed_year: year - 1, until_day: 31, until_month: 12, until_year: year + 9 });
    ok(page.has('[data-test=msg-arrangement-saved]'), page.plain().slice(0, 600));
    const [first, second] = await versions();
    equal(first.rule, 'FREQ=YEARLY;BYMONTH=4,10');
    equal(second.rule, `FREQ=YEARLY;INTERVAL=2;BYMONTH=3,11;UNTIL=${year + 9}1231`);
    equal(second.until, `${year + 9}-12-31`);
    deepEqual(second.avoid, [3, 12], 'the birthday is in March');
    equal(second.source, 'order');
    const rows = page.find('[data-test=row-agreement]').map((one) => one.attribs['data-id']);
    deepEqual(rows, ['2', '1']);
    equal(page.text('[data-test=agreement-changed]'),
        'New: months, how often, the end, hard months, what may come with a letter, names.');
    match(page.plain(), /March and November, every 2 years/);
    match(page.plain(), /cards and drawings \(no toys\)/);
    ok(page.has('[name=avoid][value=birthday][checked]') && page.has('[name=avoid_month][value=m12][checked]'));
    // What is saved unchanged is no version.
    page = await joan.submit(page, FORM, {});
    ok(page.has('[data-test=msg-arrangement-saved]'));
    equal((await versions()).length, 2);
});

test('terms that cannot be are refused at their field, and nothing is half done', async () => {
    const before = await versions();
    const page = await joan.get(path);
    const months = Array.from({ length: 12 }, (_, i) => `m${i + 1}`);
    for (const [fields, code, field] of [
        [{ starts_day: 1, starts_month: 2, starts_year: 2001 }, 'starts-early', '#starts_day-error'],
        [{ until_day: 1, until_month: 2, until_year: 2001 }, 'rule-never', '#until_day-error'],
        [{ avoid_month: months }, 'avoid-all', '#avoid-error'],
        [{ starts_day: 31, starts_month: 2, starts_year: year + 1 }, 'date-wrong', '#starts_day-error'],
        [{ every: 99 }, 'every-wrong', '#every-error'],
        [{ source: null }, 'source-missing', '#source-error'],
        [{ agreed_day: 1, agreed_month: 2, agreed_year: year + 2 }, 'date-to-come', '#agreed_day-error'],
    ]) {
        const again = await joan.submit(page, FORM, fields);
        equal(again.status, 422, code);
        deepEqual(wrong(again).filter((one) => one === code), [code], wrong(again).join());
        ok(again.has(field), field);
    }
    deepEqual(await versions(), before);
});

test('two at once: the second is told, and nothing is lost', async () => {
    const one = await joan.get(path);
    const other = await joan.get(path);
    ok((await joan.submit(one, FORM, { month: [6] })).has('[data-test=msg-arrangement-saved]'));
    const told = await joan.submit(other, FORM, { month: [7] });
    equal(told.status, 409);
    ok(wrong(told).includes('changed-meanwhile'));
    deepEqual(told.find('[name=month][checked]').map((box) => box.attribs.value), ['7'], 'what was typed is there');
    const kept = await versions();
    match(kept.at(-1).rule, /BYMONTH=6;/);
    ok((await joan.submit(told, FORM, {})).has('[data-test=msg-arrangement-saved]'), 'and can be saved after all');
    equal((await versions()).length, kept.length + 1);
});
