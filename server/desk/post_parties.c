/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party.h"

/* A new person or household. */
enum err post_parties(struct request *request)
{
    struct party_form form;
    TRY(party_form_read(request, NULL, &form));
    if (!request_has_problem(request)) {
        struct party_saving saving = {.request = request, .form = &form};
        enum err code = request_run_once(request, party_save, &saving);
        if (code == OK) return reply_then(request, "party-saved");
        TRY(party_save_failed(&saving, code));
    }
    TRY(party_page_view(request, NULL, NULL, NULL, &form));
    return reply_page(request, "desk/party");
}
