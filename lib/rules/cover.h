/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_COVER_H
#define LETTERBOX_RULES_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "rules/review.h"

/*
 * What is burnt into a page or photo for the boxes that staff decided upon, so that the black tells
 * nothing of how long a covered word was, and which words stay on it. In pixels, from the upper
 * left corner.
 *
 *   decided       I saw ▒▒▒▒▒▒▒▒ at the shop.       what is drawn to hide "Tregenza"
 *   burnt         I saw ███████████he shop.         the next fixed width: it takes "at" and a part
 *                                                   of "the" …
 *   and blanked   I saw ███████████   shop.         … which is taken whole: what is left of a word
 *                                                   would invite guesses
 *
 * A box takes each word that it reaches: one whose middle half of its height it enters, by more
 * than an eighth of the height. (Lines stand close, and a hand is not exact: what only grazes the
 * word above or below leaves it. A word eight times as high, a watermark, is not meant either.)
 * Taken words that stand beside each other on a line are one run. A run is widened to the gaps
 * beside it, half of each, then to the next of cover_widths times the line's height, to the right;
 * where the page or another column ends, to the left. What is longer than the fourth width, or
 * finds no room for its own, is covered to the end of the line. The height is that of the line, not
 * of the word: "mum" is as high as "Gypsy".
 *
 * A word that a widened run reaches goes too, whole. Staying in the gap instead would be kinder to
 * the letter, but then every name in the middle of a sentence would be exactly as long as its
 * black. What the black does not hide of such a word is blanked with the colour of paper, so that
 * the black keeps its fixed width.
 *
 * On a photo that is so for boxes that are a word's own, to the pixel (a badge, a letter held into
 * the camera). What is drawn there by hand is about a face or a house, and what a reader of
 * pictures took for words beside it may be leaves: it is burnt as it is drawn, and the words that
 * it touches are text no longer.
 *
 * A box that reaches no word (a face, a house, a signature) is burnt as it is drawn. So is one that
 * holds more than words, besides their runs. All grow by COVER_MARGIN pixels, but not into words
 * that stay; in a JPEG to the edges of its blocks, whose other pixels hold traces of what was
 * covered. A word is taken from the page's text whenever any of it is covered, but for a graze.
 *
 * All is found through trees of areas (rules/area.h). A page on which that takes more than
 * COVER_STEPS all the same (thousands of words upon each other: nobody writes so, but somebody may
 * send it) is covered whole, and says that it is crowded.
 */

enum { COVER_MARGIN = 2, COVER_BLOCK = 16, COVER_WIDTH_COUNT = 4, COVER_STEPS = 8000000 };

/* In heights of the line; the fifth is to its end. Three are six letters or so. */
extern const unsigned cover_widths[COVER_WIDTH_COUNT];

struct cover_box {
    uint32_t x, y, w, h;
};

struct cover_rect {
    uint32_t x, y, w, h;
    bool is_paper; /* what is left of a word that is gone; else black */
};

struct cover {
    struct cover_rect *rects; /* in the order in which they are drawn */
    size_t count;
    bool *is_gone;   /* of each word of the part */
    bool is_crowded; /* covered whole */
    size_t steps;    /* that it took */
};

/* What the boxes do to the part; each is not empty and begins inside the image. In the arena. */
void cover_page(const struct review_part *part, const struct cover_box *boxes, size_t count,
                struct arena *arena, struct cover *ret_cover);

/*
 * The words that stay, in their order and with what stood between them; where some are gone,
 * "[removed]" once. Empty when none stays. ERR_TOO_BIG past the buffer's maximum.
 */
MUST_CHECK enum err cover_text(const struct review_part *part, const struct cover *cover,
                               struct buf *ret_text);

#endif
