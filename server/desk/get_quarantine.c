/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

/* What is kept apart, oldest first; or what of it was set aside. */

enum { QUARANTINE_ON_PAGE = 20 };

struct listing {
    struct request *request;
    int64_t page;
    bool aside;
};

static struct str age(struct request *request, struct utc since)
{
    int64_t days = (request->arrived.us - since.us) / UTC_DAY_US;
    if (days < 1) return STR("less than a day");
    return arena_print(request->arena, days == 1 ? "%lld day" : "%lld days", (long long)days);
}

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(listing->aside ? STR("{set_aside}") : STR("{quarantined}")),
                           P_INT(QUARANTINE_ON_PAGE + 1),
                           P_INT((listing->page - 1) * QUARANTINE_ON_PAGE)),
                    request->arena, &rows));
    JSON items = json_array();
    for (size_t row = 0; row < rows.count && row < QUARANTINE_ON_PAGE; row++) {
        struct quarantined item;
        TRY(quarantine_read(request, store, &keyring, rows_int(&rows, row, "letter_id"), &item));
        json_t *entry = json_object();
        json_add(items, entry);
        quarantine_put(request, &item, entry);
        json_put_str(entry, "age", age(request, item.received));
    }
    desk_put_list(request->view, "items", json_incref(items));
    json_put_bool(request->view, "aside", listing->aside);
    desk_put_pages(request, listing->aside ? "state=set_aside" : "", listing->page,
                   rows.count > QUARANTINE_ON_PAGE);
    return desk_audit(store, "quarantine_listed", NULL, 0, NULL, 0);
}

enum err get_quarantine(struct request *request)
{
    struct listing listing = {.request = request};
    listing.aside = str_equal(form_line(&request->query, "state"), STR("set_aside"));
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/quarantine");
}
