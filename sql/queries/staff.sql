-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: staff_for_sign_in
-- purpose: What is needed to try a password, given one look-up value for each agency: always one row
-- roles: lb_desk
-- params: $1 agency_ids bigint[], $2 values bytea[]
-- columns: agency_id bigint, staff_id bigint, role text, key_id bytea, public_key bytea, argon_passes integer,
--   argon_kib integer, argon_salt bytea, wrapped_secret bytea, sealed_totp bytea
SELECT agency_id, staff_id, role, key_id, public_key, argon_passes, argon_kib, argon_salt, wrapped_secret, sealed_totp
  FROM letterbox.staff_for_sign_in($1::bigint[], $2::bytea[]);

-- name: staff_sign_in_begin
-- purpose: After the right password: opens a session that waits for TOTP
-- roles: lb_desk
-- params: $1 sid bytea, $2 agency_id bigint, $3 staff_id bigint, $4 sealed_secret bytea
-- columns: begun boolean
SELECT letterbox.staff_sign_in_begin($1::bytea, $2::bigint, $3::bigint, $4::bytea) AS begun;

-- name: staff_self
-- purpose: What the signed-in member of staff needs to change the password
-- roles: lb_desk
-- params: none
-- columns: argon_passes integer, argon_kib integer, argon_salt bytea, wrapped_secret bytea, public_key bytea, key_id bytea
SELECT argon_passes, argon_kib, argon_salt, wrapped_secret, public_key, key_id FROM letterbox.staff_self();

-- name: staff_password_set
-- purpose: Wraps the signed-in member of staff's secret under a new password, or raised parameters
-- roles: lb_desk
-- params: $1 argon_passes integer, $2 argon_kib integer, $3 argon_salt bytea, $4 wrapped_secret bytea
-- columns: none
SELECT letterbox.staff_password_set($1::integer, $2::integer, $3::bytea, $4::bytea);

-- name: staff_grant_self
-- purpose: The desk secrets that the signed-in member of staff was granted
-- roles: lb_desk
-- params: none
-- columns: key_id bytea, sealed_secret bytea
SELECT key_id, sealed_secret FROM letterbox.staff_grant WHERE staff_id = (SELECT letterbox.gate_staff());

-- name: staff_list
-- purpose: The agency's staff; granted: holds the desk's present secret (an administrator sees it of all)
-- roles: lb_desk
-- params: none
-- columns: staff_id bigint, role text, state text, sealed_record bytea, record_version integer, made_at timestamptz,
--   disabled_at timestamptz, home_agency_id bigint, acts_until date, granted boolean
SELECT s.staff_id, s.role, s.state, s.sealed_record, s.record_version, s.made_at, s.disabled_at, s.home_agency_id, s.acts_until,
       EXISTS (SELECT FROM letterbox.staff_grant g
                 JOIN letterbox.agency_key k ON k.agency_id = g.agency_id AND k.key_id = g.key_id
                WHERE g.agency_id = s.agency_id AND g.staff_id = s.staff_id AND k.purpose = 'desk'
                  AND k.state = 'active') AS granted
  FROM letterbox.staff s ORDER BY s.made_at, s.staff_id;

-- name: staff_find
-- purpose: One member of staff
-- roles: lb_desk
-- params: $1 staff_id bigint
-- columns: staff_id bigint, role text, state text, sealed_record bytea, record_version integer, key_id bytea,
--   public_key bytea, home_agency_id bigint
SELECT staff_id, role, state, sealed_record, record_version, key_id, public_key, home_agency_id FROM letterbox.staff
 WHERE staff_id = $1::bigint;

-- name: staff_add
-- purpose: Adds a member of staff (administrator)
-- roles: lb_desk
-- params: $1 staff_id bigint, $2 role text, $3 sealed_record bytea, $4 key_id bytea, $5 public_key bytea,
--   $6 argon_passes integer, $7 argon_kib integer, $8 argon_salt bytea, $9 wrapped_secret bytea, $10 sealed_totp bytea
-- columns: none
INSERT INTO letterbox.staff (agency_id, staff_id, role, sealed_record, key_id, public_key, argon_passes, argon_kib,
                             argon_salt, wrapped_secret, sealed_totp, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::text, $3::bytea, $4::bytea, $5::bytea, $6::integer, $7::integer,
        $8::bytea, $9::bytea, $10::bytea, letterbox.now());

-- name: staff_lookup_set
-- purpose: Sets by which value a member of staff signs in (administrator)
-- roles: lb_desk
-- params: $1 staff_id bigint, $2 value bytea
-- columns: none
SELECT letterbox.staff_lookup_set($1::bigint, $2::bytea);

-- name: staff_grant_add
-- purpose: Grants the desk secret to a member of staff (administrator)
-- roles: lb_desk
-- params: $1 staff_id bigint, $2 key_id bytea, $3 sealed_secret bytea
-- columns: none
INSERT INTO letterbox.staff_grant (agency_id, staff_id, key_id, sealed_secret, granted_by, granted_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bytea, $3::bytea, letterbox.gate_staff(), letterbox.now());

-- name: staff_grant_list
-- purpose: Which desk keys a member of staff was granted (an administrator sees it of all)
-- roles: lb_desk
-- params: $1 staff_id bigint
-- columns: key_id bytea
SELECT key_id FROM letterbox.staff_grant WHERE staff_id = $1::bigint;

-- name: staff_grant_remove
-- purpose: Takes a grant back (administrator)
-- roles: lb_desk
-- params: $1 staff_id bigint, $2 key_id bytea
-- columns: staff_id bigint
DELETE FROM letterbox.staff_grant WHERE staff_id = $1::bigint AND key_id = $2::bytea RETURNING staff_id;

-- name: staff_disable
-- purpose: Disables a member of staff; the sessions end at once (administrator)
-- roles: lb_desk
-- params: $1 staff_id bigint
-- columns: staff_id bigint
UPDATE letterbox.staff SET state = 'disabled', disabled_at = letterbox.now()
 WHERE staff_id = $1::bigint AND state = 'active' AND staff_id <> (SELECT letterbox.gate_staff())
RETURNING staff_id;

-- name: staff_enrol_first
-- purpose: Enrols an agency's first administrator
-- roles: lb_owner
-- params: $1 agency_id bigint, $2 staff_id bigint, $3 sealed_record bytea, $4 key_id bytea, $5 public_key bytea,
--   $6 argon_passes integer, $7 argon_kib integer, $8 argon_salt bytea, $9 wrapped_secret bytea, $10 sealed_totp bytea,
--   $11 lookup bytea, $12 desk_key_id bytea, $13 sealed_desk_secret bytea
-- columns: none
SELECT letterbox.staff_enrol_first($1::bigint, $2::bigint, $3::bytea, $4::bytea, $5::bytea, $6::integer, $7::integer,
                                   $8::bytea, $9::bytea, $10::bytea, $11::bytea, $12::bytea, $13::bytea);
