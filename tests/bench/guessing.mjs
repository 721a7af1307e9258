// SPDX-License-Identifier: AGPL-3.0-or-later
// Fifty wrong sign-ins a second from twenty addresses; meanwhile families sign in, twenty a minute, and a
// signed-in family reads its home page. A right sign-in is timed to the home page, with the mail in between.

import { sleep, test } from '../harness/test.mjs';
import { askPages, cookieOf, figure, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const SECONDS = 20;
const ADDRESSES = 20;
const GUESSES_A_SECOND = 50;
const RIGHT_EVERY_MS = 3000;

async function guesser(doors, address) {
    const client = await doors.here.client(doors.running.portal);
    client.agent.options.localAddress = address;
    const page = await client.get('/sign-in');
    return (number) => client.submit(page, 'form-post_sign_in', { email: `nobody-${number}@example.org`,
        password: 'not the password of anybody' }, { follow: false });
}

test('guessing', async () => {
    const doors = await openPlace({ processes: ['portal', 'post'] });
    const reader = await doors.family({ number: 0 });
    const page = { host: doors.here.settings.portal.host_name, port: doors.running.portal.port, path: '/',
        cookie: cookieOf(reader.client) };
    const guessers = [];
    for (let i = 0; i < ADDRESSES; i += 1)
        guessers.push(await guesser(doors, `127.0.0.${2 + i}`));
    const until = Date.now() + SECONDS * 1000;
    const statuses = {};
    const guesses = [];
    const right = [];
    const guess = async () => {
        for (let number = 0; Date.now() < until; number += 1) {
            guesses.push(guessers[number % ADDRESSES](number)
                .then(({ status }) => { statuses[status] = (statuses[status] ?? 0) + 1; },
                    (error) => { statuses[error.message] = (statuses[error.message] ?? 0) + 1; }));
            await sleep(1000 / GUESSES_A_SECOND);
        }
    };
    const signIn = async () => {
        for (let number = 0; Date.now() < until; number += 1) {
            const from = performance.now();
            try {
                await doors.family({ number: 1 + number % 2 });
                right.push(performance.now() - from);
            } catch (error) {
                progress(`a right sign-in failed: ${error.message}`);
                right.push(NaN);
            }
            await sleep(Math.max(0, RIGHT_EVERY_MS - (performance.now() - from)));
        }
    };
    const [pages] = await Promise.all([askPages({ ...page, seconds: SECONDS }), guess(), signIn()]);
    await Promise.all(guesses);
    progress(`guesses were answered ${JSON.stringify(statuses)}`);
    const good = right.filter((ms) => !Number.isNaN(ms));
    figure('guessing_wrong_sign_ins', guesses.length / SECONDS, 'requests/s');
    figure('guessing_right_sign_ins', 100 * good.length / right.length, '%', 0);
    if (good.length > 0)
        figure('guessing_right_longest', Math.max(...good), 'ms', 0);
    figure('guessing_home_rate', pages.rate, 'requests/s', 0);
    figure('guessing_home_p99', pages.p99, 'ms');
}, { timeout: 120_000 });
