/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RENDER_CHART_H
#define LETTERBOX_RENDER_CHART_H

#include "core/arena.h"
#include "rules/report.h"

/*
 * A table of a report as bars, one below the other, each with its words and number above it: it
 * can be read at the width of a telephone. Only where things stand: the page's template makes SVG
 * of it (templates/partials/chart.mustache), render/sheet.h draws it on paper.
 *
 *     Letters both ways        482        y
 *     ████████████████████████████        bar_y, from 0 to width
 *     Meetings                  <5
 *                                         a number that is not printed has no bar
 *
 * Whole units; the chart is RENDER_CHART_WIDTH wide. The longest bar is as wide as the chart.
 */
enum { RENDER_CHART_WIDTH = 320, RENDER_CHART_ROW = 44, RENDER_CHART_BAR = 14 };

struct render_chart_bar {
    struct str words, number;
    int text_y, bar_y, width;
};

struct render_chart {
    struct render_chart_bar *bars;
    size_t count;
    int height;
};

void render_chart(const struct report_table *table, bool leaves, struct arena *arena,
                  struct render_chart *ret_chart);

#endif
