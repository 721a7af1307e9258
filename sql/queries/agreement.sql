-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: agreement_add
-- purpose: Enters the next version of an arrangement's terms
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 version integer, $3 months smallint[], $4 avoid_months smallint[],
--   $5 first_writer text, $6 source text, $7 sealed_terms bytea, $8 agreed_on date
-- columns: none
INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months, avoid_months, first_writer, source,
                                 sealed_terms, agreed_on, made_by, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::integer, $3::smallint[], $4::smallint[], $5::text, $6::text, $7::bytea,
        $8::date, letterbox.gate_staff(), letterbox.now());

-- name: agreement_newest
-- purpose: The terms in force
-- roles: lb_desk lb_press
-- params: $1 arrangement_id bigint
-- columns: version integer, months smallint[], avoid_months smallint[], first_writer text, source text,
--   sealed_terms bytea, agreed_on date
SELECT version, months, avoid_months, first_writer, source, sealed_terms, agreed_on FROM letterbox.agreement
 WHERE arrangement_id = $1::bigint ORDER BY version DESC LIMIT 1;

-- name: agreement_schedule
-- purpose: The months of all active arrangements with each pair of writer and recipient, for the diary
-- roles: lb_diary
-- also: lb_desk lb_press
-- params: none
-- columns: arrangement_id bigint, agreement_version integer, months smallint[], avoid_months smallint[],
--   first_writer text, from_party bigint, from_side text, to_party bigint, to_side text
SELECT a.arrangement_id, g.version AS agreement_version, g.months, g.avoid_months, g.first_writer,
       f.party_id AS from_party, f.side AS from_side, t.party_id AS to_party, t.side AS to_side
  FROM letterbox.arrangement a
  JOIN LATERAL (SELECT version, months, avoid_months, first_writer FROM letterbox.agreement g
                 WHERE g.agency_id = a.agency_id AND g.arrangement_id = a.arrangement_id
                 ORDER BY version DESC LIMIT 1) AS g ON true
  JOIN letterbox.arrangement_party f ON f.agency_id = a.agency_id AND f.arrangement_id = a.arrangement_id
                                    AND f.state = 'active' AND f.may_write
  JOIN letterbox.arrangement_party t ON t.agency_id = a.agency_id AND t.arrangement_id = a.arrangement_id
                                    AND t.state = 'active' AND t.may_receive AND t.side <> f.side
  JOIN letterbox.party fp ON fp.agency_id = f.agency_id AND fp.party_id = f.party_id AND fp.state = 'active'
  JOIN letterbox.party tp ON tp.agency_id = t.agency_id AND tp.party_id = t.party_id AND tp.state IN ('active', 'moved')
 WHERE a.state = 'active' AND a.kind IN ('indirect', 'one_way')
 ORDER BY a.arrangement_id, f.party_id, t.party_id;
