/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_CLEANER_DOCUMENT_INK_H
#define LETTERBOX_CLEANER_DOCUMENT_INK_H

#include <stdbool.h>
#include <stddef.h>

#include "sanitise/letter.h"
#include "worker/cleaner/document_encode.h"

/*
 * Does the page show something of the size of text where none of its words stands? Blots of ink
 * that touch are one; three in a row, of about one height and not far apart, are what a word looks
 * like, the corners of a QR code and the bars of a bar code count too. Lines, frames and pictures
 * are too long or too high. A word owns the ink in its box if it can be that word's: one line, as
 * high as the box, with about as many letters; a box over half a page owns nothing.
 *
 * The words' boxes lie inside the page.
 */
bool ink_without_words(const struct canvas *canvas, const struct word *words, size_t count);

#endif
