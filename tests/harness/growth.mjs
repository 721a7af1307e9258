// SPDX-License-Identifier: AGPL-3.0-or-later
// How much work letterbox-redact does as its text grows: instructions counted by callgrind, so that neither the
// machine nor its neighbours matter. Used by flow/redact_linear.mjs and, at the full sizes, by the bench.

import { join } from 'node:path';
import { BUILD } from './places.mjs';
import { run } from './spawn.mjs';

const FACTS = ['--text', '--direction', 'adoptive-to-birth', '--channel', 'scan-ocr', '--allow', 'Kim',
    ...['name=Fotheringay', 'name=Aaron', 'place=Wexcombe', 'address=12 Cobbler Lane', 'postcode=YO99 1AA',
        'school=Abbey Primary School', 'workplace=ABC Carpets', 'medical=Arc Road Surgery', 'phone=07700 900111',
        'email=abc@mail.example', 'dob=11 November 2011', 'id=111 111 1111'].flatMap((one) => ['--protect', one])];

// What is told apart only by looking far, or looks like much else.
export const GROWING = {
    letters: 'a',
    brackets: '(',
    digits: '1234567890',
    spaced: 'a b c ',
    confusables: 'Fоthеringау Кim ',     // half of it Cyrillic
};

async function instructions(text) {
    const { stderr } = await run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
        join(BUILD, 'letterbox-redact'), ...FACTS], { input: text, timeout: 600_000 });
    return Number(/Collected : (\d+)/.exec(stderr)[1]);
}

function filled(unit, bytes) {
    const each = Buffer.byteLength(unit);
    return unit.repeat(Math.floor(bytes / each));
}

// How many times the work is for four times the text, without what the start alone costs.
export async function growth(unit, bytes) {
    const [start, small, large] = await Promise.all(['', filled(unit, bytes), filled(unit, 4 * bytes)]
        .map(instructions));
    return { small: small - start, large: large - start, factor: (large - start) / (small - start) };
}
