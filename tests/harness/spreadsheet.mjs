// SPDX-License-Identifier: AGPL-3.0-or-later
// A spreadsheet as LibreOffice keeps it (flat ODF), and what LibreOffice exports of it.
//
//     const bytes = spreadsheet([['Name', 'Born'], ['Zoë\nPeña', new Date('2016-02-14')]]);   // dates are date cells, shown 14/02/2016
//     await exported(folder, bytes, { separator: ';', encoding: 'windows-1252' });             // its CSV

import { converted } from './wordprocessor.mjs';

const ODF = 'urn:oasis:names:tc:opendocument:xmlns:';
const NAMES = ['office', 'text', 'style', 'table'].map((name) => `xmlns:${name}="${ODF}${name}:1.0"`).join(' ');
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function cell(value) {
    if (value instanceof Date)
        return `<table:table-cell table:style-name="day" office:value-type="date" office:date-value="${value.toISOString().slice(0, 10)}"/>`;
    if (typeof value === 'number')
        return `<table:table-cell office:value-type="float" office:value="${value}"/>`;
    const lines = value.split('\n').map((line) => `<text:p>${escaped(line)}</text:p>`).join('');
    return value ? `<table:table-cell office:value-type="string">${lines}</table:table-cell>` : '<table:table-cell/>';
}

export function spreadsheet(rows) {
    return Buffer.from('<?xml version="1.0" encoding="UTF-8"?>' +
        `<office:document ${NAMES} xmlns:number="${ODF}datastyle:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">` +
        '<office:automatic-styles><number:date-style style:name="shown" number:language="en" number:country="GB"><number:day number:style="long"/><number:text>/</number:text>' +
        '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>' +
        '<style:style style:name="day" style:family="table-cell" style:data-style-name="shown"/></office:automatic-styles>' +
        '<office:body><office:spreadsheet><table:table table:name="Letterbox">' +
        rows.map((cells) => `<table:table-row>${cells.map(cell).join('')}</table:table-row>`).join('') +
        '</table:table></office:spreadsheet></office:body></office:document>');
}

// LibreOffice's own numbers of character sets; cells are written as they are shown.
const ENCODINGS = { 'utf-8': 76, 'windows-1252': 1 };

export function exported(folder, bytes, { separator = ',', encoding = 'utf-8', quoted = false } = {}) {
    return converted(folder, bytes, 'fods', 'csv',
        `Text - txt - csv (StarCalc):${separator.charCodeAt(0)},34,${ENCODINGS[encoding]},1,,0,${quoted},true,false`);
}
