-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A letter in which a virus was found is kept apart. A manager alone may have it opened all the same: who that was stands
-- with the letter, and with the reason in the audit, in one transaction and by one function.
SET LOCAL search_path = letterbox;

ALTER TABLE letter ADD COLUMN virus_override bigint;
ALTER TABLE letter ADD FOREIGN KEY (agency_id, virus_override) REFERENCES staff;
COMMENT ON COLUMN letter.virus_override IS 'The manager who has it opened although a virus was found in it; null: nobody, and it stays shut. Only the function virus_override sets it';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.virus_override(p_letter bigint, p_version integer, p_sealed_reason bytea) RETURNS boolean
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
       AND l.version = p_version;
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
    'The signed-in manager has a letter opened in which a virus was found: it goes to the press again, which no longer asks the scanner about it. Writes the audit, with the reason sealed to the desk. False: somebody was quicker';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
