/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

/* After a reader has closed what a link opened. Who reads by a link has no account to sign in to.
 */
enum err get_open_closed(struct request *request)
{
    return reply_page(request, "portal/link_closed");
}
