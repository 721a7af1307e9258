-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is expected is expected between two that are in contact, which says at once that both take part and stand on
-- two sides. One reference in place of two: each is looked up for every occasion that a year opens.
SET LOCAL search_path = letterbox;

ALTER TABLE occasion
    ADD CONSTRAINT occasion_contact FOREIGN KEY (agency_id, arrangement_id, from_party, to_party)
        REFERENCES contact (agency_id, arrangement_id, party_id, other_party_id),
    DROP CONSTRAINT occasion_agency_id_arrangement_id_from_party_fkey,
    DROP CONSTRAINT occasion_agency_id_arrangement_id_to_party_fkey;

-- What is asked for each row keeps its plan from row to row: a function of plain SQL is read and planned anew in each
-- statement.
CREATE OR REPLACE FUNCTION letterbox.new_id() RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_random text := gen_random_uuid()::text;
BEGIN
    -- 60 of a version 4 UUID's 122 random bits: its first 12 and last 48. Zero is no id.
    RETURN greatest(('x0' || left(v_random, 3) || right(v_random, 12))::bit(64)::bigint, 1);
END
$$;

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;
CREATE OR REPLACE FUNCTION letterbox.lives_apart(p_agency bigint, p_party bigint, p_other bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM letterbox.apart x
                    WHERE x.agency_id = p_agency AND x.party_id = p_party AND x.other_party_id = p_other)
        OR EXISTS (SELECT FROM letterbox.apart x
                    WHERE x.agency_id = p_agency AND x.party_id = p_other AND x.other_party_id = p_party);
END
$$;

CREATE OR REPLACE FUNCTION letterbox.sides_clash(p_agency bigint, p_party bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (
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
                    -- Who was one household with somebody stays on that side.
                    OR letterbox.lives_apart(p_agency, p_party, o.party_id)
                    OR EXISTS (SELECT FROM letterbox.party_lookup x
                                 JOIN letterbox.party_lookup y
                                   ON y.agency_id = x.agency_id AND y.use = x.use AND y.value = x.value
                                WHERE x.agency_id = p_agency AND x.party_id = p_party AND y.party_id = o.party_id))));
END
$$;

-- Whoever takes part in nothing stands on no side: of most that an import writes this is all there is to ask. The lock
-- comes first: who is entered somewhere at this moment is waited for.
CREATE OR REPLACE FUNCTION letterbox.sides_stay_apart() RETURNS trigger
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
    ELSIF EXISTS (SELECT FROM letterbox.arrangement_party p
                   WHERE p.agency_id = NEW.agency_id AND p.party_id = NEW.party_id) THEN
        v_clash := letterbox.sides_clash(NEW.agency_id, NEW.party_id);
    END IF;
    IF v_clash THEN
        PERFORM letterbox.refuse(TG_TABLE_NAME, 'party_on_one_side',
                                 'the same person, address, e-mail or phone would be on two sides of a child');
    END IF;
    RETURN NULL;
END
$$;

-- The same lock, before it looks: two who enter one number for both households of a family must not pass each other.
CREATE OR REPLACE FUNCTION letterbox.apart_own_details() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    IF EXISTS (SELECT FROM letterbox.apart x
                 JOIN letterbox.party_lookup y ON y.agency_id = x.agency_id AND y.use = NEW.use AND y.value = NEW.value
                  AND y.party_id = CASE WHEN x.party_id = NEW.party_id THEN x.other_party_id ELSE x.party_id END
                WHERE x.agency_id = NEW.agency_id AND NEW.party_id IN (x.party_id, x.other_party_id) AND NOT x.may_know) THEN
        PERFORM letterbox.refuse('party_lookup', 'apart_own_details',
                                 'the parents live apart: this address, e-mail or phone is the other household''s');
    END IF;
    RETURN NULL;
END
$$;
RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
