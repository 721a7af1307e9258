/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/pattern.h"

/*
 * Numbers in digits, in words and mixed: phones and bank details.
 *
 * A run is words that each give digits ("07700", "9oo", "oh", "double", "seven"), with nothing
 * between them but spaces, hyphens, dots, brackets, slashes.
 */

enum { RUN_WORDS = 32, RUN_DIGITS = 40 };

struct run {
    char digits[RUN_DIGITS];
    size_t count;
};

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
    {"nein", '9'},    {"thre", '3'},    {"fower", '4'},
};

#define NUMBER_LIST                                                                              \
    "zero oh o nought naught one two three four five six seven eight nine "                      \
    "dim un dau tri pedwar pump chwech saith wyth naw jeden dwa trzy cztery "                    \
    "piec szesc siedem osiem dziewiec zer niner fife sero "                                      \
    "unu doi doua trei patru cinci sase sapte opt noua dwy dwie nulis vienas trys keturi penki " \
    "sesi "                                                                                      \
    "septyni astuoni devyni nil nowt ziro sevn sevan eigth eihgt nein thre fower"

static char word_digit(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, word, NUMBER_LIST)) return 0;
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++)
        if (norm_word_is(norm, word, number_words[i].word)) return number_words[i].digit;
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
    if (!pattern_is(p, word,
                    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
                    "nineteen twenty thirty forty fifty sixty seventy eighty ninety"))
        return 0;
    for (int i = 0; i < 18; i++)
        if (norm_word_is(p->norm, word, words[i])) return i < 10 ? 10 + i : (i - 8) * 10;
    return 0;
}

/* A letter that stands for a digit in a hurry, a disguise or a scan. */
static char letter_digit(uint32_t point)
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
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++) {
        size_t len = strlen(number_words[i].word), same = 0;
        if (len < 3 || len > count) continue;
        while (same < len && glyphs[same].point == (unsigned char)number_words[i].word[same])
            same++;
        if (same < len) continue;
        *ret_digit = number_words[i].digit;
        return len;
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
        if (digit == 0) digit = letter_digit(glyphs[i].point);
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

/* "thirty-five", "forty": two digits; only inside a run. Returns how many words. */
static size_t take_tens(struct patterns *p, size_t word, struct run *run)
{
    int value = run->count > 0 ? tens(p, word) : 0;
    if (value == 0) return 0;
    char unit = 0;
    if (value >= 20 && pattern_next(p, word, GAP_SPACE | GAP_HYPHEN, 1))
        unit = word_digit(p, word + 1);
    if (unit == '0') unit = 0;
    if (!put(run, (char)('0' + value / 10), 1)) return 0;
    if (!put(run, unit != 0 ? unit : (char)('0' + value % 10), 1)) return 0;
    return unit != 0 ? 2 : 1;
}

/*
 * Adds the digits of the words from here on that are one number in the run: usually one word, two
 * for "double four". Returns how many words, 0 for none.
 */
static size_t take(struct patterns *p, size_t word, struct run *run)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    bool plain = !(w->flags & (WORD_DIGITS | WORD_MIXED));
    if (plain && run->count == 0 &&
        !pattern_is(p, word, NUMBER_LIST " double triple treble dwbl podwojne"))
        return 0;
    bool doubled = pattern_is(p, word, "double dwbl podwojne");
    if (doubled || pattern_is(p, word, "triple treble")) {
        if (!pattern_next(p, word, GAP_SPACE | GAP_HYPHEN | GAP_LINE, 2)) return 0;
        char digit = word_digit(p, word + 1);
        const struct word *next = &norm->words[word + 1];
        if (digit == 0 && next->count == 1 && (next->flags & WORD_DIGITS))
            digit = (char)norm->glyphs[next->glyph].point;
        if (digit == 0 || !put(run, digit, doubled ? 2 : 3)) return 0;
        return 2;
    }
    if (pattern_is(p, word, "hundred") && run->count > 0) return put(run, '0', 2) ? 1 : 0;
    char digit = word_digit(p, word);
    if (digit == 0 && run->count >= 3) digit = sounds_digit(p, word);
    if (digit != 0) return put(run, digit, 1) ? 1 : 0;
    size_t words = take_tens(p, word, run);
    if (words > 0) return words;
    if (w->count > 24) return 0;
    bool any = (w->flags & (WORD_DIGITS | WORD_MIXED)) != 0;
    /* "… 20418. I finish at four" */
    if (!any && word > 0 && w->count == 1 && (norm->words[word - 1].gap & GAP_STOP)) return 0;
    if (!any && (run->count == 0 || w->count > 4)) return 0;
    return take_word(glyphs, w->count, any, run) ? 1 : 0;
}

static const uint16_t run_gap = GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_STOP | GAP_SLASH |
                                GAP_OPEN | GAP_CLOSE | GAP_UNDERSCORE | GAP_OTHER | GAP_QUOTE;

static bool goes_on(struct patterns *p, size_t word)
{
    if (pattern_next(p, word, run_gap, 4)) return true;
    /* "seven, seven, double oh" */
    return pattern_next(p, word, GAP_SPACE | GAP_COMMA | GAP_LINE, 2) &&
           !((p->norm->words[word].flags & WORD_DIGITS) &&
             (p->norm->words[word + 1].flags & WORD_DIGITS));
}

/* "07 double seven oh, 900, 35 four": a number of that beginning goes on over a comma. */
static bool goes_on_by_comma(struct patterns *p, size_t word, const struct run *run)
{
    return run->count >= 4 && run->count < 11 && run->digits[0] == '0' && run->digits[1] != '0' &&
           pattern_next(p, word, GAP_SPACE | GAP_COMMA | GAP_LINE, 2);
}

static bool all_after(const struct run *run, size_t from, const char *start)
{
    size_t len = strlen(start);
    return run->count >= from + len && memcmp(run->digits + from, start, len) == 0;
}

static bool national(const struct run *run, size_t from)
{
    size_t left = run->count - from;
    if (left < 1 || run->digits[from] == '0') return false;
    char area = run->digits[from];
    if (area == '4' || area == '6') return false;
    return left == 10 || (left == 9 && (area == '1' || area == '8'));
}

/* Is the whole run one phone number? plus: a + stands before it. */
static bool is_phone(const struct run *run, bool plus)
{
    if (plus) {
        if (all_after(run, 0, "440")) return national(run, 3);
        if (all_after(run, 0, "44")) return national(run, 2);
        return run->count >= 9 && run->count <= 15 && run->digits[0] != '0';
    }
    /* Nobody lives behind a freephone number. */
    if (all_after(run, 0, "0800") || all_after(run, 0, "0808")) return false;
    if (all_after(run, 0, "00440")) return national(run, 5);
    if (all_after(run, 0, "0044")) return national(run, 4);
    if (all_after(run, 0, "440") && run->count == 13) return national(run, 3);
    if (all_after(run, 0, "447") && run->count == 12) return true;
    if (all_after(run, 0, "00")) return run->count >= 11 && run->count <= 17;
    if (all_after(run, 0, "0")) return national(run, 1);
    return false;
}

/* A mobile number with a digit too few or too many, or one of Romania. */
static bool is_nearly_phone(const struct run *run)
{
    return all_after(run, 0, "07") && (run->count == 10 || run->count == 12);
}

static const char phone_cues[] =
    "ring call phone tel telephone mob mobile cell number num nr txt text "
    "fone fones nuber numba whatsap watsapp wotsap whatsapp landline sms phones phoning calling "
    "texting reach digits dzwonic komorka suna sunati contact ffon ffoniwch telefon numer nomer "
    "dzwon bell fax";

static bool plus_before(const struct norm *norm, size_t word)
{
    size_t start = norm_word_start(norm, word);
    while (start > 0 && (norm->text.at[start - 1] == ' ' || norm->text.at[start - 1] == '('))
        start--;
    return start > 0 && norm->text.at[start - 1] == '+';
}

static size_t with_plus(const struct norm *norm, size_t word)
{
    size_t start = norm_word_start(norm, word);
    while (start > 0 && (norm->text.at[start - 1] == ' ' || norm->text.at[start - 1] == '('))
        start--;
    return start - 1;
}

/* "07700 then 900, and the last three are 123": words between, up to eleven digits. */
static void in_pieces(struct patterns *p, size_t word)
{
    enum { FILLERS = 8, MOBILE = 11, AREA = 4 };
    const struct norm *norm = p->norm;
    struct run run = {.count = 0};
    size_t words = take(p, word, &run);
    if (words == 0 || run.digits[0] != '0') return;
    if (word > 0 && (norm->words[word - 1].flags & WORD_DIGITS) && goes_on(p, word - 1)) return;
    size_t last = word + words - 1, fillers = 0;
    while (run.count < MOBILE && last + 1 < norm->word_count) {
        uint16_t gap = norm->words[last].gap;
        if (gap & (GAP_PARAGRAPH | GAP_END) && run.count < AREA) return;
        if (norm->words[last].gap_length > 6) return;
        bool filler = run.count >= AREA &&
                      pattern_is(p, last + 1,
                                 "then and followed by half first second last part rest is are no "
                                 "spaces space with a it its end ends next digits numbers number "
                                 "comes after that thats bit goes the plus dash gap pause wait in "
                                 "finish finishes of");
        if (filler) {
            if (++fillers > FILLERS) return;
            /* "the last three are": they count and are none of its digits. */
            if (pattern_is(p, last + 1, "last first next") && last + 2 < norm->word_count &&
                pattern_is(p, last + 2, "two three four five six"))
                last++;
            last++;
            continue;
        }
        size_t more = take(p, last + 1, &run);
        if (more == 0) return;
        last += more;
    }
    if (run.count != MOBILE || fillers == 0 || !is_phone(&run, false)) return;
    pattern_mark(p, word, last, MARK_PHONE, 80, "a phone number in pieces");
}

void pattern_phone(struct patterns *p, size_t word)
{
    in_pieces(p, word);
    const struct norm *norm = p->norm;
    struct run run = {.count = 0};
    size_t first_words = take(p, word, &run);
    if (first_words == 0) return;
    bool plus = plus_before(norm, word);
    char lead = run.digits[0];
    bool cued = false, ten = false; /* ten: only as ten digits that begin with 7 */
    if (!plus && lead != '0' && !(lead == '4' && (run.count == 1 || run.digits[1] == '4'))) {
        /* Without its zero, or a local number: only after "ring me on". */
        bool word_seven = lead == '7' && run.count == 1 && !(norm->words[word].flags & WORD_DIGITS);
        if (lead == '4') return;
        if (word > 0 && (norm->words[word - 1].flags & WORD_DIGITS) && goes_on(p, word - 1)) return;
        if (word_seven) {
            /* "seven seven double oh …", its zero left out: ten digits in words are no count. */
            bool one = word > 1 && norm_word_is(norm, word - 1, "one") &&
                       pattern_is(p, word - 2, "new old this that other the work home mobile");
            if (word > 0 && goes_on(p, word - 1) && !one &&
                (word_digit(p, word - 1) != 0 || pattern_is(p, word - 1, "double triple treble")))
                return;
        } else if (!pattern_after(p, word, 4, phone_cues)) {
            return;
        }
        ten = word_seven || run.count < 3;
        cued = true;
    }
    /* Not the middle of a longer number. */
    if (!plus && lead == '0' && run.count >= 2 && run.digits[1] == '0' && word > 0 &&
        (norm->words[word - 1].flags & WORD_DIGITS) && goes_on(p, word - 1))
        return;
    size_t last = word + first_words - 1, best = SIZE_MAX, nearly = SIZE_MAX, pieces = 1;
    for (;;) {
        bool fits =
            ten    ? run.count == 10 && lead == '7'
            : cued ? (run.count >= 6 && run.count <= 9) || (run.count == 10 && national(&run, 0))
                   : is_phone(&run, plus);
        if (fits) best = last;
        if (!plus && !cued && best == SIZE_MAX && is_nearly_phone(&run)) nearly = last;
        if (++pieces > RUN_WORDS) break;
        if (!goes_on(p, last) && !goes_on_by_comma(p, last, &run)) break;
        size_t more = take(p, last + 1, &run);
        if (more == 0) break;
        last += more;
        if (run.count > 17) break;
    }
    /* Ten or twelve digits: only where a phone is spoken of. */
    if (best == SIZE_MAX && nearly == last && pattern_after(p, word, 8, phone_cues)) best = nearly;
    if (best == SIZE_MAX) return;
    if (cued && all_after(&run, 0, "116123")) return; /* the Samaritans */
    if (pattern_after(p, word, 3, "isbn charity")) return;
    /* "1,000" and "250 000 pounds" are amounts. */
    if (cued && pattern_is(p, best + 1, "pounds quid times people steps miles points km euros"))
        return;
    size_t start = plus ? with_plus(norm, word) : norm_word_start(norm, word);
    if (pattern_is(p, best + 1, "ext extension x") && best + 2 < norm->word_count &&
        (norm->words[best + 2].flags & WORD_DIGITS))
        best += 2;
    pattern_mark_bytes(p, start, norm_word_end(norm, best), MARK_PHONE, cued ? 70 : 96,
                       cued ? "digits after a word like 'ring' or 'number'"
                            : "has the form of a phone number");
}

/* ---- bank ---- */

static bool luhn(const struct run *run)
{
    int sum = 0;
    for (size_t i = 0; i < run->count; i++) {
        int digit = run->digits[run->count - 1 - i] - '0';
        if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

static const char bank_cues[] =
    "sort sortcode account acc acct ac bank account banc konto konta cyfrif";

/* dd-dd-dd, one sign throughout; or six digits after "sort code". */
static size_t sort_code(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    bool cued = pattern_after(p, word, 4, "sort sortcode");
    if (w->count == 6 && (w->flags & WORD_DIGITS) && cued) return word;
    if (word + 2 >= norm->word_count) return SIZE_MAX;
    size_t real = 0;
    for (size_t i = word; i < word + 3; i++) {
        if (norm->words[i].count != 2) return SIZE_MAX;
        for (size_t k = 0; k < 2; k++) {
            const struct glyph *g = &norm->glyphs[norm->words[i].glyph + k];
            if (g->flags & GLYPH_DIGIT)
                real++;
            else if (letter_digit(g->point) == 0)
                return SIZE_MAX;
        }
    }
    if (real < 3) return SIZE_MAX;
    uint16_t signs = GAP_HYPHEN | GAP_SPACE | GAP_STOP | GAP_LINE;
    if (!pattern_next(p, word, signs, 3) || !pattern_next(p, word + 1, signs, 3)) return SIZE_MAX;
    uint16_t sign = norm->words[word].gap & GAP_HYPHEN;
    if (cued) return word + 2;
    if (sign == 0 || !(norm->words[word + 1].gap & GAP_HYPHEN)) return SIZE_MAX;
    /* "01-02-16" may be a date: an account number or a bank word must stand near. */
    if (pattern_after(p, word, 6, bank_cues)) return word + 2;
    for (size_t i = word + 3; i < word + 9 && i < norm->word_count; i++)
        if ((norm->words[i].flags & WORD_DIGITS) && norm->words[i].count == 8) return word + 2;
    return SIZE_MAX;
}

/* Six digits and eight behind them, together or in pairs: "99 88 21 10 20 30 44". */
static bool sort_and_account(struct patterns *p, size_t word, size_t *ret_sort, size_t *ret_last)
{
    const struct norm *norm = p->norm;
    const uint16_t signs = GAP_SPACE | GAP_HYPHEN | GAP_LINE | GAP_COMMA | GAP_SLASH;
    if (word > 0 && (norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED)) &&
        pattern_next(p, word - 1, GAP_SPACE | GAP_HYPHEN, 3))
        return false;
    struct run run = {.count = 0};
    size_t sort = SIZE_MAX, at = word;
    for (;; at++) {
        if (at >= norm->word_count || !(norm->words[at].flags & WORD_DIGITS)) return false;
        if (take(p, at, &run) == 0 || run.count > 14) return false;
        if (run.count == 6) sort = at;
        if (run.count == 14) break;
        if (!pattern_next(p, at, signs, 3)) return false;
    }
    if (sort == SIZE_MAX || is_phone(&run, false)) return false;
    if (at + 1 < norm->word_count && (norm->words[at + 1].flags & WORD_DIGITS) &&
        pattern_next(p, at, GAP_SPACE | GAP_HYPHEN, 1))
        return false;
    *ret_sort = sort;
    *ret_last = at;
    return true;
}

static bool account_number(struct patterns *p, size_t word, size_t *ret_last)
{
    const struct norm *norm = p->norm;
    if (word > 0 && (norm->words[word - 1].flags & WORD_DIGITS) &&
        pattern_next(p, word - 1, GAP_SPACE, 1) && norm->words[word - 1].count > 2)
        return false;
    struct run run = {.count = 0};
    size_t last = word;
    for (size_t pieces = 0; pieces < 8; pieces++) {
        size_t words = take(p, last, &run);
        if (words == 0) return false;
        last += words - 1;
        if (run.count >= 8 || !pattern_next(p, last, GAP_SPACE | GAP_LINE | GAP_HYPHEN, 2)) break;
        last++;
    }
    if (run.count != 8) return false;
    if (!pattern_after(p, word, 6, bank_cues)) {
        /* Right behind a sort code. */
        bool behind = false;
        for (size_t back = 3; back <= 6 && back <= word && !behind; back++)
            behind = sort_code(p, word - back) == word - back + 2;
        if (!behind) return false;
    }
    *ret_last = last;
    return true;
}

/* Letters and digits of an IBAN of this country; 0: not in the table. */
static size_t iban_length(const struct glyph *g)
{
    static const struct {
        char country[3];
        unsigned char length;
    } lengths[] = {{"gb", 22}, {"ie", 22}, {"pl", 28}, {"ro", 24}, {"de", 22}, {"fr", 27},
                   {"es", 24}, {"it", 27}, {"nl", 18}, {"be", 16}, {"pt", 25}, {"lt", 20},
                   {"lv", 21}, {"bg", 22}, {"hu", 28}, {"cz", 24}, {"sk", 24}, {"tr", 26}};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        if (g[0].point == (unsigned char)lengths[i].country[0] &&
            g[1].point == (unsigned char)lengths[i].country[1])
            return lengths[i].length;
    return 0;
}

static bool iban(struct patterns *p, size_t word, size_t *ret_last)
{
    const struct norm *norm = p->norm;
    size_t at = norm->words[word].glyph;
    const struct glyph *g = norm->glyphs + at;
    size_t left = norm->glyph_count - at;
    if (left < 15 || g[0].point < 'a' || g[0].point > 'z' || g[1].point < 'a' || g[1].point > 'z')
        return false;
    if (!(g[2].flags & GLYPH_DIGIT) || !(g[3].flags & GLYPH_DIGIT)) return false;
    /* "GB29" stands together, or its two halves. */
    if (norm->words[word].count < 4 &&
        !(norm->words[word].count == 2 && word + 1 < norm->word_count &&
          norm->words[word + 1].count == 2 && pattern_next(p, word, GAP_SPACE, 1)))
        return false;
    size_t length = iban_length(g);
    bool cued = pattern_after(p, word, 6, "iban account konto konta cont saskaita");
    if (length == 0 && !cued) return false;
    /* Where the country is not one of ours: the first word end at which the check number is right.
     */
    size_t least = length != 0 ? length : 15, most = length != 0 ? length : 34;
    for (size_t count = least; count <= most && count <= left; count++) {
        if (!(g[count - 1].flags & GLYPH_LAST)) continue;
        unsigned rest = 0, digits = 0;
        for (size_t i = 0; i < count; i++) {
            uint32_t c = g[(i + 4) % count].point;
            if (c >= '0' && c <= '9') digits++;
            if (c >= '0' && c <= '9')
                rest = (rest * 10 + (c - '0')) % 97;
            else if (c >= 'a' && c <= 'z')
                rest = (rest * 100 + (c - 'a' + 10)) % 97;
            else
                return false;
        }
        /* A slip of the pen makes the check number wrong: then the form alone must do. */
        if (rest != 1 && (length == 0 || digits < 12)) continue;
        size_t last = norm_word_of(norm, at + count - 1);
        for (size_t i = word; i < last; i++)
            if (!pattern_next(p, i, GAP_SPACE | GAP_HYPHEN | GAP_LINE, 2)) return false;
        *ret_last = last;
        return true;
    }
    return false;
}

/* "exp 09/28" */
static void card_ends(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, word, "exp expiry expires expiring") || word + 2 >= norm->word_count) return;
    if (norm->words[word + 1].count != 2 || norm->words[word + 2].count > 4) return;
    if (!(norm->words[word + 1].flags & norm->words[word + 2].flags & WORD_DIGITS)) return;
    if (norm->words[word + 1].gap != GAP_SLASH) return;
    pattern_mark(p, word + 1, word + 2, MARK_BANK, 85, "the date on which a card ends");
}

void pattern_bank(struct patterns *p, size_t word)
{
    card_ends(p, word);
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    size_t last;
    if (w->count >= 2 && w->count <= 34 && !(w->flags & WORD_DIGITS) && iban(p, word, &last)) {
        pattern_mark(p, word, last, MARK_BANK, 97, "has the form of an IBAN");
        return;
    }
    size_t sort;
    if ((w->count == 2 || w->count == 6) && sort_and_account(p, word, &sort, &last)) {
        pattern_mark(p, word, sort, MARK_BANK, 90, "has the form of a sort code");
        pattern_mark(p, sort + 1, last, MARK_BANK, 90, "eight digits behind a sort code");
        return;
    }
    last = sort_code(p, word);
    if (last != SIZE_MAX) pattern_mark(p, word, last, MARK_BANK, 92, "has the form of a sort code");
    struct run run = {.count = 0};
    if (take(p, word, &run) == 0) return;
    if (account_number(p, word, &last))
        pattern_mark(p, word, last, MARK_BANK, 88, "eight digits beside a bank word");
    if (!(w->flags & (p->scanned ? WORD_DIGITS | WORD_MIXED : WORD_DIGITS))) return;
    /* Card: 13 to 19 digits in groups. */
    struct run card = {.count = 0};
    for (size_t at = word; card.count < 13 && at < word + 5; at++) {
        if (at >= norm->word_count) return;
        if (!p->scanned && !(norm->words[at].flags & WORD_DIGITS)) return;
        if (take(p, at, &card) == 0) return;
        last = at;
        if (card.count < 13 && !pattern_next(p, at, GAP_SPACE | GAP_HYPHEN, 1)) return;
    }
    bool fours = card.count == 16 && last == word + 3 && w->count == 4 &&
                 norm->words[word + 1].count == 4 && norm->words[word + 2].count == 4;
    if (card.count >= 13 && card.count <= 19 && card.digits[0] >= '3' && card.digits[0] <= '6' &&
        (fours || luhn(&card)))
        pattern_mark(p, word, last, MARK_BANK, 95, "has the form of a bank card number");
}
