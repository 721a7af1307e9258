-- SPDX-License-Identifier: AGPL-3.0-or-later
-- An account that staff close is closed at once and for good: nobody signs in to it, not even who was about to, and
-- nothing more is mailed to it. And a new password or second factor leaves a row in the audit, whoever asked for it.
SET LOCAL search_path = letterbox;

ALTER TABLE account ADD COLUMN ended_at timestamptz;
COMMENT ON COLUMN account.ended_at IS 'When it was closed or replaced; null also for one that was replaced before this was noted';
COMMENT ON COLUMN account.state IS 'active, disabled (closed by staff), or replaced (joined anew after a lost password); it never becomes active again';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

---- an account ends -------------------------------------------------------------------------------

CREATE FUNCTION letterbox.account_ends() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state <> 'active' AND NEW.state = 'active' THEN
        PERFORM letterbox.refuse('account', 'account_ended_stays', 'an account that ended is not opened again');
    END IF;
    IF OLD.state = 'active' AND NEW.state <> 'active' THEN
        NEW.ended_at := letterbox.now();
        -- Whoever may use the address from now on can join with it.
        DELETE FROM letterbox.account_lookup l WHERE l.agency_id = NEW.agency_id AND l.account_id = NEW.account_id;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.account_ends() IS
    'Notes when an account was closed or replaced and takes its address from it; refuses to open it again: constraint account_ended_stays';
GRANT EXECUTE ON FUNCTION letterbox.account_ends() TO lb_owner;

-- The lock on the account's row orders signing in and closing: a session is either seen by the one who closes, or
-- not made.
CREATE OR REPLACE FUNCTION letterbox.sign_in_begin(p_sid bytea, p_agency bigint, p_account bigint, p_passed boolean,
    p_sealed_secret bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_account letterbox.account;
    v_begun   boolean;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT a.* INTO v_account FROM letterbox.account a
     WHERE a.agency_id = p_agency AND a.account_id = p_account AND a.state = 'active' FOR SHARE;
    v_begun := p_passed AND v_account.account_id IS NOT NULL;
    IF v_begun THEN
        PERFORM letterbox.session_put(p_sid, p_agency, 'portal', 'password', p_account, v_account.party_id, NULL, NULL,
                                      NULL, NULL, NULL, p_sealed_secret);
        INSERT INTO letterbox.sign_in_code (agency_id, session_key, code_hash, expires_at)
        VALUES (p_agency, sha256(p_sid), p_code_hash, v_instant + interval '10 minutes');
    END IF;
    -- A message and a job in every case, so that the queue does not tell who has an account. The decoy is never sent.
    INSERT INTO letterbox.message (agency_id, message_id, kind, to_party, account_id, sealed_body, sealed_address,
                                   address_table, address_version, mail_token, state, made_at, changed_at)
    VALUES (p_agency, p_message, 'sign_in_code', v_account.party_id, v_account.account_id, p_sealed_body,
            coalesce(v_account.sealed_code_address, sha256(p_sealed_body)), 'account', coalesce(v_account.version, 1),
            letterbox.new_token(), CASE WHEN v_begun AND v_account.second_factor = 'email' THEN 'ready' ELSE 'void' END,
            v_instant, v_instant);
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, message_id, made_at)
    VALUES (p_agency, letterbox.new_id(), 'post', 'send_mail', 1, v_instant, p_message, v_instant);
    RETURN v_begun;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.sign_in_finish(p_old letterbox.session, p_new_sid bytea, p_sealed_secret bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- First who it is, locked: who closes an account ends the sessions that are there, and must not miss this one.
    IF p_old.kind = 'desk' THEN
        PERFORM FROM letterbox.staff f
          WHERE f.agency_id = p_old.agency_id AND f.staff_id = p_old.staff_id AND f.state = 'active' FOR SHARE;
    ELSE
        UPDATE letterbox.account a SET signed_in_at = letterbox.now()
         WHERE a.agency_id = p_old.agency_id AND a.account_id = p_old.account_id AND a.state = 'active';
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the account was closed' USING ERRCODE = 'LB002';
    END IF;
    DELETE FROM letterbox.session s WHERE s.agency_id = p_old.agency_id AND s.session_key = p_old.session_key;
    PERFORM letterbox.session_put(p_new_sid, p_old.agency_id, p_old.kind, 'full', p_old.account_id, p_old.party_id,
                                  p_old.staff_id, p_old.role, NULL, NULL, NULL, p_sealed_secret);
    IF p_old.kind = 'desk' THEN
        PERFORM letterbox.audit_write(p_old.agency_id, 'staff', p_old.staff_id, 'signed_in', NULL, NULL, NULL, NULL, NULL);
    ELSE
        PERFORM letterbox.audit_write(p_old.agency_id, 'account', p_old.account_id, 'signed_in', NULL, NULL, NULL, NULL,
                                      NULL);
    END IF;
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
        UPDATE letterbox.dispatch d SET state = 'maybe_sent', changed_at = v_instant
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id;
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

---- changes leave a trace -------------------------------------------------------------------------

CREATE FUNCTION letterbox.account_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.wrapped_secret IS DISTINCT FROM OLD.wrapped_secret THEN
        PERFORM letterbox.audit_write(NEW.agency_id, 'account', NEW.account_id, 'password_changed', NULL, NULL, NULL, NULL,
                                      NULL);
    END IF;
    -- An app that is only being set up is no second factor yet.
    IF NEW.second_factor <> OLD.second_factor
       OR NEW.second_factor = 'totp' AND NEW.sealed_totp IS DISTINCT FROM OLD.sealed_totp THEN
        PERFORM letterbox.audit_write(NEW.agency_id, 'account', NEW.account_id, 'second_changed', NULL, NULL, NULL, NULL,
                                      NULL);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.account_changed() IS
    'Writes to the audit that an account has another password or second factor, in the transaction that gives it';
GRANT EXECUTE ON FUNCTION letterbox.account_changed() TO lb_owner;

CREATE FUNCTION letterbox.account_notice(p_message bigint, p_sealed_body bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
    v_instant timestamptz := letterbox.now();
BEGIN
    INSERT INTO letterbox.message (agency_id, message_id, kind, to_party, account_id, sealed_body, sealed_address,
                                   address_table, address_version, mail_token, made_at, changed_at)
    SELECT a.agency_id, p_message, 'password_changed', a.party_id, a.account_id, p_sealed_body, a.sealed_code_address,
           'account', a.version, letterbox.new_token(), v_instant, v_instant
      FROM letterbox.account a
     WHERE a.agency_id = v_session.agency_id AND a.account_id = v_session.account_id AND a.state = 'active';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no live session of an account' USING ERRCODE = 'LB002';
    END IF;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, made_at)
    VALUES (v_session.agency_id, letterbox.new_id(), 'post', 'send_mail', v_instant, p_message, v_instant);
END
$$;
COMMENT ON FUNCTION letterbox.account_notice(bigint, bytea) IS
    'Queues a notice to the signed-in account''s own address: that its password or second factor was changed';

RESET ROLE;
CREATE TRIGGER account_ends BEFORE UPDATE OF state ON account FOR EACH ROW EXECUTE FUNCTION letterbox.account_ends();
CREATE TRIGGER account_changed AFTER UPDATE OF wrapped_secret, second_factor, sealed_totp ON account FOR EACH ROW
    EXECUTE FUNCTION letterbox.account_changed();

REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
