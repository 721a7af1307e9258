/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_LIMITS_H
#define LETTERBOX_CLEANER_MAIL_LIMITS_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/str.h"

/*
 * Bounds on a message, counted in its bytes before a parser sees them: GMime makes an object of
 * every part and has no limit of its own (5 MB of empty parts took it 1.3 GB).
 *
 * A line is a boundary if it begins with "--" and a name that was given as one: "boundary=", after
 * which stands a plain or a quoted value, wherever in the bytes. Where such a value is written in
 * any other way, or there are more than BOUNDARY_NAMES_MAX, each line that begins with "--" may be
 * one. Up to MAIL_BOUNDARIES_MAX are passed on; what follows is left out, and `has_too_many_parts`
 * says so. A header of more than MAIL_HEADER_BYTES_MAX is passed on up to its last whole line
 * within that. `has_long_header` says that header lines are missing, whatever cut them off: a mail
 * of which that is true proves nothing about who wrote it. What is decoded inside a message and
 * read as one again goes through the same.
 */
enum {
    MAIL_BOUNDARIES_MAX = 10 * 1000,
    MAIL_HEADER_BYTES_MAX = 64 * 1024,
    MAIL_DEPTH_MAX = 100,
    MAIL_PARTS_MAX = 1000,
    BOUNDARY_NAMES_MAX = 4096, /* a power of two */
};

struct mail_limits {
    bool has_too_many_parts, has_long_header;
    bool has_nul; /* in the header, where a parser would end the line: "?" is passed on for each */
};

/* Without an mbox "From " line at its top. The bytes passed on are the message's own where they are
 * whole. */
struct str mail_limit(struct str message, struct buf *room, struct mail_limits *ret_limits);

#endif
