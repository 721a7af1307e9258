/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/account.h"

/* Signs the member out everywhere else. */
enum err post_account_sessions_end(struct request *request)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, NULL, QUERY_session_close_others,
                     PARAMS(P_RAW(request->session.id.bytes)), request->arena, &rows));
    return reply_see(request, "/account", "sessions-ended");
}
