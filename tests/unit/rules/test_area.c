/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/area.h"

#include "tests/unit/unit.h"

/* Areas strewn over a page by a fixed rule, some large. */
static struct area strewn(size_t nth)
{
    int64_t left = (int64_t)(nth * 7919 % 1000), top = (int64_t)(nth * 104729 % 1400);
    int64_t size = nth % 9 ? 1 + (int64_t)(nth % 40) : 600;
    return (struct area){left, top, left + size, top + size / 2 + 1};
}

static void finds_what_a_look_at_all_finds(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 7, 8, 9, 300};
    for (size_t c = 0; c < COUNT(counts); c++) {
        ARENA(arena, 1000000);
        struct area_tree tree = area_tree_new(counts[c], arena);
        for (size_t i = 0; i < counts[c]; i++) area_tree_put(&tree, i, strewn(i));
        area_tree_finish(&tree);
        for (size_t k = 0; k < 50; k++) {
            struct area wanted = strewn(k * 31 + 5);
            size_t steps = 0;
            int64_t found = AREA_NONE;
            for (size_t i = 0; i < counts[c]; i++) {
                if (!area_meet(strewn(i), wanted)) continue;
                found = area_tree_next(&tree, (size_t)(found + 1), wanted, &steps);
                assert_int_equal(found, i);
            }
            assert_int_equal(area_tree_next(&tree, (size_t)(found + 1), wanted, &steps), AREA_NONE);
            assert_true(counts[c] == 0 || steps > 0);
        }
    }
}

/* Words in the order of reading: a look for what lies on one of them does not grow with the page.
 */
static void is_quick_on_a_page(void **state)
{
    (void)state;
    enum { COLUMNS = 50, ROWS = 400, COUNT_ALL = COLUMNS * ROWS };
    ARENA(arena, (size_t)1 << 22);
    struct area_tree tree = area_tree_new(COUNT_ALL, arena);
    for (size_t i = 0; i < COUNT_ALL; i++) {
        int64_t left = (int64_t)(i % COLUMNS) * 20, top = (int64_t)(i / COLUMNS) * 30;
        area_tree_put(&tree, i, (struct area){left, top, left + 18, top + 20});
    }
    area_tree_finish(&tree);
    size_t steps = 0;
    struct area middle = {401, 6005, 410, 6010};
    assert_int_equal(area_tree_next(&tree, 0, middle, &steps), 200 * COLUMNS + 20);
    assert_int_equal(area_tree_next(&tree, 200 * COLUMNS + 21, middle, &steps), AREA_NONE);
    assert_in_range(steps, 1, 100);
}

UNIT_MAIN(NULL, cmocka_unit_test(finds_what_a_look_at_all_finds),
          cmocka_unit_test(is_quick_on_a_page))
