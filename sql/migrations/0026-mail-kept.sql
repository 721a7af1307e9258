-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A mail that was stored stays in the mailbox's done folder until its archive copy was read back and found whole, and
-- some days after. What the post met there is remembered, so that it is read once and not at each look.
SET LOCAL search_path = letterbox;

ALTER TABLE archive_copy ADD COLUMN digest bytes32, ADD COLUMN checked_at timestamptz,
    ADD COLUMN is_damaged boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT archive_copy_damaged CHECK (checked_at IS NOT NULL OR NOT is_damaged);
COMMENT ON COLUMN archive_copy.digest IS 'SHA-256 of the OpenPGP message, as GnuPG made it; null: made before digests were kept';
COMMENT ON COLUMN archive_copy.checked_at IS 'When it was read back from the database and held against the digest; null: not yet';
COMMENT ON COLUMN archive_copy.is_damaged IS 'What was read back was something else';

ALTER TABLE mail_seen ADD COLUMN archived_at timestamptz;
COMMENT ON COLUMN mail_seen.archived_at IS 'When the archive copy of this mail was read back whole; null: not yet';

CREATE TABLE mail_kept (
    agency_id   bigint NOT NULL REFERENCES agency,
    mailbox     text NOT NULL CHECK (mailbox ~ '^[a-z][a-z0-9-]{0,39}$'),
    folder      bytes32 NOT NULL,
    uidvalidity bigint NOT NULL,
    uid         bigint NOT NULL,
    digest      bytes32 NOT NULL,
    met_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, mailbox, folder, uidvalidity, uid)
);
COMMENT ON TABLE mail_kept IS 'What the post met in the folders of stored mails: read once, to know which mail it is';
COMMENT ON COLUMN mail_kept.agency_id IS 'The agency';
COMMENT ON COLUMN mail_kept.mailbox IS 'The mailbox''s name in the configuration';
COMMENT ON COLUMN mail_kept.folder IS 'SHA-256 of the folder''s name in the configuration';
COMMENT ON COLUMN mail_kept.uidvalidity IS 'UIDVALIDITY of the folder';
COMMENT ON COLUMN mail_kept.uid IS 'UID in the folder';
COMMENT ON COLUMN mail_kept.digest IS 'HMAC of the raw message under the agency''s key for doubles, as in mail_seen';
COMMENT ON COLUMN mail_kept.met_at IS 'When';
ALTER TABLE mail_kept ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
