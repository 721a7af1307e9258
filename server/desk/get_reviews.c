/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register.h"
#include "sys/clock.h"

/* Reviews to be done, the longest due first, and how far behind the agency is. */

enum { REVIEWS_ON_PAGE = 50 };

struct listing {
    struct request *request;
    int64_t page;
    struct register_view *view;
};

static void put_row(struct request *request, const struct register_view *view,
                    const struct store_rows *rows, size_t row, json_t *list)
{
    int64_t arrangement = rows_int(rows, row, "arrangement_id");
    const struct register_arrangement *in = register_arrangement(view, arrangement);
    struct day due;
    json_t *entry = json_object();
    json_put_code(entry, "id", rows_int(rows, row, "review_id"));
    json_put_code(entry, "arrangement", arrangement);
    json_put_str(entry, "child", in ? register_child_name(view, in) : STR(""));
    json_put_str(entry, "with", in ? register_with(request, view, in, 0) : STR(""));
    json_put(entry, "kind", desk_tagged(request, rows_str(rows, row, "kind")));
    if (rows_day(rows, row, "due_on", &due)) {
        desk_put_day(entry, "due", due);
        json_put_bool(entry, "late", due.number < clock_day(request->arrived).number);
    }
    json_add(list, entry);
}

static enum err list(struct store *store, void *context)
{
    const struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows, debt;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, listing->view));
    TRY(store_query_one(store, QUERY_arrangement_review_debt, NO_PARAMS, request->arena, &debt));
    desk_put_number(request->view, "to_do", rows_int(&debt, 0, "to_do"));
    desk_put_number(request->view, "late", rows_int(&debt, 0, "late"));
    desk_put_number(request->view, "long_late", rows_int(&debt, 0, "long_late"));
    TRY(store_query(
        store, QUERY_arrangement_review_due,
        PARAMS(P_INT(REVIEWS_ON_PAGE + 1), P_INT((listing->page - 1) * REVIEWS_ON_PAGE)),
        request->arena, &rows));
    json_t *reviews = json_array();
    for (size_t row = 0; row < rows.count && row < REVIEWS_ON_PAGE; row++)
        put_row(request, listing->view, &rows, row, reviews);
    desk_put_list(request->view, "reviews", reviews);
    desk_put_pages(request, "", listing->page, rows.count > REVIEWS_ON_PAGE);
    return desk_audit(store, "reviews_listed", NULL, 0, NULL, 0);
}

enum err get_reviews(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/reviews");
}
