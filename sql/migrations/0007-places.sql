-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Each party's own id for its place in an arrangement: what leaves the house names the arrangement by it, so that two who
-- write to each other hold nothing that they could compare.
SET LOCAL search_path = letterbox;

ALTER TABLE arrangement_party
    ADD COLUMN place_id bigint NOT NULL DEFAULT letterbox.new_id() CHECK (place_id > 0),
    ADD CONSTRAINT arrangement_party_place UNIQUE (agency_id, place_id);
COMMENT ON COLUMN arrangement_party.place_id IS 'Random id of this party''s place: stands for the arrangement wherever this party sees it, and nobody else does';
