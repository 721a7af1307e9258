/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/desk.h"

enum err get_signed_out(struct request *request)
{
    return reply_page(request, "desk/signed_out");
}
