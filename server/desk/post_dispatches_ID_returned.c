/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/* A letter that was posted came back: its address counts as wrong until somebody confirms it. */

static enum err note(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    int64_t dispatch = request_number(request, 0);
    TRY(store_query_one(store, QUERY_dispatch_post_back, PARAMS(P_INT(dispatch)), request->arena,
                        &rows));
    if (!rows_bool(&rows, 0, "is_back")) return ERR_CONFLICT;
    request_then(request, "/problems");
    return desk_audit(store, "post_returned", "dispatch", dispatch, NULL, 0);
}

enum err post_dispatches_ID_returned(struct request *request)
{
    TRY(request_run_once(request, note, request));
    return reply_then(request, "post-returned");
}
