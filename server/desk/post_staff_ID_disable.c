/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/staff.h"

/* Closes a colleague's account; the database ends its sessions at once. */
struct closing {
    struct request *request;
    int64_t staff;
    struct str reason;
};

static enum err close_account(struct store *store, void *context)
{
    struct closing *closing = context;
    struct request *request = closing->request;
    struct store_rows rows;
    TRY(store_query(store, QUERY_staff_disable, PARAMS(P_INT(closing->staff)), request->arena,
                    &rows));
    if (rows.count == 0) return ERR_CONFLICT; /* closed already, or one's own */
    request_then(request, "/staff");
    return desk_audit_why(request, store, "staff_disabled", "staff", closing->staff, NULL, 0,
                          "reason", closing->reason);
}

enum err post_staff_ID_disable(struct request *request)
{
    struct closing closing = {request, request_number(request, 0),
                              form_line(&request->form, "reason")};
    if (closing.reason.len == 0) {
        desk_row_problem(request, "reason", "reason-missing");
        return staff_page(request);
    }
    TRY(request_run_once(request, close_account, &closing));
    return reply_then(request, "staff-disabled");
}
