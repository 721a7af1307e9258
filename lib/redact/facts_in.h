/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_FACTS_IN_H
#define LETTERBOX_REDACT_FACTS_IN_H

#include "redact/date.h"
#include "redact/facts.h"
#include "redact/like.h"

/* For facts.c, which compiles the leak list, and facts_find.c, which searches for it. */

/* "Saint" as it is written here and by families from elsewhere. */
#define FACTS_SAINTS "st saint sw swietego swietej sfantul sfanta san sankt"

enum kind_of_word { WORD_GENERIC, WORD_WEAK, WORD_ORDINARY, WORD_TELLING };

struct term_word {
    const struct glyph *glyphs;
    uint32_t count;
    uint32_t hash;
    uint32_t term;
    enum kind_of_word kind;
    uint32_t same; /* group of names that are one, 0 for none */
    bool saint;    /* "St" */
    uint64_t letters;
    char sound[LIKE_SOUND + 1];
};

struct term {
    const struct redact_term *given;
    const struct glyph *glyphs;
    uint32_t glyph_count;
    uint32_t first, count;        /* words */
    uint32_t solid;               /* words that are ordinary or telling */
    bool digits;                  /* holds a digit */
    bool one_ordinary;            /* one word, and an ordinary one */
    bool by_words;                /* may be found by its words; else only whole */
    bool telling;                 /* one of its words is telling */
    const struct glyph *initials; /* of its words, if it has two or more; else NULL */
    uint32_t initial_count;
    struct date birth; /* month 0: not a date */
};

struct slot {
    uint32_t hash;
    uint32_t index; /* + 1 */
};

enum { FACTS_BITS = 32 * 64 - 1 };

struct facts {
    struct term *terms;
    size_t term_count;
    struct term_word *words;
    size_t word_count;
    uint32_t *seekers; /* indexes of words worth a look: ordinary and telling */
    size_t seeker_count;
    uint32_t *by_first[128]; /* terms by the shape of their first glyph */
    size_t by_first_count[128];
    struct slot *allowed;
    uint32_t allowed_mask;
    uint64_t hashes[32]; /* a bit for each hash of a word of a term */
    const struct lexicon *lexicon;
    const struct norm *norms; /* of the terms */
};

/* Words that tell nothing alone, by the kind of term they stand in; NULL for none. */
const struct word_list *facts_generic(enum mark_category category);

#endif
