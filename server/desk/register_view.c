/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register_kept.h"

static void see_parties(struct request *request, const struct store_rows *facts,
                        const struct kept *kept, struct register_view *view)
{
    view->parties = ARENA_MANY(request->arena, facts->count, struct register_party);
    view->party_count = facts->count;
    for (size_t row = 0; row < facts->count; row++)
        view->parties[row] = (struct register_party){
            .name = &kept->at[row],
            .id = kept->at[row].id,
            .kind = rows_str(facts, row, "kind"),
            .channel = rows_str(facts, row, "channel"),
            .state = rows_str(facts, row, "state"),
            .address_confirmed = rows_bool(facts, row, "address_confirmed"),
            .email_confirmed = rows_bool(facts, row, "email_confirmed"),
        };
}

static void see_arrangements(struct request *request, const struct store_rows *facts,
                             const struct kept *kept, struct register_view *view)
{
    view->arrangements = ARENA_MANY(request->arena, facts->count, struct register_arrangement);
    view->arrangement_count = facts->count;
    for (size_t row = 0; row < facts->count; row++)
        view->arrangements[row] = (struct register_arrangement){
            .name = &kept->at[row],
            .id = kept->at[row].id,
            .child = rows_int(facts, row, "child_id"),
            .kind = rows_str(facts, row, "kind"),
            .state = rows_str(facts, row, "state"),
            .two_person = rows_bool(facts, row, "two_person"),
        };
}

static enum err see_sides(struct request *request, struct store *store, struct register_view *view)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_arrangement_sides, NO_PARAMS, request->arena, &rows));
    view->sides = ARENA_MANY(request->arena, rows.count, struct register_side);
    view->side_count = rows.count;
    size_t at = 0;
    for (size_t row = 0; row < rows.count; row++) {
        struct register_side *side = &view->sides[row];
        *side = (struct register_side){
            .arrangement = rows_int(&rows, row, "arrangement_id"),
            .party = rows_int(&rows, row, "party_id"),
            .side = rows_str(&rows, row, "side"),
            .takes_part = !str_equal(rows_str(&rows, row, "state"), STR("ended")),
        };
        while (at < view->arrangement_count && view->arrangements[at].id < side->arrangement) at++;
        if (at == view->arrangement_count || view->arrangements[at].id != side->arrangement)
            continue;
        if (view->arrangements[at].side_count++ == 0) view->arrangements[at].first_side = row;
    }
    return OK;
}

enum err register_open(struct request *request, struct store *store,
                       const struct desk_keyring *keyring, struct register_view *view)
{
    struct register_session *session = view->session;
    struct store_rows facts[TABLES];
    ASSERT(session != NULL);
    for (size_t i = 0; i < TABLES; i++)
        TRY(register_kept_refresh(request, store, keyring, (enum register_table)i,
                                  &session->tables[i], &facts[i]));
    see_parties(request, &facts[PARTIES], &session->tables[PARTIES], view);
    see_arrangements(request, &facts[ARRANGEMENTS], &session->tables[ARRANGEMENTS], view);
    view->children = session->tables[CHILDREN].at;
    view->child_count = session->tables[CHILDREN].count;
    return see_sides(request, store, view);
}

const struct register_party *register_party(const struct register_view *view, int64_t id)
{
    return register_find(view->parties, view->party_count, sizeof *view->parties, id);
}

const struct register_name *register_child(const struct register_view *view, int64_t id)
{
    return register_find(view->children, view->child_count, sizeof *view->children, id);
}

const struct register_arrangement *register_arrangement(const struct register_view *view,
                                                        int64_t id)
{
    return register_find(view->arrangements, view->arrangement_count, sizeof *view->arrangements,
                         id);
}
