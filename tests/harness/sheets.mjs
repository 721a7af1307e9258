// SPDX-License-Identifier: AGPL-3.0-or-later
// Spreadsheets of made-up arrangements, for letterboxctl import.
//
//     const text = sheet([{ arrangement: '1', party_name: 'Kay Marsh', … }]);      // CSV with the template's heading
//     const rows = manyRows(5500);                                                 // one arrangement each, all different

import { read } from './tree.mjs';

export const COLUMNS = [...read('lib/rules/sheet.def').matchAll(/^COLUMN\(\w+, "(\w+)"/gm)].map(([, name]) => name);

const quoted = (cell) => (/[",;\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export function sheet(rows, { columns = COLUMNS, separator = ',', newline = '\n', heading = (name) => name } = {}) {
    return [columns.map((name) => quoted(heading(name))), ...rows.map((row) => columns.map((name) => quoted(row[name] ?? '')))]
        .map((cells) => cells.join(separator) + newline).join('');
}

// A whole row; what is given stands over it.
export function row(number, over = {}) {
    const code = String(number).padStart(5, '0');
    return { arrangement: `R${code}`, status: 'active', kind: 'indirect', child_birth_name: `Kit${code} Marsh`,
        child_adoptive_name: `Kit${code} Okafor`, child_dob: '14/02/2016', order_date: '03/04/2019',
        adopter_names: `Priya${code} and Sam Okafor`, adopter_address: `${number} Larkspur Avenue, Otley, LS57 3DW`,
        adopter_email: `home${code}@mail.example`, adopter_phone: `077001${code}`, adopter_channel: 'portal',
        party_name: `Kayla${code} Marsh`, party_relationship: 'birth mother',
        party_address: `${number} Tannery Row, Skipton, BD92 7HL`, party_email: `kayla${code}@post.example`,
        party_phone: `077002${code}`, party_channel: 'link', months: 'March and September', first_writer: 'adopters',
        photos: 'no-face', court_order: 'none', leak_list: 'name=Okafor; place=Otley', language: 'English', format: '',
        ...over };
}

// Another relative of an arrangement: what stands in its first row is left empty.
export function relative(number, of, over = {}) {
    const whole = row(number, over);
    const empty = COLUMNS.filter((name) => !name.startsWith('party_') && !(name in over));
    return { ...whole, ...Object.fromEntries(empty.map((name) => [name, ''])), arrangement: row(of).arrangement };
}

export const manyRows = (count) => Array.from({ length: count }, (_, i) => row(i + 1));
