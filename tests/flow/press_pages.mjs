// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages with words: what is covered on them is in no pixel and no text of what leaves, and what stays can be searched
// and read aloud. Opened again by other people's programs.

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, cleanup, deepEqual, equal, folder, match, doesNotMatch, ok, test } from '../harness/test.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { picturePdf, scanned } from '../harness/scans.mjs';
import { site } from '../harness/site.mjs';
import { letterPdf } from '../harness/samples.mjs';
import { run } from '../harness/spawn.mjs';

const LINES = ['Dear all, this is a letter', 'I saw Tregenza yesterday at the shop.', 'We had a good walk home from there.',
    'Ann Penhaligon lives at Larkspur Avenue with the dog', 'and Jo sends love.'];
const SECRETS = ['Tregenza', 'Penhaligon', 'Larkspur', 'Avenue', 'Jo'];

let room;

before(async () => {
    const here = await site({ settings: { portal: { origin: 'https://portal.example' } } });
    room = await pressroom(here);
    await room.agent();
    await here.start('press');
});

const wordsOf = (part) => part.words.map(({ text }) => text);
const boxOf = ({ x, y, w, h }) => ({ x, y, w, h });

// A letter of one page (lines, or a PDF), released to a family with boxes(part) on it: { part, words, image, home, pdf }.
async function released(page, boxes) {
    const family = await room.family(1);
    const account = await room.account(family.home.id);
    const letter = await room.letter({ from: family.by('link'), arrangement: family.arrangement, text: 'A page.',
        items: [{ kind: 'file', name: 'page.pdf', bytes: Buffer.isBuffer(page) ? page : letterPdf([page]) }] });
    await room.done();
    const mark = { category: 'name', source: 'staff', why: '', confidence: 100, for: [family.home.id], part: 2 };
    const review = await room.remark(letter, (review) => {
        review.marks = boxes(review.parts[1]).map((box, i) => ({ ...mark, number: i + 1, ...box }));
    });
    await room.approve(letter, { to: [family.home.id] });
    deepEqual((await room.done()).filter((one) => one.letter === letter), []);
    const [release] = await room.releases(letter);
    const parts = await room.releaseParts(release.id, account.secret);
    deepEqual(parts.map(({ kind }) => kind), ['text', 'page', 'words', 'pdf']);
    const home = mkdtempSync('/tmp/letterbox-pages-');
    cleanup(() => rmSync(home, { recursive: true }));
    writeFileSync(join(home, 'letter.pdf'), parts[3].bytes);
    return { part: review.parts[1], image: parts[1].bytes, words: parts[2].bytes.toString(), home, pdf: join(home, 'letter.pdf') };
}

// The pixels of the page: { width, height, at(x, y) }.
async function pixels({ home, pdf }) {
    await run(['pdfimages', pdf, join(home, 'image')]);
    const bytes = readFileSync(join(home, readdirSync(home).find((name) => /^image.*\.p[pg]m$/.test(name))));
    const [head, kind, width, height] = bytes.subarray(0, 40).toString('latin1')
        .match(/^P([56])\s+(\d+)\s+(\d+)\s+255\s/);
    const bands = kind === '6' ? 3 : 1;
    return { width: Number(width), height: Number(height), at: (x, y) => bytes[head.length + (y * width + x) * bands] };
}

// The columns that are of the box's grey from end to end of these rows.
function blackOn(image, { y, h }) {
    const columns = [];
    for (let x = 0; x < image.width; x += 1) {
        let all = true;
        for (let row = y + 2; row < y + h - 2 && all; row += 1)
            all = Math.abs(image.at(x, row) - 96) <= 40;
        if (all)
            columns.push(x);
    }
    return columns;
}

test('what stays on a page is its text, in order; what is covered is nowhere in the file', async () => {
    const made = await released(LINES, (part) => part.words.filter(({ text }) => SECRETS.includes(text)).map(boxOf));
    const text = (await run(['pdftotext', '-f', '2', made.pdf, '-'])).stdout.replace(/\f/g, '');
    const found = text.split(/\s+/).filter(Boolean);
    const foot = found.findIndex((word) => /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(word));
    ok(foot > 0, text);
    const stays = found.slice(0, foot);
    let at = -1;
    for (const word of stays) {
        at = wordsOf(made.part).indexOf(word, at + 1);
        ok(at >= 0, `${word} stands where it stood: ${stays.join(' ')}`);
    }
    for (const secret of SECRETS)
        ok(!stays.includes(secret), secret);
    for (const word of ['Dear', 'letter', 'saw', 'shop.', 'walk', 'home', 'Ann', 'and'])
        ok(stays.includes(word), `${word} stays: ${stays.join(' ')}`);
    deepEqual(made.words.split(/\s+/).filter((word) => word !== '[removed]'), stays, 'what is read aloud is the same');
    match(made.words, /I saw \[removed\] at the shop\.\nWe had a good walk home from there\./);

    const plain = (await run(['qpdf', '--qdf', '--object-streams=disable', made.pdf, '-'])).bytes.toString('latin1');
    const json = (await run(['qpdf', '--json', made.pdf])).stdout;
    const strings = (await run(['exiftool', '-j', '-G', made.pdf])).stdout;
    for (const secret of SECRETS.filter((word) => word.length > 3)) {
        for (const [where, all] of [['qpdf', plain], ['json', json], ['exiftool', strings],
            ['bytes', readFileSync(made.pdf, 'latin1')], ['the page', made.image.toString('latin1')]])
            ok(!all.includes(secret), `${secret} in ${where}`);
        ok(!plain.includes(Buffer.from(secret, 'utf16le').swap16().toString('hex').toUpperCase()), 'nor in a table of letters');
    }
    match((await run(['qpdf', '--check', made.pdf])).stdout, /No syntax or stream encoding errors/);
    doesNotMatch(plain, /\/ActualText/);
    // Letters are told one by one: no entry of a font's table spells a word.
    for (const [, letters] of plain.matchAll(/^<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>$/gm))
        ok(letters.length <= 12, letters);
});

test('the words stand where they are seen, below the page\'s image', async () => {
    const made = await released(LINES, () => []);
    equal(made.words, LINES.join('\n'));
    const boxes = (await run(['pdftotext', '-f', '2', '-bbox', made.pdf, '-'])).stdout;
    const words = [...boxes.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)/g)];
    const scale = (595.28 - 2 * 22 * 72 / 25.4) / made.part.width;
    const margin = 22 * 72 / 25.4;
    made.part.words.forEach(({ x, y, w, h }, n) => {
        const [, left, top, right, bottom] = words[n].map(Number);
        for (const [is, wanted] of [[left, x], [right, x + w]])
            ok(Math.abs(is - margin - wanted * scale) < 3, `${words[n][5]}: ${is}`);
        ok((top + bottom) / 2 > margin + y * scale && (top + bottom) / 2 < margin + (y + h) * scale, words[n][5]);
    });
    // Nobody sees them: the image lies over them.
    const content = (await run(['qpdf', '--qdf', '--object-streams=disable', made.pdf, '-'])).bytes.toString('latin1');
    const page = content.split('endstream').find((part) => /\bDo\b/.test(part) && /\bT[Jj]\b/.test(part));
    ok(page, 'a page with text and an image');
    ok(page.search(/\bT[Jj]\b/) < page.search(/\bDo\b/), 'the text comes first');
});

test('a mark through half a word takes the word', async () => {
    const half = (part) => {
        const word = part.words.find(({ text }) => text === 'Tregenza');
        return [{ x: word.x + Math.floor(word.w / 2), y: word.y, w: Math.floor(word.w / 2), h: word.h }];
    };
    const made = await released(LINES, half);
    doesNotMatch((await run(['pdftotext', made.pdf, '-'])).stdout, /Treg|enza/);
    const image = await pixels(made);
    const word = made.part.words.find(({ text }) => text === 'Tregenza');
    const black = blackOn(image, word);
    ok(black[0] <= word.x && black.at(-1) >= word.x + word.w - 1, 'the pixels, too');
});

test('how long a name is cannot be told from the black', async () => {
    const names = ['Jo', 'Tom', 'Anna', 'Petra', 'Morwen', 'Tregenza', 'Penhaligon', 'Carthew-Yorke', 'Trevanion-Lanyon'];
    const lines = names.map((name) => `We saw ${name} at it all on that day`);
    const made = await released(lines, (part) => part.words.filter(({ text }) => names.includes(text)).map(boxOf));
    const image = await pixels(made);
    const widths = new Map();
    for (const name of names) {
        const word = made.part.words.find(({ text }) => text === name);
        const black = blackOn(image, word);
        equal(black.at(-1) - black[0] + 1, black.length, 'one piece');
        ok(black[0] <= word.x && black.at(-1) >= word.x + word.w - 1, name);
        widths.set(black.length, [...widths.get(black.length) ?? [], name]);
    }
    ok(widths.size <= 3, JSON.stringify([...widths]));
    for (const [width, same] of widths)
        ok(same.length > 1 || width === Math.max(...widths.keys()), `${width}: ${same}`);
});

test('the image of a page says nothing but its pixels', async () => {
    const made = await released(LINES, (part) => [boxOf(part.words[2])]);
    await run(['pdfimages', '-all', made.pdf, join(made.home, 'all')]);
    const file = join(made.home, readdirSync(made.home).find((name) => name.startsWith('all')));
    deepEqual(readFileSync(file), made.image, 'the very file, as a JPEG');
    const [facts] = JSON.parse((await run(['exiftool', '-j', '-G', file])).stdout);
    for (const key of Object.keys(facts).filter((one) => one.includes(':')))
        ok(/^(ExifTool|File|Composite|JFIF):/.test(key), key);
});

test('a scanned page loses a word as a typed one does', async () => {
    const scan = picturePdf(await scanned(folder('scan'), LINES));
    const made = await released(scan, (part) => part.words.filter(({ text }) => text === 'Tregenza').map(boxOf));
    ok(wordsOf(made.part).includes('Tregenza'), 'it was read');
    const text = (await run(['pdftotext', '-f', '2', made.pdf, '-'])).stdout;
    doesNotMatch(text, /Tregenza/);
    match(text.replaceAll(/\s+/g, ' '), /^Dear all, this is a letter . saw .*the shop\. We had a good walk home from there\./);
    const image = await pixels(made);
    const [word, other] = ['Tregenza', 'Penhaligon'].map((name) => made.part.words.find(({ text: one }) => one === name));
    const black = blackOn(image, word);
    ok(black.length >= word.w && black[0] <= word.x && black.at(-1) >= word.x + word.w - 1, `${black[0]} to ${black.at(-1)}`);
    equal(blackOn(image, other).length, 0);
}, { timeout: 120_000 });
