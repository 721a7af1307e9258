-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Counts for reports (lib/store/report.c). Each answer is rows of (part, line, place, n): the table of lib/rules/report.def, its
-- row, its column, and the number. Bounds are instants, the end not included. An arrangement is, at an instant, what the last row
-- of arrangement_was before it says.

-- name: report_rights_take
-- purpose: From here to report_rights_leave the transaction has lb_report's rights and no others
-- roles: lb_desk
-- also: lb_portal lb_press lb_post lb_diary lb_report
-- params: none
-- columns: role text
SELECT set_config('role', 'lb_report', true) AS role;

-- name: report_rights_leave
-- purpose: Back to the process's own rights
-- roles: lb_report
-- also: lb_portal lb_desk lb_press lb_post lb_diary
-- params: none
-- columns: role text
SELECT set_config('role', 'none', true) AS role;

-- name: report_purpose
-- purpose: Arrangements as they were at an instant, and who takes part in them
-- roles: lb_report
-- also: lb_desk
-- params: $1 until timestamptz
-- columns: part text, line text, place text, n bigint
WITH open AS MATERIALIZED (
    SELECT was.* FROM (SELECT DISTINCT ON (w.agency_id, w.arrangement_id) w.agency_id, w.arrangement_id, w.kind, w.state
                         FROM letterbox.arrangement_was w WHERE w.from_at < $1::timestamptz
                        ORDER BY w.agency_id, w.arrangement_id, w.number DESC) AS was
     WHERE was.state <> 'ended'),
people AS MATERIALIZED (
    SELECT m.side, p.channel FROM open o
      JOIN letterbox.arrangement_party m ON m.agency_id = o.agency_id AND m.arrangement_id = o.arrangement_id
                                        AND m.state <> 'ended'
      JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id)
SELECT 'kind' AS part, kind AS line, state AS place, count(*) AS n FROM open GROUP BY kind, state
UNION ALL SELECT 'kind', 'total', 'total', count(*) FROM open
UNION ALL SELECT 'side', side, 'number', count(*) FROM people GROUP BY side
UNION ALL SELECT 'side', 'total', 'total', count(*) FROM people
UNION ALL SELECT 'channel', channel, 'number', count(*) FROM people GROUP BY channel
UNION ALL SELECT 'channel', 'total', 'total', count(*) FROM people;

-- name: report_people
-- purpose: Who takes part in the arrangements that were open at an instant, and in how many: for what only their record says
-- roles: lb_report
-- also: lb_desk
-- params: $1 until timestamptz
-- columns: party_id bigint, side text, n bigint
SELECT m.party_id, m.side, count(*) AS n
  FROM (SELECT DISTINCT ON (w.agency_id, w.arrangement_id) w.agency_id, w.arrangement_id, w.state
          FROM letterbox.arrangement_was w WHERE w.from_at < $1::timestamptz
         ORDER BY w.agency_id, w.arrangement_id, w.number DESC) AS was
  JOIN letterbox.arrangement_party m ON m.agency_id = was.agency_id AND m.arrangement_id = was.arrangement_id
                                    AND m.state <> 'ended'
 WHERE was.state <> 'ended'
 GROUP BY m.party_id, m.side ORDER BY m.party_id, m.side;

-- name: report_period
-- purpose: What changed between two instants, what came in and went out, and what is due for review
-- roles: lb_report
-- also: lb_desk
-- params: $1 since timestamptz, $2 until timestamptz, $3 first date, $4 last date
-- columns: part text, line text, place text, n bigint
WITH was AS MATERIALIZED (
    SELECT w.agency_id, w.arrangement_id,
           (array_agg(w.state ORDER BY w.number DESC) FILTER (WHERE w.from_at < $1::timestamptz))[1] AS before,
           (array_agg(w.state ORDER BY w.number DESC))[1] AS after
      FROM letterbox.arrangement_was w WHERE w.from_at < $2::timestamptz GROUP BY w.agency_id, w.arrangement_id),
went AS MATERIALIZED (
    SELECT r.letter_id, d.channel, CASE d.state WHEN 'returned' THEN d.made_at ELSE d.changed_at END AS at
      FROM letterbox.dispatch d
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id AND r.kind = 'letter'
     WHERE d.state IN ('sent', 'delivered', 'returned')),
took AS MATERIALIZED (
    SELECT (f.at AT TIME ZONE 'Europe/London')::date - (l.received_at AT TIME ZONE 'Europe/London')::date AS days
      FROM (SELECT letter_id, min(at) AS at FROM went GROUP BY letter_id) AS f
      JOIN letterbox.letter l ON l.letter_id = f.letter_id
     WHERE f.at >= $1::timestamptz AND f.at < $2::timestamptz),
people AS MATERIALIZED (
    SELECT p.language, p.easy_read, p.large_print FROM was o
      JOIN letterbox.arrangement_party m ON m.agency_id = o.agency_id AND m.arrangement_id = o.arrangement_id
                                        AND m.state <> 'ended'
      JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
     WHERE o.after <> 'ended'),
received AS MATERIALIZED (
    SELECT channel FROM letterbox.letter
     WHERE received_at >= $1::timestamptz AND received_at < $2::timestamptz AND state <> 'set_aside')
SELECT 'flow' AS part, 'period' AS line, flow.place, flow.n
  FROM (SELECT count(*) FILTER (WHERE before <> 'ended') AS opening,
               count(*) FILTER (WHERE before IS NULL) AS entered,
               count(*) FILTER (WHERE before = 'ended' AND after <> 'ended') AS reopened,
               count(*) FILTER (WHERE before IS DISTINCT FROM 'ended' AND after = 'ended') AS ended,
               count(*) FILTER (WHERE after <> 'ended') AS closing FROM was) AS f,
       LATERAL (VALUES ('opening', f.opening), ('new', f.entered), ('reopened', f.reopened), ('ended', f.ended),
                       ('closing', f.closing)) AS flow (place, n)
UNION ALL
SELECT 'changed', w.state, 'number', count(DISTINCT w.arrangement_id)
  FROM letterbox.arrangement_was w
  JOIN letterbox.arrangement_was b ON b.agency_id = w.agency_id AND b.arrangement_id = w.arrangement_id
                                  AND b.number = w.number - 1 AND b.state <> w.state
 WHERE w.from_at >= $1::timestamptz AND w.from_at < $2::timestamptz AND w.state NOT IN ('active', 'ended')
 GROUP BY w.state
UNION ALL SELECT 'in', channel, 'number', count(*) FROM received GROUP BY channel
UNION ALL SELECT 'in', 'total', 'total', count(*) FROM received
UNION ALL SELECT 'out', channel, 'number', count(*) FROM went
           WHERE at >= $1::timestamptz AND at < $2::timestamptz GROUP BY channel
UNION ALL SELECT 'out', 'total', 'total', count(*) FROM went WHERE at >= $1::timestamptz AND at < $2::timestamptz
UNION ALL SELECT 'days', 'letters', 'number', count(*) FROM took
UNION ALL SELECT 'days', 'median', 'number', coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY days), 0) FROM took
UNION ALL SELECT 'days', 'nine_in_ten', 'number', coalesce(percentile_disc(0.9) WITHIN GROUP (ORDER BY days), 0) FROM took
UNION ALL SELECT 'decided', kind, 'number', count(DISTINCT letter_id) FROM letterbox.decision
           WHERE decided_at >= $1::timestamptz AND decided_at < $2::timestamptz AND kind IN ('hold', 'return', 'escalate')
           GROUP BY kind
UNION ALL SELECT 'reviews', 'done', 'number', count(DISTINCT arrangement_id) FROM letterbox.arrangement_review
           WHERE done_at >= $1::timestamptz AND done_at < $2::timestamptz
UNION ALL SELECT 'reviews', 'due', 'number', count(*) FROM letterbox.arrangement
           WHERE state NOT IN ('ended', 'moved') AND review_on BETWEEN $3::date AND $4::date
UNION ALL SELECT 'reviews', 'overdue', 'number', count(*) FROM letterbox.arrangement
           WHERE state NOT IN ('ended', 'moved') AND review_on < $3::date
UNION ALL SELECT 'visits', state, 'number', count(*) FROM letterbox.visit
           WHERE starts_at >= $1::timestamptz AND starts_at < $2::timestamptz GROUP BY state
UNION ALL SELECT 'language', language, 'number', count(*) FROM people GROUP BY language
UNION ALL SELECT 'language', 'total', 'total', count(*) FROM people
UNION ALL SELECT 'format', CASE WHEN easy_read THEN 'easy' WHEN large_print THEN 'large' ELSE 'usual' END, 'number', count(*)
            FROM people GROUP BY 2
UNION ALL SELECT 'format', 'total', 'total', count(*) FROM people;

-- name: report_held
-- purpose: The last decision between two instants to keep each letter on the shelf: its reason is sealed
-- roles: lb_desk
-- also: lb_press
-- params: $1 since timestamptz, $2 until timestamptz
-- columns: decision_id bigint, sealed_decision bytea
SELECT DISTINCT ON (letter_id) decision_id, sealed_decision FROM letterbox.decision
 WHERE kind = 'hold' AND decided_at >= $1::timestamptz AND decided_at < $2::timestamptz
 ORDER BY letter_id, decided_at DESC, decision_id DESC;

-- name: report_years
-- purpose: Kinds at the end of each year, and what changed in it; the years lie between the instants, in their order
-- roles: lb_report
-- also: lb_desk
-- params: $1 edges timestamptz[]
-- columns: part text, line text, place text, n bigint
WITH was AS MATERIALIZED (
    SELECT e.number, w.*
      FROM unnest($1::timestamptz[]) WITH ORDINALITY AS e (at, number)
     CROSS JOIN LATERAL (SELECT DISTINCT ON (h.agency_id, h.arrangement_id) h.arrangement_id, h.kind, h.state
                           FROM letterbox.arrangement_was h WHERE h.from_at < e.at
                          ORDER BY h.agency_id, h.arrangement_id, h.number DESC) AS w),
years AS MATERIALIZED (
    SELECT a.number - 1 AS year, b.state AS before, a.state AS after
      FROM was a LEFT JOIN was b ON b.number = a.number - 1 AND b.arrangement_id = a.arrangement_id
     WHERE a.number > 1),
flow AS (
    SELECT u.year, count(*) FILTER (WHERE y.before <> 'ended') AS opening,
           count(*) FILTER (WHERE y.after IS NOT NULL AND y.before IS NULL) AS entered,
           count(*) FILTER (WHERE y.before = 'ended' AND y.after <> 'ended') AS reopened,
           count(*) FILTER (WHERE y.before IS DISTINCT FROM 'ended' AND y.after = 'ended') AS ended,
           count(*) FILTER (WHERE y.after <> 'ended') AS closing
      FROM generate_series(1, cardinality($1::timestamptz[]) - 1) AS u (year) LEFT JOIN years y ON y.year = u.year
     GROUP BY u.year)
SELECT 'year_kind' AS part, (number - 1)::text AS line, kind AS place, count(*) AS n
  FROM was WHERE number > 1 AND state <> 'ended' GROUP BY number, kind
UNION ALL
SELECT 'year_kind', u.year::text, 'total',
       (SELECT count(*) FROM was WHERE was.number = u.year + 1 AND was.state <> 'ended')
  FROM generate_series(1, cardinality($1::timestamptz[]) - 1) AS u (year)
UNION ALL
SELECT 'year_flow', f.year::text, c.place, c.n
  FROM flow f, LATERAL (VALUES ('opening', f.opening), ('new', f.entered), ('reopened', f.reopened), ('ended', f.ended),
                               ('closing', f.closing)) AS c (place, n);

-- name: report_region
-- purpose: Counts by agency between two instants, for the region's host
-- roles: lb_report
-- params: $1 since timestamptz, $2 until timestamptz
-- columns: part text, line text, place text, n bigint
SELECT 'authority' AS part, r.slug AS line, c.place, c.n
  FROM letterbox.report_region($1::timestamptz, $2::timestamptz) AS r,
       LATERAL (VALUES ('open', r.open), ('direct', r.direct), ('letters_in', r.letters_in), ('copies_out', r.copies_out))
           AS c (place, n);

-- name: report_timeline
-- purpose: What happened in an arrangement, from what stands in clear, oldest first
-- roles: lb_report
-- also: lb_desk
-- params: $1 arrangement_id bigint
-- columns: at timestamptz, what text, detail text, side text, object_id bigint
SELECT t.at, t.what, t.detail, t.side, t.object_id
  FROM (SELECT w.from_at AS at, CASE WHEN w.number = 1 THEN 'entered' WHEN b.kind <> w.kind THEN 'kind' ELSE 'state' END AS what,
               CASE WHEN b.kind <> w.kind THEN w.kind ELSE w.state END AS detail, '' AS side, 0::bigint AS object_id,
               1 AS place
          FROM letterbox.arrangement_was w
          LEFT JOIN letterbox.arrangement_was b ON b.agency_id = w.agency_id AND b.arrangement_id = w.arrangement_id
                                               AND b.number = w.number - 1
         WHERE w.arrangement_id = $1::bigint
        UNION ALL
        SELECT g.made_at, 'terms', g.source, '', 0, 2 FROM letterbox.agreement g WHERE g.arrangement_id = $1::bigint
        UNION ALL
        SELECT v.done_at, 'reviewed', v.kind, '', 0, 2 FROM letterbox.arrangement_review v
         WHERE v.arrangement_id = $1::bigint AND v.done_at IS NOT NULL
        UNION ALL
        SELECT c.at, 'chased', CASE c.event WHEN 'called' THEN 'call' ELSE 'reminder' END, coalesce(m.side, ''), 0, 2 FROM letterbox.occasion o
          JOIN letterbox.chase c ON c.agency_id = o.agency_id AND c.occasion_id = o.occasion_id
                                AND (c.event IN ('sent', 'posted') AND c.act = 'reminder' OR c.event = 'called')
          LEFT JOIN letterbox.arrangement_party m ON m.agency_id = o.agency_id AND m.arrangement_id = o.arrangement_id
                                                 AND m.party_id = o.from_party
         WHERE o.arrangement_id = $1::bigint
        UNION ALL
        SELECT v.starts_at, 'meeting', v.state, '', 0, 2 FROM letterbox.visit v WHERE v.arrangement_id = $1::bigint
        UNION ALL
        SELECT l.received_at, 'came', l.channel, coalesce(m.side, ''), l.letter_id, 3 FROM letterbox.letter l
          LEFT JOIN letterbox.arrangement_party m ON m.agency_id = l.agency_id AND m.arrangement_id = l.arrangement_id
                                                 AND m.party_id = l.from_party
         WHERE l.arrangement_id = $1::bigint
        UNION ALL
        SELECT d.decided_at, 'decided', d.kind, '', d.letter_id, 4 FROM letterbox.decision d
          JOIN letterbox.letter l ON l.agency_id = d.agency_id AND l.letter_id = d.letter_id
         WHERE l.arrangement_id = $1::bigint
        UNION ALL
        SELECT CASE d.state WHEN 'returned' THEN d.made_at ELSE d.changed_at END, 'went', d.channel, m.side, r.letter_id, 5
          FROM letterbox.release r
          JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
                                   AND d.state IN ('sent', 'delivered', 'returned')
          JOIN letterbox.arrangement_party m ON m.agency_id = r.agency_id AND m.arrangement_id = r.arrangement_id
                                            AND m.party_id = r.to_party
         WHERE r.arrangement_id = $1::bigint
        UNION ALL
        SELECT d.changed_at, 'came_back', d.channel, m.side, r.letter_id, 6
          FROM letterbox.release r
          JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id AND d.state = 'returned'
          JOIN letterbox.arrangement_party m ON m.agency_id = r.agency_id AND m.arrangement_id = r.arrangement_id
                                            AND m.party_id = r.to_party
         WHERE r.arrangement_id = $1::bigint) AS t
 ORDER BY t.at, t.place, t.object_id, t.what, t.detail;
