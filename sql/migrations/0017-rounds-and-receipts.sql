-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The agency's round is a job that names nothing. Work of the same kind for one arrangement does not stand for it: an
-- office that saved an arrangement an hour would have had no round all day.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) RETURNS integer
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
                          AND j.arrangement_id IS NULL
                          AND (j.state IN ('ready', 'leased')
                               OR j.made_at > letterbox.now() - p_every_s * interval '1 second'));
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- A receipt speaks of photos and files. A letter that came by e-mail is kept as a mail, and that is neither.
CREATE OR REPLACE FUNCTION letterbox.letter_came(p_letter bigint, OUT texts integer, OUT files integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    SELECT count(*) FILTER (WHERE o.kind = 'text'), count(*) FILTER (WHERE o.kind = 'file') INTO texts, files
      FROM letterbox.letter l
      JOIN letterbox.original o ON o.agency_id = l.agency_id AND o.letter_id = l.letter_id
     WHERE l.agency_id = v_session.agency_id AND l.letter_id = p_letter AND l.from_party = v_session.party_id;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
