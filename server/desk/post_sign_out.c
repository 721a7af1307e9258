/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/desk.h"

enum err post_sign_out(struct request *request)
{
    TRY(session_end(request->db, &request->session));
    reply_cookie_end(request, COOKIE_MAIN);
    return reply_see(request, "/signed-out", NULL);
}
