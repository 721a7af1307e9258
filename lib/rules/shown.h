/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_SHOWN_H
#define LETTERBOX_RULES_SHOWN_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * The content of a page or photo of a release, as it is sealed: the image, and before it the words
 * that stay on it for who cannot see it.
 *
 *   with words   "LBXP" u8 version (1), u32 length of the words (big-endian), the words, the image
 *   without      the image
 */

/* The content, added. ERR_TOO_BIG past the buffer's maximum. */
MUST_CHECK enum err shown_write(struct str words, struct str image, struct buf *ret_content);

/* Takes it apart; both lie in the content. ERR_BAD_INPUT when it lies about its length. */
MUST_CHECK enum err shown_read(struct str content, struct str *ret_words, struct str *ret_image);

#endif
