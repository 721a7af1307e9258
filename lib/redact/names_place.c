/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/date.h"
#include "redact/names_in.h"

/* Places, schools, workplaces and surgeries: by what they are, and by what stands before them. */

static const char why_kind[] = "a name with a word like 'school' or 'surgery'";
static const char why_unknown[] = "a name that is in no dictionary, where a place stands";
static const char why_known[] = "a town or village, where a place stands";
static const char why_many[] = "a name of several words, where a place stands";
static const char why_plain[] = "a word with a capital letter, where a place stands";

/* ---- by what it is ---- */

/* The capitals before the kind at `word`; false if none is a name. */
static bool named_before(const struct names *n, size_t word, size_t *ret_first)
{
    enum { MOST = 5 };
    const struct norm *norm = n->norm;
    size_t first = word;
    bool any = false;
    while (first > 0 && word - first < MOST && names_joined(n, first - 1) &&
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

static void by_kind(struct names *n, size_t word)
{
    enum mark_category category;
    size_t first;
    if (n->norm->shouting || word == 0 || !names_kind(n, word, &category)) return;
    bool capital = names_capital(n, word);
    if (!capital && (category == MARK_PLACE || IS(n, word, K_SCHOOL) == 0) &&
        pattern_is(n->p, word,
                   "park island country common green point head cross field fields wood woods hill "
                   "works bank press turn lock square sports tennis club ward unit practice plant "
                   "services service care gardens garden stores tower falls bay point station"))
        return names_kind(n, word, &category) && capital ? (void)0 : (void)0;
    if (!named_before(n, word, &first)) return;
    if (IS(n, first, KNOWN_START) && category == MARK_PLACE) return;
    if (names_safe(n, word - 1) && first == word - 1) return;
    bool fan = category == MARK_SCHOOL && names_after(n, first, 4, CUE_BIT(CLUB_FAN)) &&
               !names_after(n, first, 4, CUE_BIT(FOR));
    if (fan && pattern_is(n->p, word, "rovers wanderers albion athletic fc afc tigers wolves celts "
                                      "rangers lions"))
        return;
    names_mark(n, first, word, category, 70, why_kind);
}

/* "HMP Marlrigg", "HM Prison Marlrigg" */
static void prison(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (!IS(n, word, PRISON) || !names_next(n, word)) return;
    if (!names_capital(n, word + 1) || norm->words[word + 1].count < 3) return;
    if (norm_word_is(norm, word, "prison") && !(word > 0 && norm_word_is(norm, word - 1, "hm")))
        return;
    size_t last = word + 1;
    if (names_next(n, last) && names_capital(n, last + 1) && norm->words[last + 1].count > 2 &&
        !(norm->words[last].gap & GAP_LINE))
        last++;
    names_mark(n, word + 1, last, MARK_PLACE, 85, "the name of a prison");
}

/* ---- by what stands before it ---- */

struct where {
    size_t cue;  /* the word that says so */
    bool the;    /* an article stands between */
    bool strict; /* "at", "near" */
    bool lives;  /* somebody lives or was born there */
    bool for_it; /* "plays for" */
};

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
    if (!where.strict && !where.for_it && !to && !IS(n, at, IN) && !IS(n, at, ON)) return false;
    if (at > 0 && names_next(n, at - 1) && IS(n, at - 1, PERSON_BEFORE)) return false;
    where.lives = (to || IS(n, at, IN) || where.strict) && names_after(n, at, 4, CUE_BIT(LIVE));
    if (where.for_it && !names_after(n, at, 5, CUE_BIT(STUDY) | CUE_BIT(WORK))) return false;
    *ret_where = where;
    return true;
}

/* Is all of it known to everybody, or somebody's first name? */
static bool spared(const struct names *n, size_t first, size_t last)
{
    if (names_safe(n, first) && !IS(n, first, SAINT)) {
        if (last == first || names_safe(n, last)) return true;
        if (!names_unknown(n, last) && IS(n, first, SAFE)) return true;
    }
    if (last > first && names_safe(n, last) && !IS(n, last, NATION)) return true;
    if (IS(n, first, TIME) || IS(n, first, KIN) || IS(n, first, TITLE)) return true;
    for (size_t i = first; i <= last; i++)
        if (facts_allowed(n->p->facts, n->norm, i)) return true;
    return false;
}

static bool one_word(const struct names *n, size_t word, const struct where *where,
                     const char **ret_why, int *ret_confidence)
{
    unsigned kinds = n->kinds[word];
    bool first_name = names_first_name(n, word);
    bool possessive = n->norm->words[word].flags & WORD_POSSESSIVE;
    bool trip = names_after(n, where->cue, 6, CUE_BIT(TRIP) | CUE_BIT(CLUB_FAN));
    *ret_confidence = 60;
    if (names_unknown(n, word)) {
        *ret_why = kinds & LEXICON_BRITISH ? why_known : why_unknown;
        return n->norm->words[word].count > 3 || (kinds & LEXICON_BRITISH) || where->strict;
    }
    *ret_why = why_known;
    if (first_name && (possessive || !(kinds & LEXICON_BRITISH))) return false;
    if (kinds & LEXICON_CITY) return where->lives && !where->for_it;
    if ((kinds & LEXICON_BRITISH) && !(kinds & LEXICON_ORDINARY))
        return !first_name || where->lives || IS(n, where->cue, STRICT);
    if (kinds & LEXICON_ABROAD) return where->lives && !trip;
    *ret_why = why_plain;
    *ret_confidence = 45;
    if (first_name) return false;
    bool plain = kinds & (LEXICON_ORDINARY | LEXICON_RARE);
    if (plain) return where->strict || (where->for_it && !trip);
    return where->strict || where->lives || where->for_it;
}

static bool many_words(const struct names *n, size_t first, size_t last, const struct where *where,
                       const char **ret_why, int *ret_confidence)
{
    *ret_why = why_many;
    *ret_confidence = 55;
    bool plain = true, unknown = false;
    for (size_t i = first; i <= last; i++) {
        if (!(n->kinds[i] & (LEXICON_ORDINARY | LEXICON_RARE)) && !names_safe(n, i)) plain = false;
        if (names_unknown(n, i)) unknown = true;
    }
    if (IS(n, first, SAINT)) return true;
    if (unknown) return true;
    if (IS(n, first, KNOWN_START) && (plain || !where->strict)) return false;
    if (names_first_name(n, first) && last == first + 1 && !where->strict) return false;
    return where->strict || where->lives || where->for_it || where->the || IS(n, where->cue, IN);
}

static bool begins(const struct names *n, size_t word)
{
    if (n->norm->shouting || word == 0) return false;
    const struct word *w = &n->norm->words[word];
    if (!names_capital(n, word) || (w->flags & (WORD_OPENS | WORD_DIGITS | WORD_MIXED)))
        return false;
    if (w->count < 2 && norm_gap(n->norm, word).len == 0) return false;
    return date_month(n->norm, word) == 0;
}

static void by_cue(struct names *n, size_t word)
{
    if (!begins(n, word)) return;
    struct where where;
    if (!where_is(n, word, &where)) return;
    size_t last = names_run(n, word);
    if (n->norm->words[word].count < 2 && last == word) return;
    if (spared(n, word, last)) return;
    /* "from Ann Umpleby": a person. */
    const char *why;
    int confidence;
    bool is = last == word ? one_word(n, word, &where, &why, &confidence)
                           : many_words(n, word, last, &where, &why, &confidence);
    if (!is) return;
    enum mark_category category;
    if (names_joined(n, last) && names_kind(n, last + 1, &category) && last > word &&
        names_capital(n, last + 1))
        last++;
    size_t first = word;
    bool whole = where.the && last > word && norm_word_is(n->norm, word - 1, "the");
    category = names_category(n, word, last);
    if (where.lives && category != MARK_MEDICAL && last == word) category = MARK_PLACE;
    names_mark(n, whole ? first - 1 : first, last, category, confidence, why);
}

void names_place(struct names *n, size_t word)
{
    by_kind(n, word);
    prison(n, word);
    by_cue(n, word);
}
