// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents for the cleaner, made when they are needed: nothing binary stands in the tree.

import * as zlib from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './spawn.mjs';

// Node 18 has no crc32 of its own.
const TABLE = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++)
        c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
});
const { deflateSync } = zlib;
const crc32 = zlib.crc32 ?? ((bytes) => {
    let c = 0xffffffff;
    for (const byte of bytes)
        c = TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
});

// ---- PNG ----------------------------------------------------------------------------------------

export function chunk(type, data) {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(data.length + 12);
    out.writeUInt32BE(data.length, 0);
    typed.copy(out, 4);
    out.writeUInt32BE(crc32(typed), data.length + 8);
    return out;
}

// A colour PNG; pixel(x, y) gives [r, g, b] or [r, g, b, a]. `extra` chunks stand before the data.
export function png(width, height, pixel, { alpha = false, extra = [], after = Buffer.alloc(0) } = {}) {
    const samples = alpha ? 4 : 3;
    const raw = Buffer.alloc(height * (width * samples + 1));
    for (let y = 0, at = 0; y < height; y++) {
        raw[at++] = 0;
        for (let x = 0; x < width; x++)
            for (const value of pixel(x, y).slice(0, samples))
                raw[at++] = value;
    }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, alpha ? 6 : 2, 0, 0, 0], 8);
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), ...extra,
        chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0)), after]);
}

// Something with the detail of a photo: smooth colours and a little noise.
export const scene = (x, y) => {
    const noise = (Math.imul(x * 73856093 ^ y * 19349663, 2654435761) >>> 28);
    return [(x * 200 / 640 + noise) & 255, (y * 200 / 480 + noise * 2) & 255,
        (128 + 100 * Math.sin(x / 40) * Math.cos(y / 30)) & 255];
};

// A PNG that says it is 30,000 pixels wide and high, in some hundred kilobytes.
export function bomb(side = 30_000) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(side, 0);
    head.writeUInt32BE(side, 4);
    head.set([8, 0, 0, 0, 0], 8);
    const rows = deflateSync(Buffer.alloc(2000 * (side + 1)), { level: 9 });
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
        chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

// ---- PDF ----------------------------------------------------------------------------------------

export function pdf(objects, trailer = '') {
    const parts = [Buffer.from('%PDF-1.5\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
    const starts = [];
    let at = parts[0].length;
    objects.forEach((object, i) => {
        const bytes = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`),
            Buffer.isBuffer(object) ? object : Buffer.from(object, 'latin1'), Buffer.from('\nendobj\n')]);
        starts.push(at);
        at += bytes.length;
        parts.push(bytes);
    });
    const rows = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
    parts.push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}` +
        `trailer << /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`));
    return Buffer.concat(parts);
}

export const stream = (content, head = '') => Buffer.concat([
    Buffer.from(`<< /Length ${Buffer.byteLength(content)} ${head} >>\nstream\n`), Buffer.from(content),
    Buffer.from('\nendstream')]);

const text = (lines, y = 720) => `BT /F1 14 Tf 72 ${y} Td ${lines.map((line) =>
    `(${line.replace(/[()\\]/g, '\\$&')}) Tj 0 -20 Td`).join(' ')} ET\n`;

// Pages of lines; what else belongs to a letter that knows too much can be asked for.
export function letterPdf(pages, { info = '', hidden = [], catalog = '', box = '0 0 595 842', annots = [] } = {}) {
    const font = 3 + pages.length * 2;
    const kids = pages.map((_, i) => `${3 + i * 2} 0 R`).join(' ');
    const objects = [`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
        `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`];
    pages.forEach((lines, i) => {
        objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /CropBox [${box}] ` +
            `/Annots [${annots.join(' ')}] /Contents ${4 + i * 2} 0 R ` +
            `/Resources << /Font << /F1 ${font} 0 R >> >> >>`);
        objects.push(stream(text(lines) + (hidden.length
            ? `1 1 1 rg ${text(hidden, 300)} 0 0 0 rg` : '')));
    });
    objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
    if (info)
        objects.push(`<< ${info} >>`);
    return pdf(objects, info ? `/Info ${objects.length} 0 R` : '');
}

// A page that draws a form ten times, which draws another ten times, and so on: 3.5 KB that no renderer ends.
export function nestedPdf(depth = 16) {
    const form = (i) => `/XObject << /F ${i} 0 R >>`;
    const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << ${form(5)} >> >>`, stream('/F Do')];
    for (let i = 0; i < depth; i += 1)
        objects.push(i + 1 < depth
            ? stream('/F Do\n'.repeat(10), `/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << ${form(6 + i)} >>`)
            : stream('0 0 600 800 re f', '/Type /XObject /Subtype /Form /BBox [0 0 600 800]'));
    return pdf(objects);
}

// ---- JPEG ---------------------------------------------------------------------------------------

// A JPEG that poppler draws of a page with a picture on it: no encoder of ours.
export async function jpeg(folder, { width = 640, height = 480, quality = 90 } = {}) {
    const pixels = Buffer.alloc(width * height * 3);
    for (let y = 0, at = 0; y < height; y++)
        for (let x = 0; x < width; x++)
            for (const value of scene(x, y))
                pixels[at++] = value;
    const packed = deflateSync(pixels);
    const image = Buffer.concat([Buffer.from(`<< /Type /XObject /Subtype /Image /Width ${width} ` +
        `/Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode ` +
        `/Length ${packed.length} >>\nstream\n`), packed, Buffer.from('\nendstream')]);
    const file = join(folder, 'scene.pdf');
    writeFileSync(file, pdf(['<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R ` +
        '/Resources << /XObject << /I 5 0 R >> >> >>',
        stream(`${width} 0 0 ${height} 0 0 cm /I Do`), image]));
    await run(['pdftocairo', '-jpeg', '-jpegopt', `quality=${quality}`, '-r', '72', '-singlefile', file,
        join(folder, 'scene')], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    return join(folder, 'scene.jpg');
}

// ---- DOCX ---------------------------------------------------------------------------------------

// Entries are [name, content]; with a third element the content is packed.
export function zip(entries) {
    const local = [];
    const directory = [];
    let at = 0;
    for (const [name, content, isPacked] of entries) {
        const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
        const stored = isPacked ? zlib.deflateRawSync(bytes, { level: 9 }) : bytes;
        const facts = Buffer.alloc(26);
        facts.writeUInt16LE(20, 0);
        facts.writeUInt16LE(isPacked ? 8 : 0, 4);
        facts.writeUInt16LE(0x21, 8);
        facts.writeUInt32LE(crc32(bytes), 10);
        facts.writeUInt32LE(stored.length, 14);
        facts.writeUInt32LE(bytes.length, 18);
        facts.writeUInt16LE(Buffer.byteLength(name), 22);
        const start = Buffer.alloc(4);
        start.writeUInt32LE(at, 0);
        const one = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), stored]);
        directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), facts, Buffer.alloc(10), start,
            Buffer.from(name)]));
        local.push(one);
        at += one.length;
    }
    const rows = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(rows.length, 12);
    end.writeUInt32LE(at, 16);
    return Buffer.concat([...local, rows, end]);
}

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML = '<?xml version="1.0" encoding="UTF-8"?>';

// A DOCX whose body is given as w:p elements; with an author, a comment and whatever stands in the body. `more` are
// further files, `relations` what points to them: [id, type, file].
export function docx(body, { comment = null, more = [], relations = [] } = {}) {
    const relation = (id, type, target) => `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`;
    const override = (part, type) => `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-${type}+xml"/>`;
    return zip([
        ['[Content_Types].xml', `${XML}<Types xmlns="${PACKAGE}/content-types">` +
            `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
            '<Default Extension="xml" ContentType="application/xml"/>' +
            override('/word/document.xml', 'officedocument.wordprocessingml.document.main') +
            (comment ? override('/word/comments.xml', 'officedocument.wordprocessingml.comments') : '') +
            relations.filter(([, , target]) => !target.includes(':')).map(([, type, target]) =>
                override(`/word/${target}`, `officedocument.wordprocessingml.${type}`)).join('') +
            override('/docProps/core.xml', 'package.core-properties') + '</Types>'],
        ['_rels/.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
            relation('r1', `${OFFICE}/officeDocument`, 'word/document.xml') +
            relation('r2', `${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml') +
            '</Relationships>'],
        ['word/_rels/document.xml.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
            (comment ? relation('r1', `${OFFICE}/comments`, 'comments.xml') : '') +
            relations.map(([id, type, target]) => relation(id, `${OFFICE}/${type}`, target)).join('') + '</Relationships>'],
        ['word/document.xml', `${XML}<w:document ${W}><w:body>${body}</w:body></w:document>`],
        ...comment ? [['word/comments.xml', `${XML}<w:comments ${W}><w:comment w:id="0" w:author="Jane">` +
            `<w:p><w:r><w:t>${comment}</w:t></w:r></w:p></w:comment></w:comments>`]] : [],
        ['docProps/core.xml', `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" ` +
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Jane Featherstone</dc:creator>' +
            '<cp:lastModifiedBy>Tom Featherstone</cp:lastModifiedBy></cp:coreProperties>'],
        ...more,
    ]);
}

export const paragraph = (words) => `<w:p><w:r><w:t xml:space="preserve">${words}</w:t></w:r></w:p>`;
