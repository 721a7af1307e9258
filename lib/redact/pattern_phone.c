/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/date.h"
#include "redact/pattern_in.h"

/* Phone numbers. */

enum { RUN_WORDS = 32 };

static const uint16_t run_gap = GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_STOP | GAP_SLASH |
                                GAP_OPEN | GAP_CLOSE | GAP_UNDERSCORE | GAP_OTHER | GAP_QUOTE;

static bool goes_on(struct patterns *p, size_t word)
{
    if (pattern_next(p, word, run_gap, 4)) return true;
    /* "seven, seven, double oh" */
    return pattern_next(p, word, GAP_SPACE | GAP_COMMA | GAP_LINE, 3) &&
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

static bool freephone(const struct run *run)
{
    return all_after(run, 0, "0800") || all_after(run, 0, "0808");
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
bool pattern_is_phone(const struct run *run, bool plus)
{
    if (plus) {
        if (all_after(run, 0, "440")) return national(run, 3);
        if (all_after(run, 0, "44")) return national(run, 2);
        return run->count >= 9 && run->count <= 15 && run->digits[0] != '0';
    }
    /* Nobody lives behind a freephone number. */
    if (freephone(run) || all_after(run, 0, "0300") || all_after(run, 0, "0303")) return false;
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
static void in_pieces(struct patterns *p, size_t word, size_t words, struct run run)
{
    enum { FILLERS = 14, MOBILE = 11, AREA = 3 };
    const struct norm *norm = p->norm;
    if (word > 0 && (norm->words[word - 1].flags & WORD_DIGITS) && goes_on(p, word - 1)) return;
    size_t last = word + words - 1, fillers = 0;
    while (run.count < MOBILE && last + 1 < norm->word_count) {
        uint16_t gap = norm->words[last].gap;
        if (gap & (GAP_PARAGRAPH | GAP_END) && run.count < AREA) return;
        if (norm->words[last].gap_length > 6) return;
        bool filler =
            run.count >= AREA &&
            pattern_is(p, last + 1,
                       "then and followed by half first second last part rest is are no "
                       "spaces space with a it its end ends next digits numbers number "
                       "comes after that thats bit goes the plus dash gap pause wait in "
                       "finish finishes of again my lucky favourite favorite same always");
        /* "Red is zero-seven-seven-zero-zero, and green is nine-zero-zero": words of a riddle. */
        if (!filler && run.digits[1] == '7' && !(norm->words[word].flags & WORD_DIGITS) &&
            (run.count == 5 || run.count == 8) &&
            !(norm->words[last + 1].flags & (WORD_DIGITS | WORD_MIXED)) &&
            pattern_word_digit(p, last + 1) == 0 &&
            !pattern_is(p, last + 1, "double triple treble"))
            filler = true;
        if (filler) {
            if (++fillers > FILLERS) return;
            /* "the last three are": they count and are none of its digits. */
            if (pattern_is(p, last + 1, "last first next other") && last + 2 < norm->word_count &&
                pattern_is(p, last + 2, "two three four five six"))
                last++;
            last++;
            continue;
        }
        size_t more = pattern_take(p, last + 1, &run);
        if (more == 0) return;
        last += more;
    }
    if (run.count != MOBILE || fillers == 0 || !pattern_is_phone(&run, false)) return;
    pattern_mark(p, word, last, MARK_PHONE, 80, "a phone number in pieces");
}

/* Is it a number in figures that no phone number begins with? */
static bool other_digits(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    return (w->flags & WORD_DIGITS) && norm->glyphs[w->glyph].point != '0';
}

/* "Office 01632 960119 | 24hr 0808 157 0422": a firm's, behind another of its numbers. */
static void of_a_firm(struct patterns *p, size_t word)
{
    enum { NEAR = 30, DIGITS = 11 };
    const struct norm *norm = p->norm;
    struct run run = {.count = 0};
    size_t last = word;
    if (!(norm->words[word].flags & WORD_DIGITS) || other_digits(norm, word)) return;
    if (pattern_take(p, word, &run) != 1) return;
    if (!freephone(&run)) return;
    while (run.count < DIGITS && goes_on(p, last) && pattern_take(p, last + 1, &run) == 1) last++;
    if (run.count != DIGITS) return;
    if (pattern_after(p, word, 6,
                      "nspcc childline samaritans helpline helplines shelter crimestoppers refuge "
                      "crisis lifeline frank mind emergency emergencies shout"))
        return;
    size_t start = norm_word_start(norm, word);
    for (size_t i = p->marks->count; i > 0 && i + 4 > p->marks->count; i--) {
        const struct mark *mark = &p->marks->at[i - 1];
        if (mark->category != MARK_PHONE || mark->end > start || mark->end + NEAR < start) continue;
        pattern_mark(p, word, last, MARK_PHONE, 75, "a phone number behind another one");
        return;
    }
}

/* How a run of digits may be a phone number. */
enum phone_kind {
    PHONE_NONE,
    PHONE_FULL,  /* with its zero or its country */
    PHONE_LOCAL, /* without: only behind "ring me on" */
    PHONE_TEN,   /* without its zero, as ten digits that begin with 7 */
};

/* "seven seven double oh …", its zero left out: does it begin here, and not before? */
static bool seven_begins(struct patterns *p, size_t word)
{
    if (word == 0 || !goes_on(p, word - 1)) return true;
    /* Ten digits in words are no count. */
    bool one = word > 1 && norm_word_is(p->norm, word - 1, "one") &&
               pattern_is(p, word - 2, "new old this that other the work home mobile");
    return one || (pattern_word_digit(p, word - 1) == 0 &&
                   !pattern_is(p, word - 1, "double triple treble"));
}

static enum phone_kind phone_kind(struct patterns *p, size_t word, const struct run *run, bool plus)
{
    const struct norm *norm = p->norm;
    const char lead = run->digits[0];
    const bool inside =
        word > 0 && (norm->words[word - 1].flags & WORD_DIGITS) && goes_on(p, word - 1);
    if (plus) return PHONE_FULL;
    if (lead == '0') {
        /* Not the middle of a longer number. */
        bool double_zero = run->count >= 2 && run->digits[1] == '0';
        return double_zero && inside ? PHONE_NONE : PHONE_FULL;
    }
    if (lead == '4') return run->count == 1 || run->digits[1] == '4' ? PHONE_FULL : PHONE_NONE;
    if (inside) return PHONE_NONE;
    if (lead == '7' && run->count == 1 && !(norm->words[word].flags & WORD_DIGITS))
        return seven_begins(p, word) ? PHONE_TEN : PHONE_NONE;
    if (!pattern_after(p, word, 4, phone_cues)) return PHONE_NONE;
    return run->count < 3 ? PHONE_TEN : PHONE_LOCAL;
}

static bool fits_kind(const struct run *run, enum phone_kind kind, bool plus)
{
    switch (kind) {
    case PHONE_FULL: return pattern_is_phone(run, plus);
    case PHONE_TEN: return run->count == 10 && run->digits[0] == '7';
    case PHONE_LOCAL:
        return (run->count >= 6 && run->count <= 9) || (run->count == 10 && national(run, 0));
    default: return false;
    }
}

/* The last word of the longest number of this kind, SIZE_MAX for none; `run` takes in more. */
static size_t phone_end(struct patterns *p, size_t word, size_t last, enum phone_kind kind,
                        bool plus, struct run *run)
{
    enum { DIGITS = 17 };
    size_t best = SIZE_MAX, nearly = SIZE_MAX;
    for (size_t pieces = 1;; pieces++) {
        if (fits_kind(run, kind, plus)) best = last;
        if (kind == PHONE_FULL && !plus && best == SIZE_MAX && is_nearly_phone(run)) nearly = last;
        if (pieces == RUN_WORDS) break;
        if (!goes_on(p, last) && !goes_on_by_comma(p, last, run)) break;
        size_t more = pattern_take(p, last + 1, run);
        if (more == 0) break;
        last += more;
        if (run->count > DIGITS) break;
    }
    /* Ten or twelve digits: only where a phone is spoken of. */
    if (best == SIZE_MAX && nearly == last && pattern_after(p, word, 8, phone_cues)) return nearly;
    return best;
}

static void phone_at(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    struct run run = {.count = 0};
    size_t words = pattern_take(p, word, &run);
    if (words == 0) return;
    if (run.digits[0] == '0') in_pieces(p, word, words, run);
    /* "plus 44 77 double-nought 900 743" */
    const bool said =
        word > 0 && pattern_is(p, word - 1, "plus") && pattern_next(p, word - 1, GAP_SPACE, 1);
    const bool plus = plus_before(norm, word) || said;
    const enum phone_kind kind = phone_kind(p, word, &run, plus);
    if (kind == PHONE_NONE) return;
    size_t end = phone_end(p, word, word + words - 1, kind, plus, &run);
    if (end == SIZE_MAX) return;
    const bool cued = kind != PHONE_FULL;
    if (cued && all_after(&run, 0, "116123")) return; /* the Samaritans */
    if (pattern_after(p, word, 3, "isbn charity")) return;
    /* "1,000" and "250 000 pounds" are amounts. */
    if (cued && pattern_is(p, end + 1, "pounds quid times people steps miles points km euros"))
        return;
    size_t start = said   ? norm_word_start(norm, word - 1)
                   : plus ? with_plus(norm, word)
                          : norm_word_start(norm, word);
    /* "18001 01632 960 229": through the relay for the deaf */
    if (!plus && word > 0 && pattern_next(p, word - 1, GAP_SPACE, 1) &&
        pattern_is(p, word - 1, "18001 18002"))
        start = norm_word_start(norm, word - 1);
    if (pattern_is(p, end + 1, "ext extension x") && end + 2 < norm->word_count &&
        (norm->words[end + 2].flags & WORD_DIGITS))
        end += 2;
    pattern_mark_bytes(p, start, norm_word_end(norm, end), MARK_PHONE, cued ? 70 : 96,
                       cued ? "digits after a word like 'ring' or 'number'"
                            : "has the form of a phone number");
}

/* The digits of the words from here on that are one number; its last word, SIZE_MAX for none. */
static size_t run_of(struct patterns *p, size_t word, struct run *run)
{
    size_t last = SIZE_MAX, at = word;
    for (size_t pieces = 0; pieces < RUN_WORDS; pieces++) {
        size_t words = pattern_take(p, at, run);
        if (words == 0) break;
        last = at + words - 1;
        if (!goes_on(p, last) || (p->norm->words[last].gap & GAP_PARAGRAPH)) break;
        if ((p->norm->words[last].gap & GAP_LINE) && (p->norm->words[last + 1].flags & WORD_MIXED))
            break;
        at = last + 1;
    }
    return last;
}

/* "answer 07700 9 … the other half is 00432": two numbers that are one, some words apart. */
static void in_halves(struct patterns *p, size_t word)
{
    enum { WHOLE = 11, HALF_LEAST = 4, HALF_MOST = 7, FAR = 45 };
    const struct norm *norm = p->norm;
    if (other_digits(norm, word)) return;
    if (word > 0 && (norm->words[word - 1].flags & WORD_DIGITS) && goes_on(p, word - 1)) return;
    struct run run = {.count = 0};
    size_t last = run_of(p, word, &run);
    if (last == SIZE_MAX || run.count < HALF_LEAST || run.count > HALF_MOST) return;
    if (run.digits[0] != '0' || (run.digits[1] != '7' && run.digits[1] != '1')) return;
    struct date date;
    if (date_at(norm, word, &date)) return;
    for (size_t at = last + 2; at < last + FAR && at < norm->word_count; at++) {
        if (!pattern_begins_run(p, at)) continue;
        struct run rest = run;
        size_t end = run_of(p, at, &rest);
        if (end == SIZE_MAX) continue;
        if (rest.count == WHOLE && pattern_is_phone(&rest, false) && !date_at(norm, at, &date)) {
            pattern_mark(p, word, last, MARK_PHONE, 75, "half a phone number");
            pattern_mark(p, at, end, MARK_PHONE, 75, "half a phone number");
            return;
        }
        at = end;
    }
}

void pattern_phone(struct patterns *p, size_t word)
{
    if (!pattern_begins_run(p, word)) return;
    in_halves(p, word);
    of_a_firm(p, word);
    phone_at(p, word);
}
