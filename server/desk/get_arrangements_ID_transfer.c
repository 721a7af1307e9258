/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/region.h"
#include "server/desk/transfer.h"

/* Which agency is it to go to, and why? */

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
    struct store_rows agencies, siblings;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_read(request, store, &keyring, request_number(request, 0), &arrangement));
    TRY(region_read(request, store, &agencies));
    TRY(store_query(store, QUERY_child_siblings, PARAMS(P_INT(arrangement.child.id)),
                    request->arena, &siblings));
    json_put_bool(request->view, "siblings", siblings.count > 0);
    region_put(request, &agencies);
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
