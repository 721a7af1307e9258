/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/* A person has looked at failed work and did something else instead. */
struct closing {
    struct request *request;
    struct str reason;
};

static enum err close_job(struct store *store, void *context)
{
    const struct closing *closing = context;
    struct request *request = closing->request;
    struct store_rows rows;
    int64_t job = request_number(request, 0);
    TRY(store_query(store, QUERY_job_close, PARAMS(P_INT(job)), request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    request_then(request, "/problems");
    return desk_audit_why(request, store, "job_closed", "job", job, NULL, 0, "reason",
                          closing->reason);
}

enum err post_jobs_ID_close(struct request *request)
{
    struct closing closing = {request, form_line(&request->form, "reason")};
    if (closing.reason.len == 0) {
        desk_row_problem(request, "reason", "done-missing");
        return problems_page(request);
    }
    TRY(request_run_once(request, close_job, &closing));
    return reply_then(request, "job-closed");
}
