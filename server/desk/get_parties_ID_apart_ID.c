/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/apart.h"

/* Two households that were one: may each know where the other lives? */

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    int64_t one = request_number(request, 0), two = request_number(request, 1);
    struct desk_keyring keyring;
    struct desk_party party, other;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_apart_find, PARAMS(P_INT(one), P_INT(two)), request->arena,
                        &rows));
    TRY(desk_party_find(request, store, &keyring, one, &party));
    TRY(desk_party_find(request, store, &keyring, two, &other));
    bool may_know = rows_bool(&rows, 0, "may_know");
    struct str typed = form_get(&request->form, "may_know");
    party_put(request, &party);
    json_put_code(request->view, "other_id", other.id);
    json_put_str(request->view, "other", desk_party_name(request, &other));
    json_put_bool(request->view, "may_know", may_know);
    desk_put_is(request, "may_know", typed.len ? typed : may_know ? STR("yes") : STR("no"));
    desk_put_value(request, "reason", form_get(&request->form, "reason"));
    return desk_audit(store, "party_read", "party", party.id, "party", other.id);
}

enum err apart_know_page(struct request *request, int status)
{
    TRY(request_run(request, show, request));
    return reply_page_status(request, status, "desk/party_know");
}

enum err get_parties_ID_apart_ID(struct request *request)
{
    return apart_know_page(request, 200);
}
