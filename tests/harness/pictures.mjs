// SPDX-License-Identifier: AGPL-3.0-or-later
// BMP and GIF files byte by byte, for what no program of the machine writes.

// A BMP. Colours are given as [r, g, b]; with a palette pixel(x, y) gives an index. `runs` packs the indices of
// each row in runs (RLE8), `topDown` turns the order of rows around.
export function bmp(width, height, pixel, { palette = null, runs = false, topDown = false, after = Buffer.alloc(0) } = {}) {
    const rows = [];
    for (let i = 0; i < height; i++) {
        const y = topDown ? i : height - 1 - i;
        const line = Array.from({ length: width }, (_, x) => pixel(x, y));
        if (runs)
            rows.push(Buffer.from([...packed(line), 0, 0]));
        else
            rows.push(padded(Buffer.from(palette ? line : line.flatMap(([r, g, b]) => [b, g, r]))));
    }
    if (runs)
        rows.push(Buffer.from([0, 1]));
    const pixels = Buffer.concat(rows);
    const colours = Buffer.from((palette ?? []).flatMap(([r, g, b]) => [b, g, r, 0]));
    const head = Buffer.alloc(54);
    head.write('BM', 'latin1');
    head.writeUInt32LE(54 + colours.length + pixels.length, 2);
    head.writeUInt32LE(54 + colours.length, 10);
    head.writeUInt32LE(40, 14);
    head.writeInt32LE(width, 18);
    head.writeInt32LE(topDown ? -height : height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(palette ? 8 : 24, 28);
    head.writeUInt32LE(runs ? 1 : 0, 30);
    head.writeUInt32LE(pixels.length, 34);
    head.writeUInt32LE(palette?.length ?? 0, 46);
    return Buffer.concat([head, colours, pixels, after]);
}

const padded = (row) => Buffer.concat([row, Buffer.alloc((4 - row.length % 4) % 4)]);

function packed(line) {
    const out = [];
    for (let at = 0; at < line.length;) {
        let end = at + 1;
        while (end < line.length && end - at < 255 && line[end] === line[at])
            end++;
        out.push(end - at, line[at]);
        at = end;
    }
    return out;
}

// A GIF of so many frames, each of one colour of the table; `comment` stands before the first.
export function gif(width, height, frames, { table = [[255, 0, 0], [0, 0, 255]], comment = null, xmp = null,
    after = Buffer.alloc(0) } = {}) {
    const number = (value) => [value & 255, value >> 8];
    const blocks = (bytes) => {
        const out = [];
        for (let at = 0; at < bytes.length; at += 255)
            out.push(Math.min(255, bytes.length - at), ...bytes.subarray(at, at + 255));
        return [...out, 0];
    };
    const out = [...Buffer.from('GIF89a'), ...number(width), ...number(height), 0x80, 0, 0, ...table.flat()];
    if (frames.length > 1)
        out.push(0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0);
    if (comment)
        out.push(0x21, 0xfe, ...blocks(Buffer.from(comment)));
    if (xmp)
        out.push(0x21, 0xff, 11, ...Buffer.from('XMP DataXMP'), ...blocks(Buffer.from(xmp)));
    for (const colour of frames)
        out.push(0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, ...number(width), ...number(height), 0, 2,
            ...blocks(unpackedCodes(width * height, colour)));
    return Buffer.concat([Buffer.from([...out, 0x3b]), after]);
}

// GIF's code for pixels of one value, written without packing: the table is cleared before it would grow.
function unpackedCodes(count, value) {
    const CLEAR = 4, END = 5, WIDTH = 3;
    const codes = [];
    for (let i = 0; i < count; i++) {
        if (i % 2 === 0)
            codes.push(CLEAR);
        codes.push(value);
    }
    codes.push(END);
    const out = Buffer.alloc(Math.ceil(codes.length * WIDTH / 8));
    codes.forEach((code, i) => {
        for (let bit = 0; bit < WIDTH; bit++)
            if (code >> bit & 1)
                out[(i * WIDTH + bit) >> 3] |= 1 << ((i * WIDTH + bit) & 7);
    });
    return out;
}

// One box of a HEIC file.
export function box(type, ...contents) {
    const body = Buffer.concat(contents);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
}

// A copy of a HEIC file whose pictures are turned by so many quarters, against the clock: an irot property for each.
export function turnedHeic(file, quarters) {
    const at = file.indexOf('ipco', 0, 'latin1') - 4;
    const end = at + file.readUInt32BE(at);
    const index = countBoxes(file.subarray(at + 8, end)) + 1;
    const property = box('irot', Buffer.from([quarters]));
    const ipma = end;
    const length = file.readUInt32BE(ipma);
    const rows = withProperty(file.subarray(ipma, ipma + length), index);
    const grown = property.length + rows.length - length;
    const out = Buffer.concat([file.subarray(0, end), property, rows, file.subarray(ipma + length)]);
    out.writeUInt32BE(file.readUInt32BE(at) + property.length, at);
    for (const outer of ['iprp', 'meta'])
        out.writeUInt32BE(file.readUInt32BE(file.indexOf(outer) - 4) + grown, file.indexOf(outer) - 4);
    moveExtents(out, file.indexOf('iloc') - 4, grown);
    return out;
}

function countBoxes(bytes) {
    let count = 0;
    for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
        count++;
    return count;
}

// ipma version 0, indices of one byte: item, count, properties.
function withProperty(ipma, index) {
    const rows = [];
    let at = 16;
    for (let i = 0; i < ipma.readUInt32BE(12); i++) {
        const count = ipma[at + 2];
        rows.push(ipma.subarray(at, at + 2), Buffer.from([count + 1]), ipma.subarray(at + 3, at + 3 + count),
            Buffer.from([0x80 | index]));
        at += 3 + count;
    }
    return box('ipma', ipma.subarray(8, 16), ...rows);
}

// Where the pictures' bytes stand, as heif-enc writes it: version 1 (or 0), sizes of 4 bytes, one extent.
function moveExtents(file, iloc, by) {
    const sizes = file.readUInt16BE(iloc + 12);
    const base = sizes >> 4 & 15;
    const offset = sizes >> 12;
    const length = sizes >> 8 & 15;
    let at = iloc + 16;
    for (let i = 0; i < file.readUInt16BE(iloc + 14); i++) {
        const method = file[iloc + 8] > 0 ? file.readUInt16BE(at + 2) : 0;
        at += (file[iloc + 8] > 0 ? 4 : 2) + 2 + base;
        const extents = file.readUInt16BE(at);
        at += 2;
        for (let j = 0; j < extents; j++, at += offset + length)
            if (method === 0)
                file.writeUInt32BE(file.readUInt32BE(at) + by, at);
    }
}

// A colour profile that takes red for blue and blue for red: what ignores it shows the wrong colours.
export function swappingProfile() {
    const xyz = (values) => {
        const out = Buffer.alloc(20);
        out.write('XYZ ', 'latin1');
        values.forEach((value, i) => out.writeInt32BE(Math.round(value * 65536), 8 + i * 4));
        return out;
    };
    const curve = Buffer.from([...Buffer.from('curv'), 0, 0, 0, 0, 0, 0, 0, 1, 2, 0x33, 0, 0]);
    const text = Buffer.from('text\0\0\0\0none\0\0\0\0', 'latin1');
    const name = Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x05swap\0', 'latin1'), Buffer.alloc(79)]);
    const tags = [['desc', name], ['cprt', text], ['wtpt', xyz([0.9642, 1, 0.8249])],
        ['rXYZ', xyz([0.1431, 0.0606, 0.7141])], ['gXYZ', xyz([0.3851, 0.7169, 0.0971])],
        ['bXYZ', xyz([0.4360, 0.2225, 0.0139])], ['rTRC', curve], ['gTRC', curve], ['bTRC', curve]];
    const head = Buffer.alloc(132 + tags.length * 12);
    let at = head.length;
    tags.forEach(([sign, content], i) => {
        head.write(sign, 132 + i * 12, 'latin1');
        head.writeUInt32BE(at, 136 + i * 12);
        head.writeUInt32BE(content.length, 140 + i * 12);
        at += content.length;
    });
    head.writeUInt32BE(at, 0);
    head.writeUInt32BE(0x02100000, 8);
    head.write('mntrRGB XYZ ', 12, 'latin1');
    head.write('acsp', 36, 'latin1');
    head.writeUInt32BE(0xf6d6, 68);
    head.writeUInt32BE(0x10000, 72);
    head.writeUInt32BE(0xd32d, 76);
    head.writeUInt32BE(tags.length, 128);
    return Buffer.concat([head, ...tags.map(([, content]) => content)]);
}
