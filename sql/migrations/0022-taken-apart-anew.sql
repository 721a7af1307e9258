-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A better cleaner can be run again: what an older one made of a letter goes, and the press takes the sealed
-- originals apart anew. Marks and concerns go with the words that they stand on.
SET LOCAL search_path = letterbox;

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.letter_take_apart_anew(p_letter bigint) RETURNS text
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
    UPDATE letterbox.letter l SET state = 'received', version = l.version + 1, changed_at = letterbox.now()
     WHERE l.agency_id = v_agency AND l.letter_id = p_letter;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, letter_id, made_at)
    VALUES (v_agency, letterbox.new_id(), 'press', 'prepare_letter', 5, letterbox.now(), p_letter, letterbox.now());
    RETURN 'done';
END
$$;
COMMENT ON FUNCTION letterbox.letter_take_apart_anew(bigint) IS
    'Takes what was made of a letter away and has the press take its originals apart anew; says done, or what stands in the way: unknown, state, copies';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
