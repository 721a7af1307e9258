/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/region.h"
#include "server/desk/transfer.h"

/* Arrangements that go to other agencies, or come from them. */

enum { TRANSFERS_SHOWN = 200 };

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct store_rows rows, agencies;
    TRY(store_query(store, QUERY_transfer_list, PARAMS(P_NULL, P_INT(TRANSFERS_SHOWN)),
                    request->arena, &rows));
    TRY(region_read(request, store, &agencies));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        bool is_ours = rows_int(&rows, row, "agency_id") == request->session.agency;
        int64_t other = rows_int(&rows, row, is_ours ? "to_agency_id" : "agency_id");
        int64_t id = rows_int(&rows, row, "transfer_id");
        struct utc proposed;
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_reference(entry, "reference", id);
        json_put_bool(entry, "ours", is_ours);
        json_put(entry, "state", desk_tagged(request, rows_str(&rows, row, "state")));
        if (rows_utc(&rows, row, "proposed_at", &proposed))
            desk_put_instant(entry, "proposed", proposed, false);
        struct str name = region_find(&agencies, other);
        if (name.len) json_put_str(entry, "other", name);
        json_add(list, entry);
    }
    desk_put_list(request->view, "transfers", list);
    return desk_audit(store, "transfers_listed", NULL, 0, NULL, 0);
}

enum err get_transfers(struct request *request)
{
    TRY(request_run(request, show, request));
    return reply_page(request, "desk/transfers");
}
