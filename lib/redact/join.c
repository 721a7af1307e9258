/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/join.h"

#include <string.h>

enum { LETTERS = 3, LONGEST = 48, GAP_WIDE = 8 };

/* Is the word, behind which a hyphen and a line's end stand, broken there? */
static bool broken(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    const uint16_t signs = GAP_HYPHEN | GAP_LINE | GAP_SPACE | GAP_CLOSE | GAP_OTHER;
    if (word + 1 >= norm->word_count || w->gap_length > GAP_WIDE) return false;
    if (w->gap & (uint16_t)~signs) return false;
    const struct str gap = norm_gap(norm, word);
    if (gap.len == 0 || gap.at[0] == ' ') return false;
    return w->bare == w->count && w->count + w[1].count <= LONGEST &&
           !((w->flags | w[1].flags) & WORD_DIGITS);
}

/* How many single letters stand from this one on with one sign between each two? */
static size_t letters_apart(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    size_t count = 1;
    if (w->flags & WORD_DIGITS) return 0;
    while (word + count < norm->word_count && count < LONGEST && w[count].count == 1 &&
           !(w[count].flags & WORD_DIGITS) && w[count - 1].gap == w->gap &&
           w[count - 1].gap_length == w->gap_length && w->gap_length <= 2 &&
           !(w->gap & (GAP_END | GAP_PARAGRAPH | GAP_COMMA)))
        count++;
    return count;
}

static struct word joined(const struct norm *norm, size_t first, size_t last)
{
    struct word word = norm->words[first];
    const struct word *end = &norm->words[last];
    uint32_t bare = end->glyph + end->bare - word.glyph;
    word.count = end->glyph + end->count - word.glyph;
    word.bare = bare;
    size_t digits = 0, upper = 0;
    for (size_t i = 0; i < word.count; i++) {
        if (norm->glyphs[word.glyph + i].flags & GLYPH_DIGIT) digits++;
        if (norm->glyphs[word.glyph + i].flags & GLYPH_UPPER) upper++;
    }
    word.flags &= (uint8_t) ~(WORD_CAPS | WORD_DIGITS | WORD_MIXED | WORD_POSSESSIVE);
    word.flags |= (uint8_t)(end->flags & WORD_POSSESSIVE);
    if (digits > 0) word.flags |= digits == word.count ? WORD_DIGITS : WORD_MIXED;
    if (upper + digits == word.count && upper > 1) word.flags |= WORD_CAPS;
    word.hash = norm_hash(norm->glyphs + word.glyph, word.count);
    word.gap = end->gap;
    word.gap_length = end->gap_length;
    return word;
}

/* The word after those that are one with this one: the next, if it is none. */
static inline size_t joined_end(const struct norm *norm, size_t word)
{
    const struct word *w = &norm->words[word];
    if (w->count == 1) {
        size_t apart = letters_apart(norm, word);
        if (apart >= LETTERS) return word + apart;
    }
    const uint16_t both = GAP_HYPHEN | GAP_LINE;
    return word + ((w->gap & both) == both && broken(norm, word) ? 2 : 1);
}

/* The whole words, not yet filled in; its rows are its own. */
static struct norm begin_whole(const struct norm *norm, struct arena *arena)
{
    struct norm whole = *norm;
    size_t most = norm->word_count + 2;
    whole.words = ARENA_MANY(arena, most, struct word);
    whole.rows = ARENA_MANY(arena, most, const uint64_t *);
    whole.cues = ARENA_MANY(arena, most, uint64_t);
    whole.begins = ARENA_MANY(arena, most, uint16_t);
    whole.kinds = ARENA_MANY(arena, most, uint16_t);
    whole.word_count = 0;
    return whole;
}

/* Words [first, end) as they are. */
static void copy_words(struct norm *whole, const struct norm *norm, size_t first, size_t end)
{
    const size_t to = whole->word_count, count = end - first;
    memcpy(whole->words + to, norm->words + first, count * sizeof *norm->words);
    memcpy(whole->rows + to, norm->rows + first, count * sizeof *norm->rows);
    memcpy(whole->cues + to, norm->cues + first, count * sizeof *norm->cues);
    memcpy(whole->begins + to, norm->begins + first, count * sizeof *norm->begins);
    memcpy(whole->kinds + to, norm->kinds + first, count * sizeof *norm->kinds);
    whole->word_count += count;
}

/* The first word from this one on that is one with others; the end if there is none. */
static size_t next_joined(const struct norm *norm, size_t word)
{
    while (word < norm->word_count && joined_end(norm, word) == word + 1) word++;
    return word;
}

bool join_words(const struct norm *norm, const struct lexicon *lexicon, size_t near,
                struct arena *arena, struct norm *ret_joined)
{
    size_t next = next_joined(norm, 0);
    if (next == norm->word_count) return false;
    struct norm whole = begin_whole(norm, arena);
    bool *searched = ARENA_MANY(arena, norm->word_count + 1, bool);
    size_t until = 0; /* words before this one are near one that is joined */
    for (size_t from = 0;; next = next_joined(norm, from)) {
        const size_t start = whole.word_count;
        copy_words(&whole, norm, from, next);
        const size_t to = whole.word_count;
        for (size_t i = start > until ? start : until; i < to; i++) searched[i] = true;
        if (next == norm->word_count) break;
        from = joined_end(norm, next);
        whole.words[to] = joined(norm, next, from - 1);
        whole.word_count++;
        lexicon_read_word(lexicon, &whole, to);
        for (size_t back = to; back > until && back + near > to; back--) searched[back - 1] = false;
        until = to + 1 + near;
    }
    whole.searched = searched;
    norm_measure(&whole, arena);
    *ret_joined = whole;
    return true;
}
