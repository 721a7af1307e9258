-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The clock, ids, and the gate: who a connection acts for, and what works before anybody is signed in.
--
-- Functions here are SECURITY DEFINER, owned by lb_gate (no login, no BYPASSRLS), with a fixed search_path; policies.sql
-- says which role may run which. `session_user` is the role that a process connected as, whoever owns the function.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate, lb_audit;

---- ids -------------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.new_id() RETURNS bigint
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    -- 60 of a version 4 UUID's 122 random bits: its first 12 and last 48. Zero is no id.
    SELECT greatest(('x0' || left(u, 3) || right(u, 12))::bit(64)::bigint, 1)
      FROM (SELECT gen_random_uuid()::text AS u) AS random
$$;
COMMENT ON FUNCTION letterbox.new_id() IS 'A random positive id of 60 bits';

CREATE FUNCTION letterbox.new_token() RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex'), 32)
$$;
COMMENT ON FUNCTION letterbox.new_token() IS 'A random token, 32 hex digits: the local part of a Message-ID';

SET LOCAL ROLE lb_gate;

---- clock -----------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.now() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_instant timestamptz;
BEGIN
    SELECT greatest(c.last_instant, pg_catalog.now() + c.clock_offset) INTO STRICT v_instant FROM letterbox.cluster c;
    RETURN v_instant;
END
$$;
COMMENT ON FUNCTION letterbox.now() IS 'The instant by which everything is judged: the start of the transaction, plus the offset of a demo or test; never before what clock_tick last noted';

CREATE FUNCTION letterbox.cluster_init(p_kind text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO letterbox.cluster (kind, last_instant, dummy_seed)
    VALUES (p_kind, pg_catalog.now(), sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
$$;
COMMENT ON FUNCTION letterbox.cluster_init(text) IS 'Says once what this database is: demo, test or live';

CREATE FUNCTION letterbox.clock_tick() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_cluster letterbox.cluster;
    v_instant timestamptz;
BEGIN
    SELECT * INTO STRICT v_cluster FROM letterbox.cluster;
    v_instant := pg_catalog.now() + v_cluster.clock_offset;
    IF v_instant NOT BETWEEN v_cluster.last_instant - interval '24 hours'
                         AND v_cluster.last_instant + interval '24 hours' THEN
        UPDATE letterbox.cluster SET jump_found_at = coalesce(jump_found_at, v_instant),
                                     last_instant = greatest(last_instant, v_instant)
        RETURNING * INTO v_cluster;
    ELSIF v_instant > v_cluster.last_instant + interval '1 second' THEN
        UPDATE letterbox.cluster SET last_instant = greatest(last_instant, v_instant) RETURNING * INTO v_cluster;
    END IF;
    RETURN v_cluster.jump_found_at IS NULL;
END
$$;
COMMENT ON FUNCTION letterbox.clock_tick() IS 'Notes the instant, at most once a second; false: the clock jumped by more than 24 hours and nobody has confirmed it. job_claim calls it';

CREATE FUNCTION letterbox.clock_state(OUT kind text, OUT instant timestamptz, OUT clock_offset interval,
                                      OUT jump_found_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.kind, letterbox.now(), c.clock_offset, c.jump_found_at FROM letterbox.cluster c
$$;
COMMENT ON FUNCTION letterbox.clock_state() IS 'What this database is, its instant, its offset, and since when a jump waits to be confirmed';

CREATE FUNCTION letterbox.clock_advance(p_by interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.clock_advance(interval) IS 'Moves the clock of a demo or test on; refused where the database is live';

CREATE FUNCTION letterbox.clock_confirm() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_instant timestamptz;
BEGIN
    IF session_user = 'lb_desk' AND letterbox.gate_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'only a manager confirms the clock' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.cluster SET jump_found_at = NULL, last_instant = pg_catalog.now() + clock_offset
    RETURNING last_instant INTO STRICT v_instant;
    RETURN v_instant;
END
$$;
COMMENT ON FUNCTION letterbox.clock_confirm() IS 'A person has looked: the system''s clock is right. The only way by which letterbox.now() may step back';

---- the gate: whom a transaction acts for ---------------------------------------------------------

-- A view and not a function: it becomes a part of each query's plan and costs one look into an index, where a function
-- costs ten times that, for each table that a query reads.
CREATE VIEW letterbox.live_session WITH (security_barrier) AS
SELECT s.agency_id, s.session_key, s.kind, s.account_id, s.party_id, s.staff_id, s.role, s.link_id, s.release_id
  FROM letterbox.session s, letterbox.cluster c
 WHERE s.session_key = CASE WHEN current_setting('letterbox.session', true) ~ '^[0-9a-f]{64}$'
                            THEN sha256(decode(current_setting('letterbox.session', true), 'hex')) END
   AND s.stage = 'full'
   AND s.idle_ends_at > greatest(c.last_instant, pg_catalog.now() + c.clock_offset)
   AND s.ends_at > greatest(c.last_instant, pg_catalog.now() + c.clock_offset)
   AND CASE session_user WHEN 'lb_portal' THEN s.kind IN ('portal', 'link')
                         WHEN 'lb_desk' THEN s.kind = 'desk' ELSE false END;
COMMENT ON VIEW letterbox.live_session IS
    'The session that letterbox.session names, if it is live by letterbox.now(), full, and of this process''s kind: one row or none';
COMMENT ON COLUMN letterbox.live_session.agency_id IS 'Its agency';
COMMENT ON COLUMN letterbox.live_session.session_key IS 'SHA-256 of what letterbox.session holds; for the gate''s own functions';
COMMENT ON COLUMN letterbox.live_session.kind IS 'portal, link or desk';
COMMENT ON COLUMN letterbox.live_session.account_id IS 'The signed-in account';
COMMENT ON COLUMN letterbox.live_session.party_id IS 'Its party; null at the desk and for a link''s reader';
COMMENT ON COLUMN letterbox.live_session.staff_id IS 'The signed-in member of staff';
COMMENT ON COLUMN letterbox.live_session.role IS 'The role of that member of staff';
COMMENT ON COLUMN letterbox.live_session.link_id IS 'The link of a reader';
COMMENT ON COLUMN letterbox.live_session.release_id IS 'The one release that a link''s reader may see';

CREATE FUNCTION letterbox.gate_live_session() RETURNS letterbox.session
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session;
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s JOIN letterbox.live_session v USING (session_key);
    RETURN v_session;
END
$$;
COMMENT ON FUNCTION letterbox.gate_live_session() IS 'The whole row of live_session; for the gate''s own functions';

CREATE FUNCTION letterbox.gate_live_job() RETURNS letterbox.job
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
$$;
COMMENT ON FUNCTION letterbox.gate_live_job() IS 'The job that letterbox.lease names, if its lease is held and it is this worker''s; for the gate''s own functions';

CREATE FUNCTION letterbox.gate_agency() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN session_user IN ('lb_portal', 'lb_desk') THEN (SELECT v.agency_id FROM letterbox.live_session v)
                ELSE (letterbox.gate_live_job()).agency_id END;
END
$$;
COMMENT ON FUNCTION letterbox.gate_agency() IS 'The agency of the live session or lease; null: none, so no rows';

CREATE FUNCTION letterbox.gate_party() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT v.party_id FROM letterbox.live_session v);
END
$$;
COMMENT ON FUNCTION letterbox.gate_party() IS 'The party of the signed-in account; null at the desk and for a link''s reader';

CREATE FUNCTION letterbox.gate_account() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT v.account_id FROM letterbox.live_session v);
END
$$;
COMMENT ON FUNCTION letterbox.gate_account() IS 'The signed-in account';

CREATE FUNCTION letterbox.gate_release() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT v.release_id FROM letterbox.live_session v);
END
$$;
COMMENT ON FUNCTION letterbox.gate_release() IS 'The one release that a link''s reader may see';

CREATE FUNCTION letterbox.gate_staff() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT v.staff_id FROM letterbox.live_session v);
END
$$;
COMMENT ON FUNCTION letterbox.gate_staff() IS 'The signed-in member of staff';

CREATE FUNCTION letterbox.gate_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT v.role FROM letterbox.live_session v);
END
$$;
COMMENT ON FUNCTION letterbox.gate_role() IS 'The role of the signed-in member of staff';

CREATE FUNCTION letterbox.gate_job() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (letterbox.gate_live_job()).job_id;
END
$$;
COMMENT ON FUNCTION letterbox.gate_job() IS 'The job whose lease this transaction holds';

CREATE FUNCTION letterbox.gate_need_agency() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_agency();
BEGIN
    IF v_agency IS NULL THEN
        RAISE EXCEPTION 'no live session or lease' USING ERRCODE = 'LB002';
    END IF;
    RETURN v_agency;
END
$$;
COMMENT ON FUNCTION letterbox.gate_need_agency() IS 'gate_agency, or SQLSTATE LB002 if there is none; for the gate''s own functions';

---- audit -----------------------------------------------------------------------------------------

RESET ROLE;
SET LOCAL ROLE lb_audit;

CREATE FUNCTION letterbox.audit_hash(p_row letterbox.audit) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to('letterbox/1/audit', 'UTF8') || '\x00'::bytea || p_row.prev_hash
        || int8send(p_row.agency_id) || int8send(p_row.number)
        || int8send((extract(epoch FROM p_row.at) * 1000000)::bigint)
        || int4send(octet_length(p_row.actor_kind)) || convert_to(p_row.actor_kind, 'UTF8') || int8send(p_row.actor_id)
        || int4send(octet_length(p_row.act)) || convert_to(p_row.act, 'UTF8')
        || int4send(octet_length(p_row.object_kind)) || convert_to(p_row.object_kind, 'UTF8') || int8send(p_row.object_id)
        || int4send(octet_length(p_row.about_kind)) || convert_to(p_row.about_kind, 'UTF8') || int8send(p_row.about_id)
        || coalesce(p_row.detail_digest, decode(repeat('00', 32), 'hex')))
$$;
COMMENT ON FUNCTION letterbox.audit_hash(letterbox.audit) IS 'The hash of a row, over the bytes that the table''s comment lists';

CREATE FUNCTION letterbox.audit_write(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text,
                                      p_object_kind text, p_object_id bigint, p_about_kind text, p_about_id bigint,
                                      p_sealed_detail bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_chain letterbox.audit_chain;
    v_row   letterbox.audit;
BEGIN
    -- The lock on the chain's end is held until COMMIT: numbers have no gaps and the order is that of commits.
    INSERT INTO letterbox.audit_chain (agency_id, number, hash)
    VALUES (p_agency, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT v_chain FROM letterbox.audit_chain c WHERE c.agency_id = p_agency FOR UPDATE;
    v_row.agency_id := p_agency;
    v_row.number := v_chain.number + 1;
    v_row.at := letterbox.now();
    v_row.actor_kind := p_actor_kind;
    v_row.actor_id := coalesce(p_actor_id, 0);
    v_row.act := p_act;
    v_row.object_kind := coalesce(p_object_kind, '');
    v_row.object_id := coalesce(p_object_id, 0);
    v_row.about_kind := coalesce(p_about_kind, '');
    v_row.about_id := coalesce(p_about_id, 0);
    v_row.sealed_detail := p_sealed_detail;
    v_row.detail_digest := sha256(p_sealed_detail);
    v_row.prev_hash := v_chain.hash;
    v_row.hash := letterbox.audit_hash(v_row);
    INSERT INTO letterbox.audit SELECT (v_row).*;
    UPDATE letterbox.audit_chain c SET number = v_row.number, hash = v_row.hash WHERE c.agency_id = p_agency;
    RETURN v_row.number;
END
$$;
COMMENT ON FUNCTION letterbox.audit_write(bigint, text, bigint, text, text, bigint, text, bigint, bytea) IS
    'Appends to an agency''s chain; only for the functions of lb_gate and lb_audit';

CREATE FUNCTION letterbox.audit_append(p_act text, p_object_kind text, p_object_id bigint, p_about_kind text,
                                       p_about_id bigint, p_sealed_detail bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.audit_append(text, text, bigint, text, bigint, bytea) IS
    'Appends what the session''s person, or the lease''s worker, did. Call it last: it holds the agency''s chain until COMMIT';

CREATE FUNCTION letterbox.audit_append_operator(p_agency bigint, p_act text, p_object_kind text, p_object_id bigint)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT letterbox.audit_write(p_agency, 'operator', 0, p_act, p_object_kind, p_object_id, NULL, NULL, NULL)
$$;
COMMENT ON FUNCTION letterbox.audit_append_operator(bigint, text, text, bigint) IS
    'Appends what letterboxctl did as lb_owner, without a signed-in member of staff';

CREATE FUNCTION letterbox.audit_head(p_agency bigint, OUT number bigint, OUT hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.number, c.hash FROM letterbox.audit_chain c WHERE c.agency_id = p_agency
$$;
COMMENT ON FUNCTION letterbox.audit_head(bigint) IS 'Number and hash of the last row of an agency''s chain';

RESET ROLE;

-- Not even the owner changes what was written.
CREATE FUNCTION letterbox.audit_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only appended to'
        USING ERRCODE = 'check_violation', SCHEMA = 'letterbox', TABLE = 'audit', CONSTRAINT = 'audit_stands';
END
$$;
COMMENT ON FUNCTION letterbox.audit_stands() IS 'Refuses every change of the audit';
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION letterbox.audit_stands();

SET LOCAL ROLE lb_gate;

---- agencies --------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.agency_list()
RETURNS TABLE (agency_id bigint, slug text, neutral_name text, help_phone text, help_email text, help_hours text,
               demo boolean, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.agency_id, a.slug, a.neutral_name, a.help_phone, a.help_email, a.help_hours, a.demo, a.state
      FROM letterbox.agency a ORDER BY a.slug
$$;
COMMENT ON FUNCTION letterbox.agency_list() IS 'The agencies, with what may be shown before sign-in';

CREATE FUNCTION letterbox.agency_keys(p_agency bigint)
RETURNS TABLE (key_id bytea, purpose text, state text, public_key bytea, fingerprint text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.key_id, k.purpose, k.state, k.public_key, k.fingerprint
      FROM letterbox.agency_key k WHERE k.agency_id = p_agency ORDER BY k.purpose, k.made_at, k.key_id
$$;
COMMENT ON FUNCTION letterbox.agency_keys(bigint) IS 'The public keys of an agency; they are no secret';

CREATE FUNCTION letterbox.agency_add(p_agency bigint, p_slug text, p_name text, p_neutral_name text, p_demo boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO letterbox.agency (agency_id, slug, name, neutral_name, demo, made_at)
    VALUES (p_agency, p_slug, p_name, p_neutral_name, p_demo, letterbox.now());
    PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'agency_added', 'agency', p_agency, NULL, NULL, NULL);
END
$$;
COMMENT ON FUNCTION letterbox.agency_add(bigint, text, text, text, boolean) IS 'Sets up an agency; for letterboxctl init';

CREATE FUNCTION letterbox.agency_key_add(p_agency bigint, p_key_id bytea, p_purpose text, p_public_key bytea,
                                         p_fingerprint text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.agency_key_add(bigint, bytea, text, bytea, text) IS
    'Enters a public key; of each purpose but archive the one before is retired';

CREATE FUNCTION letterbox.agency_key_retire(p_agency bigint, p_key_id bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE letterbox.agency_key SET state = 'retired', retired_at = letterbox.now()
     WHERE agency_id = p_agency AND key_id = p_key_id AND state = 'active';
    IF FOUND THEN
        PERFORM letterbox.audit_write(p_agency, 'operator', 0, 'key_retired', NULL, NULL, NULL, NULL, NULL);
    END IF;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION letterbox.agency_key_retire(bigint, bytea) IS 'Retires a public key; for letterboxctl keys rotate';

CREATE FUNCTION letterbox.staff_enrol_first(p_agency bigint, p_staff bigint, p_sealed_record bytea, p_key_id bytea,
    p_public_key bytea, p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea,
    p_sealed_totp bytea, p_lookup bytea, p_desk_key_id bytea, p_sealed_desk_secret bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.staff_enrol_first(bigint, bigint, bytea, bytea, bytea, integer, integer, bytea, bytea, bytea,
    bytea, bytea, bytea) IS 'Enrols an agency''s first administrator; for letterboxctl init, refused while there is one';

CREATE FUNCTION letterbox.staff_lookup_set(p_staff bigint, p_value bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency bigint := letterbox.gate_need_agency();
BEGIN
    IF letterbox.gate_role() IS DISTINCT FROM 'administrator' THEN
        RAISE EXCEPTION 'only an administrator sets sign-in names' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO letterbox.staff_lookup (agency_id, value, staff_id) VALUES (v_agency, p_value, p_staff)
    ON CONFLICT (agency_id, staff_id) DO UPDATE SET value = excluded.value;
END
$$;
COMMENT ON FUNCTION letterbox.staff_lookup_set(bigint, bytea) IS 'Sets by which value a member of staff signs in';

CREATE FUNCTION letterbox.staff_self(OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea,
    OUT wrapped_secret bytea, OUT public_key bytea, OUT key_id bytea)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    RETURN QUERY
    SELECT s.argon_passes, s.argon_kib, s.argon_salt::bytea, s.wrapped_secret::bytea, s.public_key::bytea, s.key_id::bytea
      FROM letterbox.staff s WHERE s.agency_id = v_session.agency_id AND s.staff_id = v_session.staff_id;
END
$$;
COMMENT ON FUNCTION letterbox.staff_self() IS 'What the signed-in member of staff needs to change the password';

CREATE FUNCTION letterbox.staff_password_set(p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea,
                                             p_wrapped_secret bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.staff_password_set(integer, integer, bytea, bytea) IS
    'Wraps the signed-in member of staff''s secret under a new password, or raised parameters';

---- limits ----------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.rate_hit(p_scope text, p_key_hash bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO letterbox.rate AS r (scope, key_hash, minute, failures)
    VALUES (p_scope, p_key_hash, date_trunc('minute', letterbox.now()), 1)
    ON CONFLICT (scope, key_hash, minute) DO UPDATE SET failures = r.failures + 1
$$;
COMMENT ON FUNCTION letterbox.rate_hit(text, bytea) IS 'Counts one failure';

CREATE FUNCTION letterbox.rate_state(p_scope text, p_key_hash bytea, OUT refused boolean, OUT failed_today boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(r.failures) FILTER (WHERE r.minute > letterbox.now() - interval '10 minutes'), 0) >= 5,
           count(*) > 0
      FROM letterbox.rate r
     WHERE r.scope = p_scope AND r.key_hash = p_key_hash AND r.minute > letterbox.now() - interval '1 day'
$$;
COMMENT ON FUNCTION letterbox.rate_state(text, bytea) IS
    'refused: five failures or more in ten minutes; failed_today: any in the last day';

---- sign-in ---------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.account_for_sign_in(p_agencies bigint[], p_values bytea[],
    OUT agency_id bigint, OUT account_id bigint, OUT key_id bytea, OUT public_key bytea, OUT version integer,
    OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea,
    OUT second_factor text, OUT sealed_totp bytea, OUT totp_version integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.account_for_sign_in(bigint[], bytea[]) IS
    'What is needed to try a password, given one look-up value for each agency of this portal: always one row. For an unknown value a made-up one, the same each time, which no password opens';

CREATE FUNCTION letterbox.staff_for_sign_in(p_agencies bigint[], p_values bytea[],
    OUT agency_id bigint, OUT staff_id bigint, OUT role text, OUT key_id bytea, OUT public_key bytea,
    OUT argon_passes integer, OUT argon_kib integer, OUT argon_salt bytea, OUT wrapped_secret bytea,
    OUT sealed_totp bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.staff_for_sign_in(bigint[], bytea[]) IS
    'The same for staff: always one row, made up for an unknown value';

CREATE FUNCTION letterbox.session_put(p_sid bytea, p_agency bigint, p_kind text, p_stage text, p_account bigint,
    p_party bigint, p_staff bigint, p_role text, p_join bigint, p_link bigint, p_release bigint, p_sealed_secret bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.session_put(bytea, bigint, text, text, bigint, bigint, bigint, text, bigint, bigint, bigint,
    bytea) IS 'Writes a session; only for the gate''s own functions';

CREATE FUNCTION letterbox.session_touch(p_sid bytea, OUT agency_id bigint, OUT kind text, OUT stage text,
    OUT account_id bigint, OUT party_id bigint, OUT staff_id bigint, OUT role text, OUT join_id bigint, OUT link_id bigint,
    OUT release_id bigint, OUT sealed_secret bytea, OUT idle_ends_at timestamptz, OUT ends_at timestamptz)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.session_touch(bytea) IS
    'A sign of life: the live session, in whatever stage, or no row. Each request begins with it';

CREATE FUNCTION letterbox.session_close(p_sid bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM letterbox.session s WHERE s.session_key = sha256(p_sid);
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION letterbox.session_close(bytea) IS 'Signs out';

CREATE FUNCTION letterbox.session_close_others(p_sid bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session;
    v_count   integer;
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.stage = 'full';
    DELETE FROM letterbox.session s
     WHERE s.agency_id = v_session.agency_id AND s.session_key <> v_session.session_key
       AND (s.account_id = v_session.account_id OR s.staff_id = v_session.staff_id);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
COMMENT ON FUNCTION letterbox.session_close_others(bytea) IS
    'Ends the same person''s other sessions, after a change of password or when asked to; answers how many';

CREATE FUNCTION letterbox.session_list()
RETURNS TABLE (made_at timestamptz, seen_at timestamptz, ends_at timestamptz, this boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    RETURN QUERY
    SELECT s.made_at, s.seen_at, s.ends_at, s.session_key = v_session.session_key
      FROM letterbox.session s
     WHERE s.agency_id = v_session.agency_id
       AND (s.account_id = v_session.account_id OR s.staff_id = v_session.staff_id)
       AND s.stage = 'full' AND s.idle_ends_at > letterbox.now() AND s.ends_at > letterbox.now()
     ORDER BY s.made_at DESC;
END
$$;
COMMENT ON FUNCTION letterbox.session_list() IS 'The signed-in person''s own live sessions';

CREATE FUNCTION letterbox.sign_in_begin(p_sid bytea, p_agency bigint, p_account bigint, p_passed boolean,
    p_sealed_secret bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_account letterbox.account;
    v_begun   boolean;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT a.* INTO v_account FROM letterbox.account a
     WHERE a.agency_id = p_agency AND a.account_id = p_account AND a.state = 'active';
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
COMMENT ON FUNCTION letterbox.sign_in_begin(bytea, bigint, bigint, boolean, bytea, bytea, bigint, bytea) IS
    'After the password was tried, right or wrong, account known or not: queues the message with the code (a decoy if there is nobody to send it to, or TOTP is used) and, if it was right, opens a session that waits for the code';

CREATE FUNCTION letterbox.sign_in_code_again(p_sid bytea, p_code_hash bytea, p_message bigint, p_sealed_body bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_account letterbox.account;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT a.* INTO v_account
      FROM letterbox.session s
      JOIN letterbox.account a ON a.agency_id = s.agency_id AND a.account_id = s.account_id AND a.state = 'active'
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
COMMENT ON FUNCTION letterbox.sign_in_code_again(bytea, bytea, bigint, bytea) IS
    'Sends a new code, which replaces the old; at most three for one sign-in, and tries are not given back';

CREATE FUNCTION letterbox.sign_in_finish(p_old letterbox.session, p_new_sid bytea, p_sealed_secret bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM letterbox.session s WHERE s.agency_id = p_old.agency_id AND s.session_key = p_old.session_key;
    PERFORM letterbox.session_put(p_new_sid, p_old.agency_id, p_old.kind, 'full', p_old.account_id, p_old.party_id,
                                  p_old.staff_id, p_old.role, NULL, NULL, NULL, p_sealed_secret);
    IF p_old.kind = 'desk' THEN
        PERFORM letterbox.audit_write(p_old.agency_id, 'staff', p_old.staff_id, 'signed_in', NULL, NULL, NULL, NULL, NULL);
    ELSE
        UPDATE letterbox.account a SET signed_in_at = letterbox.now()
         WHERE a.agency_id = p_old.agency_id AND a.account_id = p_old.account_id;
        PERFORM letterbox.audit_write(p_old.agency_id, 'account', p_old.account_id, 'signed_in', NULL, NULL, NULL, NULL,
                                      NULL);
    END IF;
END
$$;
COMMENT ON FUNCTION letterbox.sign_in_finish(letterbox.session, bytea, bytea) IS
    'Puts a full session under a new id in place of one that waited; only for the gate''s own functions';

CREATE FUNCTION letterbox.sign_in_code_try(p_sid bytea, p_code_hash bytea, p_new_sid bytea, p_sealed_secret bytea)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session;
    v_code    letterbox.sign_in_code;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT s.* INTO v_session FROM letterbox.session s
     WHERE s.session_key = sha256(p_sid) AND s.kind = 'portal' AND s.stage = 'password'
       AND s.idle_ends_at > v_instant AND s.ends_at > v_instant;
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
COMMENT ON FUNCTION letterbox.sign_in_code_try(bytea, bytea, bytea, bytea) IS
    'Tries a code that was sent by e-mail: ok (the session goes on under the new id), wrong, locked (the fifth; the session has ended), expired, gone. Run it as a transaction of its own';

CREATE FUNCTION letterbox.staff_sign_in_begin(p_sid bytea, p_agency bigint, p_staff bigint, p_sealed_secret bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_role text;
BEGIN
    SELECT s.role INTO v_role FROM letterbox.staff s
     WHERE s.agency_id = p_agency AND s.staff_id = p_staff AND s.state = 'active';
    IF v_role IS NULL THEN
        RETURN false;
    END IF;
    PERFORM letterbox.session_put(p_sid, p_agency, 'desk', 'password', NULL, NULL, p_staff, v_role, NULL, NULL, NULL,
                                  p_sealed_secret);
    RETURN true;
END
$$;
COMMENT ON FUNCTION letterbox.staff_sign_in_begin(bytea, bigint, bigint, bytea) IS
    'After the right password: opens a session of the desk that waits for TOTP';

CREATE FUNCTION letterbox.sign_in_second(p_sid bytea, OUT second_factor text, OUT sealed_totp bytea,
    OUT totp_version integer, OUT last_totp_step bigint)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.sign_in_second(bytea) IS
    'What the second step of a begun sign-in needs: by e-mail or by an app, the app''s secret (sealed to the account) and the step used last; no row: no such sign-in';

CREATE FUNCTION letterbox.sign_in_totp(p_sid bytea, p_step bigint, p_new_sid bytea, p_sealed_secret bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.sign_in_totp(bytea, bigint, bytea, bytea) IS
    'After a right TOTP code of time step p_step: ok (the session goes on under the new id), used (that step was used before), gone';

---- joining ---------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.join_try(p_code_hash bytea, p_email_check bytea, p_sid bytea, p_sealed_secret bytea, OUT result text,
                                   OUT agency_id bigint, OUT party_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.join_try(bytea, bytea, bytea, bytea) IS
    'Tries a joining code with an e-mail address: ok (a session in stage joining is open), wrong (counted if the code exists; the fifth locks it), locked, used, expired. Run it as a transaction of its own';

CREATE FUNCTION letterbox.join_finish(p_sid bytea, p_account bigint, p_key_id bytea, p_public_key bytea,
    p_argon_passes integer, p_argon_kib integer, p_argon_salt bytea, p_wrapped_secret bytea, p_sealed_code_address bytea,
    p_lookup bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.join_finish(bytea, bigint, bytea, bytea, integer, integer, bytea, bytea, bytea, bytea) IS
    'Makes the account of a session in stage joining, spends the code, and queues the press''s job welcome_account: ok; taken (the address signs in to another party); used; gone. An account of the same party and address is replaced';

---- idempotency -----------------------------------------------------------------------------------

CREATE FUNCTION letterbox.idempotency_claim(p_route text, p_once text, OUT fresh boolean, OUT answer text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.idempotency_claim(text, text) IS
    'Call it first in the transaction of a form: fresh, or the first one''s answer. It waits while the first is under way';

CREATE FUNCTION letterbox.idempotency_answer(p_route text, p_once text, p_answer text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session letterbox.session := letterbox.gate_live_session();
BEGIN
    UPDATE letterbox.idempotency i SET answer = p_answer
     WHERE i.agency_id = v_session.agency_id AND i.session_key = v_session.session_key
       AND i.route = p_route AND i.once = p_once;
END
$$;
COMMENT ON FUNCTION letterbox.idempotency_answer(text, text, text) IS 'Notes where the answer led, in the same transaction';

---- sessions end with what they stand on ----------------------------------------------------------

CREATE FUNCTION letterbox.end_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.end_sessions() IS 'Ends the sessions of an account, member of staff or link that was disabled or changed';
GRANT EXECUTE ON FUNCTION letterbox.end_sessions() TO lb_owner;

RESET ROLE;
CREATE TRIGGER account_end_sessions AFTER UPDATE OF state, public_key ON account FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.public_key IS DISTINCT FROM NEW.public_key)
    EXECUTE FUNCTION letterbox.end_sessions();
CREATE TRIGGER staff_end_sessions AFTER UPDATE OF state, role, public_key ON staff FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.role IS DISTINCT FROM NEW.role
          OR OLD.public_key IS DISTINCT FROM NEW.public_key)
    EXECUTE FUNCTION letterbox.end_sessions();
CREATE TRIGGER link_end_sessions AFTER UPDATE OF withdrawn_at ON link FOR EACH ROW
    WHEN (NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION letterbox.end_sessions();

REVOKE CREATE ON SCHEMA letterbox FROM lb_gate, lb_audit;
