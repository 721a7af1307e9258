/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/arrangement.h"

/* The letters of an arrangement, newest first: from whom each came, and to whom it went. */

enum { LETTERS_ON_PAGE = 20 };

/* "Ann Marsh and Tom Marsh" of an array of parties. */
static struct str names_of(struct arrangement_page *page, const struct store_rows *rows, size_t row,
                           const char *column)
{
    struct request *request = page->request;
    const int64_t *parties;
    size_t count = rows_ints(rows, row, column, &parties);
    struct str *names = ARENA_MANY(request->arena, count + 1, struct str);
    for (size_t i = 0; i < count; i++)
        names[i] = arrangement_called(request, &page->arrangement, parties[i]);
    return desk_joined(request, names, count);
}

static void put_letter(struct arrangement_page *page, const struct store_rows *rows, size_t row,
                       json_t *list)
{
    struct request *request = page->request;
    struct utc came = {0}, went;
    int64_t id = rows_int(rows, row, "letter_id");
    struct str from =
        arrangement_called(request, &page->arrangement, rows_int(rows, row, "from_party"));
    json_t *entry = json_object();
    json_add(list, entry);
    json_put_code(entry, "id", id);
    json_put_reference(entry, "reference", id);
    json_put_str(entry, "from", desk_sentence(request, from));
    (void)rows_utc(rows, row, "received_at", &came);
    desk_put_instant(entry, "came", came, false);
    json_put(entry, "by", desk_tagged(request, rows_str(rows, row, "channel")));
    json_put(entry, "state", desk_tagged(request, rows_str(rows, row, "state")));
    json_put_str(entry, "to", names_of(page, rows, row, "to_parties"));
    if (rows_utc(rows, row, "went_at", &went)) desk_put_instant(entry, "went", went, false);
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct request *request = page->request;
    const int64_t *number = page->context;
    struct store_rows rows;
    json_t *list = json_array();
    TRY(store_query(
        store, QUERY_letter_of_arrangement,
        PARAMS(P_INT(page->id), P_INT(LETTERS_ON_PAGE + 1), P_INT((*number - 1) * LETTERS_ON_PAGE)),
        request->arena, &rows));
    for (size_t row = 0; row < rows.count && row < LETTERS_ON_PAGE; row++)
        put_letter(page, &rows, row, list);
    desk_put_list(request->view, "letters", list);
    desk_put_pages(request, "", *number, rows.count > LETTERS_ON_PAGE);
    return OK;
}

enum err get_arrangements_ID_letters(struct request *request)
{
    int64_t number;
    struct arrangement_page page = {.request = request,
                                    .id = request_number(request, 0),
                                    .tab = "letters",
                                    .fill = fill,
                                    .context = &number};
    if (!desk_page(request, &number)) return ERR_NOT_FOUND;
    return arrangement_page(&page, 200);
}
