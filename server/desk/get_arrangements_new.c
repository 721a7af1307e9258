/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* A new arrangement, perhaps with somebody already (?party). */

static enum err show(struct store *store, void *context)
{
    struct register_view *names = context;
    struct request *request = names->request;
    const struct arrangement_offer nothing = {0};
    struct desk_keyring keyring;
    struct arrangement_form form = {.kind = STR("indirect"),
                                    .court_order = STR("none"),
                                    .terms = {.every = 1, .source = STR("plan")}};
    int64_t party;
    TRY(desk_keyring(request, store, &keyring));
    if (form_id(&request->query, "party", &party)) {
        struct store_rows rows;
        TRY(store_query_one(store, QUERY_party_find, PARAMS(P_INT(party)), request->arena, &rows));
        if (str_equal(rows_str(&rows, 0, "kind"), STR("adoptive")))
            form.adoptive = party;
        else
            form.relatives[form.relative_count++] = party;
    }
    TRY(arrangement_put_new(request, store, &keyring, &form, &nothing, names));
    return form.adoptive || form.relative_count
               ? desk_audit(store, "party_named", "party", party, NULL, 0)
               : OK;
}

enum err get_arrangements_new(struct request *request)
{
    REGISTER(names);
    TRY(register_take(request, &names));
    TRY(request_run(request, show, &names));
    return reply_page(request, "desk/arrangement_new");
}
