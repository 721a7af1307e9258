-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: migration_lock
-- purpose: One migration at a time in this database; held until the end of the transaction.
-- roles: lb_owner
-- params: none
-- columns: locked void
SELECT pg_advisory_xact_lock(hashtextextended('letterbox.migrate', 0)) AS locked;

-- name: migration_table
-- purpose: Has this database had any migration yet?
-- roles: lb_owner
-- also: lb_portal lb_desk lb_press lb_post lb_diary lb_report
-- params: none
-- columns: present boolean
SELECT to_regclass('letterbox.migration') IS NOT NULL AS present;

-- name: migration_find
-- purpose: The file that stands for a number, as it was applied.
-- roles: lb_owner
-- also: lb_portal lb_desk lb_press lb_post lb_diary lb_report
-- params: $1 number integer
-- columns: checksum text
SELECT checksum FROM letterbox.migration WHERE number = $1::integer;

-- name: schema_number
-- purpose: The number of the last migration; every process checks it at its start
-- roles: lb_owner lb_portal lb_desk lb_press lb_post lb_diary lb_report
-- params: none
-- columns: number integer
SELECT coalesce(max(number), 0) AS number FROM letterbox.migration;

-- name: migration_add
-- purpose: Records a migration, or the present policies.sql as number 0
-- roles: lb_owner
-- params: $1 number integer, $2 name text, $3 checksum text
-- columns: none
INSERT INTO letterbox.migration AS m (number, name, checksum) VALUES ($1::integer, $2::text, $3::text)
ON CONFLICT (number) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at
 WHERE m.number = 0;
