// SPDX-License-Identifier: AGPL-3.0-or-later
// Nothing that is committed names a package registry's host or a path of somebody's own machine.

import { spawnSync } from 'node:child_process';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { files, read } from '../harness/tree.mjs';

// In pieces, so that this file does not name them either.
const HOSTS = [['registry', 'npmjs', 'org'], ['registry', 'yarnpkg', 'com'], ['npmjs', 'com'],
    ['deb', 'debian', 'org'], ['security', 'debian', 'org'], ['ftp', 'debian', 'org'],
    ['pypi', 'org'], ['crates', 'io'], ['proxy', 'golang', 'org'], ['unpkg', 'com'],
    ['cdn', 'jsdelivr', 'net']].map((parts) => parts.join('.'));
const PATHS = [['', 'home', '[a-z][\\w.-]*', ''], ['', 'root', '[\\w.]'], ['', 'work', '\\w'],
    ['', 'Users', '\\w+', ''], ['', 'tmp', 'wt', '']].map((parts) => parts.join('/'));
const PATTERN = new RegExp([...HOSTS.map((host) => host.replaceAll('.', '\\.')),
    ...PATHS.map((path) => `(?<![\\w$})/.*-])${path}`)].join('|'));
const BINARY = /\.(png|jpe?g|heic|tiff?|pdf|docx|odt|gpg|pgp|ico|woff2?|gz|zip)$/i;
// Mails and documents of the corpus are what outsiders wrote; seeds are bytes.
const DATA = /^tests\/(corpus|fuzz\/seeds)\//;

const hits = (where, text) => text.split('\n').flatMap((line, i) => (PATTERN.test(line)
    ? [`${where}:${i + 1}: ${PATTERN.exec(line)[0]}`] : []));

test('no file names a registry host or a personal path', () => {
    const looked = files().filter((file) => !BINARY.test(file) && !DATA.test(file));
    ok(looked.length > 0);
    deepEqual(looked.flatMap((file) => hits(file, read(file))), []);
});

test('no commit message does', () => {
    const asked = spawnSync('git', ['log', '--format=%h %s%n%b'], { cwd: ROOT, encoding: 'utf8',
        maxBuffer: 64 << 20 });
    ok(asked.status === 0 && asked.stdout.length > 0, asked.stderr);
    deepEqual(hits('git log', asked.stdout), []);
});

test('the search finds them', () => {
    for (const parts of [['https://registry', 'npmjs', 'org/x']])
        ok(hits('x', parts.join('.')).length === 1);
    for (const parts of [['see ', 'home', 'anna', 'src'], ['cd ', 'work', 'main'], ['"', 'tmp', 'wt', 'x"']])
        ok(hits('x', parts.join('/')).length === 1, parts.join('/'));
    ok(hits('x', 'the network/root folder, $HOME/home/x, worker/press, /tmp/letterbox').length === 0);
});
