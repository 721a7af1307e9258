-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: link_add
-- purpose: Makes a link to a release, for 30 days
-- roles: lb_press
-- params: $1 link_id bigint, $2 release_id bigint, $3 dispatch_id bigint, $4 token_hash bytea, $5 kdf_salt bytea,
--   $6 argon_passes integer, $7 argon_kib integer, $8 sealed_key bytea
-- columns: none
INSERT INTO letterbox.link (agency_id, link_id, release_id, dispatch_id, token_hash, kdf_salt, argon_passes, argon_kib,
                            sealed_key, expires_at, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::bytea, $5::bytea, $6::integer, $7::integer,
        $8::bytea, letterbox.now() + interval '30 days', letterbox.now());

-- name: link_find
-- purpose: What the page before the PIN needs: open, expired, locked, withdrawn; no row: unknown
-- roles: lb_portal
-- params: $1 token_hash bytea
-- columns: state text, expires_at timestamptz
SELECT state, expires_at FROM letterbox.link_find($1::bytea);

-- name: link_try
-- purpose: Counts a try of a PIN and gives what is needed to check it, or why not
-- roles: lb_portal
-- params: $1 token_hash bytea
-- columns: refusal text, agency_id bigint, link_id bigint, release_id bigint, kdf_salt bytea, argon_passes integer,
--   argon_kib integer, sealed_key bytea
SELECT refusal, agency_id, link_id, release_id, kdf_salt, argon_passes, argon_kib, sealed_key
  FROM letterbox.link_try($1::bytea);

-- name: link_open
-- purpose: After a right PIN: opens a session for the release; null, or why not
-- roles: lb_portal
-- params: $1 token_hash bytea, $2 sid bytea, $3 sealed_secret bytea, $4 reader_hash bytea
-- columns: refusal text
SELECT letterbox.link_open($1::bytea, $2::bytea, $3::bytea, $4::bytea) AS refusal;

-- name: link_withdraw
-- purpose: Withdraws the links to a release; who reads one is signed out
-- roles: lb_desk
-- params: $1 release_id bigint
-- columns: link_id bigint
UPDATE letterbox.link SET withdrawn_at = letterbox.now()
 WHERE release_id = $1::bigint AND withdrawn_at IS NULL
RETURNING link_id;

-- name: link_withdraw_of_party
-- purpose: Withdraws the links by which a party reads: they open with its old PIN
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: letter_id bigint, is_opened boolean
UPDATE letterbox.link l SET withdrawn_at = letterbox.now()
  FROM letterbox.release r
 WHERE r.agency_id = l.agency_id AND r.release_id = l.release_id AND r.to_party = $1::bigint
   AND l.withdrawn_at IS NULL AND l.expires_at > letterbox.now()
RETURNING r.letter_id, l.opened_at IS NOT NULL AS is_opened;
