/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Failures are counted in the database, for all processes and hosts together, under keyed hashes:
 * who reads the table learns no address. Five in ten minutes refuse the sixth try, before anything
 * costly is done for it.
 */
#include <string.h>

#include "crypt/kdf.h"
#include "server/http/exchange.h"

static const char *const scopes[] = {
    [RATE_ADDRESS] = "address", [RATE_ACCOUNT] = "account", [RATE_SECOND] = "second",
    [RATE_JOIN] = "join",       [RATE_LINK] = "link",
};

static enum err hash(const struct request *request, enum rate_scope scope, struct str typed,
                     unsigned char ret_hash[KDF_MAC_BYTES])
{
    if (scope == RATE_ADDRESS) {
        struct str address = {(const char *)request->exchange->turn.address, LINE_ADDRESS_BYTES};
        return kdf_mac(request->service->host_secret, MAC_RATE_ADDRESS, address, ret_hash);
    }
    BUF_SECRET(value, 4096);
    buf_print(&value, "%s ", scopes[scope]);
    buf_add(&value, typed);
    TRY(buf_done(&value));
    return kdf_mac(request->service->host_secret, MAC_RATE_TYPED, buf_str(&value), ret_hash);
}

static enum err state(struct request *request, enum rate_scope scope, struct str typed,
                      bool *ret_failed_today)
{
    unsigned char key[KDF_MAC_BYTES];
    TRY(hash(request, scope, typed, key));
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_rate_state,
                     PARAMS(P_TEXT(str_from(scopes[scope])), P_RAW(key)), request->arena, &rows));
    if (rows.count && rows_bool(&rows, 0, "refused")) return ERR_TOO_MANY_TRIES;
    *ret_failed_today = rows.count && rows_bool(&rows, 0, "failed_today");
    return OK;
}

static enum err hit(struct request *request, enum rate_scope scope, struct str typed)
{
    unsigned char key[KDF_MAC_BYTES];
    TRY(hash(request, scope, typed, key));
    struct store_rows rows;
    return store_db_one(request->db, NULL, QUERY_rate_hit,
                        PARAMS(P_TEXT(str_from(scopes[scope])), P_RAW(key)), request->arena, &rows);
}

enum err rate_admit(struct http_exchange *exchange)
{
    struct request *request = &exchange->request;
    request->clean_address = request->route->rate != RATE_SIGN_IN || !request->db;
    if (request->clean_address) return OK;
    bool failed_today;
    TRY(state(request, RATE_ADDRESS, (struct str){NULL, 0}, &failed_today));
    request->clean_address = !failed_today;
    return OK;
}

enum err rate_check(struct request *request, enum rate_scope scope, struct str typed)
{
    bool failed_today;
    return state(request, scope, typed, &failed_today);
}

enum err rate_failed(struct request *request, enum rate_scope scope, struct str typed)
{
    request->clean_address = false;
    TRY(hit(request, RATE_ADDRESS, (struct str){NULL, 0}));
    if (scope == RATE_ADDRESS || typed.len == 0) return OK;
    return hit(request, scope, typed);
}
