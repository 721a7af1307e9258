-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whom somebody may write to stands on each of the portal's pages. Read through the policies of three tables it asked for
-- the session three times; a view asks once, and shows the same rows.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE VIEW letterbox.own_contact WITH (security_barrier) AS
SELECT c.contact_id, c.arrangement_id, p.place_id, c.sealed_label, c.label_version,
       a.state = 'active' AND p.state = 'active' AND p.may_write AS is_open
  FROM letterbox.live_session v
  JOIN letterbox.contact c ON c.agency_id = v.agency_id AND c.party_id = v.party_id
  JOIN letterbox.arrangement_party p ON p.agency_id = c.agency_id AND p.arrangement_id = c.arrangement_id
                                    AND p.party_id = c.party_id
  JOIN letterbox.arrangement a ON a.agency_id = c.agency_id AND a.arrangement_id = c.arrangement_id;
COMMENT ON VIEW letterbox.own_contact IS 'Whom the signed-in party writes to, by its own ids';
COMMENT ON COLUMN letterbox.own_contact.contact_id IS 'The party''s own id of that contact';
COMMENT ON COLUMN letterbox.own_contact.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN letterbox.own_contact.place_id IS 'The party''s own id of the arrangement';
COMMENT ON COLUMN letterbox.own_contact.sealed_label IS 'What the party knows the contact as, sealed to its account';
COMMENT ON COLUMN letterbox.own_contact.label_version IS 'Of the label';
COMMENT ON COLUMN letterbox.own_contact.is_open IS 'Whether the party may write now';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
