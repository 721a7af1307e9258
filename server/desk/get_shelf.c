/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register.h"
#include "sys/clock.h"

/* Letters that are kept back, each with its reason and the day to look at it again. */

enum { SHELF_ON_PAGE = 50 };

struct listing {
    struct request *request;
    int64_t page;
    struct register_view *view;
};

/* The newest decision to hold it: why, and since when. */
static enum err put_reason(struct request *request, struct store *store,
                           const struct desk_keyring *keyring, int64_t letter, json_t *entry)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_decision_list, PARAMS(P_INT(letter)), request->arena, &rows));
    for (size_t row = rows.count; row-- > 0;) {
        struct str text;
        struct utc decided;
        if (!str_equal(rows_str(&rows, row, "kind"), STR("hold"))) continue;
        TRY(desk_open(request, keyring, SEAL_DECISION, "decision",
                      rows_int(&rows, row, "decision_id"), 1,
                      rows_str(&rows, row, "sealed_decision"), &text));
        JSON decision = NULL;
        TRY(json_read(text, LIMIT_RECORD_BYTES * (size_t)16, &decision));
        json_put(entry, "reason", desk_tagged(request, json_get_str(decision, "reason")));
        json_put_str(entry, "why", json_get_str(decision, "note"));
        if (rows_utc(&rows, row, "decided_at", &decided))
            desk_put_instant(entry, "since", decided, false);
        return OK;
    }
    return OK;
}

static enum err put_row(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, const struct register_view *view,
                        const struct store_rows *rows, size_t row, json_t *list)
{
    int64_t letter = rows_int(rows, row, "letter_id");
    const struct register_party *from = register_party(view, rows_int(rows, row, "from_party"));
    const struct register_arrangement *in =
        register_arrangement(view, rows_int(rows, row, "arrangement_id"));
    struct day review;
    json_t *entry = json_object();
    json_add(list, entry);
    json_put_code(entry, "id", letter);
    json_put_reference(entry, "reference", letter);
    json_put_str(entry, "from", from ? from->name->name : STR(""));
    json_put_str(entry, "to",
                 in && from ? register_with(request, view, in, from->id) : STR("nobody"));
    if (rows_day(rows, row, "review_on", &review)) {
        desk_put_day(entry, "review", review);
        json_put_bool(entry, "due", review.number <= clock_day(request->arrived).number);
    }
    return put_reason(request, store, keyring, letter, entry);
}

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct register_view *view = listing->view;
    struct desk_keyring keyring;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(STR("{held}")), P_INT(SHELF_ON_PAGE + 1),
                           P_INT((listing->page - 1) * SHELF_ON_PAGE)),
                    request->arena, &rows));
    JSON letters = json_array();
    for (size_t row = 0; row < rows.count && row < SHELF_ON_PAGE; row++)
        TRY(put_row(request, store, &keyring, view, &rows, row, letters));
    desk_put_list(request->view, "letters", json_incref(letters));
    desk_put_pages(request, "", listing->page, rows.count > SHELF_ON_PAGE);
    return desk_audit(store, "shelf_listed", NULL, 0, NULL, 0);
}

enum err get_shelf(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/shelf");
}
