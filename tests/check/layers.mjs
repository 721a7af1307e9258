// SPDX-License-Identifier: AGPL-3.0-or-later
// Includes go one way (STYLE.md, the house).

import { dirname, join, normalize } from 'node:path';
import { existsSync } from 'node:fs';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { files, includes, read } from '../harness/tree.mjs';

const BASE = ['lib/core'];
const MIDDLE = ['lib/rules', 'lib/redact', 'lib/sys'];
const UPPER = ['lib/store', 'lib/crypt', 'lib/mail', 'lib/sanitise', 'lib/render'];
const FRAMES = ['server/http', 'worker/queue'];
const ROOMS = [...BASE, ...MIDDLE, ...UPPER, ...FRAMES];
const WHILE_BUILDING = ['ops/sense'];      // a program that the Makefile makes and runs

// Headers of other people's libraries that only one room may know.
const CONFINED = [
    [/^(gmime|poppler|vips|tesseract|leptonica)\b/, ['worker/cleaner'], 'outside formats'],
    [/^microhttpd\.h$/, ['server/http'], 'libmicrohttpd is wrapped once'],
    [/^libpq-fe\.h$/, ['lib/store'], 'the database is behind lib/store'],
    [/^gpgme\.h$/, ['lib/crypt'], 'GnuPG is behind lib/crypt'],
    [/^(sys\/)?seccomp\.h$|^linux\/landlock\.h$/, ['lib/sys'], 'confinement is behind lib/sys'],
];

export function mayInclude(from, to) {
    if (from === to || to === 'lib/core')
        return true;
    if (BASE.includes(from))
        return false;
    if (MIDDLE.includes(from))
        return false;
    if (UPPER.includes(from))
        return MIDDLE.includes(to);
    if (FRAMES.includes(from))
        return to.startsWith('lib/') && ROOMS.includes(to);
    return ROOMS.includes(to);      // a folder with a main.c; never another such folder
}

const roomOf = (path) => dirname(path);

// "crypt/seal.h" is lib/crypt/seal.h, "server/http/reply.h" itself, "marks.h" stands beside.
function resolve(from, name) {
    if (name.startsWith('.'))
        return { problem: `"${name}": a path goes from lib/ or the root, not up or beside` };
    if (existsSync(join(ROOT, 'lib', name)))
        return { path: normalize(join('lib', name)) };
    if (existsSync(join(ROOT, name)))
        return { path: normalize(name) };
    if (!name.includes('/') && existsSync(join(ROOT, dirname(from), name)))
        return { path: join(dirname(from), name) };
    if (name === 'queries.h')
        return { path: 'lib/store/queries.h' };      // generated
    return { problem: `"${name}" is nowhere` };
}

const sources = () => files(/^(lib|server|worker|ops)\/.*\.(c|h|def)$/);

test('no room includes what is above or beside it', () => {
    const problems = [];
    for (const file of sources()) {
        const room = roomOf(file);
        for (const { name, ours, line } of includes(read(file))) {
            if (!ours)
                continue;
            const { path, problem } = resolve(file, name);
            if (problem)
                problems.push(`${file}:${line}: ${problem}`);
            else if (!mayInclude(room, roomOf(path)))
                problems.push(`${file}:${line}: ${room} must not include ${roomOf(path)} ("${name}")`);
        }
    }
    deepEqual(problems, []);
});

test('every folder of sources is a known room or has a main.c', () => {
    const folders = new Set(sources().filter((file) => /\.c$/.test(file)).map(roomOf));
    ok(folders.size > 0);
    deepEqual([...folders].filter((folder) => !ROOMS.includes(folder) && !WHILE_BUILDING.includes(folder)
        && !existsSync(join(ROOT, folder, 'main.c'))), []);
});

test('what parses outside formats, HTTP, SQL and keys stays in its one room', () => {
    const problems = [];
    for (const file of sources())
        for (const { name, ours, line } of includes(read(file)))
            for (const [pattern, rooms, why] of CONFINED)
                if (!ours && pattern.test(name) && !rooms.includes(roomOf(file)))
                    problems.push(`${file}:${line}: <${name}> belongs in ${rooms.join(', ')}: ${why}`);
    deepEqual(problems, []);
});

test('the rule itself says no where it should', () => {
    for (const [from, to, allowed] of [
        ['lib/core', 'lib/sys', false], ['lib/rules', 'lib/redact', false],
        ['lib/rules', 'lib/store', false], ['lib/store', 'lib/crypt', false],
        ['lib/store', 'lib/rules', true], ['lib/render', 'lib/redact', true],
        ['lib/crypt', 'server/http', false], ['server/http', 'worker/queue', false],
        ['server/http', 'lib/store', true], ['server/portal', 'server/desk', false],
        ['server/portal', 'server/http', true], ['worker/press', 'worker/post', false],
        ['worker/press', 'lib/render', true], ['worker/press', 'lib/unknown', false],
    ])
        deepEqual(mayInclude(from, to), allowed, `${from} -> ${to}`);
});
