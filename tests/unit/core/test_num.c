/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/num.h"

#include "tests/unit/unit.h"

static void sums_and_products_that_fit(void **state)
{
    (void)state;
    static const struct {
        size_t a, b;
        bool add, multiply;
    } cases[] = {
        {0, 0, true, true},
        {1, 2, true, true},
        {SIZE_MAX, 0, true, true},
        {SIZE_MAX, 1, false, true},
        {SIZE_MAX - 1, 1, true, true},
        {SIZE_MAX / 2 + 1, 2, true, false},
        {SIZE_MAX / 2, 2, true, true},
        {SIZE_MAX, SIZE_MAX, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t sum = 77, product = 77;
        assert_int_equal(num_add(cases[i].a, cases[i].b, &sum), cases[i].add);
        assert_int_equal(num_multiply(cases[i].a, cases[i].b, &product), cases[i].multiply);
        assert_int_equal(sum, cases[i].add ? cases[i].a + cases[i].b : 77);
        assert_int_equal(product, cases[i].multiply ? cases[i].a * cases[i].b : 77);
    }
}

static void parsing(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        int64_t min, max;
        bool good;
        int64_t value;
    } cases[] = {
        {STR("0"), 0, 9, true, 0},
        {STR("007"), 0, 9, true, 7},
        {STR("9"), 0, 9, true, 9},
        {STR("10"), 0, 9, false, 0},
        {STR("-1"), -5, 5, true, -1},
        {STR("-0"), -5, 5, true, 0},
        {STR("-6"), -5, 5, false, 0},
        {STR("-1"), 0, 9, false, 0},
        {STR("-0"), 0, 9, false, 0},
        {STR("+1"), 0, 9, false, 0},
        {STR(" 1"), 0, 9, false, 0},
        {STR("1 "), 0, 9, false, 0},
        {STR("1\0"), 0, 9, false, 0},
        {STR("1.0"), 0, 9, false, 0},
        {STR("0x1"), 0, 9, false, 0},
        {STR(""), 0, 9, false, 0},
        {STR("-"), -9, 9, false, 0},
        {STR("--1"), -9, 9, false, 0},
        {{NULL, 0}, 0, 9, false, 0},
        {STR("9223372036854775807"), 0, INT64_MAX, true, INT64_MAX},
        {STR("9223372036854775808"), 0, INT64_MAX, false, 0},
        {STR("-9223372036854775808"), INT64_MIN, 0, true, INT64_MIN},
        {STR("-9223372036854775809"), INT64_MIN, 0, false, 0},
        {STR("99999999999999999999999"), 0, INT64_MAX, false, 0},
        {STR("\xd9\xa1"), 0, 9, false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 12345;
        bool good = num_parse(cases[i].text, cases[i].min, cases[i].max, &value);
        if (good != cases[i].good) fail_msg("\"%.*s\"", STR_ARG(cases[i].text));
        assert_int_equal(value, cases[i].good ? cases[i].value : 12345);
    }
}

UNIT_MAIN(NULL, cmocka_unit_test(sums_and_products_that_fit), cmocka_unit_test(parsing))
