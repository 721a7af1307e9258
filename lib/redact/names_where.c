/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"
#include "redact/names_in.h"

/* Places, schools, workplaces and surgeries, by what stands before them. */

static const char why_many[] = "a name of several words, where a place stands";

/* "with Burnetts", "for Eaton Crabtree": more than a person. */
static bool many_or_plural(const struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    if (!names_unknown(n, word) || names_first_name(n, word)) return false;
    if (names_run(n, word) > word) return true;
    return w->count > 4 && n->norm->glyphs[w->glyph + w->count - 1].point == 's';
}

/* "out of", "as far as", "the village of" */
static bool of_place(const struct names *n, size_t at)
{
    if (at == 0 || !names_next(n, at - 1)) return false;
    if (IS(n, at, OF)) return IS(n, at - 1, OF_PLACE);
    return norm_word_is(n->norm, at, "as") && norm_word_is(n->norm, at - 1, "far");
}

/* "the Stewartry boys", "the Jammers under 8s" */
static bool a_group(const struct names *n, size_t last)
{
    return names_next(n, last) &&
           (IS(n, last + 1, K_SCHOOL) ||
            pattern_is(n->p, last + 1,
                       "boys girls lads lasses lot crowd under seconds firsts kids"));
}

/* "brilliant at Burnley General", "I write from Copse Heath": what it is stands last. */
static bool of_its_kind(const struct names *n, size_t first)
{
    const size_t last = names_run(n, first);
    return last > first && !names_safe(n, first) && !names_first_name(n, first) &&
           (pattern_is(n->p, last, "general infirmary high") ||
            (IS(n, last, K_PLACE) && names_capital(n, last)));
}

/* What stands before a name; false if nothing says that it is a place. */
static bool where_is(const struct names *n, size_t first, struct where *ret_where)
{
    struct where where = {0};
    size_t at = first;
    for (int steps = 0; steps < 3; steps++) {
        if (at == 0 || !names_next(n, at - 1)) return false;
        at--;
        if (!IS(n, at, OUTER) || names_capital(n, at)) break;
        if (pattern_is(n->p, at, "the our")) where.the = true;
    }
    where.cue = at;
    if (names_capital(n, at) && !(n->norm->words[at].flags & WORD_OPENS) && !n->norm->shouting)
        return false;
    where.strict = IS(n, at, STRICT);
    where.for_it = IS(n, at, FOR);
    bool to = IS(n, at, TO);
    bool of = of_place(n, at);
    bool go = pattern_is(n->p, at, "go goes went") && at + 1 == first;
    if (!where.strict && !where.for_it && !to && !of && !go && !IS(n, at, IN) && !IS(n, at, ON))
        return false;
    where.in = of || IS(n, at, IN);
    where.goes = go || (to && names_after(n, at, 3, CUE_BIT(GO)));
    bool firm =
        (norm_word_is(n->norm, at, "with") && many_or_plural(n, first)) || of_its_kind(n, first);
    if (at > 0 && names_next(n, at - 1) && IS(n, at - 1, PERSON_BEFORE) && !firm) return false;
    where.lives = (to || IS(n, at, IN) || where.strict) && names_after(n, at, 4, CUE_BIT(LIVE));
    /* "he is from Dalton" */
    if (at > 0 && names_next(n, at - 1) && pattern_is(n->p, at, "from frorn") &&
        pattern_is(n->p, at - 1, "is was are were am im hes shes theyre originally came comes"))
        where.lives = true;
    where.does = names_after(n, at, 4, CUE_BIT(STUDY) | CUE_BIT(WORK) | CUE_BIT(CARE));
    if (where.for_it && !names_after(n, at, 5, CUE_BIT(STUDY) | CUE_BIT(WORK)) &&
        !(where.the && a_group(n, names_run(n, first))) && !many_or_plural(n, first))
        return false;
    *ret_where = where;
    return true;
}

/* Is all of it known to everybody, or somebody's first name? */
static bool spared(const struct names *n, size_t first, size_t last, const struct where *where)
{
    /* "I work for Screwfix" */
    if (IS(n, first, SAFE) && last == first && names_after(n, where->cue, 2, CUE_BIT(WORK)))
        return false;
    /* "a placement at Burnley General" */
    if (last > first &&
        (where->strict || where->the || where->in || norm_word_is(n->norm, where->cue, "to")) &&
        pattern_is(n->p, last, "general infirmary high"))
        return false;
    /* "on the floor at Queen Mary's", "the old folk at Lady Manners" */
    if (last > first && norm_word_is(n->norm, where->cue, "at") &&
        pattern_is(n->p, first, "queen king prince princess lady sir lord"))
        return false;
    /* "he moved up to the Bishop Wykering" */
    if (where->the && where->goes && last > first &&
        pattern_is(n->p, first, "sir lady bishop archbishop cardinal canon"))
        return false;
    /* "a week in the West Suffolk with my hip" */
    if (where->the && last > first && !names_safe(n, first) &&
        names_after(n, where->cue, 9, CUE_BIT(CARE)))
        return false;
    if (names_safe(n, first) && !IS(n, first, SAINT)) {
        if (last == first || names_safe(n, last)) return true;
        if (!names_unknown(n, last) && IS(n, first, SAFE)) return true;
    }
    if (last > first && names_safe(n, last) && !IS(n, last, NATION)) return true;
    if (IS(n, first, TIME) || IS(n, first, KIN)) return true;
    /* St Andrew's Day, St Kitts */
    if (IS(n, first, SAINT) && last > first &&
        (pattern_is(n->p, last, "day night eve") ||
         pattern_is(n->p, first + 1, "lucia tropez moritz petersburg kitts nicholas nick louis")))
        return true;
    /* "Sir John Leman" may be a school, "Mrs Pellingham" is none. */
    if (IS(n, first, TITLE) &&
        !(last > first + 1 &&
          pattern_is(n->p, first, "sir lady dr bishop father canon guru captain")))
        return true;
    for (size_t i = first; i <= last; i++)
        if (facts_allowed(n->p->facts, n->norm, i)) return true;
    return false;
}

static bool many_words(const struct names *n, size_t first, size_t last, const struct where *where,
                       const char **ret_why, int *ret_confidence)
{
    *ret_why = why_many;
    *ret_confidence = 55;
    /* "a trip to Kettering General" */
    if ((n->kinds[first] & LEXICON_BRITISH) && pattern_is(n->p, last, "general infirmary"))
        return true;
    bool plain = true, unknown = false;
    for (size_t i = first; i <= last; i++) {
        unsigned kinds = n->kinds[i];
        bool word =
            (kinds & LEXICON_ORDINARY) || ((kinds & LEXICON_RARE) && !(kinds & LEXICON_FIRST));
        if (!word && !names_safe(n, i)) plain = false;
        if (names_unknown(n, i)) unknown = true;
    }
    /* "the Pony Club": what it is, and no name. */
    bool kinds_only = true;
    enum mark_category category;
    for (size_t i = first; i <= last; i++)
        if (!names_kind(n, i, &category) && !IS(n, i, JOIN) &&
            !pattern_is(n->p, i, "senior junior mixed"))
            kinds_only = false;
    if (kinds_only) return false;
    if (IS(n, first, SAINT) || names_british(n, first, last)) return true;
    for (size_t i = first; i < last; i++)
        if (names_famous(n, i)) return false;
    if (unknown) return true;
    /* "opposite the Shoulder of Mutton" */
    if (where->the && where->strict && !names_safe(n, first) && !IS(n, first, KNOWN_START) &&
        pattern_is(n->p, where->cue, "opposite behind beside outside"))
        return true;
    /* "the Battle of Britain", "a Member of Parliament" */
    for (size_t i = first + 1; i < last && plain; i++)
        if (IS(n, i, OF) && !IS(n, i - 1, K_PLACE) && !IS(n, i - 1, K_SCHOOL) &&
            !IS(n, i - 1, K_MEDICAL))
            return false;
    /* "in Leicester City colours" */
    if ((n->kinds[first] & LEXICON_CITY) &&
        pattern_is(n->p, last, "city united town rovers wanderers albion athletic fc tigers") &&
        !where->lives && !where->does)
        return false;
    if (IS(n, first, KNOWN_START) && (plain || !where->strict) && !where->does &&
        !((where->strict || where->the) && pattern_is(n->p, first, "royal national")) &&
        !(where->the && names_after(n, where->cue, 9, CUE_BIT(CARE))))
        return false;
    if (names_first_name(n, first) && last == first + 1 && !where->strict && !where->the &&
        !where->goes && !where->does)
        return false;
    return where->strict || where->lives || where->goes || where->for_it || where->the || where->in;
}

/* May a place begin here: a word that has a capital and does not open a sentence? */
static bool begins(const struct names *n, size_t word)
{
    if (n->norm->shouting || word == 0) return false;
    const struct word *w = &n->norm->words[word];
    if (!names_capital(n, word) || (w->flags & (WORD_OPENS | WORD_DIGITS | WORD_MIXED)))
        return false;
    if (w->count < 2 && norm_gap(n->norm, word).len == 0) return false;
    /* "in my T-shirt", "the U-bend" */
    if (w->count < 2 && w->gap == GAP_HYPHEN && word + 1 < n->norm->word_count &&
        (n->kinds[word + 1] & LEXICON_ORDINARY))
        return false;
    return month_of(n->norm, word) == 0;
}

static void by_cue(struct names *n, size_t word)
{
    struct where where;
    if (!where_is(n, word, &where)) return;
    size_t last = names_run(n, word);
    where.does = where.does || names_before(n, last, 4, CUE_BIT(CARE));
    if (n->norm->words[word].count < 2 && last == word) return;
    /* "IT IS MINE" */
    if ((n->norm->words[word].flags & WORD_CAPS) && (n->kinds[word] & LEXICON_ORDINARY)) return;
    if (spared(n, word, last, &where)) return;
    if (names_known(n, word, last, where.cue)) return;
    if (last == word && pattern_is(n->p, word - 1, "a an")) return; /* "in an Airbus" */
    enum mark_category category;
    if (last == word && names_own(n, word) && names_kind(n, word + 1, &category)) return;
    const char *why;
    int confidence;
    bool is = last == word ? names_one_word(n, word, &where, &why, &confidence)
                           : many_words(n, word, last, &where, &why, &confidence);
    if (!is) return;
    if (names_next(n, last) && names_kind(n, last + 1, &category) && !names_capital(n, last + 1) &&
        !(n->norm->words[last].flags & WORD_POSSESSIVE && category == MARK_SCHOOL))
        last++;
    size_t first = word;
    bool whole = where.the && norm_word_is(n->norm, word - 1, "the");
    category = names_category(n, word, last);
    if (where.goes && category == MARK_PLACE && names_after(n, where.cue, 2, CUE_BIT(HABIT)) &&
        !names_chapel(n, word, &where))
        category = MARK_SCHOOL; /* "she goes to Deer Park" */
    if (where.lives && category != MARK_MEDICAL && last == word) category = MARK_PLACE;
    names_mark(n, whole ? first - 1 : first, last, category, confidence, why);
}

/* "at the RVI", "the L&D": letters alone. */
static void letters(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    const struct word *w = &norm->words[word];
    if (norm->shouting || word == 0 || !names_next(n, word - 1)) return;
    size_t last = word;
    bool and = false;
    if (w->count <= 2 && word + 1 < norm->word_count && norm->words[word + 1].count <= 2 &&
        names_capital(n, word) && names_capital(n, word + 1)) {
        struct str gap = norm_gap(norm, word);
        and = gap.len == 1 && gap.at[0] == '&';
        if (and) last++;
    }
    /* "the R D & E", "the B.R.I." */
    while (w->count == 1 && last + 1 < norm->word_count && names_capital(n, last + 1) &&
           norm->words[last + 1].count == 1 && norm->words[last].gap_length <= 3 &&
           last < word + 4 &&
           (names_next(n, last) || str_equal(str_trim(norm_gap(norm, last)), STR("&")) ||
            norm->words[last].gap == GAP_STOP)) {
        last++;
        if (last >= word + 2) and = true;
    }
    if (!and&&(!(w->flags & WORD_CAPS) || w->count > 5 || w->count < 2)) return;
    if (and&&pattern_is(n->p, word, "a r b q t m") &&
        pattern_is(n->p, last, "e b q c v s")) /* A&E, R&B, Q&A, M&S */
        return;
    if (names_safe(n, word) || (n->kinds[word] & LEXICON_ORDINARY)) return;
    struct where where;
    if (!where_is(n, word, &where) || where.for_it) return;
    if (!where.the && !where.strict && !and) return;
    if (!names_after(n, word, 9, CUE_BIT(CARE)) && !names_before(n, last, 5, CUE_BIT(CARE)) &&
        !where.strict && !and&&w->count < 3)
        return;
    names_mark(n, word, last, names_category(n, word, last), 55,
               "letters alone, where a place stands");
}

/* "on Tollhouse Way": a street by a word that also means other things. */
static void street(struct names *n, size_t word)
{
    if (!IS(n, word, K_ROAD) || !names_capital(n, word) || word < 2 || n->norm->shouting) return;
    size_t first;
    if (!names_named_before(n, word, &first)) return;
    struct where where;
    if (!where_is(n, first, &where) && !(first > 0 && pattern_is(n->p, first - 1, "down off up")))
        return;
    if (IS(n, first, KNOWN_START) && !names_after(n, first, 4, CUE_BIT(LIVE))) return;
    names_mark(n, first, word, MARK_ADDRESS, 70, "the name of a street");
}

/* Nothing stands before it that says so: a village, or several words of which one is strange. */
static void alone(struct names *n, size_t word)
{
    static const char why[] = "looks like a name";
    const struct norm *norm = n->norm;
    if (n->norm->words[word].count < 2) return;
    if (names_capital(n, word - 1) && names_joined(n, word - 1)) return;
    const uint64_t spoils = CUE_BIT(CLUB_FAN) | CUE_BIT(PET) | CUE_BIT(CALLED) | CUE_BIT(TRIP);
    if (names_after(n, word, 4, spoils) || IS(n, word, KNOWN_START) || IS(n, word, PRISON)) return;
    if (IS(n, word - 1, KIN) || IS(n, word - 1, TITLE) || IS(n, word - 1, PERSON_BEFORE)) return;
    if (pattern_is(n->p, word - 1,
                   "by like as is was am called song book film game a an every learning singing"))
        return;
    size_t last = names_run(n, word);
    /* "LBX-0417": a code */
    if (last + 1 < norm->word_count && norm->words[last].gap == GAP_HYPHEN &&
        (norm->words[last + 1].flags & (WORD_DIGITS | WORD_MIXED)))
        return;
    bool strange = false, british = false;
    for (size_t i = word; i <= last; i++) {
        if (names_safe(n, i) || IS(n, i, KIN) || IS(n, i, TITLE)) return;
        if (facts_allowed(n->p->facts, norm, i) || names_famous(n, i)) return;
        strange = strange || names_unknown(n, i);
        british = british || ((n->kinds[i] & LEXICON_BRITISH) && names_unknown(n, i));
    }
    british = british || (last > word && names_british(n, word, last));
    const unsigned known =
        LEXICON_ORDINARY | LEXICON_PROPER | LEXICON_FIRST | LEXICON_HOLIDAY | LEXICON_ABROAD;
    bool seldom = last == word && (n->kinds[word] & (LEXICON_SURNAME | LEXICON_SELDOM)) &&
                  !(n->kinds[word] & known) && norm->words[word].count > 4;
    bool formed = last == word && !british && !n->crowded && names_unknown(n, word) &&
                  !norm->quiet && names_place_like(n, word);
    if (formed) british = true;
    if (last == word && !british && (!seldom || n->crowded)) return;
    if (!strange && !british) return;
    if (norm->words[word].flags & WORD_CAPS && norm->words[last].flags & WORD_CAPS) return;
    if (last > word && names_first_name(n, word)) return; /* names_person.c looks at these */
    if (names_known(n, word, last, word - 1)) return;
    names_mark(n, word, last, british ? MARK_PLACE : names_category(n, word, last), 40, why);
}

/* "w Radomiu", "la Noon", "yn y Galeri": behind a small word of Polish, Romanian or Welsh. */
static void in_foreign(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (!names_next(n, word - 1) || names_safe(n, word)) return;
    size_t cue = word - 1;
    /* "ze szpitala Pilgrim", "la spitalul Pilgrim": what it is, and its name */
    bool medical = pattern_is(
        n->p, cue, "szpital szpitala szpitalu spital spitalul ysbyty przychodni meddygfa");
    bool school = pattern_is(n->p, cue,
                             "szkola szkole szkoly szkoly przedszkole przedszkola scoala "
                             "gradinita ysgol liceul");
    if ((medical || school) && !names_safe(n, word) && names_foreign(n, word)) {
        names_mark(n, word, names_run(n, word), medical ? MARK_MEDICAL : MARK_SCHOOL, 55,
                   names_why_known);
        return;
    }
    if (pattern_is(n->p, cue, "y") && cue > 0) cue--;
    if (!pattern_is(n->p, cue,
                    "w we do z ze na pod przy kolo obok la din langa pe in yn ym yng ger "
                    "ulica ulicy satul orasul wsi miescie"))
        return;
    if (!names_foreign(n, word) || facts_allowed(n->p->facts, norm, word)) return;
    if (IS(n, word, KIN) || IS(n, word, TITLE) || (n->kinds[word] & LEXICON_FIRST)) return;
    if (pattern_is(n->p, word,
                   "ciebie tobie ciebie twoj twoja wam was panu pani facebooku facebook internecie "
                   "boga bogu bogiem dumnezeu duw polsce polski polska anglii angli londynie "
                   "romania anglia cymru "
                   "cymraeg saesneg lloegr wigilie boze narodzenie craciun paste "
                   "wielkanoc nadolig pasg dolig"))
        return;
    size_t last = names_run(n, word);
    names_mark(n, word, last, names_category(n, word, last), 50, names_why_unknown);
}

/* "he works Tuffins on the fish", "where my dad came from, Kisumu" */
static void bare_verb(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    /* "whose mum runs The Crumb Room" */
    if (norm->words[word - 1].gap == GAP_SPACE &&
        pattern_is(n->p, word - 1, "runs owns manages opened own run") && !names_safe(n, word) &&
        !names_first_name(n, word) && !IS(n, word, KNOWN_START)) {
        size_t last = names_run(n, word);
        if (last > word && !names_safe(n, last))
            names_mark(n, word, last, MARK_WORKPLACE, 50, "a name after 'runs'");
    }
    if (!names_unknown(n, word) || names_safe(n, word)) return;
    if (norm->words[word].count < 4 || facts_allowed(n->p->facts, norm, word)) return;
    const struct word *before = &norm->words[word - 1];
    if (before->gap == GAP_SPACE && pattern_is(n->p, word - 1, "works worked"))
        names_mark(n, word, names_run(n, word), MARK_WORKPLACE, 50, "a name after 'works'");
    else if (before->gap == (GAP_COMMA | GAP_SPACE) && pattern_is(n->p, word - 1, "from") &&
             word >= 2 && pattern_is(n->p, word - 2, "came comes come am is are"))
        names_mark(n, word, names_run(n, word), MARK_PLACE, 50, "a name after 'comes from'");
}

/* "by the Rose and Crown": two things, as pubs are called. */
static void pub(struct names *n, size_t first)
{
    const struct norm *norm = n->norm;
    const size_t last = first + 2;
    if (n->loose || first < 2 || last >= norm->word_count || !norm_word_is(norm, first + 1, "and"))
        return;
    if (!names_next(n, first) || !names_next(n, first + 1) || !names_capital(n, last)) return;
    if (!names_next(n, first - 1) || !norm_word_is(norm, first - 1, "the")) return;
    if (!names_next(n, first - 2)) return;
    if (!IS(n, first - 2, STRICT) && !IS(n, first - 2, IN) && !pattern_is(n->p, first - 2, "by"))
        return;
    const unsigned thing = LEXICON_ORDINARY | LEXICON_RARE;
    if (!(n->kinds[first] & thing) || !(n->kinds[last] & thing)) return;
    if (names_safe(n, first) || names_safe(n, last) || IS(n, first, INSTITUTION) ||
        pattern_is(n->p, first, "beauty") || names_known(n, first, last, first - 2))
        return;
    names_mark(n, first, last, MARK_PLACE, 50, "two things with capitals, as pubs are called");
}

void names_where(struct names *n, size_t word)
{
    const bool may_begin = begins(n, word);
    if (may_begin) pub(n, word);
    if (may_begin) bare_verb(n, word);
    if (may_begin) in_foreign(n, word);
    if (may_begin) alone(n, word);
    letters(n, word);
    street(n, word);
    if (may_begin) by_cue(n, word);
}
