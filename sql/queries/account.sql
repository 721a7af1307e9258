-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: account_for_sign_in
-- purpose: What is needed to try a password, given one look-up value for each agency: always one row
-- roles: lb_portal
-- params: $1 agency_ids bigint[], $2 values bytea[]
-- columns: agency_id bigint, account_id bigint, key_id bytea, public_key bytea, version integer, argon_passes integer,
--   argon_kib integer, argon_salt bytea, wrapped_secret bytea, second_factor text, sealed_totp bytea, totp_version integer
SELECT agency_id, account_id, key_id, public_key, version, argon_passes, argon_kib, argon_salt, wrapped_secret,
       second_factor, sealed_totp, totp_version
  FROM letterbox.account_for_sign_in($1::bigint[], $2::bytea[]);

-- name: sign_in_begin
-- purpose: After a password was tried, right or wrong, account known or not: queues a message and, if right, opens a session
-- roles: lb_portal
-- params: $1 sid bytea, $2 agency_id bigint, $3 account_id bigint, $4 passed boolean, $5 sealed_secret bytea,
--   $6 code_hash bytea, $7 message_id bigint, $8 sealed_body bytea
-- columns: begun boolean
SELECT letterbox.sign_in_begin($1::bytea, $2::bigint, $3::bigint, $4::boolean, $5::bytea, $6::bytea, $7::bigint,
                               $8::bytea) AS begun;

-- name: sign_in_code_try
-- purpose: Tries a code that was sent by e-mail: ok, wrong, locked, expired, gone
-- roles: lb_portal
-- params: $1 sid bytea, $2 code_hash bytea, $3 new_sid bytea, $4 sealed_secret bytea
-- columns: result text
SELECT letterbox.sign_in_code_try($1::bytea, $2::bytea, $3::bytea, $4::bytea) AS result;

-- name: sign_in_code_again
-- purpose: Sends a new code, which replaces the old
-- roles: lb_portal
-- params: $1 sid bytea, $2 code_hash bytea, $3 message_id bigint, $4 sealed_body bytea
-- columns: sent boolean
SELECT letterbox.sign_in_code_again($1::bytea, $2::bytea, $3::bigint, $4::bytea) AS sent;

-- name: join_try
-- purpose: Tries a joining code with an e-mail address: ok (a session in stage joining), wrong, locked, used, expired
-- roles: lb_portal
-- params: $1 code_hash bytea, $2 email_check bytea, $3 sid bytea, $4 sealed_secret bytea
-- columns: result text, agency_id bigint, party_id bigint
SELECT result, agency_id, party_id FROM letterbox.join_try($1::bytea, $2::bytea, $3::bytea, $4::bytea);

-- name: join_finish
-- purpose: Makes the account of a session in stage joining: ok, taken, used, gone
-- roles: lb_portal
-- params: $1 sid bytea, $2 account_id bigint, $3 key_id bytea, $4 public_key bytea, $5 argon_passes integer,
--   $6 argon_kib integer, $7 argon_salt bytea, $8 wrapped_secret bytea, $9 sealed_code_address bytea, $10 lookup bytea
-- columns: result text
SELECT letterbox.join_finish($1::bytea, $2::bigint, $3::bytea, $4::bytea, $5::integer, $6::integer, $7::bytea, $8::bytea,
                             $9::bytea, $10::bytea) AS result;

-- name: account_self
-- purpose: The signed-in account
-- roles: lb_portal
-- params: none
-- columns: account_id bigint, party_id bigint, version integer, key_id bytea, public_key bytea, argon_passes integer,
--   argon_kib integer, argon_salt bytea, wrapped_secret bytea, second_factor text, sealed_totp bytea, totp_version integer
SELECT account_id, party_id, version, key_id, public_key, argon_passes, argon_kib, argon_salt, wrapped_secret,
       second_factor, sealed_totp, totp_version
  FROM letterbox.account;

-- name: account_password_set
-- purpose: Wraps the signed-in account's secret under a new password, or raised parameters
-- roles: lb_portal
-- params: $1 argon_passes integer, $2 argon_kib integer, $3 argon_salt bytea, $4 wrapped_secret bytea
-- columns: account_id bigint
UPDATE letterbox.account
   SET argon_passes = $1::integer, argon_kib = $2::integer, argon_salt = $3::bytea, wrapped_secret = $4::bytea
 WHERE account_id = (SELECT letterbox.gate_account())
RETURNING account_id;

-- name: account_second_set
-- purpose: Sets the signed-in account's second factor; a TOTP secret is bound to the next totp_version, and the step of the code that confirmed it (0: none did) is used up
-- roles: lb_portal
-- params: $1 second_factor text, $2 sealed_totp bytea, $3 totp_version integer, $4 totp_step bigint
-- columns: account_id bigint
UPDATE letterbox.account
   SET second_factor = $1::text, sealed_totp = $2::bytea, totp_version = $3::integer,
       last_totp_step = greatest(last_totp_step, $4::bigint)
 WHERE account_id = (SELECT letterbox.gate_account()) AND totp_version < $3::integer
RETURNING account_id;

-- name: account_notice
-- purpose: Queues a notice to the signed-in account's own address: its password or second factor was changed
-- roles: lb_portal
-- params: $1 message_id bigint, $2 sealed_body bytea
-- columns: none
SELECT letterbox.account_notice($1::bigint, $2::bytea);

-- name: account_of_party
-- purpose: The accounts of a party, to seal to
-- roles: lb_desk lb_press
-- also: lb_portal
-- params: $1 party_id bigint
-- columns: account_id bigint, key_id bytea, public_key bytea
SELECT account_id, key_id, public_key FROM letterbox.account
 WHERE party_id = $1::bigint AND state = 'active' ORDER BY account_id;

-- name: account_code_address
-- purpose: Where mail to an account goes, sealed to the post: for notices to the account
-- roles: lb_press
-- params: $1 account_id bigint
-- columns: sealed_code_address bytea, version integer, party_id bigint
SELECT sealed_code_address, version, party_id FROM letterbox.account
 WHERE account_id = $1::bigint AND state = 'active';

-- name: account_list
-- purpose: A party's accounts, for its page at the desk
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: account_id bigint, state text, made_at timestamptz, signed_in_at timestamptz, ended_at timestamptz
SELECT account_id, state, made_at, signed_in_at, ended_at FROM letterbox.account
 WHERE party_id = $1::bigint ORDER BY made_at, account_id;

-- name: account_party
-- purpose: Whose an account is
-- roles: lb_desk
-- also: lb_portal lb_press
-- params: $1 account_id bigint
-- columns: party_id bigint
SELECT party_id FROM letterbox.account WHERE account_id = $1::bigint;

-- name: account_close
-- purpose: Closes one account of a party, or (null) all that are open; sessions end at once
-- roles: lb_desk
-- params: $1 party_id bigint, $2 account_id bigint
-- columns: account_id bigint
UPDATE letterbox.account SET state = 'disabled'
 WHERE party_id = $1::bigint AND state = 'active' AND ($2::bigint IS NULL OR account_id = $2::bigint)
RETURNING account_id;

-- name: join_code_add
-- purpose: Makes a joining code for a party, for 28 days
-- roles: lb_desk
-- params: $1 join_id bigint, $2 party_id bigint, $3 code_hash bytea, $4 email_check bytea
-- columns: none
INSERT INTO letterbox.join_code (agency_id, join_id, party_id, code_hash, email_check, expires_at, made_by, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bytea, $4::bytea, letterbox.now() + interval '28 days',
        letterbox.gate_staff(), letterbox.now());

-- name: join_code_end
-- purpose: Ends a party's unused joining codes, when a new one is made or its e-mail address changes
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: join_id bigint
UPDATE letterbox.join_code SET expires_at = letterbox.now()
 WHERE party_id = $1::bigint AND used_at IS NULL AND expires_at > letterbox.now()
RETURNING join_id;

-- name: join_code_list
-- purpose: A party's joining codes, for its page
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: join_id bigint, tries smallint, expires_at timestamptz, used_at timestamptz, made_at timestamptz
SELECT join_id, tries, expires_at, used_at, made_at FROM letterbox.join_code
 WHERE party_id = $1::bigint ORDER BY made_at DESC;
