/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/child.h"

/* Takes the link between two children back, with the reason: it guards their families. */

enum { REASON_BYTES = 1000 };

struct parting {
    struct request *request;
    int64_t child, sibling;
    struct str reason;
};

static enum err part(struct store *store, void *context)
{
    const struct parting *parting = context;
    struct request *request = parting->request;
    struct store_rows rows;
    TRY(store_query_one(store, QUERY_child_link_remove,
                        PARAMS(P_INT(parting->child), P_INT(parting->sibling)), request->arena,
                        &rows));
    request_then(request, "%s", child_path(request, parting->child).at);
    return desk_audit_why(request, store, "siblings_parted", "child", parting->child, "child",
                          parting->sibling, "reason", parting->reason);
}

enum err post_children_ID_siblings_part(struct request *request)
{
    struct parting parting = {.request = request,
                              .child = request_number(request, 0),
                              .reason = form_line(&request->form, "reason")};
    if (!form_id(&request->form, "linked", &parting.sibling))
        request_problem(request, "linked", "sibling-missing");
    if (parting.reason.len == 0) request_problem(request, "reason", "reason-missing");
    if (parting.reason.len > REASON_BYTES) request_problem(request, "reason", "text-too-long");
    if (request_has_problem(request)) return child_page(request, parting.child, NULL, NULL, 422);
    TRY(request_run_once(request, part, &parting));
    return reply_then(request, "siblings-parted");
}
