/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_REDACT_PATTERN_IN_H
#define LETTERBOX_REDACT_PATTERN_IN_H

#include "redact/pattern.h"

/* For the scanners pattern_*.c. */

enum { RUN_DIGITS = 40 };

/* Digits of one number, from whatever words. */
struct run {
    char digits[RUN_DIGITS];
    size_t count;
};

/* Numbers of two digits in words. */
#define PATTERN_TENS                                                                          \
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty " \
    "thirty forty fifty sixty seventy eighty ninety"

/* What has a number inside a house or a park. */
#define PATTERN_FLATS                                                    \
    "pitch berth caravan chalet mooring cabin suite flat apartment apt " \
    "yard arch unit plot room fflat mieszkanie studio office bay pod bedsit maisonette"

/* A form of a code (pattern_code.c). */
struct form {
    const char *signs;
    size_t count;
};
#define FORM(signs)              \
    {                            \
        signs, sizeof(signs) - 1 \
    }

/* One of "oilsbz", which a reader takes for digits. */
static inline bool pattern_like_digit(uint32_t point)
{
    const uint32_t letters = 1u << ('o' - 'a') | 1u << ('i' - 'a') | 1u << ('l' - 'a') |
                             1u << ('s' - 'a') | 1u << ('b' - 'a') | 1u << ('z' - 'a');
    return point >= 'a' && point <= 'z' && (letters >> (point - 'a') & 1) != 0;
}

/* Does a reader take this digit for a letter? */
static inline bool pattern_like_letter(uint32_t digit)
{
    return digit == '0' || digit == '1' || digit == '5' || digit == '8';
}

/* May the glyph stand for this sign of a form? mistaken: as a reader or a scanner may take it. */
static inline bool pattern_sign_fits(const struct glyph *glyph, char sign, bool mistaken)
{
    const bool digit = glyph->flags & GLYPH_DIGIT;
    if (sign == '9') return digit || (mistaken && pattern_like_digit(glyph->point));
    if (digit) return sign != 'A' || (mistaken && pattern_like_letter(glyph->point));
    return glyph->point >= 'a' && glyph->point <= 'z';
}

bool pattern_form_fits(struct patterns *p, size_t word, const struct form *form, size_t most,
                       bool mistaken, size_t *ret_last);

/* Words that may be one code of this form: from this word, `most` words at most. */
static inline bool pattern_form(struct patterns *p, size_t word, const struct form *form,
                                size_t most, bool mistaken, size_t *ret_last)
{
    const size_t at = p->norm->words[word].glyph;
    const struct glyph *first = &p->norm->glyphs[at];
    if (!pattern_sign_fits(first, form->signs[0], mistaken)) return false;
    if (form->count > p->norm->glyph_count - at) return false;
    if (!(first[form->count - 1].flags & GLYPH_LAST)) return false;
    return pattern_form_fits(p, word, form, most, mistaken, ret_last);
}
#define pattern_form_at(p, word, signs, most, mistaken, ret_last)              \
    __extension__({                                                            \
        static const struct form form_here = FORM(signs);                      \
        pattern_form((p), (word), &form_here, (most), (mistaken), (ret_last)); \
    })

/* Is one of the glyphs [first, last] of the word and those behind it a digit, or like one? Without
 * it no form of a code that has its digits there begins at the word. */
static inline bool pattern_digit_in(const struct patterns *p, size_t word, size_t first,
                                    size_t last)
{
    const size_t at = p->norm->words[word].glyph;
    for (size_t i = at + first; i <= at + last && i < p->norm->glyph_count; i++) {
        const struct glyph *g = &p->norm->glyphs[i];
        if ((g->flags & GLYPH_DIGIT) || pattern_like_digit(g->point)) return true;
    }
    return false;
}

/* Has the word no digit, and no capital that pattern_upper looks for? */
static inline bool pattern_is_plain(const struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if (w->flags & (WORD_DIGITS | WORD_MIXED | WORD_CAPITAL)) return false;
    const uint32_t first = p->norm->glyphs[w->glyph].point;
    return first != 'l' && first != 'i' && first != 'o';
}

/* 1 to 4 digits with at most one letter behind them ("14", "22a"). */
bool pattern_house_number(const struct norm *norm, size_t word);

/* Marks a code with digits in it after "case number", "ref:", "passport" (pattern_ref.c). */
void pattern_cued_code(struct patterns *p, size_t word);
/* … "03/448120K", "B4/2024/9917": digits and capitals joined by strokes, that are no date. */
void pattern_joined_code(struct patterns *p, size_t word);
/* … "RN 9914 2207 3GB": digits in groups, or with capitals, by their number alone. */
void pattern_bare_code(struct patterns *p, size_t word);

/* "sort code ninety nine, forty one, oh seven": marks it (pattern_bank.c). */
void pattern_sort_code_said(struct patterns *p, size_t word);

/* "Flat 6, Calder House" and "apartment 12": marks it. */
void pattern_flat(struct patterns *p, size_t word);

/* All capitals; a small l, i or o may stand for a digit. */
bool pattern_upper(struct patterns *p, size_t first, size_t last);

/* Letters that no scanner takes for digits. */
size_t pattern_letters_in(const struct glyph *g, size_t count);

unsigned pattern_digit(const struct glyph *glyph);

/* May the byte stand before the @ of an e-mail address? */
bool pattern_address_byte(char c);

/* The digit for the word, 0 for none. */
char pattern_word_digit(struct patterns *p, size_t word);

/* … for a letter that stands for one in a hurry, a disguise or a scan. */
char pattern_letter_digit(uint32_t point);

/* Adds the digits that the words from here on say; how many words, 0 for none. */
size_t pattern_take(struct patterns *p, size_t word, struct run *run);

/* Nothing but digits and number words begins a run. */
bool pattern_begins_run(const struct patterns *p, size_t word);

/* Is the whole run one phone number? plus: a + stands before it. */
bool pattern_is_phone(const struct run *run, bool plus);

#endif
