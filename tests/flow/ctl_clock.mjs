// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl clock: what time it is for Letterbox, moved in a demo, never in a live database.

import { before, equal, match, ok, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';

let here;

before(async () => {
    here = await site();
});

const now = async () => (await here.db.one(
    'SELECT extract(epoch FROM letterbox.now())::bigint::text AS s')).s;

test('the clock of a demo moves on by days, hours and minutes', async () => {
    const before_ = Number(await now());
    match((await here.ctl(['clock'])).stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(demo, 0 s ahead/);
    await here.ctl(['clock', '--advance', '40d']);
    await here.ctl(['clock', '--advance', '6h']);
    const { stdout } = await here.ctl(['clock', '--advance', '30m']);
    const by = 40 * 86_400 + 6 * 3600 + 30 * 60;
    match(stdout, new RegExp(`demo, ${by} s ahead`));
    const moved = Number(await now()) - before_;
    ok(moved >= by && moved < by + 60, `moved by ${moved}`);
});

test('what is no time is refused, and back it does not go', async () => {
    for (const words of [['40'], ['-3d'], ['3w'], ['d'], ['1000000000d']]) {
        const { code, stderr } = await here.ctl(['clock', '--advance', ...words], { status: 'any' });
        equal(code, 2, stderr);
    }
});

test('a jump of the system clock is told, and confirmed', async () => {
    await here.db.query(`UPDATE letterbox.cluster SET last_instant = last_instant - interval '3 days'`);
    await here.db.query('SELECT letterbox.clock_tick()');
    match((await here.ctl(['clock'])).stdout, /jumped by more than 24 hours/);
    const { stdout } = await here.ctl(['clock', '--confirm']);
    ok(!stdout.includes('jumped'));
    equal((await here.db.one('SELECT letterbox.clock_tick() AS runs')).runs, true);
});

test('a live database refuses', async () => {
    await here.db.query(`UPDATE letterbox.cluster SET clock_offset = interval '0', kind = 'live'`);
    const { code, stderr } = await here.ctl(['clock', '--advance', '1d'], { status: 'any' });
    equal(code, 1);
    match(stderr, /live: its clock is not moved/);
    await here.db.query(`UPDATE letterbox.cluster SET kind = 'demo'`);
});
