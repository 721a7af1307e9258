-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Mail that came back because its server took offence at us, not at the address: a kind of its own, and no fault of the address.
SET LOCAL search_path = letterbox;

ALTER TABLE bounce DROP CONSTRAINT bounce_kind_check;
ALTER TABLE bounce ADD CONSTRAINT bounce_kind_check CHECK (kind IN ('hard', 'soft', 'refused', 'delay', 'away'));
COMMENT ON COLUMN bounce.kind IS 'hard (the address refuses mail), soft (not delivered this time, as with a full mailbox), refused (for another reason than the address), delay (still being tried), away (a machine answered)';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.bounce_note(p_letter bigint, p_message bigint, p_kind text, p_code text, p_recipients boolean,
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
    IF NOT FOUND OR NOT p_recipients OR p_kind NOT IN ('hard', 'soft', 'refused') THEN
        RETURN false;
    END IF;
    UPDATE letterbox.dispatch d
       SET state = 'returned', code = CASE p_kind WHEN 'hard' THEN 'bounced' ELSE 'bounced_' || p_kind END, changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id AND d.state IN ('sending', 'sent', 'maybe_sent');
    IF p_kind = 'hard' AND p_current THEN
        UPDATE letterbox.party p SET email_confirmed = false
         WHERE p.agency_id = v_agency AND p.party_id = v_message.to_party AND p.email_confirmed;
    END IF;
    RETURN true;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
