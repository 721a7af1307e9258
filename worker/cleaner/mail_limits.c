/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/mail_limits.h"

#include <string.h>

enum { BOUNDARY_LINE_BYTES_MAX = 200 };

/* The bytes up to and with the next line end. */
static struct str take_line(struct str *rest)
{
    size_t end = str_find_byte(*rest, '\n');
    struct str line = str_slice(*rest, 0, end == STR_NONE ? rest->len : end + 1);
    *rest = str_from_byte(*rest, line.len);
    return line;
}

static bool is_blank_line(struct str line)
{
    return str_equal(line, STR("\n")) || str_equal(line, STR("\r\n"));
}

static bool may_be_boundary(struct str line)
{
    return line.len > 3 && line.len < BOUNDARY_LINE_BYTES_MAX && line.at[0] == '-' &&
           line.at[1] == '-';
}

/* How many bytes of the message hold no more possible boundaries than are allowed. */
static size_t count_boundaries(struct str message, struct mail_limits *limits)
{
    struct str rest = message;
    size_t boundaries = 0;
    while (rest.len > 0) {
        size_t at = message.len - rest.len;
        struct str line = take_line(&rest);
        if (!may_be_boundary(line) || ++boundaries <= MAIL_BOUNDARIES_MAX) continue;
        limits->has_too_many_parts = true;
        return at;
    }
    return message.len;
}

struct str mail_limit(struct str message, struct buf *room, struct mail_limits *ret_limits)
{
    struct mail_limits limits = {0};
    struct str rest = message;
    if (str_starts(message, STR("From ")) || str_starts(message, STR(">From "))) {
        take_line(&rest);
        message = rest;
    }
    message = str_slice(message, 0, count_boundaries(message, &limits));
    rest = message;
    size_t kept = 0; /* bytes of whole header lines within the limit */
    bool has_end = false;
    while (rest.len > 0) {
        struct str line = take_line(&rest);
        if (is_blank_line(line)) {
            rest = str_from_byte(message, message.len - rest.len - line.len);
            has_end = true;
            break;
        }
        size_t end = message.len - rest.len;
        if (end <= MAIL_HEADER_BYTES_MAX)
            kept = end;
        else
            limits.has_long_header = true;
    }
    /* "--" lines in the header itself: what followed them was cut off with the parts. */
    if (limits.has_too_many_parts && !has_end) limits.has_long_header = true;
    *ret_limits = limits;
    if (!limits.has_long_header) return message;
    buf_add(room, str_slice(message, 0, kept));
    if (kept == 0) buf_add_c(room, "\n"); /* one line of it all */
    buf_add(room, rest);
    return buf_str(room);
}
