-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: rate_state
-- purpose: Has this address or account failed too often just now, or at all today?
-- roles: lb_portal lb_desk
-- params: $1 scope text, $2 key_hash bytea
-- columns: refused boolean, failed_today boolean
SELECT refused, failed_today FROM letterbox.rate_state($1::text, $2::bytea);

-- name: rate_hit
-- purpose: Counts one failure
-- roles: lb_portal lb_desk
-- params: $1 scope text, $2 key_hash bytea
-- columns: none
SELECT letterbox.rate_hit($1::text, $2::bytea);
