/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_DATA_H
#define LETTERBOX_CLEANER_MAIL_DATA_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

/*
 * Pictures that stand in a page of HTML itself: "data:image/png;base64,…" between quotes, brackets
 * or after "=". They are taken out before the page is parsed, so that megabytes of them need no
 * tree. Source: RFC 2397.
 */
enum { DATA_PICTURES_MAX = 200 };

struct data_pictures {
    struct str at[DATA_PICTURES_MAX]; /* the decoded bytes, whatever they are */
    size_t count;
    bool is_over; /* there were more */
};

/* The page without them. The pictures live as long as the arena. */
void data_take(struct str html, struct arena *arena, struct buf *ret_html,
               struct data_pictures *ret_pictures);

#endif
