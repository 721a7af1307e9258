// SPDX-License-Identifier: AGPL-3.0-or-later
// The tree as the checks read it: the files that belong to it, and C without comments.

import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './places.mjs';

// Paths from the root: what is committed, and what is new and not ignored.
export function files(pattern = /./) {
    const asked = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (asked.status !== 0)
        throw new Error(`git ls-files: ${asked.stderr}`);
    return asked.stdout.split('\0').filter((path) => path && pattern.test(path)
        && existsSync(join(ROOT, path)));
}

export const read = (path) => readFileSync(join(ROOT, path), 'utf8');

// { code, literals }: the text with comments, and in `code` also strings, blanked out; lines stay.
export function parseC(text) {
    const blank = (part) => part.replace(/[^\n]/g, ' ');
    const literals = [];
    const code = text.replace(
        /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/g,
        (part, at) => {
            if (part.startsWith('"'))
                literals.push({ text: part.slice(1, -1), at,
                    line: text.slice(0, at).split('\n').length });
            return part.startsWith('/') ? blank(part)
                : part[0] + blank(part.slice(1, -1)) + part[0];
        });
    return { code, literals };
}

export const lineOf = (text, at) => text.slice(0, at).split('\n').length;

// Literals that the compiler joins ("a" "b") as one text, with the line of the first.
export function joinedLiterals(text) {
    const { code, literals } = parseC(text);
    const joined = [];
    let end = -1;
    for (const one of literals) {
        if (end >= 0 && /^[\s]*$/.test(code.slice(end, one.at)))
            joined.at(-1).text += one.text;
        else
            joined.push({ text: one.text, line: one.line });
        end = one.at + one.text.length + 2;
    }
    return joined;
}

export const includes = (text) =>
    [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm)]
        .map(({ 1: kind, 2: name, index }) => ({ name, ours: kind === '"', line: lineOf(text, index) }));
