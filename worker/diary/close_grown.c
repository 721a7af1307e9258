/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Ends the arrangements of children who turned eighteen and have not said that letters are to go
 * on, when the time for last letters is over. The database says which, and audits each.
 */
#include "worker/diary/diary.h"

static enum err end(struct store *store, void *context)
{
    struct job *job = context;
    struct diary *diary = job->state;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_close_grown, NO_PARAMS, job->arena, &rows));
    diary->grown = rows_int(&rows, 0, "ended");
    return OK;
}

enum err close_grown(struct job *job)
{
    return queue_finish(job, end, job);
}
