/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "server/desk/map.h"

/* Who takes part in an arrangement, and people to choose from once they were looked for. */

struct choosing {
    const struct arrangement_form *typed;
    const struct arrangement_offer *offer;
    struct register_view *view;
};

static enum err fill(struct store *store, struct arrangement_page *page)
{
    const struct choosing *choosing = page->context;
    struct arrangement_form form;
    TRY(register_open(page->request, store, &page->keyring, choosing->view));
    arrangement_form_of(&page->arrangement, &form);
    /* the version that the form began with: a search must not hide what others changed since */
    if (choosing->typed && choosing->typed->version && !request_has_problem(page->request))
        desk_put_number(page->request->view, "version", choosing->typed->version);
    arrangement_put_people(page->request, choosing->view, choosing->typed ? choosing->typed : &form,
                           choosing->offer);
    TRY(map_put(page->request, store, &page->keyring, page->arrangement.child.id));
    if (choosing->offer->query)
        return desk_audit(store, "people_searched", "arrangement", page->id, NULL, 0);
    return OK;
}

enum err arrangement_people_page(struct request *request, const struct arrangement_form *typed,
                                 const struct arrangement_offer *offer, int status)
{
    REGISTER(view);
    struct choosing choosing = {typed, offer, &view};
    struct arrangement_page page = {.request = request,
                                    .id = request_number(request, 0),
                                    .tab = "people",
                                    .fill = fill,
                                    .context = &choosing};
    TRY(register_take(request, &view));
    return arrangement_page(&page, status);
}

enum err get_arrangements_ID_people(struct request *request)
{
    const struct arrangement_offer nothing = {0};
    return arrangement_people_page(request, NULL, &nothing, 200);
}
