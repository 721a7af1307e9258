/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party_key.h"

/*
 * A pasted key: kept as not confirmed, and its fingerprint shown to be read out. One with the
 * fingerprint that was confirmed is the same key, renewed by its owner: it stays confirmed.
 */

struct keeping {
    struct request *request;
    struct str armor;
    struct packet_key key;
    struct desk_party party; /* as it is after keeping */
    bool is_renewed;
};

static enum err keep(struct store *store, void *context)
{
    struct keeping *keeping = context;
    struct request *request = keeping->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(desk_party_find(request, store, &keyring, request_number(request, 0), &keeping->party));
    struct person *person = &keeping->party.person;
    bool was_in_use = person->key_confirmed;
    keeping->is_renewed =
        was_in_use && str_same(person->key_fingerprint, str_from(keeping->key.fingerprint));
    person->key_fingerprint = arena_print(request->arena, "%s", keeping->key.fingerprint);
    person->key_armor = keeping->armor;
    if (!keeping->is_renewed) {
        person->key_confirmed = false;
        person->key_confirmed_on = STR("");
    }
    TRY(party_record_set(request, store, &keeping->party, person,
                         was_in_use && !keeping->is_renewed));
    keeping->party.record_version++;
    TRY(party_key_ends(request, store, keeping->party.id, keeping->key.ends));
    const int64_t party = keeping->party.id;
    return keeping->is_renewed ? desk_audit(store, "key_renewed", "party", party, NULL, 0)
                               : desk_audit(store, "key_entered", "party", party, NULL, 0);
}

static void check(struct keeping *keeping)
{
    struct request *request = keeping->request;
    if (keeping->armor.len == 0) {
        request_problem(request, "key", "key-missing");
        return;
    }
    if (keeping->armor.len > PERSON_KEY_BYTES) {
        request_problem(request, "key", "key-too-long");
        return;
    }
    enum err code = party_key_read(request, keeping->armor, &keeping->key);
    if (code == ERR_NO_MATCH)
        request_problem(request, "key", "key-secret");
    else if (code != OK || !keeping->key.can_encrypt)
        request_problem(request, "key", "key-bad");
    else if (keeping->key.ends && keeping->key.ends * UTC_SECOND_US <= request->arrived.us)
        request_problem(request, "key", "key-ended");
}

enum err post_parties_ID_key(struct request *request)
{
    struct keeping keeping = {.request = request,
                              .armor = str_trim(form_get(&request->form, "key"))};
    check(&keeping);
    if (request_has_problem(request)) return party_page(request, request_number(request, 0));
    TRY(request_run(request, keep, &keeping));
    if (keeping.is_renewed)
        return reply_see(request, party_path(request, keeping.party.id).at, "key-renewed");
    TRY(party_key_view(request, &keeping.party, &keeping.party.person));
    return reply_page(request, "desk/party_key");
}
