-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who reads easy words gets large print with them; large print can be wished alone.
SET LOCAL search_path = letterbox;

ALTER TABLE party NO FORCE ROW LEVEL SECURITY;
UPDATE party SET large_print = true WHERE easy_read AND NOT large_print;
ALTER TABLE party FORCE ROW LEVEL SECURITY;
ALTER TABLE party ADD CONSTRAINT party_reads CHECK (large_print OR NOT easy_read);
COMMENT ON COLUMN party.large_print IS 'Wants large print: what is printed for them is 18 points or more';
COMMENT ON COLUMN party.easy_read IS 'Wants easy words; large print comes with them';
