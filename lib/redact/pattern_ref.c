/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/date.h"
#include "redact/pattern_in.h"

/* References: codes of whatever form, behind a word like "case number" or joined as offices do. */

static const char id_cues[] =
    "ref reference id nhs ni nino insurance passport licence license payroll "
    "prison prisoner case court roll upn urn claim policy membership member "
    "student patient hospital account crn staff badge number no num nr "
    "order application serial customer booking folio utr tax probate deed crime chi mmsi code cod "
    "book "
    "is "
    "says pesel cnp seria ccli safe holder permit certificate tenancy offender";
static const char id_nouns[] =
    "ref reference id nhs ni nino insurance passport licence license payroll "
    "prison prisoner case court roll upn urn claim policy membership "
    "student patient hospital crn staff badge wing utr tax probate deed crime chi mmsi code pesel "
    "vat pnc appeal reg registration company charity cnp holding log crime incident "
    "gmc nmc hcpc sra gphc prs ofsted dbs file member roster warrant collar quoting quote quoted "
    "pupil learner inmate dossier entry clock personal gdc serial bond visa brp arc asylum bleep "
    "pension army navy "
    "sia "
    "policyholder "
    "imei vin chassis mpan mprn uci ukprn ccli seria seriei gas safe holder corgi niceic fensa "
    "oftec "
    "holders trn gtc bacp hpc eori duns cqc icon acorn plot permit certificate cert identification "
    "tenancy rent housing refuge offender pnc ppo oasys delius pass service regimental exhibit "
    "mosaic "
    "folio liquidlogic carefirst ehcp microchip railcard oyster library";

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

/* Two to four capitals that may belong to the code behind them: "VAT GB 999", "WY 13250". */
static bool letters_before(struct patterns *p, size_t word)
{
    if (word == 0) return false;
    const struct word *before = &p->norm->words[word - 1];
    if (before->count == 1 && (pattern_is(p, word - 1, "i a") || !(before->flags & WORD_CAPITAL)))
        return false;
    return before->count <= 4 && pattern_upper(p, word - 1, word - 1) &&
           pattern_next(p, word - 1, GAP_SPACE | GAP_HYPHEN | GAP_SLASH, 1) &&
           !pattern_is(p, word - 1, id_cues);
}

/* Digits, or letters with digits behind them: "FC/2019/0042". */
static bool code_begins(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    if (w->flags & (WORD_DIGITS | WORD_MIXED)) return true;
    return w->count <= 4 && pattern_upper(p, word, word) && w->gap_length == 1 &&
           pattern_next(p, word, GAP_SLASH | GAP_HYPHEN, 1) &&
           (w[1].flags & (WORD_DIGITS | WORD_MIXED));
}

/* "Lego set number 75192", "lot number 14 of the catalogue" */
static bool of_a_thing(struct patterns *p, size_t lead, size_t word)
{
    static const char strong[] =
        "nhs nino passport licence license payroll prison prisoner court upn "
        "member urn pesel cnp gmc crime vat chi brp visa";
    if (pattern_after(p, lead, 3, strong)) return false;
    return pattern_after(p, lead, 5,
                         "charity isbn lego set sets argos catalogue catalog recipe model engine "
                         "bus train loco locomotive edition game games level kit item product "
                         "knitting pattern hymn page flight puzzle jigsaw parcel order tank "
                         "pokemon card cards comic hornby meccano kindle library scratch") ||
           pattern_before(p, word, 3, "lego pieces steps points pages miles km people views likes");
}

/* A code of several words. */
struct code {
    size_t last;
    size_t digits, glyphs;
};

static struct code read_code(struct patterns *p, size_t word)
{
    enum { WORDS_MOST = 12 };
    const struct norm *norm = p->norm;
    struct code code = {.last = word};
    for (size_t i = word; i < word + WORDS_MOST && i < norm->word_count; i++) {
        const struct word *one = &norm->words[i];
        size_t own = 0;
        for (size_t k = 0; k < one->count; k++)
            if (norm->glyphs[one->glyph + k].flags & GLYPH_DIGIT) own++;
        if (p->scanned && own > 0)
            own = one->count - pattern_letters_in(norm->glyphs + one->glyph, one->count);
        bool capitals = one->count <= 4 && (one->flags & WORD_CAPITAL) && pattern_upper(p, i, i);
        if (own == 0 && !capitals) break;
        code.digits += own;
        code.glyphs += one->count;
        code.last = i;
        if (!pattern_next(p, i, GAP_SLASH | GAP_HYPHEN | GAP_SPACE | GAP_OTHER | GAP_STOP, 1))
            break;
    }
    return code;
}

/* "her passport has been returned, A09 912 774" */
static void passport_behind(struct patterns *p, size_t word)
{
    enum { NEAR = 9, SIGNS = 9 };
    if (!pattern_after(p, word, NEAR, "passport passports")) return;
    const struct code code = read_code(p, word);
    if (code.glyphs == SIGNS && code.digits + 2 >= SIGNS)
        pattern_mark(p, word, code.last, MARK_ID, 85, "has the form of a passport's number");
}

void pattern_cued_code(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!code_begins(p, word)) return;
    /* "The number is PL 4471 0932": letters before it do for a noun. */
    bool noun = pattern_after(p, word, 5, id_nouns);
    /* "the court papers again, the number on it is WF21C00417" */
    if (!noun && pattern_after(p, word, 1, "is") && pattern_after(p, word, 5, "number nurnber num"))
        noun = pattern_after(p, word, 12, id_nouns);
    /* "Co. no. 00994417" */
    if (!noun && pattern_after(p, word, 1, "no number") && pattern_after(p, word, 2, "co"))
        noun = true;
    passport_behind(p, word);
    const bool counted = !noun && pattern_after(p, word, 1, "no nr number num");
    if (!noun && !counted && !(letters_before(p, word) && pattern_after(p, word, 4, "number")))
        return;
    size_t lead = word;
    while (word - lead < 2 && letters_before(p, lead) && !pattern_is(p, lead - 1, id_nouns)) lead--;
    /* "a taxi badge, has he not, PH 00917" */
    const bool prefixed = lead < word && pattern_after(p, lead, 4, "badge licence license serial");
    if (!prefixed && !pattern_after(p, lead, 2, id_cues) && !pattern_after(p, lead, 2, id_nouns))
        return;
    if (of_agency(norm, lead) || of_letters(p, lead) || of_a_thing(p, lead, word)) return;
    /* Not a part of a code that began before. */
    if (word > 0 && (norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED)) &&
        pattern_next(p, word - 1, GAP_SLASH | GAP_HYPHEN | GAP_SPACE, 1))
        return;
    const struct code code = read_code(p, word);
    if (code.digits < (noun ? 4 : counted ? 12 : 7) || code.glyphs < 5) return;
    /* "code 20417", "the case 12000" */
    if (code.digits == code.glyphs && code.digits < 6 && lead == word &&
        !pattern_after(p, lead, 2, "number no num nr id ref is"))
        return;
    size_t begin = word;
    while (letters_before(p, begin)) begin--;
    struct date date;
    if (date_at(norm, word, &date) && date.last >= code.last) return;
    pattern_mark(p, begin, code.last, MARK_ID, 80,
                 "a code after a word like 'reference' or 'number'");
}

/* A token of a code: digits, a few capitals, or both. */
static bool token(struct patterns *p, size_t word, size_t *digits, size_t *letters)
{
    const struct word *w = &p->norm->words[word];
    if (w->count > 10 || !(w->flags & (WORD_DIGITS | WORD_MIXED | WORD_CAPITAL))) return false;
    size_t figures = 0;
    for (size_t k = 0; k < w->count; k++)
        if (p->norm->glyphs[w->glyph + k].flags & GLYPH_DIGIT) figures++;
    if (figures == 0 && w->count > 4) return false;
    if (!(w->flags & WORD_DIGITS) && !pattern_upper(p, word, word)) return false;
    const size_t own = pattern_letters_in(p->norm->glyphs + w->glyph, w->count);
    *digits += figures;
    *letters += own;
    return true;
}

static bool a_year(struct patterns *p, size_t word)
{
    const struct word *w = &p->norm->words[word];
    const struct glyph *g = p->norm->glyphs + w->glyph;
    return (w->flags & WORD_DIGITS) && w->count == 4 &&
           ((g[0].point == '1' && g[1].point == '9') || (g[0].point == '2' && g[1].point == '0'));
}

/* "recorded item RN 9914 2207 3GB", "my tax card 8 441 990 2173": so many digits, with capitals
 * among them or in groups, that nothing but a register has. */
void pattern_bare_code(struct patterns *p, size_t word)
{
    enum { TOKENS = 7, LETTERS_MOST = 8, WITH_LETTERS = 6, WITHOUT = 9, MOST = 20 };
    const struct norm *norm = p->norm;
    const uint16_t signs = GAP_SPACE | GAP_HYPHEN | GAP_SLASH;
    size_t digits = 0, letters = 0, tokens = 0, years = 0, last = word;
    bool is_long = false; /* three signs together */
    if (word > 0 && norm->words[word - 1].gap_length == 1 &&
        (norm->words[word - 1].gap &
         (signs | GAP_STOP | GAP_UNDERSCORE | GAP_AT | GAP_COMMA | GAP_PLUS)) &&
        norm->words[word - 1].gap != GAP_SPACE)
        return;
    for (size_t at = word; at < word + TOKENS && at < norm->word_count; at++) {
        if (!token(p, at, &digits, &letters)) break;
        if (a_year(p, at)) years++;
        if (norm->words[at].count > 2 && (norm->words[at].flags & (WORD_DIGITS | WORD_MIXED)))
            is_long = true;
        tokens++;
        last = at;
        if (!pattern_next(p, at, signs, 1)) break;
    }
    while (last > word && !(norm->words[last].flags & (WORD_DIGITS | WORD_MIXED)) &&
           norm->words[last].count > 2)
        last--, tokens--; /* "… 4417 THE" */
    if (digits > MOST || letters > LETTERS_MOST || years > 1) return;
    const bool mixed = letters > 0 && digits >= WITH_LETTERS && is_long;
    const bool grouped = letters == 0 && tokens >= 3 && digits >= WITHOUT;
    if (!mixed && !grouped) return;
    size_t d = 0, l = 0;
    if (!(norm->words[word].flags & (WORD_DIGITS | WORD_MIXED)) &&
        (norm->shouting || pattern_is(p, word, id_nouns) || pattern_is(p, word, id_cues) ||
         pattern_is(p, word, "iban ddi nif upn niss gb my num m t f tel fax dob isbn")))
        return; /* what stands before it, and no part of it */
    if (word > 0 && norm->words[word - 1].gap == GAP_SPACE &&
        norm->words[word - 1].gap_length == 1 && token(p, word - 1, &d, &l) &&
        !pattern_is(p, word - 1, "i a") && !(l > 0 && d == 0))
        return; /* it began before */
    /* a phone, or none */
    if (!mixed && norm->glyphs[norm->words[word].glyph].point == '0') return;
    struct date date;
    if (date_at(norm, word, &date) || date_at(norm, last > word ? last - 1 : last, &date)) return;
    if (pattern_after(p, word, 4,
                      "isbn lego set sets charity model engine loco train level page") ||
        of_agency(norm, word) || of_letters(p, word))
        return;
    if (pattern_is(p, last + 1, "miles km pounds quid steps points views people times am pm"))
        return;
    const size_t start = norm_word_start(norm, word);
    for (size_t i = p->marks->count, n = 0; i > 0 && n < 6; i--, n++)
        if (p->marks->at[i - 1].start <= start && p->marks->at[i - 1].end > start) return;
    pattern_mark(p, word, last, MARK_ID, 60, "so many digits as in the number of a register");
}

void pattern_joined_code(struct patterns *p, size_t word)
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
    /* "DEWS/7702/A" */
    const bool pieces = strokes >= 2 && letters >= 2 && digits >= 3;
    if (strokes == 0 || (digits < DIGITS && !pieces) || (letters == 0 && strokes < 2)) return;
    if (date_at(norm, word, &date)) return;
    while (word > 0 && pattern_next(p, word - 1, GAP_SPACE, 1) &&
           norm->words[word - 1].count <= 3 && norm->words[word - 1].count >= 2 &&
           pattern_upper(p, word - 1, word - 1) && !pattern_is(p, word - 1, id_cues))
        word--;
    pattern_mark(p, word, last, MARK_ID, 70, "digits and letters joined as in a reference");
}
