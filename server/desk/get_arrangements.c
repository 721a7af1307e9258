/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/permit.h"
#include "server/desk/arrangement.h"

/* All arrangements, or those in one state, by the child's name. */

struct listing {
    struct request *request;
    struct str state;
    int64_t page;
    struct register_view *view;
};

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct register_view *view = listing->view;
    struct desk_keyring keyring;
    const struct register_arrangement **found;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    size_t count = arrangements_find(request, view, listing->state, NULL, &found);
    size_t first = (size_t)(listing->page - 1) * ARRANGEMENTS_ON_PAGE;
    size_t shown = first >= count                         ? 0
                   : count - first > ARRANGEMENTS_ON_PAGE ? ARRANGEMENTS_ON_PAGE
                                                          : count - first;
    arrangements_view(request, view, found + (shown ? first : 0), shown);
    json_put_bool(request->view, "none", count == 0);
    struct str query = listing->state.len
                           ? arena_print(request->arena, "state=%.*s", STR_ARG(listing->state))
                           : STR("");
    desk_put_pages(request, query.at, listing->page, first + shown < count);
    return desk_audit(store, "arrangements_listed", NULL, 0, NULL, 0);
}

enum err get_arrangements(struct request *request)
{
    REGISTER(view);
    struct listing listing = {
        .request = request, .state = form_get(&request->query, "state"), .view = &view};
    enum arrangement_state known;
    if (listing.state.len && !arrangement_state_get(listing.state, &known)) return ERR_NOT_FOUND;
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/arrangements");
}
