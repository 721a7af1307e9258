/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypt/token.h"
#include "server/portal/portal.h"

/*
 * The address in a notice. Programs that scan mails fetch it too, so it changes nothing: the token
 * moves into a cookie, and the address bar is left clean.
 */
enum err get_l_TOKEN(struct request *request)
{
    SECRET(token);
    if (!token_get(request->values.token, &token)) return ERR_NOT_FOUND;
    reply_cookie(request, COOKIE_LINK, &token);
    return reply_see(request, "/open", NULL);
}
