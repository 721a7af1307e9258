// SPDX-License-Identifier: AGPL-3.0-or-later
// core, rules and redact know no files, clock, randomness, locale or database, and each of their
// files has a unit test.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deepEqual, ok, test } from '../harness/test.mjs';
import { ROOT } from '../harness/places.mjs';
import { files, includes, lineOf, parseC, read } from '../harness/tree.mjs';

const HEADERS = new Set(['assert.h', 'endian.h', 'inttypes.h', 'limits.h', 'stdarg.h', 'stdbool.h',
    'math.h', 'stddef.h', 'stdint.h', 'stdio.h', 'stdlib.h', 'string.h',
    'pthread.h',        // once-only set-up of tables
    // libraries that only compute
    'csv.h', 'ini.h', 'jansson.h', 'pcre2.h', 'utf8proc.h', 'libical/ical.h']);

const FORBIDDEN = new Map([
    ['files', ['fopen', 'fdopen', 'freopen', 'fread', 'fwrite', 'fgets', 'fputs', 'puts', 'printf',
        'vprintf', 'getline', 'getdelim', 'remove', 'rename', 'tmpfile', 'system', 'popen', 'open', 'read',
        'write', 'ini_parse', 'ini_parse_file', 'json_load_file', 'json_loadf', 'json_loadfd',
        'json_dump_file', 'json_dumpf', 'json_dumpfd']],
    ['the environment', ['getenv', 'secure_getenv', 'setenv', 'putenv']],
    ['the clock', ['time', 'clock', 'gettimeofday', 'clock_gettime', 'localtime', 'localtime_r',
        'gmtime', 'mktime', 'strftime', 'timespec_get']],
    ['randomness', ['rand', 'random', 'srand', 'drand48', 'arc4random', 'getrandom',
        'json_object_seed', 'randombytes_buf']],
    ['the locale', ['setlocale', 'localeconv', 'strcoll', 'toupper', 'tolower',
        'isalpha', 'isdigit', 'isspace', 'isalnum', 'strcasecmp', 'strncasecmp']],
]);

const pure = () => files(/^lib\/(core|rules|redact)\/.*\.[ch]$/);

test('pure rooms include only headers of things that compute', () => {
    ok(pure().length > 0);
    deepEqual(pure().flatMap((file) => includes(read(file))
        .filter(({ ours, name }) => !ours && !HEADERS.has(name))
        .map(({ name, line }) => `${file}:${line}: <${name}>`)), []);
});

test('pure rooms call nothing that reads or changes the world', () => {
    const problems = [];
    for (const file of pure()) {
        const { code } = parseC(read(file));
        for (const [what, names] of FORBIDDEN)
            for (const { 1: name, index } of code.matchAll(
                new RegExp(`(?<![\\w.>])(${names.join('|')})\\s*\\(`, 'g')))
                problems.push(`${file}:${lineOf(code, index)}: ${name}() is ${what}`);
        for (const { 0: name, index } of code.matchAll(/\b(stdin|stdout)\b/g))
            problems.push(`${file}:${lineOf(code, index)}: ${name}`);
    }
    deepEqual(problems, []);
});

test('each file of a pure room has a unit test', () => {
    deepEqual(files(/^lib\/(core|rules|redact)\/.*\.c$/).map((file) =>
        file.replace(/^lib\/(\w+)\/(.*)$/, (_, room, name) => `tests/unit/${room}/test_${basename(name)}`))
        .filter((wanted) => !existsSync(join(ROOT, wanted))), []);
});
