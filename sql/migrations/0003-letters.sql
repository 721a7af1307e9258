-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is written and sent: blobs, letters, reviews, decisions, releases, dispatches, messages, the archive.
SET LOCAL search_path = letterbox;

---- blobs -----------------------------------------------------------------------------------------

CREATE TABLE blob (
    agency_id  bigint NOT NULL REFERENCES agency,
    blob_id    bigint NOT NULL CHECK (blob_id > 0),
    purpose    text NOT NULL CHECK (purpose IN ('draft', 'original', 'part', 'review', 'release', 'message',
                                                'archive', 'print')),
    account_id bigint,
    bytes      bigint NOT NULL CHECK (bytes > 0),
    chunks     integer NOT NULL CHECK (chunks > 0),
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (agency_id, blob_id),
    CONSTRAINT blob_owner CHECK ((purpose = 'draft') = (account_id IS NOT NULL))
);
CREATE INDEX blob_account ON blob (agency_id, account_id) WHERE account_id IS NOT NULL;
COMMENT ON TABLE blob IS 'Sealed bytes of any length, or an OpenPGP message of the archive; the bytes stand in blob_chunk';
COMMENT ON COLUMN blob.agency_id IS 'The agency';
COMMENT ON COLUMN blob.blob_id IS 'Random id; the sealing is bound to it';
COMMENT ON COLUMN blob.purpose IS 'What it is part of; decides which process may read it';
COMMENT ON COLUMN blob.account_id IS 'Whose draft it is; null for all else';
COMMENT ON COLUMN blob.bytes IS 'Length of all chunks together';
COMMENT ON COLUMN blob.chunks IS 'How many chunks there are, numbered from 0';
COMMENT ON COLUMN blob.made_at IS 'When it was written';

CREATE TABLE blob_chunk (
    agency_id bigint NOT NULL,
    blob_id   bigint NOT NULL,
    number    integer NOT NULL CHECK (number >= 0),
    bytes     bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (agency_id, blob_id, number),
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob ON DELETE CASCADE
);
-- Sealed bytes do not compress.
ALTER TABLE blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE blob_chunk IS 'The bytes of blobs, at most 1 MiB a row';
COMMENT ON COLUMN blob_chunk.agency_id IS 'The agency';
COMMENT ON COLUMN blob_chunk.blob_id IS 'The blob';
COMMENT ON COLUMN blob_chunk.number IS 'Order, from 0';
COMMENT ON COLUMN blob_chunk.bytes IS 'The sealed bytes';

---- letters ---------------------------------------------------------------------------------------

CREATE TABLE letter (
    agency_id      bigint NOT NULL REFERENCES agency,
    letter_id      bigint NOT NULL CHECK (letter_id > 0),
    arrangement_id bigint,
    from_party     bigint,
    channel        text NOT NULL CHECK (channel IN ('portal', 'email', 'paper')),
    state          text NOT NULL DEFAULT 'received'
                   CHECK (state IN ('received', 'preparing', 'quarantined', 'in_review', 'second_check', 'approved',
                                    'composed', 'released', 'returned', 'held', 'escalated', 'failed', 'set_aside')),
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    entered_by     bigint,
    sealed_entry   sealed,
    review_on      date,
    received_at    timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, letter_id),
    FOREIGN KEY (agency_id, arrangement_id, from_party) REFERENCES arrangement_party,
    FOREIGN KEY (agency_id, from_party) REFERENCES party,
    FOREIGN KEY (agency_id, entered_by) REFERENCES staff,
    CONSTRAINT letter_sender CHECK (arrangement_id IS NULL OR from_party IS NOT NULL),
    CONSTRAINT letter_entered CHECK ((channel = 'paper') = (entered_by IS NOT NULL)),
    CONSTRAINT letter_matched CHECK (arrangement_id IS NOT NULL
                                     OR state IN ('received', 'preparing', 'quarantined', 'failed', 'set_aside'))
);
CREATE INDEX letter_state ON letter (agency_id, state, received_at);
CREATE INDEX letter_from ON letter (agency_id, from_party, received_at);
CREATE INDEX letter_arrangement ON letter (agency_id, arrangement_id, received_at);
COMMENT ON TABLE letter IS 'What arrived; its original is kept for ever';
COMMENT ON COLUMN letter.agency_id IS 'The agency';
COMMENT ON COLUMN letter.letter_id IS 'Random id; the sender''s reference';
COMMENT ON COLUMN letter.arrangement_id IS 'The arrangement; null until it is known';
COMMENT ON COLUMN letter.from_party IS 'The sender; null until it is known';
COMMENT ON COLUMN letter.channel IS 'How it came: portal, email or paper';
COMMENT ON COLUMN letter.state IS 'Where it is on its way (lib/rules/state.h)';
COMMENT ON COLUMN letter.version IS 'Version of the review in force; changes of state name it, so that two people do not overwrite each other';
COMMENT ON COLUMN letter.entered_by IS 'Who scanned it; never approves it alone';
COMMENT ON COLUMN letter.sealed_entry IS 'What was noted when a paper letter was entered: what it is, where it is kept, who helped to write it; sealed to the desk';
COMMENT ON COLUMN letter.review_on IS 'When a held letter is to be looked at again';
COMMENT ON COLUMN letter.received_at IS 'When it was taken in';
COMMENT ON COLUMN letter.changed_at IS 'When the state last changed';

ALTER TABLE occasion ADD FOREIGN KEY (agency_id, letter_id) REFERENCES letter;
CREATE INDEX occasion_letter ON occasion (agency_id, letter_id) WHERE letter_id IS NOT NULL;

CREATE TABLE letter_contact (
    agency_id  bigint NOT NULL,
    letter_id  bigint NOT NULL,
    contact_id bigint NOT NULL,
    PRIMARY KEY (agency_id, letter_id, contact_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, contact_id) REFERENCES contact
);
CREATE INDEX letter_contact_contact ON letter_contact (agency_id, contact_id);
COMMENT ON TABLE letter_contact IS 'For whom the writer meant a letter; no row: for everybody on the other side of the arrangement';
COMMENT ON COLUMN letter_contact.agency_id IS 'The agency';
COMMENT ON COLUMN letter_contact.letter_id IS 'The letter';
COMMENT ON COLUMN letter_contact.contact_id IS 'The recipient, by the writer''s own id for it';

CREATE TABLE original (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    number    smallint NOT NULL CHECK (number > 0),
    kind      text NOT NULL CHECK (kind IN ('text', 'mail', 'file')),
    blob_id   bigint NOT NULL,
    PRIMARY KEY (agency_id, letter_id, number),
    UNIQUE (agency_id, blob_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob
);
COMMENT ON TABLE original IS 'What a letter came as: the typed text, the raw mail, each file';
COMMENT ON COLUMN original.agency_id IS 'The agency';
COMMENT ON COLUMN original.letter_id IS 'The letter';
COMMENT ON COLUMN original.number IS 'Order, from 1';
COMMENT ON COLUMN original.kind IS 'text (typed, UTF-8, checked), mail (raw message), file (anything attached or scanned)';
COMMENT ON COLUMN original.blob_id IS 'The bytes, sealed to the press; a file''s name is within';

CREATE TABLE part (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    number    smallint NOT NULL CHECK (number > 0),
    kind      text NOT NULL CHECK (kind IN ('text', 'page', 'photo')),
    blob_id   bigint NOT NULL,
    PRIMARY KEY (agency_id, letter_id, number),
    UNIQUE (agency_id, blob_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob
);
COMMENT ON TABLE part IS 'A cleaned part of a letter: its text, one page, one photo';
COMMENT ON COLUMN part.agency_id IS 'The agency';
COMMENT ON COLUMN part.letter_id IS 'The letter';
COMMENT ON COLUMN part.number IS 'Order, from 1';
COMMENT ON COLUMN part.kind IS 'text, page or photo';
COMMENT ON COLUMN part.blob_id IS 'The cleaned bytes, sealed to press and desk';

CREATE TABLE review (
    agency_id     bigint NOT NULL,
    letter_id     bigint NOT NULL,
    version       integer NOT NULL CHECK (version > 0),
    sealed_review sealed,
    blob_id       bigint,
    text_digest   bytes32 NOT NULL,
    made_by       bigint,
    made_at       timestamptz NOT NULL,
    PRIMARY KEY (agency_id, letter_id, version),
    UNIQUE (agency_id, blob_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob,
    FOREIGN KEY (agency_id, made_by) REFERENCES staff,
    CONSTRAINT review_one CHECK ((sealed_review IS NULL) <> (blob_id IS NULL))
);
COMMENT ON TABLE review IS 'The review bundle: marks and concerns, proposed by the press, then as staff changed them; each change is a version';
COMMENT ON COLUMN review.agency_id IS 'The agency';
COMMENT ON COLUMN review.letter_id IS 'The letter';
COMMENT ON COLUMN review.version IS 'Counts up from 1; the highest is in force and stands in letter.version';
COMMENT ON COLUMN review.sealed_review IS 'The bundle, sealed to the desk; null if it is a blob';
COMMENT ON COLUMN review.blob_id IS 'The bundle if it is longer than 1 MiB';
COMMENT ON COLUMN review.text_digest IS 'Keyed digest of the text and pages that the marks point into';
COMMENT ON COLUMN review.made_by IS 'Who changed it; null: the press''s proposal';
COMMENT ON COLUMN review.made_at IS 'When';

CREATE TABLE decision (
    agency_id       bigint NOT NULL,
    decision_id     bigint NOT NULL CHECK (decision_id > 0),
    letter_id       bigint NOT NULL,
    letter_version  integer NOT NULL,
    to_party        bigint,
    kind            text NOT NULL CHECK (kind IN ('approve', 'second', 'disagree', 'return', 'hold', 'escalate', 'ask')),
    author          bigint NOT NULL,
    screen_digest   bytes32 NOT NULL,
    sealed_decision sealed NOT NULL,
    decided_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, decision_id),
    FOREIGN KEY (agency_id, letter_id, letter_version) REFERENCES review,
    FOREIGN KEY (agency_id, to_party) REFERENCES party,
    FOREIGN KEY (agency_id, author) REFERENCES staff,
    CONSTRAINT decision_recipient CHECK (kind NOT IN ('approve', 'second') OR to_party IS NOT NULL)
);
CREATE INDEX decision_letter ON decision (agency_id, letter_id, letter_version, decided_at);
COMMENT ON TABLE decision IS 'What staff decided about a letter; never changed, only followed by another';
COMMENT ON COLUMN decision.agency_id IS 'The agency';
COMMENT ON COLUMN decision.decision_id IS 'Random id';
COMMENT ON COLUMN decision.letter_id IS 'The letter';
COMMENT ON COLUMN decision.letter_version IS 'The version of the review that was on the screen; an approval of an older one releases nothing';
COMMENT ON COLUMN decision.to_party IS 'For which recipient; null: for the letter as a whole';
COMMENT ON COLUMN decision.kind IS 'approve; second (agrees with an approval); disagree; return (to the sender); hold; escalate; ask (the recipient)';
COMMENT ON COLUMN decision.author IS 'Who decided';
COMMENT ON COLUMN decision.screen_digest IS 'Keyed digest of what was on the screen; first and second approval must name the same';
COMMENT ON COLUMN decision.sealed_decision IS 'The canonical byte string: purpose, agency, row, version, digest, marks, reason, wording; sealed to press and desk';
COMMENT ON COLUMN decision.decided_at IS 'When';

---- releases --------------------------------------------------------------------------------------

CREATE TABLE release (
    agency_id      bigint NOT NULL,
    release_id     bigint NOT NULL CHECK (release_id > 0),
    letter_id      bigint NOT NULL,
    letter_version integer NOT NULL,
    arrangement_id bigint NOT NULL,
    to_party       bigint NOT NULL,
    decision_id    bigint NOT NULL,
    kind           text NOT NULL DEFAULT 'letter' CHECK (kind IN ('letter', 'note')),
    photo_level    text NOT NULL DEFAULT 'none' CHECK (photo_level IN ('none', 'no_face', 'face', 'view_only')),
    state          text NOT NULL DEFAULT 'composed' CHECK (state IN ('composed', 'available', 'withdrawn')),
    composed_at    timestamptz NOT NULL,
    opened_at      timestamptz,
    PRIMARY KEY (agency_id, release_id),
    CONSTRAINT release_once UNIQUE (agency_id, letter_id, letter_version, to_party, kind),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, arrangement_id, to_party) REFERENCES arrangement_party,
    FOREIGN KEY (agency_id, decision_id) REFERENCES decision
);
CREATE INDEX release_to ON release (agency_id, to_party, composed_at);
CREATE INDEX release_decision ON release (agency_id, decision_id);
CREATE INDEX release_arrangement ON release (agency_id, arrangement_id, to_party);
COMMENT ON TABLE release IS 'The copy made for one recipient; a trigger refuses one that sides, states or decisions do not allow';
COMMENT ON COLUMN release.agency_id IS 'The agency';
COMMENT ON COLUMN release.release_id IS 'Random id; the recipient''s reference, unlike the sender''s';
COMMENT ON COLUMN release.letter_id IS 'The letter';
COMMENT ON COLUMN release.letter_version IS 'The approved version of the review';
COMMENT ON COLUMN release.arrangement_id IS 'The letter''s arrangement';
COMMENT ON COLUMN release.to_party IS 'The recipient';
COMMENT ON COLUMN release.decision_id IS 'The decision that allows it: an approval, or for a note the return';
COMMENT ON COLUMN release.kind IS 'letter (to the other side), note (a returned letter with the agency''s words, to its own sender)';
COMMENT ON COLUMN release.photo_level IS 'The level that its pictures need; view_only: pictures are shown, not downloaded';
COMMENT ON COLUMN release.state IS 'composed; available (its recipient may open it in the portal); withdrawn';
COMMENT ON COLUMN release.composed_at IS 'When the press made it';
COMMENT ON COLUMN release.opened_at IS 'When its recipient first opened it; the other side is never told';

CREATE TABLE release_part (
    agency_id  bigint NOT NULL,
    release_id bigint NOT NULL,
    audience   text NOT NULL CHECK (audience IN ('recipient', 'desk')),
    number     smallint NOT NULL CHECK (number > 0),
    kind       text NOT NULL CHECK (kind IN ('text', 'page', 'photo', 'pdf')),
    blob_id    bigint NOT NULL,
    PRIMARY KEY (agency_id, release_id, audience, number),
    UNIQUE (agency_id, blob_id),
    FOREIGN KEY (agency_id, release_id) REFERENCES release,
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob
);
COMMENT ON TABLE release_part IS 'What a release holds, once sealed to its recipient (account or link) and once to the desk';
COMMENT ON COLUMN release_part.agency_id IS 'The agency';
COMMENT ON COLUMN release_part.release_id IS 'The release';
COMMENT ON COLUMN release_part.audience IS 'For whom it is sealed: recipient or desk';
COMMENT ON COLUMN release_part.number IS 'Order, from 1';
COMMENT ON COLUMN release_part.kind IS 'text (HTML), page, photo (images), pdf (the whole, to keep)';
COMMENT ON COLUMN release_part.blob_id IS 'The sealed bytes';

---- dispatches ------------------------------------------------------------------------------------

CREATE TABLE dispatch (
    agency_id       bigint NOT NULL,
    dispatch_id     bigint NOT NULL CHECK (dispatch_id > 0),
    release_id      bigint NOT NULL,
    channel         text NOT NULL CHECK (channel IN ('portal', 'link', 'pgp', 'email', 'post')),
    address_version integer NOT NULL CHECK (address_version > 0),
    state           text NOT NULL DEFAULT 'ready'
                    CHECK (state IN ('ready', 'sending', 'sent', 'maybe_sent', 'delivered', 'stopped', 'returned')),
    code            text CHECK (code ~ '^[a-z0-9_.]{1,40}$'),
    made_at         timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, dispatch_id),
    FOREIGN KEY (agency_id, release_id) REFERENCES release
);
-- One dispatch of a release is under way at a time; a stopped or returned one may be followed by another.
CREATE UNIQUE INDEX dispatch_one ON dispatch (agency_id, release_id)
    WHERE state IN ('ready', 'sending', 'maybe_sent');
CREATE INDEX dispatch_release ON dispatch (agency_id, release_id);
CREATE INDEX dispatch_state ON dispatch (agency_id, state, made_at);
COMMENT ON TABLE dispatch IS 'One release on its way by one channel';
COMMENT ON COLUMN dispatch.agency_id IS 'The agency';
COMMENT ON COLUMN dispatch.dispatch_id IS 'Random id';
COMMENT ON COLUMN dispatch.release_id IS 'The release';
COMMENT ON COLUMN dispatch.channel IS 'portal, link, pgp, email or post';
COMMENT ON COLUMN dispatch.address_version IS 'The version of the recipient''s addresses that it was made for';
COMMENT ON COLUMN dispatch.state IS 'ready; sending (an attempt is open); sent; maybe_sent (a person decides); delivered (in the portal); stopped (back to staff); returned (came back)';
COMMENT ON COLUMN dispatch.code IS 'Why it stopped or came back: a code only';
COMMENT ON COLUMN dispatch.made_at IS 'When it was made';
COMMENT ON COLUMN dispatch.changed_at IS 'When the state last changed';

CREATE TABLE link (
    agency_id    bigint NOT NULL,
    link_id      bigint NOT NULL CHECK (link_id > 0),
    release_id   bigint NOT NULL,
    dispatch_id  bigint NOT NULL,
    token_hash   bytes32 NOT NULL,
    kdf_salt     bytes16 NOT NULL,
    argon_passes integer NOT NULL CHECK (argon_passes BETWEEN 1 AND 100),
    argon_kib    integer NOT NULL CHECK (argon_kib BETWEEN 8192 AND 4194304),
    sealed_key   sealed NOT NULL,
    tries        smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    expires_at   timestamptz NOT NULL,
    withdrawn_at timestamptz,
    opened_at    timestamptz,
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, link_id),
    UNIQUE (agency_id, token_hash),
    FOREIGN KEY (agency_id, release_id) REFERENCES release,
    FOREIGN KEY (agency_id, dispatch_id) REFERENCES dispatch
);
CREATE INDEX link_token ON link (token_hash);
CREATE INDEX link_release ON link (agency_id, release_id);
CREATE INDEX link_dispatch ON link (agency_id, dispatch_id);
COMMENT ON TABLE link IS 'A link by which a release is read without an account; link_try answers for one token';
COMMENT ON COLUMN link.agency_id IS 'The agency';
COMMENT ON COLUMN link.link_id IS 'Random id; the key is derived with it';
COMMENT ON COLUMN link.release_id IS 'The release';
COMMENT ON COLUMN link.dispatch_id IS 'The dispatch that sent it';
COMMENT ON COLUMN link.token_hash IS 'SHA-256 of the link''s token, which stands only in the mail';
COMMENT ON COLUMN link.kdf_salt IS 'Salt of Argon2id over the PIN';
COMMENT ON COLUMN link.argon_passes IS 'Argon2id passes over the PIN';
COMMENT ON COLUMN link.argon_kib IS 'Argon2id memory in KiB';
COMMENT ON COLUMN link.sealed_key IS 'Secret key that the release''s parts are sealed to, wrapped under token and PIN';
COMMENT ON COLUMN link.tries IS 'PINs tried since the last right one; the fifth wrong one locks the link';
COMMENT ON COLUMN link.expires_at IS 'When it stops working';
COMMENT ON COLUMN link.withdrawn_at IS 'When staff withdrew it';
COMMENT ON COLUMN link.opened_at IS 'When it was first opened';
COMMENT ON COLUMN link.made_at IS 'When it was made';

CREATE TABLE print_item (
    agency_id   bigint NOT NULL,
    print_id    bigint NOT NULL CHECK (print_id > 0),
    dispatch_id bigint NOT NULL,
    letter_blob bigint NOT NULL,
    sheet_blob  bigint NOT NULL,
    state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'printed', 'posted', 'stopped')),
    batch_id    bigint,
    printed_by  bigint,
    printed_at  timestamptz,
    posted_by   bigint,
    posted_on   date,
    made_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, print_id),
    UNIQUE (agency_id, dispatch_id),
    FOREIGN KEY (agency_id, dispatch_id) REFERENCES dispatch,
    FOREIGN KEY (agency_id, letter_blob) REFERENCES blob,
    FOREIGN KEY (agency_id, sheet_blob) REFERENCES blob,
    FOREIGN KEY (agency_id, printed_by) REFERENCES staff,
    FOREIGN KEY (agency_id, posted_by) REFERENCES staff
);
CREATE INDEX print_item_state ON print_item (agency_id, state);
CREATE INDEX print_item_batch ON print_item (agency_id, batch_id);
COMMENT ON TABLE print_item IS 'The print queue: a PDF and its address sheet for one dispatch by post';
COMMENT ON COLUMN print_item.agency_id IS 'The agency';
COMMENT ON COLUMN print_item.print_id IS 'Random id; as 12 characters it is the code printed on both';
COMMENT ON COLUMN print_item.dispatch_id IS 'The dispatch';
COMMENT ON COLUMN print_item.letter_blob IS 'The PDF of the letter, sealed to the desk';
COMMENT ON COLUMN print_item.sheet_blob IS 'The address sheet, sealed to the desk';
COMMENT ON COLUMN print_item.state IS 'queued, printed, posted, or stopped';
COMMENT ON COLUMN print_item.batch_id IS 'Random id of the batch it was printed in';
COMMENT ON COLUMN print_item.printed_by IS 'Who printed it';
COMMENT ON COLUMN print_item.printed_at IS 'When';
COMMENT ON COLUMN print_item.posted_by IS 'Who posted it';
COMMENT ON COLUMN print_item.posted_on IS 'The day on which it was posted';
COMMENT ON COLUMN print_item.made_at IS 'When the press made it';

---- messages --------------------------------------------------------------------------------------

CREATE TABLE message (
    agency_id       bigint NOT NULL REFERENCES agency,
    message_id      bigint NOT NULL CHECK (message_id > 0),
    kind            text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{1,39}$'),
    dispatch_id     bigint,
    to_party        bigint,
    account_id      bigint,
    sealed_body     sealed,
    body_blob       bigint,
    sealed_address  sealed NOT NULL,
    address_table   text NOT NULL DEFAULT 'message' CHECK (address_table IN ('message', 'account')),
    address_version integer NOT NULL DEFAULT 1 CHECK (address_version > 0),
    mail_token      text NOT NULL CHECK (mail_token ~ '^[0-9a-f]{32}$'),
    state           text NOT NULL DEFAULT 'ready'
                    CHECK (state IN ('ready', 'sending', 'sent', 'maybe_sent', 'stopped', 'failed', 'void')),
    code            text CHECK (code ~ '^[a-z0-9_.]{1,40}$'),
    sealed_answer   sealed,
    made_at         timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, message_id),
    UNIQUE (agency_id, mail_token),
    FOREIGN KEY (agency_id, dispatch_id) REFERENCES dispatch,
    FOREIGN KEY (agency_id, to_party) REFERENCES party,
    FOREIGN KEY (agency_id, body_blob) REFERENCES blob,
    CONSTRAINT message_one_body CHECK ((sealed_body IS NULL) <> (body_blob IS NULL))
);
CREATE INDEX message_dispatch ON message (agency_id, dispatch_id) WHERE dispatch_id IS NOT NULL;
CREATE INDEX message_body ON message (agency_id, body_blob) WHERE body_blob IS NOT NULL;
CREATE INDEX message_state ON message (agency_id, state, made_at);
COMMENT ON TABLE message IS 'A finished outgoing message, sealed to the post';
COMMENT ON COLUMN message.agency_id IS 'The agency';
COMMENT ON COLUMN message.message_id IS 'Random id; the sealing is bound to it';
COMMENT ON COLUMN message.kind IS 'Its template: sign_in_code, waiting, link, receipt, return_note, reminder, pgp_cover …';
COMMENT ON COLUMN message.dispatch_id IS 'The dispatch that it carries; null: a notice';
COMMENT ON COLUMN message.to_party IS 'The party that it goes to; null: to staff, or void';
COMMENT ON COLUMN message.account_id IS 'The account whose code address it uses';
COMMENT ON COLUMN message.sealed_body IS 'Subject and body, sealed to the post; null if it is a blob';
COMMENT ON COLUMN message.body_blob IS 'The body if it is longer than 1 MiB';
COMMENT ON COLUMN message.sealed_address IS 'Where it goes, sealed to the post';
COMMENT ON COLUMN message.address_table IS 'Which row sealed_address is bound to: this message, or the account that it was copied from unread';
COMMENT ON COLUMN message.address_version IS 'The row version that sealed_address is bound to';
COMMENT ON COLUMN message.mail_token IS 'Random; the local part of its Message-ID, the same at each attempt';
COMMENT ON COLUMN message.state IS 'ready; sending (an attempt is open); sent; maybe_sent (a person decides); stopped (the facts changed); failed; void (a decoy: nothing is sent)';
COMMENT ON COLUMN message.code IS 'Why it stopped or failed: a code only';
COMMENT ON COLUMN message.sealed_answer IS 'What the mail server answered, sealed to the desk';
COMMENT ON COLUMN message.made_at IS 'When it was made';
COMMENT ON COLUMN message.changed_at IS 'When the state last changed';

CREATE TABLE attempt (
    agency_id   bigint NOT NULL,
    attempt_id  bigint NOT NULL CHECK (attempt_id > 0),
    dispatch_id bigint,
    message_id  bigint,
    number      integer NOT NULL CHECK (number > 0),
    kind        text NOT NULL CHECK (kind IN ('send', 'deliver', 'open', 'print')),
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN ('done', 'refused', 'failed', 'unknown')),
    code        text CHECK (code ~ '^[a-z0-9_.]{1,40}$'),
    PRIMARY KEY (agency_id, attempt_id),
    UNIQUE (agency_id, message_id, number),
    FOREIGN KEY (agency_id, dispatch_id) REFERENCES dispatch,
    FOREIGN KEY (agency_id, message_id) REFERENCES message,
    CONSTRAINT attempt_of CHECK (dispatch_id IS NOT NULL OR message_id IS NOT NULL),
    CONSTRAINT attempt_ended CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX attempt_dispatch ON attempt (agency_id, dispatch_id) WHERE dispatch_id IS NOT NULL;
-- Two processes cannot send the same message at the same time.
CREATE UNIQUE INDEX attempt_open ON attempt (agency_id, message_id) WHERE ended_at IS NULL AND message_id IS NOT NULL;
COMMENT ON TABLE attempt IS 'Journal: each sending, delivery, opening and print, written and committed before it is done';
COMMENT ON COLUMN attempt.agency_id IS 'The agency';
COMMENT ON COLUMN attempt.attempt_id IS 'Random id';
COMMENT ON COLUMN attempt.dispatch_id IS 'The dispatch, if it is one';
COMMENT ON COLUMN attempt.message_id IS 'The message, if it is one';
COMMENT ON COLUMN attempt.number IS 'Counts up for the message, or for the dispatch';
COMMENT ON COLUMN attempt.kind IS 'send (SMTP), deliver (into the portal), open (portal or link), print';
COMMENT ON COLUMN attempt.started_at IS 'When it began';
COMMENT ON COLUMN attempt.ended_at IS 'When it ended; null: still open, or the process died';
COMMENT ON COLUMN attempt.outcome IS 'done; refused (the facts did not allow it); failed; unknown (the process died: it may have been sent)';
COMMENT ON COLUMN attempt.code IS 'Code of the refusal or failure';

CREATE TABLE mail_seen (
    agency_id   bigint NOT NULL REFERENCES agency,
    seen_id     bigint NOT NULL CHECK (seen_id > 0),
    mailbox     text NOT NULL CHECK (mailbox ~ '^[a-z][a-z0-9-]{0,39}$'),
    uidvalidity bigint,
    uid         bigint,
    digest      bytes32,
    letter_id   bigint NOT NULL,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, seen_id),
    CONSTRAINT mail_seen_uid UNIQUE (agency_id, mailbox, uidvalidity, uid),
    CONSTRAINT mail_seen_bytes UNIQUE (agency_id, digest),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    CONSTRAINT mail_seen_entry CHECK ((uidvalidity IS NULL) = (uid IS NULL)),
    CONSTRAINT mail_seen_known CHECK (digest IS NOT NULL OR uid IS NOT NULL)
);
COMMENT ON TABLE mail_seen IS 'Mails that were stored: the same mailbox entry, or the same bytes, are stored once';
COMMENT ON COLUMN mail_seen.agency_id IS 'The agency';
COMMENT ON COLUMN mail_seen.seen_id IS 'Random id';
COMMENT ON COLUMN mail_seen.mailbox IS 'The mailbox''s name in the configuration';
COMMENT ON COLUMN mail_seen.uidvalidity IS 'UIDVALIDITY of the mailbox; null: came on stdin';
COMMENT ON COLUMN mail_seen.uid IS 'UID in the mailbox; null: came on stdin';
COMMENT ON COLUMN mail_seen.digest IS 'HMAC of the raw message under the agency''s key for doubles; null: the same bytes came before, by another entry';
COMMENT ON COLUMN mail_seen.letter_id IS 'What it was stored as';
COMMENT ON COLUMN mail_seen.seen_at IS 'When';

---- archive ---------------------------------------------------------------------------------------

CREATE TABLE archive_copy (
    agency_id  bigint NOT NULL,
    archive_id bigint NOT NULL CHECK (archive_id > 0),
    letter_id  bigint NOT NULL,
    release_id bigint,
    kind       text NOT NULL CHECK (kind IN ('original', 'release')),
    number     smallint NOT NULL CHECK (number > 0),
    blob_id    bigint NOT NULL,
    key_ids    bytea NOT NULL CHECK (octet_length(key_ids) BETWEEN 32 AND 160 AND octet_length(key_ids) % 16 = 0),
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (agency_id, archive_id),
    UNIQUE (agency_id, blob_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, release_id) REFERENCES release,
    FOREIGN KEY (agency_id, blob_id) REFERENCES blob,
    CONSTRAINT archive_copy_of CHECK ((kind = 'release') = (release_id IS NOT NULL))
);
CREATE UNIQUE INDEX archive_copy_once ON archive_copy (agency_id, letter_id, kind, coalesce(release_id, 0), number);
CREATE INDEX archive_copy_release ON archive_copy (agency_id, release_id) WHERE release_id IS NOT NULL;
COMMENT ON TABLE archive_copy IS 'Originals and letters as sent, as OpenPGP messages to the agency''s archive keys';
COMMENT ON COLUMN archive_copy.agency_id IS 'The agency';
COMMENT ON COLUMN archive_copy.archive_id IS 'Random id';
COMMENT ON COLUMN archive_copy.letter_id IS 'The letter';
COMMENT ON COLUMN archive_copy.release_id IS 'The release, if it is one';
COMMENT ON COLUMN archive_copy.kind IS 'original or release';
COMMENT ON COLUMN archive_copy.number IS 'Order within the original or release, from 1';
COMMENT ON COLUMN archive_copy.blob_id IS 'The OpenPGP message';
COMMENT ON COLUMN archive_copy.key_ids IS 'Ids of the archive keys that it was encrypted to, 16 bytes each; at least two';
COMMENT ON COLUMN archive_copy.made_at IS 'When';
