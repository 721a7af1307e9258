/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "rules/report.h"
#include "rules/report_in.h"

/* Which numbers of a report add up to which; what is hidden for it; and the same in words. */

struct all {
    struct small_cell *cells;
    size_t count;
    struct small_sum *sums;
    size_t sum_count;
    size_t first[REPORT_TABLES]; /* where each table's cells begin */
    bool over;
};

enum { SUMS_PER_TABLE = 2 * REPORT_LINES };

static struct small_sum *next_sum(struct all *all)
{
    if (all->sum_count == SMALL_SUMS) {
        all->over = true;
        return &all->sums[0];
    }
    return &all->sums[all->sum_count++];
}

static void add_term(struct all *all, struct small_sum *sum, size_t cell, int sign)
{
    if (sum->count == SMALL_TERMS)
        all->over = true;
    else
        sum->terms[sum->count++] = (struct small_term){cell, sign};
}

static size_t place(const struct all *all, const struct report *report, size_t table, size_t row,
                    size_t column)
{
    return all->first[table] + row * report->tables[table].column_count + column;
}

static void table_sums(struct all *all, const struct report *report, size_t number)
{
    const struct report_table *table = &report->tables[number];
    bool below = report_total_below(table->layout), right = report_total_right(table->layout);
    size_t rows = table->row_count - below, columns = table->column_count - right;
    for (size_t column = 0; below && column < table->column_count; column++) {
        struct small_sum *sum = next_sum(all);
        for (size_t row = 0; row <= rows; row++)
            add_term(all, sum, place(all, report, number, row, column), row < rows ? 1 : -1);
    }
    for (size_t row = 0; right && row < table->row_count; row++) {
        struct small_sum *sum = next_sum(all);
        for (size_t column = 0; column <= columns; column++)
            add_term(all, sum, place(all, report, number, row, column), column < columns ? 1 : -1);
    }
    for (size_t row = 0; table->layout == REPORT_FLOW && row < rows; row++) {
        struct small_sum *sum = next_sum(all);
        for (size_t column = 0; column < REPORT_FLOW_COLUMNS; column++)
            add_term(all, sum, place(all, report, number, row, column), report_flow_sign(column));
    }
}

static void equal(struct all *all, size_t a, size_t b)
{
    struct small_sum *sum = next_sum(all);
    add_term(all, sum, a, 1);
    add_term(all, sum, b, -1);
}

/* The totals of a table that others share: one, or one a row. */
static size_t anchors(const struct all *all, const struct report *report, size_t number,
                      size_t *ret_cells)
{
    const struct report_table *table = &report->tables[number];
    if (table->layout == REPORT_LIST || table->layout == REPORT_CROSS) {
        ret_cells[0] = place(all, report, number, table->row_count - 1, table->column_count - 1);
        return 1;
    }
    for (size_t row = 0; row < table->row_count; row++)
        ret_cells[row] = place(all, report, number, row, table->column_count - 1);
    return table->row_count;
}

static void shared_totals(struct all *all, const struct report *report)
{
    size_t mine[REPORT_LINES], others[REPORT_LINES];
    for (size_t i = 0; i < report->count; i++)
        for (size_t j = i + 1; j < report->count; j++) {
            const char *same = report->tables[i].same;
            if (!*same || strcmp(same, report->tables[j].same) != 0) continue;
            size_t count = anchors(all, report, i, mine);
            if (anchors(all, report, j, others) != count) continue;
            for (size_t n = 0; n < count; n++) equal(all, mine[n], others[n]);
        }
    /* one year ends as the next begins */
    for (size_t i = 0; i < report->count; i++)
        for (size_t row = 1;
             report->tables[i].layout == REPORT_FLOW && row < report->tables[i].row_count; row++)
            equal(all, place(all, report, i, row - 1, REPORT_FLOW_COLUMNS - 1),
                  place(all, report, i, row, 0));
}

/* Days are no counts: they are told unless so few letters took them that they tell of these. */
static void hide_days(struct report_table *table)
{
    if (strcmp(table->word, "days") != 0) return;
    for (size_t row = 1; row < table->row_count; row++)
        table->cells[row].shown = table->cells[0].shown == SMALL_SHOWN ? SMALL_SHOWN : SMALL_BLANK;
}

enum err report_hide(struct report *report, struct arena *arena)
{
    struct all all = {.cells = ARENA_MANY(arena, SMALL_CELLS, struct small_cell)};
    for (size_t i = 0; i < report->count; i++) {
        const struct report_table *table = &report->tables[i];
        size_t count = table->row_count * table->column_count;
        if (all.count + count > SMALL_CELLS) return ERR_TOO_BIG;
        all.first[i] = all.count;
        memcpy(&all.cells[all.count], table->cells, count * sizeof *table->cells);
        all.count += count;
    }
    all.sums = ARENA_MANY(arena, SMALL_SUMS, struct small_sum);
    for (size_t i = 0; i < report->count; i++) table_sums(&all, report, i);
    shared_totals(&all, report);
    if (all.over) return ERR_TOO_BIG;
    small_suppress(all.cells, all.count, all.sums, all.sum_count);
    for (size_t i = 0; i < report->count; i++) {
        struct report_table *table = &report->tables[i];
        memcpy(table->cells, &all.cells[all.first[i]],
               table->row_count * table->column_count * sizeof *table->cells);
        hide_days(table);
    }
    return OK;
}

/* ---- in words ---- */

void report_put(struct buf *text, const struct small_cell *cell, bool leaves)
{
    if (leaves)
        small_put(text, cell);
    else
        buf_add_int(text, cell->number);
}

bool report_hides(const struct report_table *table)
{
    for (size_t i = 0; i < table->row_count * table->column_count; i++)
        if (table->cells[i].shown != SMALL_SHOWN) return true;
    return false;
}

/* What is left out is 0, and would only make the line long; of a flow each is said. */
static void put_term(struct buf *text, const struct report_label *label,
                     const struct small_cell *cell, bool leaves, bool is_first, int sign)
{
    if (!is_first) buf_add_c(text, sign < 0 ? " − " : " + ");
    buf_add(text, label->words);
    buf_add_byte(text, ' ');
    report_put(text, cell, leaves);
}

static void put_end(struct buf *text, const struct small_cell *cell, bool leaves, bool adds_up)
{
    buf_add_c(text, adds_up ? " = " : " should be ");
    report_put(text, cell, leaves);
    buf_add_c(text, adds_up ? ". " : ", and is not: tell the operator. ");
}

static void put_flow(struct buf *text, const struct report_table *table, size_t row, bool leaves)
{
    for (size_t column = 0; column + 1 < table->column_count; column++)
        put_term(text, &table->columns[column], report_cell(table, row, column), leaves,
                 column == 0, report_flow_sign(column));
    put_end(text, report_cell(table, row, table->column_count - 1), leaves, table->adds_up);
}

/* The parts of a total below, or at the right of a row. */
static void put_parts(struct buf *text, const struct report_table *table, size_t fixed, bool below,
                      bool leaves)
{
    size_t count = below ? table->row_count : table->column_count;
    bool is_first = true;
    for (size_t i = 0; i + 1 < count; i++) {
        const struct small_cell *cell =
            below ? report_cell(table, i, fixed) : report_cell(table, fixed, i);
        if (cell->number == 0 && cell->shown == SMALL_SHOWN) continue;
        put_term(text, below ? &table->rows[i] : &table->columns[i], cell, leaves, is_first, 1);
        is_first = false;
    }
    if (is_first) buf_add_c(text, "0");
    put_end(text,
            below ? report_cell(table, count - 1, fixed) : report_cell(table, fixed, count - 1),
            leaves, table->adds_up);
}

void report_put_sums(struct buf *text, const struct report_table *table, bool leaves)
{
    switch (table->layout) {
    case REPORT_LIST: put_parts(text, table, 0, true, leaves); break;
    case REPORT_CROSS:
        put_parts(text, table, table->column_count - 1, true, leaves);
        put_parts(text, table, table->row_count - 1, false, leaves);
        break;
    case REPORT_BELOW: put_parts(text, table, 0, true, leaves); break;
    case REPORT_ROWS:
        for (size_t row = 0; row < table->row_count; row++)
            put_parts(text, table, row, false, leaves);
        break;
    case REPORT_FLOW:
        for (size_t row = 0; row < table->row_count; row++) put_flow(text, table, row, leaves);
        break;
    case REPORT_LOOSE: break;
    }
    while (text->len && text->at[text->len - 1] == ' ') text->at[--text->len] = '\0';
}

void report_put_shares(struct buf *text, const struct report_table *table, bool leaves)
{
    bool is_first = true;
    if (table->layout != REPORT_LIST && table->layout != REPORT_CROSS) return;
    const struct small_cell *total =
        report_cell(table, table->row_count - 1, table->column_count - 1);
    if (total->number == 0 || (leaves && total->shown != SMALL_SHOWN)) return;
    for (size_t row = 0; row + 1 < table->row_count; row++) {
        const struct small_cell *cell = report_cell(table, row, table->column_count - 1);
        if (cell->number == 0 || (leaves && cell->shown != SMALL_SHOWN)) continue;
        int64_t tenths = (2000 * cell->number + total->number) / (2 * total->number);
        buf_print(text, "%s%.*s %lld.%lld%%", is_first ? "" : ", ", STR_ARG(table->rows[row].words),
                  (long long)(tenths / 10), (long long)(tenths % 10));
        is_first = false;
    }
}

size_t report_bars(const struct report_table *table, struct report_bar *ret_bars, size_t room)
{
    size_t count = 0;
    if (table->layout == REPORT_FLOW && table->row_count == 1) {
        for (size_t i = 0; i < table->column_count && count < room; i++)
            ret_bars[count++] =
                (struct report_bar){table->columns[i].words, report_cell(table, 0, i)};
        return count;
    }
    size_t column = table->layout == REPORT_BELOW ? 0 : table->column_count - 1;
    size_t rows = table->row_count - report_total_below(table->layout);
    for (size_t i = 0; i < rows && count < room; i++)
        ret_bars[count++] =
            (struct report_bar){table->rows[i].words, report_cell(table, i, column)};
    return count;
}
