/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* On what terms the people of an arrangement write. */

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct arrangement_form form;
    (void)store;
    arrangement_form_of(&page->arrangement, &form);
    arrangement_form_put_terms(page->request, page->context ? page->context : &form);
    return OK;
}

enum err arrangement_terms_page(struct request *request, const struct arrangement_form *typed,
                                int status)
{
    struct arrangement_page page = {.request = request,
                                    .id = request_number(request, 0),
                                    .tab = "terms",
                                    .fill = fill,
                                    .context = (void *)typed};
    return arrangement_page(&page, status);
}

enum err get_arrangements_ID_terms(struct request *request)
{
    return arrangement_terms_page(request, NULL, 200);
}
