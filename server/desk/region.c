/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/region.h"

enum err region_read(struct request *request, struct store *store, struct store_rows *ret_agencies)
{
    return store_query(store, QUERY_transfer_agencies, NO_PARAMS, request->arena, ret_agencies);
}

struct str region_find(const struct store_rows *agencies, int64_t agency)
{
    for (size_t row = 0; row < agencies->count; row++)
        if (rows_int(agencies, row, "agency_id") == agency) return rows_str(agencies, row, "name");
    return STR("");
}

struct str region_name(const struct store_rows *agencies, int64_t agency)
{
    struct str name = region_find(agencies, agency);
    return name.len ? name : STR("another agency");
}

void region_put(struct request *request, const struct store_rows *agencies)
{
    int64_t chosen = 0;
    (void)form_id(&request->form, "agency", &chosen);
    json_t *list = json_array();
    for (size_t row = 0; row < agencies->count; row++) {
        int64_t id = rows_int(agencies, row, "agency_id");
        if (id == request->session.agency) continue;
        json_t *entry = json_object();
        json_put_code(entry, "id", id);
        json_put_str(entry, "name", rows_str(agencies, row, "name"));
        json_put_bool(entry, "chosen", id == chosen);
        json_add(list, entry);
    }
    desk_put_list(request->view, "agencies", list);
}
