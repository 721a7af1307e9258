-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The roles of the database, and who may connect to it. Run by the cluster's superuser in Letterbox's
-- own database, at init and again whenever wanted: it changes nothing that is right already.
--
-- No role has a password: each process connects over the unix socket as its own Unix user (pg_hba `peer`
-- with a map). No role may make roles or databases, and none passes by row level security.
--
--   lb_owner   owns schema, tables and types; migrates; FORCE ROW LEVEL SECURITY holds for it too, so it
--              sees no family's rows. It is a member of lb_gate and lb_audit, without inheriting from
--              them, so that a migration can hand functions to them.
--   lb_gate    owns the SECURITY DEFINER functions that answer before or outside row level security.
--   lb_audit   owns the one function that appends to the audit chain.
--   lb_report  counts, from clear columns alone. letterboxctl connects as it for a region's host; lb_desk takes its rights
--              in place of its own while it counts for a report, and inherits nothing from it.
--   others     one for each process; what each may do stands in policies.sql.

DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['lb_owner', 'lb_portal', 'lb_desk', 'lb_press', 'lb_post', 'lb_diary',
                                  'lb_report', 'lb_gate', 'lb_audit'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = v_role) THEN
            EXECUTE format('CREATE ROLE %I', v_role);
        END IF;
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT %s',
                       v_role, CASE WHEN v_role IN ('lb_gate', 'lb_audit') THEN 'NOLOGIN' ELSE 'LOGIN' END);
    END LOOP;
    FOREACH v_role IN ARRAY ARRAY['lb_gate', 'lb_audit'] LOOP
        IF NOT pg_has_role('lb_owner', v_role, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO lb_owner', v_role);
        END IF;
    END LOOP;

    IF NOT pg_has_role('lb_desk', 'lb_report', 'MEMBER') THEN
        GRANT lb_report TO lb_desk;
    END IF;

    EXECUTE format('ALTER DATABASE %I OWNER TO lb_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary, '
                   'lb_report', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    -- A large object would stand outside of all policies.
    FOR v_role IN SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
                   WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^(lo_|loread$|lowrite$)' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_role);
    END LOOP;

    -- An advisory lock is held for as long as its session likes: who may take one can stop whoever waits for it.
    FOR v_role IN SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
                   WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^pg_(try_)?advisory_' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_role);
    END LOOP;
    GRANT EXECUTE ON FUNCTION pg_catalog.pg_advisory_xact_lock(bigint) TO lb_owner, lb_gate;

    -- Nothing that these roles make may be run by everybody.
    ALTER DEFAULT PRIVILEGES FOR ROLE lb_owner, lb_gate, lb_audit REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES FOR ROLE lb_owner, lb_gate, lb_audit REVOKE USAGE ON TYPES FROM PUBLIC;
END
$$;
