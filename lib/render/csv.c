/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/csv.h"

#include "core/code.h"
#include "sys/clock.h"

enum { CELL_BYTES = 8000 };

void render_csv_begin(struct buf *csv)
{
    buf_add_c(csv, "\xef\xbb\xbf");
}

static bool is_formula(struct str cell)
{
    static const char *const starts[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠"};
    size_t at = 0;
    while (at < cell.len && cell.at[at] == ' ') at++;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(str_from_byte(cell, at), str_from(starts[i]))) return true;
    return false;
}

static void put_cell(struct buf *csv, struct str cell)
{
    bool quotes = false;
    for (size_t i = 0; i < cell.len; i++)
        quotes = quotes || cell.at[i] == ',' || cell.at[i] == '"' || cell.at[i] == '\r' ||
                 cell.at[i] == '\n';
    if (quotes) buf_add_byte(csv, '"');
    if (is_formula(cell)) buf_add_byte(csv, '\'');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.at[i] == '"') buf_add_byte(csv, '"');
        buf_add_byte(csv, cell.at[i]);
    }
    if (quotes) buf_add_byte(csv, '"');
}

void render_csv_row(struct buf *csv, const struct str *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i) buf_add_byte(csv, ',');
        put_cell(csv, cells[i]);
    }
    buf_add_c(csv, "\r\n");
}

/* ---- reports ---- */

static void pair(struct buf *csv, const char *name, struct str value)
{
    render_csv_row(csv, (const struct str[]){str_from(name), value}, 2);
}

static void head(struct buf *csv, enum report_code code, struct str agency, struct day printed)
{
    BUF(day, 60);
    render_csv_begin(csv);
    pair(csv, "Report", str_from(report_title(code)));
    pair(csv, "Agency", agency);
    day_put_long(&day, printed);
    pair(csv, "Printed", buf_str(&day));
}

static void numbers(struct buf *csv, const struct report_table *table)
{
    buf_add_byte(csv, ','); /* above the rows' names */
    for (size_t column = 0; column < table->column_count; column++) {
        if (column) buf_add_byte(csv, ',');
        put_cell(csv, table->columns[column].words);
    }
    buf_add_c(csv, "\r\n");
    for (size_t row = 0; row < table->row_count; row++) {
        put_cell(csv, table->rows[row].words);
        for (size_t column = 0; column < table->column_count; column++) {
            buf_add_byte(csv, ',');
            report_put(csv, report_cell(table, row, column), true);
        }
        buf_add_c(csv, "\r\n");
    }
}

void render_csv_report(struct buf *csv, const struct report *report, struct str agency,
                       struct day printed)
{
    BUF(when, 100);
    head(csv, report->code, agency, printed);
    report_put_when(&when, report);
    pair(csv, "When", buf_str(&when));
    pair(csv, "Small numbers", STR(REPORT_SMALL_WORDS));
    for (size_t i = 0; i < report->count; i++) {
        const struct report_table *table = &report->tables[i];
        BUF(sums, CELL_BYTES);
        render_csv_row(csv, NULL, 0);
        pair(csv, "Table", str_from(table->title));
        pair(csv, "Definition", str_from(table->definition));
        numbers(csv, table);
        report_put_sums(&sums, table, true);
        if (sums.len) pair(csv, "Adds up", buf_str(&sums));
    }
}

void render_csv_timeline(struct buf *csv, const struct report_event *events, size_t count,
                         struct str agency, struct str reference, struct day printed)
{
    head(csv, REPORT_TIMELINE, agency, printed);
    pair(csv, "Arrangement", reference);
    render_csv_row(csv, NULL, 0);
    render_csv_row(csv, (const struct str[]){STR("When"), STR("What"), STR("Letter")}, 3);
    for (size_t i = 0; i < count; i++) {
        BUF(when, 100);
        BUF(letter, 40);
        clock_put(&when, events[i].at);
        if (events[i].object) code_reference_put(&letter, events[i].object);
        render_csv_row(csv, (const struct str[]){buf_str(&when), events[i].words, buf_str(&letter)},
                       3);
    }
}
