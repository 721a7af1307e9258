/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/transfer.h"

/* Which agency is it to go to, and why? */

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
    struct store_rows agencies, siblings;
    int64_t chosen = 0;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_read(request, store, &keyring, request_number(request, 0), &arrangement));
    TRY(store_query(store, QUERY_transfer_agencies, NO_PARAMS, request->arena, &agencies));
    TRY(store_query(store, QUERY_child_siblings, PARAMS(P_INT(arrangement.child.id)),
                    request->arena, &siblings));
    json_put_bool(request->view, "siblings", siblings.count > 0);
    (void)form_id(&request->form, "agency", &chosen);
    json_t *list = json_array();
    for (size_t row = 0; row < agencies.count; row++) {
        int64_t id = rows_int(&agencies, row, "agency_id");
        if (id == request->session.agency) continue;
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "name", rows_str(&agencies, row, "name"));
        json_put_bool(entry, "chosen", id == chosen);
        json_add(list, entry);
    }
    desk_put_list(request->view, "agencies", list);
    json_put_str(request->view, "path", arrangement_path(request, arrangement.id, ""));
    json_put_str(request->view, "child", arrangement.child.adoptive_name);
    json_put_str(request->view, "with", arrangement_with(request, &arrangement));
    desk_put_value(request, "reason", form_get(&request->form, "reason"));
    return desk_audit(store, "arrangement_read", "arrangement", arrangement.id, NULL, 0);
}

enum err get_arrangements_ID_transfer(struct request *request)
{
    TRY(request_run(request, show, request));
    return reply_page_status(request, request_has_problem(request) ? 422 : 200,
                             "desk/transfer_new");
}
