/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/more_time.h"

enum err get_occasions_ID_time(struct request *request)
{
    SEAL_PAIR(pair);
    TRY(portal_pair(request, &pair));
    struct more_time more = {.request = request, .pair = &pair};
    TRY(request_run(request, more_time_read, &more));
    return more_time_page(&more);
}
