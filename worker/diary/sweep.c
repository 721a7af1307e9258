/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Deletes what has run out: sessions, counts of failures after a day, finished jobs after a week.
 */
#include "worker/diary/diary.h"

static enum err run(struct store *store, void *context)
{
    struct job *job = context;
    struct diary *diary = job->state;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_sweep, NO_PARAMS, job->arena, &rows));
    diary->swept = rows_int(&rows, 0, "deleted");
    return OK;
}

enum err sweep(struct job *job)
{
    return queue_finish(job, run, job);
}
