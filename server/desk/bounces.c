/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/bounces.h"

#include "core/code.h"
#include "server/desk/problems.h"

enum { BOUNCES_ON_PAGE = 50 };

struct str bounces_kind(const struct store_rows *rows, size_t row)
{
    return rows_bool(rows, row, "is_recipients") ? rows_str(rows, row, "kind") : STR("other");
}

void bounces_put_facts(struct request *request, const struct store_rows *rows, size_t row,
                       json_t *entry)
{
    struct utc came = {0};
    BUF(mail, 16);
    code_id_put(&mail, rows_int(rows, row, "mail_id"));
    json_put(entry, "kind", desk_tagged(request, bounces_kind(rows, row)));
    (void)rows_utc(rows, row, "came_at", &came);
    desk_put_instant(entry, "when", came, true);
    json_put_str(entry, "status", rows_str(rows, row, "code"));
    json_put_str(entry, "mail", arena_print(request->arena, "/quarantine/%s", mail.at));
}

static json_t *row_of(struct request *request, const struct register_view *view,
                      const struct store_rows *rows, size_t row)
{
    int64_t letter = rows_int(rows, row, "letter_id"), party = rows_int(rows, row, "party_id");
    const struct register_party *reader = register_party(view, party);
    BUF(code, 16);
    code_id_put(&code, rows_int(rows, row, "bounce_id"));
    json_t *entry = json_object();
    json_put_code(entry, "id", rows_int(rows, row, "bounce_id"));
    json_put_str(entry, "path", arena_print(request->arena, "/bounces/%s", code.at));
    bounces_put_facts(request, rows, row, entry);
    json_put_bool(entry, "seen", !rows_null(rows, row, "seen_at"));
    json_put_str(entry, "what",
                 letter ? STR("A letter")
                        : problems_notice_words(rows_str(rows, row, "message_kind")));
    json_put_str(entry, "letter", STR("")); /* not that of the page around it */
    if (letter) {
        json_put_code(entry, "letter", letter);
        json_put(entry, "channel", desk_tagged(request, rows_str(rows, row, "channel")));
    }
    if (!reader) return entry;
    json_put_str(entry, "to", reader->name->name);
    json_put_code(entry, "party", party);
    json_put_bool(entry, "ask",
                  !reader->email_confirmed && str_equal(bounces_kind(rows, row), STR("hard")));
    return entry;
}

enum err bounces_put_mail(struct request *request, struct store *store,
                          const struct register_view *view, int64_t mail, json_t *object)
{
    struct store_rows rows;
    TRY(store_query(store, QUERY_bounce_of_mail, PARAMS(P_INT(mail)), request->arena, &rows));
    if (rows.count) json_put(object, "bounce", row_of(request, view, &rows, 0));
    return OK;
}

enum err bounces_put(struct request *request, struct store *store, const struct register_view *view,
                     bool is_open, int64_t page)
{
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(
        store, QUERY_bounce_list,
        PARAMS(P_BOOL(is_open), P_INT(BOUNCES_ON_PAGE + 1), P_INT((page - 1) * BOUNCES_ON_PAGE)),
        request->arena, &rows));
    for (size_t row = 0; row < rows.count && row < BOUNCES_ON_PAGE; row++)
        json_add(list, row_of(request, view, &rows, row));
    desk_put_list(request->view, "bounces", list);
    if (!is_open) desk_put_pages(request, "", page, rows.count > BOUNCES_ON_PAGE);
    return OK;
}
