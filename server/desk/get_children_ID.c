/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"
#include "server/desk/map.h"

/* A child: names, dates, sisters and brothers, and the arrangements about it. */

enum { CHILDREN_FOUND = 10 };

struct showing {
    struct request *request;
    int64_t id;
    const struct child_form *typed;
    const struct register_query *query;
    struct register_view *view; /* taken when there is a query */
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

/* "the Okafor family" of an array of families. */
static enum err homes_of(struct store *store, const struct showing *showing,
                         const struct store_rows *rows, size_t row, struct str *ret_homes)
{
    const int64_t *homes;
    size_t count = rows_ints(rows, row, "homes", &homes);
    struct str *names = ARENA_MANY(showing->request->arena, count + 1, struct str);
    for (size_t i = 0; i < count; i++) {
        struct desk_party home;
        TRY(desk_party_find(showing->request, store, &showing->keyring, homes[i], &home));
        names[i] = desk_called(showing->request, desk_party_name(showing->request, &home),
                               STR("adoptive"));
    }
    *ret_homes = desk_joined(showing->request, names, count);
    return OK;
}

static enum err put_siblings(struct store *store, const struct showing *showing)
{
    struct request *request = showing->request;
    struct store_rows rows;
    json_t *list = json_array();
    bool is_linked = false;
    TRY(store_query(store, QUERY_child_siblings, PARAMS(P_INT(showing->id)), request->arena,
                    &rows));
    for (size_t row = 0; row < rows.count; row++) {
        struct desk_child child;
        struct str homes;
        bool is_direct = rows_bool(&rows, row, "is_direct");
        TRY(desk_child_find(request, store, &showing->keyring, rows_int(&rows, row, "child_id"),
                            &child));
        TRY(homes_of(store, showing, &rows, row, &homes));
        json_t *entry = json_object();
        json_put_code(entry, "id", child.id);
        json_put_str(entry, "path", child_path(request, child.id));
        json_put_str(entry, "name", child.adoptive_name);
        json_put_str(entry, "homes", homes);
        json_put_bool(entry, "same_home", rows_bool(&rows, row, "same_home"));
        json_put_bool(entry, "direct", is_direct);
        is_linked |= is_direct;
        json_add(list, entry);
    }
    json_put_bool(request->view, "linked", is_linked);
    desk_put_list(request->view, "siblings", list);
    return OK;
}

/* Children to choose a sibling from. */
static enum err put_found(struct store *store, const struct showing *showing)
{
    struct request *request = showing->request;
    size_t found = 0;
    json_t *list = json_array();
    TRY(register_open(request, store, &showing->keyring, showing->view));
    for (size_t i = 0; i < showing->view->child_count && found < CHILDREN_FOUND; i++) {
        const struct register_name *child = &showing->view->children[i];
        if (child->id == showing->id || !register_finds(showing->query, child)) continue;
        json_t *entry = json_object();
        json_put_code(entry, "id", child->id);
        json_put_str(entry, "name", child->name);
        json_put_str(entry, "birth_name", child->other);
        json_add(list, entry);
        found++;
    }
    json_put_bool(request->view, "none", found == 0);
    desk_put_list(request->view, "found", list);
    return desk_audit(store, "people_searched", "child", showing->id, NULL, 0);
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
    TRY(put_siblings(store, showing));
    TRY(map_put(request, store, &showing->keyring, child.id));
    if (showing->query) TRY(put_found(store, showing));
    return desk_audit(store, "child_read", "child", child.id, NULL, 0);
}

enum err child_page(struct request *request, int64_t id, const struct child_form *typed,
                    const struct register_query *query, int status)
{
    REGISTER(view);
    struct showing showing = {
        .request = request, .id = id, .typed = typed, .query = query, .view = &view};
    if (query) TRY(register_take(request, &view));
    TRY(request_run(request, show, &showing));
    return reply_page_status(request, status, "desk/child");
}

enum err get_children_ID(struct request *request)
{
    return child_page(request, request_number(request, 0), NULL, NULL, 200);
}
