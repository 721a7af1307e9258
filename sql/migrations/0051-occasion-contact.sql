-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is expected is expected between two that are in contact, which says at once that both take part and stand on
-- two sides. One reference in place of two: each is looked up for every occasion that a year opens.
SET LOCAL search_path = letterbox;

ALTER TABLE occasion
    ADD CONSTRAINT occasion_contact FOREIGN KEY (agency_id, arrangement_id, from_party, to_party)
        REFERENCES contact (agency_id, arrangement_id, party_id, other_party_id),
    DROP CONSTRAINT occasion_agency_id_arrangement_id_from_party_fkey,
    DROP CONSTRAINT occasion_agency_id_arrangement_id_to_party_fkey;
