/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <time.h>

#include "server/desk/register_kept.h"
#include "sys/clock.h"

enum {
    SESSIONS = 64,
    IDLE_SECONDS = 10 * 60,
    SWEEP_SECONDS = 30,
};

struct registers {
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping;
    pthread_t sweeper;
    struct register_session *first;
    size_t count;
};

static void free_session(struct register_session *session)
{
    for (size_t i = 0; i < TABLES; i++) arena_free(&session->tables[i].arena);
    secret_wipe(&session->id);
    pthread_mutex_destroy(&session->lock);
    free(session);
}

/* With the lock held. */
static void drop(struct registers *registers, struct register_session **at)
{
    struct register_session *session = *at;
    *at = session->next;
    registers->count--;
    free_session(session);
}

static void sweep(struct registers *registers)
{
    int64_t oldest = clock_monotonic_us() - IDLE_SECONDS * UTC_SECOND_US;
    for (struct register_session **at = &registers->first; *at;) {
        if ((*at)->users == 0 && (*at)->used_us < oldest)
            drop(registers, at);
        else
            at = &(*at)->next;
    }
}

static void *run_sweeper(void *context)
{
    struct registers *registers = context;
    pthread_mutex_lock(&registers->lock);
    while (!registers->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += SWEEP_SECONDS;
        pthread_cond_timedwait(&registers->stop, &registers->lock, &until);
        sweep(registers);
    }
    pthread_mutex_unlock(&registers->lock);
    return NULL;
}

static void free_all(struct registers *registers)
{
    while (registers->first) drop(registers, &registers->first);
    pthread_mutex_destroy(&registers->lock);
    pthread_cond_destroy(&registers->stop);
    free(registers);
}

enum err registers_open(struct registers **ret_registers)
{
    struct registers *registers = calloc(1, sizeof *registers);
    if (!registers) return ERR_MEMORY;
    pthread_condattr_t monotonic;
    pthread_mutex_init(&registers->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&registers->stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&registers->sweeper, NULL, run_sweeper, registers) != 0) {
        free_all(registers);
        return ERR_MEMORY;
    }
    *ret_registers = registers;
    return OK;
}

void registers_close(struct registers **at)
{
    struct registers *registers = *at;
    if (!registers) return;
    pthread_mutex_lock(&registers->lock);
    registers->stopping = true;
    pthread_cond_signal(&registers->stop);
    pthread_mutex_unlock(&registers->lock);
    pthread_join(registers->sweeper, NULL);
    free_all(registers);
    *at = NULL;
}

void registers_forget(struct registers *registers, const struct session *session)
{
    if (!registers) return;
    pthread_mutex_lock(&registers->lock);
    for (struct register_session **at = &registers->first; *at; at = &(*at)->next) {
        if (!secret_equal(&(*at)->id, &session->id)) continue;
        if ((*at)->users == 0)
            drop(registers, at);
        else
            (*at)->used_us = 0; /* the sweeper takes it when its request has ended */
        break;
    }
    pthread_mutex_unlock(&registers->lock);
}

/* Makes room: what was not used for longest goes. */
static void make_room(struct registers *registers)
{
    struct register_session **oldest = NULL;
    for (struct register_session **at = &registers->first; *at; at = &(*at)->next)
        if ((*at)->users == 0 && (!oldest || (*at)->used_us < (*oldest)->used_us)) oldest = at;
    if (oldest) drop(registers, oldest);
}

static struct register_session *add_session(struct registers *registers,
                                            const struct session *session)
{
    if (registers->count >= SESSIONS) make_room(registers);
    if (registers->count >= SESSIONS) return NULL;
    struct register_session *added = calloc(1, sizeof *added);
    if (!added) return NULL;
    pthread_mutex_init(&added->lock, NULL);
    added->id = session->id;
    added->next = registers->first;
    registers->first = added;
    registers->count++;
    return added;
}

enum err register_take(struct request *request, struct register_view *ret_view)
{
    struct registers *registers = ((const struct desk *)request->app)->registers;
    ASSERT(!ret_view->session);
    pthread_mutex_lock(&registers->lock);
    struct register_session *found = registers->first;
    while (found && !secret_equal(&found->id, &request->session.id)) found = found->next;
    if (!found) found = add_session(registers, &request->session);
    if (found) {
        found->users++;
        found->used_us = clock_monotonic_us();
    }
    pthread_mutex_unlock(&registers->lock);
    if (!found) return ERR_BUSY;
    pthread_mutex_lock(&found->lock);
    *ret_view =
        (struct register_view){.request = request, .registers = registers, .session = found};
    return OK;
}

void register_done(struct register_view *view)
{
    if (!view->session) return;
    pthread_mutex_unlock(&view->session->lock);
    pthread_mutex_lock(&view->registers->lock);
    view->session->users--;
    pthread_mutex_unlock(&view->registers->lock);
    view->session = NULL;
}
