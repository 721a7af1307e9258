/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* An empty form: what we know of a person's address is not shown here, nor whether we know it. */
enum err get_details(struct request *request)
{
    return reply_page(request, "portal/details");
}
