/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* On what terms the people of an arrangement write. */

/* Those who take part, with who reads at the office. */
static void put_office(struct arrangement_page *page, const struct terms *terms)
{
    struct request *request = page->request;
    json_t *list = json_array();
    for (size_t i = 0; i < page->arrangement.member_count; i++) {
        const struct arrangement_member *member = &page->arrangement.members[i];
        if (str_equal(member->state, STR("ended"))) continue;
        bool chosen = false;
        for (size_t k = 0; k < terms->office_count; k++)
            chosen = chosen || terms->office[k] == member->party.id;
        json_t *row = json_object();
        json_put_code(row, "id", member->party.id);
        json_put_str(row, "name",
                     desk_sentence(request, arrangement_called(request, &page->arrangement,
                                                               member->party.id)));
        json_put_bool(row, "chosen", chosen);
        json_add(list, row);
    }
    desk_put_list(request->view, "office", list);
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct arrangement_form form;
    arrangement_form_of(&page->arrangement, &form);
    const struct arrangement_form *shown = page->context ? page->context : &form;
    arrangement_form_put_terms(page->request, shown);
    put_office(page, &shown->terms);
    return terms_put_versions(store, page);
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
