/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Looks for people while an arrangement is being filled in; all that was typed stays. */

struct finding {
    struct request *request;
    struct arrangement_form form;
    int64_t id; /* 0: a new one */
    struct register_query query;
    struct arrangement_offer offer;
    struct register_view *names;
};

static enum err find(struct store *store, void *context)
{
    struct finding *finding = context;
    struct request *request = finding->request;
    struct desk_keyring keyring;
    struct desk_arrangement arrangement;
    TRY(desk_keyring(request, store, &keyring));
    if (finding->id) TRY(arrangement_read(request, store, &keyring, finding->id, &arrangement));
    TRY(arrangement_page_view(request, store, &keyring, finding->id ? &arrangement : NULL,
                              &finding->form, &finding->offer, finding->names));
    /* the versions that the form began with: a search must not hide what others changed since */
    if (finding->id) {
        desk_put_number(request->view, "version", finding->form.version);
        desk_put_number(request->view, "child_version", finding->form.child_version);
    }
    return desk_audit(store, "people_searched", NULL, 0, NULL, 0);
}

enum err post_arrangements_find(struct request *request)
{
    REGISTER(names);
    struct finding finding = {.request = request, .names = &names};
    arrangement_form_read(request, &finding.form);
    (void)form_id(&request->form, "arrangement", &finding.id);
    if (finding.id && (finding.form.version == 0 || finding.form.child_version == 0))
        return ERR_BAD_INPUT;
    register_query(request, form_line(&request->form, "q"), &finding.query);
    if (finding.query.typed.len)
        finding.offer.query = &finding.query;
    else
        request_problem(request, "q", "search-missing");
    TRY(register_take(request, &names));
    TRY(request_run(request, find, &finding));
    desk_put_value(request, "dob_day", form_line(&request->form, "dob_day"));
    desk_put_value(request, "dob_month", form_line(&request->form, "dob_month"));
    desk_put_value(request, "dob_year", form_line(&request->form, "dob_year"));
    return reply_page(request, "desk/arrangement");
}
