/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_WORKERS_H
#define LETTERBOX_HTTP_WORKERS_H

#include <stddef.h>

#include "core/err.h"

/*
 * Threads that take exchanges out of a line, in order, and run them. The line is bounded: who finds
 * it full is told ERR_BUSY.
 */
struct http_exchange;
struct workers;

MUST_CHECK enum err workers_open(size_t threads, size_t waiting_max,
                                 void (*run)(struct http_exchange *exchange),
                                 struct workers **ret_workers);
MUST_CHECK enum err workers_add(struct workers *workers, struct http_exchange *exchange);
/* How many wait and run. */
void workers_count(struct workers *workers, size_t *ret_waiting, size_t *ret_running);
/* The line must be empty and nothing run. */
void workers_close(struct workers **workers);

#endif
