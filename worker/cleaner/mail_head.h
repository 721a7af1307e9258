/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_HEAD_H
#define LETTERBOX_CLEANER_MAIL_HEAD_H

#include <gmime/gmime.h>

#include "core/arena.h"
#include "sanitise/letter.h"

/*
 * The header of a message: who, to whom, when; whether a program sent it (RFC 3834, RFC 2369 and
 * the headers in real use). All text is as an answer may hold it.
 */
struct head {
    struct arena *arena;
    GMimeParserOptions *options;
    struct mail *mail;
    size_t from_count;
    bool has_more_addresses; /* than there is room for */
    bool has_unreadable_text;
};

void head_read(struct head *head, GMimeMessage *message);

/* A header's first value, decoded, on one line; empty if there is none. */
struct str head_line(struct head *head, GMimeObject *object, const char *name);
/* The value as written, unfolded, on one line. */
struct str head_raw(struct head *head, GMimeObject *object, const char *name);

#endif
