/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "server/desk/party.h"

/*
 * A PIN for links. It stands in the party's sealed record, because the press needs it for each new
 * link; staff see it once, here. A second click makes another one: the page that is seen last has
 * the one that counts.
 */
struct making {
    struct request *request;
    struct desk_party party;
    char pin[TOKEN_CODE_DIGITS + 1];
};

static enum err make(struct store *store, void *context)
{
    struct making *making = context;
    struct request *request = making->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_party_find(request, store, &keyring, request_number(request, 0), &making->party));
    struct person person = making->party.person;
    token_code_make(making->pin);
    person.pin = str_from(making->pin);
    TRY(party_record_set(request, store, &making->party, &person, false));
    return desk_audit(store, "pin_made", "party", making->party.id, NULL, 0);
}

enum err post_parties_ID_pin(struct request *request)
{
    struct making making = {.request = request};
    TRY(request_run(request, make, &making));
    party_put(request, &making.party);
    party_put_groups(request->view, "groups", arena_str(request->arena, str_from(making.pin)), 3);
    if (making.party.person.phones.count)
        json_put_str(request->view, "phone", making.party.person.phones.at[0]);
    return reply_page(request, "desk/pin");
}
