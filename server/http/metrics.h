/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_METRICS_H
#define LETTERBOX_HTTP_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "server/http/route.h"

/*
 * Counts by route, in Prometheus' text format. Routes have names; what has none (assets, unknown
 * paths, health) is counted as "other".
 */
struct metrics;

struct metrics_now {
    size_t connections, waiting, running, sign_in_waiting, sign_in_running;
};

MUST_CHECK enum err metrics_open(const struct route *routes, size_t count,
                                 struct metrics **ret_metrics);
void metrics_free(struct metrics **metrics);
/* status 0: the connection ended before the reply. */
void metrics_count(struct metrics *metrics, const struct route *route, int status, int64_t us,
                   uint64_t bytes_in, uint64_t bytes_out);
void metrics_put(const struct metrics *metrics, const struct metrics_now *now, struct buf *text);

#endif
