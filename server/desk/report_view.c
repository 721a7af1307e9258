/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/chart.h"
#include "server/desk/report.h"

enum { WORDS_BYTES = 16000 };

/* ---- the form ---- */

static void put_field(struct request *request, json_t *object, const char *name, const char *part,
                      int number)
{
    struct str field = arena_print(request->arena, "%s_%s", name, part);
    struct str typed = form_line(&request->query, field.at);
    json_put_str(object, part, typed.len ? typed : arena_print(request->arena, "%d", number));
}

static void put_day(struct request *request, json_t *list, const char *name, struct day day)
{
    struct day_parts parts = day_parts(day);
    json_t *object = json_object();
    json_put_str(object, "name", str_from(name));
    json_put_bool(object, name, true);
    put_field(request, object, name, "day", parts.day);
    put_field(request, object, name, "month", parts.month);
    put_field(request, object, name, "year", parts.year);
    json_add(list, object);
}

/* The days as they stand in the links to the files. */
static struct str query_of(const struct desk_report *report)
{
    struct day_parts from = day_parts(report->from), to = day_parts(report->to);
    struct arena *arena = report->request->arena;
    struct str last =
        arena_print(arena, "to_day=%d&to_month=%d&to_year=%d", to.day, to.month, to.year);
    if (report->code == REPORT_PURPOSE) return last;
    return arena_print(arena, "from_day=%d&from_month=%d&from_year=%d&%.*s", from.day, from.month,
                       from.year, STR_ARG(last));
}

/* ---- a table ---- */

static json_t *put_row(const struct report_table *table, size_t row)
{
    json_t *object = json_object(), *cells = json_array();
    bool is_total = str_equal(table->rows[row].word, STR("total"));
    json_put_str(object, "words", table->rows[row].words);
    json_put_str(object, "word", table->rows[row].word);
    json_put_bool(object, "is_total", is_total);
    for (size_t column = 0; column < table->column_count; column++) {
        json_t *cell = json_object();
        desk_put_number(cell, "number", report_cell(table, row, column)->number);
        json_put_str(cell, "label", table->columns[column].words);
        json_add(cells, cell);
    }
    json_put(object, "cells", cells);
    return object;
}

static json_t *put_chart(struct request *request, const struct report_table *table)
{
    struct render_chart chart;
    json_t *object = json_object(), *bars = json_array();
    render_chart(table, false, request->arena, &chart);
    desk_put_number(object, "width", RENDER_CHART_WIDTH);
    desk_put_number(object, "height", chart.height);
    desk_put_number(object, "bar_height", RENDER_CHART_BAR);
    for (size_t i = 0; i < chart.count; i++) {
        json_t *bar = json_object();
        json_put_str(bar, "words", chart.bars[i].words);
        json_put_str(bar, "number", chart.bars[i].number);
        desk_put_number(bar, "text_y", chart.bars[i].text_y);
        desk_put_number(bar, "bar_y", chart.bars[i].bar_y);
        desk_put_number(bar, "bar_width", chart.bars[i].width);
        json_add(bars, bar);
    }
    json_put(object, "bars", bars);
    return object;
}

static json_t *put_table(struct request *request, const struct report_table *table)
{
    json_t *object = json_object(), *columns = json_array(), *rows = json_array();
    BUF(sums, WORDS_BYTES);
    BUF(shares, WORDS_BYTES);
    json_put_str(object, "code", str_from(table->word));
    json_put_str(object, "title", str_from(table->title));
    json_put_str(object, "definition", str_from(table->definition));
    for (size_t column = 0; column < table->column_count; column++)
        json_add(columns, json_str(table->columns[column].words));
    for (size_t row = 0; row < table->row_count; row++) json_add(rows, put_row(table, row));
    json_put(object, "columns", columns);
    json_put(object, "rows", rows);
    report_put_sums(&sums, table, false);
    report_put_shares(&shares, table, false);
    if (sums.len) json_put_str(object, "sums", buf_str(&sums));
    if (shares.len) json_put_str(object, "shares", buf_str(&shares));
    json_put_bool(object, "hides", report_hides(table));
    json_put(object, "chart", put_chart(request, table));
    return object;
}

void desk_report_put(const struct desk_report *report)
{
    struct request *request = report->request;
    json_t *view = request->view, *days = json_array(), *tables = json_array();
    BUF(when, 100);
    json_put_str(view, "name", str_from(report_word(report->code)));
    json_put_str(view, "title", str_from(report_title(report->code)));
    if (report->code != REPORT_PURPOSE) put_day(request, days, "from", report->from);
    put_day(request, days, "to", report->to);
    json_put_bool(view, "of_one_day", report->code == REPORT_PURPOSE);
    json_put(view, "days", days);
    if (report->report.count == 0) {
        json_decref(tables);
        return;
    }
    report_put_when(&when, &report->report);
    json_put_str(view, "when", buf_str(&when));
    json_put_str(view, "small", STR(REPORT_SMALL_WORDS));
    json_put_str(view, "query", query_of(report));
    for (size_t i = 0; i < report->report.count; i++)
        json_add(tables, put_table(request, &report->report.tables[i]));
    desk_put_list(view, "tables", tables);
}
