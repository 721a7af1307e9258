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
       AND NOT EXISTS (SELECT FROM letterbox.occasion o
                        WHERE o.agency_id = w.agency_id AND o.arrangement_id = w.arrangement_id
                          AND o.from_party = w.from_party AND o.to_party = w.to_party AND o.month = w.month)
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
       AND NOT EXISTS (SELECT FROM wanted w
                        WHERE w.arrangement_id = o.arrangement_id AND w.from_party = o.from_party
                          AND w.to_party = o.to_party AND w.month = o.month)
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
-- purpose: Marks as late what was due before a day and is not here; a paused arrangement waits, and nobody is late who may not write
-- roles: lb_desk lb_diary
-- also: lb_press
-- params: $1 today date
-- columns: occasion_id bigint
UPDATE letterbox.occasion o SET state = 'late', changed_at = letterbox.now()
  FROM letterbox.arrangement a
 WHERE o.state = 'due' AND o.due_on < $1::date
   AND a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id AND a.state = 'active'
   AND EXISTS (SELECT FROM letterbox.arrangement_party m
                WHERE m.agency_id = o.agency_id AND m.arrangement_id = o.arrangement_id AND m.party_id = o.from_party
                  AND m.may_write)
RETURNING o.occasion_id;

-- name: occasion_missed_mark
-- purpose: Marks as missed what has been late since before a day
-- roles: lb_diary
-- also: lb_desk lb_press
-- params: $1 before date
-- columns: occasion_id bigint
UPDATE letterbox.occasion SET state = 'missed', changed_at = letterbox.now()
 WHERE state = 'late' AND due_on < $1::date
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
-- columns: occasion_id bigint, arrangement_id bigint, month date, due_on date, state text
SELECT DISTINCT ON (due_on, arrangement_id) occasion_id, arrangement_id, month, due_on, state FROM letterbox.occasion
 WHERE from_party = $1::bigint AND state IN ('due', 'late') AND due_on <= $2::date
 ORDER BY due_on, arrangement_id, occasion_id;

-- name: occasion_late_list
-- purpose: What is late, oldest first
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 limit integer, $2 offset integer
-- columns: occasion_id bigint, arrangement_id bigint, from_party bigint, to_party bigint, month date, due_on date,
--   reminders smallint, reminded_at timestamptz
SELECT occasion_id, arrangement_id, from_party, to_party, month, due_on, reminders, reminded_at FROM letterbox.occasion
 WHERE state = 'late' ORDER BY due_on, occasion_id LIMIT $1::integer OFFSET $2::integer;

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
