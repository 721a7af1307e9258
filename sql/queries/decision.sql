-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: decision_add
-- purpose: Records what the signed-in member of staff decided
-- roles: lb_desk
-- params: $1 decision_id bigint, $2 letter_id bigint, $3 letter_version integer, $4 to_party bigint, $5 kind text,
--   $6 screen_digest bytea, $7 sealed_decision bytea
-- columns: none
INSERT INTO letterbox.decision (agency_id, decision_id, letter_id, letter_version, to_party, kind, author, screen_digest,
                                sealed_decision, decided_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::integer, $4::bigint, $5::text, letterbox.gate_staff(),
        $6::bytea, $7::bytea, letterbox.now());

-- name: decision_list
-- purpose: All decisions about a letter, in order
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: decision_id bigint, letter_version integer, to_party bigint, kind text, author bigint, screen_digest bytea,
--   sealed_decision bytea, decided_at timestamptz
SELECT decision_id, letter_version, to_party, kind, author, screen_digest, sealed_decision, decided_at
  FROM letterbox.decision WHERE letter_id = $1::bigint ORDER BY decided_at, decision_id;
