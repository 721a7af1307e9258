/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_PDF_IN_H
#define LETTERBOX_RENDER_PDF_IN_H

#include <cairo.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"
#include "render/font_in.h"
#include "render/view.h"

/* For this room alone: a PDF being drawn. Lengths are points, 72 to the inch. */

#define RENDER_MM (72.0 / 25.4)
#define RENDER_A4_WIDTH (210 * RENDER_MM)
#define RENDER_A4_HEIGHT (297 * RENDER_MM)

enum { RENDER_WORD_BYTES = 4096 };

struct render_pdf {
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct buf *out;
};

/* Draws into out. The title is the only metadata. */
MUST_CHECK enum err render_pdf_open(struct str title, struct buf *out, struct render_pdf *ret_pdf);
/* Finishes the file, takes the library's own marks out of it; ends the drawing in any case. */
MUST_CHECK enum err render_pdf_close(struct render_pdf *pdf);
/* Draws the layout with its upper left corner here. */
void render_pdf_put(struct render_pdf *pdf, PangoLayout *layout, double x, double y);

/* The part's words where its image will stand: its corner there, and points a pixel. */
void render_pdf_words(struct render_pdf *pdf, const struct render_fonts *fonts,
                      const struct render_part *part, double x, double y, double scale);
bool render_pdf_words_fit(const struct render_part *part);

#endif
