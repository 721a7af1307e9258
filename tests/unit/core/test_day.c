/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/day.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static void known_days(void **state)
{
    (void)state;
    static const struct {
        int year, month, day, number, weekday;
        const char *text, *words;
    } cases[] = {
        {1970, 1, 1, 0, 4, "1970-01-01", "1 January 1970"},
        {1969, 12, 31, -1, 3, "1969-12-31", "31 December 1969"},
        {2000, 2, 29, 11016, 2, "2000-02-29", "29 February 2000"},
        {2000, 3, 1, 11017, 3, "2000-03-01", "1 March 2000"},
        {2026, 11, 22, 20779, 0, "2026-11-22", "22 November 2026"},
        {1, 1, 1, -719162, 1, "0001-01-01", "1 January 1"},
        {9999, 12, 31, 2932896, 5, "9999-12-31", "31 December 9999"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 40);
        BUF(words, 40);
        struct day made = day(cases[i].year, cases[i].month, cases[i].day), back = {0};
        assert_int_equal(made.number, cases[i].number);
        assert_int_equal(day_weekday(made), cases[i].weekday);
        day_put(&text, made);
        day_put_long(&words, made);
        assert_str(buf_str(&text), str_from(cases[i].text));
        assert_str(buf_str(&words), str_from(cases[i].words));
        assert_true(day_get(buf_str(&text), &back));
        assert_int_equal(back.number, made.number);
    }
}

static void every_day_comes_back(void **state)
{
    (void)state;
    int weekday = day_weekday((struct day){-200000});
    for (int32_t number = -200000; number < 200000; number++) {
        struct day_parts parts = day_parts((struct day){number});
        assert_int_equal(day(parts.year, parts.month, parts.day).number, number);
        assert_int_equal(day_weekday((struct day){number}), weekday);
        weekday = (weekday + 1) % 7;
    }
}

static void days_that_do_not_exist(void **state)
{
    (void)state;
    static const struct day_parts parts[] = {
        {2025, 2, 29}, {1900, 2, 29}, {2026, 4, 31}, {2026, 0, 1},  {2026, 13, 1},
        {2026, 1, 0},  {2026, 1, 32}, {0, 1, 1},     {10000, 1, 1}, {-1, 1, 1},
    };
    static const char *const texts[] = {
        "2026-02-29",  "2026-2-09",  "2026-02-9",  "26-02-09",   "2026/02/09",
        "2026-02-09 ", "",           "20260209",   "-026-02-09", "2026-02--9",
        "2026-00-01",  "0000-01-01", "2026-02-0x", "+026-02-09", "2026-02-09T",
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct day made = {77};
        assert_false(day_from(parts[i], &made));
        assert_int_equal(made.number, 77);
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct day made = {77};
        assert_false(day_get(str_from(texts[i]), &made));
        assert_int_equal(made.number, 77);
    }
}

static void months_later(void **state)
{
    (void)state;
    static const struct {
        struct day_parts from;
        int months;
        struct day_parts to;
    } cases[] = {
        {{2026, 1, 31}, 1, {2026, 2, 28}},    {{2024, 1, 31}, 1, {2024, 2, 29}},
        {{2026, 11, 22}, 13, {2027, 12, 22}}, {{2026, 12, 31}, 2, {2027, 2, 28}},
        {{2026, 3, 31}, -1, {2026, 2, 28}},   {{2026, 1, 15}, -1, {2025, 12, 15}},
        {{2024, 2, 29}, 12, {2025, 2, 28}},   {{2026, 5, 5}, 0, {2026, 5, 5}},
        {{2008, 3, 9}, 216, {2026, 3, 9}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct day from = day(cases[i].from.year, cases[i].from.month, cases[i].from.day);
        struct day_parts to = day_parts(day_add_months(from, cases[i].months));
        assert_memory_equal(&to, &cases[i].to, sizeof to);
    }
}

static void months(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; month++)
        assert_int_equal(day_month_length(2026, month), lengths[month - 1]);
    assert_int_equal(day_month_length(2024, 2), 29);
    assert_int_equal(day_month_length(2000, 2), 29);
    assert_int_equal(day_month_length(2100, 2), 28);
    assert_string_equal(day_month_name(1), "January");
    assert_string_equal(day_month_name(12), "December");
}

UNIT_MAIN(NULL, cmocka_unit_test(known_days), cmocka_unit_test(every_day_comes_back),
          cmocka_unit_test(days_that_do_not_exist), cmocka_unit_test(months_later),
          cmocka_unit_test(months))
