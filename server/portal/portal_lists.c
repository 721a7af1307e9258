/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/portal/portal.h"

json_t *portal_sent(struct request *request, const struct portal_contacts *contacts,
                    const struct store_rows *rows)
{
    json_t *list = json_array();
    for (size_t row = 0; row < rows->count; row++) {
        json_t *entry = json_object();
        int64_t id = rows_int(rows, row, "letter_id");
        struct utc received = {0};
        rows_utc(rows, row, "received_at", &received);
        json_put_code(entry, "id", id);
        json_put_reference(entry, "reference", id);
        json_put_str(entry, "to",
                     portal_those(request, contacts, portal_arrangement(rows, row),
                                  portal_people(rows, row)));
        portal_put_instant(entry, "date", received, false);
        json_put(entry, "state", portal_tagged(rows_str(rows, row, "state").at));
        json_add(list, entry);
    }
    return list;
}

json_t *portal_received(struct request *request, const struct portal_contacts *contacts,
                        const struct store_rows *rows)
{
    json_t *list = json_array();
    for (size_t row = 0; row < rows->count; row++) {
        json_t *entry = json_object();
        struct utc composed = {0};
        rows_utc(rows, row, "composed_at", &composed);
        json_put_code(entry, "id", rows_int(rows, row, "release_id"));
        json_put_str(entry, "from",
                     portal_those(request, contacts, portal_arrangement(rows, row),
                                  portal_people(rows, row)));
        portal_put_instant(entry, "date", composed, false);
        json_put_bool(entry, "fresh", rows_null(rows, row, "opened_at"));
        json_put_bool(entry, "note", str_equal(rows_str(rows, row, "kind"), STR("note")));
        json_add(list, entry);
    }
    return list;
}
