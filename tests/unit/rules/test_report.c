/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/report.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static void count(struct report_counts *counts, const char *table, const char *row,
                  const char *column, int64_t n)
{
    report_count(counts, str_from(table), str_from(row), str_from(column), n);
}

static void reports_have_words(void **state)
{
    (void)state;
    for (int i = 0; i < REPORT_COUNT; i++) {
        enum report_code code = REPORT_COUNT;
        assert_true(report_get(str_from(report_word((enum report_code)i)), &code));
        assert_int_equal(code, i);
        assert_true(strlen(report_title(code)) > 0 && strlen(report_purpose(code)) > 0);
    }
    enum report_code before = REPORT_FOI;
    assert_false(report_get(STR("nothing"), &before));
    assert_int_equal(before, REPORT_FOI);
    assert_str(report_reason(STR("withheld")), STR("withheld"));
    assert_str(report_reason(STR("something new")), STR("other"));
}

static void counts_become_tables(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    count(&counts, "kind", "indirect", "active", 480);
    count(&counts, "kind", "indirect", "paused", 20);
    count(&counts, "kind", "direct", "active", 11);
    count(&counts, "kind", "indirect", "active", 2); /* added to what is there */
    count(&counts, "kind", "total", "total", 513);
    assert_ok(
        report_build(REPORT_PURPOSE, day(2026, 12, 1), day(2026, 12, 1), &counts, arena, &report));
    const struct report_table *kind = &report.tables[0];
    assert_string_equal(kind->word, "kind");
    assert_true(kind->adds_up);
    assert_int_equal(kind->row_count, 4);
    assert_int_equal(kind->column_count, 7);
    assert_int_equal(report_cell(kind, 0, 0)->number, 482);
    assert_int_equal(report_cell(kind, 0, 6)->number, 502);
    assert_int_equal(report_cell(kind, 3, 6)->number, 513);
    assert_false(report_hides(kind));
    BUF(when, 100);
    report_put_when(&when, &report);
    assert_buf(when, "At the end of 1 December 2026");
}

static void what_does_not_add_up_says_so(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    count(&counts, "side", "birth", "number", 40);
    count(&counts, "side", "total", "total", 41);
    assert_ok(
        report_build(REPORT_PURPOSE, day(2026, 12, 1), day(2026, 12, 1), &counts, arena, &report));
    assert_false(report.tables[1].adds_up);
    assert_true(report.tables[0].adds_up);
}

static void what_is_not_in_a_report_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"nothing", "a", "b"},        {"kind", "nothing", "active"}, {"kind", "direct", "nothing"},
        {"kind", "nothing", "total"}, {"in", "portal", "number"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, (size_t)8 * 1024 * 1024);
        struct report_counts counts = {.arena = arena};
        struct report report;
        count(&counts, cases[i][0], cases[i][1], cases[i][2], 1);
        assert_err(
            report_build(REPORT_PURPOSE, day(2026, 1, 1), day(2026, 1, 1), &counts, arena, &report),
            ERR_BAD_INPUT);
    }
}

static void years_are_cut_by_twelve_months(void **state)
{
    (void)state;
    struct day edges[REPORT_YEARS + 1];
    size_t years = 99;
    assert_ok(report_years(day(2023, 4, 1), day(2026, 3, 31), edges, &years));
    assert_int_equal(years, 3);
    assert_int_equal(edges[1].number, day(2024, 4, 1).number);
    assert_int_equal(edges[3].number, day(2026, 4, 1).number);
    assert_ok(report_years(day(2024, 2, 29), day(2025, 6, 1), edges, &years));
    assert_int_equal(years, 2);
    assert_int_equal(edges[1].number, day(2025, 2, 28).number);
    assert_int_equal(edges[2].number, day(2025, 6, 2).number);
    assert_ok(report_years(day(2026, 1, 1), day(2026, 1, 1), edges, &years));
    assert_int_equal(years, 1);
    assert_err(report_years(day(2026, 1, 2), day(2026, 1, 1), edges, &years), ERR_BAD_INPUT);
    assert_err(report_years(day(1990, 1, 1), day(2026, 1, 1), edges, &years), ERR_BAD_INPUT);
    assert_int_equal(report_begins(REPORT_PERIOD, day(2026, 9, 30)).number, day(2026, 4, 1).number);
    assert_int_equal(report_begins(REPORT_FOI, day(2026, 3, 31)).number, day(2023, 4, 1).number);
    assert_int_equal(report_begins(REPORT_PURPOSE, day(2026, 3, 31)).number,
                     day(2026, 3, 31).number);
}

static void events_have_words(void **state)
{
    (void)state;
    ARENA(arena, 65536);
    static const char *const cases[][4] = {
        {"entered", "active", "", "The arrangement was entered: open"},
        {"state", "prohibited", "", "Its state changed: not allowed"},
        {"kind", "one_way", "", "It became another kind of arrangement: Letters one way"},
        {"came", "paper", "birth", "A letter came in: Paper, Birth relatives"},
        {"decided", "hold", "", "Staff decided about a letter: put on the shelf"},
        {"went", "post", "adoptive", "A copy went out: Post, Adoptive families"},
        {"came_back", "email", "sibling",
         "A copy came back: Ordinary e-mail, Families of brothers and sisters"},
        {"terms", "order", "", "Terms were agreed: by a court order"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str words;
        assert_ok(report_event_words(str_from(cases[i][0]), str_from(cases[i][1]),
                                     str_from(cases[i][2]), arena, &words));
        assert_str(words, str_from(cases[i][3]));
    }
    struct str words = STR("as before");
    assert_err(report_event_words(STR("burnt"), STR(""), STR(""), arena, &words), ERR_BAD_INPUT);
    assert_str(words, STR("as before"));
}

UNIT_MAIN(NULL, cmocka_unit_test(reports_have_words), cmocka_unit_test(counts_become_tables),
          cmocka_unit_test(what_does_not_add_up_says_so),
          cmocka_unit_test(what_is_not_in_a_report_is_refused),
          cmocka_unit_test(years_are_cut_by_twelve_months), cmocka_unit_test(events_have_words))
