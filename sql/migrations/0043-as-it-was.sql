-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What an arrangement was at a day that is past, for reports; and counts by agency between two instants, for the region's host.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;

CREATE TABLE arrangement_was (
    agency_id      bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    number         integer NOT NULL CHECK (number > 0),
    from_at        timestamptz NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('indirect', 'direct', 'one_way')),
    state          text NOT NULL
                   CHECK (state IN ('active', 'paused', 'suspended', 'held', 'prohibited', 'inactive', 'ended')),
    PRIMARY KEY (agency_id, arrangement_id, number),
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement
);
CREATE INDEX arrangement_was_from ON arrangement_was (agency_id, from_at);
COMMENT ON TABLE arrangement_was IS 'What each arrangement was, from when: a trigger adds a row when one is entered and when its kind or state changes; rows are never changed';
COMMENT ON COLUMN arrangement_was.agency_id IS 'The agency';
COMMENT ON COLUMN arrangement_was.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN arrangement_was.number IS 'Counts up from 1; of several at one instant the highest is what it was';
COMMENT ON COLUMN arrangement_was.from_at IS 'Since when; until the next number''s';
COMMENT ON COLUMN arrangement_was.kind IS 'Its kind from then on';
COMMENT ON COLUMN arrangement_was.state IS 'Its state from then on';

-- The owner is bound by the policies too, and has none.
ALTER TABLE arrangement NO FORCE ROW LEVEL SECURITY;
-- What was before this history began is not known: an arrangement that is open was so, as it is, since it was entered.
INSERT INTO arrangement_was (agency_id, arrangement_id, number, from_at, kind, state)
SELECT agency_id, arrangement_id, 1, made_at, kind, CASE WHEN state = 'ended' AND ended_at > made_at THEN 'active' ELSE state END
  FROM arrangement;
INSERT INTO arrangement_was (agency_id, arrangement_id, number, from_at, kind, state)
SELECT agency_id, arrangement_id, 2, ended_at, kind, state FROM arrangement WHERE state = 'ended' AND ended_at > made_at;
ALTER TABLE arrangement FORCE ROW LEVEL SECURITY;
ALTER TABLE arrangement_was ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT INSERT, SELECT ON arrangement_was TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.arrangement_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The row of the arrangement is locked by what changes it: no two count at once.
    INSERT INTO letterbox.arrangement_was (agency_id, arrangement_id, number, from_at, kind, state)
    SELECT NEW.agency_id, NEW.arrangement_id, coalesce(max(w.number), 0) + 1,
           CASE WHEN TG_OP = 'INSERT' THEN NEW.made_at ELSE letterbox.now() END, NEW.kind, NEW.state
      FROM letterbox.arrangement_was w
     WHERE w.agency_id = NEW.agency_id AND w.arrangement_id = NEW.arrangement_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_note() IS 'Notes in arrangement_was what an arrangement is from now on';

CREATE FUNCTION letterbox.history_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what was stays as it was noted'
        USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = TG_TABLE_NAME, CONSTRAINT = 'history_stays';
END
$$;
COMMENT ON FUNCTION letterbox.history_stays() IS 'Refuses every change of a table of what was: constraint history_stays';

DROP FUNCTION letterbox.report_counts();
CREATE FUNCTION letterbox.report_region(p_from timestamptz, p_until timestamptz)
RETURNS TABLE (slug text, open bigint, direct bigint, letters_in bigint, copies_out bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The desk takes lb_report's rights for its own agency's counts: these are for the host alone.
    IF session_user <> 'lb_report' THEN
        RAISE EXCEPTION 'only the host of a region asks for it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT g.slug,
           (SELECT count(*) FROM letterbox.arrangement_was w
             WHERE w.agency_id = g.agency_id AND w.from_at < p_until AND w.state <> 'ended'
               AND NOT EXISTS (SELECT FROM letterbox.arrangement_was n
                                WHERE n.agency_id = w.agency_id AND n.arrangement_id = w.arrangement_id
                                  AND n.number = w.number + 1 AND n.from_at < p_until)),
           (SELECT count(*) FROM letterbox.arrangement_was w
             WHERE w.agency_id = g.agency_id AND w.from_at < p_until AND w.state <> 'ended' AND w.kind = 'direct'
               AND NOT EXISTS (SELECT FROM letterbox.arrangement_was n
                                WHERE n.agency_id = w.agency_id AND n.arrangement_id = w.arrangement_id
                                  AND n.number = w.number + 1 AND n.from_at < p_until)),
           (SELECT count(*) FROM letterbox.letter l
             WHERE l.agency_id = g.agency_id AND l.received_at >= p_from AND l.received_at < p_until
               AND l.state <> 'set_aside'),
           (SELECT count(*) FROM letterbox.dispatch d
              JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id AND r.kind = 'letter'
             WHERE d.agency_id = g.agency_id AND d.state IN ('sent', 'delivered', 'returned')
               AND CASE d.state WHEN 'returned' THEN d.made_at ELSE d.changed_at END >= p_from
               AND CASE d.state WHEN 'returned' THEN d.made_at ELSE d.changed_at END < p_until)
      FROM letterbox.agency g WHERE g.state = 'active' ORDER BY g.slug;
END
$$;
COMMENT ON FUNCTION letterbox.report_region(timestamptz, timestamptz) IS
    'Counts by agency for the region''s host: arrangements open at the end, those with meetings, letters in, copies out; lb_report''s own connection alone';
GRANT EXECUTE ON FUNCTION arrangement_note(), history_stays() TO lb_owner;
RESET ROLE;

CREATE TRIGGER arrangement_note_new AFTER INSERT ON arrangement FOR EACH ROW EXECUTE FUNCTION letterbox.arrangement_note();
CREATE TRIGGER arrangement_note_change AFTER UPDATE OF kind, state ON arrangement FOR EACH ROW
    WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION letterbox.arrangement_note();
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE ON arrangement_was FOR EACH ROW EXECUTE FUNCTION letterbox.history_stays();
CREATE TRIGGER history_stays_whole BEFORE TRUNCATE ON arrangement_was FOR EACH STATEMENT
    EXECUTE FUNCTION letterbox.history_stays();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
