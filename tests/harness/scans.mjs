// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages that are pictures: scans, with or without a layer of text, made by poppler from pages of ours.

import { deflateSync } from 'node:zlib';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { letterPdf, pdf, png, scene } from './samples.mjs';
import { run } from './spawn.mjs';

const stream = (content, head = '') => Buffer.concat([
    Buffer.from(`<< /Length ${Buffer.byteLength(content)} ${head} >>\nstream\n`), Buffer.from(content),
    Buffer.from('\nendstream')]);

// Grey pixels of a page with these lines, as a scanner of so many dots an inch sees it.
export async function scanned(folder, lines, { dots = 150, name = 'scan' } = {}) {
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, letterPdf([lines]));
    await run(['pdftoppm', '-r', `${dots}`, '-gray', '-singlefile', file, join(folder, name)],
        { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const bytes = readFileSync(join(folder, `${name}.pgm`), 'latin1');
    const [head, width, height] = /^P5\s(\d+) (\d+)\s255\s/.exec(bytes);
    return { width: Number(width), height: Number(height), pixels: Buffer.from(bytes.slice(head.length), 'latin1'),
        file: join(folder, `${name}.pgm`) };
}

// A PDF whose page is this picture; `said` are lines that it holds as text in the picture's place, seen by nobody.
// `layers`: lines of several pages of the same picture; `field`: [x, y, x, y] of a text field that draws nothing.
export function picturePdf({ width, height, pixels }, { said = [], layers = [said], place = '595 0 0 842 0 0', above = '',
    field, size = 14 } = {}) {
    const text = (lines) => lines.length ? `BT 3 Tr /F1 ${size} Tf 72 720 Td ${lines.map((line) =>
        `(${line.replace(/[()\\]/g, '\\$&')}) Tj 0 -20 Td`).join(' ')} ET` : '';
    const first = 7;
    const kids = layers.map((_, i) => `${first + i * 2} 0 R`).join(' ');
    return pdf([`<< /Type /Catalog /Pages 2 0 R ${field ? '/AcroForm << /Fields [5 0 R] >>' : ''} >>`,
        `<< /Type /Pages /Kids [${kids}] /Count ${layers.length} >>`,
        stream(deflateSync(pixels), `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ` +
            '/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode'),
        '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
        `<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (Hello) /Rect [${(field ?? []).join(' ')}] /F 4 /AP << /N 6 0 R >> >>`,
        stream('', '/Type /XObject /Subtype /Form /BBox [0 0 1 1]'),
        ...layers.flatMap((lines, i) => [
            `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${first + i * 2 + 1} 0 R ` +
                `/Resources << /XObject << /I 3 0 R >> /Font << /F1 4 0 R >> >> ${field ? '/Annots [5 0 R]' : ''} >>`,
            stream(`q ${place} cm /I Do Q ${text(lines)} ${above}`)])]);
}

// Grey pixels of a QR code that says this.
export async function qr(says, size = 8) {
    const { stdout } = await run(['qrencode', '-t', 'ASCII', '-m', '4', '-o', '-', says]);
    const rows = stdout.split('\n').filter((row) => row.length > 0);
    const side = rows.length;
    const pixels = Buffer.alloc(side * size * side * size);
    for (let y = 0; y < side * size; y++)
        for (let x = 0; x < side * size; x++)
            pixels[y * side * size + x] = rows[Math.floor(y / size)][Math.floor(x / size) * 2] === '#' ? 0 : 255;
    return { width: side * size, height: side * size, pixels };
}

// A colour picture of pixel(x, y) with grey ones laid upon it: [[picture, left, top], …].
export function collage(width, height, pixel, laid) {
    return (x, y) => {
        for (const [{ width: w, height: h, pixels }, left, top] of laid)
            if (x >= left && x < left + w && y >= top && y < top + h) {
                const grey = pixels[(y - top) * w + x - left];
                return [grey, grey, grey];
            }
        return pixel(x, y);
    };
}

// A colour PNG of a sign with this on it.
export async function sign(folder, says, { name = 'sign', width = 700, height = 160 } = {}) {
    const seen = await scanned(folder, [says], { name });
    // The line stands 720 points above the foot of 842, 72 points from the left.
    const top = Math.round((842 - 720) * 150 / 72) - 60, left = 120;
    const crop = { width: width - 100, height: 80, pixels: Buffer.concat(Array.from({ length: 80 }, (_, y) =>
        seen.pixels.subarray((top + y) * seen.width + left, (top + y) * seen.width + left + width - 100))) };
    return png(width, height, collage(width, height, scene, [[crop, 50, 40]]));
}
