-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Notices by GOV.UK Notify: text messages to who agreed to them, e-mail where an agency wants it so; and what became of them.
SET LOCAL search_path = letterbox;

ALTER TABLE party ADD COLUMN text_consent boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN party.text_consent IS 'Agreed to neutral notices by text message';

ALTER TABLE message
    ADD COLUMN way text NOT NULL DEFAULT 'email' CHECK (way IN ('email', 'text')),
    ADD COLUMN carrier text CHECK (carrier IN ('smtp', 'notify')),
    ADD COLUMN notify_id text CHECK (notify_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
    ADD COLUMN notify_status text CHECK (notify_status ~ '^[a-z-]{1,40}$'),
    ADD COLUMN asked smallint NOT NULL DEFAULT 0 CHECK (asked BETWEEN 0 AND 100),
    -- A letter, and what carries one, is never a text message.
    ADD CONSTRAINT message_text_is_notice CHECK (way = 'email' OR dispatch_id IS NULL AND body_blob IS NULL);
COMMENT ON COLUMN message.way IS 'email, or text: a notice to a telephone';
COMMENT ON COLUMN message.carrier IS 'To whom the last attempt gave it: smtp, or notify (GOV.UK Notify); null: none was made';
COMMENT ON COLUMN message.notify_id IS 'Its id with GOV.UK Notify; null: not told';
COMMENT ON COLUMN message.notify_status IS 'What GOV.UK Notify said of it last (created, sending, delivered, permanent-failure …), or absent: it knows none';
COMMENT ON COLUMN message.asked IS 'How often GOV.UK Notify was asked what became of the last attempt';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.party_text_set(p_party bigint, p_consent boolean, p_moved boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.party p SET text_consent = p_consent
     WHERE p.agency_id = v_agency AND p.party_id = p_party AND p.text_consent <> p_consent;
    IF p_moved OR NOT p_consent THEN
        -- What waits was made for the number, and the consent, of before.
        UPDATE letterbox.message m SET state = 'stopped', code = 'text_consent', changed_at = letterbox.now()
         WHERE m.agency_id = v_agency AND m.to_party = p_party AND m.way = 'text' AND m.state IN ('ready', 'failed');
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.party_text_set(bigint, boolean, boolean) IS
    'Does a party agree to text messages? Where it does not, or its number is another (moved), those that wait are stopped';

CREATE FUNCTION letterbox.message_carrier(p_message bigint, p_carrier text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
BEGIN
    SELECT m.* INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.state = 'ready' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;    -- message_begin says what it is
    END IF;
    IF v_message.way = 'text'
       AND NOT EXISTS (SELECT FROM letterbox.party p
                        WHERE p.agency_id = v_agency AND p.party_id = v_message.to_party AND p.text_consent) THEN
        UPDATE letterbox.message m SET state = 'stopped', code = 'text_consent', changed_at = letterbox.now()
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        RETURN 'text_consent';
    END IF;
    UPDATE letterbox.message m SET carrier = p_carrier, notify_id = NULL, notify_status = NULL, asked = 0
     WHERE m.agency_id = v_agency AND m.message_id = p_message;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.message_carrier(bigint, text) IS
    'Notes to whom a message is about to be given, in the transaction of message_begin and before it. Null; or text_consent: it is a text message to somebody who does not agree to them, and was stopped';

CREATE FUNCTION letterbox.message_watch(p_message bigint, p_notify_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_instant timestamptz := letterbox.now();
BEGIN
    UPDATE letterbox.message m SET notify_id = p_notify_id, notify_status = NULL, asked = 0
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.carrier = 'notify'
       AND m.state IN ('sent', 'maybe_sent');
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, made_at)
    VALUES (v_agency, letterbox.new_id(), 'post', 'check_notify', v_instant + interval '30 seconds', p_message, v_instant);
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.message_watch(bigint, text) IS
    'Has the post ask GOV.UK Notify what became of a message that it took, or may have taken; its id there, or null. false: another carried it';

CREATE FUNCTION letterbox.message_watched(OUT message_id bigint, OUT notify_id text, OUT mail_token text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job letterbox.job := letterbox.gate_live_job();
BEGIN
    IF v_job.kind <> 'check_notify' THEN
        RETURN;
    END IF;
    SELECT m.message_id, m.notify_id, m.mail_token
      INTO message_watched.message_id, message_watched.notify_id, message_watched.mail_token
      FROM letterbox.message m
     WHERE m.agency_id = v_job.agency_id AND m.message_id = v_job.message_id AND m.carrier = 'notify'
       AND m.state IN ('sent', 'maybe_sent');
END
$$;
COMMENT ON FUNCTION letterbox.message_watched() IS
    'The message that the running job asks GOV.UK Notify about, and nothing of its content; null: there is nothing to ask any more';

CREATE FUNCTION letterbox.message_found(p_notify_id text, p_status text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_job     letterbox.job := letterbox.gate_live_job();
    v_message letterbox.message;
    v_instant timestamptz := letterbox.now();
    v_failure text := CASE WHEN p_status LIKE '%-failure' THEN 'notify_' || split_part(p_status, '-', 1) END;
    v_absent  boolean := p_status = 'absent';
BEGIN
    SELECT m.* INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_job.agency_id AND m.message_id = v_job.message_id AND m.carrier = 'notify'
       AND m.state IN ('sent', 'maybe_sent') FOR UPDATE;
    IF NOT FOUND OR v_job.kind <> 'check_notify' THEN
        RETURN 'done';
    END IF;
    UPDATE letterbox.message m
       SET asked = m.asked + 1, notify_id = coalesce(p_notify_id, m.notify_id),
           notify_status = coalesce(p_status, m.notify_status)
     WHERE m.agency_id = v_message.agency_id AND m.message_id = v_message.message_id;

    IF v_failure IS NOT NULL THEN
        UPDATE letterbox.message m SET state = 'failed', code = v_failure, changed_at = v_instant
         WHERE m.agency_id = v_message.agency_id AND m.message_id = v_message.message_id;
        IF v_message.dispatch_id IS NOT NULL AND v_failure = 'notify_permanent' THEN
            UPDATE letterbox.dispatch d SET state = 'returned', code = v_failure, changed_at = v_instant
             WHERE d.agency_id = v_message.agency_id AND d.dispatch_id = v_message.dispatch_id
               AND d.state IN ('sending', 'sent', 'maybe_sent');
            UPDATE letterbox.party p SET email_confirmed = false
             WHERE p.agency_id = v_message.agency_id AND p.party_id = v_message.to_party AND p.email_confirmed;
        ELSIF v_message.dispatch_id IS NOT NULL THEN
            UPDATE letterbox.dispatch d SET state = 'stopped', code = v_failure, changed_at = v_instant
             WHERE d.agency_id = v_message.agency_id AND d.dispatch_id = v_message.dispatch_id
               AND d.state IN ('sent', 'maybe_sent');
        END IF;
        RETURN 'failed';
    ELSIF p_status IS NOT NULL AND NOT v_absent AND v_message.state = 'maybe_sent' THEN
        -- It has it, so there is no doubt any more.
        UPDATE letterbox.message m SET state = 'sent', changed_at = v_instant
         WHERE m.agency_id = v_message.agency_id AND m.message_id = v_message.message_id;
        UPDATE letterbox.dispatch d SET state = 'sent', changed_at = v_instant
         WHERE d.agency_id = v_message.agency_id AND d.dispatch_id = v_message.dispatch_id AND d.state = 'maybe_sent';
    END IF;
    IF p_status IN ('delivered', 'sent', 'received') THEN
        RETURN 'done';
    ELSIF v_absent AND v_message.asked >= 4 THEN
        -- A quarter of an hour after the attempt nothing comes any more. A person decides all the same.
        UPDATE letterbox.message m SET code = 'notify_absent', changed_at = v_instant
         WHERE m.agency_id = v_message.agency_id AND m.message_id = v_message.message_id AND m.state = 'maybe_sent';
        RETURN 'absent';
    ELSIF v_message.asked >= 24 THEN
        RETURN 'unheard';
    END IF;
    -- After 1 minute, 2, 4 … 6 hours: four days in all. Notify gives an e-mail or text up after three.
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, made_at)
    VALUES (v_message.agency_id, letterbox.new_id(), 'post', 'check_notify',
            v_instant + least(60 * 2 ^ least(v_message.asked, 10), 21600) * interval '1 second',
            v_message.message_id, v_instant);
    RETURN 'again';
END
$$;
COMMENT ON FUNCTION letterbox.message_found(text, text) IS
    'Records what GOV.UK Notify says of the message of the running job: its id there and status, absent, or null: it could not be asked. What did not arrive goes to staff; what it has is in doubt no longer; else a job to ask again is made. Says done, failed, absent, unheard (given up) or again';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
