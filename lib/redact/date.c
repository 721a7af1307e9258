/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/date.h"

#include <string.h>

#include "core/day.h"
#include "redact/words.h"

static const struct {
    const char *name;
    int month;
} months[] = {
    {"january", 1},   {"february", 2},   {"march", 3},     {"april", 4},         {"may", 5},
    {"june", 6},      {"july", 7},       {"august", 8},    {"september", 9},     {"october", 10},
    {"november", 11}, {"december", 12},  {"jan", 1},       {"feb", 2},           {"febuary", 2},
    {"mar", 3},       {"apr", 4},        {"jun", 6},       {"jul", 7},           {"aug", 8},
    {"sep", 9},       {"sept", 9},       {"oct", 10},      {"nov", 11},          {"dec", 12},
    {"ionawr", 1},    {"chwefror", 2},   {"mawrth", 3},    {"ebrill", 4},        {"mai", 5},
    {"mehefin", 6},   {"gorffennaf", 7}, {"awst", 8},      {"medi", 9},          {"hydref", 10},
    {"tachwedd", 11}, {"rhagfyr", 12},   {"fawrth", 3},    {"fai", 5},           {"fehefin", 6},
    {"orffennaf", 7}, {"fedi", 9},       {"dachwedd", 11}, {"ragfyr", 12},       {"stycznia", 1},
    {"lutego", 2},    {"marca", 3},      {"kwietnia", 4},  {"maja", 5},          {"czerwca", 6},
    {"lipca", 7},     {"sierpnia", 8},   {"wrzesnia", 9},  {"pazdziernika", 10}, {"listopada", 11},
    {"grudnia", 12},
};

/* The same, and as a scanner reads them. */
static const char month_words[] =
    "january february march april may june july august september october november december jan feb "
    "febuary mar apr jun jul aug sep sept oct nov dec ionawr chwefror mawrth ebrill mai mehefin "
    "gorffennaf awst medi hydref tachwedd rhagfyr fawrth fai fehefin orffennaf fedi dachwedd "
    "ragfyr "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada "
    "grudnia septernber novernber decernber";
static const char day_words[] =
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty "
    "thirty";

/* The word with rn for m. */
static bool misread(const struct norm *norm, size_t word, const char *name)
{
    const struct word *w = &norm->words[word];
    const struct glyph *g = &norm->glyphs[w->glyph];
    size_t at = 0;
    for (; *name != '\0'; name++) {
        if (at < w->count && g[at].point == (unsigned char)*name) {
            at++;
        } else if (*name == 'm' && at + 1 < w->count && g[at].point == 'r' &&
                   g[at + 1].point == 'n') {
            at += 2;
        } else {
            return false;
        }
    }
    return at == w->count;
}

int date_month(const struct norm *norm, size_t word)
{
    uint32_t count = norm->words[word].count;
    uint32_t first = norm->glyphs[norm->words[word].glyph].point;
    if (count < 3 || count > 13) return 0;
    if (norm->rows != NULL && !words_has(norm, word, WORDS(month_words))) return 0;
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        if (first == (unsigned char)months[i].name[0] && norm_word_is(norm, word, months[i].name))
            return months[i].month;
    /* "Novernber": as a scanner reads it. */
    for (size_t i = 0; i < 12 && count >= 8; i++)
        if (misread(norm, word, months[i].name)) return months[i].month;
    return 0;
}

/* A number of at most four digits, 'o' read as 0 and 'l' or 'i' as 1 beside a digit; -1 if none.
 * With ordinals: "3rd", "21st". */
static int number(const struct norm *norm, size_t word, bool ordinals, size_t *ret_digits)
{
    const struct word *w = &norm->words[word];
    const struct glyph *g = &norm->glyphs[w->glyph];
    size_t count = w->count;
    bool ordinal = false;
    if (ordinals && count > 3 && g[count - 3].point == 'y' && g[count - 2].point == 'd' &&
        g[count - 1].point == 'd')
        count -= 3; /* "3ydd" */
    if (ordinals && count == w->count && count > 2) {
        uint32_t a = g[count - 2].point, b = g[count - 1].point;
        if ((a == 's' && b == 't') || (a == 'n' && b == 'd') || (a == 'r' && b == 'd') ||
            (a == 't' && b == 'h') || (a == 'a' && b == 'f') || (a == 'i' && b == 'l') ||
            (a == 'e' && b == 'd')) {
            count -= 2;
            ordinal = true;
        }
    }
    if (count == 0 || count > 4) return -1;
    int value = 0;
    bool digit = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = g[i].point;
        if (g[i].flags & GLYPH_DIGIT) {
            digit = true;
            value = value * 10 + (int)(c - '0');
        } else if (c == 'o') {
            value = value * 10;
        } else if (c == 'l' || c == 'i') {
            value = value * 10 + 1;
        } else {
            return -1;
        }
    }
    /* "lst May", as a scanner reads it. */
    if (!digit && !(ordinal && count == 1 && value == 1)) return -1;
    *ret_digits = count;
    return value;
}

static bool year_of(int value, size_t digits, int *ret_year)
{
    if (digits == 4 && value >= 1900 && value <= 2099) {
        *ret_year = value;
        return true;
    }
    if (digits == 2) {
        *ret_year = value < 40 ? 2000 + value : 1900 + value;
        return true;
    }
    return false;
}

static bool settle(int year, int month, int day, size_t first, size_t last, struct date *ret_date)
{
    struct day checked;
    if (!day_from((struct day_parts){year == 0 ? 2000 : year, month, day}, &checked)) return false;
    *ret_date = (struct date){year, month, day, first, last};
    return true;
}

static bool follows(const struct norm *norm, size_t word, uint16_t bits, unsigned most)
{
    if (word + 1 >= norm->word_count) return false;
    const struct word *w = &norm->words[word];
    return (w->gap & ~bits) == 0 && w->gap_length <= most;
}

/* "23.vi.2020": 1 to 12, or -1. */
static int roman(const struct norm *norm, size_t word, size_t *ret_digits)
{
    static const char *const months_in_roman[] = {"i",   "ii",   "iii", "iv", "v",  "vi",
                                                  "vii", "viii", "ix",  "x",  "xi", "xii"};
    for (int i = 0; i < 12; i++) {
        if (!norm_word_is(norm, word, months_in_roman[i])) continue;
        *ret_digits = 2;
        return i + 1;
    }
    return -1;
}

/* "11/2/16", "11.2.2016", "11-02-16", "11 2 16" with one kind of sign, "2016-02-11". */
static bool numeric(const struct norm *norm, size_t word, struct date *ret_date)
{
    uint16_t signs = GAP_SLASH | GAP_STOP | GAP_HYPHEN | GAP_SPACE;
    if (!follows(norm, word, signs, 3) || !follows(norm, word + 1, signs, 3)) return false;
    uint16_t sign = norm->words[word].gap & (uint16_t)~GAP_SPACE;
    if (sign == 0 || sign != (norm->words[word + 1].gap & (uint16_t)~GAP_SPACE)) return false;
    size_t a_digits, b_digits, c_digits;
    int a = number(norm, word, false, &a_digits), b = number(norm, word + 1, false, &b_digits),
        c = number(norm, word + 2, false, &c_digits), year;
    if (b < 0) b = roman(norm, word + 1, &b_digits);
    if (a < 0 || b < 0 || c < 0) return false;
    if (a_digits == 4 && b_digits <= 2 && c_digits <= 2 && year_of(a, 4, &year))
        return settle(year, b, c, word, word + 2, ret_date);
    if (a_digits > 2 || b_digits > 2 || !year_of(c, c_digits, &year)) return false;
    return settle(year, b, a, word, word + 2, ret_date);
}

/* Words that go on after a date, and never after a count. */
static bool plain_follower(const struct norm *norm, size_t word)
{
    static const char *const words[] = {"and", "at",   "in",  "i",    "he",  "she", "they",
                                        "you", "u",    "we",  "is",   "was", "so",  "but",
                                        "n",   "when", "wen", "that", "the"};
    for (size_t i = 0; word < norm->word_count && i < sizeof words / sizeof *words; i++)
        if (norm_word_is(norm, word, words[i])) return true;
    return false;
}

/* 1 to 19, 20, 30 … 90 for the word; 0 for none. */
static int number_word(const struct norm *norm, size_t word)
{
    static const char *const words[] = {
        "one",     "two",     "three",     "four",     "five",     "six",      "seven",
        "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",   "thirty",
        "forty",   "fifty",   "sixty",     "seventy",  "eighty",   "ninety"};
    for (int i = 0; word < norm->word_count && i < 27; i++)
        if (norm_word_is(norm, word, words[i])) return i < 20 ? i + 1 : (i - 17) * 10;
    return 0;
}

/* "sixteen", "eighty four": moves *last to its end. 0: none. */
static int below_hundred(const struct norm *norm, size_t *last)
{
    int value = number_word(norm, *last + 1);
    if (value == 0) return 0;
    *last += 1;
    int unit = value >= 20 && follows(norm, *last, GAP_SPACE | GAP_HYPHEN | GAP_LINE, 2)
                   ? number_word(norm, *last + 1)
                   : 0;
    if (unit == 0 || unit > 9) return value;
    *last += 1;
    return value + unit;
}

/* "two thousand and fifteen", "twenty fifteen", "nineteen eighty four". 0: none. */
static int year_in_words(const struct norm *norm, size_t *last)
{
    uint16_t signs = GAP_SPACE | GAP_LINE | GAP_COMMA;
    if (!follows(norm, *last, signs, 2)) return 0;
    size_t at = *last + 1;
    if (norm_word_is(norm, at, "two") && at + 1 < norm->word_count &&
        norm_word_is(norm, at + 1, "thousand")) {
        at++;
        if (at + 1 < norm->word_count && norm_word_is(norm, at + 1, "and")) at++;
        int rest = below_hundred(norm, &at);
        *last = at;
        return 2000 + rest;
    }
    int century = norm_word_is(norm, at, "nineteen") ? 1900
                  : norm_word_is(norm, at, "twenty") ? 2000
                                                     : 0;
    int rest = century == 0 ? 0 : below_hundred(norm, &at);
    if (rest < 10) return 0;
    *last = at;
    return century + rest;
}

/* A year after the words so far, if one follows; moves *last to it. */
static int year_after(const struct norm *norm, size_t *last)
{
    uint16_t signs =
        GAP_SPACE | GAP_LINE | GAP_COMMA | GAP_STOP | GAP_HYPHEN | GAP_SLASH | GAP_QUOTE;
    size_t digits;
    int year;
    if (!follows(norm, *last, signs, 3)) return 0;
    int value = number(norm, *last + 1, false, &digits);
    if (value < 0) return year_in_words(norm, last);
    if (!year_of(value, digits, &year)) return 0;
    /* "on 3 May 20 of us" is not a year; a two-digit one wants its apostrophe, sign or the end. */
    if (digits == 2) {
        uint16_t before = norm->words[*last].gap, after = norm->words[*last + 1].gap;
        bool marked = before & (GAP_QUOTE | GAP_HYPHEN | GAP_SLASH | GAP_STOP);
        bool ends = after & (GAP_END | GAP_STOP | GAP_COMMA | GAP_LINE | GAP_PARAGRAPH | GAP_CLOSE);
        if (!marked && !ends && !plain_follower(norm, *last + 2)) return 0;
    }
    *last += 1;
    return year;
}

/* "fourteenth", "twenty first": moves *last to the second word. 0: none. */
static int day_in_words(const struct norm *norm, size_t *last)
{
    static const char *const ordinals[] = {"first",       "second",     "third",      "fourth",
                                           "fifth",       "sixth",      "seventh",    "eighth",
                                           "ninth",       "tenth",      "eleventh",   "twelfth",
                                           "thirteenth",  "fourteenth", "fifteenth",  "sixteenth",
                                           "seventeenth", "eighteenth", "nineteenth", "twentieth"};
    if (norm->rows != NULL && !words_has(norm, *last, WORDS(day_words))) return 0;
    for (int i = 0; i < 20; i++)
        if (norm_word_is(norm, *last, ordinals[i])) return i + 1;
    if (norm_word_is(norm, *last, "thirtieth")) return 30;
    int tens = norm_word_is(norm, *last, "twenty")   ? 20
               : norm_word_is(norm, *last, "thirty") ? 30
                                                     : 0;
    if (tens == 0 || !follows(norm, *last, GAP_SPACE | GAP_HYPHEN | GAP_LINE, 2)) return 0;
    for (int i = 0; i < 9; i++) {
        if (!norm_word_is(norm, *last + 1, ordinals[i])) continue;
        *last += 1;
        return tens + i + 1;
    }
    return 0;
}

bool date_at(const struct norm *norm, size_t word, struct date *ret_date)
{
    if (numeric(norm, word, ret_date)) return true;
    uint16_t signs = GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_SLASH | GAP_STOP | GAP_COMMA;
    size_t digits;
    size_t at_word = word;
    int day = number(norm, word, true, &digits);
    if (day < 0 && (day = day_in_words(norm, &at_word)) > 0) digits = 2;
    if (day >= 1 && day <= 31 && digits <= 2) {
        size_t at = at_word;
        if (!follows(norm, at, signs, 3)) return false;
        at++;
        if (norm_word_is(norm, at, "of") || norm_word_is(norm, at, "o") ||
            norm_word_is(norm, at, "ae")) {
            if (!follows(norm, at, signs, 3)) return false;
            at++;
        }
        if (norm_word_is(norm, at, "day") && follows(norm, at, signs, 3)) at++;
        if (norm_word_is(norm, at, "of") && follows(norm, at, signs, 3)) at++;
        int month = date_month(norm, at);
        if (month == 0) return false;
        int year = year_after(norm, &at);
        return settle(year, month, day, word, at, ret_date);
    }
    int month = date_month(norm, word);
    if (month == 0 || !follows(norm, word, signs, 3)) return false;
    size_t at = word + 1;
    if ((norm_word_is(norm, at, "the") || norm_word_is(norm, at, "y")) &&
        follows(norm, at, signs, 3))
        at++;
    day = number(norm, at, true, &digits);
    if (day < 1 || day > 31 || digits > 2) return false;
    int year = year_after(norm, &at);
    return settle(year, month, day, word, at, ret_date);
}
