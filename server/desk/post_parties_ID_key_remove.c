/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party_key.h"

/* Takes a key out of the record. Who got letters by it needs another way first. */

struct removing {
    struct request *request;
    struct str reason;
};

static enum err take_out(struct store *store, void *context)
{
    struct removing *removing = context;
    struct request *request = removing->request;
    struct desk_keyring keyring;
    struct desk_party party;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_party_find(request, store, &keyring, request_number(request, 0), &party));
    struct person person = party.person;
    person.key_fingerprint = person.key_armor = person.key_confirmed_on = STR("");
    person.key_confirmed = false;
    TRY(party_record_set(request, store, &party, &person, party.person.key_confirmed));
    TRY(party_key_ends(request, store, party.id, 0));
    request_then(request, "%s", party_path(request, party.id).at);
    return desk_audit_why(request, store, "key_removed", "party", party.id, NULL, 0, "reason",
                          removing->reason);
}

enum err post_parties_ID_key_remove(struct request *request)
{
    struct removing removing = {request, form_line(&request->form, "reason")};
    if (removing.reason.len == 0) {
        request_problem(request, "reason", "reason-missing");
        return party_page(request, request_number(request, 0));
    }
    TRY(request_run_once(request, take_out, &removing));
    return reply_then(request, "key-removed");
}
