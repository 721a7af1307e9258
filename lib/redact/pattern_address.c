/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"
#include "redact/pattern.h"

/*
 * Street addresses: a number, one to three words, a kind of street.
 *
 *     [Flat 6,] 14 Larkspur Avenue          22 fore st          Flat 6, Calder House
 */

static const char sure_streets[] =
    "street road avenue lane crescent terrace close gardens rd ave cres "
    "terr tce gdns crt pde ln heol stryd ulica strada cul 5treet stre3t r0ad 1ane lanc c1ose cl0se "
    "avcnue strcet roacl";
static const char other_streets[] =
    "drive way row court place grove mews square hill view rise walk park "
    "green st cl dr sq parade wharf quay wynd croft garth fold gate brow "
    "bank end mount vale villas cottages mansions buildings broadway esplanade promenade strand "
    "quadrant circus passage alley yard meadow meadows orchard fields field heights ridge dell "
    "copse chase drove loan loaning causeway port brae gait pend ginnel snicket twitten drv driv "
    "walks woods wood spinney paddock links common moor leas acre acres";
static const char buildings[] =
    "house court lodge mansions buildings tower towers villas point heights "
    "apartments flats home homes halls hall";
static const char flats[] =
    "pitch berth caravan chalet mooring cabin suite flat apartment apt "
    "unit plot room fflat mieszkanie studio office bay pod bedsit maisonette";
static const char before_number[] =
    "at address live lives living moved house number no nr is my our to "
    "of stay stays staying";
static const char famous[] =
    "coronation sesame downing high fleet oxford bond regent wall easter privet "
    "penny quality";
static const char not_streets[] =
    "minute minutes min mins mile miles hour hours bedroom bed bedroomed day "
    "week weeks month months year years km metre metres long short busy "
    "the a an of in on and to good nice great more other different "
    "times times big little new old wide lane way times people children "
    "pounds or for from with our your my steps step";

/* 1 to 4 digits with at most one letter behind them ("14", "22a"). */
static bool house_number(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->count > 5 || !(w->flags & (WORD_DIGITS | WORD_MIXED))) return false;
    const struct glyph *g = norm->glyphs + w->glyph;
    size_t digits = 0, real = 0;
    /* "l8 Mill Lane", as a scanner reads 18. */
    bool misread =
        w->count >= 2 && (g[0].point == 'l' || g[0].point == 'i') && (g[1].flags & GLYPH_DIGIT);
    while (digits < w->count &&
           ((digits == 0 && misread) || (g[digits].flags & GLYPH_DIGIT) ||
            (digits > 0 && (g[digits].point == 'o' || g[digits].point == 'l')))) {
        if (g[digits].flags & GLYPH_DIGIT) real++;
        digits++;
    }
    if (digits == 0 || digits > 4 || real == 0) return false;
    if (digits == w->count) return true;
    return digits + 1 == w->count && g[digits].point <= 'h';
}

static bool small_number_word(struct patterns *p, size_t word)
{
    return pattern_begins(
        p, word, BEGINS_ADDRESS,
        "one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty "
        "fifty sixty seventy eighty ninety");
}

/* Back over "Flat 6," and "number". */
static size_t with_flat(struct patterns *p, size_t first)
{
    const struct norm *norm = p->norm;
    if (first >= 1 && pattern_is(p, first - 1, flats) && pattern_next(p, first - 1, GAP_SPACE, 1))
        return first - 1; /* "Unit 14 Mill Street" */
    /* "Flat 2/1, 14 Mill Street" */
    if (first >= 3 && pattern_is(p, first - 3, flats) && norm->words[first - 2].gap == GAP_SLASH &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_COMMA | GAP_LINE, 3) &&
        norm->words[first - 1].count <= 2)
        return first - 3;
    if (first >= 2 && pattern_is(p, first - 2, flats) &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_COMMA | GAP_LINE | GAP_STOP, 3) &&
        pattern_next(p, first - 2, GAP_SPACE, 1) && norm->words[first - 1].count <= 4 &&
        (house_number(norm, first - 1) || norm->words[first - 1].count == 1))
        return first - 2;
    /* "2/1, 15 Battle Hill": a Scottish flat. */
    if (first >= 2 && norm->words[first - 2].gap == GAP_SLASH &&
        norm->words[first - 2].count <= 2 && norm->words[first - 1].count <= 2 &&
        (norm->words[first - 2].flags & WORD_DIGITS) &&
        (norm->words[first - 1].flags & WORD_DIGITS) &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_COMMA, 2))
        return first - 2;
    /* "number 19, Savile Grove" */
    if (first >= 1 && pattern_is(p, first - 1, "number no") &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_STOP, 2))
        return first - 1;
    return first;
}

/* "301 Bury & Bolton Road" */
static bool and_sign(const struct norm *norm, size_t word)
{
    if (word + 1 >= norm->word_count) return false;
    return norm->words[word].gap_length <= 3 && str_equal(str_trim(norm_gap(norm, word)), STR("&"));
}

/* "27 Goldcroft, Yeovil": a number and a name where an address stands, and a comma or line end
 * before the next name or postcode. */
static void number_and_name(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!house_number(norm, word) || norm->shouting) return;
    bool cued = pattern_after(p, word, 1, "at address number no") ||
                (norm_gap_before(norm, word) & (GAP_PARAGRAPH | GAP_LINE));
    if (!cued || !pattern_next(p, word, GAP_SPACE, 1)) return;
    size_t last = word + 1;
    if (!(norm->words[last].flags & WORD_CAPITAL) || norm->words[last].count < 3) return;
    if (month_of(norm, last) != 0 || pattern_is(p, last, not_streets)) return;
    if (pattern_next(p, last, GAP_SPACE, 1) && (norm->words[last + 1].flags & WORD_CAPITAL)) last++;
    uint16_t after = norm->words[last].gap;
    if (!(after & (GAP_COMMA | GAP_LINE)) || (after & (GAP_STOP | GAP_END | GAP_PARAGRAPH))) return;
    if (last + 1 >= norm->word_count) return;
    const struct word *next = &norm->words[last + 1];
    if (!(next->flags & (WORD_CAPITAL | WORD_MIXED))) return;
    /* A postcode within the next words makes it sure. */
    bool postcode = false;
    for (size_t i = last + 1; i < last + 6 && i < norm->word_count && !postcode; i++)
        postcode = (norm->words[i].flags & WORD_MIXED) && norm->words[i].count >= 3;
    bool at = pattern_after(p, word, 1, "at address number") &&
              !(lexicon_kinds(p->lexicon, norm->words[word + 1].hash) & LEXICON_FIRST) &&
              pattern_after(p, word, 5,
                            "live lives living post write send round call moved house "
                            "ring letters visit stay stays home flat");
    if (postcode || at)
        pattern_mark(p, word, last, MARK_ADDRESS, 85,
                     "a house number and a name before a postcode");
}

static void numbered(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    bool digits = house_number(norm, word);
    if (!digits && !small_number_word(p, word)) return;
    size_t at = word;
    /* "twenty two" and "14 - 16" */
    while (at < word + 2 && pattern_next(p, at, GAP_SPACE | GAP_HYPHEN | GAP_SLASH, 3) &&
           (digits ? house_number(norm, at + 1) : small_number_word(p, at + 1)))
        at++;
    /* "38-B Fore St" */
    if (digits && at == word && norm->words[at].gap == GAP_HYPHEN &&
        norm->words[at + 1].count == 1 && (norm->words[at + 1].flags & WORD_CAPITAL))
        at++;
    bool cued = pattern_after(p, word, 1, before_number) || word == 0 ||
                (norm_gap_before(norm, word) &
                 (GAP_LINE | GAP_PARAGRAPH | GAP_COMMA | GAP_COLON | GAP_OPEN));
    size_t middle = 0, first_middle = at + 1;
    bool capitals = true, strange = false;
    while (middle <= 4 &&
           (pattern_next(p, at, GAP_SPACE | GAP_LINE | GAP_QUOTE | GAP_COMMA | GAP_STOP, 2) ||
            and_sign(norm, at))) {
        uint16_t gap = norm->words[at].gap;
        if ((gap & GAP_COMMA) && middle > 0) break; /* "14, Larkspur Avenue" only */
        if ((gap & GAP_COMMA) && !(norm->words[at + 1].flags & WORD_CAPITAL) && !cued) break;
        if ((gap & GAP_STOP) && !(middle > 0 && norm->words[at].count <= 2))
            break; /* "St. Johns" */
        at++;
        bool sure = pattern_is(p, at, sure_streets);
        bool other = pattern_is(p, at, other_streets);
        if (middle > 0 && (sure || other)) {
            bool last_capital = norm->words[at].flags & WORD_CAPITAL;
            bool looks = capitals && last_capital && !norm->shouting;
            bool fits = looks || with_flat(p, word) != word || (sure && (strange || cued)) ||
                        (other && strange && cued) ||
                        (norm->shouting && (strange || cued) && digits);
            /* "St" may begin the name: go on if a kind of street follows. */
            bool more =
                pattern_next(p, at, GAP_SPACE | GAP_STOP, 2) && at + 2 < norm->word_count &&
                (pattern_is(p, at + 1, sure_streets) || pattern_is(p, at + 2, sure_streets)) &&
                pattern_is(p, at, "st");
            if (fits && !more) {
                if (!(norm->words[at - 1].flags & WORD_CAPITAL) &&
                    pattern_is(p, at - 1, not_streets))
                    return;
                if (looks && pattern_next(p, at, GAP_SPACE, 1) &&
                    (norm->words[at + 1].flags & WORD_CAPITAL) &&
                    pattern_is(p, at + 1, "north south east west upper lower"))
                    at++;
                pattern_mark(p, with_flat(p, word), at, MARK_ADDRESS, looks ? 95 : 82,
                             "has the form of a street address");
                return;
            }
            if (!more) break;
        }
        bool named = (norm->words[at].flags & WORD_CAPITAL) && !norm->shouting &&
                     pattern_is(p, at, "old new big little great good long short the");
        named = named || (norm->shouting && pattern_is(p, at, "the"));
        if (middle == 0 && !named && pattern_is(p, at, not_streets)) return;
        if (norm->words[at].flags & (WORD_DIGITS | WORD_MIXED)) return;
        if (month_of(norm, at) != 0 && middle == 0 && !(norm->words[at].flags & WORD_CAPITAL))
            return;
        if (!(norm->words[at].flags & WORD_CAPITAL)) capitals = false;
        if (!lexicon_ordinary(p->lexicon, norm->words[at].hash)) strange = true;
        middle++;
    }
    (void)first_middle;
}

/* "Flat 6, Calder House" and "apartment 12" */
static void flat(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_begins(p, word, BEGINS_ADDRESS, flats) ||
        !pattern_next(p, word, GAP_SPACE | GAP_STOP, 2))
        return;
    if (!house_number(norm, word + 1) && norm->words[word + 1].count > 2 &&
        !((norm->words[word + 1].flags & WORD_MIXED) && norm->words[word + 1].count <= 4))
        return;
    if (pattern_is(p, word + 1, "is in on at of to my me up it we by so no he as or if")) return;
    /* "the new flat. A balcony", "mieszkanie w" */
    if ((norm->words[word].gap & GAP_STOP) && norm->words[word].count > 3) return;
    if (pattern_is(p, word + 1, "a w z i o u y") && !(norm->words[word + 1].flags & WORD_CAPITAL) &&
        !norm->quiet)
        return;
    if (pattern_is(
            p, word,
            "room unit plot pitch berth caravan chalet mooring cabin suite studio office bay "
            "pod bedsit") &&
        !house_number(norm, word + 1) && !(norm->words[word + 1].flags & WORD_MIXED))
        return;
    size_t last = word + 1;
    bool building = false;
    for (size_t at = word + 1, steps = 0;
         steps < 4 && pattern_next(p, at, GAP_SPACE | GAP_COMMA | GAP_LINE, 3); steps++) {
        at++;
        if (steps > 0 && pattern_is(p, at, buildings)) {
            last = at;
            building = true;
            break;
        }
        if (!(norm->words[at].flags & WORD_CAPITAL) && !norm->quiet && !norm->shouting) break;
    }
    /* "Caravan 12, Golden Sands" */
    if (!building && (norm->words[word + 1].gap & GAP_COMMA) && !norm->shouting) {
        size_t at = word + 2;
        while (at < word + 5 && at < norm->word_count && (norm->words[at].flags & WORD_CAPITAL) &&
               !(norm->words[at].flags & (WORD_DIGITS | WORD_MIXED)) &&
               norm->words[at].gap == GAP_SPACE)
            at++;
        const uint16_t ends = GAP_COMMA | GAP_STOP | GAP_END | GAP_LINE | GAP_PARAGRAPH;
        if (at < norm->word_count && at >= word + 3 && (norm->words[at].flags & WORD_CAPITAL) &&
            (norm->words[at].gap & ends)) {
            last = at;
            building = true;
        }
    }
    /* "Bleakmoor Caravan Park, plot 9, DL38 2ZT" */
    bool in_park = word > 0 && (norm->words[word - 1].gap & GAP_COMMA) &&
                   (norm->words[word - 1].flags & WORD_CAPITAL) && !norm->shouting &&
                   pattern_is(p, word - 1,
                              "park site farm field caravans court house hall marina green close "
                              "lane road way halls holiday lodge estate yard");
    in_park =
        in_park || (word > 0 && pattern_is(p, word - 1, "halls hall hostel court site park") &&
                    norm->words[word - 1].gap == GAP_SPACE);
    if (pattern_is(p, word,
                   "room unit plot pitch caravan chalet cabin suite studio office bay pod") &&
        !building && !in_park)
        return;
    pattern_mark(p, word, last, MARK_ADDRESS, building ? 92 : 70,
                 "has the form of a flat's address");
}

/* "41 the drive", "PO Box 4471", "3 Maes y Coed" */
static void other_forms(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (pattern_begins(p, word, BEGINS_ADDRESS, "box") && word > 0 &&
        pattern_next(p, word, GAP_SPACE, 1) && (norm->words[word + 1].flags & WORD_DIGITS)) {
        bool po = norm_word_is(norm, word - 1, "po");
        bool apart =
            word > 1 && norm_word_is(norm, word - 1, "o") && norm_word_is(norm, word - 2, "p");
        if (po || apart)
            pattern_mark(p, po ? word - 1 : word - 2, word + 1, MARK_ADDRESS, 90, "a post box");
    }
    if (!house_number(norm, word) || !pattern_next(p, word, GAP_SPACE | GAP_COMMA, 2)) return;
    bool cued = pattern_after(p, word, 1, before_number) || word == 0 ||
                (norm_gap_before(norm, word) & (GAP_LINE | GAP_PARAGRAPH | GAP_COLON | GAP_OPEN));
    if (cued && norm_word_is(norm, word + 1, "the") && pattern_next(p, word + 1, GAP_SPACE, 1) &&
        (pattern_is(p, word + 2,
                    "drive avenue crescent green close square grove mews terrace parade "
                    "street ridings paddocks beeches limes poplars orchard spinney") ||
         (norm->words[word + 2].flags & WORD_CAPITAL))) {
        pattern_mark(p, with_flat(p, word), word + 2, MARK_ADDRESS, 85,
                     "has the form of a street address");
        return;
    }
    /* Where the kind of street comes first. */
    if (norm->shouting || !pattern_is(p, word + 1,
                                      "maes bryn stryd heol ffordd lon cae clos cwrt "
                                      "rhodfa pant erw min pen tan tal rhes"))
        return;
    if (!(norm->words[word + 1].flags & WORD_CAPITAL)) return;
    size_t last = word + 1;
    while (last < word + 4 && pattern_next(p, last, GAP_SPACE | GAP_HYPHEN, 1) &&
           ((norm->words[last + 1].flags & WORD_CAPITAL) ||
            pattern_is(p, last + 1, "y yr r uchaf isaf")))
        last++;
    if (last > word + 1)
        pattern_mark(p, with_flat(p, word), last, MARK_ADDRESS, 85,
                     "has the form of a street address");
}

/* "buys Park Lane and goes bankrupt", "the cover of Abbey Road": not where anybody lives. */
static bool of_a_game(const struct patterns *p, size_t first)
{
    enum { NEAR = 30 };
    const struct norm *norm = p->norm;
    if (!pattern_is(p, first,
                    "park old pentonville euston bow vine marlborough whitechapel coventry abbey "
                    "penny baker carnaby harley savile strand northumberland trafalgar"))
        return false;
    for (size_t i = first > NEAR ? first - NEAR : 0; i < first + NEAR && i < norm->word_count; i++)
        if (pattern_is(p, i, "monopoly beatles sherlock bankrupt")) return true;
    return false;
}

/* "Quarry Lane", with capitals, inside a sentence: a street without its number. */
static void named_street(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (norm->shouting || word == 0) return;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_CAPITAL)) return;
    if (!pattern_begins(p, word, BEGINS_ADDRESS,
                        "street road avenue lane crescent terrace close rd ave"))
        return;
    size_t first = word;
    while (first > 0 && word - first < 3 &&
           (norm->words[first - 1].gap == GAP_SPACE ||
            (first == word && norm->words[first - 1].gap == GAP_LINE)) &&
           norm->words[first - 1].gap_length == 1 &&
           (norm->words[first - 1].flags & WORD_CAPITAL) &&
           !(norm->words[first - 1].flags & (WORD_DIGITS | WORD_MIXED)))
        first--;
    while (first < word &&
           ((norm->words[first].flags & WORD_OPENS) ||
            pattern_is(p, first, "the our your my on in at from near mr mrs ms miss"))) {
        if (!(norm->words[first].flags & WORD_OPENS) ||
            lexicon_ordinary(p->lexicon, norm->words[first].hash))
            first++;
        else
            break;
    }
    if (first == word || pattern_is(p, first, famous) || of_a_game(p, first)) return;
    /* "Lincoln Road 418" */
    if (pattern_next(p, word, GAP_SPACE, 1) && house_number(norm, word + 1) &&
        (norm->words[word + 1].gap &
         (GAP_COMMA | GAP_LINE | GAP_SLASH | GAP_CLOSE | GAP_END | GAP_STOP)))
        word++;
    marks_add(p->marks, p->arena,
              (struct mark){norm_word_start(norm, first), norm_word_end(norm, word), MARK_ADDRESS,
                            MARK_UNLISTED, 75, STR("has the form of a street's name")});
}

/* "ul. Kosciuszki 14/3", "strada Plevnei" */
static void foreign_street(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_begins(p, word, BEGINS_ADDRESS,
                        "ul ulica ulicy strada str aleja bulevardul gatve heol ffordd stryd rua "
                        "calle rue"))
        return;
    if (!pattern_next(p, word, GAP_SPACE | GAP_STOP, 2)) return;
    size_t last = word + 1;
    if (!(norm->words[last].flags & WORD_CAPITAL) || norm->words[last].count < 3) return;
    while (last < word + 4 && pattern_next(p, last, GAP_SPACE | GAP_STOP, 2) &&
           (norm->words[last + 1].flags & WORD_CAPITAL))
        last++;
    /* "14/3", "14 m. 6", "nr 14, bl. B, ap. 6" */
    for (;;) {
        size_t at = last;
        if (last >= word + 10 || !pattern_next(p, at, GAP_SPACE | GAP_SLASH | GAP_COMMA, 2)) break;
        at++;
        if (pattern_is(p, at, "m nr lok bl ap sc et apt numarul numer mieszkanie blok bloc kv d") &&
            pattern_next(p, at, GAP_SPACE | GAP_STOP, 2))
            at++;
        if (!house_number(norm, at) && !(at == last + 2 && norm->words[at].count == 1 &&
                                         (norm->words[at].flags & WORD_CAPITAL)))
            break;
        last = at;
    }
    pattern_mark(p, word, last, MARK_ADDRESS, 85, "has the form of a street's name");
}

/* "kod 26-000": a Polish postcode behind its word. */
static void polish_postcode(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (!pattern_is(p, word, "kod pocztowy") || word + 2 >= norm->word_count) return;
    const struct word *a = &norm->words[word + 1], *b = a + 1;
    if (!(a->flags & b->flags & WORD_DIGITS) || a->count != 2 || b->count != 3) return;
    if (a->gap != GAP_HYPHEN || a->gap_length != 1) return;
    pattern_mark(p, word + 1, word + 2, MARK_POSTCODE, 90, "has the form of a Polish postcode");
}

void pattern_address(struct patterns *p, size_t word)
{
    if (pattern_begins(p, word, BEGINS_ADDRESS, "kod pocztowy")) polish_postcode(p, word);
    bool digits = p->norm->words[word].flags & (WORD_DIGITS | WORD_MIXED);
    if (digits || small_number_word(p, word)) numbered(p, word);
    if (digits) number_and_name(p, word);
    flat(p, word);
    named_street(p, word);
    foreign_street(p, word);
    other_forms(p, word);
}
