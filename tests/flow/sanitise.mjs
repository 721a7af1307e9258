// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl sanitise, on documents that know too much: what comes out is pictures and words, and
// other people's programs find nothing else in them.

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loaded, metadata, refused, sanitise, size } from '../harness/cleaned.mjs';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';
import { BUILD_TEST } from '../harness/places.mjs';
import { bomb, chunk, docx, jpeg, letterPdf, paragraph, png, scene, zip } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';

let home, photo;

before(async () => {
    home = folder('samples');
    photo = await jpeg(home);
});

test('a photo loses its place, its camera and its comments, and is listed for it', async () => {
    const bytes = readFileSync(photo);
    const file = join(home, 'gps.jpg');
    writeFileSync(file, bytes);
    await loaded(file, '-GPSLatitude=53.79', '-GPSLatitudeRef=N', '-GPSLongitude=1.75', '-GPSLongitudeRef=W',
        '-Make=Phone', '-Model=X', '-Artist=Jane Featherstone', '-SerialNumber=1234',
        '-DateTimeOriginal=2026:08:01 10:00:00', '-Comment=our house', '-XMP:Creator=Jane',
        '-IPTC:City=Bradford', `-ThumbnailImage<=${photo}`);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('ftypmp42 a film behind the photo')]));
    const { report, pages, words } = await sanitise(readFileSync(file));
    equal(report.type, 'image/jpeg');
    deepEqual(report.removed.sort(), ['comment', 'exif', 'exif-gps', 'iptc', 'thumbnail', 'trailing-bytes', 'xmp']);
    deepEqual(words, []);
    equal(pages.length, 1);
    match(pages[0], /\.jpg$/);
    deepEqual(await metadata(pages[0]), []);
    const { ImageWidth, ImageHeight } = await size(pages[0]);
    deepEqual([ImageWidth, ImageHeight], [640, 480]);
    ok(readFileSync(pages[0]).length <= readFileSync(file).length * 1.1);
    for (const word of ['Jane', 'Bradford', 'house', 'Phone', 'film'])
        ok(!readFileSync(pages[0]).includes(word), word);
});

test('a photo is turned upright', async () => {
    const file = join(home, 'turned.jpg');
    writeFileSync(file, readFileSync(photo));
    await loaded(file, '-Orientation#=6');
    const { pages } = await sanitise(readFileSync(file));
    const seen = await size(pages[0]);
    deepEqual([seen.ImageWidth, seen.ImageHeight, seen.Orientation], [480, 640, undefined]);
});

test('a photo with damaged Exif is cleaned, not refused', async () => {
    const file = join(home, 'damaged.jpg');
    writeFileSync(file, readFileSync(photo));
    await loaded(file, '-GPSLatitude=53.79', '-Make=Phone');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('Exif\0\0');
    ok(at > 0);
    bytes.fill(0xff, at + 10, at + 30);
    const { report, pages } = await sanitise(bytes);
    ok(report.removed.includes('exif'));
    deepEqual(await metadata(pages[0]), []);
});

test('a photo that was cut short shows what is there', async () => {
    const bytes = readFileSync(photo);
    const { report, pages } = await sanitise(bytes.subarray(0, Math.floor(bytes.length / 2)));
    deepEqual(report.warnings, ['damaged']);
    equal(pages.length, 1);
});

test('a PNG loses its texts, its profile and its transparency', async () => {
    const bytes = png(120, 80, (x, y) => [...scene(x, y), x * 2], { alpha: true, after: Buffer.from('more'),
        extra: [chunk('tEXt', Buffer.from('Author\0Jane Featherstone')),
            chunk('eXIf', Buffer.from('MM\0*\0\0\0\x08\0\0\0\0\0\0', 'latin1')),
            chunk('tIME', Buffer.from([7, 0xea, 1, 1, 1, 1, 1]))] });
    const { report, pages } = await sanitise(bytes);
    deepEqual(report.removed.sort(), ['comment', 'exif', 'other-metadata', 'trailing-bytes', 'transparency']);
    match(pages[0], /\.(png|jpg)$/);
    deepEqual(await metadata(pages[0]), []);
    ok(!readFileSync(pages[0]).includes('Jane'));
});

test('a drawing stays a PNG, a photo in a PNG becomes a JPEG', async () => {
    const drawing = await sanitise(png(300, 200, (x, y) => (x % 50 < 25 === y % 50 < 25 ? [0, 0, 0] : [255, 255, 255])));
    match(drawing.pages[0], /\.png$/);
    const bytes = png(300, 200, scene);
    const picture = await sanitise(bytes);
    match(picture.pages[0], /\.jpg$/);
    ok(readFileSync(picture.pages[0]).length < bytes.length);
});

test('a large photo is made smaller', async () => {
    const bytes = png(4400, 200, (x) => [x & 255, 100, 100]);
    const { report, pages } = await sanitise(bytes);
    ok(report.removed.includes('size'));
    equal((await size(pages[0])).ImageWidth, 4000);
});

test('a PNG bomb is refused before it goes off', async () => {
    await refused(bomb(), /too large/);
});

test('a PDF becomes pages with words, and loses the rest', async () => {
    const bytes = letterPdf([['Dear Nana Jean,', 'we went to the seaside.'], ['Love, Kayla']],
        { info: '/Title (For Nana) /Author (Jane Featherstone) /CreationDate (D:20260801100000Z)',
            hidden: ['Bradford Grammar School'],
            catalog: '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>' });
    const { report, text, words, pages } = await sanitise(bytes);
    equal(report.type, 'application/pdf');
    equal(report.pages, 2);
    deepEqual(report.removed.sort(), ['author', 'dates', 'hidden-text', 'scripts', 'title']);
    deepEqual(report.hidden_text.join(' ').match(/\w+/g), ['Bradford', 'Grammar', 'School', 'Bradford', 'Grammar', 'School']);
    equal(text, 'Dear Nana Jean,\nwe went to the seaside.\n\nLove, Kayla\n');
    deepEqual(words.map((one) => one.text), text.trim().split(/\s+/), 'every word has its box');
    deepEqual([...new Set(words.map((one) => one.page))], [1, 2]);
    for (const page of pages)
        deepEqual(await metadata(page), []);
    const { ImageWidth, ImageHeight } = await size(pages[0]);
    deepEqual([ImageWidth, ImageHeight], [1240, 1755]);
    for (const one of words)
        ok(one.x >= 0 && one.y >= 0 && one.w > 0 && one.h > 0 && one.x + one.w <= ImageWidth &&
            one.y + one.h <= ImageHeight);
    const dear = words[0];
    ok(Math.abs(dear.x - 150) < 5 && Math.abs(dear.y + dear.h - (1755 - 720 * 150 / 72)) < 15, JSON.stringify(dear));
});

test('of a PDF the crop box is the page', async () => {
    const { text, pages } = await sanitise(letterPdf([['On the page', 'cut off']], { box: '0 715 400 842' }));
    equal(text, 'On the page\n');
    deepEqual((await size(pages[0])).ImageHeight, Math.ceil(127 * 150 / 72));
});

test('a PDF with a password is refused with a sentence', async () => {
    const plain = join(home, 'plain.pdf');
    const locked = join(home, 'locked.pdf');
    writeFileSync(plain, letterPdf([['secret']]));
    await run(['qpdf', '--encrypt', 'user', 'owner', '256', '--', plain, locked]);
    await refused(readFileSync(locked), /locked with a password: ask for a copy without one/);
    // One that only asks not to be printed can be read.
    const open = join(home, 'open.pdf');
    await run(['qpdf', '--encrypt', '', 'owner', '256', '--', plain, open]);
    equal((await sanitise(readFileSync(open))).text, 'secret\n');
});

test('too many pages, pages too large, nothing at all', async () => {
    await refused(letterPdf(Array.from({ length: 201 }, () => ['x'])), /too many pages/);
    const large = (pages) => Buffer.from(letterPdf(pages).toString('latin1').replaceAll('[0 0 595 842]', '[0 0 9999 9999]'),
        'latin1');
    await refused(large(Array(34).fill(['x'])), /too large/); // 3,000 x 3,000 pixels each
    await refused(Buffer.alloc(0), /empty/);
    await refused(Buffer.from('%PDF-1.5\n'), /damaged/);
    await refused(letterPdf([['x']]).subarray(0, 60), /damaged|no pages/);
});

// As apps make them that take a photo's pixels for points.
test('a page of a metre and a half is drawn with fewer dots an inch, and its words stand where they are', async () => {
    const bytes = Buffer.from(letterPdf([['Dear Nana']]).toString('latin1').replaceAll('[0 0 595 842]', '[0 0 3024 4032]'), 'latin1');
    const { text, words, pages, report } = await sanitise(bytes);
    equal(text, 'Dear Nana\n');
    deepEqual(report.warnings, []);
    const seen = await size(pages[0]);
    deepEqual([seen.ImageWidth, seen.ImageHeight], [2250, 3000]);
    const scale = 3000 / 4032;
    ok(Math.abs(words[0].x - 72 * scale) < 3, JSON.stringify(words[0]));
    ok(words[0].y < (4032 - 720) * scale && words[0].y > (4032 - 740) * scale, JSON.stringify(words[0]));
});

test('what lies beside the pages of a PDF is told: layers, descriptions, a table of contents, previews', async () => {
    const catalog = '/OCProperties << /OCGs [50 0 R] /D << /OFF [50 0 R] >> >> /Outlines 51 0 R /PieceInfo << /X << /P (x) >> >> ' +
        '/Thumb 50 0 R /StructTreeRoot << /Type /StructTreeRoot /K << /S /Figure /Alt (Wendy at 14 Penhallow Terrace) >> >>';
    const whole = letterPdf([['Dear Nana']], { catalog }).toString('latin1');
    const objects = '50 0 obj\n<< /Type /OCG /Name (Secret) >>\nendobj\n51 0 obj\n<< /First 52 0 R /Last 52 0 R /Count 1 >>\nendobj\n' +
        '52 0 obj\n<< /Title (Penhallow) /Parent 51 0 R /Dest [3 0 R /Fit] >>\nendobj\n';
    // The table of objects is wrong then, and is made anew by whoever reads it.
    const { report, text } = await sanitise(Buffer.from(whole.replace('xref\n', `${objects}xref\n`), 'latin1'));
    equal(text, 'Dear Nana\n');
    for (const name of ['layers', 'outline', 'alternative-text', 'thumbnail', 'other-metadata'])
        ok(report.removed.includes(name), `${name} is not in ${report.removed}`);
    const plain = (await sanitise(letterPdf([['Dear Nana']]))).report.removed;
    for (const name of ['layers', 'outline', 'alternative-text', 'thumbnail', 'other-metadata'])
        ok(!plain.includes(name), name);
});

test('a DOCX becomes pages, without author, comments, deleted and hidden words', async () => {
    const deleted = '<w:del w:id="1" w:author="Jane"><w:r><w:delText>from Bradford </w:delText></w:r></w:del>';
    const added = '<w:ins w:id="2" w:author="Jane"><w:r><w:t>by train.</w:t></w:r></w:ins>';
    const hidden = '<w:r><w:rPr><w:vanish/></w:rPr><w:t>our number is 42</w:t></w:r>';
    const bytes = docx(paragraph('Dear Nana Jean,') +
        `<w:p><w:r><w:t xml:space="preserve">We came </w:t></w:r>${deleted}${added}${hidden}</w:p>`,
    { comment: 'do not say where' });
    const { report, text, words, pages } = await sanitise(bytes);
    equal(report.type, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    equal(text, 'Dear Nana Jean,\nWe came by train.\n');
    deepEqual(words.map((one) => one.text), text.trim().split(/\s+/));
    for (const name of ['author', 'last-editor', 'comments', 'tracked-deletions', 'tracked-changes', 'hidden-text'])
        ok(report.removed.includes(name), name);
    for (const gone of ['do not say where', 'from Bradford', 'our number is 42'])
        ok(report.hidden_text.join('\n').includes(gone), gone);
    for (const page of pages)
        deepEqual(await metadata(page), []);
}, { timeout: 150_000 });

test('a bomb inside a DOCX is refused', async () => {
    await refused(docx(paragraph('x'), { more: [['word/big.bin', Buffer.alloc(65 * 1024 * 1024)]] }),
        /too big/);
});

test('a type is what the bytes say, and others are refused with what to do', async () => {
    await refused(zip([['a.txt', 'hello']]), /ask for a PDF/);
    await refused(Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), /program/);
    await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), /ask for a PDF/);
    await refused(Buffer.from([0, 1, 2, 3]), /ask for a PDF/);
    // Whatever its name was: a JPEG that says PDF later on is a picture.
    const both = Buffer.concat([readFileSync(photo), letterPdf([['hidden in a photo']])]);
    const { report, text } = await sanitise(both);
    equal(report.type, 'image/jpeg');
    deepEqual(report.removed, ['trailing-bytes']);
    equal(text, '');
});

test('a text file in any usual character set is read', async () => {
    equal((await sanitise(Buffer.from('Dear Nana,\r\nit’s lovely\r\n'))).text, 'Dear Nana,\nit’s lovely\n');
    equal((await sanitise(Buffer.from('it\x92s caf\xe9', 'latin1'))).text, 'it’s café\n');
    equal((await sanitise(Buffer.from('\ufeffit’s', 'utf16le'))).text, 'it’s\n');
});

test('it asks for a folder that is there, and has help', async () => {
    const program = join(BUILD_TEST, 'letterboxctl');
    equal((await run([program, 'sanitise'], { status: 'any' })).code, 2);
    equal((await run([program, 'sanitise', '--out', '/nowhere'], { status: 'any' })).code, 1);
    match((await run([program, 'sanitise', '--help'])).stdout, /Exit status/);
    equal((await run([program, 'nothing'], { status: 'any' })).code, 2);
    match((await run([program, '--help'])).stdout, /sanitise/);
});

test('nothing stays behind in TMPDIR or HOME', async () => {
    const tmp = folder('tmp');
    const out = folder('out');
    await run([join(BUILD_TEST, 'letterboxctl'), 'sanitise', '--out', out], { input: readFileSync(photo),
        env: { ...process.env, TMPDIR: tmp, HOME: tmp } });
    deepEqual(readdirSync(tmp), []);
    ok(existsSync(join(out, 'report.json')));
});
