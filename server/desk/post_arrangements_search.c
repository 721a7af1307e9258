/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* By the agency's reference, the child's names or date of birth, or anybody who takes part: name,
 * postcode, telephone, e-mail. With nothing typed the filters alone: they stand in the address. */

enum err post_arrangements_search(struct request *request)
{
    struct arrangements_filter filter;
    struct str typed = form_line(&request->form, "q");
    int64_t page = 1;
    if (!arrangements_filter_get(&request->form, &filter)) return ERR_BAD_INPUT;
    (void)form_int(&request->form, "page", 1, 9999, &page);
    if (typed.len) return arrangements_page(request, &filter, &typed, page);
    struct str query = arrangements_filter_query(request, &filter);
    return reply_see(
        request,
        arena_print(request->arena, "/arrangements%s%.*s", query.len ? "?" : "", STR_ARG(query)).at,
        NULL);
}
