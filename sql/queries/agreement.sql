-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: agreement_add
-- purpose: Enters the next version of an arrangement's terms; a null rule is that of the months, a null start the day agreed
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 version integer, $3 months smallint[], $4 avoid_months smallint[],
--   $5 first_writer text, $6 source text, $7 sealed_terms bytea, $8 agreed_on date, $9 rule text, $10 starts_on date
-- columns: none
INSERT INTO letterbox.agreement (agency_id, arrangement_id, version, months, avoid_months, first_writer, source,
                                 sealed_terms, agreed_on, rule, starts_on, made_by, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::integer, $3::smallint[], $4::smallint[], $5::text, $6::text, $7::bytea,
        $8::date, $9::text, $10::date, letterbox.gate_staff(), letterbox.now());

-- name: agreement_newest
-- purpose: The newest terms
-- roles: lb_desk lb_press
-- params: $1 arrangement_id bigint
-- columns: version integer, months smallint[], avoid_months smallint[], first_writer text, source text,
--   sealed_terms bytea, agreed_on date, rule text, starts_on date
SELECT version, months, avoid_months, first_writer, source, sealed_terms, agreed_on, rule, starts_on
  FROM letterbox.agreement
 WHERE arrangement_id = $1::bigint ORDER BY version DESC LIMIT 1;

-- name: agreement_list
-- purpose: All versions of an arrangement's terms, the newest first
-- roles: lb_desk lb_press
-- params: $1 arrangement_id bigint
-- columns: version integer, months smallint[], avoid_months smallint[], first_writer text, source text,
--   sealed_terms bytea, agreed_on date, rule text, starts_on date, made_by bigint, made_at timestamptz
SELECT version, months, avoid_months, first_writer, source, sealed_terms, agreed_on, rule, starts_on, made_by, made_at
  FROM letterbox.agreement WHERE arrangement_id = $1::bigint ORDER BY version DESC;

-- name: agreement_schedule
-- purpose: The versions of the terms of active arrangements (of one, or all) that may still ask for something, for the diary
-- roles: lb_diary
-- also: lb_desk lb_press
-- params: $1 arrangement_id bigint, $2 since date
-- columns: arrangement_id bigint, version integer, rule text, starts_on date, avoid_months smallint[], first_writer text,
--   eighteenth_month date
SELECT a.arrangement_id, g.version, g.rule, g.starts_on, g.avoid_months, g.first_writer, c.eighteenth_month
  FROM letterbox.arrangement a
  JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
  JOIN letterbox.agreement g ON g.agency_id = a.agency_id AND g.arrangement_id = a.arrangement_id
 WHERE a.state = 'active' AND a.kind IN ('indirect', 'one_way')
   AND ($1::bigint IS NULL OR a.arrangement_id = $1::bigint)
   AND NOT EXISTS (SELECT FROM letterbox.agreement n
                    WHERE n.agency_id = g.agency_id AND n.arrangement_id = g.arrangement_id AND n.version > g.version
                      AND n.starts_on < $2::date)
 ORDER BY a.arrangement_id, g.version;

-- name: agreement_sides
-- purpose: Who takes part in active arrangements (in one, or all), for the diary
-- roles: lb_diary
-- also: lb_portal lb_desk lb_press lb_report
-- params: $1 arrangement_id bigint
-- columns: arrangement_id bigint, party_id bigint, side text, party_state text, member_state text, may_write boolean,
--   may_receive boolean
SELECT a.arrangement_id, m.party_id, m.side, p.state AS party_state, m.state AS member_state, m.may_write, m.may_receive
  FROM letterbox.arrangement a
  JOIN letterbox.arrangement_party m ON m.agency_id = a.agency_id AND m.arrangement_id = a.arrangement_id
  JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
 WHERE a.state = 'active' AND a.kind IN ('indirect', 'one_way')
   AND ($1::bigint IS NULL OR a.arrangement_id = $1::bigint)
 ORDER BY a.arrangement_id, m.party_id;
