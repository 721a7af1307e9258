/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/*
 * What a person says about a notice. It may have been sent: it was, or send it again. It was
 * refused for good: try again, or close it.
 */

static enum err tell(struct request *request, struct store *store, enum query_id query,
                     struct str said, bool *ret_answered)
{
    struct store_rows rows;
    TRY(store_query_one(store, query, PARAMS(P_INT(request_number(request, 0)), P_TEXT(said)),
                        request->arena, &rows));
    *ret_answered = rows_bool(&rows, 0, "answered");
    return OK;
}

static enum err answer(struct store *store, void *context)
{
    struct request *request = context;
    struct str said = form_get(&request->form, "answer");
    bool is_answered = false;
    if (!str_equal(said, STR("close")))
        TRY(tell(request, store, QUERY_message_answer, said, &is_answered));
    if (!is_answered && !str_equal(said, STR("sent")))
        TRY(tell(request, store, QUERY_message_failed_answer, said, &is_answered));
    if (!is_answered) return ERR_CONFLICT;
    request_then(request, "/problems");
    return desk_audit(store, "message_answered", "message", request_number(request, 0), NULL, 0);
}

enum err post_messages_ID_answer(struct request *request)
{
    struct str said = form_get(&request->form, "answer");
    if (!str_equal(said, STR("sent")) && !str_equal(said, STR("again")) &&
        !str_equal(said, STR("close"))) {
        request_problem(request, "", "answer-missing");
        return problems_page(request);
    }
    TRY(request_run_once(request, answer, request));
    return reply_then(request, "dispatch-answered");
}
