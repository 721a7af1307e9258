-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: bounce_note
-- purpose: Notes what came back of a message, and what that means for its dispatch and its reader's address
-- roles: lb_press
-- params: $1 letter_id bigint, $2 message_id bigint, $3 kind text, $4 code text, $5 is_recipients boolean,
--   $6 is_current boolean
-- columns: changed boolean
SELECT letterbox.bounce_note($1::bigint, $2::bigint, $3::text, $4::text, $5::boolean, $6::boolean) AS changed;

-- name: bounce_list
-- purpose: What came back, newest first; is_open: only what nobody has said to have seen, and for which no dispatch stands
--   among the problems (dispatch_problems)
-- roles: lb_desk
-- params: $1 is_open boolean, $2 limit integer, $3 offset integer
-- columns: bounce_id bigint, mail_id bigint, kind text, code text, is_recipients boolean, came_at timestamptz,
--   seen_at timestamptz, party_id bigint, message_kind text, channel text, letter_id bigint
SELECT b.bounce_id, b.letter_id AS mail_id, b.kind, b.code, b.is_recipients, b.came_at, b.seen_at, b.party_id,
       m.kind AS message_kind, d.channel, r.letter_id
  FROM letterbox.bounce b
  JOIN letterbox.message m ON m.agency_id = b.agency_id AND m.message_id = b.message_id
  LEFT JOIN letterbox.dispatch d ON d.agency_id = b.agency_id AND d.dispatch_id = b.dispatch_id
  LEFT JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
 WHERE NOT $1::boolean
    OR b.seen_at IS NULL AND (b.dispatch_id IS NULL OR b.kind NOT IN ('hard', 'soft', 'refused') OR NOT b.is_recipients)
 ORDER BY b.came_at DESC, b.bounce_id LIMIT $2::integer OFFSET $3::integer;

-- name: bounce_of_stopped
-- purpose: What came back of the dispatches that wait for a person because of it, oldest first
-- roles: lb_desk
-- params: none
-- columns: bounce_id bigint, mail_id bigint, kind text, code text, is_recipients boolean, came_at timestamptz,
--   dispatch_id bigint
SELECT b.bounce_id, b.letter_id AS mail_id, b.kind, b.code, b.is_recipients, b.came_at, b.dispatch_id
  FROM letterbox.dispatch d
  JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
  JOIN letterbox.bounce b ON b.agency_id = d.agency_id AND b.dispatch_id = d.dispatch_id
 WHERE d.state = 'returned' AND r.state <> 'withdrawn' AND b.is_recipients AND b.kind IN ('hard', 'soft', 'refused')
 ORDER BY b.came_at, b.bounce_id;

-- name: bounce_of_mail
-- purpose: What a mail that came back is about; no row: it names no message of ours
-- roles: lb_desk
-- params: $1 mail_id bigint
-- columns: bounce_id bigint, mail_id bigint, kind text, code text, is_recipients boolean, came_at timestamptz,
--   seen_at timestamptz, party_id bigint, message_kind text, channel text, letter_id bigint
SELECT b.bounce_id, b.letter_id AS mail_id, b.kind, b.code, b.is_recipients, b.came_at, b.seen_at, b.party_id,
       m.kind AS message_kind, d.channel, r.letter_id
  FROM letterbox.bounce b
  JOIN letterbox.message m ON m.agency_id = b.agency_id AND m.message_id = b.message_id
  LEFT JOIN letterbox.dispatch d ON d.agency_id = b.agency_id AND d.dispatch_id = b.dispatch_id
  LEFT JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
 WHERE b.letter_id = $1::bigint;

-- name: bounce_of_letter
-- purpose: What came back of the copies of a letter, oldest first
-- roles: lb_desk
-- params: $1 letter_id bigint
-- columns: bounce_id bigint, mail_id bigint, kind text, code text, is_recipients boolean, came_at timestamptz,
--   dispatch_id bigint
SELECT b.bounce_id, b.letter_id AS mail_id, b.kind, b.code, b.is_recipients, b.came_at, b.dispatch_id
  FROM letterbox.release r
  JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
  JOIN letterbox.bounce b ON b.agency_id = d.agency_id AND b.dispatch_id = d.dispatch_id
 WHERE r.letter_id = $1::bigint ORDER BY b.came_at, b.bounce_id;

-- name: bounce_seen
-- purpose: Staff have seen what came back; false: somebody did before
-- roles: lb_desk
-- params: $1 bounce_id bigint
-- columns: seen boolean
SELECT letterbox.bounce_seen($1::bigint) AS seen;
