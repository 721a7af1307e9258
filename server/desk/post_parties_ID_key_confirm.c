/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party_key.h"
#include "sys/clock.h"

/*
 * Both read the same fingerprint: letters may be encrypted to this very key, where the person gets
 * them by encrypted e-mail.
 */

struct confirming {
    struct request *request;
    struct desk_party party;
    bool heard;
};

static enum err confirm(struct store *store, void *context)
{
    struct confirming *confirming = context;
    struct request *request = confirming->request;
    struct desk_keyring keyring;
    struct desk_party *party = &confirming->party;
    int64_t stored;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_party_find(request, store, &keyring, request_number(request, 0), party));
    /* What was heard must be what is stored: another key may have been pasted meanwhile. */
    if (party->person.key_fingerprint.len == 0 ||
        !str_same(party->person.key_fingerprint, form_line(&request->form, "fingerprint")) ||
        !form_int(&request->form, "stored", 1, INT32_MAX, &stored) ||
        stored > party->record_version)
        return ERR_CONFLICT;
    if (!confirming->heard) return OK;
    struct person person = party->person;
    BUF(today, 16);
    day_put(&today, clock_day(request->arrived));
    person.key_confirmed = true;
    person.key_confirmed_on = buf_str(&today);
    TRY(party_record_set(request, store, party, &person, true));
    request_then(request, "%s", party_path(request, party->id).at);
    return desk_audit(store, "key_confirmed", "party", party->id, NULL, 0);
}

enum err post_parties_ID_key_confirm(struct request *request)
{
    struct confirming confirming = {.request = request, .heard = form_has(&request->form, "heard")};
    if (!confirming.heard) {
        TRY(request_run(request, confirm, &confirming));
        request_problem(request, "heard", "heard-missing");
        TRY(party_key_view(request, &confirming.party, &confirming.party.person));
        return reply_page(request, "desk/party_key");
    }
    TRY(request_run_once(request, confirm, &confirming));
    bool is_used = str_equal(confirming.party.channel, STR("pgp"));
    return reply_then(request, is_used ? "key-confirmed" : "key-kept");
}
