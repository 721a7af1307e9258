// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk's register and lists in a big agency: 5,500 arrangements and 50,000 letters, every child, family and relative with a
// record that opens. First what the first search after sign-in costs, then each list page and each report.

import { test } from '../harness/test.mjs';
import { staffAtDesk } from '../harness/people.mjs';
import { codeOf } from '../harness/codes.mjs';
import { fillRegister, sealRegister } from '../harness/register.mjs';
import { askPages, cookieOf, figure, memory, processorOf, processorUnder, progress, share } from './figures.mjs';
import { openPlace } from './place.mjs';

const SEARCHES = ['kayla', 'marsh grace', 'FB-01234', 'HX17 4AB', '27/3/2019', '01632 960 777', 'zzz'];

const ms = async (work) => {
    const start = process.hrtime.bigint();
    const page = await work();
    return { page, ms: Number(process.hrtime.bigint() - start) / 1e6 };
};

export async function searches(doors, client, prefix = 'register') {
    const list = await client.get('/account');      // no register yet
    const before = memory(doors.running.desk.pid, 'VmRSS');
    const { csrf } = Object.fromEntries(list.form('form-post_sign_out').fields);
    const search = (q) => ms(() => client.post('/arrangements/search', [['csrf', csrf], ['q', q]]));
    const first = await search('kayla');
    figure(`${prefix}_first_search`, first.ms, 'ms');
    figure(`${prefix}_memory`, (memory(doors.running.desk.pid, 'VmRSS') - before) / 1024, 'MiB');
    const later = [];
    for (let round = 0; round < 4; round += 1)
        for (const q of SEARCHES)
            later.push((await search(q)).ms);
    figure(`${prefix}_search_p50`, share(later, 0.5), 'ms');
    figure(`${prefix}_search_p95`, share(later, 0.95), 'ms');
}

const PAGES = (made) => [['arrangements', '/arrangements'], ['arrangements_paused', '/arrangements?state=paused&page=2'],
    ['parties', '/parties'], ['arrangement', `/arrangements/${codeOf(made.arrangement(7))}`],
    ['arrangement_letters', `/arrangements/${codeOf(made.arrangement(7))}/letters`],
    ['arrangement_timeline', `/arrangements/${codeOf(made.arrangement(7))}/timeline`],
    ['arrangement_occasions', `/arrangements/${codeOf(made.arrangement(7))}/occasions`],
    ['arrangement_people', `/arrangements/${codeOf(made.arrangement(7))}/people`],
    ['child', `/children/${codeOf(made.child(10))}`], ['party', `/parties/${codeOf(made.relative(7))}`],
    ['letters', '/letters?state=to_read'], ['letters_all', '/letters?state=all&page=5'], ['letters_sent', '/letters?state=sent&page=3'],
    ['diary', '/diary'], ['diary_late', '/diary/list?state=late'], ['diary_due', '/diary/list?state=due&page=3'], ['shelf', '/shelf'], ['today', '/']];

export async function pages(doors, client, made, prefix = 'list') {
    for (const [name, path] of PAGES(made)) {
        const page = { host: doors.here.settings.desk.host_name, port: doors.running.desk.port, path, cookie: cookieOf(client) };
        const answer = await client.get(path);
        if (answer.status !== 200)
            throw new Error(`${path}: ${answer.status}`);
        const [desk, base] = [processorOf(doors.running.desk.pid), processorUnder(doors.here.db.server.pid)];
        const asked = await askPages({ ...page, connections: 1, seconds: 3 });
        progress(`${name}: desk ${((processorOf(doors.running.desk.pid) - desk) / asked.requests / 1000).toFixed(1)} ms, PostgreSQL ${
            ((processorUnder(doors.here.db.server.pid) - base) / asked.requests / 1000).toFixed(1)} ms of processor time each`);
        figure(`${prefix}_${name}_p50`, asked.p50, 'ms');
        figure(`${prefix}_${name}_p95`, asked.p95, 'ms');
    }
}

const REPORTS = (made) => [['purpose', '/reports/purpose'], ['period', '/reports/period'], ['period_csv', '/reports/period?as=csv'],
    ['period_pdf', '/reports/period?as=pdf'], ['foi', '/reports/foi'],
    ['timeline', `/reports/timeline?arrangement=${codeOf(made.arrangement(7))}`]];

// As a manager sees them; the first opens the register of that session.
export async function reports(client, made, prefix = 'report') {
    for (const [name, path] of REPORTS(made)) {
        const took = [];
        for (let round = 0; round < 4; round += 1) {
            const { page, ms: each } = await ms(() => client.get(path));
            if (page.status !== 200)
                throw new Error(`${path}: ${page.status}`);
            took.push(each);
        }
        figure(`${prefix}_${name}_first`, took[0], 'ms');
        figure(`${prefix}_${name}_slowest`, Math.max(...took.slice(1)), 'ms');
    }
}

test('register', async () => {
    const doors = await openPlace({ processes: ['desk'] });
    const { db } = doors.here;
    const agency = await doors.here.agency('fernshire');
    const made = await fillRegister(db, agency);
    await sealRegister(db, agency);
    progress('5500 arrangements, 50000 letters');
    const { client } = await staffAtDesk(doors.here, doors.running.desk, 'coordinator');
    await searches(doors, client);
    await pages(doors, client, made);
    await reports((await staffAtDesk(doors.here, doors.running.desk, 'manager')).client, made);
}, { timeout: 600_000 });
