/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_PROBLEMS_H
#define LETTERBOX_DESK_PROBLEMS_H

#include "server/desk/register.h"

/*
 * What waits for a person: dispatches that may have been sent, were stopped or came back; notices
 * that did not go; work that a machine gave up, or that waits for something that is away; mail from
 * the wrong side of a child; OpenPGP keys that end within 30 days.
 */
MUST_CHECK enum err problems_page(struct request *request);

/*
 * Puts clock{now, can_confirm} into the view while a jump of the clock waits to be confirmed: mail
 * stands still then.
 */
MUST_CHECK enum err problems_put_clock(struct request *request, struct store *store);

/* What a notice of this kind is called: "A notice that something waits". */
struct str problems_notice_words(struct str kind);

/* What the code of a job means, and what to do: of lib/rules/permit.def, lib/core/err.def or
 * lib/sanitise/refusal.def. */
void problems_words(struct str code, struct str *ret_why, struct str *ret_cure);

/* The same of a dispatch or message that came to this state, whose code may also be one of
 * mail_code.def. */
void problems_mail_words(struct str state, struct str code, struct str *ret_why,
                         struct str *ret_cure);

#endif
