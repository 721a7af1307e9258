/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/changes.h"

/* Not theirs, or not right: it changes nothing, and is kept. */
struct dismissing {
    struct request *request;
    struct str reason;
};

static enum err dismiss(struct store *store, void *context)
{
    const struct dismissing *dismissing = context;
    struct request *request = dismissing->request;
    int64_t change = request_number(request, 0);
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_detail_change_find, PARAMS(P_INT(change)), request->arena,
                        &rows));
    TRY(party_detail_decide(request, store, change, NULL));
    request_then(request, "%s", party_path(request, rows_int(&rows, 0, "party_id")).at);
    return desk_audit_why(request, store, "detail_dismissed", "party",
                          rows_int(&rows, 0, "party_id"), "change", change, "reason",
                          dismissing->reason);
}

enum err post_changes_ID_dismiss(struct request *request)
{
    struct dismissing dismissing = {request, str_trim(form_get(&request->form, "reason"))};
    int status = 422;
    if (dismissing.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (dismissing.reason.len > PERSON_TEXT_BYTES)
        request_problem(request, "reason", "text-too-long");
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, dismiss, &dismissing);
        if (code == OK) return reply_then(request, "change-dismissed");
        if (code != ERR_CONFLICT) return code;
        request_problem(request, "", "changed-meanwhile");
        status = 409;
    }
    return change_page(request, request_number(request, 0), status);
}
