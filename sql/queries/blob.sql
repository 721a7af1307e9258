-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: blob_add
-- purpose: Announces a blob: its chunks follow in the same transaction, or COMMIT is refused
-- roles: lb_portal lb_desk lb_press lb_post
-- params: $1 blob_id bigint, $2 purpose text, $3 account_id bigint, $4 bytes bigint, $5 chunks integer
-- columns: none
INSERT INTO letterbox.blob (agency_id, blob_id, purpose, account_id, bytes, chunks, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::text, $3::bigint, $4::bigint, $5::integer, letterbox.now());

-- name: blob_add_all
-- purpose: Announces several blobs, as blob_add does one
-- roles: lb_post
-- also: lb_portal lb_desk lb_press
-- params: $1 blob_ids bigint[], $2 purpose text, $3 bytes bigint[], $4 chunks bigint[]
-- columns: none
INSERT INTO letterbox.blob (agency_id, blob_id, purpose, bytes, chunks, made_at)
SELECT (SELECT letterbox.gate_agency()), n.id, $2::text, n.bytes, n.chunks::integer, (SELECT letterbox.now())
  FROM unnest($1::bigint[], $3::bigint[], $4::bigint[]) AS n (id, bytes, chunks);

-- name: blob_chunk_add
-- purpose: One chunk of a blob, numbered from 0, at most 1 MiB
-- roles: lb_portal lb_desk lb_press lb_post
-- params: $1 blob_id bigint, $2 number integer, $3 bytes bytea
-- columns: none
INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes)
VALUES (letterbox.gate_agency(), $1::bigint, $2::integer, $3::bytea);

-- name: blob_chunk_add_all
-- purpose: Several chunks, as blob_chunk_add does one: they follow one another in $4, each as long as $3 says
-- roles: lb_post
-- also: lb_portal lb_desk lb_press
-- params: $1 blob_ids bigint[], $2 numbers bigint[], $3 lengths bigint[], $4 bytes bytea
-- columns: none
INSERT INTO letterbox.blob_chunk (agency_id, blob_id, number, bytes)
SELECT (SELECT letterbox.gate_agency()), n.blob_id, n.number::integer,
       substring($4::bytea FROM (n.to_here - n.length + 1)::integer FOR n.length::integer)
  FROM (SELECT u.blob_id, u.number, u.length, sum(u.length) OVER (ORDER BY u.place) AS to_here
          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS u (blob_id, number, length, place)) AS n;

-- name: blob_find
-- purpose: How long a blob is
-- roles: lb_portal lb_desk lb_press lb_post
-- params: $1 blob_id bigint
-- columns: bytes bigint, chunks integer
SELECT bytes, chunks FROM letterbox.blob WHERE agency_id = letterbox.gate_agency() AND blob_id = $1::bigint;

-- name: blob_chunk_read
-- purpose: One chunk of a blob
-- roles: lb_portal lb_desk lb_press lb_post
-- params: $1 blob_id bigint, $2 number integer
-- columns: bytes bytea
SELECT bytes FROM letterbox.blob_chunk
 WHERE agency_id = letterbox.gate_agency() AND blob_id = $1::bigint AND number = $2::integer;
