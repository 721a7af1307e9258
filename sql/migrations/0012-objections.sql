-- SPDX-License-Identifier: AGPL-3.0-or-later
-- An objection ends the approvals before it: they no longer count towards the two people that an arrangement may ask for.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.release_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_letter   letterbox.letter;
    v_decision letterbox.decision;
    v_two      boolean;
    v_authors  integer;
    v_others   integer;
    v_refusal  text;
    v_objected timestamptz;
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

    SELECT max(d.decided_at) INTO v_objected FROM letterbox.decision d
     WHERE d.agency_id = NEW.agency_id AND d.letter_id = NEW.letter_id AND d.letter_version = NEW.letter_version
       AND d.kind IN ('disagree', 'return', 'hold', 'escalate', 'ask') AND (d.to_party IS NULL OR d.to_party = NEW.to_party);
    IF v_objected > v_decision.decided_at THEN
        PERFORM letterbox.refuse('release', 'release_overruled', 'a later decision stands against it');
    END IF;
    -- An approval that was objected to is nobody's any more: who approves afterwards needs another who does.
    SELECT count(DISTINCT d.author), count(DISTINCT d.author) FILTER (WHERE d.author IS DISTINCT FROM v_letter.entered_by)
      INTO v_authors, v_others
      FROM letterbox.decision d
     WHERE d.agency_id = NEW.agency_id AND d.letter_id = NEW.letter_id AND d.letter_version = NEW.letter_version
       AND d.to_party = NEW.to_party AND d.kind IN ('approve', 'second') AND d.screen_digest = v_decision.screen_digest
       AND d.decided_at >= coalesce(v_objected, '-infinity');
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

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
