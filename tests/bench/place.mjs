// SPDX-License-Identifier: AGPL-3.0-or-later
// One installation for a part of the bench: the shipped programs, Exim, and PostgreSQL as an
// installation has it (ops/letterboxctl/cluster.c), not in the haste of tests.

import { openDoors } from '../harness/people.mjs';
import { BUILD } from '../harness/places.mjs';

const SETTINGS = { fsync: 'on', shared_buffers: '128MB', wal_buffers: '16MB' };

export async function settle(db) {
    for (const [name, value] of Object.entries(SETTINGS))
        await db.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await db.stop();
    await db.start();
}

export async function openPlace({ processes, ...options } = {}) {
    const doors = await openDoors({ ...options, processes: [], build: BUILD });
    await settle(doors.here.db);
    for (const name of processes)
        doors.running[name] = await doors.here.start(name, { build: BUILD });
    return doors;
}
