// SPDX-License-Identifier: AGPL-3.0-or-later
// What the parts of the bench share: figures, processor time, and the client written in C.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD } from '../harness/places.mjs';
import { run } from '../harness/spawn.mjs';

export const figure = (name, value, unit, digits = 1) =>
    process.stdout.write(`${name} ${value.toFixed(digits)} ${unit}\n`);

export const progress = (text) => process.stderr.write(`#   ${text}\n`);

export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
}

export const share = (values, part) =>
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

const statOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').map(Number);

// Microseconds of processor time that a process and its threads have used.
export const processorOf = (pid) => (statOf(pid)[11] + statOf(pid)[12]) * 10_000;

// The same of a process and those that it has started: PostgreSQL has one a connection.
export function processorUnder(pid) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return [pid, ...children].reduce((sum, one) => sum + processorOf(one), 0);
}

// KiB: VmRSS is now, VmHWM the most so far.
export const memory = (pid, field) => Number(
    new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

const LOAD = join(BUILD, 'tests/bench/bench_load');

// { requests, failed, rate, p50, p95, p99, most, client_us }
export async function askPages({ host, port, path, cookie, connections = 8, seconds = 5 }) {
    const { stdout } = await run([LOAD, 'pages', host, String(port), path, cookie, String(connections),
        String(seconds)], { timeout: 300_000 });
    return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(' '))
        .map(([name, value]) => [name, Number(value)]));
}

// Whole requests from files: [{ status, ms }].
export async function sendFiles(port, files, { atOnce = false } = {}) {
    const { stdout } = await run([LOAD, atOnce ? 'crowd' : 'send', String(port), ...files], { timeout: 600_000 });
    return stdout.trim().split('\n').map((line) => line.split(' ').map(Number))
        .map(([status, ms]) => ({ status, ms }));
}

export const cookieOf = (client) => [...client.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
