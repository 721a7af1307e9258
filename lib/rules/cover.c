/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover.h"

#include <stdlib.h>
#include <string.h>

#include "rules/cover_in.h"

enum { SCRATCH_BYTES = 256 * 1024 * 1024 };

/* Does the area enter the middle half of the word's height? */
static bool enters(struct area area, struct area word)
{
    int64_t rim = area_height(word) / 4;
    word.top += rim;
    word.bottom -= rim;
    return area_meet(area, word);
}

/* A word as large as a watermark is not meant by what is drawn over a piece of it. */
static bool dwarfs(struct area word, struct area area)
{
    return (area_least(area.bottom, word.bottom) - area_most(area.top, word.top)) * 8 <
           area_height(word);
}

/* Does it take the word? By more than a graze at its ends. */
static bool reaches(struct area area, struct area word)
{
    int64_t graze = area_least(area_height(word) / 8, (word.right - word.left - 1) / 2);
    if (dwarfs(word, area)) return false;
    word.left += graze;
    word.right -= graze;
    return enters(area, word);
}

/* ---- the page's lines ---- */

static int order_words(const void *left, const void *right)
{
    const struct cover_word *a = left, *b = right;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->at.left != b->at.left) return a->at.left < b->at.left ? -1 : 1;
    return (a->nth > b->nth) - (a->nth < b->nth);
}

static int order_heights(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static int64_t usual_height(const struct cover_plan *plan)
{
    if (plan->word_count == 0) return 1;
    int64_t *heights = ARENA_MANY(plan->arena, plan->word_count, int64_t);
    for (size_t i = 0; i < plan->word_count; i++) heights[i] = area_height(plan->words[i].at);
    qsort(heights, plan->word_count, sizeof *heights, order_heights);
    return heights[plan->word_count / 2];
}

static void read_lines(struct cover_plan *plan)
{
    plan->lines = ARENA_MANY(plan->arena, plan->word_count, struct cover_line);
    plan->word_tree = area_tree_new(plan->word_count, plan->arena);
    for (size_t i = 0; i < plan->word_count; i++) {
        const struct cover_word *word = &plan->words[i];
        struct cover_line *line = &plan->lines[word->line];
        if (i == 0 || word[-1].line != word->line) line->first = i;
        line->end = i + 1;
        line->tallest = area_most(line->tallest, area_height(word->at));
        area_tree_put(&plan->word_tree, i, word->at);
    }
    area_tree_finish(&plan->word_tree);
}

/* The first word from this one on that meets the area. */
static struct cover_word *next_word(struct cover_plan *plan, const struct cover_word *after,
                                    struct area area)
{
    size_t from = after ? (size_t)(after - plan->words) + 1 : 0;
    int64_t found = area_tree_next(&plan->word_tree, from, area, &plan->steps);
    return found == AREA_NONE ? NULL : &plan->words[found];
}

static void read_words(struct cover_plan *plan)
{
    const struct review_part *part = plan->part;
    plan->words = ARENA_MANY(plan->arena, part->word_count, struct cover_word);
    plan->word_count = part->word_count;
    size_t line = 0;
    int64_t text_left = part->width;
    for (size_t i = 0; i < part->word_count; i++) {
        const struct review_word *from = &part->words[i];
        struct cover_word *word = &plan->words[i];
        *word = (struct cover_word){.nth = i};
        word->at = (struct area){from->x, from->y, (int64_t)from->x + area_most(from->w, 1),
                                 (int64_t)from->y + area_most(from->h, 1)};
        if (i > 0 && (from->gap >= REVIEW_GAP_LINE || !cover_same_row(word->at, word[-1].at)))
            line++;
        word->line = line;
        plan->text_right = area_most(plan->text_right, word->at.right);
        text_left = area_least(text_left, word->at.left);
    }
    /* a page that is as wide on the right as on the left, if no line says otherwise */
    plan->text_right = area_most(plan->text_right, part->width - text_left);
    plan->usual = usual_height(plan);
    if (plan->word_count) qsort(plan->words, plan->word_count, sizeof *plan->words, order_words);
    read_lines(plan);
}

/* ---- runs ---- */

static void take_words(struct cover_plan *plan)
{
    struct cover_word *word;
    for (size_t i = 0; i < plan->box_count && !cover_is_spent(plan); i++)
        for (word = NULL; (word = next_word(plan, word, plan->boxes[i]));)
            if (reaches(plan->boxes[i], word->at)) word->state = COVER_TAKEN;
    for (size_t i = 0; i < plan->drawn_count && !cover_is_spent(plan); i++)
        for (word = NULL; (word = next_word(plan, word, plan->drawn[i]));)
            if (word->state == COVER_STAYS) word->state = COVER_PART_HIDDEN;
}

/* The first box from this one on that meets the area. */
static const struct area *next_box(struct cover_plan *plan, const struct area *after,
                                   struct area area)
{
    size_t from = after ? (size_t)(after - plan->boxes) + 1 : 0;
    int64_t found = area_tree_next(&plan->box_tree, from, area, &plan->steps);
    return found == AREA_NONE ? NULL : &plan->boxes[found];
}

/* The run may reach as far as a box was drawn over it: beside a word may stand what is none. */
static struct area with_boxes(struct cover_plan *plan, struct area word)
{
    struct area all = word;
    for (const struct area *box = NULL; (box = next_box(plan, box, word));) {
        if (!reaches(*box, word)) continue;
        all.left = area_least(all.left, box->left);
        all.right = area_most(all.right, box->right);
    }
    return all;
}

static void gather_runs(struct cover_plan *plan)
{
    plan->runs = ARENA_MANY(plan->arena, plan->word_count, struct cover_run);
    for (size_t i = 0; i < plan->word_count && !cover_is_spent(plan); i++) {
        const struct cover_word *word = &plan->words[i];
        if (word->state != COVER_TAKEN) continue;
        struct area at = with_boxes(plan, word->at);
        struct cover_run *before = plan->run_count ? &plan->runs[plan->run_count - 1] : NULL;
        if (before && before->last + 1 == i && plan->words[i - 1].line == word->line &&
            at.left - before->at.right <= 2 * area_height(word->at)) {
            before->last = i;
            before->at = area_both(before->at, at);
            continue;
        }
        plan->runs[plan->run_count++] = (struct cover_run){.first = i, .last = i, .at = at};
    }
}

static void swallow(struct cover_plan *plan)
{
    for (size_t i = 0; i < plan->run_count && !cover_is_spent(plan); i++) {
        struct area black = plan->runs[i].black;
        for (struct cover_word *word = NULL; (word = next_word(plan, word, black));) {
            if (word->state == COVER_TAKEN || word->state == COVER_SWALLOWED) continue;
            if (!enters(black, word->at)) continue;
            word->state = dwarfs(word->at, black) ? COVER_PART_HIDDEN : COVER_SWALLOWED;
        }
    }
}

/* ---- what is drawn ---- */

/* Moves one edge of the area outwards, as far as no word that stays is touched anew. */
static struct area stretch(struct cover_plan *plan, struct area area, struct area wanted)
{
    for (const struct cover_word *word = NULL; (word = next_word(plan, word, wanted));) {
        struct area at = word->at;
        if (word->state != COVER_STAYS) continue;
        if (at.bottom <= area.top && wanted.top < at.bottom)
            wanted.top = at.bottom;
        else if (at.top >= area.bottom && wanted.bottom > at.top)
            wanted.bottom = at.top;
        else if (at.right <= area.left && wanted.left < at.right)
            wanted.left = at.right;
        else if (at.left >= area.right && wanted.right > at.left)
            wanted.right = at.left;
        else if (at.top < area.top) /* it grazes the area already */
            wanted.top = area.top;
        else
            wanted.bottom = area.bottom;
    }
    return wanted;
}

/*
 * With the margin, and in a JPEG to the edges of its blocks and a little beyond: they hold traces
 * of what is below, and colours run into the next pixel when it is decoded.
 */
static struct area grown(const struct cover_plan *plan, struct area area, bool is_sideways)
{
    const bool is_jpeg = str_equal(plan->part->type, STR("image/jpeg"));
    const int64_t block = is_jpeg ? COVER_BLOCK : 1, beyond = is_jpeg ? COVER_MARGIN : 0;
    area.top = area_most(area.top - COVER_MARGIN, 0) / block * block - beyond;
    area.bottom = (area.bottom + COVER_MARGIN + block - 1) / block * block + beyond;
    if (!is_sideways) return area;
    area.left = area_most(area.left - COVER_MARGIN, 0) / block * block - beyond;
    area.right = (area.right + COVER_MARGIN + block - 1) / block * block + beyond;
    return area;
}

static void draw(struct cover_plan *plan, struct area area, bool is_paper)
{
    area.left = area_most(area.left, 0);
    area.top = area_most(area.top, 0);
    area.right = area_least(area.right, plan->part->width);
    area.bottom = area_least(area.bottom, plan->part->height);
    if (area.left >= area.right || area.top >= area.bottom) return;
    plan->rects[plan->rect_count++] = (struct cover_rect){
        (uint32_t)area.left, (uint32_t)area.top, (uint32_t)(area.right - area.left),
        (uint32_t)(area.bottom - area.top), is_paper};
}

/* Burns the area and as much beside it as may be. */
static void draw_grown(struct cover_plan *plan, struct area area, bool is_paper)
{
    draw(plan, stretch(plan, area, grown(plan, area, true)), is_paper);
}

/* As high as the boxes drawn over the line, if these are not much higher than it. */
static struct area full_height(struct cover_plan *plan, const struct cover_run *run)
{
    struct area wanted = run->black;
    int64_t slack = area_height(run->black) / 2;
    for (const struct area *box = NULL; (box = next_box(plan, box, run->at));) {
        if (!reaches(*box, run->at)) continue;
        wanted.top = area_least(wanted.top, area_most(box->top, run->black.top - slack));
        wanted.bottom =
            area_most(wanted.bottom, area_least(box->bottom, run->black.bottom + slack));
    }
    return stretch(plan, run->black, grown(plan, wanted, false));
}

static void plant_runs(struct cover_plan *plan)
{
    plan->run_tree = area_tree_new(plan->run_count, plan->arena);
    for (size_t i = 0; i < plan->run_count; i++)
        area_tree_put(&plan->run_tree, i, plan->runs[i].at);
    area_tree_finish(&plan->run_tree);
}

/* Does the box hold more than the lines whose words it takes? */
static bool holds_more(struct cover_plan *plan, struct area box)
{
    for (int64_t covered = box.top, before = covered;; before = covered) {
        for (int64_t i = -1; (i = area_tree_next(&plan->run_tree, (size_t)(i + 1), box,
                                                 &plan->steps)) != AREA_NONE;) {
            const struct cover_run *run = &plan->runs[i];
            int64_t slack = area_height(run->black) / 2;
            if (run->black.left > box.left || run->black.right < box.right) continue;
            if (!reaches(box, run->at) || run->black.top - slack > covered) continue;
            covered = area_most(covered, run->black.bottom + slack);
        }
        if (covered >= box.bottom) return false;
        if (covered == before || cover_is_spent(plan)) return true;
    }
}

static void draw_all(struct cover_plan *plan)
{
    size_t room = plan->word_count + plan->run_count + plan->box_count + plan->drawn_count;
    plan->rects = ARENA_MANY(plan->arena, room, struct cover_rect);
    plant_runs(plan);
    for (size_t i = 0; i < plan->word_count && !cover_is_spent(plan); i++)
        if (plan->words[i].state == COVER_SWALLOWED) draw_grown(plan, plan->words[i].at, true);
    for (size_t i = 0; i < plan->run_count && !cover_is_spent(plan); i++)
        draw(plan, full_height(plan, &plan->runs[i]), false);
    for (size_t i = 0; i < plan->box_count && !cover_is_spent(plan); i++)
        if (holds_more(plan, plan->boxes[i])) draw_grown(plan, plan->boxes[i], false);
    for (size_t i = 0; i < plan->drawn_count && !cover_is_spent(plan); i++)
        draw_grown(plan, plan->drawn[i], false);
}

/* ---- the whole ---- */

static bool is_a_words(struct cover_plan *plan, struct area box)
{
    for (const struct cover_word *word = NULL; (word = next_word(plan, word, box));) {
        struct area at = word->at;
        if (box.left == at.left && box.top == at.top && box.right == at.right &&
            box.bottom == at.bottom)
            return true;
    }
    return false;
}

/* In the order in which words are read, near enough. */
static int order_areas(const void *left, const void *right)
{
    const struct area *a = left, *b = right;
    if (a->top != b->top) return a->top < b->top ? -1 : 1;
    return (a->left > b->left) - (a->left < b->left);
}

static void read_boxes(struct cover_plan *plan, const struct cover_box *boxes, size_t count)
{
    plan->boxes = ARENA_MANY(plan->arena, count, struct area);
    plan->drawn = ARENA_MANY(plan->arena, count, struct area);
    for (size_t i = 0; i < count; i++) {
        struct area box = {boxes[i].x, boxes[i].y,
                           area_least((int64_t)boxes[i].x + boxes[i].w, plan->part->width),
                           area_least((int64_t)boxes[i].y + boxes[i].h, plan->part->height)};
        if (plan->part->kind == REVIEW_PHOTO && !is_a_words(plan, box))
            plan->drawn[plan->drawn_count++] = box;
        else
            plan->boxes[plan->box_count++] = box;
    }
    if (plan->box_count) qsort(plan->boxes, plan->box_count, sizeof *plan->boxes, order_areas);
    plan->box_tree = area_tree_new(plan->box_count, plan->arena);
    for (size_t i = 0; i < plan->box_count; i++) area_tree_put(&plan->box_tree, i, plan->boxes[i]);
    area_tree_finish(&plan->box_tree);
}

/* What it came to, into the caller's arena. */
static void hand_over(struct cover_plan *plan, struct arena *arena, struct cover *ret_cover)
{
    const struct review_part *part = plan->part;
    struct cover cover = {.is_gone = ARENA_MANY(arena, part->word_count, bool),
                          .steps = plan->steps,
                          .is_crowded = cover_is_spent(plan)};
    cover.count = cover.is_crowded ? 1 : plan->rect_count;
    cover.rects = ARENA_MANY(arena, cover.count, struct cover_rect);
    for (size_t i = 0; i < plan->word_count; i++)
        cover.is_gone[plan->words[i].nth] = cover.is_crowded || plan->words[i].state != COVER_STAYS;
    if (cover.is_crowded)
        cover.rects[0] = (struct cover_rect){0, 0, part->width, part->height, false};
    else if (cover.count)
        memcpy(cover.rects, plan->rects, cover.count * sizeof *cover.rects);
    *ret_cover = cover;
}

void cover_page(const struct review_part *part, const struct cover_box *boxes, size_t count,
                struct arena *arena, struct cover *ret_cover)
{
    ARENA(scratch, SCRATCH_BYTES);
    struct cover_plan plan = {.part = part, .arena = scratch};
    read_words(&plan);
    read_boxes(&plan, boxes, count);
    take_words(&plan);
    gather_runs(&plan);
    cover_widen(&plan);
    swallow(&plan);
    draw_all(&plan);
    hand_over(&plan, arena, ret_cover);
}
