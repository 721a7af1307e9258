-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: ladder_find
-- purpose: The ladder in force
-- roles: lb_desk lb_diary
-- params: none
-- columns: version integer, days smallint[], staff_days smallint[], tell_after smallint, made_by bigint, made_at timestamptz
SELECT version, days, staff_days, tell_after, made_by, made_at FROM letterbox.ladder ORDER BY version DESC LIMIT 1;

-- name: ladder_add
-- purpose: The next version of the ladder; no row: somebody else changed it meanwhile
-- roles: lb_desk
-- params: $1 version integer, $2 days smallint[], $3 staff_days smallint[], $4 tell_after smallint
-- columns: version integer
INSERT INTO letterbox.ladder (agency_id, version, days, staff_days, tell_after, made_by, made_at)
VALUES (letterbox.gate_agency(), $1::integer, $2::smallint[], $3::smallint[], $4::smallint, letterbox.gate_staff(),
        letterbox.now())
ON CONFLICT DO NOTHING RETURNING version;

-- name: remind_facts
-- purpose: What decides about reminding, of every expected letter whose day is near or past, or that was given more
--   time; or, where there is no day, of these
-- roles: lb_diary lb_desk
-- params: $1 until date, $2 occasion_ids bigint[]
-- columns: occasion_id bigint, from_party bigint, to_party bigint, state text, due_on date, wait_until date,
--   frozen boolean, arrangement_state text, writer_side text, writer_state text, writer_member text, may_write boolean,
--   reader_side text, reader_state text, reader_member text, may_receive boolean, letter_here boolean, taken smallint,
--   went_on boolean, told boolean
SELECT o.occasion_id, o.from_party, o.to_party, o.state, o.due_on, o.wait_until,
       g.state <> 'active' OR g.frozen_at IS NOT NULL AS frozen, a.state AS arrangement_state,
       wm.side AS writer_side, w.state AS writer_state, wm.state AS writer_member, wm.may_write,
       rm.side AS reader_side, r.state AS reader_state, rm.state AS reader_member, rm.may_receive,
       EXISTS (SELECT FROM letterbox.letter l          -- as letter_waits
                WHERE l.agency_id = o.agency_id AND l.from_party = o.from_party AND l.arrangement_id = o.arrangement_id
                  AND l.state IN ('received', 'preparing', 'quarantined', 'in_review', 'second_check', 'escalated', 'failed',
                                  'approved')
                  AND NOT EXISTS (SELECT FROM letterbox.occasion n
                                   WHERE n.agency_id = l.agency_id AND n.letter_id = l.letter_id)) AS letter_here,
       c.taken, coalesce(c.went_on, false) AS went_on, coalesce(c.told, false) AS told
  FROM letterbox.occasion o
  JOIN letterbox.agency g ON g.agency_id = o.agency_id
  JOIN letterbox.arrangement a ON a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
  JOIN letterbox.party w ON w.agency_id = o.agency_id AND w.party_id = o.from_party
  JOIN letterbox.party r ON r.agency_id = o.agency_id AND r.party_id = o.to_party
  JOIN letterbox.arrangement_party wm ON wm.agency_id = o.agency_id AND wm.arrangement_id = o.arrangement_id
                                     AND wm.party_id = o.from_party
  JOIN letterbox.arrangement_party rm ON rm.agency_id = o.agency_id AND rm.arrangement_id = o.arrangement_id
                                     AND rm.party_id = o.to_party
  LEFT JOIN LATERAL (
       SELECT max(s.day) FILTER (WHERE s.act IN ('reminder', 'staff') AND s.event IN ('asked', 'handed')
                                   AND s.base_on = greatest(o.due_on, o.wait_until)) AS taken,
              bool_or(s.event = 'went_on' AND s.base_on = greatest(o.due_on, o.wait_until)) AS went_on,
              bool_or(s.act = 'delay' AND s.event = 'asked') AS told
         FROM letterbox.chase s WHERE s.agency_id = o.agency_id AND s.occasion_id = o.occasion_id) c ON true
 WHERE o.state IN ('due', 'late') AND (o.due_on <= $1::date OR $1::date IS NOT NULL AND o.wait_until IS NOT NULL)
    OR o.occasion_id = ANY ($2::bigint[])
 ORDER BY o.from_party, o.due_on, o.occasion_id;

-- name: remind_ask
-- purpose: Has the press tell people: one notice for each of them, and none to who has one of this day already.
--   Arrays of one length; kinds are reminder and delay
-- roles: lb_diary
-- params: $1 day date, $2 ladder_version integer, $3 kinds text[], $4 parties bigint[], $5 occasion_ids bigint[],
--   $6 bases date[], $7 days smallint[]
-- columns: asked bigint
WITH step AS (
    SELECT * FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::date[], $7::smallint[])
                  AS u (kind, to_party, occasion_id, base_on, day)),
notice AS (
    INSERT INTO letterbox.notice (agency_id, notice_id, to_party, kind, day, by_on, made_at, changed_at)
    SELECT letterbox.gate_agency(), letterbox.new_id(), s.to_party, s.kind, $1::date, min(s.base_on), letterbox.now(),
           letterbox.now()
      FROM step s GROUP BY s.to_party, s.kind ORDER BY s.to_party, s.kind DESC
    ON CONFLICT DO NOTHING RETURNING agency_id, notice_id, to_party, kind),
chase AS (
    INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, ladder_version, notice_id, at)
    SELECT n.agency_id, letterbox.new_id(), s.occasion_id, s.kind, 'asked', s.base_on, s.day, $2::integer, n.notice_id,
           letterbox.now()
      FROM step s JOIN notice n ON n.to_party = s.to_party AND n.kind = s.kind),
job AS (
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, party_id, made_at)
    SELECT n.agency_id, letterbox.new_id(), 'press', 'compose_notice', 6, letterbox.now(), n.to_party, letterbox.now()
      FROM notice n)
SELECT count(*) AS asked FROM notice;

-- name: remind_note
-- purpose: Writes down that steps were handed to staff, or were due and something stopped them; each once
-- roles: lb_diary
-- params: $1 ladder_version integer, $2 acts text[], $3 events text[], $4 occasion_ids bigint[], $5 bases date[],
--   $6 days smallint[], $7 codes text[]
-- columns: noted bigint
WITH noted AS (
    INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, ladder_version, code, at)
    SELECT letterbox.gate_agency(), letterbox.new_id(), u.occasion_id, u.act, u.event, u.base_on, u.day, $1::integer,
           nullif(u.code, ''), letterbox.now()
      FROM unnest($2::text[], $3::text[], $4::bigint[], $5::date[], $6::smallint[], $7::text[])
           AS u (act, event, occasion_id, base_on, day, code)
    ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*) AS noted FROM noted;

-- name: notice_asked
-- purpose: The notices to a party that are to be made
-- roles: lb_press
-- also: lb_desk
-- params: $1 party_id bigint
-- columns: notice_id bigint, kind text, day date, by_on date
SELECT notice_id, kind, day, by_on FROM letterbox.notice
 WHERE to_party = $1::bigint AND state = 'asked' ORDER BY day, notice_id;

-- name: notice_ready
-- purpose: A notice was made, in the transaction that hands it on; no row: it was taken back meanwhile
-- roles: lb_press
-- params: $1 notice_id bigint, $2 way text, $3 address_version integer
-- columns: notice_id bigint
UPDATE letterbox.notice SET state = 'ready', way = $2::text, address_version = $3::integer, changed_at = letterbox.now()
 WHERE notice_id = $1::bigint AND state = 'asked'
RETURNING notice_id;

-- name: notice_failed
-- purpose: A notice could not be made: staff see it, with the code
-- roles: lb_press
-- params: $1 notice_id bigint, $2 code text
-- columns: none
UPDATE letterbox.notice SET state = 'failed', code = $2::text, changed_at = letterbox.now()
 WHERE notice_id = $1::bigint AND state = 'asked';

-- name: chase_of_occasions
-- purpose: All that was done about these expected letters, in order
-- roles: lb_desk
-- params: $1 occasion_ids bigint[]
-- columns: chase_id bigint, occasion_id bigint, act text, event text, base_on date, day smallint, code text, until_on date, way text,
--   staff_id bigint, sealed_note bytea, at timestamptz
SELECT c.chase_id, c.occasion_id, c.act, c.event, c.base_on, c.day, c.code, c.until_on, n.way, c.staff_id, c.sealed_note, c.at
  FROM letterbox.chase c
  LEFT JOIN letterbox.notice n ON n.agency_id = c.agency_id AND n.notice_id = c.notice_id
 WHERE c.occasion_id = ANY ($1::bigint[])
 ORDER BY c.occasion_id, c.at, CASE c.event WHEN 'withheld' THEN 0 WHEN 'asked' THEN 1 WHEN 'stopped' THEN 3 ELSE 2 END, c.chase_id;

-- name: chase_add
-- purpose: What a member of staff did about an expected letter that is not here
-- roles: lb_desk
-- params: $1 chase_id bigint, $2 occasion_id bigint, $3 event text, $4 base_on date, $5 day smallint, $6 sealed_note bytea
-- columns: none
INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, staff_id, sealed_note, at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, 'staff', $3::text, $4::date, $5::smallint, letterbox.gate_staff(),
        $6::bytea, letterbox.now());
