-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: release_add
-- purpose: Writes the copy for one recipient; the database refuses it where sides, states or decisions do not allow it
-- roles: lb_press
-- params: $1 release_id bigint, $2 letter_id bigint, $3 letter_version integer, $4 arrangement_id bigint,
--   $5 to_party bigint, $6 decision_id bigint, $7 kind text, $8 photo_level text
-- columns: none
INSERT INTO letterbox.release (agency_id, release_id, letter_id, letter_version, arrangement_id, to_party, decision_id, kind,
                               photo_level, composed_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::integer, $4::bigint, $5::bigint, $6::bigint, $7::text,
        $8::text, letterbox.now());

-- name: release_part_add
-- purpose: Adds what a release holds, sealed to its recipient or to the desk
-- roles: lb_press
-- params: $1 release_id bigint, $2 audience text, $3 number smallint, $4 kind text, $5 blob_id bigint
-- columns: none
INSERT INTO letterbox.release_part (agency_id, release_id, audience, number, kind, blob_id)
VALUES (letterbox.gate_agency(), $1::bigint, $2::text, $3::smallint, $4::text, $5::bigint);

-- name: release_of_letter
-- purpose: The releases of a letter
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: release_id bigint, letter_version integer, to_party bigint, decision_id bigint, kind text, state text,
--   composed_at timestamptz
SELECT release_id, letter_version, to_party, decision_id, kind, state, composed_at FROM letterbox.release
 WHERE letter_id = $1::bigint ORDER BY composed_at, release_id;

-- name: release_withdraw
-- purpose: Takes a release back: it cannot be opened or sent any more
-- roles: lb_desk
-- params: $1 release_id bigint
-- columns: release_id bigint
UPDATE letterbox.release SET state = 'withdrawn' WHERE release_id = $1::bigint RETURNING release_id;

-- name: release_parts
-- purpose: What a release holds for an audience: recipient or desk
-- roles: lb_desk lb_press lb_portal
-- params: $1 release_id bigint, $2 audience text
-- columns: number smallint, kind text, blob_id bigint
SELECT number, kind, blob_id FROM letterbox.release_part
 WHERE release_id = $1::bigint AND audience = $2::text ORDER BY number;

-- name: release_list_self
-- purpose: What was released to the signed-in party in the portal, newest first
-- roles: lb_portal
-- also: lb_desk lb_press
-- params: $1 party_id bigint, $2 limit integer, $3 offset integer
-- columns: release_id bigint, arrangement_id bigint, kind text, photo_level text, composed_at timestamptz,
--   opened_at timestamptz, contacts bigint[]
SELECT release_id, arrangement_id, kind, photo_level, composed_at, opened_at, contact_ids AS contacts FROM letterbox.release
 WHERE state = 'available' AND to_party = $1::bigint
 ORDER BY composed_at DESC, release_id LIMIT $2::integer OFFSET $3::integer;

-- name: release_self
-- purpose: One release that the reader (signed in, or with a link) may open
-- roles: lb_portal
-- also: lb_desk lb_press
-- params: $1 release_id bigint
-- columns: release_id bigint, arrangement_id bigint, kind text, photo_level text, composed_at timestamptz,
--   opened_at timestamptz, contacts bigint[]
SELECT release_id, arrangement_id, kind, photo_level, composed_at, opened_at, contact_ids AS contacts FROM letterbox.release
 WHERE release_id = $1::bigint;

-- name: release_open
-- purpose: Journals and audits that the reader opens a release, before it is shown: null, or why not
-- roles: lb_portal
-- params: $1 release_id bigint
-- columns: refusal text
SELECT letterbox.release_open($1::bigint) AS refusal;
