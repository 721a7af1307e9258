/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

static enum err delete_draft(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    TRY(store_query(store, QUERY_draft_delete, PARAMS(P_INT(request_number(request, 0))),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    request_then(request, "/");
    return OK;
}

enum err post_drafts_ID_delete(struct request *request)
{
    TRY(request_run_once(request, delete_draft, request));
    return reply_then(request, "draft-deleted");
}
