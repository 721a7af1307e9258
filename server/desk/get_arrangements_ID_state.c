/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Whether an arrangement is open, why not, and the form that changes it. */

static enum err fill(struct store *store, struct arrangement_page *page)
{
    (void)store;
    if (page->arrangement.has_review)
        desk_put_day(page->request->view, "review", page->arrangement.review_on);
    return OK;
}

enum err arrangement_state_page(struct request *request, int status)
{
    struct arrangement_page page = {
        .request = request, .id = request_number(request, 0), .tab = "state", .fill = fill};
    return arrangement_page(&page, status);
}

enum err get_arrangements_ID_state(struct request *request)
{
    return arrangement_state_page(request, 200);
}
