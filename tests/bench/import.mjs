// SPDX-License-Identifier: AGPL-3.0-or-later
// A spreadsheet of 5,500 arrangements: tried alone, read in, and read in again.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, test } from '../harness/test.mjs';
import { BUILD } from '../harness/places.mjs';
import { manyRows, sheet } from '../harness/sheets.mjs';
import { run } from '../harness/spawn.mjs';
import { figure, processorUnder, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const ROWS = 5500;

test('import', async () => {
    const { here } = await openPlace({ processes: [] });
    const path = join(folder('sheet'), 'many.csv');
    const who = here.person('coordinator');
    writeFileSync(path, sheet(manyRows(ROWS)));
    // what bash says of the time comes last on standard error: seconds of processor
    const timed = ['bash', '-c', 'TIMEFORMAT="%U %S"; time "$0" "$@"'];
    const read = async (...words) => {
        await here.db.query('UPDATE letterbox.staff SET last_totp_step = 0');
        const from = Date.now();
        const { stdout, stderr } = await run([...timed, join(BUILD, 'letterboxctl'), 'import', path, '--json', '--sign-in-fd', '0', ...words],
            { timeout: 300_000, env: { ...process.env, LETTERBOX_CONF: here.conf },
            input: `${who.email}\n${who.password}\n${who.code()}\n` });
        const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
        return { report: JSON.parse(stdout), s: (Date.now() - from) / 1000, cpu: user + system };
    };
    const alone = await read('--dry-run', '--offline');
    figure('import_offline', alone.s, 's', 2);
    const database = processorUnder(here.db.server.pid);
    const first = await read();
    figure('import_new', first.s, 's', 1);
    figure('import_new_rate', ROWS / first.s, 'rows/s', 0);
    figure('import_new_cpu', first.cpu, 's', 1);
    progress(`the database's processor: ${((processorUnder(here.db.server.pid) - database) / 1e6).toFixed(1)} s, without what has ended`);
    const again = await read();
    figure('import_again', again.s, 's', 1);
    if (first.report.new !== ROWS || again.report.unchanged !== ROWS)
        throw new Error('the rows were not read as they should be');
}, { timeout: 600_000 });
