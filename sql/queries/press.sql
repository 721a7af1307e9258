-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What only the press asks: a letter with what it needs to open, prepare and release it.

-- name: press_letter
-- purpose: The letter of a job, locked so that two workers cannot prepare or compose it at once
-- roles: lb_press
-- also: lb_desk
-- params: $1 letter_id bigint
-- columns: letter_id bigint, arrangement_id bigint, from_party bigint, channel text, state text, version integer, received_at timestamptz
SELECT letter_id, arrangement_id, from_party, channel, state, version, received_at
  FROM letterbox.letter WHERE agency_id = letterbox.gate_agency() AND letter_id = $1::bigint FOR UPDATE;

-- name: press_originals
-- purpose: What a letter came as, in order
-- roles: lb_press
-- also: lb_desk
-- params: $1 letter_id bigint
-- columns: number smallint, kind text, blob_id bigint
SELECT number, kind, blob_id FROM letterbox.original
 WHERE agency_id = letterbox.gate_agency() AND letter_id = $1::bigint ORDER BY number;

-- name: press_sides
-- purpose: Everybody in the letter's arrangement with their sealed records: the writer and, as recipients, those on the other sides whom the writer meant (all, if none was named)
-- roles: lb_press
-- also: lb_desk
-- params: $1 letter_id bigint
-- columns: party_id bigint, side text, writer boolean, recipient boolean, channel text, language text, state text, sealed_record bytea, record_version integer, address_version integer
SELECT p.party_id, ap.side, p.party_id = l.from_party AS writer,
       ap.side <> w.side AND ap.may_receive AND ap.state = 'active'
         AND (NOT EXISTS (SELECT FROM letterbox.letter_contact lc
                           WHERE lc.agency_id = l.agency_id AND lc.letter_id = l.letter_id)
              OR EXISTS (SELECT FROM letterbox.letter_contact lc
                           JOIN letterbox.contact c ON c.agency_id = lc.agency_id AND c.contact_id = lc.contact_id
                          WHERE lc.agency_id = l.agency_id AND lc.letter_id = l.letter_id
                            AND c.other_party_id = p.party_id)) AS recipient,
       p.channel, p.language, p.state, p.sealed_record, p.record_version, p.address_version
  FROM letterbox.letter l
  JOIN letterbox.arrangement_party w
    ON w.agency_id = l.agency_id AND w.arrangement_id = l.arrangement_id AND w.party_id = l.from_party
  JOIN letterbox.arrangement_party ap ON ap.agency_id = l.agency_id AND ap.arrangement_id = l.arrangement_id
  JOIN letterbox.party p ON p.agency_id = ap.agency_id AND p.party_id = ap.party_id
 WHERE l.agency_id = letterbox.gate_agency() AND l.letter_id = $1::bigint
 ORDER BY p.party_id;

-- name: press_child
-- purpose: The child whom the letter's arrangement is about
-- roles: lb_press
-- also: lb_desk
-- params: $1 letter_id bigint
-- columns: child_id bigint, sealed_record bytea, record_version integer, photo_level text, two_person boolean, state text
SELECT c.child_id, c.sealed_record, c.record_version, a.photo_level, a.two_person, a.state
  FROM letterbox.letter l
  JOIN letterbox.arrangement a ON a.agency_id = l.agency_id AND a.arrangement_id = l.arrangement_id
  JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
 WHERE l.agency_id = letterbox.gate_agency() AND l.letter_id = $1::bigint;

-- name: press_part_add
-- purpose: A cleaned part of a letter
-- roles: lb_press
-- params: $1 letter_id bigint, $2 number smallint, $3 kind text, $4 blob_id bigint
-- columns: none
INSERT INTO letterbox.part (agency_id, letter_id, number, kind, blob_id)
VALUES (letterbox.gate_agency(), $1::bigint, $2::smallint, $3::text, $4::bigint);

-- name: press_review_add
-- purpose: The first version of a letter's review, sealed in the row or, where it is long, in a blob
-- roles: lb_press
-- also: lb_desk
-- params: $1 letter_id bigint, $2 version integer, $3 sealed_review bytea, $4 blob_id bigint, $5 text_digest bytea
-- columns: none
INSERT INTO letterbox.review (agency_id, letter_id, version, sealed_review, blob_id, text_digest, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::integer, $3::bytea, $4::bigint, $5::bytea, letterbox.now());

-- name: press_letter_move
-- purpose: Moves a letter on, if it is still in the state that this step began from; answers whether it was
-- roles: lb_press
-- also: lb_desk
-- params: $1 letter_id bigint, $2 from_state text, $3 to_state text
-- columns: letter_id bigint
UPDATE letterbox.letter SET state = $3::text, changed_at = letterbox.now()
 WHERE agency_id = letterbox.gate_agency() AND letter_id = $1::bigint AND state = $2::text
RETURNING letter_id;

-- name: press_occasion_received
-- purpose: Notes that a letter came for the occasions that waited for it: each recipient's earliest that is due or late, within two months
-- roles: lb_press
-- also: lb_desk lb_diary
-- params: $1 letter_id bigint
-- columns: none
UPDATE letterbox.occasion o SET state = 'received', letter_id = $1::bigint, changed_at = letterbox.now()
 WHERE o.agency_id = letterbox.gate_agency()
   AND o.occasion_id IN (
       SELECT DISTINCT ON (n.to_party) n.occasion_id
         FROM letterbox.letter l
         JOIN letterbox.occasion n ON n.agency_id = l.agency_id AND n.arrangement_id = l.arrangement_id
                                  AND n.from_party = l.from_party AND n.state IN ('due', 'late')
                                  AND n.due_on < (letterbox.now() + interval '2 months')::date
        WHERE l.agency_id = letterbox.gate_agency() AND l.letter_id = $1::bigint
        ORDER BY n.to_party, n.due_on);
