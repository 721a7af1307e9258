/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/small.h"

#include <stdbool.h>

/* How long a witness is looked for: past it one more number is hidden. */
enum { STEPS = 4000 };

struct search {
    const struct small_cell *cells;
    const struct small_sum *sums;
    size_t sum_count;
    signed char moved[SMALL_CELLS]; /* by which a number is changed in thought */
    int64_t off[SMALL_SUMS];        /* what each sum then lacks */
    unsigned steps;
};

/* May the cell, for all that a reader knows, be so much more or less? */
static bool may_move(const struct small_cell *cell, int by)
{
    int64_t number = cell->number + by;
    switch (cell->shown) {
    case SMALL_SHOWN: return false;
    case SMALL_LOW: return number >= 1 && number < SMALL_FROM;
    case SMALL_HIDDEN: return number >= SMALL_FROM;
    case SMALL_BLANK: return number >= 0;
    }
    return false;
}

static void move(struct search *search, size_t cell, int by)
{
    search->moved[cell] = (signed char)(search->moved[cell] + by);
    for (size_t s = 0; s < search->sum_count; s++)
        for (size_t t = 0; t < search->sums[s].count; t++)
            if (search->sums[s].terms[t].cell == cell)
                search->off[s] += by * search->sums[s].terms[t].sign;
}

/*
 * Brings every sum back to nothing by changing more cells by one: the other table that a reader
 * must reckon with. Each cell is changed at most once, so an answer found is an answer; one that
 * is not found may exist all the same.
 */
static bool balance(struct search *search)
{
    size_t s = 0;
    while (s < search->sum_count && search->off[s] == 0) s++;
    if (s == search->sum_count) return true;
    const struct small_sum *sum = &search->sums[s];
    for (size_t t = 0; t < sum->count; t++) {
        size_t cell = sum->terms[t].cell;
        int by = (search->off[s] > 0 ? -1 : 1) * sum->terms[t].sign;
        if (search->moved[cell] != 0 || !may_move(&search->cells[cell], by)) continue;
        if (++search->steps > STEPS) return false;
        move(search, cell, by);
        if (balance(search)) return true;
        move(search, cell, -by);
    }
    return false;
}

/* Is there another number that this cell could be? */
static bool is_hidden(struct search *search, size_t count, size_t cell)
{
    static const int ways[] = {1, -1};
    for (size_t w = 0; w < 2; w++) {
        if (!may_move(&search->cells[cell], ways[w])) continue;
        for (size_t i = 0; i < count; i++) search->moved[i] = 0;
        for (size_t s = 0; s < search->sum_count; s++) search->off[s] = 0;
        search->steps = 0;
        move(search, cell, ways[w]);
        if (balance(search)) return true;
    }
    return false;
}

static bool has(const struct small_sum *sum, size_t cell)
{
    for (size_t t = 0; t < sum->count; t++)
        if (sum->terms[t].cell == cell) return true;
    return false;
}

/*
 * The number to hide with this one: of the sums in which it stands the smallest part that is
 * printed and not 0; a total only where there is no such part.
 */
static bool hide_beside(struct small_cell *cells, const struct small_sum *sums, size_t sum_count,
                        size_t cell)
{
    for (int pass = 0; pass < 2; pass++) {
        size_t best = SMALL_CELLS;
        for (size_t s = 0; s < sum_count; s++) {
            if (!has(&sums[s], cell)) continue;
            for (size_t t = 0; t < sums[s].count; t++) {
                size_t other = sums[s].terms[t].cell;
                bool is_part = sums[s].terms[t].sign > 0;
                if (cells[other].shown != SMALL_SHOWN || cells[other].number < SMALL_FROM) continue;
                if (pass == 0 && !is_part) continue;
                if (best == SMALL_CELLS || cells[other].number < cells[best].number) best = other;
            }
        }
        if (best == SMALL_CELLS) continue;
        cells[best].shown = SMALL_HIDDEN;
        return true;
    }
    return false;
}

/* Nothing of these sums is told. False when that is so already. */
static bool blank(struct small_cell *cells, const struct small_sum *sums, size_t sum_count,
                  size_t cell)
{
    bool changed = false;
    for (size_t s = 0; s < sum_count; s++) {
        if (!has(&sums[s], cell)) continue;
        for (size_t t = 0; t < sums[s].count; t++) {
            struct small_cell *other = &cells[sums[s].terms[t].cell];
            changed = changed || other->shown != SMALL_BLANK;
            other->shown = SMALL_BLANK;
        }
    }
    return changed;
}

/* One round; false when every cell that is not printed could be another number. */
static bool hide_more(struct search *search, struct small_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cells[i].shown == SMALL_SHOWN || is_hidden(search, count, i)) continue;
        if (hide_beside(cells, search->sums, search->sum_count, i)) return true;
        if (blank(cells, search->sums, search->sum_count, i)) return true;
        cells[i].shown = SMALL_BLANK;
    }
    return false;
}

void small_suppress(struct small_cell *cells, size_t count, const struct small_sum *sums,
                    size_t sum_count)
{
    struct search search = {.cells = cells, .sums = sums, .sum_count = sum_count};
    bool fits = count <= SMALL_CELLS && sum_count <= SMALL_SUMS;
    for (size_t i = 0; i < count; i++) {
        bool is_low = cells[i].number > 0 && cells[i].number < SMALL_FROM;
        cells[i].shown = !fits ? SMALL_BLANK : is_low ? SMALL_LOW : SMALL_SHOWN;
    }
    if (!fits) return;
    while (hide_more(&search, cells, count)) {
    }
}

void small_put(struct buf *text, const struct small_cell *cell)
{
    if (cell->shown == SMALL_SHOWN)
        buf_add_int(text, cell->number);
    else
        buf_add_c(text, cell->shown == SMALL_LOW ? "<5" : "*");
}
