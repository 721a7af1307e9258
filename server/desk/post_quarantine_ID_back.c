/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/quarantine.h"

/* What was set aside is somebody's after all: it waits for a sender again. */

static enum err put_back(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    int64_t letter = request_number(request, 0);
    TRY(store_query_one(store, QUERY_letter_find, PARAMS(P_INT(letter)), request->arena, &rows));
    TRY(store_query(store, QUERY_letter_state_set,
                    PARAMS(P_INT(letter), P_TEXT(STR("quarantined")), P_TEXT(STR("set_aside")),
                           P_INT(rows_int(&rows, 0, "version"))),
                    request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    BUF(code, 16);
    code_id_put(&code, letter);
    request_then(request, "/quarantine/%s", code.at);
    return desk_audit(store, "letter_put_back", "letter", letter, NULL, 0);
}

enum err post_quarantine_ID_back(struct request *request)
{
    TRY(request_run_once(request, put_back, request));
    return reply_then(request, "quarantine-back");
}
