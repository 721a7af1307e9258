-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A letter that was given to a manager is decided by a manager: the desk asks lib/rules/state first; this holds if it did not.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.letter_manager_decides() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('letter', 'letter_manager_decides', 'a manager was asked, and decides');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.letter_manager_decides() IS
    'Refuses to move on a letter that was given to a manager, without a manager: constraint letter_manager_decides';
GRANT EXECUTE ON FUNCTION letterbox.letter_manager_decides() TO lb_owner;

RESET ROLE;
CREATE TRIGGER letter_manager_decides BEFORE UPDATE OF state ON letter FOR EACH ROW
    WHEN (OLD.state = 'escalated' AND NEW.state <> 'escalated') EXECUTE FUNCTION letterbox.letter_manager_decides();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
