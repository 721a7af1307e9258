-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who may do what: every grant and every row level security policy of the database, and no other file has any.
-- `letterboxctl migrate` runs this file after the migrations whenever its text has changed, as lb_owner and in one
-- transaction. It takes everything away first, so what is not written here is not allowed.
--
-- How a policy decides. It never trusts an id that the program passes: it compares with what the gate functions find
-- behind the session (portal, desk) or lease (press, post, diary) that the transaction named.
--   lb_portal   its party's own rows; a link's reader: one release. Columns that would tell of the other side are not granted.
--   lb_desk     its agency's rows, as the role of the signed-in member of staff allows:
--                 read    checker, coordinator, manager, inspector
--                 decide  checker, coordinator, manager
--                 write   coordinator, manager
--                 admin   administrator: staff and keys, no letters
--   lb_press, lb_post, lb_diary   the agency of the job whose lease they hold.
--   lb_gate, lb_audit             everything that their functions need; nobody can be them.
SET LOCAL search_path = letterbox;

---- nothing is allowed ----------------------------------------------------------------------------

DO $$
DECLARE
    v_name   name;
    v_table  name;
    v_roles  text := 'PUBLIC, lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report, lb_gate, lb_audit';
BEGIN
    FOR v_name, v_table IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'letterbox' LOOP
        EXECUTE format('DROP POLICY %I ON letterbox.%I', v_name, v_table);
    END LOOP;
    FOR v_table IN SELECT tablename FROM pg_tables WHERE schemaname = 'letterbox' LOOP
        EXECUTE format('ALTER TABLE letterbox.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE letterbox.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('REVOKE ALL ON letterbox.%I FROM %s', v_table, v_roles);
    END LOOP;
    EXECUTE format('REVOKE ALL ON SCHEMA letterbox FROM %s', v_roles);
END
$$;
GRANT USAGE ON SCHEMA letterbox TO lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report, lb_gate, lb_audit;
SET LOCAL ROLE lb_gate;
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'letterbox'::regnamespace
                       AND p.proowner = 'lb_gate'::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary, '
                       'lb_report, lb_audit', v_function);
    END LOOP;
END
$$;
RESET ROLE;
SET LOCAL ROLE lb_audit;
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'letterbox'::regnamespace
                       AND p.proowner = 'lb_audit'::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary, '
                       'lb_report, lb_gate', v_function);
    END LOOP;
END
$$;
RESET ROLE;
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'letterbox'::regnamespace
                       AND p.proowner = 'lb_owner'::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, lb_portal, lb_desk, lb_press, lb_post, lb_diary, '
                       'lb_report, lb_gate, lb_audit', v_function);
    END LOOP;
END
$$;

---- functions -------------------------------------------------------------------------------------

SET LOCAL ROLE lb_gate;
REVOKE ALL ON letterbox.live_session FROM PUBLIC, lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report, lb_audit;
GRANT SELECT (agency_id, kind, account_id, party_id, staff_id, role, link_id, release_id) ON letterbox.live_session
    TO lb_portal, lb_desk;
GRANT SELECT (agency_id, role) ON letterbox.live_session TO lb_report;
REVOKE ALL ON letterbox.own_session, letterbox.own_contact
    FROM PUBLIC, lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report, lb_audit;
GRANT SELECT ON letterbox.own_session TO lb_portal, lb_desk;
GRANT SELECT ON letterbox.own_contact TO lb_portal;
RESET ROLE;
GRANT EXECUTE ON FUNCTION new_id(), new_token() TO lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_gate;

SET LOCAL ROLE lb_gate;
GRANT EXECUTE ON FUNCTION letterbox.now() TO lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report, lb_audit;
GRANT EXECUTE ON FUNCTION gate_agency(), gate_party(), gate_account(), gate_release(), gate_staff(), gate_role(), gate_job()
    TO lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_audit;
GRANT EXECUTE ON FUNCTION gate_need_agency(), gate_live_session() TO lb_audit;
GRANT EXECUTE ON FUNCTION agency_list(), agency_keys(bigint), clock_state()
    TO lb_owner, lb_portal, lb_desk, lb_press, lb_post, lb_diary;

-- letterboxctl, as the operator
GRANT EXECUTE ON FUNCTION cluster_init(text), clock_advance(interval), clock_confirm(),
    agency_add(bigint, text, text, text, boolean), agency_key_add(bigint, bytea, text, bytea, text),
    agency_key_retire(bigint, bytea),
    staff_enrol_first(bigint, bigint, bytea, bytea, bytea, integer, integer, bytea, bytea, bytea, bytea, bytea, bytea)
    TO lb_owner;
-- Triggers are made by the owner, who has to be allowed to run their functions.
GRANT EXECUTE ON FUNCTION end_sessions(), sides_stay_apart(), arrangement_lift(), letter_sender_stands(), letter_manager_decides(),
    letter_manager_matches(), letter_manager_sets_aside(), agreement_begins(), party_state_changed(), blob_chunk_fits(),
    blob_whole(), release_guard(), release_from(), job_wake(), letter_next_version(), decision_objects(),
    arrangement_party_blocked(), arrangement_blocked(), account_ends(), account_changed(), party_details_changed(), account_again(),
    dispatch_reached(), child_changed(), arrangement_opens(), party_lift(), arrangement_review_near(), arrangement_review_done(),
    visit_guard(), visit_people_stand(), visit_blocked(), visit_sheets_end(), arrangement_note(), history_stays(),
    apart_own_details(), apart_added(), arrangement_moving(), acting_over(), acting_agency_closed(), transfer_other_person()
    TO lb_owner;

-- before and at sign-in
GRANT EXECUTE ON FUNCTION rate_hit(text, bytea), rate_state(text, bytea), session_touch(bytea), session_close(bytea),
    session_close_others(bytea), session_list(), sign_in_totp(bytea, bigint, bytea, bytea), sign_in_second(bytea),
    idempotency_claim(text, text), idempotency_answer(text, text, text) TO lb_portal, lb_desk;
GRANT EXECUTE ON FUNCTION account_for_sign_in(bigint[], bytea[]),
    sign_in_begin(bytea, bigint, bigint, boolean, bytea, bytea, bigint, bytea),
    sign_in_code_again(bytea, bytea, bigint, bytea), sign_in_code_try(bytea, bytea, bytea, bytea),
    join_try(bytea, bytea, bytea, bytea),
    join_finish(bytea, bigint, bytea, bytea, integer, integer, bytea, bytea, bytea, bytea),
    link_find(bytea), link_try(bytea), link_open(bytea, bytea, bytea, bytea), reading_refusal(bigint), release_open(bigint),
    letter_came(bigint), account_notice(bigint, bytea) TO lb_portal;
GRANT EXECUTE ON FUNCTION detail_change_add(bigint, bigint, boolean, boolean, boolean, bytea) TO lb_portal, lb_desk;
GRANT EXECUTE ON FUNCTION staff_for_sign_in(bigint[], bytea[]), staff_sign_in_begin(bytea, bigint, bigint, bytea),
    staff_self(), staff_password_set(integer, integer, bytea, bytea), staff_lookup_set(bigint, bytea), clock_confirm(),
    party_lookup_set(bigint, text, bytea[]), message_answer(bigint, text), print_begin(bigint, bigint),
    print_posted(bigint, date), print_take(bigint, bigint), print_check(bigint), message_failed_answer(bigint, text),
    arrangement_needs_two(bigint), copy_take_back(bigint), letter_take_apart_anew(bigint),
    virus_override(bigint, integer, bytea), bounce_seen(bigint), party_text_set(bigint, boolean, boolean),
    party_details_note(bigint), post_came_back(bigint), sides_lock(),
    party_lookup_add_each(bigint[], text[], bytea[]), transfer_propose(bigint, bigint, bigint, bytea),
    transfer_offer(bigint, bytea, bigint[]), transfer_take(bigint, bigint, bigint[], bigint[]), transfer_end(bigint, bytea),
    transfer_agencies(), transfer_own_records(bigint), transfer_siblings(bigint), transfer_done(bigint),
    acting_offer(bigint, bigint, bigint, bytea), acting_place(bigint),
    acting_accept(bigint, bigint, integer, bytea, text, date, date), acting_end(bigint), acting_mine(), acting_here(),
    acting_from_here(), acting_begin(bigint, bytea, bytea), acting_back(bytea, bytea)
    TO lb_desk;
GRANT EXECUTE ON FUNCTION party_for_value(text, bytea) TO lb_desk, lb_press;

-- workers
GRANT EXECUTE ON FUNCTION job_claim(text, text[], integer[]), job_begin(text, text, text, integer), job_finish(),
    job_fail(text, integer, boolean), job_wait(text, integer, integer), job_schedule(text, text, integer) TO lb_press, lb_post, lb_diary;
GRANT EXECUTE ON FUNCTION job_tell(text) TO lb_post;
GRANT EXECUTE ON FUNCTION dispatch_begin(bigint), bounce_note(bigint, bigint, text, text, boolean, boolean) TO lb_press;
GRANT EXECUTE ON FUNCTION message_begin(bigint), message_end(bigint, text, text, bytea), message_carrier(bigint, text),
    message_watch(bigint, text), message_watched(), message_found(text, text) TO lb_post;
GRANT EXECUTE ON FUNCTION sweep(), reviews_open(integer), close_grown() TO lb_diary;
GRANT EXECUTE ON FUNCTION report_region(timestamptz, timestamptz) TO lb_report;
GRANT EXECUTE ON FUNCTION status_jobs() TO lb_owner;
RESET ROLE;

SET LOCAL ROLE lb_audit;
GRANT EXECUTE ON FUNCTION audit_write(bigint, text, bigint, text, text, bigint, text, bigint, bytea) TO lb_gate;
GRANT EXECUTE ON FUNCTION audit_append(text, text, bigint, text, bigint, bytea)
    TO lb_portal, lb_desk, lb_press, lb_post, lb_diary;
GRANT EXECUTE ON FUNCTION audit_append_each(text, text, bigint[]) TO lb_desk, lb_post;
GRANT EXECUTE ON FUNCTION audit_append_operator(bigint, text, text, bigint) TO lb_owner;
GRANT EXECUTE ON FUNCTION audit_head(bigint) TO lb_owner, lb_desk;
GRANT EXECUTE ON FUNCTION audit_hash(audit) TO lb_owner;
RESET ROLE;

---- owners of the functions -----------------------------------------------------------------------

DO $$
DECLARE
    v_table name;
BEGIN
    FOR v_table IN SELECT tablename FROM pg_tables
                    WHERE schemaname = 'letterbox' AND tablename NOT IN ('migration', 'audit', 'audit_chain') LOOP
        EXECUTE format('CREATE POLICY gate ON letterbox.%I TO lb_gate USING (true) WITH CHECK (true)', v_table);
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE ON cluster, agency, agency_key, staff, account, join_code, sign_in_code, session, idempotency,
    rate, message, attempt, job, bounce, detail_change, arrangement_review, transfer, acting TO lb_gate;
GRANT SELECT, INSERT, DELETE ON staff_grant TO lb_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_lookup, party_lookup, account_lookup TO lb_gate;
GRANT DELETE ON session, rate, job, part, blob, blob_chunk TO lb_gate;
GRANT SELECT ON child_link, apart, contact, agreement, letter_contact, original, part, blob, blob_chunk, decision TO lb_gate;
GRANT SELECT, INSERT ON arrangement_was TO lb_gate;
-- UPDATE also to lock rows: FOR SHARE, FOR UPDATE.
GRANT SELECT, UPDATE ON child, party, arrangement, arrangement_party, letter, release, dispatch, link, print_item,
    visit, visit_party TO lb_gate;

GRANT SELECT, INSERT ON audit TO lb_audit;
GRANT SELECT, INSERT, UPDATE ON audit_chain TO lb_audit;
CREATE POLICY append ON audit TO lb_audit USING (true) WITH CHECK (true);
CREATE POLICY append ON audit_chain TO lb_audit USING (true) WITH CHECK (true);

---- migration: no secret, and each process checks the schema's number -----------------------------

GRANT SELECT ON migration TO lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report;
CREATE POLICY everybody ON migration FOR SELECT
    TO lb_portal, lb_desk, lb_press, lb_post, lb_diary, lb_report USING (true);
CREATE POLICY owner ON migration TO lb_owner USING (true) WITH CHECK (true);
-- The owner verifies the chain; what is in it is sealed.
CREATE POLICY owner ON audit FOR SELECT TO lb_owner USING (true);

---- portal ----------------------------------------------------------------------------------------

GRANT SELECT (agency_id, slug, name, neutral_name, help_phone, help_email, help_hours, demo, state) ON agency TO lb_portal;
CREATE POLICY portal ON agency FOR SELECT TO lb_portal USING (agency_id = (SELECT v.agency_id FROM live_session v));

GRANT SELECT (agency_id, party_id, channel, state, language, easy_read, large_print) ON party TO lb_portal;
CREATE POLICY portal ON party FOR SELECT TO lb_portal
    USING ((agency_id, party_id) = (SELECT v.agency_id, v.party_id FROM live_session v));

GRANT SELECT (agency_id, account_id, party_id, state, version, key_id, public_key, argon_passes, argon_kib, argon_salt,
              wrapped_secret, second_factor, sealed_totp, totp_version, last_totp_step, made_at, signed_in_at),
      UPDATE (argon_passes, argon_kib, argon_salt, wrapped_secret, second_factor, sealed_totp, totp_version,
              last_totp_step)
    ON account TO lb_portal;
CREATE POLICY portal_read ON account FOR SELECT TO lb_portal
    USING ((agency_id, account_id) = (SELECT v.agency_id, v.account_id FROM live_session v));
CREATE POLICY portal_change ON account FOR UPDATE TO lb_portal
    USING ((agency_id, account_id) = (SELECT v.agency_id, v.account_id FROM live_session v));

GRANT SELECT ON arrangement_party TO lb_portal;
CREATE POLICY portal ON arrangement_party FOR SELECT TO lb_portal
    USING ((agency_id, party_id) = (SELECT v.agency_id, v.party_id FROM live_session v));

GRANT SELECT (agency_id, arrangement_id, kind, state, photo_level) ON arrangement TO lb_portal;
-- The session's party alone has rows there: the policy above holds in here too, and the session is looked up once.
CREATE POLICY portal ON arrangement FOR SELECT TO lb_portal
    USING (EXISTS (SELECT FROM arrangement_party p
                    WHERE p.agency_id = arrangement.agency_id AND p.arrangement_id = arrangement.arrangement_id));

GRANT SELECT (agency_id, contact_id, arrangement_id, party_id, sealed_label, label_version) ON contact TO lb_portal;
CREATE POLICY portal ON contact FOR SELECT TO lb_portal
    USING ((agency_id, party_id) = (SELECT v.agency_id, v.party_id FROM live_session v));

GRANT SELECT (agency_id, occasion_id, arrangement_id, from_party, month, due_on, state, letter_id) ON occasion TO lb_portal;
CREATE POLICY portal ON occasion FOR SELECT TO lb_portal
    USING ((agency_id, from_party) = (SELECT v.agency_id, v.party_id FROM live_session v));

-- Of a visit what the party was told, when it was told; who else comes and what is planned now stay with the desk.
GRANT SELECT (agency_id, visit_id, party_id, invite_id, is_asked, sealed_sheet, sheet_version) ON visit_party TO lb_portal;
CREATE POLICY portal ON visit_party FOR SELECT TO lb_portal
    USING ((agency_id, party_id) = (SELECT v.agency_id, v.party_id FROM live_session v) AND sheet_version > 0);
GRANT SELECT (agency_id, visit_id, state, told_starts_at, told_ends_at, sequence) ON visit TO lb_portal;
CREATE POLICY portal ON visit FOR SELECT TO lb_portal
    USING (EXISTS (SELECT FROM visit_party g WHERE g.agency_id = visit.agency_id AND g.visit_id = visit.visit_id));

GRANT SELECT (agency_id, letter_id, arrangement_id, from_party, channel, state, received_at),
      INSERT (agency_id, letter_id, arrangement_id, from_party, channel, received_at, changed_at) ON letter TO lb_portal;
CREATE POLICY portal_read ON letter FOR SELECT TO lb_portal
    USING ((agency_id, from_party) = (SELECT v.agency_id, v.party_id FROM live_session v));
CREATE POLICY portal_add ON letter FOR INSERT TO lb_portal
    WITH CHECK ((agency_id, from_party) = (SELECT v.agency_id, v.party_id FROM live_session v) AND channel = 'portal'
                AND EXISTS (SELECT FROM arrangement_party p
                             WHERE p.agency_id = letter.agency_id AND p.arrangement_id = letter.arrangement_id
                               AND p.party_id = letter.from_party AND p.may_write AND p.state <> 'ended'));

GRANT SELECT, INSERT ON letter_contact TO lb_portal;
-- A contact is its party's own, so what is noted with it is of that party's letters.
CREATE POLICY portal_read ON letter_contact FOR SELECT TO lb_portal
    USING (EXISTS (SELECT FROM contact c
                    WHERE c.agency_id = letter_contact.agency_id AND c.contact_id = letter_contact.contact_id));
CREATE POLICY portal_add ON letter_contact FOR INSERT TO lb_portal
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v)
                AND EXISTS (SELECT FROM letter l
                              JOIN contact c ON c.agency_id = l.agency_id AND c.arrangement_id = l.arrangement_id
                             WHERE l.agency_id = letter_contact.agency_id AND l.letter_id = letter_contact.letter_id
                               AND c.contact_id = letter_contact.contact_id AND l.state = 'received'));

GRANT INSERT ON original TO lb_portal;
CREATE POLICY portal_add ON original FOR INSERT TO lb_portal
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v) AND kind IN ('text', 'file')
                AND EXISTS (SELECT FROM letter l
                             WHERE l.agency_id = original.agency_id AND l.letter_id = original.letter_id
                               AND l.state = 'received'));

GRANT SELECT (agency_id, release_id, arrangement_id, to_party, kind, photo_level, state, composed_at, opened_at, contact_ids)
    ON release TO lb_portal;
CREATE POLICY portal ON release FOR SELECT TO lb_portal
    USING ((agency_id, to_party) = (SELECT v.agency_id, v.party_id FROM live_session v) AND state = 'available'
           OR (agency_id, release_id) = (SELECT v.agency_id, v.release_id FROM live_session v));

GRANT SELECT ON release_part TO lb_portal;
CREATE POLICY portal ON release_part FOR SELECT TO lb_portal
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND audience = 'recipient'
           AND EXISTS (SELECT FROM release r
                        WHERE r.agency_id = release_part.agency_id AND r.release_id = release_part.release_id
                          AND r.opened_at IS NOT NULL AND letterbox.reading_refusal(r.release_id) IS NULL));

GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO lb_portal;
CREATE POLICY portal ON draft TO lb_portal
    USING ((agency_id, account_id) = (SELECT v.agency_id, v.account_id FROM live_session v))
    WITH CHECK ((agency_id, account_id) = (SELECT v.agency_id, v.account_id FROM live_session v)
                AND (arrangement_id IS NULL
                     OR EXISTS (SELECT FROM arrangement_party p
                                 WHERE p.agency_id = draft.agency_id AND p.arrangement_id = draft.arrangement_id)));
GRANT SELECT, INSERT, DELETE ON draft_file TO lb_portal;
CREATE POLICY portal ON draft_file TO lb_portal
    USING (agency_id = (SELECT v.agency_id FROM live_session v)
           AND EXISTS (SELECT FROM draft d
                        WHERE d.agency_id = draft_file.agency_id AND d.draft_id = draft_file.draft_id));

-- Whoever may delete from a table, or change all its columns, may also lock it against everybody: on the tables that
-- others use the portal has neither (tests/sql/catalogue.mjs).
GRANT SELECT, INSERT ON blob TO lb_portal;
CREATE POLICY portal_draft ON blob TO lb_portal
    USING ((agency_id, account_id) = (SELECT v.agency_id, v.account_id FROM live_session v));
CREATE POLICY portal_add ON blob FOR INSERT TO lb_portal
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.party_id FROM live_session v) IS NOT NULL AND purpose = 'original');
CREATE POLICY portal_read ON blob FOR SELECT TO lb_portal
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND purpose = 'release'
           AND EXISTS (SELECT FROM release_part p WHERE p.agency_id = blob.agency_id AND p.blob_id = blob.blob_id));
GRANT SELECT, INSERT ON blob_chunk TO lb_portal;
CREATE POLICY portal_read ON blob_chunk FOR SELECT TO lb_portal
    USING (agency_id = (SELECT v.agency_id FROM live_session v)
           AND EXISTS (SELECT FROM blob b WHERE b.agency_id = blob_chunk.agency_id AND b.blob_id = blob_chunk.blob_id));
-- A blob is whole when its transaction commits (blob_whole) and takes no chunk more (blob_chunk_fits).
CREATE POLICY portal_add ON blob_chunk FOR INSERT TO lb_portal
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.party_id FROM live_session v) IS NOT NULL);

GRANT INSERT (agency_id, job_id, worker, kind, priority, run_at, letter_id, made_at) ON job TO lb_portal;
CREATE POLICY portal_add ON job FOR INSERT TO lb_portal
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v) AND worker = 'press' AND kind = 'prepare_letter'
                AND EXISTS (SELECT FROM letter l
                             WHERE l.agency_id = job.agency_id AND l.letter_id = job.letter_id AND l.state = 'received'));

---- desk ------------------------------------------------------------------------------------------

DO $$
DECLARE
    v_read   text := 'agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN (''checker'', ''coordinator'', '
                     '''manager'', ''inspector''))';
    v_decide text := 'agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN (''checker'', ''coordinator'', '
                     '''manager''))';
    v_write  text := 'agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN (''coordinator'', ''manager''))';
    v_table  name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['child', 'child_link', 'party', 'arrangement', 'arrangement_party', 'contact',
            'agreement', 'occasion', 'letter', 'letter_contact', 'original', 'part', 'review', 'decision', 'release',
            'release_part', 'dispatch', 'link', 'print_item', 'message', 'attempt', 'mail_seen', 'archive_copy', 'account',
            'join_code', 'job', 'bounce', 'detail_change', 'arrangement_review', 'import_row', 'arrangement_was', 'apart'] LOOP
        EXECUTE format('CREATE POLICY desk_read ON %I FOR SELECT TO lb_desk USING (%s)', v_table, v_read);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['child', 'child_link', 'party', 'arrangement', 'arrangement_party', 'contact',
            'agreement', 'occasion', 'letter_contact', 'original', 'join_code', 'arrangement_review', 'import_row'] LOOP
        EXECUTE format('CREATE POLICY desk_add ON %I FOR INSERT TO lb_desk WITH CHECK (%s)', v_table, v_write);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['child', 'party', 'arrangement', 'arrangement_party', 'occasion', 'link', 'account',
            'join_code', 'detail_change', 'arrangement_review', 'import_row', 'apart'] LOOP
        EXECUTE format('CREATE POLICY desk_change ON %I FOR UPDATE TO lb_desk USING (%s)', v_table, v_write);
    END LOOP;
    -- Of what comes, a manager alone sees it, and not before it is offered.
    EXECUTE format('CREATE POLICY desk_read ON transfer FOR SELECT TO lb_desk USING (%s OR state <> ''proposed'' AND to_agency_id = '
                   '(SELECT v.agency_id FROM live_session v WHERE v.role = ''manager''))', v_write);
    EXECUTE format('CREATE POLICY desk_add ON apart FOR INSERT TO lb_desk WITH CHECK (%s '
                   'AND made_by = (SELECT v.staff_id FROM live_session v))', v_write);
    EXECUTE format('CREATE POLICY desk_remove ON child_link FOR DELETE TO lb_desk USING (%s)', v_write);
    EXECUTE format('CREATE POLICY desk_remove ON letter_contact FOR DELETE TO lb_desk USING (%s)', v_write);
    EXECUTE format('CREATE POLICY desk_add ON letter FOR INSERT TO lb_desk WITH CHECK (%s AND channel = ''paper'' '
                   'AND entered_by = (SELECT v.staff_id FROM live_session v) AND virus_override IS NULL)', v_write);
    EXECUTE format('CREATE POLICY desk_change ON letter FOR UPDATE TO lb_desk USING (%s)', v_decide);
    EXECUTE format('CREATE POLICY desk_add ON review FOR INSERT TO lb_desk WITH CHECK (%s '
                   'AND made_by = (SELECT v.staff_id FROM live_session v))', v_decide);
    EXECUTE format('CREATE POLICY desk_add ON decision FOR INSERT TO lb_desk WITH CHECK (%s '
                   'AND author = (SELECT v.staff_id FROM live_session v))', v_decide);
    EXECUTE format('CREATE POLICY desk_change ON release FOR UPDATE TO lb_desk USING (%s)', v_write);
    EXECUTE format('CREATE POLICY desk_read ON blob FOR SELECT TO lb_desk USING (%s '
                   'AND purpose IN (''part'', ''review'', ''release'', ''print''))', v_read);
    EXECUTE format('CREATE POLICY desk_add ON blob FOR INSERT TO lb_desk WITH CHECK (%s '
                   'AND purpose IN (''original'', ''review''))', v_decide);
    EXECUTE format('CREATE POLICY desk_read ON blob_chunk FOR SELECT TO lb_desk USING (%s AND EXISTS (SELECT FROM blob b '
                   'WHERE b.agency_id = blob_chunk.agency_id AND b.blob_id = blob_chunk.blob_id))', v_read);
    EXECUTE format('CREATE POLICY desk_add ON blob_chunk FOR INSERT TO lb_desk WITH CHECK (%s)', v_decide);
    EXECUTE format('CREATE POLICY desk_add ON job FOR INSERT TO lb_desk WITH CHECK (%s '
                   'AND worker IN (''press'', ''diary''))', v_decide);
    EXECUTE format('CREATE POLICY desk_change ON job FOR UPDATE TO lb_desk USING (%s AND state = ''staff'') '
                   'WITH CHECK (%s AND state IN (''ready'', ''closed''))', v_write, v_write);
END
$$;
-- Visits: who may look into the register; and who supervises one, that one.
CREATE POLICY desk_read ON visit FOR SELECT TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('checker', 'coordinator', 'manager', 'inspector'))
           AND ((SELECT v.role FROM live_session v) <> 'checker' OR supervisor = (SELECT v.staff_id FROM live_session v)));
CREATE POLICY desk_read ON visit_party FOR SELECT TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('coordinator', 'manager', 'inspector')));
CREATE POLICY desk_add ON visit FOR INSERT TO lb_desk
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('coordinator', 'manager'))
                AND planned_by = (SELECT v.staff_id FROM live_session v) AND state = 'planned');
CREATE POLICY desk_add ON visit_party FOR INSERT TO lb_desk
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('coordinator', 'manager')));
CREATE POLICY desk_change ON visit FOR UPDATE TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('coordinator', 'manager')));
CREATE POLICY desk_change ON visit_party FOR UPDATE TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('coordinator', 'manager')));
GRANT SELECT ON visit TO lb_desk;
GRANT SELECT (agency_id, visit_id, party_id, arrangement_id, invite_id, is_asked, attendance, sealed_record, record_version,
              sheet_version) ON visit_party TO lb_desk;
GRANT INSERT (agency_id, visit_id, arrangement_id, starts_at, ends_at, margin_minutes, supervisor, sealed_record, planned_by,
              made_at, changed_at, changed_by),
      UPDATE (starts_at, ends_at, margin_minutes, supervisor, sealed_record, record_version, state, told_starts_at,
              told_ends_at, sequence, planned_by, changed_at, changed_by) ON visit TO lb_desk;
GRANT INSERT (agency_id, visit_id, party_id, arrangement_id, invite_id, is_asked, sealed_record, record_version),
      UPDATE (is_asked, attendance, sealed_record, record_version, sealed_sheet, sheet_version) ON visit_party TO lb_desk;
-- Everybody at the desk: the agency, its keys, and who the others are; their secrets only through functions.
CREATE POLICY desk_read ON agency FOR SELECT TO lb_desk USING (agency_id = (SELECT v.agency_id FROM live_session v));
CREATE POLICY desk_read ON agency_key FOR SELECT TO lb_desk USING (agency_id = (SELECT v.agency_id FROM live_session v));
CREATE POLICY desk_read ON staff FOR SELECT TO lb_desk USING (agency_id = (SELECT v.agency_id FROM live_session v));
CREATE POLICY desk_read ON staff_grant FOR SELECT TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v)
           AND (staff_id = (SELECT v.staff_id FROM live_session v) OR (SELECT v.role FROM live_session v) = 'administrator'));
GRANT SELECT ON agency, agency_key, staff_grant TO lb_desk;
GRANT SELECT (agency_id, staff_id, role, state, sealed_record, record_version, key_id, public_key, made_at, disabled_at,
              home_agency_id, acts_from, acts_until) ON staff TO lb_desk;
-- Who acts from another agency: those who look after staff; their accounts there are that agency's.
CREATE POLICY desk_read ON acting FOR SELECT TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('manager', 'administrator')));
GRANT SELECT (agency_id, acting_id, from_agency_id, state, sealed_record, offered_at, accepted_by, accepted_at, ended_at, staff_id)
    ON acting TO lb_desk;
-- A manager freezes; an administrator has the agency's settings, staff and grants.
GRANT UPDATE (name, neutral_name, help_phone, help_email, help_hours, plain_email_allowed, frozen_at) ON agency TO lb_desk;
CREATE POLICY desk_change ON agency FOR UPDATE TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) IN ('manager', 'administrator'));
GRANT INSERT (agency_id, staff_id, role, sealed_record, record_version, key_id, public_key, argon_passes, argon_kib,
              argon_salt, wrapped_secret, sealed_totp, made_at),
      UPDATE (role, state, sealed_record, record_version, disabled_at) ON staff TO lb_desk;
CREATE POLICY admin_add ON staff FOR INSERT TO lb_desk
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) = 'administrator');
CREATE POLICY admin_change ON staff FOR UPDATE TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) = 'administrator');
GRANT INSERT, DELETE ON staff_grant TO lb_desk;
CREATE POLICY admin_add ON staff_grant FOR INSERT TO lb_desk
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) = 'administrator'
                AND granted_by = (SELECT v.staff_id FROM live_session v));
CREATE POLICY admin_remove ON staff_grant FOR DELETE TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) = 'administrator');
GRANT SELECT ON audit TO lb_desk;
CREATE POLICY desk_read ON audit FOR SELECT TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) IN ('manager', 'administrator', 'inspector'));
-- What was done with an arrangement belongs to its timeline, which coordinators work with.
CREATE POLICY desk_timeline ON audit FOR SELECT TO lb_desk
    USING (agency_id = (SELECT v.agency_id FROM live_session v) AND (SELECT v.role FROM live_session v) = 'coordinator'
           AND object_kind = 'arrangement'
           AND act IN ('arrangement_added', 'arrangement_people_changed', 'arrangement_state_changed', 'arrangement_held',
                       'transfer_proposed', 'transfer_offered', 'transfer_taken'));

GRANT SELECT ON child, child_link, party, arrangement, arrangement_party, contact, agreement, occasion, letter,
    letter_contact, original, part, review, decision, release, release_part, dispatch, print_item, attempt, mail_seen,
    archive_copy, blob, blob_chunk, bounce, detail_change, arrangement_review, import_row, arrangement_was, apart, transfer TO lb_desk;
GRANT SELECT (agency_id, link_id, release_id, dispatch_id, tries, expires_at, withdrawn_at, opened_at, second_reader_at,
              made_at)
    ON link TO lb_desk;
GRANT SELECT (agency_id, message_id, kind, way, dispatch_id, to_party, state, code, sealed_answer, made_at, changed_at)
    ON message TO lb_desk;
GRANT SELECT (agency_id, account_id, party_id, state, key_id, public_key, second_factor, made_at, signed_in_at, ended_at)
    ON account TO lb_desk;
GRANT SELECT (agency_id, join_id, party_id, tries, expires_at, used_at, made_by, made_at) ON join_code TO lb_desk;
GRANT SELECT (agency_id, job_id, worker, kind, state, priority, run_at, attempts, waits, error_code, letter_id, arrangement_id,
              party_id, decision_id, release_id, dispatch_id, message_id, occasion_id, account_id, made_at, ended_at)
    ON job TO lb_desk;

GRANT INSERT ON child, child_link, party, arrangement, arrangement_party, contact, occasion, letter,
    letter_contact, original, review, decision, join_code, blob, blob_chunk, import_row, apart TO lb_desk;
GRANT INSERT (agency_id, arrangement_id, version, months, avoid_months, first_writer, source, sealed_terms, agreed_on,
              rule, starts_on, made_by, made_at) ON agreement TO lb_desk;
GRANT DELETE ON child_link, letter_contact TO lb_desk;
GRANT INSERT (agency_id, job_id, worker, kind, priority, run_at, letter_id, arrangement_id, party_id, decision_id,
              release_id, dispatch_id, occasion_id, account_id, made_at),
      UPDATE (state, run_at, attempts, ended_at) ON job TO lb_desk;
GRANT UPDATE (sealed_record, record_version, eighteenth_month, state, wish) ON child TO lb_desk;
GRANT UPDATE (state, checked_by, decided_at, decided_by) ON detail_change TO lb_desk;
GRANT INSERT, UPDATE (sealed_answers, done_at, done_by) ON arrangement_review TO lb_desk;
GRANT UPDATE (kind, channel, state, language, easy_read, large_print, plain_consent, sealed_record, record_version, address_version,
              address_confirmed, email_confirmed, ask_first, key_ends_on, changed_at, changed_by) ON party TO lb_desk;
GRANT UPDATE (kind, state, two_person, photo_level, sealed_record, record_version, review_on, ended_at, last_in_on,
              last_out_on, changed_at, changed_by) ON arrangement TO lb_desk;
GRANT UPDATE (version, sealed_cells, imported_at) ON import_row TO lb_desk;
GRANT UPDATE (may_know) ON apart TO lb_desk;
GRANT UPDATE (state, may_write, may_receive, office_only) ON arrangement_party TO lb_desk;
GRANT UPDATE (state, is_dropped, due_on, letter_id, changed_at) ON occasion TO lb_desk;
GRANT UPDATE (arrangement_id, from_party, state, version, review_on, changed_at) ON letter TO lb_desk;
GRANT UPDATE (state) ON release TO lb_desk;
GRANT UPDATE (withdrawn_at) ON link TO lb_desk;
GRANT UPDATE (state) ON account TO lb_desk;
GRANT UPDATE (expires_at) ON join_code TO lb_desk;

---- press -----------------------------------------------------------------------------------------

DO $$
DECLARE
    v_agency text := 'agency_id = (SELECT gate_agency())';
    v_table  name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['agency', 'agency_key', 'child', 'child_link', 'party', 'arrangement',
            'arrangement_party', 'contact', 'agreement', 'occasion', 'letter', 'letter_contact', 'original', 'part',
            'review', 'decision', 'release', 'release_part', 'dispatch', 'link', 'print_item', 'message', 'mail_seen',
            'archive_copy', 'account', 'acknowledgement'] LOOP
        EXECUTE format('CREATE POLICY press_read ON %I FOR SELECT TO lb_press USING (%s)', v_table, v_agency);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['letter_contact', 'part', 'review', 'release', 'release_part', 'dispatch', 'link',
            'print_item', 'message', 'archive_copy', 'blob_chunk', 'acknowledgement'] LOOP
        EXECUTE format('CREATE POLICY press_add ON %I FOR INSERT TO lb_press WITH CHECK (%s)', v_table, v_agency);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['contact', 'occasion', 'letter', 'mail_seen', 'archive_copy'] LOOP
        EXECUTE format('CREATE POLICY press_change ON %I FOR UPDATE TO lb_press USING (%s)', v_table, v_agency);
    END LOOP;
    EXECUTE format('CREATE POLICY press_read ON blob FOR SELECT TO lb_press USING (%s AND purpose IN (''original'', '
                   '''part'', ''review'', ''archive''))', v_agency);
    EXECUTE format('CREATE POLICY press_add ON blob FOR INSERT TO lb_press WITH CHECK (%s AND purpose IN (''part'', '
                   '''review'', ''release'', ''message'', ''archive'', ''print''))', v_agency);
    EXECUTE format('CREATE POLICY press_read ON blob_chunk FOR SELECT TO lb_press USING (%s AND EXISTS (SELECT FROM blob b '
                   'WHERE b.agency_id = blob_chunk.agency_id AND b.blob_id = blob_chunk.blob_id))', v_agency);
    EXECUTE format('CREATE POLICY press_add ON job FOR INSERT TO lb_press WITH CHECK (%s '
                   'AND worker IN (''press'', ''post''))', v_agency);
END
$$;
GRANT SELECT ON agency, agency_key, child, child_link, party, arrangement, arrangement_party, contact, agreement, occasion,
    letter, letter_contact, original, part, review, decision, release, release_part, dispatch, print_item, mail_seen,
    archive_copy, blob, blob_chunk, acknowledgement TO lb_press;
GRANT SELECT (agency_id, link_id, release_id, dispatch_id, tries, expires_at, withdrawn_at, opened_at, made_at)
    ON link TO lb_press;
GRANT SELECT (agency_id, message_id, kind, dispatch_id, to_party, to_digest, mail_token, state, code, made_at, changed_at)
    ON message TO lb_press;
GRANT SELECT (agency_id, account_id, party_id, state, version, key_id, public_key, sealed_code_address) ON account
    TO lb_press;
GRANT INSERT ON letter_contact, part, review, release, release_part, link, print_item, archive_copy, blob, blob_chunk
    TO lb_press;
GRANT INSERT (agency_id, dispatch_id, release_id, channel, address_version, made_at, changed_at) ON dispatch TO lb_press;
GRANT INSERT (agency_id, message_id, kind, dispatch_id, to_party, account_id, sealed_body, body_blob, sealed_address,
              address_table, address_version, mail_token, to_digest, way, text_version, beside_dispatch,
              made_at, changed_at) ON message TO lb_press;
GRANT INSERT ON acknowledgement TO lb_press;
GRANT INSERT (agency_id, job_id, worker, kind, priority, run_at, letter_id, arrangement_id, party_id, decision_id,
              release_id, dispatch_id, message_id, occasion_id, account_id, made_at) ON job TO lb_press;
GRANT UPDATE (sealed_label, label_version) ON contact TO lb_press;
-- Sheets alone, to seal them to a new account.
CREATE POLICY press_read ON visit_party FOR SELECT TO lb_press USING (agency_id = (SELECT gate_agency()));
CREATE POLICY press_change ON visit_party FOR UPDATE TO lb_press USING (agency_id = (SELECT gate_agency()));
GRANT SELECT (agency_id, visit_id, party_id, invite_id, sealed_sheet, sheet_version), UPDATE (sealed_sheet, sheet_version)
    ON visit_party TO lb_press;
GRANT UPDATE (state, letter_id, changed_at) ON occasion TO lb_press;
GRANT UPDATE (arrangement_id, from_party, state, version, is_infected, is_wrong_side, changed_at) ON letter
    TO lb_press;
GRANT UPDATE (checked_at, is_damaged) ON archive_copy TO lb_press;
GRANT UPDATE (archived_at) ON mail_seen TO lb_press;

---- post ------------------------------------------------------------------------------------------

DO $$
DECLARE
    v_agency text := 'agency_id = (SELECT gate_agency())';
    v_table  name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['agency', 'agency_key', 'mail_seen', 'mail_kept'] LOOP
        EXECUTE format('CREATE POLICY post_read ON %I FOR SELECT TO lb_post USING (%s)', v_table, v_agency);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['mail_seen', 'mail_kept', 'original', 'blob_chunk'] LOOP
        EXECUTE format('CREATE POLICY post_add ON %I FOR INSERT TO lb_post WITH CHECK (%s)', v_table, v_agency);
    END LOOP;
    EXECUTE format('CREATE POLICY post_add ON letter FOR INSERT TO lb_post WITH CHECK (%s AND channel = ''email'' '
                   'AND state = ''received'' AND from_party IS NULL)', v_agency);
    EXECUTE format('CREATE POLICY post_add ON blob FOR INSERT TO lb_post WITH CHECK (%s AND purpose IN (''original'', '
                   '''part'', ''review''))', v_agency);
    -- What is to be sent, and nothing that was: its key would open every mail that ever left.
    EXECUTE format('CREATE POLICY post_read ON message FOR SELECT TO lb_post USING (%s '
                   'AND state IN (''ready'', ''sending''))', v_agency);
    EXECUTE format('CREATE POLICY post_read ON blob FOR SELECT TO lb_post USING (%s AND purpose = ''message'' '
                   'AND EXISTS (SELECT FROM message m WHERE m.agency_id = blob.agency_id AND m.body_blob = blob.blob_id))',
                   v_agency);
    EXECUTE format('CREATE POLICY post_read ON blob_chunk FOR SELECT TO lb_post USING (%s AND EXISTS (SELECT FROM blob b '
                   'WHERE b.agency_id = blob_chunk.agency_id AND b.blob_id = blob_chunk.blob_id))', v_agency);
    EXECUTE format('CREATE POLICY post_add ON job FOR INSERT TO lb_post WITH CHECK (%s AND worker = ''press'' '
                   'AND kind = ''prepare_letter'')', v_agency);
END
$$;
GRANT SELECT ON agency, agency_key, mail_seen, mail_kept, blob, blob_chunk TO lb_post;
GRANT SELECT (agency_id, message_id, kind, account_id, sealed_body, body_blob, sealed_address, address_table,
              address_version, mail_token, way, state, code, made_at) ON message TO lb_post;
-- That a mail is in the archive is for the press to say.
GRANT INSERT (agency_id, seen_id, mailbox, uidvalidity, uid, digest, letter_id, seen_at) ON mail_seen TO lb_post;
GRANT INSERT ON mail_kept, original, blob, blob_chunk TO lb_post;
GRANT INSERT (agency_id, letter_id, channel, received_at, changed_at) ON letter TO lb_post;
GRANT INSERT (agency_id, job_id, worker, kind, priority, run_at, letter_id, message_id, made_at) ON job TO lb_post;

---- diary: dates and states, nothing sealed -------------------------------------------------------

DO $$
DECLARE
    v_agency text := 'agency_id = (SELECT gate_agency())';
    v_table  name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['agency', 'child', 'party', 'arrangement', 'arrangement_party', 'agreement', 'occasion',
            'letter'] LOOP
        EXECUTE format('CREATE POLICY diary_read ON %I FOR SELECT TO lb_diary USING (%s)', v_table, v_agency);
    END LOOP;
    EXECUTE format('CREATE POLICY diary_add ON occasion FOR INSERT TO lb_diary WITH CHECK (%s)', v_agency);
    EXECUTE format('CREATE POLICY diary_change ON occasion FOR UPDATE TO lb_diary USING (%s)', v_agency);
    EXECUTE format('CREATE POLICY diary_add ON job FOR INSERT TO lb_diary WITH CHECK (%s AND worker IN (''press'', '
                   '''diary''))', v_agency);
END
$$;
GRANT SELECT ON agency, arrangement_party, occasion TO lb_diary;
GRANT SELECT (agency_id, child_id, eighteenth_month) ON child TO lb_diary;
GRANT SELECT (agency_id, party_id, kind, channel, state, language) ON party TO lb_diary;
GRANT SELECT (agency_id, arrangement_id, child_id, kind, state, review_on, made_at, ended_at) ON arrangement TO lb_diary;
GRANT SELECT (agency_id, arrangement_id, version, months, avoid_months, first_writer, source, agreed_on, made_at, rule,
              starts_on, until_on)
    ON agreement TO lb_diary;
GRANT SELECT (agency_id, letter_id, arrangement_id, from_party, channel, state, review_on, received_at, changed_at)
    ON letter TO lb_diary;
GRANT INSERT (agency_id, occasion_id, arrangement_id, from_party, to_party, month, due_on, agreement_version, changed_at),
      UPDATE (state, due_on, agreement_version, is_dropped, letter_id, reminders, reminded_at, changed_at)
    ON occasion TO lb_diary;
GRANT INSERT (agency_id, job_id, worker, kind, priority, run_at, letter_id, arrangement_id, party_id, occasion_id, made_at)
    ON job TO lb_diary;

---- reminders -------------------------------------------------------------------------------------

GRANT EXECUTE ON FUNCTION days_ascend(smallint[]) TO lb_desk, lb_gate;
SET LOCAL ROLE lb_gate;
GRANT EXECUTE ON FUNCTION ladder_begin(), chase_stays(), occasion_moves(), notice_chased(), message_noticed(), notices_stop()
    TO lb_owner;
GRANT EXECUTE ON FUNCTION occasion_wait(bigint, date, date, bigint, bytea) TO lb_portal, lb_desk;
RESET ROLE;
-- The proof of chasing is only added to, by whoever.
GRANT SELECT, INSERT ON ladder, chase TO lb_gate;
GRANT SELECT, INSERT, UPDATE ON notice TO lb_gate;
GRANT SELECT, UPDATE ON occasion TO lb_gate;

GRANT SELECT (wait_until) ON occasion TO lb_portal;

GRANT SELECT ON ladder, notice, chase TO lb_desk;
GRANT INSERT ON ladder TO lb_desk;
GRANT INSERT (agency_id, chase_id, occasion_id, act, event, base_on, day, code, staff_id, sealed_note, at) ON chase TO lb_desk;
DO $$
DECLARE
    v_read  text := 'agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN (''checker'', ''coordinator'', '
                    '''manager'', ''inspector''))';
    v_job   text := 'agency_id = (SELECT gate_agency())';
    v_table name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['ladder', 'notice', 'chase'] LOOP
        EXECUTE format('CREATE POLICY desk_read ON %I FOR SELECT TO lb_desk USING (%s)', v_table, v_read);
        EXECUTE format('CREATE POLICY diary_read ON %I FOR SELECT TO lb_diary USING (%s)', v_table, v_job);
    END LOOP;
    EXECUTE format('CREATE POLICY press_read ON notice FOR SELECT TO lb_press USING (%s)', v_job);
    EXECUTE format('CREATE POLICY press_change ON notice FOR UPDATE TO lb_press USING (%s AND state = ''asked'') '
                   'WITH CHECK (%s AND state IN (''ready'', ''failed''))', v_job, v_job);
    EXECUTE format('CREATE POLICY diary_add ON notice FOR INSERT TO lb_diary WITH CHECK (%s AND state = ''asked'')', v_job);
    EXECUTE format('CREATE POLICY diary_add ON chase FOR INSERT TO lb_diary WITH CHECK (%s AND staff_id IS NULL '
                   'AND event IN (''withheld'', ''asked'', ''handed''))', v_job);
END
$$;
CREATE POLICY desk_add ON ladder FOR INSERT TO lb_desk
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role = 'manager')
                AND made_by = (SELECT v.staff_id FROM live_session v));
CREATE POLICY desk_add ON chase FOR INSERT TO lb_desk
    WITH CHECK (agency_id = (SELECT v.agency_id FROM live_session v WHERE v.role IN ('coordinator', 'manager'))
                AND staff_id = (SELECT v.staff_id FROM live_session v) AND event IN ('called', 'went_on', 'waived'));

GRANT SELECT (agency_id, notice_id, to_party, kind, day, by_on, state, code, way, address_version) ON notice TO lb_press;
GRANT UPDATE (state, code, way, address_version, changed_at) ON notice TO lb_press;
GRANT INSERT (notice_id) ON message TO lb_press;

GRANT SELECT ON ladder TO lb_diary;
GRANT SELECT (agency_id, notice_id, to_party, kind, day) ON notice TO lb_diary;
GRANT SELECT (agency_id, occasion_id, act, event, base_on, day, code) ON chase TO lb_diary;
GRANT INSERT (agency_id, notice_id, to_party, kind, day, by_on, made_at, changed_at) ON notice TO lb_diary;
GRANT INSERT (agency_id, chase_id, occasion_id, act, event, base_on, day, ladder_version, code, notice_id, at) ON chase
    TO lb_diary;

---- reports: counts, nothing sealed ----------------------------------------------------------------

-- A signed-in desk takes these rights in place of its own (roles.sql). On a connection of its own lb_report sees no row.
DO $$
DECLARE
    v_table name;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['arrangement', 'arrangement_was', 'arrangement_party', 'arrangement_review', 'party',
            'agreement', 'occasion', 'chase', 'visit', 'letter', 'decision', 'release', 'dispatch'] LOOP
        EXECUTE format('CREATE POLICY report_read ON %I FOR SELECT TO lb_report USING (agency_id = (SELECT v.agency_id '
                       'FROM live_session v WHERE v.role IN (''coordinator'', ''manager'', ''inspector'')))', v_table);
    END LOOP;
END
$$;
GRANT SELECT ON arrangement_was, arrangement_party TO lb_report;
GRANT SELECT (agency_id, arrangement_id, kind, state, review_on, made_at, ended_at) ON arrangement TO lb_report;
GRANT SELECT (agency_id, party_id, kind, channel, state, language, easy_read, large_print) ON party TO lb_report;
GRANT SELECT (agency_id, arrangement_id, version, source, agreed_on, made_at) ON agreement TO lb_report;
GRANT SELECT (agency_id, arrangement_id, kind, done_at) ON arrangement_review TO lb_report;
GRANT SELECT (agency_id, occasion_id, arrangement_id, from_party) ON occasion TO lb_report;
GRANT SELECT (agency_id, occasion_id, act, event, at) ON chase TO lb_report;
GRANT SELECT (agency_id, arrangement_id, state, starts_at) ON visit TO lb_report;
GRANT SELECT (agency_id, letter_id, arrangement_id, from_party, channel, state, received_at) ON letter TO lb_report;
GRANT SELECT (agency_id, decision_id, letter_id, kind, decided_at) ON decision TO lb_report;
GRANT SELECT (agency_id, release_id, letter_id, arrangement_id, to_party, kind, state, composed_at) ON release TO lb_report;
GRANT SELECT (agency_id, dispatch_id, release_id, channel, state, made_at, changed_at) ON dispatch TO lb_report;
