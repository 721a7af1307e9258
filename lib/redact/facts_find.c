/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/* The search: whole terms, whatever stands between their letters, then the words of terms. */

/* Does a word end with this glyph (or before a possessive or plural ending)? */
static bool ends_word(const struct norm *norm, size_t glyph)
{
    uint8_t flags = norm->glyphs[glyph].flags;
    if (flags & (GLYPH_LAST | GLYPH_BARE)) return true;
    if (glyph + 1 >= norm->glyph_count) return false;
    const struct glyph *next = &norm->glyphs[glyph + 1];
    return next->point == 's' && (next->flags & GLYPH_LAST);
}

/* Are they words or names that people write anyhow, each of them? */
bool facts_all_known(const struct search *s, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
        if (lexicon_kinds(s->facts->lexicon, s->norm->words[i].hash) == 0) return false;
    return true;
}

/* Letters of one word that is written in pieces, at least. */
static size_t least_apart(const struct search *s, const struct term *term, size_t first,
                          size_t last, bool all_ordinary)
{
    const struct norm *norm = s->norm;
    size_t least = 5;
    if (all_ordinary) least = after_cue(s, first, "at") ? 7 : 8; /* "at fun land" */
    /* "We had a green field", of Greenfield */
    if (all_ordinary && !norm->quiet && !norm->shouting && last == first + 1 &&
        term->given->category != MARK_NAME &&
        !((norm->words[first].flags | norm->words[last].flags) & WORD_CAPITAL) &&
        after_cue(s, first, "a an the my our his her some"))
        return SIZE_MAX;
    /* "you are Ash down now": a capital inside a sentence */
    if (all_ordinary && last == first + 1 && !norm->quiet && !norm->shouting &&
        (norm->words[first].flags & (WORD_CAPITAL | WORD_OPENS)) == WORD_CAPITAL &&
        norm->words[first].count > 2 && norm->words[last].count > 2 &&
        !(facts_kinds(norm, first) & LEXICON_FIRST) && !facts_allowed(s->facts, norm, first))
        least = 6;
    if (term->given->category == MARK_HANDLE && facts_on_an_app(norm, first, last)) least = 5;
    /* "in for far": no other word but a place stands there */
    if (all_ordinary && last == first + 1 && term->given->category == MARK_PLACE &&
        is_any(norm, first, "for in to of at on with from by and") &&
        after_cue(s, first, "in at to from near"))
        least = 6;
    return least;
}

/* May the words first … last be one term that is written as `words` words? */
static bool spacing_fits(const struct search *s, const struct term *term, size_t first, size_t last)
{
    if (first == last) return true;
    const struct norm *norm = s->norm;
    bool letters_apart = true, all_ordinary = true;
    for (size_t i = first; i <= last; i++) {
        if (norm->words[i].count > 1) letters_apart = false;
        if (!facts_ordinary(s->norm, i)) all_ordinary = false;
        if (i == last) break;
        if (norm->words[i].gap & GAP_PARAGRAPH) return false;
        if (norm->words[i].gap_length > ((norm->words[i].gap & GAP_LINE) ? LETTERHEAD : 6))
            return false;
    }
    if (letters_apart) return term->glyph_count >= 3;
    /* "nanna bev" is also what she is called; on an app it has no spaces. */
    if (term->given->category == MARK_HANDLE && !term->digits &&
        !facts_on_an_app(norm, first, last) &&
        (!term->telling || (last == first + 1 && facts_all_known(s, first, last))))
        for (size_t i = first; i < last; i++)
            if (norm->words[i].gap & (GAP_SPACE | GAP_LINE)) return false;
    if (term->digits || term->count > 1) return true;
    /* One word in pieces: long enough, and no sentence ends between them. */
    for (size_t i = first; i < last; i++)
        if (norm->words[i].gap & (GAP_END | GAP_COMMA)) return false;
    if (term->glyph_count < least_apart(s, term, first, last, all_ordinary)) return false;
    /* "settle d own": pieces of one or two letters are seldom meant. */
    return last - first < 3 || last - first + 1 < term->glyph_count / 2;
}

/* Do the word's first glyph and the one behind it begin a term? */
static inline bool may_begin(const struct search *s, const struct glyph *first)
{
    const struct norm *norm = s->norm;
    const uint32_t seconds = s->facts->seconds[first->shape % FACTS_FIRSTS];
    if (seconds == 0 || first + 1 == norm->glyphs + norm->glyph_count) return seconds != 0;
    return (seconds >> first[1].shape % 32 & 1) != 0;
}

static void find_whole(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    size_t at = norm->words[word].glyph;
    uint32_t next = facts->by_first[norm->glyphs[at].shape % FACTS_FIRSTS];
    while (next != 0) {
        const struct term *term = &facts->terms[next - 1];
        next = term->next;
        size_t left = norm->glyph_count - at;
        if (!like_may_start(norm->glyphs + at, left, term->glyphs, term->glyph_count)) continue;
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
            if (!(w->flags & WORD_MIXED) && facts_ordinary(s->norm, word)) continue;
            if (!(w->flags & WORD_MIXED) && facts_allowed(facts, norm, word)) continue;
        }
        if (same && term->one_ordinary && word == last &&
            !facts_meant(s, word, last, term->given->category))
            continue;
        if (term->count > 1 && last > word &&
            (facts_only_words(s, term, word, last) ||
             (facts_feast(s, last) && term->given->category != MARK_NAME)))
            continue;
        if (word == last && term->count == 1 && term->given->category == MARK_PLACE &&
            facts_rare_word(s, word))
            continue;
        if (term->count > 1 && facts_only_a_shop(s, word, term->given->category)) continue;
        if (!term->telling && term->count > 1 && facts_longer_name(s, word, term)) continue;
        if (word == last && (facts_a_person(s, word, term->given->category) ||
                             facts_a_trip(s, word, term->given->category) ||
                             facts_only_a_shop(s, word, term->given->category) ||
                             facts_another_thing(s, word, last, term->given->category)))
            continue;
        if (facts_spared(s, term, word, last)) continue;
        if (same && term->count == 1 && term->glyph_count < 3 &&
            !(norm->words[word].flags & WORD_CAPITAL))
            continue;
        if (term->given->category == MARK_NAME && word == last && facts_allowed(facts, norm, word))
            continue;
        bool apart = same && (size_t)(last - word + 1) != term->count;
        facts_propose(s, term, word, last, bare, same ? (apart ? 95 : 98) : 92,
                      same ? (apart ? &facts_why_apart : &facts_why_whole) : &facts_why_shape);
    }
}

#define COUNTIES                                                                                 \
    "staffordshire lancashire lincolnshire derbyshire nottinghamshire leicestershire yorkshire " \
    "gloucestershire worcestershire oxfordshire cambridgeshire bedfordshire northamptonshire "   \
    "warwickshire herefordshire cheshire"

static bool sought(const struct facts *facts, uint32_t hash)
{
    uint32_t bit = hash & FACTS_BITS;
    return (facts->hashes[bit / 64] >> bit % 64 & 1) != 0;
}

/* An ordinary word is sought as it is, in the singular, as another form of a name or as somebody's
 * surname; only the last may be misspelt. */
static bool worth_a_look(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *last = &norm->glyphs[w->glyph + w->count - 1];
    const uint32_t bare = norm_bare_hash(norm, w);
    if (sought(s->facts, w->hash) || sought(s->facts, bare) ||
        sought(s->facts, norm_hash_before(w->hash, last)))
        return true;
    if (!(w->flags & WORD_CAPITAL)) return false;
    if (!(w->flags & WORD_OPENS) && w->bare + 1 >= FACTS_CAPITAL && !norm->shouting) return true;
    return (w->flags & WORD_MIXED) || lexicon_same(s->facts->lexicon, bare) != 0 ||
           facts_after_first_name(s, word);
}

/* A word of the text as it is compared with those of the terms. */
struct seen {
    const struct glyph *glyphs;
    bool mixed; /* digits and letters */
    bool stem;  /* long enough to be inflected */
    uint64_t letters;
    uint32_t same; /* its group of names */
    char sound[LIKE_SOUND + 1];
};

static inline uint64_t without_two(uint64_t bits)
{
    bits &= bits - 1;
    return bits & (bits - 1);
}

/* Do they begin with the same letters, so many that one may be the other inflected? */
static inline bool same_stem(const struct glyph *a, const struct term_word *t)
{
    return t->count >= FACTS_STEM && like_same(a, t->glyphs, FACTS_STEM);
}

/* Are these letters, of which each stands in one of two words alone, those of another way to write
 * the same: rn for m and vv for w, or a Welsh mutation (ngh for c, mh for p, nh for t)? */
static inline bool written_otherwise(uint64_t apart)
{
#define BIT LIKE_LETTER
    const uint64_t scanned = BIT('r') | BIT('n') | BIT('m') | BIT('v') | BIT('w');
    const uint64_t mutated =
        BIT('n') | BIT('g') | BIT('h') | BIT('c') | BIT('m') | BIT('p') | BIT('t');
#undef BIT
    return (apart & ~scanned) == 0 || (apart & ~mutated) == 0;
}

/*
 * May it be a term's word? One letter wrong, missing or too many leaves two letters at most that
 * stand in one word alone, two of them four ("boro" for "borough" five); only long words may have
 * two (facts_fit.c). Where more do, it must be another form of the name, be inflected, sound alike,
 * or have a number in it.
 */
static inline bool may_fit(const struct seen *seen, const struct seeker *seeker)
{
    const uint64_t apart = seen->letters ^ seeker->letters, three = without_two(apart);
    if (three == 0 || seen->mixed) return true;
    if (seeker->is_long) {
        const uint64_t five = without_two(three);
        if ((five & (five - 1)) == 0) return true;
    } else if (written_otherwise(apart)) {
        return true;
    }
    if (seen->same != 0 && seen->same == seeker->same) return true;
    if (seen->stem && seen->glyphs[0].point == seeker->first &&
        same_stem(seen->glyphs, seeker->word))
        return true;
    return seen->sound[0] == seeker->sound && facts_sounds_like(seeker->word, seen->sound);
}

/* A word of the text that fits a term's word, with what belongs to the term beside it. */
struct find {
    const struct seeker *seeker;
    struct fit fit;
    size_t word, first, last;
    size_t own; /* words of the term beside it */
    bool works; /* an ordinary word, and somebody works there */
};

/* Is an ordinary word, without any of its term's beside it, what the list means? */
static bool ordinary_word_meant(const struct search *s, struct find *find)
{
    const struct norm *norm = s->norm;
    const struct term *term = find->seeker->term;
    const enum mark_category category = term->given->category;
    const size_t word = find->word;
    if (category == MARK_NAME && facts_after_first_name(s, word)) {
        find->fit.confidence = 85;
        return true;
    }
    if (facts_of_another_name(s, term, word)) return false;
    find->works = facts_at_work(s, word, category);
    bool capital = (norm->words[word].flags & WORD_CAPITAL) && !norm->quiet && !norm->shouting;
    bool team = find->works || facts_worn(s, word, category) ||
                (after_cue(s, word, "the") && term->solid <= 3 && capital &&
                 (category == MARK_SCHOOL || (category == MARK_WORKPLACE && word > 1 &&
                                              after_cue(s, word - 1, "at in from for"))));
    bool beside = facts_generic_beside(s, term, word);
    if (!team && !beside && !facts_meant(s, word, word, category)) return false;
    /* One ordinary word out of several: only with its kind beside it. */
    if (term->solid > 1 && !team && !beside) return false;
    find->fit.confidence = 75;
    return true;
}

/* Is it something else of that name, as its neighbours tell? */
static bool of_something_else(const struct search *s, const struct find *find)
{
    const struct term *term = find->seeker->term;
    const enum mark_category category = term->given->category;
    if (term->count > 1 && !find->works && facts_only_words(s, term, find->first, find->last))
        return true;
    if (term->count > 1 && find->last > find->first && facts_feast(s, find->last) &&
        category != MARK_NAME)
        return true;
    if (find->own == 0 &&
        ((category == MARK_PLACE && facts_rare_word(s, find->word)) ||
         facts_a_person(s, find->word, category) || facts_a_trip(s, find->word, category) ||
         facts_only_a_shop(s, find->word, category) ||
         facts_another_thing(s, find->first, find->last, category) ||
         facts_only_a_saint(s, term, find->word)))
        return true;
    return facts_spared(s, term, find->first, find->last);
}

/* "Bosforus", where Bosphorus Barbers is on the list: no word that people write but this one. */
static bool sounds_rare(const struct search *s, size_t word, const struct seeker *seeker,
                        const struct fit *fit)
{
    enum { LONG = 7 };
    return (fit->why == &facts_why_sound || fit->why == &facts_why_two) &&
           seeker->word->count >= LONG && seeker->word->kind == WORD_TELLING &&
           facts_kinds(s->norm, word) == 0 &&
           ((s->norm->words[word].flags & WORD_CAPITAL) || s->norm->quiet);
}

/* Proposes the word where it is meant as the seeker's. */
static void propose_fit(struct search *s, size_t word, const struct seeker *seeker, struct fit fit)
{
    const struct term *term = seeker->term;
    struct find find = {.seeker = seeker, .fit = fit, .word = word, .first = word, .last = word};
    find.own = facts_extend(s, term, &find.first, &find.last, &find.fit.bare);
    if (find.own == 0) {
        if (facts_allowed(s->facts, s->norm, word)) return;
        if (seeker->word->kind == WORD_ORDINARY) {
            if (!ordinary_word_meant(s, &find)) return;
        } else if (term->solid > 1 && fit.confidence < 90 && !sounds_rare(s, word, seeker, &fit)) {
            return;
        }
    }
    if (of_something_else(s, &find)) return;
    const struct reason *why = fit.why;
    if (term->count == 1 && why == &facts_why_part) why = &facts_why_whole;
    facts_propose(s, term, find.first, find.last, find.fit.bare, find.fit.confidence, why);
}

/* Is it the same word, as far as may_fit sees it? */
static bool same_word(const struct norm *norm, size_t one, size_t other)
{
    const struct word *a = &norm->words[one], *b = &norm->words[other];
    return a->count == b->count && a->bare == b->bare && !((a->flags ^ b->flags) & WORD_MIXED) &&
           like_same(norm->glyphs + a->glyph, norm->glyphs + b->glyph, a->count);
}

static void find_word(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    bool ordinary =
        facts_ordinary(s->norm, word) ||
        (w->bare != w->count && lexicon_ordinary(facts->lexicon, norm_bare_hash(norm, w)));
    if (ordinary && !worth_a_look(s, word)) return;
    uint32_t *unlike = &s->unlike[w->hash % FACTS_UNLIKE];
    if (*unlike != 0 && same_word(norm, word, *unlike - 1)) return;
    struct seen seen = {.glyphs = glyphs,
                        .mixed = (w->flags & WORD_MIXED) != 0,
                        .stem = w->count >= FACTS_STEM,
                        .letters = like_letters(glyphs, w->bare),
                        .same = lexicon_same(facts->lexicon, norm_bare_hash(norm, w))};
    like_sound(glyphs, w->bare, seen.sound);
    bool small = !(w->flags & WORD_CAPITAL) && !norm->quiet && !norm->shouting, like_one = false;
    for (size_t i = 0; i < facts->seeker_count; i++) {
        const struct seeker *seeker = &facts->seekers[i];
        if (!may_fit(&seen, seeker)) continue;
        like_one = true;
        struct fit fit = facts_fits(s, word, seeker->word, ordinary, seen.letters, seen.sound);
        if (fit.confidence == 0) continue;
        if (small && fit.confidence < 95 && facts_foreign_here(s, word)) continue;
        propose_fit(s, word, seeker, fit);
    }
    if (!like_one) *unlike = (uint32_t)word + 1;
}

/* A telling word inside a longer one: "teammarsden", "#TheMarsdens". */
static void find_inside(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    const struct word *w = &norm->words[word];
    if (w->count > LIKE_GLYPHS) return;
    if (facts_kinds(s->norm, word) & (LEXICON_ORDINARY | LEXICON_PROPER)) return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if (is_any(norm, word, COUNTIES)) return;
    uint64_t letters = like_letters(glyphs, w->count);
    for (size_t i = 0; i < facts->seeker_count; i++) {
        const struct term_word *t = facts->seekers[i].word;
        if (t->kind != WORD_TELLING || t->count < 5 || t->count + 2 > w->count) continue;
        if ((t->letters & ~letters) != 0) continue;
        for (size_t at = 0; at + t->count <= w->count; at++) {
            if (!like_same(glyphs + at, t->glyphs, t->count)) continue;
            facts_propose(s, facts->seekers[i].term, word, word, false, 85, &facts_why_inside);
            break;
        }
    }
}

/* May a term that is told begin with the word, or a name stand inside one? */
static inline bool may_be_told(const struct facts *facts, const struct word *w,
                               const struct glyph *first)
{
    if (facts->told_by_first[first->shape % FACTS_FIRSTS] != 0) return true;
    return facts->long_name_count > 0 && (w->flags & WORD_CAPITAL);
}

/* Each part looks only where its first signs are. */
static void look_at(struct search *s, size_t word)
{
    enum { WORD = 3, LONG = 8 }; /* glyphs, at least */
    const struct facts *facts = s->facts;
    const struct word *w = &s->norm->words[word];
    const struct glyph *first = s->norm->glyphs + w->glyph;
    const bool capital = w->flags & WORD_CAPITAL;
    if (may_begin(s, first)) find_whole(s, word);
    if (w->count >= WORD) find_word(s, word);
    if (w->count >= LONG) find_inside(s, word);
    if ((facts->pair_firsts >> first->shape % 32 & 1) != 0) facts_find_pair(s, word);
    if (may_be_told(facts, w, first)) facts_find_told(s, word);
    if (facts->code_count > 0) facts_find_spelled(s, word);
    if (!(w->gap & GAP_SPACE)) {
        facts_find_masked(s, word);
        facts_find_clipped(s, word);
    }
    if (w->flags & WORD_DIGITS) facts_find_last_digits(s, word);
    if (facts->team_count > 0) facts_find_team(s, word);
    if (capital) {
        facts_find_initials(s, word);
        facts_find_first_letter(s, word);
        if (facts->double_count > 0) facts_find_double(s, word);
    }
    if (capital || s->norm->quiet) facts_find_short(s, word);
}

void facts_find(const struct facts *facts, const struct norm *norm, bool scanned,
                struct arena *arena, struct marks *marks)
{
    struct search search = {
        .facts = facts, .norm = norm, .scanned = scanned, .arena = arena, .marks = marks};
    if (facts->term_count == 0) return;
    for (size_t i = 0; i < norm->word_count; i++)
        if (!norm_searched(norm, i)) look_at(&search, i);
    if (facts->code_count > 0) facts_find_pieces(&search);
}
