/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/cover.h"

#include <stdlib.h>
#include <string.h>

const unsigned cover_widths[COVER_WIDTH_COUNT] = {3, 6, 10, 18};

/* Edges rather than sizes: what is reckoned with here. Ends are the first pixel outside. */
struct area {
    int64_t left, top, right, bottom;
};

enum state {
    STAYS,
    TAKEN,      /* by a box */
    SWALLOWED,  /* by the black of others */
    PART_HIDDEN /* no text any more, but nothing is drawn for it */
};

struct word {
    struct area at;
    size_t nth; /* in the part */
    size_t line;
    enum state state;
};

/* Neighbouring taken words of one line. */
struct run {
    size_t first, last; /* of plan.words */
    struct area at;     /* the words' own, with the boxes' ends beyond them */
    struct area black;
    bool is_joined; /* to the run before it */
};

struct plan {
    const struct review_part *part;
    struct arena *arena;
    struct word *words; /* line after line, each from left to right */
    size_t word_count;
    int64_t usual; /* the height of a word in the middle of all */
    int64_t text_right;
    struct area *boxes; /* over words */
    size_t box_count;
    struct area *drawn; /* on a photo: over what may be anything */
    size_t drawn_count;
    struct run *runs;
    size_t run_count;
    struct cover *cover;
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t height(struct area area)
{
    return area.bottom - area.top;
}

static bool meet(struct area a, struct area b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static struct area both(struct area a, struct area b)
{
    return (struct area){least(a.left, b.left), least(a.top, b.top), most(a.right, b.right),
                         most(a.bottom, b.bottom)};
}

/* Does the area enter the middle half of the word's height? */
static bool enters(struct area area, struct area word)
{
    int64_t rim = height(word) / 4;
    word.top += rim;
    word.bottom -= rim;
    return meet(area, word);
}

/* A word as large as a watermark is not meant by what is drawn over a piece of it. */
static bool dwarfs(struct area word, struct area area)
{
    return (least(area.bottom, word.bottom) - most(area.top, word.top)) * 8 < height(word);
}

/* Does it take the word? By more than a graze at its ends. */
static bool reaches(struct area area, struct area word)
{
    int64_t graze = least(height(word) / 8, (word.right - word.left - 1) / 2);
    if (dwarfs(word, area)) return false;
    word.left += graze;
    word.right -= graze;
    return enters(area, word);
}

static bool same_row(struct area a, struct area b)
{
    int64_t shared = least(a.bottom, b.bottom) - most(a.top, b.top);
    return shared * 2 >= least(height(a), height(b));
}

/* ---- the page's lines ---- */

static int order_words(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->at.left != b->at.left) return a->at.left < b->at.left ? -1 : 1;
    return (a->nth > b->nth) - (a->nth < b->nth);
}

static int order_heights(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static int64_t usual_height(const struct plan *plan)
{
    if (plan->word_count == 0) return 1;
    int64_t *heights = ARENA_MANY(plan->arena, plan->word_count, int64_t);
    for (size_t i = 0; i < plan->word_count; i++) heights[i] = height(plan->words[i].at);
    qsort(heights, plan->word_count, sizeof *heights, order_heights);
    return heights[plan->word_count / 2];
}

static void read_words(struct plan *plan)
{
    const struct review_part *part = plan->part;
    plan->words = ARENA_MANY(plan->arena, part->word_count, struct word);
    plan->word_count = part->word_count;
    size_t line = 0;
    int64_t text_left = part->width;
    for (size_t i = 0; i < part->word_count; i++) {
        const struct review_word *from = &part->words[i];
        struct word *word = &plan->words[i];
        *word = (struct word){.nth = i};
        word->at = (struct area){from->x, from->y, (int64_t)from->x + most(from->w, 1),
                                 (int64_t)from->y + most(from->h, 1)};
        if (i > 0 && (from->gap >= REVIEW_GAP_LINE || !same_row(word->at, word[-1].at))) line++;
        word->line = line;
        plan->text_right = most(plan->text_right, word->at.right);
        text_left = least(text_left, word->at.left);
    }
    /* a page that is as wide on the right as on the left, if no line says otherwise */
    plan->text_right = most(plan->text_right, part->width - text_left);
    plan->usual = usual_height(plan);
    if (plan->word_count) qsort(plan->words, plan->word_count, sizeof *plan->words, order_words);
}

/* ---- runs ---- */

static void take_words(struct plan *plan)
{
    for (size_t i = 0; i < plan->word_count; i++)
        for (size_t j = 0; j < plan->box_count && plan->words[i].state == STAYS; j++)
            if (reaches(plan->boxes[j], plan->words[i].at)) plan->words[i].state = TAKEN;
    for (size_t i = 0; i < plan->word_count; i++)
        for (size_t j = 0; j < plan->drawn_count && plan->words[i].state == STAYS; j++)
            if (meet(plan->drawn[j], plan->words[i].at)) plan->words[i].state = PART_HIDDEN;
}

/* The run may reach as far as a box was drawn over it: beside a word may stand what is none. */
static struct area with_boxes(const struct plan *plan, struct area word)
{
    struct area all = word;
    for (size_t i = 0; i < plan->box_count; i++) {
        if (!reaches(plan->boxes[i], word)) continue;
        all.left = least(all.left, plan->boxes[i].left);
        all.right = most(all.right, plan->boxes[i].right);
    }
    return all;
}

static int64_t line_height(const struct plan *plan, size_t nth)
{
    int64_t tallest = 0;
    const size_t line = plan->words[nth].line;
    while (nth > 0 && plan->words[nth - 1].line == line) nth--;
    for (size_t i = nth; i < plan->word_count && plan->words[i].line == line; i++)
        tallest = most(tallest, height(plan->words[i].at));
    /* what was read from a scan is as high as its letters: a lone "sue" is no measure */
    return tallest * 2 >= plan->usual ? most(tallest, plan->usual) : tallest;
}

static void gather_runs(struct plan *plan)
{
    plan->runs = ARENA_MANY(plan->arena, plan->word_count, struct run);
    for (size_t i = 0; i < plan->word_count; i++) {
        const struct word *word = &plan->words[i];
        if (word->state != TAKEN) continue;
        struct area at = with_boxes(plan, word->at);
        struct run *before = plan->run_count ? &plan->runs[plan->run_count - 1] : NULL;
        if (before && before->last + 1 == i && plan->words[i - 1].line == word->line &&
            at.left - before->at.right <= 2 * height(word->at)) {
            before->last = i;
            before->at = both(before->at, at);
            continue;
        }
        plan->runs[plan->run_count++] = (struct run){.first = i, .last = i, .at = at};
    }
}

/* ---- widths ---- */

/* How far a run may go: to the page's edges, or to where another column begins. */
struct room {
    int64_t left, right;          /* the column */
    int64_t line_start, line_end; /* its text */
    int64_t start, end;           /* the run with half of the gaps beside it */
    int64_t height;               /* of the line */
};

/* The words of the run's own line, as far as no gap is a gutter. */
static void look_along(const struct plan *plan, const struct run *run, struct room *room)
{
    const int64_t gutter = 2 * room->height, rim = room->height / 2;
    const size_t line = plan->words[run->first].line;
    room->line_start = run->at.left;
    room->line_end = run->at.right;
    for (size_t i = run->last + 1; i < plan->word_count && plan->words[i].line == line; i++) {
        struct area at = plan->words[i].at;
        int64_t gap = at.left - room->line_end;
        if (i == run->last + 1 && gap > 0) room->end = least(room->end, run->at.right + gap / 2);
        if (i == run->last + 1 && gap <= 0) room->end = run->at.right;
        if (gap > gutter) {
            room->right = at.left - rim;
            break;
        }
        room->line_end = most(room->line_end, at.right);
    }
    for (size_t i = run->first; i > 0 && plan->words[i - 1].line == line; i--) {
        struct area at = plan->words[i - 1].at;
        int64_t gap = room->line_start - at.right;
        if (i == run->first) room->start = most(room->start, run->at.left - most(gap, 0) / 2);
        if (gap > gutter) {
            room->left = at.right + rim;
            break;
        }
        room->line_start = least(room->line_start, at.left);
    }
}

/* What stands beside it and is no part of the line: another column. */
static void look_across(const struct plan *plan, const struct run *run, struct room *room)
{
    for (size_t i = 0; i < plan->word_count; i++) {
        struct area at = plan->words[i].at;
        if (plan->words[i].line == plan->words[run->first].line || !same_row(at, run->at)) continue;
        if (at.left >= room->line_end)
            room->right =
                least(room->right, at.left - least(room->height, at.left - room->line_end) / 2);
        else if (at.right <= room->line_start)
            room->left =
                most(room->left, at.right + least(room->height, room->line_start - at.right) / 2);
    }
}

static struct room find_room(const struct plan *plan, const struct run *run)
{
    struct room room = {.right = plan->part->width};
    room.height = line_height(plan, run->first);
    room.start = run->at.left - room.height / 4;
    room.end = run->at.right + room.height / 4;
    look_along(plan, run, &room);
    look_across(plan, run, &room);
    room.start = most(room.start, least(room.left, run->at.left));
    room.end = least(room.end, most(room.right, run->at.right));
    room.line_start = most(room.left, room.line_start - room.height / 4);
    room.line_end = most(room.line_end, least(plan->text_right, room.right));
    return room;
}

/* The line's place up and down, whatever letters the run's own words have. */
static void set_height(const struct plan *plan, struct run *run, int64_t wanted)
{
    enum { BESIDE = 3 };
    const size_t line = plan->words[run->first].line;
    for (size_t i = run->first > BESIDE ? run->first - BESIDE : 0;
         i < plan->word_count && i <= run->last + BESIDE; i++)
        if (plan->words[i].line == line && same_row(plan->words[i].at, run->at)) {
            run->black.top = least(run->black.top, plan->words[i].at.top);
            run->black.bottom = most(run->black.bottom, plan->words[i].at.bottom);
        }
    int64_t lacking = wanted - height(run->black);
    if (lacking <= 0) return;
    run->black.top -= lacking / 2;
    run->black.bottom = run->black.top + wanted;
}

static void widen(const struct plan *plan, struct run *run)
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
        run->black.left = width ? least(room.line_start, room.start) : room.start;
        run->black.right = most(room.line_end, room.end);
    }
    set_height(plan, run, room.height);
}

/* Blacks of one line that meet become one run; its width is reckoned anew, which may meet the next.
 */
static bool join_runs(struct plan *plan)
{
    size_t kept = 0;
    bool joined = false;
    for (size_t i = 0; i < plan->run_count; i++) {
        struct run *run = &plan->runs[i], *before = kept ? &plan->runs[kept - 1] : NULL;
        if (before && plan->words[before->last].line == plan->words[run->first].line &&
            run->black.left <= before->black.right && before->black.left <= run->black.right) {
            before->at = both(before->at, run->at);
            before->last = run->last;
            before->is_joined = joined = true;
        } else {
            plan->runs[kept++] = *run;
        }
    }
    plan->run_count = kept;
    return joined;
}

static void widen_runs(struct plan *plan)
{
    for (size_t i = 0; i < plan->run_count; i++) widen(plan, &plan->runs[i]);
    while (join_runs(plan))
        for (size_t i = 0; i < plan->run_count; i++)
            if (plan->runs[i].is_joined) {
                widen(plan, &plan->runs[i]);
                plan->runs[i].is_joined = false;
            }
}

static void swallow(struct plan *plan)
{
    for (size_t i = 0; i < plan->word_count; i++) {
        struct word *word = &plan->words[i];
        for (size_t j = 0; j < plan->run_count; j++) {
            struct area black = plan->runs[j].black;
            if (word->state == TAKEN || word->state == SWALLOWED || !enters(black, word->at))
                continue;
            word->state = dwarfs(word->at, black) ? PART_HIDDEN : SWALLOWED;
        }
    }
}

/* ---- what is drawn ---- */

/* Moves one edge of the area outwards, as far as no word that stays is touched anew. */
static struct area stretch(const struct plan *plan, struct area area, struct area wanted)
{
    for (size_t i = 0; i < plan->word_count; i++) {
        const struct word *word = &plan->words[i];
        struct area at = word->at;
        if (word->state != STAYS || !meet(wanted, at)) continue;
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
static struct area grown(const struct plan *plan, struct area area, bool is_sideways)
{
    const bool is_jpeg = str_equal(plan->part->type, STR("image/jpeg"));
    const int64_t block = is_jpeg ? COVER_BLOCK : 1, beyond = is_jpeg ? COVER_MARGIN : 0;
    area.top = most(area.top - COVER_MARGIN, 0) / block * block - beyond;
    area.bottom = (area.bottom + COVER_MARGIN + block - 1) / block * block + beyond;
    if (!is_sideways) return area;
    area.left = most(area.left - COVER_MARGIN, 0) / block * block - beyond;
    area.right = (area.right + COVER_MARGIN + block - 1) / block * block + beyond;
    return area;
}

static void draw(struct plan *plan, struct area area, bool is_paper)
{
    area.left = most(area.left, 0);
    area.top = most(area.top, 0);
    area.right = least(area.right, plan->part->width);
    area.bottom = least(area.bottom, plan->part->height);
    if (area.left >= area.right || area.top >= area.bottom) return;
    plan->cover->rects[plan->cover->count++] = (struct cover_rect){
        (uint32_t)area.left, (uint32_t)area.top, (uint32_t)(area.right - area.left),
        (uint32_t)(area.bottom - area.top), is_paper};
}

/* Burns the area and as much beside it as may be. */
static void draw_grown(struct plan *plan, struct area area, bool is_paper)
{
    draw(plan, stretch(plan, area, grown(plan, area, true)), is_paper);
}

/* As high as the boxes drawn over the line, if these are not much higher than it. */
static struct area full_height(const struct plan *plan, const struct run *run)
{
    struct area wanted = run->black;
    int64_t slack = height(run->black) / 2;
    for (size_t i = 0; i < plan->box_count; i++) {
        struct area box = plan->boxes[i];
        if (!reaches(box, run->at)) continue;
        wanted.top = least(wanted.top, most(box.top, run->black.top - slack));
        wanted.bottom = most(wanted.bottom, least(box.bottom, run->black.bottom + slack));
    }
    return stretch(plan, run->black, grown(plan, wanted, false));
}

/* Does the box hold more than the lines whose words it takes? */
static bool holds_more(const struct plan *plan, struct area box)
{
    for (int64_t covered = box.top, next = covered;; covered = next) {
        for (size_t i = 0; i < plan->run_count; i++) {
            const struct run *run = &plan->runs[i];
            int64_t slack = height(run->black) / 2;
            if (run->black.left > box.left || run->black.right < box.right) continue;
            if (!reaches(box, run->at) || run->black.top - slack > covered) continue;
            next = most(next, run->black.bottom + slack);
        }
        if (next >= box.bottom) return false;
        if (next == covered) return true;
    }
}

static void draw_all(struct plan *plan)
{
    size_t room = plan->word_count + plan->run_count + plan->box_count + plan->drawn_count;
    plan->cover->rects = ARENA_MANY(plan->arena, room, struct cover_rect);
    for (size_t i = 0; i < plan->word_count; i++) {
        const struct word *word = &plan->words[i];
        plan->cover->is_gone[word->nth] = word->state != STAYS;
        if (word->state == SWALLOWED) draw_grown(plan, word->at, true);
    }
    for (size_t i = 0; i < plan->run_count; i++)
        draw(plan, full_height(plan, &plan->runs[i]), false);
    for (size_t i = 0; i < plan->box_count; i++)
        if (holds_more(plan, plan->boxes[i])) draw_grown(plan, plan->boxes[i], false);
    for (size_t i = 0; i < plan->drawn_count; i++) draw_grown(plan, plan->drawn[i], false);
}

static bool is_a_words(const struct plan *plan, struct area box)
{
    for (size_t i = 0; i < plan->word_count; i++) {
        struct area word = plan->words[i].at;
        if (box.left == word.left && box.top == word.top && box.right == word.right &&
            box.bottom == word.bottom)
            return true;
    }
    return false;
}

static void read_boxes(struct plan *plan, const struct cover_box *boxes, size_t count)
{
    plan->boxes = ARENA_MANY(plan->arena, count, struct area);
    plan->drawn = ARENA_MANY(plan->arena, count, struct area);
    for (size_t i = 0; i < count; i++) {
        struct area box = {boxes[i].x, boxes[i].y,
                           least((int64_t)boxes[i].x + boxes[i].w, plan->part->width),
                           least((int64_t)boxes[i].y + boxes[i].h, plan->part->height)};
        if (plan->part->kind == REVIEW_PHOTO && !is_a_words(plan, box))
            plan->drawn[plan->drawn_count++] = box;
        else
            plan->boxes[plan->box_count++] = box;
    }
}

void cover_page(const struct review_part *part, const struct cover_box *boxes, size_t count,
                struct arena *arena, struct cover *ret_cover)
{
    struct plan plan = {.part = part, .arena = arena, .cover = ret_cover};
    *ret_cover = (struct cover){.is_gone = ARENA_MANY(arena, part->word_count, bool)};
    read_words(&plan);
    read_boxes(&plan, boxes, count);
    take_words(&plan);
    gather_runs(&plan);
    widen_runs(&plan);
    swallow(&plan);
    draw_all(&plan);
}
