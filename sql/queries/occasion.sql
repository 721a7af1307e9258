-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: occasion_open
-- purpose: Opens expected sendings, those that are not open already: arrays of one length
-- roles: lb_desk lb_diary
-- params: $1 arrangement_ids bigint[], $2 from_parties bigint[], $3 to_parties bigint[], $4 months date[],
--   $5 due_days date[], $6 agreement_versions bigint[]
-- columns: opened bigint
WITH opened AS (
    INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on,
                                    agreement_version, changed_at)
    SELECT letterbox.gate_agency(), letterbox.new_id(), u.arrangement_id, u.from_party, u.to_party, u.month, u.due_on,
           u.version::integer, letterbox.now()
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::date[], $5::date[], $6::bigint[])
           AS u (arrangement_id, from_party, to_party, month, due_on, version)
    ON CONFLICT DO NOTHING RETURNING occasion_id)
SELECT count(*) AS opened FROM opened;

-- name: occasion_plan_anew
-- purpose: Has the rest of this transaction planned for the values that it is given and the size that tables have then: the
--   first occasions of a whole list go into a table of which the database believes that it is empty
-- roles: lb_diary
-- also: lb_portal lb_desk lb_press lb_post lb_report
-- params: none
-- columns: mode text
SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS mode;

-- name: occasion_follow
-- purpose: Brings what is due after a day in some arrangements ($1) in line with all that is wanted there: opens what is not open
--   (where opens is 1), moves what is due on another day, waives what nobody wants; what came, is late, was missed or was
--   waived by a person stays
-- roles: lb_diary
-- params: $1 arrangement_ids bigint[], $2 wanted_in bigint[], $3 from_parties bigint[],
--   $4 to_parties bigint[], $5 months date[], $6 due_days date[], $7 agreement_versions bigint[], $8 opens bigint[],
--   $9 after date
-- columns: opened bigint, moved bigint, waived bigint
WITH wanted AS (
    SELECT (SELECT letterbox.gate_agency()) AS agency_id, u.*
      FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::date[], $6::date[], $7::bigint[], $8::bigint[])
           AS u (arrangement_id, from_party, to_party, month, due_on, version, opens)),
opened AS (
    INSERT INTO letterbox.occasion (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on,
                                    agreement_version, changed_at)
    SELECT w.agency_id, letterbox.new_id(), w.arrangement_id, w.from_party, w.to_party, w.month, w.due_on,
           w.version::integer, (SELECT letterbox.now())
      FROM wanted w
     WHERE w.opens = 1
    ON CONFLICT DO NOTHING RETURNING occasion_id),
moved AS (
    UPDATE letterbox.occasion o
       SET state = 'due', is_dropped = false, due_on = w.due_on, agreement_version = w.version::integer,
           changed_at = (SELECT letterbox.now())
      FROM wanted w
     WHERE w.opens = 1 AND w.due_on > $9::date
       AND o.agency_id = w.agency_id AND o.arrangement_id = w.arrangement_id AND o.from_party = w.from_party
       AND o.to_party = w.to_party AND o.month = w.month
       AND (o.state = 'due' AND o.due_on > $9::date AND o.due_on <> w.due_on OR o.state = 'waived' AND o.is_dropped)
    RETURNING o.occasion_id),
dropped AS (
    UPDATE letterbox.occasion o SET state = 'waived', is_dropped = true, changed_at = (SELECT letterbox.now())
     WHERE o.agency_id = (SELECT letterbox.gate_agency()) AND o.arrangement_id = ANY ($1::bigint[])
       AND o.state = 'due' AND o.due_on > $9::date
       AND (o.arrangement_id, o.from_party, o.to_party, o.month)
           NOT IN (SELECT w.arrangement_id, w.from_party, w.to_party, w.month FROM wanted w)
    RETURNING o.occasion_id)
SELECT (SELECT count(*) FROM opened) AS opened, (SELECT count(*) FROM moved) AS moved,
       (SELECT count(*) FROM dropped) AS waived;

-- name: occasion_waive_blocked
-- purpose: Waives the sendings after a day of arrangements in which nobody writes any more
-- roles: lb_diary
-- also: lb_desk
-- params: $1 after date
-- columns: occasion_id bigint
UPDATE letterbox.occasion o SET state = 'waived', is_dropped = true, changed_at = letterbox.now()
 WHERE o.state = 'due' AND o.due_on > $1::date
   AND NOT EXISTS (SELECT FROM letterbox.arrangement a
                    WHERE a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
                      AND a.state IN ('active', 'paused', 'held', 'suspended') AND a.kind IN ('indirect', 'one_way'))
RETURNING o.occasion_id;

-- name: occasion_late_mark
-- purpose: Marks as late what was due before a day, with the time that was given, and is not here; a paused arrangement
--   waits, and who may not write is never late
-- roles: lb_diary
-- also: lb_desk lb_press
-- params: $1 today date
-- columns: occasion_id bigint
UPDATE letterbox.occasion o SET state = 'late', changed_at = letterbox.now()
  FROM letterbox.arrangement a
  JOIN letterbox.arrangement_party m ON m.agency_id = a.agency_id AND m.arrangement_id = a.arrangement_id
  JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
 WHERE o.state = 'due' AND o.due_on < $1::date AND coalesce(o.wait_until < $1::date, true)
   AND a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id AND a.state = 'active'
   AND m.party_id = o.from_party AND m.state = 'active' AND m.may_write AND p.state IN ('active', 'moved')
RETURNING o.occasion_id;

-- name: occasion_missed_mark
-- purpose: Marks as missed what has been late since before a day, with the time that was given
-- roles: lb_diary
-- also: lb_desk lb_press
-- params: $1 before date
-- columns: occasion_id bigint
UPDATE letterbox.occasion SET state = 'missed', changed_at = letterbox.now()
 WHERE state = 'late' AND due_on < $1::date AND coalesce(wait_until < $1::date, true)
RETURNING occasion_id;

-- name: occasion_receive
-- purpose: Notes a letter as the answer to what was expected of its writer: once for each recipient, the earliest occasion that is late or due within two months
-- roles: lb_press
-- also: lb_desk lb_diary
-- params: $1 letter_id bigint
-- columns: occasion_id bigint
UPDATE letterbox.occasion o SET state = 'received', letter_id = $1::bigint, changed_at = letterbox.now()
 WHERE o.occasion_id IN (
       SELECT DISTINCT ON (n.to_party) n.occasion_id
         FROM letterbox.letter l
         JOIN letterbox.occasion n ON n.agency_id = l.agency_id AND n.arrangement_id = l.arrangement_id
                                  AND n.from_party = l.from_party AND n.state IN ('due', 'late')
                                  AND n.due_on < (letterbox.now() + interval '2 months')::date
        WHERE l.letter_id = $1::bigint
          AND NOT EXISTS (SELECT FROM letterbox.occasion d
                           WHERE d.agency_id = l.agency_id AND d.letter_id = l.letter_id AND d.to_party = n.to_party)
        ORDER BY n.to_party, n.due_on)
RETURNING occasion_id;

-- name: occasion_self
-- purpose: What the signed-in party is to write until a day
-- roles: lb_portal
-- also: lb_desk lb_press lb_diary
-- params: $1 party_id bigint, $2 until date
-- columns: occasion_id bigint, arrangement_id bigint, month date, due_on date, state text, wait_until date
SELECT DISTINCT ON (due_on, arrangement_id) occasion_id, arrangement_id, month, due_on, state, wait_until FROM letterbox.occasion
 WHERE from_party = $1::bigint AND state IN ('due', 'late') AND due_on <= $2::date
 ORDER BY due_on, arrangement_id, occasion_id;

-- name: occasion_late_list
-- purpose: What is late, and what waits for a person to act: those first, then the oldest. waits: handed (the ladder's
--   step), failed (a reminder could not go)
-- roles: lb_desk
-- params: $1 limit integer, $2 offset integer
-- columns: occasion_id bigint, arrangement_id bigint, from_party bigint, to_party bigint, month date, due_on date, state text,
--   wait_until date, waits text
WITH waits AS (
    SELECT c.agency_id, c.occasion_id, max(c.event) AS event       -- as today_counts
      FROM letterbox.chase c
      JOIN letterbox.occasion o ON o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id
      JOIN letterbox.arrangement a ON a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
     WHERE c.event IN ('handed', 'failed') AND c.act IN ('staff', 'reminder') AND a.state = 'active'
       AND o.state IN ('due', 'late') AND c.base_on = greatest(o.due_on, o.wait_until)
       AND NOT EXISTS (SELECT FROM letterbox.chase n
                        WHERE n.agency_id = c.agency_id AND n.occasion_id = c.occasion_id AND n.base_on = c.base_on
                          AND (n.event = 'went_on' OR c.event = 'failed' AND n.at > c.at
                                                      AND n.event IN ('sent', 'posted', 'called')))
     GROUP BY c.agency_id, c.occasion_id),
listed AS (
    SELECT l.agency_id, l.occasion_id FROM letterbox.occasion l WHERE l.state = 'late'
    UNION SELECT w.agency_id, w.occasion_id FROM waits w)
SELECT o.occasion_id, o.arrangement_id, o.from_party, o.to_party, o.month, o.due_on, o.state, o.wait_until, w.event AS waits
  FROM listed l
  JOIN letterbox.occasion o ON o.agency_id = l.agency_id AND o.occasion_id = l.occasion_id
  LEFT JOIN waits w ON w.agency_id = o.agency_id AND w.occasion_id = o.occasion_id
 ORDER BY w.event IS NULL, o.due_on, o.occasion_id LIMIT $1::integer OFFSET $2::integer;
-- name: occasion_list
-- purpose: Occasions in some states that are due between two days, perhaps of one kind of arrangement, the earliest first
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 states text[], $2 from date, $3 until date, $4 kind text, $5 limit integer, $6 offset integer
-- columns: occasion_id bigint, arrangement_id bigint, from_party bigint, to_party bigint, month date, due_on date,
--   state text, reminders smallint, reminded_at timestamptz
SELECT o.occasion_id, o.arrangement_id, o.from_party, o.to_party, o.month, o.due_on, o.state, o.reminders, o.reminded_at
  FROM letterbox.occasion o
  JOIN letterbox.arrangement a ON a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
 WHERE o.state = ANY ($1::text[]) AND o.due_on >= $2::date AND o.due_on <= $3::date
   AND ($4::text IS NULL OR a.kind = $4::text)
 ORDER BY o.due_on, o.occasion_id LIMIT $5::integer OFFSET $6::integer;

-- name: occasion_days
-- purpose: How many occasions of each state are due on each day between two days
-- roles: lb_desk
-- also: lb_portal lb_press lb_diary
-- params: $1 from date, $2 until date
-- columns: due_on date, state text, count bigint
SELECT due_on, state, count(*) AS count FROM letterbox.occasion
 WHERE due_on >= $1::date AND due_on <= $2::date GROUP BY due_on, state ORDER BY due_on, state;

-- name: occasion_of_arrangement
-- purpose: The calendar of an arrangement
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 arrangement_id bigint
-- columns: occasion_id bigint, from_party bigint, to_party bigint, month date, due_on date, state text, letter_id bigint,
--   reminders smallint
SELECT occasion_id, from_party, to_party, month, due_on, state, letter_id, reminders FROM letterbox.occasion
 WHERE arrangement_id = $1::bigint ORDER BY due_on, from_party, to_party;

-- name: occasion_open_of_arrangement
-- purpose: What an arrangement waits for: late and due, the earliest first
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 arrangement_id bigint
-- columns: occasion_id bigint, from_party bigint, to_party bigint, month date, due_on date, state text, letter_id bigint,
--   reminders smallint
SELECT occasion_id, from_party, to_party, month, due_on, state, letter_id, reminders FROM letterbox.occasion
 WHERE arrangement_id = $1::bigint AND state IN ('late', 'due') ORDER BY due_on, from_party, to_party;
-- name: occasion_open_of_party
-- purpose: What somebody is to write and waits for, in all arrangements: late and due, the earliest first
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 party_id bigint
-- columns: occasion_id bigint, arrangement_id bigint, from_party bigint, to_party bigint, due_on date, state text,
--   wait_until date
SELECT o.occasion_id, o.arrangement_id, o.from_party, o.to_party, o.due_on, o.state, o.wait_until
  FROM letterbox.arrangement_party p
  JOIN letterbox.occasion o ON o.agency_id = p.agency_id AND o.arrangement_id = p.arrangement_id
 WHERE p.party_id = $1::bigint AND o.state IN ('late', 'due') AND $1::bigint IN (o.from_party, o.to_party)
 ORDER BY o.due_on, o.arrangement_id, o.from_party, o.to_party;

-- name: occasion_find
-- purpose: One expected letter
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 occasion_id bigint
-- columns: occasion_id bigint, arrangement_id bigint, from_party bigint, to_party bigint, month date, due_on date, state text,
--   letter_id bigint, wait_until date
SELECT occasion_id, arrangement_id, from_party, to_party, month, due_on, state, letter_id, wait_until
  FROM letterbox.occasion WHERE occasion_id = $1::bigint;

-- name: occasion_find_self
-- purpose: One thing that the signed-in party is to write and that is not here yet
-- roles: lb_portal
-- also: lb_desk lb_press lb_diary
-- params: $1 occasion_id bigint
-- columns: occasion_id bigint, arrangement_id bigint, due_on date, state text, wait_until date
SELECT occasion_id, arrangement_id, due_on, state, wait_until FROM letterbox.occasion
 WHERE occasion_id = $1::bigint AND state IN ('due', 'late');

-- name: occasion_wait
-- purpose: More time, by the person who writes or by staff: for how many expected letters of that day it was given
-- roles: lb_portal lb_desk
-- params: $1 occasion_id bigint, $2 until date, $3 today date, $4 chase_id bigint, $5 sealed_note bytea
-- columns: given bigint
SELECT letterbox.occasion_wait($1::bigint, $2::date, $3::date, $4::bigint, $5::bytea) AS given;

-- name: occasion_waive
-- purpose: It is no longer expected, says a member of staff; no row: it changed meanwhile
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 occasion_id bigint, $2 was text
-- columns: occasion_id bigint
UPDATE letterbox.occasion SET state = 'waived', changed_at = letterbox.now()
 WHERE occasion_id = $1::bigint AND state = $2::text AND state IN ('due', 'late', 'missed')
RETURNING occasion_id;
