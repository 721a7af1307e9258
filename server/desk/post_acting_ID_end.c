/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"

/* Refuses who is offered, takes an offer back, or ends it; the database ends sessions at once. */
struct ending {
    struct request *request;
    struct str refusal;
};

static enum err end(struct store *store, void *context)
{
    struct ending *ending = context;
    struct request *request = ending->request;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_acting_end, PARAMS(P_INT(request_number(request, 0))),
                        request->arena, &rows));
    ending->refusal = rows_str(&rows, 0, "refusal");
    if (ending->refusal.len) return ERR_CONFLICT;
    request_then(request, "/acting");
    return OK;
}

enum err post_acting_ID_end(struct request *request)
{
    struct ending ending = {.request = request};
    enum err code = request_run_once(request, end, &ending);
    if (code == OK) return reply_then(request, "acting-ended");
    if (code != ERR_CONFLICT) return code;
    acting_problem(request, ending.refusal);
    return acting_page(request, 409);
}
