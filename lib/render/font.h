/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_FONT_H
#define LETTERBOX_RENDER_FONT_H

#include <stddef.h>

#include "core/err.h"
#include "core/str.h"

/*
 * The typefaces of print: Debian's Liberation Sans, then DejaVu Sans, then whatever else is
 * installed below RENDER_FONT_FOLDER for scripts that these lack. Neither the system's nor a user's
 * fontconfig files are read.
 *
 * Opened once, after the process has confined itself: pango starts a thread of its own, which must
 * stand inside the walls too. The folder must be readable there (struct confine's paths: READ), now
 * and whenever something is drawn. Used by one thread at a time.
 */

#define RENDER_FONT_FOLDER "/usr/share/fonts/truetype"

struct render_fonts;

/* ERR_NOT_FOUND when neither typeface is there. */
MUST_CHECK enum err render_fonts_open(struct render_fonts **ret_fonts);
/* How many letters of the text no typeface here has: they would be printed as boxes. */
size_t render_font_missing(const struct render_fonts *fonts, struct str text);
/* NULL is fine. Clears the pointer. */
void render_fonts_close(struct render_fonts **fonts);

#endif
