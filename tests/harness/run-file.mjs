// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs one test file and writes one JSON line an event to descriptor 3. Started by run.mjs only.

import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [file, pattern] = process.argv.slice(2);
const EVENTS_FD = 3;
process.env.LETTERBOX_TEST_FILE = file;

const report = (event) => writeSync(EVENTS_FD, `${JSON.stringify(event)}\n`);

const harness = await import('./test.mjs');
await import(pathToFileURL(file));
const failed = await harness.runAll({ report, pattern: pattern ? new RegExp(pattern) : null });
// A forgotten socket or timer must not keep a finished file open.
process.exit(failed > 0 ? 1 : 0);
