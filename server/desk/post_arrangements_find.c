/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Looks for people while a new arrangement is being filled in; all that was typed stays. */

struct finding {
    struct request *request;
    struct arrangement_form form;
    struct register_query query;
    struct arrangement_offer offer;
    struct register_view *names;
};

static enum err find(struct store *store, void *context)
{
    struct finding *finding = context;
    struct request *request = finding->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_put_new(request, store, &keyring, &finding->form, &finding->offer,
                            finding->names));
    return desk_audit(store, "people_searched", NULL, 0, NULL, 0);
}

enum err post_arrangements_find(struct request *request)
{
    static const char *const typed[] = {"dob_day", "dob_month", "dob_year"};
    REGISTER(names);
    struct finding finding = {.request = request, .names = &names};
    arrangement_form_read_people(request, &finding.form);
    arrangement_form_read_terms(request, &finding.form);
    (void)form_id(&request->form, "child", &finding.form.child);
    finding.form.new_child.birth_name = form_line(&request->form, "child_birth_name");
    finding.form.new_child.adoptive_name = form_line(&request->form, "child_adoptive_name");
    register_query(request, form_line(&request->form, "q"), &finding.query);
    if (finding.query.typed.len)
        finding.offer.query = &finding.query;
    else
        request_problem(request, "q", "search-missing");
    TRY(register_take(request, &names));
    TRY(request_run(request, find, &finding));
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        desk_put_value(request, typed[i], form_line(&request->form, typed[i]));
    return reply_page(request, "desk/arrangement_new");
}
