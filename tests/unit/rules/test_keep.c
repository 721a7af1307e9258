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
    struct day until = {0};
    assert_ok(keep_archive_until(day(2016, 2, 29), &until));
    assert_int_equal(until.number, day(2116, 2, 29).number);
}

static void what_ends_letters_about_a_child(void **state)
{
    (void)state;
    static const struct {
        bool is_dead;
        enum child_wish wish;
        int today[3];
        enum child_end end;
    } cases[] = {
        {false, WISH_UNKNOWN, {2033, 2, 28}, CHILD_GOES_ON},
        {false, WISH_STOP, {2033, 2, 28}, CHILD_GOES_ON}, /* a wish counts from eighteen on */
        {false, WISH_VETO, {2033, 2, 28}, CHILD_GOES_ON},
        {true, WISH_GO_ON, {2033, 2, 28}, CHILD_DEAD},
        {false, WISH_UNKNOWN, {2033, 3, 1}, CHILD_GOES_ON}, /* the last letters */
        {false, WISH_UNKNOWN, {2033, 5, 31}, CHILD_GOES_ON},
        {false, WISH_UNKNOWN, {2033, 6, 1}, CHILD_GROWN},
        {false, WISH_GO_ON, {2040, 6, 1}, CHILD_GOES_ON},
        {false, WISH_STOP, {2033, 3, 1}, CHILD_WISH},
        {false, WISH_VETO, {2033, 3, 1}, CHILD_WISH},
        {true, WISH_VETO, {2040, 1, 1}, CHILD_DEAD},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const int *now = cases[i].today;
        assert_int_equal(keep_child(cases[i].is_dead, cases[i].wish, day(2033, 3, 1),
                                    day(now[0], now[1], now[2])),
                         cases[i].end);
    }
    for (int i = 0; i < WISH_COUNT; i++) {
        enum child_wish wish = WISH_COUNT;
        assert_true(child_wish_get(str_from(child_wish_word((enum child_wish)i)), &wish));
        assert_int_equal(wish, i);
    }
    enum child_wish wish = WISH_STOP;
    assert_false(child_wish_get(STR("perhaps"), &wish));
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
          cmocka_unit_test(what_ends_letters_about_a_child),
          cmocka_unit_test(copies_go_only_when_all_is_done))
