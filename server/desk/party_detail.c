/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"
#include "server/desk/party.h"

/* How a person is reached changes: what waits to be checked with them. */

enum err party_detail_keep(struct request *request, struct store *store, int64_t party,
                           const struct detail *detail, int64_t *ret_change)
{
    struct seal_publics publics;
    struct store_rows rows;
    struct str sealed;
    int64_t change = random_id();
    TRY(desk_publics(request, store, &publics));
    JSON record = detail_write(detail);
    BUF_SECRET(text, LIMIT_RECORD_BYTES);
    TRY(json_write(record, &text));
    TRY(desk_seal(request, SEAL_NOTE, "detail_change", change, 1, &publics.desk, 1, buf_str(&text),
                  &sealed));
    TRY(store_query_one(store, QUERY_detail_change_add,
                        PARAMS(P_INT(change), P_INT(party), P_BOOL(detail->has_address),
                               P_BOOL(detail->has_emails), P_BOOL(detail->has_phones),
                               P_BYTES(sealed)),
                        request->arena, &rows));
    *ret_change = rows_bool(&rows, 0, "is_kept") ? change : 0;
    return *ret_change ? desk_audit(store, "detail_told", "party", party, "change", change) : OK;
}

enum err party_detail_decide(struct request *request, struct store *store, int64_t change,
                             const char *checked)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_detail_change_decide,
                    PARAMS(P_INT(change), checked ? P_TEXT(str_from(checked)) : P_NULL),
                    request->arena, &rows));
    return rows.count ? OK : ERR_CONFLICT;
}

enum err party_put_changes(struct request *request, struct store *store, int64_t party,
                           json_t *object)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_detail_change_of_party, PARAMS(P_INT(party)), request->arena,
                    &rows));
    json_t *list = json_array();
    for (size_t row = 0; row < rows.count; row++) {
        struct utc made;
        json_t *entry = json_object();
        json_put_code(entry, "id", rows_int(&rows, row, "change_id"));
        if (rows_utc(&rows, row, "made_at", &made)) desk_put_instant(entry, "told", made, false);
        json_add(list, entry);
    }
    desk_put_list(object, "changes", list);
    return OK;
}
