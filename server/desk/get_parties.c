/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/parties.h"

/* Everybody in the register, by name. */

struct listing {
    struct request *request;
    int64_t page;
    struct register_view *view;
};

static enum err list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct register_view *view = listing->view;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, view));
    const struct register_party **found;
    size_t count = parties_find(request, view, NULL, &found);
    size_t first = (size_t)(listing->page - 1) * PARTIES_ON_PAGE;
    size_t shown = first >= count                    ? 0
                   : count - first > PARTIES_ON_PAGE ? PARTIES_ON_PAGE
                                                     : count - first;
    parties_view(request, view, found + (shown ? first : 0), shown);
    desk_put_pages(request, "", listing->page, first + shown < count);
    return desk_audit(store, "parties_listed", NULL, 0, NULL, 0);
}

enum err get_parties(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/parties");
}
