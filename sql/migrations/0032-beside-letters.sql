-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What goes out beside a letter is held to the checks of its letter, and what came back stays so.
SET LOCAL search_path = letterbox;

ALTER TABLE party ADD COLUMN text_version integer NOT NULL DEFAULT 1 CHECK (text_version > 0);
COMMENT ON COLUMN party.text_version IS 'Counts the numbers to which its text messages went: another number, another version';

ALTER TABLE message
    ADD COLUMN text_version integer CHECK (text_version > 0),
    ADD COLUMN beside_dispatch bigint,
    ADD FOREIGN KEY (agency_id, beside_dispatch) REFERENCES dispatch,
    ADD CONSTRAINT message_text_beside CHECK (way = 'text' OR text_version IS NULL AND beside_dispatch IS NULL);
CREATE INDEX message_beside_dispatch ON message (agency_id, beside_dispatch) WHERE beside_dispatch IS NOT NULL;
COMMENT ON COLUMN message.text_version IS 'Of a text: the party''s, whose number it goes to; it is sent only while that is the party''s. Null: of before there were versions';
COMMENT ON COLUMN message.beside_dispatch IS 'Of a text: the dispatch that it tells of; none goes once that is stopped or has come back';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

---- texts -----------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION letterbox.party_text_set(p_party bigint, p_consent boolean, p_moved boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.party p
       SET text_consent = p_consent, text_version = p.text_version + CASE WHEN p_moved THEN 1 ELSE 0 END
     WHERE p.agency_id = v_agency AND p.party_id = p_party AND (p.text_consent <> p_consent OR p_moved);
    IF p_moved OR NOT p_consent THEN
        -- What waits, also for a person's answer, was made for the number, and the consent, of before. What is being
        -- made now has the version of before, and message_carrier stops it.
        UPDATE letterbox.message m SET state = 'stopped', code = 'text_consent', changed_at = letterbox.now()
         WHERE m.agency_id = v_agency AND m.to_party = p_party AND m.way = 'text'
           AND m.state IN ('ready', 'failed', 'maybe_sent');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.message_carrier(p_message bigint, p_carrier text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_party   letterbox.party;
    v_refusal text;
BEGIN
    SELECT m.* INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.state = 'ready' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;    -- message_begin says what it is
    END IF;
    IF v_message.way = 'text' THEN
        SELECT p.* INTO v_party FROM letterbox.party p
         WHERE p.agency_id = v_agency AND p.party_id = v_message.to_party;
        IF NOT coalesce(v_party.text_consent, false) THEN
            v_refusal := 'text_consent';
        ELSIF v_message.text_version <> v_party.text_version THEN
            v_refusal := 'text_moved';
        ELSIF EXISTS (SELECT FROM letterbox.dispatch d
                        JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
                       WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.beside_dispatch
                         AND (d.state IN ('stopped', 'returned') OR r.state = 'withdrawn')) THEN
            v_refusal := 'text_alone';
        END IF;
    END IF;
    IF v_refusal IS NOT NULL THEN
        UPDATE letterbox.message m SET state = 'stopped', code = v_refusal, changed_at = letterbox.now()
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        RETURN v_refusal;
    END IF;
    UPDATE letterbox.message m SET carrier = p_carrier, notify_id = NULL, notify_status = NULL, asked = 0
     WHERE m.agency_id = v_agency AND m.message_id = p_message;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.message_carrier(bigint, text) IS
    'Notes to whom a message is about to be given, in the transaction of message_begin and before it. Null; or it is a text message, and was stopped: text_consent (its reader does not agree to them), text_moved (has another number by now), text_alone (what it tells of does not go)';

---- what came back --------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION letterbox.message_found(p_notify_id text, p_status text) RETURNS text
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
        IF v_message.way = 'email' AND v_failure = 'notify_permanent' THEN
            UPDATE letterbox.dispatch d SET state = 'returned', code = v_failure, changed_at = v_instant
             WHERE d.agency_id = v_message.agency_id AND d.dispatch_id = v_message.dispatch_id
               AND d.state IN ('sending', 'sent', 'maybe_sent');
            -- Only if it is still the person's address: that of the dispatch's version, or, of a notice to an address of
            -- its own, none that staff have changed since. Where an account signs in is another matter.
            UPDATE letterbox.party p SET email_confirmed = false
             WHERE p.agency_id = v_message.agency_id AND p.party_id = v_message.to_party AND p.email_confirmed
               AND CASE WHEN v_message.dispatch_id IS NOT NULL
                        THEN EXISTS (SELECT FROM letterbox.dispatch d
                                      WHERE d.agency_id = p.agency_id AND d.dispatch_id = v_message.dispatch_id
                                        AND d.address_version = p.address_version)
                        ELSE v_message.address_table = 'message' AND coalesce(p.changed_at, p.made_at) <= v_message.made_at
                   END;
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

CREATE OR REPLACE FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_state   text;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT * INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = p_message FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'unknown';
        RETURN;
    ELSIF v_message.state = 'sending' THEN
        -- An attempt was begun and never ended: its process died, and the mail may have left.
        UPDATE letterbox.attempt a SET ended_at = v_instant, outcome = 'unknown'
         WHERE a.agency_id = v_agency AND a.message_id = p_message AND a.ended_at IS NULL;
        UPDATE letterbox.message m SET state = 'maybe_sent', changed_at = v_instant
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        -- Unless it has come back meanwhile: then it was sent, and staff know more of it than this.
        UPDATE letterbox.dispatch d SET state = 'maybe_sent', changed_at = v_instant
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id AND d.state = 'sending';
        refusal := 'maybe_sent';
        RETURN;
    ELSIF v_message.state <> 'ready' THEN
        refusal := CASE v_message.state WHEN 'void' THEN 'void' WHEN 'maybe_sent' THEN 'maybe_sent' ELSE 'done' END;
        RETURN;
    END IF;

    IF v_message.account_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM letterbox.account a
                        WHERE a.agency_id = v_agency AND a.account_id = v_message.account_id AND a.state = 'active') THEN
        -- Made before it was closed, or while it was. Neither a code nor a notice goes there any more.
        refusal := 'account_closed';
    ELSIF v_message.dispatch_id IS NOT NULL THEN
        SELECT d.state INTO v_state FROM letterbox.dispatch d
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id FOR UPDATE;
        refusal := CASE WHEN v_state <> 'ready' THEN 'done'
                        ELSE letterbox.dispatch_refusal(v_agency, v_message.dispatch_id) END;
        IF refusal IS NOT NULL THEN
            PERFORM letterbox.dispatch_stop(v_agency, v_message.dispatch_id, 'send', refusal);
        END IF;
    ELSIF v_message.kind NOT IN ('sign_in_code', 'password_changed') THEN
        -- A notice: none to the dead, none while the agency is frozen.
        SELECT CASE WHEN g.state <> 'active' OR g.frozen_at IS NOT NULL THEN 'agency_frozen'
                    WHEN p.state IN ('dead', 'ended') THEN 'recipient_' || p.state END
          INTO refusal
          FROM letterbox.agency g
          LEFT JOIN letterbox.party p ON p.agency_id = g.agency_id AND p.party_id = v_message.to_party
         WHERE g.agency_id = v_agency FOR SHARE OF g;
    END IF;
    IF refusal IS NOT NULL THEN
        UPDATE letterbox.message m SET state = 'stopped', code = refusal, changed_at = v_instant
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        RETURN;
    END IF;

    attempt_id := letterbox.new_id();
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, message_id, number, kind, started_at)
    SELECT v_agency, message_begin.attempt_id, v_message.dispatch_id, p_message, count(*) + 1, 'send', v_instant
      FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.message_id = p_message;
    UPDATE letterbox.message m SET state = 'sending', changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message;
    UPDATE letterbox.dispatch d SET state = 'sending', changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.message_end(p_attempt bigint, p_outcome text, p_code text, p_sealed_answer bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_attempt letterbox.attempt;
    v_message letterbox.message;
    v_instant timestamptz := letterbox.now();
    v_over    boolean := p_outcome = 'refused';
BEGIN
    UPDATE letterbox.attempt a SET ended_at = v_instant, outcome = p_outcome, code = p_code
     WHERE a.agency_id = v_agency AND a.attempt_id = p_attempt AND a.ended_at IS NULL AND a.message_id IS NOT NULL
    RETURNING a.* INTO v_attempt;
    IF NOT FOUND THEN
        PERFORM letterbox.refuse('attempt', 'attempt_open', 'this attempt is not open');
    END IF;
    SELECT m.* INTO STRICT v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = v_attempt.message_id;
    IF p_outcome = 'failed' THEN
        -- Tried again after 5 s, 10 s, 20 s … an hour, for two days; a sign-in code is of no use after 15 minutes.
        v_over := v_instant - v_message.made_at
                  >= CASE v_message.kind WHEN 'sign_in_code' THEN interval '15 minutes' ELSE interval '48 hours' END;
    END IF;
    UPDATE letterbox.message m
       SET state = CASE WHEN v_over THEN 'failed' WHEN p_outcome = 'done' THEN 'sent' WHEN p_outcome = 'failed' THEN 'ready'
                        ELSE 'maybe_sent' END,
           code = p_code, sealed_answer = p_sealed_answer, changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = v_attempt.message_id;
    -- What came back while it was being sent stays so. Its message says what this attempt became; one that was not
    -- taken is ready again, and message_begin stops it.
    UPDATE letterbox.dispatch d
       SET state = CASE WHEN v_over THEN 'stopped' WHEN p_outcome = 'done' THEN 'sent' WHEN p_outcome = 'failed' THEN 'ready'
                        ELSE 'maybe_sent' END,
           code = p_code, changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_attempt.dispatch_id AND d.state = 'sending';
    IF p_outcome = 'failed' AND NOT v_over THEN
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, dispatch_id, made_at)
        VALUES (v_agency, letterbox.new_id(), 'post', 'send_mail',
                v_instant + least(5 * 2 ^ least(v_attempt.number - 1, 10), 3600) * interval '1 second',
                v_attempt.message_id, v_attempt.dispatch_id, v_instant);
    END IF;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
