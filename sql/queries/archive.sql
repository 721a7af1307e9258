-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: archive_add
-- purpose: Adds an archive copy of an original or a release
-- roles: lb_press
-- params: $1 archive_id bigint, $2 letter_id bigint, $3 release_id bigint, $4 kind text, $5 number smallint,
--   $6 blob_id bigint, $7 key_ids bytea, $8 digest bytea
-- columns: none
INSERT INTO letterbox.archive_copy (agency_id, archive_id, letter_id, release_id, kind, number, blob_id, key_ids, digest,
                                    made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::text, $5::smallint, $6::bigint, $7::bytea,
        $8::bytea, letterbox.now());

-- name: archive_of_letter
-- purpose: The archive copies of a letter
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: archive_id bigint, release_id bigint, kind text, number smallint, blob_id bigint, key_ids bytea,
--   made_at timestamptz
SELECT archive_id, release_id, kind, number, blob_id, key_ids, made_at FROM letterbox.archive_copy
 WHERE letter_id = $1::bigint ORDER BY kind, release_id, number;

-- name: archive_unchecked
-- purpose: Archive copies that nobody has read back yet, oldest first
-- roles: lb_press
-- also: lb_desk
-- params: $1 limit integer
-- columns: archive_id bigint, letter_id bigint, kind text, blob_id bigint, key_ids bytea, digest bytea
SELECT archive_id, letter_id, kind, blob_id, key_ids, digest FROM letterbox.archive_copy
 WHERE digest IS NOT NULL AND checked_at IS NULL ORDER BY made_at, archive_id LIMIT $1::integer;

-- name: archive_checked
-- purpose: Notes that an archive copy was read back, and whether it is what was written
-- roles: lb_press
-- params: $1 archive_id bigint, $2 is_damaged boolean
-- columns: none
UPDATE letterbox.archive_copy SET checked_at = letterbox.now(), is_damaged = $2::boolean
 WHERE archive_id = $1::bigint AND checked_at IS NULL;
