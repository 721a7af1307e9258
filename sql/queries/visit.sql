-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: visit_add
-- purpose: Enters a visit that is planned
-- roles: lb_desk
-- params: $1 visit_id bigint, $2 arrangement_id bigint, $3 starts_at timestamptz, $4 ends_at timestamptz,
--   $5 margin_minutes smallint, $6 supervisor bigint, $7 sealed_record bytea
-- columns: none
INSERT INTO letterbox.visit (agency_id, visit_id, arrangement_id, starts_at, ends_at, margin_minutes, supervisor,
                             sealed_record, planned_by, made_at, changed_at, changed_by)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::timestamptz, $4::timestamptz, $5::smallint, $6::bigint,
        $7::bytea, letterbox.gate_staff(), letterbox.now(), letterbox.now(), letterbox.gate_staff());

-- name: visit_change
-- purpose: Changes the plan of a visit; state and sequence as lib/rules/visit says
-- roles: lb_desk
-- params: $1 visit_id bigint, $2 starts_at timestamptz, $3 ends_at timestamptz, $4 margin_minutes smallint,
--   $5 supervisor bigint, $6 sealed_record bytea, $7 state text, $8 tells_anew boolean, $9 record_version_before integer
-- columns: record_version integer
UPDATE letterbox.visit
   SET starts_at = $2::timestamptz, ends_at = $3::timestamptz, margin_minutes = $4::smallint, supervisor = $5::bigint,
       sealed_record = $6::bytea, state = $7::text, sequence = sequence + CASE WHEN $8::boolean THEN 1 ELSE 0 END,
       record_version = record_version + 1, planned_by = letterbox.gate_staff(), changed_at = letterbox.now(),
       changed_by = letterbox.gate_staff()
 WHERE visit_id = $1::bigint AND record_version = $9::integer
RETURNING record_version;

-- name: visit_state_set
-- purpose: Moves a visit; when it is confirmed, what was planned becomes what families are told
-- roles: lb_desk
-- params: $1 visit_id bigint, $2 state text, $3 state_before text, $4 sealed_record bytea, $5 record_version_before integer
-- columns: record_version integer
UPDATE letterbox.visit
   SET state = $2::text, sealed_record = $4::bytea, record_version = record_version + 1,
       sequence = sequence + CASE WHEN $2::text = $3::text THEN 0 ELSE 1 END,
       told_starts_at = CASE WHEN $2::text = 'confirmed' THEN starts_at ELSE told_starts_at END,
       told_ends_at = CASE WHEN $2::text = 'confirmed' THEN ends_at ELSE told_ends_at END,
       changed_at = letterbox.now(), changed_by = letterbox.gate_staff()
 WHERE visit_id = $1::bigint AND state = $3::text AND record_version = $5::integer
RETURNING record_version;

-- name: visit_find
-- purpose: One visit
-- roles: lb_desk
-- params: $1 visit_id bigint
-- columns: visit_id bigint, arrangement_id bigint, state text, starts_at timestamptz, ends_at timestamptz,
--   margin_minutes smallint, supervisor bigint, sealed_record bytea, record_version integer, told_starts_at timestamptz,
--   told_ends_at timestamptz, sequence integer, planned_by bigint, changed_at timestamptz, changed_by bigint,
--   has_begun boolean
SELECT visit_id, arrangement_id, state, starts_at, ends_at, margin_minutes, supervisor, sealed_record, record_version,
       told_starts_at, told_ends_at, sequence, planned_by, changed_at, changed_by, starts_at <= letterbox.now() AS has_begun
  FROM letterbox.visit WHERE visit_id = $1::bigint;

-- name: visit_between
-- purpose: The visits that begin in a stretch of time, in order
-- roles: lb_desk
-- params: $1 from timestamptz, $2 before timestamptz
-- columns: visit_id bigint, arrangement_id bigint, state text, starts_at timestamptz, ends_at timestamptz,
--   margin_minutes smallint, supervisor bigint, sealed_record bytea, record_version integer, sequence integer
SELECT visit_id, arrangement_id, state, starts_at, ends_at, margin_minutes, supervisor, sealed_record, record_version, sequence
  FROM letterbox.visit WHERE starts_at >= $1::timestamptz AND starts_at < $2::timestamptz
 ORDER BY starts_at, visit_id LIMIT 2000;

-- name: visit_people_between
-- purpose: Who is asked to come to those visits
-- roles: lb_desk
-- params: $1 from timestamptz, $2 before timestamptz
-- columns: visit_id bigint, party_id bigint
SELECT g.visit_id, g.party_id FROM letterbox.visit v
  JOIN letterbox.visit_party g ON g.agency_id = v.agency_id AND g.visit_id = v.visit_id AND g.is_asked
 WHERE v.starts_at >= $1::timestamptz AND v.starts_at < $2::timestamptz
 ORDER BY v.starts_at, v.visit_id, g.party_id;

-- name: visit_stopped_count
-- purpose: How many visits were stopped and wait for staff to telephone
-- roles: lb_desk
-- also: lb_portal lb_report
-- params: none
-- columns: visits bigint
SELECT count(*) AS visits FROM letterbox.visit WHERE state = 'stopped';

-- name: visit_stopped
-- purpose: The visits that were stopped and wait for staff to telephone
-- roles: lb_desk
-- params: none
-- columns: visit_id bigint, arrangement_id bigint, state text, starts_at timestamptz, ends_at timestamptz,
--   margin_minutes smallint, supervisor bigint, sealed_record bytea, record_version integer, sequence integer
SELECT visit_id, arrangement_id, state, starts_at, ends_at, margin_minutes, supervisor, sealed_record, record_version, sequence
  FROM letterbox.visit WHERE state = 'stopped' ORDER BY starts_at, visit_id LIMIT 2000;

-- name: visit_of_arrangement
-- purpose: The visits of an arrangement, the latest first
-- roles: lb_desk
-- params: $1 arrangement_id bigint
-- columns: visit_id bigint, state text, starts_at timestamptz, ends_at timestamptz
SELECT visit_id, state, starts_at, ends_at FROM letterbox.visit
 WHERE arrangement_id = $1::bigint ORDER BY starts_at DESC, visit_id LIMIT 200;

-- name: visit_own
-- purpose: The visits that the signed-in member of staff supervises: those to come, and of the days before
-- roles: lb_desk
-- params: $1 days integer
-- columns: visit_id bigint, state text, starts_at timestamptz, ends_at timestamptz, sealed_record bytea,
--   record_version integer, sequence integer
SELECT visit_id, state, starts_at, ends_at, sealed_record, record_version, sequence FROM letterbox.visit
 WHERE supervisor = letterbox.gate_staff() AND starts_at >= letterbox.now() - make_interval(days => $1::integer)
 ORDER BY starts_at, visit_id LIMIT 2000;

-- name: visit_party_list
-- purpose: Everybody of a visit, also who is no longer asked
-- roles: lb_desk
-- params: $1 visit_id bigint
-- columns: party_id bigint, invite_id bigint, is_asked boolean, attendance text, sealed_record bytea, record_version integer,
--   sheet_version integer
SELECT party_id, invite_id, is_asked, attendance, sealed_record, record_version, sheet_version
  FROM letterbox.visit_party WHERE visit_id = $1::bigint ORDER BY party_id;

-- name: visit_party_put
-- purpose: Asks somebody to come to a visit that is not confirmed, or no longer, or changes what they are told
-- roles: lb_desk
-- params: $1 visit_id bigint, $2 party_id bigint, $3 arrangement_id bigint, $4 invite_id bigint, $5 is_asked boolean,
--   $6 sealed_record bytea, $7 record_version integer
-- columns: none
INSERT INTO letterbox.visit_party (agency_id, visit_id, party_id, arrangement_id, invite_id, is_asked, sealed_record,
                                   record_version)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::boolean, $6::bytea, $7::integer)
ON CONFLICT (agency_id, visit_id, party_id)
DO UPDATE SET is_asked = excluded.is_asked, sealed_record = excluded.sealed_record, record_version = excluded.record_version;

-- name: visit_attendance_set
-- purpose: Notes how somebody came
-- roles: lb_desk
-- params: $1 visit_id bigint, $2 party_id bigint, $3 attendance text
-- columns: party_id bigint
UPDATE letterbox.visit_party SET attendance = $3::text WHERE visit_id = $1::bigint AND party_id = $2::bigint
RETURNING party_id;

-- name: visit_sheet_set
-- purpose: Gives somebody all that they may know of a confirmed visit
-- roles: lb_desk
-- also: lb_press
-- params: $1 invite_id bigint, $2 sealed_sheet bytea, $3 sheet_version_before integer
-- columns: party_id bigint
UPDATE letterbox.visit_party SET sealed_sheet = $2::bytea, sheet_version = sheet_version + 1
 WHERE invite_id = $1::bigint AND sheet_version = $3::integer
RETURNING party_id;

-- name: visit_sheet_reseal
-- purpose: Seals a sheet anew, for other accounts; not one that was taken back meanwhile
-- roles: lb_press
-- params: $1 invite_id bigint, $2 sealed_sheet bytea, $3 sheet_version_before integer
-- columns: party_id bigint
UPDATE letterbox.visit_party SET sealed_sheet = $2::bytea, sheet_version = sheet_version + 1
 WHERE invite_id = $1::bigint AND sheet_version = $3::integer AND sealed_sheet IS NOT NULL
RETURNING party_id;

-- name: visit_sheets_of
-- purpose: The sheets of a party's visits, for the press to seal to its new accounts
-- roles: lb_press
-- also: lb_portal
-- params: $1 party_id bigint
-- columns: invite_id bigint, sealed_sheet bytea, sheet_version integer
SELECT invite_id, sealed_sheet, sheet_version FROM letterbox.visit_party
 WHERE party_id = $1::bigint AND sealed_sheet IS NOT NULL ORDER BY invite_id;

-- name: visit_self
-- purpose: The visits that the signed-in party was told of: those to come, and of the days before
-- roles: lb_portal
-- params: $1 days integer
-- columns: invite_id bigint, is_asked boolean, state text, told_starts_at timestamptz, told_ends_at timestamptz,
--   sequence integer, sealed_sheet bytea, sheet_version integer
SELECT g.invite_id, g.is_asked, v.state, v.told_starts_at, v.told_ends_at, v.sequence, g.sealed_sheet, g.sheet_version
  FROM letterbox.visit_party g
  JOIN letterbox.visit v ON v.agency_id = g.agency_id AND v.visit_id = g.visit_id
 WHERE g.sheet_version > 0 AND v.told_ends_at >= letterbox.now() - make_interval(days => $1::integer)
 ORDER BY v.told_starts_at, g.invite_id LIMIT 100;

-- name: visit_self_find
-- purpose: One visit that the signed-in party was told of, by the party's own id for it
-- roles: lb_portal
-- params: $1 invite_id bigint
-- columns: invite_id bigint, is_asked boolean, state text, told_starts_at timestamptz, told_ends_at timestamptz,
--   sequence integer, sealed_sheet bytea, sheet_version integer
SELECT g.invite_id, g.is_asked, v.state, v.told_starts_at, v.told_ends_at, v.sequence, g.sealed_sheet, g.sheet_version
  FROM letterbox.visit_party g
  JOIN letterbox.visit v ON v.agency_id = g.agency_id AND v.visit_id = g.visit_id
 WHERE g.sheet_version > 0 AND g.invite_id = $1::bigint;
