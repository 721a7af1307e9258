/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/queue/run.h"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/code.h"
#include "sys/clock.h"
#include "sys/deadline.h"
#include "sys/fault.h"
#include "sys/log.h"
#include "sys/rand.h"

enum {
    FIRST_RETRY_SECONDS = 5,
    NEXT_RETRY_SECONDS = 60,
    MOST_RETRY_SECONDS = 5 * 60, /* of what waits */
    ATTEMPTS = 3,
    AWAY_WAIT_MS = 1000,
    STOP_SECONDS = 30, /* for what runs when the process is asked to end */
};

struct ending {
    struct job *job;
    store_work work;
    void *context;
};

enum err queue_step(struct job *job, store_work work, void *context)
{
    return store_db_run(job->pool, &job->gate, work, context);
}

static enum err end_with(struct store *store, void *context)
{
    struct ending *ending = context;
    if (ending->work) TRY(ending->work(store, ending->context));
    return store_do(store, QUERY_job_finish, NO_PARAMS);
}

enum err queue_finish(struct job *job, store_work work, void *context)
{
    ASSERT(!job->finished);
    struct ending ending = {job, work, context};
    FAULT_POINT(queue_before_finish);
    TRY(store_db_run(job->pool, &job->gate, end_with, &ending));
    job->finished = true;
    FAULT_POINT(queue_after_finish);
    return OK;
}

struct giving_up {
    const char *code;
    store_work work;
    void *context;
};

static enum err end_for_staff(struct store *store, void *context)
{
    struct giving_up *end = context;
    if (end->work) TRY(end->work(store, end->context));
    return store_do(store, QUERY_job_fail,
                    PARAMS(P_TEXT(str_from(end->code)), P_INT(0), P_BOOL(true)));
}

enum err queue_give_up(struct job *job, const char *code, store_work work, void *context)
{
    ASSERT(!job->finished);
    struct giving_up end = {code, work, context};
    TRY(store_db_run(job->pool, &job->gate, end_for_staff, &end));
    job->finished = true;
    return OK;
}

static enum err wait_for(struct job *job, struct str code, int first_seconds, int most_seconds)
{
    struct store_rows rows;
    return store_db_one(job->pool, &job->gate, QUERY_job_wait,
                        PARAMS(P_TEXT(code), P_INT(first_seconds), P_INT(most_seconds)), job->arena,
                        &rows);
}

enum err queue_wait(struct job *job, const char *code, int seconds)
{
    ASSERT(!job->finished && seconds > 0);
    TRY(wait_for(job, str_from(code), seconds, seconds));
    job->finished = true;
    return OK;
}

void queue_code(enum err code, struct buf *ret_code)
{
    for (const char *at = err_info(code)->name; *at; at++)
        buf_add_byte(ret_code, *at == '-' ? '_' : *at);
}

/* What the job needs is away, and comes back without anybody's doing anything to the job. */
static bool waits(enum err code)
{
    return code == ERR_SCANNER;
}

bool queue_is_final(const struct job *job, enum err code)
{
    if (waits(code)) return false;
    if (code == OK || code == ERR_LEASE_LOST || code == ERR_DB_AWAY) return false;
    bool is_refused = err_info(code)->kind == ERR_KIND_REFUSED && code != ERR_BUSY;
    return is_refused || job->attempt >= ATTEMPTS;
}

static bool takes(const struct queue *queue, const struct job_kind *kind)
{
    return !queue->leaves || strcmp(queue->leaves, kind->name) != 0;
}

/* The names as a PostgreSQL array; they are identifiers, so nothing needs quoting. */
static struct str list_kinds(const struct queue *queue, struct arena *arena)
{
    struct str list = STR("{");
    for (const struct job_kind *kind = queue->kinds; kind->name; kind++)
        if (takes(queue, kind))
            list =
                arena_print(arena, "%.*s%s%s", STR_ARG(list), list.len > 1 ? "," : "", kind->name);
    return arena_print(arena, "%.*s}", STR_ARG(list));
}

static size_t list_limits(const struct queue *queue, int64_t *ret_limits, size_t room)
{
    size_t count = 0;
    for (const struct job_kind *kind = queue->kinds; kind->name; kind++) {
        if (!takes(queue, kind)) continue;
        ASSERT(count < room);
        ret_limits[count++] = kind->limit_seconds;
    }
    return count;
}

static const struct job_kind *kind_named(const struct queue *queue, struct str name)
{
    for (const struct job_kind *kind = queue->kinds; kind->name; kind++)
        if (str_equal(str_from(kind->name), name)) return kind;
    return NULL;
}

/* ERR_NOT_FOUND when there is nothing to do. */
static enum err claim(const struct queue *queue, struct arena *arena, struct job *ret_job,
                      const struct job_kind **ret_kind)
{
    struct store_rows rows;
    int64_t limits[64];
    size_t count = list_limits(queue, limits, sizeof limits / sizeof *limits);
    TRY(store_db_one(queue->pool, NULL, QUERY_job_claim,
                     PARAMS(P_TEXT(str_from(queue->worker)), P_TEXT(list_kinds(queue, arena)),
                            P_INTS(limits, count)),
                     arena, &rows));
    if (rows.count == 0) return ERR_NOT_FOUND;
    struct job job = {
        .arena = arena,
        .pool = queue->pool,
        .gate = {.kind = DB_GATE_LEASE},
        .state = queue->state,
        .attempt = (int)rows_int(&rows, 0, "attempts"),
        .agency = rows_int(&rows, 0, "agency_id"),
        .id = rows_int(&rows, 0, "job_id"),
        .letter = rows_int(&rows, 0, "letter_id"),
        .arrangement = rows_int(&rows, 0, "arrangement_id"),
        .party = rows_int(&rows, 0, "party_id"),
        .decision = rows_int(&rows, 0, "decision_id"),
        .release = rows_int(&rows, 0, "release_id"),
        .dispatch = rows_int(&rows, 0, "dispatch_id"),
        .message = rows_int(&rows, 0, "message_id"),
        .occasion = rows_int(&rows, 0, "occasion_id"),
        .account = rows_int(&rows, 0, "account_id"),
    };
    ASSERT(code_hex_get(rows_str(&rows, 0, "lease"), job.gate.value, DB_GATE_BYTES));
    const struct job_kind *kind = kind_named(queue, rows_str(&rows, 0, "kind"));
    ASSERT(kind != NULL);
    *ret_job = job;
    *ret_kind = kind;
    return OK;
}

static enum err give_back(struct job *job, enum err code)
{
    int retry = job->attempt == 1 ? FIRST_RETRY_SECONDS : NEXT_RETRY_SECONDS;
    BUF(name, 64);
    queue_code(code, &name);
    if (waits(code)) return wait_for(job, buf_str(&name), FIRST_RETRY_SECONDS, MOST_RETRY_SECONDS);
    struct store_rows rows;
    return store_db_one(
        job->pool, &job->gate, QUERY_job_fail,
        PARAMS(P_TEXT(buf_str(&name)), P_INT(retry), P_BOOL(queue_is_final(job, code))), job->arena,
        &rows);
}

static void run_claimed(const struct queue *queue, struct job *job, const struct job_kind *kind)
{
    int64_t start_us = clock_monotonic_us();
    struct deadline deadline;
    job->until_us = start_us + kind->limit_seconds * UTC_SECOND_US;
    FAULT_POINT(queue_claimed);
    deadline_start(&deadline, (unsigned)kind->limit_seconds * 2);
    enum err code = kind->run(job);
    if (code == OK && arena_over(job->arena)) code = ERR_TOO_BIG;
    if (code == OK && !job->finished) code = queue_finish(job, NULL, NULL);
    deadline_end(&deadline);
    if (code != OK && !job->finished && code != ERR_LEASE_LOST && code != ERR_DB_AWAY) {
        enum err again = give_back(job, code);
        /* a lease that ended meanwhile, or a database that is away: it comes again by itself */
        if (again != OK && again != ERR_LEASE_LOST && again != ERR_DB_AWAY) code = again;
    }
    queue->ended(queue->state, job, kind->name, (clock_monotonic_us() - start_us) / 1000, code);
}

/* What is made regularly is made by whichever process looks first. */
static void schedule(const struct queue *queue, struct arena *arena)
{
    for (const struct job_kind *kind = queue->kinds; kind->name; kind++) {
        if (kind->every_seconds == 0) continue;
        struct store_rows rows;
        if (store_db_one(queue->pool, NULL, QUERY_job_schedule,
                         PARAMS(P_TEXT(str_from(queue->worker)), P_TEXT(str_from(kind->name)),
                                P_INT(kind->every_seconds)),
                         arena, &rows) != OK)
            return; /* the database is away: the next look does it */
    }
}

static bool is_readable(int fd, int wait_ms)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return poll(&wait, 1, wait_ms) > 0;
}

void queue_run(const struct queue *queue, int stop_fd, bool once)
{
    struct arena *arena = arena_new_secret(queue->arena_bytes);
    int64_t scheduled_us = 0;
    while (!is_readable(stop_fd, 0)) {
        arena_reset(arena);
        if (scheduled_us == 0 ||
            clock_monotonic_us() - scheduled_us >= queue->wait_ms * (UTC_SECOND_US / 1000)) {
            schedule(queue, arena);
            scheduled_us = clock_monotonic_us();
        }
        struct job job;
        const struct job_kind *kind;
        enum err code = claim(queue, arena, &job, &kind);
        if (code == OK) {
            run_claimed(queue, &job, kind);
        } else if (code == ERR_NOT_FOUND) {
            if (once) break;
            int wait_ms = queue->wait_ms;
            if (queue->jitter_ms) wait_ms += (int)rand_below((uint32_t)queue->jitter_ms);
            int due_ms = queue->due_ms ? queue->due_ms(queue->state) : wait_ms;
            store_db_wait(queue->pool, due_ms < wait_ms ? due_ms : wait_ms, stop_fd);
        } else if (is_readable(stop_fd, AWAY_WAIT_MS)) {
            break;
        }
    }
    arena_free(&arena);
}

struct lane {
    const struct queue *queue;
    int stop_fd;
    pthread_t thread;
};

static void *run_lane(void *context)
{
    const struct lane *lane = context;
    queue_run(lane->queue, lane->stop_fd, false);
    return NULL;
}

void queue_run_lanes(const struct queue *queues, size_t count, int stop_fd)
{
    struct lane lanes[QUEUE_LANES_MAX];
    ASSERT(count >= 1 && count <= QUEUE_LANES_MAX);
    for (size_t i = 0; i < count; i++) {
        lanes[i] = (struct lane){.queue = &queues[i], .stop_fd = stop_fd};
        ASSERT(pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i]) == 0);
    }
    while (!is_readable(stop_fd, -1)) continue;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += STOP_SECONDS;
    for (size_t i = 0; i < count; i++)
        if (pthread_clockjoin_np(lanes[i].thread, NULL, CLOCK_MONOTONIC, &until) != 0) {
            LOG(LOG_WARN, "cut_off", L_INT("pid", getpid()), L_INT("after_s", STOP_SECONDS));
            _exit(0); /* as after a crash: its lease ends, and another takes the job */
        }
}
