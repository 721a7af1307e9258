/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_WORKERS_H
#define LETTERBOX_HTTP_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "server/http/line.h"

/*
 * Threads that take exchanges out of a line (server/http/line.h) and run them. The exchange's
 * `turn` says whose it is.
 *
 * run() and turn_away() hand the exchange on: it is gone when they return. run() answers whether
 * the address is clean by now; turn_away() is for one that waited too long or had to make room.
 */
struct http_exchange;
struct workers;

struct workers_do {
    bool (*run)(struct http_exchange *exchange);
    void (*turn_away)(struct http_exchange *exchange);
};

/* limits->running is the number of threads. */
MUST_CHECK enum err workers_open(const struct line_limits *limits, const struct workers_do *todo,
                                 struct workers **ret_workers);
/* ERR_BUSY: there is no room in the line, and the exchange is still the caller's. */
MUST_CHECK enum err workers_add(struct workers *workers, struct http_exchange *exchange);
/* How many wait and run. */
void workers_count(struct workers *workers, size_t *ret_waiting, size_t *ret_running);
/* The line must be empty and nothing run. */
void workers_close(struct workers **workers);

#endif
