/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/keep.h"

#include "tests/unit/unit.h"

static struct day day(int year, int month, int number)
{
    struct day made = {0};
    assert_true(day_from((struct day_parts){year, month, number}, &made));
    return made;
}

static void the_month_of_eighteen(void **state)
{
    (void)state;
    static const int cases[][2][3] = {
        {{2015, 3, 14}, {2033, 3, 1}},   {{2008, 2, 29}, {2026, 2, 1}},
        {{2010, 12, 31}, {2028, 12, 1}}, {{2010, 1, 1}, {2028, 1, 1}},
        {{1900, 1, 1}, {1918, 1, 1}},    {{2199, 12, 31}, {2217, 12, 1}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct day eighteenth = {0};
        const int *born = cases[i][0], *month = cases[i][1];
        assert_ok(keep_eighteenth(day(born[0], born[1], born[2]), &eighteenth));
        assert_int_equal(eighteenth.number, day(month[0], month[1], month[2]).number);
    }
    struct day as_before = {7};
    assert_err(keep_eighteenth(day(1899, 12, 31), &as_before), ERR_BAD_INPUT);
    assert_err(keep_eighteenth(day(9999, 12, 31), &as_before), ERR_BAD_INPUT);
    assert_err(keep_archive_until(day(2200, 1, 1), &as_before), ERR_BAD_INPUT);
    assert_int_equal(as_before.number, 7);
}

static void review_and_closing(void **state)
{
    (void)state;
    assert_int_equal(keep_review(day(2033, 3, 1)).number, day(2032, 3, 1).number);
    assert_false(keep_closes(day(2033, 3, 1), day(2033, 2, 28)));
    assert_true(keep_closes(day(2033, 3, 1), day(2033, 3, 1)));
    assert_true(keep_closes(day(2033, 3, 1), day(2034, 1, 1)));
    struct day until = {0};
    assert_ok(keep_archive_until(day(2016, 2, 29), &until));
    assert_int_equal(until.number, day(2116, 2, 29).number);
}

static void copies_go_only_when_all_is_done(void **state)
{
    (void)state;
    for (int bits = 0; bits < 16; bits++) {
        bool may = keep_may_drop_copies(bits & 1, bits & 2, bits & 4, bits & 8);
        assert_int_equal(may, bits == 3);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(the_month_of_eighteen), cmocka_unit_test(review_and_closing),
          cmocka_unit_test(copies_go_only_when_all_is_done))
