/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

enum err get_join(struct request *request)
{
    return reply_page(request, "portal/join");
}
