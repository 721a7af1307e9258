/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/scan.h"

#include <string.h>

enum { GLYPHS = 32, WORD_SHORT = 4 };

/* Which of a word's "rn" become m (a bit each, the first lowest), and what 1 becomes. */
struct way {
    unsigned pairs;
    bool one_is_i;
};

enum { PAIRS = 3 };

static unsigned pairs_in(const struct glyph *g, size_t count)
{
    unsigned pairs = 0;
    for (size_t i = 0; i + 1 < count; i++)
        if (g[i].point == 'r' && g[i + 1].point == 'n') pairs++;
    return pairs;
}

/* The word mended in this way; how many glyphs. */
static size_t mended(const struct glyph *g, size_t count, struct way way, struct glyph *out)
{
    size_t made = 0;
    unsigned pair = 0;
    for (size_t i = 0; i < count; i++) {
        out[made] = g[i];
        if (g[i].point == 'r' && i + 1 < count && g[i + 1].point == 'n' &&
            (way.pairs >> pair++ & 1) != 0) {
            out[made].point = 'm';
            glyph_stretch(&out[made], glyph_end(&g[i + 1]));
            i++;
        } else if (g[i].point == '0') {
            out[made].point = 'o';
        } else if (g[i].point == '1') {
            out[made].point = way.one_is_i ? 'i' : 'l';
        }
        out[made].shape = norm_shape(out[made].point);
        made++;
    }
    return made;
}

static bool known(const struct lexicon *lexicon, uint32_t hash)
{
    return (lexicon_kinds(lexicon, hash) & (LEXICON_ORDINARY | LEXICON_PROPER)) != 0;
}

/* Rewrites the word at its new place; false if it is best as it is. */
static bool mend_word(const struct lexicon *lexicon, const struct word *word, const struct glyph *g,
                      struct glyph *ret_glyphs, size_t *ret_count)
{
    if (word->count > GLYPHS || (word->flags & WORD_DIGITS)) return false;
    if (word->count == 1 && g[0].point == 'l') {
        ret_glyphs[0] = g[0];
        ret_glyphs[0].point = 'i';
        *ret_count = 1;
        return true;
    }
    size_t ending = word->count - word->bare; /* a possessive s */
    const uint32_t own = ending == 0 ? word->hash : norm_hash(g, word->bare);
    if (word->count < 2 || known(lexicon, own)) return false;
    unsigned pairs = pairs_in(g, word->count), most = pairs > PAIRS ? PAIRS : pairs;
    /* All pairs first, then fewer. */
    for (unsigned left = 1u << most; left-- > 0;) {
        for (int one_is_i = 0; one_is_i < 2; one_is_i++) {
            size_t count = mended(g, word->count, (struct way){left, one_is_i != 0}, ret_glyphs);
            if (count <= ending) continue;
            uint32_t hash = norm_hash(ret_glyphs, count - ending);
            if (hash == own) continue;
            /* Any word of a dictionary; a name only where that takes no i for l. */
            const unsigned named = LEXICON_PROPER | LEXICON_FIRST | LEXICON_BRITISH | LEXICON_CITY |
                                   LEXICON_HOLIDAY | LEXICON_ABROAD;
            unsigned kinds = lexicon_kinds(lexicon, hash);
            if (!(kinds & LEXICON_ORDINARY) && !(kinds & named && pairs > 0)) continue;
            *ret_count = count;
            return true;
        }
    }
    return false;
}

void scan_mend(struct norm *norm, const struct lexicon *lexicon)
{
    struct glyph glyphs[GLYPHS];
    size_t to = 0;
    for (size_t i = 0; i < norm->word_count; i++) {
        struct word *word = &norm->words[i];
        const struct glyph *from = norm->glyphs + word->glyph;
        size_t count;
        size_t old = word->count, bare = word->count - word->bare;
        /* "0tters": a scanner reads O so, seldom o. */
        const bool round = from[0].point == '0' && word->count > WORD_SHORT;
        if (mend_word(lexicon, word, from, glyphs, &count)) {
            memcpy(norm->glyphs + to, glyphs, count * sizeof *glyphs);
            for (size_t k = 0; k < count; k++)
                norm->glyphs[to + k].flags &=
                    (uint8_t) ~(GLYPH_FIRST | GLYPH_LAST | GLYPH_BARE | GLYPH_DIGIT);
            norm->glyphs[to].flags |= GLYPH_FIRST;
            norm->glyphs[to + count - 1].flags |= GLYPH_LAST;
            word->flags &= (uint8_t)~WORD_MIXED;
            if (round) word->flags |= WORD_CAPITAL;
            word->hash = norm_hash(norm->glyphs + to, count);
            word->count = (uint32_t)count;
            word->bare = (uint32_t)(count > bare ? count - bare : count);
            if (word->bare != word->count) norm->glyphs[to + word->bare - 1].flags |= GLYPH_BARE;
        } else if (to != word->glyph) {
            memmove(norm->glyphs + to, from, old * sizeof *from);
        }
        word->glyph = (uint32_t)to;
        to += word->count;
    }
    norm->glyph_count = to;
}
