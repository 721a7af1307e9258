/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_WORDS_MERGE_H
#define LETTERBOX_SANITISE_WORDS_MERGE_H

#include "core/arena.h"
#include "core/err.h"
#include "sanitise/letter.h"

/*
 * The words that a page's file says it has, held against those that were read off its pixels: what
 * both say stays as the file says it, where the file is exact and a reader guesses.
 *
 *   file   Dear Kayla, weather today        Wendy     (a badge: no words)
 *   read   Dear Kayia, Featherstonehaugh    Wendy     St Piran School
 *   both   Dear Kayla, Featherstonehaugh    Wendy     St Piran School      unseen: weather today
 */
struct words_merge {
    const struct part *page, *reading;
    bool *is_shown;    /* of each of the page's words: it was read where it stands */
    size_t *first_met; /* of each of the page's words: where its list begins in `met` */
    size_t *met;       /* numbers of words read that overlap it, in their order */
};

/* False when the two have too much to compare, as no page has that somebody wrote. */
bool words_compare(const struct part *page, const struct part *reading, struct arena *arena,
                   struct words_merge *ret_merge);

/* Was so much of the page's text read otherwise that none of it is to be believed? */
bool words_are_lies(const struct words_merge *merge);

/* The words of both, and their text, into the part; and what of the page's own is not shown, one
 * space between the words. ERR_TOO_BIG: more words or text than a page may have. */
MUST_CHECK enum err words_join(const struct words_merge *merge, struct arena *arena,
                               struct part *part, struct str *ret_unseen);

#endif
