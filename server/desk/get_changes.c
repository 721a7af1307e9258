/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/changes.h"
#include "server/desk/register.h"

/* New addresses, e-mails and numbers that wait to be checked, oldest first. */

enum { CHANGES_ON_PAGE = 50 };

struct listing {
    struct request *request;
    int64_t page;
    struct register_view *view;
};

static void put_row(const struct register_view *view, const struct store_rows *rows, size_t row,
                    json_t *list)
{
    const struct register_party *party = register_party(view, rows_int(rows, row, "party_id"));
    struct utc made;
    json_t *entry = json_object();
    json_put_code(entry, "id", rows_int(rows, row, "change_id"));
    json_put_str(entry, "name", party ? party->name->name : STR(""));
    json_put_bool(entry, "address", rows_bool(rows, row, "is_address"));
    json_put_bool(entry, "email", rows_bool(rows, row, "is_email"));
    json_put_bool(entry, "phone", rows_bool(rows, row, "is_phone"));
    json_put_bool(entry, "portal", rows_bool(rows, row, "is_portals"));
    if (rows_utc(rows, row, "made_at", &made)) desk_put_instant(entry, "told", made, false);
    json_add(list, entry);
}

static enum err list(struct store *store, void *context)
{
    const struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, listing->view));
    TRY(store_query(
        store, QUERY_detail_change_list,
        PARAMS(P_INT(CHANGES_ON_PAGE + 1), P_INT((listing->page - 1) * CHANGES_ON_PAGE)),
        request->arena, &rows));
    json_t *changes = json_array();
    for (size_t row = 0; row < rows.count && row < CHANGES_ON_PAGE; row++)
        put_row(listing->view, &rows, row, changes);
    desk_put_list(request->view, "changes", changes);
    desk_put_pages(request, "", listing->page, rows.count > CHANGES_ON_PAGE);
    return desk_audit(store, "details_listed", NULL, 0, NULL, 0);
}

enum err get_changes(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/changes");
}
