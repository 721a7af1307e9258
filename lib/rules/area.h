/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef LETTERBOX_RULES_AREA_H
#define LETTERBOX_RULES_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Edges rather than sizes, in pixels. Right and bottom are the first pixel outside. */
struct area {
    int64_t left, top, right, bottom;
};

static inline int64_t area_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t area_most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t area_height(struct area area)
{
    return area.bottom - area.top;
}

static inline bool area_meet(struct area a, struct area b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/* The smallest that holds both. */
static inline struct area area_both(struct area a, struct area b)
{
    return (struct area){area_least(a.left, b.left), area_least(a.top, b.top),
                         area_most(a.right, b.right), area_most(a.bottom, b.bottom)};
}

/*
 * A list of areas in which those that meet another are found without looking at all: a binary tree
 * over the list, each node as large as what is below it. Quick where neighbours in the list are
 * neighbours on the page, as words in the order of reading are.
 */
struct area_tree {
    struct area *nodes; /* 1 is the root, 2n and 2n + 1 are below n, the leaves are the list */
    size_t leaves, count;
};

enum { AREA_NONE = -1 };

/* As many areas as there will be; each is put once before the tree is finished and asked. */
struct area_tree area_tree_new(size_t count, struct arena *arena);
void area_tree_put(struct area_tree *tree, size_t nth, struct area area);
void area_tree_finish(struct area_tree *tree);

/* The first of the list from `from` on that meets the area, or AREA_NONE. Adds to the steps. */
int64_t area_tree_next(const struct area_tree *tree, size_t from, struct area area,
                       size_t *ret_steps);

#endif
