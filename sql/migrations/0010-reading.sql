-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What stops a letter from being opened stops each of its parts too: a picture or PDF has an address of its own, which a
-- reader who opened the letter once keeps.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.reading_refusal(p_release bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
    v_release letterbox.release;
    v_letter  letterbox.letter;
    v_refusal text;
BEGIN
    SELECT * INTO v_release FROM letterbox.release r
     WHERE r.agency_id = v_session.agency_id AND r.release_id = p_release
       AND (r.to_party = v_session.party_id AND r.state = 'available' OR r.release_id = v_session.release_id);
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    -- The letter was delivered to where this reader is: an address that changed since does not matter, all else does.
    SELECT * INTO v_letter FROM letterbox.letter l
     WHERE l.agency_id = v_release.agency_id AND l.letter_id = v_release.letter_id;
    v_refusal := letterbox.release_refusal(v_release.agency_id, v_release.arrangement_id, v_letter.from_party,
                                           v_release.to_party, v_release.kind, v_release.photo_level, 'infinity');
    IF v_refusal IS NULL AND v_release.state = 'withdrawn' THEN
        v_refusal := 'withdrawn';
    END IF;
    RETURN v_refusal;
END
$$;
COMMENT ON FUNCTION letterbox.reading_refusal(bigint) IS
    'Why the signed-in reader may not read a release just now: a code, or null. Asked when it is opened and, by the policy of release_part, for each of its parts; locks the facts until COMMIT';

CREATE OR REPLACE FUNCTION letterbox.release_open(p_release bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session  letterbox.session := letterbox.gate_live_session();
    v_dispatch bigint;
    v_refusal  text := letterbox.reading_refusal(p_release);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    SELECT d.dispatch_id INTO v_dispatch FROM letterbox.dispatch d
     WHERE d.agency_id = v_session.agency_id AND d.release_id = p_release
       AND d.channel = CASE v_session.kind WHEN 'link' THEN 'link' ELSE 'portal' END
     ORDER BY d.made_at DESC LIMIT 1;
    PERFORM letterbox.open_journal(v_session.agency_id, p_release, v_dispatch);
    PERFORM letterbox.audit_write(v_session.agency_id, CASE v_session.kind WHEN 'link' THEN 'link' ELSE 'account' END,
                                  coalesce(v_session.link_id, v_session.account_id), 'release_opened', 'release', p_release,
                                  NULL, NULL, NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.release_open(bigint) IS
    'Journals and audits that the signed-in reader opens a release, after all checks, before it is shown: null, or why not';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
