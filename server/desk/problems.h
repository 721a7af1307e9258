/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_PROBLEMS_H
#define LETTERBOX_DESK_PROBLEMS_H

#include "server/desk/register.h"

/*
 * What waits for a person: dispatches that may have been sent, were stopped or came back; notices
 * that did not go; work that a machine gave up.
 */
MUST_CHECK enum err problems_page(struct request *request);

/*
 * Puts clock{now, can_confirm} into the view while a jump of the clock waits to be confirmed: mail
 * stands still then.
 */
MUST_CHECK enum err problems_put_clock(struct request *request, struct store *store);

/* What the code of a job or a dispatch means, and what to do: of lib/rules/permit.def,
 * lib/core/err.def, lib/sanitise/refusal.def, or a mail server's. */
void problems_words(struct str code, struct str *ret_why, struct str *ret_cure);

#endif
