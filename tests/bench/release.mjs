// SPDX-License-Identifier: AGPL-3.0-or-later
// Approved letters composed, archived and queued by one press: to families at the portal, and to relatives
// by link and PIN, whose key costs an Argon2id each. They are approved while the press is away.

import { BUILD } from '../harness/places.mjs';
import { pressroom } from '../harness/pressroom.mjs';
import { site } from '../harness/site.mjs';
import { eventually, ok, test } from '../harness/test.mjs';
import { figure, processorUnder, progress } from './figures.mjs';
import { settle } from './place.mjs';

const LETTERS = Number(process.env.BENCH_LETTERS ?? 1000);
const AT_ONCE = 4;
const TEXT = `Dear all, we had a lovely summer and she has learned to swim. She likes drawing horses, and
her teacher says she reads well. We went to the sea for a week and built a castle. `.repeat(4);

async function approved(room, family, from, to) {
    const letters = [];
    const write = async () => {
        while (letters.length < LETTERS) {
            const number = letters.push(null);
            letters[number - 1] = await room.letter({ from, arrangement: family.arrangement,
                text: `${TEXT}\n\n${number}` });
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, write));
    let press = await room.here.start('press', { build: BUILD });
    await room.done({ within: 600_000 });
    await press.stop();
    let next = 0;
    const decide = async () => {
        while (next < LETTERS)
            await room.approve(letters[next++], { to: [to.id] });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, decide));
    return letters;
}

async function release(room, name, family, from, to) {
    const letters = await approved(room, family, from, to);
    const began = performance.now();
    const press = await room.here.start('press', { build: BUILD });
    await eventually(async () => {
        const { left } = await room.db.one(`SELECT count(*)::int AS left FROM letterbox.letter
            WHERE letter_id = ANY ($1) AND state NOT IN ('composed', 'released')`, [letters]);
        progress(`${LETTERS - left} of ${LETTERS} are composed`);
        return left === 0;
    }, { within: 600_000, every: 500, what: 'all letters composed' });
    const seconds = (performance.now() - began) / 1000;
    const { archived } = await room.db.one(`SELECT count(*)::int AS archived FROM letterbox.archive_copy
        WHERE letter_id = ANY ($1)`, [letters]);
    ok(archived === 2 * LETTERS, `${archived} archive copies of ${LETTERS} letters`);
    figure(`release_1000_${name}`, seconds * 1000 / LETTERS, 's');
    figure(`release_cpu_${name}`, processorUnder(press.pid) / LETTERS / 1000, 'ms a letter');
    await press.stop();
}

test('release', async () => {
    const here = await site();
    await settle(here.db);
    const room = await pressroom(here);
    await room.agent();
    const family = await room.family(0);
    await room.account(family.home.id);
    await release(room, 'to_portal', family, family.by('link'), family.home);
    await release(room, 'by_link', family, family.home, family.by('link'));
}, { timeout: 1_800_000 });
