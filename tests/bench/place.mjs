// SPDX-License-Identifier: AGPL-3.0-or-later
// One installation for a part of the bench: the shipped programs, Exim, and PostgreSQL as an
// installation has it (ops/letterboxctl/cluster.c), not in the haste of tests.

import { openDoors } from '../harness/people.mjs';
import { BUILD } from '../harness/places.mjs';

const SETTINGS = { fsync: 'on', shared_buffers: '128MB', wal_buffers: '16MB', wal_writer_delay: '10ms', min_wal_size: '512MB', max_wal_size: '1GB' };
const LOG_FILES = 24;

// As if it had run for a while: its log's files are there and are written over, not made.
async function warm(db) {
    await db.query('CREATE TABLE public.warm (n integer)');
    for (let n = 0; n < LOG_FILES; n += 1) {
        await db.query('INSERT INTO public.warm VALUES (1)');
        await db.query('SELECT pg_switch_wal()');
    }
    await db.query('DROP TABLE public.warm');
    await db.query('CHECKPOINT');
}

export async function settle(db) {
    for (const [name, value] of Object.entries(SETTINGS))
        await db.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await db.stop();
    await db.usualLog();
    await db.start();
    await warm(db);
}

export async function openPlace({ processes, ...options } = {}) {
    const doors = await openDoors({ ...options, processes: [], build: BUILD });
    await settle(doors.here.db);
    for (const name of processes)
        doors.running[name] = await doors.here.start(name, { build: BUILD });
    return doors;
}
