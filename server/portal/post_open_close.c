/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

enum err post_open_close(struct request *request)
{
    TRY(session_end(request->db, &request->session));
    reply_cookie_end(request, COOKIE_LINK);
    return reply_see(request, "/open/closed", NULL);
}
