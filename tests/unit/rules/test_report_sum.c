/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/report.h"

#include "tests/unit/unit.h"

static struct day first, last;

static void count(struct report_counts *counts, const char *table, const char *row,
                  const char *column, int64_t n)
{
    report_count(counts, str_from(table), str_from(row), str_from(column), n);
}

static void build(enum report_code code, const struct report_counts *counts, struct report *report)
{
    assert_true(day_from((struct day_parts){2026, 4, 1}, &first));
    assert_true(day_from((struct day_parts){2026, 9, 30}, &last));
    assert_ok(report_build(code, first, last, counts, counts->arena, report));
}

static void sums_are(const struct report_table *table, bool leaves, const char *expected)
{
    BUF(text, 2000);
    report_put_sums(&text, table, leaves);
    assert_string_equal(text.at, expected);
}

static void flow(struct report_counts *counts, const char *row, int opening, int began, int again,
                 int ended, int closing, const char *table)
{
    count(counts, table, row, "opening", opening);
    count(counts, table, row, "new", began);
    count(counts, table, row, "reopened", again);
    count(counts, table, row, "ended", ended);
    count(counts, table, row, "closing", closing);
}

static void the_start_and_the_end_reconcile(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena}, wrong = {.arena = arena};
    struct report report;
    flow(&counts, "period", 412, 31, 6, 18, 431, "flow");
    build(REPORT_PERIOD, &counts, &report);
    assert_true(report.tables[0].adds_up);
    sums_are(&report.tables[0], false,
             "At the start 412 + New 31 + Open again 6 − Ended 18 = 431.");
    flow(&wrong, "period", 412, 31, 6, 18, 430, "flow");
    build(REPORT_PERIOD, &wrong, &report);
    assert_false(report.tables[0].adds_up);
    sums_are(&report.tables[0], false,
             "At the start 412 + New 31 + Open again 6 − Ended 18 should be 430, and is not: tell "
             "the operator.");
}

/* 3 ended: the start, what began and the end would tell. */
static void a_small_end_is_not_told_by_the_rest(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    flow(&counts, "period", 412, 31, 0, 3, 440, "flow");
    build(REPORT_PERIOD, &counts, &report);
    sums_are(&report.tables[0], true, "At the start 412 + New * + Open again 0 − Ended <5 = 440.");
    sums_are(&report.tables[0], false, "At the start 412 + New 31 + Open again 0 − Ended 3 = 440.");
    assert_true(report_hides(&report.tables[0]));
}

/* The same total stands below three tables: what one hides, another must not tell. */
static void tables_with_one_total_hide_together(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    count(&counts, "side", "birth", "number", 3);
    count(&counts, "channel", "post", "number", 3);
    count(&counts, "relation", "mother", "number", 3);
    build(REPORT_PURPOSE, &counts, &report);
    sums_are(&report.tables[1], true, "Birth relatives <5 = <5.");
    sums_are(&report.tables[2], true, "Post <5 = <5.");
    count(&counts, "side", "adoptive", "number", 50);
    count(&counts, "channel", "portal", "number", 50);
    count(&counts, "relation", "adoptive", "number", 50);
    build(REPORT_PURPOSE, &counts, &report);
    sums_are(&report.tables[1], true, "Adoptive families * + Birth relatives <5 = 53.");
    sums_are(&report.tables[2], true, "Online account * + Post <5 = 53.");
}

static void a_year_ends_as_the_next_begins(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    assert_true(day_from((struct day_parts){2024, 4, 1}, &first));
    assert_true(day_from((struct day_parts){2026, 3, 31}, &last));
    flow(&counts, "1", 10, 5, 0, 0, 15, "year_flow");
    flow(&counts, "2", 15, 2, 0, 0, 17, "year_flow");
    count(&counts, "year_kind", "1", "indirect", 15);
    count(&counts, "year_kind", "2", "indirect", 17);
    count(&counts, "year_kind", "2", "total", 17);
    assert_ok(report_build(REPORT_FOI, first, last, &counts, arena, &report));
    assert_str(report.tables[0].rows[1].words, STR("1 April 2025 to 31 March 2026"));
    assert_true(report.tables[0].adds_up && report.tables[1].adds_up);
    /* 2 new: one of the two ends is hidden, wherever it is printed */
    bool opening = report_cell(&report.tables[1], 1, 0)->shown != SMALL_SHOWN;
    bool closing = report_cell(&report.tables[1], 1, 4)->shown != SMALL_SHOWN;
    assert_true(opening || closing);
    assert_int_equal(report_cell(&report.tables[1], 1, 0)->shown,
                     report_cell(&report.tables[1], 0, 4)->shown);
    assert_int_equal(report_cell(&report.tables[1], 1, 4)->shown,
                     report_cell(&report.tables[0], 1, 3)->shown);
}

static void days_are_told_unless_few_letters_took_them(void **state)
{
    (void)state;
    for (int letters = 3; letters <= 5; letters += 2) {
        ARENA(arena, (size_t)8 * 1024 * 1024);
        struct report_counts counts = {.arena = arena};
        struct report report;
        count(&counts, "days", "letters", "number", letters);
        count(&counts, "days", "median", "number", 2);
        count(&counts, "days", "nine_in_ten", "number", 9);
        build(REPORT_PERIOD, &counts, &report);
        const struct report_table *days = &report.tables[4];
        assert_string_equal(days->word, "days");
        BUF(text, 100);
        for (size_t row = 0; row < 3; row++) {
            report_put(&text, report_cell(days, row, 0), true);
            buf_add_byte(&text, ' ');
        }
        assert_string_equal(text.at, letters == 3 ? "<5 * * " : "5 2 9 ");
    }
}

static void shares_and_bars(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    struct report_bar bars[10];
    count(&counts, "kind", "indirect", "active", 549);
    count(&counts, "kind", "direct", "active", 11);
    build(REPORT_PURPOSE, &counts, &report);
    BUF(text, 200);
    report_put_shares(&text, &report.tables[0], true);
    assert_buf(text, "Letters both ways 98.0%, Meetings 2.0%");
    assert_int_equal(report_bars(&report.tables[0], bars, 10), 3);
    assert_str(bars[2].words, STR("Meetings"));
    assert_int_equal(bars[2].cell->number, 11);
    assert_int_equal(report_bars(&report.tables[0], bars, 2), 2);
}

UNIT_MAIN(NULL, cmocka_unit_test(the_start_and_the_end_reconcile),
          cmocka_unit_test(a_small_end_is_not_told_by_the_rest),
          cmocka_unit_test(tables_with_one_total_hide_together),
          cmocka_unit_test(a_year_ends_as_the_next_begins),
          cmocka_unit_test(days_are_told_unless_few_letters_took_them),
          cmocka_unit_test(shares_and_bars))
