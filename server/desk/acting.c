/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/acting.h"

#include "core/code.h"
#include "crypt/token.h"
#include "server/desk/region.h"
#include "server/desk/register.h"
#include "server/desk/staff.h"

enum { ACTING_SHOWN = 200, OFFER_VERSION = 1 };

static struct str path_of(struct request *request, int64_t id)
{
    BUF(code, 16);
    code_id_put(&code, id);
    return arena_print(request->arena, "/acting/%s", code.at);
}

/* ---- who is offered to here, or acts here ---- */

enum err acting_record(struct request *request, const struct desk_keyring *keyring,
                       const struct store_rows *rows, size_t row, json_t **ret_record)
{
    struct str text;
    TRY(desk_open(request, keyring, SEAL_STAFF, "acting", rows_int(rows, row, "acting_id"),
                  OFFER_VERSION, rows_str(rows, row, "sealed_record"), &text));
    return json_read(text, LIMIT_RECORD_BYTES, ret_record);
}

enum err acting_seal(struct request *request, struct store *store, int64_t agency, int64_t id,
                     const json_t *record, struct str *ret_sealed)
{
    const struct seal_binding binding = {SEAL_STAFF, agency, "acting", id, OFFER_VERSION};
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(acting_write(record, &text));
    return desk_seal_to(request, store, &binding, buf_str(&text), ret_sealed);
}

enum err acting_write(const json_t *record, struct buf *text)
{
    JSON copy = json_object();
    json_put_str(copy, "name", json_get_str(record, "name"));
    json_put_str(copy, "email", json_get_str(record, "email"));
    return json_write(copy, text);
}

static enum err put_name(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct store_rows *rows,
                         size_t row, json_t *entry)
{
    struct str name;
    if (!rows_null(rows, row, "sealed_record")) {
        JSON record = NULL;
        TRY(acting_record(request, keyring, rows, row, &record));
        json_put_str(entry, "name", json_get_str(record, "name"));
        json_put_str(entry, "email", json_get_str(record, "email"));
    }
    if (!rows_null(rows, row, "staff_id")) {
        TRY(desk_staff_name(request, store, keyring, rows_int(rows, row, "staff_id"), &name));
        json_put_str(entry, "name", name);
    }
    return OK;
}

static enum err put_row(struct request *request, struct store *store,
                        const struct desk_keyring *keyring, const struct store_rows *agencies,
                        const struct store_rows *rows, size_t row, json_t *entry)
{
    struct utc offered, ended;
    struct day first, last;
    int64_t id = rows_int(rows, row, "acting_id");
    json_put_code(entry, "id", id);
    json_put_str(entry, "path", path_of(request, id));
    json_put_str(entry, "from", region_name(agencies, rows_int(rows, row, "from_agency_id")));
    json_put(entry, "state", desk_tagged(request, rows_str(rows, row, "state")));
    json_put_bool(entry, "self", rows_int(rows, row, "staff_id") == request->session.staff);
    if (rows_utc(rows, row, "offered_at", &offered))
        desk_put_instant(entry, "offered", offered, false);
    if (rows_utc(rows, row, "ended_at", &ended)) desk_put_instant(entry, "ended", ended, false);
    if (!rows_null(rows, row, "role"))
        json_put(entry, "role", desk_tagged(request, rows_str(rows, row, "role")));
    if (rows_day(rows, row, "acts_from", &first)) desk_put_day(entry, "first", first);
    if (rows_day(rows, row, "acts_until", &last)) desk_put_day(entry, "last", last);
    return put_name(request, store, keyring, rows, row, entry);
}

static enum err put_here(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct store_rows *agencies)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_acting_list, PARAMS(P_NULL, P_INT(ACTING_SHOWN)), request->arena,
                    &rows));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        json_t *entry = json_object();
        json_add(list, entry);
        TRY(put_row(request, store, keyring, agencies, &rows, row, entry));
    }
    desk_put_list(request->view, "here", json_incref(list));
    return OK;
}

/* ---- who is offered to others ---- */

static enum err put_there(struct request *request, struct store *store,
                          const struct desk_keyring *keyring)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_acting_from_here, NO_PARAMS, request->arena, &rows));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct str name, state = rows_str(&rows, row, "state");
        struct utc offered, ended;
        json_t *entry = json_object();
        int64_t id = rows_int(&rows, row, "acting_id");
        json_add(list, entry);
        json_put_code(entry, "id", id);
        json_put_str(entry, "path", path_of(request, id));
        json_put_str(entry, "to", rows_str(&rows, row, "to_name"));
        json_put(entry, "state", desk_tagged(request, state));
        json_put_bool(entry, "is_open",
                      str_equal(state, STR("offered")) || str_equal(state, STR("accepted")));
        if (rows_utc(&rows, row, "offered_at", &offered))
            desk_put_instant(entry, "offered", offered, false);
        if (rows_utc(&rows, row, "ended_at", &ended))
            desk_put_instant(entry, "ended", ended, false);
        TRY(desk_staff_name(request, store, keyring, rows_int(&rows, row, "staff_id"), &name));
        json_put_str(entry, "name", name);
    }
    desk_put_list(request->view, "there", json_incref(list));
    return OK;
}

/* Who may be offered: those whose account is here. */
static enum err put_people(struct request *request, struct store *store,
                           const struct desk_keyring *keyring)
{
    struct store_rows rows;
    int64_t chosen = 0;
    (void)form_id(&request->form, "staff", &chosen);
    TRY(store_query(store, QUERY_staff_list, NO_PARAMS, request->arena, &rows));
    JSON list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        int64_t id = rows_int(&rows, row, "staff_id");
        if (!str_equal(rows_str(&rows, row, "state"), STR("active")) ||
            !rows_null(&rows, row, "home_agency_id"))
            continue;
        JSON record = NULL;
        TRY(staff_record(request, keyring, &rows, row, &record));
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "name", json_get_str(record, "name"));
        json_put_bool(entry, "chosen", id == chosen);
        json_add(list, entry);
    }
    desk_put_list(request->view, "people", json_incref(list));
    return OK;
}

/* ---- pages ---- */

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct store_rows agencies;
    TRY(desk_keyring(request, store, &keyring));
    TRY(region_read(request, store, &agencies));
    TRY(put_here(request, store, &keyring, &agencies));
    if (request->session.role == ROLE_ADMINISTRATOR) {
        TRY(put_there(request, store, &keyring));
        TRY(put_people(request, store, &keyring));
        region_put(request, &agencies);
    }
    return desk_audit(store, "acting_listed", NULL, 0, NULL, 0);
}

enum err acting_page(struct request *request, int status)
{
    TRY(request_run(request, show, request));
    return reply_page_status(request, status, "desk/acting");
}

static enum err show_one(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct store_rows rows, agencies;
    int64_t id = request_number(request, 0);
    TRY(desk_keyring(request, store, &keyring));
    TRY(region_read(request, store, &agencies));
    TRY(store_query_one(store, QUERY_acting_list, PARAMS(P_INT(id), P_INT(1)), request->arena,
                        &rows));
    TRY(put_row(request, store, &keyring, &agencies, &rows, 0, request->view));
    return desk_audit(store, "acting_read", "acting", id, NULL, 0);
}

enum err acting_one_page(struct request *request, int status)
{
    TRY(request_run(request, show_one, request));
    desk_put_is(request, "role", form_line(&request->form, "role"));
    return reply_page_status(request, status, "desk/acting_one");
}

void acting_put_choices(struct request *request, const struct store_rows *rows)
{
    json_t *list = json_array();
    for (size_t row = 0; row < rows->count; row++) {
        int64_t id = rows_int(rows, row, "acting_id");
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "path", path_of(request, id));
        json_put_str(entry, "name", rows_str(rows, row, "name"));
        json_add(list, entry);
    }
    desk_put_list(request->view, "work_for", list);
}

void acting_problem(struct request *request, struct str refusal)
{
    if (str_equal(refusal, STR("staff")))
        request_problem(request, "staff", "acting-staff");
    else if (str_equal(refusal, STR("agency")))
        request_problem(request, "agency", "transfer-agency");
    else if (str_equal(refusal, STR("open")))
        request_problem(request, "staff", "acting-open");
    else if (str_equal(refusal, STR("over")))
        request_problem(request, "until_day", "acting-over");
    else if (str_equal(refusal, STR("order")))
        request_problem(request, "until_day", "acting-order");
    else if (str_equal(refusal, STR("long")))
        request_problem(request, "until_day", "acting-long");
    else if (str_equal(refusal, STR("known")))
        request_problem(request, "", "acting-known");
    else if (str_equal(refusal, STR("own")))
        request_problem(request, "", "acting-own");
    else
        request_problem(request, "", "acting-decided");
}

/* ---- to and fro ---- */

enum err acting_go(struct request *request, int64_t acting, int64_t staff)
{
    const struct desk *desk = request->app;
    const struct secret *old = request_cookie(request);
    struct store_rows rows;
    SECRET(opened);
    SECRET(cookie);
    SECRET(sid);
    if (!old) return ERR_SIGNED_OUT;
    TRY(token_session_open(old, request->session.staff, request->session.sealed_secret, &opened));
    secret_random(&cookie);
    TRY(token_session_id(&cookie, &sid));
    BUF_SECRET(box, 256);
    TRY(token_session_close(&cookie, staff, &opened, &box));
    if (acting)
        TRY(store_db_one(request->db, &request->gate, QUERY_acting_begin,
                         PARAMS(P_INT(acting), P_RAW(sid.bytes), P_BYTES(buf_str(&box))),
                         request->arena, &rows));
    else
        TRY(store_db_one(request->db, &request->gate, QUERY_acting_back,
                         PARAMS(P_RAW(sid.bytes), P_BYTES(buf_str(&box))), request->arena, &rows));
    if (rows_str(&rows, 0, "refusal").len) return ERR_CONFLICT;
    registers_forget(desk->registers, &request->session);
    reply_cookie(request, COOKIE_MAIN, &cookie);
    return OK;
}
