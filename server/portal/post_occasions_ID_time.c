/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/more_time.h"

/* More time: the database gives it within its bounds, and writes it down for staff. */
struct giving {
    struct more_time *more;
    size_t choice;
};

static enum err give(struct store *store, void *context)
{
    const struct giving *giving = context;
    const struct more_time *more = giving->more;
    struct request *request = more->request;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_occasion_wait,
                        PARAMS(P_INT(request_number(request, 0)),
                               store_param_day(more->days[giving->choice], request->arena),
                               store_param_day(more->today, request->arena), P_INT(random_id()),
                               P_NULL),
                        request->arena, &rows));
    if (rows_int(&rows, 0, "given") == 0) return ERR_CONFLICT;
    request_then(request, "/");
    return OK;
}

enum err post_occasions_ID_time(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct more_time more = {.request = request, .pair = &pair};
    struct giving giving = {.more = &more};
    TRY(request_run(request, more_time_read, &more));
    if (!more_time_chosen(&more, &giving.choice)) {
        request_problem(request, "until", "wait-missing");
        return more_time_page(&more);
    }
    TRY(request_run_once(request, give, &giving));
    return reply_then(request, "wait-given");
}
