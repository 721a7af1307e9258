/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_ARRANGEMENT_REVIEW_H
#define LETTERBOX_DESK_ARRANGEMENT_REVIEW_H

#include "server/desk/arrangement.h"

/*
 * Reviews of an arrangement: both sides are asked three questions at least every 24 months, and in
 * the year before the child is eighteen what each of them wishes for then. A review that is done
 * stays as it is.
 */
enum { REVIEW_MOST_MONTHS = 24, REVIEW_ANSWER_BYTES = 4000 };

/* What one of them answered. */
struct review_answer {
    int64_t party;
    struct str feels, change, news;
};

struct review_form {
    struct review_answer answers[ARRANGEMENT_RELATIVES + 1];
    size_t count;
    struct str agreed; /* what was agreed, or why somebody could not be asked */
    bool has_next;
    struct day next;
    int64_t review; /* 0: none was on the list */
};

/* Answers with the page of an arrangement's reviews, with what was typed and the problems noted. */
MUST_CHECK enum err arrangement_reviews_page(struct request *request, int64_t id, int status);

#endif
