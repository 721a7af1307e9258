-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: audit_append
-- purpose: Appends what the session's person or the lease's worker did; last in its transaction
-- roles: lb_portal lb_desk lb_press lb_post lb_diary
-- params: $1 act text, $2 object_kind text, $3 object_id bigint, $4 about_kind text, $5 about_id bigint,
--   $6 sealed_detail bytea
-- columns: number bigint
SELECT letterbox.audit_append($1::text, $2::text, $3::bigint, $4::text, $5::bigint, $6::bytea) AS number;

-- name: audit_append_each
-- purpose: Appends the same act on each of these objects, a row for each; last in its transaction. The last one's number
-- roles: lb_desk lb_post
-- params: $1 act text, $2 object_kind text, $3 object_ids bigint[]
-- columns: number bigint
SELECT letterbox.audit_append_each($1::text, $2::text, $3::bigint[]) AS number;

-- name: audit_append_operator
-- purpose: Appends what letterboxctl did without a signed-in member of staff
-- roles: lb_owner
-- params: $1 agency_id bigint, $2 act text, $3 object_kind text, $4 object_id bigint
-- columns: number bigint
SELECT letterbox.audit_append_operator($1::bigint, $2::text, $3::text, $4::bigint) AS number;

-- name: audit_head
-- purpose: Number and hash of the last row of an agency's chain
-- roles: lb_owner lb_desk
-- params: $1 agency_id bigint
-- columns: number bigint, hash bytea
SELECT number, hash FROM letterbox.audit_head($1::bigint);

-- name: audit_verify_rows
-- purpose: Rows of an agency's chain in order, to verify it
-- roles: lb_owner
-- also: lb_desk
-- params: $1 agency_id bigint, $2 after bigint, $3 limit integer
-- columns: number bigint, at_us bigint, actor_kind text, actor_id bigint, act text, object_kind text, object_id bigint,
--   about_kind text, about_id bigint, sealed_detail bytea, detail_digest bytea, prev_hash bytea, hash bytea
SELECT number, (extract(epoch FROM at) * 1000000)::bigint AS at_us, actor_kind, actor_id, act, object_kind, object_id,
       about_kind, about_id, sealed_detail, detail_digest, prev_hash, hash
  FROM letterbox.audit WHERE agency_id = $1::bigint AND number > $2::bigint ORDER BY number LIMIT $3::integer;

-- name: audit_list
-- purpose: The agency's audit, newest first, perhaps of one act or between two instants
-- roles: lb_desk
-- params: $1 act text, $2 since timestamptz, $3 until timestamptz, $4 limit integer, $5 offset integer
-- columns: number bigint, at timestamptz, actor_kind text, actor_id bigint, act text, object_kind text, object_id bigint,
--   about_kind text, about_id bigint, sealed_detail bytea
SELECT number, at, actor_kind, actor_id, act, object_kind, object_id, about_kind, about_id, sealed_detail
  FROM letterbox.audit
 WHERE ($1::text IS NULL OR act = $1::text)
   AND ($2::timestamptz IS NULL OR at >= $2::timestamptz) AND ($3::timestamptz IS NULL OR at < $3::timestamptz)
 ORDER BY number DESC LIMIT $4::integer OFFSET $5::integer;
