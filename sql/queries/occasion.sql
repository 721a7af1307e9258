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

-- name: occasion_waive_dropped
-- purpose: Waives the sendings after a day that the terms in force no longer ask for, and those of blocked arrangements
-- roles: lb_diary
-- also: lb_desk lb_press
-- params: $1 after date
-- columns: occasion_id bigint
UPDATE letterbox.occasion o SET state = 'waived', changed_at = letterbox.now()
 WHERE o.state = 'due' AND o.due_on > $1::date
   AND NOT EXISTS (SELECT FROM letterbox.arrangement a
                     JOIN letterbox.agreement g ON g.agency_id = a.agency_id AND g.arrangement_id = a.arrangement_id
                    WHERE a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
                      AND a.state IN ('active', 'paused', 'held', 'suspended')
                      AND g.version = (SELECT max(n.version) FROM letterbox.agreement n
                                        WHERE n.agency_id = o.agency_id AND n.arrangement_id = o.arrangement_id)
                      AND extract(month FROM o.month)::smallint = ANY (g.months))
RETURNING o.occasion_id;

-- name: occasion_late_mark
-- purpose: Marks as late what was due before a day and is not here; a paused arrangement waits
-- roles: lb_desk lb_diary
-- also: lb_press
-- params: $1 today date
-- columns: occasion_id bigint
UPDATE letterbox.occasion o SET state = 'late', changed_at = letterbox.now()
  FROM letterbox.arrangement a
 WHERE o.state = 'due' AND o.due_on < $1::date
   AND a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id AND a.state = 'active'
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
