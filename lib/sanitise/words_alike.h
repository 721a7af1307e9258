/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_SANITISE_WORDS_ALIKE_H
#define LETTERBOX_SANITISE_WORDS_ALIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/* Letters and digits of a word, at most so many, in small letters; what a reader takes for one
 * another is one glyph. Returns how many. */
size_t words_glyphs(struct str word, uint32_t *ret_glyphs, size_t most);

/* Is the word that was read the one that the file says, as far as a reader can tell: at most a
 * third of its glyphs are others? Signs alone tell nothing, and are. */
bool words_alike(struct str said, struct str read);
bool words_alike_glyphs(const uint32_t *said, size_t said_count, const uint32_t *read,
                        size_t read_count);

#endif
