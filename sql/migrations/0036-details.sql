-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How somebody is reached changes: it waits for a person who checked it, and the next letter to them is read by two.
SET LOCAL search_path = letterbox;

ALTER TABLE party ADD COLUMN details_changed_at timestamptz;
COMMENT ON COLUMN party.details_changed_at IS
    'When an address, e-mail, telephone, key, PIN or account of theirs last changed, and no letter approved by two since has gone to them. Null: nothing changed';

CREATE TABLE detail_change (
    agency_id     bigint NOT NULL,
    change_id     bigint NOT NULL CHECK (change_id > 0),
    party_id      bigint NOT NULL,
    account_id    bigint,
    entered_by    bigint,
    is_address    boolean NOT NULL,
    is_email      boolean NOT NULL,
    is_phone      boolean NOT NULL,
    sealed_change sealed NOT NULL,
    state         text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'confirmed', 'dismissed')),
    checked_by    text CHECK (checked_by IN ('old_way', 'phone')),
    made_at       timestamptz NOT NULL,
    decided_at    timestamptz,
    decided_by    bigint,
    PRIMARY KEY (agency_id, change_id),
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, account_id) REFERENCES account,
    FOREIGN KEY (agency_id, entered_by) REFERENCES staff,
    FOREIGN KEY (agency_id, decided_by) REFERENCES staff,
    CONSTRAINT detail_change_somebody CHECK ((account_id IS NULL) <> (entered_by IS NULL)),
    CONSTRAINT detail_change_something CHECK (is_address OR is_email OR is_phone),
    CONSTRAINT detail_change_decided CHECK ((state = 'waiting') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT detail_change_checked CHECK ((state = 'confirmed') = (checked_by IS NOT NULL))
);
CREATE INDEX detail_change_waiting ON detail_change (agency_id, made_at) WHERE state = 'waiting';
CREATE INDEX detail_change_account ON detail_change (agency_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX detail_change_party ON detail_change (agency_id, party_id, made_at);
COMMENT ON TABLE detail_change IS 'A new address, e-mail or telephone number that somebody told us; it counts once a person has checked it with them';
COMMENT ON COLUMN detail_change.agency_id IS 'The agency';
COMMENT ON COLUMN detail_change.change_id IS 'Random id';
COMMENT ON COLUMN detail_change.party_id IS 'Whose it is';
COMMENT ON COLUMN detail_change.account_id IS 'The account that told us; null: staff entered it';
COMMENT ON COLUMN detail_change.entered_by IS 'Who entered it at the desk; null: it came by the portal';
COMMENT ON COLUMN detail_change.is_address IS 'Is there a new address?';
COMMENT ON COLUMN detail_change.is_email IS 'Is there a new e-mail address?';
COMMENT ON COLUMN detail_change.is_phone IS 'Is there a new telephone number?';
COMMENT ON COLUMN detail_change.sealed_change IS 'What it is, sealed to the desk';
COMMENT ON COLUMN detail_change.state IS 'waiting (for a person to check it), confirmed (it is in the record), dismissed (it is not theirs, or replaced)';
COMMENT ON COLUMN detail_change.checked_by IS 'How it was checked: old_way (the address, e-mail or number that we had), phone (on a number that we knew before)';
COMMENT ON COLUMN detail_change.made_at IS 'When it was told';
COMMENT ON COLUMN detail_change.decided_at IS 'When it was confirmed or dismissed';
COMMENT ON COLUMN detail_change.decided_by IS 'Who did';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

---- telling ---------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.detail_change_add(p_change bigint, p_party bigint, p_address boolean, p_email boolean, p_phone boolean,
                                            p_sealed bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_account bigint := letterbox.gate_account();
    v_party   bigint := coalesce(letterbox.gate_party(), p_party);
BEGIN
    IF v_account IS NULL AND coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One at a time for a person: the tenth that nobody has looked at is one too many.
    PERFORM FROM letterbox.party p WHERE p.agency_id = v_agency AND p.party_id = v_party FOR UPDATE;
    IF (SELECT count(*) FROM letterbox.detail_change c
         WHERE c.agency_id = v_agency AND c.party_id = v_party AND c.state = 'waiting') >= 10 THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.detail_change (agency_id, change_id, party_id, account_id, entered_by, is_address, is_email, is_phone,
                                         sealed_change, made_at)
    VALUES (v_agency, p_change, v_party, v_account, CASE WHEN v_account IS NULL THEN letterbox.gate_staff() END, p_address,
            p_email, p_phone, p_sealed, letterbox.now());
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.detail_change_add(bigint, bigint, boolean, boolean, boolean, bytea) IS
    'Keeps what the signed-in party, or staff for a party, tell of a new address, e-mail or number, until a person has checked it. false: ten wait already';

---- the first letter after it ---------------------------------------------------------------------

CREATE FUNCTION letterbox.party_details_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.details_changed_at := letterbox.now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.party_details_changed() IS 'Notes that a way to reach a party changed';

CREATE FUNCTION letterbox.party_details_note(p_party bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
     WHERE p.agency_id = letterbox.gate_need_agency() AND p.party_id = p_party;
END
$$;
COMMENT ON FUNCTION letterbox.party_details_note(bigint) IS 'Notes that a party has another PIN or telephone number than before';

CREATE FUNCTION letterbox.account_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
     WHERE p.agency_id = NEW.agency_id AND p.party_id = NEW.party_id
       AND EXISTS (SELECT FROM letterbox.account a
                    WHERE a.agency_id = NEW.agency_id AND a.party_id = NEW.party_id AND a.account_id <> NEW.account_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.account_again() IS 'Notes that a party who had an account has another: its letters open with another key';

CREATE FUNCTION letterbox.fresh_approvals(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_since timestamptz)
RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT d.author) FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version AND d.to_party = p_to
       AND d.kind IN ('approve', 'second') AND d.decided_at >= p_since
$$;
COMMENT ON FUNCTION letterbox.fresh_approvals(bigint, bigint, integer, bigint, timestamptz) IS
    'How many people approved a version of a letter for a party since an instant';

CREATE FUNCTION letterbox.dispatch_reached() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE letterbox.party p SET details_changed_at = NULL
      FROM letterbox.release r
     WHERE r.agency_id = NEW.agency_id AND r.release_id = NEW.release_id AND r.kind = 'letter'
       AND p.agency_id = r.agency_id AND p.party_id = r.to_party AND p.details_changed_at IS NOT NULL
       AND letterbox.fresh_approvals(r.agency_id, r.letter_id, r.letter_version, r.to_party, p.details_changed_at) >= 2;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.dispatch_reached() IS
    'The first letter after a change, read by two, has gone to a party: the next is as any other';

-- The desk asks before it is known who gets it: two people as soon as anybody in it is reached another way.
CREATE OR REPLACE FUNCTION letterbox.arrangement_needs_two(p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT letterbox.needs_two(letterbox.gate_agency(), p_arrangement)
        OR EXISTS (SELECT FROM letterbox.arrangement_party m
                     JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
                    WHERE m.agency_id = letterbox.gate_agency() AND m.arrangement_id = p_arrangement AND m.state <> 'ended'
                      AND p.details_changed_at IS NOT NULL)
$$;
COMMENT ON FUNCTION letterbox.arrangement_needs_two(bigint) IS
    'Whether two people read the letters of an arrangement of the session''s agency: it asks for them, another of the same people does, or somebody in it is reached another way than before';

CREATE OR REPLACE FUNCTION letterbox.approval_refusal(p_agency bigint, p_letter bigint, p_version integer, p_to bigint,
                                                      p_decided_at timestamptz, p_digest bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_letter   letterbox.letter;
    v_objected timestamptz;
    v_changed  timestamptz;
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
    -- Who approved before did not know to whom it goes now.
    SELECT p.details_changed_at INTO v_changed FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_to;
    IF v_changed IS NOT NULL AND letterbox.fresh_approvals(p_agency, p_letter, p_version, p_to, v_changed) < 2 THEN
        RETURN 'details_changed';
    END IF;
    RETURN NULL;
END
$$;

GRANT EXECUTE ON FUNCTION letterbox.party_details_changed(), letterbox.account_again(), letterbox.dispatch_reached() TO lb_owner;

RESET ROLE;
CREATE TRIGGER party_details_changed BEFORE UPDATE OF address_version, text_version ON party FOR EACH ROW
    -- Another way to send alone goes to what was confirmed before.
    WHEN (OLD.address_version <> NEW.address_version AND OLD.channel = NEW.channel OR OLD.text_version <> NEW.text_version)
    EXECUTE FUNCTION letterbox.party_details_changed();
CREATE TRIGGER account_again AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION letterbox.account_again();
CREATE TRIGGER dispatch_reached AFTER UPDATE OF state ON dispatch FOR EACH ROW
    WHEN (NEW.state IN ('sent', 'delivered') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION letterbox.dispatch_reached();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
