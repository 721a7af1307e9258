/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/pattern_in.h"

/* Bank details: sort codes, accounts, cards, IBANs. */

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

/* Digits alone, or as a scanner reads them. */
static bool of_digits(const struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if (w->flags & WORD_DIGITS) return true;
    return p->scanned && (w->flags & WORD_MIXED) &&
           pattern_letters_in(p->norm->glyphs + w->glyph, w->count) == 0;
}

/* Do eight digits stand behind it, together or in two halves? */
static bool account_behind(const struct patterns *p, size_t last)
{
    enum { NEAR = 7 };
    const struct norm *norm = p->norm;
    for (size_t i = last + 1; i < last + NEAR && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        if (!of_digits(p, i)) continue;
        if (w->count == 8) return true;
        if (w->count == 4 && pattern_next(p, i, GAP_SPACE | GAP_HYPHEN, 1) && w[1].count == 4 &&
            of_digits(p, i + 1))
            return true;
    }
    return false;
}

/* dd-dd-dd, one sign throughout; or six digits after "sort code". */
static size_t sort_code(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    if (w->count != 2 && w->count != 6) return SIZE_MAX;
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
            else if (pattern_letter_digit(g->point) == 0)
                return SIZE_MAX;
        }
    }
    if (real < 3) return SIZE_MAX;
    uint16_t signs = GAP_HYPHEN | GAP_SPACE | GAP_STOP | GAP_LINE;
    if (!pattern_next(p, word, signs, 3) || !pattern_next(p, word + 1, signs, 3)) return SIZE_MAX;
    uint16_t sign = norm->words[word].gap & GAP_HYPHEN;
    const bool stops = norm->words[word].gap == GAP_STOP && norm->words[word + 1].gap == GAP_STOP;
    if (cued) return word + 2;
    bool behind = account_behind(p, word + 2);
    /* "my bank is 99 40 12" */
    if (sign == 0 && behind && real == 6 && (stops || pattern_after(p, word, 3, "bank")))
        return word + 2;
    if (sign == 0 || !(norm->words[word + 1].gap & GAP_HYPHEN)) return SIZE_MAX;
    /* "01-02-16" may be a date: an account number or a bank word must stand near. */
    if (pattern_after(p, word, 6, bank_cues)) return word + 2;
    return behind ? word + 2 : SIZE_MAX;
}

/* Six digits and eight behind them, together or in pairs: "99 88 21 10 20 30 44". */
static bool sort_and_account(struct patterns *p, size_t word, size_t *ret_sort, size_t *ret_from,
                             size_t *ret_last)
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
        if (pattern_take(p, at, &run) == 0 || run.count > 14) return false;
        if (run.count == 6) sort = at;
        if (run.count == 14) break;
        if (!pattern_next(p, at, signs, 3)) return false;
        /* "998811 and 4420 6671" */
        if (run.count == 6 && pattern_is(p, at + 1, "and") && pattern_next(p, at + 1, signs, 1))
            at++;
    }
    if (sort == SIZE_MAX || pattern_is_phone(&run, false)) return false;
    *ret_from = sort + 1;
    if (pattern_is(p, sort + 1, "and")) {
        if (!pattern_after(p, word, 12, bank_cues)) return false;
        *ret_from = sort + 2;
    }
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
        size_t words = pattern_take(p, last, &run);
        if (words == 0) return false;
        last += words - 1;
        if (run.count >= 8 || !pattern_next(p, last, GAP_SPACE | GAP_LINE | GAP_HYPHEN, 2)) break;
        last++;
    }
    /* "account 0099 4417 20": abroad they are longer. */
    if (run.count == 8 && pattern_after(p, word, 2, "account acct acc konto konta") &&
        pattern_next(p, last, GAP_SPACE, 1) && norm->words[last + 1].count <= 4 &&
        (norm->words[last + 1].flags & WORD_DIGITS))
        last++;
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

/* "PL00 1140 0000 0000 3391 2207": a number left out or too many, but in fours as IBANs are. */
static bool iban_in_fours(struct patterns *p, size_t word, size_t *ret_last)
{
    enum { GROUP = 4, LEAST = 4, MOST = 8 };
    const struct norm *norm = p->norm;
    const struct glyph *g = norm->glyphs + norm->words[word].glyph;
    if (norm->words[word].count != GROUP || iban_length(g) == 0) return false;
    if (!(g[2].flags & GLYPH_DIGIT) || !(g[3].flags & GLYPH_DIGIT)) return false;
    size_t last = word;
    while (last < word + MOST && pattern_next(p, last, GAP_SPACE, 1) &&
           norm->words[last + 1].count == GROUP && (norm->words[last + 1].flags & WORD_DIGITS))
        last++;
    *ret_last = last;
    return last >= word + LEAST;
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

/* "sort code ninety nine, forty one, oh seven" */
void pattern_sort_code_said(struct patterns *p, size_t word)
{
    enum { DIGITS = 6, WORDS_MOST = 8 };
    const struct norm *norm = p->norm;
    if (!pattern_after(p, word, 3, "code sortcode") || !pattern_after(p, word, 4, "sort sortcode"))
        return;
    /* A digit before it lets "ninety" begin the number. */
    struct run run = {.count = 1};
    size_t last = word;
    for (size_t at = word; at < word + WORDS_MOST && at < norm->word_count;) {
        size_t words = pattern_take(p, at, &run);
        if (words == 0 || run.count > DIGITS + 1) return;
        last = at + words - 1;
        if (run.count == DIGITS + 1) break;
        if (!pattern_next(p, last, GAP_SPACE | GAP_COMMA | GAP_HYPHEN | GAP_LINE, 3)) return;
        at = last + 1;
    }
    if (run.count == DIGITS + 1) pattern_mark(p, word, last, MARK_BANK, 85, "a sort code in words");
}

/* "the three digits on the back are 417" */
static void card_back(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if (!(w->flags & WORD_DIGITS) || w->count != 3) return;
    if (pattern_after(p, word, 2, "cvv cvc cv2") ||
        (pattern_after(p, word, 2, "back") && pattern_after(p, word, 12, "card three digits")))
        pattern_mark(p, word, word, MARK_BANK, 75, "the digits on the back of a card");
}

/* "by card ending **** 6620" */
static void card_end(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if (!(w->flags & WORD_DIGITS) || w->count != 4) return;
    if (pattern_after(p, word, 2, "ending ended ends") && pattern_after(p, word, 20, "card cards"))
        pattern_mark(p, word, word, MARK_BANK, 75, "the last digits of a card");
}

/* "BIC XBNKGB00": of a bank, eleven signs or eight. */
static void bank_code(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if ((w->count == 8 || w->count == 11) && pattern_after(p, word, 2, "bic swift") &&
        pattern_upper(p, word, word))
        pattern_mark(p, word, word, MARK_BANK, 85, "has the form of a bank's code");
}

void pattern_bank(struct patterns *p, size_t word)
{
    card_end(p, word);
    bank_code(p, word);
    card_ends(p, word);
    card_back(p, word);
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    size_t last;
    /* Letters alone are a country, a pair of digits as a scanner reads them, or a number word. */
    if (!(w->flags & (WORD_DIGITS | WORD_MIXED)) && w->count != 2 && !pattern_begins_run(p, word))
        return;
    if (w->count >= 2 && w->count <= 34 && !(w->flags & WORD_DIGITS) &&
        (iban(p, word, &last) || iban_in_fours(p, word, &last))) {
        pattern_mark(p, word, last, MARK_BANK, 97, "has the form of an IBAN");
        return;
    }
    size_t sort, from;
    if ((w->count == 2 || w->count == 6) && sort_and_account(p, word, &sort, &from, &last)) {
        pattern_mark(p, word, sort, MARK_BANK, 90, "has the form of a sort code");
        pattern_mark(p, from, last, MARK_BANK, 90, "eight digits behind a sort code");
        return;
    }
    last = sort_code(p, word);
    if (last != SIZE_MAX) pattern_mark(p, word, last, MARK_BANK, 92, "has the form of a sort code");
    struct run run = {.count = 0};
    if (pattern_take(p, word, &run) == 0) return;
    if (account_number(p, word, &last))
        pattern_mark(p, word, last, MARK_BANK, 88, "eight digits beside a bank word");
    if (!(w->flags & (p->scanned ? WORD_DIGITS | WORD_MIXED : WORD_DIGITS))) return;
    if (run.digits[0] < '3' || run.digits[0] > '6') return; /* no card begins so */
    /* Card: 13 to 19 digits in groups. */
    struct run card = {.count = 0};
    for (size_t at = word; card.count < 13 && at < word + 5; at++) {
        if (at >= norm->word_count) return;
        if (!p->scanned && !(norm->words[at].flags & WORD_DIGITS)) return;
        if (pattern_take(p, at, &card) == 0) return;
        last = at;
        if (card.count < 13 && !pattern_next(p, at, GAP_SPACE | GAP_HYPHEN, 1)) return;
    }
    bool fours = card.count == 16 && last == word + 3 && w->count == 4 &&
                 norm->words[word + 1].count == 4 && norm->words[word + 2].count == 4;
    if (card.count >= 13 && card.count <= 19 && (fours || luhn(&card)))
        pattern_mark(p, word, last, MARK_BANK, 95, "has the form of a bank card number");
}
