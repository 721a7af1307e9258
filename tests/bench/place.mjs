// SPDX-License-Identifier: AGPL-3.0-or-later
// One installation for a part of the bench: the shipped programs, PostgreSQL with fsync, Exim.

import { openDoors } from '../harness/people.mjs';
import { BUILD } from '../harness/places.mjs';

export async function openPlace(options = {}) {
    const doors = await openDoors({ ...options, build: BUILD });
    const { db } = doors.here;
    await db.query('ALTER SYSTEM SET fsync = on');
    await db.query('SELECT pg_reload_conf()');
    return doors;
}
