/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_WORDS_H
#define LETTERBOX_SANITISE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "sanitise/cleaner.h"
#include "sanitise/letter.h"
#include "sys/spawner.h"

/*
 * Words read off pixels, in a sandbox of its own: of scanned pages, of photos, and of a sample of
 * the words that a document says it has. Numbers are big-endian.
 *
 *   request    "LBXW"  u8 version (1)  u8 mode  u32 pictures, then each picture:
 *              u32 boxes, each: u32 x  u32 y  u32 width  u32 height
 *              str picture
 *   answer     as any cleaner's (answer.h): for each picture one reading of its size, in their
 *              order
 *
 * Boxes stand in a sample only. WORDS_PAGE and WORDS_PHOTO give every word with its box, in reading
 * order, and what QR and bar codes say; WORDS_SAMPLE what stands in each box, in their order, "?"
 * where nothing can be read.
 */

enum words_mode { WORDS_PAGE, WORDS_PHOTO, WORDS_SAMPLE, WORDS_MODES };

enum { WORDS_PICTURES = 200, WORDS_BOXES = 100 };

struct words_box {
    uint32_t x, y, width, height; /* pixels from the upper left corner */
};

struct words_picture {
    struct str image; /* a JPEG or PNG file */
    struct words_box *boxes;
    size_t box_count;
};

/* For the module: takes a request apart; the pictures point into it. ERR_BAD_INPUT. */
MUST_CHECK enum err words_request_read(struct str request, struct arena *arena,
                                       enum words_mode *ret_mode,
                                       struct words_picture **ret_pictures, size_t *ret_count);

void words_request_write(enum words_mode mode, const struct words_picture *pictures, size_t count,
                         struct buf *request);

/*
 * Reads the pages of a document that need it, in place, until its settings' until_us:
 *
 *   a page whose cleaner doubts its words, or that has        read whole
 *   mostly signs that cannot be sampled
 *   of every other page a sample: WORDS_SAMPLED_PAGE words,   one reads otherwise: WORDS_SAMPLED
 *   or more of few pages, WORDS_SAMPLED in all                more words of the page are read; two
 *                                                             do, or a third: read whole
 *   of all that was sampled a third reads otherwise           all of them are read whole
 *
 * A sampled word has four letters; shorter ones are taken together with those beside them. Which
 * words they are is drawn by lot.
 *
 * Of a page read whole, what its file said otherwise is put before staff as hidden text, with a
 * warning. A page that cannot be read, or for which there is no time, keeps what it has, with a
 * warning. Errors: as cleaner_clean, but for a sandbox that died: that is a page which cannot be
 * read.
 */
enum { WORDS_SAMPLED = 20, WORDS_SAMPLED_PAGE = 8 };
MUST_CHECK enum err words_read_pages(const struct spawner *spawner,
                                     const struct clean_settings *settings, struct letter *letter,
                                     struct arena *arena);

/* Words and codes of one photo, into the part. False in ret_is_read: it took too long or could not
 * be read. */
MUST_CHECK enum err words_read_photo(const struct spawner *spawner,
                                     const struct clean_settings *settings, struct part *photo,
                                     struct arena *arena, bool *ret_is_read);

#endif
