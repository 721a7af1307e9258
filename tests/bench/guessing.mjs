// SPDX-License-Identifier: AGPL-3.0-or-later
// Fifty wrong sign-ins a second from twenty addresses; meanwhile families sign in, twenty a minute, each from
// an address of its own, and a signed-in family reads its home page. A right sign-in is timed to the home page,
// with the mail in between.

import { sleep, test } from '../harness/test.mjs';
import { askPages, cookieOf, figure, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const SECONDS = 20;
const ADDRESSES = 20;
const GUESSES_A_SECOND = 50;
const RIGHT_EVERY_MS = 3000;
const RIGHT_MOST_MS = 3000;     // slower counts as failed

async function guesser(doors, address) {
    const client = await doors.here.client(doors.running.portal);
    client.agent.options.localAddress = address;
    const page = await client.get('/sign-in');
    return (number) => client.submit(page, 'form-post_sign_in', { email: `nobody-${number}@example.org`,
        password: 'not the password of anybody' }, { follow: false });
}

// Begins one after another on time, whether or not those before have ended; how many it was.
async function regularly(everyMs, begin) {
    const from = Date.now();
    const begun = [];
    while (Date.now() - from < SECONDS * 1000) {
        begun.push(begin(begun.length));
        await sleep(Math.max(0, from + begun.length * everyMs - Date.now()));
    }
    await Promise.all(begun);
    return begun.length;
}

const mailsWaiting = async (doors) => (await doors.here.db.one(`SELECT count(*)::int AS n FROM letterbox.job
    WHERE kind = 'send_mail' AND state = 'ready'`)).n;

test('guessing', async () => {
    const doors = await openPlace({ processes: ['portal', 'post'] });
    const reader = await doors.family({ number: 0 });
    const page = { host: doors.here.settings.portal.host_name, port: doors.running.portal.port, path: '/',
        cookie: cookieOf(reader.client) };
    const guessers = [];
    for (let i = 0; i < ADDRESSES; i += 1)
        guessers.push(await guesser(doors, `127.0.0.${2 + i}`));
    const statuses = {};
    const right = [];
    const guess = (number) => guessers[number % ADDRESSES](number)
        .then(({ status }) => { statuses[status] = (statuses[status] ?? 0) + 1; },
            (error) => { statuses[error.message] = (statuses[error.message] ?? 0) + 1; });
    const signIn = async (number) => {
        const from = performance.now();
        try {
            await doors.family({ number: 1 + number % 2, address: `127.0.1.${1 + number}` });
            right.push(performance.now() - from);
        } catch (error) {
            progress(`a right sign-in failed: ${error.message}`);
            right.push(NaN);
        }
    };
    let longestLine = 0;
    const looking = setInterval(async () => {
        longestLine = Math.max(longestLine, await mailsWaiting(doors));
    }, 500);
    const [pages, guesses] = await Promise.all([askPages({ ...page, seconds: SECONDS }),
        regularly(1000 / GUESSES_A_SECOND, guess), regularly(RIGHT_EVERY_MS, signIn)]);
    clearInterval(looking);
    progress(`guesses were answered ${JSON.stringify(statuses)}`);
    progress(`right sign-ins took ${right.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    progress(`at most ${longestLine} mails waited, decoys among them`);
    const good = right.filter((ms) => ms <= RIGHT_MOST_MS);
    figure('guessing_wrong_sign_ins', guesses / SECONDS, 'requests/s');
    figure('guessing_right_sign_ins', 100 * good.length / right.length, '%', 0);
    figure('guessing_right_longest', Math.max(...right.filter((ms) => !Number.isNaN(ms))), 'ms', 0);
    figure('guessing_home_rate', pages.rate, 'requests/s', 0);
    figure('guessing_home_p99', pages.p99, 'ms');
}, { timeout: 120_000 });
