#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// `make fuzz`: runs each fuzz target of build/fuzz for FUZZ_SECONDS (60), two at a time, starting from its committed
// seeds and from what earlier runs found (build/fuzz/found/NAME, never committed), with tests/fuzz/NAME.dict if
// there is one. FUZZ_ONLY=NAME,NAME runs only these. An input that fails is kept in build/fuzz/failed and named.
//
// What counts is how much of the program the inputs reach: tests/fuzz/edges has the covered edges of each target, and
// fewer than nine tenths of that fail (a seed lost, a format changed, a check that turns everything away). When a
// change of the program is the reason: `make fuzz FUZZ_SAVE=1` writes what this run covered, for the targets that ran.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const build = join(root, 'build/fuzz');
const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
if (!Number.isInteger(seconds) || seconds < 1) {
    console.error('FUZZ_SECONDS is a whole number of seconds, 1 or more.');
    process.exit(2);
}
const only = process.env.FUZZ_ONLY?.split(',');
const all = readdirSync(join(root, 'tests/fuzz'))
    .map((name) => /^fuzz_(\w+)\.c$/.exec(name)?.[1])
    .filter(Boolean);
const unknown = only?.filter((name) => !all.includes(name)) ?? [];
if (unknown.length > 0) {
    console.error(`There is no fuzz target ${unknown.join(', ')}. There are: ${all.join(' ')}.`);
    process.exit(2);
}

const EDGES = join(root, 'tests/fuzz/edges');
const SHARE = 0.9;
const edgeLines = readFileSync(EDGES, 'utf8').trimEnd().split('\n');
const edges = new Map(edgeLines.filter((line) => !line.startsWith('#')).map((line) => line.split(' '))
    .map(([name, count]) => [name, Number(count)]));
const saving = process.env.FUZZ_SAVE === '1';

const running = new Set();
const failed = join(build, 'failed');
mkdirSync(failed, { recursive: true });

function fuzz(name) {
    const seeds = join(root, 'tests/fuzz/seeds', name);
    const found = join(build, 'found', name);
    const dictionary = join(root, 'tests/fuzz', `${name}.dict`);
    mkdirSync(found, { recursive: true });
    const argv = [`-max_total_time=${seconds}`, '-timeout=25', '-rss_limit_mb=2048',
        '-max_len=131072', '-print_final_stats=1', `-artifact_prefix=${failed}/${name}-`];
    if (existsSync(dictionary))
        argv.push(`-dict=${dictionary}`);
    argv.push(found);
    if (existsSync(seeds))
        argv.push(seeds);
    return new Promise((done) => {
        const child = spawn(join(build, 'tests/fuzz', `fuzz_${name}`), argv,
            { stdio: ['ignore', 'ignore', 'pipe'] });
        running.add(child);
        let text = '';
        child.stderr.setEncoding('utf8').on('data', (piece) => {
            text = (text + piece).slice(-200_000);
        });
        child.on('error', (error) => done({ name, good: false, text: String(error) }));
        child.on('close', (code) => {
            running.delete(child);
            const runs = /stat::number_of_executed_units:\s*(\d+)/.exec(text)?.[1] ?? '?';
            const covered = Number([...text.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? 0);
            done({ name, good: code === 0, runs, covered, text });
        });
    });
}

for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
        for (const child of running)
            child.kill('SIGTERM');
        process.exit(1);
    });

const queue = only ?? [...all];
let good = 0;
const bad = [];
async function work() {
    for (let name = queue.shift(); name; name = queue.shift()) {
        const outcome = await fuzz(name);
        const { runs, covered } = outcome;
        const wanted = edges.get(name) ?? Infinity;
        if (outcome.good && saving)
            edges.set(name, covered);
        if (outcome.good && (saving || covered >= wanted * SHARE)) {
            good++;
            console.log(`${name}: ${runs} inputs, ${covered} edges covered`);
        } else if (outcome.good) {
            bad.push(name);
            console.log(`${name}: FAILED: ${runs} inputs, ${covered} edges covered, of ${edges.get(name) ?? 'an unknown number'
            } in tests/fuzz/edges`);
        } else {
            bad.push(name);
            console.log(`${name}: FAILED\n${outcome.text.slice(-8000)}`);
        }
    }
}
await Promise.all([work(), work()]);

if (saving) {
    const head = edgeLines.filter((line) => line.startsWith('#'));
    const lines = [...edges].filter(([name]) => all.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `${name} ${count}`);
    writeFileSync(EDGES, [...head, ...lines, ''].join('\n'));
}
const kept = readdirSync(failed);
if (kept.length === 0)
    rmSync(failed, { recursive: true });
for (const file of kept)
    console.log(`kept: build/fuzz/failed/${file} (${readFileSync(join(failed, file)).length} bytes)`);
console.log(`${good} passed, ${bad.length} failed`);
process.exit(bad.length > 0 ? 1 : 0);
