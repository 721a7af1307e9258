// SPDX-License-Identifier: AGPL-3.0-or-later
// The redactor: speed beside PCRE2 (bench_redact.c), memory over 100,000 letters, how its work grows, and how it does
// on the labelled letters: all that were there first, the third of them that is held back, our own thirty, and those
// by other hands. `make bench` builds what this needs.

import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROWING, growth } from '../harness/growth.mjs';
import { REDACT, disguises, gold, isHeldBack, letterFiles, score } from '../harness/labelled.mjs';
import { BUILD } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';
import { folder, test } from '../harness/test.mjs';
import { figure, memory, processorOf, progress } from './figures.mjs';

const LETTERS = Number(process.env.BENCH_REDACT_LETTERS ?? 100_000);
const EARLY = LETTERS / 100;
const ON_THE_WAY = 50;      // answers that may still wait in the program's buffer
const SIZE = 256 * 1024;

test('redact speed', async () => {
    const file = join(folder('speed'), 'letters');
    writeFileSync(file, await gold(letterFiles('letters')));
    process.stdout.write((await run([join(BUILD, 'tests/bench/bench_redact'), file], { timeout: 300_000 })).stdout);
}, { timeout: 310_000 });

test('redact memory', async () => {
    const letters = (await gold(letterFiles('letters'))).trim().split('\n').map((line) => ({ line: `${line}\n`,
        size: Buffer.byteLength(JSON.parse(line).text) }));
    const child = spawn(REDACT, { stdio: ['pipe', 'pipe', 'inherit'] });
    let answered = 0;
    child.stdout.on('data', (bytes) => {
        for (const byte of bytes)
            answered += byte === 10 ? 1 : 0;
    });
    let sent = 0;
    let bytes = 0;
    const until = async (count) => {
        for (; sent < count; sent += 1) {
            const { line, size } = letters[sent % letters.length];
            bytes += size;
            if (!child.stdin.write(line))
                await once(child.stdin, 'drain');
            if (sent % 20_000 === 0)
                progress(`${sent} of ${LETTERS} letters`);
        }
        while (answered < count - ON_THE_WAY)
            await once(child.stdout, 'data');
        return memory(child.pid, 'VmRSS');
    };
    const early = await until(EARLY);
    const late = await until(LETTERS);
    const most = memory(child.pid, 'VmHWM');
    const used = processorOf(child.pid);
    child.stdin.end();
    await once(child, 'exit');
    figure('redact_program', bytes / used, 'MB/s', 2);
    figure('redact_resident', most / 1024, 'MiB');
    figure(`redact_resident_growth_${LETTERS}`, (late - early) / 1024, 'MiB', 2);
}, { timeout: 600_000 });

test('redact growth', async () => {
    for (const [name, unit] of Object.entries(GROWING)) {
        const { factor } = await growth(unit, SIZE);
        figure(`redact_growth_${name}`, factor, 'times', 3);
    }
}, { timeout: 900_000 });

test('redact quality', async () => {
    const letters = letterFiles('letters');
    for (const [name, files] of Object.entries({ all: letters, held: letters.filter(isHeldBack),
        own: letterFiles('own'), more: letterFiles('more') })) {
        const { figures, category, clean, leaks } = await score(files, folder(name));
        for (const [what, value] of Object.entries({ ...figures, category }))
            figure(`redact_${name}_${what}`, value, 'share', 4);
        for (const [tier, count] of Object.entries(leaks))
            figure(`redact_${name}_leaks_${tier}`, count, 'spans', 0);
        figure(`redact_${name}_clean_touched`, clean, 'letters', 0);
    }
    for (const [form, { recall }] of Object.entries(await disguises()))
        figure(`redact_disguised_${form}`, recall, 'share', 4);
}, { timeout: 300_000 });
