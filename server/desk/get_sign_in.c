/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/desk.h"

enum err get_sign_in(struct request *request)
{
    return reply_page(request, "desk/sign_in");
}
