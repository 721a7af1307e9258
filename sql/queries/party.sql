-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: party_add
-- purpose: Enters a party; it reads usual, large (print) or easy (words)
-- roles: lb_desk
-- params: $1 party_id bigint, $2 kind text, $3 channel text, $4 language text, $5 reads text,
--   $6 plain_consent boolean, $7 sealed_record bytea, $8 address_confirmed boolean, $9 email_confirmed boolean,
--   $10 alias_token text
-- columns: none
INSERT INTO letterbox.party (agency_id, party_id, kind, channel, language, easy_read, large_print, plain_consent,
                             sealed_record, address_confirmed, email_confirmed, alias_token, made_at, state_changed_at, changed_by)
VALUES (letterbox.gate_agency(), $1::bigint, $2::text, $3::text, $4::text, $5::text = 'easy',
        $5::text <> 'usual', $6::boolean, $7::bytea, $8::boolean, $9::boolean, $10::text, letterbox.now(), letterbox.now(), letterbox.gate_staff());

-- name: party_find
-- purpose: One party, for staff and for the press
-- roles: lb_desk lb_press
-- params: $1 party_id bigint
-- columns: party_id bigint, kind text, channel text, state text, language text, reads text, plain_consent boolean,
--   sealed_record bytea, record_version integer, address_version integer, address_confirmed boolean,
--   email_confirmed boolean, text_version integer, alias_token text, changed_at timestamptz, changed_by bigint
SELECT party_id, kind, channel, state, language,
       CASE WHEN easy_read THEN 'easy' WHEN large_print THEN 'large' ELSE 'usual' END AS reads,
       plain_consent, sealed_record, record_version, address_version,
       address_confirmed, email_confirmed, text_version, alias_token, coalesce(changed_at, made_at) AS changed_at, changed_by
  FROM letterbox.party WHERE party_id = $1::bigint;

-- name: party_facts
-- purpose: What stands in clear of all parties, and the version of each record: what changed since is opened again
-- roles: lb_desk
-- also: lb_press
-- params: none
-- columns: party_id bigint, kind text, channel text, state text, record_version integer, address_confirmed boolean,
--   email_confirmed boolean
SELECT party_id, kind, channel, state, record_version, address_confirmed, email_confirmed
  FROM letterbox.party ORDER BY agency_id, party_id;

-- name: party_records
-- purpose: The sealed records of some parties
-- roles: lb_desk
-- also: lb_press
-- params: $1 party_ids bigint[]
-- columns: party_id bigint, record_version integer, sealed_record bytea
SELECT party_id, record_version, sealed_record FROM letterbox.party WHERE party_id = ANY ($1::bigint[]) ORDER BY party_id;

-- name: party_change
-- purpose: Changes a party; with a new address, e-mail, channel or OpenPGP key, dispatches under way stop
-- roles: lb_desk
-- params: $1 party_id bigint, $2 kind text, $3 channel text, $4 language text, $5 reads text,
--   $6 plain_consent boolean, $7 sealed_record bytea, $8 address_confirmed boolean, $9 email_confirmed boolean,
--   $10 address_changed boolean, $11 record_version_before integer
-- columns: record_version integer, address_version integer
UPDATE letterbox.party
   SET kind = $2::text, channel = $3::text, language = $4::text, easy_read = $5::text = 'easy',
       large_print = $5::text <> 'usual', plain_consent = $6::boolean,
       sealed_record = $7::bytea, record_version = record_version + 1, address_confirmed = $8::boolean,
       email_confirmed = $9::boolean, address_version = address_version + CASE WHEN $10::boolean THEN 1 ELSE 0 END,
       changed_at = letterbox.now(), changed_by = letterbox.gate_staff()
 WHERE party_id = $1::bigint AND record_version = $11::integer
RETURNING record_version, address_version;

-- name: party_text_consent
-- purpose: Does a party agree to notices by text message?
-- roles: lb_desk lb_press
-- params: $1 party_id bigint
-- columns: text_consent boolean
SELECT text_consent FROM letterbox.party WHERE party_id = $1::bigint;

-- name: party_text_set
-- purpose: Sets that; with no consent, or another number (moved), text messages that wait are stopped
-- roles: lb_desk
-- params: $1 party_id bigint, $2 text_consent boolean, $3 moved boolean
-- columns: party_text_set void
SELECT letterbox.party_text_set($1::bigint, $2::boolean, $3::boolean);

-- name: party_state_set
-- purpose: Sets a party's state: active, paused, moved, dead, ended
-- roles: lb_desk
-- params: $1 party_id bigint, $2 state text
-- columns: party_id bigint
UPDATE letterbox.party SET state = $2::text WHERE party_id = $1::bigint RETURNING party_id;

-- name: party_lookup_set
-- purpose: Makes these the look-up values of a party for one use: sender, address, phone, alias
-- roles: lb_desk
-- params: $1 party_id bigint, $2 use text, $3 values bytea[]
-- columns: none
SELECT letterbox.party_lookup_set($1::bigint, $2::text, $3::bytea[]);

-- name: party_lookup_add_each
-- purpose: Adds look-up values of many parties at once, beside those that they have: arrays of one length
-- roles: lb_desk
-- params: $1 party_ids bigint[], $2 uses text[], $3 values bytea[]
-- columns: none
SELECT letterbox.party_lookup_add_each($1::bigint[], $2::text[], $3::bytea[]);

-- name: party_for_value
-- purpose: The parties that one look-up value belongs to
-- roles: lb_desk lb_press
-- params: $1 use text, $2 value bytea
-- columns: party_id bigint
SELECT p AS party_id FROM letterbox.party_for_value($1::text, $2::bytea) AS p;

-- name: party_across
-- purpose: Do two parties stand on two sides of a child, or of children who are linked as siblings?
-- roles: lb_desk lb_press
-- params: $1 party_id bigint, $2 other_party_id bigint
-- columns: is_across boolean
WITH RECURSIVE mine AS (
    SELECT DISTINCT a.child_id, p.side
      FROM letterbox.arrangement_party p
      JOIN letterbox.arrangement a ON a.agency_id = p.agency_id AND a.arrangement_id = p.arrangement_id
     WHERE p.party_id = $1::bigint
), family (root, child_id) AS (
    SELECT m.child_id, m.child_id FROM mine m
    UNION
    SELECT f.root, CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
      FROM family f JOIN letterbox.child_link l ON f.child_id IN (l.child_id, l.sibling_id)
)
-- As letterbox.sides_clash has it: of linked children, the families they live in are one kind of side.
SELECT EXISTS (
    SELECT FROM mine m
      JOIN family f ON f.root = m.child_id
      JOIN letterbox.arrangement a ON a.child_id = f.child_id
      JOIN letterbox.arrangement_party o ON o.agency_id = a.agency_id AND o.arrangement_id = a.arrangement_id
     WHERE o.party_id = $2::bigint
       AND CASE WHEN f.child_id = m.child_id THEN o.side <> m.side
                ELSE (o.side IN ('adoptive', 'sibling')) <> (m.side IN ('adoptive', 'sibling')) END) AS is_across;

-- name: party_key_ends_set
-- purpose: Notes on which day the OpenPGP key in a party's record ends
-- roles: lb_desk
-- params: $1 party_id bigint, $2 key_ends_on date
-- columns: none
UPDATE letterbox.party SET key_ends_on = $2::date WHERE party_id = $1::bigint;

-- name: party_mail_came_back
-- purpose: Did ever a mail to a party come back, since the address does not work?
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: came_back boolean
SELECT EXISTS (SELECT FROM letterbox.bounce WHERE party_id = $1::bigint AND kind = 'hard' AND is_recipients)
    OR EXISTS (SELECT FROM letterbox.message
                WHERE to_party = $1::bigint AND way = 'email' AND code = 'notify_permanent') AS came_back;

-- name: party_keys_ending
-- purpose: Whose OpenPGP key ends within so many days, or has ended, of those who get letters with it
-- roles: lb_desk
-- also: lb_press
-- params: $1 days integer, $2 limit integer
-- columns: party_id bigint, key_ends_on date, has_ended boolean
SELECT party_id, key_ends_on, key_ends_on <= letterbox.now()::date AS has_ended
  FROM letterbox.party
 WHERE key_ends_on <= letterbox.now()::date + $1::integer AND channel = 'pgp' AND state NOT IN ('dead', 'ended')
 ORDER BY key_ends_on, party_id LIMIT $2::integer;

-- name: apart_add
-- purpose: Notes that the parents live apart now: a household that was one is two
-- roles: lb_desk
-- params: $1 party_id bigint, $2 other_party_id bigint, $3 may_know boolean
-- columns: none
INSERT INTO letterbox.apart (agency_id, party_id, other_party_id, may_know, made_at, made_by)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::boolean, letterbox.now(), letterbox.gate_staff());

-- name: apart_of_party
-- purpose: The households with which a party was one, and whether each may know where the other lives
-- roles: lb_desk
-- params: $1 party_id bigint
-- columns: party_id bigint, may_know boolean, has_letters boolean, made_at timestamptz
SELECT other_party_id AS party_id, may_know, true AS has_letters, made_at FROM letterbox.apart WHERE party_id = $1::bigint
UNION ALL
SELECT party_id, may_know, false, made_at FROM letterbox.apart WHERE other_party_id = $1::bigint
 ORDER BY made_at, party_id;

-- name: apart_find
-- purpose: Two households that were one: may each know where the other lives?
-- roles: lb_desk
-- params: $1 party_id bigint, $2 other_party_id bigint
-- columns: may_know boolean
SELECT may_know FROM letterbox.apart
 WHERE (party_id, other_party_id) IN (($1::bigint, $2::bigint), ($2::bigint, $1::bigint));

-- name: apart_know
-- purpose: Says anew whether each may know where the other lives
-- roles: lb_desk
-- params: $1 party_id bigint, $2 other_party_id bigint, $3 may_know boolean
-- columns: may_know boolean
UPDATE letterbox.apart SET may_know = $3::boolean
 WHERE (party_id, other_party_id) IN (($1::bigint, $2::bigint), ($2::bigint, $1::bigint))
RETURNING may_know;
