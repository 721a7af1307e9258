/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/occasion.h"

/*
 * What was expected by now and did not come, and what of the ladder waits for a person, which comes
 * first: who, since when, what was done so far and what comes next.
 */

enum { LATE_ON_PAGE = 50 };

struct listing {
    struct request *request;
    int64_t page;
    struct register_view *view;
    struct occasion_now now;
    struct store_rows rows, facts, chase;
};

static void put_words(struct listing *listing, size_t row, const struct desk_occasion *occasion,
                      json_t *entry)
{
    struct request *request = listing->request;
    const struct register_view *view = listing->view;
    const struct register_arrangement *in = register_arrangement(view, occasion->arrangement);
    int days = listing->now.today.number - occasion_base(occasion).number;
    json_put_code(entry, "id", occasion->id);
    json_put_code(entry, "arrangement", occasion->arrangement);
    json_put_str(entry, "child", in ? register_child_name(view, in) : STR(""));
    json_put_str(entry, "who",
                 occasion_called(request, view, occasion->arrangement, occasion->from));
    json_put_str(entry, "to", occasion_called(request, view, occasion->arrangement, occasion->to));
    desk_put_day(entry, "by", occasion_base(occasion));
    if (days > 0)
        json_put_str(entry, "days",
                     arena_print(request->arena, days == 1 ? "%d day" : "%d days", days));
    struct str waits = rows_str(&listing->rows, row, "waits");
    json_put_bool(entry, "waits", waits.len > 0);
    json_put(entry, "next", occasion_next(request, &listing->now, occasion, waits));
}

static enum err put_row(struct listing *listing, struct store *store,
                        const struct desk_keyring *keyring, size_t row, json_t *list)
{
    const struct store_rows *rows = &listing->rows;
    struct desk_occasion occasion = {
        .id = rows_int(rows, row, "occasion_id"),
        .arrangement = rows_int(rows, row, "arrangement_id"),
        .from = rows_int(rows, row, "from_party"),
        .to = rows_int(rows, row, "to_party"),
    };
    for (size_t at = 0; at < listing->facts.count; at++)
        if (rows_int(&listing->facts, at, "occasion_id") == occasion.id)
            TRY(store_remind_facts(&listing->facts, at, &occasion.facts));
    occasion.due = occasion.facts.due;
    json_t *entry = json_object();
    json_add(list, entry);
    put_words(listing, row, &occasion, entry);
    return occasion_put_done(listing->request, store, keyring, &listing->chase, occasion.id, true,
                             entry);
}

static enum err read(struct listing *listing, struct store *store)
{
    struct arena *arena = listing->request->arena;
    int64_t from = (listing->page - 1) * LATE_ON_PAGE, ids[LATE_ON_PAGE + 1];
    TRY(occasion_now(listing->request, store, &listing->now));
    TRY(store_query(store, QUERY_occasion_late_list, PARAMS(P_INT(LATE_ON_PAGE + 1), P_INT(from)),
                    arena, &listing->rows));
    for (size_t row = 0; row < listing->rows.count; row++)
        ids[row] = rows_int(&listing->rows, row, "occasion_id");
    TRY(store_query(store, QUERY_remind_facts, PARAMS(P_NULL, P_INTS(ids, listing->rows.count)),
                    arena, &listing->facts));
    return store_query(store, QUERY_chase_of_occasions, PARAMS(P_INTS(ids, listing->rows.count)),
                       arena, &listing->chase);
}

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, listing->view));
    TRY(read(listing, store));
    JSON entries = json_array();
    for (size_t row = 0; row < listing->rows.count && row < LATE_ON_PAGE; row++)
        TRY(put_row(listing, store, &keyring, row, entries));
    desk_put_list(request->view, "occasions", json_incref(entries));
    desk_put_pages(request, "", listing->page, listing->rows.count > LATE_ON_PAGE);
    return desk_audit(store, "late_listed", NULL, 0, NULL, 0);
}

enum err get_late(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/late");
}
