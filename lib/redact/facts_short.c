/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/* Short forms of a term: initials, first letters, letters struck out, last digits. */

/* "P*mberton", "Pem**rton": letters struck out, one sign each. */
void facts_find_masked(struct search *s, size_t word)
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
        const struct term_word *t = s->facts->seekers[i].word;
        if (t->count != count || !like_same(left, t->glyphs, a->count)) continue;
        if (!like_same(right, t->glyphs + a->count + hidden, b->bare)) continue;
        facts_propose(s, s->facts->seekers[i].term, word, word + 1, b->bare != b->count, 85,
                      &facts_why_shape);
    }
}

/* "B-waite", "D'ton", "M/cr": the beginning and the end of a long word, with a sign between. */
void facts_find_clipped(struct search *s, size_t word)
{
    enum { LONG = 6, HEAD = 3, ENDING = 2, LEAST = 4 };
    const struct norm *norm = s->norm;
    if (word + 1 >= norm->word_count) return;
    const struct word *a = &norm->words[word], *b = a + 1;
    const uint16_t signs = GAP_HYPHEN | GAP_SLASH | GAP_QUOTE | GAP_UNDERSCORE | GAP_OTHER;
    if (a->gap_length != 1 || !(a->gap & signs) || a->count > HEAD || b->bare < ENDING) return;
    if (a->count + b->bare < LEAST || ((a->flags | b->flags) & WORD_DIGITS)) return;
    if (!(a->flags & WORD_CAPITAL) && !norm->quiet) return;
    for (size_t i = 0; i < s->facts->seeker_count; i++) {
        const struct term_word *t = s->facts->seekers[i].word;
        if (t->kind != WORD_TELLING || t->count < LONG || t->count <= a->count + b->bare) continue;
        if (!like_same(norm->glyphs + a->glyph, t->glyphs, a->count)) continue;
        if (!like_same(norm->glyphs + b->glyph, t->glyphs + t->count - b->bare, b->bare)) continue;
        facts_propose(s, s->facts->seekers[i].term, word, word + 1, b->bare != b->count, 80,
                      &facts_why_short);
    }
}

/* "Tidders" of Tidworth, "Twickers", "Gazza": a familiar ending on the first letters. */
static bool familiar_ending(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    static const char *const endings[] = {"ers", "zza", "bo", "zer", "ies", "ster"};
    enum { STEM = 3 };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        uint32_t len = (uint32_t)strlen(endings[i]), same = 0, stem = count - len;
        if (count < len + STEM - (i == 1 ? 1 : 0)) continue;
        while (same < len && glyphs[stem + same].point == (unsigned char)endings[i][same]) same++;
        if (same < len) continue;
        if (stem > STEM && glyphs[stem - 1].point == glyphs[stem - 2].point) stem--;
        if (stem >= STEM && stem < t->count && like_same(glyphs, t->glyphs, stem)) return true;
    }
    return false;
}

/* "a Wycliffian", of Wycliffe: who goes or lives there. */
static bool goes_there(const struct glyph *glyphs, uint32_t count, const struct term_word *t)
{
    static const char ending[] = "ian";
    enum { ENDING = 3, STEM = 5, LOST = 2 };
    if (count > ENDING && glyphs[count - 1].point == 's') count--;
    if (count < STEM + ENDING) return false;
    const uint32_t stem = count - ENDING;
    for (uint32_t i = 0; i < ENDING; i++)
        if (glyphs[stem + i].point != (unsigned char)ending[i]) return false;
    return stem <= t->count && stem + LOST >= t->count && like_same(glyphs, t->glyphs, stem);
}

static void find_who_goes_there(struct search *s, size_t word)
{
    const struct word *w = &s->norm->words[word];
    const struct glyph *glyphs = s->norm->glyphs + w->glyph, *end = glyphs + w->bare - 1;
    if (w->bare > 1 && end->point == 's') end--;
    if (end->point != 'n' || !(w->flags & WORD_CAPITAL) || s->norm->shouting) return;
    if (facts_kinds(s->norm, word) & (LEXICON_ORDINARY | LEXICON_FIRST | LEXICON_SURNAME)) return;
    for (size_t i = 0; i < s->facts->seeker_count; i++) {
        const struct term *term = s->facts->seekers[i].term;
        const struct term_word *t = s->facts->seekers[i].word;
        if (t->kind == WORD_TELLING && term->given->category != MARK_NAME &&
            goes_there(glyphs, w->bare, t))
            facts_propose(s, term, word, word, false, 75, &facts_why_short);
    }
}

/* "… and it ends 900321": the last digits of a number on the list. */
void facts_find_last_digits(struct search *s, size_t word)
{
    enum { FEW = 4, LEAST = 5, MOST = 9 };
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (!(w->flags & WORD_DIGITS)) return;
    size_t least = after_cue(s, word, "ends ending end last in with are is") ? FEW : LEAST;
    if (w->count < least || w->count > MOST) return;
    for (size_t i = 0; i < s->facts->term_count; i++) {
        const struct term *term = &s->facts->terms[i];
        if (term->given->category != MARK_PHONE && term->given->category != MARK_ID) continue;
        if (term->glyph_count <= w->count) continue;
        if (like_same(norm->glyphs + w->glyph, term->glyphs + term->glyph_count - w->count,
                      w->count))
            facts_propose(s, term, word, word, false, 80, &facts_why_part);
    }
}

/* "P.E.", "a.m.": two letters with stops that everybody writes. */
static bool common_letters(const struct norm *norm, size_t word)
{
    static const char pairs[][2] = {{'p', 'e'}, {'p', 's'}, {'t', 'v'}, {'u', 'k'}, {'u', 's'},
                                    {'a', 'm'}, {'p', 'm'}, {'i', 'd'}, {'i', 't'}, {'d', 'j'},
                                    {'g', 'p'}, {'m', 'p'}, {'p', 'c'}, {'r', 'e'}, {'i', 'q'},
                                    {'h', 'q'}, {'m', 'e'}, {'o', 'k'}, {'s', 'w'}, {'d', 's'},
                                    {'p', 'o'}, {'a', 'e'}, {'v', 'r'}, {'e', 'g'}, {'i', 'e'}};
    const struct glyph *g = norm->glyphs + norm->words[word].glyph;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (g[0].point == (unsigned char)pairs[i][0] && g[1].point == (unsigned char)pairs[i][1])
            return true;
    return false;
}

/* "H.O.B.A." of Hill of Banchory Academy: its small words too. */
static bool each_initial(const struct search *s, const struct term *term,
                         const struct glyph *glyphs, size_t count)
{
    enum { LEAST = 4 };
    if (term->count != count || count < LEAST) return false;
    for (size_t i = 0; i < count; i++)
        if (s->facts->words[term->first + i].glyphs[0].point != glyphs[i].point) return false;
    return true;
}

/* "T.R.A.", "QE High": the initials of a term's words, in capitals. */
void facts_find_initials(struct search *s, size_t word)
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
        const bool each = each_initial(s, term, glyphs, count);
        if (!each && (term->initial_count < count || term->initial_count > count + 2)) continue;
        if (!each && !like_same(glyphs, term->initials, count)) continue;
        bool all = (each || term->initial_count == count) &&
                   (count >= 3 || after_cue(s, word, "in at to from near") ||
                    (last > word && !common_letters(norm, word)));
        bool kind = last + 1 < norm->word_count && facts_joins(norm, last) &&
                    facts_is_generic(term->given->category, norm, last + 1) &&
                    !is_any(norm, last + 1, "and of the by in on");
        if (!all && !kind) continue;
        facts_propose(s, term, word, kind ? last + 1 : last, false, 80, &facts_why_initials);
    }
}

/* "From: Verna B", "Love from Amelie F.": a first name, and the first letter of the surname. */
void facts_find_first_letter(struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    const uint16_t ends = GAP_LINE | GAP_PARAGRAPH | GAP_END | GAP_STOP | GAP_COMMA | GAP_QUOTE |
                          GAP_OTHER | GAP_OPEN | GAP_CLOSE | GAP_AT;
    const struct word *w = &norm->words[word];
    if (w->count != 1 || word == 0 || norm->shouting || !(w->gap & ends)) return;
    const struct word *before = w - 1;
    if (before->gap != GAP_SPACE || !(before->flags & WORD_CAPITAL) || before->count < 2) return;
    if (!facts_allowed(s->facts, norm, word - 1) && !(facts_kinds(norm, word - 1) & LEXICON_FIRST))
        return;
    /* "Mary I", "Vitamin C", "Year B" */
    if (is_any(norm, word - 1, "vitamin year class plan type hepatitis group team will grade"))
        return;
    for (size_t i = 0; i < s->facts->term_count; i++) {
        const struct term *term = &s->facts->terms[i];
        if (term->given->category != MARK_NAME) continue;
        const struct term_word *last = &s->facts->words[term->first + term->count - 1];
        if (last->glyphs[0].point == norm->glyphs[w->glyph].point) {
            facts_propose(s, term, word, word, false, 70, &facts_why_initials);
            return;
        }
    }
}

/* "Chelmo", "Oggy": a term's first letters with a familiar ending, or alone where a place stands.
 */
void facts_find_short(struct search *s, size_t word)
{
    enum { SHORT_MOST = 12 };
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if (w->count < 3 || w->count > SHORT_MOST || (w->flags & (WORD_DIGITS | WORD_MIXED))) return;
    if (!(w->flags & WORD_CAPITAL) && !norm->quiet) return;
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    find_who_goes_there(s, word);
    if ((s->facts->short_firsts >> glyphs[0].point % 32 & 1) == 0) return;
    unsigned kinds = facts_kinds(s->norm, word);
    bool named = facts_after_first_name(s, word);
    if (!named && (kinds & (LEXICON_ORDINARY | LEXICON_BRITISH))) return;
    if ((kinds & LEXICON_PROPER) && !after_cue(s, word, "in at to from near round")) return;
    if (facts_allowed(s->facts, norm, word)) return;
    for (size_t i = 0; i < s->facts->seeker_count; i++) {
        const struct term_word *t = s->facts->seekers[i].word;
        const struct term *term = s->facts->seekers[i].term;
        if (t->kind != WORD_TELLING || t->count < FACTS_SHORT || t->count < w->bare + 2) continue;
        uint32_t same = 0;
        while (same < w->bare && glyphs[same].point == t->glyphs[same].point) same++;
        /* "F'stone" of Featherstone: the first letter and the end */
        if (same == 1 && kinds == 0 && w->bare >= 6 && t->count >= w->bare + 3 &&
            like_same(glyphs + 1, t->glyphs + t->count - w->bare + 1, w->bare - 1)) {
            facts_propose(s, term, word, word, w->bare != w->count, 75, &facts_why_short);
            continue;
        }
        bool drawn = term->given->category == MARK_PLACE && w->bare >= 5 && kinds == 0 &&
                     after_cue(s, word, "in at to from near round") &&
                     facts_contracted(glyphs, w->bare, t); /* "Soton", "Ilson" */
        if (drawn) {
            facts_propose(s, term, word, word, w->bare != w->count, 65, &facts_why_short);
            continue;
        }
        if (same < 3 || facts_spared(s, term, word, word)) continue;
        if (kinds == 0 && w->count >= 6 && (w->flags & WORD_CAPITAL) &&
            familiar_ending(glyphs, w->count, t)) {
            facts_propose(s, term, word, word, false, 65, &facts_why_short);
            continue;
        }
        bool whole = same == w->bare && term->given->category != MARK_NAME &&
                     after_cue(s, word, "in at to from near round above below beyond outside past");
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
        facts_propose(s, term, word, word, w->bare != w->count, 70, &facts_why_short);
    }
}
