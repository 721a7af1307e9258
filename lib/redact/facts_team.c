/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

/* The last word of a team's name, alone: "the Otters", "a Bantam", "them hornets that do rugby". */

/* Does a team call itself by the last word of the term? Every town has Beavers and Juniors. */
static bool names_a_team(const struct facts *facts, const struct term *term)
{
    enum { LEAST = 5 };
    if (term->given->category != MARK_SCHOOL || term->count < 2) return false;
    const size_t at = term->first + term->count - 1;
    const struct term_word *t = &facts->words[at];
    if (t->count < LEAST || t->glyphs[t->count - 1].point != 's') return false;
    if (t->kind == WORD_GENERIC) return is_any(facts->norm, at, "rangers");
    return t->kind >= WORD_ORDINARY &&
           !is_any(facts->norm, at,
                   "explorers seniors girls boys ladies ponies sports runners swimmers dancers "
                   "singers players saints friends crafts acorns fields woods springs hills trees "
                   "meadows lessons stars steps tots kids angels athletics gardens lines stables "
                   "taekwondo gymnastics majorettes minis heights williams thomas james");
}

void facts_index_teams(struct facts *facts, struct arena *arena)
{
    facts->teams = ARENA_MANY(arena, facts->term_count + 1, uint32_t);
    for (size_t i = 0; i < facts->term_count; i++) {
        const struct term *term = &facts->terms[i];
        if (!names_a_team(facts, term)) continue;
        facts->teams[facts->team_count++] = (uint32_t)i;
        const struct term_word *t = &facts->words[term->first + term->count - 1];
        facts->team_firsts |= 1u << t->glyphs[0].shape % 32;
    }
}

/* "Wild Otters", "Swift Street": a capital beside it, and no number of a team's age. */
static bool in_another_name(const struct norm *norm, size_t word)
{
    const uint8_t number = WORD_DIGITS | WORD_MIXED;
    if (word > 0 && norm->words[word - 1].gap == GAP_SPACE) {
        const struct word *before = &norm->words[word - 1];
        if ((before->flags & WORD_CAPITAL) && !(before->flags & (WORD_OPENS | number))) return true;
    }
    if (norm->words[word].gap != GAP_SPACE || word + 1 >= norm->word_count) return false;
    const struct word *next = &norm->words[word + 1];
    return (next->flags & WORD_CAPITAL) && !(next->flags & number) &&
           !facts_is_generic(MARK_SCHOOL, norm, word + 1);
}

/* "them hornets that do the mini rugby" */
static bool plays_nearby(const struct norm *norm, size_t word)
{
    enum { NEAR = 8 };
    const struct word_list *sports = WORDS(
        "play plays played playing rugby football footy netball hockey cricket gala training "
        "trains team match matches game games gymnastics swimming swims goal league club coach");
    for (size_t i = 1; i <= NEAR && i <= word; i++) {
        if (norm->words[word - i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (words_has(norm, word - i, sports)) return true;
    }
    for (size_t i = word; i < word + NEAR && i + 1 < norm->word_count; i++) {
        if (norm->words[i].gap & (GAP_END | GAP_PARAGRAPH)) break;
        if (words_has(norm, i + 1, sports)) return true;
    }
    return false;
}

/* Is it the team, as what stands before the word tells? one: of its players, "a Bantam". */
static bool team_meant(const struct search *s, size_t word, bool one)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    bool the = after_cue(s, word, "the those them these our your his her their dear");
    if (norm->shouting || in_another_name(norm, word)) return false;
    if (facts_after(s, word, WORDS("supports support supporting watch watched see saw")))
        return false;
    if (!(w->flags & (WORD_CAPITAL | WORD_MIXED)) || norm->quiet)
        return after_cue(s, word, "them those the") && plays_nearby(norm, word) &&
               (norm->quiet || !after_cue(s, word, "the"));
    if (w->flags & WORD_CAPS) return false;
    if (the) return true;
    if (one) return after_cue(s, word, "a an on go");
    return !(w->flags & WORD_OPENS) &&
           after_cue(s, word, "with for from in on go and to at against");
}

void facts_find_team(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if ((s->facts->team_firsts >> glyphs[0].shape % 32 & 1) == 0) return;
    for (size_t i = 0; i < s->facts->team_count; i++) {
        const struct term *term = &s->facts->terms[s->facts->teams[i]];
        const struct term_word *t = &s->facts->words[term->first + term->count - 1];
        bool one = w->bare + 1 == t->count;
        if (!one && w->bare != t->count) continue;
        bool misread = (w->flags & WORD_MIXED) &&
                       like_shape_start(glyphs, w->bare, t->glyphs, w->bare) == w->bare;
        if (!misread && !like_same(glyphs, t->glyphs, w->bare)) continue;
        if (t->kind == WORD_GENERIC && !after_cue(s, word, "the them those")) continue;
        if (!team_meant(s, word, one) || facts_spared(s, term, word, word)) continue;
        facts_propose(s, term, word, word, false, 78, &facts_why_part);
    }
}
