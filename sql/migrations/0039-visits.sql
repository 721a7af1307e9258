-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Meetings that staff plan and supervise. In clear: when, which state, who comes, who supervises. Venue, travel, risk and
-- every reason are sealed. A family knows of a visit only while it is confirmed, and of it only its own sheet.
SET LOCAL search_path = letterbox;

CREATE TABLE visit (
    agency_id      bigint NOT NULL,
    visit_id       bigint NOT NULL CHECK (visit_id > 0),
    arrangement_id bigint NOT NULL,
    state          text NOT NULL DEFAULT 'planned'
                   CHECK (state IN ('planned', 'confirmed', 'stopped', 'cancelled', 'took_place', 'missed')),
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    margin_minutes smallint NOT NULL CHECK (margin_minutes BETWEEN 0 AND 240),
    supervisor     bigint,
    sealed_record  sealed NOT NULL,
    record_version integer NOT NULL DEFAULT 1 CHECK (record_version > 0),
    told_starts_at timestamptz,
    told_ends_at   timestamptz,
    sequence       integer NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    planned_by     bigint NOT NULL,
    made_at        timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    changed_by     bigint,
    PRIMARY KEY (agency_id, visit_id),
    UNIQUE (agency_id, visit_id, arrangement_id),
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement,
    FOREIGN KEY (agency_id, supervisor) REFERENCES staff,
    FOREIGN KEY (agency_id, planned_by) REFERENCES staff,
    FOREIGN KEY (agency_id, changed_by) REFERENCES staff,
    CONSTRAINT visit_length CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '12 hours'),
    CONSTRAINT visit_told CHECK ((told_starts_at IS NULL) = (told_ends_at IS NULL)
                                 AND (state <> 'confirmed' OR told_starts_at = starts_at AND told_ends_at = ends_at))
);
CREATE INDEX visit_when ON visit (agency_id, starts_at);
CREATE INDEX visit_arrangement ON visit (agency_id, arrangement_id, starts_at);
CREATE INDEX visit_supervisor ON visit (agency_id, supervisor, starts_at) WHERE supervisor IS NOT NULL;
CREATE INDEX visit_stopped ON visit (agency_id, starts_at) WHERE state = 'stopped';
COMMENT ON TABLE visit IS 'One meeting of an arrangement''s people, planned and supervised by staff';
COMMENT ON COLUMN visit.agency_id IS 'The agency';
COMMENT ON COLUMN visit.visit_id IS 'Random id; families never see it, each has an invite_id of its own';
COMMENT ON COLUMN visit.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN visit.state IS 'planned, confirmed (families know), stopped (blocked: staff telephone), cancelled, took_place or missed';
COMMENT ON COLUMN visit.starts_at IS 'When it begins, as planned now';
COMMENT ON COLUMN visit.ends_at IS 'When it ends';
COMMENT ON COLUMN visit.margin_minutes IS 'How long the way there and back takes: two visits nearer to each other clash';
COMMENT ON COLUMN visit.supervisor IS 'The member of staff who supervises it; null: nobody yet';
COMMENT ON COLUMN visit.sealed_record IS 'Venue, room, risk, why it was cancelled, aftercare: to the desk';
COMMENT ON COLUMN visit.record_version IS 'Counts changes of the record: two people who change it meet';
COMMENT ON COLUMN visit.told_starts_at IS 'When it begins, as families were told last; null: they were told nothing';
COMMENT ON COLUMN visit.told_ends_at IS 'When it ends, as they were told';
COMMENT ON COLUMN visit.sequence IS 'Grows with everything that families are told: the SEQUENCE of their calendars, RFC 5545';
COMMENT ON COLUMN visit.planned_by IS 'Who changed the plan last: where two people are needed, another confirms it';
COMMENT ON COLUMN visit.made_at IS 'When it was entered';
COMMENT ON COLUMN visit.changed_at IS 'When it was last changed';
COMMENT ON COLUMN visit.changed_by IS 'Who did; null: a block';

CREATE TABLE visit_party (
    agency_id      bigint NOT NULL,
    visit_id       bigint NOT NULL,
    party_id       bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    invite_id      bigint NOT NULL CHECK (invite_id > 0),
    is_asked       boolean NOT NULL DEFAULT true,
    attendance     text NOT NULL DEFAULT 'expected'
                   CHECK (attendance IN ('expected', 'came', 'late', 'left_early', 'told_us', 'away')),
    sealed_record  sealed NOT NULL,
    record_version integer NOT NULL DEFAULT 1 CHECK (record_version > 0),
    sealed_sheet   sealed,
    sheet_version  integer NOT NULL DEFAULT 0 CHECK (sheet_version >= 0),
    PRIMARY KEY (agency_id, visit_id, party_id),
    UNIQUE (agency_id, invite_id),
    FOREIGN KEY (agency_id, visit_id, arrangement_id) REFERENCES visit (agency_id, visit_id, arrangement_id),
    FOREIGN KEY (agency_id, arrangement_id, party_id) REFERENCES arrangement_party
);
CREATE INDEX visit_party_of ON visit_party (agency_id, arrangement_id, party_id);
CREATE INDEX visit_party_own ON visit_party (agency_id, party_id);
COMMENT ON TABLE visit_party IS 'Who is asked to come to a visit, and how they came';
COMMENT ON COLUMN visit_party.agency_id IS 'The agency';
COMMENT ON COLUMN visit_party.visit_id IS 'The visit';
COMMENT ON COLUMN visit_party.party_id IS 'Who';
COMMENT ON COLUMN visit_party.arrangement_id IS 'The visit''s arrangement';
COMMENT ON COLUMN visit_party.invite_id IS 'Random id, this person''s own, in addresses of pages and calendars: two people cannot tell by it that it is one visit';
COMMENT ON COLUMN visit_party.is_asked IS 'False: they were once and no longer are';
COMMENT ON COLUMN visit_party.attendance IS 'expected, came, late, left_early, told_us (that they could not come) or away';
COMMENT ON COLUMN visit_party.sealed_record IS 'Their travel and what they are told: to the desk';
COMMENT ON COLUMN visit_party.record_version IS 'Counts changes of the record';
COMMENT ON COLUMN visit_party.sealed_sheet IS 'All that they may know while it is confirmed: to their accounts, and to the press, which seals it to new ones';
COMMENT ON COLUMN visit_party.sheet_version IS 'Counts sheets';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.visit_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_home  bigint;
    v_other bigint;
    v_away  bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IS DISTINCT FROM NEW.state THEN
        IF OLD.state = 'cancelled' OR OLD.state IN ('took_place', 'missed') AND NEW.state NOT IN ('took_place', 'missed') THEN
            PERFORM letterbox.refuse('visit', 'visit_is_over', 'what is over is not planned again');
        END IF;
        IF NEW.state IN ('took_place', 'missed')
           AND (OLD.state NOT IN ('planned', 'confirmed', 'took_place', 'missed') OR NEW.starts_at > letterbox.now()) THEN
            PERFORM letterbox.refuse('visit', 'visit_has_begun', 'only what has begun took place');
        END IF;
    END IF;
    IF NEW.state <> 'confirmed' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state <> 'confirmed' THEN
        IF EXISTS (SELECT FROM letterbox.agency a WHERE a.agency_id = NEW.agency_id AND a.frozen_at IS NOT NULL) THEN
            PERFORM letterbox.refuse('visit', 'visit_not_frozen', 'the agency is frozen');
        END IF;
    END IF;
    -- Locked, so that who blocks it now waits, and then stops this visit.
    PERFORM FROM letterbox.arrangement a
      WHERE a.agency_id = NEW.agency_id AND a.arrangement_id = NEW.arrangement_id AND a.kind = 'direct' AND a.state = 'active'
        FOR SHARE;
    IF NOT FOUND THEN
        PERFORM letterbox.refuse('visit', 'visit_arrangement_open', 'the arrangement is not open for meetings');
    END IF;
    PERFORM FROM letterbox.visit_party v
       JOIN letterbox.arrangement_party m ON m.agency_id = v.agency_id AND m.arrangement_id = v.arrangement_id
                                         AND m.party_id = v.party_id
       JOIN letterbox.party p ON p.agency_id = v.agency_id AND p.party_id = v.party_id
      WHERE v.agency_id = NEW.agency_id AND v.visit_id = NEW.visit_id AND v.is_asked
        FOR SHARE OF m, p;
    SELECT count(*) FILTER (WHERE m.side = 'adoptive'), count(*) FILTER (WHERE m.side <> 'adoptive'),
           count(*) FILTER (WHERE m.state <> 'active' OR p.state <> 'active')
      INTO v_home, v_other, v_away
      FROM letterbox.visit_party v
      JOIN letterbox.arrangement_party m ON m.agency_id = v.agency_id AND m.arrangement_id = v.arrangement_id
                                        AND m.party_id = v.party_id
      JOIN letterbox.party p ON p.agency_id = v.agency_id AND p.party_id = v.party_id
     WHERE v.agency_id = NEW.agency_id AND v.visit_id = NEW.visit_id AND v.is_asked;
    IF v_away > 0 THEN
        PERFORM letterbox.refuse('visit', 'visit_people_take_part', 'somebody does not take part');
    END IF;
    IF v_home = 0 OR v_other = 0 THEN
        PERFORM letterbox.refuse('visit', 'visit_both_sides', 'nobody is there to meet');
    END IF;
    IF NOT EXISTS (SELECT FROM letterbox.staff s
                    WHERE s.agency_id = NEW.agency_id AND s.staff_id = NEW.supervisor AND s.state = 'active'
                      AND s.role IN ('checker', 'coordinator', 'manager')) THEN
        PERFORM letterbox.refuse('visit', 'visit_supervised', 'nobody supervises it');
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state <> 'confirmed' THEN
        IF NEW.starts_at <= letterbox.now() THEN
            PERFORM letterbox.refuse('visit', 'visit_to_come', 'it would have begun');
        END IF;
        IF NEW.planned_by = letterbox.gate_staff() AND letterbox.needs_two(NEW.agency_id, NEW.arrangement_id) THEN
            PERFORM letterbox.refuse('visit', 'visit_second_person', 'who planned it does not confirm it');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.visit_guard() IS
    'Refuses to confirm a visit that may not be: constraints visit_arrangement_open, visit_people_take_part, visit_both_sides, visit_supervised, visit_to_come, visit_second_person, visit_not_frozen; and moves that are none: visit_is_over, visit_has_begun';
GRANT EXECUTE ON FUNCTION letterbox.visit_guard() TO lb_owner;

CREATE FUNCTION letterbox.visit_people_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.visit v
                WHERE v.agency_id = NEW.agency_id AND v.visit_id = NEW.visit_id AND v.state = 'confirmed') THEN
        PERFORM letterbox.refuse('visit_party', 'visit_people_stand', 'the visit is confirmed with those who are asked');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.visit_people_stand() IS 'Refuses to change who comes to a confirmed visit: constraint visit_people_stand';
GRANT EXECUTE ON FUNCTION letterbox.visit_people_stand() TO lb_owner;

CREATE FUNCTION letterbox.visits_stop(p_agency bigint, p_arrangement bigint, p_party bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_visit bigint;
BEGIN
    FOR v_visit IN
        SELECT v.visit_id FROM letterbox.visit v
         WHERE v.agency_id = p_agency AND v.state IN ('planned', 'confirmed') AND v.ends_at > letterbox.now()
           AND (p_arrangement IS NULL OR v.arrangement_id = p_arrangement)
           AND (p_party IS NULL OR EXISTS (SELECT FROM letterbox.visit_party g
                                            WHERE g.agency_id = v.agency_id AND g.visit_id = v.visit_id
                                              AND g.party_id = p_party AND g.is_asked))
         ORDER BY v.visit_id
    LOOP
        UPDATE letterbox.visit v
           SET state = 'stopped', sequence = v.sequence + 1, changed_at = letterbox.now(), changed_by = NULL
         WHERE v.agency_id = p_agency AND v.visit_id = v_visit AND v.state IN ('planned', 'confirmed');
        IF FOUND THEN
            PERFORM letterbox.gate_audit(p_agency, 'visit_stopped', 'visit', v_visit,
                                         CASE WHEN p_party IS NULL THEN 'arrangement' ELSE 'party' END,
                                         coalesce(p_party, p_arrangement));
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION letterbox.visits_stop(bigint, bigint, bigint) IS
    'Stops the visits to come of an arrangement, of a party, or of a party in an arrangement; only for the gate''s own functions';

CREATE FUNCTION letterbox.visit_blocked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'arrangement' THEN
        PERFORM letterbox.visits_stop(NEW.agency_id, NEW.arrangement_id, NULL);
    ELSIF TG_TABLE_NAME = 'arrangement_party' THEN
        PERFORM letterbox.visits_stop(NEW.agency_id, NEW.arrangement_id, NEW.party_id);
    ELSE
        PERFORM letterbox.visits_stop(NEW.agency_id, NULL, NEW.party_id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.visit_blocked() IS 'Stops visits to come when an arrangement is blocked or somebody no longer takes part';
GRANT EXECUTE ON FUNCTION letterbox.visit_blocked() TO lb_owner;

CREATE FUNCTION letterbox.visit_sheets_end() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE letterbox.visit_party g SET sealed_sheet = NULL
     WHERE g.agency_id = NEW.agency_id AND g.visit_id = NEW.visit_id AND g.sealed_sheet IS NOT NULL;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.visit_sheets_end() IS 'Takes back what families could read of a visit that is no longer confirmed';
GRANT EXECUTE ON FUNCTION letterbox.visit_sheets_end() TO lb_owner;

RESET ROLE;
CREATE TRIGGER visit_guard BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION letterbox.visit_guard();
CREATE TRIGGER visit_sheets_end AFTER UPDATE OF state ON visit FOR EACH ROW
    WHEN (OLD.state = 'confirmed' AND NEW.state <> 'confirmed') EXECUTE FUNCTION letterbox.visit_sheets_end();
CREATE TRIGGER visit_people_stand BEFORE INSERT OR UPDATE OF is_asked ON visit_party FOR EACH ROW
    EXECUTE FUNCTION letterbox.visit_people_stand();
CREATE TRIGGER visit_blocked AFTER UPDATE OF state, kind ON arrangement FOR EACH ROW
    WHEN (NEW.state <> 'active' OR NEW.kind <> 'direct') EXECUTE FUNCTION letterbox.visit_blocked();
CREATE TRIGGER visit_blocked AFTER UPDATE OF state ON arrangement_party FOR EACH ROW
    WHEN (NEW.state <> 'active' AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION letterbox.visit_blocked();
CREATE TRIGGER visit_blocked AFTER UPDATE OF state ON party FOR EACH ROW
    WHEN (NEW.state <> 'active' AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION letterbox.visit_blocked();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
