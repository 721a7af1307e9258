/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Changes who takes part in an arrangement; or looks for people, and keeps what was ticked. */

static enum err search(struct request *request, const struct arrangement_form *form)
{
    struct register_query query;
    struct arrangement_offer offer = {0};
    register_query(request, form_line(&request->form, "q"), &query);
    if (query.typed.len)
        offer.query = &query;
    else
        request_problem(request, "q", "search-missing");
    return arrangement_people_page(request, form, &offer, query.typed.len ? 200 : 422);
}

enum err post_arrangements_ID_people(struct request *request)
{
    struct desk_arrangement stored;
    struct arrangement_form form;
    struct arrangement_offer offer = {0};
    int status = 422;
    TRY(arrangement_stored(request, request_number(request, 0), &stored));
    arrangement_form_of(&stored, &form);
    arrangement_form_read_people(request, &form);
    if (form.version == 0) return ERR_BAD_INPUT;
    if (form_has(&request->form, "find")) return search(request, &form);
    arrangement_form_check_people(request, &form);
    if (!request_has_problem(request)) {
        struct arrangement_saving saving = {.request = request, .form = &form, .stored = &stored};
        enum err code = request_run_once(request, arrangement_save_people, &saving);
        if (code == OK) return reply_then(request, "arrangement-saved");
        TRY(arrangement_save_failed(&saving, code));
        offer.clash = saving.clash;
        if (code == ERR_CONFLICT && !saving.is_fixed) status = 409;
    }
    return arrangement_people_page(request, &form, &offer, status);
}
