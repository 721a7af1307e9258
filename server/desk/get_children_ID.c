/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* A child: names, dates, and the arrangements about it. */

struct showing {
    struct request *request;
    int64_t id;
    const struct child_form *typed;
    struct desk_keyring keyring;
};

static enum err put_arrangements(struct store *store, const struct showing *showing)
{
    struct request *request = showing->request;
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(store, QUERY_arrangement_of_child, PARAMS(P_INT(showing->id)), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct desk_arrangement arrangement;
        TRY(arrangement_read(request, store, &showing->keyring,
                             rows_int(&rows, row, "arrangement_id"), &arrangement));
        json_t *entry = json_object();
        json_put_code(entry, "id", arrangement.id);
        json_put_str(entry, "reference", arrangement.reference);
        json_put_str(entry, "with",
                     desk_sentence(request, arrangement_with(request, &arrangement)));
        json_put(entry, "state", desk_tagged(request, arrangement.state));
        json_add(list, entry);
    }
    desk_put_list(request->view, "arrangements", list);
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct showing *showing = context;
    struct request *request = showing->request;
    struct desk_child child;
    struct child_form form;
    TRY(desk_keyring(request, store, &showing->keyring));
    TRY(desk_child_find(request, store, &showing->keyring, showing->id, &child));
    child_form_of(&child, &form);
    json_put_str(request->view, "name", child.adoptive_name);
    json_put_str(request->view, "path", child_path(request, child.id));
    desk_put_number(request->view, "version", child.record_version);
    child_form_put(request, showing->typed ? showing->typed : &form);
    TRY(put_arrangements(store, showing));
    return desk_audit(store, "child_read", "child", child.id, NULL, 0);
}

enum err child_page(struct request *request, int64_t id, const struct child_form *typed, int status)
{
    struct showing showing = {.request = request, .id = id, .typed = typed};
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/child");
}

enum err get_children_ID(struct request *request)
{
    return child_page(request, request_number(request, 0), NULL, 200);
}
