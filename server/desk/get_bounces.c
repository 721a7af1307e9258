/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/bounces.h"

/* All mail that ever came back, newest first. */
struct listing {
    struct request *request;
    struct register_view *view;
    int64_t page;
};

static enum err list(struct store *store, void *context)
{
    const struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(register_open(request, store, &keyring, listing->view));
    TRY(bounces_put(request, store, listing->view, false, listing->page));
    return desk_audit(store, "bounces_listed", NULL, 0, NULL, 0);
}

enum err get_bounces(struct request *request)
{
    REGISTER(view);
    struct listing listing = {.request = request, .view = &view};
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(register_take(request, &view));
    TRY(request_run(request, list, &listing));
    return reply_page(request, "desk/bounces");
}
