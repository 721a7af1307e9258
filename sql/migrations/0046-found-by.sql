-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Indexes for what was looked for through all rows of an agency: the copies of a letter (what made them one copy once was
-- an index of all; since withdrawn ones are left out of it, it serves no more), mail of a party that came back, the mail
-- that a letter was, and keys that end.
SET LOCAL search_path = letterbox;

CREATE INDEX release_letter ON release (agency_id, letter_id);
CREATE INDEX bounce_party ON bounce (agency_id, party_id) WHERE party_id IS NOT NULL;
CREATE INDEX mail_seen_letter ON mail_seen (agency_id, letter_id);
CREATE INDEX party_key_ends ON party (agency_id, key_ends_on) WHERE key_ends_on IS NOT NULL;
