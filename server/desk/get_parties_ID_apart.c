/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/apart.h"

/* The parents live apart now: what is whose? */

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct desk_party party;
    TRY(desk_keyring(request, store, &keyring));
    TRY(party_find(request, store, &keyring, request_number(request, 0), &party));
    if (!apart_may(&party)) return ERR_NOT_FOUND;
    TRY(apart_view(request, store, &keyring, &party));
    return desk_audit(store, "party_read", "party", party.id, NULL, 0);
}

enum err get_parties_ID_apart(struct request *request)
{
    TRY(request_run(request, show, request));
    return reply_page(request, "desk/party_apart");
}
