-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The desk's office: an item is in one batch, what must not be posted is known before it is, a notice that failed is
-- answered, and an agency keeps an administrator.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

---- printing --------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.print_take(p_print bigint, p_batch bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM letterbox.print_item p
      WHERE p.agency_id = letterbox.gate_need_agency() AND p.print_id = p_print AND p.state = 'queued' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    RETURN letterbox.print_begin(p_print, p_batch);
END
$$;
COMMENT ON FUNCTION letterbox.print_take(bigint, bigint) IS
    'Takes an item that waits into a batch, with print_begin''s checks; done: it is in another batch already';

CREATE FUNCTION letterbox.print_check(p_print bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_dispatch bigint;
    v_refusal  text;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not print' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.dispatch_id INTO v_dispatch FROM letterbox.print_item p
     WHERE p.agency_id = v_agency AND p.print_id = p_print AND p.state = 'printed' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_agency, v_dispatch);
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.dispatch_stop(v_agency, v_dispatch, 'print', v_refusal);
    END IF;
    RETURN v_refusal;
END
$$;
COMMENT ON FUNCTION letterbox.print_check(bigint) IS
    'Asks the facts once more about an item that was printed and not posted yet: null, or why it must not go, and then it is stopped';

---- notices that failed ---------------------------------------------------------------------------

CREATE FUNCTION letterbox.message_failed_answer(p_message bigint, p_answer text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not decide about messages' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- An old sign-in code is of use to nobody.
    UPDATE letterbox.message m
       SET state = CASE p_answer WHEN 'again' THEN 'ready' WHEN 'close' THEN 'stopped' END, changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.state = 'failed' AND m.dispatch_id IS NULL
       AND (p_answer <> 'again' OR m.kind <> 'sign_in_code');
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF p_answer = 'again' THEN
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, made_at)
        VALUES (v_agency, letterbox.new_id(), 'post', 'send_mail', v_instant, p_message, v_instant);
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.message_failed_answer(bigint, text) IS
    'A person''s answer about a notice that a mail server refused for good: again, or close. false: it does not wait for that';

---- an agency keeps an administrator --------------------------------------------------------------

CREATE FUNCTION letterbox.administrator_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- One at a time in an agency: two who close each other's account must not both succeed.
    PERFORM FROM letterbox.agency a WHERE a.agency_id = NEW.agency_id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM letterbox.staff s
                    WHERE s.agency_id = NEW.agency_id AND s.role = 'administrator' AND s.state = 'active') THEN
        PERFORM letterbox.refuse('staff', 'staff_administrator_stays', 'the agency would have no administrator');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.administrator_stays() IS
    'Refuses to take an agency''s last active administrator away: constraint staff_administrator_stays';
GRANT EXECUTE ON FUNCTION letterbox.administrator_stays() TO lb_owner;

RESET ROLE;
CREATE TRIGGER staff_administrator_stays AFTER UPDATE OF state, role ON staff FOR EACH ROW
    WHEN (OLD.role = 'administrator' AND OLD.state = 'active'
          AND (NEW.role IS DISTINCT FROM OLD.role OR NEW.state IS DISTINCT FROM OLD.state))
    EXECUTE FUNCTION letterbox.administrator_stays();

REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
