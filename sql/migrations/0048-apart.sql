-- SPDX-License-Identifier: AGPL-3.0-or-later
-- One household becomes two: each keeps to the side on which it was one, and to ways of its own by which it is reached.
SET LOCAL search_path = letterbox;

CREATE TABLE apart (
    agency_id      bigint NOT NULL,
    party_id       bigint NOT NULL,
    other_party_id bigint NOT NULL,
    may_know       boolean NOT NULL DEFAULT false,
    made_at        timestamptz NOT NULL,
    made_by        bigint NOT NULL,
    PRIMARY KEY (agency_id, party_id, other_party_id),
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, other_party_id) REFERENCES party,
    FOREIGN KEY (agency_id, made_by) REFERENCES staff,
    CONSTRAINT apart_two CHECK (party_id <> other_party_id)
);
CREATE INDEX apart_other ON apart (agency_id, other_party_id);
COMMENT ON TABLE apart IS 'Two households that were one: the parents live apart now';
COMMENT ON COLUMN apart.agency_id IS 'The agency';
COMMENT ON COLUMN apart.party_id IS 'The household that has the letters of when they were one';
COMMENT ON COLUMN apart.other_party_id IS 'The household that was made from it';
COMMENT ON COLUMN apart.may_know IS 'Staff say that each may know where the other lives';
COMMENT ON COLUMN apart.made_at IS 'When it was entered';
COMMENT ON COLUMN apart.made_by IS 'Who entered it';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.lives_apart(p_agency bigint, p_party bigint, p_other bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.apart x
                    WHERE x.agency_id = p_agency AND x.party_id = p_party AND x.other_party_id = p_other)
        OR EXISTS (SELECT FROM letterbox.apart x
                    WHERE x.agency_id = p_agency AND x.party_id = p_other AND x.other_party_id = p_party)
$$;
COMMENT ON FUNCTION letterbox.lives_apart(bigint, bigint, bigint) IS 'Were these two one household?';

CREATE OR REPLACE FUNCTION letterbox.sides_clash(p_agency bigint, p_party bigint) RETURNS boolean
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
                -- Who was one household with somebody stays on that side.
                OR letterbox.lives_apart(p_agency, p_party, o.party_id)
                OR EXISTS (SELECT FROM letterbox.party_lookup x
                             JOIN letterbox.party_lookup y
                               ON y.agency_id = x.agency_id AND y.use = x.use AND y.value = x.value
                            WHERE x.agency_id = p_agency AND x.party_id = p_party AND y.party_id = o.party_id)))
$$;
COMMENT ON FUNCTION letterbox.sides_clash(bigint, bigint) IS
    'Is this party, or one that was one household with it, on two sides of a child or of linked children, or does it share an address, e-mail or phone with another side?';

CREATE FUNCTION letterbox.apart_own_details() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
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
COMMENT ON FUNCTION letterbox.apart_own_details() IS
    'Refuses an address, e-mail or phone of the other of two households that were one and may not know of each other: constraint apart_own_details';

CREATE FUNCTION letterbox.apart_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    IF NOT NEW.may_know AND EXISTS (SELECT FROM letterbox.party_lookup x
                                      JOIN letterbox.party_lookup y
                                        ON y.agency_id = x.agency_id AND y.use = x.use AND y.value = x.value
                                     WHERE x.agency_id = NEW.agency_id AND x.party_id = NEW.party_id
                                       AND y.party_id = NEW.other_party_id) THEN
        PERFORM letterbox.refuse('apart', 'apart_own_details', 'the two households share an address, e-mail or phone');
    END IF;
    IF letterbox.sides_clash(NEW.agency_id, NEW.party_id) THEN
        PERFORM letterbox.refuse('apart', 'party_on_one_side', 'the two households are on two sides of a child');
    END IF;
    -- The next letter to either is read by two.
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
     WHERE p.agency_id = NEW.agency_id AND p.party_id IN (NEW.party_id, NEW.other_party_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.apart_added() IS
    'Two households that were one: neither has a value of the other (apart_own_details), both stand on one side (party_on_one_side), and two people read the next letter to each';
GRANT EXECUTE ON FUNCTION letterbox.apart_own_details(), letterbox.apart_added() TO lb_owner;

RESET ROLE;
CREATE TRIGGER party_lookup_apart AFTER INSERT OR UPDATE ON party_lookup FOR EACH ROW
    EXECUTE FUNCTION letterbox.apart_own_details();
CREATE TRIGGER apart_added AFTER INSERT ON apart FOR EACH ROW EXECUTE FUNCTION letterbox.apart_added();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
