/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/staff.h"

#include "core/code.h"

static enum err put_row(struct request *request, const struct desk_keyring *keyring,
                        const struct store_rows *rows, size_t row, json_t *list)
{
    struct str text;
    struct utc disabled;
    int64_t id = rows_int(rows, row, "staff_id");
    TRY(desk_open(request, keyring, SEAL_STAFF, "staff", id, rows_int(rows, row, "record_version"),
                  rows_str(rows, row, "sealed_record"), &text));
    JSON record = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &record));
    BUF(code, 16);
    code_id_put(&code, id);
    json_t *entry = json_object();
    json_put_code(entry, "id", id);
    json_put_str(entry, "path", arena_print(request->arena, "/staff/%s", code.at));
    json_put_str(entry, "name", json_get_str(record, "name"));
    json_put_str(entry, "email", json_get_str(record, "email"));
    json_put(entry, "role", desk_tagged(request, rows_str(rows, row, "role")));
    json_put_bool(entry, "granted", rows_bool(rows, row, "granted"));
    json_put_bool(entry, "self", id == request->session.staff);
    if (rows_utc(rows, row, "disabled_at", &disabled))
        desk_put_instant(entry, "disabled", disabled, false);
    desk_put_row_field(request, "reason", id, entry);
    json_add(list, entry);
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct store_rows rows;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_staff_list, NO_PARAMS, request->arena, &rows));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++) TRY(put_row(request, &keyring, &rows, row, list));
    desk_put_list(request->view, "staff", json_incref(list));
    /* the database shows grants to an administrator alone */
    json_put_bool(request->view, "knows_grants", request->session.role == ROLE_ADMINISTRATOR);
    return desk_audit(store, "staff_listed", NULL, 0, NULL, 0);
}

enum err staff_page(struct request *request)
{
    TRY(request_run(request, show, request));
    return reply_page(request, "desk/staff");
}
