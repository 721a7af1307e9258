-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who chose an authenticator app is sent no codes by e-mail, and none completes a sign-in: not even for a portal that was
-- taken over.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.sign_in_code_again(p_sid bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_account letterbox.account;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT a.* INTO v_account
      FROM letterbox.session s
      JOIN letterbox.account a ON a.agency_id = s.agency_id AND a.account_id = s.account_id AND a.state = 'active'
                               AND a.second_factor = 'email'
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'password'
       AND s.idle_ends_at > v_instant AND s.ends_at > v_instant;
    UPDATE letterbox.sign_in_code c
       SET code_hash = p_code_hash, sends = c.sends + 1, expires_at = v_instant + interval '10 minutes'
     WHERE c.agency_id = v_account.agency_id AND c.session_key = sha256(p_sid) AND c.sends < 3;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.message (agency_id, message_id, kind, to_party, account_id, sealed_body, sealed_address,
                                   address_table, address_version, mail_token, made_at, changed_at)
    VALUES (v_account.agency_id, p_message, 'sign_in_code', v_account.party_id, v_account.account_id, p_sealed_body,
            v_account.sealed_code_address, 'account', v_account.version, letterbox.new_token(), v_instant, v_instant);
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, message_id, made_at)
    VALUES (v_account.agency_id, letterbox.new_id(), 'post', 'send_mail', 1, v_instant, p_message, v_instant);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.sign_in_code_try(p_sid bytea, p_code_hash bytea, p_new_sid bytea, p_sealed_secret bytea)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session;
    v_code    letterbox.sign_in_code;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.kind = 'portal' AND s.stage = 'password'
       AND s.idle_ends_at > v_instant AND s.ends_at > v_instant
       AND NOT EXISTS (SELECT FROM letterbox.account a
                        WHERE a.agency_id = s.agency_id AND a.account_id = s.account_id AND a.second_factor <> 'email');
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    UPDATE letterbox.sign_in_code c SET tries = c.tries + 1
     WHERE c.agency_id = v_session.agency_id AND c.session_key = v_session.session_key AND c.tries < 5
    RETURNING c.* INTO v_code;
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    IF v_code.expires_at <= v_instant THEN
        RETURN 'expired';
    END IF;
    IF v_code.code_hash = p_code_hash THEN
        PERFORM letterbox.sign_in_finish(v_session, p_new_sid, p_sealed_secret);
        RETURN 'ok';
    END IF;
    IF v_code.tries < 5 THEN
        RETURN 'wrong';
    END IF;
    DELETE FROM letterbox.session s
     WHERE s.agency_id = v_session.agency_id AND s.session_key = v_session.session_key;
    RETURN 'locked';
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
