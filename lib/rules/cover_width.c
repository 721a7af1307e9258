/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover_in.h"

const unsigned cover_widths[COVER_WIDTH_COUNT] = {3, 6, 10, 18};

static int64_t line_height(const struct cover_plan *plan, size_t nth)
{
    int64_t tallest = plan->lines[plan->words[nth].line].tallest;
    /* what was read from a scan is as high as its letters: a lone "sue" is no measure */
    return tallest * 2 >= plan->usual ? area_most(tallest, plan->usual) : tallest;
}

/* How far a run may go: to the page's edges, or to where another column begins. */
struct room {
    int64_t left, right;          /* the column */
    int64_t line_start, line_end; /* its text */
    int64_t start, end;           /* the run with half of the gaps beside it */
    int64_t height;               /* of the line */
};

/* The words of the run's own line, as far as no gap is a gutter. */
static void look_along(struct cover_plan *plan, const struct cover_run *run, struct room *room)
{
    const int64_t gutter = 2 * room->height, rim = room->height / 2;
    const struct cover_line *line = &plan->lines[plan->words[run->first].line];
    room->line_start = run->at.left;
    room->line_end = run->at.right;
    for (size_t i = run->last + 1; i < line->end; i++, plan->steps++) {
        struct area at = plan->words[i].at;
        int64_t gap = at.left - room->line_end;
        if (i == run->last + 1 && gap > 0)
            room->end = area_least(room->end, run->at.right + gap / 2);
        if (i == run->last + 1 && gap <= 0) room->end = run->at.right;
        if (gap > gutter) {
            room->right = at.left - rim;
            break;
        }
        room->line_end = area_most(room->line_end, at.right);
    }
    for (size_t i = run->first; i > line->first; i--, plan->steps++) {
        struct area at = plan->words[i - 1].at;
        int64_t gap = room->line_start - at.right;
        if (i == run->first)
            room->start = area_most(room->start, run->at.left - area_most(gap, 0) / 2);
        if (gap > gutter) {
            room->left = at.right + rim;
            break;
        }
        room->line_start = area_least(room->line_start, at.left);
    }
}

/* What stands beside it and is no part of the line: another column. */
static void look_across(struct cover_plan *plan, const struct cover_run *run, struct room *room)
{
    const struct cover_line *line = &plan->lines[plan->words[run->first].line];
    const struct area row = {INT64_MIN, run->at.top, INT64_MAX, run->at.bottom};
    for (int64_t i = -1;
         (i = area_tree_next(&plan->word_tree, (size_t)(i + 1), row, &plan->steps)) != AREA_NONE;) {
        if ((size_t)i >= line->first && (size_t)i < line->end) {
            i = (int64_t)line->end - 1;
            continue;
        }
        struct area at = plan->words[i].at;
        if (!cover_same_row(at, run->at)) continue;
        if (at.left >= room->line_end)
            room->right = area_least(
                room->right, at.left - area_least(room->height, at.left - room->line_end) / 2);
        else if (at.right <= room->line_start)
            room->left = area_most(
                room->left, at.right + area_least(room->height, room->line_start - at.right) / 2);
    }
}

static struct room find_room(struct cover_plan *plan, const struct cover_run *run)
{
    struct room room = {.right = plan->part->width};
    room.height = line_height(plan, run->first);
    room.start = run->at.left - room.height / 4;
    room.end = run->at.right + room.height / 4;
    look_along(plan, run, &room);
    look_across(plan, run, &room);
    room.start = area_most(room.start, area_least(room.left, run->at.left));
    room.end = area_least(room.end, area_most(room.right, run->at.right));
    room.line_start = area_most(room.left, room.line_start - room.height / 4);
    room.line_end = area_most(room.line_end, area_least(plan->text_right, room.right));
    return room;
}

/* The line's place up and down, whatever letters the run's own words have. */
static void set_height(const struct cover_plan *plan, struct cover_run *run, int64_t wanted)
{
    enum { BESIDE = 3 };
    const size_t line = plan->words[run->first].line;
    for (size_t i = run->first > BESIDE ? run->first - BESIDE : 0;
         i < plan->word_count && i <= run->last + BESIDE; i++)
        if (plan->words[i].line == line && cover_same_row(plan->words[i].at, run->at)) {
            run->black.top = area_least(run->black.top, plan->words[i].at.top);
            run->black.bottom = area_most(run->black.bottom, plan->words[i].at.bottom);
        }
    int64_t lacking = wanted - area_height(run->black);
    if (lacking <= 0) return;
    run->black.top -= lacking / 2;
    run->black.bottom = run->black.top + wanted;
}

static void widen(struct cover_plan *plan, struct cover_run *run)
{
    struct room room = find_room(plan, run);
    int64_t width = 0;
    for (size_t i = COVER_WIDTH_COUNT; i-- > 0;)
        if (room.end - room.start <= cover_widths[i] * room.height)
            width = cover_widths[i] * room.height;
    run->black = run->at;
    if (width && room.start + width <= room.right) {
        run->black.left = room.start;
        run->black.right = room.start + width;
    } else if (width && room.end - width >= room.left) {
        run->black.left = room.end - width;
        run->black.right = room.end;
    } else { /* a column that is narrower is covered whole */
        run->black.left = width ? area_least(room.line_start, room.start) : room.start;
        run->black.right = area_most(room.line_end, room.end);
    }
    set_height(plan, run, room.height);
}

/* Blacks of one line that meet become one run; its width is reckoned anew, which may meet the next.
 */
static bool join_runs(struct cover_plan *plan)
{
    size_t kept = 0;
    bool joined = false;
    for (size_t i = 0; i < plan->run_count; i++, plan->steps++) {
        struct cover_run *run = &plan->runs[i], *before = kept ? &plan->runs[kept - 1] : NULL;
        if (before && plan->words[before->last].line == plan->words[run->first].line &&
            run->black.left <= before->black.right && before->black.left <= run->black.right) {
            before->at = area_both(before->at, run->at);
            before->last = run->last;
            before->is_joined = joined = true;
        } else {
            plan->runs[kept++] = *run;
        }
    }
    plan->run_count = kept;
    return joined;
}

void cover_widen(struct cover_plan *plan)
{
    for (size_t i = 0; i < plan->run_count && !cover_is_spent(plan); i++)
        widen(plan, &plan->runs[i]);
    while (!cover_is_spent(plan) && join_runs(plan))
        for (size_t i = 0; i < plan->run_count && !cover_is_spent(plan); i++)
            if (plan->runs[i].is_joined) {
                widen(plan, &plan->runs[i]);
                plan->runs[i].is_joined = false;
            }
}
