/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/quarantine.h"

enum err post_quarantine_ID_search(struct request *request)
{
    struct str search = form_line(&request->form, "q");
    if (search.len == 0) request_problem(request, "q", "search-missing");
    return quarantine_page(request, request_number(request, 0), search);
}
