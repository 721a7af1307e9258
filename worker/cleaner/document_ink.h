/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_DOCUMENT_INK_H
#define LETTERBOX_CLEANER_DOCUMENT_INK_H

#include <stdbool.h>
#include <stddef.h>

#include "sanitise/letter.h"
#include "worker/cleaner/document_encode.h"

/*
 * Does the page show something, where none of its words stands, that may be words: blots of ink of
 * a letter's size, three in a row and of about one height; the corners of a QR code, the bars of a
 * bar code; strokes of any colour, however pale, that are wider or higher than a bullet
 * (handwriting, logos, photos)? Lines, frames and plain areas are none. A word owns the ink in its
 * box if it can be that word's: one line, as high as the box, with about as many letters; a box
 * over half a page owns nothing.
 *
 * The words' boxes lie inside the page.
 */
bool ink_without_words(const struct canvas *canvas, const struct word *words, size_t count);

#endif
