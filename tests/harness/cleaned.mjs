// SPDX-License-Identifier: AGPL-3.0-or-later
// What `letterboxctl sanitise` makes of a document, and what other people's programs find in its pages.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_TEST } from './places.mjs';
import { run } from './spawn.mjs';
import { deepEqual, equal, folder, match } from './test.mjs';

const REFUSED = 3;

// The program's verdict and whatever it wrote.
export async function sanitise(bytes, { status = [0], options = [] } = {}) {
    const out = folder('out');
    const done = await run([join(BUILD_TEST, 'letterboxctl'), 'sanitise', '--out', out, ...options],
        { input: bytes, status, timeout: 150_000 });
    const files = readdirSync(out).sort();
    const json = (name) => (files.includes(name) ? JSON.parse(readFileSync(join(out, name), 'utf8')) : null);
    return { ...done, out, files, report: json('report.json'), words: json('words.json'),
        text: files.includes('text.txt') ? readFileSync(join(out, 'text.txt'), 'utf8') : null,
        pages: files.filter((name) => name.startsWith('page-')).map((name) => join(out, name)) };
}

export async function refused(bytes, sentence) {
    const { code, stderr, files } = await sanitise(bytes, { status: [REFUSED] });
    equal(code, REFUSED);
    match(stderr, sentence);
    equal(stderr.trim().split('\n').length, 1, 'one sentence');
    deepEqual(files, [], 'nothing is written');
}

// Everything exiftool sees that is not about pixels or the file's place on this disk.
export async function metadata(file) {
    const { stdout } = await run(['exiftool', '-json', '-G1', '-a', '-u', '-ee', file]);
    return Object.keys(JSON.parse(stdout)[0]).filter((name) => !/^(SourceFile|ExifTool:|System:|File:|Composite:(ImageSize|Megapixels)|PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace|Palette)|JFIF:)/.test(name));
}

export async function size(file) {
    const { stdout } = await run(['exiftool', '-json', '-ImageWidth', '-ImageHeight', '-Orientation', file]);
    return JSON.parse(stdout)[0];
}

// The values of one pixel, red first; of a grey picture its one value.
export async function pixel(file, x, y) {
    const { stdout } = await run(['vips', 'getpoint', file, String(x), String(y)]);
    return stdout.trim().split(/\s+/).map(Number);
}

// Writes these tags into a file.
export const loaded = (file, ...tags) => run(['exiftool', '-q', '-overwrite_original', ...tags, file]);
