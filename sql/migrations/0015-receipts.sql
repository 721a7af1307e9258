-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A receipt says how much came. The portal cannot read what it has stored of a letter; it may ask its sender's count.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.letter_came(p_letter bigint, OUT texts integer, OUT files integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    SELECT count(*) FILTER (WHERE o.kind = 'text'), count(*) FILTER (WHERE o.kind <> 'text') INTO texts, files
      FROM letterbox.letter l
      JOIN letterbox.original o ON o.agency_id = l.agency_id AND o.letter_id = l.letter_id
     WHERE l.agency_id = v_session.agency_id AND l.letter_id = p_letter AND l.from_party = v_session.party_id;
END
$$;
COMMENT ON FUNCTION letterbox.letter_came(bigint) IS
    'How many texts and files came with a letter of the signed-in party; none for another''s';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
