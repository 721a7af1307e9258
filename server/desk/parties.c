/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/parties.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    const struct register_party *one = *(const struct register_party *const *)a;
    const struct register_party *other = *(const struct register_party *const *)b;
    int order = str_order(one->name->words, other->name->words);
    return order ? order : (one->id > other->id) - (one->id < other->id);
}

size_t parties_find(struct request *request, const struct register_view *view,
                    const struct register_query *query, const struct register_party ***ret_found)
{
    const struct register_party **found =
        ARENA_MANY(request->arena, view->party_count + 1, const struct register_party *);
    size_t count = 0;
    for (size_t i = 0; i < view->party_count; i++)
        if (!query || register_finds(query, view->parties[i].name))
            found[count++] = &view->parties[i];
    qsort(found, count, sizeof *found, by_name);
    *ret_found = found;
    return count;
}

/* The children whose letters concern the party. */
static struct str children_of(struct request *request, const struct register_view *view,
                              int64_t party)
{
    struct str all = STR("");
    for (size_t i = 0; i < view->side_count; i++) {
        if (view->sides[i].party != party) continue;
        const struct register_arrangement *arrangement =
            register_arrangement(view, view->sides[i].arrangement);
        if (!arrangement) continue;
        struct str name = register_child_name(view, arrangement);
        if (all.len && str_find(all, name) != STR_NONE) continue;
        all = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "",
                          STR_ARG(name));
    }
    return all;
}

void parties_view(struct request *request, const struct register_view *view,
                  const struct register_party *const *parties, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct register_party *party = parties[i];
        const char *why = desk_party_trouble(party->state, party->channel, party->address_confirmed,
                                             party->email_confirmed);
        json_t *row = json_object();
        json_put_code(row, "id", party->id);
        json_put_str(row, "name", party->name->name);
        json_put(row, "side", desk_tagged(request, party->kind));
        json_put_str(row, "child", children_of(request, view, party->id));
        json_put(row, "channel", desk_tagged(request, party->channel));
        if (why) json_put_str(row, "trouble", str_from(why));
        json_add(list, row);
    }
    desk_put_list(request->view, "found", list);
}
