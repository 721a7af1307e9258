/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/file.h"

enum {
    LOOK_MS = 500,
    LINGERERS = 64,           /* at once; one more is closed at once */
    LINGER_STALL_SECONDS = 5, /* without a byte */
    LINGER_SECONDS = 300,
    SLOW_START_SECONDS = 60,
    DRAIN_BYTES = 64 * 1024,
};

#define SECONDS_US ((int64_t)1000000)

enum state { IDLE, IN_BODY, IN_REPLY };

struct link {
    struct keeper *keeper;
    struct link *next, **slot;
    int fd, linger_fd;
    _Atomic enum state state;
    _Atomic int64_t since_us;    /* of the state */
    _Atomic int64_t progress_us; /* last byte of the body */
    _Atomic uint64_t bytes;      /* of the body */
    bool shut;
};

struct lingerer {
    int fd; /* -1: free */
    int64_t since_us, progress_us;
    uint64_t bytes;
};

struct keeper {
    struct keeper_limits limits;
    pthread_mutex_t lock; /* the list of links, and the lingerers' places */
    struct link *links;
    size_t count;
    struct lingerer lingerers[LINGERERS];
    int wake_fd;
    atomic_bool stop;
    pthread_t thread;
};

/* ---- links ---- */

struct link *link_new(struct keeper *keeper, int fd)
{
    struct link *link = calloc(1, sizeof *link);
    ASSERT(link != NULL);
    link->keeper = keeper;
    link->fd = fd;
    link->linger_fd = -1;
    link_idle(link);
    pthread_mutex_lock(&keeper->lock);
    link->next = keeper->links;
    link->slot = &keeper->links;
    if (link->next) link->next->slot = &link->next;
    keeper->links = link;
    keeper->count++;
    pthread_mutex_unlock(&keeper->lock);
    return link;
}

static void linger(struct keeper *keeper, int fd)
{
    int64_t now = clock_monotonic_us();
    for (size_t i = 0; i < LINGERERS; i++) {
        if (keeper->lingerers[i].fd >= 0) continue;
        keeper->lingerers[i] = (struct lingerer){fd, now, now, 0};
        uint64_t one = 1;
        (void)!write(keeper->wake_fd, &one, sizeof one);
        return;
    }
    file_close(&fd);
}

void link_end(struct link *link)
{
    struct keeper *keeper = link->keeper;
    pthread_mutex_lock(&keeper->lock);
    *link->slot = link->next;
    if (link->next) link->next->slot = link->slot;
    keeper->count--;
    if (link->linger_fd >= 0) linger(keeper, link->linger_fd);
    pthread_mutex_unlock(&keeper->lock);
    free(link);
}

static void enter(struct link *link, enum state state)
{
    int64_t now = clock_monotonic_us();
    link->since_us = now;
    link->progress_us = now;
    link->bytes = 0;
    link->state = state;
}

void link_body(struct link *link)
{
    enter(link, IN_BODY);
}

void link_bytes(struct link *link, size_t bytes)
{
    link->bytes += bytes;
    link->progress_us = clock_monotonic_us();
}

void link_reply(struct link *link)
{
    enter(link, IN_REPLY);
}

void link_idle(struct link *link)
{
    enter(link, IDLE);
}

/* A second descriptor keeps the connection when libmicrohttpd closes its own. */
void link_refused(struct link *link)
{
    if (link->linger_fd < 0) link->linger_fd = fcntl(link->fd, F_DUPFD_CLOEXEC, 3);
}

size_t keeper_links(struct keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    size_t count = keeper->count;
    pthread_mutex_unlock(&keeper->lock);
    return count;
}

/* ---- the thread ---- */

static bool is_over(const struct keeper_limits *limits, struct link *link, int64_t now)
{
    int64_t since = now - link->since_us;
    if (link->state == IDLE) return since > limits->idle_seconds * SECONDS_US;
    if (link->state != IN_BODY) return false; /* sending: libmicrohttpd's own timeout */
    if (now - link->progress_us > limits->stall_seconds * SECONDS_US) return true;
    if (since < SLOW_START_SECONDS * SECONDS_US || limits->upload_bytes_per_second == 0)
        return false;
    return (int64_t)link->bytes < since / SECONDS_US * limits->upload_bytes_per_second;
}

/* The descriptor is open: link_end comes before it is closed, and waits for the lock. */
static void end_idle(struct keeper *keeper, int64_t now)
{
    pthread_mutex_lock(&keeper->lock);
    for (struct link *link = keeper->links; link; link = link->next) {
        if (link->shut || !is_over(&keeper->limits, link, now)) continue;
        link->shut = true;
        shutdown(link->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&keeper->lock);
}

static void drain(struct keeper *keeper, struct lingerer *lingerer, int64_t now)
{
    char bytes[DRAIN_BYTES];
    ssize_t got;
    while ((got = recv(lingerer->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
        lingerer->bytes += (uint64_t)got;
        lingerer->progress_us = now;
        if (lingerer->bytes > keeper->limits.linger_bytes) break;
    }
    bool is_waiting = got < 0 && now - lingerer->progress_us < LINGER_STALL_SECONDS * SECONDS_US &&
                      now - lingerer->since_us < LINGER_SECONDS * SECONDS_US;
    if (is_waiting && recv(lingerer->fd, bytes, 1, MSG_DONTWAIT | MSG_PEEK) != 0) return;
    pthread_mutex_lock(&keeper->lock);
    file_close(&lingerer->fd);
    pthread_mutex_unlock(&keeper->lock);
}

static void wait_for_work(struct keeper *keeper)
{
    struct pollfd fds[LINGERERS + 1] = {{keeper->wake_fd, POLLIN, 0}};
    nfds_t count = 1;
    pthread_mutex_lock(&keeper->lock);
    for (size_t i = 0; i < LINGERERS; i++)
        if (keeper->lingerers[i].fd >= 0)
            fds[count++] = (struct pollfd){keeper->lingerers[i].fd, POLLIN, 0};
    pthread_mutex_unlock(&keeper->lock);
    poll(fds, count, LOOK_MS);
    uint64_t woken;
    if (fds[0].revents) (void)!read(keeper->wake_fd, &woken, sizeof woken);
}

static void *keep(void *context)
{
    struct keeper *keeper = context;
    int64_t looked = 0;
    while (!keeper->stop) {
        wait_for_work(keeper);
        int64_t now = clock_monotonic_us();
        /* Only this thread closes a lingerer, so its place can be read without the lock. */
        for (size_t i = 0; i < LINGERERS; i++) {
            pthread_mutex_lock(&keeper->lock);
            bool is_used = keeper->lingerers[i].fd >= 0;
            pthread_mutex_unlock(&keeper->lock);
            if (is_used) drain(keeper, &keeper->lingerers[i], now);
        }
        if (now - looked < LOOK_MS * 1000) continue;
        looked = now;
        end_idle(keeper, now);
    }
    return NULL;
}

enum err keeper_open(const struct keeper_limits *limits, struct keeper **ret_keeper)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper) return ERR_MEMORY;
    keeper->limits = *limits;
    pthread_mutex_init(&keeper->lock, NULL);
    for (size_t i = 0; i < LINGERERS; i++) keeper->lingerers[i].fd = -1;
    keeper->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (keeper->wake_fd < 0 || pthread_create(&keeper->thread, NULL, keep, keeper) != 0) {
        file_close(&keeper->wake_fd);
        pthread_mutex_destroy(&keeper->lock);
        free(keeper);
        return ERR_MEMORY;
    }
    *ret_keeper = keeper;
    return OK;
}

void keeper_close(struct keeper **keeper_slot)
{
    struct keeper *keeper = *keeper_slot;
    if (!keeper) return;
    keeper->stop = true;
    uint64_t one = 1;
    (void)!write(keeper->wake_fd, &one, sizeof one);
    pthread_join(keeper->thread, NULL);
    for (size_t i = 0; i < LINGERERS; i++) file_close(&keeper->lingerers[i].fd);
    ASSERT(keeper->links == NULL);
    file_close(&keeper->wake_fd);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
    *keeper_slot = NULL;
}
