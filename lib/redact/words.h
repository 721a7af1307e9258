/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_WORDS_H
#define LETTERBOX_REDACT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "redact/norm.h"

/*
 * Lists of words, asked for by the hundred for every word of a letter.
 *
 *     words_has(norm, word, WORDS("street road lane"))
 *
 * A list stands where it is asked; the linker gathers all of them, and words_new makes one table
 * of their words with a bit for each list that has it. A word of a letter is looked up once
 * (words_read), and each question is then one bit. The lists of cue.def stand in the same table.
 */
struct word_list {
    const char *words; /* in small ASCII letters and digits, one space between them */
    unsigned begins;   /* enum words_begin: what may begin with one of them */
};

/* What a scanner looks for at a word only if it begins so; norm->begins has the bits of a word. */
enum words_begin {
    BEGINS_NUMBER = 1 << 0,
    BEGINS_ADDRESS = 1 << 1,
    BEGINS_DATE = 1 << 2,
    BEGINS_NET = 1 << 3,
    BEGINS_HANDLE = 1 << 4,
    BEGINS_SPELLED = 1 << 5, /* codes in words */
    BEGINS_FIRM = 1 << 6,    /* or a group, named behind it */
    BEGINS_SAINT = 1 << 7,
    BEGINS_PLACE = 1 << 8, /* a place stands behind it */
    BEGINS_NAME = 1 << 9,  /* … and a name */
};

#define WORDS_GATHERED __attribute__((section("word_lists"), used, aligned(8)))

/* A list that stands here. */
#define WORDS(list) WORDS_BEGIN(0, list)

/* The same; each of its words may begin what the bits say. */
#define WORDS_BEGIN(bits, list)                                                 \
    __extension__({                                                             \
        static const struct word_list words_here WORDS_GATHERED = {list, bits}; \
        &words_here;                                                            \
    })

struct words;

/* Compiles all lists; about 1 MiB in the arena. */
const struct words *words_new(struct arena *arena);

/* Has the memory of a word's slot come while others are looked up. */
void words_fetch(const struct words *words, uint32_t hash);

/* Looks up a word of the text for norm->rows, ->begins and ->cues. */
void words_read(const struct words *words, struct norm *norm, size_t word);

/* The bits of the lists of cue.def that hold the word with this norm_hash. */
uint64_t words_cues(const struct words *words, uint32_t hash);

/* The linker's names for the two ends of the section. */
extern const struct word_list __start_word_lists[] __attribute__((weak)),
    __stop_word_lists[] __attribute__((weak)); /* none where no list was linked */

enum { WORDS_ROW_BITS = 64 };

/* Has the row (norm->rows) the list's bit? */
static inline bool words_row_has(const uint64_t *row, const struct word_list *list)
{
    size_t id = (size_t)(list - __start_word_lists);
    return row != NULL && (row[id / WORDS_ROW_BITS] >> id % WORDS_ROW_BITS & 1) != 0;
}

/* Is the word, or the word without its possessive ending, on the list? False past the end. */
static inline bool words_has(const struct norm *norm, size_t word, const struct word_list *list)
{
    return word < norm->word_count && words_row_has(norm->rows[word], list);
}

#endif
