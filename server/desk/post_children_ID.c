/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/child.h"

/* Changes a child's record: names and dates. */

struct changing {
    struct request *request;
    int64_t id, version;
    struct child_form form;
};

static enum err change(struct store *store, void *context)
{
    const struct changing *changing = context;
    struct request *request = changing->request;
    TRY(child_change(request, store, changing->id, changing->version, &changing->form));
    request_then(request, "%s", child_path(request, changing->id).at);
    return desk_audit(store, "child_changed", "child", changing->id, NULL, 0);
}

enum err post_children_ID(struct request *request)
{
    struct changing changing = {.request = request, .id = request_number(request, 0)};
    int status = 422;
    if (!form_int(&request->form, "version", 1, INT32_MAX, &changing.version)) return ERR_BAD_INPUT;
    child_form_read(request, &changing.form);
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, change, &changing);
        if (code == OK) return reply_then(request, "child-saved");
        if (code != ERR_CONFLICT) return code;
        request_problem(request, "", "changed-meanwhile");
        status = 409;
    }
    return child_page(request, changing.id, &changing.form, NULL, status);
}
