-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A mail from one side of a child to an address of the other is made somebody's letter by a manager: the desk asks first; this
-- holds if it did not.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.letter_manager_matches() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('letter', 'letter_manager_matches', 'it came from the wrong side, and a manager says whose it is');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.letter_manager_matches() IS
    'Refuses to make a mail from the wrong side somebody''s letter, without a manager: constraint letter_manager_matches';
GRANT EXECUTE ON FUNCTION letterbox.letter_manager_matches() TO lb_owner;

RESET ROLE;
CREATE TRIGGER letter_manager_matches BEFORE UPDATE OF arrangement_id, from_party ON letter FOR EACH ROW
    WHEN (OLD.is_wrong_side AND (OLD.from_party IS DISTINCT FROM NEW.from_party
                                 OR OLD.arrangement_id IS DISTINCT FROM NEW.arrangement_id))
    EXECUTE FUNCTION letterbox.letter_manager_matches();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
