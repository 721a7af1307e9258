/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_JOIN_H
#define LETTERBOX_RENDER_JOIN_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/*
 * Several PDFs as one, in their order, for a batch at the printer: what the press composed, sealed
 * and archived for each recipient is what comes out of it, page for page.
 *
 *     file 1            file 2                   joined
 *     1 … 7             1 … 9                    1 … 7   8 … 16   17 pages   18 catalogue
 *
 * Objects get new numbers and are otherwise copied; the page trees hang under one new tree; title
 * and the like are those of the first. It reads PDFs as render/pdf.h and render/label.h write them
 * (cairo's: version 1.5, one plain table of objects, no streams of objects) and nothing else:
 * ERR_BAD_INPUT for another. ERR_TOO_BIG past the buffer's maximum.
 */
MUST_CHECK enum err render_join(const struct str *files, size_t count, struct buf *ret_pdf);

/* How many pages such a PDF has. */
MUST_CHECK enum err render_join_pages(struct str file, size_t *ret_pages);

#endif
