/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CLASSES = 6 }; /* 0: no reply, 1xx … 5xx */

struct counts {
    _Atomic uint64_t by_class[CLASSES], us;
};

struct metrics {
    const struct route *routes;
    size_t count;
    _Atomic uint64_t bytes_in, bytes_out;
    struct counts counts[]; /* one more than routes: the others */
};

enum err metrics_open(const struct route *routes, size_t count, struct metrics **ret_metrics)
{
    struct metrics *metrics = calloc(1, sizeof *metrics + (count + 1) * sizeof(struct counts));
    if (!metrics) return ERR_MEMORY;
    metrics->routes = routes;
    metrics->count = count;
    *ret_metrics = metrics;
    return OK;
}

void metrics_free(struct metrics **metrics)
{
    free(*metrics);
    *metrics = NULL;
}

void metrics_count(struct metrics *metrics, const struct route *route, int status, int64_t us,
                   uint64_t bytes_in, uint64_t bytes_out)
{
    struct counts *counts =
        &metrics->counts[route ? (size_t)(route - metrics->routes) : metrics->count];
    int class = status / 100;
    counts->by_class[class >= 0 && class < CLASSES ? class : 0]++;
    counts->us += (uint64_t)us;
    metrics->bytes_in += bytes_in;
    metrics->bytes_out += bytes_out;
}

static void put_type(struct buf *text, const char *name, const char *type, const char *help)
{
    buf_print(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_gauge(struct buf *text, const char *name, const char *help, size_t value)
{
    put_type(text, name, "gauge", help);
    buf_print(text, "%s %zu\n", name, value);
}

void metrics_put(const struct metrics *metrics, const struct metrics_now *now, struct buf *text)
{
    static const char *const classes[CLASSES] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    put_type(text, "letterbox_http_requests_total", "counter", "Requests by route and status.");
    for (size_t i = 0; i <= metrics->count; i++)
        for (size_t class = 0; class < CLASSES; class ++)
            if (metrics->counts[i].by_class[class])
                buf_print(text,
                          "letterbox_http_requests_total{route=\"%s\",status=\"%s\"} %" PRIu64 "\n",
                          i < metrics->count ? metrics->routes[i].name : "other", classes[class],
                          metrics->counts[i].by_class[class]);
    put_type(text, "letterbox_http_request_seconds_total", "counter", "Time spent by route.");
    for (size_t i = 0; i <= metrics->count; i++)
        if (metrics->counts[i].us)
            buf_print(text, "letterbox_http_request_seconds_total{route=\"%s\"} %.6f\n",
                      i < metrics->count ? metrics->routes[i].name : "other",
                      (double)metrics->counts[i].us / 1e6);
    put_type(text, "letterbox_http_bytes_total", "counter", "Bytes of bodies.");
    buf_print(text,
              "letterbox_http_bytes_total{direction=\"in\"} %" PRIu64
              "\nletterbox_http_bytes_total{direction=\"out\"} %" PRIu64 "\n",
              metrics->bytes_in, metrics->bytes_out);
    put_gauge(text, "letterbox_http_connections", "Open connections.", now->connections);
    put_gauge(text, "letterbox_http_waiting", "Requests waiting for a worker.", now->waiting);
    put_gauge(text, "letterbox_http_running", "Requests on a worker.", now->running);
    put_gauge(text, "letterbox_http_sign_in_waiting", "Sign-ins waiting for a worker.",
              now->sign_in_waiting);
    put_gauge(text, "letterbox_http_sign_in_running", "Sign-ins on a worker.",
              now->sign_in_running);
}
