/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "core/str.h"
#include "redact/date.h"
#include "redact/pattern.h"

/*
 * Official numbers, number plates, postcodes: short codes of letters and digits.
 *
 * A form is written with A for a letter, 9 for a digit, X for either; one character a glyph. Glyphs
 * run on over spaces, so "AB 12 34 56 C" and "ab123456c" are one.
 */

/* Words that may be one code: from this word, `most` words at most, with little between them. */
static bool form_at(struct patterns *p, size_t word, const char *form, size_t most, bool mistaken,
                    size_t *ret_last)
{
    const struct norm *norm = p->norm;
    size_t at = norm->words[word].glyph, len = strlen(form), real = 0;
    if (at + len > norm->glyph_count) return false;
    const struct glyph *g = norm->glyphs + at;
    for (size_t i = 0; i < len; i++) {
        bool digit = g[i].flags & GLYPH_DIGIT;
        bool letter = g[i].point >= 'a' && g[i].point <= 'z';
        if (!digit && !letter) return false;
        if (digit) real++;
        if (form[i] == '9' && !digit) {
            if (!mistaken || strchr("oilsbz", (int)g[i].point) == NULL) return false;
        }
        if (form[i] == 'A' && !letter) {
            if (!mistaken || strchr("0158", (int)g[i].point) == NULL) return false;
        }
    }
    if (!(g[len - 1].flags & GLYPH_LAST) || real == 0) return false;
    size_t last = norm_word_of(norm, at + len - 1);
    if (last - word + 1 > most) return false;
    for (size_t i = word; i < last; i++)
        if (!pattern_next(p, i, GAP_SPACE | GAP_LINE | GAP_HYPHEN | GAP_STOP | GAP_SLASH, 3))
            return false;
    *ret_last = last;
    return true;
}

/* All capitals; a small l, i or o may stand for a digit. */
static bool upper(struct patterns *p, size_t first, size_t last)
{
    const struct norm *norm = p->norm;
    size_t end = norm->words[last].glyph + norm->words[last].count, capitals = 0;
    for (size_t i = norm->words[first].glyph; i < end; i++) {
        uint32_t point = norm->glyphs[i].point;
        if (norm->glyphs[i].flags & GLYPH_UPPER)
            capitals++;
        else if (point >= 'a' && point != 'l' && point != 'i' && point != 'o')
            return false;
    }
    return capitals > 0;
}

/* Letters that no scanner takes for digits. */
static size_t letters_in(const struct glyph *g, size_t count)
{
    size_t letters = 0;
    for (size_t i = 0; i < count; i++)
        if (g[i].point >= 'a' && strchr("oilsbz", (int)g[i].point) == NULL) letters++;
    return letters;
}

/* ---- postcodes ---- */

static const char car_cues[] =
    "reg registration plate plates car van number numberplate drives drive "
    "rover morris defender campervan motability caravan tractor skoda kia honda renault peugeot "
    "citroen vauxhall seat mazda suzuki transit scooter trailer "
    "motor vehicle lorry taxi bike motorbike truck focus fiesta corsa golf "
    "astra mini bmw audi ford volvo nissan toyota bus";

static const char post_cues[] = "postcode postcodes pc post code kod pocztowy";

/* In the second half of a British postcode no C, I, K, M, O or V stands. */
static bool inward(const struct glyph *g)
{
    for (size_t i = 1; i < 3; i++)
        if (strchr("cikmov", (int)g[i].point) != NULL && g[i].point < 0x80) return false;
    return true;
}

static size_t in_digits(const struct glyph *g, size_t count)
{
    size_t digits = 0;
    for (size_t i = 0; i < count; i++)
        if (g[i].flags & GLYPH_DIGIT) digits++;
    return digits;
}

void pattern_postcode(struct patterns *p, size_t word)
{
    static const char *const forms[] = {"AA9A9AA", "AA999AA", "AA99AA",
                                        "A9A9AA",  "A999AA",  "A99AA"};
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    bool cued = pattern_after(p, word, 3, post_cues);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t last, len = strlen(forms[i]);
        if (!form_at(p, word, forms[i], len, true, &last)) continue;
        const struct glyph *g = norm->glyphs + w->glyph;
        if (!inward(g + len - 3) &&
            !(cued || (norm->words[word].count == len - 3 && len == 7 && upper(p, word, last))))
            continue;
        /* One word, its two halves, or every letter apart. */
        size_t words = last - word + 1;
        /* "DN 93 7 LU" */
        bool pieces = words >= 3 && words <= 4 && upper(p, word, last) &&
                      norm->words[word].count <= 2 && norm->words[last].count >= 2 &&
                      letters_in(g, 1) + letters_in(g + len - 2, 2) > 0;
        bool whole = words == 1 || (pieces && len >= 6) ||
                     (words == 2 && norm->words[last].count == 3) || words == len ||
                     (norm->words[word].count == len - 3 && words <= 4 && upper(p, word, last));
        if (!whole && !cued) continue;
        /* Letters read as digits: the halves must still hold digits of their own. */
        size_t out = len - 3, digits = 0, letters = 0;
        for (size_t k = 0; k < len; k++)
            if (forms[i][k] == 'A' && !(g[k].flags & GLYPH_DIGIT)) letters++;
        if ((g[len - 2].flags & GLYPH_DIGIT) && (g[len - 1].flags & GLYPH_DIGIT)) continue;
        if (letters < 2) continue;
        for (size_t k = 0; k < out; k++)
            if (g[k].flags & GLYPH_DIGIT) digits++;
        bool in_digit = g[out].flags & GLYPH_DIGIT;
        bool capitals = upper(p, word, last);
        size_t real = in_digits(g, len);
        if (words == 1 && !capitals && !cued && real < 2) continue;
        if (digits == 0 && !(cued || (capitals && p->scanned && in_digit))) continue;
        if (!in_digit && !(capitals || cued || p->scanned)) continue;
        if (g[0].flags & GLYPH_DIGIT && !p->scanned && !cued) continue;
        /* "the white Transit, SF93 OXL" */
        if (!cued && (!in_digit || words == 1) && pattern_after(p, word, 5, car_cues)) continue;
        if (!cued && pattern_after(p, word, 3, "reg registration plate plates numberplate"))
            continue;
        if (!capitals && !cued) {
            /* "gr8 1st" is not a postcode. */
            const struct glyph *in = g + len - 3;
            uint32_t a = in[1].point, b = in[2].point;
            if ((a == 's' && b == 't') || (a == 'n' && b == 'd') || (a == 'r' && b == 'd') ||
                (a == 't' && b == 'h'))
                continue;
            if (words == 2 && out == 2 && len == 5) continue;
        }
        pattern_mark(p, word, last, MARK_POSTCODE, capitals || cued ? 97 : 90,
                     "has the form of a postcode");
        return;
    }
    /* Half of one: "our postcode is LS57", "postcode area BD9". */
    size_t last;
    static const char *const halves[] = {"AA9A", "AA99", "AA9", "A9A", "A99", "A9"};
    if (!pattern_after(p, word, 4, "postcode postcodes")) return;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        if (!form_at(p, word, halves[i], 1, false, &last)) continue;
        pattern_mark(p, word, last, MARK_POSTCODE, 75, "half a postcode");
        return;
    }
}

static const char alphabet[] =
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu";
static const char counted[] =
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety";

/* "alpha bravo one two charlie delta echo" */
static void radio_words(struct patterns *p, size_t word)
{
    enum { LETTERS = 3, WORDS_LEAST = 4, WORDS_MOST = 14, PLATE = 7 };
    if (!pattern_is(p, word, alphabet)) return;
    if (word > 0 && pattern_next(p, word - 1, GAP_SPACE | GAP_COMMA | GAP_HYPHEN, 2) &&
        pattern_is(p, word - 1, alphabet))
        return;
    size_t last = word, letters = 0, numbers = 0;
    for (size_t i = word; i < word + WORDS_MOST && i < p->norm->word_count; i++) {
        if (pattern_is(p, i, alphabet))
            letters++;
        else if (pattern_is(p, i, counted) || (p->norm->words[i].flags & WORD_DIGITS))
            numbers++;
        else
            break;
        last = i;
        if (!pattern_next(p, i, GAP_SPACE | GAP_COMMA | GAP_HYPHEN, 2)) break;
    }
    if (letters < LETTERS || letters + numbers < WORDS_LEAST) return;
    bool plate = numbers > 0 && letters + numbers <= PLATE;
    pattern_mark(p, word, last, plate ? MARK_VEHICLE : MARK_ID, 75, "spelled out in radio words");
}

/* "LS fifty seven three QT", "AB twelve CDE": a code whose numbers are words. */
static void spelled_code(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    if (w->count > 2 || (w->flags & WORD_DIGITS) || !upper(p, word, word)) return;
    size_t at = word + 1, numbers = 0;
    while (at < norm->word_count && numbers < 4 &&
           pattern_next(p, at - 1, GAP_SPACE | GAP_HYPHEN, 1) && pattern_is(p, at, counted))
        at++, numbers++;
    if (numbers == 0 || at >= norm->word_count || !pattern_next(p, at - 1, GAP_SPACE, 1)) return;
    const struct word *end = &norm->words[at];
    if ((end->flags & WORD_DIGITS) || !upper(p, at, at)) return;
    if (end->count == 2 && numbers >= 2)
        pattern_mark(p, word, at, MARK_POSTCODE, 85, "a postcode in words");
    else if (end->count == 3 && w->count == 2)
        pattern_mark(p, word, at, MARK_VEHICLE, 85, "a number plate in words");
}

/* ---- number plates ---- */

/* "reg is QIZ 99447", "plate K3LLY": right behind such a word, a code of whatever form. */
static void cued_plate(struct patterns *p, size_t word)
{
    enum { SHORTEST = 4, LONGEST = 8 };
    const struct norm *norm = p->norm;
    if (!pattern_after(p, word, 3, "reg registration plate plates numberplate regplate")) return;
    if (pattern_after(p, word, 3, "company charity co vat")) return;
    size_t digits = 0, letters = 0, last = word;
    for (size_t i = word; i < word + 3 && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        if (!(w->flags & (WORD_DIGITS | WORD_MIXED)) && !(upper(p, i, i) && w->count <= 3)) break;
        for (size_t k = 0; k < w->count; k++)
            if (norm->glyphs[w->glyph + k].flags & GLYPH_DIGIT)
                digits++;
            else
                letters++;
        last = i;
        if (!pattern_next(p, i, GAP_SPACE | GAP_HYPHEN, 1)) break;
    }
    if (digits == 0 || letters == 0 || digits + letters < SHORTEST || digits + letters > LONGEST)
        return;
    pattern_mark(p, word, last, MARK_VEHICLE, 80, "a code after a word like 'reg' or 'plate'");
}

void pattern_spelled(struct patterns *p, size_t word)
{
    radio_words(p, word);
    spelled_code(p, word);
}

void pattern_vehicle(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    cued_plate(p, word);
    if (w->count > 7) return;
    bool cued = pattern_after(p, word, 6, car_cues);
    size_t last;
    if (form_at(p, word, "AA99AAA", cued ? 7 : 3, p->scanned || cued, &last)) {
        bool capitals = upper(p, word, last);
        size_t letters = 0;
        for (size_t i = 0; i < 7; i++)
            if (!(norm->glyphs[w->glyph + i].flags & GLYPH_DIGIT)) letters++;
        struct date date;
        bool other =
            letters < 4 || date_at(norm, word + 1 < norm->word_count ? word + 1 : word, &date);
        bool shape =
            last == word || (w->count == 4 && norm->words[word + 1].count == 3) || cued ||
            (last == word + 2 && w->count == 2 && norm->words[last].count == 3 && capitals);
        if (shape && !other &&
            (capitals || cued || (last == word && !lexicon_ordinary(p->lexicon, w->hash)))) {
            pattern_mark(p, word, last, MARK_VEHICLE, capitals ? 95 : 85,
                         "has the form of a number plate");
            return;
        }
    }
    static const char *const old[] = {"A999AAA", "A99AAA",  "A9AAA",  "AAA999A", "AAA99A",
                                      "AAA9A",   "AAA9999", "AA9999", "AAA999"};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        if (!form_at(p, word, old[i], cued ? 3 : 2, p->scanned && cued, &last)) continue;
        bool capitals = upper(p, word, last);
        bool irish = i >= 6;
        if (!capitals && !(cued && last == word)) continue;
        if (irish && (!cued || !capitals)) continue;
        if (last != word && !pattern_next(p, word, GAP_SPACE | GAP_HYPHEN, 1)) continue;
        if (last != word && !cued && norm->words[word].count < 3 && norm->words[last].count < 3)
            continue;
        if (i < 6 && !cued && strlen(old[i]) < 7) continue;
        pattern_mark(p, word, last, MARK_VEHICLE, cued ? 90 : 70, "has the form of a number plate");
        return;
    }
}

/* ---- official numbers ---- */

static unsigned digit(const struct glyph *glyph)
{
    return glyph->point - '0';
}

static bool nhs_check(const struct glyph *g)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 9; i++) sum += digit(&g[i]) * (10 - i);
    unsigned check = 11 - sum % 11;
    if (check == 11) check = 0;
    return check != 10 && check == digit(&g[9]);
}

static bool ip_address(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    for (size_t i = word; i < word + 4; i++) {
        if (i >= norm->word_count || !(norm->words[i].flags & WORD_DIGITS)) return false;
        if (norm->words[i].count > 3) return false;
        unsigned value = 0;
        for (size_t k = 0; k < norm->words[i].count; k++)
            value = value * 10 + digit(&norm->glyphs[norm->words[i].glyph + k]);
        if (value > 255) return false;
        if (i < word + 3 && !(norm->words[i].gap == GAP_STOP && norm->words[i].gap_length == 1))
            return false;
    }
    return true;
}

/* A whole number and three decimals or more; "51.5072". Returns the whole, -1 for none. */
static int decimal(struct patterns *p, size_t word, size_t shortest)
{
    const struct norm *norm = p->norm;
    if (word + 1 >= norm->word_count) return -1;
    const struct word *w = &norm->words[word];
    if (!(w->flags & w[1].flags & WORD_DIGITS) || w->count > 2 || w[1].count < shortest) return -1;
    if (w->gap != GAP_STOP || w->gap_length != 1) return -1;
    unsigned value = digit(&norm->glyphs[w->glyph]);
    return (int)(w->count == 2 ? value * 10 + digit(&norm->glyphs[w->glyph + 1]) : value);
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

static const char id_cues[] =
    "ref reference id nhs ni nino insurance passport licence license payroll "
    "prison prisoner case court roll upn urn claim policy membership member "
    "student patient hospital account crn staff badge number no num nr "
    "order application serial customer booking utr tax probate deed crime chi mmsi code cod book "
    "is "
    "says pesel cnp";
static const char id_nouns[] =
    "ref reference id nhs ni nino insurance passport licence license payroll "
    "prison prisoner case court roll upn urn claim policy membership "
    "student patient hospital crn staff badge wing utr tax probate deed crime chi mmsi code pesel "
    "vat pnc appeal reg registration company charity cnp holding log crime incident "
    "gmc nmc hcpc sra gphc prs ofsted dbs file member roster warrant collar quoting quote quoted "
    "pupil learner inmate dossier visa brp arc asylum bleep pension army navy sia phv pco "
    "policyholder "
    "imei vin chassis mpan mprn uci ukprn";

/* A charity's or an agency's own number, as their letters end: it locates no family. */
static bool of_agency(const struct norm *norm, size_t word)
{
    enum { NEAR = 12 };
    const struct word_list *list =
        WORDS("charity ofsted agency council trust adoption letterbox registered charities");
    size_t found = 0;
    for (size_t i = word > NEAR ? word - NEAR : 0; i < word + NEAR && i < norm->word_count; i++)
        if (words_has(norm, i, list)) found++;
    return found >= 2;
}

/* After "case number", "ref:", "passport": a code with digits in it. */
static void cued_id(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    bool starts = w->flags & (WORD_DIGITS | WORD_MIXED);
    /* "FC/2019/0042" */
    if (!starts && w->count <= 4 && upper(p, word, word) &&
        pattern_next(p, word, GAP_SLASH | GAP_HYPHEN, 1) && w->gap_length == 1)
        starts = norm->words[word + 1].flags & (WORD_DIGITS | WORD_MIXED);
    if (!starts || !pattern_after(p, word, 5, id_nouns)) return;
    size_t lead = word;
    /* "VAT GB 999 9973 41", "number BCC-PHV 20418": letters before it, of the same code. */
    while (lead > 0 && word - lead < 2 && norm->words[lead - 1].count <= 4 &&
           norm->words[lead - 1].count >= 2 && upper(p, lead - 1, lead - 1) &&
           pattern_next(p, lead - 1, GAP_SPACE | GAP_HYPHEN | GAP_SLASH, 1) &&
           !pattern_is(p, lead - 1, id_cues) && !pattern_is(p, lead - 1, id_nouns))
        lead--;
    if (!pattern_after(p, lead, 2, id_cues) && !pattern_after(p, lead, 2, id_nouns)) return;
    if (of_agency(norm, lead)) return;
    static const char strong[] =
        "nhs nino passport licence license payroll prison prisoner court upn "
        "member urn pesel cnp gmc crime vat chi brp visa";
    if (!pattern_after(p, lead, 3, strong) &&
        (pattern_after(p, lead, 5,
                       "charity isbn lego set sets argos catalogue catalog recipe model engine bus "
                       "train loco locomotive edition game games level kit item product "
                       "knitting pattern hymn page flight puzzle jigsaw parcel order tank "
                       "pokemon card cards comic hornby meccano kindle library scratch") ||
         pattern_before(p, word, 3, "lego pieces steps points pages miles km people views likes")))
        return;
    /* Not a part of a code that began before. */
    if (word > 0 && (norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED)) &&
        pattern_next(p, word - 1, GAP_SLASH | GAP_HYPHEN | GAP_SPACE, 1))
        return;
    size_t last = word, digits = 0, glyphs = 0;
    for (size_t i = word; i < word + 8; i++) {
        const struct word *one = &norm->words[i];
        size_t own = 0;
        for (size_t k = 0; k < one->count; k++)
            if (norm->glyphs[one->glyph + k].flags & GLYPH_DIGIT) own++;
        bool capitals = one->count <= 4 && (one->flags & WORD_CAPITAL) && upper(p, i, i);
        if (own == 0 && !capitals) break;
        digits += own;
        glyphs += one->count;
        last = i;
        if (!pattern_next(p, i, GAP_SLASH | GAP_HYPHEN | GAP_SPACE | GAP_OTHER | GAP_STOP, 1))
            break;
        if ((norm->words[i].gap & GAP_STOP) && norm->words[i].gap_length > 1) break;
    }
    if (digits < 4 || glyphs < 5) return;
    /* "code 20417", "the case 12000" */
    if (digits == glyphs && digits < 6 && lead == word &&
        !pattern_after(p, lead, 2, "number no num nr id ref is"))
        return;
    /* "WY 13250/99417" */
    size_t begin = word;
    while (begin > 0 && pattern_next(p, begin - 1, GAP_SPACE | GAP_HYPHEN | GAP_SLASH, 1) &&
           norm->words[begin - 1].count <= 4 && norm->words[begin - 1].count >= 2 &&
           upper(p, begin - 1, begin - 1) && !pattern_is(p, begin - 1, id_cues))
        begin--;
    struct date date;
    if (date_at(norm, word, &date) && date.last >= last) return;
    pattern_mark(p, begin, last, MARK_ID, 80, "a code after a word like 'reference' or 'number'");
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

/* "03/448120K", "B4/2024/9917": digits and capitals joined by strokes, that are no date. */
static void joined_code(struct patterns *p, size_t word)
{
    enum { DIGITS = 6, PIECES = 6 };
    const struct norm *norm = p->norm;
    const uint16_t signs = GAP_SLASH | GAP_HYPHEN;
    if (!(norm->words[word].flags & (WORD_DIGITS | WORD_MIXED)) && norm->words[word].count > 4)
        return;
    if (word > 0 && norm->words[word - 1].gap_length == 1 && (norm->words[word - 1].gap & signs))
        return;
    size_t last = word, digits = 0, letters = 0, strokes = 0;
    for (;;) {
        const struct word *w = &norm->words[last];
        for (size_t k = 0; k < w->count; k++) {
            const struct glyph *g = &norm->glyphs[w->glyph + k];
            if (g->flags & GLYPH_DIGIT)
                digits++;
            else if (g->flags & GLYPH_UPPER)
                letters++;
            else
                return;
        }
        if (w->gap_length != 1 || !(w->gap & signs) || last > word + PIECES) break;
        if (last + 1 >= norm->word_count) break;
        if (w->gap & GAP_SLASH) strokes++;
        last++;
    }
    struct date date;
    if (strokes == 0 || digits < DIGITS || (letters == 0 && strokes < 2)) return;
    if (date_at(norm, word, &date)) return;
    while (word > 0 && pattern_next(p, word - 1, GAP_SPACE, 1) &&
           norm->words[word - 1].count <= 3 && norm->words[word - 1].count >= 2 &&
           upper(p, word - 1, word - 1) && !pattern_is(p, word - 1, id_cues))
        word--;
    pattern_mark(p, word, last, MARK_ID, 70, "digits and letters joined as in a reference");
}

void pattern_id(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    size_t last;
    if (form_at(p, word, "AA999999A", 9, p->scanned, &last)) {
        uint32_t end = norm->glyphs[w->glyph + 8].point;
        bool prefix =
            strchr("dfiquv", (int)g[0].point) == NULL && strchr("dfiquvo", (int)g[1].point) == NULL;
        if (((end >= 'a' && end <= 'd') && prefix) ||
            pattern_after(p, word, 5, "ni nino insurance") ||
            pattern_before(p, last, 5, "ni nino insurance"))
            pattern_mark(p, word, last, MARK_ID, 95, "has the form of a National Insurance number");
    }
    if (form_at(p, word, "A9999AA", 3, p->scanned, &last) &&
        (upper(p, word, last) || pattern_after(p, word, 6, "prison number no wing hmp nick")))
        pattern_mark(p, word, last, MARK_ID, 92, "has the form of a prison number");
    if (form_at(p, word, "9999999999", 10, p->scanned && (w->flags & (WORD_DIGITS | WORD_MIXED)),
                &last)) {
        bool grouped = w->count == 3 && norm->words[word + 1].count == 3;
        bool cued = pattern_after(p, word, 6, "nhs hospital patient health gig chi red") ||
                    pattern_before(p, last, 3, "nhs chi");
        bool fits = nhs_check(g) && w->count == 10;
        if (cued || ((grouped || fits) && g[0].point != '0'))
            pattern_mark(p, word > 0 && pattern_is(p, word - 1, "chi") ? word - 1 : word, last,
                         MARK_ID, cued ? 95 : 88, "has the form of an NHS number");
    }
    bool upn = pattern_after(p, word, 5, "upn pupil");
    if (form_at(p, word, "A999999999999", 4, upn, &last) ||
        form_at(p, word, "A99999999999A", 4, false, &last))
        pattern_mark(p, word, last, MARK_ID, 90, "has the form of a pupil number");
    if (form_at(p, word, "AA99A99999", 5, false, &last))
        pattern_mark(p, word, last, MARK_ID, 90, "has the form of a court case number");
    if (w->count >= 5 && form_at(p, word, "XXXXX999999XXXAA", 5, p->scanned, &last) &&
        g[0].point >= 'a' && letters_in(g, 5) >= 3) {
        /* The issue number may follow. */
        if (pattern_next(p, last, GAP_SPACE, 1) && norm->words[last + 1].count == 2 &&
            (norm->words[last + 1].flags & WORD_DIGITS))
            last++;
        pattern_mark(p, word, last, MARK_ID, 88, "has the form of a driving licence number");
    }
    if (form_at(p, word, "999999999", 4, false, &last) &&
        pattern_after(p, word, 14, "passport paszport pasaport pasaportul pasas"))
        pattern_mark(p, word, last, MARK_ID, 92, "nine digits after 'passport'");
    if (ip_address(p, word))
        pattern_mark(p, word, word + 3, MARK_URL, 85, "has the form of an internet address");
    if (coordinates(p, word, &last))
        pattern_mark(p, word, last, MARK_ADDRESS, 90, "has the form of a place on the map");
    if (hardware_address(p, word))
        pattern_mark(p, word, word + 5, MARK_ID, 85, "has the form of a hardware address");
    /* National Grid: two letters and six, eight or ten digits. */
    if ((w->flags & WORD_CAPITAL) && w->count <= 12) {
        static const char *const grid[] = {"AA9999999999", "AA99999999", "AA999999"};
        for (size_t i = 0; i < 3; i++) {
            if (!form_at(p, word, grid[i], 3, false, &last) || !upper(p, word, last)) continue;
            if (g[0].point != 'n' && g[0].point != 's' && g[0].point != 't' && g[0].point != 'h')
                continue;
            bool registered =
                pattern_after(p, word, 4, "urn reg registered registration charity company");
            pattern_mark(p, word, last, registered ? MARK_ID : MARK_PLACE, 80,
                         registered ? "a code after a word like 'registered'"
                                    : "has the form of a map reference");
            break;
        }
    }
    cued_id(p, word);
    incident(p, word);
    joined_code(p, word);
}

/* ---- dates of birth ---- */

/* "Nancy: 14-Mar-2015", "Rufus (8 August 2017)": a whole date right behind somebody's name. */
static bool after_name(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word == 0 || norm->words[word - 1].gap_length > 3) return false;
    const struct word *before = &norm->words[word - 1];
    if (!(before->gap & (GAP_COLON | GAP_OPEN | GAP_HYPHEN | GAP_SLASH | GAP_OTHER)) ||
        !(before->flags & WORD_CAPITAL))
        return false;
    if (before->flags & (WORD_DIGITS | WORD_MIXED) || before->count < 2) return false;
    return facts_allowed(p->facts, norm, word - 1) ||
           (lexicon_kinds(p->lexicon, before->hash) & LEXICON_FIRST) ||
           !lexicon_ordinary(p->lexicon, before->hash);
}

/* "Phoebe 31 March 2019", "she's 27.11.2013", "I am seventy on 1st May 1955" */
static bool of_somebody(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (word == 0) return false;
    const struct word *before = &norm->words[word - 1];
    if ((before->gap & (uint16_t) ~(GAP_SPACE | GAP_LINE | GAP_COMMA | GAP_COLON)) != 0)
        return false;
    if (pattern_is(p, word - 1, "shes hes theyre im mine his hers am she he have mam") &&
        !(before->gap & GAP_COMMA))
        return true;
    /* "Courtney's is 7.9.2016" */
    if (word >= 2 && pattern_is(p, word - 1, "is was") &&
        (norm->words[word - 2].flags & WORD_CAPITAL) &&
        !lexicon_ordinary(p->lexicon, norm->words[word - 2].hash))
        return true;
    if (word >= 2 && pattern_is(p, word - 1, "on is") &&
        pattern_after(p, word - 1, 3,
                      "seventy eighty sixty fifty forty thirty twenty eighteen "
                      "sixteen ten turn turns turned turning"))
        return true;
    /* "my 40th, 17 Feb 85" */
    if ((before->gap & GAP_COMMA) && (before->flags & WORD_MIXED) && before->count == 4 &&
        norm->glyphs[before->glyph + 3].point == 'h')
        return true;
    bool name = facts_allowed(p->facts, norm, word - 1) ||
                (lexicon_kinds(p->lexicon, before->hash) & (LEXICON_FIRST | LEXICON_ORDINARY)) ==
                    LEXICON_FIRST;
    bool opens = word < 2 || (before->flags & WORD_OPENS) ||
                 (norm_gap_before(norm, word - 1) &
                  (GAP_COMMA | GAP_LINE | GAP_PARAGRAPH | GAP_END | GAP_STOP));
    bool figures = norm->words[word].count <= 2 && norm->words[word].gap_length == 1 &&
                   (norm->words[word].gap & (GAP_STOP | GAP_SLASH));
    /* "Jack 4.5.13": figures right behind a name, ordinary word or not. */
    if (figures && before->gap == GAP_SPACE &&
        (lexicon_kinds(p->lexicon, before->hash) & LEXICON_FIRST))
        return (before->flags & WORD_CAPITAL) || name;
    return name && (before->flags & WORD_CAPITAL) && (opens || figures);
}

/* "4.11.14, 7lb 2oz" */
static bool by_weight(const struct norm *norm, size_t last)
{
    enum { NEAR = 5 };
    for (size_t i = last + 1; i < last + NEAR && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        const struct glyph *g = norm->glyphs + w->glyph;
        if (!(w->flags & WORD_MIXED) || w->count < 3 || w->count > 5) continue;
        uint32_t a = g[w->count - 2].point, b = g[w->count - 1].point;
        if ((a == 'l' && b == 'b') || (a == 'b' && b == 's') || (a == 'k' && b == 'g')) return true;
    }
    return false;
}

/* "Kelly Marsden, 04/11/1986": too long ago to be the letter's own date. */
static bool of_full_name(struct patterns *p, size_t word, int year)
{
    enum { GROWN = 2012 };
    const struct norm *norm = p->norm;
    if (word < 2 || year > GROWN || norm->shouting) return false;
    if (norm->words[word - 1].gap != (GAP_COMMA | GAP_SPACE)) return false;
    return (norm->words[word - 1].flags & norm->words[word - 2].flags & WORD_CAPITAL) &&
           norm->words[word - 2].gap == GAP_SPACE &&
           !lexicon_ordinary(p->lexicon, norm->words[word - 1].hash);
}

/* "she will be 10 on 4th November 2024" */
static bool will_be(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    size_t on = word;
    while (on > 0 && pattern_is(p, on - 1, "on the")) on--;
    if (on == word || on < 2) return false;
    const struct word *age = &norm->words[on - 1];
    bool number = ((age->flags & WORD_DIGITS) && age->count <= 2) ||
                  pattern_is(p, on - 1,
                             "five six seven eight nine ten eleven twelve thirteen "
                             "fourteen fifteen sixteen seventeen eighteen");
    return number && pattern_is(p, on - 2, "be is was hell shell youll");
}

/* A date without its year that is somebody's birthday. */
static bool birthday(struct patterns *p, size_t word, size_t last)
{
    if (pattern_after(p, word, 4, "born bom urodzony urodzona nascut nascuta eni geni"))
        return true;
    return pattern_after(p, word, 3, "turned turns turning") &&
           !pattern_before(p, last, 3, "party cake disco meal tea sleepover");
}

/* A whole date right behind an official number: "JR 55 66 77 D, Oct 3rd 1988". */
static bool behind_number(struct patterns *p, size_t word)
{
    enum { NEAR = 3, BACK = 4 };
    size_t start = norm_word_start(p->norm, word);
    for (size_t i = p->marks->count; i > 0 && i + BACK > p->marks->count; i--) {
        const struct mark *mark = &p->marks->at[i - 1];
        if (mark->category == MARK_ID && mark->source == MARK_PATTERN && mark->end <= start &&
            mark->end + NEAR >= start)
            return norm_gap_before(p->norm, word) & GAP_COMMA;
    }
    return false;
}

static const char birth_words[] =
    "lat urodziny urodzin penblwydd oed implineste ani born birthday dob birth bday turn turned "
    "turns turning cake candles card party presents age aged";

/* A number of at most `most` digits, -1 for none. */
static int small_number(const struct norm *norm, size_t word, size_t most)
{
    if (word >= norm->word_count) return -1;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_DIGITS) || w->count > most) return -1;
    int value = 0;
    for (size_t i = 0; i < w->count; i++)
        value = value * 10 + (int)digit(&norm->glyphs[w->glyph + i]);
    return value;
}

static void listed_birth(struct patterns *p, size_t first, size_t last,
                         const struct redact_term *term)
{
    marks_add(p->marks, p->arena,
              (struct mark){
                  norm_word_start(p->norm, first), norm_word_end(p->norm, last), MARK_DOB,
                  MARK_LEAK_LIST, 97,
                  arena_print(p->arena, "protected date of birth '%.*s'", STR_ARG(term->term))});
}

/* "04111986", "04 11 1986", "4 XI 1986": may it be a day, a month and a year? */
static bool figures_fit(const struct norm *norm, size_t word, int value, size_t *ret_last)
{
    enum { SHORT_FORM = 6, LONG_FORM = 8, CENTURY = 100, DAYS = 31, MONTHS = 12 };
    static const char roman[] = "i ii iii iv v vi vii viii ix x xi xii";
    const struct word *w = &norm->words[word];
    int day = value, month = -1;
    size_t last = word;
    if (w->count == SHORT_FORM) {
        day = value / (CENTURY * CENTURY), month = value / CENTURY % CENTURY;
    } else if (w->count == LONG_FORM) {
        day = value / (CENTURY * CENTURY * CENTURY);
        month = value / (CENTURY * CENTURY) % CENTURY;
    } else if (w->count <= 2 && word + 2 < norm->word_count) {
        month = small_number(norm, word + 1, 2);
        if (month < 0 && words_has(norm, word + 1, WORDS(roman))) month = 1;
        int year = small_number(norm, word + 2, 4);
        if (year < 0 || norm->words[word].gap_length > 3 || norm->words[word + 1].gap_length > 3)
            return false;
        last = word + 2;
    }
    if (day < 1 || day > DAYS || month < 1 || month > MONTHS) return false;
    *ret_last = last;
    return true;
}

/* A date of birth of the list in figures of other forms: "030514", "3 5 14", "birthday 3/5". */
static void birth_in_figures(struct patterns *p, size_t word)
{
    enum { SHORT_FORM = 6, LONG_FORM = 8, CENTURY = 100, YOUNG = 40 };
    const struct norm *norm = p->norm;
    const struct redact_term *term = NULL;
    size_t last = word;
    const struct word *w = &norm->words[word];
    int value = small_number(norm, word, LONG_FORM);
    if (value < 0) return;
    bool cued = pattern_after(p, word, 3, "dob birth birthdate") ||
                (word >= 3 && norm_word_is(norm, word - 3, "d") &&
                 norm_word_is(norm, word - 2, "o") && norm_word_is(norm, word - 1, "b"));
    if (cued && figures_fit(norm, word, value, &last)) {
        pattern_mark(p, word, last, MARK_DOB, 90, "a date given as a date of birth");
        return;
    }
    if (w->count == SHORT_FORM) {
        int year = value % CENTURY;
        term = facts_birth(p->facts, year < YOUNG ? 2000 + year : 1900 + year,
                           value / CENTURY % CENTURY, value / (CENTURY * CENTURY));
    } else if (w->count == LONG_FORM) {
        int rest = value / (CENTURY * CENTURY);
        term = facts_birth(p->facts, value % (CENTURY * CENTURY), rest % CENTURY, rest / CENTURY);
        if (term == NULL)
            term = facts_birth(p->facts, rest, value / CENTURY % CENTURY, value % CENTURY);
    } else if (w->count <= 2) {
        const uint16_t signs = GAP_SPACE | GAP_SLASH | GAP_STOP | GAP_HYPHEN | GAP_COMMA;
        int month = small_number(norm, word + 1, 2), year = small_number(norm, word + 2, 4);
        if (month < 1 || !pattern_next(p, word, signs, 3)) return;
        if (year >= 0 && pattern_next(p, word + 1, signs, 3)) {
            if (year < CENTURY) year += year < YOUNG ? 2000 : 1900;
            if (year < 1900) return;
            term = facts_birth(p->facts, year, month, value);
            last = word + 2;
        } else if ((norm->words[word].gap & (GAP_SLASH | GAP_STOP)) &&
                   norm->words[word].gap_length == 1 &&
                   (pattern_after(p, word, 6, birth_words) ||
                    pattern_before(p, word + 1, 4, birth_words))) {
            term = facts_birth(p->facts, 0, month, value);
            last = word + 1;
        }
    }
    if (term != NULL) listed_birth(p, word, last, term);
}

/* "the 3rd of May", not "Boxing Day": of a day on the list nobody speaks by chance. */
static bool is_day_and_month(const struct norm *norm, const struct date *date)
{
    for (size_t i = date->first; i <= date->last; i++)
        if (date_month(norm, i) == date->month) return true;
    return false;
}

void pattern_birth(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    struct date date;
    birth_in_figures(p, word);
    if (!date_at(norm, word, &date)) return;
    if (word > 0 && pattern_is(p, word - 1, "sent date dated wrote received") &&
        !(word > 1 && pattern_is(p, word - 2, "birth")))
        return;
    const struct redact_term *term = facts_birth(p->facts, date.year, date.month, date.day);
    bool named = term != NULL && date.year == 0 && is_day_and_month(norm, &date);
    if (term != NULL && (date.year != 0 || named || pattern_after(p, word, 12, birth_words) ||
                         pattern_before(p, date.last, 8, birth_words))) {
        if (word > 0 && norm_word_is(norm, word - 1, "the")) date.first--;
        listed_birth(p, date.first, date.last, term);
        return;
    }
    if (date.year == 0) {
        /* "born on the 3rd of May", "turns nine on Boxing Day"; wishes for a birthday stay. */
        if (!birthday(p, word, date.last)) return;
        if (word > 0 && norm_word_is(norm, word - 1, "the")) date.first--;
        pattern_mark(p, date.first, date.last, MARK_DOB, 70, "a birthday");
        return;
    }
    bool born =
        pattern_before(p, date.last, 10, "born bom birth birthday bday weighed weighing") ||
        pattern_after(p, word, 12,
                      "born bom d0b dob birth birthdate birthday bday urodzony urodzona "
                      "urodzin urodziny urodzil urodzila urodziles urodzilas geni eni anwyd ganed "
                      "ganwyd penblwydd blwydd nascut nascuta gimes gime arrived delivered "
                      "birthdays bday bdays bithday brithday birfday burthday bron borned bornd") ||
        (pattern_is(p, word - 1, "ur nar") && norm->words[word - 1].gap_length <= 2) ||
        pattern_after(p, word, 5, "turned turns turning had") ||
        pattern_after(p, word, 9,
                      "tattoo tattooed tattoos tatoo tattoe tat inked engraved bracelet locket "
                      "necklace wrist ankle etched engraving forearm held newborn gave pregnant "
                      "labour labor caesarean "
                      "section induced midwife weighed") ||
        pattern_before(p, date.last, 8,
                       "lb lbs oz ounces labour caesarean midwife mummy came arrived became "
                       "tattoo tattooed baby etched world wrist") ||
        pattern_after(p, word, 5,
                      "world life scorpio aries taurus gemini cancer leo virgo libra "
                      "sagittarius capricorn aquarius pisces") ||
        by_weight(norm, date.last) || of_full_name(p, word, date.year) || will_be(p, word) ||
        behind_number(p, word) ||
        (word >= 3 && norm_word_is(norm, word - 3, "d") && norm_word_is(norm, word - 2, "o") &&
         norm_word_is(norm, word - 1, "b")) ||
        (word >= 1 && norm_word_is(norm, word - 1, "b") && norm->words[word - 1].gap_length <= 2) ||
        pattern_is(p, date.last + 1, "dob birth born") || after_name(p, word) ||
        of_somebody(p, word);
    if (!born) return;
    /* "b. 2 Jan 1989", but "D.O.B. 2 Jan 1989" */
    if (word > 0 && (pattern_is(p, word - 1, "the") ||
                     (pattern_is(p, word - 1, "b") && !(word > 1 && pattern_is(p, word - 2, "o")))))
        date.first--;
    pattern_mark(p, date.first, date.last, MARK_DOB, 92, "a date given as a date of birth");
}
