/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

/* One row of a list of letters; the names are opened from the records. */

static enum err put_names(struct request *request, struct store *store,
                          const struct desk_keyring *keyring, const struct store_rows *rows,
                          size_t row, json_t *entry)
{
    struct desk_party from;
    struct store_rows to;
    TRY(desk_party_find(request, store, keyring, rows_int(rows, row, "from_party"), &from));
    json_put_str(entry, "from", desk_party_name(request, &from));
    TRY(store_query(store, QUERY_letter_recipients, PARAMS(P_INT(rows_int(rows, row, "letter_id"))),
                    request->arena, &to));
    struct str names = STR("");
    for (size_t i = 0; i < to.count; i++) {
        struct desk_party party;
        TRY(desk_party_row(request, keyring, &to, i, &party));
        names = arena_print(request->arena, "%.*s%s%.*s", STR_ARG(names),
                            i == 0             ? ""
                            : i + 1 < to.count ? ", "
                                               : " and ",
                            STR_ARG(desk_party_name(request, &party)));
    }
    json_put_str(entry, "to", to.count ? names : STR("nobody"));
    return OK;
}

enum err desk_letter_row(struct request *request, struct store *store,
                         const struct desk_keyring *keyring, const struct store_rows *rows,
                         size_t row, json_t *list)
{
    struct utc received = {0};
    struct store_rows arrangement;
    int64_t id = rows_int(rows, row, "letter_id");
    if (rows_null(rows, row, "arrangement_id")) return OK; /* it stands in the quarantine */
    json_t *entry = json_object();
    json_add(list, entry);
    json_put_code(entry, "id", id);
    json_put_reference(entry, "reference", id);
    rows_utc(rows, row, "received_at", &received);
    desk_put_instant(entry, "came", received, false);
    int64_t days = (request->arrived.us - received.us) / UTC_DAY_US;
    if (days > 0)
        json_put_str(
            entry, "age",
            arena_print(request->arena, "%lld day%s", (long long)days, days == 1 ? "" : "s"));
    json_put(entry, "state", desk_tagged(request, rows_str(rows, row, "state")));
    TRY(store_query_one(store, QUERY_arrangement_find,
                        PARAMS(P_INT(rows_int(rows, row, "arrangement_id"))), request->arena,
                        &arrangement));
    json_put_bool(entry, "two_person", rows_bool(&arrangement, 0, "two_person"));
    return put_names(request, store, keyring, rows, row, entry);
}
