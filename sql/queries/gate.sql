-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: gate_session_set
-- purpose: Names the session that this transaction acts for
-- roles: lb_portal lb_desk
-- also: lb_press lb_post lb_diary lb_report
-- params: $1 sid text
-- columns: sid text
SELECT set_config('letterbox.session', $1::text, true) AS sid;

-- name: gate_lease_set
-- purpose: Names the lease that this transaction acts for
-- roles: lb_press lb_post lb_diary
-- also: lb_portal lb_desk lb_report
-- params: $1 lease text
-- columns: lease text
SELECT set_config('letterbox.lease', $1::text, true) AS lease;

-- name: ids_new
-- purpose: So many random ids
-- roles: lb_portal lb_desk lb_press lb_post lb_diary
-- params: $1 count integer
-- columns: id bigint
SELECT letterbox.new_id() AS id FROM generate_series(1, $1::integer);

-- name: clock_now
-- purpose: The instant of this transaction, by the database's clock
-- roles: lb_owner lb_portal lb_desk lb_press lb_post lb_diary lb_report
-- params: none
-- columns: instant timestamptz
SELECT letterbox.now() AS instant;

-- name: clock_state
-- purpose: What this database is, its instant, its offset, and since when a jump of the clock waits to be confirmed
-- roles: lb_owner lb_portal lb_desk lb_press lb_post lb_diary
-- params: none
-- columns: kind text, instant timestamptz, offset_s bigint, jump_found_at timestamptz
SELECT kind, instant, extract(epoch FROM clock_offset)::bigint AS offset_s, jump_found_at
  FROM letterbox.clock_state();

-- name: clock_advance
-- purpose: Moves the clock of a demo or test on
-- roles: lb_owner
-- params: $1 by interval
-- columns: instant timestamptz
SELECT letterbox.clock_advance($1::interval) AS instant;

-- name: clock_confirm
-- purpose: Confirms that the system's clock is right, so that diary and post go on
-- roles: lb_owner lb_desk
-- params: none
-- columns: instant timestamptz
SELECT letterbox.clock_confirm() AS instant;

-- name: cluster_init
-- purpose: Says once what this database is: demo, test or live
-- roles: lb_owner
-- params: $1 kind text
-- columns: none
SELECT letterbox.cluster_init($1::text);
