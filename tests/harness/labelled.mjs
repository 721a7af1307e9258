// SPDX-License-Identifier: AGPL-3.0-or-later
// The labelled letters of tests/corpus/redaction, and how build/letterbox-redact does on them by the corpus's tools.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, ROOT } from './places.mjs';
import { run } from './spawn.mjs';

export const CORPUS = join(ROOT, 'tests/corpus/redaction');
export const REDACT = join(BUILD, 'letterbox-redact');

// letters, own or more.
export const letterFiles = (folder) => readdirSync(join(CORPUS, folder)).filter((name) => name.endsWith('.txt'))
    .sort().map((name) => join(CORPUS, folder, name));

// Those whose number leaves 1 on division by 3 are held back: they are only measured.
export const isHeldBack = (file) => Number(/(\d+)\.txt$/.exec(file)[1]) % 3 === 1;

// As JSON lines: what the program may read, and what it should find.
export const gold = async (files) => (await run([join(CORPUS, 'to-jsonl'), ...files])).stdout;

// The figures of the last line of `score` by name, with leaks by tier and what else its report tells.
export async function score(files, folder) {
    const wanted = await gold(files);
    const predicted = (await run([REDACT], { input: wanted })).stdout;
    writeFileSync(join(folder, 'gold'), wanted);
    writeFileSync(join(folder, 'predicted'), predicted);
    const { stdout } = await run([join(CORPUS, 'score'), join(folder, 'gold'), join(folder, 'predicted')]);
    const last = stdout.trim().split('\n').at(-1);
    const figures = Object.fromEntries(last.split(' ').map((pair) => pair.split('='))
        .map(([name, value]) => [name, Number(value)]));
    const counted = (pattern) => {
        const found = pattern.exec(stdout);
        if (!found)
            throw new Error(`score's report has no line like ${pattern}:\n${stdout}`);
        return Number(found[1]);
    };
    return { last, figures, category: counted(/^category accuracy:.* = ([\d.]+)$/m),
        clean: counted(/^clean letters wrongly touched: (\d+) of/m),
        leaks: Object.fromEntries(['pattern', 'term', 'open', 'all']
            .map((tier) => [tier, counted(new RegExp(`^${tier} +(\\d+)`, 'm'))])) };
}

// { FORM: { recall, found, total } } for the letters' terms in disguise.
export async function disguises(files = []) {
    const { stdout } = await run([join(CORPUS, 'disguise'), '--figures', '--engine', REDACT, ...files],
        { timeout: 120_000 });
    return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(' '))
        .map(([form, recall, found, total]) => [form,
            { recall: Number(recall), found: Number(found), total: Number(total) }]));
}
