// SPDX-License-Identifier: AGPL-3.0-or-later
// letterboxctl sanitise, on what is broken or means harm: it ends within its limits, with pages or with one plain
// sentence, and leaves nothing behind.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { loaded, metadata, refused, sanitise } from '../harness/cleaned.mjs';
import { bmp, gif } from '../harness/pictures.mjs';
import { docx, jpeg, letterPdf, paragraph, pdf, png, scene, stream, zip } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';
import { doc, odt } from '../harness/wordprocessor.mjs';
import { before, deepEqual, equal, folder, match, ok, test } from '../harness/test.mjs';

const LONG = { timeout: 300_000 };
const TOO_LARGE = /too large: ask for a smaller one/;
let home, photo;

before(async () => {
    home = folder('bad');
    photo = readFileSync(await jpeg(home));
});

async function vips(name, options = '', source = null) {
    const from = join(home, 'scene.png');
    writeFileSync(from, png(160, 120, scene));
    await run(['vips', 'copy', source ?? from, join(home, name) + options]);
    return join(home, name);
}

async function heic() {
    const from = await vips('small.png');
    await run(['heif-enc', '-q', '50', from, '-o', join(home, 'small.heic')]);
    return readFileSync(join(home, 'small.heic'));
}

// A PDF of one page that draws a stream packed by Flate.
const packedPdf = (packed, { filter = '/FlateDecode', image = null } = {}) => pdf(['<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << ${image ? '/XObject << /I 5 0 R >>' : ''} >> >>`,
    image ? stream('600 0 0 800 0 0 cm /I Do') : Buffer.concat([Buffer.from(`<< /Length ${packed.length} /Filter ${filter} >>\nstream\n`),
        packed, Buffer.from('\nendstream')]),
    ...image ? [Buffer.concat([Buffer.from(`<< /Type /XObject /Subtype /Image ${image} /Filter ${filter} /Length ${packed.length} >>\nstream\n`),
        packed, Buffer.from('\nendstream')])] : []]);

// Pages, or a refusal in one sentence; never more time than a document may take, and nothing between.
async function endsWell(bytes, what, options = []) {
    const { code, files, stderr } = await sanitise(bytes, { status: [0, 3], options });
    if (code === 3) {
        equal(stderr.trim().split('\n').length, 1, what);
        match(stderr, /\w.*\.$/m, what);
        deepEqual(files, [], what);
    } else {
        ok(files.includes('report.json'), what);
    }
    return code;
}

test('pictures that would not fit into memory are refused by what they say of their size', async () => {
    const tiff = readFileSync(await vips('bomb.tif'));
    for (let at = tiff.readUInt32LE(4) + 2, i = 0; i < tiff.readUInt16LE(tiff.readUInt32LE(4)); i++, at += 12)
        if ([256, 257].includes(tiff.readUInt16LE(at)))
            tiff.writeUInt32LE(60_000, at + 8);
    await refused(tiff, /too large|damaged/);
    const webp = readFileSync(await vips('bomb.webp', '[lossless=true,strip=true]'));
    const head = webp.indexOf('VP8L') + 9;
    webp.writeUInt32LE(((webp.readUInt32LE(head) & 0xf0000000) | 0x0fffffff) >>> 0, head); // 16,384 each way
    await refused(webp, /too large|damaged/);
    const film = gif(64, 48, [0]);
    for (const at of [6, 8, film.indexOf('\x2c\0\0\0\0', 13, 'latin1') + 5, film.indexOf('\x2c\0\0\0\0', 13, 'latin1') + 7])
        film.writeUInt16LE(65535, at);
    await refused(film, TOO_LARGE);
    const bitmap = bmp(64, 48, () => [0, 0, 0]);
    bitmap.writeInt32LE(60_000, 18);
    bitmap.writeInt32LE(60_000, 22);
    await refused(bitmap, TOO_LARGE);
    const photoOfMany = await heic();
    const ispe = photoOfMany.indexOf('ispe') + 8;
    photoOfMany.writeUInt32BE(60_000, ispe);
    photoOfMany.writeUInt32BE(60_000, ispe + 4);
    await refused(photoOfMany, /too large|damaged/);
});

// Grey pages, each of one strip that is packed by Deflate (TIFF 6.0, compression 8).
function packedTiff(width, height, strip, pages = 1) {
    const parts = [Buffer.from('II*\0\x08\0\0\0', 'latin1')];
    const rows = [[256, width], [257, height], [258, 8], [259, 8], [262, 1], [273, 0], [277, 1], [278, height], [279, strip.length]];
    const length = 2 + rows.length * 12 + 4;
    const stripAt = 8 + length * pages;
    for (let page = 0; page < pages; page += 1) {
        const directory = Buffer.alloc(length);
        directory.writeUInt16LE(rows.length);
        rows.forEach(([tag, value], i) => {
            directory.writeUInt16LE(tag, 2 + i * 12);
            directory.writeUInt16LE(4, 4 + i * 12);
            directory.writeUInt32LE(1, 6 + i * 12);
            directory.writeUInt32LE(tag === 273 ? stripAt : value, 10 + i * 12);
        });
        directory.writeUInt32LE(page + 1 < pages ? 8 + length * (page + 1) : 0, length - 4);
        parts.push(directory);
    }
    return Buffer.concat([...parts, strip]);
}

test('a TIFF that grows without end: by its size, by its strips, by its pages', async () => {
    const grown = deflateSync(Buffer.alloc(200_000_000), { level: 9 });
    ok(grown.length < 400_000, 'it is small');
    equal(await endsWell(packedTiff(8, 8, deflateSync(Buffer.alloc(64))), 'a good one'), 0);
    await refused(packedTiff(20_000, 10_000, grown), TOO_LARGE);
    await endsWell(packedTiff(8, 8, grown), 'a strip of 200 MB for 64 pixels');
    await refused(packedTiff(8, 8, deflateSync(Buffer.alloc(64)), 10_000), /too many pages/);
    await refused(packedTiff(9_000, 9_000, grown, 150), /too large|too many/);
}, LONG);

test('archives that grow without end are refused before LibreOffice sees them', async () => {
    const zeros = Buffer.alloc(60 * 1024 * 1024);
    const packed = ['a', 'b', 'c', 'd'].map((name) => [`word/${name}.xml`, zeros, true]);
    const bomb = docx(paragraph('x'), { more: packed });
    ok(bomb.length < 1024 * 1024, 'it is small');
    await refused(bomb, /too big/);
    await refused(odt('<text:p>x</text:p>', { more: packed.map(([, bytes], i) => [`Pictures/${i}`, bytes, true]) }), /too big/);
    await refused(docx(paragraph('x'), { more: Array.from({ length: 4001 }, (_, i) => [`word/media/${i}`, '']) }), /too big/);
}, LONG);

test('streams of a PDF that grow without end cost no more than their time', async () => {
    const zeros = deflateSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 });
    ok(await endsWell(packedPdf(zeros), 'blanks') >= 0);
    const twice = deflateSync(zeros, { level: 9 });
    await endsWell(packedPdf(twice, { filter: '[/FlateDecode /FlateDecode]' }), 'packed twice');
    const image = deflateSync(Buffer.alloc(30_000 * 100), { level: 9 });
    await endsWell(packedPdf(image, { image: '/Width 30000 /Height 30000 /ColorSpace /DeviceGray /BitsPerComponent 8' }), 'an image');
    const objects = deflateSync(Buffer.from(`1 0 ${'[ '.repeat(1_000_000)}`), { level: 9 });
    const nested = pdf(['<< /Type /Catalog /Pages 2 0 R >>', `<< /Type /Pages /Kids [3 0 R] /Count 1 >>`,
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /A ${'['.repeat(100_000)} >>`,
        Buffer.concat([Buffer.from(`<< /Type /ObjStm /N 1 /First 4 /Length ${objects.length} /Filter /FlateDecode >>\nstream\n`), objects,
            Buffer.from('\nendstream')])]);
    await endsWell(nested, 'lists in lists');
    const circle = pdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>']);
    await refused(circle, /damaged|no pages/);
}, LONG);

// Catalogue, page tree and page packed into one object stream, with a stream of cross-references (ISO 32000-1, 7.5.7, 7.5.8).
function objectStreamPdf(blanks) {
    const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>'];
    let at = 0;
    const head = `${objects.map((object, i) => {
        const start = at;
        at += object.length + 1;
        return `${i + 1} ${start}`;
    }).join(' ')} `;
    const packed = deflateSync(Buffer.concat([Buffer.from(`${head}${objects.join(' ')} `), Buffer.alloc(blanks, 0x20)]), { level: 9 });
    const start = Buffer.from('%PDF-1.5\n');
    const body = Buffer.concat([Buffer.from(`4 0 obj\n<< /Type /ObjStm /N 3 /First ${head.length} /Length ${packed.length} `
        + '/Filter /FlateDecode >>\nstream\n'), packed, Buffer.from('\nendstream\nendobj\n')]);
    const rowsAt = start.length + body.length;
    const rows = Buffer.concat([[0, 0, 65535], [2, 4, 0], [2, 4, 1], [2, 4, 2], [1, start.length, 0], [1, rowsAt, 0]]
        .map(([type, second, third]) => {
            const row = Buffer.alloc(7);
            row[0] = type;
            row.writeUInt32BE(second, 1);
            row.writeUInt16BE(third, 5);
            return row;
        }));
    return Buffer.concat([start, body, Buffer.from(`5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R /Length ${rows.length} >>\n`
        + 'stream\n'), rows, Buffer.from(`\nendstream\nendobj\nstartxref\n${rowsAt}\n%%EOF\n`)]);
}

test('objects of a PDF packed into a stream that grows without end', async () => {
    equal(await endsWell(objectStreamPdf(0), 'a good one'), 0);
    const bomb = objectStreamPdf(300 * 1024 * 1024);
    ok(bomb.length < 400_000, 'it is small');
    const started = Date.now();
    await endsWell(bomb, '300 MB of blanks');
    ok(Date.now() - started < 60_000);
}, LONG);

test('a PDF that only says that it has ten thousand pages is refused at once', async () => {
    const says = (count) => pdf(['<< /Type /Catalog /Pages 2 0 R >>', `<< /Type /Pages /Kids [3 0 R] /Count ${count} >>`,
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>']);
    equal(await endsWell(says(1), 'a good one'), 0);
    const started = Date.now();
    await refused(says(10_000), /too many pages|has no pages/);
    await refused(says(2_147_483_647), /too many pages|has no pages|damaged/);
    ok(Date.now() - started < 20_000);
}, LONG);

test('a PDF of ten thousand pages is refused at once', async () => {
    const started = Date.now();
    await refused(letterPdf(Array.from({ length: 10_000 }, () => ['x'])), /too many pages/);
    ok(Date.now() - started < 20_000);
}, LONG);

test('what a PDF would start, send or carry is gone, and said', async () => {
    const bytes = letterPdf([['Dear Nana']], { catalog: '/OpenAction << /S /Launch /F (cmd.exe) >> ' +
        '/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.exe) /EF << /F 9 0 R >> >>] >> ' +
        '/JavaScript << /Names [(x) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>',
    annots: ['<< /Type /Annot /Subtype /Link /Rect [72 700 200 740] /A << /S /URI /URI (http://spy.example/) >> >>',
        '<< /Type /Annot /Subtype /Text /Rect [300 700 320 720] /Contents (do not say where) >>'] });
    const { report, text } = await sanitise(bytes);
    match(text, /^Dear Nana\n/); // and what the note's picture looks like
    for (const name of ['scripts', 'attached-files', 'links', 'comments'])
        ok(report.removed.includes(name), `${name} is not in ${report.removed}`);
    ok(report.hidden_text.join().includes('do not say where'));
});

test('each thing that a PDF would start, carry or ask for is gone from what comes out', async () => {
    const link = (action) => ({ annots: [`<< /Type /Annot /Subtype /Link /Rect [72 700 200 740] /A << ${action} >> >>`] });
    const first = (action) => ({ catalog: `/OpenAction << ${action} >>` });
    const cases = [
        ['scripts', first('/S /Launch /F (elsewhere.exe)')],
        ['scripts', link('/S /Launch /F (elsewhere.exe)')],
        ['scripts', first('/S /JavaScript /JS (elsewhere\\(1\\))')],
        ['scripts', { catalog: '/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (elsewhere\\(1\\)) >>] >> >>' }],
        ['scripts', { catalog: '/AA << /WC << /S /JavaScript /JS (elsewhere\\(1\\)) >> >>' }],
        ['scripts', first('/S /SubmitForm /F (http://elsewhere.example/)')],
        ['attached-files', { catalog: '/Names << /EmbeddedFiles << /Names [(elsewhere) << /Type /Filespec /F (elsewhere.exe) '
            + '/EF << /F 6 0 R >> >>] >> >>' }],
        ['links', link('/S /URI /URI (http://elsewhere.example/)')],
        ['links', link('/S /GoToR /F (elsewhere.pdf) /D [0 /Fit]')],
        // these two are gone as well, though nobody is told
        [null, first('/S /GoToR /F (elsewhere.pdf) /D [0 /Fit]')],
        [null, first('/S /URI /URI (http://elsewhere.example/)')],
    ];
    for (const [name, more] of cases) {
        const { out, files, report, text } = await sanitise(letterPdf([['Dear Nana']], more));
        equal(text, 'Dear Nana\n');
        deepEqual(files, ['page-001.png', 'report.json', 'text.txt', 'words.json']);
        ok(name === null || report.removed.includes(name), `${name} is not in ${report.removed} for ${JSON.stringify(more)}`);
        deepEqual(await metadata(join(out, 'page-001.png')), []);
        for (const file of files)
            ok(!readFileSync(join(out, file)).includes('elsewhere'), `${file} for ${JSON.stringify(more)}`);
    }
    // A page whose own words are kept elsewhere shows what stands in the file, and the other is not read.
    const secret = join(folder('secret'), 'elsewhere');
    writeFileSync(secret, 'BT /F1 14 Tf 72 680 Td (Words from elsewhere) Tj ET');
    const { text } = await sanitise(pdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
        stream('BT /F1 14 Tf 72 720 Td (Dear Nana) Tj ET', `/F (${secret})`), '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>']));
    equal(text, 'Dear Nana\n');
}, LONG);

test('a picture that a PDF keeps elsewhere is not fetched', async () => {
    const bytes = pdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>',
        stream('600 0 0 800 0 0 cm /I Do'), '<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray ' +
        '/BitsPerComponent 8 /F << /FS /URL /F (http://127.0.0.1:1/x) >> /Length 0 >>\nstream\n\nendstream']);
    equal((await sanitise(bytes)).pages.length, 1);
});

test('Exif that is damaged, endless or refers to itself never keeps a photo from being cleaned', async () => {
    const tiff = (...entries) => {
        const out = Buffer.alloc(10 + entries.length * 12 + 4);
        out.write('II*\0', 'latin1');
        out.writeUInt32LE(8, 4);
        out.writeUInt16LE(entries.length, 8);
        entries.forEach(([tag, type, count, value], i) => {
            out.writeUInt16LE(tag, 10 + i * 12);
            out.writeUInt16LE(type, 12 + i * 12);
            out.writeUInt32LE(count, 14 + i * 12);
            out.writeUInt32LE(value, 18 + i * 12);
        });
        out.writeUInt32LE(8, out.length - 4); // the next directory is this one
        return out;
    };
    const blocks = [Buffer.from('II*\0\xff\xff\xff\xff', 'latin1'), Buffer.from('MM'), Buffer.alloc(0),
        tiff([0x8769, 4, 1, 8], [0x8825, 4, 1, 8]), tiff([0x10f, 2, 0xffffffff, 0xffffffff], [0x112, 3, 1, 6]),
        tiff([0x112, 3, 1, 99], [0x9286, 12, 0x7fffffff, 4])];
    for (const block of blocks) {
        const segment = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(segment.length + 2);
        const bytes = Buffer.concat([photo.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, segment, photo.subarray(2)]);
        const { report, pages } = await sanitise(bytes);
        ok(report.removed.includes('exif'));
        deepEqual(await metadata(pages[0]), []);
    }
    const file = await vips('exif.webp');
    await loaded(file, '-GPSLatitude=53.79', '-Make=Phone', '-Artist=Jane');
    const webp = readFileSync(file);
    const at = webp.indexOf('Phone');
    ok(at > 0);
    webp.fill(0xff, at - 20, at + 30);
    equal(await endsWell(webp, 'WebP'), 0);
    // A TIFF's own directory is its Exif: only what it points to can be damaged.
    const scan = await vips('exif.tif');
    await loaded(scan, '-GPSLatitude=53.79', '-ExposureTime=1');
    const bytes = readFileSync(scan);
    const directory = bytes.readUInt32LE(4);
    for (let i = 0, row = directory + 2; i < bytes.readUInt16LE(directory); i++, row += 12)
        if ([0x8825, 0x8769].includes(bytes.readUInt16LE(row)))
            bytes.writeUInt32LE(0xfffffff0, row + 8);
    equal(await endsWell(bytes, 'TIFF'), 0);
}, LONG);

test('every kind of file, empty or cut short anywhere, ends with pages or with a sentence', async () => {
    const text = odt('<text:p>Dear Nana</text:p>');
    const whole = { jpeg: photo, png: png(64, 48, scene), gif: gif(64, 48, [0, 1]), bmp: bmp(64, 48, scene), heic: await heic(),
        tiff: readFileSync(await vips('cut.tif')), webp: readFileSync(await vips('cut.webp')), pdf: letterPdf([['Dear Nana']]),
        docx: docx(paragraph('Dear Nana')), odt: text, doc: await doc(folder('cut'), text),
        rtf: Buffer.from('{\\rtf1\\ansi Dear {\\b Nana}\\par}'), html: Buffer.from('<!doctype html><p>Dear <b>Nana</b>'),
        mail: Buffer.from('From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nDear Nana') };
    await refused(Buffer.alloc(0), /empty/);
    const eachCut = async ([kind, bytes]) => {
        const isSlow = ['docx', 'odt', 'doc', 'rtf'].includes(kind); // LibreOffice looks at it
        // Words are read off the new pixels, broken or not: that is tried elsewhere and takes longest.
        const ends = (piece, what) => endsWell(piece, what, ['--no-words']);
        equal(await ends(bytes, kind), 0, `${kind} is a good sample`);
        for (const part of isSlow ? [0.02, 0.6] : [0.02, 0.3, 0.6, 0.95])
            await ends(bytes.subarray(0, Math.max(1, Math.floor(bytes.length * part))), `${kind} cut at ${part}`);
        const holed = Buffer.from(bytes);
        holed.fill(0xff, bytes.length >> 1, Math.min(bytes.length, (bytes.length >> 1) + 40));
        await ends(holed, `${kind} with a hole`);
    };
    const kinds = Object.entries(whole);
    const inTurn = async () => {
        for (let next = kinds.shift(); next; next = kinds.shift())
            await eachCut(next);
    };
    await Promise.all([inTurn(), inTurn()]);
}, LONG);

test('an archive of archives, a film and a program are never opened', async () => {
    await refused(zip([['a.zip', zip([['b.zip', zip([['c', 'x']])]])]]), /cannot be taken/);
    await refused(Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1'), /cannot be taken/);
    await refused(Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1'), /program/);
    await refused(Buffer.from('#!/bin/sh\nrm -rf /\n'), /program/);
});
