/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/http/lookups.h"

enum err lookups_make(struct request *request, struct str email, lookup_of lookup,
                      struct lookups *ret_lookups)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_agency_list, NO_PARAMS, request->arena, &rows));
    if (rows.count == 0) return ERR_NO_KEY;
    struct lookups lookups = {.agencies = ARENA_MANY(request->arena, rows.count, int64_t),
                              .count = rows.count};
    unsigned char(*values)[KDF_MAC_BYTES] =
        arena_take_array(request->arena, rows.count, sizeof *values);
    for (size_t i = 0; i < rows.count; i++) {
        lookups.agencies[i] = rows_int(&rows, i, "agency_id");
        TRY(lookup(request, lookups.agencies[i], email, values[i]));
    }
    lookups.values = store_param_digests(values, rows.count, request->arena);
    *ret_lookups = lookups;
    return OK;
}
