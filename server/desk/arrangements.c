/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>

#include "server/desk/arrangement.h"

/* Lists of arrangements. */

struct found {
    const struct register_arrangement *arrangement;
    struct str by; /* the child's folded name */
};

static int by_child(const void *a, const void *b)
{
    const struct found *one = a, *other = b;
    int order = str_order(one->by, other->by);
    return order ? order
                 : (one->arrangement->id > other->arrangement->id) -
                       (one->arrangement->id < other->arrangement->id);
}

size_t arrangements_find(struct request *request, const struct register_view *view,
                         struct str state, const struct register_query *query,
                         const struct register_arrangement ***ret_found)
{
    struct found *found = ARENA_MANY(request->arena, view->arrangement_count + 1, struct found);
    size_t count = 0;
    for (size_t i = 0; i < view->arrangement_count; i++) {
        const struct register_arrangement *arrangement = &view->arrangements[i];
        if (state.len && !str_equal(state, arrangement->state)) continue;
        if (query && !register_finds_arrangement(view, query, arrangement)) continue;
        const struct register_name *child = register_child(view, arrangement->child);
        found[count++] = (struct found){arrangement, child ? child->words : STR("")};
    }
    qsort(found, count, sizeof *found, by_child);
    const struct register_arrangement **sorted =
        ARENA_MANY(request->arena, count + 1, const struct register_arrangement *);
    for (size_t i = 0; i < count; i++) sorted[i] = found[i].arrangement;
    *ret_found = sorted;
    return count;
}

void arrangements_view(struct request *request, const struct register_view *view,
                       const struct register_arrangement *const *arrangements, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct register_arrangement *arrangement = arrangements[i];
        json_t *row = json_object();
        json_put_code(row, "id", arrangement->id);
        json_put_str(row, "reference", arrangement->name->name);
        json_put_str(row, "child", register_child_name(view, arrangement));
        json_put_str(row, "with", register_with(request, view, arrangement, 0));
        json_put_str(row, "months",
                     register_months(request, arrangement->months, arrangement->month_count));
        json_put(row, "state", desk_tagged(request, arrangement->state));
        json_put_bool(row, "two_person", arrangement->two_person);
        if (arrangement->has_next) desk_put_day(row, "next", arrangement->next);
        json_add(list, row);
    }
    desk_put_list(request->view, "found", list);
}
