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

-- name: job_wait
-- purpose: Gives the job back because what it needs is away; it comes again, after a pause that doubles up to the most
-- roles: lb_press lb_post lb_diary
-- params: $1 error_code text, $2 first_s integer, $3 most_s integer
-- columns: pause_s integer
SELECT letterbox.job_wait($1::text, $2::integer, $3::integer) AS pause_s;

-- name: job_tell
-- purpose: Puts a problem of this kind of job before staff while the job goes on
-- roles: lb_post
-- params: $1 error_code text
-- columns: none
SELECT letterbox.job_tell($1::text);

-- name: job_schedule
-- purpose: Makes a regular job for each agency that has none waiting and had none lately
-- roles: lb_press lb_post lb_diary
-- params: $1 worker text, $2 kind text, $3 every_s integer
-- columns: made integer
SELECT letterbox.job_schedule($1::text, $2::text, $3::integer) AS made;

-- name: job_add_letter
-- purpose: Queues work on a letter
-- roles: lb_portal lb_desk lb_press lb_post
-- also: lb_diary
-- params: $1 worker text, $2 kind text, $3 priority smallint, $4 letter_id bigint
-- columns: none
INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, letter_id, made_at)
VALUES (letterbox.gate_agency(), letterbox.new_id(), $1::text, $2::text, $3::smallint, letterbox.now(), $4::bigint,
        letterbox.now());

-- name: job_add_letters
-- purpose: Queues the same work on each of these letters
-- roles: lb_post
-- also: lb_portal lb_desk lb_press lb_diary
-- params: $1 worker text, $2 kind text, $3 priority smallint, $4 letter_ids bigint[]
-- columns: none
INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, letter_id, made_at)
SELECT (SELECT letterbox.gate_agency()), letterbox.new_id(), $1::text, $2::text, $3::smallint, (SELECT letterbox.now()),
       n.id, (SELECT letterbox.now()) FROM unnest($4::bigint[]) AS n (id);

-- name: job_add
-- purpose: Queues work on anything
-- roles: lb_desk lb_press
-- params: $1 worker text, $2 kind text, $3 priority smallint, $4 letter_id bigint, $5 arrangement_id bigint,
--   $6 party_id bigint, $7 decision_id bigint, $8 release_id bigint, $9 dispatch_id bigint, $10 account_id bigint
-- columns: none
INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, letter_id, arrangement_id, party_id,
                           decision_id, release_id, dispatch_id, account_id, made_at)
VALUES (letterbox.gate_agency(), letterbox.new_id(), $1::text, $2::text, $3::smallint, letterbox.now(), $4::bigint,
        $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10::bigint, letterbox.now());

-- name: job_add_message
-- purpose: Has the post send a message
-- roles: lb_press
-- params: $1 message_id bigint, $2 dispatch_id bigint, $3 priority smallint
-- columns: none
INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, message_id, dispatch_id, made_at)
VALUES (letterbox.gate_agency(), letterbox.new_id(), 'post', 'send_mail', $3::smallint, letterbox.now(), $1::bigint,
        $2::bigint, letterbox.now());

-- name: job_problems
-- purpose: Jobs that failed and wait for a person
-- roles: lb_desk
-- params: $1 limit integer
-- columns: job_id bigint, worker text, kind text, attempts smallint, error_code text, letter_id bigint,
--   arrangement_id bigint, party_id bigint, release_id bigint, dispatch_id bigint, message_id bigint, ended_at timestamptz
SELECT job_id, worker, kind, attempts, error_code, letter_id, arrangement_id, party_id, release_id, dispatch_id, message_id,
       ended_at
  FROM letterbox.job WHERE state = 'staff' ORDER BY ended_at, job_id LIMIT $1::integer;

-- name: job_waiting
-- purpose: For each thing that is away, how many letters wait for it, and the day of the oldest. today_counts counts
--   the same: a message that waits for its domain's turn is nobody's problem
-- roles: lb_desk
-- params: none
-- columns: error_code text, letters bigint, since timestamptz
SELECT error_code, count(DISTINCT letter_id) AS letters, min(made_at) AS since
  FROM letterbox.job WHERE state IN ('ready', 'leased') AND waits > 0 AND letter_id IS NOT NULL
 GROUP BY error_code ORDER BY error_code;

-- name: job_find
-- purpose: One job
-- roles: lb_desk
-- params: $1 job_id bigint
-- columns: job_id bigint, worker text, kind text, state text, attempts smallint, error_code text, letter_id bigint
SELECT job_id, worker, kind, state, attempts, error_code, letter_id FROM letterbox.job WHERE job_id = $1::bigint;

-- name: job_again
-- purpose: A person has a failed job tried again
-- roles: lb_desk
-- params: $1 job_id bigint
-- columns: job_id bigint
UPDATE letterbox.job SET state = 'ready', attempts = 0, run_at = letterbox.now(), ended_at = NULL
 WHERE job_id = $1::bigint AND state = 'staff'
RETURNING job_id;

-- name: job_close
-- purpose: A person has looked at a failed job and closes it
-- roles: lb_desk
-- params: $1 job_id bigint
-- columns: job_id bigint
UPDATE letterbox.job SET state = 'closed', ended_at = letterbox.now()
 WHERE job_id = $1::bigint AND state = 'staff'
RETURNING job_id;

-- name: job_close_of_letter
-- purpose: Failed work on a letter that a new decision takes the place of
-- roles: lb_desk
-- params: $1 letter_id bigint, $2 kind text
-- columns: job_id bigint
UPDATE letterbox.job SET state = 'closed', ended_at = letterbox.now()
 WHERE letter_id = $1::bigint AND kind = $2::text AND state = 'staff'
RETURNING job_id;

-- name: sweep
-- purpose: Deletes what has run out: sessions, counts of failures, finished jobs
-- roles: lb_diary
-- params: none
-- columns: deleted integer
SELECT letterbox.sweep() AS deleted;

-- name: status_jobs
-- purpose: How many jobs of each agency and worker wait, are under way, or are with staff
-- roles: lb_owner
-- params: none
-- columns: slug text, worker text, state text, jobs bigint, oldest timestamptz
SELECT slug, worker, state, jobs, oldest FROM letterbox.status_jobs();
