/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_BOUNCE_H
#define LETTERBOX_CLEANER_MAIL_BOUNCE_H

#include "core/arena.h"
#include "sanitise/letter.h"

/*
 * Delivery reports. From message/delivery-status (RFC 3464): the first recipient that failed, else
 * the first that is delayed. From a report in words only, as qmail, Yahoo, Exim and old Exchange
 * write them above what came back: the recipient that a header names, else the first address on a
 * line of its own, else the first address; the first enhanced status code (RFC 3463) or SMTP reply
 * code; whether the mailbox is full, or it will be tried again; and the Message-ID below.
 */
void bounce_from_status(struct bounce *bounce, struct str status_part, struct arena *arena);
void bounce_from_text(struct bounce *bounce, struct str recipient, struct str text,
                      struct arena *arena);
/* The Message-ID in a header block that came back. */
struct str bounce_original_id(struct str headers, struct arena *arena);

#endif
