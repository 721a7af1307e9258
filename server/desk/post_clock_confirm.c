/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/* A manager has looked: the clock is right. Mail and the diary, which stopped when it jumped, go
 * on. */

static enum err confirm(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    TRY(store_query(store, QUERY_clock_confirm, NO_PARAMS, request->arena, &rows));
    request_then(request, "/problems");
    return desk_audit(store, "clock_confirmed", NULL, 0, NULL, 0);
}

enum err post_clock_confirm(struct request *request)
{
    TRY(request_run_once(request, confirm, request));
    return reply_then(request, "clock-confirmed");
}
