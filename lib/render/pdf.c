/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/pdf.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/utf8.h"
#include "render/pdf_in.h"

static const double margin = 22 * RENDER_MM;
static const double text_width = RENDER_A4_WIDTH - 2 * 22 * RENDER_MM;
static const double text_height = RENDER_A4_HEIGHT - 2 * 22 * RENDER_MM - 12 * RENDER_MM;
enum { POINTS_USUAL = 12, POINTS_LARGE = 18, POINTS_FOOT = 9, TITLE_BYTES = 300, SIDE_MAX = 65535 };

static const double heading = 1.2;
enum { HEADING_ROOM = 7 }; /* lines that must fit below where a heading begins, about four */

/* ---- the file ---- */

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned int len)
{
    struct buf *out = closure;
    buf_add_bytes(out, bytes, len);
    return buf_done(out) == OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

enum err render_pdf_open(struct str title, struct buf *out, struct render_pdf *ret_pdf)
{
    char text[TITLE_BYTES + 1];
    if (title.len == 0 || title.len > TITLE_BYTES) return ERR_BAD_INPUT;
    if (!utf8_valid(title) || memchr(title.at, '\0', title.len) != NULL) return ERR_BAD_UTF8;
    memcpy(text, title.at, title.len);
    text[title.len] = '\0';
    buf_clear(out);
    struct render_pdf pdf = {.out = out};
    pdf.surface =
        cairo_pdf_surface_create_for_stream(write_bytes, out, RENDER_A4_WIDTH, RENDER_A4_HEIGHT);
    cairo_pdf_surface_restrict_to_version(pdf.surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(pdf.surface, CAIRO_PDF_METADATA_TITLE, text);
    pdf.cairo = cairo_create(pdf.surface);
    *ret_pdf = pdf;
    return OK;
}

/*
 * Blanks "/Producer (…)" and "/CreationDate (…)" with spaces, which are nothing between the entries
 * of a dictionary, so that every offset stays right. They stand in the document's information
 * dictionary, the last objects of the file and never compressed.
 */
static bool blank(struct str file, const char *key)
{
    struct str name = str_from(key);
    size_t tail = file.len > 16384 ? file.len - 16384 : 0;
    for (;;) {
        size_t found = str_find(str_from_byte(file, tail), name);
        if (found == STR_NONE) return true;
        size_t at = tail + found, end = at + name.len;
        while (end < file.len && file.at[end] == ' ') end++;
        if (end >= file.len || file.at[end] != '(') return false;
        size_t depth = 0;
        for (; end < file.len; end++) {
            if (file.at[end] == '\\') {
                end++;
                continue;
            }
            if (file.at[end] == '(') depth++;
            if (file.at[end] == ')' && --depth == 0) break;
        }
        if (end >= file.len) return false;
        memset((char *)(uintptr_t)file.at + at, ' ', end + 1 - at);
        tail = end;
    }
}

enum err render_pdf_close(struct render_pdf *pdf)
{
    cairo_status_t drawn = cairo_status(pdf->cairo);
    cairo_destroy(pdf->cairo);
    cairo_surface_finish(pdf->surface);
    cairo_status_t written = cairo_surface_status(pdf->surface);
    cairo_surface_destroy(pdf->surface);
    TRY(buf_done(pdf->out));
    if (drawn == CAIRO_STATUS_NO_MEMORY || written == CAIRO_STATUS_NO_MEMORY) return ERR_MEMORY;
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS) return ERR_RENDER;
    struct str file = buf_str(pdf->out);
    if (!blank(file, "/Producer") || !blank(file, "/CreationDate")) return ERR_RENDER;
    return OK;
}

void render_pdf_put(struct render_pdf *pdf, PangoLayout *layout, double x, double y)
{
    cairo_move_to(pdf->cairo, x, y);
    pango_cairo_show_layout(pdf->cairo, layout);
}

/* ---- one release ---- */

/* Where drawing is, and whether it is only counted. */
struct flow {
    const struct render_fonts *fonts;
    const struct recipient_view *view;
    struct render_pdf *pdf; /* NULL: only count */
    size_t page;            /* the one being filled, from 1; 0: none yet */
    size_t pages;           /* all of them, once counted */
    double y;               /* used of the text area */
};

static void foot(const struct flow *flow)
{
    char number[80];
    int len = snprintf(number, sizeof number, "Page %zu of %zu", flow->page, flow->pages);
    double points = flow->view->is_large ? POINTS_LARGE : POINTS_FOOT;
    RENDER_LAYOUT left = render_font_layout(flow->fonts, flow->view->reference, points, 0);
    RENDER_LAYOUT right =
        render_font_layout(flow->fonts, (struct str){number, (size_t)len}, points, 0);
    int width, height;
    pango_layout_get_size(right, &width, &height);
    double y = RENDER_A4_HEIGHT - margin - pango_units_to_double(height);
    render_pdf_put(flow->pdf, left, margin, y);
    render_pdf_put(flow->pdf, right, RENDER_A4_WIDTH - margin - pango_units_to_double(width), y);
}

static void end_page(struct flow *flow)
{
    if (flow->page == 0 || flow->pdf == NULL) return;
    foot(flow);
    cairo_show_page(flow->pdf->cairo);
}

static void next_page(struct flow *flow)
{
    end_page(flow);
    flow->page++;
    flow->y = 0;
}

/* Without empty lines at either end. */
static struct str bare(struct str text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.at[text.len - 1]) != NULL) text.len--;
    for (size_t at = 0; at < text.len && strchr(" \t\r\n", text.at[at]) != NULL; at++)
        if (text.at[at] == '\n') text = str_from_byte(text, at + 1), at = (size_t)-1;
    return text;
}

static bool is_text(const struct render_part *part)
{
    return part->kind == RENDER_TEXT || part->kind == RENDER_HEADING || part->kind == RENDER_LINE;
}

static void put_text(struct flow *flow, const struct render_part *part)
{
    struct str text = bare(part->text);
    if (text.len == 0) return;
    bool is_heading = part->kind == RENDER_HEADING;
    double points = flow->view->is_large ? POINTS_LARGE : POINTS_USUAL;
    RENDER_LAYOUT layout =
        is_heading ? render_font_heading(flow->fonts, text, points * heading, text_width)
                   : render_font_layout(flow->fonts, text, points, text_width);
    if (flow->page == 0) next_page(flow);
    if (flow->y > 0) flow->y += part->kind == RENDER_LINE ? points / 2 : points * 2;
    /* a heading is not the last on its sheet */
    if (is_heading && flow->y + points * HEADING_ROOM > text_height) next_page(flow);
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    double start = -flow->y; /* where the layout's own zero lies, seen from the text area */
    do {
        int top, bottom;
        pango_layout_iter_get_line_yrange(iter, &top, &bottom);
        double upper = pango_units_to_double(top), lower = pango_units_to_double(bottom);
        if (lower - start > text_height && upper - start > 0) {
            next_page(flow);
            start = upper;
        }
        flow->y = lower - start;
        if (flow->pdf == NULL) continue;
        PangoRectangle line;
        pango_layout_iter_get_line_extents(iter, NULL, &line);
        double baseline = pango_units_to_double(pango_layout_iter_get_baseline(iter)) - start;
        cairo_move_to(flow->pdf->cairo, margin + pango_units_to_double(line.x), margin + baseline);
        pango_cairo_show_layout_line(flow->pdf->cairo, pango_layout_iter_get_line_readonly(iter));
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

/* The file goes in as it is: the surface's own pixels are never touched. */
static void draw_jpeg(struct render_pdf *pdf, const struct render_part *part, double x, double y,
                      double scale)
{
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)part->width, (int)part->height);
    unsigned char *copy = g_memdup2(part->jpeg.at, part->jpeg.len);
    if (cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, copy, part->jpeg.len, g_free,
                                    copy) != CAIRO_STATUS_SUCCESS)
        g_free(copy);
    cairo_save(pdf->cairo);
    cairo_translate(pdf->cairo, x, y);
    cairo_scale(pdf->cairo, scale, scale);
    cairo_set_source_surface(pdf->cairo, image, 0, 0);
    cairo_paint(pdf->cairo);
    cairo_restore(pdf->cairo);
    cairo_surface_destroy(image);
}

/* As large as fits, in the middle; a small photo is not blown up beyond 96 pixels an inch. */
static void put_image(struct flow *flow, const struct render_part *part)
{
    next_page(flow);
    flow->y = text_height;
    if (flow->pdf == NULL) return;
    double scale = text_width / part->width;
    if (scale * part->height > text_height) scale = text_height / part->height;
    if (part->kind == RENDER_PHOTO && scale > 72.0 / 96) scale = 72.0 / 96;
    double x = margin + (text_width - scale * part->width) / 2;
    double y =
        part->kind == RENDER_PHOTO ? margin + (text_height - scale * part->height) / 2 : margin;
    render_pdf_words(flow->pdf, flow->fonts, part, x, y, scale);
    draw_jpeg(flow->pdf, part, x, y, scale);
}

static void lay_out(struct flow *flow)
{
    bool after_image = false;
    for (size_t i = 0; i < flow->view->part_count; i++) {
        const struct render_part *part = &flow->view->parts[i];
        if (is_text(part)) {
            if (after_image) next_page(flow);
            put_text(flow, part);
        } else {
            put_image(flow, part);
        }
        after_image = !is_text(part);
    }
    if (flow->page == 0) next_page(flow); /* an empty letter still has its sheet */
    end_page(flow);
}

static enum err check(const struct recipient_view *view)
{
    if (view->reference.len == 0 || view->reference.len > TITLE_BYTES) return ERR_BAD_INPUT;
    if (!utf8_valid(view->reference)) return ERR_BAD_UTF8;
    for (size_t i = 0; i < view->part_count; i++) {
        const struct render_part *part = &view->parts[i];
        if (is_text(part)) {
            if (part->text.len > RENDER_TEXT_BYTES) return ERR_BAD_INPUT;
            if (!utf8_valid(part->text)) return ERR_BAD_UTF8;
        } else if (part->jpeg.len == 0 || part->width == 0 || part->height == 0 ||
                   part->width > SIDE_MAX || part->height > SIDE_MAX ||
                   !render_pdf_words_fit(part)) {
            return ERR_BAD_INPUT;
        }
    }
    return OK;
}

enum err render_pdf_count(const struct render_fonts *fonts, const struct recipient_view *view,
                          size_t *ret_pages)
{
    TRY(check(view));
    struct flow flow = {.fonts = fonts, .view = view};
    lay_out(&flow);
    *ret_pages = flow.page;
    return OK;
}

enum err render_pdf_letters(const struct render_fonts *fonts, const struct recipient_view *views,
                            size_t count, struct buf *ret_pdf)
{
    if (count == 0) return ERR_BAD_INPUT;
    for (size_t i = 0; i < count; i++) TRY(check(&views[i]));
    struct render_pdf pdf;
    TRY(render_pdf_open(views[0].title, ret_pdf, &pdf));
    for (size_t i = 0; i < count; i++) {
        struct flow counted = {.fonts = fonts, .view = &views[i]};
        lay_out(&counted);
        struct flow flow = {.fonts = fonts, .view = &views[i], .pdf = &pdf, .pages = counted.page};
        lay_out(&flow);
    }
    return render_pdf_close(&pdf);
}
