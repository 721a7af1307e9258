-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: detail_change_add
-- purpose: Keeps what the signed-in party, or staff for a party, tell of a new address, e-mail or number; false: ten wait already
-- roles: lb_portal lb_desk
-- params: $1 change_id bigint, $2 party_id bigint, $3 is_address boolean, $4 is_email boolean, $5 is_phone boolean,
--   $6 sealed_change bytea
-- columns: is_kept boolean
SELECT letterbox.detail_change_add($1::bigint, $2::bigint, $3::boolean, $4::boolean, $5::boolean, $6::bytea) AS is_kept;

-- name: detail_change_list
-- purpose: The changes that wait to be checked, oldest first
-- roles: lb_desk
-- params: $1 limit integer, $2 offset integer
-- columns: change_id bigint, party_id bigint, is_portals boolean, is_address boolean, is_email boolean, is_phone boolean,
--   made_at timestamptz
SELECT change_id, party_id, account_id IS NOT NULL AS is_portals, is_address, is_email, is_phone, made_at
  FROM letterbox.detail_change
 WHERE state = 'waiting' ORDER BY made_at, change_id LIMIT $1::integer OFFSET $2::integer;

-- name: detail_change_of_party
-- purpose: The changes of a party that wait to be checked
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: change_id bigint, made_at timestamptz
SELECT change_id, made_at FROM letterbox.detail_change
 WHERE party_id = $1::bigint AND state = 'waiting' ORDER BY made_at, change_id;

-- name: detail_change_find
-- purpose: One change
-- roles: lb_desk
-- params: $1 change_id bigint
-- columns: change_id bigint, party_id bigint, is_portals boolean, entered_by bigint, sealed_change bytea, state text,
--   checked_by text, made_at timestamptz, decided_at timestamptz, decided_by bigint
SELECT change_id, party_id, account_id IS NOT NULL AS is_portals, entered_by, sealed_change, state, checked_by, made_at,
       decided_at, decided_by
  FROM letterbox.detail_change WHERE change_id = $1::bigint;

-- name: detail_change_decide
-- purpose: Confirms a change that waits (checked_by: how it was checked), or dismisses it
-- roles: lb_desk
-- params: $1 change_id bigint, $2 checked_by text
-- columns: change_id bigint
UPDATE letterbox.detail_change
   SET state = CASE WHEN $2::text IS NULL THEN 'dismissed' ELSE 'confirmed' END, checked_by = $2::text,
       decided_at = letterbox.now(), decided_by = letterbox.gate_staff()
 WHERE change_id = $1::bigint AND state = 'waiting'
RETURNING change_id;

-- name: party_details_note
-- purpose: Notes that a party has another PIN or telephone number: two people read the next letter to them
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: party_details_note void
SELECT letterbox.party_details_note($1::bigint);

-- name: party_details_changed
-- purpose: Since when is a party reached another way, with no letter that two people read gone to them yet? And do staff ask each time?
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: details_changed_at timestamptz, ask_first boolean
SELECT details_changed_at, ask_first FROM letterbox.party WHERE party_id = $1::bigint;

-- name: party_ask_first_set
-- purpose: Says that staff ask a party each time before anything goes to them, or no longer
-- roles: lb_desk
-- params: $1 party_id bigint, $2 ask_first boolean
-- columns: none
UPDATE letterbox.party SET ask_first = $2::boolean WHERE party_id = $1::bigint AND ask_first <> $2::boolean;
