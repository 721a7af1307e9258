/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DIARY_DIARY_H
#define LETTERBOX_DIARY_DIARY_H

#include "core/day.h"
#include "worker/queue/run.h"

/* One for each processor that the database may have for a long job. */
enum { DIARY_CONNECTIONS = 2 };

/*
 * The diary knows dates, states and ids, and no name: its role reads nothing sealed and it holds no
 * key. What needs words, it asks the press for.
 */
struct diary {
    /* What the job that runs now did, for its line in the log. */
    int64_t opened, moved, waived, late, missed, asked, noted, reviews, grown, swept;
};

#define JOB(kind, limit_seconds, every_seconds) enum err kind(struct job *job);
#include "worker/diary/jobs.def"
#undef JOB

/* Today by the database's clock, in the zone for people. */
MUST_CHECK enum err diary_today(struct store *store, struct arena *arena, struct day *ret_today);
/* Notes in the audit what was done by itself. */
MUST_CHECK enum err diary_note(struct store *store, const char *act);

#endif
