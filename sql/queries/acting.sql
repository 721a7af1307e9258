-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: acting_offer
-- purpose: Offers a member of staff to another agency (administrator); a refusal, or null
-- roles: lb_desk
-- params: $1 acting_id bigint, $2 staff_id bigint, $3 to_agency_id bigint, $4 sealed_record bytea
-- columns: refusal text
SELECT letterbox.acting_offer($1::bigint, $2::bigint, $3::bigint, $4::bytea) AS refusal;

-- name: acting_place
-- purpose: The row among the staff that somebody who is offered has or would have, and the next version of their record
-- roles: lb_desk
-- params: $1 acting_id bigint
-- columns: staff_id bigint, record_version integer
SELECT staff_id, record_version FROM letterbox.acting_place($1::bigint);

-- name: acting_accept
-- purpose: Accepts somebody who is offered, with a role and two dates (administrator); a refusal, or null
-- roles: lb_desk
-- params: $1 acting_id bigint, $2 staff_id bigint, $3 record_version integer, $4 sealed_record bytea, $5 role text,
--   $6 acts_from date, $7 acts_until date
-- columns: refusal text
SELECT letterbox.acting_accept($1::bigint, $2::bigint, $3::integer, $4::bytea, $5::text, $6::date, $7::date) AS refusal;

-- name: acting_end
-- purpose: Refuses, takes back or ends it; a refusal, or null
-- roles: lb_desk
-- params: $1 acting_id bigint
-- columns: refusal text
SELECT letterbox.acting_end($1::bigint) AS refusal;

-- name: acting_list
-- purpose: Who is offered to this agency, acts for it or did (of one, or all), newest first
-- roles: lb_desk
-- params: $1 acting_id bigint, $2 limit integer
-- columns: acting_id bigint, from_agency_id bigint, state text, sealed_record bytea, offered_at timestamptz,
--   ended_at timestamptz, staff_id bigint, role text, acts_from date, acts_until date
SELECT a.acting_id, a.from_agency_id, a.state, a.sealed_record, a.offered_at, a.ended_at, a.staff_id, s.role, s.acts_from,
       s.acts_until
  FROM letterbox.acting a
  LEFT JOIN letterbox.staff s ON s.agency_id = a.agency_id AND s.staff_id = a.staff_id
 WHERE $1::bigint IS NULL OR a.acting_id = $1::bigint
 ORDER BY a.offered_at DESC, a.acting_id LIMIT $2::integer;

-- name: acting_from_here
-- purpose: Whom this agency has offered to others (an administrator sees it), newest first
-- roles: lb_desk
-- params: none
-- columns: acting_id bigint, staff_id bigint, to_name text, state text, offered_at timestamptz, ended_at timestamptz
SELECT acting_id, staff_id, to_name, state, offered_at, ended_at FROM letterbox.acting_from_here();

-- name: acting_waiting_count
-- purpose: Offers to this agency that wait for an answer
-- roles: lb_desk
-- params: none
-- columns: offers bigint
SELECT count(*) AS offers FROM letterbox.acting WHERE state = 'offered';

-- name: acting_mine
-- purpose: For which agencies the signed-in member of staff may act today
-- roles: lb_desk
-- params: none
-- columns: acting_id bigint, staff_id bigint, name text
SELECT acting_id, staff_id, name FROM letterbox.acting_mine();

-- name: acting_here
-- purpose: For which agency the signed-in member of staff acts, and from which; no row: they are at home
-- roles: lb_desk
-- params: none
-- columns: home_staff_id bigint, name text, home_name text
SELECT home_staff_id, name, home_name FROM letterbox.acting_here();

-- name: acting_begin
-- purpose: Begins to act for another agency: a session there in place of this one; a refusal, or null
-- roles: lb_desk
-- params: $1 acting_id bigint, $2 new_sid bytea, $3 sealed_secret bytea
-- columns: refusal text
SELECT letterbox.acting_begin($1::bigint, $2::bytea, $3::bytea) AS refusal;

-- name: acting_back
-- purpose: Goes back to the agency of one's account: a session there in place of this one; a refusal, or null
-- roles: lb_desk
-- params: $1 new_sid bytea, $2 sealed_secret bytea
-- columns: refusal text
SELECT letterbox.acting_back($1::bytea, $2::bytea) AS refusal;
