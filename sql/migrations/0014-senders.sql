-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whom a copy is from: one relative of several may write alone, and the reader is told who did. Its reader's own ids for
-- them say it, which the portal shows with the names that it knows; it learns no party by them.
SET LOCAL search_path = letterbox;

ALTER TABLE release ADD COLUMN contact_ids bigint[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN release.contact_ids IS
    'Whom it is from, or for a note whom the returned letter was for, by the reader''s own ids (contact); none: everybody on the other side';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
-- As in policies.sql, which runs after this file: what was released before is told about too.
GRANT SELECT ON contact, letter, letter_contact, release TO lb_gate;
GRANT UPDATE ON release TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.release_contacts(p_agency bigint, p_letter bigint, p_to bigint, p_kind text) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(c.contact_id ORDER BY c.contact_id), '{}')
      FROM letterbox.letter l
      JOIN letterbox.contact c ON c.agency_id = l.agency_id AND c.arrangement_id = l.arrangement_id AND c.party_id = p_to
     WHERE l.agency_id = p_agency AND l.letter_id = p_letter
       AND CASE p_kind WHEN 'note'
                       THEN EXISTS (SELECT FROM letterbox.letter_contact m
                                     WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id
                                       AND m.contact_id = c.contact_id)
                       ELSE c.other_party_id = l.from_party END
$$;
COMMENT ON FUNCTION letterbox.release_contacts(bigint, bigint, bigint, text) IS
    'What stands in release.contact_ids: of the reader''s own contacts the letter''s sender, or for a note those whom the letter was for';

CREATE FUNCTION letterbox.release_from() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.contact_ids := letterbox.release_contacts(NEW.agency_id, NEW.letter_id, NEW.to_party, NEW.kind);
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.release_from() IS 'Writes release.contact_ids, whatever the statement says';
GRANT EXECUTE ON FUNCTION letterbox.release_from() TO lb_owner;

UPDATE letterbox.release r SET contact_ids = letterbox.release_contacts(r.agency_id, r.letter_id, r.to_party, r.kind);

RESET ROLE;
CREATE TRIGGER release_from BEFORE INSERT OR UPDATE OF contact_ids ON release FOR EACH ROW
    EXECUTE FUNCTION letterbox.release_from();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
