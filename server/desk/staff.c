/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/staff.h"

#include <string.h>

#include "core/code.h"
#include "server/desk/region.h"

/* ---- granting ---- */

static bool is_there(const struct store_rows *granted, const struct seal_key_id *key)
{
    for (size_t row = 0; row < granted->count; row++) {
        struct seal_key_id other;
        if (rows_raw(granted, row, "key_id", other.bytes, sizeof other.bytes) &&
            memcmp(other.bytes, key->bytes, sizeof key->bytes) == 0)
            return true;
    }
    return false;
}

static enum err seal_to(struct request *request, struct store *store, int64_t staff,
                        const struct seal_public *account, const struct seal_pair *pair,
                        const struct seal_key_id *key)
{
    struct str sealed;
    TRY(desk_seal(request, SEAL_GRANT, "staff_grant", staff, 1, account, 1,
                  (struct str){(const char *)pair->secret.bytes, sizeof pair->secret.bytes},
                  &sealed));
    return store_do(store, QUERY_staff_grant_add,
                    PARAMS(P_INT(staff), P_RAW(key->bytes), P_BYTES(sealed)));
}

enum err staff_grant(struct request *request, struct store *store,
                     const struct desk_keyring *keyring, int64_t staff)
{
    struct store_rows rows, granted;
    struct seal_public account;
    TRY(store_query_one(store, QUERY_staff_find, PARAMS(P_INT(staff)), request->arena, &rows));
    if (!str_equal(rows_str(&rows, 0, "state"), STR("active"))) return ERR_CONFLICT;
    if (!rows_raw(&rows, 0, "public_key", account.bytes, sizeof account.bytes)) return ERR_DB;
    TRY(store_query(store, QUERY_staff_grant_list, PARAMS(P_INT(staff)), request->arena, &granted));
    for (size_t i = 0; i < keyring->count; i++) {
        struct seal_key_id key;
        TRY(seal_key_id(&keyring->pairs[i].public, &key));
        if (is_there(&granted, &key)) continue;
        TRY(seal_to(request, store, staff, &account, &keyring->pairs[i], &key));
    }
    return OK;
}

/* ---- its page ---- */

enum err staff_record(struct request *request, const struct desk_keyring *keyring,
                      const struct store_rows *rows, size_t row, json_t **ret_record)
{
    struct str text;
    TRY(desk_open(request, keyring, SEAL_STAFF, "staff", rows_int(rows, row, "staff_id"),
                  rows_int(rows, row, "record_version"), rows_str(rows, row, "sealed_record"),
                  &text));
    return json_read(text, LIMIT_RECORD_BYTES, ret_record);
}

static void put_home(const struct store_rows *agencies, const struct store_rows *rows, size_t row,
                     json_t *entry)
{
    struct day until;
    if (rows_null(rows, row, "home_agency_id")) return;
    json_put_str(entry, "home", region_name(agencies, rows_int(rows, row, "home_agency_id")));
    if (rows_day(rows, row, "acts_until", &until)) desk_put_day(entry, "until", until);
}

static enum err put_row(struct request *request, const struct desk_keyring *keyring,
                        const struct store_rows *agencies, const struct store_rows *rows,
                        size_t row, json_t *list)
{
    struct utc disabled;
    int64_t id = rows_int(rows, row, "staff_id");
    JSON record = NULL;
    TRY(staff_record(request, keyring, rows, row, &record));
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
    put_home(agencies, rows, row, entry);
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct store_rows rows, agencies;
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query(store, QUERY_staff_list, NO_PARAMS, request->arena, &rows));
    TRY(region_read(request, store, &agencies));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++)
        TRY(put_row(request, &keyring, &agencies, &rows, row, list));
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
