/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register.h"
#include "sys/clock.h"

/* What was expected by now and did not come. */

enum { LATE_ON_PAGE = 50 };

struct listing {
    struct request *request;
    int64_t page;
    struct register_view *view;
};

static struct str called(struct request *request, const struct register_view *view,
                         int64_t arrangement, int64_t party)
{
    const struct register_party *found = register_party(view, party);
    const struct register_arrangement *in = register_arrangement(view, arrangement);
    for (size_t i = 0; found && in && i < in->side_count; i++)
        if (view->sides[in->first_side + i].party == party)
            return register_called(request, found, view->sides[in->first_side + i].side);
    return STR("");
}

static void put_row(struct request *request, const struct register_view *view,
                    const struct store_rows *rows, size_t row, struct day today, json_t *list)
{
    int64_t arrangement = rows_int(rows, row, "arrangement_id");
    const struct register_arrangement *in = register_arrangement(view, arrangement);
    struct day by = today;
    struct utc reminded;
    json_t *entry = json_object();
    (void)rows_day(rows, row, "due_on", &by);
    json_put_code(entry, "id", rows_int(rows, row, "occasion_id"));
    json_put_code(entry, "arrangement", arrangement);
    json_put_str(entry, "child", in ? register_child_name(view, in) : STR(""));
    json_put_str(entry, "who",
                 called(request, view, arrangement, rows_int(rows, row, "from_party")));
    json_put_str(entry, "to", called(request, view, arrangement, rows_int(rows, row, "to_party")));
    desk_put_day(entry, "by", by);
    int days = today.number - by.number;
    json_put_str(entry, "days",
                 arena_print(request->arena, days == 1 ? "%d day" : "%d days", days));
    if (rows_utc(rows, row, "reminded_at", &reminded))
        desk_put_instant(entry, "chased", reminded, false);
    json_add(list, entry);
}

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct register_view *view = listing->view;
    struct desk_keyring keyring;
    struct store_rows rows, now;
    struct utc instant = request->arrived;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    TRY(store_query_one(store, QUERY_clock_now, NO_PARAMS, request->arena, &now));
    (void)rows_utc(&now, 0, "instant", &instant);
    TRY(store_query(store, QUERY_occasion_late_list,
                    PARAMS(P_INT(LATE_ON_PAGE + 1), P_INT((listing->page - 1) * LATE_ON_PAGE)),
                    request->arena, &rows));
    json_t *entries = json_array();
    for (size_t row = 0; row < rows.count && row < LATE_ON_PAGE; row++)
        put_row(request, view, &rows, row, clock_day(instant), entries);
    desk_put_list(request->view, "occasions", entries);
    desk_put_pages(request, "", listing->page, rows.count > LATE_ON_PAGE);
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
