// SPDX-License-Identifier: AGPL-3.0-or-later
// What .ci/run promises of itself. The stages are a make of the test's own, which only waits or fails.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equal, folder, match, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { read } from '../harness/tree.mjs';

// The run with this in place of make: { code, stdout }.
async function ci(body, environment = {}) {
    const home = folder('ci');
    writeFileSync(join(home, 'make'), `#!/bin/sh\n${body}\n`);
    chmodSync(join(home, 'make'), 0o755);
    return run(['bash', join(ROOT, '.ci/run')], { status: 'any',
        env: { ...process.env, PATH: `${home}:${process.env.PATH}`, ...environment } });
}

test('each stage is named with its time, and a run that takes too long fails itself', async () => {
    const whole = await ci('exit 0');
    equal(whole.code, 0);
    for (const stage of ['make lint CC=gcc', 'make lint CC=clang', 'make test'])
        match(whole.stdout, new RegExp(`\\d s  ${stage} \\(passed\\)`));
    match(whole.stdout, /\d s {2}altogether \(limit 3600 s\)/);
    const slow = await ci('[ "$1" = lint ] || exec sleep 60', { LIMIT_S: '2' });
    equal(slow.code, 1);
    match(slow.stdout, /the time limit of 2 s is used up/);
    match(slow.stdout, /make test \(failed, status 124\)/);
});

test('a stage that fails ends the run, and the limit is an hour', async () => {
    const failed = await ci('[ "$2" != CC=clang ] || exit 3');
    equal(failed.code, 1);
    match(failed.stdout, /make lint CC=clang \(failed, status 3\)/);
    ok(!failed.stdout.includes('=== make test'), 'nothing runs after it');
    match(read('.ci/run'), /^LIMIT_S=\$\{LIMIT_S:-3600\}$/m);
});
