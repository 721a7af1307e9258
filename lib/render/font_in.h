/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_FONT_IN_H
#define LETTERBOX_RENDER_FONT_IN_H

#include <pango/pangocairo.h>

#include "core/str.h"
#include "render/font.h"

/* For this room alone: text in these typefaces, measured in points. */
struct render_fonts {
    PangoFontMap *map;
    PangoContext *context;
};

/* A text to be drawn, never markup; width in points, 0: as wide as it needs. Owned by the caller.
 */
PangoLayout *render_font_layout(const struct render_fonts *fonts, struct str text, double points,
                                double width);
/* The same in bold. */
PangoLayout *render_font_heading(const struct render_fonts *fonts, struct str text, double points,
                                 double width);

static inline void render_layout_end(PangoLayout **layout)
{
    if (*layout != NULL) g_object_unref(*layout);
}
#define RENDER_LAYOUT __attribute__((cleanup(render_layout_end))) PangoLayout *

#endif
