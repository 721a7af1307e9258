/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/apart.h"

/* Makes two households of one. */

struct parting {
    struct request *request;
    struct desk_party party;
};

static enum err read_stored(struct store *store, void *context)
{
    struct parting *parting = context;
    struct desk_keyring keyring;
    TRY(desk_keyring(parting->request, store, &keyring));
    TRY(party_find(parting->request, store, &keyring, request_number(parting->request, 0),
                   &parting->party));
    return apart_may(&parting->party) ? OK : ERR_NOT_FOUND;
}

static enum err show_again(struct store *store, void *context)
{
    struct parting *parting = context;
    struct request *request = parting->request;
    struct desk_keyring keyring;
    TRY(read_stored(store, parting));
    TRY(desk_keyring(request, store, &keyring));
    TRY(apart_view(request, store, &keyring, &parting->party));
    return desk_audit(store, "party_read", "party", parting->party.id, NULL, 0);
}

static enum err note_problem(const struct apart_saving *saving, enum err code)
{
    struct request *request = saving->request;
    struct str refusal = str_from(code == ERR_DB_REFUSED ? store_refusal() : "");
    if (code == ERR_CONFLICT)
        request_problem(request, "", "changed-meanwhile");
    else if (code == ERR_TOO_BIG && saving->is_full)
        request_problem(request, "", "apart-words-full");
    else if (code == ERR_BAD_INPUT && saving->keeps.is_full)
        request_problem(request, "checked", "changes-many");
    else if (str_equal(refusal, STR("apart_own_details")))
        request_problem(request, "", "apart-shared");
    else if (str_equal(refusal, STR("party_on_one_side")))
        request_problem(request, "", "apart-other-side");
    else
        return code;
    return OK;
}

enum err post_parties_ID_apart(struct request *request)
{
    struct parting parting = {.request = request};
    struct apart_form form;
    int status = 422;
    TRY(request_run(request, read_stored, &parting));
    TRY(apart_read(request, &parting.party, &form));
    if (!request_has_problem(request)) {
        struct apart_saving saving = {.request = request, .form = &form, .stored = &parting.party};
        enum err code = request_run_once(request, apart_save, &saving);
        if (code == OK) return reply_then(request, "household-apart");
        TRY(note_problem(&saving, code));
        if (code == ERR_CONFLICT) status = 409;
    }
    TRY(request_run(request, show_again, &parting));
    return reply_page_status(request, status, "desk/party_apart");
}
