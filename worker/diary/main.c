/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * letterbox-diary: what is due when, what is late, what has run out.
 *
 *     letterbox-diary [--conf FILE]
 *
 * It faces PostgreSQL and nothing else. It holds no key, and its role reads only ids, dates and
 * states: taken over, it can spoil the calendar, and learns who writes to how many, never who.
 */
#include <stdio.h>

#include "core/conf.h"
#include "sys/clock.h"
#include "sys/confine.h"
#include "sys/log.h"
#include "sys/service.h"
#include "worker/diary/diary.h"

enum {
    CONF_BYTES = 1024 * 1024,
    JOB_BYTES = 128 * 1024 * 1024, /* the rows of an agency with tens of thousands of parties */
    MEMORY_BYTES = 1024 * 1024 * 1024,
    OPEN_FILES = 64,
};

static const struct job_kind kinds[] = {
#define JOB(kind, limit, every) \
    {.name = #kind, .run = kind, .limit_seconds = (limit), .every_seconds = (every)},
#include "worker/diary/jobs.def"
#undef JOB
    {.name = NULL},
};

enum err diary_today(struct store *store, struct arena *arena, struct day *ret_today)
{
    struct store_rows rows;
    struct utc now;
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, arena, &rows));
    ASSERT(rows_utc(&rows, 0, "instant", &now));
    *ret_today = clock_day(now);
    return OK;
}

enum err diary_note(struct store *store, const char *act)
{
    return store_do(store, QUERY_audit_append,
                    PARAMS(P_TEXT(str_from(act)), P_NULL, P_NULL, P_NULL, P_NULL, P_NULL));
}

static void job_ended(void *state, const struct job *job, const char *kind, int64_t ms,
                      enum err code)
{
    struct diary *diary = state;
    LOG(code == OK ? LOG_INFO : LOG_WARN, "job", L_WORD("kind", kind), L_ID("job", job->id),
        L_INT("ms", ms), L_INT("opened", diary->opened), L_INT("moved", diary->moved),
        L_INT("waived", diary->waived), L_INT("late", diary->late), L_INT("missed", diary->missed),
        L_INT("asked", diary->asked), L_INT("noted", diary->noted),
        L_INT("reviews", diary->reviews), L_INT("grown", diary->grown),
        L_INT("swept", diary->swept), L_ERR(code));
    *diary = (struct diary){.opened = 0};
}

static void confine(void)
{
    const struct confine rules = {
        .profile = CONFINE_DIARY,
        .unix_sockets = true,
        .inet_sockets = true, /* PostgreSQL may be on another host */
        .memory_bytes = MEMORY_BYTES,
        .open_files = OPEN_FILES,
    };
    struct confine_report report;
    if (confine_self(&rules, &report) != OK)
        service_fail("it could not confine itself: see that the kernel has seccomp");
    LOG(LOG_INFO, "confined", L_INT("landlock", report.landlock_abi));
}

int main(int argc, char **argv)
{
    service_start("diary");
    ARENA(arena, CONF_BYTES);
    struct conf conf;
    service_conf(argc, argv, arena, &conf);
    struct db_pool *pool = NULL;
    struct str conninfo =
        arena_print(arena, "%.*s user=lb_diary", STR_ARG(conf.database_connection));
    if (store_db_open(conninfo, DIARY_CONNECTIONS, (int)conf.database_statement_seconds * 1000,
                      &pool) != OK)
        service_fail("there is no memory for the database's connections");
    struct diary diary = {.opened = 0};
    const struct queue queue = {
        .worker = "diary",
        .pool = pool,
        .kinds = kinds,
        .state = &diary,
        .wait_ms = (int)conf.diary_every_seconds * 1000,
        .arena_bytes = JOB_BYTES,
        .ended = job_ended,
    };
    confine();
    service_ready();
    queue_run(&queue, service_stop_fd(), false);
    service_stopping();
    store_db_close(&pool);
    return 0;
}
