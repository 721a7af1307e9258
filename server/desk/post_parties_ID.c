/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

/* Changes a person or household. */

struct changing {
    struct request *request;
    struct desk_party party;
    struct party_form form;
};

static enum err read_stored(struct store *store, void *context)
{
    struct changing *changing = context;
    struct desk_keyring keyring;
    TRY(desk_keyring(changing->request, store, &keyring));
    return party_find(changing->request, store, &keyring, request_number(changing->request, 0),
                      &changing->party);
}

/* The page again, with what was typed and what is stored now. */
static enum err show_again(struct store *store, void *context)
{
    struct changing *changing = context;
    struct request *request = changing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(party_find(request, store, &keyring, changing->party.id, &changing->party));
    TRY(party_page_view(request, store, &keyring, &changing->party, &changing->form));
    return desk_audit(store, "party_read", "party", changing->party.id, NULL, 0);
}

enum err post_parties_ID(struct request *request)
{
    struct changing changing = {.request = request};
    int status = 422;
    TRY(request_run(request, read_stored, &changing));
    TRY(party_form_read(request, &changing.party, &changing.form));
    if (!request_has_problem(request)) {
        struct party_saving saving = {
            .request = request, .form = &changing.form, .stored = &changing.party};
        enum err code = request_run_once(request, party_save, &saving);
        if (code == OK)
            return reply_then(request, changing.form.waits ? "party-saved-waits"
                                       : saving.closed     ? "party-saved-closed"
                                                           : "party-saved");
        TRY(party_save_failed(&saving, code));
        if (code == ERR_CONFLICT) status = 409;
    }
    TRY(request_run(request, show_again, &changing));
    return reply_page_status(request, status, "desk/party");
}
