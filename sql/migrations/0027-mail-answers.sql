-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What comes back of what we sent: delivery failures, delays, answers of machines, each with the message it is about.
-- And who was told today that their mail has arrived.
SET LOCAL search_path = letterbox;

ALTER TABLE message ADD COLUMN to_digest bytes32;
COMMENT ON COLUMN message.to_digest IS
    'Keyed digest of the address it goes to, bound to this message: does what came back name this very address? Null: to an account''s own address, or older';

CREATE TABLE bounce (
    agency_id     bigint NOT NULL,
    bounce_id     bigint NOT NULL CHECK (bounce_id > 0),
    letter_id     bigint NOT NULL,
    message_id    bigint NOT NULL,
    dispatch_id   bigint,
    party_id      bigint,
    kind          text NOT NULL CHECK (kind IN ('hard', 'soft', 'delay', 'away')),
    code          text CHECK (code ~ '^[245]\.[0-9]{1,3}\.[0-9]{1,3}$'),
    is_recipients boolean NOT NULL,
    came_at       timestamptz NOT NULL,
    seen_at       timestamptz,
    seen_by       bigint,
    PRIMARY KEY (agency_id, bounce_id),
    UNIQUE (agency_id, letter_id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter,
    FOREIGN KEY (agency_id, message_id) REFERENCES message,
    FOREIGN KEY (agency_id, dispatch_id) REFERENCES dispatch,
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, seen_by) REFERENCES staff,
    CONSTRAINT bounce_seen CHECK ((seen_at IS NULL) = (seen_by IS NULL))
);
CREATE INDEX bounce_dispatch ON bounce (agency_id, dispatch_id) WHERE dispatch_id IS NOT NULL;
CREATE INDEX bounce_open ON bounce (agency_id, came_at) WHERE seen_at IS NULL;
COMMENT ON TABLE bounce IS 'A mail that a machine sent about a message of ours: it could not be delivered, is late, or its reader is away';
COMMENT ON COLUMN bounce.agency_id IS 'The agency';
COMMENT ON COLUMN bounce.bounce_id IS 'Random id';
COMMENT ON COLUMN bounce.letter_id IS 'The mail itself, as it was stored';
COMMENT ON COLUMN bounce.message_id IS 'The message of ours that it names';
COMMENT ON COLUMN bounce.dispatch_id IS 'The dispatch that the message carried; null: a notice';
COMMENT ON COLUMN bounce.party_id IS 'Whom the message was for';
COMMENT ON COLUMN bounce.kind IS 'hard (the address refuses mail), soft (not delivered this time, as with a full mailbox), delay (still being tried), away (a machine answered)';
COMMENT ON COLUMN bounce.code IS 'Its status, RFC 3463';
COMMENT ON COLUMN bounce.is_recipients IS 'Does it name the very address that the message went to? If not it changed nothing: anybody can write such a mail';
COMMENT ON COLUMN bounce.came_at IS 'When it was read';
COMMENT ON COLUMN bounce.seen_at IS 'When staff said that they have seen it';
COMMENT ON COLUMN bounce.seen_by IS 'Who did';

CREATE TABLE acknowledgement (
    agency_id bigint NOT NULL,
    party_id  bigint NOT NULL,
    day       date NOT NULL,
    letter_id bigint NOT NULL,
    made_at   timestamptz NOT NULL,
    -- One a day, whatever comes: no loop with another machine gets further.
    PRIMARY KEY (agency_id, party_id, day),
    UNIQUE (agency_id, letter_id),
    FOREIGN KEY (agency_id, party_id) REFERENCES party,
    FOREIGN KEY (agency_id, letter_id) REFERENCES letter
);
COMMENT ON TABLE acknowledgement IS 'Who was told on which day that their mail has arrived';
COMMENT ON COLUMN acknowledgement.agency_id IS 'The agency';
COMMENT ON COLUMN acknowledgement.party_id IS 'Who wrote';
COMMENT ON COLUMN acknowledgement.day IS 'The day, by the clock on the wall';
COMMENT ON COLUMN acknowledgement.letter_id IS 'The letter that was answered';
COMMENT ON COLUMN acknowledgement.made_at IS 'When';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

DROP FUNCTION letterbox.dispatch_returned(bigint, text);

CREATE FUNCTION letterbox.bounce_note(p_letter bigint, p_message bigint, p_kind text, p_code text, p_recipients boolean,
                                      p_current boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_instant timestamptz := letterbox.now();
BEGIN
    -- Only what was given away can come back.
    SELECT * INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = p_message
       AND m.state IN ('sending', 'sent', 'maybe_sent', 'failed', 'stopped') FOR SHARE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.bounce (agency_id, bounce_id, letter_id, message_id, dispatch_id, party_id, kind, code,
                                  is_recipients, came_at)
    VALUES (v_agency, letterbox.new_id(), p_letter, p_message, v_message.dispatch_id, v_message.to_party, p_kind, p_code,
            p_recipients, v_instant)
    ON CONFLICT ON CONSTRAINT bounce_agency_id_letter_id_key DO NOTHING;
    IF NOT FOUND OR NOT p_recipients OR p_kind NOT IN ('hard', 'soft') THEN
        RETURN false;
    END IF;
    UPDATE letterbox.dispatch d SET state = 'returned', code = CASE p_kind WHEN 'hard' THEN 'bounced' ELSE 'bounced_soft' END,
           changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id AND d.state IN ('sending', 'sent', 'maybe_sent');
    IF p_kind = 'hard' AND p_current THEN
        UPDATE letterbox.party p SET email_confirmed = false
         WHERE p.agency_id = v_agency AND p.party_id = v_message.to_party AND p.email_confirmed;
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.bounce_note(bigint, bigint, text, text, boolean, boolean) IS
    'Notes what came back of a message. Only if it names the address that the message went to (p_recipients) is its dispatch returned, and if it is hard and that address is still the person''s (p_current) nothing more goes to it until staff confirm it. true: it changed something';

CREATE FUNCTION letterbox.bounce_seen(p_bounce bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not decide about mail that came back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.bounce b SET seen_at = letterbox.now(), seen_by = letterbox.gate_staff()
     WHERE b.agency_id = letterbox.gate_agency() AND b.bounce_id = p_bounce AND b.seen_at IS NULL;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION letterbox.bounce_seen(bigint) IS 'Staff have seen what came back; false: somebody did before';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
