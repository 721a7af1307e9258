-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: agency_list
-- purpose: The agencies, with what may be shown before sign-in
-- roles: lb_owner lb_portal lb_desk lb_press lb_post lb_diary
-- params: none
-- columns: agency_id bigint, slug text, neutral_name text, help_phone text, help_email text, help_hours text,
--   demo boolean, state text
SELECT agency_id, slug, neutral_name, help_phone, help_email, help_hours, demo, state FROM letterbox.agency_list();

-- name: agency_keys
-- purpose: The public keys of an agency
-- roles: lb_owner lb_portal lb_desk lb_press lb_post lb_diary
-- params: $1 agency_id bigint
-- columns: key_id bytea, purpose text, state text, public_key bytea, fingerprint text
SELECT key_id, purpose, state, public_key, fingerprint FROM letterbox.agency_keys($1::bigint);

-- name: agency_self
-- purpose: The agency of the session or job
-- roles: lb_portal lb_desk lb_press lb_post lb_diary
-- params: none
-- columns: agency_id bigint, slug text, name text, neutral_name text, help_phone text, help_email text, help_hours text,
--   demo boolean
SELECT agency_id, slug, name, neutral_name, help_phone, help_email, help_hours, demo FROM letterbox.agency;

-- name: agency_policy
-- purpose: What decides about sending: is it frozen, is plain e-mail allowed
-- roles: lb_desk lb_press
-- also: lb_post lb_diary
-- params: none
-- columns: plain_email_allowed boolean, frozen_at timestamptz
SELECT plain_email_allowed, frozen_at FROM letterbox.agency;

-- name: agency_freeze
-- purpose: The breach button: nothing is released or sent from now on
-- roles: lb_desk
-- params: none
-- columns: agency_id bigint
UPDATE letterbox.agency SET frozen_at = letterbox.now() WHERE frozen_at IS NULL RETURNING agency_id;

-- name: agency_thaw
-- purpose: Releases and sending go on
-- roles: lb_desk
-- params: none
-- columns: agency_id bigint
UPDATE letterbox.agency SET frozen_at = NULL WHERE frozen_at IS NOT NULL RETURNING agency_id;

-- name: agency_add
-- purpose: Sets up an agency
-- roles: lb_owner
-- params: $1 agency_id bigint, $2 slug text, $3 name text, $4 neutral_name text, $5 demo boolean
-- columns: none
SELECT letterbox.agency_add($1::bigint, $2::text, $3::text, $4::text, $5::boolean);

-- name: agency_key_add
-- purpose: Enters a public key; of each purpose but archive the one before is retired
-- roles: lb_owner
-- params: $1 agency_id bigint, $2 key_id bytea, $3 purpose text, $4 public_key bytea, $5 fingerprint text
-- columns: none
SELECT letterbox.agency_key_add($1::bigint, $2::bytea, $3::text, $4::bytea, $5::text);

-- name: agency_key_retire
-- purpose: Retires a public key
-- roles: lb_owner
-- params: $1 agency_id bigint, $2 key_id bytea
-- columns: retired boolean
SELECT letterbox.agency_key_retire($1::bigint, $2::bytea) AS retired;
