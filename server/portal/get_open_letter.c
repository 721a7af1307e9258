/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

enum err get_open_letter(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_link_pair(request, &pair));
    const struct portal_release release = {request->session.release, &pair, "/open"};
    TRY(portal_release_view(request, &release));
    return reply_page(request, "portal/link_read");
}
