-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whether two households that were one may know of each other can be said anew. And sisters and brothers go to another agency one after
-- the other: the link between them stays behind, and is made again there with the second of them.
SET LOCAL search_path = letterbox;

-- What holds when it is entered holds when it is said anew: nothing is shared, and two people read the next letter to each.
CREATE TRIGGER apart_changed AFTER UPDATE OF may_know ON apart FOR EACH ROW
    WHEN (OLD.may_know IS DISTINCT FROM NEW.may_know) EXECUTE FUNCTION letterbox.apart_added();

---- sisters and brothers who move -------------------------------------------------------------------

ALTER TABLE transfer ADD COLUMN siblings integer NOT NULL DEFAULT 0,
    ADD COLUMN was_parties bigint[] NOT NULL DEFAULT '{}', ADD COLUMN now_parties bigint[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT transfer_pairs CHECK (cardinality(was_parties) = cardinality(now_parties));
COMMENT ON COLUMN transfer.siblings IS
    'How many sisters and brothers of the child have arrangements at the agency that it goes from; of one that was taken, at that moment';
COMMENT ON COLUMN transfer.was_parties IS 'Of one that was taken: the ids of its people at the agency that it came from';
COMMENT ON COLUMN transfer.now_parties IS
    'The ids of the same people, in the same order, at the agency that took it: who comes again with a sister or brother is known by them';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.transfer_family(p_agency bigint, p_arrangement bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE family (child_id) AS (
        SELECT a.child_id FROM letterbox.arrangement a WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
        UNION
        SELECT CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
          FROM family f
          JOIN letterbox.child_link l ON l.agency_id = p_agency AND f.child_id IN (l.child_id, l.sibling_id))
    SELECT f.child_id FROM family f
     WHERE f.child_id <> (SELECT a.child_id FROM letterbox.arrangement a
                           WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement)
$$;
COMMENT ON FUNCTION letterbox.transfer_family(bigint, bigint) IS 'The sisters and brothers of the child of an arrangement, also those of these';

CREATE FUNCTION letterbox.transfer_left(p_agency bigint, p_arrangement bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT f)::integer FROM letterbox.transfer_family(p_agency, p_arrangement) AS f
      JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.child_id = f
     WHERE a.state NOT IN ('ended', 'moved')
$$;
COMMENT ON FUNCTION letterbox.transfer_left(bigint, bigint) IS
    'How many sisters and brothers of the child of an arrangement have arrangements at this agency';

CREATE FUNCTION letterbox.transfer_siblings(p_transfer bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT b.child_id FROM letterbox.transfer t
      CROSS JOIN letterbox.transfer_family(t.agency_id, t.arrangement_id) AS f
      JOIN letterbox.arrangement a ON a.agency_id = t.agency_id AND a.child_id = f
      JOIN letterbox.transfer w ON w.agency_id = t.agency_id AND w.arrangement_id = a.arrangement_id
       AND w.to_agency_id = t.to_agency_id AND w.state = 'taken'
      JOIN letterbox.arrangement b ON b.agency_id = t.to_agency_id AND b.arrangement_id = w.taken_as
     WHERE t.transfer_id = p_transfer AND t.to_agency_id = letterbox.gate_agency() AND t.state <> 'proposed'
       AND letterbox.gate_role() = 'manager'
$$;
COMMENT ON FUNCTION letterbox.transfer_siblings(bigint) IS
    'For a manager of the agency that a transfer goes to: the children there who are sisters and brothers of its child, and came from the same agency';

CREATE FUNCTION letterbox.transfer_done(p_arrangement bigint)
RETURNS TABLE (transfer_id bigint, is_ours boolean, other_name text, decided_at timestamptz, letters integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.transfer_id, t.agency_id = letterbox.gate_agency(), g.name, t.decided_at, t.letters
      FROM letterbox.transfer t
      JOIN letterbox.agency g
        ON g.agency_id = CASE WHEN t.agency_id = letterbox.gate_agency() THEN t.to_agency_id ELSE t.agency_id END
     WHERE t.state = 'taken' AND letterbox.gate_staff() IS NOT NULL
       AND (t.agency_id = letterbox.gate_agency() AND t.arrangement_id = p_arrangement
            OR t.to_agency_id = letterbox.gate_agency() AND t.taken_as = p_arrangement)
     ORDER BY t.decided_at DESC
$$;
COMMENT ON FUNCTION letterbox.transfer_done(bigint) IS
    'For staff: from which agency an arrangement came, and to which it went, with the receipt; the newest first';

CREATE OR REPLACE FUNCTION letterbox.transfer_records(p_agency bigint, p_arrangement bigint) RETURNS bigint[]
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
         WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement
        UNION ALL SELECT 5, x.other_party_id, unnest(ARRAY[x.party_id, x.other_party_id, x.may_know::integer::bigint])
          FROM letterbox.apart x
         WHERE x.agency_id = p_agency AND EXISTS (SELECT FROM letterbox.arrangement_party m
                                                   WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement
                                                     AND m.party_id IN (x.party_id, x.other_party_id))) AS r
$$;
COMMENT ON FUNCTION letterbox.transfer_records(bigint, bigint) IS
    'Versions of all records that go with an arrangement, who takes part how, and who lives apart: another answer says that one of them has changed';

CREATE FUNCTION letterbox.transfer_details_wait(p_agency bigint, p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.arrangement_party m
                     JOIN letterbox.detail_change d ON d.agency_id = m.agency_id AND d.party_id = m.party_id
                    WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement AND d.state = 'waiting')
$$;
COMMENT ON FUNCTION letterbox.transfer_details_wait(bigint, bigint) IS
    'Has somebody in it told a new address, e-mail or number that nobody has checked?';

CREATE FUNCTION letterbox.transfer_blocked_beside(p_agency bigint, p_arrangement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.shared_arrangements(p_agency, p_arrangement, NULL) AS o (id)
                     JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.arrangement_id = o.id
                    WHERE a.state IN ('prohibited', 'suspended'))
$$;
COMMENT ON FUNCTION letterbox.transfer_blocked_beside(bigint, bigint) IS
    'Is another arrangement of the same two sides prohibited or suspended?';

CREATE OR REPLACE FUNCTION letterbox.transfer_refusal(p_agency bigint, p_arrangement bigint) RETURNS text
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
    ELSIF letterbox.transfer_unfinished(p_agency, p_arrangement) THEN
        RETURN 'unfinished';
    ELSIF letterbox.transfer_details_wait(p_agency, p_arrangement) THEN
        RETURN 'details';
    ELSIF letterbox.transfer_blocked_beside(p_agency, p_arrangement) THEN
        RETURN 'beside';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_refusal(bigint, bigint) IS
    'Why an arrangement cannot go to another agency just now: state (blocked, over, the child is grown or has died), others (of the child), unfinished (letters); null: it can';

CREATE OR REPLACE FUNCTION letterbox.transfer_propose(p_transfer bigint, p_arrangement bigint, p_to bigint, p_sealed_reason bytea) RETURNS text
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
                                    letters, shelved, siblings, next_on, sealed_reason)
    SELECT v_agency, p_transfer, p_arrangement, p_to, letterbox.gate_staff(), letterbox.now(),
           (SELECT count(*) FROM letterbox.arrangement_party m
             WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND m.state <> 'ended'),
           s.letters, s.shelved, letterbox.transfer_left(v_agency, p_arrangement),
           (SELECT min(o.due_on) FROM letterbox.occasion o
             WHERE o.agency_id = v_agency AND o.arrangement_id = p_arrangement AND o.state = 'due'), p_sealed_reason
      FROM letterbox.transfer_letters(v_agency, p_arrangement) AS s;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_propose(bigint, bigint, bigint, bytea) IS
    'Proposes that an arrangement goes to another agency; nothing changes yet. A refusal, or null';

CREATE OR REPLACE FUNCTION letterbox.transfer_offer(p_transfer bigint, p_sealed_bundle bytea, p_records bigint[]) RETURNS text
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
           siblings = letterbox.transfer_left(v_agency, v_transfer.arrangement_id),
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

DROP FUNCTION letterbox.transfer_take(bigint, bigint);
CREATE FUNCTION letterbox.transfer_take(p_transfer bigint, p_arrangement bigint, p_was bigint[], p_now bigint[]) RETURNS text
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
    ELSIF letterbox.transfer_details_wait(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        RETURN 'details';
    ELSIF letterbox.transfer_blocked_beside(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        RETURN 'beside';
    ELSIF (SELECT count(*) FROM letterbox.arrangement_party m WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement)
          IS DISTINCT FROM v_transfer.people THEN
        RETURN 'not_whole';
    ELSIF EXISTS (SELECT FROM unnest(p_now) AS x
                   WHERE NOT EXISTS (SELECT FROM letterbox.arrangement_party m
                                      WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND m.party_id = x))
       OR EXISTS (SELECT FROM letterbox.transfer_siblings(p_transfer) AS s
                    JOIN letterbox.arrangement a ON a.agency_id = v_agency AND a.arrangement_id = p_arrangement
                   WHERE NOT EXISTS (SELECT FROM letterbox.child_link l
                                      WHERE l.agency_id = v_agency AND l.child_id = least(s, a.child_id)
                                        AND l.sibling_id = greatest(s, a.child_id))) THEN
        -- Sisters and brothers who came before are guarded from the first moment.
        RETURN 'not_whole';
    END IF;
    UPDATE letterbox.transfer t
       SET state = 'taken', decided_at = letterbox.now(), taken_as = p_arrangement, sealed_bundle = NULL, letters = s.letters,
           shelved = s.shelved, letters_digest = s.digest, was_parties = p_was, now_parties = p_now,
           siblings = letterbox.transfer_left(v_transfer.agency_id, v_transfer.arrangement_id)
      FROM letterbox.transfer_letters(v_transfer.agency_id, v_transfer.arrangement_id) AS s
     WHERE t.agency_id = v_transfer.agency_id AND t.transfer_id = p_transfer;
    UPDATE letterbox.arrangement a SET state = 'moved', ended_at = letterbox.now()
     WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id;
    -- Who takes part in nothing else there: no account, link or letter of that agency any more.
    UPDATE letterbox.account x SET state = 'disabled'
     WHERE x.agency_id = v_transfer.agency_id AND x.state = 'active' AND letterbox.transfer_leaves(x.agency_id, x.party_id, v_transfer.arrangement_id);
    UPDATE letterbox.join_code j SET expires_at = letterbox.now()
     WHERE j.agency_id = v_transfer.agency_id AND j.used_at IS NULL AND j.expires_at > letterbox.now()
       AND letterbox.transfer_leaves(j.agency_id, j.party_id, v_transfer.arrangement_id);
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
COMMENT ON FUNCTION letterbox.transfer_take(bigint, bigint, bigint[], bigint[]) IS
    'The other agency takes an arrangement, which it has entered as its own and linked with the sisters and brothers who came before, in this transaction: the first agency''s is moved from now on, and the receipt is written. A refusal, or null';

CREATE OR REPLACE FUNCTION letterbox.transfer_end(p_transfer bigint, p_sealed_answer bytea) RETURNS text
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
        -- What happened to the child or beside it meanwhile keeps it held, until a manager of its own agency has looked.
        UPDATE letterbox.arrangement a SET state = v_transfer.state_before
         WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id AND a.state = 'held'
           AND letterbox.child_refusal(a.agency_id, a.child_id) IS NULL
           AND NOT letterbox.transfer_blocked_beside(a.agency_id, a.arrangement_id);
    END IF;
    IF v_to = 'refused' THEN
        PERFORM letterbox.audit_write(v_transfer.agency_id, 'desk', 0, 'transfer_refused', 'arrangement',
                                      v_transfer.arrangement_id, 'transfer', p_transfer, NULL);
    END IF;
    RETURN NULL;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
