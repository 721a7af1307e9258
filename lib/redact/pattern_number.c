/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/pattern_in.h"

/*
 * Numbers in digits, in words and mixed: phones and bank details.
 *
 * A run is words that each give digits ("07700", "9oo", "oh", "double", "seven"), with nothing
 * between them but spaces, hyphens, dots, brackets, slashes.
 */

enum { WORD_MOST = 24 }; /* glyphs of one word of a number */

static const struct {
    const char *word;
    char digit;
} number_words[] = {
    {"zero", '0'},    {"oh", '0'},      {"o", '0'},        {"nought", '0'}, {"naught", '0'},
    {"one", '1'},     {"two", '2'},     {"three", '3'},    {"four", '4'},   {"five", '5'},
    {"six", '6'},     {"seven", '7'},   {"eight", '8'},    {"nine", '9'},   {"dim", '0'},
    {"un", '1'},      {"dau", '2'},     {"tri", '3'},      {"pedwar", '4'}, {"pump", '5'},
    {"chwech", '6'},  {"saith", '7'},   {"wyth", '8'},     {"naw", '9'},    {"jeden", '1'},
    {"dwa", '2'},     {"trzy", '3'},    {"cztery", '4'},   {"piec", '5'},   {"szesc", '6'},
    {"siedem", '7'},  {"osiem", '8'},   {"dziewiec", '9'}, {"zer", '0'},    {"niner", '9'},
    {"fife", '5'},    {"sero", '0'},    {"unu", '1'},      {"doi", '2'},    {"doua", '2'},
    {"trei", '3'},    {"patru", '4'},   {"cinci", '5'},    {"sase", '6'},   {"sapte", '7'},
    {"opt", '8'},     {"noua", '9'},    {"dwy", '2'},      {"dwie", '2'},   {"nulis", '0'},
    {"vienas", '1'},  {"trys", '3'},    {"keturi", '4'},   {"penki", '5'},  {"sesi", '6'},
    {"septyni", '7'}, {"astuoni", '8'}, {"devyni", '9'},   {"nil", '0'},    {"nowt", '0'},
    {"ziro", '0'},    {"sevn", '7'},    {"sevan", '7'},    {"eigth", '8'},  {"eihgt", '8'},
    {"nein", '9'},    {"thre", '3'},    {"fower", '4'},    {"dirn", '0'},   {"purnp", '5'},
};

#define NUMBER_LIST                                                                              \
    "zero oh o nought naught one two three four five six seven eight nine "                      \
    "dim un dau tri pedwar pump chwech saith wyth naw jeden dwa trzy cztery "                    \
    "piec szesc siedem osiem dziewiec zer niner fife sero "                                      \
    "unu doi doua trei patru cinci sase sapte opt noua dwy dwie nulis vienas trys keturi penki " \
    "sesi "                                                                                      \
    "septyni astuoni devyni nil nowt ziro sevn sevan eigth eihgt nein thre fower "               \
    "dirn purnp"

char pattern_word_digit(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, word, NUMBER_LIST)) return 0;
    const uint32_t first = norm->glyphs[norm->words[word].glyph].point;
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++)
        if (first == (unsigned char)number_words[i].word[0] &&
            norm_word_is(norm, word, number_words[i].word))
            return number_words[i].digit;
    return 0;
}

/* "won", "too", "free": said alike, and numbers only among numbers. */
static char sounds_digit(struct patterns *p, size_t word)
{
    static const struct {
        const char *word;
        char digit;
    } sounds[] = {{"won", '1'},  {"too", '2'}, {"to", '2'},   {"tu", '2'},  {"free", '3'},
                  {"tree", '3'}, {"for", '4'}, {"fore", '4'}, {"ate", '8'}, {"sicks", '6'}};
    if (!pattern_is(p, word, "won too to tu free tree for fore ate sicks")) return 0;
    for (size_t i = 0; i < sizeof sounds / sizeof *sounds; i++)
        if (norm_word_is(p->norm, word, sounds[i].word)) return sounds[i].digit;
    return 0;
}

/* 20 for "twenty", 13 for "thirteen", 0 for none. */
static int tens(struct patterns *p, size_t word)
{
    static const char *const words[] = {"ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
                                        "twenty",  "thirty",  "forty",     "fifty",    "sixty",
                                        "seventy", "eighty",  "ninety"};
    if (!pattern_is(p, word, PATTERN_TENS)) return 0;
    for (int i = 0; i < 18; i++)
        if (norm_word_is(p->norm, word, words[i])) return i < 10 ? 10 + i : (i - 8) * 10;
    return 0;
}

/* A letter that stands for a digit in a hurry, a disguise or a scan. */
char pattern_letter_digit(uint32_t point)
{
    switch (point) {
    case 'o':
    case 'q': return '0';
    case 'l':
    case 'i': return '1';
    case 'z': return '2';
    case 's': return '5';
    case 'b': return '8';
    default: return 0;
    }
}

static bool put(struct run *run, char digit, size_t times)
{
    if (run->count + times > RUN_DIGITS) return false;
    memset(run->digits + run->count, digit, times);
    run->count += times;
    return true;
}

/* A number word inside another word: "07seven00". Its letters, or 0. */
static size_t number_inside(const struct glyph *glyphs, size_t count, char *ret_digit)
{
    if (count < 3) return 0;
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++) {
        const char *word = number_words[i].word;
        if (glyphs[0].point != (unsigned char)word[0]) continue;
        size_t same = 0;
        while (same < count && word[same] != '\0' &&
               glyphs[same].point == (unsigned char)word[same])
            same++;
        if (same < 3 || word[same] != '\0') continue;
        *ret_digit = number_words[i].digit;
        return same;
    }
    return 0;
}

/* Adds the digits of one word of digits, letters that stand for them and number words; false if it
 * is no such word. */
static bool take_word(const struct glyph *glyphs, size_t count, bool any, struct run *run)
{
    struct run own = {.count = 0};
    static const char twice[] = "double";
    for (size_t i = 0; i < count;) {
        /* "9double0" */
        size_t same = 0;
        while (i + same < count && twice[same] != '\0' &&
               glyphs[i + same].point == (unsigned char)twice[same])
            same++;
        bool doubled = any && twice[same] == '\0' && i + same < count;
        if (doubled) i += same;
        char digit = (glyphs[i].flags & GLYPH_DIGIT) ? (char)glyphs[i].point : 0;
        size_t letters = digit == 0 && any ? number_inside(glyphs + i, count - i, &digit) : 0;
        if (digit == 0) digit = pattern_letter_digit(glyphs[i].point);
        /* Without a digit in the word only "oo", "O" and the like count. */
        if (digit == 0 || (!any && digit != '0' && digit != '1')) return false;
        if (!put(&own, digit, doubled ? 2 : 1)) return false;
        i += letters > 0 ? letters : 1;
    }
    if (run->count + own.count > RUN_DIGITS) return false;
    memcpy(run->digits + run->count, own.digits, own.count);
    run->count += own.count;
    return true;
}

/* Adds a word of nothing but digits. */
static bool take_digits(const struct glyph *glyphs, size_t count, struct run *run)
{
    if (count > WORD_MOST || run->count + count > RUN_DIGITS) return false;
    for (size_t i = 0; i < count; i++) run->digits[run->count++] = (char)glyphs[i].point;
    return true;
}

#define POLISH_HUNDREDS \
    "sto dwiescie trzysta czterysta piecset szescset siedemset osiemset dziewiecset"
#define POLISH_TENS                                                                              \
    "dziesiec jedenascie dwanascie trzynascie czternascie pietnascie szesnascie "                \
    "siedemnascie osiemnascie dziewietnascie dwadziescia trzydziesci czterdziesci piecdziesiat " \
    "szescdziesiat siedemdziesiat osiemdziesiat dziewiecdziesiat"

/* Which word of the list it is, from 1 on; 0 for none. */
static int place_in(const struct norm *norm, size_t word, const char *list)
{
    struct str rest = str_from(list), one;
    const struct word *w = &norm->words[word];
    for (int at = 1; str_split(&rest, ' ', &one); at++)
        if (one.len == w->count && norm_hash_ascii(one.at, one.len) == w->hash) return at;
    return 0;
}

/* "dwiescie trzydziesci piec": 235, "dziewiecset": 900; only inside a run. Returns how many words.
 */
static size_t take_polish(struct patterns *p, size_t word, struct run *run)
{
    const struct norm *norm = p->norm;
    if (run->count == 0) return 0;
    bool hundreds = pattern_is(p, word, POLISH_HUNDREDS);
    if (!hundreds && !pattern_is(p, word, POLISH_TENS)) return 0;
    int value = 0;
    size_t words = 0;
    if (hundreds) {
        value = place_in(norm, word, POLISH_HUNDREDS) * 100;
        words++;
    }
    bool more = words == 0 || pattern_next(p, word, GAP_SPACE, 1);
    if (more && pattern_is(p, word + words, POLISH_TENS)) {
        int at = place_in(norm, word + words, POLISH_TENS);
        value += at <= 10 ? at + 9 : (at - 9) * 10;
        more = at > 10 && pattern_next(p, word + words, GAP_SPACE, 1);
        words++;
    }
    char unit = more && words > 0 && word + words < norm->word_count
                    ? pattern_word_digit(p, word + words)
                    : 0;
    if (unit > '0') {
        value += unit - '0';
        words++;
    }
    if (hundreds && !put(run, (char)('0' + value / 100), 1)) return 0;
    if (!put(run, (char)('0' + value / 10 % 10), 1)) return 0;
    return put(run, (char)('0' + value % 10), 1) ? words : 0;
}

/* "thirty-five", "forty": two digits; only inside a run. Returns how many words. */
static size_t take_tens(struct patterns *p, size_t word, struct run *run)
{
    int value = run->count > 0 ? tens(p, word) : 0;
    if (value == 0) return 0;
    char unit = 0;
    if (value >= 20 && pattern_next(p, word, GAP_SPACE | GAP_HYPHEN, 1))
        unit = pattern_word_digit(p, word + 1);
    if (unit == '0') unit = 0;
    if (!put(run, (char)('0' + value / 10), 1)) return 0;
    bool both = unit != 0;
    if (!both) unit = (char)('0' + value % 10);
    if (!put(run, unit, 1)) return 0;
    return both ? 2 : 1;
}

bool pattern_begins_run(const struct patterns *p, size_t word)
{
    return (p->norm->words[word].flags & (WORD_DIGITS | WORD_MIXED)) ||
           pattern_begins(p, word, BEGINS_NUMBER,
                          NUMBER_LIST " double triple treble dwbl podwojne");
}

/*
 * Adds the digits of the words from here on that are one number in the run: usually one word, two
 * for "double four". Returns how many words, 0 for none.
 */
size_t pattern_take(struct patterns *p, size_t word, struct run *run)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if (w->flags & WORD_DIGITS) return take_digits(glyphs, w->count, run) ? 1 : 0;
    if (run->count == 0 && !pattern_begins_run(p, word)) return 0;
    bool doubled = pattern_is(p, word, "double dwbl podwojne");
    if (doubled || pattern_is(p, word, "triple treble")) {
        if (!pattern_next(p, word, GAP_SPACE | GAP_HYPHEN | GAP_LINE, 2)) return 0;
        char digit = pattern_word_digit(p, word + 1);
        const struct word *next = &norm->words[word + 1];
        if (digit == 0 && next->count == 1 && (next->flags & WORD_DIGITS))
            digit = (char)norm->glyphs[next->glyph].point;
        if (digit == 0 || !put(run, digit, doubled ? 2 : 3)) return 0;
        return 2;
    }
    if (pattern_is(p, word, "hundred") && run->count > 0) return put(run, '0', 2) ? 1 : 0;
    char digit = pattern_word_digit(p, word);
    if (digit == 0 && run->count >= 3) digit = sounds_digit(p, word);
    if (digit != 0) return put(run, digit, 1) ? 1 : 0;
    size_t words = take_tens(p, word, run);
    if (words == 0) words = take_polish(p, word, run);
    if (words > 0) return words;
    if (w->count > WORD_MOST) return 0;
    bool any = (w->flags & (WORD_DIGITS | WORD_MIXED)) != 0;
    /* "… 20418. I finish at four" */
    if (!any && word > 0 && w->count == 1 && (norm->words[word - 1].gap & GAP_STOP)) return 0;
    if (!any && (run->count == 0 || w->count > 4)) return 0;
    return take_word(glyphs, w->count, any, run) ? 1 : 0;
}
