/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/* White space to the next line of an address that stands on the right. */
enum { LETTERHEAD = 90 };

struct search {
    const struct facts *facts;
    const struct norm *norm;
    bool scanned;
    struct arena *arena;
    struct marks *marks;
};

#define is_any(norm, word, list) words_has((norm), (word), WORDS(list))
#define after_cue(s, word, list) after_list((s), (word), WORDS(list))
#define before_cue(s, last, list) before_list((s), (last), WORDS(list))

static bool after_list(const struct search *s, size_t word, const struct word_list *list)
{
    if (word == 0) return false;
    uint16_t gap = s->norm->words[word - 1].gap;
    return !(gap & (GAP_END | GAP_PARAGRAPH)) && words_has(s->norm, word - 1, list);
}

static bool before_list(const struct search *s, size_t last, const struct word_list *list)
{
    if (s->norm->words[last].gap & (GAP_END | GAP_PARAGRAPH)) return false;
    return words_has(s->norm, last + 1, list);
}

/* "Rose, May, Hope and Mark": one of several names, in a list. */
static bool one_of_many(const struct norm *norm, size_t word)
{
    bool before = word > 0 && norm->words[word - 1].gap == (GAP_COMMA | GAP_SPACE) &&
                  (norm->words[word - 1].flags & WORD_CAPITAL) &&
                  !(norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED));
    bool after = word + 1 < norm->word_count && norm->words[word].gap == (GAP_COMMA | GAP_SPACE) &&
                 (norm->words[word + 1].flags & WORD_CAPITAL) &&
                 !(norm->words[word + 1].flags & (WORD_DIGITS | WORD_MIXED));
    bool more = word >= 2 && norm_word_is(norm, word - 1, "and") &&
                (norm->words[word - 2].flags & WORD_CAPITAL) && word >= 3 &&
                norm->words[word - 3].gap == (GAP_COMMA | GAP_SPACE);
    return (before && after) || more || (before && is_any(norm, word + 1, "and"));
}

/* "works at next", "her hours at the innovation", "swims with the otters": an ordinary word, but
 * where somebody works, learns or is treated. */
static bool at_work(const struct search *s, size_t word, enum mark_category category)
{
    enum { NEAR = 5 };
    const struct norm *norm = s->norm;
    if (word < 2 || norm->shouting) return false;
    size_t at = word - 1;
    bool the = norm_word_is(norm, at, "the");
    if (the) at--;
    const struct word_list *tells = NULL, *links = WORDS("at la w");
    if (category == MARK_WORKPLACE)
        tells = WORDS("work works worked working job jobs shift shifts hours nights depozit lucrez "
                      "pracuje interview employed till warehouse");
    if (category == MARK_SCHOOL) {
        links = the ? WORDS("with for in") : WORDS("at");
        tells = WORDS("swim swims swam swum swimming play plays played playing plays run runs ran "
                      "team training trains sings sang goes started starts learning");
    }
    if (category == MARK_MEDICAL)
        tells = WORDS("doctor doctors appointment appointments nurse clinic registered operation");
    if (tells == NULL || !words_has(norm, at, links)) return false;
    for (size_t i = 0; i <= at + 1; i++) {
        if (i > 0 && (i > NEAR || (norm->words[at - i].gap & (GAP_END | GAP_PARAGRAPH)))) break;
        if (at < i) break;
        if (words_has(norm, at - i, tells)) return true;
    }
    return false;
}

/*
 * An ordinary word that is on the list: is it meant? A capital inside a sentence says so, unless it
 * is a month after "in" or all is capitals; else a title, "the … family", "live in …".
 */
static bool meant(const struct search *s, size_t word, size_t last, enum mark_category category)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (category == MARK_NAME &&
        after_cue(s, word, "boxing christmas mothers fathers valentines earth sports pancake new"))
        return false; /* Boxing Day */
    if (category == MARK_NAME && one_of_many(norm, word)) return false;
    if (at_work(s, word, category)) return true;
    static const char titles[] = "mr mrs ms miss dr surname nurse auntie uncle";
    static const char places[] = "live lives living liv moved move from near around round town";
    if (category == MARK_NAME &&
        (after_cue(s, word, titles) || before_cue(s, last, "family familys household")))
        return true;
    if (category == MARK_PLACE && after_cue(s, word, "in to at near from") && word >= 2 &&
        is_any(norm, word - 2, places))
        return true;
    if (category == MARK_PLACE && before_cue(s, last, "of"))
        return false; /* the Battle of Britain */
    bool capital = (w->flags & WORD_CAPITAL) && !(w->flags & WORD_OPENS);
    /* "ASK AT MICKS GARAGE, LEEK, CORNER OF" */
    if (norm->shouting)
        return category == MARK_PLACE && (norm_gap_before(norm, word) & GAP_COMMA) &&
               (norm->words[last].gap & GAP_COMMA);
    if (!capital) return false;
    if (date_month(norm, word) != 0) {
        if (one_of_many(norm, word)) return false;
        if (after_cue(s, word, "in of last this next since until by early late mid every and or") ||
            (word > 0 && (norm->words[word - 1].flags & (WORD_DIGITS | WORD_MIXED))) ||
            (last + 1 < norm->word_count && (norm->words[last + 1].flags & WORD_DIGITS)))
            return false;
        return word > 0 && (norm->words[word - 1].flags & WORD_CAPITAL) &&
               !(norm->words[word - 1].flags & WORD_OPENS);
    }
    /* "Rose and Will" are first names as likely as the surname Rose. */
    if (category == MARK_NAME && word > 0 && !(norm->words[word - 1].flags & WORD_CAPITAL) &&
        !after_cue(s, word, "the surname") &&
        !(word >= 2 && after_cue(s, word, "is") && is_any(norm, word - 2, "surname name")) &&
        (lexicon_kinds(s->facts->lexicon, w->hash) & LEXICON_FIRST))
        return false;
    return true;
}

/* Why, round the term as it is on file. */
struct reason {
    const char *before, *after;
};

static const struct reason why_whole = {"protected term '", "'"};
static const struct reason why_shape = {"protected term '", "' in letters that look alike"};
static const struct reason why_apart = {"protected term '", "' written apart or together"};
static const struct reason why_part = {"part of protected term '", "'"};
static const struct reason why_one = {"one letter from protected term '", "'"};
static const struct reason why_two = {"two letters from protected term '", "'"};
static const struct reason why_sound = {"sounds like protected term '", "'"};
static const struct reason why_inside = {"has protected term '", "' inside it"};

static const struct reason why_initials = {"the first letters of protected term '", "'"};
static const struct reason why_short = {"a short form of protected term '", "'"};

static bool house_number(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->count <= 5 && (w->flags & (WORD_DIGITS | WORD_MIXED))) return true;
    return is_any(
        norm, word,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty "
        "seventy eighty ninety number no flat plot");
}

/* What goes with a term on the left: a house number before a street, "the" before a short form. */
static size_t with_before(const struct search *s, const struct term *term, size_t first)
{
    const struct norm *norm = s->norm;
    if (term->given->category == MARK_ADDRESS) {
        for (int steps = 0; steps < 3 && first > 0; steps++, first--) {
            uint16_t gap = norm->words[first - 1].gap;
            uint16_t signs = GAP_SPACE | GAP_COMMA | GAP_HYPHEN | GAP_SLASH;
            if (is_any(norm, first - 1, "no")) signs |= GAP_STOP;
            if ((gap & (uint16_t)~signs) != 0 || norm->words[first - 1].gap_length > 3 ||
                !house_number(norm, first - 1))
                break;
        }
        if (first > 0 && norm->words[first - 1].gap == GAP_SPACE &&
            norm_word_is(norm, first - 1, "the") && (norm->words[first - 1].flags & WORD_CAPITAL))
            first--;
        return first;
    }
    /* "Ní Cheallacháin", "C-Lacey", "A. Tregenza" */
    if (term->given->category == MARK_NAME && first > 0) {
        const struct word *before = &norm->words[first - 1];
        if (before->gap == GAP_SPACE &&
            is_any(norm, first - 1, "o ni nic mac mc ui van von de der la le") &&
            (before->flags & WORD_CAPITAL))
            return first - 1;
        if (before->count == 1 && before->gap == GAP_HYPHEN && (before->flags & WORD_CAPITAL))
            return first - 1;
    }
    /* "Y Bala" */
    if (term->given->category == MARK_PLACE && first > 0 &&
        norm->words[first - 1].gap == GAP_SPACE && norm_word_is(norm, first - 1, "y") &&
        (norm->words[first - 1].flags & WORD_CAPITAL))
        return first - 1;
    bool named = term->given->category == MARK_SCHOOL || term->given->category == MARK_MEDICAL ||
                 term->given->category == MARK_WORKPLACE;
    if (named && term->count > 1 && first > 0 && norm->words[first - 1].gap == GAP_SPACE &&
        norm_word_is(norm, first - 1, "the"))
        return first - 1;
    return first;
}

/* … and on the right: "& Co", "n sons". */
static size_t with_after(const struct search *s, const struct term *term, size_t last)
{
    const struct norm *norm = s->norm;
    if (term->given->category != MARK_WORKPLACE || last + 1 >= norm->word_count) return last;
    size_t at = last;
    bool link = is_any(norm, last + 1, "n and") && norm->words[last].gap == GAP_SPACE;
    if (link) at++;
    if (at + 1 < norm->word_count && is_any(norm, at + 1, "co sons bros son daughters") &&
        norm->words[at].gap_length <= 3 && !(norm->words[at].gap & (GAP_END | GAP_PARAGRAPH)))
        return at + 1;
    return last;
}

/* "Chorlton cum Hardy", "Weston super Mare", "Panmure U9s": what a name goes on with. */
static size_t with_rest(const struct search *s, const struct term *term, size_t last)
{
    const struct norm *norm = s->norm;
    if (last + 1 >= norm->word_count) return last;
    const struct word *w = &norm->words[last], *next = w + 1;
    bool tight = (w->gap == GAP_SPACE || w->gap == GAP_HYPHEN) && w->gap_length == 1;
    if (!tight) return last;
    if (term->given->category == MARK_SCHOOL) {
        const struct glyph *g = norm->glyphs + next->glyph;
        if ((next->flags & WORD_MIXED) && next->count <= 4 && g[0].point == 'u' &&
            (g[1].flags & GLYPH_DIGIT))
            return last + 1;
        if (is_any(norm, last + 1, "under unders") && last + 2 < norm->word_count &&
            (norm->words[last + 2].flags & (WORD_DIGITS | WORD_MIXED)) &&
            norm->words[last + 2].count <= 3 && norm->words[last + 1].gap_length == 1)
            return last + 2;
    }
    if (term->given->category == MARK_PLACE && last + 2 < norm->word_count &&
        is_any(norm, last + 1, "cum le super juxta") && norm->words[last + 1].gap_length == 1 &&
        (norm->words[last + 2].flags & WORD_CAPITAL))
        return last + 2;
    return last;
}

static void propose(struct search *s, const struct term *term, size_t first, size_t last, bool bare,
                    int confidence, const struct reason *why)
{
    first = with_before(s, term, first);
    size_t to = with_rest(s, term, with_after(s, term, last));
    bare = bare && to == last &&
           (term->given->category == MARK_NAME || term->given->category == MARK_PLACE);
    last = to;
    size_t start = norm_word_start(s->norm, first);
    size_t end = bare ? norm_word_bare_end(s->norm, last) : norm_word_end(s->norm, last);
    struct str words =
        arena_print(s->arena, "%s%.*s%s", why->before, STR_ARG(term->given->term), why->after);
    marks_add(s->marks, s->arena,
              (struct mark){start, end, term->given->category, MARK_LEAK_LIST, confidence, words});
}

/* ---- whole terms, whatever stands between their letters ---- */

/* Does a word end with this glyph (or before a possessive or plural ending)? */
static bool ends_word(const struct norm *norm, size_t glyph)
{
    uint8_t flags = norm->glyphs[glyph].flags;
    if (flags & (GLYPH_LAST | GLYPH_BARE)) return true;
    if (glyph + 1 >= norm->glyph_count) return false;
    const struct glyph *next = &norm->glyphs[glyph + 1];
    return next->point == 's' && (next->flags & GLYPH_LAST);
}

/* "shes becky bakes dales on insta", "on xbox as big liam p" */
static bool on_an_app(const struct norm *norm, size_t first, size_t last)
{
    enum { NEAR = 5 };
    const struct word_list *apps = WORDS(
        "insta instagram ig snap snapchat tiktok tik facebook fb twitter whatsapp discord xbox "
        "psn playstation roblox steam youtube skype username user handle minecraft fortnite "
        "twitch page account profile online app under search");
    for (size_t i = 1; i <= NEAR && i <= first; i++) {
        if (norm->words[first - i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (words_has(norm, first - i, apps)) return true;
    }
    for (size_t i = last; i < last + NEAR && i + 1 < norm->word_count; i++) {
        if (norm->words[i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (words_has(norm, i + 1, apps)) return true;
    }
    return false;
}

/* May the words first … last be one term that is written as `words` words? */
static bool spacing_fits(const struct search *s, const struct term *term, size_t first, size_t last)
{
    if (first == last) return true;
    const struct norm *norm = s->norm;
    bool letters_apart = true, all_ordinary = true;
    for (size_t i = first; i <= last; i++) {
        if (norm->words[i].count > 1) letters_apart = false;
        if (!lexicon_ordinary(s->facts->lexicon, norm->words[i].hash)) all_ordinary = false;
        if (i == last) break;
        if (norm->words[i].gap & GAP_PARAGRAPH) return false;
        if (norm->words[i].gap_length > ((norm->words[i].gap & GAP_LINE) ? LETTERHEAD : 6))
            return false;
    }
    if (letters_apart) return term->glyph_count >= 3;
    /* "nanna bev" is also what she is called; on an app it has no spaces. */
    if (term->given->category == MARK_HANDLE && !term->telling && !term->digits &&
        !on_an_app(norm, first, last))
        for (size_t i = first; i < last; i++)
            if (norm->words[i].gap & (GAP_SPACE | GAP_LINE)) return false;
    if (term->digits || term->count > 1) return true;
    /* One word in pieces: long enough, and no sentence ends between them. */
    for (size_t i = first; i < last; i++)
        if (norm->words[i].gap & (GAP_END | GAP_COMMA)) return false;
    if (term->glyph_count < (all_ordinary ? 8 : 5)) return false;
    /* "settle d own": pieces of one or two letters are seldom meant. */
    return last - first < 3 || last - first + 1 < term->glyph_count / 2;
}

/* A term of ordinary words alone, in small letters where capitals are used: "the bridge". */
static bool only_words(const struct search *s, const struct term *term, size_t first, size_t last)
{
    const struct norm *norm = s->norm;
    if (term->telling || term->digits || norm->quiet || norm->shouting) return false;
    if (term->given->category == MARK_HANDLE) return false;
    if (term->given->category == MARK_ADDRESS && first > 0 && house_number(norm, first - 1) &&
        !(norm->words[first - 1].gap & (GAP_STOP | GAP_END | GAP_PARAGRAPH)))
        return false;
    for (size_t i = first; i <= last; i++)
        if ((norm->words[i].flags & WORD_CAPITAL) && !is_any(norm, i, "the a") &&
            !(norm->words[i].flags & WORD_OPENS))
            return false;
    return true;
}

/* "a boy called Barry", where a place of that name is on the list. */
static bool a_person(const struct search *s, size_t word, enum mark_category category)
{
    /* "her name is Baird, after the man who" */
    if (after_cue(s, word, "is called named") && s->norm->words[word].gap_length <= 2 &&
        before_cue(s, word, "after"))
        return true;
    if (category == MARK_NAME) return false;
    if (after_cue(s, word,
                  "lord admiral captain king queen prince princess emperor saint mister") &&
        (s->norm->words[word - 1].flags & WORD_CAPITAL))
        return true;
    /* "Nelson was a sailor" */
    if ((s->norm->words[word].flags & WORD_OPENS) && before_cue(s, word, "was is") &&
        is_any(s->norm, word + 2, "a an the my his her born so very") &&
        (lexicon_kinds(s->facts->lexicon, s->norm->words[word].hash) & LEXICON_FIRST))
        return true;
    static const char pets[] =
        "hamster dog cat rabbit goldfish pony kitten puppy guinea pig parrot";
    for (size_t back = 1; back <= 2 && back <= word; back++)
        if (is_any(s->norm, word - back, pets)) return true;
    if (after_cue(s, word, "called named"))
        for (size_t back = 2; back <= 5 && back <= word; back++)
            if (is_any(s->norm, word - back,
                       "friend friends boy girl lad man lady dog cat baby guy"))
                return true;
    if (!(lexicon_kinds(s->facts->lexicon, s->norm->words[word].hash) & LEXICON_FIRST))
        return false;
    return after_cue(s, word, "called named is aunt auntie uncle friend mate with");
}

/* "Eccles cakes", "supports Leeds", "Queen Victoria": the word of a place in another thing's name.
 */
static bool another_thing(const struct search *s, size_t first, size_t last,
                          enum mark_category category)
{
    const struct norm *norm = s->norm;
    if (category == MARK_NAME || first != last || norm->shouting) return false;
    bool tight = norm->words[last].gap == GAP_SPACE;
    if (tight && before_cue(s, last,
                            "cake cakes tart tarts bun buns sauce pudding puddings cheese sausage "
                            "sausages hotpot pie pies biscuit biscuits sponge plums rock shirt fan "
                            "fans supporter supporters match game bomber dictionary marathon "
                            "festival rovers wanderers albion"))
        return true;
    if (tight && category == MARK_PLACE && before_cue(s, last, "united city fc afc town") &&
        (norm->words[last + 1].flags & WORD_CAPITAL))
        return true;
    return after_cue(s, first, "supports support supporting v vs versus beat");
}

/* Shops with a branch in every town, and on the list as where somebody works. */
static bool only_a_shop(const struct search *s, size_t word, enum mark_category category)
{
    enum { NEAR = 6 };
    const struct norm *norm = s->norm;
    if (category != MARK_WORKPLACE ||
        !is_any(
            norm, word,
            "tesco tescos asda aldi lidl morrisons sainsburys waitrose argos boots greggs "
            "mcdonalds kfc nandos costa starbucks ikea smyths matalan wilko poundland superdrug "
            "specsavers halfords wetherspoons spoons subway dominos amazon next primark iceland "
            "currys dunelm wickes homebase screwfix clarks smiths waterstones ebay spar coop "
            "netflix google facebook apple disney lego debenhams hmv toys"))
        return false;
    for (size_t i = 1; i <= NEAR && i <= word; i++) {
        if (norm->words[word - i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (is_any(norm, word - i,
                   "work works worked working job jobs shift shifts hours nights days interview "
                   "employed employer till warehouse depot depozit lucrez pracuje manager boss "
                   "driver drives driving started promoted retired laid redundant colleague staff"))
            return false;
    }
    for (size_t i = word; i < word + NEAR && i + 1 < norm->word_count; i++) {
        if (norm->words[i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (is_any(norm, i + 1,
                   "shift shifts nights till depot warehouse manager uniform job staff work where "
                   "branch"))
            return false;
    }
    return true;
}

/* "a week in Iceland", where a shop of that name is on the list. */
static bool a_trip(const struct search *s, size_t word, enum mark_category category)
{
    if (category == MARK_PLACE || category == MARK_NAME || category == MARK_ADDRESS) return false;
    if (!lexicon_proper(s->facts->lexicon, s->norm->words[word].hash)) return false;
    if (!after_cue(s, word, "in to from")) return false;
    for (size_t back = 2; back <= 5 && back <= word; back++)
        if (is_any(s->norm, word - back,
                   "week weeks holiday holidays trip fortnight days day flew fly flight went been"))
            return true;
    return false;
}

/* A rare word in small letters where capitals are used: "mold", where Mold is on the list. */
static bool rare_word(const struct search *s, size_t word)
{
    enum { SHORT = 5 };
    const struct word *w = &s->norm->words[word];
    if (s->norm->quiet || s->norm->shouting || (w->flags & WORD_CAPITAL) || w->count > SHORT)
        return false;
    if (w->count < SHORT && !after_cue(s, word, "in at to from near round through")) return true;
    return lexicon_kinds(s->facts->lexicon, w->hash) & LEXICON_RARE;
}

static void find_whole(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    size_t at = norm->words[word].glyph;
    size_t bucket = norm->glyphs[at].shape & 127;
    for (size_t i = 0; i < facts->by_first_count[bucket]; i++) {
        const struct term *term = &facts->terms[facts->by_first[bucket][i]];
        size_t left = norm->glyph_count - at;
        size_t taken = like_shape_start(norm->glyphs + at, left, term->glyphs, term->glyph_count);
        if (taken == 0 || !ends_word(norm, at + taken - 1)) continue;
        size_t last = norm_word_of(norm, at + taken - 1);
        if (!spacing_fits(s, term, word, last)) continue;
        bool same = taken == term->glyph_count &&
                    like_same(norm->glyphs + at, term->glyphs, term->glyph_count);
        bool bare = taken == norm->words[last].glyph + norm->words[last].bare - at;
        if (!same && term->glyph_count < 3) continue;
        if (!same && word == last) {
            /* Another word that only looks like it? */
            const struct word *w = &norm->words[word];
            if (!(w->flags & WORD_MIXED) && !s->scanned && term->glyph_count < 6) continue;
            if (!(w->flags & WORD_MIXED) && lexicon_ordinary(facts->lexicon, w->hash)) continue;
            if (!(w->flags & WORD_MIXED) && facts_allowed(facts, norm, word)) continue;
        }
        if (same && term->one_ordinary && word == last &&
            !meant(s, word, last, term->given->category))
            continue;
        if (term->count > 1 && last > word && only_words(s, term, word, last)) continue;
        if (word == last && term->count == 1 && term->given->category == MARK_PLACE &&
            rare_word(s, word))
            continue;
        if (word == last &&
            (a_person(s, word, term->given->category) || a_trip(s, word, term->given->category) ||
             only_a_shop(s, word, term->given->category) ||
             another_thing(s, word, last, term->given->category)))
            continue;
        if (same && term->count == 1 && term->glyph_count < 3 &&
            !(norm->words[word].flags & WORD_CAPITAL))
            continue;
        if (term->given->category == MARK_NAME && word == last && facts_allowed(facts, norm, word))
            continue;
        bool apart = same && (size_t)(last - word + 1) != term->count;
        propose(s, term, word, last, bare, same ? (apart ? 95 : 98) : 92,
                same ? (apart ? &why_apart : &why_whole) : &why_shape);
    }
}

/* ---- words of terms ---- */

struct fit {
    int confidence; /* 0: none */
    const struct reason *why;
    bool bare; /* up to the possessive or plural ending */
};

/* The glyphs without a plural ending, if it has one. */
static uint32_t singular(const struct glyph *glyphs, uint32_t count)
{
    if (count > 3 && glyphs[count - 1].point == 's') return count - 1;
    return count;
}

static bool first_alike(const struct glyph *a, const struct glyph *b)
{
    static const char pairs[][2] = {{'c', 'k'}, {'f', 'p'}, {'g', 'j'}, {'c', 's'},
                                    {'i', 'y'}, {'k', 'q'}, {'s', 'z'}, {'w', 'v'}};
    if (a->shape == b->shape && a->point != 0) return true;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        unsigned char x = (unsigned char)pairs[i][0], y = (unsigned char)pairs[i][1];
        if ((a->point == x && b->point == y) || (a->point == y && b->point == x)) return true;
    }
    return false;
}

static bool ends_in(const struct glyph *glyphs, size_t count, const char *ending)
{
    size_t len = strlen(ending);
    if (count < len + 2) return false;
    for (size_t i = 0; i < len; i++)
        if (glyphs[count - len + i].point != (unsigned char)ending[i]) return false;
    return true;
}

/* "Gainsboro", "Gisboro": as signs write Gainsborough and Guisborough. */
static bool boro(const struct glyph *glyphs, size_t count, const struct term_word *t)
{
    static const size_t written = 4, full = 7; /* boro, borough */
    if (!ends_in(glyphs, count, "boro") || !ends_in(t->glyphs, t->count, "borough")) return false;
    return like_distance(glyphs, count - written, t->glyphs, t->count - full, 1) <= 1;
}

/* Is this word of the text close enough to the term's word, though not the same? */
static struct fit misspelt(const struct search *s, size_t word, const struct term_word *t,
                           uint64_t letters, const char *sound)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    struct fit none = {0};
    uint32_t count = w->bare;
    if (t->count < 5 || count < 4 || count > LIKE_GLYPHS) return none;
    unsigned most = t->count >= 8 ? 2 : 1;
    unsigned apart = (unsigned)__builtin_popcountll(letters ^ t->letters);
    if (boro(glyphs, count, t)) return (struct fit){85, &why_sound, w->bare != w->count};
    bool sounds =
        t->count >= 5 && t->sound[t->count >= 7 ? 1 : 2] != '\0' && strcmp(sound, t->sound) == 0;
    if (apart > 2 * most && !sounds) return none;
    if (!first_alike(&glyphs[0], &t->glyphs[0]) && t->count < 7) return none;
    unsigned wide = sounds ? 3 : most;
    if (sounds && t->count >= 10) wide = 4;
    unsigned distance = like_distance(glyphs, count, t->glyphs, t->count, wide);
    bool bare = w->bare != w->count;
    if (distance > wide && count > 4) {
        uint32_t one = singular(glyphs, count);
        if (one != count) distance = like_distance(glyphs, one, t->glyphs, t->count, most);
        if (distance > most) return none;
    }
    if (distance > wide) return none;
    /* A known name or place that is near is seldom this one misspelt. */
    if (lexicon_proper(s->facts->lexicon, w->hash) && (distance > 1 || t->count < 8)) return none;
    if (distance == 0) return (struct fit){93, &why_shape, bare};
    if (distance == 1) return (struct fit){90, &why_one, bare};
    if (distance == 2 && most == 2) return (struct fit){82, &why_two, bare};
    return (struct fit){75, &why_sound, bare};
}

/* "Suzanne Hart": a capital right behind a first name. */
static bool after_first_name(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    if (word == 0 || norm->shouting || norm->words[word - 1].gap != GAP_SPACE) return false;
    /* "linda hope", where all is small. */
    unsigned kinds = lexicon_kinds(s->facts->lexicon, norm->words[word - 1].hash);
    if (norm->quiet && (kinds & LEXICON_FIRST) && !(kinds & LEXICON_ORDINARY)) return true;
    if (!(norm->words[word].flags & norm->words[word - 1].flags & WORD_CAPITAL)) return false;
    if (facts_allowed(s->facts, norm, word)) return false;
    return facts_allowed(s->facts, norm, word - 1) ||
           ((kinds & LEXICON_FIRST) && !(kinds & LEXICON_ORDINARY));
}

static const struct reason why_form = {"another form of protected name '", "'"};
static const struct reason why_mutated = {"protected term '", "' as its grammar changes it"};

/* "ym Mryn", "i Fangor": the word with its first letter changed after a Welsh preposition. */
static bool welsh(const struct search *s, size_t word, const struct term_word *t)
{
    static const struct {
        const char *changed, *own;
    } changes[] = {{"m", "b"},  {"f", "b"},  {"f", "m"},  {"g", "c"},   {"b", "p"},  {"d", "t"},
                   {"dd", "d"}, {"n", "d"},  {"ng", "g"}, {"ngh", "c"}, {"mh", "p"}, {"nh", "t"},
                   {"ch", "c"}, {"ph", "p"}, {"th", "t"}, {"l", "ll"},  {"r", "rh"}, {"", "g"}};
    if (!after_cue(s, word, "yn ym yng i ir o or ar am at dan dros drwy gan y yr a ac heb"))
        return false;
    const struct word *w = &s->norm->words[word];
    const struct glyph *g = s->norm->glyphs + w->glyph;
    if (t->count < 4 || w->bare < 3) return false;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        size_t changed = strlen(changes[i].changed), own = strlen(changes[i].own), same = 0;
        if (w->bare < changed || t->count < own || w->bare - changed != t->count - own) continue;
        while (same < changed && g[same].point == (unsigned char)changes[i].changed[same]) same++;
        size_t start = 0;
        while (start < own && t->glyphs[start].point == (unsigned char)changes[i].own[start])
            start++;
        if (same == changed && start == own &&
            like_same(g + changed, t->glyphs + own, w->bare - changed))
            return true;
    }
    return false;
}

/* Irish: "Ní Cheallacháin" of Ó Ceallacháin, with an h behind the first letter, or without it. */
static bool lenited(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    enum { SHORTEST = 5 };
    if (t->count < SHORTEST || count < SHORTEST || glyphs[0].point != t->glyphs[0].point)
        return false;
    if (count == t->count + 1 && glyphs[1].point == 'h')
        return like_same(glyphs + 2, t->glyphs + 1, t->count - 1);
    if (count + 1 == t->count && t->glyphs[1].point == 'h')
        return like_same(glyphs + 1, t->glyphs + 2, count - 1);
    return false;
}

/* How much of both words is the same. */
static uint32_t same_start(const struct glyph *a, uint32_t a_count, const struct glyph *b,
                           uint32_t b_count)
{
    uint32_t same = 0;
    while (same < a_count && same < b_count && a[same].point == b[same].point) same++;
    return same;
}

static bool ending_is(const struct glyph *glyphs, uint32_t count, const char *const *endings)
{
    for (; *endings != NULL; endings++) {
        size_t len = strlen(*endings), same = 0;
        if (len != count) continue;
        while (same < len && glyphs[same].point == (unsigned char)(*endings)[same]) same++;
        if (same == len) return true;
    }
    return false;
}

/* Polish, Romanian, Lithuanian: "Kowalskiego" of Kowalski, "Skarbka" of Skarbek. */
static bool inflected(const struct search *s, size_t word, const struct term_word *t)
{
    enum { STEM = 4, SHORTEST = 5 };
    static const char *const own[] = {"",    "a",   "o",   "e",  "y",  "i",  "ie",
                                      "ia",  "as",  "is",  "us", "ul", "ki", "ka",
                                      "cki", "ska", "ski", "ny", "na", NULL};
    static const char *const other[] = {
        "a",     "u",    "owi",  "em",    "iem",  "ie",  "y",     "i",    "ow",     "ami",   "ach",
        "om",    "e",    "ego",  "emu",   "im",   "ym",  "iej",   "ej",   "ki",     "ka",    "ke",
        "ce",    "zie",  "lui",  "ul",    "ului", "ei",  "ii",    "ilor", "lor",    "le",    "o",
        "uje",   "yje",  "iuje", "kiego", "kiej", "kim", "kiemu", "kich", "skiego", "skiej", "skim",
        "skich", "iego", "nego", "nej",   "nym",  "ui",  NULL};
    const struct word *w = &s->norm->words[word];
    const struct glyph *g = s->norm->glyphs + w->glyph;
    if (t->count < SHORTEST || w->count < SHORTEST || !(w->flags & WORD_CAPITAL)) return false;
    if (lexicon_kinds(s->facts->lexicon, w->hash) & (LEXICON_FIRST | LEXICON_PROPER | LEXICON_RARE))
        return false;
    uint32_t same = same_start(g, w->count, t->glyphs, t->count);
    /* "Skarbek", "Skarbka": the e before the last letter goes. */
    if (same + 2 == t->count && t->glyphs[same].point == 'e' && same >= STEM && same < w->count &&
        g[same].point == t->glyphs[same + 1].point)
        return ending_is(g + same + 1, w->count - same - 1, other);
    for (uint32_t stem = same; stem >= STEM && stem + 3 >= same; stem--)
        if (ending_is(t->glyphs + stem, t->count - stem, own) &&
            ending_is(g + stem, w->count - stem, other))
            return true;
    return false;
}

/* "7oaks", "4ster": a digit that is said. */
static bool number_in_word(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    static const struct {
        char digit;
        const char *said;
    } numbers[] = {{'1', "one"},   {'1', "won"},   {'2', "two"},  {'2', "to"},
                   {'2', "too"},   {'3', "three"}, {'4', "four"}, {'4', "for"},
                   {'4', "fore"},  {'5', "five"},  {'6', "six"},  {'7', "seven"},
                   {'8', "eight"}, {'8', "ate"},   {'8', "eat"},  {'9', "nine"}};
    uint32_t at = 0;
    while (at < count && !(glyphs[at].flags & GLYPH_DIGIT)) at++;
    if (at == count || same_start(glyphs, count, t->glyphs, t->count) < at) return false;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint32_t len = (uint32_t)strlen(numbers[i].said), same = 0;
        if (glyphs[at].point != (unsigned char)numbers[i].digit) continue;
        if (count - 1 + len != t->count) continue;
        while (same < len && t->glyphs[at + same].point == (unsigned char)numbers[i].said[same])
            same++;
        if (same == len && like_same(glyphs + at + 1, t->glyphs + at + len, count - at - 1))
            return true;
    }
    return false;
}

static struct fit word_fits(const struct search *s, size_t word, const struct term_word *t,
                            bool ordinary, uint64_t letters, const char *sound)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if (w->hash == t->hash && w->count == t->count && like_same(glyphs, t->glyphs, t->count))
        return (struct fit){98, &why_part, false};
    if (w->bare == t->count && w->bare != w->count && like_same(glyphs, t->glyphs, t->count))
        return (struct fit){97, &why_part, true};
    if (w->count == t->count + 1 && glyphs[t->count].point == 's' && t->count >= 4 &&
        like_same(glyphs, t->glyphs, t->count) && !ordinary)
        return (struct fit){95, &why_part, false};
    if (t->same != 0 && t->same == lexicon_same(s->facts->lexicon, norm_hash(glyphs, w->bare)) &&
        ((w->flags & WORD_CAPITAL) || !ordinary))
        return (struct fit){85, &why_form, w->bare != w->count};
    if (!ordinary && lenited(glyphs, w->bare, t))
        return (struct fit){90, &why_mutated, w->bare != w->count};
    if (!ordinary && welsh(s, word, t)) return (struct fit){90, &why_mutated, w->bare != w->count};
    if (!ordinary && inflected(s, word, t)) return (struct fit){90, &why_mutated, false};
    if ((w->flags & WORD_MIXED) && number_in_word(glyphs, w->bare, t))
        return (struct fit){88, &why_sound, w->bare != w->count};
    if (ordinary &&
        !(s->facts->terms[t->term].given->category == MARK_NAME && after_first_name(s, word)))
        return (struct fit){0};
    bool loose = (w->flags & WORD_MIXED) || s->scanned || t->count >= 6;
    if (loose && t->count >= 4 && !(w->flags & WORD_DIGITS)) {
        size_t taken = like_shape_start(glyphs, w->bare, t->glyphs, t->count);
        if (taken == w->bare) return (struct fit){93, &why_shape, w->bare != w->count};
    }
    return misspelt(s, word, t, letters, sound);
}

/* Letters left out inside: "Hse", "Rd", "Hosptl". */
static bool contracted(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    if (count < 2 || count >= t->count || glyphs[0].point != t->glyphs[0].point) return false;
    if (glyphs[count - 1].point != t->glyphs[t->count - 1].point) return false;
    uint32_t at = 0;
    for (uint32_t i = 0; i < t->count && at < count; i++)
        if (glyphs[at].point == t->glyphs[i].point) at++;
    return at == count;
}

/* Does the text's word belong to the term, beside one that does? */
static bool belongs(const struct search *s, const struct term *term, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    for (size_t i = 0; i < term->count; i++) {
        const struct term_word *t = &s->facts->words[term->first + i];
        if (w->hash == t->hash && w->count == t->count) return true;
        /* "C. R. Trebanog" */
        if (w->count == 1 && (w->flags & WORD_CAPITAL) && (w->gap & (GAP_STOP | GAP_HYPHEN)) &&
            glyphs[0].point == t->glyphs[0].point)
            return true;
        if (norm_word_is(norm, word, "x") && t->count == 5 && t->glyphs[0].point == 'c' &&
            t->glyphs[4].point == 's')
            return true; /* "Charing X" */
        if (t->count >= 4 && w->count >= 3 && w->count < t->count &&
            like_same(glyphs, t->glyphs, w->count))
            return true; /* cut short: "Soc", "Prim" */
        if (t->count >= 7 && w->count >= 4 && w->count + 2 < t->count &&
            glyphs[w->count - 1].point == 's' && like_same(glyphs, t->glyphs, w->count - 1))
            return true; /* "Lancs" */
        /* "HC" of Health Centre, "Farmhouse" of Farm House */
        if ((w->flags & WORD_CAPS) && w->count >= 2 && i + w->count <= term->count) {
            uint32_t k = 0;
            while (k < w->count && glyphs[k].point == t[k].glyphs[0].point) k++;
            if (k == w->count) return true;
        }
        if (i + 1 < term->count && w->bare == t->count + t[1].count && t->count >= 3 &&
            like_same(glyphs, t->glyphs, t->count) &&
            like_same(glyphs + t->count, t[1].glyphs, t[1].count))
            return true;
        /* "Veterinary" of Vets */
        uint32_t one = singular(t->glyphs, t->count);
        if (one >= 3 && t->count <= 5 && w->count > t->count + 2 && t->kind != WORD_TELLING &&
            like_same(glyphs, t->glyphs, one))
            return true;
        if (t->saint && is_any(norm, word, FACTS_SAINTS)) return true;
        if ((t->kind == WORD_GENERIC || t->count <= 6) && contracted(glyphs, w->count, t))
            return true; /* "Hse", "Pk" */
        if (w->count == 2 && t->kind != WORD_TELLING && t->count >= 4 && (w->gap & GAP_STOP) &&
            like_same(glyphs, t->glyphs, 2))
            return true; /* "Ho." */
        if (t->count >= 3 && like_shape_start(glyphs, w->bare, t->glyphs, t->count) == w->bare &&
            w->bare >= t->count - 1)
            return true;
        if (t->count == 4 && w->bare == 4 && like_same(glyphs, t->glyphs, 2) &&
            like_distance(glyphs, 4, t->glyphs, 4, 1) <= 1)
            return true; /* "caff" */
        if (t->count >= 5 && w->bare >= 4 &&
            like_distance(glyphs, w->bare, t->glyphs, t->count, 1) <= 1)
            return true;
    }
    return false;
}

static bool joins(const struct norm *norm, size_t word)
{
    uint16_t gap = norm->words[word].gap;
    return !(gap & (GAP_PARAGRAPH | GAP_END)) &&
           norm->words[word].gap_length <= ((gap & GAP_LINE) ? LETTERHEAD : 4);
}

/* Does a sentence end behind this word, and is it no shortened one ("Prim. School")? */
static bool sentence_between(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (!(w->gap & GAP_STOP) || word + 1 >= norm->word_count || !(w[1].flags & WORD_OPENS))
        return false;
    return w->count > 4 || (w->count == 4 && lexicon_kinds(s->facts->lexicon, w->hash) != 0);
}

static const char link_words[] = "and of the by in on a";

/* From a word that fits, outwards to what belongs to it. Returns the term's own words taken in. */
static size_t extend(const struct search *s, const struct term *term, size_t *first, size_t *last,
                     bool *bare)
{
    const struct norm *norm = s->norm;
    const struct word_list *generic = facts_generic(term->given->category);
    size_t own = 0, from = *first, to = *last;
    bool name = term->given->category == MARK_NAME;
    bool alone = term->count == 1; /* nothing more of it to take in but what it is the name of */
    for (size_t steps = 0; !alone && from > 0 && steps < 6 && joins(norm, from - 1); steps++) {
        if (sentence_between(s, from - 1)) break;
        if (!belongs(s, term, from - 1)) break;
        from--;
        if (!is_any(norm, from, link_words)) own++;
    }
    for (size_t steps = 0; to + 1 < norm->word_count && steps < 6 && joins(norm, to); steps++) {
        if (sentence_between(s, to)) break;
        /* "Calder and Wharfe", of Calder & Wharfe */
        if (!alone && !name && is_any(norm, to + 1, "and n") && to + 2 < norm->word_count &&
            joins(norm, to + 1) && belongs(s, term, to + 2)) {
            to += 2;
            own += 2;
            continue;
        }
        bool its = !alone && belongs(s, term, to + 1);
        bool kind =
            !name && !its && !(norm->words[to].gap & (GAP_COMMA | GAP_STOP | GAP_LINE)) &&
            generic != NULL && words_has(norm, to + 1, generic) &&
            !is_any(norm, to + 1, "and of the by in on near club team park town city group");
        if (!its && !kind) break;
        to++;
        if (its && !is_any(norm, to, link_words)) own++;
    }
    if (to != *last) *bare = norm->words[to].bare != norm->words[to].count;
    /* Not over a link word that ends it. */
    while (to > *last && is_any(norm, to, "and of the by in on")) to--;
    while (from < *first && is_any(norm, from, "and of the by in on")) from++;
    *first = from;
    *last = to;
    return own;
}

static bool is_generic(enum mark_category category, const struct norm *norm, size_t word)
{
    const struct word_list *generic = facts_generic(category);
    return generic != NULL && words_has(norm, word, generic);
}

static bool generic_beside(const struct search *s, const struct term *term, size_t last)
{
    const struct norm *norm = s->norm;
    if (term->given->category == MARK_NAME) return before_cue(s, last, "family household");
    return last + 1 < norm->word_count && joins(norm, last) &&
           is_generic(term->given->category, norm, last + 1) &&
           !is_any(norm, last + 1, "and of the by in on near");
}

/* Is this text in another language? Then small letters are no misspelt names. */
static bool foreign_here(const struct search *s, size_t word)
{
    enum { NEAR = 8, FEW = 6 };
    const struct norm *norm = s->norm;
    size_t from = word > NEAR ? word - NEAR : 0, seen = 0, plain = 0;
    for (size_t i = from; i <= word + NEAR && i < norm->word_count; i++) {
        const struct word *w = &norm->words[i];
        if (i == word || w->count < 3 || (w->flags & (WORD_CAPITAL | WORD_DIGITS | WORD_MIXED)))
            continue;
        seen++;
        if (lexicon_ordinary(s->facts->lexicon, w->hash)) plain++;
    }
    return seen >= FEW && plain * 5 < seen * 2;
}

static bool sought(const struct facts *facts, uint32_t hash)
{
    uint32_t bit = hash & FACTS_BITS;
    return (facts->hashes[bit / 64] >> bit % 64 & 1) != 0;
}

/* An ordinary word is sought as it is, in the singular or as somebody's surname; never misspelt. */
static bool worth_a_look(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    return sought(s->facts, w->hash) || sought(s->facts, norm_hash(glyphs, w->bare)) ||
           sought(s->facts, norm_hash(glyphs, w->count - 1)) || (w->flags & WORD_CAPITAL);
}

/* "Bouncy Castle", "Castle Howard": capitals beside it that are not of the term. */
static bool of_another_name(const struct search *s, const struct term *term, size_t word)
{
    const struct norm *norm = s->norm;
    if (term->given->category == MARK_NAME || norm->shouting) return false;
    const uint8_t number = WORD_DIGITS | WORD_MIXED;
    if (word > 0 && norm->words[word - 1].gap == GAP_SPACE) {
        const struct word *w = &norm->words[word - 1];
        if ((w->flags & WORD_CAPITAL) && !(w->flags & (WORD_OPENS | number)) && w->count > 2 &&
            !is_generic(term->given->category, norm, word - 1))
            return true;
    }
    if (norm->words[word].gap != GAP_SPACE || word + 1 >= norm->word_count) return false;
    const struct word *next = &norm->words[word + 1];
    return (next->flags & WORD_CAPITAL) && !(next->flags & number) && next->count > 2 &&
           !is_generic(term->given->category, norm, word + 1);
}

static void find_word(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    const struct word *w = &norm->words[word];
    if (w->count < 3) return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    bool ordinary =
        lexicon_ordinary(facts->lexicon, w->hash) ||
        (w->bare != w->count && lexicon_ordinary(facts->lexicon, norm_hash(glyphs, w->bare)));
    if (ordinary && !worth_a_look(s, word)) return;
    bool allowed = facts_allowed(facts, norm, word);
    uint64_t letters = like_letters(glyphs, w->bare);
    char sound[LIKE_SOUND + 1];
    like_sound(glyphs, w->bare, sound);
    for (size_t i = 0; i < facts->seeker_count; i++) {
        const struct term_word *t = &facts->words[facts->seekers[i]];
        const struct term *term = &facts->terms[t->term];
        struct fit fit = word_fits(s, word, t, ordinary, letters, sound);
        if (fit.confidence == 0) continue;
        bool small = !(w->flags & WORD_CAPITAL) && !norm->quiet && !norm->shouting;
        if (small && fit.confidence < 95 && foreign_here(s, word)) continue;
        size_t first = word, last = word;
        bool bare = fit.bare;
        size_t own = extend(s, term, &first, &last, &bare);
        if (allowed && own == 0) continue;
        bool works = false;
        if (t->kind == WORD_ORDINARY && own == 0 && term->given->category == MARK_NAME &&
            after_first_name(s, word)) {
            fit.confidence = 85;
        } else if (t->kind == WORD_ORDINARY && own == 0) {
            if (of_another_name(s, term, word)) continue;
            works = at_work(s, word, term->given->category);
            bool team = works || (after_cue(s, word, "the") && term->solid <= 3 && !norm->quiet &&
                                  (w->flags & WORD_CAPITAL) && !norm->shouting &&
                                  term->given->category == MARK_SCHOOL);
            if (!team && !meant(s, word, word, term->given->category) &&
                !generic_beside(s, term, word))
                continue;
            /* One ordinary word out of several: only with its kind beside it. */
            if (term->solid > 1 && !team && !generic_beside(s, term, word)) continue;
            fit.confidence = 75;
        } else if (own == 0 && term->solid > 1 && fit.confidence < 90) {
            continue;
        }
        if (term->count > 1 && !works && only_words(s, term, first, last)) continue;
        if (own == 0 && term->given->category == MARK_PLACE && rare_word(s, word)) continue;
        if (own == 0 &&
            (a_person(s, word, term->given->category) || a_trip(s, word, term->given->category) ||
             only_a_shop(s, word, term->given->category) ||
             another_thing(s, first, last, term->given->category)))
            continue;
        const struct reason *why = fit.why;
        if (term->count == 1 && why == &why_part) why = &why_whole;
        propose(s, term, first, last, bare, fit.confidence, why);
    }
}

/* A telling word inside a longer one: "teammarsden", "#TheMarsdens". */
static void find_inside(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    const struct word *w = &norm->words[word];
    if (w->count < 8 || w->count > LIKE_GLYPHS) return;
    if (lexicon_kinds(facts->lexicon, w->hash) & (LEXICON_ORDINARY | LEXICON_PROPER)) return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    uint64_t letters = like_letters(glyphs, w->count);
    for (size_t i = 0; i < facts->seeker_count; i++) {
        const struct term_word *t = &facts->words[facts->seekers[i]];
        if (t->kind != WORD_TELLING || t->count < 5 || t->count + 2 > w->count) continue;
        if ((t->letters & ~letters) != 0) continue;
        for (size_t at = 0; at + t->count <= w->count; at++) {
            if (!like_same(glyphs + at, t->glyphs, t->count)) continue;
            propose(s, &facts->terms[t->term], word, word, false, 85, &why_inside);
            break;
        }
    }
}

/* A term's word in two pieces and misspelt besides: "holing worth". */
static void find_pair(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    if (word + 1 >= norm->word_count) return;
    const struct word *a = &norm->words[word], *b = &norm->words[word + 1];
    if (a->gap & ~(GAP_SPACE | GAP_HYPHEN | GAP_LINE) || a->gap_length > 3) return;
    uint32_t count = a->count + b->bare;
    if (count < 7 || count > 24 || a->count < 2 || b->count < 2) return;
    bool ordinary =
        lexicon_ordinary(facts->lexicon, a->hash) && lexicon_ordinary(facts->lexicon, b->hash);
    if (ordinary && !(a->flags & WORD_CAPITAL) && !norm->quiet) return;
    unsigned most = ordinary && !s->scanned ? 0 : 1;
    const struct glyph *glyphs = norm->glyphs + a->glyph;
    uint64_t letters = 0;
    for (size_t i = 0; i < facts->seeker_count; i++) {
        const struct term_word *t = &facts->words[facts->seekers[i]];
        if (t->kind != WORD_TELLING || t->count < 8) continue;
        if (glyphs[0].shape != t->glyphs[0].shape) continue;
        bool sign = boro(glyphs, count, t);
        if (!sign && (t->count + 1 < count || t->count > count + 1)) continue;
        if (letters == 0) letters = like_letters(glyphs, count);
        if (!sign && __builtin_popcountll(letters ^ t->letters) > 2) continue;
        if (!sign && like_distance(glyphs, count, t->glyphs, t->count, 1) > most) continue;
        propose(s, &facts->terms[t->term], word, word + 1, b->bare != b->count, 80, &why_apart);
    }
}

/* "P*mberton", "Pem**rton": letters struck out, one sign each. */
static void find_masked(struct search *s, size_t word)
{
    enum { LEAST = 4, SIGNS = 4 };
    const struct norm *norm = s->norm;
    if (word + 1 >= norm->word_count) return;
    const struct word *a = &norm->words[word], *b = a + 1;
    if (a->gap_length > SIGNS || a->gap_length == 0 ||
        (a->gap & (GAP_SPACE | GAP_LINE | GAP_PARAGRAPH | GAP_HYPHEN | GAP_SLASH | GAP_COMMA)))
        return;
    const uint16_t signs = GAP_OTHER | GAP_AT | GAP_UNDERSCORE | GAP_END | GAP_STOP | GAP_QUOTE;
    uint32_t hidden = a->gap_length, count = a->count + hidden + b->bare;
    if (!(a->gap & signs) || a->count + b->bare < LEAST) return;
    const struct glyph *left = norm->glyphs + a->glyph, *right = norm->glyphs + b->glyph;
    for (size_t i = 0; i < s->facts->seeker_count; i++) {
        const struct term_word *t = &s->facts->words[s->facts->seekers[i]];
        if (t->count != count || !like_same(left, t->glyphs, a->count)) continue;
        if (!like_same(right, t->glyphs + a->count + hidden, b->bare)) continue;
        propose(s, &s->facts->terms[t->term], word, word + 1, b->bare != b->count, 85, &why_shape);
    }
}

/* "… and it ends 900321": the last digits of a number on the list. */
static void find_last_digits(struct search *s, size_t word)
{
    enum { LEAST = 5, MOST = 9 };
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_DIGITS) || w->count < LEAST || w->count > MOST) return;
    for (size_t i = 0; i < s->facts->term_count; i++) {
        const struct term *term = &s->facts->terms[i];
        if (term->given->category != MARK_PHONE && term->given->category != MARK_ID) continue;
        if (term->glyph_count <= w->count) continue;
        if (like_same(norm->glyphs + w->glyph, term->glyphs + term->glyph_count - w->count,
                      w->count))
            propose(s, term, word, word, false, 80, &why_part);
    }
}

/* "T.R.A.", "QE High": the initials of a term's words, in capitals. */
static void find_initials(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_CAPITAL) || norm->shouting) return;
    size_t last = word, count = w->count;
    /* Letters with stops. */
    while (w->count == 1 && last + 1 < norm->word_count && norm->words[last + 1].count == 1 &&
           norm->words[last].gap == GAP_STOP && (norm->words[last + 1].flags & WORD_CAPITAL))
        last++, count++;
    if (count < 2 || count > 6 || (last == word && !(w->flags & WORD_CAPS))) return;
    if (word > 0 && norm->words[word - 1].count == 1 && norm->words[word - 1].gap == GAP_STOP)
        return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    for (size_t i = 0; i < s->facts->term_count; i++) {
        const struct term *term = &s->facts->terms[i];
        if (term->given->category == MARK_NAME || !term->by_words) continue;
        if (term->initial_count < count || term->initial_count > count + 2) continue;
        if (!like_same(glyphs, term->initials, count)) continue;
        bool all = term->initial_count == count &&
                   (count >= 3 || after_cue(s, word, "in at to from near"));
        bool kind = last + 1 < norm->word_count && joins(norm, last) &&
                    is_generic(term->given->category, norm, last + 1) &&
                    !is_any(norm, last + 1, "and of the by in on");
        if (!all && !kind) continue;
        propose(s, term, word, kind ? last + 1 : last, false, 80, &why_initials);
    }
}

/* "Chelmo", "Oggy": a term's first letters with a familiar ending, or alone where a place stands.
 */
static void find_short(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (w->count < 3 || w->count > 9 || (w->flags & (WORD_DIGITS | WORD_MIXED))) return;
    if (!(w->flags & WORD_CAPITAL) && !norm->quiet) return;
    unsigned kinds = lexicon_kinds(s->facts->lexicon, w->hash);
    bool named = after_first_name(s, word);
    if (!named && (kinds & (LEXICON_ORDINARY | LEXICON_BRITISH))) return;
    if ((kinds & LEXICON_PROPER) && !after_cue(s, word, "in at to from near round")) return;
    if (facts_allowed(s->facts, norm, word)) return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    for (size_t i = 0; i < s->facts->seeker_count; i++) {
        const struct term_word *t = &s->facts->words[s->facts->seekers[i]];
        const struct term *term = &s->facts->terms[t->term];
        if (t->kind != WORD_TELLING || t->count < 6 || t->count < w->bare + 2) continue;
        uint32_t same = 0;
        while (same < w->bare && glyphs[same].point == t->glyphs[same].point) same++;
        bool drawn = term->given->category == MARK_PLACE && w->bare >= 5 && kinds == 0 &&
                     after_cue(s, word, "in at to from near round") &&
                     contracted(glyphs, w->bare, t); /* "Soton", "Ilson" */
        if (drawn) {
            propose(s, term, word, word, w->bare != w->count, 65, &why_short);
            continue;
        }
        if (same < 3) continue;
        bool whole = same == w->bare && term->given->category != MARK_NAME &&
                     after_cue(s, word, "in at to from near round");
        whole = whole || (same == w->bare && same >= (norm->quiet ? 4 : 5) && kinds == 0);
        whole = whole || (same == w->bare && same >= 4 && term->given->category == MARK_NAME &&
                          (named || kinds == 0 || kinds == LEXICON_SELDOM ||
                           ((kinds & LEXICON_FIRST) && !(kinds & LEXICON_ORDINARY))));
        bool familiar = false;
        if (same + 3 >= w->bare && same < w->bare && (same >= 4 || w->bare <= 4)) {
            uint32_t end = glyphs[w->bare - 1].point;
            familiar = end == 'o' || end == 'y' || end == 'e' || end == 'a' || end == 's';
        }
        if (!whole && !familiar) continue;
        if (familiar && !whole && (kinds & LEXICON_FIRST)) continue;
        propose(s, term, word, word, w->bare != w->count, 70, &why_short);
    }
}

void facts_find(const struct facts *facts, const struct norm *norm, bool scanned,
                struct arena *arena, struct marks *marks)
{
    struct search search = {facts, norm, scanned, arena, marks};
    if (facts->term_count == 0) return;
    for (size_t i = 0; i < norm->word_count; i++) {
        find_whole(&search, i);
        find_word(&search, i);
        find_inside(&search, i);
        find_pair(&search, i);
        find_masked(&search, i);
        find_last_digits(&search, i);
        find_initials(&search, i);
        find_short(&search, i);
    }
}
