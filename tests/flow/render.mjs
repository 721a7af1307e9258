// SPDX-License-Identifier: AGPL-3.0-or-later
// Print: what other people's programs find in the letter, the address sheet and a burnt page.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { BUILD_TEST, ROOT } from '../harness/places.mjs';
import { png } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';
import { before, deepEqual, equal, folder, match, ok, doesNotMatch, test } from '../harness/test.mjs';

const SECRET = { x: 200, y: 100, width: 240, height: 40 };
const NAME = 'Ms Robin Example';
const CODE = 'AB12-CD34-EF56';

// Node 18 has no crc32 of its own.
function crc(bytes) {
    let sum = ~0;
    for (const byte of bytes) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit++)
            sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    }
    return ~sum >>> 0;
}

function chunk(type, data) {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
}

// A white page with red and blue stripes in one place, and a comment that nobody should see.
function page(width = 800, height = 1000) {
    const rows = Buffer.alloc(height * (1 + width * 3), 0xff);
    for (let y = 0; y < height; y++) {
        rows[y * (1 + width * 3)] = 0;
        if (y < SECRET.y || y >= SECRET.y + SECRET.height)
            continue;
        for (let x = SECRET.x; x < SECRET.x + SECRET.width; x++) {
            const at = y * (1 + width * 3) + 1 + x * 3;
            rows.set((x >> 2) % 2 ? [255, 0, 0] : [0, 0, 255], at);
        }
    }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
        chunk('tEXt', Buffer.from('Comment\0Larkspur Avenue')), chunk('IDAT', deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0))]);
}

function readPpm(file) {
    const bytes = readFileSync(file);
    const [head, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 40));
    const at = (x, y) => [0, 1, 2].map((n) => bytes[head.length + (y * width + x) * 3 + n]);
    return { width: Number(width), height: Number(height), at };
}

let made;

before(async () => {
    const input = folder('input');
    made = folder('made');
    mkdirSync(input, { recursive: true });
    const lines = Array.from({ length: 80 }, (_, n) => `Line ${n + 1} of a long letter.`);
    writeFileSync(join(input, 'letter.txt'),
        `\n\nDear Ann,\n\n${lines.join('\n')}\n\nLove, Môr & Ștefan <3 \u{1f319}\n\n`);
    writeFileSync(join(input, 'page.png'), page());
    const { x, y, width, height } = SECRET;
    await run([join(BUILD_TEST, 'tests/probe/probe_render'), made, `text:${join(input, 'letter.txt')}`,
        `page:${join(input, 'page.png')}@${x},${y},${width},${height}`,
        `photo:${join(input, 'page.png')}`], { cwd: ROOT });
});

const pdf = (name) => join(made, name);
const words = async (name, ...more) =>
    (await run(['pdftotext', '-layout', ...more, pdf(name), '-'])).stdout;

test('the letter holds its text, its code and its page numbers on every sheet', async () => {
    const text = await words('letter.pdf');
    for (const wanted of ['Dear Ann,', 'Line 1 of', 'Line 80 of', 'Môr & Ștefan <3'])
        ok(text.includes(wanted), wanted);
    const sheets = text.split('\f').slice(0, -1);
    equal(sheets.length, 5);
    sheets.forEach((sheet, n) => {
        match(sheet, new RegExp(CODE));
        match(sheet, new RegExp(`Page ${n + 1} of 5`));
    });
});

test('the letter says neither whom it is for nor where they live', async () => {
    const text = await words('letter.pdf');
    for (const part of [NAME, 'Robin', 'Somewhere', 'Anytown', 'ZZ99'])
        ok(!text.includes(part), part);
});

test('the address sheet holds the recipient, the code and the way back, and nothing else', async () => {
    const lines = (await words('sheet.pdf')).split('\n').map((line) => line.trim()).filter(Boolean);
    deepEqual(lines.filter((line) => line !== '\f'), [NAME, '2 Somewhere Street', 'Anytown', 'ZZ99 9ZZ', CODE,
        'If undelivered, please return to:', 'Fernshire Post Desk', 'PO Box 1', 'ZZ99 1ZZ']);
});

test('the address is where the window of an envelope is', async () => {
    const boxes = (await run(['pdftotext', '-bbox', pdf('sheet.pdf'), '-'])).stdout;
    const mm = (points) => Number(points) * 25.4 / 72;
    const words = [...boxes.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)/g)];
    const address = words.slice(0, 9);
    equal(address.at(-1)[5], '9ZZ');
    for (const [, left, top, right, bottom] of address)
        ok(mm(left) >= 20 && mm(right) <= 110 && mm(top) >= 50 && mm(bottom) <= 85);
    for (const [, , top] of words.slice(9))
        ok(mm(top) > 85, 'only the address shows in the window');
});

test('a batch is one file with the pages of all, each as it was', async () => {
    const [letter, sheet, joined] = await Promise.all(['letter.pdf', 'sheet.pdf', 'joined.pdf'].map((name) => words(name)));
    equal(joined, letter + sheet + letter);
    match((await run(['qpdf', '--check', pdf('joined.pdf')])).stdout, /No syntax or stream encoding errors/);
    const pictures = async (name) => (await run(['pdfimages', '-list', pdf(name)])).stdout.split('\n').slice(2)
        .map((line) => line.trim().split(/\s+/).slice(2, 6).join(' ')).filter(Boolean);
    deepEqual(await pictures('joined.pdf'), [...await pictures('letter.pdf'), ...await pictures('letter.pdf')]);
});

test('no file says how, when or by what it was made', async () => {
    for (const name of ['letter.pdf', 'sheet.pdf', 'joined.pdf']) {
        const [facts] = JSON.parse((await run(['exiftool', '-j', '-G', pdf(name)])).stdout);
        const own = Object.keys(facts).filter((key) => key.startsWith('PDF:')).sort();
        deepEqual(own, ['PDF:Linearized', 'PDF:PDFVersion', 'PDF:PageCount', 'PDF:Title']);
        equal(facts['PDF:Title'], 'Fernshire Post Desk');
        const plain = (await run(['qpdf', '--qdf', '--object-streams=disable', pdf(name), '-'])).bytes;
        doesNotMatch(plain.toString('latin1'), /cairo|pango|Producer|CreationDate|ModDate|\/Author/);
        match((await run(['qpdf', '--check', pdf(name)])).stdout, /No syntax or stream encoding errors/);
    }
});

test('what was burnt is in no pixel and no byte', async () => {
    const out = folder('images');
    await run(['pdfimages', '-f', '4', pdf('letter.pdf'), join(out, 'image')]);
    const images = readdirSync(out).sort();
    equal(images.length, 2);
    const burnt = readPpm(join(out, images[0]));
    deepEqual([burnt.width, burnt.height], [800, 1000]);
    const colourful = ([r, g, b]) => Math.abs(r - g) > 12 || Math.abs(g - b) > 12;
    for (let y = 0; y < burnt.height; y += 1)
        for (let x = 0; x < burnt.width; x += 1)
            ok(!colourful(burnt.at(x, y)), `${x},${y}: ${burnt.at(x, y)}`);
    const [grey] = burnt.at(SECRET.x + 50, SECRET.y + 20);
    for (let x = SECRET.x; x < SECRET.x + SECRET.width; x++)
        for (let y = SECRET.y; y < SECRET.y + SECRET.height; y++)
            ok(Math.abs(burnt.at(x, y)[0] - grey) <= 8, `${x},${y}`);
    ok(burnt.at(SECRET.x - 20, SECRET.y)[0] > 240, 'around it all is as it was');
    // The same page without a box is what it was: the test would see the stripes.
    const plain = readPpm(join(out, images[1]));
    ok(colourful(plain.at(SECRET.x + 50, SECRET.y + 20)));
});

test('a burnt page carries no metadata', async () => {
    for (const name of readdirSync(made).filter((file) => file.endsWith('.jpg'))) {
        const [facts] = JSON.parse((await run(['exiftool', '-j', '-G', join(made, name)])).stdout);
        const groups = new Set(Object.keys(facts).filter((key) => key.includes(':'))
            .map((key) => key.split(':')[0]));
        for (const group of groups)
            ok(['ExifTool', 'File', 'Composite', 'JFIF'].includes(group), `${name}: ${group}`);
        ok(!readFileSync(join(made, name)).includes('Larkspur'), name);
    }
});

// Pages that are alike but for what stands in one place, burnt there: their JPEG files.
async function burntPages(name, box, pixels, rim = 0) {
    const input = folder(`${name}-input`);
    const out = folder(name);
    const parts = pixels.map((pixel, n) => {
        const file = join(input, `${n}.png`);
        writeFileSync(file, png(400, 300, (x, y) => {
            const inside = x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
            return inside ? pixel(x - box.x, y - box.y) : [x % 200, y % 200, 120];
        }));
        return `page:${file}@${[box.x - rim, box.y - rim, box.width + 2 * rim, box.height + 2 * rim, box.style ?? 0].join()}`;
    });
    await run([join(BUILD_TEST, 'tests/probe/probe_render'), out, ...parts], { cwd: ROOT });
    await run(['pdfimages', join(out, 'letter.pdf'), join(out, 'image')]);
    return pixels.map((_, n) => ({ bytes: readFileSync(join(out, `burnt-${n + 2}.jpg`)),
        image: readPpm(join(out, `image-${String(n).padStart(3, '0')}.ppm`)) }));
}

test('pages that differ only below a box become the same bytes', async () => {
    // A JPEG's blocks hold traces of what stands beside them: lib/rules/cover.c covers whole ones, and a rim.
    const box = { x: 80, y: 64, width: 176, height: 96 };
    const pages = await burntPages('alike', box, [() => [255, 255, 255], () => [0, 0, 0],
        (x, y) => [(x * 7) % 256, (y * 11) % 256, (x * y) % 256], (x, y) => [(x * x) % 256, (y * 13) % 256, (x ^ y) % 256]], 2);
    // What is flat comes to the burning as a PNG, what is not as a JPEG.
    ok(pages[0].bytes.equals(pages[1].bytes));
    ok(pages[2].bytes.equals(pages[3].bytes));
    const [{ image }] = pages;
    for (let y = box.y; y < box.y + box.height; y += 1)
        for (let x = box.x; x < box.x + box.width; x += 1)
            ok(image.at(x, y).every((value) => Math.abs(value - 96) <= 2), `${x},${y}: ${image.at(x, y)}`);
});

test('what looks blurred tells nothing of what is below, and is never the same', async () => {
    const box = { x: 80, y: 64, width: 240, height: 160, style: 2 };
    const below = (x, y) => ((Math.imul((x >> 4) * 31 + (y >> 4) * 17 + 5, 2654435761) >>> 28) % 2 ? [255, 255, 255] : [0, 0, 0]);
    const pages = await burntPages('blurred', box, Array.from({ length: 8 }, () => below));
    const likeness = pages.map(({ image }) => {
        const sums = { n: 0, a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
        for (let y = 0; y < box.height; y += 1)
            for (let x = 0; x < box.width; x += 1) {
                const [a, b] = [below(x, y)[0], image.at(box.x + x, box.y + y)[0]];
                for (const [key, value] of Object.entries({ n: 1, a, b, aa: a * a, bb: b * b, ab: a * b }))
                    sums[key] += value;
            }
        const { n, a, b, aa, bb, ab } = sums;
        ok(bb / n - (b / n) ** 2 > 100, 'it is no flat box');
        return (ab / n - a * b / n / n) / Math.sqrt((aa / n - (a / n) ** 2) * (bb / n - (b / n) ** 2));
    });
    const mean = likeness.reduce((sum, one) => sum + one, 0) / likeness.length;
    ok(Math.abs(mean) < 0.2, `it looks like what was there: ${likeness.map((one) => one.toFixed(2))}`);
    equal(new Set(pages.map(({ bytes }) => bytes.toString('latin1'))).size, pages.length, 'no two are the same');
});

test('large print is larger', async () => {
    const out = folder('easy');
    const text = join(folder('text'), 'short.txt');
    writeFileSync(text, 'Dear Ann, hello.');
    await run([join(BUILD_TEST, 'tests/probe/probe_render'), out, 'easy', `text:${text}`], { cwd: ROOT });
    const heights = async (file) => [...(await run(['pdftotext', '-bbox', file, '-'])).stdout
        .matchAll(/yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">Dear/g)]
        .map(([, top, bottom]) => bottom - top)[0];
    ok(await heights(join(out, 'letter.pdf')) > 1.4 * await heights(pdf('letter.pdf')));
});
