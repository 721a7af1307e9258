-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the register reads of every party, child and arrangement stands in indexes: the wide sealed rows are left alone.
SET LOCAL search_path = letterbox;

CREATE INDEX party_facts ON party (agency_id, party_id)
    INCLUDE (kind, channel, state, record_version, address_confirmed, email_confirmed);
CREATE INDEX child_facts ON child (agency_id, child_id) INCLUDE (record_version);
CREATE INDEX arrangement_facts ON arrangement (agency_id, arrangement_id)
    INCLUDE (child_id, kind, state, two_person, record_version);
CREATE INDEX arrangement_party_sides ON arrangement_party (agency_id, arrangement_id, side, party_id) INCLUDE (state);
-- Lists of letters that are done with: nearly all are, so their order is the index's.
CREATE INDEX letter_received ON letter (agency_id, received_at, letter_id);
-- The diary's month.
CREATE INDEX occasion_due ON occasion (agency_id, due_on, state);
