/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/like.h"

#include <string.h>

/* "rn" for m and "vv" for w. */
static inline bool pair_for(const struct glyph *two, size_t count, const struct glyph *one)
{
    if (one->point != 'm' && one->point != 'w') return false;
    if (count < 2) return false;
    if (one->point == 'm') return two[0].point == 'r' && two[1].point == 'n';
    return two[0].point == 'v' && two[1].point == 'v';
}

size_t like_shape_start(const struct glyph *text, size_t text_count, const struct glyph *word,
                        size_t word_count)
{
    size_t t = 0, w = 0;
    while (w < word_count) {
        if (t >= text_count) return 0;
        if (like_shape(&text[t]) == like_shape(&word[w])) {
            t++, w++;
        } else if (pair_for(&text[t], text_count - t, &word[w])) {
            t += 2, w += 1;
        } else if (pair_for(&word[w], word_count - w, &text[t])) {
            t += 1, w += 2;
        } else {
            return 0;
        }
    }
    return t;
}

unsigned like_distance(const struct glyph *a, size_t a_count, const struct glyph *b, size_t b_count,
                       unsigned most)
{
    size_t difference = a_count > b_count ? a_count - b_count : b_count - a_count;
    if (difference > most || a_count > LIKE_GLYPHS || b_count > LIKE_GLYPHS) return most + 1;
    unsigned rows[3][LIKE_GLYPHS + 1];
    for (size_t j = 0; j <= b_count; j++) rows[0][j] = (unsigned)j;
    unsigned *two = rows[2], *one = rows[0], *now = rows[1];
    for (size_t i = 1; i <= a_count; i++) {
        now[0] = (unsigned)i;
        unsigned least = now[0];
        for (size_t j = 1; j <= b_count; j++) {
            unsigned cost = like_shape(&a[i - 1]) == like_shape(&b[j - 1]) ? 0 : 1;
            unsigned best = one[j - 1] + cost;
            if (one[j] + 1 < best) best = one[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (i > 1 && j > 1 && like_shape(&a[i - 1]) == like_shape(&b[j - 2]) &&
                like_shape(&a[i - 2]) == like_shape(&b[j - 1]) && two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
            if (best < least) least = best;
        }
        if (least > most) return most + 1;
        unsigned *spare = two;
        two = one, one = now, now = spare;
    }
    return one[b_count] <= most ? one[b_count] : most + 1;
}

static bool vowel(uint32_t c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

/* The class of the consonants at `at`, and how many letters they are; 0 for silence. */
static char sound_at(const struct glyph *w, size_t count, size_t at, size_t *ret_taken)
{
    uint32_t c = w[at].point, next = at + 1 < count ? w[at + 1].point : 0;
    *ret_taken = 1;
    switch (c) {
    case 'p':
        if (next == 'h') return *ret_taken = 2, 'F';
        return 'P';
    case 'b': return 'B';
    case 'f':
    case 'v': return 'F';
    case 'c':
        if (next == 'h') return *ret_taken = 2, 'C';
        if (next == 'k') return *ret_taken = 2, 'K';
        return next == 'e' || next == 'i' || next == 'y' ? 'S' : 'K';
    case 'k':
        if (at == 0 && next == 'n') return 0;
        return 'K';
    case 'q': return 'K';
    case 'x': return 'X';
    case 's':
        if (next == 'h') return *ret_taken = 2, 'C';
        return 'S';
    case 'z': return 'S';
    case 't':
        if (next == 'h') return *ret_taken = 2, 'T';
        return 'T';
    case 'd': /* "Wantidge" */
        if (next == 'g' && at + 2 < count && (w[at + 2].point == 'e' || w[at + 2].point == 'i'))
            return 0;
        return 'D';
    case 'g':
        if (next == 'h') return *ret_taken = 2, at == 0 ? 'G' : 0;
        if (next == 'n') return 0;
        return next == 'e' || next == 'i' ? 'J' : 'G';
    case 'j': return 'J';
    case 'l': return 'L';
    case 'r': /* not said before a consonant or at the end */
        return next == 0 || !(vowel(next) || next == 'r') ? 0 : 'R';
    case 'm': return 'M';
    case 'n': return 'N';
    case 'w':
        if (at == 0 && next == 'r') return 0;
        return at == 0 ? 'W' : 0;
    case 'h': return at == 0 ? 'H' : 0;
    default: return 0;
    }
}

void like_sound(const struct glyph *word, size_t count, char ret_sound[LIKE_SOUND + 1])
{
    size_t made = 0;
    ret_sound[0] = '\0';
    if (count < 3) return;
    char last = 0;
    for (size_t at = 0; at < count && made < LIKE_SOUND;) {
        size_t taken = 1;
        char sound = at == 0 && vowel(word[at].point) ? 'A' : sound_at(word, count, at, &taken);
        bool apart = sound == 0 && vowel(word[at].point);
        at += taken;
        if (sound != 0 && sound != last) ret_sound[made++] = sound;
        if (sound != 0 || apart) last = sound;
    }
    ret_sound[made] = '\0';
}

uint64_t like_letters(const struct glyph *word, size_t count)
{
    uint64_t set = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t s = word[i].shape;
        set |= s != 0 ? LIKE_LETTER(s) : UINT64_C(1) << (26 + word[i].point % 32);
    }
    return set;
}
