// SPDX-License-Identifier: AGPL-3.0-or-later
// Typed letters from received to in review, by one press: they are sent through the portal while the
// press is away, then it starts.

import { BUILD } from '../harness/places.mjs';
import { eventually, ok, test } from '../harness/test.mjs';
import { figure, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const LETTERS = Number(process.env.BENCH_LETTERS ?? 1000);
const AT_ONCE = 8;
const TEXT = `Dear both, we had a lovely summer and she has learned to swim. She likes drawing horses, and
her teacher says she reads well. We went to the sea for a week and built a castle. `.repeat(4);

test('press', async () => {
    const doors = await openPlace({ processes: ['portal', 'post', 'press'] });
    const { db } = doors.here;
    const { client } = await doors.family({ number: 0 });
    await doors.running.post.stop();
    await doors.running.press.stop();
    const form = (await client.get('/letters/new')).form('form-post_letters');
    let next = 0;
    const send = async () => {
        while (next < LETTERS) {
            const number = next += 1;
            const fields = form.fields.filter(([name]) => name !== 'file').map(([name, value]) => [name,
                name === 'once' ? `bench-letter-${number}` : name === 'text' ? `${TEXT}\n\n${number}` : value]);
            const page = await client.post('/letters', fields, { files: [], follow: false });
            ok(page.status === 303, `letter ${number}: ${page.status}`);
            if (number % 100 === 0)
                progress(`${number} of ${LETTERS} are sent`);
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    const from = performance.now();
    await doors.here.start('press', { build: BUILD });
    await eventually(async () => {
        const { left } = await db.one(`SELECT count(*)::int AS left FROM letterbox.letter
            WHERE state IN ('received', 'preparing')`);
        progress(`${LETTERS - left} of ${LETTERS} are prepared`);
        return left === 0;
    }, { within: 600_000, every: 1000, what: 'all letters prepared' });
    const seconds = (performance.now() - from) / 1000;
    const { ready } = await db.one("SELECT count(*)::int AS ready FROM letterbox.letter WHERE state = 'in_review'");
    ok(ready === LETTERS, `${ready} of ${LETTERS} letters are in review`);
    figure('press_1000_typed_letters', seconds * 1000 / LETTERS, 's');
}, { timeout: 900_000 });
