/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_BURN_H
#define LETTERBOX_SANITISE_BURN_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "sanitise/cleaner.h"
#include "sanitise/letter.h"
#include "sys/spawner.h"

/*
 * Boxes burnt into the pixels of a page or photo, in a sandbox of its own: whoever holds keys
 * decodes no image, not even one that the cleaner made.
 *
 *   request   "LBXB" u8 version (2), 32 random bytes, u32 boxes, each: u32 x, u32 y, u32 width, u32
 *             height, u8 style; then the image file to the end. Numbers are big-endian.
 *   answer    as any cleaner's (answer.h): one PICTURE without words, a JPEG of the same size
 *
 * Boxes are drawn in their order, before the image is written again, so nothing of what was there
 * is in the file: two pages that differ under the boxes only become the same bytes. How large a box
 * has to be is for the caller (rules/cover.h); here it is only cut at the image's edge. Without
 * boxes the image is only made a JPEG, which is the form that print takes.
 *
 * Noise looks like something blurred and is made from the random bytes, the box's number and size
 * alone. A real blur is reckoned from the pixels below and has given away faces and numbers.
 */

enum { BURN_BOXES = 100000, BURN_SEED_BYTES = 32, BURN_HEAD_BYTES = 41, BURN_BOX_BYTES = 17 };

enum burn_style { BURN_BLACK, BURN_PAPER, BURN_NOISE, BURN_STYLES };

struct burn_box {
    uint32_t x, y, width, height; /* pixels from the upper left corner */
    enum burn_style style;
};

struct burn_request {
    unsigned char seed[BURN_SEED_BYTES];
    struct burn_box *boxes;
    size_t count;
    struct str image; /* the rest of the bytes */
};

/*
 * A page may be as large as it is, whatever the settings say now: it was cleaned, shown and decided
 * upon. Its time is theirs; they may be NULL.
 * The page with its boxes burnt in; of ret_page only kind, source, format, sizes and image are set.
 * ERR_BAD_INPUT for a box that is empty or begins outside the image, or too many of them; otherwise
 * as cleaner_clean. The result lives in the arena.
 */
MUST_CHECK enum err burn_page(const struct spawner *spawner, const struct clean_settings *settings,
                              const struct part *page, const struct burn_box *boxes, size_t count,
                              struct arena *arena, struct part *ret_page);

/* For the module: takes a request apart. */
MUST_CHECK enum err burn_read(struct str request, struct arena *arena,
                              struct burn_request *ret_request);

#endif
