-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Made from migrations and policies by tests/sql/schema.mjs: read, never run.

CREATE SCHEMA letterbox;
ALTER SCHEMA letterbox OWNER TO lb_owner;

CREATE DOMAIN letterbox.bytes16 AS bytea
	CONSTRAINT bytes16_check CHECK ((octet_length(VALUE) = 16));
ALTER DOMAIN letterbox.bytes16 OWNER TO lb_owner;

CREATE DOMAIN letterbox.bytes32 AS bytea
	CONSTRAINT bytes32_check CHECK ((octet_length(VALUE) = 32));
ALTER DOMAIN letterbox.bytes32 OWNER TO lb_owner;

CREATE DOMAIN letterbox.sealed AS bytea
	CONSTRAINT sealed_check CHECK (((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 1048576)));
ALTER DOMAIN letterbox.sealed OWNER TO lb_owner;

CREATE FUNCTION letterbox.account_again() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
     WHERE p.agency_id = NEW.agency_id AND p.party_id = NEW.party_id
       AND EXISTS (SELECT FROM letterbox.account a
                    WHERE a.agency_id = NEW.agency_id AND a.party_id = NEW.party_id AND a.account_id <> NEW.account_id);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.account_again() OWNER TO lb_gate;

CREATE FUNCTION letterbox.account_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.account_changed() OWNER TO lb_gate;

CREATE FUNCTION letterbox.account_ends() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.account_ends() OWNER TO lb_gate;

CREATE FUNCTION letterbox.account_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT account_id bigint, OUT key_id bytea, OUT public_key bytea, OUT version integer, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_seed bytea;
BEGIN
    IF cardinality(p_agencies) IS DISTINCT FROM cardinality(p_values) OR cardinality(p_agencies) = 0 THEN
        RAISE EXCEPTION 'one value for each agency' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT sha256(c.dummy_seed || 'account'::bytea || p_values[1]) INTO STRICT v_seed FROM letterbox.cluster c;
    SELECT a.agency_id, a.account_id, a.key_id, a.public_key, a.version, a.argon_passes, a.argon_kib, a.argon_salt,
           a.wrapped_secret, a.second_factor, a.sealed_totp, a.totp_version
      INTO agency_id, account_id, key_id, public_key, version, argon_passes, argon_kib, argon_salt, wrapped_secret,
           second_factor, sealed_totp, totp_version
      FROM unnest(p_agencies, p_values) WITH ORDINALITY AS asked (agency_id, value, place)
      JOIN letterbox.account_lookup l ON l.agency_id = asked.agency_id AND l.value = asked.value
      JOIN letterbox.account a ON a.agency_id = l.agency_id AND a.account_id = l.account_id AND a.state = 'active'
      JOIN letterbox.agency g ON g.agency_id = a.agency_id AND g.state = 'active'
     ORDER BY asked.place LIMIT 1;
    IF NOT FOUND THEN
        agency_id := p_agencies[1];
        account_id := ('x0' || left(encode(v_seed, 'hex'), 15))::bit(64)::bigint;
        key_id := substr(sha256(v_seed || 'key'::bytea), 1, 16);
        public_key := sha256(v_seed || 'public'::bytea);
        version := 1;
        argon_passes := 3;
        argon_kib := 65536;
        argon_salt := substr(sha256(v_seed || 'salt'::bytea), 1, 16);
        wrapped_secret := sha256(v_seed || 'a'::bytea) || sha256(v_seed || 'b'::bytea)
                          || sha256(v_seed || 'c'::bytea) || substr(sha256(v_seed || 'd'::bytea), 1, 13);
        second_factor := 'email';
        totp_version := 0;
    END IF;
END
$$;
ALTER FUNCTION letterbox.account_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT account_id bigint, OUT key_id bytea, OUT public_key bytea, OUT version integer, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.account_notice(p_message bigint, p_sealed_body bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.account_notice(p_message bigint, p_sealed_body bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_accept(p_acting bigint, p_staff bigint, p_version integer, p_sealed_record bytea, p_role text, p_from date, p_until date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_accept(p_acting bigint, p_staff bigint, p_version integer, p_sealed_record bytea, p_role text, p_from date, p_until date) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_agency_closed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM letterbox.acting_close(NEW.agency_id, NULL);
    UPDATE letterbox.staff s SET state = 'disabled', disabled_at = letterbox.now()
     WHERE s.agency_id = NEW.agency_id AND s.home_agency_id IS NOT NULL AND s.state = 'active';
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.acting_agency_closed() OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_back(p_new_sid bytea, p_sealed_secret bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_back(p_new_sid bytea, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_begin(p_acting bigint, p_new_sid bytea, p_sealed_secret bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_begin(p_acting bigint, p_new_sid bytea, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_close(p_agency bigint, p_staff bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_close(p_agency bigint, p_staff bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_end(p_acting bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_end(p_acting bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_from_here() RETURNS TABLE(acting_id bigint, staff_id bigint, to_name text, state text, offered_at timestamp with time zone, ended_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT a.acting_id, a.from_staff_id, g.name, a.state, a.offered_at, a.ended_at
      FROM letterbox.acting a JOIN letterbox.agency g ON g.agency_id = a.agency_id
     WHERE a.from_agency_id = letterbox.gate_agency() AND letterbox.gate_role() = 'administrator'
     ORDER BY a.offered_at DESC, a.acting_id LIMIT 200
$$;
ALTER FUNCTION letterbox.acting_from_here() OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_here(OUT home_staff_id bigint, OUT name text, OUT home_name text) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT s.home_staff_id, g.name, h.name
      FROM letterbox.staff s
      JOIN letterbox.agency g ON g.agency_id = s.agency_id
      JOIN letterbox.agency h ON h.agency_id = s.home_agency_id
     WHERE s.agency_id = letterbox.gate_agency() AND s.staff_id = letterbox.gate_staff()
$$;
ALTER FUNCTION letterbox.acting_here(OUT home_staff_id bigint, OUT name text, OUT home_name text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_mine(OUT acting_id bigint, OUT staff_id bigint, OUT name text) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT a.acting_id, s.staff_id, g.name
      FROM letterbox.acting a
      JOIN letterbox.staff s ON s.agency_id = a.agency_id AND s.staff_id = a.staff_id AND s.state = 'active'
      JOIN letterbox.agency g ON g.agency_id = a.agency_id AND g.state = 'active'
     WHERE a.from_agency_id = letterbox.gate_agency() AND a.from_staff_id = letterbox.gate_staff() AND a.state = 'accepted'
       AND letterbox.acting_today() BETWEEN s.acts_from AND s.acts_until
     ORDER BY g.name, a.acting_id
$$;
ALTER FUNCTION letterbox.acting_mine(OUT acting_id bigint, OUT staff_id bigint, OUT name text) OWNER TO lb_gate;

CREATE TABLE letterbox.session (
    agency_id bigint NOT NULL,
    session_key letterbox.bytes32 NOT NULL,
    kind text NOT NULL,
    stage text NOT NULL,
    account_id bigint,
    party_id bigint,
    staff_id bigint,
    role text,
    join_id bigint,
    link_id bigint,
    release_id bigint,
    sealed_secret letterbox.sealed NOT NULL,
    made_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    idle_ends_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT session_kind_check CHECK ((kind = ANY (ARRAY['portal'::text, 'desk'::text, 'link'::text]))),
    CONSTRAINT session_stage_check CHECK ((stage = ANY (ARRAY['joining'::text, 'password'::text, 'full'::text]))),
    CONSTRAINT session_whose CHECK (
CASE
    WHEN (stage = 'joining'::text) THEN ((kind = 'portal'::text) AND (num_nonnulls(join_id, party_id) = 2) AND (num_nonnulls(account_id, staff_id, role, link_id, release_id) = 0))
    WHEN (kind = 'portal'::text) THEN ((num_nonnulls(account_id, party_id) = 2) AND (num_nonnulls(staff_id, role, join_id, link_id, release_id) = 0))
    WHEN (kind = 'desk'::text) THEN ((num_nonnulls(staff_id, role) = 2) AND (num_nonnulls(account_id, party_id, join_id, link_id, release_id) = 0))
    ELSE ((stage = 'full'::text) AND (num_nonnulls(link_id, release_id) = 2) AND (num_nonnulls(account_id, party_id, staff_id, role, join_id) = 0))
END)
);
ALTER TABLE ONLY letterbox.session FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.session OWNER TO lb_owner;

CREATE TABLE letterbox.staff (
    agency_id bigint NOT NULL,
    staff_id bigint NOT NULL,
    role text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    sealed_record letterbox.sealed NOT NULL,
    record_version integer DEFAULT 1 NOT NULL,
    key_id letterbox.bytes16 NOT NULL,
    public_key letterbox.bytes32 NOT NULL,
    argon_passes integer,
    argon_kib integer,
    argon_salt letterbox.bytes16,
    wrapped_secret letterbox.sealed,
    sealed_totp letterbox.sealed,
    last_totp_step bigint DEFAULT 0 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    home_agency_id bigint,
    home_staff_id bigint,
    acts_from date,
    acts_until date,
    CONSTRAINT staff_acting CHECK ((num_nulls(home_agency_id, home_staff_id, acts_from, acts_until) = ANY (ARRAY[0, 4]))),
    CONSTRAINT staff_acting_dates CHECK (((acts_until >= acts_from) AND (acts_until <= (acts_from + '2 years'::interval)))),
    CONSTRAINT staff_acting_elsewhere CHECK ((home_agency_id <> agency_id)),
    CONSTRAINT staff_acting_role CHECK (((home_agency_id IS NULL) OR (role <> 'administrator'::text))),
    CONSTRAINT staff_argon_kib_check CHECK (((argon_kib >= 8192) AND (argon_kib <= 4194304))),
    CONSTRAINT staff_argon_passes_check CHECK (((argon_passes >= 1) AND (argon_passes <= 100))),
    CONSTRAINT staff_disabled CHECK (((state = 'disabled'::text) = (disabled_at IS NOT NULL))),
    CONSTRAINT staff_own_sign_in CHECK ((num_nonnulls(argon_passes, argon_kib, argon_salt, wrapped_secret, sealed_totp) =
CASE
    WHEN (home_agency_id IS NULL) THEN 5
    ELSE 0
END)),
    CONSTRAINT staff_record_version_check CHECK ((record_version > 0)),
    CONSTRAINT staff_role_check CHECK ((role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'administrator'::text, 'inspector'::text]))),
    CONSTRAINT staff_staff_id_check CHECK ((staff_id > 0)),
    CONSTRAINT staff_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text])))
);
ALTER TABLE ONLY letterbox.staff FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.staff OWNER TO lb_owner;

CREATE FUNCTION letterbox.acting_move(p_session letterbox.session, p_to letterbox.staff, p_new_sid bytea, p_sealed_secret bytea, p_ends_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_move(p_session letterbox.session, p_to letterbox.staff, p_new_sid bytea, p_sealed_secret bytea, p_ends_at timestamp with time zone) OWNER TO lb_gate;

CREATE TABLE letterbox.acting (
    agency_id bigint NOT NULL,
    acting_id bigint NOT NULL,
    from_agency_id bigint NOT NULL,
    from_staff_id bigint NOT NULL,
    state text DEFAULT 'offered'::text NOT NULL,
    sealed_record letterbox.sealed,
    offered_by bigint NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    accepted_by bigint,
    accepted_at timestamp with time zone,
    ended_at timestamp with time zone,
    staff_id bigint,
    CONSTRAINT acting_accepted CHECK ((num_nonnulls(accepted_by, accepted_at, staff_id) =
CASE
    WHEN (state = ANY (ARRAY['accepted'::text, 'ended'::text])) THEN 3
    ELSE 0
END)),
    CONSTRAINT acting_acting_id_check CHECK ((acting_id > 0)),
    CONSTRAINT acting_another CHECK ((agency_id <> from_agency_id)),
    CONSTRAINT acting_ended CHECK (((state = ANY (ARRAY['refused'::text, 'taken_back'::text, 'ended'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT acting_record CHECK (((state = 'offered'::text) = (sealed_record IS NOT NULL))),
    CONSTRAINT acting_state_check CHECK ((state = ANY (ARRAY['offered'::text, 'accepted'::text, 'refused'::text, 'taken_back'::text, 'ended'::text])))
);
ALTER TABLE ONLY letterbox.acting FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.acting OWNER TO lb_owner;

CREATE FUNCTION letterbox.acting_note(p_acting letterbox.acting, p_act text, p_here bigint, p_home bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_note(p_acting letterbox.acting, p_act text, p_here bigint, p_home bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_offer(p_acting bigint, p_staff bigint, p_to bigint, p_sealed_record bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_offer(p_acting bigint, p_staff bigint, p_to bigint, p_sealed_record bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_over() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.acting_over() OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_place(p_acting bigint, OUT staff_id bigint, OUT record_version integer) RETURNS SETOF record
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(s.staff_id, letterbox.new_id()), coalesce(s.record_version + 1, 1)
      FROM letterbox.acting a
      LEFT JOIN letterbox.staff s ON s.agency_id = a.agency_id AND s.home_agency_id = a.from_agency_id
                                 AND s.home_staff_id = a.from_staff_id
     WHERE a.agency_id = letterbox.gate_need_agency() AND a.acting_id = p_acting AND a.state = 'offered'
       AND letterbox.gate_role() = 'administrator'
$$;
ALTER FUNCTION letterbox.acting_place(p_acting bigint, OUT staff_id bigint, OUT record_version integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.acting_today() RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT (letterbox.now() AT TIME ZONE 'Europe/London')::date
$$;
ALTER FUNCTION letterbox.acting_today() OWNER TO lb_gate;

CREATE FUNCTION letterbox.administrator_stays() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- One at a time in an agency: two who close each other's account must not both succeed.
    PERFORM FROM letterbox.agency a WHERE a.agency_id = NEW.agency_id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM letterbox.staff s
                    WHERE s.agency_id = NEW.agency_id AND s.role = 'administrator' AND s.state = 'active') THEN
        PERFORM letterbox.refuse('staff', 'staff_administrator_stays', 'the agency would have no administrator');
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.administrator_stays() OWNER TO lb_gate;

CREATE FUNCTION letterbox.agency_add(p_agency bigint, p_slug text, p_name text, p_neutral_name text, p_demo boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO letterbox.agency (agency_id, slug, name, neutral_name, demo, made_at)
    VALUES (p_agency, p_slug, p_name, p_neutral_name, p_demo, letterbox.now());
    PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'agency_added', 'agency', p_agency, NULL, NULL, NULL);
END
$$;
ALTER FUNCTION letterbox.agency_add(p_agency bigint, p_slug text, p_name text, p_neutral_name text, p_demo boolean) OWNER TO lb_gate;

CREATE FUNCTION letterbox.agency_key_add(p_agency bigint, p_key_id bytea, p_purpose text, p_public_key bytea, p_fingerprint text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF p_purpose <> 'archive' THEN
        UPDATE letterbox.agency_key SET state = 'retired', retired_at = letterbox.now()
         WHERE agency_id = p_agency AND purpose = p_purpose AND state = 'active';
    END IF;
    INSERT INTO letterbox.agency_key (agency_id, key_id, purpose, public_key, fingerprint, made_at)
    VALUES (p_agency, p_key_id, p_purpose, p_public_key, p_fingerprint, letterbox.now());
    PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'key_added', NULL, NULL, NULL, NULL, NULL);
END
$$;
ALTER FUNCTION letterbox.agency_key_add(p_agency bigint, p_key_id bytea, p_purpose text, p_public_key bytea, p_fingerprint text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.agency_key_retire(p_agency bigint, p_key_id bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE letterbox.agency_key SET state = 'retired', retired_at = letterbox.now()
     WHERE agency_id = p_agency AND key_id = p_key_id AND state = 'active';
    IF FOUND THEN
        PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'key_retired', NULL, NULL, NULL, NULL, NULL);
    END IF;
    RETURN FOUND;
END
$$;
ALTER FUNCTION letterbox.agency_key_retire(p_agency bigint, p_key_id bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.agency_keys(p_agency bigint) RETURNS TABLE(key_id bytea, purpose text, state text, public_key bytea, fingerprint text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT k.key_id, k.purpose, k.state, k.public_key, k.fingerprint
      FROM letterbox.agency_key k WHERE k.agency_id = p_agency ORDER BY k.purpose, k.made_at, k.key_id
$$;
ALTER FUNCTION letterbox.agency_keys(p_agency bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.agency_list() RETURNS TABLE(agency_id bigint, slug text, neutral_name text, help_phone text, help_email text, help_hours text, demo boolean, state text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT a.agency_id, a.slug, a.neutral_name, a.help_phone, a.help_email, a.help_hours, a.demo, a.state
      FROM letterbox.agency a ORDER BY a.slug
$$;
ALTER FUNCTION letterbox.agency_list() OWNER TO lb_gate;

CREATE FUNCTION letterbox.agreement_begins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_newest date := (SELECT max(g.starts_on) FROM letterbox.agreement g
                       WHERE g.agency_id = NEW.agency_id AND g.arrangement_id = NEW.arrangement_id);
BEGIN
    IF NEW.rule IS NULL AND cardinality(NEW.months) > 0 THEN
        NEW.months := (SELECT array_agg(DISTINCT m ORDER BY m) FROM unnest(NEW.months) AS m);
        NEW.rule := 'FREQ=YEARLY;BYMONTH=' || array_to_string(NEW.months, ',');
    END IF;
    IF NEW.starts_on IS NULL THEN
        NEW.starts_on := greatest(coalesce(NEW.agreed_on, (NEW.made_at AT TIME ZONE 'Europe/London')::date), v_newest);
    END IF;
    IF NEW.starts_on < v_newest THEN
        PERFORM letterbox.refuse('agreement', 'agreement_starts_in_order', 'an earlier version of these terms starts later');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.agreement_begins() OWNER TO lb_gate;

CREATE FUNCTION letterbox.apart_added() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    IF NOT NEW.may_know AND EXISTS (SELECT FROM letterbox.party_lookup x
                                      JOIN letterbox.party_lookup y
                                        ON y.agency_id = x.agency_id AND y.use = x.use AND y.value = x.value
                                     WHERE x.agency_id = NEW.agency_id AND x.party_id = NEW.party_id
                                       AND y.party_id = NEW.other_party_id) THEN
        PERFORM letterbox.refuse('apart', 'apart_own_details', 'the two households share an address, e-mail or phone');
    END IF;
    IF letterbox.sides_clash(NEW.agency_id, NEW.party_id) THEN
        PERFORM letterbox.refuse('apart', 'party_on_one_side', 'the two households are on two sides of a child');
    END IF;
    -- The next letter to either is read by two.
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
     WHERE p.agency_id = NEW.agency_id AND p.party_id IN (NEW.party_id, NEW.other_party_id);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.apart_added() OWNER TO lb_gate;

CREATE FUNCTION letterbox.apart_own_details() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    IF EXISTS (SELECT FROM letterbox.apart x
                 JOIN letterbox.party_lookup y ON y.agency_id = x.agency_id AND y.use = NEW.use AND y.value = NEW.value
                  AND y.party_id = CASE WHEN x.party_id = NEW.party_id THEN x.other_party_id ELSE x.party_id END
                WHERE x.agency_id = NEW.agency_id AND NEW.party_id IN (x.party_id, x.other_party_id) AND NOT x.may_know) THEN
        PERFORM letterbox.refuse('party_lookup', 'apart_own_details',
                                 'the parents live apart: this address, e-mail or phone is the other household''s');
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.apart_own_details() OWNER TO lb_gate;

CREATE FUNCTION letterbox.approval_refusal(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_decided_at timestamp with time zone, p_digest bytea) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_letter   letterbox.letter;
    v_objected timestamptz;
    v_changed  timestamptz;
    v_authors  integer;
    v_others   integer;
BEGIN
    SELECT * INTO v_letter FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.letter_id = p_letter;
    IF v_letter.version <> p_version THEN
        RETURN 'superseded';
    END IF;
    SELECT max(d.decided_at) INTO v_objected FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version
       AND d.kind IN ('disagree', 'return', 'hold', 'escalate', 'ask') AND (d.to_party IS NULL OR d.to_party = p_to);
    IF v_objected > p_decided_at THEN
        RETURN 'overruled';
    END IF;
    -- An approval that was objected to is nobody's any more: who approves afterwards needs another who does.
    SELECT count(DISTINCT d.author), count(DISTINCT d.author) FILTER (WHERE d.author IS DISTINCT FROM v_letter.entered_by)
      INTO v_authors, v_others
      FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version AND d.to_party = p_to
       AND d.kind IN ('approve', 'second') AND d.screen_digest = p_digest AND d.decided_at >= coalesce(v_objected, '-infinity');
    IF v_others < 1 THEN
        RETURN 'not_own';
    ELSIF v_authors < 2 AND letterbox.needs_two(p_agency, v_letter.arrangement_id) THEN
        RETURN 'two_people';
    END IF;
    -- Who approved before did not know to whom it goes now.
    SELECT p.details_changed_at INTO v_changed FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_to;
    IF v_changed IS NOT NULL AND letterbox.fresh_approvals(p_agency, p_letter, p_version, p_to, v_changed) < 2 THEN
        RETURN 'details_changed';
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.approval_refusal(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_decided_at timestamp with time zone, p_digest bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_blocked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    PERFORM letterbox.arrangement_held_by(NEW.agency_id, o.id, NEW.arrangement_id)
       FROM letterbox.shared_arrangements(NEW.agency_id, NEW.arrangement_id, NULL) AS o(id) ORDER BY o.id;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.arrangement_blocked() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_held_by(p_agency bigint, p_arrangement bigint, p_other bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE letterbox.arrangement a SET state = 'held'
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement AND a.state IN ('active', 'paused');
    IF FOUND THEN
        PERFORM letterbox.gate_audit(p_agency, 'arrangement_held', 'arrangement', p_arrangement, 'arrangement', p_other);
    END IF;
END
$$;
ALTER FUNCTION letterbox.arrangement_held_by(p_agency bigint, p_arrangement bigint, p_other bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_lift() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_manager_lifts', 'only a manager lifts this');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.arrangement_lift() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_moving() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.transfer t WHERE t.agency_id = NEW.agency_id AND t.arrangement_id = NEW.arrangement_id
                  AND t.state = 'offered') THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_moving', 'it is offered to another agency, and held until that answers');
    ELSIF OLD.state = 'moved' AND EXISTS (SELECT FROM letterbox.transfer t WHERE t.agency_id = NEW.agency_id
                                             AND t.arrangement_id = NEW.arrangement_id AND t.state = 'taken') THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_taken', 'another agency has taken it');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.arrangement_moving() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_needs_two(p_arrangement bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT letterbox.needs_two(letterbox.gate_agency(), p_arrangement)
        OR EXISTS (SELECT FROM letterbox.arrangement_party m
                     JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
                    WHERE m.agency_id = letterbox.gate_agency() AND m.arrangement_id = p_arrangement AND m.state <> 'ended'
                      AND p.details_changed_at IS NOT NULL)
$$;
ALTER FUNCTION letterbox.arrangement_needs_two(p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_note() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- The row of the arrangement is locked by what changes it: no two count at once.
    INSERT INTO letterbox.arrangement_was (agency_id, arrangement_id, number, from_at, kind, state)
    SELECT NEW.agency_id, NEW.arrangement_id, coalesce(max(w.number), 0) + 1,
           CASE WHEN TG_OP = 'INSERT' THEN NEW.made_at ELSE letterbox.now() END, NEW.kind,
           -- What another agency has by now ended here.
           CASE NEW.state WHEN 'moved' THEN 'ended' ELSE NEW.state END
      FROM letterbox.arrangement_was w
     WHERE w.agency_id = NEW.agency_id AND w.arrangement_id = NEW.arrangement_id;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.arrangement_note() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_opens() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_refusal text := letterbox.child_refusal(NEW.agency_id, NEW.child_id);
BEGIN
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_' || v_refusal, 'this arrangement cannot be opened');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.arrangement_opens() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_party_blocked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_other   bigint;
    v_blocked boolean;
BEGIN
    -- One at a time: who blocks and who brings two people together must see each other.
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    SELECT a.arrangement_id INTO v_other
      FROM letterbox.arrangement a
     WHERE a.agency_id = NEW.agency_id AND a.state IN ('prohibited', 'suspended')
       AND a.arrangement_id IN (SELECT letterbox.shared_arrangements(NEW.agency_id, NEW.arrangement_id, NEW.party_id))
     ORDER BY a.arrangement_id LIMIT 1;
    IF FOUND THEN
        PERFORM letterbox.arrangement_held_by(NEW.agency_id, NEW.arrangement_id, v_other);
    END IF;
    SELECT a.state IN ('prohibited', 'suspended') INTO v_blocked FROM letterbox.arrangement a
     WHERE a.agency_id = NEW.agency_id AND a.arrangement_id = NEW.arrangement_id;
    IF v_blocked THEN
        PERFORM letterbox.arrangement_held_by(NEW.agency_id, o.id, NEW.arrangement_id)
           FROM letterbox.shared_arrangements(NEW.agency_id, NEW.arrangement_id, NEW.party_id) AS o(id);
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.arrangement_party_blocked() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_review_done() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF OLD.done_at IS NOT NULL THEN
        PERFORM letterbox.refuse('arrangement_review', 'arrangement_review_stands', 'a review that is done stays as it is');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.arrangement_review_done() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangement_review_near() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_last date := (letterbox.now() + interval '24 months')::date;
BEGIN
    IF NEW.review_on > v_last THEN
        PERFORM letterbox.refuse('arrangement', 'arrangement_review_near', 'the next review is at most 24 months ahead');
    END IF;
    -- None without one: who names no day gets the last that is allowed.
    NEW.review_on := coalesce(NEW.review_on, v_last);
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.arrangement_review_near() OWNER TO lb_gate;

CREATE FUNCTION letterbox.arrangements_end(p_agency bigint, p_child bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_arrangement bigint;
    v_ended       bigint := 0;
BEGIN
    FOR v_arrangement IN
        UPDATE letterbox.arrangement a SET state = 'ended', ended_at = letterbox.now()
         WHERE a.agency_id = p_agency AND a.child_id = p_child AND a.state IN ('active', 'paused', 'inactive')
        RETURNING a.arrangement_id
    LOOP
        PERFORM letterbox.gate_audit(p_agency, 'arrangement_grown', 'arrangement', v_arrangement, 'child', p_child);
        v_ended := v_ended + 1;
    END LOOP;
    RETURN v_ended;
END
$$;
ALTER FUNCTION letterbox.arrangements_end(p_agency bigint, p_child bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_session letterbox.session;
BEGIN
    IF session_user IN ('lb_portal', 'lb_desk') THEN
        v_session := letterbox.gate_live_session();
        RETURN letterbox.audit_write(v_agency,
            CASE v_session.kind WHEN 'desk' THEN 'staff' WHEN 'link' THEN 'link' ELSE 'account' END,
            coalesce(v_session.staff_id, v_session.link_id, v_session.account_id),
            p_act, p_object_kind, p_object_id, p_about_kind, p_about_id, p_sealed_detail);
    END IF;
    RETURN letterbox.audit_write(v_agency, substr(session_user, 4), letterbox.gate_job(),
                                 p_act, p_object_kind, p_object_id, p_about_kind, p_about_id, p_sealed_detail);
END
$$;
ALTER FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) OWNER TO lb_audit;

CREATE FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_session letterbox.session;
BEGIN
    IF session_user = 'lb_desk' THEN
        v_session := letterbox.gate_live_session();
        RETURN letterbox.audit_write_each(v_agency, 'staff', v_session.staff_id, p_act, p_object_kind, p_object_ids,
                                          NULL, NULL, NULL);
    END IF;
    RETURN letterbox.audit_write_each(v_agency, substr(session_user, 4), letterbox.gate_job(),
                                      p_act, p_object_kind, p_object_ids, NULL, NULL, NULL);
END
$$;
ALTER FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) OWNER TO lb_audit;

CREATE FUNCTION letterbox.audit_append_operator(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT letterbox.audit_write(p_agency, 'operator', 0, p_act, p_object_kind, p_object_id, NULL, NULL, NULL)
$$;
ALTER FUNCTION letterbox.audit_append_operator(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint) OWNER TO lb_audit;

CREATE TABLE letterbox.audit (
    agency_id bigint NOT NULL,
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint DEFAULT 0 NOT NULL,
    act text NOT NULL,
    object_kind text DEFAULT ''::text NOT NULL,
    object_id bigint DEFAULT 0 NOT NULL,
    about_kind text DEFAULT ''::text NOT NULL,
    about_id bigint DEFAULT 0 NOT NULL,
    sealed_detail letterbox.sealed,
    detail_digest letterbox.bytes32,
    prev_hash letterbox.bytes32 NOT NULL,
    hash letterbox.bytes32 NOT NULL,
    CONSTRAINT audit_about CHECK (((about_kind = ''::text) = (about_id = 0))),
    CONSTRAINT audit_about_kind_check CHECK ((about_kind ~ '^([a-z][a-z_]{1,39})?$'::text)),
    CONSTRAINT audit_act_check CHECK ((act ~ '^[a-z][a-z0-9_]{1,59}$'::text)),
    CONSTRAINT audit_actor_id_check CHECK ((actor_id >= 0)),
    CONSTRAINT audit_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['staff'::text, 'account'::text, 'link'::text, 'press'::text, 'post'::text, 'diary'::text, 'portal'::text, 'desk'::text, 'operator'::text]))),
    CONSTRAINT audit_detail CHECK (((sealed_detail IS NULL) = (detail_digest IS NULL))),
    CONSTRAINT audit_number_check CHECK ((number > 0)),
    CONSTRAINT audit_object CHECK (((object_kind = ''::text) = (object_id = 0))),
    CONSTRAINT audit_object_kind_check CHECK ((object_kind ~ '^([a-z][a-z_]{1,39})?$'::text))
);
ALTER TABLE ONLY letterbox.audit FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.audit OWNER TO lb_owner;

CREATE FUNCTION letterbox.audit_hash(p_row letterbox.audit) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT sha256(convert_to('letterbox/1/audit', 'UTF8') || '\x00'::bytea || p_row.prev_hash
        || int8send(p_row.agency_id) || int8send(p_row.number)
        || int8send((extract(epoch FROM p_row.at) * 1000000)::bigint)
        || int4send(octet_length(p_row.actor_kind)) || convert_to(p_row.actor_kind, 'UTF8') || int8send(p_row.actor_id)
        || int4send(octet_length(p_row.act)) || convert_to(p_row.act, 'UTF8')
        || int4send(octet_length(p_row.object_kind)) || convert_to(p_row.object_kind, 'UTF8') || int8send(p_row.object_id)
        || int4send(octet_length(p_row.about_kind)) || convert_to(p_row.about_kind, 'UTF8') || int8send(p_row.about_id)
        || coalesce(p_row.detail_digest, decode(repeat('00', 32), 'hex')))
$$;
ALTER FUNCTION letterbox.audit_hash(p_row letterbox.audit) OWNER TO lb_audit;

CREATE FUNCTION letterbox.audit_head(p_agency bigint, OUT number bigint, OUT hash bytea) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT c.number, c.hash FROM letterbox.audit_chain c WHERE c.agency_id = p_agency
$$;
ALTER FUNCTION letterbox.audit_head(p_agency bigint, OUT number bigint, OUT hash bytea) OWNER TO lb_audit;

CREATE FUNCTION letterbox.audit_stands() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only appended to'
        USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = 'audit', CONSTRAINT = 'audit_stands';
END
$$;
ALTER FUNCTION letterbox.audit_stands() OWNER TO lb_owner;

CREATE FUNCTION letterbox.audit_write(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT letterbox.audit_write_each(p_agency, p_actor_kind, p_actor_id, p_act, p_object_kind, ARRAY[p_object_id],
                                      p_about_kind, p_about_id, p_sealed_detail)
$$;
ALTER FUNCTION letterbox.audit_write(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) OWNER TO lb_audit;

CREATE FUNCTION letterbox.audit_write_each(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_ids bigint[], p_about_kind text, p_about_id bigint, p_sealed_detail bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_chain letterbox.audit_chain;
    v_row   letterbox.audit;
    v_rows  letterbox.audit[] := '{}';
    v_id    bigint;
BEGIN
    -- The lock on the chain's end is held until COMMIT: numbers have no gaps and the order is that of commits.
    INSERT INTO letterbox.audit_chain (agency_id, number, hash)
    VALUES (p_agency, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT v_chain FROM letterbox.audit_chain c WHERE c.agency_id = p_agency FOR UPDATE;
    v_row.agency_id := p_agency;
    v_row.number := v_chain.number;
    v_row.at := letterbox.now();
    v_row.actor_kind := p_actor_kind;
    v_row.actor_id := coalesce(p_actor_id, 0);
    v_row.act := p_act;
    v_row.object_kind := coalesce(p_object_kind, '');
    v_row.about_kind := coalesce(p_about_kind, '');
    v_row.about_id := coalesce(p_about_id, 0);
    v_row.sealed_detail := p_sealed_detail;
    v_row.detail_digest := sha256(p_sealed_detail);
    v_row.hash := v_chain.hash;
    FOREACH v_id IN ARRAY p_object_ids LOOP
        v_row.number := v_row.number + 1;
        v_row.object_id := coalesce(v_id, 0);
        v_row.prev_hash := v_row.hash;
        v_row.hash := letterbox.audit_hash(v_row);
        v_rows := v_rows || v_row;
    END LOOP;
    INSERT INTO letterbox.audit SELECT (r).* FROM unnest(v_rows) AS r;
    UPDATE letterbox.audit_chain c SET number = v_row.number, hash = v_row.hash WHERE c.agency_id = p_agency;
    RETURN v_row.number;
END
$$;
ALTER FUNCTION letterbox.audit_write_each(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_ids bigint[], p_about_kind text, p_about_id bigint, p_sealed_detail bytea) OWNER TO lb_audit;

CREATE FUNCTION letterbox.blob_chunk_fits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM written w
                WHERE NOT EXISTS (SELECT FROM letterbox.blob b
                                   WHERE b.agency_id = w.agency_id AND b.blob_id = w.blob_id AND w.number < b.chunks)) THEN
        PERFORM letterbox.refuse('blob_chunk', 'blob_chunk_fits', 'the blob has no such chunk');
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.blob_chunk_fits() OWNER TO lb_gate;

CREATE FUNCTION letterbox.blob_whole() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_chunks bigint;
    v_bytes  bigint;
BEGIN
    SELECT count(*), coalesce(sum(octet_length(c.bytes)), 0) INTO v_chunks, v_bytes
      FROM letterbox.blob_chunk c WHERE c.agency_id = NEW.agency_id AND c.blob_id = NEW.blob_id;
    IF (v_chunks <> NEW.chunks OR v_bytes <> NEW.bytes)
       AND EXISTS (SELECT FROM letterbox.blob b WHERE b.agency_id = NEW.agency_id AND b.blob_id = NEW.blob_id) THEN
        PERFORM letterbox.refuse('blob', 'blob_whole', 'the blob is not whole');
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.blob_whole() OWNER TO lb_gate;

CREATE FUNCTION letterbox.bounce_note(p_letter bigint, p_message bigint, p_kind text, p_code text, p_recipients boolean, p_current boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.bounce_note(p_letter bigint, p_message bigint, p_kind text, p_code text, p_recipients boolean, p_current boolean) OWNER TO lb_gate;

CREATE FUNCTION letterbox.bounce_seen(p_bounce bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not decide about mail that came back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.bounce b SET seen_at = letterbox.now(), seen_by = letterbox.gate_staff()
     WHERE b.agency_id = letterbox.gate_agency() AND b.bounce_id = p_bounce AND b.seen_at IS NULL;
    RETURN FOUND;
END
$$;
ALTER FUNCTION letterbox.bounce_seen(p_bounce bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.chase_stays() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'what was done stays as it was written' USING ERRCODE = 'insufficient_privilege';
END
$$;
ALTER FUNCTION letterbox.chase_stays() OWNER TO lb_gate;

CREATE FUNCTION letterbox.child_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_arrangement bigint;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager'
       AND (OLD.state = 'dead' AND NEW.state <> 'dead' OR OLD.wish = 'veto' AND NEW.wish <> 'veto') THEN
        PERFORM letterbox.refuse('child', 'child_manager_lifts', 'only a manager takes this back');
    END IF;
    IF NEW.state = 'dead' AND OLD.state <> 'dead' THEN
        FOR v_arrangement IN
            UPDATE letterbox.arrangement a SET state = 'held'
             WHERE a.agency_id = NEW.agency_id AND a.child_id = NEW.child_id AND a.state IN ('active', 'paused', 'inactive')
            RETURNING a.arrangement_id
        LOOP
            PERFORM letterbox.gate_audit(NEW.agency_id, 'arrangement_held', 'arrangement', v_arrangement, 'child', NEW.child_id);
        END LOOP;
    END IF;
    IF NEW.wish IN ('stop', 'veto') AND NEW.wish <> OLD.wish AND letterbox.now()::date >= NEW.eighteenth_month THEN
        PERFORM letterbox.arrangements_end(NEW.agency_id, NEW.child_id);
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.child_changed() OWNER TO lb_gate;

CREATE FUNCTION letterbox.child_refusal(p_agency bigint, p_child bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE WHEN c.state = 'dead' THEN 'child_dead'
                WHEN letterbox.now()::date < c.eighteenth_month OR c.wish = 'go_on' THEN NULL
                WHEN c.wish IN ('stop', 'veto') THEN 'child_wish'
                WHEN letterbox.now()::date >= (c.eighteenth_month + interval '3 months')::date THEN 'child_grown' END
      FROM letterbox.child c WHERE c.agency_id = p_agency AND c.child_id = p_child
$$;
ALTER FUNCTION letterbox.child_refusal(p_agency bigint, p_child bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.clock_advance(p_by interval) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_cluster letterbox.cluster;
BEGIN
    SELECT * INTO STRICT v_cluster FROM letterbox.cluster FOR UPDATE;
    IF v_cluster.kind = 'live' THEN
        RAISE EXCEPTION 'the clock of a live database is not moved'
            USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = 'cluster', CONSTRAINT = 'cluster_live_clock';
    END IF;
    IF p_by < interval '0' THEN
        RAISE EXCEPTION 'the clock only moves on'
            USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = 'cluster', CONSTRAINT = 'cluster_clock_forward';
    END IF;
    UPDATE letterbox.cluster
       SET clock_offset = clock_offset + p_by,
           last_instant = greatest(last_instant, pg_catalog.now() + clock_offset + p_by)
    RETURNING * INTO v_cluster;
    RETURN v_cluster.last_instant;
END
$$;
ALTER FUNCTION letterbox.clock_advance(p_by interval) OWNER TO lb_gate;

CREATE FUNCTION letterbox.clock_confirm() RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_before  timestamptz;
    v_instant timestamptz;
BEGIN
    IF session_user = 'lb_desk' AND letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'only a manager confirms the clock' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT c.last_instant INTO STRICT v_before FROM letterbox.cluster c FOR UPDATE;
    UPDATE letterbox.cluster SET jump_found_at = NULL, last_instant = pg_catalog.now() + clock_offset
    RETURNING last_instant INTO STRICT v_instant;
    IF v_instant < v_before THEN
        -- Else mail would be neither fetched nor sent, doors stay shut and sessions open, until the wrong time has come.
        UPDATE letterbox.job j
           SET made_at = least(j.made_at, v_instant),
               run_at = CASE WHEN j.state = 'ready' THEN least(j.run_at, v_instant) ELSE j.run_at END,
               lease_until = CASE WHEN j.lease_until > v_instant + interval '10 minutes'
                                  THEN v_instant + interval '10 minutes' ELSE j.lease_until END,
               ended_at = CASE WHEN j.ended_at > v_instant THEN v_instant ELSE j.ended_at END
         WHERE greatest(j.made_at, j.run_at, j.lease_until, j.ended_at) > v_instant;
        DELETE FROM letterbox.rate r WHERE r.minute > v_instant;
        UPDATE letterbox.session s
           SET made_at = least(s.made_at, v_instant), seen_at = least(s.seen_at, v_instant),
               idle_ends_at = least(s.idle_ends_at, v_instant + CASE s.kind WHEN 'desk' THEN interval '15 minutes'
                                                                            ELSE interval '30 minutes' END),
               ends_at = least(s.ends_at, v_instant + interval '8 hours');
        UPDATE letterbox.sign_in_code c SET expires_at = least(c.expires_at, v_instant + interval '10 minutes');
        PERFORM pg_notify('letterbox_job', '');
    END IF;
    RETURN v_instant;
END
$$;
ALTER FUNCTION letterbox.clock_confirm() OWNER TO lb_gate;

CREATE FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT c.kind, letterbox.now(), c.clock_offset, c.jump_found_at FROM letterbox.cluster c
$$;
ALTER FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) OWNER TO lb_gate;

CREATE FUNCTION letterbox.clock_tick() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_cluster letterbox.cluster;
    v_instant timestamptz;
BEGIN
    SELECT * INTO STRICT v_cluster FROM letterbox.cluster;
    v_instant := pg_catalog.now() + v_cluster.clock_offset;
    IF v_instant NOT BETWEEN v_cluster.last_instant - interval '24 hours'
                         AND v_cluster.last_instant + interval '24 hours' THEN
        -- Judged again with the row locked: a person may have confirmed the clock since it was read.
        UPDATE letterbox.cluster c SET jump_found_at = coalesce(c.jump_found_at, v_instant),
                                       last_instant = greatest(c.last_instant, v_instant)
         WHERE v_instant NOT BETWEEN c.last_instant - interval '24 hours' AND c.last_instant + interval '24 hours'
        RETURNING * INTO v_cluster;
        IF NOT FOUND THEN
            SELECT * INTO STRICT v_cluster FROM letterbox.cluster;
        END IF;
    ELSIF v_instant > v_cluster.last_instant + interval '1 second' THEN
        UPDATE letterbox.cluster SET last_instant = greatest(last_instant, v_instant) RETURNING * INTO v_cluster;
    END IF;
    RETURN v_cluster.jump_found_at IS NULL;
END
$$;
ALTER FUNCTION letterbox.clock_tick() OWNER TO lb_gate;

CREATE FUNCTION letterbox.close_grown() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    RETURN (SELECT coalesce(sum(letterbox.arrangements_end(c.agency_id, c.child_id)), 0)
              FROM letterbox.child c
             WHERE c.agency_id = v_agency AND c.eighteenth_month <= letterbox.now()::date
               AND letterbox.child_refusal(c.agency_id, c.child_id) IN ('child_wish', 'child_grown')
               AND EXISTS (SELECT FROM letterbox.arrangement a
                            WHERE a.agency_id = c.agency_id AND a.child_id = c.child_id
                              AND a.state IN ('active', 'paused', 'inactive')));
END
$$;
ALTER FUNCTION letterbox.close_grown() OWNER TO lb_gate;

CREATE FUNCTION letterbox.cluster_init(p_kind text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    INSERT INTO letterbox.cluster (kind, last_instant, dummy_seed)
    VALUES (p_kind, pg_catalog.now(), sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
$$;
ALTER FUNCTION letterbox.cluster_init(p_kind text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.copies_take_back(p_agency bigint, p_letter bigint, p_to bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_copy record;
BEGIN
    -- The letter, then in the order of those who send: the item or the message, then its dispatch.
    PERFORM FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.letter_id = p_letter FOR UPDATE;
    PERFORM FROM letterbox.print_item p
      JOIN letterbox.dispatch d ON d.agency_id = p.agency_id AND d.dispatch_id = p.dispatch_id
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
     WHERE r.agency_id = p_agency AND r.letter_id = p_letter AND p.state IN ('queued', 'printed')
     ORDER BY p.print_id FOR UPDATE OF p;
    PERFORM FROM letterbox.message m
      JOIN letterbox.dispatch d ON d.agency_id = m.agency_id AND d.dispatch_id = m.dispatch_id
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
     WHERE r.agency_id = p_agency AND r.letter_id = p_letter AND m.state = 'ready'
     ORDER BY m.message_id FOR UPDATE OF m;
    FOR v_copy IN
        SELECT d.dispatch_id, d.channel, r.release_id
          FROM letterbox.dispatch d
          JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
         WHERE r.agency_id = p_agency AND r.letter_id = p_letter AND r.kind = 'letter' AND r.state <> 'withdrawn'
           AND (p_to IS NULL OR r.to_party = p_to)
           AND (d.state = 'ready' OR d.channel = 'post' AND d.state = 'sending')
         ORDER BY d.dispatch_id FOR UPDATE OF d
    LOOP
        PERFORM letterbox.dispatch_stop(p_agency, v_copy.dispatch_id,
                                        CASE v_copy.channel WHEN 'portal' THEN 'deliver' WHEN 'post' THEN 'print'
                                                            ELSE 'send' END, 'withdrawn');
        UPDATE letterbox.release r SET state = 'withdrawn'
         WHERE r.agency_id = p_agency AND r.release_id = v_copy.release_id;
        UPDATE letterbox.link l SET withdrawn_at = letterbox.now()
         WHERE l.agency_id = p_agency AND l.release_id = v_copy.release_id AND l.withdrawn_at IS NULL;
        PERFORM letterbox.gate_audit(p_agency, 'copy_taken_back', 'dispatch', v_copy.dispatch_id, 'letter', p_letter);
    END LOOP;
END
$$;
ALTER FUNCTION letterbox.copies_take_back(p_agency bigint, p_letter bigint, p_to bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.copy_take_back(p_dispatch bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_release letterbox.release;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change dispatches' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT r.* INTO v_release FROM letterbox.dispatch d
      JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch;
    PERFORM letterbox.copies_take_back(v_agency, v_release.letter_id, v_release.to_party);
    -- In the portal, and not opened yet: it can still be nobody's.
    UPDATE letterbox.release r SET state = 'withdrawn'
     WHERE r.agency_id = v_agency AND r.release_id = v_release.release_id AND r.kind = 'letter' AND r.state = 'available'
       AND r.opened_at IS NULL
       AND EXISTS (SELECT FROM letterbox.dispatch d WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch
                                                      AND d.channel = 'portal');
    IF FOUND THEN
        PERFORM letterbox.gate_audit(v_agency, 'copy_taken_back', 'dispatch', p_dispatch, 'letter', v_release.letter_id);
    END IF;
    RETURN EXISTS (SELECT FROM letterbox.release r WHERE r.agency_id = v_agency AND r.release_id = v_release.release_id
                                                      AND r.state = 'withdrawn');
END
$$;
ALTER FUNCTION letterbox.copy_take_back(p_dispatch bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.days_ascend(p_days smallint[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(bool_and(p_days[n] < p_days[n + 1]), true) FROM generate_series(1, cardinality(p_days) - 1) AS n
$$;
ALTER FUNCTION letterbox.days_ascend(p_days smallint[]) OWNER TO lb_owner;

CREATE FUNCTION letterbox.decision_objects() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM letterbox.copies_take_back(NEW.agency_id, NEW.letter_id, NEW.to_party);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.decision_objects() OWNER TO lb_gate;

CREATE FUNCTION letterbox.detail_change_add(p_change bigint, p_party bigint, p_address boolean, p_email boolean, p_phone boolean, p_sealed bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_account bigint := letterbox.gate_account();
    v_party   bigint := coalesce(letterbox.gate_party(), p_party);
BEGIN
    IF v_account IS NULL AND coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One at a time for a person: the tenth that nobody has looked at is one too many.
    PERFORM FROM letterbox.party p WHERE p.agency_id = v_agency AND p.party_id = v_party FOR UPDATE;
    IF (SELECT count(*) FROM letterbox.detail_change c
         WHERE c.agency_id = v_agency AND c.party_id = v_party AND c.state = 'waiting') >= 10 THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.detail_change (agency_id, change_id, party_id, account_id, entered_by, is_address, is_email, is_phone,
                                         sealed_change, made_at)
    VALUES (v_agency, p_change, v_party, v_account, CASE WHEN v_account IS NULL THEN letterbox.gate_staff() END, p_address,
            p_email, p_phone, p_sealed, letterbox.now());
    RETURN true;
END
$$;
ALTER FUNCTION letterbox.detail_change_add(p_change bigint, p_party bigint, p_address boolean, p_email boolean, p_phone boolean, p_sealed bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.dispatch_begin(p_dispatch bigint, OUT refusal text, OUT attempt_id bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_state  text;
BEGIN
    SELECT d.state INTO v_state FROM letterbox.dispatch d
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch AND d.channel = 'portal' FOR UPDATE;
    IF v_state IS NULL THEN
        refusal := 'unknown';
    ELSIF v_state NOT IN ('ready', 'sending') THEN
        refusal := 'done';
    ELSE
        refusal := letterbox.dispatch_refusal(v_agency, p_dispatch);
        IF refusal IS NOT NULL THEN
            PERFORM letterbox.dispatch_stop(v_agency, p_dispatch, 'deliver', refusal);
        ELSE
            -- To be delivered in the portal is a row of our own: it begins and ends in this transaction.
            attempt_id := letterbox.new_id();
            INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
            SELECT v_agency, dispatch_begin.attempt_id, p_dispatch, count(*) + 1, 'deliver', letterbox.now(),
                   letterbox.now(), 'done'
              FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.dispatch_id = p_dispatch;
            UPDATE letterbox.dispatch d SET state = 'delivered', changed_at = letterbox.now()
             WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch;
            UPDATE letterbox.release r SET state = 'available'
              FROM letterbox.dispatch d
             WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch
               AND r.agency_id = d.agency_id AND r.release_id = d.release_id;
        END IF;
    END IF;
END
$$;
ALTER FUNCTION letterbox.dispatch_begin(p_dispatch bigint, OUT refusal text, OUT attempt_id bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.dispatch_reached() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE letterbox.party p SET details_changed_at = NULL
      FROM letterbox.release r
     WHERE r.agency_id = NEW.agency_id AND r.release_id = NEW.release_id AND r.kind = 'letter'
       AND p.agency_id = r.agency_id AND p.party_id = r.to_party AND p.details_changed_at IS NOT NULL
       AND letterbox.fresh_approvals(r.agency_id, r.letter_id, r.letter_version, r.to_party, p.details_changed_at) >= 2;
    -- Where they are can be another place tomorrow: what was confirmed held for this one.
    IF NEW.channel <> 'portal' THEN
        UPDATE letterbox.party p
           SET address_confirmed = p.address_confirmed AND NEW.channel <> 'post',
               email_confirmed = p.email_confirmed AND NEW.channel = 'post'
          FROM letterbox.release r
         WHERE r.agency_id = NEW.agency_id AND r.release_id = NEW.release_id
           AND p.agency_id = r.agency_id AND p.party_id = r.to_party AND p.ask_first;
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.dispatch_reached() OWNER TO lb_gate;

CREATE FUNCTION letterbox.dispatch_refusal(p_agency bigint, p_dispatch bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.dispatch_refusal(p_agency bigint, p_dispatch bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.dispatch_stop(p_agency bigint, p_dispatch bigint, p_kind text, p_code text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
BEGIN
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome, code)
    SELECT p_agency, letterbox.new_id(), p_dispatch, count(*) + 1, p_kind, v_instant, v_instant, 'refused', p_code
      FROM letterbox.attempt a WHERE a.agency_id = p_agency AND a.dispatch_id = p_dispatch;
    UPDATE letterbox.dispatch d SET state = 'stopped', code = p_code, changed_at = v_instant
     WHERE d.agency_id = p_agency AND d.dispatch_id = p_dispatch AND d.state IN ('ready', 'sending');
    UPDATE letterbox.message m SET state = 'stopped', code = p_code, changed_at = v_instant
     WHERE m.agency_id = p_agency AND m.dispatch_id = p_dispatch AND m.state = 'ready';
    UPDATE letterbox.print_item p SET state = 'stopped'
     WHERE p.agency_id = p_agency AND p.dispatch_id = p_dispatch AND p.state IN ('queued', 'printed');
END
$$;
ALTER FUNCTION letterbox.dispatch_stop(p_agency bigint, p_dispatch bigint, p_kind text, p_code text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.end_sessions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'account' THEN
        DELETE FROM letterbox.session s WHERE s.agency_id = NEW.agency_id AND s.account_id = NEW.account_id;
    WHEN 'staff' THEN
        DELETE FROM letterbox.session s WHERE s.agency_id = NEW.agency_id AND s.staff_id = NEW.staff_id;
    WHEN 'link' THEN
        DELETE FROM letterbox.session s WHERE s.agency_id = NEW.agency_id AND s.link_id = NEW.link_id;
    END CASE;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.end_sessions() OWNER TO lb_gate;

CREATE FUNCTION letterbox.fresh_approvals(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_since timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT count(DISTINCT d.author) FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version AND d.to_party = p_to
       AND d.kind IN ('approve', 'second') AND d.decided_at >= p_since
$$;
ALTER FUNCTION letterbox.fresh_approvals(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_since timestamp with time zone) OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_account() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT v.account_id FROM letterbox.live_session v);
END
$$;
ALTER FUNCTION letterbox.gate_account() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_agency() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN CASE WHEN session_user IN ('lb_portal', 'lb_desk') THEN (SELECT v.agency_id FROM letterbox.live_session v)
                ELSE (letterbox.gate_live_job()).agency_id END;
END
$$;
ALTER FUNCTION letterbox.gate_agency() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_audit(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM letterbox.audit_write(p_agency,
        CASE session_user WHEN 'lb_desk' THEN 'staff' WHEN 'lb_press' THEN 'press' WHEN 'lb_diary' THEN 'diary' ELSE 'operator' END,
        coalesce(CASE session_user WHEN 'lb_desk' THEN letterbox.gate_staff()
                                   WHEN 'lb_press' THEN letterbox.gate_job()
                                   WHEN 'lb_diary' THEN letterbox.gate_job() END, 0),
        p_act, p_object_kind, p_object_id, p_about_kind, p_about_id, NULL);
END
$$;
ALTER FUNCTION letterbox.gate_audit(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_job() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (letterbox.gate_live_job()).job_id;
END
$$;
ALTER FUNCTION letterbox.gate_job() OWNER TO lb_gate;

CREATE TABLE letterbox.job (
    agency_id bigint NOT NULL,
    job_id bigint NOT NULL,
    worker text NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    priority smallint DEFAULT 5 NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    lease_hash letterbox.bytes32,
    lease_until timestamp with time zone,
    error_code text,
    letter_id bigint,
    arrangement_id bigint,
    party_id bigint,
    decision_id bigint,
    release_id bigint,
    dispatch_id bigint,
    message_id bigint,
    occasion_id bigint,
    account_id bigint,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    waits smallint DEFAULT 0 NOT NULL,
    CONSTRAINT job_attempts_check CHECK (((attempts >= 0) AND (attempts <= 100))),
    CONSTRAINT job_error_code_check CHECK ((error_code ~ '^[a-z0-9_.]{1,40}$'::text)),
    CONSTRAINT job_job_id_check CHECK ((job_id > 0)),
    CONSTRAINT job_kind_check CHECK ((kind ~ '^[a-z][a-z_]{1,39}$'::text)),
    CONSTRAINT job_leased CHECK ((((state = 'leased'::text) = (lease_hash IS NOT NULL)) AND ((lease_hash IS NULL) = (lease_until IS NULL)))),
    CONSTRAINT job_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
    CONSTRAINT job_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'leased'::text, 'done'::text, 'staff'::text, 'closed'::text]))),
    CONSTRAINT job_waits_check CHECK (((waits >= 0) AND (waits <= 100))),
    CONSTRAINT job_worker_check CHECK ((worker = ANY (ARRAY['press'::text, 'post'::text, 'diary'::text])))
);
ALTER TABLE ONLY letterbox.job FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.job OWNER TO lb_owner;

CREATE FUNCTION letterbox.gate_live_job() RETURNS letterbox.job
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    v_lease text := current_setting('letterbox.lease', true);
    v_job   letterbox.job;
BEGIN
    IF v_lease ~ '^[0-9a-f]{64}$' THEN
        SELECT j.* INTO v_job FROM letterbox.job j, letterbox.cluster c
         WHERE j.lease_hash = sha256(decode(v_lease, 'hex')) AND j.state = 'leased'
           AND j.lease_until > greatest(c.last_instant, pg_catalog.now() + c.clock_offset)
           AND 'lb_' || j.worker = session_user;
    END IF;
    RETURN v_job;
END
$_$;
ALTER FUNCTION letterbox.gate_live_job() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_live_session() RETURNS letterbox.session
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session;
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s JOIN letterbox.live_session v USING (session_key);
    RETURN v_session;
END
$$;
ALTER FUNCTION letterbox.gate_live_session() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_need_agency() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_agency();
BEGIN
    IF v_agency IS NULL THEN
        RAISE EXCEPTION 'no live session or lease' USING ERRCODE = 'LB002';
    END IF;
    RETURN v_agency;
END
$$;
ALTER FUNCTION letterbox.gate_need_agency() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_party() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT v.party_id FROM letterbox.live_session v);
END
$$;
ALTER FUNCTION letterbox.gate_party() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_release() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT v.release_id FROM letterbox.live_session v);
END
$$;
ALTER FUNCTION letterbox.gate_release() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_role() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT v.role FROM letterbox.live_session v);
END
$$;
ALTER FUNCTION letterbox.gate_role() OWNER TO lb_gate;

CREATE FUNCTION letterbox.gate_staff() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT v.staff_id FROM letterbox.live_session v);
END
$$;
ALTER FUNCTION letterbox.gate_staff() OWNER TO lb_gate;

CREATE FUNCTION letterbox.history_stays() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'what was stays as it was noted'
        USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = TG_TABLE_NAME, CONSTRAINT = 'history_stays';
END
$$;
ALTER FUNCTION letterbox.history_stays() OWNER TO lb_gate;

CREATE FUNCTION letterbox.idempotency_answer(p_route text, p_once text, p_answer text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    UPDATE letterbox.idempotency i SET answer = p_answer
     WHERE i.agency_id = v_session.agency_id AND i.session_key = v_session.session_key
       AND i.route = p_route AND i.once = p_once;
END
$$;
ALTER FUNCTION letterbox.idempotency_answer(p_route text, p_once text, p_answer text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.idempotency_claim(p_route text, p_once text, OUT fresh boolean, OUT answer text) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    IF v_session.session_key IS NULL THEN
        RAISE EXCEPTION 'no live session' USING ERRCODE = 'LB002';
    END IF;
    -- Waits here while the first click's transaction is under way.
    INSERT INTO letterbox.idempotency AS i (agency_id, session_key, route, once, made_at)
    VALUES (v_session.agency_id, v_session.session_key, p_route, p_once, letterbox.now()) ON CONFLICT DO NOTHING;
    fresh := FOUND;
    IF NOT fresh THEN
        SELECT i.answer INTO answer FROM letterbox.idempotency i
         WHERE i.agency_id = v_session.agency_id AND i.session_key = v_session.session_key
           AND i.route = p_route AND i.once = p_once;
    END IF;
END
$$;
ALTER FUNCTION letterbox.idempotency_claim(p_route text, p_once text, OUT fresh boolean, OUT answer text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer, OUT agency_id bigint, OUT job_id bigint, OUT lease text) RETURNS SETOF record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF session_user <> 'lb_' || p_worker THEN
        RAISE EXCEPTION 'a worker claims its own jobs only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT a.agency_id INTO agency_id FROM letterbox.agency a WHERE a.slug = p_agency_slug AND a.state = 'active';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    job_id := letterbox.new_id();
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
    VALUES (job_begin.agency_id, job_begin.job_id, p_worker, p_kind, letterbox.now(), letterbox.now());
    lease := letterbox.job_lease(job_begin.agency_id, job_begin.job_id, p_limit_s);
    RETURN NEXT;
END
$$;
ALTER FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer, OUT agency_id bigint, OUT job_id bigint, OUT lease text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint, OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint, OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint, OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint) RETURNS SETOF record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_job     letterbox.job;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF session_user <> 'lb_' || p_worker THEN
        RAISE EXCEPTION 'a worker claims its own jobs only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT letterbox.clock_tick() AND p_worker IN ('post', 'diary') THEN
        RETURN;
    END IF;
    LOOP
        -- A lease that ran out: its worker died or hangs. The third time staff look at it, and it blocks nothing.
        SELECT * INTO v_job FROM letterbox.job j
         WHERE j.worker = p_worker AND j.state = 'leased' AND j.lease_until <= v_instant AND j.kind = ANY (p_kinds)
         ORDER BY j.lease_until LIMIT 1 FOR UPDATE SKIP LOCKED;
        EXIT WHEN NOT FOUND OR v_job.attempts < 3;
        UPDATE letterbox.job j
           SET state = 'staff', error_code = 'worker_died', lease_hash = NULL, lease_until = NULL, ended_at = v_instant
         WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id;
    END LOOP;
    IF NOT FOUND THEN
        SELECT * INTO v_job FROM letterbox.job j
         WHERE j.worker = p_worker AND j.state = 'ready' AND j.run_at <= v_instant AND j.kind = ANY (p_kinds)
         ORDER BY j.priority, j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    END IF;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    lease := letterbox.job_lease(v_job.agency_id, v_job.job_id, p_limits_s[array_position(p_kinds, v_job.kind)]);
    agency_id := v_job.agency_id;
    job_id := v_job.job_id;
    kind := v_job.kind;
    attempts := v_job.attempts + 1;
    letter_id := v_job.letter_id;
    arrangement_id := v_job.arrangement_id;
    party_id := v_job.party_id;
    decision_id := v_job.decision_id;
    release_id := v_job.release_id;
    dispatch_id := v_job.dispatch_id;
    message_id := v_job.message_id;
    occasion_id := v_job.occasion_id;
    account_id := v_job.account_id;
    RETURN NEXT;
END
$$;
ALTER FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint, OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint, OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint, OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_job   letterbox.job := letterbox.gate_live_job();
    v_final boolean := p_final OR v_job.attempts >= 3;
BEGIN
    UPDATE letterbox.job j
       SET state = CASE WHEN v_final THEN 'staff' ELSE 'ready' END, lease_hash = NULL, lease_until = NULL,
           error_code = p_error_code, run_at = letterbox.now() + p_retry_s * interval '1 second',
           ended_at = CASE WHEN v_final THEN letterbox.now() END
     WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id AND j.lease_hash = v_job.lease_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease is not held any more' USING ERRCODE = 'LB001';
    END IF;
    RETURN CASE WHEN v_final THEN 'staff' ELSE 'ready' END;
END
$$;
ALTER FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_finish() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_job letterbox.job := letterbox.gate_live_job();
BEGIN
    -- The lease has to be held at this moment, not only when the transaction began.
    UPDATE letterbox.job j
       SET state = 'done', lease_hash = NULL, lease_until = NULL, error_code = NULL, ended_at = letterbox.now()
     WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id AND j.lease_hash = v_job.lease_hash
       AND j.lease_until > letterbox.now() + (clock_timestamp() - pg_catalog.now());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease is not held any more' USING ERRCODE = 'LB001';
    END IF;
END
$$;
ALTER FUNCTION letterbox.job_finish() OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_lease(p_agency bigint, p_job bigint, p_limit_s integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_lease bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
BEGIN
    UPDATE letterbox.job j
       SET state = 'leased', attempts = j.attempts + 1, lease_hash = sha256(v_lease),
           lease_until = letterbox.now() + 2 * p_limit_s * interval '1 second'
     WHERE j.agency_id = p_agency AND j.job_id = p_job;
    RETURN encode(v_lease, 'hex');
END
$$;
ALTER FUNCTION letterbox.job_lease(p_agency bigint, p_job bigint, p_limit_s integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_count integer;
BEGIN
    IF session_user <> 'lb_' || p_worker THEN
        RAISE EXCEPTION 'a worker schedules its own jobs only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One scheduler at a time for a worker: no job is made twice.
    PERFORM pg_advisory_xact_lock(hashtextextended('letterbox.job_schedule.' || p_worker, 0));
    -- What was done is forgotten at once: a mailbox looked into every few seconds would fill the table.
    DELETE FROM letterbox.job j
     WHERE j.worker = p_worker AND j.kind = p_kind AND j.state = 'done'
       AND j.made_at <= letterbox.now() - p_every_s * interval '1 second';
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, made_at)
    SELECT a.agency_id, letterbox.new_id(), p_worker, p_kind, letterbox.now(), letterbox.now()
      FROM letterbox.agency a
     WHERE a.state = 'active'
       AND NOT EXISTS (SELECT FROM letterbox.job j
                        WHERE j.agency_id = a.agency_id AND j.worker = p_worker AND j.kind = p_kind
                          AND j.arrangement_id IS NULL
                          AND (j.state IN ('ready', 'leased')
                               OR j.made_at > letterbox.now() - p_every_s * interval '1 second'));
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
ALTER FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_tell(p_error_code text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_job     letterbox.job := letterbox.gate_live_job();
    v_instant timestamptz := letterbox.now();
BEGIN
    IF v_job.job_id IS NULL THEN
        RAISE EXCEPTION 'no lease is held' USING ERRCODE = 'LB001';
    END IF;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, state, run_at, made_at, ended_at, error_code)
    VALUES (v_job.agency_id, letterbox.new_id(), v_job.worker, v_job.kind, 'staff', v_instant, v_instant, v_instant, p_error_code);
END
$$;
ALTER FUNCTION letterbox.job_tell(p_error_code text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_job   letterbox.job := letterbox.gate_live_job();
    v_pause integer := least(p_most_s, p_first_s * 2 ^ least(v_job.waits, 20));
BEGIN
    UPDATE letterbox.job j
       SET state = 'ready', lease_hash = NULL, lease_until = NULL, error_code = p_error_code,
           attempts = j.attempts - 1, waits = least(j.waits + 1, 100),
           run_at = letterbox.now() + v_pause * interval '1 second'
     WHERE j.agency_id = v_job.agency_id AND j.job_id = v_job.job_id AND j.lease_hash = v_job.lease_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease is not held any more' USING ERRCODE = 'LB001';
    END IF;
    RETURN v_pause;
END
$$;
ALTER FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.job_wake() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NOTIFY letterbox_job;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.job_wake() OWNER TO lb_gate;

CREATE FUNCTION letterbox.join_finish(p_sid bytea, p_account bigint, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_code_address bytea, p_lookup bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session;
    v_before  letterbox.account;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'joining'
       AND s.idle_ends_at > v_instant AND s.ends_at > v_instant;
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    UPDATE letterbox.join_code j SET used_at = v_instant
     WHERE j.agency_id = v_session.agency_id AND j.join_id = v_session.join_id
       AND j.used_at IS NULL AND j.expires_at > v_instant AND j.tries < 5;
    IF NOT FOUND THEN
        RETURN 'used';
    END IF;
    SELECT a.* INTO v_before FROM letterbox.account_lookup l
      JOIN letterbox.account a ON a.agency_id = l.agency_id AND a.account_id = l.account_id
     WHERE l.agency_id = v_session.agency_id AND l.value = p_lookup FOR UPDATE OF a;
    IF FOUND THEN
        IF v_before.party_id <> v_session.party_id THEN
            -- One address signs in to one party: staff have to look. The code is spent.
            DELETE FROM letterbox.session s
             WHERE s.agency_id = v_session.agency_id AND s.session_key = v_session.session_key;
            RETURN 'taken';
        END IF;
        UPDATE letterbox.account a SET state = 'replaced'
         WHERE a.agency_id = v_before.agency_id AND a.account_id = v_before.account_id;
        DELETE FROM letterbox.account_lookup l WHERE l.agency_id = v_session.agency_id AND l.value = p_lookup;
    END IF;
    INSERT INTO letterbox.account (agency_id, account_id, party_id, key_id, public_key, argon_passes, argon_kib, argon_salt,
                                   wrapped_secret, sealed_code_address, made_at)
    VALUES (v_session.agency_id, p_account, v_session.party_id, p_key_id, p_public_key, p_argon_passes, p_argon_kib,
            p_argon_salt, p_wrapped_secret, p_sealed_code_address, v_instant);
    INSERT INTO letterbox.account_lookup (agency_id, value, account_id) VALUES (v_session.agency_id, p_lookup, p_account);
    DELETE FROM letterbox.session s
     WHERE s.agency_id = v_session.agency_id AND s.session_key = v_session.session_key;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, party_id, account_id, made_at)
    VALUES (v_session.agency_id, letterbox.new_id(), 'press', 'welcome_account', v_instant, v_session.party_id, p_account,
            v_instant);
    PERFORM letterbox.audit_write(v_session.agency_id, 'account', p_account, 'joined', 'party', v_session.party_id, NULL,
                                  NULL, NULL);
    RETURN 'ok';
END
$$;
ALTER FUNCTION letterbox.join_finish(p_sid bytea, p_account bigint, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_code_address bytea, p_lookup bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.join_try(p_code_hash bytea, p_email_check bytea, p_sid bytea, p_sealed_secret bytea, OUT result text, OUT agency_id bigint, OUT party_id bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_join    letterbox.join_code;
    v_instant timestamptz := letterbox.now();
BEGIN
    result := 'wrong';
    SELECT j.* INTO v_join FROM letterbox.join_code j WHERE j.code_hash = p_code_hash FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF v_join.tries >= 5 THEN
        result := 'locked';
    ELSIF v_join.used_at IS NOT NULL THEN
        result := 'used';
    ELSIF v_join.expires_at <= v_instant THEN
        result := 'expired';
    ELSIF v_join.email_check <> p_email_check THEN
        UPDATE letterbox.join_code j SET tries = j.tries + 1
         WHERE j.agency_id = v_join.agency_id AND j.join_id = v_join.join_id;
    ELSE
        PERFORM letterbox.session_put(p_sid, v_join.agency_id, 'portal', 'joining', NULL, v_join.party_id, NULL, NULL,
                                      v_join.join_id, NULL, NULL, p_sealed_secret);
        result := 'ok';
        agency_id := v_join.agency_id;
        party_id := v_join.party_id;
    END IF;
END
$$;
ALTER FUNCTION letterbox.join_try(p_code_hash bytea, p_email_check bytea, p_sid bytea, p_sealed_secret bytea, OUT result text, OUT agency_id bigint, OUT party_id bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.ladder_begin() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO letterbox.ladder (agency_id, version, days, staff_days, tell_after, made_at)
    VALUES (NEW.agency_id, 1, '{-28,-14,0,14,42}', '{14}', 14, NEW.made_at);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.ladder_begin() OWNER TO lb_gate;

CREATE FUNCTION letterbox.last_approved(p_agency bigint, p_letter bigint, p_version integer, p_to bigint) RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT max(d.decided_at) FROM letterbox.decision d
     WHERE d.agency_id = p_agency AND d.letter_id = p_letter AND d.letter_version = p_version AND d.to_party = p_to
       AND d.kind IN ('approve', 'second')
$$;
ALTER FUNCTION letterbox.last_approved(p_agency bigint, p_letter bigint, p_version integer, p_to bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_came(p_letter bigint, OUT texts integer, OUT files integer) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    SELECT count(*) FILTER (WHERE o.kind = 'text'), count(*) FILTER (WHERE o.kind = 'file') INTO texts, files
      FROM letterbox.letter l
      JOIN letterbox.original o ON o.agency_id = l.agency_id AND o.letter_id = l.letter_id
     WHERE l.agency_id = v_session.agency_id AND l.letter_id = p_letter AND l.from_party = v_session.party_id;
END
$$;
ALTER FUNCTION letterbox.letter_came(p_letter bigint, OUT texts integer, OUT files integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_manager_decides() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('letter', 'letter_manager_decides', 'a manager was asked, and decides');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.letter_manager_decides() OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_manager_matches() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('letter', 'letter_manager_matches', 'it came from the wrong side, and a manager says whose it is');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.letter_manager_matches() OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_manager_sets_aside() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('letter', 'letter_manager_sets_aside', 'it came from the wrong side, and a manager sets it aside');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.letter_manager_sets_aside() OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_next_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM letterbox.copies_take_back(NEW.agency_id, NEW.letter_id, NULL);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.letter_next_version() OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_sender_stands() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.release r WHERE r.agency_id = NEW.agency_id AND r.letter_id = NEW.letter_id)
       OR EXISTS (SELECT FROM letterbox.decision d
                   WHERE d.agency_id = NEW.agency_id AND d.letter_id = NEW.letter_id AND d.letter_version = NEW.version
                     AND d.kind IN ('approve', 'second')) THEN
        PERFORM letterbox.refuse('letter', 'letter_sender_stands', 'the letter was approved as another''s');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.letter_sender_stands() OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_settle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_letter bigint := CASE TG_TABLE_NAME WHEN 'letter' THEN (to_jsonb(NEW) ->> 'letter_id')::bigint END;
BEGIN
    IF v_letter IS NULL THEN
        SELECT r.letter_id INTO v_letter FROM letterbox.release r
         WHERE r.agency_id = NEW.agency_id AND r.release_id = (to_jsonb(NEW) ->> 'release_id')::bigint;
    END IF;
    UPDATE letterbox.letter l SET state = 'released', changed_at = letterbox.now()
     WHERE l.agency_id = NEW.agency_id AND l.letter_id = v_letter AND l.state = 'composed'
       AND NOT EXISTS (
           SELECT FROM letterbox.release r
            WHERE r.agency_id = l.agency_id AND r.letter_id = l.letter_id AND r.letter_version = l.version
              AND r.kind = 'letter' AND r.state <> 'withdrawn'
              AND NOT EXISTS (SELECT FROM letterbox.dispatch d
                               WHERE d.agency_id = r.agency_id AND d.release_id = r.release_id
                                 AND d.state IN ('sent', 'delivered')));
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.letter_settle() OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_take_apart_anew(p_letter bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_agency();
    v_letter letterbox.letter;
    v_blobs  bigint[];
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        PERFORM letterbox.refuse('letter', 'letter_taken_apart_by_staff', 'a letter is taken apart anew by a coordinator or manager');
    END IF;
    SELECT l.* INTO v_letter FROM letterbox.letter l
     WHERE l.agency_id = v_agency AND l.letter_id = p_letter FOR UPDATE;
    IF v_letter.letter_id IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF v_letter.state NOT IN ('in_review', 'quarantined', 'failed') THEN
        RETURN 'state';
    END IF;
    IF v_letter.is_infected AND v_letter.virus_override IS NULL THEN
        RETURN 'infected';
    END IF;
    -- What somebody was sent stays with the pages that it was made from.
    IF EXISTS (SELECT FROM letterbox.release r
                WHERE r.agency_id = v_agency AND r.letter_id = p_letter AND r.state <> 'withdrawn') THEN
        RETURN 'copies';
    END IF;
    SELECT array_agg(p.blob_id) INTO v_blobs FROM letterbox.part p
     WHERE p.agency_id = v_agency AND p.letter_id = p_letter;
    DELETE FROM letterbox.part p WHERE p.agency_id = v_agency AND p.letter_id = p_letter;
    DELETE FROM letterbox.blob_chunk c WHERE c.agency_id = v_agency AND c.blob_id = ANY (v_blobs);
    DELETE FROM letterbox.blob b WHERE b.agency_id = v_agency AND b.blob_id = ANY (v_blobs);
    -- A manager had it opened once, not for ever: it is kept apart again.
    UPDATE letterbox.letter l
       SET state = 'received', version = l.version + 1, virus_override = NULL, changed_at = letterbox.now()
     WHERE l.agency_id = v_agency AND l.letter_id = p_letter;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, priority, run_at, letter_id, made_at)
    VALUES (v_agency, letterbox.new_id(), 'press', 'prepare_letter', 5, letterbox.now(), p_letter, letterbox.now());
    RETURN CASE WHEN v_letter.is_infected THEN 'apart' ELSE 'done' END;
END
$$;
ALTER FUNCTION letterbox.letter_take_apart_anew(p_letter bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.letter_waits(p_agency bigint, p_arrangement bigint, p_from bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM letterbox.letter l
                    WHERE l.agency_id = p_agency AND l.from_party = p_from AND l.arrangement_id = p_arrangement
                      AND l.state IN ('received', 'preparing', 'quarantined', 'in_review', 'second_check', 'escalated',
                                      'failed', 'approved')
                      AND NOT EXISTS (SELECT FROM letterbox.occasion o
                                       WHERE o.agency_id = l.agency_id AND o.letter_id = l.letter_id))
$$;
ALTER FUNCTION letterbox.letter_waits(p_agency bigint, p_arrangement bigint, p_from bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.link_find(p_token_hash bytea, OUT state text, OUT expires_at timestamp with time zone) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY
    SELECT CASE WHEN l.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN l.tries >= 5 THEN 'locked'
                WHEN l.expires_at <= letterbox.now() THEN 'expired' ELSE 'open' END, l.expires_at
      FROM letterbox.link l WHERE l.token_hash = p_token_hash;
END
$$;
ALTER FUNCTION letterbox.link_find(p_token_hash bytea, OUT state text, OUT expires_at timestamp with time zone) OWNER TO lb_gate;

CREATE FUNCTION letterbox.link_open(p_token_hash bytea, p_sid bytea, p_sealed_secret bytea, p_reader_hash bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_link    letterbox.link;
    v_refusal text;
    v_another boolean;
BEGIN
    SELECT * INTO v_link FROM letterbox.link l
     WHERE l.token_hash = p_token_hash AND l.withdrawn_at IS NULL AND l.tries > 0 AND l.expires_at > letterbox.now()
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_link.agency_id, v_link.dispatch_id);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    v_another := v_link.reader_hash IS NOT NULL AND v_link.reader_hash IS DISTINCT FROM p_reader_hash;
    UPDATE letterbox.link l
       SET tries = 0, opened_at = coalesce(l.opened_at, letterbox.now()),
           reader_hash = coalesce(l.reader_hash, p_reader_hash),
           second_reader_at = CASE WHEN v_another THEN letterbox.now() ELSE l.second_reader_at END
     WHERE l.agency_id = v_link.agency_id AND l.link_id = v_link.link_id;
    PERFORM letterbox.open_journal(v_link.agency_id, v_link.release_id, v_link.dispatch_id);
    PERFORM letterbox.session_put(p_sid, v_link.agency_id, 'link', 'full', NULL, NULL, NULL, NULL, NULL, v_link.link_id,
                                  v_link.release_id, p_sealed_secret);
    PERFORM letterbox.audit_write(v_link.agency_id, 'link', v_link.link_id,
                                  CASE WHEN v_another THEN 'release_opened_elsewhere' ELSE 'release_opened' END,
                                  'release', v_link.release_id, NULL, NULL, NULL);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.link_open(p_token_hash bytea, p_sid bytea, p_sealed_secret bytea, p_reader_hash bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.link_try(p_token_hash bytea, OUT refusal text, OUT agency_id bigint, OUT link_id bigint, OUT release_id bigint, OUT kdf_salt bytea, OUT argon_passes integer, OUT argon_kib integer, OUT sealed_key bytea) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_link letterbox.link;
BEGIN
    SELECT * INTO v_link FROM letterbox.link l WHERE l.token_hash = p_token_hash FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'unknown';
    ELSIF v_link.withdrawn_at IS NOT NULL THEN
        refusal := 'withdrawn';
    ELSIF v_link.tries >= 5 THEN
        refusal := 'locked';
    ELSIF v_link.expires_at <= letterbox.now() THEN
        refusal := 'expired';
    ELSE
        refusal := letterbox.dispatch_refusal(v_link.agency_id, v_link.dispatch_id);
    END IF;
    IF refusal IS NULL THEN
        UPDATE letterbox.link l SET tries = l.tries + 1
         WHERE l.agency_id = v_link.agency_id AND l.link_id = v_link.link_id;
        agency_id := v_link.agency_id;
        link_id := v_link.link_id;
        release_id := v_link.release_id;
        kdf_salt := v_link.kdf_salt;
        argon_passes := v_link.argon_passes;
        argon_kib := v_link.argon_kib;
        sealed_key := v_link.sealed_key;
    END IF;
END
$$;
ALTER FUNCTION letterbox.link_try(p_token_hash bytea, OUT refusal text, OUT agency_id bigint, OUT link_id bigint, OUT release_id bigint, OUT kdf_salt bytea, OUT argon_passes integer, OUT argon_kib integer, OUT sealed_key bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.lives_apart(p_agency bigint, p_party bigint, p_other bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN EXISTS (SELECT FROM letterbox.apart x
                    WHERE x.agency_id = p_agency AND x.party_id = p_party AND x.other_party_id = p_other)
        OR EXISTS (SELECT FROM letterbox.apart x
                    WHERE x.agency_id = p_agency AND x.party_id = p_other AND x.other_party_id = p_party);
END
$$;
ALTER FUNCTION letterbox.lives_apart(p_agency bigint, p_party bigint, p_other bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_answer(p_message bigint, p_answer text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not decide about messages' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.message m
       SET state = CASE p_answer WHEN 'sent' THEN 'sent' WHEN 'again' THEN 'ready' WHEN 'stop' THEN 'stopped' END,
           changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.state = 'maybe_sent'
    RETURNING m.* INTO v_message;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE letterbox.dispatch d
       SET state = CASE p_answer WHEN 'sent' THEN 'sent' WHEN 'again' THEN 'ready' ELSE 'stopped' END,
           changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id AND d.state = 'maybe_sent';
    IF p_answer = 'again' THEN
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, dispatch_id, made_at)
        VALUES (v_agency, letterbox.new_id(), 'post', 'send_mail', v_instant, p_message, v_message.dispatch_id, v_instant);
    END IF;
    RETURN true;
END
$$;
ALTER FUNCTION letterbox.message_answer(p_message bigint, p_answer text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
    ELSIF v_message.notice_id IS NOT NULL THEN
        PERFORM letterbox.notice_lock(v_agency, v_message.notice_id);
        refusal := letterbox.notice_refusal(v_agency, v_message.notice_id);
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
ALTER FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_carrier(p_message bigint, p_carrier text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.message_carrier(p_message bigint, p_carrier text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_end(p_attempt bigint, p_outcome text, p_code text, p_sealed_answer bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.message_end(p_attempt bigint, p_outcome text, p_code text, p_sealed_answer bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_failed_answer(p_message bigint, p_answer text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not decide about messages' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- An old sign-in code is of use to nobody.
    UPDATE letterbox.message m
       SET state = CASE p_answer WHEN 'again' THEN 'ready' WHEN 'close' THEN 'stopped' END, changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message AND m.state = 'failed' AND m.dispatch_id IS NULL
       AND (p_answer <> 'again' OR m.kind <> 'sign_in_code');
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF p_answer = 'again' THEN
        INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, message_id, made_at)
        VALUES (v_agency, letterbox.new_id(), 'post', 'send_mail', v_instant, p_message, v_instant);
    END IF;
    RETURN true;
END
$$;
ALTER FUNCTION letterbox.message_failed_answer(p_message bigint, p_answer text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_found(p_notify_id text, p_status text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.message_found(p_notify_id text, p_status text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_noticed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- Of several accounts of one person, one that was reached is enough.
    IF NEW.state IN ('sent', 'maybe_sent', 'stopped', 'failed') THEN
        UPDATE letterbox.notice n
           SET state = NEW.state, code = CASE WHEN NEW.state IN ('stopped', 'failed') THEN NEW.code END,
               changed_at = letterbox.now()
         WHERE n.agency_id = NEW.agency_id AND n.notice_id = NEW.notice_id AND n.state <> NEW.state
           AND n.state <> 'sent' AND (n.state <> 'stopped' OR NEW.state IN ('sent', 'maybe_sent'))
           AND (NEW.state <> 'stopped' OR NOT EXISTS (
               SELECT FROM letterbox.message m WHERE m.agency_id = NEW.agency_id AND m.notice_id = NEW.notice_id
                  AND m.message_id <> NEW.message_id AND m.state IN ('ready', 'sending', 'sent')));
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.message_noticed() OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_watch(p_message bigint, p_notify_id text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.message_watch(p_message bigint, p_notify_id text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.message_watched(OUT message_id bigint, OUT notify_id text, OUT mail_token text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.message_watched(OUT message_id bigint, OUT notify_id text, OUT mail_token text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.needs_two(p_agency bigint, p_arrangement bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(bool_or(a.two_person), false) FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency
       AND (a.arrangement_id = p_arrangement
            OR a.arrangement_id IN (SELECT letterbox.shared_arrangements(p_agency, p_arrangement, NULL)))
$$;
ALTER FUNCTION letterbox.needs_two(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.new_id() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_random text := gen_random_uuid()::text;
BEGIN
    -- 60 of a version 4 UUID's 122 random bits: its first 12 and last 48. Zero is no id.
    RETURN greatest(('x0' || left(v_random, 3) || right(v_random, 12))::bit(64)::bigint, 1);
END
$$;
ALTER FUNCTION letterbox.new_id() OWNER TO lb_owner;

CREATE FUNCTION letterbox.new_token() RETURNS text
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), 32)
$$;
ALTER FUNCTION letterbox.new_token() OWNER TO lb_owner;

CREATE FUNCTION letterbox.notice_chased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF NEW.state = 'ready' THEN
        -- Nobody gets three reminders at once, in one envelope or after days on which nothing could be sent: what has
        -- not left gives way.
        UPDATE letterbox.notice n SET state = 'stopped', code = 'newer_reminder', changed_at = letterbox.now()
         WHERE n.agency_id = NEW.agency_id AND n.to_party = NEW.to_party AND n.kind = NEW.kind AND n.day < NEW.day
           AND n.state IN ('asked', 'ready') AND NOT letterbox.notice_leaves(n.agency_id, n.notice_id);
    END IF;
    IF NEW.state = OLD.state OR NEW.state NOT IN ('sent', 'maybe_sent', 'printed', 'posted', 'stopped', 'failed') THEN
        RETURN NULL;
    END IF;
    INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, ladder_version, code, notice_id,
                                 staff_id, at)
    SELECT c.agency_id, letterbox.new_id(), c.occasion_id, c.act, NEW.state, c.base_on, c.day, c.ladder_version,
           CASE WHEN NEW.state = 'stopped' THEN coalesce(NEW.code, 'by_staff') ELSE NEW.code END,
           c.notice_id, CASE WHEN NEW.state IN ('printed', 'posted') THEN letterbox.gate_staff() END, letterbox.now()
      FROM letterbox.chase c WHERE c.agency_id = NEW.agency_id AND c.notice_id = NEW.notice_id AND c.event = 'asked';
    IF NEW.state IN ('sent', 'posted') AND NEW.kind = 'reminder' THEN
        UPDATE letterbox.occasion o SET reminders = o.reminders + 1, reminded_at = letterbox.now()
          FROM letterbox.chase c
         WHERE c.agency_id = NEW.agency_id AND c.notice_id = NEW.notice_id AND c.event = 'asked'
           AND o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id;
    END IF;
    IF NEW.state = 'stopped' THEN
        -- One that is being sent at this moment is checked by message_begin, which waits for us.
        UPDATE letterbox.message m SET state = 'stopped', code = NEW.code, changed_at = letterbox.now()
         WHERE m.agency_id = NEW.agency_id AND m.message_id IN (
               SELECT w.message_id FROM letterbox.message w
                WHERE w.agency_id = NEW.agency_id AND w.notice_id = NEW.notice_id
                  AND w.state IN ('ready', 'failed', 'maybe_sent')
                  FOR UPDATE SKIP LOCKED);
        UPDATE letterbox.print_item p SET state = 'stopped'
         WHERE p.agency_id = NEW.agency_id AND p.notice_id = NEW.notice_id AND p.state IN ('queued', 'printed');
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.notice_chased() OWNER TO lb_gate;

CREATE FUNCTION letterbox.notice_leaves(p_agency bigint, p_notice bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM letterbox.message m
                    WHERE m.agency_id = p_agency AND m.notice_id = p_notice AND m.state = 'sending')
$$;
ALTER FUNCTION letterbox.notice_leaves(p_agency bigint, p_notice bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.notice_lock(p_agency bigint, p_notice bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- Who changes one of these facts waits for us, or we see the change; nothing passes in between.
    PERFORM FROM letterbox.agency a WHERE a.agency_id = p_agency FOR SHARE;
    PERFORM FROM letterbox.chase c
      JOIN letterbox.occasion o ON o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id
      JOIN letterbox.arrangement a ON a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
      JOIN letterbox.arrangement_party m ON m.agency_id = o.agency_id AND m.arrangement_id = o.arrangement_id
                                        AND m.party_id IN (o.from_party, o.to_party)
      JOIN letterbox.party p ON p.agency_id = o.agency_id AND p.party_id = m.party_id
     WHERE c.agency_id = p_agency AND c.notice_id = p_notice AND c.event = 'asked'
       FOR SHARE OF o, a, m, p;
END
$$;
ALTER FUNCTION letterbox.notice_lock(p_agency bigint, p_notice bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.notice_print_refusal(p_agency bigint, p_notice bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_refusal text;
BEGIN
    PERFORM letterbox.notice_lock(p_agency, p_notice);
    v_refusal := letterbox.notice_refusal(p_agency, p_notice);
    UPDATE letterbox.notice n SET state = 'stopped', code = v_refusal, changed_at = letterbox.now()
     WHERE n.agency_id = p_agency AND n.notice_id = p_notice AND v_refusal IS NOT NULL;
    RETURN v_refusal;
END
$$;
ALTER FUNCTION letterbox.notice_print_refusal(p_agency bigint, p_notice bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.notice_refusal(p_agency bigint, p_notice bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_notice  letterbox.notice;
    v_party   letterbox.party;
    v_refusal text;
    v_open    boolean;
BEGIN
    SELECT * INTO v_notice FROM letterbox.notice n WHERE n.agency_id = p_agency AND n.notice_id = p_notice;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    -- It goes for as long as one of the letters that it is about is still to be asked for.
    SELECT bool_or(r.code IS NULL), min(r.code) INTO v_open, v_refusal
      FROM letterbox.chase c
      CROSS JOIN LATERAL (SELECT letterbox.remind_refusal(p_agency, c.occasion_id, v_notice.kind, v_notice.day) AS code) r
     WHERE c.agency_id = p_agency AND c.notice_id = p_notice AND c.event = 'asked';
    IF NOT coalesce(v_open, false) THEN
        RETURN coalesce(v_refusal, 'unknown');
    END IF;
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_notice.to_party;
    IF v_notice.address_version IS NULL THEN
        RETURN NULL;                            -- not made yet
    ELSIF v_notice.address_version <> v_party.address_version THEN
        RETURN 'address_changed';
    ELSIF v_notice.way = 'post' AND NOT v_party.address_confirmed
          OR v_notice.way IN ('link', 'pgp', 'email') AND NOT v_party.email_confirmed THEN
        RETURN 'address_unconfirmed';
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.notice_refusal(p_agency bigint, p_notice bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.notice_withdraw(p_agency bigint, p_parties bigint[], p_arrangement bigint, p_occasion bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_notice  bigint;
    v_refusal text;
BEGIN
    FOR v_notice IN
        SELECT n.notice_id FROM letterbox.notice n
         WHERE n.agency_id = p_agency AND n.state IN ('asked', 'ready', 'printed', 'failed', 'maybe_sent')
           AND NOT letterbox.notice_leaves(n.agency_id, n.notice_id)
           AND (p_parties IS NULL AND p_arrangement IS NULL AND p_occasion IS NULL
                OR EXISTS (SELECT FROM letterbox.chase c
                             JOIN letterbox.occasion o ON o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id
                            WHERE c.agency_id = n.agency_id AND c.notice_id = n.notice_id AND c.event = 'asked'
                              AND (o.from_party = ANY (p_parties) OR o.to_party = ANY (p_parties)
                                   OR o.arrangement_id = p_arrangement OR o.occasion_id = p_occasion)))
           FOR UPDATE SKIP LOCKED LOOP
        v_refusal := letterbox.notice_refusal(p_agency, v_notice);
        UPDATE letterbox.notice n SET state = 'stopped', code = v_refusal, changed_at = letterbox.now()
         WHERE n.agency_id = p_agency AND n.notice_id = v_notice AND v_refusal IS NOT NULL;
    END LOOP;
END
$$;
ALTER FUNCTION letterbox.notice_withdraw(p_agency bigint, p_parties bigint[], p_arrangement bigint, p_occasion bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.notices_stop() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'party' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, ARRAY[NEW.party_id], NULL, NULL);
    WHEN 'arrangement' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NEW.arrangement_id, NULL);
    WHEN 'arrangement_party' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NEW.arrangement_id, NULL);
    WHEN 'occasion' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NULL, NEW.occasion_id);
    WHEN 'agency' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NULL, NULL);
    END CASE;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.notices_stop() OWNER TO lb_gate;

CREATE FUNCTION letterbox.now() RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_instant timestamptz;
BEGIN
    SELECT greatest(c.last_instant, pg_catalog.now() + c.clock_offset) INTO STRICT v_instant FROM letterbox.cluster c;
    RETURN v_instant;
END
$$;
ALTER FUNCTION letterbox.now() OWNER TO lb_gate;

CREATE FUNCTION letterbox.occasion_moves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_may text := CASE session_user WHEN 'lb_diary' THEN 'd' WHEN 'lb_press' THEN 'p' WHEN 'lb_desk' THEN 's'
                                    WHEN 'lb_portal' THEN 'w' END;
BEGIN
    -- The same table as in lib/rules/remind.c; others than these roles are the operator.
    IF NEW.state <> OLD.state AND v_may IS NOT NULL AND strpos(
           CASE OLD.state || ' ' || NEW.state
               WHEN 'due late' THEN 'd' WHEN 'due received' THEN 'ps' WHEN 'due waived' THEN 'ds'
               WHEN 'late received' THEN 'ps' WHEN 'late due' THEN 'sw' WHEN 'late missed' THEN 'd'
               WHEN 'late waived' THEN 's' WHEN 'missed received' THEN 's' WHEN 'missed waived' THEN 's'
               WHEN 'waived due' THEN 'ds' ELSE '' END, v_may) = 0 THEN
        PERFORM letterbox.refuse('occasion', 'occasion_moves', 'an expected letter does not move so, or not by this role');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.occasion_moves() OWNER TO lb_gate;

CREATE FUNCTION letterbox.occasion_wait(p_occasion bigint, p_until date, p_today date, p_chase bigint, p_sealed_note bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session  letterbox.session := letterbox.gate_live_session();
    v_instant  timestamptz := letterbox.now();
    v_one      letterbox.occasion;
    v_each     letterbox.occasion;
    v_given    bigint := 0;
BEGIN
    IF v_session.staff_id IS NOT NULL AND v_session.role NOT IN ('coordinator', 'manager') THEN
        RAISE EXCEPTION 'this role does not give more time' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_one FROM letterbox.occasion o
     WHERE o.agency_id = v_session.agency_id AND o.occasion_id = p_occasion AND o.state IN ('due', 'late')
       AND (v_session.staff_id IS NOT NULL OR v_session.account_id IS NOT NULL AND o.from_party = v_session.party_id);
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- All that the same person is to write for the same day in the arrangement: it is one letter to several.
    FOR v_each IN SELECT * FROM letterbox.occasion o
                   WHERE o.agency_id = v_one.agency_id AND o.arrangement_id = v_one.arrangement_id
                     AND o.from_party = v_one.from_party AND o.due_on = v_one.due_on AND o.state IN ('due', 'late')
                     AND p_until > p_today AND p_until > greatest(o.due_on, o.wait_until)
                     AND p_until <= least(greatest(o.due_on, p_today) + interval '2 months', o.due_on + interval '6 months')
                   ORDER BY o.occasion_id = p_occasion DESC, o.occasion_id FOR UPDATE LOOP
        INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, until_on, staff_id,
                                     sealed_note, at)
        VALUES (v_each.agency_id, CASE WHEN v_each.occasion_id = p_occasion THEN p_chase ELSE letterbox.new_id() END,
                v_each.occasion_id, 'wait', 'given', greatest(v_each.due_on, v_each.wait_until), 0, p_until,
                v_session.staff_id, CASE WHEN v_each.occasion_id = p_occasion THEN p_sealed_note END, v_instant);
        UPDATE letterbox.occasion o SET wait_until = p_until, wait_given_at = v_instant, state = 'due', changed_at = v_instant
         WHERE o.agency_id = v_each.agency_id AND o.occasion_id = v_each.occasion_id;
        v_given := v_given + 1;
    END LOOP;
    RETURN v_given;
END
$$;
ALTER FUNCTION letterbox.occasion_wait(p_occasion bigint, p_until date, p_today date, p_chase bigint, p_sealed_note bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.open_journal(p_agency bigint, p_release bigint, p_dispatch bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
BEGIN
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
    SELECT p_agency, letterbox.new_id(), p_dispatch, count(*) + 1, 'open', v_instant, v_instant, 'done'
      FROM letterbox.attempt a WHERE a.agency_id = p_agency AND a.dispatch_id = p_dispatch;
    UPDATE letterbox.release r SET opened_at = v_instant
     WHERE r.agency_id = p_agency AND r.release_id = p_release AND r.opened_at IS NULL;
END
$$;
ALTER FUNCTION letterbox.open_journal(p_agency bigint, p_release bigint, p_dispatch bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_details_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.details_changed_at := letterbox.now();
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.party_details_changed() OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_details_note(p_party bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change people' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
     WHERE p.agency_id = letterbox.gate_need_agency() AND p.party_id = p_party;
END
$$;
ALTER FUNCTION letterbox.party_details_note(p_party bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_for_value(p_use text, p_value bytea) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY SELECT l.party_id FROM letterbox.party_lookup l
     WHERE l.agency_id = letterbox.gate_agency() AND l.use = p_use AND l.value = p_value ORDER BY l.party_id;
END
$$;
ALTER FUNCTION letterbox.party_for_value(p_use text, p_value bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_lift() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        PERFORM letterbox.refuse('party', 'party_manager_lifts', 'only a manager takes a death back');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.party_lift() OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_lookup_add_each(p_parties bigint[], p_uses text[], p_values bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF session_user <> 'lb_desk' OR coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change parties' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id)
    SELECT v_agency, u.use, u.value, u.party FROM unnest(p_parties, p_uses, p_values) AS u (party, use, value)
    ON CONFLICT DO NOTHING;
END
$$;
ALTER FUNCTION letterbox.party_lookup_add_each(p_parties bigint[], p_uses text[], p_values bytea[]) OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_lookup_set(p_party bigint, p_use text, p_values bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF session_user = 'lb_desk' AND coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change parties' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM letterbox.party_lookup l
     WHERE l.agency_id = v_agency AND l.party_id = p_party AND l.use = p_use AND NOT l.value = ANY (p_values);
    INSERT INTO letterbox.party_lookup (agency_id, use, value, party_id)
    SELECT DISTINCT v_agency, p_use, v, p_party FROM unnest(p_values) AS v ON CONFLICT DO NOTHING;
END
$$;
ALTER FUNCTION letterbox.party_lookup_set(p_party bigint, p_use text, p_values bytea[]) OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_state_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.state_changed_at := letterbox.now();
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.party_state_changed() OWNER TO lb_gate;

CREATE FUNCTION letterbox.party_text_set(p_party bigint, p_consent boolean, p_moved boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.party_text_set(p_party bigint, p_consent boolean, p_moved boolean) OWNER TO lb_gate;

CREATE FUNCTION letterbox.post_came_back(p_dispatch bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_release bigint;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not change dispatches' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.dispatch d SET state = 'returned', code = 'post_returned', changed_at = letterbox.now()
     WHERE d.agency_id = v_agency AND d.dispatch_id = p_dispatch AND d.channel = 'post' AND d.state = 'sent'
    RETURNING d.release_id INTO v_release;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- Nothing more goes there until somebody has confirmed an address; of an address that is another by now nothing is known.
    UPDATE letterbox.party p SET address_confirmed = false
      FROM letterbox.release r, letterbox.dispatch d
     WHERE r.agency_id = v_agency AND r.release_id = v_release AND d.agency_id = v_agency AND d.dispatch_id = p_dispatch
       AND p.agency_id = v_agency AND p.party_id = r.to_party AND p.address_version = d.address_version;
    RETURN true;
END
$$;
ALTER FUNCTION letterbox.post_came_back(p_dispatch bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.print_begin(p_print bigint, p_batch bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_item    letterbox.print_item;
    v_refusal text;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not print' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_item FROM letterbox.print_item p WHERE p.agency_id = v_agency AND p.print_id = p_print FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF v_item.state NOT IN ('queued', 'printed') THEN
        RETURN 'done';
    END IF;
    IF v_item.notice_id IS NOT NULL THEN
        v_refusal := letterbox.notice_print_refusal(v_agency, v_item.notice_id);
        IF v_refusal IS NULL THEN
            UPDATE letterbox.print_item p
               SET state = 'printed', batch_id = p_batch, printed_by = letterbox.gate_staff(), printed_at = v_instant
             WHERE p.agency_id = v_agency AND p.print_id = p_print;
            UPDATE letterbox.notice n SET state = 'printed', changed_at = v_instant
             WHERE n.agency_id = v_agency AND n.notice_id = v_item.notice_id AND n.state = 'ready';
        END IF;
        RETURN v_refusal;
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_agency, v_item.dispatch_id);
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.dispatch_stop(v_agency, v_item.dispatch_id, 'print', v_refusal);
        RETURN v_refusal;
    END IF;
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
    SELECT v_agency, letterbox.new_id(), v_item.dispatch_id, count(*) + 1, 'print', v_instant, v_instant, 'done'
      FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.dispatch_id = v_item.dispatch_id;
    UPDATE letterbox.print_item p
       SET state = 'printed', batch_id = p_batch, printed_by = letterbox.gate_staff(), printed_at = v_instant
     WHERE p.agency_id = v_agency AND p.print_id = p_print;
    UPDATE letterbox.dispatch d SET state = 'sending', changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_item.dispatch_id;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.print_begin(p_print bigint, p_batch bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.print_check(p_print bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_dispatch bigint;
    v_notice   bigint;
    v_refusal  text;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not print' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.dispatch_id, p.notice_id INTO v_dispatch, v_notice FROM letterbox.print_item p
     WHERE p.agency_id = v_agency AND p.print_id = p_print AND p.state = 'printed' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF v_notice IS NOT NULL THEN
        RETURN letterbox.notice_print_refusal(v_agency, v_notice);
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_agency, v_dispatch);
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.dispatch_stop(v_agency, v_dispatch, 'print', v_refusal);
    END IF;
    RETURN v_refusal;
END
$$;
ALTER FUNCTION letterbox.print_check(p_print bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.print_posted(p_print bigint, p_day date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_item    letterbox.print_item;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not post' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.print_item p SET state = 'posted', posted_by = letterbox.gate_staff(), posted_on = p_day
     WHERE p.agency_id = v_agency AND p.print_id = p_print AND p.state = 'printed'
    RETURNING p.* INTO v_item;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    -- It left the house already: what changed since is not undone by refusing to write it down.
    UPDATE letterbox.dispatch d SET state = 'sent', changed_at = letterbox.now()
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_item.dispatch_id;
    UPDATE letterbox.notice n SET state = 'posted', changed_at = letterbox.now()
     WHERE n.agency_id = v_agency AND n.notice_id = v_item.notice_id;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.print_posted(p_print bigint, p_day date) OWNER TO lb_gate;

CREATE FUNCTION letterbox.print_take(p_print bigint, p_batch bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM letterbox.print_item p
      WHERE p.agency_id = letterbox.gate_need_agency() AND p.print_id = p_print AND p.state = 'queued' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    RETURN letterbox.print_begin(p_print, p_batch);
END
$$;
ALTER FUNCTION letterbox.print_take(p_print bigint, p_batch bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.rate_hit(p_scope text, p_key_hash bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    INSERT INTO letterbox.rate AS r (scope, key_hash, minute, failures)
    VALUES (p_scope, p_key_hash, date_trunc('minute', letterbox.now()), 1)
    ON CONFLICT (scope, key_hash, minute) DO UPDATE SET failures = r.failures + 1
$$;
ALTER FUNCTION letterbox.rate_hit(p_scope text, p_key_hash bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.rate_state(p_scope text, p_key_hash bytea, OUT refused boolean, OUT failed_today boolean) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(sum(r.failures) FILTER (WHERE r.minute > letterbox.now() - interval '10 minutes'), 0) >= 5,
           count(*) > 0
      FROM letterbox.rate r
     WHERE r.scope = p_scope AND r.key_hash = p_key_hash AND r.minute > letterbox.now() - interval '1 day'
$$;
ALTER FUNCTION letterbox.rate_state(p_scope text, p_key_hash bytea, OUT refused boolean, OUT failed_today boolean) OWNER TO lb_gate;

CREATE FUNCTION letterbox.reading_refusal(p_release bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
    -- What somebody has read already is theirs to read again when contact is over, or the child is grown up or has died.
    IF v_release.opened_at IS NOT NULL
       AND v_refusal IN ('arrangement_ended', 'arrangement_moved', 'arrangement_inactive', 'child_dead', 'child_wish', 'child_grown') THEN
        v_refusal := NULL;
    END IF;
    IF v_refusal IS NULL AND v_release.state = 'withdrawn' THEN
        v_refusal := 'withdrawn';
    END IF;
    RETURN v_refusal;
END
$$;
ALTER FUNCTION letterbox.reading_refusal(p_release bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.refuse(p_table text, p_constraint text, p_message text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '%', p_message
        USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = p_table, CONSTRAINT = p_constraint;
END
$$;
ALTER FUNCTION letterbox.refuse(p_table text, p_constraint text, p_message text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.release_contacts(p_agency bigint, p_letter bigint, p_to bigint, p_kind text) RETURNS bigint[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT coalesce(array_agg(c.contact_id ORDER BY c.contact_id), '{}')
      FROM letterbox.letter l
      JOIN letterbox.contact c ON c.agency_id = l.agency_id AND c.arrangement_id = l.arrangement_id AND c.party_id = p_to
     WHERE l.agency_id = p_agency AND l.letter_id = p_letter
       AND CASE p_kind WHEN 'note'
                       THEN EXISTS (SELECT FROM letterbox.letter_contact m
                                     WHERE m.agency_id = l.agency_id AND m.letter_id = l.letter_id
                                       AND m.contact_id = c.contact_id)
                       ELSE c.other_party_id = l.from_party END
$$;
ALTER FUNCTION letterbox.release_contacts(p_agency bigint, p_letter bigint, p_to bigint, p_kind text) OWNER TO lb_gate;

CREATE FUNCTION letterbox.release_from() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    NEW.contact_ids := letterbox.release_contacts(NEW.agency_id, NEW.letter_id, NEW.to_party, NEW.kind);
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.release_from() OWNER TO lb_gate;

CREATE FUNCTION letterbox.release_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_letter   letterbox.letter;
    v_decision letterbox.decision;
    v_refusal  text;
BEGIN
    SELECT * INTO v_letter FROM letterbox.letter l
     WHERE l.agency_id = NEW.agency_id AND l.letter_id = NEW.letter_id FOR SHARE;
    IF v_letter.arrangement_id IS DISTINCT FROM NEW.arrangement_id THEN
        PERFORM letterbox.refuse('release', 'release_arrangement', 'the release is not of the letter''s arrangement');
    END IF;
    v_refusal := letterbox.release_refusal(NEW.agency_id, NEW.arrangement_id, v_letter.from_party, NEW.to_party, NEW.kind,
                                           NEW.photo_level, letterbox.last_approved(NEW.agency_id, NEW.letter_id,
                                                                                    NEW.letter_version, NEW.to_party));
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.refuse('release', 'release_' || v_refusal, 'this letter may not be released to this party');
    END IF;

    SELECT * INTO v_decision FROM letterbox.decision d
     WHERE d.agency_id = NEW.agency_id AND d.decision_id = NEW.decision_id;
    IF v_decision.letter_id IS DISTINCT FROM NEW.letter_id OR v_decision.letter_version <> NEW.letter_version
       OR v_letter.version <> NEW.letter_version
       OR v_decision.kind <> (CASE NEW.kind WHEN 'note' THEN 'return' ELSE 'approve' END)
       OR (NEW.kind = 'letter' AND v_decision.to_party <> NEW.to_party) THEN
        PERFORM letterbox.refuse('release', 'release_decided', 'no decision about this version and recipient allows it');
    END IF;
    IF NEW.kind = 'letter' THEN
        v_refusal := letterbox.approval_refusal(NEW.agency_id, NEW.letter_id, NEW.letter_version, NEW.to_party,
                                                v_decision.decided_at, v_decision.screen_digest);
        IF v_refusal IS NOT NULL THEN
            PERFORM letterbox.refuse('release', 'release_' || v_refusal, 'the approvals do not let this letter go');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.release_guard() OWNER TO lb_gate;

CREATE FUNCTION letterbox.release_open(p_release bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.release_open(p_release bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.release_refusal(p_agency bigint, p_arrangement bigint, p_from bigint, p_to bigint, p_kind text, p_photo_level text, p_decided_at timestamp with time zone) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_writer      letterbox.party;
    v_agency      letterbox.agency;
    v_arrangement letterbox.arrangement;
    v_sender      letterbox.arrangement_party;
    v_recipient   letterbox.arrangement_party;
    v_party       letterbox.party;
    v_child       text;
BEGIN
    -- FOR SHARE: who changes one of these facts waits for us, or we see the change; nothing passes in between.
    SELECT * INTO v_agency FROM letterbox.agency a WHERE a.agency_id = p_agency FOR SHARE;
    SELECT * INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement FOR SHARE;
    PERFORM FROM letterbox.child c WHERE c.agency_id = p_agency AND c.child_id = v_arrangement.child_id FOR SHARE;
    SELECT * INTO v_sender FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = p_arrangement AND p.party_id = p_from FOR SHARE;
    SELECT * INTO v_recipient FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = p_arrangement AND p.party_id = p_to FOR SHARE;
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_to FOR SHARE;
    SELECT * INTO v_writer FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = p_from FOR SHARE;
    v_child := letterbox.child_refusal(p_agency, v_arrangement.child_id);

    IF v_agency.state IS DISTINCT FROM 'active' OR v_agency.frozen_at IS NOT NULL THEN
        RETURN 'agency_frozen';
    ELSIF v_sender.party_id IS NULL THEN
        RETURN 'sender_unknown';
    ELSIF v_recipient.party_id IS NULL THEN
        RETURN 'recipient_unknown';
    ELSIF v_party.state <> 'active' THEN
        RETURN 'recipient_' || v_party.state;
    ELSIF p_kind = 'note' THEN
        -- A returned letter goes to its own sender and to nobody else.
        RETURN CASE WHEN p_to <> p_from THEN 'note_to_other' END;
    ELSIF v_sender.side = v_recipient.side THEN
        RETURN 'same_side';
    ELSIF v_arrangement.state <> 'active' THEN
        RETURN 'arrangement_' || v_arrangement.state;
    ELSIF v_child IS NOT NULL THEN
        RETURN v_child;
    ELSIF v_recipient.state = 'not_ready' THEN
        RETURN 'recipient_not_ready';
    ELSIF v_recipient.state <> 'active' OR NOT v_recipient.may_receive THEN
        RETURN 'recipient_not_receiving';
    ELSIF v_sender.state = 'ended' OR NOT v_sender.may_write THEN
        RETURN 'sender_not_writing';
    ELSIF v_writer.state = 'dead' AND v_writer.state_changed_at > p_decided_at THEN
        -- Somebody decided before the death was known: a person looks again, and may approve it again.
        RETURN 'sender_dead';
    ELSIF NOT (CASE p_photo_level WHEN 'none' THEN true
                                  WHEN 'no_face' THEN v_arrangement.photo_level IN ('no_face', 'face')
                                  WHEN 'face' THEN v_arrangement.photo_level = 'face'
                                  ELSE v_arrangement.photo_level IN ('view_only', 'face') END) THEN
        RETURN 'photo_level';
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.release_refusal(p_agency bigint, p_arrangement bigint, p_from bigint, p_to bigint, p_kind text, p_photo_level text, p_decided_at timestamp with time zone) OWNER TO lb_gate;

CREATE FUNCTION letterbox.remind_refusal(p_agency bigint, p_occasion bigint, p_kind text, p_day date) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency      letterbox.agency;
    v_occasion    letterbox.occasion;
    v_arrangement text;
    v_writer      text;
    v_reader      text;
    v_writes      letterbox.arrangement_party;
    v_reads       letterbox.arrangement_party;
BEGIN
    SELECT * INTO v_agency FROM letterbox.agency a WHERE a.agency_id = p_agency;
    SELECT * INTO v_occasion FROM letterbox.occasion o WHERE o.agency_id = p_agency AND o.occasion_id = p_occasion;
    SELECT a.state INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = v_occasion.arrangement_id;
    SELECT p.state INTO v_writer FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_occasion.from_party;
    SELECT p.state INTO v_reader FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_occasion.to_party;
    SELECT * INTO v_writes FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = v_occasion.arrangement_id AND p.party_id = v_occasion.from_party;
    SELECT * INTO v_reads FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = v_occasion.arrangement_id AND p.party_id = v_occasion.to_party;

    IF v_agency.state IS DISTINCT FROM 'active' OR v_agency.frozen_at IS NOT NULL THEN
        RETURN 'agency_frozen';
    ELSIF v_occasion.state IN ('received', 'waived', 'missed') THEN
        RETURN 'occasion_' || v_occasion.state;
    ELSIF v_arrangement <> 'active' THEN
        RETURN 'arrangement_' || v_arrangement;
    ELSIF p_kind = 'reminder' THEN
        IF v_writer <> 'active' THEN
            RETURN 'writer_' || v_writer;
        ELSIF v_writes.state IS DISTINCT FROM 'active' OR NOT v_writes.may_write THEN
            RETURN 'writer_not_writing';
        ELSIF v_reader IN ('dead', 'ended') THEN
            RETURN 'reader_' || v_reader;
        ELSIF v_reads.state IS NULL OR v_reads.state = 'ended' OR NOT v_reads.may_receive THEN
            RETURN 'reader_not_receiving';
        ELSIF v_occasion.wait_until > p_day THEN
            RETURN 'more_time';
        END IF;
    ELSE
        IF v_reader <> 'active' THEN
            RETURN 'reader_' || v_reader;
        ELSIF v_reads.state IS DISTINCT FROM 'active' OR NOT v_reads.may_receive THEN
            RETURN 'reader_not_receiving';
        ELSIF v_writer IN ('dead', 'ended') THEN
            RETURN 'writer_' || v_writer;
        ELSIF v_writes.state IS NULL OR v_writes.state = 'ended' OR NOT v_writes.may_write THEN
            RETURN 'writer_not_writing';
        END IF;
    END IF;
    IF letterbox.letter_waits(p_agency, v_occasion.arrangement_id, v_occasion.from_party) THEN
        RETURN 'letter_here';
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.remind_refusal(p_agency bigint, p_occasion bigint, p_kind text, p_day date) OWNER TO lb_gate;

CREATE FUNCTION letterbox.report_region(p_from timestamp with time zone, p_until timestamp with time zone) RETURNS TABLE(slug text, open bigint, direct bigint, letters_in bigint, copies_out bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- The desk takes lb_report's rights for its own agency's counts: these are for the host alone.
    IF session_user <> 'lb_report' THEN
        RAISE EXCEPTION 'only the host of a region asks for it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT g.slug,
           (SELECT count(*) FROM letterbox.arrangement_was w
             WHERE w.agency_id = g.agency_id AND w.from_at < p_until AND w.state <> 'ended'
               AND NOT EXISTS (SELECT FROM letterbox.arrangement_was n
                                WHERE n.agency_id = w.agency_id AND n.arrangement_id = w.arrangement_id
                                  AND n.number = w.number + 1 AND n.from_at < p_until)),
           (SELECT count(*) FROM letterbox.arrangement_was w
             WHERE w.agency_id = g.agency_id AND w.from_at < p_until AND w.state <> 'ended' AND w.kind = 'direct'
               AND NOT EXISTS (SELECT FROM letterbox.arrangement_was n
                                WHERE n.agency_id = w.agency_id AND n.arrangement_id = w.arrangement_id
                                  AND n.number = w.number + 1 AND n.from_at < p_until)),
           (SELECT count(*) FROM letterbox.letter l
             WHERE l.agency_id = g.agency_id AND l.received_at >= p_from AND l.received_at < p_until
               AND l.state <> 'set_aside'),
           (SELECT count(*) FROM letterbox.dispatch d
              JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id AND r.kind = 'letter'
             WHERE d.agency_id = g.agency_id AND d.state IN ('sent', 'delivered', 'returned')
               AND CASE d.state WHEN 'returned' THEN d.made_at ELSE d.changed_at END >= p_from
               AND CASE d.state WHEN 'returned' THEN d.made_at ELSE d.changed_at END < p_until)
      FROM letterbox.agency g WHERE g.state = 'active' ORDER BY g.slug;
END
$$;
ALTER FUNCTION letterbox.report_region(p_from timestamp with time zone, p_until timestamp with time zone) OWNER TO lb_gate;

CREATE FUNCTION letterbox.reviews_open(p_days integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
    v_today  date := letterbox.now()::date;
    v_opened bigint;
BEGIN
    WITH due AS (
        SELECT a.arrangement_id, 'regular' AS kind, a.review_on AS due_on
          FROM letterbox.arrangement a
         WHERE a.agency_id = v_agency AND a.state <> 'ended' AND a.review_on <= v_today + p_days
        UNION ALL
        -- As lib/rules/keep.h has it: a year before the month of the eighteenth birthday.
        SELECT a.arrangement_id, 'seventeenth', (c.eighteenth_month - interval '12 months')::date
          FROM letterbox.arrangement a
          JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
         WHERE a.agency_id = v_agency AND a.state <> 'ended' AND c.state = 'living' AND c.eighteenth_month > v_today
           AND (c.eighteenth_month - interval '12 months')::date <= v_today
    ), opened AS (
        INSERT INTO letterbox.arrangement_review (agency_id, review_id, arrangement_id, kind, due_on, made_at)
        SELECT v_agency, letterbox.new_id(), d.arrangement_id, d.kind, d.due_on, letterbox.now()
          FROM due d
        ON CONFLICT DO NOTHING RETURNING review_id)
    SELECT count(*) INTO v_opened FROM opened;
    RETURN v_opened;
END
$$;
ALTER FUNCTION letterbox.reviews_open(p_days integer) OWNER TO lb_gate;

CREATE FUNCTION letterbox.session_close(p_sid bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    DELETE FROM letterbox.session s WHERE s.session_key = sha256(p_sid);
    RETURN FOUND;
END
$$;
ALTER FUNCTION letterbox.session_close(p_sid bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.session_close_others(p_sid bytea) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.session_close_others(p_sid bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.session_list() RETURNS TABLE(made_at timestamp with time zone, seen_at timestamp with time zone, ends_at timestamp with time zone, this boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.session_list() OWNER TO lb_gate;

CREATE FUNCTION letterbox.session_put(p_sid bytea, p_agency bigint, p_kind text, p_stage text, p_account bigint, p_party bigint, p_staff bigint, p_role text, p_join bigint, p_link bigint, p_release bigint, p_sealed_secret bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
    v_idle    interval := CASE p_kind WHEN 'desk' THEN interval '15 minutes' ELSE interval '30 minutes' END;
BEGIN
    IF octet_length(p_sid) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'a session id has 32 bytes' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO letterbox.session (agency_id, session_key, kind, stage, account_id, party_id, staff_id, role, join_id,
                                   link_id, release_id, sealed_secret, made_at, seen_at, idle_ends_at, ends_at)
    VALUES (p_agency, sha256(p_sid), p_kind, p_stage, p_account, p_party, p_staff, p_role, p_join, p_link, p_release,
            p_sealed_secret, v_instant, v_instant, v_instant + v_idle, v_instant + interval '8 hours');
END
$$;
ALTER FUNCTION letterbox.session_put(p_sid bytea, p_agency bigint, p_kind text, p_stage text, p_account bigint, p_party bigint, p_staff bigint, p_role text, p_join bigint, p_link bigint, p_release bigint, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.session_touch(p_sid bytea, OUT agency_id bigint, OUT kind text, OUT stage text, OUT account_id bigint, OUT party_id bigint, OUT staff_id bigint, OUT role text, OUT join_id bigint, OUT link_id bigint, OUT release_id bigint, OUT sealed_secret bytea, OUT idle_ends_at timestamp with time zone, OUT ends_at timestamp with time zone) RETURNS SETOF record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_instant timestamptz := letterbox.now();
    v_session letterbox.session;
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.idle_ends_at > v_instant AND s.ends_at > v_instant
       AND CASE session_user WHEN 'lb_portal' THEN s.kind IN ('portal', 'link')
                             WHEN 'lb_desk' THEN s.kind = 'desk' ELSE false END;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF v_session.seen_at < v_instant - interval '1 minute' THEN
        UPDATE letterbox.session s
           SET seen_at = v_instant,
               idle_ends_at = v_instant + CASE s.kind WHEN 'desk' THEN interval '15 minutes'
                                                      ELSE interval '30 minutes' END
         WHERE s.agency_id = v_session.agency_id AND s.session_key = v_session.session_key
        RETURNING s.* INTO v_session;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;
    agency_id := v_session.agency_id;
    kind := v_session.kind;
    stage := v_session.stage;
    account_id := v_session.account_id;
    party_id := v_session.party_id;
    staff_id := v_session.staff_id;
    role := v_session.role;
    join_id := v_session.join_id;
    link_id := v_session.link_id;
    release_id := v_session.release_id;
    sealed_secret := v_session.sealed_secret;
    idle_ends_at := v_session.idle_ends_at;
    ends_at := v_session.ends_at;
    RETURN NEXT;
END
$$;
ALTER FUNCTION letterbox.session_touch(p_sid bytea, OUT agency_id bigint, OUT kind text, OUT stage text, OUT account_id bigint, OUT party_id bigint, OUT staff_id bigint, OUT role text, OUT join_id bigint, OUT link_id bigint, OUT release_id bigint, OUT sealed_secret bytea, OUT idle_ends_at timestamp with time zone, OUT ends_at timestamp with time zone) OWNER TO lb_gate;

CREATE FUNCTION letterbox.shared_arrangements(p_agency bigint, p_arrangement bigint, p_party bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT DISTINCT c.arrangement_id
      FROM letterbox.arrangement_party a
      JOIN letterbox.arrangement_party b ON b.agency_id = a.agency_id AND b.arrangement_id = a.arrangement_id
                                        AND b.side <> a.side AND b.party_id > a.party_id
      JOIN letterbox.arrangement_party c ON c.agency_id = a.agency_id AND c.party_id = a.party_id
                                        AND c.arrangement_id <> a.arrangement_id
      JOIN letterbox.arrangement_party d ON d.agency_id = b.agency_id AND d.party_id = b.party_id
                                        AND d.arrangement_id = c.arrangement_id AND d.side <> c.side
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
       AND (p_party IS NULL OR p_party IN (a.party_id, b.party_id))
$$;
ALTER FUNCTION letterbox.shared_arrangements(p_agency bigint, p_arrangement bigint, p_party bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sides_clash(p_agency bigint, p_party bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (
        WITH RECURSIVE mine AS (
            SELECT DISTINCT a.child_id, p.side
              FROM letterbox.arrangement_party p
              JOIN letterbox.arrangement a ON a.agency_id = p.agency_id AND a.arrangement_id = p.arrangement_id
             WHERE p.agency_id = p_agency AND p.party_id = p_party
        ), family (root, child_id) AS (
            SELECT m.child_id, m.child_id FROM mine m
            UNION
            SELECT f.root, CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
              FROM family f
              JOIN letterbox.child_link l ON l.agency_id = p_agency AND f.child_id IN (l.child_id, l.sibling_id)
        )
        SELECT EXISTS (
            SELECT FROM mine m
              JOIN family f ON f.root = m.child_id
              JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.child_id = f.child_id
              JOIN letterbox.arrangement_party o ON o.agency_id = p_agency AND o.arrangement_id = a.arrangement_id
             WHERE CASE WHEN f.child_id = m.child_id THEN o.side <> m.side
                        -- Of linked children, the families they live in are one kind of side, all else the other.
                        ELSE (o.side IN ('adoptive', 'sibling')) <> (m.side IN ('adoptive', 'sibling')) END
               AND (o.party_id = p_party
                    -- Who was one household with somebody stays on that side.
                    OR letterbox.lives_apart(p_agency, p_party, o.party_id)
                    OR EXISTS (SELECT FROM letterbox.party_lookup x
                                 JOIN letterbox.party_lookup y
                                   ON y.agency_id = x.agency_id AND y.use = x.use AND y.value = x.value
                                WHERE x.agency_id = p_agency AND x.party_id = p_party AND y.party_id = o.party_id))));
END
$$;
ALTER FUNCTION letterbox.sides_clash(p_agency bigint, p_party bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sides_lock() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(letterbox.gate_need_agency());
END
$$;
ALTER FUNCTION letterbox.sides_lock() OWNER TO lb_gate;

CREATE FUNCTION letterbox.sides_stay_apart() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_clash boolean;
BEGIN
    -- One change of sides at a time in an agency: two that clash must not pass each other unseen.
    PERFORM pg_advisory_xact_lock(NEW.agency_id);
    IF TG_TABLE_NAME = 'child_link' THEN
        -- Everybody of all the children that hang together now.
        WITH RECURSIVE family (child_id) AS (
            SELECT NEW.child_id
            UNION
            SELECT CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
              FROM family f
              JOIN letterbox.child_link l ON l.agency_id = NEW.agency_id AND f.child_id IN (l.child_id, l.sibling_id)
        )
        SELECT bool_or(letterbox.sides_clash(NEW.agency_id, p.party_id)) INTO v_clash
          FROM family f
          JOIN letterbox.arrangement a ON a.agency_id = NEW.agency_id AND a.child_id = f.child_id
          JOIN letterbox.arrangement_party p ON p.agency_id = a.agency_id AND p.arrangement_id = a.arrangement_id;
    ELSIF EXISTS (SELECT FROM letterbox.arrangement_party p
                   WHERE p.agency_id = NEW.agency_id AND p.party_id = NEW.party_id) THEN
        v_clash := letterbox.sides_clash(NEW.agency_id, NEW.party_id);
    END IF;
    IF v_clash THEN
        PERFORM letterbox.refuse(TG_TABLE_NAME, 'party_on_one_side',
                                 'the same person, address, e-mail or phone would be on two sides of a child');
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.sides_stay_apart() OWNER TO lb_gate;

CREATE FUNCTION letterbox.sign_in_begin(p_sid bytea, p_agency bigint, p_account bigint, p_passed boolean, p_sealed_secret bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.sign_in_begin(p_sid bytea, p_agency bigint, p_account bigint, p_passed boolean, p_sealed_secret bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sign_in_code_again(p_sid bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.sign_in_code_again(p_sid bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sign_in_code_try(p_sid bytea, p_code_hash bytea, p_new_sid bytea, p_sealed_secret bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.sign_in_code_try(p_sid bytea, p_code_hash bytea, p_new_sid bytea, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sign_in_finish(p_old letterbox.session, p_new_sid bytea, p_sealed_secret bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.sign_in_finish(p_old letterbox.session, p_new_sid bytea, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sign_in_second(p_sid bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer, OUT last_totp_step bigint) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'password'
       AND s.idle_ends_at > v_instant AND s.ends_at > v_instant
       AND s.kind = CASE session_user WHEN 'lb_portal' THEN 'portal' WHEN 'lb_desk' THEN 'desk' END;
    IF v_session.kind = 'desk' THEN
        RETURN QUERY SELECT 'totp', s.sealed_totp::bytea, 1, s.last_totp_step FROM letterbox.staff s
                      WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id;
    ELSE
        RETURN QUERY SELECT a.second_factor, a.sealed_totp::bytea, a.totp_version, a.last_totp_step
                       FROM letterbox.account a
                      WHERE a.agency_id = v_session.agency_id AND a.account_id = v_session.account_id;
    END IF;
END
$$;
ALTER FUNCTION letterbox.sign_in_second(p_sid bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer, OUT last_totp_step bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.sign_in_totp(p_sid bytea, p_step bigint, p_new_sid bytea, p_sealed_secret bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'password'
       AND s.idle_ends_at > v_instant AND s.ends_at > v_instant
       AND s.kind = CASE session_user WHEN 'lb_portal' THEN 'portal' WHEN 'lb_desk' THEN 'desk' END;
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    IF v_session.kind = 'desk' THEN
        UPDATE letterbox.staff s SET last_totp_step = p_step
         WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id AND s.last_totp_step < p_step;
    ELSE
        UPDATE letterbox.account a SET last_totp_step = p_step
         WHERE a.agency_id = v_session.agency_id AND a.account_id = v_session.account_id
           AND a.second_factor = 'totp' AND a.last_totp_step < p_step;
    END IF;
    IF NOT FOUND THEN
        RETURN 'used';
    END IF;
    PERFORM letterbox.sign_in_finish(v_session, p_new_sid, p_sealed_secret);
    RETURN 'ok';
END
$$;
ALTER FUNCTION letterbox.sign_in_totp(p_sid bytea, p_step bigint, p_new_sid bytea, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_enrol_first(p_agency bigint, p_staff bigint, p_sealed_record bytea, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_totp bytea, p_lookup bytea, p_desk_key_id bytea, p_sealed_desk_secret bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM letterbox.agency a WHERE a.agency_id = p_agency FOR UPDATE;
    IF EXISTS (SELECT FROM letterbox.staff s
                WHERE s.agency_id = p_agency AND s.role = 'administrator' AND s.state = 'active') THEN
        RAISE EXCEPTION 'the agency has an administrator, who adds the others'
            USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = 'staff', CONSTRAINT = 'staff_first';
    END IF;
    INSERT INTO letterbox.staff (agency_id, staff_id, role, sealed_record, key_id, public_key, argon_passes, argon_kib,
                                 argon_salt, wrapped_secret, sealed_totp, made_at)
    VALUES (p_agency, p_staff, 'administrator', p_sealed_record, p_key_id, p_public_key, p_argon_passes, p_argon_kib,
            p_argon_salt, p_wrapped_secret, p_sealed_totp, letterbox.now());
    INSERT INTO letterbox.staff_lookup (agency_id, value, staff_id) VALUES (p_agency, p_lookup, p_staff);
    INSERT INTO letterbox.staff_grant (agency_id, staff_id, key_id, sealed_secret, granted_at)
    VALUES (p_agency, p_staff, p_desk_key_id, p_sealed_desk_secret, letterbox.now());
    PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'staff_added', 'staff', p_staff, NULL, NULL, NULL);
END
$$;
ALTER FUNCTION letterbox.staff_enrol_first(p_agency bigint, p_staff bigint, p_sealed_record bytea, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_totp bytea, p_lookup bytea, p_desk_key_id bytea, p_sealed_desk_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT staff_id bigint, OUT role text, OUT key_id bytea, OUT public_key bytea, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT sealed_totp bytea) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_seed bytea;
BEGIN
    IF cardinality(p_agencies) IS DISTINCT FROM cardinality(p_values) OR cardinality(p_agencies) = 0 THEN
        RAISE EXCEPTION 'one value for each agency' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT sha256(c.dummy_seed || 'staff'::bytea || p_values[1]) INTO STRICT v_seed FROM letterbox.cluster c;
    SELECT s.agency_id, s.staff_id, s.role, s.key_id, s.public_key, s.argon_passes, s.argon_kib, s.argon_salt,
           s.wrapped_secret, s.sealed_totp
      INTO agency_id, staff_id, role, key_id, public_key, argon_passes, argon_kib, argon_salt, wrapped_secret, sealed_totp
      FROM unnest(p_agencies, p_values) WITH ORDINALITY AS asked (agency_id, value, place)
      JOIN letterbox.staff_lookup l ON l.agency_id = asked.agency_id AND l.value = asked.value
      JOIN letterbox.staff s ON s.agency_id = l.agency_id AND s.staff_id = l.staff_id AND s.state = 'active'
      JOIN letterbox.agency g ON g.agency_id = s.agency_id AND g.state = 'active'
     ORDER BY asked.place LIMIT 1;
    IF NOT FOUND THEN
        agency_id := p_agencies[1];
        staff_id := ('x0' || left(encode(v_seed, 'hex'), 15))::bit(64)::bigint;
        role := 'coordinator';
        key_id := substr(sha256(v_seed || 'key'::bytea), 1, 16);
        public_key := sha256(v_seed || 'public'::bytea);
        argon_passes := 3;
        argon_kib := 65536;
        argon_salt := substr(sha256(v_seed || 'salt'::bytea), 1, 16);
        wrapped_secret := sha256(v_seed || 'a'::bytea) || sha256(v_seed || 'b'::bytea)
                          || sha256(v_seed || 'c'::bytea) || substr(sha256(v_seed || 'd'::bytea), 1, 13);
        sealed_totp := wrapped_secret;
    END IF;
END
$$;
ALTER FUNCTION letterbox.staff_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT staff_id bigint, OUT role text, OUT key_id bytea, OUT public_key bytea, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT sealed_totp bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_lookup_set(p_staff bigint, p_value bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.staff_lookup_set(p_staff bigint, p_value bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_password_set(p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    UPDATE letterbox.staff s
       SET argon_passes = p_argon_passes, argon_kib = p_argon_kib, argon_salt = p_argon_salt,
           wrapped_secret = p_wrapped_secret
     WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no live session' USING ERRCODE = 'LB002';
    END IF;
END
$$;
ALTER FUNCTION letterbox.staff_password_set(p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_person(p_agency bigint, p_staff bigint, OUT agency_id bigint, OUT staff_id bigint) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH home AS (SELECT coalesce(s.home_agency_id, s.agency_id) AS agency_id, coalesce(s.home_staff_id, s.staff_id) AS staff_id
                    FROM letterbox.staff s WHERE s.agency_id = p_agency AND s.staff_id = p_staff)
    SELECT h.agency_id, h.staff_id FROM home h
    UNION ALL
    SELECT s.agency_id, s.staff_id FROM home h
      JOIN letterbox.staff s ON s.home_agency_id = h.agency_id AND s.home_staff_id = h.staff_id
$$;
ALTER FUNCTION letterbox.staff_person(p_agency bigint, p_staff bigint, OUT agency_id bigint, OUT staff_id bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_self(OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT public_key bytea, OUT key_id bytea) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    RETURN QUERY
    SELECT s.argon_passes, s.argon_kib, s.argon_salt::bytea, s.wrapped_secret::bytea, s.public_key::bytea, s.key_id::bytea
      FROM letterbox.staff s WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id;
END
$$;
ALTER FUNCTION letterbox.staff_self(OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT public_key bytea, OUT key_id bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.staff_sign_in_begin(p_sid bytea, p_agency bigint, p_staff bigint, p_sealed_secret bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.staff_sign_in_begin(p_sid bytea, p_agency bigint, p_staff bigint, p_sealed_secret bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.status_jobs() RETURNS TABLE(slug text, worker text, state text, jobs bigint, oldest timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT g.slug, j.worker, j.state, count(*), min(CASE j.state WHEN 'staff' THEN j.ended_at ELSE j.run_at END)
      FROM letterbox.job j JOIN letterbox.agency g ON g.agency_id = j.agency_id
     WHERE j.state IN ('ready', 'leased', 'staff') GROUP BY g.slug, j.worker, j.state
     ORDER BY g.slug, j.worker, j.state
$$;
ALTER FUNCTION letterbox.status_jobs() OWNER TO lb_gate;

CREATE FUNCTION letterbox.sweep() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
ALTER FUNCTION letterbox.sweep() OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_agencies() RETURNS TABLE(agency_id bigint, name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT g.agency_id, g.name FROM letterbox.agency g
     WHERE g.state = 'active' AND letterbox.gate_staff() IS NOT NULL ORDER BY g.name, g.agency_id
$$;
ALTER FUNCTION letterbox.transfer_agencies() OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_blocked_beside(p_agency bigint, p_arrangement bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM letterbox.shared_arrangements(p_agency, p_arrangement, NULL) AS o (id)
                     JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.arrangement_id = o.id
                    WHERE a.state IN ('prohibited', 'suspended'))
$$;
ALTER FUNCTION letterbox.transfer_blocked_beside(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_details_wait(p_agency bigint, p_arrangement bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM letterbox.arrangement_party m
                     JOIN letterbox.detail_change d ON d.agency_id = m.agency_id AND d.party_id = m.party_id
                    WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement AND d.state = 'waiting')
$$;
ALTER FUNCTION letterbox.transfer_details_wait(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_done(p_arrangement bigint) RETURNS TABLE(transfer_id bigint, is_ours boolean, other_name text, decided_at timestamp with time zone, letters integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT t.transfer_id, t.agency_id = letterbox.gate_agency(), g.name, t.decided_at, t.letters
      FROM letterbox.transfer t
      JOIN letterbox.agency g
        ON g.agency_id = CASE WHEN t.agency_id = letterbox.gate_agency() THEN t.to_agency_id ELSE t.agency_id END
     WHERE t.state = 'taken' AND letterbox.gate_staff() IS NOT NULL
       AND (t.agency_id = letterbox.gate_agency() AND t.arrangement_id = p_arrangement
            OR t.to_agency_id = letterbox.gate_agency() AND t.taken_as = p_arrangement)
     ORDER BY t.decided_at DESC
$$;
ALTER FUNCTION letterbox.transfer_done(p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_end(p_transfer bigint, p_sealed_answer bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_transfer letterbox.transfer;
    v_to       text;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'a manager decides' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_transfer FROM letterbox.transfer t
     WHERE t.transfer_id = p_transfer AND (t.agency_id = v_agency OR t.to_agency_id = v_agency AND t.state <> 'proposed') FOR UPDATE;
    IF v_transfer.state IS NULL OR v_transfer.state NOT IN ('proposed', 'offered') THEN
        RETURN 'decided';
    END IF;
    v_to := CASE WHEN v_transfer.agency_id = v_agency THEN 'withdrawn' ELSE 'refused' END;
    UPDATE letterbox.transfer t SET state = v_to, decided_at = letterbox.now(), sealed_bundle = NULL, sealed_answer = p_sealed_answer
     WHERE t.agency_id = v_transfer.agency_id AND t.transfer_id = p_transfer;
    IF v_transfer.state = 'offered' THEN
        -- What happened to the child or beside it meanwhile keeps it held, until a manager of its own agency has looked.
        UPDATE letterbox.arrangement a SET state = v_transfer.state_before
         WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id AND a.state = 'held'
           AND letterbox.child_refusal(a.agency_id, a.child_id) IS NULL
           AND NOT letterbox.transfer_blocked_beside(a.agency_id, a.arrangement_id);
    END IF;
    IF v_to = 'refused' THEN
        PERFORM letterbox.audit_write(v_transfer.agency_id, 'desk', 0, 'transfer_refused', 'arrangement',
                                      v_transfer.arrangement_id, 'transfer', p_transfer, NULL);
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.transfer_end(p_transfer bigint, p_sealed_answer bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_family(p_agency bigint, p_arrangement bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH RECURSIVE family (child_id) AS (
        SELECT a.child_id FROM letterbox.arrangement a WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
        UNION
        SELECT CASE WHEN l.child_id = f.child_id THEN l.sibling_id ELSE l.child_id END
          FROM family f
          JOIN letterbox.child_link l ON l.agency_id = p_agency AND f.child_id IN (l.child_id, l.sibling_id))
    SELECT f.child_id FROM family f
     WHERE f.child_id <> (SELECT a.child_id FROM letterbox.arrangement a
                           WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement)
$$;
ALTER FUNCTION letterbox.transfer_family(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_leaves(p_agency bigint, p_party bigint, p_arrangement bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM letterbox.arrangement_party m
                    WHERE m.agency_id = p_agency AND m.party_id = p_party AND m.arrangement_id = p_arrangement)
       AND NOT EXISTS (SELECT FROM letterbox.arrangement_party m
                         JOIN letterbox.arrangement a ON a.agency_id = m.agency_id AND a.arrangement_id = m.arrangement_id
                        WHERE m.agency_id = p_agency AND m.party_id = p_party AND a.state NOT IN ('ended', 'moved')
                          AND a.arrangement_id <> p_arrangement)
$$;
ALTER FUNCTION letterbox.transfer_leaves(p_agency bigint, p_party bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_left(p_agency bigint, p_arrangement bigint) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT count(DISTINCT f)::integer FROM letterbox.transfer_family(p_agency, p_arrangement) AS f
      JOIN letterbox.arrangement a ON a.agency_id = p_agency AND a.child_id = f
     WHERE a.state NOT IN ('ended', 'moved')
$$;
ALTER FUNCTION letterbox.transfer_left(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_letters(p_agency bigint, p_arrangement bigint, OUT letters integer, OUT shelved integer, OUT digest bytea) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT count(*), count(*) FILTER (WHERE l.state = 'held'),
           sha256(convert_to(coalesce(string_agg(format('%s %s %s', l.letter_id, to_char(l.received_at AT TIME ZONE 'UTC',
                  'YYYY-MM-DD HH24:MI:SS'), l.channel), E'\n' ORDER BY l.received_at, l.letter_id), ''), 'UTF8'))
      FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.arrangement_id = p_arrangement
$$;
ALTER FUNCTION letterbox.transfer_letters(p_agency bigint, p_arrangement bigint, OUT letters integer, OUT shelved integer, OUT digest bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_offer(p_transfer bigint, p_sealed_bundle bytea, p_records bigint[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_transfer letterbox.transfer;
    v_refusal  text;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'a manager agrees' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_transfer FROM letterbox.transfer t WHERE t.agency_id = v_agency AND t.transfer_id = p_transfer FOR UPDATE;
    IF v_transfer.state IS DISTINCT FROM 'proposed' THEN
        RETURN 'decided';
    ELSIF v_transfer.proposed_by = letterbox.gate_staff() THEN
        RETURN 'own';
    END IF;
    v_refusal := letterbox.transfer_refusal(v_agency, v_transfer.arrangement_id);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    ELSIF p_records IS DISTINCT FROM letterbox.transfer_records(v_agency, v_transfer.arrangement_id) THEN
        RETURN 'changed';
    END IF;
    UPDATE letterbox.transfer t
       SET state = 'offered', state_before = a.state, offered_by = letterbox.gate_staff(), offered_at = letterbox.now(),
           records = p_records, sealed_bundle = p_sealed_bundle, letters = s.letters, shelved = s.shelved,
           siblings = letterbox.transfer_left(v_agency, v_transfer.arrangement_id),
           people = (SELECT count(*) FROM letterbox.arrangement_party m
                      WHERE m.agency_id = v_agency AND m.arrangement_id = v_transfer.arrangement_id AND m.state <> 'ended')
      FROM letterbox.arrangement a, letterbox.transfer_letters(v_agency, v_transfer.arrangement_id) AS s
     WHERE t.agency_id = v_agency AND t.transfer_id = p_transfer AND a.agency_id = v_agency
       AND a.arrangement_id = v_transfer.arrangement_id;
    UPDATE letterbox.arrangement a SET state = 'held'
     WHERE a.agency_id = v_agency AND a.arrangement_id = v_transfer.arrangement_id;
    PERFORM letterbox.gate_audit(v_agency, 'arrangement_held', 'arrangement', v_transfer.arrangement_id, 'transfer', p_transfer);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.transfer_offer(p_transfer bigint, p_sealed_bundle bytea, p_records bigint[]) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_other_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.staff_person(NEW.to_agency_id, letterbox.gate_staff()) p
                WHERE p.agency_id = NEW.agency_id AND p.staff_id IN (NEW.proposed_by, NEW.offered_by)) THEN
        PERFORM letterbox.refuse('transfer', 'transfer_other_person', 'who proposed or offered it does not take it as well');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.transfer_other_person() OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_own_records(p_arrangement bigint) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT letterbox.transfer_records(letterbox.gate_agency(), p_arrangement)
$$;
ALTER FUNCTION letterbox.transfer_own_records(p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_propose(p_transfer bigint, p_arrangement bigint, p_to bigint, p_sealed_reason bytea) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_refusal text;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not move arrangements' USING ERRCODE = 'insufficient_privilege';
    END IF;
    v_refusal := letterbox.transfer_refusal(v_agency, p_arrangement);
    IF v_refusal IS NOT NULL THEN
        RETURN v_refusal;
    ELSIF NOT EXISTS (SELECT FROM letterbox.agency g WHERE g.agency_id = p_to AND g.agency_id <> v_agency AND g.state = 'active') THEN
        RETURN 'agency';
    ELSIF EXISTS (SELECT FROM letterbox.transfer t WHERE t.agency_id = v_agency AND t.arrangement_id = p_arrangement
                     AND t.state IN ('proposed', 'offered')) THEN
        RETURN 'open';
    END IF;
    INSERT INTO letterbox.transfer (agency_id, transfer_id, arrangement_id, to_agency_id, proposed_by, proposed_at, people,
                                    letters, shelved, siblings, next_on, sealed_reason)
    SELECT v_agency, p_transfer, p_arrangement, p_to, letterbox.gate_staff(), letterbox.now(),
           (SELECT count(*) FROM letterbox.arrangement_party m
             WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND m.state <> 'ended'),
           s.letters, s.shelved, letterbox.transfer_left(v_agency, p_arrangement),
           (SELECT min(o.due_on) FROM letterbox.occasion o
             WHERE o.agency_id = v_agency AND o.arrangement_id = p_arrangement AND o.state = 'due'), p_sealed_reason
      FROM letterbox.transfer_letters(v_agency, p_arrangement) AS s;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.transfer_propose(p_transfer bigint, p_arrangement bigint, p_to bigint, p_sealed_reason bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_records(p_agency bigint, p_arrangement bigint) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT array_agg(v ORDER BY place, id, v) FROM (
        SELECT 1 AS place, a.child_id AS id, unnest(ARRAY[c.record_version::bigint, hashtext(c.state || ' ' || c.wish)]) AS v
          FROM letterbox.arrangement a JOIN letterbox.child c ON c.agency_id = a.agency_id AND c.child_id = a.child_id
         WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
        UNION ALL SELECT 2, a.arrangement_id, a.record_version FROM letterbox.arrangement a
         WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement
        UNION ALL SELECT 3, g.version, g.version FROM letterbox.agreement g
         WHERE g.agency_id = p_agency AND g.arrangement_id = p_arrangement
        UNION ALL SELECT 4, m.party_id, unnest(ARRAY[m.party_id, p.record_version,
               hashtext(concat_ws(' ', m.side, m.state, m.may_write, m.may_receive, m.office_only, p.state, p.channel, p.ask_first,
                                  p.text_consent, p.address_confirmed, p.email_confirmed))])
          FROM letterbox.arrangement_party m JOIN letterbox.party p ON p.agency_id = m.agency_id AND p.party_id = m.party_id
         WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement
        UNION ALL SELECT 5, x.other_party_id, unnest(ARRAY[x.party_id, x.other_party_id, x.may_know::integer::bigint])
          FROM letterbox.apart x
         WHERE x.agency_id = p_agency AND EXISTS (SELECT FROM letterbox.arrangement_party m
                                                   WHERE m.agency_id = p_agency AND m.arrangement_id = p_arrangement
                                                     AND m.party_id IN (x.party_id, x.other_party_id))) AS r
$$;
ALTER FUNCTION letterbox.transfer_records(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_refusal(p_agency bigint, p_arrangement bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_arrangement letterbox.arrangement;
BEGIN
    SELECT * INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = p_arrangement FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF v_arrangement.state NOT IN ('active', 'paused', 'inactive') THEN
        RETURN 'state';
    ELSIF letterbox.child_refusal(p_agency, v_arrangement.child_id) IS NOT NULL THEN
        RETURN 'state';
    ELSIF EXISTS (SELECT FROM letterbox.arrangement a
                   WHERE a.agency_id = p_agency AND a.child_id = v_arrangement.child_id AND a.arrangement_id <> p_arrangement
                     AND a.state NOT IN ('ended', 'moved')) THEN
        RETURN 'others';
    ELSIF letterbox.transfer_unfinished(p_agency, p_arrangement) THEN
        RETURN 'unfinished';
    ELSIF letterbox.transfer_details_wait(p_agency, p_arrangement) THEN
        RETURN 'details';
    ELSIF letterbox.transfer_blocked_beside(p_agency, p_arrangement) THEN
        RETURN 'beside';
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.transfer_refusal(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_siblings(p_transfer bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT DISTINCT b.child_id FROM letterbox.transfer t
      CROSS JOIN letterbox.transfer_family(t.agency_id, t.arrangement_id) AS f
      JOIN letterbox.arrangement a ON a.agency_id = t.agency_id AND a.child_id = f
      JOIN letterbox.transfer w ON w.agency_id = t.agency_id AND w.arrangement_id = a.arrangement_id
       AND w.to_agency_id = t.to_agency_id AND w.state = 'taken'
      JOIN letterbox.arrangement b ON b.agency_id = t.to_agency_id AND b.arrangement_id = w.taken_as
     WHERE t.transfer_id = p_transfer AND t.to_agency_id = letterbox.gate_agency() AND t.state <> 'proposed'
       AND letterbox.gate_role() = 'manager'
$$;
ALTER FUNCTION letterbox.transfer_siblings(p_transfer bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_take(p_transfer bigint, p_arrangement bigint, p_was bigint[], p_now bigint[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_transfer letterbox.transfer;
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'a manager takes it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_transfer FROM letterbox.transfer t
     WHERE t.to_agency_id = v_agency AND t.transfer_id = p_transfer AND t.state <> 'proposed' FOR UPDATE;
    IF v_transfer.state IS DISTINCT FROM 'offered' THEN
        RETURN 'decided';
    END IF;
    PERFORM FROM letterbox.arrangement a
      WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id FOR UPDATE;
    PERFORM FROM letterbox.party p JOIN letterbox.arrangement_party m ON m.agency_id = p.agency_id AND m.party_id = p.party_id
      WHERE m.agency_id = v_transfer.agency_id AND m.arrangement_id = v_transfer.arrangement_id FOR UPDATE OF p;
    IF v_transfer.records IS DISTINCT FROM letterbox.transfer_records(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        RETURN 'changed';
    ELSIF letterbox.transfer_unfinished(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        -- Nobody could send it on once the arrangement is gone.
        RETURN 'letter';
    ELSIF letterbox.transfer_details_wait(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        RETURN 'details';
    ELSIF letterbox.transfer_blocked_beside(v_transfer.agency_id, v_transfer.arrangement_id) THEN
        RETURN 'beside';
    ELSIF (SELECT count(*) FROM letterbox.arrangement_party m WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement)
          IS DISTINCT FROM v_transfer.people THEN
        RETURN 'not_whole';
    ELSIF EXISTS (SELECT FROM unnest(p_now) AS x
                   WHERE NOT EXISTS (SELECT FROM letterbox.arrangement_party m
                                      WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND m.party_id = x))
       OR EXISTS (SELECT FROM letterbox.transfer_siblings(p_transfer) AS s
                    JOIN letterbox.arrangement a ON a.agency_id = v_agency AND a.arrangement_id = p_arrangement
                   WHERE NOT EXISTS (SELECT FROM letterbox.child_link l
                                      WHERE l.agency_id = v_agency AND l.child_id = least(s, a.child_id)
                                        AND l.sibling_id = greatest(s, a.child_id))) THEN
        -- Sisters and brothers who came before are guarded from the first moment.
        RETURN 'not_whole';
    END IF;
    UPDATE letterbox.transfer t
       SET state = 'taken', decided_at = letterbox.now(), taken_as = p_arrangement, sealed_bundle = NULL, letters = s.letters,
           shelved = s.shelved, letters_digest = s.digest, was_parties = p_was, now_parties = p_now,
           siblings = letterbox.transfer_left(v_transfer.agency_id, v_transfer.arrangement_id)
      FROM letterbox.transfer_letters(v_transfer.agency_id, v_transfer.arrangement_id) AS s
     WHERE t.agency_id = v_transfer.agency_id AND t.transfer_id = p_transfer;
    UPDATE letterbox.arrangement a SET state = 'moved', ended_at = letterbox.now()
     WHERE a.agency_id = v_transfer.agency_id AND a.arrangement_id = v_transfer.arrangement_id;
    -- Who takes part in nothing else there: no account, link or letter of that agency any more.
    UPDATE letterbox.account x SET state = 'disabled'
     WHERE x.agency_id = v_transfer.agency_id AND x.state = 'active' AND letterbox.transfer_leaves(x.agency_id, x.party_id, v_transfer.arrangement_id);
    UPDATE letterbox.join_code j SET expires_at = letterbox.now()
     WHERE j.agency_id = v_transfer.agency_id AND j.used_at IS NULL AND j.expires_at > letterbox.now()
       AND letterbox.transfer_leaves(j.agency_id, j.party_id, v_transfer.arrangement_id);
    UPDATE letterbox.link l SET withdrawn_at = letterbox.now()
      FROM letterbox.release r
     WHERE r.agency_id = l.agency_id AND r.release_id = l.release_id AND l.agency_id = v_transfer.agency_id
       AND r.arrangement_id = v_transfer.arrangement_id AND l.withdrawn_at IS NULL;
    UPDATE letterbox.party p SET state = 'ended'
     WHERE p.agency_id = v_transfer.agency_id AND p.state NOT IN ('dead', 'ended')
       AND letterbox.transfer_leaves(p.agency_id, p.party_id, v_transfer.arrangement_id);
    -- Two people read the first letter to each from here.
    UPDATE letterbox.party p SET details_changed_at = letterbox.now()
      FROM letterbox.arrangement_party m
     WHERE m.agency_id = v_agency AND m.arrangement_id = p_arrangement AND p.agency_id = m.agency_id AND p.party_id = m.party_id;
    PERFORM letterbox.audit_write(v_transfer.agency_id, 'desk', 0, 'transfer_taken', 'arrangement', v_transfer.arrangement_id,
                                  'transfer', p_transfer, NULL);
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.transfer_take(p_transfer bigint, p_arrangement bigint, p_was bigint[], p_now bigint[]) OWNER TO lb_gate;

CREATE FUNCTION letterbox.transfer_unfinished(p_agency bigint, p_arrangement bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM letterbox.letter l WHERE l.agency_id = p_agency AND l.arrangement_id = p_arrangement
                      AND l.state NOT IN ('released', 'returned', 'held', 'set_aside'))
        OR EXISTS (SELECT FROM letterbox.release r
                     JOIN letterbox.dispatch d ON d.agency_id = r.agency_id AND d.release_id = r.release_id
                    WHERE r.agency_id = p_agency AND r.arrangement_id = p_arrangement AND r.state <> 'withdrawn'
                      AND d.state IN ('ready', 'sending', 'maybe_sent'))
$$;
ALTER FUNCTION letterbox.transfer_unfinished(p_agency bigint, p_arrangement bigint) OWNER TO lb_gate;

CREATE FUNCTION letterbox.virus_override(p_letter bigint, p_version integer, p_sealed_reason bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    IF v_session.role IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'only a manager has an infected letter opened' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_sealed_reason IS NULL THEN
        PERFORM letterbox.refuse('letter', 'virus_override_reason', 'an infected letter is not opened without a reason');
    END IF;
    UPDATE letterbox.letter l
       SET virus_override = v_session.staff_id, state = 'received', changed_at = letterbox.now()
     WHERE l.agency_id = v_session.agency_id AND l.letter_id = p_letter AND l.state = 'quarantined'
       AND l.is_infected AND l.virus_override IS NULL AND l.version = p_version;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO letterbox.job (agency_id, job_id, worker, kind, run_at, letter_id, made_at)
    VALUES (v_session.agency_id, letterbox.new_id(), 'press', 'prepare_letter', letterbox.now(), p_letter, letterbox.now());
    PERFORM letterbox.audit_write(v_session.agency_id, 'staff', v_session.staff_id, 'virus_overridden', 'letter', p_letter,
                                  NULL, NULL, p_sealed_reason);
    RETURN true;
END
$$;
ALTER FUNCTION letterbox.virus_override(p_letter bigint, p_version integer, p_sealed_reason bytea) OWNER TO lb_gate;

CREATE FUNCTION letterbox.visit_blocked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'arrangement' THEN
        PERFORM letterbox.visits_stop(NEW.agency_id, NEW.arrangement_id, NULL);
    ELSIF TG_TABLE_NAME = 'arrangement_party' THEN
        PERFORM letterbox.visits_stop(NEW.agency_id, NEW.arrangement_id, NEW.party_id);
    ELSE
        PERFORM letterbox.visits_stop(NEW.agency_id, NULL, NEW.party_id);
    END IF;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.visit_blocked() OWNER TO lb_gate;

CREATE FUNCTION letterbox.visit_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_home  bigint;
    v_other bigint;
    v_away  bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IS DISTINCT FROM NEW.state THEN
        IF OLD.state = 'cancelled' OR OLD.state IN ('took_place', 'missed') AND NEW.state NOT IN ('took_place', 'missed') THEN
            PERFORM letterbox.refuse('visit', 'visit_is_over', 'what is over is not planned again');
        END IF;
        IF NEW.state IN ('took_place', 'missed')
           AND (OLD.state NOT IN ('planned', 'confirmed', 'took_place', 'missed') OR NEW.starts_at > letterbox.now()) THEN
            PERFORM letterbox.refuse('visit', 'visit_has_begun', 'only what has begun took place');
        END IF;
    END IF;
    IF NEW.state <> 'confirmed' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state <> 'confirmed' THEN
        IF EXISTS (SELECT FROM letterbox.agency a WHERE a.agency_id = NEW.agency_id AND a.frozen_at IS NOT NULL) THEN
            PERFORM letterbox.refuse('visit', 'visit_not_frozen', 'the agency is frozen');
        END IF;
    END IF;
    -- Locked, so that who blocks it now waits, and then stops this visit.
    PERFORM FROM letterbox.arrangement a
      WHERE a.agency_id = NEW.agency_id AND a.arrangement_id = NEW.arrangement_id AND a.kind = 'direct' AND a.state = 'active'
        FOR SHARE;
    IF NOT FOUND THEN
        PERFORM letterbox.refuse('visit', 'visit_arrangement_open', 'the arrangement is not open for meetings');
    END IF;
    PERFORM FROM letterbox.visit_party v
       JOIN letterbox.arrangement_party m ON m.agency_id = v.agency_id AND m.arrangement_id = v.arrangement_id
                                         AND m.party_id = v.party_id
       JOIN letterbox.party p ON p.agency_id = v.agency_id AND p.party_id = v.party_id
      WHERE v.agency_id = NEW.agency_id AND v.visit_id = NEW.visit_id AND v.is_asked
        FOR SHARE OF m, p;
    SELECT count(*) FILTER (WHERE m.side = 'adoptive'), count(*) FILTER (WHERE m.side <> 'adoptive'),
           count(*) FILTER (WHERE m.state <> 'active' OR p.state <> 'active')
      INTO v_home, v_other, v_away
      FROM letterbox.visit_party v
      JOIN letterbox.arrangement_party m ON m.agency_id = v.agency_id AND m.arrangement_id = v.arrangement_id
                                        AND m.party_id = v.party_id
      JOIN letterbox.party p ON p.agency_id = v.agency_id AND p.party_id = v.party_id
     WHERE v.agency_id = NEW.agency_id AND v.visit_id = NEW.visit_id AND v.is_asked;
    IF v_away > 0 THEN
        PERFORM letterbox.refuse('visit', 'visit_people_take_part', 'somebody does not take part');
    END IF;
    IF v_home = 0 OR v_other = 0 THEN
        PERFORM letterbox.refuse('visit', 'visit_both_sides', 'nobody is there to meet');
    END IF;
    IF NOT EXISTS (SELECT FROM letterbox.staff s
                    WHERE s.agency_id = NEW.agency_id AND s.staff_id = NEW.supervisor AND s.state = 'active'
                      AND s.role IN ('checker', 'coordinator', 'manager')) THEN
        PERFORM letterbox.refuse('visit', 'visit_supervised', 'nobody supervises it');
    END IF;
    IF TG_OP = 'INSERT' OR OLD.state <> 'confirmed' THEN
        IF NEW.starts_at <= letterbox.now() THEN
            PERFORM letterbox.refuse('visit', 'visit_to_come', 'it would have begun');
        END IF;
        IF NEW.planned_by = letterbox.gate_staff() AND letterbox.needs_two(NEW.agency_id, NEW.arrangement_id) THEN
            PERFORM letterbox.refuse('visit', 'visit_second_person', 'who planned it does not confirm it');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.visit_guard() OWNER TO lb_gate;

CREATE FUNCTION letterbox.visit_people_stand() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM letterbox.visit v
                WHERE v.agency_id = NEW.agency_id AND v.visit_id = NEW.visit_id AND v.state = 'confirmed') THEN
        PERFORM letterbox.refuse('visit_party', 'visit_people_stand', 'the visit is confirmed with those who are asked');
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION letterbox.visit_people_stand() OWNER TO lb_gate;

CREATE FUNCTION letterbox.visit_sheets_end() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE letterbox.visit_party g SET sealed_sheet = NULL
     WHERE g.agency_id = NEW.agency_id AND g.visit_id = NEW.visit_id AND g.sealed_sheet IS NOT NULL;
    RETURN NULL;
END
$$;
ALTER FUNCTION letterbox.visit_sheets_end() OWNER TO lb_gate;

CREATE FUNCTION letterbox.visits_stop(p_agency bigint, p_arrangement bigint, p_party bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_visit bigint;
BEGIN
    FOR v_visit IN
        SELECT v.visit_id FROM letterbox.visit v
         WHERE v.agency_id = p_agency AND v.state IN ('planned', 'confirmed') AND v.ends_at > letterbox.now()
           AND (p_arrangement IS NULL OR v.arrangement_id = p_arrangement)
           AND (p_party IS NULL OR EXISTS (SELECT FROM letterbox.visit_party g
                                            WHERE g.agency_id = v.agency_id AND g.visit_id = v.visit_id
                                              AND g.party_id = p_party AND g.is_asked))
         ORDER BY v.visit_id
    LOOP
        UPDATE letterbox.visit v
           SET state = 'stopped', sequence = v.sequence + 1, changed_at = letterbox.now(), changed_by = NULL
         WHERE v.agency_id = p_agency AND v.visit_id = v_visit AND v.state IN ('planned', 'confirmed');
        IF FOUND THEN
            PERFORM letterbox.gate_audit(p_agency, 'visit_stopped', 'visit', v_visit,
                                         CASE WHEN p_party IS NULL THEN 'arrangement' ELSE 'party' END,
                                         coalesce(p_party, p_arrangement));
        END IF;
    END LOOP;
END
$$;
ALTER FUNCTION letterbox.visits_stop(p_agency bigint, p_arrangement bigint, p_party bigint) OWNER TO lb_gate;

CREATE TABLE letterbox.account (
    agency_id bigint NOT NULL,
    account_id bigint NOT NULL,
    party_id bigint NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    key_id letterbox.bytes16 NOT NULL,
    public_key letterbox.bytes32 NOT NULL,
    argon_passes integer NOT NULL,
    argon_kib integer NOT NULL,
    argon_salt letterbox.bytes16 NOT NULL,
    wrapped_secret letterbox.sealed NOT NULL,
    second_factor text DEFAULT 'email'::text NOT NULL,
    sealed_code_address letterbox.sealed NOT NULL,
    sealed_totp letterbox.sealed,
    totp_version integer DEFAULT 0 NOT NULL,
    last_totp_step bigint DEFAULT 0 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    signed_in_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT account_account_id_check CHECK ((account_id > 0)),
    CONSTRAINT account_argon_kib_check CHECK (((argon_kib >= 8192) AND (argon_kib <= 4194304))),
    CONSTRAINT account_argon_passes_check CHECK (((argon_passes >= 1) AND (argon_passes <= 100))),
    CONSTRAINT account_second CHECK (((second_factor = 'email'::text) OR (sealed_totp IS NOT NULL))),
    CONSTRAINT account_second_factor_check CHECK ((second_factor = ANY (ARRAY['email'::text, 'totp'::text]))),
    CONSTRAINT account_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text, 'replaced'::text]))),
    CONSTRAINT account_totp_version_check CHECK ((totp_version >= 0)),
    CONSTRAINT account_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.account FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.account OWNER TO lb_owner;

CREATE TABLE letterbox.account_lookup (
    agency_id bigint NOT NULL,
    value letterbox.bytes32 NOT NULL,
    account_id bigint NOT NULL
);
ALTER TABLE ONLY letterbox.account_lookup FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.account_lookup OWNER TO lb_owner;

CREATE TABLE letterbox.acknowledgement (
    agency_id bigint NOT NULL,
    party_id bigint NOT NULL,
    day date NOT NULL,
    letter_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY letterbox.acknowledgement FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.acknowledgement OWNER TO lb_owner;

CREATE TABLE letterbox.agency (
    agency_id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    neutral_name text NOT NULL,
    help_phone text,
    help_email text,
    help_hours text,
    demo boolean DEFAULT false NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    plain_email_allowed boolean DEFAULT false NOT NULL,
    frozen_at timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT agency_agency_id_check CHECK ((agency_id > 0)),
    CONSTRAINT agency_help_email_check CHECK ((octet_length(help_email) <= 200)),
    CONSTRAINT agency_help_hours_check CHECK ((octet_length(help_hours) <= 200)),
    CONSTRAINT agency_help_phone_check CHECK ((octet_length(help_phone) <= 40)),
    CONSTRAINT agency_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 200))),
    CONSTRAINT agency_neutral_name_check CHECK (((octet_length(neutral_name) >= 1) AND (octet_length(neutral_name) <= 100))),
    CONSTRAINT agency_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
    CONSTRAINT agency_state_check CHECK ((state = ANY (ARRAY['active'::text, 'closed'::text])))
);
ALTER TABLE ONLY letterbox.agency FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.agency OWNER TO lb_owner;

CREATE TABLE letterbox.agency_key (
    agency_id bigint NOT NULL,
    key_id letterbox.bytes16 NOT NULL,
    purpose text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    public_key bytea NOT NULL,
    fingerprint text,
    made_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT agency_key_fingerprint_check CHECK ((fingerprint ~ '^[0-9A-F]{40}$'::text)),
    CONSTRAINT agency_key_kind CHECK (((purpose = ANY (ARRAY['mail'::text, 'archive'::text])) = (fingerprint IS NOT NULL))),
    CONSTRAINT agency_key_public_key_check CHECK (((octet_length(public_key) >= 32) AND (octet_length(public_key) <= 65536))),
    CONSTRAINT agency_key_purpose_check CHECK ((purpose = ANY (ARRAY['press'::text, 'desk'::text, 'post'::text, 'mail'::text, 'archive'::text]))),
    CONSTRAINT agency_key_state_check CHECK ((state = ANY (ARRAY['active'::text, 'retired'::text]))),
    CONSTRAINT agency_key_x25519 CHECK (((purpose = ANY (ARRAY['mail'::text, 'archive'::text])) OR (octet_length(public_key) = 32)))
);
ALTER TABLE ONLY letterbox.agency_key FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.agency_key OWNER TO lb_owner;

CREATE TABLE letterbox.agreement (
    agency_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    version integer NOT NULL,
    months smallint[] NOT NULL,
    avoid_months smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    first_writer text NOT NULL,
    source text NOT NULL,
    sealed_terms letterbox.sealed,
    agreed_on date,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    rule text,
    starts_on date NOT NULL,
    until_on date GENERATED ALWAYS AS (make_date(("substring"(rule, 'UNTIL=(\d{4})'::text))::integer, ("substring"(rule, 'UNTIL=\d{4}(\d\d)'::text))::integer, ("substring"(rule, 'UNTIL=\d{6}(\d\d)'::text))::integer)) STORED,
    CONSTRAINT agreement_avoid_months CHECK (((avoid_months <@ ARRAY[(1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint, (7)::smallint, (8)::smallint, (9)::smallint, (10)::smallint, (11)::smallint, (12)::smallint]) AND (cardinality(avoid_months) <= 12))),
    CONSTRAINT agreement_first_writer_check CHECK ((first_writer = ANY (ARRAY['adoptive'::text, 'birth'::text, 'either'::text]))),
    CONSTRAINT agreement_months CHECK (((months <@ ARRAY[(1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint, (7)::smallint, (8)::smallint, (9)::smallint, (10)::smallint, (11)::smallint, (12)::smallint]) AND (cardinality(months) <= 12))),
    CONSTRAINT agreement_rule CHECK (
CASE
    WHEN (rule IS NULL) THEN (cardinality(months) = 0)
    ELSE ((rule ~ '^FREQ=YEARLY(;INTERVAL=([2-9]|10))?;BYMONTH=(1?\d)(,1?\d){0,11}(;COUNT=[1-9]\d{0,2}|;UNTIL=\d{8})?$'::text) AND (months @> (string_to_array("substring"(rule, 'BYMONTH=([\d,]+)'::text), ','::text))::smallint[]) AND (months <@ (string_to_array("substring"(rule, 'BYMONTH=([\d,]+)'::text), ','::text))::smallint[]))
END),
    CONSTRAINT agreement_source_check CHECK ((source = ANY (ARRAY['order'::text, 'plan'::text, 'review'::text, 'import'::text]))),
    CONSTRAINT agreement_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.agreement FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.agreement OWNER TO lb_owner;

CREATE TABLE letterbox.apart (
    agency_id bigint NOT NULL,
    party_id bigint NOT NULL,
    other_party_id bigint NOT NULL,
    may_know boolean DEFAULT false NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by bigint NOT NULL,
    CONSTRAINT apart_two CHECK ((party_id <> other_party_id))
);
ALTER TABLE ONLY letterbox.apart FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.apart OWNER TO lb_owner;

CREATE TABLE letterbox.archive_copy (
    agency_id bigint NOT NULL,
    archive_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    release_id bigint,
    kind text NOT NULL,
    number smallint NOT NULL,
    blob_id bigint NOT NULL,
    key_ids bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    digest letterbox.bytes32,
    checked_at timestamp with time zone,
    is_damaged boolean DEFAULT false NOT NULL,
    CONSTRAINT archive_copy_archive_id_check CHECK ((archive_id > 0)),
    CONSTRAINT archive_copy_damaged CHECK (((checked_at IS NOT NULL) OR (NOT is_damaged))),
    CONSTRAINT archive_copy_key_ids_check CHECK ((((octet_length(key_ids) >= 32) AND (octet_length(key_ids) <= 160)) AND ((octet_length(key_ids) % 16) = 0))),
    CONSTRAINT archive_copy_kind_check CHECK ((kind = ANY (ARRAY['original'::text, 'release'::text]))),
    CONSTRAINT archive_copy_number_check CHECK ((number > 0)),
    CONSTRAINT archive_copy_of CHECK (((kind = 'release'::text) = (release_id IS NOT NULL)))
);
ALTER TABLE ONLY letterbox.archive_copy FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.archive_copy OWNER TO lb_owner;

CREATE TABLE letterbox.arrangement (
    agency_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    child_id bigint NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    two_person boolean DEFAULT false NOT NULL,
    photo_level text DEFAULT 'none'::text NOT NULL,
    sealed_record letterbox.sealed NOT NULL,
    record_version integer DEFAULT 1 NOT NULL,
    review_on date,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    changed_at timestamp with time zone,
    changed_by bigint,
    last_in_on date,
    last_out_on date,
    CONSTRAINT arrangement_arrangement_id_check CHECK ((arrangement_id > 0)),
    CONSTRAINT arrangement_kind_check CHECK ((kind = ANY (ARRAY['indirect'::text, 'direct'::text, 'one_way'::text]))),
    CONSTRAINT arrangement_photo_level_check CHECK ((photo_level = ANY (ARRAY['none'::text, 'no_face'::text, 'face'::text, 'view_only'::text]))),
    CONSTRAINT arrangement_record_version_check CHECK ((record_version > 0)),
    CONSTRAINT arrangement_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'suspended'::text, 'held'::text, 'prohibited'::text, 'inactive'::text, 'ended'::text, 'moved'::text])))
);
ALTER TABLE ONLY letterbox.arrangement FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement OWNER TO lb_owner;

CREATE TABLE letterbox.arrangement_party (
    agency_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    party_id bigint NOT NULL,
    side text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    may_write boolean DEFAULT true NOT NULL,
    may_receive boolean DEFAULT true NOT NULL,
    place_id bigint DEFAULT letterbox.new_id() NOT NULL,
    office_only boolean DEFAULT false NOT NULL,
    CONSTRAINT arrangement_party_place_id_check CHECK ((place_id > 0)),
    CONSTRAINT arrangement_party_side_check CHECK ((side = ANY (ARRAY['adoptive'::text, 'birth'::text, 'sibling'::text, 'other'::text]))),
    CONSTRAINT arrangement_party_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'not_ready'::text, 'ended'::text])))
);
ALTER TABLE ONLY letterbox.arrangement_party FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement_party OWNER TO lb_owner;

CREATE TABLE letterbox.arrangement_review (
    agency_id bigint NOT NULL,
    review_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    kind text NOT NULL,
    due_on date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    sealed_answers letterbox.sealed,
    done_at timestamp with time zone,
    done_by bigint,
    CONSTRAINT arrangement_review_done CHECK ((((done_at IS NULL) = (done_by IS NULL)) AND ((done_at IS NULL) = (sealed_answers IS NULL)))),
    CONSTRAINT arrangement_review_kind_check CHECK ((kind = ANY (ARRAY['regular'::text, 'seventeenth'::text]))),
    CONSTRAINT arrangement_review_review_id_check CHECK ((review_id > 0))
);
ALTER TABLE ONLY letterbox.arrangement_review FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement_review OWNER TO lb_owner;

CREATE TABLE letterbox.arrangement_was (
    agency_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    number integer NOT NULL,
    from_at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    CONSTRAINT arrangement_was_kind_check CHECK ((kind = ANY (ARRAY['indirect'::text, 'direct'::text, 'one_way'::text]))),
    CONSTRAINT arrangement_was_number_check CHECK ((number > 0)),
    CONSTRAINT arrangement_was_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'suspended'::text, 'held'::text, 'prohibited'::text, 'inactive'::text, 'ended'::text])))
);
ALTER TABLE ONLY letterbox.arrangement_was FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement_was OWNER TO lb_owner;

CREATE TABLE letterbox.attempt (
    agency_id bigint NOT NULL,
    attempt_id bigint NOT NULL,
    dispatch_id bigint,
    message_id bigint,
    number integer NOT NULL,
    kind text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    code text,
    CONSTRAINT attempt_attempt_id_check CHECK ((attempt_id > 0)),
    CONSTRAINT attempt_code_check CHECK ((code ~ '^[a-z0-9_.]{1,40}$'::text)),
    CONSTRAINT attempt_ended CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT attempt_kind_check CHECK ((kind = ANY (ARRAY['send'::text, 'deliver'::text, 'open'::text, 'print'::text]))),
    CONSTRAINT attempt_number_check CHECK ((number > 0)),
    CONSTRAINT attempt_of CHECK (((dispatch_id IS NOT NULL) OR (message_id IS NOT NULL))),
    CONSTRAINT attempt_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text, 'failed'::text, 'unknown'::text])))
);
ALTER TABLE ONLY letterbox.attempt FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.attempt OWNER TO lb_owner;

CREATE TABLE letterbox.audit_chain (
    agency_id bigint NOT NULL,
    number bigint NOT NULL,
    hash letterbox.bytes32 NOT NULL,
    CONSTRAINT audit_chain_number_check CHECK ((number >= 0))
);
ALTER TABLE ONLY letterbox.audit_chain FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.audit_chain OWNER TO lb_owner;

CREATE TABLE letterbox.blob (
    agency_id bigint NOT NULL,
    blob_id bigint NOT NULL,
    purpose text NOT NULL,
    account_id bigint,
    bytes bigint NOT NULL,
    chunks integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT blob_blob_id_check CHECK ((blob_id > 0)),
    CONSTRAINT blob_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT blob_chunks_check CHECK ((chunks > 0)),
    CONSTRAINT blob_owner CHECK (((purpose = 'draft'::text) = (account_id IS NOT NULL))),
    CONSTRAINT blob_purpose_check CHECK ((purpose = ANY (ARRAY['draft'::text, 'original'::text, 'part'::text, 'review'::text, 'release'::text, 'message'::text, 'archive'::text, 'print'::text])))
);
ALTER TABLE ONLY letterbox.blob FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.blob OWNER TO lb_owner;

CREATE TABLE letterbox.blob_chunk (
    agency_id bigint NOT NULL,
    blob_id bigint NOT NULL,
    number integer NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT blob_chunk_bytes_check CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 1048576))),
    CONSTRAINT blob_chunk_number_check CHECK ((number >= 0))
);
ALTER TABLE ONLY letterbox.blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE ONLY letterbox.blob_chunk FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.blob_chunk OWNER TO lb_owner;

CREATE TABLE letterbox.bounce (
    agency_id bigint NOT NULL,
    bounce_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    message_id bigint NOT NULL,
    dispatch_id bigint,
    party_id bigint,
    kind text NOT NULL,
    code text,
    is_recipients boolean NOT NULL,
    came_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    seen_by bigint,
    CONSTRAINT bounce_bounce_id_check CHECK ((bounce_id > 0)),
    CONSTRAINT bounce_code_check CHECK ((code ~ '^[245]\.[0-9]{1,3}\.[0-9]{1,3}$'::text)),
    CONSTRAINT bounce_kind_check CHECK ((kind = ANY (ARRAY['hard'::text, 'soft'::text, 'refused'::text, 'delay'::text, 'away'::text]))),
    CONSTRAINT bounce_seen CHECK (((seen_at IS NULL) = (seen_by IS NULL)))
);
ALTER TABLE ONLY letterbox.bounce FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.bounce OWNER TO lb_owner;

CREATE TABLE letterbox.chase (
    agency_id bigint NOT NULL,
    chase_id bigint NOT NULL,
    occasion_id bigint NOT NULL,
    act text NOT NULL,
    event text NOT NULL,
    base_on date NOT NULL,
    day smallint NOT NULL,
    ladder_version integer,
    code text,
    until_on date,
    notice_id bigint,
    staff_id bigint,
    sealed_note letterbox.sealed,
    at timestamp with time zone NOT NULL,
    CONSTRAINT chase_act_check CHECK ((act = ANY (ARRAY['reminder'::text, 'staff'::text, 'delay'::text, 'wait'::text]))),
    CONSTRAINT chase_chase_id_check CHECK ((chase_id > 0)),
    CONSTRAINT chase_code CHECK (((event <> ALL (ARRAY['withheld'::text, 'stopped'::text])) OR (code IS NOT NULL))),
    CONSTRAINT chase_code_check CHECK ((code ~ '^[a-z0-9_.]{1,40}$'::text)),
    CONSTRAINT chase_day_check CHECK (((day >= '-80'::integer) AND (day <= 80))),
    CONSTRAINT chase_event_check CHECK ((event = ANY (ARRAY['withheld'::text, 'asked'::text, 'sent'::text, 'maybe_sent'::text, 'printed'::text, 'posted'::text, 'stopped'::text, 'failed'::text, 'handed'::text, 'called'::text, 'went_on'::text, 'given'::text, 'waived'::text]))),
    CONSTRAINT chase_notice CHECK (((event <> ALL (ARRAY['asked'::text, 'sent'::text, 'maybe_sent'::text, 'printed'::text, 'posted'::text, 'failed'::text])) OR (notice_id IS NOT NULL))),
    CONSTRAINT chase_staff CHECK (((event <> ALL (ARRAY['called'::text, 'went_on'::text, 'waived'::text])) OR (staff_id IS NOT NULL))),
    CONSTRAINT chase_until CHECK (((event = 'given'::text) = (until_on IS NOT NULL)))
);
ALTER TABLE ONLY letterbox.chase FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.chase OWNER TO lb_owner;

CREATE TABLE letterbox.child (
    agency_id bigint NOT NULL,
    child_id bigint NOT NULL,
    sealed_record letterbox.sealed NOT NULL,
    record_version integer DEFAULT 1 NOT NULL,
    eighteenth_month date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state text DEFAULT 'living'::text NOT NULL,
    wish text DEFAULT 'unknown'::text NOT NULL,
    CONSTRAINT child_child_id_check CHECK ((child_id > 0)),
    CONSTRAINT child_eighteenth_month_check CHECK ((EXTRACT(day FROM eighteenth_month) = (1)::numeric)),
    CONSTRAINT child_record_version_check CHECK ((record_version > 0)),
    CONSTRAINT child_state_check CHECK ((state = ANY (ARRAY['living'::text, 'dead'::text]))),
    CONSTRAINT child_wish_check CHECK ((wish = ANY (ARRAY['unknown'::text, 'go_on'::text, 'stop'::text, 'veto'::text])))
);
ALTER TABLE ONLY letterbox.child FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.child OWNER TO lb_owner;

CREATE TABLE letterbox.child_link (
    agency_id bigint NOT NULL,
    child_id bigint NOT NULL,
    sibling_id bigint NOT NULL,
    CONSTRAINT child_link_order CHECK ((child_id < sibling_id))
);
ALTER TABLE ONLY letterbox.child_link FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.child_link OWNER TO lb_owner;

CREATE TABLE letterbox.cluster (
    one boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    clock_offset interval DEFAULT '00:00:00'::interval NOT NULL,
    last_instant timestamp with time zone NOT NULL,
    jump_found_at timestamp with time zone,
    dummy_seed letterbox.bytes32 NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cluster_kind_check CHECK ((kind = ANY (ARRAY['demo'::text, 'test'::text, 'live'::text]))),
    CONSTRAINT cluster_live_clock CHECK (((kind <> 'live'::text) OR (clock_offset = '00:00:00'::interval))),
    CONSTRAINT cluster_one_check CHECK (one)
);
ALTER TABLE ONLY letterbox.cluster FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.cluster OWNER TO lb_owner;

CREATE TABLE letterbox.contact (
    agency_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    party_id bigint NOT NULL,
    other_party_id bigint NOT NULL,
    sealed_label letterbox.sealed,
    label_version integer DEFAULT 1 NOT NULL,
    CONSTRAINT contact_contact_id_check CHECK ((contact_id > 0)),
    CONSTRAINT contact_label_version_check CHECK ((label_version > 0)),
    CONSTRAINT contact_two CHECK ((party_id <> other_party_id))
);
ALTER TABLE ONLY letterbox.contact FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.contact OWNER TO lb_owner;

CREATE TABLE letterbox.decision (
    agency_id bigint NOT NULL,
    decision_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    letter_version integer NOT NULL,
    to_party bigint,
    kind text NOT NULL,
    author bigint NOT NULL,
    screen_digest letterbox.bytes32 NOT NULL,
    sealed_decision letterbox.sealed NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT decision_decision_id_check CHECK ((decision_id > 0)),
    CONSTRAINT decision_kind_check CHECK ((kind = ANY (ARRAY['approve'::text, 'second'::text, 'disagree'::text, 'return'::text, 'hold'::text, 'escalate'::text, 'ask'::text]))),
    CONSTRAINT decision_recipient CHECK (((kind <> ALL (ARRAY['approve'::text, 'second'::text])) OR (to_party IS NOT NULL)))
);
ALTER TABLE ONLY letterbox.decision FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.decision OWNER TO lb_owner;

CREATE TABLE letterbox.detail_change (
    agency_id bigint NOT NULL,
    change_id bigint NOT NULL,
    party_id bigint NOT NULL,
    account_id bigint,
    entered_by bigint,
    is_address boolean NOT NULL,
    is_email boolean NOT NULL,
    is_phone boolean NOT NULL,
    sealed_change letterbox.sealed NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    checked_by text,
    made_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    CONSTRAINT detail_change_change_id_check CHECK ((change_id > 0)),
    CONSTRAINT detail_change_checked CHECK (((state = 'confirmed'::text) = (checked_by IS NOT NULL))),
    CONSTRAINT detail_change_checked_by_check CHECK ((checked_by = ANY (ARRAY['old_way'::text, 'phone'::text]))),
    CONSTRAINT detail_change_decided CHECK ((((state = 'waiting'::text) = (decided_at IS NULL)) AND ((decided_at IS NULL) = (decided_by IS NULL)))),
    CONSTRAINT detail_change_somebody CHECK (((account_id IS NULL) <> (entered_by IS NULL))),
    CONSTRAINT detail_change_something CHECK ((is_address OR is_email OR is_phone)),
    CONSTRAINT detail_change_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'confirmed'::text, 'dismissed'::text])))
);
ALTER TABLE ONLY letterbox.detail_change FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.detail_change OWNER TO lb_owner;

CREATE TABLE letterbox.dispatch (
    agency_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    release_id bigint NOT NULL,
    channel text NOT NULL,
    address_version integer NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    code text,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT dispatch_address_version_check CHECK ((address_version > 0)),
    CONSTRAINT dispatch_channel_check CHECK ((channel = ANY (ARRAY['portal'::text, 'link'::text, 'pgp'::text, 'email'::text, 'post'::text]))),
    CONSTRAINT dispatch_code_check CHECK ((code ~ '^[a-z0-9_.]{1,40}$'::text)),
    CONSTRAINT dispatch_dispatch_id_check CHECK ((dispatch_id > 0)),
    CONSTRAINT dispatch_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'sending'::text, 'sent'::text, 'maybe_sent'::text, 'delivered'::text, 'stopped'::text, 'returned'::text])))
);
ALTER TABLE ONLY letterbox.dispatch FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.dispatch OWNER TO lb_owner;

CREATE TABLE letterbox.draft (
    agency_id bigint NOT NULL,
    draft_id bigint NOT NULL,
    account_id bigint NOT NULL,
    arrangement_id bigint,
    sealed_draft letterbox.sealed NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT draft_draft_id_check CHECK ((draft_id > 0)),
    CONSTRAINT draft_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.draft FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.draft OWNER TO lb_owner;

CREATE TABLE letterbox.draft_file (
    agency_id bigint NOT NULL,
    draft_id bigint NOT NULL,
    number smallint NOT NULL,
    blob_id bigint NOT NULL,
    CONSTRAINT draft_file_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY letterbox.draft_file FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.draft_file OWNER TO lb_owner;

CREATE TABLE letterbox.idempotency (
    agency_id bigint NOT NULL,
    session_key letterbox.bytes32 NOT NULL,
    route text NOT NULL,
    once text NOT NULL,
    answer text,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_answer_check CHECK ((octet_length(answer) <= 400)),
    CONSTRAINT idempotency_once_check CHECK ((once ~ '^[0-9a-zA-Z_-]{8,64}$'::text)),
    CONSTRAINT idempotency_route_check CHECK (((octet_length(route) >= 1) AND (octet_length(route) <= 200)))
);
ALTER TABLE ONLY letterbox.idempotency FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.idempotency OWNER TO lb_owner;

CREATE TABLE letterbox.import_row (
    agency_id bigint NOT NULL,
    import_row_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    party_id bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    sealed_cells letterbox.sealed NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT import_row_import_row_id_check CHECK ((import_row_id > 0)),
    CONSTRAINT import_row_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.import_row FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.import_row OWNER TO lb_owner;

CREATE TABLE letterbox.join_code (
    agency_id bigint NOT NULL,
    join_id bigint NOT NULL,
    party_id bigint NOT NULL,
    code_hash letterbox.bytes32 NOT NULL,
    email_check letterbox.bytes32 NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    made_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT join_code_join_id_check CHECK ((join_id > 0)),
    CONSTRAINT join_code_tries_check CHECK (((tries >= 0) AND (tries <= 5)))
);
ALTER TABLE ONLY letterbox.join_code FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.join_code OWNER TO lb_owner;

CREATE TABLE letterbox.ladder (
    agency_id bigint NOT NULL,
    version integer NOT NULL,
    days smallint[] NOT NULL,
    staff_days smallint[] NOT NULL,
    tell_after smallint NOT NULL,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT ladder_days CHECK ((((cardinality(days) >= 2) AND (cardinality(days) <= 8)) AND (array_ndims(days) = 1) AND (array_lower(days, 1) = 1) AND (days[1] >= '-80'::integer) AND (days[cardinality(days)] <= 80) AND letterbox.days_ascend(days))),
    CONSTRAINT ladder_human CHECK (((staff_days <@ days) AND (days[(cardinality(days) - 1)] = ANY (staff_days)) AND (days[cardinality(days)] <> ALL (staff_days)))),
    CONSTRAINT ladder_tell_after_check CHECK (((tell_after >= 1) AND (tell_after <= 80))),
    CONSTRAINT ladder_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.ladder FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.ladder OWNER TO lb_owner;

CREATE TABLE letterbox.letter (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    arrangement_id bigint,
    from_party bigint,
    channel text NOT NULL,
    state text DEFAULT 'received'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    entered_by bigint,
    sealed_entry letterbox.sealed,
    review_on date,
    received_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    virus_override bigint,
    is_infected boolean DEFAULT false NOT NULL,
    is_wrong_side boolean DEFAULT false NOT NULL,
    CONSTRAINT letter_channel_check CHECK ((channel = ANY (ARRAY['portal'::text, 'email'::text, 'paper'::text]))),
    CONSTRAINT letter_entered CHECK (((channel = 'paper'::text) = (entered_by IS NOT NULL))),
    CONSTRAINT letter_letter_id_check CHECK ((letter_id > 0)),
    CONSTRAINT letter_matched CHECK (((arrangement_id IS NOT NULL) OR (state = ANY (ARRAY['received'::text, 'preparing'::text, 'quarantined'::text, 'failed'::text, 'set_aside'::text])))),
    CONSTRAINT letter_sender CHECK (((arrangement_id IS NULL) OR (from_party IS NOT NULL))),
    CONSTRAINT letter_state_check CHECK ((state = ANY (ARRAY['received'::text, 'preparing'::text, 'quarantined'::text, 'in_review'::text, 'second_check'::text, 'approved'::text, 'composed'::text, 'released'::text, 'returned'::text, 'held'::text, 'escalated'::text, 'failed'::text, 'set_aside'::text]))),
    CONSTRAINT letter_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.letter FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.letter OWNER TO lb_owner;

CREATE TABLE letterbox.letter_contact (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    contact_id bigint NOT NULL
);
ALTER TABLE ONLY letterbox.letter_contact FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.letter_contact OWNER TO lb_owner;

CREATE TABLE letterbox.link (
    agency_id bigint NOT NULL,
    link_id bigint NOT NULL,
    release_id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    token_hash letterbox.bytes32 NOT NULL,
    kdf_salt letterbox.bytes16 NOT NULL,
    argon_passes integer NOT NULL,
    argon_kib integer NOT NULL,
    sealed_key letterbox.sealed NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    opened_at timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    reader_hash letterbox.bytes32,
    second_reader_at timestamp with time zone,
    CONSTRAINT link_argon_kib_check CHECK (((argon_kib >= 8192) AND (argon_kib <= 4194304))),
    CONSTRAINT link_argon_passes_check CHECK (((argon_passes >= 1) AND (argon_passes <= 100))),
    CONSTRAINT link_link_id_check CHECK ((link_id > 0)),
    CONSTRAINT link_tries_check CHECK (((tries >= 0) AND (tries <= 5)))
);
ALTER TABLE ONLY letterbox.link FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.link OWNER TO lb_owner;

CREATE VIEW letterbox.live_session WITH (security_barrier='true') AS
 SELECT s.agency_id,
    s.session_key,
    s.kind,
    s.account_id,
    s.party_id,
    s.staff_id,
    s.role,
    s.link_id,
    s.release_id
   FROM letterbox.session s,
    letterbox.cluster c
  WHERE (((s.session_key)::bytea =
        CASE
            WHEN (current_setting('letterbox.session'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN sha256(decode(current_setting('letterbox.session'::text, true), 'hex'::text))
            ELSE NULL::bytea
        END) AND (s.stage = 'full'::text) AND (LEAST(s.idle_ends_at, s.ends_at) > GREATEST(c.last_instant, (now() + c.clock_offset))) AND
        CASE SESSION_USER
            WHEN 'lb_portal'::name THEN (s.kind = ANY (ARRAY['portal'::text, 'link'::text]))
            WHEN 'lb_desk'::name THEN (s.kind = 'desk'::text)
            ELSE false
        END);
ALTER TABLE letterbox.live_session OWNER TO lb_gate;

CREATE TABLE letterbox.mail_kept (
    agency_id bigint NOT NULL,
    mailbox text NOT NULL,
    folder letterbox.bytes32 NOT NULL,
    uidvalidity bigint NOT NULL,
    uid bigint NOT NULL,
    digest letterbox.bytes32 NOT NULL,
    met_at timestamp with time zone NOT NULL,
    CONSTRAINT mail_kept_mailbox_check CHECK ((mailbox ~ '^[a-z][a-z0-9-]{0,39}$'::text))
);
ALTER TABLE ONLY letterbox.mail_kept FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.mail_kept OWNER TO lb_owner;

CREATE TABLE letterbox.mail_seen (
    agency_id bigint NOT NULL,
    seen_id bigint NOT NULL,
    mailbox text NOT NULL,
    uidvalidity bigint,
    uid bigint,
    digest letterbox.bytes32,
    letter_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT mail_seen_entry CHECK (((uidvalidity IS NULL) = (uid IS NULL))),
    CONSTRAINT mail_seen_known CHECK (((digest IS NOT NULL) OR (uid IS NOT NULL))),
    CONSTRAINT mail_seen_mailbox_check CHECK ((mailbox ~ '^[a-z][a-z0-9-]{0,39}$'::text)),
    CONSTRAINT mail_seen_seen_id_check CHECK ((seen_id > 0))
);
ALTER TABLE ONLY letterbox.mail_seen FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.mail_seen OWNER TO lb_owner;

CREATE TABLE letterbox.message (
    agency_id bigint NOT NULL,
    message_id bigint NOT NULL,
    kind text NOT NULL,
    dispatch_id bigint,
    to_party bigint,
    account_id bigint,
    sealed_body letterbox.sealed,
    body_blob bigint,
    sealed_address letterbox.sealed NOT NULL,
    address_table text DEFAULT 'message'::text NOT NULL,
    address_version integer DEFAULT 1 NOT NULL,
    mail_token text NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    code text,
    sealed_answer letterbox.sealed,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    to_digest letterbox.bytes32,
    way text DEFAULT 'email'::text NOT NULL,
    carrier text,
    notify_id text,
    notify_status text,
    asked smallint DEFAULT 0 NOT NULL,
    text_version integer,
    beside_dispatch bigint,
    notice_id bigint,
    CONSTRAINT message_address_table_check CHECK ((address_table = ANY (ARRAY['message'::text, 'account'::text]))),
    CONSTRAINT message_address_version_check CHECK ((address_version > 0)),
    CONSTRAINT message_asked_check CHECK (((asked >= 0) AND (asked <= 100))),
    CONSTRAINT message_carrier_check CHECK ((carrier = ANY (ARRAY['smtp'::text, 'notify'::text]))),
    CONSTRAINT message_code_check CHECK ((code ~ '^[a-z0-9_.]{1,40}$'::text)),
    CONSTRAINT message_kind_check CHECK ((kind ~ '^[a-z][a-z_]{1,39}$'::text)),
    CONSTRAINT message_mail_token_check CHECK ((mail_token ~ '^[0-9a-f]{32}$'::text)),
    CONSTRAINT message_message_id_check CHECK ((message_id > 0)),
    CONSTRAINT message_notify_id_check CHECK ((notify_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'::text)),
    CONSTRAINT message_notify_status_check CHECK ((notify_status ~ '^[a-z-]{1,40}$'::text)),
    CONSTRAINT message_one_body CHECK (((sealed_body IS NULL) <> (body_blob IS NULL))),
    CONSTRAINT message_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'sending'::text, 'sent'::text, 'maybe_sent'::text, 'stopped'::text, 'failed'::text, 'void'::text]))),
    CONSTRAINT message_text_beside CHECK (((way = 'text'::text) OR ((text_version IS NULL) AND (beside_dispatch IS NULL)))),
    CONSTRAINT message_text_is_notice CHECK (((way = 'email'::text) OR ((dispatch_id IS NULL) AND (body_blob IS NULL)))),
    CONSTRAINT message_text_version_check CHECK ((text_version > 0)),
    CONSTRAINT message_way_check CHECK ((way = ANY (ARRAY['email'::text, 'text'::text])))
);
ALTER TABLE ONLY letterbox.message FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.message OWNER TO lb_owner;

CREATE TABLE letterbox.migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT migration_checksum_check CHECK ((checksum ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT migration_number_check CHECK ((number >= 0))
);
ALTER TABLE ONLY letterbox.migration FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.migration OWNER TO lb_owner;

CREATE TABLE letterbox.notice (
    agency_id bigint NOT NULL,
    notice_id bigint NOT NULL,
    to_party bigint NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    by_on date NOT NULL,
    state text DEFAULT 'asked'::text NOT NULL,
    code text,
    way text,
    address_version integer,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT notice_address_version_check CHECK ((address_version > 0)),
    CONSTRAINT notice_code_check CHECK ((code ~ '^[a-z0-9_.]{1,40}$'::text)),
    CONSTRAINT notice_kind_check CHECK ((kind = ANY (ARRAY['reminder'::text, 'delay'::text]))),
    CONSTRAINT notice_made CHECK ((((way IS NULL) = (address_version IS NULL)) AND ((way IS NOT NULL) OR (state = ANY (ARRAY['asked'::text, 'stopped'::text, 'failed'::text]))))),
    CONSTRAINT notice_notice_id_check CHECK ((notice_id > 0)),
    CONSTRAINT notice_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'ready'::text, 'sent'::text, 'maybe_sent'::text, 'printed'::text, 'posted'::text, 'stopped'::text, 'failed'::text]))),
    CONSTRAINT notice_way_check CHECK ((way = ANY (ARRAY['portal'::text, 'link'::text, 'pgp'::text, 'email'::text, 'post'::text])))
);
ALTER TABLE ONLY letterbox.notice FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.notice OWNER TO lb_owner;

CREATE TABLE letterbox.occasion (
    agency_id bigint NOT NULL,
    occasion_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    from_party bigint NOT NULL,
    to_party bigint NOT NULL,
    month date NOT NULL,
    due_on date NOT NULL,
    state text DEFAULT 'due'::text NOT NULL,
    agreement_version integer NOT NULL,
    letter_id bigint,
    reminders smallint DEFAULT 0 NOT NULL,
    reminded_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    is_dropped boolean DEFAULT false NOT NULL,
    wait_until date,
    wait_given_at timestamp with time zone,
    CONSTRAINT occasion_dropped CHECK (((state = 'waived'::text) OR (NOT is_dropped))),
    CONSTRAINT occasion_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT occasion_occasion_id_check CHECK ((occasion_id > 0)),
    CONSTRAINT occasion_reminders_check CHECK ((reminders >= 0)),
    CONSTRAINT occasion_state_check CHECK ((state = ANY (ARRAY['due'::text, 'received'::text, 'late'::text, 'missed'::text, 'waived'::text]))),
    CONSTRAINT occasion_two CHECK ((from_party <> to_party)),
    CONSTRAINT occasion_wait CHECK ((((wait_until IS NULL) = (wait_given_at IS NULL)) AND ((wait_until IS NULL) OR ((wait_until > due_on) AND (wait_until <= (due_on + '6 mons'::interval))))))
);
ALTER TABLE ONLY letterbox.occasion FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.occasion OWNER TO lb_owner;

CREATE TABLE letterbox.original (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    number smallint NOT NULL,
    kind text NOT NULL,
    blob_id bigint NOT NULL,
    CONSTRAINT original_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'mail'::text, 'file'::text]))),
    CONSTRAINT original_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY letterbox.original FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.original OWNER TO lb_owner;

CREATE VIEW letterbox.own_contact WITH (security_barrier='true') AS
 SELECT c.contact_id,
    c.arrangement_id,
    p.place_id,
    c.sealed_label,
    c.label_version,
    ((a.state = 'active'::text) AND (p.state = 'active'::text) AND p.may_write) AS is_open
   FROM (((letterbox.live_session v
     JOIN letterbox.contact c ON (((c.agency_id = v.agency_id) AND (c.party_id = v.party_id))))
     JOIN letterbox.arrangement_party p ON (((p.agency_id = c.agency_id) AND (p.arrangement_id = c.arrangement_id) AND (p.party_id = c.party_id))))
     JOIN letterbox.arrangement a ON (((a.agency_id = c.agency_id) AND (a.arrangement_id = c.arrangement_id))));
ALTER TABLE letterbox.own_contact OWNER TO lb_gate;

CREATE VIEW letterbox.own_session WITH (security_barrier='true') AS
 SELECT s.agency_id,
    s.kind,
    s.stage,
    s.account_id,
    s.party_id,
    s.staff_id,
    s.role,
    s.join_id,
    s.link_id,
    s.release_id,
    s.sealed_secret,
    s.idle_ends_at,
    s.ends_at,
    (s.seen_at < (GREATEST(c.last_instant, (now() + c.clock_offset)) - '00:01:00'::interval)) AS is_stale
   FROM letterbox.session s,
    letterbox.cluster c
  WHERE (((s.session_key)::bytea =
        CASE
            WHEN (current_setting('letterbox.session'::text, true) ~ '^[0-9a-f]{64}$'::text) THEN sha256(decode(current_setting('letterbox.session'::text, true), 'hex'::text))
            ELSE NULL::bytea
        END) AND (LEAST(s.idle_ends_at, s.ends_at) > GREATEST(c.last_instant, (now() + c.clock_offset))) AND
        CASE SESSION_USER
            WHEN 'lb_portal'::name THEN (s.kind = ANY (ARRAY['portal'::text, 'link'::text]))
            WHEN 'lb_desk'::name THEN (s.kind = 'desk'::text)
            ELSE false
        END);
ALTER TABLE letterbox.own_session OWNER TO lb_gate;

CREATE TABLE letterbox.part (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    number smallint NOT NULL,
    kind text NOT NULL,
    blob_id bigint NOT NULL,
    CONSTRAINT part_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'page'::text, 'photo'::text]))),
    CONSTRAINT part_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY letterbox.part FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.part OWNER TO lb_owner;

CREATE TABLE letterbox.party (
    agency_id bigint NOT NULL,
    party_id bigint NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    easy_read boolean DEFAULT false NOT NULL,
    plain_consent boolean DEFAULT false NOT NULL,
    sealed_record letterbox.sealed NOT NULL,
    record_version integer DEFAULT 1 NOT NULL,
    address_version integer DEFAULT 1 NOT NULL,
    address_confirmed boolean DEFAULT false NOT NULL,
    email_confirmed boolean DEFAULT false NOT NULL,
    alias_token text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    state_changed_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone,
    changed_by bigint,
    text_consent boolean DEFAULT false NOT NULL,
    key_ends_on date,
    text_version integer DEFAULT 1 NOT NULL,
    details_changed_at timestamp with time zone,
    ask_first boolean DEFAULT false NOT NULL,
    large_print boolean DEFAULT false NOT NULL,
    CONSTRAINT party_address_version_check CHECK ((address_version > 0)),
    CONSTRAINT party_alias_token_check CHECK ((alias_token ~ '^[0-9a-hjkmnp-tv-z]{12}$'::text)),
    CONSTRAINT party_channel_check CHECK ((channel = ANY (ARRAY['portal'::text, 'link'::text, 'pgp'::text, 'email'::text, 'post'::text]))),
    CONSTRAINT party_kind_check CHECK ((kind = ANY (ARRAY['adoptive'::text, 'birth'::text, 'sibling'::text, 'other'::text]))),
    CONSTRAINT party_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT party_party_id_check CHECK ((party_id > 0)),
    CONSTRAINT party_reads CHECK ((large_print OR (NOT easy_read))),
    CONSTRAINT party_record_version_check CHECK ((record_version > 0)),
    CONSTRAINT party_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'moved'::text, 'dead'::text, 'ended'::text]))),
    CONSTRAINT party_text_version_check CHECK ((text_version > 0))
);
ALTER TABLE ONLY letterbox.party FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.party OWNER TO lb_owner;

CREATE TABLE letterbox.party_lookup (
    agency_id bigint NOT NULL,
    use text NOT NULL,
    value letterbox.bytes32 NOT NULL,
    party_id bigint NOT NULL,
    CONSTRAINT party_lookup_use_check CHECK ((use = ANY (ARRAY['sender'::text, 'address'::text, 'phone'::text, 'alias'::text])))
);
ALTER TABLE ONLY letterbox.party_lookup FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.party_lookup OWNER TO lb_owner;

CREATE TABLE letterbox.print_item (
    agency_id bigint NOT NULL,
    print_id bigint NOT NULL,
    dispatch_id bigint,
    letter_blob bigint NOT NULL,
    sheet_blob bigint NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    batch_id bigint,
    printed_by bigint,
    printed_at timestamp with time zone,
    posted_by bigint,
    posted_on date,
    made_at timestamp with time zone NOT NULL,
    notice_id bigint,
    CONSTRAINT print_item_of CHECK ((num_nonnulls(dispatch_id, notice_id) = 1)),
    CONSTRAINT print_item_print_id_check CHECK ((print_id > 0)),
    CONSTRAINT print_item_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'printed'::text, 'posted'::text, 'stopped'::text])))
);
ALTER TABLE ONLY letterbox.print_item FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.print_item OWNER TO lb_owner;

CREATE TABLE letterbox.rate (
    scope text NOT NULL,
    key_hash letterbox.bytes32 NOT NULL,
    minute timestamp with time zone NOT NULL,
    failures integer NOT NULL,
    CONSTRAINT rate_failures_check CHECK ((failures > 0)),
    CONSTRAINT rate_scope_check CHECK ((scope = ANY (ARRAY['address'::text, 'account'::text, 'second'::text, 'join'::text, 'link'::text])))
);
ALTER TABLE ONLY letterbox.rate FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.rate OWNER TO lb_owner;

CREATE TABLE letterbox.release (
    agency_id bigint NOT NULL,
    release_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    letter_version integer NOT NULL,
    arrangement_id bigint NOT NULL,
    to_party bigint NOT NULL,
    decision_id bigint NOT NULL,
    kind text DEFAULT 'letter'::text NOT NULL,
    photo_level text DEFAULT 'none'::text NOT NULL,
    state text DEFAULT 'composed'::text NOT NULL,
    composed_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    contact_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    CONSTRAINT release_kind_check CHECK ((kind = ANY (ARRAY['letter'::text, 'note'::text]))),
    CONSTRAINT release_photo_level_check CHECK ((photo_level = ANY (ARRAY['none'::text, 'no_face'::text, 'face'::text, 'view_only'::text]))),
    CONSTRAINT release_release_id_check CHECK ((release_id > 0)),
    CONSTRAINT release_state_check CHECK ((state = ANY (ARRAY['composed'::text, 'available'::text, 'withdrawn'::text])))
);
ALTER TABLE ONLY letterbox.release FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.release OWNER TO lb_owner;

CREATE TABLE letterbox.release_part (
    agency_id bigint NOT NULL,
    release_id bigint NOT NULL,
    audience text NOT NULL,
    number smallint NOT NULL,
    kind text NOT NULL,
    blob_id bigint NOT NULL,
    CONSTRAINT release_part_audience_check CHECK ((audience = ANY (ARRAY['recipient'::text, 'desk'::text]))),
    CONSTRAINT release_part_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'page'::text, 'photo'::text, 'words'::text, 'pdf'::text]))),
    CONSTRAINT release_part_number_check CHECK ((number > 0))
);
ALTER TABLE ONLY letterbox.release_part FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.release_part OWNER TO lb_owner;

CREATE TABLE letterbox.review (
    agency_id bigint NOT NULL,
    letter_id bigint NOT NULL,
    version integer NOT NULL,
    sealed_review letterbox.sealed,
    blob_id bigint,
    text_digest letterbox.bytes32 NOT NULL,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT review_one CHECK (((sealed_review IS NULL) <> (blob_id IS NULL))),
    CONSTRAINT review_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY letterbox.review FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.review OWNER TO lb_owner;

CREATE TABLE letterbox.sign_in_code (
    agency_id bigint NOT NULL,
    session_key letterbox.bytes32 NOT NULL,
    code_hash letterbox.bytes32 NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    sends smallint DEFAULT 1 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_code_sends_check CHECK (((sends >= 1) AND (sends <= 3))),
    CONSTRAINT sign_in_code_tries_check CHECK (((tries >= 0) AND (tries <= 5)))
);
ALTER TABLE ONLY letterbox.sign_in_code FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.sign_in_code OWNER TO lb_owner;

CREATE TABLE letterbox.staff_grant (
    agency_id bigint NOT NULL,
    staff_id bigint NOT NULL,
    key_id letterbox.bytes16 NOT NULL,
    sealed_secret letterbox.sealed NOT NULL,
    granted_by bigint,
    granted_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY letterbox.staff_grant FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.staff_grant OWNER TO lb_owner;

CREATE TABLE letterbox.staff_lookup (
    agency_id bigint NOT NULL,
    value letterbox.bytes32 NOT NULL,
    staff_id bigint NOT NULL
);
ALTER TABLE ONLY letterbox.staff_lookup FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.staff_lookup OWNER TO lb_owner;

CREATE TABLE letterbox.transfer (
    agency_id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    to_agency_id bigint NOT NULL,
    state text DEFAULT 'proposed'::text NOT NULL,
    state_before text,
    proposed_by bigint NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    offered_by bigint,
    offered_at timestamp with time zone,
    decided_at timestamp with time zone,
    people integer DEFAULT 0 NOT NULL,
    letters integer DEFAULT 0 NOT NULL,
    shelved integer DEFAULT 0 NOT NULL,
    next_on date,
    records bigint[],
    letters_digest letterbox.bytes32,
    taken_as bigint,
    sealed_reason letterbox.sealed NOT NULL,
    sealed_bundle letterbox.sealed,
    sealed_answer letterbox.sealed,
    siblings integer DEFAULT 0 NOT NULL,
    was_parties bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    now_parties bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    CONSTRAINT transfer_another CHECK ((agency_id <> to_agency_id)),
    CONSTRAINT transfer_bundle CHECK (((state = 'offered'::text) = (sealed_bundle IS NOT NULL))),
    CONSTRAINT transfer_decided CHECK (((state = ANY (ARRAY['taken'::text, 'refused'::text, 'withdrawn'::text])) = (decided_at IS NOT NULL))),
    CONSTRAINT transfer_offered CHECK (((state <> ALL (ARRAY['offered'::text, 'taken'::text, 'refused'::text])) OR ((offered_by IS NOT NULL) AND (offered_at IS NOT NULL) AND (state_before IS NOT NULL)))),
    CONSTRAINT transfer_pairs CHECK ((cardinality(was_parties) = cardinality(now_parties))),
    CONSTRAINT transfer_state_before_check CHECK ((state_before = ANY (ARRAY['active'::text, 'paused'::text, 'inactive'::text]))),
    CONSTRAINT transfer_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'offered'::text, 'taken'::text, 'refused'::text, 'withdrawn'::text]))),
    CONSTRAINT transfer_taken CHECK ((((state = 'taken'::text) = (taken_as IS NOT NULL)) AND ((state = 'taken'::text) = (letters_digest IS NOT NULL)))),
    CONSTRAINT transfer_transfer_id_check CHECK ((transfer_id > 0)),
    CONSTRAINT transfer_two_people CHECK ((offered_by <> proposed_by))
);
ALTER TABLE ONLY letterbox.transfer FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.transfer OWNER TO lb_owner;

CREATE TABLE letterbox.visit (
    agency_id bigint NOT NULL,
    visit_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    state text DEFAULT 'planned'::text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    margin_minutes smallint NOT NULL,
    supervisor bigint,
    sealed_record letterbox.sealed NOT NULL,
    record_version integer DEFAULT 1 NOT NULL,
    told_starts_at timestamp with time zone,
    told_ends_at timestamp with time zone,
    sequence integer DEFAULT 0 NOT NULL,
    planned_by bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by bigint,
    CONSTRAINT visit_length CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '12:00:00'::interval)))),
    CONSTRAINT visit_margin_minutes_check CHECK (((margin_minutes >= 0) AND (margin_minutes <= 240))),
    CONSTRAINT visit_record_version_check CHECK ((record_version > 0)),
    CONSTRAINT visit_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT visit_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'confirmed'::text, 'stopped'::text, 'cancelled'::text, 'took_place'::text, 'missed'::text]))),
    CONSTRAINT visit_told CHECK ((((told_starts_at IS NULL) = (told_ends_at IS NULL)) AND ((state <> 'confirmed'::text) OR ((told_starts_at = starts_at) AND (told_ends_at = ends_at))))),
    CONSTRAINT visit_visit_id_check CHECK ((visit_id > 0))
);
ALTER TABLE ONLY letterbox.visit FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.visit OWNER TO lb_owner;

CREATE TABLE letterbox.visit_party (
    agency_id bigint NOT NULL,
    visit_id bigint NOT NULL,
    party_id bigint NOT NULL,
    arrangement_id bigint NOT NULL,
    invite_id bigint NOT NULL,
    is_asked boolean DEFAULT true NOT NULL,
    attendance text DEFAULT 'expected'::text NOT NULL,
    sealed_record letterbox.sealed NOT NULL,
    record_version integer DEFAULT 1 NOT NULL,
    sealed_sheet letterbox.sealed,
    sheet_version integer DEFAULT 0 NOT NULL,
    CONSTRAINT visit_party_attendance_check CHECK ((attendance = ANY (ARRAY['expected'::text, 'came'::text, 'late'::text, 'left_early'::text, 'told_us'::text, 'away'::text]))),
    CONSTRAINT visit_party_invite_id_check CHECK ((invite_id > 0)),
    CONSTRAINT visit_party_record_version_check CHECK ((record_version > 0)),
    CONSTRAINT visit_party_sheet_version_check CHECK ((sheet_version >= 0))
);
ALTER TABLE ONLY letterbox.visit_party FORCE ROW LEVEL SECURITY;
ALTER TABLE letterbox.visit_party OWNER TO lb_owner;
ALTER TABLE ONLY letterbox.account
    ADD CONSTRAINT account_agency_id_key_id_key UNIQUE (agency_id, key_id);
ALTER TABLE ONLY letterbox.account_lookup
    ADD CONSTRAINT account_lookup_agency_id_account_id_key UNIQUE (agency_id, account_id);
ALTER TABLE ONLY letterbox.account_lookup
    ADD CONSTRAINT account_lookup_pkey PRIMARY KEY (agency_id, value);
ALTER TABLE ONLY letterbox.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (agency_id, account_id);
ALTER TABLE ONLY letterbox.acknowledgement
    ADD CONSTRAINT acknowledgement_agency_id_letter_id_key UNIQUE (agency_id, letter_id);
ALTER TABLE ONLY letterbox.acknowledgement
    ADD CONSTRAINT acknowledgement_pkey PRIMARY KEY (agency_id, party_id, day);
ALTER TABLE ONLY letterbox.acting
    ADD CONSTRAINT acting_pkey PRIMARY KEY (agency_id, acting_id);
ALTER TABLE ONLY letterbox.agency_key
    ADD CONSTRAINT agency_key_pkey PRIMARY KEY (agency_id, key_id);
ALTER TABLE ONLY letterbox.agency
    ADD CONSTRAINT agency_pkey PRIMARY KEY (agency_id);
ALTER TABLE ONLY letterbox.agency
    ADD CONSTRAINT agency_slug_key UNIQUE (slug);
ALTER TABLE ONLY letterbox.agreement
    ADD CONSTRAINT agreement_pkey PRIMARY KEY (agency_id, arrangement_id, version);
ALTER TABLE ONLY letterbox.apart
    ADD CONSTRAINT apart_pkey PRIMARY KEY (agency_id, party_id, other_party_id);
ALTER TABLE ONLY letterbox.archive_copy
    ADD CONSTRAINT archive_copy_agency_id_blob_id_key UNIQUE (agency_id, blob_id);
ALTER TABLE ONLY letterbox.archive_copy
    ADD CONSTRAINT archive_copy_pkey PRIMARY KEY (agency_id, archive_id);
ALTER TABLE ONLY letterbox.arrangement_party
    ADD CONSTRAINT arrangement_party_pkey PRIMARY KEY (agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.arrangement_party
    ADD CONSTRAINT arrangement_party_place UNIQUE (agency_id, place_id);
ALTER TABLE ONLY letterbox.arrangement
    ADD CONSTRAINT arrangement_pkey PRIMARY KEY (agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.arrangement_review
    ADD CONSTRAINT arrangement_review_pkey PRIMARY KEY (agency_id, review_id);
ALTER TABLE ONLY letterbox.arrangement_was
    ADD CONSTRAINT arrangement_was_pkey PRIMARY KEY (agency_id, arrangement_id, number);
ALTER TABLE ONLY letterbox.attempt
    ADD CONSTRAINT attempt_agency_id_message_id_number_key UNIQUE (agency_id, message_id, number);
ALTER TABLE ONLY letterbox.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (agency_id, attempt_id);
ALTER TABLE ONLY letterbox.audit_chain
    ADD CONSTRAINT audit_chain_pkey PRIMARY KEY (agency_id);
ALTER TABLE ONLY letterbox.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (agency_id, number);
ALTER TABLE ONLY letterbox.blob_chunk
    ADD CONSTRAINT blob_chunk_pkey PRIMARY KEY (agency_id, blob_id, number);
ALTER TABLE ONLY letterbox.blob
    ADD CONSTRAINT blob_pkey PRIMARY KEY (agency_id, blob_id);
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_agency_id_letter_id_key UNIQUE (agency_id, letter_id);
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_pkey PRIMARY KEY (agency_id, bounce_id);
ALTER TABLE ONLY letterbox.chase
    ADD CONSTRAINT chase_pkey PRIMARY KEY (agency_id, chase_id);
ALTER TABLE ONLY letterbox.child_link
    ADD CONSTRAINT child_link_pkey PRIMARY KEY (agency_id, child_id, sibling_id);
ALTER TABLE ONLY letterbox.child
    ADD CONSTRAINT child_pkey PRIMARY KEY (agency_id, child_id);
ALTER TABLE ONLY letterbox.cluster
    ADD CONSTRAINT cluster_pkey PRIMARY KEY (one);
ALTER TABLE ONLY letterbox.contact
    ADD CONSTRAINT contact_agency_id_arrangement_id_party_id_other_party_id_key UNIQUE (agency_id, arrangement_id, party_id, other_party_id);
ALTER TABLE ONLY letterbox.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (agency_id, contact_id);
ALTER TABLE ONLY letterbox.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (agency_id, decision_id);
ALTER TABLE ONLY letterbox.detail_change
    ADD CONSTRAINT detail_change_pkey PRIMARY KEY (agency_id, change_id);
ALTER TABLE ONLY letterbox.dispatch
    ADD CONSTRAINT dispatch_pkey PRIMARY KEY (agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.draft_file
    ADD CONSTRAINT draft_file_agency_id_blob_id_key UNIQUE (agency_id, blob_id);
ALTER TABLE ONLY letterbox.draft_file
    ADD CONSTRAINT draft_file_pkey PRIMARY KEY (agency_id, draft_id, number);
ALTER TABLE ONLY letterbox.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (agency_id, draft_id);
ALTER TABLE ONLY letterbox.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (agency_id, session_key, route, once);
ALTER TABLE ONLY letterbox.import_row
    ADD CONSTRAINT import_row_agency_id_arrangement_id_party_id_key UNIQUE (agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.import_row
    ADD CONSTRAINT import_row_pkey PRIMARY KEY (agency_id, import_row_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (agency_id, job_id);
ALTER TABLE ONLY letterbox.join_code
    ADD CONSTRAINT join_code_agency_id_code_hash_key UNIQUE (agency_id, code_hash);
ALTER TABLE ONLY letterbox.join_code
    ADD CONSTRAINT join_code_pkey PRIMARY KEY (agency_id, join_id);
ALTER TABLE ONLY letterbox.ladder
    ADD CONSTRAINT ladder_pkey PRIMARY KEY (agency_id, version);
ALTER TABLE ONLY letterbox.letter_contact
    ADD CONSTRAINT letter_contact_pkey PRIMARY KEY (agency_id, letter_id, contact_id);
ALTER TABLE ONLY letterbox.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (agency_id, letter_id);
ALTER TABLE ONLY letterbox.link
    ADD CONSTRAINT link_agency_id_token_hash_key UNIQUE (agency_id, token_hash);
ALTER TABLE ONLY letterbox.link
    ADD CONSTRAINT link_pkey PRIMARY KEY (agency_id, link_id);
ALTER TABLE ONLY letterbox.mail_kept
    ADD CONSTRAINT mail_kept_pkey PRIMARY KEY (agency_id, mailbox, folder, uidvalidity, uid);
ALTER TABLE ONLY letterbox.mail_seen
    ADD CONSTRAINT mail_seen_bytes UNIQUE (agency_id, digest);
ALTER TABLE ONLY letterbox.mail_seen
    ADD CONSTRAINT mail_seen_pkey PRIMARY KEY (agency_id, seen_id);
ALTER TABLE ONLY letterbox.mail_seen
    ADD CONSTRAINT mail_seen_uid UNIQUE (agency_id, mailbox, uidvalidity, uid);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_mail_token_key UNIQUE (agency_id, mail_token);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (agency_id, message_id);
ALTER TABLE ONLY letterbox.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY letterbox.notice
    ADD CONSTRAINT notice_once_a_day UNIQUE (agency_id, to_party, day);
ALTER TABLE ONLY letterbox.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (agency_id, notice_id);
ALTER TABLE ONLY letterbox.occasion
    ADD CONSTRAINT occasion_once UNIQUE (agency_id, arrangement_id, from_party, to_party, month);
ALTER TABLE ONLY letterbox.occasion
    ADD CONSTRAINT occasion_pkey PRIMARY KEY (agency_id, occasion_id);
ALTER TABLE ONLY letterbox.original
    ADD CONSTRAINT original_agency_id_blob_id_key UNIQUE (agency_id, blob_id);
ALTER TABLE ONLY letterbox.original
    ADD CONSTRAINT original_pkey PRIMARY KEY (agency_id, letter_id, number);
ALTER TABLE ONLY letterbox.part
    ADD CONSTRAINT part_agency_id_blob_id_key UNIQUE (agency_id, blob_id);
ALTER TABLE ONLY letterbox.part
    ADD CONSTRAINT part_pkey PRIMARY KEY (agency_id, letter_id, number);
ALTER TABLE ONLY letterbox.party
    ADD CONSTRAINT party_agency_id_alias_token_key UNIQUE (agency_id, alias_token);
ALTER TABLE ONLY letterbox.party_lookup
    ADD CONSTRAINT party_lookup_pkey PRIMARY KEY (agency_id, use, value, party_id);
ALTER TABLE ONLY letterbox.party
    ADD CONSTRAINT party_pkey PRIMARY KEY (agency_id, party_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_dispatch_id_key UNIQUE (agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_pkey PRIMARY KEY (agency_id, print_id);
ALTER TABLE ONLY letterbox.rate
    ADD CONSTRAINT rate_pkey PRIMARY KEY (scope, key_hash, minute);
ALTER TABLE ONLY letterbox.release_part
    ADD CONSTRAINT release_part_agency_id_blob_id_key UNIQUE (agency_id, blob_id);
ALTER TABLE ONLY letterbox.release_part
    ADD CONSTRAINT release_part_pkey PRIMARY KEY (agency_id, release_id, audience, number);
ALTER TABLE ONLY letterbox.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (agency_id, release_id);
ALTER TABLE ONLY letterbox.review
    ADD CONSTRAINT review_agency_id_blob_id_key UNIQUE (agency_id, blob_id);
ALTER TABLE ONLY letterbox.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (agency_id, letter_id, version);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (agency_id, session_key);
ALTER TABLE ONLY letterbox.sign_in_code
    ADD CONSTRAINT sign_in_code_pkey PRIMARY KEY (agency_id, session_key);
ALTER TABLE ONLY letterbox.staff
    ADD CONSTRAINT staff_agency_id_key_id_key UNIQUE (agency_id, key_id);
ALTER TABLE ONLY letterbox.staff_grant
    ADD CONSTRAINT staff_grant_pkey PRIMARY KEY (agency_id, staff_id, key_id);
ALTER TABLE ONLY letterbox.staff_lookup
    ADD CONSTRAINT staff_lookup_agency_id_staff_id_key UNIQUE (agency_id, staff_id);
ALTER TABLE ONLY letterbox.staff_lookup
    ADD CONSTRAINT staff_lookup_pkey PRIMARY KEY (agency_id, value);
ALTER TABLE ONLY letterbox.staff
    ADD CONSTRAINT staff_one_person UNIQUE (agency_id, home_agency_id, home_staff_id);
ALTER TABLE ONLY letterbox.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (agency_id, staff_id);
ALTER TABLE ONLY letterbox.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (agency_id, transfer_id);
ALTER TABLE ONLY letterbox.visit
    ADD CONSTRAINT visit_agency_id_visit_id_arrangement_id_key UNIQUE (agency_id, visit_id, arrangement_id);
ALTER TABLE ONLY letterbox.visit_party
    ADD CONSTRAINT visit_party_agency_id_invite_id_key UNIQUE (agency_id, invite_id);
ALTER TABLE ONLY letterbox.visit_party
    ADD CONSTRAINT visit_party_pkey PRIMARY KEY (agency_id, visit_id, party_id);
ALTER TABLE ONLY letterbox.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (agency_id, visit_id);
CREATE INDEX account_party ON letterbox.account USING btree (agency_id, party_id);
CREATE INDEX acting_from ON letterbox.acting USING btree (from_agency_id, from_staff_id);
CREATE UNIQUE INDEX acting_open ON letterbox.acting USING btree (agency_id, from_agency_id, from_staff_id) WHERE (state = ANY (ARRAY['offered'::text, 'accepted'::text]));
CREATE INDEX acting_staff ON letterbox.acting USING btree (agency_id, staff_id);
CREATE UNIQUE INDEX agency_key_active ON letterbox.agency_key USING btree (agency_id, purpose) WHERE ((state = 'active'::text) AND (purpose <> 'archive'::text));
CREATE INDEX apart_other ON letterbox.apart USING btree (agency_id, other_party_id);
CREATE UNIQUE INDEX archive_copy_once ON letterbox.archive_copy USING btree (agency_id, letter_id, kind, COALESCE(release_id, (0)::bigint), number);
CREATE INDEX archive_copy_release ON letterbox.archive_copy USING btree (agency_id, release_id) WHERE (release_id IS NOT NULL);
CREATE INDEX arrangement_child ON letterbox.arrangement USING btree (agency_id, child_id);
CREATE INDEX arrangement_facts ON letterbox.arrangement USING btree (agency_id, arrangement_id) INCLUDE (child_id, kind, state, two_person, record_version);
CREATE INDEX arrangement_party_party ON letterbox.arrangement_party USING btree (agency_id, party_id);
CREATE INDEX arrangement_party_sides ON letterbox.arrangement_party USING btree (agency_id, arrangement_id, side, party_id) INCLUDE (state);
CREATE INDEX arrangement_review_due ON letterbox.arrangement_review USING btree (agency_id, due_on) WHERE (done_at IS NULL);
CREATE INDEX arrangement_review_of ON letterbox.arrangement_review USING btree (agency_id, arrangement_id, made_at);
CREATE INDEX arrangement_review_on ON letterbox.arrangement USING btree (agency_id, review_on) WHERE (state <> 'ended'::text);
CREATE UNIQUE INDEX arrangement_review_open ON letterbox.arrangement_review USING btree (agency_id, arrangement_id, kind) WHERE ((done_at IS NULL) OR (kind = 'seventeenth'::text));
CREATE INDEX arrangement_state ON letterbox.arrangement USING btree (agency_id, state);
CREATE INDEX arrangement_was_from ON letterbox.arrangement_was USING btree (agency_id, from_at);
CREATE INDEX attempt_dispatch ON letterbox.attempt USING btree (agency_id, dispatch_id) WHERE (dispatch_id IS NOT NULL);
CREATE UNIQUE INDEX attempt_open ON letterbox.attempt USING btree (agency_id, message_id) WHERE ((ended_at IS NULL) AND (message_id IS NOT NULL));
CREATE INDEX audit_at ON letterbox.audit USING btree (agency_id, at);
CREATE INDEX audit_object_id ON letterbox.audit USING btree (agency_id, object_id, number);
CREATE INDEX blob_account ON letterbox.blob USING btree (agency_id, account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX bounce_dispatch ON letterbox.bounce USING btree (agency_id, dispatch_id) WHERE (dispatch_id IS NOT NULL);
CREATE INDEX bounce_open ON letterbox.bounce USING btree (agency_id, came_at) WHERE (seen_at IS NULL);
CREATE INDEX bounce_party ON letterbox.bounce USING btree (agency_id, party_id) WHERE (party_id IS NOT NULL);
CREATE INDEX chase_notice ON letterbox.chase USING btree (agency_id, notice_id) WHERE (notice_id IS NOT NULL);
CREATE INDEX chase_occasion ON letterbox.chase USING btree (agency_id, occasion_id, at);
CREATE UNIQUE INDEX chase_step ON letterbox.chase USING btree (agency_id, occasion_id, base_on, day) WHERE ((event = ANY (ARRAY['asked'::text, 'handed'::text])) AND (act = ANY (ARRAY['reminder'::text, 'staff'::text])));
CREATE UNIQUE INDEX chase_told ON letterbox.chase USING btree (agency_id, occasion_id) WHERE ((event = 'asked'::text) AND (act = 'delay'::text));
CREATE INDEX chase_waits ON letterbox.chase USING btree (agency_id, occasion_id) WHERE (event = ANY (ARRAY['handed'::text, 'failed'::text]));
CREATE UNIQUE INDEX chase_withheld ON letterbox.chase USING btree (agency_id, occasion_id, act, base_on, day, code) WHERE (event = 'withheld'::text);
CREATE INDEX child_facts ON letterbox.child USING btree (agency_id, child_id) INCLUDE (record_version);
CREATE INDEX child_link_sibling ON letterbox.child_link USING btree (agency_id, sibling_id);
CREATE INDEX contact_other ON letterbox.contact USING btree (agency_id, other_party_id);
CREATE INDEX contact_party ON letterbox.contact USING btree (agency_id, party_id);
CREATE INDEX decision_letter ON letterbox.decision USING btree (agency_id, letter_id, letter_version, decided_at);
CREATE INDEX detail_change_account ON letterbox.detail_change USING btree (agency_id, account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX detail_change_party ON letterbox.detail_change USING btree (agency_id, party_id, made_at);
CREATE INDEX detail_change_waiting ON letterbox.detail_change USING btree (agency_id, made_at) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX dispatch_one ON letterbox.dispatch USING btree (agency_id, release_id) WHERE (state = ANY (ARRAY['ready'::text, 'sending'::text, 'maybe_sent'::text]));
CREATE INDEX dispatch_release ON letterbox.dispatch USING btree (agency_id, release_id);
CREATE INDEX dispatch_state ON letterbox.dispatch USING btree (agency_id, state, made_at);
CREATE INDEX draft_account ON letterbox.draft USING btree (agency_id, account_id, changed_at);
CREATE INDEX job_ended ON letterbox.job USING btree (ended_at) WHERE (state = ANY (ARRAY['done'::text, 'closed'::text]));
CREATE INDEX job_kind ON letterbox.job USING btree (agency_id, worker, kind, made_at);
CREATE INDEX job_lease ON letterbox.job USING btree (lease_hash) WHERE (state = 'leased'::text);
CREATE INDEX job_leased ON letterbox.job USING btree (worker, lease_until) WHERE (state = 'leased'::text);
CREATE INDEX job_ready ON letterbox.job USING btree (worker, priority, run_at) WHERE (state = 'ready'::text);
CREATE INDEX job_state ON letterbox.job USING btree (agency_id, state, made_at) WHERE (state = 'staff'::text);
CREATE INDEX join_code_hash ON letterbox.join_code USING btree (code_hash);
CREATE INDEX join_code_party ON letterbox.join_code USING btree (agency_id, party_id);
CREATE INDEX letter_arrangement ON letterbox.letter USING btree (agency_id, arrangement_id, received_at);
CREATE INDEX letter_contact_contact ON letterbox.letter_contact USING btree (agency_id, contact_id);
CREATE INDEX letter_from ON letterbox.letter USING btree (agency_id, from_party, received_at);
CREATE INDEX letter_received ON letterbox.letter USING btree (agency_id, received_at, letter_id);
CREATE INDEX letter_state ON letterbox.letter USING btree (agency_id, state, received_at);
CREATE INDEX link_dispatch ON letterbox.link USING btree (agency_id, dispatch_id);
CREATE INDEX link_release ON letterbox.link USING btree (agency_id, release_id);
CREATE INDEX link_token ON letterbox.link USING btree (token_hash);
CREATE INDEX mail_seen_letter ON letterbox.mail_seen USING btree (agency_id, letter_id);
CREATE INDEX message_account ON letterbox.message USING btree (agency_id, account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX message_beside_dispatch ON letterbox.message USING btree (agency_id, beside_dispatch) WHERE (beside_dispatch IS NOT NULL);
CREATE INDEX message_body ON letterbox.message USING btree (agency_id, body_blob) WHERE (body_blob IS NOT NULL);
CREATE INDEX message_dispatch ON letterbox.message USING btree (agency_id, dispatch_id) WHERE (dispatch_id IS NOT NULL);
CREATE INDEX message_notice ON letterbox.message USING btree (agency_id, notice_id) WHERE (notice_id IS NOT NULL);
CREATE INDEX message_party ON letterbox.message USING btree (agency_id, to_party) WHERE (to_party IS NOT NULL);
CREATE INDEX message_state ON letterbox.message USING btree (agency_id, state, made_at);
CREATE INDEX notice_open ON letterbox.notice USING btree (agency_id, to_party) WHERE (state = ANY (ARRAY['asked'::text, 'ready'::text, 'printed'::text, 'failed'::text, 'maybe_sent'::text]));
CREATE INDEX occasion_due ON letterbox.occasion USING btree (agency_id, due_on, state);
CREATE INDEX occasion_from ON letterbox.occasion USING btree (agency_id, from_party, due_on);
CREATE INDEX occasion_letter ON letterbox.occasion USING btree (agency_id, letter_id) WHERE (letter_id IS NOT NULL);
CREATE INDEX occasion_state ON letterbox.occasion USING btree (agency_id, state, due_on);
CREATE INDEX occasion_to ON letterbox.occasion USING btree (agency_id, arrangement_id, to_party);
CREATE INDEX party_facts ON letterbox.party USING btree (agency_id, party_id) INCLUDE (kind, channel, state, record_version, address_confirmed, email_confirmed);
CREATE INDEX party_key_ends ON letterbox.party USING btree (agency_id, key_ends_on) WHERE (key_ends_on IS NOT NULL);
CREATE INDEX party_lookup_party ON letterbox.party_lookup USING btree (agency_id, party_id);
CREATE INDEX print_item_batch ON letterbox.print_item USING btree (agency_id, batch_id);
CREATE UNIQUE INDEX print_item_notice ON letterbox.print_item USING btree (agency_id, notice_id) WHERE (notice_id IS NOT NULL);
CREATE INDEX print_item_state ON letterbox.print_item USING btree (agency_id, state);
CREATE INDEX rate_minute ON letterbox.rate USING btree (minute);
CREATE INDEX release_arrangement ON letterbox.release USING btree (agency_id, arrangement_id, to_party);
CREATE INDEX release_decision ON letterbox.release USING btree (agency_id, decision_id);
CREATE INDEX release_letter ON letterbox.release USING btree (agency_id, letter_id);
CREATE UNIQUE INDEX release_once ON letterbox.release USING btree (agency_id, letter_id, letter_version, to_party, kind) WHERE (state <> 'withdrawn'::text);
CREATE INDEX release_to ON letterbox.release USING btree (agency_id, to_party, composed_at);
CREATE INDEX session_account ON letterbox.session USING btree (agency_id, account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX session_ends ON letterbox.session USING btree (ends_at);
CREATE INDEX session_key ON letterbox.session USING btree (session_key);
CREATE INDEX session_link ON letterbox.session USING btree (agency_id, link_id) WHERE (link_id IS NOT NULL);
CREATE INDEX session_staff ON letterbox.session USING btree (agency_id, staff_id) WHERE (staff_id IS NOT NULL);
CREATE INDEX staff_home ON letterbox.staff USING btree (home_agency_id, home_staff_id) WHERE (home_agency_id IS NOT NULL);
CREATE INDEX transfer_arrangement ON letterbox.transfer USING btree (agency_id, arrangement_id);
CREATE INDEX transfer_to ON letterbox.transfer USING btree (to_agency_id, proposed_at);
CREATE INDEX visit_arrangement ON letterbox.visit USING btree (agency_id, arrangement_id, starts_at);
CREATE INDEX visit_party_of ON letterbox.visit_party USING btree (agency_id, arrangement_id, party_id);
CREATE INDEX visit_party_own ON letterbox.visit_party USING btree (agency_id, party_id);
CREATE INDEX visit_stopped ON letterbox.visit USING btree (agency_id, starts_at) WHERE (state = 'stopped'::text);
CREATE INDEX visit_supervisor ON letterbox.visit USING btree (agency_id, supervisor, starts_at) WHERE (supervisor IS NOT NULL);
CREATE INDEX visit_when ON letterbox.visit USING btree (agency_id, starts_at);

CREATE TRIGGER account_again AFTER INSERT ON letterbox.account FOR EACH ROW EXECUTE FUNCTION letterbox.account_again();

CREATE TRIGGER account_changed AFTER UPDATE OF wrapped_secret, second_factor, sealed_totp ON letterbox.account FOR EACH ROW EXECUTE FUNCTION letterbox.account_changed();

CREATE TRIGGER account_end_sessions AFTER UPDATE OF state, public_key ON letterbox.account FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) OR ((old.public_key)::bytea IS DISTINCT FROM (new.public_key)::bytea))) EXECUTE FUNCTION letterbox.end_sessions();

CREATE TRIGGER account_ends BEFORE UPDATE OF state ON letterbox.account FOR EACH ROW EXECUTE FUNCTION letterbox.account_ends();

CREATE TRIGGER agency_acting_closed AFTER UPDATE OF state ON letterbox.agency FOR EACH ROW WHEN (((old.state <> 'closed'::text) AND (new.state = 'closed'::text))) EXECUTE FUNCTION letterbox.acting_agency_closed();

CREATE TRIGGER agreement_begins BEFORE INSERT ON letterbox.agreement FOR EACH ROW EXECUTE FUNCTION letterbox.agreement_begins();

CREATE TRIGGER apart_added AFTER INSERT ON letterbox.apart FOR EACH ROW EXECUTE FUNCTION letterbox.apart_added();

CREATE TRIGGER apart_changed AFTER UPDATE OF may_know ON letterbox.apart FOR EACH ROW WHEN ((old.may_know IS DISTINCT FROM new.may_know)) EXECUTE FUNCTION letterbox.apart_added();

CREATE TRIGGER arrangement_blocked AFTER UPDATE OF state ON letterbox.arrangement FOR EACH ROW WHEN (((new.state = ANY (ARRAY['prohibited'::text, 'suspended'::text])) AND (new.state <> old.state))) EXECUTE FUNCTION letterbox.arrangement_blocked();

CREATE TRIGGER arrangement_lift BEFORE UPDATE OF state ON letterbox.arrangement FOR EACH ROW WHEN (((old.state = ANY (ARRAY['suspended'::text, 'held'::text, 'prohibited'::text, 'ended'::text, 'moved'::text])) AND (new.state IS DISTINCT FROM old.state))) EXECUTE FUNCTION letterbox.arrangement_lift();

CREATE TRIGGER arrangement_moving BEFORE UPDATE OF state ON letterbox.arrangement FOR EACH ROW WHEN (((old.state = ANY (ARRAY['held'::text, 'moved'::text])) AND (new.state IS DISTINCT FROM old.state))) EXECUTE FUNCTION letterbox.arrangement_moving();

CREATE TRIGGER arrangement_note_change AFTER UPDATE OF kind, state ON letterbox.arrangement FOR EACH ROW WHEN (((old.kind IS DISTINCT FROM new.kind) OR (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION letterbox.arrangement_note();

CREATE TRIGGER arrangement_note_new AFTER INSERT ON letterbox.arrangement FOR EACH ROW EXECUTE FUNCTION letterbox.arrangement_note();

CREATE TRIGGER arrangement_opens BEFORE INSERT OR UPDATE OF state ON letterbox.arrangement FOR EACH ROW WHEN ((new.state = ANY (ARRAY['active'::text, 'paused'::text]))) EXECUTE FUNCTION letterbox.arrangement_opens();

CREATE TRIGGER arrangement_party_blocked AFTER INSERT ON letterbox.arrangement_party FOR EACH ROW EXECUTE FUNCTION letterbox.arrangement_party_blocked();

CREATE TRIGGER arrangement_party_sides AFTER INSERT OR UPDATE OF side, party_id ON letterbox.arrangement_party FOR EACH ROW EXECUTE FUNCTION letterbox.sides_stay_apart();

CREATE TRIGGER arrangement_review_done BEFORE UPDATE ON letterbox.arrangement_review FOR EACH ROW EXECUTE FUNCTION letterbox.arrangement_review_done();

CREATE TRIGGER arrangement_review_near BEFORE INSERT OR UPDATE OF review_on ON letterbox.arrangement FOR EACH ROW EXECUTE FUNCTION letterbox.arrangement_review_near();

CREATE TRIGGER arrangement_two_person BEFORE UPDATE OF two_person ON letterbox.arrangement FOR EACH ROW WHEN ((old.two_person AND (NOT new.two_person))) EXECUTE FUNCTION letterbox.arrangement_lift();

CREATE TRIGGER audit_stands BEFORE DELETE OR UPDATE OR TRUNCATE ON letterbox.audit FOR EACH STATEMENT EXECUTE FUNCTION letterbox.audit_stands();

CREATE TRIGGER blob_chunk_fits AFTER INSERT ON letterbox.blob_chunk REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION letterbox.blob_chunk_fits();

CREATE TRIGGER blob_chunk_fits_still AFTER UPDATE ON letterbox.blob_chunk REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION letterbox.blob_chunk_fits();

CREATE CONSTRAINT TRIGGER blob_whole AFTER INSERT ON letterbox.blob DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION letterbox.blob_whole();

CREATE TRIGGER chase_stays BEFORE DELETE OR UPDATE ON letterbox.chase FOR EACH ROW EXECUTE FUNCTION letterbox.chase_stays();

CREATE TRIGGER child_changed AFTER UPDATE OF state, wish ON letterbox.child FOR EACH ROW WHEN (((old.state <> new.state) OR (old.wish <> new.wish))) EXECUTE FUNCTION letterbox.child_changed();

CREATE TRIGGER child_link_sides AFTER INSERT OR UPDATE ON letterbox.child_link FOR EACH ROW EXECUTE FUNCTION letterbox.sides_stay_apart();

CREATE TRIGGER decision_objects AFTER INSERT ON letterbox.decision FOR EACH ROW WHEN ((new.kind = ANY (ARRAY['disagree'::text, 'return'::text, 'hold'::text, 'escalate'::text, 'ask'::text]))) EXECUTE FUNCTION letterbox.decision_objects();

CREATE TRIGGER dispatch_reached AFTER UPDATE OF state ON letterbox.dispatch FOR EACH ROW WHEN (((new.state = ANY (ARRAY['sent'::text, 'delivered'::text])) AND (old.state <> new.state))) EXECUTE FUNCTION letterbox.dispatch_reached();

CREATE TRIGGER dispatch_settle AFTER UPDATE OF state ON letterbox.dispatch FOR EACH ROW WHEN (((new.state = ANY (ARRAY['sent'::text, 'delivered'::text])) AND (new.state <> old.state))) EXECUTE FUNCTION letterbox.letter_settle();

CREATE TRIGGER history_stays BEFORE DELETE OR UPDATE ON letterbox.arrangement_was FOR EACH ROW EXECUTE FUNCTION letterbox.history_stays();

CREATE TRIGGER history_stays_whole BEFORE TRUNCATE ON letterbox.arrangement_was FOR EACH STATEMENT EXECUTE FUNCTION letterbox.history_stays();

CREATE TRIGGER job_wake AFTER INSERT ON letterbox.job FOR EACH STATEMENT EXECUTE FUNCTION letterbox.job_wake();

CREATE TRIGGER ladder_begin AFTER INSERT ON letterbox.agency FOR EACH ROW EXECUTE FUNCTION letterbox.ladder_begin();

CREATE TRIGGER letter_manager_decides BEFORE UPDATE OF state ON letterbox.letter FOR EACH ROW WHEN (((old.state = 'escalated'::text) AND (new.state <> 'escalated'::text))) EXECUTE FUNCTION letterbox.letter_manager_decides();

CREATE TRIGGER letter_manager_matches BEFORE UPDATE OF arrangement_id, from_party ON letterbox.letter FOR EACH ROW WHEN ((old.is_wrong_side AND ((old.from_party IS DISTINCT FROM new.from_party) OR (old.arrangement_id IS DISTINCT FROM new.arrangement_id)))) EXECUTE FUNCTION letterbox.letter_manager_matches();

CREATE TRIGGER letter_manager_sets_aside BEFORE UPDATE OF state ON letterbox.letter FOR EACH ROW WHEN ((old.is_wrong_side AND (new.state = 'set_aside'::text) AND (old.state <> 'set_aside'::text))) EXECUTE FUNCTION letterbox.letter_manager_sets_aside();

CREATE TRIGGER letter_next_version AFTER UPDATE OF version ON letterbox.letter FOR EACH ROW WHEN ((new.version > old.version)) EXECUTE FUNCTION letterbox.letter_next_version();

CREATE TRIGGER letter_sender_stands BEFORE UPDATE OF arrangement_id, from_party ON letterbox.letter FOR EACH ROW WHEN (((old.from_party IS NOT NULL) AND ((old.from_party IS DISTINCT FROM new.from_party) OR (old.arrangement_id IS DISTINCT FROM new.arrangement_id)))) EXECUTE FUNCTION letterbox.letter_sender_stands();

CREATE TRIGGER letter_settle AFTER UPDATE OF state ON letterbox.letter FOR EACH ROW WHEN (((new.state = 'composed'::text) AND (old.state <> 'composed'::text))) EXECUTE FUNCTION letterbox.letter_settle();

CREATE TRIGGER link_end_sessions AFTER UPDATE OF withdrawn_at ON letterbox.link FOR EACH ROW WHEN ((new.withdrawn_at IS NOT NULL)) EXECUTE FUNCTION letterbox.end_sessions();

CREATE TRIGGER message_noticed AFTER UPDATE OF state ON letterbox.message FOR EACH ROW WHEN (((new.notice_id IS NOT NULL) AND (new.state <> old.state))) EXECUTE FUNCTION letterbox.message_noticed();

CREATE TRIGGER notice_chased AFTER UPDATE OF state ON letterbox.notice FOR EACH ROW EXECUTE FUNCTION letterbox.notice_chased();

CREATE TRIGGER notices_stop AFTER UPDATE OF state, frozen_at ON letterbox.agency FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION letterbox.notices_stop();

CREATE TRIGGER notices_stop AFTER UPDATE OF state ON letterbox.arrangement FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION letterbox.notices_stop();

CREATE TRIGGER notices_stop AFTER UPDATE OF state, may_write, may_receive ON letterbox.arrangement_party FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION letterbox.notices_stop();

CREATE TRIGGER notices_stop AFTER UPDATE OF state, wait_until ON letterbox.occasion FOR EACH ROW WHEN (((old.state <> new.state) OR (old.wait_until IS DISTINCT FROM new.wait_until))) EXECUTE FUNCTION letterbox.notices_stop();

CREATE TRIGGER notices_stop AFTER UPDATE OF state, address_version, address_confirmed, email_confirmed ON letterbox.party FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION letterbox.notices_stop();

CREATE TRIGGER occasion_moves BEFORE UPDATE OF state ON letterbox.occasion FOR EACH ROW EXECUTE FUNCTION letterbox.occasion_moves();

CREATE TRIGGER party_details_changed BEFORE UPDATE OF address_version, text_version ON letterbox.party FOR EACH ROW WHEN ((((old.address_version <> new.address_version) AND (old.channel = new.channel)) OR (old.text_version <> new.text_version))) EXECUTE FUNCTION letterbox.party_details_changed();

CREATE TRIGGER party_lift BEFORE UPDATE OF state ON letterbox.party FOR EACH ROW WHEN (((old.state = 'dead'::text) AND (new.state <> 'dead'::text))) EXECUTE FUNCTION letterbox.party_lift();

CREATE TRIGGER party_lookup_apart AFTER INSERT OR UPDATE ON letterbox.party_lookup FOR EACH ROW EXECUTE FUNCTION letterbox.apart_own_details();

CREATE TRIGGER party_lookup_sides AFTER INSERT OR UPDATE ON letterbox.party_lookup FOR EACH ROW EXECUTE FUNCTION letterbox.sides_stay_apart();

CREATE TRIGGER party_state_changed BEFORE UPDATE OF state ON letterbox.party FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION letterbox.party_state_changed();

CREATE TRIGGER release_from BEFORE INSERT OR UPDATE OF contact_ids ON letterbox.release FOR EACH ROW EXECUTE FUNCTION letterbox.release_from();

CREATE TRIGGER release_guard BEFORE INSERT OR UPDATE OF letter_id, letter_version, arrangement_id, to_party, decision_id, kind, photo_level ON letterbox.release FOR EACH ROW EXECUTE FUNCTION letterbox.release_guard();

CREATE TRIGGER staff_acting_over AFTER UPDATE OF state, public_key ON letterbox.staff FOR EACH ROW WHEN (((old.state = 'active'::text) AND ((new.state <> 'active'::text) OR ((old.public_key)::bytea IS DISTINCT FROM (new.public_key)::bytea)))) EXECUTE FUNCTION letterbox.acting_over();

CREATE TRIGGER staff_administrator_stays AFTER UPDATE OF state, role ON letterbox.staff FOR EACH ROW WHEN (((old.role = 'administrator'::text) AND (old.state = 'active'::text) AND ((new.role IS DISTINCT FROM old.role) OR (new.state IS DISTINCT FROM old.state)))) EXECUTE FUNCTION letterbox.administrator_stays();

CREATE TRIGGER staff_end_sessions AFTER UPDATE OF state, role, public_key ON letterbox.staff FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) OR (old.role IS DISTINCT FROM new.role) OR ((old.public_key)::bytea IS DISTINCT FROM (new.public_key)::bytea))) EXECUTE FUNCTION letterbox.end_sessions();

CREATE TRIGGER transfer_other_person BEFORE UPDATE OF state ON letterbox.transfer FOR EACH ROW WHEN ((new.state = 'taken'::text)) EXECUTE FUNCTION letterbox.transfer_other_person();

CREATE TRIGGER visit_blocked AFTER UPDATE OF state, kind ON letterbox.arrangement FOR EACH ROW WHEN (((new.state <> 'active'::text) OR (new.kind <> 'direct'::text))) EXECUTE FUNCTION letterbox.visit_blocked();

CREATE TRIGGER visit_blocked AFTER UPDATE OF state ON letterbox.arrangement_party FOR EACH ROW WHEN (((new.state <> 'active'::text) AND (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION letterbox.visit_blocked();

CREATE TRIGGER visit_blocked AFTER UPDATE OF state ON letterbox.party FOR EACH ROW WHEN (((new.state <> 'active'::text) AND (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION letterbox.visit_blocked();

CREATE TRIGGER visit_guard BEFORE INSERT OR UPDATE ON letterbox.visit FOR EACH ROW EXECUTE FUNCTION letterbox.visit_guard();

CREATE TRIGGER visit_people_stand BEFORE INSERT OR UPDATE OF is_asked ON letterbox.visit_party FOR EACH ROW EXECUTE FUNCTION letterbox.visit_people_stand();

CREATE TRIGGER visit_sheets_end AFTER UPDATE OF state ON letterbox.visit FOR EACH ROW WHEN (((old.state = 'confirmed'::text) AND (new.state <> 'confirmed'::text))) EXECUTE FUNCTION letterbox.visit_sheets_end();
ALTER TABLE ONLY letterbox.account
    ADD CONSTRAINT account_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.account_lookup
    ADD CONSTRAINT account_lookup_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.acknowledgement
    ADD CONSTRAINT acknowledgement_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.acknowledgement
    ADD CONSTRAINT acknowledgement_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.acting
    ADD CONSTRAINT acting_agency_id_accepted_by_fkey FOREIGN KEY (agency_id, accepted_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.acting
    ADD CONSTRAINT acting_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.acting
    ADD CONSTRAINT acting_agency_id_staff_id_fkey FOREIGN KEY (agency_id, staff_id) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.agency_key
    ADD CONSTRAINT agency_key_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.agreement
    ADD CONSTRAINT agreement_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.agreement
    ADD CONSTRAINT agreement_agency_id_made_by_fkey FOREIGN KEY (agency_id, made_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.apart
    ADD CONSTRAINT apart_agency_id_made_by_fkey FOREIGN KEY (agency_id, made_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.apart
    ADD CONSTRAINT apart_agency_id_other_party_id_fkey FOREIGN KEY (agency_id, other_party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.apart
    ADD CONSTRAINT apart_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.archive_copy
    ADD CONSTRAINT archive_copy_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.archive_copy
    ADD CONSTRAINT archive_copy_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.archive_copy
    ADD CONSTRAINT archive_copy_agency_id_release_id_fkey FOREIGN KEY (agency_id, release_id) REFERENCES letterbox.release(agency_id, release_id);
ALTER TABLE ONLY letterbox.arrangement
    ADD CONSTRAINT arrangement_agency_id_changed_by_fkey FOREIGN KEY (agency_id, changed_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.arrangement
    ADD CONSTRAINT arrangement_agency_id_child_id_fkey FOREIGN KEY (agency_id, child_id) REFERENCES letterbox.child(agency_id, child_id);
ALTER TABLE ONLY letterbox.arrangement
    ADD CONSTRAINT arrangement_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.arrangement_party
    ADD CONSTRAINT arrangement_party_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.arrangement_party
    ADD CONSTRAINT arrangement_party_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.arrangement_review
    ADD CONSTRAINT arrangement_review_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.arrangement_review
    ADD CONSTRAINT arrangement_review_agency_id_done_by_fkey FOREIGN KEY (agency_id, done_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.arrangement_was
    ADD CONSTRAINT arrangement_was_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.attempt
    ADD CONSTRAINT attempt_agency_id_dispatch_id_fkey FOREIGN KEY (agency_id, dispatch_id) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.attempt
    ADD CONSTRAINT attempt_agency_id_message_id_fkey FOREIGN KEY (agency_id, message_id) REFERENCES letterbox.message(agency_id, message_id);
ALTER TABLE ONLY letterbox.audit
    ADD CONSTRAINT audit_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.audit_chain
    ADD CONSTRAINT audit_chain_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.blob
    ADD CONSTRAINT blob_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id);
ALTER TABLE ONLY letterbox.blob
    ADD CONSTRAINT blob_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.blob_chunk
    ADD CONSTRAINT blob_chunk_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_agency_id_dispatch_id_fkey FOREIGN KEY (agency_id, dispatch_id) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_agency_id_message_id_fkey FOREIGN KEY (agency_id, message_id) REFERENCES letterbox.message(agency_id, message_id);
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.bounce
    ADD CONSTRAINT bounce_agency_id_seen_by_fkey FOREIGN KEY (agency_id, seen_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.chase
    ADD CONSTRAINT chase_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.chase
    ADD CONSTRAINT chase_agency_id_ladder_version_fkey FOREIGN KEY (agency_id, ladder_version) REFERENCES letterbox.ladder(agency_id, version);
ALTER TABLE ONLY letterbox.chase
    ADD CONSTRAINT chase_agency_id_notice_id_fkey FOREIGN KEY (agency_id, notice_id) REFERENCES letterbox.notice(agency_id, notice_id);
ALTER TABLE ONLY letterbox.chase
    ADD CONSTRAINT chase_agency_id_occasion_id_fkey FOREIGN KEY (agency_id, occasion_id) REFERENCES letterbox.occasion(agency_id, occasion_id);
ALTER TABLE ONLY letterbox.chase
    ADD CONSTRAINT chase_agency_id_staff_id_fkey FOREIGN KEY (agency_id, staff_id) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.child
    ADD CONSTRAINT child_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.child_link
    ADD CONSTRAINT child_link_agency_id_child_id_fkey FOREIGN KEY (agency_id, child_id) REFERENCES letterbox.child(agency_id, child_id);
ALTER TABLE ONLY letterbox.child_link
    ADD CONSTRAINT child_link_agency_id_sibling_id_fkey FOREIGN KEY (agency_id, sibling_id) REFERENCES letterbox.child(agency_id, child_id);
ALTER TABLE ONLY letterbox.contact
    ADD CONSTRAINT contact_agency_id_arrangement_id_other_party_id_fkey FOREIGN KEY (agency_id, arrangement_id, other_party_id) REFERENCES letterbox.arrangement_party(agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.contact
    ADD CONSTRAINT contact_agency_id_arrangement_id_party_id_fkey FOREIGN KEY (agency_id, arrangement_id, party_id) REFERENCES letterbox.arrangement_party(agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.decision
    ADD CONSTRAINT decision_agency_id_author_fkey FOREIGN KEY (agency_id, author) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.decision
    ADD CONSTRAINT decision_agency_id_letter_id_letter_version_fkey FOREIGN KEY (agency_id, letter_id, letter_version) REFERENCES letterbox.review(agency_id, letter_id, version);
ALTER TABLE ONLY letterbox.decision
    ADD CONSTRAINT decision_agency_id_to_party_fkey FOREIGN KEY (agency_id, to_party) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.detail_change
    ADD CONSTRAINT detail_change_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id);
ALTER TABLE ONLY letterbox.detail_change
    ADD CONSTRAINT detail_change_agency_id_decided_by_fkey FOREIGN KEY (agency_id, decided_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.detail_change
    ADD CONSTRAINT detail_change_agency_id_entered_by_fkey FOREIGN KEY (agency_id, entered_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.detail_change
    ADD CONSTRAINT detail_change_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.dispatch
    ADD CONSTRAINT dispatch_agency_id_release_id_fkey FOREIGN KEY (agency_id, release_id) REFERENCES letterbox.release(agency_id, release_id);
ALTER TABLE ONLY letterbox.draft
    ADD CONSTRAINT draft_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id);
ALTER TABLE ONLY letterbox.draft
    ADD CONSTRAINT draft_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.draft_file
    ADD CONSTRAINT draft_file_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.draft_file
    ADD CONSTRAINT draft_file_agency_id_draft_id_fkey FOREIGN KEY (agency_id, draft_id) REFERENCES letterbox.draft(agency_id, draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.idempotency
    ADD CONSTRAINT idempotency_agency_id_session_key_fkey FOREIGN KEY (agency_id, session_key) REFERENCES letterbox.session(agency_id, session_key) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.import_row
    ADD CONSTRAINT import_row_agency_id_arrangement_id_party_id_fkey FOREIGN KEY (agency_id, arrangement_id, party_id) REFERENCES letterbox.arrangement_party(agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_decision_id_fkey FOREIGN KEY (agency_id, decision_id) REFERENCES letterbox.decision(agency_id, decision_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_dispatch_id_fkey FOREIGN KEY (agency_id, dispatch_id) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_message_id_fkey FOREIGN KEY (agency_id, message_id) REFERENCES letterbox.message(agency_id, message_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_occasion_id_fkey FOREIGN KEY (agency_id, occasion_id) REFERENCES letterbox.occasion(agency_id, occasion_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.job
    ADD CONSTRAINT job_agency_id_release_id_fkey FOREIGN KEY (agency_id, release_id) REFERENCES letterbox.release(agency_id, release_id);
ALTER TABLE ONLY letterbox.join_code
    ADD CONSTRAINT join_code_agency_id_made_by_fkey FOREIGN KEY (agency_id, made_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.join_code
    ADD CONSTRAINT join_code_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.ladder
    ADD CONSTRAINT ladder_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.ladder
    ADD CONSTRAINT ladder_agency_id_made_by_fkey FOREIGN KEY (agency_id, made_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.letter
    ADD CONSTRAINT letter_agency_id_arrangement_id_from_party_fkey FOREIGN KEY (agency_id, arrangement_id, from_party) REFERENCES letterbox.arrangement_party(agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.letter
    ADD CONSTRAINT letter_agency_id_entered_by_fkey FOREIGN KEY (agency_id, entered_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.letter
    ADD CONSTRAINT letter_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.letter
    ADD CONSTRAINT letter_agency_id_from_party_fkey FOREIGN KEY (agency_id, from_party) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.letter
    ADD CONSTRAINT letter_agency_id_virus_override_fkey FOREIGN KEY (agency_id, virus_override) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.letter_contact
    ADD CONSTRAINT letter_contact_agency_id_contact_id_fkey FOREIGN KEY (agency_id, contact_id) REFERENCES letterbox.contact(agency_id, contact_id);
ALTER TABLE ONLY letterbox.letter_contact
    ADD CONSTRAINT letter_contact_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.link
    ADD CONSTRAINT link_agency_id_dispatch_id_fkey FOREIGN KEY (agency_id, dispatch_id) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.link
    ADD CONSTRAINT link_agency_id_release_id_fkey FOREIGN KEY (agency_id, release_id) REFERENCES letterbox.release(agency_id, release_id);
ALTER TABLE ONLY letterbox.mail_kept
    ADD CONSTRAINT mail_kept_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.mail_seen
    ADD CONSTRAINT mail_seen_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.mail_seen
    ADD CONSTRAINT mail_seen_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_beside_dispatch_fkey FOREIGN KEY (agency_id, beside_dispatch) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_body_blob_fkey FOREIGN KEY (agency_id, body_blob) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_dispatch_id_fkey FOREIGN KEY (agency_id, dispatch_id) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_notice_id_fkey FOREIGN KEY (agency_id, notice_id) REFERENCES letterbox.notice(agency_id, notice_id);
ALTER TABLE ONLY letterbox.message
    ADD CONSTRAINT message_agency_id_to_party_fkey FOREIGN KEY (agency_id, to_party) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.notice
    ADD CONSTRAINT notice_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.notice
    ADD CONSTRAINT notice_agency_id_to_party_fkey FOREIGN KEY (agency_id, to_party) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.occasion
    ADD CONSTRAINT occasion_agency_id_arrangement_id_agreement_version_fkey FOREIGN KEY (agency_id, arrangement_id, agreement_version) REFERENCES letterbox.agreement(agency_id, arrangement_id, version);
ALTER TABLE ONLY letterbox.occasion
    ADD CONSTRAINT occasion_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.occasion
    ADD CONSTRAINT occasion_contact FOREIGN KEY (agency_id, arrangement_id, from_party, to_party) REFERENCES letterbox.contact(agency_id, arrangement_id, party_id, other_party_id);
ALTER TABLE ONLY letterbox.original
    ADD CONSTRAINT original_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.original
    ADD CONSTRAINT original_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.part
    ADD CONSTRAINT part_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.part
    ADD CONSTRAINT part_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.party
    ADD CONSTRAINT party_agency_id_changed_by_fkey FOREIGN KEY (agency_id, changed_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.party
    ADD CONSTRAINT party_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.party_lookup
    ADD CONSTRAINT party_lookup_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_dispatch_id_fkey FOREIGN KEY (agency_id, dispatch_id) REFERENCES letterbox.dispatch(agency_id, dispatch_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_letter_blob_fkey FOREIGN KEY (agency_id, letter_blob) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_notice_id_fkey FOREIGN KEY (agency_id, notice_id) REFERENCES letterbox.notice(agency_id, notice_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_posted_by_fkey FOREIGN KEY (agency_id, posted_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_printed_by_fkey FOREIGN KEY (agency_id, printed_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.print_item
    ADD CONSTRAINT print_item_agency_id_sheet_blob_fkey FOREIGN KEY (agency_id, sheet_blob) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.release
    ADD CONSTRAINT release_agency_id_arrangement_id_to_party_fkey FOREIGN KEY (agency_id, arrangement_id, to_party) REFERENCES letterbox.arrangement_party(agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.release
    ADD CONSTRAINT release_agency_id_decision_id_fkey FOREIGN KEY (agency_id, decision_id) REFERENCES letterbox.decision(agency_id, decision_id);
ALTER TABLE ONLY letterbox.release
    ADD CONSTRAINT release_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.release_part
    ADD CONSTRAINT release_part_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.release_part
    ADD CONSTRAINT release_part_agency_id_release_id_fkey FOREIGN KEY (agency_id, release_id) REFERENCES letterbox.release(agency_id, release_id);
ALTER TABLE ONLY letterbox.review
    ADD CONSTRAINT review_agency_id_blob_id_fkey FOREIGN KEY (agency_id, blob_id) REFERENCES letterbox.blob(agency_id, blob_id);
ALTER TABLE ONLY letterbox.review
    ADD CONSTRAINT review_agency_id_letter_id_fkey FOREIGN KEY (agency_id, letter_id) REFERENCES letterbox.letter(agency_id, letter_id);
ALTER TABLE ONLY letterbox.review
    ADD CONSTRAINT review_agency_id_made_by_fkey FOREIGN KEY (agency_id, made_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_account_id_fkey FOREIGN KEY (agency_id, account_id) REFERENCES letterbox.account(agency_id, account_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_join_id_fkey FOREIGN KEY (agency_id, join_id) REFERENCES letterbox.join_code(agency_id, join_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_link_id_fkey FOREIGN KEY (agency_id, link_id) REFERENCES letterbox.link(agency_id, link_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_party_id_fkey FOREIGN KEY (agency_id, party_id) REFERENCES letterbox.party(agency_id, party_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_release_id_fkey FOREIGN KEY (agency_id, release_id) REFERENCES letterbox.release(agency_id, release_id);
ALTER TABLE ONLY letterbox.session
    ADD CONSTRAINT session_agency_id_staff_id_fkey FOREIGN KEY (agency_id, staff_id) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.sign_in_code
    ADD CONSTRAINT sign_in_code_agency_id_session_key_fkey FOREIGN KEY (agency_id, session_key) REFERENCES letterbox.session(agency_id, session_key) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.staff
    ADD CONSTRAINT staff_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES letterbox.agency(agency_id);
ALTER TABLE ONLY letterbox.staff_grant
    ADD CONSTRAINT staff_grant_agency_id_granted_by_fkey FOREIGN KEY (agency_id, granted_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.staff_grant
    ADD CONSTRAINT staff_grant_agency_id_key_id_fkey FOREIGN KEY (agency_id, key_id) REFERENCES letterbox.agency_key(agency_id, key_id);
ALTER TABLE ONLY letterbox.staff_grant
    ADD CONSTRAINT staff_grant_agency_id_staff_id_fkey FOREIGN KEY (agency_id, staff_id) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.staff_lookup
    ADD CONSTRAINT staff_lookup_agency_id_staff_id_fkey FOREIGN KEY (agency_id, staff_id) REFERENCES letterbox.staff(agency_id, staff_id) ON DELETE CASCADE;
ALTER TABLE ONLY letterbox.transfer
    ADD CONSTRAINT transfer_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.transfer
    ADD CONSTRAINT transfer_agency_id_offered_by_fkey FOREIGN KEY (agency_id, offered_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.transfer
    ADD CONSTRAINT transfer_agency_id_proposed_by_fkey FOREIGN KEY (agency_id, proposed_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.visit
    ADD CONSTRAINT visit_agency_id_arrangement_id_fkey FOREIGN KEY (agency_id, arrangement_id) REFERENCES letterbox.arrangement(agency_id, arrangement_id);
ALTER TABLE ONLY letterbox.visit
    ADD CONSTRAINT visit_agency_id_changed_by_fkey FOREIGN KEY (agency_id, changed_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.visit
    ADD CONSTRAINT visit_agency_id_planned_by_fkey FOREIGN KEY (agency_id, planned_by) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.visit
    ADD CONSTRAINT visit_agency_id_supervisor_fkey FOREIGN KEY (agency_id, supervisor) REFERENCES letterbox.staff(agency_id, staff_id);
ALTER TABLE ONLY letterbox.visit_party
    ADD CONSTRAINT visit_party_agency_id_arrangement_id_party_id_fkey FOREIGN KEY (agency_id, arrangement_id, party_id) REFERENCES letterbox.arrangement_party(agency_id, arrangement_id, party_id);
ALTER TABLE ONLY letterbox.visit_party
    ADD CONSTRAINT visit_party_agency_id_visit_id_arrangement_id_fkey FOREIGN KEY (agency_id, visit_id, arrangement_id) REFERENCES letterbox.visit(agency_id, visit_id, arrangement_id);
ALTER TABLE letterbox.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.account_lookup ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.acknowledgement ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.acting ENABLE ROW LEVEL SECURITY;
CREATE POLICY admin_add ON letterbox.staff FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = 'administrator'::text)));
CREATE POLICY admin_add ON letterbox.staff_grant FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = 'administrator'::text) AND (granted_by = ( SELECT v.staff_id
   FROM letterbox.live_session v))));
CREATE POLICY admin_change ON letterbox.staff FOR UPDATE TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = 'administrator'::text)));
CREATE POLICY admin_remove ON letterbox.staff_grant FOR DELETE TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = 'administrator'::text)));
ALTER TABLE letterbox.agency ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.agency_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.apart ENABLE ROW LEVEL SECURITY;
CREATE POLICY append ON letterbox.audit TO lb_audit USING (true) WITH CHECK (true);
CREATE POLICY append ON letterbox.audit_chain TO lb_audit USING (true) WITH CHECK (true);
ALTER TABLE letterbox.archive_copy ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement_party ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement_review ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.arrangement_was ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.audit_chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.blob ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.blob_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.bounce ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.chase ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.child ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.child_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.cluster ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY desk_add ON letterbox.agreement FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.apart FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) AND (made_by = ( SELECT v.staff_id
   FROM letterbox.live_session v))));
CREATE POLICY desk_add ON letterbox.arrangement FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.arrangement_party FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.arrangement_review FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.blob FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text])))) AND (purpose = ANY (ARRAY['original'::text, 'review'::text]))));
CREATE POLICY desk_add ON letterbox.blob_chunk FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.chase FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) AND (staff_id = ( SELECT v.staff_id
   FROM letterbox.live_session v)) AND (event = ANY (ARRAY['called'::text, 'went_on'::text, 'waived'::text]))));
CREATE POLICY desk_add ON letterbox.child FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.child_link FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.contact FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.decision FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text])))) AND (author = ( SELECT v.staff_id
   FROM letterbox.live_session v))));
CREATE POLICY desk_add ON letterbox.import_row FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.job FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text])))) AND (worker = ANY (ARRAY['press'::text, 'diary'::text]))));
CREATE POLICY desk_add ON letterbox.join_code FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.ladder FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = 'manager'::text))) AND (made_by = ( SELECT v.staff_id
   FROM letterbox.live_session v))));
CREATE POLICY desk_add ON letterbox.letter FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) AND (channel = 'paper'::text) AND (entered_by = ( SELECT v.staff_id
   FROM letterbox.live_session v)) AND (virus_override IS NULL)));
CREATE POLICY desk_add ON letterbox.letter_contact FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.occasion FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.original FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.party FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_add ON letterbox.review FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text])))) AND (made_by = ( SELECT v.staff_id
   FROM letterbox.live_session v))));
CREATE POLICY desk_add ON letterbox.visit FOR INSERT TO lb_desk WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) AND (planned_by = ( SELECT v.staff_id
   FROM letterbox.live_session v)) AND (state = 'planned'::text)));
CREATE POLICY desk_add ON letterbox.visit_party FOR INSERT TO lb_desk WITH CHECK ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.account FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.agency FOR UPDATE TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = ANY (ARRAY['manager'::text, 'administrator'::text]))));
CREATE POLICY desk_change ON letterbox.apart FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.arrangement FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.arrangement_party FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.arrangement_review FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.child FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.detail_change FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.import_row FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.job FOR UPDATE TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) AND (state = 'staff'::text))) WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) AND (state = ANY (ARRAY['ready'::text, 'closed'::text]))));
CREATE POLICY desk_change ON letterbox.join_code FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.letter FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.link FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.occasion FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.party FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.release FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.visit FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_change ON letterbox.visit_party FOR UPDATE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_read ON letterbox.account FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.acting FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['manager'::text, 'administrator'::text])))));
CREATE POLICY desk_read ON letterbox.agency FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)));
CREATE POLICY desk_read ON letterbox.agency_key FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)));
CREATE POLICY desk_read ON letterbox.agreement FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.apart FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.archive_copy FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.arrangement FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.arrangement_party FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.arrangement_review FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.arrangement_was FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.attempt FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.audit FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = ANY (ARRAY['manager'::text, 'administrator'::text, 'inspector'::text]))));
CREATE POLICY desk_read ON letterbox.blob FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))) AND (purpose = ANY (ARRAY['part'::text, 'review'::text, 'release'::text, 'print'::text]))));
CREATE POLICY desk_read ON letterbox.blob_chunk FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))) AND (EXISTS ( SELECT
   FROM letterbox.blob b
  WHERE ((b.agency_id = blob_chunk.agency_id) AND (b.blob_id = blob_chunk.blob_id))))));
CREATE POLICY desk_read ON letterbox.bounce FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.chase FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.child FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.child_link FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.contact FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.decision FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.detail_change FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.dispatch FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.import_row FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.job FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.join_code FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.ladder FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.letter FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.letter_contact FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.link FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.mail_seen FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.message FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.notice FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.occasion FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.original FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.part FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.party FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.print_item FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.release FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.release_part FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.review FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_read ON letterbox.staff FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)));
CREATE POLICY desk_read ON letterbox.staff_grant FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND ((staff_id = ( SELECT v.staff_id
   FROM letterbox.live_session v)) OR (( SELECT v.role
   FROM letterbox.live_session v) = 'administrator'::text))));
CREATE POLICY desk_read ON letterbox.transfer FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))) OR ((state <> 'proposed'::text) AND (to_agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = 'manager'::text))))));
CREATE POLICY desk_read ON letterbox.visit FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['checker'::text, 'coordinator'::text, 'manager'::text, 'inspector'::text])))) AND ((( SELECT v.role
   FROM letterbox.live_session v) <> 'checker'::text) OR (supervisor = ( SELECT v.staff_id
   FROM letterbox.live_session v)))));
CREATE POLICY desk_read ON letterbox.visit_party FOR SELECT TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY desk_remove ON letterbox.child_link FOR DELETE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_remove ON letterbox.letter_contact FOR DELETE TO lb_desk USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text])))));
CREATE POLICY desk_timeline ON letterbox.audit FOR SELECT TO lb_desk USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.role
   FROM letterbox.live_session v) = 'coordinator'::text) AND (object_kind = 'arrangement'::text) AND (act = ANY (ARRAY['arrangement_added'::text, 'arrangement_people_changed'::text, 'arrangement_state_changed'::text, 'arrangement_held'::text, 'transfer_proposed'::text, 'transfer_offered'::text, 'transfer_taken'::text]))));
ALTER TABLE letterbox.detail_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY diary_add ON letterbox.chase FOR INSERT TO lb_diary WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (staff_id IS NULL) AND (event = ANY (ARRAY['withheld'::text, 'asked'::text, 'handed'::text]))));
CREATE POLICY diary_add ON letterbox.job FOR INSERT TO lb_diary WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (worker = ANY (ARRAY['press'::text, 'diary'::text]))));
CREATE POLICY diary_add ON letterbox.notice FOR INSERT TO lb_diary WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (state = 'asked'::text)));
CREATE POLICY diary_add ON letterbox.occasion FOR INSERT TO lb_diary WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_change ON letterbox.occasion FOR UPDATE TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.agency FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.agreement FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.arrangement FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.arrangement_party FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.chase FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.child FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.ladder FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.letter FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.notice FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.occasion FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY diary_read ON letterbox.party FOR SELECT TO lb_diary USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
ALTER TABLE letterbox.dispatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.draft_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON letterbox.migration FOR SELECT TO lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report USING (true);
CREATE POLICY gate ON letterbox.account TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.account_lookup TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.acknowledgement TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.acting TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.agency TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.agency_key TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.agreement TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.apart TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.archive_copy TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.arrangement TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.arrangement_party TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.arrangement_review TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.arrangement_was TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.attempt TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.blob TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.blob_chunk TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.bounce TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.chase TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.child TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.child_link TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.cluster TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.contact TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.decision TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.detail_change TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.dispatch TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.draft TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.draft_file TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.idempotency TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.import_row TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.job TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.join_code TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.ladder TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.letter TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.letter_contact TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.link TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.mail_kept TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.mail_seen TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.message TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.notice TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.occasion TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.original TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.part TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.party TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.party_lookup TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.print_item TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.rate TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.release TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.release_part TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.review TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.session TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.sign_in_code TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.staff TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.staff_grant TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.staff_lookup TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.transfer TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.visit TO lb_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON letterbox.visit_party TO lb_gate USING (true) WITH CHECK (true);
ALTER TABLE letterbox.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.import_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.job ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.join_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.ladder ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.letter_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.link ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.mail_kept ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.mail_seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.message ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.migration ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.occasion ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.original ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner ON letterbox.audit FOR SELECT TO lb_owner USING (true);
CREATE POLICY owner ON letterbox.migration TO lb_owner USING (true) WITH CHECK (true);
ALTER TABLE letterbox.part ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.party ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.party_lookup ENABLE ROW LEVEL SECURITY;
CREATE POLICY portal ON letterbox.agency FOR SELECT TO lb_portal USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)));
CREATE POLICY portal ON letterbox.arrangement FOR SELECT TO lb_portal USING ((EXISTS ( SELECT
   FROM letterbox.arrangement_party p
  WHERE ((p.agency_id = arrangement.agency_id) AND (p.arrangement_id = arrangement.arrangement_id)))));
CREATE POLICY portal ON letterbox.arrangement_party FOR SELECT TO lb_portal USING (((agency_id, party_id) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)));
CREATE POLICY portal ON letterbox.contact FOR SELECT TO lb_portal USING (((agency_id, party_id) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)));
CREATE POLICY portal ON letterbox.draft TO lb_portal USING (((agency_id, account_id) = ( SELECT v.agency_id,
    v.account_id
   FROM letterbox.live_session v))) WITH CHECK ((((agency_id, account_id) = ( SELECT v.agency_id,
    v.account_id
   FROM letterbox.live_session v)) AND ((arrangement_id IS NULL) OR (EXISTS ( SELECT
   FROM letterbox.arrangement_party p
  WHERE ((p.agency_id = draft.agency_id) AND (p.arrangement_id = draft.arrangement_id)))))));
CREATE POLICY portal ON letterbox.draft_file TO lb_portal USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (EXISTS ( SELECT
   FROM letterbox.draft d
  WHERE ((d.agency_id = draft_file.agency_id) AND (d.draft_id = draft_file.draft_id))))));
CREATE POLICY portal ON letterbox.occasion FOR SELECT TO lb_portal USING (((agency_id, from_party) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)));
CREATE POLICY portal ON letterbox.party FOR SELECT TO lb_portal USING (((agency_id, party_id) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)));
CREATE POLICY portal ON letterbox.release FOR SELECT TO lb_portal USING (((((agency_id, to_party) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)) AND (state = 'available'::text)) OR ((agency_id, release_id) = ( SELECT v.agency_id,
    v.release_id
   FROM letterbox.live_session v))));
CREATE POLICY portal ON letterbox.release_part FOR SELECT TO lb_portal USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (audience = 'recipient'::text) AND (EXISTS ( SELECT
   FROM letterbox.release r
  WHERE ((r.agency_id = release_part.agency_id) AND (r.release_id = release_part.release_id) AND (r.opened_at IS NOT NULL) AND (letterbox.reading_refusal(r.release_id) IS NULL))))));
CREATE POLICY portal ON letterbox.visit FOR SELECT TO lb_portal USING ((EXISTS ( SELECT
   FROM letterbox.visit_party g
  WHERE ((g.agency_id = visit.agency_id) AND (g.visit_id = visit.visit_id)))));
CREATE POLICY portal ON letterbox.visit_party FOR SELECT TO lb_portal USING ((((agency_id, party_id) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)) AND (sheet_version > 0)));
CREATE POLICY portal_add ON letterbox.blob FOR INSERT TO lb_portal WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.party_id
   FROM letterbox.live_session v) IS NOT NULL) AND (purpose = 'original'::text)));
CREATE POLICY portal_add ON letterbox.blob_chunk FOR INSERT TO lb_portal WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (( SELECT v.party_id
   FROM letterbox.live_session v) IS NOT NULL)));
CREATE POLICY portal_add ON letterbox.job FOR INSERT TO lb_portal WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (worker = 'press'::text) AND (kind = 'prepare_letter'::text) AND (EXISTS ( SELECT
   FROM letterbox.letter l
  WHERE ((l.agency_id = job.agency_id) AND (l.letter_id = job.letter_id) AND (l.state = 'received'::text))))));
CREATE POLICY portal_add ON letterbox.letter FOR INSERT TO lb_portal WITH CHECK ((((agency_id, from_party) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)) AND (channel = 'portal'::text) AND (EXISTS ( SELECT
   FROM letterbox.arrangement_party p
  WHERE ((p.agency_id = letter.agency_id) AND (p.arrangement_id = letter.arrangement_id) AND (p.party_id = letter.from_party) AND p.may_write AND (p.state <> 'ended'::text))))));
CREATE POLICY portal_add ON letterbox.letter_contact FOR INSERT TO lb_portal WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (EXISTS ( SELECT
   FROM (letterbox.letter l
     JOIN letterbox.contact c ON (((c.agency_id = l.agency_id) AND (c.arrangement_id = l.arrangement_id))))
  WHERE ((l.agency_id = letter_contact.agency_id) AND (l.letter_id = letter_contact.letter_id) AND (c.contact_id = letter_contact.contact_id) AND (l.state = 'received'::text))))));
CREATE POLICY portal_add ON letterbox.original FOR INSERT TO lb_portal WITH CHECK (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (kind = ANY (ARRAY['text'::text, 'file'::text])) AND (EXISTS ( SELECT
   FROM letterbox.letter l
  WHERE ((l.agency_id = original.agency_id) AND (l.letter_id = original.letter_id) AND (l.state = 'received'::text))))));
CREATE POLICY portal_change ON letterbox.account FOR UPDATE TO lb_portal USING (((agency_id, account_id) = ( SELECT v.agency_id,
    v.account_id
   FROM letterbox.live_session v)));
CREATE POLICY portal_draft ON letterbox.blob TO lb_portal USING (((agency_id, account_id) = ( SELECT v.agency_id,
    v.account_id
   FROM letterbox.live_session v)));
CREATE POLICY portal_read ON letterbox.account FOR SELECT TO lb_portal USING (((agency_id, account_id) = ( SELECT v.agency_id,
    v.account_id
   FROM letterbox.live_session v)));
CREATE POLICY portal_read ON letterbox.blob FOR SELECT TO lb_portal USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (purpose = 'release'::text) AND (EXISTS ( SELECT
   FROM letterbox.release_part p
  WHERE ((p.agency_id = blob.agency_id) AND (p.blob_id = blob.blob_id))))));
CREATE POLICY portal_read ON letterbox.blob_chunk FOR SELECT TO lb_portal USING (((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v)) AND (EXISTS ( SELECT
   FROM letterbox.blob b
  WHERE ((b.agency_id = blob_chunk.agency_id) AND (b.blob_id = blob_chunk.blob_id))))));
CREATE POLICY portal_read ON letterbox.letter FOR SELECT TO lb_portal USING (((agency_id, from_party) = ( SELECT v.agency_id,
    v.party_id
   FROM letterbox.live_session v)));
CREATE POLICY portal_read ON letterbox.letter_contact FOR SELECT TO lb_portal USING ((EXISTS ( SELECT
   FROM letterbox.contact c
  WHERE ((c.agency_id = letter_contact.agency_id) AND (c.contact_id = letter_contact.contact_id)))));
CREATE POLICY post_add ON letterbox.blob FOR INSERT TO lb_post WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (purpose = ANY (ARRAY['original'::text, 'part'::text, 'review'::text]))));
CREATE POLICY post_add ON letterbox.blob_chunk FOR INSERT TO lb_post WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_add ON letterbox.job FOR INSERT TO lb_post WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (worker = 'press'::text) AND (kind = 'prepare_letter'::text)));
CREATE POLICY post_add ON letterbox.letter FOR INSERT TO lb_post WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (channel = 'email'::text) AND (state = 'received'::text) AND (from_party IS NULL)));
CREATE POLICY post_add ON letterbox.mail_kept FOR INSERT TO lb_post WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_add ON letterbox.mail_seen FOR INSERT TO lb_post WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_add ON letterbox.original FOR INSERT TO lb_post WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_read ON letterbox.agency FOR SELECT TO lb_post USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_read ON letterbox.agency_key FOR SELECT TO lb_post USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_read ON letterbox.blob FOR SELECT TO lb_post USING (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (purpose = 'message'::text) AND (EXISTS ( SELECT
   FROM letterbox.message m
  WHERE ((m.agency_id = blob.agency_id) AND (m.body_blob = blob.blob_id))))));
CREATE POLICY post_read ON letterbox.blob_chunk FOR SELECT TO lb_post USING (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (EXISTS ( SELECT
   FROM letterbox.blob b
  WHERE ((b.agency_id = blob_chunk.agency_id) AND (b.blob_id = blob_chunk.blob_id))))));
CREATE POLICY post_read ON letterbox.mail_kept FOR SELECT TO lb_post USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_read ON letterbox.mail_seen FOR SELECT TO lb_post USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY post_read ON letterbox.message FOR SELECT TO lb_post USING (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (state = ANY (ARRAY['ready'::text, 'sending'::text]))));
CREATE POLICY press_add ON letterbox.acknowledgement FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.archive_copy FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.blob FOR INSERT TO lb_press WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (purpose = ANY (ARRAY['part'::text, 'review'::text, 'release'::text, 'message'::text, 'archive'::text, 'print'::text]))));
CREATE POLICY press_add ON letterbox.blob_chunk FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.dispatch FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.job FOR INSERT TO lb_press WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (worker = ANY (ARRAY['press'::text, 'post'::text]))));
CREATE POLICY press_add ON letterbox.letter_contact FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.link FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.message FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.part FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.print_item FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.release FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.release_part FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_add ON letterbox.review FOR INSERT TO lb_press WITH CHECK ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_change ON letterbox.archive_copy FOR UPDATE TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_change ON letterbox.contact FOR UPDATE TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_change ON letterbox.letter FOR UPDATE TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_change ON letterbox.mail_seen FOR UPDATE TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_change ON letterbox.notice FOR UPDATE TO lb_press USING (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (state = 'asked'::text))) WITH CHECK (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (state = ANY (ARRAY['ready'::text, 'failed'::text]))));
CREATE POLICY press_change ON letterbox.occasion FOR UPDATE TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_change ON letterbox.visit_party FOR UPDATE TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.account FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.acknowledgement FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.agency FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.agency_key FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.agreement FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.archive_copy FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.arrangement FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.arrangement_party FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.blob FOR SELECT TO lb_press USING (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (purpose = ANY (ARRAY['original'::text, 'part'::text, 'review'::text, 'archive'::text]))));
CREATE POLICY press_read ON letterbox.blob_chunk FOR SELECT TO lb_press USING (((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)) AND (EXISTS ( SELECT
   FROM letterbox.blob b
  WHERE ((b.agency_id = blob_chunk.agency_id) AND (b.blob_id = blob_chunk.blob_id))))));
CREATE POLICY press_read ON letterbox.child FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.child_link FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.contact FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.decision FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.dispatch FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.letter FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.letter_contact FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.link FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.mail_seen FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.message FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.notice FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.occasion FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.original FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.part FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.party FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.print_item FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.release FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.release_part FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.review FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
CREATE POLICY press_read ON letterbox.visit_party FOR SELECT TO lb_press USING ((agency_id = ( SELECT letterbox.gate_agency() AS gate_agency)));
ALTER TABLE letterbox.print_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.rate ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.release ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.release_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY report_read ON letterbox.agreement FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.arrangement FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.arrangement_party FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.arrangement_review FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.arrangement_was FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.chase FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.decision FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.dispatch FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.letter FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.occasion FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.party FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.release FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
CREATE POLICY report_read ON letterbox.visit FOR SELECT TO lb_report USING ((agency_id = ( SELECT v.agency_id
   FROM letterbox.live_session v
  WHERE (v.role = ANY (ARRAY['coordinator'::text, 'manager'::text, 'inspector'::text])))));
ALTER TABLE letterbox.review ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.sign_in_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.staff_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.staff_lookup ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE letterbox.visit_party ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA letterbox TO lb_portal;
GRANT USAGE ON SCHEMA letterbox TO lb_desk;
GRANT USAGE ON SCHEMA letterbox TO lb_press;
GRANT USAGE ON SCHEMA letterbox TO lb_post;
GRANT USAGE ON SCHEMA letterbox TO lb_diary;
GRANT USAGE ON SCHEMA letterbox TO lb_report;
GRANT USAGE ON SCHEMA letterbox TO lb_gate;
GRANT USAGE ON SCHEMA letterbox TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.account_again() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.account_again() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.account_changed() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.account_changed() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.account_ends() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.account_ends() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.account_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT account_id bigint, OUT key_id bytea, OUT public_key bytea, OUT version integer, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.account_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT account_id bigint, OUT key_id bytea, OUT public_key bytea, OUT version integer, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.account_notice(p_message bigint, p_sealed_body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.account_notice(p_message bigint, p_sealed_body bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.acting_accept(p_acting bigint, p_staff bigint, p_version integer, p_sealed_record bytea, p_role text, p_from date, p_until date) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_accept(p_acting bigint, p_staff bigint, p_version integer, p_sealed_record bytea, p_role text, p_from date, p_until date) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_agency_closed() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_agency_closed() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.acting_back(p_new_sid bytea, p_sealed_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_back(p_new_sid bytea, p_sealed_secret bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_begin(p_acting bigint, p_new_sid bytea, p_sealed_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_begin(p_acting bigint, p_new_sid bytea, p_sealed_secret bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_close(p_agency bigint, p_staff bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.acting_end(p_acting bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_end(p_acting bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_from_here() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_from_here() TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_here(OUT home_staff_id bigint, OUT name text, OUT home_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_here(OUT home_staff_id bigint, OUT name text, OUT home_name text) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_mine(OUT acting_id bigint, OUT staff_id bigint, OUT name text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_mine(OUT acting_id bigint, OUT staff_id bigint, OUT name text) TO lb_desk;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.session TO lb_gate;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.staff TO lb_gate;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(staff_id),INSERT(staff_id) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(role),INSERT(role),UPDATE(role) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(state),UPDATE(state) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(sealed_record),INSERT(sealed_record),UPDATE(sealed_record) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(record_version),INSERT(record_version),UPDATE(record_version) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(key_id),INSERT(key_id) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(public_key),INSERT(public_key) ON TABLE letterbox.staff TO lb_desk;
GRANT INSERT(argon_passes) ON TABLE letterbox.staff TO lb_desk;
GRANT INSERT(argon_kib) ON TABLE letterbox.staff TO lb_desk;
GRANT INSERT(argon_salt) ON TABLE letterbox.staff TO lb_desk;
GRANT INSERT(wrapped_secret) ON TABLE letterbox.staff TO lb_desk;
GRANT INSERT(sealed_totp) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(made_at),INSERT(made_at) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(disabled_at),UPDATE(disabled_at) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(home_agency_id) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(acts_from) ON TABLE letterbox.staff TO lb_desk;
GRANT SELECT(acts_until) ON TABLE letterbox.staff TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_move(p_session letterbox.session, p_to letterbox.staff, p_new_sid bytea, p_sealed_secret bytea, p_ends_at timestamp with time zone) FROM PUBLIC;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.acting TO lb_gate;
GRANT SELECT(agency_id) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(acting_id) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(from_agency_id) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(sealed_record) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(offered_at) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(accepted_by) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(accepted_at) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(ended_at) ON TABLE letterbox.acting TO lb_desk;
GRANT SELECT(staff_id) ON TABLE letterbox.acting TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_note(p_acting letterbox.acting, p_act text, p_here bigint, p_home bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.acting_offer(p_acting bigint, p_staff bigint, p_to bigint, p_sealed_record bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_offer(p_acting bigint, p_staff bigint, p_to bigint, p_sealed_record bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_over() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_over() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.acting_place(p_acting bigint, OUT staff_id bigint, OUT record_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.acting_place(p_acting bigint, OUT staff_id bigint, OUT record_version integer) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.acting_today() FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.administrator_stays() FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.agency_add(p_agency bigint, p_slug text, p_name text, p_neutral_name text, p_demo boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.agency_add(p_agency bigint, p_slug text, p_name text, p_neutral_name text, p_demo boolean) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.agency_key_add(p_agency bigint, p_key_id bytea, p_purpose text, p_public_key bytea, p_fingerprint text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.agency_key_add(p_agency bigint, p_key_id bytea, p_purpose text, p_public_key bytea, p_fingerprint text) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.agency_key_retire(p_agency bigint, p_key_id bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.agency_key_retire(p_agency bigint, p_key_id bytea) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) TO lb_owner;
GRANT ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) TO lb_desk;
GRANT ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) TO lb_press;
GRANT ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) TO lb_post;
GRANT ALL ON FUNCTION letterbox.agency_keys(p_agency bigint) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.agency_list() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.agency_list() TO lb_owner;
GRANT ALL ON FUNCTION letterbox.agency_list() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.agency_list() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.agency_list() TO lb_press;
GRANT ALL ON FUNCTION letterbox.agency_list() TO lb_post;
GRANT ALL ON FUNCTION letterbox.agency_list() TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.agreement_begins() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.agreement_begins() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.apart_added() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.apart_added() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.apart_own_details() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.apart_own_details() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.approval_refusal(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_decided_at timestamp with time zone, p_digest bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.arrangement_blocked() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_blocked() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_held_by(p_agency bigint, p_arrangement bigint, p_other bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.arrangement_lift() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_lift() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_moving() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_moving() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_needs_two(p_arrangement bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_needs_two(p_arrangement bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.arrangement_note() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_note() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_opens() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_opens() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_party_blocked() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_party_blocked() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_review_done() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_review_done() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangement_review_near() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.arrangement_review_near() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.arrangements_end(p_agency bigint, p_child bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) TO lb_desk;
GRANT ALL ON FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) TO lb_press;
GRANT ALL ON FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) TO lb_post;
GRANT ALL ON FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) TO lb_desk;
GRANT ALL ON FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.audit_append_operator(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.audit_append_operator(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint) TO lb_owner;
GRANT SELECT,INSERT ON TABLE letterbox.audit TO lb_audit;
GRANT SELECT ON TABLE letterbox.audit TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.audit_hash(p_row letterbox.audit) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.audit_hash(p_row letterbox.audit) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.audit_head(p_agency bigint, OUT number bigint, OUT hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.audit_head(p_agency bigint, OUT number bigint, OUT hash bytea) TO lb_owner;
GRANT ALL ON FUNCTION letterbox.audit_head(p_agency bigint, OUT number bigint, OUT hash bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.audit_stands() FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.audit_write(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.audit_write(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint, p_sealed_detail bytea) TO lb_gate;
REVOKE ALL ON FUNCTION letterbox.audit_write_each(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text, p_object_kind text, p_object_ids bigint[], p_about_kind text, p_about_id bigint, p_sealed_detail bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.blob_chunk_fits() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.blob_chunk_fits() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.blob_whole() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.blob_whole() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.bounce_note(p_letter bigint, p_message bigint, p_kind text, p_code text, p_recipients boolean, p_current boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.bounce_note(p_letter bigint, p_message bigint, p_kind text, p_code text, p_recipients boolean, p_current boolean) TO lb_press;
REVOKE ALL ON FUNCTION letterbox.bounce_seen(p_bounce bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.bounce_seen(p_bounce bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.chase_stays() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.chase_stays() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.child_changed() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.child_changed() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.child_refusal(p_agency bigint, p_child bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.clock_advance(p_by interval) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.clock_advance(p_by interval) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.clock_confirm() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.clock_confirm() TO lb_owner;
GRANT ALL ON FUNCTION letterbox.clock_confirm() TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) TO lb_owner;
GRANT ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) TO lb_desk;
GRANT ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) TO lb_press;
GRANT ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) TO lb_post;
GRANT ALL ON FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamp with time zone, OUT clock_offset interval, OUT jump_found_at timestamp with time zone) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.clock_tick() FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.close_grown() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.close_grown() TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.cluster_init(p_kind text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.cluster_init(p_kind text) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.copies_take_back(p_agency bigint, p_letter bigint, p_to bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.copy_take_back(p_dispatch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.copy_take_back(p_dispatch bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.days_ascend(p_days smallint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.days_ascend(p_days smallint[]) TO lb_desk;
GRANT ALL ON FUNCTION letterbox.days_ascend(p_days smallint[]) TO lb_gate;
REVOKE ALL ON FUNCTION letterbox.decision_objects() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.decision_objects() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.detail_change_add(p_change bigint, p_party bigint, p_address boolean, p_email boolean, p_phone boolean, p_sealed bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.detail_change_add(p_change bigint, p_party bigint, p_address boolean, p_email boolean, p_phone boolean, p_sealed bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.detail_change_add(p_change bigint, p_party bigint, p_address boolean, p_email boolean, p_phone boolean, p_sealed bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.dispatch_begin(p_dispatch bigint, OUT refusal text, OUT attempt_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.dispatch_begin(p_dispatch bigint, OUT refusal text, OUT attempt_id bigint) TO lb_press;
REVOKE ALL ON FUNCTION letterbox.dispatch_reached() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.dispatch_reached() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.dispatch_refusal(p_agency bigint, p_dispatch bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.dispatch_stop(p_agency bigint, p_dispatch bigint, p_kind text, p_code text) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.end_sessions() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.end_sessions() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.fresh_approvals(p_agency bigint, p_letter bigint, p_version integer, p_to bigint, p_since timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.gate_account() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_account() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_account() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_account() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_account() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_account() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_account() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_agency() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_agency() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_agency() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_agency() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_agency() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_agency() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_agency() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_audit(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.gate_job() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_job() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_job() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_job() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_job() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_job() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_job() TO lb_audit;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.job TO lb_gate;
GRANT INSERT(agency_id) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(agency_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(agency_id) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(agency_id) ON TABLE letterbox.job TO lb_diary;
GRANT INSERT(job_id) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(job_id),INSERT(job_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(job_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(job_id) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(job_id) ON TABLE letterbox.job TO lb_diary;
GRANT INSERT(worker) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(worker),INSERT(worker) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(worker) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(worker) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(worker) ON TABLE letterbox.job TO lb_diary;
GRANT INSERT(kind) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(kind),INSERT(kind) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(kind) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(kind) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(kind) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(state),UPDATE(state) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(priority) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(priority),INSERT(priority) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(priority) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(priority) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(priority) ON TABLE letterbox.job TO lb_diary;
GRANT INSERT(run_at) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(run_at),INSERT(run_at),UPDATE(run_at) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(run_at) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(run_at) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(run_at) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(attempts),UPDATE(attempts) ON TABLE letterbox.job TO lb_desk;
GRANT SELECT(error_code) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(letter_id) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(letter_id),INSERT(letter_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(letter_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(letter_id) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(letter_id) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(arrangement_id),INSERT(arrangement_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(arrangement_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(arrangement_id) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(party_id),INSERT(party_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(party_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(party_id) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(decision_id),INSERT(decision_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(decision_id) ON TABLE letterbox.job TO lb_press;
GRANT SELECT(release_id),INSERT(release_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(release_id) ON TABLE letterbox.job TO lb_press;
GRANT SELECT(dispatch_id),INSERT(dispatch_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(dispatch_id) ON TABLE letterbox.job TO lb_press;
GRANT SELECT(message_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(message_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(message_id) ON TABLE letterbox.job TO lb_post;
GRANT SELECT(occasion_id),INSERT(occasion_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(occasion_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(occasion_id) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(account_id),INSERT(account_id) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(account_id) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(made_at) ON TABLE letterbox.job TO lb_portal;
GRANT SELECT(made_at),INSERT(made_at) ON TABLE letterbox.job TO lb_desk;
GRANT INSERT(made_at) ON TABLE letterbox.job TO lb_press;
GRANT INSERT(made_at) ON TABLE letterbox.job TO lb_post;
GRANT INSERT(made_at) ON TABLE letterbox.job TO lb_diary;
GRANT SELECT(ended_at),UPDATE(ended_at) ON TABLE letterbox.job TO lb_desk;
GRANT SELECT(waits) ON TABLE letterbox.job TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.gate_live_job() FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.gate_live_session() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_live_session() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_need_agency() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_need_agency() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_party() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_party() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_party() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_party() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_party() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_party() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_party() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_release() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_release() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_release() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_release() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_release() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_release() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_release() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_role() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_role() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_role() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_role() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_role() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_role() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_role() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.gate_staff() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.gate_staff() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.gate_staff() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.gate_staff() TO lb_press;
GRANT ALL ON FUNCTION letterbox.gate_staff() TO lb_post;
GRANT ALL ON FUNCTION letterbox.gate_staff() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.gate_staff() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.history_stays() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.history_stays() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.idempotency_answer(p_route text, p_once text, p_answer text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.idempotency_answer(p_route text, p_once text, p_answer text) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.idempotency_answer(p_route text, p_once text, p_answer text) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.idempotency_claim(p_route text, p_once text, OUT fresh boolean, OUT answer text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.idempotency_claim(p_route text, p_once text, OUT fresh boolean, OUT answer text) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.idempotency_claim(p_route text, p_once text, OUT fresh boolean, OUT answer text) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer, OUT agency_id bigint, OUT job_id bigint, OUT lease text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer, OUT agency_id bigint, OUT job_id bigint, OUT lease text) TO lb_press;
GRANT ALL ON FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer, OUT agency_id bigint, OUT job_id bigint, OUT lease text) TO lb_post;
GRANT ALL ON FUNCTION letterbox.job_begin(p_worker text, p_kind text, p_agency_slug text, p_limit_s integer, OUT agency_id bigint, OUT job_id bigint, OUT lease text) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint, OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint, OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint, OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint, OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint, OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint, OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint) TO lb_press;
GRANT ALL ON FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint, OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint, OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint, OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint) TO lb_post;
GRANT ALL ON FUNCTION letterbox.job_claim(p_worker text, p_kinds text[], p_limits_s integer[], OUT agency_id bigint, OUT job_id bigint, OUT kind text, OUT lease text, OUT attempts smallint, OUT letter_id bigint, OUT arrangement_id bigint, OUT party_id bigint, OUT decision_id bigint, OUT release_id bigint, OUT dispatch_id bigint, OUT message_id bigint, OUT occasion_id bigint, OUT account_id bigint) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) TO lb_press;
GRANT ALL ON FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) TO lb_post;
GRANT ALL ON FUNCTION letterbox.job_fail(p_error_code text, p_retry_s integer, p_final boolean) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.job_finish() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_finish() TO lb_press;
GRANT ALL ON FUNCTION letterbox.job_finish() TO lb_post;
GRANT ALL ON FUNCTION letterbox.job_finish() TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.job_lease(p_agency bigint, p_job bigint, p_limit_s integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) TO lb_press;
GRANT ALL ON FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) TO lb_post;
GRANT ALL ON FUNCTION letterbox.job_schedule(p_worker text, p_kind text, p_every_s integer) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.job_tell(p_error_code text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_tell(p_error_code text) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) TO lb_press;
GRANT ALL ON FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) TO lb_post;
GRANT ALL ON FUNCTION letterbox.job_wait(p_error_code text, p_first_s integer, p_most_s integer) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.job_wake() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.job_wake() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.join_finish(p_sid bytea, p_account bigint, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_code_address bytea, p_lookup bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.join_finish(p_sid bytea, p_account bigint, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_code_address bytea, p_lookup bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.join_try(p_code_hash bytea, p_email_check bytea, p_sid bytea, p_sealed_secret bytea, OUT result text, OUT agency_id bigint, OUT party_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.join_try(p_code_hash bytea, p_email_check bytea, p_sid bytea, p_sealed_secret bytea, OUT result text, OUT agency_id bigint, OUT party_id bigint) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.ladder_begin() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.ladder_begin() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.last_approved(p_agency bigint, p_letter bigint, p_version integer, p_to bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.letter_came(p_letter bigint, OUT texts integer, OUT files integer) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_came(p_letter bigint, OUT texts integer, OUT files integer) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.letter_manager_decides() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_manager_decides() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.letter_manager_matches() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_manager_matches() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.letter_manager_sets_aside() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_manager_sets_aside() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.letter_next_version() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_next_version() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.letter_sender_stands() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_sender_stands() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.letter_settle() FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.letter_take_apart_anew(p_letter bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.letter_take_apart_anew(p_letter bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.letter_waits(p_agency bigint, p_arrangement bigint, p_from bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.link_find(p_token_hash bytea, OUT state text, OUT expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.link_find(p_token_hash bytea, OUT state text, OUT expires_at timestamp with time zone) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.link_open(p_token_hash bytea, p_sid bytea, p_sealed_secret bytea, p_reader_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.link_open(p_token_hash bytea, p_sid bytea, p_sealed_secret bytea, p_reader_hash bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.link_try(p_token_hash bytea, OUT refusal text, OUT agency_id bigint, OUT link_id bigint, OUT release_id bigint, OUT kdf_salt bytea, OUT argon_passes integer, OUT argon_kib integer, OUT sealed_key bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.link_try(p_token_hash bytea, OUT refusal text, OUT agency_id bigint, OUT link_id bigint, OUT release_id bigint, OUT kdf_salt bytea, OUT argon_passes integer, OUT argon_kib integer, OUT sealed_key bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.lives_apart(p_agency bigint, p_party bigint, p_other bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.message_answer(p_message bigint, p_answer text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_answer(p_message bigint, p_answer text) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.message_carrier(p_message bigint, p_carrier text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_carrier(p_message bigint, p_carrier text) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.message_end(p_attempt bigint, p_outcome text, p_code text, p_sealed_answer bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_end(p_attempt bigint, p_outcome text, p_code text, p_sealed_answer bytea) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.message_failed_answer(p_message bigint, p_answer text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_failed_answer(p_message bigint, p_answer text) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.message_found(p_notify_id text, p_status text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_found(p_notify_id text, p_status text) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.message_noticed() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_noticed() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.message_watch(p_message bigint, p_notify_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_watch(p_message bigint, p_notify_id text) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.message_watched(OUT message_id bigint, OUT notify_id text, OUT mail_token text) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.message_watched(OUT message_id bigint, OUT notify_id text, OUT mail_token text) TO lb_post;
REVOKE ALL ON FUNCTION letterbox.needs_two(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.new_id() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.new_id() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.new_id() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.new_id() TO lb_press;
GRANT ALL ON FUNCTION letterbox.new_id() TO lb_post;
GRANT ALL ON FUNCTION letterbox.new_id() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.new_id() TO lb_gate;
REVOKE ALL ON FUNCTION letterbox.new_token() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.new_token() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.new_token() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.new_token() TO lb_press;
GRANT ALL ON FUNCTION letterbox.new_token() TO lb_post;
GRANT ALL ON FUNCTION letterbox.new_token() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.new_token() TO lb_gate;
REVOKE ALL ON FUNCTION letterbox.notice_chased() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.notice_chased() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.notice_leaves(p_agency bigint, p_notice bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.notice_lock(p_agency bigint, p_notice bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.notice_print_refusal(p_agency bigint, p_notice bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.notice_refusal(p_agency bigint, p_notice bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.notice_withdraw(p_agency bigint, p_parties bigint[], p_arrangement bigint, p_occasion bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.notices_stop() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.notices_stop() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.now() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.now() TO lb_owner;
GRANT ALL ON FUNCTION letterbox.now() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.now() TO lb_desk;
GRANT ALL ON FUNCTION letterbox.now() TO lb_press;
GRANT ALL ON FUNCTION letterbox.now() TO lb_post;
GRANT ALL ON FUNCTION letterbox.now() TO lb_diary;
GRANT ALL ON FUNCTION letterbox.now() TO lb_report;
GRANT ALL ON FUNCTION letterbox.now() TO lb_audit;
REVOKE ALL ON FUNCTION letterbox.occasion_moves() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.occasion_moves() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.occasion_wait(p_occasion bigint, p_until date, p_today date, p_chase bigint, p_sealed_note bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.occasion_wait(p_occasion bigint, p_until date, p_today date, p_chase bigint, p_sealed_note bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.occasion_wait(p_occasion bigint, p_until date, p_today date, p_chase bigint, p_sealed_note bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.open_journal(p_agency bigint, p_release bigint, p_dispatch bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.party_details_changed() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_details_changed() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.party_details_note(p_party bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_details_note(p_party bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.party_for_value(p_use text, p_value bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_for_value(p_use text, p_value bytea) TO lb_desk;
GRANT ALL ON FUNCTION letterbox.party_for_value(p_use text, p_value bytea) TO lb_press;
REVOKE ALL ON FUNCTION letterbox.party_lift() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_lift() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.party_lookup_add_each(p_parties bigint[], p_uses text[], p_values bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_lookup_add_each(p_parties bigint[], p_uses text[], p_values bytea[]) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.party_lookup_set(p_party bigint, p_use text, p_values bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_lookup_set(p_party bigint, p_use text, p_values bytea[]) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.party_state_changed() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_state_changed() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.party_text_set(p_party bigint, p_consent boolean, p_moved boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.party_text_set(p_party bigint, p_consent boolean, p_moved boolean) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.post_came_back(p_dispatch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.post_came_back(p_dispatch bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.print_begin(p_print bigint, p_batch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.print_begin(p_print bigint, p_batch bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.print_check(p_print bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.print_check(p_print bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.print_posted(p_print bigint, p_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.print_posted(p_print bigint, p_day date) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.print_take(p_print bigint, p_batch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.print_take(p_print bigint, p_batch bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.rate_hit(p_scope text, p_key_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.rate_hit(p_scope text, p_key_hash bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.rate_hit(p_scope text, p_key_hash bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.rate_state(p_scope text, p_key_hash bytea, OUT refused boolean, OUT failed_today boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.rate_state(p_scope text, p_key_hash bytea, OUT refused boolean, OUT failed_today boolean) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.rate_state(p_scope text, p_key_hash bytea, OUT refused boolean, OUT failed_today boolean) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.reading_refusal(p_release bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.reading_refusal(p_release bigint) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.refuse(p_table text, p_constraint text, p_message text) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.release_contacts(p_agency bigint, p_letter bigint, p_to bigint, p_kind text) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.release_from() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.release_from() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.release_guard() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.release_guard() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.release_open(p_release bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.release_open(p_release bigint) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.release_refusal(p_agency bigint, p_arrangement bigint, p_from bigint, p_to bigint, p_kind text, p_photo_level text, p_decided_at timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.remind_refusal(p_agency bigint, p_occasion bigint, p_kind text, p_day date) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.report_region(p_from timestamp with time zone, p_until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.report_region(p_from timestamp with time zone, p_until timestamp with time zone) TO lb_report;
REVOKE ALL ON FUNCTION letterbox.reviews_open(p_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.reviews_open(p_days integer) TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.session_close(p_sid bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.session_close(p_sid bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.session_close(p_sid bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.session_close_others(p_sid bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.session_close_others(p_sid bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.session_close_others(p_sid bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.session_list() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.session_list() TO lb_portal;
GRANT ALL ON FUNCTION letterbox.session_list() TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.session_put(p_sid bytea, p_agency bigint, p_kind text, p_stage text, p_account bigint, p_party bigint, p_staff bigint, p_role text, p_join bigint, p_link bigint, p_release bigint, p_sealed_secret bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.session_touch(p_sid bytea, OUT agency_id bigint, OUT kind text, OUT stage text, OUT account_id bigint, OUT party_id bigint, OUT staff_id bigint, OUT role text, OUT join_id bigint, OUT link_id bigint, OUT release_id bigint, OUT sealed_secret bytea, OUT idle_ends_at timestamp with time zone, OUT ends_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.session_touch(p_sid bytea, OUT agency_id bigint, OUT kind text, OUT stage text, OUT account_id bigint, OUT party_id bigint, OUT staff_id bigint, OUT role text, OUT join_id bigint, OUT link_id bigint, OUT release_id bigint, OUT sealed_secret bytea, OUT idle_ends_at timestamp with time zone, OUT ends_at timestamp with time zone) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.session_touch(p_sid bytea, OUT agency_id bigint, OUT kind text, OUT stage text, OUT account_id bigint, OUT party_id bigint, OUT staff_id bigint, OUT role text, OUT join_id bigint, OUT link_id bigint, OUT release_id bigint, OUT sealed_secret bytea, OUT idle_ends_at timestamp with time zone, OUT ends_at timestamp with time zone) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.shared_arrangements(p_agency bigint, p_arrangement bigint, p_party bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.sides_clash(p_agency bigint, p_party bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.sides_lock() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sides_lock() TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.sides_stay_apart() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sides_stay_apart() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.sign_in_begin(p_sid bytea, p_agency bigint, p_account bigint, p_passed boolean, p_sealed_secret bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sign_in_begin(p_sid bytea, p_agency bigint, p_account bigint, p_passed boolean, p_sealed_secret bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.sign_in_code_again(p_sid bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sign_in_code_again(p_sid bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.sign_in_code_try(p_sid bytea, p_code_hash bytea, p_new_sid bytea, p_sealed_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sign_in_code_try(p_sid bytea, p_code_hash bytea, p_new_sid bytea, p_sealed_secret bytea) TO lb_portal;
REVOKE ALL ON FUNCTION letterbox.sign_in_finish(p_old letterbox.session, p_new_sid bytea, p_sealed_secret bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.sign_in_second(p_sid bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer, OUT last_totp_step bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sign_in_second(p_sid bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer, OUT last_totp_step bigint) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.sign_in_second(p_sid bytea, OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer, OUT last_totp_step bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.sign_in_totp(p_sid bytea, p_step bigint, p_new_sid bytea, p_sealed_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sign_in_totp(p_sid bytea, p_step bigint, p_new_sid bytea, p_sealed_secret bytea) TO lb_portal;
GRANT ALL ON FUNCTION letterbox.sign_in_totp(p_sid bytea, p_step bigint, p_new_sid bytea, p_sealed_secret bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.staff_enrol_first(p_agency bigint, p_staff bigint, p_sealed_record bytea, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_totp bytea, p_lookup bytea, p_desk_key_id bytea, p_sealed_desk_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.staff_enrol_first(p_agency bigint, p_staff bigint, p_sealed_record bytea, p_key_id bytea, p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_totp bytea, p_lookup bytea, p_desk_key_id bytea, p_sealed_desk_secret bytea) TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.staff_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT staff_id bigint, OUT role text, OUT key_id bytea, OUT public_key bytea, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT sealed_totp bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.staff_for_sign_in(p_agencies bigint[], p_values bytea[], OUT agency_id bigint, OUT staff_id bigint, OUT role text, OUT key_id bytea, OUT public_key bytea, OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT sealed_totp bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.staff_lookup_set(p_staff bigint, p_value bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.staff_lookup_set(p_staff bigint, p_value bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.staff_password_set(p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.staff_password_set(p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.staff_person(p_agency bigint, p_staff bigint, OUT agency_id bigint, OUT staff_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.staff_self(OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT public_key bytea, OUT key_id bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.staff_self(OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea, OUT public_key bytea, OUT key_id bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.staff_sign_in_begin(p_sid bytea, p_agency bigint, p_staff bigint, p_sealed_secret bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.staff_sign_in_begin(p_sid bytea, p_agency bigint, p_staff bigint, p_sealed_secret bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.status_jobs() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.status_jobs() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.sweep() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.sweep() TO lb_diary;
REVOKE ALL ON FUNCTION letterbox.transfer_agencies() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_agencies() TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_blocked_beside(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_details_wait(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_done(p_arrangement bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_done(p_arrangement bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_end(p_transfer bigint, p_sealed_answer bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_end(p_transfer bigint, p_sealed_answer bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_family(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_leaves(p_agency bigint, p_party bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_left(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_letters(p_agency bigint, p_arrangement bigint, OUT letters integer, OUT shelved integer, OUT digest bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_offer(p_transfer bigint, p_sealed_bundle bytea, p_records bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_offer(p_transfer bigint, p_sealed_bundle bytea, p_records bigint[]) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_other_person() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_other_person() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.transfer_own_records(p_arrangement bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_own_records(p_arrangement bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_propose(p_transfer bigint, p_arrangement bigint, p_to bigint, p_sealed_reason bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_propose(p_transfer bigint, p_arrangement bigint, p_to bigint, p_sealed_reason bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_records(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_refusal(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.transfer_siblings(p_transfer bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_siblings(p_transfer bigint) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_take(p_transfer bigint, p_arrangement bigint, p_was bigint[], p_now bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.transfer_take(p_transfer bigint, p_arrangement bigint, p_was bigint[], p_now bigint[]) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.transfer_unfinished(p_agency bigint, p_arrangement bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION letterbox.virus_override(p_letter bigint, p_version integer, p_sealed_reason bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.virus_override(p_letter bigint, p_version integer, p_sealed_reason bytea) TO lb_desk;
REVOKE ALL ON FUNCTION letterbox.visit_blocked() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.visit_blocked() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.visit_guard() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.visit_guard() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.visit_people_stand() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.visit_people_stand() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.visit_sheets_end() FROM PUBLIC;
GRANT ALL ON FUNCTION letterbox.visit_sheets_end() TO lb_owner;
REVOKE ALL ON FUNCTION letterbox.visits_stop(p_agency bigint, p_arrangement bigint, p_party bigint) FROM PUBLIC;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.account TO lb_gate;
GRANT SELECT(agency_id) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(agency_id) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(account_id) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(account_id) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(account_id) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(party_id) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(party_id) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(party_id) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(state) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(state),UPDATE(state) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(version) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(version) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(key_id) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(key_id) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(key_id) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(public_key) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(public_key) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(public_key) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(argon_passes),UPDATE(argon_passes) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(argon_kib),UPDATE(argon_kib) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(argon_salt),UPDATE(argon_salt) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(wrapped_secret),UPDATE(wrapped_secret) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(second_factor),UPDATE(second_factor) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(second_factor) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(sealed_code_address) ON TABLE letterbox.account TO lb_press;
GRANT SELECT(sealed_totp),UPDATE(sealed_totp) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(totp_version),UPDATE(totp_version) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(last_totp_step),UPDATE(last_totp_step) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(made_at) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(made_at) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(signed_in_at) ON TABLE letterbox.account TO lb_portal;
GRANT SELECT(signed_in_at) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT(ended_at) ON TABLE letterbox.account TO lb_desk;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.account_lookup TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.acknowledgement TO lb_press;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.agency TO lb_gate;
GRANT SELECT ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT ON TABLE letterbox.agency TO lb_press;
GRANT SELECT ON TABLE letterbox.agency TO lb_post;
GRANT SELECT ON TABLE letterbox.agency TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.agency TO lb_portal;
GRANT SELECT(slug) ON TABLE letterbox.agency TO lb_portal;
GRANT SELECT(name) ON TABLE letterbox.agency TO lb_portal;
GRANT UPDATE(name) ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT(neutral_name) ON TABLE letterbox.agency TO lb_portal;
GRANT UPDATE(neutral_name) ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT(help_phone) ON TABLE letterbox.agency TO lb_portal;
GRANT UPDATE(help_phone) ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT(help_email) ON TABLE letterbox.agency TO lb_portal;
GRANT UPDATE(help_email) ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT(help_hours) ON TABLE letterbox.agency TO lb_portal;
GRANT UPDATE(help_hours) ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT(demo) ON TABLE letterbox.agency TO lb_portal;
GRANT SELECT(state) ON TABLE letterbox.agency TO lb_portal;
GRANT UPDATE(plain_email_allowed) ON TABLE letterbox.agency TO lb_desk;
GRANT UPDATE(frozen_at) ON TABLE letterbox.agency TO lb_desk;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.agency_key TO lb_gate;
GRANT SELECT ON TABLE letterbox.agency_key TO lb_desk;
GRANT SELECT ON TABLE letterbox.agency_key TO lb_press;
GRANT SELECT ON TABLE letterbox.agency_key TO lb_post;
GRANT SELECT ON TABLE letterbox.agreement TO lb_gate;
GRANT SELECT ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT ON TABLE letterbox.agreement TO lb_press;
GRANT INSERT(agency_id) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.agreement TO lb_report;
GRANT INSERT(arrangement_id) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(arrangement_id) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(arrangement_id) ON TABLE letterbox.agreement TO lb_report;
GRANT INSERT(version) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(version) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(version) ON TABLE letterbox.agreement TO lb_report;
GRANT INSERT(months) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(months) ON TABLE letterbox.agreement TO lb_diary;
GRANT INSERT(avoid_months) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(avoid_months) ON TABLE letterbox.agreement TO lb_diary;
GRANT INSERT(first_writer) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(first_writer) ON TABLE letterbox.agreement TO lb_diary;
GRANT INSERT(source) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(source) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(source) ON TABLE letterbox.agreement TO lb_report;
GRANT INSERT(sealed_terms) ON TABLE letterbox.agreement TO lb_desk;
GRANT INSERT(agreed_on) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(agreed_on) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(agreed_on) ON TABLE letterbox.agreement TO lb_report;
GRANT INSERT(made_by) ON TABLE letterbox.agreement TO lb_desk;
GRANT INSERT(made_at) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(made_at) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(made_at) ON TABLE letterbox.agreement TO lb_report;
GRANT INSERT(rule) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(rule) ON TABLE letterbox.agreement TO lb_diary;
GRANT INSERT(starts_on) ON TABLE letterbox.agreement TO lb_desk;
GRANT SELECT(starts_on) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT(until_on) ON TABLE letterbox.agreement TO lb_diary;
GRANT SELECT ON TABLE letterbox.apart TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.apart TO lb_desk;
GRANT UPDATE(may_know) ON TABLE letterbox.apart TO lb_desk;
GRANT SELECT ON TABLE letterbox.archive_copy TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.archive_copy TO lb_press;
GRANT UPDATE(checked_at) ON TABLE letterbox.archive_copy TO lb_press;
GRANT UPDATE(is_damaged) ON TABLE letterbox.archive_copy TO lb_press;
GRANT SELECT,UPDATE ON TABLE letterbox.arrangement TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT ON TABLE letterbox.arrangement TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.arrangement TO lb_portal;
GRANT SELECT(agency_id) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.arrangement TO lb_report;
GRANT SELECT(arrangement_id) ON TABLE letterbox.arrangement TO lb_portal;
GRANT SELECT(arrangement_id) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(arrangement_id) ON TABLE letterbox.arrangement TO lb_report;
GRANT SELECT(child_id) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(kind) ON TABLE letterbox.arrangement TO lb_portal;
GRANT UPDATE(kind) ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT(kind) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(kind) ON TABLE letterbox.arrangement TO lb_report;
GRANT SELECT(state) ON TABLE letterbox.arrangement TO lb_portal;
GRANT UPDATE(state) ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(state) ON TABLE letterbox.arrangement TO lb_report;
GRANT UPDATE(two_person) ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT(photo_level) ON TABLE letterbox.arrangement TO lb_portal;
GRANT UPDATE(photo_level) ON TABLE letterbox.arrangement TO lb_desk;
GRANT UPDATE(sealed_record) ON TABLE letterbox.arrangement TO lb_desk;
GRANT UPDATE(record_version) ON TABLE letterbox.arrangement TO lb_desk;
GRANT UPDATE(review_on) ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT(review_on) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(review_on) ON TABLE letterbox.arrangement TO lb_report;
GRANT SELECT(made_at) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(made_at) ON TABLE letterbox.arrangement TO lb_report;
GRANT UPDATE(ended_at) ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT(ended_at) ON TABLE letterbox.arrangement TO lb_diary;
GRANT SELECT(ended_at) ON TABLE letterbox.arrangement TO lb_report;
GRANT UPDATE(changed_at) ON TABLE letterbox.arrangement TO lb_desk;
GRANT UPDATE(changed_by) ON TABLE letterbox.arrangement TO lb_desk;
GRANT UPDATE(last_in_on) ON TABLE letterbox.arrangement TO lb_desk;
GRANT UPDATE(last_out_on) ON TABLE letterbox.arrangement TO lb_desk;
GRANT SELECT,UPDATE ON TABLE letterbox.arrangement_party TO lb_gate;
GRANT SELECT ON TABLE letterbox.arrangement_party TO lb_portal;
GRANT SELECT,INSERT ON TABLE letterbox.arrangement_party TO lb_desk;
GRANT SELECT ON TABLE letterbox.arrangement_party TO lb_press;
GRANT SELECT ON TABLE letterbox.arrangement_party TO lb_diary;
GRANT SELECT ON TABLE letterbox.arrangement_party TO lb_report;
GRANT UPDATE(state) ON TABLE letterbox.arrangement_party TO lb_desk;
GRANT UPDATE(may_write) ON TABLE letterbox.arrangement_party TO lb_desk;
GRANT UPDATE(may_receive) ON TABLE letterbox.arrangement_party TO lb_desk;
GRANT UPDATE(office_only) ON TABLE letterbox.arrangement_party TO lb_desk;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.arrangement_review TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.arrangement_review TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.arrangement_review TO lb_report;
GRANT SELECT(arrangement_id) ON TABLE letterbox.arrangement_review TO lb_report;
GRANT SELECT(kind) ON TABLE letterbox.arrangement_review TO lb_report;
GRANT UPDATE(sealed_answers) ON TABLE letterbox.arrangement_review TO lb_desk;
GRANT UPDATE(done_at) ON TABLE letterbox.arrangement_review TO lb_desk;
GRANT SELECT(done_at) ON TABLE letterbox.arrangement_review TO lb_report;
GRANT UPDATE(done_by) ON TABLE letterbox.arrangement_review TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.arrangement_was TO lb_gate;
GRANT SELECT ON TABLE letterbox.arrangement_was TO lb_desk;
GRANT SELECT ON TABLE letterbox.arrangement_was TO lb_report;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.attempt TO lb_gate;
GRANT SELECT ON TABLE letterbox.attempt TO lb_desk;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.audit_chain TO lb_audit;
GRANT SELECT,DELETE ON TABLE letterbox.blob TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.blob TO lb_portal;
GRANT SELECT,INSERT ON TABLE letterbox.blob TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.blob TO lb_press;
GRANT SELECT,INSERT ON TABLE letterbox.blob TO lb_post;
GRANT SELECT,DELETE ON TABLE letterbox.blob_chunk TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.blob_chunk TO lb_portal;
GRANT SELECT,INSERT ON TABLE letterbox.blob_chunk TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.blob_chunk TO lb_press;
GRANT SELECT,INSERT ON TABLE letterbox.blob_chunk TO lb_post;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.bounce TO lb_gate;
GRANT SELECT ON TABLE letterbox.bounce TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.chase TO lb_gate;
GRANT SELECT ON TABLE letterbox.chase TO lb_desk;
GRANT INSERT(agency_id) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.chase TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.chase TO lb_report;
GRANT INSERT(chase_id) ON TABLE letterbox.chase TO lb_desk;
GRANT INSERT(chase_id) ON TABLE letterbox.chase TO lb_diary;
GRANT INSERT(occasion_id) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(occasion_id),INSERT(occasion_id) ON TABLE letterbox.chase TO lb_diary;
GRANT SELECT(occasion_id) ON TABLE letterbox.chase TO lb_report;
GRANT INSERT(act) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(act),INSERT(act) ON TABLE letterbox.chase TO lb_diary;
GRANT SELECT(act) ON TABLE letterbox.chase TO lb_report;
GRANT INSERT(event) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(event),INSERT(event) ON TABLE letterbox.chase TO lb_diary;
GRANT SELECT(event) ON TABLE letterbox.chase TO lb_report;
GRANT INSERT(base_on) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(base_on),INSERT(base_on) ON TABLE letterbox.chase TO lb_diary;
GRANT INSERT(day) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(day),INSERT(day) ON TABLE letterbox.chase TO lb_diary;
GRANT INSERT(ladder_version) ON TABLE letterbox.chase TO lb_diary;
GRANT INSERT(code) ON TABLE letterbox.chase TO lb_desk;
GRANT SELECT(code),INSERT(code) ON TABLE letterbox.chase TO lb_diary;
GRANT INSERT(notice_id) ON TABLE letterbox.chase TO lb_diary;
GRANT INSERT(staff_id) ON TABLE letterbox.chase TO lb_desk;
GRANT INSERT(sealed_note) ON TABLE letterbox.chase TO lb_desk;
GRANT INSERT(at) ON TABLE letterbox.chase TO lb_desk;
GRANT INSERT(at) ON TABLE letterbox.chase TO lb_diary;
GRANT SELECT(at) ON TABLE letterbox.chase TO lb_report;
GRANT SELECT,UPDATE ON TABLE letterbox.child TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.child TO lb_desk;
GRANT SELECT ON TABLE letterbox.child TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.child TO lb_diary;
GRANT SELECT(child_id) ON TABLE letterbox.child TO lb_diary;
GRANT UPDATE(sealed_record) ON TABLE letterbox.child TO lb_desk;
GRANT UPDATE(record_version) ON TABLE letterbox.child TO lb_desk;
GRANT UPDATE(eighteenth_month) ON TABLE letterbox.child TO lb_desk;
GRANT SELECT(eighteenth_month) ON TABLE letterbox.child TO lb_diary;
GRANT UPDATE(state) ON TABLE letterbox.child TO lb_desk;
GRANT UPDATE(wish) ON TABLE letterbox.child TO lb_desk;
GRANT SELECT ON TABLE letterbox.child_link TO lb_gate;
GRANT SELECT,INSERT,DELETE ON TABLE letterbox.child_link TO lb_desk;
GRANT SELECT ON TABLE letterbox.child_link TO lb_press;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.cluster TO lb_gate;
GRANT SELECT ON TABLE letterbox.contact TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.contact TO lb_desk;
GRANT SELECT ON TABLE letterbox.contact TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.contact TO lb_portal;
GRANT SELECT(contact_id) ON TABLE letterbox.contact TO lb_portal;
GRANT SELECT(arrangement_id) ON TABLE letterbox.contact TO lb_portal;
GRANT SELECT(party_id) ON TABLE letterbox.contact TO lb_portal;
GRANT SELECT(sealed_label) ON TABLE letterbox.contact TO lb_portal;
GRANT UPDATE(sealed_label) ON TABLE letterbox.contact TO lb_press;
GRANT SELECT(label_version) ON TABLE letterbox.contact TO lb_portal;
GRANT UPDATE(label_version) ON TABLE letterbox.contact TO lb_press;
GRANT SELECT ON TABLE letterbox.decision TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.decision TO lb_desk;
GRANT SELECT ON TABLE letterbox.decision TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.decision TO lb_report;
GRANT SELECT(decision_id) ON TABLE letterbox.decision TO lb_report;
GRANT SELECT(letter_id) ON TABLE letterbox.decision TO lb_report;
GRANT SELECT(kind) ON TABLE letterbox.decision TO lb_report;
GRANT SELECT(decided_at) ON TABLE letterbox.decision TO lb_report;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.detail_change TO lb_gate;
GRANT SELECT ON TABLE letterbox.detail_change TO lb_desk;
GRANT UPDATE(state) ON TABLE letterbox.detail_change TO lb_desk;
GRANT UPDATE(checked_by) ON TABLE letterbox.detail_change TO lb_desk;
GRANT UPDATE(decided_at) ON TABLE letterbox.detail_change TO lb_desk;
GRANT UPDATE(decided_by) ON TABLE letterbox.detail_change TO lb_desk;
GRANT SELECT,UPDATE ON TABLE letterbox.dispatch TO lb_gate;
GRANT SELECT ON TABLE letterbox.dispatch TO lb_desk;
GRANT SELECT ON TABLE letterbox.dispatch TO lb_press;
GRANT INSERT(agency_id) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.dispatch TO lb_report;
GRANT INSERT(dispatch_id) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(dispatch_id) ON TABLE letterbox.dispatch TO lb_report;
GRANT INSERT(release_id) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(release_id) ON TABLE letterbox.dispatch TO lb_report;
GRANT INSERT(channel) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(channel) ON TABLE letterbox.dispatch TO lb_report;
GRANT INSERT(address_version) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(state) ON TABLE letterbox.dispatch TO lb_report;
GRANT INSERT(made_at) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(made_at) ON TABLE letterbox.dispatch TO lb_report;
GRANT INSERT(changed_at) ON TABLE letterbox.dispatch TO lb_press;
GRANT SELECT(changed_at) ON TABLE letterbox.dispatch TO lb_report;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.draft TO lb_portal;
GRANT SELECT,INSERT,DELETE ON TABLE letterbox.draft_file TO lb_portal;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.idempotency TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.import_row TO lb_desk;
GRANT UPDATE(version) ON TABLE letterbox.import_row TO lb_desk;
GRANT UPDATE(sealed_cells) ON TABLE letterbox.import_row TO lb_desk;
GRANT UPDATE(imported_at) ON TABLE letterbox.import_row TO lb_desk;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.join_code TO lb_gate;
GRANT INSERT ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(join_id) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(party_id) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(tries) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(used_at) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(made_by) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT(made_at) ON TABLE letterbox.join_code TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.ladder TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.ladder TO lb_desk;
GRANT SELECT ON TABLE letterbox.ladder TO lb_diary;
GRANT SELECT,UPDATE ON TABLE letterbox.letter TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.letter TO lb_desk;
GRANT SELECT ON TABLE letterbox.letter TO lb_press;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.letter TO lb_portal;
GRANT INSERT(agency_id) ON TABLE letterbox.letter TO lb_post;
GRANT SELECT(agency_id) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.letter TO lb_report;
GRANT SELECT(letter_id),INSERT(letter_id) ON TABLE letterbox.letter TO lb_portal;
GRANT INSERT(letter_id) ON TABLE letterbox.letter TO lb_post;
GRANT SELECT(letter_id) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(letter_id) ON TABLE letterbox.letter TO lb_report;
GRANT SELECT(arrangement_id),INSERT(arrangement_id) ON TABLE letterbox.letter TO lb_portal;
GRANT UPDATE(arrangement_id) ON TABLE letterbox.letter TO lb_desk;
GRANT UPDATE(arrangement_id) ON TABLE letterbox.letter TO lb_press;
GRANT SELECT(arrangement_id) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(arrangement_id) ON TABLE letterbox.letter TO lb_report;
GRANT SELECT(from_party),INSERT(from_party) ON TABLE letterbox.letter TO lb_portal;
GRANT UPDATE(from_party) ON TABLE letterbox.letter TO lb_desk;
GRANT UPDATE(from_party) ON TABLE letterbox.letter TO lb_press;
GRANT SELECT(from_party) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(from_party) ON TABLE letterbox.letter TO lb_report;
GRANT SELECT(channel),INSERT(channel) ON TABLE letterbox.letter TO lb_portal;
GRANT INSERT(channel) ON TABLE letterbox.letter TO lb_post;
GRANT SELECT(channel) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(channel) ON TABLE letterbox.letter TO lb_report;
GRANT SELECT(state) ON TABLE letterbox.letter TO lb_portal;
GRANT UPDATE(state) ON TABLE letterbox.letter TO lb_desk;
GRANT UPDATE(state) ON TABLE letterbox.letter TO lb_press;
GRANT SELECT(state) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(state) ON TABLE letterbox.letter TO lb_report;
GRANT UPDATE(version) ON TABLE letterbox.letter TO lb_desk;
GRANT UPDATE(version) ON TABLE letterbox.letter TO lb_press;
GRANT UPDATE(review_on) ON TABLE letterbox.letter TO lb_desk;
GRANT SELECT(review_on) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(received_at),INSERT(received_at) ON TABLE letterbox.letter TO lb_portal;
GRANT INSERT(received_at) ON TABLE letterbox.letter TO lb_post;
GRANT SELECT(received_at) ON TABLE letterbox.letter TO lb_diary;
GRANT SELECT(received_at) ON TABLE letterbox.letter TO lb_report;
GRANT INSERT(changed_at) ON TABLE letterbox.letter TO lb_portal;
GRANT UPDATE(changed_at) ON TABLE letterbox.letter TO lb_desk;
GRANT UPDATE(changed_at) ON TABLE letterbox.letter TO lb_press;
GRANT INSERT(changed_at) ON TABLE letterbox.letter TO lb_post;
GRANT SELECT(changed_at) ON TABLE letterbox.letter TO lb_diary;
GRANT UPDATE(is_infected) ON TABLE letterbox.letter TO lb_press;
GRANT UPDATE(is_wrong_side) ON TABLE letterbox.letter TO lb_press;
GRANT SELECT ON TABLE letterbox.letter_contact TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.letter_contact TO lb_portal;
GRANT SELECT,INSERT,DELETE ON TABLE letterbox.letter_contact TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.letter_contact TO lb_press;
GRANT SELECT,UPDATE ON TABLE letterbox.link TO lb_gate;
GRANT INSERT ON TABLE letterbox.link TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(link_id) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(link_id) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(release_id) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(release_id) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(dispatch_id) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(dispatch_id) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(tries) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(tries) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(expires_at) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(expires_at) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(withdrawn_at),UPDATE(withdrawn_at) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(withdrawn_at) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(opened_at) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(opened_at) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(made_at) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(made_at) ON TABLE letterbox.link TO lb_press;
GRANT SELECT(second_reader_at) ON TABLE letterbox.link TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(agency_id) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.live_session TO lb_report;
GRANT SELECT(kind) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(kind) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(account_id) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(account_id) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(party_id) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(party_id) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(staff_id) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(staff_id) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(role) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(role) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(role) ON TABLE letterbox.live_session TO lb_report;
GRANT SELECT(link_id) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(link_id) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT(release_id) ON TABLE letterbox.live_session TO lb_portal;
GRANT SELECT(release_id) ON TABLE letterbox.live_session TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.mail_kept TO lb_post;
GRANT SELECT ON TABLE letterbox.mail_seen TO lb_desk;
GRANT SELECT ON TABLE letterbox.mail_seen TO lb_press;
GRANT SELECT ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(agency_id) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(seen_id) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(mailbox) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(uidvalidity) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(uid) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(digest) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(letter_id) ON TABLE letterbox.mail_seen TO lb_post;
GRANT INSERT(seen_at) ON TABLE letterbox.mail_seen TO lb_post;
GRANT UPDATE(archived_at) ON TABLE letterbox.mail_seen TO lb_press;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.message TO lb_gate;
GRANT SELECT(agency_id) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(message_id) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(message_id),INSERT(message_id) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(message_id) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(kind) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(kind),INSERT(kind) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(kind) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(dispatch_id) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(dispatch_id),INSERT(dispatch_id) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(to_party) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(to_party),INSERT(to_party) ON TABLE letterbox.message TO lb_press;
GRANT INSERT(account_id) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(account_id) ON TABLE letterbox.message TO lb_post;
GRANT INSERT(sealed_body) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(sealed_body) ON TABLE letterbox.message TO lb_post;
GRANT INSERT(body_blob) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(body_blob) ON TABLE letterbox.message TO lb_post;
GRANT INSERT(sealed_address) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(sealed_address) ON TABLE letterbox.message TO lb_post;
GRANT INSERT(address_table) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(address_table) ON TABLE letterbox.message TO lb_post;
GRANT INSERT(address_version) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(address_version) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(mail_token),INSERT(mail_token) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(mail_token) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(state) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(state) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(code) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(code) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(code) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(sealed_answer) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(made_at) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(made_at),INSERT(made_at) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(made_at) ON TABLE letterbox.message TO lb_post;
GRANT SELECT(changed_at) ON TABLE letterbox.message TO lb_desk;
GRANT SELECT(changed_at),INSERT(changed_at) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(to_digest),INSERT(to_digest) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(way) ON TABLE letterbox.message TO lb_desk;
GRANT INSERT(way) ON TABLE letterbox.message TO lb_press;
GRANT SELECT(way) ON TABLE letterbox.message TO lb_post;
GRANT INSERT(text_version) ON TABLE letterbox.message TO lb_press;
GRANT INSERT(beside_dispatch) ON TABLE letterbox.message TO lb_press;
GRANT INSERT(notice_id) ON TABLE letterbox.message TO lb_press;
GRANT SELECT ON TABLE letterbox.migration TO lb_portal;
GRANT SELECT ON TABLE letterbox.migration TO lb_desk;
GRANT SELECT ON TABLE letterbox.migration TO lb_press;
GRANT SELECT ON TABLE letterbox.migration TO lb_post;
GRANT SELECT ON TABLE letterbox.migration TO lb_diary;
GRANT SELECT ON TABLE letterbox.migration TO lb_report;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.notice TO lb_gate;
GRANT SELECT ON TABLE letterbox.notice TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT(notice_id) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(notice_id),INSERT(notice_id) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT(to_party) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(to_party),INSERT(to_party) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT(kind) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(kind),INSERT(kind) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT(day) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(day),INSERT(day) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT(by_on) ON TABLE letterbox.notice TO lb_press;
GRANT INSERT(by_on) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT(state),UPDATE(state) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(code),UPDATE(code) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(way),UPDATE(way) ON TABLE letterbox.notice TO lb_press;
GRANT SELECT(address_version),UPDATE(address_version) ON TABLE letterbox.notice TO lb_press;
GRANT INSERT(made_at) ON TABLE letterbox.notice TO lb_diary;
GRANT UPDATE(changed_at) ON TABLE letterbox.notice TO lb_press;
GRANT INSERT(changed_at) ON TABLE letterbox.notice TO lb_diary;
GRANT SELECT,INSERT ON TABLE letterbox.occasion TO lb_desk;
GRANT SELECT ON TABLE letterbox.occasion TO lb_press;
GRANT SELECT ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT,UPDATE ON TABLE letterbox.occasion TO lb_gate;
GRANT SELECT(agency_id) ON TABLE letterbox.occasion TO lb_portal;
GRANT INSERT(agency_id) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.occasion TO lb_report;
GRANT SELECT(occasion_id) ON TABLE letterbox.occasion TO lb_portal;
GRANT INSERT(occasion_id) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(occasion_id) ON TABLE letterbox.occasion TO lb_report;
GRANT SELECT(arrangement_id) ON TABLE letterbox.occasion TO lb_portal;
GRANT INSERT(arrangement_id) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(arrangement_id) ON TABLE letterbox.occasion TO lb_report;
GRANT SELECT(from_party) ON TABLE letterbox.occasion TO lb_portal;
GRANT INSERT(from_party) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(from_party) ON TABLE letterbox.occasion TO lb_report;
GRANT INSERT(to_party) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(month) ON TABLE letterbox.occasion TO lb_portal;
GRANT INSERT(month) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(due_on) ON TABLE letterbox.occasion TO lb_portal;
GRANT UPDATE(due_on) ON TABLE letterbox.occasion TO lb_desk;
GRANT INSERT(due_on),UPDATE(due_on) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(state) ON TABLE letterbox.occasion TO lb_portal;
GRANT UPDATE(state) ON TABLE letterbox.occasion TO lb_desk;
GRANT UPDATE(state) ON TABLE letterbox.occasion TO lb_press;
GRANT UPDATE(state) ON TABLE letterbox.occasion TO lb_diary;
GRANT INSERT(agreement_version),UPDATE(agreement_version) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(letter_id) ON TABLE letterbox.occasion TO lb_portal;
GRANT UPDATE(letter_id) ON TABLE letterbox.occasion TO lb_desk;
GRANT UPDATE(letter_id) ON TABLE letterbox.occasion TO lb_press;
GRANT UPDATE(letter_id) ON TABLE letterbox.occasion TO lb_diary;
GRANT UPDATE(reminders) ON TABLE letterbox.occasion TO lb_diary;
GRANT UPDATE(reminded_at) ON TABLE letterbox.occasion TO lb_diary;
GRANT UPDATE(changed_at) ON TABLE letterbox.occasion TO lb_desk;
GRANT UPDATE(changed_at) ON TABLE letterbox.occasion TO lb_press;
GRANT INSERT(changed_at),UPDATE(changed_at) ON TABLE letterbox.occasion TO lb_diary;
GRANT UPDATE(is_dropped) ON TABLE letterbox.occasion TO lb_desk;
GRANT UPDATE(is_dropped) ON TABLE letterbox.occasion TO lb_diary;
GRANT SELECT(wait_until) ON TABLE letterbox.occasion TO lb_portal;
GRANT SELECT ON TABLE letterbox.original TO lb_gate;
GRANT INSERT ON TABLE letterbox.original TO lb_portal;
GRANT SELECT,INSERT ON TABLE letterbox.original TO lb_desk;
GRANT SELECT ON TABLE letterbox.original TO lb_press;
GRANT INSERT ON TABLE letterbox.original TO lb_post;
GRANT SELECT ON TABLE letterbox.own_contact TO lb_portal;
GRANT SELECT ON TABLE letterbox.own_session TO lb_portal;
GRANT SELECT ON TABLE letterbox.own_session TO lb_desk;
GRANT SELECT,DELETE ON TABLE letterbox.part TO lb_gate;
GRANT SELECT ON TABLE letterbox.part TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.part TO lb_press;
GRANT SELECT,UPDATE ON TABLE letterbox.party TO lb_gate;
GRANT SELECT,INSERT ON TABLE letterbox.party TO lb_desk;
GRANT SELECT ON TABLE letterbox.party TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.party TO lb_portal;
GRANT SELECT(agency_id) ON TABLE letterbox.party TO lb_diary;
GRANT SELECT(agency_id) ON TABLE letterbox.party TO lb_report;
GRANT SELECT(party_id) ON TABLE letterbox.party TO lb_portal;
GRANT SELECT(party_id) ON TABLE letterbox.party TO lb_diary;
GRANT SELECT(party_id) ON TABLE letterbox.party TO lb_report;
GRANT UPDATE(kind) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(kind) ON TABLE letterbox.party TO lb_diary;
GRANT SELECT(kind) ON TABLE letterbox.party TO lb_report;
GRANT SELECT(channel) ON TABLE letterbox.party TO lb_portal;
GRANT UPDATE(channel) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(channel) ON TABLE letterbox.party TO lb_diary;
GRANT SELECT(channel) ON TABLE letterbox.party TO lb_report;
GRANT SELECT(state) ON TABLE letterbox.party TO lb_portal;
GRANT UPDATE(state) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.party TO lb_diary;
GRANT SELECT(state) ON TABLE letterbox.party TO lb_report;
GRANT SELECT(language) ON TABLE letterbox.party TO lb_portal;
GRANT UPDATE(language) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(language) ON TABLE letterbox.party TO lb_diary;
GRANT SELECT(language) ON TABLE letterbox.party TO lb_report;
GRANT SELECT(easy_read) ON TABLE letterbox.party TO lb_portal;
GRANT UPDATE(easy_read) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(easy_read) ON TABLE letterbox.party TO lb_report;
GRANT UPDATE(plain_consent) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(sealed_record) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(record_version) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(address_version) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(address_confirmed) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(email_confirmed) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(changed_at) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(changed_by) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(key_ends_on) ON TABLE letterbox.party TO lb_desk;
GRANT UPDATE(ask_first) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(large_print) ON TABLE letterbox.party TO lb_portal;
GRANT UPDATE(large_print) ON TABLE letterbox.party TO lb_desk;
GRANT SELECT(large_print) ON TABLE letterbox.party TO lb_report;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.party_lookup TO lb_gate;
GRANT SELECT,UPDATE ON TABLE letterbox.print_item TO lb_gate;
GRANT SELECT ON TABLE letterbox.print_item TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.print_item TO lb_press;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.rate TO lb_gate;
GRANT SELECT,UPDATE ON TABLE letterbox.release TO lb_gate;
GRANT SELECT ON TABLE letterbox.release TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.release TO lb_press;
GRANT SELECT(agency_id) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(agency_id) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(release_id) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(release_id) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(letter_id) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(arrangement_id) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(arrangement_id) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(to_party) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(to_party) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(kind) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(kind) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(photo_level) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(state) ON TABLE letterbox.release TO lb_portal;
GRANT UPDATE(state) ON TABLE letterbox.release TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(composed_at) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(composed_at) ON TABLE letterbox.release TO lb_report;
GRANT SELECT(opened_at) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT(contact_ids) ON TABLE letterbox.release TO lb_portal;
GRANT SELECT ON TABLE letterbox.release_part TO lb_portal;
GRANT SELECT ON TABLE letterbox.release_part TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.release_part TO lb_press;
GRANT SELECT,INSERT ON TABLE letterbox.review TO lb_desk;
GRANT SELECT,INSERT ON TABLE letterbox.review TO lb_press;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.sign_in_code TO lb_gate;
GRANT SELECT,INSERT,DELETE ON TABLE letterbox.staff_grant TO lb_gate;
GRANT SELECT,INSERT,DELETE ON TABLE letterbox.staff_grant TO lb_desk;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE letterbox.staff_lookup TO lb_gate;
GRANT SELECT,INSERT,UPDATE ON TABLE letterbox.transfer TO lb_gate;
GRANT SELECT ON TABLE letterbox.transfer TO lb_desk;
GRANT SELECT,UPDATE ON TABLE letterbox.visit TO lb_gate;
GRANT SELECT ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.visit TO lb_portal;
GRANT INSERT(agency_id) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.visit TO lb_report;
GRANT SELECT(visit_id) ON TABLE letterbox.visit TO lb_portal;
GRANT INSERT(visit_id) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(arrangement_id) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(arrangement_id) ON TABLE letterbox.visit TO lb_report;
GRANT SELECT(state) ON TABLE letterbox.visit TO lb_portal;
GRANT UPDATE(state) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(state) ON TABLE letterbox.visit TO lb_report;
GRANT INSERT(starts_at),UPDATE(starts_at) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(starts_at) ON TABLE letterbox.visit TO lb_report;
GRANT INSERT(ends_at),UPDATE(ends_at) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(margin_minutes),UPDATE(margin_minutes) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(supervisor),UPDATE(supervisor) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(sealed_record),UPDATE(sealed_record) ON TABLE letterbox.visit TO lb_desk;
GRANT UPDATE(record_version) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(told_starts_at) ON TABLE letterbox.visit TO lb_portal;
GRANT UPDATE(told_starts_at) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(told_ends_at) ON TABLE letterbox.visit TO lb_portal;
GRANT UPDATE(told_ends_at) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT(sequence) ON TABLE letterbox.visit TO lb_portal;
GRANT UPDATE(sequence) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(planned_by),UPDATE(planned_by) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(made_at) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(changed_at),UPDATE(changed_at) ON TABLE letterbox.visit TO lb_desk;
GRANT INSERT(changed_by),UPDATE(changed_by) ON TABLE letterbox.visit TO lb_desk;
GRANT SELECT,UPDATE ON TABLE letterbox.visit_party TO lb_gate;
GRANT SELECT(agency_id) ON TABLE letterbox.visit_party TO lb_portal;
GRANT SELECT(agency_id),INSERT(agency_id) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(agency_id) ON TABLE letterbox.visit_party TO lb_press;
GRANT SELECT(visit_id) ON TABLE letterbox.visit_party TO lb_portal;
GRANT SELECT(visit_id),INSERT(visit_id) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(visit_id) ON TABLE letterbox.visit_party TO lb_press;
GRANT SELECT(party_id) ON TABLE letterbox.visit_party TO lb_portal;
GRANT SELECT(party_id),INSERT(party_id) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(party_id) ON TABLE letterbox.visit_party TO lb_press;
GRANT SELECT(arrangement_id),INSERT(arrangement_id) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(invite_id) ON TABLE letterbox.visit_party TO lb_portal;
GRANT SELECT(invite_id),INSERT(invite_id) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(invite_id) ON TABLE letterbox.visit_party TO lb_press;
GRANT SELECT(is_asked) ON TABLE letterbox.visit_party TO lb_portal;
GRANT SELECT(is_asked),INSERT(is_asked),UPDATE(is_asked) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(attendance),UPDATE(attendance) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(sealed_record),INSERT(sealed_record),UPDATE(sealed_record) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(record_version),INSERT(record_version),UPDATE(record_version) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(sealed_sheet) ON TABLE letterbox.visit_party TO lb_portal;
GRANT UPDATE(sealed_sheet) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(sealed_sheet),UPDATE(sealed_sheet) ON TABLE letterbox.visit_party TO lb_press;
GRANT SELECT(sheet_version) ON TABLE letterbox.visit_party TO lb_portal;
GRANT SELECT(sheet_version),UPDATE(sheet_version) ON TABLE letterbox.visit_party TO lb_desk;
GRANT SELECT(sheet_version),UPDATE(sheet_version) ON TABLE letterbox.visit_party TO lb_press;
