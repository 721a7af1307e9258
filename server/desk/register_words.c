/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register.h"

struct str register_called(struct request *request, const struct register_party *party,
                           struct str side)
{
    return desk_called(request, party->name->name, side);
}

static struct str side_of(const struct register_view *view,
                          const struct register_arrangement *arrangement, int64_t party)
{
    for (size_t i = 0; i < arrangement->side_count; i++)
        if (view->sides[arrangement->first_side + i].party == party)
            return view->sides[arrangement->first_side + i].side;
    return STR("");
}

struct str register_with(struct request *request, const struct register_view *view,
                         const struct register_arrangement *arrangement, int64_t but)
{
    struct str names[64], but_side = but ? side_of(view, arrangement, but) : STR("");
    size_t count = 0;
    /* relatives first, the families after them */
    for (int homes = 0; homes < 2; homes++)
        for (size_t i = 0; i < arrangement->side_count; i++) {
            const struct register_side *side = &view->sides[arrangement->first_side + i];
            const struct register_party *party = register_party(view, side->party);
            bool is_home = str_equal(side->side, STR("adoptive"));
            if (!party || !side->takes_part || is_home != (homes == 1) || count == 64) continue;
            if (but && str_equal(side->side, but_side)) continue;
            names[count++] = register_called(request, party, side->side);
        }
    return count ? desk_joined(request, names, count) : STR("nobody");
}

struct str register_child_name(const struct register_view *view,
                               const struct register_arrangement *arrangement)
{
    const struct register_name *child = register_child(view, arrangement->child);
    return child ? child->name : STR("");
}

struct str register_months(struct request *request, const int64_t *months, size_t count)
{
    struct str all = STR("");
    for (size_t i = 0; i < count; i++) {
        if (months[i] < 1 || months[i] > 12) continue;
        all = arena_print(request->arena, "%.*s%s%s", STR_ARG(all), all.len ? ", " : "",
                          day_month_name((int)months[i]));
    }
    return all;
}

json_t *register_sender(struct request *request, const struct register_view *view,
                        const struct register_side *side)
{
    const struct register_party *party = register_party(view, side->party);
    const struct register_arrangement *arrangement = register_arrangement(view, side->arrangement);
    if (!party || !arrangement) return NULL;
    json_t *row = json_object();
    json_put_code(row, "party", party->id);
    json_put_code(row, "arrangement", arrangement->id);
    json_put_str(row, "name", party->name->name);
    json_put(row, "side", desk_tagged(request, side->side));
    json_put_str(row, "child", register_child_name(view, arrangement));
    json_put_str(row, "with", register_with(request, view, arrangement, party->id));
    return row;
}
