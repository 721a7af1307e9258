-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: import_lock
-- purpose: Keeps others from changing who takes part in what, until COMMIT
-- roles: lb_desk
-- params: none
-- columns: sides_lock void
SELECT letterbox.sides_lock();

-- name: import_counts
-- purpose: How much there is: an import that has read something else writes nothing
-- roles: lb_desk
-- also: lb_press lb_diary
-- params: none
-- columns: parties bigint, children bigint, arrangements bigint
SELECT (SELECT count(*) FROM letterbox.party) AS parties,
       (SELECT count(*) FROM letterbox.child) AS children,
       (SELECT count(*) FROM letterbox.arrangement) AS arrangements;

-- name: import_parties
-- purpose: The next parties with their records
-- roles: lb_desk
-- also: lb_press
-- params: $1 after bigint, $2 limit integer
-- columns: party_id bigint, kind text, channel text, state text, language text, reads text, plain_consent boolean,
--   address_confirmed boolean, email_confirmed boolean, record_version integer, sealed_record bytea
SELECT party_id, kind, channel, state, language,
       CASE WHEN easy_read THEN 'easy' WHEN large_print THEN 'large' ELSE 'usual' END AS reads,
       plain_consent, address_confirmed, email_confirmed,
       record_version, sealed_record
  FROM letterbox.party WHERE party_id > $1::bigint ORDER BY party_id LIMIT $2::integer;

-- name: import_children
-- purpose: The next children with their records
-- roles: lb_desk
-- also: lb_press
-- params: $1 after bigint, $2 limit integer
-- columns: child_id bigint, record_version integer, sealed_record bytea
SELECT child_id, record_version, sealed_record
  FROM letterbox.child WHERE child_id > $1::bigint ORDER BY child_id LIMIT $2::integer;

-- name: import_arrangements
-- purpose: The next arrangements with their records and the terms in force
-- roles: lb_desk
-- also: lb_press
-- params: $1 after bigint, $2 limit integer
-- columns: arrangement_id bigint, child_id bigint, kind text, state text, two_person boolean, photo_level text,
--   record_version integer, sealed_record bytea, review_on date, last_in_on date, last_out_on date, version integer,
--   months smallint[], avoid_months smallint[], first_writer text, sealed_terms bytea
SELECT a.arrangement_id, a.child_id, a.kind, a.state, a.two_person, a.photo_level, a.record_version, a.sealed_record,
       a.review_on, a.last_in_on, a.last_out_on, g.version, g.months, g.avoid_months, g.first_writer, g.sealed_terms
  FROM letterbox.arrangement a
  LEFT JOIN LATERAL (SELECT v.version, v.months, v.avoid_months, v.first_writer, v.sealed_terms
                       FROM letterbox.agreement v
                      WHERE v.agency_id = a.agency_id AND v.arrangement_id = a.arrangement_id
                      ORDER BY v.version DESC LIMIT 1) AS g ON true
 WHERE a.arrangement_id > $1::bigint ORDER BY a.arrangement_id LIMIT $2::integer;

-- name: import_offered
-- purpose: Which arrangements are offered to another agency, which has not answered yet
-- roles: lb_desk
-- params: none
-- columns: arrangement_id bigint
SELECT arrangement_id FROM letterbox.transfer
 WHERE agency_id = letterbox.gate_agency() AND state = 'offered' ORDER BY arrangement_id;

-- name: import_rows
-- purpose: What the rows of spreadsheets said the last time
-- roles: lb_desk
-- params: $1 after bigint, $2 limit integer
-- columns: import_row_id bigint, arrangement_id bigint, party_id bigint, version integer, sealed_cells bytea
SELECT import_row_id, arrangement_id, party_id, version, sealed_cells
  FROM letterbox.import_row WHERE import_row_id > $1::bigint ORDER BY import_row_id LIMIT $2::integer;

-- name: import_links
-- purpose: Which children are siblings
-- roles: lb_desk
-- also: lb_press
-- params: none
-- columns: child_id bigint, sibling_id bigint
SELECT child_id, sibling_id FROM letterbox.child_link ORDER BY child_id, sibling_id;

-- name: import_row_put
-- purpose: Keeps what a row said
-- roles: lb_desk
-- params: $1 import_row_id bigint, $2 arrangement_id bigint, $3 party_id bigint, $4 version integer, $5 sealed_cells bytea
-- columns: none
INSERT INTO letterbox.import_row AS r (agency_id, import_row_id, arrangement_id, party_id, version, sealed_cells, imported_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::integer, $5::bytea, letterbox.now())
ON CONFLICT (agency_id, arrangement_id, party_id) DO UPDATE
   SET version = excluded.version, sealed_cells = excluded.sealed_cells, imported_at = excluded.imported_at;

-- name: arrangement_last_set
-- purpose: Notes when letters last went before Letterbox, each way
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 last_in_on date, $3 last_out_on date
-- columns: none
UPDATE letterbox.arrangement
   SET last_in_on = coalesce($2::date, last_in_on), last_out_on = coalesce($3::date, last_out_on)
 WHERE arrangement_id = $1::bigint;
