/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "server/desk/staff.h"

/*
 * Lets a member of staff open letters: each of the desk's secrets that the administrator holds is
 * sealed to that account, the present one and older ones, as far as it is not there yet.
 */
struct granting {
    struct request *request;
    int64_t staff;
};

static bool is_there(const struct store_rows *granted, const struct seal_key_id *key)
{
    for (size_t row = 0; row < granted->count; row++) {
        struct seal_key_id other;
        if (rows_raw(granted, row, "key_id", other.bytes, sizeof other.bytes) &&
            memcmp(other.bytes, key->bytes, sizeof key->bytes) == 0)
            return true;
    }
    return false;
}

static enum err seal_to(struct request *request, struct store *store, int64_t staff,
                        const struct seal_public *account, const struct seal_pair *pair,
                        const struct seal_key_id *key)
{
    struct str sealed;
    TRY(desk_seal(request, SEAL_GRANT, "staff_grant", staff, 1, account, 1,
                  (struct str){(const char *)pair->secret.bytes, sizeof pair->secret.bytes},
                  &sealed));
    return store_do(store, QUERY_staff_grant_add,
                    PARAMS(P_INT(staff), P_RAW(key->bytes), P_BYTES(sealed)));
}

static enum err grant(struct store *store, void *context)
{
    struct granting *granting = context;
    struct request *request = granting->request;
    struct desk_keyring keyring;
    struct store_rows rows, granted;
    struct seal_public account;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(granting->staff)), request->arena,
                        &rows));
    if (!str_equal(rows_str(&rows, 0, "state"), STR("active"))) return ERR_CONFLICT;
    if (!rows_raw(&rows, 0, "public_key", account.bytes, sizeof account.bytes)) return ERR_DB;
    TRY(store_query(store, QUERY_staff_grant_list, PARAMS(P_INT(granting->staff)), request->arena,
                    &granted));
    for (size_t i = 0; i < keyring.count; i++) {
        struct seal_key_id key;
        TRY(seal_key_id(&keyring.pairs[i].public, &key));
        if (is_there(&granted, &key)) continue;
        TRY(seal_to(request, store, granting->staff, &account, &keyring.pairs[i], &key));
    }
    request_then(request, "/staff");
    return desk_audit(store, "staff_granted", "staff", granting->staff, NULL, 0);
}

enum err post_staff_ID_grant(struct request *request)
{
    struct granting granting = {request, request_number(request, 0)};
    TRY(request_run_once(request, grant, &granting));
    return reply_then(request, "staff-granted");
}
