/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_QUEUE_RUN_H
#define LETTERBOX_QUEUE_RUN_H

#include "core/arena.h"
#include "store/db.h"

/*
 * The only loop of the workers: claim a job, run it in its time, record how it ended.
 *
 * A claim is one short transaction that sets a lease of twice the job's limit and counts the
 * attempt. A job does its work in as many short transactions as it needs (queue_step) and ends with
 * one queue_finish, whose transaction holds the last results and the end of the job together and
 * succeeds only while the lease is held: a worker that was too slow changes nothing. A process
 * whose job is still running when the lease ends is ended by SIGALRM (sys/deadline.h); the job is
 * claimed again, and what ran beside it too.
 *
 *   how a job ends          what is recorded
 *   OK                      done (with queue_finish, or by the loop where the job did not)
 *   refused (kind of err)   to staff at once, with the code
 *   failed                  again after 5 s, then 60 s; to staff after the third attempt
 *   ERR_SCANNER             again after 5 s, 10 s … 5 min, for as long as the scanner is away
 *   OK after queue_wait     again after as long as the job said
 *   ERR_LEASE_LOST          nothing: somebody else has it
 *   ERR_DB_AWAY             nothing can be: the lease runs out and it comes again
 *
 * Adding a job: a row JOB(kind, limit_seconds) in the folder's jobs.def and the function
 * `enum err kind(struct job *job)` in kind.c.
 */
struct job {
    struct arena *arena; /* ends with the job */
    struct db_pool *pool;
    struct db_gate gate; /* the lease */
    void *state;         /* the process's own */
    int attempt;         /* 1 for the first */
    int64_t until_us;    /* by clock_monotonic_us: its limit; what may take long stops by itself */
    bool finished;
    int64_t agency, id;
    /* What it is about; 0 where it is about none. */
    int64_t letter, arrangement, party, decision, release, dispatch, message, occasion, account;
};

struct job_kind {
    const char *name;
    enum err (*run)(struct job *job);
    int limit_seconds;
    int every_seconds; /* made by the loop that often for each agency; 0: made by others */
};

/* A transaction under the job's lease. */
MUST_CHECK enum err queue_step(struct job *job, store_work work, void *context);
/* The last one: the work's results and the end of the job. work may be NULL. */
MUST_CHECK enum err queue_finish(struct job *job, store_work work, void *context);

/*
 * Ends the job as one for staff, with this code ("cleaner_died"), in the same transaction as what
 * must be written with that. work may be NULL.
 */
MUST_CHECK enum err queue_give_up(struct job *job, const char *code, store_work work,
                                  void *context);
/*
 * Gives the job back because its turn has not come: no attempt is counted, nobody is told, and it
 * comes again after that many seconds. The code says why, in the database only.
 */
MUST_CHECK enum err queue_wait(struct job *job, const char *code, int seconds);
/* The code of an error as the database has it: "cleaner_died". */
void queue_code(enum err code, struct buf *ret_code);
/* Will the loop hand this error of the job to staff? */
bool queue_is_final(const struct job *job, enum err code);

struct queue {
    const char *worker; /* press, post, diary */
    struct db_pool *pool;
    const struct job_kind *kinds; /* ended by a NULL name */
    const char *leaves; /* a kind that this loop leaves to the others; NULL: it takes them all */
    void *state;
    int wait_ms;   /* between looks when nothing notifies … */
    int jitter_ms; /* … and up to so many more, so that copies of a process do not look all at once
                    */
    /* NULL, or in how many milliseconds to look all the same: for what queue_wait gave back */
    int (*due_ms)(void *state);
    size_t arena_bytes; /* budget of one job */
    /* Told of each job at its end, for the log: milliseconds it took and its code. */
    void (*ended)(void *state, const struct job *job, const char *kind, int64_t ms, enum err code);
};

/* Runs until stop_fd is readable; with once, until nothing is ready. */
void queue_run(const struct queue *queue, int stop_fd, bool once);

enum { QUEUE_LANES_MAX = 32 };
/*
 * Several loops side by side in threads of their own, until stop_fd is readable. Nothing of one
 * queue may be shared with another but what any thread may use: each has its own pool, whose
 * connection it listens on, and its own state.
 *
 * A job that runs when it is asked to stop has 30 s to end. Then the process ends with status 0 as
 * if it had died: the job is taken up again when its lease has ended, and its sandboxes go with it.
 */
void queue_run_lanes(const struct queue *queues, size_t count, int stop_fd);

#endif
