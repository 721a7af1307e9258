-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: gate_session_set
-- purpose: Names the session that this transaction acts for
-- roles: lb_portal lb_desk
-- params: $1 sid text
-- columns: sid text
SELECT set_config('letterbox.session', $1::text, true) AS sid;

-- name: gate_lease_set
-- purpose: Names the lease that this transaction acts for
-- roles: lb_press lb_post lb_diary
-- params: $1 lease text
-- columns: lease text
SELECT set_config('letterbox.lease', $1::text, true) AS lease;

-- name: id_new
-- purpose: A random id, for a row whose sealing is bound to it before it is written
-- roles: lb_portal lb_desk lb_press lb_post lb_diary
-- params: none
-- columns: id bigint
SELECT letterbox.new_id() AS id;

-- name: token_new
-- purpose: A random token, such as the local part of a Message-ID
-- roles: lb_portal lb_desk lb_press lb_post lb_diary
-- params: none
-- columns: token text
SELECT letterbox.new_token() AS token;

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
-- columns: kind text, instant timestamptz, clock_offset interval, jump_found_at timestamptz
SELECT kind, instant, clock_offset, jump_found_at FROM letterbox.clock_state();

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

-- name: schema_number
-- purpose: The number of the last migration; every process checks it at its start
-- roles: lb_owner lb_portal lb_desk lb_press lb_post lb_diary lb_report
-- params: none
-- columns: number integer
SELECT coalesce(max(number), 0) AS number FROM letterbox.migration;

-- name: migration_list
-- purpose: The migrations that this database has had, and policies.sql as number 0
-- roles: lb_owner
-- params: none
-- columns: number integer, name text, checksum text
SELECT number, name, checksum FROM letterbox.migration ORDER BY number;

-- name: migration_add
-- purpose: Records a migration, or the present policies.sql as number 0
-- roles: lb_owner
-- params: $1 number integer, $2 name text, $3 checksum text
-- columns: none
INSERT INTO letterbox.migration AS m (number, name, checksum) VALUES ($1::integer, $2::text, $3::text)
ON CONFLICT (number) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at
 WHERE m.number = 0;
