-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: arrangement_add
-- purpose: Enters an arrangement
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 child_id bigint, $3 kind text, $4 two_person boolean, $5 photo_level text,
--   $6 sealed_record bytea, $7 review_on date
-- columns: none
INSERT INTO letterbox.arrangement (agency_id, arrangement_id, child_id, kind, two_person, photo_level, sealed_record,
                                   review_on, made_at, changed_by)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::text, $4::boolean, $5::text, $6::bytea, $7::date,
        letterbox.now(), letterbox.gate_staff());

-- name: arrangement_needs_two
-- purpose: Whether its letters need two people: it asks for them, or another arrangement of the same people does
-- roles: lb_desk
-- params: $1 arrangement_id bigint
-- columns: needs_two boolean
SELECT letterbox.arrangement_needs_two($1::bigint) AS needs_two;

-- name: arrangement_find
-- purpose: One arrangement
-- roles: lb_desk lb_press
-- params: $1 arrangement_id bigint
-- columns: arrangement_id bigint, child_id bigint, kind text, state text, two_person boolean, photo_level text,
--   sealed_record bytea, record_version integer, review_on date, ended_at timestamptz, changed_at timestamptz,
--   changed_by bigint
SELECT arrangement_id, child_id, kind, state, two_person, photo_level, sealed_record, record_version, review_on, ended_at,
       coalesce(changed_at, made_at) AS changed_at, changed_by
  FROM letterbox.arrangement WHERE arrangement_id = $1::bigint;

-- name: arrangement_list
-- purpose: All arrangements, for a session's search
-- roles: lb_desk
-- also: lb_press
-- params: none
-- columns: arrangement_id bigint, child_id bigint, kind text, state text, two_person boolean, sealed_record bytea,
--   record_version integer, review_on date
SELECT arrangement_id, child_id, kind, state, two_person, sealed_record, record_version, review_on
  FROM letterbox.arrangement ORDER BY arrangement_id;

-- name: arrangement_facts
-- purpose: What stands in clear of all arrangements, and the version of each record: what changed since is opened again
-- roles: lb_desk
-- also: lb_press
-- params: none
-- columns: arrangement_id bigint, child_id bigint, kind text, state text, two_person boolean, record_version integer
SELECT arrangement_id, child_id, kind, state, two_person, record_version FROM letterbox.arrangement
 ORDER BY agency_id, arrangement_id;

-- name: arrangement_plans
-- purpose: The months of some arrangements, and when the next letter is due, for the rows of a list
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 arrangement_ids bigint[]
-- columns: arrangement_id bigint, months smallint[], next_on date
SELECT a.arrangement_id,
       (SELECT g.months FROM letterbox.agreement g
         WHERE g.agency_id = a.agency_id AND g.arrangement_id = a.arrangement_id ORDER BY g.version DESC LIMIT 1) AS months,
       (SELECT min(o.due_on) FROM letterbox.occasion o
         WHERE o.agency_id = a.agency_id AND o.arrangement_id = a.arrangement_id AND o.state = 'due') AS next_on
  FROM letterbox.arrangement a WHERE a.arrangement_id = ANY ($1::bigint[]);

-- name: arrangement_records
-- purpose: The sealed records of some arrangements
-- roles: lb_desk
-- also: lb_press
-- params: $1 arrangement_ids bigint[]
-- columns: arrangement_id bigint, record_version integer, sealed_record bytea
SELECT arrangement_id, record_version, sealed_record FROM letterbox.arrangement
 WHERE arrangement_id = ANY ($1::bigint[]) ORDER BY arrangement_id;

-- name: arrangement_sides
-- purpose: Who takes part in all arrangements, and on which side
-- roles: lb_desk
-- also: lb_portal lb_press lb_diary lb_report
-- params: none
-- columns: arrangement_id bigint, party_id bigint, side text, state text
SELECT arrangement_id, party_id, side, state FROM letterbox.arrangement_party
 ORDER BY agency_id, arrangement_id, side, party_id;

-- name: arrangement_change
-- purpose: Changes an arrangement's terms; the state has its own query
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 kind text, $3 two_person boolean, $4 photo_level text, $5 sealed_record bytea,
--   $6 review_on date, $7 record_version_before integer
-- columns: record_version integer
UPDATE letterbox.arrangement
   SET kind = $2::text, two_person = $3::boolean, photo_level = $4::text, sealed_record = $5::bytea, review_on = $6::date,
       record_version = record_version + 1, changed_at = letterbox.now(), changed_by = letterbox.gate_staff()
 WHERE arrangement_id = $1::bigint AND record_version = $7::integer
RETURNING record_version;

-- name: arrangement_state_set
-- purpose: Sets an arrangement's state with its reason; only a manager lifts suspended, held or prohibited
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 state text, $3 sealed_record bytea, $4 review_on date,
--   $5 record_version_before integer
-- columns: record_version integer
UPDATE letterbox.arrangement
   SET state = $2::text, sealed_record = $3::bytea, review_on = $4::date, record_version = record_version + 1,
       ended_at = CASE WHEN $2::text IN ('ended', 'moved') THEN letterbox.now() END, changed_at = letterbox.now(),
       changed_by = letterbox.gate_staff()
 WHERE arrangement_id = $1::bigint AND record_version = $5::integer
RETURNING record_version;

-- name: arrangement_of_party
-- purpose: The arrangements that a party takes part in
-- roles: lb_desk lb_press
-- also: lb_diary
-- params: $1 party_id bigint
-- columns: arrangement_id bigint, child_id bigint, kind text, state text, side text, party_state text, may_write boolean,
--   may_receive boolean
SELECT a.arrangement_id, a.child_id, a.kind, a.state, p.side, p.state AS party_state, p.may_write, p.may_receive
  FROM letterbox.arrangement_party p
  JOIN letterbox.arrangement a ON a.agency_id = p.agency_id AND a.arrangement_id = p.arrangement_id
 WHERE p.party_id = $1::bigint ORDER BY a.arrangement_id;

-- name: arrangement_of_child
-- purpose: The arrangements about a child, those in force first
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: $1 child_id bigint
-- columns: arrangement_id bigint, kind text, state text
SELECT arrangement_id, kind, state FROM letterbox.arrangement
 WHERE child_id = $1::bigint ORDER BY state IN ('ended', 'moved'), made_at, arrangement_id;

-- name: arrangement_counts
-- purpose: How many letters an arrangement has, when the last one came, how many wait for staff, and how many copies are stuck
-- roles: lb_desk
-- also: lb_press lb_report
-- params: $1 arrangement_id bigint
-- columns: letters bigint, last_at timestamptz, open bigint, stuck bigint
SELECT count(*) AS letters, max(l.received_at) AS last_at,
       count(*) FILTER (WHERE l.state IN ('in_review', 'second_check', 'escalated', 'held', 'failed')) AS open,
       (SELECT count(*) FROM letterbox.release r
          JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
         WHERE r.arrangement_id = $1::bigint AND r.state <> 'withdrawn'
           AND d.state IN ('stopped', 'returned', 'maybe_sent')) AS stuck
  FROM letterbox.letter l WHERE l.arrangement_id = $1::bigint;

-- name: arrangement_timeline
-- purpose: What happened in an arrangement, newest first: letters, decisions, copies on their way, occasions that were not
--   met, reminders, versions of the terms, changes of state and people
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 limit integer, $3 offset integer
-- columns: at timestamptz, what text, code text, channel text, staff bigint, party bigint, other bigint, letter bigint,
--   sealed_detail bytea
SELECT at, what, code, channel, staff, party, other, letter, sealed_detail FROM (
    SELECT l.received_at AS at, 'letter' AS what, NULL AS code, l.channel, l.entered_by AS staff, l.from_party AS party,
           NULL::bigint AS other, l.letter_id AS letter, NULL::bytea AS sealed_detail
      FROM letterbox.letter l WHERE l.arrangement_id = $1::bigint
    UNION ALL
    SELECT d.decided_at, 'decision', d.kind, NULL, d.author, NULL, d.to_party, d.letter_id, NULL
      FROM letterbox.letter l
      JOIN letterbox.decision d ON d.agency_id = l.agency_id AND d.letter_id = l.letter_id
     WHERE l.arrangement_id = $1::bigint
    UNION ALL
    SELECT d.changed_at, 'copy', d.state, d.channel, NULL, NULL, r.to_party, r.letter_id, NULL
      FROM letterbox.release r
      JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
     WHERE r.arrangement_id = $1::bigint
    UNION ALL
    SELECT o.changed_at, 'occasion', o.state, NULL, NULL, o.from_party, o.to_party, NULL, NULL
      FROM letterbox.occasion o WHERE o.arrangement_id = $1::bigint AND o.state IN ('late', 'missed', 'waived')
    UNION ALL
    SELECT o.reminded_at, 'reminder', NULL, NULL, NULL, o.from_party, o.to_party, NULL, NULL
      FROM letterbox.occasion o WHERE o.arrangement_id = $1::bigint AND o.reminded_at IS NOT NULL
    UNION ALL
    SELECT g.made_at, 'terms', g.source, NULL, g.made_by, NULL, NULL, NULL, NULL
      FROM letterbox.agreement g WHERE g.arrangement_id = $1::bigint
    UNION ALL
    SELECT a.at, 'act', a.act, NULL, CASE WHEN a.actor_kind = 'staff' THEN a.actor_id END, NULL, NULL, NULL, a.sealed_detail
      FROM letterbox.audit a
     WHERE a.object_id = $1::bigint AND a.object_kind = 'arrangement'
       AND a.act IN ('arrangement_added', 'arrangement_people_changed', 'arrangement_state_changed', 'arrangement_held',
                     'transfer_proposed', 'transfer_offered', 'transfer_taken')
       AND (a.act, a.about_kind) IS DISTINCT FROM ('arrangement_held', 'transfer')
  ) AS happened
 ORDER BY at DESC, what, letter, other LIMIT $2::integer OFFSET $3::integer;

-- name: arrangement_party_add
-- purpose: Brings a party into an arrangement, on one side
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 party_id bigint, $3 side text, $4 may_write boolean, $5 may_receive boolean
-- columns: none
INSERT INTO letterbox.arrangement_party (agency_id, arrangement_id, party_id, side, may_write, may_receive)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::text, $4::boolean, $5::boolean);

-- name: arrangement_party_set
-- purpose: Changes how a party takes part
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 party_id bigint, $3 state text, $4 may_write boolean, $5 may_receive boolean
-- columns: party_id bigint
UPDATE letterbox.arrangement_party SET state = $3::text, may_write = $4::boolean, may_receive = $5::boolean
 WHERE arrangement_id = $1::bigint AND party_id = $2::bigint
RETURNING party_id;

-- name: arrangement_party_place
-- purpose: Says that somebody in an arrangement wants a pause, is not ready yet, or goes on
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 party_id bigint, $3 state text, $4 state_before text
-- columns: party_id bigint
UPDATE letterbox.arrangement_party SET state = $3::text
 WHERE arrangement_id = $1::bigint AND party_id = $2::bigint AND state = $4::text AND state <> 'ended'
RETURNING party_id;
-- name: arrangement_office_set
-- purpose: Says who of an arrangement reads letters at the office only: these, and nobody else
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 party_ids bigint[]
-- columns: none
UPDATE letterbox.arrangement_party SET office_only = party_id = ANY ($2::bigint[])
 WHERE arrangement_id = $1::bigint AND office_only <> (party_id = ANY ($2::bigint[]));

-- name: arrangement_party_list
-- purpose: Who takes part in an arrangement, with the party's own record
-- roles: lb_desk lb_press
-- params: $1 arrangement_id bigint
-- columns: party_id bigint, side text, state text, may_write boolean, may_receive boolean, kind text, channel text,
--   party_state text, language text, reads text, plain_consent boolean, sealed_record bytea, record_version integer,
--   address_version integer, address_confirmed boolean, email_confirmed boolean, office_only boolean
SELECT p.party_id, ap.side, ap.state, ap.may_write, ap.may_receive, p.kind, p.channel, p.state AS party_state, p.language,
       CASE WHEN p.easy_read THEN 'easy' WHEN p.large_print THEN 'large' ELSE 'usual' END AS reads,
       p.plain_consent, p.sealed_record, p.record_version, p.address_version, p.address_confirmed, p.email_confirmed, ap.office_only
  FROM letterbox.arrangement_party ap
  JOIN letterbox.party p ON p.agency_id = ap.agency_id AND p.party_id = ap.party_id
 WHERE ap.arrangement_id = $1::bigint ORDER BY ap.side, p.party_id;

-- name: contact_add_all
-- purpose: Gives each party of arrangements its own id for each other that it may write to; twice changes nothing
-- roles: lb_desk
-- params: $1 arrangement_ids bigint[]
-- columns: none
INSERT INTO letterbox.contact (agency_id, contact_id, arrangement_id, party_id, other_party_id)
SELECT a.agency_id, letterbox.new_id(), a.arrangement_id, a.party_id, b.party_id
  FROM letterbox.arrangement_party a
  JOIN letterbox.arrangement_party b ON b.agency_id = a.agency_id AND b.arrangement_id = a.arrangement_id
                                    AND b.side <> a.side
 WHERE a.arrangement_id = ANY ($1::bigint[])
ON CONFLICT DO NOTHING;

-- name: contact_self
-- purpose: Whom the signed-in party may write to, by its own ids for them and for the arrangement, and whether it may now
-- roles: lb_portal
-- params: none
-- columns: contact_id bigint, arrangement_id bigint, place_id bigint, sealed_label bytea, label_version integer,
--   is_open boolean
SELECT contact_id, arrangement_id, place_id, sealed_label, label_version, is_open
  FROM letterbox.own_contact ORDER BY place_id, contact_id;

-- name: contact_around
-- purpose: How a party sees the others, and how they see it: for the press to label
-- roles: lb_press
-- also: lb_desk
-- params: $1 party_id bigint
-- columns: contact_id bigint, party_id bigint, other_party_id bigint, label_version integer
SELECT contact_id, party_id, other_party_id, label_version FROM letterbox.contact
 WHERE party_id = $1::bigint OR other_party_id = $1::bigint ORDER BY contact_id;

-- name: contact_label_set
-- purpose: Sets what a party sees another as, sealed to its accounts
-- roles: lb_press
-- params: $1 contact_id bigint, $2 sealed_label bytea, $3 label_version_before integer
-- columns: contact_id bigint
UPDATE letterbox.contact SET sealed_label = $2::bytea, label_version = label_version + 1
 WHERE contact_id = $1::bigint AND label_version = $3::integer
RETURNING contact_id;

-- name: arrangement_of_reference
-- purpose: The arrangements in which a party was sent, or wrote, what a mail names: messages of ours by the random part of
--   their Message-IDs; copies, printed ones and the party's own letters by reference
-- roles: lb_press
-- params: $1 party_id bigint, $2 mail_tokens text[], $3 references bigint[]
-- columns: arrangement_id bigint
SELECT r.arrangement_id FROM letterbox.message m
  JOIN letterbox.dispatch d ON d.agency_id = m.agency_id AND d.dispatch_id = m.dispatch_id
  JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
 WHERE m.mail_token = ANY ($2::text[]) AND m.to_party = $1::bigint AND r.to_party = $1::bigint
UNION
SELECT r.arrangement_id FROM letterbox.release r WHERE r.release_id = ANY ($3::bigint[]) AND r.to_party = $1::bigint
UNION
SELECT r.arrangement_id FROM letterbox.print_item p
  JOIN letterbox.dispatch d ON d.agency_id = p.agency_id AND d.dispatch_id = p.dispatch_id
  JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
 WHERE p.print_id = ANY ($3::bigint[]) AND r.to_party = $1::bigint
UNION
SELECT l.arrangement_id FROM letterbox.letter l
 WHERE l.letter_id = ANY ($3::bigint[]) AND l.from_party = $1::bigint AND l.arrangement_id IS NOT NULL;
