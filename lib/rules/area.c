/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/area.h"

static const struct area nowhere = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN};

struct area_tree area_tree_new(size_t count, struct arena *arena)
{
    struct area_tree tree = {.leaves = 1, .count = count};
    while (tree.leaves < count) tree.leaves *= 2;
    tree.nodes = ARENA_MANY(arena, 2 * tree.leaves, struct area);
    for (size_t i = 0; i < 2 * tree.leaves; i++) tree.nodes[i] = nowhere;
    return tree;
}

void area_tree_put(struct area_tree *tree, size_t nth, struct area area)
{
    tree->nodes[tree->leaves + nth] = area;
}

void area_tree_finish(struct area_tree *tree)
{
    for (size_t i = tree->leaves; i-- > 1;)
        tree->nodes[i] = area_both(tree->nodes[2 * i], tree->nodes[2 * i + 1]);
}

int64_t area_tree_next(const struct area_tree *tree, size_t from, struct area area,
                       size_t *ret_steps)
{
    if (from >= tree->count) return AREA_NONE;
    for (size_t node = from ? tree->leaves + from : 1;;) {
        ++*ret_steps;
        if (area_meet(tree->nodes[node], area)) {
            if (node >= tree->leaves) return (int64_t)(node - tree->leaves);
            node *= 2;
            continue;
        }
        while (node % 2) node /= 2; /* what lies to the right of all that was passed */
        if (node == 0) return AREA_NONE;
        node++;
    }
}
