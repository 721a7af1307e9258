/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/chart.h"

#include "tests/unit/unit.h"

static void add(struct report_counts *counts, const char *row, int64_t n)
{
    report_count(counts, STR("side"), str_from(row), STR("number"), n);
    report_count(counts, STR("channel"), STR("post"), STR("number"), n);
    report_count(counts, STR("relation"), STR("other"), STR("number"), n);
}

static void bars_are_as_long_as_their_numbers(void **state)
{
    (void)state;
    ARENA(arena, (size_t)8 * 1024 * 1024);
    struct report_counts counts = {.arena = arena};
    struct report report;
    struct render_chart exact, leaves;
    add(&counts, "adoptive", 80);
    add(&counts, "birth", 40);
    add(&counts, "sibling", 3);
    add(&counts, "other", 20);
    assert_ok(report_build(REPORT_PURPOSE, (struct day){20000}, (struct day){20000}, &counts, arena,
                           &report));
    render_chart(&report.tables[1], false, arena, &exact);
    assert_int_equal(exact.count, 4);
    assert_int_equal(exact.height, 4 * RENDER_CHART_ROW);
    assert_int_equal(exact.bars[0].width, RENDER_CHART_WIDTH);
    assert_int_equal(exact.bars[1].width, RENDER_CHART_WIDTH / 2);
    assert_str(exact.bars[2].number, STR("3"));
    assert_int_equal(exact.bars[2].width, 12);
    for (size_t i = 1; i < exact.count; i++)
        assert_true(exact.bars[i].text_y > exact.bars[i - 1].bar_y + RENDER_CHART_BAR);
    /* the length of a bar would tell the number that is hidden */
    render_chart(&report.tables[1], true, arena, &leaves);
    assert_str(leaves.bars[2].number, STR("<5"));
    assert_int_equal(leaves.bars[2].width, 0);
    assert_str(leaves.bars[3].number, STR("*"));
    assert_int_equal(leaves.bars[3].width, 0);
    assert_int_equal(leaves.bars[1].width, RENDER_CHART_WIDTH / 2);
}

UNIT_MAIN(NULL, cmocka_unit_test(bars_are_as_long_as_their_numbers))
