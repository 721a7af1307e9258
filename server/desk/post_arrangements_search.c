/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* By the agency's reference, the child, or anybody who takes part. */

static enum err search(struct store *store, void *context)
{
    struct register_view *view = context;
    struct request *request = view->request;
    struct desk_keyring keyring;
    struct register_query query;
    const struct register_arrangement **found;
    register_query(request, form_line(&request->form, "q"), &query);
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    size_t count = arrangements_find(request, view, STR(""), &query, &found);
    json_put_str(request->view, "q", query.typed);
    json_put_bool(request->view, "none", count == 0);
    json_put_bool(request->view, "many", count > ARRANGEMENTS_FOUND);
    arrangements_view(request, view, found,
                      count > ARRANGEMENTS_FOUND ? ARRANGEMENTS_FOUND : count);
    return desk_audit_why(request, store, "arrangements_searched", NULL, 0, NULL, 0, "found",
                          arena_print(request->arena, "%zu", count));
}

enum err post_arrangements_search(struct request *request)
{
    if (form_line(&request->form, "q").len == 0) {
        request_problem(request, "q", "search-missing");
        return reply_page(request, "desk/arrangements");
    }
    REGISTER(view);
    TRY(register_take(request, &view));
    TRY(request_run(request, search, &view));
    return reply_page(request, "desk/arrangements");
}
