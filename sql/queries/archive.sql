-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: archive_add
-- purpose: Adds an archive copy of an original or a release
-- roles: lb_press
-- params: $1 archive_id bigint, $2 letter_id bigint, $3 release_id bigint, $4 kind text, $5 number smallint,
--   $6 blob_id bigint, $7 key_ids bytea
-- columns: none
INSERT INTO letterbox.archive_copy (agency_id, archive_id, letter_id, release_id, kind, number, blob_id, key_ids, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::text, $5::smallint, $6::bigint, $7::bytea,
        letterbox.now());

-- name: archive_of_letter
-- purpose: The archive copies of a letter
-- roles: lb_desk lb_press
-- params: $1 letter_id bigint
-- columns: archive_id bigint, release_id bigint, kind text, number smallint, blob_id bigint, key_ids bytea,
--   made_at timestamptz
SELECT archive_id, release_id, kind, number, blob_id, key_ids, made_at FROM letterbox.archive_copy
 WHERE letter_id = $1::bigint ORDER BY kind, release_id, number;
