-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Each page begins by looking at its session. That is a view, too, now: it becomes a part of the query's plan, where a
-- function costs ten times as much; and both ask for the instant once, not twice.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE VIEW letterbox.live_session WITH (security_barrier) AS
SELECT s.agency_id, s.session_key, s.kind, s.account_id, s.party_id, s.staff_id, s.role, s.link_id, s.release_id
  FROM letterbox.session s, letterbox.cluster c
 WHERE s.session_key = CASE WHEN current_setting('letterbox.session', true) ~ '^[0-9a-f]{64}$'
                            THEN sha256(decode(current_setting('letterbox.session', true), 'hex')) END
   AND s.stage = 'full'
   AND least(s.idle_ends_at, s.ends_at) > greatest(c.last_instant, pg_catalog.now() + c.clock_offset)
   AND CASE session_user WHEN 'lb_portal' THEN s.kind IN ('portal', 'link')
                         WHEN 'lb_desk' THEN s.kind = 'desk' ELSE false END;

CREATE VIEW letterbox.own_session WITH (security_barrier) AS
SELECT s.agency_id, s.kind, s.stage, s.account_id, s.party_id, s.staff_id, s.role, s.join_id, s.link_id, s.release_id,
       s.sealed_secret, s.idle_ends_at, s.ends_at,
       s.seen_at < greatest(c.last_instant, pg_catalog.now() + c.clock_offset) - interval '1 minute' AS is_stale
  FROM letterbox.session s, letterbox.cluster c
 WHERE s.session_key = CASE WHEN current_setting('letterbox.session', true) ~ '^[0-9a-f]{64}$'
                            THEN sha256(decode(current_setting('letterbox.session', true), 'hex')) END
   AND least(s.idle_ends_at, s.ends_at) > greatest(c.last_instant, pg_catalog.now() + c.clock_offset)
   AND CASE session_user WHEN 'lb_portal' THEN s.kind IN ('portal', 'link')
                         WHEN 'lb_desk' THEN s.kind = 'desk' ELSE false END;
COMMENT ON VIEW letterbox.own_session IS
    'The session that letterbox.session names, in whatever stage, if it is live by letterbox.now() and of this process''s kind: one row or none';
COMMENT ON COLUMN letterbox.own_session.agency_id IS 'Its agency';
COMMENT ON COLUMN letterbox.own_session.kind IS 'portal, link or desk';
COMMENT ON COLUMN letterbox.own_session.stage IS 'joining, password or full';
COMMENT ON COLUMN letterbox.own_session.account_id IS 'The account that signs in or is signed in';
COMMENT ON COLUMN letterbox.own_session.party_id IS 'Its party; null at the desk and for a link''s reader';
COMMENT ON COLUMN letterbox.own_session.staff_id IS 'The member of staff';
COMMENT ON COLUMN letterbox.own_session.role IS 'The role of that member of staff';
COMMENT ON COLUMN letterbox.own_session.join_id IS 'The joining code that was given';
COMMENT ON COLUMN letterbox.own_session.link_id IS 'The link of a reader';
COMMENT ON COLUMN letterbox.own_session.release_id IS 'The one release that a link''s reader may see';
COMMENT ON COLUMN letterbox.own_session.sealed_secret IS 'The secret key, sealed under the cookie';
COMMENT ON COLUMN letterbox.own_session.idle_ends_at IS 'When it ends if nothing more is asked';
COMMENT ON COLUMN letterbox.own_session.ends_at IS 'When it ends in any case';
COMMENT ON COLUMN letterbox.own_session.is_stale IS 'The last sign of life that was noted is over a minute old: session_touch notes a new one';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
