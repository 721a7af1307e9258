/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/date.h"
#include "redact/pattern_in.h"

/* Official numbers: by their form and check digits, or by the word before them. */

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

static const char id_cues[] =
    "ref reference id nhs ni nino insurance passport licence license payroll "
    "prison prisoner case court roll upn urn claim policy membership member "
    "student patient hospital account crn staff badge number no num nr "
    "order application serial customer booking utr tax probate deed crime chi mmsi code cod book "
    "is "
    "says pesel cnp seria ccli safe holder permit certificate tenancy offender";
static const char id_nouns[] =
    "ref reference id nhs ni nino insurance passport licence license payroll "
    "prison prisoner case court roll upn urn claim policy membership "
    "student patient hospital crn staff badge wing utr tax probate deed crime chi mmsi code pesel "
    "vat pnc appeal reg registration company charity cnp holding log crime incident "
    "gmc nmc hcpc sra gphc prs ofsted dbs file member roster warrant collar quoting quote quoted "
    "pupil learner inmate dossier visa brp arc asylum bleep pension army navy sia "
    "policyholder "
    "imei vin chassis mpan mprn uci ukprn ccli seria seriei gas safe holder corgi niceic fensa "
    "oftec "
    "trn gtc bacp hpc eori duns cqc icon acorn plot permit certificate cert identification "
    "tenancy rent housing refuge offender pnc ppo oasys delius pass service regimental exhibit "
    "mosaic "
    "liquidlogic carefirst ehcp microchip railcard oyster library";

/* A charity's or an agency's own number, as their letters end: it locates no family. */
static bool of_agency(const struct norm *norm, size_t word)
{
    enum { NEAR = 12 };
    const struct word_list *list =
        WORDS("charity ofsted agency council trust adoption letterbox registered charities");
    const struct word_list *mail = WORDS(
        "email emails mail virus viruses scanned checked build version disclaimer attachments "
        "intended recipient confidential mailscanner");
    size_t found = 0, mails = 0;
    for (size_t i = word > NEAR ? word - NEAR : 0; i < word + NEAR && i < norm->word_count; i++) {
        if (words_has(norm, i, list)) found++;
        if (words_has(norm, i, mail)) mails++;
    }
    return found >= 2 || mails >= 3;
}

/* "LBX-0417", "our ref", "Letterbox ref": how the letters themselves are filed. */
static bool of_letters(const struct patterns *p, size_t word)
{
    if (pattern_is(p, word, "lb lbx lbc lbx lbr lbs lc lbco pac") ||
        (p->norm->words[word].count > 3 &&
         p->norm->glyphs[p->norm->words[word].glyph].point == 'l' &&
         p->norm->glyphs[p->norm->words[word].glyph + 1].point == 'b'))
        return pattern_after(p, word, 4, "ref reference quote quoting letterbox number file case");
    return pattern_after(p, word, 3, "ref reference") && pattern_after(p, word, 4, "our letterbox");
}

/* After "case number", "ref:", "passport": a code with digits in it. */
static void cued_id(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    bool starts = w->flags & (WORD_DIGITS | WORD_MIXED);
    /* "FC/2019/0042" */
    if (!starts && w->count <= 4 && pattern_upper(p, word, word) &&
        pattern_next(p, word, GAP_SLASH | GAP_HYPHEN, 1) && w->gap_length == 1)
        starts = norm->words[word + 1].flags & (WORD_DIGITS | WORD_MIXED);
    if (!starts || !pattern_after(p, word, 5, id_nouns)) return;
    size_t lead = word;
    /* "VAT GB 999 9973 41", "number BCC-PHV 20418": letters before it, of the same code. */
    while (lead > 0 && word - lead < 2 && norm->words[lead - 1].count <= 4 &&
           norm->words[lead - 1].count >= 2 && pattern_upper(p, lead - 1, lead - 1) &&
           pattern_next(p, lead - 1, GAP_SPACE | GAP_HYPHEN | GAP_SLASH, 1) &&
           !pattern_is(p, lead - 1, id_cues) && !pattern_is(p, lead - 1, id_nouns))
        lead--;
    if (!pattern_after(p, lead, 2, id_cues) && !pattern_after(p, lead, 2, id_nouns)) return;
    if (of_agency(norm, lead) || of_letters(p, lead)) return;
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
    for (size_t i = word; i < word + 12 && i < norm->word_count; i++) {
        const struct word *one = &norm->words[i];
        size_t own = 0;
        for (size_t k = 0; k < one->count; k++)
            if (norm->glyphs[one->glyph + k].flags & GLYPH_DIGIT) own++;
        if (p->scanned && own > 0)
            own = one->count - pattern_letters_in(norm->glyphs + one->glyph, one->count);
        bool capitals = one->count <= 4 && (one->flags & WORD_CAPITAL) && pattern_upper(p, i, i);
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
           pattern_upper(p, begin - 1, begin - 1) && !pattern_is(p, begin - 1, id_cues))
        begin--;
    struct date date;
    if (date_at(norm, word, &date) && date.last >= last) return;
    pattern_mark(p, begin, last, MARK_ID, 80, "a code after a word like 'reference' or 'number'");
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

/* "03/448120K", "B4/2024/9917": digits and capitals joined by strokes, that are no date. */
static void joined_code(struct patterns *p, size_t word)
{
    enum { DIGITS = 6, PIECES = 6, LONG_CODE = 8 };
    const struct norm *norm = p->norm;
    const uint16_t signs = GAP_SLASH | GAP_HYPHEN;
    if (!(norm->words[word].flags & (WORD_DIGITS | WORD_MIXED)) && norm->words[word].count > 4)
        return;
    if (word > 0 && norm->words[word - 1].gap_length == 1 && (norm->words[word - 1].gap & signs))
        return;
    size_t last = word, digits = 0, letters = 0, strokes = 0, hyphens = 0;
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
        if (w->gap & GAP_HYPHEN) hyphens++;
        last++;
    }
    struct date date;
    /* "WM-633-004417" */
    if (hyphens >= 2 && letters > 0 && digits >= LONG_CODE) strokes++;
    if (strokes == 0 || digits < DIGITS || (letters == 0 && strokes < 2)) return;
    if (date_at(norm, word, &date)) return;
    while (word > 0 && pattern_next(p, word - 1, GAP_SPACE, 1) &&
           norm->words[word - 1].count <= 3 && norm->words[word - 1].count >= 2 &&
           pattern_upper(p, word - 1, word - 1) && !pattern_is(p, word - 1, id_cues))
        word--;
    pattern_mark(p, word, last, MARK_ID, 70, "digits and letters joined as in a reference");
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
    if (w->count == 10 && community_index(p->norm, word))
        pattern_mark(p, word, word, MARK_ID, 70, "ten digits that begin with a date");
}

void pattern_id(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    size_t last;
    if (!may_begin(p, word)) return;
    if (pattern_form_at(p, word, "AA999999A", 9, p->scanned, &last)) {
        uint32_t end = norm->glyphs[w->glyph + 8].point;
        bool prefix =
            strchr("dfiquv", (int)g[0].point) == NULL && strchr("dfiquvo", (int)g[1].point) == NULL;
        if (((end >= 'a' && end <= 'd') && prefix) ||
            (end >= 'a' && end <= 'd' && g[0].point == 'q' && g[1].point == 'q' &&
             pattern_upper(p, word, word)) || /* as forms show it */
            pattern_after(p, word, 5, "ni nino insurance") ||
            pattern_before(p, last, 5, "ni nino insurance"))
            pattern_mark(p, word, last, MARK_ID, 95, "has the form of a National Insurance number");
    }
    if (pattern_form_at(p, word, "A9999AA", w->count == 1 ? 7 : 3, p->scanned, &last) &&
        (pattern_upper(p, word, last) ||
         pattern_after(p, word, 6, "prison number no wing hmp nick")))
        pattern_mark(p, word, last, MARK_ID, 92, "has the form of a prison number");
    if (pattern_form_at(p, word, "9999999999", 10,
                        p->scanned && (w->flags & (WORD_DIGITS | WORD_MIXED)), &last)) {
        bool grouped = w->count == 3 && norm->words[word + 1].count == 3;
        bool cued = pattern_after(p, word, 6, "nhs hospital patient health gig chi red") ||
                    pattern_before(p, last, 3, "nhs chi") ||
                    (nhs_check(g) && w->count == 10 && pattern_after(p, word, 40, "nhs chi"));
        bool fits = nhs_check(g) && w->count == 10;
        if (cued || ((grouped || fits) && g[0].point != '0'))
            pattern_mark(p, word > 0 && pattern_is(p, word - 1, "chi") ? word - 1 : word, last,
                         MARK_ID, cued ? 95 : 88, "has the form of an NHS number");
    }
    if ((pattern_form_at(p, word, "A999999999999", 4, true, &last) &&
         (pattern_form_at(p, word, "A999999999999", 4, false, &last) ||
          pattern_after(p, word, 5, "upn pupil"))) ||
        pattern_form_at(p, word, "A99999999999A", 4, false, &last))
        pattern_mark(p, word, last, MARK_ID, 90, "has the form of a pupil number");
    if (pattern_form_at(p, word, "AA99A99999", 5, false, &last))
        pattern_mark(p, word, last, MARK_ID, 90, "has the form of a court case number");
    if (w->count >= 5 && pattern_form_at(p, word, "XXXXX999999XXXAA", 5, p->scanned, &last) &&
        g[0].point >= 'a' && pattern_letters_in(g, 5) >= 3) {
        /* The issue number may follow. */
        if (pattern_next(p, last, GAP_SPACE, 1) && norm->words[last + 1].count == 2 &&
            (norm->words[last + 1].flags & WORD_DIGITS))
            last++;
        pattern_mark(p, word, last, MARK_ID, 88, "has the form of a driving licence number");
    }
    if (pattern_form_at(p, word, "999999999", 4, false, &last) &&
        pattern_after(p, word, 14, "passport paszport pasaport pasaportul pasas"))
        pattern_mark(p, word, last, MARK_ID, 92, "nine digits after 'passport'");
    lone_number(p, word);
    if (ip_address(p, word))
        pattern_mark(p, word, word + 3, MARK_ID, 85, "has the form of an internet address");
    if (coordinates(p, word, &last))
        pattern_mark(p, word, last, MARK_ADDRESS, 90, "has the form of a place on the map");
    if (hardware_address(p, word))
        pattern_mark(p, word, word + 5, MARK_ID, 85, "has the form of a hardware address");
    /* National Grid: two letters and six, eight or ten digits. */
    if ((w->flags & WORD_CAPITAL) && w->count <= 12) {
        static const struct form grid[] = {FORM("AA9999999999"), FORM("AA99999999"),
                                           FORM("AA999999")};
        for (size_t i = 0; i < 3; i++) {
            if (!pattern_form(p, word, &grid[i], 3, false, &last) || !pattern_upper(p, word, last))
                continue;
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
    another_number(p, word);
    incident(p, word);
    joined_code(p, word);
}
