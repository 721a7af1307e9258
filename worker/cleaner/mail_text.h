/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_MAIL_TEXT_H
#define LETTERBOX_CLEANER_MAIL_TEXT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

/* Plain text as mail programs write it. All in and out is UTF-8 with "\n" line ends. */

/* RFC 3676: soft line ends become spaces (nothing with DelSp), space-stuffing goes. */
void text_unflow(struct str text, bool deletes_space, struct buf *ret_text);

/*
 * Inline OpenPGP: encrypted blocks are taken out of the text and kept apart, the wrapping of a
 * signed text is taken off. A block without its end, or a signature with other lines in it, stays
 * in the text as it is.
 */
struct armour {
    struct str blocks[8]; /* "-----BEGIN PGP MESSAGE-----" to its end */
    size_t block_count;
    bool is_signed;
};
void text_take_armour(struct str text, struct arena *arena, struct buf *ret_text,
                      struct armour *ret_armour);

/* Does the other text say anything, line for line, that the chosen one does not? Letters and digits
 * count. */
bool text_says_more(struct str chosen, struct str other);

/* Marks that change the direction of writing; a file written as text (uuencode). */
bool text_has_bidi(struct str text);
bool text_has_uuencode(struct str text);

#endif
