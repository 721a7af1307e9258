/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/names_in.h"

/* Places of writers who use no capitals: "lives in thrumley", "at st marys". */

/* Does the word end as English places do? */
static bool place_ending(const struct norm *norm, size_t word)
{
    static const char *const endings[] = {
        "ley",     "ton",   "ham",     "thorpe",  "by",     "wick",    "wich",   "combe",
        "worth",   "bury",  "borough", "brough",  "burgh",  "ford",    "field",  "stead",
        "thwaite", "mouth", "pool",    "hurst",   "den",    "don",     "well",   "bridge",
        "wood",    "dale",  "gate",    "minster", "caster", "chester", "cester", "stow",
        "stoke",   "holme", "bourne",  "cliffe",  "shaw",   "fell",    "side",   "haven",
        "combe",   "leigh", "over",    "ness",    "firth",  "head"};
    const struct word *w = &norm->words[word];
    if (w->count < 6) return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct str ending = str_from(endings[i]);
        if (w->count < ending.len + 3) continue;
        const struct glyph *tail = norm->glyphs + w->glyph + w->bare - ending.len;
        size_t same = 0;
        while (same < ending.len && tail[same].point == (unsigned char)ending.at[same]) same++;
        if (same == ending.len) return true;
    }
    return false;
}

/* Is it put together as British places are: "Llangatwg", "Alderwasley", "Hindlethwaite"? */
bool names_place_like(const struct names *n, size_t word)
{
    static const char *const beginnings[] = {"llan", "aber",  "caer",   "pont",    "inver",
                                             "kilm", "balla", "bally",  "auchter", "strath",
                                             "glen", "rhos",  "pentre", "tre",     "dun"};
    enum { LEAST = 7 };
    const struct word *w = &n->norm->words[word];
    const struct glyph *g = n->norm->glyphs + w->glyph;
    if (n->kinds[word] != 0 && !(n->kinds[word] & (LEXICON_SURNAME | LEXICON_SELDOM))) return false;
    if (w->bare >= LEAST && place_ending(n->norm, word)) return true;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        struct str start = str_from(beginnings[i]);
        size_t same = 0;
        while (same < start.len && same < w->bare && g[same].point == (unsigned char)start.at[same])
            same++;
        if (same == start.len && w->bare >= LEAST) return true;
    }
    return false;
}

static bool strange(const struct names *n, size_t word)
{
    const unsigned plain = LEXICON_ORDINARY | LEXICON_RARE | LEXICON_FIRST;
    const struct word *w = &n->norm->words[word];
    return !(n->kinds[word] & plain) && n->cues[word] == 0 && w->count > 3 &&
           !(w->flags & (WORD_DIGITS | WORD_MIXED)) && !facts_allowed(n->p->facts, n->norm, word);
}

/* "kings arms", "pats chippy": somebody's name with an s, and what it is. */
static bool owned(const struct names *n, size_t word)
{
    const struct word *w = &n->norm->words[word];
    const struct glyph *g = n->norm->glyphs + w->glyph;
    if (w->count < 4 || g[w->count - 1].point != 's') return false;
    unsigned kinds = lexicon_kinds(n->p->lexicon, norm_hash(g, w->count - 1));
    return (kinds & (LEXICON_FIRST | LEXICON_SURNAME)) && !IS(n, word, KIN) && n->cues[word] == 0;
}

static bool is_ordinary(const struct names *n, const struct glyph *glyphs, size_t count)
{
    return lexicon_kinds(n->p->lexicon, norm_hash(glyphs, count)) & LEXICON_ORDINARY;
}

/* "libary", "qarden": one letter from an ordinary word, and no name that anybody has. */
static bool misspelt(const struct names *n, size_t word)
{
    enum { SHORTEST = 6, LONGEST = 14 };
    const struct word *w = &n->norm->words[word];
    const struct glyph *own = n->norm->glyphs + w->glyph;
    struct glyph g[LONGEST + 1];
    if (w->count < SHORTEST || w->count > LONGEST || n->kinds[word] != 0) return false;
    const size_t count = w->count;
    /* A letter dropped, or changed with its neighbour. */
    memcpy(g, own + 1, (count - 1) * sizeof *g);
    for (size_t i = 0; i < count; i++) {
        if (is_ordinary(n, g, count - 1)) return true;
        if (i + 1 < count) g[i] = own[i];
    }
    memcpy(g, own, count * sizeof *g);
    for (size_t i = 0; i + 1 < count; i++) {
        g[i] = own[i + 1], g[i + 1] = own[i];
        if (is_ordinary(n, g, count)) return true;
        g[i] = own[i], g[i + 1] = own[i + 1];
    }
    /* Another letter, or one more. */
    for (size_t i = 0; i < count; i++) {
        for (uint32_t c = 'a'; c <= 'z'; c++) {
            g[i].point = c;
            if (is_ordinary(n, g, count)) return true;
        }
        g[i] = own[i];
    }
    for (size_t i = 0; i <= count; i++) {
        memcpy(g, own, i * sizeof *g);
        memcpy(g + i + 1, own + i, (count - i) * sizeof *g);
        for (uint32_t c = 'a'; c <= 'z'; c++) {
            g[i].point = c;
            if (is_ordinary(n, g, count + 1)) return true;
        }
    }
    return false;
}

static void small_place(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (word == 0 || (names_capital(n, word) && !norm->shouting) || !names_next(n, word - 1))
        return;
    size_t at = word - 1;
    if (IS(n, at, OUTER) && at > 0 && names_next(n, at - 1)) at--;
    bool strict = IS(n, at, STRICT), in = IS(n, at, IN) || IS(n, at, TO) || IS(n, at, ON) ||
                                          IS(n, at, FOR) ||
                                          pattern_begins(n->p, at, BEGINS_PLACE, "go goes");
    if (!strict && !in) return;
    if (at > 0 && IS(n, at - 1, PERSON_BEFORE)) return;
    bool lives = names_after(n, at, 4, CUE_BIT(LIVE) | CUE_BIT(WORK) | CUE_BIT(STUDY));
    bool british = (n->kinds[word] & LEXICON_BRITISH) && !names_safe(n, word) &&
                   !(n->kinds[word] & (LEXICON_ORDINARY | LEXICON_FIRST));
    enum mark_category category;
    bool follows =
        names_next(n, word) && names_kind(n, word + 1, &category) && !IS(n, word + 1, SAFE);
    if ((n->kinds[word] & LEXICON_CITY) && !(n->kinds[word] & LEXICON_ORDINARY))
        british = lives || strict || follows;
    else if (n->kinds[word] & LEXICON_CITY)
        british = n->caseless && names_after(n, at, 4, CUE_BIT(LIVE));
    if ((n->kinds[word] & LEXICON_BRITISH) && lives && !(n->kinds[word] & LEXICON_ORDINARY) &&
        !facts_allowed(n->p->facts, norm, word))
        british = true;
    bool somebodys = n->caseless && follows && owned(n, word);
    bool unknown = strange(n, word) && names_unknown(n, word);
    size_t last = word;
    if (names_next(n, word) && names_next(n, word + 1) && names_british(n, word, word + 2)) {
        british = true;
        last += 2;
    } else if (norm->words[word].count > 2 && names_next(n, word) &&
               !(n->kinds[word] & n->kinds[word + 1] & LEXICON_ORDINARY) &&
               !names_safe(n, word + 1) && names_british(n, word, word + 1)) {
        british = true;
        last++;
    }
    bool kind = names_next(n, last) && names_kind(n, last + 1, &category) &&
                !IS(n, last + 1, SAFE) && (norm->shouting || !names_capital(n, last + 1));
    if (kind) last++;
    if (!british && !(unknown && place_ending(norm, word)) &&
        !(unknown && n->caseless && (strict || lives || kind)) && !somebodys)
        return;
    bool article = IS(n, word - 1, OUTER);
    if (!british && !somebodys && article && misspelt(n, word)) return;
    names_mark(n, word, last, names_category(n, word, last), 50,
               "an unknown word where a place stands");
}

/* "st marys", "St. Blazey" */
static void saint(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    if (!pattern_begins(n->p, word, BEGINS_SAINT, "st saint sts") || !names_next(n, word)) return;
    if (pattern_before(n->p, word + 1, 3, "dragon")) return; /* George and his */
    size_t last = word + 1;
    const struct word *w = &norm->words[last];
    if (w->count < 3 || (w->flags & (WORD_DIGITS | WORD_MIXED))) return;
    if (word > 0 && !n->caseless && names_capital(n, word - 1) && names_next(n, word - 1) &&
        !(norm->words[word].flags & WORD_OPENS))
        return; /* "Mill St" */
    bool named = names_first_name(n, last) || names_capital(n, last);
    if (!named && w->count > 3 && norm->glyphs[w->glyph + w->count - 1].point == 's')
        named = lexicon_kinds(n->p->lexicon, norm_hash(norm->glyphs + w->glyph, w->count - 1)) &
                LEXICON_FIRST;
    if (!named || (n->kinds[last] & LEXICON_ORDINARY && !names_capital(n, last))) return;
    if (names_next(n, last) &&
        pattern_is(n->p, last + 1, "day days night eve lucia bernard cross trinian"))
        return;
    if (pattern_is(n->p, last, "lucia tropez moritz petersburg kitts nicholas nick trinians louis"))
        return;
    /* "the Feast of St Michael", "St Andrew's flag" */
    if (word > 1 && pattern_is(n->p, word - 1, "of") &&
        pattern_is(n->p, word - 2, "feast eve vigil novena relics"))
        return;
    if (names_next(n, last) &&
        pattern_is(n->p, last + 1, "flag flags novena medal medallion must patron bless blessed"))
        return;
    enum mark_category category;
    if (names_next(n, last) && (names_kind(n, last + 1, &category) || IS(n, last + 1, K_ROAD)))
        last++;
    names_mark(n, word, last, names_category(n, word, last), 65, "named after a saint");
}

/* "in eden valley hospice", "at north notts college": two words before what it is. */
static void small_pair(struct names *n, size_t word)
{
    const struct norm *norm = n->norm;
    enum mark_category category;
    if (word == 0 || word + 2 >= norm->word_count) return;
    if (!names_next(n, word - 1) || !names_next(n, word) || !names_next(n, word + 1)) return;
    size_t cue = word - 1;
    if (pattern_is(n->p, cue, "the our") && cue > 0 && names_next(n, cue - 1)) cue--;
    if (!IS(n, cue, IN) && !IS(n, cue, STRICT) && !IS(n, cue, TO) && !IS(n, cue, FOR)) return;
    if (!names_kind(n, word + 2, &category) ||
        (category != MARK_SCHOOL && category != MARK_MEDICAL) || IS(n, word + 2, SAFE))
        return;
    if (IS(n, word, NOT_NAME) || IS(n, word + 1, NOT_NAME) || names_safe(n, word)) return;
    if ((n->kinds[word] & n->kinds[word + 1] & LEXICON_ORDINARY) || IS(n, word, KIN)) return;
    if (facts_allowed(n->p->facts, norm, word) || names_kind(n, word, &category)) return;
    (void)names_kind(n, word + 2, &category);
    names_mark(n, word, word + 2, category, 50, "an unknown word where a place stands");
}

/* "a yellow kit, rastrick juniors": a town and what it is, with nothing before them. */
static void small_town_kind(struct names *n, size_t word)
{
    enum mark_category category;
    if (names_safe(n, word) || !names_next(n, word)) return;
    if (!names_kind(n, word + 1, &category) || IS(n, word + 1, SAFE)) return;
    if (category != MARK_SCHOOL && category != MARK_MEDICAL) return;
    const unsigned plain = LEXICON_ORDINARY | LEXICON_FIRST;
    bool town = (n->kinds[word] & LEXICON_BRITISH) && !(n->kinds[word] & plain);
    bool like_one = strange(n, word) && names_unknown(n, word) && place_ending(n->norm, word);
    if (town || like_one)
        names_mark(n, word, word + 1, category, 50,
                   "a town with a word like 'school' or 'juniors'");
}

void names_small(struct names *n, size_t word)
{
    if (n->caseless) small_town_kind(n, word);
    if (n->caseless) small_pair(n, word);
    small_place(n, word);
    saint(n, word);
}
