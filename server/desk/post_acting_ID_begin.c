/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"

/* Begins to work for another agency, which has accepted it. */
enum err post_acting_ID_begin(struct request *request)
{
    struct store_rows rows;
    int64_t id = request_number(request, 0), staff = 0;
    TRY(store_db_one(request->db, &request->gate, QUERY_acting_mine, NO_PARAMS, request->arena,
                     &rows));
    for (size_t row = 0; row < rows.count; row++)
        if (rows_int(&rows, row, "acting_id") == id) staff = rows_int(&rows, row, "staff_id");
    if (staff == 0) return ERR_NOT_FOUND;
    TRY(acting_go(request, id, staff));
    return reply_see(request, "/", "acting-begun");
}
