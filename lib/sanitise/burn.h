/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_BURN_H
#define LETTERBOX_SANITISE_BURN_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "sanitise/letter.h"
#include "sys/spawner.h"

/*
 * Boxes burnt into the pixels of a page or photo, in a sandbox of its own: whoever holds keys
 * decodes no image, not even one that the cleaner made.
 *
 *   request   "LBXB" u8 version (1), u32 boxes, each: u32 x, u32 y, u32 width, u32 height; then the
 *             image file to the end. Numbers are big-endian.
 *   answer    as any cleaner's (answer.h): one PICTURE without words, a JPEG of the same size
 *
 * Every pixel of a box is one flat colour before the image is written again, so nothing of what was
 * there is in the file. A box grows by BURN_MARGIN pixels on each side (letters reach beyond the
 * boxes that are found for them) and is cut at the image's edge. Without boxes the image is only
 * made a JPEG, which is the form that print takes.
 */

enum { BURN_BOXES = 20000, BURN_MARGIN = 2, BURN_HEAD_BYTES = 9, BURN_BOX_BYTES = 16 };

struct burn_box {
    uint32_t x, y, width, height; /* pixels from the upper left corner */
};

/*
 * The page with its boxes burnt in; of ret_page only kind, source, format, sizes and image are set.
 * ERR_BAD_INPUT for a box that is empty or begins outside the image, or too many of them; otherwise
 * as cleaner_clean. The result lives in the arena.
 */
MUST_CHECK enum err burn_page(const struct spawner *spawner, const struct part *page,
                              const struct burn_box *boxes, size_t count, struct arena *arena,
                              struct part *ret_page);

/* For the module: takes a request apart. The image is the rest of the bytes. */
MUST_CHECK enum err burn_read(struct str request, struct arena *arena, struct burn_box **ret_boxes,
                              size_t *ret_count, struct str *ret_image);

#endif
