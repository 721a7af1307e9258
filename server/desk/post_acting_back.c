/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"

/* Goes back to the agency of one's own account. */
enum err post_acting_back(struct request *request)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, &request->gate, QUERY_acting_here, NO_PARAMS, request->arena,
                     &rows));
    if (rows.count == 0) return ERR_CONFLICT;
    TRY(acting_go(request, 0, rows_int(&rows, 0, "home_staff_id")));
    return reply_see(request, "/", "acting-left");
}
