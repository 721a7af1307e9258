/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/* A term's word that the text has in two pieces. */

/* "Max Power", where maxpower is on the list: known words, and no app is spoken of. */
static bool two_names(const struct search *s, const struct term *term, size_t word)
{
    return term->given->category == MARK_HANDLE && !term->digits &&
           (s->norm->words[word].gap & (GAP_SPACE | GAP_LINE)) &&
           facts_all_known(s, word, word + 1) && !facts_on_an_app(s->norm, word, word + 1);
}

/* "Lommy-shay", "North Moor": two pieces of a word as it sounds, with a capital. */
static bool pair_sounds(const struct norm *norm, size_t word, const struct term_word *t,
                        const char *sound)
{
    enum { FAR = 3, NEAR = 2, SOUNDS = 3 };
    const struct word *a = &norm->words[word], *b = a + 1;
    if (strlen(sound) < SOUNDS || strcmp(sound, t->sound) != 0) return false;
    if (!(a->flags & WORD_CAPITAL) || a->gap_length != 1) return false;
    bool hyphen = a->gap == GAP_HYPHEN;
    if (!hyphen && !(b->flags & WORD_CAPITAL)) return false;
    unsigned most = hyphen ? FAR : NEAR;
    return like_distance(norm->glyphs + a->glyph, a->count + b->bare, t->glyphs, t->count, most) <=
           most;
}

/* A term's word in two pieces and misspelt besides: "holing worth". */
void facts_find_pair(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const struct facts *facts = s->facts;
    if (word + 1 >= norm->word_count) return;
    const struct word *a = &norm->words[word], *b = &norm->words[word + 1];
    if (a->gap & ~(GAP_SPACE | GAP_HYPHEN | GAP_LINE) || a->gap_length > 3) return;
    uint32_t count = a->count + b->bare;
    if (count < 7 || count > 24 || a->count < 2 || b->count < 2) return;
    const struct glyph *glyphs = norm->glyphs + a->glyph;
    bool ordinary = facts_ordinary(norm, word) && facts_ordinary(norm, word + 1);
    if (ordinary && !(a->flags & WORD_CAPITAL) && !norm->quiet) return;
    unsigned most = ordinary && !s->scanned ? 0 : 1;
    /* "to Free hold": ordinary words, with a capital inside a sentence */
    bool inside = (a->flags & (WORD_CAPITAL | WORD_OPENS)) == WORD_CAPITAL && !norm->shouting;
    uint64_t letters = 0;
    char sound[LIKE_SOUND + 1];
    like_sound(glyphs, count, sound);
    for (size_t i = 0; i < facts->seeker_count; i++) {
        const struct term_word *t = facts->seekers[i].word;
        if (t->count < FACTS_PAIR || glyphs[0].shape != t->glyphs[0].shape) continue;
        if (t->kind != WORD_TELLING && !(inside && count == t->count)) continue;
        bool sign = facts_boro(glyphs, count, t) || pair_sounds(norm, word, t, sound);
        if (!sign && (t->count + 1 < count || t->count > count + 1)) continue;
        if (letters == 0) letters = like_letters(glyphs, count);
        if (!sign && __builtin_popcountll(letters ^ t->letters) > 2) continue;
        if (!sign && like_distance(glyphs, count, t->glyphs, t->count, 1) >
                         (t->kind == WORD_TELLING ? most : 0))
            continue;
        if (two_names(s, facts->seekers[i].term, word)) continue;
        facts_propose(s, facts->seekers[i].term, word, word + 1, b->bare != b->count, 80,
                      &facts_why_apart);
    }
}
