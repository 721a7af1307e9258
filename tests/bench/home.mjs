// SPDX-License-Identifier: AGPL-3.0-or-later
// The signed-in home page over HTTPS, alone and while others guess passwords.

import { test } from '../harness/test.mjs';
import { askPages, cookieOf, figure, median, processorOf, processorUnder, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const ROUNDS = 3;

async function measureHome(doors, client) {
    const { portal } = doors.running;
    const page = { host: doors.here.settings.portal.host_name, port: portal.port, path: '/',
        cookie: cookieOf(client) };
    await askPages({ ...page, seconds: 1 });
    const rounds = [];
    for (let i = 0; i < ROUNDS; i += 1) {
        const before = processorOf(portal.pid);
        const database = processorUnder(doors.here.db.server.pid);
        const round = await askPages({ ...page, seconds: 4 });
        round.portal_us = (processorOf(portal.pid) - before) / round.requests;
        round.database_us = (processorUnder(doors.here.db.server.pid) - database) / round.requests;
        rounds.push(round);
        progress(`${round.rate.toFixed(0)} requests/s, p99 ${round.p99} ms`);
    }
    return (name) => median(rounds.map((round) => round[name]));
}

test('home', async () => {
    const doors = await openPlace({ processes: ['portal', 'post', 'press'] });
    const { client } = await doors.family({ number: 0 });
    await doors.running.post.stop();
    await doors.running.press.stop();
    const of = await measureHome(doors, client);
    if (of('failed') > 0)
        throw new Error('the home page was refused');
    figure('home_rate', of('rate'), 'requests/s', 0);
    figure('home_p50', of('p50'), 'ms', 2);
    figure('home_p99', of('p99'), 'ms', 2);
    figure('home_cpu_portal', of('portal_us'), 'us', 0);
    figure('home_cpu_database', of('database_us'), 'us', 0);
    figure('home_cpu_client', of('client_us'), 'us', 0);
}, { timeout: 300_000 });
