/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/party_key.h"

#include "core/utf8.h"
#include "sys/clock.h"

enum err party_key_read(struct request *request, struct str armored, struct packet_key *ret_key)
{
    if (str_find(armored, STR("PGP PRIVATE KEY BLOCK")) != STR_NONE) return ERR_NO_MATCH;
    BUF(bytes, PERSON_KEY_BYTES);
    TRY(packet_armor_open(armored, STR("PGP PUBLIC KEY BLOCK"), &bytes));
    struct packet_key key;
    TRY(packet_public_key(buf_str(&bytes), &key));
    key.user = utf8_valid(key.user) ? arena_str(request->arena, key.user) : STR("");
    *ret_key = key;
    return OK;
}

enum err party_key_ends(struct request *request, struct store *store, int64_t party, int64_t ends)
{
    struct store_param day = P_NULL;
    if (ends) day = store_param_day(clock_day((struct utc){ends * UTC_SECOND_US}), request->arena);
    return store_do(store, QUERY_party_key_ends_set, PARAMS(P_INT(party), day));
}

enum err party_key_view(struct request *request, const struct desk_party *party,
                        const struct person *person)
{
    struct packet_key read;
    TRY(party_key_read(request, person->key_armor, &read));
    party_put(request, party);
    json_t *key = json_object();
    json_put(request->view, "key", key);
    json_put_str(key, "user", read.user.len ? read.user : STR("(no name in it)"));
    desk_put_instant(key, "made", (struct utc){read.made * UTC_SECOND_US}, false);
    if (read.ends) desk_put_instant(key, "ends", (struct utc){read.ends * UTC_SECOND_US}, false);
    party_put_groups(key, "groups", person->key_fingerprint, 4);
    json_put_str(key, "fingerprint", person->key_fingerprint);
    desk_put_number(key, "stored", party->record_version);
    return OK;
}
