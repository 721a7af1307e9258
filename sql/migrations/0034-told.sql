-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A worker tells staff of something before it goes on with its job: no crash between loses the word.
SET LOCAL search_path = letterbox;

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.job_tell(p_error_code text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.job_tell(text) IS
    'Puts a problem of the leased job''s kind before staff, without an end of the job. For kinds that belong to no letter';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
