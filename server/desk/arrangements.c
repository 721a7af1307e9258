/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>

#include "rules/permit.h"
#include "server/desk/arrangement.h"

/* Lists of arrangements: which of the register, in which order, and why each was found. */

static bool is_one_of(struct str word, const char *const *words)
{
    for (; *words; words++)
        if (str_equal(word, str_from(*words))) return true;
    return false;
}

bool arrangements_filter_get(const struct form *form, struct arrangements_filter *ret_filter)
{
    static const char *const kinds[] = {"", "indirect", "direct", "one_way", NULL};
    static const char *const channels[] = {"", "portal", "link", "pgp", "email", "post", NULL};
    enum arrangement_state known;
    struct arrangements_filter filter = {.state = form_line(form, "state"),
                                         .kind = form_line(form, "kind"),
                                         .channel = form_line(form, "channel")};
    if (filter.state.len && !arrangement_state_get(filter.state, &known)) return false;
    if (!is_one_of(filter.kind, kinds) || !is_one_of(filter.channel, channels)) return false;
    *ret_filter = filter;
    return true;
}

struct str arrangements_filter_query(struct request *request,
                                     const struct arrangements_filter *filter)
{
    const struct str parts[][2] = {{STR("state"), filter->state},
                                   {STR("kind"), filter->kind},
                                   {STR("channel"), filter->channel}};
    struct str all = STR("");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i][1].len)
            all = arena_print(request->arena, "%.*s%s%.*s=%.*s", STR_ARG(all), all.len ? "&" : "",
                              STR_ARG(parts[i][0]), STR_ARG(parts[i][1]));
    return all;
}

static bool has_channel(const struct register_view *view,
                        const struct register_arrangement *arrangement, struct str channel)
{
    for (size_t i = 0; i < arrangement->side_count; i++) {
        const struct register_side *side = &view->sides[arrangement->first_side + i];
        const struct register_party *party = register_party(view, side->party);
        if (party && side->takes_part && str_equal(party->channel, channel)) return true;
    }
    return false;
}

static bool passes(const struct register_view *view, const struct arrangements_filter *filter,
                   const struct register_arrangement *arrangement)
{
    return (!filter->state.len || str_equal(filter->state, arrangement->state)) &&
           (!filter->kind.len || str_equal(filter->kind, arrangement->kind)) &&
           (!filter->channel.len || has_channel(view, arrangement, filter->channel));
}

static int by_child(const void *a, const void *b)
{
    const struct arrangement_found *one = a, *other = b;
    int order = str_order(one->by, other->by);
    return order ? order
                 : (one->arrangement->id > other->arrangement->id) -
                       (one->arrangement->id < other->arrangement->id);
}

size_t arrangements_find(struct request *request, const struct register_view *view,
                         const struct arrangements_filter *filter,
                         const struct register_query *query, struct arrangement_found **ret_found)
{
    struct arrangement_found *found =
        ARENA_MANY(request->arena, view->arrangement_count + 1, struct arrangement_found);
    size_t count = 0;
    for (size_t i = 0; i < view->arrangement_count; i++) {
        const struct register_arrangement *arrangement = &view->arrangements[i];
        struct arrangement_found *one = &found[count];
        if (!passes(view, filter, arrangement)) continue;
        if (query && !register_finds_arrangement(view, query, arrangement, &one->match)) continue;
        const struct register_name *child = register_child(view, arrangement->child);
        one->arrangement = arrangement;
        one->by = child ? child->words : STR("");
        count++;
    }
    qsort(found, count, sizeof *found, by_child);
    *ret_found = found;
    return count;
}

/* By what it was found, and whose that is. */
static json_t *why(struct request *request, const struct arrangement_found *found)
{
    static const char *const fields[FIELDS] = {
        [FIELD_NAME] = "name",   [FIELD_OTHER] = "known_as",    [FIELD_REFERENCE] = "reference",
        [FIELD_EMAIL] = "email", [FIELD_POSTCODE] = "postcode", [FIELD_PHONE] = "phone",
        [FIELD_BORN] = "born",   [FIELD_CODE] = "our_code"};
    json_t *list = json_array();
    for (size_t i = 0; i < found->match.count; i++) {
        const struct register_name *name = found->match.hits[i].name;
        const char *field = fields[found->match.hits[i].field];
        bool is_child = name->id == found->arrangement->child;
        if (is_child && field == fields[FIELD_OTHER]) field = "birth_name";
        json_t *entry = json_object();
        json_put(entry, "by", desk_tagged(request, str_from(field)));
        /* the row shows the child's name now, not the one at birth */
        if (is_child && field != fields[FIELD_NAME])
            json_put_str(entry, "whose", name->other);
        else if (!is_child && name != found->arrangement->name)
            json_put_str(entry, "whose", name->name);
        json_add(list, entry);
    }
    return list;
}

/* Months and the next day, of those shown alone. */
static enum err read_plans(struct request *request, struct store *store,
                           const struct arrangement_found *found, size_t count,
                           struct store_rows *ret_plans)
{
    int64_t *ids = ARENA_MANY(request->arena, count + 1, int64_t);
    for (size_t i = 0; i < count; i++) ids[i] = found[i].arrangement->id;
    return store_query(store, QUERY_arrangement_plans, PARAMS(P_INTS(ids, count)), request->arena,
                       ret_plans);
}

static void put_plan(struct request *request, const struct store_rows *plans, int64_t id,
                     json_t *row)
{
    for (size_t i = 0; i < plans->count; i++) {
        const int64_t *months;
        struct day next;
        if (rows_int(plans, i, "arrangement_id") != id) continue;
        size_t count = rows_ints(plans, i, "months", &months);
        json_put_str(row, "months", register_months(request, months, count));
        if (rows_day(plans, i, "next_on", &next)) desk_put_day(row, "next", next);
    }
}

enum err arrangements_view(struct request *request, struct store *store,
                           const struct register_view *view, const struct arrangement_found *found,
                           size_t count)
{
    struct store_rows plans;
    TRY(read_plans(request, store, found, count, &plans));
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct register_arrangement *arrangement = found[i].arrangement;
        json_t *row = json_object();
        json_put_code(row, "id", arrangement->id);
        json_put_str(row, "reference", arrangement->name->name);
        json_put_str(row, "child", register_child_name(view, arrangement));
        json_put_str(row, "with", register_with(request, view, arrangement, 0));
        put_plan(request, &plans, arrangement->id, row);
        json_put(row, "kind", desk_tagged(request, arrangement->kind));
        json_put(row, "state", desk_tagged(request, arrangement->state));
        json_put_bool(row, "two_person", arrangement->two_person);
        desk_put_list(row, "why", why(request, &found[i]));
        json_add(list, row);
    }
    desk_put_list(request->view, "found", list);
    return OK;
}

void arrangements_put_filter(struct request *request, const struct arrangements_filter *filter)
{
    desk_put_is(request, "state", filter->state);
    desk_put_is(request, "kind", filter->kind);
    desk_put_is(request, "channel", filter->channel);
    json_put_bool(request->view, "filtered",
                  filter->state.len || filter->kind.len || filter->channel.len);
}
