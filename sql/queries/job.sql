-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: job_claim
-- purpose: Claims the next job of these kinds, with the time limit of each; no row: nothing to do
-- roles: lb_press lb_post lb_diary
-- params: $1 worker text, $2 kinds text[], $3 limits_s integer[]
-- columns: agency_id bigint, job_id bigint, kind text, lease text, attempts smallint, letter_id bigint, arrangement_id bigint, party_id bigint, decision_id bigint, release_id bigint, dispatch_id bigint, message_id bigint, occasion_id bigint, account_id bigint
SELECT agency_id, job_id, kind, lease, attempts, letter_id, arrangement_id, party_id, decision_id, release_id,
       dispatch_id, message_id, occasion_id, account_id
  FROM letterbox.job_claim($1::text, $2::text[], $3::integer[]);

-- name: job_begin
-- purpose: Makes and claims a job at once, for work that comes from outside the queue
-- roles: lb_press lb_post lb_diary
-- params: $1 worker text, $2 kind text, $3 agency_slug text, $4 limit_s integer
-- columns: agency_id bigint, job_id bigint, lease text
SELECT agency_id, job_id, lease FROM letterbox.job_begin($1::text, $2::text, $3::text, $4::integer);

-- name: job_finish
-- purpose: Ends the job whose lease this transaction holds, or refuses the whole transaction
-- roles: lb_press lb_post lb_diary
-- params: none
-- columns: job_finish void
SELECT letterbox.job_finish();

-- name: job_fail
-- purpose: Gives the job back, to be tried again after some seconds; final, or after three attempts, it goes to staff
-- roles: lb_press lb_post lb_diary
-- params: $1 error_code text, $2 retry_s integer, $3 final boolean
-- columns: state text
SELECT letterbox.job_fail($1::text, $2::integer, $3::boolean) AS state;

-- name: job_schedule
-- purpose: Makes a regular job for each agency that has none waiting and had none lately
-- roles: lb_press lb_post lb_diary
-- params: $1 worker text, $2 kind text, $3 every_s integer
-- columns: made integer
SELECT letterbox.job_schedule($1::text, $2::text, $3::integer) AS made;
