/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/font.h"

#include <fontconfig/fontconfig.h>
#include <glob.h>
#include <pango/pangofc-fontmap.h>
#include <stdlib.h>

#include "render/font_in.h"

static const char families[] = "Liberation Sans, DejaVu Sans, Noto Color Emoji";
enum { POINTS_PER_INCH = 72 };
static const float line_spacing = 1.3f;

/* Is a typeface of this family among the files that were found? */
static bool has_family(FcConfig *config, const char *family)
{
    FcPattern *wanted = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, family, (char *)NULL);
    FcObjectSet *nothing = FcObjectSetBuild(FC_FAMILY, (char *)NULL);
    FcFontSet *found = FcFontList(config, wanted, nothing);
    bool has = found != NULL && found->nfont > 0;
    if (found != NULL) FcFontSetDestroy(found);
    FcObjectSetDestroy(nothing);
    FcPatternDestroy(wanted);
    return has;
}

/* Pictures of letters (colour emoji) come in one size and are brought to that of the text. */
static const char scaling[] =
    "<fontconfig><match target=\"font\"><test name=\"outline\"><bool>false</bool></test>"
    "<edit name=\"letterboxscale\" mode=\"assign\"><divide><name "
    "target=\"pattern\">pixelsize</name>"
    "<name target=\"font\">pixelsize</name></divide></edit>"
    "<edit name=\"matrix\" mode=\"assign\"><times><name>matrix</name><matrix>"
    "<name>letterboxscale</name><double>0</double><double>0</double><name>letterboxscale</name>"
    "</matrix></times></edit>"
    "<edit name=\"size\" "
    "mode=\"assign\"><divide><name>size</name><name>letterboxscale</name></divide>"
    "</edit></match></fontconfig>";

/* File by file: whole folders are looked up in, and written to, the system's caches. */
static void add_files(FcConfig *config)
{
    static const char *const patterns[] = {RENDER_FONT_FOLDER "/*/*.ttf",
                                           RENDER_FONT_FOLDER "/*/*.otf"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;
        if (glob(patterns[i], 0, NULL, &found) != 0) continue;
        for (size_t k = 0; k < found.gl_pathc; k++)
            FcConfigAppFontAddFile(config, (const FcChar8 *)found.gl_pathv[k]);
        globfree(&found);
    }
}

static void set_up(struct render_fonts *fonts, FcConfig *config)
{
    fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), config);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map), POINTS_PER_INCH);
    fonts->context = pango_font_map_create_context(fonts->map);
    /* What is printed must not depend on a screen. */
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(fonts->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_language(fonts->context, pango_language_from_string("en-gb"));
}

enum err render_fonts_open(struct render_fonts **ret_fonts)
{
    FcConfig *config = FcConfigCreate();
    if (config == NULL) return ERR_MEMORY;
    ASSERT(FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)scaling, FcTrue));
    add_files(config);
    if (!has_family(config, "Liberation Sans") && !has_family(config, "DejaVu Sans")) {
        FcConfigDestroy(config);
        return ERR_NOT_FOUND;
    }
    struct render_fonts *fonts = g_new0(struct render_fonts, 1);
    set_up(fonts, config);
    FcConfigDestroy(config); /* the font map holds it now */
    *ret_fonts = fonts;
    return OK;
}

void render_fonts_close(struct render_fonts **fonts)
{
    if (*fonts == NULL) return;
    g_object_unref((*fonts)->context);
    g_object_unref((*fonts)->map);
    g_free(*fonts);
    *fonts = NULL;
}

PangoLayout *render_font_layout(const struct render_fonts *fonts, struct str text, double points,
                                double width)
{
    PangoLayout *layout = pango_layout_new(fonts->context);
    PangoFontDescription *description = pango_font_description_from_string(families);
    pango_font_description_set_size(description, pango_units_from_double(points));
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    pango_layout_set_line_spacing(layout, line_spacing);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (width > 0) pango_layout_set_width(layout, pango_units_from_double(width));
    pango_layout_set_text(layout, text.at == NULL ? "" : text.at, (int)text.len);
    return layout;
}

PangoLayout *render_font_heading(const struct render_fonts *fonts, struct str text, double points,
                                 double width)
{
    PangoLayout *layout = render_font_layout(fonts, text, points, width);
    PangoFontDescription *description =
        pango_font_description_copy(pango_layout_get_font_description(layout));
    pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    return layout;
}

size_t render_font_missing(const struct render_fonts *fonts, struct str text)
{
    RENDER_LAYOUT layout = render_font_layout(fonts, text, 12, 0);
    int missing = pango_layout_get_unknown_glyphs_count(layout);
    return missing > 0 ? (size_t)missing : 0;
}
