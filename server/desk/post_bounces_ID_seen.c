/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/* Somebody has seen what came back: it leaves the problems, and stays in the list. */
static enum err see(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    int64_t bounce = request_number(request, 0);
    TRY(store_query_one(store, QUERY_bounce_seen, PARAMS(P_INT(bounce)), request->arena, &rows));
    if (!rows_bool(&rows, 0, "seen")) return ERR_CONFLICT;
    request_then(request, "/problems");
    return desk_audit(store, "bounce_seen", "bounce", bounce, NULL, 0);
}

enum err post_bounces_ID_seen(struct request *request)
{
    TRY(request_run_once(request, see, request));
    return reply_then(request, "bounce-seen");
}
