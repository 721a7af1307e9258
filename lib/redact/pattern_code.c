/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/pattern_in.h"

/*
 * A form of a code is written with A for a letter, 9 for a digit, X for either; one character a
 * glyph. Glyphs run on over spaces, so "AB 12 34 56 C" and "ab123456c" are one.
 */

bool pattern_form_fits(struct patterns *p, size_t word, const struct form *form, size_t most,
                       bool mistaken, size_t *ret_last)
{
    const struct norm *norm = p->norm;
    size_t at = norm->words[word].glyph, real = 0;
    const struct glyph *g = norm->glyphs + at;
    for (size_t i = 0; i < form->count; i++) {
        if (!pattern_sign_fits(&g[i], form->signs[i], mistaken)) return false;
        if (g[i].flags & GLYPH_DIGIT) real++;
    }
    if (real == 0) return false;
    size_t last = norm_word_of(norm, at + form->count - 1);
    if (last - word + 1 > most) return false;
    for (size_t i = word; i < last; i++)
        if (!pattern_next(p, i, GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_STOP | GAP_SLASH, 3))
            return false;
    *ret_last = last;
    return true;
}

/* All capitals; a small l, i or o may stand for a digit. */
bool pattern_upper(struct patterns *p, size_t first, size_t last)
{
    const struct norm *norm = p->norm;
    size_t end = norm->words[last].glyph + norm->words[last].count, capitals = 0;
    for (size_t i = norm->words[first].glyph; i < end; i++) {
        uint32_t point = norm->glyphs[i].point;
        if (norm->glyphs[i].flags & GLYPH_UPPER)
            capitals++;
        else if (point >= 'a' && point != 'l' && point != 'i' && point != 'o')
            return false;
    }
    return capitals > 0;
}

/* Letters that no scanner takes for digits. */
size_t pattern_letters_in(const struct glyph *g, size_t count)
{
    size_t letters = 0;
    for (size_t i = 0; i < count; i++)
        if (g[i].point >= 'a' && !pattern_like_digit(g[i].point)) letters++;
    return letters;
}

unsigned pattern_digit(const struct glyph *glyph)
{
    return glyph->point - '0';
}
