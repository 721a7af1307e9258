-- SPDX-License-Identifier: AGPL-3.0-or-later
-- One household becomes two: each keeps to the side on which it was one, and to ways of its own by which it is reached.
-- And an arrangement goes to another agency: to one outside as a state alone, to one of this installation by a transfer, with a receipt.
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

CREATE TABLE transfer (
    agency_id      bigint NOT NULL,
    transfer_id    bigint NOT NULL CHECK (transfer_id > 0),
    arrangement_id bigint NOT NULL,
    to_agency_id   bigint NOT NULL,
    state          text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'offered', 'taken', 'refused', 'withdrawn')),
    state_before   text CHECK (state_before IN ('active', 'paused', 'inactive')),
    proposed_by    bigint NOT NULL,
    proposed_at    timestamptz NOT NULL,
    offered_by     bigint,
    offered_at     timestamptz,
    decided_at     timestamptz,
    people         integer NOT NULL DEFAULT 0,
    letters        integer NOT NULL DEFAULT 0,
    shelved        integer NOT NULL DEFAULT 0,
    next_on        date,
    records        bigint[],
    letters_digest bytes32,
    taken_as       bigint,
    sealed_reason  sealed NOT NULL,
    sealed_bundle  sealed,
    sealed_answer  sealed,
    PRIMARY KEY (agency_id, transfer_id),
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement,
    FOREIGN KEY (agency_id, proposed_by) REFERENCES staff,
    FOREIGN KEY (agency_id, offered_by) REFERENCES staff,
    CONSTRAINT transfer_another CHECK (agency_id <> to_agency_id),
    CONSTRAINT transfer_two_people CHECK (offered_by <> proposed_by),
    CONSTRAINT transfer_offered CHECK (state NOT IN ('offered', 'taken', 'refused')
                                       OR offered_by IS NOT NULL AND offered_at IS NOT NULL AND state_before IS NOT NULL),
    CONSTRAINT transfer_bundle CHECK ((state = 'offered') = (sealed_bundle IS NOT NULL)),
    CONSTRAINT transfer_decided CHECK ((state IN ('taken', 'refused', 'withdrawn')) = (decided_at IS NOT NULL)),
    CONSTRAINT transfer_taken CHECK ((state = 'taken') = (taken_as IS NOT NULL) AND (state = 'taken') = (letters_digest IS NOT NULL))
);
CREATE INDEX transfer_arrangement ON transfer (agency_id, arrangement_id);
CREATE INDEX transfer_to ON transfer (to_agency_id, proposed_at);
COMMENT ON TABLE transfer IS 'An arrangement goes to another agency of this installation; once taken, its row is the receipt that both keep';
COMMENT ON COLUMN transfer.agency_id IS 'The agency that it goes from';
COMMENT ON COLUMN transfer.transfer_id IS 'Random id; as a reference, the number of the receipt';
COMMENT ON COLUMN transfer.arrangement_id IS 'Which arrangement, at the agency that it goes from';
COMMENT ON COLUMN transfer.to_agency_id IS 'The agency that it goes to';
COMMENT ON COLUMN transfer.state IS
    'proposed (nothing has changed); offered (a second person has agreed, everything is held until the other agency answers); taken; refused; withdrawn';
COMMENT ON COLUMN transfer.state_before IS 'What the arrangement was before it was held; it is that again when the transfer is refused or withdrawn';
COMMENT ON COLUMN transfer.proposed_by IS 'Who proposed it';
COMMENT ON COLUMN transfer.proposed_at IS 'When';
COMMENT ON COLUMN transfer.offered_by IS 'The manager who agreed: another than who proposed it';
COMMENT ON COLUMN transfer.offered_at IS 'When';
COMMENT ON COLUMN transfer.decided_at IS 'When it was taken, refused or withdrawn';
COMMENT ON COLUMN transfer.people IS 'How many people and households take part';
COMMENT ON COLUMN transfer.letters IS 'How many letters there are; of one that was taken, at that moment';
COMMENT ON COLUMN transfer.shelved IS 'How many of them wait on the shelf';
COMMENT ON COLUMN transfer.next_on IS 'When the next letter is due';
COMMENT ON COLUMN transfer.records IS 'The versions of the records in the bundle, as transfer_records has them: none may have changed when it is taken';
COMMENT ON COLUMN transfer.letters_digest IS 'SHA-256 over the list of the letters, as transfer_letters has it: which letters stayed with the first agency';
COMMENT ON COLUMN transfer.taken_as IS 'The arrangement at the agency that took it';
COMMENT ON COLUMN transfer.sealed_reason IS 'Why, sealed to the desk of the agency that it goes from';
COMMENT ON COLUMN transfer.sealed_bundle IS 'Child, people, terms and dates, sealed to the desk of the agency that it goes to; gone once it has answered';
COMMENT ON COLUMN transfer.sealed_answer IS 'Why it was refused, sealed to the desk of the agency that it goes from';

ALTER TABLE arrangement DROP CONSTRAINT arrangement_state_check;
ALTER TABLE arrangement ADD CONSTRAINT arrangement_state_check
    CHECK (state IN ('active', 'paused', 'suspended', 'held', 'prohibited', 'inactive', 'ended', 'moved'));
COMMENT ON COLUMN arrangement.state IS
    'active; paused, suspended, held or prohibited (nothing is released; a manager lifts the last three); inactive (nobody writes); ended; moved (another agency has it)';

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
---- moved to another agency ------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION letterbox.arrangement_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The row of the arrangement is locked by what changes it: no two count at once.
    INSERT INTO letterbox.arrangement_was (agency_id, arrangement_id, number, from_at, kind, state)
    SELECT NEW.agency_id, NEW.arrangement_id, coalesce(max(w.number), 0) + 1,
           CASE WHEN TG_OP = 'INSERT' THEN NEW.made_at ELSE letterbox.now() END, NEW.kind,
           -- What another agency has by now ended here.
           CASE NEW.state WHEN 'moved' THEN 'ended' ELSE NEW.state END
      FROM letterbox.arrangement_was w
     WHERE w.agency_id = NEW.agency_id AND w.arrangement_id = NEW.arrangement_id;
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
       AND v_refusal IN ('arrangement_ended', 'arrangement_moved', 'arrangement_inactive', 'child_dead', 'child_wish', 'child_grown') THEN
        v_refusal := NULL;
    END IF;
    IF v_refusal IS NULL AND v_release.state = 'withdrawn' THEN
        v_refusal := 'withdrawn';
    END IF;
    RETURN v_refusal;
END
$$;

CREATE FUNCTION letterbox.transfer_leaves(p_agency bigint, p_party bigint, p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.arrangement_party m
                    WHERE m.agency_id = p_agency AND m.party_id = p_party AND m.arrangement_id = p_arrangement)
       AND NOT EXISTS (SELECT FROM letterbox.arrangement_party m
                         JOIN letterbox.arrangement a ON a.agency_id = m.agency_id AND a.arrangement_id = m.arrangement_id
                        WHERE m.agency_id = p_agency AND m.party_id = p_party AND a.state NOT IN ('ended', 'moved')
                          AND a.arrangement_id <> p_arrangement)
$$;
COMMENT ON FUNCTION letterbox.transfer_leaves(bigint, bigint, bigint) IS
    'Does a party of this arrangement take part in no other that is in force?';

CREATE FUNCTION letterbox.transfer_records(p_agency bigint, p_arrangement bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(v ORDER BY place, id, v) FROM (
        SELECT 1 AS place, a.child_id AS id, unnest(ARRAY[c.record_version::bigint, hashtext(c.state || ' ' || c.wish)]) AS v
          FROM letterbox.arrangement a JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
         WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
        UNION ALL SELECT 2, a.arrangement_id, a.record_version FROM letterbox.arrangement a
         WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
        UNION ALL SELECT 3, g.version, g.version FROM letterbox.agreement g
         WHERE g.agency_id = p_agency AND g.arrangement_id = p_arrangement
        UNION ALL SELECT 4, m.party_id, unnest(ARRAY[m.party_id, p.record_version,
               hashtext(concat_ws(' ', m.side, m.state, m.may_write, m.may_receive, m.office_only, p.state, p.channel, p.ask_first,
                                  p.text_consent, p.address_confirmed, p.email_confirmed))])
          FROM letterbox.arrangement_party m JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
         WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement) AS r
$$;
COMMENT ON FUNCTION letterbox.transfer_records(bigint, bigint) IS
    'Versions of all records that go with an arrangement, and who takes part how: another answer says that one of them has changed';

CREATE FUNCTION letterbox.transfer_own_records(p_arrangement bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT letterbox.transfer_records(letterbox.gate_agency(), p_arrangement)
$$;
COMMENT ON FUNCTION letterbox.transfer_own_records(bigint) IS 'transfer_records of an arrangement of the session''s agency';

CREATE FUNCTION letterbox.transfer_letters(p_agency bigint, p_arrangement bigint, OUT letters integer, OUT shelved integer,
                                           OUT digest bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*), count(*) FILTER (WHERE l.state = 'held'),
           sha256(convert_to(coalesce(string_agg(format('%s %s %s', l.letter_id, to_char(l.received_at AT TIME ZONE 'UTC',
                  'YYYY-MM-DD HH24:MI:SS'), l.channel), E'\n' ORDER BY l.received_at, l.letter_id), ''), 'UTF8'))
      FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.arrangement_id = p_arrangement
$$;
COMMENT ON FUNCTION letterbox.transfer_letters(bigint, bigint) IS
    'How many letters an arrangement has, how many are on the shelf, and a digest of the list: id, UTC instant and channel of each in a line, in the order in which they came';

CREATE FUNCTION letterbox.transfer_unfinished(p_agency bigint, p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.arrangement_id = p_arrangement
                      AND l.state NOT IN ('released', 'returned', 'held', 'set_aside'))
        OR EXISTS (SELECT FROM letterbox.release r
                     JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
                    WHERE r.agency_id = p_agency AND r.arrangement_id = p_arrangement AND r.state <> 'withdrawn'
                      AND d.state IN ('ready', 'sending', 'maybe_sent'))
$$;
COMMENT ON FUNCTION letterbox.transfer_unfinished(bigint, bigint) IS
    'Is a letter of this arrangement being read, or a copy on its way?';

CREATE FUNCTION letterbox.transfer_refusal(p_agency bigint, p_arrangement bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_arrangement letterbox.arrangement;
BEGIN
    SELECT * INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF v_arrangement.state NOT IN ('active', 'paused', 'inactive') THEN
        RETURN 'state';
    ELSIF letterbox.child_refusal(p_agency, v_arrangement.child_id) IS NOT NULL THEN
        RETURN 'state';
    ELSIF EXISTS (SELECT FROM letterbox.arrangement a
                   WHERE a.agency_id = p_agency AND a.child_id = v_arrangement.child_id AND a.arrangement_id <> p_arrangement
                     AND a.state NOT IN ('ended', 'moved')) THEN
        RETURN 'others';
    ELSIF EXISTS (WITH RECURSIVE family (child_id) AS (
                      SELECT v_arrangement.child_id
                      UNION
                      SELECT CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
                        FROM family f
                        JOIN letterbox.child_link l ON l.agency_id = p_agency AND f.child_id IN (l.child_id, l.sibling_id))
                  SELECT FROM family f JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.child_id = f.child_id
                   WHERE f.child_id <> v_arrangement.child_id AND a.state NOT IN ('ended', 'moved')) THEN
        -- The guard between the families of sisters and brothers would be cut in two.
        RETURN 'siblings';
    ELSIF letterbox.transfer_unfinished(p_agency, p_arrangement) THEN
        RETURN 'unfinished';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_refusal(bigint, bigint) IS
    'Why an arrangement cannot go to another agency just now: state (blocked, over, the child is grown or has died), others (of the child), siblings (linked, with arrangements here), unfinished (letters); null: it can';

CREATE FUNCTION letterbox.transfer_propose(p_transfer bigint, p_arrangement bigint, p_to bigint, p_sealed_reason bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_refusal text;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not move arrangements' USING ERRCODE = 'insufficient_privilege';
    END IF;
    v_refusal := letterbox.transfer_refusal(v_agency, p_arrangement);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    ELSIF NOT EXISTS (SELECT FROM letterbox.agency g WHERE g.agency_id = p_to AND g.agency_id <> v_agency AND g.state = 'active') THEN
        RETURN 'agency';
    ELSIF EXISTS (SELECT FROM letterbox.transfer t WHERE t.agency_id = v_agency AND t.arrangement_id = p_arrangement
                     AND t.state IN ('proposed', 'offered')) THEN
        RETURN 'open';
    END IF;
    INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id, proposed_by, proposed_at, people,
                                    letters, shelved, next_on, sealed_reason)
    SELECT v_agency, p_transfer, p_arrangement, p_to, letterbox.gate_staff(), letterbox.now(),
           (SELECT count(*) FROM letterbox.arrangement_party m
             WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND m.state <> 'ended'),
           s.letters, s.shelved,
           (SELECT min(o.due_on) FROM letterbox.occasion o
             WHERE o.agency_id = v_agency AND o.arrangement_id = p_arrangement AND o.state = 'due'), p_sealed_reason
      FROM letterbox.transfer_letters(v_agency, p_arrangement) AS s;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_propose(bigint, bigint, bigint, bytea) IS
    'Proposes that an arrangement goes to another agency; nothing changes yet. A refusal, or null';

CREATE FUNCTION letterbox.transfer_offer(p_transfer bigint, p_sealed_bundle bytea, p_records bigint[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_transfer letterbox.transfer;
    v_refusal  text;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'a manager agrees' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_transfer FROM letterbox.transfer t WHERE t.agency_id = v_agency AND t.transfer_id = p_transfer FOR UPDATE;
    IF v_transfer.state IS DISTINCT FROM 'proposed' THEN
        RETURN 'decided';
    ELSIF v_transfer.proposed_by = letterbox.gate_staff() THEN
        RETURN 'own';
    END IF;
    v_refusal := letterbox.transfer_refusal(v_agency, v_transfer.arrangement_id);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    ELSIF p_records IS DISTINCT FROM letterbox.transfer_records(v_agency, v_transfer.arrangement_id) THEN
        RETURN 'changed';
    END IF;
    UPDATE letterbox.transfer t
       SET state = 'offered', state_before = a.state, offered_by = letterbox.gate_staff(), offered_at = letterbox.now(),
           records = p_records, sealed_bundle = p_sealed_bundle, letters = s.letters, shelved = s.shelved,
           people = (SELECT count(*) FROM letterbox.arrangement_party m
                      WHERE m.agency_id = v_agency AND m.arrangement_id = v_transfer.arrangement_id AND m.state <> 'ended')
      FROM letterbox.arrangement a, letterbox.transfer_letters(v_agency, v_transfer.arrangement_id) AS s
     WHERE t.agency_id = v_agency AND t.transfer_id = p_transfer AND a.agency_id = v_agency
       AND a.arrangement_id = v_transfer.arrangement_id;
    UPDATE letterbox.arrangement a SET state = 'held'
     WHERE a.agency_id = v_agency AND a.arrangement_id = v_transfer.arrangement_id;
    PERFORM letterbox.gate_audit(v_agency, 'arrangement_held', 'arrangement', v_transfer.arrangement_id, 'transfer', p_transfer);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_offer(bigint, bytea, bigint[]) IS
    'A second person, a manager, agrees: the arrangement is held until the other agency answers. A refusal, or null';

CREATE FUNCTION letterbox.transfer_take(p_transfer bigint, p_arrangement bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_transfer letterbox.transfer;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'a manager takes it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_transfer FROM letterbox.transfer t
     WHERE t.to_agency_id = v_agency AND t.transfer_id = p_transfer AND t.state <> 'proposed' FOR UPDATE;
    IF v_transfer.state IS DISTINCT FROM 'offered' THEN
        RETURN 'decided';
    END IF;
    PERFORM FROM letterbox.arrangement a
      WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id FOR UPDATE;
    PERFORM FROM letterbox.party p JOIN letterbox.arrangement_party m ON m.agency_id = p.agency_id AND m.party_id = p.party_id
      WHERE m.agency_id = v_transfer.agency_id AND m.arrangement_id = v_transfer.arrangement_id FOR UPDATE OF p;
    IF v_transfer.records IS DISTINCT FROM letterbox.transfer_records(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        RETURN 'changed';
    ELSIF letterbox.transfer_unfinished(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        -- Nobody could send it on once the arrangement is gone.
        RETURN 'letter';
    ELSIF (SELECT count(*) FROM letterbox.arrangement_party m WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement)
          IS DISTINCT FROM v_transfer.people THEN
        RETURN 'not_whole';
    END IF;
    UPDATE letterbox.transfer t
       SET state = 'taken', decided_at = letterbox.now(), taken_as = p_arrangement, sealed_bundle = NULL, letters = s.letters,
           shelved = s.shelved, letters_digest = s.digest
      FROM letterbox.transfer_letters(v_transfer.agency_id, v_transfer.arrangement_id) AS s
     WHERE t.agency_id = v_transfer.agency_id AND t.transfer_id = p_transfer;
    UPDATE letterbox.arrangement a SET state = 'moved', ended_at = letterbox.now()
     WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id;
    -- Who takes part in nothing else there: no account, link or letter of that agency any more.
    UPDATE letterbox.account x SET state = 'disabled'
     WHERE x.agency_id = v_transfer.agency_id AND x.state = 'active' AND letterbox.transfer_leaves(x.agency_id, x.party_id, v_transfer.arrangement_id);
    UPDATE letterbox.link l SET withdrawn_at = letterbox.now()
      FROM letterbox.release r
     WHERE r.agency_id = l.agency_id AND r.release_id = l.release_id AND l.agency_id = v_transfer.agency_id
       AND r.arrangement_id = v_transfer.arrangement_id AND l.withdrawn_at IS NULL;
    UPDATE letterbox.party p SET state = 'ended'
     WHERE p.agency_id = v_transfer.agency_id AND p.state NOT IN ('dead', 'ended')
       AND letterbox.transfer_leaves(p.agency_id, p.party_id, v_transfer.arrangement_id);
    -- Two people read the first letter to each from here.
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
      FROM letterbox.arrangement_party m
     WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND p.agency_id = m.agency_id AND p.party_id = m.party_id;
    PERFORM letterbox.audit_write(v_transfer.agency_id, 'desk', 0, 'transfer_taken', 'arrangement', v_transfer.arrangement_id,
                                  'transfer', p_transfer, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_take(bigint, bigint) IS
    'The other agency takes an arrangement, which it has entered as its own in this transaction: the first agency''s is moved from now on, and the receipt is written. A refusal, or null';

CREATE FUNCTION letterbox.transfer_end(p_transfer bigint, p_sealed_answer bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_transfer letterbox.transfer;
    v_to       text;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'a manager decides' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_transfer FROM letterbox.transfer t
     WHERE t.transfer_id = p_transfer AND (t.agency_id = v_agency OR t.to_agency_id = v_agency AND t.state <> 'proposed') FOR UPDATE;
    IF v_transfer.state IS NULL OR v_transfer.state NOT IN ('proposed', 'offered') THEN
        RETURN 'decided';
    END IF;
    v_to := CASE WHEN v_transfer.agency_id = v_agency THEN 'withdrawn' ELSE 'refused' END;
    UPDATE letterbox.transfer t SET state = v_to, decided_at = letterbox.now(), sealed_bundle = NULL, sealed_answer = p_sealed_answer
     WHERE t.agency_id = v_transfer.agency_id AND t.transfer_id = p_transfer;
    IF v_transfer.state = 'offered' THEN
        UPDATE letterbox.arrangement a SET state = v_transfer.state_before
         WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id AND a.state = 'held';
    END IF;
    IF v_to = 'refused' THEN
        PERFORM letterbox.audit_write(v_transfer.agency_id, 'desk', 0, 'transfer_refused', 'arrangement',
                                      v_transfer.arrangement_id, 'transfer', p_transfer, NULL);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_end(bigint, bytea) IS
    'Refuses a transfer (the agency that it goes to) or withdraws it (the one that it goes from): the arrangement is what it was. A refusal, or null';

CREATE FUNCTION letterbox.arrangement_moving() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.transfer t WHERE t.agency_id = NEW.agency_id AND t.arrangement_id = NEW.arrangement_id
                  AND t.state = 'offered') THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_moving', 'it is offered to another agency, and held until that answers');
    ELSIF OLD.state = 'moved' AND EXISTS (SELECT FROM letterbox.transfer t WHERE t.agency_id = NEW.agency_id
                                             AND t.arrangement_id = NEW.arrangement_id AND t.state = 'taken') THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_taken', 'another agency has taken it');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.arrangement_moving() IS
    'Refuses another state for an arrangement that is offered to another agency (constraint arrangement_moving), or that one has taken (arrangement_taken)';

CREATE FUNCTION letterbox.transfer_agencies() RETURNS TABLE (agency_id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.agency_id, g.name FROM letterbox.agency g
     WHERE g.state = 'active' AND letterbox.gate_staff() IS NOT NULL ORDER BY g.name, g.agency_id
$$;
COMMENT ON FUNCTION letterbox.transfer_agencies() IS 'The agencies of this installation by name, for staff';

GRANT EXECUTE ON FUNCTION letterbox.apart_own_details(), letterbox.apart_added(), letterbox.arrangement_moving() TO lb_owner;

RESET ROLE;
DROP TRIGGER arrangement_lift ON arrangement;
CREATE TRIGGER arrangement_lift BEFORE UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (OLD.state IN ('suspended', 'held', 'prohibited', 'ended', 'moved') AND NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION letterbox.arrangement_lift();
CREATE TRIGGER arrangement_moving BEFORE UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (OLD.state IN ('held', 'moved') AND NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION letterbox.arrangement_moving();
CREATE TRIGGER party_lookup_apart AFTER INSERT OR UPDATE ON party_lookup FOR EACH ROW
    EXECUTE FUNCTION letterbox.apart_own_details();
CREATE TRIGGER apart_added AFTER INSERT ON apart FOR EACH ROW EXECUTE FUNCTION letterbox.apart_added();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
