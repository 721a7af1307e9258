-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: child_add
-- purpose: Enters a child
-- roles: lb_desk
-- params: $1 child_id bigint, $2 sealed_record bytea, $3 eighteenth_month date
-- columns: none
INSERT INTO letterbox.child (agency_id, child_id, sealed_record, eighteenth_month, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bytea, $3::date, letterbox.now());

-- name: child_find
-- purpose: One child
-- roles: lb_desk lb_press
-- params: $1 child_id bigint
-- columns: child_id bigint, sealed_record bytea, record_version integer, eighteenth_month date
SELECT child_id, sealed_record, record_version, eighteenth_month FROM letterbox.child WHERE child_id = $1::bigint;

-- name: child_facts
-- purpose: All children and the version of each record: what changed since is opened again
-- roles: lb_desk
-- also: lb_press
-- params: none
-- columns: child_id bigint, record_version integer
SELECT child_id, record_version FROM letterbox.child ORDER BY child_id;

-- name: child_records
-- purpose: The sealed records of some children
-- roles: lb_desk
-- also: lb_press
-- params: $1 child_ids bigint[]
-- columns: child_id bigint, record_version integer, sealed_record bytea
SELECT child_id, record_version, sealed_record FROM letterbox.child WHERE child_id = ANY ($1::bigint[]) ORDER BY child_id;

-- name: child_change
-- purpose: Changes a child's record
-- roles: lb_desk
-- params: $1 child_id bigint, $2 sealed_record bytea, $3 eighteenth_month date, $4 record_version_before integer
-- columns: record_version integer
UPDATE letterbox.child
   SET sealed_record = $2::bytea, eighteenth_month = $3::date, record_version = record_version + 1
 WHERE child_id = $1::bigint AND record_version = $4::integer
RETURNING record_version;

-- name: child_link_add
-- purpose: Links two siblings
-- roles: lb_desk
-- params: $1 child_id bigint, $2 sibling_id bigint
-- columns: none
INSERT INTO letterbox.child_link (agency_id, child_id, sibling_id)
VALUES (letterbox.gate_agency(), least($1::bigint, $2::bigint), greatest($1::bigint, $2::bigint))
ON CONFLICT DO NOTHING;

-- name: child_standing
-- purpose: How things stand with a child, and what it wants from eighteen on
-- roles: lb_desk
-- params: $1 child_id bigint
-- columns: state text, wish text, eighteenth_month date
SELECT state, wish, eighteenth_month FROM letterbox.child WHERE child_id = $1::bigint;

-- name: child_standing_set
-- purpose: Says that a child has died, or what it wants from eighteen on; only a manager takes a death or a veto back
-- roles: lb_desk
-- params: $1 child_id bigint, $2 state text, $3 wish text, $4 state_before text, $5 wish_before text
-- columns: child_id bigint
UPDATE letterbox.child SET state = $2::text, wish = $3::text
 WHERE child_id = $1::bigint AND state = $4::text AND wish = $5::text
RETURNING child_id;
