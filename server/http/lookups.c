/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/lookups.h"

#include "core/code.h"

enum { VALUE_LETTERS = 2 * KDF_MAC_BYTES + sizeof "\"\\\\x\"," };

enum err lookups_make(struct request *request, struct str email, lookup_of lookup,
                      struct lookups *ret_lookups)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_agency_list, NO_PARAMS, request->arena, &rows));
    if (rows.count == 0) return ERR_NO_KEY;
    struct lookups lookups = {ARENA_MANY(request->arena, rows.count, int64_t), rows.count, STR("")};
    BUF(values, rows.count * VALUE_LETTERS + sizeof "{}");
    for (size_t i = 0; i < rows.count; i++) {
        unsigned char value[KDF_MAC_BYTES];
        lookups.agencies[i] = rows_int(&rows, i, "agency_id");
        TRY(lookup(request, lookups.agencies[i], email, value));
        buf_add_c(&values, i ? ",\"\\\\x" : "{\"\\\\x");
        code_hex_put(&values, value, sizeof value);
        buf_add_byte(&values, '"');
    }
    buf_add_byte(&values, '}');
    TRY(buf_done(&values));
    lookups.values = arena_str(request->arena, buf_str(&values));
    *ret_lookups = lookups;
    return OK;
}
