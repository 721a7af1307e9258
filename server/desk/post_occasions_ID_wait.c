/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

/*
 * They asked for more time, by telephone or in a mail. It moves the ladder and never the agreement;
 * the one who waits is told kindly.
 */
struct waiting {
    struct request *request;
    struct day until;
    struct str note;
    bool is_allowed;
};

static enum err wait(struct store *store, void *context)
{
    struct waiting *waiting = context;
    struct request *request = waiting->request;
    struct desk_occasion occasion;
    struct occasion_now now;
    struct store_rows rows;
    struct store_param sealed;
    int64_t chase = random_id();
    TRY(occasion_read(request, store, request_number(request, 0), &occasion));
    TRY(occasion_now(request, store, &now));
    waiting->is_allowed =
        remind_wait_allowed(occasion.due, occasion_base(&occasion), now.today, waiting->until);
    if (!waiting->is_allowed) return ERR_BAD_INPUT;
    TRY(occasion_seal(request, store, chase, waiting->note, &sealed));
    TRY(store_query_one(store, QUERY_occasion_wait,
                        PARAMS(P_INT(occasion.id), store_param_day(waiting->until, request->arena),
                               store_param_day(now.today, request->arena), P_INT(chase), sealed),
                        request->arena, &rows));
    if (rows_int(&rows, 0, "given") == 0) return ERR_CONFLICT;
    request_then(request, "%s", occasion_path(request, occasion.id).at);
    return desk_audit(store, "occasion_wait_given", "occasion", occasion.id, "party",
                      occasion.from);
}

enum err post_occasions_ID_wait(struct request *request)
{
    struct waiting waiting = {.request = request, .is_allowed = true};
    bool has_date = desk_date(request, "", &waiting.until);
    waiting.note = occasion_typed(request, "wait_note");
    if (has_date && !request_has_problem(request)) {
        enum err code = request_run_once(request, wait, &waiting);
        if (code == OK) return reply_then(request, "occasion-waits");
        if (code == ERR_CONFLICT) {
            request_problem(request, "", "changed-meanwhile");
            return occasion_page(request, 409);
        }
        if (waiting.is_allowed) return code;
        request_problem(request, "day", "wait-too-long");
    }
    return occasion_page(request, 422);
}
