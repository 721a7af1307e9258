/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_LEXICON_H
#define LETTERBOX_REDACT_LEXICON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "redact/norm.h"
#include "redact/words.h"

/*
 * What is known of a word: ordinary English, so that a leak list with "Rose" or "Reading" on it
 * doesn't black out the flower and the book; somebody's name; a place. Made at build time by
 * ops/lexicon from Debian's wbritish and wbritish-huge (SCOWL; free to use, copy and distribute
 * with its notice), faker (MIT) and GeoNames (CC BY 4.0), and embedded; looked up by the hash of
 * the folded word, or of the words of a place's name put together.
 */
enum lexicon_kind {
    LEXICON_ORDINARY = 1, /* written small in a dictionary: "rose" */
    LEXICON_RARE = 2,     /* the same, in a very large one alone */
    LEXICON_PROPER = 4,   /* written with a capital in a dictionary: "Ellie", "London" */
    LEXICON_SELDOM = 8,   /* the same, in a very large one alone */
    LEXICON_FIRST = 16,   /* a first name */
    LEXICON_SURNAME = 32,
    LEXICON_BRITISH = 64,  /* a town or village of Britain or Ireland */
    LEXICON_CITY = 128,    /* one of them that everybody knows */
    LEXICON_HOLIDAY = 256, /* a place where people of Britain go for holidays */
    LEXICON_ABROAD = 512,  /* a large town elsewhere */
};

struct lexicon;

/* Finds the embedded table (3 MiB, read in place) and compiles the lists into the arena. */
const struct lexicon *lexicon_new(struct arena *arena);

/* enum lexicon_kind, 0 for a word that no list has. */
unsigned lexicon_kinds(const struct lexicon *lexicon, uint32_t hash);
/* Looks up each word of the text, once: norm.kinds, .rows, .cues and .begins, and .sentence; in the
 * arena. */
void lexicon_read(const struct lexicon *lexicon, struct norm *norm, struct arena *arena);
/* The same for one word, where there is room. */
void lexicon_read_word(const struct lexicon *lexicon, struct norm *norm, size_t word);
/* Is it written in lower case in a dictionary ("rose")? */
bool lexicon_ordinary(const struct lexicon *lexicon, uint32_t hash);
/* Is it only ever written with a capital ("Ellie", "London")? */
bool lexicon_proper(const struct lexicon *lexicon, uint32_t hash);
/* The lists of words of the scanners. */
const struct words *lexicon_words(const struct lexicon *lexicon);
/* The group of names that are one with it (same.h), 0 for none. */
uint32_t lexicon_same(const struct lexicon *lexicon, uint32_t hash);

#endif
