-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: arrangement_review_open
-- purpose: Puts the reviews that are due within so many days on the list, and those of the seventeenth year
-- roles: lb_diary
-- params: $1 days integer
-- columns: opened bigint
SELECT letterbox.reviews_open($1::integer) AS opened;

-- name: arrangement_review_due
-- purpose: The reviews to be done, the longest due first
-- roles: lb_desk
-- params: $1 limit integer, $2 offset integer
-- columns: review_id bigint, arrangement_id bigint, kind text, due_on date
SELECT review_id, arrangement_id, kind, due_on FROM letterbox.arrangement_review
 WHERE done_at IS NULL ORDER BY due_on, review_id LIMIT $1::integer OFFSET $2::integer;

-- name: arrangement_review_debt
-- purpose: How many reviews are to be done, how many are late, and how many by over three months
-- roles: lb_desk
-- params: none
-- columns: to_do bigint, late bigint, long_late bigint
SELECT count(*) AS to_do,
       count(*) FILTER (WHERE due_on < letterbox.now()::date) AS late,
       count(*) FILTER (WHERE due_on < (letterbox.now() - interval '3 months')::date) AS long_late
  FROM letterbox.arrangement_review WHERE done_at IS NULL;

-- name: arrangement_review_of
-- purpose: The reviews of an arrangement, the newest first
-- roles: lb_desk
-- params: $1 arrangement_id bigint
-- columns: review_id bigint, kind text, due_on date, sealed_answers bytea, done_at timestamptz, done_by bigint
SELECT review_id, kind, due_on, sealed_answers, done_at, done_by FROM letterbox.arrangement_review
 WHERE arrangement_id = $1::bigint ORDER BY made_at DESC, review_id;

-- name: arrangement_review_add
-- purpose: Puts a review on the list that staff do before it is due
-- roles: lb_desk
-- params: $1 review_id bigint, $2 arrangement_id bigint
-- columns: review_id bigint
INSERT INTO letterbox.arrangement_review (agency_id, review_id, arrangement_id, kind, due_on, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, 'regular', letterbox.now()::date, letterbox.now())
ON CONFLICT DO NOTHING RETURNING review_id;

-- name: arrangement_review_done
-- purpose: Keeps what both sides said and ends a review that is to be done
-- roles: lb_desk
-- params: $1 review_id bigint, $2 sealed_answers bytea
-- columns: review_id bigint
UPDATE letterbox.arrangement_review SET sealed_answers = $2::bytea, done_at = letterbox.now(), done_by = letterbox.gate_staff()
 WHERE review_id = $1::bigint AND done_at IS NULL
RETURNING review_id;

-- name: arrangement_review_next
-- purpose: Sets the day of an arrangement's next regular review
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 review_on date
-- columns: arrangement_id bigint
UPDATE letterbox.arrangement SET review_on = $2::date WHERE arrangement_id = $1::bigint RETURNING arrangement_id;

-- name: close_grown
-- purpose: Ends the arrangements of children who are grown up and have not said that letters are to go on
-- roles: lb_diary
-- params: none
-- columns: ended bigint
SELECT letterbox.close_grown() AS ended;
