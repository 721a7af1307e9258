/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_DECISION_H
#define LETTERBOX_RULES_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "rules/review.h"

/*
 * What a member of staff decided about a letter for one recipient, as the one canonical byte string
 * that is sealed to press and desk (docs/records.md): JSON with sorted keys and no white space.
 * Offsets and boxes, never the words.
 *
 *   desk    fills a struct (decision_marks takes the marks for the recipient from the review that
 *           was on the screen) and writes it
 *   press   reads it, and asks decision_fits whether it is about this row and this review
 *
 * ERR_BAD_JSON for what decision_write does not write, ERR_TOO_BIG past a limit.
 */

enum { DECISION_BYTES = 4 * 1024 * 1024, DECISION_DIGEST_BYTES = 32 };

struct decision_span {
    int part;
    size_t start, end;
    struct str category;
};

struct decision_box {
    int part;
    uint32_t x, y, w, h;
};

struct decision {
    struct str act; /* approve, second, disagree, return, hold, escalate, ask */
    int64_t agency, id, letter;
    int64_t to;                                  /* the recipient; 0: the letter as a whole */
    int version;                                 /* of the review */
    unsigned char digest[DECISION_DIGEST_BYTES]; /* of what was on the screen */
    struct decision_span *spans;
    size_t span_count;
    struct decision_box *boxes;
    size_t box_count;
    struct str note;   /* return: what the sender reads */
    struct str reason; /* for the file */
    struct str review; /* hold: the day to look again, "2027-01-15" */
};

MUST_CHECK enum err decision_read(struct str json, struct arena *arena,
                                  struct decision *ret_decision);
/* Does this act (disagree, return, hold, escalate, ask) end the approvals before it? */
bool decision_objects(struct str act);

MUST_CHECK enum err decision_write(const struct decision *decision, struct buf *ret_json);

/* Fills spans and boxes with what the review takes out for the decision's recipient. */
void decision_marks(const struct review *review, struct arena *arena, struct decision *decision);

/* Are spans and boxes exactly what the review takes out for the decision's recipient? */
bool decision_fits(const struct decision *decision, const struct review *review,
                   struct arena *arena);

#endif
