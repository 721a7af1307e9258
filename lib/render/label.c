/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/label.h"

#include "core/utf8.h"
#include "render/pdf_in.h"

static const double window_x = 22 * RENDER_MM, window_y = 51 * RENDER_MM;
static const double window_width = 86 * RENDER_MM, window_height = 33 * RENDER_MM;
static const double code_y = 120 * RENDER_MM, return_y = 250 * RENDER_MM;
enum {
    POINTS_MOST = 12,
    POINTS_LEAST = 8,
    POINTS_CODE = 14,
    POINTS_RETURN = 9,
    LINES_BYTES = 4000
};

static double height_of(PangoLayout *layout)
{
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    return pango_units_to_double(height);
}

/* Name and address in the largest letters that fit the window. */
static enum err put_address(const struct render_fonts *fonts, struct render_pdf *pdf,
                            const struct recipient_view *view)
{
    BUF(text, LINES_BYTES);
    buf_add(&text, str_trim(view->name));
    buf_add_byte(&text, '\n');
    buf_add(&text, view->office ? STR("To be shown at the office.\nDo not post.")
                                : str_trim(view->address));
    TRY(buf_done(&text));
    for (int points = POINTS_MOST; points >= POINTS_LEAST; points--) {
        RENDER_LAYOUT layout = render_font_layout(fonts, buf_str(&text), points, window_width);
        pango_layout_set_line_spacing(layout, 1.1f);
        if (height_of(layout) > window_height) continue;
        render_pdf_put(pdf, layout, window_x, window_y);
        return OK;
    }
    return ERR_BAD_INPUT;
}

static enum err sheet(const struct render_fonts *fonts, struct render_pdf *pdf,
                      const struct recipient_view *view)
{
    TRY(put_address(fonts, pdf, view));
    RENDER_LAYOUT code = render_font_layout(fonts, view->reference, POINTS_CODE, 0);
    render_pdf_put(pdf, code, window_x, code_y);
    if (view->return_address.len > 0 && !view->office) {
        BUF(text, LINES_BYTES);
        buf_add_c(&text, "If undelivered, please return to:\n");
        buf_add(&text, str_trim(view->return_address));
        TRY(buf_done(&text));
        RENDER_LAYOUT layout =
            render_font_layout(fonts, buf_str(&text), POINTS_RETURN, window_width * 2);
        render_pdf_put(pdf, layout, window_x, return_y);
    }
    cairo_show_page(pdf->cairo);
    return OK;
}

static enum err check(const struct recipient_view *view)
{
    struct str texts[] = {view->name, view->office ? view->name : view->address, view->reference};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (str_trim(texts[i]).len == 0 || texts[i].len > LINES_BYTES) return ERR_BAD_INPUT;
        if (!utf8_valid(texts[i])) return ERR_BAD_UTF8;
    }
    return utf8_valid(view->return_address) ? OK : ERR_BAD_UTF8;
}

enum err render_label_sheets(const struct render_fonts *fonts, const struct recipient_view *views,
                             size_t count, struct buf *ret_pdf)
{
    if (count == 0) return ERR_BAD_INPUT;
    for (size_t i = 0; i < count; i++) TRY(check(&views[i]));
    struct render_pdf pdf;
    TRY(render_pdf_open(views[0].title, ret_pdf, &pdf));
    enum err code = OK;
    for (size_t i = 0; i < count && code == OK; i++) code = sheet(fonts, &pdf, &views[i]);
    enum err closed = render_pdf_close(&pdf);
    return code != OK ? code : closed;
}
