-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Letters that somebody reads at the office only: nothing leaves for them by the portal, a link or e-mail.
SET LOCAL search_path = letterbox;

ALTER TABLE arrangement_party ADD COLUMN office_only boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN arrangement_party.office_only IS 'Letters are shown to it at the office only: no portal, link or e-mail, and nothing is posted';

ALTER TABLE party ADD COLUMN large_print boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN party.large_print IS 'Wants large print';
COMMENT ON COLUMN party.easy_read IS 'Wants easy words, and large print with them';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

-- What is shown at the office is printed without an address: no address has to be confirmed for it.
CREATE OR REPLACE FUNCTION letterbox.dispatch_refusal(p_agency bigint, p_dispatch bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_dispatch letterbox.dispatch;
    v_release  letterbox.release;
    v_letter   letterbox.letter;
    v_party    letterbox.party;
    v_decision letterbox.decision;
    v_plain    boolean;
    v_refusal  text;
    v_office   boolean;
BEGIN
    SELECT * INTO v_dispatch FROM letterbox.dispatch d WHERE d.agency_id = p_agency AND d.dispatch_id = p_dispatch;
    SELECT * INTO v_release FROM letterbox.release r
     WHERE r.agency_id = p_agency AND r.release_id = v_dispatch.release_id;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO v_letter FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.letter_id = v_release.letter_id;
    v_refusal := letterbox.release_refusal(p_agency, v_release.arrangement_id, v_letter.from_party, v_release.to_party,
                                           v_release.kind, v_release.photo_level,
                                           letterbox.last_approved(p_agency, v_release.letter_id,
                                                                   v_release.letter_version, v_release.to_party));
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    -- Locked by release_refusal.
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_release.to_party;
    SELECT coalesce(bool_or(m.office_only), false) INTO v_office FROM letterbox.arrangement_party m
     WHERE m.agency_id = p_agency AND m.arrangement_id = v_release.arrangement_id AND m.party_id = v_release.to_party;
    SELECT a.plain_email_allowed INTO v_plain FROM letterbox.agency a WHERE a.agency_id = p_agency;
    IF v_release.state = 'withdrawn' THEN
        RETURN 'withdrawn';
    ELSIF v_office AND v_dispatch.channel <> 'post' THEN
        RETURN 'office_only';
    ELSIF v_dispatch.address_version <> v_party.address_version THEN
        RETURN 'address_changed';
    ELSIF v_dispatch.channel = 'post' AND NOT v_office AND NOT v_party.address_confirmed
          OR v_dispatch.channel IN ('link', 'pgp', 'email') AND NOT v_party.email_confirmed THEN
        RETURN 'address_unconfirmed';
    ELSIF v_dispatch.channel = 'email' AND NOT (v_plain AND v_party.plain_consent) THEN
        RETURN 'plain_email';
    ELSIF v_release.photo_level = 'view_only' AND v_dispatch.channel NOT IN ('portal', 'link') AND NOT v_office THEN
        RETURN 'photo_channel';
    ELSIF v_release.kind = 'letter' AND (v_dispatch.state = 'ready' OR v_dispatch.channel = 'post' AND v_dispatch.state = 'sending') THEN
        -- What has left stays with its reader: a link goes on opening when the letter is read again for somebody else.
        SELECT * INTO v_decision FROM letterbox.decision d
         WHERE d.agency_id = p_agency AND d.decision_id = v_release.decision_id;
        RETURN letterbox.approval_refusal(p_agency, v_release.letter_id, v_release.letter_version, v_release.to_party,
                                          v_decision.decided_at, v_decision.screen_digest);
    END IF;
    RETURN NULL;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
