-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A mail from the wrong side leaves the lists of staff by a manager alone: set aside, it alarms nobody any more. The desk asks
-- first; this holds if it did not.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.letter_manager_sets_aside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('letter', 'letter_manager_sets_aside', 'it came from the wrong side, and a manager sets it aside');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.letter_manager_sets_aside() IS
    'Refuses to set a mail from the wrong side aside, without a manager: constraint letter_manager_sets_aside';
GRANT EXECUTE ON FUNCTION letterbox.letter_manager_sets_aside() TO lb_owner;

RESET ROLE;
CREATE TRIGGER letter_manager_sets_aside BEFORE UPDATE OF state ON letter FOR EACH ROW
    WHEN (OLD.is_wrong_side AND NEW.state = 'set_aside' AND OLD.state <> 'set_aside')
    EXECUTE FUNCTION letterbox.letter_manager_sets_aside();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
