/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

/* It is no longer expected. Why is sealed, in the proof and in the audit. */
struct waiving {
    struct request *request;
    struct str reason, was;
};

static enum err waive(struct store *store, void *context)
{
    const struct waiving *waiving = context;
    struct request *request = waiving->request;
    struct desk_occasion occasion;
    struct store_rows rows;
    TRY(occasion_read(request, store, request_number(request, 0), &occasion));
    TRY(store_query(store, QUERY_occasion_waive, PARAMS(P_INT(occasion.id), P_TEXT(waiving->was)),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    TRY(occasion_note(request, store, &occasion, "waived", waiving->reason));
    request_then(request, "%s", occasion_path(request, occasion.id).at);
    return desk_audit_why(request, store, "occasion_waived", "occasion", occasion.id, "party",
                          occasion.from, "reason", waiving->reason);
}

enum err post_occasions_ID_waive(struct request *request)
{
    struct waiving waiving = {request, occasion_typed(request, "reason"),
                              form_get(&request->form, "was")};
    enum occasion_state was;
    if (!occasion_state_get(waiving.was, &was)) return ERR_BAD_INPUT;
    if (waiving.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (request_has_problem(request)) return occasion_page(request, 422);
    enum err code = request_run_once(request, waive, &waiving);
    if (code == OK) return reply_then(request, "occasion-waived");
    if (code != ERR_CONFLICT) return code;
    request_problem(request, "", "changed-meanwhile");
    return occasion_page(request, 409);
}
