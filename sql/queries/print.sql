-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: print_add
-- purpose: Puts a PDF and its address sheet into the print queue
-- roles: lb_press
-- params: $1 print_id bigint, $2 dispatch_id bigint, $3 letter_blob bigint, $4 sheet_blob bigint
-- columns: none
INSERT INTO letterbox.print_item (agency_id, print_id, dispatch_id, letter_blob, sheet_blob, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::bigint, letterbox.now());

-- name: print_add_notice
-- purpose: Puts a printed reminder and its address sheet into the print queue
-- roles: lb_press
-- params: $1 print_id bigint, $2 notice_id bigint, $3 letter_blob bigint, $4 sheet_blob bigint
-- columns: none
INSERT INTO letterbox.print_item (agency_id, print_id, notice_id, letter_blob, sheet_blob, made_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::bigint, $4::bigint, letterbox.now());

-- name: print_queue
-- purpose: What waits to be printed, or to be posted; dispatch_id is what a tick names: the dispatch, or the notice
-- roles: lb_desk
-- also: lb_press
-- params: $1 state text
-- columns: print_id bigint, dispatch_id bigint, state text, batch_id bigint, printed_at timestamptz,
--   made_at timestamptz, to_party bigint, release_id bigint
SELECT p.print_id, coalesce(p.dispatch_id, p.notice_id) AS dispatch_id, p.state, p.batch_id, p.printed_at, p.made_at,
       coalesce(r.to_party, n.to_party) AS to_party, r.release_id
  FROM letterbox.print_item p
  LEFT JOIN letterbox.dispatch d ON d.agency_id = p.agency_id AND d.dispatch_id = p.dispatch_id
  LEFT JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
  LEFT JOIN letterbox.notice n ON n.agency_id = p.agency_id AND n.notice_id = p.notice_id
 WHERE p.state = $1::text ORDER BY p.made_at, p.print_id;

-- name: print_begin
-- purpose: Journals the printing of one item after all checks, before it is shown: null, or why not
-- roles: lb_desk
-- params: $1 print_id bigint, $2 batch_id bigint
-- columns: refusal text
SELECT letterbox.print_begin($1::bigint, $2::bigint) AS refusal;

-- name: print_take
-- purpose: Takes an item that waits into a batch, after all checks: null, done, or why not
-- roles: lb_desk
-- params: $1 print_id bigint, $2 batch_id bigint
-- columns: refusal text
SELECT letterbox.print_take($1::bigint, $2::bigint) AS refusal;

-- name: print_check
-- purpose: Asks the facts once more about an item that is printed and not posted: null, or why it is stopped now
-- roles: lb_desk
-- params: $1 print_id bigint
-- columns: refusal text
SELECT letterbox.print_check($1::bigint) AS refusal;

-- name: print_batch
-- purpose: What was printed in one batch; dispatch_id as in print_queue
-- roles: lb_desk
-- also: lb_press
-- params: $1 batch_id bigint
-- columns: print_id bigint, dispatch_id bigint, letter_blob bigint, sheet_blob bigint, state text,
--   printed_at timestamptz, printed_by bigint, posted_on date, to_party bigint, release_id bigint, code text
SELECT p.print_id, coalesce(p.dispatch_id, p.notice_id) AS dispatch_id, p.letter_blob, p.sheet_blob, p.state, p.printed_at,
       p.printed_by, p.posted_on, coalesce(r.to_party, n.to_party) AS to_party, r.release_id, coalesce(d.code, n.code) AS code
  FROM letterbox.print_item p
  LEFT JOIN letterbox.dispatch d ON d.agency_id = p.agency_id AND d.dispatch_id = p.dispatch_id
  LEFT JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
  LEFT JOIN letterbox.notice n ON n.agency_id = p.agency_id AND n.notice_id = p.notice_id
 WHERE p.batch_id = $1::bigint ORDER BY p.made_at, p.print_id;

-- name: print_batches
-- purpose: The newest batches: how many items, how many of them wait to be posted, and when the last was
-- roles: lb_desk
-- also: lb_press
-- params: $1 limit integer
-- columns: batch_id bigint, printed_at timestamptz, printed_by bigint, items bigint, waiting bigint, posted_on date
SELECT batch_id, min(printed_at) AS printed_at, min(printed_by) AS printed_by, count(*) AS items,
       count(*) FILTER (WHERE state = 'printed') AS waiting, max(posted_on) AS posted_on
  FROM letterbox.print_item WHERE batch_id IS NOT NULL
 GROUP BY batch_id ORDER BY min(printed_at) DESC LIMIT $1::integer;

-- name: print_find_dispatch
-- purpose: The print item of a dispatch or a notice, as the print page's ticks name it
-- roles: lb_desk
-- also: lb_press
-- params: $1 dispatch_id bigint
-- columns: print_id bigint, state text, batch_id bigint
SELECT print_id, state, batch_id FROM letterbox.print_item WHERE dispatch_id = $1::bigint OR notice_id = $1::bigint;

-- name: print_posted
-- purpose: Notes that a printed item was posted: null, or done if it is not waiting for that
-- roles: lb_desk
-- params: $1 print_id bigint, $2 posted_on date
-- columns: refusal text
SELECT letterbox.print_posted($1::bigint, $2::date) AS refusal;
