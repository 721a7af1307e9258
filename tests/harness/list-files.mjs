// SPDX-License-Identifier: AGPL-3.0-or-later
// Prints the names of the tests of all FILES, one JSON line a file: { file, names }. Started by run.mjs only. Files register
// their tests as they are loaded, and do nothing else, so that one process can load them all.

import { pathToFileURL } from 'node:url';
import { takeNames } from './test.mjs';

for (const file of process.argv.slice(2)) {
    process.env.LETTERBOX_TEST_FILE = file;
    await import(pathToFileURL(file));
    process.stdout.write(`${JSON.stringify({ file, names: takeNames() })}\n`);
}
process.exit(0);
