-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: draft_add
-- purpose: Saves a new draft of the signed-in writer; no row: there is one with that id
-- roles: lb_portal
-- params: $1 draft_id bigint, $2 arrangement_id bigint, $3 sealed_draft bytea
-- columns: draft_id bigint
INSERT INTO letterbox.draft (agency_id, draft_id, account_id, arrangement_id, sealed_draft, made_at, changed_at)
VALUES (letterbox.gate_agency(), $1::bigint, letterbox.gate_account(), $2::bigint, $3::bytea, letterbox.now(),
        letterbox.now())
ON CONFLICT DO NOTHING
RETURNING draft_id;

-- name: draft_change
-- purpose: Saves a draft again
-- roles: lb_portal
-- params: $1 draft_id bigint, $2 arrangement_id bigint, $3 sealed_draft bytea, $4 version_before integer
-- columns: version integer
UPDATE letterbox.draft
   SET arrangement_id = $2::bigint, sealed_draft = $3::bytea, version = version + 1, changed_at = letterbox.now()
 WHERE draft_id = $1::bigint AND version = $4::integer
RETURNING version;

-- name: draft_lock
-- purpose: The version of one of the signed-in writer's drafts, which nobody else changes until COMMIT
-- roles: lb_portal
-- params: $1 draft_id bigint
-- columns: version integer
SELECT version FROM letterbox.draft WHERE draft_id = $1::bigint FOR UPDATE;

-- name: draft_find
-- purpose: One of the signed-in writer's drafts
-- roles: lb_portal
-- params: $1 draft_id bigint
-- columns: draft_id bigint, arrangement_id bigint, sealed_draft bytea, version integer, changed_at timestamptz
SELECT draft_id, arrangement_id, sealed_draft, version, changed_at FROM letterbox.draft WHERE draft_id = $1::bigint;

-- name: draft_list
-- purpose: The signed-in writer's drafts, newest first
-- roles: lb_portal
-- params: none
-- columns: draft_id bigint, arrangement_id bigint, sealed_draft bytea, version integer, changed_at timestamptz
SELECT draft_id, arrangement_id, sealed_draft, version, changed_at FROM letterbox.draft
 ORDER BY changed_at DESC, draft_id LIMIT 100;

-- name: draft_delete
-- purpose: Deletes a draft
-- roles: lb_portal
-- params: $1 draft_id bigint
-- columns: draft_id bigint
DELETE FROM letterbox.draft WHERE draft_id = $1::bigint RETURNING draft_id;
