/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* When letters are due in an arrangement, and which came. */

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(store, QUERY_occasion_of_arrangement, PARAMS(P_INT(page->id)),
                    page->request->arena, &rows));
    for (size_t row = 0; row < rows.count; row++) arrangement_put_occasion(page, &rows, row, list);
    desk_put_list(page->request->view, "occasions", list);
    return OK;
}

enum err get_arrangements_ID_occasions(struct request *request)
{
    struct arrangement_page page = {
        .request = request, .id = request_number(request, 0), .tab = "occasions", .fill = fill};
    return arrangement_page(&page, 200);
}
