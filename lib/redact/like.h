/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_LIKE_H
#define LETTERBOX_REDACT_LIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "redact/norm.h"

/* How alike two words are: by letters, by shapes, by sound. All bounded by LIKE_GLYPHS. */

enum { LIKE_GLYPHS = 48, LIKE_SOUND = 12 };

static inline bool like_same(const struct glyph *a, const struct glyph *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].point != b[i].point) return false;
    return true;
}

static inline uint32_t like_shape(const struct glyph *glyph)
{
    return glyph->shape != 0 ? glyph->shape : glyph->point;
}

/*
 * Does the text begin with the word when both are read by shape: 0 and o, 1 and i and l are one,
 * and rn is m, vv is w, in either? Returns how many glyphs of the text that takes, 0 for none.
 */
size_t like_shape_start(const struct glyph *text, size_t text_count, const struct glyph *word,
                        size_t word_count);

/* Where this is false, like_shape_start is 0. */
static inline bool like_may_begin(const struct glyph *text, const struct glyph *word)
{
    uint32_t a = text->point, b = word->point;
    return like_shape(text) == like_shape(word) || a == 'm' || a == 'w' || b == 'm' || b == 'w';
}

/* Their first glyphs are alike: is it worth asking like_shape_start? */
static inline bool like_may_start(const struct glyph *text, size_t text_count,
                                  const struct glyph *word, size_t word_count)
{
    if (text_count < 2 || word_count < 2 || text[1].shape == word[1].shape) return true;
    uint32_t a = text[1].point, b = word[1].point;
    return a == 'm' || a == 'w' || b == 'm' || b == 'w'; /* "rn" and "vv" */
}

/*
 * Letters to add, drop, change or swap with a neighbour to make one of the other (optimal string
 * alignment, by shape); more than `most` (at most 3) is most + 1.
 */
unsigned like_distance(const struct glyph *a, size_t a_count, const struct glyph *b, size_t b_count,
                       unsigned most);

/* How an English reader might say it: consonant classes, NUL-ended; "" under three letters. */
void like_sound(const struct glyph *word, size_t count, char ret_sound[LIKE_SOUND + 1]);

/* One bit a letter or digit that occurs: of one from a to z this, a digit has that of its shape. */
#define LIKE_LETTER(letter) (UINT64_C(1) << ((letter) - 'a'))
uint64_t like_letters(const struct glyph *word, size_t count);

#endif
