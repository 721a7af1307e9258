-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reviews: both sides are asked how it goes, at least every 24 months, and in the year before the child is eighteen.
SET LOCAL search_path = letterbox;

CREATE TABLE arrangement_review (
    agency_id      bigint NOT NULL,
    review_id      bigint NOT NULL CHECK (review_id > 0),
    arrangement_id bigint NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('regular', 'seventeenth')),
    due_on         date NOT NULL,
    made_at        timestamptz NOT NULL,
    sealed_answers sealed,
    done_at        timestamptz,
    done_by        bigint,
    PRIMARY KEY (agency_id, review_id),
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement,
    FOREIGN KEY (agency_id, done_by) REFERENCES staff,
    CONSTRAINT arrangement_review_done CHECK ((done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL) = (sealed_answers IS NULL))
);
-- One of a kind is open at a time, and of the seventeenth year there is one.
CREATE UNIQUE INDEX arrangement_review_open ON arrangement_review (agency_id, arrangement_id, kind)
    WHERE done_at IS NULL OR kind = 'seventeenth';
CREATE INDEX arrangement_review_due ON arrangement_review (agency_id, due_on) WHERE done_at IS NULL;
CREATE INDEX arrangement_review_of ON arrangement_review (agency_id, arrangement_id, made_at);
COMMENT ON TABLE arrangement_review IS 'A look with both sides at how an arrangement goes: to be done, or done';
COMMENT ON COLUMN arrangement_review.agency_id IS 'The agency';
COMMENT ON COLUMN arrangement_review.review_id IS 'Random id';
COMMENT ON COLUMN arrangement_review.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN arrangement_review.kind IS 'regular (at least every 24 months), seventeenth (in the year before the child is eighteen)';
COMMENT ON COLUMN arrangement_review.due_on IS 'By when';
COMMENT ON COLUMN arrangement_review.made_at IS 'When it was put on the list';
COMMENT ON COLUMN arrangement_review.sealed_answers IS 'What each side said and what was agreed, sealed to the desk; null: not done';
COMMENT ON COLUMN arrangement_review.done_at IS 'When it was written down';
COMMENT ON COLUMN arrangement_review.done_by IS 'Who did';

COMMENT ON COLUMN arrangement.review_on IS 'When the next regular review is due: at most 24 months ahead';
CREATE INDEX arrangement_review_on ON arrangement (agency_id, review_on) WHERE state <> 'ended';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.arrangement_review_near() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_last date := (letterbox.now() + interval '24 months')::date;
BEGIN
    IF NEW.review_on > v_last THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_review_near', 'the next review is at most 24 months ahead');
    END IF;
    -- None without one: who names no day gets the last that is allowed.
    NEW.review_on := coalesce(NEW.review_on, v_last);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_review_near() IS
    'No arrangement is without a day for its next review, at most 24 months ahead: constraint arrangement_review_near';

CREATE FUNCTION letterbox.reviews_open(p_days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_today  date := letterbox.now()::date;
    v_opened bigint;
BEGIN
    WITH due AS (
        SELECT a.arrangement_id, 'regular' AS kind, a.review_on AS due_on
          FROM letterbox.arrangement a
         WHERE a.agency_id = v_agency AND a.state <> 'ended' AND a.review_on <= v_today + p_days
        UNION ALL
        -- As lib/rules/keep.h has it: a year before the month of the eighteenth birthday.
        SELECT a.arrangement_id, 'seventeenth', (c.eighteenth_month - interval '12 months')::date
          FROM letterbox.arrangement a
          JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
         WHERE a.agency_id = v_agency AND a.state <> 'ended' AND c.state = 'living' AND c.eighteenth_month > v_today
           AND (c.eighteenth_month - interval '12 months')::date <= v_today
    ), opened AS (
        INSERT INTO letterbox.arrangement_review (agency_id, review_id, arrangement_id, kind, due_on, made_at)
        SELECT v_agency, letterbox.new_id(), d.arrangement_id, d.kind, d.due_on, letterbox.now()
          FROM due d
        ON CONFLICT DO NOTHING RETURNING review_id)
    SELECT count(*) INTO v_opened FROM opened;
    RETURN v_opened;
END
$$;
COMMENT ON FUNCTION letterbox.reviews_open(integer) IS
    'Puts the reviews that are due within so many days on the list, and those of the seventeenth year; again changes nothing. Number put there';

CREATE FUNCTION letterbox.arrangement_review_done() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.done_at IS NOT NULL THEN
        PERFORM letterbox.refuse('arrangement_review', 'arrangement_review_stands', 'a review that is done stays as it is');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_review_done() IS 'A review that is done stays as it is: constraint arrangement_review_stands';

GRANT EXECUTE ON FUNCTION letterbox.arrangement_review_near(), letterbox.arrangement_review_done() TO lb_owner;

RESET ROLE;
-- The owner sees no rows of its own tables otherwise.
ALTER TABLE arrangement NO FORCE ROW LEVEL SECURITY;
UPDATE arrangement SET review_on = (current_date + interval '24 months')::date
 WHERE review_on IS NULL OR review_on > (current_date + interval '24 months')::date;
ALTER TABLE arrangement FORCE ROW LEVEL SECURITY;
CREATE TRIGGER arrangement_review_near BEFORE INSERT OR UPDATE OF review_on ON arrangement FOR EACH ROW
    EXECUTE FUNCTION letterbox.arrangement_review_near();
CREATE TRIGGER arrangement_review_done BEFORE UPDATE ON arrangement_review FOR EACH ROW
    EXECUTE FUNCTION letterbox.arrangement_review_done();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
