/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/desk.h"

/* A sign of life from the page's script: who asks is signed in, or the route refused them. */
enum err get_session(struct request *request)
{
    return reply_nothing(request);
}
