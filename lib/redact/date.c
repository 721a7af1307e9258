/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/date.h"

#include <string.h>

#include "core/day.h"
#include "redact/feast.h"
#include "redact/month.h"
#include "redact/words.h"

static const char day_words[] =
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty "
    "thirty twelth twelveth fith nineth eigth eightth twentyth fifthteenth cyntaf ail trydydd "
    "pedwerydd pumed chweched seithfed wythfed nawfed degfed pierwszego "
    "drugiego trzeciego czwartego piatego szostego siodmego osmego dziewiatego dziesiatego "
    "jedenastego dwunastego trzynastego czternastego pietnastego szesnastego siedemnastego "
    "osiemnastego dziewietnastego dwudziestego trzydziestego";

/* A number of at most four digits, 'o' read as 0 and 'l' or 'i' as 1 beside a digit; -1 if none.
 * With ordinals: "3rd", "21st". */
static int number(const struct norm *norm, size_t word, bool ordinals, size_t *ret_digits)
{
    const struct word *w = &norm->words[word];
    const struct glyph *g = &norm->glyphs[w->glyph];
    size_t count = w->count;
    bool ordinal = false;
    if (ordinals && count > 3 && g[count - 1].point == 'd' &&
        ((g[count - 3].point == 'y' && g[count - 2].point == 'd') ||
         (g[count - 3].point == 'f' && g[count - 2].point == 'e')))
        count -= 3; /* "3ydd", "9fed" */
    if (ordinals && count == w->count && count > 2) {
        uint32_t a = g[count - 2].point, b = g[count - 1].point;
        if ((a == 's' && b == 't') || (a == 'n' && b == 'd') || (a == 'r' && b == 'd') ||
            (a == 't' && b == 'h') || (a == 'a' && b == 'f') || (a == 'i' && b == 'l') ||
            (a == 'e' && b == 'd') || (a == 'e' && b == 'g')) {
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
    /* "O4/ll/86", as a scanner reads it */
    if (b < 0 && norm->words[word].gap == GAP_SLASH && norm_word_is(norm, word + 1, "ll"))
        b = 11, b_digits = 2;
    if (b < 0) b = roman(norm, word + 1, &b_digits);
    if (a < 0 || b < 0 || c < 0) return false;
    if (a_digits == 4 && b_digits <= 2 && c_digits <= 2 && year_of(a, 4, &year))
        return settle(year, b, c, word, word + 2, ret_date);
    if (a_digits > 2 || b_digits > 2 || !year_of(c, c_digits, &year)) return false;
    return settle(year, b, a, word, word + 2, ret_date);
}

/* "7 XI 1994": a month in Roman figures, all capitals, between spaces. */
static bool roman_month(const struct norm *norm, size_t word, struct date *ret_date)
{
    size_t day_digits, month_digits, year_digits;
    if (word + 2 >= norm->word_count || !(norm->words[word].flags & WORD_DIGITS)) return false;
    if (norm->words[word].gap != GAP_SPACE || norm->words[word + 1].gap != GAP_SPACE) return false;
    if (!(norm->words[word + 1].flags & WORD_CAPITAL)) return false;
    int day = number(norm, word, false, &day_digits), month = roman(norm, word + 1, &month_digits),
        value = number(norm, word + 2, false, &year_digits), year;
    if (day < 0 || month < 0 || value < 0 || day_digits > 2 || year_digits != 4) return false;
    return year_of(value, year_digits, &year) && settle(year, month, day, word, word + 2, ret_date);
}

/* Words that go on after a date, and never after a count. */
static bool plain_follower(const struct norm *norm, size_t word)
{
    static const char *const words[] = {
        "and", "at",       "in",   "i",   "he",   "she", "they", "you",  "u",  "we",  "is",
        "was", "so",       "but",  "n",   "when", "wen", "that", "the",  "if", "for", "with",
        "as",  "ur",       "your", "my",  "his",  "her", "its",  "it",   "to", "on",  "a",
        "an",  "weighing", "born", "not", "and",  "our", "im",   "shes", "hes"};
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
    enum { BREAK = 20 }; /* white space to the next line */
    uint16_t signs = GAP_SPACE | GAP_LINE | GAP_COMMA;
    if (!follows(norm, *last, signs, norm->words[*last].gap & GAP_LINE ? BREAK : 3)) return 0;
    size_t at = *last + 1;
    /* "in the year twenty thirteen" */
    if (norm_word_is(norm, at, "in") && at + 3 < norm->word_count &&
        norm_word_is(norm, at + 1, "the") && norm_word_is(norm, at + 2, "year"))
        at += 3;
    if (norm_word_is(norm, at, "two") && at + 1 < norm->word_count &&
        norm_word_is(norm, at + 1, "thousand")) {
        at++;
        if (at + 1 < norm->word_count && norm_word_is(norm, at + 1, "and")) at++;
        int rest = below_hundred(norm, &at);
        *last = at;
        return 2000 + rest;
    }
    int short_year = 0;
    size_t end = *last;
    if (!norm_word_is(norm, at, "nineteen") && !norm_word_is(norm, at, "twenty") &&
        (short_year = below_hundred(norm, &end)) >= 10) {
        const uint16_t ends = GAP_END | GAP_STOP | GAP_COMMA | GAP_PARAGRAPH | GAP_CLOSE;
        if (!(norm->words[end].gap & ends) && !plain_follower(norm, end + 1)) return 0;
        *last = end;
        return short_year < 40 ? 2000 + short_year : 1900 + short_year;
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
    /* "3rd of May , 'l7", as a scanner reads it */
    const unsigned most = norm->words[*last].gap & GAP_QUOTE ? 4 : 3;
    if (follows(norm, *last, GAP_SPACE, 1) && norm_word_is(norm, *last + 1, "de") &&
        *last + 2 < norm->word_count) {
        int other = number(norm, *last + 2, false, &digits);
        if (other >= 0 && digits == 4 && year_of(other, digits, &year)) {
            *last += 2;
            return year;
        }
    }
    if (!follows(norm, *last, signs, most))
        return norm->words[*last].gap & GAP_LINE ? year_in_words(norm, last) : 0;
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

/* Welsh and Polish: "trydydd", "trzeciego", "dwudziestego pierwszego". 0: none. */
static int other_ordinal(const struct norm *norm, size_t *last)
{
    static const char *const welsh[] = {"cyntaf",   "ail",      "trydydd", "pedwerydd", "pumed",
                                        "chweched", "seithfed", "wythfed", "nawfed",    "degfed"};
    static const char *const polish[] = {
        "pierwszego",  "drugiego",      "trzeciego",    "czwartego",      "piatego",
        "szostego",    "siodmego",      "osmego",       "dziewiatego",    "dziesiatego",
        "jedenastego", "dwunastego",    "trzynastego",  "czternastego",   "pietnastego",
        "szesnastego", "siedemnastego", "osiemnastego", "dziewietnastego"};
    for (int i = 0; i < 10; i++)
        if (norm_word_is(norm, *last, welsh[i])) return i + 1;
    for (int i = 0; i < 19; i++)
        if (norm_word_is(norm, *last, polish[i])) return i + 1;
    int tens = norm_word_is(norm, *last, "dwudziestego")    ? 20
               : norm_word_is(norm, *last, "trzydziestego") ? 30
                                                            : 0;
    if (tens == 0 || !follows(norm, *last, GAP_SPACE | GAP_LINE, 2)) return tens;
    for (int i = 0; i < 9; i++) {
        if (!norm_word_is(norm, *last + 1, polish[i])) continue;
        *last += 1;
        return tens + i + 1;
    }
    return tens;
}

/* "fourteenth", "twenty first": moves *last to the second word. 0: none. */
static int day_in_words(const struct norm *norm, size_t *last)
{
    static const char *const ordinals[] = {"first",       "second",     "third",      "fourth",
                                           "fifth",       "sixth",      "seventh",    "eighth",
                                           "ninth",       "tenth",      "eleventh",   "twelfth",
                                           "thirteenth",  "fourteenth", "fifteenth",  "sixteenth",
                                           "seventeenth", "eighteenth", "nineteenth", "twentieth"};
    if (!words_has(norm, *last, WORDS(day_words))) return 0;
    static const struct {
        const char *word;
        int day;
    } misspelt[] = {{"twelth", 12}, {"twelveth", 12}, {"fith", 5},      {"nineth", 9},
                    {"eigth", 8},   {"eightth", 8},   {"twentyth", 20}, {"fifthteenth", 15}};
    for (int i = 0; i < 20; i++)
        if (norm_word_is(norm, *last, ordinals[i])) return i + 1;
    for (size_t i = 0; i < sizeof misspelt / sizeof *misspelt; i++)
        if (norm_word_is(norm, *last, misspelt[i].word)) return misspelt[i].day;
    if (norm_word_is(norm, *last, "thirtieth")) return 30;
    int other = other_ordinal(norm, last);
    if (other != 0) return other;
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

/* Days that have a name: "Christmas Day", "Hogmanay in 2014". */
static bool named_day(const struct norm *norm, size_t word, struct date *ret_date)
{
    struct feast feast;
    if (!feast_at(norm, word, &feast)) return false;
    size_t last = feast.last;
    if (norm_word_is(norm, last + 1 < norm->word_count ? last + 1 : last, "in") &&
        last + 2 < norm->word_count && norm->words[last].gap == GAP_SPACE) {
        size_t skip = last + 1;
        int later = year_after(norm, &skip);
        if (later != 0) return settle(later, feast.month, feast.day, word, skip, ret_date);
    }
    int year = year_after(norm, &last);
    return settle(year, feast.month, feast.day, word, last, ret_date);
}

/* "9th of the tenth 2015", "the 3rd of the 5th": the month as a number. 0: none. */
static int month_by_number(const struct norm *norm, size_t *at)
{
    size_t digits, last = *at + 1;
    if (!norm_word_is(norm, *at, "the") || last >= norm->word_count ||
        !follows(norm, *at, GAP_SPACE | GAP_LINE, 2))
        return 0;
    int month = number(norm, last, true, &digits);
    if (month < 0) month = day_in_words(norm, &last);
    if (month < 1 || month > 12) return 0;
    *at = last;
    return month;
}

/* "03MAR2014", "3mar14": one word. */
static bool run_together(const struct norm *norm, size_t word, struct date *ret_date)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    if (!(w->flags & WORD_MIXED) || w->count < 6 || w->count > 9) return false;
    size_t at = 0, year_digits = 0;
    int day = 0, year = 0, value = 0;
    while (at < 2 && (g[at].flags & GLYPH_DIGIT)) day = day * 10 + (int)(g[at++].point - '0');
    if (at == 0 || at + 5 > w->count) return false;
    for (int i = 0; i < 12; i++) {
        size_t same = 0;
        while (same < 3 && g[at + same].point == (unsigned char)names[i][same]) same++;
        if (same < 3) continue;
        for (size_t k = at + 3; k < w->count; k++, year_digits++) {
            if (!(g[k].flags & GLYPH_DIGIT)) return false;
            value = value * 10 + (int)(g[k].point - '0');
        }
        return year_of(value, year_digits, &year) && settle(year, i + 1, day, word, word, ret_date);
    }
    return false;
}

/* A digit, a word of a list, "lst" or "l July" as a scanner reads them: nothing else begins a date.
 */
static bool may_begin(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->flags & (WORD_DIGITS | WORD_MIXED)) return true;
    if (month_listed(norm, word) || words_has(norm, word, WORDS_BEGIN(BEGINS_DATE, day_words)))
        return true;
    uint32_t first = norm->glyphs[w->glyph].point;
    if (first != 'l' && first != 'i') return false;
    return w->count == 3 || (w->count == 1 && month_listed(norm, word + 1));
}

bool date_at(const struct norm *norm, size_t word, struct date *ret_date)
{
    if (named_day(norm, word, ret_date)) return true;
    if (!may_begin(norm, word)) return false;
    if (numeric(norm, word, ret_date) || run_together(norm, word, ret_date) ||
        roman_month(norm, word, ret_date))
        return true;
    uint16_t signs = GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_SLASH | GAP_STOP | GAP_COMMA;
    size_t digits;
    size_t at_word = word;
    int day = number(norm, word, true, &digits);
    if (day < 0 && (day = day_in_words(norm, &at_word)) > 0) digits = 2;
    /* "l July", as a scanner reads 1; but "l may" is "I may" */
    if (day < 0 && norm->words[word].count == 1 && word + 1 < norm->word_count &&
        (norm_word_is(norm, word, "l") || norm_word_is(norm, word, "i")) &&
        norm->words[word].gap == GAP_SPACE && month_of(norm, word + 1) != 0 &&
        norm->words[word + 1].count > 3 && !norm_word_is(norm, word + 1, "march"))
        day = 1, digits = 1;
    if (day >= 1 && day <= 31 && digits <= 2) {
        size_t at = at_word;
        if (!follows(norm, at, signs, 3)) return false;
        at++;
        if (norm_word_is(norm, at, "of") || norm_word_is(norm, at, "o") ||
            norm_word_is(norm, at, "de") || norm_word_is(norm, at, "ae")) {
            if (!follows(norm, at, signs, 3)) return false;
            at++;
        }
        if (norm_word_is(norm, at, "day") && follows(norm, at, signs, 3)) at++;
        if (norm_word_is(norm, at, "of") && follows(norm, at, signs, 3)) at++;
        int month = month_of(norm, at);
        bool of = at > at_word + 1;
        if (month == 0 && of) month = month_by_number(norm, &at);
        if (month == 0) return false;
        /* "21 JUN / JUIN 12", as passports have it */
        if (at + 2 < norm->word_count && (norm->words[at].gap & GAP_SLASH) &&
            !(norm->words[at + 1].flags & (WORD_DIGITS | WORD_MIXED)) &&
            norm->words[at + 1].count <= 5 && (norm->words[at + 1].flags & WORD_CAPS) &&
            (norm->words[at + 2].flags & WORD_DIGITS) && norm->words[at].gap_length <= 3) {
            int value = number(norm, at + 2, false, &digits), passport_year;
            if (value >= 0 && year_of(value, digits, &passport_year))
                return settle(passport_year, month, day, word, at + 2, ret_date);
        }
        int year = year_after(norm, &at);
        return settle(year, month, day, word, at, ret_date);
    }
    int month = month_of(norm, word);
    if (month == 0 || !follows(norm, word, signs, 3)) return false;
    size_t at = word + 1;
    if ((norm_word_is(norm, at, "the") || norm_word_is(norm, at, "y")) &&
        follows(norm, at, signs, 3))
        at++;
    day = number(norm, at, true, &digits);
    if (day < 0 && (day = day_in_words(norm, &at)) > 0) digits = 2;
    if (day < 1 || day > 31 || digits > 2) return false;
    int year = year_after(norm, &at);
    return settle(year, month, day, word, at, ret_date);
}
