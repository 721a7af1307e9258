/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "worker/cleaner/document_blots.h"

#include <stdlib.h>

/* A stretch of marked pixels in one line, and the blot it belongs to. */
struct stretch {
    uint32_t from, to, blot;
};

/* While they are being joined. */
struct joiner {
    uint32_t *parents; /* of each blot: itself, or the one that it was joined to */
    struct blot *at;
    size_t count, room;
};

static uint32_t root(struct joiner *joiner, uint32_t blot)
{
    while (joiner->parents[blot] != blot) {
        joiner->parents[blot] = joiner->parents[joiner->parents[blot]];
        blot = joiner->parents[blot];
    }
    return blot;
}

static uint32_t join(struct joiner *joiner, uint32_t a, uint32_t b)
{
    a = root(joiner, a), b = root(joiner, b);
    if (a == b) return a;
    if (b < a) {
        uint32_t other = a;
        a = b, b = other; /* the upper one stays */
    }
    struct blot *into = &joiner->at[a], *from = &joiner->at[b];
    if (from->left < into->left) into->left = from->left;
    if (from->right > into->right) into->right = from->right;
    if (from->bottom > into->bottom) into->bottom = from->bottom;
    into->pixels += from->pixels;
    joiner->parents[b] = a;
    return a;
}

static bool add_blot(struct joiner *joiner, struct blot blot, uint32_t *ret_number)
{
    if (joiner->count == joiner->room) {
        size_t room = joiner->room ? joiner->room * 2 : 4096;
        struct blot *at = realloc(joiner->at, room * sizeof *at);
        if (at) joiner->at = at;
        uint32_t *parents = realloc(joiner->parents, room * sizeof *parents);
        if (parents) joiner->parents = parents;
        if (!at || !parents) return false;
        joiner->room = room;
    }
    joiner->parents[joiner->count] = (uint32_t)joiner->count;
    joiner->at[joiner->count] = blot;
    *ret_number = (uint32_t)joiner->count++;
    return true;
}

/* The stretches of one line, each joined with those above that it touches. */
static bool add_line(struct joiner *joiner, const uint8_t *line, uint32_t width, uint32_t y,
                     const struct stretch *above, size_t above_count, struct stretch *here,
                     size_t *ret_count)
{
    size_t count = 0, next = 0;
    for (uint32_t x = 0; x < width; x++) {
        if (!line[x]) continue;
        struct stretch *stretch = &here[count++];
        stretch->from = x;
        while (x < width && line[x]) x++;
        stretch->to = x;
        const struct blot blot = {stretch->from, y, stretch->to, y + 1,
                                  stretch->to - stretch->from};
        if (!add_blot(joiner, blot, &stretch->blot)) return false;
        while (next < above_count && above[next].to < stretch->from) next++;
        for (size_t k = next; k < above_count && above[k].from <= stretch->to; k++)
            stretch->blot = join(joiner, above[k].blot, stretch->blot);
    }
    *ret_count = count;
    return true;
}

static bool add_lines(struct joiner *joiner, const uint8_t *map, uint32_t width, uint32_t height)
{
    size_t room = width / 2 + 1, above_count = 0;
    struct stretch *lines = malloc(2 * room * sizeof *lines);
    bool well = lines != NULL;
    for (uint32_t y = 0; y < height && well; y++) {
        struct stretch *above = lines + (y % 2 ? 0 : room), *here = lines + (y % 2 ? room : 0);
        size_t count = 0;
        well =
            add_line(joiner, map + (size_t)y * width, width, y, above, above_count, here, &count);
        above_count = count;
    }
    free(lines);
    return well;
}

bool blots_find(const uint8_t *map, uint32_t width, uint32_t height, struct blots *ret_blots)
{
    struct joiner joiner = {0};
    bool well = add_lines(&joiner, map, width, height);
    size_t whole = 0;
    for (size_t i = 0; well && i < joiner.count; i++)
        if (joiner.parents[i] == i) joiner.at[whole++] = joiner.at[i];
    free(joiner.parents);
    *ret_blots = (struct blots){joiner.at, whole};
    return well;
}

void blots_free(struct blots *blots)
{
    free(blots->at);
    *blots = (struct blots){0};
}
