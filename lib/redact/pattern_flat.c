/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

/* Numbers of houses, and of what stands inside one or in a park: "Flat 6, Calder House". */

static const char buildings[] =
    "house court lodge mansions buildings tower towers villas point heights "
    "apartments flats home homes halls hall";

bool pattern_house_number(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->count > 5 || !(w->flags & (WORD_DIGITS | WORD_MIXED))) return false;
    const struct glyph *g = norm->glyphs + w->glyph;
    size_t digits = 0, real = 0;
    /* "l8 Mill Lane", as a scanner reads 18. */
    bool misread =
        w->count >= 2 && (g[0].point == 'l' || g[0].point == 'i') && (g[1].flags & GLYPH_DIGIT);
    while (digits < w->count &&
           ((digits == 0 && misread) || (g[digits].flags & GLYPH_DIGIT) ||
            (digits > 0 && (g[digits].point == 'o' || g[digits].point == 'l')))) {
        if (g[digits].flags & GLYPH_DIGIT) real++;
        digits++;
    }
    if (digits == 0 || digits > 4 || real == 0) return false;
    if (digits == w->count) return true;
    return digits + 1 == w->count && g[digits].point <= 'h';
}

/* May a flat's number or letter stand behind this word? */
static bool flat_begins(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word], *next = w + 1;
    if (!pattern_begins(p, word, BEGINS_ADDRESS, PATTERN_FLATS) ||
        !pattern_next(p, word, GAP_SPACE | GAP_STOP, 2))
        return false;
    const bool number = pattern_house_number(norm, word + 1), mixed = next->flags & WORD_MIXED;
    if (!number && next->count > 2 && !(mixed && next->count <= 4)) return false;
    if (pattern_is(p, word + 1, "is in on at of to my me up it we by so no he as or if"))
        return false;
    /* "the new flat. A balcony", "mieszkanie w" */
    if ((w->gap & GAP_STOP) && w->count > 3) return false;
    if (pattern_is(p, word + 1, "a w z i o u y") && !(next->flags & WORD_CAPITAL) && !norm->quiet)
        return false;
    return number || mixed ||
           !pattern_is(p, word,
                       "room unit plot pitch berth caravan chalet mooring cabin suite studio "
                       "office bay pod bedsit");
}

/* The last word of the building behind a flat's number: "Flat 6, Calder House"; 0 for none. */
static size_t building_end(struct patterns *p, size_t number)
{
    enum { MOST = 4 };
    const struct norm *norm = p->norm;
    size_t at = number;
    for (size_t steps = 0; steps < MOST && pattern_next(p, at, GAP_SPACE | GAP_COMMA | GAP_LINE, 3);
         steps++) {
        at++;
        if (steps > 0 && pattern_is(p, at, buildings)) return at;
        if (!(norm->words[at].flags & WORD_CAPITAL) && !norm->quiet && !norm->shouting) break;
    }
    /* "Caravan 12, Golden Sands" */
    if (!(norm->words[number].gap & GAP_COMMA) || norm->shouting) return 0;
    at = number + 1;
    while (at < number + MOST && at < norm->word_count && (norm->words[at].flags & WORD_CAPITAL) &&
           !(norm->words[at].flags & (WORD_DIGITS | WORD_MIXED)) &&
           norm->words[at].gap == GAP_SPACE)
        at++;
    const uint16_t ends = GAP_COMMA | GAP_STOP | GAP_END | GAP_LINE | GAP_PARAGRAPH;
    return at < norm->word_count && at >= number + 2 && (norm->words[at].flags & WORD_CAPITAL) &&
                   (norm->words[at].gap & ends)
               ? at
               : 0;
}

/* "Bleakmoor Caravan Park, plot 9, DL38 2ZT", "halls room 9" */
static bool in_park(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word == 0) return false;
    const struct word *before = &norm->words[word - 1];
    if ((before->gap & GAP_COMMA) && (before->flags & WORD_CAPITAL) && !norm->shouting &&
        pattern_is(p, word - 1,
                   "park site farm field caravans court house hall marina green close "
                   "lane road way halls holiday lodge estate yard"))
        return true;
    return before->gap == GAP_SPACE && pattern_is(p, word - 1, "halls hall hostel court site park");
}

void pattern_flat(struct patterns *p, size_t word)
{
    if (!flat_begins(p, word)) return;
    const size_t end = building_end(p, word + 1);
    if (end == 0 && !in_park(p, word) &&
        pattern_is(p, word,
                   "room unit plot pitch caravan chalet cabin suite studio office bay pod"))
        return;
    pattern_mark(p, word, end != 0 ? end : word + 1, MARK_ADDRESS, end != 0 ? 92 : 70,
                 "has the form of a flat's address");
}
