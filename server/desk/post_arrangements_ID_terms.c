/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Changes the terms of an arrangement: a version of its own, where months or words changed. */

enum err post_arrangements_ID_terms(struct request *request)
{
    struct desk_arrangement stored;
    struct arrangement_form form;
    int status = 422;
    TRY(arrangement_stored(request, request_number(request, 0), &stored));
    arrangement_form_of(&stored, &form);
    arrangement_form_read_terms(request, &form);
    if (form.version == 0) return ERR_BAD_INPUT;
    arrangement_form_check_terms(request, &form);
    if (!request_has_problem(request)) {
        struct arrangement_saving saving = {.request = request, .form = &form, .stored = &stored};
        enum err code = request_run_once(request, arrangement_save_terms, &saving);
        if (code == OK) return reply_then(request, "arrangement-saved");
        TRY(arrangement_save_failed(&saving, code));
        if (code == ERR_CONFLICT && !saving.no_month) status = 409;
    }
    return arrangement_terms_page(request, &form, status);
}
