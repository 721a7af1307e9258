// SPDX-License-Identifier: AGPL-3.0-or-later
// The redactor: its speed and memory, and what it finds in the labelled letters. The letters whose
// number leaves 1 on division by 3 are held back from whoever works on it.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, ROOT } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { folder, test } from '../harness/test.mjs';

const CORPUS = join(ROOT, 'tests/corpus/redaction');
const LETTERS = readdirSync(join(CORPUS, 'letters')).map((name) => join(CORPUS, 'letters', name)).sort();
const isHeldBack = (path) => Number(/(\d+)\.txt$/.exec(path)[1]) % 3 === 1;

async function score(name, letters, scratch) {
    const gold = join(scratch, `${name}.gold`), predicted = join(scratch, `${name}.predicted`);
    const records = (await run([join(CORPUS, 'to-jsonl'), ...letters])).stdout;
    writeFileSync(gold, records);
    writeFileSync(predicted, (await run([join(BUILD, 'letterbox-redact')], { input: records })).stdout);
    const { stdout } = await run([join(CORPUS, 'score'), gold, predicted]);
    for (const pair of stdout.trim().split('\n').at(-1).split(' ')) {
        const [figure, value] = pair.split('=');
        process.stdout.write(`redact_${name}_${figure} ${value} share\n`);
    }
    return gold;
}

test('redact', async () => {
    const scratch = folder();
    const all = await score('all', LETTERS, scratch);
    await score('held_back', LETTERS.filter(isHeldBack), scratch);
    const { stdout } = await run([join(BUILD, 'tests/bench/bench_redact'), all], { timeout: 300_000 });
    process.stdout.write(stdout);
}, { timeout: 310_000 });
