/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "server/http/exchange.h"
#include "sys/clock.h"

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct workers_do todo;
    struct line *line;
    bool stop;
    size_t threads;
    pthread_t thread[];
};

/* Until somebody comes, may run, or has waited too long. */
static void wait_for_more(struct workers *workers)
{
    int64_t until_us = line_next_us(workers->line);
    if (until_us == INT64_MAX) {
        pthread_cond_wait(&workers->more, &workers->lock);
        return;
    }
    struct timespec until = {until_us / UTC_SECOND_US, until_us % UTC_SECOND_US * 1000};
    pthread_cond_timedwait(&workers->more, &workers->lock, &until);
}

/* Called and left with the lock. */
static void serve(struct workers *workers, struct line_item *item, struct line_address *turn)
{
    pthread_mutex_unlock(&workers->lock);
    bool clean = true;
    if (turn)
        clean = workers->todo.run(item->owner);
    else
        workers->todo.turn_away(item->owner);
    pthread_mutex_lock(&workers->lock);
    if (!turn) return;
    line_end(workers->line, turn, clean);
    /* Somebody else of this address may run now: this thread looks next, so none is woken. */
}

static void *work(void *context)
{
    struct workers *workers = context;
    pthread_mutex_lock(&workers->lock);
    for (;;) {
        struct line_address *turn;
        struct line_item *item = line_take(workers->line, clock_monotonic_us(), &turn);
        if (item)
            serve(workers, item, turn);
        else if (workers->stop)
            break;
        else
            wait_for_more(workers);
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

static void make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

enum err workers_open(const struct line_limits *limits, const struct workers_do *todo,
                      struct workers **ret_workers)
{
    size_t threads = limits->running;
    struct workers *workers = calloc(1, sizeof *workers + threads * sizeof(pthread_t));
    if (!workers) return ERR_MEMORY;
    if (line_open(limits, &workers->line) != OK) {
        free(workers);
        return ERR_MEMORY;
    }
    pthread_mutex_init(&workers->lock, NULL);
    make_condition(&workers->more);
    workers->todo = *todo;
    for (; workers->threads < threads; workers->threads++) {
        if (pthread_create(&workers->thread[workers->threads], NULL, work, workers) == 0) continue;
        workers_close(&workers);
        return ERR_MEMORY;
    }
    *ret_workers = workers;
    return OK;
}

enum err workers_add(struct workers *workers, struct http_exchange *exchange)
{
    pthread_mutex_lock(&workers->lock);
    enum err code = line_add(workers->line, &exchange->turn, clock_monotonic_us());
    if (code == OK) pthread_cond_signal(&workers->more);
    pthread_mutex_unlock(&workers->lock);
    return code;
}

void workers_count(struct workers *workers, size_t *ret_waiting, size_t *ret_running)
{
    pthread_mutex_lock(&workers->lock);
    *ret_waiting = line_waiting(workers->line);
    *ret_running = line_running(workers->line);
    pthread_mutex_unlock(&workers->lock);
}

void workers_close(struct workers **workers_slot)
{
    struct workers *workers = *workers_slot;
    if (!workers) return;
    pthread_mutex_lock(&workers->lock);
    workers->stop = true;
    pthread_cond_broadcast(&workers->more);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->threads; i++) pthread_join(workers->thread[i], NULL);
    line_close(&workers->line);
    pthread_cond_destroy(&workers->more);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
    *workers_slot = NULL;
}
