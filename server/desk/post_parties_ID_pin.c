/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "server/desk/party.h"

/*
 * A PIN for links. It stands in the party's sealed record, because the press needs it for each new
 * link; staff see it once, here. A second click makes another one: the page that is seen last has
 * the one that counts. Links that are out open with the PIN of their day, which somebody may have
 * forgotten or somebody else have learnt: they are closed.
 */
struct making {
    struct request *request;
    struct desk_party party;
    struct store_rows closed;
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
    TRY(store_query(store, QUERY_link_withdraw_of_party, PARAMS(P_INT(making->party.id)),
                    request->arena, &making->closed));
    if (making->party.person.pin.len)
        TRY(store_do(store, QUERY_party_details_note, PARAMS(P_INT(making->party.id))));
    return desk_audit(store, "pin_made", "party", making->party.id, NULL, 0);
}

static void put_closed(struct request *request, const struct store_rows *closed)
{
    json_t *list = json_array();
    for (size_t row = 0; row < closed->count; row++) {
        json_t *entry = json_object();
        int64_t letter = rows_int(closed, row, "letter_id");
        json_put_code(entry, "id", letter);
        json_put_reference(entry, "reference", letter);
        json_put_bool(entry, "opened", rows_bool(closed, row, "is_opened"));
        json_add(list, entry);
    }
    desk_put_list(request->view, "closed", list);
}

enum err post_parties_ID_pin(struct request *request)
{
    struct making making = {.request = request};
    TRY(request_run(request, make, &making));
    party_put(request, &making.party);
    put_closed(request, &making.closed);
    party_put_groups(request->view, "groups", arena_str(request->arena, str_from(making.pin)), 3);
    if (making.party.person.phones.count)
        json_put_str(request->view, "phone", making.party.person.phones.at[0]);
    return reply_page(request, "desk/pin");
}
