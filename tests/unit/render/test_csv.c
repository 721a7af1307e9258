/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/csv.h"

#include "sys/clock.h"
#include "tests/unit/unit.h"

static void cells_as_rfc_4180_has_them(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain", "plain\r\n"},
        {"", "\r\n"},
        {"a,b", "\"a,b\"\r\n"},
        {"a \"b\"", "\"a \"\"b\"\"\"\r\n"},
        {"two\nlines", "\"two\nlines\"\r\n"},
        {"<5", "<5\r\n"},
        {"*", "*\r\n"},
        {"12", "12\r\n"},
        {"Miss O'Hara", "Miss O'Hara\r\n"},
        {"a=b", "a=b\r\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(csv, 200);
        struct str cell = str_from(cases[i][0]);
        render_csv_row(&csv, &cell, 1);
        assert_string_equal(csv.at, cases[i][1]);
    }
    BUF(csv, 200);
    render_csv_row(&csv, (const struct str[]){STR("a"), STR(""), STR("c")}, 3);
    render_csv_row(&csv, NULL, 0);
    assert_buf(csv, "a,,c\r\n\r\n");
}

static void formulas_get_an_apostrophe(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"=1+1", "'=1+1\r\n"},
        {"+44 1632 960001", "'+44 1632 960001\r\n"},
        {"-5", "'-5\r\n"},
        {"@SUM(A1)", "'@SUM(A1)\r\n"},
        {"  =1", "'  =1\r\n"},
        {"\t=1", "'\t=1\r\n"},
        {"=A1,B1", "\"'=A1,B1\"\r\n"},
        {"\r=1", "\"'\r=1\"\r\n"},
        {"＝1", "'＝1\r\n"},
        {"－1", "'－1\r\n"},
        {"=\"x\"", "\"'=\"\"x\"\"\"\r\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUF(csv, 200);
        struct str cell = str_from(cases[i][0]);
        render_csv_row(&csv, &cell, 1);
        assert_string_equal(csv.at, cases[i][1]);
    }
}

static void too_much_is_refused_whole(void **state)
{
    (void)state;
    BUF(csv, 10);
    struct str cell = STR("longer than ten bytes");
    render_csv_row(&csv, &cell, 1);
    assert_err(buf_done(&csv), ERR_TOO_BIG);
}

static void a_timeline_has_a_line_for_each_event(void **state)
{
    (void)state;
    clock_zone("Europe/London");
    BUF(csv, 4000);
    struct day printed;
    assert_true(day_from((struct day_parts){2026, 7, 2}, &printed));
    const struct report_event events[] = {
        {.at = {1775001600LL * UTC_SECOND_US}, .words = STR("A letter came in: Paper, Others")},
    };
    render_csv_timeline(&csv, events, 1, STR("=Agency"), STR("8BZC-41NV-W0GE"), printed);
    assert_buf(csv, "\xef\xbb\xbf"
                    "Report,One arrangement\r\nAgency,'=Agency\r\nPrinted,2 July 2026\r\n"
                    "Arrangement,8BZC-41NV-W0GE\r\n\r\nWhen,What,Letter\r\n"
                    "1 April 2026 at 1:00am,\"A letter came in: Paper, Others\",\r\n");
}

UNIT_MAIN(NULL, cmocka_unit_test(cells_as_rfc_4180_has_them),
          cmocka_unit_test(formulas_get_an_apostrophe), cmocka_unit_test(too_much_is_refused_whole),
          cmocka_unit_test(a_timeline_has_a_line_for_each_event))
