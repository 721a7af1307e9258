-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What letterboxctl import needs: when letters last went before Letterbox, and what a spreadsheet said the last time, so that
-- the same cell again undoes nothing that staff changed since.
SET LOCAL search_path = letterbox;

ALTER TABLE arrangement ADD COLUMN last_in_on date, ADD COLUMN last_out_on date;
COMMENT ON COLUMN arrangement.last_in_on IS 'Day on which the last letter before Letterbox came in; null: not known';
COMMENT ON COLUMN arrangement.last_out_on IS 'Day on which the last letter before Letterbox was sent on; null: not known';

CREATE TABLE import_row (
    agency_id      bigint NOT NULL,
    import_row_id  bigint NOT NULL CHECK (import_row_id > 0),
    arrangement_id bigint NOT NULL,
    party_id       bigint NOT NULL,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    sealed_cells   sealed NOT NULL,
    imported_at    timestamptz NOT NULL,
    PRIMARY KEY (agency_id, import_row_id),
    UNIQUE (agency_id, arrangement_id, party_id),
    FOREIGN KEY (agency_id, arrangement_id, party_id) REFERENCES arrangement_party
);
COMMENT ON TABLE import_row IS 'What the row of a spreadsheet said when it last changed something here: the next import takes only cells that differ from it';
COMMENT ON COLUMN import_row.agency_id IS 'The agency';
COMMENT ON COLUMN import_row.import_row_id IS 'Random id';
COMMENT ON COLUMN import_row.arrangement_id IS 'The arrangement of the row';
COMMENT ON COLUMN import_row.party_id IS 'The relative, or the sibling''s family, of the row';
COMMENT ON COLUMN import_row.version IS 'Version that sealed_cells is bound to; counts up with each change';
COMMENT ON COLUMN import_row.sealed_cells IS 'Its cells by column, in their plain form, sealed to the desk';
COMMENT ON COLUMN import_row.imported_at IS 'When';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.sides_lock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(letterbox.gate_need_agency());
END
$$;
COMMENT ON FUNCTION letterbox.sides_lock() IS
    'Takes the lock of sides_stay_apart at once, until COMMIT: for who changes many, and must know that nobody else does meanwhile';

CREATE FUNCTION letterbox.party_lookup_add_each(p_parties bigint[], p_uses text[], p_values bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.party_lookup_add_each(bigint[], text[], bytea[]) IS
    'Adds look-up values of many parties at once, beside those that they have: arrays of one length';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;

---- the audit's rows of many at once, for people too ----------------------------------------------

GRANT CREATE ON SCHEMA letterbox TO lb_audit;
SET LOCAL ROLE lb_audit;

CREATE OR REPLACE FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.audit_append_each(text, text, bigint[]) IS
    'Appends what the session''s member of staff, or the lease''s worker, did to each of these objects. Call it last: it holds the agency''s chain until COMMIT';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_audit;
