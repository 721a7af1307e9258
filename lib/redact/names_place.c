/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/month.h"
#include "redact/names_in.h"

/* Places, schools, workplaces and surgeries, by what they are. */

static const char why_kind[] = "a name with a word like 'school' or 'surgery'";

/* "Harcourt & Vine" */
static bool and_sign(const struct norm *norm, size_t word)
{
    return norm->words[word].gap_length <= 3 && str_equal(str_trim(norm_gap(norm, word)), STR("&"));
}

/* The capitals before the kind at `word`; false if none is a name. */
bool names_named_before(const struct names *n, size_t word, size_t *ret_first)
{
    enum { MOST = 5 };
    const struct norm *norm = n->norm;
    size_t first = word;
    bool any = false;
    while (first > 0 && word - first < MOST &&
           (names_joined(n, first - 1) || and_sign(norm, first - 1)) &&
           names_capital(n, first - 1) && norm->words[first - 1].count > 1 &&
           !(norm->words[first - 1].flags & WORD_DIGITS)) {
        if ((norm->words[first].flags & WORD_OPENS) && first != word) break;
        first--;
    }
    while (first < word && (IS(n, first, NOT_NAME) || IS(n, first, TIME))) first++;
    for (size_t i = first; i < word; i++) {
        bool opens_plain = (norm->words[i].flags & WORD_OPENS) && (n->kinds[i] & LEXICON_ORDINARY);
        if (!opens_plain && !IS(n, i, NOT_NAME) && !names_safe(n, i) &&
            !facts_allowed(n->p->facts, norm, i) && !(IS(n, i, KIN) && !IS(n, i, SAINT)))
            any = true;
    }
    *ret_first = first;
    return any && first < word;
}

/* Are they ordinary words, all of them: "Garden Centre", "National Insurance"? */
static bool all_plain(const struct names *n, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++) {
        if (names_safe(n, i)) continue;
        if (!(n->kinds[i] & (LEXICON_ORDINARY | LEXICON_RARE))) return false;
        /* "Cobb's Removals" */
        if ((n->norm->words[i].flags & WORD_POSSESSIVE) && names_capital(n, i) &&
            !(n->norm->words[i].flags & WORD_OPENS) && !(n->kinds[i] & LEXICON_ORDINARY))
            return false;
    }
    return true;
}

/* "the Coronation Hall", "the Organ Inn": ordinary words, but a hall's own; no village hall. */
static bool named_hall(const struct names *n, size_t word)
{
    if (names_capital(n, word) && !n->loose && pattern_is(n->p, word, "inn arms tavern") &&
        names_capital(n, word - 1) && word > 1 && norm_word_is(n->norm, word - 2, "the"))
        return true;
    return names_capital(n, word) && !(n->norm->words[word - 1].flags & WORD_OPENS) && !n->loose &&
           pattern_is(n->p, word, "hall leisure theatre hostel") &&
           !pattern_is(n->p, word - 1,
                       "town village sports city music church community school dining scout guide "
                       "shopping garden assembly concert county guild parish albert youth national "
                       "royal the globe");
}

/* "Sams swimming": what is somebody's, without an apostrophe. */
bool names_own(const struct names *n, size_t word)
{
    enum { SHORTEST = 4 };
    const struct word *w = &n->norm->words[word];
    const struct glyph *g = n->norm->glyphs + w->glyph;
    if (w->count < SHORTEST || g[w->count - 1].point != 's' || !names_next(n, word)) return false;
    return !names_capital(n, word + 1) &&
           (lexicon_kinds(n->p->lexicon, norm_hash(g, w->count - 1)) & LEXICON_FIRST);
}

/* "Senior Infants", "the Super Eagles" */
static bool of_no_school(const struct names *n, size_t first, size_t word)
{
    return first + 1 == word &&
           (pattern_is(n->p, first, "senior junior lower upper mixed mini super") ||
            names_own(n, first));
}

static void by_kind(struct names *n, size_t word)
{
    enum mark_category category;
    size_t first;
    if (n->norm->shouting || word == 0 || !names_kind(n, word, &category)) return;
    if (!names_named_before(n, word, &first)) return;
    /* Capitals that begin a sentence, and an ordinary word: "Lovely beach". */
    if (!names_capital(n, word) && first + 1 == word &&
        ((n->kinds[first] & (LEXICON_ORDINARY | LEXICON_PROPER)) ||
         ((n->kinds[first] & LEXICON_FIRST) && (n->norm->words[first].flags & WORD_POSSESSIVE))) &&
        !(n->kinds[first] & LEXICON_BRITISH))
        return;
    for (size_t i = first; i < word; i++)
        if (names_famous(n, i)) return;
    if (IS(n, first, TITLE) && first + 1 == word) return; /* "Mr Green" */
    /* "Jude Law" */
    if (pattern_is(n->p, word, "law legal") &&
        (!names_capital(n, word) || names_first_name(n, first)))
        return;
    /* "the Army Cadets", and in Welsh "mae'r plant" */
    if (first + 1 == word && pattern_is(n->p, word, "cadets plant") &&
        pattern_is(n->p, first, "army air sea police mae maer"))
        return;
    if (names_score(n, word) || of_no_school(n, first, word)) return;
    if (category != MARK_SCHOOL && all_plain(n, first, word - 1) && !named_hall(n, word)) return;
    if (IS(n, first, KNOWN_START) && category == MARK_PLACE) return;
    if (names_safe(n, word - 1) && first == word - 1) return;
    bool fan = category == MARK_SCHOOL && (n->kinds[first] & LEXICON_CITY) &&
               !names_after(n, first, 4, CUE_BIT(FOR));
    fan = fan || (category == MARK_SCHOOL && names_after(n, first, 4, CUE_BIT(CLUB_FAN)) &&
                  !names_after(n, first, 4, CUE_BIT(FOR)));
    if (fan && pattern_is(n->p, word,
                          "rovers wanderers albion athletic fc afc tigers wolves celts "
                          "rangers lions"))
        return;
    if (pattern_is(n->p, word, "centre center") &&
        pattern_is(n->p, word - 1, "health medical dental"))
        category = MARK_MEDICAL;
    names_mark(n, first, word, names_at_work(n, first, category), 70, why_kind);
}

/* "HMP Marlrigg", "HM Prison Marlrigg" */
static void prison(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (!IS(n, word, PRISON) || word + 1 >= norm->word_count) return;
    if (norm->words[word].gap & (uint16_t) ~(GAP_SPACE | GAP_SLASH | GAP_COMMA)) return;
    if (norm->shouting && IS(n, word + 1, NOT_NAME)) return;
    if (pattern_is(n->p, word + 1, "service officer officers number wing")) return;
    if (!names_capital(n, word + 1) || norm->words[word + 1].count < 3) return;
    if (norm_word_is(norm, word, "prison") && !norm->shouting &&
        !(word > 0 && norm_word_is(norm, word - 1, "hm")))
        return;
    size_t last = word + 1;
    if (names_next(n, last) && names_capital(n, last + 1) && norm->words[last + 1].count > 2 &&
        !(norm->words[last].gap & GAP_LINE))
        last++;
    names_mark(n, word + 1, last, MARK_PLACE, 85, "the name of a prison");
}

/* "2nd Batford": a troop of scouts. */
static void numbered_troop(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_MIXED) || w->count < 3 || w->count > 4 || w->gap != GAP_SPACE) return;
    const struct glyph *g = norm->glyphs + w->glyph + w->count - 2;
    bool ordinal =
        (g[0].point == 's' && g[1].point == 't') || (g[0].point == 'n' && g[1].point == 'd') ||
        (g[0].point == 'r' && g[1].point == 'd') || (g[0].point == 't' && g[1].point == 'h');
    size_t first = word + 1;
    if (!ordinal || !names_capital(n, first) || month_of(norm, first) != 0) return;
    if (IS(n, first, TIME) || IS(n, first, SAFE) || IS(n, first, KIN) || IS(n, first, NATION))
        return;
    if (pattern_is(n->p, first, "birthday class place prize division")) return;
    names_mark(n, word, names_run(n, first), MARK_SCHOOL, 65, "the name of a troop");
}

/* "a band called Low Tide Theory", "the house is called Cherrywood" */
static void called(struct names *n, size_t word)
{
    if (!IS(n, word, CALLED) || n->norm->shouting || !names_next(n, word)) return;
    size_t first = word + 1;
    if (!names_capital(n, first) || !names_after(n, word, 3, CUE_BIT(NAMING))) return;
    if (names_after(n, word, 3, CUE_BIT(PET) | CUE_BIT(KIN))) return;
    if (names_first_name(n, first) && pattern_is(n->p, word - 1, "is its")) return;
    size_t last = names_run(n, first);
    if (IS(n, first, FAR_TOWN) || names_known(n, first, last, word)) return;
    enum mark_category category = names_category(n, first, last);
    if (names_after(n, word, 3, 0) || pattern_after(n->p, word, 3, "band group choir")) {
        category = MARK_HANDLE;
    } else if (pattern_after(n->p, word, 4,
                             "house cottage flat bungalow street road estate boat")) {
        category = MARK_ADDRESS;
    }
    names_mark(n, first, last, category, 60, "what a house, a club or a shop is called");
}

/* "my solicitors, Blackledge Hurst": a firm behind its kind. */
static void firm(struct names *n, size_t word)
{
    if (!pattern_begins(n->p, word, BEGINS_FIRM,
                        "solicitor solicitors lawyers accountants company firm agency") ||
        n->norm->shouting || word + 1 >= n->norm->word_count)
        return;
    size_t first = word + 1;
    if (n->norm->words[word].gap & (uint16_t) ~(GAP_SPACE | GAP_COMMA | GAP_COLON)) return;
    if (pattern_is(n->p, first, "is are called") && names_next(n, first)) first++;
    if (!names_capital(n, first) || names_first_name(n, first) || names_safe(n, first)) return;
    if (IS(n, first, TITLE) || (n->norm->words[first].flags & WORD_OPENS)) return;
    size_t last = names_run(n, first);
    if (last == first && !names_unknown(n, first)) return;
    /* "Garside and Loy" */
    if (names_next(n, last) && norm_word_is(n->norm, last + 1, "and") && names_next(n, last + 1) &&
        names_capital(n, last + 2))
        last = names_run(n, last + 2);
    names_mark(n, first, last, MARK_WORKPLACE, 60, "a name after a word like 'solicitor'");
}

/* "his old school, Hazelgrove, has": what it is, a comma and its name. */
static void apposed(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    enum mark_category category;
    if (norm->shouting || names_capital(n, word)) return;
    if (pattern_begins(n->p, word, BEGINS_FIRM, "group band duo trio")) {
        category = MARK_HANDLE;
    } else if (pattern_begins(n->p, word, BEGINS_FIRM, "shop salon takeaway agency firm company")) {
        category = MARK_WORKPLACE;
    } else if (!names_kind(n, word, &category)) {
        return;
    }
    uint16_t gap = norm->words[word].gap;
    bool bracket = gap == (GAP_OPEN | GAP_SPACE);
    if ((gap != (GAP_COMMA | GAP_SPACE) && !bracket) || word + 1 >= norm->word_count) return;
    size_t first = word + 1;
    if (bracket && pattern_is(n->p, first, "the") && names_next(n, first)) first++;
    if (!names_capital(n, first) || names_first_name(n, first) || names_safe(n, first)) return;
    if (IS(n, first, KIN) || IS(n, first, TITLE) || month_of(norm, first) != 0) return;
    size_t last = names_run(n, first);
    bool strange = last > first;
    for (size_t i = first; i <= last; i++) strange = strange || names_unknown(n, i);
    bool told = bracket && (category == MARK_SCHOOL || category == MARK_MEDICAL) &&
                !(n->kinds[first] & LEXICON_HOLIDAY);
    if (!strange && !(n->kinds[first] & LEXICON_BRITISH) && !told) return;
    names_mark(n, first, last, category, 55, "a name after a word like 'school' or 'village'");
}

/* "her new school is Hazelmere", "the village is hindleton" */
static void kind_is(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    enum mark_category category;
    if (norm->shouting || !names_next(n, word)) return;
    /* "his dentist is Smile Rooms" */
    bool dentist =
        pattern_begins(n->p, word, BEGINS_FIRM, "dentist dentists orthodontist optician");
    if (dentist) category = MARK_MEDICAL;
    if (!dentist && !names_kind(n, word, &category)) return;
    if (!dentist &&
        !pattern_is(n->p, word,
                    "school nursery college academy preschool playgroup surgery hospital clinic "
                    "practice village church estate prison pub"))
        return;
    if (!pattern_is(n->p, word + 1, "is was") || !names_next(n, word + 1)) return;
    size_t first = word + 2;
    if (norm_word_is(norm, first, "called") && names_next(n, first)) first++;
    if (names_safe(n, first) || IS(n, first, NOT_NAME) || names_first_name(n, first)) return;
    if (norm->words[first].count < 4) return;
    if (IS(n, first, TITLE) || (dentist && names_run(n, first) == first)) return;
    bool capital = names_capital(n, first) &&
                   (!(n->kinds[first] & LEXICON_ORDINARY) || names_run(n, first) > first);
    if (!capital && !(n->caseless && names_unknown(n, first) && names_place_like(n, first))) return;
    if (names_capital(n, first) && month_of(norm, first) != 0) return;
    names_mark(n, first, capital ? names_run(n, first) : first, category, 55,
               "a name after a word like 'school' or 'village'");
}

/* "I was in hospital Pellingham": what it is and its name, as in other languages. */
static void kind_first(struct names *n, size_t word)
{
    enum mark_category category;
    const size_t first = word + 1;
    if (n->norm->shouting || names_capital(n, word) || !names_next(n, word)) return;
    /* "over the Polish shop Smaczek" */
    const bool shop = pattern_is(n->p, word, "shop cafe pub salon takeaway college") &&
                      names_unknown(n, word + 1);
    if (!shop && !pattern_is(n->p, word, "hospital hotel clinic nursery restaurant")) return;
    if (!names_capital(n, first) || (n->norm->words[first].flags & WORD_OPENS)) return;
    if (!names_kind(n, word, &category)) category = MARK_WORKPLACE;
    if (names_safe(n, first) || names_first_name(n, first) || IS(n, first, KIN) ||
        IS(n, first, TITLE) || month_of(n->norm, first) != 0 || n->norm->words[first].count < 4)
        return;
    names_mark(n, first, names_run(n, first), names_at_work(n, first, category), 50,
               "a name after a word like 'hospital'");
}

/* "Prison    Thornmere": in a form's head. */
static void prison_of_a_form(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    const struct word *w = &norm->words[word];
    if (!norm_word_is(norm, word, "prison") || !names_capital(n, word)) return;
    const bool apart = (w->gap == GAP_SPACE && w->gap_length > 2) || (w->gap & GAP_COLON);
    if (!apart || (w->gap & (GAP_LINE | GAP_PARAGRAPH)) || word + 1 >= norm->word_count) return;
    if (names_capital(n, word + 1) && norm->words[word + 1].count > 2)
        names_mark(n, word + 1, names_run(n, word + 1), MARK_PLACE, 80, "the name of a prison");
}

void names_place(struct names *n, size_t word)
{
    prison_of_a_form(n, word);
    kind_first(n, word);
    kind_is(n, word);
    apposed(n, word);
    numbered_troop(n, word);
    called(n, word);
    firm(n, word);
    by_kind(n, word);
    prison(n, word);
}
