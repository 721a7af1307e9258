-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: dispatch_add
-- purpose: Sends a release on its way by a channel, to the addresses of a version
-- roles: lb_press
-- params: $1 dispatch_id bigint, $2 release_id bigint, $3 channel text, $4 address_version integer
-- columns: none
INSERT INTO letterbox.dispatch (agency_id, dispatch_id, release_id, channel, address_version, made_at, changed_at)
VALUES (letterbox.gate_agency(), $1::bigint, $2::bigint, $3::text, $4::integer, letterbox.now(), letterbox.now());

-- name: dispatch_begin
-- purpose: Delivers a dispatch of channel portal after all checks: null, or why not
-- roles: lb_press
-- params: $1 dispatch_id bigint
-- columns: refusal text, attempt_id bigint
SELECT refusal, attempt_id FROM letterbox.dispatch_begin($1::bigint);

-- name: dispatch_find
-- purpose: One dispatch with its release
-- roles: lb_desk lb_press
-- params: $1 dispatch_id bigint
-- columns: dispatch_id bigint, release_id bigint, channel text, address_version integer, state text, code text,
--   made_at timestamptz, changed_at timestamptz, letter_id bigint, to_party bigint
SELECT d.dispatch_id, d.release_id, d.channel, d.address_version, d.state, d.code, d.made_at, d.changed_at, r.letter_id,
       r.to_party
  FROM letterbox.dispatch d JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
 WHERE d.dispatch_id = $1::bigint;

-- name: dispatch_of_letter
-- purpose: Where the releases of a letter are; of a link also how it stands: closed, locked, expired, opened, unopened
-- roles: lb_desk
-- params: $1 letter_id bigint
-- columns: dispatch_id bigint, release_id bigint, to_party bigint, channel text, state text, code text,
--   made_at timestamptz, changed_at timestamptz, is_withdrawn boolean, is_opened boolean, link text,
--   second_reader_at timestamptz
SELECT d.dispatch_id, d.release_id, r.to_party, d.channel, d.state, d.code, d.made_at, d.changed_at,
       r.state = 'withdrawn' AS is_withdrawn, r.opened_at IS NOT NULL AS is_opened,
       CASE WHEN l.link_id IS NULL THEN NULL
            WHEN l.withdrawn_at IS NOT NULL THEN 'closed'
            WHEN l.tries >= 5 THEN 'locked'
            WHEN l.expires_at <= letterbox.now() THEN 'expired'
            WHEN l.opened_at IS NOT NULL THEN 'opened'
            ELSE 'unopened' END AS link,
       l.second_reader_at
  FROM letterbox.release r JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
  LEFT JOIN letterbox.link l ON l.agency_id = d.agency_id AND l.dispatch_id = d.dispatch_id
 WHERE r.letter_id = $1::bigint ORDER BY d.made_at, d.dispatch_id;

-- name: dispatch_problems
-- purpose: Dispatches that wait for a person: stopped, came back, or may have been sent
-- roles: lb_desk
-- also: lb_press
-- params: $1 limit integer
-- columns: dispatch_id bigint, release_id bigint, channel text, state text, code text, changed_at timestamptz,
--   letter_id bigint, to_party bigint, message_id bigint
SELECT d.dispatch_id, d.release_id, d.channel, d.state, d.code, d.changed_at, r.letter_id, r.to_party,
       (SELECT max(m.message_id) FROM letterbox.message m
         WHERE m.agency_id = d.agency_id AND m.dispatch_id = d.dispatch_id AND m.state = 'maybe_sent') AS message_id
  FROM letterbox.dispatch d JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
 WHERE d.state IN ('stopped', 'returned', 'maybe_sent') AND r.state <> 'withdrawn'
   AND NOT EXISTS (SELECT FROM letterbox.dispatch n
                    WHERE n.agency_id = d.agency_id AND n.release_id = d.release_id AND n.made_at > d.made_at)
 ORDER BY d.changed_at LIMIT $1::integer;

-- name: dispatch_beside_problems
-- purpose: Copies that have not left of letters with a dispatch among the problems: reading such a letter again takes them
--   back (copies_take_back)
-- roles: lb_desk
-- also: lb_press
-- params: none
-- columns: letter_id bigint, to_party bigint, channel text
SELECT DISTINCT r.letter_id, r.to_party, d.channel
  FROM letterbox.dispatch d
  JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
  JOIN letterbox.letter l ON l.agency_id = r.agency_id AND l.letter_id = r.letter_id
 WHERE r.kind = 'letter' AND r.state <> 'withdrawn' AND (d.state = 'ready' OR d.channel = 'post' AND d.state = 'sending')
   AND l.state <> 'in_review'
   AND EXISTS (SELECT FROM letterbox.release o
                 JOIN letterbox.dispatch s ON s.agency_id = o.agency_id AND s.release_id = o.release_id
                WHERE o.agency_id = r.agency_id AND o.letter_id = r.letter_id AND o.state <> 'withdrawn'
                  AND s.state IN ('stopped', 'returned', 'maybe_sent'))
 ORDER BY r.letter_id, r.to_party, d.channel;

-- name: copy_take_back
-- purpose: Takes a copy back that has not left, or that nobody has opened in the portal; false: it is too late
-- roles: lb_desk
-- params: $1 dispatch_id bigint
-- columns: taken boolean
SELECT letterbox.copy_take_back($1::bigint) AS taken;

-- name: dispatch_post_back
-- purpose: Notes that a posted letter came back; false: it was not posted, or has come back already
-- roles: lb_desk
-- params: $1 dispatch_id bigint
-- columns: is_back boolean
SELECT letterbox.post_came_back($1::bigint) AS is_back;
