/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "redact/facts_in.h"

/* Is a word of the text a term's word: the same, misspelt, misread, inflected? */

/* The glyphs without a plural ending, if it has one. */
uint32_t facts_singular(const struct glyph *glyphs, uint32_t count)
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
bool facts_boro(const struct glyph *glyphs, size_t count, const struct term_word *t)
{
    static const size_t written = 4, full = 7; /* boro, borough */
    if (!ends_in(glyphs, count, "boro") || !ends_in(t->glyphs, t->count, "borough")) return false;
    return like_distance(glyphs, count - written, t->glyphs, t->count - full, 1) <= 1;
}

/* "Dellacroy" of Delacroix: a last x that is not said. */
bool facts_silent_end(const struct term_word *t, const char *sound)
{
    enum { LEAST = 3 };
    if (t->glyphs[t->count - 1].point != 'x') return false;
    size_t len = strlen(t->sound);
    return len > LEAST && strlen(sound) == len - 1 && strncmp(sound, t->sound, len - 1) == 0;
}

static bool more_than(uint64_t bits, unsigned most)
{
    for (; most > 0; most--) bits &= bits - 1;
    return bits != 0;
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
    unsigned most = t->count >= FACTS_LONG ? 2 : 1;
    if (facts_boro(glyphs, count, t))
        return (struct fit){85, &facts_why_sound, w->bare != w->count};
    bool sounds = t->sound[t->count >= 7 ? 1 : 2] != '\0' && facts_sounds_like(t, sound);
    if (!sounds && more_than(letters ^ t->letters, 2 * most)) return none;
    if (!first_alike(&glyphs[0], &t->glyphs[0]) && t->count < 7) return none;
    unsigned wide = sounds ? 3 : most;
    if (sounds && t->count >= 10) wide = 4;
    unsigned distance = like_distance(glyphs, count, t->glyphs, t->count, wide);
    bool bare = w->bare != w->count;
    if (distance > wide && count > 4) {
        uint32_t one = facts_singular(glyphs, count);
        if (one != count) distance = like_distance(glyphs, one, t->glyphs, t->count, most);
        if (distance > most) return none;
    }
    if (distance > wide) return none;
    /* A known name or place that is near is seldom this one misspelt; but "at the Vaughn". */
    bool thing = after_cue(s, word, "the") && distance == 1 &&
                 s->facts->terms[t->term].given->category != MARK_NAME;
    if (facts_proper(s->norm, word) && (distance > 1 || t->count < 8) && !thing) return none;
    if (distance == 0) return (struct fit){93, &facts_why_shape, bare};
    if (distance == 1) return (struct fit){90, &facts_why_one, bare};
    if (distance == 2 && most == 2) return (struct fit){82, &facts_why_two, bare};
    return (struct fit){75, &facts_why_sound, bare};
}

/* "Suzanne Hart": a capital right behind a first name. */
bool facts_after_first_name(const struct search *s, size_t word)
{
    const struct norm *norm = s->norm;
    if (word == 0 || norm->shouting || norm->words[word - 1].gap != GAP_SPACE) return false;
    /* "linda hope", where all is small. */
    unsigned kinds = facts_kinds(s->norm, word - 1);
    if (norm->quiet && (kinds & LEXICON_FIRST) && !(kinds & LEXICON_ORDINARY)) return true;
    if (!(norm->words[word].flags & norm->words[word - 1].flags & WORD_CAPITAL)) return false;
    if (facts_allowed(s->facts, norm, word)) return false;
    return facts_allowed(s->facts, norm, word - 1) ||
           ((kinds & LEXICON_FIRST) && !(kinds & LEXICON_ORDINARY));
}

/* "ym Mryn", "i Fangor": the word with its first letter changed after a Welsh preposition. */
static bool welsh(const struct search *s, size_t word, const struct term_word *t)
{
    static const struct {
        const char *changed, *own;
    } changes[] = {{"m", "b"},  {"f", "b"},  {"f", "m"},  {"g", "c"},   {"b", "p"},  {"d", "t"},
                   {"dd", "d"}, {"n", "d"},  {"ng", "g"}, {"ngh", "c"}, {"mh", "p"}, {"nh", "t"},
                   {"ch", "c"}, {"ph", "p"}, {"th", "t"}, {"l", "ll"},  {"r", "rh"}, {"", "g"}};
    const struct word *w = &s->norm->words[word];
    const struct glyph *g = s->norm->glyphs + w->glyph;
    if (t->count < 4 || w->bare < 3) return false;
    if (g[w->bare - 1].point != t->glyphs[t->count - 1].point) return false;
    if (!after_cue(s, word, "yn ym yng i ir o or ar am at dan dros drwy gan y yr a ac heb"))
        return false;
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
    enum { STEM = FACTS_STEM, SHORTEST = 5 };
    static const char *const own[] = {"",    "a",  "o",  "e",    "y",    "i",   "ie",  "ia",
                                      "as",  "is", "us", "ul",   "ki",   "ka",  "cki", "ska",
                                      "ski", "ny", "na", "iene", "aite", "ute", "yte", NULL};
    static const char *const other[] = {
        "a",    "u",      "owi",   "em",   "iem",   "ie",   "y",     "i",    "ow",  "ami",
        "ach",  "om",     "e",     "ego",  "emu",   "im",   "ym",    "iej",  "ej",  "ki",
        "ka",   "ke",     "ce",    "zie",  "lui",   "ul",   "ului",  "ei",   "ii",  "ilor",
        "lor",  "le",     "o",     "uje",  "yje",   "iuje", "kiego", "kiej", "kim", "kiemu",
        "kich", "skiego", "skiej", "skim", "skich", "iego", "nego",  "nej",  "nym", "ui",
        "iene", "aite",   "ute",   "yte",  "as",    "is",   "us",    NULL};
    const struct word *w = &s->norm->words[word];
    const struct glyph *g = s->norm->glyphs + w->glyph;
    if (t->count < SHORTEST || w->count < SHORTEST || !(w->flags & WORD_CAPITAL)) return false;
    if (facts_kinds(s->norm, word) & (LEXICON_FIRST | LEXICON_PROPER | LEXICON_RARE)) return false;
    /* The country, where a Polish club is on the list. */
    if (is_any(s->norm, word, "polska polski polsce polske polskie romania romaniei")) return false;
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
    enum { LEAST = 2, MOST = 5 }; /* letters of them */
    if (t->count + 1 < count + LEAST || t->count + 1 > count + MOST) return false;
    uint32_t at = 0;
    while (at < count && !(glyphs[at].flags & GLYPH_DIGIT)) at++;
    if (at == count || same_start(glyphs, count, t->glyphs, t->count) < at) return false;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (glyphs[at].point != (unsigned char)numbers[i].digit) continue;
        uint32_t len = (uint32_t)strlen(numbers[i].said), same = 0;
        if (count - 1 + len != t->count) continue;
        while (same < len && t->glyphs[at + same].point == (unsigned char)numbers[i].said[same])
            same++;
        if (same == len && like_same(glyphs + at + 1, t->glyphs + at + len, count - at - 1))
            return true;
    }
    return false;
}

/* "you were a Wainscot", of Wainscott: an ordinary word, but for its capital inside a sentence. */
static struct fit with_a_capital(const struct search *s, size_t word, const struct term_word *t)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    if ((w->flags & (WORD_CAPITAL | WORD_OPENS)) != WORD_CAPITAL || norm->shouting || s->scanned ||
        t->count < FACTS_CAPITAL || w->bare + 1 < t->count || w->bare > t->count + 1)
        return (struct fit){0};
    if (like_distance(norm->glyphs + w->glyph, w->bare, t->glyphs, t->count, 1) > 1)
        return (struct fit){0};
    return (struct fit){80, &facts_why_one, w->bare != w->count};
}

struct fit facts_fits(const struct search *s, size_t word, const struct term_word *t, bool ordinary,
                      uint64_t letters, const char *sound)
{
    const struct norm *norm = s->norm;
    const struct word *w = &norm->words[word];
    const struct glyph *glyphs = norm->glyphs + w->glyph;
    if (w->hash == t->hash && w->count == t->count && like_same(glyphs, t->glyphs, t->count))
        return (struct fit){98, &facts_why_part, false};
    if (w->bare == t->count && w->bare != w->count && like_same(glyphs, t->glyphs, t->count))
        return (struct fit){97, &facts_why_part, true};
    if (w->count == t->count + 1 && glyphs[t->count].point == 's' && t->count >= 4 &&
        like_same(glyphs, t->glyphs, t->count) && !ordinary)
        return (struct fit){95, &facts_why_part, false};
    if (t->same != 0 && t->same == lexicon_same(s->facts->lexicon, norm_hash(glyphs, w->bare)) &&
        ((w->flags & WORD_CAPITAL) || !ordinary))
        return (struct fit){85, &facts_why_form, w->bare != w->count};
    if (!ordinary && lenited(glyphs, w->bare, t))
        return (struct fit){90, &facts_why_mutated, w->bare != w->count};
    if (!ordinary && welsh(s, word, t))
        return (struct fit){90, &facts_why_mutated, w->bare != w->count};
    if (!ordinary && inflected(s, word, t)) return (struct fit){90, &facts_why_mutated, false};
    if ((w->flags & WORD_MIXED) && number_in_word(glyphs, w->bare, t))
        return (struct fit){88, &facts_why_sound, w->bare != w->count};
    if (ordinary) {
        if (s->facts->terms[t->term].given->category != MARK_NAME) return (struct fit){0};
        if (!facts_after_first_name(s, word)) return with_a_capital(s, word, t);
    }
    bool loose = (w->flags & WORD_MIXED) || s->scanned || t->count >= 6;
    if (loose && t->count >= 4 && !(w->flags & WORD_DIGITS) && like_may_begin(glyphs, t->glyphs)) {
        size_t taken = like_shape_start(glyphs, w->bare, t->glyphs, t->count);
        if (taken == w->bare) return (struct fit){93, &facts_why_shape, w->bare != w->count};
    }
    return misspelt(s, word, t, letters, sound);
}
