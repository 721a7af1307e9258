// SPDX-License-Identifier: AGPL-3.0-or-later
// Four times the text is four times the work: instructions of the shipped letterbox-redact, not seconds. The sizes are
// an eighth of what a letter may have, so that this takes under a minute; `make bench` prints the same at 256 KiB and
// 1 MiB.

import { ok, test } from '../harness/test.mjs';
import { GROWING, growth } from '../harness/growth.mjs';

const SMALL = 32 * 1024;
const MOST = 4.5;

for (const [name, unit] of Object.entries(GROWING))
    test(`the work grows with the text: ${name}`, async () => {
        const { small, large, factor } = await growth(unit, SMALL);
        console.log(`${name}: ${small} and ${large} instructions, factor ${factor.toFixed(2)}`);
        ok(small > SMALL, `${small} instructions cannot be all for ${SMALL} bytes`);
        ok(factor <= MOST, `${name}: ${factor.toFixed(2)} times the work for four times the text`);
    }, { timeout: 300_000 });
