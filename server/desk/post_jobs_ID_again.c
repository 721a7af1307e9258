/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/problems.h"

/* A person has failed work tried again. */

static enum err again(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows;
    int64_t job = request_number(request, 0);
    TRY(store_query(store, QUERY_job_again, PARAMS(P_INT(job)), request->arena, &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    request_then(request, "/problems");
    return desk_audit(store, "job_again", "job", job, NULL, 0);
}

enum err post_jobs_ID_again(struct request *request)
{
    TRY(request_run_once(request, again, request));
    return reply_then(request, "job-again");
}
