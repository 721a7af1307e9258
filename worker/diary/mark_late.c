/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Marks what was due before today and is not here as late, and what has been late for three months
 * as missed. A paused arrangement waits: it is never late.
 */
#include "worker/diary/diary.h"

enum { MISSED_MONTHS = 3 };

static enum err mark(struct store *store, void *context)
{
    struct job *job = context;
    struct diary *diary = job->state;
    struct store_rows rows;
    struct day today;
    TRY(diary_today(store, job->arena, &today));
    struct day before = day_add_months(today, -MISSED_MONTHS);
    TRY(store_query(store, QUERY_occasion_late_mark, PARAMS(store_param_day(today, job->arena)),
                    job->arena, &rows));
    diary->late = (int64_t)rows.count;
    TRY(store_query(store, QUERY_occasion_missed_mark, PARAMS(store_param_day(before, job->arena)),
                    job->arena, &rows));
    diary->missed = (int64_t)rows.count;
    return diary->late + diary->missed ? diary_note(store, "occasions_late") : OK;
}

enum err mark_late(struct job *job)
{
    return queue_finish(job, mark, job);
}
