/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/scan.h"

/* Looks for the sender while a scan is being filled in; what was typed stays. */
enum err post_scans_find(struct request *request)
{
    struct scan_form form;
    struct str search = form_line(&request->form, "q");
    scan_form_read(request, &form);
    if (search.len == 0) request_problem(request, "q", "search-missing");
    return scan_page(request, &form, 0, search);
}
