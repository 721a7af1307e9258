/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/visit.h"

/* Changes a plan. If people were told something else, it has to be confirmed again. */
struct changing {
    struct request *request;
    struct desk_visit visit;
    struct desk_arrangement arrangement;
    struct visit_form form;
    struct register_view *names;
};

static enum err read_stored(struct store *store, void *context)
{
    struct changing *changing = context;
    struct request *request = changing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_read(request, store, &keyring, request_number(request, 0), &changing->visit));
    return arrangement_read(request, store, &keyring, changing->visit.arrangement,
                            &changing->arrangement);
}

static enum err show_again(struct store *store, void *context)
{
    struct changing *changing = context;
    struct request *request = changing->request;
    struct desk_keyring keyring;
    TRY(read_stored(store, changing));
    TRY(desk_keyring(request, store, &keyring));
    TRY(visit_page_view(request, store, &keyring, &changing->visit, &changing->arrangement,
                        &changing->form, changing->names));
    return desk_audit(store, "visit_read", "visit", changing->visit.id, "arrangement",
                      changing->visit.arrangement);
}

enum err post_visits_ID(struct request *request)
{
    REGISTER(names);
    struct changing changing = {.request = request, .names = &names};
    int status = 422;
    TRY(request_run(request, read_stored, &changing));
    visit_form_read(request, &changing.arrangement, &changing.form);
    if (changing.form.version == 0) return ERR_BAD_INPUT;
    if (!visit_is_open(changing.visit.state)) request_problem(request, "", "visit-over");
    if (!request_has_problem(request)) {
        struct visit_saving saving = {
            .request = request, .form = &changing.form, .stored = &changing.visit};
        enum err code = request_run_once(request, visit_save, &saving);
        if (code == OK) return reply_then(request, "visit-saved");
        TRY(visit_refused(request, code));
        if (code == ERR_CONFLICT) status = 409;
    }
    TRY(register_take(request, &names));
    TRY(request_run(request, show_again, &changing));
    return reply_page_status(request, status, "desk/visit");
}
