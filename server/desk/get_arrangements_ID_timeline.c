/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rules/permit.h"
#include "server/desk/arrangement.h"

/* What happened in an arrangement, newest first: when, what, and by whom. */

enum { EVENTS_ON_PAGE = 50 };

struct names {
    struct arrangement_page *page;
    int64_t number; /* of the page */
    struct {
        int64_t id;
        struct str name;
    } staff[EVENTS_ON_PAGE]; /* as they come up */
    size_t count;
};

static enum err staff_name(struct names *names, struct store *store, int64_t id,
                           struct str *ret_name)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->staff[i].id == id) {
            *ret_name = names->staff[i].name;
            return OK;
        }
    TRY(desk_staff_name(names->page->request, store, &names->page->keyring, id, ret_name));
    names->staff[names->count].id = id;
    names->staff[names->count++].name = *ret_name;
    return OK;
}

/* The reason that was written with it; one that does not open must not take the others with it. */
static enum err put_reason(struct names *names, const struct store_rows *rows, size_t row,
                           json_t *entry)
{
    struct arrangement_page *page = names->page;
    struct str text;
    if (rows_null(rows, row, "sealed_detail")) return OK;
    enum err code = desk_open(page->request, &page->keyring, SEAL_AUDIT, "audit", page->id, 1,
                              rows_str(rows, row, "sealed_detail"), &text);
    if (code == ERR_SEAL_BROKEN || code == ERR_NO_KEY) {
        json_put_bool(entry, "broken", true);
        return OK;
    }
    TRY(code);
    JSON detail = NULL;
    TRY(json_read(text, LIMIT_RECORD_BYTES, &detail));
    struct str reason = json_get_str(detail, "reason"), word, rest = reason;
    enum arrangement_state state;
    /* "paused: a new baby": the state is shown in its own words */
    if (str_split(&rest, ':', &word) && arrangement_state_get(word, &state)) {
        json_put(entry, "state", desk_tagged(page->request, word));
        reason = str_trim(rest);
    }
    json_put_str(entry, "reason", reason);
    return OK;
}

static enum err put_event(struct names *names, struct store *store, const struct store_rows *rows,
                          size_t row, json_t *list)
{
    struct arrangement_page *page = names->page;
    struct request *request = page->request;
    struct utc at = {0};
    int64_t staff = rows_int(rows, row, "staff"), letter = rows_int(rows, row, "letter");
    int64_t party = rows_int(rows, row, "party"), other = rows_int(rows, row, "other");
    json_t *entry = json_object();
    json_add(list, entry);
    (void)rows_utc(rows, row, "at", &at);
    desk_put_instant(entry, "when", at, true);
    json_put(entry, "what", desk_tagged(request, rows_str(rows, row, "what")));
    if (!rows_null(rows, row, "code"))
        json_put(entry, "code", desk_tagged(request, rows_str(rows, row, "code")));
    if (!rows_null(rows, row, "channel"))
        json_put(entry, "channel", desk_tagged(request, rows_str(rows, row, "channel")));
    if (letter) {
        json_put_code(entry, "letter", letter);
        json_put_reference(entry, "reference", letter);
    }
    if (party) json_put_str(entry, "party", arrangement_called(request, &page->arrangement, party));
    if (other) json_put_str(entry, "other", arrangement_called(request, &page->arrangement, other));
    if (staff) {
        struct str name;
        TRY(staff_name(names, store, staff, &name));
        json_put_str(entry, "by", name);
    }
    return put_reason(names, rows, row, entry);
}

static enum err fill(struct store *store, struct arrangement_page *page)
{
    struct names *names = page->context;
    struct store_rows rows;
    json_t *list = json_array();
    names->page = page;
    names->count = 0;
    TRY(store_query(store, QUERY_arrangement_timeline,
                    PARAMS(P_INT(page->id), P_INT(EVENTS_ON_PAGE + 1),
                           P_INT((names->number - 1) * EVENTS_ON_PAGE)),
                    page->request->arena, &rows));
    for (size_t row = 0; row < rows.count && row < EVENTS_ON_PAGE; row++)
        TRY(put_event(names, store, &rows, row, list));
    desk_put_list(page->request->view, "events", list);
    desk_put_pages(page->request, "", names->number, rows.count > EVENTS_ON_PAGE);
    return OK;
}

enum err get_arrangements_ID_timeline(struct request *request)
{
    struct names names = {0};
    struct arrangement_page page = {.request = request,
                                    .id = request_number(request, 0),
                                    .tab = "timeline",
                                    .fill = fill,
                                    .context = &names};
    if (!desk_page(request, &names.number)) return ERR_NOT_FOUND;
    return arrangement_page(&page, 200);
}
