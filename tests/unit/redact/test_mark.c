/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "redact/mark.h"

#include "core/arena.h"
#include "tests/unit/unit.h"

static const char text_chars[] = "I live in Otley near Leeds, at 4 Fore St, LS57 3DW \xc5\xb5 now";
static const struct str text = {text_chars, sizeof text_chars - 1};

static struct mark mark_of(size_t start, size_t end, enum mark_category category, int confidence)
{
    return (struct mark){start, end, category, MARK_PATTERN, confidence, STR("why")};
}

/* "10-15 place; …" */
static void check(const struct marks *marks, const char *expected)
{
    BUF(out, 1000);
    for (size_t i = 0; i < marks->count; i++)
        buf_print(&out, "%s%zu-%zu %s", i == 0 ? "" : "; ", marks->at[i].start, marks->at[i].end,
                  mark_category_word(marks->at[i].category));
    assert_str(buf_str(&out), str_from(expected));
}

static void words_of_categories(void **state)
{
    (void)state;
    for (int i = 0; i < MARK_CATEGORY_COUNT; i++) {
        enum mark_category back = MARK_CATEGORY_COUNT;
        assert_true(mark_category_get(str_from(mark_category_word((enum mark_category)i)), &back));
        assert_int_equal(back, i);
        assert_true(strlen(mark_category_label((enum mark_category)i)) > 0);
    }
    for (int i = 0; i < MARK_SOURCE_COUNT; i++) {
        enum mark_source back = MARK_SOURCE_COUNT;
        assert_true(mark_source_get(str_from(mark_source_word((enum mark_source)i)), &back));
        assert_int_equal(back, i);
    }
    enum mark_category category = MARK_BANK;
    assert_false(mark_category_get(STR("Name"), &category));
    assert_false(mark_category_get(STR(""), &category));
    enum mark_source source = MARK_STAFF;
    assert_false(mark_source_get(STR("machine"), &source));
    assert_int_equal(MARK_CATEGORY_COUNT, 15);
}

static void settling(void **state)
{
    (void)state;
    static const struct {
        size_t marks[4][2];
        enum mark_category categories[4];
        size_t count;
        const char *expected;
    } cases[] = {
        {{{0}}, {0}, 0, ""},
        {{{21, 26}, {10, 15}}, {MARK_PLACE, MARK_PLACE}, 2, "10-15 place; 21-26 place"},
        {{{10, 15}, {10, 15}},
         {MARK_PLACE, MARK_NAME},
         2,
         "10-15 name"}, /* the same bytes: the first category */
        {{{10, 15}, {11, 13}}, {MARK_PLACE, MARK_NAME}, 2, "10-15 place"},
        {{{31, 40}, {33, 37}, {10, 15}},
         {MARK_ADDRESS, MARK_NAME, MARK_PLACE},
         3,
         "10-15 place; 31-40 address"},
        {{{10, 20}, {16, 26}}, {MARK_PLACE, MARK_NAME}, 2, "10-20 place; 21-26 name"},
        {{{10, 20}, {19, 21}}, {MARK_PLACE, MARK_NAME}, 2, "10-20 place"}, /* only a space left */
        {{{10, 15}, {15, 20}}, {MARK_PLACE, MARK_PLACE}, 2, "10-15 place; 15-20 place"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct marks marks = {0};
        for (size_t k = 0; k < cases[i].count; k++)
            marks_add(
                &marks, arena,
                mark_of(cases[i].marks[k][0], cases[i].marks[k][1], cases[i].categories[k], 90));
        marks_settle(&marks, text);
        check(&marks, cases[i].expected);
        assert_ok(marks_check(&marks, text));
    }
}

static void the_surer_of_two_stays(void **state)
{
    (void)state;
    ARENA(arena, 100000);
    struct marks marks = {0};
    marks_add(&marks, arena, mark_of(10, 15, MARK_NAME, 60));
    marks_add(&marks, arena, mark_of(10, 15, MARK_PLACE, 98));
    marks_settle(&marks, text);
    check(&marks, "10-15 place");
    assert_int_equal(marks.at[0].confidence, 98);
}

static void taking_out_of_marks(void **state)
{
    (void)state;
    static const struct {
        size_t start, end;
        const char *expected;
    } cases[] = {
        {0, 5, "10-26 place; 42-50 postcode"},
        {10, 26, "42-50 postcode"},
        {12, 20, "10-12 place; 21-26 place; 42-50 postcode"},
        {0, 60, ""},
        {15, 27, "10-15 place; 42-50 postcode"},
        {26, 42, "10-26 place; 42-50 postcode"},
        {46, 47, "10-26 place; 42-46 postcode; 47-50 postcode"},
        {20, 44, "10-20 place; 44-50 postcode"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct marks marks = {0};
        marks_add(&marks, arena, mark_of(10, 26, MARK_PLACE, 90));
        marks_add(&marks, arena, mark_of(42, 50, MARK_POSTCODE, 90));
        marks_subtract(&marks, arena, text, cases[i].start, cases[i].end);
        if (i == 7) {
            /* 10-20 ends in a space, which goes. */
            check(&marks, "10-20 place; 44-50 postcode");
            continue;
        }
        check(&marks, cases[i].expected);
    }
}

static void marks_from_outside(void **state)
{
    (void)state;
    static const struct {
        size_t marks[2][2];
        size_t count;
        bool good;
    } cases[] = {
        {{{0, 1}, {1, 2}}, 2, true},  {{{0, 0}}, 1, false}, /* empty */
        {{{5, 4}}, 1, false},                               /* backwards */
        {{{0, 2}, {1, 3}}, 2, false},                       /* overlapping */
        {{{5, 6}, {1, 3}}, 2, false},                       /* out of order */
        {{{50, 57}}, 1, true},                              /* to the end */
        {{{50, 58}}, 1, false},                             /* beyond it */
        {{{51, 53}}, 1, true},                              /* a letter of two bytes */
        {{{51, 52}}, 1, false},                             /* half of it */
        {{{52, 53}}, 1, false},       {{{(size_t)-2, (size_t)-1}}, 1, false},
    };
    assert_int_equal(text.len, 57);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ARENA(arena, 100000);
        struct marks marks = {0};
        for (size_t k = 0; k < cases[i].count; k++)
            marks_add(&marks, arena,
                      mark_of(cases[i].marks[k][0], cases[i].marks[k][1], MARK_NAME, 90));
        if ((marks_check(&marks, text) == OK) != cases[i].good) fail_msg("case %zu", i);
    }
    ARENA(arena, 10000);
    struct marks odd = {0};
    marks_add(&odd, arena, mark_of(0, 1, MARK_CATEGORY_COUNT, 90));
    assert_err(marks_check(&odd, text), ERR_BAD_INPUT);
}

UNIT_MAIN(NULL, cmocka_unit_test(words_of_categories), cmocka_unit_test(settling),
          cmocka_unit_test(the_surer_of_two_stays), cmocka_unit_test(taking_out_of_marks),
          cmocka_unit_test(marks_from_outside))
