// SPDX-License-Identifier: AGPL-3.0-or-later
// A big register by SQL, in seconds: arrangements with their children, families, relatives, terms, occasions, letters, copies
// and audit rows. Nothing of it passes the guards one row at a time, and sealed columns hold bytes that open nowhere, until
// sealRegister() gives the people's records real ones.
//
//     await fillRegister(db, agency, { arrangements: 5500, letters: 50_000 });
//     await sealRegister(db, agency);                      // children, parties, arrangements: 20,000 records
//
// Each arrangement has a child, a family and one or two relatives; every fifth child has a brother or sister before it.

import { closeMany } from './seal.mjs';

const CHILD = 10_000_000;
const FAMILY = 20_000_000;
const RELATIVE = 30_000_000;       // two numbers for each arrangement
const LETTER = 40_000_000;
const DECISION = 50_000_000;
const RELEASE = 60_000_000;
const DISPATCH = 70_000_000;
export const FILL_BASE = 1_000_000_000_000;

const bytes = (count) => `decode(repeat('a7', ${count}), 'hex')`;

const STATEMENTS = ({ agency, base, arrangements, letters, staff }) => {
    const all = `generate_series(1, ${arrangements}) AS n`;
    const now = 'letterbox.now()';
    return [
        `INSERT INTO letterbox.child (agency_id, child_id, sealed_record, eighteenth_month, made_at)
         SELECT ${agency}, ${base + CHILD} + n, ${bytes(300)}, date '2027-01-01' + (n % 180) * interval '1 month', ${now} FROM ${all}`,
        `INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id)
         SELECT ${agency}, ${base + CHILD} + n - 1, ${base + CHILD} + n FROM ${all} WHERE n % 5 = 0 AND n > 1`,
        `INSERT INTO letterbox.party (agency_id, party_id, kind, channel, sealed_record, address_confirmed, email_confirmed, alias_token,
            made_at, state_changed_at)
         SELECT ${agency}, id, kind, channel, ${bytes(700)}, true, true, lpad(to_hex(id), 12, '0'), ${now}, ${now} FROM (
            SELECT ${base + FAMILY} + n AS id, 'adoptive' AS kind, 'portal' AS channel FROM ${all}
            UNION ALL SELECT ${base + RELATIVE} + 2 * n, 'birth', (ARRAY['link', 'post', 'email', 'pgp'])[1 + n % 4] FROM ${all}
            UNION ALL SELECT ${base + RELATIVE} + 2 * n + 1, 'birth', 'post' FROM ${all} WHERE n % 2 = 0) AS everybody`,
        `INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, state, two_person, photo_level, sealed_record,
            review_on, made_at)
         SELECT ${agency}, ${base} + n, ${base + CHILD} + n, CASE WHEN n % 50 = 0 THEN 'direct' WHEN n % 12 = 0 THEN 'one_way' ELSE 'indirect' END,
            (ARRAY['paused', 'suspended', 'prohibited', 'inactive', 'ended', 'active', 'active', 'active', 'active', 'active'])
                [CASE WHEN n % 3 = 0 THEN 1 + n / 3 % 10 ELSE 6 END],
            n % 20 = 0, 'no_face', ${bytes(250)}, ${now}::date + (n % 700 - 60)::integer, ${now} - n * interval '8 hours' FROM ${all}`,
        `INSERT INTO letterbox.arrangement_was (agency_id, arrangement_id, number, from_at, kind, state)
         SELECT a.agency_id, a.arrangement_id, number, a.made_at + (number - 1) * interval '1 hour', a.kind,
                CASE number WHEN 1 THEN 'active' ELSE a.state END
           FROM letterbox.arrangement a, generate_series(1, 2) AS number
          WHERE a.agency_id = ${agency} AND a.arrangement_id BETWEEN ${base} + 1 AND ${base + arrangements}
            AND (number = 1 OR a.state <> 'active')`,
        `INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side)
         SELECT ${agency}, ${base} + n, ${base + FAMILY} + n, 'adoptive' FROM ${all}
         UNION ALL SELECT ${agency}, ${base} + n, ${base + RELATIVE} + 2 * n, 'birth' FROM ${all}
         UNION ALL SELECT ${agency}, ${base} + n, ${base + RELATIVE} + 2 * n + 1, 'birth' FROM ${all} WHERE n % 2 = 0`,
        `INSERT INTO letterbox.contact (agency_id, contact_id, arrangement_id, party_id, other_party_id)
         SELECT ${agency}, letterbox.new_id(), a.arrangement_id, a.party_id, b.party_id FROM letterbox.arrangement_party a
           JOIN letterbox.arrangement_party b USING (agency_id, arrangement_id)
          WHERE a.agency_id = ${agency} AND a.arrangement_id BETWEEN ${base} + 1 AND ${base} + ${arrangements} AND a.side <> b.side`,
        `INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months, rule, starts_on, first_writer, source, agreed_on, made_at)
         SELECT ${agency}, ${base} + n, v, ARRAY[1 + n % 6, 7 + n % 6]::smallint[], format('FREQ=YEARLY;BYMONTH=%s,%s', 1 + n % 6, 7 + n % 6),
            (${now} - (3 - v) * interval '1 year')::date, 'either', CASE v WHEN 1 THEN 'plan' ELSE 'review' END,
            ${now}::date, ${now} - (3 - v) * interval '1 year' FROM ${all}, generate_series(1, 2) AS v`,
        `INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on, state,
            agreement_version, changed_at)
         SELECT ${agency}, letterbox.new_id(), ${base} + n, x.from_party, x.to_party, m, m + interval '1 month' - interval '1 day',
            CASE WHEN m >= date_trunc('month', ${now}) THEN 'due' WHEN n % 8 > 0 THEN 'received'
                 WHEN m > ${now} - interval '4 months' THEN 'late' ELSE 'missed' END, 2, ${now}
           FROM ${all}, generate_series(date_trunc('month', ${now}) - interval '24 months', ${now} + interval '12 months', interval '1 month') AS m,
            LATERAL (VALUES (${base + FAMILY} + n, ${base + RELATIVE} + 2 * n), (${base + RELATIVE} + 2 * n, ${base + FAMILY} + n))
                AS x (from_party, to_party)
          WHERE extract(month FROM m) IN (1 + n % 6, 7 + n % 6)`,
        `INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, state, review_on, received_at, changed_at)
         SELECT ${agency}, ${base + LETTER} + n, ${base} + 1 + n % ${arrangements},
            CASE WHEN n / ${arrangements} % 2 = 0 THEN ${base + FAMILY} + 1 + n % ${arrangements} ELSE ${base + RELATIVE} + 2 * (1 + n % ${arrangements}) END,
            CASE WHEN n % 3 = 0 THEN 'email' ELSE 'portal' END, s.state, CASE s.state WHEN 'held' THEN ${now}::date + n END,
            ${now} - n * interval '3 years' / ${letters}, ${now} - n * interval '3 years' / ${letters}
           FROM generate_series(1, ${letters}) AS n,
            LATERAL (SELECT CASE WHEN n <= ${Math.ceil(letters / 200)} THEN 'in_review' WHEN n <= ${Math.ceil(letters / 190)} THEN 'second_check'
                WHEN n <= ${Math.ceil(letters / 150)} THEN 'held' WHEN n % 500 = 0 THEN 'returned' ELSE 'released' END AS state) AS s`,
        `INSERT INTO letterbox.review (agency_id, letter_id, version, sealed_review, text_digest, made_at)
         SELECT ${agency}, ${base + LETTER} + n, 1, ${bytes(600)}, ${bytes(32)}, ${now} FROM generate_series(1, ${letters}) AS n`,
        `INSERT INTO letterbox.decision (agency_id, decision_id, letter_id, letter_version, to_party, kind, author, screen_digest, sealed_decision, decided_at)
         SELECT l.agency_id, l.letter_id + ${DECISION - LETTER}, l.letter_id, 1, o.to_party, 'approve', ${staff}, ${bytes(32)}, ${bytes(500)}, l.received_at + interval '2 days'
           FROM letterbox.letter l, LATERAL (SELECT CASE WHEN l.from_party < ${base + RELATIVE} THEN l.from_party - ${base + FAMILY} ELSE (l.from_party - ${base + RELATIVE}) / 2 END AS n) AS w,
            LATERAL (SELECT CASE WHEN l.from_party < ${base + RELATIVE} THEN ${base + RELATIVE} + 2 * n ELSE ${base + FAMILY} + n END AS to_party) AS o
          WHERE l.agency_id = ${agency} AND l.letter_id BETWEEN ${base + LETTER} + 1 AND ${base + LETTER} + ${letters} AND l.state = 'released'`,
        `INSERT INTO letterbox.release (agency_id, release_id, letter_id, letter_version, arrangement_id, to_party, decision_id, state, composed_at)
         SELECT d.agency_id, d.decision_id + ${RELEASE - DECISION}, d.letter_id, 1, l.arrangement_id, d.to_party, d.decision_id, 'available', d.decided_at
           FROM letterbox.decision d JOIN letterbox.letter l USING (agency_id, letter_id)
          WHERE d.agency_id = ${agency} AND d.decision_id BETWEEN ${base + DECISION} AND ${base + RELEASE}`,
        `INSERT INTO letterbox.dispatch (agency_id, dispatch_id, release_id, channel, address_version, state, made_at, changed_at)
         SELECT r.agency_id, r.release_id + ${DISPATCH - RELEASE}, r.release_id, CASE WHEN r.to_party < ${base + RELATIVE} THEN 'portal' ELSE 'post' END, 1,
            CASE WHEN r.release_id % 2000 = 0 THEN 'returned' WHEN r.to_party < ${base + RELATIVE} THEN 'delivered' ELSE 'sent' END, r.composed_at, r.composed_at
           FROM letterbox.release r WHERE r.agency_id = ${agency} AND r.release_id BETWEEN ${base + RELEASE} AND ${base + DISPATCH}`,
        // One row a letter, as when it was read; not a chain that verifies: only its end is where the program goes on.
        `WITH head AS (SELECT coalesce(max(number), 0) AS number FROM letterbox.audit WHERE agency_id = ${agency})
         INSERT INTO letterbox.audit (agency_id, number, at, actor_kind, actor_id, act, object_kind, object_id, prev_hash, hash)
         SELECT ${agency}, head.number + n, ${now} - (${letters} - n) * interval '3 years' / ${letters}, 'staff', ${staff},
            CASE WHEN n % 40 = 0 THEN 'arrangement_added' ELSE 'letter_read' END, CASE WHEN n % 40 = 0 THEN 'arrangement' ELSE 'letter' END,
            CASE WHEN n % 40 = 0 THEN ${base} + n / 40 ELSE ${base + LETTER} + n END, ${bytes(32)}, ${bytes(32)}
           FROM head, generate_series(1, ${letters}) AS n`,
        `INSERT INTO letterbox.audit_chain (agency_id, number, hash)
         SELECT agency_id, number, hash FROM letterbox.audit WHERE agency_id = ${agency} ORDER BY number DESC LIMIT 1
         ON CONFLICT (agency_id) DO UPDATE SET number = EXCLUDED.number, hash = EXCLUDED.hash`];
};

export async function fillRegister(db, agency, { arrangements = 5500, letters = 50_000, base = FILL_BASE, staffOf = agency } = {}) {
    const { staff } = await db.one('SELECT min(staff_id)::text AS staff FROM letterbox.staff WHERE agency_id = $1', [staffOf]);
    const { sql, end } = await db.client();
    await sql("SET session_replication_role = 'replica'");
    await sql('SET synchronous_commit = off');
    for (const statement of STATEMENTS({ agency, base, arrangements, letters, staff }))
        await sql(statement);
    await end();
    return { base, arrangement: (n) => String(base + n), child: (n) => String(base + CHILD + n), family: (n) => String(base + FAMILY + n),
        relative: (n) => String(base + RELATIVE + 2 * n), letter: (n) => String(base + LETTER + n) };
}

// ---- real records ----

const FIRST = ['Ada', 'Ben', 'Cleo', 'Dan', 'Ella', 'Finn', 'Grace', 'Hugo', 'Isla', 'Jay', 'Kayla', 'Leo', 'Mia', 'Noah', 'Orla', 'Priya',
    'Rosa', 'Sam', 'Tia', 'Una', 'Vera', 'Will', 'Zoe'];
const LAST = ['Ashdown', 'Barker', 'Cole', 'Dyer', 'Ellwood', 'Fenwick', 'Garside', 'Holroyd', 'Ingham', 'Jagger', 'Kershaw', 'Lomax', 'Marsh',
    'Naylor', 'Okafor', 'Pickles', 'Quarmby', 'Rushworth', 'Shah', 'Thackray', 'Uttley', 'Varley', 'Wetherby', 'Yeadon'];
const pick = (list, n) => list[n % list.length];
// A surname for each number, of two pieces: as many as a town has.
const surname = (n) => `${pick(LAST, n)}${['', 'son', 'ley', 'wood', 'croft', 'by', 'ham'][Math.floor(n / LAST.length) % 7]}`;
const address = (n) => `${1 + n % 180} ${pick(LAST, n + 7)} Street\nOxenbridge\nHX${1 + n % 30} ${n % 10}${'ABDEFGHJLN'[n % 10]}${'PQRSTUWXYZ'[Math.floor(n / 10) % 10]}`;

const person = (kind, names, n) => ({ kind, names, known_as: names[0].split(' ')[0], relationship: kind === 'birth' ? 'grandmother' : '',
    emails: [`${names[0].toLowerCase().replace(/ /g, '.')}.${n}@example.org`], phones: [`01632 ${String(960_000 + n % 40_000)}`], address: address(n),
    consent_plain: false, easy: false, reachable: true, note: 'Ring after 4pm.', leak: [{ category: 'name', term: surname(n + 3) }], pin: '' });

const recordsOf = {
    child: (n) => ({ birth_name: `${pick(FIRST, n)} ${surname(n)}`, adoptive_name: `${pick(FIRST, n)} ${surname(n + 11)}`,
        dob: `${2009 + n % 16}-${String(1 + n % 12).padStart(2, '0')}-${String(1 + n % 28).padStart(2, '0')}` }),
    family: (n) => person('adoptive', [`${pick(FIRST, n + 3)} ${surname(n + 11)}`, `${pick(FIRST, n + 8)} ${surname(n + 11)}`], n),
    relative: (n) => person('birth', [`${pick(FIRST, n + 5)} ${surname(n)}`], n + 20_000),
    arrangement: (n) => ({ reference: `FB-${String(n).padStart(5, '0')}`, risk: '', court_order: 'none', pause: '', note: '' }),
};

const KINDS = [['child', CHILD, 'child', 'CHILD', 1], ['family', FAMILY, 'party', 'PARTY', 1], ['relative', RELATIVE, 'party', 'PARTY', 2],
    ['arrangement', 0, 'arrangement', 'ARRANGEMENT', 1]];

export async function sealRegister(db, agency, { arrangements = 5500, base = FILL_BASE } = {}) {
    const keys = (await db.query(`SELECT encode(public_key, 'hex') AS hex FROM letterbox.agency_key WHERE agency_id = $1
        AND purpose IN ('press', 'desk') AND retired_at IS NULL ORDER BY purpose DESC`, [agency])).map(({ hex }) => hex);
    const { sql, end } = await db.client();
    await sql("SET session_replication_role = 'replica'");
    for (const [kind, offset, table, purpose, each] of KINDS) {
        const records = [];
        for (let n = each; n < each * (arrangements + 1); n += 1)
            records.push({ row: String(base + offset + n), content: JSON.stringify(recordsOf[kind](Math.floor(n / each) + (n % each) * 7)) });
        const sealed = await closeMany({ purpose, agency, table, version: 1 }, keys, records);
        const id = `${table}_id`;
        for (let at = 0; at < records.length; at += 2000)
            await sql(`UPDATE letterbox.${table} t SET sealed_record = decode(u.hex, 'hex')
                FROM unnest($1::bigint[], $2::text[]) AS u (id, hex) WHERE t.agency_id = $3 AND t.${id} = u.id`,
            [records.slice(at, at + 2000).map(({ row }) => row), sealed.slice(at, at + 2000), agency]);
    }
    await end();
    await db.query('VACUUM ANALYZE');
}
