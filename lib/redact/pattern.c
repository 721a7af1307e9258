/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern.h"

#include <string.h>

void pattern_mark_bytes(struct patterns *patterns, size_t start, size_t end,
                        enum mark_category category, int confidence, const char *why)
{
    marks_add(patterns->marks, patterns->arena,
              (struct mark){start, end, category, MARK_PATTERN, confidence, str_from(why)});
}

void pattern_mark(struct patterns *patterns, size_t first, size_t last, enum mark_category category,
                  int confidence, const char *why)
{
    pattern_mark_bytes(patterns, norm_word_start(patterns->norm, first),
                       norm_word_end(patterns->norm, last), category, confidence, why);
}

bool pattern_after_list(const struct patterns *patterns, size_t word, size_t back,
                        const struct word_list *list)
{
    const struct norm *norm = patterns->norm;
    const size_t since = word - norm->sentence[word], most = since < back ? since : back;
    for (size_t i = 1; i <= most; i++)
        if (words_row_has(norm->rows[word - i], list)) return true;
    return false;
}

bool pattern_before_list(const struct patterns *patterns, size_t word, size_t ahead,
                         const struct word_list *list)
{
    const struct norm *norm = patterns->norm;
    for (size_t at = word; at < word + ahead && at + 1 < norm->word_count; at++) {
        uint16_t gap = norm->words[at].gap;
        if (gap & (GAP_END | GAP_PARAGRAPH)) return false;
        if ((gap & GAP_STOP) && (gap & GAP_SPACE)) return false;
        if (words_row_has(norm->rows[at + 1], list)) return true;
    }
    return false;
}

/* "lst", "l July": may a date begin so in a scan? */
static bool like_one(const struct norm *norm, const struct word *w)
{
    uint32_t first = norm->glyphs[w->glyph].point;
    return (w->count == 1 || w->count == 3) && (first == 'l' || first == 'i');
}

/* May a link or an e-mail address begin here, or stand round the gap behind it? */
static bool near_net(const struct norm *norm, size_t i)
{
    const struct word *w = &norm->words[i];
    if ((w->gap & (GAP_AT | GAP_STOP | GAP_HYPHEN)) || (norm->begins[i] & BEGINS_NET)) return true;
    if (i + 1 >= norm->word_count) return false;
    if (norm->begins[i + 1] & BEGINS_NET) return true;
    /* "p i n g dot example" */
    return w->count == 1 && w[1].count == 1 && (norm->rows[i] != NULL || norm->rows[i + 1] != NULL);
}

static bool near_handle(const struct norm *norm, size_t i)
{
    if (norm->words[i].gap & (GAP_UNDERSCORE | GAP_OTHER)) return true;
    if (norm_gap_before(norm, i) & (GAP_AT | GAP_OTHER)) return true;
    unsigned begins = norm->begins[i];
    if (i + 2 < norm->word_count) begins |= norm->begins[i + 2]; /* "jo94 on snap" */
    return (begins & BEGINS_HANDLE) != 0;
}

/* An ordinary word among such: nothing that scan_word looks for. */
static inline bool begins_nothing(const struct norm *norm, size_t i)
{
    const struct word *w = &norm->words[i];
    const uint16_t *begins = norm->begins + i, before = norm_gap_before(norm, i);
    if ((w->flags & (WORD_DIGITS | WORD_MIXED)) || begins[0] != 0) return false;
    if (w->count <= 2 && (begins[1] | begins[2]) != 0) return false;
    if ((begins[1] & BEGINS_NET) || (begins[2] & BEGINS_HANDLE)) return false;
    if (w->count == 2) return w->gap == GAP_SPACE && before == GAP_SPACE;
    return w->count != 1 && !like_one(norm, w) &&
           !(w->gap & (GAP_AT | GAP_STOP | GAP_HYPHEN | GAP_UNDERSCORE | GAP_OTHER)) &&
           !(before & (GAP_AT | GAP_OTHER));
}

/* Most words can begin nothing at all; what each scanner needs is seen without it. A rule that
 * begins otherwise must be let in here, or ask for its words with pattern_begins. */
static void scan_word(struct patterns *patterns, size_t i, bool digit_near)
{
    const struct norm *norm = patterns->norm;
    const struct word *w = &norm->words[i];
    const unsigned all = BEGINS_NUMBER | BEGINS_ADDRESS | BEGINS_DATE;
    unsigned begins = norm->begins[i];
    if (w->flags & (WORD_DIGITS | WORD_MIXED)) begins |= all;
    if (w->count <= 2 && i + 1 < norm->word_count) begins |= norm->begins[i + 1] & BEGINS_SPELLED;
    if (begins & BEGINS_NUMBER) {
        pattern_phone(patterns, i);
        pattern_said(patterns, i);
    }
    if (begins & BEGINS_ADDRESS) pattern_address(patterns, i);
    if (begins & BEGINS_SPELLED) pattern_spelled(patterns, i);
    if (w->count <= 2 || (begins & BEGINS_HANDLE)) pattern_pieces(patterns, i);
    if (digit_near) {
        pattern_bank(patterns, i);
        pattern_id(patterns, i);
        pattern_postcode(patterns, i);
        pattern_vehicle(patterns, i);
    }
    if (near_net(norm, i)) pattern_net(patterns, i);
    if (near_handle(norm, i)) pattern_handle(patterns, i);
    if ((begins & BEGINS_DATE) || like_one(norm, w)) pattern_birth(patterns, i);
}

static size_t word_with_digit(const struct norm *norm, size_t word)
{
    while (word < norm->word_count && !(norm->words[word].flags & (WORD_DIGITS | WORD_MIXED)))
        word++;
    return word;
}

static size_t first_digit(const struct norm *norm, size_t word)
{
    size_t at = norm->words[word].glyph;
    while (!(norm->glyphs[at].flags & GLYPH_DIGIT)) at++;
    return at;
}

void pattern_find(struct patterns *patterns)
{
    enum { NEAR = 8 }; /* glyphs before the first digit of any form */
    const struct norm *norm = patterns->norm;
    size_t next = 0, digit = SIZE_MAX; /* the next word with a digit, and where that is */
    for (size_t i = 0; i < norm->word_count; i++) {
        if (norm_searched(norm, i)) continue;
        if (i == 0 || next < i) {
            next = word_with_digit(norm, i);
            digit = next < norm->word_count ? first_digit(norm, next) : SIZE_MAX;
        }
        bool digit_near = digit - norm->words[i].glyph <= NEAR;
        if (digit_near || !begins_nothing(norm, i)) scan_word(patterns, i, digit_near);
    }
}
