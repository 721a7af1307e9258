-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The register: staff, children, parties, arrangements, agreements, occasions.
SET LOCAL search_path = letterbox;

---- staff -----------------------------------------------------------------------------------------

CREATE TABLE staff (
    agency_id      bigint NOT NULL REFERENCES agency,
    staff_id       bigint NOT NULL CHECK (staff_id > 0),
    role           text NOT NULL CHECK (role IN ('checker', 'coordinator', 'manager', 'administrator', 'inspector')),
    state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
    sealed_record  sealed NOT NULL,
    record_version integer NOT NULL DEFAULT 1 CHECK (record_version > 0),
    key_id         bytes16 NOT NULL,
    public_key     bytes32 NOT NULL,
    argon_passes   integer NOT NULL CHECK (argon_passes BETWEEN 1 AND 100),
    argon_kib      integer NOT NULL CHECK (argon_kib BETWEEN 8192 AND 4194304),
    argon_salt     bytes16 NOT NULL,
    wrapped_secret sealed NOT NULL,
    sealed_totp    sealed NOT NULL,
    last_totp_step bigint NOT NULL DEFAULT 0,
    made_at        timestamptz NOT NULL,
    disabled_at    timestamptz,
    PRIMARY KEY (agency_id, staff_id),
    UNIQUE (agency_id, key_id),
    CONSTRAINT staff_disabled CHECK ((state = 'disabled') = (disabled_at IS NOT NULL))
);
COMMENT ON TABLE staff IS 'Accounts of the agency''s staff';
COMMENT ON COLUMN staff.agency_id IS 'The agency';
COMMENT ON COLUMN staff.staff_id IS 'Random id';
COMMENT ON COLUMN staff.role IS 'checker reads and gives second decisions; coordinator runs the post box; manager also lifts blocks; administrator has accounts and keys but no letters; inspector only reads';
COMMENT ON COLUMN staff.state IS 'active or disabled; a disabled account''s sessions end at once';
COMMENT ON COLUMN staff.sealed_record IS 'Name and e-mail, sealed to the desk';
COMMENT ON COLUMN staff.record_version IS 'Version that sealed_record is bound to; counts up with each change';
COMMENT ON COLUMN staff.key_id IS 'Id of public_key in sealed data';
COMMENT ON COLUMN staff.public_key IS 'X25519 public key of the account';
COMMENT ON COLUMN staff.argon_passes IS 'Argon2id passes over the password';
COMMENT ON COLUMN staff.argon_kib IS 'Argon2id memory in KiB';
COMMENT ON COLUMN staff.argon_salt IS 'Argon2id salt';
COMMENT ON COLUMN staff.wrapped_secret IS 'Secret half of public_key, wrapped under password and host secret';
COMMENT ON COLUMN staff.sealed_totp IS 'TOTP secret, sealed to the account''s own key';
COMMENT ON COLUMN staff.last_totp_step IS 'Last time step whose code was used; a code is good once';
COMMENT ON COLUMN staff.made_at IS 'When the account was made';
COMMENT ON COLUMN staff.disabled_at IS 'When it was disabled';

CREATE TABLE staff_lookup (
    agency_id bigint NOT NULL,
    value     bytes32 NOT NULL,
    staff_id  bigint NOT NULL,
    PRIMARY KEY (agency_id, value),
    UNIQUE (agency_id, staff_id),
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff ON DELETE CASCADE
);
COMMENT ON TABLE staff_lookup IS 'Finds a staff account at sign-in; no role may read it, staff_for_sign_in answers for one value';
COMMENT ON COLUMN staff_lookup.agency_id IS 'The agency';
COMMENT ON COLUMN staff_lookup.value IS 'HMAC of the e-mail address under the agency''s sign-in key for staff';
COMMENT ON COLUMN staff_lookup.staff_id IS 'Whose it is';

CREATE TABLE staff_grant (
    agency_id     bigint NOT NULL,
    staff_id      bigint NOT NULL,
    key_id        bytes16 NOT NULL,
    sealed_secret sealed NOT NULL,
    granted_by    bigint,
    granted_at    timestamptz NOT NULL,
    PRIMARY KEY (agency_id, staff_id, key_id),
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff,
    FOREIGN KEY (agency_id, key_id) REFERENCES agency_key,
    FOREIGN KEY (agency_id, granted_by) REFERENCES staff
);
COMMENT ON TABLE staff_grant IS 'The desk secret, sealed once to each member of staff who was granted it';
COMMENT ON COLUMN staff_grant.agency_id IS 'The agency';
COMMENT ON COLUMN staff_grant.staff_id IS 'To whom';
COMMENT ON COLUMN staff_grant.key_id IS 'Which desk key';
COMMENT ON COLUMN staff_grant.sealed_secret IS 'Its secret half, sealed to the staff account';
COMMENT ON COLUMN staff_grant.granted_by IS 'The administrator who granted it; null: enrolled at init';
COMMENT ON COLUMN staff_grant.granted_at IS 'When';

---- children --------------------------------------------------------------------------------------

CREATE TABLE child (
    agency_id        bigint NOT NULL REFERENCES agency,
    child_id         bigint NOT NULL CHECK (child_id > 0),
    sealed_record    sealed NOT NULL,
    record_version   integer NOT NULL DEFAULT 1 CHECK (record_version > 0),
    eighteenth_month date NOT NULL CHECK (extract(day FROM eighteenth_month) = 1),
    made_at          timestamptz NOT NULL,
    PRIMARY KEY (agency_id, child_id)
);
COMMENT ON TABLE child IS 'The adopted children';
COMMENT ON COLUMN child.agency_id IS 'The agency';
COMMENT ON COLUMN child.child_id IS 'Random id';
COMMENT ON COLUMN child.sealed_record IS 'Birth name, adoptive name, birth date and notes, sealed to press and desk';
COMMENT ON COLUMN child.record_version IS 'Version that sealed_record is bound to';
COMMENT ON COLUMN child.eighteenth_month IS 'First day of the month of the eighteenth birthday; the birth date itself is sealed';
COMMENT ON COLUMN child.made_at IS 'When it was entered';

CREATE TABLE child_link (
    agency_id  bigint NOT NULL,
    child_id   bigint NOT NULL,
    sibling_id bigint NOT NULL,
    PRIMARY KEY (agency_id, child_id, sibling_id),
    FOREIGN KEY (agency_id, child_id) REFERENCES child,
    FOREIGN KEY (agency_id, sibling_id) REFERENCES child,
    CONSTRAINT child_link_order CHECK (child_id < sibling_id)
);
CREATE INDEX child_link_sibling ON child_link (agency_id, sibling_id);
COMMENT ON TABLE child_link IS 'Siblings: each pair once, the smaller id first';
COMMENT ON COLUMN child_link.agency_id IS 'The agency';
COMMENT ON COLUMN child_link.child_id IS 'One child';
COMMENT ON COLUMN child_link.sibling_id IS 'The other';

---- parties ---------------------------------------------------------------------------------------

CREATE TABLE party (
    agency_id         bigint NOT NULL REFERENCES agency,
    party_id          bigint NOT NULL CHECK (party_id > 0),
    kind              text NOT NULL CHECK (kind IN ('adoptive', 'birth', 'sibling', 'other')),
    channel           text NOT NULL CHECK (channel IN ('portal', 'link', 'pgp', 'email', 'post')),
    state             text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'moved', 'dead', 'ended')),
    language          text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}$'),
    easy_read         boolean NOT NULL DEFAULT false,
    plain_consent     boolean NOT NULL DEFAULT false,
    sealed_record     sealed NOT NULL,
    record_version    integer NOT NULL DEFAULT 1 CHECK (record_version > 0),
    address_version   integer NOT NULL DEFAULT 1 CHECK (address_version > 0),
    address_confirmed boolean NOT NULL DEFAULT false,
    email_confirmed   boolean NOT NULL DEFAULT false,
    alias_token       text NOT NULL CHECK (alias_token ~ '^[0-9a-hjkmnp-tv-z]{12}$'),
    made_at           timestamptz NOT NULL,
    state_changed_at  timestamptz NOT NULL,
    changed_at        timestamptz,
    changed_by        bigint,
    PRIMARY KEY (agency_id, party_id),
    UNIQUE (agency_id, alias_token),
    FOREIGN KEY (agency_id, changed_by) REFERENCES staff
);
COMMENT ON TABLE party IS 'A person or household in arrangements: adoptive family, birth relative, a sibling''s family';
COMMENT ON COLUMN party.agency_id IS 'The agency';
COMMENT ON COLUMN party.party_id IS 'Random id; never shown to the other side';
COMMENT ON COLUMN party.kind IS 'What it is in general, for lists and forms; the guards go by arrangement_party.side';
COMMENT ON COLUMN party.channel IS 'How letters go to it: portal, link (e-mail with link and PIN), pgp, email (plain), post';
COMMENT ON COLUMN party.state IS 'active; paused; moved (nothing goes until an address is confirmed); dead; ended. Only active parties are sent anything';
COMMENT ON COLUMN party.language IS 'Language of pages and notices, ISO 639';
COMMENT ON COLUMN party.easy_read IS 'Wants large print';
COMMENT ON COLUMN party.plain_consent IS 'Consented to letters by plain e-mail';
COMMENT ON COLUMN party.sealed_record IS 'Names, addresses, e-mail, phone, leak list, PIN, OpenPGP key, notes: JSON sealed to press and desk';
COMMENT ON COLUMN party.record_version IS 'Version that sealed_record is bound to; counts up with each change of it';
COMMENT ON COLUMN party.address_version IS 'Counts up when a postal or e-mail address, the channel or the OpenPGP key changes; a dispatch made for an older one stops';
COMMENT ON COLUMN party.address_confirmed IS 'The postal address was confirmed and no mail came back since';
COMMENT ON COLUMN party.email_confirmed IS 'The e-mail address was confirmed and no mail bounced since';
COMMENT ON COLUMN party.alias_token IS 'Random local part of the party''s own e-mail alias, Crockford base32 in small letters';
COMMENT ON COLUMN party.made_at IS 'When it was entered';
COMMENT ON COLUMN party.changed_at IS 'When staff last changed it; null: not since it was entered';
COMMENT ON COLUMN party.changed_by IS 'Who entered it or changed it last';
COMMENT ON COLUMN party.state_changed_at IS 'When the state last changed (a trigger sets it): what was approved before a sender''s death was known is looked at again';

CREATE TABLE party_lookup (
    agency_id bigint NOT NULL,
    use       text NOT NULL CHECK (use IN ('sender', 'address', 'phone', 'alias')),
    value     bytes32 NOT NULL,
    party_id  bigint NOT NULL,
    PRIMARY KEY (agency_id, use, value, party_id),
    FOREIGN KEY (agency_id, party_id) REFERENCES party ON DELETE CASCADE
);
CREATE INDEX party_lookup_party ON party_lookup (agency_id, party_id);
COMMENT ON TABLE party_lookup IS 'Finds a party by an e-mail address, postal address, phone number or alias; no role may read it, party_for_value answers for one value';
COMMENT ON COLUMN party_lookup.agency_id IS 'The agency';
COMMENT ON COLUMN party_lookup.use IS 'sender (e-mail address), address (postal), phone, alias; each has its own HMAC key';
COMMENT ON COLUMN party_lookup.value IS 'HMAC of the normalised value';
COMMENT ON COLUMN party_lookup.party_id IS 'Whose it is; a couple may share one, two sides of a child may not';

---- arrangements ----------------------------------------------------------------------------------

CREATE TABLE arrangement (
    agency_id      bigint NOT NULL REFERENCES agency,
    arrangement_id bigint NOT NULL CHECK (arrangement_id > 0),
    child_id       bigint NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('indirect', 'direct', 'one_way')),
    state          text NOT NULL DEFAULT 'active'
                   CHECK (state IN ('active', 'paused', 'suspended', 'held', 'prohibited', 'inactive', 'ended')),
    two_person     boolean NOT NULL DEFAULT false,
    photo_level    text NOT NULL DEFAULT 'none' CHECK (photo_level IN ('none', 'no_face', 'face', 'view_only')),
    sealed_record  sealed NOT NULL,
    record_version integer NOT NULL DEFAULT 1 CHECK (record_version > 0),
    review_on      date,
    made_at        timestamptz NOT NULL,
    ended_at       timestamptz,
    changed_at     timestamptz,
    changed_by     bigint,
    PRIMARY KEY (agency_id, arrangement_id),
    FOREIGN KEY (agency_id, child_id) REFERENCES child,
    FOREIGN KEY (agency_id, changed_by) REFERENCES staff
);
CREATE INDEX arrangement_child ON arrangement (agency_id, child_id);
CREATE INDEX arrangement_state ON arrangement (agency_id, state);
COMMENT ON TABLE arrangement IS 'A child and the parties who may write to each other, or meet';
COMMENT ON COLUMN arrangement.agency_id IS 'The agency';
COMMENT ON COLUMN arrangement.arrangement_id IS 'Random id';
COMMENT ON COLUMN arrangement.child_id IS 'The child';
COMMENT ON COLUMN arrangement.kind IS 'indirect (letters), direct (meetings), one_way (letters one way only)';
COMMENT ON COLUMN arrangement.state IS 'active; paused, suspended, held or prohibited (nothing is released; a manager lifts the last three); inactive (nobody writes); ended';
COMMENT ON COLUMN arrangement.two_person IS 'Each release needs two members of staff';
COMMENT ON COLUMN arrangement.photo_level IS 'Photos that may be released: none, no_face, face, view_only (seen in the portal, not downloaded)';
COMMENT ON COLUMN arrangement.sealed_record IS 'The agency''s reference, risk, court order, cause of a pause, notes: sealed to press and desk';
COMMENT ON COLUMN arrangement.record_version IS 'Version that sealed_record is bound to; counts up with each change of the row';
COMMENT ON COLUMN arrangement.review_on IS 'When it is to be reviewed';
COMMENT ON COLUMN arrangement.made_at IS 'When it was entered';
COMMENT ON COLUMN arrangement.ended_at IS 'When it ended';
COMMENT ON COLUMN arrangement.changed_at IS 'When staff last changed it or its state; null: not since it was entered';
COMMENT ON COLUMN arrangement.changed_by IS 'Who entered it or changed it last';

CREATE TABLE arrangement_party (
    agency_id      bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    party_id       bigint NOT NULL,
    side           text NOT NULL CHECK (side IN ('adoptive', 'birth', 'sibling', 'other')),
    state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'ended')),
    may_write      boolean NOT NULL DEFAULT true,
    may_receive    boolean NOT NULL DEFAULT true,
    PRIMARY KEY (agency_id, arrangement_id, party_id),
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement,
    FOREIGN KEY (agency_id, party_id) REFERENCES party
);
CREATE INDEX arrangement_party_party ON arrangement_party (agency_id, party_id);
COMMENT ON TABLE arrangement_party IS 'Who takes part in an arrangement, and on which side';
COMMENT ON COLUMN arrangement_party.agency_id IS 'The agency';
COMMENT ON COLUMN arrangement_party.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN arrangement_party.party_id IS 'The party';
COMMENT ON COLUMN arrangement_party.side IS 'Its side of this child: a family is the adoptive side of its own child and the sibling''s side of the child''s brother';
COMMENT ON COLUMN arrangement_party.state IS 'active, paused or ended for this party alone';
COMMENT ON COLUMN arrangement_party.may_write IS 'Its letters may be released; false on one side of a one-way arrangement';
COMMENT ON COLUMN arrangement_party.may_receive IS 'Letters may be released to it';

CREATE TABLE contact (
    agency_id      bigint NOT NULL,
    contact_id     bigint NOT NULL CHECK (contact_id > 0),
    arrangement_id bigint NOT NULL,
    party_id       bigint NOT NULL,
    other_party_id bigint NOT NULL,
    sealed_label   sealed,
    label_version  integer NOT NULL DEFAULT 1 CHECK (label_version > 0),
    PRIMARY KEY (agency_id, contact_id),
    UNIQUE (agency_id, arrangement_id, party_id, other_party_id),
    FOREIGN KEY (agency_id, arrangement_id, party_id) REFERENCES arrangement_party,
    FOREIGN KEY (agency_id, arrangement_id, other_party_id) REFERENCES arrangement_party,
    CONSTRAINT contact_two CHECK (party_id <> other_party_id)
);
CREATE INDEX contact_party ON contact (agency_id, party_id);
CREATE INDEX contact_other ON contact (agency_id, other_party_id);
COMMENT ON TABLE contact IS 'How one party sees another that it may write to: an id made for this viewer alone, and a name';
COMMENT ON COLUMN contact.agency_id IS 'The agency';
COMMENT ON COLUMN contact.contact_id IS 'Random id that the viewer sees in place of the other''s party_id';
COMMENT ON COLUMN contact.arrangement_id IS 'In which arrangement';
COMMENT ON COLUMN contact.party_id IS 'The viewer';
COMMENT ON COLUMN contact.other_party_id IS 'Whom it stands for; the portal cannot read this column';
COMMENT ON COLUMN contact.sealed_label IS 'What the viewer may know the other as, sealed to the viewer''s accounts; null until it has one';
COMMENT ON COLUMN contact.label_version IS 'Version that sealed_label is bound to';

CREATE TABLE agreement (
    agency_id      bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    version        integer NOT NULL CHECK (version > 0),
    months         smallint[] NOT NULL,
    avoid_months   smallint[] NOT NULL DEFAULT '{}',
    first_writer   text NOT NULL CHECK (first_writer IN ('adoptive', 'birth', 'either')),
    source         text NOT NULL CHECK (source IN ('order', 'plan', 'review', 'import')),
    sealed_terms   sealed,
    agreed_on      date,
    made_by        bigint,
    made_at        timestamptz NOT NULL,
    PRIMARY KEY (agency_id, arrangement_id, version),
    FOREIGN KEY (agency_id, arrangement_id) REFERENCES arrangement,
    FOREIGN KEY (agency_id, made_by) REFERENCES staff,
    CONSTRAINT agreement_months CHECK (months <@ ARRAY[1,2,3,4,5,6,7,8,9,10,11,12]::smallint[]
                                       AND cardinality(months) <= 12),
    CONSTRAINT agreement_avoid_months CHECK (avoid_months <@ ARRAY[1,2,3,4,5,6,7,8,9,10,11,12]::smallint[]
                                             AND cardinality(avoid_months) <= 12)
);
COMMENT ON TABLE agreement IS 'The terms of an arrangement; the highest version is in force, older ones stay';
COMMENT ON COLUMN agreement.agency_id IS 'The agency';
COMMENT ON COLUMN agreement.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN agreement.version IS 'Counts up from 1';
COMMENT ON COLUMN agreement.months IS 'Months (1-12) in which letters are exchanged';
COMMENT ON COLUMN agreement.avoid_months IS 'Months in which nothing should arrive, such as an anniversary';
COMMENT ON COLUMN agreement.first_writer IS 'Which side writes first: adoptive, birth or either';
COMMENT ON COLUMN agreement.source IS 'Where the terms come from: court order, support plan, review, import';
COMMENT ON COLUMN agreement.sealed_terms IS 'What may be enclosed, how letters are signed, other terms: sealed to press and desk';
COMMENT ON COLUMN agreement.agreed_on IS 'The day on which it was agreed';
COMMENT ON COLUMN agreement.made_by IS 'Who entered it';
COMMENT ON COLUMN agreement.made_at IS 'When it was entered';

CREATE TABLE occasion (
    agency_id         bigint NOT NULL,
    occasion_id       bigint NOT NULL CHECK (occasion_id > 0),
    arrangement_id    bigint NOT NULL,
    from_party        bigint NOT NULL,
    to_party          bigint NOT NULL,
    month             date NOT NULL CHECK (extract(day FROM month) = 1),
    due_on            date NOT NULL,
    state             text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'received', 'late', 'missed', 'waived')),
    agreement_version integer NOT NULL,
    letter_id         bigint,
    reminders         smallint NOT NULL DEFAULT 0 CHECK (reminders >= 0),
    reminded_at       timestamptz,
    changed_at        timestamptz NOT NULL,
    PRIMARY KEY (agency_id, occasion_id),
    CONSTRAINT occasion_once UNIQUE (agency_id, arrangement_id, from_party, to_party, month),
    FOREIGN KEY (agency_id, arrangement_id, from_party) REFERENCES arrangement_party,
    FOREIGN KEY (agency_id, arrangement_id, to_party) REFERENCES arrangement_party,
    FOREIGN KEY (agency_id, arrangement_id, agreement_version) REFERENCES agreement,
    CONSTRAINT occasion_two CHECK (from_party <> to_party)
);
CREATE INDEX occasion_state ON occasion (agency_id, state, due_on);
CREATE INDEX occasion_from ON occasion (agency_id, from_party, due_on);
CREATE INDEX occasion_to ON occasion (agency_id, arrangement_id, to_party);
COMMENT ON TABLE occasion IS 'One expected sending: the diary opens them ahead; the same one cannot be opened twice';
COMMENT ON COLUMN occasion.agency_id IS 'The agency';
COMMENT ON COLUMN occasion.occasion_id IS 'Random id';
COMMENT ON COLUMN occasion.arrangement_id IS 'The arrangement';
COMMENT ON COLUMN occasion.from_party IS 'Who is to write';
COMMENT ON COLUMN occasion.to_party IS 'To whom';
COMMENT ON COLUMN occasion.month IS 'First day of the agreed month';
COMMENT ON COLUMN occasion.due_on IS 'By when it should be here';
COMMENT ON COLUMN occasion.state IS 'due, received, late, missed or waived';
COMMENT ON COLUMN occasion.agreement_version IS 'The version of the agreement that asked for it';
COMMENT ON COLUMN occasion.letter_id IS 'The letter that answered it';
COMMENT ON COLUMN occasion.reminders IS 'How many reminders were sent';
COMMENT ON COLUMN occasion.reminded_at IS 'When the last one was';
COMMENT ON COLUMN occasion.changed_at IS 'When the state last changed';
