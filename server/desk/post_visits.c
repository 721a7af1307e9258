/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

/* Plans a visit of an arrangement's people. Nobody is told yet. */
struct planning {
    struct request *request;
    int64_t id;
    struct desk_arrangement arrangement;
    struct visit_form form;
    struct register_view *names;
};

static enum err read_arrangement(struct store *store, void *context)
{
    struct planning *planning = context;
    struct desk_keyring keyring;
    TRY(desk_keyring(planning->request, store, &keyring));
    return arrangement_read(planning->request, store, &keyring, planning->id,
                            &planning->arrangement);
}

static enum err show_again(struct store *store, void *context)
{
    struct planning *planning = context;
    struct request *request = planning->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_page_view(request, store, &keyring, NULL, &planning->arrangement, &planning->form,
                        planning->names));
    return desk_audit(store, "arrangement_read", "arrangement", planning->id, NULL, 0);
}

enum err post_visits(struct request *request)
{
    REGISTER(names);
    struct planning planning = {.request = request, .names = &names};
    if (!form_id(&request->form, "arrangement", &planning.id)) return ERR_BAD_INPUT;
    TRY(request_run(request, read_arrangement, &planning));
    visit_form_read(request, &planning.arrangement, &planning.form);
    if (!str_equal(planning.arrangement.kind, STR("direct")))
        visit_not_confirmed(request, VISIT_NOT_DIRECT);
    if (!request_has_problem(request)) {
        struct visit_saving saving = {.request = request, .form = &planning.form};
        TRY(request_run_once(request, visit_save, &saving));
        return reply_then(request, "visit-planned");
    }
    TRY(register_take(request, &names));
    TRY(request_run(request, show_again, &planning));
    return reply_page_status(request, 422, "desk/visit");
}
