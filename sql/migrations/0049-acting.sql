-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Somebody of one agency works for another: a contracted agency's coordinator runs the letterbox of an authority. They sign in at
-- home alone, and go to and fro between two sessions, each of one agency and of nothing else.
SET LOCAL search_path = letterbox;

---- who acts here has a row here, and nothing to sign in with ---------------------------------------

ALTER TABLE staff
    ALTER COLUMN argon_passes DROP NOT NULL,
    ALTER COLUMN argon_kib DROP NOT NULL,
    ALTER COLUMN argon_salt DROP NOT NULL,
    ALTER COLUMN wrapped_secret DROP NOT NULL,
    ALTER COLUMN sealed_totp DROP NOT NULL,
    ADD COLUMN home_agency_id bigint,
    ADD COLUMN home_staff_id bigint,
    ADD COLUMN acts_from date,
    ADD COLUMN acts_until date,
    -- One row for each person for ever: whoever comes again is the same person to the rules that ask for two.
    ADD CONSTRAINT staff_one_person UNIQUE (agency_id, home_agency_id, home_staff_id),
    ADD CONSTRAINT staff_acting CHECK (num_nulls(home_agency_id, home_staff_id, acts_from, acts_until) IN (0, 4)),
    ADD CONSTRAINT staff_acting_elsewhere CHECK (home_agency_id <> agency_id),
    ADD CONSTRAINT staff_acting_role CHECK (home_agency_id IS NULL OR role <> 'administrator'),
    ADD CONSTRAINT staff_acting_dates CHECK (acts_until BETWEEN acts_from AND acts_from + interval '2 years'),
    ADD CONSTRAINT staff_own_sign_in CHECK (num_nonnulls(argon_passes, argon_kib, argon_salt, wrapped_secret, sealed_totp)
                                            = CASE WHEN home_agency_id IS NULL THEN 5 ELSE 0 END);
CREATE INDEX staff_home ON staff (home_agency_id, home_staff_id) WHERE home_agency_id IS NOT NULL;
COMMENT ON TABLE staff IS 'Accounts of the agency''s staff, and who acts for it from another agency';
COMMENT ON COLUMN staff.home_agency_id IS 'Of who acts from another agency: that agency; null: an account of this one';
COMMENT ON COLUMN staff.home_staff_id IS 'Whose account there: what they sign in with';
COMMENT ON COLUMN staff.acts_from IS 'First day, in London, on which they may act here';
COMMENT ON COLUMN staff.acts_until IS 'Last day; a session that is open then ends with it';

CREATE TABLE acting (
    agency_id      bigint NOT NULL REFERENCES agency,
    acting_id      bigint NOT NULL CHECK (acting_id > 0),
    from_agency_id bigint NOT NULL,
    from_staff_id  bigint NOT NULL,
    state          text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'accepted', 'refused', 'taken_back', 'ended')),
    sealed_record  sealed,
    offered_by     bigint NOT NULL,
    offered_at     timestamptz NOT NULL,
    accepted_by    bigint,
    accepted_at    timestamptz,
    ended_at       timestamptz,
    staff_id       bigint,
    PRIMARY KEY (agency_id, acting_id),
    FOREIGN KEY (agency_id, accepted_by) REFERENCES staff,
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff,
    CONSTRAINT acting_another CHECK (agency_id <> from_agency_id),
    CONSTRAINT acting_record CHECK ((state = 'offered') = (sealed_record IS NOT NULL)),
    CONSTRAINT acting_accepted CHECK (num_nonnulls(accepted_by, accepted_at, staff_id)
                                      = CASE WHEN state IN ('accepted', 'ended') THEN 3 ELSE 0 END),
    CONSTRAINT acting_ended CHECK ((state IN ('refused', 'taken_back', 'ended')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX acting_open ON acting (agency_id, from_agency_id, from_staff_id) WHERE state IN ('offered', 'accepted');
CREATE INDEX acting_from ON acting (from_agency_id, from_staff_id);
CREATE INDEX acting_staff ON acting (agency_id, staff_id);
COMMENT ON TABLE acting IS 'Members of staff of one agency who are offered to another, act for it, or did';
COMMENT ON COLUMN acting.agency_id IS 'The agency that they are to act for';
COMMENT ON COLUMN acting.acting_id IS 'Random id';
COMMENT ON COLUMN acting.from_agency_id IS 'The agency that they are of';
COMMENT ON COLUMN acting.from_staff_id IS 'Their account there';
COMMENT ON COLUMN acting.state IS
    'offered; accepted (they act, from the first to the last day); refused; taken_back (before an answer); ended (by whoever, or by the date)';
COMMENT ON COLUMN acting.sealed_record IS 'Name and e-mail, sealed to the desk of the agency that they are offered to; gone once it has answered';
COMMENT ON COLUMN acting.offered_by IS 'The administrator of the other agency who offered them';
COMMENT ON COLUMN acting.offered_at IS 'When';
COMMENT ON COLUMN acting.accepted_by IS 'The administrator who accepted';
COMMENT ON COLUMN acting.accepted_at IS 'When';
COMMENT ON COLUMN acting.ended_at IS 'When it was refused, taken back or ended';
COMMENT ON COLUMN acting.staff_id IS 'Their row among the staff of the agency that they act for';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.staff_person(p_agency bigint, p_staff bigint, OUT agency_id bigint, OUT staff_id bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH home AS (SELECT coalesce(s.home_agency_id, s.agency_id) AS agency_id, coalesce(s.home_staff_id, s.staff_id) AS staff_id
                    FROM letterbox.staff s WHERE s.agency_id = p_agency AND s.staff_id = p_staff)
    SELECT h.agency_id, h.staff_id FROM home h
    UNION ALL
    SELECT s.agency_id, s.staff_id FROM home h
      JOIN letterbox.staff s ON s.home_agency_id = h.agency_id AND s.home_staff_id = h.staff_id
$$;
COMMENT ON FUNCTION letterbox.staff_person(bigint, bigint) IS
    'All rows of the person behind one of them: the account at home, and where they act';

CREATE FUNCTION letterbox.acting_today() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (letterbox.now() AT TIME ZONE 'Europe/London')::date
$$;
COMMENT ON FUNCTION letterbox.acting_today() IS 'The day in London';

CREATE FUNCTION letterbox.acting_note(p_acting letterbox.acting, p_act text, p_here bigint, p_home bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_other  text := CASE session_user WHEN 'lb_desk' THEN 'desk' WHEN 'lb_diary' THEN 'diary' ELSE 'operator' END;
    v_agency bigint;
    v_actor  bigint;
    v_about  bigint;
BEGIN
    -- In the same order whoever writes, so that no two wait for each other's chain.
    FOREACH v_agency IN ARRAY ARRAY[least(p_acting.agency_id, p_acting.from_agency_id),
                                    greatest(p_acting.agency_id, p_acting.from_agency_id)] LOOP
        v_actor := CASE WHEN v_agency = p_acting.agency_id THEN p_here ELSE p_home END;
        v_about := CASE WHEN v_agency = p_acting.agency_id THEN p_acting.staff_id ELSE p_acting.from_staff_id END;
        PERFORM letterbox.audit_write(v_agency, CASE WHEN v_actor IS NULL THEN v_other ELSE 'staff' END, coalesce(v_actor, 0),
                                      p_act, 'acting', p_acting.acting_id, CASE WHEN v_about IS NOT NULL THEN 'staff' END,
                                      v_about, NULL);
    END LOOP;
END
$$;
COMMENT ON FUNCTION letterbox.acting_note(letterbox.acting, text, bigint, bigint) IS
    'A row in the audit of both agencies; who did it stands in the chain of their own agency alone';

---- offering and answering ------------------------------------------------------------------------

CREATE FUNCTION letterbox.acting_offer(p_acting bigint, p_staff bigint, p_to bigint, p_sealed_record bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_acting letterbox.acting;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'administrator' THEN
        RAISE EXCEPTION 'an administrator offers staff' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Who acts here for another agency's sake is not passed on.
    PERFORM FROM letterbox.staff s
      WHERE s.agency_id = v_agency AND s.staff_id = p_staff AND s.state = 'active' AND s.home_agency_id IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'staff';
    END IF;
    PERFORM FROM letterbox.agency g WHERE g.agency_id = p_to AND g.agency_id <> v_agency AND g.state = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'agency';
    END IF;
    INSERT INTO letterbox.acting (agency_id, acting_id, from_agency_id, from_staff_id, sealed_record, offered_by, offered_at)
    VALUES (p_to, p_acting, v_agency, p_staff, p_sealed_record, letterbox.gate_staff(), letterbox.now())
    ON CONFLICT DO NOTHING RETURNING * INTO v_acting;
    IF v_acting.acting_id IS NULL THEN
        RETURN 'open';
    END IF;
    PERFORM letterbox.acting_note(v_acting, 'acting_offered', NULL, letterbox.gate_staff());
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_offer(bigint, bigint, bigint, bytea) IS
    'An administrator offers a member of staff to another agency; a refusal, or null';

CREATE FUNCTION letterbox.acting_place(p_acting bigint, OUT staff_id bigint, OUT record_version integer) RETURNS SETOF record
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(s.staff_id, letterbox.new_id()), coalesce(s.record_version + 1, 1)
      FROM letterbox.acting a
      LEFT JOIN letterbox.staff s ON s.agency_id = a.agency_id AND s.home_agency_id = a.from_agency_id
                                 AND s.home_staff_id = a.from_staff_id
     WHERE a.agency_id = letterbox.gate_need_agency() AND a.acting_id = p_acting AND a.state = 'offered'
       AND letterbox.gate_role() = 'administrator'
$$;
COMMENT ON FUNCTION letterbox.acting_place(bigint) IS
    'Which row among the staff somebody who is offered has, or would have, and the next version of their record there';

CREATE FUNCTION letterbox.acting_accept(p_acting bigint, p_staff bigint, p_version integer, p_sealed_record bytea, p_role text,
                                        p_from date, p_until date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_acting letterbox.acting;
    v_home   letterbox.staff;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'administrator' THEN
        RAISE EXCEPTION 'an administrator answers' USING ERRCODE = 'insufficient_privilege';
    ELSIF p_until < letterbox.acting_today() THEN
        RETURN 'over';
    ELSIF p_until < p_from THEN
        RETURN 'order';
    ELSIF p_until > p_from + interval '2 years' THEN
        RETURN 'long';
    END IF;
    SELECT * INTO v_acting FROM letterbox.acting a WHERE a.agency_id = v_agency AND a.acting_id = p_acting;
    -- The account at home first, as whoever closes it has it: they wait, and then end this too.
    SELECT s.* INTO v_home FROM letterbox.staff s
      JOIN letterbox.agency g ON g.agency_id = s.agency_id AND g.state = 'active'
     WHERE s.agency_id = v_acting.from_agency_id AND s.staff_id = v_acting.from_staff_id AND s.state = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'decided';
    END IF;
    PERFORM FROM letterbox.acting a
      WHERE a.agency_id = v_agency AND a.acting_id = p_acting AND a.state = 'offered' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'decided';
    END IF;
    UPDATE letterbox.staff s
       SET role = p_role, state = 'active', disabled_at = NULL, sealed_record = p_sealed_record, record_version = p_version,
           key_id = v_home.key_id, public_key = v_home.public_key, acts_from = p_from, acts_until = p_until
     WHERE s.agency_id = v_agency AND s.staff_id = p_staff AND s.home_agency_id = v_home.agency_id
       AND s.home_staff_id = v_home.staff_id AND s.state = 'disabled' AND s.record_version = p_version - 1;
    IF NOT FOUND THEN
        INSERT INTO letterbox.staff (agency_id, staff_id, role, sealed_record, record_version, key_id, public_key, made_at,
                                     home_agency_id, home_staff_id, acts_from, acts_until)
        VALUES (v_agency, p_staff, p_role, p_sealed_record, p_version, v_home.key_id, v_home.public_key, letterbox.now(),
                v_home.agency_id, v_home.staff_id, p_from, p_until);
    END IF;
    UPDATE letterbox.acting a
       SET state = 'accepted', staff_id = p_staff, accepted_by = letterbox.gate_staff(), accepted_at = letterbox.now(),
           sealed_record = NULL
     WHERE a.agency_id = v_agency AND a.acting_id = p_acting
    RETURNING * INTO v_acting;
    PERFORM letterbox.acting_note(v_acting, 'acting_accepted', letterbox.gate_staff(), NULL);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_accept(bigint, bigint, integer, bytea, text, date, date) IS
    'An administrator accepts who is offered: a row among the staff, with a role and two dates; a refusal, or null';

CREATE FUNCTION letterbox.acting_end(p_acting bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_staff  bigint := letterbox.gate_staff();
    v_role   text := letterbox.gate_role();
    v_acting letterbox.acting;
    v_here   boolean;
BEGIN
    IF coalesce(v_role NOT IN ('manager', 'administrator'), true) THEN
        RAISE EXCEPTION 'this role ends nothing' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_acting FROM letterbox.acting a
     WHERE a.acting_id = p_acting
       AND (a.agency_id = v_agency AND (a.state = 'accepted' OR v_role = 'administrator')
            OR a.from_agency_id = v_agency AND v_role = 'administrator');
    v_here := v_acting.agency_id = v_agency;
    IF NOT FOUND OR v_acting.state NOT IN ('offered', 'accepted') THEN
        RETURN 'decided';
    ELSIF v_here AND v_acting.staff_id = v_staff THEN
        RETURN 'own';
    ELSIF v_acting.state = 'accepted' THEN
        -- Their row among the staff is closed: acting_over does the rest.
        UPDATE letterbox.staff s SET state = 'disabled', disabled_at = letterbox.now()
         WHERE s.agency_id = v_acting.agency_id AND s.staff_id = v_acting.staff_id AND s.state = 'active';
        RETURN CASE WHEN NOT FOUND THEN 'decided' END;
    END IF;
    UPDATE letterbox.acting a
       SET state = CASE WHEN v_here THEN 'refused' ELSE 'taken_back' END, ended_at = letterbox.now(), sealed_record = NULL
     WHERE a.agency_id = v_acting.agency_id AND a.acting_id = p_acting AND a.state = 'offered'
    RETURNING * INTO v_acting;
    IF NOT FOUND THEN
        RETURN 'decided';
    END IF;
    PERFORM letterbox.acting_note(v_acting, CASE WHEN v_here THEN 'acting_refused' ELSE 'acting_taken_back' END,
                                  CASE WHEN v_here THEN v_staff END, CASE WHEN NOT v_here THEN v_staff END);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_end(bigint) IS
    'Refuses, takes back or ends it: an administrator of either agency, or a manager of that which they act for; a refusal, or null';

---- it ends at once --------------------------------------------------------------------------------

CREATE FUNCTION letterbox.acting_close(p_agency bigint, p_staff bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint;
    v_actor  bigint;
    v_acting letterbox.acting;
BEGIN
    IF session_user = 'lb_desk' THEN
        v_agency := letterbox.gate_agency();
        v_actor := letterbox.gate_staff();
    END IF;
    UPDATE letterbox.staff s SET state = 'disabled', disabled_at = letterbox.now()
     WHERE s.home_agency_id = p_agency AND (p_staff IS NULL OR s.home_staff_id = p_staff) AND s.state = 'active';
    FOR v_acting IN
        UPDATE letterbox.acting a SET state = 'taken_back', ended_at = letterbox.now(), sealed_record = NULL
         WHERE a.from_agency_id = p_agency AND (p_staff IS NULL OR a.from_staff_id = p_staff) AND a.state = 'offered'
        RETURNING a.* LOOP
        PERFORM letterbox.acting_note(v_acting, 'acting_taken_back', NULL, CASE WHEN v_agency = p_agency THEN v_actor END);
    END LOOP;
END
$$;
COMMENT ON FUNCTION letterbox.acting_close(bigint, bigint) IS
    'Ends all that somebody of an agency, or everybody, does for others, and takes back what was offered';

CREATE FUNCTION letterbox.acting_over() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint;
    v_actor  bigint;
    v_acting letterbox.acting;
BEGIN
    IF NEW.home_agency_id IS NULL THEN
        PERFORM letterbox.acting_close(NEW.agency_id, NEW.staff_id);
        RETURN NULL;
    END IF;
    IF session_user = 'lb_desk' THEN
        v_agency := letterbox.gate_agency();
        v_actor := letterbox.gate_staff();
    END IF;
    DELETE FROM letterbox.staff_grant g WHERE g.agency_id = NEW.agency_id AND g.staff_id = NEW.staff_id;
    UPDATE letterbox.acting a SET state = 'ended', ended_at = letterbox.now()
     WHERE a.agency_id = NEW.agency_id AND a.staff_id = NEW.staff_id AND a.state = 'accepted'
    RETURNING * INTO v_acting;
    IF FOUND THEN
        PERFORM letterbox.acting_note(v_acting, 'acting_ended', CASE WHEN v_agency = v_acting.agency_id THEN v_actor END,
                                      CASE WHEN v_agency = v_acting.from_agency_id THEN v_actor END);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_over() IS
    'An account that is closed, or has another key, acts nowhere any more; a row of who acts that is closed loses the desk''s secrets';

CREATE FUNCTION letterbox.acting_agency_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM letterbox.acting_close(NEW.agency_id, NULL);
    UPDATE letterbox.staff s SET state = 'disabled', disabled_at = letterbox.now()
     WHERE s.agency_id = NEW.agency_id AND s.home_agency_id IS NOT NULL AND s.state = 'active';
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_agency_closed() IS 'For a closed agency nobody acts, and nobody from it';

CREATE OR REPLACE FUNCTION letterbox.sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
    v_total   integer := 0;
    v_count   integer;
BEGIN
    DELETE FROM letterbox.session s WHERE s.ends_at <= v_instant OR s.idle_ends_at <= v_instant;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_total := v_total + v_count;
    DELETE FROM letterbox.rate r WHERE r.minute <= v_instant - interval '1 day';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_total := v_total + v_count;
    -- Nobody could act since the day: now the desk's secrets go too.
    UPDATE letterbox.staff s SET state = 'disabled', disabled_at = v_instant
     WHERE s.home_agency_id IS NOT NULL AND s.state = 'active' AND s.acts_until < letterbox.acting_today();
    DELETE FROM letterbox.job j
     WHERE j.state IN ('done', 'closed') AND j.ended_at <= v_instant - interval '7 days';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_total + v_count;
END
$$;
COMMENT ON FUNCTION letterbox.sweep() IS
    'Deletes what has run out: sessions, counts of failures, finished jobs; and closes the rows of those who acted until yesterday';

---- going there and back ---------------------------------------------------------------------------

CREATE FUNCTION letterbox.acting_mine(OUT acting_id bigint, OUT staff_id bigint, OUT name text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.acting_id, s.staff_id, g.name
      FROM letterbox.acting a
      JOIN letterbox.staff s ON s.agency_id = a.agency_id AND s.staff_id = a.staff_id AND s.state = 'active'
      JOIN letterbox.agency g ON g.agency_id = a.agency_id AND g.state = 'active'
     WHERE a.from_agency_id = letterbox.gate_agency() AND a.from_staff_id = letterbox.gate_staff() AND a.state = 'accepted'
       AND letterbox.acting_today() BETWEEN s.acts_from AND s.acts_until
     ORDER BY g.name, a.acting_id
$$;
COMMENT ON FUNCTION letterbox.acting_mine() IS 'For which agencies the signed-in member of staff may act today';

CREATE FUNCTION letterbox.acting_here(OUT home_staff_id bigint, OUT name text, OUT home_name text) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.home_staff_id, g.name, h.name
      FROM letterbox.staff s
      JOIN letterbox.agency g ON g.agency_id = s.agency_id
      JOIN letterbox.agency h ON h.agency_id = s.home_agency_id
     WHERE s.agency_id = letterbox.gate_agency() AND s.staff_id = letterbox.gate_staff()
$$;
COMMENT ON FUNCTION letterbox.acting_here() IS 'Of who acts: the agency, that of their account, and their account there; no row for who is at home';

CREATE FUNCTION letterbox.acting_from_here()
RETURNS TABLE (acting_id bigint, staff_id bigint, to_name text, state text, offered_at timestamptz, ended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.acting_id, a.from_staff_id, g.name, a.state, a.offered_at, a.ended_at
      FROM letterbox.acting a JOIN letterbox.agency g ON g.agency_id = a.agency_id
     WHERE a.from_agency_id = letterbox.gate_agency() AND letterbox.gate_role() = 'administrator'
     ORDER BY a.offered_at DESC, a.acting_id LIMIT 200
$$;
COMMENT ON FUNCTION letterbox.acting_from_here() IS
    'Whom the agency has offered to others, for its administrator: that they act, and nothing of what they do there';

CREATE FUNCTION letterbox.acting_move(p_session letterbox.session, p_to letterbox.staff, p_new_sid bytea, p_sealed_secret bytea,
                                      p_ends_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM letterbox.session s WHERE s.agency_id = p_session.agency_id AND s.session_key = p_session.session_key;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the session ended' USING ERRCODE = 'LB002';
    END IF;
    PERFORM letterbox.session_put(p_new_sid, p_to.agency_id, 'desk', 'full', NULL, NULL, p_to.staff_id, p_to.role, NULL, NULL,
                                  NULL, p_sealed_secret);
    -- Who goes to and fro is not signed in for longer.
    UPDATE letterbox.session s SET ends_at = least(p_session.ends_at, p_ends_at)
     WHERE s.agency_id = p_to.agency_id AND s.session_key = sha256(p_new_sid);
END
$$;
COMMENT ON FUNCTION letterbox.acting_move(letterbox.session, letterbox.staff, bytea, bytea, timestamptz) IS
    'One session ends, and one of the same person at another agency begins, which ends no later';

CREATE FUNCTION letterbox.acting_begin(p_acting bigint, p_new_sid bytea, p_sealed_secret bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
    v_acting  letterbox.acting;
    v_staff   letterbox.staff;
BEGIN
    -- Locked, the account at home first: who closes one ends the sessions that are there, and must not miss this one.
    PERFORM FROM letterbox.staff s
       JOIN letterbox.agency g ON g.agency_id = s.agency_id AND g.state = 'active'
      WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id AND s.state = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    SELECT s.* INTO v_staff FROM letterbox.acting a
      JOIN letterbox.staff s ON s.agency_id = a.agency_id AND s.staff_id = a.staff_id AND s.state = 'active'
      JOIN letterbox.agency g ON g.agency_id = a.agency_id AND g.state = 'active'
     WHERE a.acting_id = p_acting AND a.from_agency_id = v_session.agency_id AND a.from_staff_id = v_session.staff_id
       AND a.state = 'accepted' AND letterbox.acting_today() BETWEEN s.acts_from AND s.acts_until
       FOR SHARE OF s, g;
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    SELECT * INTO v_acting FROM letterbox.acting a WHERE a.agency_id = v_staff.agency_id AND a.acting_id = p_acting;
    PERFORM letterbox.acting_move(v_session, v_staff, p_new_sid, p_sealed_secret,
                                  (v_staff.acts_until + 1)::timestamp AT TIME ZONE 'Europe/London');
    PERFORM letterbox.acting_note(v_acting, 'acting_begun', v_staff.staff_id, v_session.staff_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_begin(bigint, bytea, bytea) IS
    'The signed-in member of staff begins to act for another agency: that session, in place of this one, until the last day at most; a refusal, or null';

CREATE FUNCTION letterbox.acting_back(p_new_sid bytea, p_sealed_secret bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
    v_acting  letterbox.acting;
    v_home    letterbox.staff;
BEGIN
    SELECT h.* INTO v_home FROM letterbox.staff s
      JOIN letterbox.staff h ON h.agency_id = s.home_agency_id AND h.staff_id = s.home_staff_id AND h.state = 'active'
      JOIN letterbox.agency g ON g.agency_id = h.agency_id AND g.state = 'active'
     WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id
       FOR SHARE OF h, g;
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    SELECT * INTO v_acting FROM letterbox.acting a
     WHERE a.agency_id = v_session.agency_id AND a.staff_id = v_session.staff_id AND a.state = 'accepted';
    PERFORM letterbox.acting_move(v_session, v_home, p_new_sid, p_sealed_secret, 'infinity');
    PERFORM letterbox.acting_note(v_acting, 'acting_left', v_session.staff_id, v_home.staff_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.acting_back(bytea, bytea) IS
    'Who acts goes back to the agency of their account: a session there, in place of this one; a refusal, or null';

---- who acts is the same person as at home -----------------------------------------------------------

CREATE FUNCTION letterbox.transfer_other_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.staff_person(NEW.to_agency_id, letterbox.gate_staff()) p
                WHERE p.agency_id = NEW.agency_id AND p.staff_id IN (NEW.proposed_by, NEW.offered_by)) THEN
        PERFORM letterbox.refuse('transfer', 'transfer_other_person', 'who proposed or offered it does not take it as well');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.transfer_other_person() IS
    'Who proposed or offered a transfer for one agency does not take it for the other: constraint transfer_other_person';

CREATE OR REPLACE FUNCTION letterbox.session_close_others(p_sid bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session;
    v_count   integer;
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'full';
    DELETE FROM letterbox.session s
     WHERE s.session_key <> v_session.session_key
       AND (s.agency_id = v_session.agency_id AND s.account_id = v_session.account_id
            OR (s.agency_id, s.staff_id) IN (SELECT p.agency_id, p.staff_id
                                               FROM letterbox.staff_person(v_session.agency_id, v_session.staff_id) p));
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count > 0 THEN
        PERFORM letterbox.audit_write(v_session.agency_id,
                                      CASE WHEN v_session.staff_id IS NULL THEN 'account' ELSE 'staff' END,
                                      coalesce(v_session.staff_id, v_session.account_id), 'sessions_ended',
                                      NULL, NULL, NULL, NULL, NULL);
    END IF;
    RETURN v_count;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.session_list()
RETURNS TABLE (made_at timestamptz, seen_at timestamptz, ends_at timestamptz, this boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    RETURN QUERY
    SELECT s.made_at, s.seen_at, s.ends_at, s.session_key = v_session.session_key
      FROM letterbox.session s
     WHERE (s.agency_id = v_session.agency_id AND s.account_id = v_session.account_id
            OR (s.agency_id, s.staff_id) IN (SELECT p.agency_id, p.staff_id
                                               FROM letterbox.staff_person(v_session.agency_id, v_session.staff_id) p))
       AND s.stage = 'full' AND s.idle_ends_at > letterbox.now() AND s.ends_at > letterbox.now()
     ORDER BY s.made_at DESC;
END
$$;

---- nobody signs in with it ----------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION letterbox.staff_sign_in_begin(p_sid bytea, p_agency bigint, p_staff bigint, p_sealed_secret bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_role text;
BEGIN
    SELECT s.role INTO v_role FROM letterbox.staff s
     WHERE s.agency_id = p_agency AND s.staff_id = p_staff AND s.state = 'active' AND s.home_agency_id IS NULL;
    IF v_role IS NULL THEN
        RETURN false;
    END IF;
    PERFORM letterbox.session_put(p_sid, p_agency, 'desk', 'password', NULL, NULL, p_staff, v_role, NULL, NULL, NULL,
                                  p_sealed_secret);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.staff_lookup_set(p_staff bigint, p_value bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'administrator' THEN
        RAISE EXCEPTION 'only an administrator sets sign-in names' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM letterbox.staff s
                WHERE s.agency_id = v_agency AND s.staff_id = p_staff AND s.home_agency_id IS NOT NULL) THEN
        PERFORM letterbox.refuse('staff_lookup', 'staff_own_sign_in', 'who acts from another agency signs in there');
    END IF;
    INSERT INTO letterbox.staff_lookup (agency_id, value, staff_id) VALUES (v_agency, p_value, p_staff)
    ON CONFLICT (agency_id, staff_id) DO UPDATE SET value = excluded.value;
END
$$;

GRANT EXECUTE ON FUNCTION letterbox.acting_over(), letterbox.acting_agency_closed(), letterbox.transfer_other_person() TO lb_owner;
RESET ROLE;
CREATE TRIGGER staff_acting_over AFTER UPDATE OF state, public_key ON staff FOR EACH ROW
    WHEN (OLD.state = 'active' AND (NEW.state <> 'active' OR OLD.public_key IS DISTINCT FROM NEW.public_key))
    EXECUTE FUNCTION letterbox.acting_over();
CREATE TRIGGER agency_acting_closed AFTER UPDATE OF state ON agency FOR EACH ROW
    WHEN (OLD.state <> 'closed' AND NEW.state = 'closed') EXECUTE FUNCTION letterbox.acting_agency_closed();
CREATE TRIGGER transfer_other_person BEFORE UPDATE OF state ON transfer FOR EACH ROW
    WHEN (NEW.state = 'taken') EXECUTE FUNCTION letterbox.transfer_other_person();

REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
