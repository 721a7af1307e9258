-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whoever signs a person out elsewhere leaves a row in the audit: it may be the thief who ends the owner's sessions.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.session_close_others(p_sid bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session;
    v_count   integer;
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'full';
    DELETE FROM letterbox.session s
     WHERE s.agency_id = v_session.agency_id AND s.session_key <> v_session.session_key
       AND (s.account_id = v_session.account_id OR s.staff_id = v_session.staff_id);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count > 0 THEN
        PERFORM letterbox.audit_write(v_session.agency_id,
                                      CASE WHEN v_session.staff_id IS NULL THEN 'account' ELSE 'staff' END,
                                      coalesce(v_session.staff_id, v_session.account_id), 'sessions_ended',
                                      NULL, NULL, NULL, NULL, NULL);
    END IF;
    RETURN v_count;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
