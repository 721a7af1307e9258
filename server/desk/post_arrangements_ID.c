/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Changes an arrangement: who takes part, and the terms. Its state has a form of its own. */

struct changing {
    struct request *request;
    struct desk_arrangement arrangement;
    struct arrangement_form form;
    struct arrangement_offer offer;
    struct register_view *names;
};

static enum err read_stored(struct store *store, void *context)
{
    struct changing *changing = context;
    struct request *request = changing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    return arrangement_read(request, store, &keyring, request_number(request, 0),
                            &changing->arrangement);
}

static enum err show_again(struct store *store, void *context)
{
    struct changing *changing = context;
    struct request *request = changing->request;
    struct desk_keyring keyring;
    TRY(desk_keyring(request, store, &keyring));
    TRY(arrangement_read(request, store, &keyring, changing->arrangement.id,
                         &changing->arrangement));
    TRY(arrangement_page_view(request, store, &keyring, &changing->arrangement, &changing->form,
                              &changing->offer, changing->names));
    return desk_audit(store, "arrangement_read", "arrangement", changing->arrangement.id, NULL, 0);
}

enum err post_arrangements_ID(struct request *request)
{
    REGISTER(names);
    struct changing changing = {.request = request, .names = &names};
    int status = 422;
    TRY(request_run(request, read_stored, &changing));
    arrangement_form_read(request, &changing.form);
    if (changing.form.version == 0 || changing.form.child_version == 0) return ERR_BAD_INPUT;
    changing.form.child = changing.arrangement.child.id;
    arrangement_form_check(request, &changing.form, false);
    if (!request_has_problem(request)) {
        struct arrangement_saving saving = {
            .request = request, .form = &changing.form, .stored = &changing.arrangement};
        enum err code = request_run_once(request, arrangement_save, &saving);
        if (code == OK) return reply_then(request, "arrangement-saved");
        TRY(arrangement_save_failed(&saving, code));
        changing.offer.clash = saving.clash;
        if (code == ERR_CONFLICT && !saving.is_fixed) status = 409;
    }
    TRY(register_take(request, &names));
    TRY(request_run(request, show_again, &changing));
    return reply_page_status(request, status, "desk/arrangement");
}
