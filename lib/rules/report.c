/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/report.h"

#include <string.h>

#include "rules/language.h"
#include "rules/report_in.h"

/* ---- what report.def says ---- */

static const struct {
    const char *word, *title, *purpose;
} reports[] = {
#define REPORT(CODE, word, title, purpose) {word, title, purpose},
#include "rules/report.def"
};

/* Kinds of rows and columns. */
enum kind {
    KIND_KIND,
    KIND_STATE,
    KIND_STOPPED,
    KIND_SIDE,
    KIND_CHANNEL,
    KIND_RELATION,
    KIND_PERIOD,
    KIND_FLOW,
    KIND_WAY_IN,
    KIND_DAYS,
    KIND_DECIDED,
    KIND_REASON,
    KIND_REVIEW,
    KIND_FORMAT,
    KIND_NUMBER,
    KIND_REGION,
    KIND_ANY_STATE,
    KIND_TERMS,
    KIND_DECISION,
    KIND_REVIEWED,
    KIND_CHASED,
    KIND_MEETING,
    KIND_LANGUAGE, /* without labels from here on */
    KIND_YEAR,
    KIND_AUTHORITY,
};

static const struct label {
    enum kind kind;
    const char *word, *words;
} labels[] = {
#define LABEL(KIND, word, words) {KIND_##KIND, word, words},
#include "rules/report.def"
};
enum { LABELS = sizeof labels / sizeof *labels };

static const struct table {
    enum report_code report;
    const char *word, *title, *definition, *same;
    enum report_layout layout;
    enum kind rows, columns;
} tables[] = {
#define TABLE(REPORT, word, LAYOUT, ROWS, COLUMNS, same, title, definition) \
    {REPORT_##REPORT, word, title, definition, same, REPORT_##LAYOUT, KIND_##ROWS, KIND_##COLUMNS},
#include "rules/report.def"
};
enum { TABLES = sizeof tables / sizeof *tables };

static const struct {
    const char *word, *words;
    enum kind detail;
} events[] = {
#define EVENT(word, words, DETAIL) {word, words, KIND_##DETAIL},
#include "rules/report.def"
};

int report_flow_sign(size_t column)
{
    static const int signs[REPORT_FLOW_COLUMNS] = {1, 1, 1, -1, -1};
    ASSERT(column < REPORT_FLOW_COLUMNS);
    return signs[column];
}

const char *report_word(enum report_code report)
{
    return reports[report].word;
}

const char *report_title(enum report_code report)
{
    return reports[report].title;
}

const char *report_purpose(enum report_code report)
{
    return reports[report].purpose;
}

bool report_get(struct str word, enum report_code *ret_report)
{
    for (int i = 0; i < REPORT_COUNT; i++) {
        if (!str_equal(word, str_from(reports[i].word))) continue;
        *ret_report = (enum report_code)i;
        return true;
    }
    return false;
}

struct day report_begins(enum report_code report, struct day to)
{
    struct day after = {to.number + 1};
    if (report == REPORT_PURPOSE) return to;
    return day_add_months(after, report == REPORT_FOI ? -12 * 3 : -6);
}

struct str report_reason(struct str reason)
{
    for (size_t i = 0; i < LABELS; i++)
        if (labels[i].kind == KIND_REASON && str_equal(reason, str_from(labels[i].word)))
            return reason;
    return STR("other");
}

/* ---- counts ---- */

void report_count(struct report_counts *counts, struct str table, struct str row, struct str column,
                  int64_t n)
{
    for (size_t i = 0; i < counts->count; i++) {
        struct report_count *one = &counts->at[i];
        if (!str_equal(one->table, table) || !str_equal(one->row, row) ||
            !str_equal(one->column, column))
            continue;
        one->n += n;
        return;
    }
    if (counts->count == counts->room) {
        struct report_count *old = counts->at;
        counts->room = counts->room ? 2 * counts->room : 64;
        counts->at = ARENA_MANY(counts->arena, counts->room, struct report_count);
        if (counts->count) memcpy(counts->at, old, counts->count * sizeof *old);
    }
    counts->at[counts->count++] = (struct report_count){table, row, column, n};
}

/* ---- years ---- */

enum err report_years(struct day from, struct day to, struct day *ret_edges, size_t *ret_years)
{
    struct day edges[REPORT_YEARS + 1];
    size_t years = 0;
    if (from.number > to.number) return ERR_BAD_INPUT;
    edges[0] = from;
    while (edges[years].number <= to.number) {
        if (years == REPORT_YEARS) return ERR_BAD_INPUT;
        struct day next = day_add_months(from, 12 * ((int)years + 1));
        if (next.number > to.number) next.number = to.number + 1;
        edges[++years] = next;
    }
    memcpy(ret_edges, edges, (years + 1) * sizeof *edges);
    *ret_years = years;
    return OK;
}

static void put_span(struct buf *text, struct day from, struct day to)
{
    day_put_long(text, from);
    buf_add_c(text, " to ");
    day_put_long(text, to);
}

void report_put_when(struct buf *text, const struct report *report)
{
    if (report->code == REPORT_PURPOSE) {
        buf_add_c(text, "At the end of ");
        day_put_long(text, report->to);
    } else {
        put_span(text, report->from, report->to);
    }
}

/* ---- rows and columns ---- */

struct lines {
    struct report_label at[REPORT_LINES];
    size_t count;
};

static enum err add_line(struct lines *lines, struct str word, struct str words)
{
    for (size_t i = 0; i < lines->count; i++)
        if (str_equal(lines->at[i].word, word)) return OK;
    if (lines->count == REPORT_LINES) return ERR_TOO_BIG;
    lines->at[lines->count++] = (struct report_label){word, words};
    return OK;
}

static enum err add_years(struct lines *lines, const struct report *report, struct arena *arena)
{
    struct day edges[REPORT_YEARS + 1];
    size_t years;
    TRY(report_years(report->from, report->to, edges, &years));
    for (size_t i = 0; i < years; i++) {
        BUF(words, 80);
        put_span(&words, edges[i], (struct day){edges[i + 1].number - 1});
        TRY(add_line(lines, arena_print(arena, "%zu", i + 1), arena_str(arena, buf_str(&words))));
    }
    return OK;
}

static struct str words_of(enum kind kind, struct str row)
{
    if (kind != KIND_LANGUAGE) return row;
    if (str_equal(row, STR("und"))) return STR("Another language");
    struct str name = language_name(row);
    return name.len ? name : row;
}

/* The fixed labels of the kind; where it has none, what the counts name, in their order. */
static enum err fill_lines(const struct report *report, const struct table *def, enum kind kind,
                           const struct report_counts *counts, struct arena *arena,
                           struct lines *lines)
{
    lines->count = 0;
    if (kind == KIND_YEAR) return add_years(lines, report, arena);
    for (size_t i = 0; i < LABELS; i++)
        if (labels[i].kind == kind)
            TRY(add_line(lines, str_from(labels[i].word), str_from(labels[i].words)));
    if (kind != KIND_LANGUAGE && kind != KIND_AUTHORITY) return OK;
    for (size_t i = 0; i < counts->count; i++)
        if (str_equal(counts->at[i].table, str_from(def->word)) &&
            !str_equal(counts->at[i].row, STR("total")))
            TRY(add_line(lines, counts->at[i].row, words_of(kind, counts->at[i].row)));
    return OK;
}

static size_t find_line(const struct report_label *lines, size_t count, struct str word)
{
    size_t at = 0;
    while (at < count && !str_equal(lines[at].word, word)) at++;
    return at;
}

/* ---- one table ---- */

bool report_total_below(enum report_layout layout)
{
    return layout == REPORT_LIST || layout == REPORT_CROSS || layout == REPORT_BELOW;
}

bool report_total_right(enum report_layout layout)
{
    return layout == REPORT_CROSS || layout == REPORT_ROWS;
}

static int64_t *number_at(struct report_table *table, size_t row, size_t column)
{
    return &table->cells[row * table->column_count + column].number;
}

/* A count of a total is compared with what the parts add up to. */
struct totals {
    const struct report_count *at[REPORT_LINES];
    size_t count;
};

static enum err take_counts(struct report_table *table, const struct report_counts *counts,
                            size_t rows, size_t columns, struct totals *totals)
{
    for (size_t i = 0; i < counts->count; i++) {
        const struct report_count *one = &counts->at[i];
        if (!str_equal(one->table, str_from(table->word))) continue;
        if (str_equal(one->column, STR("total"))) {
            if (totals->count == REPORT_LINES) return ERR_TOO_BIG;
            totals->at[totals->count++] = one;
            continue;
        }
        size_t row = find_line(table->rows, rows, one->row);
        size_t column = find_line(table->columns, columns, one->column);
        if (row == rows || column == columns || one->n < 0) return ERR_BAD_INPUT;
        *number_at(table, row, column) += one->n;
    }
    return OK;
}

static void add_up(struct report_table *table, size_t rows, size_t columns)
{
    for (size_t row = 0; row < rows && report_total_right(table->layout); row++)
        for (size_t column = 0; column < columns; column++)
            *number_at(table, row, columns) += *number_at(table, row, column);
    for (size_t row = 0; row < rows && report_total_below(table->layout); row++)
        for (size_t column = 0; column < table->column_count; column++)
            *number_at(table, rows, column) += *number_at(table, row, column);
    table->adds_up = true;
    for (size_t row = 0; row < rows && table->layout == REPORT_FLOW; row++) {
        int64_t rest = 0;
        for (size_t column = 0; column < REPORT_FLOW_COLUMNS; column++)
            rest += report_flow_sign(column) * *number_at(table, row, column);
        table->adds_up = table->adds_up && rest == 0;
    }
}

static enum err check_totals(struct report_table *table, size_t rows, size_t columns,
                             const struct totals *totals)
{
    for (size_t i = 0; i < totals->count; i++) {
        const struct report_count *one = totals->at[i];
        bool is_all = str_equal(one->row, STR("total"));
        size_t row = is_all ? rows : find_line(table->rows, rows, one->row);
        size_t column = report_total_right(table->layout) ? columns : columns - 1;
        if (row >= table->row_count || (!is_all && row == rows)) return ERR_BAD_INPUT;
        if (*number_at(table, row, column) != one->n) table->adds_up = false;
    }
    return OK;
}

static enum err build_table(const struct report *report, const struct table *def,
                            const struct report_counts *counts, struct arena *arena,
                            struct report_table *ret_table)
{
    struct lines *rows = ARENA_ONE(arena, struct lines), *columns = ARENA_ONE(arena, struct lines);
    struct totals *totals = ARENA_ONE(arena, struct totals);
    const struct report_label total = {STR("total"), STR("Total")};
    TRY(fill_lines(report, def, def->rows, counts, arena, rows));
    TRY(fill_lines(report, def, def->columns, counts, arena, columns));
    size_t row_count = rows->count, column_count = columns->count;
    if (report_total_below(def->layout)) TRY(add_line(rows, total.word, total.words));
    if (report_total_right(def->layout)) TRY(add_line(columns, total.word, total.words));
    *ret_table = (struct report_table){
        .word = def->word,
        .title = def->title,
        .definition = def->definition,
        .same = def->same,
        .layout = def->layout,
        .rows = rows->at,
        .columns = columns->at,
        .row_count = rows->count,
        .column_count = columns->count,
        .cells = ARENA_MANY(arena, rows->count * columns->count, struct small_cell),
    };
    TRY(take_counts(ret_table, counts, row_count, column_count, totals));
    add_up(ret_table, row_count, column_count);
    return check_totals(ret_table, row_count, column_count, totals);
}

const struct small_cell *report_cell(const struct report_table *table, size_t row, size_t column)
{
    ASSERT(row < table->row_count && column < table->column_count);
    return &table->cells[row * table->column_count + column];
}

enum err report_build(enum report_code code, struct day from, struct day to,
                      const struct report_counts *counts, struct arena *arena,
                      struct report *ret_report)
{
    *ret_report = (struct report){.code = code, .from = from, .to = to};
    for (size_t i = 0; i < TABLES; i++) {
        if (tables[i].report != code) continue;
        ASSERT(ret_report->count < REPORT_TABLES);
        TRY(build_table(ret_report, &tables[i], counts, arena,
                        &ret_report->tables[ret_report->count++]));
    }
    for (size_t i = 0; i < counts->count; i++) {
        size_t at = 0;
        while (at < ret_report->count &&
               !str_equal(counts->at[i].table, str_from(ret_report->tables[at].word)))
            at++;
        if (at == ret_report->count) return ERR_BAD_INPUT;
    }
    return report_hide(ret_report, arena);
}

/* ---- one arrangement ---- */

static struct str label_of(struct str word, enum kind kind)
{
    for (size_t i = 0; i < LABELS; i++)
        if (labels[i].kind == kind && str_equal(word, str_from(labels[i].word)))
            return str_from(labels[i].words);
    return word;
}

enum err report_event_words(struct str what, struct str detail, struct str side,
                            struct arena *arena, struct str *ret_words)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (!str_equal(what, str_from(events[i].word))) continue;
        struct str more = label_of(detail, events[i].detail);
        struct str who = label_of(side, KIND_SIDE);
        *ret_words = arena_print(arena, "%s: %.*s%s%.*s", events[i].words, STR_ARG(more),
                                 who.len ? ", " : "", STR_ARG(who));
        return OK;
    }
    return ERR_BAD_INPUT;
}
