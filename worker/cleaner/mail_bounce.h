/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_BOUNCE_H
#define LETTERBOX_CLEANER_MAIL_BOUNCE_H

#include "core/arena.h"
#include "sanitise/letter.h"

/*
 * Delivery reports. From message/delivery-status (RFC 3464): the first recipient that failed, else
 * the first that is delayed. From a report in words only: the recipient a header names, and the
 * first enhanced status code (RFC 3463) or SMTP reply code in its text.
 */
void bounce_from_status(struct bounce *bounce, struct str status_part, struct arena *arena);
void bounce_from_text(struct bounce *bounce, struct str recipient, struct str text,
                      struct arena *arena);
/* The Message-ID in a header block that came back. */
struct str bounce_original_id(struct str headers, struct arena *arena);

#endif
