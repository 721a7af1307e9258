/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_NORM_H
#define LETTERBOX_REDACT_NORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/str.h"

/*
 * Text folded for search, with the way back to the original bytes.
 *
 *     text      C a f é ‑ I R E N E ' s   (U+0301 after e, U+00AD inside: gone)
 *     glyphs    c a f e   i r e n e s     letters and digits alone, folded: case, accents,
 *                                         compatibility forms, look-alikes of other alphabets
 *     words     [0,4)     [4,10)          runs of glyphs; an apostrophe inside joins
 *     gap       hyphen                    what stands between this word and the next
 *
 * A glyph's bytes of the text take in the combining marks that follow it, up to 64 KiB.
 * Because glyphs hold nothing but letters and digits, "s m i t h" and "Smith" are the same five
 * glyphs: any run of words is one run of glyphs.
 *
 * `shape` is the glyph's look as a scanner or a disguise may have it: 0 and o, 1 and i and l, 5 and
 * s, 8 and b are one shape each. Compared only where letters disagree.
 */

enum glyph_flag {
    GLYPH_FIRST = 1,  /* of its word */
    GLYPH_LAST = 2,   /* of its word */
    GLYPH_UPPER = 4,  /* an upper-case letter in the text */
    GLYPH_BARE = 8,   /* last before a possessive ('s) or a bare apostrophe */
    GLYPH_DIGIT = 16, /* 0 to 9 */
};

struct glyph {
    uint32_t point; /* folded; ASCII wherever a look-alike exists */
    uint32_t start;
    uint16_t bytes; /* of the text */
    uint8_t flags;
    uint8_t shape; /* 0 for what is not ASCII */
};

static inline uint32_t glyph_end(const struct glyph *glyph)
{
    return glyph->start + glyph->bytes;
}

/* Takes in the bytes up to this end, unless they are too many for one glyph. */
static inline void glyph_stretch(struct glyph *glyph, uint32_t end)
{
    if (end - glyph->start <= UINT16_MAX) glyph->bytes = (uint16_t)(end - glyph->start);
}

enum gap_bit {
    GAP_SPACE = 1 << 0,
    GAP_LINE = 1 << 1,      /* one line end */
    GAP_PARAGRAPH = 1 << 2, /* two or more */
    GAP_STOP = 1 << 3,      /* . */
    GAP_HYPHEN = 1 << 4,
    GAP_COMMA = 1 << 5,
    GAP_AT = 1 << 6,
    GAP_SLASH = 1 << 7,
    GAP_COLON = 1 << 8, /* : = */
    GAP_OPEN = 1 << 9,  /* ( [ { < */
    GAP_CLOSE = 1 << 10,
    GAP_UNDERSCORE = 1 << 11,
    GAP_PLUS = 1 << 12,
    GAP_END = 1 << 13, /* ! ? ; … and the end of the text */
    GAP_QUOTE = 1 << 14,
    GAP_OTHER = 1 << 15,
};

enum word_flag {
    WORD_CAPITAL = 1,     /* its first letter is upper case */
    WORD_CAPS = 2,        /* two letters or more, all upper case */
    WORD_DIGITS = 4,      /* digits alone */
    WORD_MIXED = 8,       /* digits and letters */
    WORD_POSSESSIVE = 16, /* ends in 's or s' */
    WORD_OPENS = 32,      /* begins a sentence or a line */
    WORD_WHITE = 64,      /* white space stands before it (or the text begins) */
};

struct word {
    uint32_t glyph; /* index of its first glyph */
    uint32_t count; /* glyphs */
    uint32_t bare;  /* glyphs without a possessive ending */
    uint32_t hash;  /* norm_hash of the glyphs */
    uint16_t gap;   /* enum gap_bit, up to the next word or the end */
    uint8_t flags;
    uint8_t gap_length; /* code points in the gap, 255 for more */
};

struct norm {
    struct str text;
    struct glyph *glyphs;
    size_t glyph_count;
    struct word *words;
    size_t word_count;
    /* Of each word, from lexicon_read on. */
    const uint64_t **rows; /* which lists hold it (words.h); NULL: none */
    uint64_t *cues;        /* the lists of cue.def that hold it without its possessive ending */
    uint16_t *begins;      /* enum words_begin, and of none behind the last two */
    uint16_t *kinds;       /* enum lexicon_kind */
    uint32_t
        *sentence; /* the first word of the sentence of each word, and of the end (norm_measure) */
    const bool *searched; /* words that need no look (join.h); NULL: none */
    uint16_t lead;        /* enum gap_bit before the first word */
    bool shouting;        /* nearly all letters are upper case: case tells nothing */
    bool quiet;           /* hardly any upper case: case tells nothing */
};

/* Folds UTF-8 of at most 2^31 bytes. Lives in the arena: up to 36 bytes for each byte of text. */
void norm_fold(struct str text, struct arena *arena, struct norm *ret_norm);

/* Finds the sentences, for norm->sentence; in the arena. */
void norm_measure(struct norm *norm, struct arena *arena);

/* Byte offsets of words. */
static inline size_t norm_word_start(const struct norm *norm, size_t word)
{
    return norm->glyphs[norm->words[word].glyph].start;
}

static inline size_t norm_word_end(const struct norm *norm, size_t word)
{
    return glyph_end(&norm->glyphs[norm->words[word].glyph + norm->words[word].count - 1]);
}

/* Without a possessive ending. */
size_t norm_word_bare_end(const struct norm *norm, size_t word);
/* The word whose glyphs hold this one. */
size_t norm_word_of(const struct norm *norm, size_t glyph);
/* enum gap_bit before this word. */
static inline uint16_t norm_gap_before(const struct norm *norm, size_t word)
{
    return word == 0 ? norm->lead : norm->words[word - 1].gap;
}

/* Was all there is to find at this word found before its text was joined? */
static inline bool norm_searched(const struct norm *norm, size_t word)
{
    return norm->searched != NULL && norm->searched[word];
}

/* The bytes between this word and the next one (or the end). */
struct str norm_gap(const struct norm *norm, size_t word);

/* Is the word this (lower-case ASCII)? */
bool norm_word_is(const struct norm *norm, size_t word, const char *ascii);

#define NORM_HASH_START 2166136261u
#define NORM_HASH_TIMES 16777619u

static inline uint32_t norm_hash_more(uint32_t hash, uint32_t point)
{
    return (hash ^ point) * NORM_HASH_TIMES;
}

/* FNV-1a over folded points. */
static inline uint32_t norm_hash(const struct glyph *glyphs, size_t count)
{
    uint32_t hash = NORM_HASH_START;
    for (size_t i = 0; i < count; i++) hash = norm_hash_more(hash, glyphs[i].point);
    return hash;
}

static inline uint32_t norm_hash_ascii(const char *ascii, size_t len)
{
    uint32_t hash = NORM_HASH_START;
    for (size_t i = 0; i < len; i++) hash = norm_hash_more(hash, (unsigned char)ascii[i]);
    return hash;
}

/* Of a word without its possessive ending. */
static inline uint32_t norm_bare_hash(const struct norm *norm, const struct word *word)
{
    return word->bare == word->count ? word->hash
                                     : norm_hash(norm->glyphs + word->glyph, word->bare);
}
/* The hash of the glyphs before the last one, from the hash with it. */
static inline uint32_t norm_hash_before(uint32_t hash, const struct glyph *last)
{
    const uint32_t inverse = 0x359c449bu; /* of NORM_HASH_TIMES, modulo 2^32 */
    return hash * inverse ^ last->point;
}

/* The shape of an ASCII letter or digit. */
uint8_t norm_shape(uint32_t point);

#endif
