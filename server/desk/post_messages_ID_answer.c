/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/* A notice may have been sent: a person says whether it was. */

static enum err answer(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    struct str said = form_get(&request->form, "answer");
    int64_t message = request_number(request, 0);
    TRY(store_query_one(store, QUERY_message_answer, PARAMS(P_INT(message), P_TEXT(said)),
                        request->arena, &rows));
    if (!rows_bool(&rows, 0, "answered")) return ERR_CONFLICT;
    request_then(request, "/problems");
    return desk_audit(store, "message_answered", "message", message, NULL, 0);
}

enum err post_messages_ID_answer(struct request *request)
{
    struct str said = form_get(&request->form, "answer");
    if (!str_equal(said, STR("sent")) && !str_equal(said, STR("again"))) {
        request_problem(request, "", "answer-missing");
        return problems_page(request);
    }
    TRY(request_run_once(request, answer, request));
    return reply_then(request, "dispatch-answered");
}
