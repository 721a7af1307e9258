/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/parties.h"

/* A search in the register. What was looked for stands in no address and in no log. */

static enum err search(struct store *store, void *context)
{
    struct register_view *view = context;
    struct request *request = view->request;
    struct desk_keyring keyring;
    struct register_query query;
    const struct register_party **found;
    register_query(request, form_line(&request->form, "q"), &query);
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    size_t count = parties_find(request, view, &query, &found);
    json_put_str(request->view, "q", query.typed);
    json_put_bool(request->view, "none", count == 0);
    json_put_bool(request->view, "many", count > PARTIES_FOUND);
    parties_view(request, view, found, count > PARTIES_FOUND ? PARTIES_FOUND : count);
    return desk_audit_why(request, store, "people_searched", NULL, 0, NULL, 0, "found",
                          arena_print(request->arena, "%zu", count));
}

enum err post_parties_search(struct request *request)
{
    if (form_line(&request->form, "q").len == 0) {
        request_problem(request, "q", "search-missing");
        return reply_page(request, "desk/parties");
    }
    REGISTER(view);
    TRY(register_take(request, &view));
    TRY(request_run(request, search, &view));
    return reply_page(request, "desk/parties");
}
