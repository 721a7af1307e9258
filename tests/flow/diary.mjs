// SPDX-License-Identifier: AGPL-3.0-or-later
// letterbox-diary opens each occasion once however often it runs, for each agency its own, marks what
// is late, and follows changed terms.

import { before, equal, eventually, ok, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';

let here;
let fernshire;

before(async () => {
    here = await site();
    fernshire = await here.agency();
});

// Runs until each regular job was done after the start (or `jobs` of them).
async function runDiary({ kinds = ['open_occasions', 'mark_late', 'sweep'] } = {}) {
    const since = (await here.db.one('SELECT letterbox.now()::text AS now')).now;
    const diary = await here.start('diary');
    await eventually(async () => {
        const rows = await here.db.query(`SELECT count(DISTINCT (agency_id, kind))::int AS n
            FROM letterbox.job WHERE worker = 'diary' AND state = 'done' AND kind = ANY ($1)
            AND ended_at >= $2::timestamptz`, [kinds, since]);
        return rows[0].n === 2 * kinds.length;
    }, { what: 'each job of each agency done', within: 20_000 });
    await diary.stop();
    return diary;
}

const occasions = (where = 'true') => here.db.query(`SELECT o.agency_id::text AS agency, o.state,
    o.arrangement_id::text AS arrangement, o.from_party::text AS from, o.to_party::text AS to,
    o.month::text AS month, o.due_on::text AS due FROM letterbox.occasion o WHERE ${where}
    ORDER BY o.agency_id, o.arrangement_id, o.from_party, o.to_party, o.month`);

test('it opens thirteen months of occasions for both agencies, each in its own', async () => {
    equal((await occasions()).length, 0);
    const diary = await runDiary();
    const opened = await occasions();
    ok(opened.length > 0);
    equal(new Set(opened.map(({ agency }) => agency)).size, 2);
    const wrong = await here.db.one(`SELECT count(*)::int AS n FROM letterbox.occasion o
        LEFT JOIN letterbox.agreement g USING (agency_id, arrangement_id)
        WHERE g.arrangement_id IS NULL OR NOT extract(month FROM o.month)::int = ANY (g.months)
           OR o.month < date_trunc('month', letterbox.now())::date
           OR o.month >= (date_trunc('month', letterbox.now()) + interval '13 months')::date`);
    equal(wrong.n, 0);
    // Each side is asked: an adoptive household and two relatives make two pairs each way.
    const one = opened.filter(({ arrangement, month }) => arrangement === opened[0].arrangement
        && month === opened[0].month);
    equal(one.length, 4);
    ok(diary.logLines().some(({ event, kind, opened: n }) => event === 'job'
        && kind === 'open_occasions' && Number(n) > 0));
});

test('however often it runs, nothing is opened twice', async () => {
    const opened = async (month) => (await occasions()).filter((one) => one.month < month)
        .map((one) => JSON.stringify({ ...one, state: null })).join('\n');
    // On the last evening of a month the clock goes on into the next: one more is opened, and some are late.
    const { end } = await here.db.one(`SELECT (date_trunc('month', letterbox.now()) + interval '13 months')::date::text AS end`);
    const was = await opened(end);
    await here.ctl(['clock', '--advance', '2h']);
    await runDiary();
    await here.ctl(['clock', '--advance', '2h']);
    await runDiary();
    equal(await opened(end), was);
});

test('two diaries at once open nothing twice', async () => {
    await here.db.query('DELETE FROM letterbox.occasion');
    await here.ctl(['clock', '--advance', '2h']);
    const other = await here.start('diary');
    await runDiary();
    await other.stop();
    const all = await occasions();
    equal(new Set(all.map((row) => JSON.stringify(row))).size, all.length);
    ok(all.length > 0);
});

test('a claimed job whose diary was killed is done by the next', async () => {
    await here.db.query('DELETE FROM letterbox.occasion');
    await here.ctl(['clock', '--advance', '2h']);
    const dies = await here.start('diary', { fault: 'queue_before_finish:kill', ready: false });
    await dies.ended;
    await here.ctl(['clock', '--advance', '1h']);   // the lease runs out
    await runDiary();
    ok((await occasions()).length > 0);
});

test('what was due and is not here becomes late, after three months missed; a paused one waits',
    async () => {
        const [one, two] = await here.db.query(`SELECT DISTINCT arrangement_id::text AS id
            FROM letterbox.occasion WHERE agency_id = $1 AND due_on < letterbox.now()::date + 330
            ORDER BY 1`, [fernshire]);
        await here.db.query(`UPDATE letterbox.arrangement SET state = 'paused'
            WHERE arrangement_id = $1`, [two.id]);
        await here.ctl(['clock', '--advance', '365d']);
        await runDiary();
        const states = async (id) => new Set((await here.db.query(`SELECT DISTINCT state
            FROM letterbox.occasion WHERE arrangement_id = $1
            AND due_on < letterbox.now()::date - 100`, [id])).map(({ state }) => state));
        // A year at once: late first, then missed at the next look.
        ok(!(await states(one.id)).has('due'));
        await here.ctl(['clock', '--advance', '2h']);
        await runDiary();
        equal([...await states(one.id)].join(), 'missed');
        equal([...await states(two.id)].join(), 'due');
    });

test('terms that changed waive what they no longer ask for, and open the rest', async () => {
    const { id, months } = await here.db.one(`SELECT a.arrangement_id::text AS id, g.months
        FROM letterbox.arrangement a JOIN letterbox.agreement g USING (agency_id, arrangement_id)
        WHERE a.agency_id = $1 AND a.state = 'active' AND EXISTS (SELECT FROM letterbox.occasion o
            WHERE o.agency_id = a.agency_id AND o.arrangement_id = a.arrangement_id AND o.state = 'due'
              AND o.due_on > letterbox.now()::date)
        ORDER BY 1 LIMIT 1`, [fernshire]);      // not one whose child comes of age before
    const other = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].find((month) => !months.includes(month));
    await here.db.query(`INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months,
        first_writer, source, made_at) VALUES ($1, $2, 2, $3, 'adoptive', 'review', letterbox.now())`,
    [fernshire, id, [other]]);
    await here.ctl(['clock', '--advance', '2h']);
    await runDiary();
    const ahead = await here.db.query(`SELECT state, extract(month FROM month)::int AS month
        FROM letterbox.occasion WHERE arrangement_id = $1 AND due_on > letterbox.now()::date`, [id]);
    for (const { state, month } of ahead)
        equal(state, month === other ? 'due' : 'waived', `${month}`);
    ok(ahead.some(({ state }) => state === 'due'), JSON.stringify({ months, other, ahead }));
});

test('nothing is done while a jump of the clock waits to be confirmed', async () => {
    await here.db.query(`UPDATE letterbox.cluster SET jump_found_at = letterbox.now()`);
    await here.db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
        VALUES ($1, letterbox.new_id(), 'diary', 'sweep', letterbox.now(), letterbox.now())`,
    [fernshire]);
    const ready = () => here.db.one(`SELECT count(*)::int AS n FROM letterbox.job
        WHERE worker = 'diary' AND kind = 'sweep' AND state = 'ready'`);
    const diary = await here.start('diary');
    await new Promise((done) => setTimeout(done, 1500));
    ok((await ready()).n > 0);
    await here.ctl(['clock', '--confirm']);
    await eventually(async () => (await ready()).n === 0, { what: 'the sweep' });
    await diary.stop();
});

test('it is confined, and its role reads nothing sealed', async () => {
    const diary = await here.start('diary');
    ok(diary.logLines().some(({ event }) => event === 'confined'));
    await diary.stop();
    const sealed = await here.db.query(`SELECT table_name, column_name FROM information_schema.column_privileges
        WHERE grantee = 'lb_diary' AND privilege_type = 'SELECT'
        AND (column_name LIKE 'sealed%' OR column_name LIKE '%secret%')`);
    equal(sealed.length, 0, JSON.stringify(sealed));
});
