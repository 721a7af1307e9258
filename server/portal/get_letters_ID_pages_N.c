/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

enum err get_letters_ID_pages_N(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    const struct portal_release release = {request_number(request, 0), &pair, ""};
    return portal_release_page(request, &release, request_number(request, 1));
}
