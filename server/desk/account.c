/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/account.h"
#include "server/desk/acting.h"

struct str account_whose(struct request *request)
{
    return arena_print(request->arena, "staff %lld", (long long)request->session.staff);
}

enum err account_page(struct request *request)
{
    struct store_rows rows;
    TRY(store_db_one(request->db, &request->gate, QUERY_session_list, NO_PARAMS, request->arena,
                     &rows));
    json_t *list = json_array();
    bool has_others = false;
    for (size_t row = 0; row < rows.count; row++) {
        struct utc since = {0};
        bool is_this = rows_bool(&rows, row, "this");
        json_t *entry = json_object();
        (void)rows_utc(&rows, row, "made_at", &since);
        desk_put_number(entry, "id", (int64_t)row + 1);
        desk_put_instant(entry, "since", since, true);
        json_put_bool(entry, "here", is_this);
        has_others = has_others || !is_this;
        json_add(list, entry);
    }
    desk_put_list(request->view, "sessions", list);
    json_put_bool(request->view, "others", has_others);
    TRY(store_db_one(request->db, &request->gate, QUERY_acting_mine, NO_PARAMS, request->arena,
                     &rows));
    acting_put_choices(request, &rows);
    return reply_page(request, "desk/account");
}
