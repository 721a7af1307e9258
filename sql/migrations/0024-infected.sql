-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A letter in which a virus was found says so in its row, so that no way leads around a manager's override: it is not taken
-- apart anew, and the override is only for such a letter. And work that waits for the virus scanner waits as long as that
-- is away.
SET LOCAL search_path = letterbox;

ALTER TABLE letter ADD COLUMN is_infected boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN letter.is_infected IS 'The press found a virus in it: it is opened only while virus_override names who has that done. For good';
-- What was found before this; the owner is above its own policies for as long as that takes.
ALTER TABLE letter NO FORCE ROW LEVEL SECURITY;
UPDATE letter l SET is_infected = true
 WHERE EXISTS (SELECT FROM audit a WHERE a.agency_id = l.agency_id AND a.act = 'letter_infected'
                  AND a.object_kind = 'letter' AND a.object_id = l.letter_id);
ALTER TABLE letter FORCE ROW LEVEL SECURITY;

ALTER TABLE job ADD COLUMN waits smallint NOT NULL DEFAULT 0 CHECK (waits BETWEEN 0 AND 100);
COMMENT ON COLUMN job.waits IS 'How often it was given back because what it needs was away; these are no attempts';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.letter_take_apart_anew(p_letter bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_agency();
    v_letter letterbox.letter;
    v_blobs  bigint[];
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        PERFORM letterbox.refuse('letter', 'letter_taken_apart_by_staff', 'a letter is taken apart anew by a coordinator or manager');
    END IF;
    SELECT l.* INTO v_letter FROM letterbox.letter l
     WHERE l.agency_id = v_agency AND l.letter_id = p_letter FOR UPDATE;
    IF v_letter.letter_id IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF v_letter.state NOT IN ('in_review', 'quarantined', 'failed') THEN
        RETURN 'state';
    END IF;
    IF v_letter.is_infected AND v_letter.virus_override IS NULL THEN
        RETURN 'infected';
    END IF;
    -- What somebody was sent stays with the pages that it was made from.
    IF EXISTS (SELECT FROM letterbox.release r
                WHERE r.agency_id = v_agency AND r.letter_id = p_letter AND r.state <> 'withdrawn') THEN
        RETURN 'copies';
    END IF;
    SELECT array_agg(p.blob_id) INTO v_blobs FROM letterbox.part p
     WHERE p.agency_id = v_agency AND p.letter_id = p_letter;
    DELETE FROM letterbox.part p WHERE p.agency_id = v_agency AND p.letter_id = p_letter;
    DELETE FROM letterbox.blob_chunk c WHERE c.agency_id = v_agency AND c.blob_id = ANY (v_blobs);
    DELETE FROM letterbox.blob b WHERE b.agency_id = v_agency AND b.blob_id = ANY (v_blobs);
    -- A manager had it opened once, not for ever: it is kept apart again.
    UPDATE letterbox.letter l
       SET state = 'received', version = l.version + 1, virus_override = NULL, changed_at = letterbox.now()
     WHERE l.agency_id = v_agency AND l.letter_id = p_letter;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, letter_id, made_at)
    VALUES (v_agency, letterbox.new_id(), 'press', 'prepare_letter', 5, letterbox.now(), p_letter, letterbox.now());
    RETURN CASE WHEN v_letter.is_infected THEN 'apart' ELSE 'done' END;
END
$$;
COMMENT ON FUNCTION letterbox.letter_take_apart_anew(bigint) IS
    'Takes what was made of a letter away and has the press take its originals apart anew; says done, or apart where the press only keeps it apart again because it is infected, or what stands in the way: unknown, state, infected, copies';

CREATE OR REPLACE FUNCTION letterbox.virus_override(p_letter bigint, p_version integer, p_sealed_reason bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    IF v_session.role IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'only a manager has an infected letter opened' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_sealed_reason IS NULL THEN
        PERFORM letterbox.refuse('letter', 'virus_override_reason', 'an infected letter is not opened without a reason');
    END IF;
    UPDATE letterbox.letter l
       SET virus_override = v_session.staff_id, state = 'received', changed_at = letterbox.now()
     WHERE l.agency_id = v_session.agency_id AND l.letter_id = p_letter AND l.state = 'quarantined'
       AND l.is_infected AND l.virus_override IS NULL AND l.version = p_version;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, letter_id, made_at)
    VALUES (v_session.agency_id, letterbox.new_id(), 'press', 'prepare_letter', letterbox.now(), p_letter, letterbox.now());
    PERFORM letterbox.audit_write(v_session.agency_id, 'staff', v_session.staff_id, 'virus_overridden', 'letter', p_letter,
                                  NULL, NULL, p_sealed_reason);
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.virus_override(bigint, integer, bytea) IS
    'The signed-in manager has a letter opened in which a virus was found: it goes to the press again, which no longer asks the scanner about it. Writes the audit, with the reason sealed to the desk. False: somebody was quicker, or no virus was found in it';

CREATE FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job   letterbox.job := letterbox.gate_live_job();
    v_pause integer := least(p_most_s, p_first_s * 2 ^ least(v_job.waits, 20));
BEGIN
    UPDATE letterbox.job j
       SET state = 'ready', lease_hash = NULL, lease_until = NULL, error_code = p_error_code,
           attempts = j.attempts - 1, waits = least(j.waits + 1, 100),
           run_at = letterbox.now() + v_pause * interval '1 second'
     WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id AND j.lease_hash = v_job.lease_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease is not held any more' USING ERRCODE = 'LB001';
    END IF;
    RETURN v_pause;
END
$$;
COMMENT ON FUNCTION letterbox.job_wait(text, integer, integer) IS
    'Gives the job back because what it needs is away: no attempt is counted, and it comes again after a pause that doubles each time from the first to the most, without end. Answers the seconds';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
