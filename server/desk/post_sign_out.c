/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/register.h"

enum err post_sign_out(struct request *request)
{
    const struct desk *desk = request->app;
    registers_forget(desk->registers, &request->session);
    TRY(session_end(request->db, &request->session));
    reply_cookie_end(request, COOKIE_MAIN);
    return reply_see(request, "/signed-out", NULL);
}
