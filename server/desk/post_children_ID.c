/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* Changes a child's record: names and dates, and what its arrangements make of the dates. */

struct changing {
    struct request *request;
    int64_t id, version;
    struct child_form form;
    struct arrangement_following following;
};

static enum err change(struct store *store, void *context)
{
    struct changing *changing = context;
    struct request *request = changing->request;
    TRY(child_change(request, store, changing->id, changing->version, &changing->form));
    TRY(arrangement_follow_child(store, changing->id, &changing->following));
    request_then(request, "%s", child_path(request, changing->id).at);
    return desk_audit(store, "child_changed", "child", changing->id, NULL, 0);
}

enum err post_children_ID(struct request *request)
{
    struct changing changing = {
        .request = request, .id = request_number(request, 0), .following = {.request = request}};
    const struct arrangement_following *following = &changing.following;
    int status = 422;
    if (!form_int(&request->form, "version", 1, INT32_MAX, &changing.version)) return ERR_BAD_INPUT;
    child_form_read(request, &changing.form);
    if (!request_has_problem(request)) {
        enum err code = request_run_once(request, change, &changing);
        if (code == OK)
            return reply_then(request, following->is_left ? "child-saved-look"
                                       : following->moved ? "child-saved-moved"
                                                          : "child-saved");
        if (code != ERR_CONFLICT) return code;
        request_problem(request, "", "changed-meanwhile");
        status = 409;
    }
    return child_page(request, changing.id, &changing.form, NULL, status);
}
