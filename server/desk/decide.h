/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_DECIDE_H
#define LETTERBOX_DESK_DECIDE_H

#include "server/desk/letter.h"

/*
 * A decision as it is recorded: one canonical byte string for each recipient (docs/records.md),
 * offsets and boxes, never the words.
 */
struct decide {
    struct request *request;
    const struct desk_letter *letter;
    const char *act; /* approve, second, disagree, return, hold, escalate */
    int64_t to;      /* 0: about the whole letter */
    struct str note, reason;
    struct str review; /* 2027-01-15, or empty */
};
MUST_CHECK enum err decide_record(struct store *store, const struct decide *decide);
/* Moves the letter on, if nobody was quicker: ERR_CONFLICT. */
MUST_CHECK enum err decide_move(struct request *request, struct store *store,
                                const struct desk_letter *letter, const char *state);
/*
 * Opens a letter for decisions again that was returned, or some of whose copies are out: in a next
 * version, to which no earlier approval and no earlier note belongs. Quiet when it is open.
 */
MUST_CHECK enum err decide_reopen(struct request *request, struct store *store, int64_t letter);
/* Hands the letter to the press; what failed of it before stands among the problems no more. */
MUST_CHECK enum err decide_queue(struct request *request, struct store *store, const char *kind,
                                 int64_t letter);
/* The version and digest of the form are those of the letter: what was on the screen is what is. */
MUST_CHECK enum err decide_check(struct request *request, const struct desk_letter *letter,
                                 bool with_digest);

#endif
