/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/date.h"
#include "redact/facts_in.h"

/*
 * A number or code of the list whose letters and digits are words.
 *
 *     AB12 CDE        "ab twelve c d e" · "alpha bravo one two charlie delta echo"
 *     07700 900321    "oh double seven double oh nine hundred …" · its digits backwards
 */

enum { CODE_MOST = 40, CODE_LEAST = 5, WORDS_MOST = 30 };

struct code {
    char at[CODE_MOST];
    size_t count;
    bool said; /* some of it was a word */
};

static const char spelled[] =
    "zero oh nought one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred double triple treble alpha alfa bravo charlie delta echo foxtrot golf "
    "hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform "
    "victor "
    "whiskey whisky xray yankee zulu too won ate for";

static bool put(struct code *code, char sign)
{
    if (code->count >= CODE_MOST) return false;
    code->at[code->count++] = sign;
    return true;
}

/* One digit for the word, 0 for none. */
static char one_digit(const struct norm *norm, size_t word)
{
    static const struct {
        const char *word;
        char digit;
    } words[] = {{"zero", '0'}, {"oh", '0'},    {"nought", '0'}, {"one", '1'},
                 {"two", '2'},  {"three", '3'}, {"four", '4'},   {"five", '5'},
                 {"six", '6'},  {"seven", '7'}, {"eight", '8'},  {"nine", '9'},
                 {"too", '2'},  {"won", '1'},   {"ate", '8'},    {"for", '4'}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (norm_word_is(norm, word, words[i].word)) return words[i].digit;
    return 0;
}

/* 10 to 19, 20, 30 … 90; 0 for none. */
static int two_digits(const struct norm *norm, size_t word)
{
    static const char *const words[] = {"ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
                                        "twenty",  "thirty",  "forty",     "fifty",    "sixty",
                                        "seventy", "eighty",  "ninety"};
    for (int i = 0; i < 18; i++)
        if (norm_word_is(norm, word, words[i])) return i < 10 ? 10 + i : (i - 8) * 10;
    return 0;
}

/* Adds what the words from here say; how many words that takes, 0 for none. */
static size_t say(const struct norm *norm, size_t word, struct code *code)
{
    const struct word *w = &norm->words[word];
    if (is_any(norm, word, spelled)) {
        code->said = true;
        bool twice = is_any(norm, word, "double"), thrice = is_any(norm, word, "triple treble");
        if ((twice || thrice) && word + 1 < norm->word_count) {
            struct code one = {.count = 0};
            if (norm->words[word + 1].count > 1 && one_digit(norm, word + 1) == 0) return 0;
            if (say(norm, word + 1, &one) != 1 || one.count != 1) return 0;
            for (int i = 0; i < (twice ? 2 : 3); i++)
                if (!put(code, one.at[0])) return 0;
            return 2;
        }
        if (norm_word_is(norm, word, "hundred")) return put(code, '0') && put(code, '0') ? 1 : 0;
        char digit = one_digit(norm, word);
        if (digit != 0) return put(code, digit) ? 1 : 0;
        int tens = two_digits(norm, word);
        if (tens == 0) return put(code, (char)norm->glyphs[w->glyph].point) ? 1 : 0;
        char unit = tens >= 20 && word + 1 < norm->word_count && w->gap_length == 1
                        ? one_digit(norm, word + 1)
                        : 0;
        bool both = unit > '0';
        if (!put(code, (char)('0' + tens / 10))) return 0;
        if (!both) unit = (char)('0' + tens % 10);
        if (!put(code, unit)) return 0;
        return both ? 2 : 1;
    }
    if (!(w->flags & (WORD_DIGITS | WORD_MIXED)) && w->count > 3) return 0;
    for (size_t i = 0; i < w->count; i++) {
        uint32_t point = norm->glyphs[w->glyph + i].point;
        if (point >= 0x80 || !put(code, (char)point)) return 0;
    }
    return 1;
}

static bool backwards(const struct term *term, const struct code *code)
{
    if (code->count != term->glyph_count || code->count < 8) return false;
    for (size_t i = 0; i < code->count; i++)
        if (term->glyphs[i].point != (unsigned char)code->at[code->count - 1 - i]) return false;
    return true;
}

bool facts_is_code(const struct term *term)
{
    switch (term->given->category) {
    case MARK_PHONE:
    case MARK_ID:
    case MARK_BANK:
    case MARK_VEHICLE:
    case MARK_POSTCODE: return term->digits && term->glyph_count >= CODE_LEAST;
    default: return false;
    }
}

/* How much of the term the code begins with; none unless the code is all of its own. */
static bool begins(const struct term *term, const struct code *code)
{
    if (code->count > term->glyph_count) return false;
    for (size_t i = 0; i < code->count; i++)
        if (term->glyphs[i].point != (unsigned char)code->at[i]) return false;
    return true;
}

/* "and then five": words between the signs of a code that is said. How many of them. */
static size_t between(const struct norm *norm, size_t word)
{
    enum { MOST = 3 };
    size_t count = 0;
    while (count < MOST && is_any(norm, word + count, "and then followed by space")) count++;
    return count;
}

/* "the end of it is Oh P T": the second half of a postcode, its digit said. */
static void inward_half(struct search *s, const struct term *term, size_t word)
{
    enum { INWARD = 3, LEAST = 5 };
    const struct norm *norm = s->norm;
    if (term->given->category != MARK_POSTCODE || term->glyph_count < LEAST) return;
    if (word + INWARD > norm->word_count) return;
    const struct glyph *end = term->glyphs + term->glyph_count - INWARD;
    struct code code = {.count = 0};
    for (size_t i = 0; i < INWARD; i++) {
        const struct word *w = &norm->words[word + i];
        if (i > 0 &&
            (norm->words[word + i - 1].gap & (uint16_t) ~(GAP_SPACE | GAP_COMMA | GAP_LINE)))
            return;
        if (i > 0 && (w->count != 1 || !(w->flags & WORD_CAPITAL))) return;
        if (say(norm, word + i, &code) != 1) return;
    }
    if (code.count != INWARD || !code.said) return;
    for (size_t i = 0; i < INWARD; i++)
        if (end[i].point != (unsigned char)code.at[i]) return;
    facts_propose(s, term, word, word + INWARD - 1, false, 80, &facts_why_spelled);
}

/* "four four eight one, oh nine seven three", "994127": a half of a sort code and an account. */
static void half_alone(struct search *s, const struct term *term, size_t word, size_t from,
                       size_t count)
{
    const struct norm *norm = s->norm;
    const struct glyph *half = term->glyphs + from;
    struct code code = {.count = 0};
    size_t at = word;
    while (code.count < count && at < norm->word_count) {
        const size_t taken = say(norm, at, &code);
        if (taken == 0 || code.count > count) return;
        for (size_t i = 0; i < code.count; i++)
            if (half[i].point != (unsigned char)code.at[i]) return;
        at += taken;
        if (norm->words[at - 1].gap_length > 4 && code.count < count) return;
    }
    struct date date; /* "Date: 12-10-24" */
    if (!code.said && at > word + 1 && date_at(norm, word, &date)) return;
    if (code.count == count) facts_propose(s, term, word, at - 1, false, 88, &facts_why_spelled);
}

static void halves_alone(struct search *s, const struct term *term, size_t word)
{
    enum { SORT = 6, BOTH = 14 };
    if (term->given->category != MARK_BANK || term->glyph_count != BOTH) return;
    half_alone(s, term, word, 0, SORT);
    half_alone(s, term, word, SORT, BOTH - SORT);
}

/* ---- in pieces over some sentences ------------------------------------------------------------
 */

enum { PIECES_MOST = 24, PIECE_LEAST = 3, PIECES_FAR = 60, PIECES_SHORT = 1 };

struct piece {
    size_t first, last;   /* words */
    uint32_t from, count; /* of the term's digits */
};

/* "four hundred and ninety-six": three digits; how many words, 0 for none. */
static size_t hundreds(const struct norm *norm, size_t word, struct code *code)
{
    const char many = one_digit(norm, word);
    if (many == 0 || word + 1 >= norm->word_count || !norm_word_is(norm, word + 1, "hundred"))
        return 0;
    size_t at = word + 2;
    if (at >= norm->word_count || !norm_word_is(norm, at, "and")) return 0;
    struct code rest = {.count = 0};
    const size_t taken = at + 1 < norm->word_count ? say(norm, at + 1, &rest) : 0;
    if (taken == 0 || !rest.said || rest.count == 0 || rest.count > 2) return 0;
    put(code, many);
    if (rest.count == 1) put(code, '0');
    for (size_t i = 0; i < rest.count; i++) put(code, rest.at[i]);
    return 3 + taken;
}

/* What the words from here say in digits; true with at least three of them. */
static bool read_piece(const struct norm *norm, size_t word, struct code *ret_code,
                       size_t *ret_last)
{
    struct code code = {.count = 0};
    size_t at = word;
    while (at < norm->word_count && code.count < CODE_MOST / 2) {
        if (!(norm->words[at].flags & WORD_DIGITS) && !is_any(norm, at, spelled)) break;
        size_t taken = hundreds(norm, at, &code);
        if (taken == 0) taken = say(norm, at, &code);
        if (taken == 0) break;
        at += taken;
        if (norm->words[at - 1].gap_length > 3 ||
            (norm->words[at - 1].gap & (GAP_PARAGRAPH | GAP_END | GAP_STOP | GAP_COMMA)))
            break;
    }
    if (at == word || code.count < PIECE_LEAST) return false;
    *ret_code = code;
    *ret_last = at - 1;
    return true;
}

/* Where the term's digits hold the code; UINT32_MAX: nowhere. */
static uint32_t place_of(const struct term *term, const struct code *code)
{
    for (uint32_t at = 0; at + code->count <= term->glyph_count; at++) {
        size_t same = 0;
        while (same < code->count && term->glyphs[at + same].point == (unsigned char)code->at[same])
            same++;
        if (same == code->count) return at;
    }
    return UINT32_MAX;
}

/* Do the pieces together hold the number, but for a digit? Then each of them is proposed. */
static void propose_pieces(struct search *s, const struct term *term, const struct piece *pieces,
                           size_t count)
{
    uint64_t covered = 0;
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < pieces[i].count; k++)
            covered |= UINT64_C(1) << (pieces[i].from + k);
    uint32_t digits = 0;
    for (uint32_t i = 0; i < term->glyph_count; i++) digits += (uint32_t)(covered >> i & 1);
    if (count < 2 || digits + PIECES_SHORT < term->glyph_count) return;
    for (size_t i = 0; i < count; i++)
        facts_propose(s, term, pieces[i].first, pieces[i].last, false, 85, &facts_why_spelled);
}

static void in_pieces(struct search *s, const struct term *term)
{
    const struct norm *norm = s->norm;
    struct piece pieces[PIECES_MOST];
    size_t count = 0;
    for (size_t word = 0; word < norm->word_count; word++) {
        struct code code;
        size_t last;
        if (norm_searched(norm, word) || !read_piece(norm, word, &code, &last)) continue;
        const uint32_t from = place_of(term, &code);
        if (from != UINT32_MAX && code.count < term->glyph_count) {
            if (count > 0 && pieces[count - 1].last + PIECES_FAR < word) {
                propose_pieces(s, term, pieces, count);
                count = 0;
            }
            if (count < PIECES_MOST)
                pieces[count++] = (struct piece){word, last, from, (uint32_t)code.count};
        }
        word = last;
    }
    propose_pieces(s, term, pieces, count);
}

/* "Take 0115 and put it first. Then it's four hundred and ninety-six. Then 0190." */
void facts_find_pieces(struct search *s)
{
    enum { LEAST = 9, MOST = 16 };
    for (size_t i = 0; i < s->facts->code_count; i++) {
        const struct term *term = &s->facts->terms[s->facts->codes[i]];
        if (term->given->category == MARK_PHONE && term->glyph_count >= LEAST &&
            term->glyph_count <= MOST)
            in_pieces(s, term);
    }
}

void facts_find_spelled(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (!is_any(norm, word, spelled)) {
        if (!(w->flags & (WORD_DIGITS | WORD_MIXED)) && w->count > 3) return;
        if (!facts_has_sign(s->facts, norm->glyphs[w->glyph].point)) return;
    }
    struct code start = {.count = 0};
    if (say(norm, word, &start) == 0 || start.count == 0) return;
    unsigned char sign = (unsigned char)start.at[0];
    for (size_t i = 0; i < s->facts->code_count; i++) {
        const struct term *term = &s->facts->terms[s->facts->codes[i]];
        if (start.said) inward_half(s, term, word);
        halves_alone(s, term, word);
        if (term->glyphs[0].point != sign && term->glyphs[term->glyph_count - 1].point != sign)
            continue;
        struct code code;
        code.count = 0, code.said = false;
        size_t at = word;
        for (size_t steps = 0; steps < WORDS_MOST && at < norm->word_count; steps++) {
            if (code.count > 0 && code.said) at += between(norm, at);
            if (at >= norm->word_count) break;
            size_t taken = say(norm, at, &code);
            if (taken == 0) break;
            at += taken;
            bool whole = code.count == term->glyph_count && begins(term, &code);
            if ((whole && code.said) || backwards(term, &code)) {
                facts_propose(s, term, word, at - 1, false, 88, &facts_why_spelled);
                break;
            }
            bool forward = begins(term, &code);
            bool back = code.count <= term->glyph_count && code.count > 0 &&
                        term->glyphs[term->glyph_count - 1].point == (unsigned char)code.at[0] &&
                        !code.said;
            if (!forward && !back) break;
            if (at >= norm->word_count || norm->words[at - 1].gap_length > 4 ||
                (norm->words[at - 1].gap & (GAP_PARAGRAPH | GAP_END)))
                break;
        }
    }
}
