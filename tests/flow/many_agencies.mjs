// SPDX-License-Identifier: AGPL-3.0-or-later
// A country's authorities in one database: whoever works in one of them, or writes by way of it, still signs in.

import { before, equal, match, test } from '../harness/test.mjs';
import { addAgencies } from '../harness/agencies.mjs';
import { openDoors } from '../harness/people.mjs';

let doors;

before(async () => {
    doors = await openDoors({ processes: [] });
    equal((await addAgencies(doors.here, 180)).length, 180);
    for (const name of ['portal', 'desk', 'post'])
        doors.running[name] = await doors.here.start(name);
}, { timeout: 180_000 });

test('among 182 agencies staff and families sign in', async () => {
    match((await doors.staff('coordinator')).home.plain(), /Today/);
    match((await doors.family()).home.plain(), /Your letters|Write a letter/i);
}, { timeout: 60_000 });
