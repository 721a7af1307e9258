/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_DESK_AGREEMENT_H
#define LETTERBOX_DESK_AGREEMENT_H

#include "rules/agreement.h"
#include "server/desk/arrangement.h"

/*
 * The summary of an agreement for one of its people (rules/agreement.h), from what is sealed. Of
 * the others it has what they may be known as, and what staff wrote into the terms for both sides.
 * Each of these texts is looked through for what this person must not learn: a text that has some
 * of it is left out, the summary is held back, and staff are told which text it is.
 *
 *   agreement.c         which version, how each stands, which words
 *   agreement_guard.c   what somebody must not learn
 */

enum { AGREEMENT_LEAKS = 8 };

struct agreement_line {
    struct str text;
    bool is_head;
};

/* A text that cannot be told to this person. */
struct agreement_leak {
    const char *what; /* names, enclosures, signed, called, child */
    struct str text;
};

struct agreement_summary {
    const struct arrangement_member *member;
    struct str reads; /* usual, large, easy */
    struct agreement_line *lines;
    size_t line_count;
    struct agreement_leak leaks[AGREEMENT_LEAKS];
    size_t leak_count; /* none: it may be given */
};

/* The versions of the terms, the one that is looked at, and what all summaries of it share. */
struct agreement_choice {
    struct terms_version *versions; /* the newest first */
    size_t count, at;
    struct store_rows agency, occasions; /* agency_self, occasion_of_arrangement */
};
/* The one that ?version names, else the one in force. ERR_NOT_FOUND for a version that there is
 * not, or where nothing is agreed yet. */
MUST_CHECK enum err agreement_choice(struct store *store, const struct arrangement_page *page,
                                     struct agreement_choice *ret_choice);
/* Does it have a summary? Not who has left or died. */
bool agreement_is_for(const struct arrangement_member *member);
/* For this person, in this way to read (empty: their own). */
MUST_CHECK enum err agreement_summary(const struct arrangement_page *page,
                                      const struct agreement_choice *choice,
                                      const struct arrangement_member *member, struct str reads,
                                      struct agreement_summary *ret_summary);

/* May the text be told to this person? What the others may be known as is no secret. */
MUST_CHECK enum err agreement_may_tell(struct request *request,
                                       const struct desk_arrangement *arrangement,
                                       const struct arrangement_member *to, struct str text,
                                       bool *ret_may);

#endif
