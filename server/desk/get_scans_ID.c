/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/desk.h"

/* What was scanned in, with the reference to write on the paper. */

static enum err put_entry(struct request *request, const struct desk_keyring *keyring,
                          const struct store_rows *rows, int64_t letter, json_t *object)
{
    struct str text;
    if (rows_null(rows, 0, "sealed_entry")) return OK;
    TRY(desk_open(request, keyring, SEAL_NOTE, "letter", letter, 1,
                  rows_str(rows, 0, "sealed_entry"), &text));
    JSON entry = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &entry));
    struct str kept = json_get_str(entry, "kept_where"), helper = json_get_str(entry, "helper");
    if (kept.len) json_put_str(object, "kept_where", kept);
    if (helper.len) json_put_str(object, "helper", helper);
    return OK;
}

static enum err show(struct store *store, void *context)
{
    struct request *request = context;
    struct desk_keyring keyring;
    struct desk_party from;
    struct store_rows rows;
    int64_t letter = request_number(request, 0);
    TRY(desk_keyring(request, store, &keyring));
    TRY(store_query_one(store, QUERY_letter_entry, PARAMS(P_INT(letter)), request->arena, &rows));
    TRY(desk_party_find(request, store, &keyring, rows_int(&rows, 0, "from_party"), &from));
    json_t *object = json_object();
    json_put(request->view, "letter", object);
    json_put_code(object, "id", letter);
    json_put_reference(object, "reference", letter);
    json_put_str(object, "from", desk_party_name(request, &from));
    TRY(put_entry(request, &keyring, &rows, letter, object));
    return desk_audit(store, "scan_shown", "letter", letter, NULL, 0);
}

enum err get_scans_ID(struct request *request)
{
    TRY(request_run(request, show, request));
    return reply_page(request, "desk/scan_done");
}
