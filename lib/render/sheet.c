/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/sheet.h"

#include "core/code.h"
#include "core/utf8.h"
#include "render/chart.h"
#include "render/pdf_in.h"
#include "sys/clock.h"

static const double margin = 22 * RENDER_MM;
static const double text_width = RENDER_A4_WIDTH - 2 * 22 * RENDER_MM;
static const double text_height = RENDER_A4_HEIGHT - 2 * 22 * RENDER_MM - 12 * RENDER_MM;
enum {
    POINTS_TITLE = 20,
    POINTS_HEAD = 14,
    POINTS_TEXT = 10,
    POINTS_CELL = 9,
    POINTS_FOOT = 9,
    CHART_BYTES = 256 * 1024,
    TEXT_BYTES = 16000,
};

/* Where drawing is, and whether it is only counted. */
struct flow {
    const struct render_fonts *fonts;
    struct render_pdf *pdf; /* NULL: only count */
    struct str foot;
    size_t page, pages;
    double y;
};

static double height_of(PangoLayout *layout, double *ret_width)
{
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    if (ret_width) *ret_width = pango_units_to_double(width);
    return pango_units_to_double(height);
}

static void end_page(struct flow *flow)
{
    if (!flow->pdf) return;
    BUF(number, 80);
    double width, y = RENDER_A4_HEIGHT - margin;
    buf_print(&number, "Page %zu of %zu", flow->page, flow->pages);
    RENDER_LAYOUT left = render_font_layout(flow->fonts, flow->foot, POINTS_FOOT, 0);
    RENDER_LAYOUT right = render_font_layout(flow->fonts, buf_str(&number), POINTS_FOOT, 0);
    y -= height_of(right, &width);
    render_pdf_put(flow->pdf, left, margin, y);
    render_pdf_put(flow->pdf, right, RENDER_A4_WIDTH - margin - width, y);
    cairo_show_page(flow->pdf->cairo);
}

/* Begins another sheet where so much does not fit on this one. */
static void need(struct flow *flow, double height)
{
    if (flow->y == 0 || flow->y + height <= text_height) return;
    end_page(flow);
    flow->page++;
    flow->y = 0;
}

static void put_text(struct flow *flow, struct str text, double points, double after)
{
    if (text.len == 0) return;
    RENDER_LAYOUT layout = render_font_layout(flow->fonts, text, points, text_width);
    double height = height_of(layout, NULL);
    need(flow, height);
    if (flow->pdf) render_pdf_put(flow->pdf, layout, margin, margin + flow->y);
    flow->y += height + after;
}

static void put_print(struct flow *flow, double points, double after, const char *name,
                      struct str value)
{
    BUF(text, TEXT_BYTES);
    buf_print(&text, "%s%.*s", name, STR_ARG(value));
    put_text(flow, buf_str(&text), points, after);
}

/* ---- a table ---- */

static void line(struct flow *flow)
{
    if (flow->pdf) {
        cairo_set_line_width(flow->pdf->cairo, 0.5);
        cairo_move_to(flow->pdf->cairo, margin, margin + flow->y);
        cairo_line_to(flow->pdf->cairo, margin + text_width, margin + flow->y);
        cairo_stroke(flow->pdf->cairo);
    }
    flow->y += 3;
}

struct cell {
    struct str text;
    double x, width;
    bool is_number;
};

static void put_cells(struct flow *flow, const struct cell *cells, size_t count)
{
    double highest = 0;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) need(flow, highest + 4);
        for (size_t i = 0; i < count; i++) {
            RENDER_LAYOUT layout =
                render_font_layout(flow->fonts, cells[i].text, POINTS_CELL, cells[i].width);
            if (cells[i].is_number) pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
            double height = height_of(layout, NULL);
            if (height > highest) highest = height;
            if (pass == 1 && flow->pdf)
                render_pdf_put(flow->pdf, layout, margin + cells[i].x, margin + flow->y);
        }
    }
    flow->y += highest + 1;
    line(flow);
}

enum { COLUMNS_MOST = 16 };

static void put_numbers(struct flow *flow, const struct report_table *table)
{
    struct cell cells[COLUMNS_MOST + 1];
    size_t columns = table->column_count;
    double first = columns == 1 ? text_width * 0.7 : text_width * 0.28;
    double width = (text_width - first) / (double)columns;
    ASSERT(columns <= COLUMNS_MOST);
    cells[0] = (struct cell){STR(""), 0, first, false};
    for (size_t column = 0; column < columns; column++)
        cells[column + 1] = (struct cell){table->columns[column].words,
                                          first + width * (double)column + 4, width - 4, true};
    put_cells(flow, cells, columns + 1);
    for (size_t row = 0; row < table->row_count; row++) {
        ARENA(arena, 64 * 1024);
        cells[0].text = table->rows[row].words;
        for (size_t column = 0; column < columns; column++) {
            BUF(number, 30);
            report_put(&number, report_cell(table, row, column), true);
            cells[column + 1].text = arena_str(arena, buf_str(&number));
        }
        put_cells(flow, cells, columns + 1);
    }
    flow->y += 6;
}

static void put_chart(struct flow *flow, const struct report_table *table)
{
    enum { ROW = 22, BAR = 7 };
    struct render_chart chart;
    ARENA(arena, CHART_BYTES);
    render_chart(table, true, arena, &chart);
    for (size_t i = 0; i < chart.count; i++) {
        need(flow, ROW);
        if (flow->pdf && chart.bars[i].width > 0) {
            double width = text_width * chart.bars[i].width / RENDER_CHART_WIDTH;
            cairo_save(flow->pdf->cairo);
            cairo_set_source_rgb(flow->pdf->cairo, 0.09, 0.33, 0.31);
            cairo_rectangle(flow->pdf->cairo, margin, margin + flow->y + ROW - BAR - 2, width, BAR);
            cairo_fill(flow->pdf->cairo);
            cairo_restore(flow->pdf->cairo);
        }
        BUF(words, TEXT_BYTES);
        buf_print(&words, "%.*s  %.*s", STR_ARG(chart.bars[i].words),
                  STR_ARG(chart.bars[i].number));
        RENDER_LAYOUT layout = render_font_layout(flow->fonts, buf_str(&words), POINTS_CELL, 0);
        if (flow->pdf) render_pdf_put(flow->pdf, layout, margin, margin + flow->y);
        flow->y += ROW;
    }
    flow->y += 6;
}

static void put_table(struct flow *flow, const struct report_table *table)
{
    BUF(sums, TEXT_BYTES);
    BUF(shares, TEXT_BYTES);
    need(flow, 60 * RENDER_MM); /* a heading stays with what follows */
    flow->y += flow->y > 0 ? 12 : 0;
    put_text(flow, str_from(table->title), POINTS_HEAD, 4);
    put_text(flow, str_from(table->definition), POINTS_TEXT, 8);
    put_numbers(flow, table);
    report_put_sums(&sums, table, true);
    if (sums.len) put_print(flow, POINTS_TEXT, 4, "Adds up: ", buf_str(&sums));
    report_put_shares(&shares, table, true);
    if (shares.len) put_print(flow, POINTS_TEXT, 8, "Of all: ", buf_str(&shares));
    put_chart(flow, table);
}

/* ---- a file ---- */

static void put_head(struct flow *flow, const struct render_sheet *sheet, enum report_code code)
{
    BUF(day, 60);
    put_text(flow, str_from(report_title(code)), POINTS_TITLE, 4);
    put_text(flow, sheet->agency, POINTS_HEAD, 8);
    put_text(flow, sheet->about, POINTS_HEAD, 8);
    day_put_long(&day, sheet->printed);
    put_print(flow, POINTS_TEXT, 4, "Printed on ", buf_str(&day));
}

/* What is drawn: a report, or events. */
struct content {
    const struct render_sheet *sheet;
    const struct report *report; /* NULL: events */
    const struct report_event *events;
    size_t event_count;
};

static void put_events(struct flow *flow, const struct content *content)
{
    const double first = 45 * RENDER_MM, last = 34 * RENDER_MM;
    struct cell cells[] = {{STR("When"), 0, first - 4, false},
                           {STR("What"), first, text_width - first - last - 4, false},
                           {STR("Letter"), text_width - last, last, false}};
    put_cells(flow, cells, 3);
    for (size_t i = 0; i < content->event_count; i++) {
        BUF(when, 100);
        BUF(letter, 40);
        clock_put(&when, content->events[i].at);
        if (content->events[i].object) code_reference_put(&letter, content->events[i].object);
        cells[0].text = buf_str(&when);
        cells[1].text = content->events[i].words;
        cells[2].text = buf_str(&letter);
        put_cells(flow, cells, 3);
    }
}

static void lay_out(struct flow *flow, const struct content *content)
{
    flow->page = 1;
    put_head(flow, content->sheet, content->report ? content->report->code : REPORT_TIMELINE);
    if (content->report) {
        BUF(when, 100);
        report_put_when(&when, content->report);
        put_text(flow, buf_str(&when), POINTS_HEAD, 8);
        put_text(flow, STR(REPORT_SMALL_WORDS), POINTS_TEXT, 8);
        for (size_t i = 0; i < content->report->count; i++)
            put_table(flow, &content->report->tables[i]);
    } else {
        put_events(flow, content);
    }
    end_page(flow);
}

static enum err draw(const struct render_fonts *fonts, const struct content *content,
                     struct buf *ret_pdf)
{
    struct render_pdf pdf;
    const struct render_sheet *sheet = content->sheet;
    const char *title = report_title(content->report ? content->report->code : REPORT_TIMELINE);
    if (str_trim(sheet->agency).len == 0 || sheet->agency.len > TEXT_BYTES / 2 ||
        sheet->about.len > TEXT_BYTES / 2)
        return ERR_BAD_INPUT;
    if (!utf8_valid(sheet->agency) || !utf8_valid(sheet->about)) return ERR_BAD_UTF8;
    struct flow counted = {.fonts = fonts};
    lay_out(&counted, content);
    TRY(render_pdf_open(str_from(title), ret_pdf, &pdf));
    struct flow flow = {
        .fonts = fonts, .pdf = &pdf, .foot = str_from(title), .pages = counted.page};
    lay_out(&flow, content);
    return render_pdf_close(&pdf);
}

enum err render_sheet_report(const struct render_fonts *fonts, const struct render_sheet *sheet,
                             const struct report *report, struct buf *ret_pdf)
{
    const struct content content = {.sheet = sheet, .report = report};
    return draw(fonts, &content, ret_pdf);
}

enum err render_sheet_timeline(const struct render_fonts *fonts, const struct render_sheet *sheet,
                               const struct report_event *events, size_t count, struct buf *ret_pdf)
{
    const struct content content = {.sheet = sheet, .events = events, .event_count = count};
    return draw(fonts, &content, ret_pdf);
}
