/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_PDF_H
#define LETTERBOX_RENDER_PDF_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "render/font.h"
#include "render/view.h"

/*
 * Releases as PDF for print: A4, the parts in their order, texts flowing over pages, each page or
 * photo on a sheet of its own, and at the foot of every sheet the recipient's code and "Page 2 of
 * 5". There is no name and no address on it. Several releases (a batch for the printer) follow one
 * another, each numbered by itself.
 *
 * The words of a page are drawn first and its image over them: whoever searches, or has it read
 * aloud, finds them where they stand; nobody sees them. (Invisible text would be more usual, but
 * cairo leaves out what it would paint with nothing.) A word that is not handed in is nowhere.
 *
 * The file says nothing about how, when or where it was made: its only metadata is the title.
 * JPEG files go in as they are; nothing is decoded.
 *
 * ERR_BAD_INPUT for a part that is too large to be one (RENDER_TEXT_BYTES, sides 1 to 65,535), a
 * word outside its page, or a view without title or reference; ERR_BAD_UTF8; ERR_TOO_BIG past the
 * maximum of the buffer; ERR_RENDER when the library could not.
 */

enum { RENDER_TEXT_BYTES = 1024 * 1024 };

MUST_CHECK enum err render_pdf_letters(const struct render_fonts *fonts,
                                       const struct recipient_view *views, size_t count,
                                       struct buf *ret_pdf);

/* How many sheets one release takes. */
MUST_CHECK enum err render_pdf_count(const struct render_fonts *fonts,
                                     const struct recipient_view *view, size_t *ret_pages);

#endif
