-- SPDX-License-Identifier: AGPL-3.0-or-later
-- After the clock was wrong: what was written by a clock that ran ahead is judged anew when a person says so, and a
-- worker that looks at the same moment does not undo it.
SET LOCAL search_path = letterbox;
GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.clock_tick() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.clock_tick() IS 'Notes the instant, at most once a second; false: the clock jumped by more than 24 hours and nobody has confirmed it. job_claim calls it';

CREATE OR REPLACE FUNCTION letterbox.clock_confirm() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.clock_confirm() IS 'A person has looked: the system''s clock is right. The only way by which letterbox.now() may step back; then jobs, limits and sessions that the wrong clock made are drawn to the present';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
