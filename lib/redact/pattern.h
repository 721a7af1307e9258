/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_PATTERN_H
#define LETTERBOX_REDACT_PATTERN_H

#include <stdbool.h>

#include "core/arena.h"
#include "redact/cue.h"
#include "redact/facts.h"
#include "redact/mark.h"
#include "redact/norm.h"
#include "redact/words.h"

/*
 * What is recognised by its form: phones, e-mails, web addresses, names on apps, postcodes, street
 * addresses, official numbers, number plates, bank details, dates of birth. Each scanner looks at
 * one word and a bounded number of its neighbours.
 */
struct patterns {
    const struct norm *norm;
    const struct facts *facts; /* for listed dates of birth and allowed names */
    const struct lexicon *lexicon;
    bool scanned;
    bool from_relative; /* the letter is a relative's, not the family's */
    struct arena *arena;
    struct marks *marks;
    size_t link_end; /* byte after the last web address */
};

void pattern_find(struct patterns *patterns);

/* The scanners; each tries what begins (or has its sign) at this word. */
void pattern_phone(struct patterns *patterns, size_t word);
void pattern_bank(struct patterns *patterns, size_t word);
void pattern_id(struct patterns *patterns, size_t word);
/* Official and bank numbers in words. */
void pattern_said(struct patterns *patterns, size_t word);
void pattern_net(struct patterns *patterns, size_t word);
void pattern_handle(struct patterns *patterns, size_t word);
void pattern_postcode(struct patterns *patterns, size_t word);
void pattern_vehicle(struct patterns *patterns, size_t word);
/* Codes whose letters or numbers are words. */
void pattern_spelled(struct patterns *patterns, size_t word);
/* Codes and names on apps that are told piece by piece. */
void pattern_pieces(struct patterns *patterns, size_t word);
void pattern_address(struct patterns *patterns, size_t word);
void pattern_birth(struct patterns *patterns, size_t word);

/* For the scanners. */

/* Proposes the bytes of the words first … last. */
void pattern_mark(struct patterns *patterns, size_t first, size_t last, enum mark_category category,
                  int confidence, const char *why);
void pattern_mark_bytes(struct patterns *patterns, size_t start, size_t end,
                        enum mark_category category, int confidence, const char *why);
/* Is the word one of these, which stand with one space between them? */
#define pattern_is(patterns, word, list) words_has((patterns)->norm, (word), WORDS(list))
/* The same, where nothing else may begin what the bit says (enum words_begin). */
#define pattern_begins(patterns, word, bit, list) \
    words_has((patterns)->norm, (word), WORDS_BEGIN(bit, list))
/* Does one of these stand among the `back` words before it, in the same sentence? */
#define pattern_after(patterns, word, back, list) \
    pattern_after_list((patterns), (word), (back), WORDS(list))
/* Does one of these stand among the `ahead` words after it, in the same sentence? */
#define pattern_before(patterns, word, ahead, list) \
    pattern_before_list((patterns), (word), (ahead), WORDS(list))
bool pattern_after_list(const struct patterns *patterns, size_t word, size_t back,
                        const struct word_list *list);
bool pattern_before_list(const struct patterns *patterns, size_t word, size_t ahead,
                         const struct word_list *list);
/* May what begins with this word go on with the next? Only these gap bits, so many code points. */
static inline bool pattern_next(const struct patterns *patterns, size_t word, uint16_t bits,
                                unsigned most)
{
    const struct norm *norm = patterns->norm;
    if (word + 1 >= norm->word_count) return false;
    return (norm->words[word].gap & (uint16_t)~bits) == 0 && norm->words[word].gap_length <= most;
}

#endif
