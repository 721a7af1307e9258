-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: session_look
-- purpose: At the start of a request: the live session in whatever stage, or no row
-- roles: lb_portal lb_desk
-- params: none
-- columns: agency_id bigint, kind text, stage text, account_id bigint, party_id bigint, staff_id bigint, role text,
--   join_id bigint, link_id bigint, release_id bigint, sealed_secret bytea, idle_ends_at timestamptz, ends_at timestamptz,
--   is_stale boolean
SELECT agency_id, kind, stage, account_id, party_id, staff_id, role, join_id, link_id, release_id, sealed_secret,
       idle_ends_at, ends_at, is_stale
  FROM letterbox.own_session;

-- name: session_touch
-- purpose: Notes a sign of life of a session whose last is over a minute old: the session as it is then, or no row
-- roles: lb_portal lb_desk
-- params: $1 sid bytea
-- columns: agency_id bigint, kind text, stage text, account_id bigint, party_id bigint, staff_id bigint, role text,
--   join_id bigint, link_id bigint, release_id bigint, sealed_secret bytea, idle_ends_at timestamptz, ends_at timestamptz
SELECT agency_id, kind, stage, account_id, party_id, staff_id, role, join_id, link_id, release_id, sealed_secret,
       idle_ends_at, ends_at
  FROM letterbox.session_touch($1::bytea);

-- name: session_close
-- purpose: Signs out
-- roles: lb_portal lb_desk
-- params: $1 sid bytea
-- columns: closed boolean
SELECT letterbox.session_close($1::bytea) AS closed;

-- name: session_close_others
-- purpose: Ends the same person's other sessions
-- roles: lb_portal lb_desk
-- params: $1 sid bytea
-- columns: closed integer
SELECT letterbox.session_close_others($1::bytea) AS closed;

-- name: session_list
-- purpose: The signed-in person's own live sessions
-- roles: lb_portal lb_desk
-- params: none
-- columns: made_at timestamptz, seen_at timestamptz, ends_at timestamptz, this boolean
SELECT made_at, seen_at, ends_at, this FROM letterbox.session_list();

-- name: sign_in_totp
-- purpose: After a right TOTP code: the session goes on in full under a new id; ok, used, gone
-- roles: lb_portal lb_desk
-- params: $1 sid bytea, $2 step bigint, $3 new_sid bytea, $4 sealed_secret bytea
-- columns: result text
SELECT letterbox.sign_in_totp($1::bytea, $2::bigint, $3::bytea, $4::bytea) AS result;

-- name: idempotency_claim
-- purpose: First in the transaction of a form: is it fresh, or what was the first answer?
-- roles: lb_portal lb_desk
-- params: $1 route text, $2 once text
-- columns: fresh boolean, answer text
SELECT fresh, answer FROM letterbox.idempotency_claim($1::text, $2::text);

-- name: idempotency_answer
-- purpose: Notes where the answer led
-- roles: lb_portal lb_desk
-- params: $1 route text, $2 once text, $3 answer text
-- columns: none
SELECT letterbox.idempotency_answer($1::text, $2::text, $3::text);

-- name: sign_in_second
-- purpose: What the second step of a begun sign-in needs; no row: no such sign-in
-- roles: lb_portal lb_desk
-- params: $1 sid bytea
-- columns: second_factor text, sealed_totp bytea, totp_version integer, last_totp_step bigint
SELECT second_factor, sealed_totp, totp_version, last_totp_step FROM letterbox.sign_in_second($1::bytea);
