// SPDX-License-Identifier: AGPL-3.0-or-later
// Words read off pixels: of scans and photos, and of pages whose own text is not what they show.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { letterPdf, png, scene } from '../harness/samples.mjs';
import { collage, picturePdf, qr, scanned } from '../harness/scans.mjs';
import { run } from '../harness/spawn.mjs';

const LINES = ['Dear Nana Jean,', 'we went to the seaside in the summer and it was lovely.',
    'Kayla found a crab and called it Gerald, and it walked sideways', 'all the way back to the water.'];
const OTHER = ['Dear Aunt Jane,', 'we rode to the hillside in the winter and it was gloomy.',
    'Boris found a bear and called it Oliver, and it danced happily', 'all the road up to the tower.'];
// Each word backwards: it takes the very place of the one that is seen.
const LIE = LINES.map((line) => line.replace(/\p{L}+/gu, (word) => [...word].reverse().join('')));
let home, page;

before(async () => {
    home = folder('samples');
    page = await scanned(home, LINES);
});

async function sanitise(bytes, env = {}) {
    const out = folder('out');
    await run([join(BUILD_TEST, 'letterboxctl'), 'sanitise', '--out', out],
        { input: bytes, timeout: 150_000, env: { ...process.env, ...env } });
    const read = (name) => readFileSync(join(out, name), 'utf8');
    return { report: JSON.parse(read('report.json')), words: JSON.parse(read('words.json')), text: read('text.txt'),
        pages: readdirSync(out).filter((name) => name.startsWith('page-')) };
}

const tokens = (text) => text.match(/[\p{L}\d]+/gu) ?? [];

// The share of the lines' words that stand in the text, in their order.
function heard(text, lines) {
    const said = tokens(lines.join(' '));
    const rest = tokens(text);
    let at = 0, found = 0;
    for (const word of said) {
        const next = rest.indexOf(word, at);
        if (next < 0 || next > at + 8) continue;
        found += 1;
        at = next + 1;
    }
    return found / said.length;
}

test('a scanned page is read, and each word has its box on it', async () => {
    const { report, words, text } = await sanitise(picturePdf(page));
    ok(heard(text, LINES) > 0.9, text);
    deepEqual(report.hidden_text, []);
    deepEqual(words.map((one) => one.text), text.trim().split(/\s+/));
    const crab = words.find((one) => one.text === 'crab');
    // The third line stands 760 points from the foot of 842, 40 of them below the first.
    const top = (842 - 680) * 150 / 72;
    ok(Math.abs(crab.y + crab.h - top) < 20, JSON.stringify(crab));
    ok(crab.x > 150 && crab.x < 600 && crab.w > 20 && crab.w < 120, JSON.stringify(crab));
});

test('a TIFF of scans is read page by page', async () => {
    const files = await Promise.all([scanned(home, LINES, { name: 'first' }), scanned(home, OTHER, { name: 'second' })]);
    const tall = join(home, 'tall.v');
    await run(['vips', 'arrayjoin', files.map(({ file }) => file).join(' '), tall, '--across', '1']);
    const tiff = join(home, 'scans.tif');
    await run(['vips', 'tiffsave', tall, tiff, '--compression', 'deflate', '--page-height', `${page.height}`]);
    const { report, words, text } = await sanitise(readFileSync(tiff));
    equal(report.type, 'image/tiff');
    equal(report.pages, 2);
    ok(heard(text, LINES.concat(OTHER)) > 0.9, text);
    deepEqual([...new Set(words.map((one) => one.page))], [1, 2]);
});

test('text that lies about its page is not believed, and both readings are there', async () => {
    const { report, text } = await sanitise(picturePdf(page, { said: LIE }));
    ok(heard(text, LINES) > 0.9, text);
    ok(!/edisaes|dlareG/.test(text));
    match(report.hidden_text.join('\n'), /edisaes/);
    for (const warning of ['read-otherwise'])
        ok(report.warnings.includes(warning), warning);
});

test('an honest layer of text over a scan stays as it is', async () => {
    const { report, text } = await sanitise(picturePdf(page, { said: LINES }));
    equal(text, `${LINES.join('\n')}\n`);
    deepEqual(report.warnings, []);
    deepEqual(report.hidden_text, []);
});

test('a lie is seen in a long document too, on every page and on one of many', async () => {
    const lying = await sanitise(picturePdf(page, { layers: Array(21).fill(LIE) }));
    ok(!/edisaes|dlareG/.test(lying.text));
    equal(lying.report.hidden_text.filter((said) => said.includes('edisaes')).length, 21);
    const layers = Object.assign(Array(22).fill(LINES), { 17: LIE });
    const { report, text } = await sanitise(picturePdf(page, { layers }));
    ok(!/edisaes|dlareG/.test(text));
    equal(report.hidden_text.length, 1);
}, { timeout: 150_000 });

test('a page of which a line lies is read', async () => {
    const { report, text } = await sanitise(picturePdf(page, { said: [...LINES.slice(0, 2), LIE[2], LINES[3]] }));
    ok(heard(text, LINES) > 0.9, text);
    ok(report.warnings.includes('read-otherwise'));
});

test('a word or field over half a page hides nothing of it', async () => {
    for (const [what, options] of Object.entries({
        'ab': { above: 'BT 3 Tr /F1 400 Tf 40 560 Td (ab) Tj ET' },
        'mmm': { above: 'BT 3 Tr /F1 140 Tf 60 650 Td (mmm) Tj ET' },
        'a': { above: 'BT 3 Tr /F1 36 Tf 1500 Tz 60 690 Td (a) Tj ET' },
        'Hello': { field: [5, 5, 590, 837] },
    })) {
        const { report, text } = await sanitise(picturePdf(page, options));
        ok(heard(text, LINES) > 0.9, `${what}: ${text}`);
        if (LINES.join(' ').split(' ').includes(what))
            continue; // it can be seen in its box, if not so large
        match(report.warnings.join(), /^(read-otherwise|hidden-text)$/, what);
        match(report.hidden_text.join('\n'), new RegExp(what));
    }
});

test('a page of short words alone, and of signs that nobody can check, is read', async () => {
    // As wide as what is seen, and of no word that could be sampled: each piece stands apart.
    const short = (piece) => LINES.flatMap((line, row) => Array.from({ length: Math.floor(line.length / 5) }, (_, i) =>
        `BT 3 Tr /F1 14 Tf ${72 + i * 32} ${720 - row * 20} Td (${piece}) Tj ET`)).join(' ');
    for (const piece of ['sun', '\\267\\267\\267']) {
        const { report, text } = await sanitise(picturePdf(page, { above: short(piece) }));
        ok(heard(text, LINES) > 0.9, text);
        ok(report.warnings.includes('read-otherwise'));
    }
    const numbered = await sanitise(letterPdf([['', 'p. 7']]));
    equal(numbered.text, 'p. 7\n');
});

test('what is read as the page says it is no reason to warn', async () => {
    const blank = { width: 8, height: 8, pixels: Buffer.alloc(64, 255) };
    const lines = `BT /F1 14 Tf 72 720 Td ${LINES.map((line) => `(${line}) Tj 0 -20 Td`).join(' ')} ET`;
    const { report, text } = await sanitise(picturePdf(blank, { above: `${lines} 400 60 12 30 re f 418 60 12 30 re f 436 60 12 30 re f` }));
    ok(heard(text, LINES) > 0.9, text);
    deepEqual(report.warnings, []);
    deepEqual(report.hidden_text, []);
});

const typed = (lines) => `BT /F1 14 Tf 72 780 Td ${lines.map((line) => `(${line}) Tj 0 -20 Td`).join(' ')} ET`;

test('words in a picture on a page of text are read, and the text itself stays as the file has it', async () => {
    const badge = await scanned(home, ['Bradford Grammar School'], { name: 'badge' });
    const { report, text } = await sanitise(picturePdf(badge, { place: '400 0 0 566 60 0',
        above: typed(['Dear Nana, look what we got.', 'It cost us 4,50 at Pfefferkuchenhaus.']) }));
    equal(text, 'Dear Nana, look what we got.\nIt cost us 4,50 at Pfefferkuchenhaus.\n\nBradford Grammar School\n');
    deepEqual(report.warnings, []);
    deepEqual(report.hidden_text, []);
});

test('of a page with a picture each word that says what is not seen is told, and what is seen stands there', async () => {
    const badge = await scanned(home, ['Bradford Grammar School'], { name: 'badge' });
    const { report, text } = await sanitise(picturePdf(badge, { place: '400 0 0 566 60 0',
        above: typed(['Dear Nana, look what we got.', 'Love from us all, all the way from here']) +
            ' BT /F1 14 Tf 72 700 Td /Span << /ActualText (weather) >> BDC (Featherstone) Tj EMC ET' }));
    match(text, /Featherstone/);
    ok(!text.includes('weather'), text);
    deepEqual(report.hidden_text, ['weather']);
    deepEqual(report.warnings, ['read-otherwise']);
});

test('a word under a bar, black or white, is hidden and told', async () => {
    const lines = typed(['Dear Nana, our new name is', '', 'and we are all well and happy in the house']);
    const name = 'BT /F1 14 Tf 72 760 Td (Robertson) Tj ET';
    for (const bar of ['0 g 70 757 70 12 re f', '1 g 70 757 70 12 re f 0 g 70 756 70 0.5 re f']) {
        const { report, text } = await sanitise(picturePdf({ width: 8, height: 8, pixels: Buffer.alloc(64, 255) },
            { above: `${lines} ${name} ${bar}` }));
        ok(!text.includes('Robertson'), text);
        match(text, /our new name is/);
        match(text, /and we are all well and happy in the house/);
        match(report.hidden_text.join('\n'), /Robertson/);
        ok(report.warnings.includes('hidden-text'));
    }
});

test('a page written in pencil, or upside down, is read', async () => {
    const pencil = { ...page, pixels: page.pixels.map((grey) => 245 - (255 - grey) * 60 / 255) };
    const turned = { ...page, pixels: Buffer.from(page.pixels).reverse() };
    for (const seen of [pencil, turned]) {
        const { report, text, words } = await sanitise(picturePdf(seen, { above: 'BT /F1 8 Tf 250 20 Td (Scanned by an app) Tj ET' }));
        ok(heard(text, LINES) > 0.9, text);
        match(text, /Scanned by an app/);
        deepEqual(report.warnings, []);
        const nana = words.find((one) => one.text.startsWith('Nana'));
        ok(seen === pencil ? nana.y < 400 : nana.y > 1400, JSON.stringify(nana));
    }
});

test('joined handwriting is read as far as it can be, and said to be hard to read', async () => {
    const pixels = Buffer.alloc(1240 * 1754, 250);
    for (let row = 0; row < 20; row++)
        for (let x = 150; x < 1090; x++) {
            const y = Math.round(200 + row * 60 + 14 * Math.sin(x / 4 + row) * Math.cos(x / 31 + row * 2));
            for (let dy = 0; dy < 3; dy++)
                pixels[(y + dy) * 1240 + x] = 60;
        }
    const { report } = await sanitise(picturePdf({ width: 1240, height: 1754, pixels }));
    ok(report.warnings.includes('hard-to-read') || report.warnings.includes('no-words'), JSON.stringify(report));
});

test('words outside the page and without ink are told, and the page is read', async () => {
    const { report, text } = await sanitise(letterPdf([LINES], { hidden: ['Bradford Grammar School'] }));
    ok(heard(text, LINES) > 0.9, text);
    ok(!text.includes('Bradford'));
    match(report.hidden_text.join('\n'), /Bradford\s+Grammar\s+School/);
});

test('what a photo shows of words, and what a QR code says, stands in the words', async () => {
    const badge = await scanned(home, ['Bradford Grammar School'], { name: 'sign', dots: 200 });
    const crop = { width: 800, height: 120, pixels: Buffer.concat(Array.from({ length: 120 }, (_, y) =>
        badge.pixels.subarray((y + 270) * badge.width + 100, (y + 270) * badge.width + 900))) };
    const code = await qr('https://find.example/me?x=1');
    const { words } = await sanitise(png(1400, 1000, collage(1400, 1000, scene, [[crop, 100, 80], [code, 900, 600]])));
    const found = words.map((one) => one.text);
    ok(found.includes('Bradford') && found.includes('Grammar'), found.join(' '));
    const link = words.find((one) => one.text === 'https://find.example/me?x=1');
    ok(link.x >= 890 && link.y >= 590 && link.w > 100 && link.h > 100, JSON.stringify(link));
});

test('a photo or page whose words could not be read is told', async () => {
    const unread = { LETTERBOX_FAULT: 'words_unread:fail' };
    for (const bytes of [png(300, 200, scene), picturePdf(page)]) {
        const { report, words } = await sanitise(bytes, unread);
        deepEqual(words, []);
        deepEqual(report.warnings, ['not-read']);
    }
});

test('a QR code on a page of text is read too', async () => {
    const code = await qr('https://find.example/me?x=1');
    const { words } = await sanitise(picturePdf(code, { place: '120 0 0 120 300 300',
        above: 'BT /F1 14 Tf 72 720 Td (Dear Nana, scan this.) Tj ET' }));
    ok(words.some((one) => one.text === 'https://find.example/me?x=1'), JSON.stringify(words));
});

test('a long address in a QR code is there to its end', async () => {
    const code = await qr(`https://find.example/me?x=${'0123456789'.repeat(90)}&end=here`, 4);
    const { words } = await sanitise(picturePdf(code, { place: '400 0 0 400 90 200' }));
    const said = words.map((one) => one.text).join('');
    match(said, /https:\/\/find\.example/);
    match(said, /&end=here/);
});

test('an empty page, and one of drawings, have no words and raise none', async () => {
    const { report, words } = await sanitise(letterPdf([[]]));
    deepEqual(words, []);
    deepEqual(report.warnings, []);
});
