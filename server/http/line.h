/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_HTTP_LINE_H
#define LETTERBOX_HTTP_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Who stands in line for a worker, and whose turn it is. One crowd must not keep everybody else
 * waiting, so the line is one of network addresses, and these take turns:
 *
 *     198.51.100.7   o o o o o        one of .7 is served, then that of .9, then one of .7 …
 *     198.51.100.9   o
 *     203.0.113.80   x x x            unclean: only when no clean address can be served
 *
 * An address that is served goes to the end. Where people are turned away after a while, a new
 * address goes to the front: if there are more than can be served, all would otherwise wait nearly
 * as long as they may, and many for nothing. Every second turn there is of who has waited longest:
 * otherwise a burst would drive out who came just before it. Elsewhere a new address goes to the
 * end. One address runs so many at once and keeps so many waiting; unclean ones (with a failure in
 * the last day) run so many all together, and wait in at most half of the line. A full line makes
 * room for an address that has fewer waiting than another: the newest of the longest is turned
 * away, of an unclean one first. So only as many addresses as the line is long can keep a clean
 * newcomer out, and several people behind one address all get their turn.
 *
 * A structure only: it has no threads, reads no clock, and its caller holds a lock.
 */
enum { LINE_ADDRESS_BYTES = 16 };

struct line_limits {
    size_t running;         /* most at once: the workers */
    size_t waiting;         /* most in line */
    size_t address_running; /* of one address */
    size_t address_waiting;
    size_t unclean_running; /* of all unclean addresses together */
    int64_t wait_us;        /* who has waited so long is turned away; 0: nobody is */
};

/* One in line; part of its owner, which may be gone once it has been taken. */
struct line_item {
    void *owner;
    unsigned char address[LINE_ADDRESS_BYTES];
    bool clean;
    /* the line's own */
    struct line_item *next;
    int64_t since_us;
};

struct line;
struct line_address;

MUST_CHECK enum err line_open(const struct line_limits *limits, struct line **ret_line);
/* Nobody may be in it. */
void line_close(struct line **line);

/* ERR_BUSY: there is no room, and it was not taken. */
MUST_CHECK enum err line_add(struct line *line, struct line_item *item, int64_t now_us);

/*
 * The next who may run, or NULL. With *ret_turn NULL it was turned away: it has waited too long, or
 * had to make room. Otherwise line_end must follow, with whether the address is clean by now.
 */
struct line_item *line_take(struct line *line, int64_t now_us, struct line_address **ret_turn);
void line_end(struct line *line, struct line_address *turn, bool clean);

/* When the next will have waited too long; INT64_MAX: nobody. */
int64_t line_next_us(const struct line *line);
size_t line_waiting(const struct line *line);
size_t line_running(const struct line *line);

#endif
