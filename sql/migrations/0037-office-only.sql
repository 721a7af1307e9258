-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Letters that somebody reads at the office only: nothing leaves for them by the portal, a link or e-mail.
SET LOCAL search_path = letterbox;

ALTER TABLE arrangement_party ADD COLUMN office_only boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN arrangement_party.office_only IS 'Letters are shown to it at the office only: no portal, link or e-mail, and nothing is posted';

ALTER TABLE party ADD COLUMN large_print boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN party.large_print IS 'Wants large print';
COMMENT ON COLUMN party.easy_read IS 'Wants easy words, and large print with them';
