// SPDX-License-Identifier: AGPL-3.0-or-later
// What teaches the redactor how concerns sound, as JSON lines for ops/sense/teach.c:
//
//     node ops/sense/lines.mjs > lines.jsonl
//     {"text", "hand", "concerns": [{"start", "end", "kind"}]}      bytes, end exclusive
//
// From ops/sense/said: a sentence a line, after the kinds that it is of ("none" for none). From the
// letters to develop on of tests/corpus/redaction, of which the concerns count: they show how rare
// concerns are, and are what a threshold is tried on. Letters that are held back to measure teach
// nothing: of the first sixty those whose number leaves 1 on division by 3, and own/.

import { readFileSync, readdirSync } from 'node:fs';

const here = new URL('.', import.meta.url);
const files = (folder) => readdirSync(new URL(folder, here)).filter((name) => name.endsWith('.txt')).sort()
    .map((name) => [`${folder}${name}`, readFileSync(new URL(`${folder}${name}`, here), 'utf8')]);
const put = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

for (const [name, text] of files('said/')) {
    text.split('\n').forEach((line, number) => {
        if (!line.trim() || line.startsWith('#'))
            return;
        const parts = /^([a-z][a-z, -]*): (.+)$/.exec(line);
        if (!parts)
            throw new Error(`${name}:${number + 1}: no "kind: sentence"`);
        const kinds = parts[1].split(',').map((kind) => kind.trim()).filter((kind) => kind !== 'none');
        const said = parts[2].trim();
        put({ text: said, hand: null, concerns: kinds.map((kind) => ({ start: 0, end: Buffer.byteLength(said), kind })) });
    });
}

// {{category|text}} is the text alone; <<concern|text>> is a concern.
function letterOf(hand, text) {
    const body = text.slice(text.indexOf('\n---\n') + 5);
    const concerns = [];
    let plain = '';
    let from = 0;
    for (const found of body.matchAll(/\{\{[a-z.]+\|([^]*?)\}\}|<<([a-z-]+)\|([^]*?)>>/g)) {
        plain += body.slice(from, found.index);
        const start = Buffer.byteLength(plain);
        plain += found[1] ?? found[3].replace(/\{\{[a-z.]+\|([^]*?)\}\}/g, '$1');
        if (found[2])
            concerns.push({ start, end: Buffer.byteLength(plain), kind: found[2] });
        from = found.index + found[0].length;
    }
    return { text: plain + body.slice(from), hand, concerns };
}

const CORPUS = '../../tests/corpus/redaction/';
const isHeldBack = (name) => Number(/(\d+)\.txt$/.exec(name)[1]) % 3 === 1;
// A letter's hand is what its name begins with: each writer has a letter of the alphabet.
const handOf = (name) => /\/([a-z]+)\d+\.txt$/.exec(name)[1];
for (const [name, text] of [...files(`${CORPUS}more/`), ...files(`${CORPUS}letters/`).filter(([name]) => !isHeldBack(name))])
    put(letterOf(handOf(name), text));
