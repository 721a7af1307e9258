/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Puts reviews on the list six weeks before they are due, and those of a child's eighteenth year.
 */
#include "worker/diary/diary.h"

enum { AHEAD_DAYS = 42 };

static enum err flag(struct store *store, void *context)
{
    struct job *job = context;
    struct diary *diary = job->state;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_arrangement_review_open, PARAMS(P_INT(AHEAD_DAYS)), job->arena,
                        &rows));
    diary->reviews = rows_int(&rows, 0, "opened");
    return diary->reviews ? diary_note(store, "reviews_flagged") : OK;
}

enum err flag_reviews(struct job *job)
{
    return queue_finish(job, flag, job);
}
