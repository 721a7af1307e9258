// SPDX-License-Identifier: AGPL-3.0-or-later
// The diary's occasions in a big agency: 5,500 arrangements with one, two or three relatives, two months a year.
// First thirteen months are opened, then the same is looked at again, then terms of a tenth changed.

import { BUILD } from '../harness/places.mjs';
import { eventually, test } from '../harness/test.mjs';
import { figure, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const ARRANGEMENTS = 5500;

// Rows after the pattern of those that are there, without the triggers that look at each in turn.
async function fill(db, agency) {
    await db.query("SET session_replication_role = 'replica'");
    await db.query(`CREATE TEMP TABLE pattern AS
        SELECT a.* FROM letterbox.arrangement a JOIN letterbox.child c USING (agency_id, child_id)
         WHERE a.agency_id = $1 AND a.state = 'active' AND c.eighteenth_month > letterbox.now()::date + 1000
         ORDER BY 2 LIMIT 1`, [agency]);
    await db.query(`INSERT INTO letterbox.party (agency_id, party_id, kind, channel, sealed_record, alias_token, made_at,
            state_changed_at)
        SELECT p.agency_id, n, CASE WHEN n % 4 = 0 THEN 'adoptive' ELSE 'birth' END, 'post', p.sealed_record,
               translate(lpad(to_hex(n), 12, '0'), 'ilou', 'wxyz'), p.made_at, p.made_at
          FROM (SELECT * FROM letterbox.party WHERE agency_id = $1 LIMIT 1) AS p,
               generate_series(4, ${ARRANGEMENTS * 4 + 3}) AS n`, [agency]);
    await db.query(`INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, state, photo_level,
            sealed_record, made_at)
        SELECT agency_id, n, child_id, 'indirect', 'active', photo_level, sealed_record, made_at
          FROM pattern, generate_series(1, ${ARRANGEMENTS}) AS n`);
    await db.query(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side)
        SELECT agency_id, n / 4, n, CASE WHEN n % 4 = 0 THEN 'adoptive' ELSE 'birth' END
          FROM pattern, generate_series(4, ${ARRANGEMENTS * 4 + 3}) AS n
         WHERE n % 4 < 2 OR n % 4 = 2 AND n % 8 < 4 OR n % 4 = 3 AND n % 24 < 4`);
    await db.query(`INSERT INTO letterbox.contact (agency_id, contact_id, arrangement_id, party_id, other_party_id)
        SELECT a.agency_id, letterbox.new_id(), a.arrangement_id, a.party_id, b.party_id
          FROM letterbox.arrangement_party a
          JOIN letterbox.arrangement_party b ON b.agency_id = a.agency_id AND b.arrangement_id = a.arrangement_id AND b.side <> a.side
         WHERE a.agency_id = $1 AND a.arrangement_id <= ${ARRANGEMENTS}`, [agency]);
    await db.query(`INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months, rule, starts_on,
            first_writer, source, made_at)
        SELECT agency_id, n, 1, ARRAY[m, m + 6], 'FREQ=YEARLY;BYMONTH=' || m || ',' || m + 6,
               date '2016-01-01' + n % 3000, 'adoptive', 'plan', made_at
          FROM pattern, generate_series(1, ${ARRANGEMENTS}) AS n, LATERAL (SELECT 1 + n % 6 AS m) AS month`);
    await db.query("SET session_replication_role = 'origin'");
    await db.query('ANALYZE');
}

test('occasions', async () => {
    const { here } = await openPlace({ processes: [] });
    const { db } = here;
    const agency = await here.agency('fernshire');
    await fill(db, agency);
    progress(`${ARRANGEMENTS} arrangements`);
    const diary = await here.start('diary', { build: BUILD });
    const done = () => diary.logLines().filter((one) => one.event === 'job' && one.kind === 'open_occasions');
    const run = async (name) => {
        const before = done().length;
        await db.query(`INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
            VALUES ($1, letterbox.new_id(), 'diary', 'open_occasions', letterbox.now(), letterbox.now())`, [agency]);
        await eventually(() => done().length > before, { within: 60_000, what: name });
        const line = done()[before];
        figure(`occasions_${name}`, Number(line.ms), 'ms', 0);
        progress(`${name}: opened ${line.opened}, moved ${line.moved}, waived ${line.waived}`);
    };
    // The diary's own first look is over before the first is timed.
    await eventually(async () => (await db.one(`SELECT count(*)::int AS n FROM letterbox.job
        WHERE worker = 'diary' AND state <> 'done'`)).n === 0, { within: 60_000, what: 'the first look' });
    await db.query('DELETE FROM letterbox.occasion');
    await run('open');
    await run('again');
    await db.query(`INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months, first_writer, source, made_at)
        SELECT agency_id, arrangement_id, 2, ARRAY[2, 8], 'either', 'review', letterbox.now()
          FROM letterbox.agreement WHERE arrangement_id <= ${ARRANGEMENTS / 10}`);
    await run('changed');
    await diary.stop();
}, { timeout: 300_000 });
