/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_MAIL_ANSWER_H
#define LETTERBOX_MAIL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/str.h"

/*
 * May a machine answer a mail? RFC 3834: never what a machine wrote or a list sent, never an
 * address that machines read, never ourselves, and only what was sent to us by name. That the
 * sender is proved and known is for the caller to say. Pure.
 */
struct mail_answer_own {
    struct str address; /* one of our own mailboxes; or empty */
    struct str domain;  /* one whose whole mail is ours; or empty */
};

struct mail_answer_mail {
    bool is_automatic;    /* Auto-Submitted, Precedence, List-…, a report, a null return path */
    bool wants_no_answer; /* X-Auto-Response-Suppress, X-Loop */
    struct str from;      /* the address of its only author */
    const struct str *to; /* the addresses in To and Cc */
    size_t to_count;
};

/* Addresses that cannot be read, of either, are nobody's. */
bool mail_answer_may(const struct mail_answer_mail *mail, const struct mail_answer_own *own,
                     size_t own_count, struct arena *arena);

/*
 * "a$b@c.example" of "<a$b@c.example>": what may stand in In-Reply-To; empty for what is no
 * Message-ID (RFC 5322 §3.6.4), has a space or anything beyond ASCII, or more than 250 bytes.
 */
struct str mail_answer_id(struct str message_id);

#endif
