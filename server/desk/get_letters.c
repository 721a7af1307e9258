/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "server/desk/letter.h"

/* Letters by where they are, oldest first, twenty to a page. */
struct tab {
    const char *code, *words, *states;
};

static const struct tab tabs[] = {
    {"arrived", "Arrived", "{received,preparing}"},
    {"to_read", "To read", "{in_review}"},
    {"escalated", "With a manager", "{escalated}"},
    {"second_check", "Second check", "{second_check}"},
    {"held", "On the shelf", "{held}"},
    {"returned", "Returned", "{returned}"},
    {"sent", "Sent on", "{approved,composed,released}"},
    {"all", "All",
     "{received,preparing,failed,in_review,escalated,second_check,held,returned,approved,composed,"
     "released}"},
};

enum { TABS = sizeof tabs / sizeof *tabs, A_PAGE = 20 };

struct listing {
    struct request *request;
    const struct tab *tab;
    int64_t page;
};

static enum err put_tabs(struct listing *listing, struct store *store)
{
    json_t *list = json_array(), *object = json_object();
    json_put(object, "list", list);
    json_put(listing->request->view, "tabs", object);
    for (size_t i = 0; i < TABS; i++) {
        struct store_rows rows;
        TRY(store_query_one(store, QUERY_letter_count, PARAMS(P_TEXT(str_from(tabs[i].states))),
                            listing->request->arena, &rows));
        json_t *entry = json_object();
        json_put_str(entry, "code", str_from(tabs[i].code));
        json_put_str(entry, "words", str_from(tabs[i].words));
        desk_put_number(entry, "count", rows_int(&rows, 0, "count"));
        json_put_bool(entry, "here", &tabs[i] == listing->tab);
        json_add(list, entry);
    }
    return OK;
}

static enum err read_list(struct store *store, void *context)
{
    struct listing *listing = context;
    struct request *request = listing->request;
    struct desk_keyring keyring;
    struct store_rows rows;
    json_object_clear(request->view);
    TRY(desk_keyring(request, store, &keyring));
    TRY(put_tabs(listing, store));
    TRY(store_query(store, QUERY_letter_list,
                    PARAMS(P_TEXT(str_from(listing->tab->states)), P_INT(A_PAGE + 1),
                           P_INT((listing->page - 1) * A_PAGE)),
                    request->arena, &rows));
    json_t *list = json_array(), *letters = json_object();
    json_put(letters, "list", list);
    json_put(request->view, "letters", letters);
    json_put_str(letters, "label", str_from(listing->tab->words));
    for (size_t row = 0; row < rows.count && row < A_PAGE; row++)
        TRY(desk_letter_row(request, store, &keyring, &rows, row, list));
    if (json_array_size(list) == 0) json_object_del(request->view, "letters");
    desk_put_pages(request, arena_print(request->arena, "state=%s", listing->tab->code).at,
                   listing->page, rows.count > A_PAGE);
    return desk_audit(store, "list_shown", "", 0, "", 0);
}

enum err get_letters(struct request *request)
{
    struct str wanted = form_line(&request->query, "state");
    struct listing listing = {.request = request, .tab = wanted.len ? NULL : &tabs[1]};
    for (size_t i = 0; i < TABS; i++)
        if (str_equal(wanted, str_from(tabs[i].code))) listing.tab = &tabs[i];
    if (!listing.tab) return ERR_NOT_FOUND;
    if (!desk_page(request, &listing.page)) return ERR_NOT_FOUND;
    TRY(request_run(request, read_list, &listing));
    return reply_page(request, "desk/letters");
}
