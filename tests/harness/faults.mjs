// SPDX-License-Identifier: AGPL-3.0-or-later
// The step boundaries and outside calls that the sources name with FAULT_POINT and FAULT_FAILS.
//
//     for (const { name } of faultPoints(['worker/press', 'worker/queue'])) …
//     deepEqual(neverReached(faultLog, faultPoints()), []);

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './places.mjs';

const sources = (path) => (!existsSync(path) ? []
    : readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
        (entry.isDirectory() ? sources(join(path, entry.name))
            : /\.[ch]$/.test(entry.name) ? [join(path, entry.name)] : [])));

function find(macro, folders) {
    const found = new Map();
    for (const file of folders.flatMap((folder) => sources(join(ROOT, folder)))) {
        if (/\/lib\/sys\/fault\.[ch]$/.test(file))
            continue;
        readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
            for (const [, name] of line.matchAll(new RegExp(`\\b${macro}\\((\\w+)\\)`, 'g')))
                found.set(name, { name, where: `${relative(ROOT, file)}:${index + 1}` });
        });
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const ALL = ['lib', 'server', 'worker', 'ops'];
export const faultPoints = (folders = ALL) => find('FAULT_POINT', folders);
export const faultCalls = (folders = ALL) => find('FAULT_FAILS', folders);

// What processes wrote into LETTERBOX_FAULT_LOG.
const reached = (log) => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []);
export const timesReached = (log, name) => reached(log).filter((one) => one === name).length;

// Those of `wanted` that no process wrote there.
export function neverReached(log, wanted) {
    const seen = new Set(reached(log));
    return wanted.filter(({ name }) => !seen.has(name)).map(({ name, where }) => `${name} (${where})`);
}
