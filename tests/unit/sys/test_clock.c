/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/clock.h"

#include "tests/unit/unit.h"

/* Summer time begins on 28 March 2027 at 1:00 and ends on 31 October 2027 at 2:00. */
static void days_begin_where_people_are(void **state)
{
    (void)state;
    static const struct {
        struct day_parts day;
        const char *begins, *last; /* the day's first and last second */
    } cases[] = {
        {{2027, 1, 1}, "2027-01-01T00:00:00Z", "2027-01-01T23:59:59Z"},
        {{2027, 3, 28}, "2027-03-28T00:00:00Z", "2027-03-28T22:59:59Z"},
        {{2027, 7, 1}, "2027-06-30T23:00:00Z", "2027-07-01T22:59:59Z"},
        {{2027, 10, 31}, "2027-10-30T23:00:00Z", "2027-10-31T23:59:59Z"},
    };
    clock_zone("Europe/London");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct day day;
        struct utc begins, last;
        assert_true(day_from(cases[i].day, &day));
        assert_true(utc_get(str_from(cases[i].begins), &begins));
        assert_true(utc_get(str_from(cases[i].last), &last));
        assert_int_equal(clock_day_start(day).us, begins.us);
        assert_int_equal(clock_day(begins).number, day.number);
        assert_int_equal(clock_day(last).number, day.number);
        assert_int_equal(clock_day((struct utc){begins.us - 1}).number, day.number - 1);
        assert_int_equal(clock_day((struct utc){last.us + UTC_SECOND_US}).number, day.number + 1);
    }
}

static void instants_are_put_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *instant, *words;
    } cases[] = {
        {"2026-11-22T20:15:00Z", "22 November 2026 at 8:15pm"},
        {"2027-07-01T11:05:00Z", "1 July 2027 at 12:05pm"},
        {"2027-06-30T23:05:00Z", "1 July 2027 at 12:05am"},
    };
    clock_zone("Europe/London");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct utc instant;
        BUF(words, 80);
        assert_true(utc_get(str_from(cases[i].instant), &instant));
        clock_put(&words, instant);
        assert_string_equal(words.at, cases[i].words);
    }
}

/* Summer time began on 29 March 2026 at 1:00 and ended on 25 October 2026 at 2:00. */
static void a_time_of_a_day_comes_once_never_or_twice(void **state)
{
    (void)state;
    static const struct {
        struct day_parts day;
        int hour, minute;
        enum clock_fit fit;
        const char *instant;
    } cases[] = {
        {{2026, 1, 10}, 14, 30, CLOCK_ONCE, "2026-01-10T14:30:00Z"},
        {{2026, 7, 10}, 14, 30, CLOCK_ONCE, "2026-07-10T13:30:00Z"},
        {{2026, 7, 10}, 0, 30, CLOCK_ONCE, "2026-07-09T23:30:00Z"},
        {{2026, 3, 29}, 0, 59, CLOCK_ONCE, "2026-03-29T00:59:00Z"},
        {{2026, 3, 29}, 1, 0, CLOCK_NEVER, NULL},
        {{2026, 3, 29}, 1, 30, CLOCK_NEVER, NULL},
        {{2026, 3, 29}, 1, 59, CLOCK_NEVER, NULL},
        {{2026, 3, 29}, 2, 0, CLOCK_ONCE, "2026-03-29T01:00:00Z"},
        {{2026, 10, 25}, 0, 59, CLOCK_ONCE, "2026-10-24T23:59:00Z"},
        {{2026, 10, 25}, 1, 0, CLOCK_TWICE, "2026-10-25T00:00:00Z"},
        {{2026, 10, 25}, 1, 30, CLOCK_TWICE, "2026-10-25T00:30:00Z"},
        {{2026, 10, 25}, 2, 0, CLOCK_ONCE, "2026-10-25T02:00:00Z"},
        {{2028, 2, 29}, 23, 59, CLOCK_ONCE, "2028-02-29T23:59:00Z"},
    };
    clock_zone("Europe/London");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct day day;
        struct utc found = {-1}, expected = {-1};
        int minutes = cases[i].hour * 60 + cases[i].minute;
        assert_true(day_from(cases[i].day, &day));
        if (cases[i].instant) assert_true(utc_get(str_from(cases[i].instant), &expected));
        assert_int_equal(clock_civil(day, minutes, &found), cases[i].fit);
        assert_int_equal(found.us, expected.us);
        if (cases[i].fit != CLOCK_NEVER) assert_int_equal(clock_minutes(found), minutes);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(days_begin_where_people_are),
          cmocka_unit_test(instants_are_put_in_words),
          cmocka_unit_test(a_time_of_a_day_comes_once_never_or_twice))
