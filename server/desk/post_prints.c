/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/code.h"
#include "server/desk/print.h"

/* Makes a batch of what is ticked. What may not go any more is stopped, and stands under Problems.
 */
struct batching {
    struct request *request;
    int64_t dispatches[PRINT_BATCH_MOST];
    size_t count;
    int64_t batch;
    size_t printed, stopped;
};

static enum err take(struct store *store, struct batching *batching, int64_t dispatch)
{
    struct request *request = batching->request;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_print_find_dispatch, PARAMS(P_INT(dispatch)), request->arena,
                        &rows));
    int64_t print = rows_int(&rows, 0, "print_id");
    TRY(store_query_one(store, QUERY_print_take, PARAMS(P_INT(print), P_INT(batching->batch)),
                        request->arena, &rows));
    if (rows_null(&rows, 0, "refusal"))
        batching->printed++;
    else if (!str_equal(rows_str(&rows, 0, "refusal"), STR("done")))
        batching->stopped++; /* done: somebody else took it into a batch meanwhile */
    return OK;
}

static enum err make(struct store *store, void *context)
{
    struct batching *batching = context;
    struct request *request = batching->request;
    batching->batch = random_id();
    batching->printed = batching->stopped = 0;
    for (size_t i = 0; i < batching->count; i++)
        TRY(take(store, batching, batching->dispatches[i]));
    BUF(code, 16);
    code_id_put(&code, batching->batch);
    if (batching->printed)
        request_then(request, "/prints/%s", code.at);
    else
        request_then(request, batching->stopped ? "/problems" : "/prints");
    return desk_audit(store, "print_batch_made", "print_batch", batching->batch, NULL, 0);
}

static void read_ticks(struct batching *batching)
{
    struct request *request = batching->request;
    struct str value;
    for (size_t at = 0; form_next(&request->form, "dispatch", &at, &value);) {
        int64_t dispatch;
        if (!code_id_get(value, &dispatch)) continue;
        if (batching->count == PRINT_BATCH_MOST) {
            request_problem(request, "dispatch", "dispatches-many");
            return;
        }
        batching->dispatches[batching->count++] = dispatch;
    }
    if (batching->count == 0) request_problem(request, "dispatch", "dispatch-missing");
}

enum err post_prints(struct request *request)
{
    struct batching batching = {.request = request};
    read_ticks(&batching);
    if (request_has_problem(request)) return print_queue_page(request);
    TRY(request_run_once(request, make, &batching));
    return reply_then(request, batching.stopped                          ? "print-stopped"
                               : batching.batch && batching.printed == 0 ? "print-nothing"
                                                                         : NULL);
}
