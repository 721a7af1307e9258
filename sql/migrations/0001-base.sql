-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The ground: the schema, its types, the cluster's clock, ids, and the agencies with their public keys.
--
-- Migrations are run as lb_owner, each in one transaction, by `letterboxctl migrate`, which records them in
-- letterbox.migration. After the last one it runs policies.sql, which says who may do what: no migration grants.
--
-- Rules that hold for every table, each with a test in tests/sql:
--   * PRIMARY KEY, UNIQUE and FOREIGN KEY begin with agency_id (the sharding key). Exempt are migration, cluster,
--     agency itself and rate, which belong to no agency.
--   * Row level security is forced, so the owner is bound by it too.
--   * Each table and each column has a comment.
--   * What identifies a person stands only in columns of type `sealed`, or in sealed blobs.
--   * Ids are random (new_id); nothing counts up but versions, numbers within one letter, and the audit chain.
--   * Instants come from letterbox.now().

CREATE SCHEMA IF NOT EXISTS letterbox AUTHORIZATION lb_owner;
COMMENT ON SCHEMA letterbox IS 'Everything that Letterbox stores';
GRANT USAGE ON SCHEMA letterbox TO lb_gate, lb_audit;
SET LOCAL search_path = letterbox;

---- types -----------------------------------------------------------------------------------------

CREATE DOMAIN bytes16 AS bytea CHECK (octet_length(VALUE) = 16);
COMMENT ON DOMAIN bytes16 IS 'Sixteen bytes: a key id or a salt';
CREATE DOMAIN bytes32 AS bytea CHECK (octet_length(VALUE) = 32);
COMMENT ON DOMAIN bytes32 IS 'Thirty-two bytes: a public key, an HMAC, a keyed digest, or a hash of ciphertext or of a random token';
CREATE DOMAIN sealed AS bytea CHECK (octet_length(VALUE) BETWEEN 1 AND 1048576);
COMMENT ON DOMAIN sealed IS 'A small sealed record (lib/crypt/seal.h), at most 1 MiB; what is longer is a blob';
GRANT USAGE ON TYPE bytes16, bytes32, sealed TO PUBLIC;

---- migrations ------------------------------------------------------------------------------------

CREATE TABLE migration (
    number     integer PRIMARY KEY CHECK (number >= 0),
    name       text NOT NULL,
    checksum   text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
COMMENT ON TABLE migration IS 'The migrations that this database has had';
COMMENT ON COLUMN migration.number IS 'Number in the file name; 0 stands for policies.sql, whose row changes with each new text';
COMMENT ON COLUMN migration.name IS 'File name without folder';
COMMENT ON COLUMN migration.checksum IS 'SHA-256 of the file, hex; an applied migration whose file differs stops migrate';
COMMENT ON COLUMN migration.applied_at IS 'When, by the system''s clock';

---- the cluster and its clock ---------------------------------------------------------------------

CREATE TABLE cluster (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    kind          text NOT NULL CHECK (kind IN ('demo', 'test', 'live')),
    clock_offset  interval NOT NULL DEFAULT interval '0',
    last_instant  timestamptz NOT NULL,
    jump_found_at timestamptz,
    dummy_seed    bytes32 NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT cluster_live_clock CHECK (kind <> 'live' OR clock_offset = interval '0')
);
COMMENT ON TABLE cluster IS 'One row: what this database is, and its clock';
COMMENT ON COLUMN cluster.one IS 'Always true: there is one row';
COMMENT ON COLUMN cluster.kind IS 'demo, test or live; only in demo and test may the clock be moved';
COMMENT ON COLUMN cluster.clock_offset IS 'What letterbox.now() adds to the system''s clock; only in demo and test';
COMMENT ON COLUMN cluster.last_instant IS 'Latest instant noted by clock_tick; letterbox.now() never answers an earlier one';
COMMENT ON COLUMN cluster.jump_found_at IS 'Since when diary and post wait because the clock jumped by more than 24 hours; null: they run';
COMMENT ON COLUMN cluster.dummy_seed IS 'Random; makes the answer for an unknown sign-in the same each time it is asked for';
COMMENT ON COLUMN cluster.made_at IS 'When this database was made';

---- agencies --------------------------------------------------------------------------------------

CREATE TABLE agency (
    agency_id           bigint PRIMARY KEY CHECK (agency_id > 0),
    slug                text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
    name                text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 200),
    neutral_name        text NOT NULL CHECK (octet_length(neutral_name) BETWEEN 1 AND 100),
    help_phone          text CHECK (octet_length(help_phone) <= 40),
    help_email          text CHECK (octet_length(help_email) <= 200),
    help_hours          text CHECK (octet_length(help_hours) <= 200),
    demo                boolean NOT NULL DEFAULT false,
    state               text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'closed')),
    plain_email_allowed boolean NOT NULL DEFAULT false,
    frozen_at           timestamptz,
    made_at             timestamptz NOT NULL
);
COMMENT ON TABLE agency IS 'One authority, or an agency contracted by one; all its data is its own';
COMMENT ON COLUMN agency.agency_id IS 'Random id; first column of every key';
COMMENT ON COLUMN agency.slug IS 'Short name for configuration and the command line';
COMMENT ON COLUMN agency.name IS 'The agency''s name, for its own staff and for signed-in families';
COMMENT ON COLUMN agency.neutral_name IS 'What notices and pages before sign-in call the service; says nothing of adoption or letters';
COMMENT ON COLUMN agency.help_phone IS 'The service''s telephone number for those who need help';
COMMENT ON COLUMN agency.help_email IS 'The service''s public e-mail address for those who need help';
COMMENT ON COLUMN agency.help_hours IS 'When somebody answers there';
COMMENT ON COLUMN agency.demo IS 'Made-up data; the only agencies that may run without walls between processes';
COMMENT ON COLUMN agency.state IS 'active or closed';
COMMENT ON COLUMN agency.plain_email_allowed IS 'Policy: letters may go by plain e-mail to people who consented';
COMMENT ON COLUMN agency.frozen_at IS 'Since when nothing may be released or sent (breach button, restore); null: not frozen';
COMMENT ON COLUMN agency.made_at IS 'When the agency was set up here';

CREATE TABLE agency_key (
    agency_id   bigint NOT NULL REFERENCES agency,
    key_id      bytes16 NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('press', 'desk', 'post', 'mail', 'archive')),
    state       text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retired')),
    public_key  bytea NOT NULL CHECK (octet_length(public_key) BETWEEN 32 AND 65536),
    fingerprint text CHECK (fingerprint ~ '^[0-9A-F]{40}$'),
    made_at     timestamptz NOT NULL,
    retired_at  timestamptz,
    PRIMARY KEY (agency_id, key_id),
    CONSTRAINT agency_key_kind CHECK ((purpose IN ('mail', 'archive')) = (fingerprint IS NOT NULL)),
    CONSTRAINT agency_key_x25519 CHECK (purpose IN ('mail', 'archive') OR octet_length(public_key) = 32)
);
-- One key at a time is used for sealing; the archive has two, in two places.
CREATE UNIQUE INDEX agency_key_active ON agency_key (agency_id, purpose)
    WHERE state = 'active' AND purpose <> 'archive';
COMMENT ON TABLE agency_key IS 'Public keys of an agency; the secret halves are never in the database';
COMMENT ON COLUMN agency_key.agency_id IS 'The agency';
COMMENT ON COLUMN agency_key.key_id IS 'How sealed data names this key; for OpenPGP keys the last 16 bytes of the fingerprint';
COMMENT ON COLUMN agency_key.purpose IS 'press, desk, post (X25519); mail, archive (OpenPGP)';
COMMENT ON COLUMN agency_key.state IS 'active: sealed to; retired: only opened with';
COMMENT ON COLUMN agency_key.public_key IS '32 bytes of X25519, or the OpenPGP key, binary';
COMMENT ON COLUMN agency_key.fingerprint IS 'OpenPGP fingerprint, 40 hex digits in capitals';
COMMENT ON COLUMN agency_key.made_at IS 'When it was entered';
COMMENT ON COLUMN agency_key.retired_at IS 'When it was retired';
