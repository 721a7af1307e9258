/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

enum err get_open_pages_N(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_link_pair(request, &pair));
    const struct portal_release release = {request->session.release, &pair, ""};
    return portal_release_page(request, &release, request_number(request, 0));
}
