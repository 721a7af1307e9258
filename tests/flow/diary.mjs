// SPDX-License-Identifier: AGPL-3.0-or-later
// letterbox-diary opens each occasion once however often it runs, for each agency its own, marks what
// is late, and follows changed terms.

import { before, deepEqual, equal as same, eventually, ok, rejects, test } from '../harness/test.mjs';
import { site } from '../harness/site.mjs';

let here;
let fernshire;
const equal = (a, b, why) => (typeof b === 'object' ? deepEqual : same)(a, b, why);

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

// An active arrangement of Brackendale whose child is young, with one relative, and its terms from a day on.
async function arranged({ kind = 'indirect', months = [3, 9], skip = 0 } = {}) {
    const { agency, id } = await here.db.one(`SELECT a.agency_id::text AS agency, a.arrangement_id::text AS id
        FROM letterbox.arrangement a JOIN letterbox.child c USING (agency_id, child_id)
        JOIN letterbox.agency g USING (agency_id)
        WHERE g.slug = 'brackendale' AND a.state = 'active' AND a.kind = 'indirect'
          AND c.eighteenth_month > letterbox.now()::date + 1500 ORDER BY 2 OFFSET ${skip} LIMIT 1`);
    const people = await here.db.query(`SELECT m.party_id::text AS id, m.side FROM letterbox.arrangement_party m
        JOIN letterbox.party p USING (agency_id, party_id)
        WHERE m.arrangement_id = $1 AND p.state = 'active' AND m.state = 'active' ORDER BY m.side`, [id]);
    const home = people.find(({ side }) => side === 'adoptive').id;
    const relative = people.find(({ side }) => side === 'birth').id;
    await here.db.query(`UPDATE letterbox.arrangement_party SET state = CASE WHEN party_id IN ($2, $3) THEN 'active'
        ELSE 'ended' END WHERE arrangement_id = $1`, [id, home, relative]);
    await here.db.query('UPDATE letterbox.arrangement SET kind = $2 WHERE arrangement_id = $1', [id, kind]);
    // as if nothing had been expected, or asked for, before
    await here.db.query("SET session_replication_role = 'replica'");
    await here.db.query(`DELETE FROM letterbox.chase WHERE occasion_id IN
        (SELECT occasion_id FROM letterbox.occasion WHERE arrangement_id = $1)`, [id]);
    await here.db.query('DELETE FROM letterbox.occasion WHERE arrangement_id = $1', [id]);
    await here.db.query("SET session_replication_role = 'origin'");
    const { base } = await here.db.one('SELECT max(version)::int AS base FROM letterbox.agreement WHERE arrangement_id = $1', [id]);
    const terms = async (nth, list, { starts = null, first = 'either', avoid = [] } = {}) => here.db.query(
        `INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months, avoid_months, first_writer,
            source, starts_on, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'review', $7::date, letterbox.now())`,
        [agency, id, base + nth, list, avoid, first, starts]);
    await terms(1, months);
    const all = () => here.db.query(`SELECT occasion_id::text AS id, from_party::text = '${home}' AS is_home,
        extract(month FROM month)::int AS month, month::text AS first, due_on::text AS due, state,
        agreement_version AS version FROM letterbox.occasion WHERE arrangement_id = $1 ORDER BY due_on, 2`, [id]);
    const follow = async () => {
        await here.ctl(['clock', '--advance', '2h']);
        await runDiary();
        return all();
    };
    return { agency, id, home, relative, base, terms, all, follow };
}

test('a change of the terms moves what is still due after today, and nothing that is past or came', async () => {
    const one = await arranged({ months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] });
    const opened = await one.follow();
    equal(opened.length, 26);
    const { today } = await here.db.one(`SELECT (letterbox.now() AT TIME ZONE 'Europe/London')::date::text AS today`);
    const ahead = opened.filter(({ due, is_home: home }) => due > today && home);
    const [came, late, missed, byHand] = ahead;
    const set = (occasion, change) => here.db.query(`UPDATE letterbox.occasion SET ${change}
        WHERE occasion_id = $1`, [occasion.id]);
    await set(came, "state = 'received'");
    await set(late, `state = 'late', due_on = '${today}'::date - 1`);
    await set(missed, `state = 'missed', due_on = '${today}'::date - 100`);
    await set(byHand, "state = 'waived'");
    const still = new Map((await one.all()).map((row) => [row.id, row]));
    const kept = [came, late, missed, byHand].map(({ id }) => id);

    // The relatives write first from now on, and some months are left out: those of what is late or was missed among them.
    const gone = [late, missed, ahead[6]].map(({ month }) => month);
    const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter((month) => !gone.includes(month));
    await one.terms(2, months, { first: 'birth' });
    const changed = await one.follow();
    equal(new Set(changed.map(({ is_home: home, first }) => `${home} ${first}`)).size, changed.length, 'doubled');
    for (const row of changed) {
        const was = still.get(row.id);
        if (kept.includes(row.id) || row.due <= today)
            equal(row, was, 'what is past, came or was waived by a person stays');
        else if (gone.includes(row.month))
            equal(row.state, 'waived');
        else
            equal(row.state, 'due');
    }
    const moved = changed.filter(({ is_home: home, state, version }) => home && state === 'due' && version === one.base + 2);
    ok(moved.length > 3, JSON.stringify(changed));
    for (const { first, due } of moved)      // an answer: the month after
        equal(due.slice(0, 7), new Date(Date.parse(`${first}T12:00Z`) + 40 * 86_400_000).toISOString().slice(0, 7));

    // Asked for again, the month comes back; what a person waived doesn't.
    await one.terms(3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], { first: 'either' });
    const again = await one.follow();
    for (const row of again.filter(({ month, due }) => gone.includes(month) && due > today))
        equal(row.state, 'due');
    equal(again.find(({ id }) => id === byHand.id).state, 'waived');
    equal(again.length, changed.length);
});

test('terms that begin later leave what is before as it was', async () => {
    const one = await arranged({ months: [1, 4, 7, 10], skip: 1 });
    const { starts } = await here.db.one(`SELECT (date_trunc('month', letterbox.now()) + interval '6 months'
        + interval '16 days')::date::text AS starts`);
    await one.terms(2, [2, 5, 8, 11], { starts });
    for (const { first, month } of await one.follow())
        equal([1, 4, 7, 10].includes(month), first < starts.slice(0, 8), `${first} ${starts}`);
    await rejects(one.terms(3, [3], { starts: '2020-01-01' }), { constraint: 'agreement_starts_in_order' });
});

test('nobody who may only receive is ever expected to write, or late', async () => {
    const one = await arranged({ months: [1, 3, 5, 7, 9, 11], skip: 2 });
    await one.follow();
    const own = (rows) => rows.filter(({ is_home: home }) => !home);
    ok(own(await one.all()).length > 0);
    // From now on one way: what was asked of the relative is asked no longer, also what was due just now.
    await here.db.query('UPDATE letterbox.arrangement_party SET may_write = false WHERE arrangement_id = $1 AND party_id = $2',
        [one.id, one.relative]);
    await here.db.query(`UPDATE letterbox.arrangement SET kind = 'one_way' WHERE arrangement_id = $1`, [one.id]);
    await here.db.query(`UPDATE letterbox.occasion SET due_on = letterbox.now()::date - 1, state = 'due'
        WHERE occasion_id = $1`, [own(await one.all())[0].id]);
    const after = await one.follow();
    const [first, ...rest] = own(after);
    equal(first.state, 'due');
    for (const { state } of rest)
        equal(state, 'waived');
    ok(after.some(({ is_home: home, state }) => home && state === 'due'));
    await here.ctl(['clock', '--advance', '200d']);
    const later = own(await one.follow());
    equal(later.filter(({ state }) => state === 'late' || state === 'missed'), []);
    equal(later.length, rest.length + 1, 'nothing new is asked of the relative');
});

test('months to avoid are avoided, and nothing is asked where none is left', async () => {
    const one = await arranged({ months: [4] });
    await one.terms(2, [4, 12], { first: 'adoptive', avoid: [4, 5, 12, 1] });
    const rows = await one.follow();
    ok(rows.length >= 4);
    for (const { month, is_home: home, due } of rows)
        equal(Number(due.slice(5, 7)), month === 4 ? 6 : 2, `${home}`);
    await one.terms(3, [4, 12], { avoid: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] });
    equal(await one.follow(), rows, 'left as it is until a person mends the terms');
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
