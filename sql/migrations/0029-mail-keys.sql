-- SPDX-License-Identifier: AGPL-3.0-or-later
-- E-mail with OpenPGP, and links: when somebody's key ends; a mail from an address of the wrong side; a second browser that
-- opens a link.
SET LOCAL search_path = letterbox;

ALTER TABLE party ADD COLUMN key_ends_on date;
COMMENT ON COLUMN party.key_ends_on IS 'The day on which its OpenPGP key ends, as the key says; null: it has none, or one without an end';

ALTER TABLE letter ADD COLUMN is_wrong_side boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN letter.is_wrong_side IS 'An e-mail from an address of one side of a child to the own address of somebody of the other. For good';

ALTER TABLE link ADD COLUMN reader_hash bytes32;
ALTER TABLE link ADD COLUMN second_reader_at timestamptz;
COMMENT ON COLUMN link.reader_hash IS 'A digest, for this link alone, of a random value that the browser keeps which opened it first';
COMMENT ON COLUMN link.second_reader_at IS 'When another browser last opened it: shown to staff, and not stopped';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

DROP FUNCTION letterbox.link_open(bytea, bytea, bytea);
CREATE FUNCTION letterbox.link_open(p_token_hash bytea, p_sid bytea, p_sealed_secret bytea, p_reader_hash bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_link    letterbox.link;
    v_refusal text;
    v_another boolean;
BEGIN
    SELECT * INTO v_link FROM letterbox.link l
     WHERE l.token_hash = p_token_hash AND l.withdrawn_at IS NULL AND l.tries > 0 AND l.expires_at > letterbox.now()
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_link.agency_id, v_link.dispatch_id);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    v_another := v_link.reader_hash IS NOT NULL AND v_link.reader_hash IS DISTINCT FROM p_reader_hash;
    UPDATE letterbox.link l
       SET tries = 0, opened_at = coalesce(l.opened_at, letterbox.now()),
           reader_hash = coalesce(l.reader_hash, p_reader_hash),
           second_reader_at = CASE WHEN v_another THEN letterbox.now() ELSE l.second_reader_at END
     WHERE l.agency_id = v_link.agency_id AND l.link_id = v_link.link_id;
    PERFORM letterbox.open_journal(v_link.agency_id, v_link.release_id, v_link.dispatch_id);
    PERFORM letterbox.session_put(p_sid, v_link.agency_id, 'link', 'full', NULL, NULL, NULL, NULL, NULL, v_link.link_id,
                                  v_link.release_id, p_sealed_secret);
    PERFORM letterbox.audit_write(v_link.agency_id, 'link', v_link.link_id,
                                  CASE WHEN v_another THEN 'release_opened_elsewhere' ELSE 'release_opened' END,
                                  'release', v_link.release_id, NULL, NULL, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.link_open(bytea, bytea, bytea, bytea) IS
    'After a right PIN: gives the tries back, notes which browser it was, journals and audits the opening, and opens a session of kind link. Null, or why not';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
