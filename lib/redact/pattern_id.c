/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/date.h"
#include "redact/pattern_in.h"

/* Official numbers, by their form and check digits. */

static bool nhs_check(const struct glyph *g)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 9; i++) sum += pattern_digit(&g[i]) * (10 - i);
    unsigned check = 11 - sum % 11;
    if (check == 11) check = 0;
    return check != 10 && check == pattern_digit(&g[9]);
}

static bool ip_address(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    for (size_t i = word; i < word + 4; i++) {
        if (i >= norm->word_count || !(norm->words[i].flags & WORD_DIGITS)) return false;
        if (norm->words[i].count > 3) return false;
        unsigned value = 0;
        for (size_t k = 0; k < norm->words[i].count; k++)
            value = value * 10 + pattern_digit(&norm->glyphs[norm->words[i].glyph + k]);
        if (value > 255) return false;
        if (i < word + 3 && !(norm->words[i].gap == GAP_STOP && norm->words[i].gap_length == 1))
            return false;
    }
    return true;
}

/* "0304159992": a Scottish health number begins with a date of birth. */
static bool community_index(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    if (!(w->flags & WORD_DIGITS)) return false;
    unsigned day = pattern_digit(&g[0]) * 10 + pattern_digit(&g[1]);
    unsigned month = pattern_digit(&g[2]) * 10 + pattern_digit(&g[3]);
    bool phone = g[0].point == '0' && (g[1].point == '1' || g[1].point == '2' || g[1].point == '7');
    return day >= 1 && day <= 31 && month >= 1 && month <= 12 && !phone;
}

/* A whole number and three decimals or more; "51.5072". Returns the whole, -1 for none. */
static int decimal(struct patterns *p, size_t word, size_t shortest)
{
    const struct norm *norm = p->norm;
    if (word + 1 >= norm->word_count) return -1;
    const struct word *w = &norm->words[word];
    if (!(w->flags & w[1].flags & WORD_DIGITS) || w->count > 2 || w[1].count < shortest) return -1;
    if (w->gap != GAP_STOP || w->gap_length != 1) return -1;
    unsigned value = pattern_digit(&norm->glyphs[w->glyph]);
    return (int)(w->count == 2 ? value * 10 + pattern_digit(&norm->glyphs[w->glyph + 1]) : value);
}

/* "52.9999, -2.4417": degrees of these islands. */
static bool coordinates(struct patterns *p, size_t word, size_t *ret_last)
{
    enum { SHORTEST = 3, SOUTH = 49, NORTH = 61, WEST = 11 };
    int north = decimal(p, word, SHORTEST);
    if (north < SOUTH || north > NORTH) return false;
    size_t west = word + 2;
    while (west < p->norm->word_count && west < word + 5 &&
           pattern_is(p, west, "n north and long longitude lon by"))
        west++;
    if (west >= p->norm->word_count || p->norm->words[west - 1].gap_length > 4) return false;
    int degrees = decimal(p, west, SHORTEST);
    if (degrees < 0 || degrees > WEST) return false;
    *ret_last = west + 1;
    return true;
}

static bool hardware_address(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    for (size_t i = word; i < word + 6; i++) {
        if (i >= norm->word_count || norm->words[i].count != 2) return false;
        for (size_t k = 0; k < 2; k++) {
            uint32_t c = norm->glyphs[norm->words[i].glyph + k].point;
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
        }
        if (i < word + 5 &&
            !(norm->words[i].gap_length == 1 && (norm->words[i].gap & (GAP_COLON | GAP_HYPHEN))))
            return false;
    }
    return true;
}

/* "passport nine nine nine one two three four five six", "account one double oh seven …" */
void pattern_said(struct patterns *p, size_t word)
{
    enum { LEAST = 6, BACK = 5, NHS = 10 };
    const struct norm *norm = p->norm;
    if ((norm->words[word].flags & (WORD_DIGITS | WORD_MIXED)) ||
        (pattern_word_digit(p, word) == 0 && !pattern_is(p, word, "double triple treble")))
        return;
    bool bank = pattern_after(p, word, BACK, "account acc acct sort sortcode iban card bank");
    bool cued = bank || pattern_after(p, word, BACK,
                                      "passport nhs insurance nino prison prisoner licence license "
                                      "hospital roll reference ref case crime upn policy");
    if (word > 0 && pattern_word_digit(p, word - 1) != 0) return;
    struct run run = {.count = 0};
    size_t last = word, words = pattern_take(p, word, &run);
    while (words > 0) {
        last += words - 1;
        if (!pattern_next(p, last, GAP_SPACE | GAP_HYPHEN | GAP_COMMA | GAP_LINE, 2)) break;
        words = pattern_take(p, last + 1, &run);
        if (words > 0) last++;
    }
    struct glyph said[NHS];
    for (size_t i = 0; i < NHS && run.count == NHS; i++)
        said[i].point = (unsigned char)run.digits[i];
    bool nhs = run.count == NHS && run.digits[0] != '0' && nhs_check(said);
    if (run.count >= LEAST && (cued || nhs))
        pattern_mark(p, word, last, bank ? MARK_BANK : MARK_ID, 80, "a number that is said");
}

/* "Finn 3004 1198 and Lola 3004 1199": as many digits as the number just before. */
static void another_number(struct patterns *p, size_t word)
{
    enum { NEAR = 40, LEAST = 6, MOST = 12, WORDS_MOST = 4 };
    const struct norm *norm = p->norm;
    if (!(norm->words[word].flags & WORD_DIGITS) || p->marks->count == 0) return;
    if (word > 0 && (norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED))) return;
    size_t start = norm_word_start(norm, word);
    for (size_t i = p->marks->count; i > 0 && i + 4 > p->marks->count; i--) {
        const struct mark *mark = &p->marks->at[i - 1];
        if (mark->source != MARK_PATTERN || mark->end > start || mark->end + NEAR < start) continue;
        if (mark->category != MARK_ID && mark->category != MARK_BANK) continue;
        size_t digits = 0, own = 0, last = word;
        for (size_t at = mark->start; at < mark->end; at++) {
            char sign = norm->text.at[at];
            if (sign >= '0' && sign <= '9')
                digits++;
            else if (sign != ' ' && sign != '-')
                return;
        }
        if (digits < LEAST || digits > MOST) return;
        for (;; last++) {
            own += norm->words[last].count;
            if (own >= digits || last + 1 >= word + WORDS_MOST) break;
            if (!pattern_next(p, last, GAP_SPACE | GAP_HYPHEN, 1)) return;
            if (!(norm->words[last + 1].flags & WORD_DIGITS)) return;
        }
        if (own == digits)
            pattern_mark(p, word, last, mark->category, 75, "as many digits as the number before");
        return;
    }
}

/* "412 of 02/03/25": an incident as the police number it. */
static void incident(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    struct date date;
    if (!(norm->words[word].flags & WORD_DIGITS) || norm->words[word].count > 4) return;
    if (!pattern_next(p, word, GAP_SPACE, 1) || !norm_word_is(norm, word + 1, "of")) return;
    if (!pattern_next(p, word + 1, GAP_SPACE | GAP_LINE, 1) || !date_at(norm, word + 2, &date))
        return;
    if (date.year != 0)
        pattern_mark(p, word, date.last, MARK_ID, 85, "has the form of a police log number");
}

/* Small letters begin no number but one of five letters and more, or as a scanner reads them. */
static bool may_begin(struct patterns *p, size_t word)
{
    const uint32_t count = p->norm->words[word].count;
    return !pattern_is_plain(p, word) || count <= 2 || count == 5 || p->scanned ||
           pattern_digit_in(p, word, 1, 1);
}

/* A passport's number, or a Scottish health number, with nothing beside it that says so. */
static void lone_number(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    size_t last;
    if (w->count == 9 && (w->flags & WORD_CAPITAL) &&
        pattern_form_at(p, word, "A99999999", 1, false, &last) &&
        !pattern_after(p, word, 8, "order parcel lego item product model serial"))
        pattern_mark(p, word, last, MARK_ID, 75, "has the form of a passport's number");
    if ((w->flags & WORD_DIGITS) && ((w->count == 11 && pattern_after(p, word, 8, "pesel")) ||
                                     (w->count == 13 && pattern_after(p, word, 8, "cnp"))))
        pattern_mark(p, word, word, MARK_ID, 92, "a number after 'PESEL' or 'CNP'");
    /* what other countries call the number of a person */
    if ((w->flags & (WORD_DIGITS | WORD_MIXED)) && w->count >= 7 && w->count <= 13 &&
        pattern_digit_in(p, word, 7, 13) &&
        pattern_after(p, word, 4,
                      "kodas kods isikukood personnummer cpr bsn nif nie dni nin bvn cnic nic nid "
                      "aadhaar aadhar egn oib jmbg lichnoy rodne cislo cedula pps ppsn"))
        pattern_mark(p, word, word, MARK_ID, 88, "a number of a person, as other countries give");
    if (w->count == 10 && community_index(p->norm, word))
        pattern_mark(p, word, word, MARK_ID, 70, "ten digits that begin with a date");
}

/* "QQ 12 34 56 C" */
static void national_insurance(struct patterns *p, size_t word)
{
    const struct glyph *g = p->norm->glyphs + p->norm->words[word].glyph;
    size_t last;
    if (!pattern_form_at(p, word, "AA999999A", 9, p->scanned, &last)) return;
    bool prefix =
        strchr("dfiquv", (int)g[0].point) == NULL && strchr("dfiquvo", (int)g[1].point) == NULL;
    /* "QQ", as forms show it */
    bool shown = g[0].point == 'q' && g[1].point == 'q' && pattern_upper(p, word, word);
    bool suffix = g[8].point >= 'a' && g[8].point <= 'd';
    if ((suffix && (prefix || shown)) || pattern_after(p, word, 5, "ni nino insurance") ||
        pattern_before(p, last, 5, "ni nino insurance"))
        pattern_mark(p, word, last, MARK_ID, 95, "has the form of a National Insurance number");
}

/* "9 9 9 1 2 3 4 5 6 O": one by one, as a scanner reads them, with the right check digit. */
static bool one_by_one(const struct norm *norm, size_t word)
{
    enum { DIGITS = 10 };
    const struct glyph *g = norm->glyphs + norm->words[word].glyph;
    struct glyph read[DIGITS];
    for (size_t i = 0; i < DIGITS; i++) {
        if (norm->words[word + i].count != 1) return false;
        read[i] = g[i];
        if (!(g[i].flags & GLYPH_DIGIT))
            read[i].point = (unsigned char)pattern_letter_digit(g[i].point);
    }
    return nhs_check(read);
}

/* "999 123 4567" */
static void nhs_number(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    const bool mistaken = p->scanned && (w->flags & (WORD_DIGITS | WORD_MIXED));
    size_t last;
    if (!pattern_form_at(p, word, "9999999999", 10, mistaken, &last)) return;
    bool fits = w->count == 10 ? nhs_check(g) : last == word + 9 && one_by_one(norm, word);
    bool grouped = w->count == 3 && norm->words[word + 1].count == 3;
    bool cued = pattern_after(p, word, 6, "nhs hospital patient health gig chi red") ||
                pattern_before(p, last, 3, "nhs chi") ||
                (fits && pattern_after(p, word, 40, "nhs chi"));
    if (!cued && ((!grouped && !fits) || g[0].point == '0')) return;
    pattern_mark(p, word > 0 && pattern_is(p, word - 1, "chi") ? word - 1 : word, last, MARK_ID,
                 cued ? 95 : 88, "has the form of an NHS number");
}

static void pupil_number(struct patterns *p, size_t word)
{
    enum { PIECES = 6 }; /* "K 925 4871 0606 3" */
    size_t last;
    bool digits = pattern_form_at(p, word, "A999999999999", PIECES, true, &last) &&
                  (pattern_form_at(p, word, "A999999999999", PIECES, false, &last) ||
                   pattern_after(p, word, 5, "upn pupil"));
    if (digits || pattern_form_at(p, word, "A99999999999A", 4, false, &last))
        pattern_mark(p, word, last, MARK_ID, 90, "has the form of a pupil number");
}

/* "MORGA 657054 SM9IJ 35": the issue number may follow. */
static void driving_licence(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    size_t last;
    if (w->count < 5 || !pattern_form_at(p, word, "XXXXX999999XXXAA", 5, p->scanned, &last)) return;
    if (g[0].point < 'a' || pattern_letters_in(g, 5) < 3) return;
    /* "they wrote 01/01/2015 was" has its signs too. */
    if (lexicon_ordinary(p->lexicon, w->hash) && !(w->flags & WORD_CAPITAL)) return;
    /* A name, and a phone number on the line below. */
    if ((w->gap & (GAP_LINE | GAP_PARAGRAPH)) && (g[15].flags & GLYPH_DIGIT)) return;
    if (pattern_next(p, last, GAP_SPACE, 1) && norm->words[last + 1].count == 2 &&
        (norm->words[last + 1].flags & WORD_DIGITS))
        last++;
    pattern_mark(p, word, last, MARK_ID, 88, "has the form of a driving licence number");
}

/* National Grid: two letters and six, eight or ten digits. */
static void map_reference(struct patterns *p, size_t word)
{
    static const struct form grid[] = {FORM("AA9999999999"), FORM("AA99999999"), FORM("AA999999")};
    const struct word *w = &p->norm->words[word];
    const uint32_t square = p->norm->glyphs[w->glyph].point;
    if (!(w->flags & WORD_CAPITAL) || w->count > 12) return;
    if (square != 'n' && square != 's' && square != 't' && square != 'h') return;
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++) {
        size_t last;
        if (!pattern_form(p, word, &grid[i], 3, false, &last) || !pattern_upper(p, word, last))
            continue;
        bool registered =
            pattern_after(p, word, 4, "urn reg registered registration charity company");
        pattern_mark(p, word, last, registered ? MARK_ID : MARK_PLACE, 80,
                     registered ? "a code after a word like 'registered'"
                                : "has the form of a map reference");
        return;
    }
}

/* Numbers that are told by their form alone, or nearly. */
static void formed(struct patterns *p, size_t word)
{
    const bool letter = p->norm->words[word].count == 1;
    size_t last;
    national_insurance(p, word);
    if (pattern_form_at(p, word, "A9999AA", letter ? 7 : 3, p->scanned, &last) &&
        (pattern_upper(p, word, last) ||
         pattern_after(p, word, 6, "prison number no wing hmp nick")))
        pattern_mark(p, word, last, MARK_ID, 92, "has the form of a prison number");
    nhs_number(p, word);
    pupil_number(p, word);
    if (pattern_form_at(p, word, "AA99A99999", 5, false, &last))
        pattern_mark(p, word, last, MARK_ID, 90, "has the form of a court case number");
    driving_licence(p, word);
    if (pattern_form_at(p, word, "999999999", 4, false, &last) &&
        pattern_after(p, word, 14, "passport paszport pasaport pasaportul pasas"))
        pattern_mark(p, word, last, MARK_ID, 92, "nine digits after 'passport'");
    lone_number(p, word);
}

/* Where a thing or a machine is. */
static void located(struct patterns *p, size_t word)
{
    size_t last;
    if (ip_address(p, word))
        pattern_mark(p, word, word + 3, MARK_ID, 85, "has the form of an internet address");
    if (coordinates(p, word, &last))
        pattern_mark(p, word, last, MARK_ADDRESS, 90, "has the form of a place on the map");
    if (hardware_address(p, word))
        pattern_mark(p, word, word + 5, MARK_ID, 85, "has the form of a hardware address");
    map_reference(p, word);
}

void pattern_id(struct patterns *p, size_t word)
{
    if (!may_begin(p, word)) return;
    formed(p, word);
    located(p, word);
    pattern_cued_code(p, word);
    another_number(p, word);
    incident(p, word);
    pattern_joined_code(p, word);
    pattern_bare_code(p, word);
}
