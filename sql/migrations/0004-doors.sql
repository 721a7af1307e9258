-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who comes in and what is to be done: accounts, codes, sessions, limits, jobs, and the audit chain.
SET LOCAL search_path = letterbox;

---- accounts --------------------------------------------------------------------------------------

CREATE TABLE account (
    agency_id           bigint NOT NULL,
    account_id          bigint NOT NULL CHECK (account_id > 0),
    party_id            bigint NOT NULL,
    state               text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled', 'replaced')),
    version             integer NOT NULL DEFAULT 1 CHECK (version > 0),
    key_id              bytes16 NOT NULL,
    public_key          bytes32 NOT NULL,
    argon_passes        integer NOT NULL CHECK (argon_passes BETWEEN 1 AND 100),
    argon_kib           integer NOT NULL CHECK (argon_kib BETWEEN 8192 AND 4194304),
    argon_salt          bytes16 NOT NULL,
    wrapped_secret      sealed NOT NULL,
    second_factor       text NOT NULL DEFAULT 'email' CHECK (second_factor IN ('email', 'totp')),
    sealed_code_address sealed NOT NULL,
    sealed_totp         sealed,
    totp_version        integer NOT NULL DEFAULT 0 CHECK (totp_version >= 0),
    last_totp_step      bigint NOT NULL DEFAULT 0,
    made_at             timestamptz NOT NULL,
    signed_in_at        timestamptz,
    PRIMARY KEY (agency_id, account_id),
    UNIQUE (agency_id, key_id),
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    CONSTRAINT account_second CHECK (second_factor = 'email' OR sealed_totp IS NOT NULL)
);
CREATE INDEX account_party ON account (agency_id, party_id);
COMMENT ON TABLE account IS 'A person''s account at the portal; a party may have several';
COMMENT ON COLUMN account.agency_id IS 'The agency';
COMMENT ON COLUMN account.account_id IS 'Random id';
COMMENT ON COLUMN account.party_id IS 'The party that it belongs to';
COMMENT ON COLUMN account.state IS 'active, disabled, or replaced (joined anew after a lost password)';
COMMENT ON COLUMN account.version IS 'Version that sealed_code_address is bound to';
COMMENT ON COLUMN account.key_id IS 'Id of public_key in sealed data';
COMMENT ON COLUMN account.public_key IS 'X25519 public key of the account';
COMMENT ON COLUMN account.argon_passes IS 'Argon2id passes over the password';
COMMENT ON COLUMN account.argon_kib IS 'Argon2id memory in KiB';
COMMENT ON COLUMN account.argon_salt IS 'Argon2id salt';
COMMENT ON COLUMN account.wrapped_secret IS 'Secret half of public_key, wrapped under password and host secret';
COMMENT ON COLUMN account.second_factor IS 'What is asked for after the password: a code by e-mail, or TOTP';
COMMENT ON COLUMN account.sealed_code_address IS 'Where sign-in codes go, sealed to the post; the portal copies it unread';
COMMENT ON COLUMN account.sealed_totp IS 'TOTP secret, sealed to the account''s own key';
COMMENT ON COLUMN account.totp_version IS 'Version that sealed_totp is bound to';
COMMENT ON COLUMN account.last_totp_step IS 'Last time step whose code was used; a code is good once';
COMMENT ON COLUMN account.made_at IS 'When it was made';
COMMENT ON COLUMN account.signed_in_at IS 'Last sign-in';

ALTER TABLE blob ADD FOREIGN KEY (agency_id, account_id) REFERENCES account;
ALTER TABLE message ADD FOREIGN KEY (agency_id, account_id) REFERENCES account;
CREATE INDEX message_account ON message (agency_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX message_party ON message (agency_id, to_party) WHERE to_party IS NOT NULL;

CREATE TABLE account_lookup (
    agency_id  bigint NOT NULL,
    value      bytes32 NOT NULL,
    account_id bigint NOT NULL,
    PRIMARY KEY (agency_id, value),
    UNIQUE (agency_id, account_id),
    FOREIGN KEY (agency_id, account_id) REFERENCES account ON DELETE CASCADE
);
COMMENT ON TABLE account_lookup IS 'Finds an account at sign-in; no role may read it, account_for_sign_in answers for one value';
COMMENT ON COLUMN account_lookup.agency_id IS 'The agency';
COMMENT ON COLUMN account_lookup.value IS 'HMAC of the e-mail address under the agency''s sign-in key';
COMMENT ON COLUMN account_lookup.account_id IS 'Whose it is';

CREATE TABLE join_code (
    agency_id   bigint NOT NULL,
    join_id     bigint NOT NULL CHECK (join_id > 0),
    party_id    bigint NOT NULL,
    code_hash   bytes32 NOT NULL,
    email_check bytes32 NOT NULL,
    tries       smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    made_by     bigint NOT NULL,
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, join_id),
    UNIQUE (agency_id, code_hash),
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, made_by) REFERENCES staff
);
CREATE INDEX join_code_hash ON join_code (code_hash);
CREATE INDEX join_code_party ON join_code (agency_id, party_id);
COMMENT ON TABLE join_code IS 'One-time codes in the agency''s letters; join_try answers for one code';
COMMENT ON COLUMN join_code.agency_id IS 'The agency';
COMMENT ON COLUMN join_code.join_id IS 'Random id';
COMMENT ON COLUMN join_code.party_id IS 'Who may join with it';
COMMENT ON COLUMN join_code.code_hash IS 'HKDF of the code (60 random bits), so that no key needs to be shared between desk and portal';
COMMENT ON COLUMN join_code.email_check IS 'HMAC of the e-mail address under a key derived from the code';
COMMENT ON COLUMN join_code.tries IS 'Wrong e-mail addresses tried with it; the fifth locks it';
COMMENT ON COLUMN join_code.expires_at IS 'When it stops working: 28 days after it was made';
COMMENT ON COLUMN join_code.used_at IS 'When somebody joined with it';
COMMENT ON COLUMN join_code.made_by IS 'Who made it';
COMMENT ON COLUMN join_code.made_at IS 'When';

---- drafts ----------------------------------------------------------------------------------------

CREATE TABLE draft (
    agency_id      bigint NOT NULL,
    draft_id       bigint NOT NULL CHECK (draft_id > 0),
    account_id     bigint NOT NULL,
    arrangement_id bigint,
    sealed_draft   sealed NOT NULL,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    made_at        timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, draft_id),
    FOREIGN KEY (agency_id, account_id) REFERENCES account,
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement
);
CREATE INDEX draft_account ON draft (agency_id, account_id, changed_at);
COMMENT ON TABLE draft IS 'Letters that are being written';
COMMENT ON COLUMN draft.agency_id IS 'The agency';
COMMENT ON COLUMN draft.draft_id IS 'Random id';
COMMENT ON COLUMN draft.account_id IS 'The writer';
COMMENT ON COLUMN draft.arrangement_id IS 'The arrangement it is for, once chosen';
COMMENT ON COLUMN draft.sealed_draft IS 'The text and whom it is for, sealed to the writer''s own key';
COMMENT ON COLUMN draft.version IS 'Version that sealed_draft is bound to';
COMMENT ON COLUMN draft.made_at IS 'When it was begun';
COMMENT ON COLUMN draft.changed_at IS 'When it was last saved';

CREATE TABLE draft_file (
    agency_id bigint NOT NULL,
    draft_id  bigint NOT NULL,
    number    smallint NOT NULL CHECK (number > 0),
    blob_id   bigint NOT NULL,
    PRIMARY KEY (agency_id, draft_id, number),
    UNIQUE (agency_id, blob_id),
    FOREIGN KEY (agency_id, draft_id) REFERENCES draft ON DELETE CASCADE,
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob ON DELETE CASCADE
);
COMMENT ON TABLE draft_file IS 'Files kept with a draft';
COMMENT ON COLUMN draft_file.agency_id IS 'The agency';
COMMENT ON COLUMN draft_file.draft_id IS 'The draft';
COMMENT ON COLUMN draft_file.number IS 'Order, from 1';
COMMENT ON COLUMN draft_file.blob_id IS 'The bytes, sealed to the writer''s own key';

---- sessions --------------------------------------------------------------------------------------

CREATE TABLE session (
    agency_id     bigint NOT NULL REFERENCES agency,
    session_key   bytes32 NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('portal', 'desk', 'link')),
    stage         text NOT NULL CHECK (stage IN ('joining', 'password', 'full')),
    account_id    bigint,
    party_id      bigint,
    staff_id      bigint,
    role          text,
    join_id       bigint,
    link_id       bigint,
    release_id    bigint,
    sealed_secret sealed NOT NULL,
    made_at       timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    idle_ends_at  timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    PRIMARY KEY (agency_id, session_key),
    FOREIGN KEY (agency_id, account_id) REFERENCES account,
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff,
    FOREIGN KEY (agency_id, join_id) REFERENCES join_code,
    FOREIGN KEY (agency_id, link_id) REFERENCES link,
    FOREIGN KEY (agency_id, release_id) REFERENCES release,
    CONSTRAINT session_whose CHECK (CASE
        WHEN stage = 'joining' THEN kind = 'portal' AND num_nonnulls(join_id, party_id) = 2
                                    AND num_nonnulls(account_id, staff_id, role, link_id, release_id) = 0
        WHEN kind = 'portal' THEN num_nonnulls(account_id, party_id) = 2
                                  AND num_nonnulls(staff_id, role, join_id, link_id, release_id) = 0
        WHEN kind = 'desk' THEN num_nonnulls(staff_id, role) = 2
                                AND num_nonnulls(account_id, party_id, join_id, link_id, release_id) = 0
        ELSE stage = 'full' AND num_nonnulls(link_id, release_id) = 2
             AND num_nonnulls(account_id, party_id, staff_id, role, join_id) = 0 END)
);
CREATE INDEX session_key ON session (session_key);
CREATE INDEX session_account ON session (agency_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX session_staff ON session (agency_id, staff_id) WHERE staff_id IS NOT NULL;
CREATE INDEX session_link ON session (agency_id, link_id) WHERE link_id IS NOT NULL;
CREATE INDEX session_ends ON session (ends_at);
COMMENT ON TABLE session IS 'Who is signed in; no role may read it, the session and gate functions answer for one session';
COMMENT ON COLUMN session.agency_id IS 'The agency';
COMMENT ON COLUMN session.session_key IS 'SHA-256 of the session id, which is an HKDF of the cookie';
COMMENT ON COLUMN session.kind IS 'portal (an account), desk (staff), link (one release, read without an account)';
COMMENT ON COLUMN session.stage IS 'joining (right code, no password yet), password (second factor missing), full. Only full sessions see rows';
COMMENT ON COLUMN session.account_id IS 'Whose, at the portal';
COMMENT ON COLUMN session.party_id IS 'The account''s party, or who is joining';
COMMENT ON COLUMN session.staff_id IS 'Whose, at the desk';
COMMENT ON COLUMN session.role IS 'Role of the member of staff; a change of role ends the session';
COMMENT ON COLUMN session.join_id IS 'The joining code, while joining';
COMMENT ON COLUMN session.link_id IS 'The link, for a link''s reader';
COMMENT ON COLUMN session.release_id IS 'The one release that a link''s reader sees';
COMMENT ON COLUMN session.sealed_secret IS 'The opened secret, while joining the e-mail address that was typed, sealed under another HKDF of the cookie';
COMMENT ON COLUMN session.made_at IS 'When it began';
COMMENT ON COLUMN session.seen_at IS 'Last sign of life, noted at most once a minute';
COMMENT ON COLUMN session.idle_ends_at IS 'When it ends without another: 30 minutes at the portal, 15 at the desk';
COMMENT ON COLUMN session.ends_at IS 'When it ends in any case: 8 hours after it began';

CREATE TABLE sign_in_code (
    agency_id   bigint NOT NULL,
    session_key bytes32 NOT NULL,
    code_hash   bytes32 NOT NULL,
    tries       smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    sends       smallint NOT NULL DEFAULT 1 CHECK (sends BETWEEN 1 AND 3),
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (agency_id, session_key),
    FOREIGN KEY (agency_id, session_key) REFERENCES session ON DELETE CASCADE
);
COMMENT ON TABLE sign_in_code IS 'The code that was sent by e-mail for a session whose password was right';
COMMENT ON COLUMN sign_in_code.agency_id IS 'The agency';
COMMENT ON COLUMN sign_in_code.session_key IS 'The session';
COMMENT ON COLUMN sign_in_code.code_hash IS 'HMAC of the code under a key derived from the cookie';
COMMENT ON COLUMN sign_in_code.tries IS 'Codes tried; the fifth wrong one ends the session';
COMMENT ON COLUMN sign_in_code.sends IS 'How often a code was sent for this session; at most three';
COMMENT ON COLUMN sign_in_code.expires_at IS 'Ten minutes after it was sent';

CREATE TABLE idempotency (
    agency_id   bigint NOT NULL,
    session_key bytes32 NOT NULL,
    route       text NOT NULL CHECK (octet_length(route) BETWEEN 1 AND 200),
    once        text NOT NULL CHECK (once ~ '^[0-9a-zA-Z_-]{8,64}$'),
    answer      text CHECK (octet_length(answer) <= 400),
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, session_key, route, once),
    FOREIGN KEY (agency_id, session_key) REFERENCES session ON DELETE CASCADE
);
COMMENT ON TABLE idempotency IS 'Forms that were sent: a double click gets the first answer';
COMMENT ON COLUMN idempotency.agency_id IS 'The agency';
COMMENT ON COLUMN idempotency.session_key IS 'The session';
COMMENT ON COLUMN idempotency.route IS 'Where the form was sent, with its ids';
COMMENT ON COLUMN idempotency.once IS 'The form''s own key';
COMMENT ON COLUMN idempotency.answer IS 'Where the first answer led: a path with ids, no text from people';
COMMENT ON COLUMN idempotency.made_at IS 'When';

CREATE TABLE rate (
    scope    text NOT NULL CHECK (scope IN ('address', 'account', 'second', 'join', 'link')),
    key_hash bytes32 NOT NULL,
    minute   timestamptz NOT NULL,
    failures integer NOT NULL CHECK (failures > 0),
    PRIMARY KEY (scope, key_hash, minute)
);
CREATE INDEX rate_minute ON rate (minute);
COMMENT ON TABLE rate IS 'Failures by network address or account, kept a day; no role may read it, rate_state answers for one';
COMMENT ON COLUMN rate.scope IS 'What is counted: address (network), account (sign-in), second (codes of somebody with the right password), join (joining code), link';
COMMENT ON COLUMN rate.key_hash IS 'Keyed hash of the address or of what was typed; the key is the host''s';
COMMENT ON COLUMN rate.minute IS 'The minute in which they were';
COMMENT ON COLUMN rate.failures IS 'How many in that minute';

---- jobs ------------------------------------------------------------------------------------------

CREATE TABLE job (
    agency_id      bigint NOT NULL REFERENCES agency,
    job_id         bigint NOT NULL CHECK (job_id > 0),
    worker         text NOT NULL CHECK (worker IN ('press', 'post', 'diary')),
    kind           text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{1,39}$'),
    state          text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'done', 'staff', 'closed')),
    priority       smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
    run_at         timestamptz NOT NULL,
    attempts       smallint NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 100),
    lease_hash     bytes32,
    lease_until    timestamptz,
    error_code     text CHECK (error_code ~ '^[a-z0-9_.]{1,40}$'),
    letter_id      bigint,
    arrangement_id bigint,
    party_id       bigint,
    decision_id    bigint,
    release_id     bigint,
    dispatch_id    bigint,
    message_id     bigint,
    occasion_id    bigint,
    account_id     bigint,
    made_at        timestamptz NOT NULL,
    ended_at       timestamptz,
    PRIMARY KEY (agency_id, job_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement,
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, decision_id) REFERENCES decision,
    FOREIGN KEY (agency_id, release_id) REFERENCES release,
    FOREIGN KEY (agency_id, dispatch_id) REFERENCES dispatch,
    FOREIGN KEY (agency_id, message_id) REFERENCES message,
    FOREIGN KEY (agency_id, occasion_id) REFERENCES occasion,
    FOREIGN KEY (agency_id, account_id) REFERENCES account,
    CONSTRAINT job_leased CHECK ((state = 'leased') = (lease_hash IS NOT NULL)
                                 AND (lease_hash IS NULL) = (lease_until IS NULL))
);
CREATE INDEX job_ready ON job (worker, priority, run_at) WHERE state = 'ready';
CREATE INDEX job_leased ON job (worker, lease_until) WHERE state = 'leased';
CREATE INDEX job_lease ON job (lease_hash) WHERE state = 'leased';
CREATE INDEX job_state ON job (agency_id, state, made_at) WHERE state = 'staff';
CREATE INDEX job_ended ON job (ended_at) WHERE state IN ('done', 'closed');
CREATE INDEX job_kind ON job (agency_id, worker, kind, made_at);
COMMENT ON TABLE job IS 'What the workers have to do';
COMMENT ON COLUMN job.agency_id IS 'The agency; a worker sees this agency only, and only while it holds the lease';
COMMENT ON COLUMN job.job_id IS 'Random id';
COMMENT ON COLUMN job.worker IS 'press, post or diary';
COMMENT ON COLUMN job.kind IS 'The job''s file name in worker/<worker>';
COMMENT ON COLUMN job.state IS 'ready; leased; done; staff (failed: a person looks at it); closed (by that person)';
COMMENT ON COLUMN job.priority IS '0 first, 9 last';
COMMENT ON COLUMN job.run_at IS 'Not before';
COMMENT ON COLUMN job.attempts IS 'How often it was claimed';
COMMENT ON COLUMN job.lease_hash IS 'SHA-256 of the lease that its worker holds';
COMMENT ON COLUMN job.lease_until IS 'When the lease ends: twice the time limit of its kind';
COMMENT ON COLUMN job.error_code IS 'Code of the last failure';
COMMENT ON COLUMN job.letter_id IS 'The letter it is about';
COMMENT ON COLUMN job.arrangement_id IS 'The arrangement it is about';
COMMENT ON COLUMN job.party_id IS 'The party it is about';
COMMENT ON COLUMN job.decision_id IS 'The decision it carries out';
COMMENT ON COLUMN job.release_id IS 'The release it is about';
COMMENT ON COLUMN job.dispatch_id IS 'The dispatch it is about';
COMMENT ON COLUMN job.message_id IS 'The message it sends';
COMMENT ON COLUMN job.occasion_id IS 'The occasion it is about';
COMMENT ON COLUMN job.account_id IS 'The account it is about';
COMMENT ON COLUMN job.made_at IS 'When it was made';
COMMENT ON COLUMN job.ended_at IS 'When it was done, closed, or given to staff';

---- audit -----------------------------------------------------------------------------------------

CREATE TABLE audit (
    agency_id     bigint NOT NULL REFERENCES agency,
    number        bigint NOT NULL CHECK (number > 0),
    at            timestamptz NOT NULL,
    actor_kind    text NOT NULL CHECK (actor_kind IN ('staff', 'account', 'link', 'press', 'post', 'diary', 'portal',
                                                      'desk', 'operator')),
    actor_id      bigint NOT NULL DEFAULT 0 CHECK (actor_id >= 0),
    act           text NOT NULL CHECK (act ~ '^[a-z][a-z0-9_]{1,59}$'),
    object_kind   text NOT NULL DEFAULT '' CHECK (object_kind ~ '^([a-z][a-z_]{1,39})?$'),
    object_id     bigint NOT NULL DEFAULT 0,
    about_kind    text NOT NULL DEFAULT '' CHECK (about_kind ~ '^([a-z][a-z_]{1,39})?$'),
    about_id      bigint NOT NULL DEFAULT 0,
    sealed_detail sealed,
    detail_digest bytes32,
    prev_hash     bytes32 NOT NULL,
    hash          bytes32 NOT NULL,
    PRIMARY KEY (agency_id, number),
    CONSTRAINT audit_object CHECK ((object_kind = '') = (object_id = 0)),
    CONSTRAINT audit_about CHECK ((about_kind = '') = (about_id = 0)),
    CONSTRAINT audit_detail CHECK ((sealed_detail IS NULL) = (detail_digest IS NULL))
);
CREATE INDEX audit_at ON audit (agency_id, at);
CREATE INDEX audit_object_id ON audit (agency_id, object_id, number);
COMMENT ON TABLE audit IS 'Who did what: per agency one hash chain, appended to by audit_write alone.

hash = SHA-256 of these bytes, one after another, numbers big-endian:
  "letterbox/1/audit" and a NUL   18 bytes
  prev_hash                       32 bytes; 32 NULs for number 1
  agency_id                       int64
  number                          int64
  at                              int64, microseconds since 1970-01-01 00:00 UTC
  actor_kind                      int32 length in bytes, then the text in UTF-8
  actor_id                        int64
  act                             int32 length, text
  object_kind                     int32 length, text
  object_id                       int64
  about_kind                      int32 length, text
  about_id                        int64
  detail_digest                   32 bytes; 32 NULs if there is no detail';
COMMENT ON COLUMN audit.agency_id IS 'The agency';
COMMENT ON COLUMN audit.number IS 'Counts up from 1 without gaps';
COMMENT ON COLUMN audit.at IS 'When';
COMMENT ON COLUMN audit.actor_kind IS 'Who: staff, account, link; a worker; portal or desk (before sign-in); operator (letterboxctl)';
COMMENT ON COLUMN audit.actor_id IS 'Id of the member of staff, account, link or job; 0: none';
COMMENT ON COLUMN audit.act IS 'What was done, such as letter_read or party_changed';
COMMENT ON COLUMN audit.object_kind IS 'To what: letter, party …; empty: nothing in particular';
COMMENT ON COLUMN audit.object_id IS 'Its id; 0: none';
COMMENT ON COLUMN audit.about_kind IS 'What else it concerned, such as the recipient; empty: nothing';
COMMENT ON COLUMN audit.about_id IS 'Its id; 0: none';
COMMENT ON COLUMN audit.sealed_detail IS 'Reasons and words, sealed to the desk';
COMMENT ON COLUMN audit.detail_digest IS 'SHA-256 of sealed_detail (of the ciphertext)';
COMMENT ON COLUMN audit.prev_hash IS 'Hash of the row before; 32 NULs in the first';
COMMENT ON COLUMN audit.hash IS 'Hash of this row, as the table''s comment says';

CREATE TABLE audit_chain (
    agency_id bigint PRIMARY KEY REFERENCES agency,
    number    bigint NOT NULL CHECK (number >= 0),
    hash      bytes32 NOT NULL
);
COMMENT ON TABLE audit_chain IS 'Where each agency''s chain ends; locked while a row is appended';
COMMENT ON COLUMN audit_chain.agency_id IS 'The agency';
COMMENT ON COLUMN audit_chain.number IS 'Number of the last row; 0: none yet';
COMMENT ON COLUMN audit_chain.hash IS 'Hash of the last row; 32 NULs if there is none';
