/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/facts_in.h"

/* Double surnames by their letters: "Clare K-W", "the P-Vs", "Pippa CV". */

/* A surname of two words with a hyphen or a space between: "Kulkarni-Webb". */
static bool is_double(const struct facts *facts, const struct term *term)
{
    enum { LEAST = 3 };
    return term->given->category == MARK_NAME && term->count == 2 &&
           memchr(term->given->term.at, '-', term->given->term.len) != NULL &&
           facts->words[term->first].count >= LEAST && facts->words[term->first + 1].count >= LEAST;
}

void facts_index_doubles(struct facts *facts, struct arena *arena)
{
    facts->doubles = ARENA_MANY(arena, facts->term_count + 1, uint32_t);
    for (size_t i = 0; i < facts->term_count; i++) {
        if (!is_double(facts, &facts->terms[i])) continue;
        facts->doubles[facts->double_count++] = (uint32_t)i;
        facts->double_firsts |= 1u << facts->terms[i].glyphs[0].point % 32;
    }
}

/* Behind a first name or initial, or alone on its line: where one signs. */
static bool signed_so(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const uint16_t line = GAP_LINE | GAP_PARAGRAPH | GAP_END;
    if (word == 0) return false;
    const struct word *before = &norm->words[word - 1];
    if (before->count == 1 && (before->flags & WORD_CAPITAL) && before->gap_length <= 2)
        return true;
    if (before->gap != GAP_SPACE || !(before->flags & WORD_CAPITAL)) return false;
    return facts_allowed(s->facts, norm, word - 1) ||
           (facts_kinds(norm, word - 1) & LEXICON_FIRST) ||
           ((norm->words[word].gap & line) && before->count > 2 && !facts_ordinary(norm, word - 1));
}

/* "K-W", "P-Vs" */
static bool two_letters(const struct search *s, const struct term *term, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *a = &norm->words[word], *b = a + 1;
    if (word + 1 >= norm->word_count || a->count != 1 || !(a->gap & GAP_HYPHEN)) return false;
    if ((a->gap & (uint16_t) ~(GAP_HYPHEN | GAP_STOP)) != 0 || a->gap_length > 2) return false;
    const struct glyph *g = norm->glyphs + b->glyph;
    if (!(b->flags & WORD_CAPITAL) || g[0].point != term->initials[1].point) return false;
    bool many = b->count == 2 && g[1].point == 's' && !(g[1].flags & GLYPH_UPPER);
    return b->count == 1 || many;
}

void facts_find_double(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *g = norm->glyphs + w->glyph;
    if (norm->shouting || (s->facts->double_firsts >> g[0].point % 32 & 1) == 0) return;
    for (size_t i = 0; i < s->facts->double_count; i++) {
        const struct term *term = &s->facts->terms[s->facts->doubles[i]];
        if (g[0].point != term->initials[0].point) continue;
        if (two_letters(s, term, word)) {
            facts_propose(s, term, word, word + 1, false, 82, &facts_why_initials);
        } else if (w->count == 2 && (w->flags & WORD_CAPS) &&
                   g[1].point == term->initials[1].point && signed_so(s, word)) {
            facts_propose(s, term, word, word, false, 75, &facts_why_initials);
        }
    }
}
