// SPDX-License-Identifier: AGPL-3.0-or-later
// `make bench`: measures speed and memory of what was built to be shipped, and prints each figure as
// `name value unit` on a line of its own. What is being measured, and how far it is, goes to stderr.
// Nothing here passes or fails: a figure depends on the machine and on what else it does.
//
//     node tests/bench/run.mjs                 // all
//     node tests/bench/run.mjs home sandbox   // those whose name holds one of the words
//     node tests/bench/run.mjs national       // what runs when it is named alone

import { runAll } from '../harness/test.mjs';

process.env.LETTERBOX_TEST_FILE = new URL(import.meta.url).pathname;
process.env.LETTERBOX_TEST_RUN ??= (await import('../harness/places.mjs')).runFolder();

const words = process.argv.slice(2);
const named = words.includes('national') ? ['national'] : [];
for (const part of [...named, 'home', 'guessing', 'upload', 'today', 'register', 'occasions', 'press', 'release', 'redact', 'sanitise', 'mail', 'import', 'programs'])
    await import(`./${part}.mjs`);

const failed = await runAll({
    pattern: words.length ? new RegExp(words.join('|')) : null,
    report: ({ event, name, ms, errors }) => {
        if (event === 'start')
            process.stderr.write(`# ${name} …\n`);
        else if (event === 'test')
            process.stderr.write([...errors, `# ${name}: ${(ms / 1000).toFixed(1)} s\n`].join('\n'));
    },
});
process.exit(failed > 0 ? 1 : 0);
