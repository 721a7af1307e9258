// SPDX-License-Identifier: AGPL-3.0-or-later
// The ladder's page: who may see and change it, what is wrong is told at the field, and of two who change it at once the second.

import { before, deepEqual, equal, match, ok, test } from '../harness/test.mjs';
import { codes } from '../harness/office.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { site } from '../harness/site.mjs';

let here;
let desk;
let bernard;
before(async () => {
    here = await site();
    desk = await here.start('desk');
    bernard = (await staffAtDesk(here, desk, 'manager')).client;
}, { timeout: 120_000 });

const steps = (page) => page.find('[data-test=ladder-steps] li').length;
const put = async (fields, from = null) => bernard.submit(from ?? await bernard.get('/ladder'), 'form-post_ladder', fields);
const empty = (...numbers) => Object.fromEntries(numbers.map((number) => [`days_${number}`, '']));

test('a manager changes the ladder, and is told what is wrong at the field', async () => {
    let page = await bernard.get('/late');
    page = await bernard.get(page.link('ladder-open'));
    equal(steps(page), 5);
    match(page.text('[data-test=ladder-steps]'), /28 days before: a kind reminder.*14 days after: one of us rings them, or looks.*42 days after/s);
    for (const [fields, code, field] of [
        [{ days_2: '30' }, 'ladder-order', 'days_2'], [{ days_1: '81' }, 'ladder-day', 'days_1'], [{ days_3: 'x' }, 'ladder-day', 'days_3'],
        [{ act_4: 'notice' }, 'ladder-human', 'days_4'], [{ act_5: 'staff' }, 'ladder-last', 'days_5'], [{ tell_after: '0' }, 'ladder-tell', 'tell_after'],
        [empty(1, 2, 3, 4), 'ladder-short', 'days_1'],
    ]) {
        page = await put(fields);
        equal(page.status, 422);
        deepEqual(codes(page), [code]);
        ok(page.has(`.govuk-error-summary a[href="#${field}"]`), `${code} at ${field}`);
        if (fields.days_2)
            equal(page.attribute('input[name=days_2]', 'value'), '30', 'what was typed is kept');
    }
    page = await put({ ...empty(1), days_2: '7', tell_after: '21' });
    ok(codes(page).includes('ladder-changed'), page.plain().slice(0, 600));
    equal(steps(page), 4);
    match(page.plain(), /If a letter is 21 days late/);
});

test('two managers change it at once: the second is told, and nothing is lost', async () => {
    const stale = await bernard.get('/ladder');
    ok(codes(await put({ tell_after: '20' })).includes('ladder-changed'));
    const page = await put({ tell_after: '10' }, stale);
    equal(page.status, 409);
    deepEqual(codes(page), ['changed-meanwhile']);
    equal(page.attribute('input[name=tell_after]', 'value'), '10', 'what was typed is kept');
    match((await bernard.get('/ladder')).plain(), /If a letter is 20 days late/);
});

test('others see the ladder and cannot change it', async () => {
    const { client: joan } = await staffAtDesk(here, desk, 'coordinator');
    const page = await joan.get('/ladder');
    ok(steps(page) > 1 && !page.has('form[data-test=form-post_ladder]'));
});
