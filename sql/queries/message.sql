-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: message_add
-- purpose: Hands a finished message to the post; its body is a column or a blob, its address its own or an account's
-- roles: lb_press
-- params: $1 message_id bigint, $2 kind text, $3 dispatch_id bigint, $4 to_party bigint, $5 account_id bigint,
--   $6 sealed_body bytea, $7 body_blob bigint, $8 sealed_address bytea, $9 address_table text,
--   $10 address_version integer, $11 mail_token text, $12 to_digest bytea, $13 notice_id bigint
-- columns: none
INSERT INTO letterbox.message (agency_id, message_id, kind, dispatch_id, to_party, account_id, sealed_body, body_blob,
                               sealed_address, address_table, address_version, mail_token, to_digest, notice_id, made_at,
                               changed_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::text, $3::bigint, $4::bigint, $5::bigint, $6::bytea, $7::bigint,
        $8::bytea, $9::text, $10::integer, $11::text, $12::bytea, $13::bigint, letterbox.now(), letterbox.now());

-- name: message_add_text
-- purpose: Hands a text message for a party's telephone to the post
-- roles: lb_press
-- params: $1 message_id bigint, $2 kind text, $3 to_party bigint, $4 sealed_body bytea, $5 sealed_address bytea,
--   $6 mail_token text, $7 text_version integer, $8 beside_dispatch bigint, $9 notice_id bigint
-- columns: none
INSERT INTO letterbox.message (agency_id, message_id, kind, way, to_party, sealed_body, sealed_address, address_table,
                               address_version, mail_token, text_version, beside_dispatch, notice_id, made_at,
                               changed_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::text, 'text', $3::bigint, $4::bytea, $5::bytea, 'message', 1, $6::text,
        $7::integer, $8::bigint, $9::bigint, letterbox.now(), letterbox.now());

-- name: message_read
-- purpose: One message that is to be sent, or whose attempt never ended; no row: there is nothing to send any more
-- roles: lb_post
-- params: $1 message_id bigint
-- columns: message_id bigint, kind text, way text, account_id bigint, sealed_body bytea, body_blob bigint,
--   sealed_address bytea, address_table text, address_version integer, mail_token text, state text, code text,
--   made_at timestamptz, is_late boolean
-- is_late: what fails now is not tried again (message_end)
SELECT message_id, kind, way, account_id, sealed_body, body_blob, sealed_address, address_table, address_version,
       mail_token, state, code, made_at, letterbox.now() - made_at >= interval '48 hours' AS is_late
  FROM letterbox.message WHERE message_id = $1::bigint;

-- name: message_carrier
-- purpose: Notes to whom a message is given (smtp, notify), before message_begin. Null, or why it must not go
-- roles: lb_post
-- params: $1 message_id bigint, $2 carrier text
-- columns: refusal text
SELECT letterbox.message_carrier($1::bigint, $2::text) AS refusal;

-- name: message_watch
-- purpose: Has GOV.UK Notify asked what becomes of a message that it took, or may have taken
-- roles: lb_post
-- params: $1 message_id bigint, $2 notify_id text
-- columns: watched boolean
SELECT letterbox.message_watch($1::bigint, $2::text) AS watched;

-- name: message_watched
-- purpose: The message that the running job asks GOV.UK Notify about; null: there is nothing to ask any more
-- roles: lb_post
-- params: none
-- columns: message_id bigint, notify_id text, mail_token text
SELECT message_id, notify_id, mail_token FROM letterbox.message_watched();

-- name: message_found
-- purpose: Records what GOV.UK Notify says of that message, or null: it could not be asked
-- roles: lb_post
-- params: $1 notify_id text, $2 status text
-- columns: outcome text
SELECT letterbox.message_found($1::text, $2::text) AS outcome;

-- name: message_begin
-- purpose: Journals an attempt to send, after all checks; commit it before sending. Null, or why not
-- roles: lb_post
-- params: $1 message_id bigint
-- columns: refusal text, attempt_id bigint
SELECT refusal, attempt_id FROM letterbox.message_begin($1::bigint);

-- name: message_end
-- purpose: Ends an attempt: done, refused, failed, unknown
-- roles: lb_post
-- params: $1 attempt_id bigint, $2 outcome text, $3 code text, $4 sealed_answer bytea
-- columns: none
SELECT letterbox.message_end($1::bigint, $2::text, $3::text, $4::bytea);

-- name: message_answer
-- purpose: A person's answer about a message that may have been sent: sent, again, stop
-- roles: lb_desk
-- params: $1 message_id bigint, $2 answer text
-- columns: answered boolean
SELECT letterbox.message_answer($1::bigint, $2::text) AS answered;

-- name: message_failed_answer
-- purpose: A person's answer about a notice that failed for good: again, close
-- roles: lb_desk
-- params: $1 message_id bigint, $2 answer text
-- columns: answered boolean
SELECT letterbox.message_failed_answer($1::bigint, $2::text) AS answered;

-- name: message_problems
-- purpose: Messages that wait for a person and belong to no dispatch: may have been sent, or failed
-- roles: lb_desk
-- params: $1 limit integer
-- columns: message_id bigint, kind text, way text, to_party bigint, state text, code text, sealed_answer bytea,
--   changed_at timestamptz
SELECT message_id, kind, way, to_party, state, code, sealed_answer, changed_at FROM letterbox.message
 WHERE dispatch_id IS NULL AND state IN ('maybe_sent', 'failed') ORDER BY changed_at LIMIT $1::integer;

-- name: message_of_dispatch
-- purpose: The messages that carried a dispatch
-- roles: lb_desk lb_press
-- params: $1 dispatch_id bigint
-- columns: message_id bigint, kind text, state text, code text, changed_at timestamptz
SELECT message_id, kind, state, code, changed_at FROM letterbox.message
 WHERE dispatch_id = $1::bigint ORDER BY made_at;

-- name: message_by_token
-- purpose: The message that a bounce is about, by the local part of its Message-ID
-- roles: lb_press
-- params: $1 mail_token text
-- columns: message_id bigint, to_party bigint, to_digest bytea
SELECT message_id, to_party, to_digest FROM letterbox.message WHERE mail_token = $1::text;

-- name: acknowledgement_add
-- purpose: Notes that the writer of a letter is told today that it has arrived; no row: they were told today already
-- roles: lb_press
-- params: $1 party_id bigint, $2 day date, $3 letter_id bigint
-- columns: letter_id bigint
INSERT INTO letterbox.acknowledgement (agency_id, party_id, day, letter_id, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::date, $3::bigint, letterbox.now())
ON CONFLICT DO NOTHING RETURNING letter_id;

-- name: mail_seen_entries
-- purpose: Which of these mailbox entries were stored already?
-- roles: lb_post
-- also: lb_desk lb_press
-- params: $1 mailbox text, $2 uidvalidity bigint, $3 uids bigint[]
-- columns: uid bigint
SELECT uid FROM letterbox.mail_seen
 WHERE mailbox = $1::text AND uidvalidity = $2::bigint AND uid = ANY ($3::bigint[]);

-- name: mail_seen_digests
-- purpose: Which of these bytes were stored already? $1 holds digests of 32 bytes, one after another
-- roles: lb_post
-- also: lb_desk lb_press
-- params: $1 digests bytea
-- columns: digest bytea, letter_id bigint
SELECT digest, letter_id FROM letterbox.mail_seen
 WHERE digest = ANY (ARRAY (SELECT substring($1::bytea FROM 32 * n + 1 FOR 32)
                              FROM generate_series(0, octet_length($1::bytea) / 32 - 1) AS n));

-- name: mail_seen_add
-- purpose: Notes mails as stored, in the transaction that stores them; a second one with the same entry or bytes fails.
--   No entry is 0; $4 holds a digest of 32 bytes for each of the first, and the others are doubles, which have none
-- roles: lb_post
-- params: $1 mailbox text, $2 uidvalidities bigint[], $3 uids bigint[], $4 digests bytea, $5 letter_ids bigint[]
-- columns: none
INSERT INTO letterbox.mail_seen (agency_id, seen_id, mailbox, uidvalidity, uid, digest, letter_id, seen_at)
SELECT (SELECT letterbox.gate_agency()), letterbox.new_id(), $1::text, nullif(n.uidvalidity, 0), nullif(n.uid, 0),
       nullif(substring($4::bytea FROM 32 * (n.place::integer - 1) + 1 FOR 32), ''), n.letter, (SELECT letterbox.now())
  FROM unnest($2::bigint[], $3::bigint[], $5::bigint[]) WITH ORDINALITY AS n (uidvalidity, uid, letter, place);

-- name: mail_seen_archived
-- purpose: Notes that the archive copy of a mail was read back whole
-- roles: lb_press
-- params: $1 letter_id bigint
-- columns: none
UPDATE letterbox.mail_seen SET archived_at = letterbox.now() WHERE letter_id = $1::bigint AND archived_at IS NULL;

-- name: mail_kept_entries
-- purpose: Which of these entries of a folder of stored mails are known, and which may be removed: stored by their
--   bytes so many days ago, and the archive copy read back
-- roles: lb_post
-- params: $1 mailbox text, $2 folder bytea, $3 uidvalidity bigint, $4 uids bigint[], $5 days integer
-- columns: uid bigint, digest bytea, is_due boolean
SELECT k.uid, k.digest,
       EXISTS (SELECT FROM letterbox.mail_seen s
                WHERE s.digest = k.digest AND s.archived_at IS NOT NULL
                  AND s.seen_at <= letterbox.now() - $5::integer * interval '1 day') AS is_due
  FROM letterbox.mail_kept k
 WHERE k.mailbox = $1::text AND k.folder = $2::bytea AND k.uidvalidity = $3::bigint AND k.uid = ANY ($4::bigint[]);

-- name: mail_kept_add
-- purpose: Notes which mail an entry of a folder of stored mails is
-- roles: lb_post
-- params: $1 mailbox text, $2 folder bytea, $3 uidvalidity bigint, $4 uid bigint, $5 digest bytea
-- columns: none
INSERT INTO letterbox.mail_kept (agency_id, mailbox, folder, uidvalidity, uid, digest, met_at)
VALUES (letterbox.gate_agency(), $1::text, $2::bytea, $3::bigint, $4::bigint, $5::bytea, letterbox.now())
ON CONFLICT DO NOTHING;
