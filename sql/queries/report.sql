-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: report_counts
-- purpose: Counts by agency, for the region's host
-- roles: lb_report
-- params: none
-- columns: slug text, arrangements bigint, letters bigint, releases bigint
SELECT slug, arrangements, letters, releases FROM letterbox.report_counts();
