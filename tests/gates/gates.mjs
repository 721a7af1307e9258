// SPDX-License-Identifier: AGPL-3.0-or-later
// The gates as files: NAME.patch is a header of comment lines and a diff that puts one bug back.
//
//     # Bug: what is wrong with the patch in, in a sentence
//     # Test: sql/doors.mjs: the name of the test, as `tests/run --list` prints it
//     # Fails: a piece of what the failing test prints, so that no other failure is taken for it
//     diff --git a/… b/…
//
// A field may go on in the next lines, after "#     ".

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const FIELDS = ['Bug', 'Test', 'Fails'];

export const REFRESH = (name) => `put the bug back by hand in a tree without other changes, run `
    + `\`node tests/gates/run.mjs --save ${name}\`, then take your change back with \`git checkout .\``;

export const pathOf = (name) => join(FOLDER, `${name}.patch`);

export const gateNames = () => readdirSync(FOLDER).filter((file) => file.endsWith('.patch'))
    .map((file) => file.replace(/\.patch$/, '')).sort();

function splitPatch(name) {
    const text = readFileSync(pathOf(name), 'utf8');
    const at = text.search(/^diff --git /m);
    return { header: at < 0 ? text : text.slice(0, at), diff: at < 0 ? '' : text.slice(at) };
}

// { name, path, bug, file, test, fails, problems }
export function readGate(name) {
    const { header, diff } = splitPatch(name);
    const values = new Map();
    const problems = [];
    let field = null;
    for (const line of header.split('\n').filter(Boolean)) {
        const [, key, value] = /^# ([A-Z][a-z]+): (.+)$/.exec(line) ?? [];
        const more = /^# {5}(.+)$/.exec(line)?.[1];
        if (FIELDS.includes(key)) {
            field = key;
            values.set(field, value);
        } else if (more && field) {
            values.set(field, `${values.get(field)} ${more}`);
        } else {
            problems.push(`its header has the line "${line}"`);
        }
    }
    problems.push(...FIELDS.filter((key) => !values.has(key)).map((key) => `its header has no ${key}`));
    if (!diff)
        problems.push('it holds no diff');
    const reference = values.get('Test') ?? '';
    const [, file, test] = /^([\w/.-]+): (.+)$/.exec(reference) ?? [];
    if (!file)
        problems.push(`"${reference}" is not \`file: name\``);
    return { name, path: pathOf(name), bug: values.get('Bug'), reference, file, test,
        fails: values.get('Fails'), problems };
}

export function saveGate(name, diff) {
    writeFileSync(pathOf(name), splitPatch(name).header + diff);
}
