-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the database itself refuses: two sides that share an address, a release or dispatch that the facts do not
-- allow, work without a lease. The C code asks lib/rules first; this holds if it did not.
--
-- A refusal by a trigger is SQLSTATE 23514 with the constraint's name; a refusal by a function is its answer, a code.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.refuse(p_table text, p_constraint text, p_message text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', p_message
        USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = p_table, CONSTRAINT = p_constraint;
END
$$;
COMMENT ON FUNCTION letterbox.refuse(text, text, text) IS 'Raises a violation of a named constraint';

---- wrong-side guard ------------------------------------------------------------------------------

CREATE FUNCTION letterbox.sides_clash(p_agency bigint, p_party bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE mine AS (
        SELECT DISTINCT a.child_id, p.side
          FROM letterbox.arrangement_party p
          JOIN letterbox.arrangement a ON a.agency_id = p.agency_id AND a.arrangement_id = p.arrangement_id
         WHERE p.agency_id = p_agency AND p.party_id = p_party
    ), family (root, child_id) AS (
        SELECT m.child_id, m.child_id FROM mine m
        UNION
        SELECT f.root, CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
          FROM family f
          JOIN letterbox.child_link l ON l.agency_id = p_agency AND f.child_id IN (l.child_id, l.sibling_id)
    )
    SELECT EXISTS (
        SELECT FROM mine m
          JOIN family f ON f.root = m.child_id
          JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.child_id = f.child_id
          JOIN letterbox.arrangement_party o ON o.agency_id = p_agency AND o.arrangement_id = a.arrangement_id
         WHERE CASE WHEN f.child_id = m.child_id THEN o.side <> m.side
                    -- Of linked children, the families they live in are one kind of side, all else the other.
                    ELSE (o.side IN ('adoptive', 'sibling')) <> (m.side IN ('adoptive', 'sibling')) END
           AND (o.party_id = p_party
                OR EXISTS (SELECT FROM letterbox.party_lookup x
                             JOIN letterbox.party_lookup y
                               ON y.agency_id = x.agency_id AND y.use = x.use AND y.value = x.value
                            WHERE x.agency_id = p_agency AND x.party_id = p_party AND y.party_id = o.party_id)))
$$;
COMMENT ON FUNCTION letterbox.sides_clash(bigint, bigint) IS
    'Is this party on two sides of a child or of linked children, or does it share an address, e-mail or phone with another side?';

CREATE FUNCTION letterbox.sides_stay_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_clash boolean;
BEGIN
    -- One change of sides at a time in an agency: two that clash must not pass each other unseen.
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    IF TG_TABLE_NAME = 'child_link' THEN
        -- Everybody of all the children that hang together now.
        WITH RECURSIVE family (child_id) AS (
            SELECT NEW.child_id
            UNION
            SELECT CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
              FROM family f
              JOIN letterbox.child_link l ON l.agency_id = NEW.agency_id AND f.child_id IN (l.child_id, l.sibling_id)
        )
        SELECT bool_or(letterbox.sides_clash(NEW.agency_id, p.party_id)) INTO v_clash
          FROM family f
          JOIN letterbox.arrangement a ON a.agency_id = NEW.agency_id AND a.child_id = f.child_id
          JOIN letterbox.arrangement_party p ON p.agency_id = a.agency_id AND p.arrangement_id = a.arrangement_id;
    ELSE
        v_clash := letterbox.sides_clash(NEW.agency_id, NEW.party_id);
    END IF;
    IF v_clash THEN
        PERFORM letterbox.refuse(TG_TABLE_NAME, 'party_on_one_side',
                                 'the same person, address, e-mail or phone would be on two sides of a child');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.sides_stay_apart() IS 'Refuses what would put one value on two sides of a child: constraint party_on_one_side';
GRANT EXECUTE ON FUNCTION letterbox.sides_stay_apart() TO lb_owner;

CREATE FUNCTION letterbox.party_lookup_set(p_party bigint, p_use text, p_values bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF session_user = 'lb_desk' AND coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change parties' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM letterbox.party_lookup l
     WHERE l.agency_id = v_agency AND l.party_id = p_party AND l.use = p_use AND NOT l.value = ANY (p_values);
    INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id)
    SELECT DISTINCT v_agency, p_use, v, p_party FROM unnest(p_values) AS v ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION letterbox.party_lookup_set(bigint, text, bytea[]) IS
    'Makes these the look-up values of a party for one use; none: an empty array';

CREATE FUNCTION letterbox.party_for_value(p_use text, p_value bytea) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT l.party_id FROM letterbox.party_lookup l
     WHERE l.agency_id = letterbox.gate_agency() AND l.use = p_use AND l.value = p_value ORDER BY l.party_id;
END
$$;
COMMENT ON FUNCTION letterbox.party_for_value(text, bytea) IS 'The parties that one look-up value belongs to';

---- blocks, and the need of two people, are lifted by a manager -----------------------------------

CREATE FUNCTION letterbox.arrangement_lift() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_manager_lifts', 'only a manager lifts this');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_lift() IS 'Refuses to lift a block, or the need of two people, without a manager: constraint arrangement_manager_lifts';
GRANT EXECUTE ON FUNCTION letterbox.arrangement_lift() TO lb_owner;

CREATE FUNCTION letterbox.letter_sender_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.release r WHERE r.agency_id = NEW.agency_id AND r.letter_id = NEW.letter_id)
       OR EXISTS (SELECT FROM letterbox.decision d
                   WHERE d.agency_id = NEW.agency_id AND d.letter_id = NEW.letter_id AND d.letter_version = NEW.version
                     AND d.kind IN ('approve', 'second')) THEN
        PERFORM letterbox.refuse('letter', 'letter_sender_stands', 'the letter was approved as another''s');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.letter_sender_stands() IS
    'Refuses to make a letter another''s once it is approved or released: its sides were decided upon. Constraint letter_sender_stands';
GRANT EXECUTE ON FUNCTION letterbox.letter_sender_stands() TO lb_owner;

CREATE FUNCTION letterbox.party_state_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.state_changed_at := letterbox.now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.party_state_changed() IS 'Notes when a party''s state changed';
GRANT EXECUTE ON FUNCTION letterbox.party_state_changed() TO lb_owner;

---- blobs are whole -------------------------------------------------------------------------------

CREATE FUNCTION letterbox.blob_chunk_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM letterbox.blob b
                    WHERE b.agency_id = NEW.agency_id AND b.blob_id = NEW.blob_id AND NEW.number < b.chunks) THEN
        PERFORM letterbox.refuse('blob_chunk', 'blob_chunk_fits', 'the blob has no such chunk');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.blob_chunk_fits() IS 'Refuses a chunk beyond what the blob''s row announces: constraint blob_chunk_fits';
GRANT EXECUTE ON FUNCTION letterbox.blob_chunk_fits() TO lb_owner;

CREATE FUNCTION letterbox.blob_whole() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_chunks bigint;
    v_bytes  bigint;
BEGIN
    SELECT count(*), coalesce(sum(octet_length(c.bytes)), 0) INTO v_chunks, v_bytes
      FROM letterbox.blob_chunk c WHERE c.agency_id = NEW.agency_id AND c.blob_id = NEW.blob_id;
    IF (v_chunks <> NEW.chunks OR v_bytes <> NEW.bytes)
       AND EXISTS (SELECT FROM letterbox.blob b WHERE b.agency_id = NEW.agency_id AND b.blob_id = NEW.blob_id) THEN
        PERFORM letterbox.refuse('blob', 'blob_whole', 'the blob is not whole');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.blob_whole() IS 'Refuses, at COMMIT, a blob whose chunks are not all there: constraint blob_whole';
GRANT EXECUTE ON FUNCTION letterbox.blob_whole() TO lb_owner;

---- may this be released, and sent? ---------------------------------------------------------------

CREATE FUNCTION letterbox.release_refusal(p_agency bigint, p_arrangement bigint, p_from bigint, p_to bigint, p_kind text,
                                          p_photo_level text, p_decided_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_writer      letterbox.party;
    v_agency      letterbox.agency;
    v_arrangement letterbox.arrangement;
    v_sender      letterbox.arrangement_party;
    v_recipient   letterbox.arrangement_party;
    v_party       letterbox.party;
BEGIN
    -- FOR SHARE: who changes one of these facts waits for us, or we see the change; nothing passes in between.
    SELECT * INTO v_agency FROM letterbox.agency a WHERE a.agency_id = p_agency FOR SHARE;
    SELECT * INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement FOR SHARE;
    SELECT * INTO v_sender FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = p_arrangement AND p.party_id = p_from FOR SHARE;
    SELECT * INTO v_recipient FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = p_arrangement AND p.party_id = p_to FOR SHARE;
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_to FOR SHARE;
    SELECT * INTO v_writer FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_from FOR SHARE;

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
COMMENT ON FUNCTION letterbox.release_refusal(bigint, bigint, bigint, bigint, text, text, timestamptz) IS
    'Why a letter may not go from one party to another just now, approved last at this instant: a code, or null if it may. Locks the facts until COMMIT';

CREATE FUNCTION letterbox.last_approved(p_agency bigint, p_letter bigint, p_version integer, p_to bigint)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT max(d.decided_at) FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version AND d.to_party = p_to
       AND d.kind IN ('approve', 'second')
$$;
COMMENT ON FUNCTION letterbox.last_approved(bigint, bigint, integer, bigint) IS
    'When this version was last approved for this recipient; only for the gate''s own functions';

CREATE FUNCTION letterbox.release_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_letter   letterbox.letter;
    v_decision letterbox.decision;
    v_two      boolean;
    v_authors  integer;
    v_others   integer;
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
    IF NEW.kind = 'note' THEN
        RETURN NEW;
    END IF;

    IF EXISTS (SELECT FROM letterbox.decision d
                WHERE d.agency_id = NEW.agency_id AND d.letter_id = NEW.letter_id
                  AND d.letter_version = NEW.letter_version AND d.decided_at > v_decision.decided_at
                  AND d.kind IN ('disagree', 'return', 'hold', 'escalate', 'ask')
                  AND (d.to_party IS NULL OR d.to_party = NEW.to_party)) THEN
        PERFORM letterbox.refuse('release', 'release_overruled', 'a later decision stands against it');
    END IF;
    SELECT count(DISTINCT d.author), count(DISTINCT d.author) FILTER (WHERE d.author IS DISTINCT FROM v_letter.entered_by)
      INTO v_authors, v_others
      FROM letterbox.decision d
     WHERE d.agency_id = NEW.agency_id AND d.letter_id = NEW.letter_id AND d.letter_version = NEW.letter_version
       AND d.to_party = NEW.to_party AND d.kind IN ('approve', 'second') AND d.screen_digest = v_decision.screen_digest;
    SELECT a.two_person INTO v_two FROM letterbox.arrangement a
     WHERE a.agency_id = NEW.agency_id AND a.arrangement_id = NEW.arrangement_id;
    IF v_others < 1 THEN
        PERFORM letterbox.refuse('release', 'release_not_own', 'nobody releases alone what they entered themselves');
    END IF;
    IF v_two AND v_authors < 2 THEN
        PERFORM letterbox.refuse('release', 'release_two_people', 'this arrangement needs two people');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.release_guard() IS
    'Refuses a release that sides, states or decisions do not allow: constraints release_<code>';
GRANT EXECUTE ON FUNCTION letterbox.release_guard() TO lb_owner;

CREATE FUNCTION letterbox.dispatch_refusal(p_agency bigint, p_dispatch bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_dispatch letterbox.dispatch;
    v_release  letterbox.release;
    v_letter   letterbox.letter;
    v_party    letterbox.party;
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
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.dispatch_refusal(bigint, bigint) IS
    'Why a dispatch may not go just now: a code, or null if it may. Permit, sides, freeze, states and address version, locked until COMMIT';

CREATE FUNCTION letterbox.dispatch_stop(p_agency bigint, p_dispatch bigint, p_kind text, p_code text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
BEGIN
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome, code)
    SELECT p_agency, letterbox.new_id(), p_dispatch, count(*) + 1, p_kind, v_instant, v_instant, 'refused', p_code
      FROM letterbox.attempt a WHERE a.agency_id = p_agency AND a.dispatch_id = p_dispatch;
    UPDATE letterbox.dispatch d SET state = 'stopped', code = p_code, changed_at = v_instant
     WHERE d.agency_id = p_agency AND d.dispatch_id = p_dispatch AND d.state IN ('ready', 'sending');
    UPDATE letterbox.message m SET state = 'stopped', code = p_code, changed_at = v_instant
     WHERE m.agency_id = p_agency AND m.dispatch_id = p_dispatch AND m.state = 'ready';
    UPDATE letterbox.print_item p SET state = 'stopped'
     WHERE p.agency_id = p_agency AND p.dispatch_id = p_dispatch AND p.state IN ('queued', 'printed');
END
$$;
COMMENT ON FUNCTION letterbox.dispatch_stop(bigint, bigint, text, text) IS
    'Journals a refused attempt and gives the dispatch back to staff; only for the gate''s own functions';

CREATE FUNCTION letterbox.dispatch_begin(p_dispatch bigint, OUT refusal text, OUT attempt_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_state  text;
BEGIN
    SELECT d.state INTO v_state FROM letterbox.dispatch d
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch AND d.channel = 'portal' FOR UPDATE;
    IF v_state IS NULL THEN
        refusal := 'unknown';
    ELSIF v_state NOT IN ('ready', 'sending') THEN
        refusal := 'done';
    ELSE
        refusal := letterbox.dispatch_refusal(v_agency, p_dispatch);
        IF refusal IS NOT NULL THEN
            PERFORM letterbox.dispatch_stop(v_agency, p_dispatch, 'deliver', refusal);
        ELSE
            -- To be delivered in the portal is a row of our own: it begins and ends in this transaction.
            attempt_id := letterbox.new_id();
            INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
            SELECT v_agency, dispatch_begin.attempt_id, p_dispatch, count(*) + 1, 'deliver', letterbox.now(),
                   letterbox.now(), 'done'
              FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.dispatch_id = p_dispatch;
            UPDATE letterbox.dispatch d SET state = 'delivered', changed_at = letterbox.now()
             WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch;
            UPDATE letterbox.release r SET state = 'available'
              FROM letterbox.dispatch d
             WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch
               AND r.agency_id = d.agency_id AND r.release_id = d.release_id;
        END IF;
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.dispatch_begin(bigint) IS
    'Delivers a dispatch of channel portal: checks all facts, journals, and its recipient may open it; or a refusal, and staff see it. Those by e-mail begin with message_begin, those by post with print_begin';

CREATE FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_state   text;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT * INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = p_message FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'unknown';
        RETURN;
    ELSIF v_message.state = 'sending' THEN
        -- An attempt was begun and never ended: its process died, and the mail may have left.
        UPDATE letterbox.attempt a SET ended_at = v_instant, outcome = 'unknown'
         WHERE a.agency_id = v_agency AND a.message_id = p_message AND a.ended_at IS NULL;
        UPDATE letterbox.message m SET state = 'maybe_sent', changed_at = v_instant
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        UPDATE letterbox.dispatch d SET state = 'maybe_sent', changed_at = v_instant
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id;
        refusal := 'maybe_sent';
        RETURN;
    ELSIF v_message.state <> 'ready' THEN
        refusal := CASE v_message.state WHEN 'void' THEN 'void' WHEN 'maybe_sent' THEN 'maybe_sent' ELSE 'done' END;
        RETURN;
    END IF;

    IF v_message.dispatch_id IS NOT NULL THEN
        SELECT d.state INTO v_state FROM letterbox.dispatch d
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id FOR UPDATE;
        refusal := CASE WHEN v_state <> 'ready' THEN 'done'
                        ELSE letterbox.dispatch_refusal(v_agency, v_message.dispatch_id) END;
        IF refusal IS NOT NULL THEN
            PERFORM letterbox.dispatch_stop(v_agency, v_message.dispatch_id, 'send', refusal);
        END IF;
    ELSIF v_message.kind NOT IN ('sign_in_code', 'password_changed') THEN
        -- A notice: none to the dead, none while the agency is frozen.
        SELECT CASE WHEN g.state <> 'active' OR g.frozen_at IS NOT NULL THEN 'agency_frozen'
                    WHEN p.state IN ('dead', 'ended') THEN 'recipient_' || p.state END
          INTO refusal
          FROM letterbox.agency g
          LEFT JOIN letterbox.party p ON p.agency_id = g.agency_id AND p.party_id = v_message.to_party
         WHERE g.agency_id = v_agency FOR SHARE OF g;
    END IF;
    IF refusal IS NOT NULL THEN
        UPDATE letterbox.message m SET state = 'stopped', code = refusal, changed_at = v_instant
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        RETURN;
    END IF;

    attempt_id := letterbox.new_id();
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, message_id, number, kind, started_at)
    SELECT v_agency, message_begin.attempt_id, v_message.dispatch_id, p_message, count(*) + 1, 'send', v_instant
      FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.message_id = p_message;
    UPDATE letterbox.message m SET state = 'sending', changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message;
    UPDATE letterbox.dispatch d SET state = 'sending', changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id;
END
$$;
COMMENT ON FUNCTION letterbox.message_begin(bigint) IS
    'Journals an attempt to send a message, after all checks: commit it, send, then message_end. A refusal: void (a decoy: finish the job), done, maybe_sent (an attempt was never ended: a person decides), or a code, and staff see it';

CREATE FUNCTION letterbox.message_end(p_attempt bigint, p_outcome text, p_code text, p_sealed_answer bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_attempt letterbox.attempt;
    v_message letterbox.message;
    v_instant timestamptz := letterbox.now();
    v_over    boolean := p_outcome = 'refused';
BEGIN
    UPDATE letterbox.attempt a SET ended_at = v_instant, outcome = p_outcome, code = p_code
     WHERE a.agency_id = v_agency AND a.attempt_id = p_attempt AND a.ended_at IS NULL AND a.message_id IS NOT NULL
    RETURNING a.* INTO v_attempt;
    IF NOT FOUND THEN
        PERFORM letterbox.refuse('attempt', 'attempt_open', 'this attempt is not open');
    END IF;
    SELECT m.* INTO STRICT v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = v_attempt.message_id;
    IF p_outcome = 'failed' THEN
        -- Tried again after 5 s, 10 s, 20 s … an hour, for two days; a sign-in code is of no use after 15 minutes.
        v_over := v_instant - v_message.made_at
                  >= CASE v_message.kind WHEN 'sign_in_code' THEN interval '15 minutes' ELSE interval '48 hours' END;
    END IF;
    UPDATE letterbox.message m
       SET state = CASE WHEN v_over THEN 'failed' WHEN p_outcome = 'done' THEN 'sent' WHEN p_outcome = 'failed' THEN 'ready'
                        ELSE 'maybe_sent' END,
           code = p_code, sealed_answer = p_sealed_answer, changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = v_attempt.message_id;
    UPDATE letterbox.dispatch d
       SET state = CASE WHEN v_over THEN 'stopped' WHEN p_outcome = 'done' THEN 'sent' WHEN p_outcome = 'failed' THEN 'ready'
                        ELSE 'maybe_sent' END,
           code = p_code, changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_attempt.dispatch_id;
    IF p_outcome = 'failed' AND NOT v_over THEN
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, dispatch_id, made_at)
        VALUES (v_agency, letterbox.new_id(), 'post', 'send_mail',
                v_instant + least(5 * 2 ^ least(v_attempt.number - 1, 10), 3600) * interval '1 second',
                v_attempt.message_id, v_attempt.dispatch_id, v_instant);
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.message_end(bigint, text, text, bytea) IS
    'Ends an attempt: done (the server took it); refused (for good: staff see it); failed (nothing was sent: a job to try again is made, or after two days staff see it; finish the present job); unknown (no answer after the data: a person decides). The server''s words are sealed to the desk';

CREATE FUNCTION letterbox.message_answer(p_message bigint, p_answer text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not decide about messages' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.message m
       SET state = CASE p_answer WHEN 'sent' THEN 'sent' WHEN 'again' THEN 'ready' WHEN 'stop' THEN 'stopped' END,
           changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.state = 'maybe_sent'
    RETURNING m.* INTO v_message;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE letterbox.dispatch d
       SET state = CASE p_answer WHEN 'sent' THEN 'sent' WHEN 'again' THEN 'ready' ELSE 'stopped' END,
           changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id AND d.state = 'maybe_sent';
    IF p_answer = 'again' THEN
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, dispatch_id, made_at)
        VALUES (v_agency, letterbox.new_id(), 'post', 'send_mail', v_instant, p_message, v_message.dispatch_id, v_instant);
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.message_answer(bigint, text) IS
    'A person''s answer about a message that may have been sent: sent, again, or stop. false: it is not in doubt any more';

CREATE FUNCTION letterbox.print_begin(p_print bigint, p_batch bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_item    letterbox.print_item;
    v_refusal text;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not print' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_item FROM letterbox.print_item p WHERE p.agency_id = v_agency AND p.print_id = p_print FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF v_item.state NOT IN ('queued', 'printed') THEN
        RETURN 'done';
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_agency, v_item.dispatch_id);
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.dispatch_stop(v_agency, v_item.dispatch_id, 'print', v_refusal);
        RETURN v_refusal;
    END IF;
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
    SELECT v_agency, letterbox.new_id(), v_item.dispatch_id, count(*) + 1, 'print', v_instant, v_instant, 'done'
      FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.dispatch_id = v_item.dispatch_id;
    UPDATE letterbox.print_item p
       SET state = 'printed', batch_id = p_batch, printed_by = letterbox.gate_staff(), printed_at = v_instant
     WHERE p.agency_id = v_agency AND p.print_id = p_print;
    UPDATE letterbox.dispatch d SET state = 'sending', changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_item.dispatch_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.print_begin(bigint, bigint) IS
    'Journals the printing of one item after all checks, before its PDF is shown; may be repeated until it is posted. Null, or why not, and staff see it';

CREATE FUNCTION letterbox.print_posted(p_print bigint, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_item    letterbox.print_item;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not post' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.print_item p SET state = 'posted', posted_by = letterbox.gate_staff(), posted_on = p_day
     WHERE p.agency_id = v_agency AND p.print_id = p_print AND p.state = 'printed'
    RETURNING p.* INTO v_item;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    -- It left the house already: what changed since is not undone by refusing to write it down.
    UPDATE letterbox.dispatch d SET state = 'sent', changed_at = letterbox.now()
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_item.dispatch_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.print_posted(bigint, date) IS 'Notes that a printed item was posted; done: it is not waiting for that';

CREATE FUNCTION letterbox.dispatch_returned(p_dispatch bigint, p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_dispatch letterbox.dispatch;
BEGIN
    IF session_user = 'lb_desk' AND coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change dispatches' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.dispatch d SET state = 'returned', code = p_code, changed_at = letterbox.now()
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch
       AND d.state IN ('sending', 'sent', 'maybe_sent', 'delivered')
    RETURNING d.* INTO v_dispatch;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE letterbox.party p
       SET address_confirmed = p.address_confirmed AND v_dispatch.channel <> 'post',
           email_confirmed = p.email_confirmed AND v_dispatch.channel = 'post'
      FROM letterbox.release r
     WHERE r.agency_id = v_agency AND r.release_id = v_dispatch.release_id
       AND p.agency_id = v_agency AND p.party_id = r.to_party;
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.dispatch_returned(bigint, text) IS
    'A dispatch came back, by post or as a bounce: the next one stops until the address is confirmed again. false: it was not on its way';

---- a letter's end --------------------------------------------------------------------------------

CREATE FUNCTION letterbox.letter_settle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_letter bigint := CASE TG_TABLE_NAME WHEN 'letter' THEN (to_jsonb(NEW) ->> 'letter_id')::bigint END;
BEGIN
    IF v_letter IS NULL THEN
        SELECT r.letter_id INTO v_letter FROM letterbox.release r
         WHERE r.agency_id = NEW.agency_id AND r.release_id = (to_jsonb(NEW) ->> 'release_id')::bigint;
    END IF;
    UPDATE letterbox.letter l SET state = 'released', changed_at = letterbox.now()
     WHERE l.agency_id = NEW.agency_id AND l.letter_id = v_letter AND l.state = 'composed'
       AND NOT EXISTS (
           SELECT FROM letterbox.release r
            WHERE r.agency_id = l.agency_id AND r.letter_id = l.letter_id AND r.letter_version = l.version
              AND r.kind = 'letter' AND r.state <> 'withdrawn'
              AND NOT EXISTS (SELECT FROM letterbox.dispatch d
                               WHERE d.agency_id = r.agency_id AND d.release_id = r.release_id
                                 AND d.state IN ('sent', 'delivered')));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.letter_settle() IS
    'A composed letter is released once each copy of the version in force is with its recipient';
GRANT EXECUTE ON FUNCTION letterbox.letter_settle() TO lb_owner;

---- opening ---------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.open_journal(p_agency bigint, p_release bigint, p_dispatch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
BEGIN
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
    SELECT p_agency, letterbox.new_id(), p_dispatch, count(*) + 1, 'open', v_instant, v_instant, 'done'
      FROM letterbox.attempt a WHERE a.agency_id = p_agency AND a.dispatch_id = p_dispatch;
    UPDATE letterbox.release r SET opened_at = v_instant
     WHERE r.agency_id = p_agency AND r.release_id = p_release AND r.opened_at IS NULL;
END
$$;
COMMENT ON FUNCTION letterbox.open_journal(bigint, bigint, bigint) IS 'Journals an opening; only for the gate''s own functions';

CREATE FUNCTION letterbox.release_open(p_release bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session  letterbox.session := letterbox.gate_live_session();
    v_dispatch bigint;
    v_release  letterbox.release;
    v_letter   letterbox.letter;
    v_refusal  text;
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
    IF v_refusal IS NULL AND v_release.state = 'withdrawn' THEN
        v_refusal := 'withdrawn';
    END IF;
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    SELECT d.dispatch_id INTO v_dispatch FROM letterbox.dispatch d
     WHERE d.agency_id = v_release.agency_id AND d.release_id = p_release
       AND d.channel = CASE v_session.kind WHEN 'link' THEN 'link' ELSE 'portal' END
     ORDER BY d.made_at DESC LIMIT 1;
    PERFORM letterbox.open_journal(v_release.agency_id, p_release, v_dispatch);
    PERFORM letterbox.audit_write(v_release.agency_id, CASE v_session.kind WHEN 'link' THEN 'link' ELSE 'account' END,
                                  coalesce(v_session.link_id, v_session.account_id), 'release_opened', 'release', p_release,
                                  NULL, NULL, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.release_open(bigint) IS
    'Journals and audits that the signed-in reader opens a release, after all checks, before it is shown: null, or why not';

CREATE FUNCTION letterbox.link_find(p_token_hash bytea, OUT state text, OUT expires_at timestamptz)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT CASE WHEN l.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN l.tries >= 5 THEN 'locked'
                WHEN l.expires_at <= letterbox.now() THEN 'expired' ELSE 'open' END, l.expires_at
      FROM letterbox.link l WHERE l.token_hash = p_token_hash;
END
$$;
COMMENT ON FUNCTION letterbox.link_find(bytea) IS 'What the page before the PIN needs: open, expired, locked, withdrawn; no row: unknown. Changes nothing';

CREATE FUNCTION letterbox.link_try(p_token_hash bytea, OUT refusal text, OUT agency_id bigint, OUT link_id bigint,
    OUT release_id bigint, OUT kdf_salt bytea, OUT argon_passes integer, OUT argon_kib integer, OUT sealed_key bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_link letterbox.link;
BEGIN
    SELECT * INTO v_link FROM letterbox.link l WHERE l.token_hash = p_token_hash FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'unknown';
    ELSIF v_link.withdrawn_at IS NOT NULL THEN
        refusal := 'withdrawn';
    ELSIF v_link.tries >= 5 THEN
        refusal := 'locked';
    ELSIF v_link.expires_at <= letterbox.now() THEN
        refusal := 'expired';
    ELSE
        refusal := letterbox.dispatch_refusal(v_link.agency_id, v_link.dispatch_id);
    END IF;
    IF refusal IS NULL THEN
        UPDATE letterbox.link l SET tries = l.tries + 1
         WHERE l.agency_id = v_link.agency_id AND l.link_id = v_link.link_id;
        agency_id := v_link.agency_id;
        link_id := v_link.link_id;
        release_id := v_link.release_id;
        kdf_salt := v_link.kdf_salt;
        argon_passes := v_link.argon_passes;
        argon_kib := v_link.argon_kib;
        sealed_key := v_link.sealed_key;
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.link_try(bytea) IS
    'Counts a try of a PIN, then gives what is needed to check it: commit before checking. The fifth wrong one locks the link. Or a refusal: unknown, withdrawn, locked, expired, or why it may not be read just now';

CREATE FUNCTION letterbox.link_open(p_token_hash bytea, p_sid bytea, p_sealed_secret bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_link    letterbox.link;
    v_refusal text;
BEGIN
    SELECT * INTO v_link FROM letterbox.link l
     WHERE l.token_hash = p_token_hash AND l.withdrawn_at IS NULL AND l.tries > 0 AND l.expires_at > letterbox.now()
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_link.agency_id, v_link.dispatch_id);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    UPDATE letterbox.link l SET tries = 0, opened_at = coalesce(l.opened_at, letterbox.now())
     WHERE l.agency_id = v_link.agency_id AND l.link_id = v_link.link_id;
    PERFORM letterbox.open_journal(v_link.agency_id, v_link.release_id, v_link.dispatch_id);
    PERFORM letterbox.session_put(p_sid, v_link.agency_id, 'link', 'full', NULL, NULL, NULL, NULL, NULL, v_link.link_id,
                                  v_link.release_id, p_sealed_secret);
    PERFORM letterbox.audit_write(v_link.agency_id, 'link', v_link.link_id, 'release_opened', 'release', v_link.release_id,
                                  NULL, NULL, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.link_open(bytea, bytea, bytea) IS
    'After a right PIN: gives the tries back, journals and audits the opening, and opens a session of kind link. Null, or why not';

---- jobs ------------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.job_wake() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NOTIFY letterbox_job;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.job_wake() IS 'Wakes the workers; carries nothing';
GRANT EXECUTE ON FUNCTION letterbox.job_wake() TO lb_owner;

CREATE FUNCTION letterbox.job_lease(p_agency bigint, p_job bigint, p_limit_s integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_lease bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
BEGIN
    UPDATE letterbox.job j
       SET state = 'leased', attempts = j.attempts + 1, lease_hash = sha256(v_lease),
           lease_until = letterbox.now() + 2 * p_limit_s * interval '1 second'
     WHERE j.agency_id = p_agency AND j.job_id = p_job;
    RETURN encode(v_lease, 'hex');
END
$$;
COMMENT ON FUNCTION letterbox.job_lease(bigint, bigint, integer) IS 'Leases a job that is locked; only for the gate''s own functions';

CREATE FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint,
    OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint,
    OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint,
    OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job     letterbox.job;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF session_user <> 'lb_' || p_worker THEN
        RAISE EXCEPTION 'a worker claims its own jobs only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT letterbox.clock_tick() AND p_worker IN ('post', 'diary') THEN
        RETURN;
    END IF;
    LOOP
        -- A lease that ran out: its worker died or hangs. The third time staff look at it, and it blocks nothing.
        SELECT * INTO v_job FROM letterbox.job j
         WHERE j.worker = p_worker AND j.state = 'leased' AND j.lease_until <= v_instant AND j.kind = ANY (p_kinds)
         ORDER BY j.lease_until LIMIT 1 FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND OR v_job.attempts < 3;
        UPDATE letterbox.job j
           SET state = 'staff', error_code = 'worker_died', lease_hash = NULL, lease_until = NULL, ended_at = v_instant
         WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id;
    END LOOP;
    IF NOT FOUND THEN
        SELECT * INTO v_job FROM letterbox.job j
         WHERE j.worker = p_worker AND j.state = 'ready' AND j.run_at <= v_instant AND j.kind = ANY (p_kinds)
         ORDER BY j.priority, j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    END IF;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    lease := letterbox.job_lease(v_job.agency_id, v_job.job_id, p_limits_s[array_position(p_kinds, v_job.kind)]);
    agency_id := v_job.agency_id;
    job_id := v_job.job_id;
    kind := v_job.kind;
    attempts := v_job.attempts + 1;
    letter_id := v_job.letter_id;
    arrangement_id := v_job.arrangement_id;
    party_id := v_job.party_id;
    decision_id := v_job.decision_id;
    release_id := v_job.release_id;
    dispatch_id := v_job.dispatch_id;
    message_id := v_job.message_id;
    occasion_id := v_job.occasion_id;
    account_id := v_job.account_id;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION letterbox.job_claim(text, text[], integer[]) IS
    'Claims the next job of these kinds, with the time limit in seconds of each; no row: nothing to do. The lease, twice the limit, is the worker''s gate: SET LOCAL letterbox.lease. Run it as a transaction of its own. Post and diary get nothing while a jump of the clock waits to be confirmed';

CREATE FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer,
                                    OUT agency_id bigint, OUT job_id bigint, OUT lease text)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF session_user <> 'lb_' || p_worker THEN
        RAISE EXCEPTION 'a worker claims its own jobs only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT a.agency_id INTO agency_id FROM letterbox.agency a WHERE a.slug = p_agency_slug AND a.state = 'active';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    job_id := letterbox.new_id();
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
    VALUES (job_begin.agency_id, job_begin.job_id, p_worker, p_kind, letterbox.now(), letterbox.now());
    lease := letterbox.job_lease(job_begin.agency_id, job_begin.job_id, p_limit_s);
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION letterbox.job_begin(text, text, text, integer) IS
    'Makes and claims a job at once, for work that comes from outside the queue: a mail on stdin. No row: no such agency';

CREATE FUNCTION letterbox.job_finish() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job letterbox.job := letterbox.gate_live_job();
BEGIN
    -- The lease has to be held at this moment, not only when the transaction began.
    UPDATE letterbox.job j
       SET state = 'done', lease_hash = NULL, lease_until = NULL, error_code = NULL, ended_at = letterbox.now()
     WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id AND j.lease_hash = v_job.lease_hash
       AND j.lease_until > letterbox.now() + (clock_timestamp() - pg_catalog.now());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease is not held any more' USING ERRCODE = 'LB001';
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.job_finish() IS
    'Ends the job whose lease this transaction holds, or SQLSTATE LB001, so that nothing of the transaction stays';

CREATE FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job   letterbox.job := letterbox.gate_live_job();
    v_final boolean := p_final OR v_job.attempts >= 3;
BEGIN
    UPDATE letterbox.job j
       SET state = CASE WHEN v_final THEN 'staff' ELSE 'ready' END, lease_hash = NULL, lease_until = NULL,
           error_code = p_error_code, run_at = letterbox.now() + p_retry_s * interval '1 second',
           ended_at = CASE WHEN v_final THEN letterbox.now() END
     WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id AND j.lease_hash = v_job.lease_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease is not held any more' USING ERRCODE = 'LB001';
    END IF;
    RETURN CASE WHEN v_final THEN 'staff' ELSE 'ready' END;
END
$$;
COMMENT ON FUNCTION letterbox.job_fail(text, integer, boolean) IS
    'Gives the job back with an error code, to be tried again after some seconds; final, or after three attempts, it goes to staff. Answers ready or staff';

CREATE FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    IF session_user <> 'lb_' || p_worker THEN
        RAISE EXCEPTION 'a worker schedules its own jobs only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One scheduler at a time for a worker: no job is made twice.
    PERFORM pg_advisory_xact_lock(hashtextextended('letterbox.job_schedule.' || p_worker, 0));
    -- What was done is forgotten at once: a mailbox looked into every few seconds would fill the table.
    DELETE FROM letterbox.job j
     WHERE j.worker = p_worker AND j.kind = p_kind AND j.state = 'done'
       AND j.made_at <= letterbox.now() - p_every_s * interval '1 second';
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
    SELECT a.agency_id, letterbox.new_id(), p_worker, p_kind, letterbox.now(), letterbox.now()
      FROM letterbox.agency a
     WHERE a.state = 'active'
       AND NOT EXISTS (SELECT FROM letterbox.job j
                        WHERE j.agency_id = a.agency_id AND j.worker = p_worker AND j.kind = p_kind
                          AND (j.state IN ('ready', 'leased')
                               OR j.made_at > letterbox.now() - p_every_s * interval '1 second'));
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
COMMENT ON FUNCTION letterbox.job_schedule(text, text, integer) IS
    'Makes a regular job for each agency that has none waiting and had none made in the last so many seconds, and forgets those that are done; answers how many';

CREATE FUNCTION letterbox.sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
    v_total   integer := 0;
    v_count   integer;
BEGIN
    DELETE FROM letterbox.session s WHERE s.ends_at <= v_instant OR s.idle_ends_at <= v_instant;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_total := v_total + v_count;
    DELETE FROM letterbox.rate r WHERE r.minute <= v_instant - interval '1 day';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_total := v_total + v_count;
    DELETE FROM letterbox.job j
     WHERE j.state IN ('done', 'closed') AND j.ended_at <= v_instant - interval '7 days';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_total + v_count;
END
$$;
COMMENT ON FUNCTION letterbox.sweep() IS
    'Deletes what has run out: sessions, counts of failures after a day, finished jobs after a week. Answers how many rows';

---- for letterboxctl status -----------------------------------------------------------------------

CREATE FUNCTION letterbox.status_jobs()
RETURNS TABLE (slug text, worker text, state text, jobs bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.slug, j.worker, j.state, count(*), min(CASE j.state WHEN 'staff' THEN j.ended_at ELSE j.run_at END)
      FROM letterbox.job j JOIN letterbox.agency g ON g.agency_id = j.agency_id
     WHERE j.state IN ('ready', 'leased', 'staff') GROUP BY g.slug, j.worker, j.state
     ORDER BY g.slug, j.worker, j.state
$$;
COMMENT ON FUNCTION letterbox.status_jobs() IS 'For the operator: how many jobs wait, are under way, or failed and are with staff, and since when the oldest';

---- counts for the region -------------------------------------------------------------------------

CREATE FUNCTION letterbox.report_counts()
RETURNS TABLE (slug text, arrangements bigint, letters bigint, releases bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.slug,
           (SELECT count(*) FROM letterbox.arrangement a WHERE a.agency_id = g.agency_id AND a.state <> 'ended'),
           (SELECT count(*) FROM letterbox.letter l WHERE l.agency_id = g.agency_id),
           (SELECT count(*) FROM letterbox.release r WHERE r.agency_id = g.agency_id AND r.kind = 'letter')
      FROM letterbox.agency g ORDER BY g.slug
$$;
COMMENT ON FUNCTION letterbox.report_counts() IS 'Counts by agency, for the region''s host: open arrangements, letters, releases';

RESET ROLE;

CREATE TRIGGER party_lookup_sides AFTER INSERT OR UPDATE ON party_lookup FOR EACH ROW
    EXECUTE FUNCTION letterbox.sides_stay_apart();
CREATE TRIGGER arrangement_party_sides AFTER INSERT OR UPDATE OF side, party_id ON arrangement_party FOR EACH ROW
    EXECUTE FUNCTION letterbox.sides_stay_apart();
CREATE TRIGGER child_link_sides AFTER INSERT OR UPDATE ON child_link FOR EACH ROW
    EXECUTE FUNCTION letterbox.sides_stay_apart();
CREATE TRIGGER letter_sender_stands BEFORE UPDATE OF arrangement_id, from_party ON letter FOR EACH ROW
    WHEN (OLD.from_party IS NOT NULL AND (OLD.from_party IS DISTINCT FROM NEW.from_party
                                          OR OLD.arrangement_id IS DISTINCT FROM NEW.arrangement_id))
    EXECUTE FUNCTION letterbox.letter_sender_stands();
CREATE TRIGGER party_state_changed BEFORE UPDATE OF state ON party FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION letterbox.party_state_changed();
CREATE TRIGGER blob_chunk_fits AFTER INSERT OR UPDATE ON blob_chunk FOR EACH ROW
    EXECUTE FUNCTION letterbox.blob_chunk_fits();
CREATE CONSTRAINT TRIGGER blob_whole AFTER INSERT ON blob DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION letterbox.blob_whole();
CREATE TRIGGER arrangement_lift BEFORE UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (OLD.state IN ('suspended', 'held', 'prohibited') AND NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION letterbox.arrangement_lift();
CREATE TRIGGER arrangement_two_person BEFORE UPDATE OF two_person ON arrangement FOR EACH ROW
    WHEN (OLD.two_person AND NOT NEW.two_person) EXECUTE FUNCTION letterbox.arrangement_lift();
CREATE TRIGGER release_guard BEFORE INSERT OR UPDATE OF letter_id, letter_version, arrangement_id, to_party, decision_id,
    kind, photo_level ON release FOR EACH ROW EXECUTE FUNCTION letterbox.release_guard();
CREATE TRIGGER letter_settle AFTER UPDATE OF state ON letter FOR EACH ROW
    WHEN (NEW.state = 'composed' AND OLD.state <> 'composed') EXECUTE FUNCTION letterbox.letter_settle();
CREATE TRIGGER dispatch_settle AFTER UPDATE OF state ON dispatch FOR EACH ROW
    WHEN (NEW.state IN ('sent', 'delivered') AND NEW.state <> OLD.state) EXECUTE FUNCTION letterbox.letter_settle();
CREATE TRIGGER job_wake AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION letterbox.job_wake();

REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
