/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* A new arrangement. */

struct adding {
    struct request *request;
    struct arrangement_form form;
    struct arrangement_offer offer;
    struct register_view *names;
};

static enum err show_again(struct store *store, void *context)
{
    struct adding *adding = context;
    struct desk_keyring keyring;
    TRY(desk_keyring(adding->request, store, &keyring));
    TRY(arrangement_put_new(adding->request, store, &keyring, &adding->form, &adding->offer,
                            adding->names));
    return desk_audit(store, "people_named", NULL, 0, NULL, 0);
}

enum err post_arrangements(struct request *request)
{
    REGISTER(names);
    struct adding adding = {.request = request, .names = &names};
    arrangement_form_read_new(request, &adding.form);
    arrangement_form_check_people(request, &adding.form);
    arrangement_form_check_terms(request, &adding.form);
    if (!request_has_problem(request)) {
        struct arrangement_saving saving = {.request = request, .form = &adding.form};
        enum err code = request_run_once(request, arrangement_save_new, &saving);
        if (code == OK) return reply_then(request, "arrangement-saved");
        TRY(arrangement_save_failed(&saving, code));
        adding.offer.clash = saving.clash;
    }
    TRY(register_take(request, &names));
    TRY(request_run(request, show_again, &adding));
    return reply_page(request, "desk/arrangement_new");
}
