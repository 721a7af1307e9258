// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents of word processors for the cleaner: ODT and OLE files byte by byte, DOC by LibreOffice itself.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip } from './samples.mjs';
import { run } from './spawn.mjs';

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const ODF = 'urn:oasis:names:tc:opendocument:xmlns:';
const NAMES = `${['office', 'text', 'style', 'meta', 'form', 'script'].map((name) => `xmlns:${name}="${ODF}${name}:1.0"`).join(' ')} ` +
    `xmlns:fo="${ODF}xsl-fo-compatible:1.0" xmlns:svg="${ODF}svg-compatible:1.0" xmlns:draw="${ODF}drawing:1.0" ` +
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"';
const MANIFEST = `${ODF}manifest:1.0`;
const TYPE = 'application/vnd.oasis.opendocument.text';

// An ODT whose text is given as text:p elements. `changes` stands before them (text:tracked-changes, office:forms),
// `meta` in its properties, `header` and `footer` on every page, `more` are further files,
// `content` writes its XML otherwise.
export function odt(body, { changes = '', meta = '', header = '', footer = '', more = [], locked = false,
    content: write = (xml) => xml } = {}) {
    const content = `${XML}<office:document-content ${NAMES} office:version="1.2"><office:automatic-styles>` +
        '<style:style style:name="hidden" style:family="text"><style:text-properties text:display="none"/></style:style>' +
        `</office:automatic-styles><office:body><office:text>${changes}${body}</office:text></office:body></office:document-content>`;
    const styles = `${XML}<office:document-styles ${NAMES} office:version="1.2"><office:styles>` +
        '<style:style style:name="Unseen" style:family="text"><style:text-properties text:display="none"/></style:style>' +
        '</office:styles><office:automatic-styles><style:page-layout style:name="layout"><style:page-layout-properties ' +
        'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/><style:header-style/><style:footer-style/></style:page-layout>' +
        '</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="layout">' +
        `${header && `<style:header><text:p>${header}</text:p></style:header>`}` +
        `${footer && `<style:footer><text:p>${footer}</text:p></style:footer>`}` +
        '</style:master-page></office:master-styles></office:document-styles>';
    const files = [['content.xml', write(content)], ['styles.xml', styles],
        ['meta.xml', `${XML}<office:document-meta ${NAMES} office:version="1.2"><office:meta>${meta}</office:meta></office:document-meta>`],
        ...more];
    const rows = files.map(([name]) => `<manifest:file-entry manifest:full-path="${name}" manifest:media-type="text/xml">` +
        `${locked ? '<manifest:encryption-data manifest:checksum="x"/>' : ''}</manifest:file-entry>`).join('');
    return zip([['mimetype', TYPE], ...files, ['META-INF/manifest.xml', `${XML}<manifest:manifest xmlns:manifest="${MANIFEST}" ` +
        `manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="${TYPE}"/>${rows}</manifest:manifest>`]]);
}

// What LibreOffice makes of a document when it is asked for another kind.
export async function converted(folder, bytes, from, to, filter) {
    const file = join(folder, `original.${from}`);
    writeFileSync(file, bytes);
    // With a new profile it may want to be started again (81).
    const start = () => run(['/usr/lib/libreoffice/program/soffice.bin', '--headless', '--norestore', '--nolockcheck',
        `-env:UserInstallation=file://${folder}/profile`, '--convert-to', `${to}:${filter}`, '--outdir', join(folder, to), file],
    { env: { HOME: folder, PATH: process.env.PATH, LC_ALL: 'C.UTF-8', SAL_USE_VCLPLUGIN: 'svp' }, status: [0, 81], timeout: 120_000 });
    for (let tries = 0; tries < 3 && (await start()).code === 81;)
        tries++;
    return readFileSync(join(folder, to, `original.${to}`));
}

export async function doc(folder, bytes) {
    return converted(folder, bytes, 'odt', 'doc', 'MS Word 97');
}

// A compound file with streams of these names and nothing to speak of in them.
export function compound(names) {
    const SECTOR = 512, END = 0xfffffffe, FREE = 0xffffffff, TABLE = 0xfffffffd;
    const head = Buffer.alloc(SECTOR, 0xff);
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
    head.fill(0, 8, 24);
    [0x3e, 3, 0xfffe, 9, 6].forEach((value, i) => head.writeUInt16LE(value, 24 + i * 2));
    head.fill(0, 34, 76);
    head.writeUInt32LE(1, 44);
    head.writeUInt32LE(1, 48);
    head.writeUInt32LE(4096, 56);
    head.writeUInt32LE(END, 60);
    head.writeUInt32LE(END, 68);
    head.writeUInt32LE(0, 76);
    const entries = [['Root Entry', 5], ...names.map((name) => [name, 2])];
    const sectors = Math.ceil(entries.length / 4);
    const table = Buffer.alloc(SECTOR, 0xff);
    table.writeUInt32LE(TABLE, 0);
    for (let i = 1; i <= sectors; i++)
        table.writeUInt32LE(i < sectors ? i + 1 : END, i * 4);
    const directory = Buffer.alloc(sectors * SECTOR);
    entries.forEach(([name, type], i) => {
        const at = i * 128;
        directory.write(name, at, 'utf16le');
        directory.writeUInt16LE((name.length + 1) * 2, at + 64);
        directory[at + 66] = type;
        for (const offset of [68, 72, 76])
            directory.writeUInt32LE(FREE, at + offset);
        directory.writeUInt32LE(END, at + 116);
    });
    return Buffer.concat([head, table, directory]);
}

// A DOC as if it had been saved with a password: only its head says so, which is where one looks.
export function lockedDoc(bytes) {
    const out = Buffer.from(bytes);
    for (let at = 512; at < out.length; at += 512)
        if (out.readUInt16LE(at) === 0xa5ec)
            out.writeUInt16LE(out.readUInt16LE(at + 10) | 0x0100, at + 10);
    return out;
}
