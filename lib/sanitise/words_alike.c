/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sanitise/words_alike.h"

#include "core/utf8.h"

enum { GLYPHS_MOST = 64 }; /* that are compared */

size_t words_glyphs(struct str word, uint32_t *ret_glyphs, size_t most)
{
    size_t count = 0;
    uint32_t point;
    while (word.len > 0 && count < most && utf8_next(&word, &point)) {
        if (point >= 'A' && point <= 'Z') point += 'a' - 'A';
        bool is_sign = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') ||
                       (point > 0xbf && point < 0x2000) || point >= 0x3000;
        if (!is_sign) continue;
        if (point == '0') point = 'o';
        if (point == '1' || point == 'i' || point == '|') point = 'l';
        if (point == '5') point = 's';
        ret_glyphs[count++] = point;
    }
    return count;
}

/* Levenshtein's insertions, deletions and changes, in one row. */
static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t row[GLYPHS_MOST + 1];
    for (size_t k = 0; k <= b_count; k++) row[k] = k;
    for (size_t i = 1; i <= a_count; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b_count; k++) {
            size_t above = row[k], best = corner + (a[i - 1] == b[k - 1] ? 0 : 1);
            if (above + 1 < best) best = above + 1;
            if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
            corner = above;
            row[k] = best;
        }
    }
    return row[b_count];
}

bool words_alike_glyphs(const uint32_t *said, size_t said_count, const uint32_t *read,
                        size_t read_count)
{
    enum { SHARE = 3 };
    if (said_count == 0) return true;
    if (said_count > GLYPHS_MOST) said_count = GLYPHS_MOST;
    if (read_count > GLYPHS_MOST) read_count = GLYPHS_MOST;
    size_t longer = said_count > read_count ? said_count : read_count;
    return distance(said, said_count, read, read_count) * SHARE <= longer;
}

bool words_alike(struct str said, struct str read)
{
    uint32_t a[GLYPHS_MOST], b[GLYPHS_MOST];
    size_t a_count = words_glyphs(said, a, GLYPHS_MOST);
    return words_alike_glyphs(a, a_count, b, words_glyphs(read, b, GLYPHS_MOST));
}
