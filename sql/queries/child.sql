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
-- name: child_link_remove
-- purpose: Takes the link between two siblings back
-- roles: lb_desk
-- params: $1 child_id bigint, $2 sibling_id bigint
-- columns: child_id bigint
DELETE FROM letterbox.child_link
 WHERE child_id = least($1::bigint, $2::bigint) AND sibling_id = greatest($1::bigint, $2::bigint)
RETURNING child_id;

-- name: child_siblings
-- purpose: A child's siblings, also those of siblings, with the families that they live in
-- roles: lb_desk
-- also: lb_press
-- params: $1 child_id bigint
-- columns: child_id bigint, is_direct boolean, same_home boolean, homes bigint[]
WITH RECURSIVE family (child_id) AS (
    SELECT $1::bigint
    UNION
    SELECT CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
      FROM family f JOIN letterbox.child_link l ON f.child_id IN (l.child_id, l.sibling_id)
), home (child_id, homes) AS (
    SELECT f.child_id, ARRAY(SELECT DISTINCT p.party_id FROM letterbox.arrangement a
                               JOIN letterbox.arrangement_party p
                                 ON p.agency_id = a.agency_id AND p.arrangement_id = a.arrangement_id
                              WHERE a.child_id = f.child_id AND p.side = 'adoptive' AND p.state <> 'ended'
                              ORDER BY p.party_id)
      FROM family f
)
SELECT h.child_id,
       EXISTS (SELECT FROM letterbox.child_link l
                WHERE l.child_id = least(h.child_id, $1::bigint)
                  AND l.sibling_id = greatest(h.child_id, $1::bigint)) AS is_direct,
       h.homes && (SELECT o.homes FROM home o WHERE o.child_id = $1::bigint) AS same_home, h.homes
  FROM home h WHERE h.child_id <> $1::bigint ORDER BY h.child_id;
