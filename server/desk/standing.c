/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/standing.h"

static bool actor_of(const struct request *request, enum rule_actor *ret_actor)
{
    if (request->session.role == ROLE_MANAGER)
        *ret_actor = RULE_MANAGER;
    else if (request->session.role == ROLE_COORDINATOR)
        *ret_actor = RULE_COORDINATOR;
    else
        return false;
    return true;
}

bool standing_may_set(const struct request *request, enum standing_room room, struct str now,
                      struct str to)
{
    const struct standing *from = standing_find(room, now), *next = standing_find(room, to);
    enum rule_actor actor;
    if (!from || !next || !actor_of(request, &actor)) return false;
    return from == next || standing_may(from, next, actor);
}

bool standing_may_change(const struct request *request, enum standing_room room, struct str now)
{
    const struct standing *from = standing_find(room, now);
    enum rule_actor actor;
    return from && actor_of(request, &actor) && (from->taken_back_by & (unsigned)actor) != 0;
}

static json_t *row_of(struct request *request, const struct standing *standing)
{
    json_t *row = json_object();
    json_put(row, "is", desk_tagged(request, str_from(standing->word)));
    json_put_str(row, "word", str_from(standing->word));
    json_put_str(row, "stops", str_from(standing->stops));
    json_put_str(row, "goes", str_from(standing->goes));
    json_put_str(row, "told", str_from(standing->told));
    return row;
}

json_t *standing_choices(struct request *request, enum standing_room room, struct str now,
                         struct str chosen)
{
    json_t *list = json_array();
    const struct standing *standing;
    for (unsigned i = 0; (standing = standing_at(room, i)) != NULL; i++) {
        struct str word = str_from(standing->word);
        if (!standing_may_set(request, room, now, word)) continue;
        json_t *row = row_of(request, standing);
        json_put_bool(row, "chosen", str_equal(word, chosen));
        json_put_bool(row, "now", str_equal(word, now));
        json_add(list, row);
    }
    return list;
}

void standing_put(struct request *request, enum standing_room room, struct str now, json_t *object,
                  const char *key)
{
    const struct standing *standing = standing_find(room, now);
    if (standing) json_put(object, key, row_of(request, standing));
}
