-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: letter_add_portal
-- purpose: Takes in a letter of the signed-in party
-- roles: lb_portal
-- also: lb_desk
-- params: $1 letter_id bigint, $2 arrangement_id bigint
-- columns: none
INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, received_at, changed_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, letterbox.gate_party(), 'portal', letterbox.now(),
        letterbox.now());

-- name: letter_add_emails
-- purpose: Takes in mails; the press finds out whose each is
-- roles: lb_post
-- also: lb_portal lb_desk
-- params: $1 letter_ids bigint[]
-- columns: none
INSERT INTO letterbox.letter (agency_id, letter_id, channel, received_at, changed_at)
SELECT (SELECT letterbox.gate_agency()), n.id, 'email', (SELECT letterbox.now()), (SELECT letterbox.now())
  FROM unnest($1::bigint[]) AS n (id);

-- name: letter_add_paper
-- purpose: Takes in a scan that the signed-in member of staff entered on behalf of a party
-- roles: lb_desk
-- params: $1 letter_id bigint, $2 arrangement_id bigint, $3 from_party bigint, $4 received_on date,
--   $5 sealed_entry bytea
-- columns: none
INSERT INTO letterbox.letter (agency_id, letter_id, arrangement_id, from_party, channel, entered_by, sealed_entry,
                              received_at, changed_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, 'paper', letterbox.gate_staff(), $5::bytea,
        least($4::date + interval '12 hours', letterbox.now()), letterbox.now());

-- name: letter_entry
-- purpose: A letter that staff entered from paper, with what they noted
-- roles: lb_desk
-- also: lb_press
-- params: $1 letter_id bigint
-- columns: letter_id bigint, from_party bigint, entered_by bigint, sealed_entry bytea
SELECT letter_id, from_party, entered_by, sealed_entry FROM letterbox.letter
 WHERE letter_id = $1::bigint AND channel = 'paper';

-- name: letter_find
-- purpose: One letter
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: letter_id bigint, arrangement_id bigint, from_party bigint, channel text, state text, version integer,
--   entered_by bigint, review_on date, is_wrong_side boolean, received_at timestamptz, changed_at timestamptz
SELECT letter_id, arrangement_id, from_party, channel, state, version, entered_by, review_on, is_wrong_side, received_at,
       changed_at
  FROM letterbox.letter WHERE letter_id = $1::bigint;

-- name: letter_lock
-- purpose: One letter, kept from others until COMMIT
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: letter_id bigint, arrangement_id bigint, from_party bigint, channel text, state text, version integer,
--   entered_by bigint, is_infected boolean, overridden boolean, is_wrong_side boolean
SELECT letter_id, arrangement_id, from_party, channel, state, version, entered_by, is_infected,
       virus_override IS NOT NULL AS overridden, is_wrong_side
  FROM letterbox.letter WHERE letter_id = $1::bigint FOR UPDATE;

-- name: letter_state_set
-- purpose: Moves a letter on from the state and version that the caller saw; no row: somebody was quicker
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint, $2 state text, $3 state_before text, $4 version_before integer
-- columns: version integer
UPDATE letterbox.letter SET state = $2::text, changed_at = letterbox.now()
 WHERE letter_id = $1::bigint AND state = $3::text AND version = $4::integer
RETURNING version;

-- name: letter_version_next
-- purpose: Counts up the version in force, with a new review; no row: somebody was quicker
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint, $2 version_before integer
-- columns: version integer
UPDATE letterbox.letter SET version = version + 1, changed_at = letterbox.now()
 WHERE letter_id = $1::bigint AND version = $2::integer
RETURNING version;

-- name: letter_take_apart_anew
-- purpose: Has the press take a letter's originals apart anew; done, apart (it only goes back
--   to what is kept apart: a virus was found in it), unknown, state, infected or copies
-- roles: lb_desk
-- params: $1 letter_id bigint
-- columns: result text
SELECT letterbox.letter_take_apart_anew($1::bigint) AS result;

-- name: letter_hold
-- purpose: Puts a letter on the shelf until a day
-- roles: lb_desk
-- params: $1 letter_id bigint, $2 review_on date, $3 version_before integer
-- columns: letter_id bigint
UPDATE letterbox.letter SET state = 'held', review_on = $2::date, changed_at = letterbox.now()
 WHERE letter_id = $1::bigint AND version = $3::integer
RETURNING letter_id;

-- name: letter_match
-- purpose: Says whose letter it is, before it is prepared
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint, $2 arrangement_id bigint, $3 from_party bigint, $4 state text
-- columns: letter_id bigint
UPDATE letterbox.letter
   SET arrangement_id = $2::bigint, from_party = $3::bigint, state = $4::text, changed_at = letterbox.now()
 WHERE letter_id = $1::bigint AND state IN ('received', 'preparing', 'quarantined')
RETURNING letter_id;

-- name: letter_infected_set
-- purpose: Notes that a virus was found in a letter
-- roles: lb_press
-- params: $1 letter_id bigint
-- columns: none
UPDATE letterbox.letter SET is_infected = true WHERE letter_id = $1::bigint;

-- name: letter_wrong_side_set
-- purpose: Notes that a mail came from an address of one side to an address of the other
-- roles: lb_press
-- params: $1 letter_id bigint
-- columns: none
UPDATE letterbox.letter SET is_wrong_side = true WHERE letter_id = $1::bigint;

-- name: letter_wrong_side_list
-- purpose: Mails from the wrong side that nobody has dealt with
-- roles: lb_desk
-- also: lb_press
-- params: $1 limit integer
-- columns: letter_id bigint, received_at timestamptz
SELECT letter_id, received_at FROM letterbox.letter WHERE is_wrong_side AND state = 'quarantined'
 ORDER BY received_at LIMIT $1::integer;

-- name: virus_override
-- purpose: The signed-in manager has a letter opened in which a virus was found; false: somebody was quicker, or none was
-- roles: lb_desk
-- params: $1 letter_id bigint, $2 version integer, $3 sealed_reason bytea
-- columns: done boolean
SELECT letterbox.virus_override($1::bigint, $2::integer, $3::bytea) AS done;

-- name: letter_list
-- purpose: Letters in some states, oldest first, for the desk's lists
-- roles: lb_desk
-- also: lb_press
-- params: $1 states text[], $2 limit integer, $3 offset integer
-- columns: letter_id bigint, arrangement_id bigint, from_party bigint, channel text, state text, version integer,
--   entered_by bigint, review_on date, received_at timestamptz, changed_at timestamptz
SELECT letter_id, arrangement_id, from_party, channel, state, version, entered_by, review_on, received_at, changed_at
  FROM letterbox.letter WHERE state = ANY ($1::text[])
 ORDER BY received_at, letter_id LIMIT $2::integer OFFSET $3::integer;

-- name: letter_of_arrangement
-- purpose: The letters of an arrangement, newest first: to whom copies went or are under way, and when the last one left
-- roles: lb_desk
-- also: lb_press lb_report
-- params: $1 arrangement_id bigint, $2 limit integer, $3 offset integer
-- columns: letter_id bigint, from_party bigint, channel text, state text, received_at timestamptz, to_parties bigint[],
--   went_at timestamptz
SELECT l.letter_id, l.from_party, l.channel, l.state, l.received_at,
       ARRAY(SELECT DISTINCT r.to_party FROM letterbox.release r
              WHERE r.agency_id = l.agency_id AND r.letter_id = l.letter_id AND r.kind = 'letter' AND r.state <> 'withdrawn'
              ORDER BY r.to_party) AS to_parties,
       (SELECT max(d.changed_at) FROM letterbox.release r
          JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
         WHERE r.agency_id = l.agency_id AND r.letter_id = l.letter_id AND r.kind = 'letter' AND r.state <> 'withdrawn'
           AND d.state IN ('sent', 'delivered')) AS went_at
  FROM letterbox.letter l
 WHERE l.arrangement_id = $1::bigint
 ORDER BY l.received_at DESC, l.letter_id LIMIT $2::integer OFFSET $3::integer;

-- name: letter_held_due
-- purpose: Letters on the shelf whose day to look again has come, that day's order
-- roles: lb_desk
-- also: lb_press
-- params: $1 limit integer
-- columns: letter_id bigint, arrangement_id bigint, from_party bigint, channel text, state text, version integer,
--   entered_by bigint, review_on date, received_at timestamptz, changed_at timestamptz
SELECT letter_id, arrangement_id, from_party, channel, state, version, entered_by, review_on, received_at, changed_at
  FROM letterbox.letter WHERE state = 'held' AND review_on <= letterbox.now()::date
 ORDER BY review_on, letter_id LIMIT $1::integer;

-- name: letter_to_check
-- purpose: Letters that the signed-in member of staff may check as second person: neither entered nor approved by them
-- roles: lb_desk
-- also: lb_press
-- params: $1 limit integer
-- columns: letter_id bigint, arrangement_id bigint, from_party bigint, channel text, state text, version integer,
--   entered_by bigint, review_on date, received_at timestamptz, changed_at timestamptz
SELECT l.letter_id, l.arrangement_id, l.from_party, l.channel, l.state, l.version, l.entered_by, l.review_on, l.received_at,
       l.changed_at
  FROM letterbox.letter l
 WHERE l.state = 'second_check' AND l.entered_by IS DISTINCT FROM (SELECT letterbox.gate_staff())
   AND (SELECT d.author FROM letterbox.decision d
         WHERE d.agency_id = l.agency_id AND d.letter_id = l.letter_id AND d.letter_version = l.version
           AND d.kind = 'approve' ORDER BY d.decided_at DESC LIMIT 1) IS DISTINCT FROM (SELECT letterbox.gate_staff())
 ORDER BY l.received_at, l.letter_id LIMIT $1::integer;

-- name: letter_counts
-- purpose: How many letters are in each of some states
-- roles: lb_desk
-- also: lb_portal lb_press lb_diary lb_report
-- params: $1 states text[]
-- columns: state text, count bigint
SELECT state, count(*) AS count FROM letterbox.letter WHERE state = ANY ($1::text[]) GROUP BY state;

-- name: letter_sent_self
-- purpose: What the signed-in party has sent, newest first
-- roles: lb_portal
-- also: lb_desk lb_press
-- params: $1 party_id bigint, $2 limit integer, $3 offset integer
-- columns: letter_id bigint, arrangement_id bigint, channel text, state text, received_at timestamptz, contacts bigint[]
SELECT l.letter_id, l.arrangement_id, l.channel, l.state, l.received_at,
       ARRAY(SELECT m.contact_id FROM letterbox.letter_contact m
              WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id ORDER BY m.contact_id) AS contacts
  FROM letterbox.letter l
 WHERE l.from_party = $1::bigint
 ORDER BY l.received_at DESC, l.letter_id LIMIT $2::integer OFFSET $3::integer;

-- name: letter_self
-- purpose: One letter that the signed-in party has sent, for its receipt
-- roles: lb_portal
-- also: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: letter_id bigint, arrangement_id bigint, channel text, state text, received_at timestamptz, contacts bigint[]
SELECT l.letter_id, l.arrangement_id, l.channel, l.state, l.received_at,
       ARRAY(SELECT m.contact_id FROM letterbox.letter_contact m
              WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id ORDER BY m.contact_id) AS contacts
  FROM letterbox.letter l WHERE l.letter_id = $1::bigint;

-- name: letter_came
-- purpose: How much came with a letter that the signed-in party has sent
-- roles: lb_portal
-- params: $1 letter_id bigint
-- columns: texts integer, files integer
SELECT texts, files FROM letterbox.letter_came($1::bigint);

-- name: letter_contact_add
-- purpose: For whom the writer meant a letter, by the writer's own id for the recipient
-- roles: lb_portal lb_desk lb_press
-- params: $1 letter_id bigint, $2 contact_id bigint
-- columns: none
INSERT INTO letterbox.letter_contact (agency_id, letter_id, contact_id)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint);

-- name: letter_recipients
-- purpose: To whom a letter may go: those it is meant for, or the whole other side, with each one's own record
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: party_id bigint, side text, channel text, party_state text, language text, plain_consent boolean,
--   sealed_record bytea, record_version integer, address_version integer, receiving boolean
SELECT p.party_id, r.side, p.channel, p.state AS party_state, p.language, p.plain_consent, p.sealed_record,
       p.record_version, p.address_version, r.state = 'active' AND r.may_receive AS receiving
  FROM letterbox.letter l
  JOIN letterbox.arrangement_party s ON s.agency_id = l.agency_id AND s.arrangement_id = l.arrangement_id
                                    AND s.party_id = l.from_party
  JOIN letterbox.arrangement_party r ON r.agency_id = l.agency_id AND r.arrangement_id = l.arrangement_id
                                    AND r.side <> s.side
  JOIN letterbox.party p ON p.agency_id = r.agency_id AND p.party_id = r.party_id
 WHERE l.letter_id = $1::bigint
   AND (NOT EXISTS (SELECT FROM letterbox.letter_contact m
                     WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id)
        OR EXISTS (SELECT FROM letterbox.letter_contact m
                     JOIN letterbox.contact c ON c.agency_id = m.agency_id AND c.contact_id = m.contact_id
                    WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id AND c.other_party_id = r.party_id))
 ORDER BY r.side, p.party_id;

-- name: letter_parties
-- purpose: Everybody in a letter's arrangement with their sealed records: the writer and, as recipients, those on the other sides whom the writer meant (all, if none was named)
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: party_id bigint, side text, writer boolean, recipient boolean, channel text, party_state text,
--   language text, reads text, plain_consent boolean, alias_token text, sealed_record bytea, record_version integer,
--   address_version integer, text_version integer, office_only boolean
SELECT p.party_id, r.side, p.party_id = l.from_party AS writer,
       r.side <> s.side
         AND (NOT EXISTS (SELECT FROM letterbox.letter_contact m
                           WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id)
              OR EXISTS (SELECT FROM letterbox.letter_contact m
                           JOIN letterbox.contact c ON c.agency_id = m.agency_id AND c.contact_id = m.contact_id
                          WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id
                            AND c.other_party_id = r.party_id)) AS recipient,
       p.channel, p.state AS party_state, p.language,
       CASE WHEN p.easy_read THEN 'easy' WHEN p.large_print THEN 'large' ELSE 'usual' END AS reads,
       p.plain_consent, p.alias_token, p.sealed_record,
       p.record_version, p.address_version, p.text_version, r.office_only
  FROM letterbox.letter l
  JOIN letterbox.arrangement_party s ON s.agency_id = l.agency_id AND s.arrangement_id = l.arrangement_id
                                    AND s.party_id = l.from_party
  JOIN letterbox.arrangement_party r ON r.agency_id = l.agency_id AND r.arrangement_id = l.arrangement_id
  JOIN letterbox.party p ON p.agency_id = r.agency_id AND p.party_id = r.party_id
 WHERE l.letter_id = $1::bigint
 ORDER BY r.side, p.party_id;

-- name: letter_child
-- purpose: The child whom a letter is about, and what its arrangement asks for
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: child_id bigint, sealed_record bytea, record_version integer, photo_level text, state text
SELECT c.child_id, c.sealed_record, c.record_version, a.photo_level, a.state
  FROM letterbox.letter l
  JOIN letterbox.arrangement a ON a.agency_id = l.agency_id AND a.arrangement_id = l.arrangement_id
  JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
 WHERE l.letter_id = $1::bigint;

-- name: original_add
-- purpose: Adds one thing that a letter came as: text, mail, file
-- roles: lb_portal lb_desk lb_post
-- params: $1 letter_id bigint, $2 number smallint, $3 kind text, $4 blob_id bigint
-- columns: none
INSERT INTO letterbox.original (agency_id, letter_id, number, kind, blob_id)
VALUES (letterbox.gate_agency(), $1::bigint, $2::smallint, $3::text, $4::bigint);

-- name: original_add_mails
-- purpose: Adds the mail that each of these letters came as
-- roles: lb_post
-- also: lb_portal lb_desk
-- params: $1 letter_ids bigint[], $2 blob_ids bigint[]
-- columns: none
INSERT INTO letterbox.original (agency_id, letter_id, number, kind, blob_id)
SELECT (SELECT letterbox.gate_agency()), n.letter, 1, 'mail', n.blob
  FROM unnest($1::bigint[], $2::bigint[]) AS n (letter, blob);

-- name: original_list
-- purpose: What a letter came as
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: number smallint, kind text, blob_id bigint
SELECT number, kind, blob_id FROM letterbox.original WHERE letter_id = $1::bigint ORDER BY number;

-- name: part_add
-- purpose: Adds a cleaned part of a letter
-- roles: lb_press
-- params: $1 letter_id bigint, $2 number smallint, $3 kind text, $4 blob_id bigint
-- columns: none
INSERT INTO letterbox.part (agency_id, letter_id, number, kind, blob_id)
VALUES (letterbox.gate_agency(), $1::bigint, $2::smallint, $3::text, $4::bigint);

-- name: part_list
-- purpose: The cleaned parts of a letter
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: number smallint, kind text, blob_id bigint
SELECT number, kind, blob_id FROM letterbox.part WHERE letter_id = $1::bigint ORDER BY number;

-- name: review_add
-- purpose: A new version of a review: the press's proposal, or what the signed-in member of staff made of it
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint, $2 version integer, $3 sealed_review bytea, $4 blob_id bigint, $5 text_digest bytea
-- columns: none
INSERT INTO letterbox.review (agency_id, letter_id, version, sealed_review, blob_id, text_digest, made_by, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::integer, $3::bytea, $4::bigint, $5::bytea, letterbox.gate_staff(),
        letterbox.now());

-- name: review_find
-- purpose: One version of a letter's review
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint, $2 version integer
-- columns: version integer, sealed_review bytea, blob_id bigint, text_digest bytea, made_by bigint, made_at timestamptz
SELECT version, sealed_review, blob_id, text_digest, made_by, made_at FROM letterbox.review
 WHERE letter_id = $1::bigint AND version = $2::integer;
