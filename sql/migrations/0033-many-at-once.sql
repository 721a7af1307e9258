-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A batch of mails is stored by one statement a table: what was asked, and written, for each row anew is so once.
SET LOCAL search_path = letterbox;

GRANT CREATE ON SCHEMA letterbox TO lb_gate, lb_audit;
SET LOCAL ROLE lb_gate;

CREATE OR REPLACE FUNCTION letterbox.blob_chunk_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM written w
                WHERE NOT EXISTS (SELECT FROM letterbox.blob b
                                   WHERE b.agency_id = w.agency_id AND b.blob_id = w.blob_id AND w.number < b.chunks)) THEN
        PERFORM letterbox.refuse('blob_chunk', 'blob_chunk_fits', 'the blob has no such chunk');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.blob_chunk_fits() IS 'Refuses chunks beyond what the blobs'' rows announce: constraint blob_chunk_fits';

RESET ROLE;
DROP TRIGGER blob_chunk_fits ON blob_chunk;
CREATE TRIGGER blob_chunk_fits AFTER INSERT ON blob_chunk REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION letterbox.blob_chunk_fits();
CREATE TRIGGER blob_chunk_fits_still AFTER UPDATE ON blob_chunk REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION letterbox.blob_chunk_fits();

---- the audit's chain -----------------------------------------------------------------------------

SET LOCAL ROLE lb_audit;

CREATE FUNCTION letterbox.audit_write_each(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text,
                                           p_object_kind text, p_object_ids bigint[], p_about_kind text,
                                           p_about_id bigint, p_sealed_detail bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
COMMENT ON FUNCTION letterbox.audit_write_each(bigint, text, bigint, text, text, bigint[], text, bigint, bytea) IS
    'Appends a row for each object to an agency''s chain, and returns the last one''s number; only for the functions of lb_gate and lb_audit';

CREATE OR REPLACE FUNCTION letterbox.audit_write(p_agency bigint, p_actor_kind text, p_actor_id bigint, p_act text,
                                                 p_object_kind text, p_object_id bigint, p_about_kind text,
                                                 p_about_id bigint, p_sealed_detail bytea) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT letterbox.audit_write_each(p_agency, p_actor_kind, p_actor_id, p_act, p_object_kind, ARRAY[p_object_id],
                                      p_about_kind, p_about_id, p_sealed_detail)
$$;

CREATE FUNCTION letterbox.audit_append_each(p_act text, p_object_kind text, p_object_ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN letterbox.audit_write_each(letterbox.gate_need_agency(), substr(session_user, 4), letterbox.gate_job(),
                                      p_act, p_object_kind, p_object_ids, NULL, NULL, NULL);
END
$$;
COMMENT ON FUNCTION letterbox.audit_append_each(text, text, bigint[]) IS
    'Appends what the lease''s worker did to each of these objects. Call it last: it holds the agency''s chain until COMMIT';

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate, lb_audit;
