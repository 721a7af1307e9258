/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_REPORT_H
#define LETTERBOX_RULES_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/day.h"
#include "core/err.h"
#include "core/str.h"
#include "core/utc.h"
#include "rules/small.h"

/*
 * A report as tables of numbers, made from counts (report.def says which, and has all words).
 *
 *     counts       (table, row, column, n), in any order: sql/queries/report.sql, and what was
 *                  counted from opened records
 *     a table      rows × columns, a total where its layout has one. The database counts the total
 *                  by itself: a table whose parts do not add up to it says so
 *     two forms    exact, for the agency's own pages; and what leaves the agency, with small
 *                  numbers hidden (rules/small.h) across all tables of the report at once
 *
 * Everything lives in the arena. ERR_BAD_INPUT for counts of a table, row or column that the
 * report has not; ERR_TOO_BIG for a sum of more terms than SMALL_TERMS.
 */
enum report_code {
#define REPORT(CODE, word, title, purpose) REPORT_##CODE,
#include "rules/report.def"
    REPORT_COUNT
};

/* Printed with whatever leaves the agency. */
#define REPORT_SMALL_WORDS                                                                         \
    "Numbers from 1 to 4 are printed as <5, so that no family can be known by its number. A star " \
    "is a number that is hidden because it would tell one of these."

enum report_layout {
    REPORT_LIST,
    REPORT_CROSS,
    REPORT_ROWS,
    REPORT_BELOW,
    REPORT_FLOW,
    REPORT_LOOSE
};

const char *report_word(enum report_code report);
const char *report_title(enum report_code report);
const char *report_purpose(enum report_code report);
bool report_get(struct str word, enum report_code *ret_report);

/* Where a report begins that ends with this day, if nobody says. */
struct day report_begins(enum report_code report, struct day to);
/* The reason of a decision to keep a letter, as reports count it. */
struct str report_reason(struct str reason);

/* ---- counts ---- */

struct report_count {
    struct str table, row, column;
    int64_t n;
};
struct report_counts {
    struct arena *arena;
    struct report_count *at;
    size_t count, room;
};
/* Texts are borrowed. Counts of the same place are added up. */
void report_count(struct report_counts *counts, struct str table, struct str row, struct str column,
                  int64_t n);

/* ---- tables ---- */

struct report_label {
    struct str word, words;
};

struct report_table {
    const char *word, *title, *definition, *same;
    enum report_layout layout;
    struct report_label *rows, *columns; /* totals among them, last */
    size_t row_count, column_count;
    struct small_cell *cells; /* row after row */
    bool adds_up;
};

enum { REPORT_TABLES = 12, REPORT_LINES = 300, REPORT_YEARS = 30 };

struct report {
    enum report_code code;
    struct day from, to; /* to is in it; purpose: the day, in both */
    struct report_table tables[REPORT_TABLES];
    size_t count;
};

/*
 * Years of a report on years: from..to cut into pieces of twelve months, the last perhaps shorter;
 * ret_edges has room for REPORT_YEARS + 1 days: the first of each, and the day after the last.
 * ERR_BAD_INPUT when from is after to, or there are more.
 */
MUST_CHECK enum err report_years(struct day from, struct day to, struct day *ret_edges,
                                 size_t *ret_years);

MUST_CHECK enum err report_build(enum report_code code, struct day from, struct day to,
                                 const struct report_counts *counts, struct arena *arena,
                                 struct report *ret_report);

/* "At the end of 1 December 2026"; "1 April 2026 to 30 September 2026". */
void report_put_when(struct buf *text, const struct report *report);
const struct small_cell *report_cell(const struct report_table *table, size_t row, size_t column);
/* "12", or what leaves the agency: "<5", "*". */
void report_put(struct buf *text, const struct small_cell *cell, bool leaves);
/* Is anything of it not printed in what leaves the agency? */
bool report_hides(const struct report_table *table);
/* "Letters 12 + Meetings 3 = 15." for each sum that the table has; nothing for a loose one. */
void report_put_sums(struct buf *text, const struct report_table *table, bool leaves);
/* "Letters both ways 86.0%, Meetings 2.0%" of a list's or cross's total; nothing for others. */
void report_put_shares(struct buf *text, const struct report_table *table, bool leaves);

/* What a chart of the table shows: a bar each. */
struct report_bar {
    struct str words;
    const struct small_cell *cell;
};
MUST_CHECK size_t report_bars(const struct report_table *table, struct report_bar *ret_bars,
                              size_t room);

/* ---- one arrangement ---- */

struct report_event {
    struct utc at;
    struct str words; /* "A letter came in: E-mail, Birth relatives" */
    int64_t object;   /* the letter, or 0 */
};
/* Words for what report_timeline answers. ERR_BAD_INPUT for an event that is not in report.def. */
MUST_CHECK enum err report_event_words(struct str what, struct str detail, struct str side,
                                       struct arena *arena, struct str *ret_words);

#endif
