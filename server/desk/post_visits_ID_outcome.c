/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/visit.h"

/* What became of a visit: did it take place, who came, and how everybody was afterwards. */
struct recording {
    struct request *request;
    enum visit_state outcome;
    struct str aftercare;
    int64_t version;
    bool is_no_move;
};

static enum err put_attendance(struct store *store, struct request *request, int64_t visit,
                               const struct visit_member *member)
{
    BUF(code, 16);
    struct store_rows rows;
    enum visit_attendance attendance;
    code_id_put(&code, member->party);
    const char *field = arena_print(request->arena, "attendance-%s", code.at).at;
    if (!visit_attendance_get(form_get(&request->form, field), &attendance)) return OK;
    return store_query(store, QUERY_visit_attendance_set,
                       PARAMS(P_INT(visit), P_INT(member->party),
                              P_TEXT(str_from(visit_attendance_word(attendance)))),
                       request->arena, &rows);
}

static enum err record(struct store *store, void *context)
{
    struct recording *recording = context;
    struct request *request = recording->request;
    struct desk_keyring keyring;
    struct desk_visit visit;
    struct store_rows rows;
    struct str sealed;
    enum rule_actor actor;
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_read(request, store, &keyring, request_number(request, 0), &visit));
    if (visit.record_version != recording->version) return ERR_CONFLICT;
    recording->is_no_move =
        !rule_actor_get(str_from(session_role_name(request->session.role)), &actor) ||
        (visit.state != recording->outcome &&
         !visit_may_move(visit.state, recording->outcome, actor, visit.has_begun));
    if (recording->is_no_move) return ERR_FORBIDDEN;
    visit.aftercare = recording->aftercare;
    TRY(visit_seal(request, store, &visit, recording->version + 1, &sealed));
    TRY(store_query(store, QUERY_visit_state_set,
                    PARAMS(P_INT(visit.id), P_TEXT(str_from(visit_state_word(recording->outcome))),
                           P_TEXT(str_from(visit_state_word(visit.state))), P_BYTES(sealed),
                           P_INT(recording->version)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    for (size_t i = 0; i < visit.member_count; i++)
        if (visit.members[i].is_asked)
            TRY(put_attendance(store, request, visit.id, &visit.members[i]));
    request_then(request, "%s", visit_path(request, visit.id).at);
    return desk_audit(store, "visit_recorded", "visit", visit.id, "arrangement", visit.arrangement);
}

enum err post_visits_ID_outcome(struct request *request)
{
    struct recording recording = {.request = request};
    int status = 422;
    if (!form_int(&request->form, "version", 1, INT32_MAX, &recording.version))
        return ERR_BAD_INPUT;
    if (!visit_state_get(form_get(&request->form, "outcome"), &recording.outcome) ||
        (recording.outcome != VISIT_TOOK_PLACE && recording.outcome != VISIT_MISSED))
        request_problem(request, "outcome", "visit-outcome-missing");
    recording.aftercare = str_trim(form_get(&request->form, "aftercare"));
    if (recording.aftercare.len > VISIT_TEXT_BYTES)
        request_problem(request, "aftercare", "text-too-long");
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, record, &recording);
        if (code == OK) return reply_then(request, "visit-recorded");
        if (recording.is_no_move)
            request_problem(request, "", "visit-not-begun");
        else
            TRY(visit_refused(request, code));
        if (code == ERR_CONFLICT) status = 409;
    }
    return visit_page(request, request_number(request, 0), status);
}
