// SPDX-License-Identifier: AGPL-3.0-or-later
// A whole country in one database: 150,000 arrangements of 150 authorities, the largest with 5,500, and 3,000,000 letters.
// Pages are timed in the largest, whose people's records open; everywhere else sealed columns hold bytes of the right size.
// It takes most of an hour and 60 GB of disk: `make bench-national` runs it, `make bench` leaves it out.

import { test } from '../harness/test.mjs';
import { addAgencies } from '../harness/agencies.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { BUILD } from '../harness/places.mjs';
import { planners, widePlans } from '../harness/plans.mjs';
import { FILL_BASE, fillRegister, sealRegister } from '../harness/register.mjs';
import { figure, progress } from './figures.mjs';
import { openPlace } from './place.mjs';
import { pages, searches } from './register.mjs';

const SHARE = Number(process.env.SHARE ?? 1);      // a hundredth, to try the bench itself
const AUTHORITIES = 150;
const LARGEST = 5500;
const ARRANGEMENTS = 150_000;
const LETTERS_EACH = 20;

// The others share what is left: from 5 % to 195 % of the average, as small boroughs and large counties do.
function sizes() {
    const average = (ARRANGEMENTS - LARGEST) / (AUTHORITIES - 1);
    return Array.from({ length: AUTHORITIES - 1 }, (_, n) => Math.max(1, Math.round(SHARE * average * (0.05 + 1.9 * n / (AUTHORITIES - 2)))));
}

test('national', async () => {
    const doors = await openPlace({ processes: [] });
    const { db } = doors.here;
    const agency = await doors.here.agency('fernshire');
    const largest = Math.round(LARGEST * SHARE);
    const made = await fillRegister(db, agency, { arrangements: largest, letters: largest * LETTERS_EACH });
    const all = { arrangements: largest, letters: largest * LETTERS_EACH };
    const authorities = await addAgencies(doors.here, AUTHORITIES - 1);
    for (const [n, arrangements] of sizes().entries()) {
        await fillRegister(db, authorities[n], { arrangements, letters: arrangements * LETTERS_EACH, base: FILL_BASE + (n + 1) * 1_000_000_000, staffOf: agency });
        all.arrangements += arrangements;
        all.letters += arrangements * LETTERS_EACH;
        progress(`${n + 2} of ${AUTHORITIES} authorities`);
    }
    await sealRegister(db, agency, { arrangements: largest });
    figure('national_arrangements', all.arrangements, '', 0);
    figure('national_letters', all.letters, '', 0);
    figure('national_database', Number((await db.one('SELECT pg_database_size(current_database()) AS size')).size) / 2 ** 30, 'GiB');
    const wide = Object.entries(await widePlans(await planners(db)));
    for (const [query, tables] of wide)
        progress(`${query} reads ${tables.join(', ')}`);
    figure('national_wide_plans', wide.length, '', 0);
    doors.running.desk = await doors.here.start('desk', { build: BUILD });
    const { client } = await staffAtDesk(doors.here, doors.running.desk, 'coordinator');
    await searches(doors, client, 'national');
    await pages(doors, client, made, 'national');
}, { timeout: 7_200_000 });
