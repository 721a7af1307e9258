/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

/* An empty plan for an arrangement; ?on=2027-10-09 fills in the day. */
struct beginning {
    struct request *request;
    int64_t arrangement;
    struct register_view *names;
};

static enum err show(struct store *store, void *context)
{
    const struct beginning *beginning = context;
    struct request *request = beginning->request;
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
    struct visit_form form;
    struct day on;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_read(request, store, &keyring, beginning->arrangement, &arrangement));
    if (!str_equal(arrangement.kind, STR("direct"))) return ERR_NOT_FOUND;
    visit_form_new(request, &arrangement, &form);
    TRY(visit_page_view(request, store, &keyring, NULL, &arrangement, &form, beginning->names));
    if (day_get(form_get(&request->query, "on"), &on)) desk_put_date(request, "", on);
    return desk_audit(store, "arrangement_read", "arrangement", arrangement.id, NULL, 0);
}

enum err get_visits_new(struct request *request)
{
    REGISTER(names);
    struct beginning beginning = {.request = request, .names = &names};
    if (!form_id(&request->query, "arrangement", &beginning.arrangement)) return ERR_NOT_FOUND;
    TRY(register_take(request, &names));
    TRY(request_run(request, show, &beginning));
    return reply_page(request, "desk/visit");
}
