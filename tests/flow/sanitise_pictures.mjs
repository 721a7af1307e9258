// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl sanitise, on pictures of every kind that telephones, scanners and old programs make: one picture comes
// out, upright and in its colours, no larger than it was, and nothing is left beside it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loaded, metadata, pixel, refused, sanitise, size } from '../harness/cleaned.mjs';
import { bmp, box, gif, swappingProfile, turnedHeic } from '../harness/pictures.mjs';
import { jpeg, letterPdf, png, scene, zip } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';

const TAGS = ['-GPSLatitude=53.79', '-GPSLatitudeRef=N', '-GPSLongitude=1.75', '-GPSLongitudeRef=W', '-Make=Phone',
    '-Artist=Jane Featherstone', '-XMP:Creator=Jane Featherstone'];
const HALVES = (x) => (x < 200 ? [250, 10, 10] : [10, 10, 250]);
let home, photo, photoPng;

before(async () => {
    home = folder('samples');
    photo = await jpeg(home);
    photoPng = put('scene.png', png(640, 480, scene));
});

function put(name, bytes) {
    writeFileSync(join(home, name), bytes);
    return join(home, name);
}

async function vips(...words) {
    await run(['vips', ...words], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
}

// A copy of the photo in another format, with what a telephone writes beside it.
async function loadedPhoto(name, options = '') {
    const file = join(home, name);
    await vips('copy', photoPng, file + options);
    await loaded(file, ...TAGS);
    return file;
}

async function heic(name, ...words) {
    const file = join(home, name);
    await run(['heif-enc', '-q', '60', ...words, '-o', file]);
    return file;
}

// One photo of this size came out, with nothing beside it and hardly larger.
async function oneCleanPhoto(bytes, { removed, width = 640, height = 480, warnings = [] }) {
    const { report, pages, text } = await sanitise(bytes);
    deepEqual(report.removed.sort(), removed.sort());
    deepEqual(report.warnings, warnings);
    equal(text, '');
    equal(pages.length, 1);
    deepEqual(await metadata(pages[0]), []);
    const seen = await size(pages[0]);
    deepEqual([seen.ImageWidth, seen.ImageHeight, seen.Orientation], [width, height, undefined]);
    const written = readFileSync(pages[0]);
    ok(written.length <= Math.max(bytes.length * 1.1, 4096), `${written.length} bytes of ${bytes.length}`);
    for (const word of ['Jane', 'Phone', 'house', 'Bradford'])
        ok(!written.includes(word), word);
    return { report, page: pages[0] };
}

const near = (seen, wanted) => ok(wanted.every((value, i) => Math.abs((seen[i] ?? seen[0]) - value) <= 16),
    `${seen} is not ${wanted}`);

test('a HEIC photo loses its place, its small preview and its further pictures', async () => {
    const telephone = put('telephone.jpg', readFileSync(photo));
    await loaded(telephone, ...TAGS);
    const file = await heic('telephone.heic', '-t', '128', telephone, photoPng);
    ok((await metadata(file)).some((name) => name.includes('GPSLatitude')), 'the sample has a place');
    const { report, page } = await oneCleanPhoto(readFileSync(file),
        { removed: ['exif', 'exif-gps', 'more-frames', 'thumbnail', 'xmp'] });
    equal(report.type, 'image/heic');
    match(page, /\.jpg$/);
    const film = Buffer.concat([readFileSync(await heic('film.heic', photo)), box('mpvd', Buffer.from('our house'))]);
    await oneCleanPhoto(film, { removed: ['trailing-bytes'] });
});

test('a HEIC photo is turned once, as the file says, and a second time by nothing', async () => {
    const flat = put('halves.png', png(400, 200, HALVES));
    const plain = put('exif.jpg', readFileSync(await jpeg(folder('plain'))));
    await loaded(plain, '-Orientation#=6', '-Make=Phone');
    const quarter = turnedHeic(readFileSync(await heic('halves.heic', '-L', flat)), 1);
    const { page } = await oneCleanPhoto(quarter, { removed: [], width: 200, height: 400 });
    near(await pixel(page, 100, 350), [250, 10, 10]); // against the clock: left goes down
    near(await pixel(page, 100, 50), [10, 10, 250]);
    // Exif repeats what the file says; who heeds both turns a photo on its head.
    const both = turnedHeic(readFileSync(await heic('exif.heic', plain)), 3);
    await oneCleanPhoto(both, { removed: ['exif'], width: 480, height: 640 });
});

test('an AVIF photo is a photo', async () => {
    await oneCleanPhoto(readFileSync(await heic('scene.avif', '-A', photo)), { removed: [] });
});

test('what was packed closer than a JPEG can be is made smaller, and no larger a file', async () => {
    const large = await jpeg(folder('large'), { width: 1600, height: 1200 });
    const file = join(home, 'tight.webp');
    await vips('copy', large, `${file}[Q=5]`);
    for (const bytes of [readFileSync(file), readFileSync(await heic('tight.heic', '-q', '15', large))]) {
        const { report, pages } = await sanitise(bytes);
        ok(report.removed.includes('size'));
        ok(readFileSync(pages[0]).length <= bytes.length * 1.1, `${readFileSync(pages[0]).length} bytes of ${bytes.length}`);
        ok((await size(pages[0])).ImageWidth >= 400);
    }
});

test('a HEIC file that was cut short is refused with a sentence', async () => {
    const bytes = readFileSync(await heic('short.heic', photo));
    await refused(bytes.subarray(0, 300), /damaged/);
    await refused(bytes.subarray(0, bytes.length >> 1), /damaged/);
});

test('a TIFF photo loses artist, place, editing and press data', async () => {
    const file = await loadedPhoto('photo.tif', '[compression=deflate]');
    await loaded(file, '-IPTC:City=Bradford', '-ImageDescription=our house', '-Software=Snap 1',
        '-ModifyDate=2026:08:01 10:00:00', '-DocumentName=Kayla', '-HostComputer=Janes-PC');
    const { report } = await oneCleanPhoto(readFileSync(file), { removed: ['author', 'comment', 'dates', 'exif',
        'exif-gps', 'iptc', 'other-metadata', 'producer', 'title', 'xmp'] });
    equal(report.type, 'image/tiff');
});

test('a TIFF photo is turned upright', async () => {
    const file = join(home, 'turned.tif');
    await vips('copy', put('halves.png', png(400, 200, HALVES)), `${file}[compression=deflate]`);
    await loaded(file, '-Orientation#=8');
    const { page } = await oneCleanPhoto(readFileSync(file), { removed: [], width: 200, height: 400 });
    near(await pixel(page, 100, 350), [250, 10, 10]);
});

test('every page of a TIFF is a page, each with what stands on it', async () => {
    const file = join(home, 'pages.tif');
    const colours = [[250, 10, 10], [10, 250, 10], [10, 10, 250]];
    const parts = colours.map((colour, i) => put(`page${i}.png`, png(400, 300, () => colour)));
    await vips('arrayjoin', parts.join(' '), `${file}[page_height=300,compression=lzw]`, '--across', '1');
    const { report, pages } = await sanitise(readFileSync(file));
    equal(report.pages, 3);
    for (const [i, colour] of colours.entries())
        near(await pixel(pages[i], 200, 150), colour);
    for (const page of pages)
        deepEqual(await metadata(page), []);
});

test('a scan in black and white stays sharp and small, and is a page', async () => {
    const file = join(home, 'scan.tif');
    const strokes = (x, y) => (x % 40 < 4 && y % 60 < 40 ? [0, 0, 0] : [255, 255, 255]);
    await vips('colourspace', put('strokes.png', png(1240, 1754, strokes)), join(home, 'strokes.v'), 'b-w');
    await vips('copy', join(home, 'strokes.v'), `${file}[bitdepth=1,compression=ccittfax4]`);
    const { pages, report } = await sanitise(readFileSync(file));
    equal(report.pages, 1);
    match(pages[0], /\.png$/);
    near(await pixel(pages[0], 2, 2), [0, 0, 0]);
    near(await pixel(pages[0], 20, 50), [255, 255, 255]);
});

// Drawn as faxes and drawing programs do, and large enough that the size of a file's tables does not count.
test('a drawing in few colours grows no larger than a photo may, and every pixel stays', async () => {
    const random = (x, y) => ((x * 2654435761 ^ y * 2246822519) >>> 13) % 7;
    const drawing = (colours) => (x, y) => {
        const colour = random(x / 15 | 0, y / 15 | 0) % colours;
        return [255 - 36 * colour, 255 - (255 / (colours - 1)) * colour | 0, 255 - 40 * colour];
    };
    const black = (x, y) => (random(x / 15 | 0, y / 15 | 0) % 2 ? [0, 0, 0] : [255, 255, 255]);
    await vips('colourspace', put('blocks.png', png(1240, 1754, black)), join(home, 'blocks.v'), 'b-w');
    await vips('copy', join(home, 'blocks.v'), `${join(home, 'blocks.tif')}[bitdepth=1,compression=ccittfax4]`);
    await vips('copy', put('colours.png', png(1240, 1754, drawing(7))), `${join(home, 'colours.gif')}[dither=0]`);
    for (const [name, original] of [['blocks.tif', 'blocks.v'], ['colours.gif', 'colours.gif']]) {
        const bytes = readFileSync(join(home, name));
        ok(bytes.length > 4096, `${name}: ${bytes.length} bytes`);
        const { pages } = await sanitise(bytes);
        const written = readFileSync(pages[0]).length;
        ok(written <= bytes.length * 1.1, `${name}: ${written} bytes of ${bytes.length}`);
        await vips('flatten', join(home, original), join(home, 'flat.v'));
        await vips('subtract', join(home, 'flat.v'), pages[0], join(home, 'difference.v'));
        await vips('abs', join(home, 'difference.v'), join(home, 'size.v'));
        equal(parseFloat((await run(['vips', 'max', join(home, 'size.v')])).stdout), 0, name);
    }
});

test('a TIFF of more pages than are taken is refused, one cut short shows what is there or is refused', async () => {
    const file = join(home, 'many.tif');
    await vips('black', join(home, 'black.v'), '8', String(8 * 201));
    await vips('copy', join(home, 'black.v'), `${file}[page_height=8]`);
    await refused(readFileSync(file), /too many pages/);
    const bytes = readFileSync(await loadedPhoto('whole.tif'));
    await refused(bytes.subarray(0, 100), /damaged/);
});

test('a WebP photo loses Exif, editing data, profile and its further frames', async () => {
    const file = await loadedPhoto('photo.webp', '[Q=70]');
    const { report } = await oneCleanPhoto(readFileSync(file), { removed: ['exif', 'exif-gps', 'xmp'] });
    equal(report.type, 'image/webp');
    const film = join(home, 'film.webp');
    const frames = [[250, 10, 10], [10, 10, 250]].map((colour, i) => put(`frame${i}.png`, png(160, 120, () => colour)));
    await vips('arrayjoin', frames.join(' '), `${film}[page_height=120]`, '--across', '1');
    const { page } = await oneCleanPhoto(readFileSync(film), { removed: ['exif', 'more-frames'], width: 160, height: 120 });
    near(await pixel(page, 80, 60), [250, 10, 10]);
    await oneCleanPhoto(Buffer.concat([readFileSync(film), Buffer.from('and a film')]),
        { removed: ['exif', 'more-frames', 'trailing-bytes'], width: 160, height: 120 });
});

test('a WebP photo is turned upright', async () => {
    const file = join(home, 'turned.webp');
    await vips('copy', put('halves.png', png(400, 200, HALVES)), `${file}[lossless=true]`);
    await loaded(file, '-Orientation#=6');
    const { page } = await oneCleanPhoto(readFileSync(file), { removed: ['exif'], width: 200, height: 400 });
    near(await pixel(page, 100, 50), [250, 10, 10]);
});

test('of a GIF the first frame stays, and what else was in it is said', async () => {
    const { report, page } = await oneCleanPhoto(gif(64, 48, [0, 1, 1], { comment: 'our house',
        after: Buffer.from('Bradford') }), { removed: ['comment', 'more-frames', 'trailing-bytes'], width: 64, height: 48 });
    equal(report.type, 'image/gif');
    near(await pixel(page, 30, 20), [255, 0, 0]);
    await oneCleanPhoto(gif(64, 48, [1]), { removed: [], width: 64, height: 48 });
    const whole = gif(64, 48, [0]);
    await oneCleanPhoto(whole.subarray(0, whole.length - 200), { removed: [], width: 64, height: 48, warnings: ['damaged'] });
});

test('a BMP of every usual form is shown, and what follows it is gone', async () => {
    const palette = [[255, 0, 0], [0, 0, 255]];
    const index = (x, y) => (y < 24 ? 0 : 1);
    const forms = [bmp(64, 48, (x, y) => palette[index(x, y)]), bmp(64, 48, index, { palette }),
        bmp(64, 48, index, { palette, runs: true }),
        bmp(64, 48, (x, y) => palette[index(x, y)], { topDown: true })];
    for (const bytes of forms) {
        const { page } = await oneCleanPhoto(bytes, { removed: [], width: 64, height: 48 });
        near(await pixel(page, 30, 10), [255, 0, 0]);
        near(await pixel(page, 30, 40), [0, 0, 255]);
    }
    await oneCleanPhoto(bmp(640, 480, scene, { after: Buffer.from('Jane of Bradford') }), { removed: ['trailing-bytes'] });
});

test('a BMP that was cut short shows what is there, and says so', async () => {
    const bytes = bmp(64, 48, scene);
    await oneCleanPhoto(bytes.subarray(0, bytes.length >> 1), { removed: [], width: 64, height: 48, warnings: ['damaged'] });
    await refused(bytes.subarray(0, 30), /damaged/);
});

test('a colour profile is applied before it is taken away', async () => {
    const profile = put('swap.icc', swappingProfile());
    const flat = put('red.png', png(160, 120, () => [230, 20, 20]));
    for (const [name, options] of [['swap.jpg', '[Q=95]'], ['swap.tif', ''], ['swap.webp', '[lossless=true]'], ['swap.png', '']]) {
        const file = join(home, name);
        await vips('copy', flat, file + options.replace(/\]$/, `,profile=${profile}]`).replace(/^$/, `[profile=${profile}]`));
        const exif = /jpg|webp/.test(name) ? ['exif'] : []; // of the program that makes the sample
        const { page } = await oneCleanPhoto(readFileSync(file), { removed: [...exif, 'icc-profile'], width: 160, height: 120 });
        near(await pixel(page, 80, 60), [20, 20, 230]);
    }
});

test('a photo of 65,535 pixels width is made smaller; a wider one is refused', async () => {
    const wide = join(home, 'wide.tif');
    await vips('black', join(home, 'wide.v'), '65535', '100', '--bands', '3');
    await vips('copy', join(home, 'wide.v'), wide);
    await oneCleanPhoto(readFileSync(wide), { removed: ['size'], width: 4000, height: 6 });
    await vips('black', join(home, 'line.v'), '65535', '1');
    await vips('copy', join(home, 'line.v'), join(home, 'line.png'));
    await oneCleanPhoto(readFileSync(join(home, 'line.png')), { removed: ['size'], width: 4000, height: 1 });
    await vips('black', join(home, 'wider.v'), '65536', '10');
    await vips('copy', join(home, 'wider.v'), join(home, 'wider.png'));
    await refused(readFileSync(join(home, 'wider.png')), /too large/);
});

test('a film, a depth map or a second photo behind a photo is gone, and said', async () => {
    const bytes = readFileSync(photo);
    const film = Buffer.concat([bytes, Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom our house', 'latin1')]);
    await oneCleanPhoto(film, { removed: ['trailing-bytes'] });
    const index = Buffer.from('\xff\xe2\0\x0eMPF\0MM\0*\0\0\0\x08', 'latin1');
    const second = Buffer.concat([bytes.subarray(0, 2), index, bytes.subarray(2), bytes]);
    await oneCleanPhoto(second, { removed: ['depth-map', 'trailing-bytes'] });
    const located = put('xmp.jpg', bytes);
    await loaded(located, '-XMP:GPSLatitude=53.79');
    await oneCleanPhoto(readFileSync(located), { removed: ['exif-gps', 'xmp'] });
});

test('a file that is two things is the one that its first bytes say', async () => {
    const archive = zip([['a.txt', 'Jane of Bradford']]);
    await oneCleanPhoto(Buffer.concat([gif(64, 48, [0]), archive]), { removed: ['trailing-bytes'], width: 64, height: 48 });
    await oneCleanPhoto(Buffer.concat([png(640, 480, scene), letterPdf([['Jane of Bradford']])]), { removed: ['trailing-bytes'] });
    await oneCleanPhoto(Buffer.concat([readFileSync(photo), archive]), { removed: ['trailing-bytes'] });
    // A script may begin with a GIF's name.
    await refused(Buffer.from('GIF89a=1;alert("our house")//'), /damaged/);
});

test('what poses as a picture is not taken for one', async () => {
    await refused(Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="http://x/"/></svg>'),
        /cannot be taken/);
    await refused(Buffer.from('\xff\xd8\xff<html><script>alert(1)</script></html>', 'latin1'), /damaged/);
    await refused(Buffer.from('RIFF\x20\0\0\0WEBPVP8 nothing of the sort', 'latin1'), /damaged/);
    await refused(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic nothing', 'latin1'), /damaged/);
    await refused(Buffer.from('II*\0\x08\0\0\0 nothing', 'latin1'), /damaged/);
    await refused(Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isom a film', 'latin1'), /cannot be taken/);
});
