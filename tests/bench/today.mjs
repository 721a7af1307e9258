// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk's Today page in a big agency: 5,500 arrangements, 50,000 letters. The oldest to be read are
// of the demo's people, so that the page opens real records; the rest are rows that it counts past.

import { test } from '../harness/test.mjs';
import { askPages, cookieOf, figure, progress } from './figures.mjs';
import { openPlace } from './place.mjs';

const ARRANGEMENTS = 5500;
const LETTERS = 50_000;
const TO_READ = 300;

// Rows after the pattern of one that is there, without the triggers that look at each in turn.
async function fill(db, agency) {
    await db.query("SET session_replication_role = 'replica'");
    await db.query(`CREATE TEMP TABLE pattern AS
        SELECT a.*, p.party_id FROM letterbox.arrangement a
          JOIN letterbox.arrangement_party p USING (agency_id, arrangement_id)
         WHERE a.agency_id = $1 AND p.side = 'adoptive' ORDER BY 2 LIMIT 1`, [agency]);
    await db.query(`INSERT INTO letterbox.arrangement
            (agency_id, arrangement_id, child_id, kind, state, photo_level, sealed_record, made_at)
        SELECT agency_id, n, child_id, kind, state, photo_level, sealed_record, made_at
          FROM pattern, generate_series(1, ${ARRANGEMENTS}) AS n`);
    await db.query(`INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side)
        SELECT agency_id, n, party_id, 'adoptive' FROM pattern, generate_series(1, ${ARRANGEMENTS}) AS n`);
    await db.query(`INSERT INTO letterbox.letter
            (agency_id, letter_id, arrangement_id, from_party, channel, state, received_at, changed_at)
        SELECT agency_id, n, 1 + n % ${ARRANGEMENTS}, party_id, 'portal',
               CASE WHEN n <= ${TO_READ} THEN 'in_review' WHEN n <= ${TO_READ + 20} THEN 'second_check'
                    WHEN n <= ${TO_READ + 60} THEN 'held' ELSE 'released' END,
               letterbox.now() - n * interval '2 minutes', letterbox.now()
          FROM pattern, generate_series(1, ${LETTERS}) AS n`);
    await db.query("SET session_replication_role = 'origin'");
    await db.query('ANALYZE');
}

test('today', async () => {
    const doors = await openPlace({ processes: ['desk'] });
    const { db } = doors.here;
    await fill(db, await doors.here.agency('fernshire'));
    progress(`${ARRANGEMENTS} arrangements, ${LETTERS} letters`);
    const { client } = await doors.staff('coordinator');
    const page = { host: doors.here.settings.desk.host_name, port: doors.running.desk.port, path: '/',
        cookie: cookieOf(client) };
    await askPages({ ...page, connections: 1, seconds: 1 });
    const one = await askPages({ ...page, connections: 1, seconds: 5 });
    const four = await askPages({ ...page, connections: 4, seconds: 5 });
    figure('today_p50', one.p50, 'ms');
    figure('today_p95', one.p95, 'ms');
    figure('today_p95_4_at_once', four.p95, 'ms');
}, { timeout: 300_000 });
