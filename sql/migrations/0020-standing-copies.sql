-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A copy that has not left goes back when its letter is changed, returned or objected to, and is refused if it is tried all
-- the same. What stands between two people stands in each of their arrangements: a prohibition or suspension holds the others until a
-- manager has looked, and where one asks for two people all do.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.gate_audit(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text,
                                     p_about_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM letterbox.audit_write(p_agency,
        CASE session_user WHEN 'lb_desk' THEN 'staff' WHEN 'lb_press' THEN 'press' ELSE 'operator' END,
        coalesce(CASE session_user WHEN 'lb_desk' THEN letterbox.gate_staff() WHEN 'lb_press' THEN letterbox.gate_job() END, 0),
        p_act, p_object_kind, p_object_id, p_about_kind, p_about_id, NULL);
END
$$;
COMMENT ON FUNCTION letterbox.gate_audit(bigint, text, text, bigint, text, bigint) IS
    'Appends what follows from what a member of staff or the press did; only for the gate''s own functions';

---- copies that have not left ---------------------------------------------------------------------

CREATE FUNCTION letterbox.copies_take_back(p_agency bigint, p_letter bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_copy record;
BEGIN
    -- The letter, then in the order of those who send: the item or the message, then its dispatch.
    PERFORM FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.letter_id = p_letter FOR UPDATE;
    PERFORM FROM letterbox.print_item p
      JOIN letterbox.dispatch d ON d.agency_id = p.agency_id AND d.dispatch_id = p.dispatch_id
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
     WHERE r.agency_id = p_agency AND r.letter_id = p_letter AND p.state IN ('queued', 'printed')
     ORDER BY p.print_id FOR UPDATE OF p;
    PERFORM FROM letterbox.message m
      JOIN letterbox.dispatch d ON d.agency_id = m.agency_id AND d.dispatch_id = m.dispatch_id
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
     WHERE r.agency_id = p_agency AND r.letter_id = p_letter AND m.state = 'ready'
     ORDER BY m.message_id FOR UPDATE OF m;
    FOR v_copy IN
        SELECT d.dispatch_id, d.channel, r.release_id
          FROM letterbox.dispatch d
          JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
         WHERE r.agency_id = p_agency AND r.letter_id = p_letter AND r.kind = 'letter' AND r.state <> 'withdrawn'
           AND (p_to IS NULL OR r.to_party = p_to)
           AND (d.state = 'ready' OR d.channel = 'post' AND d.state = 'sending')
         ORDER BY d.dispatch_id FOR UPDATE OF d
    LOOP
        PERFORM letterbox.dispatch_stop(p_agency, v_copy.dispatch_id,
                                        CASE v_copy.channel WHEN 'portal' THEN 'deliver' WHEN 'post' THEN 'print'
                                                            ELSE 'send' END, 'withdrawn');
        UPDATE letterbox.release r SET state = 'withdrawn'
         WHERE r.agency_id = p_agency AND r.release_id = v_copy.release_id;
        UPDATE letterbox.link l SET withdrawn_at = letterbox.now()
         WHERE l.agency_id = p_agency AND l.release_id = v_copy.release_id AND l.withdrawn_at IS NULL;
        PERFORM letterbox.gate_audit(p_agency, 'copy_taken_back', 'dispatch', v_copy.dispatch_id, 'letter', p_letter);
    END LOOP;
END
$$;
COMMENT ON FUNCTION letterbox.copies_take_back(bigint, bigint, bigint) IS
    'Takes back the copies of a letter that have not left, of one recipient or (null) of all; only for the gate''s own functions';

CREATE FUNCTION letterbox.copy_take_back(p_dispatch bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_release letterbox.release;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change dispatches' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT r.* INTO v_release FROM letterbox.dispatch d
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch;
    PERFORM letterbox.copies_take_back(v_agency, v_release.letter_id, v_release.to_party);
    -- In the portal, and not opened yet: it can still be nobody's.
    UPDATE letterbox.release r SET state = 'withdrawn'
     WHERE r.agency_id = v_agency AND r.release_id = v_release.release_id AND r.kind = 'letter' AND r.state = 'available'
       AND r.opened_at IS NULL
       AND EXISTS (SELECT FROM letterbox.dispatch d WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch
                                                      AND d.channel = 'portal');
    IF FOUND THEN
        PERFORM letterbox.gate_audit(v_agency, 'copy_taken_back', 'dispatch', p_dispatch, 'letter', v_release.letter_id);
    END IF;
    RETURN EXISTS (SELECT FROM letterbox.release r WHERE r.agency_id = v_agency AND r.release_id = v_release.release_id
                                                      AND r.state = 'withdrawn');
END
$$;
COMMENT ON FUNCTION letterbox.copy_take_back(bigint) IS
    'A person takes a copy back that has not left, or that nobody has opened in the portal. false: it is too late';

CREATE FUNCTION letterbox.letter_next_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM letterbox.copies_take_back(NEW.agency_id, NEW.letter_id, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.letter_next_version() IS
    'A letter has a next version: what has not left of the one before goes back';
GRANT EXECUTE ON FUNCTION letterbox.letter_next_version() TO lb_owner;

CREATE FUNCTION letterbox.decision_objects() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM letterbox.copies_take_back(NEW.agency_id, NEW.letter_id, NEW.to_party);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.decision_objects() IS 'Somebody objected: what has not left of what was approved goes back';
GRANT EXECUTE ON FUNCTION letterbox.decision_objects() TO lb_owner;

---- between two people ----------------------------------------------------------------------------

CREATE FUNCTION letterbox.shared_arrangements(p_agency bigint, p_arrangement bigint, p_party bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT c.arrangement_id
      FROM letterbox.arrangement_party a
      JOIN letterbox.arrangement_party b ON b.agency_id = a.agency_id AND b.arrangement_id = a.arrangement_id
                                        AND b.side <> a.side AND b.party_id > a.party_id
      JOIN letterbox.arrangement_party c ON c.agency_id = a.agency_id AND c.party_id = a.party_id
                                        AND c.arrangement_id <> a.arrangement_id
      JOIN letterbox.arrangement_party d ON d.agency_id = b.agency_id AND d.party_id = b.party_id
                                        AND d.arrangement_id = c.arrangement_id AND d.side <> c.side
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
       AND (p_party IS NULL OR p_party IN (a.party_id, b.party_id))
$$;
COMMENT ON FUNCTION letterbox.shared_arrangements(bigint, bigint, bigint) IS
    'The other arrangements in which two people of different sides of this one (one of them this party, or null) write to each other too; only for the gate''s own functions';

CREATE FUNCTION letterbox.arrangement_held_by(p_agency bigint, p_arrangement bigint, p_other bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE letterbox.arrangement a SET state = 'held'
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement AND a.state IN ('active', 'paused');
    IF FOUND THEN
        PERFORM letterbox.gate_audit(p_agency, 'arrangement_held', 'arrangement', p_arrangement, 'arrangement', p_other);
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_held_by(bigint, bigint, bigint) IS
    'Holds an arrangement because of another of the same people, until a manager has looked; only for the gate''s own functions';

CREATE FUNCTION letterbox.arrangement_party_blocked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_other   bigint;
    v_blocked boolean;
BEGIN
    -- One at a time: who blocks and who brings two people together must see each other.
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    SELECT a.arrangement_id INTO v_other
      FROM letterbox.arrangement a
     WHERE a.agency_id = NEW.agency_id AND a.state IN ('prohibited', 'suspended')
       AND a.arrangement_id IN (SELECT letterbox.shared_arrangements(NEW.agency_id, NEW.arrangement_id, NEW.party_id))
     ORDER BY a.arrangement_id LIMIT 1;
    IF FOUND THEN
        PERFORM letterbox.arrangement_held_by(NEW.agency_id, NEW.arrangement_id, v_other);
    END IF;
    SELECT a.state IN ('prohibited', 'suspended') INTO v_blocked FROM letterbox.arrangement a
     WHERE a.agency_id = NEW.agency_id AND a.arrangement_id = NEW.arrangement_id;
    IF v_blocked THEN
        PERFORM letterbox.arrangement_held_by(NEW.agency_id, o.id, NEW.arrangement_id)
           FROM letterbox.shared_arrangements(NEW.agency_id, NEW.arrangement_id, NEW.party_id) AS o(id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_party_blocked() IS
    'Somebody comes into an arrangement: if they are blocked with one of the others elsewhere this one is held, and if this one is blocked those are, until a manager has looked';
GRANT EXECUTE ON FUNCTION letterbox.arrangement_party_blocked() TO lb_owner;

CREATE FUNCTION letterbox.arrangement_blocked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    PERFORM letterbox.arrangement_held_by(NEW.agency_id, o.id, NEW.arrangement_id)
       FROM letterbox.shared_arrangements(NEW.agency_id, NEW.arrangement_id, NULL) AS o(id) ORDER BY o.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_blocked() IS
    'Contact is prohibited or suspended in one arrangement: the others of the same people are held until a manager has looked';
GRANT EXECUTE ON FUNCTION letterbox.arrangement_blocked() TO lb_owner;

CREATE FUNCTION letterbox.needs_two(p_agency bigint, p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_or(a.two_person), false) FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency
       AND (a.arrangement_id = p_arrangement
            OR a.arrangement_id IN (SELECT letterbox.shared_arrangements(p_agency, p_arrangement, NULL)))
$$;
COMMENT ON FUNCTION letterbox.needs_two(bigint, bigint) IS
    'Whether an arrangement, or another of the same people, asks for two; only for the gate''s own functions';

CREATE FUNCTION letterbox.arrangement_needs_two(p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT letterbox.needs_two(letterbox.gate_agency(), p_arrangement)
$$;
COMMENT ON FUNCTION letterbox.arrangement_needs_two(bigint) IS
    'Whether letters of an arrangement need two people: it asks for them, or another arrangement of the same people does';

---- asked when it is released, and when it goes ---------------------------------------------------

CREATE FUNCTION letterbox.approval_refusal(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_decided_at timestamptz,
                                           p_digest bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_letter   letterbox.letter;
    v_objected timestamptz;
    v_authors  integer;
    v_others   integer;
BEGIN
    SELECT * INTO v_letter FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.letter_id = p_letter;
    IF v_letter.version <> p_version THEN
        RETURN 'superseded';
    END IF;
    SELECT max(d.decided_at) INTO v_objected FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version
       AND d.kind IN ('disagree', 'return', 'hold', 'escalate', 'ask') AND (d.to_party IS NULL OR d.to_party = p_to);
    IF v_objected > p_decided_at THEN
        RETURN 'overruled';
    END IF;
    -- An approval that was objected to is nobody's any more: who approves afterwards needs another who does.
    SELECT count(DISTINCT d.author), count(DISTINCT d.author) FILTER (WHERE d.author IS DISTINCT FROM v_letter.entered_by)
      INTO v_authors, v_others
      FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version AND d.to_party = p_to
       AND d.kind IN ('approve', 'second') AND d.screen_digest = p_digest AND d.decided_at >= coalesce(v_objected, '-infinity');
    IF v_others < 1 THEN
        RETURN 'not_own';
    ELSIF v_authors < 2 AND letterbox.needs_two(p_agency, v_letter.arrangement_id) THEN
        RETURN 'two_people';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.approval_refusal(bigint, bigint, integer, bigint, timestamptz, bytea) IS
    'Why an approval of this instant and screen does not let a copy go: a code, or null if it does; only for the gate''s own functions';

CREATE OR REPLACE FUNCTION letterbox.release_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_letter   letterbox.letter;
    v_decision letterbox.decision;
    v_refusal  text;
BEGIN
    SELECT * INTO v_letter FROM letterbox.letter l
     WHERE l.agency_id = NEW.agency_id AND l.letter_id = NEW.letter_id FOR SHARE;
    IF v_letter.arrangement_id IS DISTINCT FROM NEW.arrangement_id THEN
        PERFORM letterbox.refuse('release', 'release_arrangement', 'the release is not of the letter''s arrangement');
    END IF;
    v_refusal := letterbox.release_refusal(NEW.agency_id, NEW.arrangement_id, v_letter.from_party, NEW.to_party, NEW.kind,
                                           NEW.photo_level, letterbox.last_approved(NEW.agency_id, NEW.letter_id,
                                                                                    NEW.letter_version, NEW.to_party));
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.refuse('release', 'release_' || v_refusal, 'this letter may not be released to this party');
    END IF;

    SELECT * INTO v_decision FROM letterbox.decision d
     WHERE d.agency_id = NEW.agency_id AND d.decision_id = NEW.decision_id;
    IF v_decision.letter_id IS DISTINCT FROM NEW.letter_id OR v_decision.letter_version <> NEW.letter_version
       OR v_letter.version <> NEW.letter_version
       OR v_decision.kind <> (CASE NEW.kind WHEN 'note' THEN 'return' ELSE 'approve' END)
       OR (NEW.kind = 'letter' AND v_decision.to_party <> NEW.to_party) THEN
        PERFORM letterbox.refuse('release', 'release_decided', 'no decision about this version and recipient allows it');
    END IF;
    IF NEW.kind = 'letter' THEN
        v_refusal := letterbox.approval_refusal(NEW.agency_id, NEW.letter_id, NEW.letter_version, NEW.to_party,
                                                v_decision.decided_at, v_decision.screen_digest);
        IF v_refusal IS NOT NULL THEN
            PERFORM letterbox.refuse('release', 'release_' || v_refusal, 'the approvals do not let this letter go');
        END IF;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.dispatch_refusal(p_agency bigint, p_dispatch bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_dispatch letterbox.dispatch;
    v_release  letterbox.release;
    v_letter   letterbox.letter;
    v_party    letterbox.party;
    v_decision letterbox.decision;
    v_plain    boolean;
    v_refusal  text;
BEGIN
    SELECT * INTO v_dispatch FROM letterbox.dispatch d WHERE d.agency_id = p_agency AND d.dispatch_id = p_dispatch;
    SELECT * INTO v_release FROM letterbox.release r
     WHERE r.agency_id = p_agency AND r.release_id = v_dispatch.release_id;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO v_letter FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.letter_id = v_release.letter_id;
    v_refusal := letterbox.release_refusal(p_agency, v_release.arrangement_id, v_letter.from_party, v_release.to_party,
                                           v_release.kind, v_release.photo_level,
                                           letterbox.last_approved(p_agency, v_release.letter_id,
                                                                   v_release.letter_version, v_release.to_party));
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    -- Locked by release_refusal.
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_release.to_party;
    SELECT a.plain_email_allowed INTO v_plain FROM letterbox.agency a WHERE a.agency_id = p_agency;
    IF v_release.state = 'withdrawn' THEN
        RETURN 'withdrawn';
    ELSIF v_dispatch.address_version <> v_party.address_version THEN
        RETURN 'address_changed';
    ELSIF v_dispatch.channel = 'post' AND NOT v_party.address_confirmed
          OR v_dispatch.channel IN ('link', 'pgp', 'email') AND NOT v_party.email_confirmed THEN
        RETURN 'address_unconfirmed';
    ELSIF v_dispatch.channel = 'email' AND NOT (v_plain AND v_party.plain_consent) THEN
        RETURN 'plain_email';
    ELSIF v_release.photo_level = 'view_only' AND v_dispatch.channel NOT IN ('portal', 'link') THEN
        RETURN 'photo_channel';
    ELSIF v_release.kind = 'letter' AND (v_dispatch.state = 'ready' OR v_dispatch.channel = 'post' AND v_dispatch.state = 'sending') THEN
        -- What has left stays with its reader: a link goes on opening when the letter is read again for somebody else.
        SELECT * INTO v_decision FROM letterbox.decision d
         WHERE d.agency_id = p_agency AND d.decision_id = v_release.decision_id;
        RETURN letterbox.approval_refusal(p_agency, v_release.letter_id, v_release.letter_version, v_release.to_party,
                                          v_decision.decided_at, v_decision.screen_digest);
    END IF;
    RETURN NULL;
END
$$;

RESET ROLE;
-- What was taken back is made anew when it is approved again, of the same version too.
ALTER TABLE release DROP CONSTRAINT release_once;
CREATE UNIQUE INDEX release_once ON release (agency_id, letter_id, letter_version, to_party, kind) WHERE state <> 'withdrawn';
CREATE TRIGGER letter_next_version AFTER UPDATE OF version ON letter FOR EACH ROW
    WHEN (NEW.version > OLD.version) EXECUTE FUNCTION letterbox.letter_next_version();
CREATE TRIGGER decision_objects AFTER INSERT ON decision FOR EACH ROW
    WHEN (NEW.kind IN ('disagree', 'return', 'hold', 'escalate', 'ask')) EXECUTE FUNCTION letterbox.decision_objects();
CREATE TRIGGER arrangement_party_blocked AFTER INSERT ON arrangement_party FOR EACH ROW
    EXECUTE FUNCTION letterbox.arrangement_party_blocked();
CREATE TRIGGER arrangement_blocked AFTER UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (NEW.state IN ('prohibited', 'suspended') AND NEW.state <> OLD.state) EXECUTE FUNCTION letterbox.arrangement_blocked();

REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
