/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "server/http/exchange.h"

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    void (*run)(struct http_exchange *exchange);
    struct http_exchange *first, **last;
    size_t waiting, waiting_max, running;
    bool stop;
    size_t threads;
    pthread_t thread[];
};

static void *work(void *context)
{
    struct workers *workers = context;
    pthread_mutex_lock(&workers->lock);
    for (;;) {
        while (!workers->first && !workers->stop) pthread_cond_wait(&workers->more, &workers->lock);
        if (!workers->first) break;
        struct http_exchange *exchange = workers->first;
        workers->first = exchange->next;
        if (!workers->first) workers->last = &workers->first;
        workers->waiting--;
        workers->running++;
        pthread_mutex_unlock(&workers->lock);
        workers->run(exchange); /* which is gone then */
        pthread_mutex_lock(&workers->lock);
        workers->running--;
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

enum err workers_open(size_t threads, size_t waiting_max,
                      void (*run)(struct http_exchange *exchange), struct workers **ret_workers)
{
    struct workers *workers = calloc(1, sizeof *workers + threads * sizeof(pthread_t));
    if (!workers) return ERR_MEMORY;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->more, NULL);
    workers->run = run;
    workers->last = &workers->first;
    workers->waiting_max = waiting_max;
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
    enum err code = OK;
    exchange->next = NULL;
    pthread_mutex_lock(&workers->lock);
    if (workers->waiting >= workers->waiting_max) {
        code = ERR_BUSY;
    } else {
        *workers->last = exchange;
        workers->last = &exchange->next;
        workers->waiting++;
        pthread_cond_signal(&workers->more);
    }
    pthread_mutex_unlock(&workers->lock);
    return code;
}

void workers_count(struct workers *workers, size_t *ret_waiting, size_t *ret_running)
{
    pthread_mutex_lock(&workers->lock);
    *ret_waiting = workers->waiting;
    *ret_running = workers->running;
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
    ASSERT(workers->first == NULL);
    pthread_cond_destroy(&workers->more);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
    *workers_slot = NULL;
}
