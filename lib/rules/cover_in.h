/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_COVER_IN_H
#define LETTERBOX_RULES_COVER_IN_H

#include "rules/area.h"
#include "rules/cover.h"

/* Between cover.c (what is taken and drawn) and cover_width.c (how wide and high the black is). */

enum cover_state {
    COVER_STAYS,
    COVER_TAKEN,       /* by a box */
    COVER_SWALLOWED,   /* by the black of others */
    COVER_PART_HIDDEN, /* no text any more, but nothing is drawn for it */
};

struct cover_word {
    struct area at;
    size_t nth; /* in the part */
    size_t line;
    enum cover_state state;
};

struct cover_line {
    size_t first, end; /* of plan.words; end is the first of the next */
    int64_t tallest;   /* of its words */
};

/* Neighbouring taken words of one line. */
struct cover_run {
    size_t first, last; /* of plan.words */
    struct area at;     /* the words' own, with the boxes' ends beyond them */
    struct area black;
    bool is_joined; /* to the run before it */
};

struct cover_plan {
    const struct review_part *part;
    struct arena *arena;
    struct cover_word *words; /* line after line, each from left to right */
    size_t word_count;
    struct area_tree word_tree;
    struct cover_line *lines;
    size_t line_count;
    int64_t usual; /* the height of a word in the middle of all */
    int64_t text_right;
    struct area *boxes; /* over words */
    size_t box_count;
    struct area_tree box_tree;
    struct area *drawn; /* on a photo: over what may be anything */
    size_t drawn_count;
    struct cover_run *runs;
    size_t run_count;
    struct area_tree run_tree; /* of their `at` */
    struct cover_rect *rects;
    size_t rect_count;
    size_t steps; /* places looked at so far */
};

/* Do they stand on one line? */
static inline bool cover_same_row(struct area a, struct area b)
{
    int64_t shared = area_least(a.bottom, b.bottom) - area_most(a.top, b.top);
    return shared * 2 >= area_least(area_height(a), area_height(b));
}

static inline bool cover_is_spent(const struct cover_plan *plan)
{
    return plan->steps > COVER_STEPS;
}

/* Gives each run its black; runs whose blacks meet on a line become one. */
void cover_widen(struct cover_plan *plan);

#endif
