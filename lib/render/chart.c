/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/chart.h"

enum { BASELINE = 16, BAR_TOP = 22 };

void render_chart(const struct report_table *table, bool leaves, struct arena *arena,
                  struct render_chart *ret_chart)
{
    struct report_bar *bars = ARENA_MANY(arena, REPORT_LINES, struct report_bar);
    size_t count = report_bars(table, bars, REPORT_LINES);
    struct render_chart chart = {.bars = ARENA_MANY(arena, count, struct render_chart_bar),
                                 .count = count,
                                 .height = (int)count * RENDER_CHART_ROW};
    int64_t most = 1;
    for (size_t i = 0; i < count; i++)
        if ((!leaves || bars[i].cell->shown == SMALL_SHOWN) && bars[i].cell->number > most)
            most = bars[i].cell->number;
    for (size_t i = 0; i < count; i++) {
        BUF(number, 30);
        report_put(&number, bars[i].cell, leaves);
        bool is_told = !leaves || bars[i].cell->shown == SMALL_SHOWN;
        int top = (int)i * RENDER_CHART_ROW;
        chart.bars[i] = (struct render_chart_bar){
            .words = bars[i].words,
            .number = arena_str(arena, buf_str(&number)),
            .text_y = top + BASELINE,
            .bar_y = top + BAR_TOP,
            .width = is_told ? (int)(bars[i].cell->number * RENDER_CHART_WIDTH / most) : 0,
        };
    }
    *ret_chart = chart;
}
