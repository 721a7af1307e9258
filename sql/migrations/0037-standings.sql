-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How things stand with a child and with a place in an arrangement: a death, not ready yet, eighteen, an address to ask about each time.
SET LOCAL search_path = letterbox;

ALTER TABLE child
    ADD COLUMN state text NOT NULL DEFAULT 'living' CHECK (state IN ('living', 'dead')),
    ADD COLUMN wish text NOT NULL DEFAULT 'unknown' CHECK (wish IN ('unknown', 'go_on', 'stop', 'veto'));
COMMENT ON COLUMN child.state IS 'living, dead (every arrangement is held, and none opens again)';
COMMENT ON COLUMN child.wish IS
    'What the child, nearly or now an adult, wants from eighteen on: unknown, go_on, stop (no more letters), veto (nobody is to ask for them either)';

ALTER TABLE arrangement_party DROP CONSTRAINT arrangement_party_state_check;
ALTER TABLE arrangement_party ADD CONSTRAINT arrangement_party_state_check
    CHECK (state IN ('active', 'paused', 'not_ready', 'ended'));
COMMENT ON COLUMN arrangement_party.state IS
    'active; paused (they asked for a pause here); not_ready (not ready to receive: letters for them wait on the shelf); ended';

ALTER TABLE party ADD COLUMN ask_first boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN party.ask_first IS
    'Somewhere where a letter can do harm (the record says where): each time something has gone, the address or e-mail is to be confirmed anew';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.gate_audit(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint,
                                                p_about_kind text, p_about_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM letterbox.audit_write(p_agency,
        CASE session_user WHEN 'lb_desk' THEN 'staff' WHEN 'lb_press' THEN 'press' WHEN 'lb_diary' THEN 'diary' ELSE 'operator' END,
        coalesce(CASE session_user WHEN 'lb_desk' THEN letterbox.gate_staff()
                                   WHEN 'lb_press' THEN letterbox.gate_job()
                                   WHEN 'lb_diary' THEN letterbox.gate_job() END, 0),
        p_act, p_object_kind, p_object_id, p_about_kind, p_about_id, NULL);
END
$$;

---- the child -------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.child_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_arrangement bigint;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager'
       AND (OLD.state = 'dead' AND NEW.state <> 'dead' OR OLD.wish = 'veto' AND NEW.wish <> 'veto') THEN
        PERFORM letterbox.refuse('child', 'child_manager_lifts', 'only a manager takes this back');
    END IF;
    IF NEW.state = 'dead' AND OLD.state <> 'dead' THEN
        FOR v_arrangement IN
            UPDATE letterbox.arrangement a SET state = 'held'
             WHERE a.agency_id = NEW.agency_id AND a.child_id = NEW.child_id AND a.state IN ('active', 'paused', 'inactive')
            RETURNING a.arrangement_id
        LOOP
            PERFORM letterbox.gate_audit(NEW.agency_id, 'arrangement_held', 'arrangement', v_arrangement, 'child', NEW.child_id);
        END LOOP;
    END IF;
    IF NEW.wish IN ('stop', 'veto') AND NEW.wish <> OLD.wish AND letterbox.now()::date >= NEW.eighteenth_month THEN
        PERFORM letterbox.arrangements_end(NEW.agency_id, NEW.child_id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.child_changed() IS
    'Holds the arrangements of a child who died, ends those of a grown child who wants no more; only a manager takes back a death or a veto: constraint child_manager_lifts';

CREATE FUNCTION letterbox.arrangements_end(p_agency bigint, p_child bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_arrangement bigint;
    v_ended       bigint := 0;
BEGIN
    FOR v_arrangement IN
        UPDATE letterbox.arrangement a SET state = 'ended', ended_at = letterbox.now()
         WHERE a.agency_id = p_agency AND a.child_id = p_child AND a.state IN ('active', 'paused', 'inactive')
        RETURNING a.arrangement_id
    LOOP
        PERFORM letterbox.gate_audit(p_agency, 'arrangement_grown', 'arrangement', v_arrangement, 'child', p_child);
        v_ended := v_ended + 1;
    END LOOP;
    RETURN v_ended;
END
$$;
COMMENT ON FUNCTION letterbox.arrangements_end(bigint, bigint) IS
    'Ends the open arrangements of a child who is grown up; what a manager has to lift stays as it is';

-- Three months for the last letters, as lib/rules/keep.h has it.
CREATE FUNCTION letterbox.child_refusal(p_agency bigint, p_child bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN c.state = 'dead' THEN 'child_dead'
                WHEN letterbox.now()::date < c.eighteenth_month OR c.wish = 'go_on' THEN NULL
                WHEN c.wish IN ('stop', 'veto') THEN 'child_wish'
                WHEN letterbox.now()::date >= (c.eighteenth_month + interval '3 months')::date THEN 'child_grown' END
      FROM letterbox.child c WHERE c.agency_id = p_agency AND c.child_id = p_child
$$;
COMMENT ON FUNCTION letterbox.child_refusal(bigint, bigint) IS
    'Why nothing goes on about a child: child_dead, child_wish (grown up and wants no more), child_grown (three months past the month of the eighteenth birthday, and has not said that it is to go on). Null: nothing';

CREATE FUNCTION letterbox.arrangement_opens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text := letterbox.child_refusal(NEW.agency_id, NEW.child_id);
BEGIN
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_' || v_refusal, 'this arrangement cannot be opened');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_opens() IS
    'Refuses to open an arrangement about a child who died, or who is grown up and has not said that it is to go on: constraints arrangement_child_dead, arrangement_child_wish, arrangement_child_grown';

CREATE FUNCTION letterbox.close_grown() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    RETURN (SELECT coalesce(sum(letterbox.arrangements_end(c.agency_id, c.child_id)), 0)
              FROM letterbox.child c
             WHERE c.agency_id = v_agency AND c.eighteenth_month <= letterbox.now()::date
               AND letterbox.child_refusal(c.agency_id, c.child_id) IN ('child_wish', 'child_grown')
               AND EXISTS (SELECT FROM letterbox.arrangement a
                            WHERE a.agency_id = c.agency_id AND a.child_id = c.child_id
                              AND a.state IN ('active', 'paused', 'inactive')));
END
$$;
COMMENT ON FUNCTION letterbox.close_grown() IS 'Ends the arrangements of the agency''s children who are grown up, as child_refusal has it. Number ended';

---- parties ---------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.party_lift() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('party', 'party_manager_lifts', 'only a manager takes a death back');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.party_lift() IS 'Refuses to take a death back without a manager: constraint party_manager_lifts';

CREATE OR REPLACE FUNCTION letterbox.dispatch_reached() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE letterbox.party p SET details_changed_at = NULL
      FROM letterbox.release r
     WHERE r.agency_id = NEW.agency_id AND r.release_id = NEW.release_id AND r.kind = 'letter'
       AND p.agency_id = r.agency_id AND p.party_id = r.to_party AND p.details_changed_at IS NOT NULL
       AND letterbox.fresh_approvals(r.agency_id, r.letter_id, r.letter_version, r.to_party, p.details_changed_at) >= 2;
    -- Where they are can be another place tomorrow: what was confirmed held for this one.
    IF NEW.channel <> 'portal' THEN
        UPDATE letterbox.party p
           SET address_confirmed = p.address_confirmed AND NEW.channel <> 'post',
               email_confirmed = p.email_confirmed AND NEW.channel = 'post'
          FROM letterbox.release r
         WHERE r.agency_id = NEW.agency_id AND r.release_id = NEW.release_id
           AND p.agency_id = r.agency_id AND p.party_id = r.to_party AND p.ask_first;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.dispatch_reached() IS
    'The first letter after a change, read by two, has gone to a party: the next is as any other. Where staff ask each time, the confirmation is used up';

CREATE FUNCTION letterbox.post_came_back(p_dispatch bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_release bigint;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change dispatches' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.dispatch d SET state = 'returned', code = 'post_returned', changed_at = letterbox.now()
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch AND d.channel = 'post' AND d.state = 'sent'
    RETURNING d.release_id INTO v_release;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- Nothing more goes there until somebody has confirmed an address; of an address that is another by now nothing is known.
    UPDATE letterbox.party p SET address_confirmed = false
      FROM letterbox.release r, letterbox.dispatch d
     WHERE r.agency_id = v_agency AND r.release_id = v_release AND d.agency_id = v_agency AND d.dispatch_id = p_dispatch
       AND p.agency_id = v_agency AND p.party_id = r.to_party AND p.address_version = d.address_version;
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.post_came_back(bigint) IS
    'A letter that was posted came back: nothing more goes to that address until it is confirmed. false: it was not posted, or has come back already';

---- releases --------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION letterbox.release_refusal(p_agency bigint, p_arrangement bigint, p_from bigint, p_to bigint,
                                                     p_kind text, p_photo_level text, p_decided_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_writer      letterbox.party;
    v_agency      letterbox.agency;
    v_arrangement letterbox.arrangement;
    v_sender      letterbox.arrangement_party;
    v_recipient   letterbox.arrangement_party;
    v_party       letterbox.party;
    v_child       text;
BEGIN
    -- FOR SHARE: who changes one of these facts waits for us, or we see the change; nothing passes in between.
    SELECT * INTO v_agency FROM letterbox.agency a WHERE a.agency_id = p_agency FOR SHARE;
    SELECT * INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement FOR SHARE;
    PERFORM FROM letterbox.child c WHERE c.agency_id = p_agency AND c.child_id = v_arrangement.child_id FOR SHARE;
    SELECT * INTO v_sender FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = p_arrangement AND p.party_id = p_from FOR SHARE;
    SELECT * INTO v_recipient FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = p_arrangement AND p.party_id = p_to FOR SHARE;
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_to FOR SHARE;
    SELECT * INTO v_writer FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_from FOR SHARE;
    v_child := letterbox.child_refusal(p_agency, v_arrangement.child_id);

    IF v_agency.state IS DISTINCT FROM 'active' OR v_agency.frozen_at IS NOT NULL THEN
        RETURN 'agency_frozen';
    ELSIF v_sender.party_id IS NULL THEN
        RETURN 'sender_unknown';
    ELSIF v_recipient.party_id IS NULL THEN
        RETURN 'recipient_unknown';
    ELSIF v_party.state <> 'active' THEN
        RETURN 'recipient_' || v_party.state;
    ELSIF p_kind = 'note' THEN
        -- A returned letter goes to its own sender and to nobody else.
        RETURN CASE WHEN p_to <> p_from THEN 'note_to_other' END;
    ELSIF v_sender.side = v_recipient.side THEN
        RETURN 'same_side';
    ELSIF v_arrangement.state <> 'active' THEN
        RETURN 'arrangement_' || v_arrangement.state;
    ELSIF v_child IS NOT NULL THEN
        RETURN v_child;
    ELSIF v_recipient.state = 'not_ready' THEN
        RETURN 'recipient_not_ready';
    ELSIF v_recipient.state <> 'active' OR NOT v_recipient.may_receive THEN
        RETURN 'recipient_not_receiving';
    ELSIF v_sender.state = 'ended' OR NOT v_sender.may_write THEN
        RETURN 'sender_not_writing';
    ELSIF v_writer.state = 'dead' AND v_writer.state_changed_at > p_decided_at THEN
        -- Somebody decided before the death was known: a person looks again, and may approve it again.
        RETURN 'sender_dead';
    ELSIF NOT (CASE p_photo_level WHEN 'none' THEN true
                                  WHEN 'no_face' THEN v_arrangement.photo_level IN ('no_face', 'face')
                                  WHEN 'face' THEN v_arrangement.photo_level = 'face'
                                  ELSE v_arrangement.photo_level IN ('view_only', 'face') END) THEN
        RETURN 'photo_level';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.reading_refusal(p_release bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
    v_release letterbox.release;
    v_letter  letterbox.letter;
    v_refusal text;
BEGIN
    SELECT * INTO v_release FROM letterbox.release r
     WHERE r.agency_id = v_session.agency_id AND r.release_id = p_release
       AND (r.to_party = v_session.party_id AND r.state = 'available' OR r.release_id = v_session.release_id);
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    -- The letter was delivered to where this reader is: an address that changed since does not matter, all else does.
    SELECT * INTO v_letter FROM letterbox.letter l
     WHERE l.agency_id = v_release.agency_id AND l.letter_id = v_release.letter_id;
    v_refusal := letterbox.release_refusal(v_release.agency_id, v_release.arrangement_id, v_letter.from_party,
                                           v_release.to_party, v_release.kind, v_release.photo_level, 'infinity');
    -- What somebody has read already is theirs to read again when contact is over, or the child is grown up or has died.
    IF v_release.opened_at IS NOT NULL
       AND v_refusal IN ('arrangement_ended', 'arrangement_inactive', 'child_dead', 'child_wish', 'child_grown') THEN
        v_refusal := NULL;
    END IF;
    IF v_refusal IS NULL AND v_release.state = 'withdrawn' THEN
        v_refusal := 'withdrawn';
    END IF;
    RETURN v_refusal;
END
$$;

GRANT EXECUTE ON FUNCTION letterbox.child_changed(), letterbox.arrangement_opens(), letterbox.party_lift() TO lb_owner;

RESET ROLE;
CREATE TRIGGER child_changed AFTER UPDATE OF state, wish ON child FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.wish <> NEW.wish) EXECUTE FUNCTION letterbox.child_changed();
CREATE TRIGGER arrangement_opens BEFORE INSERT OR UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (NEW.state IN ('active', 'paused')) EXECUTE FUNCTION letterbox.arrangement_opens();
CREATE TRIGGER party_lift BEFORE UPDATE OF state ON party FOR EACH ROW
    WHEN (OLD.state = 'dead' AND NEW.state <> 'dead') EXECUTE FUNCTION letterbox.party_lift();
DROP TRIGGER arrangement_lift ON arrangement;
CREATE TRIGGER arrangement_lift BEFORE UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (OLD.state IN ('suspended', 'held', 'prohibited', 'ended') AND NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION letterbox.arrangement_lift();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
