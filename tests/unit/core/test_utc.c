/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utc.h"

#include "tests/unit/unit.h"

static void writing_and_reading(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text; /* as written */
        const char *also; /* as it may be read */
    } cases[] = {
        {0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.0Z"},
        {-UTC_SECOND_US, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000Z"},
        {INT64_C(1795323257) * UTC_SECOND_US, "2026-11-22T04:54:17Z", NULL},
        {UTC_DAY_US - UTC_SECOND_US, "1970-01-01T23:59:59Z", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(text, 40);
        struct utc back = {77};
        utc_put(&text, (struct utc){cases[i].us});
        assert_str(buf_str(&text), str_from(cases[i].text));
        assert_true(utc_get(buf_str(&text), &back));
        assert_int_equal(back.us, cases[i].us);
        if (!cases[i].also) continue;
        assert_true(utc_get(str_from(cases[i].also), &back));
        assert_int_equal(back.us, cases[i].us);
    }
}

static void parts_of_a_second(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {{"1970-01-01T00:00:00.5Z", 500000},
                 {"1970-01-01T00:00:00.000001Z", 1},
                 {"1970-01-01T00:00:01.25Z", 1250000},
                 {"1970-01-01T00:00:00.999999Z", 999999}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct utc back = {77};
        assert_true(utc_get(str_from(cases[i].text), &back));
        assert_int_equal(back.us, cases[i].us);
    }
    BUF(text, 40);
    utc_put(&text, (struct utc){-1});
    assert_buf(text, "1969-12-31T23:59:59Z");
}

static void what_is_no_instant(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "2026-11-22",
        "2026-11-22T04:54:17",
        "2026-11-22 04:54:17Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T04:60:17Z",
        "2026-11-22T04:54:60Z",
        "2026-11-31T04:54:17Z",
        "2026-11-22T04:54:17+00",
        "2026-11-22T04:54:17.Z",
        "2026-11-22T04:54:17.1234567Z",
        "2026-11-22T04:54:17,5Z",
        "2026-11-22T04:54:17.-1Z",
        "2026-11-22T-0:54:17Z",
        "2026-11-22T04.54.17Z",
        "2026-11-22t04:54:17z",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct utc back = {77};
        if (utc_get(str_from(cases[i]), &back)) fail_msg("%s", cases[i]);
        assert_int_equal(back.us, 77);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(writing_and_reading), cmocka_unit_test(parts_of_a_second),
          cmocka_unit_test(what_is_no_instant))
