/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"
#include "redact/pattern_in.h"

/*
 * Street addresses: a number, one to three words, a kind of street.
 *
 *     [Flat 6,] 14 Larkspur Avenue          22 fore st          Flat 6, Calder House
 */

static const char sure_streets[] =
    "street road avenue lane crescent terrace close gardens rd ave cres "
    "terr tce gdns crt pde ln heol stryd ulica strada cul 5treet stre3t r0ad 1ane lanc c1ose cl0se "
    "avcnue strcet roacl str";
static const char other_streets[] =
    "drive way row court place grove mews square hill view rise walk park "
    "green st cl dr sq parade wharf quay wynd croft garth fold gate brow "
    "bank end mount vale villas cottages mansions buildings broadway esplanade promenade strand "
    "quadrant circus passage alley yard meadow meadows orchard fields field heights ridge dell "
    "copse chase drove loan loaning causeway port brae gait pend ginnel snicket twitten drv driv "
    "walks woods wood spinney paddock links common moor leas acre acres";
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
    "pounds or for from with our your my steps step that this same which";

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
    if (first >= 1 && pattern_is(p, first - 1, PATTERN_FLATS) &&
        pattern_next(p, first - 1, GAP_SPACE, 1))
        return first - 1; /* "Unit 14 Mill Street" */
    /* "Flat 2/1, 14 Mill Street" */
    if (first >= 3 && pattern_is(p, first - 3, PATTERN_FLATS) &&
        norm->words[first - 2].gap == GAP_SLASH &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_COMMA | GAP_LINE, 3) &&
        norm->words[first - 1].count <= 2)
        return first - 3;
    if (first >= 2 && pattern_is(p, first - 2, PATTERN_FLATS) &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_COMMA | GAP_LINE | GAP_STOP, 3) &&
        pattern_next(p, first - 2, GAP_SPACE, 1) && norm->words[first - 1].count <= 4 &&
        (pattern_house_number(norm, first - 1) || norm->words[first - 1].count == 1))
        return first - 2;
    /* "2/1, 15 Battle Hill": a Scottish flat. */
    if (first >= 2 && norm->words[first - 2].gap == GAP_SLASH &&
        norm->words[first - 2].count <= 2 && norm->words[first - 1].count <= 2 &&
        (norm->words[first - 2].flags & WORD_DIGITS) &&
        (norm->words[first - 1].flags & WORD_DIGITS) &&
        pattern_next(p, first - 1, GAP_SPACE | GAP_COMMA, 2))
        return first - 2;
    /* "Block C/11, Haig Road" */
    if (first >= 2 && norm->words[first - 1].gap == GAP_SLASH &&
        norm->words[first - 1].count <= 2 && pattern_is(p, first - 2, "block"))
        return first - 2;
    /* "flat 40 block C, 9 Tiverton Rd" */
    if (first >= 4 && pattern_is(p, first - 2, "block") && norm->words[first - 1].count <= 2 &&
        pattern_is(p, first - 4, PATTERN_FLATS) && norm->words[first - 3].count <= 4)
        return first - 4;
    /* "flat above 214 Stanley Rd", "house number 112A, Manchester St" */
    if (first >= 2 && pattern_next(p, first - 1, GAP_SPACE, 1) &&
        pattern_next(p, first - 2, GAP_SPACE, 1) &&
        ((pattern_is(p, first - 1, "above over behind") &&
          pattern_is(p, first - 2, "flat flats rooms")) ||
         (pattern_is(p, first - 1, "number no") && pattern_is(p, first - 2, "house"))))
        return first - 2;
    /* "flat 9 the 2nd floor 41 Kennedy Way", "12a (upper floor), Ayres Rd" */
    if (first >= 4 && pattern_is(p, first - 1, "floor") && norm->words[first - 1].gap_length <= 2) {
        size_t at = first - 2; /* which floor */
        if (at > 0 && pattern_is(p, at - 1, "the")) at--;
        if (at >= 2 && pattern_is(p, at - 2, PATTERN_FLATS) && norm->words[at - 1].count <= 3)
            return at - 2;
    }
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
    if (!pattern_house_number(norm, word) || norm->shouting) return;
    bool cued = pattern_after(p, word, 1, "at address number no is") ||
                (norm_gap_before(norm, word) & (GAP_PARAGRAPH | GAP_LINE | GAP_COMMA | GAP_COLON));
    if (!cued || !pattern_next(p, word, GAP_SPACE, 1)) return;
    size_t last = word + 1;
    if (!(norm->words[last].flags & WORD_CAPITAL) || norm->words[last].count < 3) return;
    if (month_of(norm, last) != 0 || pattern_is(p, last, not_streets)) return;
    if (pattern_next(p, last, GAP_SPACE, 1) && (norm->words[last + 1].flags & WORD_CAPITAL)) last++;
    uint16_t after = norm->words[last].gap;
    if (!(after & (GAP_COMMA | GAP_LINE | GAP_OTHER)) ||
        (after & (GAP_STOP | GAP_END | GAP_PARAGRAPH)))
        return;
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
        pattern_mark(p, with_flat(p, word), last, MARK_ADDRESS, 85,
                     "a house number and a name before a postcode");
}

/* A street's name behind its number, in the making. */
struct street {
    size_t number; /* the first word of the house number */
    bool digits;   /* it is in figures */
    bool cued;     /* an address may stand here */
    bool capitals; /* each word of the name has one */
    bool strange;  /* one of them is in no dictionary */
};

/* The last word of a house number: "14", "14 - 16", "twenty two", "38-B". */
static size_t number_end(struct patterns *p, size_t word, bool digits)
{
    const struct norm *norm = p->norm;
    size_t at = word;
    while (at < word + 2 && pattern_next(p, at, GAP_SPACE | GAP_HYPHEN | GAP_SLASH, 3) &&
           (digits ? pattern_house_number(norm, at + 1) : small_number_word(p, at + 1)))
        at++;
    if (digits && at == word && norm->words[at].gap == GAP_HYPHEN &&
        norm->words[at + 1].count == 1 && (norm->words[at + 1].flags & WORD_CAPITAL))
        at++;
    return at;
}

/* Does the name go on behind this word, of which `middle` words were read? */
static bool name_goes_on(struct patterns *p, const struct street *street, size_t at, size_t middle)
{
    const struct norm *norm = p->norm;
    const uint16_t gap = norm->words[at].gap;
    if (!pattern_next(p, at, GAP_SPACE | GAP_LINE | GAP_QUOTE | GAP_COMMA | GAP_STOP, 2) &&
        !and_sign(norm, at))
        return false;
    if ((gap & GAP_COMMA) && middle > 0) return false; /* "14, Larkspur Avenue" only */
    if ((gap & GAP_COMMA) && !(norm->words[at + 1].flags & WORD_CAPITAL) && !street->cued)
        return false;
    return !(gap & GAP_STOP) || (middle > 0 && norm->words[at].count <= 2); /* "St. Johns" */
}

/* "St" may begin the name: does a kind of street follow? */
static bool saint_before_kind(struct patterns *p, size_t at)
{
    return pattern_next(p, at, GAP_SPACE | GAP_STOP, 2) && at + 2 < p->norm->word_count &&
           (pattern_is(p, at + 1, sure_streets) || pattern_is(p, at + 2, sure_streets)) &&
           pattern_is(p, at, "st");
}

/* The kind of street stands here: is it one? Then it is marked. */
static bool kind_fits(struct patterns *p, const struct street *street, size_t at)
{
    const struct norm *norm = p->norm;
    const bool sure = pattern_is(p, at, sure_streets);
    const bool hints = street->strange || street->cued;
    bool looks = street->capitals && (norm->words[at].flags & WORD_CAPITAL) && !norm->shouting;
    return looks || with_flat(p, street->number) != street->number || (sure && hints) ||
           (!sure && street->strange && street->cued) ||
           (norm->shouting && hints && street->digits);
}

/* "Saltgrass, 3 Undershore Lane": the house's name before its number, where an address begins. */
static size_t with_house(struct patterns *p, size_t first)
{
    enum { MOST = 3 };
    const struct norm *norm = p->norm;
    const uint16_t begins = GAP_LINE | GAP_PARAGRAPH | GAP_COMMA | GAP_COLON | GAP_OPEN | GAP_CLOSE;
    if (first == 0 || norm->words[first - 1].gap != (GAP_COMMA | GAP_SPACE)) return first;
    size_t at = first;
    while (at > 0 && first - at < MOST) {
        const struct word *w = &norm->words[at - 1];
        if (at < first && w->gap != GAP_SPACE) break;
        if (!(w->flags & WORD_CAPITAL) || (w->flags & (WORD_DIGITS | WORD_MIXED)) || w->count < 3)
            break;
        if (facts_allowed(p->facts, norm, at - 1) ||
            (lexicon_kinds(p->lexicon, w->hash) & (LEXICON_FIRST | LEXICON_BRITISH)) ||
            pattern_is(p, at - 1, "mum dad nan gran dear love hello from address flat"))
            return first;
        at--;
    }
    if (at == first) return first;
    return at == 0 || (norm_gap_before(norm, at) & begins) ? at : first;
}

static void mark_street(struct patterns *p, const struct street *street, size_t last)
{
    const struct norm *norm = p->norm;
    if (!(norm->words[last - 1].flags & WORD_CAPITAL) && pattern_is(p, last - 1, not_streets))
        return;
    bool looks = street->capitals && (norm->words[last].flags & WORD_CAPITAL) && !norm->shouting;
    if (looks && pattern_next(p, last, GAP_SPACE, 1) &&
        (norm->words[last + 1].flags & WORD_CAPITAL) &&
        (pattern_is(p, last + 1, "north south east west upper lower") ||
         (pattern_is(p, last + 1, sure_streets) ||
          pattern_is(p, last + 1, "villas cottages mews"))))
        last++; /* "Castle Hill Villas" */
    pattern_mark(p, with_house(p, with_flat(p, street->number)), last, MARK_ADDRESS,
                 looks ? 95 : 82, "has the form of a street address");
}

/* May the word stand in a street's name? first: right behind the number. */
static bool of_a_name(struct patterns *p, size_t at, bool first)
{
    const struct norm *norm = p->norm;
    const bool capital = norm->words[at].flags & WORD_CAPITAL;
    bool named = norm->shouting
                     ? pattern_is(p, at, "the")
                     : capital && pattern_is(p, at, "old new big little great good long short the");
    if (first && !named && pattern_is(p, at, not_streets)) return false;
    if (norm->words[at].flags & (WORD_DIGITS | WORD_MIXED)) return false;
    return month_of(norm, at) == 0 || !first || capital;
}

static void numbered(struct patterns *p, size_t word)
{
    enum { MIDDLE = 4 }; /* words of a name, at most */
    const struct norm *norm = p->norm;
    const uint16_t before = GAP_LINE | GAP_PARAGRAPH | GAP_COMMA | GAP_COLON | GAP_OPEN;
    struct street street = {.number = word, .capitals = true};
    street.digits = pattern_house_number(norm, word);
    /* "l Prior Terrace", as a scanner reads 1 */
    if (p->scanned && norm->words[word].count == 1 && norm_word_is(norm, word, "l") &&
        pattern_next(p, word, GAP_SPACE, 1) && (norm->words[word + 1].flags & WORD_CAPITAL))
        street.digits = true;
    if (!street.digits && !small_number_word(p, word)) return;
    street.cued = pattern_after(p, word, 1, before_number) || word == 0 ||
                  (norm_gap_before(norm, word) & before);
    size_t at = number_end(p, word, street.digits);
    for (size_t middle = 0; middle <= MIDDLE && name_goes_on(p, &street, at, middle); middle++) {
        at++;
        if (middle > 0 && (pattern_is(p, at, sure_streets) || pattern_is(p, at, other_streets))) {
            const bool more = saint_before_kind(p, at);
            if (!more && kind_fits(p, &street, at)) mark_street(p, &street, at);
            if (!more) return;
        }
        if (!of_a_name(p, at, middle == 0)) return;
        if (!(norm->words[at].flags & WORD_CAPITAL)) street.capitals = false;
        if (!lexicon_ordinary(p->lexicon, norm->words[at].hash)) street.strange = true;
    }
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
    if (!pattern_house_number(norm, word) || !pattern_next(p, word, GAP_SPACE | GAP_COMMA, 2))
        return;
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

/* "Clarkson Avenue, house 70, room 5" */
static size_t with_house_behind(struct patterns *p, size_t last)
{
    while (pattern_next(p, last, GAP_SPACE | GAP_COMMA | GAP_STOP, 2) &&
           pattern_is(p, last + 1, "house number no nr flat room unit apartment") &&
           pattern_next(p, last + 1, GAP_SPACE | GAP_STOP, 2) &&
           pattern_house_number(p->norm, last + 2))
        last += 2;
    return last;
}

/* "Quarry Lane", with capitals, inside a sentence: a street without its number. */
static void named_street(struct patterns *p, size_t word)
{
    const struct norm *norm = p->norm;
    if (norm->shouting || word == 0) return;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_CAPITAL)) return;
    static const char other[] = "parade mews villas grove";
    const bool seldom = pattern_begins(p, word, BEGINS_ADDRESS, other);
    if (!seldom && !pattern_begins(p, word, BEGINS_ADDRESS,
                                   "street road avenue lane crescent terrace close rd ave str"))
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
    if (seldom &&
        (!pattern_after(p, first, 1, "in on at along off of or is up down from to") ||
         pattern_is(p, first,
                    "christmas santa santas pride carnival halloween victory mayors easter "
                    "st patricks thanksgiving shopping")))
        return;
    /* "Lincoln Road 418" */
    if (pattern_next(p, word, GAP_SPACE, 1) && pattern_house_number(norm, word + 1) &&
        (norm->words[word + 1].gap &
         (GAP_COMMA | GAP_LINE | GAP_SLASH | GAP_CLOSE | GAP_END | GAP_STOP)))
        word++;
    word = with_house_behind(p, word);
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
        if (!pattern_house_number(norm, at) && !(at == last + 2 && norm->words[at].count == 1 &&
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

/* "Eircode F23 X0Y0": an Irish postcode behind its word. */
static void irish_postcode(struct patterns *p, size_t word)
{
    enum { DIGITS_AND_LETTERS = 7, ROUTE = 3 };
    const struct norm *norm = p->norm;
    size_t first = word + 1;
    if (pattern_is(p, first, "is no") && pattern_next(p, word, GAP_SPACE, 1)) first++;
    if (first >= norm->word_count || norm->words[first - 1].gap_length > 3) return;
    const struct word *route = &norm->words[first];
    size_t last = route->count == ROUTE ? first + 1 : first;
    if (last >= norm->word_count || !(route->flags & WORD_MIXED)) return;
    if (route->count + (last > first ? norm->words[last].count : 0) != DIGITS_AND_LETTERS) return;
    pattern_mark(p, first, last, MARK_POSTCODE, 92, "a code after 'Eircode'");
}

/* "BFPO 9912": a post office of the forces. */
static void forces_post(struct patterns *p, size_t word)
{
    if (pattern_next(p, word, GAP_SPACE, 1) && (p->norm->words[word + 1].flags & WORD_DIGITS))
        pattern_mark(p, word, word + 1, MARK_ADDRESS, 90, "a post office of the forces");
}

void pattern_address(struct patterns *p, size_t word)
{
    if (pattern_begins(p, word, BEGINS_ADDRESS, "bfpo")) forces_post(p, word);
    if (pattern_begins(p, word, BEGINS_ADDRESS, "eircode")) irish_postcode(p, word);
    if (pattern_begins(p, word, BEGINS_ADDRESS, "kod pocztowy")) polish_postcode(p, word);
    bool digits = p->norm->words[word].flags & (WORD_DIGITS | WORD_MIXED);
    const bool one =
        p->scanned && p->norm->words[word].count == 1 && norm_word_is(p->norm, word, "l");
    if (digits || one || small_number_word(p, word)) numbered(p, word);
    if (digits) number_and_name(p, word);
    pattern_flat(p, word);
    named_street(p, word);
    foreign_street(p, word);
    other_forms(p, word);
}
