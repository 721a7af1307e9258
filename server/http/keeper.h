/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_KEEPER_H
#define LETTERBOX_HTTP_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * One thread that ends connections which give nothing: without a whole request for idle_seconds
 * (also when its bytes drip in one by one), a body that stalls for stall_seconds or comes slower
 * than upload_bytes_per_second after its first minute.
 *
 * And it reads to the end what is still sent by somebody who was refused before the body was read:
 * closing at once would reset the connection and take the page away before a browser shows it.
 */
struct keeper;
struct link; /* one connection */

struct keeper_limits {
    int idle_seconds, stall_seconds;
    int64_t upload_bytes_per_second;
    uint64_t linger_bytes; /* the most that is read of what was refused */
};

MUST_CHECK enum err keeper_open(const struct keeper_limits *limits, struct keeper **ret_keeper);
void keeper_close(struct keeper **keeper);

/* A connection's life: link_new when it is accepted, link_end before its descriptor is closed. */
struct link *link_new(struct keeper *keeper, int fd);
void link_end(struct link *link);
/* A request's first line is there; its body begins, goes on; its reply is being made and sent; it
 * is over. */
void link_body(struct link *link);
void link_bytes(struct link *link, size_t bytes);
void link_reply(struct link *link);
void link_idle(struct link *link);
/* The reply is sent before the body was read: linger when the connection ends. */
void link_refused(struct link *link);

size_t keeper_links(struct keeper *keeper);

#endif
